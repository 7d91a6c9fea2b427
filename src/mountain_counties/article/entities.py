"""Whom the article speaks of, by name, and which of its places each belongs to."""

from functools import cache
from pathlib import Path

import pandas as pd

from mountain_counties.audit import ledger


@cache
def _load(folder: Path) -> pd.DataFrame:
    path = folder / "entities.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("entity")
    claimed = set(ledger.load(folder)["entity"])
    for column, wanted in (("entity", claimed), ("place", set(table["place"]))):
        if missing := sorted(wanted - set(table.index)):
            raise ValueError(f"{path}, column {column}: expected a row for each of {missing}, found none")
    return table


def load(folder: Path = ledger.ARTICLE) -> pd.DataFrame:
    """Read the names of the ledger's entities.

    Parameters
    ----------
    folder : Path, optional
        Of the ledger.

    Returns
    -------
    DataFrame
        Indexed by entity, in the order in which a reader chooses among them: name (English), name_zh, place
        (the entity that it belongs to, often itself).

    Raises
    ------
    ValueError
        If an entity of the ledger, or a place, has no row.
    """
    return _load(Path(folder)).copy()


def name(entity: str, folder: Path = ledger.ARTICLE) -> str:
    """Give an entity's name in both languages.

    Parameters
    ----------
    entity : str
        As in the ledger.
    folder : Path, optional
        Of the ledger.

    Returns
    -------
    str
    """
    row = _load(Path(folder)).loc[entity]
    return f"{row['name']} {row['name_zh']}"
