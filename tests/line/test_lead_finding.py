"""The lead finding, against closed forms of the hypergeometric distribution and sums taken by hand."""

from itertools import combinations
from math import comb

import pytest
from scipy import stats

from mountain_counties.line import lead_finding, reclassification
from mountain_counties.record import counties, statistics


def name(code):
    return counties.units().loc[code, "name_en"]


def test_the_six_are_the_six_largest_in_every_year_at_hand():
    table = lead_finding.largest()
    assert list(table.index) == [2020, 2023, 2024]
    assert (table["among"] == 6).all() and (table["left"] == 6).all()
    assert (table["smallest"] > table["next"]).all()
    assert table.loc[2024, ["smallest", "next"]].tolist() == [430.47, 394.21]


def test_ranks_of_the_yearbook():
    table = lead_finding.ranks()
    six = table[table["left"] > 0]
    assert [name(code) for code in six.index] == [
        "Pingyang", "Kecheng", "Yongjia", "Liandu", "Cangnan", "Jiangshan",
    ]  # fmt: skip
    assert six["gdp_rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert six["per_head_rank"].tolist() == [10, 1, 22, 3, 24, 11]
    assert six["left"].tolist() == [2024, 2024, 2025, 2024, 2025, 2025]


def test_the_poorest_five_do_not_hang_on_the_published_division():
    table = lead_finding.ranks()
    own = statistics.table("gdp", 2024, table.index) / statistics.table(
        "resident_pop_yearend", 2024, table.index
    )
    poorest = table["per_head_rank"].nlargest(lead_finding.POOREST).index
    assert list(own.nsmallest(lead_finding.POOREST).index) == list(poorest)


def test_chances_are_those_of_the_hypergeometric_distribution():
    table = lead_finding.chances()
    assert table.loc["largest", "observed"] == 6
    assert table.loc["largest", "chance"] == pytest.approx(1 / comb(26, 6))
    in_rounds = comb(6, 3) / comb(26, 3) / comb(23, 3)
    assert table.loc["largest", "chance"] == pytest.approx(in_rounds), "two rounds are one draw"
    assert table.loc["poorest", "observed"] == 2
    assert table.loc["poorest", "chance"] == pytest.approx(stats.hypergeom.sf(1, 26, 5, 6))


def test_only_the_second_round_took_the_largest_that_could_leave():
    # The first round left out Yongjia, larger than Liandu; the second took the three largest of the rest.
    table = lead_finding.chances()
    assert table.loc["rounds", "observed"] == 1
    first, second = 1 / comb(26, 3), 1 / comb(23, 3)
    assert table.loc["rounds", "chance"] == pytest.approx(1 - (1 - first) * (1 - second))


def test_per_head_by_brute_force():
    pool = list(reclassification.candidates(2025))
    gdp = statistics.table("gdp", 2024, pool)
    people = statistics.table("resident_pop_yearend", 2024, pool)

    def without(codes):
        stay = [code for code in pool if code not in codes]
        return gdp[stay].sum() / people[stay].sum()

    mine = without(reclassification.left_in(2025))
    every = [without(codes) for codes in combinations(pool, 3)]
    row = lead_finding.chances().loc["per head, second round"]
    assert row["observed"] == pytest.approx(mine / (gdp.sum() / people.sum()))
    assert row["chance"] == pytest.approx(sum(one >= mine - 1e-12 for one in every) / len(every))


def test_the_list_per_head_before_and_after():
    table = lead_finding.per_head_of_list()
    assert table["members"].tolist() == [26, 26, 23, 25, 20, 22]
    together = table["together"].unstack()
    # Without the islands the second round raises it, and both rounds together lower it.
    assert together.loc["2024", False] < together.loc["2025", False] < together.loc["before", False]
    # With them the list after both rounds stands above the list before.
    assert together.loc["before", True] < together.loc["2025", True]
    stay = reclassification.remaining()
    by_hand = sum(statistics.table("gdp", 2024, stay)) / sum(
        statistics.table("resident_pop_yearend", 2024, stay)
    )
    assert together.loc["2025", False] == pytest.approx(by_hand * 1e4)
