"""Logistic regression with Firth's penalty, which stays finite when the outcome is separated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, xlogy

_STEPS = 100
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Parameters
    ----------
    coefficients : Series
        Log odds, ``intercept`` first, then one per column of the predictors.
    likelihood : float
        Penalised log-likelihood at the estimate.
    """

    coefficients: pd.Series
    likelihood: float

    def probability(self, x: pd.DataFrame) -> pd.Series:
        """Predict the probability of the outcome for each row of predictors."""
        return pd.Series(expit(_design(x) @ self.coefficients.to_numpy()), index=x.index)


def fit(x: pd.DataFrame, y: pd.Series) -> Fit:
    """Fit a logistic model by Firth's penalised likelihood.

    Parameters
    ----------
    x : DataFrame
        Predictors, one row per unit; an intercept is added.
    y : Series
        bool, the outcome, same index.

    Returns
    -------
    Fit

    Raises
    ------
    ArithmeticError
        If the iteration does not converge.

    Notes
    -----
    The log-likelihood is penalised by half the logarithm of the determinant of Fisher's information [1]_.
    When a predictor separates the outcomes, the likelihood grows without end with the coefficient and plain
    maximum likelihood has no estimate; the penalty keeps it finite [2]_. Newton steps, halved until the
    penalised likelihood does not fall.

    References
    ----------
    .. [1] D. Firth, Bias reduction of maximum likelihood estimates, Biometrika 80 (1993), 27-38.
    .. [2] G. Heinze and M. Schemper, A solution to the problem of separation in logistic regression,
       Statistics in Medicine 21 (2002), 2409-2419.
    """
    design, outcome = _design(x), y.to_numpy(float)
    beta = np.zeros(design.shape[1])
    best = _likelihood(design, outcome, beta)
    for _ in range(_STEPS):
        p = expit(design @ beta)
        weighted = design * np.sqrt(p * (1 - p))[:, None]
        inverse = np.linalg.inv(weighted.T @ weighted)
        leverage = np.einsum("ij,jk,ik->i", weighted, inverse, weighted)
        step = inverse @ design.T @ (outcome - p + leverage * (0.5 - p))
        while (trial := _likelihood(design, outcome, beta + step)) < best - _TOLERANCE:
            step /= 2
        beta, best = beta + step, trial
        if np.abs(step).max() < _TOLERANCE:
            return Fit(pd.Series(beta, index=["intercept", *x.columns]), best)
    last = f"{np.abs(step).max():.2g}"
    raise ArithmeticError(f"firth: found a step of {last} after {_STEPS}, expected below {_TOLERANCE:g}")


def leave_one_out(x: pd.DataFrame, y: pd.Series) -> pd.Series:
    """Predict each unit from a model that is fitted to all the others.

    Parameters
    ----------
    x, y
        As in `fit`.

    Returns
    -------
    Series
        Probability of the outcome, by unit.
    """
    found = {code: fit(x.drop(code), y.drop(code)).probability(x.loc[[code]]).iloc[0] for code in x.index}
    return pd.Series(found).rename_axis(x.index.name)


def _design(x: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x.to_numpy(float)])


def _likelihood(design: np.ndarray, outcome: np.ndarray, beta: np.ndarray) -> float:
    p = expit(design @ beta)
    information = design.T @ (design * (p * (1 - p))[:, None])
    plain = (xlogy(outcome, p) + xlogy(1 - outcome, 1 - p)).sum()
    return plain + np.linalg.slogdet(information)[1] / 2
