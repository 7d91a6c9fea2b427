"""Pictures of the open evaluation: who would have a place, and what that hangs on."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from mountain_counties.book import charts, prose
from mountain_counties.record import counties

WINNER = charts.ACCENT
OTHER = "#8A8A8A"


def _names(codes: pd.Index) -> pd.Series:
    return counties.units()["name_en"][codes]


def _label_rows(ax: object, codes: pd.Index, known: pd.Index, middle: float = 0.0) -> None:
    """Name the rows, a dot before the known winners; `middle` is the first row's."""
    names = [f"• {name}" if code in known else name for code, name in _names(codes).items()]
    ax.set_yticks(np.arange(len(codes)) + middle, names)
    ax.set_ylim(len(codes) - 0.4 + middle, -0.6 + middle)
    ax.tick_params(axis="y", length=0)


def probabilities(probability: pd.Series, years: pd.Series, chance: float) -> Figure:
    """Draw each county's probability of a place, and the years in which it is known to have won.

    Parameters
    ----------
    probability : Series
        As `evaluation.acceptability` gives it.
    years : Series
        By code of the known winners: the years, as text.
    chance : float
        Probability if places went by lot.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(0.7 + 0.2 * len(probability))
    inks = [WINNER if code in years.index else OTHER for code in probability.index]
    ax.barh(range(len(probability)), probability, height=0.72, color=inks, linewidth=0)
    ax.axvline(chance, color=charts.INK, linewidth=0.9, linestyle=(0, (3, 2)))
    for y, (code, value) in enumerate(probability.items()):
        if code in years.index:
            text = f"won {years[code]}"
            ax.text(max(value, chance) + 0.02, y, text, va="center", color=WINNER, size=charts.SMALLEST)
    ax.text(chance + 0.02, len(probability) - 1, "if drawn at random", va="center", size=charts.SMALLEST)
    _label_rows(ax, probability.index, years.index)
    ax.set(xlim=(0, 1.12), xlabel="Share of rankings that give a place")
    ax.set_xticks(np.arange(0, 1.01, 0.25))
    charts.ticks(ax.xaxis, lambda share: prose.percent(share, 0))
    return fig


def shades(table: pd.DataFrame, columns: dict[str, str], known: pd.Index, digits: int, label: str) -> Figure:
    """Draw a table of numbers from 0 to 1 as shades, each number written in its cell.

    Parameters
    ----------
    table : DataFrame
        Units by columns, in the order of the rows.
    columns : dict of str to str
        Column to its heading.
    known : Index
        Codes of the known winners.
    digits : int
        Decimals; with none the numbers are in per cent.
    label : str
        What the numbers are.

    Returns
    -------
    Figure
    """
    shown = table[list(columns)]
    fig, ax = charts.canvas(1.0 + 0.21 * len(shown) + 0.062 * max(map(len, columns.values())))
    sns.heatmap(
        shown,
        annot=shown.map(lambda value: prose.number(value, digits, shift=0 if digits else 2)),
        annot_kws={"color": charts.INK, "size": charts.SMALLEST},
        fmt="",
        cmap=charts.HEAT,
        vmin=0,
        vmax=1,
        cbar=False,
        ax=ax,
        xticklabels=False,
        yticklabels=False,
    )
    _label_rows(ax, shown.index, known, middle=0.5)
    ax.xaxis.tick_top()
    turn = {"rotation": 90, "va": "bottom"} if shown.shape[1] > 5 else {}
    ax.set_xticks(np.arange(shown.shape[1]) + 0.5, columns.values(), **turn)
    ax.tick_params(axis="x", length=0)
    ax.set(xlabel=label, ylabel="")
    return fig


def spans(ranked: pd.DataFrame, known: pd.Index, n: int) -> Figure:
    """Draw the places that each county takes in each of a few rankings.

    Parameters
    ----------
    ranked : DataFrame
        As `evaluation.rankings` gives them, of the fixed weightings.
    known : Index
        Codes of the known winners.
    n : int
        Places with an award.

    Returns
    -------
    Figure
    """
    order = ranked.median().sort_values(kind="stable").index
    fig, ax = charts.canvas(0.7 + 0.2 * len(order))
    for y, code in enumerate(order):
        ink = WINNER if code in known else OTHER
        ax.plot([ranked[code].min(), ranked[code].max()], [y, y], color=ink, linewidth=1.0)
        ax.plot(ranked[code], [y] * len(ranked), "|", color=ink, markersize=7, markeredgewidth=1.2)
        ax.plot(ranked[code].median(), y, "o", color=ink, markersize=5)
    ax.axvline(n + 0.5, color=charts.INK, linewidth=0.9, linestyle=(0, (3, 2)))
    _label_rows(ax, order, known)
    ax.set(xlim=(0, ranked.shape[1] + 1), xlabel="Place: in each ranking (line), median (dot)")
    ax.set_xticks([1, n, 13, 20, ranked.shape[1]])
    return fig


def kept(table: pd.DataFrame, n: int) -> Figure:
    """Draw how many of the first n keep their place as the weight of the missing dimension grows.

    Parameters
    ----------
    table : DataFrame
        As `evaluation.places_kept` gives it.
    n : int
        Places.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.9)
    ax.fill_between(table.index, table["lo"], table["hi"], color="#E6E6E6", linewidth=0, step=None)
    ax.plot(table.index, table["mean"], color=charts.ACCENT)
    ax.set(xlim=(0, table.index.max()), ylim=(0, n + 0.2), ylabel="Counties that keep their place")
    ax.set_xlabel("Weight of the dimension that the record does not measure")
    charts.ticks(ax.xaxis, lambda share: prose.percent(share, 0))
    return fig
