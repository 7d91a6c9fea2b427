"""Read the project's CSV tables strictly: every cell is checked, and a fault is reported where it stands."""

import csv
import datetime
import io
import math
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import yaml

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKUP = re.compile(r"[<>`{}\[\]\\|*]|__|(?<!\w)_(?=\w)|\$[^$]*\$|&#?\w+;")
"""What HTML or MyST would act upon: tags, roles, directives, links, emphasis, mathematics, entities."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PLACE = re.compile(r"\{[a-z0-9_-]+(?::[a-z]+)?\}")


def data_folder(package: Path) -> Path:
    """Find the folder of the tables.

    Parameters
    ----------
    package : Path
        The folder of the package's modules.

    Returns
    -------
    Path
        ``data`` of the checkout that the modules lie in, or the copy that a wheel has put beside them.

    Raises
    ------
    FileNotFoundError
        If there is neither; the message says how to install the package with its tables.
    """
    places = (package.parents[1] / "data", package / "data")
    found = next((place for place in places if (place / "datapackage.json").is_file()), None)
    if found is None:
        raise FileNotFoundError(
            f"mountain_counties has no tables: expected in {places[0]} (a checkout) or {places[1]} (a wheel)"
            ". Install it with its tables: pip install FOLDER_OF_A_CHECKOUT, or the wheel that every "
            "page of the book offers"
        )
    return found


DATA = data_folder(Path(__file__).resolve().parents[1])
"""The folder that holds the tables."""


class LOADER(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # the C one: same language, ten times as fast
    """Loads YAML; a key again, or a value that cannot be, such as month 13, is a fault of its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """Build the value of a node, or refuse it where it stands."""
        try:
            if isinstance(node, yaml.MappingNode):
                seen: set[str] = set()
                for key, _ in node.value:
                    if isinstance(key, yaml.ScalarNode) and (key.value in seen or seen.add(key.value)):
                        node = key
                        raise ValueError("again")
            return super().construct_object(node, deep)
        except ValueError as error:
            found = f"{node.value!r} ({error})"
            raise yaml.constructor.ConstructorError(problem=found, problem_mark=node.start_mark) from None


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
    place : str, optional
        Where it stands in a file that has no columns, such as "relation parts-add-up".
    """

    def __init__(
        self,
        file: Path | str,
        row: int | None,
        column: str | None,
        found: str,
        expected: str,
        place: str | None = None,
    ):
        self.file, self.row, self.column, self.place = Path(file), row, column, place
        self.found, self.expected = found, expected
        where = ", ".join(
            [str(file)]
            + ([f"row {row}"] if row is not None else [])
            + ([f"column {column}"] if column is not None else [])
            + ([place] if place is not None else [])
        )
        super().__init__(f"{where}: found {found}, expected {expected}")


class Fault(ValueError):
    """A fault in a declaration, before it is known where that stands.

    Parameters
    ----------
    found, expected : str
        What stands there and what should.
    """

    def __init__(self, found: str, expected: str):
        super().__init__(f"found {found}, expected {expected}")
        self.found, self.expected = found, expected


@contextmanager
def standing(path: Path, place: str) -> Iterator[None]:
    """Say of every `Fault` of a block where it stands.

    Parameters
    ----------
    path : Path
        The file.
    place : str
        The declaration, such as "relation parts-add-up".

    Raises
    ------
    TableError
        In the place of a `Fault`.
    """
    try:
        yield
    except Fault as fault:
        raise TableError(path, None, None, fault.found, fault.expected, place) from None


def fields(spec: object, needed: Iterable[str], more: Iterable[str] = ()) -> Mapping[str, object]:
    """Accept a mapping with the needed fields and perhaps some more, but no others.

    Parameters
    ----------
    spec : object
        What YAML gave.
    needed, more : iterable of str
        Names of the fields.

    Returns
    -------
    mapping
        The same.

    Raises
    ------
    Fault
        If it is anything else.
    """
    needed, more = list(needed), list(more)
    listed = ", ".join(needed) + (f"; perhaps {', '.join(more)}" if more else "")
    if not isinstance(spec, dict):
        raise Fault(repr(spec), f"a mapping with the fields {listed}")
    if missing := [name for name in needed if name not in spec]:
        raise Fault(f"no {missing[0]} among {', '.join(map(str, spec))}", f"the fields {listed}")
    if strange := set(spec) - {*needed, *more}:
        raise Fault(f"the field {', '.join(sorted(map(repr, strange)))}", f"the fields {listed}")
    return spec


def said(spec: Mapping[str, object], *names: str) -> None:
    """Refuse those of the named fields that are there and are no plain words; places in braces are none.

    Raises
    ------
    Fault
        If a field is empty, no text, or holds markup.
    """
    for name in names:
        if name not in spec:
            continue
        if not isinstance(spec[name], str) or not spec[name].strip():
            raise Fault(f"{name}: {spec[name]!r}", f"{name} in words")
        try:
            words(_PLACE.sub("x", spec[name]))
        except ValueError as error:
            raise Fault(f"{name}: {spec[name]!r}", str(error)) from None


def slug(value: object, what: str = "a name") -> str:
    """Accept a name in small letters, digits and hyphens.

    Raises
    ------
    Fault
        If it is anything else.
    """
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        raise Fault(repr(value), f"{what} of small letters, digits and hyphens, such as output-2023")
    return value


def known(names: object, *indexes: Container[str], what: str) -> list[str]:
    """Accept a list of known names.

    Parameters
    ----------
    names : object
        What YAML gave.
    *indexes : container of str
        Where a name may be known.
    what : str
        What the names are of, in the plural, for the error.

    Returns
    -------
    list of str

    Raises
    ------
    Fault
        If it is no list, or a name is unknown.
    """
    if not isinstance(names, list):
        raise Fault(repr(names), f"a list of {what}")
    for name in names:
        if not isinstance(name, str) or not any(name in index for index in indexes):
            raise Fault(repr(name), f"one of the {what}")
    return names


LARGEST = 1e100
"""The largest number that a declaration may hold: beyond it sums leave the floating-point numbers."""


def numeric(value: object) -> bool:
    """Say whether a value of a YAML file is a number of a size to compute with, and no text and no yes."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isinf(value) if isinstance(value, float) and math.isinf(value) else abs(value) <= LARGEST


def span(value: object) -> tuple[float, float]:
    """Accept a range: two finite numbers, the smaller first.

    Raises
    ------
    Fault
        If it is anything else.
    """
    whole = isinstance(value, list) and len(value) == 2 and all(map(numeric, value))
    if not whole or not -math.inf < value[0] <= value[1] < math.inf:
        raise Fault(f"range: {value!r}", "a range of two numbers, the smaller first")
    return value[0], value[1]


def text(cell: str) -> str:
    """Accept any text of one line that is not empty."""
    if not cell.strip() or cell != cell.strip():
        raise ValueError("text without blanks around it")
    if not cell.isprintable() and any(unicodedata.category(c) in _UNSEEN for c in cell):
        raise ValueError("one line, without control characters")
    return cell


def words(cell: str) -> str:
    """Accept text that no page can take for markup: a reader's words, of a ledger or a declaration."""
    if found := _MARKUP.search(text(cell)):
        raise ValueError(f"plain words, without {found[0]!r}")
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


def natural(cell: str) -> int:
    """Accept a whole number that is not negative."""
    if not re.fullmatch(r"\d{1,9}", cell, flags=re.ASCII):
        raise ValueError("a whole number from zero up")
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


def read_text(path: Path) -> str:
    """Read a text file that has to be UTF-8 without byte-order mark and NUL, with Unix line ends.

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
    for byte, found, expected in (
        (b"\r", "a carriage return", "lines that end with LF alone"),
        (b"\0", "a NUL byte", "text"),
    ):
        if byte in raw:
            raise TableError(path, raw[: raw.index(byte)].count(b"\n") + 1, None, found, expected)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise TableError(path, row, None, f"the byte 0x{raw[error.start]:02x}", "UTF-8") from None


def read_yaml(path: Path, fields: Sequence[str], more: Sequence[str] = ()) -> Mapping[str, object]:
    """Read a YAML file that is a mapping with the given fields, and perhaps some more, but no others.

    Parameters
    ----------
    path : Path
        The file: UTF-8 without byte-order mark, LF line ends.
    fields, more : sequence of str
        Its top-level fields, and those that it may leave out.

    Returns
    -------
    mapping
        Read-only at its top level.

    Raises
    ------
    TableError
        If the encoding, the YAML or the fields are not as declared.
    """
    content = read_text(path)
    try:
        found = yaml.load(content, Loader=LOADER)
    except RecursionError:
        raise TableError(path, None, None, "lists within lists without end", "well-formed YAML") from None
    except yaml.YAMLError as error:
        mark, row = getattr(error, "problem_mark", None), None
        if mark is not None:  # the end of the file is a fault of its last line
            row = min(mark.line + 1, max(1, len(content.splitlines())))
        told = [text for text in (getattr(error, "context", ""), getattr(error, "problem", "")) if text]
        found = ": ".join(told) or " ".join(str(error).split())
        raise TableError(path, row, None, found, "well-formed YAML") from None
    if not isinstance(found, dict) or set(found) - set(more) != set(fields):
        named = ", ".join(map(str, found)) if isinstance(found, dict) else type(found).__name__
        perhaps = f"; perhaps {', '.join(more)}" if more else ""
        raise TableError(path, None, None, named or "nothing", ", ".join(fields) + perhaps)
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
