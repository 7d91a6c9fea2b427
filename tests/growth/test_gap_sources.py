"""Where the gaps come from: held against statsmodels, the package wildboottest, and plain loops."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mountain_counties.growth import convergence, gap_sources, growth, incomes
from mountain_counties.record import counties

FIRMS, REVENUE, DEPOSITS = (
    "industrial_enterprises_above_scale",
    "general_budget_revenue",
    "household_deposits",
)


def parts(indicator, specification):
    controls, query = gap_sources.SPECIFICATIONS[specification]
    table = gap_sources.units(indicator)
    table = table.query(query) if query else table
    return (
        table["growth"].to_numpy(),
        table["member"].to_numpy(float),
        gap_sources.design(table, controls),
        pd.factorize(table["prefecture"])[0],
    )


@pytest.fixture(scope="module")
def table():
    return gap_sources.table()


# wildboottest 0.3.2 (Python port of the R package fwildclusterboot), restricted bootstrap, Webb weights,
# 99,999 draws, seed 1, on these same columns.
@pytest.mark.parametrize(
    ("indicator", "specification", "t", "p"),
    [
        (FIRMS, "As told", 2.6923390223199006, 0.02818028180281803),
        (REVENUE, "Within prefectures", -0.4252411154903664, 0.7186671866718667),
        (DEPOSITS, "Given the starting level", 0.5432444838381512, 0.6015560155601556),
    ],
)
def test_wild_bootstrap_is_that_of_wildboottest(indicator, specification, t, p):
    found = gap_sources.wild_cluster(*parts(indicator, specification), gap_sources.webb_weights(11, 19_999))
    assert found["t"] == pytest.approx(t)
    assert found["p"] == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 19_999))


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_wild_bootstrap_by_fitting_every_draw(value):
    y, d, x, cluster = parts(REVENUE, "Given the starting level")
    weights = gap_sources.webb_weights(11, 199)
    full = np.column_stack([d, x])
    clustered = {"cov_type": "cluster", "cov_kwds": {"groups": cluster}}
    model = sm.OLS(y - value * d, full).fit(**clustered)
    null = sm.OLS(y - value * d, x).fit()
    drawn = [
        sm.OLS(null.fittedvalues + weight[cluster] * null.resid, full).fit(**clustered).tvalues[0]
        for weight in weights
    ]
    expected = np.mean(np.abs(drawn) >= abs(model.tvalues[0]) - 1e-9)
    found = gap_sources.wild_cluster(y - value * d, d, x, cluster, weights)
    assert found["estimate"] == pytest.approx(model.params[0])
    assert found["error"] == pytest.approx(model.bse[0])
    assert found["p"] == pytest.approx(expected)


def test_the_interval_holds_what_the_bootstrap_does_not_reject():
    y, d, x, cluster = parts(FIRMS, "As told")
    found = gap_sources.wild_cluster(y, d, x, cluster)
    width = found["hi"] - found["lo"]
    for end, sign in ((found["lo"], -1), (found["hi"], 1)):
        inner, outer = (
            gap_sources.wild_cluster(y - (end + sign * step * width) * d, d, x, cluster)["p"]
            for step in (-0.02, 0.02)
        )
        assert outer < 0.05 <= inner


def test_an_interval_that_does_not_close_is_infinite():
    # One cluster alone is treated: its residuals vanish, and the bootstrap cannot reject anything.
    cluster = np.repeat(np.arange(4), 5)
    y = np.random.default_rng(1).standard_normal(20)
    found = gap_sources.wild_cluster(y, (cluster == 0).astype(float), np.ones((20, 1)), cluster)
    assert np.isinf(found["lo"]) or np.isinf(found["hi"])


def test_design_of_the_specifications(table):
    by_hand = gap_sources.units("gdp")
    model = sm.OLS.from_formula("growth ~ member + C(prefecture) + level", by_hand).fit()
    row = table.loc[("GDP", "Within them, given the level")]
    assert row["estimate"] == pytest.approx(model.params["member[T.True]"])
    left = by_hand[~by_hand["code" if "code" in by_hand else "prefecture"].isin(["Quzhou", "Lishui"])]
    means = left.groupby("member")["growth"].mean()
    row = table.loc[("GDP", "Without Quzhou and Lishui")]
    assert (row["units"], row["members"]) == (len(left), left["member"].sum())
    assert row["estimate"] == pytest.approx(means[True] - means[False])


def test_the_plain_gap_is_that_of_the_chapter(table):
    for name, label in growth.INDICATORS.items():
        expected = growth.compare(growth.rates(name))["difference"]
        assert table.loc[(label, "As told"), "estimate"] == pytest.approx(expected)
    for name in incomes.KINDS:
        rows = incomes.by_county(name)
        means = rows.groupby("member")["growth"].mean()
        row = table.loc[(incomes.county_label(name), "As told")]
        assert row["estimate"] == pytest.approx(means[True] - means[False])
        assert (row["units"], row["members"]) == (len(rows), 26)


def test_made_up_lists_are_as_long_and_as_clustered_as_the_real_one():
    found = gap_sources.clustering()
    codes = counties.units().index
    own = pd.Series(codes.isin(growth.members()).astype(float), codes)
    weights = convergence.neighbours(codes)
    assert found["moran"] == pytest.approx(convergence.moran(own, weights, repetitions=9)["moran"])
    assert found["moran"] > 0.6 and abs(found["free"]) < 0.05
    assert found["made_up"] == pytest.approx(found["moran"], abs=0.03)
    lists = gap_sources.made_up(codes, 26, found["reach"])
    assert set(np.unique(lists)) == {0.0, 1.0} and (lists.sum(axis=0) == 26).all()
    assert len(np.unique(lists, axis=1).T) > 0.9 * lists.shape[1], "lists repeat"
    one = pd.Series(lists[:, 5], codes)
    assert gap_sources.likeness(lists[:, 5:6], weights.to_numpy())[0] == pytest.approx(
        convergence.moran(one, weights, repetitions=9)["moran"]
    )


def test_coefficients_of_lists_one_by_one():
    y, d, x, _ = parts(REVENUE, "Within them, given the level")
    codes = gap_sources.units(REVENUE).index
    lists = gap_sources.made_up(codes, int(d.sum()), 140)
    found = gap_sources.coefficients(y, lists, x)
    for draw in (0, 17, 200):
        expected = np.linalg.lstsq(np.column_stack([lists[:, draw], x]), y, rcond=None)[0][0]
        assert found[draw] == pytest.approx(expected)


def test_rarity_is_the_share_of_lists(table):
    y, d, _, _ = parts(FIRMS, "As told")
    codes = gap_sources.units(FIRMS).index
    lists = gap_sources.made_up(codes, int(d.sum()), gap_sources.clustering()["reach"])
    gaps = np.array([y[mark > 0].mean() - y[mark == 0].mean() for mark in lists.T])
    row = table.loc[("Above-scale industrial firms", "As told")]
    assert row["placebo"] == pytest.approx((np.abs(gaps) >= row["estimate"]).mean())


def test_looking_at_many_makes_nothing_rarer(table):
    assert (table["adjusted"] >= table["placebo"] - 1e-12).all()
    # Firms stand out if errors are shared within prefectures only; no gap stands out among clustered lists.
    firms = table.loc[("Above-scale industrial firms", "As told")]
    assert firms["lo"] > 0 and firms["placebo"] > 0.1
    assert (table["adjusted"] > 0.05).all()
    within = table.xs("Within prefectures", level="specification")
    assert (within["lo"] < 0).all() and (within["hi"] > 0).all()
    # Incomes rose faster as told, and given where they set out no faster that could be told.
    for name in incomes.KINDS:
        rows = table.loc[incomes.county_label(name)]
        assert rows.loc["As told", "lo"] > 0 > rows.loc["Given the starting level", "lo"]
