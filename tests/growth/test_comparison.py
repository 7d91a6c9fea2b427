"""Two groups compared: against direct computation, brute force, SciPy and statsmodels."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from mountain_counties.growth import comparison

REPETITIONS = 20_000


def sample(inside: int, outside: int, shift: float = 0.5, seed: int = 1) -> tuple[pd.Series, pd.Series]:
    """Make two groups of normal values."""
    rng = np.random.default_rng(seed)
    values = pd.Series(rng.normal(size=inside + outside))
    member = pd.Series(np.arange(inside + outside) < inside)
    values[member] += shift
    return values, member


def test_contrast_is_a_difference_of_weighted_means():
    values, weights = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 1.0, 1.0])
    found = comparison.contrast(values, weights, np.array([0, 1]), np.array([2, 3]))
    assert found == pytest.approx((1 + 6) / 4 - 3.5)
    batches = comparison.contrast(values, weights, np.array([[0, 1], [1, 1]]), np.array([[2, 3], [3, 3]]))
    np.testing.assert_allclose(batches, [found, -2])


def test_compare_counts_averages_and_leaves_out():
    values, member = sample(5, 7)
    found = comparison.compare(values, member, repetitions=200)
    assert (found["n_inside"], found["n_outside"]) == (5, 7)
    assert found["inside"] == pytest.approx(values[:5].mean())
    assert found["difference"] == pytest.approx(values[:5].mean() - values[5:].mean())
    without = [
        values.drop(row)[member.drop(row)].mean() - values.drop(row)[~member.drop(row)].mean()
        for row in values.index
    ]
    assert (found["loo_lo"], found["loo_hi"]) == (pytest.approx(min(without)), pytest.approx(max(without)))
    assert found["loo_lo"] < found["difference"] < found["loo_hi"]


def test_weights_make_the_growth_of_sums():
    start = pd.Series([100.0, 10.0, 50.0, 70.0, 30.0])
    end = pd.Series([120.0, 30.0, 55.0, 70.0, 45.0])
    member = pd.Series([True, True, False, False, False])
    found = comparison.compare(end / start - 1, member, start, repetitions=200)
    assert found["difference"] == pytest.approx(150 / 110 - 170 / 150)


def test_bootstrap_is_that_of_scipy():
    values, member = sample(12, 20)
    direct = stats.bootstrap(
        (values[member].to_numpy(), values[~member].to_numpy()),
        lambda a, b, axis: a.mean(axis) - b.mean(axis),
        n_resamples=999,
        vectorized=True,
        method="BCa",
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert comparison.bootstrap_interval(values, member, repetitions=999, seed=7) == pytest.approx(direct)


def test_bootstrap_agrees_with_the_t_interval_in_a_large_sample():
    values, member = sample(150, 200)
    exact = stats.ttest_ind(values[member], values[~member], equal_var=False).confidence_interval()
    assert comparison.bootstrap_interval(values, member) == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize("weighted", [False, True])
def test_permutation_interval_against_brute_force(weighted):
    """All 252 ways to deal out ten values, each tested at every shift of a fine grid."""
    values, member = sample(5, 5, shift=2)
    rng = np.random.default_rng(3)
    weights = pd.Series(rng.uniform(1, 3, 10)) if weighted else None
    weight = np.ones(10) if weights is None else weights.to_numpy()
    deals = np.array(list(combinations(range(10), 5)))
    rest = np.array([np.setdiff1d(np.arange(10), deal) for deal in deals])

    def accepted(shift: float) -> bool:
        moved = values.to_numpy() - shift * member.to_numpy()
        chance = comparison.contrast(moved, weight, deals, rest)
        own = comparison.contrast(moved, weight, np.arange(5), np.arange(5, 10))
        return min((chance >= own - 1e-12).mean(), (chance <= own + 1e-12).mean()) > 0.025

    grid = np.arange(-1, 5, 0.005)
    kept = [shift for shift in grid if accepted(shift)]
    found = comparison.permutation_interval(values, member, weights, repetitions=REPETITIONS)
    # A sample of the deals stands in for all of them, so an end may move by one deal.
    assert found == pytest.approx((kept[0], kept[-1]), abs=0.12)


@pytest.mark.parametrize(("shift", "rejected"), [(0.0, False), (2.0, True)])
def test_permutation_interval_says_what_the_test_says(shift, rejected):
    values, member = sample(10, 14, shift)
    lo, hi = comparison.permutation_interval(values, member)
    direct = stats.permutation_test(
        (values[member], values[~member]),
        lambda a, b, axis: np.mean(a, axis) - np.mean(b, axis),
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(1),
    )
    assert (direct.pvalue < 0.05) == rejected == (not lo <= 0 <= hi)


def test_detectable_effect_against_statsmodels():
    values, member = sample(400, 400, shift=0)
    exact = TTestIndPower().solve_power(nobs1=400, alpha=0.05, power=0.8) * values.std()
    found = comparison.detectable(values, member)
    assert found["normal"] == pytest.approx(exact, rel=0.02)
    assert found["permutation"] == pytest.approx(exact, rel=0.04)


def test_detectable_effect_is_bloom_s_multiple_of_the_standard_error():
    """Bloom (1995) gives 2.80 for power 0.80 in a test at 0.05 with two tails."""
    values, member = sample(20, 30)
    error = np.sqrt(values[:20].var() / 20 + values[20:].var() / 30)
    assert comparison.detectable(values, member)["normal"] / error == pytest.approx(2.80, abs=0.005)


def test_detectable_effect_does_not_depend_on_the_difference():
    near, member = sample(25, 35, shift=0)
    far = near + 100 * member
    pd.testing.assert_series_equal(
        comparison.detectable(near, member), comparison.detectable(far, member), rtol=1e-9
    )


def test_detectable_effect_is_found_as_often_as_it_says():
    """Shift fresh samples by the effect and count how often the permutation interval leaves out zero."""
    found = 0
    for seed in range(150):
        values, member = sample(15, 20, shift=0, seed=seed)
        effect = comparison.detectable(values, member, repetitions=500)["permutation"]
        lo, _ = comparison.permutation_interval(values + effect * member, member, repetitions=500)
        found += lo > 0
    assert found / 150 == pytest.approx(0.8, abs=0.1)


def test_medians():
    values = pd.Series([1.0, 2.0, 50.0, 1.0, 1.5, 2.0])
    found = comparison.compare_medians(values, pd.Series([True] * 3 + [False] * 3), repetitions=500)
    assert (found["inside"], found["outside"], found["difference"]) == (2.0, 1.5, 0.5)
    assert found["lo"] <= found["difference"] <= found["hi"]


def test_readable_writes_points_and_plain_numbers():
    row = {
        "n_inside": 25, "n_outside": 35, "inside": 0.268, "outside": 0.3, "difference": -0.032,
        "lo": -0.1, "hi": 0.05, "perm_lo": -0.11, "perm_hi": 0.06, "loo_lo": -0.04, "loo_hi": -0.03,
    }  # fmt: skip
    table = comparison.readable(pd.DataFrame([row, row], index=["rate", "years"]), plain=("years",))
    assert table.loc["rate"].to_list() == [
        "26.8%", "30.0%", "−3.2", "−10.0 to +5.0", "−11.0 to +6.0", "−4.0 to −3.0"
    ]  # fmt: skip
    assert table.loc["years", ["Group", "Gap"]].to_list() == ["0.27", "−0.03"]


def test_same_seed_same_bytes():
    values, member = sample(10, 12)
    pd.testing.assert_series_equal(
        comparison.compare(values, member), comparison.compare(values, member), check_exact=True
    )


def test_missing_values_and_tiny_groups_are_refused():
    values, member = sample(3, 3)
    with pytest.raises(ValueError, match="missing values"):
        comparison.compare(values.where(values.index > 0), member)
    with pytest.raises(ValueError, match="groups of 1 and 5"):
        comparison.compare(values, pd.Series(np.arange(6) < 1))


def test_each_row_is_left_out_once_with_its_weight():
    values, member = sample(3, 4)
    weights = pd.Series([1.0, 2, 3, 4, 5, 6, 7])
    found = comparison.leave_one_out(values, member, weights)
    for row in values.index:
        rest = values.index.drop(row)
        inside, outside = rest[member[rest]], rest[~member[rest]]
        assert found[row] == pytest.approx(
            np.average(values[inside], weights=weights[inside])
            - np.average(values[outside], weights=weights[outside])
        )


def test_weighted_detectable_effect_has_no_normal_counterpart():
    values, member = sample(8, 9)
    assert np.isnan(comparison.detectable(values, member, pd.Series(1.0, values.index))["normal"])
    equal = comparison.detectable(values, member, pd.Series(3.0, values.index))
    assert equal["permutation"] == pytest.approx(comparison.detectable(values, member)["permutation"])


def test_more_power_needs_a_greater_effect():
    values, member = sample(20, 25)
    normal = [comparison.detectable(values, member, power=power)["normal"] for power in (0.5, 0.8, 0.9)]
    # At a power of one half the effect is the limit of the test itself, 1.96 standard errors.
    error = np.sqrt(values[:20].var() / 20 + values[20:].var() / 25)
    assert np.array(normal) / error == pytest.approx([1.960, 2.802, 3.242], abs=1e-3)
    moved = [comparison.detectable(values, member, power=power)["permutation"] for power in (0.5, 0.8, 0.9)]
    assert moved == sorted(moved)


def test_weights_may_come_in_another_order_and_groups_of_two_are_enough():
    values, member = sample(2, 2)
    weights = pd.Series([1.0, 2, 3, 4])
    found = comparison.compare(values, member, weights[::-1], repetitions=99)
    assert found["inside"] == pytest.approx(np.average(values[:2], weights=[1, 2]))
    assert found["outside"] == pytest.approx(np.average(values[2:], weights=[3, 4]))
    with pytest.raises(ValueError, match="unlike indices"):
        comparison.compare(values, member[::-1])
    with pytest.raises(ValueError, match="groups of 4 and 1"):
        comparison.compare(pd.Series(np.arange(5.0)), pd.Series(np.arange(5) < 4))


def test_medians_have_the_percentile_interval_of_scipy():
    values, member = sample(9, 11)
    found = comparison.compare_medians(values, member, repetitions=300, seed=5)
    direct = stats.bootstrap(
        (values[member].to_numpy(), values[~member].to_numpy()),
        lambda a, b, axis: np.median(a, axis) - np.median(b, axis),
        n_resamples=300,
        confidence_level=0.95,
        method="percentile",
        rng=np.random.default_rng(5),
    ).confidence_interval
    assert (found["lo"], found["hi"]) == pytest.approx(tuple(direct))
    assert (found["n_inside"], found["n_outside"]) == (9, 11)


def test_readable_writes_plain_rows_as_they_are():
    row = dict.fromkeys(("inside", "outside", "lo", "hi", "perm_lo", "perm_hi", "loo_lo", "loo_hi"), 0.514)
    table = comparison.readable(pd.DataFrame([row | {"difference": 0.25}], index=["years"]), ("years",))
    assert table.loc["years"].to_list() == ["0.51", "0.51", "+0.25", *["+0.51 to +0.51"] * 3]
