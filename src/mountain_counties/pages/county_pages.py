"""A county's page and the map that leads to it, as HTML."""

from functools import cache
from html import escape

import pandas as pd

from mountain_counties.book import prose
from mountain_counties.growth import sheet
from mountain_counties.pages import drawings
from mountain_counties.record import counties, county_profile, peers

FOLDER = "profiles"
"""Where the pages stand, from the book's root."""

_INSET = "Zhoushan 舟山"
_KEY = {"stays": "still on the list", "left-2024": "left in 2024", "left-2025": "left in 2025"}
UNITS = {
    "population": "10,000 people",
    "density": "people per km2",
    "area": "km2",
    "gdp": "100 million yuan",
    "gdp_per_head": "yuan",
    "industry": "fraction",
    "income_urban": "yuan",
    "income_rural": "yuan",
    "income_ratio": "ratio",
    "self_financing": "fraction",
    "urban": "fraction",
    "older": "fraction",
    "people_change": "fraction",
}
"""Measure -> the unit of its value in the table that a reader takes away."""

_OWN_YEARS = {
    "older": str(county_profile.CENSUSES[1]),
    "people_change": "-".join(map(str, county_profile.CENSUSES)),
}
_STANDING = {
    "gdp": "total GDP",
    "gdp_per_head": "GDP per head",
    "income_rural": "income per rural resident",
}
_GROWTH_HEADS = ("Growth a year", "County", "Rank", "Among the group", "Group median")
_HEADS = ("Measure", "Value", "Rank", "Among the group", "Group median", "Elsewhere", "Next above")


def status(code: str) -> str:
    """Say in a sentence when a county was on the list."""
    spells = counties.membership()
    spell = spells[spells["code"] == code].iloc[-1]
    since = f"On the list by {prose.date(spell['from'])}"
    return (
        f"{since}, taken off in {prose.date(spell['to'][:7])}."
        if spell["to"]
        else f"{since}, and still on it."
    )


def state(code: str) -> str:
    """Tell apart who left in which year and who stays: a CSS class of the map."""
    spells = counties.membership()
    end = spells[spells["code"] == code].iloc[-1]["to"]
    return f"left-{end[:4]}" if end else "stays"


def linked_map(up: str) -> str:
    """Draw the province with a link to the page of each county of the group.

    Parameters
    ----------
    up : str
        What leads from the page with the map to the book's root, such as "../".

    Returns
    -------
    str
        HTML: the map and its key.
    """
    group = counties.members(county_profile.GROUP_DAY)
    shapes, frame = counties.map_shapes()
    svg = drawings.linked_map(
        shapes,
        {code: county_profile.title(code) for code in counties.units().index},
        {code: f"{up}{FOLDER}/{county_profile.slug(code)}.html" for code in group},
        {code: state(code) for code in group},
        f"Map of Zhejiang: {len(group)} mountain counties, each a link to its page",
        counties.units().loc[list(group), "name_en"].to_dict(),
        frame,
        _INSET,
    )
    key = "".join(f'<li><span class="key {name}"></span>{text}</li>' for name, text in _KEY.items())
    return f'<div class="county-map">{svg}<ul class="map-key">{key}</ul></div>'


def explorer_map(up: str) -> str:
    """Draw the province for the explorer, whose script marks who leaves by the class of the unit's path.

    Parameters
    ----------
    up : str
        What leads from the explorer's page to the book's root.
    """
    group = counties.members(county_profile.GROUP_DAY)
    shapes, frame = counties.map_shapes(drawings.LOCATOR_TOLERANCE)
    return drawings.linked_map(
        shapes,
        {code: county_profile.title(code) for code in counties.units().index},
        {code: f"{up}{FOLDER}/{county_profile.slug(code)}.html" for code in group},
        {code: f"member unit-{code}" for code in group},
        f"Map of Zhejiang: the {len(group)} mountain counties, each a link to its page; dark: out",
        counties.units().loc[list(group), "name_en"].to_dict(),
        frame,
        _INSET,
    )


def place(code: str) -> str:
    """Say in two sentences where a county is and when it was on the list."""
    unit = counties.units().loc[code]
    article = "An" if unit.kind[0] in "aeiou" else "A"
    return f"{article} {unit.kind} of the prefecture {unit.prefecture} {unit.prefecture_zh}. {status(code)}"


def locator(code: str) -> str:
    """Draw where a county lies, among the group and in the province."""
    group = counties.members(county_profile.GROUP_DAY)
    label = f"Map of Zhejiang: where {county_profile.title(code)} lies among the mountain counties"
    shapes, frame = counties.map_shapes(drawings.LOCATOR_TOLERANCE)
    return drawings.locator(shapes, code, group, label, frame)


def standing(code: str) -> str:
    """Say in one sentence where a county stands among the group.

    Parameters
    ----------
    code : str
        A member of the full list.

    Returns
    -------
    str
        Its ranks by the measures of `_STANDING`, and the county most like it.
    """
    table = county_profile.profile(code)
    ranked = [
        f"{prose.ordinal(int(table.loc[name, 'rank']))} by {words} "
        f"({county_profile.MEASURES[name].write(table.loc[name, 'value'])})"
        for name, words in _STANDING.items()
    ]
    return f"Of the {len(counties.members(county_profile.GROUP_DAY))} it is {prose.listing(ranked)}."


def likest(code: str) -> list[tuple[str, str]]:
    """Name the counties most like one, each with the address of its page from the same folder."""
    return [
        (county_profile.title(other), f"{county_profile.slug(other)}.html")
        for other in peers.nearest(code).index
    ]


def figures(code: str) -> pd.DataFrame:
    """Give all figures of a county's page, for a reader to take away.

    Parameters
    ----------
    code : str
        A member of the full list.

    Returns
    -------
    DataFrame
        One row a figure: code, name, figure, years, value, unit, rank (1 is the highest), of (how many have a
        value), group_median, elsewhere_median. What is not known is empty.
    """
    own = {"code": code, "name": county_profile.title(code)}
    rows = [
        own
        | {"figure": measure.label, "years": str(county_profile.YEAR), "value": row["value"]}
        | {"unit": UNITS[name], "rank": row["rank"], "of": row["of"]}
        | {"group_median": row["median"], "elsewhere_median": row["others"]}
        for (name, row), measure in zip(
            county_profile.profile(code).iterrows(), county_profile.MEASURES.values(), strict=True
        )
    ]
    for figure, row in sheet.of_county(code).iterrows():
        rows.append(
            own
            | {"figure": f"{figure}, growth", "years": "-".join(map(str, row["span"])), "value": row["pace"]}
            | {"unit": "fraction a year", "rank": row["rank"], "of": row["of"]}
            | {"group_median": row["median"]}
        )
    table = pd.DataFrame(rows)
    for name, years in _OWN_YEARS.items():
        table.loc[table["figure"] == county_profile.MEASURES[name].label, "years"] = years
    return table.astype({"rank": "Int64", "of": "Int64"})


def note() -> str:
    """Say how the table of measures is read."""
    return (
        f"Figures are of {county_profile.YEAR} unless the measure names a year. Ranks run from the highest. "
        "“Next above” is the gap to the county one rank higher, “elsewhere” the median of the units outside "
        "the group. The large dot is this county, the tick the group’s median."
    )


def measures(code: str) -> str:
    """Give a county's measures, with ranks, gaps and a strip of dots, as an HTML table.

    Its roles are written out: a phone shows the rows as cards, which would take the table's sense away.

    Parameters
    ----------
    code : str
        A member of the full list.

    Returns
    -------
    str
    """
    values = county_profile.panel().loc[counties.members(county_profile.GROUP_DAY)]
    rows = "".join(
        _row(name, row, values[name], code) for name, row in county_profile.profile(code).iterrows()
    )
    head = "".join(f'<th scope="col" role="columnheader">{text}</th>' for text in _HEADS)
    return (
        '<div class="pst-scrollable-table-container"><table class="exhibit table profile" role="table">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def growth(code: str) -> str:
    """Give a county's row of the growth sheet, as an HTML table.

    Parameters
    ----------
    code : str
        A member of the full list.

    Returns
    -------
    str
    """
    rows, paces = "", sheet.paces()
    for figure, row in sheet.of_county(code).iterrows():
        known = pd.notna(row["pace"])
        label = f"{figure}, {prose.years(*row['span'])}" + (
            ", with Qujiang and Kecheng as one" * row["joined"]
        )
        cells = (
            prose.signed_percent(row["pace"]) if known else prose.DASH,
            f"{row['rank']:.0f} of {row['of']}" if known else prose.DASH,
            drawings.strip(paces[figure], code, row["median"]),
            prose.signed_percent(row["median"]),
        )
        body = "".join(f'<td class="right" role="cell">{cell}</td>\n' for cell in cells)
        head = f'<th scope="row" class="left" role="rowheader">{escape(label)}</th>\n'
        rows += f'<tr role="row">{head}{body}</tr>'
    heads = "".join(f'<th scope="col" role="columnheader">{text}</th>' for text in _GROWTH_HEADS)
    return (
        '<div class="pst-scrollable-table-container"><table class="exhibit table profile" role="table">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def growth_note(code: str) -> str:
    """Say how fast a county is by all figures of the sheet together, and how sure that is."""
    pooled = _pooled()
    row, place = pooled.loc[code], int(pooled["pooled"].rank(ascending=False)[code])
    return (
        f"Growth a year, money at current prices. By all {int(row['values'])} figures together this county "
        f"is {prose.ordinal(place)} of {len(pooled)} by pace; with {prose.percent(sheet.RANGE, 0)} "
        f"probability its rank lies between {row['rank_lo']:.0f} and {row['rank_hi']:.0f}."
    )


@cache
def _pooled() -> pd.DataFrame:
    return sheet.pooled(sheet.paces())


def _row(name: str, row: pd.Series, values: pd.Series, code: str) -> str:
    """Write one measure of a county as a row of its table."""
    measure = county_profile.MEASURES[name]
    known = pd.notna(row["value"])
    value = measure.write(row["value"]) if known else prose.DASH
    rank = f"{row['rank']:.0f} of {row['of']:.0f}" if known else prose.DASH
    above = measure.write_gap(row["above"]) if pd.notna(row["above"]) else prose.DASH
    drawn = drawings.strip(values, code, row["median"], measure.log)
    cells = [escape(cell) for cell in (value, rank)] + [drawn]
    cells += [escape(cell) for cell in (measure.write(row["median"]), measure.write(row["others"]), above)]
    body = "".join(f'<td class="right" role="cell">{cell}</td>\n' for cell in cells)
    head = f'<th scope="row" class="left" role="rowheader">{escape(measure.label)}</th>\n'
    return f'<tr role="row">{head}{body}</tr>'
