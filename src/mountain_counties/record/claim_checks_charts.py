"""Pictures of the article's figures against the official record."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mountain_counties.book import charts, prose

PARTS = {"group": "The group", "pingyang": "Pingyang", "kecheng": "Kecheng", "liandu": "Liandu"}
"""Part of the article that a check is about -> its name for a reader."""

_LEAST, _MOST = 0.4, 12.0
_HEADING = 112  # points from the axis to the left end of a part's name
_THINNEST = 1.02  # ratio of its ends below which a bar is drawn as a dot


def drawn(checks: pd.DataFrame) -> pd.DataFrame:
    """Take the checks that have a printed number, what the record gives as a multiple of it.

    Parameters
    ----------
    checks : DataFrame
        As `claim_checks.checks` gives them.

    Returns
    -------
    DataFrame
        Indexed by check id, in the order of `PARTS`: label, about, held, grade, lo, value, hi, printed_lo,
        printed_hi (ratios to the printed figure), readings (tuple of such ratios).
    """
    shown = checks[checks.label != ""].copy()
    for name in ("lo", "value", "hi", "stated_lo", "stated_hi"):
        shown[name] /= shown.stated_value
    shown["readings"] = [
        tuple(low / printed for low, _ in readings)
        for readings, printed in zip(shown.readings, shown.stated_value, strict=True)
    ]
    shown = shown.rename(columns={"stated_lo": "printed_lo", "stated_hi": "printed_hi"})
    columns = ["label", "about", "held", "grade", "lo", "value", "hi", "printed_lo", "printed_hi", "readings"]
    return shown.sort_values("about", key=lambda about: about.map(list(PARTS).index), kind="stable")[columns]


def against(table: pd.DataFrame) -> Figure:
    """Draw what the record gives, as a multiple of the printed figure, on a logarithmic scale.

    Parameters
    ----------
    table : DataFrame
        As `drawn` gives it.

    Returns
    -------
    Figure
        A bar is where the record puts the quantity, a thick tick where it gives one number, thin ticks are
        readings; the bar of a ceiling goes on to the left, that of a floor to the right.
    """
    parts = list(dict.fromkeys(table.about))
    fig, ax = charts.canvas(1.5 + 0.24 * (len(table) + len(parts)))
    y, labels = 0.0, {}
    for part in parts:
        ax.annotate(
            PARTS[part], (0, y), (-_HEADING, 0), xycoords=ax.get_yaxis_transform(), va="center",
            textcoords="offset points", color=charts.COLOURS["members"], annotation_clip=False,
        )  # fmt: skip
        for row in table[table.about == part].itertuples():
            y += 1
            _row(ax, y, row)
            labels[y] = row.label
        y += 1.3
    ax.axvline(1, color=charts.INK, linewidth=0.8, zorder=0)
    ax.text(1, -0.9, "as printed", ha="center", va="bottom", size=charts.SMALLEST)
    ax.set_xscale("log")
    ax.set_xlim(_LEAST, _MOST)
    ax.set_xticks([0.5, 1, 2, 5, 10])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, lambda x: f"×{x:g}")
    ax.set_yticks(list(labels), list(labels.values()))
    ax.set_ylim(y - 0.5, -0.8)
    charts.bare(ax)
    ax.set_xlabel("The record, as a multiple of what is printed")
    said = set()
    for y, row in zip(labels, table.itertuples(), strict=True):  # the first of each colour has its word
        if row.grade not in said:
            said.add(row.grade)
            far = row.lo > 1.4 and row.held != "at_most"
            ends = row.readings if row.readings and row.held not in ("at_most", "at_least") else (row.hi,)
            away = (-8, 0) if far else (8, 0)
            paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
            charts.note(ax, row.grade, (row.lo if far else max(*ends, 1.0), y), away, bbox=paper)
    return fig


def _row(ax: Axes, y: float, row: tuple) -> None:
    """Draw one check."""
    ink = charts.GRADE_COLOURS[row.grade]
    if row.held in ("at_most", "at_least"):  # an open end: it goes on beyond the picture
        ends = (_LEAST * 1.06, row.hi) if row.held == "at_most" else (row.lo, _MOST / 1.06)
        ax.plot(ends, [y, y], color=ink, linewidth=6, solid_capstyle="butt")
        arrow, at = ("<", ends[0]) if row.held == "at_most" else (">", ends[1])
        ax.plot(at, y, arrow, color=ink, markersize=10, markeredgewidth=0)
    elif row.readings:
        ax.plot(
            row.readings, np.full(len(row.readings), y), "|", color=ink, markersize=9, markeredgewidth=1.6
        )
    elif row.hi < row.lo * _THINNEST:
        ax.plot(row.lo, y, "|", color=ink, markersize=9, markeredgewidth=2.6)
    else:
        ax.plot([row.lo, row.hi], [y, y], color=ink, linewidth=6, solid_capstyle="butt")


def scopes(table: pd.DataFrame, printed: float) -> Figure:
    """Draw the possible scopes of a value added beside the printed one.

    Parameters
    ----------
    table : DataFrame
        As `official_figures.scopes` gives it: index scope, `lo` and `hi` in 100 million yuan.
    printed : float
        The printed value added, same unit.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.5)
    for y, (lo, hi) in enumerate(zip(table.lo, table.hi, strict=True)):
        ax.plot([lo, hi], [y, y], color=charts.COLOURS["members"], linewidth=7, solid_capstyle="butt")
    ax.axvline(printed, color=charts.ACCENT, linewidth=1.4)
    ax.annotate(
        f"printed: {prose.billion(printed)}", (printed, 1), (0, 2), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="center", va="bottom", color=charts.ACCENT,
        size=charts.SMALLEST,
    )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(15, 1000)
    ax.set_xticks([20, 50, 100, 200, 500, 1000])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, lambda x: prose.number(x / 10))
    ax.set_yticks(range(len(table)), table.index)
    ax.set_ylim(len(table) - 0.5, -0.5)
    charts.bare(ax)
    ax.set_xlabel("Value added of a year, billion yuan")
    return fig


def candidates(table: pd.DataFrame, threshold: float) -> Figure:
    """Draw the members' secondary sectors against the threshold that some above-scale industries passed.

    Parameters
    ----------
    table : DataFrame
        As `official_figures.candidates` gives it.
    threshold : float
        In 100 million yuan.

    Returns
    -------
    Figure
        A hollow ring is the sector of 2023, the ceiling; a dot all industry of 2024; a cross the printed
        above-scale value added of 2023.
    """
    fig, ax = charts.canvas(1.2 + 0.24 * len(table))
    rows = np.arange(len(table))
    inks = table.can.map(
        {
            "could": charts.INK,
            "not yet": charts.COLOURS["others"],
            "could not": charts.COLOURS["others"],
        }
    ).fillna(table.name.map(charts.colour))
    looks = {
        "secondary": ("secondary sector 2023", {"marker": "o", "markersize": 6, "markerfacecolor": "none"}),
        "industry": ("all industry 2024", {"marker": "o", "markersize": 4}),
        "printed": ("printed: above-scale 2023", {"marker": "x", "markersize": 6}),
    }
    for name, (_, look) in looks.items():
        for value, row, ink in zip(table[name], rows, inks, strict=True):
            ax.plot(value, row, linestyle="", color=ink, **look)
    ax.axvline(threshold, color=charts.INK, linewidth=0.8, linestyle="--", zorder=0)
    ax.set_yticks(rows, table.name)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, None)
    charts.ticks(ax.xaxis, lambda x: prose.number(x / 10))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("Billion yuan; dashed: the threshold")
    whole = table[list(looks)].notna().all(axis=1).to_numpy().argmax()
    charts.call_out(ax, {words: (table[name].iloc[whole], whole) for name, (words, _) in looks.items()})
    return fig
