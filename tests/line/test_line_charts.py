"""The picture of the lead finding."""

import matplotlib.pyplot as plt
import pytest

from mountain_counties.book import charts
from mountain_counties.line import lead_finding, line_charts


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
