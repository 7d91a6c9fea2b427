"""The verdict on each claim, on the article's evidence and on the record's together."""

from functools import cache

import pandas as pd

from mountain_counties.audit import kept_results, power, verdicts
from mountain_counties.record import claim_checks


def _together(internal: str, external: str, worth: str) -> str:
    """Give the verdict that follows from the article's evidence, the record's, and what both are worth."""
    if internal == "slogan":
        return internal
    if internal in verdicts.CLASHES and external == "borne out":
        return external
    worst = min(internal, external, key=verdicts.GRADES.index)
    return worth if worst in verdicts.TESTED[1:] else worst


@cache
def _slips() -> pd.DataFrame:
    return kept_results.keep("slips", _planted, *claim_checks.RESTS_ON)


def _planted() -> pd.DataFrame:
    found = verdicts.run()
    seen = found.power.assign(record=claim_checks.slips(found.folder).record)
    seen = seen.assign(both=seen.inside | seen.record)
    return seen.assign(stratum=verdicts.strata(found)[seen.claim].to_numpy())


def slips() -> pd.DataFrame:
    """Give every slip of every claim and who notices it.

    Returns
    -------
    DataFrame
        As `power.table` lays them out: claim, slip, token, value, direction; inside, record and both (whether
        the article's own figures, the record, or either of them notice it); stratum (of `verdicts.STRATA`).
    """
    return _slips().copy()


def claims() -> pd.DataFrame:
    """Give the verdicts on all claims under the usual rules, on the article's evidence and on the record's.

    Returns
    -------
    DataFrame
        As `verdicts.of_claims`, its reason as `internal_reason`; external, external_reason and checks, as
        `claim_checks.of_claims` gives them; overall and reason (of the side, or sides, that has this grade);
        slips and noticed (how many were planted, and how many are noticed by either side).

    Notes
    -----
    Overall is the graver of both verdicts, with one exception: a clash inside the article does not say which
    of its figures is wrong, so a figure that a source bears out from both sides is out of it. A ceiling never
    settles a clash. What holds is graded by the slips that either side notices. A slogan is no measurement.
    """
    table = verdicts.claims().rename(columns={"reason": "internal_reason"}).join(claim_checks.claims())
    planted = slips()
    worth = power.strength(planted, "both").reindex(table.index, fill_value="not contradicted")
    both = zip(table.internal, table.external, worth, strict=True)
    table["overall"] = [_together(*each) for each in both]
    table["reason"] = [_reason(row) for _, row in table.iterrows()]
    counted = planted.groupby("claim").both.agg(["size", "sum"]).reindex(table.index, fill_value=0)
    return table.assign(slips=counted["size"].astype(int), noticed=counted["sum"].astype(int))


def _reason(row: pd.Series) -> str:
    """Say why a claim has its verdict, by the side, or sides, that it rests on."""
    holds = verdicts.TESTED
    sides = (("internal", "{}."), ("external", "Record: {}."))
    return " ".join(
        words.format(row[f"{side}_reason"].rstrip("."))
        for side, words in sides
        if row[side] == row.overall or (row[side] in holds and row.overall in holds[1:])
    )
