"""The picture of the lead finding."""

import matplotlib.pyplot as plt
import pytest

from mountain_counties.book import charts
from mountain_counties.line import lead_finding, line_charts, rival_rules, who_is_next


@pytest.fixture
def ax():
    yield line_charts.largest_and_per_head(lead_finding.ranks()).axes[0]
    plt.close("all")


def test_every_county_has_a_line_and_those_that_left_have_their_colours(ax):
    table = lead_finding.ranks()
    ends = [tuple(line.get_ydata()) for line in ax.lines if list(line.get_xdata()) == [0, 1]]
    assert sorted(ends) == sorted(zip(table["gdp_rank"], table["per_head_rank"], strict=True))
    bold = [line for line in ax.lines if line.get_linewidth() == 2]
    assert {line.get_color() for line in bold} == {charts.COLOURS[name] for name in list(charts.COLOURS)[:6]}


def test_the_line_lies_below_those_that_left(ax):
    line = next(line for line in ax.lines if list(line.get_xdata()) != [0, 1])
    left, stayed = (lead_finding.ranks().query(f"left {sign} 0")["gdp_rank"] for sign in (">", "=="))
    assert left.max() < line.get_ydata()[0] < stayed.min()


def test_a_rule_marks_those_it_would_have_named_in_their_round():
    table = rival_rules.matrix()
    fig = line_charts.rules(table)
    grey = [p for p in fig.axes[0].patches if p.get_facecolor()[:3] == pytest.approx((0.929,) * 3, abs=0.01)]
    rounds = table[table.index.get_level_values("round") != "islands"]
    assert len(fig.axes[0].patches) - len(grey) == rounds["hits"].sum()
    plt.close("all")


def test_the_prior_is_drawn_for_both_scales_and_rounds():
    curve = who_is_next.prior_curve(500)
    fig = line_charts.prior(curve)
    drawn = [line.get_ydata() for line in fig.axes[0].lines if len(line.get_ydata()) > 2]
    assert len(drawn) == 4
    assert sorted(map(tuple, drawn)) == sorted(
        tuple(curve.loc[scale, column]) for scale in ("min-max", "ranks") for column in ("first", "both")
    )
    plt.close("all")
