"""Declared relations between claims -> labelled statements that the audit can solve."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mountain_counties import derivations, prose
from mountain_counties.audit import Statement, System
from mountain_counties.ledger import ARTICLE, units
from mountain_counties.tables import TableError, read_yaml

ONE = "one"
"""The variable that stands for constants in an expression."""
TARGETS = ("is", "grows_by", "equals", "at_least", "at_most", "within", "derives", "function")
FIELDS = {"id", "about", "statement", "num", "den", "args", "unit", "assumes", "by", "missing", *TARGETS}
ASSUMPTION_KINDS = {"scope", "parameter", "reading", "definition"}
_TERM = re.compile(r"([+-]?)\s*(?:([a-z0-9.-]+)\*)?([a-z0-9.-]+)")
_PLACE = re.compile(r"\{([a-z0-9_-]+)\}")
_RANGE = re.compile(r"\{range(?::([a-z]+))?\}")


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


@cache
def _declared(path: Path) -> Mapping[str, object]:
    return read_yaml(path, ("assumptions", "unknowns", "relations"))


def assumptions(path: Path = ARTICLE / "relations.yml") -> pd.DataFrame:
    """Load the assumptions.

    Parameters
    ----------
    path : Path, optional
        The declarations.

    Returns
    -------
    DataFrame
        Indexed by id: statement, kind, quality, impact, lo, hi (NaN where it is no range).

    Raises
    ------
    TableError
        If a field is missing or unknown.
    """
    return _assumptions(path).copy()


@cache
def _assumptions(path: Path) -> pd.DataFrame:
    """Check the declared assumptions, once for each file."""
    rows = {}
    for name, spec in _declared(path)["assumptions"].items():
        needed = {"statement", "kind", "quality", "impact"}
        if set(spec) - {"range"} != needed or spec["kind"] not in ASSUMPTION_KINDS:
            raise TableError(
                path, None, name, ", ".join(map(str, spec)), f"{', '.join(sorted(needed))}, range"
            )
        rows[name] = assumption(spec, name, path)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


def assumption(spec: Mapping[str, object], name: str, path: Path) -> dict[str, object]:
    """Give one assumption as a row; ``{range:KIND}`` in its statement becomes its range in the reader's unit.

    Parameters
    ----------
    spec : mapping
        As declared: statement, kind, quality, impact, range if any.
    name : str
        Its id.
    path : Path
        The declarations.

    Returns
    -------
    dict
        statement, kind, quality, impact, lo, hi (NaN where it is no range).

    Raises
    ------
    TableError
        If the statement has a place for a range that there is not, or the kind is none of `prose.KINDS`.
    """
    lo, hi = spec.get("range", (np.nan, np.nan))
    row = {key: spec[key] for key in ("statement", "kind", "quality", "impact")} | {"lo": lo, "hi": hi}
    kinds = [match[1] or "number" for match in _RANGE.finditer(spec["statement"])]
    if kinds and ("range" not in spec or set(kinds) - set(prose.KINDS)):
        expected = f"a range, and its kind: {', '.join(prose.KINDS)}"
        raise TableError(path, None, name, spec["statement"], expected)
    written = _RANGE.sub(lambda place: prose.span(lo, hi, place[1] or "number"), spec["statement"])
    return row | {"statement": written}


def filled(text: str, claims: pd.DataFrame, args: Mapping[str, object] | None = None) -> str:
    """Fill the places of a declared text.

    Parameters
    ----------
    text : str
        For instance ``"Relief since {py-since-2019-relief}, {start} to {end}"``.
    claims : DataFrame
        As `ledger.load` gives them; a place that names one becomes its figure.
    args : mapping, optional
        Arguments of the computation; a place that names one becomes its number, date or span of years.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If a place names neither.
    """
    args = args or {}

    def written(place: re.Match) -> str:
        if place[1] not in args:
            return prose.claim(claims.loc[place[1]])
        value = args[place[1]]
        if isinstance(value, list):
            return prose.years(*value)
        return prose.date(value) if isinstance(value, str) else str(value)

    return _PLACE.sub(written, text)


def unknowns(path: Path = ARTICLE / "relations.yml") -> pd.DataFrame:
    """Load the quantities that the article implies and does not print.

    Parameters
    ----------
    path : Path, optional
        The declarations.

    Returns
    -------
    DataFrame
        Indexed by id: name, unit.
    """
    return pd.DataFrame.from_dict(dict(_declared(path)["unknowns"]), orient="index").rename_axis("id")


def load(claims: pd.DataFrame, path: Path = ARTICLE / "relations.yml") -> dict[str, Relation]:
    """Load the relations between the given claims.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them; their intervals become those of the relations.
    path : Path, optional
        The declarations.

    Returns
    -------
    dict of str to Relation
        In the order of the file.

    Raises
    ------
    TableError
        If a field, a name or an expression is not as declared, or an id repeats.
    """
    assumed, unknown = assumptions(path), unknowns(path)
    found: dict[str, Relation] = {}
    for spec in _declared(path)["relations"]:
        name = str(spec.get("id"))
        targets = [target for target in TARGETS if target in spec]
        if (
            set(spec) - FIELDS
            or len(targets) != 1
            or name in found
            or not {"id", "about", "statement"} <= set(spec)
        ):
            raise TableError(path, None, name, ", ".join(spec), "a new id and one of " + ", ".join(TARGETS))
        try:
            found[name] = _relation(spec, targets[0], claims, assumed, unknown)
        except (KeyError, ValueError) as error:
            raise TableError(
                path, None, name, str(error), "names of claims, unknowns and assumptions"
            ) from None
    return found


def _relation(
    spec: Mapping, target: str, claims: pd.DataFrame, assumed: pd.DataFrame, unknown: pd.DataFrame
) -> Relation:
    """Build one relation from its declaration."""
    asserted, assumes = list(spec.get("by", [])), list(spec.get("assumes", []))
    told = {key: filled(spec.get(key, ""), claims, spec.get("args")) for key in ("statement", "missing")}
    about = {"id": spec["id"], "about": spec["about"], **told}
    if target == "function":
        if spec["function"] not in derivations.FUNCTIONS:
            raise ValueError(f"{spec['function']!r} is no function of derivations")
        try:
            inspect.signature(derivations.FUNCTIONS[spec["function"]]).bind(claims, **spec["args"])
        except TypeError as error:
            given = ", ".join(spec["args"])
            raise ValueError(f"args {given} of {spec['function']}: {error}") from None
        listed = [
            n for value in spec["args"].values() for n in (value if isinstance(value, list) else [value])
        ]
        named = [n for n in listed if isinstance(n, str)]
        strange = [n for n in named if n not in claims.index and n not in assumed.index]
        if strange:
            raise KeyError(strange[0])
        return Relation(
            **about, target=target, function=spec["function"], args=spec["args"], assumes=tuple(assumes),
            claims=frozenset(n for n in named if n in claims.index), unit="",
        )  # fmt: skip
    num, factors = _expression(spec["num"], claims, assumed, unknown)
    den, more = _expression(spec["den"], claims, assumed, unknown) if "den" in spec else (None, [])
    lo, hi, unit = -np.inf, np.inf, spec.get("unit", "ratio")
    if target in ("is", "grows_by"):
        claim, shift = claims.loc[spec[target]], float(target == "grows_by")
        lo, hi = claim.lo + shift, claim.hi + shift
        unit = "ratio" if shift or claim.unit != "percent" else "percent"
        asserted.append(spec[target])
    elif target == "within":
        lo, hi, unit = assumed.lo[spec[target]], assumed.hi[spec[target]], "percent"
        if np.isnan(lo):
            raise ValueError(f"{spec[target]!r} has no range")
        assumes.append(spec[target])
    elif target == "derives":
        unit = spec[target]
    else:
        lo = spec[target] if target in ("equals", "at_least") else -np.inf
        hi = spec[target] if target in ("equals", "at_most") else np.inf
    if unit not in derivations.UNITS and unit not in units:
        raise ValueError(f"{unit!r} is no unit of units.txt")
    named = [n for n in {**num, **(den or {})} if n != ONE] + asserted
    for listed, known in ((asserted, claims), (assumes, assumed)):
        if strange := [n for n in listed if n not in known.index]:
            raise KeyError(strange[0])
    labels = [f"claim:{n}" for n in (*asserted, *factors, *more)] + [f"assume:{n}" for n in assumes]
    return Relation(
        **about, target=target, num=num, den=den, lo=float(lo), hi=float(hi), unit=unit,
        labels=frozenset(labels), assumes=tuple(assumes),
        claims=frozenset(n for n in (*named, *factors, *more) if n in claims.index),
        unknowns=frozenset(n for n in named if n in unknown.index),
    )  # fmt: skip


def _expression(
    text: str, claims: pd.DataFrame, assumed: pd.DataFrame, unknown: pd.DataFrame
) -> tuple[dict[str, float], list[str]]:
    """Read a sum of terms; give the coefficients and the claims that serve as factors."""
    coefficients: dict[str, float] = {}
    factors = []
    parts = re.split(r"\s+(?=[+-]\s)", str(text).strip())
    for part in parts:
        match = _TERM.fullmatch(part)
        if not match:
            raise ValueError(f"cannot read {part!r} in {text!r}")
        sign, factor, name = match.groups()
        value = -1.0 if sign == "-" else 1.0
        if factor in claims.index:
            value *= claims.value[factor]
            factors.append(factor)
        elif factor in assumed.index:
            if assumed.lo[factor] != assumed.hi[factor]:
                raise ValueError(f"{factor!r} has no single value and cannot be a factor")
            value *= assumed.lo[factor]
        elif factor:
            value *= float(factor)
        if name not in claims.index and name not in unknown.index:
            value, name = value * float(name), ONE
        coefficients[name] = coefficients.get(name, 0.0) + value
    return coefficients, factors


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
    return System(tuple(boxes + rows), {ONE: (1.0, 1.0)})
