"""Before and after a turn of policy: gaps by year, changes of pace, placebos, and what a violated trend does.

Nobody drew lots for the list, so nothing here is the effect of a policy: it is what the mountain counties did
beside the others, before and after, and how far that could be had without any turn.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from mountain_counties.growth import comparison, convergence, long_record

TURNS: Mapping[int, str] = MappingProxyType(
    {
        2003: "first full year of the programme",
        2015: "total GDP is no longer judged",
        2021: "the plan for the group",
    }
)
"""First year that a turn can touch, and what turned."""

BEFORE = 6
"""Years before a turn that stand for the trend; fewer where the record has fewer."""

SPECIFICATIONS = ("all", "counties only", "within prefectures", "own trends")

WINDOW = 4
"""Years on either side of a possible turn of pace."""


def _changes(first: int, last: int, specification: str) -> pd.DataFrame:
    """Take the log growth from a base year, with what a comparison needs."""
    values = np.log(long_record.gdp())
    table = long_record.territories().assign(growth=values[last] - values[first]).dropna(subset="growth")
    if specification == "counties only":
        table = table[~table["derived"] | table["member"]]
    if specification == "within prefectures":
        table = table[table.groupby("prefecture")["member"].transform("nunique") == 2]
    return table


def difference(table: pd.DataFrame, within: bool = False) -> pd.Series:
    """Compare members with others, letting what they share with their prefecture be alike.

    Parameters
    ----------
    table : DataFrame
        Columns `growth`, `member` and `prefecture`.
    within : bool
        Compare inside prefectures only.

    Returns
    -------
    Series
        `estimate`, and `lo` and `hi`: a 95% interval clustered by prefecture.
    """
    from statsmodels.regression.linear_model import OLS

    member = table["member"].astype(float)
    if within:
        places = pd.get_dummies(table["prefecture"], dtype=float)
        given = places.assign(member=member)
    else:
        given = pd.DataFrame({"one": 1.0, "member": member})
    options = {"groups": pd.factorize(table["prefecture"])[0], "df_correction": True}
    fit = OLS(table["growth"], given).fit(cov_type="cluster", cov_kwds=options, use_t=True)
    lo, hi = fit.conf_int(alpha=1 - comparison.LEVEL).loc["member"]
    return pd.Series({"estimate": fit.params["member"], "lo": lo, "hi": hi})


def years_around(turn: int) -> tuple[int, list[int], list[int]]:
    """Name the base year of a turn, the years before it and the years after.

    Parameters
    ----------
    turn : int
        One of `TURNS`.

    Returns
    -------
    tuple
        Base year, years before (ascending), years after: up to the next turn, or to the end of the record.
    """
    base = turn - 1
    first = max(base - BEFORE, long_record.FIRST + 1)  # the accounts of the first year are another basis
    ends = [other - 1 for other in TURNS if other > turn]
    after = list(range(turn, (min(ends) if ends else long_record.LAST) + 1))
    return base, list(range(first, base)), after if ends else [*after, long_record.NEXT]


@lru_cache
def _effects(turn: int, specification: str) -> pd.DataFrame:
    base, before, after = years_around(turn)
    slope = None
    if specification == "own trends":
        logs = np.log(long_record.gdp())[[*before, base]]
        steps = np.array([*before, base], float) - np.mean([*before, base])
        slope = (logs @ steps) / (steps @ steps)
    rows = {}
    for year in [*before, *after]:
        table = _changes(base, year, specification)
        if slope is not None:
            table["growth"] -= slope[table.index] * (year - base)
        rows[year] = difference(table, specification == "within prefectures")
    rows[base] = pd.Series({"estimate": 0.0, "lo": 0.0, "hi": 0.0})
    return pd.DataFrame(rows).T.sort_index().rename_axis("year")


def effects(turn: int, specification: str = "all") -> pd.DataFrame:
    """Compute the gap between the groups in every year, against the year before a turn.

    Parameters
    ----------
    turn : int
        One of `TURNS`.
    specification : str
        One of `SPECIFICATIONS`: all territories; without the districts of the others; inside prefectures that
        have both; all, each less its own straight trend of the years before.

    Returns
    -------
    DataFrame
        Indexed by `year`: `estimate`, `lo`, `hi` in log points; zero in the base year. The coefficients of a
        regression on units, years and membership by year, since the panel is balanced.
    """
    return _effects(turn, specification).copy()


def specified(cases: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Give the gap after turns under every specification.

    Parameters
    ----------
    cases : sequence of tuple of int
        Turn, and a year after it.

    Returns
    -------
    DataFrame
        Indexed by `Turn` (in words) and `Specification`; `estimate`, `lo` and `hi` as `effects` gives them.
    """
    rows = {
        (f"{turn}, by {year}", how): effects(turn, how).loc[year]
        for turn, year in cases
        for how in SPECIFICATIONS
    }
    return pd.DataFrame(rows).T.rename_axis(["Turn", "Specification"])


def bounds(
    table: pd.DataFrame, turn: int, year: int, ratios: Sequence[float], broken: Sequence[int] = ()
) -> pd.DataFrame:
    """Say what is left of a gap if the trends of the groups could have parted without the turn.

    Parameters
    ----------
    table : DataFrame
        As `effects` gives it.
    turn, year : int
        The turn and the year after it that is asked about.
    ratios : sequence of float
        How large a yearly violation after the turn may be, over the largest one before it.
    broken : sequence of int
        Years into which the change before the turn does not count as a violation.

    Returns
    -------
    DataFrame
        Indexed by `ratio`: `low`, `high` (what the estimate allows) and `lo`, `hi` (with its interval).

    References
    ----------
    .. [1] A. Rambachan and J. Roth, A more credible approach to parallel trends, Review of Economic Studies
       90 (2023) 2555-2591: relative magnitudes. Their sets allow for the error of the violation before the
       turn; these take it as known, and are too narrow for that.
    """
    past = table.loc[: turn - 1, "estimate"].diff().dropna()
    worst = past.drop(list(broken), errors="ignore").abs().max()
    ratio = pd.Index(ratios, name="ratio")
    slack = ratio.to_numpy() * worst * (year - turn + 1)
    found = table.loc[year]
    return pd.DataFrame(
        {
            "low": found["estimate"] - slack,
            "high": found["estimate"] + slack,
            "lo": found["lo"] - slack,
            "hi": found["hi"] + slack,
        },
        index=ratio,
    )


def turn_of_pace(
    year: int, window: int = WINDOW, specification: str = "all", broken: bool = True
) -> pd.Series:
    """Compare how much faster or slower either group grew after a year than before it.

    Parameters
    ----------
    year : int
        The first year after.
    window : int
        Years on either side.
    specification : {"all", "counties only", "within prefectures"}
        As in `effects`.
    broken : bool
        Keep the growth from one basis of the accounts to the next.

    Returns
    -------
    Series
        `estimate`, `lo` and `hi`, in log points a year.
    """
    table = _changes(long_record.FIRST, long_record.LAST, specification)
    skip = () if broken else tuple(long_record.broken_years().index)
    before = long_record.pace(year - window - 1, year - 1, skip)
    after = long_record.pace(year - 1, year + window - 1, skip)
    table["growth"] = (after - before)[table.index]
    return difference(table, specification == "within prefectures")


@lru_cache
def _possible(window: int) -> pd.DataFrame:
    first, last = long_record.FIRST + 1, long_record.LAST
    years = range(first + window + 1, last - window + 2)
    return pd.DataFrame({year: turn_of_pace(year, window) for year in years}).T.rename_axis("year")


def possible_turns(window: int = WINDOW) -> pd.DataFrame:
    """Compute the turn of pace at every year that has enough years on either side: the placebos in time.

    Parameters
    ----------
    window : int
        Years on either side.

    Returns
    -------
    DataFrame
        Indexed by `year`; columns of `turn_of_pace`.
    """
    return _possible(window).copy()


def placebo_lists(values: pd.Series) -> pd.Series:
    """Compare lists that lie together in space, as the real one does: the placebos in space.

    Parameters
    ----------
    values : Series
        One value per territory.

    Returns
    -------
    Series
        Indexed by `code`, one for each territory: the mean of it and its nearest neighbours, as many as the
        group has, less the mean of the rest.
    """
    table = long_record.territories().loc[values.index]
    away = convergence.distances(values.index)
    inside = away.argsort(axis=1, kind="stable")[:, : int(table["member"].sum())]
    value = values.to_numpy()
    mine = value[inside].mean(axis=1)
    rest = (value.sum() - value[inside].sum(axis=1)) / (len(value) - inside.shape[1])
    return pd.Series(mine - rest, values.index, name="difference").rename_axis("code")


def in_space(turn: int) -> pd.Series:
    """Set the group's gap after a turn among those of lists that lie together in space.

    Parameters
    ----------
    turn : int
        2015 (the turn of pace) or 2021 (growth into that year).

    Returns
    -------
    Series
        `difference` (of the group), `lo`, `hi` (range of the middle 95% of the lists) and `rank` (share of
        the lists that are at least as far from zero).
    """
    if turn == max(TURNS):
        values = long_record.pace(turn - 1, turn)
    else:
        values = long_record.pace(turn - 1, turn + WINDOW - 1) - long_record.pace(turn - 1 - WINDOW, turn - 1)
    member = long_record.territories()["member"]
    found = values[member].mean() - values[~member].mean()
    lists = placebo_lists(values)
    lo, hi = np.quantile(lists, comparison.TAILS)
    return pd.Series({"difference": found, "lo": lo, "hi": hi, "rank": (lists.abs() >= abs(found)).mean()})
