"""Real growth beside nominal: published rates, and what prices could do."""

import pytest

from mountain_counties.growth import real
from mountain_counties.record import statistics


def test_the_rates_are_those_published():
    table = real.rates()
    assert table.loc[(2023, "330000"), "real"] == pytest.approx(0.06)
    assert table.loc[(2023, "330326"), "real"] == pytest.approx(0.079)
    assert table.loc[(2023, "330800"), "real"] == pytest.approx(0.068)
    assert table.loc[(2023, "331100"), "real"] == pytest.approx(0.075)
    assert table.loc[(2020, "331100"), "real"] == pytest.approx(0.0335)
    assert table.loc[(2023, "331122"), "real"] == pytest.approx(0.080)
    assert table.loc[(2023, "330329"), "real"] == pytest.approx(0.078)
    assert table.loc[2022]["real"].to_dict() == pytest.approx(
        {"330000": 0.031, "330326": 0.064, "330328": 0.058, "330329": 0.057}
    )


def test_nominal_growth_is_that_of_one_release():
    table = real.rates()
    assert table.loc[(2023, "330000"), "nominal"] == pytest.approx(82553 / 77715 - 1)
    assert table.loc[(2023, "330326"), "nominal"] == pytest.approx(711.81 / 653.05 - 1)
    assert table.loc[(2023, "330800"), "nominal"] == pytest.approx(2125.2 / 2003 - 1)
    assert table.loc[(2023, "330329"), "nominal"] == pytest.approx(157.6 / 143.61 - 1)
    assert table.loc[2022]["nominal"].isna().all(), "no level of 2021 is of the release of 2022"
    assert table.loc[2024]["nominal"].isna().all(), "2024 stands on another census than 2023"


def test_a_nominal_rate_in_the_guise_of_a_real_one_is_left_out():
    table = real.rates()
    assert 2013 not in table.index.get_level_values("year")
    rows = statistics.long_record().set_index(["code", "year", "indicator"])["value"]
    gdp = [statistics.table("gdp", year, level="prefecture")["330800"] for year in (2012, 2013)]
    assert rows["330800", 2013, "gdp_growth_real"] == pytest.approx((gdp[1] / gdp[0] - 1) * 100, abs=5e-3)


def test_no_census_lies_within_a_year():
    assert set(real.rates().index.get_level_values("year")).isdisjoint({2014, 2019})


def test_each_rate_since_2022_is_above_the_provinces():
    ahead = real.ahead()
    assert (ahead.loc[[2022, 2023, 2024], "real"] > 0).all()
    assert (ahead.loc[2020, "real"] < 0).all(), "the title of the picture says so"
    assert ahead.loc[(2023, "330326"), "real"] == pytest.approx(0.019)
    assert ahead.loc[(2023, "330800"), "nominal"] < 0 < ahead.loc[(2023, "330800"), "real"]


def test_the_group_as_published():
    group = real.group()
    assert group["members"] == pytest.approx(0.063)
    assert group["ahead"] == pytest.approx(0.009)


def test_prices_of_industry_do_little():
    found = real.price_effect()
    table = statistics.panel(["gdp", "va_industry"], 2024)
    assert found["province"] == pytest.approx(table["va_industry"].sum() / table["gdp"].sum())
    assert found["prices"] == pytest.approx(-0.03)
    assert found["effect"] == pytest.approx((found["inside"] - found["province"]) * -0.03)
    assert 0 < found["effect"] < 0.002


def test_the_rates_of_the_year_before_speak_the_same_way():
    ahead = real.ahead()
    assert ahead.loc[(2022, "330328"), "real"] == pytest.approx(0.058 - 0.031)
    reported = statistics.reported().set_index(["code", "period", "indicator"])["value"]
    # Named the largest of the 26; the long record has the same figure, and Kecheng behind it in that year.
    rows = statistics.long_record().query("indicator == 'gdp' and year == 2021 and source == 'county-panel'")
    panel = rows.set_index("code")["value"]
    assert float(reported["330326", "2021", "gdp"]) == pytest.approx(panel["330326"], abs=0.05)
    assert float(reported["330802", "2022", "gdp"]) > panel["330326"] > panel["330802"]
