"""Growth of the counties: who is compared, every break kept, decompositions that add up exactly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mountain_counties.growth import comparison, growth
from mountain_counties.record import counties, statistics

NAMES = counties.units()["name_en"]
MEMBERS = set(counties.members("2023-12-31"))


@pytest.fixture(scope="module")
def gdp():
    return growth.rates("gdp")


def parts(index) -> set[str]:
    """Return the codes behind units, some of them joined."""
    return {code for unit in index for code in unit.split("+")}


def test_quzhou_and_lishui_are_wholly_in_the_group():
    assert list(growth.whole_prefectures()) == ["330800", "331100"]


# Who is compared.


def test_gdp_compares_all_26_with_35(gdp):
    assert parts(gdp.index[gdp["member"]]) == MEMBERS and gdp["member"].sum() == 25
    assert (~gdp["member"]).sum() == 35


def test_units_split_by_a_break_are_joined(gdp):
    """Kecheng and Qujiang together with Quzhou's four other units are Quzhou, in both years."""
    quzhou = gdp[gdp["prefecture"] == "Quzhou"]
    assert quzhou["start"].sum() == pytest.approx(1639) and quzhou["end"].sum() == pytest.approx(2125.2)
    joined = gdp.loc["330802+330803"]
    assert joined["name"] == "Kecheng and Qujiang" and joined["member"] and not joined["published"]


def test_known_rates(gdp):
    assert gdp.loc["330326", "growth"] == pytest.approx(711.8145 / 534.512 - 1, rel=1e-4)
    crossed = growth.rates("gdp", breaks="cross", outliers=True)
    assert crossed.loc["330803", "growth"] == pytest.approx(0.565, abs=0.001)  # the +57% that is no growth
    assert len(crossed) == 65


def test_nobody_goes_missing_silently():
    """Each of the 26 is compared, named among those left out, or missing from the yearbook with a reason."""
    table = statistics.load()
    for indicator in growth.INDICATORS:
        rows = table[(table["indicator"] == indicator) & table["year"].isin([2020, 2023])]
        absent = set(rows.loc[rows["status"].str.startswith("missing"), "code"]) & MEMBERS
        out = growth.left_out(indicator)
        compared = parts(growth.rates(indicator).query("member").index)
        assert compared | absent | set(out.index[out["member"]]) == MEMBERS
        assert compared & absent == set()
        assert absent <= {"330802", "331102"}  # Kecheng and Liandu


def test_left_out_says_who_and_why():
    table = growth.left_out("gdp")
    assert dict(zip(table["name"], table["treatment"], strict=True)) == {
        "Qujiang": "joined",
        "Kecheng": "joined",
        "Yuhang": "left out",
        "Xiaoshan": "left out",
        "Shangyu": "left out",
        "Daishan": "left out",
    }
    assert table["why"].str.len().min() > 30
    assert set(growth.left_out("industrial_enterprises_above_scale")["name"]) == {
        "Qujiang",
        "Yuhang",
        "Xiaoshan",
        "Shangyu",
        "Deqing",
    }


def test_a_unit_whose_other_part_has_no_figure_is_left_out():
    """Firms of Qujiang would need Kecheng's, which the yearbook does not give."""
    assert "330803" not in parts(growth.rates("industrial_enterprises_above_scale").index)


def test_breaks_can_be_left_out_or_crossed_only_by_name():
    assert "330803" not in parts(growth.rates("gdp", breaks="leave out").index)
    assert "330921" in growth.rates("gdp", outliers=True).index
    with pytest.raises(ValueError, match="breaks: found 'ignore'"):
        growth.rates("gdp", breaks="ignore")


@pytest.mark.parametrize("breaks", ["join", "leave out", "cross"])
@pytest.mark.parametrize(
    ("indicator", "start", "end", "name"),
    [
        ("gdp", 2023, 2024, "census-2023"),
        ("gdp", 2020, 2024, "census-2023"),
        ("va_secondary", 2023, 2024, "census-2023"),
        ("night_lights_viirs_sum", 2013, 2021, "lights-2017"),
    ],
)
def test_a_break_of_every_unit_is_never_crossed(breaks, indicator, start, end, name):
    with pytest.raises(statistics.BreakError) as error:
        growth.rates(indicator, start, end, breaks=breaks)
    assert name in error.value.breaks


def test_sectors_of_the_counties_have_no_growth():
    """The yearbook gives them in one of the two years only."""
    with pytest.raises(KeyError, match="va_secondary 2020"):
        growth.rates("va_secondary")


def test_total_adds_up_joined_units_and_keeps_gaps():
    values = pd.Series({"330802": 1.0, "330803": 2.0, "330822": np.nan})
    found = growth.total(values, pd.Index(["330822", "330802+330803"]))
    assert found["330802+330803"] == 3 and np.isnan(found["330822"])
    assert np.isnan(growth.total(values, pd.Index(["330803+330822"])).item())


def test_left_out_gives_the_growth_as_printed_and_on_which_side_the_unit_stands():
    table = growth.left_out("gdp")
    before, after = (statistics.table("gdp", year)[table.index] for year in (2020, 2023))
    assert (before * (1 + table["growth"])).to_numpy() == pytest.approx(after.to_numpy())
    assert table["member"].to_dict() == {code: code in MEMBERS for code in table.index}


def test_shared_prefectures_have_units_on_both_sides(gdp):
    units = counties.units()
    sides = {name: {code in MEMBERS for code in rows.index} for name, rows in units.groupby("prefecture")}
    assert gdp["shared"].to_dict() == {
        code: len(sides[name]) == 2 for code, name in gdp["prefecture"].items()
    }


def test_published_means_that_both_values_are(gdp):
    rows = statistics.load(indicator="gdp")
    rows = rows[rows["year"].isin([2020, 2023])]
    other = set(rows.loc[rows["status"] != "published", "code"])
    assert gdp["published"].to_dict() == {code: not parts([code]) & other for code in gdp.index}
    assert 0 < gdp["published"].sum() < len(gdp)


# Comparison.


def test_the_weighted_mean_is_the_growth_of_the_sum(gdp):
    found = growth.compare(gdp, "weighted mean")
    own, other = gdp[gdp["member"]], gdp[~gdp["member"]]
    assert found["inside"] == pytest.approx(own["end"].sum() / own["start"].sum() - 1)
    assert found["outside"] == pytest.approx(other["end"].sum() / other["start"].sum() - 1)


def test_specifications_cover_every_choice(gdp):
    table = growth.specifications("gdp").set_index(["units", "estimator"])
    assert len(table) == len(growth.SPECIFICATIONS) * len(growth.ESTIMATORS)
    for estimator in growth.ESTIMATORS:
        assert table.loc[("Main", estimator), "difference"] == growth.compare(gdp, estimator)["difference"]
    counts = table.xs("mean", level="estimator")[["n_inside", "n_outside"]].astype(int).apply(tuple, axis=1)
    assert counts.to_dict() == {
        "Main": (25, 35),
        "Outliers kept": (25, 36),
        "Split units left out": (24, 35),
        "Published values only": (23, 35),
        "Without city districts": (23, 29),
        "Shared prefectures only": (11, 16),
        "Breaks ignored": (26, 39),
    }


def test_by_indicator_is_the_main_specification(gdp):
    table = growth.by_indicator({"gdp": "GDP"})
    assert list(table.index) == [("GDP", "mean"), ("GDP", "weighted mean")]
    assert table.loc[("GDP", "mean"), "difference"] == growth.compare(gdp)["difference"]
    least = comparison.detectable(gdp["growth"], gdp["member"])["permutation"]
    assert table.loc[("GDP", "mean"), "detectable"] == least
    least = comparison.detectable(gdp["growth"], gdp["member"], gdp["start"])["permutation"]
    assert table.loc[("GDP", "weighted mean"), "detectable"] == least
    assert table.loc[("GDP", "weighted mean"), "inside"] == growth.compare(gdp, "weighted mean")["inside"]


def test_medians_are_compared_as_medians(gdp):
    found = growth.compare(gdp, "median")
    middle = gdp.groupby("member")["growth"].median()
    assert (found["inside"], found["outside"]) == (middle[True], middle[False])


def test_the_whole_province_leaves_nobody_out():
    table = growth.whole_province()
    assert table.loc["province", "end"] == 82553
    assert table.loc["province", "start"] == 64756  # 11 totals as printed
    for column in ("start", "end", "share_start", "share_end"):
        assert table.loc[["members", "others"], column].sum() == pytest.approx(table.loc["province", column])
    for year in ("start", "end"):
        assert table[f"share_{year}"].to_list() == pytest.approx((table[year] / table[year].max()).to_list())
    assert (table["start"] * (1 + table["growth"])).to_list() == pytest.approx(table["end"].to_list())
    lead = statistics.reported().query("code == 'group26' and period == '2022' and indicator == 'gdp'")
    assert table.loc["members", "start"] < float(lead["value"].item()) < table.loc["members", "end"]


# Decompositions.


def test_contributions_add_up(gdp):
    own = gdp[gdp["member"]]
    found = growth.contributions(own, benchmark=0.2)
    rate = own["end"].sum() / own["start"].sum() - 1
    assert found["contribution"].sum() == pytest.approx(rate, abs=1e-12)
    assert found["ahead"].sum() == pytest.approx(rate - 0.2, abs=1e-12)
    assert found["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert found["contribution"].is_monotonic_decreasing


def test_shift_share_by_hand():
    """Two places, two sectors: the whole grows by a quarter, sector A by a half, sector B not at all."""
    start = pd.DataFrame({"A": [10.0, 10.0], "B": [10.0, 10.0]}, index=["x", "y"])
    end = pd.DataFrame({"A": [18.0, 12.0], "B": [11.0, 9.0]}, index=["x", "y"])
    found = growth.shift_share(start, end)
    assert found.loc["x"].to_dict() == pytest.approx({"change": 9, "whole": 5, "mix": 0, "place": 4})
    tilted = start.assign(A=[15.0, 5.0], B=[5.0, 15.0])
    found = growth.shift_share(tilted, tilted.assign(A=[22.5, 7.5]))
    assert found.loc["x"].to_dict() == pytest.approx({"change": 7.5, "whole": 5, "mix": 2.5, "place": 0})


@settings(max_examples=50, deadline=None)
@given(arrays(float, (2, 5, 3), elements=st.floats(0.1, 1e4)))
def test_shift_share_adds_up(values):
    start, end = (pd.DataFrame(part) for part in values)
    found = growth.shift_share(start, end)
    scale = max(start.to_numpy().max(), end.to_numpy().max()) * (end / start).to_numpy().max()
    rest = found["change"] - found[["whole", "mix", "place"]].sum(axis=1)
    assert rest.abs().max() <= 1e-9 * scale
    # The reference has neither mix nor place of its own: both cancel over all places.
    assert abs(found[["mix", "place"]].to_numpy().sum()) <= 1e-9 * scale


def test_shift_share_of_the_prefectures_adds_up_to_a_billionth():
    found = growth.shift_share(growth.sectors(2019), growth.sectors(2022))
    assert (found["change"] - found[["whole", "mix", "place"]].sum(axis=1)).abs().max() < 1e-9
    assert found[["mix", "place"]].to_numpy().sum() == pytest.approx(0, abs=1e-8)


def test_sectors_add_up_to_gdp_but_for_rounding():
    for year in (2019, 2022):
        gap = growth.sectors(year).sum(axis=1) - statistics.table("gdp", year, level="prefecture")
        assert gap.abs().max() <= 1.5


def test_sector_growth():
    table = growth.sector_growth()
    industry = sum(
        statistics.table("va_industry", 2022, level="prefecture")[list(growth.whole_prefectures())]
    ) / sum(statistics.table("va_industry", 2019, level="prefecture")[list(growth.whole_prefectures())])
    assert table.loc["Industry", "inside"] == pytest.approx(industry - 1)
    rows = table.drop("sum")
    assert rows["share"].sum() == pytest.approx(1)
    assert rows["contribution"].sum() == pytest.approx(table.loc["sum", "inside"], abs=1e-12)
    own = list(growth.whole_prefectures())
    before, after = growth.sectors(2019), growth.sectors(2022)
    for place, code in growth.SECTORS.items():
        row = table.loc[code]
        assert row["share"] == pytest.approx(before.loc[own, place].sum() / before.loc[own].to_numpy().sum())
        rates = [
            part[place].sum() for part in (after.loc[own], before.loc[own], after.drop(own), before.drop(own))
        ]
        assert (row["inside"], row["outside"]) == pytest.approx(
            (rates[0] / rates[1] - 1, rates[2] / rates[3] - 1)
        )
    assert table["difference"].to_numpy() == pytest.approx((table["inside"] - table["outside"]).to_numpy())
    with pytest.raises(statistics.BreakError):
        growth.sector_growth(2018, 2019)
