"""The drawings of the chapter on the policies."""

from itertools import combinations

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from mountain_counties.article import policies, policies_charts
from mountain_counties.audit import ledger
from mountain_counties.book import charts
from mountain_counties.record import counties


@pytest.fixture(scope="module")
def claims():
    return ledger.load()


@pytest.fixture
def panels(claims):
    return {
        "The article": policies.timeline(claims),
        "The record": policies.record(counties.events(), range(2021, 2025)),
    }


@pytest.fixture
def fig(panels):
    drawn = policies_charts.timeline(panels, pd.Timestamp("2024-12-06"))
    drawn.draw_without_rendering()
    yield drawn
    plt.close(drawn)


def bars(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_a_bar_covers_its_period(fig, panels):
    for ax, table in zip(fig.axes, panels.values(), strict=True):
        assert len(bars(ax)) == len(table)
        for bar, row in zip(bars(ax), table.itertuples(), strict=True):
            start, end = mdates.date2num([row.start, row.end])
            assert bar.get_x() == start
            # A bar of a day is widened so that it can be seen.
            assert bar.get_width() == pytest.approx(end - start) or (
                end - start < 15 and bar.get_width() < 20
            )


def test_only_a_period_across_years_is_hollow(fig, panels):
    for ax, table in zip(fig.axes, panels.values(), strict=True):
        hollow = [bar.get_facecolor() == (1, 1, 1, 1) for bar in bars(ax)]
        assert hollow == (table["known"] == "span").to_list()
    assert any(bar.get_facecolor() == (1, 1, 1, 1) for bar in bars(fig.axes[0]))


def test_labels_do_not_touch_each_other_and_stay_inside(fig, panels):
    renderer = fig.canvas.get_renderer()
    for ax, table in zip(fig.axes, panels.values(), strict=True):
        frame, boxes = ax.get_window_extent(renderer), [t.get_window_extent(renderer) for t in ax.texts]
        assert [t.get_text() for t in ax.texts] == table["label"].to_list()
        assert all(t.get_size() >= charts.SMALLEST for t in ax.texts)
        assert all(frame.x0 - 1 <= box.x0 and box.x1 <= frame.x1 + 1 for box in boxes)
        shrunk = [box.shrunk(0.98, 0.9) for box in boxes]
        assert not any(a.overlaps(b) for a, b in combinations(shrunk, 2))


def test_a_label_stands_beside_a_full_bar_and_inside_a_hollow_one_with_room(fig, panels):
    renderer = fig.canvas.get_renderer()
    for ax, table in zip(fig.axes, panels.values(), strict=True):
        for bar, text, row in zip(bars(ax), ax.texts, table.itertuples(), strict=True):
            box, label = bar.get_window_extent(renderer), text.get_window_extent(renderer)
            inside = box.x0 <= label.x0 and label.x1 <= box.x1
            assert inside or label.x1 <= box.x0 or label.x0 >= box.x1, row.label
            assert not (inside and row.known != "span")


def test_the_day_is_marked_in_every_panel(fig):
    for ax in fig.axes:
        assert [line.get_xdata()[0] for line in ax.get_lines()] == [pd.Timestamp("2024-12-06")]


def test_the_funnel_shows_each_lead_once():
    fig = policies_charts.funnel(4, 50, 0.022, 0.192)
    dots, share = fig.axes
    full, empty = (part.get_offsets() for part in dots.collections)
    assert (len(full), len(empty)) == (4, 46)
    assert len({tuple(place) for place in [*full, *empty]}) == 50
    (line,) = share.containers[0].lines[2]
    assert line.get_segments()[0][:, 0] == pytest.approx([0.022, 0.192])
    assert share.containers[0].lines[0].get_xdata() == pytest.approx([0.08])
    plt.close(fig)


def test_repeat_winners_are_filled_from_the_known_number_on(claims):
    chances = policies.repeat_winners(claims)
    fig = policies_charts.repeats(chances, 2)
    (ax,) = fig.axes
    assert [bar.get_height() for bar in bars(ax)] == pytest.approx(chances.to_list())
    assert [bar.get_facecolor() == (1, 1, 1, 1) for bar in bars(ax)] == [True, True, *[False] * 5]
    assert [text.get_text() for text in ax.texts] == ["17%", "40%", "32%", "10%", "1%", "<1%", "<1%"]
    plt.close(fig)


def test_the_programme_is_drawn_from_each_beginning_to_the_last_day():
    dated = counties.instruments().query("since != ''")
    ax = policies_charts.programme(dated, pd.Timestamp("2024-12-06")).axes[0]
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert len(lines) == len(dated)
    starts = [pd.Timestamp(line.get_xdata()[0]) for line in lines]
    assert starts == sorted(starts) and starts[0].year == 2002
    assert {pd.Timestamp(line.get_xdata()[1]) for line in lines} == {pd.Timestamp("2024-12-06")}
    assert [text.get_text() for text in ax.texts] == list(dated["name"])
    plt.close("all")
