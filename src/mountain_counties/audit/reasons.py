"""What a relation computes, in figures: ``12.5 + 7.5 = 20.0, printed 21, permitted 19.9 to 20.1``."""

import math
from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from mountain_counties.audit import wording
from mountain_counties.audit.relations import ONE, Relation

_SIGNIFICANT = 10
_MOST = 6


def places(step: float) -> int:
    """Give the decimals of a figure whose last digit is worth `step`; none for a fraction in words."""
    if not step or math.isnan(step):
        return 0
    return min(max(0, -Decimal(f"{step:.3g}").adjusted()), _MOST)


def figure(x: float, digits: int, percent: bool = False) -> str:
    """Write a number of the ledger, a fraction of one as per cent if asked; infinity in words.

    Parameters
    ----------
    x : float
        In the package's unit.
    digits : int
        Decimals, of per cents if they are written.
    percent : bool
        Whether the number is a fraction to be written in per cent.
    """
    if math.isinf(x):
        return "no limit"
    x = float(f"{x:.{_SIGNIFICANT}g}") + 0.0
    return wording.percent(x, digits) if percent else wording.number(x, digits)


def _own(name: str, claims: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Write a claim's own figure, or the name of an unknown."""
    if name not in claims.index or math.isnan(claims.value[name]):
        return names.get(name, name)
    percent = claims.unit[name] == "percent"
    return figure(claims.value[name], places(claims.step[name] * (100 if percent else 1)), percent)


def _sum(side: Mapping[str, float], claims: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Write a sum of claims and unknowns with their coefficients."""
    text = ""
    for name, factor in side.items():
        size, negative = abs(factor), factor < 0
        if name == ONE:
            term = figure(size, _digits(size))
        else:
            own = _own(name, claims, names)
            if text and own.startswith(wording.MINUS):  # a sum with a loss in it
                negative, own = not negative, own.removeprefix(wording.MINUS)
            term = ("" if size == 1 else f"{figure(size, _digits(size))} × ") + own
        sign = f" {wording.MINUS} " if negative else " + "
        text += sign + term if text else (wording.MINUS if negative else "") + term
    return text


def _digits(x: float) -> int:
    return min(_MOST, max(0, -Decimal(f"{x:.{_SIGNIFICANT}g}").normalize().as_tuple().exponent))


def worked(
    relation: Relation,
    claims: pd.DataFrame,
    lo: float,
    value: float,
    hi: float,
    names: Mapping[str, str] | None = None,
) -> str:
    """Say what a linear relation computes, what is printed, and what everything else permits.

    Parameters
    ----------
    relation : Relation
        A linear one; a function has no sum to show.
    claims : DataFrame
        As `ledger.load` gives them.
    lo, value, hi : float
        As `verdicts.of_relations` gives them: the permitted range, and the quantity at the printed figures.
    names : mapping of str to str, optional
        How unknowns are called; by their ids if left out.

    Returns
    -------
    str
        Empty for a function.
    """
    if not relation.linear:
        return ""
    names = names or {}
    growth, den = relation.target == "grows_by", relation.den
    percent = relation.unit == "percent" or growth
    top = _sum(relation.num, claims, names)
    if den is not None:
        bottom = _sum(den, claims, names)
        top = f"({top})" if len(relation.num) > 1 else top
        top += f" / ({bottom})" if len(den) > 1 else f" / {bottom}"
    shift = 1.0 if growth else 0.0
    named = [n for n in relation.num if n in claims.index]
    size = 100 if percent else 1
    digits = (
        max([places(claims.step[n] * size) for n in named] or [0]) if den is None else (1 if percent else 3)
    )
    stated = [label.removeprefix("claim:") for label in relation.labels if label.startswith("claim:")]
    told = next((n for n in stated if relation.target in ("is", "grows_by") and n not in relation.num), "")
    if told:
        digits = max(digits if den is None else 0, places(claims.step[told] * size))
        digits += den is not None
    text = f"{top}{f' {wording.MINUS} 1' if growth else ''}"
    if not math.isnan(value):
        text += f" = {figure(value - shift, digits, percent)}"
    if told:
        text += f", printed {_own(told, claims, names)}"
    elif relation.target in ("equals", "at_least", "at_most", "within"):
        ends = [end for end in (relation.lo, relation.hi) if math.isfinite(end)]
        said = " to ".join(dict.fromkeys(figure(end, _digits(end * size), percent) for end in ends))
        word = {"at_least": "at least ", "at_most": "at most "}.get(relation.target, "")
        text += f", expected {word}{said}"
    if relation.target != "derives" and not math.isnan(lo) and not (lo <= 0 and hi == math.inf):
        low, high = (figure(end - shift, digits, percent) for end in (lo, hi))
        text += f", permitted {low}" if low == high else f", permitted {low} to {high}"
    return text
