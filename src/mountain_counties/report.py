"""The audit's results as tables that a chapter can show: words, intervals and badges, not raw numbers."""

import datetime
import math

import pandas as pd

from mountain_counties import audit, ledger, prose, verdicts
from mountain_counties import relations as declarations

# kind of quantity -> fewest and most decimals
_DECIMALS = {"percent": (1, 1), "ratio": (2, 2), "billion": (1, 2), "million": (0, 1), "亩": (2, 2)}


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
        With as many decimals as the width of the interval gives meaning to; "anything" if both ends are open.
    """
    if math.isinf(lo) and math.isinf(hi):
        return "anything"
    if unit == "date":
        first, last = (ledger.EPOCH + datetime.timedelta(days=math.floor(day)) for day in (lo, hi))
        return (
            prose.date(str(first))
            if first == last
            else f"{prose.date(str(first))} to {prose.date(str(last))}"
        )
    size = abs(hi if math.isfinite(hi) else lo)
    money = "billion" if size >= 10 else "million"
    kind = {"亿元": money, "元": "yuan", "percent": "percent"}.get(unit, "number")
    shift, _ = prose.KINDS[kind]
    width = (hi - lo) * 10**shift
    fewest, most = _DECIMALS.get(kind, _DECIMALS.get(unit, (0, 0)))
    needed = math.ceil(-math.log10(width)) if 0 < width < math.inf else fewest
    # Minus zero, which a difference of equal figures may give, is no number for a reader: add zero.
    text = prose.interval(lo + 0.0, hi + 0.0, kind, min(max(fewest, needed), most))
    nouns = {"day": ("day", "days"), **prose.CLAIM_NOUNS}
    return f"{text}{prose.NBSP}{nouns[unit][1]}" if unit in nouns else text


def unknowns() -> pd.DataFrame:
    """List the quantities that the article implies and does not print, with their tightest bounds.

    Returns
    -------
    DataFrame
        Indexed by id: name, unit, lo, hi, text.
    """
    table = declarations.unknowns()
    bounds = audit.bounds(verdicts.run().settled).loc[table.index]
    table = table.join(bounds)
    table["text"] = [quantity(row.lo, row.hi, row.unit) for row in table.itertuples()]
    return table


def relations(about: str | None = None) -> pd.DataFrame:
    """List relations with what the other figures make of them.

    Parameters
    ----------
    about : str, optional
        Part of the article: policy, pingyang, kecheng or liandu; all if left out.

    Returns
    -------
    DataFrame
        Columns Relation, Computed, Verdict (a role), Rests on; one row per relation.
    """
    graded = verdicts.relations()
    if about is not None:
        graded = graded[graded.about == about]
    return pd.DataFrame(
        {
            "Relation": graded.statement,
            "Computed": [quantity(r.lo, r.hi, r.unit) for r in graded.itertuples()],
            "Verdict": [f"{{verdict}}`{name}`" for name in graded.index],
            "Why": graded.reason,
        }
    ).reset_index(drop=True)


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
