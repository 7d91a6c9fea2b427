"""The units that a claim may carry: a folder's ``units.txt``, read by pint."""

import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import pint

from mountain_counties.audit.tables import DATA, TableError, read_text

ARTICLE = DATA / "article"
"""The folder that is read where no other is named: the ledger of the book's article."""


_POWER = re.compile(r"(?:\*\*|\^)\s*((?:[^\s*^]|\*\*|\^)*)")


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
        If a line is no definition, defines a name again, or rests on itself or on a unit that is not there.
    """
    return _registry(Path(folder))


@cache
def _registry(folder: Path) -> pint.UnitRegistry:
    path, found = folder / "units.txt", pint.UnitRegistry(None, on_redefinition="raise")
    lines = {
        row: line
        for row, line in enumerate(read_text(path).split("\n"), start=1)
        if line.strip() and not line.startswith("#")
    }
    for row, line in lines.items():  # pint works powers out, and a power of a power takes it for ever
        powers = _POWER.findall(line)
        tower = re.search(r"(\*\*|\^)\s*[^\s*^]+\s*(\*\*|\^)", line)
        if tower or len(powers) > 2 or not all(re.fullmatch(r"-?[1-9]", power) for power in powers):
            raise TableError(path, row, None, repr(line), "at most two powers, each of one digit")
    for check in (found.define, lambda line: _size(found, line.split("=")[0].strip())):
        for row, line in lines.items():
            try:
                check(line)
            # pint raises any of them, tokenize's SyntaxError included, and runs in circles for a circle
            except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, SyntaxError,
                    AssertionError, RecursionError):  # fmt: skip
                expected = "a new unit made of known ones, in ASCII digits, such as 万元 = 1e4 * yuan"
                raise TableError(path, row, None, repr(line), expected) from None
    return found


def _size(found: pint.UnitRegistry, name: str) -> Fraction:
    """Give the size of a unit in base units."""
    factor, _ = found.get_base_units(name)
    size = Fraction(repr(float(factor)))
    if size <= 0:
        raise ValueError(f"a size of {factor}")
    return size


@cache
def _names(folder: Path) -> frozenset[str]:
    """Give the names that a registry defines; their plurals are not among them."""
    return frozenset(dir(registry(folder)))


def defined(name: str, folder: Path = ARTICLE) -> set[str]:
    """Give the unit that ``units.txt`` defines under exactly this name; the empty set if none."""
    if name not in _names(Path(folder)):
        return set()
    return {unit for _, unit, _ in registry(folder).parse_unit_name(name)}


@cache
def unit(cell: str, folder: Path = ARTICLE) -> str:
    """Accept the name of one unit as the folder's ``units.txt`` defines it, and no plural of it."""
    if not defined(cell, folder):
        raise ValueError("a unit of units.txt, such as 亿元, 元, 亩, percent, count")
    return cell


@cache
def size(name: str, folder: Path = ARTICLE) -> Fraction:
    """Give the size of a unit in base units, by its definition: 10,000 for 万元 where yuan is the base."""
    return _size(registry(folder), name)


@cache
def dimension(name: str, folder: Path = ARTICLE) -> tuple[tuple[str, float], ...]:
    """Give the dimension of a unit as pairs of a base dimension and its power; none for a plain number."""
    found = registry(folder).get_dimensionality(name)
    return tuple(sorted((str(part), float(power)) for part, power in found.items()))


@cache
def per(name: str, top: str, folder: Path = ARTICLE) -> bool:
    """Say whether a unit is another one for each of something: 元 per head is 元, and is printed so."""
    over = dict(dimension(top, folder))
    for part, power in dimension(name, folder):
        over[part] = over.get(part, 0) - power
    left = [power for power in over.values() if power]
    return bool(left) and all(power > 0 for power in left)


@cache
def base(name: str, folder: Path = ARTICLE) -> str:
    """Name the base units that a unit is made of, as pint writes them; empty for a plain number."""
    found = registry(folder)
    return "" if found.Unit(name).dimensionless else str(found.get_base_units(name)[1])
