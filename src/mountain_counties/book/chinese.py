"""The Chinese edition: numbers as Chinese writes them, and text by way of a catalogue of messages.

A number is never worked out anew for another language. What `prose` wrote is written again with the same
digits: money in 亿元 or 万元, ranges with the signs of the national standard [1]_.

References
----------
.. [1] GB/T 15835-2011, General rules for writing numerals in publications.
"""

import re
from decimal import Decimal
from pathlib import Path

from babel.messages.pofile import read_po

from mountain_counties.audit.wording import DASH, MINUS, MONTHS, NBSP, ONES, TENS

_NUMBER = rf"[+{MINUS}]?\d[\d,]*(?:\.\d+)?"
_MONEY = {"billion": (1, "亿元"), "million": (2, "万元")}
"""English unit -> power of ten by which its number grows in the Chinese unit, and that unit."""
_WORDS = {word: str(value) for value, word in enumerate(ONES)} | {
    word: str(10 * value) for value, word in enumerate(TENS, start=2)
}
_TIMES = {"once": "1倍", "twice": "2倍"}

_RULES = [
    (rf"(\d\d?) ({'|'.join(MONTHS)}) (\d{{4}})", lambda m: f"{m[3]}年{MONTHS.index(m[2]) + 1}月{m[1]}日"),
    (rf"({_NUMBER})(?: and | to |{DASH})({_NUMBER}) percentage points?", r"\1至\2个百分点"),
    (rf"({_NUMBER}) (?:percentage )?points?", r"\1个百分点"),
    (rf"({_NUMBER}) times", r"\1倍"),
    (rf"({_NUMBER}) (billion|million) yuan", lambda m: _money(m[1], m[2])),
    (rf"({_NUMBER})(?:{DASH}| to | and )({_NUMBER}%)", r"\1%~\2"),
    (rf"(\d{{4}}){DASH}(\d{{4}})", r"\1—\2"),
    (rf"({_NUMBER})(?: to | and |{DASH})({_NUMBER})", r"\1至\2"),
    (rf"{_NUMBER}%?", lambda m: m[0]),
]


def number(text: str) -> str:
    """Write a number in Chinese that `prose` wrote in English.

    Parameters
    ----------
    text : str
        One number, with its unit or as a range: ``"24.9 billion yuan"``, ``"40–55%"``, ``"six"``.

    Returns
    -------
    str
        The same digits, such as ``"249亿元"``, ``"40%~55%"``, ``"6"``.

    Raises
    ------
    ValueError
        If the text is no such number.
    """
    plain = text.replace(NBSP, " ")
    word = plain.lower()
    if word in _TIMES:
        return _TIMES[word]
    if all(part in _WORDS for part in word.split("-")):
        return str(sum(int(_WORDS[part]) for part in word.split("-")))
    for pattern, form in _RULES:
        if found := re.fullmatch(pattern, plain):
            return form(found) if callable(form) else found.expand(form)
    raise ValueError(f"found {text!r}, expected a number as prose writes it")


def _money(digits: str, unit: str) -> str:
    shift, chinese = _MONEY[unit]
    value = Decimal(digits.replace(",", "").replace(MINUS, "-")).scaleb(shift)
    if unit == "million" and abs(value) >= 10_000:
        value, chinese = value.scaleb(-4), "亿元"
    return f"{value:f}".replace("-", MINUS) + chinese


def messages(path: Path) -> dict[str, str]:
    """Read a catalogue of messages.

    Parameters
    ----------
    path : pathlib.Path
        A file in the format of gettext: English blocks of text -> the same in Chinese.

    Returns
    -------
    dict
        Message -> translation.

    Raises
    ------
    ValueError
        If a message has no translation or an uncertain one, or its roles are not those of the translation.
    """
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", abort_invalid=True)
    found = {message.id: message for message in catalogue if message.id}
    for english, message in found.items():
        place = f"{path.name}, message {english[:40]!r}"
        if not message.string or message.fuzzy:
            raise ValueError(
                f"{place}: found {'a fuzzy' if message.fuzzy else 'no'} translation, expected one"
            )
        if _roles(message.string) != _roles(english):
            raise ValueError(
                f"{place}: found the roles {_roles(message.string)} in the translation, "
                f"expected {_roles(english)}"
            )
    return {english: message.string for english, message in found.items()}


def _roles(text: str) -> list[str]:
    return sorted(re.findall(r"\{[a-z]+:?\}`[^`]+`", text))
