"""Catching up: held against REAT, spdep, PySAL, SciPy and statsmodels."""

import math

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from conftest import ROOT
from inequality.theil import TheilD
from libpysal import examples
from libpysal.graph import Graph
from pyproj import CRS
from scipy.optimize import curve_fit
from scipy.stats import kendalltau

from mountain_counties.growth import convergence, growth
from mountain_counties.record import counties


@pytest.fixture(scope="module")
def countries():
    """GDP per head of 152 countries, 1970 and 2003.

    Figures of P. C. B. Phillips and D. Sul, Economic transition and growth, Journal of Applied Econometrics
    24 (2009) 1153-1185, as the R package ConvergenceClubs gives them in its data set GDP.
    """
    return pd.read_csv(ROOT / "tests" / "data" / "gdp_152_countries.csv")


@pytest.fixture(scope="module")
def heads():
    return convergence.per_head()


# Beta and sigma, against what the R package REAT prints. REAT's own German counties are stored in a binary
# form that could not be read, so the numbers are those that REAT 2.1.1 prints for the countries, in C. Mendez
# (2020), Classical sigma and beta convergence analysis in R, rpubs.com/quarcs-lab. It regresses growth over
# the whole span, not a year of it.

YEARS = 33


def test_beta_is_that_of_reat(countries):
    found = convergence.beta(countries["gdp_1970"], countries["gdp_2003"], YEARS, repetitions=200)
    assert found["n"] == 152
    assert found["slope"] * YEARS == pytest.approx(-1.259363e-02, rel=1e-4)
    assert found["speed"] == pytest.approx(3.840484e-04, rel=1e-4)
    assert found["half_life"] == pytest.approx(1.804843e03, rel=1e-4)
    assert found["r2"] == pytest.approx(0.0004316102, rel=1e-4)


def test_sigma_is_that_of_reat(countries):
    found = convergence.sigma(countries["gdp_1970"], countries["gdp_2003"], repetitions=200)
    assert found["start"] == pytest.approx(1.0877590, abs=1e-6)
    assert found["end"] == pytest.approx(1.2602394, abs=1e-6)
    assert found["lo"] < found["change"] < found["hi"]


def test_speed_is_that_of_the_nonlinear_fit(countries):
    """The nonlinear form of Barro and Sala-i-Martin, fitted by SciPy."""
    level = np.log(countries["gdp_1970"])
    change = np.log(countries["gdp_2003"] / countries["gdp_1970"]) / YEARS

    def form(level, constant, pace):
        return constant - (1 - np.exp(-pace * YEARS)) / YEARS * level

    (_, pace), _ = curve_fit(form, level, change, p0=(0, 0.001), xtol=1e-14, ftol=1e-14)
    found = convergence.beta(countries["gdp_1970"], countries["gdp_2003"], YEARS, repetitions=200)
    assert found["speed"] == pytest.approx(pace, rel=1e-5)


def test_beta_resamples_what_statsmodels_fits(countries):
    """The same resamples, fitted one by one, and a condition."""
    start, end = countries["gdp_1970"], countries["gdp_2003"]
    condition = pd.Series(np.arange(152) % 3 == 0)
    found = convergence.beta(start, end, YEARS, condition, repetitions=60, seed=5)
    data = pd.DataFrame({"y": np.log(end / start) / YEARS, "x": np.log(start), "z": condition.astype(float)})
    rows = np.random.default_rng(5).integers(152, size=(60, 152))
    fits = pd.DataFrame([smf.ols("y ~ x + z", data.iloc[row]).fit().params for row in rows])
    lo, hi = fits.quantile(0.025), fits.quantile(0.975)
    assert (found["lo"], found["hi"]) == (pytest.approx(lo["x"]), pytest.approx(hi["x"]))
    assert (found["condition_lo"], found["condition_hi"]) == (pytest.approx(lo["z"]), pytest.approx(hi["z"]))
    fit = smf.ols("y ~ x + z", data).fit(cov_type="HC3")
    assert (found["slope"], found["error"]) == (fit.params["x"], fit.bse["x"])
    assert found["condition"] == fit.params["z"]


def test_beta_recovers_a_known_speed():
    start = pd.Series(np.linspace(1, 9, 40))
    end = np.exp(2 + np.log(start) * np.exp(-0.02 * 10))
    found = convergence.beta(start, end, 10, repetitions=200)
    assert found[["speed", "speed_lo", "speed_hi"]].to_list() == pytest.approx([0.02] * 3)
    assert found["half_life"] == pytest.approx(math.log(2) / 0.02)


def test_a_gap_that_opens_has_no_half_life():
    assert convergence.speed(0.01, 3) < 0 and convergence.half_life(-0.01) == math.inf


# Theil, against PySAL.


@pytest.fixture(scope="module")
def mexico():
    return pd.read_csv(examples.get_path("mexico.csv"))


def test_theil_is_that_of_the_pysal_documentation(mexico):
    """Thirty-two states of Mexico in the regions of Hanson (1998), printed in the documentation of TheilD."""
    printed = {
        1940: (0.20894344, 0.0345889, 0.17435454),
        1970: (0.10194725, 0.05931219, 0.04263506),
        2000: (0.10660832, 0.03635872, 0.0702496),
    }
    group = pd.factorize(mexico["hanson98"])[0]
    for year, (total, between, within) in printed.items():
        found = convergence.theil(mexico[f"pcgdp{year}"].to_numpy(), np.ones(32), group)
        assert found == pytest.approx((total, between), abs=1e-7)
        assert found[0] - found[1] == pytest.approx(within, abs=1e-7)


def test_theil_with_weights_is_that_of_repeated_people(mexico):
    """PySAL knows no weights, so a place with three people enters three times."""
    people = np.arange(32) % 4 + 1
    value, group = mexico["pcgdp2000"].to_numpy(), pd.factorize(mexico["hanson98"])[0]
    direct = TheilD(value.repeat(people), group.repeat(people))
    assert convergence.theil(value, people, group) == pytest.approx((direct.T, direct.bg.item()))


def test_theil_by_hand():
    """Two equal groups, one with nothing but its share: all inequality lies between."""
    total, between = convergence.theil(np.array([1.0, 1, 3, 3]), np.ones(4), np.array([0, 0, 1, 1]))
    assert total == pytest.approx(between) == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))


def test_theil_change_adds_up(heads):
    found = convergence.theil_change(heads, repetitions=500)
    for column in ("start", "end", "change"):
        assert found.loc[["between", "within"], column].sum() == pytest.approx(found.loc["total", column])
    assert (found["lo"] < found["change"]).all() and (found["change"] < found["hi"]).all()
    total, _ = convergence.theil(
        heads["start"].to_numpy(), heads["people"].to_numpy(), heads["member"].to_numpy(int)
    )
    assert found.loc["total", "start"] == total


# Moran's I, against R spdep and PySAL.


@pytest.fixture(scope="module")
def columbus():
    """Crime in Columbus, and its neighbourhoods by queen contiguity."""
    shapes = gpd.read_file(examples.get_path("columbus.shp"))
    return shapes["CRIME"], Graph.build_contiguity(shapes, rook=False).transform("r")


def _weights(graph):
    return pd.DataFrame(graph.sparse.toarray(), graph.unique_ids, graph.unique_ids)


def test_moran_is_that_of_spdep(columbus):
    """``moran.test`` of R spdep prints 0.500188557."""
    crime, graph = columbus
    found = convergence.moran(crime, _weights(graph), repetitions=2_000)
    assert found["n"] == 49
    assert found["moran"] == pytest.approx(0.500188557, abs=1e-9)
    assert found["expected"] == pytest.approx(-0.020833333, abs=1e-9)
    spread = (found["hi"] - found["lo"]) / 2 / 1.96
    assert spread == pytest.approx(math.sqrt(0.008689289), rel=0.05)  # its variance under randomisation
    assert found["rank"] == 0


def test_moran_permutes_as_pysal(columbus):
    crime, graph = columbus
    found = convergence.moran(crime, _weights(graph), repetitions=300, seed=7)
    np.random.seed(7)  # noqa: NPY002
    direct = esda.Moran(crime, graph, permutations=300)
    assert found["moran"] == pytest.approx(direct.I) and found["expected"] == direct.EI
    assert found[["lo", "hi"]].to_list() == pytest.approx(np.quantile(direct.sim, [0.025, 0.975]).tolist())


def test_moran_leaves_lone_units_out_and_the_random_state_alone():
    codes = growth.rates("gdp").index
    weights = convergence.neighbours(codes)
    lone = weights.index[~weights.any(axis=1)]
    assert list(lone) == ["330922"]  # Shengsi: an island whose only neighbour is an outlier
    values = pd.Series(np.arange(len(codes), dtype=float), codes)
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = convergence.moran(values, weights, repetitions=99)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    assert first["n"] == len(codes) - 1
    without = convergence.moran(values.drop(lone), weights.drop(index=lone, columns=lone), repetitions=99)
    pd.testing.assert_series_equal(first, without, check_exact=True)


def test_neighbours_are_those_of_pysal():
    """Single units by the vertices that they share, and by their nearest centres."""
    shapes = counties.boundaries().to_crs(convergence.METRIC)
    queen = Graph.build_contiguity(shapes, rook=False).transform("r")
    pd.testing.assert_frame_equal(convergence.neighbours(shapes.index), _weights(queen), check_names=False)
    near = Graph.build_knn(shapes.set_geometry(shapes.centroid), k=4).transform("r")
    found = convergence.neighbours(shapes.index, "nearest", nearest=4)
    pd.testing.assert_frame_equal(found, _weights(near), check_names=False)


def test_neighbours_of_joined_units():
    row = convergence.neighbours(growth.rates("gdp").index).loc["330802+330803"]
    assert (row[["330822", "330825", "330881"]] > 0).all()  # Changshan, Longyou, Jiangshan
    assert row.sum() == pytest.approx(1)


# Standard errors, against statsmodels.


def test_kernel_error_holds_the_known_ones():
    """Nothing shared gives White's errors; all shared within a cluster gives the clustered ones."""
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"x": rng.normal(size=40), "group": np.arange(40) % 8})
    data["y"] = data["x"] + rng.normal(size=8)[data["group"]] + rng.normal(size=40)
    model = smf.ols("y ~ x", data)
    plain = model.fit()
    found = convergence.kernel_error(model.exog, plain.resid.to_numpy(), np.eye(40))
    np.testing.assert_allclose(found, model.fit(cov_type="HC0").bse)
    same = (data["group"].to_numpy()[:, None] == data["group"].to_numpy()).astype(float)
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": data["group"], "use_correction": False}).bse
    np.testing.assert_allclose(convergence.kernel_error(model.exog, plain.resid.to_numpy(), same), clustered)


def test_standard_errors_of_the_difference():
    table = growth.rates("gdp")
    found = convergence.standard_errors(table)
    own, other = table["growth"][table["member"]], table["growth"][~table["member"]]
    # HC3 of a difference of two means, by hand.
    exact = math.sqrt(sum(part.var() / (len(part) - 1) for part in (own, other)))
    assert found["independent"] == pytest.approx(exact)
    near = convergence.standard_errors(table, cutoff=0.001)["distance"]
    assert near == pytest.approx(math.sqrt(sum(part.var(ddof=0) / len(part) for part in (own, other))))


def test_distances_are_on_the_globe():
    codes = pd.Index(["330106", "330302", "330802+330803"])  # Xihu, Lucheng, Kecheng and Qujiang
    found = convergence.distances(codes)
    assert (
        found[0, 1] == pytest.approx(255, abs=20) and (found == found.T).all() and not found.diagonal().any()
    )


# Ranks and levels.


def test_mobility_by_hand():
    """Of six pairs one swaps; two units move by one rank."""
    found = convergence.mobility(pd.Series([1, 2, 3, 4]), pd.Series([1, 3, 2, 4]), repetitions=9)
    assert found["tau"] == pytest.approx(4 / 6) and found["swapped"] == pytest.approx(1 / 6)
    assert found["moved"] == 0.5


def test_mobility_interval(heads):
    """The same resamples, Kendall's tau-b of each by SciPy."""
    found = convergence.mobility(heads["start"], heads["end"], repetitions=80, seed=3)
    rows = np.random.default_rng(3).integers(len(heads), size=(80, len(heads)))
    drawn = [kendalltau(heads["start"].iloc[row], heads["end"].iloc[row]).statistic for row in rows]
    assert (found["lo"], found["hi"]) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])))


def test_gdp_per_head(heads):
    gdp = growth.rates("gdp")
    assert heads.index.equals(gdp.index)
    pingyang = heads.loc["330326"]
    assert pingyang["start"] * pingyang["people"] / 1e4 == pytest.approx(gdp.loc["330326", "start"])
    pd.testing.assert_series_equal(heads["growth"], gdp["growth"])  # the same people in both years
    for population in ("interpolated", "registered"):
        table = convergence.per_head(population)
        assert table["growth"].notna().all()
        assert (table["growth"] / gdp["growth"].loc[table.index] - 1).abs().max() < 1
    registered = convergence.per_head("registered")
    assert set(gdp.index) - set(registered.index) == {"330802+330803", "331102"}  # no registered people
    with pytest.raises(ValueError, match="population: found 'all'"):
        convergence.per_head("all")


def test_interpolated_people_lie_between_the_counts():
    """A steady path: the census, the end of 2024, and the two summers on it."""
    from mountain_counties.record import statistics

    census, late = (
        statistics.table(*key)["330782"] for key in (("resident_pop", 2020), ("resident_pop_yearend", 2024))
    )
    found = convergence.per_head("interpolated").loc["330782", "people"]
    yearly = math.log(late / (census / 1e4)) / (2025 - (2020 + 10 / 12))
    assert found == pytest.approx(census / 1e4 * math.exp(-yearly / 3))  # July is four months before November


def test_overview_is_made_of_the_measures(heads):
    table = convergence.overview()
    assert list(table.index) == list(convergence.POPULATIONS)
    row = table.loc["census"]
    assert row["sigma_end"] == convergence.sigma(heads["start"], heads["end"], repetitions=9)["end"]
    assert row["speed"] == convergence.beta(heads["start"], heads["end"], 3, repetitions=9)["speed"]
    assert (table["between_end"] < table["theil_end"]).all() and (table["n"] == [60, 60, 58]).all()


def test_dependence_is_made_of_the_measures():
    rates = growth.rates("gdp")
    row = convergence.dependence({"gdp": "GDP"}).loc["GDP"]
    assert row["difference"] == pytest.approx(growth.compare(rates)["difference"])
    assert row["prefectures"] == convergence.standard_errors(rates)["prefectures"]
    assert row["moran"] == convergence.moran(rates["growth"], convergence.neighbours(rates.index), 9)["moran"]


def test_errors_by_prefecture_are_those_of_statsmodels():
    table = growth.rates("gdp").assign(inside=lambda rows: rows["member"].astype(float))
    groups = pd.factorize(table["prefecture"])[0]
    model = smf.ols("growth ~ inside", table).fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert convergence.standard_errors(table)["prefectures"] == pytest.approx(model.bse["inside"])


def test_the_nearest_are_five_unless_told():
    near = convergence.neighbours(counties.units().index, "nearest")
    assert (near > 0).sum(axis=1).eq(5).all()


def test_distances_are_taken_in_the_zone_of_the_province():
    assert CRS.from_epsg(convergence.METRIC).utm_zone == "51N"
