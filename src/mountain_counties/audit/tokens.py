"""A printed token -> its number, the unit of its last digit, and the words around it.

What a word means is a row of ``words.csv``: hedges, number words, multipliers, parts, proportions and
currency marks, words for units, and for years told from the day of print, by language. Another language needs
rows there and no code.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

from mountain_counties.audit import units
from mountain_counties.audit.units import ARTICLE

TABLE = Path(__file__).with_name("words.csv")
ROLES = ("hedge", "number", "multiplier", "part", "proportion", "currency", "unit", "year")
HEDGE_MEANINGS = {"about", "nearly", "from", "to", "broken", "more", "class", "top"}


def _table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["role"]][row["word"]] = row["value"]
    return found


WORDS = _table()
HEDGES = WORDS["hedge"]
"""A hedge -> what it means, one of `HEDGE_MEANINGS`."""
YEARS = {word: int(value) for word, value in WORDS["year"].items()}
"""A word for a year -> how many years after that of print it is."""
_NUMBERS = {word: int(value) for word, value in WORDS["number"].items()}
_MULTIPLIERS = {word: int(value) for word, value in WORDS["multiplier"].items()}
_PROPORTIONS = {word: Fraction(value) for word, value in WORDS["proportion"].items()}
_DIGITS = {word: value for word, value in _NUMBERS.items() if not word.isascii()}
_TENS = {word: value for word, value in _MULTIPLIERS.items() if not word.isascii() and value < 10**4}
_MYRIADS = {word: value for word, value in _MULTIPLIERS.items() if not word.isascii() and value >= 10**4}


def _any(words: Iterable[str]) -> str:
    """Build a pattern for any of the words, the longest first; Latin ones stand alone."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(rf"\b{re.escape(w)}\b" if w.isascii() and w.isalpha() else re.escape(w) for w in ordered)


_ENGLISH = _any([w for w in (*_NUMBERS, *_MULTIPLIERS) if w.isascii() and len(w) > 2])
_SMALL = _any(word for word in _NUMBERS if word.isascii())
NUMERAL = re.compile(
    rf"[0-9０-９]+|[〇零一二两双三四五六七八九十廿卅百千万亿]+|首(?=[^都脑])"
    rf"|(?i:\bhalf\b|(?:{_SMALL}|\ban?)[\s-]+(?:{_any(WORDS['part'])})|{_ENGLISH})"
)
"""What counts as a numeral of a text: a run of digits or of Chinese numerals, 首, an English number word."""

_MINUS = "−–-"  # the plain one last, where a set of characters takes it as it is
_SIGN = re.compile(rf"(?:[+{_MINUS}]|负|minus\s+)")
_CURRENCY = re.compile(_any(WORDS["currency"]))
_BEFORE = re.compile(rf"({_any(HEDGES)})\s*", re.IGNORECASE)
_AFTER = re.compile(r"(以上|以下|左右)$")
_CHINESE = "".join((*_DIGITS, *_TENS, *_MYRIADS))
_CHINESE_RUN = re.compile(f"[{_CHINESE}]+(?:点[{''.join(_DIGITS)}]+)?")
ENGLISH_RUN = re.compile(rf"(?i)(?:a\s+)?(?:{_ENGLISH})(?:(?:[\s-]+|\s+and\s+)(?:{_ENGLISH}))*")
_ENGLISH_PART = re.compile(rf"(?i)(?:(?P<top>{_SMALL}|an?)[\s-]+)?(?P<part>{_any(WORDS['part'])})")
_RANGE = re.compile(rf"\s*(?:[—~～至到{_MINUS}]|\bto\b|\band\b)\s*")
_MULTIPLIER = re.compile(rf"\s*(?P<word>{_any(_MULTIPLIERS)})", re.IGNORECASE)


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


def english_number(text: str) -> int:
    """Read a whole number in English words: "two hundred and five thousand" is 205,000.

    Raises
    ------
    ValueError
        If a word is no number, or the words are in no order that a number has.
    """
    total, section, last = 0, 0, 10**18
    words = [word for word in re.split(r"[\s-]+", text.strip().lower()) if word not in ("and", "a")]
    if not words:
        raise ValueError("an empty string is no number")
    for word in words:
        if word in _NUMBERS and word.isascii() and not (word == "dozen" and section):
            small = _NUMBERS[word]
            if section % 100 and not (section % 100 >= 20 and section % 10 == 0 and 0 < small < 10):
                raise ValueError(f"{text!r} is no number: {word!r} stands out of order")
            section += small
        elif word == "hundred" or (word == "dozen" and section):
            if not 0 < (section or 1) < 100:
                raise ValueError(f"{text!r} is no number: {word!r} stands out of order")
            section = (section or 1) * (100 if word == "hundred" else 12)
        elif word in _MULTIPLIERS and word.isascii():
            if _MULTIPLIERS[word] >= last:
                raise ValueError(f"{text!r} is no number: {word!r} stands out of order")
            last = _MULTIPLIERS[word]
            total, section = total + (section or 1) * last, 0
        else:
            raise ValueError(f"{word!r} in {text!r} is no number word")
    return total + section


@dataclass(frozen=True)
class Printed:
    """A figure as printed.

    Parameters
    ----------
    number : Fraction
        In the unit of the claim; of a range, its lower end.
    step : Fraction
        The unit of the last digit.
    integer : bool
        Whether no decimal is printed.
    more : bool
        Whether 多 or 余 follows.
    last : Fraction or None
        Upper end of a range.
    hedge : str
        A hedge inside the token; empty if none.
    tail : str
        The word that it ends with.
    currency : str
        The currency that a mark names; empty if none.
    """

    number: Fraction
    step: Fraction
    integer: bool
    more: bool = False
    last: Fraction | None = None
    hedge: str = ""
    tail: str = ""
    currency: str = ""


def _arabic(decimal: str) -> re.Pattern:
    """Build the pattern of a number in digits, for a decimal point or a decimal comma."""
    point, thousands = (r"\.", "[,\u202f\u00a0]") if decimal == "." else (",", "[.\u202f\u00a0]")
    return re.compile(
        rf"(?P<whole>\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)(?:{point}(?P<decimals>\d+))?(?!\d)(?![,.]\d)",
        re.ASCII,
    )


_ARABIC = {mark: _arabic(mark) for mark in ".,"}


def _numeral(text: str, decimal: str) -> tuple[Fraction, Fraction, bool, str, str]:
    """Read the numeral at the start; give number, step, whether whole, a proportion word, and the rest."""
    if match := re.match(r"(百|千|万)分之", text):
        number, step, integer, _, rest = _numeral(text[match.end() :], decimal)
        per = {"百": "%", "千": "‰", "万": "bp"}[match[1]]
        return number, step, integer, per, rest
    if match := re.match(rf"([{_CHINESE}]+)分之([{_CHINESE}]+)", text):
        below = chinese_number(match[1])
        if not below:
            raise ValueError(f"{text!r} divides by zero")
        return Fraction(chinese_number(match[2]), below), Fraction(0), False, "", text[match.end() :]
    if match := re.match(rf"([{''.join(_DIGITS)}\d]+)成([{''.join(_DIGITS)}半]?)(?!立|为|员|果)", text):
        tenths = Fraction(match[1]) if match[1].isdigit() and match[1].isascii() else chinese_number(match[1])
        part = {"": 0, "半": 5}.get(match[2]) if match[2] in ("", "半") else chinese_number(match[2])
        step = Fraction(1 if match[2] else 10)
        return Fraction(tenths) * 10 + part, step, True, "%", text[match.end() :]
    if match := _ARABIC[decimal].match(text):
        whole = Fraction(re.sub(r"\D", "", match["whole"]))
        digits = match["decimals"] or ""
        number = whole + (Fraction(int(digits), 10 ** len(digits)) if digits else 0)
        rest = text[match.end() :]
        if below := re.match(r"/(\d+)(?![\d/.])", rest, re.ASCII):
            if digits or not int(below[1]):
                raise ValueError(f"{text!r} is no fraction")
            return number / int(below[1]), Fraction(0), False, "", rest[below.end() :]
        return number, Fraction(1, 10 ** len(digits)), not digits, "", rest
    if match := re.match(r"一半|半(?=[^径数导]|$)", text):
        return Fraction(1, 2), Fraction(0), False, "", text[match.end() :]
    if match := _CHINESE_RUN.match(text):
        whole, _, digits = match[0].partition("点")
        number = Fraction(chinese_number(whole))
        if digits:
            number += Fraction(int("".join(str(_DIGITS[d]) for d in digits)), 10 ** len(digits))
        step = Fraction(1, 10 ** len(digits))
        for character in reversed(whole):  # 五百亿 is known to 亿
            if character not in _MYRIADS:
                break
            step *= _MYRIADS[character]
        return number, step, not digits, "", text[match.end() :]
    if match := _ENGLISH_PART.match(text):
        top = (match["top"] or "a").lower()
        above = 1 if top in ("a", "an") else _NUMBERS[top]
        part = Fraction(above, int(WORDS["part"][match["part"].lower()]))
        return part, Fraction(0), False, "", re.sub(r"^\s+of\b", "", text[match.end() :])
    if match := ENGLISH_RUN.match(text):
        return Fraction(english_number(match[0])), Fraction(1), True, "", text[match.end() :]
    raise ValueError(f"{text!r} does not begin with a number")


def _spoken(tail: str, folder: Path) -> str:
    """Give the defined unit that a tail is, in the singular; empty if it is none."""
    for name in (tail, tail.removesuffix("s")):
        if name and units.defined(name, folder):
            return name
    return ""


@cache
def spoken(tail: str, folder: Path = ARTICLE) -> frozenset[str]:
    """Give the units that the word at the end of a token may mean; none if the word is for no unit.

    Parameters
    ----------
    tail : str
        What follows the number; the longest end of it that is a unit counts, of Latin words whole words.
    folder : Path, optional
        Its ``units.txt`` defines the units.
    """
    latin = tail.isascii()
    starts = [m.start() for m in re.finditer(r"\S+", tail)] if latin else range(len(tail))
    for word in (tail[start:] for start in starts):
        found = units.defined(word, folder)
        found |= units.defined(word.removesuffix("s"), folder) if latin else set()
        found |= {"percent"} if word in _PROPORTIONS else set()
        found |= set(WORDS["unit"][word].split("|")) if word in WORDS["unit"] else set()
        if found:
            return frozenset(found)
    return frozenset()


@cache
def _counted(unit: str, folder: Path) -> str:
    """Give the unit that a multiplier alone counts: 元 for 亿元, since that is 亿 times it; else the same."""
    for word, times in _MULTIPLIERS.items():
        rest = unit.removeprefix(word).removeprefix("_")
        known = unit.startswith(word) and units.defined(rest, folder)
        if known and units.size(unit, folder) == times * units.size(rest, folder):
            return _counted(rest, folder)
    return unit


def _single(token: str, unit: str, folder: Path, decimal: str) -> Printed:
    """Read a token that holds one number."""
    text, hedge, currency, negative = token.strip(), "", "", False
    if (match := _BEFORE.match(text)) and not _CHINESE_RUN.match(text):  # 百强 begins with a numeral
        hedge, text = match[1].lower(), text[match.end() :]
    if match := re.fullmatch(r"\(([^()]+)\)(.*)", text):  # accountants' minus
        negative, text = True, match[1] + match[2]
    signed = False
    for _ in range(2):  # a sign may stand on either side of a currency mark
        if not signed and (match := _SIGN.match(text)):
            signed, negative, text = True, match[0] != "+", text[match.end() :].lstrip()
        if not currency and (match := _CURRENCY.match(text)):
            currency, text = WORDS["currency"][match[0]], text[match.end() :].lstrip()
    number, step, integer, per, rest = _numeral(text, decimal)
    read_off = text[: len(text) - len(rest)]
    many, more = any(word in read_off for word in _MYRIADS), False
    if rest[:1] in ("多", "余"):
        more, rest = True, rest[1:]
    rest = rest.strip()
    if match := _AFTER.search(rest):
        hedge, rest = hedge or match[1], rest[: match.start()].strip()
    own = units.size(unit, folder)
    factor = Fraction(1)
    name = _spoken(rest.strip(), folder)
    while not name and (match := _MULTIPLIER.match(rest)):
        factor *= _MULTIPLIERS[match["word"].lower()]
        rest = rest[match.end() :]
        if rest[:1] in ("多", "余"):
            more, rest = True, rest[1:]
        name = _spoken(rest.strip(), folder)
    tail = rest.strip()
    if per:
        if tail:
            raise ValueError(f"{tail!r} follows a proportion in {token!r}")
        tail = per
    if tail in _PROPORTIONS:
        if units.base(unit, folder) != "":
            raise ValueError(f"{tail!r} is no {unit}")
        factor *= _PROPORTIONS[tail] / own
    elif name and (units.base(name, folder) == units.base(unit, folder) or units.per(unit, name, folder)):
        factor *= units.size(name, folder) / own
    elif factor != 1 or many:
        factor *= units.size(_counted(unit, folder), folder) / own
    strange = re.search(r"[\d%‰$€£¥￥|<>{}\[\]`]", "" if tail in _PROPORTIONS else tail)
    if strange or tail.startswith((*_MINUS, *"~～至到", "to ", "and ")):
        raise ValueError(f"{tail!r} in {token!r} is no unit")
    plain = units.base(unit, folder) == "" and own == 1
    if tail and not plain and not spoken(tail, folder):
        raise ValueError(f"{tail!r} in {token!r} is no {unit}")
    if many and units.defined(read_off[-1] + tail, folder):
        tail = read_off[-1] + tail  # 百亿元 is printed in 亿元
    if negative:
        number = -number
    return Printed(number * factor, step * factor, integer, more, None, hedge, tail, currency)


@cache
def read(token: str, unit: str, folder: Path = ARTICLE, decimal: str = ".") -> Printed:
    """Read the number of one printed token.

    Parameters
    ----------
    token : str
        For instance "133.64亿元", "280多个", "三大", "首位", "亿元", "-0.3%", "$1,234.5 million", "7%-12%",
        "two thirds", "百分之十二". Parts joined by "|" stand apart in the text and are read as one: the unit
        of a list is printed once, "12.5|亿元".
    unit : str
        Unit of the claim. What the token says of its unit is converted to it.
    folder : Path, optional
        Its ``units.txt`` defines the units.
    decimal : {".", ","}, optional
        The decimal mark; the other one groups thousands.

    Returns
    -------
    Printed
        In the unit of the claim; of a range, `number` and `last` are its ends.

    Raises
    ------
    ValueError
        If the token does not begin with a number, holds full-width digits, or ends with what is no unit.
    """
    if re.search(r"[０-９．％]", token):
        raise ValueError(f"full-width digits in {token!r}; expected ASCII digits")
    text = token.replace("|", "")
    try:
        return _single(text, unit, folder, decimal)
    except ValueError as error:
        refused = error
    inner = re.sub(r"(?i)^(between|from)\s+", "", text)
    for match in _RANGE.finditer(inner):
        try:
            high = _single(inner[match.end() :], unit, folder, decimal)
            low = _single(inner[: match.start()], unit, folder, decimal)
            if not low.tail:  # its unit, and what multiplies it, are printed once, at the end
                *_, unit_once = _numeral(inner[match.end() :].lstrip(), decimal)
                low = _single(inner[: match.start()] + unit_once, unit, folder, decimal)
        except ValueError:
            continue
        if low.number > high.number or low.more or high.more:
            raise ValueError(f"{token!r} is a range that goes down")
        step = max(low.step, high.step)
        marks = {name: getattr(low, name) or getattr(high, name) for name in ("currency", "hedge")}
        whole = low.integer and high.integer
        return replace(high, number=low.number, last=high.number, step=step, integer=whole, **marks)
    raise refused
