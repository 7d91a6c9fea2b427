"""The longer record: breaks kept, exact permutations, the censuses' shares, the lights."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mountain_counties.growth import comparison, growth, long_view
from mountain_counties.record import counties, statistics

OWN = ["330800", "331100"]
PREFECTURES = counties.prefectures().index
MEMBERS = set(growth.members())


def series(*values: float) -> pd.Series:
    """Give each prefecture a value."""
    return pd.Series(values, PREFECTURES, dtype=float)


# Prefectures.


@pytest.mark.parametrize(
    ("indicator", "missing"),
    [
        ("gdp", [2014, 2019]),
        ("va_industry", [2014, 2019]),
        ("general_budget_revenue", []),
        ("income_urban_disposable_pc", [2014]),
        ("income_rural_disposable_pc", [2013, 2014]),
    ],
)
def test_yearly_growth_stops_at_the_breaks(indicator, missing):
    table = long_view.yearly(indicator)
    assert list(table.index) == list(range(2013, 2023)) and list(table.columns) == list(PREFECTURES)
    assert list(table.index[table.isna().all(axis=1)]) == missing
    odd = {(2017, "330900")} if indicator in ("gdp", "va_industry") else set()  # zhoushan-2017
    holes = table.drop(missing).isna()
    assert {(year, code) for year in holes.index for code in holes if holes.loc[year, code]} == odd
    ratio = statistics.growth(indicator, 2021, 2022, level="prefecture")
    np.testing.assert_allclose(table.loc[2022, ratio.index], np.log1p(ratio))


def test_yearly_growth_is_a_copy():
    table = long_view.yearly("gdp")
    table[:] = 0
    assert not (long_view.yearly("gdp") == 0).any(axis=None)


def test_incomes_of_counties_have_no_growth():
    """They are known for one year only, so nothing may be said of their growth."""
    for name in ("income_urban_disposable_pc", "income_rural_disposable_pc"):
        with pytest.raises(KeyError, match="no such table; its years: 2024"):
            statistics.growth(name, 2020, 2024)


def test_ratio_and_pace():
    table = long_view.ratio()
    urban = statistics.table("income_urban_disposable_pc", 2022, level="prefecture")["331100"]
    assert table.loc[2022, "331100"] == pytest.approx(urban / 28470)
    assert list(table.index) == list(range(2014, 2023))
    pace = long_view.pace()
    change = np.log(table.loc[2022, "331100"] / table.loc[2014, "331100"]) / 8
    assert pace.loc["331100", long_view.RATIO] == pytest.approx(change)
    rural = np.log(
        statistics.table("income_rural_disposable_pc", 2022, level="prefecture")
        / statistics.table("income_rural_disposable_pc", 2014, level="prefecture")
    )
    np.testing.assert_allclose(pace["Rural income"], rural / 8)
    assert set(pace) == {*long_view.YEARLY.values(), long_view.RATIO}


def test_drift_adds_up_growth_beyond_the_others():
    table = pd.DataFrame(0.05, index=range(2013, 2017), columns=PREFECTURES)
    table["331100"] = 0.07
    table.loc[2015] = np.nan
    found = long_view.drift(table)
    assert found.loc[2012].eq(0).all()
    assert found["331100"].to_list() == pytest.approx([0, 0.02, 0.04, 0.04, 0.06])
    assert found.drop(columns=OWN).abs().max().max() < 1e-12
    late = table.copy()
    late.loc[2013] = np.nan  # a series that begins later starts at zero then
    assert long_view.drift(late).index[0] == 2013


def test_pairs_are_all_55_by_brute_force():
    values = series(*np.random.default_rng(1).normal(size=11))
    found = long_view.pairs(values)
    direct = {
        frozenset(pair): values[list(pair)].mean() - values.drop(list(pair)).mean()
        for pair in combinations(PREFECTURES, 2)
    }
    assert len(found) == 55 and found["difference"].is_monotonic_decreasing
    for row in found.itertuples():
        assert row.difference == pytest.approx(direct[frozenset((row.first, row.second))])
        assert row.own == ({row.first, row.second} == set(OWN))


def test_own_place():
    best = long_view.own_place(long_view.pairs(series(*[0] * 7, 1, 0, 0, 1)))
    assert best.to_dict() == {"difference": 1, "place": 1, "pairs": 55}
    worst = long_view.own_place(long_view.pairs(series(*range(7), -1, 8, 9, -2)))
    assert worst["place"] == 55
    assert long_view.spread(series(*[0] * 7, 1, 0, 0, 3)) == (1, 3)


def test_steps_find_a_step_where_it_is():
    table = pd.DataFrame(0.05, index=range(2013, 2023), columns=PREFECTURES)
    table.loc[2014] = np.nan
    table.loc[2020:, OWN] = 0.08
    found = long_view.steps(table, [2013, 2017, 2019, 2021])
    assert found.loc[2019].to_dict() == {"before": 6, "difference": pytest.approx(0.03), "place": 1}
    assert found.loc[2017, "difference"] == pytest.approx(0)  # the step to come is not in it
    assert found.loc[2021, "difference"] == pytest.approx(0.03 * 6 / 8)
    assert found.loc[2013].isna().to_list() == [False, True, True]  # a break in the year after


def test_placebos_are_the_steps():
    table = long_view.placebos([2018, 2019, 2021])
    found = long_view.steps(long_view.yearly("gdp"), [2019, 2021])
    assert table.loc["GDP", [2019, 2021]].to_list() == found["place"].to_list()
    assert table[2018].isna().to_dict() == {
        "GDP": True,
        "Industry": True,
        "Retail sales": False,
        "Budget revenue": False,
        "Urban income": False,
        "Rural income": False,
    }
    assert table.loc["GDP", "step"] == found.loc[2021, "difference"]
    assert list(table.index) == list(long_view.YEARLY.values())


# Censuses.


def test_census_shares_by_hand():
    table = long_view.census()
    code = "330326"
    parts = [
        statistics.table(name, 2020)[code] for name in ("employed_manufacturing", "employed_longform_sample")
    ]
    assert table.loc[("Employed in manufacturing", code), "end"] == pytest.approx(parts[0] / parts[1])
    old = statistics.table("share_65plus", 2020)[code] - statistics.table("share_65plus", 2010)[code]
    assert table.loc[("Aged 65 and over", code), "change"] == pytest.approx(old / 100)
    people = statistics.growth("resident_pop", 2010, 2020, [code]).item()
    assert table.loc[("People", code), "change"] == pytest.approx(people)


def test_census_leaves_out_the_units_with_breaks_and_no_other():
    table = long_view.census()
    assert table["change"].notna().all() and len(table.index.unique("measure")) == 7
    broken = {"330327", "330383", "330203", "330212", "330303", "330305", "330602", "330603"}
    for measure, part in table.groupby("measure"):
        codes = set(part.index.get_level_values("code"))
        assert not codes & broken
        assert MEMBERS - codes == {"330327"}, measure  # Cangnan lost Longgang
        assert part["member"].sum() == 25


def test_counts_of_the_long_form_are_never_compared():
    with pytest.raises(statistics.BreakError, match="longform"):
        statistics.growth("employed_manufacturing", 2010, 2020)


def test_census_comparison():
    table = long_view.census_comparison()
    part = long_view.census().loc["Employed in manufacturing"]
    direct = part.groupby("member")["change"].mean()
    row = table.loc["Employed in manufacturing"]
    assert row["difference"] == pytest.approx(direct[True] - direct[False])
    assert (table["lo"] < table["difference"]).all() and (table["difference"] < table["hi"]).all()


# Lights.


def test_lights_compare_all_90_and_stop_at_the_break():
    assert len(long_view.lights_growth(2017, 2021)) == 90
    with pytest.raises(statistics.BreakError, match="lights-2017"):
        long_view.lights_growth(2013, 2021)
    table = long_view.lights_by_year()
    assert list(table.index) == [2014, 2015, 2016, 2018, 2019, 2020, 2021]
    assert (table["n_inside"] == 26).all() and (table["n_outside"] == 64).all()
    change = long_view.lights_growth(2020, 2021)
    inside = change.index.isin(growth.members())
    assert table.loc[2021, "difference"] == pytest.approx(change[inside].mean() - change[~inside].mean())


def test_lights_of_joined_units_are_added_up_before_growing():
    found = long_view.lights_growth(2019, 2021, pd.Index(["330802+330803"]))
    sums = [statistics.table(long_view.LIGHTS, year)[["330802", "330803"]].sum() for year in (2019, 2021)]
    assert found.item() == pytest.approx(np.log(sums[1] / sums[0]))


def test_agreement_against_scipy():
    rng = np.random.default_rng(4)
    first = pd.Series(rng.normal(size=60))
    second = 0.5 * first + rng.normal(size=60)
    found = long_view.agreement(first, second)
    exact = stats.pearsonr(first, second)
    assert found["correlation"] == pytest.approx(exact.statistic)
    assert (found["lo"], found["hi"]) == pytest.approx(exact.confidence_interval(), abs=0.08)
    assert found["ranks"] == pytest.approx(stats.spearmanr(first, second).statistic)
    without = [np.corrcoef(first.drop(row), second.drop(row))[0, 1] for row in range(60)]
    assert (found["loo_lo"], found["loo_hi"]) == pytest.approx((min(without), max(without)))


def test_matched_spans_cross_no_break_and_have_no_mean():
    table = long_view.matched_growth()
    assert len(table) == 33
    assert table.groupby("span").mean().abs().max().max() < 1e-12
    gdp = np.log1p(statistics.growth("gdp", 2019, 2021, level="prefecture")) / 2
    found = table.loc["2019-2021", "gdp"]
    np.testing.assert_allclose(found, gdp - gdp.mean(), atol=1e-12)
    hangzhou = [statistics.table(long_view.LIGHTS, year).filter(regex="^3301").sum() for year in (2019, 2021)]
    other = table.loc[("2019-2021", "330100"), "lights"] - table.loc[("2019-2021", "331100"), "lights"]
    lishui = [statistics.table(long_view.LIGHTS, year).filter(regex="^3311").sum() for year in (2019, 2021)]
    expected = np.log(hangzhou[1] / hangzhou[0]) / 2 - np.log(lishui[1] / lishui[0]) / 2
    assert other == pytest.approx(expected)


def test_clustered_agreement():
    table = long_view.matched_growth()
    found = long_view.clustered_agreement(table)
    assert found["correlation"] == pytest.approx(table["lights"].corr(table["gdp"]))
    assert found["lo"] < found["correlation"] < found["hi"] and found["n"] == 33
    same = long_view.clustered_agreement(table.assign(gdp=table["lights"]), repetitions=50)
    assert same[["correlation", "lo", "hi"]].to_list() == pytest.approx([1, 1, 1])


def test_witness():
    table = long_view.witness()
    assert table.index.equals(growth.rates("gdp").index)
    assert table["residual"].mean() == pytest.approx(0, abs=1e-9)
    assert np.corrcoef(table["residual"], table["lights"])[0, 1] == pytest.approx(0, abs=1e-9)
    code = "330326"
    assert table.loc[code, "gdp"] == pytest.approx(np.log(711.8145 / 534.512) / 3, rel=1e-4)
    assert table.loc[code, "lights"] == pytest.approx(long_view.lights_growth(2019, 2021)[code] / 2)


def test_seeds_are_those_of_the_comparison():
    table = long_view.witness()
    first = long_view.agreement(table["lights"], table["gdp"], repetitions=99, seed=comparison.SEED)
    pd.testing.assert_series_equal(
        first, long_view.agreement(table["lights"], table["gdp"], repetitions=99), check_exact=True
    )


def test_residuals_are_in_standard_deviations_of_the_line():
    table = long_view.witness()
    slope, level = np.polyfit(table["lights"], table["gdp"], 1)
    rest = table["gdp"] - (level + slope * table["lights"])
    scale = np.sqrt((rest**2).sum() / (len(rest) - 2))
    assert table["residual"].to_numpy() == pytest.approx((rest / scale).to_numpy())


def test_the_own_prefectures_are_set_against_the_mean_of_the_nine():
    values = series(*np.random.default_rng(6).normal(2, 1, size=11))
    nine = values.drop(OWN).mean()
    assert long_view.spread(values) == pytest.approx(tuple(sorted(values[OWN] - nine)))


def test_intervals_are_those_of_resampled_units():
    random = np.random.default_rng(9)
    first, second = (pd.Series(random.normal(3, 1, 15)) for _ in range(2))
    found = long_view.agreement(first, second[::-1], repetitions=150, seed=4)
    rows = np.random.default_rng(4).integers(15, size=(150, 15))
    drawn = [np.corrcoef(first[row], second[row])[0, 1] for row in rows]
    assert (found["lo"], found["hi"]) == pytest.approx(tuple(np.quantile(drawn, (0.025, 0.975))))
    assert found["n"] == 15


def test_whole_prefectures_are_resampled_with_all_their_spans():
    table = long_view.matched_growth()
    found = long_view.clustered_agreement(table, repetitions=80, seed=4)
    codes = table.index.unique("code")
    rows = np.random.default_rng(4).integers(len(codes), size=(80, len(codes)))
    drawn = []
    for row in rows:
        part = pd.concat([table.xs(code, level="code") for code in codes[row]])
        drawn.append(part["lights"].corr(part["gdp"]))
    assert (found["lo"], found["hi"]) == pytest.approx(tuple(np.quantile(drawn, (0.025, 0.975))))


def test_every_share_of_the_census_is_a_fraction_of_one():
    table = long_view.census()
    schooling = table.loc["Years of schooling"]
    levels = statistics.table("mean_years_schooling", 2020) - statistics.table("mean_years_schooling", 2010)
    assert schooling["change"].to_numpy() == pytest.approx(levels[schooling.index].to_numpy())
    for label, (numerator, denominator) in long_view.CENSUS_SHARES.items():
        part = table.loc[label]
        assert part[["start", "end"]].gt(0).all(axis=None) and part[["start", "end"]].le(1).all(axis=None)
        for side, year in (("start", 2010), ("end", 2020)):
            whole = statistics.table(denominator, year) if denominator else 100
            share = statistics.table(numerator, year) / whole
            assert part[side].to_numpy() == pytest.approx(share[part.index].to_numpy())
        assert (part["start"] + part["change"]).to_numpy() == pytest.approx(part["end"].to_numpy())


def test_matched_spans_follow_each_other_as_rates_a_year():
    table = long_view.matched_growth()
    spans = [tuple(map(int, span.split("-"))) for span in table.index.unique("span")]
    assert all(start < end for start, end in spans)
    for start, end in spans:
        gdp = np.log1p(statistics.growth("gdp", start, end, level="prefecture")) / (end - start)
        found = table.loc[f"{start}-{end}", "gdp"]
        assert found.to_numpy() == pytest.approx((gdp - gdp.mean())[found.index].to_numpy(), abs=1e-12)


def test_a_break_of_every_unit_spoils_no_share(monkeypatch):
    codes = statistics.table("share_65plus", 2010).dropna().index
    every = pd.DataFrame({"id": "census", "code": codes})
    one = pd.DataFrame({"id": "town", "code": codes[:1]})
    monkeypatch.setattr(statistics, "breaks", lambda *_: pd.concat([every, one]))
    found = long_view._unbroken("share_65plus", 2010, 2020)
    assert set(codes) - set(found.index) == {codes[0]}
