"""The verdict on each claim, on the article's evidence and on the record's together."""

import pandas as pd

from mountain_counties.audit import verdicts
from mountain_counties.record import claim_checks


def _together(internal: str, external: str) -> str:
    """Give the grade that follows from the article's evidence and the record's."""
    if internal in verdicts.CLASHES and external.startswith("consistent"):
        return external
    return min(internal, external, key=verdicts.GRADES.index)


def claims() -> pd.DataFrame:
    """Give the grades of all claims under the usual rules, on the article's evidence and on the record's.

    Returns
    -------
    DataFrame
        As `verdicts.of_claims`, its reason as `internal_reason`; external, external_reason and checks, as
        `claim_checks.of_claims` gives them; overall and reason (of the side, or sides, that has this grade).

    Notes
    -----
    Overall is the first of both grades in the order of `verdicts.GRADES`, with one exception: a clash inside
    the article does not say which of its figures is wrong, so what the record confirms is consistent.
    """
    table = verdicts.claims().rename(columns={"reason": "internal_reason"}).join(claim_checks.claims())
    table["overall"] = [_together(*both) for both in zip(table.internal, table.external, strict=True)]
    sides = (("internal", "{}."), ("external", "Record: {}."))
    table["reason"] = [
        " ".join(
            words.format(row[f"{side}_reason"].rstrip("."))
            for side, words in sides
            if row[side] == row.overall
        )
        for _, row in table.iterrows()
    ]
    return table
