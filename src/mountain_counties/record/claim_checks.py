"""Does the official record agree? Declared checks of the article's figures, and a verdict on each.

A check holds what the article states, an interval, against what the record gives, another:

- ``within``: the record says where the quantity lies;
- ``at_most``, ``at_least``: the record gives a ceiling or a floor, known to lie between two values;
- ``one_of``: the record has several readings, and which of them the article means is not said, so that all of
  them must fit, or fail, for a verdict;
- ``each_of``: the record has several sources, which may disagree;
- ``nothing``: the record bears on the statement but has nothing to hold against it.

What is graded C is a lead: a check that rests on one is never decided.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pandas as pd

from mountain_counties.audit import (
    declaration_file,
    kept_results,
    ledger,
    power,
    relations,
    verdicts,
    wording,
)
from mountain_counties.audit.tables import (
    DATA,
    Fault,
    TableError,
    fields,
    known,
    numeric,
    said,
    slug,
    standing,
)
from mountain_counties.record import check_functions

RESTS_ON = (
    Path(__file__).parent,
    Path(relations.__file__).parent,
    *(DATA / name for name in ("article", "boundaries", "counties", "policy", "datapackage.json")),
)
"""All that a check of the article reads and runs."""
HELD = ("within", "at_most", "at_least", "one_of", "each_of", "nothing")
ONE_SIDED = ("at_most", "at_least")
"""A ceiling or a floor bounds a figure; it never bears it out."""
LEAD = "C"
"""Grade of a source that never decides."""
_NEEDED = ("id", "about", "claims", "statement", "function", "args", "stated", "held")
_OPTIONAL = ("label", "says", "assumes", "missing", "turning", "part")
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
        Name of the computation, one of `check_functions.FUNCTIONS`.
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
    stated_by : str
        The claim whose interval is `stated`; empty where words are read.
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
    stated_by: str = ""


def _file(folder: Path) -> Path:
    return Path(folder) / "record.yml"


@cache
def _declared(folder: Path) -> Mapping[str, object]:
    return declaration_file.read(_file(folder), {"assumptions": dict, "checks": list, "gaps": list})


def assumptions(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Load the assumptions that checks may rest on: their own, and those of the relations.

    Parameters
    ----------
    folder : Path, optional
        Its ``record.yml`` holds the declarations.

    Returns
    -------
    DataFrame
        As `relations.assumptions`; the checks' own come first.

    Raises
    ------
    TableError
        If a field is missing, unknown or not as declared, or a name is one of the relations' own.
    """
    theirs = relations.assumptions(folder)
    own = declaration_file.rated(_file(folder), _declared(folder)["assumptions"], theirs.index)
    return pd.concat([own, theirs])


def load(claims: pd.DataFrame, folder: Path = ledger.ARTICLE) -> dict[str, Check]:
    """Load the checks.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    folder : Path, optional
        Its ``record.yml`` holds the declarations.

    Returns
    -------
    dict of str to Check
        In the order of the file.

    Raises
    ------
    TableError
        If a field or a name is not as declared, an id repeats or does not begin with ``rec-``.
    """
    path, assumed = _file(folder), assumptions(folder)
    found: dict[str, Check] = {}
    specs = _declared(folder)["checks"]
    if not specs:
        raise TableError(path, None, None, "none", "at least one check, or no record.yml", "field checks")
    for place, spec in enumerate(specs, start=1):
        with standing(path, f"check {spec['id'] if isinstance(spec, dict) and 'id' in spec else place}"):
            fields(spec, _NEEDED, _OPTIONAL)
            said(spec, "id", "about", "statement", "label", "says", "missing")
            if slug(spec["id"]) in found or not spec["id"].startswith("rec-"):
                raise Fault(repr(spec["id"]), "a new id rec-…")
            found[spec["id"]] = _check(spec, claims, assumed)
    return found


def _check(spec: Mapping, claims: pd.DataFrame, assumed: pd.DataFrame) -> Check:
    """Build one check from its declaration."""
    if spec["held"] not in HELD:
        raise Fault(f"held: {spec['held']!r}", f"one of {', '.join(HELD)}")
    args, stated = (
        declaration_file.bound(check_functions.FUNCTIONS, spec, claims),
        _stated(spec["stated"], claims),
    )
    if not isinstance(spec["stated"], str) and "says" not in spec:
        raise Fault("no says", "says: what is stated, in words")
    says = wording.claim(claims.loc[spec["stated"]]) if isinstance(spec["stated"], str) else spec["says"]
    if not isinstance(spec.get("part", False), bool):
        raise Fault(f"part: {spec['part']!r}", "true or false")
    rest = {key: spec[key] for key in ("about", "held", "label", "part") if key in spec}
    rest |= declaration_file.told(spec, claims, "statement", "missing")
    return Check(
        **rest, id=spec["id"], function=spec["function"], args=args, stated=stated, says=says,
        claims=tuple(known(spec["claims"], claims.index, what="claims")),
        assumes=tuple(known(spec.get("assumes", []), assumed.index, what="assumptions")),
        turning=_template(spec["turning"]) if "turning" in spec else {},
        stated_by=spec["stated"] if isinstance(spec["stated"], str) else "",
    )  # fmt: skip


def _template(spec: object) -> Mapping[str, object]:
    """Accept a `turning`: a text, and how its value is written."""
    fields(spec, ("text",), ("kind", "digits"))
    said(spec, "text")
    kind, digits = spec.get("kind", "number"), spec.get("digits", 0)
    if not isinstance(kind, str) or kind not in wording.KINDS:
        raise Fault(f"turning, kind: {kind!r}", f"one of {', '.join(wording.KINDS)}")
    if type(digits) is not int or digits < 0 or ("kind" in spec) != ("digits" in spec):
        raise Fault(f"turning, digits: {spec.get('digits')!r}", "a kind and its number of digits")
    places = {"{detail}", "{value}"} if "kind" in spec else {"{detail}"}
    if set(re.findall(r"\{[^{}]*\}?|\}", spec["text"])) - places:
        raise Fault(f"turning, text: {spec['text']!r}", "{detail}, and {value} if it has a kind")
    return spec


def _stated(spec: object, claims: pd.DataFrame) -> tuple[float, float, float]:
    """Give the interval of a claim, or the reading of its words: least, printed (none for words), largest."""
    if isinstance(spec, str):
        known([spec], claims.index, what="claims")
        if math.isnan(claims.value[spec]):
            raise Fault(f"stated: {spec}", "a claim with an interval, no slogan and no direction")
        return tuple(claims.loc[spec, ["lo", "value", "hi"]].astype(float))
    expected = "a claim, or least, printed (null for words) and largest value, in order"
    whole = isinstance(spec, list) and len(spec) == 3
    ordered = [spec[0], spec[0] if spec[1] is None else spec[1], spec[2]] if whole else []
    if not whole or not all(map(numeric, ordered)) or ordered != sorted(ordered):
        raise Fault(f"stated: {spec!r}", expected)
    least, printed, largest = (math.nan if value is None else float(value) for value in spec)
    return least, printed, largest


def gaps(claims: pd.DataFrame, folder: Path = ledger.ARTICLE) -> pd.Series:
    """Load the reasons why the record cannot test the claims that no check names.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    folder : Path, optional
        Its ``record.yml`` holds the declarations.

    Returns
    -------
    Series
        Reason, indexed by claim id, in the order of the file.

    Raises
    ------
    TableError
        If a gap is not as declared, or a claim has neither a check nor a reason, or more than one of them.
    """
    path, reasons = _file(folder), []
    for place, gap in enumerate(_declared(folder)["gaps"], start=1):
        with standing(path, f"gap {place}"):
            said(fields(gap, ("reason", "claims")), "reason")
            reason = declaration_file.told(gap, claims, "reason")["reason"]
            reasons += [(name, reason) for name in known(gap["claims"], claims.index, what="claims")]
    checked = {name for check in load(claims, folder).values() for name in check.claims}
    named = pd.Series([name for name, _ in reasons] + sorted(checked))
    for found, expected in (
        (set(named) ^ set(claims.index), "every claim of the ledger, and no other"),
        (named[named.duplicated()], "each claim once, or checked"),
    ):
        if len(found):
            raise TableError(path, None, None, ", ".join(sorted(found)), expected, "gaps")
    return pd.Series(dict(reasons)).rename_axis("claim")


def find(
    check: Check, claims: pd.DataFrame, assumed: pd.DataFrame, folder: Path = ledger.ARTICLE
) -> check_functions.Finding:
    """Carry out a check's computation.

    Parameters
    ----------
    check : Check
    claims : DataFrame
        As `ledger.load` gives them.
    assumed : DataFrame
        As `assumptions` gives them; an argument that names one is replaced by its range.
    folder : Path, optional
        Where it is declared, for the error.

    Returns
    -------
    Finding

    Raises
    ------
    TableError
        If the record does not hold what the arguments name.
    """
    ranges = assumed[["lo", "hi"]].dropna().apply(tuple, axis=1)
    args = {
        key: ranges[value] if isinstance(value, str) and value in ranges.index else value
        for key, value in check.args.items()
    }
    try:
        return check_functions.FUNCTIONS[check.function](claims, **args)
    except LookupError as error:  # a figure, a place or an event that the record does not hold
        found = f"args: {check.args!r} ({error.args[0] if error.args else error})"
        expected = f"what {check.function} finds in the record"
        raise TableError(_file(folder), None, None, found, expected, f"check {check.id}") from None


def holds(check: Check, finding: check_functions.Finding) -> bool | None:
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
    if check.held == "one_of" and not any(hits):
        return None if lo <= least <= hi else False
    return True if all(hits) else None if any(hits) else False


def grade(check: Check, finding: check_functions.Finding, assumed: pd.DataFrame) -> str:
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
        One of `verdicts.GRADES`: what holds from both sides is borne out, what stays below a ceiling or above
        a floor is bounded.
    """
    fits, (least, printed, largest) = holds(check, finding), check.stated
    if fits is None or (fits and check.part):
        return "under-determined"
    if not fits:
        scope = any(assumed.kind[name] == "scope" for name in check.assumes)
        return "scope mismatch" if scope else "contradicted"
    if check.held in ONE_SIDED:
        return "bounded"
    rounds = check.held == "within" and least < printed < largest < math.inf
    outside = not finding.lo - _SLACK <= printed <= finding.hi + _SLACK
    return "holds by rounding" if rounds and outside else "borne out"


def notices(claims: pd.DataFrame, slips: Sequence[power.Slip], folder: Path = ledger.ARTICLE) -> list[bool]:
    """Say of each slip whether the record would contradict it.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    slips : sequence of Slip
        As `power.planted` gives them.
    folder : Path, optional
        Where the checks are declared.

    Returns
    -------
    list of bool
        A slip that the record contradicts counts only where it does not contradict the figure as printed.

    Notes
    -----
    What a computation takes as ``against`` sets where its verdict turns, not what the record gives.
    """
    assumed, testing = assumptions(folder), defaultdict(list)
    for check in load(claims, folder).values():
        finding = find(check, claims, assumed)
        if holds(check, finding) is False:
            continue
        asked = {n for key, value in check.args.items() if key != "against" for n in _flat(value)}
        for name in asked.intersection(claims.index) | {check.stated_by} - {""}:
            testing[name].append((check, None if name in asked else finding))
    return [
        any(_refutes(c, known, claims, slip, assumed) for c, known in testing[slip.claim]) for slip in slips
    ]


def _flat(value: object) -> list:
    """Give the names in an argument: itself, or those of a list or mapping."""
    if isinstance(value, dict):
        return [n for n in value.values() if isinstance(n, str)]
    return [n for n in value if isinstance(n, str)] if isinstance(value, list) else [value]


def _refutes(
    check: Check,
    finding: check_functions.Finding | None,
    claims: pd.DataFrame,
    slip: power.Slip,
    assumed: pd.DataFrame,
) -> bool:
    """Say whether a check contradicts a slip; a finding that does not hang on the figure is given."""
    if not slip.possible:
        return False
    if check.stated_by == slip.claim:
        check = replace(check, stated=(slip.lo, slip.value, slip.hi))
    if finding is None:
        finding = find(check, power.slipped(claims, slip), assumed)
    return holds(check, finding) is False


def of_checks(claims: pd.DataFrame, folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Carry out and grade every check.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    folder : Path, optional
        Its ``record.yml`` holds the declarations.

    Returns
    -------
    DataFrame
        Indexed by check id: about, statement, grade, reason, says, held, lo, value, hi, unit (what the record
        gives), stated_lo, stated_value, stated_hi, turning (where the verdict turns, in words), turns (the
        value, NaN where none matters), claims, assumes, missing, sources (dict of source to grade), label,
        readings.
    """
    assumed, rows = assumptions(folder), []
    for check in load(claims, folder).values():
        finding = find(check, claims, assumed, folder)
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


def _reason(check: Check, finding: check_functions.Finding, verdict: str, assumed: pd.DataFrame) -> str:
    """Say in a few words why a check has its grade."""
    if verdict == "under-determined":
        lead = "rests on a lead; " if LEAD in finding.sources.values() else ""
        return f"{lead}missing: {check.missing}"
    given = "; ".join(assumed.statement[name].rstrip(".") for name in check.assumes)
    return f"assuming: {given}" if given else "no assumption"


def _turning(check: Check, finding: check_functions.Finding) -> str:
    """Say where the verdict turns."""
    if not check.turning:
        return ""
    value = ""
    if "kind" in check.turning:
        value = wording.interval(finding.turns, finding.turns, check.turning["kind"], check.turning["digits"])
    return check.turning["text"].format(value=value, detail=finding.detail)


@cache
def slips(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Give every slip of every claim of a folder with whether the record notices it.

    Parameters
    ----------
    folder : Path, optional
        Its ``record.yml`` holds the declarations.

    Returns
    -------
    DataFrame
        As `power.table` lays them out, with the column `record`; not to be changed.
    """
    claims = ledger.load(folder)
    planted = power.planted(claims, folder)
    return power.table(planted, record=notices(claims, planted, folder))


def of_claims(claims: pd.DataFrame, graded: pd.DataFrame, folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Grade every claim by the checks that test it.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    graded : DataFrame
        As `of_checks` gives it.
    folder : Path, optional
        Its ``record.yml`` holds the declarations.

    Returns
    -------
    DataFrame
        Indexed by claim id: external (of several grades the first of `verdicts.GRADES`), external_reason,
        checks (tuple of ids). A figure is borne out where most of its slips would be noticed in both
        directions by a check that tests it from both sides.
    """
    untested, rows, tests = gaps(claims, folder), {}, graded.claims.explode()
    worth = power.strength(slips(folder), "record").to_dict()
    for name in claims.index:
        mine = graded.loc[tests.index[tests == name]]
        if mine.empty:
            rows[name] = ("not checkable", untested[name], ())
            continue
        worst = min(mine.grade, key=verdicts.GRADES.index)
        why = mine.reason if worst == "under-determined" else mine.statement
        joint = "; " if worst == "under-determined" else " "
        reason = joint.join(dict.fromkeys(why[mine.grade == worst]))
        strength = worth.get(name, "pinned")
        if worst in verdicts.TESTED and not (worst == "borne out" and strength == "pinned"):
            worst = "bounded" if strength == "pinned" else strength
        rows[name] = (worst, reason, tuple(mine.index))
    columns = ["external", "external_reason", "checks"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("claim")


@cache
def _published(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    def compute() -> tuple[pd.DataFrame, pd.DataFrame]:
        claims = ledger.load(folder)
        graded = of_checks(claims, folder)
        return graded, of_claims(claims, graded, folder)

    return kept_results.keep(f"checks-of-{folder.name}", compute, folder, *RESTS_ON)


def checks(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Give the grades of all checks of a folder under the usual rules, as `of_checks` does."""
    return _published(folder)[0].copy()


def claims(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Give the grades of all claims of a folder on the record's evidence, as `of_claims` does."""
    return _published(folder)[1].copy()
