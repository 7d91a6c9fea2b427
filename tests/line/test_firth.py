"""Firth's logistic regression, held against published estimates."""

import io

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mountain_counties.line import firth, reclassification, who_is_next

# Endometrial cancer study of Heinze and Schemper (2002): neovasculisation, pulsatility index, endometrium
# height and histology grade of 79 cases, as Agresti's data files give them.
ENDOMETRIAL = """
0 13 1.64 0;0 16 2.26 0;0 8 3.14 0;0 34 2.68 0;0 20 1.28 0;0 5 2.31 0;0 17 1.8 0;0 10 1.68 0;0 26 1.56 0;0 17 2.31 0
0 8 2.01 0;0 7 1.89 0;0 20 3.15 0;0 10 1.23 0;0 18 1.27 0;0 16 1.76 0;0 18 2 0;0 8 2.64 1;0 29 0.88 1;0 12 1.27 1
0 20 1.37 1;1 38 0.97 1;1 22 1.14 1;1 7 0.88 1;1 25 0.91 1;1 15 0.58 1;0 7 0.97 1;0 28 1.5 0;0 11 1.33 0;0 19 2.37 0
0 10 1.82 0;0 10 3.13 0;0 18 1.31 0;0 14 1.92 0;0 21 1.64 0;0 11 2.01 0;0 17 1.88 0;0 25 1.93 0;0 16 2.11 0;0 19 1.29 0
0 15 1.72 0;0 33 0.75 0;0 24 1.92 0;0 48 1.84 1;0 12 1.11 1;0 19 1.61 1;0 2 1.18 1;1 22 1.44 1;1 40 1.18 1;1 5 0.93 1
1 0 1.17 1;0 21 1.19 1;0 15 1.06 1;0 29 2.02 0;0 15 2.29 0;0 12 2.33 0;0 3 2.9 0;0 20 1.7 0;0 23 1.41 0;0 12 2.25 0
0 22 1.54 0;0 42 1.97 0;0 15 1.75 0;0 13 2.16 0;0 14 2.57 0;0 19 1.37 0;0 12 3.61 0;0 13 2.04 0;0 10 2.17 0;0 12 1.69 1
1 49 0.27 1;0 6 1.84 1;0 5 1.3 1;0 17 0.96 1;1 11 1.01 1;1 21 0.98 1;0 5 0.35 1;1 19 1.02 1;0 33 0.85 1
"""  # noqa: E501


@pytest.fixture(scope="module")
def endometrial() -> pd.DataFrame:
    text = ENDOMETRIAL.strip().replace(";", "\n")
    return pd.read_csv(io.StringIO(text), sep=" ", names=["NV", "PI", "EH", "HG"])


def test_estimates_are_those_of_logistf(endometrial):
    """R package logistf, and Heinze and Schemper (2002), table I."""
    assert len(endometrial) == 79
    found = firth.fit(endometrial[["NV", "PI", "EH"]], endometrial["HG"] == 1)
    published = {"intercept": 3.77455951, "NV": 2.92927330, "PI": -0.03475175, "EH": -2.60416387}
    assert found.coefficients.to_dict() == pytest.approx(published, rel=1e-6)


def test_a_table_of_four_cells_gets_half_a_count_each():
    """Firth (1993): in the saturated model the penalty adds one half to each cell."""
    a, b, c, d = 7, 0, 3, 9  # exposed with and without, unexposed with and without: separated
    exposed = np.repeat([1.0, 1, 0, 0], [a, b, c, d])
    outcome = np.repeat([True, False, True, False], [a, b, c, d])
    found = firth.fit(pd.DataFrame({"x": exposed}), pd.Series(outcome)).coefficients
    assert found["x"] == pytest.approx(np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))))
    assert found["intercept"] == pytest.approx(np.log((c + 0.5) / (d + 0.5)))


def penalised(x: pd.DataFrame, y: pd.Series, beta: np.ndarray) -> float:
    """Compute Firth's likelihood from its definition, row by row."""
    design = np.column_stack([np.ones(len(x)), x])
    p = 1 / (1 + np.exp(-design @ beta))
    information = sum(q * (1 - q) * np.outer(row, row) for q, row in zip(p, design, strict=True))
    plain = np.log(np.where(y, p, 1 - p)).sum()
    return plain + 0.5 * np.log(np.linalg.det(information))


def test_the_likelihood_is_that_of_the_definition_and_at_its_greatest(endometrial):
    x, y = endometrial[["NV", "PI", "EH"]], endometrial["HG"] == 1
    found = firth.fit(x, y)
    beta = found.coefficients.to_numpy()
    assert found.likelihood == pytest.approx(penalised(x, y, beta), abs=1e-9)
    for place, error in enumerate((1.5, 1.5, 0.04, 0.8)):  # about a standard error of each
        for way in (-1, 1):
            moved = beta + way * error * np.eye(4)[place]
            assert penalised(x, y, moved) < found.likelihood - 0.05


@pytest.mark.parametrize("seed", [3, 25, 39])
def test_a_step_that_goes_too_far_is_halved(seed):
    """On these data the first Newton step overshoots."""
    random = np.random.default_rng(seed)
    x = pd.DataFrame(
        {"x": random.normal(size=12) * np.exp(random.normal(size=12)), "z": random.normal(size=12)}
    ).round(1)
    y = pd.Series(random.random(12) < 1 / (1 + np.exp(-3 * x["x"])))
    found = firth.fit(x, y)
    beta = found.coefficients.to_numpy()
    assert found.likelihood == pytest.approx(penalised(x, y, beta), abs=1e-9)
    nearby = beta + random.normal(scale=0.1, size=(200, 3))
    assert max(penalised(x, y, one) for one in nearby) < found.likelihood


def test_penalty_vanishes_in_a_large_sample():
    rng = np.random.default_rng(4)
    x = pd.DataFrame({"x": rng.normal(size=20_000)})
    y = pd.Series(rng.random(20_000) < 1 / (1 + np.exp(-0.5 - x["x"])))
    plain = sm.Logit(y.astype(float), sm.add_constant(x)).fit(disp=0).params
    assert firth.fit(x, y).coefficients.to_list() == pytest.approx(plain.to_list(), abs=5e-4)


def test_leaving_out_is_fitting_without():
    x = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6]}, index=list("abcdef"))
    y = pd.Series([False, False, True, False, True, True], index=x.index)
    found = firth.leave_one_out(x, y)
    without = firth.fit(x.drop("c"), y.drop("c"))
    assert found["c"] == without.probability(x.loc[["c"]])["c"]
    assert found.between(0, 1, inclusive="neither").all()


def test_no_convergence_is_an_error(monkeypatch, endometrial):
    monkeypatch.setattr(firth, "_STEPS", 2)
    with pytest.raises(ArithmeticError, match="after 2"):
        firth.fit(endometrial[["NV", "PI", "EH"]], endometrial["HG"] == 1)


def test_gdp_separates_the_six_so_that_plain_likelihood_fails():
    model = who_is_next.logistic(["gdp_2024"])
    assert set(model.index[model["left"]]) == set(reclassification.removed())
    assert model.loc[model["left"], "fitted"].min() > model.loc[~model["left"], "fitted"].max()
    logs = np.log(reclassification.values()["gdp_2024"])
    cut = (logs[model["left"]].min() + logs[~model["left"]].max()) / 2
    plain = sm.Logit(model["left"].astype(float), logs - cut)
    steeper = [plain.loglike([slope]) for slope in (10, 100, 1000)]
    assert steeper == sorted(steeper)
    assert steeper[-1] > -1e-3
