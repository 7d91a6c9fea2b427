"""The audit's results as tables that a chapter can show: words, intervals and badges, not raw numbers."""

import datetime
import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from mountain_counties.audit import ledger, reasons, rounding, solver, verdicts, wording
from mountain_counties.audit import relations as declarations

_SIGNIFICANT = 10
"""Significant digits of a bound: what lies beyond them is the solver's tolerance."""

# kind of quantity -> fewest and most decimals
_DECIMALS = {
    "percent": (1, 1),
    "ratio": (2, 3),
    "billion": (1, 2),
    "million": (0, 1),
    "亩": (2, 2),
    "month": (0, 1),
    "working_day": (0, 1),
}


def quantity(lo: float, hi: float, unit: str) -> str:
    """Write the interval of a derived quantity in the reader's unit.

    Parameters
    ----------
    lo, hi : float
        In the package's unit; either may be infinite.
    unit : str
        Unit of a relation or of a claim; "percent" is a fraction of one, "date" counts days since 2000.

    Returns
    -------
    str
        With as many decimals as the width of the interval gives meaning to, rounded outward, so that no bound
        is printed tighter than it is; "anything" if both ends are open, "nothing" if there is no number.
    """
    if math.isnan(lo):
        return "nothing"
    if math.isinf(lo) and math.isinf(hi):
        return "anything"
    if unit == "date":
        first, last = (ledger.EPOCH + datetime.timedelta(days=math.floor(day)) for day in (lo, hi))
        return (
            wording.date(str(first))
            if first == last
            else f"{wording.date(str(first))} to {wording.date(str(last))}"
        )
    # Adding zero turns the minus zero of a difference into a plain one.
    lo, hi = (float(f"{end:.{_SIGNIFICANT}g}") + 0.0 for end in (lo, hi))
    size = abs(hi if math.isfinite(hi) else lo)
    money = "billion" if size >= 10 else "million"
    kind = {"亿元": money, "元": "yuan", "元每人": "yuan", "percent": "percent"}.get(unit, "number")
    shift, _ = wording.KINDS[kind]
    ends = lo * 10**shift, hi * 10**shift
    fewest, most = _DECIMALS.get(kind, _DECIMALS.get(unit, (0, 0)))
    text = wording.interval(lo, hi, kind, _decimals(*ends, fewest, most), outward=lo < hi)
    nouns = {"day": ("day", "days"), **wording.CLAIM_NOUNS}
    return f"{text}{wording.NBSP}{nouns[unit][1]}" if unit in nouns else text


def _decimals(lo: float, hi: float, fewest: int, most: int) -> int:
    """Give the decimals that an interval needs: one more where rounding outward would widen it by half."""
    width = hi - lo
    needed = math.ceil(-math.log10(width)) if 0 < width < math.inf else fewest
    digits = min(max(fewest, needed), most)
    if not 0 < width < math.inf:
        return digits
    low, high = math.floor(round(lo * 10**digits, 6)), math.ceil(round(hi * 10**digits, 6))
    return digits + (high - low > 1.5 * width * 10**digits)


def unknowns(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """List the quantities that an article implies and does not print, with their tightest bounds.

    Parameters
    ----------
    folder : Path, optional
        The article's.

    Returns
    -------
    DataFrame
        Indexed by id: name, unit, lo, hi, text.
    """
    table = declarations.unknowns(folder)
    bounds = solver.bounds(verdicts.run(folder=folder).settled).loc[table.index]
    table = table.join(bounds)
    table["text"] = [quantity(row.lo, row.hi, row.unit) for row in table.itertuples()]
    return table


def relations(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """List relations with what the other figures make of them.

    Parameters
    ----------
    folder : Path, optional
        The article's.

    Returns
    -------
    DataFrame
        Columns Relation, About, Verdict (a role), Computed, Why; one row per relation. Where nothing else
        bears on the relation, "Computed" gives the unknown quantity that it defines.
    """
    graded, implied = verdicts.relations(folder), unknowns(folder)
    return pd.DataFrame(
        {
            "Relation": graded.statement,
            "About": graded.about.str.capitalize(),
            "Verdict": [f"{{verdict}}`{name}`" for name in graded.index],
            "Computed": [_computed(row, implied, folder) for row in graded.itertuples()],
            "Why": graded.reason,
        }
    ).reset_index(drop=True)


def _computed(row: tuple, implied: pd.DataFrame, folder: Path) -> str:
    """Write what the other figures permit for a relation, or for the unknown that it alone defines."""
    defined = verdicts.run(folder=folder).relations[row.Index].unknowns
    if row.lo <= 0 and row.hi == math.inf and defined:
        return "{name}: {text}".format(**implied.loc[min(defined)])
    return quantity(row.lo, row.hi, row.unit)


def scoreboard(table: pd.DataFrame, column: str, by: str) -> pd.DataFrame:
    """Count grades by a property.

    Parameters
    ----------
    table : DataFrame
        One row per claim or relation.
    column : str
        The column with the grades.
    by : str
        The column to count by.

    Returns
    -------
    DataFrame
        One row per grade in the order of `verdicts.GRADES`, one column per value of `by` and "all".
    """
    counts = pd.crosstab(table[column], table[by]).reindex(list(verdicts.GRADES), fill_value=0)
    counts["all"] = counts.sum(axis=1)
    return counts.rename_axis("Verdict", axis=0).rename_axis(None, axis=1)


def in_words(label: str, found: verdicts.Audit | None = None) -> str:
    """Say a label of the audit in words: a claim as a role with what it is, an assumption as its statement.

    Parameters
    ----------
    label : str
        "claim:<id>" or "assume:<id>".
    found : Audit, optional
        As `verdicts.run` gives it, which is taken if left out.

    Returns
    -------
    str
        MyST inline text.
    """
    (kind, _, name), found = label.partition(":"), found or verdicts.run()
    if kind == "assume":
        return f"Assumed: {found.assumptions.statement[name]}"
    claim = found.claims.loc[name]
    return f"{_owner(claim)}, {{claim}}`{name}`: {claim.paraphrase}"


def _owner(claim: pd.Series) -> str:
    """Name whom a claim is about."""
    return claim.entity.replace("-", " ").capitalize()


def conflicts(found: verdicts.Audit) -> pd.DataFrame:
    """Lay the minimal conflicts side by side.

    Parameters
    ----------
    found : Audit
        As `verdicts.run` gives it.

    Returns
    -------
    DataFrame
        One row per statement that takes part: Statement (MyST text), one column per conflict with a mark, and
        Cost: what giving it up costs in the audit's own scale.
    """
    cost = verdicts.costs(found.system, found.assumptions)
    labels = sorted(frozenset().union(*found.conflicts), key=lambda label: (cost[label], label))
    table = pd.DataFrame({"Statement": [in_words(label, found) for label in labels]})
    for number, conflict in enumerate(found.conflicts, start=1):
        table[f"Clash {number}"] = ["●" if label in conflict else "" for label in labels]
    return table.assign(Cost=[int(cost[label]) for label in labels])


def clash_notes(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Tell of each claim that clashes what it clashes with, what was computed, and what would mend it.

    Parameters
    ----------
    folder : Path, optional
        The article's.

    Returns
    -------
    DataFrame
        Indexed by claim, those in a conflict: clashes (tuple of texts, one for each conflict) and mending
        (text).
    """
    found, graded = verdicts.run(folder=folder), verdicts.relations(folder)
    called = {name: f"[{text}]" for name, text in declarations.unknowns(folder).name.items()}
    cost = verdicts.costs(found.system, found.assumptions, declarations.costs(found.claims, folder))
    clashes = []
    for number, conflict in enumerate(found.conflicts, start=1):
        sums = []
        for name, (lo, hi) in verdicts.permitted(found, conflict).items():
            row, relation = graded.loc[name], found.relations[name]
            worked = reasons.worked(relation, found.claims, lo, row.value, hi, called)
            sums.append(f"{row.statement.rstrip('.')}: {worked}")
        labels = "; ".join(_plainly(label, found) for label in sorted(conflict))
        text = f"Clash {number} of {len(found.conflicts)}. Not all of these hold: {labels}. "
        clashes.append((conflict, f"{text}What is computed: {'; '.join(sums)}."))
    cheapest = "; or ".join(
        f"{', '.join(_plainly(label, found) for label in sorted(repair.labels))} (cost {repair.cost:g})"
        for repair in found.repairs
    )
    rows = {}
    for label in sorted({label for conflict in found.conflicts for label in conflict}):
        kind, _, name = label.partition(":")
        if kind == "claim":
            own = solver.allowed(found.system, label)
            own = own[own.relation == name]
            alone = f"Giving up this figure alone (cost {cost[label]:g}) "
            if own.empty or math.isnan(own.allowed_lo.iloc[0]):
                alone += "would not do."
            else:
                ends = own[["allowed_lo", "allowed_hi"]].iloc[0]
                alone += f"would do: it would have to be {quantity(*ends, found.claims.unit[name])}."
            rows[name] = {
                "clashes": tuple(text for conflict, text in clashes if label in conflict),
                "mending": f"Least to give up: {cheapest}. {alone}",
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["clashes", "mending"]).rename_axis("claim")


def _plainly(label: str, found: verdicts.Audit) -> str:
    """Say a label in plain words: a claim as printed, an assumption as its statement."""
    kind, _, name = label.partition(":")
    if kind == "assume":
        return f"the assumption “{found.assumptions.statement[name].rstrip('.')}”"
    claim = found.claims.loc[name]
    return (
        f"{claim.token.replace('|', ' … ')}, {claim.paraphrase[0].lower()}{claim.paraphrase[1:].rstrip('.')}"
    )


def break_evens() -> pd.DataFrame:
    """List the assumptions of the linear relations with what they assume and what the figures permit.

    Returns
    -------
    DataFrame
        Columns Assumption, Relation, Assumed, Permitted, Holds; permitted is "anything" where nothing else
        bears on it.
    """
    table, graded = verdicts.break_evens(verdicts.run()), verdicts.relations()
    units = graded.unit[table.relation].to_list()
    lows = table.allowed_lo.mask(table.allowed_lo <= 0, -math.inf)
    return pd.DataFrame(
        {
            "Assumption": table.statement,
            "Relation": graded.statement[table.relation].to_list(),
            "Assumed": [
                quantity(lo, hi, unit) for lo, hi, unit in zip(table.lo, table.hi, units, strict=True)
            ],
            "Permitted": [
                quantity(lo, hi, u) for lo, hi, u in zip(lows, table.allowed_hi, units, strict=True)
            ],
            "Holds": ["yes" if holds else "no" for holds in table.holds],
        }
    )


RULES = {
    "as printed, rounded": rounding.USUAL,
    "digits cut off, not rounded": rounding.Rules(mode="truncated"),
    "integers lost a trailing zero": rounding.Rules(trailing="dropped"),
    "trailing zeros are no digits": rounding.Rules(trailing="significant"),
}
"""The rounding rules under which the audit can be run, with what a reader calls them."""


_HEADINGS = {"holds by rounding": "By rounding", "scope mismatch": "Scope"}
"""Grade -> a heading short enough for a column of counts."""


def under_rules() -> pd.DataFrame:
    """Count verdicts on claims under each rounding rule and name the relations whose verdict changes.

    Returns
    -------
    DataFrame
        One row per rule: Rule, Relations that change, Clashes, one column per grade.
    """
    rows, usual = [], verdicts.relations()
    for name, rules in RULES.items():
        found = verdicts.run(rules)
        graded = usual if rules == rounding.USUAL else verdicts.of_relations(found)
        counts = verdicts.of_claims(found, graded).internal.value_counts()
        changed = graded[graded.grade != usual.grade]
        moves = "; ".join(f"{r.statement} ({r.grade})" for r in changed.itertuples()) or "none"
        tally = {
            _HEADINGS.get(grade, grade.capitalize()): int(counts.get(grade, 0)) for grade in verdicts.GRADES
        }
        rows.append({"Rule": name, "Relations that change": moves, "Clashes": len(found.conflicts), **tally})
    return pd.DataFrame(rows)


def county_under_rules(about: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Work out a county's relations under each rounding rule.

    Parameters
    ----------
    about : str
        Part of the article: pingyang, kecheng or liandu.
    names : mapping of str to str
        Relation id to what the reader's table calls it.

    Returns
    -------
    DataFrame
        One row per rule: Reading of the digits, one column per named relation (its range, in the reader's
        unit), Verdicts that change (of the county's relations) and Clashes (minimal conflicts of the whole
        article).
    """
    usual = verdicts.relations()
    usual, rows = usual[usual.about == about], []
    for name, rules in RULES.items():
        found = verdicts.run(rules)
        graded = usual if rules == rounding.USUAL else verdicts.of_relations(found, about)
        ranges = {words: quantity(*graded.loc[id, ["lo", "hi", "unit"]]) for id, words in names.items()}
        changed = int((graded.grade != usual.grade).sum())
        totals = {"Verdicts that change": changed, "Clashes": len(found.conflicts)}
        rows.append({"Reading of the digits": name, **ranges, **totals})
    return pd.DataFrame(rows)
