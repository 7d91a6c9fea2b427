"""Pictures of the long record: the share of the group, its pace by plan period, ranks, catching up."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mountain_counties.book import charts, prose
from mountain_counties.growth import long_record

GROUP, REST = charts.COLOURS["members"], charts.COLOURS["others"]

TURNS = {2003: "Programme", 2015: "GDP no longer\njudged", 2021: "Plan for\nthe group"}
"""Years from which a turn of policy can show, and what it is called on a chart."""

SHORT = {
    "all": "All",
    "counties only": "Counties",
    "within prefectures": "Within prefecture",
    "without census years": "No census years",
    "clustered": "Clustered",
}
SHADES = {
    "all": charts.INK,
    "counties only": "#6B6B6B",
    "within prefectures": "#8C8C8C",
    "without census years": "#A6A6A6",
    "clustered": GROUP,
}
SHAPES = {
    "all": "o",
    "counties only": "s",
    "within prefectures": "^",
    "without census years": "D",
    "clustered": "v",
}


def share(table: pd.DataFrame, breaks: pd.DataFrame) -> Figure:
    """Draw the group's share of GDP by year.

    Parameters
    ----------
    table : DataFrame
        As `long_record.shares` gives it.
    breaks : DataFrame
        As `long_record.broken_years` gives it: the line is broken before each.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.6)
    edges = [table.index[0], *breaks.index, table.index[-1] + 1]
    for start, end in pairwise(edges):
        ax.plot(table["share"].loc[start : end - 1], color=charts.INK, marker="o", markersize=4)
    for start in edges[1:-1]:
        ax.plot(table["share"].loc[start - 1 : start], color=charts.INK, linestyle=":", linewidth=1.2)
    low, high = table["share"].min(), table["share"].max()
    ax.set_ylim(low - 0.0015, high + 0.0035)
    for year, name in TURNS.items():
        ax.axvline(year - 0.5, color=GROUP, linewidth=0.8, zorder=0)
        first = year == min(TURNS)
        at, side = year - 0.5 + (0.2 if first else -0.2), "left" if first else "right"
        ax.text(at, high + 0.0033, name, va="top", ha=side, size=charts.SMALLEST)
    charts.ticks(ax.yaxis, lambda value: prose.percent(value, 1))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return fig


def plans(table: pd.DataFrame) -> Figure:
    """Draw the gap in yearly growth by plan period under every specification.

    Parameters
    ----------
    table : DataFrame
        As `long_record.by_plan` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(5.6)
    names = list(table.index.unique("plan"))
    offsets = np.linspace(-0.3, 0.3, len(long_record.SPECIFICATIONS))
    for row, plan in enumerate(names):
        for offset, how in zip(offsets, long_record.SPECIFICATIONS, strict=True):
            found = table.loc[(plan, how)]
            y = row + offset
            ax.plot([found["lo"], found["hi"]], [y, y], color=SHADES[how], linewidth=1.4)
            ax.plot(found["difference"], y, SHAPES[how], color=SHADES[how], markersize=5)
    ax.axvline(0, color=charts.INK, linewidth=0.8, zorder=0)
    years = {plan: prose.years(*long_record.PLANS[plan]) for plan in names}
    ax.set_yticks(range(len(names)), [f"{plan}\n{years[plan]}" for plan in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlabel("Gap in growth a year, percentage points")
    charts.ticks(ax.xaxis, charts.whole_points)
    charts.bare(ax)
    last = table.loc[names[-1]]
    charts.label_ends(
        ax,
        {
            SHORT[how]: (last["hi"].max(), len(names) - 1 + offset)
            for offset, how in zip(offsets, long_record.SPECIFICATIONS, strict=True)
        },
    )
    return fig


def real(table: pd.DataFrame) -> Figure:
    """Draw the gap between Quzhou with Lishui and the other prefectures, real and at current prices.

    Parameters
    ----------
    table : DataFrame
        As `long_record.real` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.4)
    ax.axhline(0, color=charts.INK, linewidth=0.8)
    ax.bar(
        table.index,
        table["gap"],
        width=0.7,
        color=[charts.COLOURS["others"] if gap > 0 else charts.ACCENT for gap in table["gap"]],
    )
    ax.plot(table.index, table["nominal_gap"], "x", color=charts.INK, markersize=5)
    ax.set_ylim(top=table["nominal_gap"].max() + 1.6)
    ax.axvline(2014.5, color=GROUP, linewidth=0.8, zorder=0)
    ax.text(2014.7, ax.get_ylim()[1], "GDP no\nlonger judged", va="top", size=charts.SMALLEST)
    ax.set_ylabel("Percentage points")
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    charts.ticks(ax.yaxis, lambda value: prose.signed(value))
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ahead, most = table.index[table["gap"] > 0][0], table["nominal_gap"].idxmax()
    spots = {"real": (ahead, table["gap"][ahead]), "at current prices": (most, table["nominal_gap"][most])}
    charts.call_out(ax, spots)
    return fig


def ranks(table: pd.DataFrame, names: pd.Series, gone: list[str]) -> Figure:
    """Draw the rank of every mountain county by GDP, those that have left in their colours.

    Parameters
    ----------
    table : DataFrame
        As `long_record.ranks` gives it.
    names : Series
        Name of each row.
    gone : list of str
        Rows that hold a county that has left, in any order.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(5.4)
    ax.set_ylim(len(table) + 0.7, 0.3)
    ax.set_xlim(table.columns[0] - 0.4, table.columns[-1] + 7.5)
    for code in [*table.index.difference(gone), *gone]:
        first = names[code].split(" and ")[0]
        ink = charts.COLOURS[first] if code in gone else REST
        ax.plot(table.columns, table.loc[code], color=ink, linewidth=2.2 if code in gone else 1.1)
    ax.axhline(len(gone) + 0.5, color=charts.INK, linewidth=0.8, linestyle="--")
    for code, rank in table.iloc[:, -1].items():
        ink = charts.INK
        ax.text(
            table.columns[-1] + 0.3,
            rank,
            names[code].replace(" and ", ", "),
            va="center",
            color=ink,
            size=charts.SMALLEST,
        )
    ax.set_yticks([1, 6, 10, 15, 20, 25])
    ax.set_xticks([2000, 2005, 2010, 2015, 2021])
    return fig


def spread(table: pd.DataFrame) -> Figure:
    """Draw how far apart the counties are per head, and the mountain counties' level against the others'.

    Parameters
    ----------
    table : DataFrame
        As `long_record.spread` gives it.

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(4.4, rows=2, sharex=True)
    for ax, column, label in zip(
        axes,
        ("sigma", "ratio"),
        ("Spread of log GDP per registered person", "Mountain counties' level over the others'"),
        strict=True,
    ):
        ax.plot(table[column], color=charts.INK, marker="o", markersize=4)
        ax.annotate(label, (0.01, 0.98), xycoords="axes fraction", va="top", size=charts.SMALLEST)
        low, high = table[column].min(), table[column].max()
        ax.set_ylim(low - 0.1 * (high - low), high + 0.35 * (high - low))
        ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    charts.ticks(axes[0].yaxis, lambda value: prose.number(value, 2))
    charts.ticks(axes[1].yaxis, lambda value: prose.percent(value, 0))
    axes[1].xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return fig


def self_sufficiency(shares: pd.DataFrame, means: pd.DataFrame, members: pd.Index) -> Figure:
    """Draw what part of its expenditure each county raises itself, and the mean of either group.

    Parameters
    ----------
    shares : DataFrame
        As `budgets.self_sufficiency` gives it.
    means : DataFrame
        As `budgets.by_group` gives it.
    members : Index
        Codes of the mountain counties.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(4.4)
    ends = {}
    for side, ink, column, label in (
        (~shares.index.isin(members), charts.COLOURS["others"], "others", "mean of\nthe others"),
        (shares.index.isin(members), charts.ACCENT, "members", "mean of the\nmountain\ncounties"),
    ):
        ax.plot(shares.columns, shares[side].T, color=ink, linewidth=0.7, alpha=0.35)
        ax.plot(means[column], color=ink, linewidth=2.6, marker="o", markersize=7)
        ends[label] = (means.index[-1], means[column].iloc[-1])
    ax.set_ylim(0, shares.max(axis=None) * 1.02)
    ax.set_xticks([year for year in shares.columns if year != 2023])
    charts.ticks(ax.yaxis, lambda value: prose.percent(value, 0))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.set_ylabel("Revenue over expenditure")
    charts.label_ends(ax, ends)
    return fig
