"""Rival rules: whom each would have named in each round, and whether growth could be told at all.

No rule here was found in a document. Each is one reading of what may have counted; it is held against both
rounds, and each count of hits against what lots would give.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from mountain_counties.growth import incomes
from mountain_counties.line import forecast, reclassification, separation, who_is_next
from mountain_counties.record import counties, statistics

SEED = 20241206
"""Seed of the draws behind `growth_power`: the day of the article."""

SIMULATIONS = 4000
LEVEL, POWER = 0.05, 0.8
STEP = 0.005
"""Fraction of growth over the span by which `growth_power` raises its alternative."""

SEATS = ("330802", "331102")
"""Kecheng and Liandu, where the governments of Quzhou and Lishui sit; no other of the 26 is a seat."""


def growth(codes: pd.Index) -> pd.Series:
    """Compute the yearly growth of GDP from the first to the last county yearbook.

    Parameters
    ----------
    codes : Index
        The units.

    Returns
    -------
    Series
        Fraction a year, by code. Kecheng and Qujiang, between which zones moved, both have that of their sum.
    """
    return who_is_next.own_growth(codes)["growth"]


def _gdp(pool: pd.Index) -> pd.Series:
    return statistics.table("gdp", 2023, pool)


def _one_each(pool: pd.Index) -> pd.Series:
    """Score by GDP, but put all but the largest of each prefecture behind."""
    gdp = _gdp(pool)
    return gdp.where(gdp.groupby(pool.str[:4]).rank(ascending=False) == 1)


def _seats(pool: pd.Index) -> pd.Series:
    return _gdp(pool).where(pool.isin(SEATS))


def _fast_then_large(pool: pd.Index) -> pd.Series:
    """Score those that grew faster than the middle of the list by GDP."""
    fast = growth(pool)
    return _gdp(pool).where(fast > fast.median())


def _latest(name: str) -> Callable[[pd.Index], pd.Series]:
    return lambda pool: reclassification.values(pool)[name]


def _income(name: str) -> Callable[[pd.Index], pd.Series]:
    """Score by income in the one year found before the first round."""
    return lambda pool: incomes.by_county(name)["start"].reindex(pool)


def _small_gap(pool: pd.Index) -> pd.Series:
    urban, rural = (_income(name)(pool) for name in incomes.KINDS)
    return -urban / rural


RULES: dict[str, tuple[str, Callable[[pd.Index], pd.Series]]] = {
    "Size: GDP": ("2023", _gdp),
    "The largest of each prefecture": ("2023", _one_each),
    "Seats of a prefecture": ("2023", _seats),
    "Fast growth, then size": ("2020–2023", _fast_then_large),
    "Growth of GDP": ("2020–2023", growth),
    "GDP per head": ("2023", _latest("gdp_per_resident_2023")),
    "Residents": ("2020", _latest("resident_pop_2020")),
    "Industry": ("2024", _latest("va_industry_2024")),
    "Urban income": ("2020", _income(incomes.KINDS[0])),
    "Rural income": ("2020", _income(incomes.KINDS[1])),
    "Small gap of town and country": ("2020", _small_gap),
}
"""Label to the years of the figures, and the score of each unit of a pool, NaN where it is passed over."""


def matrix() -> pd.DataFrame:
    """Let each rule name as many as left, in each round, with and without the islands.

    Returns
    -------
    DataFrame
        One row per rule and round, indexed by `rule` and `round` (the year of each, and ``islands``: the last
        round with Dongtou and Shengsi among those who could leave); `figures` (the years behind the rule),
        `named` (codes, first choice first; fewer where the rule knows no more), `hits`, `p`: the chance of as
        many or more if as many were named by lot.

    Notes
    -----
    The islands joined after the first round and before the second. No figure of theirs is derived.
    """
    rounds = reclassification.rounds()["codes"]
    last = rounds.index[-1]
    pools = {str(year): reclassification.candidates(year) for year in rounds.index}
    pools["islands"] = pools[str(last)].union(reclassification.joined())
    right = {str(year): codes for year, codes in rounds.items()} | {"islands": rounds[last]}
    rows = {}
    for rule, (figures, score) in RULES.items():
        for label, pool in pools.items():
            known = score(pool).dropna()
            named = forecast.top(known, len(right[label])) if len(known) else ()
            hits = len(set(named) & set(right[label]))
            p = forecast.chance(hits, len(named), len(right[label]), len(pool))
            rows[rule, label] = (figures, named, hits, p)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["figures", "named", "hits", "p"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["rule", "round"])
    return table


def growth_test() -> pd.Series:
    """Test whether those that left had grown faster, and say what such a test could have seen.

    Returns
    -------
    Series
        `left`, `stayed`: how many have a series of their own; `lead`: mean growth over the span of those that
        left less that of the rest (fraction); `rank_p`: exact two-sided probability of so extreme a rank sum
        by lot; `seen`: the least lead in growth that the test would find in `POWER` of cases.
    """
    values = reclassification.values()["gdp_2020_2023"].dropna()
    left = values.index.intersection(reclassification.removed())
    found = separation.test(values.to_frame(), list(left)).iloc[0]
    return pd.Series(
        {
            "left": len(left),
            "stayed": len(values) - len(left),
            "lead": values[left].mean() - values.drop(left).mean(),
            "rank_p": found["p"],
            "seen": growth_power(values, len(left)),
        }
    )


@lru_cache
def _critical(n: int, size: int) -> int:
    """Give the least distance of the doubled rank sum from its middle that is rarer than `LEVEL`."""
    away = np.abs(2 * (separation.subsets(n, size).astype(int) + 1).sum(axis=1) - size * (n + 1))
    return next(x for x in np.unique(away) if (away >= x).mean() <= LEVEL)


def growth_power(values: pd.Series, size: int) -> float:
    """Give the least common lead of a set drawn by lot that an exact rank-sum test finds in `POWER` of cases.

    Parameters
    ----------
    values : Series
        Growth of every unit; the spread that the lead has to stand out from.
    size : int
        How many are in the set.

    Returns
    -------
    float
        In the unit of `values`, to the next `STEP`.
    """
    x, n = values.to_numpy(), len(values)
    random = np.random.default_rng(SEED)
    picks = random.permuted(np.tile(np.arange(n), (SIMULATIONS, 1)), axis=1)[:, :size]
    marks = np.zeros((SIMULATIONS, n), dtype=bool)
    np.put_along_axis(marks, picks, True, axis=1)
    limit = _critical(n, size)
    for lead in np.arange(0, 1, STEP):
        order = np.argsort(np.argsort(x + lead * marks, axis=1), axis=1) + 1
        away = np.abs(2 * (order * marks).sum(axis=1) - size * (n + 1))
        if (away >= limit).mean() >= POWER:
            return float(lead)
    raise ArithmeticError("growth_power: no lead below one is found often enough")


def official_account() -> pd.DataFrame:
    """Set the GDP that the account of the second round gives beside the yearbook's.

    Returns
    -------
    DataFrame
        One row per county that left in the last round, the largest first, indexed by `code`: `reported` and
        `yearbook` (100 million yuan, 2024), `over` (fraction by which the account exceeds the yearbook).
    """
    table = forecast.vintages().set_index("code").loc[list(reclassification.left_in(2025))]
    table = table.assign(over=table["reported"] / table["yearbook"] - 1)
    return table.sort_values("yearbook", ascending=False)[["reported", "yearbook", "over"]]


def names_of_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Write names in place of the codes of `matrix`, one row per rule and round, for a reader's CSV."""
    english = counties.units()["name_en"]
    return table.assign(named=["; ".join(english[list(codes)]) for codes in table["named"]])
