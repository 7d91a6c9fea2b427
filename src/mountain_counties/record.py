"""Does the official record agree? Declared checks of the article's figures, and a verdict on each.

A check holds what the article states, an interval, against what the record gives, another:

- ``within``: the record says where the quantity lies;
- ``at_most``, ``at_least``: the record gives a ceiling or a floor, known to lie between two values;
- ``one_of``: the record has several readings, and which of them the article means is not said;
- ``each_of``: the record has several sources, which may disagree;
- ``nothing``: the record bears on the statement but has nothing to hold against it.

What is graded C is a lead: a check that rests on one is never decided.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from mountain_counties import findings, ledger, prose, relations, verdicts
from mountain_counties.tables import TableError, read_yaml

DECLARED = ledger.ARTICLE / "record.yml"
HELD = ("within", "at_most", "at_least", "one_of", "each_of", "nothing")
LEAD = "C"
"""Grade of a source that never decides."""
_NEEDED = {"id", "about", "claims", "statement", "function", "args", "stated", "held"}
_OPTIONAL = {"label", "says", "assumes", "missing", "turning", "part"}
_SLACK = 1e-9


@dataclass(frozen=True)
class Check:
    """One declared check.

    Parameters
    ----------
    id, about, statement : str
        Its name, the part of the article it belongs to, and what is tested.
    claims : tuple of str
        The claims that it tests.
    function : str
        Name of the computation, one of `findings.FUNCTIONS`.
    args : mapping
        Its arguments.
    stated : tuple of float
        What the article states: least, printed and largest value; the printed one is NaN for words.
    says : str
        The same for a reader.
    held : str
        One of `HELD`.
    assumes : tuple of str
        Assumptions, of `record.yml` or `relations.yml`.
    missing : str
        What would decide it.
    turning : mapping
        `text` with places for the `value` at which the verdict turns and the finding's `detail`; `kind` and
        `digits` of the value for `prose.interval`.
    label : str
        Its name in a picture; empty where there is nothing to draw.
    part : bool
        Whether it tests a part only of what is stated: it can refute the statement, not bear it out.
    """

    id: str
    about: str
    claims: tuple[str, ...]
    statement: str
    function: str
    args: Mapping[str, object]
    stated: tuple[float, float, float]
    says: str
    held: str
    assumes: tuple[str, ...] = ()
    missing: str = ""
    turning: Mapping[str, object] = field(default_factory=dict)
    label: str = ""
    part: bool = False


@cache
def _declared(path: Path) -> Mapping[str, object]:
    return read_yaml(path, ("assumptions", "checks", "gaps"))


def assumptions(path: Path = DECLARED) -> pd.DataFrame:
    """Load the assumptions that checks may rest on: their own, and those of the relations.

    Parameters
    ----------
    path : Path, optional
        The declarations.

    Returns
    -------
    DataFrame
        As `relations.assumptions`; the checks' own come first.

    Raises
    ------
    TableError
        If a field is missing or unknown, or a name is one of the relations' own.
    """
    theirs, rows = relations.assumptions(), {}
    for name, spec in _declared(path)["assumptions"].items():
        if set(spec) - {"range"} != {"statement", "kind", "quality", "impact"}:
            raise TableError(
                path, None, name, ", ".join(spec), "statement, kind, quality, impact, range if any"
            )
        if spec["kind"] not in relations.ASSUMPTION_KINDS or name in theirs.index:
            expected = f"a name of its own, a kind of {', '.join(sorted(relations.ASSUMPTION_KINDS))}"
            raise TableError(path, None, name, spec["kind"], expected)
        rows[name] = relations.assumption(spec, name, path)
    return pd.concat([pd.DataFrame.from_dict(rows, orient="index"), theirs]).rename_axis("id")


def load(claims: pd.DataFrame, path: Path = DECLARED) -> dict[str, Check]:
    """Load the checks.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    path : Path, optional
        The declarations.

    Returns
    -------
    dict of str to Check
        In the order of the file.

    Raises
    ------
    TableError
        If a field or a name is not as declared, an id repeats or does not begin with ``rec-``.
    """
    assumed = assumptions(path)
    found: dict[str, Check] = {}
    for spec in _declared(path)["checks"]:
        name = str(spec.get("id"))
        if not _NEEDED <= set(spec) <= _NEEDED | _OPTIONAL or name in found or not name.startswith("rec-"):
            expected = f"a new id rec-… and {', '.join(sorted(_NEEDED))}; {', '.join(sorted(_OPTIONAL))}"
            raise TableError(path, None, name, ", ".join(spec), expected)
        for key, known in (("function", findings.FUNCTIONS), ("held", HELD)):
            if spec[key] not in known:
                raise TableError(path, None, name, repr(spec[key]), f"a {key}: {', '.join(known)}")
        named = [*spec["claims"], *([spec["stated"]] if isinstance(spec["stated"], str) else [])]
        strange = [n for n in named if n not in claims.index]
        strange += [n for n in spec.get("assumes", []) if n not in assumed.index]
        if strange:
            raise TableError(path, None, name, repr(strange[0]), "names of claims and assumptions")
        rest = {key: spec[key] for key in ("label", "turning", "part") if key in spec}
        told = {
            key: _filled(spec.get(key, ""), claims, spec["args"], name, path)
            for key in ("statement", "missing")
        }
        says = prose.claim(claims.loc[spec["stated"]]) if isinstance(spec["stated"], str) else spec["says"]
        found[name] = Check(
            **{key: spec[key] for key in ("id", "about", "function", "args", "held")},
            **told, **rest, claims=tuple(spec["claims"]), assumes=tuple(spec.get("assumes", [])),
            stated=_stated(spec["stated"], claims), says=says,
        )  # fmt: skip
    return found


def _filled(text: str, claims: pd.DataFrame, args: Mapping[str, object], name: str, path: Path) -> str:
    """Fill the places of a declared text; an error names the file and the entry."""
    try:
        return relations.filled(text, claims, args)
    except KeyError as error:
        raise TableError(path, None, name, str(error), "places that name claims and arguments") from None


def _stated(spec: str | Sequence[float | None], claims: pd.DataFrame) -> tuple[float, float, float]:
    """Give the interval of a claim, or the reading of its words: least, printed (none for words), largest."""
    if isinstance(spec, str):
        return tuple(claims.loc[spec, ["lo", "value", "hi"]].astype(float))
    least, printed, largest = (math.nan if number is None else float(number) for number in spec)
    return least, printed, largest


def gaps(claims: pd.DataFrame, path: Path = DECLARED) -> pd.Series:
    """Load the reasons why the record cannot test the claims that no check names.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    path : Path, optional
        The declarations.

    Returns
    -------
    Series
        Reason, indexed by claim id, in the order of the file.

    Raises
    ------
    TableError
        If a claim has neither a check nor a reason, or more than one of them.
    """
    reasons = [
        (name, _filled(gap["reason"], claims, {}, "gaps", path))
        for gap in _declared(path)["gaps"]
        for name in gap["claims"]
    ]
    checked = {name for check in load(claims, path).values() for name in check.claims}
    named = pd.Series([name for name, _ in reasons] + sorted(checked))
    for found, expected in (
        (set(named) ^ set(claims.index), "every claim of the ledger, and no other"),
        (named[named.duplicated()], "each claim once, or checked"),
    ):
        if len(found):
            raise TableError(path, None, "gaps", ", ".join(sorted(found)), expected)
    return pd.Series(dict(reasons)).rename_axis("claim")


def find(check: Check, claims: pd.DataFrame, assumed: pd.DataFrame) -> findings.Finding:
    """Carry out a check's computation.

    Parameters
    ----------
    check : Check
    claims : DataFrame
        As `ledger.load` gives them.
    assumed : DataFrame
        As `assumptions` gives them; an argument that names one is replaced by its range.

    Returns
    -------
    Finding
    """
    ranges = assumed[["lo", "hi"]].dropna().apply(tuple, axis=1)
    args = {
        key: ranges[value] if isinstance(value, str) and value in ranges.index else value
        for key, value in check.args.items()
    }
    return findings.FUNCTIONS[check.function](claims, **args)


def holds(check: Check, finding: findings.Finding) -> bool | None:
    """Say whether what the article states fits what the record gives; None if the record does not decide.

    Parameters
    ----------
    check : Check
    finding : Finding

    Returns
    -------
    bool or None
    """
    least, _, largest = check.stated
    lo, hi = finding.lo - _SLACK, finding.hi + _SLACK
    if check.held == "nothing" or LEAD in finding.sources.values():
        return None
    if check.held == "within":
        return bool(least <= hi and lo <= largest)
    if check.held == "at_most":
        return False if least > hi else True if least <= finding.lo + _SLACK else None
    if check.held == "at_least":
        return False if largest < lo else True if largest >= finding.hi - _SLACK else None
    hits = [least <= high + _SLACK and low - _SLACK <= largest for low, high in finding.readings]
    if check.held == "one_of":
        return True if any(hits) else None if lo <= least <= hi else False
    return True if all(hits) else None if any(hits) else False


def grade(check: Check, finding: findings.Finding, assumed: pd.DataFrame) -> str:
    """Grade a check.

    Parameters
    ----------
    check : Check
    finding : Finding
    assumed : DataFrame
        As `assumptions` gives them: a failure that rests on a scope is a mismatch of scopes.

    Returns
    -------
    str
        One of `verdicts.GRADES`.
    """
    fits, (least, printed, largest) = holds(check, finding), check.stated
    if fits is None or (fits and check.part):
        return "under-determined"
    if not fits:
        scope = any(assumed.kind[name] == "scope" for name in check.assumes)
        return "scope mismatch" if scope else "inconsistent"
    rounds = check.held == "within" and least < printed < largest < math.inf
    outside = not finding.lo - _SLACK <= printed <= finding.hi + _SLACK
    return "consistent only by rounding" if rounds and outside else "consistent"


def of_checks(claims: pd.DataFrame, path: Path = DECLARED) -> pd.DataFrame:
    """Carry out and grade every check.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    path : Path, optional
        The declarations.

    Returns
    -------
    DataFrame
        Indexed by check id: about, statement, grade, reason, says, held, lo, value, hi, unit (what the record
        gives), stated_lo, stated_value, stated_hi, turning (where the verdict turns, in words), turns (the
        value, NaN where none matters), claims, assumes, missing, sources (dict of source to grade), label,
        readings.
    """
    assumed, rows = assumptions(path), []
    for check in load(claims, path).values():
        finding = find(check, claims, assumed)
        verdict = grade(check, finding, assumed)
        stated = dict(zip(("stated_lo", "stated_value", "stated_hi"), check.stated, strict=True))
        rows.append(
            {"check": check.id, "about": check.about, "statement": check.statement, "grade": verdict,
             "reason": _reason(check, finding, verdict, assumed), "says": check.says, "held": check.held,
             "lo": finding.lo, "value": finding.value, "hi": finding.hi, "unit": finding.unit, **stated,
             "turning": _turning(check, finding), "turns": finding.turns, "claims": check.claims,
             "assumes": check.assumes, "missing": check.missing, "sources": dict(finding.sources),
             "label": check.label, "readings": finding.readings}
        )  # fmt: skip
    return pd.DataFrame(rows).set_index("check")


def _reason(check: Check, finding: findings.Finding, verdict: str, assumed: pd.DataFrame) -> str:
    """Say in a few words why a check has its grade."""
    if verdict == "under-determined":
        lead = "rests on a lead; " if LEAD in finding.sources.values() else ""
        return f"{lead}missing: {check.missing}"
    given = "; ".join(assumed.statement[name].rstrip(".") for name in check.assumes)
    return f"assuming: {given}" if given else "no assumption"


def _turning(check: Check, finding: findings.Finding) -> str:
    """Say where the verdict turns."""
    if not check.turning:
        return ""
    value = ""
    if "kind" in check.turning:
        value = prose.interval(finding.turns, finding.turns, check.turning["kind"], check.turning["digits"])
    return check.turning["text"].format(value=value, detail=finding.detail)


def of_claims(claims: pd.DataFrame, graded: pd.DataFrame, path: Path = DECLARED) -> pd.DataFrame:
    """Grade every claim by the checks that test it.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    graded : DataFrame
        As `of_checks` gives it.
    path : Path, optional
        The declarations.

    Returns
    -------
    DataFrame
        Indexed by claim id: external (of several grades the first of `verdicts.GRADES`), external_reason,
        checks (tuple of ids).
    """
    untested, rows, tests = gaps(claims, path), {}, graded.claims.explode()
    for name in claims.index:
        mine = graded.loc[tests.index[tests == name]]
        if mine.empty:
            rows[name] = ("not checkable", untested[name], ())
            continue
        worst = min(mine.grade, key=verdicts.GRADES.index)
        why = mine.reason if worst == "under-determined" else mine.statement
        joint = "; " if worst == "under-determined" else " "
        rows[name] = (worst, joint.join(dict.fromkeys(why[mine.grade == worst])), tuple(mine.index))
    columns = ["external", "external_reason", "checks"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("claim")


@cache
def _published() -> tuple[pd.DataFrame, pd.DataFrame]:
    claims = ledger.load()
    graded = of_checks(claims)
    return graded, of_claims(claims, graded)


def checks() -> pd.DataFrame:
    """Give the grades of all checks under the usual rules, as `of_checks` does."""
    return _published()[0].copy()


def claims() -> pd.DataFrame:
    """Give the grades of all claims on the record's evidence, as `of_claims` does."""
    return _published()[1].copy()
