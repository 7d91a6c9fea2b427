"""The words of drawings in Chinese: each text anew, in the room that the English one had."""

import re
from collections.abc import Iterator
from functools import cache
from html import escape, unescape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from mountain_counties.edition import numerals
from mountain_counties.edition.markup import Element

LINES, BILLION = "lines", "billion"
"""Class of a group of lines of one text; unit of a number of an axis in billion yuan."""

FONT = Path(__file__).parents[1] / "book" / "fonts" / "NotoSansSC-Subset.otf"
"""What drawings are laid out with."""

EDGE = 1.0
"""How near to the edge of a drawing a text may come."""

SPARE = {"start": 1.0, "middle": 1.0, "end": 4.0}
"""Letter widths by which a text may be wider than the English one: most at the left, where margins are."""

_PLACE = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\)( rotate\(-?[\d.]+\))?")
_UNBROKEN = re.compile(r"[A-Za-z\d.,%−–+]+[，。、；：）」”%]*|.[，。、；：）」”]*", re.DOTALL)
_HEAD = "billion yuan"


class Label(NamedTuple):
    """A text of a drawing, and the elements that hold its lines."""

    text: str
    lines: list[Element]


def labels(svg: Element) -> Iterator[Label]:
    """Yield the texts of a drawing, those of several lines as one.

    Parameters
    ----------
    svg : Element
        As `book.vector` writes it.
    """
    for node in svg.children:
        if isinstance(node, str):
            continue
        if node.tag == "text":
            yield Label(_words(node), [node])
        elif LINES in node.classes:
            lines = [child for child in node.walk() if child.tag == "text"]
            yield Label(" ".join(map(_words, lines)), lines)
        else:
            yield from labels(node)


def _words(node: Element) -> str:
    return unescape(node.text()).replace("\xa0", " ").strip()


def write(label: Label, text: str, across: float) -> None:
    """Write a text into the place of another, on as many lines at most, by the point that these kept.

    Parameters
    ----------
    label : Label
        Of a drawing, whose elements are changed.
    text : str
        What stands there now.
    across : float
        How wide the drawing is: no text leaves it.
    """
    first = label.lines[0]
    if first.get("data-unit") == BILLION:
        text = numerals.in_yi(label.text)
    size = float((first.get("font-size") or "0").removesuffix("px"))
    if not size:  # a map of the page itself, whose letters the page's style sets
        first.children = [escape(text, quote=False)]
        return
    boxes = [_box(line, size) for line in label.lines]
    anchor, x = _anchor(boxes)
    turn = boxes[0].turn
    room = max(box.width for box in boxes) + SPARE[anchor] * size
    if not turn:
        room = min(room, {"start": across - x, "end": x, "middle": 2 * min(x, across - x)}[anchor] - EDGE)
    lines = _broken(text, size, room, len(boxes))
    middle = sum(box.y for box in boxes) / len(boxes)
    step = (boxes[-1].y - boxes[0].y) / max(len(boxes) - 1, 1)
    for line in label.lines[len(lines) :]:
        line.opening, line.children, line.closing = "", [], ""
    for n, (element, words) in enumerate(zip(label.lines, lines, strict=False)):
        natural = width(words, size)
        for name in ("x", "y"):
            element.set(name, None)
        y = middle + (n - (len(lines) - 1) / 2) * step
        spot = (x, y) if not turn else (y, x)
        element.set("transform", f"translate({spot[0]:.2f} {spot[1]:.2f}){turn}")
        element.set("text-anchor", anchor)
        if len(words) > 1:
            element.set("textLength", f"{min(natural, room):.1f}")
            element.set("lengthAdjust", "spacingAndGlyphs")
        else:
            element.set("textLength", None)
            element.set("lengthAdjust", None)
        element.children = [escape(words, quote=False)]


class _Box(NamedTuple):
    """Where a line begins, is in the middle and ends, along its own direction, and where across it."""

    start: float
    middle: float
    end: float
    y: float
    width: float
    turn: str
    anchor: str | None


def _box(line: Element, size: float) -> _Box:
    length = float(line.get("textLength") or 0) or width(_words(line), size)
    anchor = line.get("text-anchor")
    if line.get("x") is not None:
        x, y, turn = float(line.get("x")), float(line.get("y")), ""
        if rotated := re.match(r"rotate\((-?[\d.]+)", line.get("transform") or ""):
            turn = f" rotate({rotated[1]})" if float(rotated[1]) else ""
    else:
        x, y, turn = _PLACE.match(line.get("transform") or "translate(0 0)").groups()
        x, y, turn = float(x), float(y), turn or ""
    way = -1 if turn else 1  # a text turned by a quarter runs upward
    along, across = (y, x) if turn else (x, y)
    start = along - way * length * {"middle": 0.5, "end": 1}.get(anchor or "start", 0)
    return _Box(start, start + way * length / 2, start + way * length, across, length, turn, anchor)


def _anchor(boxes: list[_Box]) -> tuple[str, float]:
    """Return which point of its lines a text keeps."""
    if len(boxes) == 1:
        anchor = boxes[0].anchor or ("middle" if boxes[0].turn else "start")
    else:
        spreads = {
            anchor: max(ends) - min(ends)
            for anchor, ends in (
                ("start", [box.start for box in boxes]),
                ("middle", [box.middle for box in boxes]),
                ("end", [box.end for box in boxes]),
            )
        }
        anchor = min(spreads, key=lambda name: spreads[name])
    return anchor, getattr(boxes[0], anchor)


def _broken(text: str, size: float, room: float, most: int) -> list[str]:
    """Break a text into lines that fit, if it may have several."""
    natural = width(text, size)
    count = min(most, max(1, -(-int(natural * 100) // int(room * 100))))
    parts = _UNBROKEN.findall(text)
    if count == 2 and (halves := _at_a_pause(parts, size, room)):
        return halves
    lines, now = [], ""
    for part in parts:
        if now and len(lines) < count - 1 and width(now + part, size) > natural / count + size / 2:
            lines.append(now)
            now = ""
        now += part
    return [line.strip() for line in [*lines, now]]


def _at_a_pause(parts: list[str], size: float, room: float) -> list[str] | None:
    """Return two lines of a text that part where it pauses, if there is such a place and both fit."""
    ways = [
        ("".join(parts[:n]), "".join(parts[n:]))
        for n, (part, after) in enumerate(pairwise(parts), 1)
        if part[-1] in "，、；：" or after[0] == "（"
    ]
    fitting = [way for way in ways if max(width(line, size) for line in way) <= room]
    return (
        list(min(fitting, key=lambda way: abs(width(way[0], size) - width(way[1], size))))
        if fitting
        else None
    )


@cache
def _advances() -> tuple[dict[int, str], dict[str, int], int]:
    from fontTools.ttLib import TTFont  # slow to load

    with TTFont(FONT, lazy=True) as font:
        widths = {glyph: advance for glyph, (advance, _) in font["hmtx"].metrics.items()}
        return dict(font.getBestCmap()), widths, font["head"].unitsPerEm


def width(text: str, size: float) -> float:
    """Return how wide a text is in the font of drawings.

    Parameters
    ----------
    text : str
        Of one line; a letter that the font lacks counts as a full width.
    size : float
        Of the letters.

    Returns
    -------
    float
        In the unit of `size`.
    """
    glyphs, widths, em = _advances()
    return sum(widths.get(glyphs.get(ord(sign), ""), em) for sign in text) * size / em


def scale_table(table: Element) -> None:
    """Write the numbers of rows and columns in billion yuan in 亿元, as their heads will say.

    Parameters
    ----------
    table : Element
        Of an English page; its cells are changed.
    """
    rows = [row for row in table.walk() if row.tag == "tr"]
    if not rows:
        return
    heads = _cells(rows[0])
    columns = {n for n, cell in enumerate(heads) if _in_billions(cell)}
    for row in rows[1:]:
        cells = _cells(row)
        whole = bool(cells) and cells[0].tag == "th" and _in_billions(cells[0])
        for n, cell in enumerate(cells):
            if (whole and n) or n in columns:
                _scale(cell)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row.children if isinstance(cell, Element) and cell.tag in ("td", "th")]


def _in_billions(cell: Element) -> bool:
    text = cell.text().replace("\xa0", " ")
    return _HEAD in text and not re.search(rf"\d {_HEAD}", text)


def _scale(cell: Element) -> None:
    for holder in (cell, *cell.walk()):
        for n, child in enumerate(holder.children):
            if isinstance(child, str) and re.fullmatch(r"\s*[+−]?[\d,.]+\s*", child):
                holder.children[n] = numerals.in_yi(child.strip())
