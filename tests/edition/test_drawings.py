"""The words of drawings stay in the room of the English ones, by the point that these kept."""

import re

import pytest

from mountain_counties.edition import drawings
from mountain_counties.edition.markup import parse

SIZE = 10


def text(words, x=None, y=20.0, anchor=None, turn=None, unit=None):
    """Write a line as `vector` does: by an anchor, or from where it begins."""
    length = drawings.width(words, SIZE)
    place = f'transform="translate({x} {y}){turn or ""}"' if anchor is None else f'x="{x}" y="{y}"'
    kept = f' text-anchor="{anchor}"' if anchor else ""
    of = f' data-unit="{unit}"' if unit else ""
    return (
        f'<text font-size="{SIZE}px"{kept} fill="currentColor" {place}{of} textLength="{length:.1f}" '
        f'lengthAdjust="spacingAndGlyphs">{words}</text>'
    )


def written(inner, words, across=200.0):
    svg = parse(f"<svg>{inner}</svg>").children[0]
    (label,) = drawings.labels(svg)
    drawings.write(label, words, across)
    return label.text, [line for line in svg.walk() if line.tag == "text" and line.opening]


def place(line):
    x, y = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", line.get("transform")).groups()
    return line.get("text-anchor"), float(x), float(y)


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        (text("Some words", 50, anchor="start"), ("start", 50, 20)),
        (text("Some words", 50, anchor="middle"), ("middle", 50, 20)),
        (text("Some words", 100, anchor="end"), ("end", 100, 20)),
        (text("Some words", 50), ("start", 50, 20)),
    ],
)
def test_a_line_keeps_its_point(inner, told):
    english, (line,) = written(inner, "几个字")
    assert english == "Some words"
    assert place(line) == told
    assert line.text() == "几个字"
    assert float(line.get("textLength")) == pytest.approx(drawings.width("几个字", SIZE), abs=0.1)


def test_a_turned_text_keeps_its_middle():
    length = drawings.width("A long title of an axis", SIZE)
    _, (line,) = written(text("A long title of an axis", 30, 100, turn=" rotate(-90)"), "坐标轴")
    assert line.get("transform").endswith(" rotate(-90)")
    assert place(line) == ("middle", 30, pytest.approx(100 - length / 2, abs=0.1))


def lines(kind):
    one, two = "Output, much", "of it"
    widths = [drawings.width(words, SIZE) for words in (one, two)]
    starts = {"start": (20, 20), "end": (100 - widths[0], 100 - widths[1])}
    starts["middle"] = (60 - widths[0] / 2, 60 - widths[1] / 2)
    first, second = starts[kind]
    return f'<g class="lines">{text(one, first, 20)}{text(two, second, 32)}</g>'


@pytest.mark.parametrize(("kind", "x"), [("start", 20), ("middle", 60), ("end", 100)])
def test_lines_become_one_where_they_stood(kind, x):
    english, (line,) = written(lines(kind), "产值")
    assert english == "Output, much of it"
    anchor, at, height = place(line)
    assert (anchor, height) == (kind, 26)  # half way between the two
    assert at == pytest.approx(x, abs=0.1)


def test_a_text_too_long_for_one_line_parts_at_a_pause():
    _, found = written(lines("start"), "产值，其中许多许多")
    assert [line.text() for line in found] == ["产值，", "其中许多许多"]
    _, found = written(lines("start"), "许多产值许多（某些年份）")
    assert [line.text() for line in found] == ["许多产值许多", "（某些年份）"]


def test_a_text_without_a_pause_parts_into_lines_of_like_width():
    inner, words = lines("start"), "许多许多产值产值产值"
    room = drawings.width("Output, much", SIZE) + SIZE
    _, found = written(inner, words)
    widths = [drawings.width(line.text(), SIZE) for line in found]
    assert "".join(line.text() for line in found) == words
    assert len(widths) == 2 and max(widths) <= room < sum(widths)
    assert min(widths) >= sum(widths) / 2 - SIZE
    assert [place(line)[2] for line in found] == [20, 32]
    fits = "多" * int(room / SIZE)  # as wide as the room, and not a sign wider
    assert len(written(inner, fits)[1]) == 1 and len(written(inner, fits + "多")[1]) == 2


def test_a_text_parts_as_soon_as_it_is_wider_than_its_room():
    words, spare = "多" * 8, drawings.SPARE["start"] * SIZE
    for room, most in ((80.0, 1), (79.9, 2)):
        inner = re.sub('textLength="[^"]+"', f'textLength="{room - spare:.1f}"', lines("start"))
        assert len(written(inner, words)[1]) == most


def test_a_single_sign_is_not_stretched():
    _, (line,) = written(text("all", 50), "总")
    assert line.get("textLength") is None and line.get("lengthAdjust") is None
    assert written(text("all", 50), "总数")[1][0].get("textLength")


def test_a_text_that_does_not_say_how_long_it_is_is_measured():
    inner = text("A long title of an axis", 30, 100, turn=" rotate(-90)")
    silent = re.sub(' textLength="[^"]+"', "", inner)
    told, found = (written(one, "坐标轴")[1][0] for one in (inner, silent))
    assert place(found) == (place(told)[0], place(told)[1], pytest.approx(place(told)[2], abs=0.1))


def test_no_text_leaves_the_drawing_or_its_room():
    for anchor, spare in drawings.SPARE.items():
        _, (line,) = written(text("ab", 100, anchor=anchor), "比原来的文字长很多很多")
        room = drawings.width("ab", SIZE) + spare * SIZE
        assert float(line.get("textLength")) == pytest.approx(room, abs=0.1)
    _, (line,) = written(text("Some words of it", 8, anchor="end"), "几个字")
    assert float(line.get("textLength")) == 8 - drawings.EDGE
    _, (line,) = written(text("Some words of it", 180, anchor="start"), "几个字吧")
    assert float(line.get("textLength")) == 20 - drawings.EDGE


def test_numbers_of_an_axis_in_billions_are_written_in_yi():
    _, (line,) = written(text("24.9", 50, anchor="middle", unit="billion"), "24.9")
    assert line.text() == "249"
    _, (line,) = written(text("24.9", 50, anchor="middle"), "24.9")
    assert line.text() == "24.9"


TABLE = """<table><thead><tr><th>Who</th><th>GDP, billion yuan</th><th>Share</th></tr></thead><tbody>
<tr><th>A, 24.9 billion yuan</th><td>24.9</td><td>0.5</td></tr>
<tr><th>Mean, billion&nbsp;yuan</th><td><a>1,200</a></td><td>0.35</td></tr></tbody></table>"""


def test_cells_below_or_beside_billion_yuan_are_written_in_yi():
    table = parse(TABLE.replace("&nbsp;", "\xa0")).children[0]
    drawings.scale_table(table)
    cells = [cell.text() for cell in table.walk() if cell.tag == "td"]
    assert cells == ["249", "0.5", "12000", "3.5"]
    other = parse(TABLE.replace("billion", "million")).children[0]
    drawings.scale_table(other)
    assert str(other) == TABLE.replace("billion", "million")
    bare = "<table><caption>Nothing, in billion yuan</caption></table>"
    empty = parse(bare).children[0]
    drawings.scale_table(empty)
    assert str(empty) == bare
