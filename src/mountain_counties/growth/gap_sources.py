"""Where gaps between the groups come from: prefectures, the starting level, and how clustered the list is.

The list is clustered in space, so that dealing its name out at random to any counties is too lenient a test.
Here the group's coefficient is estimated within prefectures and given the level that a county set out from;
its interval comes from errors shared within a prefecture, its rarity from made-up lists as clustered as the
real one.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mountain_counties.growth import comparison, convergence, growth, incomes
from mountain_counties.record import counties, statistics

SPECIFICATIONS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "As told": ((), ""),
        "Without Quzhou and Lishui": ((), "~whole"),
        "Given the starting level": (("level",), ""),
        "Within prefectures": (("prefecture",), ""),
        "Within them, given the level": (("prefecture", "level"), ""),
    }
)
"""What each estimate holds fixed, and a query that leaves units out."""

WEBB = np.array([-np.sqrt(1.5), -1, -np.sqrt(0.5), np.sqrt(0.5), 1, np.sqrt(1.5)])
"""Weights of the wild bootstrap: six points, for few clusters.

References
----------
.. [1] M. D. Webb, Reworking wild bootstrap based inference for clustered errors, Queen's Economics Department
   Working Paper 1315 (2014).
"""

REACHES = (120, 140, 160, 180)
"""Distances in km among which that of the made-up lists is chosen."""

CENSUS = 2020
"""Year of the census whose residents the first values are divided by."""

LISTS = 1_999
"""Made-up lists."""

GRID, HALVINGS = 60, 10
"""Values tested on either side of the estimate for its interval, and how often the last step is halved."""

REACH = 12.0
"""How far the interval is searched, in standard errors; what is not closed by then is infinite."""


def units(indicator: str) -> pd.DataFrame:
    """Give the units of one indicator with what the specifications need.

    Parameters
    ----------
    indicator : str
        One of `growth.INDICATORS`.

    Returns
    -------
    DataFrame
        As `growth.rates`, with `level` (log of the first value per resident of the census of 2020) and
        `whole` (bool: in a prefecture that lies wholly in the group).
    """
    table = growth.rates(indicator)
    people = growth.total(statistics.table("resident_pop", CENSUS), table.index)
    whole = table.index.str[:4] + "00"
    return table.assign(level=np.log(table["start"] / people), whole=whole.isin(growth.whole_prefectures()))


def design(table: pd.DataFrame, controls: tuple[str, ...]) -> NDArray:
    """Build the regressors beside membership: a constant or one dummy for each prefecture, and the level."""
    base = (
        pd.get_dummies(table["prefecture"]).to_numpy(float)
        if "prefecture" in controls
        else np.ones((len(table), 1))
    )
    return np.column_stack([base, table["level"] - table["level"].mean()]) if "level" in controls else base


def _residual(x: NDArray, values: NDArray) -> NDArray:
    """Take out of columns what the regressors explain."""
    basis = np.linalg.qr(x)[0]
    return values - basis @ (basis.T @ values)


DRAWS = 1_999
"""Draws of the wild bootstrap."""


def webb_weights(clusters: int, draws: int = DRAWS, seed: int = comparison.SEED) -> NDArray:
    """Draw the weights of the wild bootstrap, shape (draws, clusters)."""
    return np.random.default_rng(seed).choice(WEBB, size=(draws, clusters))


def wild_cluster(
    y: NDArray, d: NDArray, x: NDArray, cluster: NDArray, weights: NDArray | None = None
) -> pd.Series:
    """Estimate one coefficient, with a wild cluster bootstrap that imposes the value tested.

    Parameters
    ----------
    y, d : ndarray, shape (n,)
        Response, and the regressor of interest.
    x : ndarray, shape (n, k)
        The other regressors, with the constant.
    cluster : ndarray of int, shape (n,)
        Cluster of each row, counted from 0.
    weights : ndarray, shape (draws, clusters), optional
        Of the bootstrap; those of `webb_weights` by default.

    Returns
    -------
    Series
        `estimate`; `error` (clustered, with the usual small-sample factor); `t`; `p` (of a coefficient of
        zero, symmetric, by the bootstrap); `lo` and `hi`: the values that the bootstrap does not reject at
        5%, infinite where none is rejected within `REACH` standard errors.

    Notes
    -----
    Under the value tested the residuals are linear in it, so are the bootstrap's coefficient and each
    cluster's score; all values are tested on one set of draws without fitting anything again.

    References
    ----------
    .. [1] A. C. Cameron, J. B. Gelbach, D. L. Miller, Bootstrap-based improvements for inference with
       clustered errors, Review of Economics and Statistics 90 (2008) 414-427.
    """
    groups = int(cluster.max()) + 1
    weights = webb_weights(groups) if weights is None else weights
    rest_y, rest_d = _residual(x, np.column_stack([y, d])).T
    size = rest_d @ rest_d
    estimate = rest_d @ rest_y / size
    member = np.eye(groups)[cluster]
    basis = np.linalg.qr(x)[0]
    factor = groups / (groups - 1) * (len(y) - 1) / (len(y) - x.shape[1] - 1)

    def parts(residual: NDArray) -> tuple[NDArray, NDArray]:
        """Map weights of clusters to the coefficient and to the scores of all clusters."""
        spread = member * residual[:, None]
        coefficient = rest_d @ spread / size
        fitted = basis @ (basis.T @ spread)
        score = (member * rest_d[:, None]).T @ (spread - fitted - np.outer(rest_d, coefficient))
        return coefficient, score

    # Residuals under the value b are rest_y - b * rest_d, so a draw's coefficient is linear in b and the sum
    # of its squared scores a parabola.
    (c_y, s_y), (c_d, s_d) = parts(rest_y), parts(rest_d)
    move, turn = weights @ c_y, weights @ c_d
    first, second = weights @ s_y.T, weights @ s_d.T
    bend = [(left * right).sum(axis=1) for left, right in ((first, first), (first, second), (second, second))]
    own = (member * rest_d[:, None]).T @ (rest_y - estimate * rest_d)
    error = np.sqrt(factor * (own**2).sum()) / size

    def p_value(b: NDArray) -> NDArray:
        b = b[:, None]
        variance = factor * np.maximum(bend[0] - 2 * b * bend[1] + b**2 * bend[2], 0) / size**2
        # A draw that ties with the estimate is as extreme, whatever the noise of the last digits.
        far = (move - b * turn) ** 2 * error**2 >= (estimate - b) ** 2 * variance * (1 - 1e-9)
        return far.mean(axis=1)

    def end(sign: int) -> float:
        """Find the farthest value that is not rejected: on a grid, then by bisection."""
        steps = sign * np.linspace(0, REACH * error, GRID + 1)
        last = np.flatnonzero(p_value(estimate + steps) >= 1 - comparison.LEVEL).max()
        if last == GRID:
            return np.inf * sign
        inner, outer = steps[last], steps[last + 1]
        for _ in range(HALVINGS):
            middle = (inner + outer) / 2
            kept = p_value(np.array([estimate + middle]))[0] >= 1 - comparison.LEVEL
            inner, outer = (middle, outer) if kept else (inner, middle)
        return estimate + inner

    return pd.Series(
        {
            "estimate": estimate,
            "error": error,
            "t": estimate / error,
            "p": p_value(np.zeros(1))[0],
            "lo": end(-1),
            "hi": end(1),
        }
    )


@lru_cache
def fields(reach: float, draws: int = LISTS, seed: int = comparison.SEED) -> pd.DataFrame:
    """Draw random surfaces over the 90 units, alike where the units are near.

    Parameters
    ----------
    reach : float
        Distance in km at which the correlation is ``1 / e``; it falls as the square of the distance.
    draws, seed : int
        How many, and where the random numbers start.

    Returns
    -------
    DataFrame
        One row per unit (code), one column per draw; standard normal each.
    """
    codes = counties.units().index
    covariance = np.exp(-((convergence.distances(codes) / reach) ** 2))
    root = np.linalg.cholesky(covariance + 1e-6 * np.eye(len(codes)))  # near singular where units are close
    return pd.DataFrame(root @ np.random.default_rng(seed).standard_normal((len(codes), draws)), codes)


def made_up(codes: pd.Index, size: int, reach: float) -> NDArray:
    """Make up lists: the highest units of each random surface.

    Parameters
    ----------
    codes : Index
        Units as `growth.rates` names them; joined units stand at the mean of their parts.
    size : int
        Units on each list.
    reach : float
        As in `fields`.

    Returns
    -------
    ndarray of float, shape (n, draws)
        1 for a unit on the list.
    """
    surface = fields(reach)
    parts = pd.Series(codes.str.split("+"), codes).explode()
    height = surface.loc[parts].groupby(parts.index, sort=False).mean().to_numpy()
    marks = np.zeros_like(height)
    np.put_along_axis(marks, np.argpartition(-height, size - 1, axis=0)[:size], 1.0, axis=0)
    return marks


def likeness(marks: NDArray, weights: NDArray) -> NDArray:
    """Compute Moran's I of lists, all at once; units without neighbours are left out.

    Parameters
    ----------
    marks : ndarray, shape (n, draws)
        1 for a unit on the list.
    weights : ndarray, shape (n, n)
        As `convergence.neighbours` gives them.

    Returns
    -------
    ndarray, shape (draws,)
    """
    near = weights.any(axis=1)
    marks, weights = marks[near], weights[np.ix_(near, near)]
    centred = marks - marks.mean(axis=0)
    return len(marks) / weights.sum() * (centred * (weights @ centred)).sum(axis=0) / (centred**2).sum(axis=0)


@lru_cache
def clustering() -> pd.Series:
    """Find how far alike the made-up lists have to be to be as clustered as the real one.

    Returns
    -------
    Series
        `moran` (of the real list, over all 90 units), `reach` (km: the one of `REACHES` whose made-up lists
        have the nearest median), `made_up` (that median), and `free` (the median of lists dealt at random).
    """
    codes = counties.units().index
    weights = convergence.neighbours(codes).to_numpy()
    own = codes.isin(growth.members()).astype(float)[:, None]
    found = likeness(own, weights)[0]
    medians = {
        reach: np.median(likeness(made_up(codes, int(own.sum()), reach), weights)) for reach in REACHES
    }
    reach = min(medians, key=lambda one: abs(medians[one] - found))
    free = np.random.default_rng(comparison.SEED).permuted(np.tile(own, LISTS), axis=0)
    return pd.Series(
        {
            "moran": found,
            "reach": reach,
            "made_up": medians[reach],
            "free": np.median(likeness(free, weights)),
        }
    )


def coefficients(y: NDArray, lists: NDArray, x: NDArray) -> NDArray:
    """Estimate the coefficient of each list, the other regressors given; zero where they explain the list."""
    rest_y, rest = _residual(x, y), _residual(x, lists)
    size = (rest**2).sum(axis=0)
    return np.divide(rest.T @ rest_y, size, out=np.zeros(len(size)), where=size > 1e-9)


def estimates(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Estimate the gap of every table under every specification, with its interval and its rarity.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Label to units as `units` gives them: `growth`, `member`, `prefecture`, `level` and `whole`.

    Returns
    -------
    DataFrame
        Indexed by `indicator` (label) and `specification`; `units`, `members`; `estimate`, `lo`, `hi`, `p` as
        `wild_cluster` gives them, clustered by prefecture; `placebo`, the share of made-up lists, as
        clustered as the real one, whose coefficient is as far from zero; `adjusted`, the share of made-up
        lists for which any of the indicators is as far out, each measured in the standard deviation of its
        own made-up lists (single-step max-t within a specification).

    References
    ----------
    .. [1] P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing, Wiley 1993, chapter 2.
    """
    reach = clustering()["reach"]
    rows, drawn = {}, {}
    for label, every in tables.items():
        for specification, (controls, query) in SPECIFICATIONS.items():
            kept = every.query(query) if query else every
            y, d = kept["growth"].to_numpy(), kept["member"].to_numpy(float)
            x = design(kept, controls)
            lists = made_up(kept.index, int(d.sum()), reach)
            chance = coefficients(y, lists, x)
            found = wild_cluster(y, d, x, pd.factorize(kept["prefecture"])[0])
            drawn[label, specification] = np.abs(chance) / chance.std()
            rows[label, specification] = {
                "units": len(kept),
                "members": int(d.sum()),
                **found[["estimate", "lo", "hi", "p"]],
                "placebo": (np.abs(chance) >= abs(found["estimate"])).mean(),
                "score": abs(found["estimate"]) / chance.std(),
            }
    result = pd.DataFrame(rows).T.rename_axis(["indicator", "specification"])
    greatest = {
        specification: np.max([drawn[label, specification] for label in tables], axis=0)
        for specification in SPECIFICATIONS
    }
    result["adjusted"] = [
        (greatest[specification] >= score).mean() for (_, specification), score in result["score"].items()
    ]
    return result.drop(columns="score").astype({"units": int, "members": int})


def table() -> pd.DataFrame:
    """Estimate the gaps of every indicator of the county yearbook, and of incomes, under every specification.

    Returns
    -------
    DataFrame
        As `estimates` gives it, for `growth.INDICATORS` and `incomes.KINDS`.
    """
    tables = {label: units(name) for name, label in growth.INDICATORS.items()}
    return estimates(tables | {incomes.county_label(name): incomes.by_county(name) for name in incomes.KINDS})
