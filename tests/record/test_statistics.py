"""The official record: known values, every break, every recorded fault, and nobody missing silently."""

import numpy as np
import pandas as pd
import pytest

from mountain_counties.audit import tables
from mountain_counties.record import counties, statistics

NAMES = counties.units()["name_en"]
CODES = pd.Series(NAMES.index, index=NAMES)
MEMBERS = counties.members("2023-12-31")


@pytest.fixture(scope="module")
def county():
    return statistics.load()


@pytest.fixture(scope="module")
def prefecture():
    return statistics.load("prefecture")


def wide(rows, year):
    return rows[rows["year"] == year].pivot_table(index="code", columns="indicator", values="value")


# Coverage.


def test_each_indicator_has_a_row_for_each_of_the_90_in_each_year(county):
    assert (
        county.groupby(["indicator", "year"])["code"]
        .apply(lambda codes: set(codes) == set(NAMES.index))
        .all()
    )
    assert not county.duplicated(["code", "year", "indicator"]).any()
    assert county["year"].min() == 2010 and county["year"].max() == 2024


def test_the_26_lack_nothing_but_what_is_said(county):
    """Kecheng and Liandu are not in the county yearbooks; two districts have no deposits in 2024."""
    rows = county[county["code"].isin(MEMBERS) & county["status"].str.startswith("missing")]
    found = rows.groupby(["indicator", "year"])["code"].apply(lambda codes: set(NAMES[codes])).to_dict()
    left_out = "admin_area general_budget_expenditure general_budget_revenue household_deposits hukou_pop \
industrial_enterprises_above_scale loans_outstanding primary_students secondary_students"
    expected = {(name, year): {"Kecheng", "Liandu"} for name in left_out.split() for year in (2020, 2023)}
    expected |= {(name, 2023): {"Kecheng"} for name in ("va_primary", "va_secondary", "va_tertiary")}
    expected |= {("household_deposits", 2024): {"Kecheng", "Qujiang"}}
    assert found == expected


def test_coverage_counts_every_place(county):
    coverage = statistics.coverage()
    assert (coverage.sum(axis=1) == 90).all() and coverage.to_numpy().sum() == len(county)
    assert coverage.loc[("gdp", 2023)].to_dict() == {
        "published": 63,
        "derived": 2,
        "replaced": 0,
        "missing": 25,
    }
    assert (statistics.coverage("prefecture").query("year != 2023 and year != 2009").sum(axis=1) <= 11).all()


def test_missing_values_have_a_reason(county):
    missing = county[county["value"].isna()]
    assert missing["status"].str.fullmatch(r"missing: .{6,}").all()
    before = missing[(missing["code"] == CODES["Longgang"]) & (missing["year"] == 2010)]
    assert (before["status"] == "missing: a town of Cangnan until 2019").all() and len(before) == 15


# Known values.


@pytest.mark.parametrize(
    ("name", "year", "indicator", "value"),
    [
        ("Pingyang", 2023, "gdp", 711.8145),
        ("Pingyang", 2023, "va_secondary", 335.7363),
        ("Pingyang", 2024, "gdp", 777.46),
        ("Pingyang", 2024, "va_industry", 221.26),
        ("Pingyang", 2020, "industrial_enterprises_above_scale", 504),
        ("Kecheng", 2024, "gdp", 705.73),
        ("Liandu", 2024, "gdp", 596.86),
        ("Liandu", 2024, "land_area", 1493),
        ("Jingning", 2020, "gdp", 74.7647),
        ("Cangnan", 2010, "resident_pop", 1_184_643),
        ("Cangnan", 2020, "resident_pop", 843_962),
        ("Dongtou", 2010, "resident_pop", 87_683),
        ("Gongshu", 2010, "resident_pop", 526_096 + 551_874),
        ("Kecheng", 2021, "night_lights_viirs_sum", 13413.8),
    ],
)
def test_known_values(name, year, indicator, value):
    assert statistics.table(indicator, year)[CODES[name]] == pytest.approx(value, rel=1e-5)


def test_known_totals():
    assert statistics.table("gdp", 2022, level="prefecture")["330800"] == 2003
    assert statistics.table("income_rural_disposable_pc", 2022, level="prefecture")["331100"] == 28470
    assert statistics.table("gdp", 2023, level="province")["330000"] == 82553
    areas = statistics.table("land_area", 2009, level="prefecture")
    assert areas.sum() == pytest.approx(
        statistics.table("land_area", 2009, level="province").item(), abs=0.01
    )


def test_the_communiques_agree_with_the_yearbooks_within_rounding(county):
    """Every value that a county's communiqué or a newspaper gives as well; 20 of them for 2023 alone."""
    reported = statistics.reported()
    reported = reported[reported["period"].str.isdecimal()].assign(
        year=lambda table: table["period"].astype(int)
    )
    both = reported.merge(county, on=["code", "year", "indicator"], suffixes=("", "_table"))
    both = both[both["value_table"].notna()]
    half = 0.5 * 10.0 ** -both["value"].str.partition(".")[2].str.len()
    away = (both["value"].astype(float) - both["value_table"]).abs() > half + 1e-9
    # The account of the second round gives Jiangshan's GDP as nearly 50 billion; the yearbook has 43.0.
    assert both.loc[away, ["code", "year", "indicator"]].to_numpy().tolist() == [["330881", 2024, "gdp"]]
    accounts = both[
        (both["year"] == 2023) & both["indicator"].str.fullmatch(r"gdp|va_(primary|secondary|tertiary)")
    ]
    assert len(accounts) == 20
    assert set(NAMES[accounts["code"]]) == {"Pingyang", "Taishun", "Pujiang", "Yiwu", "Jinyun"}


def test_reported_figures_keep_their_printed_decimals():
    reported = statistics.reported().set_index(["code", "period", "indicator"])["value"]
    assert reported["330800", "2023", "gdp"] == "2125.20"
    assert reported["331100", "2023", "va_primary"] == "115.0"
    assert reported["group26", "2022", "gdp"] == "7404"


# Derived values.


def derived_rows():
    rows = statistics.load()
    return rows[
        (rows["status"] == "derived")
        & rows["formula"].str.startswith("33")
        & rows["formula"].str.contains(" - ")
    ]


def test_the_residuals_are_those_of_kecheng_and_liandu():
    found = {(NAMES[row.code], row.year, row.indicator) for row in derived_rows().itertuples()}
    assert found == {
        ("Kecheng", 2020, "gdp"),
        ("Kecheng", 2023, "gdp"),
        ("Liandu", 2020, "gdp"),
        ("Liandu", 2023, "gdp"),
        ("Liandu", 2023, "va_primary"),
        ("Liandu", 2023, "va_secondary"),
        ("Liandu", 2023, "va_tertiary"),
    }
    assert derived_rows()["note"].str.contains("includes its development zones").all()


# Half a unit of the prefecture's figure as printed: whole numbers in the yearbook of 2020, decimals in 2023.
HALF_TOTAL = {("Kecheng", 2020): 0.5, ("Liandu", 2020): 0.5, ("Kecheng", 2023): 0.005, ("Liandu", 2023): 0.05}


@pytest.mark.parametrize(
    "row", list(derived_rows().itertuples()), ids=lambda row: f"{row.code}-{row.year}-{row.indicator}"
)
def test_a_residual_follows_from_its_formula(row):
    total, *others = row.formula.split(" - ")
    assert sorted([row.code, *others]) == [code for code in NAMES.index if code[:4] == total[:4]]
    terms = statistics.table(row.indicator, row.year, codes=others)
    whole = statistics.table(row.indicator, row.year, level="prefecture")[total]
    assert row.value == pytest.approx(whole - terms.sum(), abs=1e-9)
    slack = HALF_TOTAL[NAMES[row.code], row.year] + 0.00005 * len(others)
    assert (row.lo, row.hi) == pytest.approx((row.value - slack, row.value + slack), abs=1e-9)


def test_derived_sectors_of_liandu_add_up():
    sectors = statistics.panel(["va_primary", "va_secondary", "va_tertiary"], 2023, codes=[CODES["Liandu"]])
    gdp = statistics.table("gdp", 2023)[CODES["Liandu"]]
    assert sectors.sum(axis=1).item() == pytest.approx(gdp, abs=0.1)


# The tables are consistent but for the recorded faults.


@pytest.mark.parametrize(("year", "tolerance"), [(2023, 0.0003), (2024, 0.0201)])
def test_sectors_add_up_to_gdp(county, year, tolerance):
    table = wide(county, year).drop(CODES["Liandu"] if year == 2023 else [])
    sectors = table[["va_primary", "va_secondary", "va_tertiary"]].fillna(0).sum(axis=1)
    have = table["va_secondary"].notna()
    assert (sectors - table["gdp"])[have].abs().max() < tolerance


def test_sectors_add_up_in_the_prefectures(prefecture):
    for year in range(2012, 2023):
        table = wide(prefecture, year)
        sectors = table[["va_primary", "va_secondary", "va_tertiary"]].sum(axis=1)
        # Whole numbers in 2020 and 2022, two decimals otherwise.
        assert (sectors - table["gdp"]).abs().max() <= (1 if year in (2020, 2022) else 0.011)
        assert (table["va_industry"] < table["va_secondary"]).all()


def test_parts_are_no_larger_than_wholes_but_where_recorded(county):
    table = wide(county, 2024)
    assert set(NAMES[table.index[table["va_industry"] > table["va_secondary"]]]) == {"Putuo", "Daishan"}
    assert (table["resident_pop_urban"] <= table["resident_pop_yearend"]).all()
    incomes = table[["income_rural_disposable_pc", "income_urban_disposable_pc"]].dropna()
    assert (incomes.iloc[:, 0] < incomes.iloc[:, 1]).all() and set(MEMBERS) <= set(incomes.index)
    per_head = table["gdp"] * 1e4 / table["resident_pop_yearend"]
    assert (per_head / table["gdp_per_capita"] - 1).abs().max() < 0.011


@pytest.mark.parametrize("year", [2010, 2020])
def test_the_census_adds_up(county, year):
    table = wide(county, year)
    assert (table["urban_pop"] + table["rural_pop"] - table["resident_pop"]).abs().max() == 0
    ages = table[["share_0_14", "share_15_64", "share_65plus"]].dropna().sum(axis=1)
    assert (ages - 100).abs().max() < 0.0101
    work = table.filter(regex="^employed_").dropna()
    parts = work["employed_agriculture"] + work["employed_manufacturing"]
    assert (parts < work["employed_longform_sample"]).all() and set(MEMBERS) <= set(work.index)


def test_quzhou_and_lishui_2024_are_sums_that_fit_2023(county):
    """Six and nine units make up the two prefectures; a year of growth and the census lie between."""
    for prefix, count in (("3308", 6), ("3311", 9)):
        units = wide(county, 2024).filter(regex=f"^{prefix}", axis=0)
        assert len(units) == count
        whole = statistics.table("gdp", 2023, level="prefecture")[prefix + "00"]
        assert 1.05 < units["gdp"].sum() / whole < 1.12


# Breaks.


def level_of(code_pattern):
    return "prefecture" if code_pattern.endswith("00") else "county"


def crossing(entry):
    """Find an indicator, two years around the break and a place that has both values."""
    level = level_of(entry["code"])
    rows = statistics.load(level).dropna(subset="value")
    rows = rows[[statistics._matches(name, entry["indicator"]) for name in rows["indicator"]]]
    if entry["indicator"] == "*":
        rows = rows[~rows["indicator"].isin(statistics.FIXED_TERRITORY)]
    rows = rows[[statistics._matches(code, entry["code"]) for code in rows["code"]]]
    before, after = rows[rows["year"] <= entry["from"]], rows[rows["year"] >= entry["to"]]
    both = before.merge(after, on=["code", "indicator"], suffixes=("", "_after"))
    if both.empty:
        return None
    pair = both.iloc[-1]
    return pair["indicator"], int(pair["year"]), int(pair["year_after"]), pair["code"], level


ENTRIES = statistics.all_breaks().to_dict("records")
BREAKS = [entry for entry in ENTRIES if entry["kind"] != "outlier"]
OUTLIERS = [entry for entry in ENTRIES if entry["kind"] == "outlier"]


# The tables have no value of Shangcheng before 2021; the censuses of counties lie in the long record only.
NOTHING_BEFORE = (
    "shangcheng-2021",
    "accounts-2001",
    "census-2004",
    "census-2008",
    "census-2013-counties",
    "census-2018-counties",
    "scale-2011",
)


@pytest.mark.parametrize("entry", BREAKS, ids=lambda entry: entry["id"])
def test_every_break_is_refused_and_named(entry):
    found = crossing(entry)
    if entry["id"] in NOTHING_BEFORE:
        assert found is None
        return
    indicator, start, end, code, level = found
    with pytest.raises(statistics.BreakError) as caught:
        statistics.growth(indicator, start, end, codes=[code], level=level)
    assert entry["id"] in caught.value.breaks
    message = str(caught.value)
    for part in (
        entry["id"],
        code,
        statistics.places(level)[code],
        str(entry["from"]),
        str(entry["to"]),
        entry["what"],
    ):
        assert part in message
    rate = statistics.growth(indicator, start, end, [code], across=caught.value.breaks, level=level)
    values = [statistics.table(indicator, year, [code], level).item() for year in (start, end)]
    assert rate.item() == pytest.approx(values[1] / values[0] - 1)


@pytest.mark.parametrize("entry", OUTLIERS, ids=lambda entry: entry["id"])
def test_outliers_are_listed_but_not_refused(entry):
    indicator = next(
        name for name in statistics.indicators().index if statistics._matches(name, entry["indicator"])
    )
    level = level_of(entry["code"])
    listed = statistics.outliers(indicator, entry["from"], entry["to"], level)
    assert set(entry["code"].split()) <= set(listed["code"])
    assert entry["id"] not in set(statistics.breaks(indicator, entry["from"], entry["to"], level)["id"])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_every_pattern_of_a_break_means_something(entry):
    places = [*statistics.places().index, *statistics.places("prefecture").index]
    for pattern in entry["code"].split():
        assert any(statistics._matches(code, pattern) for code in places)
    for pattern in entry["indicator"].split():
        assert any(statistics._matches(name, pattern) for name in statistics.indicators().index)
    assert set(entry["union"].split()) <= set(NAMES.index)


def test_breaks_name_who_to_leave_out():
    crossed = statistics.breaks("gdp", 2020, 2023)
    assert set(crossed["name_en"]) >= {"Qujiang", "Kecheng", "Yuhang", "Xiaoshan", "Shangyu"}
    sound = statistics.table("gdp", 2020).dropna().index.difference(crossed["code"])
    rates = statistics.growth("gdp", 2020, 2023, codes=sound)
    assert len(rates) == 60 and NAMES[rates.idxmax()] == "Daishan"
    assert rates[CODES["Pingyang"]] == pytest.approx(711.8145 / 534.5123 - 1)


def test_a_break_outside_the_years_does_not_matter():
    assert statistics.breaks("gdp", 2021, 2023).query("id == 'qujiang-2021'").empty
    assert statistics.breaks("resident_pop", 2010, 2020).query("id == 'yuhang-2021'").empty
    assert not statistics.breaks("gdp", 2018, 2019, "prefecture").empty
    assert statistics.breaks("gdp", 2014, 2018, "prefecture").empty


def test_night_lights_know_no_change_of_area():
    assert statistics.breaks("night_lights_viirs_sum", 2018, 2021).empty
    assert len(statistics.growth("night_lights_viirs_sum", 2018, 2021)) == 90


def test_growth_refuses_nonsense():
    with pytest.raises(ValueError, match=r"qujiang-2012, expected ids"):
        statistics.growth("gdp", 2020, 2023, across=["qujiang-2012"])
    with pytest.raises(ValueError, match="earlier first"):
        statistics.growth("gdp", 2023, 2020)
    with pytest.raises(KeyError, match="Kecheng: missing: the yearbook leaves"):
        statistics.growth("hukou_pop", 2020, 2023, codes=MEMBERS)


def test_what_the_breaks_say_is_so():
    """The claims of breaks.csv that the tables themselves can show."""
    rate = {
        name: statistics.table(name, 2023) / statistics.table(name, 2020) - 1
        for name in (
            "gdp",
            "household_deposits",
            "industrial_enterprises_above_scale",
            "general_budget_revenue",
        )
    }
    firms = rate["industrial_enterprises_above_scale"].dropna()
    assert firms[CODES["Deqing"]] < -0.2 and (firms.drop(CODES[["Deqing", "Yuhang"]]) > -0.05).all()
    deposits = rate["household_deposits"].dropna()
    assert (
        deposits[CODES["Tonglu"]] > 1 and deposits.drop(CODES[["Tonglu", "Yuhang"]]).between(0.45, 0.75).all()
    )
    assert rate["gdp"][CODES["Daishan"]] > 1
    assert (rate["general_budget_revenue"][CODES[["Kaihua", "Sanmen"]]] > 1).all()
    lights = statistics.panel(["night_lights_viirs_sum"], 2016).join(
        statistics.table("night_lights_viirs_sum", 2017).rename("after")
    )
    change = lights["after"] / lights["night_lights_viirs_sum"]
    assert (change > 1).all() and change.corr(lights["night_lights_viirs_sum"], method="spearman") < -0.5
    dongtou = [statistics.table("general_budget_revenue", year)[CODES["Dongtou"]] for year in (2023, 2024)]
    assert dongtou[1] / dongtou[0] < 0.75
    shangyu = [statistics.table("admin_area", year)[CODES["Shangyu"]] for year in (2020, 2023)]
    assert shangyu == [1406, 1362]


def test_the_census_of_2020_leaves_the_zone_out_of_longwan(county):
    wenzhou = [code for code in NAMES.index if code.startswith("3303")]
    for year, left_out in ((2010, 0), (2020, 249_343)):
        units = wide(county, year)["resident_pop"].reindex(wenzhou).sum()
        assert statistics.table("resident_pop", year, level="prefecture")["330300"] - units == left_out


def test_gdp_per_head_changes_its_denominator_in_2016(prefecture):
    for year in (2014, 2015):
        table = wide(prefecture, year)
        registered = wide(prefecture, 2016)["resident_pop_yearend"]
        assert (table["gdp"] * 1e4 / table["gdp_per_capita"] / registered - 1).abs()["331100"] > 0.15
    table = wide(prefecture, 2016)
    assert (
        table["gdp"] * 1e4 / table["gdp_per_capita"] / table["resident_pop_yearend"] - 1
    ).abs().max() < 0.02


# Recorded faults.


def test_recorded_faults_are_marked_and_kept(county):
    flagged = county[county["note"].str.contains("larger than the secondary sector")]
    assert dict(zip(NAMES[flagged["code"]], flagged["value"], strict=True)) == {
        "Putuo": 120.19,
        "Daishan": 634.51,
    }
    sanmen = county.query("indicator == 'admin_area' and year == 2023 and code == '331022'")
    assert sanmen["value"].item() == 1510 and "sea" in sanmen["note"].item()
    assert not county["status"].eq("replaced").any()


CORRECTION = """\
- id: test
  table: statistics
  code: "330326"
  year: 2023
  indicator: gdp
  expect: "{expect}"
  action: {action}
  reason: A test.
"""


def corrected(tmp_path, text):
    path = tmp_path / "corrections.yml"
    path.write_text(text, encoding="utf-8")
    return statistics._load(statistics.STATISTICS, path)


def pingyang(table):
    return table.query("code == '330326' and year == 2023 and indicator == 'gdp'").iloc[0]


def test_a_correction_can_replace(tmp_path):
    text = CORRECTION.format(expect="711.8145", action="replace") + '  value: "700"\n'
    row = pingyang(corrected(tmp_path, text))
    assert (row["value"], row["status"], row["note"]) == (700, "replaced", "A test.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (CORRECTION.format(expect="711.81", action="flag"), r"\[711.8145\]"),
        (CORRECTION.format(expect="711.8145", action="flag").replace("2023", "1999"), r"\[\]"),
        (CORRECTION.format(expect="711.8145", action="mend"), "mend"),
        (CORRECTION.format(expect="711.8145", action="replace"), "fields"),
        (CORRECTION.format(expect="711.8145", action="flag") + "  cause: unknown\n", "cause"),
    ],
)
def test_a_correction_that_no_longer_fits_stops_the_loading(tmp_path, text, found):
    with pytest.raises(tables.TableError, match=found):
        corrected(tmp_path, text)


def test_every_recorded_fault_is_guarded(tmp_path):
    """Mending any one of the faults in the table stops the loading."""
    content = statistics.STATISTICS.read_text(encoding="utf-8")
    long_record = statistics.LONG_RECORD.read_text(encoding="utf-8")
    for entry in statistics._corrections(statistics.CORRECTIONS):
        printed = f"{entry['code']},{entry['year']},{entry['indicator']},{entry['expect']},"
        assert {"statistics": content, "long_record": long_record}[entry["table"]].count(printed) == 1
    spoilt = tmp_path / "statistics.csv"
    spoilt.write_text(
        content.replace("330903,2024,va_industry,120.19,", "330903,2024,va_industry,20.19,"), "utf-8"
    )
    with pytest.raises(tables.TableError, match="putuo-industry"):
        statistics._load(spoilt)


# Bad input.

PINGYANG = "330326,2023,gdp,711.8145,100m yuan,ccsy2024,first release,published,,,,\n"
RESIDUAL = "330800 - 330803 - 330822 - 330824 - 330825 - 330881,670.60235,670.61285"


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        ("code,year", "code,when", "year", "columns"),
        (PINGYANG, "", None, "a row for each unit"),
        (PINGYANG, PINGYANG * 2, "code, year, indicator", "unique key"),
        (PINGYANG, PINGYANG.replace("330326", "330399"), "code", "code of a unit"),
        (PINGYANG, PINGYANG.replace("711.8145", "711,8145"), None, "12 cells"),
        (PINGYANG, PINGYANG.replace("711.8145", "n/a"), "value", "decimal number"),
        (PINGYANG, PINGYANG.replace("711.8145", ""), "value", "status missing"),
        (PINGYANG, PINGYANG.replace("published", "missing: lost"), "value", "status missing"),
        (PINGYANG, PINGYANG.replace("published", "missing"), "status", "missing: why"),
        (PINGYANG, PINGYANG.replace("published", "derived"), "formula", "formula"),
        (PINGYANG, PINGYANG.replace("100m yuan", "yuan"), "unit", "indicators.csv"),
        (PINGYANG, PINGYANG.replace("ccsy2024", "ccsy2042"), "source", "known values"),
        (PINGYANG, PINGYANG.replace(",gdp,", ",gdq,"), "indicator", "known values"),
        (RESIDUAL, RESIDUAL.replace("670.60235", "670.61"), "lo", "bounds"),
        ("code,year", "\ufeffcode,year", None, "byte-order mark"),
        (PINGYANG, PINGYANG.replace("\n", "\r\n"), None, "LF"),
    ],
)
def test_a_spoilt_table_is_refused(tmp_path, old, new, column, expected):
    content = statistics.STATISTICS.read_text(encoding="utf-8")
    assert content.count(old) == 1
    spoilt = tmp_path / "statistics.csv"
    spoilt.write_text(content.replace(old, new), encoding="utf-8", newline="")
    with pytest.raises(tables.TableError) as caught:
        statistics._load(spoilt)
    assert caught.value.file == spoilt and caught.value.column == column and expected in caught.value.expected


@pytest.mark.parametrize(
    ("table", "old", "new", "column"),
    [
        ("breaks", "qujiang-2021,330803,gdp va_* industrial_enterprises_above_scale,2020,2021", None, "to"),
        ("breaks", ",census,", ",revision,", "kind"),
        ("reported", "group26,2022,", "group27,2022,", "code"),
        ("reported", ",2023Q1,", ",2023 Q1,", "period"),
        ("reported", ",2125.20,", ",2125.20亿,", "value"),
        ("indicators", "gdp,GDP,", "gdp,,", "label"),
    ],
)
def test_spoilt_side_tables_are_refused(tmp_path, table, old, new, column):
    source = getattr(statistics, table.upper())
    content = source.read_text(encoding="utf-8")
    assert old in content
    spoilt = tmp_path / source.name
    new = old.replace("2020,2021", "2021,2021") if new is None else new
    spoilt.write_text(content.replace(old, new, 1), encoding="utf-8", newline="\n")
    with pytest.raises(tables.TableError) as caught:
        getattr(statistics, {"breaks": "_all_breaks"}.get(table, f"_{table}"))(spoilt)
    assert caught.value.column == column


# Taking tables.


def test_a_table_holds_all_90_or_exactly_those_asked_for():
    series = statistics.table("gdp", 2023)
    assert series.index.equals(NAMES.index) and series.name == "gdp" and series.notna().sum() == 65
    assert statistics.table("gdp", 2023, codes=MEMBERS).index.equals(MEMBERS)
    panel = statistics.panel(["gdp", "retail_sales"], 2024, codes=MEMBERS)
    assert panel.shape == (26, 2) and not panel.isna().any(axis=None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gdp", 2021), "gdp 2021: no such table; its years: 2020, 2023, 2024"),
        (("happiness", 2024), "none at this level"),
        (("va_primary", 2023, MEMBERS), "330802 Kecheng: missing: the yearbook leaves this district out"),
        (("gdp", 2024, ["330326", "330399"]), r"330399 \(unknown\): no row"),
    ],
)
def test_what_is_missing_is_named(arguments, message):
    with pytest.raises(KeyError, match=message):
        statistics.table(*arguments)


def test_levels():
    assert len(statistics.places("prefecture")) == 11
    assert list(statistics.places("province")) == ["Zhejiang"]
    assert set(statistics.load("province")["code"]) == {"330000"}
    with pytest.raises(ValueError, match="expected county, prefecture or province"):
        statistics.load("town")


def test_loaders_hand_out_copies():
    table = statistics.load()
    table["value"] = np.nan
    assert statistics.load()["value"].notna().any()


def test_every_row_names_a_source_with_its_grade(county, prefecture):
    sources = statistics.sources()
    used = set(county["source"]) | set(prefecture["source"]) | set(statistics.reported()["source"])
    used |= set(statistics.load("province")["source"]) | set(statistics.long_record()["source"])
    assert used == set(sources.index)
    assert sources["grade"].isin(counties.GRADES).all() and sources[["title", "terms", "trust"]].ne("").all(
        axis=None
    )
    residual = county.query("code == '330802' and year == 2023 and indicator == 'gdp'")["source"].item()
    assert sources.loc[residual, "grade"] == "C"


def test_a_break_error_lists_the_breaks_as_they_were_given():
    row = {"code": "330326", "name_en": "Pingyang", "from": 2019, "to": 2020, "kind": "territory"}
    rows = pd.DataFrame([row | {"id": "z", "what": "a town moved"}, row | {"id": "a", "what": "a census"}])
    error = statistics.BreakError("gdp 2019 to 2020", rows)
    assert error.breaks == ("z", "a")
    _, first, second = str(error).split("\n")
    assert first.startswith("z: Pingyang (330326)") and "a town moved" in first
    assert second.startswith("a: ")
