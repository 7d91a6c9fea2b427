"""How fast the mountain counties grew: rates, who may be compared, specifications, the growth taken apart.

Rates are nominal, at current prices. No growth is computed across a break of the series: a unit that a
break splits is left out, or joined with the unit that holds the other part.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from mountain_counties.growth import comparison
from mountain_counties.record import counties, county_profile, statistics

START, END = 2020, 2023
"""The years for which the counties' figures are at hand and comparable."""

INDICATORS = MappingProxyType(
    {
        "gdp": "GDP",
        "industrial_enterprises_above_scale": "Above-scale industrial firms",
        "general_budget_revenue": "Budget revenue",
        "general_budget_expenditure": "Budget expenditure",
        "household_deposits": "Household deposits",
        "loans_outstanding": "Loans outstanding",
        "primary_students": "Primary pupils",
        "secondary_students": "Secondary pupils",
    }
)
"""What the county yearbook gives in both years; sectors it gives in the second year only."""

SPECIFICATIONS: Mapping[str, tuple[dict, str]] = MappingProxyType(
    {
        "Main": ({}, ""),
        "Outliers kept": ({"outliers": True}, ""),
        "Split units left out": ({"breaks": "leave out"}, ""),
        "Published values only": ({"breaks": "leave out"}, "published"),
        "Without city districts": ({}, "kind != 'district'"),
        "Shared prefectures only": ({}, "shared"),
        "Breaks ignored": ({"breaks": "cross", "outliers": True}, ""),
    }
)
"""Ways to choose the units: options of `rates`, and a query on its rows."""

ESTIMATORS = ("mean", "weighted mean", "median")

SECTORS = MappingProxyType(
    {
        "va_primary": "Primary sector",
        "va_industry": "Industry",
        "construction": "Construction",
        "va_tertiary": "Services",
    }
)
"""Parts that add up to GDP; construction is the secondary sector less industry."""

SECTOR_START, SECTOR_END = 2019, 2022
"""The longest span up to the last year that crosses no census, for the prefectures."""


def members() -> pd.Index:
    """Return the codes of the 26."""
    return counties.members(county_profile.GROUP_DAY)


@lru_cache
def whole_prefectures() -> pd.Index:
    """Return the codes of the prefectures whose units all belong to the group.

    Returns
    -------
    Index
        Quzhou and Lishui: their totals are exact sums of 15 of the 26.
    """
    inside = pd.Series(counties.units().index.isin(members()), counties.units().index)
    every = inside.groupby(lambda code: code[:4] + "00").all()
    return every.index[every].rename("code")


def rates(
    indicator: str, start: int = START, end: int = END, breaks: str = "join", outliers: bool = False
) -> pd.DataFrame:
    """Compute the growth of every unit that can be compared over time.

    Parameters
    ----------
    indicator : str
        Its name.
    start, end : int
        The years.
    breaks : {"join", "leave out", "cross"}
        What to do with a unit whose series breaks: join it with the units that hold the other part where the
        table of breaks names them and they have values; leave it out; or cross the break, to show what that
        would do.
    outliers : bool
        Keep the units that the table of breaks records as out of line.

    Returns
    -------
    DataFrame
        Indexed by `code` (two codes joined by a plus for joined units): `name`, `prefecture`, `kind`,
        `member` (bool), `published` (bool: both values are), `shared` (bool: the prefecture has members and
        others), `start`, `end` (unit of the table) and `growth` (ratio less one).

    Raises
    ------
    statistics.BreakError
        If a break hits every unit, so that leaving units out does not help.
    ValueError
        If `breaks` is unknown.
    """
    if breaks not in ("join", "leave out", "cross"):
        raise ValueError(f"breaks: found {breaks!r}, expected join, leave out or cross")
    return _rates(indicator, start, end, breaks, outliers).copy()


@lru_cache
def _rates(indicator: str, start: int, end: int, breaks: str, outliers: bool) -> pd.DataFrame:
    table = _levels(indicator, start, end)
    crossed = statistics.breaks(indicator, start, end)
    crossed = crossed[crossed["code"].isin(table.index)]
    partial = crossed[crossed.groupby("id")["code"].transform("nunique") < len(table)]
    kept = table.index if breaks == "cross" else table.index.difference(partial["code"])
    across = partial["id"] if breaks == "cross" else ()
    statistics.growth(indicator, start, end, kept, across)  # refuses what a break of every unit forbids
    rows = table.loc[kept]
    if breaks == "join":
        rows = pd.concat([rows, _joined(table, partial)])
    if not outliers:
        rows = rows.drop(statistics.outliers(indicator, start, end)["code"], errors="ignore")
    return rows.assign(growth=rows["end"] / rows["start"] - 1).sort_index().rename_axis("code")


@lru_cache
def _levels(indicator: str, start: int, end: int) -> pd.DataFrame:
    """Put the two years side by side for every unit that has both."""
    units, inside = counties.units(), members()
    long = statistics.load(indicator=indicator)
    long = long[long["year"].isin([start, end])]
    values = {"start": statistics.table(indicator, start), "end": statistics.table(indicator, end)}
    member = pd.Series(units.index.isin(inside), units.index)
    sides = member.groupby(units["prefecture"])
    return pd.DataFrame(
        {
            "name": units["name_en"],
            "prefecture": units["prefecture"],
            "kind": units["kind"],
            "member": member,
            "published": long["status"].eq("published").groupby(long["code"]).all(),
            "shared": units["prefecture"].map(sides.any() & ~sides.all()),
            **values,
        }
    ).dropna(subset=["start", "end"])


def _joined(table: pd.DataFrame, crossed: pd.DataFrame) -> pd.DataFrame:
    """Add up the units whose only breaks move something between them."""
    rows = {}
    for union, breaks in crossed.groupby("union"):
        codes = union.split()
        others = crossed[crossed["code"].isin(codes) & ~crossed["id"].isin(breaks["id"])]
        if not codes or table.index.isin(codes).sum() != len(codes) or not others.empty:
            continue
        parts = table.loc[codes]
        rows["+".join(codes)] = parts.iloc[0].to_dict() | {
            "name": " and ".join(parts["name"]),
            "member": bool(parts["member"].all()),
            "published": bool(parts["published"].all()),
            "start": parts["start"].sum(),
            "end": parts["end"].sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index", columns=table.columns).astype(table.dtypes)


def total(values: pd.Series, codes: pd.Index) -> pd.Series:
    """Take values for units of `rates`, adding up where units are joined.

    Parameters
    ----------
    values : Series
        One value for each of the 90 units, some missing.
    codes : Index
        Codes, some of them joined by a plus.

    Returns
    -------
    Series
        Indexed by `codes`; missing where a part is.
    """
    result = values.reindex(codes)
    for code in codes[codes.str.contains("+", regex=False)]:
        result[code] = values[code.split("+")].sum(skipna=False)
    return result


def left_out(indicator: str, start: int = START, end: int = END) -> pd.DataFrame:
    """List the units that have both values but do not stand in the main comparison as they are.

    Parameters
    ----------
    indicator, start, end
        As in `rates`.

    Returns
    -------
    DataFrame
        One row per unit: `name`, `member`, `treatment` (joined or left out), `growth` (as printed) and `why`.
    """
    table = _levels(indicator, start, end)
    joined = "+".join(rates(indicator, start, end).index.difference(table.index)).split("+")
    found = pd.concat(
        [statistics.breaks(indicator, start, end), statistics.outliers(indicator, start, end)],
        ignore_index=True,
    )
    found = found[found["code"].isin(table.index)]
    rows = table.loc[found["code"]]
    return pd.DataFrame(
        {
            "name": rows["name"].to_numpy(),
            "member": rows["member"].to_numpy(),
            "treatment": ["joined" if code in joined else "left out" for code in found["code"]],
            "growth": (rows["end"] / rows["start"] - 1).to_numpy(),
            "why": found["what"].to_numpy(),
        },
        index=pd.Index(found["code"], name="code"),
    )


def compare(table: pd.DataFrame, estimator: str = "mean") -> pd.Series:
    """Compare the growth of the mountain counties with that of the others.

    Parameters
    ----------
    table : DataFrame
        As `rates` gives it.
    estimator : {"mean", "weighted mean", "median"}
        Weights are the levels of the first year, so that the weighted mean is the growth of the sum.

    Returns
    -------
    Series
        As `comparison.compare` or `comparison.compare_medians`.
    """
    if estimator == "median":
        return comparison.compare_medians(table["growth"], table["member"])
    weights = {"mean": None, "weighted mean": table["start"]}[estimator]
    return comparison.compare(table["growth"], table["member"], weights)


def by_indicator(indicators: Mapping[str, str] = INDICATORS) -> pd.DataFrame:
    """Compare the growth of every indicator: every unit alike, and by its level in the first year.

    Parameters
    ----------
    indicators : mapping of str to str
        Indicator to label.

    Returns
    -------
    DataFrame
        Indexed by `indicator` (label) and `estimator` (mean, weighted mean); columns of
        `comparison.compare` and `detectable` (by permutation).
    """
    rows = {}
    for name, label in indicators.items():
        table = rates(name)
        for estimator in ESTIMATORS[:2]:
            weights = table["start"] if estimator == "weighted mean" else None
            least = comparison.detectable(table["growth"], table["member"], weights)["permutation"]
            rows[label, estimator] = pd.concat([compare(table, estimator), pd.Series({"detectable": least})])
    return pd.DataFrame(rows).T.rename_axis(["indicator", "estimator"])


def specifications(indicator: str) -> pd.DataFrame:
    """Compare growth under every choice of units and every estimator.

    Parameters
    ----------
    indicator : str
        Its name.

    Returns
    -------
    DataFrame
        One row for each of `SPECIFICATIONS` and `ESTIMATORS`: `units`, `estimator`, `n_inside`, `n_outside`,
        `inside`, `outside`, `difference`, `lo`, `hi` (bootstrap).
    """
    columns = ["n_inside", "n_outside", "inside", "outside", "difference", "lo", "hi"]
    rows = []
    for units, (options, query) in SPECIFICATIONS.items():
        table = rates(indicator, **options)
        table = table.query(query) if query else table
        rows += [
            {"units": units, "estimator": estimator, **compare(table, estimator)[columns]}
            for estimator in ESTIMATORS
        ]
    return pd.DataFrame(rows)


def whole_province(start: int = START, end: int = END) -> pd.DataFrame:
    """Set the members together against all others together, with nobody left out.

    Parameters
    ----------
    start, end : int
        The years.

    Returns
    -------
    DataFrame
        Indexed by `group` (members, others, province): `start`, `end` (GDP, 100m yuan), `growth`,
        `share_start` and `share_end` (of the province).

    Raises
    ------
    statistics.BreakError
        If a break of every unit lies between the years.

    Notes
    -----
    The breaks move parts between units of the same side, so they leave these sums alone. Where the province
    has no total in the table, the prefectures' totals are added up.
    """
    own = rates("gdp", start, end, breaks="cross", outliers=True).query("member")
    if len(own) != len(members()):
        raise KeyError(f"gdp {start} and {end}: found {len(own)} members, expected {len(members())}")
    inside = own[["start", "end"]].sum()
    province = pd.Series({"start": _province(start), "end": _province(end)})
    table = pd.DataFrame({"members": inside, "others": province - inside, "province": province}).T
    table["growth"] = table["end"] / table["start"] - 1
    for year in ("start", "end"):
        table[f"share_{year}"] = table[year] / province[year]
    return table.rename_axis("group")


def _province(year: int) -> float:
    """Take the province's GDP, or add up the prefectures."""
    rows = statistics.load("province", "gdp").set_index("year")["value"].dropna()
    if year in rows.index:
        return rows[year]
    return statistics.table("gdp", year, counties.prefectures().index, "prefecture").sum()


def contributions(table: pd.DataFrame, benchmark: float) -> pd.DataFrame:
    """Split the growth of a sum into the parts of its members.

    Parameters
    ----------
    table : DataFrame
        Columns `start`, `end` and `growth`, one row per member, as `rates` gives it.
    benchmark : float
        Growth to hold each member against (ratio less one).

    Returns
    -------
    DataFrame
        Same rows with `weight` (share of the sum in the first year), `contribution` (weight times growth)
        and `ahead` (weight times growth beyond the benchmark). The column `contribution` adds up to the
        growth of the sum, `ahead` to that growth less the benchmark.
    """
    weight = table["start"] / table["start"].sum()
    return table.assign(
        weight=weight,
        contribution=weight * table["growth"],
        ahead=weight * (table["growth"] - benchmark),
    ).sort_values("contribution", ascending=False)


def sectors(year: int) -> pd.DataFrame:
    """Take the value added of the prefectures by sector.

    Parameters
    ----------
    year : int
        The year.

    Returns
    -------
    DataFrame
        One row per prefecture, one column for each of `SECTORS`, 100m yuan. Rows add up to GDP but for
        the rounding of the yearbook.
    """
    names = ["va_primary", "va_secondary", "va_industry", "va_tertiary"]
    table = statistics.panel(names, year, counties.prefectures().index, "prefecture")
    return table.assign(construction=table["va_secondary"] - table["va_industry"])[list(SECTORS)]


def sector_growth(start: int = SECTOR_START, end: int = SECTOR_END) -> pd.DataFrame:
    """Compare the sectors of Quzhou and Lishui together with those of the other nine prefectures.

    Parameters
    ----------
    start, end : int
        The years.

    Returns
    -------
    DataFrame
        Indexed by `sector` (label), and `sum`: `share` (of the pair's value added in the first year),
        `inside`, `outside` (growth), `difference` and `contribution` (to the pair's growth).

    Raises
    ------
    statistics.BreakError
        If a break lies between the years.
    """
    for name in ("va_primary", "va_secondary", "va_industry", "va_tertiary"):
        statistics.growth(name, start, end, level="prefecture")  # refuses what a break forbids
    before, after = sectors(start), sectors(end)
    own = whole_prefectures()
    frame = pd.DataFrame(
        {
            ("inside", "start"): before.loc[own].sum(),
            ("inside", "end"): after.loc[own].sum(),
            ("outside", "start"): before.drop(own).sum(),
            ("outside", "end"): after.drop(own).sum(),
        }
    )
    frame.loc["sum"] = frame.sum()
    growth = pd.DataFrame(
        {side: frame[side, "end"] / frame[side, "start"] - 1 for side in ("inside", "outside")}
    )
    share = frame["inside", "start"] / frame.loc["sum", ("inside", "start")]
    result = growth.assign(
        share=share,
        difference=growth["inside"] - growth["outside"],
        contribution=share * growth["inside"],
    )
    return result.rename(index=SECTORS).rename_axis("sector")


def shift_share(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    """Split the change of each place into the parts of the whole, of its mix of sectors and of itself.

    Parameters
    ----------
    start, end : DataFrame
        One row per place, one column per sector; all places together are the reference.

    Returns
    -------
    DataFrame
        One row per place: `change`, and its parts `whole` (had every sector grown as the reference), `mix`
        (had each sector grown as that sector of the reference) and `place` (the rest), in the unit given.
        The parts add up to the change.

    References
    ----------
    .. [1] E. S. Dunn, A statistical and analytical technique for regional analysis, Papers of the Regional
       Science Association 6 (1960) 97-112.
    """
    whole = end.to_numpy().sum() / start.to_numpy().sum() - 1
    sector = end.sum() / start.sum() - 1
    return pd.DataFrame(
        {
            "change": (end - start).sum(axis=1),
            "whole": start.sum(axis=1) * whole,
            "mix": (start * (sector - whole)).sum(axis=1),
            "place": (start * (end / start - 1 - sector)).sum(axis=1),
        }
    )
