"""The explorer: what its page needs, and in Python what its script does."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pandas as pd

from mountain_counties.line import reclassification
from mountain_counties.record import counties, county_profile

SCRIPT = Path(__file__).with_suffix(".js")
PLACES = 6
"""How many counties may leave at first: as many as have left."""

_FORMATS = {
    "100m yuan": {"factor": 0.1, "digits": 1, "suffix": " bn yuan", "unit": "100m yuan"},
    "yuan": {"factor": 1, "digits": 0, "suffix": " yuan", "unit": "yuan"},
    "ratio": {"factor": 1, "digits": 2, "suffix": "", "unit": "ratio"},
}
_WORDS = {
    "least": "At least",
    "most": "At most",
    "weight": "Weight",
    "places": "Counties that may leave",
    "settings": "Thresholds and weights",
    "none": "no line",
    "nobody": "nobody",
    "yes": "yes",
    "no": "no",
    "leaves": "leaves",
    "stays": "stays",
    "dash": "–",
    "comma": ", ",
    "link": "Copy the link to this setting",
    "copied": "Copied",
    "address": "Link to this setting",
    "csv": "Save the result as CSV",
    "unordered": "No weight is set: those who meet the lines are equal and leave all or none. ",
    "answer": "Out ({count}): {leaving}. Next: {next}. "
    "Of the {left} that left, this rule finds {right}, and {wrong} that did not.",
    "all": "All {count} are out: a rule that takes everybody tells nobody apart.",
    "shown": "Along",
    "drag": "Line through {label}",
    "meanAll": "mean of all",
    "meanStay": "mean of those who stay",
    "picture": "The counties along {label}; dark: out",
    "order": "The counties in the order of the rule",
    "orderHeads": ["Rank", "County", "Score", "Meets every line", "This rule", "In fact left"],
    "means": "Means of the group before and after",
    "meansHeads": ["Indicator", "All", "Those who stay", "Change"],
}


def outcome(
    panel: pd.DataFrame, thresholds: Mapping[str, float], weights: Mapping[str, float], places: int
) -> tuple[pd.DataFrame, pd.Series]:
    """Say who would leave and what the means of the rest would be.

    Parameters
    ----------
    panel : DataFrame
        The group's counties by indicators.
    thresholds, weights : mapping of str to float
        As in `reclassification.rule`; at least one weight is positive.
    places : int
        How many may leave at most; equal counties on the last place leave only if all of them have a place.

    Returns
    -------
    tuple of DataFrame and Series
        Indexed by code: score, passes, rank, leaves; and the means of every indicator over those who stay.
    """
    table = reclassification.rule(panel, thresholds, weights)
    equals = table["rank"].map(table["rank"].value_counts())
    table["leaves"] = table["passes"] & (table["rank"] + equals - 1 <= places)
    return table, panel[~table["leaves"]].mean()


def line(panel: pd.DataFrame, name: str) -> float:
    """Give the middle between the least value of those who left and the best of the rest."""
    gone = panel.index.isin(reclassification.removed())
    return float((panel.loc[gone, name].min() + panel.loc[~gone, name].max()) / 2)


def payload() -> dict:
    """Give everything that the page's script needs, ready for JSON.

    Returns
    -------
    dict
        indicators (label, direction, how to write a value), counties (code, names, the round in which it
        left, values), start and presets (settings), words.
    """
    members = reclassification.group()
    panel, names = reclassification.panel().loc[members], counties.units()
    left = {code: year for year in (2024, 2025) for code in reclassification.left_in(year)}
    about = reclassification.panel_indicators()
    equal = dict.fromkeys(about.index, 1)
    gdp = {"thresholds": {"gdp": round(line(panel, "gdp"), 1)}, "weights": {"gdp": 1}, "places": PLACES}
    presets = {
        "GDP alone": gdp,
        "All indicators, equal weights": {"thresholds": {}, "weights": equal, "places": PLACES},
        "Rural income alone": {"thresholds": {}, "weights": {"income_rural": 1}, "places": PLACES},
        "GDP per head alone": {"thresholds": {}, "weights": {"gdp_per_capita": 1}, "places": PLACES},
    }
    return {
        "indicators": {
            name: {"label": row["label"], "direction": int(row["direction"]), **_FORMATS[row["unit"]]}
            for name, row in about.iterrows()
        },
        "counties": [
            {
                "code": code,
                "name": names.name_en[code],
                "name_zh": names.name_zh[code],
                "left": left.get(code),
                "page": f"profiles/{county_profile.slug(code)}.html",
                "values": {name: float(value) for name, value in panel.loc[code].items()},
            }
            for code in members
        ],
        "start": gdp,
        "presets": [{"label": label, "setting": setting} for label, setting in presets.items()],
        "words": _WORDS,
    }


def html(up: str, chart: str) -> str:
    """Give the explorer as HTML: its place, its data, its map, and the address of its script.

    The script stands behind what it needs and is not deferred: it has drawn before the text below is there,
    which therefore never moves.

    Parameters
    ----------
    up : str
        What leads from the explorer's page to the book's root, such as "../".
    chart : str
        The map of the counties, an SVG element.
    """
    data = json.dumps(payload(), ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    notice = escape("The explorer needs JavaScript. The tables of the chapter on what separates them do not.")
    return (
        f'<div id="explorer" class="explorer"><noscript>{notice}</noscript></div>'
        f'<script type="application/json" id="explorer-data">{data}</script>'
        f'<div id="explorer-map">{chart}</div><script src="{up}_static/{SCRIPT.name}"></script>'
    )
