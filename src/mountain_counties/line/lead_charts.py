"""The picture of the landing page: who left, among the largest and among the richest."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mountain_counties.book import charts
from mountain_counties.line import lead_finding
from mountain_counties.record import counties

TOP, BOTTOM = 0.0, 3.2
"""Heights of the two rows of squares."""


def two_rows(table: pd.DataFrame) -> Figure:
    """Draw the counties as two rows of squares, by total GDP and by GDP per head, those that left coloured.

    Parameters
    ----------
    table : DataFrame
        As `lead_finding.ranks` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.75)
    names, last = counties.units()["name_en"], len(table)
    gone = table[table["left"] > 0].sort_values("per_head_rank")
    for column, y in (("gdp_rank", TOP), ("per_head_rank", BOTTOM)):
        for code, rank in table[column].items():
            ink = charts.colour(names[code]) if code in gone.index else charts.COLOURS["others"]
            ax.add_patch(Rectangle((rank - 0.44, y - 0.44), 0.88, 0.88, facecolor=ink, edgecolor="none"))
    for step, (code, row) in enumerate(gone.iterrows()):
        ink = charts.colour(names[code])
        ends = [TOP + 0.5, BOTTOM - 0.5]
        ax.plot([row["gdp_rank"], row["per_head_rank"]], ends, color=ink, linewidth=1.6)
        late = row["per_head_rank"] > last / 3
        near = (step % 2 == 0) == late  # the names of a pair in two lines, no leader through the other's
        level = BOTTOM + (1.05 if near else 1.85)
        ax.plot([row["per_head_rank"]] * 2, [BOTTOM + 0.5, level - 0.3], color=ink, linewidth=1)
        ax.text(row["per_head_rank"] + (0.44 if late else -0.44), level, names[code],
                ha="right" if late else "left", va="center", color=ink)  # fmt: skip
    ax.text(0.5, TOP - 1.0, "By total GDP, the largest first", va="center")
    ax.text(0.5, BOTTOM + 2.8, "By GDP per head, the richest first", va="center")
    poor = last - lead_finding.POOREST + 0.5
    ax.plot([poor, last + 0.5], [BOTTOM + 2.35] * 2, color=charts.INK, linewidth=1.2)
    ax.text(last + 0.5, BOTTOM + 2.8, "the poorest", ha="right", va="center")
    ax.set(xlim=(0.4, last + 0.6), ylim=(BOTTOM + 3.2, TOP - 1.4))
    ax.set_axis_off()
    return fig
