"""The open evaluation: methods against printed examples and other implementations, then the 26."""

from itertools import combinations
from math import comb

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from pymcdm import methods, normalizations
from pymcdm import weights as weighting
from scipy.stats import friedmanchisquare
from statsmodels.api import stats
from statsmodels.formula.api import ols

from mountain_counties.book import charts
from mountain_counties.line import evaluation, evaluation_charts
from mountain_counties.record import counties, statistics

PYMCDM = {"TOPSIS": methods.TOPSIS, "mean": methods.WSM}


@pytest.fixture(scope="module")
def values() -> pd.DataFrame:
    return evaluation.panel()


@pytest.fixture(scope="module")
def n() -> int:
    return evaluation.places()


@pytest.fixture(scope="module")
def ranked(values) -> pd.DataFrame:
    return evaluation.rankings(values, evaluation.random_weights(values.columns, 400))


@pytest.fixture(scope="module")
def probability(ranked, n) -> pd.Series:
    return evaluation.acceptability(ranked, n)


# -- Printed examples ----------------------------------------------------------------------------------------


def test_topsis_gives_the_printed_closeness():
    """Hwang and Yoon 1981, the choice of a fighter aircraft."""
    matrix = np.array(
        [
            [2.0, 1500, 20000, 5.5, 5, 9],
            [2.5, 2700, 18000, 6.5, 3, 5],
            [1.8, 2000, 21000, 4.5, 7, 7],
            [2.2, 1800, 20000, 5.0, 5, 5],
        ]
    )
    scaled = matrix / np.sqrt((matrix**2).sum(axis=0)) * [1, 1, 1, -1, 1, 1]
    weights = pd.DataFrame([[0.2, 0.1, 0.1, 0.1, 0.2, 0.3]])
    found = evaluation.scores(pd.DataFrame(scaled), weights, "TOPSIS")
    # The book works on with four decimals: the third comes to 0.6135.
    assert found.loc[0].to_list() == pytest.approx([0.643, 0.268, 0.613, 0.312], abs=6e-4)


def test_entropy_gives_the_printed_weights():
    """Xu 2004, European Journal of Operational Research 156, 530-532; and by the formula."""
    matrix = np.array([[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]])
    found = weighting.entropy_weights(matrix)
    assert found.round(4).tolist() == [0.4630, 0.3992, 0.1378, 0.0000]


def test_critic_gives_the_printed_weights():
    """Tus and Aytac Adali 2019, Opsearch 56, 528-538: software for time and attendance."""
    rows = [[5000, 3, 3, 4, 3, 2], [680, 5, 3, 2, 2, 1], [2000, 3, 2, 3, 4, 3], [600, 4, 3, 1, 2, 2]]
    matrix = np.array([*rows, [800, 2, 4, 3, 3, 4]])
    assert weighting.critic_weights(matrix).round(3).tolist() == [0.157, 0.249, 0.168, 0.121, 0.154, 0.151]


# -- Against other implementations ---------------------------------------------------------------------------


def test_fixed_weights_follow_from_their_formulas(values):
    found = evaluation.fixed_weights(values)
    assert found.sum(axis=1).to_numpy() == pytest.approx(1)
    assert found.loc["equal"].to_numpy() == pytest.approx(1 / values.shape[1])
    shares = values / values.sum()
    entropy = 1 + (shares * np.log(shares)).sum() / np.log(len(values))
    assert found.loc["entropy"].to_numpy() == pytest.approx(entropy / entropy.sum())
    turned = values * evaluation.directions(values.columns)
    conflict = turned.std() / (turned.max() - turned.min()) * (1 - turned.corr()).sum()
    assert found.loc["CRITIC"].to_numpy() == pytest.approx(conflict / conflict.sum())


@pytest.mark.parametrize("how", list(evaluation.NORMALISATIONS))
@pytest.mark.parametrize("aggregation", evaluation.AGGREGATIONS)
def test_scores_are_those_of_pymcdm(values, how, aggregation):
    weights = evaluation.random_weights(values.columns, 20)
    found = evaluation.scores(evaluation.normalise(values, how), weights, aggregation)
    body = PYMCDM[aggregation](evaluation.NORMALISATIONS[how])
    signs = evaluation.directions(values.columns).to_numpy()
    for draw, row in weights.iterrows():
        expected = body(values.to_numpy(), row.to_numpy(), signs)
        assert found.loc[draw].to_numpy() == pytest.approx(expected)


def test_an_unknown_aggregation_is_refused(values):
    with pytest.raises(ValueError, match=r"found 'sum', expected one of \('TOPSIS', 'mean'\)"):
        evaluation.scores(values, evaluation.random_weights(values.columns, 1), "sum")


def test_normalising_turns_a_cost_round(values):
    for how in evaluation.NORMALISATIONS:
        scaled = evaluation.normalise(values, how)
        for name, sign in evaluation.directions(values.columns).items():
            assert scaled[name].rank().equals((sign * values[name]).rank())
    assert evaluation.rank_normalization(np.array([3.0, 1, 1, 7])).tolist() == [2 / 3, 1 / 6, 1 / 6, 1]


def test_a_tie_takes_the_worst_place():
    table = pd.DataFrame({"schooling": [2.0, 2.0, 1.0, 3.0]}, index=list("abcd"))
    places = evaluation.rankings(table, pd.DataFrame({"schooling": [1.0]}))
    assert (places == [3, 3, 4, 1]).all(axis=None)
    assert list(evaluation.first(places.iloc[0], 2)) == ["d"]


def test_the_counties_share_is_kendalls_coefficient(ranked):
    """W is Friedman's statistic over its greatest value."""
    shares = evaluation.variance_shares(ranked)
    statistic = friedmanchisquare(*ranked.to_numpy().T).statistic
    assert shares["counties"] == pytest.approx(statistic / (len(ranked) * (ranked.shape[1] - 1)))
    assert shares.sum() == pytest.approx(1)
    assert (shares > 0).all()


def test_shares_of_the_variance_are_those_of_an_analysis_of_variance(values):
    ranked = evaluation.rankings(values.head(6), evaluation.random_weights(values.columns, 3))
    long = ranked.melt(ignore_index=False, var_name="county", value_name="place").reset_index()
    factors = ["normalisation", "aggregation", "weighting"]
    model = ols("place ~ " + " + ".join(f"C(county):C({f}) + C({f})" for f in factors) + "+ C(county)", long)
    table = stats.anova_lm(model.fit())["sum_sq"]
    total = ((long["place"] - long["place"].mean()) ** 2).sum()
    shares = evaluation.variance_shares(ranked)
    assert shares["counties"] == pytest.approx(table["C(county)"] / total)
    for factor, name in zip(factors, ["normalisation", "aggregation", "weights"], strict=True):
        assert shares[name] == pytest.approx(table[f"C(county):C({factor})"] / total)


def test_identical_rankings_are_all_the_counties(values):
    same = pd.DataFrame([[1, 0, 0]] * 3, columns=["schooling", "working_age", "newcomers"])
    ranked = evaluation.rankings(values[same.columns], same)
    assert evaluation.variance_shares(ranked)["weights"] == pytest.approx(0)


# -- The 26 --------------------------------------------------------------------------------------------------


def test_the_panel_holds_what_the_tables_hold(values):
    assert values.shape == (26, 9)
    jinyun = values.loc["331122"]
    assert jinyun["industry_share"] == pytest.approx(116.88 / 342.42)
    assert jinyun["industry_per_land"] == pytest.approx(116.88 / 1494)
    assert jinyun["electricity_per_industry"] == pytest.approx(186485 / 116.88)
    assert jinyun["schooling"] == 8.91


def test_every_value_of_the_core_is_published():
    record = statistics.load()
    record = record[record["code"].isin(evaluation.panel().index)].groupby(["indicator", "year"])["status"]
    for how in evaluation.INDICATORS.values():
        for part in filter(None, (how.numerator, how.denominator)):
            assert set(record.get_group(part)) == {"published"}


def test_indicators_weigh_the_dimensions_equally():
    table = evaluation.indicators()
    assert tuple(dict.fromkeys(table["dimension"])) == evaluation.DIMENSIONS
    assert set(table["dimension"].value_counts()) == {3}
    assert evaluation.UNMEASURED not in set(table["dimension"])
    assert table.loc["industry_per_worker", "sources"] == ("zsy2025", "census")
    assert table.loc["industry_per_worker", "years"] == (2024, 2020)


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError, match="Kecheng"):
        evaluation.panel(["firms"])


def test_growth_crosses_no_break(values):
    broken = {"330802", "330803"}
    found = evaluation.growth(values.index)
    whole = values.index.difference(broken)
    expected = statistics.growth("gdp", *evaluation.GROWTH_YEARS, whole)
    assert found[whole].to_numpy() == pytest.approx(expected.to_numpy())
    both = [statistics.table("gdp", year, sorted(broken)).sum() for year in evaluation.GROWTH_YEARS]
    assert found[sorted(broken)].to_list() == pytest.approx([both[1] / both[0] - 1] * 2)


def test_probabilities_add_up_to_the_places(probability, n):
    assert n == 6
    assert probability.sum() == pytest.approx(n)
    assert probability.between(0, 1).all()
    assert probability.is_monotonic_decreasing


def test_a_county_best_at_everything_has_a_place_and_the_worst_has_none(values, n):
    scale = values.copy()
    signs = evaluation.directions(values.columns)
    scale.loc["330327"] = np.where(signs > 0, values.max() * 1.1, values.min() / 1.1)
    scale.loc["330802"] = np.where(signs > 0, values.min() / 1.1, values.max() * 1.1)
    found = evaluation.acceptability(
        evaluation.rankings(scale, evaluation.random_weights(scale.columns, 50)), n
    )
    assert (found["330327"], found["330802"]) == (1, 0)


def test_known_winners():
    names = counties.units()["name_en"]
    found = {year: set(names[codes]) for year, codes in evaluation.winners().items()}
    assert found == {
        "2023": {"Jinyun", "Kecheng", "Xianju"},
        "2024": {"Kecheng", "Xianju", "Yongjia"},
        "2025": {"Yongjia", "Xianju"},
        "any year": {"Jinyun", "Kecheng", "Xianju", "Yongjia"},
    }
    assert set(names[evaluation.winners(("A", "B"))["any year"]]) == {"Jinyun", "Kecheng", "Yongjia"}


def test_agreement_is_exact():
    probability = pd.Series([0.9, 0.7, 0.5, 0.3, 0.1], index=list("abcde"))
    found = evaluation.agreement(probability, ["a", "b"], ["a", "c"])
    assert (found["known"], found["hits"], found["expected"]) == (2, 1, pytest.approx(0.8))
    assert found["p_hits"] == pytest.approx(1 - comb(3, 2) / comb(5, 2))
    assert found["p_least"] == pytest.approx(1 / comb(5, 2))
    sets = [sum(pair) for pair in combinations(probability, 2)]
    assert found["p_mean"] == pytest.approx(np.mean([total >= 1.4 - 1e-9 for total in sets]))


def test_all_winners_at_once(ranked, n):
    found = evaluation.agreements(ranked, n)
    codes = list(evaluation.winners()["2025"])
    assert found.loc["2025", "all"] == np.mean([(row <= n).all() for row in ranked[codes].to_numpy()])
    assert list(found.index) == ["2023", "2024", "2025", "any year", "any year, grades A and B"]


def test_schemes_name_the_first_of_each_ranking(values, n):
    table = evaluation.schemes(values, n)
    assert len(table) == 18
    row = table.query("normalisation == 'vector' and aggregation == 'TOPSIS' and weighting == 'CRITIC'").iloc[
        0
    ]
    weights = evaluation.fixed_weights(values).loc["CRITIC"].to_numpy()
    signs = evaluation.directions(values.columns).to_numpy()
    body = methods.TOPSIS(normalizations.vector_normalization)
    best = np.argsort(-body(values.to_numpy(), weights, signs))[:n]
    assert row["named"] == tuple(values.index[best])
    assert row["hits"] == len({*row["named"]} & {*evaluation.winners()["any year"]})


def test_the_missing_dimension_turns_at_its_weight(values, n):
    score = evaluation.dimension_scores(values)["all"]
    table = evaluation.missing_dimension(score, n)
    assert table["among"].sum() == n
    for code, row in table.iterrows():
        for nudge, changes in ((-1e-6, False), (1e-6, True)):
            weight = row["weight"] + nudge
            unknown = pd.Series(float(row["among"]), index=score.index)
            unknown[code] = 1 - unknown[code]
            mixed = (1 - weight) * score + weight * unknown
            now = code in mixed.nlargest(n).index
            assert (now != row["among"]) == changes


def test_places_kept_fall_from_all_to_chance(values, n):
    score = evaluation.dimension_scores(values)["all"]
    table = evaluation.places_kept(score, n, [0, 0.25, 1])
    assert table.loc[0].to_list() == [n, n, n]
    assert n * n / 26 < table.loc[0.25, "mean"] < n
    # By chance alone the overlap of two sets of n of 26 is n squared over 26.
    assert table.loc[1, "mean"] == pytest.approx(n * n / 26, abs=0.06)


def test_dimension_scores_are_means(values):
    table = evaluation.dimension_scores(values)
    assert table["all"].to_numpy() == pytest.approx(table[list(evaluation.DIMENSIONS)].mean(axis=1))
    drivers = values[["schooling", "working_age", "newcomers"]]
    spread = (drivers - drivers.min()) / (drivers.max() - drivers.min())
    assert table["drivers"].to_numpy() == pytest.approx(spread.mean(axis=1))


def test_leaving_out_an_indicator_is_to_evaluate_the_rest(values, n):
    table = evaluation.without_indicator(values, n)
    rest = values.drop(columns="schooling")
    expected = evaluation.acceptability(evaluation.rankings(rest, evaluation.random_weights(rest.columns)), n)
    assert table["schooling"].equals(expected[table.index].rename("schooling"))
    assert list(table) == ["none", *values]


def test_leaving_out_a_county_counts_the_reversals_of_pymcdm(values, n):
    table = evaluation.without_county(values, n).set_index(["normalisation", "aggregation", "left_out"])
    body = methods.TOPSIS(normalizations.minmax_normalization)
    signs = evaluation.directions(values.columns).to_numpy()
    weights = np.full(values.shape[1], 1 / values.shape[1])
    whole = pd.Series(body(values.to_numpy(), weights, signs), index=values.index)
    rest = values.drop(index="330723")
    again = pd.Series(body(rest.to_numpy(), weights, signs), index=rest.index)
    old = whole[rest.index]
    turned = [(a, b) for a, b in combinations(rest.index, 2) if (old[a] - old[b]) * (again[a] - again[b]) < 0]
    inside = set(old.nlargest(n).index)
    found = table.loc[("min-max", "TOPSIS", "330723")]
    assert found["reversals"] == len(turned) > 0
    assert found["crossing"] == sum((a in inside) != (b in inside) for a, b in turned)


def test_variants_leave_out_those_without_values(n):
    table = evaluation.variants(n)
    assert table["counties"].to_list() == [26, 26, 26, 24, 24, 23, 26]
    assert table["indicators"].to_list() == [9, 10, 10, 9, 11, 9, 4]
    assert table["known"].to_list() == [4, 4, 4, 3, 3, 3, 4]
    for row in table.itertuples():
        assert len(row.named) == n
        assert row.hits == len({*row.named} & {*evaluation.winners()["any year"]})


# -- The pictures --------------------------------------------------------------------------------------------


@pytest.fixture
def known() -> pd.Index:
    return evaluation.winners()["any year"]


def test_probabilities_are_drawn_as_long_as_they_are(probability, known):
    years = pd.Series("2024", index=known)
    fig = evaluation_charts.probabilities(probability, years, 6 / 26)
    ax = fig.axes[0]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(probability.to_list())
    marked = {label.get_text()[2:] for label in ax.get_yticklabels() if label.get_text().startswith("• ")}
    assert marked == set(counties.units()["name_en"][known])
    inks = [bar.get_facecolor() for bar in ax.patches]
    assert [ink != to_rgba(evaluation_charts.OTHER) for ink in inks] == list(probability.index.isin(known))
    assert sum(text.get_text() == "won 2024" for text in ax.texts) == len(known)
    plt.close(fig)


def test_shades_write_each_number(values, known):
    table = evaluation.dimension_scores(values).head(3)
    for digits, first in ((2, f"{table.iloc[0, 0]:.2f}"), (0, f"{table.iloc[0, 0] * 100:.0f}")):
        fig = evaluation_charts.shades(table, {name: name for name in table}, known, digits, "Score")
        written = [text.get_text() for text in fig.axes[0].texts]
        assert len(written) == table.size
        assert written[0] == first
        plt.close(fig)


def test_spans_put_the_best_on_top_with_every_place(values, known, n):
    ranked = evaluation.rankings(values, evaluation.fixed_weights(values))
    fig = evaluation_charts.spans(ranked, known, n)
    ax = fig.axes[0]
    top = ranked.median().idxmin()
    assert ax.get_yticklabels()[0].get_text().removeprefix("• ") == counties.units()["name_en"][top]
    assert ax.lines[1].get_xdata().tolist() == ranked[top].to_list()
    plt.close(fig)


def test_places_kept_are_drawn(n):
    table = pd.DataFrame({"mean": [6.0, 3.0], "lo": [6.0, 1.0], "hi": [6.0, 5.0]}, index=[0.0, 0.5])
    fig = evaluation_charts.kept(table.rename_axis("weight"), n)
    assert fig.axes[0].lines[0].get_ydata().tolist() == [6.0, 3.0]
    assert fig.get_figwidth() == charts.WIDTH
    plt.close(fig)
