"""Ranks, exact tests and thresholds, held against other implementations and against plain counting."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mountain_counties.line import reclassification, separation

RNG = np.random.default_rng(7)


def table(n: int = 9, q: int = 4, holes: int = 0, ties: bool = False) -> pd.DataFrame:
    """Make a random table of units by indicators."""
    x = RNG.integers(0, 5, (n, q)).astype(float) if ties else RNG.normal(size=(n, q))
    x.flat[RNG.choice(x.size, holes, replace=False)] = np.nan
    return pd.DataFrame(x, index=[f"u{i}" for i in range(n)], columns=[f"x{i}" for i in range(q)])


def brute_p(column: pd.Series, chosen: list[str]) -> float:
    """Compute the two-sided probability of the rank sum by naming every other set."""
    ranks, known = column.rank(), column.notna()
    size, centre = known[chosen].sum(), None
    sums = []
    for drawn in combinations(column.index, len(chosen)):
        inside = [unit for unit in drawn if known[unit]]
        if len(inside) == size:
            sums.append(ranks[inside].sum())
    centre = size * (known.sum() + 1) / 2
    observed = abs(ranks[[unit for unit in chosen if known[unit]]].sum() - centre)
    return np.mean([abs(total - centre) >= observed - 1e-9 for total in sums])


def test_subsets_are_all_of_them():
    assert separation.subsets(26, 3).shape == (2600, 3)
    assert separation.subsets(23, 3).shape == (1771, 3)
    assert separation.subsets(6, 2).tolist() == [list(pair) for pair in combinations(range(6), 2)]


@pytest.mark.parametrize("size", [3, 6])
def test_p_is_scipys_exact_mann_whitney(size):
    x = table(26, 3)
    chosen = list(x.index[:size])
    found = separation.test(x, chosen)
    for name in x:
        mine, others = x.loc[chosen, name], x[name].drop(chosen)
        assert found.loc[name, "p"] == pytest.approx(stats.mannwhitneyu(mine, others, method="exact").pvalue)
        statistic = stats.mannwhitneyu(mine, others).statistic
        assert found.loc[name, "auc"] == pytest.approx(statistic / (size * (26 - size)))


@pytest.mark.parametrize(("holes", "ties"), [(0, False), (0, True), (6, False), (6, True)])
def test_p_is_that_of_plain_counting(holes, ties):
    x = table(9, 4, holes, ties)
    chosen = ["u0", "u3", "u7"]
    found = separation.test(x, chosen)
    for name in x:
        assert found.loc[name, "p"] == pytest.approx(brute_p(x[name], chosen))


def test_correction_is_the_joint_distribution_of_the_least_p():
    x = table(8, 5, ties=True)
    every = list(combinations(x.index, 3))
    least = [min(brute_p(x[name], list(drawn)) for name in x) for drawn in every]
    found = separation.test(x, list(every[10]))
    for name in x:
        expected = np.mean([one <= found.loc[name, "p"] + 1e-9 for one in least])
        assert found.loc[name, "p_adjusted"] == pytest.approx(expected)


def test_correction_controls_the_error():
    """Over all sets that could be drawn, at most 5% have an indicator with a corrected probability of 5%."""
    x = table(8, 6)
    hits = [separation.test(x, list(drawn))["p_adjusted"].min() <= 0.05 for drawn in combinations(x.index, 3)]
    assert np.mean(hits) <= 0.05


def test_one_indicator_needs_no_correction():
    x = table(10, 1)
    found = separation.test(x, ["u1", "u4"])
    assert found["p_adjusted"].to_list() == pytest.approx(found["p"].to_list())


def test_effect_and_its_spread():
    x = pd.DataFrame({"x": [5, 4, 3, 2, 1.0]}, index=list("abcde"))
    found = separation.auc(x, ["a", "c"]).loc["x"]
    assert found.to_dict() == pytest.approx({"auc": 5 / 6, "lo": 2 / 3, "hi": 1.0})
    assert separation.test(x, ["a", "c"]).loc["x", "worst"] == 3
    assert separation.test(-x, ["a", "c"]).loc["x", "worst"] == 3


def test_effect_without_a_value_is_missing():
    x = pd.DataFrame({"x": [np.nan, 4, 3, 2]}, index=list("abcd"))
    found = separation.test(x, ["a"]).loc["x"]
    assert np.isnan(found["auc"])
    assert (found["known"], found["chosen"], found["p"]) == (3, 0, 1)


def test_the_six_are_set_apart_by_size_only():
    found = separation.test(reclassification.values(), reclassification.removed())
    perfect = found.index[found["auc"].isin([0, 1]) & (found["chosen"] == 6)]
    assert set(perfect) == {"gdp_2020", "gdp_2023", "gdp_2024", "retail_sales_2024", "urban_pop_2020"}
    assert found.loc["gdp_2024", "p"] == pytest.approx(2 / 230230)
    assert (reclassification.indicators().loc[perfect, "kind"] == "total").all()


def passing(x: pd.DataFrame, chosen: list[str], name: str, side: str) -> set[str]:
    """Name the units that pass the strictest threshold that all the chosen pass."""
    mine = x.loc[chosen, name]
    kept = x[name] >= mine.min() if side == "at least" else x[name] <= mine.max()
    return set(x.index[kept])


@pytest.mark.parametrize("seed", range(5))
def test_threshold_rules_are_those_of_plain_counting(seed):
    x = pd.DataFrame(np.random.default_rng(seed).integers(0, 9, (8, 4)).astype(float), index=list("abcdefgh"))
    x.columns = [f"x{i}" for i in range(4)]
    chosen = ["b", "e"]
    columns = [(name, side) for name in x for side in ("at least", "at most")]
    sets = {column: passing(x, chosen, *column) for column in columns}
    single = {column for column in columns if sets[column] == set(chosen)}
    pairs = {
        frozenset((one, other))
        for one, other in combinations(columns, 2)
        if one[0] != other[0] and sets[one] & sets[other] == set(chosen)
    }
    assert set(separation.single_rules(x, chosen).index) == single
    found = separation.pair_rules(x, chosen)
    listed = [
        frozenset(((row.first, row.first_side), (row.second, row.second_side))) for row in found.itertuples()
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == pairs
    assert found["needed"].to_list() == [not (pair & single) for pair in listed]
    place = list(combinations(range(8), 2)).index((1, 4))
    counted = separation.rule_counts(x, 2).loc[place]
    assert (counted["single"], counted["pair"]) == (len(single), len(pairs))


def test_gap_of_a_single_threshold():
    x = pd.DataFrame({"x": [10.0, 8, 5, 0]}, index=list("abcd"))
    found = separation.single_rules(x, ["a", "b"]).loc[("x", "at least")]
    assert found.to_dict() == pytest.approx({"best_other": 5, "worst_chosen": 8, "gap": 0.3, "relative": 0.6})
    low = separation.single_rules(x.drop("d"), ["c"]).loc[("x", "at most")]
    assert low.to_dict() == pytest.approx({"best_other": 8, "worst_chosen": 5, "gap": 0.6, "relative": 0.6})


def test_gap_and_closeness_of_a_pair():
    x = pd.DataFrame({"x": [10.0, 9, 0, 8], "y": [10.0, 4, 9, 0]}, index=list("abcd"))
    rules = separation.pair_rules(x, ["a"])
    rule = rules[(rules["first_side"] == "at least") & (rules["second_side"] == "at least")]
    assert rule["gap"].to_list() == pytest.approx(
        [0.6]
    )  # b misses y by 6 of 10; c misses x by all, d y by all
    close = separation.closeness(x, ["a"], rule.reset_index(drop=True))
    assert close[0].to_dict() == pytest.approx({"b": -0.6, "c": -1.0, "d": -1.0})
    single = separation.single_rules(x, ["a"])
    assert separation.closeness(x, ["a"], single).shape == (3, len(single))


def test_a_missing_value_makes_a_rule_possible():
    x = pd.DataFrame({"x": [10.0, np.nan, 9, np.nan]}, index=list("abcd"))
    short = separation.shortfalls(x, ["a", "b"])[("x", "at least")]
    assert short.to_dict() == {"a": 0, "b": -np.inf, "c": 1, "d": np.inf}
    assert list(separation.single_rules(x, ["a", "b"]).index) == [("x", "at least"), ("x", "at most")][:1]


def test_an_indicator_without_a_chosen_value_is_refused():
    x = pd.DataFrame({"x": [np.nan, 1.0, 2]}, index=list("abc"))
    with pytest.raises(ValueError, match="found no x"):
        separation.shortfalls(x, ["a"])


def leave_one_out(x: pd.DataFrame, chosen: list[str], name: str) -> list[float]:
    """Compute the effect without each unit in turn, by scipy."""
    effects = []
    for unit in x.index[x[name].notna()]:
        mine = x.loc[[one for one in chosen if one != unit], name].dropna()
        others = x[name].drop([*chosen, unit], errors="ignore").dropna()
        if len(mine) and len(others):
            effects.append(stats.mannwhitneyu(mine, others).statistic / (len(mine) * len(others)))
    return effects


@pytest.mark.parametrize(("holes", "ties"), [(0, True), (5, True), (5, False)])
def test_effect_and_its_spread_are_those_of_scipy_unit_by_unit(holes, ties):
    """Ties count half, and a unit without a value changes nothing."""
    x, chosen = table(9, 4, holes, ties), ["u0", "u3", "u7", "u8"]
    found = separation.auc(x, chosen)
    for name in x:
        mine, others = x.loc[chosen, name].dropna(), x[name].drop(chosen).dropna()
        whole = stats.mannwhitneyu(mine, others).statistic / (len(mine) * len(others))
        every = leave_one_out(x, chosen, name)
        assert found.loc[name].to_list() == pytest.approx([whole, min(every), max(every)])


def test_equal_values_share_their_mean_rank_and_say_nothing():
    x = pd.DataFrame({"x": [3.0, 1, 3, 1, np.nan]}, index=list("abcde"))
    assert separation.ranks(x)["x"].to_list() == pytest.approx([1.5, 3.5, 1.5, 3.5, np.nan], nan_ok=True)
    found = separation.test(x, ["a", "b"]).loc["x"]
    assert (found["auc"], found["p"], found["worst"]) == (0.5, 1, 3.5)
    assert (found["known"], found["chosen"]) == (4, 2)


def test_a_lone_unit_cannot_be_left_out():
    x = pd.DataFrame({"x": [2.0, 2, 1]}, index=list("abc"))
    found = separation.auc(x, ["a"]).loc["x"]
    assert found.to_dict() == pytest.approx({"auc": 0.75, "lo": 0.5, "hi": 1.0})


def test_the_last_rank_is_counted_from_the_side_where_the_chosen_stand():
    x = pd.DataFrame({"x": [1.0, 2, 4, 5, 6, 7]}, index=list("abcdef"))
    assert separation.test(x, ["a", "c"]).loc["x", "worst"] == 3  # from below: 1 and 4 are first and third
    assert separation.test(x, ["f", "d"]).loc["x", "worst"] == 3


def test_a_threshold_that_another_unit_shares_is_no_rule():
    x = pd.DataFrame({"x": [5.0, 3, 3, 1], "y": [4.0, 4, 0, 4]}, index=list("abcd"))
    assert ("x", "at least") not in separation.single_rules(x, ["a", "b"]).index
    pairs = separation.pair_rules(x, ["a", "b"])
    assert set(pairs[["first", "second"]].itertuples(index=False, name=None)) == {("x", "y")}
    # c ties on x but misses y by the whole range, d ties on y but misses x by half the range
    assert pairs["gap"].to_list() == pytest.approx([0.5])
    close = separation.closeness(x, ["a", "b"], pairs)
    assert close[0].to_dict() == pytest.approx({"c": -1, "d": -0.5})


def test_pairs_with_the_same_gap_come_by_the_names_of_their_indicators():
    """Three alike: each two of them separate as widely, so that nothing but names can order them."""
    column = [10.0, 0, 0]
    x = pd.DataFrame({"z": column, "y": column, "x": column}, index=list("abc"))
    found = separation.pair_rules(x, ["a"])
    assert (found["gap"] == 1).all()
    pairs = found[["first", "second"]].apply(tuple, axis=1).to_list()
    assert len(pairs) > 3 and pairs == sorted(pairs)


def test_no_ratio_is_given_to_a_threshold_at_or_below_zero():
    x = pd.DataFrame({"x": [2.0, 0, -1]}, index=list("abc"))
    found = separation.single_rules(x, ["a"]).loc[("x", "at least")]
    assert np.isnan(found["relative"]) and found["gap"] == pytest.approx(2 / 3)
    assert np.isnan(separation.single_rules(x, ["c"]).loc[("x", "at most"), "relative"])


def test_rules_are_listed_from_the_widest_gap():
    x = table(7, 5)
    chosen = [x["x0"].idxmax()]
    for rules in (separation.single_rules(x, chosen), separation.pair_rules(x, chosen)):
        assert len(rules) > 1 and rules["gap"].is_monotonic_decreasing


def test_pairs_with_equal_gaps_are_listed_by_name():
    """Four copies of an indicator: every pair has the same gap."""
    x = pd.DataFrame({name: [3.0, 1, 0] for name in "badc"}, index=list("xyz"))
    rules = separation.pair_rules(x, ["x"])
    same = rules[(rules["first_side"] == "at least") & (rules["second_side"] == "at least")]
    listed = list(zip(same["first"], same["second"], strict=True))
    assert len(listed) == 6 and same["gap"].min() == same["gap"].max()
    assert listed == sorted(listed)
