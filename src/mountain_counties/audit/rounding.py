"""A printed figure -> the interval of values that it stands for.

The printed token is kept as a string: "38" and "38.0" say different things. All arithmetic is exact
(`fractions.Fraction`); an open side is `math.inf`.
"""

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from mountain_counties.audit import tokens
from mountain_counties.audit.tokens import NUMERAL, Printed, chinese_number, read
from mountain_counties.audit.units import ARTICLE

__all__ = ["NUMERAL", "Printed", "chinese_number", "interval", "read"]

EXACT = {"count", "rank", "streak", "threshold"}
MEASURED = {"level", "share", "growth", "ratio", "duration"}
WITHOUT_INTERVAL = {"slogan", "direction"}
KINDS = EXACT | MEASURED | WITHOUT_INTERVAL | {"target", "enumeration", "date"}
HEDGES = {"", *tokens.HEDGES}

Bound = Fraction | float


@dataclass(frozen=True)
class Rules:
    """The switches of the rounding rules.

    Parameters
    ----------
    mode : {"half up", "truncated"}
        How the last printed digit came about: rounded to the nearest, or the rest cut off.
    trailing : {"printed", "dropped", "significant"}
        What an integer says of its precision. "printed": known to the last printed digit. "dropped": a
        trailing ".0" was left out, so ten times finer. "significant": trailing zeros are not digits, so
        "120" is known to tens.
    """

    mode: Literal["half up", "truncated"] = "half up"
    trailing: Literal["printed", "dropped", "significant"] = "printed"


USUAL = Rules()
"""Rounded to the nearest, every printed digit meant."""


def _last_place(number: Fraction, step: Fraction) -> Fraction:
    """Give the unit of the last digit that is not zero, the last one being worth a step."""
    place = step
    while step and number and number % (place * 10) == 0:
        place *= 10
    return place


def interval(
    token: str,
    unit: str,
    kind: str,
    hedge: str = "",
    rules: Rules = USUAL,
    folder: Path = ARTICLE,
    decimal: str = ".",
) -> tuple[Bound, Bound]:
    """Give the closed interval of values that a printed figure stands for.

    Parameters
    ----------
    token : str
        As printed; the parts of an enumeration joined by "|".
    unit : str
        Unit of the claim; the result is in this unit.
    kind : str
        One of `KINDS`. Counts, ranks, streaks and thresholds are exact; levels, shares, rates, ratios and
        durations are rounded; a target is exact unless it names a class; an enumeration counts its parts.
    hedge : str, optional
        One of `HEDGES`.
    rules : Rules, optional
    folder, decimal
        As `tokens.read` takes them.

    Returns
    -------
    tuple of Fraction or float
        (low, high); (nan, nan) for a slogan or a direction, which have no interval.

    Raises
    ------
    ValueError
        If the token is no number, or the kind or hedge is unknown.

    Notes
    -----
    Half a unit of the last printed digit, closed at both ends, as in statcheck and R scrutiny.
    What a hedge means is told in `tokens.TABLE`. 多 and 余: of a count, from one more than printed to one
    less than the next step of the last digit that is not zero; of a measured figure, up to that step. 超, 破,
    以上, 全部超过, over: at least the figure. 突破: at least the figure less half a step, since a level may
    be meant as well. 级: the class, up to ten times. 百强: a rank of at most the figure. 约, about: half a
    unit of the last digit that is not zero. 近, nearly: up to the figure, from one such unit below. 不足, up
    to: at most the figure. A range goes from the lower end of its first figure to the upper end of its last.
    A fraction in words is exact. A share lies between 0 and 100%.
    """
    if kind not in KINDS or hedge not in HEDGES:
        raise ValueError(f"kind {kind!r} or hedge {hedge!r} is unknown")
    if kind in WITHOUT_INTERVAL:
        return math.nan, math.nan
    if kind == "enumeration":
        parts = Fraction(len(token.split("|")))
        return parts, parts
    printed = read(token, unit, folder, decimal)
    if printed.hedge and hedge and tokens.HEDGES[printed.hedge] != tokens.HEDGES[hedge]:
        raise ValueError(f"its hedge is {printed.hedge!r}, not {hedge!r}")
    means = "more" if printed.more else tokens.HEDGES.get(printed.hedge or hedge, "")
    low, high = _hedged(printed, kind, means, rules)
    if printed.last is not None:
        if means:
            raise ValueError("a range has no hedge")
        _, high = _hedged(replace(printed, number=printed.last), kind, means, rules)
    return (max(low, Fraction(0)), min(high, Fraction(100))) if kind == "share" else (low, high)


def _hedged(printed: Printed, kind: str, hedge: str, rules: Rules) -> tuple[Bound, Bound]:
    """Give the interval of a figure by its kind and what its hedge means."""
    number, place = printed.number, _last_place(printed.number, printed.step)
    if hedge == "more":
        if kind != "count":
            return number, number + place
        return number + 1, max(number + 1, number + place - 1)
    if hedge == "from" and kind != "threshold":
        return number, math.inf
    if hedge == "to" and kind != "threshold":
        return -math.inf if number < 0 or kind == "growth" else Fraction(0), number
    if hedge == "class":
        return number, number * 10
    if hedge == "top":
        return Fraction(1), number
    if hedge == "about":
        return number - place / 2, number + place / 2
    if hedge == "nearly":
        return number - place, number
    if kind in EXACT or kind == "target":
        return number, number
    step = printed.step
    if printed.integer and rules.trailing != "printed":
        step = step / 10 if rules.trailing == "dropped" else max(step, place)
    if rules.mode == "truncated":  # towards zero
        low, high = (number, number + step) if number >= 0 else (number - step, number)
    else:
        low, high = number - step / 2, number + step / 2
    return low, (math.inf if hedge == "broken" else high)
