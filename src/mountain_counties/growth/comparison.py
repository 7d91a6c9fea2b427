"""Two groups of places compared: the difference of their means, its intervals, and what could be seen at all.

Every figure is a weighted mean of one set of rows less that of another (`contrast`), so that the estimate,
the bootstrap, the permutations and the leave-one-out cannot drift apart.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from mountain_counties.audit import wording

REPETITIONS = 4_999
"""Resamples and permutations, by default."""

SEED = 20241206
"""Where the random numbers start: the day on which the article was printed."""

LEVEL = 0.95
"""Confidence level of every interval."""

POWER = 0.8
"""Chance with which a difference is to be found, by default."""

TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def contrast(values: NDArray, weights: NDArray, inside: NDArray, outside: NDArray) -> NDArray:
    """Compute the weighted mean of some rows less that of others.

    Parameters
    ----------
    values, weights : ndarray, shape (n,)
        One value and one weight a row.
    inside, outside : ndarray of int, shapes (..., k) and (..., m)
        Positions of the rows of either group, a resample or permutation each along the last axis.

    Returns
    -------
    ndarray, shape (...)
    """
    weighted = weights * values

    def mean(rows: NDArray) -> NDArray:
        return weighted[rows].sum(-1) / weights[rows].sum(-1)

    return mean(inside) - mean(outside)


def _groups(
    values: pd.Series, inside: pd.Series, weights: pd.Series | None
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Turn the tables into arrays, refusing what cannot be compared."""
    if values.isna().any() or not values.index.equals(inside.index):
        raise ValueError("compare: found missing values or unlike indices, expected one value for each row")
    weight = np.ones(len(values)) if weights is None else weights.loc[values.index].to_numpy(float)
    rows = np.flatnonzero(inside), np.flatnonzero(~inside)
    if min(map(len, rows)) < 2:
        raise ValueError(f"compare: found groups of {len(rows[0])} and {len(rows[1])}, expected 2 or more")
    return values.to_numpy(float), weight, *rows


@lru_cache(maxsize=4)
def _permuted(n: int, inside: int, repetitions: int, seed: int) -> tuple[NDArray, NDArray]:
    """Deal n rows out to two groups at random, again and again."""
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(n), (repetitions, 1)), axis=1)
    return order[:, :inside], order[:, inside:]


def bootstrap_interval(
    values: pd.Series,
    inside: pd.Series,
    weights: pd.Series | None = None,
    repetitions: int = REPETITIONS,
    seed: int = SEED,
) -> tuple[float, float]:
    """Compute an interval for the difference by resampling either group's rows.

    Parameters
    ----------
    values, inside, weights, repetitions, seed
        As in `compare`.

    Returns
    -------
    tuple of float
        Bias-corrected and accelerated 95% interval.

    References
    ----------
    .. [1] B. Efron, Better bootstrap confidence intervals, J. Am. Stat. Assoc. 82 (1987) 171-185, as in
       `scipy.stats.bootstrap`.
    """
    value, weight, first, second = _groups(values, inside, weights)
    result = stats.bootstrap(
        (first, second),
        lambda a, b, axis: contrast(value, weight, np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)),
        n_resamples=repetitions,
        vectorized=True,
        confidence_level=LEVEL,
        method="BCa",
        rng=np.random.default_rng(seed),
    )
    return tuple(result.confidence_interval)


def permutation_interval(
    values: pd.Series,
    inside: pd.Series,
    weights: pd.Series | None = None,
    repetitions: int = REPETITIONS,
    seed: int = SEED,
) -> tuple[float, float]:
    """Collect the shifts of one group that a permutation test does not reject.

    Parameters
    ----------
    values, inside, weights, repetitions, seed
        As in `compare`.

    Returns
    -------
    tuple of float
        95% interval. It does not hold zero if, and only if, a test with two tails of 2.5% rejects equality.

    Notes
    -----
    Take a shift `d` off the group's values. Both the observed difference ``D - d`` and that of a permutation
    ``A - d B`` are linear in `d`, where `B` is the contrast of the group's own labels. The permutation is the
    more extreme from ``d = (D - A) / (1 - B)`` on, so the quantiles of these values are the limits of the
    test; nothing has to be searched.

    References
    ----------
    .. [1] D. Tritchler, On inverting permutation tests, J. Am. Stat. Assoc. 79 (1984) 200-207.
    """
    value, weight, first, second = _groups(values, inside, weights)
    permuted = _permuted(len(value), len(first), repetitions, seed)
    label = inside.to_numpy(float)
    estimate = contrast(value, weight, first, second)
    moved = contrast(label, weight, *permuted)
    changed = moved < 1 - 1e-12  # the identity says nothing about the shift
    shift = (estimate - contrast(value, weight, *permuted)[changed]) / (1 - moved[changed])
    return tuple(np.quantile(shift, TAILS))


def leave_one_out(values: pd.Series, inside: pd.Series, weights: pd.Series | None = None) -> pd.Series:
    """Compute the difference again and again, each time without one row.

    Parameters
    ----------
    values, inside, weights
        As in `compare`.

    Returns
    -------
    Series
        Index of `values`: the difference without that row.
    """
    value, weight, first, second = _groups(values, inside, weights)
    without = np.empty(len(value))
    without[first] = contrast(value, weight, _each_left_out(first), second)
    without[second] = contrast(value, weight, first, _each_left_out(second))
    return pd.Series(without, values.index, name="difference")


def _each_left_out(rows: NDArray) -> NDArray:
    """List the rows without the first, without the second, and so on."""
    kept = ~np.eye(len(rows), dtype=bool)
    return np.broadcast_to(rows, kept.shape)[kept].reshape(len(rows), -1)


def compare(
    values: pd.Series,
    inside: pd.Series,
    weights: pd.Series | None = None,
    repetitions: int = REPETITIONS,
    seed: int = SEED,
) -> pd.Series:
    """Compare the means of two groups.

    Parameters
    ----------
    values : Series
        One value a row, none missing.
    inside : Series of bool
        Whether the row belongs to the group; same index.
    weights : Series, optional
        Weight of each row; equal by default.
    repetitions : int
        Resamples and permutations.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Series
        `n_inside`, `n_outside`; `inside`, `outside` (means); `difference`; `lo`, `hi` (bootstrap);
        `perm_lo`, `perm_hi` (permutation); `loo_lo`, `loo_hi` (least and greatest leave-one-out value).

    Raises
    ------
    ValueError
        If a value is missing or a group has fewer than two rows.
    """
    value, weight, first, second = _groups(values, inside, weights)
    lo, hi = bootstrap_interval(values, inside, weights, repetitions, seed)
    perm_lo, perm_hi = permutation_interval(values, inside, weights, repetitions, seed)
    without = leave_one_out(values, inside, weights)
    return pd.Series(
        {
            "n_inside": len(first),
            "n_outside": len(second),
            "inside": np.average(value[first], weights=weight[first]),
            "outside": np.average(value[second], weights=weight[second]),
            "difference": contrast(value, weight, first, second),
            "lo": lo,
            "hi": hi,
            "perm_lo": perm_lo,
            "perm_hi": perm_hi,
            "loo_lo": without.min(),
            "loo_hi": without.max(),
        }
    )


def compare_medians(
    values: pd.Series, inside: pd.Series, repetitions: int = REPETITIONS, seed: int = SEED
) -> pd.Series:
    """Compare the medians of two groups, which no single row can move far.

    Parameters
    ----------
    values, inside, repetitions, seed
        As in `compare`.

    Returns
    -------
    Series
        `n_inside`, `n_outside`, `inside`, `outside`, `difference`, and `lo`, `hi` (percentile bootstrap: the
        jackknife behind the other interval fails for a median).
    """
    value, _, first, second = _groups(values, inside, None)
    result = stats.bootstrap(
        (value[first], value[second]),
        lambda a, b, axis: np.median(a, axis) - np.median(b, axis),
        n_resamples=repetitions,
        vectorized=True,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    medians = np.median(value[first]), np.median(value[second])
    return pd.Series(
        {
            "n_inside": len(first),
            "n_outside": len(second),
            "inside": medians[0],
            "outside": medians[1],
            "difference": medians[0] - medians[1],
            "lo": result.confidence_interval.low,
            "hi": result.confidence_interval.high,
        }
    )


def detectable(
    values: pd.Series,
    inside: pd.Series,
    weights: pd.Series | None = None,
    power: float = POWER,
    repetitions: int = REPETITIONS,
    seed: int = SEED,
) -> pd.Series:
    """Compute the least difference that groups of this size and spread would show.

    Parameters
    ----------
    values, inside, weights, repetitions, seed
        As in `compare`.
    power : float
        Chance with which a test at two tails of 2.5% is to find the difference.

    Returns
    -------
    Series
        `normal`: from the normal approximation with unequal variances (missing if there are weights);
        `permutation`: from the permutations of the values, each group's mean taken off first.

    Notes
    -----
    A true difference `d` moves the distribution of the estimate by `d`. It is found in `power` of all cases
    when the quantile ``1 - power`` of the moved distribution reaches the quantile 0.975 of the unmoved one.
    Neither figure depends on the difference that was observed.

    References
    ----------
    .. [1] H. S. Bloom, Minimum detectable effects, Evaluation Review 19 (1995) 547-556.
    """
    value, weight, first, second = _groups(values, inside, weights)
    error = np.sqrt(sum(value[rows].var(ddof=1) / len(rows) for rows in (first, second)))
    normal = (stats.norm.ppf(TAILS[1]) + stats.norm.ppf(power)) * error
    centred = value.copy()
    for rows in (first, second):
        centred[rows] -= np.average(value[rows], weights=weight[rows])
    chance = contrast(centred, weight, *_permuted(len(value), len(first), repetitions, seed))
    permutation = np.quantile(chance, TAILS[1]) - np.quantile(chance, 1 - power)
    return pd.Series({"normal": normal if weights is None else np.nan, "permutation": permutation})


def readable(table: pd.DataFrame, plain: tuple[str, ...] = (), shares: tuple[str, ...] = ()) -> pd.DataFrame:
    """Write comparisons of growth rates or shares as a reader's table.

    Parameters
    ----------
    table : DataFrame
        Rows as `compare` gives them.
    plain : tuple of str
        Rows (by index) that are neither rates nor shares and stand as they are.
    shares : tuple of str
        Rows that are changes of shares, in points and not in per cent.

    Returns
    -------
    DataFrame
        Same index; strings: both groups' means, the gap between them in points, its intervals by bootstrap
        and permutation, and its range with one row left out.
    """

    def cells(row: pd.Series) -> dict[str, str]:
        shift, digits = (0, 2) if row.name in plain else (2, 1)

        def span(low: str, high: str) -> str:
            ends = [wording.signed(row[end], digits, shift=shift) for end in (low, high)]
            return f"{ends[0]} to {ends[1]}"

        def mean(value: float) -> str:
            if row.name in shares:
                return wording.signed(value, digits, shift=shift)
            return wording.number(value, digits) if row.name in plain else wording.percent(value, digits)

        return {
            "Group": mean(row["inside"]),
            "Others": mean(row["outside"]),
            "Gap": wording.signed(row["difference"], digits, shift=shift),
            "Bootstrap": span("lo", "hi"),
            "Permuted": span("perm_lo", "perm_hi"),
            "One left out": span("loo_lo", "loo_hi"),
        }

    return pd.DataFrame([cells(row) for _, row in table.iterrows()], table.index)
