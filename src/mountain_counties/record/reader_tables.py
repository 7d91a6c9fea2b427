"""The checks against the official record as tables that a chapter can show."""

import pandas as pd

from mountain_counties.audit import ledger, verdicts, wording
from mountain_counties.audit import reader_tables as audit_tables
from mountain_counties.record import claim_checks, official_figures, overall_verdicts

_HELD = {"at_most": "ceiling ", "at_least": "floor "}


def checks(about: str | None = None) -> pd.DataFrame:
    """List checks.

    Parameters
    ----------
    about : str, optional
        Part of the article: group, pingyang, kecheng or liandu; all if left out.

    Returns
    -------
    DataFrame
        Columns Tested, Verdict (a role), Article, Record, Note, Sources (the weakest grade).
    """
    graded = claim_checks.checks()
    if about is not None:
        graded = graded[graded.about == about]
    return pd.DataFrame(
        {
            "Tested": graded.statement,
            "Verdict": [f"{{verdict}}`{name}`" for name in graded.index],
            "Article": graded.says,
            "Record": [
                _HELD.get(row.held, "") + audit_tables.quantity(row.lo, row.hi, row.unit)
                for row in graded.itertuples()
            ],
            "Note": [row.turning or row.reason for row in graded.itertuples()],
            "Sources": [max(sources.values()) for sources in graded.sources],
        }
    ).reset_index(drop=True)


def turning_points() -> pd.DataFrame:
    """List the checks whose verdict turns at some value, and what they assume.

    Returns
    -------
    DataFrame
        Columns Tested, Verdict (a role), Turns, Assumes (with the quality of each).
    """
    graded, assumed = claim_checks.checks(), claim_checks.assumptions()
    graded = graded[graded.turns.notna()]
    return pd.DataFrame(
        {
            "Tested": graded.statement,
            "Verdict": [f"{{verdict}}`{name}`" for name in graded.index],
            "Turns": graded.turning,
            "Assumes": [
                " ".join(f"{assumed.statement[name]} ({assumed.quality[name]})" for name in names)
                for names in graded.assumes
            ],
        }
    ).reset_index(drop=True)


def changed() -> pd.DataFrame:
    """List the claims whose verdict the record changed.

    Returns
    -------
    DataFrame
        Columns Claim, Together (a role), Printed, By the article, By the record; in the article's order.
    """
    claims, judged = ledger.load(), overall_verdicts.claims()
    moved = judged[judged.overall != judged.internal]
    return pd.DataFrame(
        {
            "Claim": claims.paraphrase[moved.index],
            "Together": [f"{{verdict}}`{name}`" for name in moved.index],
            "Printed": claims.token[moved.index].str.replace("|", " … "),
            "By the article": moved.internal,
            "By the record": moved.external,
        }
    ).reset_index(drop=True)


def untested() -> pd.DataFrame:
    """List why the record cannot test a claim.

    Returns
    -------
    DataFrame
        Columns Reason, Claims (how many), For instance; most claims first.
    """
    claims = ledger.load()
    reasons = claim_checks.gaps(claims)
    first = {reason: name for name, reason in reversed(list(reasons.items()))}
    counts = reasons.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "Reason": counts.index,
            "Claims": counts.to_list(),
            "For instance": [claims.paraphrase[first[reason]] for reason in counts.index],
        }
    )


def areas() -> pd.DataFrame:
    """List the shares of the area that pairs of areas and totals give.

    Returns
    -------
    DataFrame
        Columns Areas of the members, Area of the province, Sum, Total (km²), Share; smallest share first.
    """
    table = official_figures.areas().sort_values("share")
    return pd.DataFrame(
        {
            "Areas of the members": table.areas,
            "Area of the province": table.total,
            "Sum, km²": table.km2.map(wording.number),
            "Total, km²": table.km2_total.map(wording.number),
            "Share": table["share"].map(lambda share: wording.percent(share, 2)),
        }
    ).reset_index(drop=True)


def scoreboard() -> pd.DataFrame:
    """Count verdicts by the evidence that they rest on.

    Returns
    -------
    DataFrame
        One row per grade in the order of `verdicts.GRADES`; columns By the article, By the record, Together.
    """
    judged = overall_verdicts.claims()
    sides = {"By the article": "internal", "By the record": "external", "Together": "overall"}
    counts = {name: judged[side].value_counts() for name, side in sides.items()}
    table = pd.DataFrame(counts).reindex(list(verdicts.GRADES)).fillna(0).astype(int)
    return table.rename_axis("Verdict")


def weights() -> pd.DataFrame:
    """List the group's weight in the province by year.

    Returns
    -------
    DataFrame
        Columns Year, Share of GDP, Share of people, Rests on a lead (yes or no).
    """
    table = official_figures.weights()
    return pd.DataFrame(
        {
            "Year": table.index.astype(str),
            "Share of GDP": table.gdp_share.map(wording.percent),
            "Share of people": table.people_share.map(wording.percent, na_action="ignore"),
            "Rests on a lead": table.lead.map({True: "yes", False: "no"}),
        }
    ).reset_index(drop=True)


def incomes(rows: int) -> pd.DataFrame:
    """List the members with the highest rural incomes, with the gaps between them.

    Parameters
    ----------
    rows : int
        How many.

    Returns
    -------
    DataFrame
        Columns Rank, County, Rural income per head, Ahead of the next by.
    """
    table = official_figures.ranking("income_rural_disposable_pc", 2024).head(rows)
    return pd.DataFrame(
        {
            "Rank": table["rank"],
            "County": table.name,
            "Rural income per head": table.value.map(wording.yuan),
            "Ahead of the next by": table.ahead.map(wording.percent),
        }
    ).reset_index(drop=True)
