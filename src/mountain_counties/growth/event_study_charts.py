"""Pictures of before and after: gaps around the turns, turns of pace, synthetic comparisons, bounds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mountain_counties.book import charts, prose
from mountain_counties.growth import event_study

GROUP, REST = charts.COLOURS["members"], charts.COLOURS["others"]
WITHIN = charts.ACCENT


def turns(tables: Mapping[int, pd.DataFrame], within: Mapping[int, pd.DataFrame]) -> Figure:
    """Draw the gap between the groups around every turn, one panel each.

    Parameters
    ----------
    tables, within : mapping of int to DataFrame
        Turn to what `event_study.effects` gives, for all territories and inside prefectures.

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(6.6, rows=len(tables))
    for ax, (turn, table) in zip(axes, tables.items(), strict=True):
        ax.axhline(0, color=charts.INK, linewidth=0.8, zorder=0)
        ax.axvline(turn - 0.5, color=GROUP, linewidth=0.8, linestyle="--", zorder=0)
        ax.vlines(table.index, table["lo"], table["hi"], color=charts.INK, linewidth=1.4)
        ax.plot(table.index, table["estimate"], "o", color=charts.INK, markersize=5)
        inside = within[turn]
        ax.plot(inside.index, inside["estimate"], "^", color=WITHIN, markersize=5)
        ax.set_title(f"{turn}: {event_study.TURNS[turn]}")
        ax.set_xlim(table.index[0] - 0.6, table.index[-1] + 0.6)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        charts.ticks(ax.yaxis, charts.whole_points)
    axes[1].set_ylabel("Gap against the year before the turn, log points")
    first = min(tables)
    last = tables[first].index[-1]
    spots = {
        "against\nall others": (last, tables[first]["estimate"].iloc[-1]),
        "in the same\nprefecture": (last, within[first]["estimate"].loc[last]),
    }
    charts.label_ends(axes[0], spots)
    return fig


def possible(table: pd.DataFrame, turn: int) -> Figure:
    """Draw the turn of pace at every possible year, the one of policy in colour.

    Parameters
    ----------
    table : DataFrame
        As `event_study.possible_turns` gives it.
    turn : int
        The year of policy.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.2)
    ax.axhline(0, color=charts.INK, linewidth=0.8, zorder=0)
    for year, row in table.iterrows():
        ink = WITHIN if year == turn else GROUP
        ax.plot([year, year], [row["lo"], row["hi"]], color=ink)
        ax.plot(year, row["estimate"], "s" if year == turn else "o", color=ink, markersize=6)
    ax.set_ylabel("Change of the gap, points a year")
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    charts.ticks(ax.yaxis, charts.whole_points)
    return fig


def synthetic(table: pd.DataFrame, donors: pd.Index, base: int) -> Figure:
    """Draw the gap of the group to its synthetic comparison over those of the donors.

    Parameters
    ----------
    table : DataFrame
        As `synthetic.gaps` gives it.
    donors : Index
        Rows that are placebos.
    base : int
        Last year that the weights are fitted to.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.6)
    ax.axhline(0, color=charts.INK, linewidth=0.8, zorder=0)
    ax.axvline(base + 0.5, color=GROUP, linewidth=0.8, linestyle="--", zorder=0)
    for code in donors:
        ax.plot(table.columns, table.loc[code], color=REST, linewidth=0.9)
    ax.plot(table.columns, table.loc["group"], color=charts.INK, linewidth=2.4, marker="o", markersize=4)
    ax.set_ylim(-0.15, 0.15)
    ax.set_ylabel("Gap, log points")
    ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    charts.ticks(ax.yaxis, charts.whole_points)
    return fig


def each(tables: Mapping[int, pd.DataFrame], names: pd.Series) -> Figure:
    """Draw the gap of every territory with what the donors' gaps allow, one panel a year.

    Parameters
    ----------
    tables : mapping of int to DataFrame
        Year to what `synthetic.placed` gives.
    names : Series
        Name of each territory (code).

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(6.8, columns=len(tables), sharey=True, sharex=True)
    last = list(tables.values())[-1].drop(index="group")
    order = last["gap"].sort_values(ascending=False).index
    for ax, (year, table) in zip(axes, tables.items(), strict=True):
        ax.axvline(0, color=charts.INK, linewidth=0.8, zorder=0)
        for y, code in enumerate(order):
            row, first = table.loc[code], names[code].split(" and ")[0]
            ink = charts.colour(first)
            ax.plot([row["lo"], row["hi"]], [y, y], color=ink, linewidth=1.4)
            ax.plot(row["gap"], y, charts.marker(first), color=ink, markersize=6)
        ax.set_title(str(year))
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        charts.ticks(ax.xaxis, charts.whole_points)
        charts.bare(ax)
    axes[0].set_yticks(np.arange(len(order)), [names[code].replace(" and ", ", ") for code in order])
    axes[0].set_ylim(len(order) - 0.4, -0.6)
    fig.supxlabel("Gap to the synthetic comparison, log points", size=charts.SIZE)
    return fig


def bounds(tables: Mapping[int, pd.DataFrame]) -> Figure:
    """Draw what is left of the gap the more the trends may have parted, one panel a year.

    Parameters
    ----------
    tables : mapping of int to DataFrame
        Year to what `event_study.bounds` gives.

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(3.2, columns=len(tables), sharey=True)
    for ax, (year, table) in zip(axes, tables.items(), strict=True):
        ax.axhline(0, color=charts.INK, linewidth=0.8, zorder=0)
        ax.vlines(table.index, table["lo"], table["hi"], color=GROUP, linewidth=1.4)
        ax.vlines(table.index, table["low"], table["high"], color=charts.INK, linewidth=4)
        ax.plot(table.index[:1], table["low"].iloc[:1], "o", color=charts.INK, markersize=6)
        ax.set_title(str(year))
        ax.set_xticks(table.index)
        charts.ticks(ax.xaxis, lambda value: prose.number(value, 1))
        ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        charts.ticks(ax.yaxis, charts.whole_points)
    axes[0].set_ylabel("Gap, log points")
    fig.supxlabel("Violation after the plan over the largest before", size=charts.SIZE)
    return fig
