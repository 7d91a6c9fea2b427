"""Weights that put chosen units on top: held against games, geometry and published centroids."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Polygon

from mountain_counties.line import inverse_weights

# Three units by three indicators, already scaled.
UNITS = pd.DataFrame(
    [[0.9, 0.1, 0.3], [0.2, 0.8, 0.4], [0.4, 0.5, 0.7], [0.1, 0.2, 0.3]],
    index=list("abcd"),
    columns=["x", "y", "z"],
)


def cone(rows: list[list[float]], names: str = "xyz") -> pd.DataFrame:
    """Write inequalities on weights as differences: each row's weighted sum has to be positive."""
    index = pd.MultiIndex.from_tuples([("a", f"b{i}") for i in range(len(rows))], names=["chosen", "other"])
    return pd.DataFrame(rows, index=index, columns=list(names)[: len(rows[0])], dtype=float)


def ordered(n: int) -> pd.DataFrame:
    """Give the cone of weights in descending order."""
    steps = [[(j == i) - (j == i + 1) for j in range(n)] for i in range(n - 1)]
    return cone(steps, "wxyz"[:n])


def best_region(unit: str) -> Polygon:
    """Cut the region of weights under which a unit is first out of the triangle of all weights."""
    triangle = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]  # (weight of x, weight of y); z has the rest
    for other in UNITS.index.drop(unit):
        value = [(UNITS.loc[unit] - UNITS.loc[other]) @ [u, v, 1 - u - v] for u, v in triangle]
        kept = []
        for (p, f), (q, g) in pairwise([*zip(triangle, value, strict=True), (triangle[0], value[0])]):
            kept += [p] if f >= 0 else []
            kept += [tuple(np.add(p, np.subtract(q, p) * f / (f - g)))] if f * g < 0 else []
        triangle = kept
        if not triangle:
            return Polygon()
    return Polygon(triangle)


def test_differences_are_chosen_less_other():
    gaps = inverse_weights.differences(UNITS, ["a", "c"])
    assert gaps.index.to_list() == [("a", "b"), ("a", "d"), ("c", "b"), ("c", "d")]
    assert gaps.loc[("a", "b")].to_list() == pytest.approx([0.7, -0.7, -0.1])


@pytest.mark.parametrize(
    ("game", "value", "strategy"),
    [
        ([[-2, 3], [3, -4]], 1 / 12, [7 / 12, 5 / 12]),  # Odd or Even, Ferguson, Game Theory, part II, 1.2
        ([[3, -1], [-2, 4]], 1.0, [0.5, 0.5]),  # no saddle: (ad - bc) / (a + d - b - c)
        ([[1, -1], [-1, 1]], 0.0, [0.5, 0.5]),  # matching pennies
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], 0.0, [1 / 3] * 3),  # stone, paper, scissors
        ([[2, 3], [1, 4]], 3.0, [0.0, 1.0]),  # a saddle
    ],
)
def test_margin_is_the_value_of_the_game(game, value, strategy):
    found, weights = inverse_weights.margin(cone(game))
    assert found == pytest.approx(value, abs=1e-9)
    assert weights.to_list() == pytest.approx(strategy, abs=1e-9)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_ranges_of_ordered_weights(n):
    """In descending order the k-th weight is at most 1/k, the first at least 1/n."""
    found = inverse_weights.ranges(ordered(n))
    assert found["hi"].to_list() == pytest.approx([1 / k for k in range(1, n + 1)], abs=1e-9)
    assert found["lo"].to_list() == pytest.approx([1 / n] + [0] * (n - 1), abs=1e-9)


def test_ranges_without_weights_are_refused():
    with pytest.raises(ValueError, match="no weights"):
        inverse_weights.ranges(cone([[1, -1], [-1, 1]]))


def test_centre_of_ordered_weights_is_that_of_barron_and_barrett():
    """Rank-order centroid weights of four criteria, Management Science 42 (1996), 1515-1523, table 1."""
    weights = inverse_weights.draw(list("wxyz"), 400_000, np.random.default_rng(3))
    kept = weights[inverse_weights.consistent(weights, ordered(4))]
    assert len(kept) / len(weights) == pytest.approx(1 / 24, rel=0.03)
    assert kept.mean().to_list() == pytest.approx([0.5208, 0.2708, 0.1458, 0.0625], abs=0.003)


def test_acceptability_is_the_area_of_the_best_regions():
    weights = inverse_weights.draw(list(UNITS), 100_000, np.random.default_rng(5))
    shares = inverse_weights.acceptability(inverse_weights.places(UNITS, weights))
    areas = {unit: best_region(unit).area / 0.5 for unit in UNITS.index}
    assert sum(areas.values()) == pytest.approx(1)
    assert areas["d"] == 0
    assert shares[1].to_dict() == pytest.approx(areas, abs=0.005)
    assert shares.sum().to_list() == pytest.approx([1] * 4)
    assert shares.sum(axis=1).to_list() == pytest.approx([1] * 4)


def test_places_are_pandas_ranks():
    weights = inverse_weights.draw(list(UNITS), 50, np.random.default_rng(1))
    expected = pd.DataFrame(weights.to_numpy() @ UNITS.T.to_numpy(), columns=UNITS.index)
    expected = expected.rank(axis=1, ascending=False).astype(int)
    assert (inverse_weights.places(UNITS, weights) == expected).all(axis=None)


def test_consistent_is_positive_margin():
    gaps = inverse_weights.differences(UNITS, ["b"])
    weights = inverse_weights.draw(list(UNITS), 2000, np.random.default_rng(2))
    first = inverse_weights.places(UNITS, weights)["b"] == 1
    assert (inverse_weights.consistent(weights, gaps) == first).all()
    assert 0 < first.mean() < 1


def test_two_indicators_are_those_that_a_grid_finds():
    gaps = inverse_weights.differences(UNITS, ["c"])
    found = inverse_weights.two_indicators(gaps)
    grid = np.linspace(0, 1, 2001)
    for one, other in [("x", "y"), ("x", "z"), ("y", "z")]:
        best = max((gaps[[one, other]] @ [share, 1 - share]).min() for share in grid)
        row = found[(found["first"] == one) & (found["second"] == other)]
        assert len(row) == (best > 0)
        assert row["margin"].to_list() == pytest.approx([best] if best > 0 else [], abs=1e-3)
    assert found["margin"].is_monotonic_decreasing


def test_a_tie_does_not_put_the_chosen_on_top():
    weights = pd.DataFrame({"x": [0.5, 0.6, 0.4], "y": [0.5, 0.4, 0.6]})
    gaps = cone([[1, -1]])
    assert inverse_weights.consistent(weights, gaps).to_list() == [False, True, False]
    # the columns are matched by name
    assert inverse_weights.consistent(weights[["y", "x"]], gaps).to_list() == [False, True, False]
    assert inverse_weights.two_indicators(cone([[0, -1], [1, 1]])).empty  # the best weights only tie
    with pytest.raises(ValueError, match="no weights"):
        inverse_weights.ranges(cone([[0, -1], [1, 1]]))


def test_equal_scores_are_placed_in_the_order_of_the_table():
    same = pd.DataFrame({"x": [1.0, 2, 2, 0], "y": [1.0, 2, 2, 0]}, index=list("abcd"))
    placed = inverse_weights.places(same, pd.DataFrame({"y": [0.5], "x": [0.5]}))
    assert placed.loc[0].to_dict() == {"a": 3, "b": 1, "c": 2, "d": 4}


def test_the_weight_of_a_pair_is_that_of_its_first_indicator():
    found = inverse_weights.two_indicators(cone([[3, -1], [-1, 1]])).loc[0]
    assert (found["first"], found["second"]) == ("x", "y")
    assert (found["margin"], found["weight"]) == pytest.approx((1 / 3, 1 / 3))


def test_an_unfinished_program_is_an_error(monkeypatch):
    solve = inverse_weights.linprog
    monkeypatch.setattr(inverse_weights, "linprog", lambda *a, **k: solve(*a, **k, options={"maxiter": 0}))
    with pytest.raises(ArithmeticError, match="expected an optimum"):
        inverse_weights.margin(ordered(4))


def test_concentration_draws_weights_towards_equal():
    spread = [
        inverse_weights.draw(list("wxyz"), 20_000, np.random.default_rng(5), concentration).std().mean()
        for concentration in (0.3, 1, 10)
    ]
    # A symmetric Dirichlet of n parts has the variance (n - 1) / (n^2 (n c + 1)).
    expected = [(3 / (16 * (4 * concentration + 1))) ** 0.5 for concentration in (0.3, 1, 10)]
    assert spread == pytest.approx(expected, rel=0.02)
