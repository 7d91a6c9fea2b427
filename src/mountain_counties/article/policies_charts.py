"""The drawings of the chapter on the policies."""

from collections.abc import Mapping

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from mountain_counties.book import charts, prose

ROW = 0.235
"""Height of a row of the timeline, in inches."""


def timeline(panels: Mapping[str, pd.DataFrame], day: pd.Timestamp) -> Figure:
    """Draw dated things as bars on a calendar, one panel below the other.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Title of a panel -> table as `policies.timeline` gives it. A full bar is a day, month or year that the
        source names; a hollow one is a longer period in which the thing lies.
    day : Timestamp
        A day that a dotted line marks through all panels.

    Returns
    -------
    Figure
    """
    rows = [len(table) for table in panels.values()]
    fig, axes = charts.canvas(ROW * (sum(rows) + 2 * len(rows) + 1), len(rows), sharex=True, squeeze=False,
                              height_ratios=rows)  # fmt: skip
    first = min(table["start"].min() for table in panels.values()).to_period("Y").start_time
    last = max(table["end"].max() for table in panels.values()).to_period("Y").end_time
    for ax, (title, table) in zip(axes.flat, panels.items(), strict=True):
        ax.set_xlim(first, last)
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_title(title)
        ax.xaxis.set_major_locator(mdates.YearLocator())
        ax.xaxis.set_major_formatter(mdates.DateFormatter("     %Y"))
        ax.tick_params(axis="x", labelbottom=True, length=0)
        for label in ax.get_xticklabels():
            label.set_ha("left")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x")
        ax.axvline(day, color=charts.INK, linewidth=1, linestyle=":")
    bars = [
        (
            ax,
            row,
            item,
            ax.text(item.start, row, item.label, va="center", size=charts.SMALLEST, in_layout=False),
        )
        for ax, table in zip(axes.flat, panels.values(), strict=True)
        for row, item in enumerate(table.itertuples())
    ]

    def place() -> None:
        fig.get_layout_engine().execute(fig)  # settles the room beside each bar
        for ax in axes.flat:
            for old in list(ax.patches):
                old.remove()
        for bar in bars:
            _bar(*bar)

    charts.in_every_form(fig, place)
    return fig


def _bar(ax: Axes, row: int, item: tuple, text: Text) -> None:
    """Draw one bar, and its label inside it if it is hollow and wide enough, else on the roomier side."""
    left, right = mdates.date2num([item.start, item.end])
    lower, upper = ax.get_xlim()
    dots = ax.figure.dpi / 72
    point = (upper - lower) / ax.get_window_extent().width * dots
    width = max(right - left, 3 * point)  # a day is still seen
    hollow = item.known == "span"
    ax.barh(row, width, left=left, height=0.72, linewidth=1, edgecolor=charts.COLOURS["members"],
            color="white" if hollow else charts.COLOURS["members"])  # fmt: skip
    text.set(x=left, ha="left", bbox=None)
    room = charts.extent(text).width / dots * point + 9 * point
    if hollow and room < width:
        text.set_x(left + 4 * point)
        return
    if left - lower < upper - left - width:
        x, side = left + width + 3 * point, "left"
    else:
        x, side = left - 3 * point, "right"
    if max(left - lower, upper - left - width) < room - 9 * point:  # on a phone: over the bar's end
        x = upper if side == "left" else lower
        side = "right" if side == "left" else "left"
    text.set(x=x, ha=side, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})


def funnel(landed: int, leads: int, lo: float, hi: float) -> Figure:
    """Draw a count out of another as filled dots, and its share with an interval below.

    Parameters
    ----------
    landed, leads : int
        The part and the whole.
    lo, hi : float
        The interval of the share, fractions of one.

    Returns
    -------
    Figure
    """
    fig, (dots, share) = charts.canvas(1.9, 2, height_ratios=[2, 1.3])
    columns = int(np.ceil(leads / 2))
    across, down = np.arange(leads) % columns, np.arange(leads) // columns
    filled = np.arange(leads) < landed
    for part, face in ((filled, charts.COLOURS["province"]), (~filled, "white")):
        dots.scatter(across[part], down[part], s=55, facecolor=face, edgecolor=charts.COLOURS["members"])
    dots.set(ylim=(1.6, -0.6))
    dots.axis("off")
    share.errorbar(landed / leads, 0, xerr=[[landed / leads - lo], [hi - landed / leads]], fmt="o",
                   color=charts.COLOURS["province"], capsize=4)  # fmt: skip
    share.set(xlim=(0, max(0.25, hi * 1.1)), ylim=(-1, 1), yticks=[])
    share.set_xlabel("Share of leads that landed, with its exact interval")
    charts.ticks(share.xaxis, lambda x: prose.percent(x, 0))
    share.spines["left"].set_visible(False)
    return fig


def repeats(chances: pd.Series, known: int) -> Figure:
    """Draw the chances of each number of repeat winners, and mark the number that is known.

    Parameters
    ----------
    chances : Series
        As `policies.repeat_winners` gives it.
    known : int
        Counties known to have won twice: at least so many there were.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.2)
    at_least = chances.index >= known
    bars = ax.bar(chances.index, chances, width=0.7, edgecolor=charts.COLOURS["members"],
                  color=np.where(at_least, charts.COLOURS["members"], "white"))  # fmt: skip
    texts = [prose.percent(p, 0) if p >= 0.005 else f"<{prose.percent(0.01, 0)}" for p in chances]
    ax.bar_label(bars, texts, size=charts.SMALLEST, padding=2)
    ax.set(xlabel="Counties that win in both years", yticks=[], ylim=(0, chances.max() * 1.15))
    ax.spines["left"].set_visible(False)
    return fig


def programme(instruments: pd.DataFrame, until: pd.Timestamp) -> Figure:
    """Draw since when each thing that the province does has been in use, the oldest at the top.

    Parameters
    ----------
    instruments : DataFrame
        As `counties.instruments` gives them, undated ones left out; `since` dates each line.
    until : Timestamp
        Where the lines end.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(0.36 * len(instruments) + 0.5)
    starts = pd.to_datetime(instruments["since"], format="ISO8601")
    ink = charts.COLOURS["members"]
    for row, (start, name) in enumerate(zip(starts, instruments["name"], strict=True)):
        ax.plot([start, until], [row, row], color=ink, linewidth=3, solid_capstyle="butt")
        ax.plot([start], [row], "o", color=ink, markersize=6)
        left = start - starts.min() < until - start  # the roomier side
        ax.annotate(name, (start if left else until, row), (0, 5), textcoords="offset points",
                    ha="left" if left else "right", va="bottom", size=charts.SMALLEST)  # fmt: skip
    ax.set_ylim(len(instruments) - 0.5, -0.9)
    ax.set_xlim(starts.min() - pd.Timedelta(days=180), until + pd.Timedelta(days=60))
    ax.xaxis.set_major_locator(mdates.YearLocator(5))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    return fig
