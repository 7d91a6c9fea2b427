"""Exactly the 26 in every figure and table that goes through the group; nobody is lost silently."""

import pandas as pd
import pytest

from mountain_counties.growth import budgets
from mountain_counties.record import counties, statistics

GROUP = frozenset(counties.members("2023-12-31"))
STAYED = GROUP & frozenset(counties.members("2025-12-31"))
UNBROKEN = GROUP - frozenset(statistics.breaks("gdp", 2020, 2023)["code"])
_names = counties.units()["name_en"]
UNBUDGETED = frozenset(_names.index[_names.isin(["Kecheng", "Liandu", "Longquan", "Qujiang", "Wencheng"])])
"""No budget of every year that is compared: three are city districts."""
# Exhibits that say in their caption or text that they go through a part of the group.
PARTS = {
    "fig-line-next.csv": STAYED,
    "fig-line-years.csv": STAYED,
    "tab-line-next-data.csv": STAYED,
    "fig-growths.csv": UNBROKEN,
    "fig-long-budgets.csv": GROUP - UNBUDGETED,
}


def members_of(table: pd.DataFrame) -> frozenset[str]:
    """Return the members that a table names by code; units joined across a break stand as ``a+b``."""
    codes = {code for cell in table["code"].dropna() for code in cell.split("+")}
    return frozenset(codes & GROUP)


@pytest.fixture(scope="module")
def exhibits(html) -> dict[str, frozenset[str]]:
    """Return the exhibits that go through most of the group, each with the members in its data."""
    found = {}
    for path in html.glob("exhibits/*.csv"):
        if path.name.startswith(("fig-", "tab-")):
            table = pd.read_csv(path, dtype=str)
            if "code" in table and len(members := members_of(table)) > len(GROUP) / 2:
                found[path.name] = members
    return found


def test_every_exhibit_by_county_holds_all_members(exhibits):
    assert len(exhibits) > 15
    names = counties.units()["name_en"]
    lost = {
        name: sorted(names[list(PARTS.get(name, GROUP) - members)])
        for name, members in exhibits.items()
        if members != PARTS.get(name, GROUP)
    }
    assert lost == {}


def test_the_parts_are_those_that_are_left():
    assert (len(GROUP), len(STAYED), len(UNBROKEN)) == (26, 20, 24)


def test_a_lost_member_would_be_seen():
    whole = pd.DataFrame({"code": [*sorted(GROUP - {"330802", "330803"}), "330802+330803", "330106"]})
    assert members_of(whole) == GROUP
    assert members_of(whole.iloc[1:]) == GROUP - {min(GROUP)}


def test_those_without_budgets_lack_them_in_a_year_that_is_compared():
    rows = pd.concat([statistics.long_record(), statistics.load()])
    rows = rows[rows["indicator"].isin(budgets.BUDGET) & rows["year"].isin(budgets.YEARS)]
    years = rows.pivot_table("year", "code", "indicator", aggfunc="nunique").reindex(sorted(GROUP)).fillna(0)
    assert frozenset(years.index[(years < len(budgets.YEARS)).any(axis=1)]) == UNBUDGETED
