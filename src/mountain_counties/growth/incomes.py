"""Incomes of the prefectures: whether two of them pulled ahead, or the poorer ones catch up everywhere."""

import numpy as np
import pandas as pd
from scipy import stats

from mountain_counties.growth import growth, long_view
from mountain_counties.record import counties, statistics

KINDS = ("income_urban_disposable_pc", "income_rural_disposable_pc")
FIRST = 2014
"""First year of the survey that joins town and country: no break from here on."""


def catching_up(indicator: str) -> pd.DataFrame:
    """Set the growth of each prefecture's income beside the income that it set out from.

    Parameters
    ----------
    indicator : str
        One of `KINDS`.

    Returns
    -------
    DataFrame
        Indexed by `code`, the 11 prefectures: `name`, `own` (bool: Quzhou, Lishui), `start` (yuan, `FIRST`),
        `pace` (mean yearly log growth to `long_view.LAST`), `expected` (by the line through the nine others),
        `error` (standard error of predicting one more place), `score` (departure in such errors), `lo` and
        `hi` (95% prediction band). `attrs`: `correlation` of pace and log of the start over all 11, `slope`
        and `intercept` of the nine's line, `degrees`.

    References
    ----------
    .. [1] N. R. Draper, H. Smith, Applied Regression Analysis, Wiley 1998, section 3.2.
    """
    codes = counties.prefectures().index
    first, last = (statistics.table(indicator, year, codes, "prefecture") for year in (FIRST, long_view.LAST))
    if not statistics.breaks(indicator, FIRST, long_view.LAST, "prefecture").empty:
        raise statistics.BreakError(
            f"catching_up of {indicator}",
            statistics.breaks(indicator, FIRST, long_view.LAST, "prefecture"),
        )
    table = pd.DataFrame(
        {
            "name": counties.prefectures()["name_en"],
            "own": codes.isin(growth.whole_prefectures()),
            "start": first,
            "pace": np.log(last / first) / (long_view.LAST - FIRST),
        }
    )
    level = np.log(table["start"])
    others = ~table["own"]
    line = stats.linregress(level[others], table["pace"][others])
    table["expected"] = line.intercept + line.slope * level
    n = int(others.sum())
    rest = (table["pace"] - table["expected"])[others]
    spread = np.sqrt((rest**2).sum() / (n - 2))
    centre = level[others].mean()
    leverage = 1 + 1 / n + (level - centre) ** 2 / ((level[others] - centre) ** 2).sum()
    table["error"] = spread * np.sqrt(leverage)
    table["score"] = (table["pace"] - table["expected"]) / table["error"]
    width = stats.t.ppf(0.975, n - 2) * table["error"]
    table["lo"], table["hi"] = table["expected"] - width, table["expected"] + width
    table.attrs = {
        "correlation": float(np.corrcoef(level, table["pace"])[0, 1]),
        "slope": float(line.slope),
        "intercept": float(line.intercept),
        "degrees": n - 2,
    }
    return table.rename_axis("code")


def both() -> dict[str, pd.DataFrame]:
    """Give `catching_up` of town and country, by the name that readers see."""
    return {long_view.YEARLY[name]: catching_up(name) for name in KINDS}
