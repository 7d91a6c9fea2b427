"""Small vector drawings that stand in a page itself: a map with links, and strips of dots."""

import math
from collections.abc import Collection, Iterable, Mapping
from html import escape

import geopandas as gpd
import pandas as pd
from shapely import Polygon

_MAP_WIDTH = 640
_STRIP = (140, 20)
_LOCATOR_WIDTH = 220
LOCATOR_TOLERANCE = 0.02
"""Degrees: half a pixel of a locator."""


def _path(geometry: object, place: object) -> str:
    """Write a polygon or several as SVG path data."""
    polygons = geometry.geoms if geometry.geom_type == "MultiPolygon" else [geometry]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(
        "M" + "L".join("{:.1f} {:.1f}".format(*place(x, y)) for x, y, *_ in ring.coords[:-1]) + "Z"
        for ring in rings
    )


def _apart(spots: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Move names up or down, as little as needed, until none meets one that was placed before."""
    line, letter = 13.0, 6.4
    placed: dict[str, tuple[float, float]] = {}
    for name, (x, y) in spots.items():
        for shift in (0, -line, line, -2 * line, 2 * line):
            meets = any(
                abs(x - a) < (len(name) + len(other)) * letter / 2 and abs(y + shift - b) < line
                for other, (a, b) in placed.items()
            )
            if not meets:
                break
        placed[name] = x, y + shift
    return placed


def _bounds(shapes: gpd.GeoDataFrame, frame: Polygon) -> tuple[float, float, float, float]:
    """Return the west, south, east and north of a map with its inset, in degrees."""
    (west, south, east, north), inset = shapes.total_bounds, frame.bounds
    return min(west, inset[0]), min(south, inset[1]), max(east, inset[2]), max(north, inset[3])


def linked_map(
    shapes: gpd.GeoDataFrame,
    titles: Mapping[str, str],
    links: Mapping[str, str],
    classes: Mapping[str, str],
    label: str,
    names: Mapping[str, str],
    frame: Polygon,
    caption: str,
) -> str:
    """Draw a map in which some units are links.

    Parameters
    ----------
    shapes : GeoDataFrame
        Polygons in degrees, indexed by code.
    titles : mapping of str to str
        Code to what shows on hover and is read out.
    links : mapping of str to str
        Code to address, for the units that are links.
    classes : mapping of str to str
        Code to CSS class; units without one have none.
    label : str
        What the map shows, for someone who does not see it.
    names : mapping of str to str
        Code to the name that is written on the unit, where a screen has room for it.
    frame : Polygon
        Of the inset, as `counties.map_shapes` gives it.
    caption : str
        What the inset shows.

    Returns
    -------
    str
        An SVG element. Plate carrée, degrees of longitude shortened for the middle latitude.
    """
    west, south, east, north = _bounds(shapes, frame)
    shorten = math.cos(math.radians((south + north) / 2))
    scale = _MAP_WIDTH / ((east - west) * shorten)

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - west) * shorten * scale, (north - y) * scale

    height = (north - south) * scale
    # Links come last, so that their outlines lie above their neighbours'.
    order = sorted(shapes.index, key=lambda code: (code in links, code))
    drawn = []
    for code in order:
        path = f'<path class="{classes.get(code, "")}" d="{_path(shapes.geometry[code], place)}">'
        path += f"<title>{escape(titles[code])}</title></path>"
        if code in links:
            path = f'<a href="{escape(links[code])}" aria-label="{escape(titles[code])}">{path}</a>'
        drawn.append(path)
    middles = {code: shapes.geometry[code].representative_point() for code in names}
    spots = _apart({names[code]: place(point.x, point.y) for code, point in middles.items()})
    left, bottom, right, _ = frame.bounds
    x, y = place((left + right) / 2, bottom)
    drawn.append(f'<path class="inset" d="{_path(frame, place)}"/>')
    drawn.append(f'<text x="{x:.0f}" y="{y + 13:.0f}">{escape(caption)}</text>')
    for name, (x, y) in spots.items():
        drawn.append(f'<text x="{x:.0f}" y="{y + 4:.0f}" aria-hidden="true">{escape(name)}</text>')
    return (
        f'<svg class="linked-map" viewBox="0 0 {_MAP_WIDTH} {height:.0f}" role="group" '
        f'aria-label="{escape(label)}">{"".join(drawn)}</svg>'
    )


def locator(shapes: gpd.GeoDataFrame, here: str, group: Collection[str], label: str, frame: Polygon) -> str:
    """Draw where one unit lies: the province, a group of units in it, and the unit.

    Parameters
    ----------
    shapes : GeoDataFrame
        Polygons in degrees, indexed by code.
    here : str
        Code of the unit.
    group : collection of str
        Codes of the group that it is of.
    label : str
        What the map shows, for someone who does not see it.
    frame : Polygon
        Of the inset, as `counties.map_shapes` gives it.

    Returns
    -------
    str
        An SVG element. Plate carrée, as `linked_map`.
    """
    west, south, east, north = _bounds(shapes, frame)
    shorten = math.cos(math.radians((south + north) / 2))
    scale = _LOCATOR_WIDTH / ((east - west) * shorten)
    height = (north - south) * scale

    def place(x: float, y: float) -> tuple[float, float]:
        return (x - west) * shorten * scale, (north - y) * scale

    def path(codes: Iterable[str]) -> str:
        return "".join(_path(shapes.geometry[code], place) for code in codes)

    outside = path(code for code in shapes.index if code not in group)
    inside, own = path(code for code in shapes.index if code in group and code != here), path([here])
    paths = (("", outside), ("group", inside), ("here", own), ("inset", _path(frame, place)))
    drawn = "".join(f'<path class="{name}" d="{data}"/>' for name, data in paths)
    return (
        f'<svg class="locator" viewBox="0 0 {_LOCATOR_WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(label)}">{drawn}</svg>'
    )


def strip(values: pd.Series, marked: str, median: float, log: bool = False) -> str:
    """Draw values as dots on a line, one of them marked, with a tick at a median.

    Parameters
    ----------
    values : Series
        Indexed by code; NaN is left out.
    marked : str
        The code to mark.
    median : float
        Where the tick stands.
    log : bool, optional
        Place the dots by their logarithm.

    Returns
    -------
    str
        An SVG element, hidden from screen readers: the table beside it says the same.
    """
    width, height = _STRIP
    known = values.dropna()
    write = math.log if log else float
    ends = sorted(map(write, [*known, median]))
    low, high = ends[0], ends[-1]

    def x(value: float) -> float:
        return 6 + (write(value) - low) / ((high - low) or 1) * (width - 12)

    middle = height / 2
    dots = "".join(
        f'<circle cx="{x(v):.1f}" cy="{middle}" r="3"/>' for code, v in known.items() if code != marked
    )
    mark = (
        f'<circle class="marked" cx="{x(known[marked]):.1f}" cy="{middle}" r="6"/>' if marked in known else ""
    )
    tick = f'<line x1="{x(median):.1f}" x2="{x(median):.1f}" y1="1" y2="{height - 1}"/>'
    return (
        f'<svg class="strip" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true">{tick}{dots}{mark}</svg>'
    )
