"""Pictures of the counties side by side: the group beside the rest, measure by measure."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from mountain_counties.book import charts
from mountain_counties.record import counties, county_profile

NAMED = ("Pingyang", "Kecheng", "Liandu")
"""The counties that are marked by name."""


def side_by_side(table: pd.DataFrame, group: pd.Index) -> Figure:
    """Draw every measure as two strips of dots: the group's counties above, the other units below.

    Parameters
    ----------
    table : DataFrame
        As `county_profile.panel` gives it.
    group : Index
        Codes of the group.

    Returns
    -------
    Figure
    """
    columns = 2
    rows = -(-len(table.columns) // columns)
    fig, axes = charts.canvas(1.15 * rows + 0.5, rows, columns)
    names = counties.units().name_en
    jitter = np.random.default_rng(1)
    for ax, name in zip(axes.flat, table, strict=False):
        measure = county_profile.MEASURES[name]
        for y, codes, ink in ((1, group, "members"), (0, table.index.difference(group), "others")):
            values = table.loc[codes, name].dropna()
            heights = y + jitter.uniform(-0.16, 0.16, len(values))
            ax.plot(values, heights, "o", color=charts.COLOURS[ink], markersize=3, alpha=0.75, mew=0)
            ax.plot([values.median()] * 2, [y - 0.34, y + 0.34], color=charts.INK, linewidth=1.4)
        for code in group[names[group].isin(NAMED)]:
            mark = names[code]
            ax.plot(table.loc[code, name], 1, charts.marker(mark), color=charts.colour(mark), markersize=5.5,
                    label=mark, mec="white", mew=0.5)  # fmt: skip
        ax.set_title(measure.label, pad=3)
        if measure.log:
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=4))
            ax.xaxis.set_minor_locator(NullLocator())
        else:
            ax.xaxis.set_major_locator(MaxNLocator(3))
        charts.ticks(ax.xaxis, measure.tick)
        ax.set_yticks([1, 0], [f"the {len(group)}", "others"] if ax in axes[:, 0] else ["", ""])
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(-0.5, 1.5)
        ax.spines["left"].set_visible(False)
    for ax in axes.flat[len(table.columns) :]:
        ax.set_axis_off()
    handles, labels = axes.flat[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper left", ncols=3, handletextpad=0.2, columnspacing=1.0)
    return fig


def chances(table: pd.DataFrame) -> Figure:
    """Draw the chance that a mountain county has the lower value of a random pair, measure by measure.

    Parameters
    ----------
    table : DataFrame
        As `county_profile.contrast` gives it.

    Returns
    -------
    Figure
    """
    shown = table.rename(columns={"lower": "value"}).sort_values("value", ascending=False)
    shown.index = [county_profile.MEASURES[name].label for name in shown.index]
    fig, ax = charts.canvas(0.9 + 0.27 * len(shown))
    charts.intervals(ax, shown)
    ax.axvline(0.5, color="#BDBDBD", linewidth=0.8, zorder=0)
    ax.set_xlim(0, 1.02)
    charts.ticks(ax.xaxis, lambda x: f"{x:.0%}")
    ax.set_xlabel("Pairs in which the mountain county is lower")
    return fig
