"""Every number that a reader sees goes through here: one way to write each kind, as a string.

Values come in as the package holds them (money in 100 million yuan, shares as fractions of one); the strings
that come out are in the reader's units. Digits are rounded half up in decimal arithmetic, as the statistical
offices do; the minus is a true minus, a range has an en dash, and a number never parts from its unit.
"""

import re
from calendar import monthrange
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from math import isfinite, isinf, isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the Sphinx extension imports this module too, and seldom needs a table
    import pandas as pd

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
NBSP = "\N{NO-BREAK SPACE}"
MONTHS = "January February March April May June July August September October November December".split()
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def number(x: float, digits: int = 0, *, shift: int = 0, rounding: str = ROUND_HALF_UP) -> str:
    """Write a plain number with thousands separators.

    Parameters
    ----------
    x : float
        A finite number.
    digits : int
        Decimal places.
    shift : int
        Power of ten to multiply by first, exactly: 2 turns a fraction into per cent.
    rounding : str
        One of the modes of :mod:`decimal`.

    Returns
    -------
    str
        For instance ``"−1,234.5"``.

    Raises
    ------
    ValueError
        If `x` is not finite: a missing value is never printed as a number.
    """
    if not isfinite(x):
        raise ValueError(f"cannot write {x!r} as a number: decide what the reader is told instead")
    exact = x if isinstance(x, int) else Decimal(repr(float(x)))
    rounded = Decimal(exact).scaleb(shift).quantize(Decimal(1).scaleb(-digits), rounding)
    text = f"{abs(rounded):,f}"
    return MINUS + text if rounded < 0 else text


def signed(x: float, digits: int = 0, *, shift: int = 0) -> str:
    """Write a number with its sign, a plus included; zero has none."""
    text = number(x, digits, shift=shift)
    return "+" + text if x > 0 and text.strip("0.") else text


def percent(fraction: float, digits: int = 1) -> str:
    """Write a fraction of one as per cent: ``percent(0.0625)`` is ``"6.3%"``."""
    return number(fraction, digits, shift=2) + "%"


def signed_percent(fraction: float, digits: int = 1) -> str:
    """Write a fraction of one as per cent with its sign: ``"+6.3%"``."""
    return signed(fraction, digits, shift=2) + "%"


def points(fraction: float, digits: int = 1) -> str:
    """Write a difference of two shares or rates (fractions of one) in percentage points."""
    return _with_unit(number(fraction, digits, shift=2), "percentage point")


def billion(yi: float, digits: int = 1) -> str:
    """Write an amount in 100 million yuan (亿元) as billion yuan: 699.5 is ``"69.95 billion yuan"``."""
    return number(yi, digits, shift=-1) + f"{NBSP}billion{NBSP}yuan"


def million(yi: float, digits: int = 0) -> str:
    """Write an amount in 100 million yuan (亿元) as million yuan, for amounts below a billion."""
    return number(yi, digits, shift=2) + f"{NBSP}million{NBSP}yuan"


def yuan(x: float, digits: int = 0) -> str:
    """Write an amount in yuan, such as an income per person."""
    return number(x, digits) + f"{NBSP}yuan"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun in the right number: ``count(1, "county", "counties")``."""
    return _with_unit(number(n), noun, plural)


def times(x: float, digits: int = 1) -> str:
    """Write a ratio of two levels: ``"2.3 times"``."""
    return number(x, digits) + f"{NBSP}times"


def words(n: int) -> str:
    """Write a whole number from 0 to 99 in words, for the start of a sentence: ``"twenty-six"``."""
    if not 0 <= n <= 99:
        raise ValueError(f"only 0 to 99 are written in words, found {n}")
    if n < 20:
        return ONES[n]
    return TENS[n // 10 - 2] + (f"-{ONES[n % 10]}" if n % 10 else "")


def ordinal(n: int) -> str:
    """Write a rank: a word up to the tenth, then ``"11th"``, ``"22nd"``."""
    if n < 1:
        raise ValueError(f"a rank starts at 1, found {n}")
    if n <= len(ORDINALS):
        return ORDINALS[n - 1]
    suffix = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return number(n) + suffix


# kind of quantity -> (power of ten from the package's unit to the reader's, what follows the digits)
KINDS = {
    "number": (0, ""),
    "percent": (2, "%"),
    "points": (2, f"{NBSP}percentage points"),
    "billion": (-1, f"{NBSP}billion{NBSP}yuan"),
    "million": (2, f"{NBSP}million{NBSP}yuan"),
    "yuan": (0, f"{NBSP}yuan"),
    "times": (0, f"{NBSP}times"),
}


def interval(lo: float, hi: float, kind: str = "number", digits: int = 1, *, outward: bool = False) -> str:
    """Write a closed interval, its unit once.

    Parameters
    ----------
    lo, hi : float
        The ends, in the package's unit for `kind`; either may be infinite.
    kind : str
        A key of `KINDS`.
    digits : int
        Decimal places of both ends, in the reader's unit.
    outward : bool
        Round `lo` down and `hi` up, so that a bound is never printed tighter than it is.

    Returns
    -------
    str
        ``"6.1–6.5%"``; ``"−1.2% to 0.3%"`` where a minus would meet the dash;
        ``"at least 2.0 billion yuan"``; one number if both ends print alike.

    Raises
    ------
    ValueError
        If an end is missing, the ends are in the wrong order, or both are infinite.
    KeyError
        If `kind` is unknown.
    """
    if isnan(lo) or isnan(hi) or lo > hi or (isinf(lo) and isinf(hi)):
        raise ValueError(f"no interval to write from {lo!r} to {hi!r}")
    shift, unit = KINDS[kind]
    down, up = (ROUND_FLOOR, ROUND_CEILING) if outward else (ROUND_HALF_UP, ROUND_HALF_UP)
    if isinf(hi):
        return f"at{NBSP}least{NBSP}{number(lo, digits, shift=shift, rounding=down)}{unit}"
    if isinf(lo):
        return f"at{NBSP}most{NBSP}{number(hi, digits, shift=shift, rounding=up)}{unit}"
    low, high = number(lo, digits, shift=shift, rounding=down), number(hi, digits, shift=shift, rounding=up)
    if low == high:
        return low + unit
    if MINUS in low + high:
        return f"{low}{unit if unit == '%' else ''} to {high}{unit}"
    return f"{low}{DASH}{high}{unit}"


def down(x: float, kind: str = "number", digits: int = 1) -> str:
    """Write a number rounded down: what is at least so much, or holds up to so much.

    Parameters
    ----------
    x : float
        In the package's unit for `kind`; its tenth significant digit is taken for the solver's tolerance.
    kind : str
        A key of `KINDS`.
    digits : int
        Decimal places, in the reader's unit.

    Returns
    -------
    str
    """
    return _directed(x, kind, digits, ROUND_FLOOR)


def up(x: float, kind: str = "number", digits: int = 1) -> str:
    """Write a number rounded up, as `down` does downward: what is at most so much, or holds from so much."""
    return _directed(x, kind, digits, ROUND_CEILING)


def _directed(x: float, kind: str, digits: int, rounding: str) -> str:
    shift, unit = KINDS[kind]
    return number(float(f"{x:.10g}"), digits, shift=shift, rounding=rounding) + unit


def span(lo: float, hi: float, kind: str = "number") -> str:
    """Write a closed interval with all its digits: ``span(0.4, 0.55, "percent")`` is ``"40–55%"``."""
    shift, _ = KINDS[kind]
    return interval(lo, hi, kind, max(_places(lo, shift), _places(hi, shift)))


def p_value(p: float) -> str:
    """Write a probability under the null hypothesis: ``"p = 0.013"``, or ``"p < 0.001"``."""
    if not 0 <= p <= 1:
        raise ValueError(f"a p-value lies between 0 and 1, found {p!r}")
    return f"p{NBSP}<{NBSP}0.001" if p < 0.001 else f"p{NBSP}={NBSP}{number(p, 3)}"


def date(iso: str) -> str:
    """Write an ISO date, month or year as English: ``"2024-12-06"`` is 6 December 2024."""
    parts = iso.split("-")
    if not (1 <= len(parts) <= 3 and all(part.isdigit() for part in parts) and len(parts[0]) == 4):
        raise ValueError(f"expected YYYY, YYYY-MM or YYYY-MM-DD, found {iso!r}")
    month = [MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    day = [str(int(parts[2]))] if len(parts) > 2 else []
    return NBSP.join(day + month + parts[:1])


def years(first: int, last: int) -> str:
    """Write a span of years: ``"2020–2023"``, or one year."""
    return str(first) if first == last else f"{first}{DASH}{last}"


def listing(items: list[str]) -> str:
    """Write a list in a sentence: ``"a, b and c"``."""
    items = list(items)
    if not items:
        raise ValueError("an empty list cannot be written into a sentence")
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


# unit of a claim -> kind of quantity; a unit with a noun is written as a bare number and the noun
CLAIM_KINDS = {"亿元": "billion", "percent": "percent", "元": "yuan", "元每人": "yuan"}
CLAIM_NOUNS = {
    "亩": ("mu", "mu"),
    "year": ("year", "years"),
    "month": ("month", "months"),
    "working_day": ("working day", "working days"),
    "digit": ("digit", "digits"),
}
# hedge of a claim as printed -> how the reader's text says it
HEDGES = {
    "": "{}",
    "约": "about {}",
    "超": "over {}",
    "破": "over {}",
    "多": "over {}",
    "余": "over {}",
    "全部超过": "over {}",
    "突破": "{}",  # a level, or what it passed: the text leaves it open
    "以上": "at least {}",
    "级": "the {} class",
    "百强": "top {}",
}


def claim(row: "pd.Series") -> str:
    """Write a figure of the article as precisely as it was printed, in the reader's unit, with its hedge.

    Parameters
    ----------
    row : pandas.Series
        One row of `ledger.load`.

    Returns
    -------
    str
        For instance ``"69.95 billion yuan"``, ``"over 280"``, ``"November 2023"``, ``"first"``.

    Raises
    ------
    ValueError
        If the claim has no figure: a slogan or a direction.
    KeyError
        If its hedge is unknown.
    """
    if isnan(row["value"]):
        raise ValueError(f"claim {row.name!r} is a {row['kind']} and has no figure")
    if row["kind"] == "date":
        return period(row["period"])
    if row["kind"] == "rank" and not row["hedge"]:
        return ordinal(int(row["value"]))
    figure = _written(row, row["value"], row["value"], _printed_places(row))
    return HEDGES[row["hedge"]].format(figure).replace(" ", NBSP)


def claim_interval(row: "pd.Series") -> str:
    """Write the interval that a figure of the article stands for, with all its digits.

    Parameters
    ----------
    row : pandas.Series
        One row of `ledger.load`.

    Returns
    -------
    str
        For instance ``"69.945–69.955 billion yuan"``; for a date its period; ``"none"`` for a slogan or a
        direction.
    """
    if isnan(row["value"]):
        return "none"
    if row["kind"] == "date":
        return exact_period(row["period"])
    shift, _ = KINDS[_claim_kind(row)]
    return _written(row, row["lo"], row["hi"], max(_places(row["lo"], shift), _places(row["hi"], shift)))


def period(interval: str) -> str:
    """Write an ISO interval of days as the day, month or year that it lies in, or from day to day."""
    start, _, end = interval.partition("/")
    for length in (10, 7, 4):
        if start[:length] == end[:length]:
            return date(start[:length])
    if ".." in (start, end):
        return f"until {date(end)}" if start == ".." else f"from {date(start)}"
    return f"{date(start)} to {date(end)}"


def exact_period(interval: str) -> str:
    """Write an ISO interval of days to the day: a part of a year is not written as the year.

    Parameters
    ----------
    interval : str
        Such as ``"2024-01-01/2024-06-30"``, which is January to June 2024.

    Returns
    -------
    str
    """
    start, _, end = interval.partition("/")
    written = period(interval)
    if not written.isdigit() or (start[5:], end[5:]) == ("01-01", "12-31"):
        return written
    year, month = int(end[:4]), int(end[5:7])
    if start[8:] == "01" and int(end[8:]) == monthrange(year, month)[1]:
        return f"{MONTHS[int(start[5:7]) - 1]} to {MONTHS[month - 1]}{NBSP}{year}"
    return f"{date(start)} to {date(end)}"


def _claim_kind(row: "pd.Series") -> str:
    """Return the kind of a claim's quantity; money below a billion is in millions."""
    kind = CLAIM_KINDS.get(row["unit"], "number")
    return "million" if kind == "billion" and row["value"] < 10 else kind


def _written(row: "pd.Series", lo: float, hi: float, digits: int) -> str:
    text = interval(lo, hi, _claim_kind(row), digits)
    return _with_unit(text, *CLAIM_NOUNS[row["unit"]]) if row["unit"] in CLAIM_NOUNS else text


def _printed_places(row: "pd.Series") -> int:
    """Return the decimals that show each printed digit in the reader's unit; an integer needs no zeros."""
    shift, _ = KINDS[_claim_kind(row)]
    whole = not re.search(r"[.点]\w", row["token"])
    if row["kind"] == "enumeration" or whole or not row["step"]:
        return _places(row["value"], shift)
    return max(0, -(Decimal(repr(float(row["step"]))).adjusted() + shift))


def _places(x: float, shift: int) -> int:
    """Return the decimals that a number needs after a shift; the noise of binary fractions does not count."""
    if isinf(x):
        return 0
    return max(0, -Decimal(repr(round(float(x), 9))).scaleb(shift).normalize().as_tuple().exponent)


def _with_unit(figure: str, noun: str, plural: str | None = None) -> str:
    """Join a written number to its noun, singular for exactly one."""
    singular = figure.lstrip(MINUS) == "1"
    return f"{figure}{NBSP}{noun if singular else plural or noun + 's'}"
