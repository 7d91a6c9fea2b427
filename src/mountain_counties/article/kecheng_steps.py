"""Kecheng's clash in four pictures: what is printed, what follows, what cannot be, what would mend it."""

import math
from decimal import ROUND_CEILING

import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.audit import verdicts
from mountain_counties.audit.verdicts import Audit
from mountain_counties.book import charts, prose

CLASH = charts.GRADE_COLOURS["contradicted"]
"""Colour of what cannot be."""

STEPS = {"printed": 2, "implied": 4, "contradiction": 4}
"""The steps that are drawn on one scale -> how many rows each shows; the last rows are those that clash."""

_ROWS = {
    "Output, first half of 2024": "Output,\n1st half of 2024",
    "Output, first half of 2023": "Output,\n1st half of 2023",
    "Output, all of 2023": "Output,\nall of 2023",
    "Value added, 2023": "Value added,\nall of 2023",
}


def step(levels: pd.DataFrame, name: str) -> Figure:
    """Draw a step of the clash; all steps share one scale, so that bars can be held against each other.

    Parameters
    ----------
    levels : DataFrame
        As `kecheng.levels` gives it.
    name : str
        Of `STEPS`.

    Returns
    -------
    Figure
        Full bars are printed, hatched ones implied; in the last step the part of the value added for which
        the output leaves no room is red.
    """
    table = levels.loc[list(_ROWS)]
    if name == "printed":
        table = table[table["printed"].notna()]
    fig, ax = charts.canvas(0.45 + 0.42 * len(table))
    most = levels.loc["Output, all of 2023", "hi"]
    for y, row in enumerate(table.itertuples()):
        ink = charts.COLOURS["members"] if row.measure == "output" else charts.INK
        implied = math.isnan(row.printed)
        look = {"color": "white", "edgecolor": ink, "hatch": "///"} if implied else {"color": ink}
        end = row.hi if implied else row.printed
        if name == "contradiction" and row.measure == "value added":
            ax.barh(y, most, height=0.62, color=ink, linewidth=0)
            ax.barh(y, end - most, left=most, height=0.62, color=CLASH, linewidth=0)
            ax.text((most + end) / 2, y, "no room", ha="center", va="center", color="white")
        else:
            ax.barh(y, end, height=0.62, linewidth=1.0, **look)
        ax.text(end + 4, y, _figure(row), va="center")
    if name == "contradiction":
        below = [len(table) - 2.45, len(table) - 0.5]
        ax.plot([most, most], below, color=charts.INK, linewidth=1.2, linestyle=(0, (4, 2)))
    ax.set_yticks(range(len(table)), [_ROWS[quantity] for quantity in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(0, levels["lo"].max() * 1.32)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    charts.bare(ax)
    return fig


def _figure(row: object) -> str:
    """Write a bar's figure in billion yuan: as printed, or the most that it can be."""
    if math.isnan(row.printed):
        return f"at most {prose.number(row.hi, 1, shift=-1, rounding=ROUND_CEILING)} bn"
    return f"{prose.number(row.printed, 2 if row.printed < 100 else 1, shift=-1)} bn"


def repairs(found: Audit, options: pd.DataFrame) -> pd.DataFrame:
    """Say for each repair that is enough by what factor its statement would have to move.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    options : DataFrame
        As `kecheng.withdrawals` gives them.

    Returns
    -------
    DataFrame
        Indexed by repair: label (of the audit), stated_lo and stated_hi (what is printed or assumed),
        needed_lo and needed_hi (what all else asks for), unit; least (the factor, above one up and below one
        down, by which the nearer end of what is stated misses what is needed).
    """
    claims = found.claims
    breaks = verdicts.break_evens(found).set_index(["assumption", "relation"])
    half = breaks.loc[("kc-half-year", "kc-half-of-year")]
    base = 1 + claims.loc["kc-growth-2024h1", ["lo", "hi"]].astype(float)
    stated = {
        "Another season": ("assume:kc-half-year", half.lo, half.hi),
        "Another base": ("assume:same-base", base["lo"], base["hi"]),
        "A misprint of the output": ("claim:kc-go-2024h1", *claims.loc["kc-go-2024h1", ["lo", "hi"]]),
        "Another territory": ("assume:kc-same-territory", 0.0, 1.0),
    }
    rows = {}
    for name, (label, lo, hi) in stated.items():
        asked = options.loc[label]
        least = asked.lo / hi if asked.lo > hi else asked.hi / lo
        rows[name] = (label, lo, hi, asked.lo, asked.hi, asked.unit, least)
    columns = ["label", "stated_lo", "stated_hi", "needed_lo", "needed_hi", "unit", "least"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("repair")


def repair_chart(table: pd.DataFrame) -> Figure:
    """Draw how far each statement would have to move for the clash to be gone.

    Parameters
    ----------
    table : DataFrame
        As `repairs` gives it.

    Returns
    -------
    Figure
        A bar from what is stated, at one, to the nearest value that would do; logarithmic.
    """
    fig, ax = charts.canvas(0.6 + 0.46 * len(table))
    for y, row in enumerate(table.itertuples()):
        ax.plot([1, row.least], [y, y], color=CLASH, linewidth=7, solid_capstyle="butt")
        ax.plot([1], [y], "|", color=charts.INK, markersize=16, markeredgewidth=2)
        down, text = row.least < 1, f"×{prose.number(row.least, 2)}"
        ax.annotate(text, (row.least, y), (-5 if down else 5, 0), textcoords="offset points",
                    ha="right" if down else "left", va="center")  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(0.25, 4)
    ax.set_xticks([1], ["as stated"])
    ax.minorticks_off()
    ax.set_yticks(range(len(table)), table.index)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.spines["bottom"].set_visible(False)
    charts.bare(ax)
    return fig
