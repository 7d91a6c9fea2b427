"""Would it notice? What the audit and the record make of slips planted in every figure, one at a time."""

import math
from pathlib import Path

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from mountain_counties.audit import ledger, power, verdicts, wording
from mountain_counties.audit.tables import TableError, natural, one_of, optional, read_csv, text, words
from mountain_counties.record import overall_verdicts

STORED = ledger.ARTICLE / "detection.csv"
AGREEMENT = ledger.ARTICLE / "peers.csv"
SIDES = {"inside": "The article alone", "record": "The record alone", "both": "Either"}
"""Column of `overall_verdicts.slips` -> who notices, as a reader calls it."""
KEPT = ["claim", "slip", "token", "direction", "inside", "record"]
"""The columns that are stored."""
COLUMNS = {
    "claim": text,
    "slip": one_of(power.KINDS),
    "token": text,
    "direction": one_of({"1", "-1"}),
    "inside": one_of({"0", "1"}),
    "record": one_of({"0", "1"}),
}
LEVEL = 0.95
"""Coverage of the intervals."""
GRAVE = power.KINDS[:3]
"""The slips that change a figure out of recognition."""

AIMS = dict(zip(GRAVE, (0.7, 0.7, 0.8), strict=True))
"""What share of the gravest slips of measured figures is meant to be noticed."""

PEERS = (
    (
        "statcheck, by its authors",
        "p-values that do not follow from the test statistic printed beside them",
        "85.3–100% noticed, 96.0–100% of sound ones passed, by settings",
        "nuijten2017",
    ),
    (
        "statcheck, by a critic",
        "the same tests, with those that it could not read counted as missed",
        "51.8% noticed",
        "schmidt2017",
    ),
    (
        "XBRL, rules of the Data Quality Committee",
        "facts of company reports that break a rule",
        "counts of errors by rule; no rate of detection was found",
        "xbrlus",
    ),
)
"""What other checkers publish of themselves: name, what they check, what they say, key of the source."""


def stored(path: Path = STORED) -> pd.DataFrame:
    """Load the slips as they were last planted and stored, by ``make detect``.

    Parameters
    ----------
    path : Path, optional
        The table.

    Returns
    -------
    DataFrame
        The columns `KEPT`.

    Raises
    ------
    TableError
        If a cell is not as declared.
    """
    table = read_csv(path, COLUMNS, key=["claim", "token", "direction", "slip"])
    sides = {side: table[side] == "1" for side in ("inside", "record")}
    return table.assign(direction=table.direction.astype(int), **sides)


def rates(slips: pd.DataFrame, by: str = "slip") -> pd.DataFrame:
    """Count the slips noticed, with Wilson intervals at `LEVEL`.

    Parameters
    ----------
    slips : DataFrame
        As `overall_verdicts.slips` gives them.
    by : str
        The column to count by.

    Returns
    -------
    DataFrame
        Indexed by `by` and side (of `SIDES`): planted, noticed, share, lo, hi.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    order = [kind for kind in power.KINDS if kind in set(slips[by])] if by == "slip" else None
    rows = {}
    for name, mine in slips.groupby(by, sort=order is None):
        for side in SIDES:
            hits, n = int(mine[side].sum()), len(mine)
            lo, hi = proportion_confint(hits, n, alpha=1 - LEVEL, method="wilson")
            rows[name, side] = {"planted": n, "noticed": hits, "share": hits / n, "lo": lo, "hi": hi}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis([by, "side"])
    table = table.astype({"planted": int, "noticed": int})
    return table if order is None else table.reindex(order, level=0)


def short_of_aim(table: pd.DataFrame) -> list[str]:
    """Name the gravest kinds of slip of which fewer are noticed, by either side, than was aimed at.

    Parameters
    ----------
    table : DataFrame
        As `rates` gives it, by kind of slip.
    """
    return [kind for kind, aim in AIMS.items() if table.share[kind, "both"] < aim]


def rates_for_readers(table: pd.DataFrame) -> pd.DataFrame:
    """Write the shares of slips noticed for a reader: one row per kind, one column per side.

    Parameters
    ----------
    table : DataFrame
        As `rates` gives it.

    Returns
    -------
    DataFrame
        Columns Slip, Planted, one per side: share with its interval.
    """
    name = table.index.names[0]
    shown = table.assign(
        text=[
            f"{wording.percent(row.share, 0)} ({wording.interval(row.lo, row.hi, 'percent', 0)})"
            for row in table.itertuples()
        ]
    )
    wide = shown.reset_index().pivot_table(values="text", index=name, columns="side", aggfunc="first")
    wide = wide[list(SIDES)].rename(columns=SIDES).rename_axis(None, axis="columns")
    wide = wide.reindex(table.index.get_level_values(0).unique())
    wide.insert(0, "Planted", table.planted.xs("both", level="side")[wide.index])
    return wide.rename_axis(name.capitalize()).reset_index()


def unnoticed(slips: pd.DataFrame) -> pd.DataFrame:
    """List the measured figures in which a slip of the point or of the unit would go unnoticed, and why.

    Parameters
    ----------
    slips : DataFrame
        As `overall_verdicts.slips` gives them.

    Returns
    -------
    DataFrame
        Columns Figure (a role), What it is, Unnoticed (what could have been printed), Verdict (a role), Why;
        in the article's order.
    """
    claims, judged = ledger.load(), overall_verdicts.claims()
    missed = slips[(slips.stratum == verdicts.STRATA[0]) & slips.slip.isin(GRAVE) & ~slips.both]
    rows = []
    for name, mine in missed.groupby("claim", sort=False):
        why = _why(judged.loc[name])
        if claims.hi[name] == math.inf and (mine.direction == -1).any():
            why = f"It is open above: what has passed this has passed less. {why}"
        rows.append(
            {
                "Figure": f"{{claim}}`{name}`",
                "What it is": claims.paraphrase[name],
                "Unnoticed": ", ".join(mine.token),
                "Verdict": f"{{verdict}}`{name}`",
                "Why": why,
            }
        )
    return pd.DataFrame(rows)


def _why(row: pd.Series) -> str:
    """Say why a slip of a figure goes unnoticed."""
    inside = row.internal_reason.rstrip(".")
    if row.internal in verdicts.CLASHES:
        inside = "it stands in the clash, whose other figures leave it room once the clash is mended"
    elif row.internal in verdicts.TESTED:
        inside = f"what tests it bounds one side, or widely: {inside}"
    record = row.external_reason.rstrip(".")
    if row.checks:
        record = f"what tests it bounds one side, or widely: {record}"
    return f"Article: {inside}. Record: {record}."


def peers() -> pd.DataFrame:
    """List what other checkers publish of their own power.

    Returns
    -------
    DataFrame
        Columns Checker, What it checks, What it publishes, Source (a role).
    """
    rows = [(name, what, says, f"{{cite}}`{key}`") for name, what, says, key in PEERS]
    return pd.DataFrame(rows, columns=["Checker", "What it checks", "What it publishes", "Source"])


def agreement(path: Path = AGREEMENT) -> pd.DataFrame:
    """Load on how many published or generated cases the audit's engine and its peers agree.

    Parameters
    ----------
    path : Path, optional
        The table; the tests work out its counts again.

    Returns
    -------
    DataFrame
        Columns peer, version, checks, cases, agree, differs (empty if nowhere).

    Raises
    ------
    TableError
        If a cell is not as declared, or more cases agree than there are.
    """
    columns = {"peer": words, "version": words, "checks": words, "cases": natural, "agree": natural}
    table = read_csv(path, columns | {"differs": optional(words)}, key=["peer"])
    for row, peer in enumerate(table.itertuples(), start=2):
        if not peer.cases or peer.agree > peer.cases:
            raise TableError(
                path, row, "agree", f"{peer.agree} of {peer.cases}", "cases, and at most all of them"
            )
    return table


def agreement_for_readers() -> pd.DataFrame:
    """Give `agreement` under the heads that a reader sees."""
    heads = ["Peer", "Version", "What is compared", "Cases", "Agree", "Where ours differs"]
    return agreement().set_axis(heads, axis="columns")
