"""Which weights of the indicators put the chosen units on top: linear programs, and shares of all weightings.

The rule is a weighted mean of scaled indicators; the weights are not negative and add up to one.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import linprog


def differences(scaled: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Subtract every other unit from every chosen one.

    Parameters
    ----------
    scaled : DataFrame
        Units by indicators, more being better, as `reclassification.normalise` gives them.
    chosen : sequence of str
        Codes of the chosen units.

    Returns
    -------
    DataFrame
        One row per pair, indexed by `chosen` and `other`. Weights put the chosen on top if they make every
        row's weighted sum positive.
    """
    others = scaled.index.difference(list(chosen))
    pairs = pd.MultiIndex.from_product([list(chosen), others], names=["chosen", "other"])
    gaps = scaled.loc[list(chosen)].to_numpy()[:, None] - scaled.loc[others].to_numpy()
    return pd.DataFrame(gaps.reshape(len(pairs), -1), index=pairs, columns=scaled.columns)


def margin(gaps: pd.DataFrame) -> tuple[float, pd.Series]:
    """Find the weights under which the worst chosen unit is furthest above the best other one.

    Parameters
    ----------
    gaps : DataFrame
        As `differences` gives them, of one round or of several stacked.

    Returns
    -------
    float
        The greatest least weighted difference. Not positive: no weights do it.
    Series
        The weights, by indicator.

    Notes
    -----
    The linear program of inverse multi-criteria analysis; the same as the value of the matrix game in which
    one side draws the indicator and the other the pair [1]_. Solved with HiGHS.

    References
    ----------
    .. [1] J. von Neumann and O. Morgenstern, Theory of Games and Economic Behavior, 1944, section 17.
    """
    n = gaps.shape[1]
    found = linprog(
        np.r_[np.zeros(n), -1.0],
        A_ub=np.c_[-gaps.to_numpy(), np.ones(len(gaps))],
        b_ub=np.zeros(len(gaps)),
        A_eq=[np.r_[np.ones(n), 0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * n + [(None, None)],
    )
    _check(found)
    return -found.fun, pd.Series(found.x[:n], index=gaps.columns)


def ranges(gaps: pd.DataFrame) -> pd.DataFrame:
    """Bound each weight over all weights that put the chosen on top.

    Parameters
    ----------
    gaps : DataFrame
        As `differences` gives them.

    Returns
    -------
    DataFrame
        One row per indicator: `lo` and `hi`, the least and greatest weight that it can have.

    Raises
    ------
    ValueError
        If no weights put the chosen on top.
    """
    n = gaps.shape[1]
    if margin(gaps)[0] <= 0:
        raise ValueError("ranges: no weights put the chosen units on top")
    rows = []
    for unit in np.eye(n):
        ends = []
        for way in (1, -1):
            found = linprog(
                way * unit, A_ub=-gaps.to_numpy(), b_ub=np.zeros(len(gaps)), A_eq=[np.ones(n)], b_eq=[1.0]
            )
            _check(found)
            ends.append(way * found.fun)
        rows.append(ends)
    return pd.DataFrame(rows, index=gaps.columns.rename("indicator"), columns=["lo", "hi"])


def two_indicators(gaps: pd.DataFrame) -> pd.DataFrame:
    """Find the pairs of indicators of which some weighting puts the chosen on top.

    Parameters
    ----------
    gaps : DataFrame
        As `differences` gives them.

    Returns
    -------
    DataFrame
        One row per pair that can do it: `first`, `second`, `margin` (see `margin`), `weight` (of the first);
        widest margin first.
    """
    rows = []
    for pair in combinations(gaps.columns, 2):
        widest, weights = margin(gaps[list(pair)])
        if widest > 0:
            rows.append((*pair, widest, weights.iloc[0]))
    table = pd.DataFrame(rows, columns=["first", "second", "margin", "weight"])
    return table.sort_values("margin", ascending=False, ignore_index=True)


def _check(found: object) -> None:
    """Refuse a linear program that the solver did not finish."""
    if found.status != 0:
        raise ArithmeticError(f"linear program: found {found.message!r}, expected an optimum")


def draw(
    indicators: Sequence[str], n: int, rng: np.random.Generator, concentration: float = 1.0
) -> pd.DataFrame:
    """Draw weights at random; by default every weighting is as likely as any other.

    Parameters
    ----------
    indicators : sequence of str
        Their names.
    n : int
        How many weightings.
    rng : numpy.random.Generator
        Source of randomness.
    concentration : float
        Parameter of the symmetric Dirichlet distribution: 1 is uniform on the simplex; below it single
        indicators get most of the weight, above it the weights draw near to equal.

    Returns
    -------
    DataFrame
        One row per weighting, one column per indicator.
    """
    weights = rng.dirichlet(np.full(len(indicators), float(concentration)), n)
    return pd.DataFrame(weights, columns=list(indicators))


def consistent(weights: pd.DataFrame, gaps: pd.DataFrame) -> pd.Series:
    """Say for each weighting whether it puts all the chosen units above all the others.

    Parameters
    ----------
    weights : DataFrame
        As `draw` gives them.
    gaps : DataFrame
        As `differences` gives them, same columns.

    Returns
    -------
    Series
        bool, by weighting. Its mean estimates the share of all weightings that do, and the weightings kept
        are uniform on the set of those that do.
    """
    return pd.Series((weights.to_numpy() @ gaps[weights.columns].to_numpy().T > 0).all(axis=1), weights.index)


def places(scaled: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Rank the units under each weighting.

    Parameters
    ----------
    scaled : DataFrame
        Units by indicators, more being better.
    weights : DataFrame
        As `draw` gives them, same columns.

    Returns
    -------
    DataFrame
        One row per weighting, one column per unit: its place, 1 for the best.
    """
    scores = weights.to_numpy() @ scaled[weights.columns].to_numpy().T
    order = (-scores).argsort(axis=1, kind="stable")
    found = np.empty(order.shape, dtype=np.int16)
    np.put_along_axis(found, order, np.arange(1, len(scaled) + 1, dtype=np.int16)[None, :], axis=1)
    return pd.DataFrame(found, index=weights.index, columns=scaled.index)


def acceptability(placed: pd.DataFrame) -> pd.DataFrame:
    """Compute the share of weightings under which each unit takes each place.

    Parameters
    ----------
    placed : DataFrame
        As `places` gives them.

    Returns
    -------
    DataFrame
        One row per unit, one column per place from 1; rows and columns add up to one.

    References
    ----------
    .. [1] R. Lahdelma and P. Salminen, SMAA-2: stochastic multicriteria acceptability analysis for group
       decision making, Operations Research 49 (2001), 444-454.
    """
    n = placed.shape[1]
    shares = {code: np.bincount(column, minlength=n + 1)[1:] / len(placed) for code, column in placed.items()}
    return pd.DataFrame.from_dict(shares, orient="index", columns=range(1, n + 1)).rename_axis("code")
