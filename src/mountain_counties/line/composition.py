"""What moving the line does to figures of the group: real change apart from the change of members."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from mountain_counties.audit import wording
from mountain_counties.audit.tables import (
    DATA,
    date,
    integer,
    matching,
    number,
    one_of,
    optional,
    read_csv,
    text,
)
from mountain_counties.growth import comparison, convergence
from mountain_counties.record import counties, statistics

FIGURES = DATA / "policy" / "group_figures.csv"
DAYS = {"26": "2023-12-31", "25": "2024-12-31", "22": "2025-12-31"}
"""A day on which the group had so many members."""
QUARTERS_SHARE = (0.65, 0.80)
"""Assumed share of a year's GDP that falls into its first three quarters; three of four quarters are 0.75."""
YEARS = (2020, 2023)
"""The span over which growth of counties can be measured: both ends in their first release."""
LATEST = 2024

COLUMNS = {
    "id": matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a kebab slug"),
    "start": date,
    "end": date,
    "members": integer,
    "indicator": text,
    "value": number,
    "unit": text,
    "growth_real": optional(number, np.nan),
    "source": text,
    "url": matching(r"https?://\S+", "an address"),
    "grade": one_of("ABC"),
    "note": optional(text),
}


def published(path: Path = FIGURES) -> pd.DataFrame:
    """Load figures that were published for the group as a whole.

    Parameters
    ----------
    path : Path, optional
        The table.

    Returns
    -------
    DataFrame
        Indexed by id: start, end, members (as many as the source says), indicator, value (100 million yuan),
        unit, growth_real (per cent), source, url, grade, note.

    Raises
    ------
    TableError
        If a cell is not as declared.
    """
    return read_csv(path, COLUMNS, key=["id"]).set_index("id")


def groups() -> dict[str, pd.Index]:
    """Give the group as it was, as it became in two rounds, and the first round without those who joined.

    Returns
    -------
    dict of str to Index
        "26", "23" (the three of 2024 left, nobody joined), "25" and "22" -> codes.
    """
    found = {name: counties.members(day) for name, day in DAYS.items()}
    return {
        "26": found["26"],
        "23": found["26"].intersection(found["25"]),
        "25": found["25"],
        "22": found["22"],
    }


def _weighted(values: pd.Series, weights: pd.Series) -> float:
    return float((values * weights).sum() / weights.sum())


def figures(members: pd.Index) -> pd.Series:
    """Work out figures of a group from its members, latest year.

    Parameters
    ----------
    members : Index
        Codes.

    Returns
    -------
    Series
        members; gdp (sum), gdp_share (of all units), gdp_mean, gdp_median (100 million yuan); gdp_per_head
        (yuan, of the sums); industry (share of GDP, of the sums); income_urban and income_rural (yuan,
        weighted by people); spread (standard deviation of the logarithm of GDP per head); growth (of GDP over
        `YEARS`, of the sums of the members whose series does not break), growing (how many these are);
        catching_up (as `catching_up`).
    """
    table = statistics.panel(
        [
            "gdp", "gdp_per_capita", "va_industry", "resident_pop_yearend", "resident_pop_urban",
            "income_urban_disposable_pc", "income_rural_disposable_pc",
        ],
        LATEST,
    )  # fmt: skip
    mine = table.loc[members]
    rural = mine["resident_pop_yearend"] - mine["resident_pop_urban"]
    sums = mine.sum()
    before, after = both_years(members)
    return pd.Series(
        {
            "members": len(members),
            "gdp": sums["gdp"],
            "gdp_share": sums["gdp"] / table["gdp"].sum(),
            "gdp_mean": mine["gdp"].mean(),
            "gdp_median": mine["gdp"].median(),
            "gdp_per_head": sums["gdp"] / sums["resident_pop_yearend"] * 1e4,
            "industry": sums["va_industry"] / sums["gdp"],
            "income_urban": _weighted(mine["income_urban_disposable_pc"], mine["resident_pop_urban"]),
            "income_rural": _weighted(mine["income_rural_disposable_pc"], rural),
            "spread": np.log(mine["gdp_per_capita"]).std(),
            "growth": after.sum() / before.sum() - 1,
            "growing": len(before),
            "catching_up": catching_up(members),
        }
    )


def catching_up(members: pd.Index) -> float:
    """Give the yearly speed at which the poorer members of a group catch up with the richer ones.

    Parameters
    ----------
    members : Index
        Codes; those whose growth over `YEARS` is not known are left out.

    Returns
    -------
    float
        Speed of beta-convergence of GDP per head, as `convergence.beta` estimates it; negative where the
        poorer fall behind.
    """
    heads = convergence.per_head()
    mine = heads.loc[heads.index.intersection(members)]
    years = YEARS[1] - YEARS[0]
    return float(convergence.beta(mine["start"], mine["end"], years, repetitions=2)["speed"])


def both_years(members: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Give GDP at both ends of `YEARS` for the members that have it and whose series does not break between.

    Parameters
    ----------
    members : Index
        Codes.

    Returns
    -------
    tuple of Series
        100 million yuan, first release, indexed by code.
    """
    broken = set(statistics.breaks("gdp", *YEARS)["code"])
    before, after = (statistics.table("gdp", year) for year in YEARS)
    whole = [c for c in members if c not in broken and pd.notna(before[c]) and pd.notna(after[c])]
    return before[whole], after[whole]


def leaders(indicator: str, year: int = LATEST) -> pd.DataFrame:
    """Say who leads each group and by how much.

    Parameters
    ----------
    indicator : str
        Name of an indicator.
    year : int, optional

    Returns
    -------
    DataFrame
        Indexed by group: leader (code), value, lead (over the second, as a share of the second).
    """
    values = statistics.table(indicator, year)
    rows = {}
    for name, members in groups().items():
        first, second = values[members].nlargest(2)
        rows[name] = {"leader": values[members].idxmax(), "value": first, "lead": first / second - 1}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("group")


def decompose(
    before: pd.Series,
    after: pd.Series,
    old: pd.Index,
    new: pd.Index,
    statistic: Callable[[pd.Series], float],
) -> pd.Series:
    """Split the change of a group figure into what its old members did and what changing them did.

    Parameters
    ----------
    before, after : Series
        Values of the counties at both times.
    old, new : Index
        Members at both times; all have both values.
    statistic : callable
        What is made of the members' values, such as their mean.

    Returns
    -------
    Series
        start, real (old members, both times), composition (old and new members, second time), end. Start plus
        real plus composition is the end, exactly.

    Raises
    ------
    KeyError
        If a member has no value.
    """
    start, kept, end = statistic(before[old]), statistic(after[old]), statistic(after[new])
    return pd.Series({"start": start, "real": kept - start, "composition": end - kept, "end": end})


def year_shares(value: float, year: int = LATEST) -> pd.DataFrame:
    """Hold a figure for the first three quarters against the year's GDP of each group.

    Parameters
    ----------
    value : float
        100 million yuan.
    year : int, optional

    Returns
    -------
    DataFrame
        Indexed by group: gdp (of the year), share (of the value in it), fits (whether the share lies in
        `QUARTERS_SHARE`).
    """
    gdp = statistics.table("gdp", year)
    table = pd.DataFrame({"gdp": {name: gdp[members].sum() for name, members in groups().items()}})
    table["share"] = value / table["gdp"]
    table["fits"] = table["share"].between(*QUARTERS_SHARE)
    return table.rename_axis("group")


def persistence(
    spans: Mapping[str, tuple[pd.Series, pd.Series]], draws: int = 4000, seed: int = 26
) -> pd.DataFrame:
    """Estimate how far growth in one span goes with growth in the next.

    Parameters
    ----------
    spans : mapping of str to (Series, Series)
        Growth of the same places in two successive spans.
    draws, seed : int, optional
        Of the bootstrap over places.

    Returns
    -------
    DataFrame
        Indexed by name: places, r (Pearson), lo, hi (95%, percentile bootstrap).
    """
    random = np.random.default_rng(seed)
    rows = {}
    for name, (first, second) in spans.items():
        x, y = first.to_numpy(), second.reindex(first.index).to_numpy()
        picks = random.integers(0, len(x), (draws, len(x)))
        drawn = np.stack([x[picks], y[picks]], axis=1)
        drawn -= drawn.mean(axis=2, keepdims=True)
        covariance = drawn @ drawn.transpose(0, 2, 1) * (1 / (len(x) - 1))
        (xx, xy), (_, yy) = np.moveaxis(covariance, 0, -1)
        samples = xy / np.sqrt(xx) / np.sqrt(yy)
        lo, hi = np.nanquantile(samples, comparison.TAILS)
        rows[name] = {"places": len(x), "r": np.corrcoef(x, y)[0, 1], "lo": lo, "hi": hi}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("series")


def known_spans() -> dict[str, tuple[pd.Series, pd.Series]]:
    """Give the pairs of spans in which growth of the same places can be measured without a break.

    Returns
    -------
    dict
        For `persistence`: GDP of prefectures, night lights of the group's counties (log ratios). Places out
        of line in either span are left out of both, but for the row that says so.
    """
    members = groups()["26"]
    odd = statistics.outliers("gdp", 2014, 2018, "prefecture")["code"]

    def change(
        indicator: str, start: int, end: int, level: str, codes: pd.Index | None, out: Sequence[str] = ()
    ) -> pd.Series:
        found = np.log1p(statistics.growth(indicator, start, end, codes, level=level))
        return found.drop(list(out), errors="ignore")

    return {
        "GDP of prefectures, 2014–16 and 2016–18": tuple(
            change("gdp", a, b, "prefecture", None, odd) for a, b in ((2014, 2016), (2016, 2018))
        ),
        "GDP of prefectures with Zhoushan, 2014–16 and 2016–18": tuple(
            change("gdp", a, b, "prefecture", None) for a, b in ((2014, 2016), (2016, 2018))
        ),
        "Night lights of the counties, 2017–19 and 2019–21": tuple(
            change("night_lights_viirs_sum", a, b, "county", members) for a, b in ((2017, 2019), (2019, 2021))
        ),
    }


def expected_fall(lead: float, r: float) -> float:
    """Give the fall of a lead in growth that regression to the mean alone would bring.

    Parameters
    ----------
    lead : float
        Growth of the chosen less growth of all, before.
    r : float
        Correlation of growth in successive spans of equal spread.

    Returns
    -------
    float
        The part of the lead that is lost.

    References
    ----------
    Galton (1886), Journal of the Anthropological Institute 15, 246-263.
    """
    return lead * (1 - r)


def detectable(
    spread: float, chosen: int, others: int, power: float = comparison.POWER, level: float = 0.05
) -> float:
    """Give the smallest difference of two means that a two-sided test would find with the given power.

    Parameters
    ----------
    spread : float
        Standard deviation within both sets.
    chosen, others : int
        Sizes of the sets.
    power, level : float, optional

    Returns
    -------
    float
        In the unit of the spread; normal approximation.

    References
    ----------
    Bloom (1995), Evaluation Review 19, 547-556.
    """
    factor = stats.norm.ppf(1 - level / 2) + stats.norm.ppf(power)
    return float(factor * spread * np.sqrt(1 / chosen + 1 / others))


def billions(x: float) -> str:
    """Write 100 million yuan as billion yuan, for a column or row that names the unit."""
    return wording.number(x / 10, 1)


LABELS = {
    "gdp": ("GDP together", "billion yuan", billions),
    "gdp_share": ("Share in the GDP of all units", "", wording.percent),
    "gdp_mean": ("Mean GDP", "billion yuan", billions),
    "gdp_median": ("Median GDP", "billion yuan", billions),
    "gdp_per_head": ("GDP per head", "yuan", wording.number),
    "industry": ("Share of industry in GDP", "", wording.percent),
    "income_urban": ("Income per urban resident", "yuan", wording.number),
    "income_rural": ("Income per rural resident", "yuan", wording.number),
    "growth": ("Growth of GDP", "", wording.percent),
    "spread": ("Spread of log GDP per head", "", lambda x: wording.number(x, 3)),
    "catching_up": ("Speed of catching up, a year", "", wording.signed_percent),
}
"""Figure -> what a reader calls it, its unit, and what writes it without the unit."""


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Write the figures of the groups for a reader.

    Parameters
    ----------
    table : DataFrame
        Index figure, one column per group, as `figures` gives them.

    Returns
    -------
    DataFrame
        Column Figure, and one per group with formatted strings.
    """
    rows = [
        {"Figure": f"{label}, {unit}" if unit else label}
        | {group: write(table[group][name]) for group in table}
        for name, (label, unit, write) in LABELS.items()
    ]
    return pd.DataFrame(rows)


LED = {"income_rural_disposable_pc": "Rural income", "va_industry": "Value added of industry", "gdp": "GDP"}
"""Measures in which to look for the leader, with what a reader calls them."""


def leading() -> pd.DataFrame:
    """List who leads each group in each measure of `LED`.

    Returns
    -------
    DataFrame
        Columns Measure, List (a key of `groups`), Leader (names), Ahead of the second (share of the second).
    """
    names = counties.units()
    rows = []
    for indicator, label in LED.items():
        for group, row in leaders(indicator).iterrows():
            name = "{name_en} {name_zh}".format(**names.loc[row["leader"]])
            rows.append((label, group, name, row["lead"]))
    return pd.DataFrame(rows, columns=["Measure", "List", "Leader", "Ahead of the second"])


def hypothetical_split() -> pd.DataFrame:
    """Split the change of group figures over `YEARS` as if the first round had fallen between them.

    Returns
    -------
    DataFrame
        Indexed by Figure (sum, mean, median of GDP): the columns of `decompose`.
    """
    before, after = both_years(groups()["26"])
    stay = before.index.intersection(groups()["23"])
    statistic = {"Sum of GDP": pd.Series.sum, "Mean GDP": pd.Series.mean, "Median GDP": pd.Series.median}
    rows = {label: decompose(before, after, before.index, stay, make) for label, make in statistic.items()}
    return pd.DataFrame(rows).T.rename_axis("Figure")
