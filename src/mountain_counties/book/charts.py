"""One look for every figure, and the few helpers that all of them need.

A figure is `WIDTH` inches wide and its text at least `SMALLEST` points high; `vector` draws it once more
for a phone, where the smallest letters are 11 px high. Importing the module sets the style.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from mountain_counties.audit import wording
from mountain_counties.book.palette import COLOURS, DARK, GRADE_COLOURS, INK, ROUNDS  # noqa: F401, for what draws

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Subset.otf"
"""Subset of Noto Sans SC (SIL Open Font License), made by ``tools/make_font.py``."""

WIDTH = 5.0
"""Width of every figure, in inches."""

DOTS = 240
"""Dots an inch of the pictures for slides and posts: 1,200 wide, as sites that preview a page ask for. All is
laid out at this size, where the widths of words are hardly rounded."""

SIZE = 10.0
"""Base size of text, in points."""

SMALLEST = 9.5
"""Least size of text, in points."""

LEADER = "#8C8C8C"
"""Colour of the thin lines between names and marks."""

HEAT = LinearSegmentedColormap.from_list("heat", ["#F9F7F4", "#918C86"])
"""Shades of cells, the darker the more: without a hue, and none of the greys that turn in the dark."""

ACCENT = INK
"""Colour of what a picture points at, beside greys: hues are for departures and verdicts alone."""

MARKERS = {
    "Pingyang": "o",
    "Kecheng": "s",
    "Liandu": "^",
    "Yongjia": "D",
    "Cangnan": "v",
    "Jiangshan": "P",
    "members": "o",
    "others": "o",
    "province": "X",
}
"""One marker per named county, so that a print without colour says the same."""


STYLE = {
    "figure.figsize": (WIDTH, 3.2),
    "figure.dpi": DOTS,
    "figure.constrained_layout.use": True,
    "font.family": ["Noto Sans SC", "DejaVu Sans"],  # the second has what the first lacks
    "font.size": SIZE,
    "axes.labelsize": SIZE,
    "axes.titlesize": SIZE,
    "legend.title_fontsize": SIZE,
    "legend.fontsize": SMALLEST,
    "xtick.labelsize": SMALLEST,
    "ytick.labelsize": SMALLEST,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": "#6B6B6B",
    "grid.color": "#E3E3E3",
    "axes.axisbelow": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.linewidth": 0.8,
    "grid.linewidth": 0.8,
    "xtick.major.size": 6,
    "ytick.major.size": 6,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "mountain-counties",
}
"""Matplotlib's settings for every figure; the same bytes in every build."""


def style() -> None:
    """Set the style of every figure drawn from here on."""
    font_manager.fontManager.addfont(FONT)
    plt.rcParams.update(STYLE)


def canvas(
    height: float = 3.2, rows: int = 1, columns: int = 1, **options
) -> tuple[Figure, Axes | np.ndarray]:
    """Make a figure of the book's width.

    Parameters
    ----------
    height : float
        In inches.
    rows, columns : int
        Panels.
    **options
        Passed to :func:`matplotlib.pyplot.subplots`.

    Returns
    -------
    tuple
        The figure and its axes, as `subplots` gives them.
    """
    return plt.subplots(rows, columns, figsize=(WIDTH, height), **options)


def colour(name: str) -> str:
    """Return a county's colour; one that is not named has the grey of the members."""
    return COLOURS.get(name, COLOURS["members"])


def marker(name: str) -> str:
    """Return a county's marker; one that is not named has the members' dot."""
    return MARKERS.get(name, MARKERS["members"])


def ticks(axis: Axis, write: Callable[[float], str]) -> None:
    """Write an axis's ticks with a formatter of `prose`, for instance ``lambda x: prose.percent(x, 0)``."""
    axis.set_major_formatter(lambda value, _: write(value))


def extent(text: Text) -> Bbox:
    """Return the box of a text alone, without the arrow of an annotation, in dots of the figure's canvas.

    A text that is not told where it is drawn takes its size from where it was drawn last, on another canvas.
    """
    renderer = text.figure.canvas.get_renderer()
    if isinstance(text, Annotation):
        text.update_positions(renderer)
    return Text.get_window_extent(text, renderer)


def spread(positions: np.ndarray, gap: float) -> np.ndarray:
    """Move positions apart as little as needed.

    Parameters
    ----------
    positions : numpy.ndarray
        Wanted positions, one dimension.
    gap : float
        Least distance between neighbours, same unit.

    Returns
    -------
    numpy.ndarray
        Positions in the same order, at least `gap` apart, with the least sum of squared moves.

    Notes
    -----
    Subtracting ``rank * gap`` turns the spacing into monotonicity, so the answer is an isotonic regression.
    """
    from scipy.optimize import isotonic_regression  # half the time that this module takes to load

    order = np.argsort(positions, kind="stable")
    steps = np.arange(len(positions)) * gap
    result = np.empty(len(positions))
    result[order] = isotonic_regression(positions[order] - steps).x + steps
    return result


def label_ends(
    ax: Axes, ends: Mapping[str, tuple[float, float]] | None = None, *, left: bool = False
) -> None:
    """Write names beside the right ends of lines in place of a legend, moved apart where they would touch.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes whose limits are settled.
    ends : mapping of str to (float, float), optional
        Name to end point in data coordinates. By default the last point of each line that has a label.
    left : bool
        Whether the names stand left of their points.
    """
    away = -6 if left else 6
    if ends is None:
        lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
        ends = {line.get_label(): tuple(line.get_xydata()[-1]) for line in lines}
    texts = {
        name: ax.annotate(
            name,
            end,
            (away, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            size=SMALLEST,
            annotation_clip=False,
        )
        for name, end in ends.items()
    }

    def place() -> None:
        for text in texts.values():
            text.xyann = (away, 0)
        ax.figure.get_layout_engine().execute(ax.figure)  # settles the positions in pixels
        pixels = ax.transData.transform(list(ends.values()))
        lines = max(name.count("\n") + 1 for name in texts)
        moved = spread(pixels[:, 1], SMALLEST / 72 * ax.figure.dpi * 1.35 * lines)
        for text, (_, y), target in zip(texts.values(), pixels, moved, strict=True):
            text.xyann = (away, (target - y) * 72 / ax.figure.dpi)

    in_every_form(ax.figure, place)


def whole_percent(value: float) -> str:
    """Write a fraction as a per cent without decimals, for the ticks of an axis."""
    return wording.percent(value, 0)


def whole_points(value: float) -> str:
    """Write a difference of fractions in signed points without decimals, for the ticks of an axis."""
    return wording.signed(value, 0, shift=2)


def label_points(ax: Axes, points: Mapping[str, tuple[float, float]]) -> None:
    """Write names beside points, each on the first side where it meets no earlier name, drawn point or edge.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes whose limits are settled and whose points are drawn.
    points : mapping of str to (float, float)
        Name to point in data coordinates; the important ones first.
    """
    across, along = [(6, "left"), (-6, "right"), (0, "center")], [(0, "center"), (6, "bottom"), (-6, "top")]
    sides = [{"position": (dx, dy), "ha": ha, "va": va} for dy, va in along for dx, ha in across if dx or dy]
    texts = [
        ax.annotate(name, point, (0, 0), textcoords="offset points", size=SMALLEST)
        for name, point in points.items()
    ]

    def place() -> None:
        for text in texts:
            text.set_visible(False)  # what is not placed yet takes no room
        ax.figure.get_layout_engine().execute(ax.figure)  # settles the positions in pixels
        frame = ax.get_window_extent()
        drawn = [dots.get_offsets() for dots in ax.collections]
        drawn += [line.get_xydata() for line in ax.get_lines() if line.get_marker() not in ("", "None", None)]
        dots = ax.transData.transform(np.vstack([list(points.values()), *drawn]).astype(float))
        taken = []
        for text in texts:
            text.set_visible(True)
            trials = []
            for side in sides:
                text.set(**side)
                box = extent(text)
                outside = not (
                    frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
                )
                met = ((dots >= box.min) & (dots <= box.max)).all(axis=1).sum()
                hits = 4 * sum(box.overlaps(other) for other in taken) + met
                trials.append((hits + 4 * outside, side, box))
                if not trials[-1][0]:
                    break
            _, side, box = min(trials, key=lambda trial: trial[0])
            text.set(**side)
            taken.append(box)

    in_every_form(ax.figure, place)


def call_out(ax: Axes, spots: Mapping[str, tuple[float, float]]) -> None:
    """Write names in a line above the axes, each with a thin line down to its mark, in place of a legend.

    Where one line is too short for them, as on a phone, every other name stands a line higher.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes without a title, whose limits are settled.
    spots : mapping of str to (float, float)
        Name to the mark that stands for all of its kind, in data coordinates.
    """
    line = {"arrowstyle": "-", "color": LEADER, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 3.5}
    texts = [
        ax.annotate(name, spot, (0, 0), textcoords="offset points", ha="center", va="bottom", size=SMALLEST,
                    annotation_clip=False, arrowprops=line, in_layout=False)
        for name, spot in sorted(spots.items(), key=lambda item: item[1][0])
    ]  # fmt: skip
    room = ax.annotate(" ", (0, 1), (0, 6), "axes fraction", textcoords="offset points", va="bottom",
                       size=SMALLEST)  # fmt: skip

    def place() -> None:
        fig = ax.figure
        widths = np.array([extent(text).width for text in texts])
        point = 72 / fig.dpi
        gap, edge = SMALLEST / point, 1.5 / point
        rows = 1 if widths.sum() + gap * (len(texts) + 1) < fig.bbox.width else 2
        room.set_text("\n".join([" "] * rows))
        fig.get_layout_engine().execute(fig)  # settles the positions in pixels
        marks = ax.transData.transform([text.xy for text in texts])
        for row in range(rows):
            mine = slice(row, None, rows)
            middles = _apart(marks[mine, 0], widths[mine], gap, (edge, fig.bbox.width - edge))
            height = ax.get_window_extent().y1 + gap * (0.6 + 1.35 * row)
            for text, mark, middle in zip(texts[mine], marks[mine], middles, strict=True):
                text.xyann = ((middle - mark[0]) * point, (height - mark[1]) * point)

    in_every_form(ax.figure, place)


def _apart(middles: np.ndarray, widths: np.ndarray, gap: float, ends: tuple[float, float]) -> np.ndarray:
    """Move boxes of some widths apart as little as needed, in their order and between two ends."""
    from scipy.optimize import isotonic_regression

    steps = np.concatenate([[0.0], np.cumsum((widths[:-1] + widths[1:]) / 2 + gap)])
    least, most = ends[0] + widths[0] / 2, ends[1] - widths[-1] / 2 - steps[-1]
    return isotonic_regression(middles - steps).x.clip(least, max(least, most)) + steps


def note(ax: Axes, words: str, spot: tuple[float, float], away: tuple[float, float], **look: object) -> None:
    """Write words beside a spot in data coordinates, some points away from it, on the side that this says."""
    side = "left" if away[0] > 0 else "right" if away[0] < 0 else "center"
    stand = "bottom" if away[1] > 0 else "top" if away[1] < 0 else "center"
    look = {"ha": side, "va": "center" if away[0] else stand, "size": SMALLEST} | look
    ax.annotate(words, spot, away, textcoords="offset points", **look)


def in_every_form(fig: Figure, place: Callable[[], None]) -> None:
    """Place names now, and again when `vector` gives the figure the width of a phone.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    place : callable
        Takes nothing; moves texts that are there to where they belong in the figure's present layout.
    """
    place()
    fig.mountain_counties_names = [*getattr(fig, "mountain_counties_names", ()), place]


def intervals(ax: Axes, table: pd.DataFrame, colours: Mapping[str, str] | None = None) -> None:
    """Draw a dot with its interval for each row, the first row on top.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    table : pandas.DataFrame
        Columns ``value`` (may be missing), ``lo`` and ``hi``; the index names the rows. An infinite end runs
        to the edge of the axes.
    colours : mapping of str to str, optional
        Colour by row name; by default the county's.
    """
    finite = table[["lo", "hi"]].where(np.isfinite(table[["lo", "hi"]]))
    low, high = np.nanmin(finite.to_numpy()), np.nanmax(finite.to_numpy())
    margin = (high - low) * 0.06 or 1.0
    ax.set_xlim(low - margin, high + margin)
    rows = np.arange(len(table))
    for y, (name, row) in zip(rows, table.iterrows(), strict=True):
        ink = (colours or {}).get(name, colour(name))
        ends = np.clip([row["lo"], row["hi"]], *ax.get_xlim())
        ax.plot(ends, [y, y], color=ink, solid_capstyle="butt")
        if pd.notna(row.get("value")):
            ax.plot(row["value"], y, marker=marker(name), color=ink, markersize=6)
    ax.set_yticks(rows, table.index)
    ax.set_ylim(len(table) - 0.5, -0.5)
    bare(ax)


def piece(ax: Axes, y: float, start: float, end: float, ink: str, text: str, **look: object) -> None:
    """Draw a piece of a horizontal bar with its figure in the middle, light on dark and dark on light.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    y : float
        The bar's place.
    start, end : float
        Ends of the piece in data coordinates.
    ink : str
        Its colour.
    text : str
        What stands on it.
    **look
        Passed to :meth:`matplotlib.axes.Axes.barh`; a hatched piece has its text on white.
    """
    ax.barh(y, end - start, left=start, **({"color": ink, "edgecolor": "white", "linewidth": 0.8} | look))
    # At a luminance of 0.2 the ink and white stand out alike.
    luminance = np.power(to_rgb(ink), 2.2) @ [0.2126, 0.7152, 0.0722]
    readable = INK if luminance > 0.2 else "white"
    backing = {"bbox": {"color": "white", "pad": 1.5}} if "hatch" in look else {}
    ax.text((start + end) / 2, y, text, ha="center", va="center", size=SMALLEST, color=readable, **backing)


def bare(ax: Axes) -> None:
    """Take away the vertical axis: the rows have names."""
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


style()
