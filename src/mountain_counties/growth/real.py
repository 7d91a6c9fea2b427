"""Real growth beside nominal: every rate at comparable prices that is on file, and what prices could explain.

Real rates are taken as published. No deflator of a county or prefecture was found, so that the distance
between a place's real and nominal growth cannot be explained, only bounded.
"""

import math

import pandas as pd

from mountain_counties.growth import growth, long_view
from mountain_counties.record import counties, statistics

PROVINCE = statistics.PROVINCE
VINTAGE = "after the fifth economic census"
"""Vintage of the province's own series, in which no break lies between two years."""

FIRST_REPORTED = 2022
"""First year of the rates read one by one, from communiqués and the press."""

SAME = 5e-5
"""A published real rate that equals the growth of the levels to its last digit is the nominal one."""


def rates() -> pd.DataFrame:
    """List growth at comparable and at current prices, where both are on file without a break between.

    Returns
    -------
    DataFrame
        Indexed by `year` and `code` (Quzhou, Lishui, units of the group that have a rate, the province):
        `name`, `real` and `nominal` (fractions; the second missing where the level of the year before is not
        on file or stands on another census). Years with a rate of the province and of another place; the
        yearbook's rates of 2013 are left out, being the nominal ones.
    """
    own = growth.whole_prefectures()
    prefectures = counties.prefectures()["name_en"]
    long = statistics.long_record()
    nominal = long_view.yearly("gdp")
    rows = {}
    printed = long[(long["indicator"] == "gdp_growth_real") & long["code"].isin(own)]
    for year, code, value in printed[["year", "code", "value"]].itertuples(index=False):
        if year not in nominal.index or pd.isna(nominal.loc[year, code]):
            continue
        change = math.expm1(nominal.loc[year, code])
        if abs(value / 100 - change) > SAME:
            rows[year, code] = prefectures[code], value / 100, change
    series = long[(long["code"] == PROVINCE) & (long["vintage"] == VINTAGE)]
    level, index = (
        series[series["indicator"] == name].set_index("year")["value"] for name in ("gdp", "gdp_index_real")
    )
    for year in sorted({year for year, _ in rows}):
        rows[year, PROVINCE] = "Zhejiang", index[year] / 100 - 1, level[year] / level[year - 1] - 1
    rows |= _reported()
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["name", "real", "nominal"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["year", "code"])
    return table.sort_index()


def _reported() -> dict[tuple[int, str], tuple[str, float, float]]:
    """Take the rates read from communiqués, each with the growth of the levels of the same release."""
    table = statistics.reported()
    years = table[table["period"].str.fullmatch(r"\d{4}")]
    value = years["value"].astype(float).to_numpy()
    years = years.assign(value=value)
    levels = years.set_index(["code", "period", "indicator"])["value"].to_dict()
    # A level that the press told of is no base: it may be of another release than that of the year after.
    bases = (
        years[years["vintage"] != "reported"].set_index(["code", "period", "indicator"])["value"].to_dict()
    )
    names = pd.concat([statistics.places(level) for level in ("county", "prefecture", "province")])
    yearbook = statistics.load("prefecture", "gdp").set_index(["code", "year"])["value"].to_dict()
    rows = {}
    for (code, period, indicator), real in levels.items():
        year = int(period)
        if indicator != "gdp_growth_real" or year < FIRST_REPORTED:
            continue
        before = bases.get((code, str(year - 1), "gdp"), yearbook.get((code, year - 1)))
        # The level of the year before was moved by the census of 2023 where the year itself stands on it.
        broken = year > growth.END
        after = levels.get((code, period, "gdp"))
        same = before is not None and after is not None and not broken
        rows[year, code] = names[code], real / 100, after / before - 1 if same else float("nan")
    return rows


def ahead() -> pd.DataFrame:
    """Hold each real rate against the province's of the same year.

    Returns
    -------
    DataFrame
        Rows of `rates` without the province; `name`, `real` and `nominal` less those of the province.
    """
    table = rates()
    province = table.xs(PROVINCE, level="code")
    others = table.drop(PROVINCE, level="code")
    base = province[["real", "nominal"]].reindex(others.index.get_level_values("year")).to_numpy()
    return others[["name"]].join(others[["real", "nominal"]] - base)


def group() -> pd.Series:
    """Give the real growth of the members together that was published, and the province's.

    Returns
    -------
    Series
        `members` and `province` (fractions, first three quarters of 2024), `ahead`, their difference.
    """
    table = statistics.reported()
    table = table[(table["period"] == "2024Q1-Q3") & (table["indicator"] == "gdp_growth_real")]
    value = table.set_index("code")["value"].astype(float) / 100
    inside, province = value[statistics.GROUPS[0]], value[PROVINCE]
    return pd.Series({"members": inside, "province": province, "ahead": inside - province})


def price_effect(year: int = 2023) -> pd.Series:
    """Bound what the price of industry can do between the group and the province.

    Parameters
    ----------
    year : int
        Year of the prices.

    Returns
    -------
    Series
        `inside` and `province`: share of industry in the GDP of the latest year; `prices`: change of
        industrial producer prices less that of consumer prices; `effect`: how much faster (positive) the
        group's price level moved than the province's, had every branch the same prices everywhere.

    Notes
    -----
    Industry takes producer prices, everything else consumer prices. Within industry the mix of branches
    differs by place; what that does is not known.
    """
    shares = statistics.panel(["gdp", "va_industry"], growth.END + 1)
    inside = shares.loc[growth.members()].sum()
    whole = shares.sum()
    share = inside["va_industry"] / inside["gdp"], whole["va_industry"] / whole["gdp"]
    table = statistics.reported()
    table = table[(table["code"] == PROVINCE) & (table["period"] == str(year))].set_index("indicator")[
        "value"
    ]
    prices = (float(table["ppi_growth"]) - float(table["cpi_growth"])) / 100
    return pd.Series(
        {
            "inside": share[0],
            "province": share[1],
            "prices": prices,
            "effect": (share[0] - share[1]) * prices,
        }
    )
