"""Pictures of the list: who was on it, what separates those who left, what was named, who is next."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from mountain_counties.book import charts, prose
from mountain_counties.line import reclassification
from mountain_counties.record import counties

ROUND_LOOKS = {2024: (charts.ROUNDS[2024], "o"), 2025: (charts.ROUNDS[2025], "D")}
"""Colour and marker of those who left in each round."""

MAP_TOLERANCE = 0.01
"""Degrees: about a pixel of the map, which would weigh half a megabyte with every bend."""

JOINED = charts.ACCENT
STAYED = "#C8C8C8"


def _names() -> pd.Series:
    return counties.units()["name_en"]


def _label(ax: Axes, points: Mapping[str, tuple[float, float]]) -> None:
    """Write names beside points, with a white rim where they cross lines and areas."""
    charts.label_points(ax, points)
    for text in ax.texts:
        text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])


def _decimal(date: str) -> float:
    """Turn a date into years; one known to the month only counts from its last day."""
    day = pd.Period(date).end_time
    return day.year + (day.day_of_year - 1) / 365.25


def size(sizes: pd.DataFrame, spells: pd.DataFrame, goal: tuple[int, int]) -> Figure:
    """Draw the number of members over time, who moved, and the goal.

    Parameters
    ----------
    sizes, spells : DataFrame
        As `list_over_time.sizes` and `list_over_time.spells` give them.
    goal : tuple of int
        As `list_over_time.goal` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.6)
    when, count = [_decimal(date) for date in sizes["date"]], list(sizes["members"])
    last = _decimal(sizes["date"].iloc[-1])
    ax.step([*when, last + 0.6], [*count, count[-1]], where="post", color=charts.INK)
    year, most = goal
    ax.plot([last + 0.6, year + 1], [count[-1], most], color=charts.INK, linestyle=(0, (2, 2)), linewidth=1.2)
    ax.add_patch(Rectangle((year, 17.5), 1, most + 0.5 - 17.5, color="#E9E2C8", zorder=0))
    ax.text(year - 0.2, 18.5, f"the goal: {most} or fewer by {year}", ha="right", va="center")
    ax.axvspan(2002, when[0], color="#F1F1F1", zorder=0)
    middle = (2002 + when[0]) / 2
    ax.text(middle, 26, "who was on it:\nnot found", ha="center", va="center", size=charts.SMALLEST)
    for row, x in zip(sizes.iloc[1:].itertuples(), when[1:], strict=True):
        for column, verb, ink in (("from", "in", JOINED), ("to", "out", charts.INK)):
            if names := list(spells.loc[spells[column] == row.date, "name_en"]):
                text = f"{verb}: {', '.join(names)}"
                ax.text(x - 0.45, row.members, text, ha="right", va="center", color=ink, size=charts.SMALLEST)
                ax.plot([x - 0.35, x], [row.members] * 2, color=ink, linewidth=0.8)
    ax.text(when[0] + 0.2, count[0] + 0.35, f"{count[0]} mountain counties", va="bottom")
    ax.set(xlim=(2002, year + 1), ylim=(17.5, 28), ylabel="Members")
    ax.set_xticks([2002, 2005, 2010, 2015, 2020, 2025])
    return fig


def status_map(spells: pd.DataFrame) -> Figure:
    """Draw the province with those on the list, those who left and those who joined.

    Parameters
    ----------
    spells : DataFrame
        As `list_over_time.spells` gives them.

    Returns
    -------
    Figure
    """
    shapes, frame = counties.map_shapes(MAP_TOLERANCE)
    fig, ax = charts.canvas(4.6)
    fig.set_visible(False)  # geopandas draws the whole figure after each layer
    never = shapes.index.difference(spells["code"])
    shapes.loc[never].plot(ax=ax, color="white", edgecolor="#D9D9D9", linewidth=0.4)
    joined = set(reclassification.joined())
    looks = [(STAYED, reclassification.remaining()), (JOINED, sorted(joined))]
    looks += [(ROUND_LOOKS[year][0], codes) for year, codes in reclassification.rounds()["codes"].items()]
    for ink, codes in looks:
        shapes.loc[list(codes)].plot(ax=ax, color=ink, edgecolor="white", linewidth=0.5)
    fig.set_visible(True)
    ax.plot(*frame.exterior.xy, color="#BDBDBD", linewidth=0.8)
    middle, _ = frame.centroid.coords[0]
    ax.annotate("Zhoushan", (middle, frame.bounds[1]), (0, -3), textcoords="offset points",
                ha="center", va="top", size=charts.SMALLEST)  # fmt: skip
    moved = spells[(spells["to"] != "") | spells["code"].isin(joined)]
    units = counties.units().loc[moved["code"]]
    called = {
        code: f"{name}, {to[:4]}" if to else f"{name}, joined {since[:4]}"
        for code, name, since, to in zip(*(moved[c] for c in ("code", "name_en", "from", "to")), strict=True)
    }
    spots = shapes.geometry[units.index].representative_point()
    ax.set(xlabel="", ylabel="")  # geopandas has named them
    ax.set_axis_off()
    ax.set_aspect(1 / np.cos(np.radians(units["lat"].mean())))
    far = spots.within(frame)
    stays = shapes.geometry[reclassification.remaining()].representative_point()
    west = min(stays, key=lambda point: point.x)
    label = {called[code]: (point.x, point.y) for code, point in spots[~far].items()}
    _label(ax, label)
    line = {"arrowstyle": "-", "color": charts.LEADER, "linewidth": 0.8}
    at = (west.x, west.y)
    charts.note(ax, "on the list\nsince 2015\nor before", at, (-18, 26), ha="center", arrowprops=line)
    for code, point in spots[far].items():  # a name in the inset would hide its islands
        charts.note(ax, called[code], (frame.bounds[0], point.y), (-4, 0))
    return fig


def ranks(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw where those who left rank by each indicator.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Title of a block to its ranks: counties by indicator, 1 for the greatest value; the columns in the
        order of the rows.

    Returns
    -------
    Figure
    """
    rows = [(title, name) for title, table in tables.items() for name in [None, *table.columns]]
    fig, ax = charts.canvas(0.75 + 0.185 * len(rows))
    for y, (title, name) in enumerate(rows):
        if name is None:
            ax.text(26.9, y, title, va="center", ha="right")
            continue
        placed = tables[title][name]
        ax.plot(placed, [y] * len(placed), "|", color=STAYED, markersize=7, zorder=1)
        for year, codes in reclassification.rounds()["codes"].items():
            ink, marker = ROUND_LOOKS[year]
            at = placed[list(codes)]
            ax.plot(at, [y] * len(at), marker, color=ink, markersize=5.5, markeredgecolor="white",
                    markeredgewidth=0.5, zorder=2)  # fmt: skip
    labels = [(y, reclassification.short(name)) for y, (_, name) in enumerate(rows) if name]
    ax.set_yticks(*zip(*labels, strict=True))
    ax.set(ylim=(len(rows) - 0.4, -0.6), xlim=(0, 26.9), xlabel="Rank in the group, greatest value first")
    ax.set_xticks([1, 6, 13, 20, 26])
    ax.axvline(6.5, color="#6B6B6B", linewidth=0.8, linestyle=(0, (3, 2)), zorder=0)
    charts.bare(ax)
    first = next(iter(tables.values())).iloc[:, 0]
    spots = {
        f"left in {year}": (first[list(codes)].max(), 1)
        for year, codes in reclassification.rounds()["codes"].items()
    }
    charts.call_out(ax, spots | {"stayed": (first[reclassification.remaining()].median().round(), 1)})
    return fig


def thresholds(panel: pd.DataFrame, line: tuple[float, float]) -> Figure:
    """Draw GDP against GDP per head with the line that separates the six and the corner of the first round.

    Parameters
    ----------
    panel : DataFrame
        The 26 by indicators, with `gdp` (100 million yuan) and `gdp_per_capita` (yuan).
    line : tuple of float
        Between which GDP the line can lie, as `who_is_next.line` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(4.0)
    x, y = panel["gdp"] / 10, panel["gdp_per_capita"] / 1000
    first = list(reclassification.rounds()["codes"].iloc[0])
    ax.axvspan(line[0] / 10, line[1] / 10, color="#D9D9D9", zorder=0)
    ax.set(xlim=(10, 92), ylim=(52, 134), xscale="log")
    ax.set(xlabel="GDP of 2024, billion yuan (log scale)", ylabel="GDP per head of 2024, thousand yuan")
    corner = x[first].min(), y[first].min()
    ax.add_patch(
        Rectangle(
            corner,
            100,
            100,
            facecolor=charts.ROUNDS[2024] + "1A",
            edgecolor=charts.ROUNDS[2024],
            linestyle="--",
            zorder=0,
        )
    )
    rest = panel.index.difference(reclassification.removed())
    ax.plot(x[rest], y[rest], "o", color=STAYED, markersize=5)
    for year, codes in reclassification.rounds()["codes"].items():
        ink, marker = ROUND_LOOKS[year]
        ax.plot(x[list(codes)], y[list(codes)], marker, color=ink, markersize=6.5)
    ax.set_xticks([10, 20, 40, 80])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, prose.number)
    closest = list(x[rest].nlargest(3).index) + list(y[rest].nlargest(2).index)
    names = _names()
    _label(ax, {names[code]: (x[code], y[code]) for code in [*reclassification.removed(), *closest]})
    ax.text((line[0] * line[1]) ** 0.5 / 10, 53.5, "the line", ha="center", size=charts.SMALLEST)
    richest = {
        f"left in {year}": y[list(codes)].idxmax()
        for year, codes in reclassification.rounds()["codes"].items()
    }
    richest["stayed"] = y[rest].idxmax()
    charts.call_out(ax, {words: (x[code], y[code]) for words, code in richest.items()})
    return fig


def acceptability(shares: pd.DataFrame) -> Figure:
    """Draw the share of random weightings that put each county among the first three and the first six.

    Parameters
    ----------
    shares : DataFrame
        Indexed by `code`, columns `first` and `six` (fractions), in the order of the rows.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(0.9 + 0.23 * len(shares))
    left = {code: year for year, codes in reclassification.rounds()["codes"].items() for code in codes}
    for y, (code, row) in enumerate(shares.iterrows()):
        ink = ROUND_LOOKS[left[code]][0] if code in left else "#8A8A8A"
        ax.barh(y, row["six"], height=0.72, color=ink, alpha=0.35, linewidth=0)
        ax.barh(y, row["first"], height=0.72, color=ink, linewidth=0)
    ax.set_yticks(range(len(shares)), _names()[shares.index])
    ax.set(ylim=(len(shares) - 0.4, -0.6), xlim=(0, 1))
    ax.set_xlabel("Share of weightings: among as many as left first (full), in all (pale)")
    charts.ticks(ax.xaxis, lambda share: prose.percent(share, 0))
    ax.tick_params(axis="y", length=0)
    said = set()
    for y, (code, row) in enumerate(shares.iterrows()):
        words = f"left in {left[code]}" if code in left else "stayed"
        if words in said:
            continue
        said.add(words)
        if row["six"] < 0.5:
            charts.note(ax, words, (row["six"], y), (5, 0))
        else:
            charts.note(
                ax, words, (row["six"], y), (-6, 0), color="white" if row["first"] > 0.5 else charts.INK
            )
    return fig


def contest(table: pd.DataFrame) -> Figure:
    """Draw whom each rule names for the second round, the right names dark.

    Parameters
    ----------
    table : DataFrame
        As `forecast.contest` gives it.

    Returns
    -------
    Figure
    """
    blocks = table.groupby(["known", "fitted"], sort=False)
    titles = {
        ("August 2024", True): "Fitted to the first round, figures of August 2024",
        ("August 2024", False): "One ranking, figures of August 2024",
        ("afterwards", True): "Fitted, with figures of 2024",
        ("afterwards", False): "One ranking, with figures of 2024",
    }
    rows = [row for key, block in blocks for row in [titles[key], *block.itertuples()]]
    fig, ax = charts.canvas(0.25 + 0.25 * len(rows))
    right, names = reclassification.left_in(2025), _names()
    for y, row in enumerate(rows):
        if isinstance(row, str):
            ax.text(3.6, y, row, ha="right", va="center")
            continue
        for place, code in enumerate(row.named):
            ink = ROUND_LOOKS[2024][0] if code in right else "#EDEDED"
            ax.add_patch(Rectangle((place, y - 0.42), 0.96, 0.84, color=ink))
            ax.text(place + 0.48, y, names[code], ha="center", va="center", size=charts.SMALLEST,
                    color="white" if code in right else charts.INK)  # fmt: skip
        ax.text(3.08, y, f"{row.hits} of {len(row.named)}", va="center", size=charts.SMALLEST)
    ax.set(xlim=(0, 3.6), ylim=(len(rows) - 0.4, -0.6), xticks=[])
    rules = {y: row.rule for y, row in enumerate(rows) if not isinstance(row, str)}
    ax.set_yticks([*rules], rules.values())
    ax.spines["bottom"].set_visible(False)
    charts.bare(ax)
    return fig


def next_out(ranking: pd.DataFrame) -> Figure:
    """Draw the share of rules that put each county among the next to leave, with its range over the families.

    Parameters
    ----------
    ranking : DataFrame
        As `who_is_next.ranking` gives it, the rows to draw.

    Returns
    -------
    Figure
    """
    table = ranking.rename(columns={"share": "value"}).set_axis(_names()[ranking.index])
    fig, ax = charts.canvas(0.8 + 0.26 * len(table))
    charts.intervals(ax, table)
    charts.ticks(ax.xaxis, lambda share: prose.percent(share, 0))
    ax.set_xlabel("Share of the rules that put it among the next to leave")
    return fig


def years(table: pd.DataFrame, edge: float) -> Figure:
    """Draw the years until each county reaches the line, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `who_is_next.years_to_line` gives it.
    edge : float
        Years at which the axis ends; an interval that reaches it goes on.

    Returns
    -------
    Figure
    """
    drawn = table[["lo", "years", "hi"]].rename(columns={"years": "value"}).set_axis(_names()[table.index])
    beyond = np.flatnonzero(drawn["hi"] > edge)
    drawn = drawn.assign(value=drawn["value"].where(drawn["value"] <= edge), hi=drawn["hi"].clip(upper=edge))
    fig, ax = charts.canvas(0.8 + 0.21 * len(drawn))
    charts.intervals(ax, drawn)
    ax.plot([edge] * len(beyond), beyond, ">", color=charts.COLOURS["members"], markersize=5, clip_on=False)
    ax.set_xlim(-0.3, edge)
    ax.set_xticks(np.arange(0, edge + 1, 5))
    charts.ticks(ax.xaxis, prose.number)
    ax.set_xlabel("Years from 2024 until GDP reaches the line, at own growth")
    return fig


def rules(table: pd.DataFrame) -> Figure:
    """Draw which of those that left each rule would have named in their round, and its hits.

    Parameters
    ----------
    table : DataFrame
        As `rival_rules.matrix` gives it.

    Returns
    -------
    Figure
    """
    rounds, names = reclassification.rounds()["codes"], _names()
    codes = [(str(year), code) for year, left in rounds.items() for code in left]
    labels = list(dict.fromkeys(table.index.get_level_values("rule")))
    counted = [*map(str, rounds.index), "islands"]
    fig, ax = charts.canvas(1.25 + 0.27 * len(labels))
    edge = len(codes) + 0.35
    for y, label in enumerate(labels):
        for x, (year, code) in enumerate(codes):
            hit = code in table.loc[(label, year), "named"]
            ink = ROUND_LOOKS[int(year)][0] if hit else "#EDEDED"
            ax.add_patch(Rectangle((x + 0.04, y - 0.42), 0.92, 0.84, color=ink, linewidth=0))
        for x, label_round in enumerate(counted):
            row = table.loc[(label, label_round)]
            text = f"{row.hits}/{len(row.named)}" if len(row.named) else prose.DASH
            ax.text(edge + 0.5 + 1.05 * x, y, text, ha="center", va="center", size=charts.SMALLEST)
    heads = [names[code] for _, code in codes]
    places = [x + 0.5 for x in range(len(codes))]
    heads += [*counted[:-1], "with islands"]
    places += [edge + 0.5 + 1.05 * x for x in range(len(counted))]
    for x, head in zip(places, heads, strict=True):
        ax.text(x, -0.62, head, rotation=60, ha="left", va="bottom", size=charts.SMALLEST)
    ax.plot([len(rounds.iloc[0])] * 2, [-0.55, len(labels) - 0.45], color=charts.INK, linewidth=1.2)
    ax.set_yticks(range(len(labels)), labels)
    ax.set(xlim=(0, edge + 1.05 * len(counted) + 0.4), ylim=(len(labels) - 0.4, -3.4))
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return fig


def prior(table: pd.DataFrame) -> Figure:
    """Draw the share of weightings that give each round as the prior over weights changes.

    Parameters
    ----------
    table : DataFrame
        As `who_is_next.prior_curve` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(2.9)
    inks = {"min-max": charts.INK, "ranks": "#8C8C8C"}
    starts = {}
    for scale, part in table.groupby(level="scale"):
        part = part.droplevel("scale")
        for column, look in (("both", "-"), ("first", "--")):
            ax.plot(part.index, part[column], look, color=inks[scale], marker="o", markersize=3.5)
            words = "both rounds" if column == "both" else "first round"
            starts[f"{scale},\n{words}"] = (part.index[0], part[column].iloc[0])
    ax.axvline(1, color="#8A8A8A", linewidth=1, linestyle=":")
    ax.set_xscale("log")
    ax.set_xticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    ax.minorticks_off()
    ax.set(
        xlim=(0.07, 11), ylim=(0, 1.03), xlabel="Prior: few heavy weights (left) to nearly equal ones (right)"
    )
    ax.set_ylabel("Share of weightings")
    charts.ticks(ax.yaxis, lambda share: prose.percent(share, 0))
    charts.label_ends(ax, starts, left=True)
    return fig
