"""What the article says of the province, and what it implies."""

from itertools import combinations

import pandas as pd
import pytest
from scipy.optimize import linprog

from mountain_counties.article import policies
from mountain_counties.audit import ledger, tables, verdicts
from mountain_counties.record import counties

YEARS = range(2021, 2025)


@pytest.fixture(scope="module")
def claims():
    return ledger.load()


def test_the_timeline_leaves_no_figure_of_the_province_out(claims):
    province = policies.province_claims(claims)
    figures = province.index[province["value"].notna()]
    shown = {
        name
        for name in figures
        if name in policies.LABELS or any(f"{{{name}}}" in w for w in policies.LABELS.values())
    }
    # An area has no date, and the list of levels says what the number of levels says.
    assert set(figures) - shown == {"mc-area-share", "zj-levels-listed"}
    assert set(policies.LABELS) <= set(figures)


def test_the_timeline_places_each_claim_as_closely_as_its_period(claims):
    table = policies.timeline(claims)
    assert table["start"].is_monotonic_increasing
    known = table["known"]
    assert known["zj-support-date"] == "month" and known["zj-mission-year"] == known["mc-removed"] == "year"
    assert known["zj-measures"] == known["zj-first-batch"] == "span" and known["zj-zones"] == "day"
    assert table.loc["zj-support-date", ["start", "end"]].to_list() == [
        pd.Timestamp("2023-11-01"),
        pd.Timestamp("2023-12-01"),
    ]


def test_of_two_that_start_together_the_shorter_comes_first(claims):
    table = policies.timeline(claims)
    assert list(table.index[:2]) == ["zj-mission-year", "mc-count"]  # a year, and longer
    changed = claims.copy()
    changed.loc["mc-count", "period"] = "2021-01-01/2021-06-30"
    assert list(policies.timeline(changed).index[:2]) == ["mc-count", "zj-mission-year"]


def test_the_record_is_in_order_of_time_whatever_the_order_of_the_events():
    table = policies.record(counties.events().iloc[::-1], YEARS)
    places = list(zip(table["start"], table["end"], strict=True))
    assert places == sorted(places) and len(set(places)) > 5


def test_labels_carry_the_ledgers_figures(claims):
    labels = policies.timeline(claims)["label"].str.replace("\xa0", " ")
    assert labels["mc-va-hundred-count"] == "6 counties over 10 billion yuan"
    assert labels["zj-leads"] == "50 investment leads"
    changed = claims.copy()
    changed.loc["zj-leads", ["token", "lo", "value", "hi"]] = ["60条", 60, 60, 60]
    assert policies.timeline(changed).loc["zj-leads", "label"] == "60 investment leads"


def test_the_record_shows_every_event_of_the_years(claims):
    events = counties.events()
    table = policies.record(events, YEARS)
    assert set(table.index) == set(events.index[events["date"].str[:4].isin([str(year) for year in YEARS])])
    assert table.loc["mechanism-2024", "known"] == "day" and table.loc["islands-2024", "known"] == "month"
    assert table.loc["mechanism-2023", ["start", "end"]].to_list() == [
        pd.Timestamp("2023"),
        pd.Timestamp("2024"),
    ]


def test_an_event_without_a_label_is_not_dropped(claims):
    with pytest.raises(KeyError, match="label-2015"):
        policies.record(counties.events(), range(2015, 2025))


def bounds(claims, known, floor):
    """Solve for the least total and the least share of those above the threshold, one variable each."""
    n, above = 26, 6
    lows = [max(k, 100.0) for k in known] + [100.0] * (above - len(known)) + [floor] * (n - above)
    least = linprog([1.0] * n, bounds=[(low, None) for low in lows]).fun
    # Charnes and Cooper: the share is linear once the total is scaled to one.
    ends = [[low, None] for low in lows[:above]] + [[low, 100.0] for low in lows[above:]]
    rows = [[-(i == j) for j in range(n)] + [low] for i, (low, _) in enumerate(ends)]
    rows += [[float(i == j) for j in range(n)] + [-high] for i, (_, high) in enumerate(ends) if high]
    share = linprog([1.0] * above + [0.0] * (n - above + 1), A_ub=rows, b_ub=[0.0] * len(rows),
                    A_eq=[[1.0] * n + [0.0]], b_eq=[1.0], bounds=[(0, None)] * (n + 1)).fun  # fmt: skip
    return least, share


@pytest.mark.parametrize(
    ("basis", "known", "floor"),
    [
        ("the threshold alone", [], 0.0),
        ("threshold and floor", [], 5.0),
        ("the same, and Pingyang as printed", [133.635], 5.0),
        ("the same, and Kecheng as printed", [133.635, 248.5], 5.0),
    ],
)
def test_the_floors_are_those_of_a_linear_program(claims, basis, known, floor):
    row = policies.group_floors(claims).set_index("basis").loc[basis]
    least, share = bounds(claims, known, floor)
    assert row["total"] == pytest.approx(least)
    assert row["share"] == pytest.approx(share)


def test_the_floors_agree_with_the_audit(claims):
    floors = policies.group_floors(claims)
    assert floors["total"].iloc[-1] == pytest.approx(verdicts.relations().lo["mc-va-total"])
    assert floors.loc[0, ["year", "total"]].to_list() == [2022, 130.0]
    # The floor is a figure of 2022; whatever rests on the threshold is of 2023.
    assert floors["year"].to_list() == [2022] + [2023] * (len(floors) - 1)


def test_repeat_winners_are_counted_as_in_all_draws(claims):
    small = claims.copy()
    small.loc["zj-award-places", "value"], small.loc["mc-count", "value"] = 2, 6
    draws = [len({0, 1} & set(second)) for second in combinations(range(6), 2)]
    expected = [draws.count(n) / len(draws) for n in range(3)]
    assert policies.repeat_winners(small).to_list() == pytest.approx(expected)
    chances = policies.repeat_winners(claims)
    assert chances.sum() == pytest.approx(1)
    assert (chances * chances.index).sum() == pytest.approx(
        26 * verdicts.relations().value["zj-award-chance"]
    )


def test_those_who_won_twice_are_in_both_years(claims):
    years = policies.winners().groupby("county")["year"].nunique()
    assert list(policies.won_twice()) == [c for c in years.index[years == 2] if c != "not found"]
    assert list(policies.won_twice()) == ["Kecheng", "Xianju"]


def test_winners_fill_the_places_of_each_year(claims):
    table = policies.winners()
    assert table.groupby("year")["places"].sum().to_dict() == {2023: 6, 2024: 6}
    assert (table["county"] == "not found").equals(table["status"] == "not found")
    members = counties.units().loc[counties.members("2023-12-31"), "name_en"]
    assert set(table["county"]) - {"not found"} <= set(members)


def test_directions_are_those_of_the_ledger(claims):
    table = policies.directions(claims)
    assert len(table) == ((claims["kind"] == "direction") & claims["entity"].isin(policies.ENTITIES)).sum()
    assert (
        "{claim}`The bar for project applications is lowered for mountain counties. <zj-bar-lowered>`"
        in set(table["In our words"])
    )
    assert (
        table["What is missing"].str.len().gt(0).all()
        and not table["Printed"].str.contains("|", regex=False).any()
    )


def test_the_bars_are_lower_for_the_mountain_counties():
    bars = policies.project_bars()
    assert (bars["mountain"] < bars["usual"]).all()
    smart = bars.query("year == 2022 and programme_zh == '智能工厂'").iloc[0]
    assert (smart["usual"], smart["mountain"], smart["cut"]) == (
        0.4,
        0.3,
        pytest.approx(0.25),
    )  # 40 and 30 million yuan
    shown = policies.bars_for_readers(bars)
    assert shown["Source"].str.fullmatch(r"\[.+\]\(https?://\S+\)").all()
    row = shown.loc[smart.name]
    assert row[["Year", "For all", "Mountain counties", "Lower by"]].to_list() == [
        2022,
        0.4,
        0.3,
        pytest.approx(0.25),
    ]
    assert row["Call"] == "Smart factory 智能工厂: investment"


def test_a_fault_in_the_bars_is_reported_where_it_stands(tmp_path):
    spoilt = tmp_path / "bars.csv"
    spoilt.write_text(
        policies.BARS.read_text(encoding="utf-8").replace(",0.6,", ",0,6,", 1), encoding="utf-8", newline="\n"
    )
    with pytest.raises(tables.TableError, match=r"row 2.*12 cells.*expected 11"):
        policies._project_bars(spoilt)


def test_every_instrument_has_a_row_and_its_claim_is_in_the_ledger(claims):
    instruments, table = counties.instruments(), policies.instruments_for_readers()
    assert len(table) == len(instruments)
    named = [claim for claim in instruments["claim"] if claim]
    assert named and set(named) <= set(claims.index)
    assert list(instruments["since"]).index("") == len(instruments) - 1  # the undated one comes last
    assert (table["Since"] == "not found").sum() == 1
