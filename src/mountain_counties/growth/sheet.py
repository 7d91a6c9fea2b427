"""The growth sheet: every mountain county by every figure that grew, and what they say of it together."""

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from mountain_counties.growth import comparison, convergence, growth, long_view
from mountain_counties.record import counties, statistics

DRAWS = 20_000
"""Draws of the pooled paces, for the range of ranks."""

RANGE = 0.9
"""Probability that the range of a county's rank holds it."""

COLUMNS = {
    "GDP": (2020, 2023),
    "GDP per head": (2020, 2023),
    "Firms": (2020, 2023),
    "Revenue": (2020, 2024),
    "Deposits": (2020, 2024),
    "Residents": (2020, 2024),
    "Lights": (2017, 2021),
}
"""What grew, and between which years: none of the spans crosses a break of its figure."""


def paces() -> pd.DataFrame:
    """Compute the yearly growth of every county of the 26 by every figure.

    Returns
    -------
    DataFrame
        Indexed by `code`, one column for each of `COLUMNS` (fraction a year, at current prices); NaN where a
        value is missing. Kecheng and Qujiang have one GDP: both rows show that of the two together.
        ``attrs["joined"]`` lists the codes that share a value.
    """
    return _paces().copy()


@lru_cache
def _paces() -> pd.DataFrame:
    codes = growth.members()
    heads = convergence.per_head("interpolated")
    residents = statistics.table("resident_pop_yearend", 2024) * 1e4 / statistics.table("resident_pop", 2020)
    counted = convergence.YEAR_END - convergence.CENSUS_DAY

    def rate(indicator: str, column: str) -> pd.Series:
        found = growth.rates(indicator, *COLUMNS[column], outliers=True)["growth"]
        return _yearly(found, column)

    table = pd.DataFrame(
        {
            "GDP": _apart(rate("gdp", "GDP"), codes),
            "GDP per head": _apart(_yearly(heads["growth"], "GDP per head"), codes),
            "Firms": _apart(rate("industrial_enterprises_above_scale", "Firms"), codes),
            "Revenue": _apart(rate("general_budget_revenue", "Revenue"), codes),
            "Deposits": _apart(rate("household_deposits", "Deposits"), codes),
            "Residents": residents[codes] ** (1 / counted) - 1,
            "Lights": np.expm1(
                long_view.lights_growth(*COLUMNS["Lights"], codes)
                / (COLUMNS["Lights"][1] - COLUMNS["Lights"][0])
            ),
        }
    )[list(COLUMNS)].rename_axis("code")
    table.attrs["joined"] = [
        part for code in heads.index[heads["member"]] if "+" in code for part in code.split("+")
    ]
    return table


def _yearly(found: pd.Series, column: str) -> pd.Series:
    first, last = COLUMNS[column]
    return (1 + found) ** (1 / (last - first)) - 1


def _apart(values: pd.Series, codes: pd.Index) -> pd.Series:
    """Give joined units their common value each."""
    single = {part: value for code, value in values.items() for part in code.split("+")}
    return pd.Series(single).reindex(codes)


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Put every figure on one scale by ranks, so that no odd value carries it.

    Parameters
    ----------
    table : DataFrame
        As `paces` gives it.

    Returns
    -------
    DataFrame
        Normal scores of van der Waerden: the quantile of rank over one more than the number of values.
    """
    ranks = table.rank()
    return ranks.div(table.notna().sum() + 1).apply(stats.norm.ppf)


def pooled(table: pd.DataFrame, seed: int = comparison.SEED) -> pd.DataFrame:
    """Ask what the figures say together of each county's pace, and how sure its rank is.

    Parameters
    ----------
    table : DataFrame
        As `paces` gives it.
    seed : int
        Where the random numbers start.

    Returns
    -------
    DataFrame
        Indexed by `code`: `values` (how many figures), `mean` (of the scores), `pooled` (drawn towards the
        mean of all, the more the less the figures agree), `error`, the range of its rank (see `RANGE`),
        `rank_lo` to `rank_hi` (1 for the fastest). `attrs`: `between` and `within` (variances), `agreement`,
        the share of the scores' variance that lies between counties.

    Notes
    -----
    One-way random effects: a county's score in a figure is its own pace plus a departure, all independent.
    Variances by the moments of the unbalanced table [1]_, the paces by their best linear prediction.

    References
    ----------
    .. [1] S. R. Searle, G. Casella, C. E. McCulloch, Variance Components, Wiley 1992, section 3.6.
    """
    score = scores(table)
    count = score.notna().sum(axis=1)
    mean = score.mean(axis=1)
    n, groups = count.sum(), len(score)
    grand = np.nansum(score.to_numpy()) / n
    within = np.nansum((score.sub(mean, axis=0) ** 2).to_numpy()) / (n - groups)
    among = (count * (mean - grand) ** 2).sum() / (groups - 1)
    between = max((among - within) * (groups - 1) / (n - (count**2).sum() / n), 0.0)
    keep = between / (between + within / count)
    result = pd.DataFrame({"values": count, "mean": mean, "pooled": grand + keep * (mean - grand)})
    result["error"] = np.sqrt(keep * within / count)
    noise = np.random.default_rng(seed).standard_normal((DRAWS, groups))
    drawn = result["pooled"].to_numpy() + noise * result["error"].to_numpy()
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    result["rank_lo"], result["rank_hi"] = (
        np.quantile(ranks, [(1 - RANGE) / 2, (1 + RANGE) / 2], axis=0).round().astype(int)
    )
    result.attrs = {"between": between, "within": within, "agreement": between / (between + within)}
    return result


def of_county(code: str) -> pd.DataFrame:
    """Give one county's rows of the sheet.

    Parameters
    ----------
    code : str
        One of the 26.

    Returns
    -------
    DataFrame
        Indexed by the keys of `COLUMNS`: `span` (first and last year), `pace`, `rank` (1 for the fastest;
        missing as the pace is), `of` (how many have a value), `median` (of the 26) and `joined` (bool).
    """
    table = paces()
    rows = {
        column: {
            "span": COLUMNS[column],
            "pace": table.loc[code, column],
            "rank": table[column].rank(ascending=False, method="min")[code],
            "of": int(table[column].notna().sum()),
            "median": table[column].median(),
            "joined": code in table.attrs["joined"] and column.startswith("GDP"),
        }
        for column in table
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("figure")


def people_and_heads() -> pd.DataFrame:
    """Split the growth of GDP into that of people and that of GDP per head.

    Returns
    -------
    DataFrame
        Rows of `convergence.per_head` with interpolated residents: `name`, `member`, `gdp`, `people` and
        `head` (yearly log growth); `people` and `head` add up to `gdp`.
    """
    years = growth.END - growth.START
    heads = convergence.per_head("interpolated")
    gdp = np.log(heads["end"] / heads["start"]) / years  # per head
    whole = np.log1p(growth.rates("gdp")["growth"]).reindex(heads.index) / years
    return pd.DataFrame(
        {
            "name": heads["name"],
            "member": heads["member"],
            "gdp": whole,
            "people": whole - gdp,
            "head": gdp,
        }
    )


def names(codes: pd.Index) -> list[str]:
    """Give the English names of units, joined ones with a plus."""
    units = counties.units()["name_en"]
    return [" + ".join(units[part] for part in code.split("+")) for code in codes]
