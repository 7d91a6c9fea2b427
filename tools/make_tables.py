"""Make `statistics.csv`, `totals.csv` and `long_record.csv` in `data/counties/` from long files of figures.

    python tools/make_tables.py RAW_DIR

RAW_DIR holds one UTF-8 file per publication, with the columns code, name_zh, year, indicator, value, unit:

- ``zhejiang_yearbook_2025.csv``: Zhejiang Statistical Yearbook 2025, tables 17-25, 17-26, 17-34, 17-35 and
  17-42; the 90 county-level units in 2024.
- ``county_yearbook_2024.csv``: China County Statistical Yearbook 2024; 63 units in 2023.
- ``county_yearbook_2021.csv``: China County Statistical Yearbook 2021; 63 units in 2020.
- ``population_census_2010_2020.csv``: Sixth and Seventh National Population Census, county tables, with the
  codes of the census year.
- ``night_lights_2013_2021.csv``: annual VIIRS night-time lights, summed over the county polygons of 2021.
- ``prefectures_2012_2022.csv``: Zhejiang Statistical Yearbook 2013 to 2023, table 17-2.
- ``county_panel_2000_2021.csv``: county tables of the yearbooks, as compiled; 2000 to 2021.
- ``prefecture_growth_1990_2020.csv``: China City Statistical Yearbook; the 11 prefectures.
- ``province_2000_2022.csv``: annual database of the province, in two vintages.
- ``night_lights_2000_2022.csv``: harmonised annual night-time lights, summed over the same polygons.
- ``county_finance_2003_2011.csv``: China County Statistical Yearbook 2004 to 2012, in part; up to 50 units.
- ``county_income_2020.csv``: statistical communiqués of the counties, as compiled; 83 units in 2020.

Read as well: `units.csv`, `breaks.csv` and, for totals that no yearbook at hand has, `reported.csv`. Every
indicator has one row for each of the 90 units (or 11 prefectures) in each of its years: a value, or the
reason why there is none. Running it again gives the same bytes.
"""

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from mountain_counties.audit import tables
from mountain_counties.record import counties, statistics

COUNTY_YEARBOOK = (
    "admin_area gdp general_budget_expenditure general_budget_revenue household_deposits hukou_pop "
    "industrial_enterprises_above_scale loans_outstanding primary_students secondary_students"
)


@dataclass(frozen=True)
class Publication:
    """One raw file, what is taken from it, and why an expected value may be missing."""

    file: str
    source: str
    vintage: str
    indicators: str
    gap: str


ZHEJIANG_2025 = Publication(
    "zhejiang_yearbook_2025.csv",
    "zsy2025",
    "on the fifth economic census",
    "gdp va_primary va_secondary va_tertiary va_industry gdp_per_capita resident_pop_yearend "
    "resident_pop_urban hukou_pop income_urban_disposable_pc income_rural_disposable_pc "
    "general_budget_revenue general_budget_expenditure household_deposits "
    "electricity_industry land_area retail_sales",
    "empty in the yearbook",
)
COUNTY_2024 = Publication(
    "county_yearbook_2024.csv",
    "ccsy2024",
    "first release",
    f"{COUNTY_YEARBOOK} va_primary va_secondary va_tertiary",
    "the yearbook leaves this district out",
)
COUNTY_2021 = Publication(
    "county_yearbook_2021.csv",
    "ccsy2021",
    "first release",
    COUNTY_YEARBOOK,
    "the yearbook leaves this district out",
)
CENSUS = Publication(
    "population_census_2010_2020.csv",
    "census",
    "final",
    "resident_pop urban_pop rural_pop share_0_14 share_15_64 share_65plus mean_years_schooling "
    "employed_longform_sample employed_agriculture employed_manufacturing employed_mining "
    "employed_construction employed_utilities in_migrants_other_province "
    "in_migrants_same_province",
    "a share or mean of two joined districts is not the sum of theirs",
)
LIGHTS = Publication(
    "night_lights_2013_2021.csv", "vnl2", "annual composite", "night_lights_viirs_sum", "no sum at hand"
)
PREFECTURES = Publication(
    "prefectures_2012_2022.csv",
    "zsy-17-2",
    "as first printed",
    "gdp va_primary va_secondary va_tertiary va_industry gdp_per_capita resident_pop_yearend "
    "income_urban_disposable_pc income_rural_disposable_pc income_rural_net_pc general_budget_revenue "
    "general_budget_expenditure retail_sales",
    "not in the table of that year",
)

PANEL = Publication(
    "county_panel_2000_2021.csv",
    "county-panel",
    "as compiled",
    "gdp va_primary va_secondary va_tertiary hukou_pop",
    "",
)
CITIES = Publication(
    "prefecture_growth_1990_2020.csv", "city-yearbook", "as first printed", "gdp gdp_real_growth", ""
)
PROVINCE = Publication("province_2000_2022.csv", "province-series", "", "gdp gdp_real_index_prev100", "")
LONG_LIGHTS = Publication(
    "night_lights_2000_2022.csv", "lights-harmonised", "annual series", "ntl_viirs_like_sum", ""
)
BUDGETS = Publication(
    "county_finance_2003_2011.csv",
    "county-yearbook-early",
    "first release",
    "local_fiscal_revenue local_fiscal_expenditure above_scale_firms above_scale_gross_output "
    "household_deposits loans_outstanding",
    "",
)
INCOMES = Publication(
    "county_income_2020.csv",
    "county-communiques-2020",
    "preliminary",
    "income_urban_disposable_pc income_rural_disposable_pc",
    "",
)

LONG_YEARS = range(2000, 2023)
"""Years of the long record."""

LONG_NAMES = {
    "gdp_real_growth": "gdp_growth_real",
    "gdp_real_index_prev100": "gdp_index_real",
    "ntl_viirs_like_sum": "night_lights_harmonised_sum",
    "local_fiscal_revenue": "general_budget_revenue",
    "local_fiscal_expenditure": "general_budget_expenditure",
    "above_scale_firms": "industrial_enterprises_above_scale",
    "above_scale_gross_output": "output_industry_above_scale",
}
"""Indicators of the long files that go by another name in the tables."""

FIRST_TOTALS = 2012
"""First year for which the table of totals has the prefectures."""

FIRST_RELEASES = (2020, 2021)
"""Years of the county panel that are first releases; before them first and final ones are mixed."""

NOISE = 5
"""Decimals from which on a figure of the long files shows the noise of single precision."""

RENAMED = {
    "330183": "330111",
    "330185": "330112",
    "330283": "330213",
    "330322": "330305",
    "330621": "330603",
    "330682": "330604",
    "331021": "331083",
}
"""Codes of 2010 that went on under another code when a county or city became a district or city."""

DISSOLVED = {"330103": "330105", "330104": None, "330204": None}
"""Districts joined to others since: Xiacheng whole to Gongshu; Jianggan and Jiangdong to none as a whole."""

COUNTS = ("resident_pop", "urban_pop", "rural_pop", "employed_", "in_migrants_")
"""Counts add up when districts are joined; shares and means do not."""

NOT_YET = {
    "330113": (2021, "part of Yuhang until 2021"),
    "330114": (2021, "part of Xiaoshan and Jianggan until 2021"),
    "330383": (2019, "a town of Cangnan until 2019"),
}
"""Units made later: the year, and what they were before."""

OTHER_UNIT = {"330102": (2021, "most of the district of 2021 was Jianggan, which is not taken apart")}
"""Units whose census figures describe so small a part of the unit of 2021 that they are left out."""

RESIDUALS = {"330802": "330800", "331102": "331100"}
"""Members that the county yearbook leaves out, and their prefectures, whose other units it has."""

RESIDUAL_INDICATORS = ("gdp", "va_primary", "va_secondary", "va_tertiary")
"""Budgets are not among them: the total of a prefecture includes the budget of its own government."""

RESIDUAL_NOTE = "What the other units leave of the prefecture; includes its development zones"
BUDGET_GAP = "the yearbook leaves this district out, and a residual would include the prefecture's own budget"
RESIDUAL_GAP = "the yearbook leaves this district out, and no total of the prefecture was found"


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    code: str
    year: int
    indicator: str
    value: Decimal | None
    unit: str
    source: str
    vintage: str
    status: str = "published"
    formula: str = ""
    lo: Decimal | None = None
    hi: Decimal | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """Name the row."""
        return self.code, self.year, self.indicator


def figure(cell: str) -> Decimal:
    """Accept a decimal number and keep it as printed."""
    tables.number(cell)
    return Decimal(cell)


def read_raw(folder: Path, publication: Publication) -> list[Row]:
    """Read the wanted figures of one publication; trailing zeros carry no meaning there.

    Without a vintage of its own, a publication has a column that tells the vintages apart.
    """
    vintages = [] if publication.vintage else ["vintage"]
    columns = {
        "code": counties.code,
        "name_zh": tables.text,
        "year": tables.integer,
        "indicator": tables.text,
        "value": lambda cell: figure(cell).normalize(),
        "unit": tables.text,
        **dict.fromkeys(vintages, tables.text),
    }
    path = folder / publication.file
    raw = tables.read_csv(path, columns, key=["code", "year", "indicator", *vintages])
    wanted = publication.indicators.split()
    absent = set(wanted) - set(raw["indicator"])
    if absent:
        raise tables.TableError(
            path, None, "indicator", f"no {', '.join(sorted(absent))}", publication.indicators
        )
    raw = raw if vintages else raw.assign(vintage=publication.vintage)
    return [
        Row(*cells, publication.source, vintage)
        for *cells, vintage in raw.loc[
            raw["indicator"].isin(wanted), ["code", "year", "indicator", "value", "unit", "vintage"]
        ].to_numpy()
    ]


def read_reported() -> list[Row]:
    """Read the totals of prefectures and the province that were found one by one."""
    found = statistics.reported()
    found = found[found["code"].str.endswith("00") & found["period"].str.isdecimal()]
    found = found[~found["indicator"].str.endswith("_growth_real")]
    return [
        Row(row.code, int(row.period), row.indicator, figure(row.value), row.unit, row.source, row.vintage)
        for row in found.itertuples()
    ]


def in_units_of_2021(rows: list[Row]) -> list[Row]:
    """Give census figures the codes of 2021, adding up the counts of districts that were joined whole."""
    found = {(RENAMED.get(row.code, row.code), *row.key[1:]): row for row in rows}
    parts = {key: row for key, row in found.items() if key[0] in DISSOLVED}
    whole = {}
    for key, row in found.items():
        code, year, indicator = key
        if key in parts or (code in OTHER_UNIT and year < OTHER_UNIT[code][0]):
            continue
        part = next((p for p in parts.values() if DISSOLVED[p.code] == code and p.key[1:] == key[1:]), None)
        if part is None:
            whole[key] = replace(row, code=code)
        elif indicator.startswith(COUNTS):
            formula = f"{part.code} + {code}, codes of the census"
            whole[key] = exact(replace(row, value=row.value + part.value), formula)
    return list(whole.values())


def fill_rural(rows: list[Row]) -> list[Row]:
    """Compute the rural people that the census of 2010 leaves empty where it counts everybody as urban."""
    found = {row.key: row for row in rows}
    urban = [row for row in rows if row.indicator == "urban_pop"]
    empty = [row for row in urban if (row.code, row.year, "rural_pop") not in found]
    return rows + [
        exact(
            replace(
                row, indicator="rural_pop", value=found[row.code, row.year, "resident_pop"].value - row.value
            ),
            "resident_pop - urban_pop",
        )
        for row in empty
    ]


def exact(row: Row, formula: str) -> Row:
    """Mark a row as derived from exact counts."""
    return replace(row, status="derived", formula=formula, lo=row.value, hi=row.value)


def half_unit(values: Iterable[Decimal]) -> Decimal:
    """Give half a unit of the last decimal that a column was printed with.

    Trailing zeros may have been lost on the way, so the column's precision is the finest that occurs in it.
    """
    places = max(max(0, -value.as_tuple().exponent) for value in values)
    return Decimal(5).scaleb(-places - 1)


def residuals(county_rows: list[Row], total_rows: list[Row]) -> list[Row]:
    """Derive the central districts from the prefecture's total and its other units.

    The bounds add up the rounding of every term.
    """
    totals = {row.key: row for row in total_rows}
    columns: dict[tuple[str, int, str], list[Row]] = {}
    for row in (*county_rows, *total_rows):
        columns.setdefault((row.source, row.year, row.indicator), []).append(row)
    derived = []
    for code, prefecture in RESIDUALS.items():
        for year in sorted({row.year for row in county_rows}):
            for indicator in RESIDUAL_INDICATORS:
                total = totals.get((prefecture, year, indicator))
                others = [
                    row
                    for row in county_rows
                    if row.code[:4] == code[:4] and (row.year, row.indicator) == (year, indicator)
                ]
                if total is None or not others:
                    continue
                check_others(code, others)
                terms = [total, *others]
                slack = sum(
                    half_unit(r.value for r in columns[term.source, year, indicator]) for term in terms
                )
                value = total.value - sum(row.value for row in others)
                derived.append(
                    replace(
                        others[0],
                        code=code,
                        value=value,
                        source=total.source,
                        vintage="first release",
                        status="derived",
                        formula=" - ".join(term.code for term in terms),
                        lo=value - slack,
                        hi=value + slack,
                        note=RESIDUAL_NOTE,
                    )
                )
    return derived


def check_others(code: str, others: list[Row]) -> None:
    """Refuse a residual unless every other unit of the prefecture is there."""
    expected = [other for other in counties.units().index if other[:4] == code[:4] and other != code]
    found = sorted(row.code for row in others)
    if found != expected:
        raise ValueError(f"residual of {code}: found {found}, expected {expected}")


def fill_gaps(rows: list[Row], codes: Iterable[str], publication: Publication) -> list[Row]:
    """Add a row, with the reason, wherever a place has no value in a year of an indicator."""
    known = {row.key for row in rows}
    first = {(row.year, row.indicator): row for row in rows}
    return rows + [
        replace(
            row,
            code=code,
            value=None,
            source=publication.source,
            vintage=publication.vintage,
            status=f"missing: {reason(code, year, indicator, publication)}",
            formula="",
            lo=None,
            hi=None,
            note="",
        )
        for (year, indicator), row in first.items()
        for code in codes
        if (code, year, indicator) not in known
    ]


def reason(code: str, year: int, indicator: str, publication: Publication) -> str:
    """Say why a value is missing."""
    if code in NOT_YET and year < NOT_YET[code][0]:
        return NOT_YET[code][1]
    if code in OTHER_UNIT and publication is CENSUS:
        return OTHER_UNIT[code][1]
    if code in RESIDUALS and publication in (COUNTY_2021, COUNTY_2024):
        return BUDGET_GAP if indicator.startswith("general_budget_") else RESIDUAL_GAP
    return publication.gap


def note_territory(rows: list[Row]) -> list[Row]:
    """Note the rows whose unit had another territory than in 2021, by the recorded breaks of area."""
    areas = statistics.all_breaks().query("kind == 'area'")
    before = [(code, row.to, row.id) for row in areas.itertuples() for code in row.code.split()]

    def notes(row: Row) -> Row:
        ids = [name for code, to, name in before if code == row.code and row.year < to]
        if (
            not ids
            or row.value is None
            or row.indicator in statistics.FIXED_TERRITORY
            or row.status == "derived"
        ):
            return row
        return replace(row, note=f"Territory before {', '.join(ids)}")

    return [notes(row) for row in rows]


def long_record(folder: Path) -> list[Row]:
    """Gather the figures of 2000 to 2022; what the two other tables have already is left to them."""
    panel = read_raw(folder, PANEL)
    accounts = {row.key[:2] for row in panel if row.indicator == "gdp"}
    panel = [
        replace(row, vintage="first release") if row.year in FIRST_RELEASES else row
        for row in panel
        if row.key[:2] in accounts
    ]
    cities = [row for row in read_raw(folder, CITIES) if row.indicator != "gdp" or row.year < FIRST_TOTALS]
    others = [row for one in (PROVINCE, LONG_LIGHTS, BUDGETS, INCOMES) for row in read_raw(folder, one)]
    rows = [*panel, *cities, *others]
    units = statistics.indicators()["unit"]
    named = [
        replace(row, indicator=LONG_NAMES.get(row.indicator, row.indicator), value=single(row.value))
        for row in rows
        if row.year in LONG_YEARS
    ]
    return [replace(row, unit=units[row.indicator]) for row in named]


def single(value: Decimal) -> Decimal:
    """Take away the noise of a figure that was stored in single precision."""
    return value if -value.as_tuple().exponent < NOISE else Decimal(str(np.float32(value))).normalize()


def plain(value: Decimal | None) -> str:
    """Print a figure without exponent and without trailing zeros."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write(path: Path, rows: list[Row]) -> None:
    """Write a table in the order of indicator, year and code."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Row.__dataclass_fields__)
        for row in sorted(rows, key=lambda row: (row.indicator, row.year, row.code, row.vintage)):
            cells = vars(row) | {name: plain(getattr(row, name)) for name in ("value", "lo", "hi")}
            table.writerow(cells.values())


def main(folder: Path) -> None:
    """Make the tables."""
    codes = counties.units().index
    totals = (
        fill_gaps(read_raw(folder, PREFECTURES), counties.prefectures().index, PREFECTURES) + read_reported()
    )
    rows = fill_gaps(fill_rural(in_units_of_2021(read_raw(folder, CENSUS))), codes, CENSUS)
    for publication in (ZHEJIANG_2025, LIGHTS):
        rows += fill_gaps(read_raw(folder, publication), codes, publication)
    for publication in (COUNTY_2024, COUNTY_2021):
        found = read_raw(folder, publication)
        derived = residuals(found, [row for row in totals if row.value is not None])
        rows += fill_gaps(found + derived, codes, publication)
    write(statistics.STATISTICS, note_territory(rows))
    write(statistics.TOTALS, totals)
    write(statistics.LONG_RECORD, note_territory(long_record(folder)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
