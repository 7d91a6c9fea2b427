"""The long record on constant territories: sums, guards, comparisons and ranks, each by another way."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from mountain_counties.growth import convergence, growth, long_record, long_record_charts
from mountain_counties.record import counties, statistics

TABLE = long_record.territories()
GDP = long_record.gdp()
YEARS = range(long_record.FIRST, long_record.LAST + 1)


def test_every_unit_is_in_one_territory():
    parts = [part for code in TABLE.index for part in code.split("+")]
    assert sorted(parts) == sorted(counties.units().index)
    inside = [part for code in TABLE.index[TABLE["member"]] for part in code.split("+")]
    assert set(inside) - {"330383"} == set(growth.members())
    assert TABLE["member"].sum() == 25 and len(TABLE) == 62 and TABLE["derived"].sum() == 11


def test_every_year_adds_up_to_the_prefectures():
    record = statistics.long_record().query("source == 'city-yearbook' and indicator == 'gdp'")
    for year in YEARS:
        whole = record[record["year"] == year].set_index("code")["value"]
        if year >= 2012:
            whole = statistics.table("gdp", year, level="prefecture")
        sums = GDP[year].groupby(TABLE["prefecture"]).sum()
        assert sums.to_numpy() == pytest.approx(whole[sums.index].to_numpy(), abs=1e-6)
    assert (GDP[list(YEARS)] > 0).all(axis=None)


def test_known_territories():
    assert GDP.loc["330327+330383", 2020] == pytest.approx(363.0912 + 316.4, abs=0.05)
    assert GDP.loc["330327+330383", 2019] == pytest.approx(652.21, abs=0.01)
    assert GDP.loc["331102", 2020] == pytest.approx(statistics.table("gdp", 2020)["331102"], abs=0.06)
    joint = statistics.table("gdp", 2020)[["330802", "330803"]].sum()
    assert GDP.loc["330802+330803", 2020] == pytest.approx(joint, abs=0.06)
    assert GDP.loc["330326", 2023] == 711.8145
    assert GDP[2023].isna().sum() == 9 and TABLE.loc[GDP[2023].isna(), "derived"].all()


@pytest.mark.parametrize("split", [{}, {"330383": "330326"}])
def test_a_territory_that_a_border_crosses_is_refused(monkeypatch, split):
    """Longgang out of Cangnan, left apart or joined to the wrong unit."""
    monkeypatch.setattr(long_record, "SPLIT", split)
    with pytest.raises(statistics.BreakError, match="longgang-2019"):
        long_record._territories.__wrapped__()


def test_kecheng_without_qujiang_is_refused():
    apart = TABLE.drop(index="330802+330803")
    extra = TABLE.loc[["330802+330803"] * 2].set_axis(["330802", "330803"])
    with pytest.raises(statistics.BreakError, match="kecheng-2021"):
        long_record._check_territories(pd.concat([apart, extra]))


def test_the_share_is_that_of_its_parts():
    shares = long_record.shares()
    assert shares.loc[2006, "share"] == shares["share"].min() and shares["share"].idxmax() == 2013
    published = [code for code in growth.members() if code not in ("330802", "330803", "331102")]
    low = long_record.printed("gdp").loc[published, 2010].sum()
    assert low < shares.loc[2010, "group"] < 1.3 * low
    both = (shares["group"] + shares["others"]).to_numpy()
    assert both == pytest.approx(GDP[list(YEARS)].sum().to_numpy())


# Comparisons.


def frame(start, end):
    return TABLE.assign(growth=np.log(GDP[end] / GDP[start]) / (end - start)).dropna()


@pytest.mark.parametrize("plan", long_record.PLANS)
def test_comparisons_are_those_of_regressions(plan):
    start, end = long_record.PLANS[plan]
    rows = frame(start, end)
    found = {how: long_record.compared(start, end, how) for how in ("all", "within prefectures", "clustered")}
    plain = smf.ols("growth ~ member", rows)
    groups = pd.factorize(rows["prefecture"])[0]
    robust = plain.fit().get_robustcov_results("cluster", groups=groups)
    assert found["all"]["difference"] == pytest.approx(robust.params[1])
    assert found["clustered"][["lo", "hi"]].to_list() == pytest.approx(robust.conf_int()[1])
    both = rows[rows.groupby("prefecture")["member"].transform("nunique") == 2]
    within = smf.ols("growth ~ member + C(prefecture)", both).fit()
    assert found["within prefectures"]["difference"] == pytest.approx(within.params["member[T.True]"])
    width = found["within prefectures"]["hi"] - found["within prefectures"]["lo"]
    assert width == pytest.approx(3.92 * within.bse["member[T.True]"], rel=0.15)


def test_years_of_broken_accounts_are_left_out():
    assert list(long_record.broken_years().index) == [2001, 2005, 2009, 2014, 2019]
    skipped = long_record.pace(2010, 2015, (2014,))["330326"]
    kept = [np.log(GDP.loc["330326", y] / GDP.loc["330326", y - 1]) for y in (2011, 2012, 2013, 2015)]
    assert skipped == pytest.approx(np.mean(kept))
    assert long_record.pace(2010, 2015)["330326"] == pytest.approx(np.log(340.9 / 202.6) / 5, abs=1e-4)


def test_counties_only_leaves_out_the_districts_of_others():
    assert long_record.compared(2010, 2015, "counties only")[["n_inside", "n_outside"]].to_list() == [25, 28]


def test_real_growth_is_as_printed():
    table = long_record.real()
    assert table.loc[2007, "pair"] == pytest.approx((16.5 + 15.9) / 2)
    assert not {2001, 2017, 2021} & set(table.index)
    assert table["gap"].idxmin() == 2015 and (table["gap"].loc[2006:2013] > 0).all()


def test_sectors_are_parts_of_one():
    table = long_record.sectors()
    for member in (True, False):
        assert table[member].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(table)))
    own = TABLE.index[TABLE["member"] & ~TABLE["derived"]]
    codes = "+".join(own).split("+")
    second = long_record.printed("va_secondary").reindex(codes)[2021].sum()
    assert table.loc[2021, (True, "Industry and construction")] == pytest.approx(
        second / long_record.printed("gdp").reindex(codes)[2021].sum(), abs=1e-3
    )


# Ranks.


def test_the_six_are_the_six_since_2001():
    ranks = long_record.ranks()
    gone = set(long_record.holding(long_record.departed()))
    assert {"330802+330803", "330327+330383"} < gone and len(gone) == 6
    assert set(counties.units().loc[long_record.departed(), "name_en"]) == {
        "Pingyang",
        "Kecheng",
        "Liandu",
        "Yongjia",
        "Cangnan",
        "Jiangshan",
    }
    for year in range(2001, 2022):
        assert set(ranks.index[ranks[year] <= 6]) == gone
    assert set(ranks.index[ranks[2000] <= 6]) != gone
    moves = long_record.moves().set_index("name")
    assert moves.loc["Chun'an", "up"] == -8 and moves.loc["Sanmen", "up"] == 4
    assert sorted(ranks[2021]) == list(range(1, 26))


def test_what_kecheng_needs():
    table = long_record.first_six()
    assert table.loc[2015, "needed"] == pytest.approx(207.4 / 482.4, abs=1e-3)
    assert table.loc[2015, "next"] == "Chun'an"
    parts = long_record.kecheng_parts()
    assert parts.to_list() == pytest.approx([1 - 26.36 / 71.86, 236.5 / 768.1, 595.5 / 864.8], abs=1e-3)


# Catching up.


def test_the_inverted_u_of_the_published_work():
    """Yue et al. (2014), abstract: inequality between counties is an inverted U, Moran's I rises to 2010."""
    table = long_record.spread()
    assert table["sigma"].idxmax() == 2006
    assert table.loc[2000, "sigma"] < table.loc[2006, "sigma"] > table.loc[2010, "sigma"]
    assert table.loc[2000, "moran"] < table.loc[2005, "moran"] < table.loc[2010, "moran"]


def test_slopes_are_those_of_least_squares():
    values = long_record.per_head()
    assert len(values) == 51 and values.notna().all(axis=None)
    assert values.loc["330326", 2021] == pytest.approx(600.5 / 88.5 * 1e4, rel=0.02)
    slopes = long_record.catching_up()
    y = np.log(values[2015] / values[2010]) / 5
    assert slopes.loc["12th plan", "slope"] == pytest.approx(np.polyfit(np.log(values[2010]), y, 1)[0])
    assert slopes.loc["12th plan", "hi"] < 0
    x = np.log(values[2010]).rename("x")
    rest = smf.ols("y ~ x", pd.DataFrame({"x": x, "y": y})).fit().resid
    alike = convergence.moran(rest, convergence.neighbours(values.index))
    assert slopes.loc["12th plan", "moran"] == pytest.approx(alike["moran"])


# The record's own error.


def test_published_totals_and_revisions():
    totals = long_record.published_totals()
    assert totals["difference"].to_list() == pytest.approx([850 / 878.16 - 1, -0.004], abs=1e-3)
    table = long_record.revisions().set_index(["place", "year"])
    assert table.loc[("Changshan", 2021), "change"] == pytest.approx(189.8704 / 187.58 - 1)
    assert table.loc[("Zhejiang", 2019), "change"] == pytest.approx(64632 / 62462 - 1)
    assert set(table["by"]) == {"final account", "censuses"} and len(table) == 12


def test_pictures_show_the_rows():
    ranks = long_record.ranks()
    fig = long_record_charts.ranks(ranks, TABLE["name"], ["330326"])
    lines = fig.axes[0].get_lines()
    assert sum(line.get_color() == long_record_charts.charts.COLOURS["Pingyang"] for line in lines) == 1
    fig = long_record_charts.share(long_record.shares(), long_record.broken_years())
    solid = [line for line in fig.axes[0].get_lines() if line.get_marker() == "o"]
    drawn = np.concatenate([line.get_ydata() for line in solid])
    assert drawn == pytest.approx(long_record.shares()["share"].to_numpy())
    fig = long_record_charts.plans(long_record.by_plan())
    assert len(fig.axes[0].get_yticks()) == len(long_record.PLANS)


def test_the_error_between_editions_is_that_of_the_unit_farthest_off():
    panel = statistics.long_record().query("indicator == 'gdp' and year == 2020 and source == 'county-panel'")
    panel = panel.set_index("code")["value"]
    printed = statistics.load(indicator="gdp").query("year == 2020 and status == 'published'")
    apart = [abs(panel[row.code] / row.value - 1) for row in printed.itertuples()]
    assert long_record.edition_error() == pytest.approx(max(apart)) and 0.0001 < max(apart) < 0.0006


def test_people_and_heads_add_up_to_the_growth_of_gdp():
    table = long_record.people_and_heads(2001, 2021)
    for column in ("inside", "outside", "difference"):
        assert table.loc["GDP", column] == pytest.approx(
            table.loc[["Registered people", "GDP per head"], column].sum()
        )
    people = statistics.long_record().query("indicator == 'hukou_pop'").pivot_table("value", "code", "year")
    own = [code for code in TABLE.index[TABLE["member"] & ~TABLE["derived"]] if "+" not in code]
    with_longgang = np.log(
        (people.loc["330327", 2021] + people.loc["330383", 2021]) / people.loc["330327", 2001]
    )
    pace = [*np.log(people.loc[own, 2021] / people.loc[own, 2001]), with_longgang]
    assert len(pace) == table.loc["GDP", "n_inside"]
    assert table.loc["Registered people", "inside"] == pytest.approx(np.mean(pace) / 20)
