"""Pictures of what the article prints on Pingyang, Kecheng and Liandu, and the tables that they show.

Money is in 100 million yuan throughout, shares and rates are fractions of one.
"""

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR
from itertools import pairwise

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from mountain_counties import audit, charts, prose, report, rounding, verdicts
from mountain_counties.audit import Statement, System
from mountain_counties.verdicts import Audit

CLUSTERS = {"Smart fashion": "fashion", "New materials": "materials", "Smart equipment": "equipment"}
"""Pingyang's clusters, largest first, and how their claims are called."""

CLASSES = {
    "py-firms-10": "1 billion or more",
    "py-firms-5": "0.5–1 billion",
    "py-firms-1": "0.1–0.5 billion",
    "py-firms": "Below 0.1 billion",
}
"""The claims that count Pingyang's firms, largest first, and the yearly output of a firm in the class."""

WITNESSES = {
    "kc-va-2023": "printed value added",
    "kc-va-rank": "first rank",
    "py-va-2023": "Pingyang's value added",
    "kc-growth-2024h1": "printed growth",
    "kc-streak-months": "streak of growth",
}
"""What tells Kecheng's minimal conflicts apart: claims, and how a picture calls them."""

_BLUES = ["#0072B2", "#5BA4D4", "#B5D6EE"]
_GREY = "#D9D9D9"


def _piece(ax: Axes, y: float, start: float, end: float, ink: str, text: str, **look: object) -> None:
    """Draw a piece of a horizontal bar with its figure in the middle, light on dark and dark on light."""
    ax.barh(y, end - start, left=start, **({"color": ink, "edgecolor": "white", "linewidth": 0.8} | look))
    # At a luminance of 0.2 the ink and white stand out alike.
    readable = charts.INK if sns.utils.relative_luminance(ink) > 0.2 else "white"
    backing = {"bbox": {"color": "white", "pad": 1.5}} if "hatch" in look else {}
    ax.text(
        (start + end) / 2, y, text, ha="center", va="center", size=charts.SMALLEST, color=readable, **backing
    )


def _legend(fig: Figure, looks: Mapping[str, Mapping[str, object]]) -> None:
    """Say above a picture what its patches mean."""
    patches = [Patch(label=name, **look) for name, look in looks.items()]
    fig.legend(handles=patches, loc="outside upper left", ncols=2, handlelength=1.0, columnspacing=1.2)


def _bare(ax: Axes) -> None:
    """Take away the vertical axis: the rows have names."""
    ax.tick_params(axis="y", length=0)
    sns.despine(ax=ax, left=True)


# -- Pingyang ------------------------------------------------------------------------------------------------


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
    for start, end, ink, output in zip(edges[:-1], edges[1:], _BLUES, clusters.output, strict=True):
        _piece(ax, 0, start, end, ink, prose.number(output, 1, shift=-1))
    left = county.output - edges[-1]
    _piece(ax, 0, edges[-1], county.output, _GREY, prose.number(left, 1, shift=-1))
    for y, (ink, output) in enumerate(zip(_BLUES, clusters.output, strict=True), start=1):
        _piece(ax, y, 0, output, ink, prose.number(output, 1, shift=-1))
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
    _bare(ax)
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
        [audit.ratio_range(system, {name: 1.0}, everything) for name in CLASSES], columns=["lo", "hi"]
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
    ax.plot([], [], color=ink, linewidth=7, label="share of output: possible range")
    ax.plot(
        [], [], linestyle="", marker="o", color="white", markeredgecolor=charts.INK, label="share of firms"
    )
    fig.legend(loc="outside upper left", ncols=2, handlelength=1.5, columnspacing=1.2)
    names = [f"{name}\n({prose.count(n, 'firm')})" for name, n in zip(table.index, table.firms, strict=True)]
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlim(-0.02, 0.9)
    charts.ticks(ax.xaxis, lambda x: prose.percent(x, 0))
    ax.grid(axis="x")
    _bare(ax)
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
    ax.fill_between(sizes, *edges, color=ink, alpha=0.18, linewidth=0, label="95% interval")
    ax.plot(sizes, pareto(sizes, table, fit["value"]), color=ink, label="fitted Pareto tail")
    inside, outside = table[table.fitted], table[~table.fitted]
    ax.plot(inside["size"], inside.firms, linestyle="", marker="o", color=charts.INK, label="printed count")
    ax.plot(outside["size"], outside.firms, linestyle="", marker="o", color="white",
            markeredgecolor=charts.INK, label="all above-scale firms, not fitted")  # fmt: skip
    ax.set(
        xscale="log", yscale="log", xlabel="Yearly output of a firm, million yuan", ylabel="Firms this large"
    )
    ax.set_xticks([0.2, 1, 5, 10])
    ax.set_yticks([1, 10, 100, 1000])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=2))
    charts.ticks(ax.yaxis, prose.number)
    ax.set_ylim(0.8, 3000)
    ax.legend(loc="lower left")
    return fig


# -- Kecheng -------------------------------------------------------------------------------------------------


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
    bounds, claims = audit.bounds(found.settled), found.claims
    rows = [
        ("Output, first half of 2024", "output", *claims.loc["kc-go-2024h1", ["lo", "hi", "value"]]),
        ("Output, first half of 2023", "output", *bounds.loc["kc-go-2023h1"], math.nan),
        ("Output, all of 2023", "output", *bounds.loc["kc-go-2023"], math.nan),
        ("Value added, 2023, by rank", "value added", claims.lo["py-va-2023"], math.inf, math.nan),
        ("Value added, 2023", "value added", *claims.loc["kc-va-2023", ["lo", "hi", "value"]]),
    ]
    return pd.DataFrame(rows, columns=["quantity", "measure", "lo", "hi", "printed"]).set_index("quantity")


def value_added_and_output(table: pd.DataFrame) -> Figure:
    """Draw Kecheng's output and value added on one scale, with the most that the output of the year can be.

    Parameters
    ----------
    table : DataFrame
        As `levels` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.9)
    inks = {"output": charts.COLOURS["members"], "value added": charts.colour("Kecheng")}
    for y, row in enumerate(table.itertuples()):
        ink, implied = inks[row.measure], math.isnan(row.printed)
        look = {"color": "white", "edgecolor": ink, "hatch": "///"} if implied else {"color": ink}
        end = row.hi if math.isfinite(row.hi) else row.lo
        ax.barh(y, row.lo if implied else row.printed, height=0.7, linewidth=1.0, **look)
        ax.plot([row.lo, end], [y, y], color=ink, linewidth=3, solid_capstyle="butt")
        if not implied:
            text = prose.number(row.printed, 2 if row.printed < 100 else 1, shift=-1)
        elif math.isinf(row.hi):
            text = f"over {prose.number(row.lo, 2, shift=-1, rounding=ROUND_FLOOR)}"
        else:
            digits = 1 if row.hi - row.lo > 1 else 2
            text = prose.DASH.join(prose.number(x, digits, shift=-1) for x in (row.lo, row.hi))
        ax.text(end + 5, y, text, va="center")
    most = table.hi[table.measure == "output"].max()
    ax.axvline(most, color=charts.INK, linewidth=1.2, linestyle=(0, (4, 2)))
    ax.text(most + 4, -0.1, "no value added of 2023\ncan pass this line", va="center", size=charts.SMALLEST)
    ax.set_yticks(range(len(table)), table.index)
    ax.set_ylim(len(table) - 0.5, -0.7)
    ax.set_xlim(0, table.lo.max() * 1.17)
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("Billion yuan; hatched: implied, not printed")
    _bare(ax)
    return fig


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
        bounds = audit.bounds(alone.without({"assume:kc-same-territory"}))
        share = audit.allowed(alone, "assume:kc-half-year").set_index("relation").allowed_hi
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
        for x, symbol, mode, side in (
            (most, "output ≤", ROUND_CEILING, "right"),
            (least, "value added ≥", ROUND_FLOOR, "left"),
        ):
            text = f"{symbol} {prose.number(x, 2, shift=-1, rounding=mode)}"
            ax.text(x, y + 0.32, text, ha=side, va="center")
    ax.set_ylim(len(table) - 0.45, -0.6)
    ax.set_xlim(0, edge)
    ax.set_yticks([])
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("2023, billion yuan")
    _bare(ax)
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
    cost, rows = verdicts.costs(found.system), []
    for label in sorted(frozenset().union(*found.conflicts), key=lambda name: (cost[name], name)):
        settled = sum(label in conflict for conflict in found.conflicts)
        asked = audit.allowed(found.system, label).iloc[0]
        own = label.removeprefix("claim:")
        unit = found.claims.unit[own] if asked.relation == own else graded.unit[asked.relation]
        ends = (asked.allowed_lo, asked.allowed_hi)
        rows.append((label, cost[label], settled, settled == len(found.conflicts), *ends, unit))
    columns = ["label", "cost", "clashes", "enough", "lo", "hi", "unit"]
    return pd.DataFrame(rows, columns=columns).set_index("label")


def repair_table(options: pd.DataFrame) -> pd.DataFrame:
    """Write the withdrawals for a reader.

    Parameters
    ----------
    options : DataFrame
        As `withdrawals` gives them.

    Returns
    -------
    DataFrame
        Columns Given up (MyST text), Clashes settled, Enough, Cost.
    """
    return pd.DataFrame(
        {
            "Given up": [report.in_words(label) for label in options.index],
            "Clashes settled": options.clashes.to_list(),
            "Enough": ["yes" if enough else "no" for enough in options.enough],
            "Cost": options.cost.astype(int).to_list(),
        }
    )


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
    return verdicts.of_relations(verdicts.examine(corrected))


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
        ("First half of 2023", "photoelectric"): {"kc-opto-2023h1": 1.0},
        ("First half of 2023", "all else, not told apart"): {"kc-go-2023h1": 1.0, "kc-opto-2023h1": -1.0},
        ("First half of 2024", "photoelectric"): {"kc-opto-go": 1.0},
        ("First half of 2024", "other industry"): {"kc-go-without-grid": 1.0, "kc-opto-go": -1.0},
        ("First half of 2024", "State Grid data"): {"kc-go-2024h1": 1.0, "kc-go-without-grid": -1.0},
    }
    index = pd.MultiIndex.from_tuples(parts, names=["period", "part"])
    ranges = [audit.ratio_range(found.settled, part) for part in parts.values()]
    return pd.DataFrame(ranges, columns=["lo", "hi"], index=index)


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
    inks = {"photoelectric": ink, "other industry": "#F3C9A8", "State Grid data": "#9A9A9A",
            "all else, not told apart": "#E3E3E3"}  # fmt: skip
    middle = table.mean(axis=1)
    before, after = (middle[period] for period in middle.index.unique("period"))
    for y, parts in enumerate((before, after)):
        for part, start in (parts.cumsum() - parts).items():
            text = prose.number(parts[part], 2, shift=-1)
            _piece(ax, y, start, start + parts[part], inks[part], text, height=0.46)
        ax.text(parts.sum() + 0.7, y, prose.number(parts.sum(), 2, shift=-1), va="center")
    first, *_ = before.index
    seams = [(0.0, 0.0), (before[first], after[first]), (before.sum(), after.sum())]
    for seam in seams:
        ax.plot(seam, [0.23, 0.77], color="#8C8C8C", linewidth=0.8, linestyle=(0, (3, 2)))
    rest = after.drop(first).sum() / before.drop(first).sum() - 1
    growths = (after[first] / before[first] - 1, rest)
    for (left, right), growth in zip(pairwise(np.mean(seams, axis=1)), growths, strict=True):
        ax.text((left + right) / 2, 0.5, prose.signed_percent(growth, 0), ha="center", va="center")
    _legend(fig, {part: {"color": shade} for part, shade in inks.items()})
    ax.set_yticks([0, 1], [name.replace(" of", "\nof") for name in middle.index.unique("period")])
    ax.set_ylim(1.35, -0.35)
    ax.set_xlim(0, after.sum() * 1.12)
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("Output in billion yuan")
    _bare(ax)
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


# -- Liandu --------------------------------------------------------------------------------------------------


def incomes(found: Audit) -> pd.DataFrame:
    """Set Liandu's rural income beside the urban income that the ratio implies.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.

    Returns
    -------
    DataFrame
        Indexed by income (rural, urban, gap): lo, hi, in yuan a year.
    """
    parts = {"rural": {"ld-income-rural": 1.0}, "urban": {"ld-income-urban": 1.0}}
    parts["gap"] = parts["urban"] | {"ld-income-rural": -1.0}
    ranges = [audit.ratio_range(found.settled, part) for part in parts.values()]
    return pd.DataFrame(ranges, columns=["lo", "hi"], index=pd.Index(parts, name="income"))


def income_chart(table: pd.DataFrame) -> Figure:
    """Draw the two incomes with the gap between them.

    Parameters
    ----------
    table : DataFrame
        As `incomes` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.0)
    ink, middle = charts.colour("Liandu"), table.mean(axis=1)
    texts = {name: prose.interval(row.lo, row.hi, digits=0) for name, row in table.iterrows()}
    _piece(ax, 0, 0, middle["rural"], ink, prose.number(middle["rural"]), height=0.62)
    _piece(ax, 1, 0, middle["urban"], "white", texts["urban"], height=0.62, edgecolor=ink, hatch="///")
    ax.axvspan(*table.loc["urban"], color=ink, linewidth=0, alpha=0.5, ymax=0.9)
    arrow = {"arrowstyle": "<->", "color": charts.INK, "shrinkA": 1, "shrinkB": 1}
    ax.annotate("", (middle["urban"], 0), (middle["rural"], 0), arrowprops=arrow)
    gap = (middle["rural"] + middle["urban"]) / 2
    ax.text(gap, -0.1, "gap", ha="center", va="bottom")
    ax.text(gap, 0.1, texts["gap"], ha="center", va="top", size=charts.SMALLEST)
    ax.set_yticks([0, 1], ["Rural,\nprinted", "Urban,\nimplied"])
    ax.set_ylim(1.45, -0.55)
    ax.set_xlim(0, table.hi["urban"] * 1.04)
    charts.ticks(ax.xaxis, prose.number)
    ax.set_xlabel("Disposable income per head, yuan a year")
    _bare(ax)
    return fig


def project_readings(claims: pd.DataFrame) -> pd.DataFrame:
    """Fill Liandu's investment with the least that its size classes imply, in both readings.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        Indexed by reading (nested, disjoint) and part (each class, largest first, then the room left):
        projects (missing for the room) and amount.
    """
    names = ["ld-projects-20", "ld-projects-10", "ld-projects"]
    counts = claims.value[names].to_numpy()
    floors = claims.value[[f"{name}-threshold" for name in names]].to_numpy()
    tables = {}
    for reading, large in (("nested", counts[1]), ("disjoint", counts[0] + counts[1])):
        own = np.diff([0.0, counts[0], large, counts[2]])
        room = claims.value["ld-investment"] - (own * floors).sum()
        rows = {"projects": [*own, math.nan], "amount": [*(own * floors), room]}
        parts = ["2 billion or more", "1 billion or more", "the others", "room left"]
        tables[reading] = pd.DataFrame(rows, index=pd.Index(parts, name="part"))
    return pd.concat(tables, names=["reading"])


def project_chart(table: pd.DataFrame) -> Figure:
    """Draw the investment of Liandu's projects in both readings.

    Parameters
    ----------
    table : DataFrame
        As `project_readings` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.6)
    inks = dict(zip(table.index.unique("part"), ["#00664B", "#4DB89A", "#B8E3D5", "white"], strict=True))
    room = {"edgecolor": "#4DB89A", "hatch": "///"}
    for y, reading in enumerate(table.index.unique("reading")):
        parts = table.amount[reading]
        for part, start in (parts.cumsum() - parts)[parts > 0].items():
            look = room if part == "room left" else {}
            text = prose.number(parts[part], 1, shift=-1)
            _piece(ax, y, start, start + parts[part], inks[part], text, height=0.6, **look)
    looks = {part: {"color": shade} for part, shade in inks.items()}
    _legend(fig, looks | {"room left": {"facecolor": "white"} | room})
    ax.set_yticks([0, 1], ["If the classes\noverlap", "If they are\nseparate"])
    ax.set_ylim(1.45, -0.45)
    charts.ticks(ax.xaxis, lambda x: prose.number(x, shift=-1))
    ax.set_xlabel("Investment in billion yuan: the least of each class")
    _bare(ax)
    return fig


def possible_groups(claims: pd.DataFrame, share: str, largest: int) -> pd.DataFrame:
    """Find the sizes of a group in which a whole number of members makes the printed share.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    share : str
        Id of the share.
    largest : int
        Largest size to try.

    Returns
    -------
    DataFrame
        Indexed by size: possible.

    References
    ----------
    Brown and Heathers (2017), The GRIM test, Social Psychological and Personality Science 8, 363-369.
    """
    sizes = np.arange(1, largest + 1)
    lo, hi = claims.loc[share, ["lo", "hi"]]
    possible = np.floor(hi * sizes + 1e-9) >= np.ceil(lo * sizes - 1e-9)
    return pd.DataFrame({"possible": possible}, index=pd.Index(sizes, name="size"))


def group_chart(table: pd.DataFrame) -> Figure:
    """Draw which sizes of a group a printed share allows.

    Parameters
    ----------
    table : DataFrame
        As `possible_groups` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(1.3)
    ax.bar(table.index[table.possible], 1, width=0.8, color=charts.colour("Liandu"))
    ax.bar(table.index[~table.possible], 1, width=0.8, color="#EDEDED")
    ax.set_yticks([])
    ax.set_xlim(0, len(table) + 1)
    ax.set_xlabel("Graduates of the classes; green: the printed rate is possible")
    sns.despine(ax=ax, left=True)
    return fig


# -- All three -----------------------------------------------------------------------------------------------


def under_rules(names: Mapping[str, str]) -> pd.DataFrame:
    """Work out relations again under other readings of the printed digits.

    Parameters
    ----------
    names : mapping of str to str
        Relation id to what the reader's table calls it.

    Returns
    -------
    DataFrame
        Columns Reading of the digits, one per relation (its range, in the reader's unit), and for the whole
        article Verdicts that change (of relations) and Clashes (minimal conflicts).
    """
    usual, rows = verdicts.relations().grade, []
    for reading, rules in report.RULES.items():
        found = verdicts.run(rules)
        graded = verdicts.of_relations(found)
        ranges = {
            words: report.quantity(*graded.loc[name, ["lo", "hi", "unit"]]) for name, words in names.items()
        }
        changed = int((graded.grade != usual).sum())
        totals = {"Verdicts that change": changed, "Clashes": len(found.conflicts)}
        rows.append({"Reading of the digits": reading, **ranges, **totals})
    return pd.DataFrame(rows)
