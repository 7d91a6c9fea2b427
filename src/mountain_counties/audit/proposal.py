"""The numerals of a text as a ``claims.csv`` to fill in."""

import csv
import io
import re

from mountain_counties.audit import ledger, tokens

_NUMBER = r"(?:[$¥￥€£]\s?|US\$\s?)?[+\-−]?\d[\d,]*(?:\.\d+)?"
_TAIL = "|".join(
    sorted(map(re.escape, (*tokens.WORDS["proportion"], *tokens.WORDS["unit"], "元")), key=len, reverse=True)
)
_ENGLISH = "|".join(re.escape(word) for word in tokens.WORDS["multiplier"] if word.isascii())
_FIGURE = re.compile(
    rf"{_NUMBER}[多余]?(?:[百千万亿]+|\s(?:{_ENGLISH})\b)?[多余]?\s?(?:{_TAIL})?|{tokens.NUMERAL.pattern}",
    re.ASCII,
)


def claims(text: str, layout: str = "plain") -> str:
    """List every numeral of a text.

    Parameters
    ----------
    text : str
        The article.
    layout : str, optional
        As `ledger.paragraphs` takes it.

    Returns
    -------
    str
        A table with the columns of ``claims.csv``: id, section, paragraph, start, end and token are filled,
        and the unit where the token prints ``%``; what a token means is left to the reader.
    """
    written = io.StringIO()
    writer = csv.DictWriter(written, list(ledger.COLUMNS), restval="", lineterminator="\n")
    writer.writeheader()
    text_of, section_of = ledger.paragraphs(text, layout)
    number = 0
    for paragraph, line in text_of.items():
        for match in _FIGURE.finditer(line):
            number += 1
            token = match[0].rstrip()
            place = {"section": section_of[paragraph], "paragraph": paragraph, "start": match.start()}
            unit = "percent" if token.endswith("%") else ""
            writer.writerow(
                {"id": f"c{number}", **place, "end": match.start() + len(token), "token": token, "unit": unit}
            )
    return written.getvalue()
