"""What moving the line does: figures of the groups, splits that add up, what a test could find."""

import re

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower

from mountain_counties.audit.tables import TableError
from mountain_counties.book import charts
from mountain_counties.growth import convergence
from mountain_counties.line import composition, composition_charts
from mountain_counties.record import statistics

GROUPS = composition.groups()


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return pd.DataFrame({name: composition.figures(members) for name, members in GROUPS.items()})


def test_groups_have_the_members_that_the_record_gives():
    assert {name: len(members) for name, members in GROUPS.items()} == {
        "26": 26,
        "23": 23,
        "25": 25,
        "22": 22,
    }
    assert set(GROUPS["26"]) - set(GROUPS["23"]) == {"330326", "330802", "331102"}
    assert set(GROUPS["25"]) - set(GROUPS["23"]) == {"330305", "330922"}
    assert set(GROUPS["25"]) - set(GROUPS["22"]) == {"330324", "330327", "330881"}


def test_figures_follow_from_the_members(figures):
    gdp = statistics.table("gdp", 2024)
    assert figures.loc["gdp", "26"] == pytest.approx(8691.67)
    for name, members in GROUPS.items():
        assert figures.loc["gdp_mean", name] == pytest.approx(gdp[members].mean())
        assert figures.loc["gdp_share", name] == pytest.approx(gdp[members].sum() / gdp.sum())
    # The group's income lies between its members' extremes and above its poorest half's.
    income = statistics.table("income_rural_disposable_pc", 2024)[GROUPS["26"]]
    assert income.min() < figures.loc["income_rural", "26"] < income.max()


def test_figures_of_sums_are_those_of_one_county_that_holds_them_all(figures):
    """Levels per head, shares and growth belong to the sums, not to the mean county."""
    table = statistics.panel(["gdp", "gdp_per_capita", "va_industry", "resident_pop_yearend"], 2024)
    for name, members in GROUPS.items():
        found, mine = figures[name], table.loc[members]
        assert found["members"] == len(members)
        people = mine["resident_pop_yearend"].sum()  # 10,000
        assert found["gdp_per_head"] * people == pytest.approx(mine["gdp"].sum() * 1e4)
        assert found["industry"] * mine["gdp"].sum() == pytest.approx(mine["va_industry"].sum())
        assert found["gdp_median"] == np.median(mine["gdp"])
        assert found["spread"] == pytest.approx(np.std(np.log(mine["gdp_per_capita"]), ddof=1))
        before, after = composition.both_years(members)
        assert found["growing"] == len(after)
        assert before.sum() * (1 + found["growth"]) == pytest.approx(after.sum())


def test_both_years_are_the_ends_of_the_span():
    before, after = composition.both_years(GROUPS["26"])
    for values, year in ((before, 2020), (after, 2023)):
        assert values.equals(statistics.table("gdp", year)[values.index])


def test_rural_income_is_weighted_by_those_who_do_not_live_in_towns(figures):
    members = GROUPS["25"]
    income = statistics.table("income_rural_disposable_pc", 2024)[members]
    people = statistics.table("resident_pop_yearend", 2024) - statistics.table("resident_pop_urban", 2024)
    assert figures.loc["income_rural", "25"] == pytest.approx(np.average(income, weights=people[members]))


def test_growth_never_crosses_a_break():
    before, after = composition.both_years(GROUPS["26"])
    assert "330803" not in before.index
    assert "330802" not in before.index
    assert list(before.index) == list(after.index)
    assert len(before) == 24


def test_weighted_income_is_a_weighted_mean(figures):
    members = GROUPS["22"]
    income = statistics.table("income_urban_disposable_pc", 2024)[members]
    people = statistics.table("resident_pop_urban", 2024)[members]
    assert figures.loc["income_urban", "22"] == pytest.approx(np.average(income, weights=people))


@pytest.mark.parametrize("statistic", [pd.Series.sum, pd.Series.mean, pd.Series.median])
def test_split_adds_up_exactly(statistic):
    random = np.random.default_rng(5)
    before = pd.Series(random.lognormal(size=20))
    after = before * random.normal(1.2, 0.1, 20)
    old, new = before.index[:15], before.index[5:]
    parts = composition.decompose(before, after, old, new, statistic)
    assert parts["start"] + parts["real"] + parts["composition"] == pytest.approx(parts["end"], abs=1e-12)
    assert parts["start"] == statistic(before[old])
    assert parts["end"] == statistic(after[new])


def test_split_without_a_move_is_real_and_without_growth_is_composition():
    values = pd.Series([1.0, 2.0, 6.0])
    stay = composition.decompose(values, values * 2, values.index, values.index, pd.Series.mean)
    assert (stay["real"], stay["composition"]) == (3.0, 0.0)
    move = composition.decompose(values, values, values.index, values.index[:2], pd.Series.mean)
    assert (move["real"], move["composition"]) == (0.0, -1.5)


def test_published_total_fits_the_old_list_alone():
    table = composition.year_shares(composition.published().loc["group-2024q3", "value"])
    assert table["fits"].to_dict() == {"26": True, "23": False, "25": False, "22": False}
    assert table["share"]["25"] == pytest.approx(6200 / 6981.42)


def test_a_share_of_the_year_fits_from_65_to_80_per_cent():
    """Three of four quarters are 75%; the assumption leaves 10 points below and 5 above."""
    for share, fits in ((0.649, False), (0.651, True), (0.75, True), (0.799, True), (0.801, False)):
        gdp = statistics.table("gdp", 2024)[GROUPS["22"]].sum()
        row = composition.year_shares(share * gdp).loc["22"]
        assert row["fits"] == fits
        assert (row["gdp"], row["share"]) == pytest.approx((gdp, share))


def test_published_refuses_a_bad_table(tmp_path):
    path = tmp_path / "figures.csv"
    text = composition.FIGURES.read_text(encoding="utf-8").replace(",850,", ",many,")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=r"row 2, column value: found 'many', expected a decimal number"):
        composition.published(path)


def test_leaders_change_without_any_change_of_values():
    table = composition.leaders("income_rural_disposable_pc")
    assert table["leader"]["26"] == "331102"
    assert table["leader"]["23"] != "331102"
    values = statistics.table("income_rural_disposable_pc", 2024)[GROUPS["26"]].sort_values()
    assert table["lead"]["26"] == pytest.approx(values.iloc[-1] / values.iloc[-2] - 1)


def test_detectable_difference_agrees_with_statsmodels():
    least = composition.detectable(0.06, 3, 21)
    power = NormalIndPower().power(least / 0.06, nobs1=3, alpha=0.05, ratio=7, alternative="two-sided")
    assert power == pytest.approx(0.8, abs=1e-3)


def test_regression_to_the_mean_by_simulation():
    random, r, n = np.random.default_rng(8), 0.4, 200_000
    first = random.normal(size=n)
    second = r * first + np.sqrt(1 - r**2) * random.normal(size=n)
    chosen = first > 1.5
    lead = first[chosen].mean()
    assert composition.expected_fall(lead, r) == pytest.approx(lead - second[chosen].mean(), abs=0.02)


def test_persistence_recovers_a_planted_correlation():
    random = np.random.default_rng(2)
    x = pd.Series(random.normal(size=400))
    y = 0.5 * x + np.sqrt(0.75) * pd.Series(random.normal(size=400))
    row = composition.persistence({"planted": (x, y)}, draws=500).loc["planted"]
    assert row["lo"] < 0.5 < row["hi"]
    assert row["r"] == pytest.approx(np.corrcoef(x, y)[0, 1])


@pytest.mark.parametrize("places", [11, 26])
def test_persistence_resamples_places_whole(places):
    """An independent bootstrap: numpy's correlation of each draw."""
    random = np.random.default_rng(3)
    first, second = (pd.Series(random.normal(5, 2, places)) for _ in range(2))
    row = composition.persistence({"any": (first, second[::-1])}, draws=200, seed=7).loc["any"]
    picks = np.random.default_rng(7).integers(0, places, (200, places))
    samples = [np.corrcoef(first[pick], second[pick])[0, 1] for pick in picks]
    assert (row["lo"], row["hi"]) == pytest.approx(tuple(np.quantile(samples, (0.025, 0.975))), abs=1e-9)
    assert row["r"] == pytest.approx(first.corr(second))
    assert row["places"] == places


def test_known_spans_are_those_that_their_names_say_and_follow_each_other():
    for label, pair in composition.known_spans().items():
        years = [(int(start), int(start[:2] + end)) for start, end in re.findall(r"(\d{4})–(\d{2})", label)]
        indicator, level = ("gdp", "prefecture") if "GDP" in label else ("night_lights_viirs_sum", "county")
        assert years[0][1] == years[1][0]
        for (start, end), change in zip(years, pair, strict=True):
            ratio = statistics.table(indicator, end, level=level) / statistics.table(
                indicator, start, level=level
            )
            assert change.to_numpy() == pytest.approx(np.log(ratio[change.index]).to_numpy())


def test_known_spans_cross_no_break_and_cover_their_places():
    spans = composition.known_spans()
    assert [len(first) for first, _ in spans.values()] == [10, 11, 26]
    assert "330900" not in next(iter(spans.values()))[0].index, "Zhoushan is out of line in 2017"
    assert all(list(first.index) == list(second.index) for first, second in spans.values())
    # The sign hangs on the one prefecture that is out of line.
    found = composition.persistence(spans, draws=200)["r"]
    assert found.iloc[0] > 0 > found.iloc[1]


def test_words_and_pictures_cover_every_figure(figures):
    words = composition.in_words(figures)
    assert len(words) == len(composition.LABELS)
    assert words.loc[words["Figure"] == "GDP together, billion yuan", "26"].item() == "869.2"
    fig = composition_charts.moved(figures)
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert labels == [composition.LABELS[name][0] for name in composition_charts.DRAWN]
    assert fig.get_figwidth() == charts.WIDTH


def test_share_chart_marks_what_does_not_fit():
    table = composition.year_shares(6200)
    ax = composition_charts.shares(table, composition.QUARTERS_SHARE).axes[0]
    marks = [line.get_marker() for line in ax.get_lines() if line.get_marker() in ("o", "X")]
    assert marks == ["o", "X", "X", "X"]


def test_hypothetical_split_holds_for_every_statistic():
    table = composition.hypothetical_split()
    assert np.allclose(table["start"] + table["real"] + table["composition"], table["end"])
    assert (table["real"] > 0).all()
    assert (table["composition"] < 0).all()


def test_leading_lists_every_group_and_measure():
    table = composition.leading()
    assert len(table) == len(composition.LED) * len(GROUPS)
    assert (table["Ahead of the second"] > 0).all()


def test_catching_up_is_the_slope_over_the_members_alone(figures):
    heads = convergence.per_head()
    mine = heads.loc[heads.index.intersection(GROUPS["22"])]
    slope = np.polyfit(np.log(mine["start"]), np.log(mine["end"] / mine["start"]) / 3, 1)[0]
    assert figures.loc["catching_up", "22"] == pytest.approx(-np.log(1 + slope * 3) / 3)
    assert figures.loc["catching_up", "26"] != figures.loc["catching_up", "22"]
