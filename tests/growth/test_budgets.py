"""Budgets and firms of the early yearbooks: known values, panels, changes against statsmodels and by hand."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mountain_counties.growth import budgets, growth, long_record_charts
from mountain_counties.record import counties, statistics

NAMES = counties.units()["name_en"]
CODES = pd.Series(NAMES.index, index=NAMES)


@pytest.fixture(scope="module")
def shares():
    return budgets.self_sufficiency()


def test_the_share_is_revenue_over_expenditure(shares):
    rows = statistics.long_record().set_index(["code", "year", "indicator"])["value"]
    wuyi = CODES["Wuyi"]
    for year in (2006, 2010):
        pair = [rows[wuyi, year, name] for name in budgets.BUDGET]
        assert shares.loc[wuyi, year] == pytest.approx(pair[0] / pair[1])
    late = [statistics.table(name, 2024)[wuyi] for name in budgets.BUDGET]
    assert shares.loc[wuyi, 2024] == pytest.approx(late[0] / late[1])


def test_who_is_in_the_panel(shares):
    inside = shares.index.isin(growth.members())
    assert (inside.sum(), (~inside).sum()) == (21, 22)
    assert set(NAMES[growth.members().difference(shares.index)]) == {
        "Kecheng",
        "Qujiang",
        "Liandu",
        "Wencheng",
        "Longquan",
    }
    assert shares.notna().all(axis=None) and (shares > 0).all(axis=None)


def test_groups_are_plain_means(shares):
    table = budgets.by_group()
    for year in budgets.YEARS:
        mine = [shares.loc[code, year] for code in shares.index if code in growth.members()]
        assert table.loc[year, "members"] == pytest.approx(sum(mine) / len(mine))
    assert table["others"].is_monotonic_decreasing
    assert table["members"].idxmin() == 2020


def test_the_changes_are_those_of_least_squares(shares):
    found = budgets.changes(2020, 2024)
    member = shares.index.isin(growth.members()).astype(float)
    change = shares[2024] - shares[2020]
    prefecture = pd.get_dummies(NAMES.loc[shares.index].index.str[:4], dtype=float).set_index(shares.index)
    level = shares[2020]
    for name, other in (
        ("As told", pd.DataFrame({"one": 1.0}, shares.index)),
        ("Given the starting level", pd.DataFrame({"one": 1.0, "level": level})),
        ("Within prefectures", prefecture),
        ("Within them, given the level", prefecture.assign(level=level)),
    ):
        fit = sm.OLS(change, other.assign(member=member)).fit()
        assert found.loc[name, "estimate"] == pytest.approx(fit.params["member"])
    assert found.loc["As told", "lo"] > 0 > found.loc["Given the starting level", "lo"]


def test_the_fall_before_was_alike_and_the_turn_holds_in_every_panel():
    table = budgets.panels()
    assert table["turn"].between(0.07, 0.1).all() and table["fall"].between(-0.05, 0).all()
    assert table["n_members"].min() == 10
    kept = budgets.self_sufficiency().drop(CODES[["Kaihua", "Sanmen"]])
    change = kept[2024] - kept[2020]
    inside = kept.index.isin(growth.members())
    assert budgets.without(list(CODES[["Kaihua", "Sanmen"]])) == pytest.approx(
        change[inside].mean() - change[~inside].mean()
    )


def test_firms_under_one_rule():
    table = budgets.firms()
    made = statistics.long_record().query("source == @budgets.SOURCE")
    output, number = "output_industry_above_scale", "industrial_enterprises_above_scale"
    both = made.query("indicator in (@output, @number) and year in (2006, 2010)")
    both = both.pivot_table("value", "code", ["year", "indicator"]).dropna()
    inside = both.index.isin(growth.members())
    for when, year in (("start", 2006), ("end", 2010)):
        for who, rows in (("members", inside), ("others", ~inside)):
            sums = both[year][rows].sum()
            assert table.loc["Output per firm", f"{when}_{who}"] == pytest.approx(sums[output] / sums[number])
    pace = np.log(both[2010, number] / both[2006, number]) / 4
    assert table.loc["Firms", "difference"] == pytest.approx(pace[inside].mean() - pace[~inside].mean())
    assert table.loc["Output per firm", "lo"] < 0 < table.loc["Firms", "lo"]


def test_deposits_per_head_by_hand():
    table = budgets.money()
    early = statistics.long_record().query("year == 2006").pivot_table("value", "code", "indicator")
    late = pd.DataFrame({name: statistics.table(name, 2020) for name in ("household_deposits", "hukou_pop")})
    heads = {
        2006: early["household_deposits"] / early["hukou_pop"],
        2020: late["household_deposits"] / late["hukou_pop"],
    }
    both = pd.DataFrame(heads).dropna().drop(CODES[["Cangnan"]]) * 1e4  # Longgang left Cangnan in between
    inside = both.index.isin(growth.members())
    row = table.loc["Deposits of households"]
    assert (row["n_inside"], row["n_outside"]) == (inside.sum(), (~inside).sum()) == (22, 27)
    assert row["start_members"] == pytest.approx(both.loc[inside, 2006].mean())
    assert row["end_others"] == pytest.approx(both.loc[~inside, 2020].mean())
    pace = np.log(both[2020] / both[2006]) / 14
    assert row["difference"] == pytest.approx(pace[inside].mean() - pace[~inside].mean())


def test_nothing_is_left_of_the_gap_in_deposits_given_the_start():
    table = budgets.money_gaps().loc["Deposits of households"]
    assert table.loc["As told", "lo"] > 0.005
    left = table.loc["Given the starting level"]
    assert left["lo"] < 0 < left["hi"] and abs(left["estimate"]) < 0.001


def test_the_size_rule_is_not_crossed():
    with pytest.raises(statistics.BreakError, match="scale-2011"):
        budgets.firms(2010, 2011)


def test_every_county_is_drawn_and_the_means_stand_out(shares):
    fig = long_record_charts.self_sufficiency(shares, budgets.by_group(), growth.members())
    lines = fig.axes[0].lines
    assert len(lines) == len(shares) + 2
    thick = [line for line in lines if line.get_linewidth() > 2]
    said = [" ".join(text.get_text().split()) for text in fig.axes[0].texts]
    assert said == ["mean of the others", "mean of the mountain counties"]
    assert list(thick[1].get_ydata()) == pytest.approx(budgets.by_group()["members"].to_list())
    plt.close(fig)
