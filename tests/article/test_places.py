"""The pictures of the counties' figures: their tables against arithmetic by hand, and what is drawn."""

import io

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text
from scipy.optimize import linprog

from mountain_counties.article import kecheng, kecheng_steps, liandu, pingyang
from mountain_counties.audit import solver, verdicts
from mountain_counties.book import charts
from mountain_counties.record import official_figures

SMALLEST = 0.2
"""Least output of an above-scale firm in 100 million yuan."""


@pytest.fixture(autouse=True)
def closed():
    """Close what a test draws."""
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def found():
    return verdicts.run()


@pytest.fixture(scope="module")
def graded():
    return verdicts.relations()


@pytest.fixture(scope="module")
def tables(found, graded) -> dict[str, tuple]:
    """Return chart -> the arguments that a chapter draws it with."""
    claims = found.claims
    return {
        "progress": (pingyang.targets(claims, graded),),
        "firm_classes": (pingyang.class_shares(claims, SMALLEST),),
        "tail_chart": (pingyang.tail(claims, SMALLEST), graded.loc["py-pareto"]),
        "step": (kecheng.levels(found), "contradiction"),
        "repair_chart": (kecheng_steps.repairs(found, kecheng.withdrawals(found, graded)),),
        "clash_chart": (kecheng.clashes(found),),
        "half_year_chart": (kecheng.half_years(found),),
        "income_chart": (liandu.incomes(found),),
        "project_chart": (liandu.project_readings(claims),),
    }


# -- Pingyang ------------------------------------------------------------


def test_targets_and_the_pace_to_them(found, graded):
    table = pingyang.targets(found.claims, graded)
    assert table.output.to_list() == [699.5, 241.8, 186.1, 120.0]
    assert table.target.to_list() == [1000, 500, 500, 500]
    assert table.pace.to_numpy() == pytest.approx((table.target / table.output) ** 0.5 - 1)


def test_shares_of_the_classes_are_the_tightest(found):
    table = pingyang.class_shares(found.claims, SMALLEST)
    assert table.firms.to_list() == [6, 8, 124, 700]
    assert table.firm_share.sum() == pytest.approx(1)
    low, high = found.claims.loc["py-go-2023", ["lo", "hi"]]
    sizes = [(10, None), (5, 10), (1, 5), (SMALLEST, 1)]
    limits = [(n * a, None if b is None else n * b) for n, (a, b) in zip(table.firms, sizes, strict=True)]
    for row, (lo, hi) in enumerate(zip(table.lo, table.hi, strict=True)):
        cost = [float(other == row) for other in range(4)]
        ends = [
            (
                linprog([sign * c for c in cost], A_eq=[[1] * 4], b_eq=[total], bounds=limits).fun
                * sign
                / total
            )
            for sign in (1, -1)
            for total in (low, high)
        ]
        assert (lo, hi) == pytest.approx((min(ends), max(ends)))


def test_largest_class_agrees_with_the_relation(found, graded):
    first = pingyang.class_shares(found.claims, SMALLEST).iloc[0]
    outcome = graded.loc["py-concentration"]
    assert (first.lo, first.hi) == pytest.approx((outcome.lo, outcome.hi))


def test_tail_counts_and_its_line(found):
    table = pingyang.tail(found.claims, SMALLEST)
    assert table["size"].to_list() == [10, 5, 1, SMALLEST]
    assert table.firms.to_list() == [6, 14, 138, 838]
    assert table.fitted.to_list() == [True, True, True, False]
    assert pingyang.pareto(1.0, table, 1.4) == 138
    assert pingyang.pareto(2.0, table, 1.0) == 69


# -- Kecheng ------------------------------------------------------------


def test_levels_of_output_and_value_added(found):
    table = kecheng.levels(found)
    half = table.loc["Output, first half of 2023"]
    year = table.loc["Output, all of 2023"]
    assert (half.lo, half.hi) == pytest.approx((59.05 / 1.1725, 59.15 / 1.1715))
    assert (year.lo, year.hi) == pytest.approx((half.lo / 0.55, half.hi / 0.40))
    assert table.lo["Value added, 2023, by rank"] == 133.635
    assert table.printed.dropna().to_list() == [59.1, 249.0]


def test_each_clash_has_its_gap_and_break_even(found):
    table = kecheng.clashes(found).set_index("rests_on")
    growth, streak = 59.15 / 1.1715, 59.15 / 1.1
    expected = {
        "printed value added, printed growth": (growth, 248.5),
        "first rank, Pingyang's value added, printed growth": (growth, 133.635),
        "printed value added, streak of growth": (streak, 248.5),
    }
    assert set(table.index) == set(expected)
    for name, (half, value_added) in expected.items():
        row = table.loc[name]
        assert (row.output_hi, row.value_added_lo) == pytest.approx((half / 0.40, value_added))
        assert row.share_most == pytest.approx(half / value_added, rel=1e-6)
        assert row.output_hi < row.value_added_lo


def test_what_is_enough_leaves_figures_that_agree(found, graded):
    table = kecheng.withdrawals(found, graded)
    assert table.enough.any()
    assert not table.enough.all()
    for label, row in table.iterrows():
        assert row.enough == solver.is_feasible(found.system.without({label}))
    assert table.cost.is_monotonic_increasing
    assert table.lo["claim:kc-go-2024h1"] == pytest.approx(248.5 * 0.40 * 1.1715)
    assert table.hi["assume:kc-half-year"] == pytest.approx(59.15 / 1.1715 / 248.5, rel=1e-6)
    assert table[~table.enough][["lo", "hi"]].isna().all(axis=None)


def test_what_is_enough_to_give_up_stands_in_every_clash(found, graded):
    table = kecheng.withdrawals(found, graded)
    assert set(table.index[table.enough]) == {
        "assume:kc-same-territory",
        "assume:kc-half-year",
        "assume:same-base",
        "claim:kc-go-2024h1",
    }
    assert table.clashes.to_list() == [
        sum(label in conflict for conflict in found.conflicts) for label in table.index
    ]


def test_tables_for_a_reader(found, graded):
    slips = kecheng.slip_table(verdicts.slips(found))
    agreeing = slips[slips["All agree"] == "yes"]
    assert agreeing[["Printed", "Were it"]].to_numpy().tolist() == [["{claim}`kc-go-2024h1`", "×10"]]
    rates = kecheng.precision_table(kecheng.coarse_rates(found, graded), found.claims)
    bases = [base.replace("\N{NO-BREAK SPACE}", " ") for base in rates["Rounded base"]]
    assert bases == ["190 million yuan", "540 million yuan", "2.88 billion yuan"]
    assert rates["Can stand for"][0] == "302.6–329.7%"


def test_a_slip_of_the_output_is_paid_for_by_state_grid(found):
    before = found.claims.value["kc-go-2024h1"]
    slipped = kecheng.slipped(found, "kc-go-2024h1", 10)
    assert found.claims.value["kc-go-2024h1"] == before
    assert "scope mismatch" not in set(slipped.grade)
    share = slipped.loc["kc-grid-share"]
    assert share.lo == pytest.approx(1 - 11.45 / 0.39575 / 590.5)
    assert share.hi == pytest.approx(1 - 11.35 / 0.39585 / 591.5)


def test_half_years_add_up(found):
    table = kecheng.half_years(found)
    for period, claim in (("First half of 2023", "kc-go-2023h1"), ("First half of 2024", "kc-go-2024h1")):
        lo, hi = solver.bounds(found.settled).loc[claim]
        assert table.lo[period].sum() <= hi
        assert table.hi[period].sum() >= lo
    grid = table.loc[("First half of 2024", "State Grid data")]
    assert (grid.lo, grid.hi) == pytest.approx((59.05 - 11.45 / 0.39575, 59.15 - 11.35 / 0.39585))


def test_coarse_rates_hold_the_printed_ones(found, graded):
    table = kecheng.coarse_rates(found, graded)
    assert table.claim.to_list() == ["hx-growth-2023", "kc-opto-growth", "kc-opto-share"]
    assert table.base.to_list() == [1.9, 5.4, 28.8]
    firm, share = table.loc["hx-precision"], table.loc["kc-share-precision"]
    assert (firm.lo, firm.hi) == pytest.approx((7.85 / 1.95 - 1, 7.95 / 1.85 - 1))
    assert (share.lo, share.hi) == pytest.approx((11.35 / 28.85, 11.45 / 28.75))
    printed = found.claims.loc[table.claim]
    assert (table.lo.to_numpy() < printed.lo.to_numpy()).all()
    assert (table.hi.to_numpy() > printed.hi.to_numpy()).all()


# -- Liandu ------------------------------------------------------------


def test_incomes_and_their_gap(found):
    table = liandu.incomes(found)
    assert table.loc["urban"].to_list() == pytest.approx([39613.5 * 1.575, 39614.5 * 1.585])
    assert table.loc["gap"].to_list() == pytest.approx([39613.5 * 0.575, 39614.5 * 0.585])


def test_projects_fill_the_investment_in_both_readings(found, graded):
    table = liandu.project_readings(found.claims)
    assert table.amount.groupby(level="reading").sum().to_list() == pytest.approx([81.27, 81.27])
    assert table.projects.groupby(level="reading").sum().to_list() == [10, 10]
    room = table.amount.xs("room left", level="part")
    assert room["nested"] == pytest.approx(graded.value["ld-floor-nested"])
    assert room["disjoint"] == pytest.approx(graded.value["ld-floor-disjoint"])


CHARTS = {
    drawing.__name__: drawing
    for drawing in (
        pingyang.progress,
        pingyang.firm_classes,
        pingyang.tail_chart,
        kecheng_steps.step,
        kecheng_steps.repair_chart,
        kecheng.clash_chart,
        kecheng.half_year_chart,
        liandu.income_chart,
        liandu.project_chart,
    )
}


def drawn(name: str, arguments: tuple):
    fig = CHARTS[name](*arguments)
    fig.draw_without_rendering()
    return fig


def words(fig) -> list[Text]:
    """List the texts that are drawn: of the ticks those within the axes' limits."""
    ticks = {
        label: low <= tick.get_loc() <= high
        for ax in fig.axes
        for axis in (ax.xaxis, ax.yaxis)
        for low, high in [sorted(axis.get_view_interval())]
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
    }
    return [t for t in fig.findobj(Text) if t.get_visible() and t.get_text().strip() and ticks.get(t, True)]


@pytest.mark.parametrize("name", CHARTS)
def test_text_is_legible_inside_the_picture_and_apart(name, tables):
    fig = drawn(name, tables[name])
    renderer, frame = fig.canvas.get_renderer(), fig.bbox.padded(1)
    assert fig.get_figwidth() == charts.WIDTH
    boxes = {}
    for text in words(fig):
        assert text.get_size() >= charts.SMALLEST
        text.get_window_extent(renderer)  # settles where an annotation stands; its line is no part of it
        box = Text.get_window_extent(text, renderer)
        assert frame.x0 <= box.x0, text.get_text()
        assert box.x1 <= frame.x1, text.get_text()
        for other, taken in boxes.items():
            assert not box.padded(-1).overlaps(taken), f"{text.get_text()!r} meets {other!r}"
        boxes[text.get_text(), len(boxes)] = box.padded(-1)


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_follows_its_data(name, tables):
    def picture(arguments: tuple) -> str:
        buffer = io.StringIO()
        drawn(name, arguments).savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    table, *rest = tables[name]
    column = {"clash_chart": "value_added_lo", "tail_chart": "firms", "step": "printed"}.get(
        name, table.columns[-1]
    )
    other = table.astype({column: float})
    other.loc[other.index[0], column] += 1.1
    assert picture((table, *rest)) == picture((table, *rest))
    assert picture((other, *rest)) != picture((table, *rest))


def test_lengths_of_bars_are_the_figures(tables):
    (table,) = tables["progress"]
    widths = [patch.get_width() for patch in drawn("progress", (table,)).axes[0].patches]
    assert sum(widths[:4]) == pytest.approx(table.output.iloc[0])
    assert widths[4:7] == pytest.approx(table.output.iloc[1:].to_list())


def test_pictures_write_the_figures(tables):
    def texts(name: str) -> str:
        return " | ".join(text.get_text() for text in words(drawn(name, tables[name])))

    assert "+104%\na year" in texts("progress")
    assert "at most 12.7" in texts("step")
    assert "×1.97" in texts("repair_chart")
    assert "output ≤ 12.7" in texts("clash_chart")
    assert "value added ≥ 24.85" in texts("clash_chart")
    assert "+111%" in texts("half_year_chart")
    assert "22,777–23,175" in texts("income_chart")
    assert "3.3" in texts("project_chart")


def test_the_rest_grew_as_the_whole_where_state_grid_did(found):
    """At the printed figures: 59.1 in all, of which 11.4 / 0.3958 without State Grid; 59.1 / 1.172 before."""
    whole, rest, before = 59.1, 11.4 / 0.3958, 59.1 / 1.172
    growths = (-0.2, 0.0, 0.172, 0.5)
    table = kecheng.growth_without_grid(found, growths)
    for growth in growths:
        by_hand = rest / (before - (whole - rest) / (1 + growth)) - 1
        assert table.lo[growth] < by_hand < table.hi[growth]
    assert table.lo[0.172] < 0.172 < table.hi[0.172]
    assert table.hi.is_monotonic_decreasing and (table.hi - table.lo).max() < 0.06
    turns = kecheng.grid_growth_for(found, (0.0, 0.1))
    for growth, row in turns.iterrows():
        edges = kecheng.growth_without_grid(found, tuple(row))
        assert edges.hi.iloc[0] >= growth - 1e-9 and edges.lo.iloc[1] <= growth + 1e-9
    shown = kecheng.without_grid_table(table)
    assert shown["State Grid's part"].to_list() == ["−20%", "0%", "+17%", "+50%"]


def test_the_half_year_assumed_holds_every_official_one(found):
    official = official_figures.first_halves()
    assert official.half.to_dict() == {2018: 10953.0, 2021: 14177.0, 2024: 16546.0}
    # the year's eleven prefectures, as the yearbooks print them
    assert official.whole[2021] == pytest.approx(31177.88)
    assert official["share"].to_list() == pytest.approx(
        [10953 / 24564.82, 14177 / 31177.88, 16546 / 34793.55]
    )
    lo, hi = found.assumptions.loc["kc-half-year", ["lo", "hi"]]
    assert lo < official["share"].min() and official["share"].max() < hi
    assert kecheng.half_year_table(official)["Share"].to_list() == ["44.6%", "45.5%", "47.6%"]
