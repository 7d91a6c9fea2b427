"""What the counties raise of what they spend, what households save, and what firms made under one size rule.

The county yearbooks give budgets in a few years only. Every comparison over years is of the counties that
have a figure in each of them; city districts have none before 2024.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from mountain_counties.growth import comparison, gap_sources, growth
from mountain_counties.record import counties, statistics

SOURCE = "county-yearbook-early"

YEARS = (2006, 2010, 2020, 2023, 2024)
"""Years of the main panel: those in which most counties have a budget."""

PANELS = (YEARS, (2006, 2020, 2024), (2006, 2010, 2011, 2020, 2023, 2024), (2004, 2006, 2010, 2020, 2024))
"""Other choices of years, each with the counties that have all of them."""

SPANS = ((2006, 2020), (2020, 2024))

FIRM_YEARS = (2006, 2010)
"""Two years with one rule of what an above-scale firm is, and most counties."""

RULE_YEAR, EARLIEST = 2011, 2003
"""From the first on a firm counts from 20 million yuan of revenue, before from 5; the earliest year found."""


BUDGET = ("general_budget_revenue", "general_budget_expenditure")

MONEY = {"household_deposits": "Deposits of households", "loans_outstanding": "Loans outstanding"}
"""What banks hold and have lent in a county."""

MONEY_YEARS = (2006, 2020)
"""The first year in which most counties have it, and the last but for a change in what they cover."""


@lru_cache
def _wide(indicator: str) -> pd.DataFrame:
    """Put an indicator of the units into one row each: the early yearbooks, then the table of statistics."""
    rows = statistics.long_record().query("indicator == @indicator and source == @SOURCE")
    late = statistics.load(indicator=indicator) if indicator in BUDGET else rows.iloc[:0]
    both = pd.concat([part[["code", "year", "value"]] for part in (rows, late)])
    return both.pivot_table("value", "code", "year")


def self_sufficiency(years: Sequence[int] = YEARS) -> pd.DataFrame:
    """Compute what part of its expenditure each county raises as revenue of its own.

    Parameters
    ----------
    years : sequence of int
        A county has to have all of them.

    Returns
    -------
    DataFrame
        Indexed by `code`; one column per year: general budget revenue over general budget expenditure.
    """
    revenue, expenditure = map(_wide, BUDGET)
    ratio = revenue / expenditure
    return ratio[list(years)].dropna().rename_axis("code")


def _inside(codes: pd.Index) -> pd.Series:
    return pd.Series(codes.isin(growth.members()), codes)


def by_group(years: Sequence[int] = YEARS) -> pd.DataFrame:
    """Average the self-sufficiency of the counties of the two groups.

    Parameters
    ----------
    years : sequence of int
        As in `self_sufficiency`.

    Returns
    -------
    DataFrame
        Indexed by `year`: `members` and `others`, means over the counties; `n_members`, `n_others`.
    """
    shares = self_sufficiency(years)
    inside = _inside(shares.index)
    return pd.DataFrame(
        {
            "members": shares[inside].mean(),
            "others": shares[~inside].mean(),
            "n_members": int(inside.sum()),
            "n_others": int((~inside).sum()),
        }
    ).rename_axis("year")


def changes(start: int, end: int, years: Sequence[int] = YEARS) -> pd.DataFrame:
    """Compare the change of self-sufficiency of the two groups.

    Parameters
    ----------
    start, end : int
        Two of the years.
    years : sequence of int
        As in `self_sufficiency`.

    Returns
    -------
    DataFrame
        One row per specification of `gap_sources`: columns of `gap_sources.estimates`. `growth` is the change
        of the share, `level` the share at the start.
    """
    shares = self_sufficiency(years)
    prefecture = counties.units()["prefecture"].loc[shares.index]
    table = pd.DataFrame(
        {
            "growth": shares[end] - shares[start],
            "member": _inside(shares.index),
            "prefecture": prefecture,
            "level": shares[start],
            "whole": (shares.index.str[:4] + "00").isin(growth.whole_prefectures()),
        }
    )
    return gap_sources.estimates({"share": table}).loc["share"]


def firms(start: int = FIRM_YEARS[0], end: int = FIRM_YEARS[1]) -> pd.DataFrame:
    """Compare firms, their output and the output of one firm between two years under one size rule.

    Parameters
    ----------
    start, end : int
        Years of the early yearbooks.

    Returns
    -------
    DataFrame
        Indexed by `figure` (firms, output, output per firm): `start_members`, `start_others`, `end_members`,
        `end_others` (means over the counties: number, 100m yuan; for output per firm the sums' ratio), and
        of yearly log growth `inside`, `outside`, `difference`, `lo`, `hi` as in `comparison.compare`.

    Raises
    ------
    statistics.BreakError
        If the rule of what a firm is changed between the years.
    """
    names = ("industrial_enterprises_above_scale", "output_industry_above_scale")
    for name in names:
        crossed = statistics.breaks(name, start, end)
        every = crossed[crossed.groupby("id")["code"].transform("nunique") == len(counties.units())]
        if not every.empty:
            raise statistics.BreakError(f"growth of {name} from {start} to {end}", every)
    number, output = (_wide(name)[[start, end]] for name in names)
    both = pd.concat([number, output], axis=1, keys=names).dropna()
    inside = _inside(both.index)
    rows = {}
    for label, value in (
        ("Firms", both[names[0]]),
        ("Output", both[names[1]]),
        ("Output per firm", both[names[1]] / both[names[0]]),
    ):
        pace = np.log(value[end] / value[start]) / (end - start)
        means = {
            f"{when}_{who}": (
                both.loc[side, (names[1], year)].sum() / both.loc[side, (names[0], year)].sum()
                if label == "Output per firm"
                else value.loc[side, year].mean()
            )
            for when, year in (("start", start), ("end", end))
            for who, side in (("members", inside), ("others", ~inside))
        }
        kept = ["inside", "outside", "difference", "lo", "hi", "n_inside", "n_outside"]
        rows[label] = means | comparison.compare(pace, inside)[kept].to_dict()
    return pd.DataFrame(rows).T.rename_axis("figure")


def _held(name: str, start: int, end: int) -> pd.DataFrame:
    """Divide deposits or loans by the registered people, in yuan, where the territory did not change."""
    rows = statistics.long_record().query("indicator == 'hukou_pop' and year == @start")
    people = rows.set_index("code")["value"], statistics.table("hukou_pop", end)
    both = {start: _wide(name)[start] / people[0], end: statistics.table(name, end) / people[1]}
    changed = statistics.breaks(name, start, end)["code"]
    return (pd.DataFrame(both).dropna() * 1e4).drop(changed, errors="ignore").rename_axis("code")


def money_gaps(start: int = MONEY_YEARS[0], end: int = MONEY_YEARS[1]) -> pd.DataFrame:
    """Ask where the gap in the growth of deposits and loans per registered person comes from.

    Parameters
    ----------
    start, end : int
        As in `money`.

    Returns
    -------
    DataFrame
        Indexed by figure (labels of `MONEY`) and specification of `gap_sources`: columns of
        `gap_sources.estimates`. `growth` is the mean yearly log growth, `level` the logarithm at the start.
    """
    samples = {}
    for name, label in MONEY.items():
        held = _held(name, start, end)
        samples[label] = pd.DataFrame(
            {
                "growth": np.log(held[end] / held[start]) / (end - start),
                "member": _inside(held.index),
                "prefecture": counties.units()["prefecture"].loc[held.index],
                "level": np.log(held[start]),
                "whole": (held.index.str[:4] + "00").isin(growth.whole_prefectures()),
            }
        )
    return gap_sources.estimates(samples)


def money(start: int = MONEY_YEARS[0], end: int = MONEY_YEARS[1]) -> pd.DataFrame:
    """Compare deposits and loans per registered person between an early yearbook and a late one.

    Parameters
    ----------
    start, end : int
        A year of the early yearbooks and one of the table of statistics.

    Returns
    -------
    DataFrame
        Indexed by `figure` (labels of `MONEY`): `start_members`, `start_others`, `end_members`, `end_others`
        (means over the counties, yuan per registered person), and of yearly log growth `inside`, `outside`,
        `difference`, `lo`, `hi`, `n_inside`, `n_outside` as in `comparison.compare`. Counties whose territory
        changed in between are left out.
    """
    rows = {}
    for name, label in MONEY.items():
        held = _held(name, start, end)
        inside = _inside(held.index)
        pace = np.log(held[end] / held[start]) / (end - start)
        kept = ["inside", "outside", "difference", "lo", "hi", "n_inside", "n_outside"]
        rows[label] = {
            f"{when}_{who}": held.loc[side, year].mean()
            for when, year in (("start", start), ("end", end))
            for who, side in (("members", inside), ("others", ~inside))
        } | comparison.compare(pace, inside)[kept].to_dict()
    return pd.DataFrame(rows).T.rename_axis("figure")


def panels() -> pd.DataFrame:
    """Compare the groups again in each choice of years.

    Returns
    -------
    DataFrame
        One row per choice of `PANELS`: `years`, `n_members`, `n_others`, and of `SPANS` the difference of the
        mean changes, `fall` (2006 to 2020) and `turn` (2020 to 2024).
    """
    rows = []
    for years in PANELS:
        shares = self_sufficiency(years)
        inside = _inside(shares.index)
        gaps = [
            (shares[end] - shares[start])[inside].mean() - (shares[end] - shares[start])[~inside].mean()
            for start, end in SPANS
        ]
        rows.append(
            {
                "years": ", ".join(map(str, years)),
                "n_members": int(inside.sum()),
                "n_others": int((~inside).sum()),
                "fall": gaps[0],
                "turn": gaps[1],
            }
        )
    return pd.DataFrame(rows)


def without(codes: Sequence[str]) -> float:
    """Compute the difference of the mean changes since 2020 with some counties left out."""
    start, end = SPANS[1]
    shares = self_sufficiency().drop(list(codes))
    change, inside = shares[end] - shares[start], _inside(shares.index)
    return float(change[inside].mean() - change[~inside].mean())
