"""How much does a verdict say? Plant the slips of a printed figure, one at a time, and see which are noticed.

A verdict that no slip of the figure would have changed is no evidence for it. The slips are those of the pen
and of the press: the decimal point, the unit, neighbouring digits, one digit, the year, an item of a list.
"""

import math
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pandas as pd

from mountain_counties.audit import ledger, nonlinear, rounding, solver, tokens
from mountain_counties.audit import relations as declarations
from mountain_counties.audit.solver import Statement, System
from mountain_counties.audit.tables import TableError

KINDS = (
    "ten times",
    "a tenth",
    "亿 for 万 or back",
    "digits swapped",
    "digit one off",
    "year one off",
    "list one off",
)
"""The kinds of slip, the gravest first."""

_NUMERAL = {
    ".": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", re.ASCII),
    ",": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?", re.ASCII),
}
_SPELT = re.compile("[〇零一二两双三四五六七八九十百千首]*(?=[^〇零一二两双三四五六七八九十百千首])")
_WHOLE = rounding.EXACT | {"target"}
_MARGIN = 1e-9


@dataclass(frozen=True)
class Slip:
    """A misprint of one figure.

    Attributes
    ----------
    claim, kind, token : str
        The claim, one of `KINDS`, and what would have been printed.
    lo, value, hi : float
        What that stands for, in the claim's unit; NaN where no figure of its kind can be so.
    period : str
        The claim's period; another one for a date.
    direction : int
        1 if the figure becomes larger, -1 if smaller.
    """

    claim: str
    kind: str
    token: str
    lo: float
    value: float
    hi: float
    period: str
    direction: int

    @property
    def possible(self) -> bool:
        """Whether a figure of the claim's kind can be so at all: no share is above 100%."""
        return not math.isnan(self.lo)


def _digits(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of the slips of a numeral in Arabic digits."""
    yield "ten times", f"{Decimal(text).scaleb(1):f}"
    yield "a tenth", f"{Decimal(text).scaleb(-1):f}"
    places = [i for i, character in enumerate(text) if character != "."]
    leading = len(text.partition(".")[0]) > 1
    for i, j in pairwise(places):
        if text[i] != text[j] and not (i == 0 and leading and text[j] == "0"):
            parts = list(text)
            parts[i], parts[j] = parts[j], parts[i]
            yield "digits swapped", "".join(parts)
    for i in places:
        for digit in (int(text[i]) - 1, int(text[i]) + 1):
            if 0 <= digit <= 9 and not (i == 0 and leading and digit == 0):
                yield "digit one off", f"{text[:i]}{digit}{text[i + 1 :]}"


def _tokens(token: str, decimal: str) -> Iterator[tuple[str, str]]:
    """Yield kind and token of the slips of a printed figure; a numeral in words is slipped as digits."""
    before = ""
    if match := _NUMERAL[decimal].search(token):
        before, rest = token[: match.start()], token[match.end() :]
        numeral = match[0].replace("," if decimal == "." else ".", "").replace(",", ".")
    elif match := tokens.ENGLISH_RUN.match(token):
        rest = token[match.end() :]
        numeral = str(tokens.english_number(match[0]))
    else:
        spelt = _SPELT.match(token)
        numeral = str(rounding.chinese_number(spelt[0])) if spelt and spelt[0] else "1"
        rest = token[spelt.end() :] if spelt else token
    for kind, text in _digits(numeral):
        yield kind, before + text.replace(".", decimal) + rest
    for big, other in (("亿", "万"), ("万", "亿")):
        if rest.startswith(big):
            yield "亿 for 万 or back", before + numeral.replace(".", decimal) + rest.replace(big, other, 1)


def _years(period: str) -> Iterator[str]:
    """Yield a period a year earlier and a year later."""
    for shift in (-1, 1):
        moved = (pd.Timestamp(day) + pd.DateOffset(years=shift) if day != ".." else None
                 for day in period.split("/"))  # fmt: skip
        yield "/".join(".." if day is None else str(day.date()) for day in moved)


def planted(claims: pd.DataFrame, folder: Path = ledger.ARTICLE) -> list[Slip]:
    """Make every slip of every claim that has a figure.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.
    folder : Path, optional
        Where they were loaded from: it defines the units and the decimal mark.

    Returns
    -------
    list of Slip
        In the order of the ledger. Counts and other exact figures stay whole; a slip that gives the same
        figure again is none.
    """
    decimal = ledger.source(folder)["decimal"]
    return [slip for claim in claims.itertuples() for slip in _of(claim, folder, decimal)]


def _of(claim: tuple, folder: Path, decimal: str) -> Iterator[Slip]:
    """Yield the slips of one claim."""
    name, made = claim.Index, {}
    if claim.kind == "date":
        for period in _years(claim.period):
            lo, hi = ledger.days(period)
            made[period] = "year one off", claim.token, lo, (lo + hi) / 2, hi, period
    elif claim.kind == "enumeration":
        parts = claim.token.split("|")
        for token in ("|".join(parts[:-1]), "|".join([*parts, "?"])):
            n = float(len(token.split("|")) if token else 0)
            made[token] = "list one off", token, n, n, n, claim.period
    elif claim.kind not in rounding.WITHOUT_INTERVAL:
        for kind, token in _tokens(claim.token, decimal):
            found = _figure(claim, token, folder, decimal)
            if found is not None and found[1] != claim.value:
                made.setdefault(
                    found[1] if found[1] == found[1] else token, (kind, token, *found, claim.period)
                )
    for kind, token, lo, value, hi, period in made.values():
        up = value > claim.value or math.isnan(value)
        yield Slip(name, kind, token, lo, value, hi, period, 1 if up else -1)


def _figure(claim: tuple, token: str, folder: Path, decimal: str) -> tuple[float, float, float] | None:
    """Read a slipped token; None if it is no figure of its kind, NaN if no such figure can be."""
    scale = 100 if claim.unit == "percent" else 1
    try:
        value = rounding.read(token, claim.unit, folder, decimal).number
        if (
            claim.kind in _WHOLE
            and claim.unit in ("count", "digit", "month", "year")
            and value.denominator != 1
        ):
            return None
        lo, hi = rounding.interval(token, claim.unit, claim.kind, claim.hedge, folder=folder, decimal=decimal)
    except ValueError:
        return None
    if lo > hi:
        return math.nan, math.nan, math.nan
    return float(lo / scale), float(value / scale), float(hi / scale)


def slipped(claims: pd.DataFrame, slip: Slip) -> pd.DataFrame:
    """Give the ledger with one slip in it."""
    changed = claims.copy()
    for column in ("token", "lo", "value", "hi", "period"):
        changed.loc[slip.claim, column] = getattr(slip, column)  # one row at once would be slower
    return changed


class Inside:
    """Notices slips by the article's own figures, given what an audit settled.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    relations : mapping of str to Relation
        The declared relations.
    worlds : sequence of System
        What stays when every conflict is mended, one system for each reading that is open: a slip is noticed
        if no reading can bear it.
    args : mapping
        Arguments of the functions, by name of the relation, assumptions replaced by their values.
    seen : sequence of DataFrame
        What `solver.noticeable` gives for each world.
    folder : Path
        Where the relations are declared.

    Notes
    -----
    Where a claim's interval is that of a statement of its own, a slip is noticed where it meets nothing of
    what all other statements permit: nothing is solved again. Where it is a factor, or has several
    statements, its component is solved again.
    """

    def __init__(
        self,
        claims: pd.DataFrame,
        relations: Mapping,
        worlds: Iterable[System],
        args: Mapping,
        seen: Iterable[pd.DataFrame],
        folder: Path,
    ) -> None:
        self.claims, self.relations, self.args, self.folder = claims, relations, args, folder
        self.worlds = [self._world(*pair) for pair in zip(worlds, seen, strict=True)]
        self.tests = defaultdict(list)
        for relation in relations.values():
            if relation.function in nonlinear.TESTS and self._outcome(claims, relation).holds:
                for name in relation.claims:
                    self.tests[name].append(relation)

    @staticmethod
    def _world(system: System, seen: pd.DataFrame) -> dict:
        parts = defaultdict(list)
        for part in solver.components(system):
            for label in part.labels:
                parts[label].append(part)
        own = defaultdict(list)
        for row in seen.itertuples():
            if row.relation:
                own[row.Index].append(row)
        return {"parts": parts, "own": own}

    def _outcome(self, claims: pd.DataFrame, relation: declarations.Relation) -> nonlinear.Outcome:
        return nonlinear.outcome(relation.function, claims, self.args[relation.id])

    def notices(self, slip: Slip) -> bool:
        """Say whether the article's other figures would contradict a slip."""
        if not slip.possible:
            return True
        if all(self._clashes(world, slip) for world in self.worlds):
            return True
        tests = self.tests[slip.claim]
        if not tests:
            return False
        changed = slipped(self.claims, slip)
        return any(self._fails(changed, relation) for relation in tests)

    def _fails(self, claims: pd.DataFrame, relation: declarations.Relation) -> bool:
        return self._outcome(claims, relation).holds is False

    def _clashes(self, world: dict, slip: Slip) -> bool:
        label = f"{solver.CLAIM}{slip.claim}"
        rows = [(row, self._moved(row.relation, slip)) for row in world["own"].get(label, [])]
        for row, ends in rows:
            margin = _MARGIN * max((abs(end) for end in ends if math.isfinite(end)), default=0.0)
            if ends and (ends[0] > row.allowed_hi + margin or ends[1] < row.allowed_lo - margin):
                return True
        shared = any(label in s.labels and len(_claims(s.labels)) > 1
                     for part in world["parts"][label] for s in part.statements)  # fmt: skip
        if [bool(ends) for _, ends in rows] == [True] and not shared:
            return False
        return self._solved_again(world, slip, label)

    def _moved(self, name: str, slip: Slip) -> tuple[float, ...]:
        """Give a statement's interval after a slip of its claim; none where the claim does not set it."""
        if name == slip.claim:
            return slip.lo, slip.hi
        relation = self.relations[name]
        if relation.bound:  # what is left of its labels is a factor, or who says so
            return ()
        return {
            "is": (slip.lo, slip.hi),
            "grows_by": (1 + slip.lo, 1 + slip.hi),
            "falls_by": (1 - slip.hi, 1 - slip.lo),
        }.get(relation.target, ())

    def _solved_again(self, world: dict, slip: Slip, label: str) -> bool:
        for part in world["parts"][label]:
            changed = replaced(part, slip, self.relations, self.claims, self.folder)
            if changed is None or not solver.is_feasible(changed):
                return True
        return False


def idle(
    claims: pd.DataFrame,
    relations: Mapping[str, declarations.Relation],
    worlds: Mapping[str, System],
    args: Mapping,
    slips: Iterable[Slip],
    folder: Path,
) -> list[str]:
    """Name the relations that no slip of a claim can break: they test nothing.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    relations : mapping of str to Relation
        The declared relations.
    worlds : mapping of str to System
        The relations to judge, which hold, and for each the consistent statements that it stands among.
    args : mapping
        Arguments of the functions, by name of the relation, assumptions replaced by their values.
    slips : iterable of Slip
        As `planted` gives them.
    folder : Path
        Where the relations are declared.

    Returns
    -------
    list of str
        In the order of `worlds`.

    Notes
    -----
    A relation is judged with nothing but the printed intervals of its claims and, where unknown quantities
    stand in it, the relations that these lead to: other figures may forbid a slip before the relation does.
    """
    of = defaultdict(list)
    for slip in slips:
        if slip.possible:
            of[slip.claim].append(slip)
    groups, vain = {}, []
    for name, world in worlds.items():
        if relations[name].function:
            breaks = _breaks_function(relations[name], args[name], claims, of)
        else:
            if id(world) not in groups:
                groups[id(world)] = _linked(world, relations)
            mine = groups[id(world)].get(name)
            # What was given up to mend a clash stands in no world.
            breaks = mine is None or _breaks(name, mine, relations, world, claims, of, folder)
        if not breaks:
            vain.append(name)
    return vain


def _linked(world: System, relations: Mapping[str, declarations.Relation]) -> dict[str, list[Statement]]:
    """Give for each relation of a world the statements that unknown quantities link it to, and its own."""
    held = [s for s in world.statements if s.relation in relations]
    keys = (("", s.relation) for s in held)
    found = {}
    for group in solver.connected((key, *relations[key[1]].unknowns) for key in keys):
        linked = [held[i] for i in group]
        for s in linked:
            found[s.relation] = linked
    return found


def _breaks_function(
    relation: declarations.Relation, args: Mapping, claims: pd.DataFrame, of: Mapping[str, list[Slip]]
) -> bool:
    """Say whether some slip, or another numeral in a slogan, makes a function fail."""
    for name in sorted(relation.claims):
        ledgers = [slipped(claims, slip) for slip in of[name]]
        if claims.kind[name] == "slogan":
            ledgers += [_reworded(claims, name, token) for token in _other_words(claims.token[name])]
        for changed in ledgers:
            if nonlinear.outcome(relation.function, changed, args).holds is False:
                return True
    return False


def _other_words(token: str) -> Iterator[str]:
    """Yield a slogan with each of its numerals one higher."""
    parts = token.split("|")
    for i, part in enumerate(parts):
        try:
            more = str(int(rounding.read(part, "count").number) + 1)
        except ValueError:
            continue
        yield "|".join([*parts[:i], more, *parts[i + 1 :]])


def _reworded(claims: pd.DataFrame, name: str, token: str) -> pd.DataFrame:
    changed = claims.copy()
    changed.loc[name, "token"] = token
    return changed


def _breaks(
    judged: str,
    mine: Iterable[Statement],
    relations: Mapping[str, declarations.Relation],
    world: System,
    claims: pd.DataFrame,
    of: Mapping[str, list[Slip]],
    folder: Path,
) -> bool:
    """Say whether some slip makes a conflict in which a linear relation takes part."""
    names = sorted({name for s in mine for name in relations[s.relation].claims})
    boxes = [
        Statement({n: 1.0}, claims.lo[n], claims.hi[n], frozenset({f"{solver.CLAIM}{n}"}), relation=n)
        for n in names if not math.isnan(claims.lo[n])
    ]  # fmt: skip
    here = dict.fromkeys(variable for s in (*mine, *boxes) for variable in s.variables)
    domains = {variable: world.domain(variable) for variable in here}
    small = System((*mine, *boxes), domains)
    if not solver.is_feasible(small):  # figures of a clash that the world does without
        kept = set(names)
        small = System((*mine, *(s for s in world.statements if s.relation in kept)), domains)
    for slip in (slip for name in names for slip in of[name]):
        changed = replaced(small, slip, relations, claims, folder)
        if changed is None:
            return True
        if any(judged in solver.essential(part) for part in solver.infeasible(changed)):
            return True
    return False


def replaced(
    system: System,
    slip: Slip,
    relations: Container[str],
    claims: pd.DataFrame,
    folder: Path,
) -> System | None:
    """Put a slip in the place of its claim in a system; None where a relation cannot even be read with it."""
    label = f"{solver.CLAIM}{slip.claim}"
    names = {s.relation for s in system.statements if label in s.labels and s.relation in relations}
    fresh = {}
    if names:
        try:
            fresh = declarations.load(slipped(claims, slip), folder, names)
        except (TableError, ValueError):
            return None
    statements = []
    for s in system.statements:
        if s.relation in fresh:
            s = declarations.statement(fresh[s.relation])
        elif s.relation == slip.claim and s.labels == {label}:
            s = Statement(s.num, slip.lo, slip.hi, s.labels, s.den, s.relation)
        statements.append(s)
    return System(tuple(statements), system.domains)


def _claims(labels: Iterable[str]) -> list[str]:
    return [label for label in labels if label.startswith(solver.CLAIM)]


def table(slips: Iterable[Slip], **noticed: list[bool]) -> pd.DataFrame:
    """Lay slips out, with who notices each.

    Parameters
    ----------
    slips : iterable of Slip
    **noticed : list of bool
        One column each.

    Returns
    -------
    DataFrame
        Columns claim, slip (one of `KINDS`), token, value, direction, and those given.
    """
    rows = [(s.claim, s.kind, s.token, s.value, s.direction) for s in slips]
    return pd.DataFrame(rows, columns=["claim", "slip", "token", "value", "direction"]).assign(**noticed)


def strength(slips: pd.DataFrame, column: str) -> pd.Series:
    """Say what the slips that are noticed make of each claim.

    Parameters
    ----------
    slips : DataFrame
        As `table` gives them.
    column : str
        Who is to notice them.

    Returns
    -------
    Series
        Indexed by claim: "pinned" if at least half of the slips are noticed in each direction that there is,
        "bounded" if some are, else "not contradicted".
    """
    seen = slips.groupby(["claim", "direction"])[column].mean().groupby(level="claim")
    return seen.agg(
        lambda sides: "pinned" if sides.min() >= 0.5 else "bounded" if sides.max() > 0 else "not contradicted"
    )
