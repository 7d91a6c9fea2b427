"""The long record: known values, sums, double entries, every break and every recorded fault."""

import numpy as np
import pandas as pd
import pytest

from mountain_counties.record import counties, statistics

NAMES = counties.units()["name_en"]
CODES = pd.Series(NAMES.index, index=NAMES)
MEMBERS = counties.members("2023-12-31")
SECTORS = ["va_primary", "va_secondary", "va_tertiary"]
RECORD = statistics.long_record()


def wide(indicator, source="county-panel"):
    rows = RECORD[(RECORD["indicator"] == indicator) & (RECORD["source"] == source)]
    return rows.pivot_table("value", "code", "year")


GDP = wide("gdp")
PREFECTURES = wide("gdp", "city-yearbook").join(
    pd.DataFrame({year: statistics.table("gdp", year, level="prefecture") for year in range(2012, 2022)})
)


@pytest.mark.parametrize(
    ("name", "year", "value"),
    [
        ("Cangnan", 2000, 78.45),
        ("Cangnan", 2019, 652.21),
        ("Cangnan", 2020, 363.0912),
        ("Longgang", 2020, 316.4),
        ("Pingyang", 2004, 101.13),
        ("Jingning", 2020, 74.7647),
        ("Kecheng", 2020, 236.5),
        ("Kecheng", 2021, 595.5),
        ("Qujiang", 2001, 26.4),
        ("Changshan", 2021, 187.58),
    ],
)
def test_known_values(name, year, value):
    assert GDP.loc[CODES[name], year] == pytest.approx(value, rel=2e-3)


def test_real_growth_and_the_province():
    growth = wide("gdp_growth_real", "city-yearbook")
    assert growth.loc["330800", 2007] == 16.5 and growth.loc["331100", 2020] == 3.35
    assert not {2001, 2017, 2021} & set(growth.columns)
    province = RECORD[(RECORD["code"] == "330000") & (RECORD["indicator"] == "gdp")]
    values = province.pivot_table("value", "year", "vintage")
    assert values.loc[2019].to_dict() == {
        "after the fifth economic census": 64632.0,
        "as of about 2020": 62462.0,
    }
    # A later census only ever raised the figures.
    both = values.dropna()
    assert (both.iloc[:, 0] > both.iloc[:, 1]).all() and len(both) == 9


def test_who_is_in_it():
    every = GDP.notna().sum(axis=1) == 22
    assert every.sum() == 51
    assert set(NAMES[MEMBERS.difference(GDP.index[every])]) == {"Kecheng", "Qujiang", "Liandu"}
    assert GDP.notna().sum()[[2000, 2019, 2020, 2021]].to_list() == [52, 62, 84, 90]
    lights = wide("night_lights_harmonised_sum", "lights-harmonised")
    assert lights.shape == (90, 23) and lights.notna().all(axis=None)


def test_the_edition_at_hand_gives_the_same_values_of_2020():
    printed = statistics.load(indicator="gdp").query("year == 2020 and status == 'published'")
    printed = printed.set_index("code")["value"]
    gap = (GDP[2020] - printed).dropna().abs()
    # Printed with four decimals there, with one or two here; three units of Huzhou differ by a little more.
    assert len(printed) == len(gap) == 63 and (gap / printed).max() < 0.0006
    assert set(NAMES[gap.index[gap > 0.051]]) == {"Changxing", "Deqing", "Anji"}
    people = statistics.table("hukou_pop", 2020).dropna()
    off = (wide("hukou_pop").loc[people.index, 2020] / people - 1).abs()
    assert set(NAMES[off.index[off > 0.001]]) == {"Dongtou", "Xiaoshan"}


def test_the_units_add_up_to_their_prefectures():
    whole = GDP[[2020, 2021]].groupby(GDP.index.str[:4] + "00").sum() / PREFECTURES[[2020, 2021]]
    # Whole numbers in 2020; Hangzhou lacks six districts then, Quzhou's zones stand in no district.
    assert (whole[2020].drop(["330100", "330800"]) - 1).abs().max() < 0.007
    assert whole.loc["330800", 2020] == pytest.approx(0.803, abs=0.001)
    assert (whole[2021].drop(["330100", "330500"]) - 1).abs().max() < 0.0035
    before = GDP.loc[:, :2019].groupby(GDP.index.str[:4] + "00").sum()
    assert (before < PREFECTURES.loc[:, :2019]).all(axis=None)


def test_sectors_add_up_but_where_recorded():
    parts = sum(wide(name) for name in SECTORS)
    gap = (parts - GDP).abs()
    off = gap > 0.06 + 0.0005 * GDP
    assert {(NAMES[code], year) for year in off for code in off.index[off[year]]} == {
        ("Yuyao", 2007),
        ("Wuyi", 2010),
        ("Longquan", 2010),
        ("Wuxing", 2020),  # whole numbers
    }
    notes = RECORD[RECORD["note"].str.contains("sectors add up")]
    assert set(zip(NAMES[notes["code"]], notes["year"], strict=True)) == {
        ("Yuyao", 2007),
        ("Wuyi", 2010),
        ("Longquan", 2010),
    }


def test_five_counties_are_put_back_in_their_places():
    people = wide("hukou_pop")
    replaced = RECORD[RECORD["status"] == "replaced"]
    assert set(NAMES[replaced["code"]]) == {"Jinyun", "Suichang", "Songyang", "Yunhe", "Qingyuan"}
    assert (
        np.log(people.loc[replaced["code"], [2004, 2005, 2006]]).diff(axis=1).abs().max(axis=1) < 0.02
    ).all()
    # A permutation: the five printed values are the five values now used.
    corrections = [
        entry for entry in statistics._corrections(statistics.CORRECTIONS) if "people" in entry["id"]
    ]
    assert sorted(e["expect"] for e in corrections) == sorted(e["value"] for e in corrections)


# Breaks.


def ahead(year):
    """Log growth of the units in a year less its median."""
    change = np.log(GDP[year] / GDP[year - 1])
    return (change - change.median()).dropna()


@pytest.mark.parametrize(
    ("name", "code", "start", "end"),
    [
        ("accounts-2001", "331126", 2000, 2001),
        ("census-2004", "330781", 2004, 2005),
        ("census-2008", "330326", 2008, 2009),
        ("census-2013-counties", "330326", 2013, 2014),
        ("census-2018-counties", "330825", 2018, 2019),
        ("longgang-2019", "330327", 2019, 2020),
        ("qujiang-2021", "330803", 2020, 2021),
        ("kecheng-2021", "330802", 2020, 2021),
    ],
)
def test_every_break_is_on_record(name, code, start, end):
    found = statistics.breaks("gdp", start, end)
    assert name in set(found.loc[found["code"] == code, "id"])


def test_the_censuses_of_counties_do_not_touch_prefectures():
    found = statistics.breaks("gdp", 2013, 2014, "prefecture")
    assert set(found["id"]) == {"census-2013"}


def test_what_the_breaks_say_is_so():
    jumps = {year: (ahead(year).abs() > 0.12).sum() for year in range(2001, 2022)}
    assert jumps[2005] >= 7 and jumps[2001] >= 4
    # No such jump in the years of the second and the third census.
    assert jumps[2009] <= 1 and jumps[2014] == 0
    drop = np.log(GDP[2019] / GDP[2018]).dropna()
    assert set(NAMES[drop.index[drop < 0]]) == {"Longyou", "Jinyun", "Shengsi", "Tonglu"}
    assert GDP.loc[CODES["Cangnan"], 2020] / GDP.loc[CODES["Cangnan"], 2019] < 0.6
    joined = GDP.loc[CODES[["Cangnan", "Longgang"]], 2020].sum() / GDP.loc[CODES["Cangnan"], 2019]
    assert 1.02 < joined < 1.07
    moved = GDP[2021] / GDP[2020]
    assert moved[CODES["Kecheng"]] > 2.5 and 1.28 < moved[CODES["Qujiang"]] < 1.30
    rest = PREFECTURES.loc["330800"] - GDP.loc[CODES[["Changshan", "Kaihua", "Longyou", "Jiangshan"]]].sum()
    assert 1.08 < rest[2021] / rest[2020] < 1.16
    assert GDP.loc[CODES["Chun'an"], 2020] < GDP.loc[CODES["Chun'an"], 2019]


@pytest.mark.parametrize(
    ("name", "year", "low", "high"),
    [
        ("Pingyang", 2004, -0.16, -0.12),
        ("Taishun", 2004, -0.16, -0.11),
        ("Qingtian", 2003, 0.13, 0.17),
        ("Daishan", 2017, -0.27, -0.22),
    ],
)
def test_outliers_are_as_far_out_as_said(name, year, low, high):
    assert low < ahead(year)[CODES[name]] < high


def test_a_mended_source_is_noticed(tmp_path):
    path = tmp_path / statistics.LONG_RECORD.name
    text = statistics.LONG_RECORD.read_text(encoding="utf-8")
    assert "330281,2007,gdp,402.84," in text
    path.write_text(text.replace("330281,2007,gdp,402.84,", "330281,2007,gdp,420.84,"), encoding="utf-8")
    with pytest.raises(statistics.tables.TableError, match="yuyao-2007"):
        statistics._load(path)


EARLY = ("county-yearbook-early", "county-communiques-2020")


@pytest.mark.parametrize(
    ("name", "year", "indicator", "value"),
    [
        ("Cangnan", 2010, "industrial_enterprises_above_scale", 712),
        ("Yongjia", 2011, "industrial_enterprises_above_scale", 315),
        ("Tonglu", 2006, "output_industry_above_scale", 200.8874),
        ("Daishan", 2003, "general_budget_revenue", 1.15),
        ("Shengsi", 2011, "general_budget_expenditure", 16.36),
        ("Chun'an", 2006, "household_deposits", 33.68),
        ("Jingning", 2020, "income_rural_disposable_pc", 21625),
        ("Xiaoshan", 2020, "income_urban_disposable_pc", 73116),
    ],
)
def test_known_values_of_budgets_firms_and_incomes(name, year, indicator, value):
    rows = RECORD[RECORD["source"].isin(EARLY)].set_index(["code", "year", "indicator"])["value"]
    assert rows[CODES[name], year, indicator] == pytest.approx(value, rel=4e-3)


@pytest.mark.parametrize(
    ("indicator", "source", "counts", "sums"),
    [
        (
            "industrial_enterprises_above_scale",
            EARLY[0],
            {2003: 23, 2004: 29, 2006: 50, 2010: 44, 2011: 44},
            {2006: 21805, 2010: 27867, 2011: 16131},
        ),
        ("general_budget_revenue", EARLY[0], {2003: 23, 2006: 50}, {2006: 362.9215, 2011: 860.6362}),
        ("general_budget_expenditure", EARLY[0], {2004: 29, 2006: 50}, {2010: 978.6890}),
        ("output_industry_above_scale", EARLY[0], {2010: 44}, {2010: 16735.0028}),
        ("household_deposits", EARLY[0], {2003: 23, 2006: 50, 2010: 44}, {2006: 3698.5699}),
        ("loans_outstanding", EARLY[0], {2004: 29, 2011: 44}, {2006: 4824.6004}),
        ("income_rural_disposable_pc", EARLY[1], {2020: 83}, {2020: 2746175}),
    ],
)
def test_counts_and_sums_of_budgets_firms_and_incomes(indicator, source, counts, sums):
    table = wide(indicator, source)
    for year, count in counts.items():
        assert table[year].notna().sum() == count
    for year, total in sums.items():
        assert table[year].sum() == pytest.approx(total, rel=1e-6)


def test_half_of_the_firms_drop_out_when_the_rule_changes():
    """What `scale-2011` says: the count halves in every county, the output does not fall."""
    firms = wide("industrial_enterprises_above_scale", EARLY[0])
    output = wide("output_industry_above_scale", EARLY[0])
    both = firms[[2010, 2011]].dropna()
    left = both[2011] / both[2010]
    assert len(both) > 35 and left.max() < 0.85 and 0.45 < left.median() < 0.6
    assert (output[2011] / output[2010]).dropna().median() > 1
    before = statistics.breaks("industrial_enterprises_above_scale", 2006, 2010)
    assert "scale-2011" not in set(before["id"])


def test_outliers_of_the_early_yearbooks():
    output = wide("output_industry_above_scale", EARLY[0])
    rate = output[2010] / output[2006]
    assert rate.idxmax() == CODES["Daishan"] and rate.max() > 6
    spent = wide("general_budget_expenditure", EARLY[0])
    rise = (spent[2011] / spent[2010]).dropna()
    assert rise.idxmax() == CODES["Shengsi"] and 1.6 < rise.max() < 1.7 and rise.median() < 1.25
