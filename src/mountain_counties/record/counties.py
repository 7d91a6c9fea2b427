"""The 90 county-level units of Zhejiang, who was in the group when, the policy's events, the boundaries."""

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mountain_counties.audit import tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely import Polygon

UNITS = tables.DATA / "counties" / "units.csv"
MEMBERSHIP = tables.DATA / "counties" / "membership.csv"
BOUNDARIES = tables.DATA / "boundaries" / "zhejiang_counties.geojson"
INSET = ("Zhoushan", 0.8, (121.62, 30.23))
"""Prefecture of far islands, the scale of their inset, and its south-western corner (degrees), at sea."""
EVENTS = tables.DATA / "policy" / "events.csv"
INSTRUMENTS = tables.DATA / "policy" / "instruments.csv"
AWARDS = tables.DATA / "policy" / "awards.csv"

UNIT_COUNT = 90
KINDS = ("county", "district", "county-level city", "autonomous county")
GRADES = ("A", "B", "C")

code = tables.matching(r"33(0[0-9]|1[01])[0-9]{2}", "a six-digit administrative code of Zhejiang (33xxxx)")
"""Accepts the code of a place of the province."""
_codes = tables.optional(tables.matching(r"33\d{4}( 33\d{4})*", "codes with single blanks between"))


def units() -> pd.DataFrame:
    """List the 90 county-level units of Zhejiang, as divided in 2021.

    Returns
    -------
    DataFrame
        Indexed by `code` (str, GB/T 2260), columns `name_en`, `name_zh`, `kind`, `prefecture`,
        `prefecture_zh`, and the centroid `lon`, `lat` in degrees (WGS 84).

    Raises
    ------
    tables.TableError
        If the table is not as declared or does not hold 90 units.
    """
    return _units().copy()


@lru_cache
def _units(path: Path = UNITS) -> pd.DataFrame:
    columns = {
        "code": code,
        "name_en": tables.text,
        "name_zh": tables.text,
        "kind": tables.one_of(KINDS),
        "prefecture": tables.text,
        "prefecture_zh": tables.text,
        "lon": tables.number,
        "lat": tables.number,
    }
    table = tables.read_csv(path, columns, key=["code"])
    if len(table) != UNIT_COUNT:
        raise tables.TableError(path, None, None, f"{len(table)} units", f"{UNIT_COUNT} units")
    return table.set_index("code")


def without_kind(names: pd.Series) -> pd.Series:
    """Return Chinese names without the kind of unit: 柯城 of 柯城区, 景宁 of 景宁畲族自治县.

    Parameters
    ----------
    names : Series
        Such as the column `name_zh` of `units` or of `prefectures`.
    """
    return names.str.replace("(畲族自治县|[县区市])$", "", regex=True)


def prefectures() -> pd.DataFrame:
    """List the 11 prefectures.

    Returns
    -------
    DataFrame
        Indexed by `code` (str, ``33xx00``), columns `name_en`, `name_zh`.
    """
    return _prefectures().copy()


@lru_cache
def _prefectures() -> pd.DataFrame:
    first = _units().groupby(lambda code: code[:4] + "00")[["prefecture", "prefecture_zh"]].first()
    return first.rename(columns={"prefecture": "name_en", "prefecture_zh": "name_zh"}).rename_axis("code")


def events() -> pd.DataFrame:
    """List the dated events of the policy, from 2002 to the goal for 2027.

    Returns
    -------
    DataFrame
        Indexed by `id`, columns `date` (ISO, known to the year, month or day; empty if undated), `event`
        (our paraphrase), `members_after` (as the source gives it, text), `joined` and `left` (tuples of
        codes), `source`, `url`, `grade` (A official, B a copy, C a lead) and `conflict_with` (id of the
        event that says otherwise).
    """
    return _events().copy()


@lru_cache
def _events(path: Path = EVENTS) -> pd.DataFrame:
    columns = {
        "id": tables.matching(r"[a-z0-9-]+", "a short name of letters, digits and hyphens"),
        "date": tables.optional(tables.date),
        "event": tables.text,
        "members_after": tables.optional(tables.matching(r"<?\d+", "a count, or < and a count")),
        "joined": _codes,
        "left": _codes,
        "source": tables.text,
        "url": tables.matching(r"https?://\S+", "a web address"),
        "grade": tables.one_of(GRADES),
        "conflict_with": tables.optional(tables.text),
    }
    table = tables.read_csv(path, columns, key=["id"])
    for column in ("joined", "left"):
        table[column] = table[column].map(lambda codes: tuple(codes.split()))
        _check_known(path, table[column].explode().dropna(), column)
    for row, (name, other) in enumerate(zip(table["id"], table["conflict_with"], strict=True), start=2):
        if other and name not in table.loc[table["id"] == other, "conflict_with"].to_list():
            raise tables.TableError(
                path, row, "conflict_with", repr(other), "an event that names this one too"
            )
    return table.set_index("id")


def instruments() -> pd.DataFrame:
    """List what the province does for the mountain counties, oldest first; undated ones last.

    Returns
    -------
    DataFrame
        Indexed by `id`, columns `name`, `name_zh`, `what`, `run_by`, `since` (ISO, known to the year, month
        or day; empty if not found), `outcome` and `outcome_source` (what became of it, in our words),
        `claim` (id of the article's claim about it, if any), `source`, `url`, `grade`.
    """
    return _instruments().copy()


@lru_cache
def _instruments(path: Path = INSTRUMENTS) -> pd.DataFrame:
    columns = {
        "id": tables.matching(r"[a-z0-9-]+", "a short name of letters, digits and hyphens"),
        **dict.fromkeys(("name", "name_zh", "what", "run_by"), tables.text),
        "since": tables.optional(tables.date),
        "outcome": tables.text,
        "outcome_source": tables.optional(tables.text),
        "claim": tables.optional(tables.text),
        "source": tables.text,
        "url": tables.optional(tables.matching(r"https?://\S+", "a web address")),
        "grade": tables.one_of(GRADES),
    }
    table = tables.read_csv(path, columns, key=["id"]).set_index("id")
    return table.loc[table["since"].where(table["since"] != "", "9999").sort_values(kind="stable").index]


def awards() -> pd.DataFrame:
    """List the winners of the Tiangong award among the 26, as far as they can be established.

    Returns
    -------
    DataFrame
        Columns `year` (int), `code` (empty where nobody is named), `places` (how many of the six places the
        row stands for), `status` (established, implied, not found), `source`, `url`, `grade`, `note`.
    """
    return _awards().copy()


@lru_cache
def _awards(path: Path = AWARDS) -> pd.DataFrame:
    columns = {
        "year": tables.integer,
        "code": tables.optional(code),
        "places": tables.integer,
        "status": tables.one_of(["established", "implied", "not found"]),
        "source": tables.optional(tables.text),
        "url": tables.optional(tables.matching(r"https?://\S+", "a web address")),
        "grade": tables.optional(tables.one_of(GRADES)),
        "note": tables.optional(tables.text),
    }
    table = tables.read_csv(path, columns, key=["year", "code"])
    _check_known(path, table["code"][table["code"] != ""], "code")
    return table


def membership() -> pd.DataFrame:
    """List the spells of membership.

    Returns
    -------
    DataFrame
        One row per unit and spell: `code`; `from` (ISO date: in the group by then); `to` (ISO date: out from
        that day, empty while it lasts); `event` (id of the event that last changed the spell); `note`; and,
        taken from that event, `source`, `url` and `grade`.
    """
    return _membership().copy()


@lru_cache
def _membership(path: Path = MEMBERSHIP) -> pd.DataFrame:
    columns = {
        "code": code,
        "from": tables.date,
        "to": tables.optional(tables.date),
        "event": tables.one_of(_events().index),
        "note": tables.optional(tables.text),
    }
    table = tables.read_csv(path, columns, key=["code", "from"])
    _check_known(path, table["code"], "code")
    return table.join(_events()[["source", "url", "grade"]], on="event")


@lru_cache
def members(on: str) -> pd.Index:
    """Say who was in the group on a day.

    Parameters
    ----------
    on : str
        ISO date ``YYYY-MM-DD``. A spell known to the month or year only counts from its last day.

    Returns
    -------
    Index
        Codes in ascending order.

    Raises
    ------
    ValueError
        If `on` is not a full date or lies before the first date known.
    """
    if len(tables.date(on)) != len("YYYY-MM-DD"):
        raise ValueError(f"members: found {on!r}, expected a full date YYYY-MM-DD")
    spells = _membership()
    start, end = spells["from"].map(_last_day), spells["to"].map(_last_day)
    if on < start.min():
        raise ValueError(
            f"members: found {on}, expected {start.min()} or later: who was in before is not known"
        )
    inside = (start <= on) & ((spells["to"] == "") | (on < end))
    return pd.Index(sorted(spells.loc[inside, "code"]), name="code")


def _last_day(date: str) -> str:
    """Complete a date that is known to the month or year only with its last day."""
    frequency = {4: "Y", 7: "M"}.get(len(date))
    return pd.Period(date, freq=frequency).end_time.date().isoformat() if frequency else date


def boundaries() -> "GeoDataFrame":
    """Load the simplified boundaries of the 90 units.

    Returns
    -------
    GeoDataFrame
        Indexed by `code`, columns `name_en` and `geometry` (EPSG:4326). Neighbours share the same line.
        Some units include their coastal water, and islands below one square kilometre are left out: for
        maps, not for measuring coastal areas.
    """
    return _boundaries().copy()


def map_shapes(tolerance: float = 0.0) -> tuple["GeoDataFrame", "Polygon"]:
    """Give the boundaries as a map shows them: the far islands in an inset, so that the mainland is larger.

    Parameters
    ----------
    tolerance : float
        Degrees by which lines may be simplified.

    Returns
    -------
    tuple of GeoDataFrame and Polygon
        The boundaries, as `boundaries` gives them, with the prefecture of `INSET` moved and made smaller;
        and the frame around it, in the same degrees.
    """
    shapes, frame = _map_shapes(tolerance)
    return shapes.copy(), frame


@lru_cache
def _map_shapes(tolerance: float) -> tuple["GeoDataFrame", "Polygon"]:
    from shapely import affinity, box

    prefecture, scale, (west, south) = INSET
    shapes = boundaries()
    if tolerance:
        shapes["geometry"] = shapes.simplify_coverage(tolerance)
    moved = shapes.index[_units()["prefecture"] == prefecture]
    low_x, low_y, high_x, high_y = shapes.loc[moved].total_bounds
    factors = [scale, 0, 0, scale, west - scale * low_x, south - scale * low_y]
    shapes.loc[moved, "geometry"] = shapes.loc[moved, "geometry"].affine_transform(factors)
    frame = affinity.affine_transform(box(low_x, low_y, high_x, high_y), factors)
    return shapes, box(*frame.buffer(0.05).bounds)


@lru_cache
def _boundaries(path: Path = BOUNDARIES) -> "GeoDataFrame":
    from geopandas import GeoDataFrame  # slow to load, and few need a map

    collection = json.loads(tables.read_text(path))
    frame = GeoDataFrame.from_features(collection, crs="EPSG:4326").set_index("code")
    if not frame.index.equals(_units().index):
        strangers = sorted(frame.index.symmetric_difference(_units().index)) or "another order"
        raise tables.TableError(path, None, "code", str(strangers), f"the codes of {UNITS.name}")
    return frame[["name_en", "geometry"]]


def _check_known(path: Path, codes: pd.Series, column: str) -> None:
    """Refuse a code that is not one of the 90, naming the first line that has it."""
    unknown = codes[~codes.isin(_units().index)]
    if not unknown.empty:
        # Line 1 is the header, so the first row of the table is line 2.
        raise tables.TableError(
            path, int(unknown.index[0]) + 2, column, repr(unknown.iloc[0]), f"a code of {UNITS.name}"
        )
