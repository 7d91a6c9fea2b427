"""Incomes: whether the mountain places pulled ahead, or the poorer ones catch up everywhere."""

import numpy as np
import pandas as pd
from scipy import stats

from mountain_counties.growth import growth, long_view
from mountain_counties.record import counties, statistics

KINDS = ("income_urban_disposable_pc", "income_rural_disposable_pc")
FIRST = 2014
"""First year of the survey that joins town and country: no break from here on."""

COUNTY_YEARS = 2020, 2024
"""The two years in which incomes by county were found."""

SOURCE = "county-communiques-2020"


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


def county_label(indicator: str) -> str:
    """Name an income by county with the year that it is followed to, as readers see it."""
    return f"{long_view.YEARLY[indicator]}, to {COUNTY_YEARS[1]}"


def by_county(indicator: str) -> pd.DataFrame:
    """Set the growth of each county's income beside the income that it set out from.

    Parameters
    ----------
    indicator : str
        One of `KINDS`.

    Returns
    -------
    DataFrame
        Indexed by `code`, the units that have both of `COUNTY_YEARS` and whose territory did not change in
        between: `name`, `prefecture`, `member` (bool), `start`, `end` (yuan), `growth` (ratio less one),
        `level` (log of the start) and `whole` (bool: in a prefecture that lies wholly in the group).

    Notes
    -----
    The first year comes from communiqués that were compiled elsewhere. A value that was noted too low there
    makes the start low and the growth high, so growth falls with the start a little by error alone.
    """
    units = counties.units()
    first, last = COUNTY_YEARS
    found = statistics.long_record().query("indicator == @indicator and source == @SOURCE and year == @first")
    table = units[["name_en", "prefecture"]].rename(columns={"name_en": "name"})
    table = table.assign(
        member=units.index.isin(growth.members()),
        start=found.set_index("code")["value"],
        end=statistics.table(indicator, last),
    ).dropna()
    crossed = statistics.breaks(indicator, first, last)["code"]
    table = table.drop(crossed, errors="ignore")
    return table.assign(
        growth=table["end"] / table["start"] - 1,
        level=np.log(table["start"]),
        whole=(table.index.str[:4] + "00").isin(growth.whole_prefectures()),
    ).rename_axis("code")


def in_yuan() -> pd.DataFrame:
    """Compare the incomes of the two groups of counties at the start and at the end, in yuan.

    Returns
    -------
    DataFrame
        Indexed by `income` (label of `long_view.YEARLY`) and `group` (members, others): means over the
        counties of `by_county`, `start` and `end` (yuan), and `pace` (mean growth a year, ratio less one).
    """
    rows, years = {}, COUNTY_YEARS[1] - COUNTY_YEARS[0]
    for name in KINDS:
        table = by_county(name)
        pace = (table["end"] / table["start"]) ** (1 / years) - 1
        for label, side in (("members", table["member"]), ("others", ~table["member"])):
            means = table.loc[side, ["start", "end"]].mean()
            rows[long_view.YEARLY[name], label] = {**means, "pace": pace[side].mean()}
    return pd.DataFrame(rows).T.rename_axis(["income", "group"])
