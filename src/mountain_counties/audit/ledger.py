"""The claims of the article: load them, check them, find them again in the article's text."""

import datetime
import hashlib
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from mountain_counties.audit import rounding, tokens, units
from mountain_counties.audit.tables import (
    LARGEST,
    SLUG,
    Converter,
    TableError,
    matching,
    natural,
    one_of,
    optional,
    read_csv,
    read_text,
    read_yaml,
    text,
    words,
)
from mountain_counties.audit.units import ARTICLE, registry, unit

LAYOUTS = ("indented", "plain")
"""How a text marks its paragraphs, see `paragraphs`."""

__all__ = ["ARTICLE", "registry", "unit"]

UNHEDGED = rounding.WITHOUT_INTERVAL | {"date", "enumeration"}
"""The kinds of figures of which nothing is said to be about so much."""
NEVER_BELOW_ZERO = {"count", "rank", "streak", "duration"}

BY_KIND = {"date": {"year", "month", "day"}, "rank": {"count"}}
"""The units of the kinds that are no measure: a day may be given as one of a year."""


@cache
def _permitted(token: str, unit: str, kind: str, folder: Path, decimal: str) -> set[str] | None:
    """Give the units that a figure of a kind may have by the word that it ends with; None if any."""
    if kind in rounding.WITHOUT_INTERVAL | {"enumeration"}:
        return None
    dated = kind == "date"
    tail = token.lstrip("0123456789") if dated else rounding.read(token, unit, folder, decimal).tail
    spoken = tokens.spoken(tail, folder)
    meant = BY_KIND.get(kind)
    if spoken and meant:
        return meant if spoken & meant else set()
    return spoken or meant


def _section(folder: Path) -> Converter:
    """Build a converter that accepts the number of a section of the folder's ``source.yml``."""
    last = len(source(folder)["sections"]) - 1

    def convert(cell: str) -> int:
        if natural(cell) > last:
            raise ValueError(f"a section of source.yml, 0 to {last}")
        return int(cell)

    return convert


def _period(cell: str) -> str:
    """Accept an ISO 8601 interval of days; ".." leaves a side open."""
    start, slash, end = cell.partition("/")
    try:
        days = [datetime.date.fromisoformat(day) for day in (start, end) if day != ".."]
        if not slash or not days or days != sorted(days):
            raise ValueError
    except ValueError:
        raise ValueError("an ISO interval, such as 2023-01-01/2023-12-31, in order") from None
    return cell


_offsets = matching(r"\d{1,9}(\|\d{1,9})*", "offsets joined by |")
_slug = matching(SLUG.pattern, "a kebab slug, such as output-2023")


def _token(cell: str) -> str:
    """Accept a printed figure; its parts stand apart in the text."""
    for part in text(cell).split("|"):
        words(part)
    return cell


# A folder narrows section to what its source.yml has, and unit to what its units.txt has.
COLUMNS = {
    "id": _slug,
    "section": natural,
    "paragraph": natural,
    "start": _offsets,
    "end": _offsets,
    "token": _token,
    "paraphrase": words,
    "entity": _slug,
    "scope": words,
    "indicator": words,
    "period": _period,
    "unit": text,
    "hedge": one_of(rounding.HEDGES),
    "kind": one_of(rounding.KINDS),
    "note": optional(words),
}
EXCLUSION_COLUMNS = {
    "section": natural,
    "paragraph": natural,
    "start": natural,
    "end": natural,
    "token": words,
    "reason": words,
}
EPOCH = datetime.date(2000, 1, 1)


def days(period: str) -> tuple[float, float]:
    """Turn an ISO interval into days since 1 January 2000.

    Parameters
    ----------
    period : str
        For instance "2023-01-01/2023-12-31"; ".." is an open side.

    Returns
    -------
    tuple of float
        First and last day.
    """
    start, _, end = period.partition("/")
    low = -math.inf if start == ".." else (datetime.date.fromisoformat(start) - EPOCH).days
    high = math.inf if end == ".." else (datetime.date.fromisoformat(end) - EPOCH).days
    return low, high


def _bounds(claim: tuple, rules: rounding.Rules, folder: Path, decimal: str) -> tuple[float, ...]:
    """Give low end, value, high end and step of a claim in its unit, percentages as fractions of one."""
    if claim.hedge and claim.kind in UNHEDGED:
        raise ValueError(f"that takes no hedge, such as {claim.hedge!r}")
    if claim.kind == "date":
        years = re.findall(r"\d{4}", claim.token)
        if years and not claim.period.startswith(years[0]):
            raise ValueError(f"its period {claim.period} does not begin in {years[0]}")
        low, high = days(claim.period)
        return low, (low + high) / 2, high, math.nan
    low, high = rounding.interval(claim.token, claim.unit, claim.kind, claim.hedge, rules, folder, decimal)
    if low > high:
        raise ValueError("of at most 100%")
    if low < 0 and (
        claim.kind in NEVER_BELOW_ZERO or (claim.kind == "threshold" and claim.unit != "percent")
    ):
        raise ValueError("from zero up")
    if claim.kind == "enumeration":
        return float(low), float(low), float(high), 1.0
    if math.isnan(low):
        return (math.nan,) * 4
    printed = rounding.read(claim.token, claim.unit, folder, decimal)
    if printed.currency and printed.currency not in units.base(claim.unit, folder):
        raise ValueError(f"of {printed.currency}, and not in {claim.unit}")
    value = printed.number if printed.last is None else (printed.number + printed.last) / 2
    scale = 100 if claim.unit == "percent" else 1
    found = tuple(float(number / scale) for number in (low, value, high, printed.step))
    if not abs(found[1]) <= LARGEST:
        raise OverflowError("too large a number")
    return found


def load(folder: Path = ARTICLE, rules: rounding.Rules = rounding.USUAL) -> pd.DataFrame:
    """Load the claims with the intervals that they stand for.

    Parameters
    ----------
    folder : Path, optional
        Its ``claims.csv`` is the ledger.
    rules : Rules, optional
        The switches of the rounding rules.

    Returns
    -------
    DataFrame
        One row per claim, indexed by id: the columns of the table, and `lo`, `value`, `hi`, `step`: the
        interval, the printed figure and the unit of its last digit in the claim's unit (percentages as
        fractions of one, dates as days since 1 January 2000), NaN for slogans and directions, `inf` for an
        open side; a range has its middle as `value`.

    Raises
    ------
    TableError
        If there is no claim, a cell is not as declared, a token is no number or printed in another unit, an
        id repeats, or offsets do not fit the token.
    """
    path, known, decimal = Path(folder) / "claims.csv", registry(folder), source(folder)["decimal"]
    narrowed = {"section": _section(folder), "unit": lambda cell: unit(cell, folder)}
    claims = read_csv(path, COLUMNS | narrowed, key=["id"])
    if claims.empty:
        raise TableError(path, None, None, "the header only", "at least one claim")
    bounds = []
    for row, claim in enumerate(claims.itertuples(), start=2):
        parts = claim.token.split("|")
        starts, ends = ([int(place) for place in cell.split("|")] for cell in (claim.start, claim.end))
        lengths = [end - start for start, end in zip(starts, ends, strict=False)]
        whole = len(starts) == len(ends) and starts == sorted(starts)
        if not whole or lengths != [len(part) for part in parts]:
            expected = f"one start and end for each of the {len(parts)} parts, in order, as long as the part"
            raise TableError(path, row, "start, end", f"{claim.start} to {claim.end}", expected)
        try:
            bounds.append(_bounds(claim, rules, folder, decimal))
        except (ValueError, OverflowError) as error:
            raise TableError(path, row, "token", repr(claim.token), f"a {claim.kind} ({error})") from None
        permitted = _permitted(claim.token, claim.unit, claim.kind, folder, decimal)
        allowed = permitted is None or known.get_name(claim.unit) in permitted
        measured = units.base(claim.unit, folder) != ""  # a count or a share is per nothing
        if not allowed and not (measured and any(units.per(claim.unit, name, folder) for name in permitted)):
            column = "unit" if permitted else "kind"
            here = {known.get_symbol(name) if units.defined(name, folder) else name for name in permitted}
            names = " or ".join(sorted(here)) or "another kind"
            found = repr(getattr(claim, column))
            raise TableError(path, row, column, found, f"{names} for {claim.token!r} as {claim.kind}")
    claims[["lo", "value", "hi", "step"]] = pd.DataFrame(bounds, index=claims.index, dtype=float)
    return claims.set_index("id")


def exclusions(folder: Path = ARTICLE) -> pd.DataFrame:
    """Load the numerals of the article that are no claims, each with its reason.

    Parameters
    ----------
    folder : Path, optional
        Its ``exclusions.csv`` is the table.

    Returns
    -------
    DataFrame
        Columns section, paragraph, start, end, token, reason.

    Raises
    ------
    TableError
        If a cell is not as declared, or the offsets do not fit the token.
    """
    columns = EXCLUSION_COLUMNS | {"section": _section(folder)}
    path = Path(folder) / "exclusions.csv"
    table = read_csv(path, columns, key=["paragraph", "start"])
    for row, excluded in enumerate(table.itertuples(), start=2):
        if excluded.end - excluded.start != len(excluded.token):
            found, expected = f"{excluded.start} to {excluded.end}", f"as long as {excluded.token!r}"
            raise TableError(path, row, "start, end", found, expected)
    return table


def apart(claims: pd.DataFrame, excluded: pd.DataFrame, folder: Path = ARTICLE) -> None:
    """Refuse an exclusion that lies over a claim.

    Parameters
    ----------
    claims, excluded : DataFrame
        As `load` and `exclusions` give them.
    folder : Path, optional
        Where they were read, for the error.

    Raises
    ------
    TableError
        If a place of the text is both.
    """
    places = {
        (claim.paragraph, place): claim.Index
        for claim in claims.itertuples()
        for start, end in zip(claim.start.split("|"), claim.end.split("|"), strict=True)
        for place in range(int(start), int(end))
    }
    for row, out in enumerate(excluded.itertuples(), start=2):
        for place in range(out.start, out.end):
            if name := places.get((out.paragraph, place)):
                found = f"{out.token!r} at {out.start}, over the claim {name}"
                path = Path(folder) / "exclusions.csv"
                raise TableError(path, row, "start, end", found, "a numeral that is no claim")


def _plain(value: object) -> bool:
    """Say whether a value is plain words."""
    try:
        return isinstance(value, str) and bool(words(value))
    except ValueError:
        return False


def _address(value: object) -> bool:
    """Say whether a value is the address of a page."""
    return isinstance(value, str) and bool(re.fullmatch(r"https?://[^\s<>\"'`{}\\]+", value))


@cache
def source(folder: Path = ARTICLE) -> Mapping[str, object]:
    """Load what is known of the article itself.

    Parameters
    ----------
    folder : Path, optional
        Its ``source.yml`` is the description.

    Returns
    -------
    mapping
        outlet, date, sha256 (of the text that was read, UTF-8, LF) and sections: what each section is about,
        the lead first. What may be left out: page (None), title and url (empty), decimal (the mark, "." or
        ","), layout ("indented" or "plain", as `paragraphs` takes it).

    Raises
    ------
    TableError
        If a field is missing or not as declared.
    """
    path = Path(folder) / "source.yml"
    usual = {"page": None, "title": "", "url": "", "decimal": ".", "layout": "indented"}
    found = usual | dict(read_yaml(path, ("outlet", "date", "sha256", "sections"), tuple(usual)))
    page, digest, sections = found["page"], found["sha256"], found["sections"]
    titled = isinstance(sections, list) and sections and all(map(_plain, sections))
    for field, good, expected in (
        ("outlet", _plain(found["outlet"]), "a name"),
        ("date", type(found["date"]) is datetime.date, "a date, such as 2024-12-06"),
        ("page", page is None or (type(page) is int and page > 0), "a number from one up"),
        ("title", found["title"] == "" or _plain(found["title"]), "a text, and no markup"),
        ("url", found["url"] == "" or _address(found["url"]), "an address, such as https://example.org/a"),
        ("decimal", found["decimal"] in (".", ","), "a point or a comma"),
        ("layout", found["layout"] in LAYOUTS, f"one of {', '.join(LAYOUTS)}"),
        ("sha256", isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest), "64 small hex digits"),
        ("sections", titled, "a list of headings in plain words, the lead first"),
    ):
        if not good:
            raise TableError(path, None, None, repr(found[field]), expected, f"field {field}")
    return MappingProxyType(found)


def paragraphs(article: str, layout: str = "indented") -> tuple[dict[int, str], dict[int, int]]:
    """Split the article into numbered paragraphs.

    Parameters
    ----------
    article : str
        The text.
    layout : {"indented", "plain"}, optional
        "indented": title, author, masthead, then body lines that begin with two ideographic spaces; every
        other line is a heading. "plain": every line that is not blank is a paragraph, the first one the
        masthead; one that begins with "# " is a heading, opens a section and is read like any other.

    Returns
    -------
    tuple of dict
        Paragraph number -> text without leading blanks (0 is the masthead), and -> section number.
    """
    if layout == "plain":
        lines, section_of, section = [line.strip() for line in article.split("\n") if line.strip()], {}, 0
        for number, line in enumerate(lines):
            section += line.startswith("# ")
            section_of[number] = section
        return dict(enumerate(lines)), section_of
    _, _, masthead, *lines = [*article.split("\n"), "", ""]
    text_of, section_of, section = {0: masthead.strip()}, {0: 0}, 0
    for line in lines:
        if line.startswith("\u3000\u3000"):
            section_of[len(text_of)] = section
            text_of[len(text_of)] = line.strip()
        elif line.strip():
            section += 1
    return text_of, section_of


def differences(
    article: str,
    claims: pd.DataFrame,
    excluded: pd.DataFrame,
    layout: str = "indented",
    sections: int | None = None,
) -> list[str]:
    """Hold the ledger against the article's text.

    Parameters
    ----------
    article : str
        The article's text.
    claims, excluded : DataFrame
        As `load` and `exclusions` give them.
    layout : str, optional
        As `paragraphs` takes it.
    sections : int, optional
        How many sections the text has, the lead among them; not compared if left out.

    Returns
    -------
    list of str
        One line for every token that is not at its place, every numeral that neither a claim nor an
        exclusion covers, every exclusion that lies over a claim, every section number that is off, with file
        and row, and for what is not read: headings that no section is declared for, and numerals in title,
        author or headings; empty if all agrees.
    """
    text_of, section_of = paragraphs(article, layout)
    covered: dict[int, set[int]] = {number: set() for number in text_of}
    faults = _unread(article, layout, max(section_of.values()) + 1, sections)
    claimed: dict[int, set[int]] = {}
    places = [
        (c.paragraph, c.section, int(start), int(end), part, f"claims.csv, row {row}, {c.Index}")
        for row, c in enumerate(claims.itertuples(), start=2)
        for start, end, part in zip(c.start.split("|"), c.end.split("|"), c.token.split("|"), strict=True)
    ] + [
        (x.paragraph, x.section, x.start, x.end, x.token, f"exclusions.csv, row {row}")
        for row, x in enumerate(excluded.itertuples(), start=2)
    ]
    for number, section, start, end, part, name in places:
        found = text_of.get(number, "")[start:end]
        if found != part:
            faults.append(f"{name}: paragraph {number}, {start} to {end}: found {found!r}, expected {part!r}")
        elif section_of[number] != section:
            faults.append(f"{name}: paragraph {number} is in section {section_of[number]}, not {section}")
        span = set(range(start, end))
        if name.startswith("claims"):
            claimed.setdefault(number, set()).update(span)
        elif span & claimed.get(number, set()):
            faults.append(f"{name}: paragraph {number}, {start} to {end} lies over a claim")
        covered.setdefault(number, set()).update(span)
    for number, paragraph in text_of.items():
        for match in rounding.NUMERAL.finditer(paragraph):
            if not covered[number].issuperset(range(*match.span())):
                faults.append(
                    f"paragraph {number}, {match.start()}: {match[0]!r} is in "
                    "neither claims.csv nor exclusions.csv"
                )
    return faults


def _unread(article: str, layout: str, found: int, sections: int | None) -> list[str]:
    """List the lines of a text that no paragraph holds and that hold what should be read."""
    faults = []
    if sections is not None and found != sections:
        faults.append(
            f"the text has {found} sections, source.yml {sections}: "
            "a line is taken for a heading that is none, or a heading is not declared"
        )
    if layout == "indented":
        for row, line in enumerate(article.split("\n"), start=1):
            numerals = [match[0] for match in rounding.NUMERAL.finditer(line)]
            if row != 3 and not line.startswith("\u3000\u3000") and numerals:
                faults.append(
                    f"row {row} is title, author or heading and is not read: it holds {numerals[0]!r}"
                )
    return faults


def verify_source(path: Path, folder: Path = ARTICLE) -> list[str]:
    """Check a copy of the article against its hash and the ledger.

    Parameters
    ----------
    path : Path
        The article's text, UTF-8.
    folder : Path, optional
        The ledger's.

    Returns
    -------
    list of str
        The differences; empty if there are none.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TableError
        If it is not UTF-8 with Unix line ends.
    """
    raw = Path(path).read_bytes()
    digest, expected = hashlib.sha256(raw).hexdigest(), source(folder)["sha256"]
    faults = [] if digest == expected else [f"{path}: SHA-256 is {digest}, expected {expected}"]
    known = source(folder)
    return faults + differences(
        read_text(path), load(folder), exclusions(folder), known["layout"], len(known["sections"])
    )
