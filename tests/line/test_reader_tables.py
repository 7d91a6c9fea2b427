"""The reader's tables and pictures on the list."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mountain_counties.book import charts, prose
from mountain_counties.line import (
    forecast,
    inverse_weights,
    line_charts,
    list_over_time,
    reclassification,
    separation,
    who_is_next,
)
from mountain_counties.line import reader_tables as line_tables
from mountain_counties.record import counties


@pytest.fixture(scope="module")
def tested():
    return line_tables.tests()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(fig) -> str:
    """Join all text of a figure."""
    return " | ".join(text.get_text() for text in fig.findobj(plt.Text) if text.get_visible())


def test_spells_and_events_are_complete():
    spells, events = line_tables.spells(), line_tables.events()
    assert len(spells) == 28 and len(events) == len(counties.events())
    assert spells["Left"].str.startswith("still").sum() == 22
    assert events["Source"].str.fullmatch(r"\[.+\]\(https?://\S+\) \([ABC]\)").all()
    assert spells["Unit"].iloc[0] == f"Pingyang{prose.NBSP}平阳县"
    assert "undated" in set(events["Date"])


def test_tests_join_three_tests(tested):
    assert len(tested) == len(reclassification.indicators())
    assert tested["p_adjusted"].is_monotonic_increasing
    pool, codes = reclassification.candidates(2025), reclassification.left_in(2025)
    second = separation.test(reclassification.values(pool), codes)
    assert tested["p_second_adjusted"].to_dict() == pytest.approx(second["p_adjusted"].to_dict())


def test_indicators_show_the_ranks(tested):
    table = line_tables.indicators(tested).set_index("Indicator")
    assert len(table) == len(tested)
    assert table.index.is_unique
    assert table.loc["GDP, 2024", ["Ranks, 2024", "Ranks, 2025"]].to_list() == ["1, 2, 4", "3, 5, 6"]
    dash = prose.DASH
    assert table.loc["Above-scale firms, 2023", "Ranks, 2024"] == f"2, {dash}, {dash}"
    assert "Growth of GDP, 2020–2023" in table.index


def test_kinds_count_every_indicator(tested):
    found = line_tables.kinds(tested)
    assert found["indicators"].sum() == len(tested)
    assert found["separating"].to_dict() == {"total": 5, "rate": 0, "change": 0}
    assert found["significant"].sum() == (tested["p_adjusted"] < 0.05).sum()


def test_thresholds_are_written_in_the_readers_units():
    table = reclassification.values()[["gdp_2024", "urban_pop_2020"]]
    found = line_tables.single(separation.single_rules(table, reclassification.removed()))
    written = found.set_index("Indicator")["Weakest that left"].str.replace(prose.NBSP, " ")
    assert written.to_dict() == {
        "GDP": "43.0 billion yuan",
        "Urban population at the census": "289,269 persons",
    }


def test_pairs_need_both():
    table = reclassification.values()[["gdp_2024", "gdp_per_capita_2024", "va_tertiary_2024"]]
    found = line_tables.pairs(separation.pair_rules(table, reclassification.left_in(2024)), 5)
    assert found["One threshold"].to_list() == ["GDP, 2024"]
    assert found["and another"].to_list() == ["GDP per head, 2024"]
    flipped = table.assign(gdp_per_capita_2024=-table["gdp_per_capita_2024"])
    found = line_tables.pairs(separation.pair_rules(flipped, reclassification.left_in(2024)), 5)
    assert found["and another"].to_list() == ["GDP per head, 2024 (at most)"]


def test_names_in_place_of_codes():
    found = line_tables.named(forecast.contest())
    assert "Yongjia, Cangnan and Jiangshan" in set(found["named"])
    empty = found.assign(named=[()] * len(found))
    assert set(line_tables.named(empty)["named"]) == {prose.DASH}


def test_pace_counts_both_ways():
    found = line_tables.pace()
    assert found["To leave"].to_list() == [3, 3, 1, 1]
    assert found.columns.to_list() == ["Counting", "Goal to be met", "Rounds left", "To leave", "A round"]


def test_weights_are_named():
    scaled = reclassification.normalise(reclassification.panel().loc[reclassification.group()])
    gaps = who_is_next.both_rounds(scaled)
    _, best = inverse_weights.margin(gaps)
    found = line_tables.weights(inverse_weights.ranges(gaps), best).set_index("Indicator")
    assert found.index.to_list() == [reclassification.short(name) for name in reclassification.PANEL]
    assert (found["Least"] <= found["Widest margin"] + 1e-9).all()
    assert (found["Widest margin"] <= found["Greatest"] + 1e-9).all()
    assert found["Widest margin"].sum() == pytest.approx(1)


def test_robustness_tables_are_named():
    variants, left_out = line_tables.variants(), line_tables.left_out()
    assert variants["Named most often"].str.contains("Yongjia").all()
    assert len(left_out) == 2 + len(forecast.EARLY_PANEL) + len(reclassification.PANEL)
    assert left_out.loc[left_out["Kept"] == 0, "Named"].to_list() == [prose.DASH]


def test_next_out_names_the_families():
    ranking = who_is_next.ranking(who_is_next.families()).head(3)
    found = line_tables.next_out(ranking)
    assert found["Weightings"].to_list() == ranking["share"].to_list()
    assert not found["Family of the most"].str.contains("_").any()
    written = line_tables.shares(ranking, 2)
    first = counties.units().loc[ranking.index[0], "name_en"]
    assert written.startswith(f"{first} {prose.percent(ranking['share'].iloc[0], 0)} (")
    assert written.count(";") == 1


@pytest.mark.parametrize(("p", "written"), [(0.00001, "<0.0001"), (0.0001, "0.0001"), (0.05142, "0.0514")])
def test_probabilities_keep_four_places(p, written):
    assert line_tables.probability(p) == written


def test_indicators_are_named_in_a_sentence():
    assert line_tables.dated(["gdp_2024", "gdp_2020"]) == "GDP (2024) and GDP (2020)"
    later = line_tables.dated(["gdp_2024", "retail_sales_2024"])
    assert later == "GDP (2024) and retail sales of consumer goods (2024)"


def test_size_shows_who_moved():
    sizes = list_over_time.sizes()
    fig = line_charts.size(sizes, list_over_time.spells(), list_over_time.goal())
    shown = texts(fig)
    for part in (
        "out: Pingyang, Kecheng, Liandu",
        "out: Yongjia, Cangnan, Jiangshan",
        "in: Dongtou, Shengsi",
    ):
        assert part in shown
    steps = fig.axes[0].get_lines()[0].get_ydata()
    assert list(steps[:-1]) == sizes["members"].to_list()


def test_map_names_the_eight():
    shown = texts(line_charts.status_map(list_over_time.spells()))
    for code in [*reclassification.removed(), *reclassification.joined()]:
        assert counties.units().loc[code, "name_en"] in shown


def test_ranks_draw_each_county_once(tested):
    blocks = line_tables.rank_blocks(tested)
    ax = line_charts.ranks(blocks).axes[0]
    rows = sum(table.shape[1] for table in blocks.values())
    assert len(ax.get_yticks()) == rows
    points = sum(
        np.isfinite(line.get_xdata()).sum()
        for line in ax.get_lines()
        if line.get_marker() in ("o", "D") and len(line.get_xdata())
    )
    drawn = sum(table.loc[reclassification.removed()].notna().sum().sum() for table in blocks.values())
    assert points == drawn


def test_thresholds_picture_has_the_line():
    panel = reclassification.panel().loc[reclassification.group()]
    fig = line_charts.thresholds(panel, who_is_next.line())
    assert "the line" in texts(fig)
    drawn = sum(len(line.get_xdata()) for line in fig.axes[0].get_lines() if len(line.get_xdata()) > 0)
    assert drawn == 26


def test_contest_shades_the_hits():
    table = forecast.contest()
    fig = line_charts.contest(table)
    dark = line_charts.ROUND_LOOKS[2024][0]
    colours = [plt.matplotlib.colors.to_hex(patch.get_facecolor()) for patch in fig.axes[0].patches]
    assert len(colours) == 3 * len(table)
    assert colours.count(dark.lower()) == table["hits"].sum()


def test_years_end_at_the_edge():
    table = who_is_next.years_to_line()
    fig = line_charts.years(table, 20)
    ax = fig.axes[0]
    assert ax.get_xlim()[1] == 20
    arrows = [line for line in ax.get_lines() if line.get_marker() == ">"]
    assert len(arrows[0].get_xdata()) == (table["hi"] > 20).sum()


def test_bars_are_shares():
    placed = forecast.weight_forecast(*forecast.late_panel())
    shares = (placed <= 3).mean().sort_values(ascending=False).head(5)
    fig = line_charts.acceptability(shares.to_frame("six").assign(first=shares / 2))
    widths = [patch.get_width() for patch in fig.axes[0].patches]
    assert widths[::2] == pytest.approx(shares.to_list())
    assert widths[1::2] == pytest.approx((shares / 2).to_list())


def test_next_out_draws_the_intervals():
    table = who_is_next.ranking(who_is_next.families()).head(4)
    fig = line_charts.next_out(table)
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert labels == counties.units().loc[table.index, "name_en"].to_list()
    assert fig.get_figwidth() == charts.WIDTH
