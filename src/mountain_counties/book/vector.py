"""A Matplotlib figure -> a picture to take away, and SVG that a page holds itself, wide and for a phone.

Matplotlib writes a drawing that stands alone: styles in attributes that a strict Content-Security-Policy
refuses, an id for each part, white paper below it. A page needs less: presentation attributes, real text of
its own font, ``currentColor`` for ink; its style sheet then turns the colours of `charts.DARK` in the dark.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from textwrap import wrap
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import MouseEvent
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from mountain_counties.book import charts

PHONE = 3.9
"""Width of the drawing for a phone, in inches: on 328 of 360 px its smallest letters are 11 px high."""

DECIMALS = 9
"""Decimals of what a line is drawn from, so that every version of every library draws the same."""

FIXED_INK = "#010101"
"""Ink that stays dark in the dark: of text that stands on a colour which stays as it is."""

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_INKS = {charts.INK, "#000000"}
_HALO = "halo"
_BILLION = "billion"
"""Group of numbers in billion yuan; the drawing says so of each, for an edition in other units."""

_PLAIN = re.compile(r"[\d,.]+")
_DEFAULTS = {
    ("stroke-linejoin", "round"),
    ("stroke-linecap", "butt"),
    ("opacity", "1"),
}  # the first by `slim`
_LONG = 22  # characters from which the name of a row is broken into two lines on a phone


def draw(fig: Figure, name: str) -> tuple[bytes, str, str]:
    """Write a figure as a picture and as a drawing, and once more for a phone.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Of `charts.canvas`. It is changed: afterwards it has the phone's form.
    name : str
        What the ids in the drawings begin with; unique on the page.

    Returns
    -------
    tuple
        A PNG on white paper with `charts.DOTS` an inch, and two SVG elements: `charts.WIDTH` and `PHONE`
        wide.
    """
    for line in fig.findobj(Line2D):  # the last digits of a fit depend on NumPy, and would show
        x, y = line.get_data(orig=False)
        line.set_data(x.round(DECIMALS), y.round(DECIMALS))
    canvas = FigureCanvasAgg(fig)  # which knows how wide words are
    _settle(fig)
    if grown := max((_broken(ax) for ax in fig.axes), default=0.0):
        _grow(fig, grown)
        _place_names(fig)
    with _held(fig):
        picture = _paint(canvas)
        _prepare(fig)
        wide = _write(fig, name)
    _narrow(fig)
    with _held(fig):
        return picture, wide, _write(fig, f"{name}-phone")


def _paint(canvas: FigureCanvasAgg) -> bytes:
    buffer = io.BytesIO()
    canvas.figure.set_facecolor("white")
    # Hardly larger than the smallest that can be had, and in half the time.
    canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    return buffer.getvalue()


def _prepare(fig: Figure) -> None:
    """Take away the paper, and tell apart ink on paper, ink on a colour, and letters with a halo."""
    for part in (fig, *fig.axes):
        if to_hex(part.patch.get_facecolor()) == "#ffffff":
            part.patch.set_visible(False)
    for text in fig.findobj(Text):
        if any(isinstance(effect, Stroke) for effect in text.get_path_effects()):
            text.set_path_effects([])  # they would make paths of the letters; SVG has halos of its own
            text.set_gid(_HALO)


def _keep_ink(fig: Figure) -> None:
    """Fix the ink of words on a colour that is the same in the dark."""
    for ax in fig.axes:
        words = [
            text for text in ax.texts if to_hex(text.get_color()) in _INKS and text.get_bbox_patch() is None
        ]
        filled = _filled(ax) if words else []
        for text in words:
            box = charts.extent(text)
            below = _ground(ax, filled, (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
            if below is not None and below not in charts.DARK:
                text.set_color(FIXED_INK)


def _name_money(fig: Figure) -> None:
    """Tell the numbers of an axis in billion yuan from others, and those that stand beside its marks."""
    for ax in fig.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if "billion yuan" in axis.label.get_text().replace("\n", " ").lower():
                beside = [text for text in ax.texts if _PLAIN.fullmatch(text.get_text())]
                for text in (*axis.get_ticklabels(), *beside):
                    if text.get_gid() is None:
                        text.set_gid(_BILLION)


def _filled(ax: Axes) -> list[tuple[Bbox, Patch]]:
    """Return the bars of an axes with their boxes in pixels, the uppermost first."""
    filled = [patch for patch in ax.patches if patch.get_fill() and patch.get_facecolor()[3] > 0.5]
    filled = sorted(reversed(filled), key=lambda patch: -patch.get_zorder())
    return [(patch.get_window_extent(), patch) for patch in filled]


def _ground(ax: Axes, filled: list[tuple[Bbox, Patch]], x: float, y: float) -> str | None:
    """Return the colour of the bar or the cell at a place in pixels; None on paper."""
    for cells in ax.collections:
        if isinstance(cells, QuadMesh):
            inside, found = cells.contains(MouseEvent("motion_notify_event", ax.figure.canvas, x, y))
            if inside:
                cells.update_scalarmappable()
                return to_hex(cells.get_facecolor()[found["ind"][0]])
    for box, patch in filled:
        if box.contains(x, y) and patch.contains_point((x, y)):
            return to_hex(patch.get_facecolor())
    return None


def _settle(fig: Figure) -> None:
    """Lay a figure out, as `savefig` would do by drawing it once more."""
    fig.get_layout_engine().execute(fig)


def _grow(fig: Figure, more: float) -> None:
    """Make a figure higher by some inches, and lay it out again."""
    fig.set_figheight(fig.get_figheight() + more)
    _settle(fig)


def _place_names(fig: Figure) -> None:
    """Place the names beside marks anew, where there are any, for the form that the figure has now."""
    if names := getattr(fig, "mountain_counties_names", ()):
        for again in names:
            again()
        _settle(fig)


@contextmanager
def _held(fig: Figure) -> Iterator[None]:
    """Hold a figure in its layout, which every drawing of it would find anew."""
    engine = fig.get_layout_engine()
    fig.set_layout_engine("none")
    yield
    fig.set_layout_engine(engine)


def _write(fig: Figure, name: str) -> str:
    _keep_ink(fig)
    _name_money(fig)
    buffer = io.StringIO()
    screen, dots = fig.canvas, fig.dpi
    with mpl.rc_context({"svg.fonttype": "none"}):
        FigureCanvasSVG(fig).print_svg(buffer, metadata={"Date": None, "Creator": None})
    fig.set_canvas(screen)
    fig.dpi = dots
    return slim(buffer.getvalue(), name)


def _narrow(fig: Figure) -> None:
    """Give a figure the width of a phone: fewer columns in keys, broken names, names placed anew."""
    fig.set_size_inches(PHONE, fig.get_figheight())
    for ax in fig.axes:
        names = [label.get_text() for label in ax.get_yticklabels()]
        if any(len(text) > _LONG for text in names):
            ax.set_yticks(ax.get_yticks(), [_halves(text) for text in names])
    _settle(fig)
    grown = sum(_stack(legend, fig) for legend in fig.findobj(Legend))
    grown += max((_room(ax) for ax in fig.axes), default=0.0)
    grown += max((_broken(ax) for ax in fig.axes), default=0.0)
    if grown:
        _grow(fig, grown)
    if any([_thin(ax) for ax in fig.axes]):
        _settle(fig)
    _place_names(fig)


def _broken(ax: Axes) -> float:
    """Break what stands above and below the axes into lines that fit; return the inches that it grows by."""
    fig, lines = ax.figure, 0
    box = ax.get_window_extent()
    middle = (box.x0 + box.x1) / 2
    around = 2 * min(middle, fig.bbox.x1 - middle)
    alone = ax.get_subplotspec() is None or ax.get_subplotspec().colspan.stop == ax.get_gridspec().ncols
    above = fig.bbox.x1 - box.x0 if alone else box.width
    for label, room in ((ax.xaxis.label, around), (ax._left_title, above)):
        text, width = label.get_text(), charts.extent(label).width
        if width > 0.98 * room and "\n" not in text:  # the rest is lost where a page rounds
            parts = wrap(text, max(10, int(len(text) * 0.97 * room / width)))
            label.set_text("\n".join(parts))
            lines += len(parts) - 1
    return lines * charts.SIZE * 1.2 / 72


def _halves(text: str) -> str:
    """Break a long name at the space nearest to its middle."""
    if len(text) <= _LONG or "\n" in text or " " not in text:
        return text
    middle = min((m.start() for m in re.finditer(" ", text)), key=lambda at: abs(at - len(text) / 2))
    return text[:middle] + "\n" + text[middle + 1 :]


def _room(ax: Axes) -> float:
    """Return the inches that rows need more than they have, so that broken names do not touch."""
    labels = [label for label in ax.get_yticklabels() if label.get_text()]
    if not any("\n" in label.get_text() for label in labels):
        return 0.0
    rows = sorted(map(charts.extent, labels), key=lambda box: box.y0)
    overlap = max((below.y1 - above.y0 for below, above in pairwise(rows)), default=0.0)
    return max(overlap, 0.0) * (len(rows) - 1) / ax.figure.dpi


def _stack(legend: Legend, fig: Figure) -> float:
    """Give a key fewer columns until it fits; return the inches that it grows by."""
    before = legend.get_window_extent().height
    while legend.get_window_extent().width > fig.bbox.width - 6 * fig.dpi / 72 and legend._ncols > 1:
        legend.set_ncols(legend._ncols - 1)
    return (legend.get_window_extent().height - before) / fig.dpi


def _thin(ax: Axes) -> bool:
    """Leave out every other number below an axis while they touch; tell whether any went."""
    gap = 1.5 * ax.figure.dpi / 72
    for tried in range(2):
        labels = [label for label in ax.get_xticklabels() if label.get_text() and label.get_visible()]
        boxes = [charts.extent(label) for label in labels]
        if all(right.x0 - left.x1 > gap for left, right in pairwise(sorted(boxes, key=lambda box: box.x0))):
            return tried > 0
        places = ax.get_xticks()
        ax.set_xticks(places[::2])
    return True


def slim(svg: str, name: str) -> str:
    """Strip what Matplotlib writes for others, and give the rest to the page.

    Parameters
    ----------
    svg : str
        As Matplotlib writes it with ``svg.fonttype: none``.
    name : str
        What ids begin with.

    Returns
    -------
    str
        One SVG element without styles, with ids only where something refers to them.
    """
    root = ElementTree.fromstring(svg)
    used = dict.fromkeys(re.findall(r'(?:href="|url\()#(\w+)', svg))
    ids = {old: f"{name}-{number}" for number, old in enumerate(used, start=1)}
    width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
    parts = "".join(_element(child, ids, None) for child in root)
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width / 0.75:g}" height="{height / 0.75:g}"'
    look = f'color="{charts.INK}" font-family="{_families()}" stroke-linejoin="round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>{parts}</svg>'


def _families() -> str:
    return ", ".join([*mpl.rcParams["font.family"], "sans-serif"])


def _element(node: ElementTree.Element, ids: dict[str, str], group: str | None) -> str:
    """Write an element and what it holds; a group that says nothing is left out."""
    tag = node.tag.removeprefix(_SVG)
    if tag in ("metadata", "style"):
        return ""
    attributes = dict(_attributes(node, ids, tag))
    group = node.get("id", group) if tag == "g" else group
    inner = "".join(_element(child, ids, group) for child in node)
    if tag in ("g", "defs") and not inner:
        return ""
    if tag == "g" and inner.count("<text") > 1 and (node.get("id") or "").startswith("text_"):
        return f'<g class="lines">{inner}</g>'  # of one text
    if tag == "g" and not attributes:
        return inner
    if tag in ("text", "tspan") and not len(node):
        inner = _text(node, attributes, group)
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def _text(node: ElementTree.Element, attributes: dict[str, str], group: str | None) -> str:
    """Return the words, and note how wide they are: another font than the layout's then fits its room."""
    words = node.text or ""
    if len(words) > 1 and "font-size" in attributes:
        size = float(attributes["font-size"].removesuffix("px"))
        weight = int(attributes.get("font-weight", 400))
        font = FontProperties(family=mpl.rcParams["font.family"], size=size, weight=weight)
        width, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)
        attributes |= {"textLength": f"{width:.1f}", "lengthAdjust": "spacingAndGlyphs"}
    if group == _BILLION:
        attributes["data-unit"] = _BILLION
    if group == _HALO:
        attributes |= {"paint-order": "stroke", "stroke": "#ffffff", "stroke-width": "2.5"}
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _attributes(node: ElementTree.Element, ids: dict[str, str], tag: str) -> Iterator[tuple[str, str]]:
    """Yield an element's attributes: styles as attributes of their own, numbers rounded, ids renamed."""
    for key, value in node.attrib.items():
        if key == "id":
            if value in ids:
                yield "id", ids[value]
        elif key == "style":
            for part in value.split("; "):
                name, _, look = part.partition(": ")
                if name != "font-family" and (name, look) not in _DEFAULTS:
                    yield name, _look(look, ids)
        elif key == _LINK:
            yield "href", "#" + ids[value.removeprefix("#")]
        elif key == "d":
            yield key, _path(value)
        elif key == "transform" and value.startswith("rotate(-0 "):
            continue
        else:
            yield key.removeprefix(_SVG), _short(_look(value, ids))


def _look(value: str, ids: dict[str, str]) -> str:
    """Write a colour or a reference as the page has it."""
    if value in _INKS:
        return "currentColor"
    return re.sub(r"url\(#(\w+)\)", lambda found: f"url(#{ids[found[1]]})", value)


def _short(text: str) -> str:
    """Round the numbers of a text to a hundredth of a point."""
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), text)


def _path(data: str) -> str:
    """Write a path without what a reader of it does not need."""
    return re.sub(r" ?([A-Za-z]) ?", r"\1", _short(" ".join(data.split())))
