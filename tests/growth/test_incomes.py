"""Income convergence: against statsmodels' prediction of one more observation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mountain_counties.growth import incomes
from mountain_counties.record import counties, statistics


@pytest.mark.parametrize("kind", incomes.KINDS)
def test_the_band_is_that_of_statsmodels(kind):
    table = incomes.catching_up(kind)
    others = table[~table["own"]]
    model = sm.OLS(others["pace"], sm.add_constant(np.log(others["start"]))).fit()
    frame = model.get_prediction(sm.add_constant(np.log(table["start"]))).summary_frame(alpha=0.05)
    for column, expected in (("expected", "mean"), ("lo", "obs_ci_lower"), ("hi", "obs_ci_upper")):
        np.testing.assert_allclose(table[column], frame[expected], rtol=1e-9)
    np.testing.assert_allclose(table["score"], (table["pace"] - table["expected"]) / table["error"])


def test_growth_falls_with_the_start_everywhere():
    correlations = {kind: incomes.catching_up(kind).attrs["correlation"] for kind in incomes.KINDS}
    assert correlations == pytest.approx({incomes.KINDS[0]: -0.84, incomes.KINDS[1]: -0.88}, abs=0.005)
    for kind in incomes.KINDS:
        table = incomes.catching_up(kind)
        own = table[table["own"]]
        assert list(own["name"]) == ["Quzhou", "Lishui"]
        assert (own["score"].abs() < 1.2).all()
        assert own["pace"].between(own["lo"], own["hi"]).all()


def test_paces_are_those_of_the_table():
    table = incomes.catching_up(incomes.KINDS[1])
    ends = [statistics.table(incomes.KINDS[1], year, level="prefecture")["331100"] for year in (2014, 2022)]
    assert table.loc["331100", "pace"] == pytest.approx(np.log(ends[1] / ends[0]) / 8)


def test_a_break_of_the_survey_is_refused(monkeypatch):
    monkeypatch.setattr(incomes, "FIRST", 2013)
    with pytest.raises((statistics.BreakError, KeyError)):
        incomes.catching_up(incomes.KINDS[0])


def test_both_are_named():
    assert list(incomes.both()) == ["Urban income", "Rural income"]
    assert all(isinstance(table, pd.DataFrame) for table in incomes.both().values())


@pytest.fixture(scope="module")
def rural():
    return incomes.by_county(incomes.KINDS[1])


def test_incomes_by_county_of_an_unchanged_territory(rural):
    assert rural["member"].sum() == 26 and len(rural) == 79
    units = counties.units()
    gone = set(units.index[units["name_en"].isin(["Yuhang", "Linping", "Xiaoshan", "Shangcheng", "Shangyu"])])
    assert not gone & set(rural.index)
    pingyang = rural.loc["330326"]
    assert (pingyang["start"], pingyang["end"]) == (26736, 37885)
    assert pingyang["growth"] == pytest.approx(37885 / 26736 - 1)
    assert rural.loc["331127", "whole"] and not pingyang["whole"]


def test_the_compiled_incomes_lie_around_the_prefectures_figure():
    """By county there is no second source; by prefecture the mean is near what the yearbook prints."""
    for kind in incomes.KINDS:
        whole = statistics.table(kind, 2020, level="prefecture")
        rows = statistics.long_record().query("indicator == @kind and source == @incomes.SOURCE")
        parts = rows.groupby(rows["code"].str[:4] + "00")["value"].agg(["min", "mean", "max"])
        assert ((parts["min"] <= whole) & (whole <= parts["max"])).all()
        assert (parts["mean"] / whole).between(0.88, 1.01).all()


def test_the_gap_in_yuan_and_in_growth_go_apart(rural):
    table = incomes.in_yuan().loc["Rural income"]
    own = rural[rural["member"]]
    assert table.loc["members", "end"] == pytest.approx(own["end"].mean())
    assert table.loc["members", "pace"] == pytest.approx(((own["end"] / own["start"]) ** 0.25 - 1).mean())
    assert table.loc["members", "pace"] > table.loc["others", "pace"]
    distance = table.loc["others"] - table.loc["members"]
    assert distance["end"] > distance["start"] > 0
