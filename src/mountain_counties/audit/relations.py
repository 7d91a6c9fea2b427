"""Declared relations between claims -> labelled statements that the audit can solve."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mountain_counties.audit import declaration_file, ledger, nonlinear, rounding
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
SMALLEST = 1e-15
"""The smallest factor, and one over the largest: beyond them the solver's tolerance would decide."""
TARGETS = ("is", "grows_by", "equals", "at_least", "at_most", "within", "derives", "function")
FIELDS = {"id", "about", "statement", "num", "den", "args", "unit", "assumes", "by", "missing", *TARGETS}
_TERM = re.compile(r"([+-]?)\s*(?:([a-z0-9.-]+)\*)?([a-z0-9.-]+)")


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

    @property
    def linear(self) -> bool:
        """Whether the relation is a linear one."""
        return not self.function


def _file(folder: Path) -> Path:
    return Path(folder) / "relations.yml"


@cache
def _declared(folder: Path) -> Mapping[str, object]:
    return declaration_file.read(_file(folder), {"assumptions": dict, "unknowns": dict, "relations": list})


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
    for name, spec in _declared(folder)["unknowns"].items():
        with standing(_file(folder), f"unknown {name}"):
            slug(name, "an unknown's name")
            said(fields(spec, ("name", "unit")), "name")
            _unit(spec["unit"], folder)
    specs = dict(_declared(folder)["unknowns"])
    return pd.DataFrame.from_dict(specs, orient="index", columns=["name", "unit"]).rename_axis("id")


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
    for name, what in [(n, "unknown") for n in unknown.index] + [(n, "assumption") for n in assumed.index]:
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
            found[spec["id"]] = _relation(spec, targets[0], claims, assumed, unknown, folder)
    return found


def _unit(name: object, folder: Path) -> str:
    """Accept a unit of the ledger or of the functions."""
    try:
        return name if name in nonlinear.UNITS else unit(name, folder)
    except (TypeError, ValueError, AttributeError):
        expected = f"a unit of units.txt, or {', '.join(sorted(nonlinear.UNITS))}"
        raise Fault(f"the unit {name!r}", expected) from None


def _relation(
    spec: Mapping,
    target: str,
    claims: pd.DataFrame,
    assumed: pd.DataFrame,
    unknown: pd.DataFrame,
    folder: Path,
) -> Relation:
    """Build one relation from its declaration."""
    asserted = list(known(spec.get("by", []), claims.index, what="claims"))
    assumes = list(known(spec.get("assumes", []), assumed.index, what="assumptions"))
    about = {
        "id": spec["id"],
        "about": spec["about"],
        **declaration_file.told(spec, claims, "statement", "missing"),
    }
    if target == "function":
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
    num, factors = _expression(spec["num"], claims, assumed, unknown, open_factors, folder)
    den, more = None, []
    if "den" in spec:
        den, more = _expression(spec["den"], claims, assumed, unknown, open_factors, folder)
    lo, hi, unit = -np.inf, np.inf, spec.get("unit", "ratio")
    if target in ("is", "grows_by"):
        known([spec[target]], claims.index, what="claims")
        claim, shift = claims.loc[spec[target]], float(target == "grows_by")
        if np.isnan(claim.lo):
            raise Fault(f"{target}: {spec[target]}", "a claim with an interval, no slogan and no direction")
        lo, hi = claim.lo + shift, claim.hi + shift
        unit = "ratio" if shift or claim.unit != "percent" else "percent"
        asserted.append(spec[target])
    elif target == "within":
        known([spec[target]], assumed.index[assumed.lo.notna()], what="assumptions with a range")
        lo, hi, unit = assumed.lo[spec[target]], assumed.hi[spec[target]], "percent"
        assumes.append(spec[target])
    elif target == "derives":
        unit = spec[target]
    else:
        if not numeric(spec[target]) or np.isinf(spec[target]):
            raise Fault(f"{target}: {spec[target]!r}", "a number")
        lo = spec[target] if target in ("equals", "at_least") else -np.inf
        hi = spec[target] if target in ("equals", "at_most") else np.inf
    _unit(unit, folder)
    named = [n for n in {**num, **(den or {})} if n != ONE] + asserted
    labels = [f"claim:{n}" for n in (*asserted, *factors, *more)] + [f"assume:{n}" for n in assumes]
    return Relation(
        **about, target=target, num=num, den=den, lo=float(lo), hi=float(hi), unit=unit,
        labels=frozenset(labels), assumes=tuple(assumes),
        claims=frozenset(n for n in (*named, *factors, *more) if n in claims.index),
        unknowns=frozenset(n for n in named if n in unknown.index),
    )  # fmt: skip


def _expression(
    text: str,
    claims: pd.DataFrame,
    assumed: pd.DataFrame,
    unknown: pd.DataFrame,
    open_factors: bool,
    folder: Path,
) -> tuple[dict[str, float], list[str]]:
    """Read a sum of terms; give the coefficients and the claims that serve as factors.

    A factor is exact; where nothing is tested (`open_factors`), it may also be a floor, for a least value.
    """
    coefficients: dict[str, float] = {}
    factors = []
    parts = re.split(r"\s+(?=[+-]\s)", str(text).strip())
    for part in parts:
        match = _TERM.fullmatch(part)
        if not match:
            raise Fault(f"{part!r} in {text!r}", "a sum of terms, such as a-claim - 2*another-claim")
        sign, factor, name = match.groups()
        value = -1.0 if sign == "-" else 1.0
        if factor in claims.index:
            printed = [claims[column][factor] for column in ("token", "unit", "kind", "hedge")]
            if not _exact(*printed, open_factors, folder):
                raise Fault(f"the factor {factor!r}, a {printed[2]}", "an exact claim as factor")
            value *= claims.value[factor]
            factors.append(factor)
        elif factor in assumed.index:
            if assumed.lo[factor] != assumed.hi[factor]:
                raise Fault(f"the factor {factor!r}", "an assumption with a single value as factor")
            value *= assumed.lo[factor]
        elif factor:
            value *= _plain(factor)
        if name not in claims.index and name not in unknown.index:
            value, name = value * _plain(name), ONE
        coefficients[name] = coefficients.get(name, 0.0) + value
        if value and not SMALLEST <= abs(value) <= 1 / SMALLEST:
            raise Fault(
                f"a factor of {value:g} in {text!r}", f"factors from {SMALLEST:g} to {1 / SMALLEST:g}"
            )
    if vain := [name for name, value in coefficients.items() if value == 0]:
        raise Fault(f"a coefficient of zero for {vain[0]} in {text!r}", "terms that count")
    return coefficients, factors


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
    named = sorted({n for r in shown for n in (*r.num, *(r.den or {})) if n in claims.index})
    boxes = [
        Statement({n: 1.0}, claims.lo[n], claims.hi[n], frozenset({f"claim:{n}"}), relation=n) for n in named
    ]
    rows = [Statement(r.num, r.lo, r.hi, r.labels, r.den, r.id) for r in held]
    # A loss lies below zero, and a rate of growth may, whatever is printed of it.
    signed = [name for name in named if claims.lo[name] < 0 or claims.kind[name] == "growth"]
    below = dict.fromkeys(signed, (-np.inf, np.inf))
    return System(tuple(boxes + rows), {ONE: (1.0, 1.0)} | below)
