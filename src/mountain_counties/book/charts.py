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
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Subset.otf"
"""Subset of Noto Sans SC (SIL Open Font License), made by ``tools/make_font.py``."""

WIDTH = 5.0
"""Width of every figure, in inches."""

SIZE = 10.0
"""Base size of text, in points."""

SMALLEST = 9.5
"""Least size of text, in points."""

INK = "#222222"
"""Colour of all text: 15.9 to 1 on white, and in the dark the colour of the page's text."""

COLOURS = {
    "Pingyang": "#00767A",
    "Kecheng": "#6E7008",
    "Liandu": "#2F7D1F",
    "Yongjia": "#7350C4",
    "Cangnan": "#B0379B",
    "Jiangshan": "#C0417F",
    "members": "#6B6B6B",
    "others": "#BDBDBD",
    "province": "#000000",
}
"""One colour for each of the six that left, everywhere the same, greens for the first round and purples for
the second; greys for the rest. All hold 4.5 to 1 on white and 3 to 1 on the dark; where shades are near,
marker and name tell them apart. No verdict has any of these colours."""

ROUNDS = {2024: "#15795E", 2025: "#8348B5"}
"""Year of a round -> the colour of those that left in it, where a picture tells rounds and not counties."""

ACCENT = INK
"""Colour of what a picture points at, beside greys: hues are for departures and verdicts alone."""

GRADE_COLOURS = {
    "borne out": "#00508A",
    "pinned": "#0072B2",
    "bounded": "#56B4E9",
    "not contradicted": "#B3DAF2",
    "holds by rounding": "#F0CF7A",
    "scope mismatch": "#E69F00",
    "contradicted": "#B3261E",
    "slogan": "#846453",
    "under-determined": "#B0B0B0",
    "not checkable": "#DCDCDC",
}
"""One colour per grade: blue holds, the darker the better tested; yellow and red clash; grey cannot be told.
The order runs from what holds to what cannot be told; the page's style sheet has the same fills."""

DARK = {
    "#bdbdbd": "#4c4c4c",
    "#c8c8c8": "#454545",
    "#d0d0d0": "#404040",
    "#d9d9d9": "#3a3a3a",
    "#dcdcdc": "#383838",
    "#e3e3e3": "#333333",
    "#e6e6e6": "#303030",
    "#e9e2c8": "#3d3822",
    "#ededed": "#2b2b2b",
    "#eeeeee": "#2a2a2a",
    "#efefef": "#292929",
    "#f1f1f1": "#272727",
    "#dcebf5": "#16303f",
    "#dce6f2": "#182c42",
    "#b7dcdd": "#1d4a4c",
    "#cbe3c5": "#23461d",
    "#dddda8": "#45451a",
    "#ffffff": "#121212",
}
"""Pale colours, which recede on white -> what recedes as far on the paper of the dark; the page's style sheet
holds the same pairs. Every other colour is the same in both, but for ink, which is the colour of the text."""

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
    "figure.dpi": 96,
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


def label_ends(ax: Axes, ends: Mapping[str, tuple[float, float]] | None = None) -> None:
    """Write names beside the right ends of lines in place of a legend, moved apart where they would touch.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes whose limits are settled.
    ends : mapping of str to (float, float), optional
        Name to end point in data coordinates. By default the last point of each line that has a label.
    """
    if ends is None:
        lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
        ends = {line.get_label(): tuple(line.get_xydata()[-1]) for line in lines}
    texts = {
        name: ax.annotate(
            name, end, (6, 0), textcoords="offset points", va="center", size=SMALLEST, annotation_clip=False
        )
        for name, end in ends.items()
    }

    def place() -> None:
        for text in texts.values():
            text.xyann = (6, 0)
        ax.figure.get_layout_engine().execute(ax.figure)  # settles the positions in pixels
        pixels = ax.transData.transform(list(ends.values()))
        moved = spread(pixels[:, 1], SMALLEST / 72 * ax.figure.dpi * 1.35)
        for text, (_, y), target in zip(texts.values(), pixels, moved, strict=True):
            text.xyann = (6, (target - y) * 72 / ax.figure.dpi)

    in_every_form(ax.figure, place)


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
        renderer = ax.figure.canvas.get_renderer()
        frame = ax.get_window_extent(renderer)
        drawn = [dots.get_offsets() for dots in ax.collections]
        drawn += [line.get_xydata() for line in ax.get_lines() if line.get_marker() not in ("", "None", None)]
        dots = ax.transData.transform(np.vstack([list(points.values()), *drawn]).astype(float))
        taken = []
        for text in texts:
            text.set_visible(True)
            trials = []
            for side in sides:
                text.set(**side)
                box = text.get_window_extent(renderer)
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


def legend(fig: Figure, looks: Mapping[str, Mapping[str, object]]) -> None:
    """Say above a picture what its patches mean.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    looks : mapping of str to mapping
        Name to the properties of the patch.
    """
    patches = [Patch(label=name, **look) for name, look in looks.items()]
    fig.legend(handles=patches, loc="outside upper left", ncols=2, handlelength=1.0, columnspacing=1.2)


def bare(ax: Axes) -> None:
    """Take away the vertical axis: the rows have names."""
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


style()
