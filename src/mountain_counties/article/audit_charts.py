"""Pictures of the ledger and of the audit: where the figures stand, how they are graded, what goes unseen."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.article import entities
from mountain_counties.audit import verdicts
from mountain_counties.book import charts, prose

GROUPS = {
    "measured figure": ("level", "share", "growth", "ratio", "duration"),
    "count or rank": ("count", "enumeration", "rank", "streak"),
    "threshold or target": ("threshold", "target"),
    "date": ("date",),
    "words only": ("slogan", "direction"),
}
"""Kinds of claim as a reader tells them apart."""

_AS_SHOWN = {"guangming-daily": "Zhejiang", "mountain-counties": "The group"}
"""Places that a picture names otherwise than ``entities.csv``: the newspaper stands with the province."""


def places() -> dict[str, str]:
    """Say whom each entity of the ledger is shown with, as a reader tells them apart."""
    table = entities.load()
    return {entity: _AS_SHOWN.get(place, table["name"][place]) for entity, place in table.place.items()}


def place_names() -> list[str]:
    """Give the places in the order in which they are shown."""
    return list(dict.fromkeys(places().values()))


_GROUP_INKS = {
    "measured figure": charts.ACCENT,
    "count or rank": "#6B6B6B",
    "threshold or target": "#8C8C8C",
    "date": "#A6A6A6",
    "words only": "#BDBDBD",
}
_MARKS = {
    "measured figures": (["measured figure"], charts.ACCENT, "o"),
    "other numbers": (["count or rank", "threshold or target", "date"], "#8C8C8C", "s"),
    "words only": (["words only"], "#BDBDBD", "X"),
}
"""What a mark of the score stands for: groups, colour, shape."""


def described(claims: pd.DataFrame) -> pd.DataFrame:
    """Add to each claim what a reader sorts it by.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        With the columns group (of `GROUPS`), place (of `places`) and year (of the period's end).

    Raises
    ------
    KeyError
        If a kind or an entity belongs to no group.
    """
    kinds = {kind: name for name, members in GROUPS.items() for kind in members}
    known = places()
    return claims.assign(
        group=[kinds[kind] for kind in claims.kind],
        place=[known[entity] for entity in claims.entity],
        year=[int(period.partition("/")[2][:4]) for period in claims.period],
    )


def score(claims: pd.DataFrame) -> Figure:
    """Draw every claim at its paragraph and place, one mark each, stacked where several stand together.

    Parameters
    ----------
    claims : DataFrame
        As `described` gives them.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(5.2)
    rows = {name: row for row, name in enumerate(place_names())}
    stack = claims.groupby(["place", "paragraph"]).cumcount()
    heights = claims.place.map(rows) + 0.32 - 0.055 * stack
    stands = claims[["place", "paragraph"]].drop_duplicates().sort_values("paragraph")
    after = stands.groupby("place").paragraph.shift(-1).fillna(claims.paragraph.max())
    stands["free"] = after - stands.paragraph  # room to the right of each stack
    free = claims.merge(stands, "left", ["place", "paragraph"]).set_axis(claims.index).free
    for words, (groups, ink, marker) in _MARKS.items():
        mine = claims[claims.group.isin(groups)]
        ax.plot(mine.paragraph, heights[mine.index], linestyle="", marker=marker, color=ink, markersize=4.2)
        widest = mine.loc[free[mine.index].idxmax()]
        beside = (mine.place == widest.place) & (mine.paragraph == widest.paragraph)
        charts.note(ax, words, (widest.paragraph, heights[mine.index[beside]].mean()), (7, 0))
    for start in claims[claims.paragraph > 0].groupby("section").paragraph.min()[1:]:
        ax.axvline(start - 0.5, color="#D0D0D0", linewidth=0.8, zorder=0)
    ax.set_yticks(list(rows.values()), list(rows))
    ax.set_ylim(len(rows) - 0.4, -0.75)
    ax.set_xlabel("Paragraph of the article; grey lines part its sections")
    ax.tick_params(axis="y", length=0)
    return fig


def by_year(claims: pd.DataFrame) -> Figure:
    """Draw how many claims belong to each year, by group.

    Parameters
    ----------
    claims : DataFrame
        As `described` gives them.

    Returns
    -------
    Figure
    """
    counts = pd.crosstab(claims.year, claims.group)[list(GROUPS)]
    counts = counts.reindex(range(counts.index.min(), counts.index.max() + 1), fill_value=0)
    fig, ax = charts.canvas(2.9)
    below = np.zeros(len(counts))
    most, ends = counts.sum(axis=1).argmax(), {}
    for name, ink in _GROUP_INKS.items():
        ax.bar(counts.index, counts[name], bottom=below, color=ink, edgecolor="white", linewidth=0.5)
        ends[name] = (counts.index[most] + 0.4, below[most] + counts[name].iloc[most] / 2)
        below += counts[name].to_numpy()
    ax.set_xticks(counts.index)
    ax.set_ylabel("Claims")
    ax.set_xlabel("Year in which the claim's period ends")
    charts.label_ends(ax, ends)
    return fig


def grades(counts: pd.DataFrame, height: float = 3.2) -> Figure:
    """Draw how many claims have each grade, one bar per column.

    Parameters
    ----------
    counts : DataFrame
        Index grade, one column per place or kind of test, without the sum.
    height : float, optional
        Of the figure, in inches.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(height)
    places = list(counts.columns)
    left = np.zeros(len(places))
    for grade, ink in charts.GRADE_COLOURS.items():
        widths = counts.loc[grade].to_numpy()
        ax.barh(places, widths, left=left, color=ink, edgecolor="white", linewidth=0.6, label=grade)
        dark = grade in ("borne out", "pinned", "contradicted", "slogan")
        for place, width, start in zip(places, widths, left, strict=True):
            if width >= 0.02 * counts.to_numpy().sum(axis=0).max():
                ax.text(start + width / 2, place, str(width), ha="center", va="center",
                        color="white" if dark else charts.INK, size=charts.SMALLEST)  # fmt: skip
        left += widths
    ax.invert_yaxis()
    ax.set_xlabel("Claims")
    charts.bare(ax)
    fig.legend(loc="outside upper left", ncols=2, handlelength=1.0, columnspacing=1.2)
    return fig


def tally(counts: pd.Series, grades: Sequence[str]) -> Figure:
    """Draw how many figures each verdict, or group of verdicts, has: a bar and its number.

    Parameters
    ----------
    counts : Series
        Name of the group to the number of figures, in the order of the rows.
    grades : sequence of str
        For each row the grade whose colour it has.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(0.35 + 0.36 * len(counts))
    inks = [charts.GRADE_COLOURS[grade] for grade in grades]
    ax.barh(counts.index, counts, height=0.7, color=inks, linewidth=0)
    for y, count in enumerate(counts):
        ax.text(count + counts.max() * 0.02, y, str(count), va="center")
    ax.invert_yaxis()
    ax.set_xlim(0, counts.max() * 1.1)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    charts.bare(ax)
    return fig


def blindness(table: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Draw for each figure the factors by which it could be off before the audit noticed.

    Parameters
    ----------
    table : DataFrame
        Index claim id; columns `low` and `high`: the factors, zero or infinite where the audit is blind.
    names : sequence of str
        What to call the rows.

    Returns
    -------
    Figure
    """
    least, most = 0.02, 100.0
    fig, ax = charts.canvas(0.8 + 0.27 * len(table))
    for row, (low, high) in enumerate(zip(table.low, table.high, strict=True)):
        ax.plot(
            [max(low, least), min(high, most)], [row, row], color=charts.COLOURS["members"], linewidth=2.2
        )
        for end, blind, arrow in ((max(low, least), low == 0, "<"), (min(high, most), np.isinf(high), ">")):
            mark, ink, size = (arrow, charts.ACCENT, 6) if blind else ("|", charts.INK, 9)
            ax.plot(end, row, marker=mark, color=ink, markersize=size, markeredgewidth=1.6)
    ax.axvline(1, color="#BDBDBD", linewidth=0.8, zorder=0)
    ax.set_xscale("log")
    ax.set_xticks([0.1, 1, 10])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, lambda x: f"×{x:g}")
    ax.set_yticks(range(len(names)), list(names))
    ax.set_ylim(len(table) - 0.4, -0.6)
    charts.bare(ax)
    ax.set_xlabel("True over printed figure; arrow: no limit")
    return fig


def unseen(found: verdicts.Audit, table: pd.DataFrame) -> pd.DataFrame:
    """Give for each measured figure the factors by which it could be off unnoticed.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    table : DataFrame
        As `verdicts.claims` gives it.

    Returns
    -------
    DataFrame
        Index claim id; label (place and figure), low and high: the smallest and largest true figure over the
        printed one that no other figure contradicts.
    """
    measured = found.claims[found.claims.kind.isin(GROUPS["measured figure"])]
    shifts = table.loc[measured.index]
    whole = (1 / measured.value).where(measured.kind == "share", math.inf)  # no share passes the whole
    return pd.DataFrame(
        {
            "label": [
                f"{place}, {prose.claim(row)}"
                for place, (_, row) in zip(place_of(measured, found.claims), measured.iterrows(), strict=True)
            ],
            "low": (1 - shifts.down / measured.value).clip(lower=0.0),
            "high": (1 + shifts.up / measured.value).clip(upper=whole),
        }
    )


def place_of(table: pd.DataFrame, claims: pd.DataFrame) -> pd.Categorical:
    """Give the place of each claim of a table, in the order of `place_names`."""
    known = places()
    return pd.Categorical([known[e] for e in claims.entity.reindex(table.index)], place_names())
