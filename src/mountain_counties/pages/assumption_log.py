"""The two logs behind every finding: what is assumed, and what limits it, each rated."""

from pathlib import Path

import pandas as pd

from mountain_counties.audit import reader_tables as audit_tables
from mountain_counties.audit import relations as declarations
from mountain_counties.audit import verdicts
from mountain_counties.audit.declaration_file import RATINGS
from mountain_counties.audit.tables import DATA, TableError, matching, one_of, read_csv, text
from mountain_counties.record import claim_checks

LIMITATIONS = DATA / "limitations.csv"
TOPICS = {
    "all": "All chapters",
    "audit": "The article's figures",
    "pingyang": "Pingyang",
    "kecheng": "Kecheng",
    "liandu": "Liandu",
    "policy": "The policies",
    "record": "The article against the record",
    "portrait": "Who the counties are",
    "growth": "Growth",
    "list": "The list over time",
    "separation": "What separates those who left",
    "line": "What moving the line does",
    "award": "The award",
}
"""Part of the book -> its name for a reader."""


def limitations(path: Path = LIMITATIONS) -> pd.DataFrame:
    """Load the log of limitations.

    Parameters
    ----------
    path : Path, optional
        The table.

    Returns
    -------
    DataFrame
        Indexed by id: `statement`; `bears_on` (tuple of keys of `TOPICS`); `quality` (how sound the evidence
        stays in spite of it) and `impact` (how far a finding could move), each low, medium or high;
        `what_would_settle`.

    Raises
    ------
    TableError
        If a cell is not as declared.
    """
    columns = {
        "id": matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a kebab slug"),
        "statement": text,
        "bears_on": text,
        "quality": one_of(RATINGS),
        "impact": one_of(RATINGS),
        "what_would_settle": text,
    }
    table = read_csv(path, columns, key=["id"])
    table["bears_on"] = [tuple(cell.split("; ")) for cell in table["bears_on"]]
    for row, topics in enumerate(table["bears_on"], start=2):
        if strange := [topic for topic in topics if topic not in TOPICS]:
            raise TableError(path, row, "bears_on", repr(strange[0]), f"one of {', '.join(TOPICS)}")
    return table.set_index("id")


def uses() -> pd.DataFrame:
    """List where each assumption is used.

    Returns
    -------
    DataFrame
        One row per assumption and relation that rests on it: `assumption`, `relation` (ids), `about` (part of
        the article), `statement` and `grade` (the relation's).
    """
    graded = verdicts.relations().explode("assumes").dropna(subset="assumes").reset_index()
    graded = graded.rename(columns={"assumes": "assumption"})
    return graded[["assumption", "relation", "about", "statement", "grade"]]


def uses_for_readers() -> pd.DataFrame:
    """Write where each assumption is used for a reader.

    Returns
    -------
    DataFrame
        Assumption, Relation, Verdict (a role), Part of the article.
    """
    used = uses()
    return pd.DataFrame(
        {
            "Assumption": used["assumption"].map(declarations.assumptions()["statement"]),
            "Relation": used["statement"],
            "Verdict": [f"{{verdict}}`{name}`" for name in used["relation"]],
            "Part": used["about"].map(TOPICS),
        }
    )


def assumptions() -> pd.DataFrame:
    """Write the log of assumptions for a reader.

    Returns
    -------
    DataFrame
        One row per assumption, in the order of the declarations: Assumption, Quality, Impact, Kind,
        Break-even, Used in (parts of the article, with the number of relations).
    """
    used, tested = uses(), audit_tables.break_evens()
    rows = []
    for name, spec in declarations.assumptions().iterrows():
        mine = used[used["assumption"] == name]
        counts = mine["about"].value_counts(sort=False)
        rows.append(
            {
                "Assumption": spec["statement"],
                "Quality": spec["quality"],
                "Impact": spec["impact"],
                "Kind": spec["kind"],
                "Break-even": break_even(mine, tested[tested["Assumption"] == spec["statement"]]),
                "Used in": ", ".join(f"{TOPICS[about]} ({n})" for about, n in counts.items()),
            }
        )
    return pd.DataFrame(rows)


def record_assumptions() -> pd.DataFrame:
    """Write the log of the assumptions behind the tests against the official record.

    Returns
    -------
    DataFrame
        One row per assumption: Assumption, Quality, Impact, Kind, Tests (what rests on it), Break-even (what
        the tests say of their turning points).
    """
    tested, theirs = claim_checks.checks(), set(declarations.assumptions().index)
    rows = []
    for name, spec in claim_checks.assumptions().iterrows():
        mine = tested[[name in assumed for assumed in tested["assumes"]]]
        if name in theirs and mine.empty:
            continue
        turning = [words for words in mine["turning"] if words]
        rows.append(
            {
                "Assumption": spec["statement"],
                "Quality": spec["quality"],
                "Impact": spec["impact"],
                "Kind": spec["kind"],
                "Tests": " ".join(mine["statement"]),
                "Break-even": "; ".join(turning) or "none: the test does not turn on a number",
            }
        )
    return pd.DataFrame(rows)


def break_even(used: pd.DataFrame, tested: pd.DataFrame) -> str:
    """Say in words whether the other figures leave an assumption room.

    Parameters
    ----------
    used : DataFrame
        The rows of `uses` for one assumption.
    tested : DataFrame
        The rows of `audit_tables.break_evens` for it; a relation that is not linear has none.

    Returns
    -------
    str
        For each relation that clashes, what is assumed and what the other figures permit; otherwise whether
        any figure bears on the assumption.
    """
    clashes = [
        f"{row.Relation} Assumed: {row.Assumed}; permitted: {row.Permitted}."
        for row in tested[tested["Holds"] == "no"].itertuples()
    ]
    others = used[~used["statement"].isin(tested["Relation"])]
    clashes += [f"{statement} It fails." for statement in others.statement[others.grade == "contradicted"]]
    if clashes:
        return " ".join(clashes)
    if tested["Permitted"].ne("anything").any():
        return "It may stand: the other figures leave it room."
    return "No figure bears on it: what rests on it is only derived."


def limitations_for_readers() -> pd.DataFrame:
    """Write the log of limitations for a reader.

    Returns
    -------
    DataFrame
        Limitation, Quality, Impact, What would settle it, Bears on.
    """
    table = limitations()
    return pd.DataFrame(
        {
            "Limitation": table["statement"],
            "Quality": table["quality"],
            "Impact": table["impact"],
            "What would settle it": table["what_would_settle"],
            "Bears on": [", ".join(TOPICS[topic] for topic in topics) for topics in table["bears_on"]],
        }
    ).reset_index(drop=True)
