"""One county beside the others: a small set of measures, each with its rank and the gaps around it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from mountain_counties.audit import wording
from mountain_counties.record import counties, statistics

GROUP_DAY = "2023-12-31"
"""A day on which the group had its full list."""
YEAR = 2024
CENSUSES = (2010, 2020)
YUAN_PER_YI = 1e8
PERSONS_PER_10K = 1e4


@dataclass(frozen=True)
class Measure:
    """A measure of a county.

    Parameters
    ----------
    label : str
        What a reader calls it.
    of : callable
        Gives the values of all units that have it, indexed by code.
    write : callable
        Writes one value.
    tick : callable
        Writes one value short, for an axis.
    log : bool
        Whether ratios rather than differences of it matter.
    gap : callable, optional
        Writes a difference of two values; as `write` if left out.
    """

    label: str
    of: Callable[[], pd.Series]
    write: Callable[[float], str]
    tick: Callable[[float], str]
    log: bool = False
    gap: Callable[[float], str] | None = None

    def write_gap(self, difference: float) -> str:
        """Write a difference of two values; one too small for its digits as less than the last of them."""
        text = (self.gap or self.write)(difference)
        if difference > 0 and not re.search("[1-9]", text):
            return f"less than {re.sub('0(?=[^0-9]*$)', '1', text)}"
        return text


def _latest(indicator: str, year: int = YEAR) -> pd.Series:
    return statistics.table(indicator, year)


def _ratio(top: str, bottom: str, year: int = YEAR, scale: float = 1.0) -> pd.Series:
    return _latest(top, year) / _latest(bottom, year) * scale


def _change(indicator: str) -> pd.Series:
    """Change between the censuses of the units whose territory is the same in both."""
    first, last = CENSUSES
    broken = set(statistics.breaks(indicator, first, last)["code"])
    ratio = _latest(indicator, last) / _latest(indicator, first) - 1
    return ratio.drop(index=[code for code in ratio.index if code in broken])


def _share(value: float) -> str:
    return wording.percent(value, 1)


def _short_share(value: float) -> str:
    return wording.percent(value, 0)


def _gap(value: float) -> str:
    return wording.points(
        value, 2
    )  # a digit more than the shares have: no gap between two ranks reads as none


def _people(value: float) -> str:
    return wording.number(value * PERSONS_PER_10K)


MEASURES = {
    "population": Measure(
        "Residents", lambda: _latest("resident_pop_yearend"), _people,
        lambda x: wording.number(x / 100, 1) + "m", True,
    ),
    "density": Measure(
        "People per square kilometre",
        lambda: _ratio("resident_pop_yearend", "land_area", scale=PERSONS_PER_10K),
        wording.number, wording.number, True,
    ),
    "area": Measure(
        "Land, square kilometres", lambda: _latest("land_area"), wording.number, wording.number, True
    ),
    "gdp": Measure(
        "GDP", lambda: _latest("gdp"), wording.billion, lambda x: wording.number(x / 10) + " bn", True
    ),
    "gdp_per_head": Measure(
        "GDP per head", lambda: _latest("gdp_per_capita"), wording.yuan,
        lambda x: wording.number(x / 1000) + "k", True,
    ),
    "industry": Measure(
        "Share of industry in GDP", lambda: _ratio("va_industry", "gdp"), _share, _short_share,
        gap=_gap,
    ),
    "income_urban": Measure(
        "Income per urban resident", lambda: _latest("income_urban_disposable_pc"), wording.yuan,
        lambda x: wording.number(x / 1000) + "k",
    ),
    "income_rural": Measure(
        "Income per rural resident", lambda: _latest("income_rural_disposable_pc"), wording.yuan,
        lambda x: wording.number(x / 1000) + "k",
    ),
    "income_ratio": Measure(
        "Urban over rural income",
        lambda: _ratio("income_urban_disposable_pc", "income_rural_disposable_pc"),
        lambda x: wording.number(x, 2), lambda x: wording.number(x, 1), gap=lambda x: wording.number(x, 3),
    ),
    "self_financing": Measure(
        "Budget revenue over expenditure",
        lambda: _ratio("general_budget_revenue", "general_budget_expenditure"), _share, _short_share,
        gap=_gap,
    ),
    "urban": Measure(
        "Share of people in towns", lambda: _ratio("resident_pop_urban", "resident_pop_yearend"), _share,
        _short_share, gap=_gap,
    ),
    "older": Measure(
        f"People aged 65 and over, {CENSUSES[1]}",
        lambda: _latest("share_65plus", CENSUSES[1]) / 100, _share, _short_share, gap=_gap,
    ),
    "people_change": Measure(
        f"Change of people, {wording.years(*CENSUSES)}", lambda: _change("resident_pop"),
        wording.signed_percent, lambda x: wording.signed_percent(x, 0), gap=_gap,
    ),
}  # fmt: skip
"""The measures, in the order in which a reader meets them."""


@cache
def _panel() -> pd.DataFrame:
    table = pd.DataFrame({name: measure.of() for name, measure in MEASURES.items()})
    return table.reindex(counties.units().index)


def panel() -> pd.DataFrame:
    """Give every measure of every unit.

    Returns
    -------
    DataFrame
        90 rows indexed by code, one column per measure of `MEASURES`; NaN where the record has no value.
        The latest year, except where the label says otherwise; money in 100 million yuan or yuan, people in
        10,000.
    """
    return _panel().copy()


def profile(code: str) -> pd.DataFrame:
    """Describe one of the group's counties by every measure.

    Parameters
    ----------
    code : str
        A member of the full list.

    Returns
    -------
    DataFrame
        Indexed by measure: value, rank (1 is the highest among those with a value), of (how many have one),
        above (the gap to the next higher county, NaN at the top), below (to the next lower), median of the
        group, others (median of the units outside it).

    Raises
    ------
    KeyError
        If the unit is not on the full list.
    """
    return _profile(code).copy()


@cache
def _profile(code: str) -> pd.DataFrame:
    group = counties.members(GROUP_DAY)
    if code not in group:
        raise KeyError(f"{code} is not one of the {len(group)} units of the group on {GROUP_DAY}")
    table = panel()
    rows = {}
    for name in MEASURES:
        mine = table.loc[group, name].dropna().sort_values(ascending=False)
        value = table.loc[code, name]
        higher, lower = mine[mine > value], mine[mine < value]
        rows[name] = {
            "value": value,
            "rank": mine.rank(ascending=False, method="min").get(code),
            "of": len(mine),
            "above": higher.min() - value,
            "below": value - lower.max(),
            "median": mine.median(),
            "others": table[name].drop(index=group).median(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def superiority(low: np.ndarray, high: np.ndarray) -> float:
    """Give the chance that a random member of the first set lies below one of the second, ties counting half.

    Parameters
    ----------
    low, high : ndarray
        Values without NaN.

    Returns
    -------
    float
        Between 0 and 1; one half where the sets do not differ in this sense.

    References
    ----------
    Vargha and Delaney (2000), Journal of Educational and Behavioral Statistics 25, 101-132.
    """
    below = low[:, None] < high[None, :]
    level = low[:, None] == high[None, :]
    return float((below + level / 2).mean())


def contrast(table: pd.DataFrame, group: pd.Index, draws: int = 2000, seed: int = 20241206) -> pd.DataFrame:
    """Compare the group with the units outside it, measure by measure.

    Parameters
    ----------
    table : DataFrame
        As `panel` gives it.
    group : Index
        Codes of the group.
    draws : int, optional
        Bootstrap samples.
    seed : int, optional
        Of the random numbers.

    Returns
    -------
    DataFrame
        Indexed by measure: group and others (medians), lower (chance that a random member of the group has
        the lower value), lo and hi (its 95% interval, percentile bootstrap), missing (how many units outside
        the group have no value).
    """
    random = np.random.default_rng(seed)
    rows = {}
    for name in table:
        inside = table.loc[group, name].dropna().to_numpy()
        outside = table[name].drop(index=group).dropna().to_numpy()
        # A sample is how often each value was drawn, and the chance is bilinear in these counts.
        lower = (inside[:, None] < outside[None, :]) + (inside[:, None] == outside[None, :]) / 2
        counts = [
            random.multinomial(values.size, np.full(values.size, 1 / values.size), draws)
            for values in (inside, outside)
        ]
        samples = np.einsum("di,io,do->d", counts[0], lower, counts[1], optimize=True) / lower.size
        lo, hi = np.quantile(samples, [0.025, 0.975])
        rows[name] = {
            "group": np.median(inside),
            "others": np.median(outside),
            "lower": superiority(inside, outside),
            "lo": lo,
            "hi": hi,
            "missing": len(table) - len(group) - outside.size,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def slug(code: str) -> str:
    """Give the name of a county's page: its English name in lower-case letters."""
    return "".join(letter for letter in counties.units().name_en[code].lower() if letter.isalpha())


def title(code: str) -> str:
    """Give a county's name in both languages."""
    unit = counties.units().loc[code]
    return f"{unit.name_en} {unit.name_zh}"
