"""Pictures of growth: drawn from the tables, legible, nobody left out."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from mountain_counties.book import charts, exhibits, prose
from mountain_counties.growth import convergence, growth, growth_charts, long_view

NAMED = {"Pingyang": "Pingyang", "Kecheng and Qujiang": "Kecheng + Qujiang", "Yiwu": "Yiwu"}


def shown(fig: Figure) -> set[str]:
    """Return every text of a figure that a reader sees, having passed it through the book's own checks."""
    assert fig.get_figwidth() == charts.WIDTH
    exhibits.figure(fig, "fig-test", "A caption.", "x" * 40, pd.DataFrame({"a": [1]}))
    texts = fig.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_visible())
    words = {text.get_text() for text in texts if text.get_text()}
    return words | {text.replace("\n", " ") for text in words}  # a phone's form breaks lines


def dots(ax) -> int:
    """Count the dots of the scatter plots of an axes."""
    return sum(len(collection.get_offsets()) for collection in ax.collections)


@pytest.fixture(scope="module")
def gdp():
    return growth.rates("gdp")


@pytest.fixture(scope="module")
def heads():
    return convergence.per_head()


def test_county_growth_draws_each_county(gdp):
    fig = growth_charts.county_growth(gdp, growth.left_out("gdp"), NAMED)
    points = [len(collection.get_offsets()) for ax in fig.axes for collection in ax.collections[:1]]
    assert points == [25, 35]
    texts = shown(fig)
    mean = gdp.loc[gdp["member"], "growth"].mean()
    (title,) = (text for text in texts if text.startswith("Mountain counties"))
    assert prose.percent(mean) in title
    assert {"Pingyang", "Kecheng + Qujiang", "Yiwu", "Kecheng", "Qujiang 57%", "Daishan 109%"} <= texts


def test_differences_draw_each_indicator():
    texts = shown(growth_charts.differences(growth.by_indicator()))
    assert set(growth.INDICATORS.values()) <= texts and any("too small to detect" in text for text in texts)


def test_specification_curve_marks_every_choice():
    table = growth.specifications("gdp")
    fig = growth_charts.specification_curve(table)
    marked = sum(len(line.get_xdata()) for line in fig.axes[1].lines if line.get_marker() == "o")
    assert marked == 2 * len(table)  # a choice of units and an estimator each
    assert {*growth.SPECIFICATIONS, "Weighted mean"} <= shown(fig)


def test_contributions_are_as_long_as_they_are(gdp):
    table = growth.contributions(gdp[gdp["member"]], 0.27)
    fig = growth_charts.county_contributions(table)
    assert [bar.get_width() for bar in fig.axes[0].patches] == table["contribution"].to_list()
    assert set(table["name"]) <= shown(fig)


def test_catching_up_draws_the_line_of_the_regression(heads):
    fig = growth_charts.catching_up(heads, 3, NAMED)
    x, y = fig.axes[0].lines[0].get_data()
    slope = (y[1] - y[0]) / np.log(x[1] / x[0])
    assert slope == pytest.approx(convergence.beta(heads["start"], heads["end"], 3, repetitions=9)["slope"])
    assert dots(fig.axes[0]) == len(heads)
    assert "Pingyang" in shown(fig)


def test_distribution_has_both_years_and_each_county(heads):
    fig = growth_charts.distribution(heads)
    rugs = [len(line.get_xdata()) for line in fig.axes[0].lines if line.get_marker() == "|"]
    assert rugs == [heads["member"].sum(), (~heads["member"]).sum()]
    assert {"2020", "2023"} <= shown(fig)


def test_gaps_and_pairs():
    tables = {label: long_view.yearly(name) for name, label in long_view.YEARLY.items()}
    tables["Ratio"] = np.log(long_view.ratio()).diff().iloc[1:]
    fig = growth_charts.gaps(tables)
    ends = [
        line.get_ydata()[-1]
        for line in fig.axes[0].lines
        if line.get_linestyle() == "--" and len(line.get_xdata())
    ]
    assert ends[0] == long_view.drift(tables["GDP"]).loc[2022, "331100"]
    assert {*tables, "Quzhou", "Lishui"} <= shown(fig)
    pace = long_view.pace()
    fig = growth_charts.all_pairs({label: long_view.pairs(pace[label]) for label in pace})
    assert sum(len(line.get_xdata()) == 55 for line in fig.axes[0].lines) == len(pace.columns)
    assert set(pace) <= shown(fig)


def test_lights_mark_the_year_in_which_the_product_changed():
    witness = long_view.witness()
    fig = growth_charts.lights(long_view.lights_by_year(), witness, NAMED)
    assert dots(fig.axes[1]) == len(witness)
    assert {"product\nchanged", "Pingyang"} <= shown(fig)
