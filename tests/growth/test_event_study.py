"""Before and after a turn: against regressions, a linear program and plain loops."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import optimize

from mountain_counties.growth import convergence, event_study, long_record

TABLE = long_record.territories()
LOGS = np.log(long_record.gdp())


def long(years, codes=TABLE.index):
    wide = LOGS.loc[codes, years].reset_index()
    rows = wide.melt("code", var_name="year", value_name="y").astype({"year": int})
    return rows.join(TABLE[["member", "prefecture"]], on="code").assign(
        member=lambda table: table["member"].astype(int)
    )


@pytest.mark.parametrize("turn", [2015, 2021])
def test_gaps_are_the_coefficients_of_the_two_way_regression(turn):
    base, before, after = event_study.years_around(turn)
    years = [year for year in [*before, *after] if year <= 2021]
    rows = long([*years, base])
    dummies = {f"m{year}": (rows["year"] == year) * rows["member"] for year in years}
    rows = rows.assign(**dummies)
    fit = smf.ols("y ~ C(code) + C(year) + " + " + ".join(dummies), rows).fit()
    found = event_study.effects(turn).loc[years, "estimate"]
    assert found.to_list() == pytest.approx([fit.params[f"m{year}"] for year in years], abs=1e-9)
    assert event_study.effects(turn).loc[base].to_list() == [0, 0, 0]


def test_gaps_inside_prefectures_are_those_of_prefectures_by_year():
    both = TABLE.index[TABLE.groupby("prefecture")["member"].transform("nunique") == 2]
    rows = long([2014, 2018], both)
    # Each prefecture has a year of its own; one dummy each, for the units take care of the first year.
    names = sorted(set(rows["prefecture"]))
    dummies = {f"p{name}": (rows["year"] == 2018) & (rows["prefecture"] == name) for name in names}
    rows = rows.assign(**dummies, moved=(rows["year"] == 2018) * rows["member"])
    formula = "y ~ 0 + C(code) + moved + " + " + ".join(dummies)
    fit = smf.ols(formula, rows.astype(dict.fromkeys(dummies, int))).fit()
    found = event_study.effects(2015, "within prefectures").loc[2018, "estimate"]
    assert found == pytest.approx(fit.params["moved"], abs=1e-9)
    assert len(both) == 26


def test_intervals_are_clustered_by_prefecture():
    rows = TABLE.assign(growth=LOGS[2021] - LOGS[2020])
    fit = smf.ols("growth ~ member", rows).fit()
    robust = fit.get_robustcov_results("cluster", groups=pd.factorize(rows["prefecture"])[0])
    found = event_study.effects(2021).loc[2021]
    assert found[["lo", "hi"]].to_list() == pytest.approx(robust.conf_int()[1])
    # Eleven prefectures, so ten degrees of freedom and 2.228 errors on either side.
    assert (found["hi"] - found["estimate"]) / robust.bse[1] == pytest.approx(2.228, abs=1e-3)


def test_own_trends_are_taken_off():
    base, before, _ = event_study.years_around(2015)
    years = [*before, base]
    slopes = LOGS[years].apply(lambda row: np.polyfit(years, row, 1)[0], axis=1)
    moved = LOGS[2019] - LOGS[2014] - 5 * slopes
    found = event_study.effects(2015, "own trends").loc[2019, "estimate"]
    assert found == pytest.approx(moved[TABLE["member"]].mean() - moved[~TABLE["member"]].mean())


def test_counties_only_leaves_out_the_districts_of_others():
    kept = TABLE[~TABLE["derived"] | TABLE["member"]].index
    moved = (LOGS[2021] - LOGS[2020])[kept]
    member = TABLE.loc[kept, "member"]
    found = event_study.effects(2021, "counties only").loc[2021, "estimate"]
    assert found == pytest.approx(moved[member].mean() - moved[~member].mean()) and len(kept) == 53


def test_the_years_of_a_turn():
    assert event_study.years_around(2003) == (2002, [2001], list(range(2003, 2015)))
    assert event_study.years_around(2015)[:2] == (2014, list(range(2008, 2014)))
    assert event_study.years_around(2021) == (2020, list(range(2014, 2020)), [2021, 2023])


# Violated trends.

EFFECTS = pd.DataFrame(
    {
        "estimate": [0.03, 0.01, 0.0, -0.05, -0.09],
        "lo": [0.0] * 3 + [-0.07, -0.12],
        "hi": [0.0] * 3 + [-0.03, -0.06],
    },
    index=[2018, 2019, 2020, 2021, 2022],
)


@pytest.mark.parametrize("year", [2021, 2022])
@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0, 2.0])
def test_bounds_are_those_of_a_linear_program(year, ratio):
    """Rambachan and Roth, relative magnitudes: the largest violation that the steps allow."""
    steps = year - 2020
    worst = 0.02  # from 2018 to 2019; from 2019 to 2020 it is 0.01
    step = np.eye(steps) - np.eye(steps, k=-1)
    limit = np.full(2 * steps, ratio * worst)
    program = optimize.linprog(
        -np.eye(steps)[-1], A_ub=np.vstack([step, -step]), b_ub=limit, bounds=[(None, None)] * steps
    )
    found = event_study.bounds(EFFECTS, 2021, year, [ratio]).loc[ratio]
    assert found["high"] - EFFECTS.loc[year, "estimate"] == pytest.approx(-program.fun, abs=1e-9)
    assert EFFECTS.loc[year, "estimate"] - found["low"] == pytest.approx(-program.fun, abs=1e-9)
    assert found["lo"] - found["low"] == pytest.approx(
        EFFECTS.loc[year, "lo"] - EFFECTS.loc[year, "estimate"]
    )


def test_a_year_of_new_accounts_is_no_violation():
    with_all = event_study.bounds(EFFECTS, 2021, 2021, [1.0]).loc[1.0]
    without = event_study.bounds(EFFECTS, 2021, 2021, [1.0], broken=[2019]).loc[1.0]
    assert without["high"] - without["low"] == pytest.approx((with_all["high"] - with_all["low"]) / 2)


def test_a_turn_of_pace_is_growth_after_less_growth_before():
    moved = (LOGS[2018] - LOGS[2014]) / 4 - (LOGS[2014] - LOGS[2010]) / 4
    expected = moved[TABLE["member"]].mean() - moved[~TABLE["member"]].mean()
    assert event_study.turn_of_pace(2015)["estimate"] == pytest.approx(expected)
    assert event_study.possible_turns().loc[2015, "estimate"] == pytest.approx(expected)
    assert list(event_study.possible_turns().index) == list(range(2006, 2019))
    change = LOGS.diff(axis=1)
    moved = change[[2015, 2016, 2017, 2018]].mean(axis=1) - change[[2011, 2012, 2013]].mean(axis=1)
    expected = moved[TABLE["member"]].mean() - moved[~TABLE["member"]].mean()
    assert event_study.turn_of_pace(2015, broken=False)["estimate"] == pytest.approx(expected)


def test_placebo_lists_lie_together():
    values = LOGS[2021] - LOGS[2020]
    found = event_study.placebo_lists(values)
    away = pd.DataFrame(convergence.distances(values.index), values.index, values.index)
    for code in ("330326", "331102", "330922"):
        near = away[code].nsmallest(25).index
        assert code in near
        assert found[code] == pytest.approx(values[near].mean() - values.drop(near).mean())
    place = event_study.in_space(2021)
    assert place["difference"] == pytest.approx(event_study.effects(2021).loc[2021, "estimate"])
    assert place["rank"] == pytest.approx((found.abs() >= abs(place["difference"])).mean())


def test_a_planted_turn_is_found(monkeypatch):
    """A group that grows by two points a year more from 2015 on shows it in every measure."""
    planted = long_record.gdp()
    for year in planted.columns:
        planted.loc[TABLE["member"], year] *= np.exp(0.02 * max(0, min(year, 2021) - 2014))
    before = event_study.turn_of_pace(2015)["estimate"], event_study.effects(2015).loc[2018, "estimate"]
    monkeypatch.setattr(long_record, "_gdp", lambda: planted)
    event_study._effects.cache_clear()
    after = event_study.turn_of_pace(2015)["estimate"], event_study.effects(2015).loc[2018, "estimate"]
    event_study._effects.cache_clear()
    assert np.subtract(after, before) == pytest.approx([0.02, 0.08])


def test_every_turn_and_specification_is_in_the_table():
    table = event_study.specified(((2015, 2019), (2021, 2023)))
    assert len(table) == 2 * len(event_study.SPECIFICATIONS)
    for turn, year, label in ((2015, 2019, "2015, by 2019"), (2021, 2023, "2021, by 2023")):
        for how in event_study.SPECIFICATIONS:
            expected = event_study.effects(turn, how).loc[year]
            assert table.loc[(label, how)].to_list() == pytest.approx(expected[list(table.columns)].to_list())
