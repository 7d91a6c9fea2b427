"""Pictures of what moving the line does to figures of the group."""

import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.book import charts, prose
from mountain_counties.line import composition

DRAWN = (
    "gdp", "gdp_mean", "gdp_median", "gdp_per_head", "industry", "income_urban", "income_rural", "growth",
    "spread",
)  # fmt: skip
"""The figures that are drawn."""

_LOOKS = {
    "23": (charts.ROUNDS[2024], "o"),
    "25": (charts.COLOURS["members"], "s"),
    "22": (charts.ROUNDS[2025], "^"),
}


def steps() -> dict[str, str]:
    """Say what to call the groups, in their order: what changed, and how many they are then."""
    sizes = {name: len(codes) for name, codes in composition.groups().items()}
    gone, new, more = sizes["26"] - sizes["23"], sizes["25"] - sizes["23"], sizes["25"] - sizes["22"]
    return {
        "26": f"all {sizes['26']}",
        "23": f"{prose.words(gone)} left, {sizes['23']}",
        "25": f"{prose.words(new)} joined, {sizes['25']}",
        "22": f"{prose.words(more)} more left, {sizes['22']}",
    }


def moved(table: pd.DataFrame) -> Figure:
    """Draw each figure of the changed groups as a ratio to the full group's.

    Parameters
    ----------
    table : DataFrame
        Index figure, one column per group, as `composition.figures` gives them.

    Returns
    -------
    Figure
    """
    called, ratio = steps(), table.loc[list(DRAWN)].div(table.loc[list(DRAWN), "26"], axis=0)
    fig, ax = charts.canvas(3.9)
    for row, name in enumerate(DRAWN):
        values = ratio.loc[name, list(_LOOKS)]
        ax.plot([values.min(), values.max()], [row, row], color="#D0D0D0", linewidth=1.2, zorder=1)
    for group, (ink, mark) in _LOOKS.items():
        ax.plot(ratio[group], range(len(DRAWN)), mark, color=ink, markersize=6, zorder=2)
    ax.axvline(1, color=charts.INK, linewidth=0.8, zorder=0)
    ax.set_yticks(range(len(DRAWN)), [composition.LABELS[name][0] for name in DRAWN])
    ax.invert_yaxis()
    charts.bare(ax)
    charts.ticks(ax.xaxis, lambda x: prose.percent(x, 0))
    ax.set_xlabel("Of the figure of all 26; no county changed")
    ax.set_ylim(len(DRAWN) - 0.5, -0.5)
    charts.call_out(ax, {called[group]: (ratio.loc[DRAWN[0], group], 0) for group in _LOOKS})
    return fig


def shares(table: pd.DataFrame, band: tuple[float, float]) -> Figure:
    """Draw the share of a year that a published figure would be, for each group, beside what is plausible.

    Parameters
    ----------
    table : DataFrame
        As `composition.year_shares` gives it.
    band : tuple of float
        The plausible shares.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.4)
    called = steps()
    ax.axvspan(*band, color="#E6E6E6", zorder=0)
    for row, (name, share) in enumerate(table["share"].items()):
        ink = charts.GRADE_COLOURS["pinned" if table["fits"][name] else "contradicted"]
        ax.plot(share, row, "o" if table["fits"][name] else "X", color=ink, markersize=8)
        ax.annotate(
            prose.percent(share, 0),
            (share, row),
            (9, 0),
            textcoords="offset points",
            va="center",
            size=charts.SMALLEST,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    ax.axvline(1, color=charts.INK, linewidth=0.8, zorder=0)
    ax.set_yticks(range(len(table)), [called[name] for name in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(0.6, 1.25)
    charts.bare(ax)
    charts.ticks(ax.xaxis, lambda x: prose.percent(x, 0))
    ax.set_xlabel("Of the GDP of the whole year")
    charts.note(ax, "plausible up to\nSeptember", (sum(band) / 2, len(table) - 0.6), (0, 1))
    return fig


def growths(growth: pd.Series, chosen: dict[str, str], threshold: float) -> Figure:
    """Draw the growth of every county of the group, the named ones apart, with what a test could find.

    Parameters
    ----------
    growth : Series
        Indexed by code.
    chosen : dict of str to str
        Code to name of the counties to mark.
    threshold : float
        The smallest difference from the mean of the others that a test of the marked would find.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.3)
    rest = growth.drop(index=list(chosen))
    mean = rest.mean()
    ax.axvspan(mean - threshold, mean + threshold, color="#EFEFEF", zorder=0)
    ax.plot(rest, [0] * len(rest), "o", color=charts.COLOURS["members"], markersize=4.5, alpha=0.7, mew=0)
    for code, name in chosen.items():
        ax.plot(growth[code], 0, charts.marker(name), color=charts.colour(name), markersize=8, mec="white")
        ax.annotate(name, (growth[code], 0), (0, 10), textcoords="offset points", ha="center",
                    size=charts.SMALLEST)  # fmt: skip
    ax.plot([mean, mean], [-0.25, 0.08], color=charts.INK, linewidth=1.4)
    ax.text(mean, -0.3, "mean of the others", ha="center", va="top", size=charts.SMALLEST)
    ax.set_ylim(-0.6, 0.9)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    charts.ticks(ax.xaxis, lambda x: prose.percent(x, 0))
    charts.note(ax, "differences too small to be found", (mean, 0.9), (0, -4))
    return fig
