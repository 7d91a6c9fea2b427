"""Figures and tables: what they ask of their makers, what they give to readers, and how charts are drawn."""

import ast
import io
import itertools
import json
import re

import make_font
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import NOTEBOOKS, ROOT
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from mountain_counties.book import charts, exhibits, prose, vector
from mountain_counties.record import counties

ALT = "Growth of the counties rises in each year from the first to the last."
DATA = pd.DataFrame({"growth": [0.1, 0.25]}, index=pd.Index([2020, 2021], name="year"))


def draw() -> plt.Figure:
    """Draw a small chart with a Chinese name."""
    fig, ax = charts.canvas()
    ax.plot(DATA.index, DATA["growth"], label="平阳")
    charts.label_ends(ax)
    return fig


def show(**changes) -> exhibits.Exhibit:
    """Make a figure with one argument changed."""
    arguments = {"fig": draw(), "name": "fig-growth", "caption": "Growth", "alt": ALT, "data": DATA} | changes
    return exhibits.figure(**arguments)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_figure_carries_all_that_the_book_needs():
    payload = show(caption="Growth\n of  *all*").payload
    assert payload["svg"].startswith("<svg")
    assert 'viewBox="0 0 360 ' in payload["svg"] and 'viewBox="0 0 280.8 ' in payload["svg_phone"]
    for form in ("svg", "svg_phone"):
        assert ">平阳</text>" in payload[form]  # letters are text: they can be read, found and translated
    assert (payload["kind"], payload["name"], payload["alt"]) == ("figure", "fig-growth", ALT)
    assert payload["caption"] == "Growth of *all*"
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(payload["csv"]), index_col="year"), DATA)
    assert not plt.get_fignums()


def test_figure_is_the_same_each_time():
    assert show().payload == show().payload


def test_exhibit_shows_itself_in_other_readers_of_notebooks():
    bundle = show(caption="Growth & more")._repr_mimebundle_()
    assert bundle[exhibits.MIME] == json.loads(json.dumps(show(caption="Growth & more").payload))
    assert "<svg" in bundle["text/html"]
    assert f'aria-label="{ALT}"' in bundle["text/html"]
    assert "Growth &amp; more" in bundle["text/html"]
    assert bundle["text/plain"].startswith("fig-growth")


def test_a_description_may_be_as_short_as_the_least_that_states_a_finding():
    least = "Growth rises from year to year and never falls."[: exhibits.SHORTEST_ALT]
    assert len(least) == exhibits.SHORTEST_ALT == len(least.strip())
    assert show(alt=least).payload["alt"] == least
    with pytest.raises(ValueError, match="expected alt text"):
        show(alt=least[:-1])


def wide() -> plt.Figure:
    """Draw a chart wider than the book's."""
    return plt.figure(figsize=(6, 3))


def small_text() -> plt.Figure:
    """Draw a chart with letters that a phone cannot show."""
    fig = draw()
    fig.axes[0].set_title("small", size=charts.SMALLEST - 0.5)
    return fig


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "growth"}, "expected a name like fig-some-words"),
        ({"name": "tab-growth"}, "expected a name like fig-some-words"),
        ({"name": "fig-Growth"}, "expected a name like fig-some-words"),
        ({"caption": " "}, "caption is blank"),
        ({"alt": ""}, "expected alt text"),
        ({"alt": "A line chart."}, "expected alt text"),
        ({"caption": ALT}, "expected alt text"),
        ({"data": DATA.head(0)}, "there is no data"),
        ({"data": DATA.rename_axis(None)}, "index has no name"),
        ({"fig": wide}, "expected a width of 5.0 in, found 6.0"),
        ({"fig": small_text}, "expected text of 9.5\\+ points, found 9.0: 'small'"),
    ],
)
def test_figure_refuses(changes, message):
    if "fig" in changes:
        changes = changes | {"fig": changes["fig"]()}
    with pytest.raises(ValueError, match=message):
        show(**changes)


ROWS = pd.DataFrame(
    {"county": ["A & B", "C"], "firms": [1200, 3], "gdp": [71.18, np.nan], "note": ["x", None]},
)


def table(df: pd.DataFrame = ROWS, **options) -> exhibits.Exhibit:
    """Make a table."""
    options = {"formats": {"gdp": lambda x: prose.number(x, 1)}} | options
    return exhibits.table(df, "tab-rows", "Rows", **options)


def test_table_shows_formatted_values_and_keeps_raw_ones():
    payload = table().payload
    assert payload["header"] == ["county", "firms", "gdp", "note"]
    assert payload["classes"] == ["left", "right", "right", "left"]
    assert payload["rows"] == [
        [("A & B", None), ("1,200", "1200"), ("71.2", "71.18"), ("x", None)],
        [("C", None), ("3", "3"), (prose.DASH, ""), (prose.DASH, "")],
    ]
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(payload["csv"])), ROWS, check_dtype=False)


def test_table_takes_a_named_index_as_its_first_column():
    payload = table(ROWS.set_index("county")).payload
    assert payload["header"][0] == "county"
    assert payload["csv"].startswith("county,firms")


def test_table_html_is_escaped_and_says_what_each_cell_is():
    parts = list(exhibits.table_parts(table(markup=("note",)).payload))
    html = "".join(part for markup, part in parts if not markup)
    assert [part for markup, part in parts if markup] == ["x", prose.DASH]
    assert '<th scope="row" class="left">A &amp; B</th>' in html
    assert '<td class="right" data-sort="1200">1,200</td>' in html
    assert html.count('scope="col"') == 4
    assert "<caption>Rows</caption>" in table()._repr_mimebundle_()["text/html"]


def test_table_takes_other_data_for_its_csv_and_another_alignment():
    payload = table(data=DATA, align={"note": "right"}).payload
    assert payload["csv"].startswith("year,growth")
    assert payload["classes"][-1] == "right"


def test_table_escapes_its_header_and_for_other_readers_its_markup():
    exhibit = table(ROWS.assign(note=["*a* < b", "c"]).rename(columns={"note": "R & D"}), markup=("R & D",))
    html = exhibit._repr_mimebundle_()["text/html"]
    assert ">R &amp; D</th>" in html and "*a* &lt; b" in html
    assert "R & D" not in html and "a* < b" not in html


def test_table_writes_yes_and_no_as_words_and_sorts_them_so():
    payload = table(ROWS.assign(note=[True, False])).payload
    assert payload["classes"][-1] == "left"
    assert [row[-1] for row in payload["rows"]] == [("True", None), ("False", None)]


def test_table_widens_a_column_of_long_text():
    payload = table(ROWS.assign(note="word " * 8)).payload
    assert payload["classes"][-1] == "left long"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"formats": {}}, ValueError, "column 'gdp' holds floats"),
        ({"formats": {"gpd": str}}, KeyError, "no column .*gpd"),
        ({"markup": ("notes",)}, KeyError, "no column .*notes"),
        ({"align": {"x": "left"}}, KeyError, "no column .*x"),
        ({"df": ROWS.head(0)}, ValueError, "there is no data"),
        ({"df": ROWS.set_axis(["x", "y"])}, ValueError, "index has no name"),
    ],
)
def test_table_refuses(options, error, message):
    with pytest.raises(error, match=message):
        table(**options)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0.1, 20))
def test_spread_keeps_the_gap_and_the_order(positions, gap):
    moved = charts.spread(np.array(positions), gap)
    order = np.argsort(positions, kind="stable")
    assert (np.diff(moved[order]) >= gap - 1e-9).all()
    assert np.mean(moved) == pytest.approx(
        np.mean(positions), abs=1e-9
    )  # least squares moves the centre nowhere


def test_spread_moves_nothing_that_has_room():
    assert charts.spread(np.array([30.0, 0.0, 10.0]), 10).tolist() == [30, 0, 10]


def test_names_at_line_ends_do_not_touch():
    fig, ax = charts.canvas()
    for shift, name in enumerate(["Pingyang", "Kecheng", "Liandu", "Yongjia"]):
        ax.plot([0, 1], [0, 1 + shift / 1000], label=name)
    charts.label_ends(ax)
    fig.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert list(boxes) == ["Pingyang", "Kecheng", "Liandu", "Yongjia"]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes.values(), 2))
    assert all(box.x1 <= fig.bbox.x1 for box in boxes.values())


def test_names_beside_points_do_not_touch():
    _, ax = charts.canvas()
    points = {f"County {n}": (n % 4, n // 4) for n in range(12)} | {"Close": (1.0, 1.12)}
    ax.scatter(*zip(*points.values(), strict=True))
    charts.label_points(ax, points)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert [text.get_text() for text in ax.texts] == list(points)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 for box in boxes)


def test_intervals_run_from_end_to_end_and_to_the_edge_if_open():
    _, ax = charts.canvas()
    rows = pd.DataFrame(
        {"value": [1.0, np.nan], "lo": [0.5, -np.inf], "hi": [2.0, 3.0]}, index=["Kecheng", "Wencheng"]
    )
    charts.intervals(ax, rows)
    drawn = [line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert list(drawn[0]) == [0.5, 2.0]
    assert list(drawn[1]) == [ax.get_xlim()[0], 3.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Kecheng", "Wencheng"]
    assert ax.get_lines()[0].get_color() == charts.COLOURS["Kecheng"]
    assert ax.get_lines()[-1].get_color() == charts.COLOURS["members"]


def test_ticks_are_written_by_the_formatter():
    fig, ax = charts.canvas()
    ax.set_xticks([0.1, 0.2])
    charts.ticks(ax.xaxis, lambda x: prose.percent(x, 0))
    fig.draw_without_rendering()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["10%", "20%"]


def test_named_counties_are_told_apart_with_and_without_colour():
    named = [name for name in charts.COLOURS if name not in ("members", "others", "province")]
    assert set(named) <= set(counties.units()["name_en"])
    for look in (charts.colour, charts.marker):
        assert len({look(name) for name in named}) == len(named)


def test_smallest_letters_are_eleven_pixels_on_a_phone():
    assert charts.SMALLEST / 72 * 328 / vector.PHONE >= 11


def chinese(text: str) -> set[str]:
    """Return the Chinese characters of a text."""
    return set(make_font.CHINESE.findall(text))


def strings(source: str) -> str:
    """Return what a program could draw: its string constants."""
    nodes = ast.walk(ast.parse(source))
    return "".join(
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_font_holds_every_character_that_a_figure_may_draw():
    units = "".join(counties.units()[["name_zh", "prefecture_zh"]].to_numpy().ravel())
    package = "".join(strings(path.read_text(encoding="utf-8")) for path in (ROOT / "src").rglob("*.py"))
    notebooks = [nbformat.read(path, nbformat.NO_CONVERT) for path in NOTEBOOKS]
    cells = "".join(strings(cell.source) for nb in notebooks for cell in nb.cells if cell.cell_type == "code")
    held = set(map(chr, TTFont(charts.FONT).getBestCmap()))
    missing = chinese(units + package + cells) - held
    assert not missing, f"run tools/make_font.py: the font lacks {''.join(sorted(missing))}"
    assert set(make_font.EXTRA) <= held


def test_font_is_named_and_licensed():
    names = TTFont(charts.FONT)["name"]
    assert names.getDebugName(1) == make_font.FAMILY
    licence = (charts.FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    assert re.search(r"SIL OPEN FONT LICENSE", licence, re.IGNORECASE)
    assert names.getDebugName(0) in licence
