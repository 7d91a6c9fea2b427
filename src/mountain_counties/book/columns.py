"""The columns of a download: in the units of the page, each with its unit in the header.

Inside the package money is in 100 million yuan and shares are fractions of one; a reader sees billion yuan
and per cent. A table is handed out as it is shown, with the digits that the page rounds away; what a figure
is drawn from, or a table is computed from, is converted by the rows of ``columns.csv``.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

REGISTER = Path(__file__).with_name("columns.csv")
"""Exhibit and column (patterns), the unit that a reader sees, the factor to it; the first row that fits."""

UNDECLARED = "not declared"
"""Unit of a column of numbers that no row of the register fits; a test asks that the book has none."""

BY_ROW = "by row"
"""Unit of a column whose unit stands, row by row, in the column ``unit``."""

SCALES = {"%": 100.0, "percentage points": 100.0, "billion yuan": 0.1, "million yuan": 100.0}
"""Unit as shown -> factor from the package's own."""

ROWS = {
    "percent": ("%", 100.0),
    "percentage point": ("percentage points", 100.0),
    "亿元": ("billion yuan", 0.1),
    "100m yuan": ("billion yuan", 0.1),
}
"""Unit of a row in the package -> unit that a reader sees, and the factor to it; others stay."""

_SHOWN = re.compile(r"([+−-]?)([\d,]+(?:\.\d+)?)(%| [^\d].*)?")
_MISSING = {"", "–"}


class Column(NamedTuple):
    """A column of a download."""

    name: str
    """As in the header, with its unit in brackets."""
    kind: str
    """Type of the Table Schema: ``integer``, ``number`` or ``string``."""
    unit: str
    """As a reader sees it; "" for plain numbers and for text."""
    cells: list[str]


def written(columns: Sequence[Column]) -> str:
    """Write columns as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(zip(*(column.cells for column in columns), strict=True))
    return buffer.getvalue()


def shown(header: Sequence[str], rows: Sequence[Sequence[tuple[str, str | None]]]) -> list[Column]:
    """Give a table's columns as the page shows them.

    Parameters
    ----------
    header : sequence of str
        The columns' headings.
    rows : sequence of sequences
        Each cell as its text and, if it is a number, the unrounded value in the package's unit.

    Returns
    -------
    list of Column
        A column whose cells are all numbers of one unit becomes numbers, unrounded where the values are
        known; any other is text.
    """
    return [_shown(name, [row[place] for row in rows]) for place, name in enumerate(header)]


def _shown(name: str, cells: Sequence[tuple[str, str | None]]) -> Column:
    texts = [" ".join(text.replace("\N{NO-BREAK SPACE}", " ").split()) for text, _ in cells]
    found = [None if text in _MISSING else _SHOWN.fullmatch(text) for text in texts]
    filled = [match for match, text in zip(found, texts, strict=True) if text not in _MISSING]
    if not filled or None in filled:
        return Column(name, "string", "", ["" if text == "–" else text for text in texts])
    units = {(match[3] or "").strip() for match in found if match}
    units = {"percentage points" if unit == "percentage point" else unit for unit in units}
    if len(units) > 1:
        return Column(name, "string", "", ["" if text == "–" else text for text in texts])
    unit = units.pop()
    values = [_number(match) if match else "" for match in found]
    exact = _exact(values, [key for _, key in cells], unit)
    return _column(name, unit, exact or values)


def _number(match: re.Match[str]) -> str:
    return ("-" if match[1] in ("−", "-") else "") + match[2].replace(",", "")


def _exact(values: Sequence[str], keys: Sequence[str | None], unit: str) -> list[str] | None:
    """Return the unrounded values in the unit shown, if they round to what is shown; else None."""
    if any(value and not key for value, key in zip(values, keys, strict=True)):
        return None
    for scale in dict.fromkeys((SCALES.get(unit, 1.0), 1.0, 100.0, 0.1)):
        scaled = [
            f"{float(key) * scale:.10g}" if value else "" for value, key in zip(values, keys, strict=True)
        ]
        if all(_rounds(exact, value) for exact, value in zip(scaled, values, strict=True) if value):
            return scaled
    return None


def _rounds(exact: str, value: str) -> bool:
    digits = len(value.partition(".")[2])
    return abs(float(exact) - float(value)) <= 0.5000001 * 10**-digits


def computed(text: str, exhibit: str) -> list[Column]:
    """Give the data of an exhibit in the units of the page.

    Parameters
    ----------
    text : str
        CSV in the package's units.
    exhibit : str
        Its name.

    Returns
    -------
    list of Column
        A column of numbers that no row of ``columns.csv`` fits stays as it is, and is `UNDECLARED`.
    """
    header, *rows = csv.reader(io.StringIO(text))
    units = [row[header.index("unit")] if "unit" in header else "" for row in rows]
    made = []
    for place, name in enumerate(header):
        cells = [row[place] for row in rows]
        if not _numeric(cells):
            if name == "unit":
                cells = [ROWS.get(unit, (unit, 1.0))[0] for unit in units]
            made.append(Column(name, "string", "", cells))
            continue
        unit, factor = _declared(exhibit, name)
        if unit == BY_ROW:
            factors = [ROWS.get(of_row, ("", 1.0))[1] for of_row in units]
            scaled = [_times(cell, by) for cell, by in zip(cells, factors, strict=True)]
            made.append(_column(name, "", scaled))
        else:
            made.append(_column(name, unit, [_times(cell, factor) for cell in cells]))
    return made


def _declared(exhibit: str, name: str) -> tuple[str, float]:
    for pattern, column, unit, factor in _register():
        if fnmatchcase(exhibit, pattern) and fnmatchcase(name, column):
            return unit, factor
    return UNDECLARED, 1.0


@cache
def _register() -> list[tuple[str, str, str, float]]:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return [
            (row["exhibit"], row["column"], row["unit"], float(row["factor"])) for row in csv.DictReader(file)
        ]


def _numeric(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(re.fullmatch(r"-?(\d+(\.\d+)?(e[+-]?\d+)?|inf)", cell) for cell in filled)


def _times(cell: str, factor: float) -> str:
    return cell if not cell or factor == 1 else f"{float(cell) * factor:.10g}"


def _column(name: str, unit: str, cells: list[str]) -> Column:
    whole = all(re.fullmatch(r"-?\d+", cell) for cell in cells if cell)
    label = f"{name} ({unit})" if unit not in ("", UNDECLARED) and unit not in name else name
    return Column(label, "integer" if whole else "number", unit, cells)
