"""Figures and tables as a reader meets them: numbered, captioned, described, with their data beside them.

The last line of a notebook cell is ``exhibits.figure(…)`` or ``exhibits.table(…)``. What they return shows
itself twice: as HTML for JupyterLab and VS Code, and as data of the type `MIME`, which the book's Sphinx
extension turns into a numbered figure or table that ``{numref}`` can refer to.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype, is_numeric_dtype

from mountain_counties.book import prose

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MIME = "application/vnd.mountain-counties.exhibit+json"
"""Type of the notebook output that the book's Sphinx extension renders."""

LONG = 40
"""Characters from which a cell's text makes its column wide, so that it is no tower of words."""

KEYS = {
    "fig-grades": "ten verdicts on five bars; their colours are the book's own, said once for all pages",
    "fig-sides": "the same three marks in thirteen panels, where names would lie upon the dots",
}
"""The figures that may have a key, and why names on their marks cannot stand for it."""

SHORTEST_ALT = 40
"""Characters below which an alternative text cannot state a finding."""


class Exhibit:
    """A figure or a table that is ready to be shown.

    Parameters
    ----------
    payload : dict
        What the book needs: ``kind``, ``name``, ``caption``, ``csv`` and, for a figure, ``title``, ``alt``,
        ``svg``, ``svg_phone``, ``png`` (base64); for a table, ``search``, ``header``, ``classes``,
        ``markup`` and ``rows``.
    """

    def __init__(self, payload: dict[str, Any]):
        self.payload = payload

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the exhibit's data for the book and an HTML form for other readers of notebooks."""
        caption = escape(self.payload["caption"])
        if self.payload["kind"] == "figure":
            alt = escape(self.payload["alt"])
            title = (
                f"<p><strong>{escape(self.payload['title'])}</strong></p>" if self.payload["title"] else ""
            )
            body = f'{title}<div role="img" aria-label="{alt}">{self.payload["svg"]}</div><p>{caption}</p>'
        else:
            cells = "".join(escape(part) if markup else part for markup, part in table_parts(self.payload))
            body = f"<table><caption>{caption}</caption>{cells}</table>"
        return {MIME: self.payload, "text/html": body, "text/plain": f"{self.payload['name']}: {caption}"}


def figure(fig: "Figure", name: str, caption: str, alt: str, data: pd.DataFrame, title: str = "") -> Exhibit:
    """Show a chart with its number, caption, description and data.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        `charts.WIDTH` wide, no text smaller than `charts.SMALLEST`; it is closed.
    name : str
        Unique in the book, ``fig-`` and lower-case words joined by hyphens.
    caption : str
        MyST inline text; roles work.
    alt : str
        What the picture shows, for someone who does not see it: the finding, not the kind of chart.
    data : pandas.DataFrame
        What is drawn, raw; a reader gets it as CSV.
    title : str
        The finding in one short sentence, MyST inline text; stands above the picture. The caption then says
        what is drawn.

    Returns
    -------
    Exhibit
        The last value of its notebook cell.

    Raises
    ------
    ValueError
        If the name, caption, description, data, width or letter size is not as above, or if there is a key
        and the figure is none of `KEYS`.
    """
    # The Sphinx extension imports this module too, and must not wait a second for libraries that draw.
    import matplotlib.pyplot as plt
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    from mountain_counties.book import charts, vector

    _check(name, "fig", caption, data)
    alt = " ".join(alt.split())
    if len(alt) < SHORTEST_ALT or alt == caption:
        raise ValueError(
            f"{name}: expected alt text of {SHORTEST_ALT}+ characters that states the finding: {alt!r}"
        )
    if fig.get_figwidth() != charts.WIDTH:
        raise ValueError(
            f"{name}: expected a width of {charts.WIDTH} in, found {fig.get_figwidth()}: use charts.canvas"
        )
    if name not in KEYS and fig.findobj(Legend):
        raise ValueError(
            f"{name}: expected names beside the marks (charts.call_out, label_ends), found a key"
        )
    for text in fig.findobj(Text):
        small = text.get_visible() and text.get_size() < charts.SMALLEST
        if small and (words := text.get_text().strip()):
            raise ValueError(
                f"{name}: expected text of {charts.SMALLEST}+ points, found {text.get_size()}: {words!r}"
            )
    picture, wide, phone = vector.draw(fig, name)
    plt.close(fig)
    return Exhibit(
        {
            "kind": "figure",
            "name": name,
            "title": " ".join(title.split()),
            "caption": " ".join(caption.split()),
            "alt": alt,
            "svg": wide,
            "svg_phone": phone,
            "png": base64.b64encode(picture).decode(),
            "csv": _csv(data),
        }
    )


def table(
    df: pd.DataFrame,
    name: str,
    caption: str,
    *,
    formats: Mapping[str, Callable[[Any], str]] | None = None,
    markup: tuple[str, ...] = (),
    align: Mapping[str, str] | None = None,
    minor: tuple[str, ...] = (),
    search: bool = False,
    data: pd.DataFrame | None = None,
) -> Exhibit:
    """Show a table with its number, caption and data; a reader sorts it by any column.

    Parameters
    ----------
    df : pandas.DataFrame
        One row each. A named index becomes the first columns. The first column names the row.
    name : str
        Unique in the book, ``tab-`` and lower-case words joined by hyphens.
    caption : str
        MyST inline text; roles work.
    formats : mapping of str to callable, optional
        Column to formatter of `prose`. The cell shows the formatted value and sorts by the raw one. Whole
        numbers need none; a column of floats without one is an error.
    markup : tuple of str
        Columns whose cells are MyST inline text, such as ``{verdict}`` roles or links.
    align : mapping of str to str, optional
        Column to ``"left"`` or ``"right"``; by default numbers stand right.
    minor : tuple of str
        Columns that a phone leaves out until its reader asks for them.
    search : bool
        Put a search box above the table.
    data : pandas.DataFrame, optional
        What the CSV holds, if it is not `df`.

    Returns
    -------
    Exhibit
        The last value of its notebook cell.

    Raises
    ------
    ValueError
        If the name, caption or data is not as above, or a column of floats has no format.
    KeyError
        If `formats`, `markup`, `align` or `minor` name a column that is not there.
    """
    _check(name, "tab", caption, df)
    flat = df.reset_index() if _has_index(df) else df
    formats, align = dict(formats or {}), dict(align or {})
    if unknown := [c for c in (*formats, *markup, *align, *minor) if c not in flat.columns]:
        raise KeyError(f"{name}: no column {unknown}; there are {list(flat.columns)}")
    for column in flat:
        if is_float_dtype(flat[column]) and column not in formats:
            raise ValueError(f"{name}: column {column!r} holds floats: name its formatter in formats")
        if is_integer_dtype(flat[column]):
            formats.setdefault(column, prose.number)
        align.setdefault(column, "right" if _sorts_by_value(flat[column]) else "left")
    columns = [_cells(flat[column], formats.get(column, str)) for column in flat]
    long = [any(len(text) >= LONG for text, _ in cells) for cells in columns]
    return Exhibit(
        {
            "kind": "table",
            "name": name,
            "caption": " ".join(caption.split()),
            "search": search,
            "header": [str(column) for column in flat],
            "classes": [
                align[c] + " long" * is_long + " minor" * (c in minor)
                for c, is_long in zip(flat, long, strict=True)
            ],
            "markup": [column in markup for column in flat],
            "rows": [list(row) for row in zip(*columns, strict=True)],
            "csv": _csv(df if data is None else data),
        }
    )


def table_parts(payload: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    """Yield a table's inside as pieces ``(is MyST text, piece)``; what is no MyST text is HTML."""
    head = "".join(
        f'<th scope="col" class="{classes}">{escape(label)}</th>'
        for label, classes in zip(payload["header"], payload["classes"], strict=True)
    )
    yield False, f"<thead><tr>{head}</tr></thead><tbody>"
    for row in payload["rows"]:
        yield False, "<tr>"
        for column, (text, key) in enumerate(row):
            tag = 'th scope="row"' if column == 0 else "td"
            sort = "" if key is None else f' data-sort="{escape(key)}"'
            yield False, f'<{tag} class="{payload["classes"][column]}"{sort}>'
            yield (True, text) if payload["markup"][column] else (False, escape(text))
            yield False, f"</{tag[:2]}>\n"  # the search takes tags away: cells stay apart
        yield False, "</tr>"
    yield False, "</tbody>"


def _check(name: str, prefix: str, caption: str, data: pd.DataFrame) -> None:
    """Refuse a name, a caption or data that no exhibit can have."""
    if not re.fullmatch(rf"{prefix}(-[a-z0-9]+)+", name):
        raise ValueError(f"expected a name like {prefix}-some-words, found {name!r}")
    if not caption.strip():
        raise ValueError(f"{name}: the caption is blank")
    if data.empty:
        raise ValueError(f"{name}: there is no data")
    if _has_index(data) and None in data.index.names:
        raise ValueError(f"{name}: the data's index has no name: name it, or reset it")


def _has_index(data: pd.DataFrame) -> bool:
    """Tell whether the index says something, as a mere range does not."""
    return not isinstance(data.index, pd.RangeIndex)


def _sorts_by_value(column: pd.Series) -> bool:
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _cells(column: pd.Series, write: Callable[[Any], str]) -> list[tuple[str, str | None]]:
    """Return each cell as its text and sort key: the raw number, "" if missing, None for the text."""
    # Ten digits sort as well as all, of which the last depend on the version of NumPy.
    key = "{:.10g}".format if _sorts_by_value(column) else lambda value: None
    return [(prose.DASH, "") if pd.isna(value) else (write(value), key(value)) for value in column.to_list()]


def _csv(data: pd.DataFrame) -> str:
    return data.to_csv(index=_has_index(data), lineterminator="\n", float_format="%.10g")
