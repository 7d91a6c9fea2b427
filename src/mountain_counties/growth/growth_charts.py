"""Pictures of growth: the counties side by side, specifications, catching up, the long record, the lights."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mountain_counties.book import charts, prose
from mountain_counties.growth import growth, long_view
from mountain_counties.record import counties

GROUP, REST = charts.COLOURS["members"], charts.COLOURS["others"]
LABELS = {True: "Mountain counties", False: "Others"}


def _ink(table: pd.DataFrame, named: Mapping[str, str] | None = None) -> list[str]:
    """Give each county that is named its own colour if it has one, and the others their group's."""
    return [
        charts.COLOURS[first]
        if (named is None or name in named) and (first := name.split(" and ")[0]) in charts.COLOURS
        else GROUP
        if member
        else REST
        for name, member in zip(table["name"], table["member"], strict=True)
    ]


def _spots(names: pd.Series, x: pd.Series, y: pd.Series, named: Mapping[str, str]) -> dict:
    """Find the points that carry a name."""
    return {named[name]: (a, b) for name, a, b in zip(names, x, y, strict=True) if name in named}


def _name_groups(ax: Axes, table: pd.DataFrame, x: pd.Series, y: pd.Series) -> None:
    """Say above a cloud of dots what the two greys are, each by a dot near the top."""
    spots = {}
    for member, words in LABELS.items():
        highest = y[(table["member"] == member) & ~table["name"].str.contains("Fenghua|Suichang")].idxmax()
        spots[words] = (x[highest], y[highest])
    charts.call_out(ax, spots)


def _few_ticks(axis: Axis, write: Callable[[float], str]) -> None:
    """Put few ticks at round values, so that none is rounded when it is written."""
    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    charts.ticks(axis, write)


def _line(
    ax: Axes, x: pd.Series, y: pd.Series, table: pd.DataFrame, named: Mapping[str, str], **how: object
) -> None:
    """Draw the counties as dots and the straight line of least squares through them."""
    dots = {"color": _ink(table, named), "s": 34, "linewidths": 0, "alpha": 1}
    line = {"color": "#8C8C8C", "linewidth": 1.2, "zorder": 0.5}  # names may lie across it
    sns.regplot(x=x, y=y, ax=ax, ci=None, scatter_kws=dots, line_kws=line, **how)


def county_growth(table: pd.DataFrame, broken: pd.DataFrame, named: Mapping[str, str]) -> Figure:
    """Draw the growth of every county as a dot, the two groups one above the other, with their means.

    Parameters
    ----------
    table : DataFrame
        As `growth.rates` gives it.
    broken : DataFrame
        As `growth.left_out` gives it: drawn hollow below, at the edge where they lie outside.
    named : mapping of str to str
        Name of a compared unit to its label.

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(4.8, rows=2, sharex=True)
    low, high = table["growth"].min() - 0.035, table["growth"].max() + 0.05
    for ax, member in zip(axes, (True, False), strict=True):
        own = table[table["member"] == member].sort_values("growth")
        column = (own["growth"] / 0.01).round()
        height = own.groupby(column).cumcount()
        ax.scatter(column * 0.01, height, c=_ink(own, named), s=40, linewidth=0)
        middle = own["growth"].mean()
        ax.vlines(middle, -0.7, height.max() + 1.2, color=charts.INK, linewidth=1.2, zorder=0)
        ax.set_title(f"{LABELS[member]}: {prose.percent(middle)} on average")
        _leaders(ax, _spots(own["name"], column * 0.01, height, named), height.max() + 2.2)
        odd = broken[broken["member"] == member].sort_values("growth")
        for place, (name, rate) in enumerate(zip(odd["name"], odd["growth"], strict=True)):
            at = np.clip(rate, low + 0.004, high - 0.004), -1.6 - 1.2 * (place % 2)
            ax.plot(*at, "o", color=GROUP, mfc="none")
            gap, side = ((-7, 0), "right") if rate > high - 0.08 else ((7, 0), "left")
            text = name if low < rate < high else f"{name} {charts.whole_percent(rate)}"
            ax.annotate(text, at, gap, textcoords="offset points", ha=side, va="center", size=charts.SMALLEST)
        ax.set_ylim(-3.6, height.max() + 4.8)
        ax.set_yticks([])
        charts.bare(ax)
    axes[1].set_xlim(low, high)
    axes[1].set_xlabel("Growth of GDP at current prices, 2020–2023 (hollow: not compared)")
    _few_ticks(axes[1].xaxis, charts.whole_percent)
    return fig


def _leaders(ax: Axes, spots: Mapping[str, tuple[float, float]], height: float) -> None:
    """Write names above the dots that they belong to, in two rows by turns, with thin lines down to them."""
    x = np.array([point[0] for point in spots.values()])
    places = charts.spread(x, 0.065)
    turn = {at: 1.6 * (place % 2) for place, at in enumerate(sorted(places))}  # neighbours do not touch
    for (name, point), at in zip(spots.items(), places, strict=True):
        ax.plot([point[0], at], [point[1] + 0.35, height + turn[at]], color=GROUP, linewidth=0.6)
        ax.text(at, height + turn[at] + 0.1, name, ha="center", va="bottom", size=charts.SMALLEST)


def differences(table: pd.DataFrame) -> Figure:
    """Draw the difference of either group's growth with its interval, over what could have been detected.

    Parameters
    ----------
    table : DataFrame
        As `growth.by_indicator` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(4.2)
    labels = list(dict.fromkeys(table.index.get_level_values("indicator")))
    looks = {"mean": (-0.17, "o", charts.INK), "weighted mean": (0.17, "D", GROUP)}
    for row, label in enumerate(labels):
        for estimator, (shift, marker, ink) in looks.items():
            found = table.loc[(label, estimator)]
            least = found["detectable"]
            y = row + shift
            ax.barh(y, 2 * least, left=-least, height=0.3, color="#E6E6E6", zorder=0)
            ax.plot(found[["lo", "hi"]], [y, y], color=ink, solid_capstyle="butt")
            ax.plot(found["difference"], y, marker=marker, color=ink, markersize=5.5)
    ax.axvline(0, color=charts.INK, linewidth=0.8)
    ax.set_yticks(range(len(labels)), labels)
    ax.invert_yaxis()
    charts.bare(ax)
    _few_ticks(ax.xaxis, charts.whole_points)
    ax.set_xlabel("Growth 2020–2023: mountain counties less\nothers, points; pale: too small to detect")
    spots = {}
    for words, estimator in (("each county alike", "mean"), ("by size", "weighted mean")):
        found = table.loc[(labels[-1], estimator)]
        spots[words] = (max(found["hi"], found["detectable"]), len(labels) - 1 + looks[estimator][0])
    charts.label_ends(ax, spots)
    return fig


def specification_curve(table: pd.DataFrame) -> Figure:
    """Draw the difference under every specification, sorted, and what each of them is.

    Parameters
    ----------
    table : DataFrame
        As `growth.specifications` gives it.

    Returns
    -------
    Figure
    """
    table = table.sort_values("difference", ignore_index=True)
    fig, (top, bottom) = charts.canvas(5.0, rows=2, sharex=True, gridspec_kw={"height_ratios": [1, 1.25]})
    main = (table["units"] == "Main").to_numpy()
    for ink, rows in ((REST, ~main), (charts.INK, main)):
        top.vlines(table.index[rows], table["lo"][rows], table["hi"][rows], color=ink)
        top.plot(table.index[rows], table["difference"][rows], "o", color=ink, markersize=5)
    top.axhline(0, color=charts.INK, linewidth=0.8)
    _few_ticks(top.yaxis, charts.whole_points)
    top.set_ylabel("Points")
    choices = [*growth.SPECIFICATIONS, *growth.ESTIMATORS]
    for row, choice in enumerate(choices):
        chosen = table.index[(table["units"] == choice) | (table["estimator"] == choice)]
        bottom.plot(chosen, [row] * len(chosen), "o", color=GROUP, markersize=4.5)
    bottom.axhline(len(growth.SPECIFICATIONS) - 0.5, color="#D0D0D0", linewidth=0.8)
    bottom.set_yticks(range(len(choices)), [choice[0].upper() + choice[1:] for choice in choices])
    bottom.set_ylim(len(choices) - 0.5, -0.5)
    bottom.set_xticks([])
    for ax in (top, bottom):
        ax.tick_params(axis="y", length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
    return fig


def county_contributions(table: pd.DataFrame) -> Figure:
    """Draw what each county added to the growth of the group.

    Parameters
    ----------
    table : DataFrame
        As `growth.contributions` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(5.6)
    ax.barh(table["name"], table["contribution"], color=_ink(table), height=0.72)
    for y, (added, rate) in enumerate(zip(table["contribution"], table["growth"], strict=True)):
        ax.text(added + 0.0004, y, prose.percent(rate, 0), va="center", size=charts.SMALLEST)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, table["contribution"].max() * 1.12)
    _few_ticks(ax.xaxis, lambda value: prose.number(value, 0, shift=2))
    ax.set_xlabel("Points added to the growth of the sum\n(beside the bar: the county's own growth)")
    charts.bare(ax)
    return fig


def catching_up(heads: pd.DataFrame, years: float, named: Mapping[str, str]) -> Figure:
    """Draw growth against the level that it started from.

    Parameters
    ----------
    heads : DataFrame
        As `convergence.per_head` gives it.
    years : float
        Length of the span.
    named : mapping of str to str
        Name of a unit to its label.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.6)
    level, pace = heads["start"] / 1e3, np.log1p(heads["growth"]) / years
    _line(ax, level, pace, heads, named, logx=True)
    ax.set_xscale("log")
    ax.set_xticks([50, 75, 100, 150, 200])
    ax.minorticks_off()
    charts.ticks(ax.xaxis, prose.number)
    _few_ticks(ax.yaxis, charts.whole_percent)
    ax.set_xlabel("GDP per head in 2020, thousand yuan")
    ax.set_ylabel("Yearly growth to 2023")
    _name_groups(ax, heads, level, pace)
    charts.label_points(ax, _spots(heads["name"], level, pace, named))
    return fig


def distribution(heads: pd.DataFrame) -> Figure:
    """Draw how GDP per head was spread among the counties in either year, against the year's mean.

    Parameters
    ----------
    heads : DataFrame
        As `convergence.per_head` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.0)
    for column, year, style, ink in (("start", 2020, "--", REST), ("end", 2023, "-", charts.INK)):
        relative = heads[column] / heads[column].mean()
        sns.kdeplot(relative, ax=ax, clip=(0.3, 2.4), linestyle=style, color=ink)
        x, y = ax.get_lines()[0 if column == "start" else -1].get_data()
        at = np.searchsorted(x, 1.28)
        charts.note(ax, str(year), (x[at], y[at]), (4, 6) if column == "start" else (-4, -6), va="center")
        if column == "end":
            for member, ink_dot in ((True, GROUP), (False, REST)):
                dots = relative[heads["member"] == member]
                ax.plot(dots, np.full(len(dots), -0.09 if member else -0.2), "|", color=ink_dot, markersize=9)
    ax.text(2.4, -0.09, LABELS[True], va="center", ha="right", size=charts.SMALLEST)
    ax.text(2.4, -0.2, LABELS[False], va="center", ha="right", size=charts.SMALLEST)
    ax.axvline(1, color="#D0D0D0", linewidth=0.8, zorder=0)
    ax.set_yticks([])
    ax.set_ylabel("")
    charts.bare(ax)
    ax.set_xlabel("GDP per head, times the mean of the counties compared")
    return fig


def gaps(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw how far each prefecture has moved from the nine others, year by year.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Title to yearly log growth as `long_view.yearly` gives it; years with a break are missing.

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(7.6, rows=-(-len(tables) // 2), columns=2, sharex=True)
    for ax in axes.flat[len(tables) :]:
        ax.set_visible(False)
    own, names = growth.whole_prefectures(), counties.prefectures()["name_en"]
    styles = dict(zip(own, ("-", "--"), strict=True))
    for ax, (title, table) in zip(axes.flat, tables.items(), strict=False):
        path = long_view.drift(table)
        for code in path.columns.difference(own):
            ax.plot(path.index, path[code], color="#D0D0D0", linewidth=0.9)
        for code, style in styles.items():
            ax.plot(path.index, path[code], style, color=charts.INK)
        ax.axhline(0, color=charts.INK, linewidth=0.7)
        ax.axvline(long_view.PLAN_YEAR, color=GROUP, linewidth=0.8, linestyle=":")
        ax.set_title(title)
        _few_ticks(ax.yaxis, charts.whole_points)
        ax.set_xticks([2012, 2015, 2018, 2021])
    last = axes.flat[len(tables) - 1]  # beside it a panel is free
    ends = {names[code]: (path.index[-1], path[code].iloc[-1]) for code in own}
    rest = path[path.columns.difference(own)].iloc[-1]
    charts.label_ends(last, ends | {"each other prefecture": (path.index[-1], rest.max())})
    for text in last.texts:
        text.set_in_layout(False)
    fig.supylabel("Growth ahead of the other prefectures since the start, points (logs)", size=charts.SIZE)
    return fig


def all_pairs(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw Quzhou and Lishui among all pairs of prefectures.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Label to the differences as `long_view.pairs` gives them.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.4)
    for row, table in enumerate(tables.values()):
        ax.plot(table["difference"], [row] * len(table), "|", color=REST, markersize=11)
        own = table.loc[table["own"], "difference"]
        ax.plot(own, [row], "o", color=charts.INK, markersize=8)
    ax.axvline(0, color=charts.INK, linewidth=0.8)
    ax.set_yticks(range(len(tables)), list(tables))
    ax.invert_yaxis()
    charts.bare(ax)
    _few_ticks(ax.xaxis, charts.whole_points)
    ax.set_xlabel("Yearly growth less that of the other prefectures, points")
    ax.set_ylim(len(tables) - 0.5, -0.5)
    first = next(iter(tables.values()))
    own = first.loc[first["own"], "difference"].iloc[0]
    charts.call_out(ax, {"Quzhou and Lishui": (own, 0), "each other pair": (first["difference"].max(), 0)})
    return fig


def lights(by_year: pd.DataFrame, witness: pd.DataFrame, named: Mapping[str, str]) -> Figure:
    """Draw what the lights say: the two groups year by year, and the counties against their GDP.

    Parameters
    ----------
    by_year : DataFrame
        As `long_view.lights_by_year` gives it.
    witness : DataFrame
        As `long_view.witness` gives it.
    named : mapping of str to str
        Name of a unit to its label.

    Returns
    -------
    Figure
    """
    fig, (top, bottom) = charts.canvas(6.0, rows=2, gridspec_kw={"height_ratios": [1, 1.5]})
    top.vlines(by_year.index, by_year["lo"], by_year["hi"], color=charts.INK)
    top.plot(by_year.index, by_year["difference"], "o", color=charts.INK, markersize=6)
    top.axhline(0, color=charts.INK, linewidth=0.8)
    gap = sorted(set(range(by_year.index.min(), by_year.index.max() + 1)) - set(by_year.index))
    for year in gap:
        top.axvspan(year - 0.4, year + 0.4, color="#EEEEEE", zorder=0)
        top.text(year, top.get_ylim()[1], "product\nchanged", ha="center", va="top", size=charts.SMALLEST)
    top.set_xticks(range(by_year.index.min(), by_year.index.max() + 1))
    _few_ticks(top.yaxis, charts.whole_points)
    top.set_title("Growth of light in the year: mountain counties less others, points")
    _line(bottom, witness["lights"], witness["gdp"], witness, named)
    _few_ticks(bottom.xaxis, charts.whole_percent)
    _few_ticks(bottom.yaxis, charts.whole_percent)
    bottom.set_xlabel("Yearly growth of light, 2019–2021")
    bottom.set_ylabel("Yearly growth of GDP, 2020–2023")
    _name_groups(bottom, witness, witness["lights"], witness["gdp"])
    charts.label_points(bottom, _spots(witness["name"], witness["lights"], witness["gdp"], named))
    return fig
