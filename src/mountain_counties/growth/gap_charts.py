"""Pictures of gaps: where they come from, and real growth beside nominal."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mountain_counties.book import charts, prose
from mountain_counties.growth import gap_sources


def forest(table: pd.DataFrame, edge: float = 0.4) -> Figure:
    """Draw the gap of every indicator under every specification, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `gap_sources.table` gives it.
    edge : float
        Where the axis ends on either side; an interval that goes on has an arrow.

    Returns
    -------
    Figure
        Dark: the interval keeps clear of zero.
    """
    labels = table.index.unique("indicator")
    names = list(gap_sources.SPECIFICATIONS)
    fig, ax = charts.canvas(7.6)
    y, places, ticks = 0.0, [], []
    for label in labels:
        ax.text(-edge, y, label, size=charts.SIZE, weight="bold", va="center")
        for name in names:
            y += 1
            row = table.loc[(label, name)]
            clear = row["lo"] > 0 or row["hi"] < 0
            ink = charts.COLOURS["Kecheng"] if clear else charts.COLOURS["members"]
            ends = np.clip([row["lo"], row["hi"]], -edge, edge)
            ax.plot(ends, [y, y], color=ink, solid_capstyle="butt")
            for end, bound, mark in ((row["lo"], -edge, "<"), (row["hi"], edge, ">")):
                if abs(end) > edge:
                    ax.plot(bound, y, mark, color=ink, markersize=5, clip_on=False)
            ax.plot(row["estimate"], y, "o", color=ink, markersize=5.5)
            places.append(y)
            ticks.append(name)
        y += 1.35
    ax.axvline(0, color=charts.INK, linewidth=0.8, zorder=0)
    ax.set_yticks(places, ticks)
    ax.set_ylim(y - 0.7, -0.8)
    ax.set_xlim(-edge, edge)
    charts.bare(ax)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    charts.ticks(ax.xaxis, lambda value: prose.signed(value, 0, shift=2))
    ax.set_xlabel("Mountain counties less others, growth 2020–2023, points")
    return fig
