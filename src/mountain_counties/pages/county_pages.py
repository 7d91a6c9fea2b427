"""A county's page and the map that leads to it, as HTML."""

from html import escape

import pandas as pd

from mountain_counties.book import prose
from mountain_counties.growth import sheet
from mountain_counties.pages import drawings
from mountain_counties.record import counties, county_profile

FOLDER = "profiles"
"""Where the pages stand, from the book's root."""

_KEY = {"stays": "still on the list", "left-2024": "left in 2024", "left-2025": "left in 2025"}
_GROWTH_HEADS = ("Growth a year", "County", "Rank", "Group median")
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
    svg = drawings.linked_map(
        counties.boundaries(),
        {code: county_profile.title(code) for code in counties.units().index},
        {code: f"{up}{FOLDER}/{county_profile.slug(code)}.html" for code in group},
        {code: state(code) for code in group},
        f"Map of Zhejiang: {len(group)} mountain counties, each a link to its page",
    )
    key = "".join(f'<li><span class="key {name}"></span>{text}</li>' for name, text in _KEY.items())
    return f'<div class="county-map">{svg}<ul class="map-key">{key}</ul></div>'


def place(code: str) -> str:
    """Say in two sentences where a county is and when it was on the list."""
    unit = counties.units().loc[code]
    return f"A {unit.kind} of the prefecture {unit.prefecture} {unit.prefecture_zh}. {status(code)}"


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
    rows = ""
    for figure, row in sheet.of_county(code).iterrows():
        known = pd.notna(row["pace"])
        label = f"{figure}, {prose.years(*row['span'])}" + (
            ", with Qujiang and Kecheng as one" * row["joined"]
        )
        cells = (
            prose.signed_percent(row["pace"]) if known else prose.DASH,
            f"{row['rank']:.0f} of {row['of']}" if known else prose.DASH,
            prose.signed_percent(row["median"]),
        )
        body = "".join(f'<td class="right" role="cell">{escape(cell)}</td>\n' for cell in cells)
        head = f'<th scope="row" class="left" role="rowheader">{escape(label)}</th>\n'
        rows += f'<tr role="row">{head}{body}</tr>'
    heads = "".join(f'<th scope="col" role="columnheader">{text}</th>' for text in _GROWTH_HEADS)
    return (
        '<div class="pst-scrollable-table-container"><table class="exhibit table" role="table">'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def growth_note(code: str) -> str:
    """Say how fast a county is by all figures of the sheet together, and how sure that is."""
    pooled = sheet.pooled(sheet.paces())
    row, place = pooled.loc[code], int(pooled["pooled"].rank(ascending=False)[code])
    return (
        f"Money at current prices. By all {int(row['values'])} figures together this county is "
        f"{prose.ordinal(place)} of {len(pooled)} by pace; with {prose.percent(sheet.RANGE, 0)} probability "
        f"its rank lies between {row['rank_lo']:.0f} and {row['rank_hi']:.0f}."
    )


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
