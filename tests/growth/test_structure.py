"""Jobs by sector in two censuses."""

import pytest

from mountain_counties.growth import growth, structure
from mountain_counties.record import statistics


def test_jobs_add_up_to_the_sample():
    table = structure.jobs(2020)
    sample = statistics.table(structure.SAMPLE, 2020)[table.index]
    assert (table.sum(axis=1) == sample).all()
    assert (table >= 0).all().all()
    assert table.loc["331126", "Mining"] == 32


def test_shares_add_up_and_nobody_whose_land_changed_is_in():
    table = structure.shares()
    sums = table.groupby(level="member")[["start", "end", "change"]].sum()
    assert sums["start"].tolist() == pytest.approx([1, 1])
    assert sums["change"].tolist() == pytest.approx([0, 0])
    assert table.loc[True, "units"].eq(25).all(), "Cangnan lost Longgang between the censuses"
    assert "330327" not in structure.shift().index


def test_what_became_of_the_farmers():
    change = structure.shares()["change"]
    assert change[True, "Farming"] < change[False, "Farming"] < 0
    assert change[True, "Manufacturing"] > 0 > change[False, "Manufacturing"]


def test_shift_share_parts():
    table = structure.shift()
    first, last = structure._both()
    whole = last.to_numpy().sum() / first.to_numpy().sum() - 1
    own = last.sum(axis=1) / first.sum(axis=1) - 1
    assert (table["ahead"] - (own - whole)).abs().max() < 1e-12
    assert table["member"].sum() == len(growth.members()) - 1


def test_growth_by_sector_by_hand():
    table = structure.growth_by_sector()
    record = statistics.long_record().query("indicator == 'va_secondary' and year == 2020")
    first, last = record.set_index("code")["value"], statistics.table("va_secondary", 2023)
    rates = growth.rates("gdp")
    rate = (last / first - 1).reindex(rates.index).dropna()
    inside = rates.loc[rate.index, "member"]
    row = table.loc["Industry and construction"]
    assert rate["330326"] == pytest.approx(335.74 / first["330326"] - 1, rel=1e-4)  # Pingyang
    assert (row["n_inside"], row["n_outside"]) == (inside.sum(), (~inside).sum()) == (24, 35)
    assert row["inside"] == pytest.approx(rate[inside].mean())
    assert row["difference"] == pytest.approx(rate[inside].mean() - rate[~inside].mean())
    assert (table["lo"] < 0).all() and (table["hi"] > 0).all()
    assert not any("330803" in code for code in rate.index), "zones came into Qujiang's account in between"
