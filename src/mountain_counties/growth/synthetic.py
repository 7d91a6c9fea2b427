"""Synthetic comparisons: each mountain county, and the group, beside a weighted mean of other counties.

The weights are those under which the others moved like it before the plan. A constant gap is allowed, for the
mountain counties are smaller than almost all others.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize

from mountain_counties.growth import comparison, long_record
from mountain_counties.record import statistics

FIRST, BASE = 2005, 2020
"""Years that the weights are fitted to: from the first census of the economy to the year before the plan."""

AFTER = (2021, 2023)
"""Years of the comparison; county figures of 2022 are not at hand."""

HEAVY = 1e4
"""Weight of the row that makes the weights add up to one, over the norm of the data."""


def fit(own: NDArray, others: NDArray, constant: bool = True) -> NDArray:
    """Find the weights of the others that come nearest to a path.

    Parameters
    ----------
    own : ndarray, shape (t,)
        The path.
    others : ndarray, shape (t, n)
        The paths of the others.
    constant : bool
        Allow a constant gap.

    Returns
    -------
    ndarray, shape (n,)
        Not negative, adding up to one.

    References
    ----------
    .. [1] A. Abadie, A. Diamond and J. Hainmueller, Synthetic control methods for comparative case studies,
       Journal of the American Statistical Association 105 (2010) 493-505.
    .. [2] N. Doudchenko and G. Imbens, Balancing, regression, difference-in-differences and synthetic control
       methods, NBER working paper 22791 (2016): with a constant.
    """
    if constant:
        own, others = own - own.mean(), others - others.mean(axis=0)
    scale = HEAVY * max(np.abs(others).max(), np.abs(own).max())
    weights, _ = optimize.nnls(np.vstack([others, np.full(others.shape[1], scale)]), np.append(own, scale))
    return weights / weights.sum()


def gap(own: pd.Series, others: pd.DataFrame, before: list[int], constant: bool = True) -> pd.Series:
    """Compute the gap between a path and its synthetic comparison.

    Parameters
    ----------
    own : Series
        Values by year.
    others : DataFrame
        Years by units.
    before : list of int
        Years that the weights are fitted to.
    constant : bool
        Take off the mean gap of these years.

    Returns
    -------
    Series
        By year.
    """
    weights = fit(own[before].to_numpy(), others.loc[before].to_numpy(), constant)
    found = own - others @ weights
    return found - found[before].mean() if constant else found


def paths() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the paths of the mountain counties and of those that they may be compared with.

    Returns
    -------
    tuple of DataFrame
        Log GDP by year (`FIRST` to `BASE`, and `AFTER`) of the territories of the group, and of the other
        counties without those that `breaks.csv` records as out of line between the years.
    """
    table, logs = long_record.territories(), np.log(long_record.gdp()).T
    logs = logs.loc[[*range(FIRST, BASE + 1), *AFTER]]
    odd = statistics.outliers("gdp", FIRST, max(AFTER))["code"]
    donors = table.index[~table["member"] & ~table["derived"]].difference(odd)
    return logs[table.index[table["member"]]], logs[donors]


def _before(base: int) -> list[int]:
    return list(range(FIRST, base + 1))


@lru_cache
def _gaps(base: int) -> pd.DataFrame:
    members, donors = paths()
    before = _before(base)
    own = {code: gap(members[code], donors, before) for code in members}
    placebos = {code: gap(donors[code], donors.drop(columns=code), before) for code in donors}
    group = {"group": gap(members.mean(axis=1), donors, before)}
    return pd.DataFrame(group | own | placebos).T.rename_axis("code")


def gaps(base: int = BASE) -> pd.DataFrame:
    """Compute the gap of everyone to its synthetic comparison.

    Parameters
    ----------
    base : int
        Last year that the weights are fitted to; an earlier one than `BASE` is a placebo in time.

    Returns
    -------
    DataFrame
        One row for the group's mean (``group``), each of its territories and, as placebos in space, each of
        the donors beside the other donors; one column per year, log points.
    """
    return _gaps(base).copy()


def placed(year: int, base: int = BASE) -> pd.DataFrame:
    """Place every gap of a year among those of the donors.

    Parameters
    ----------
    year : int
        One after `base`.
    base : int
        As in `gaps`.

    Returns
    -------
    DataFrame
        Indexed by `code`, the group and its territories: `gap`, `error` (root mean square before), `ratio`
        (of the absolute gap to it), `rank` (share of the donors, itself counted in, whose ratio is as large),
        `lo` and `hi` (the gap less the middle 95% of the donors' gaps).
    """
    table, (members, donors) = gaps(base), paths()
    error = np.sqrt((table[_before(base)] ** 2).mean(axis=1))
    ratio = table[year].abs() / error
    away = np.sort(table.loc[donors.columns, year])
    low, high = np.quantile(away, comparison.TAILS)
    codes = ["group", *members.columns]
    beyond = [(ratio[donors.columns] >= ratio[code]).sum() for code in codes]
    return pd.DataFrame(
        {
            "gap": table.loc[codes, year],
            "error": error[codes],
            "ratio": ratio[codes],
            "rank": (1 + np.array(beyond)) / (1 + len(donors.columns)),
            "lo": table.loc[codes, year] - high,
            "hi": table.loc[codes, year] - low,
        },
        index=pd.Index(codes, name="code"),
    )


def p_value(own: pd.Series, others: pd.DataFrame, after: list[int], effect: float) -> float:
    """Test a constant effect by fitting under it and turning the residuals round in time.

    Parameters
    ----------
    own : Series
        Values by year, all years.
    others : DataFrame
        Years by units.
    after : list of int
        Years with the effect, the last ones.
    effect : float
        What is tested.

    Returns
    -------
    float
        Share of the turns round in time whose last residuals are as large.

    References
    ----------
    .. [1] V. Chernozhukov, K. Wuethrich and Y. Zhu, An exact and robust conformal inference method for
       counterfactual and synthetic controls, Journal of the American Statistical Association 116 (2021)
       1849-1864: moving blocks.
    """
    values = own.copy()
    values[after] -= effect
    rest = gap(values, others, list(values.index)).to_numpy()
    turned = np.array([np.abs(np.roll(rest, step)[-len(after) :]).mean() for step in range(len(rest))])
    return float((turned >= turned[0] - 1e-12).mean())


def conformal(
    own: pd.Series, others: pd.DataFrame, after: list[int], grid: NDArray, level: float = 0.9
) -> tuple[float, float]:
    """Collect the constant effects that the test does not reject.

    Parameters
    ----------
    own, others, after
        As in `p_value`.
    grid : ndarray
        Effects to try, ascending.
    level : float
        With n years no level above ``1 - 1 / n`` can be reached.

    Returns
    -------
    tuple of float
        Least and greatest effect of the grid that is kept; infinite where the grid's end is.

    Raises
    ------
    ValueError
        If all are rejected.
    """
    kept = [effect for effect in grid if p_value(own, others, after, effect) > 1 - level]
    if not kept:
        raise ValueError(f"conformal: found no effect in {grid[0]} to {grid[-1]} that is kept, expected some")
    low = -np.inf if kept[0] == grid[0] else kept[0]
    return float(low), float(np.inf if kept[-1] == grid[-1] else kept[-1])
