"""The rounds, the indicators and the open rule."""

import numpy as np
import pandas as pd
import pytest

from mountain_counties.line import reclassification
from mountain_counties.record import counties, statistics

TOY = pd.DataFrame(
    {"gdp": [0.0, 50.0, 100.0, 200.0], "income_ratio": [2.0, 1.5, 1.0, 1.8]}, index=["a", "b", "c", "new"]
)
BASE = ["a", "b", "c"]


def test_rounds_are_those_of_the_sources():
    rounds = reclassification.rounds()
    names = counties.units()["name_en"]
    assert rounds["date"].to_dict() == {2024: "2024-08-21", 2025: "2025-05-28"}
    assert set(names[list(reclassification.left_in(2024))]) == {"Pingyang", "Kecheng", "Liandu"}
    assert set(names[list(reclassification.left_in(2025))]) == {"Yongjia", "Cangnan", "Jiangshan"}


def test_groups_fit_together():
    group, removed = reclassification.group(), reclassification.removed()
    assert (len(group), len(removed), len(reclassification.remaining())) == (26, 6, 20)
    assert list(reclassification.candidates(2024)) == list(group)
    assert set(group) - set(reclassification.candidates(2025)) == set(reclassification.left_in(2024))
    assert set(reclassification.joined()) == set(counties.members("2025-12-31")) - set(group)


def test_two_rounds_in_a_year_are_refused(monkeypatch):
    spells = counties.membership()
    spells.loc[spells["to"] == "2025-05-28", "to"] = "2024-11-01"
    monkeypatch.setattr(counties, "membership", lambda: spells)
    with pytest.raises(ValueError, match="one round a year"):
        reclassification.rounds()


def test_a_round_that_is_not_known_to_the_day_is_refused(monkeypatch):
    spells = counties.membership()
    spells.loc[spells["to"] == "2025-05-28", "to"] = "2025-05"
    monkeypatch.setattr(counties, "membership", lambda: spells)
    with pytest.raises(ValueError, match="known to the day"):
        reclassification.rounds()


def test_indicators_and_values_agree():
    table, about = reclassification.values(), reclassification.indicators()
    assert list(table.columns) == list(about.index)
    assert list(table.index) == list(reclassification.group())
    assert set(about["kind"]) == set(reclassification.KINDS)
    assert ((about["start"] < about["year"]) == (about["kind"] == "change")).all()
    assert table.notna().any().all(), "an indicator without any value"


def test_values_are_those_of_the_tables():
    table = reclassification.values()
    assert table.loc["330326", "gdp_2024"] == 777.46
    assert table.loc["330326", "industry_share_2024"] == pytest.approx(221.26 / 777.46)
    assert table.loc["330326", "income_ratio_2024"] == pytest.approx(69182 / 37885)
    assert table.loc["330326", "gdp_2020_2023"] == pytest.approx(711.8145 / 534.5123 - 1)
    assert table.loc["330326", "gdp_per_resident_2023"] == pytest.approx(711.8145 / 863088)


def test_every_year_of_the_tables_is_used_or_left_out_on_purpose():
    counted = statistics.coverage()
    available = {f"{name}_{year}" for name, year in counted.index}
    used = set(reclassification.indicators().index)
    # Pupils say who lives there, not what a county produces; the chapter on growth has them.
    parts = {"employed", "in_migrants", "night_lights", "admin_area", "primary_stud", "secondary_stud"}
    left_out = {
        name for name in available - used if not name.startswith(tuple(parts)) and name[-4:] != "2010"
    }
    assert left_out == set()


def test_a_change_across_a_break_has_no_value():
    change = reclassification.values()["gdp_2020_2023"]
    names = counties.units()["name_en"]
    assert set(names[change.index[change.isna()]]) == {"Qujiang", "Kecheng"}
    people = reclassification.values()["resident_pop_2010_2020"]
    assert set(names[people.index[people.isna()]]) == {"Cangnan"}


def test_values_of_other_units_can_be_asked_for():
    assert reclassification.values(["330922"]).loc["330922", "gdp_2024"] == 172.36


def test_panel_is_complete_and_published():
    panel, about = reclassification.panel(), reclassification.panel_indicators()
    assert panel.shape == (28, 10)
    assert list(panel.columns) == list(about.index) == list(reclassification.PANEL)
    assert panel.notna().all(axis=None)
    assert about["direction"].isin([1, -1]).all()
    assert about.loc["income_ratio", "direction"] == -1
    rows = statistics.load()
    rows = rows[(rows["year"] == 2024) & rows["code"].isin(panel.index)]
    assert set(rows.loc[rows["indicator"].isin(["gdp", "va_industry"]), "status"]) == {"published"}


def test_panel_names_what_is_missing(monkeypatch):
    complete = reclassification.values

    def with_a_hole(codes=None):
        table = complete(codes)
        table.loc["330326", "retail_sales_2024"] = np.nan
        return table

    monkeypatch.setattr(reclassification, "values", with_a_hole)
    with pytest.raises(ValueError, match=r"no retail_sales for 330326"):
        reclassification.panel()


def test_normalise_spans_the_base_group_and_clips_nobody():
    scaled = reclassification.normalise(TOY, BASE)
    assert scaled.loc[BASE, "gdp"].to_list() == [0, 0.5, 1]
    assert scaled.loc[BASE, "income_ratio"].to_list() == [0, 0.5, 1]
    assert scaled.loc["new"].to_list() == pytest.approx([2, 0.2])


def test_normalise_refuses_a_constant():
    with pytest.raises(ValueError, match="one value of gdp"):
        reclassification.normalise(TOY.assign(gdp=1.0), BASE)


def test_rule_by_hand():
    found = reclassification.rule(TOY, {"gdp": 50, "income_ratio": 1.8}, {"gdp": 3, "income_ratio": 1}, BASE)
    assert found["score"].to_list() == pytest.approx([0, 0.5, 1, 1.55])
    assert found["passes"].to_list() == [False, True, True, True]
    assert found["rank"].to_list() == [4, 3, 2, 1]


def test_rule_puts_those_that_pass_first():
    found = reclassification.rule(TOY, {"income_ratio": 1.5}, {"gdp": 1}, BASE)
    assert found["passes"].to_dict() == {"a": False, "b": True, "c": True, "new": False}
    assert found["rank"].to_dict() == {"c": 1, "b": 2, "new": 3, "a": 4}


def test_rule_only_minds_the_proportions_of_the_weights():
    panel = reclassification.panel()
    weights = {name: place for place, name in enumerate(panel, start=1)}
    tripled = {name: 3 * weight for name, weight in weights.items()}
    once, thrice = (reclassification.rule(panel, {}, given) for given in (weights, tripled))
    pd.testing.assert_frame_equal(once, thrice)
    assert once["passes"].all()


def test_rule_shares_a_rank_between_equals():
    doubled = pd.concat([TOY.loc[BASE], TOY.loc[["c"]].set_axis(["d"])])
    assert reclassification.rule(doubled, {}, {"gdp": 1}, BASE)["rank"].to_list() == [4, 3, 1, 1]


@pytest.mark.parametrize(
    ("thresholds", "weights", "error", "message"),
    [
        ({"gpd": 1}, {"gdp": 1}, KeyError, "gpd"),
        ({}, {"gdp": 1, "x": 0}, KeyError, "x"),
        ({}, {"gdp": -1}, ValueError, "none negative"),
        ({}, {"gdp": 0}, ValueError, "one positive"),
        ({}, {}, ValueError, "one positive"),
    ],
)
def test_rule_refuses(thresholds, weights, error, message):
    with pytest.raises(error, match=message):
        reclassification.rule(TOY, thresholds, weights, BASE)


def test_the_line_in_gdp_gives_the_six():
    found = reclassification.rule(reclassification.panel(), {"gdp": 400}, {"gdp": 1})
    assert set(found.index[found["passes"]]) == set(reclassification.removed())


def test_every_short_name_belongs_to_an_indicator():
    stems = {name.rsplit("_", 1)[0] for name in reclassification.indicators().index}
    known = stems | set(reclassification.indicators().index) | set(reclassification.PANEL)
    assert set(reclassification._SHORT) <= known
    assert reclassification.short("va_tertiary_2024") == reclassification.short("va_tertiary") == "Services"
    assert reclassification.short("gdp_2023") == "GDP"


def test_a_threshold_on_an_unknown_indicator_is_named_with_what_there_is():
    with pytest.raises(KeyError, match=r"rule: found \['gpd'\], expected indicators among"):
        reclassification.rule(TOY, {"gpd": 1}, {"gdp": 1}, BASE)


def test_weights_may_be_fractions():
    whole = reclassification.rule(TOY, {}, {"gdp": 4}, BASE)
    pd.testing.assert_frame_equal(reclassification.rule(TOY, {}, {"gdp": 0.25}, BASE), whole)


def test_a_concept_is_what_is_measured_whatever_the_year():
    concept = reclassification.concept
    assert concept("gdp_2020") == concept("gdp_2024") == "gdp"
    assert concept("gdp_per_resident_2023") == concept("gdp_per_capita_2024")
    assert concept("gdp_2020_2023") == "change of gdp"
    assert len({concept(name) for name in reclassification.indicators().index}) < len(
        reclassification.indicators()
    )
