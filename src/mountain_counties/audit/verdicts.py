"""The audit's outcome: a grade for every relation and claim, with interval, reasons and break-evens."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path

import pandas as pd

from mountain_counties.audit import kept_results, ledger, nonlinear, power, solver
from mountain_counties.audit import relations as declarations
from mountain_counties.audit.relations import Relation
from mountain_counties.audit.rounding import MEASURED, USUAL, Rules
from mountain_counties.audit.solver import Repair, System
from mountain_counties.audit.tables import TableError

GRADES = (
    "contradicted",
    "scope mismatch",
    "holds by rounding",
    "borne out",
    "pinned",
    "bounded",
    "not contradicted",
    "slogan",
    "under-determined",
    "not checkable",
)
"""The verdicts on claims, from the gravest to the least informative.

*contradicted*: other figures, or the record, leave no room for it; *scope mismatch*: the same, and the clash
rests on the assumption that both cover the same firms or territory; *holds by rounding*: it fits only within
the interval that it stands for; *borne out*: a source tests the same quantity from both sides; *pinned*: most
slips of the print would be noticed in both directions; *bounded*: some would; *not contradicted*: it is
tested, and no slip would be noticed; *slogan*: words that are no measurement; *under-determined*: something
follows from it, and nothing tests it; *not checkable*: nothing bears on it.
"""

HOLDS = "holds"
"""The verdict on a relation that no figure breaks; that on its claims says what it is worth."""

RELATION_GRADES = ("contradicted", "scope mismatch", "holds by rounding", HOLDS, "under-determined")
"""The verdicts on relations, from the gravest."""

CLASHES = GRADES[:2]
"""The verdicts on figures that clash."""

TESTED = GRADES[3:7]
"""The verdicts on figures that hold as printed, by what that is worth."""

STRATA = ("measured figures", "counts, ranks and limits", "dates, pages and lists", "slogans and words")
"""What claims are tallied by: a date or a list that is as long as announced is no measurement."""

COST = {"low": 1.0, "medium": 2.0, "high": 3.0}
"""Cost of giving up an assumption, by its quality; a printed figure costs more than any assumption."""
CLAIM_COST = 4.0
_ALONE = {
    "direction": "no figure is given",
    "slogan": "a slogan, with nothing beside it to hold it against",
}


@dataclass(frozen=True)
class Audit:
    """Everything that the audit of the article gives.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    assumptions : DataFrame
        As `relations.assumptions` gives them.
    relations : dict of str to Relation
        The declared relations.
    system : System
        All statements.
    settled : System
        The statements that stay when the cheapest repair is made; derived ranges come from it.
    conflicts : list of frozenset of str
        The minimal conflicts.
    repairs : list of Repair
        The repairs of least cost.
    worlds : list of System
        What stays when every conflict is mended, one for each reading that is open, `settled` first.
    failing : frozenset of str
        Labels of the readings that fail where another one holds.
    folder : Path
        Where all of it was read.
    """

    claims: pd.DataFrame
    assumptions: pd.DataFrame
    relations: Mapping[str, Relation]
    system: System
    settled: System
    conflicts: list[frozenset[str]]
    repairs: list[Repair]
    worlds: list[System]
    failing: frozenset[str]
    folder: Path

    @cached_property
    def seen(self) -> list[pd.DataFrame]:
        """The smallest errors noticed in each world, as `solver.noticeable` gives them."""
        known: dict[tuple[str, ...], pd.DataFrame] = {}  # worlds differ in few components

        def of(part: System) -> pd.DataFrame:
            key = tuple(sorted(s.relation for s in part.statements))
            if key not in known:
                known[key] = solver.noticeable(part)
            return known[key]

        worlds = [[of(part) for part in solver.components(world)] for world in self.worlds]
        return [pd.concat([table for table in tables if len(table)]) for tables in worlds]

    @cached_property
    def slips(self) -> list[power.Slip]:
        """Every slip of every claim."""
        return power.planted(self.claims, self.folder)

    @cached_property
    def args(self) -> dict[str, dict[str, object]]:
        """Arguments of the functions, by name of the relation, assumptions replaced by their values."""
        return {
            r.id: {**r.args, **_ranges(r, self.assumptions)} for r in self.relations.values() if not r.linear
        }

    @cached_property
    def readings(self) -> frozenset[str]:
        """Labels of the readings that answer an open question."""
        return frozenset(label for question in _questions(self.assumptions) for label in question)

    @cached_property
    def power(self) -> pd.DataFrame:
        """Every slip with whether the article's own figures notice it, as `power.table` lays them out."""
        watch = power.Inside(self.claims, self.relations, self.worlds, self.args, self.seen, self.folder)
        return power.table(self.slips, inside=[watch.notices(slip) for slip in self.slips])

    @cached_property
    def clashing(self) -> dict[frozenset[str], frozenset[str]]:
        """For each conflict, the relations that take part in it: those without which it would be none."""
        found, parts = {}, solver.components(self.system)
        for conflict in self.conflicts:
            alone = (part.without(part.labels - conflict) for part in parts if conflict <= part.labels)
            broken = next(broken for part in alone for broken in solver.infeasible(part))
            found[conflict] = solver.essential(broken)
        return found


def permitted(found: Audit, conflict: frozenset[str]) -> dict[str, tuple[float, float]]:
    """Say what the other statements of a conflict permit for each relation that clashes in it.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.
    conflict : frozenset of str
        One of its minimal conflicts.

    Returns
    -------
    dict of str to (float, float)
        Relation to the range of its quantity, in the order of the names.
    """
    alone = found.system.without(found.system.labels - conflict)
    names = sorted(found.clashing[conflict] & set(found.relations))
    quantities = {name: (found.relations[name].num, found.relations[name].den) for name in names}
    return solver.ranges_without(alone, quantities)


def costs(
    system: System, assumptions: pd.DataFrame, declared: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Give the cost of withdrawing each label, assumptions by their quality.

    Parameters
    ----------
    system : System
        The audit's system.
    assumptions : DataFrame
        As `relations.assumptions` gives them.
    declared : mapping of str to float, optional
        As `relations.costs` gives them; they come first.

    Returns
    -------
    dict of str to float
    """
    own = declared or {}
    quality = assumptions.quality
    return {
        label: own[label]
        if label in own
        else CLAIM_COST
        if label.startswith("claim:")
        else COST[quality[label.removeprefix("assume:")]]
        for label in system.labels
    }


def run(rules: Rules = USUAL, folder: Path = ledger.ARTICLE) -> Audit:
    """Audit an article.

    Parameters
    ----------
    rules : Rules, optional
        The switches of the rounding rules.
    folder : Path, optional
        Where its ledger and relations are.

    Returns
    -------
    Audit
    """
    return _run(rules, folder)


@cache
def _run(rules: Rules, folder: Path) -> Audit:
    return examine(ledger.load(folder, rules), folder)


def examine(claims: pd.DataFrame, folder: Path = ledger.ARTICLE) -> Audit:
    """Audit a ledger.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    folder : Path, optional
        Where the relations between them are declared.

    Returns
    -------
    Audit
    """
    assumed, declared = declarations.assumptions(folder), declarations.load(claims, folder)
    everything = declarations.system(claims, declared)
    path = Path(folder) / "relations.yml"
    if broken := solver.infeasible(everything.without(everything.labels)):
        names = ", ".join(sorted({s.relation for s in broken[0].statements}))
        expected = "what some figures could meet, or a claim or assumption that it rests on"
        raise TableError(
            path, None, None, "relations that no figures can meet", expected, f"relations {names}"
        )
    held, others, failing = _readings(everything, assumed)
    system = everything.without(others | failing)
    repairs = solver.repairs(system, costs(system, assumed, declarations.costs(claims, folder)))
    first = {repair.group: repair.labels for repair in reversed(repairs)}
    given_up = frozenset().union(*first.values())
    worlds = [
        everything.without(failing | given_up | (others | held) - frozenset(choice))
        for choice in product(*_open(assumed, held | others))
    ]
    conflicts = _shortest(solver.conflicts(system), frozenset(f"claim:{r.bound}" for r in declared.values()))
    return Audit(claims, assumed, declared, system, worlds[0], conflicts, repairs, worlds, failing, folder)


def _shortest(conflicts: list[frozenset[str]], bound: frozenset[str]) -> list[frozenset[str]]:
    """Leave out conflicts that say the same as a shorter one, a total being replaced by its parts.

    Parameters
    ----------
    conflicts : list of frozenset of str
        The shortest first.
    bound : frozenset of str
        Labels of the claims that are what a relation says they are.
    """
    kept: list[frozenset[str]] = []
    for conflict in conflicts:
        if not any(other & conflict and other - conflict <= bound for other in kept):
            kept.append(conflict)
    return kept


def _questions(assumed: pd.DataFrame) -> list[list[str]]:
    """Give the labels of the readings that answer each open question, in the order of the questions."""
    answers = defaultdict(list)
    for name, question in assumed.one_of.items():
        if question:
            answers[question].append(f"assume:{name}")
    return [answers[question] for question in sorted(answers)]


def _open(assumed: pd.DataFrame, labels: frozenset[str]) -> list[list[str]]:
    """Give the readings of each question that are among the labels."""
    return [[label for label in question if label in labels] for question in _questions(assumed)]


def _readings(system: System, assumed: pd.DataFrame) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Sort readings into those taken up, the others that hold as well, and those that fail.

    A reading fails if it stands in a conflict while no other answer to its question is asserted. Where all of
    them fail, the first is kept, so that the conflict comes out.
    """
    questions = _questions(assumed)
    every = frozenset(label for question in questions for label in question)
    held, others, failing = set(), set(), set()
    for question in questions:
        good = []
        for label in question:
            alone = system.without(every - {label})
            part = next((p for p in solver.components(alone) if label in p.labels), None)
            if part is None or not any(label in conflict for conflict in solver.conflicts(part)):
                good.append(label)
        good = good or question[:1]
        held.add(good[0])
        others.update(good[1:])
        failing.update(set(question) - set(good))
    return frozenset(held), frozenset(others), frozenset(failing)


def _point(relation: Relation, value: Mapping[str, float]) -> float:
    """Give num/den at the printed figures; NaN if an unknown or a class of targets stands in it."""
    if relation.unknowns or any(math.isnan(value[name]) for name in relation.claims):
        return math.nan
    sides = (relation.num, relation.den or {declarations.ONE: 1.0})
    top, bottom = (sum(k * value[n] for n, k in side.items()) for side in sides)
    return top / bottom


def _grade(relation: Relation, point: float, lo: float, hi: float, found: Audit) -> str:
    """Grade a linear relation, given the range that everything else permits."""
    if clashes := [clash for clash, needed in found.clashing.items() if relation.id in needed]:
        kinds = found.assumptions.kind
        scope = {f"assume:{name}" for name in kinds.index[kinds == "scope"]}
        return "scope mismatch" if any(clash & scope for clash in clashes) else "contradicted"
    if not found.failing.isdisjoint(f"assume:{name}" for name in relation.assumes):
        return "under-determined"
    nothing_else = lo <= 0 and hi == math.inf
    if relation.target == "derives" or nothing_else:
        return "under-determined"
    if math.isnan(point) or relation.lo - 1e-12 <= point <= relation.hi + 1e-12:
        return HOLDS
    return "holds by rounding"


def _world_of(relation: Relation, found: Audit) -> int:
    """Find the first world in which a relation stands, or else the first."""
    needs = found.readings.intersection(f"assume:{name}" for name in relation.assumes)
    return next((n for n, world in enumerate(found.worlds) if needs <= world.labels), 0)


def _row(relation: Relation, lo: float, value: float, hi: float, unit: str, grade: str, detail: str) -> dict:
    return {
        "relation": relation.id,
        "about": relation.about,
        "statement": relation.statement,
        "grade": grade,
        "lo": lo,
        "value": value,
        "hi": hi,
        "unit": unit,
        "stated_lo": relation.lo,
        "stated_hi": relation.hi,
        "detail": detail,
        "claims": tuple(sorted(relation.claims)),
        "assumes": relation.assumes,
        "missing": relation.missing,
    }


def of_relations(found: Audit, about: str | None = None) -> pd.DataFrame:
    """Grade relations.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.
    about : str, optional
        Part of the article that they belong to; every relation if left out.

    Returns
    -------
    DataFrame
        Indexed by relation id: about, statement, grade, reason, lo, value, hi (what everything else permits
        for the relation's quantity, and its value at the printed figures), unit, stated_lo, stated_hi,
        detail, claims, assumes, missing.
    """
    rows = []
    names = found.assumptions.statement
    points = found.claims.value.mask(found.claims.hedge == "级")  # a class names no point
    printed = points.to_dict() | {declarations.ONE: 1.0}
    wanted = [relation for relation in found.relations.values() if about in (None, relation.about)]
    ranges = {}
    for relation in (r for r in wanted if r.linear):
        ranges.setdefault(_world_of(relation, found), {})[relation.id] = relation.num, relation.den
    ranges = {
        name: ends
        for number, mine in ranges.items()
        for name, ends in solver.ranges_without(found.worlds[number], mine).items()
    }
    for relation in wanted:
        if not relation.linear:
            outcome = nonlinear.outcome(relation.function, found.claims, found.args[relation.id])
            grade = {None: "under-determined", True: HOLDS, False: "contradicted"}[outcome.holds]
            rows.append(
                _row(relation, outcome.lo, outcome.value, outcome.hi, outcome.unit, grade, outcome.detail)
            )
            continue
        lo, hi = ranges[relation.id]
        point = _point(relation, printed)
        grade = _grade(relation, point, lo, hi, found)
        rows.append(_row(relation, lo, point, hi, relation.unit, grade, ""))
    table = pd.DataFrame(rows).set_index("relation")
    table.insert(3, "reason", [_reason(row, names, found.failing) for row in table.itertuples()])
    return table


def refuse_idle(found: Audit, graded: pd.DataFrame) -> None:
    """Refuse relations that hold and that no slip of a printed figure could break: what they say is no test.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.
    graded : DataFrame
        As `of_relations` gives it.

    Raises
    ------
    TableError
        If there is one. One that is broken, or that only derives, is none.
    """
    holding = [found.relations[name] for name in graded.index[graded.grade.isin(RELATION_GRADES[2:4])]]
    worlds = {r.id: found.worlds[_world_of(r, found)] for r in holding}
    given = found.claims, found.relations, worlds, found.args, found.slips, found.folder
    if vain := power.idle(*given):
        expected = "relations that some slip of a figure would break, or that only derive"
        path = Path(found.folder) / "relations.yml"
        raise TableError(
            path, None, None, "what no slip of its claims can break", expected, f"relation {', '.join(vain)}"
        )


def _ranges(relation: Relation, assumed: pd.DataFrame) -> dict[str, object]:
    """Put the value, or the range, of an assumption in the place of its name among a function's arguments."""
    ranges = {}
    for key, name in relation.args.items():
        if isinstance(name, str) and name in assumed.index:
            lo, hi = assumed.lo[name], assumed.hi[name]
            ranges[key] = lo if lo == hi else (lo, hi)
    return ranges


def _reason(row: tuple, names: pd.Series, failing: frozenset[str]) -> str:
    """Say in a few words why a relation has its grade."""
    if lost := [names[name].rstrip(".") for name in row.assumes if f"assume:{name}" in failing]:
        return f"this reading fails, another one holds: {'; '.join(lost)}"
    given = "; ".join(names[name].rstrip(".") for name in row.assumes)
    if row.grade == "under-determined":
        if row.detail.startswith(nonlinear.NOT_COMPUTED):
            return row.detail
        return f"derived only; missing: {row.missing}" if row.missing else "nothing else bears on it"
    return f"assuming: {given}" if given else "no assumption"


def of_claims(found: Audit, graded: pd.DataFrame) -> pd.DataFrame:
    """Grade every claim by the relations that it stands in.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.
    graded : DataFrame
        As `of_relations` gives it.

    Returns
    -------
    DataFrame
        Indexed by claim id: internal (one of `GRADES`), reason, relations (tuple of ids), up and down (the
        smallest error that the linear audit notices, in the claim's unit; infinite where it is blind),
        stratum (of `STRATA`).

    Notes
    -----
    A clash is graver than all else. What holds is graded by what its slips would have done. A slogan is a
    class of its own, and no fact beside it is to blame. An exact figure owes nothing to rounding.
    """
    seen = found.seen[0].copy()
    seen.index = seen.index.str.removeprefix("claim:")
    shifts = seen.groupby(level=0)[["up", "down"]].min().reindex(found.claims.index).fillna(math.inf)
    worth, kinds = power.strength(found.power, "inside").to_dict(), found.claims.kind.to_dict()
    standing = defaultdict(list)
    for relation in graded.itertuples():
        for name in relation.claims:
            standing[name].append(relation)
    rows = []
    for claim in found.claims.itertuples():
        grades = defaultdict(list)
        for relation in standing[claim.Index]:
            grade = relation.grade
            slogan = any(kinds[name] == "slogan" for name in relation.claims)
            if grade == "contradicted" and slogan and claim.kind != "slogan":
                continue
            if grade == "holds by rounding" and claim.lo == claim.hi:
                grade = HOLDS
            grades[grade].append(relation)
        found_grade = next((g for g in RELATION_GRADES if g in grades), "not checkable")
        reason = _why(found_grade, grades[found_grade], claim)
        grade = worth.get(claim.Index, "not contradicted") if found_grade == HOLDS else found_grade
        mine = tuple(relation.Index for relation in standing[claim.Index])
        grade = "slogan" if claim.kind == "slogan" else grade
        rows.append({"claim": claim.Index, "internal": grade, "reason": reason, "relations": mine})
    table = pd.DataFrame(rows).set_index("claim").join(shifts)
    return table.assign(stratum=strata(found))


def strata(found: Audit) -> pd.Series:
    """Sort claims into what they are tallied by.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.

    Returns
    -------
    Series
        One of `STRATA`, indexed by claim id. A count that is only held against the list that it announces is
        tallied with lists, and what is held against the source's description with dates.
    """
    kinds = found.claims.kind
    lists = set(kinds.index[kinds.isin(["date", "enumeration"])])
    standing = defaultdict(list)
    for relation in found.relations.values():
        announced = relation.target == "equals" and any(
            kinds[name] == "enumeration" for name in relation.claims
        )
        for name in relation.claims:
            standing[name].append(announced or relation.function == "as_in_source")
    lists |= {name for name, only in standing.items() if all(only) and kinds[name] not in MEASURED}
    words = kinds.isin(["slogan", "direction"])
    of = [
        STRATA[3]
        if words[name]
        else STRATA[2]
        if name in lists
        else STRATA[0]
        if kinds[name] in MEASURED
        else STRATA[1]
        for name in kinds.index
    ]
    return pd.Series(of, kinds.index)


def _why(grade: str, relations_of_grade: list, claim: tuple) -> str:
    """Say in a few words why a claim has its grade."""
    if grade == "not checkable":
        return _ALONE.get(claim.kind, "it stands alone: no other figure of the article bears on it")
    if grade == "under-determined":
        missing = list(dict.fromkeys(r.missing for r in relations_of_grade if r.missing))
        return "missing: " + "; ".join(missing) if missing else "nothing else bears on it"
    return " ".join(dict.fromkeys(r.statement for r in relations_of_grade))


def break_evens(found: Audit) -> pd.DataFrame:
    """Say for each assumption how far it could give way before the figures clash, or would have to.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.

    Returns
    -------
    DataFrame
        One row per assumption and relation that rests on it: assumption, statement, kind, quality, impact,
        relation, lo and hi (as assumed), allowed_lo and allowed_hi (what everything else permits), holds.
    """
    assumed = found.assumptions[["statement", "kind", "quality", "impact"]]
    labels = [label for label in "assume:" + assumed.index if label in found.system.labels]
    disputed = frozenset().union(*found.conflicts).intersection(labels)
    rows = pd.concat(
        [
            solver.allowed(found.system, *disputed),
            solver.allowed(found.settled, *disputed.symmetric_difference(labels)),
        ]
    )
    rows.index = rows.index.str.removeprefix("assume:").rename("assumption")
    rows["holds"] = (rows.allowed_lo <= rows.hi + 1e-9) & (rows.allowed_hi >= rows.lo - 1e-9)
    return assumed.rename_axis("assumption").join(rows, how="inner").reset_index()


def slips(found: Audit, factors: tuple[float, ...] = (0.1, 10.0)) -> pd.DataFrame:
    """Try a decimal slip in each measured figure of a conflict, one at a time.

    Parameters
    ----------
    found : Audit
        As `examine` gives it.
    factors : tuple of float, optional
        What the printed figure is multiplied by.

    Returns
    -------
    DataFrame
        claim, factor, value (the corrected figure), feasible (whether all figures then agree), further
        (tuple of the smallest sets of labels of which one would still have to go).
    """
    suspects = sorted({label for c in found.conflicts for label in c if label.startswith("claim:")})
    rows = []
    names = [label.removeprefix("claim:") for label in suspects]
    for name in (n for n in names if found.claims.kind[n] in MEASURED):
        for factor in factors:
            corrected = found.claims.copy()
            corrected.loc[name, ["lo", "value", "hi"]] *= factor
            system = declarations.system(corrected, declarations.load(corrected, found.folder))
            further = solver.repairs(system)
            sets = tuple(" + ".join(sorted(repair.labels)) for repair in further)
            row = {"claim": name, "factor": factor, "value": corrected.value[name]}
            rows.append(row | {"feasible": not further, "further": sets})
    return pd.DataFrame(rows)


@cache
def _published(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    def compute() -> tuple[pd.DataFrame, pd.DataFrame]:
        found = run(folder=folder)
        graded = of_relations(found)
        refuse_idle(found, graded)
        return graded, of_claims(found, graded)

    return kept_results.keep(f"verdicts-of-{folder.name}", compute, folder, Path(__file__).parent)


def relations(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Give the grades of all relations of a folder under the usual rules, as `of_relations` does."""
    return _published(folder)[0].copy()


def claims(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Give the grades of all claims of a folder under the usual rules, on the article's evidence alone."""
    return _published(folder)[1].copy()
