"""The forecast of the second round: only what was known is used, and it is scored right."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from mountain_counties.line import forecast, reclassification, separation
from mountain_counties.record import counties, statistics


def codes(*names: str) -> list[str]:
    table = counties.units()["name_en"]
    return [table.index[table == name][0] for name in names]


SECOND = {"Yongjia", "Cangnan", "Jiangshan"}


def names(picked) -> set[str]:
    return set(counties.units().loc[list(picked), "name_en"])


@pytest.mark.parametrize("hits", range(4))
def test_chance_is_that_of_plain_counting(hits):
    drawn = [len({0, 1, 2} & set(picked)) >= hits for picked in combinations(range(9), 3)]
    assert forecast.chance(hits, 3, 3, 9) == pytest.approx(np.mean(drawn))


def test_chance_of_all_three_of_23():
    assert forecast.chance(3, 3, 3, 23) == pytest.approx(1 / 1771)
    assert forecast.chance(2, 3, 3, 23) == pytest.approx(61 / 1771)


def test_top_leaves_out_what_is_missing_and_breaks_ties_by_code():
    series = pd.Series({"c": 2.0, "a": np.nan, "d": 2.0, "b": 1.0})
    assert forecast.top(series, 3) == ("c", "d", "b")


def test_early_figures_are_older_than_the_round():
    about = reclassification.indicators()
    for complete in (True, False):
        table = forecast.early(complete)
        assert about.loc[table.columns, "year"].max() == 2023
        assert set(table.index) == set(reclassification.group())
    assert forecast.early().notna().all(axis=None)
    assert len(forecast.early(False).columns) > len(forecast.early().columns)
    assert set(forecast.EARLY_PANEL) <= set(forecast.early().columns)


def test_single_rankings():
    found = forecast.simple_rankings()
    assert names(found.loc["gdp_2023", "named"]) == SECOND
    assert found.loc["gdp_2020_2023", "hits"] == 0
    assert found.loc["gdp_2023", "p"] == pytest.approx(1 / 1771)
    assert not set(reclassification.left_in(2024)) & set(found["named"].explode())


def test_pairs_give_the_first_round_and_never_name_it():
    table, first = forecast.early(), list(reclassification.left_in(2024))
    found = forecast.pair_forecasts(table)
    assert len(found) > 10
    for row in found.itertuples():
        mine = table.loc[first]
        kept = pd.Series(True, index=table.index)
        for name, side in ((row.first, row.first_side), (row.second, row.second_side)):
            kept &= table[name] >= mine[name].min() if side == "at least" else table[name] <= mine[name].max()
        assert set(table.index[kept]) == set(first)
        assert not set(row.named) & set(first)
        assert row.hits == len(names(row.named) & SECOND)


def test_votes_are_shares_of_rules():
    found = forecast.votes(pd.Series([("a", "b"), ("a", "c"), ("a", "b")]))
    assert found.to_dict() == pytest.approx({"a": 1, "b": 2 / 3, "c": 1 / 3})


def test_derived_figures_are_moved_to_their_bounds_or_dropped():
    tables = forecast.early_variants()
    kecheng, liandu = codes("Kecheng", "Liandu")
    rows = statistics.load().set_index(["code", "year", "indicator"])
    for variant, end in (("lowest", "lo"), ("highest", "hi")):
        moved = tables[variant]
        for code in (kecheng, liandu):
            assert moved.loc[code, "gdp_2023"] == pytest.approx(rows.loc[(code, 2023, "gdp"), end])
        changed = (moved != tables["as derived"]).any()
        assert set(changed.index[changed]) == {
            "gdp_2020",
            "gdp_2023",
            "gdp_per_resident_2020",
            "gdp_per_resident_2023",
        }
    dropped = tables["derived dropped"]
    assert set(dropped.index[dropped["gdp_2023"].isna()]) == {kecheng, liandu}
    assert dropped["urban_share_2020"].notna().all()


def test_variants_sum_to_one_and_the_intervals_are_too_narrow_to_matter():
    found = forecast.variants()
    assert found[["none", "one", "two", "three"]].sum(axis=1).to_list() == pytest.approx([1] * len(found))
    assert found.loc["lowest", "named"] == found.loc["highest", "named"] == found.loc["as derived", "named"]
    assert found.loc["incomplete too", "rules"] > found.loc["as derived", "rules"]


def test_weightings_give_the_first_round():
    panel, directions = forecast.late_panel()
    placed = forecast.weight_forecast(panel, directions)
    assert set(placed.columns) == set(reclassification.candidates(2025))
    assert len(placed) == pytest.approx(placed.attrs["share"] * forecast.DRAWS)
    shares = forecast.hit_shares(placed)
    assert shares.index.to_list() == [0, 1, 2, 3]
    assert shares.sum() == pytest.approx(1)
    again = forecast.weight_forecast(panel, directions)
    pd.testing.assert_frame_equal(placed, again)


def test_without_gdp_no_early_weighting_gives_the_first_round():
    table = forecast.early()[list(forecast.EARLY_PANEL)]
    found = forecast.weight_variants(table, forecast.EARLY_PANEL)
    assert found.index.to_list() == ["none", *forecast.EARLY_PANEL]
    assert found.loc["gdp_2023", "share"] == 0
    assert found.loc["gdp_2023", "named"] == ()
    assert np.isnan(found.loc["gdp_2023", "all_right"])
    assert (found.drop("gdp_2023")["share"] > 0).all()


def test_contest_uses_old_figures_for_old_rules():
    found = forecast.contest()
    early = found[found["known"] == "August 2024"]
    assert (early["fitted"].sum(), (~early["fitted"]).sum()) == (3, 5)
    hits = [len(names(row) & SECOND) for row in found["named"]]
    assert found["hits"].to_list() == hits
    by_rule = early.set_index("rule")["hits"]
    assert by_rule["GDP"] == 3
    assert by_rule["GDP growth 2020–2023"] == by_rule["GDP per head"] == 0
    services = found[found["rule"] == "One threshold: services"].iloc[0]
    single = separation.single_rules(
        reclassification.values()[["va_tertiary_2024"]], reclassification.left_in(2024)
    )
    assert len(single) == 1 and services["hits"] == 2


def test_reported_gdp_agrees_with_the_yearbook():
    found = forecast.vintages()
    assert {"330324", "330327", "331102"} <= set(found["code"])
    # The account of the second round has Jiangshan at nearly 50 billion, the yearbook at 43.0.
    assert found.loc[~found["agrees"], "code"].tolist() == ["330881"]


def test_a_reported_figure_that_differs_is_noticed(monkeypatch):
    rows = statistics.reported()
    rows.loc[(rows["code"] == "330327") & (rows["period"] == "2024"), "value"] = "543.3"
    monkeypatch.setattr(statistics, "reported", lambda: rows)
    found = forecast.vintages().set_index("code")["agrees"]
    assert not found["330327"] and found["330326"]


def test_hits_are_those_of_the_second_round_among_the_first_places():
    right = list(reclassification.left_in(2025))
    others = ["o1", "o2", "o3"]
    orders = [
        right + others,
        others + right,
        [right[0], *others, *right[1:]],
        [*right[:2], *others, right[2]],
    ]
    placed = pd.DataFrame([{code: place for place, code in enumerate(order, 1)} for order in orders * 2])
    assert forecast.hit_shares(placed).to_dict() == {0: 0.25, 1: 0.25, 2: 0.25, 3: 0.25}
    assert forecast.hit_shares(placed.iloc[[0]]).to_dict() == {0: 0, 1: 0, 2: 0, 3: 1}


def test_votes_list_the_greatest_first_and_of_equal_ones_the_lower_code():
    found = forecast.votes(pd.Series([("c", "b"), ("c", "a")]))
    assert found.index.to_list() == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("printed", "agrees"), [("543", True), ("543.4", True), ("543.3", False), ("542", False), ("540", False)]
)
def test_a_reported_figure_agrees_if_the_yearbook_rounds_to_it(monkeypatch, printed, agrees):
    """The step is that of the last printed digit."""
    yearbook = statistics.table("gdp", 2024).copy()
    yearbook["330327"] = 543.37
    rows = statistics.reported()
    rows.loc[(rows["code"] == "330327") & (rows["period"] == "2024"), "value"] = printed
    monkeypatch.setattr(statistics, "reported", lambda: rows)
    monkeypatch.setattr(statistics, "table", lambda name, year: yearbook)
    found = forecast.vintages().set_index("code").loc["330327"]
    assert (found["reported"], found["yearbook"], found["agrees"]) == (float(printed), 543.37, agrees)


def test_vintages_are_those_of_the_26_alone():
    found = forecast.vintages()
    rows = statistics.reported().query("indicator == 'gdp' and period == '2024'")
    assert set(found["code"]) == set(rows["code"]) & set(reclassification.group())


def test_rules_and_shares_of_the_variants_are_those_of_their_pairs():
    pairs = forecast.pair_forecasts(forecast.early_variants()["lowest"])
    row = forecast.variants().loc["lowest"]
    assert row["rules"] == len(pairs)
    counts = pairs["hits"].value_counts()
    for hits, name in enumerate(("none", "one", "two", "three")):
        assert row[name] == pytest.approx(counts.get(hits, 0) / len(pairs))
    assert row["named"] == tuple(forecast.votes(pairs["named"]).index[:3])
    assert row["hits"] == len(names(row["named"]) & SECOND)


def test_all_right_is_the_share_that_names_all_three():
    panel, directions = forecast.late_panel()
    row = forecast.weight_variants(panel, directions).loc["none"]
    placed = forecast.weight_forecast(panel, directions)
    right = list(reclassification.left_in(2025))
    assert row["all_right"] == pytest.approx((placed[right].max(axis=1) == 3).mean())
    often = (placed <= 3).mean().sort_index().sort_values(ascending=False, kind="stable")
    assert row["named"] == tuple(often.index[:3])


def test_the_smallest_ratio_names_the_least_values():
    found = forecast.contest().set_index("rule")
    values = reclassification.values(reclassification.candidates(2025))
    assert found.loc["Smallest income ratio", "named"] == tuple(
        values["income_ratio_2024"].nsmallest(3).index
    )
    assert found.loc["Rural income", "named"] == tuple(
        values["income_rural_disposable_pc_2024"].nlargest(3).index
    )
