"""The book's terms, Chinese and English."""

from itertools import pairwise
from pathlib import Path

import pandas as pd

from mountain_counties.audit.tables import DATA, TableError, matching, optional, read_csv, text

GLOSSARY = DATA / "glossary.csv"


def load(path: Path = GLOSSARY) -> pd.DataFrame:
    """Load the glossary.

    Parameters
    ----------
    path : Path, optional
        The table.

    Returns
    -------
    DataFrame
        One row per term, by English term: `term_zh`, `forms_zh` (shorter forms that the Chinese edition may
        have, parted by ``|``, or empty), `pinyin`, `term_en`, `definition` (in our own words), `source`
        (where the meaning was found, or that it was not), `url` (empty if there is none).

    Raises
    ------
    TableError
        If a cell is not as declared, a term repeats, or the terms are out of order.
    """
    columns = {
        "term_zh": text,
        "forms_zh": optional(text),
        "pinyin": text,
        "term_en": text,
        "definition": text,
        "source": text,
        "url": optional(matching(r"https?://\S+", "a web address")),
    }
    table = read_csv(path, columns, key=["term_zh"])
    order = table["term_en"].str.casefold()
    for row, (before, after) in enumerate(pairwise(order), start=3):
        if after <= before:
            raise TableError(
                path, row, "term_en", repr(table["term_en"][row - 2]), "terms in alphabetical order"
            )
    return table


def for_readers(terms: pd.DataFrame) -> pd.DataFrame:
    """Write the glossary for a reader.

    Parameters
    ----------
    terms : DataFrame
        As `load` gives them.

    Returns
    -------
    DataFrame
        Columns Term and Meaning, both MyST text: the English term, which every edition of the book has alike;
        the Chinese term, its pinyin, the definition, and the source, linked if it has an address.
    """
    rows = []
    for row in terms.itertuples():
        source = f"[{row.source}]({row.url})" if row.url else row.source
        meaning = f"**{row.term_zh}** *{row.pinyin}*: {row.definition} — {source}"
        rows.append({"Term": f"[{row.term_en}]{{.original}}", "Meaning": meaning})
    return pd.DataFrame(rows)
