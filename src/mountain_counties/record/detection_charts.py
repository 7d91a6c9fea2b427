"""Picture of the slips that would be noticed."""

import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.book import charts
from mountain_counties.record import detection

_LOOKS = {"inside": ("#8C8C8C", "o", -0.16), "both": (charts.ACCENT, "D", 0.16)}


def noticed(table: pd.DataFrame) -> Figure:
    """Draw the share of slips noticed by kind, with its interval, by the article alone and by either side.

    Parameters
    ----------
    table : DataFrame
        As `detection.rates` gives it, by kind of slip.

    Returns
    -------
    Figure
    """
    kinds = list(table.index.get_level_values(0).unique())
    fig, ax = charts.canvas(0.9 + 0.42 * len(kinds))
    spots = {}
    for side, (ink, marker, shift) in _LOOKS.items():
        mine = table.xs(side, level="side").loc[kinds]
        places = [row + shift for row in range(len(kinds))]
        ax.hlines(places, 100 * mine.lo, 100 * mine.hi, color=ink, linewidth=1.6)
        ax.plot(100 * mine.share, places, linestyle="", marker=marker, color=ink, markersize=5)
        spots[detection.SIDES[side]] = (100 * mine.share.iloc[0], shift)
    ax.set_yticks(range(len(kinds)), kinds)
    ax.set_ylim(len(kinds) - 0.5, -0.5)
    ax.set_xlim(0, 100)
    charts.bare(ax)
    ax.set_xlabel("Slips noticed, %; line: 95% interval")
    charts.call_out(ax, spots)
    return fig
