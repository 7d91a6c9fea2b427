"""Numbers as Chinese writes them: the digits of the English text, with Chinese units.

A number is never worked out anew for another language: what `wording` wrote is written again, money in 亿元
or 万元 by moving the decimal point, ranges and dates with the signs of the national standard [1]_.

References
----------
.. [1] GB/T 15835-2011, General rules for writing numerals in publications.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from mountain_counties.audit.wording import DASH, MINUS, MONTHS, ONES, ORDINALS, TENS

_DIGITS = rf"[+{MINUS}]?\d(?:[\d,]*\d)?(?:\.\d+)?"
_MONTH = "|".join(MONTHS)
_UNITS = {
    "percentage points": "个百分点",
    "percentage point": "个百分点",
    "log points": "个对数点",
    "log point": "个对数点",
    "points": "个百分点",
    "point": "个百分点",
    "times": "倍",
    "yuan": "元",
    "mu": "亩",
    "days": "天",
    "months": "个月",
    "years": "年",
    "km²": "平方公里",
    "km2": "平方公里",
    "km": "公里",
}
"""Unit -> the same in Chinese, with its measure word."""

_LARGE = {"billion": 9, "bn": 9, "million": 6}
"""Word for a power of ten -> its exponent."""

_HALVES = {"1st": "上半年", "2nd": "下半年"}
_LARGE_UNIT = rf"(?P<large>{'|'.join(_LARGE)})(?P<money> yuan)?"
_UNIT = "|".join(_UNITS)
_SHORT = {"k": 3, "m": 6}
"""Letter behind the numbers of a narrow axis -> power of ten."""

_RULES: list[tuple[str, Callable[[re.Match[str]], str]]] = [
    (
        rf"(?P<m1>{_MONTH})(?: to |{DASH})(?P<m2>{_MONTH}) (?P<y>\d{{4}})",
        lambda m: f"{m['y']}年{_month(m['m1'])}至{_month(m['m2'])}",
    ),
    (rf"(?P<d>\d\d?) (?P<m>{_MONTH}) (?P<y>\d{{4}})", lambda m: f"{m['y']}年{_month(m['m'])}{m['d']}日"),
    (rf"(?P<d>\d\d?) (?P<m>{_MONTH})\b", lambda m: f"{_month(m['m'])}{m['d']}日"),
    (r"(?P<n>1st|2nd) half of (?P<y>\d{4})", lambda m: f"{m['y']}年{_HALVES[m['n']]}"),
    (rf"(?P<m>{_MONTH}) (?P<y>\d{{4}})", lambda m: f"{m['y']}年{_month(m['m'])}"),
    (
        rf"(?P<a>{_DIGITS}){DASH}(?P<b>{_DIGITS}) {_LARGE_UNIT}\b",
        lambda m: _range(m["a"], m["b"], m["large"], m["money"]),
    ),
    (rf"(?P<a>{_DIGITS}) {_LARGE_UNIT}\b", lambda m: _large(m["a"], m["large"], m["money"])),
    (  # whose unit comes behind the other
        rf"(?P<a>{_DIGITS})(?=(?:,| to| and| or) {_DIGITS} {_LARGE_UNIT}\b)",
        lambda m: _large(m["a"], m["large"], m["money"]),
    ),
    (rf"(?P<a>{_DIGITS})%?{DASH}(?P<b>{_DIGITS}%)", lambda m: f"{m['a']}%～{m['b']}"),
    (rf"(?P<a>\d{{4}}){DASH}(?P<b>\d{{4}})(?![\d,.]*\d)(?! (?:{_UNIT})\b)", lambda m: f"{m['a']}—{m['b']}"),
    (
        rf"(?P<a>{_DIGITS}){DASH}(?P<b>{_DIGITS}) (?P<u>{_UNIT})\b",
        lambda m: f"{m['a']}～{m['b']}{_UNITS[m['u']]}",
    ),
    (rf"(?P<a>{_DIGITS}){DASH}(?P<b>{_DIGITS})", lambda m: f"{m['a']}～{m['b']}"),
    (rf"(?P<a>{_DIGITS}) (?P<u>{_UNIT})\b", lambda m: m["a"] + _UNITS[m["u"]]),
    (rf"(?P<a>{_DIGITS})(?P<s>[km])\b", lambda m: _short(m["a"], m["s"])),
    (r"(?P<a>\d+)(?:st|nd|rd|th)\b", lambda m: f"第{m['a']}"),
    (r"\d+(?:\.\d+){2,}|\d{4}-\d\d(?:-\d\d)?", lambda m: m[0]),  # a version, a day as machines write it
    (rf"{_DIGITS}%?[\u4e00-\u9fff]+", lambda m: m[0]),  # as the article prints it
    (rf"{_DIGITS}%?", lambda m: m[0]),
]
_COMPILED = [(re.compile(pattern), form) for pattern, form in _RULES]
_ANY = re.compile(
    r"(?<![\w.\-])(?:"
    + "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern, _ in _RULES)
    + r")(?![\w²]|\.\d|-\d)"
)
"""A number in a running text, with its unit."""

_WORDS = {word: str(value) for value, word in enumerate(ONES)} | {
    word: str(10 * value) for value, word in enumerate(TENS, start=2)
}
_TIMES = {"once": "1倍", "twice": "2倍"}


def find(text: str) -> list[tuple[int, int, str]]:
    """Find the numbers in a running text, each with its unit.

    Parameters
    ----------
    text : str
        English, as the book's pages have it, with plain spaces.

    Returns
    -------
    list of tuple
        Begin and end of each, from left to right, and the same in Chinese.
    """
    return [(*found.span(), _written(text, found)) for found in _ANY.finditer(text)]


def _written(text: str, found: re.Match[str]) -> str:
    matches = ((pattern.match(text, found.start()), form) for pattern, form in _COMPILED)
    return next(form(match) for match, form in matches if match and match.end() == found.end())


def chinese(text: str) -> str:
    """Write a number in Chinese.

    Parameters
    ----------
    text : str
        One number with its unit, or a range, as `find` finds them, or in words: ``"24.9 billion yuan"``,
        ``"40–55%"``, ``"six"``, ``"22nd"``.

    Returns
    -------
    str
        The same digits, such as ``"249亿元"``, ``"40%～55%"``, ``"6"``, ``"第22"``.

    Raises
    ------
    ValueError
        If the text is no such number.
    """
    word = text.lower()
    if word in _TIMES:
        return _TIMES[word]
    if word in ORDINALS:
        return f"第{ORDINALS.index(word) + 1}"
    if word and all(part in _WORDS for part in word.split("-")):
        return str(sum(int(_WORDS[part]) for part in word.split("-")))
    for pattern, form in _COMPILED:
        if found := pattern.fullmatch(text):
            return form(found)
    raise ValueError(f"found {text!r}, expected a number as the book writes it")


def _month(name: str) -> str:
    return f"{MONTHS.index(name) + 1}月"


def _moved(digits: str, by: int) -> str:
    """Move the decimal point to the right."""
    value = Decimal(digits.replace(",", "").replace(MINUS, "-")).scaleb(by)
    sign, written = "+" if digits[0] == "+" else "", f"{value:f}".replace("-", MINUS)
    whole = "." not in digits  # then the noughts at its end are none that were measured
    return sign + (written.rstrip("0").rstrip(".") if whole and "." in written else written)


def _scale(digits: str, large: str) -> tuple[int, str]:
    """Return by how much the point moves, and the Chinese word for what is left: 亿, or 万 below it."""
    size = abs(Decimal(digits.replace(",", "").replace(MINUS, "-"))).scaleb(_LARGE[large])
    return (_LARGE[large] - 8, "亿") if size >= 10**8 or large != "million" else (_LARGE[large] - 4, "万")


def _short(digits: str, letter: str) -> str:
    size = abs(Decimal(digits.replace(",", "").replace(MINUS, "-"))).scaleb(_SHORT[letter])
    by, word = (8, "亿") if size >= 10**8 else (4, "万")
    return _moved(digits, _SHORT[letter] - by) + word


def _large(digits: str, large: str, money: str | None) -> str:
    by, word = _scale(digits, large)
    return _moved(digits, by) + word + ("元" if money else "")


def _range(low: str, high: str, large: str, money: str | None) -> str:
    by, word = _scale(low, large)
    return f"{_moved(low, by)}{word}～{_moved(high, by)}{word}" + ("元" if money else "")


def in_yi(digits: str) -> str:
    """Write a number of billion yuan as one of 100 million yuan (亿元): ``"24.9"`` is ``"249"``."""
    return _moved(digits, 1)


def format_of(about: dict) -> dict:
    """Return how the explorer writes an indicator in Chinese.

    Parameters
    ----------
    about : dict
        ``factor``, ``digits`` and ``suffix`` of the English one.

    Returns
    -------
    dict
        The same three.
    """
    suffix = about["suffix"].strip()
    if suffix == "bn yuan":
        return {"factor": about["factor"] * 10, "digits": max(about["digits"] - 1, 0), "suffix": "亿元"}
    return {key: about[key] for key in ("factor", "digits")} | {"suffix": _UNITS.get(suffix, suffix)}
