"""The longer record: prefectures 2012-2022, the censuses of 2010 and 2020, and the lights seen from space."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from mountain_counties.growth import comparison, growth
from mountain_counties.record import counties, statistics

FIRST, LAST = 2012, 2022
"""Years of the prefectures' table."""

PLAN_YEAR = 2021
"""Year of the plan for the 26: growth into later years counts as after it."""

YEARLY = MappingProxyType(
    {
        "gdp": "GDP",
        "va_industry": "Industry",
        "retail_sales": "Retail sales",
        "general_budget_revenue": "Budget revenue",
        "income_urban_disposable_pc": "Urban income",
        "income_rural_disposable_pc": "Rural income",
    }
)
"""What the prefectures' table gives year by year."""

RATIO = "Urban to rural income"

LIGHTS = "night_lights_viirs_sum"
LIGHTS_FIRST, LIGHTS_LAST = 2013, 2021

MATCHED_SPANS = ((2014, 2016), (2017, 2018), (2019, 2021))
"""Spans that cross a break neither of the prefectures' GDP nor of the lights."""

CENSUS_YEARS = 2010, 2020

CENSUS_SHARES = MappingProxyType(
    {
        "Employed in manufacturing": ("employed_manufacturing", "employed_longform_sample"),
        "Employed in agriculture": ("employed_agriculture", "employed_longform_sample"),
        "Urban residents": ("urban_pop", "resident_pop"),
        "Aged up to 14": ("share_0_14", None),
        "Aged 65 and over": ("share_65plus", None),
    }
)
"""Shares of the censuses: numerator and denominator, or a share that the census prints in per cent."""


def yearly(indicator: str) -> pd.DataFrame:
    """Compute the yearly log growth of the prefectures, missing where a break or an outlier lies between.

    Parameters
    ----------
    indicator : str
        Its name.

    Returns
    -------
    DataFrame
        One row per year into which it grew, one column per prefecture (code).
    """
    return _yearly(indicator).copy()


@lru_cache
def _yearly(indicator: str) -> pd.DataFrame:
    codes = counties.prefectures().index
    rows = statistics.load("prefecture", indicator)
    levels = rows.pivot_table("value", "year", "code").reindex(range(FIRST, LAST + 1))[codes]
    change = np.log(levels).diff().iloc[1:]
    for year in change.index:
        for crossed in (statistics.breaks, statistics.outliers):
            broken = crossed(indicator, year - 1, year, "prefecture")["code"]
            change.loc[year, codes.isin(broken)] = np.nan
    return change


def ratio() -> pd.DataFrame:
    """Compute how many times the rural income the urban one is, by year and prefecture.

    Returns
    -------
    DataFrame
        One row per year from 2014, since when both stand on the same survey; one column per prefecture.
    """
    years = range(2014, LAST + 1)
    codes = counties.prefectures().index
    urban, rural = (
        pd.DataFrame({year: statistics.table(name, year, codes, "prefecture") for year in years}).T
        for name in ("income_urban_disposable_pc", "income_rural_disposable_pc")
    )
    return (urban / rural).rename_axis("year")


def pace() -> pd.DataFrame:
    """Compute the mean yearly log growth of the prefectures over all years that no break spoils.

    Returns
    -------
    DataFrame
        One row per prefecture, one column for each of `YEARLY` (label), and `RATIO`: the mean yearly change
        of the log of the ratio.
    """
    table = pd.DataFrame({label: yearly(name).mean() for name, label in YEARLY.items()})
    return table.assign(**{RATIO: np.log(ratio()).diff().mean()})


def drift(table: pd.DataFrame) -> pd.DataFrame:
    """Add up each prefecture's growth beyond the mean of the nine others.

    Parameters
    ----------
    table : DataFrame
        Yearly log growth as `long_view.yearly` gives it.

    Returns
    -------
    DataFrame
        Same columns, one more year at the front, in which all stand at zero; a year with a break adds
        nothing.
    """
    ahead = table.sub(table.drop(columns=growth.whole_prefectures()).mean(axis=1), axis=0)
    first = table.dropna().index.min() - 1
    path = ahead.loc[first + 1 :].fillna(0).cumsum()
    return pd.concat([pd.DataFrame(0.0, [first], path.columns), path])


def pairs(values: pd.Series) -> pd.DataFrame:
    """Compare every pair of prefectures with all others.

    Parameters
    ----------
    values : Series
        One value for each prefecture (code); those without one are left out.

    Returns
    -------
    DataFrame
        One row for each pair (55 of all 11), the greatest difference first: `first`, `second` (codes),
        `difference` (of means) and `own` (bool: Quzhou and Lishui). The place of the own pair in this list is
        the exact permutation test of a difference.
    """
    values = values.dropna()
    codes, value = values.index.to_numpy(), values.to_numpy(float)
    pair = np.array(list(combinations(range(len(codes)), 2)))
    inside = value[pair].sum(axis=1)
    table = pd.DataFrame(
        {
            "first": codes[pair[:, 0]],
            "second": codes[pair[:, 1]],
            "difference": inside / 2 - (value.sum() - inside) / (len(codes) - 2),
        }
    )
    own = growth.whole_prefectures()
    table["own"] = table["first"].isin(own) & table["second"].isin(own)
    return table.sort_values("difference", ascending=False, ignore_index=True)


def own_place(table: pd.DataFrame) -> pd.Series:
    """Find the own pair among all pairs.

    Parameters
    ----------
    table : DataFrame
        As `pairs` gives it.

    Returns
    -------
    Series
        `difference`, and its `place` (1 for the greatest) among `pairs`.
    """
    row = table[table["own"]].iloc[0]
    return pd.Series(
        {"difference": row["difference"], "place": int(row.name) + 1, "pairs": len(table)}, dtype=object
    )


def spread(values: pd.Series) -> tuple[float, float]:
    """Return the difference of either own prefecture alone from the nine others, the lower first."""
    own = growth.whole_prefectures()
    alone = values[own] - values.drop(own).mean()
    return alone.min(), alone.max()


def steps(table: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """Compare the growth of the year after a year with all growth up to it, for the pair less the others.

    Parameters
    ----------
    table : DataFrame
        Yearly log growth as `yearly` gives it.
    years : iterable of int
        Years to cut at; growth into the year itself counts as before. All but `PLAN_YEAR` are placebos: what
        is held against them ends one year later, so that nothing of the plan is in it.

    Returns
    -------
    DataFrame
        Indexed by `year`: `before` (how many yearly rates), `difference` (of differences) and `place` (of the
        own pair among all, 1 for the greatest); the last two missing where a break of all spoils the year
        after. A prefecture that is out of line in a year is left out of it.
    """
    rows = {}
    for year in years:
        before, after = table.loc[:year].dropna(how="all"), table.loc[year + 1]
        rows[year] = {"before": len(before)}
        if after.notna().any():
            rows[year] |= own_place(pairs(after - before.mean()))[["difference", "place"]].to_dict()
    return pd.DataFrame(rows).T.reindex(columns=["before", "difference", "place"]).rename_axis("year")


def placebos(years: Iterable[int]) -> pd.DataFrame:
    """Say how the pair's step stands among all pairs, for the year of the plan and for years without one.

    Parameters
    ----------
    years : iterable of int
        Years to cut at, as in `steps`.

    Returns
    -------
    DataFrame
        One row for each of `YEARLY` (label), one column per year: the place of Quzhou and Lishui among all
        pairs (1: their growth rose most), missing where a break spoils it; and `step`, the difference of
        differences at `PLAN_YEAR`.
    """
    rows = {}
    for name, label in YEARLY.items():
        table = steps(yearly(name), years)
        rows[label] = {**table["place"], "step": table.loc[PLAN_YEAR, "difference"]}
    whole = dict.fromkeys(years, "Int64") | {"step": float}
    return pd.DataFrame(rows).T.astype(whole).rename_axis("indicator")


def census() -> pd.DataFrame:
    """Compute what changed between the censuses of 2010 and 2020.

    Returns
    -------
    DataFrame
        Indexed by `measure` and `code`, units without a break: `member` (bool), `start`, `end` and `change`.
        People and years of schooling: `change` is the growth (ratio less one) or the difference in years;
        shares are fractions of one, their change a difference.
    """
    years = CENSUS_YEARS
    parts = {"People": _unbroken("resident_pop", *years), "Years of schooling": None}
    parts["People"]["change"] = parts["People"]["end"] / parts["People"]["start"] - 1
    parts["Years of schooling"] = _unbroken("mean_years_schooling", *years)
    for label, (numerator, denominator) in CENSUS_SHARES.items():
        table = _unbroken(numerator, *years)
        whole = _unbroken(denominator, *years) if denominator else 100
        parts[label] = table / whole
    for label in parts.keys() - {"People"}:
        parts[label]["change"] = parts[label]["end"] - parts[label]["start"]
    table = pd.concat(parts, names=["measure", "code"])
    return table.assign(member=table.index.get_level_values("code").isin(growth.members()))


def _unbroken(indicator: str, start: int, end: int) -> pd.DataFrame:
    """Put two years side by side for the units that have both and no break of their own.

    A break that hits all units alike, such as the size of the long-form sample, does not spoil a share.
    """
    table = pd.DataFrame(
        {"start": statistics.table(indicator, start), "end": statistics.table(indicator, end)}
    ).dropna()
    crossed = statistics.breaks(indicator, start, end)
    single = crossed.groupby("id")["code"].transform("nunique") < len(table)
    return table.drop(crossed.loc[single, "code"], errors="ignore")


def census_comparison() -> pd.DataFrame:
    """Compare the changes between the censuses of the mountain counties and the others.

    Returns
    -------
    DataFrame
        Indexed by `measure`; columns as `comparison.compare` gives them.
    """
    table = census()
    rows = {
        measure: comparison.compare(part["change"].droplevel(0), part["member"].droplevel(0))
        for measure, part in table.groupby("measure", sort=False)
    }
    return pd.DataFrame(rows).T.rename_axis("measure")


def lights_growth(start: int, end: int, codes: pd.Index | None = None) -> pd.Series:
    """Compute the log growth of the lights of the 90 units.

    Parameters
    ----------
    start, end : int
        The years.
    codes : Index, optional
        Units, some of them joined by a plus; all 90 by default.

    Returns
    -------
    Series
        Indexed by code.

    Raises
    ------
    statistics.BreakError
        If the change of the product between 2016 and 2017 lies between the years.
    """
    statistics.growth(LIGHTS, start, end)  # refuses what a break forbids
    before, after = statistics.table(LIGHTS, start), statistics.table(LIGHTS, end)
    ratio = after / before if codes is None else growth.total(after, codes) / growth.total(before, codes)
    return np.log(ratio).rename("lights")


def lights_by_year() -> pd.DataFrame:
    """Compare the yearly log growth of the lights of the 26 and of the 64 others.

    Returns
    -------
    DataFrame
        Indexed by `year`, without the year in which the product changed; columns as `comparison.compare`
        gives them.
    """
    rows = {}
    for year in range(LIGHTS_FIRST + 1, LIGHTS_LAST + 1):
        if statistics.breaks(LIGHTS, year - 1, year).empty:
            change = lights_growth(year - 1, year)
            rows[year] = comparison.compare(
                change, pd.Series(change.index.isin(growth.members()), change.index)
            )
    return pd.DataFrame(rows).T.rename_axis("year")


def agreement(
    first: pd.Series,
    second: pd.Series,
    repetitions: int = comparison.REPETITIONS,
    seed: int = comparison.SEED,
) -> pd.Series:
    """Say how far two measures of growth agree.

    Parameters
    ----------
    first, second : Series
        One value a unit, same index.
    repetitions : int
        Resamples.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Series
        `n`; `correlation` (Pearson's), `lo` and `hi` (bootstrap of units, percentile); `ranks` (Spearman's);
        `loo_lo` and `loo_hi` (least and greatest correlation without one unit).
    """
    x, y = first.to_numpy(float), second.loc[first.index].to_numpy(float)
    rows = np.random.default_rng(seed).integers(len(x), size=(repetitions, len(x)))
    lo, hi = np.quantile(_correlation(x[rows], y[rows]), comparison.TAILS)
    without = [_correlation(np.delete(x, row), np.delete(y, row)) for row in range(len(x))]
    return pd.Series(
        {
            "n": len(x),
            "correlation": _correlation(x, y),
            "lo": lo,
            "hi": hi,
            "ranks": stats.spearmanr(x, y).statistic,
            "loo_lo": min(without),
            "loo_hi": max(without),
        }
    )


def _correlation(x: NDArray, y: NDArray) -> NDArray:
    """Compute Pearson's correlation along the last axis."""
    x, y = x - x.mean(-1, keepdims=True), y - y.mean(-1, keepdims=True)
    return (x * y).sum(-1) / np.sqrt((x**2).sum(-1) * (y**2).sum(-1))


def matched_growth() -> pd.DataFrame:
    """Set the growth of light beside that of GDP, prefectures over the spans in which both can be measured.

    Returns
    -------
    DataFrame
        Indexed by `span` and `code`: mean yearly log growth `lights` and `gdp`, each less its mean over the
        11 prefectures in that span, so that prices and the sensor fall out.
    """
    parts = {}
    by_prefecture = counties.units().index.str[:4] + "00"
    for start, end in MATCHED_SPANS:
        statistics.growth(LIGHTS, start, end)  # refuses what a break forbids
        years = (statistics.table(LIGHTS, year).groupby(by_prefecture).sum() for year in (start, end))
        before, after = years
        gdp = np.log1p(statistics.growth("gdp", start, end, level="prefecture"))
        table = pd.DataFrame({"lights": np.log(after / before), "gdp": gdp}) / (end - start)
        parts[f"{start}-{end}"] = table - table.mean()
    return pd.concat(parts, names=["span", "code"])


def clustered_agreement(
    table: pd.DataFrame, repetitions: int = comparison.REPETITIONS, seed: int = comparison.SEED
) -> pd.Series:
    """Correlate lights and GDP over the matched spans, resampling whole prefectures.

    Parameters
    ----------
    table : DataFrame
        As `matched_growth` gives it.
    repetitions, seed
        As in `agreement`.

    Returns
    -------
    Series
        `n` (prefectures times spans), `correlation`, `lo` and `hi`.
    """
    codes, spans = (table.index.unique(level) for level in ("code", "span"))
    order = pd.MultiIndex.from_product([spans, codes])
    x, y = (table.loc[order, name].to_numpy().reshape(len(spans), -1).T for name in ("lights", "gdp"))
    rows = np.random.default_rng(seed).integers(len(x), size=(repetitions, len(x)))
    drawn = _correlation(x[rows].reshape(repetitions, -1), y[rows].reshape(repetitions, -1))
    lo, hi = np.quantile(drawn, comparison.TAILS)
    return pd.Series({"n": x.size, "correlation": _correlation(x.ravel(), y.ravel()), "lo": lo, "hi": hi})


def witness(start: int = 2019, end: int = LIGHTS_LAST) -> pd.DataFrame:
    """Set the growth of light beside the reported growth of GDP, county by county.

    Parameters
    ----------
    start, end : int
        Years of the lights, which end before the GDP does; the GDP runs from 2020 to 2023.

    Returns
    -------
    DataFrame
        Rows and columns of `growth.rates`, with `lights` and `gdp` (mean yearly log growth) and `residual`
        (of the line of `gdp` on `lights`, in standard deviations).
    """
    table = growth.rates("gdp")
    table["lights"] = lights_growth(start, end, table.index) / (end - start)
    table["gdp"] = np.log1p(table["growth"]) / (growth.END - growth.START)
    line = stats.linregress(table["lights"], table["gdp"])
    rest = table["gdp"] - line.intercept - line.slope * table["lights"]
    return table.assign(residual=rest / rest.std(ddof=2))
