"""Pingyang's figures as pictures: targets and pace, firms by size, the tail of the largest."""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.audit import solver
from mountain_counties.audit.solver import Statement, System
from mountain_counties.book import charts, prose

CLUSTERS = {"Smart fashion": "fashion", "New materials": "materials", "Smart equipment": "equipment"}
"""Pingyang's clusters, largest first, and how their claims are called."""

CLASSES = {
    "py-firms-10": "1 billion or more",
    "py-firms-5": "0.5–1 billion",
    "py-firms-1": "0.1–0.5 billion",
    "py-firms": "Below 0.1 billion",
}
"""The claims that count Pingyang's firms, largest first, and the yearly output of a firm in the class."""

_SHADES = ["#00767A", "#5FAFB1", "#B7DCDD"]
_GREY = "#D9D9D9"


def targets(claims: pd.DataFrame, graded: pd.DataFrame) -> pd.DataFrame:
    """Set the output of Pingyang and of its clusters beside their targets.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    graded : DataFrame
        As `verdicts.relations` gives them.

    Returns
    -------
    DataFrame
        Indexed by part (whole county, then the clusters of `CLUSTERS`): output, target (its lower end), pace
        (yearly growth that leads there by the end of the plan).
    """
    parts = {"Whole county": ("py-go-2023", "py-target-county", "py-pace-county")}
    parts |= {name: (f"py-go-{key}", "py-cluster-target", f"py-pace-{key}") for name, key in CLUSTERS.items()}
    rows = [
        (name, claims.value[level], claims.value[target], graded.value[pace])
        for name, (level, target, pace) in parts.items()
    ]
    return pd.DataFrame(rows, columns=["part", "output", "target", "pace"]).set_index("part")


def progress(table: pd.DataFrame) -> Figure:
    """Draw output against target, the county's split into its clusters and the rest.

    Parameters
    ----------
    table : DataFrame
        As `targets` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.7)
    county, clusters = table.iloc[0], table.iloc[1:]
    edges = np.concatenate([[0.0], clusters.output.cumsum()])
    for start, end, ink, output in zip(edges[:-1], edges[1:], _SHADES, clusters.output, strict=True):
        charts.piece(ax, 0, start, end, ink, prose.number(output, 1, shift=-1))
    left = county.output - edges[-1]
    charts.piece(ax, 0, edges[-1], county.output, _GREY, prose.number(left, 1, shift=-1))
    for y, (ink, output) in enumerate(zip(_SHADES, clusters.output, strict=True), start=1):
        charts.piece(ax, y, 0, output, ink, prose.number(output, 1, shift=-1))
    for y, row in enumerate(table.itertuples()):
        ax.barh(y, row.target, color="none", edgecolor="#8C8C8C", linewidth=0.8, linestyle=(0, (3, 2)))
        ax.plot([row.target] * 2, [y - 0.4, y + 0.4], color=charts.INK, linewidth=2.5)
        ax.text((row.output + row.target) / 2, y, prose.signed_percent(row.pace, 0) + "\na year",
                ha="center", va="center", size=charts.SMALLEST, linespacing=0.95)  # fmt: skip
    ax.set_yticks(range(len(table)), table.index)
    ax.set_ylim(len(table) - 0.45, -0.55)
    ax.set_xlim(0, table.target.max() * 1.01)
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("Output in billion yuan; black: target")
    charts.bare(ax)
    return fig


def class_shares(claims: pd.DataFrame, smallest: float) -> pd.DataFrame:
    """Bound the share of each size class of Pingyang's firms in their output.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    smallest : float
        Least yearly output of any firm.

    Returns
    -------
    DataFrame
        Indexed by class, largest firms first: firms, firm_share, lo and hi (share in output).

    Notes
    -----
    The classes' outputs are unknowns: each lies between its firms' least and largest possible sizes, and
    together they are the printed output.
    """
    firms = claims.value[list(CLASSES)].diff().fillna(claims.value["py-firms-10"])
    floors = [*claims.value[[f"{name}-threshold" for name in list(CLASSES)[:-1]]], smallest]
    ceilings = [math.inf, *floors[:-1]]
    everything = dict.fromkeys(CLASSES, 1.0)
    boxes = [
        Statement({name: 1.0}, n * low, n * high)
        for (name, n), low, high in zip(firms.items(), floors, ceilings, strict=True)
    ]
    total = Statement(everything, claims.lo["py-go-2023"], claims.hi["py-go-2023"])
    system = System((*boxes, total))
    table = pd.DataFrame(
        [solver.ratio_range(system, {name: 1.0}, everything) for name in CLASSES], columns=["lo", "hi"]
    )
    table.insert(0, "firm_share", (firms / firms.sum()).to_numpy())
    table.insert(0, "firms", firms.astype(int).to_numpy())
    return table.set_index(pd.Index(CLASSES.values(), name="class"))


def firm_classes(table: pd.DataFrame) -> Figure:
    """Draw each class's share of the firms, and the range that its share of the output can have.

    Parameters
    ----------
    table : DataFrame
        As `class_shares` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.6)
    ink = charts.colour("Pingyang")
    for y, row in enumerate(table.itertuples()):
        ax.plot([row.lo, row.hi], [y, y], color=ink, linewidth=7, solid_capstyle="butt")
        ax.plot(row.firm_share, y, marker="o", color="white", markeredgecolor=charts.INK, markersize=7)
    names = [f"{name}\n({prose.count(n, 'firm')})" for name, n in zip(table.index, table.firms, strict=True)]
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(-0.02, 0.9)
    charts.ticks(ax.xaxis, lambda x: prose.percent(x, 0))
    ax.grid(axis="x")
    charts.bare(ax)
    top = table.iloc[0]
    middle = (top["lo"] + top["hi"]) / 2
    charts.call_out(
        ax, {"share of firms": (top["firm_share"], 0), "share of output: possible range": (middle, 0)}
    )
    return fig


def tail(claims: pd.DataFrame, smallest: float) -> pd.DataFrame:
    """Count Pingyang's firms at or above each size.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    smallest : float
        Least yearly output of any firm.

    Returns
    -------
    DataFrame
        Indexed by claim: size (yearly output), firms, fitted (whether the Pareto tail is fitted to it).
    """
    sizes = [*(claims.value[f"{name}-threshold"] for name in list(CLASSES)[:-1]), smallest]
    table = pd.DataFrame({"size": sizes, "firms": claims.value[list(CLASSES)].astype(int)})
    return table.assign(fitted=table["size"] > smallest).rename_axis("claim")


def pareto(size: np.ndarray | float, table: pd.DataFrame, exponent: float) -> np.ndarray | float:
    """Give the number of firms at or above a size in a Pareto tail through the lowest fitted class.

    Parameters
    ----------
    size : float or numpy.ndarray
        Yearly output.
    table : DataFrame
        As `tail` gives it.
    exponent : float
        Tail exponent.
    """
    start = table[table.fitted].sort_values("size").iloc[0]
    return start.firms * (size / start["size"]) ** -exponent


def tail_chart(table: pd.DataFrame, fit: pd.Series) -> Figure:
    """Draw the number of firms above each size with the fitted tail.

    Parameters
    ----------
    table : DataFrame
        As `tail` gives it.
    fit : Series
        lo, value and hi of the tail exponent.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.0)
    ink = charts.colour("Pingyang")
    sizes = np.geomspace(table["size"].min(), 20, 60)
    edges = [pareto(sizes, table, fit[end]) for end in ("lo", "hi")]
    ax.fill_between(sizes, *edges, color=ink, alpha=0.18, linewidth=0)
    ax.plot(sizes, pareto(sizes, table, fit["value"]), color=ink)
    inside, outside = table[table.fitted], table[~table.fitted]
    ax.plot(inside["size"], inside.firms, linestyle="", marker="o", color=charts.INK)
    ax.plot(outside["size"], outside.firms, linestyle="", marker="o", color="white",
            markeredgecolor=charts.INK)  # fmt: skip
    ring = tuple(outside[["size", "firms"]].iloc[0])
    charts.note(ax, "all above-\nscale firms,\nnot fitted", ring, (4, -8), va="top")
    middle = tuple(inside.sort_values("size")[["size", "firms"]].iloc[0])
    charts.note(ax, "printed count", middle, (-7, -5), va="top")
    line = (2.6, pareto(2.6, table, fit["value"]))
    charts.note(ax, "fitted Pareto tail\nwith its 95% interval", line, (8, 12), va="bottom")
    ax.set(
        xscale="log", yscale="log", xlabel="Yearly output of a firm, million yuan", ylabel="Firms this large"
    )
    ax.set_xticks([0.2, 1, 5, 10])
    ax.set_yticks([1, 10, 100, 1000])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=2))
    charts.ticks(ax.yaxis, prose.number)
    ax.set_ylim(0.8, 3000)
    return fig
