"""The claims of the article: load them, check them, find them again in the article's text."""

import datetime
import hashlib
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd
import pint

from mountain_counties.audit import rounding
from mountain_counties.audit.tables import (
    DATA,
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
)

ARTICLE = DATA / "article"
"""The folder that is read where no other is named: the ledger of the book's article."""


def registry(folder: Path = ARTICLE) -> pint.UnitRegistry:
    """Load the units that a claim may carry.

    Parameters
    ----------
    folder : Path, optional
        Its ``units.txt`` holds their definitions, one a line, as pint reads them.

    Returns
    -------
    UnitRegistry

    Raises
    ------
    TableError
        If a line is no definition, defines a name again, or rests on a unit that is not there.
    """
    return _registry(folder)


@cache
def _registry(folder: Path) -> pint.UnitRegistry:
    path, found = Path(folder) / "units.txt", pint.UnitRegistry(None, on_redefinition="raise")
    lines = {
        row: line
        for row, line in enumerate(read_text(path).split("\n"), start=1)
        if line.strip() and not line.startswith("#")
    }
    for check in (found.define, lambda line: found.get_base_units(line.split("=")[0].strip())):
        for row, line in lines.items():
            try:
                check(line)
            except (TypeError, ValueError, LookupError, AttributeError):  # pint raises any of them
                expected = "a new unit made of known ones, in ASCII digits, such as 万元 = 1e4 * yuan"
                raise TableError(path, row, None, repr(line), expected) from None
    return found


@cache
def _names(folder: Path) -> frozenset[str]:
    """Give the names that a registry defines; their plurals are not among them."""
    return frozenset(dir(registry(folder)))


def _defined(name: str, folder: Path) -> set[str]:
    """Give the unit that ``units.txt`` defines under exactly this name; the empty set if none."""
    return (
        {unit for _, unit, _ in registry(folder).parse_unit_name(name)} if name in _names(folder) else set()
    )


@cache
def unit(cell: str, folder: Path = ARTICLE) -> str:
    """Accept the name of one unit as the folder's ``units.txt`` defines it, and no plural of it."""
    if not _defined(cell, folder):
        raise ValueError("a unit of units.txt, such as 亿元, 元, 亩, percent, count")
    return cell


BY_WORD = {
    "%": {"percent"}, "个百分点": {"percent"}, "倍": {"ratio", "count"},
    "年": {"year", "count"}, "个月": {"month"}, "月": {"month"}, "天": {"day"}, "日": {"day"},
    "工作日": {"working_day"},
} | {word: {"count"} for word in "个家条项所人"}  # fmt: skip
"""What a figure may count in by the word that it ends with, beside the names of ``units.txt`` themselves."""
BY_KIND = {"date": {"year", "month", "day"}, "rank": {"count"}}
"""The units of the kinds that are no measure: a day may be given as one of a year."""


@cache
def _permitted(token: str, kind: str, folder: Path) -> set[str] | None:
    """Give the units that a figure of a kind may have by the word that it ends with; None if any."""
    if kind in rounding.WITHOUT_INTERVAL | {"enumeration"}:
        return None
    token, spoken = re.sub("(以上|多|余)$", "", token).lstrip("0123456789."), None
    for word in (token[start:] for start in range(len(token))):  # the longest first
        if spoken := _defined(word, folder) | BY_WORD.get(word, set()):
            break
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
_slug = matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a kebab slug, such as py-go-2023")

# A folder narrows section to what its source.yml has, and unit to what its units.txt has.
COLUMNS = {
    "id": _slug,
    "section": natural,
    "paragraph": natural,
    "start": _offsets,
    "end": _offsets,
    "token": text,
    "paraphrase": text,
    "entity": _slug,
    "scope": text,
    "indicator": text,
    "period": _period,
    "unit": text,
    "hedge": one_of(rounding.HEDGES),
    "kind": one_of(rounding.KINDS),
    "note": optional(text),
}
EXCLUSION_COLUMNS = {
    "section": natural,
    "paragraph": natural,
    "start": natural,
    "end": natural,
    "token": text,
    "reason": text,
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


def _bounds(claim: tuple, rules: rounding.Rules) -> tuple[float, float, float]:
    """Give low end, printed value and high end of a claim in its unit, a percentage as a fraction of one."""
    if claim.kind == "date":
        years = re.findall(r"\d{4}", claim.token)
        if years and not claim.period.startswith(years[0]):
            raise ValueError(f"its period {claim.period} does not begin in {years[0]}")
        low, high = days(claim.period)
        return low, (low + high) / 2, high
    low, high = rounding.interval(claim.token, claim.unit, claim.kind, claim.hedge, rules)
    if low > high:
        raise ValueError("of at most 100%")
    if claim.kind == "enumeration":
        value = low
    else:
        value = math.nan if math.isnan(low) else rounding.read(claim.token, claim.unit).number
    scale = 100 if claim.unit == "percent" else 1
    return float(low / scale), float(value / scale), float(high / scale)


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
        One row per claim, indexed by id: the columns of the table, and `lo`, `value`, `hi`: the interval and
        the printed figure in the claim's unit (percentages as fractions of one, dates as days since
        1 January 2000), NaN for slogans and directions, `inf` for an open side.

    Raises
    ------
    TableError
        If there is no claim, a cell is not as declared, a token is no number or printed in another unit, an
        id repeats, or offsets do not fit the token.
    """
    path, known = Path(folder) / "claims.csv", registry(folder)
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
            bounds.append(_bounds(claim, rules))
        except (ValueError, OverflowError) as error:
            raise TableError(path, row, "token", repr(claim.token), f"a {claim.kind} ({error})") from None
        permitted = _permitted(claim.token, claim.kind, folder)
        if permitted is not None and known.get_name(claim.unit) not in permitted:
            column = "unit" if permitted else "kind"
            names = " or ".join(sorted(map(known.get_symbol, permitted))) or "another kind"
            found = repr(getattr(claim, column))
            raise TableError(path, row, column, found, f"{names} for {claim.token!r} as {claim.kind}")
    claims[["lo", "value", "hi"]] = pd.DataFrame(bounds, index=claims.index, dtype=float)
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
        If a cell is not as declared.
    """
    columns = EXCLUSION_COLUMNS | {"section": _section(folder)}
    return read_csv(Path(folder) / "exclusions.csv", columns, key=["paragraph", "start"])


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
        outlet, date, page, sha256 (of the text that was read, UTF-8, LF) and sections: what each section is
        about, the lead first.

    Raises
    ------
    TableError
        If a field is missing or not as declared.
    """
    path = Path(folder) / "source.yml"
    found = read_yaml(path, ("outlet", "date", "page", "sha256", "sections"))
    page, digest, sections = found["page"], found["sha256"], found["sections"]
    titled = isinstance(sections, list) and sections and all(isinstance(t, str) and t for t in sections)
    for field, good, expected in (
        ("outlet", isinstance(found["outlet"], str), "a name"),
        ("date", type(found["date"]) is datetime.date, "a date, such as 2024-12-06"),
        ("page", type(page) is int and page > 0, "a number from one up"),
        ("sha256", isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest), "64 small hex digits"),
        ("sections", titled, "a list of headings, the lead first"),
    ):
        if not good:
            raise TableError(path, None, None, repr(found[field]), expected, f"field {field}")
    return found


def paragraphs(article: str) -> tuple[dict[int, str], dict[int, int]]:
    """Split the article into numbered paragraphs.

    Parameters
    ----------
    article : str
        The text: title, author, masthead, then body lines that begin with two ideographic spaces; every
        other line is a heading.

    Returns
    -------
    tuple of dict
        Paragraph number -> text without leading blanks (0 is the masthead), and -> section number.
    """
    _, _, masthead, *lines = [*article.split("\n"), "", ""]
    text_of, section_of, section = {0: masthead.strip()}, {0: 0}, 0
    for line in lines:
        if line.startswith("\u3000\u3000"):
            section_of[len(text_of)] = section
            text_of[len(text_of)] = line.strip()
        elif line.strip():
            section += 1
    return text_of, section_of


def differences(article: str, claims: pd.DataFrame, excluded: pd.DataFrame) -> list[str]:
    """Hold the ledger against the article's text.

    Parameters
    ----------
    article : str
        The article's text.
    claims, excluded : DataFrame
        As `load` and `exclusions` give them.

    Returns
    -------
    list of str
        One line for every token that is not at its place, every numeral that neither a claim nor an
        exclusion covers, and every section number that is off, with file and row; empty if all agrees.
    """
    text_of, section_of = paragraphs(article)
    covered: dict[int, set[int]] = {number: set() for number in text_of}
    faults = []
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
        covered.setdefault(number, set()).update(range(start, end))
    for number, paragraph in text_of.items():
        for match in rounding.NUMERAL.finditer(paragraph):
            if not covered[number].issuperset(range(*match.span())):
                faults.append(
                    f"paragraph {number}, {match.start()}: {match[0]!r} is in "
                    "neither claims.csv nor exclusions.csv"
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
    return faults + differences(read_text(path), load(folder), exclusions(folder))
