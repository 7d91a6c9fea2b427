"""The event study of the lights, against statsmodels on the same columns."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from mountain_counties.growth import growth, lights_trend, long_view
from mountain_counties.record import counties, statistics


@pytest.fixture(scope="module")
def table():
    return lights_trend.event_study()


@pytest.mark.parametrize(("year", "base"), [(2013, 2016), (2018, 2020), (2021, 2020)])
def test_an_estimate_is_that_of_least_squares_with_prefecture_effects(table, year, base):
    units = counties.units()
    lights = [statistics.table(long_view.LIGHTS, one) for one in (year, base)]
    frame = pd.DataFrame(
        {
            "change": np.log(lights[0] / lights[1]),
            "member": units.index.isin(growth.members()).astype(float),
            "prefecture": units["prefecture"],
        }
    ).drop("330921")  # Daishan, out of line
    model = smf.ols("change ~ member + C(prefecture)", frame).fit()
    assert table.loc[year, "estimate"] == pytest.approx(model.params["member"])


def test_each_stretch_has_its_base_and_none_crosses_the_change_of_the_product(table):
    assert list(table.index) == list(range(2013, 2022))
    assert list(table.index[table["base"]]) == [2016, 2020]
    assert (table.loc[[2016, 2020], ["estimate", "lo", "hi"]] == 0).all().all()
    assert list(table["stretch"]) == [0] * 4 + [1] * 5


def test_no_year_stands_apart(table):
    rows = table[~table["base"]]
    assert (rows["lo"] < 0).all() and (rows["hi"] > 0).all()


def test_the_trend_is_the_slope_before_the_plan(table):
    years = [2017, 2018, 2019, 2020]
    y = table.loc[years, "estimate"].to_numpy()
    centred = np.array(years) - np.mean(years)
    assert lights_trend.trend(table) == pytest.approx((centred @ y) / (centred @ centred))
