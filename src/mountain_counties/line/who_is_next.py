"""Who is next: the places of the rest under the rules that agree with both rounds, and the years to the line.

The shares here are shares of rules, not chances of events: they say how much of what is known leaves room for
a county to be next, given that the coming rounds go by what the past two could have gone by.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mountain_counties.line import firth, forecast, inverse_weights, reclassification, separation
from mountain_counties.record import statistics

SEED = 20250528
"""Seed of the random weightings: the date of the second round."""

LINE = "gdp"
"""Indicator that `years_to_line` measures by: it separates the six on its own and its growth is known."""

DERIVED = ("gdp_2020", "gdp_2023", "gdp_per_resident_2020", "gdp_per_resident_2023")
"""Indicators whose values for Kecheng and Liandu are what the other units leave of their prefecture."""

GROWTH_YEARS = (2020, 2023)
ERROR_YEARS = (2014, 2016, 2018)
"""Two spans of equal length between economic censuses; the prefectures' growth in one foretells the next."""

ERROR_SHARE = 0.9
"""Share of the prefectures whose growth changed by no more than `growth_error`."""


def both_rounds(scaled: pd.DataFrame) -> pd.DataFrame:
    """Stack the differences of both rounds: the first among the 26, the second among those left.

    Parameters
    ----------
    scaled : DataFrame
        The 26 by indicators, as `reclassification.normalise` gives them.

    Returns
    -------
    DataFrame
        As `inverse_weights.differences`.
    """
    parts = [
        inverse_weights.differences(scaled.loc[reclassification.candidates(year)], codes)
        for year, codes in reclassification.rounds()["codes"].items()
    ]
    return pd.concat(parts)


def kept_weights(scaled: pd.DataFrame) -> pd.DataFrame:
    """Draw weightings and keep those that give both rounds.

    Parameters
    ----------
    scaled : DataFrame
        As in `both_rounds`.

    Returns
    -------
    DataFrame
        As `inverse_weights.draw`; the share kept is ``attrs["share"]``.

    Raises
    ------
    ValueError
        If none is kept.
    """
    weights = inverse_weights.draw(list(scaled), forecast.DRAWS, np.random.default_rng(SEED))
    kept = inverse_weights.consistent(weights, both_rounds(scaled))
    if not kept.any():
        raise ValueError(f"kept_weights: found no weighting of {list(scaled)} that gives both rounds")
    found = weights[kept]
    found.attrs["share"] = float(kept.mean())
    return found


def among_first(scaled: pd.DataFrame, pool: Sequence[str], n: int) -> pd.Series:
    """Compute the share of weightings that give both rounds under which each unit is among the first n.

    Parameters
    ----------
    scaled : DataFrame
        Units by indicators; the 26, and others of the pool.
    pool : sequence of str
        Codes of the units to rank.
    n : int
        How many leave.

    Returns
    -------
    Series
        By code.
    """
    weights = kept_weights(scaled.loc[reclassification.group()])
    return (inverse_weights.places(scaled.loc[list(pool)], weights) <= n).mean()


def families(n: int = 3) -> pd.DataFrame:
    """Compute, for several families of rules, the share of rules that put each county among the next n.

    Parameters
    ----------
    n : int
        How many leave in the next round.

    Returns
    -------
    DataFrame
        One row per county of the 26 that has not left; one column per family: ``weights`` (all ten indicators
        of `reclassification.PANEL`), ``without ...`` (one of them left out), ``ranks`` (places among the 26
        in place of values), ``single`` and ``pairs`` (thresholds that all six of both rounds pass and nobody
        else, on any indicator with a value for each of the 26; the closest to passing are next), ``pairs,
        nothing derived`` (without the indicators of `DERIVED`).
    """
    rest, six = reclassification.remaining(), reclassification.removed()
    panel = reclassification.panel().loc[reclassification.group()]
    scaled = reclassification.normalise(panel)
    shares = {"weights": among_first(scaled, rest, n)}
    for name in panel:
        shares[f"without {name}"] = among_first(scaled.drop(columns=name), rest, n)
    places = (scaled.rank() - 1) / (len(scaled) - 1)
    shares["ranks"] = among_first(places, rest, n)
    table = reclassification.values()
    table = table.loc[:, table.notna().all()]
    shares["single"] = _named(table, separation.single_rules(table, six), n)
    shares["pairs"] = _named(table, separation.pair_rules(table, six), n)
    printed = table.drop(columns=[name for name in table if name in DERIVED])
    shares["pairs, nothing derived"] = _named(printed, separation.pair_rules(printed, six), n)
    return pd.DataFrame(shares).fillna(0.0).rename_axis("code")


def _named(table: pd.DataFrame, rules: pd.DataFrame, n: int) -> pd.Series:
    """Compute the share of rules under which each unit is among the n closest to passing."""
    close = separation.closeness(table, reclassification.removed(), rules)
    return forecast.votes(pd.Series(forecast.tops(close, n))).reindex(close.index)


def ranking(shares: pd.DataFrame) -> pd.DataFrame:
    """Sum up the families: the share by the main one, and the least and greatest by any.

    Parameters
    ----------
    shares : DataFrame
        As `families` gives them.

    Returns
    -------
    DataFrame
        One row per county, likeliest first: `share` (of the family ``weights``), `lo`, `hi`, and `lo_family`,
        `hi_family`, the families that give them.
    """
    table = pd.DataFrame(
        {
            "share": shares["weights"],
            "lo": shares.min(axis=1),
            "hi": shares.max(axis=1),
            "lo_family": shares.idxmin(axis=1),
            "hi_family": shares.idxmax(axis=1),
        }
    )
    return table.sort_values(["share", "hi"], ascending=False, kind="stable")


def with_joined(n: int = 3) -> pd.Series:
    """Compute the shares of the family ``weights`` when Dongtou and Shengsi can be next too.

    Parameters
    ----------
    n : int
        How many leave.

    Returns
    -------
    Series
        By code, greatest first; the scale is still that of the 26, and neither round is asked to name them.
    """
    scaled = reclassification.normalise(reclassification.panel())
    pool = reclassification.remaining().union(reclassification.joined())
    return among_first(scaled, pool, n).sort_values(ascending=False, kind="stable")


def passing_over() -> float:
    """Compute the share of the family ``weights`` that would have passed the islands over in the last round.

    Returns
    -------
    float
        Of the weightings that give both rounds among the 26, those under which no unit that joined is above
        any of those that left last.
    """
    scaled = reclassification.normalise(reclassification.panel())
    weights = kept_weights(scaled.loc[reclassification.group()])
    year = reclassification.rounds().index[-1]
    left = list(reclassification.left_in(year))
    pool = scaled.loc[[*left, *reclassification.joined()]]
    return float(inverse_weights.consistent(weights, inverse_weights.differences(pool, left)).mean())


CONCENTRATIONS = (0.3, 0.5, 1, 2, 3, 5, 10)
"""Parameters of the Dirichlet distributions of `prior_curve`: from few heavy weights to nearly equal ones."""


def prior_curve(draws: int = forecast.DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Follow the share of weightings that give the rounds as the prior over weights and the scale change.

    Parameters
    ----------
    draws, seed : int, optional
        Of the random weightings.

    Returns
    -------
    DataFrame
        Indexed by `scale` (``min-max`` or ``ranks``) and `concentration`; `first` and `both`, the share of
        weightings that give the first round and both.
    """
    panel = reclassification.panel().loc[reclassification.group()]
    scaled = reclassification.normalise(panel)
    scales = {"min-max": scaled, "ranks": (scaled.rank() - 1) / (len(scaled) - 1)}
    first = reclassification.left_in(reclassification.rounds().index[0])
    rows = {}
    for concentration in CONCENTRATIONS:
        weights = inverse_weights.draw(list(panel), draws, np.random.default_rng(seed), concentration)
        for scale, table in scales.items():
            gaps = inverse_weights.differences(table, first), both_rounds(table)
            rows[scale, concentration] = [inverse_weights.consistent(weights, gap).mean() for gap in gaps]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["first", "both"])
    found.index = pd.MultiIndex.from_tuples(found.index, names=["scale", "concentration"])
    return found.sort_index(ascending=[True, True])


def later_pace(prices: str = "real") -> float:
    """Give the province's growth of 2024, fraction a year.

    Parameters
    ----------
    prices : {"real", "nominal"}
        At comparable prices, as published; or at current prices, over the restated level of the year before,
        which stands on the same census.

    Returns
    -------
    float
    """
    rows = statistics.reported()
    mine = rows[rows["code"] == statistics.PROVINCE].set_index(["period", "indicator"])["value"]
    if prices == "nominal":
        return float(mine["2024", "gdp"]) / float(mine["2023", "gdp_restated"]) - 1
    return float(mine["2024", "gdp_growth_real"]) / 100


def line() -> tuple[float, float]:
    """Give the ends between which the line can lie: the greatest GDP that stayed, the least that left.

    Returns
    -------
    tuple of float
        In 100 million yuan, of 2024.
    """
    table = reclassification.values()[[f"{LINE}_2024"]]
    found = separation.single_rules(table, reclassification.removed()).iloc[0]
    return float(found["best_other"]), float(found["worst_chosen"])


def own_growth(codes: pd.Index | None = None) -> pd.DataFrame:
    """Compute the yearly growth of GDP at current prices.

    Parameters
    ----------
    codes : Index, optional
        The units; by default those of the 26 that have not left.

    Returns
    -------
    DataFrame
        Indexed by `code`: `growth` (a year, from 2020 to 2023, both in their first release) and `basis`:
        ``own``, or ``union`` where the county's series breaks and the growth is that of it and the unit that
        the break ties it to.
    """
    start, end = GROWTH_YEARS
    broken = statistics.breaks(LINE, start, end).set_index("code")["union"]
    rows = {}
    for code in reclassification.remaining() if codes is None else codes:
        parts = broken[code].split() if code in broken.index else [code]
        rows[code] = (_yearly(parts), "own" if parts == [code] else "union")
    return pd.DataFrame.from_dict(rows, orient="index", columns=["growth", "basis"]).rename_axis("code")


def _yearly(codes: Sequence[str]) -> float:
    """Compute the yearly growth of several units together."""
    start, end = GROWTH_YEARS
    before, after = (statistics.table(LINE, year, list(codes)).sum() for year in GROWTH_YEARS)
    return (after / before) ** (1 / (end - start)) - 1


def growth_error() -> float:
    """Estimate by how much yearly growth departs from that of the years before.

    Returns
    -------
    float
        Fraction a year: `ERROR_SHARE` of the prefectures changed their growth by no more from the first to
        the second span of `ERROR_YEARS`; one that the table of breaks records as out of line is left out.

    Notes
    -----
    A county is smaller than a prefecture and its growth less steady, so that the error is understated.
    """
    a, b, c = ERROR_YEARS
    odd = statistics.outliers(LINE, a, c, "prefecture")["code"]
    first, second = (
        statistics.growth(LINE, *span, level="prefecture").drop(odd, errors="ignore")
        for span in ((a, b), (b, c))
    )
    change = (1 + second) ** (1 / (c - b)) - (1 + first) ** (1 / (b - a))
    return float(change.abs().quantile(ERROR_SHARE))


def years(value: float, target: float, growth: float) -> float:
    """Compute the years to a target at constant growth: zero if it is reached, inf if it never will be."""
    if value >= target:
        return 0.0
    return float(np.log(target / value) / np.log1p(growth)) if growth > 0 else np.inf


def years_to_line() -> pd.DataFrame:
    """Compute how far each county is from the line in GDP, and the years at its own growth.

    Returns
    -------
    DataFrame
        One row per county that has not left, closest first: `gdp` (100 million yuan, 2024), `short` (what it
        lacks of the middle of the line's interval, fraction of its GDP), `growth`, `basis` as `own_growth`;
        `years` to the middle of the line; `lo` with the lowest line and the growth raised by `growth_error`,
        `hi` with the highest line and the growth lowered by it; `later` and `nominal`, the years to the
        middle if every county grew at `later_pace`, real and at current prices; `moving`, the years to the
        middle of a line that rises as fast as the GDP of the 26 did, inf where
        the county grew no faster.
    """
    least, most = line()
    middle, error = (least + most) / 2, growth_error()
    together = _yearly(list(reclassification.group()))
    table = own_growth().assign(gdp=statistics.table(LINE, 2024))
    table["short"] = middle / table["gdp"] - 1
    rows = [
        (
            years(x, middle, g),
            years(x, least, g + error),
            years(x, most, g - error),
            years(x, middle, later_pace()),
            years(x, middle, later_pace("nominal")),
            years(x, middle, (1 + g) / (1 + together) - 1),
        )
        for x, g in zip(table["gdp"], table["growth"], strict=True)
    ]
    table[["years", "lo", "hi", "later", "nominal", "moving"]] = rows
    return table.sort_values("years")[
        ["gdp", "short", "growth", "basis", "years", "lo", "hi", "later", "nominal", "moving"]
    ]


def logistic(names: Sequence[str]) -> pd.DataFrame:
    """Fit a penalised logistic model of having left to the 26.

    Parameters
    ----------
    names : sequence of str
        Indicators, each taken in logarithms and scaled to mean zero and standard deviation one.

    Returns
    -------
    DataFrame
        Indexed by `code`: `fitted` and `left_out`, the probability of having left from the model fitted to
        all, and from the one fitted without the county; `left`, whether it has.
    """
    logs = np.log(reclassification.values()[list(names)])
    x = (logs - logs.mean()) / logs.std()
    left = pd.Series(x.index.isin(reclassification.removed()), index=x.index)
    model = firth.fit(x, left)
    return pd.DataFrame(
        {"fitted": model.probability(x), "left_out": firth.leave_one_out(x, left), "left": left}
    )
