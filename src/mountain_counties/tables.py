"""Read the project's CSV tables strictly: every cell is checked, and a fault is reported where it stands."""

import csv
import datetime
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import yaml

DATA = Path(__file__).resolve().parents[2] / "data"
"""The folder that holds the tables."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same language, ten times as fast

Converter = Callable[[str], object]
"""Turns a printed cell into a value, or raises `ValueError` whose message says what was expected."""


class TableError(ValueError):
    """A fault in a table, with the place where it stands.

    Parameters
    ----------
    file : Path or str
        The table.
    row : int or None
        Line of the file, the header being line 1; None where the fault is the whole file's.
    column : str or None
        Name of the column; None where the fault is the whole line's.
    found, expected : str
        What stands there and what should.
    """

    def __init__(
        self,
        file: Path | str,
        row: int | None,
        column: str | None,
        found: str,
        expected: str,
    ):
        self.file, self.row, self.column, self.found, self.expected = (
            Path(file),
            row,
            column,
            found,
            expected,
        )
        place = ", ".join(
            [str(file)]
            + ([f"row {row}"] if row is not None else [])
            + ([f"column {column}"] if column is not None else [])
        )
        super().__init__(f"{place}: found {found}, expected {expected}")


def text(cell: str) -> str:
    """Accept any text that is not empty."""
    if not cell.strip() or cell != cell.strip():
        raise ValueError("text without blanks around it")
    return cell


def number(cell: str) -> float:
    """Accept a finite decimal number."""
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell, flags=re.ASCII):
        raise ValueError("a decimal number")
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError("a finite number")
    return value


def integer(cell: str) -> int:
    """Accept a whole number."""
    if not re.fullmatch(r"[+-]?\d+", cell, flags=re.ASCII):
        raise ValueError("a whole number")
    return int(cell)


def date(cell: str) -> str:
    """Accept an ISO 8601 date, known to the day, the month or the year (``2024-08-21``, ``2024-08``)."""
    padded = cell + "0000-01-01"[len(cell) :]
    try:
        if len(cell) not in (4, 7, 10) or datetime.date.fromisoformat(padded).isoformat() != padded:
            raise ValueError
    except ValueError:
        raise ValueError("an ISO date: YYYY, YYYY-MM or YYYY-MM-DD") from None
    return cell


def matching(pattern: str, expected: str) -> Converter:
    """Build a converter that accepts text matching a whole regular expression.

    Parameters
    ----------
    pattern : str
        Regular expression that the whole cell has to match.
    expected : str
        The same in words, for the error.
    """
    compiled = re.compile(pattern, flags=re.ASCII)

    def convert(cell: str) -> str:
        if not compiled.fullmatch(cell):
            raise ValueError(expected)
        return cell

    return convert


def one_of(values: Iterable[str]) -> Converter:
    """Build a converter that accepts the given values only."""
    allowed = frozenset(values)

    def convert(cell: str) -> str:
        if cell not in allowed:
            listed = sorted(allowed)
            raise ValueError(
                f"one of {', '.join(listed)}" if len(listed) <= 12 else f"one of {len(listed)} known values"
            )
        return cell

    return convert


def optional(convert: Converter, missing: object = "") -> Converter:
    """Build a converter that also accepts an empty cell and gives `missing` for it."""
    return lambda cell: missing if cell == "" else convert(cell)


code = matching(r"33(0[0-9]|1[01])[0-9]{2}", "a six-digit administrative code of Zhejiang (33xxxx)")


def read_text(path: Path) -> str:
    """Read a text file that has to be UTF-8 without byte-order mark, with Unix line ends.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str

    Raises
    ------
    TableError
        If the bytes are anything else.
    """
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        raise TableError(path, 1, None, "a byte-order mark", "UTF-8 without byte-order mark")
    if b"\r" in raw:
        row = raw[: raw.index(b"\r")].count(b"\n") + 1
        raise TableError(path, row, None, "a carriage return", "lines that end with LF alone")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise TableError(path, row, None, f"the byte 0x{raw[error.start]:02x}", "UTF-8") from None


def read_yaml(path: Path, fields: Sequence[str]) -> Mapping[str, object]:
    """Read a YAML file that is a mapping with the given fields, no more and no fewer.

    Parameters
    ----------
    path : Path
        The file: UTF-8 without byte-order mark, LF line ends.
    fields : sequence of str
        Its top-level fields.

    Returns
    -------
    mapping
        Read-only at its top level.

    Raises
    ------
    TableError
        If the encoding, the YAML or the fields are not as declared.
    """
    try:
        found = yaml.load(read_text(path), Loader=LOADER)
    except yaml.YAMLError as error:
        raise TableError(path, None, None, str(error), "YAML") from None
    if not isinstance(found, dict) or set(found) != set(fields):
        named = ", ".join(map(str, found)) if isinstance(found, dict) else type(found).__name__
        raise TableError(path, None, None, named, ", ".join(fields))
    return MappingProxyType(found)


def read_csv(path: Path, columns: Mapping[str, Converter], key: Sequence[str] = ()) -> pd.DataFrame:
    """Read a CSV table, checking every cell.

    Parameters
    ----------
    path : Path
        The table: UTF-8 without byte-order mark, LF line ends, one header line.
    columns : mapping of str to Converter
        The columns in their order, each with the function that checks and converts its cells.
    key : sequence of str, optional
        Columns whose values together may not repeat.

    Returns
    -------
    DataFrame
        One row per line, with the given columns, default index.

    Raises
    ------
    TableError
        If the encoding, the header, the number of cells, a cell or the key is not as declared.
    """
    # newline="" keeps what stands in quoted cells; strict refuses broken quotes.
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    names = list(columns)
    convert = [cache(function) for function in columns.values()]  # most cells of a column repeat
    rows: list[list[object]] = []
    seen: dict[tuple[object, ...], int] = {}
    places = [names.index(name) for name in key]
    try:
        header = next(reader, [])
        _check_header(path, header, names)
        for cells in reader:
            row = reader.line_num
            if len(cells) != len(names):
                raise TableError(path, row, None, f"{len(cells)} cells", f"{len(names)} cells")
            try:
                values = [function(cell) for function, cell in zip(convert, cells, strict=True)]
            except ValueError:
                raise _fault(path, row, columns, cells) from None
            identity = tuple(values[place] for place in places)
            if identity and identity in seen:
                found = f"{', '.join(map(repr, identity))} again (first in row {seen[identity]})"
                raise TableError(path, row, ", ".join(key), found, "a unique key")
            seen[identity] = row
            rows.append(values)
    except csv.Error as error:
        raise TableError(path, reader.line_num, None, str(error), "well-formed CSV") from None
    return pd.DataFrame(rows, columns=names)


def _check_header(path: Path, header: list[str], names: list[str]) -> None:
    """Refuse a header that is not exactly the declared columns in their order."""
    for name in names:
        if name not in header:
            raise TableError(path, 1, name, "no such column", f"the columns {', '.join(names)}")
    if header != names:
        raise TableError(
            path,
            1,
            None,
            f"the columns {', '.join(header)}",
            f"the columns {', '.join(names)}",
        )


def _fault(path: Path, row: int, columns: Mapping[str, Converter], cells: Sequence[str]) -> TableError:
    """Say which cell of a line cannot be converted."""
    for (name, function), cell in zip(columns.items(), cells, strict=True):
        try:
            function(cell)
        except ValueError as error:
            return TableError(path, row, name, repr(cell), str(error))
    raise AssertionError("no cell at fault")
