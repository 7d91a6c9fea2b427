"""The growth sheet: values by hand, partial pooling against the textbook and against simulated counties."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mountain_counties.growth import growth, sheet
from mountain_counties.record import counties, statistics

PINGYANG, KECHENG, QUJIANG = "330326", "330802", "330803"


@pytest.fixture(scope="module")
def table():
    return sheet.paces()


def test_all_26_are_there(table):
    assert list(table.index) == list(growth.members())
    assert list(table) == list(sheet.COLUMNS)
    assert table[["GDP", "GDP per head", "Residents", "Lights"]].notna().all().all()


def test_paces_by_hand(table):
    assert table.loc[PINGYANG, "GDP"] == pytest.approx((711.8145 / 534.5123) ** (1 / 3) - 1)
    revenue = [statistics.table("general_budget_revenue", year)[PINGYANG] for year in (2020, 2024)]
    assert table.loc[PINGYANG, "Revenue"] == pytest.approx((revenue[1] / revenue[0]) ** 0.25 - 1)
    lights = [statistics.table("night_lights_viirs_sum", year)[PINGYANG] for year in (2017, 2021)]
    assert table.loc[PINGYANG, "Lights"] == pytest.approx((lights[1] / lights[0]) ** 0.25 - 1)
    people = (
        statistics.table("resident_pop_yearend", 2024)[PINGYANG] * 1e4,
        statistics.table("resident_pop", 2020)[PINGYANG],
    )
    years = 2025 - (2020 + 10 / 12)
    assert table.loc[PINGYANG, "Residents"] == pytest.approx((people[0] / people[1]) ** (1 / years) - 1)


def test_two_that_swapped_zones_share_a_value(table):
    assert table.attrs["joined"] == [KECHENG, QUJIANG]
    assert table.loc[KECHENG, "GDP"] == table.loc[QUJIANG, "GDP"]
    both = [statistics.table("gdp", year)[[KECHENG, QUJIANG]].sum() for year in (2020, 2023)]
    assert table.loc[KECHENG, "GDP"] == pytest.approx((both[1] / both[0]) ** (1 / 3) - 1)
    assert sheet.of_county(KECHENG).loc["GDP", "joined"]
    assert not sheet.of_county(KECHENG).loc["Lights", "joined"]


def test_scores_are_van_der_waerdens(table):
    score = sheet.scores(table)["Firms"].dropna()
    n = len(score)
    assert sorted(score) == pytest.approx(stats.norm.ppf(np.arange(1, n + 1) / (n + 1)))


def test_variances_are_those_of_the_balanced_analysis_of_variance():
    # With no hole the moments are the textbook's: (between mean square - within) / k.
    random = np.random.default_rng(3)
    values = random.standard_normal((26, 1)) + random.standard_normal((26, 6))
    table = pd.DataFrame(values)
    found = sheet.pooled(table)
    score = sheet.scores(table)
    mean = score.mean(axis=1)
    within = ((score.sub(mean, axis=0)) ** 2).to_numpy().sum() / (26 * 5)
    between = (6 * mean.var(ddof=1) - within) / 6
    assert found.attrs["within"] == pytest.approx(within)
    assert found.attrs["between"] == pytest.approx(between)
    keep = between / (between + within / 6)
    np.testing.assert_allclose(found["pooled"], keep * mean, atol=1e-12)


def test_the_range_of_ranks_holds_the_true_rank():
    random = np.random.default_rng(8)
    truth = random.standard_normal(26)
    inside = []
    for _ in range(40):
        values = pd.DataFrame(truth[:, None] + 1.2 * random.standard_normal((26, 7)))
        found = sheet.pooled(values)
        rank = stats.rankdata(-truth)
        inside.append(((found["rank_lo"] <= rank) & (rank <= found["rank_hi"])).mean())
    assert 0.8 < np.mean(inside) < 0.97


def test_figures_that_disagree_say_nothing_of_ranks():
    noise = pd.DataFrame(np.random.default_rng(5).standard_normal((26, 7)))
    found = sheet.pooled(noise)
    assert found.attrs["agreement"] < 0.1
    assert (found["pooled"].abs() < 0.4).all()


def test_rows_of_a_county(table):
    rows = sheet.of_county(PINGYANG)
    assert list(rows.index) == list(sheet.COLUMNS)
    assert rows.loc["GDP", "rank"] == (table["GDP"] > table.loc[PINGYANG, "GDP"]).sum() + 1
    assert pd.isna(sheet.of_county(KECHENG).loc["Firms", "rank"])
    assert rows.loc["Firms", "of"] == 23


def test_people_and_heads_add_up():
    table = sheet.people_and_heads()
    np.testing.assert_allclose(table["people"] + table["head"], table["gdp"])
    rates = growth.rates("gdp")["growth"]
    np.testing.assert_allclose(table["gdp"] * 3, np.log1p(rates[table.index]))
    assert sheet.names(pd.Index([f"{KECHENG}+{QUJIANG}"])) == ["Kecheng + Qujiang"]
    units = counties.units()["name_en"]
    assert sheet.names(pd.Index([PINGYANG])) == [units[PINGYANG]]
