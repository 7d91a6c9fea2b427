"""Who is next: the families agree with both rounds, and the years to the line are right."""

import numpy as np
import pandas as pd
import pytest

from mountain_counties.line import inverse_weights, list_over_time, reclassification, separation, who_is_next
from mountain_counties.record import counties, statistics


@pytest.fixture(scope="module")
def families() -> pd.DataFrame:
    return who_is_next.families()


@pytest.fixture(scope="module")
def scaled() -> pd.DataFrame:
    return reclassification.normalise(reclassification.panel().loc[reclassification.group()])


def code(name: str) -> str:
    table = counties.units()["name_en"]
    return table.index[table == name][0]


def test_both_rounds_are_stacked(scaled):
    assert len(who_is_next.both_rounds(scaled)) == 3 * 23 + 3 * 20


def test_kept_weights_give_both_rounds(scaled):
    weights = who_is_next.kept_weights(scaled)
    placed = inverse_weights.places(scaled, weights.head(300))
    assert (placed[list(reclassification.left_in(2024))] <= 3).all(axis=None)
    rest = inverse_weights.places(scaled.drop(list(reclassification.left_in(2024))), weights.head(300))
    assert (rest[list(reclassification.left_in(2025))] <= 3).all(axis=None)


def test_the_open_rule_gives_what_the_weightings_give(scaled):
    """The rule of the explorer and the weightings of the chapter are one rule."""
    weights = who_is_next.kept_weights(scaled).iloc[0]
    found = reclassification.rule(reclassification.panel(), {}, weights.to_dict())
    base = found.loc[reclassification.group(), "score"].nlargest(3)
    assert set(base.index) == set(reclassification.left_in(2024))


def test_weights_that_agree_with_nothing_are_refused(scaled):
    flipped = 1 - scaled
    with pytest.raises(ValueError, match="no weighting"):
        who_is_next.kept_weights(flipped)


def test_each_family_names_three(families):
    assert list(families.index) == list(reclassification.remaining())
    assert families.sum().to_list() == pytest.approx([3] * families.shape[1])
    assert families.columns.to_list()[:2] == ["weights", "without gdp"]
    assert len(families.columns) == 1 + len(reclassification.PANEL) + 4


def test_single_family_is_that_of_plain_ranking(families):
    table = reclassification.values()
    complete = table.loc[:, table.notna().all()]
    rules = separation.single_rules(complete, reclassification.removed())
    expected = pd.Series(0.0, index=families.index)
    for name, side in rules.index:
        assert side == "at least"
        expected[table.loc[families.index, name].nlargest(3).index] += 1 / len(rules)
    assert families["single"].to_list() == pytest.approx(expected.to_list())


def test_nothing_derived_is_left_in_the_published_family():
    rows = statistics.load()
    derived = rows[(rows["status"] == "derived") & rows["code"].isin(reclassification.group())]
    table = reclassification.values()
    complete = set(table.columns[table.notna().all()])
    touched = {
        name
        for name in complete
        for row in derived.itertuples()
        if name in (f"{row.indicator}_{row.year}", f"gdp_per_resident_{row.year}")
    }
    assert touched == set(who_is_next.DERIVED)


def test_ranking_spans_the_families(families):
    found = who_is_next.ranking(families)
    assert found["share"].is_monotonic_decreasing
    assert ((found["lo"] <= found["share"]) & (found["share"] <= found["hi"])).all()
    first = found.index[0]
    assert found.loc[first, "hi"] == families.loc[first, found.loc[first, "hi_family"]]


def test_joined_units_only_take_places(families):
    found = who_is_next.with_joined()
    assert set(found.index) == set(reclassification.remaining()) | set(reclassification.joined())
    assert found.sum() == pytest.approx(3)
    assert (found[families.index] <= families["weights"] + 1e-9).all()


def test_line_lies_between_jiangshan_and_the_best_that_stayed():
    assert who_is_next.line() == (394.21, 430.47)


@pytest.mark.parametrize(
    ("value", "target", "growth", "expected"),
    [
        (100, 121, 0.1, 2),
        (100, 100, 0.1, 0),
        (120, 100, -0.1, 0),
        (100, 121, 0.0, np.inf),
        (100, 121, -0.1, np.inf),
    ],
)
def test_years(value, target, growth, expected):
    assert who_is_next.years(value, target, growth) == pytest.approx(expected)


def test_own_growth_and_that_of_a_union():
    found = who_is_next.own_growth()
    assert found.loc[code("Wuyi"), "growth"] == pytest.approx((340.1553 / 271.3301) ** (1 / 3) - 1)
    assert found.index[found["basis"] == "union"].to_list() == [code("Qujiang")]
    union = (670.6076 + 327.72) / (558.7507 + 209.351)
    assert found.loc[code("Qujiang"), "growth"] == pytest.approx(union ** (1 / 3) - 1)


def test_growth_error_is_a_quantile_of_the_prefectures():
    changes = []
    for place in statistics.places("prefecture").index.drop("330900"):  # Zhoushan: zhoushan-2017
        a, b, c = (statistics.table("gdp", year, [place], "prefecture")[place] for year in (2014, 2016, 2018))
        changes.append(abs((c / b) ** 0.5 - (b / a) ** 0.5))
    assert who_is_next.growth_error() == pytest.approx(np.quantile(changes, 0.9))


def test_years_to_line_are_ordered_and_bounded():
    found = who_is_next.years_to_line()
    assert set(found.index) == set(reclassification.remaining())
    assert ((found["lo"] <= found["years"]) & (found["years"] <= found["hi"])).all()
    assert (found["moving"] >= found["years"]).all()
    row = found.loc[code("Jinyun")]
    assert row["gdp"] * (1 + row["growth"]) ** row["years"] == pytest.approx((394.21 + 430.47) / 2)
    assert row["short"] == pytest.approx((394.21 + 430.47) / 2 / 342.42 - 1)


def test_the_list_and_the_rounds_agree():
    assert list_over_time.past()["left"].sum() == len(reclassification.removed())


@pytest.mark.parametrize("seed", [1, 7, 26, 400, 20301231])
def test_no_printed_name_flips_with_the_seed(seed, families, monkeypatch):
    before = who_is_next.ranking(families)
    monkeypatch.setattr(who_is_next, "SEED", seed)
    again = who_is_next.families()
    after = who_is_next.ranking(again)
    front = [set(table.index[table["lo"] > 0.1]) for table in (before, after)]
    assert front[0] == front[1]
    assert list(before["share"].nlargest(5).index) == list(after["share"].nlargest(5).index)
    assert (families["weights"] - again["weights"]).abs().max() < 0.01
    assert list(who_is_next.with_joined().index[:4]) == [
        code("Shengsi"),
        code("Sanmen"),
        code("Longyou"),
        code("Dongtou"),
    ]


def test_prior_curve_rises_to_equal_weights_and_holds_the_flat_draw(scaled):
    curve = who_is_next.prior_curve(20_000)
    for scale in ("min-max", "ranks"):
        assert curve.loc[scale, "both"].is_monotonic_increasing
        assert (curve.loc[scale, "both"] <= curve.loc[scale, "first"]).all()
    assert curve.loc[("min-max", 1), "both"] == pytest.approx(
        who_is_next.kept_weights(scaled).attrs["share"], abs=0.01
    )
    # As published by an independent reading of the same ranks and priors.
    assert curve.loc[("ranks", 1)].to_list() == pytest.approx([0.71, 0.37], abs=0.02)
    assert curve.loc["min-max", "both"].iloc[[0, -1]].to_list() == pytest.approx([0.42, 0.997], abs=0.01)


def test_years_at_the_later_pace():
    assert who_is_next.later_pace() == pytest.approx(0.055)
    table = who_is_next.years_to_line()
    middle = sum(who_is_next.line()) / 2
    wuyi = table.loc[code("Wuyi")]
    assert wuyi["gdp"] * 1.055 ** wuyi["later"] == pytest.approx(middle)
    # Producer prices fell in that year: at current prices the province grew more slowly than in real terms.
    assert who_is_next.later_pace("nominal") == pytest.approx(90131 / 85620 - 1)
    assert who_is_next.later_pace("nominal") < who_is_next.later_pace()
    assert wuyi["gdp"] * (90131 / 85620) ** wuyi["nominal"] == pytest.approx(middle)


def test_weightings_that_pass_over_the_islands_rank_them_behind_the_last_round(scaled):
    panel = reclassification.normalise(reclassification.panel())
    weights = who_is_next.kept_weights(scaled)
    scores = panel.to_numpy() @ weights[panel.columns].to_numpy().T
    scores = pd.DataFrame(scores, index=panel.index)
    left = scores.loc[list(reclassification.left_in(2025))].min()
    islands = scores.loc[reclassification.joined()].max()
    assert who_is_next.passing_over() == pytest.approx((left > islands).mean())
