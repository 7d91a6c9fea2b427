"""Rival rules: each names whom a hand would, by the odds of lots; growth is tested as far as it can be."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from mountain_counties.line import reclassification, rival_rules
from mountain_counties.record import counties, statistics


@pytest.fixture(scope="module")
def matrix():
    return rival_rules.matrix()


def names(codes):
    return list(counties.units()["name_en"][list(codes)])


def test_size_passes_over_liandu_for_yongjia_and_names_the_second_round(matrix):
    assert names(matrix.loc[("Size: GDP", "2024"), "named"]) == ["Pingyang", "Kecheng", "Yongjia"]
    assert matrix.loc["Size: GDP", "hits"].to_list() == [2, 3, 3]


def test_the_largest_of_each_prefecture_gives_the_first_round(matrix):
    rows = matrix.loc["The largest of each prefecture"]
    assert set(rows.loc["2024", "named"]) == set(reclassification.left_in(2024))
    for pool in ("2024", "2025", "islands"):
        prefectures = [code[:4] for code in rows.loc[pool, "named"]]
        assert len(set(prefectures)) == len(prefectures)
    assert rows["hits"].to_list() == [3, 2, 2]


def test_seats_are_those_whose_prefecture_sits_there(matrix):
    units = counties.units().loc[list(rival_rules.SEATS)]
    assert units["prefecture"].to_list() == ["Quzhou", "Lishui"]
    assert matrix.loc["Seats of a prefecture", "named"].map(len).to_list() == [2, 0, 0]


def test_fast_growers_are_those_above_the_middle_of_their_pool(matrix):
    for year in (2024, 2025):
        pool = reclassification.candidates(year)
        growth = rival_rules.growth(pool)
        fast = growth.index[growth.rank(ascending=False) <= len(pool) / 2]
        expected = statistics.table("gdp", 2023, fast).nlargest(3)
        assert set(matrix.loc[("Fast growth, then size", str(year)), "named"]) == set(expected.index)


def test_kecheng_and_qujiang_grow_as_their_sum():
    growth = rival_rules.growth(reclassification.group())
    pair = [statistics.table("gdp", year, ["330802", "330803"]).sum() for year in (2020, 2023)]
    assert growth["330802"] == growth["330803"] == pytest.approx((pair[1] / pair[0]) ** (1 / 3) - 1)


def test_islands_are_named_by_income_only_where_they_can_be(matrix):
    joined = set(reclassification.joined())
    assert not any(set(named) & joined for named in matrix.xs("2025", level="round")["named"])
    assert joined <= set(matrix.loc[("GDP per head", "islands"), "named"])


def test_chances_are_those_of_every_draw(matrix):
    row = matrix.loc[("Residents", "2025")]
    pool, right = list(reclassification.candidates(2025)), set(reclassification.left_in(2025))
    drawn = [len(right & set(names)) >= row["hits"] for names in combinations(pool, 3)]
    assert row["p"] == pytest.approx(np.mean(drawn))
    assert len(drawn) == comb(23, 3)


def test_growth_of_those_that_left_against_scipy():
    found = rival_rules.growth_test()
    values = reclassification.values()["gdp_2020_2023"].dropna()
    mine = values[values.index.isin(reclassification.removed())]
    rest = values.drop(mine.index)
    assert (found["left"], found["stayed"]) == (len(mine), len(rest))
    assert found["lead"] == pytest.approx(mine.mean() - rest.mean())
    assert found["rank_p"] == pytest.approx(mannwhitneyu(mine, rest, method="exact").pvalue)
    assert abs(found["lead"]) < found["seen"]


def test_power_is_reached_at_the_lead_and_not_below():
    """Against a simulation of its own, with SciPy's exact test."""
    values = reclassification.values()["gdp_2020_2023"].dropna().reset_index(drop=True)
    lead = rival_rules.growth_power(values, 5)
    random = np.random.default_rng(7)

    def power(shift):
        found = 0
        for _ in range(600):
            picked = random.choice(len(values), 5, replace=False)
            mine = values[picked] + shift
            found += mannwhitneyu(mine, values.drop(picked), method="exact").pvalue <= rival_rules.LEVEL
        return found / 600

    assert power(lead) > rival_rules.POWER - 0.05
    assert power(lead - 0.02) < rival_rules.POWER


def test_a_wider_spread_needs_a_larger_lead():
    values = pd.Series(np.linspace(0, 0.1, 20))
    assert rival_rules.growth_power(values, 5) < rival_rules.growth_power(2 * values, 5)


def test_the_account_of_the_second_round_gives_jiangshan_more_than_the_yearbook():
    table = rival_rules.official_account()
    assert names(table.index) == ["Yongjia", "Cangnan", "Jiangshan"]
    assert table["over"].abs().to_list()[:2] == pytest.approx([0, 0], abs=1e-3)
    assert table["over"].iloc[-1] == pytest.approx(500 / 430.47 - 1)


def test_incomes_are_those_known_before_the_first_round(matrix):
    """Of the year 2020: a rule may use only what was known; whom they name is read off the table by hand."""
    names = counties.units()["name_en"]
    for rule, expected in {
        "Urban income": ["Kecheng", "Pingyang", "Jiangshan"],
        "Rural income": ["Liandu", "Jiangshan", "Sanmen"],
        "Small gap of town and country": ["Liandu", "Changshan", "Qujiang"],
    }.items():
        row = matrix.loc[(rule, "2024")]
        assert row["figures"] == "2020"
        assert [names[code] for code in row["named"]] == expected
    assert matrix.xs("islands", level="round").loc["Urban income", "hits"] == 1
