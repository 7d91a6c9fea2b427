"""An open evaluation of the 26 in place of the award's: indicators, normalisation, weights, ranks, places.

The award (浙江制造天工鼎) names four dimensions and counts 32 indicators; which ones was not found. The
indicators here are ours, and the fourth dimension, work, has none in the record. Probabilities are shares of
ways of reckoning, not chances of events.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pymcdm import helpers, normalizations
from pymcdm import weights as weighting
from scipy.stats import hypergeom, rankdata

from mountain_counties.audit import ledger
from mountain_counties.line import inverse_weights, reclassification, separation
from mountain_counties.record import counties, statistics

SEED = 20230518
"""Seed of the random weightings: the date of the first award."""

DRAWS = 4000
"""Random weightings. The standard error of a share is at most half of one over the root of this."""

DIMENSIONS = ("quality", "efficiency", "drivers")
"""The dimensions that the record can measure."""

UNMEASURED = "work"
"""The dimension that it cannot."""

OFFICIAL_INDICATORS = 32
"""How many the award has, as Lishui's news site reports (grade B: http://chinazj.com.cn/lsnews/24988.html)."""


@dataclass(frozen=True)
class _Indicator:
    """A column of the record, or the ratio of two."""

    label: str
    dimension: str
    direction: int
    numerator: tuple[str, int]
    denominator: tuple[str, int] | None = None


INDICATORS = {
    "industry_share": _Indicator(
        "Industry's share of GDP", "quality", 1, ("va_industry", 2024), ("gdp", 2024)
    ),
    "industry_per_head": _Indicator(
        "Industry per resident", "quality", 1, ("va_industry", 2024), ("resident_pop_yearend", 2024)
    ),
    "manufacturing_jobs": _Indicator(
        "Manufacturing's share of jobs",
        "quality",
        1,
        ("employed_manufacturing", 2020),
        ("employed_longform_sample", 2020),
    ),
    "industry_per_land": _Indicator(
        "Industry per km²", "efficiency", 1, ("va_industry", 2024), ("land_area", 2024)
    ),
    "industry_per_worker": _Indicator(
        "Industry per worker", "efficiency", 1, ("va_industry", 2024), ("employed_manufacturing", 2020)
    ),
    "electricity_per_industry": _Indicator(
        "Electricity per industry", "efficiency", -1, ("electricity_industry", 2024), ("va_industry", 2024)
    ),
    "schooling": _Indicator("Years of schooling", "drivers", 1, ("mean_years_schooling", 2020)),
    "working_age": _Indicator("People of working age", "drivers", 1, ("share_15_64", 2020)),
    "newcomers": _Indicator(
        "Newcomers from afar", "drivers", 1, ("in_migrants_other_province", 2020), ("resident_pop", 2020)
    ),
}
"""The indicators, by name: as many to a dimension, so that equal weights weigh the dimensions equally.

*Industry* is the value added of industry. *Per worker* divides it by the manufacturing workers in the
long-form sample of the census, about a tenth of all. Each has a published value for all 26.
"""

CORE = tuple(INDICATORS)
CENSUS = ("manufacturing_jobs", "schooling", "working_age", "newcomers")
"""Those that were known before the first award."""

EXTRA = {
    "industry_total": _Indicator("Industry, total", "quality", 1, ("va_industry", 2024)),
    "firms": _Indicator(
        "Firms per registered person",
        "quality",
        1,
        ("industrial_enterprises_above_scale", 2023),
        ("hukou_pop", 2023),
    ),
    "loans": _Indicator("Loans over GDP", "drivers", 1, ("loans_outstanding", 2023), ("gdp", 2023)),
}
"""Indicators that the sensitivity adds: one of size, and two that Kecheng and Liandu have no value of."""

GROWTH = "gdp_growth"
GROWTH_YEARS = (2020, 2023)
"""Name and years of the growth of GDP that the sensitivity adds, see `growth`."""


def rank_normalization(x: np.ndarray, cost: bool = False) -> np.ndarray:
    """Scale a column to its ranks, 0 for the worst and 1 for the best; ties share the mean.

    Parameters
    ----------
    x : ndarray
        One column.
    cost : bool
        Whether less is better.

    Returns
    -------
    ndarray
    """
    return (rankdata(-x if cost else x) - 1) / (len(x) - 1)


NORMALISATIONS: Mapping[str, Callable] = {
    "min-max": normalizations.minmax_normalization,
    "vector": normalizations.vector_normalization,
    "rank": rank_normalization,
}
AGGREGATIONS = ("TOPSIS", "mean")


def places() -> int:
    """Give the number of places that the award keeps for the mountain counties, from the article."""
    return int(ledger.load()["value"]["zj-award-places"])


def indicators() -> pd.DataFrame:
    """List the indicators of the evaluation.

    Returns
    -------
    DataFrame
        Indexed by `indicator`: `label`, `dimension`, `direction` (1: more is better, -1: less is better),
        `unit`, `years` and `sources` (keys of `statistics.sources`), both tuples.
    """
    record = statistics.load().groupby(["indicator", "year"])["source"].unique()
    units = statistics.indicators()["unit"]
    rows = {}
    for name, how in INDICATORS.items():
        parts = [part for part in (how.numerator, how.denominator) if part]
        rows[name] = {
            "label": how.label,
            "dimension": how.dimension,
            "direction": how.direction,
            "unit": " / ".join(units[column] for column, _ in parts),
            "years": tuple(dict.fromkeys(year for _, year in parts)),
            "sources": tuple(dict.fromkeys(source for part in parts for source in record[part])),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


def directions(names: Sequence[str]) -> pd.Series:
    """Give the direction of each indicator: 1 if more is better, -1 if less is."""
    known = {name: how.direction for name, how in (INDICATORS | EXTRA).items()} | {GROWTH: 1}
    return pd.Series({name: known[name] for name in names}, dtype=int)


def growth(codes: Sequence[str]) -> pd.Series:
    """Compute the growth of GDP over `GROWTH_YEARS`, across no break.

    Parameters
    ----------
    codes : sequence of str
        Units.

    Returns
    -------
    Series
        Ratio less one, by code. A unit whose series breaks has the growth of the union that the break names:
        Kecheng and Qujiang share one. The GDP of Kecheng and Liandu is derived in both years.
    """
    broken = statistics.breaks("gdp", *GROWTH_YEARS).set_index("code")["union"]
    rows = {}
    for code in codes:
        union = broken[code].split() if code in broken.index else [code]
        before, after = (statistics.table("gdp", year, union).sum() for year in GROWTH_YEARS)
        rows[code] = after / before - 1
    return pd.Series(rows, name=GROWTH)


def panel(names: Sequence[str] = CORE, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """Take the values of the indicators.

    Parameters
    ----------
    names : sequence of str
        Names among `INDICATORS` and `EXTRA`, or `GROWTH`.
    codes : sequence of str, optional
        Units; the 26 by default.

    Returns
    -------
    DataFrame
        Units by indicators, raw.

    Raises
    ------
    KeyError
        If a unit has no value; as `statistics.table`.
    """
    codes = list(reclassification.group() if codes is None else codes)
    columns = {}
    for name in names:
        if name == GROWTH:
            columns[name] = growth(codes)
            continue
        how = (INDICATORS | EXTRA)[name]
        columns[name] = statistics.table(*how.numerator, codes)
        if how.denominator:
            columns[name] = columns[name] / statistics.table(*how.denominator, codes)
    return pd.DataFrame(columns).rename_axis("code")


def normalise(values: pd.DataFrame, how: str) -> pd.DataFrame:
    """Scale the indicators so that more is better.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them.
    how : str
        A key of `NORMALISATIONS`.

    Returns
    -------
    DataFrame
        Units by indicators. The vector normalisation divides by the root of the sum of squares, and so gives
        a column the more say, the further its values are apart for their size.
    """
    signs = directions(values.columns)
    scaled = helpers.normalize_matrix(values.to_numpy(), NORMALISATIONS[how], signs.to_numpy())
    return pd.DataFrame(scaled, index=values.index, columns=values.columns)


def fixed_weights(values: pd.DataFrame) -> pd.DataFrame:
    """Compute the weightings that follow from the data or from nothing.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them.

    Returns
    -------
    DataFrame
        One row each for ``equal``, ``entropy`` (of the raw values) and ``CRITIC`` (of the min-max ones).

    References
    ----------
    .. [1] D. Diakoulaki, G. Mavrotas and L. Papayannakis, Determining objective weights in multiple criteria
       problems: the CRITIC method, Computers & Operations Research 22 (1995), 763-770.
    """
    raw, scaled = values.to_numpy(), normalise(values, "min-max").to_numpy()
    rows = {
        "equal": weighting.equal_weights(raw),
        "entropy": weighting.entropy_weights(raw),
        "CRITIC": weighting.critic_weights(scaled),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=values.columns).rename_axis("weighting")


def random_weights(names: Sequence[str], draws: int = DRAWS) -> pd.DataFrame:
    """Draw weightings, all equally likely; the same ones each time.

    Parameters
    ----------
    names : sequence of str
        Indicators.
    draws : int
        How many.

    Returns
    -------
    DataFrame
        As `inverse_weights.draw`.
    """
    return inverse_weights.draw(names, draws, np.random.default_rng(SEED)).rename_axis("weighting")


def scores(scaled: pd.DataFrame, weights: pd.DataFrame, aggregation: str) -> pd.DataFrame:
    """Score the units under each of many weightings at once.

    Parameters
    ----------
    scaled : DataFrame
        As `normalise` gives them.
    weights : DataFrame
        One row per weighting, same columns.
    aggregation : {"TOPSIS", "mean"}
        The relative closeness to the ideal, or the weighted mean.

    Returns
    -------
    DataFrame
        One row per weighting, one column per unit; between 0 and 1 for TOPSIS.

    Notes
    -----
    Does what ``pymcdm.methods.TOPSIS`` and ``WSM`` do, which take one weighting at a time: squared distances
    are sums of squared weights times squared gaps, one product of matrices for all weightings.

    References
    ----------
    .. [1] C.-L. Hwang and K. Yoon, Multiple Attribute Decision Making, Springer, 1981, pp. 128-140.
    """
    x, w = scaled.to_numpy(), weights[scaled.columns].to_numpy()
    if aggregation == "mean":
        found = w @ x.T
    elif aggregation == "TOPSIS":
        to_best = np.sqrt(w**2 @ ((x - x.max(axis=0)) ** 2).T)
        to_worst = np.sqrt(w**2 @ ((x - x.min(axis=0)) ** 2).T)
        found = to_worst / (to_worst + to_best)
    else:
        raise ValueError(f"aggregation: found {aggregation!r}, expected one of {AGGREGATIONS}")
    return pd.DataFrame(found, index=weights.index, columns=scaled.index)


def rankings(values: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Rank the units by every normalisation, aggregation and weighting.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them.
    weights : DataFrame
        One row per weighting.

    Returns
    -------
    DataFrame
        Indexed by `normalisation`, `aggregation` and `weighting`, all combinations; one column per unit: its
        place, 1 for the best. Of a tie all take the worst place.
    """
    blocks = {}
    for how in NORMALISATIONS:
        scaled = normalise(values, how)
        for aggregation in AGGREGATIONS:
            scored = scores(scaled, weights, aggregation)
            # Rounded so that equal sums added in another order stay ties.
            exact = scored.to_numpy().round(12)
            placed = sum(exact <= exact[:, [rival]] for rival in range(exact.shape[1]))
            blocks[how, aggregation] = pd.DataFrame(placed, scored.index, scored.columns)
    return pd.concat(blocks, names=["normalisation", "aggregation", "weighting"])


def acceptability(ranked: pd.DataFrame, n: int) -> pd.Series:
    """Compute the share of rankings in which each unit is among the first n, greatest first.

    Parameters
    ----------
    ranked : DataFrame
        As `rankings` gives them.
    n : int
        Places.

    Returns
    -------
    Series
        By code.

    References
    ----------
    .. [1] R. Lahdelma and P. Salminen, SMAA-2: stochastic multicriteria acceptability analysis for group
       decision making, Operations Research 49 (2001), 444-454.
    """
    return (ranked <= n).mean().sort_values(ascending=False, kind="stable").rename("probability")


def first(places: pd.Series, n: int) -> pd.Index:
    """Give the units of one ranking whose place is n or better, in their order."""
    return places[places <= n].sort_values(kind="stable").index


def variance_shares(ranked: pd.DataFrame) -> pd.Series:
    """Share the variance of the places out over what they depend on.

    Parameters
    ----------
    ranked : DataFrame
        As `rankings` gives them: every combination once.

    Returns
    -------
    Series
        Shares of the sum of squares: ``counties`` (the mean place), and how far the place of a county moves
        with the ``weights``, ``normalisation``, ``aggregation``, or ``combinations`` of these. They add up
        to one. Without ties the first is Kendall's coefficient of concordance of all the rankings.

    References
    ----------
    .. [1] M. G. Kendall and B. Babington Smith, The problem of m rankings, Annals of Mathematical Statistics
       10 (1939), 275-287.
    """
    whole = ranked - ranked.to_numpy().mean()
    total = (whole**2).to_numpy().sum()
    mean = whole.mean()
    found = {"counties": len(whole) * (mean**2).sum() / total}
    levels = {"weights": "weighting", "normalisation": "normalisation", "aggregation": "aggregation"}
    for name, level in levels.items():
        moved = whole.groupby(level).mean() - mean
        found[name] = len(whole) / len(moved) * (moved**2).to_numpy().sum() / total
    found["combinations"] = 1 - sum(found.values())
    return pd.Series(found, name="share")


def dimension_scores(values: pd.DataFrame) -> pd.DataFrame:
    """Compute the plain mean of the min-max indicators of each dimension, and of all of them.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them, of `CORE`.

    Returns
    -------
    DataFrame
        Units by `DIMENSIONS` and ``all``, from 0 to 1.
    """
    scaled = normalise(values, "min-max")
    dimension = indicators()["dimension"]
    table = scaled.T.groupby(dimension).mean().T[list(DIMENSIONS)]
    return table.assign(all=scaled.mean(axis=1))


def missing_dimension(score: pd.Series, n: int) -> pd.DataFrame:
    """Compute the weight at which an unknown further dimension could change who has a place.

    Parameters
    ----------
    score : Series
        Of what is known, more being better.
    n : int
        Places.

    Returns
    -------
    DataFrame
        One row per unit, best first: `score`, `among` (among the first n now), `weight`: the least weight of
        a further score between 0 and 1 at which a unit outside can come to be among the first n (it has 1,
        all others 0) or one inside can cease to be (it has 0, all others 1).

    Notes
    -----
    With weight w on the further score, a lead of g is made up if w >= (1 - w) g, that is w >= g / (1 + g).
    """
    table = score.sort_values(ascending=False, kind="stable").rename("score").to_frame()
    last, next_ = table["score"].iloc[n - 1], table["score"].iloc[n]
    table["among"] = np.arange(len(table)) < n
    lead = np.where(table["among"], table["score"] - next_, last - table["score"])
    return table.assign(weight=lead / (1 + lead))


def places_kept(score: pd.Series, n: int, weights: Sequence[float]) -> pd.DataFrame:
    """Estimate how many of the first n keep their place when a further score is drawn at random.

    Parameters
    ----------
    score : Series
        Of what is known, between 0 and 1.
    n : int
        Places.
    weights : sequence of float
        Weights of the further score, which is uniform between 0 and 1 and independent of the known one.

    Returns
    -------
    DataFrame
        Indexed by `weight`: `mean`, `lo` and `hi` (5% and 95% quantiles) of the number that keep a place.
    """
    known = score.sort_values(ascending=False, kind="stable").to_numpy()
    unknown = np.random.default_rng(SEED).random((DRAWS, len(known)))
    rows = {}
    for weight in weights:
        mixed = (1 - weight) * known + weight * unknown
        # The first n columns are those who have a place now.
        kept = (rankdata(-mixed, axis=1)[:, :n] <= n).sum(axis=1)
        rows[weight] = {"mean": kept.mean(), "lo": np.quantile(kept, 0.05), "hi": np.quantile(kept, 0.95)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("weight")


def winners(grades: Sequence[str] = ("A", "B", "C")) -> dict[str, pd.Index]:
    """Give the winners that are known, by year and altogether.

    Parameters
    ----------
    grades : sequence of str
        Grades of the sources to go by.

    Returns
    -------
    dict of str to Index
        Codes by year (``"2023"`` ...), and under ``any year``.
    """
    table = counties.awards()
    named = table[(table["code"] != "") & table["grade"].isin(list(grades))]
    years = {str(year): pd.Index(rows["code"].sort_values()) for year, rows in named.groupby("year")}
    return years | {"any year": pd.Index(sorted(named["code"].unique()))}


def agreement(probability: pd.Series, chosen: Sequence[str], known: Sequence[str]) -> dict[str, float]:
    """Compare an evaluation with the winners that are known.

    Parameters
    ----------
    probability : Series
        As `acceptability` gives it.
    chosen : sequence of str
        Codes to which the evaluation gives a place.
    known : sequence of str
        Codes of known winners.

    Returns
    -------
    dict
        `known`, their number; `hits`, how many of them are chosen; `expected` by chance; `p_hits`, the
        hypergeometric probability of as many hits or more; `p_least`, the same had all been hit: what the
        test can show at best; `mean`, of the probabilities of the known winners; `p_mean`, the share of all
        sets of as many units whose mean is as great or greater (exact).
    """
    of, size = len(probability), len(known)
    hits = len(set(chosen) & set(known))
    mean = probability[list(known)].mean()
    sets = probability.to_numpy()[separation.subsets(of, size)]
    return {
        "known": size,
        "hits": hits,
        "expected": size * len(chosen) / of,
        "p_hits": float(hypergeom.sf(hits - 1, of, len(chosen), size)),
        "p_least": float(hypergeom.sf(size - 1, of, len(chosen), size)),
        "mean": float(mean),
        "p_mean": float((sets.mean(axis=1) >= mean - 1e-12).mean()),
    }


def agreements(ranked: pd.DataFrame, n: int) -> pd.DataFrame:
    """Compare the rankings with the winners of each year, and of any year by the grade of the sources.

    Parameters
    ----------
    ranked : DataFrame
        As `rankings` gives them.
    n : int
        Places.

    Returns
    -------
    DataFrame
        One row per `winners`: the years, ``any year``, and ``any year, grades A and B``. Columns of
        `agreement`, where the n with the greatest probability are chosen, and `all`: the share of rankings
        that give a place to every one of them.
    """
    probability = acceptability(ranked, n)
    groups = winners() | {"any year, grades A and B": winners(("A", "B"))["any year"]}
    rows = {}
    for name, codes in groups.items():
        rows[name] = agreement(probability, probability.index[:n], codes)
        rows[name]["all"] = (ranked[codes] <= n).all(axis=1).mean()
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("winners")


def schemes(values: pd.DataFrame, n: int) -> pd.DataFrame:
    """Name the first n by each normalisation, aggregation and fixed weighting.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them.
    n : int
        Places.

    Returns
    -------
    DataFrame
        One row per combination: `normalisation`, `aggregation`, `weighting`, `named` (tuple of codes, best
        first; a tie for the last place names nobody), `hits` (winners of any year among them).
    """
    ranked = rankings(values, fixed_weights(values))
    named = [tuple(first(row, n)) for _, row in ranked.iterrows()]
    known = set(winners()["any year"])
    return ranked.index.to_frame(index=False).assign(
        named=named, hits=[len(known & set(codes)) for codes in named]
    )


def without_indicator(values: pd.DataFrame, n: int) -> pd.DataFrame:
    """Compute the probabilities of a place with each indicator left out.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them.
    n : int
        Places.

    Returns
    -------
    DataFrame
        Units by ``none`` and the indicator left out.
    """
    tables = {"none": values} | {name: values.drop(columns=name) for name in values}
    found = {
        name: acceptability(rankings(table, random_weights(table.columns)), n)
        for name, table in tables.items()
    }
    return pd.DataFrame(found).loc[found["none"].index].rename_axis("code")


def without_county(values: pd.DataFrame, n: int) -> pd.DataFrame:
    """Leave out one county at a time and see whether the others change their order, at equal weights.

    Parameters
    ----------
    values : DataFrame
        As `panel` gives them.
    n : int
        Places.

    Returns
    -------
    DataFrame
        One row per `normalisation`, `aggregation` and `left_out`: `reversals`, pairs of the others that
        change their order; `crossing`, those of them of which one was among the first n and one not.
    """
    equal = fixed_weights(values).loc[["equal"]]
    whole = rankings(values, equal)
    rows = []
    for code in values.index:
        again = rankings(values.drop(index=code), equal)
        before = whole.drop(columns=code).to_numpy()
        for key, old, new in zip(again.index, before, again.to_numpy(), strict=True):
            reversed_ = np.less.outer(old, old) & np.greater.outer(new, new)
            inside = rankdata(old, method="max") <= n
            rows.append(
                {
                    "normalisation": key[0],
                    "aggregation": key[1],
                    "left_out": code,
                    "reversals": int(reversed_.sum()),
                    "crossing": int(reversed_[np.ix_(inside, ~inside)].sum()),
                }
            )
    return pd.DataFrame(rows)


def variants(n: int) -> pd.DataFrame:
    """Repeat the evaluation with other indicators and other counties.

    Parameters
    ----------
    n : int
        Places.

    Returns
    -------
    DataFrame
        One row per `variant`: `counties` and `indicators` (numbers), `named` (codes of the n most probable),
        `hits` and `p_hits` (winners of any year that take part, see `agreement`), `w` (the counties' share of
        the variance of places).
    """
    everyone = reclassification.group()
    documented = statistics.table(*EXTRA["firms"].numerator).loc[everyone].dropna().index
    stayed = reclassification.candidates(2025)
    plans = {
        "as above": (CORE, everyone),
        "industry's total added": ((*CORE, "industry_total"), everyone),
        "growth of GDP added (derived for Kecheng and Liandu)": ((*CORE, GROWTH), everyone),
        "without Kecheng and Liandu": (CORE, documented),
        "without the two, firms and loans added": ((*CORE, "firms", "loans"), documented),
        "without those who left in 2024": (CORE, stayed),
        "the census alone": (CENSUS, everyone),
    }
    rows = {}
    for name, (names, codes) in plans.items():
        ranked = rankings(panel(names, codes), random_weights(names))
        probability = acceptability(ranked, n)
        named = probability.index[:n]
        found = agreement(probability, named, winners()["any year"].intersection(codes))
        rows[name] = {
            "counties": len(codes),
            "indicators": len(names),
            "named": tuple(named),
            "known": found["known"],
            "hits": found["hits"],
            "p_hits": found["p_hits"],
            "w": variance_shares(ranked)["counties"],
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("variant")
