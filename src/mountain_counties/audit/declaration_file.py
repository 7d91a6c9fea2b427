"""What `relations.yml` and `record.yml` have in common: assumptions, texts with places, named functions."""

import inspect
import re
import typing
from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mountain_counties.audit import wording
from mountain_counties.audit.tables import (
    Fault,
    TableError,
    fields,
    numeric,
    read_yaml,
    said,
    slug,
    span,
    standing,
)

ASSUMPTION_KINDS = {"scope", "parameter", "reading", "definition"}
RATINGS = ("low", "medium", "high")
_PLACE = re.compile(r"\{([a-z0-9_-]+)\}")
_RANGE = re.compile(r"\{range(?::([a-z]+))?\}")
_signature = cache(inspect.signature)


def read(
    path: Path, kinds: Mapping[str, type], more: Mapping[str, type] | None = None
) -> Mapping[str, object]:
    """Read a file of declarations.

    Parameters
    ----------
    path : Path
        The file.
    kinds : mapping of str to type
        Its fields, and whether each is a list or a dict.
    more : mapping of str to type, optional
        Fields that it may have.

    Returns
    -------
    mapping

    Raises
    ------
    TableError
        If a field is missing, unknown or of another kind.
    """
    more = more or {}
    found = read_yaml(path, tuple(kinds), tuple(more))
    for name, kind in {**kinds, **{name: kind for name, kind in more.items() if name in found}}.items():
        if not isinstance(found[name], kind):
            expected = "a list" if kind is list else "a mapping"
            raise TableError(path, None, None, repr(found[name]), expected, f"field {name}")
    return found


def rated(path: Path, specs: Mapping[str, object], taken: Container[str] = ()) -> pd.DataFrame:
    """Check the assumptions of a file.

    Parameters
    ----------
    path : Path
        The file.
    specs : mapping
        Its assumptions, as YAML gives them.
    taken : container of str, optional
        Names that they may not have.

    Returns
    -------
    DataFrame
        Indexed by id: statement, kind, quality, impact, lo, hi (NaN where it is no range), one_of (the
        question that it answers in one of several ways; empty where nothing else is open).

    Raises
    ------
    TableError
        If a field is missing, unknown or not as declared.
    """
    rows = {}
    allowed = {"kind": ASSUMPTION_KINDS, "quality": RATINGS, "impact": RATINGS}
    for name, spec in specs.items():
        with standing(path, f"assumption {name}"):
            if slug(name) in taken:
                raise Fault(repr(name), "a name of its own")
            fields(spec, ("statement", *allowed), ("range", "unit", "one_of"))
            said(spec, "statement", "unit", "one_of")
            for key, values in allowed.items():
                if not isinstance(spec[key], str) or spec[key] not in values:
                    raise Fault(f"{key}: {spec[key]!r}", f"one of {', '.join(sorted(values))}")
            if "range" in spec:
                span(spec["range"])
        rows[name] = assumption(spec, name, path)
    columns = ["statement", *allowed, "lo", "hi", "unit", "one_of"]
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns).rename_axis("id")


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
        statement, kind, quality, impact, lo, hi (NaN where it is no range), one_of (the
        question that it answers in one of several ways; empty where nothing else is open).

    Raises
    ------
    TableError
        If the statement has a place for a range that there is not, or the kind is none of `prose.KINDS`.
    """
    lo, hi = spec.get("range", (np.nan, np.nan))
    row = {key: spec[key] for key in ("statement", "kind", "quality", "impact")} | {
        "lo": lo,
        "hi": hi,
        "unit": spec.get("unit", ""),
        "one_of": spec.get("one_of", ""),
    }
    kinds = [match[1] or "number" for match in _RANGE.finditer(spec["statement"])]
    if kinds and ("range" not in spec or set(kinds) - set(wording.KINDS)):
        expected = f"a range, and its kind: {', '.join(wording.KINDS)}"
        raise TableError(path, None, None, spec["statement"], expected, f"assumption {name}")
    written = _RANGE.sub(lambda place: wording.span(lo, hi, place[1] or "number"), spec["statement"])
    return row | {"statement": written}


def filled(text: str, claims: pd.DataFrame, args: Mapping[str, object] | None = None) -> str:
    """Fill the places of a declared text.

    Parameters
    ----------
    text : str
        For instance ``"Relief since {first-year}, {start} to {end}"``.
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
            return wording.claim(claims.loc[place[1]])
        value = args[place[1]]
        if isinstance(value, list):
            return wording.years(*value)
        return wording.date(value) if isinstance(value, str) else str(value)

    return _PLACE.sub(written, text)


def told(spec: Mapping[str, object], claims: pd.DataFrame, *names: str) -> dict[str, str]:
    """Fill the places of the named texts of a declaration, as `filled` does; none is the empty text.

    Raises
    ------
    Fault
        If a place names neither a claim with a figure nor an argument that can be written.
    """
    args = spec.get("args")
    try:
        return {
            name: filled(spec.get(name, ""), claims, args if isinstance(args, dict) else {}) for name in names
        }
    except (KeyError, ValueError, TypeError) as error:
        raise Fault(str(error), "places that name claims with a figure, or arguments") from None


def bound(functions: Mapping[str, Callable], spec: Mapping, claims: pd.DataFrame) -> Mapping[str, object]:
    """Accept the arguments of a declared function that its signature takes.

    Parameters
    ----------
    functions : mapping of str to callable
        The functions, each of which takes the ledger first.
    spec : mapping
        The declaration, with `function` and `args`.
    claims : DataFrame
        The ledger.

    Returns
    -------
    mapping
        The arguments.

    Raises
    ------
    Fault
        If the function is unknown or its arguments are others.
    """
    name, args = spec["function"], spec.get("args")
    if not isinstance(name, str) or name not in functions:
        raise Fault(f"the function {name!r}", f"one of {', '.join(functions)}")
    signature = _signature(functions[name])
    takes = f"args: {', '.join(list(signature.parameters)[1:])}, as {name} takes them"
    if not isinstance(args, dict):
        raise Fault("no args" if args is None else f"args: {args!r}", takes)
    try:
        signature.bind(claims, **args)
    except TypeError as error:
        raise Fault(f"args: {', '.join(map(str, args))} ({error})", takes) from None
    for key, value in args.items():
        kind = signature.parameters[key].annotation
        if kind in (int, float) and not (numeric(value) or isinstance(value, str)):
            raise Fault(f"args, {key}: {value!r}", "a number, or the name of an assumption")
        if kind is int and not isinstance(value, int):
            raise Fault(f"args, {key}: {value!r}", "a whole number")
        if typing.get_origin(kind) in (Mapping, tuple) and not isinstance(value, str | dict | list):
            raise Fault(f"args, {key}: {value!r}", f"a {'mapping' if kind is Mapping else 'range'}")
        if kind in (str, str | None) and not isinstance(value, str):
            raise Fault(f"args, {key}: {value!r}", "a name")
        if kind == Sequence[str] and not (isinstance(value, list) and all(isinstance(n, str) for n in value)):
            raise Fault(f"args, {key}: {value!r}", "a list of names")
    return args
