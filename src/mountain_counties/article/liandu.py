"""Liandu's figures as pictures: incomes, readings of the projects, sizes of the training classes."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.audit import solver
from mountain_counties.audit.verdicts import Audit
from mountain_counties.book import charts, prose


def incomes(found: Audit) -> pd.DataFrame:
    """Set Liandu's rural income beside the urban income that the ratio implies.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.

    Returns
    -------
    DataFrame
        Indexed by income (rural, urban, gap): lo, hi, in yuan a year.
    """
    parts = {"rural": {"ld-income-rural": 1.0}, "urban": {"ld-income-urban": 1.0}}
    parts["gap"] = parts["urban"] | {"ld-income-rural": -1.0}
    ranges = [solver.ratio_range(found.settled, part) for part in parts.values()]
    return pd.DataFrame(ranges, columns=["lo", "hi"], index=pd.Index(parts, name="income"))


def income_chart(table: pd.DataFrame) -> Figure:
    """Draw the two incomes with the gap between them.

    Parameters
    ----------
    table : DataFrame
        As `incomes` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.0)
    ink, middle = charts.colour("Liandu"), table.mean(axis=1)
    texts = {name: prose.interval(row.lo, row.hi, digits=0, outward=True) for name, row in table.iterrows()}
    charts.piece(ax, 0, 0, middle["rural"], ink, prose.number(middle["rural"]), height=0.62)
    charts.piece(ax, 1, 0, middle["urban"], "white", texts["urban"], height=0.62, edgecolor=ink, hatch="///")
    ax.axvspan(*table.loc["urban"], color=ink, linewidth=0, alpha=0.5, ymax=0.9)
    arrow = {"arrowstyle": "<->", "color": charts.INK, "shrinkA": 1, "shrinkB": 1}
    ax.annotate("", (middle["urban"], 0), (middle["rural"], 0), arrowprops=arrow)
    gap = (middle["rural"] + middle["urban"]) / 2
    ax.text(gap, -0.1, "gap", ha="center", va="bottom")
    ax.text(gap, 0.1, texts["gap"], ha="center", va="top", size=charts.SMALLEST)
    ax.set_yticks([0, 1], ["Rural,\nprinted", "Urban,\nimplied"])
    ax.set_ylim(1.45, -0.55)
    ax.set_xlim(0, table.hi["urban"] * 1.04)
    charts.ticks(ax.xaxis, prose.number)
    ax.set_xlabel("Disposable income per head, yuan a year")
    charts.bare(ax)
    return fig


def project_readings(claims: pd.DataFrame) -> pd.DataFrame:
    """Fill Liandu's investment with the least that its size classes imply, in both readings.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        Indexed by reading (nested, disjoint) and part (each class, largest first, then the room left):
        projects (missing for the room) and amount.
    """
    names = ["ld-projects-20", "ld-projects-10", "ld-projects"]
    counts = claims.value[names].to_numpy()
    floors = claims.value[[f"{name}-threshold" for name in names]].to_numpy()
    tables = {}
    for reading, large in (("nested", counts[1]), ("disjoint", counts[0] + counts[1])):
        own = np.diff([0.0, counts[0], large, counts[2]])
        room = claims.value["ld-investment"] - (own * floors).sum()
        rows = {"projects": [*own, math.nan], "amount": [*(own * floors), room]}
        parts = ["2 billion or more", "1 billion or more", "the others", "room left"]
        tables[reading] = pd.DataFrame(rows, index=pd.Index(parts, name="part"))
    return pd.concat(tables, names=["reading"])


def project_chart(table: pd.DataFrame) -> Figure:
    """Draw the investment of Liandu's projects in both readings.

    Parameters
    ----------
    table : DataFrame
        As `project_readings` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.6)
    inks = dict(zip(table.index.unique("part"), ["#2F7D1F", "#7DB070", "#CBE3C5", "white"], strict=True))
    room = {"edgecolor": "#7DB070", "hatch": "///"}
    for y, reading in enumerate(table.index.unique("reading")):
        parts = table.amount[reading]
        for part, start in (parts.cumsum() - parts)[parts > 0].items():
            look = room if part == "room left" else {}
            text = prose.number(parts[part], 1, shift=-1)
            charts.piece(ax, y, start, start + parts[part], inks[part], text, height=0.6, **look)
    ax.set_yticks([0, 1], ["If the classes\noverlap", "If they are\nseparate"])
    ax.set_ylim(1.45, -0.45)
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("Investment in billion yuan: the least of each class")
    charts.bare(ax)
    readings = table.index.unique("reading")
    upper, lower = (table.amount[reading] for reading in readings)
    upper_middles, lower_middles = upper.cumsum() - upper / 2, lower.cumsum() - lower / 2
    charts.call_out(ax, {part: (upper_middles[part], -0.3) for part in upper[upper > 0].index})
    for part in lower.index[(lower > 0) & ~(upper > 0)]:  # what only the second reading has
        charts.note(ax, part, (lower_middles[part], 0.7), (0, 2))
    return fig
