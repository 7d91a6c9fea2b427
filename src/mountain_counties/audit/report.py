"""The audit of a folder as a report for a reader or a program: plain text, JSON, or one HTML page."""

import json
import math
from collections.abc import Iterable
from html import escape
from pathlib import Path

import pandas as pd

from mountain_counties.audit import ledger, reasons, verdicts
from mountain_counties.audit import relations as declared

CLEAN, CONFLICT, BAD_INPUT = 0, 1, 2
"""Exit statuses."""
_STYLE = """body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}th{background:#f2f2f2}
td,th{border-bottom:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}
td,th{overflow-wrap:anywhere}"""


def of_folder(folder: Path) -> dict[str, object]:
    """Audit a folder.

    Parameters
    ----------
    folder : Path
        It holds claims.csv, exclusions.csv, relations.yml, source.yml and units.txt.

    Returns
    -------
    dict
        Of strings, numbers, lists and dicts, as JSON has them: source; claims (id, token, paraphrase,
        verdict, reason, relations, conflicts: the numbers of those that it takes part in); relations (id,
        statement, verdict, worked, lo, value, hi, unit); conflicts (labels: claims and assumptions;
        relations that clash; worked: what each computes, what is printed, and what the rest of the conflict
        permits); repairs (what to withdraw, and its cost); exclusions (their number). An open side is None.

    Raises
    ------
    TableError
        If a file is not as declared.
    """
    known, excluded = ledger.source(folder), ledger.exclusions(folder)
    found = verdicts.run(folder=folder)
    ledger.apart(found.claims, excluded, folder)
    graded = verdicts.relations(folder)
    on_claims = verdicts.claims(folder)
    called = {name: f"[{words}]" for name, words in declared.unknowns(folder).name.items()}
    clashing = [verdicts.permitted(found, conflict) for conflict in found.conflicts]
    relations = [
        {"id": row.Index, "statement": row.statement, "verdict": row.grade,
         "worked": reasons.worked(
             found.relations[row.Index], found.claims, row.lo, row.value, row.hi, called),
         "reason": row.reason, "lo": _number(row.lo), "value": _number(row.value), "hi": _number(row.hi),
         "unit": row.unit}
        for row in graded.itertuples()
    ]  # fmt: skip
    claims = [
        {"id": row.Index, "token": row.token.replace("|", " … "), "paraphrase": row.paraphrase,
         "verdict": on_claims.internal[row.Index], "reason": on_claims.reason[row.Index],
         "relations": list(on_claims.relations[row.Index]),
         "conflicts": [n for n, c in enumerate(found.conflicts, 1) if f"claim:{row.Index}" in c]}
        for row in found.claims.itertuples()
    ]  # fmt: skip
    return {
        "source": {key: str(known[key]) for key in ("outlet", "title", "date", "url") if known[key]},
        "claims": claims,
        "relations": relations,
        "conflicts": [
            {
                "labels": sorted(labels),
                "relations": list(needed),
                "worked": [
                    reasons.worked(found.relations[n], found.claims, lo, graded.value[n], hi, called)
                    or graded.statement[n]
                    for n, (lo, hi) in needed.items()
                ],
            }
            for labels, needed in zip(found.conflicts, clashing, strict=True)
        ],
        "repairs": [
            {"group": repair.group, "withdraw": sorted(repair.labels), "cost": repair.cost}
            for repair in found.repairs
        ],
        "exclusions": len(excluded),
    }


def _number(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def status(report: dict[str, object], checks: pd.DataFrame | None = None) -> int:
    """Give the exit status: whether anything clashes.

    Parameters
    ----------
    report : dict
        As `of_folder` gives it.
    checks : DataFrame, optional
        Graded checks against a record, with a column `grade`.
    """
    grades = {row["verdict"] for row in report["relations"]} | set(checks.grade if checks is not None else [])
    return CONFLICT if report["conflicts"] or grades & set(verdicts.CLASHES) else CLEAN


def _say(label: str, report: dict[str, object]) -> str:
    """Say a label in words."""
    kind, _, name = label.partition(":")
    if kind != "claim":
        return f"assumption {name}"
    claim = next(claim for claim in report["claims"] if claim["id"] == name)
    return f"{claim['token']} ({name}: {claim['paraphrase'].rstrip('.')})"


def _blocks(
    report: dict[str, object], checks: pd.DataFrame | None
) -> Iterable[tuple[str, list[str], list[list[str]]]]:
    """Yield the parts of a report: title, column heads, rows of texts."""
    rows = [
        [str(n), "; ".join(_say(label, report) for label in conflict["labels"]),
         "; ".join(conflict["worked"])]
        for n, conflict in enumerate(report["conflicts"], 1)
    ]  # fmt: skip
    yield "Conflicts", ["No.", "These cannot all hold", "What clashes"], rows
    rows = [
        [str(repair["group"] + 1), "; ".join(_say(label, report) for label in repair["withdraw"]),
         f"{repair['cost']:g}"]
        for repair in report["repairs"]
    ]  # fmt: skip
    yield "Repairs of least cost", ["Group", "Withdraw", "Cost"], rows
    rows = [
        [row["id"], row["verdict"], row["statement"], row["worked"] or row["reason"]]
        for row in report["relations"]
    ]
    yield "Relations", ["Relation", "Verdict", "What it says", "Computed"], rows
    if checks is not None:
        rows = [[r.Index, r.grade, r.statement, f"{r.says}; {r.reason}"] for r in checks.itertuples()]
        yield "Checks against the record", ["Check", "Verdict", "What it tests", "Stated; why"], rows
    rows = [[row["id"], row["verdict"], row["token"], row["paraphrase"]] for row in report["claims"]]
    yield "Claims", ["Claim", "Verdict", "Printed", "What it says"], rows


def headline(report: dict[str, object]) -> str:
    """Count verdicts on claims, conflicts and exclusions in one line."""
    grades = pd.Series([claim["verdict"] for claim in report["claims"]]).value_counts()
    counts = ", ".join(f"{count} {grade}" for grade, count in grades.sort_index().items())
    clashes = len(report["conflicts"])
    return (
        f"{len(report['claims'])} claims: {counts}. {clashes} conflict{'' if clashes == 1 else 's'}. "
        f"{report['exclusions']} numerals excluded."
    )


def as_text(report: dict[str, object], checks: pd.DataFrame | None = None) -> str:
    """Write a report as plain text, one line a row."""
    lines = [" · ".join(report["source"].values()), headline(report)]
    for title, _, rows in _blocks(report, checks):
        if rows:
            lines += ["", title, *("  " + " | ".join(row) for row in rows)]
    return "\n".join(lines) + "\n"


def as_json(report: dict[str, object], checks: pd.DataFrame | None = None) -> str:
    """Write a report as JSON."""
    more = {}
    if checks is not None:
        more = {"checks": [{"id": r.Index, "verdict": r.grade, "says": r.says} for r in checks.itertuples()]}
    return json.dumps(report | more, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def as_html(report: dict[str, object], checks: pd.DataFrame | None = None) -> str:
    """Write a report as one HTML page that needs no other file; every text of the folder is escaped."""
    title = escape(" · ".join(report["source"].values()))
    parts = [
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Audit: {title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>{escape(headline(report))}</p>"
    ]
    for name, heads, rows in _blocks(report, checks):
        if not rows:
            parts.append(f"<h2>{name}</h2><p>None.</p>")
            continue
        head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        parts.append(f"<h2>{name}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    return "\n".join(parts) + "\n</body></html>\n"
