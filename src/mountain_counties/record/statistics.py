"""Official figures by unit, year and indicator, the breaks that forbid a growth rate, the known faults."""

import fnmatch
import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd
import yaml

from mountain_counties.audit import tables
from mountain_counties.record import counties

INDICATORS = tables.DATA / "counties" / "indicators.csv"
STATISTICS = tables.DATA / "counties" / "statistics.csv"
TOTALS = tables.DATA / "counties" / "totals.csv"
LONG_RECORD = tables.DATA / "counties" / "long_record.csv"
REPORTED = tables.DATA / "counties" / "reported.csv"
BREAKS = tables.DATA / "counties" / "breaks.csv"
CORRECTIONS = tables.DATA / "counties" / "corrections.yml"
PACKAGE = tables.DATA / "datapackage.json"

PROVINCE = "330000"
GROUPS = ("group25", "group26")
STATUSES = ("published", "derived", "replaced")
KINDS = ("census", "scope", "area", "outlier")
FIXED_TERRITORY = ("night_lights_viirs_sum", "night_lights_harmonised_sum")
"""Indicators summed over one set of polygons in every year, which a change of area does not touch."""

_nan = float("nan")


class BreakError(ValueError):
    """A growth rate asked for across a break of the series.

    Parameters
    ----------
    request : str
        What was asked for.
    crossed : DataFrame
        One row per break and unit, as `breaks` gives it.
    """

    def __init__(self, request: str, crossed: pd.DataFrame):
        self.breaks = tuple(crossed["id"].unique())
        lines = []
        for name, rows in crossed.groupby("id", sort=False):
            first, units = rows.iloc[0], [f"{row.name_en} ({row.code})" for row in rows.itertuples()]
            who = ", ".join(units) if len(units) <= 6 else f"{len(units)} units"
            lines.append(f"{name}: {who}, {first['from']} to {first['to']}, {first['kind']}: {first['what']}")
        super().__init__(
            f"{request} crosses {len(lines)} break(s); leave the units out, or name the break in `across`:\n"
            + "\n".join(lines)
        )


def as_of() -> str:
    """Give the day on which the record was last read, ISO: what was published later is not in it."""
    return json.loads(PACKAGE.read_text(encoding="utf-8"))["created"][:10]


def sources() -> pd.DataFrame:
    """List the sources that the tables name.

    Returns
    -------
    DataFrame
        Indexed by `name` (the short key), columns `title` (the original publication), `path` (where a copy
        was read, may be empty), `vintage`, `grade` (A, B or C), `terms` and `trust`.
    """
    return _sources().copy()


@lru_cache
def _sources(path: Path = PACKAGE) -> pd.DataFrame:
    package = json.loads(tables.read_text(path))
    columns = ["name", "title", "path", "vintage", "grade", "terms", "trust"]
    return pd.DataFrame(package["sources"]).reindex(columns=columns).fillna("").set_index("name")


def indicators() -> pd.DataFrame:
    """List the indicators.

    Returns
    -------
    DataFrame
        Indexed by `indicator`, columns `label`, `name_zh`, `unit` and `definition`.
    """
    return _indicators().copy()


@lru_cache
def _indicators(path: Path = INDICATORS) -> pd.DataFrame:
    columns = {
        "indicator": tables.matching(r"[a-z][a-z0-9_]*", "small letters, digits and underscores"),
        "label": tables.text,
        "name_zh": tables.text,
        "unit": tables.text,
        "definition": tables.text,
    }
    return tables.read_csv(path, columns, key=["indicator"]).set_index("indicator")


def places(level: str = "county") -> pd.Series:
    """List the places of a level.

    Parameters
    ----------
    level : {"county", "prefecture", "province"}
        Which places.

    Returns
    -------
    Series
        English names indexed by code: 90 units, 11 prefectures, or the province.
    """
    return _places(level).copy()


@lru_cache
def _places(level: str) -> pd.Series:
    if level == "county":
        return counties.units()["name_en"]
    if level == "prefecture":
        return counties.prefectures()["name_en"]
    if level == "province":
        return pd.Series({PROVINCE: "Zhejiang"}, name="name_en").rename_axis("code")
    raise ValueError(f"level: found {level!r}, expected county, prefecture or province")


def load(level: str = "county", indicator: str | None = None) -> pd.DataFrame:
    """Load the long table of official figures, faults marked.

    Parameters
    ----------
    level : {"county", "prefecture", "province"}
        Which places.
    indicator : str, optional
        The only one wanted; all by default.

    Returns
    -------
    DataFrame
        Columns `code`, `year` (int), `indicator`, `value` (float in `unit`, NaN where missing), `unit`,
        `source` (a key of `sources`), `vintage`, `status` (published, derived, replaced, or ``missing:``
        and why), `formula`, `lo` and `hi` (bounds of a derived value), `note`. At the county level each
        indicator has one row for each of the 90 units in each of its years.

    Raises
    ------
    KeyError
        If the level has no such indicator.
    tables.TableError
        If a table or a correction is not as declared.
    """
    return (_of_level(level) if indicator is None else _by_indicator(level)[indicator]).copy()


@lru_cache
def _of_level(level: str) -> pd.DataFrame:
    table = _load(STATISTICS if level == "county" else TOTALS)
    return table[table["code"].isin(_places(level).index)].reset_index(drop=True)


@lru_cache
def _by_indicator(level: str) -> dict[str, pd.DataFrame]:
    """Part a level's rows by indicator, once: single tables are taken hundreds of times."""
    return dict(tuple(_of_level(level).groupby("indicator")))


@lru_cache
def _load(path: Path, corrections: Path = CORRECTIONS) -> pd.DataFrame:
    number = tables.optional(tables.number, _nan)
    columns = {
        "code": counties.code,
        "year": tables.integer,
        "indicator": tables.one_of(_indicators().index),
        "value": number,
        "unit": tables.text,
        "source": tables.one_of(_sources().index),
        "vintage": tables.text,
        "status": tables.matching(
            "|".join(STATUSES[:2]) + "|missing: .+", "published, derived or missing: why"
        ),
        "formula": tables.optional(tables.text),
        "lo": number,
        "hi": number,
        "note": tables.optional(tables.text),
    }
    # The long record holds a figure in several vintages side by side; the other tables hold one of each.
    vintage = ["vintage"] if path.name == LONG_RECORD.name else []
    table = tables.read_csv(path, columns, key=["code", "year", "indicator", *vintage])
    _check_rows(path, table)
    if path.name == STATISTICS.name:
        _check_grid(path, table)
    return _correct(path, table, _corrections(corrections))


def long_record() -> pd.DataFrame:
    """Load the long record: units, prefectures and the province, 2000 to 2022, faults marked.

    Returns
    -------
    DataFrame
        Columns as `load` gives them. A place has only the years that were printed for it, and a figure may
        stand in several vintages: choose one before using it. `growth.long_record` makes series of constant
        territory from it.

    Raises
    ------
    tables.TableError
        If the table or a correction is not as declared.
    """
    return _load(LONG_RECORD).copy()


def _check_rows(path: Path, table: pd.DataFrame) -> None:
    """Refuse unknown places, and a status that its value, formula or bounds do not bear out."""
    known = pd.concat([places(level) for level in ("county", "prefecture", "province")]).index
    missing, derived = table["status"].str.startswith("missing"), table["status"] == "derived"
    bounded = (table["lo"] <= table["value"]) & (table["value"] <= table["hi"])
    unit = table["indicator"].map(_indicators()["unit"])
    for column, fault, expected in (
        ("code", ~table["code"].isin(known), "the code of a unit, a prefecture or the province"),
        ("value", table["value"].isna() != missing, "a value, or the status missing and why"),
        (
            "formula",
            (table["formula"] != "") != derived,
            "a formula where, and only where, the value is derived",
        ),
        ("lo", derived & ~bounded, "bounds that hold the derived value"),
        ("unit", table["unit"] != unit, f"the unit of {INDICATORS.name}"),
    ):
        if fault.any():
            row = table.index[fault][0]
            # Line 1 is the header, so the first row of the table is line 2.
            raise tables.TableError(path, int(row) + 2, column, repr(table.loc[row, column]), expected)


def _check_grid(path: Path, table: pd.DataFrame) -> None:
    """Refuse an indicator and year that lacks the row of a unit: nobody may go missing silently."""
    for (indicator, year), codes in table.groupby(["indicator", "year"])["code"]:
        absent = places().index.difference(codes)
        if not absent.empty:
            found = f"no row for {', '.join(absent)}"
            raise tables.TableError(path, None, None, f"{indicator} {year}: {found}", "a row for each unit")


@lru_cache
def _corrections(path: Path) -> tuple[dict, ...]:
    """Read the recorded faults."""
    fields = {"id", "table", "code", "year", "indicator", "expect", "action", "reason"}
    entries = yaml.load(tables.read_text(path), Loader=tables.LOADER)
    for place, entry in enumerate(entries, start=1):
        where = f"entry {place}"
        wanted = fields | {"value"} if entry.get("action") == "replace" else fields
        if set(entry) != wanted:
            raise tables.TableError(path, None, where, f"the fields {sorted(entry)}", f"{sorted(wanted)}")
        if entry["action"] not in ("flag", "replace"):
            raise tables.TableError(path, None, where, repr(entry["action"]), "flag or replace")
    return tuple(entries)


def _correct(path: Path, table: pd.DataFrame, corrections: Iterable[dict]) -> pd.DataFrame:
    """Mark the recorded faults of a table, making sure that they are still there."""
    table = table.copy()
    for entry in corrections:
        if entry["table"] != path.stem:
            continue
        same = (
            table[["code", "year", "indicator"]] == [entry["code"], entry["year"], entry["indicator"]]
        ).all(axis=1)
        found = table.loc[same, "value"].to_list()
        if found != [float(entry["expect"])]:
            place = f"correction {entry['id']}"
            raise tables.TableError(path, None, place, str(found), f"the recorded fault {entry['expect']}")
        table.loc[same, "note"] = entry["reason"]
        if entry["action"] == "replace":
            table.loc[same, ["value", "status"]] = [float(entry["value"]), "replaced"]
    return table


def table(indicator: str, year: int, codes: Sequence[str] | None = None, level: str = "county") -> pd.Series:
    """Take one indicator in one year.

    Parameters
    ----------
    indicator : str
        Its name.
    year : int
        The year.
    codes : sequence of str, optional
        The places that have to be there. Without it all places of the level come back, NaN where missing.
    level : {"county", "prefecture", "province"}
        Which places.

    Returns
    -------
    Series
        Values in the unit of the table, indexed by `code`, named `indicator`.

    Raises
    ------
    KeyError
        If the indicator has no such year, or a wanted place has no value; it names them, and why.
    """
    found = _in_year(level, indicator, year)
    series = found["value"].rename(indicator)
    if codes is None:
        return series.reindex(_places(level).index)
    series = series.reindex(pd.Index(codes, name="code"))
    if not (absent := series.index[series.isna()]).empty:
        why = found["status"].reindex(absent).fillna("no row")
        listed = "; ".join(f"{code} {_places(level).get(code, '(unknown)')}: {why[code]}" for code in absent)
        raise KeyError(f"{indicator} {year}: {listed}")
    return series


def behind(indicator: str, year: int, codes: Sequence[str] | None = None, level: str = "county") -> pd.Series:
    """Say which sources stand behind a table.

    Parameters
    ----------
    indicator, year, codes, level
        As in `table`; without codes, all places that have a value.

    Returns
    -------
    Series
        Keys of `sources`, indexed by `code`, of the places that have a value.

    Raises
    ------
    KeyError
        If the indicator has no such year.
    """
    found = _in_year(level, indicator, year)
    known = found["source"][found["value"].notna()]
    return known if codes is None else known[known.index.isin(list(codes))]


@cache
def _in_year(level: str, indicator: str, year: int) -> pd.DataFrame:
    """Take the rows of one indicator in one year, indexed by code."""
    rows = _by_indicator(level).get(indicator)
    years = [] if rows is None else sorted(rows["year"].unique())
    if year not in years:
        listed = ", ".join(map(str, years)) or "none at this level"
        raise KeyError(f"{indicator} {year}: no such table; its years: {listed}")
    return rows[rows["year"] == year].set_index("code")


def panel(
    indicators: Sequence[str], year: int, codes: Sequence[str] | None = None, level: str = "county"
) -> pd.DataFrame:
    """Take several indicators in one year.

    Parameters
    ----------
    indicators : sequence of str
        Their names.
    year, codes, level
        As in `table`.

    Returns
    -------
    DataFrame
        One row per place, indexed by `code`, one column per indicator.

    Raises
    ------
    KeyError
        As `table`.
    """
    return pd.concat([table(name, year, codes, level) for name in indicators], axis=1)


def _matches(value: str, patterns: str) -> bool:
    """Say whether a name matches one of the patterns (shell wildcards, blanks between)."""
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns.split())


def coverage(level: str = "county") -> pd.DataFrame:
    """Count what is there and what is missing.

    Parameters
    ----------
    level : {"county", "prefecture", "province"}
        Which places.

    Returns
    -------
    DataFrame
        Indexed by `indicator` and `year`; columns `published`, `derived`, `replaced` and
        `missing`: numbers of places.
    """
    rows = load(level)
    state = rows["status"].str.partition(":")[0]
    counts = pd.crosstab([rows["indicator"], rows["year"]], state)
    return counts.reindex(columns=[*STATUSES, "missing"], fill_value=0).rename_axis(columns=None)


def all_breaks() -> pd.DataFrame:
    """List every recorded break and outlier.

    Returns
    -------
    DataFrame
        Columns `id`, `code` and `indicator` (names or patterns, blanks between), `from` and `to` (the last
        year before and the first year after), `kind` (census, scope, area; an outlier is no break), `what`,
        `union` (codes that together cover one territory on both sides, where there are such), `source`,
        `grade`.
    """
    return _all_breaks().copy()


@lru_cache
def _all_breaks(path: Path = BREAKS) -> pd.DataFrame:
    columns = {
        "id": tables.matching(r"[a-z0-9-]+", "a short name of letters, digits and hyphens"),
        "code": tables.matching(r"[\d?* ]+", "codes or patterns"),
        "indicator": tables.matching(r"[a-z0-9_?* ]+", "indicators or patterns"),
        "from": tables.integer,
        "to": tables.integer,
        "kind": tables.one_of(KINDS),
        "what": tables.text,
        "union": tables.optional(tables.matching(r"33\d{4}( 33\d{4})+", "two codes or more")),
        "source": tables.text,
        "grade": tables.one_of(counties.GRADES),
    }
    found = tables.read_csv(path, columns, key=["id"])
    for row, years in enumerate(zip(found["from"], found["to"], strict=True), start=2):
        if years[0] >= years[1]:
            raise tables.TableError(path, row, "to", str(years[1]), f"a year after {years[0]}")
    return found


@cache
def _crossed(indicator: str, start: int, end: int, level: str, outlier: bool) -> pd.DataFrame:
    """Expand the breaks or outliers that a span of years crosses to one row per place."""
    found = _all_breaks()
    found = found[((found["kind"] == "outlier") == outlier) & (found["to"] > start) & (found["from"] < end)]
    rows = []
    for entry in found.to_dict("records"):
        if not _matches(indicator, entry["indicator"]):
            continue
        if entry["indicator"] == "*" and indicator in FIXED_TERRITORY:
            continue
        rows += [
            entry | {"code": code, "name_en": name}
            for code, name in _places(level).items()
            if _matches(code, entry["code"])
        ]
    columns = ["id", "code", "name_en", "from", "to", "kind", "what", "union"]
    return pd.DataFrame(rows, columns=columns)


def breaks(indicator: str, start: int, end: int, level: str = "county") -> pd.DataFrame:
    """List the breaks between two years.

    Parameters
    ----------
    indicator : str
        Its name.
    start, end : int
        The years.
    level : {"county", "prefecture", "province"}
        Which places.

    Returns
    -------
    DataFrame
        One row per break and place: `id`, `code`, `name_en`, `from`, `to`, `kind`, `what`, `union`. Its
        column `code` names the places to leave out.
    """
    return _crossed(indicator, start, end, level, outlier=False).copy()


def outliers(indicator: str, start: int, end: int, level: str = "county") -> pd.DataFrame:
    """List the places whose change between two years is out of line without a known break.

    Such a place would carry a comparison alone: show the result with and without it.

    Parameters
    ----------
    indicator, start, end, level
        As in `breaks`.

    Returns
    -------
    DataFrame
        As `breaks`.
    """
    return _crossed(indicator, start, end, level, outlier=True).copy()


def growth(
    indicator: str,
    start: int,
    end: int,
    codes: Sequence[str] | None = None,
    across: Iterable[str] = (),
    level: str = "county",
) -> pd.Series:
    """Compute growth between two years, refusing to cross a break.

    Parameters
    ----------
    indicator : str
        Its name.
    start, end : int
        The years, `start` before `end`.
    codes : sequence of str, optional
        The places that have to be there. Without it, all places that have both values.
    across : iterable of str
        Ids of the breaks that may be crossed.
    level : {"county", "prefecture", "province"}
        Which places.

    Returns
    -------
    Series
        Ratio less one, indexed by `code`.

    Raises
    ------
    BreakError
        If the series of one of the places breaks between the years and the break is not in `across`.
    KeyError
        As `table`.
    ValueError
        If `across` names an unknown break or the years are not in order.
    """
    if start >= end:
        raise ValueError(f"growth: found the years {start} and {end}, expected the earlier first")
    unknown = set(across) - set(_all_breaks()["id"])
    if unknown:
        raise ValueError(f"across: found {', '.join(sorted(unknown))}, expected ids of {BREAKS.name}")
    before, after = table(indicator, start, codes, level), table(indicator, end, codes, level)
    ratio = (after / before - 1).dropna()
    crossed = breaks(indicator, start, end, level)
    crossed = crossed[crossed["code"].isin(ratio.index) & ~crossed["id"].isin(list(across))]
    if not crossed.empty:
        raise BreakError(f"growth of {indicator} from {start} to {end}", crossed)
    return ratio


def reported() -> pd.DataFrame:
    """Load the figures read one by one from communiqués and the press.

    They test the tables and the article; none of them stands in the place of a table's value.

    Returns
    -------
    DataFrame
        Columns `code` (a unit, a prefecture, the province, or ``group26`` and ``group25`` for the mountain
        counties together), `period` (year, ``2023Q1``, ``2024Q1-Q3`` or ``2024-09``), `indicator`, `value`
        (str, as printed), `unit`, `source` (a key of `sources`), `vintage`, `note`.
    """
    return _reported().copy()


@lru_cache
def _reported(path: Path = REPORTED) -> pd.DataFrame:
    known = pd.concat([places(level) for level in ("county", "prefecture", "province")]).index

    def figure(cell: str) -> str:
        tables.number(cell)
        return cell

    columns = {
        "code": tables.one_of([*known, *GROUPS]),
        "period": tables.matching(r"\d{4}(Q1|Q1-Q[234]|-\d\d)?", "a year, quarters or a month"),
        "indicator": tables.one_of(_indicators().index),
        "value": figure,
        "unit": tables.text,
        "source": tables.one_of(_sources().index),
        "vintage": tables.one_of(["preliminary", "final", "reported"]),
        "note": tables.optional(tables.text),
    }
    return tables.read_csv(path, columns, key=["code", "period", "indicator", "source"])
