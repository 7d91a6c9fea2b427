"""Before and after the plan in the lights: the group within its prefectures, year by year."""

import numpy as np
import pandas as pd

from mountain_counties.growth import gap_sources, growth, long_view
from mountain_counties.record import counties, statistics

BASES = ((2013, 2016, 2016), (2017, 2021, 2020))
"""First, last and base year of the two stretches that the change of the product leaves."""


def event_study() -> pd.DataFrame:
    """Estimate how far the group's lights stood from its neighbours', against a base year.

    Returns
    -------
    DataFrame
        Indexed by `year`: `stretch` (0, 1), `base` (bool), `estimate` (log points, members less other units
        of the same prefecture, change since the base year), `lo` and `hi`, `p` (wild bootstrap clustered by
        prefecture; zero in the base year). Units recorded as out of line are left out.

    References
    ----------
    .. [1] S. Freyaldenhoven, C. Hansen, J. Perez, J. Shapiro, Visualization, identification, and estimation
       in the linear panel event-study design, NBER Working Paper 29170 (2021).
    """
    units = counties.units()
    odd = statistics.outliers(long_view.LIGHTS, long_view.LIGHTS_FIRST, long_view.LIGHTS_LAST)["code"]
    codes = units.index.difference(odd)
    inside = codes.isin(growth.members()).astype(float)
    cluster, _ = pd.factorize(units.loc[codes, "prefecture"])
    dummies = np.eye(cluster.max() + 1)[cluster]
    weights = gap_sources.webb_weights(cluster.max() + 1)
    rows = {}
    for stretch, (first, last, base) in enumerate(BASES):
        for year in range(first, last + 1):
            row = {"stretch": stretch, "base": year == base, "estimate": 0.0, "lo": 0.0, "hi": 0.0, "p": 1.0}
            if year != base:
                change = long_view.lights_growth(*sorted((base, year)))[codes] * np.sign(year - base)
                found = gap_sources.wild_cluster(change.to_numpy(), inside, dummies, cluster, weights)
                row |= found[["estimate", "lo", "hi", "p"]].to_dict()
            rows[year] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


def trend(table: pd.DataFrame) -> float:
    """Give the slope of the estimates over the years before the plan of the second stretch, a year."""
    own = table[(table["stretch"] == 1) & (table.index < long_view.PLAN_YEAR)]
    return float(np.polyfit(own.index, own["estimate"], 1)[0])
