"""The lead: the six that left are the six largest, two are among the poorest, and what it did to the list.

Everything is exact. A chance here is the share of all equally large sets of the 26 that would show as much;
it answers how surprising a part would be had the six been drawn by lot, and says nothing of why they left.
"""

from functools import lru_cache
from math import comb

import numpy as np
import pandas as pd

from mountain_counties.line import reclassification, separation
from mountain_counties.record import statistics

YEARS = (2020, 2023, 2024)
"""Years in which the GDP of all 26 is known. That of Kecheng and Liandu is derived in all but the last."""

LATEST = YEARS[-1]
POOREST = 5
"""How many counties count as the poorest: those per head from the last rank up."""


def ranks(year: int = LATEST) -> pd.DataFrame:
    """Rank the 26 by total GDP and by GDP per head.

    Parameters
    ----------
    year : int
        One of `YEARS`. GDP per head is that of the latest year, published, by residents.

    Returns
    -------
    DataFrame
        One row per county, the largest economy first: `gdp` (100 million yuan), `gdp_rank` (1 for the
        greatest), `per_head` (yuan), `per_head_rank` (1 for the greatest) and `left` (year of the round in
        which it left, 0 if it has not).
    """
    codes = reclassification.group()
    table = pd.DataFrame(
        {
            "gdp": statistics.table("gdp", year, codes),
            "per_head": statistics.table("gdp_per_capita", LATEST, codes),
        }
    )
    for name in ("gdp", "per_head"):
        table[f"{name}_rank"] = table[name].rank(ascending=False).astype(int)
    left = {code: year for year, row in reclassification.rounds().iterrows() for code in row["codes"]}
    table["left"] = [left.get(code, 0) for code in table.index]
    return table[["gdp", "gdp_rank", "per_head", "per_head_rank", "left"]].sort_values("gdp_rank")


def largest() -> pd.DataFrame:
    """Count how many of those that left are among the equally many largest economies, by year.

    Returns
    -------
    DataFrame
        Indexed by `year`; `left` and `among` (numbers), `smallest` (GDP of the smallest that left) and `next`
        (GDP of the largest that stayed), 100 million yuan of that year.
    """
    rows = {}
    for year in YEARS:
        table = ranks(year)
        gone = table["left"] > 0
        rows[year] = {
            "left": gone.sum(),
            "among": (table["gdp_rank"][gone] <= gone.sum()).sum(),
            "smallest": table["gdp"][gone].min(),
            "next": table["gdp"][~gone].max(),
        }
    whole = {"left": int, "among": int}
    return pd.DataFrame.from_dict(rows, orient="index").astype(whole).rename_axis("year")


@lru_cache
def _drawn(n: int, size: int) -> np.ndarray:
    """List every set of a size as positions, once."""
    return separation.subsets(n, size).astype(np.intp)


def chances() -> pd.DataFrame:
    """Say how often sets drawn by lot would show each part of the finding.

    Returns
    -------
    DataFrame
        Indexed by `part`; `observed`, and `chance`, the share of sets of equal size that show as much:

        ``largest``
            How many of those that left are among the equally many largest. Drawn in two rounds of the sizes
            that they had or at once, the chance of all is the same.
        ``rounds``
            The same with each round in its order: those that left in it are the largest that could.
            `observed` is the number of rounds in which that holds, the chance is that of as many or more.
        ``poorest``
            How many are among the `POOREST` per head.
        ``per head``
            GDP per head of those that stayed over that of all 26, both as sums over sums: as high or higher.
        ``per head, second round``
            The same for the last round, of those that were on the list before it.
    """
    table = ranks().sort_index()
    gone = table["left"] > 0
    n, size = len(table), int(gone.sum())
    picks = _drawn(n, size)
    rows = {}
    among = (table["gdp_rank"] <= size).to_numpy()
    poor = (table["per_head_rank"] > n - POOREST).to_numpy()
    for part, mark in (("largest", among), ("poorest", poor)):
        observed = int(mark[gone.to_numpy()].sum())
        rows[part] = observed, (mark[picks].sum(axis=1) >= observed).mean()
    rows["rounds"] = _rounds(table)
    rows["per head"] = _rise(reclassification.group(), reclassification.removed())
    last = reclassification.rounds().index[-1]
    rows["per head, second round"] = _rise(
        reclassification.candidates(last), pd.Index(reclassification.left_in(last))
    )
    columns = ["observed", "chance"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("part")


def _rounds(table: pd.DataFrame) -> tuple[int, float]:
    """Count the rounds that took the largest of those that could leave, and the chance of as many by lot."""
    held, odds = [], []
    for year, row in reclassification.rounds().iterrows():
        pool = reclassification.candidates(year)
        top = table.loc[pool, "gdp"].nlargest(len(row["codes"])).index
        held.append(set(top) == set(row["codes"]))
        odds.append(1 / comb(len(pool), len(row["codes"])))
    # The rounds are drawn independently: spread the chances of 0, 1, ... rounds that hold.
    spread = np.ones(1)
    for odd in odds:
        spread = np.convolve(spread, [1 - odd, odd])
    return sum(held), float(spread[sum(held) :].sum())


def _rise(pool: pd.Index, gone: pd.Index) -> tuple[float, float]:
    """Compute GDP per head of a list without some over that with them, and how often lots raise it so."""
    gdp, people = (
        statistics.table(name, LATEST, pool).to_numpy() for name in ("gdp", "resident_pop_yearend")
    )
    whole = gdp.sum() / people.sum()

    def ratio(rows: np.ndarray) -> np.ndarray:
        stay = (gdp.sum() - gdp[rows].sum(axis=-1)) / (people.sum() - people[rows].sum(axis=-1))
        return stay / whole

    observed = float(ratio(np.sort(pool.get_indexer(gone))))
    # Sums run in one order for every set, so that the observed one equals itself.
    return observed, float((ratio(_drawn(len(pool), len(gone))) >= observed).mean())


def per_head_of_list() -> pd.DataFrame:
    """Follow GDP per head of the list through both rounds, at the figures of one year.

    Returns
    -------
    DataFrame
        Indexed by `list` (``before``, then the year of each round) and `islands` (bool: counting those that
        joined in the first round); `members`, and GDP per head in yuan: `together` (sum over sum), `mean` and
        `median` of the members. Figures are of `LATEST` throughout, so that nothing but the members moves.
    """
    gdp, people, published = (
        statistics.table(name, LATEST) for name in ("gdp", "resident_pop_yearend", "gdp_per_capita")
    )
    lists = {("before", False): reclassification.group(), ("before", True): reclassification.group()}
    stay = reclassification.group()
    for year, row in reclassification.rounds().iterrows():
        stay = stay.difference(list(row["codes"]))
        lists[str(year), False] = stay
        lists[str(year), True] = stay.union(reclassification.joined())
    rows = {
        key: (
            len(codes),
            gdp[codes].sum() / people[codes].sum() * 1e4,
            published[codes].mean(),
            published[codes].median(),
        )
        for key, codes in lists.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["members", "together", "mean", "median"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["list", "islands"])
    return table
