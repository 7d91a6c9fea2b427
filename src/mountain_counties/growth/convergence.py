"""Whether the poorer counties catch up: beta and sigma convergence, Theil's measure, ranks, neighbours.

Income of a county is its GDP per head: incomes of households by county exist for one year only.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from mountain_counties.growth import comparison, growth
from mountain_counties.record import counties, statistics

CENSUS_DAY, YEAR_END = 2020 + 10 / 12, 2024.0 + 1.0
"""When people were counted (1 November 2020) and estimated (end of 2024), in years."""

METRIC = 32651
"""EPSG code of the metric projection for distances: UTM zone 51 north."""

EARTH_RADIUS_KM = 6371.0

POPULATIONS = ("census", "interpolated", "registered")


def per_head(population: str = "census") -> pd.DataFrame:
    """Compute GDP per head of the counties that can be compared over time.

    Parameters
    ----------
    population : {"census", "interpolated", "registered"}
        Whom the GDP is divided by: residents of the census of 2020 in both years; residents at the middle of
        either year, on the exponential path from the census to the end of 2024; or people registered at the
        end of either year.

    Returns
    -------
    DataFrame
        Index, units and columns of `growth.rates`, with `people` (10k persons, first year), and with `start`,
        `end` and `growth` per head (`start` and `end` in yuan).

    Raises
    ------
    ValueError
        If `population` is unknown.

    Notes
    -----
    No resident population of 2023 by county is at hand, hence the path between the two counts.
    """
    if population not in POPULATIONS:
        raise ValueError(f"population: found {population!r}, expected {', '.join(POPULATIONS)}")
    table = growth.rates("gdp")
    if population == "registered":
        people = [_people("hukou_pop", year, table.index) for year in (growth.START, growth.END)]
    else:
        census = _people("resident_pop", 2020, table.index) / 1e4
        pace = np.log(_people("resident_pop_yearend", 2024, table.index) / census) / (YEAR_END - CENSUS_DAY)
        days = (growth.START + 0.5, growth.END + 0.5) if population == "interpolated" else (CENSUS_DAY,) * 2
        people = [census * np.exp(pace * (day - CENSUS_DAY)) for day in days]
    heads = table.assign(
        people=people[0], start=table["start"] / people[0] * 1e4, end=table["end"] / people[1] * 1e4
    )
    return heads.assign(growth=heads["end"] / heads["start"] - 1).dropna(subset="growth")


def _people(indicator: str, year: int, codes: pd.Index) -> pd.Series:
    return growth.total(statistics.table(indicator, year), codes)


def speed(slope: float, years: float) -> float:
    """Turn the slope of a growth regression into the yearly speed of convergence.

    Parameters
    ----------
    slope : float
        Of mean yearly log growth on the log of the first level.
    years : float
        Length of the span.

    Returns
    -------
    float
        ``-ln(1 + slope * years) / years``: the yearly share of the gap that closes; negative where it opens.

    References
    ----------
    .. [1] R. J. Barro and X. Sala-i-Martin, Convergence, Journal of Political Economy 100 (1992) 223-251.
    """
    return -math.log1p(slope * years) / years


def half_life(speed: float) -> float:
    """Return the years in which half the gap closes at a speed; infinite where nothing closes."""
    return math.log(2) / speed if speed > 0 else math.inf


def beta(
    start: pd.Series,
    end: pd.Series,
    years: float,
    condition: pd.Series | None = None,
    repetitions: int = comparison.REPETITIONS,
    seed: int = comparison.SEED,
) -> pd.Series:
    """Regress growth on the first level.

    Parameters
    ----------
    start, end : Series
        Levels in the first and the last year, positive.
    years : float
        Length of the span.
    condition : Series, optional
        A second regressor, such as membership.
    repetitions : int
        Resamples.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Series
        `n`; `slope` (of mean yearly log growth on the log level), `error` (HC3), `lo` and `hi` (bootstrap
        of units, percentile); `speed`, `speed_lo`, `speed_hi`; `half_life` (years); `r2`; with a condition
        also `condition`, `condition_lo` and `condition_hi`, its coefficient.

    Notes
    -----
    The slope is that of the linear form. The nonlinear least-squares form, whose parameter is the speed, is a
    reparametrisation with the same fit, so `speed` is its estimate too.
    """
    from statsmodels.regression.linear_model import OLS  # slow to load, and few pages need it

    given = pd.DataFrame({"one": 1.0, "level": np.log(start)})
    if condition is not None:
        given["condition"] = condition.astype(float)
    model = OLS(np.log(end / start) / years, given, missing="raise").fit(cov_type="HC3")
    drawn = np.quantile(
        _resampled(model.model.exog, model.model.endog, repetitions, seed), comparison.TAILS, 0
    )
    pace = speed(model.params["level"], years)
    result = {
        "n": len(given),
        "slope": model.params["level"],
        "error": model.bse["level"],
        "lo": drawn[0, 1],
        "hi": drawn[1, 1],
        "speed": pace,
        "speed_lo": speed(drawn[1, 1], years),
        "speed_hi": speed(drawn[0, 1], years),
        "half_life": half_life(pace),
        "r2": model.rsquared,
    }
    if condition is not None:
        result |= {
            "condition": model.params["condition"],
            "condition_lo": drawn[0, 2],
            "condition_hi": drawn[1, 2],
        }
    return pd.Series(result)


def _resampled(regressors: NDArray, response: NDArray, repetitions: int, seed: int) -> NDArray:
    """Fit a regression to resamples of its rows, all at once."""
    rows = _rows(len(response), repetitions, seed)
    x, y = regressors[rows], response[rows]
    return np.linalg.solve(np.einsum("rik,ril->rkl", x, x), np.einsum("rik,ri->rk", x, y)[..., None])[..., 0]


def sigma(
    start: pd.Series,
    end: pd.Series,
    repetitions: int = comparison.REPETITIONS,
    seed: int = comparison.SEED,
) -> pd.Series:
    """Compare the spread of log levels in two years.

    Parameters
    ----------
    start, end, repetitions, seed
        As in `beta`.

    Returns
    -------
    Series
        `start` and `end` (standard deviation of logs, divided by n), `change`, `lo` and `hi` (bootstrap of
        units).
    """
    logs = np.log(np.column_stack([start, end]))
    drawn = logs[_rows(len(logs), repetitions, seed)].std(axis=1)
    return _change(logs.std(axis=0), drawn)


def _rows(n: int, repetitions: int, seed: int) -> NDArray:
    """Draw resamples of n rows."""
    return np.random.default_rng(seed).integers(n, size=(repetitions, n))


def _change(years: NDArray, drawn: NDArray) -> pd.Series:
    """Write down a statistic of two years and the interval of its change over resamples."""
    lo, hi = np.quantile(drawn[:, 1] - drawn[:, 0], comparison.TAILS)
    return pd.Series({"start": years[0], "end": years[1], "change": years[1] - years[0], "lo": lo, "hi": hi})


def theil(value: NDArray, people: NDArray, group: NDArray) -> tuple[NDArray, NDArray]:
    """Measure inequality by Theil's T, and its part between groups.

    Parameters
    ----------
    value : ndarray, shape (..., n)
        Income per head.
    people : ndarray, shape (..., n)
        People who have it.
    group : ndarray of int, shape (..., n)
        Group of each place, counted from 0.

    Returns
    -------
    tuple of ndarray, shape (...)
        Total and the part between the groups; the part within is the rest.

    References
    ----------
    .. [1] H. Theil, Economics and Information Theory, North-Holland, 1967. With the same number of people
       everywhere it is `inequality.theil.TheilD`, which knows no weights.
    """
    income = value * people
    share, head = income / income.sum(-1, keepdims=True), people / people.sum(-1, keepdims=True)
    between = np.zeros(share.shape[:-1])
    for number in range(int(group.max()) + 1):
        mine, heads = (share * (group == number)).sum(-1), (head * (group == number)).sum(-1)
        present = heads > 0
        between[present] += mine[present] * np.log(mine[present] / heads[present])
    return (share * np.log(share / head)).sum(-1), between


def theil_change(
    table: pd.DataFrame, repetitions: int = comparison.REPETITIONS, seed: int = comparison.SEED
) -> pd.DataFrame:
    """Compare Theil's measure of two years, in all, between the groups and within them.

    Parameters
    ----------
    table : DataFrame
        As `per_head` gives it; the people of the first year weigh both years.
    repetitions, seed
        As in `beta`.

    Returns
    -------
    DataFrame
        Indexed by `part` (total, between, within); columns as `sigma` gives them.
    """
    people, group = table["people"].to_numpy(), table["member"].to_numpy(int)
    values = table[["start", "end"]].to_numpy()

    def parts(rows: NDArray) -> dict[str, NDArray]:
        years = [theil(values[rows, year], people[rows], group[rows]) for year in (0, 1)]
        total, between = (np.stack(part, axis=-1) for part in zip(*years, strict=True))
        return {"total": total, "between": between, "within": total - between}

    point, drawn = parts(np.arange(len(table))), parts(_rows(len(table), repetitions, seed))
    rows = {part: _change(point[part], drawn[part]) for part in point}
    return pd.DataFrame(rows).T.rename_axis("part")


def mobility(
    start: pd.Series,
    end: pd.Series,
    repetitions: int = 999,
    seed: int = comparison.SEED,
) -> pd.Series:
    """Say how far the ranks of two years agree.

    Parameters
    ----------
    start, end, seed
        As in `beta`.
    repetitions : int
        Resamples.

    Returns
    -------
    Series
        `tau` (Kendall's), `lo` and `hi` (bootstrap of units); `swapped` (share of pairs whose order changed,
        ties left aside); `moved` (mean change of rank, in ranks).
    """
    order = [np.sign(np.subtract.outer(values, values)) for values in (start.to_numpy(), end.to_numpy())]
    times = np.array([np.bincount(row, minlength=len(start)) for row in _rows(len(start), repetitions, seed)])

    def pairs(signs: NDArray) -> NDArray:
        """Add up over all pairs of rows of each resample: whole numbers, hence exact."""
        return (times @ signs * times).sum(1)

    untied = np.sqrt(pairs(np.abs(order[0])) * pairs(np.abs(order[1])))
    lo, hi = np.quantile(pairs(order[0] * order[1]) / untied, comparison.TAILS)
    tau = stats.kendalltau(start, end).statistic
    moved = (start.rank() - end.rank()).abs().mean()
    return pd.Series({"tau": tau, "lo": lo, "hi": hi, "swapped": (1 - tau) / 2, "moved": moved})


def overview() -> pd.DataFrame:
    """Evaluate every measure of catching up for every idea of the population.

    Returns
    -------
    DataFrame
        One row for each of `POPULATIONS`: `n`; `speed`, `speed_lo`, `speed_hi` (yearly); `sigma_start`,
        `sigma_end`, `sigma_lo`, `sigma_hi` (of the change); `theil_start`, `theil_end`, `theil_lo`,
        `theil_hi`; `between_start`, `between_end`; `tau`, `tau_lo`, `tau_hi`, `swapped`.
    """
    years = growth.END - growth.START
    rows = {}
    for population in POPULATIONS:
        table = per_head(population)
        levels = table["start"], table["end"]
        slope, spread, ranks = beta(*levels, years), sigma(*levels), mobility(*levels)
        unequal = theil_change(table)
        keys = ["start", "end", "lo", "hi"]
        rows[population] = {
            **slope[["n", "speed", "speed_lo", "speed_hi"]],
            **spread[keys].add_prefix("sigma_"),
            **unequal.loc["total", keys].add_prefix("theil_"),
            **unequal.loc["between", ["start", "end"]].add_prefix("between_"),
            **ranks[["tau", "swapped"]],
            **ranks[["lo", "hi"]].add_prefix("tau_"),
        }
    return pd.DataFrame(rows).T.rename_axis("population")


def neighbours(codes: pd.Index, kind: str = "contiguity", nearest: int = 5) -> pd.DataFrame:
    """Say which units are neighbours.

    Parameters
    ----------
    codes : Index
        Units as `growth.rates` names them.
    kind : {"contiguity", "nearest"}
        A common border or corner, or the nearest centres.
    nearest : int
        How many of them.

    Returns
    -------
    DataFrame
        Units by units: the weights of each row add up to one, all neighbours alike. A unit whose neighbours
        are all missing stands alone: its row and column are zero.
    """
    shapes = counties.boundaries().to_crs(METRIC)
    names = pd.Series({part: code for code in codes for part in code.split("+")})
    shapes = shapes.loc[names.index].dissolve(names).loc[codes]
    if kind == "contiguity":
        near = np.array([shapes.intersects(shape) for shape in shapes.geometry])
        np.fill_diagonal(near, False)
    else:
        away = np.array([shapes.centroid.distance(centre) for centre in shapes.centroid])
        near = ((rank := away.argsort().argsort()) > 0) & (rank <= nearest)
    return pd.DataFrame(near / np.maximum(near.sum(axis=1, keepdims=True), 1), codes, codes)


def moran(
    values: pd.Series, weights: pd.DataFrame, repetitions: int = 999, seed: int = comparison.SEED
) -> pd.Series:
    """Measure how alike neighbours are by Moran's I.

    Parameters
    ----------
    values : Series
        One value for each unit.
    weights : DataFrame
        As `neighbours` gives them; units that stand alone are left out.
    repetitions : int
        Permutations.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Series
        `n`, `moran`, `expected` (under no pattern), `lo` and `hi` (95% range of the permutations), `rank`
        (share of the permutations that reach the value).

    References
    ----------
    .. [1] P. A. P. Moran, Notes on continuous stochastic phenomena, Biometrika 37 (1950) 17-23. The draws are
       those of `esda.Moran` after ``np.random.seed(seed)``.
    """
    together = weights.index[weights.any(axis=1)]
    weights, value = weights.loc[together, together], values[together].to_numpy(float)
    weight = sparse.csr_array(weights.div(weights.sum(axis=1), axis=0))
    centred = value - value.mean()
    draws = np.random.RandomState(seed)
    rows = np.array([centred, *(draws.permutation(centred) for _ in range(repetitions))])
    alike = np.array([(row * (weight @ row)).sum() for row in rows])
    found, *drawn = len(value) / weight.sum() * alike / (centred**2).sum()
    lo, hi = np.quantile(drawn, comparison.TAILS)
    return pd.Series(
        {
            "n": len(value),
            "moran": found,
            "expected": -1 / (len(value) - 1),
            "lo": lo,
            "hi": hi,
            "rank": np.mean(drawn >= found),
        }
    )


def kernel_error(regressors: NDArray, residuals: NDArray, kernel: NDArray) -> NDArray:
    """Compute standard errors that allow for residuals that are alike between near units.

    Parameters
    ----------
    regressors : ndarray, shape (n, k)
        With the constant.
    residuals : ndarray, shape (n,)
        Of the least-squares fit.
    kernel : ndarray, shape (n, n)
        Weight of each pair of units: 1 on the diagonal, 0 for pairs that are taken as independent.

    Returns
    -------
    ndarray, shape (k,)

    References
    ----------
    .. [1] T. G. Conley, GMM estimation with cross sectional dependence, Journal of Econometrics 92 (1999)
       1-45.
    """
    bread = np.linalg.inv(regressors.T @ regressors)
    scores = regressors * residuals[:, None]
    return np.sqrt(np.diag(bread @ (scores.T @ kernel @ scores) @ bread))


def standard_errors(table: pd.DataFrame, cutoff: float = 100.0) -> pd.Series:
    """Compute the standard error of the group's difference under several ideas of independence.

    Parameters
    ----------
    table : DataFrame
        As `growth.rates` gives it.
    cutoff : float
        Distance in km from which on units count as independent; up to it the weight falls to zero linearly.

    Returns
    -------
    Series
        `independent` (HC3), `prefectures` (clustered by prefecture), `distance` (kernel).
    """
    from statsmodels.regression.linear_model import OLS

    given = pd.DataFrame({"one": 1.0, "member": table["member"].astype(float)})
    model = OLS(table["growth"], given, missing="raise")
    plain = model.fit()
    groups = pd.factorize(table["prefecture"])[0]
    near = np.clip(1 - distances(table.index) / cutoff, 0, None)
    return pd.Series(
        {
            "independent": plain.get_robustcov_results("HC3").bse[1],
            "prefectures": plain.get_robustcov_results("cluster", groups=groups).bse[1],
            "distance": kernel_error(model.exog, plain.resid.to_numpy(), near)[1],
        }
    )


def dependence(indicators: Mapping[str, str] = growth.INDICATORS) -> pd.DataFrame:
    """Say how alike neighbours grew, and what that does to the standard error of the difference.

    Parameters
    ----------
    indicators : mapping of str to str
        Indicator to label.

    Returns
    -------
    DataFrame
        Indexed by `indicator` (label): `moran`, `lo`, `hi` (range under no pattern), the columns of
        `standard_errors`, and `difference`.
    """
    rows = {}
    for name, label in indicators.items():
        table = growth.rates(name)
        alike = moran(table["growth"], neighbours(table.index))[["moran", "lo", "hi"]]
        means = table.groupby("member")["growth"].mean()
        rows[label] = {**alike, **standard_errors(table), "difference": means[True] - means[False]}
    return pd.DataFrame(rows).T.rename_axis("indicator")


def distances(codes: pd.Index) -> NDArray:
    """Compute great-circle distances between the centres of units.

    Parameters
    ----------
    codes : Index
        Units, some of them joined by a plus.

    Returns
    -------
    ndarray, shape (n, n)
        In km.
    """
    units = counties.units()[["lon", "lat"]]
    places = np.radians([units.loc[code.split("+")].mean().to_list() for code in codes])
    lon, lat = places[:, :1], places[:, 1:]
    half = np.sin((lat - lat.T) / 2) ** 2 + np.cos(lat) * np.cos(lat.T) * np.sin((lon - lon.T) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
