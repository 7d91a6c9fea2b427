"""A printed figure -> the interval of values that it stands for.

The printed token is kept as a string: "38" and "38.0" say different things. All arithmetic is exact
(`fractions.Fraction`); an open side is `math.inf`.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

NUMERAL = re.compile(r"[0-9０-９]+|[〇零一二两双三四五六七八九十廿卅百千万亿]+|首(?=[^都脑])")
"""What counts as a numeral of the text: a run of Arabic digits or of Chinese numerals, and 首, the first."""

EXACT = {"count", "rank", "streak", "threshold"}
MEASURED = {"level", "share", "growth", "ratio", "duration"}
WITHOUT_INTERVAL = {"slogan", "direction"}
KINDS = EXACT | MEASURED | WITHOUT_INTERVAL | {"target", "enumeration", "date"}
HEDGES = {"", "约", "超", "破", "以上", "多", "余", "全部超过", "突破", "级", "百强"}

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "双": 2, "首": 1}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_PRINTED = re.compile(
    r"(?P<arabic>\d+(?:\.\d+)?)(?P<more>[多余]?)(?P<multiplier>[百千万亿]*)(?![\d,，.])", re.ASCII
)

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


def chinese_number(text: str) -> int:
    """Read a Chinese numeral, positional by tens and myriads ("五百亿" is 50,000,000,000).

    Parameters
    ----------
    text : str
        Chinese numerals only; 首 counts as one, 两 and 双 as two. A leading unit implies one ("百" is 100).

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a character is no numeral.
    """
    total = section = digit = 0
    waiting = False  # a digit that no unit has taken up yet
    for character in text:
        if character in _DIGITS:
            if waiting and digit:
                raise ValueError(f"{text!r} is no positional numeral: two digits follow each other")
            digit, waiting = _DIGITS[character], True
        elif character in _TENS:
            section += (digit if waiting else 1) * _TENS[character]
            digit, waiting = 0, False
        elif character in _MYRIADS:
            section += digit
            if character == "亿":  # it multiplies all that stands before it, 万 only its own section
                total, section = total + section, 0
                total = (total or 1) * _MYRIADS[character]
            else:
                total += (section or 1) * _MYRIADS[character]
            section, digit, waiting = 0, 0, False
        else:
            raise ValueError(f"{character!r} in {text!r} is no Chinese numeral")
    if not text:
        raise ValueError("an empty string is no numeral")
    return total + section + digit


@dataclass(frozen=True)
class Printed:
    """A figure as printed: its number, the unit of its last digit, and whether 多 or 余 follows."""

    number: Fraction
    step: Fraction
    integer: bool
    more: bool


def read(token: str, unit: str) -> Printed:
    """Read the number of one printed token.

    Parameters
    ----------
    token : str
        For instance "133.64亿元", "280多个", "三大", "首位", "亿元".
    unit : str
        Unit of the claim. A multiplier that the unit already holds (亿 in 亿元) is not applied twice.

    Returns
    -------
    Printed
        In the unit of the claim.

    Raises
    ------
    ValueError
        If the token does not begin with a number, or holds full-width digits.
    """
    if re.search(r"[０-９．％]", token):
        raise ValueError(f"full-width digits in {token!r}; expected ASCII digits")
    base = Fraction(_MYRIADS.get(unit[0], 1))
    if match := _PRINTED.match(token):
        digits = match["arabic"]
        multiplier = Fraction(math.prod((_TENS | _MYRIADS)[unit] for unit in match["multiplier"])) / base
        decimals = len(digits.partition(".")[2])
        step = Fraction(1, 10**decimals) * multiplier
        return Printed(Fraction(digits) * multiplier, step, decimals == 0, bool(match["more"]))
    if match := re.match(r"[首双〇零一二两三四五六七八九十百千万亿]+", token):
        number = Fraction(chinese_number(match[0])) / base
        return Printed(number, Fraction(1), True, False)
    raise ValueError(f"{token!r} does not begin with a number")


def _last_place(number: Fraction, step: Fraction) -> Fraction:
    """Give the unit of the last digit that is not zero, the last one being worth a step."""
    place = step
    while number and number % (place * 10) == 0:
        place *= 10
    return place


def interval(token: str, unit: str, kind: str, hedge: str = "", rules: Rules = USUAL) -> tuple[Bound, Bound]:
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
    多 and 余: of a count, from one more than printed to one less than the next step of the last digit that
    is not zero; of a measured figure, up to that step. 超, 破, 以上, 全部超过: at least the figure. 突破: at
    least the figure less half a step, since a level may be meant as well. 级: the class, up to ten times.
    百强: a rank of at most the figure. 约: half a unit of the last digit that is not zero. A share lies
    between 0 and 100%.
    """
    if kind not in KINDS or hedge not in HEDGES:
        raise ValueError(f"kind {kind!r} or hedge {hedge!r} is unknown")
    if kind in WITHOUT_INTERVAL:
        return math.nan, math.nan
    if kind == "enumeration":
        parts = Fraction(len(token.split("|")))
        return parts, parts
    printed = read(token, unit)
    low, high = _hedged(printed, kind, "多" if printed.more else hedge, rules)
    return (max(low, Fraction(0)), min(high, Fraction(100))) if kind == "share" else (low, high)


def _hedged(printed: Printed, kind: str, hedge: str, rules: Rules) -> tuple[Bound, Bound]:
    """Give the interval of a figure by its kind and hedge."""
    number, place = printed.number, _last_place(printed.number, printed.step)
    if hedge in {"多", "余"}:
        if kind != "count":
            return number, number + place
        return number + 1, max(number + 1, number + place - 1)
    if hedge in {"超", "破", "以上", "全部超过"} and kind != "threshold":
        return number, math.inf
    if hedge == "级":
        return number, number * 10
    if hedge == "百强":
        return Fraction(1), number
    if hedge == "约":
        return number - place / 2, number + place / 2
    if kind in EXACT or kind == "target":
        return number, number
    step = printed.step
    if printed.integer and rules.trailing != "printed":
        step = step / 10 if rules.trailing == "dropped" else max(step, place)
    if rules.mode == "truncated":
        low, high = number, number + step
    else:
        low, high = number - step / 2, number + step / 2
    return low, (math.inf if hedge == "突破" else high)
