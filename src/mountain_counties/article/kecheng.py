"""Kecheng's figures as pictures and tables: the levels that clash, the ways out, half-years, coarse rates."""

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mountain_counties.audit import rounding, solver, verdicts
from mountain_counties.audit.verdicts import Audit
from mountain_counties.book import charts, prose

WITNESSES = {
    "kc-va-2023": "printed value added",
    "kc-va-rank": "first rank",
    "py-va-2023": "Pingyang's value added",
    "kc-growth-2024h1": "printed growth",
    "kc-streak-months": "streak of growth",
}
"""What tells Kecheng's minimal conflicts apart: claims, and how a picture calls them."""


def levels(found: Audit) -> pd.DataFrame:
    """Set what Kecheng's figures say on its output beside what they say on its value added.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.

    Returns
    -------
    DataFrame
        Indexed by quantity: measure ("output" or "value added"), lo, hi, printed (the figure; NaN where it is
        only implied).
    """
    bounds, claims = solver.bounds(found.settled), found.claims
    rows = [
        ("Output, first half of 2024", "output", *claims.loc["kc-go-2024h1", ["lo", "hi", "value"]]),
        ("Output, first half of 2023", "output", *bounds.loc["kc-go-2023h1"], math.nan),
        ("Output, all of 2023", "output", *bounds.loc["kc-go-2023"], math.nan),
        ("Value added, 2023, by rank", "value added", claims.lo["py-va-2023"], math.inf, math.nan),
        ("Value added, 2023", "value added", *claims.loc["kc-va-2023", ["lo", "hi", "value"]]),
    ]
    return pd.DataFrame(rows, columns=["quantity", "measure", "lo", "hi", "printed"]).set_index("quantity")


def clashes(found: Audit) -> pd.DataFrame:
    """Say for each minimal conflict which sizes clash, and by how much.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.

    Returns
    -------
    DataFrame
        Indexed by clash (from one, in the audit's order): rests_on (the `WITNESSES`), output_lo and output_hi
        (of 2023), value_added_lo (of 2023), share_most (largest share of the first half-year at which the
        clash would be gone).
    """
    rows = []
    for conflict in found.conflicts:
        alone = found.system.without(found.system.labels - conflict)
        bounds = solver.bounds(alone.without({"assume:kc-same-territory"}))
        share = solver.allowed(alone, "assume:kc-half-year").set_index("relation").allowed_hi
        names = [words for name, words in WITNESSES.items() if f"claim:{name}" in conflict]
        rows.append(
            (", ".join(names), *bounds.loc["kc-go-2023"], bounds.lo["kc-va-2023"], share["kc-half-of-year"])
        )
    columns = ["rests_on", "output_lo", "output_hi", "value_added_lo", "share_most"]
    return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, len(rows) + 1, name="clash"))


def clash_chart(table: pd.DataFrame) -> Figure:
    """Draw the gap of each minimal conflict: the most output, and the least value added.

    Parameters
    ----------
    table : DataFrame
        As `clashes` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(0.9 + 0.85 * len(table))
    grey, ink = charts.COLOURS["members"], charts.colour("Kecheng")
    edge = table.value_added_lo.max() * 1.25
    head = {"arrowstyle": "-|>,head_width=0.5,head_length=0.7", "color": ink, "linewidth": 4}
    for y, row in enumerate(table.itertuples()):
        least, most = row.value_added_lo, row.output_hi
        ax.plot([0, most], [y, y], color=grey, linewidth=9, solid_capstyle="butt")
        ax.annotate("", (edge, y), (least, y), arrowprops=head | {"shrinkA": 0, "shrinkB": 0})
        ax.plot([least, least], [y - 0.16, y + 0.16], color=ink, linewidth=2.5)
        ax.text(0, y - 0.3, f"{row.Index}. {row.rests_on[0].upper()}{row.rests_on[1:]}", va="center")
        for x, digits, symbol, mode, side in (
            (most, 1, "output ≤", ROUND_CEILING, "right"),
            (least, 2, "value added ≥", ROUND_FLOOR, "left"),
        ):
            text = f"{symbol} {prose.number(x, digits, shift=-1, rounding=mode)} bn"
            ax.text(x, y + 0.32, text, ha=side, va="center")
    ax.set_ylim(len(table) - 0.45, -0.6)
    ax.set_xlim(0, edge)
    ax.set_yticks([])
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("2023, billion yuan")
    charts.bare(ax)
    return fig


def withdrawals(found: Audit, graded: pd.DataFrame) -> pd.DataFrame:
    """Try to settle the conflicts by giving up one statement at a time.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    graded : DataFrame
        Its relations, as `verdicts.of_relations` gives them.

    Returns
    -------
    DataFrame
        Indexed by label, cheapest first: cost, clashes (how many it settles), enough (whether it settles
        all), lo and hi (what everything else then asks of it; NaN if it is not enough), unit.
    """
    cost, rows = verdicts.costs(found.system, found.assumptions), []
    for label in sorted(frozenset().union(*found.conflicts), key=lambda name: (cost[name], name)):
        settled = sum(label in conflict for conflict in found.conflicts)
        asked = solver.allowed(found.system, label).iloc[0]
        own = label.removeprefix("claim:")
        unit = found.claims.unit[own] if asked.relation == own else graded.unit[asked.relation]
        ends = (asked.allowed_lo, asked.allowed_hi)
        rows.append((label, cost[label], settled, settled == len(found.conflicts), *ends, unit))
    columns = ["label", "cost", "clashes", "enough", "lo", "hi", "unit"]
    return pd.DataFrame(rows, columns=columns).set_index("label")


def slip_table(slips: pd.DataFrame) -> pd.DataFrame:
    """Write the decimal slips for a reader.

    Parameters
    ----------
    slips : DataFrame
        As `verdicts.slips` gives them.

    Returns
    -------
    DataFrame
        Columns Printed (MyST text), Were it, All agree.
    """
    return pd.DataFrame(
        {
            "Printed": [f"{{claim}}`{name}`" for name in slips.claim],
            "Were it": [f"×{factor:g}" for factor in slips.factor],
            "All agree": ["yes" if agree else "no" for agree in slips.feasible],
        }
    )


def slipped(found: Audit, claim: str, factor: float) -> pd.DataFrame:
    """Grade every relation as if one figure had been printed with a slip.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    claim : str
        Id of the figure.
    factor : float
        What the printed figure is multiplied by.

    Returns
    -------
    DataFrame
        As `verdicts.of_relations` gives it.
    """
    corrected = found.claims.copy()
    corrected.loc[claim, ["lo", "value", "hi"]] *= factor
    return verdicts.of_relations(verdicts.examine(corrected, found.folder))


def half_years(found: Audit) -> pd.DataFrame:
    """Split Kecheng's output of two half-years into what the figures can tell apart.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.

    Returns
    -------
    DataFrame
        Indexed by period and part: lo, hi. State Grid's data cannot be told apart in 2023.
    """
    parts = {
        ("First half of 2023", "optoelectronic"): {"kc-opto-2023h1": 1.0},
        ("First half of 2023", "all else, not told apart"): {"kc-go-2023h1": 1.0, "kc-opto-2023h1": -1.0},
        ("First half of 2024", "optoelectronic"): {"kc-opto-go": 1.0},
        ("First half of 2024", "other industry"): {"kc-go-without-grid": 1.0, "kc-opto-go": -1.0},
        ("First half of 2024", "State Grid data"): {"kc-go-2024h1": 1.0, "kc-go-without-grid": -1.0},
    }
    index = pd.MultiIndex.from_tuples(parts, names=["period", "part"])
    ranges = [solver.ratio_range(found.settled, part) for part in parts.values()]
    return pd.DataFrame(ranges, columns=["lo", "hi"], index=index)


GRID_GROWTHS = (-0.2, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Growth rates that State Grid's part of the output is supposed to have had."""


def growth_without_grid(found: Audit, growths: Sequence[float] = GRID_GROWTHS) -> pd.DataFrame:
    """Work out how the output without State Grid data grew, given how State Grid's part did.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    growths : sequence of float, optional
        Of State Grid's part, as fractions of one.

    Returns
    -------
    DataFrame
        Indexed by `grid`: lo, hi, the growth of the rest.
    """
    rest = {"kc-go-without-grid": 1.0}
    rows = []
    for growth in growths:
        share = 1 / (1 + growth)  # State Grid's part a year earlier, per unit of now
        before = {"kc-go-2023h1": 1.0, "kc-go-2024h1": -share, "kc-go-without-grid": share}
        lo, hi = solver.ratio_range(found.settled, rest, before)
        rows.append((lo - 1, hi - 1))
    return pd.DataFrame(rows, columns=["lo", "hi"], index=pd.Index(growths, name="grid", dtype=float))


def grid_growth_for(found: Audit, growths: Sequence[float]) -> pd.DataFrame:
    """Work out how State Grid's part must have grown for the rest to have grown so.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    growths : sequence of float
        Of the output without State Grid data, as fractions of one.

    Returns
    -------
    DataFrame
        Indexed by `rest`: lo, hi, the growth of State Grid's part.
    """
    grid = {"kc-go-2024h1": 1.0, "kc-go-without-grid": -1.0}
    rows = []
    for growth in growths:
        before = {"kc-go-2023h1": 1.0, "kc-go-without-grid": -1 / (1 + growth)}
        lo, hi = solver.ratio_range(found.settled, grid, before)
        rows.append((lo - 1, hi - 1))
    return pd.DataFrame(rows, columns=["lo", "hi"], index=pd.Index(growths, name="rest", dtype=float))


def without_grid_table(table: pd.DataFrame) -> pd.DataFrame:
    """Write `growth_without_grid` for a reader: columns State Grid's part, The rest."""
    return pd.DataFrame(
        {
            "State Grid's part": [prose.signed_percent(growth, 0) for growth in table.index],
            "The rest": [prose.interval(lo, hi, "percent", outward=True) for lo, hi in table.to_numpy()],
        }
    )


def half_year_table(table: pd.DataFrame) -> pd.DataFrame:
    """Write the official first halves for a reader: columns Year, First half, Whole year, Share."""
    return pd.DataFrame(
        {
            "Year": [str(year) for year in table.index],
            "First half": [prose.billion(x) for x in table.half],
            "Whole year": [prose.billion(x) for x in table.whole],
            "Share": [prose.percent(x) for x in table.share],
        }
    )


def half_year_chart(table: pd.DataFrame) -> Figure:
    """Draw two half-years of output by part, with the growth of what can be compared.

    Parameters
    ----------
    table : DataFrame
        As `half_years` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.7)
    ink = charts.colour("Kecheng")
    inks = {"optoelectronic": ink, "other industry": "#DDDDA8", "State Grid data": "#9A9A9A",
            "all else, not told apart": "#E3E3E3"}  # fmt: skip
    middle = table.mean(axis=1)
    before, after = (middle[period] for period in middle.index.unique("period"))
    for y, parts in enumerate((before, after)):
        for part, start in (parts.cumsum() - parts).items():
            text = prose.number(parts[part], 2, shift=-1)
            charts.piece(ax, y, start, start + parts[part], inks[part], text, height=0.46)
        ax.text(parts.sum() + 0.7, y, prose.number(parts.sum(), 2, shift=-1), va="center")
    first, *_ = before.index
    seams = [(0.0, 0.0), (before[first], after[first]), (before.sum(), after.sum())]
    for seam in seams:
        ax.plot(seam, [0.23, 0.77], color="#8C8C8C", linewidth=0.8, linestyle=(0, (3, 2)))
    rest = after.drop(first).sum() / before.drop(first).sum() - 1
    growths = (after[first] / before[first] - 1, rest)
    for (left, right), growth in zip(pairwise(np.mean(seams, axis=1)), growths, strict=True):
        ax.text((left + right) / 2, 0.5, prose.signed_percent(growth, 0), ha="center", va="center")
    ax.set_yticks([0, 1], [name.replace(" of", "\nof") for name in middle.index.unique("period")])
    ax.set_ylim(1.62, -0.3)
    ax.set_xlim(0, after.sum() * 1.12)
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("Output in billion yuan")
    charts.bare(ax)
    middles = {name: dict(parts.cumsum() - parts / 2) for name, parts in (("top", before), ("low", after))}
    charts.call_out(ax, {part: (at, -0.23) for part, at in middles["top"].items() if before[part] > 0})
    for part, at in middles["low"].items():
        if part != first and after[part] > 0:
            charts.note(ax, part, (at, 1.25), (0, -2))
    return fig


def coarse_rates(found: Audit, graded: pd.DataFrame) -> pd.DataFrame:
    """Say what a printed rate stands for if it was worked out from levels as coarse as the printed one.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.
    graded : DataFrame
        Its relations, as `verdicts.of_relations` gives them.

    Returns
    -------
    DataFrame
        Indexed by relation, those of the function ``rounded_base`` that find a base: claim (the rate), base,
        lo and hi (of the rate), chance (of meeting a rounded base by accident).
    """
    claims, rows = found.claims, {}
    for name, relation in found.relations.items():
        if relation.function != "rounded_base" or math.isnan(base := graded.value[name]):
            continue
        level, shift = claims.loc[relation.args["level"]], 1.0 if "rate" in relation.args else 0.0
        half = float(rounding.read(level.token, level.unit).step) / 2
        rate = relation.args.get("rate") or relation.args["share"]
        ends = (level.lo / (base + half) - shift, level.hi / (base - half) - shift)
        rows[name] = (rate, base, *ends, float(graded.detail[name]))
    columns = ["claim", "base", "lo", "hi", "chance"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("relation")


def precision_table(coarse: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Write for a reader what rates from rounded levels stand for.

    Parameters
    ----------
    coarse : DataFrame
        As `coarse_rates` gives them.
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        Columns Printed rate (MyST text), Rounded base, Can stand for, Chance.
    """
    return pd.DataFrame(
        {
            "Printed rate": [f"{{claim}}`{name}`: {claims.paraphrase[name]}" for name in coarse.claim],
            "Rounded base": [prose.million(x) if x < 10 else prose.billion(x, 2) for x in coarse.base],
            "Can stand for": [prose.interval(row.lo, row.hi, "percent") for row in coarse.itertuples()],
            "Chance": [prose.percent(chance, 2) for chance in coarse.chance],
        }
    )
