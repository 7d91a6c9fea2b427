"""The counties most like a county, by all measures together."""

import numpy as np
import pandas as pd

from mountain_counties.record import counties, county_profile

NEAREST = 3
"""How many peers a reader is shown."""


def distances() -> pd.DataFrame:
    """Measure how far apart the counties of the group are.

    Returns
    -------
    DataFrame
        Square, indexed by code in both directions: the root of the mean squared difference, over the measures
        that both have, in standard deviations of the group; NaN on the diagonal. Measures of which ratios
        matter are taken in logarithms.

    Notes
    -----
    Gower's remedy for a missing value: it is left out, and the mean is over what is there.
    """
    group = counties.members(county_profile.GROUP_DAY)
    table = county_profile.panel().loc[group].astype(float)
    for name, measure in county_profile.MEASURES.items():
        if measure.log:
            table[name] = np.log(table[name])
    scores = ((table - table.mean()) / table.std()).to_numpy()
    square = np.sqrt(np.nanmean((scores[:, None, :] - scores[None, :, :]) ** 2, axis=2))
    np.fill_diagonal(square, np.nan)
    return pd.DataFrame(square, index=group, columns=group)


def nearest(code: str, n: int = NEAREST) -> pd.Series:
    """Name the counties most like one.

    Parameters
    ----------
    code : str
        A member of the full list.
    n : int, optional
        How many.

    Returns
    -------
    Series
        Distances indexed by code, the nearest first.

    Raises
    ------
    KeyError
        If the unit is not on the full list.
    """
    return distances()[code].nsmallest(n)
