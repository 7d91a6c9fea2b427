"""What a chapter writes with: every way to write a number, and `glue`, which hands a text to the page.

The formatters themselves stand in :mod:`mountain_counties.audit.wording`, where computations may use them
too.
"""

import myst_nb

from mountain_counties.audit.wording import (
    CLAIM_KINDS,
    CLAIM_NOUNS,
    DASH,
    HEDGES,
    KINDS,
    MINUS,
    MONTHS,
    NBSP,
    ONES,
    ORDINALS,
    TENS,
    billion,
    claim,
    claim_interval,
    count,
    date,
    down,
    exact_period,
    interval,
    listing,
    million,
    number,
    ordinal,
    p_value,
    percent,
    period,
    points,
    signed,
    signed_percent,
    span,
    times,
    up,
    words,
    years,
    yuan,
)

__all__ = [
    "CLAIM_KINDS",
    "CLAIM_NOUNS",
    "DASH",
    "HEDGES",
    "KINDS",
    "MINUS",
    "MONTHS",
    "NBSP",
    "ONES",
    "ORDINALS",
    "TENS",
    "billion",
    "claim",
    "claim_interval",
    "count",
    "date",
    "down",
    "exact_period",
    "glue",
    "interval",
    "listing",
    "million",
    "number",
    "ordinal",
    "p_value",
    "percent",
    "period",
    "points",
    "signed",
    "signed_percent",
    "span",
    "times",
    "up",
    "words",
    "years",
    "yuan",
]


class _Verbatim(str):
    """A string whose representation is itself: IPython would glue the escapes of ``repr``."""

    __slots__ = ()
    __repr__ = str.__str__


def glue(name: str, text: str) -> None:
    """Store a formatted string under a name for the role ``{glue:}`` on the same page; nothing is displayed.

    Parameters
    ----------
    name : str
        The name the page's text uses.
    text : str
        What the reader sees, made by this module.

    Raises
    ------
    TypeError
        If `text` is not a string: numbers are formatted first.
    ValueError
        If `text` is blank.
    """
    if not isinstance(text, str):
        raise TypeError(f"glue {name!r}: expected a formatted string, found {type(text).__name__} {text!r}")
    if not text.strip():
        raise ValueError(f"glue {name!r}: the text is blank")
    myst_nb.glue(name, _Verbatim(text), display=False)
