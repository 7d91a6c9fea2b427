"""Pictures of gaps: where they come from, real growth, incomes, the growth sheet, lights and jobs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mountain_counties.book import charts, prose
from mountain_counties.growth import gap_sources, long_view, real


def forest(table: pd.DataFrame, edge: float = 0.4) -> Figure:
    """Draw the gap of every indicator under every specification, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `gap_sources.table` gives it.
    edge : float
        Where the axis ends on either side; an interval that goes on has an arrow.

    Returns
    -------
    Figure
        Dark: the interval keeps clear of zero.
    """
    labels = table.index.unique("indicator")
    names = list(gap_sources.SPECIFICATIONS)
    fig, ax = charts.canvas(1.075 * len(labels))
    y, places, ticks = 0.0, [], []
    for label in labels:
        ax.text(-edge, y, label, size=charts.SIZE, va="center", color=charts.ACCENT)
        for name in names:
            y += 1
            row = table.loc[(label, name)]
            clear = row["lo"] > 0 or row["hi"] < 0
            ink = charts.ACCENT if clear else charts.COLOURS["members"]
            ends = np.clip([row["lo"], row["hi"]], -edge, edge)
            ax.plot(ends, [y, y], color=ink, solid_capstyle="butt")
            for end, bound, mark in ((row["lo"], -edge, "<"), (row["hi"], edge, ">")):
                if abs(end) > edge:
                    ax.plot(bound, y, mark, color=ink, markersize=5, clip_on=False)
            ax.plot(row["estimate"], y, "o", color=ink, markersize=5.5)
            places.append(y)
            ticks.append(name)
        y += 1.35
    ax.axvline(0, color=charts.INK, linewidth=0.8, zorder=0)
    ax.set_yticks(places, ticks)
    ax.set_ylim(y - 0.7, -0.8)
    ax.set_xlim(-edge, edge)
    charts.bare(ax)
    ax.tick_params(axis="y", pad=7)  # the heads of arrows stand on the edge
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    charts.ticks(ax.xaxis, lambda value: prose.signed(value, 0, shift=2))
    ax.set_xlabel("Mountain counties less others,\npoints of growth")
    return fig


def real_and_nominal(table: pd.DataFrame, members: pd.Series, limit: float) -> Figure:
    """Draw real and nominal growth as two ends of a dumbbell, place by place and year by year.

    A band begins at the province's real growth and is as wide as a lead that the chapter could miss.

    Parameters
    ----------
    table : DataFrame
        As `real.rates` gives it.
    members : Series
        As `real.group` gives it: the last two rows.
    limit : float
        The least lead a year that could be seen, as a fraction.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(5.4)
    y, places, labels = 0.0, [], []

    def band(top: float, bottom: float, province: float) -> None:
        rows, look = [top - 0.5, bottom + 0.5], {"color": "#E6E6E6", "linewidth": 0, "zorder": 0}
        ax.fill_betweenx(rows, province, province + limit, **look)

    for year, part in table.groupby(level="year"):
        band(y, y + len(part) - 1, part["real"].xs(real.PROVINCE, level="code").item())
        for (_, code), row in part.sort_values("name").iterrows():
            ink = charts.COLOURS["province"] if code == real.PROVINCE else charts.COLOURS["members"]
            if pd.notna(row["nominal"]):
                ax.plot(row[["real", "nominal"]].astype(float), [y, y], color="#BDBDBD", zorder=1)
                ax.plot(row["nominal"], y, "o", mfc="white", color=ink, zorder=2)
            ax.plot(row["real"], y, "o", color=ink, zorder=3)
            places.append(y)
            labels.append(f"{row['name']} {year}")
            y += 1
        y += 0.6
    band(y, y + 1, members["province"])
    for label, value, ink in (
        ("Zhejiang 2024, to September", members["province"], charts.COLOURS["province"]),
        ("25 members, to September", members["members"], charts.COLOURS["members"]),
    ):
        ax.plot(value, y, "o", color=ink)
        places.append(y)
        labels.append(label)
        y += 1
    ax.set_yticks(places, labels)
    ax.set_ylim(y - 0.4, -0.7)
    ax.set_xlim(0, None)
    charts.bare(ax)
    charts.ticks(ax.xaxis, charts.whole_percent)
    ax.set_xlabel("Growth of GDP over the year before")
    first = table.sort_values("name").groupby(level="year").first().iloc[0]
    charts.call_out(ax, {"comparable prices": (first["real"], 0), "current prices": (first["nominal"], 0)})
    return fig


def income_convergence(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw the growth of incomes against where they set out, with the band of the nine other prefectures.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As `incomes.both` gives them.

    Returns
    -------
    Figure
    """
    fig, axes = charts.canvas(5.6, rows=2)
    for ax, (title, table) in zip(axes, tables.items(), strict=True):
        table = table.sort_values("start")
        level = table["start"] / 1e3
        ax.fill_between(level, table["lo"], table["hi"], color="#E6E6E6", linewidth=0)
        ax.plot(level, table["expected"], color="#8C8C8C", linewidth=1.2)
        for own, ink in ((False, charts.COLOURS["members"]), (True, charts.ACCENT)):
            rows = table[table["own"] == own]
            ax.plot(rows["start"] / 1e3, rows["pace"], "o", color=ink)
        ax.set_title(title)
        ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        charts.ticks(ax.yaxis, lambda value: prose.percent(value, 0))
        spots = table[table["own"] | table["name"].isin(["Hangzhou", "Wenzhou"])].sort_values("own")
        points = zip(spots["name"], spots["start"] / 1e3, spots["pace"], strict=True)
        charts.label_points(ax, {name: (x, y) for name, x, y in points})
    axes[1].set_xlabel("Income per head in 2014, thousand yuan")
    fig.supylabel("Mean yearly growth to 2022 (logs)", size=charts.SIZE)
    return fig


def sheet(table: pd.DataFrame, pooled: pd.DataFrame, names: list[str]) -> Figure:
    """Draw every county's growth by every figure, coloured by rank, the fastest on top.

    Parameters
    ----------
    table : DataFrame
        As `sheet.paces` gives it.
    pooled : DataFrame
        As `sheet.pooled` gives it; its order is the picture's.
    names : list of str
        Names of the rows of `table`.

    Returns
    -------
    Figure
    """
    order = pooled["pooled"].sort_values(ascending=False).index
    named = dict(zip(table.index, names, strict=True))
    rank = table.rank(ascending=False, method="min").loc[order]
    share = (rank - 1) / (table.notna().sum() - 1)
    fig, (ax, right) = charts.canvas(
        8.4, columns=2, sharey=True, gridspec_kw={"width_ratios": [3.1, 1], "wspace": 0.02}
    )
    across, down = np.arange(share.shape[1] + 1) - 0.5, np.arange(len(share) + 1) - 0.5
    ax.pcolormesh(across, down, 1 - share, cmap=charts.HEAT)
    ax.invert_yaxis()
    for y, code in enumerate(order):
        for x, column in enumerate(table):
            value = table.loc[code, column]
            if pd.notna(value):
                text = prose.number(value, 1, shift=2)
                ax.text(x, y, text, ha="center", va="center", size=charts.SMALLEST)
    ax.set_xticks(range(table.shape[1]), [column.replace(" ", "\n", 1) for column in table], rotation=90)
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(order)), [named[code] for code in order])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    rows = np.arange(len(order))
    right.hlines(rows, pooled.loc[order, "rank_lo"], pooled.loc[order, "rank_hi"], color="#8C8C8C")
    right.plot(pooled.loc[order, "pooled"].rank(ascending=False), rows, "o", color=charts.INK, markersize=5)
    right.set_xticks([1, 13, 26])
    right.xaxis.tick_top()
    right.set_title("Rank", size=charts.SIZE)
    charts.bare(right)
    return fig


def lights_before_and_after(table: pd.DataFrame) -> Figure:
    """Draw the event study of the lights, one piece for each stretch.

    Parameters
    ----------
    table : DataFrame
        As `lights_trend.event_study` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.2)
    for _, part in table.groupby("stretch"):
        rows = part[~part["base"]]
        ax.vlines(rows.index, rows["lo"], rows["hi"], color=charts.INK)
        ax.plot(part.index, part["estimate"], "-", color="#BDBDBD", linewidth=1, zorder=0)
        ax.plot(rows.index, rows["estimate"], "o", color=charts.INK)
        ax.plot(part.index[part["base"]], [0], "o", mfc="white", color=charts.INK)
    ax.axhline(0, color=charts.INK, linewidth=0.8)
    ax.axvline(long_view.PLAN_YEAR - 0.5, color=charts.COLOURS["members"], linewidth=0.8, linestyle=":")
    ax.axvspan(2016.3, 2016.7, color="#EEEEEE", zorder=0)
    ax.set_ylim(-0.6, 0.6)
    ax.set_xticks(table.index, [str(year) for year in table.index], rotation=45)
    charts.ticks(ax.yaxis, charts.whole_points)
    ax.set_ylabel("Points (logs)")
    return fig


def people_and_heads(table: pd.DataFrame) -> Figure:
    """Draw the growth of GDP as that of people and that of GDP per head, county by county.

    Parameters
    ----------
    table : DataFrame
        As `sheet.people_and_heads` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.6)
    means = {}
    for member, ink in ((False, charts.COLOURS["others"]), (True, charts.ACCENT)):
        rows = table[table["member"] == member]
        ax.plot(rows["people"], rows["head"], "o", color=ink, markersize=5)
        mean = rows[["people", "head"]].mean()
        ax.plot(*mean, "D", color=ink, markeredgecolor=charts.INK, markersize=10)
        means["mountain counties: mean" if member else "others: mean"] = tuple(mean)
    ax.axvline(0, color=charts.INK, linewidth=0.8, zorder=0)
    for axis, spots in ((ax.xaxis, 5), (ax.yaxis, 4)):
        axis.set_major_locator(MaxNLocator(spots, steps=[1, 2, 5, 10]))
        charts.ticks(axis, lambda value: prose.percent(value, 0))
    ax.set_xlabel("Yearly growth of residents, 2020–2023")
    ax.set_ylabel("of GDP per head")
    charts.call_out(ax, means)
    return fig


def jobs(table: pd.DataFrame) -> Figure:
    """Draw how the make-up of jobs changed, sector by sector, for the two groups.

    Parameters
    ----------
    table : DataFrame
        As `structure.shares` gives it.

    Returns
    -------
    Figure
    """
    fig, ax = charts.canvas(3.6)
    sectors = list(table.index.unique("sector"))
    for shift, member, ink, label in (
        (-0.19, True, charts.ACCENT, "Mountain counties"),
        (0.19, False, charts.COLOURS["others"], "Others"),
    ):
        change = table.loc[member, "change"][sectors]
        rows = np.arange(len(sectors)) + shift
        ax.barh(rows, change, height=0.36, color=ink)
        down = change.argmin()  # a bar to the left leaves room for its name on the right
        charts.note(ax, label, (max(change.iloc[down], 0), rows[down]), (5, 0))
        for y, value in zip(rows, change, strict=True):
            ax.text(
                value + (0.004 if value >= 0 else -0.004),
                y,
                prose.signed(value, 1, shift=2),
                va="center",
                ha="left" if value >= 0 else "right",
                size=charts.SMALLEST,
            )
    ax.axvline(0, color=charts.INK, linewidth=0.8)
    ax.set_yticks(range(len(sectors)), sectors)
    ax.invert_yaxis()
    ax.set_xlim(-0.29, 0.21)
    charts.bare(ax)
    charts.ticks(ax.xaxis, charts.whole_points)
    ax.set_xlabel("Change of the share of jobs, 2010–2020, points")
    return fig
