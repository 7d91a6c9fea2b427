"""Synthetic comparisons: against published results, another optimiser, and effects that were planted."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy import optimize

from mountain_counties.growth import event_study_charts, long_record, synthetic

BEFORE, AFTER = list(range(1970, 1989)), list(range(1989, 2001))


@pytest.fixture(scope="module")
def smoking():
    """Packs of cigarettes a head, 39 states of the United States 1970 to 2000.

    The panel of Abadie, Diamond and Hainmueller (2010), as in Arkhangelsky et al. (2021).
    """
    table = pd.read_csv(ROOT / "tests" / "data" / "prop99.csv", index_col="State").rename(columns=int)
    return table.loc["California"], table.drop(index="California").T


@pytest.mark.parametrize(
    ("constant", "published", "tolerance"),
    # Arkhangelsky et al. (2021), table 1: DIFP -11.1, SC -19.6 (with a slight ridge, which is not used here).
    [(True, -11.1, 0.05), (False, -19.6, 0.15)],
)
def test_californias_tobacco_law(smoking, constant, published, tolerance):
    own, others = smoking
    assert synthetic.gap(own, others, BEFORE, constant)[AFTER].mean() == pytest.approx(
        published, abs=tolerance
    )


@pytest.mark.parametrize("constant", [True, False])
def test_weights_are_those_of_another_optimiser(smoking, constant):
    own, others = smoking
    y, x = own[BEFORE].to_numpy(), others.loc[BEFORE].to_numpy()
    weights = synthetic.fit(y, x, constant)
    if constant:
        y, x = y - y.mean(), x - x.mean(axis=0)
    y, x = y / 100, x / 100  # near one, as the optimiser likes it
    other = optimize.minimize(
        lambda w: ((y - x @ w) ** 2).sum(),
        np.full(x.shape[1], 1 / x.shape[1]),
        jac=lambda w: -2 * x.T @ (y - x @ w),
        method="SLSQP",
        bounds=[(0, 1)] * x.shape[1],
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"maxiter": 2000, "ftol": 1e-12},
    )
    assert weights.sum() == pytest.approx(1) and (weights >= 0).all()
    assert ((y - x @ weights) ** 2).sum() == pytest.approx(other.fun, rel=1e-2)
    assert weights == pytest.approx(other.x, abs=0.01)


def test_a_mixture_is_taken_apart():
    rng = np.random.default_rng(1)
    others = rng.normal(size=(30, 6)).cumsum(axis=0)
    mixed = others @ [0.5, 0, 0.3, 0, 0.2, 0]
    assert synthetic.fit(mixed + 7, others) == pytest.approx([0.5, 0, 0.3, 0, 0.2, 0], abs=1e-4)
    assert synthetic.fit(mixed, others, constant=False) == pytest.approx([0.5, 0, 0.3, 0, 0.2, 0], abs=1e-4)


def test_who_is_compared_with_whom():
    members, donors = synthetic.paths()
    table = long_record.territories()
    assert members.shape == (18, 25) and donors.shape == (18, 26)
    assert not table.loc[donors.columns, ["member", "derived"]].any(axis=None)
    left_out = set(table.index[~table["member"] & ~table["derived"]]) - set(donors.columns)
    assert set(table.loc[sorted(left_out), "name"]) == {"Daishan", "Shengsi"}
    assert donors.notna().all(axis=None) and members.notna().all(axis=None)


def test_gaps_and_placebos():
    members, donors = synthetic.paths()
    table, before = synthetic.gaps(), list(range(2005, 2021))
    assert len(table) == 1 + 25 + 26
    own = members["330326"]
    weights = synthetic.fit(own[before].to_numpy(), donors.loc[before].to_numpy())
    path = own - donors @ weights
    assert table.loc["330326", 2023] == pytest.approx(path[2023] - path[before].mean())
    assert table[before].mean(axis=1).abs().max() < 1e-12
    # A placebo is compared with the other donors, never with itself.
    assert (table.loc[donors.columns, before].abs().max(axis=1) > 1e-6).all()


def test_places_among_the_placebos():
    table, (_, donors) = synthetic.gaps(), synthetic.paths()
    found = synthetic.placed(2021)
    before = list(range(2005, 2021))
    ratio = {code: abs(row[2021]) / np.sqrt(np.mean(row[before] ** 2)) for code, row in table.iterrows()}
    beaten = sum(ratio[code] >= ratio["group"] for code in donors)
    assert found.loc["group", "rank"] == pytest.approx((1 + beaten) / 27)
    assert (found["lo"] < found["gap"]).all() and found["rank"].between(1 / 27, 1).all()


def test_residuals_are_turned_round(smoking):
    own, others = smoking
    effect = -15.0
    values = own.copy()
    values[AFTER] -= effect
    rest = synthetic.gap(values, others, [*BEFORE, *AFTER]).to_list()
    sizes = [np.mean(np.abs((rest[step:] + rest[:step])[-len(AFTER) :])) for step in range(len(rest))]
    expected = np.mean([size >= sizes[0] - 1e-12 for size in sizes])
    assert synthetic.p_value(own, others, AFTER, effect) == pytest.approx(expected)


def test_a_planted_effect_is_kept_and_zero_is_not():
    rng = np.random.default_rng(7)
    years = list(range(1990, 2021))
    others = pd.DataFrame(rng.normal(0, 1, (31, 5)).cumsum(axis=0), years)
    own = others @ [0.6, 0.4, 0, 0, 0] + rng.normal(0, 0.05, 31)
    own[2020] += 1.0
    low, high = synthetic.conformal(own, others, [2020], np.linspace(-2, 2, 81))
    assert low <= 1.0 <= high and low > 0
    assert synthetic.p_value(own, others, [2020], 0.0) == pytest.approx(1 / 31)


def test_the_test_rejects_as_often_as_it_says():
    """Exchangeable errors and no effect: at a tenth, about a tenth of all draws are rejected."""
    rng = np.random.default_rng(11)
    rejected = []
    for _ in range(300):
        others = pd.DataFrame(rng.normal(size=(20, 4)))
        own = others.mean(axis=1) + rng.normal(0, 1, 20)
        rejected.append(synthetic.p_value(own, others, [19], 0.0) <= 0.1)
    assert 0.06 < np.mean(rejected) < 0.15


def test_no_effect_kept_is_an_error(smoking):
    own, others = smoking
    with pytest.raises(ValueError, match="found no effect in"):
        synthetic.conformal(own, others, [2000], np.array([200.0, 300.0]), level=0.01)


def test_pictures_show_the_gaps():
    table, (_, donors) = synthetic.gaps(), synthetic.paths()
    fig = event_study_charts.synthetic(table, donors.columns, synthetic.BASE)
    drawn = [line.get_ydata() for line in fig.axes[0].get_lines() if len(line.get_xdata()) == table.shape[1]]
    assert len(drawn) == 1 + donors.shape[1]
    assert drawn[-1] == pytest.approx(table.loc["group"].to_numpy())
    placed = {year: synthetic.placed(year) for year in synthetic.AFTER}
    fig = event_study_charts.each(placed, long_record.territories()["name"])
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert len(labels) == 25 and "Kecheng, Qujiang" in labels
