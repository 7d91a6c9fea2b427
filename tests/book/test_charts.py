"""Names beside marks, in place of keys; and the colours, which have one source."""

import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from bs4 import Tag
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from mountain_counties.book import charts, exhibits, palette, vector
from mountain_counties.pages import shell

SPOTS = {
    "the first of them": (1, 0),
    "another": (1.2, 0),
    "a third kind": (1.25, 0),
    "the last of them all": (9, 1),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def called_out(width: float | None) -> tuple:
    """Call four marks out, as wide as a page or as a phone; return the names' boxes too."""
    fig, ax = charts.canvas()
    ax.plot(*zip(*SPOTS.values(), strict=True), "o")
    ax.set_xlim(0, 10)
    charts.call_out(ax, SPOTS)
    if width:
        fig.set_size_inches(width, fig.get_figheight())
        for place in fig.mountain_counties_names:
            place()
    fig.draw_without_rendering()
    texts = [text for text in ax.texts if text.get_text() in SPOTS]
    return fig, ax, [Text.get_window_extent(text) for text in texts]


@pytest.mark.parametrize("width", [None, vector.PHONE])
def test_names_called_out_stand_above_the_axes_within_the_figure_and_apart(width):
    fig, ax, boxes = called_out(width)
    top = ax.get_window_extent().y1
    assert len(boxes) == len(SPOTS)
    for box in boxes:
        assert box.y0 > top and box.x0 >= 0 and box.x1 <= fig.bbox.width and box.y1 <= fig.bbox.height + 1
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert len({round(box.y0) for box in boxes}) == (2 if width else 1)


def test_names_are_placed_anew_where_a_title_in_two_lines_moves_the_marks():
    fig, ax, _ = called_out(None)
    placed, place = [], fig.mountain_counties_names[0]
    fig.mountain_counties_names = [lambda: placed.append(fig.get_figheight()) or place()]
    before = fig.get_figheight()
    ax.set_xlabel("a name of the axis, " * 9)
    vector.draw(fig, "fig-x")
    assert len(placed) == 2 and before < placed[0] <= placed[1]  # wide, and for a phone


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(5, 60)), min_size=1, max_size=6))
def test_boxes_moved_apart_keep_their_order_their_distance_and_the_ends(boxes):
    boxes.sort()
    middles, widths = (np.array(side) for side in zip(*boxes, strict=True))
    placed = charts._apart(middles, widths, 5.0, (0.0, 480.0))
    left, right = placed - widths / 2, placed + widths / 2
    assert (left[1:] - right[:-1] >= 5.0 - 1e-9).all()
    assert left[0] >= -1e-9 and right[-1] <= 480.0 + 1e-9
    if (np.diff(middles) - (widths[1:] + widths[:-1]) / 2 >= 5).all() and (
        (middles - widths / 2)[0] >= 0 and (middles + widths / 2)[-1] <= 480
    ):
        assert np.allclose(placed, middles)  # what stands well is left alone


def test_names_of_ends_stand_on_the_side_asked_for():
    _, ax = charts.canvas()
    ax.plot([1, 2], [1, 1])
    charts.label_ends(ax, {"start": (1, 1)}, left=True)
    charts.label_ends(ax, {"end": (2, 1)})
    start, end = (Text.get_window_extent(text) for text in ax.texts)
    first, last = ax.transData.transform([(1, 1), (2, 1)])[:, 0]
    assert start.x1 < first and end.x0 > last


def test_only_named_figures_may_have_a_key_and_each_with_its_reason():
    def show(name: str) -> exhibits.Exhibit:
        fig, ax = charts.canvas()
        ax.plot([1, 2], [1, 2], label="rise")
        fig.legend()
        data = pd.DataFrame({"x": [1]})
        return exhibits.figure(fig, name, "Rise", "It rises from the first year to the last of all.", data)

    with pytest.raises(ValueError, match="fig-rise: expected names beside the marks"):
        show("fig-rise")
    for name, reason in exhibits.KEYS.items():
        assert len(reason.split()) > 6
        assert show(name).payload["name"] == name


def test_every_figure_that_may_have_a_key_is_in_the_book(html):
    pages = "".join(page.read_text(encoding="utf-8") for page in html.glob("notebooks/*.html"))
    assert [name for name in exhibits.KEYS if f'id="{name}"' not in pages] == []


def test_the_style_sheet_has_the_colours_of_the_palette_and_no_others_by_hand(html, root):
    source = (root / "_static" / "book.css").read_text(encoding="utf-8")
    built = (html / "_static" / "book.css").read_text(encoding="utf-8")
    assert source.count(shell.COLOURS) == 1 and shell.COLOURS not in built
    assert built == source.replace(shell.COLOURS, palette.rules().strip())
    own = {*palette.GRADE_COLOURS.values(), *palette.ROUNDS.values(), *palette.DARK_WORDS, *palette.DARK}
    hues = {colour.lower() for colour in own if hue(colour.lower()) is not None}  # greys are the page's too
    assert hues & set(re.findall(r"#[0-9a-f]{6}", source)) == set()


def test_a_style_sheet_without_the_line_for_colours_is_an_error(tmp_path):
    class App:
        outdir = tmp_path

        class builder:
            name = "html"

    (tmp_path / "_static").mkdir()
    style = tmp_path / "_static" / "book.css"
    style.write_text("p {}")
    with pytest.raises(ValueError, match="expected the line"):
        shell.write_colours(App, None)
    style.write_text(f"p {{}}\n{shell.COLOURS}\n")
    shell.write_colours(App, None)
    once = style.read_text()
    shell.write_colours(App, None)  # a build that writes no style sheet finds the rules there
    assert style.read_text() == once and "light-dark(#bdbdbd,#4c4c4c)" in once


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, WCAG 2.2."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def box(word: Tag) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom of a word's small letters in a drawing, in points."""
    size = float(word["font-size"].removesuffix("px"))
    x, y, width = float(word["x"]), float(word["y"]), float(word.get("textlength", size / 2))
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[word.get("text-anchor", "start")]
    return left, left + width, y - 0.7 * size, y


def overlap(one: tuple, other: tuple) -> bool:
    """Tell whether two boxes share more than a point both ways."""
    return all(min(one[high], other[high]) - max(one[low], other[low]) > 1 for low, high in ((0, 1), (2, 3)))


def test_no_words_of_a_drawing_touch_and_none_stands_out_of_it(parsed):
    touching, out, drawings = [], [], 0
    for path, page in parsed.items():
        for drawing in page.select("figure.exhibit svg.chart"):
            drawings += 1
            width = float(drawing["viewbox"].split()[2])
            words = [
                text for text in drawing.select("text") if text.string.strip() and not text.get("transform")
            ]
            boxes = [box(word) for word in words]
            where = path.stem, drawing.find_parent("figure")["id"], drawing["class"][-1]
            out += [
                (*where, w.string) for w, b in zip(words, boxes, strict=True) if b[0] < -1 or b[1] > width + 1
            ]
            for (one, a), (other, b) in itertools.combinations(zip(words, boxes, strict=True), 2):
                if overlap(a, b):
                    touching.append((*where, one.string, other.string))
    assert drawings > 100
    assert (touching, out) == ([], [])


def test_words_in_pictures_stand_out_in_the_dark():
    paper = palette.DARK["#ffffff"]
    assert min(contrast(dark, paper) for dark in palette.DARK_WORDS.values()) >= 4.5


def test_what_stands_for_something_stands_out_in_the_dark():
    """Three to one, WCAG 2.2: of verdicts that hold or clash, of counties and rounds."""
    meant = {g: c.lower() for g, c in palette.GRADE_COLOURS.items() if g != "not checkable"}
    meant |= {p: c.lower() for p, c in palette.COLOURS.items() if p not in ("others", "province")}
    meant |= {str(year): ink.lower() for year, ink in palette.ROUNDS.items()}
    faint = {
        name: ink for name, ink in meant.items() if contrast(palette.DARK.get(ink, ink), "#121212") < 2.95
    }
    assert faint == {}


def test_what_recedes_on_white_recedes_as_far_in_the_dark():
    for light, dark in palette.DARK.items():
        if len(set(re.findall("..", light[1:]))) == 1:  # greys
            assert contrast(light, "#ffffff") == pytest.approx(contrast(dark, "#121212"), abs=0.45), light


def test_no_colour_means_two_things():
    shown = [*palette.GRADE_COLOURS.values(), *palette.ROUNDS.values()]
    shown += [ink for place, ink in palette.COLOURS.items() if place not in ("members", "others", "province")]
    assert len(set(shown)) == len(shown)


def test_pictures_have_no_hue_but_those_of_counties_rounds_and_verdicts(html):
    """Every coloured fill and line of every drawing is one of the palette, or a paler shade of a county's."""
    hues = {hue(ink) for ink in (*palette.GRADE_COLOURS.values(), *palette.ROUNDS.values())} | {
        hue(ink) for ink in palette.COLOURS.values()
    }
    odd = set()
    for page in [*html.glob("notebooks/*.html"), html / "index.html"]:
        for drawing in re.findall(
            r"<svg[^>]*\bchart\b.*?</svg>", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            for ink in re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', drawing):
                if (own := hue(ink)) is not None and not any(near(own, one) for one in hues - {None}):
                    odd.add((page.name, ink))
    assert odd == set()


def hue(colour: str) -> float | None:
    """Return a colour's hue in degrees; None of a grey."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    most, least = max(red, green, blue), min(red, green, blue)
    if most - least < 12:
        return None
    spread = most - least
    if most == red:
        return (green - blue) / spread % 6 * 60
    return ((blue - red) / spread + 2) * 60 if most == green else ((red - green) / spread + 4) * 60


def near(one: float, other: float) -> bool:
    """Tell whether two hues are the same but for rounding."""
    return min(abs(one - other), 360 - abs(one - other)) < 8


def test_every_kind_of_drawing_has_its_colours_in_an_e_book(html, root):
    """A shape that no style fills is black."""
    style = (root / "_static" / "ebook.css").read_text(encoding="utf-8")
    kinds = set()
    for page in html.rglob("*.html"):
        kinds |= set(re.findall(r'<svg[^>]*\bclass="([\w-]+)', page.read_text(encoding="utf-8")))
    kinds -= {"icon", "chart"}  # of the web's shell; with colours of their own
    assert len(kinds) > 2
    assert {kind for kind in kinds if f"svg.{kind}" not in style} == set()
    for year, ink in palette.ROUNDS.items():
        assert re.search(rf"\.left-{year} {{\s*fill: {ink.lower()};", style)
