"""What tells the counties that left from those that stayed: ranks, exact permutation tests, thresholds.

All of it is exact. The counties are a whole population, not a sample: a permutation probability says how
often an equally large set drawn by lot would be set apart as far, and the spread beside an effect is what
leaving out any one county does to it.
"""

from collections.abc import Sequence
from itertools import chain, combinations
from math import comb

import numpy as np
import pandas as pd

_EXACT = 1e-9  # guards comparisons of half-integers against the noise of binary fractions


def ranks(values: pd.DataFrame) -> pd.DataFrame:
    """Rank the units by each indicator, 1 for the greatest value; ties share their mean rank, NaN stays."""
    return values.rank(ascending=False)


def subsets(n: int, size: int) -> np.ndarray:
    """List every subset of a size.

    Parameters
    ----------
    n, size : int
        Number of units, and how many are drawn.

    Returns
    -------
    numpy.ndarray
        Shape (n choose size, size): positions in ascending order, in lexicographic order.
    """
    flat = np.fromiter(chain.from_iterable(combinations(range(n), size)), dtype=np.int8)
    return flat.reshape(comb(n, size), size)


def _all_p(rank: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Compute the exact two-sided probability of every subset's rank sum, a subset being a column.

    Where values are missing, a subset is compared with those that have as many values as itself. Mid-ranks
    make the doubled rank sum a whole number, so that the distribution is a count of whole numbers.
    """
    known = ~np.isnan(rank)
    doubled = np.rint(2 * np.nan_to_num(rank)).astype(np.int64)
    # One number holds the size and the sum. Adding rows is several times as fast as a sum along columns.
    base = doubled.sum() + 1
    both = sum((base * known + doubled)[row] for row in drawn)
    counts = np.bincount(both)
    size, total = np.divmod(np.arange(len(counts)), base)
    away = np.abs(total - size * (known.sum() + 1))
    p = np.ones(len(counts))
    for k in range(1, len(drawn) + 1):
        if counts[mine := size == k].any():
            spread = np.bincount(away[mine], counts[mine])
            p[mine] = spread[::-1].cumsum()[::-1][away[mine]] / counts[mine].sum()
    return p[both]


def auc(values: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Compute how often a chosen unit has more than another one.

    Parameters
    ----------
    values : DataFrame
        Units by indicators.
    chosen : sequence of str
        Codes of the chosen units, all in `values`.

    Returns
    -------
    DataFrame
        One row per indicator: `auc`, the share of pairs of a chosen and another unit in which the chosen one
        has the greater value, ties counting half (1 or 0 if the indicator sets them apart, 0.5 if it says
        nothing); `lo` and `hi`, its least and greatest value when any one unit is left out.

    Notes
    -----
    The Mann-Whitney statistic over its greatest value, also known as the probability of superiority.
    """
    rows = []
    for name in values:
        mine, others = values.loc[list(chosen), name], values[name].drop(list(chosen))
        wins = np.subtract.outer(mine.dropna().to_numpy(), others.dropna().to_numpy())
        wins = (np.sign(wins) + 1) / 2
        # Sums of halves are exact, so that taking a unit's part off is the same as adding up the rest.
        means = [
            mean
            for axis, n in enumerate(wins.shape)
            if wins.size and n > 1
            for mean in (wins.sum() - wins.sum(axis=1 - axis)) / (wins.size - wins.size // n)
        ]
        rows.append(
            (wins.mean() if wins.size else np.nan, min(means, default=np.nan), max(means, default=np.nan))
        )
    return pd.DataFrame(rows, index=values.columns.rename("indicator"), columns=["auc", "lo", "hi"])


def test(values: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Test for every indicator whether the chosen units stand apart, by exact enumeration.

    Parameters
    ----------
    values : DataFrame
        Units by indicators: those who could be chosen, the chosen among them.
    chosen : sequence of str
        Codes of the chosen units.

    Returns
    -------
    DataFrame
        One row per indicator: `known`, units that have a value; `chosen`, how many of them were chosen;
        `auc`, `lo`, `hi` as `auc` gives them; `worst`, the last rank of a chosen unit, counted from the side
        where they stand; `p`, the two-sided probability of so extreme a rank sum if the units were drawn by
        lot; `p_adjusted`, the probability that any of the indicators would give so small a `p`.

    Notes
    -----
    Every subset of the same size is enumerated once for all indicators, so that the correction for having
    looked at many of them is exact and allows for their dependence: single-step min-p [1]_. An indicator with
    missing values is judged on the units that have one.

    References
    ----------
    .. [1] P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing, Wiley 1993, section 2.3.
    """
    drawn = subsets(len(values), len(chosen))
    observed = (drawn == np.sort(values.index.get_indexer(list(chosen)))).all(axis=1).argmax()
    ranked = ranks(values)
    least = np.ones(len(drawn))
    drawn = np.ascontiguousarray(drawn.T, dtype=np.intp)
    p = []
    for name in values:
        all_p = _all_p(ranked[name].to_numpy(), drawn)
        least = np.minimum(least, all_p)
        p.append(all_p[observed])
    table = auc(values, chosen)
    mine, known = ranked.loc[list(chosen)], ranked.notna().sum()
    worst = mine.max().where(table["auc"] >= 0.5, known + 1 - mine.min())
    return table.assign(
        known=known,
        chosen=mine.notna().sum(),
        worst=worst,
        p=p,
        p_adjusted=[(least <= one + _EXACT).mean() for one in p],
    )[["known", "chosen", "auc", "lo", "hi", "worst", "p", "p_adjusted"]]


def shortfalls(values: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Measure how far each unit is from the weakest chosen one, on every indicator and from both sides.

    Parameters
    ----------
    values : DataFrame
        Units by indicators; each indicator has the value of a chosen unit at least.
    chosen : sequence of str
        Codes of the chosen units.

    Returns
    -------
    DataFrame
        Indexed by `code`; two columns ``(indicator, side)`` per indicator. Side ``at least`` puts the
        threshold at the least value of the chosen, side ``at most`` at their greatest. The entries are in
        units of the indicator's range over `values`: positive for a unit that misses the threshold. A chosen
        unit whose value is missing may pass (-inf) and another one may miss (inf): a rule on such an
        indicator is possible, one on complete indicators certain.

    Raises
    ------
    ValueError
        If no chosen unit has a value of an indicator.
    """
    mine, spread = values.loc[list(chosen)], values.max() - values.min()
    if (blank := values.columns[mine.isna().all()]).size:
        raise ValueError(f"shortfalls: found no {blank[0]} for {list(chosen)}, expected one value or more")
    sides = {"at least": (mine.min() - values) / spread, "at most": (values - mine.max()) / spread}
    short = pd.concat(sides, axis=1).swaplevel(axis=1).rename_axis(columns=["indicator", "side"])
    unknown = pd.Series(np.inf, index=values.index)
    unknown[list(chosen)] = -np.inf
    return short.where(short.notna(), unknown, axis=0)


def single_rules(values: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Find every single threshold that gives exactly the chosen units.

    Parameters
    ----------
    values, chosen
        As in `shortfalls`.

    Returns
    -------
    DataFrame
        Indexed by `indicator` and `side`: `best_other` and `worst_chosen`, between which the threshold can
        lie; `gap`, their distance in units of the indicator's range; `relative`, the better of both over the
        worse, less one (NaN where a value is not positive). Widest gap first.
    """
    short = shortfalls(values, chosen).drop(list(chosen)).min()
    found = short[short > 0].sort_values(ascending=False)
    mine, others = values.loc[list(chosen)], values.drop(list(chosen))
    rows = []
    for (name, side), gap in found.items():
        ends = (
            (others[name].max(), mine[name].min())
            if side == "at least"
            else (others[name].min(), mine[name].max())
        )
        rows.append((*ends, gap, max(ends) / min(ends) - 1 if min(ends) > 0 else np.nan))
    return pd.DataFrame(
        rows,
        index=found.index,
        columns=["best_other", "worst_chosen", "gap", "relative"],
    )


def _pair_gaps(short: np.ndarray) -> np.ndarray:
    """Give for every pair of columns the least, over the rows, of the greater shortfall of both."""
    return np.maximum(short[:, :, None], short[:, None, :]).min(axis=0)


def pair_rules(values: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Find every pair of thresholds, both to be met, that gives exactly the chosen units.

    Parameters
    ----------
    values, chosen
        As in `shortfalls`.

    Returns
    -------
    DataFrame
        One row per pair: `first`, `first_side`, `second`, `second_side`; `gap`, by how much the closest other
        unit misses its worse threshold, in units of that indicator's range; `needed`, whether neither
        threshold does it alone. Widest gap first. The thresholds stand at the weakest chosen unit, the
        strictest place that lets all the chosen pass, so that no pair of thresholds on these indicators is
        overlooked.
    """
    short = shortfalls(values, chosen).drop(list(chosen))
    gaps, alone = _pair_gaps(short.to_numpy()), (short.min() > 0).to_numpy()
    names = short.columns
    rows = [
        (*names[i], *names[j], gaps[i, j], not (alone[i] or alone[j]))
        for i, j in combinations(range(len(names)), 2)
        if gaps[i, j] > 0 and names[i][0] != names[j][0]
    ]
    columns = ["first", "first_side", "second", "second_side", "gap", "needed"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["gap", "first", "second"], ascending=[False, True, True], ignore_index=True)


def closeness(values: pd.DataFrame, chosen: Sequence[str], rules: pd.DataFrame) -> pd.DataFrame:
    """Measure how close each unit that was not chosen is to passing each rule.

    Parameters
    ----------
    values, chosen
        As in `shortfalls`.
    rules : DataFrame
        As `pair_rules` gives them, or `single_rules`.

    Returns
    -------
    DataFrame
        One row per unit that was not chosen, one column per rule: minus the shortfall at the worse of the
        rule's thresholds, in units of the indicator's range; zero would pass.
    """
    short = shortfalls(values, chosen).drop(list(chosen))
    if "first" not in rules:
        return -short[rules.index].set_axis(range(len(rules)), axis=1)
    first = short[pd.MultiIndex.from_frame(rules[["first", "first_side"]])].to_numpy()
    second = short[pd.MultiIndex.from_frame(rules[["second", "second_side"]])].to_numpy()
    return pd.DataFrame(-np.maximum(first, second), index=short.index)


def rule_counts(values: pd.DataFrame, size: int) -> pd.DataFrame:
    """Count, for every set of units that could have been chosen, the rules that would give exactly that set.

    Parameters
    ----------
    values : DataFrame
        Units by indicators, no value missing.
    size : int
        How many are chosen.

    Returns
    -------
    DataFrame
        One row per subset, in the order of `subsets`: `single` and `pair` (thresholds on two different
        indicators), the numbers of rules as `single_rules` and `pair_rules` would list them.
    """
    x = values.to_numpy()
    columns = np.r_["1", x, -x].astype(float)
    same = np.tile(np.eye(x.shape[1], dtype=bool), (2, 2))
    rows = []
    for drawn in subsets(len(x), size):
        passing = (columns >= columns[drawn].min(axis=0)).astype(np.float32)
        together = passing.T @ passing
        exact = together == size
        rows.append((np.diag(exact).sum(), (exact & ~same).sum() // 2))
    return pd.DataFrame(rows, columns=["single", "pair"])
