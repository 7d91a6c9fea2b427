"""Declared relations between claims -> labelled statements that the audit can solve."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mountain_counties.audit import declaration_file, ledger, nonlinear, rounding, units
from mountain_counties.audit.solver import Statement, System
from mountain_counties.audit.tables import (
    Fault,
    TableError,
    fields,
    known,
    number,
    numeric,
    said,
    slug,
    standing,
)
from mountain_counties.audit.units import ARTICLE, unit

ONE = "one"
"""The variable that stands for constants in an expression."""
FACTORS = (1e-15, 1e15)
"""The smallest and the largest factor: beyond them the solver's tolerance would decide."""
TARGETS = ("is", "grows_by", "falls_by", "equals", "at_least", "at_most", "within", "derives", "function")
FIELDS = {
    "id",
    "about",
    "statement",
    "num",
    "den",
    "args",
    "unit",
    "per",
    "assumes",
    "by",
    "missing",
    *TARGETS,
}
_TERM = re.compile(r"([+-]?)\s*(?:([a-z0-9.-]+)\*)?([a-z0-9.-]+)")


Dimension = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Measure:
    """A unit as one computes with it.

    Attributes
    ----------
    size : float
        In base units.
    dimension : tuple of (str, float)
        Base dimensions with their powers; none for a plain number.
    name : str
        As declared, for errors.
    """

    size: float
    dimension: Dimension
    name: str

    def times(self, other: "Measure", power: int = 1) -> "Measure":
        """Multiply by another unit, or divide by it (power -1)."""
        if not other.dimension and other.size == 1:
            return self
        powers = dict(self.dimension)
        for part, n in other.dimension:
            powers[part] = powers.get(part, 0) + power * n
        kept = tuple(sorted((part, n) for part, n in powers.items() if n))
        return Measure(self.size * other.size**power, kept, f"{self.name} {'/*'[power > 0]} {other.name}")


PLAIN = Measure(1.0, (), "a plain number")


@cache
def measure(name: str, folder: Path) -> Measure:
    """Give a unit of the ledger or of the functions; a percentage is a fraction, a date counts days."""
    if name == "date":
        name = "day"
        if not units.defined(name, folder):
            return Measure(1.0, (("day", 1.0),), name)
    if name == "percent" or not units.defined(name, folder):
        return Measure(1.0, (), name)
    return Measure(float(units.size(name, folder)), units.dimension(name, folder), name)


@dataclass(frozen=True)
class Relation:
    """One declared relation.

    Parameters
    ----------
    id, about, statement : str
        Its name, the part of the article it belongs to, and what it says; places are filled, as in `missing`.
    target : str
        Which of `TARGETS` it is held against.
    num, den : mapping of str to float
        Coefficients of the variables; `den` is None where it is one.
    lo, hi : float
        The interval that num/den is held against; infinite where it is only derived.
    unit : str
        Unit of num/den.
    labels : frozenset of str
        What asserts it: "claim:…" and "assume:…"; withdrawing one withdraws the relation.
    claims : frozenset of str
        All claims that stand in it.
    unknowns : frozenset of str
        Unknown quantities that stand in it.
    function : str
        Name in `derivations`, where the relation is not linear.
    args : mapping
        Arguments of the function.
    assumes : tuple of str
        Assumptions.
    missing : str
        What would turn a derivation into a test.
    bound : str
        The claim whose own quantity `num` is; empty where num/den is only held against an interval.
    domains : mapping of str to (float, float)
        Where an unknown lies, if not from zero up.
    """

    id: str
    about: str
    statement: str
    target: str
    num: Mapping[str, float] = field(default_factory=dict)
    den: Mapping[str, float] | None = None
    lo: float = -np.inf
    hi: float = np.inf
    unit: str = "ratio"
    labels: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    unknowns: frozenset[str] = frozenset()
    function: str = ""
    args: Mapping[str, object] = field(default_factory=dict)
    assumes: tuple[str, ...] = ()
    missing: str = ""
    bound: str = ""
    domains: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def linear(self) -> bool:
        """Whether the relation is a linear one."""
        return not self.function


def _file(folder: Path) -> Path:
    return Path(folder) / "relations.yml"


@cache
def _declared(folder: Path) -> Mapping[str, object]:
    needed = {"assumptions": dict, "unknowns": dict, "relations": list}
    return declaration_file.read(_file(folder), needed, {"costs": dict})


def assumptions(folder: Path = ARTICLE) -> pd.DataFrame:
    """Load the assumptions.

    Parameters
    ----------
    folder : Path, optional
        Its ``relations.yml`` holds the declarations.

    Returns
    -------
    DataFrame
        Indexed by id: statement, kind, quality, impact, lo, hi (NaN where it is no range).

    Raises
    ------
    TableError
        If a field is missing, unknown or not as declared.
    """
    return _assumptions(folder).copy()


@cache
def _assumptions(folder: Path) -> pd.DataFrame:
    """Check the declared assumptions, once for each folder."""
    return declaration_file.rated(_file(folder), _declared(folder)["assumptions"])


def unknowns(folder: Path = ARTICLE) -> pd.DataFrame:
    """Load the quantities that the article implies and does not print.

    Parameters
    ----------
    folder : Path, optional
        Its ``relations.yml`` holds the declarations.

    Returns
    -------
    DataFrame
        Indexed by id: name, unit.

    Raises
    ------
    TableError
        If a field is missing, unknown or not as declared.
    """
    return _unknowns(folder).copy()


@cache
def _unknowns(folder: Path) -> pd.DataFrame:
    """Check the declared unknowns, once for each folder."""
    for name, spec in _declared(folder)["unknowns"].items():
        with standing(_file(folder), f"unknown {name}"):
            slug(name, "an unknown's name")
            said(fields(spec, ("name", "unit"), ("domain",)), "name")
            _unit(spec["unit"], folder)
            if "domain" in spec:
                _domain(spec["domain"])
    specs = {n: (s["name"], s["unit"]) for n, s in _declared(folder)["unknowns"].items()}
    return pd.DataFrame.from_dict(specs, orient="index", columns=["name", "unit"]).rename_axis("id")


def _domain(value: object) -> tuple[float, float]:
    """Accept the least and the largest value that an unknown can have; either may be infinite."""
    whole = isinstance(value, list) and len(value) == 2 and all(map(numeric, value))
    if not whole or not value[0] < value[1]:
        raise Fault(f"domain: {value!r}", "two numbers, the smaller first, such as [-.inf, 0] for a loss")
    return float(value[0]), float(value[1])


def costs(claims: pd.DataFrame, folder: Path = ARTICLE) -> dict[str, float]:
    """Load what it costs to give up single claims or assumptions, where that is declared.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    folder : Path, optional
        Its ``relations.yml`` may hold `costs`: a claim, an assumption, or ``claims`` for every claim of the
        source, and a number above zero.

    Returns
    -------
    dict of str to float
        By label, "claim:…" and "assume:…".

    Raises
    ------
    TableError
        If a name is unknown or a cost is not above zero.
    """
    declared, assumed = _declared(folder).get("costs", {}), assumptions(folder)
    found = {f"claim:{name}": float(declared["claims"]) for name in claims.index if "claims" in declared}
    for name, cost in declared.items():
        with standing(_file(folder), f"cost of {name}"):
            if not numeric(cost) or not 0 < cost < np.inf:
                raise Fault(repr(cost), "a number above zero")
            if name != "claims":
                known([name], claims.index, assumed.index, what="claims and assumptions, or claims for all")
                found[f"{'claim' if name in claims.index else 'assume'}:{name}"] = float(cost)
    return found


def load(
    claims: pd.DataFrame, folder: Path = ARTICLE, names: Container[str] | None = None
) -> dict[str, Relation]:
    """Load the relations between the given claims.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them; their intervals become those of the relations.
    folder : Path, optional
        Its ``relations.yml`` holds the declarations.
    names : container of str, optional
        The relations wanted; all if left out.

    Returns
    -------
    dict of str to Relation
        In the order of the file.

    Raises
    ------
    TableError
        If a field, a name or an expression is not as declared, or an id repeats.
    """
    path, assumed, unknown = _file(folder), assumptions(folder), unknowns(folder)
    found: dict[str, Relation] = {}
    specs = _declared(folder)["relations"]
    if not specs:
        raise TableError(path, None, None, "none", "at least one relation", "field relations")
    known_units = _Units(claims, assumed, unknown, folder)
    both = [(n, "unknown") for n in unknown.index] + [(n, "assumption") for n in assumed.index]
    for name, what in both if names is None else ():
        if name in claims.index or (what == "assumption" and name in unknown.index):
            raise TableError(path, None, None, repr(name), "a name that nothing else has", f"{what} {name}")
    for place, spec in enumerate(specs, start=1):
        if names is not None and spec["id"] not in names:
            continue
        with standing(path, f"relation {spec['id'] if isinstance(spec, dict) and 'id' in spec else place}"):
            fields(spec, ("id", "about", "statement"), sorted(FIELDS - {"id", "about", "statement"}))
            said(spec, "id", "about", "statement", "missing")
            slug(spec["id"], "an id")
            targets = [target for target in TARGETS if target in spec]
            if len(targets) != 1:
                raise Fault(", ".join(targets) or "no target", f"one of {', '.join(TARGETS)}")
            if spec["id"] in found:
                raise Fault(f"{spec['id']} again", "a new id")
            found[spec["id"]] = _relation(spec, targets[0], claims, assumed, unknown, known_units)
    return found


def _unit(name: object, folder: Path) -> str:
    """Accept a unit of the ledger or of the functions."""
    try:
        return name if name in nonlinear.UNITS else unit(name, folder)
    except (TypeError, ValueError, AttributeError):
        expected = f"a unit of units.txt, or {', '.join(sorted(nonlinear.UNITS))}"
        raise Fault(f"the unit {name!r}", expected) from None


def _described(field: object, folder: Path) -> int:
    """Give what ``source.yml`` says of the page or the day of print, a day in days since 2000."""
    known = ledger.source(folder)
    if field not in ("page", "date") or known[field] is None:
        raise Fault(f"args, field: {field!r}", "page or date, where source.yml has it")
    return known["page"] if field == "page" else (known["date"] - ledger.EPOCH).days


def _relation(
    spec: Mapping,
    target: str,
    claims: pd.DataFrame,
    assumed: pd.DataFrame,
    unknown: pd.DataFrame,
    known_units: "_Units",
) -> Relation:
    """Build one relation from its declaration."""
    folder = known_units.folder
    asserted = list(known(spec.get("by", []), claims.index, what="claims"))
    assumes = list(known(spec.get("assumes", []), assumed.index, what="assumptions"))
    about = {
        "id": spec["id"],
        "about": spec["about"],
        **declaration_file.told(spec, claims, "statement", "missing"),
    }
    if target == "function":
        if isinstance(spec.get("args"), dict) and "field" in spec["args"]:
            spec = {**spec, "args": {**spec["args"], "field": _described(spec["args"]["field"], folder)}}
        args = declaration_file.bound(nonlinear.FUNCTIONS, spec, claims)
        listed = [n for value in args.values() for n in (value if isinstance(value, list) else [value])]
        named = [n for n in listed if isinstance(n, str)]
        known(named, claims.index, assumed.index, what="claims and assumptions")
        if wrong := nonlinear.unfit(spec["function"], claims, args):
            raise Fault(*wrong)
        return Relation(
            **about, target=target, function=spec["function"], args=args, assumes=tuple(assumes),
            claims=frozenset(n for n in named if n in claims.index), unit="",
        )  # fmt: skip
    if "num" not in spec:
        raise Fault(f"no num beside {target}", "num: a sum of claims and unknowns")
    open_factors = target == "derives"
    num, factors, measured = _expression(spec["num"], claims, assumed, unknown, open_factors, known_units)
    den, more = None, []
    if "den" in spec:
        den, more, below = _expression(spec["den"], claims, assumed, unknown, open_factors, known_units)
        if den == num:
            raise Fault(f"{spec['num']!r} over itself", "a relation that can fail")
        measured = measured.times(below, -1)
    lo, hi, unit, bound = -np.inf, np.inf, spec.get("unit", "ratio"), ""
    if target in ("is", "grows_by", "falls_by"):
        known([spec[target]], claims.index, what="claims")
        claim, shift = claims.loc[spec[target]], float(target != "is")
        if np.isnan(claim.lo):
            raise Fault(f"{target}: {spec[target]}", "a claim with an interval, no slogan and no direction")
        lo, hi = (
            (1 - claim.hi, 1 - claim.lo) if target == "falls_by" else (claim.lo + shift, claim.hi + shift)
        )
        held_in = known_units.of(spec[target])
        unit = "date" if claim.kind == "date" else claim.unit
        if shift or (unit != "percent" and not held_in.dimension and held_in.size == 1):
            unit = "ratio"
        asserted.append(spec[target])
        bound = spec[target] if target == "is" and den is None else ""
        if spec[target] in num:
            raise Fault(f"{spec[target]} on both sides", "a relation that can fail")
    elif target == "within":
        known([spec[target]], assumed.index[assumed.lo.notna()], what="assumptions with a range")
        lo, hi, unit = (
            assumed.lo[spec[target]],
            assumed.hi[spec[target]],
            assumed.unit[spec[target]] or "percent",
        )
        assumes.append(spec[target])
    elif target == "derives":
        unit = spec[target]
    else:
        if not numeric(spec[target]) or np.isinf(spec[target]):
            raise Fault(f"{target}: {spec[target]!r}", "a number")
        lo = spec[target] if target in ("equals", "at_least") else -np.inf
        hi = spec[target] if target in ("equals", "at_most") else np.inf
    num = _converted(num, measured, _unit(unit, folder), spec, (lo, hi), folder)
    _can_fail(num, den, lo, hi, claims)
    named = [n for n in {**num, **(den or {})} if n != ONE] + asserted
    labels = [f"claim:{n}" for n in (*asserted, *factors, *more)] + [f"assume:{n}" for n in assumes]
    return Relation(
        **about, target=target, num=num, den=den, lo=float(lo), hi=float(hi), unit=unit,
        labels=frozenset(labels), assumes=tuple(assumes),
        claims=frozenset(n for n in (*named, *factors, *more) if n in claims.index),
        unknowns=frozenset(n for n in named if n in unknown.index), bound=bound,
        domains={n: _domain(spec["domain"]) for n, spec in _declared(folder)["unknowns"].items()
                 if n in named and "domain" in spec},
    )  # fmt: skip


def _converted(
    num: dict[str, float],
    measured: Measure,
    unit: str,
    spec: Mapping,
    ends: tuple[float, float],
    folder: Path,
) -> dict[str, float]:
    """Turn a numerator into the unit that the relation is held in, or refuse another dimension."""
    wanted = measure(unit, folder)
    if "per" in spec:
        wanted = wanted.times(measure(_unit(spec["per"], folder), folder), -1)
    signs = {0.0, -np.inf, np.inf}
    if "unit" not in spec and measured.dimension and unit == "ratio" and set(ends) <= signs:
        return num  # whether it is above or below nothing is asked alike in every unit
    if measured.dimension != wanted.dimension:
        of = f"{spec['num']!r}{' over ' + repr(spec['den']) if 'den' in spec else ''}"
        raise Fault(f"{of} in {measured.name}", f"{wanted.name}, or another unit of its kind")
    factor = measured.size / wanted.size
    return num if factor == 1 else {name: value * factor for name, value in num.items()}


def _can_fail(
    num: Mapping[str, float], den: Mapping[str, float] | None, lo: float, hi: float, claims: pd.DataFrame
) -> None:
    """Refuse a bound on one claim that its kind sets already: no count is below zero, no share above one."""
    if den is not None or len(num) != 1 or (lo, hi) == (-np.inf, np.inf):
        return
    ((name, factor),) = num.items()
    if name not in claims.index or factor != 1:
        return
    share, never_below = (
        claims.kind[name] == "share",
        claims.kind[name] in {*ledger.NEVER_BELOW_ZERO, "share"},
    )
    if lo <= 0 and ((hi == np.inf and never_below) or (hi >= 1 and share)):
        raise Fault(f"a bound on {name} that every {claims.kind[name]} keeps", "a relation that can fail")


class _Units:
    """The units of what may stand in an expression."""

    def __init__(
        self, claims: pd.DataFrame, assumed: pd.DataFrame, unknown: pd.DataFrame, folder: Path
    ) -> None:
        self.folder = folder
        self.claims, self.kinds = claims.unit.to_dict(), claims.kind.to_dict()
        self.assumed, self.unknown = assumed.unit.to_dict(), unknown.unit.to_dict()

    def of(self, name: str) -> Measure:
        """Give the unit of a claim, an unknown or an assumption."""
        if name in self.claims:
            dated = self.kinds[name] == "date"
            return measure("date" if dated else self.claims[name], self.folder)
        unit = self.unknown[name] if name in self.unknown else self.assumed[name]
        return measure(unit, self.folder) if unit else PLAIN


def _expression(
    text: str,
    claims: pd.DataFrame,
    assumed: pd.DataFrame,
    unknown: pd.DataFrame,
    open_factors: bool,
    known_units: _Units,
) -> tuple[dict[str, float], list[str], Measure]:
    """Read a sum of terms; give the coefficients, the claims that serve as factors, and the sum's unit.

    A factor is exact; where nothing is tested (`open_factors`), it may also be a floor, for a least value.
    The unit is that of the first term that has one; the others are converted to it, and a plain number is
    taken to be in it.
    """
    coefficients: dict[str, float] = {}
    factors, folder, measures = [], known_units.folder, {}
    parts = re.split(r"\s+(?=[+-]\s)", str(text).strip())
    for part in parts:
        match = _TERM.fullmatch(part)
        if not match:
            raise Fault(f"{part!r} in {text!r}", "a sum of terms, such as a-claim - 2*another-claim")
        sign, factor, name = match.groups()
        value = -1.0 if sign == "-" else 1.0
        measured = PLAIN
        if factor in claims.index:
            printed = [claims[column][factor] for column in ("token", "unit", "kind", "hedge")]
            if not _exact(*printed, open_factors, folder):
                raise Fault(f"the factor {factor!r}, a {printed[2]}", "an exact claim as factor")
            value *= claims.value[factor]
            factors.append(factor)
            measured = known_units.of(factor)
        elif factor in assumed.index:
            if assumed.lo[factor] != assumed.hi[factor]:
                raise Fault(f"the factor {factor!r}", "an assumption with a single value as factor")
            value *= assumed.lo[factor]
            measured = known_units.of(factor)
        elif factor:
            value *= _plain(factor)
        if name not in claims.index and name not in unknown.index:
            value, name = value * _plain(name), ONE
        else:
            measured = known_units.of(name).times(measured)
        if name != ONE or measured is not PLAIN:
            first = measures.setdefault("first", measured)
            if measured.dimension != first.dimension:
                raise Fault(
                    f"{part.lstrip('+- ')} in {measured.name} beside {first.name} in {text!r}",
                    "terms of one dimension",
                )
            value *= measured.size / first.size
        coefficients[name] = coefficients.get(name, 0.0) + value
        least, most = FACTORS
        if value and not least <= abs(value) <= most:
            raise Fault(f"a factor of {value:g} in {text!r}", f"factors from {least:g} to {most:g}")
    if vain := [name for name, value in coefficients.items() if value == 0]:
        raise Fault(f"a coefficient of zero for {vain[0]} in {text!r}", "terms that count")
    return coefficients, factors, measures.get("first", PLAIN)


@cache
def _exact(token: str, unit: str, kind: str, hedge: str, floor: bool, folder: Path) -> bool:
    """Say whether a figure is exact as printed, whatever an audit makes of it, or a floor if that will do."""
    if kind == "date" or kind in rounding.WITHOUT_INTERVAL:
        return False
    how = {"folder": folder, "decimal": ledger.source(folder)["decimal"]}
    lo, hi = rounding.interval(token, unit, kind, hedge, **how)
    return lo == hi or (floor and hi == np.inf and lo == rounding.read(token, unit, **how).number)


def _plain(term: str) -> float:
    """Read a number of an expression."""
    try:
        return number(term)
    except ValueError:
        raise Fault(repr(term), "a number, or the name of a claim, an unknown or an assumption") from None


def statement(relation: Relation) -> Statement:
    """Turn a linear relation into a statement; one that `is` a claim ties its quantity to the claim's own."""
    r = relation
    if not r.bound:
        return Statement(r.num, r.lo, r.hi, r.labels, r.den, r.id)
    labels = r.labels - {f"claim:{r.bound}"}
    return Statement({**r.num, r.bound: -1.0}, 0.0, 0.0, labels, None, r.id)


def system(claims: pd.DataFrame, relations: Mapping[str, Relation]) -> System:
    """Turn claims and linear relations into one system of labelled statements.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    relations : mapping of str to Relation
        As `load` gives them; those that only derive, or are functions, add nothing.

    Returns
    -------
    System
        A box for each claim that stands in a linear relation, labelled "claim:<id>", and a statement for
        each relation.
    """
    held = [r for r in relations.values() if r.linear and r.target != "derives"]
    shown = [r for r in relations.values() if r.linear]
    low, high, kinds = claims.lo.to_dict(), claims.hi.to_dict(), claims.kind.to_dict()
    named = sorted({n for r in shown for n in (*r.num, *(r.den or {}), r.bound) if n in low})
    boxes = [Statement({n: 1.0}, low[n], high[n], frozenset({f"claim:{n}"}), relation=n) for n in named]
    rows = [statement(r) for r in held]
    # A loss lies below zero, and a rate of growth may, whatever is printed of it.
    signed = [name for name in named if low[name] < 0 or kinds[name] == "growth"]
    below = dict.fromkeys(signed, (-np.inf, np.inf))
    for relation in shown:
        below |= relation.domains
    return System(tuple(boxes + rows), {ONE: (1.0, 1.0)} | below)
