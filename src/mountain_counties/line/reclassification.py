"""Who left the list in which round, the indicators that may tell them from the rest, and an open rule.

The thresholds and the indicators of the yearly review were not found. All that this module offers is what the
official tables hold; a rule built from it is a reconstruction, not the province's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from mountain_counties.record import counties, statistics

KINDS = ("total", "rate", "change")
"""A total grows with a county's size; a rate is per head, per area or a share; a change is over time."""

_TOTALS = {
    2024: (
        "gdp va_primary va_secondary va_industry va_tertiary retail_sales general_budget_revenue "
        "general_budget_expenditure household_deposits electricity_industry resident_pop_yearend "
        "resident_pop_urban hukou_pop land_area"
    ),
    2023: (
        "gdp va_primary va_secondary va_tertiary general_budget_revenue general_budget_expenditure "
        "household_deposits loans_outstanding industrial_enterprises_above_scale hukou_pop"
    ),
    2020: (
        "gdp general_budget_revenue general_budget_expenditure household_deposits loans_outstanding "
        "industrial_enterprises_above_scale hukou_pop resident_pop urban_pop rural_pop"
    ),
}
_RATES = {
    2024: "gdp_per_capita income_urban_disposable_pc income_rural_disposable_pc",
    2020: "mean_years_schooling share_0_14 share_15_64 share_65plus",
}
# name: label, numerator, denominator
_RATIOS = {
    2024: {
        "primary_share": ("Primary sector's share of GDP", "va_primary", "gdp"),
        "secondary_share": ("Secondary sector's share of GDP", "va_secondary", "gdp"),
        "industry_share": ("Industry's share of GDP", "va_industry", "gdp"),
        "tertiary_share": ("Services' share of GDP", "va_tertiary", "gdp"),
        "urban_share": ("Urban share of residents", "resident_pop_urban", "resident_pop_yearend"),
        "residents_per_registered": ("Residents per registered person", "resident_pop_yearend", "hukou_pop"),
        "income_ratio": (
            "Urban income over rural income",
            "income_urban_disposable_pc",
            "income_rural_disposable_pc",
        ),
        "revenue_per_spending": (
            "Revenue over expenditure",
            "general_budget_revenue",
            "general_budget_expenditure",
        ),
        "revenue_per_head": ("Budget revenue per head", "general_budget_revenue", "resident_pop_yearend"),
        "spending_per_head": (
            "Budget expenditure per head",
            "general_budget_expenditure",
            "resident_pop_yearend",
        ),
        "deposits_per_head": ("Household deposits per head", "household_deposits", "resident_pop_yearend"),
        "retail_per_head": ("Retail sales per head", "retail_sales", "resident_pop_yearend"),
        "density": ("Residents per km2", "resident_pop_yearend", "land_area"),
        "gdp_per_area": ("GDP per km2", "gdp", "land_area"),
    },
    2023: {
        "primary_share": ("Primary sector's share of GDP", "va_primary", "gdp"),
        "secondary_share": ("Secondary sector's share of GDP", "va_secondary", "gdp"),
        "tertiary_share": ("Services' share of GDP", "va_tertiary", "gdp"),
        "revenue_per_spending": (
            "Revenue over expenditure",
            "general_budget_revenue",
            "general_budget_expenditure",
        ),
        "loans_per_gdp": ("Loans over GDP", "loans_outstanding", "gdp"),
        "deposits_per_registered": (
            "Household deposits per registered person",
            "household_deposits",
            "hukou_pop",
        ),
        "firms_per_registered": (
            "Above-scale firms per registered person",
            "industrial_enterprises_above_scale",
            "hukou_pop",
        ),
    },
    2020: {
        "gdp_per_resident": ("GDP per resident of the census", "gdp", "resident_pop"),
        "urban_share": ("Urban share of residents", "urban_pop", "resident_pop"),
        "manufacturing_share": (
            "Manufacturing's share of employment",
            "employed_manufacturing",
            "employed_longform_sample",
        ),
        "agriculture_share": (
            "Agriculture's share of employment",
            "employed_agriculture",
            "employed_longform_sample",
        ),
        "migrants_far": (
            "In-migrants from other provinces per resident",
            "in_migrants_other_province",
            "resident_pop",
        ),
        "migrants_near": (
            "In-migrants from the province per resident",
            "in_migrants_same_province",
            "resident_pop",
        ),
        "revenue_per_spending": (
            "Revenue over expenditure",
            "general_budget_revenue",
            "general_budget_expenditure",
        ),
        "loans_per_gdp": ("Loans over GDP", "loans_outstanding", "gdp"),
    },
}
_CHANGES = {
    (2020, 2023): (
        "gdp general_budget_revenue general_budget_expenditure household_deposits loans_outstanding "
        "industrial_enterprises_above_scale"
    ),
    (2023, 2024): "general_budget_revenue general_budget_expenditure household_deposits",
    (2010, 2020): "resident_pop",
    (2013, 2016): "night_lights_viirs_sum",
    (2017, 2021): "night_lights_viirs_sum",
}
# Left out: admin_area (includes sea; land_area stands for it), the level of night_lights_viirs_sum
# (comparable within a county only), hukou_pop 2020 to 2023 (2023 is printed in whole numbers), the parts of
# the ratios of employment and migrants, and the census of 2010 except as the start of a change.

# name: identifier among the indicators, direction (1: more is better, -1: less is better)
PANEL = {
    "gdp": ("gdp_2024", 1),
    "gdp_per_capita": ("gdp_per_capita_2024", 1),
    "va_industry": ("va_industry_2024", 1),
    "va_tertiary": ("va_tertiary_2024", 1),
    "retail_sales": ("retail_sales_2024", 1),
    "general_budget_revenue": ("general_budget_revenue_2024", 1),
    "income_urban": ("income_urban_disposable_pc_2024", 1),
    "income_rural": ("income_rural_disposable_pc_2024", 1),
    "urban_share": ("urban_share_2024", 1),
    "income_ratio": ("income_ratio_2024", -1),
}
"""The ten indicators of `panel`: what of the yearbook describes output, public money, incomes and towns."""


_SHORT = {
    "agriculture_share": "Agriculture's share of jobs",
    "firms_per_registered": "Firms per registered",
    "deposits_per_registered": "Deposits per registered",
    "gdp_per_resident_2020": "GDP per head (census)",
    "industrial_enterprises_above_scale": "Above-scale firms",
    "industrial_enterprises_above_scale_2020_2023": "Growth of firms, 2020–2023",
    "general_budget_expenditure_2020_2023": "Growth of expenditure, 2020–2023",
    "general_budget_expenditure_2023_2024": "Growth of expenditure, 2023–2024",
    "general_budget_revenue_2020_2023": "Growth of revenue, 2020–2023",
    "general_budget_revenue_2023_2024": "Growth of revenue, 2023–2024",
    "household_deposits_2020_2023": "Growth of deposits, 2020–2023",
    "household_deposits_2023_2024": "Growth of deposits, 2023–2024",
    "loans_outstanding_2020_2023": "Growth of loans, 2020–2023",
    "night_lights_viirs_sum_2013_2016": "Growth of lights, 2013–2016",
    "resident_pop_2010_2020": "Growth of population, 2010–2020",
    "migrants_far": "Migrants from elsewhere",
    "migrants_near": "Migrants from the province",
    "resident_pop": "Residents (census)",
    "urban_pop": "Urban residents (census)",
    "rural_pop": "Rural residents (census)",
    "share_0_14": "Aged up to 14",
    "share_15_64": "Aged 15 to 64",
    "share_65plus": "Aged 65 and over",
    "general_budget_expenditure": "Budget expenditure",
    "general_budget_revenue": "Budget revenue",
    "density": "Residents per km²",
    "electricity_industry": "Industry's electricity",
    "gdp_2020_2023": "Growth of GDP, 2020–2023",
    "gdp_per_area": "GDP per km²",
    "gdp_per_resident_2023": "GDP per head (census)",
    "hukou_pop": "Registered population",
    "income_ratio": "Urban-rural income ratio",
    "income_rural": "Rural income",
    "income_urban": "Urban income",
    "income_rural_disposable_pc": "Rural income",
    "income_urban_disposable_pc": "Urban income",
    "industry_share": "Industry's share",
    "manufacturing_share": "Manufacturing's share of jobs",
    "night_lights_viirs_sum_2017_2021": "Growth of lights, 2017–2021",
    "primary_share": "Primary sector's share",
    "resident_pop_urban": "Urban residents",
    "resident_pop_yearend": "Residents",
    "residents_per_registered": "Residents per registered",
    "retail_sales": "Retail sales",
    "revenue_per_spending": "Revenue over expenditure",
    "secondary_share": "Secondary sector's share",
    "spending_per_head": "Expenditure per head",
    "revenue_per_head": "Revenue per head",
    "deposits_per_head": "Deposits per head",
    "tertiary_share": "Services' share",
    "urban_share": "Urban share",
    "va_industry": "Industry",
    "va_primary": "Primary sector",
    "va_secondary": "Secondary sector",
    "va_tertiary": "Services",
}
"""Names for the axis of a chart, by indicator with or without its year; the label where there is none."""


@dataclass(frozen=True)
class _Indicator:
    """How one indicator is made from the tables."""

    label: str
    unit: str
    kind: str
    start: int
    year: int
    compute: Callable[[], pd.Series]


_SAME = {
    "gdp_per_resident": "gdp_per_capita",
    "resident_pop": "resident_pop_yearend",
    "urban_pop": "resident_pop_urban",
}
"""Indicators that measure the same thing by another table."""


def concept(indicator: str) -> str:
    """Name what an indicator measures, whatever its year and table: one concept may have several indicators.

    Parameters
    ----------
    indicator : str
        Of `indicators`.

    Returns
    -------
    str
        Its name without years; of a change with ``change of`` before it.
    """
    name = re.sub(r"(_\d{4})+$", "", indicator)
    change = "change of " if re.search(r"_\d{4}_\d{4}$", indicator) else ""
    return change + _SAME.get(name, name)


def rounds() -> pd.DataFrame:
    """List the rounds in which counties left.

    Returns
    -------
    DataFrame
        Indexed by `year` (int); columns `date` (ISO) and `codes` (tuple of the codes that left), in order.

    Raises
    ------
    ValueError
        If a round is not known to the day, or a year has two.
    """
    spells = counties.membership()
    return _rounds(tuple(zip(spells["to"], spells["code"], strict=True))).copy()


@lru_cache
def _rounds(ends: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """Gather the codes by the day on which their spell ended."""
    spells = pd.DataFrame(ends, columns=["to", "code"])
    left = spells[spells["to"] != ""].groupby("to")["code"].agg(lambda codes: tuple(sorted(codes)))
    if (left.index.str.len() != len("YYYY-MM-DD")).any():
        raise ValueError(f"{counties.MEMBERSHIP}: found {list(left.index)}, expected rounds known to the day")
    table = pd.DataFrame({"date": left.index, "codes": left.to_numpy()}, index=left.index.str[:4].astype(int))
    if not table.index.is_unique:
        raise ValueError(f"{counties.MEMBERSHIP}: found {list(left.index)}, expected one round a year")
    return table.rename_axis("year")


def left_in(year: int) -> tuple[str, ...]:
    """Give the codes of those that left in a round."""
    return rounds().loc[year, "codes"]


def group() -> pd.Index:
    """Give the codes of the 26 that were in the group at the end of the year before the first round."""
    return counties.members(f"{rounds().index[0] - 1}-12-31")


def candidates(year: int) -> pd.Index:
    """Give the codes of the 26 that could still leave in a round: those that had not left before.

    Units that joined later (Dongtou, Shengsi) are not among them.
    """
    gone = [code for codes in rounds().loc[: year - 1, "codes"] for code in codes]
    return group().difference(gone)


def removed() -> pd.Index:
    """Give the codes of all that have left."""
    return pd.Index(sorted(rounds()["codes"].explode()), name="code")


def remaining() -> pd.Index:
    """Give the codes of those of the 26 that have not left."""
    return group().difference(removed())


def joined() -> pd.Index:
    """Give the codes of the members that were not among the 26."""
    return pd.Index(sorted(set(counties.membership()["code"]) - set(group())), name="code")


def _level(name: str, year: int, kind: str) -> _Indicator:
    about = statistics.indicators().loc[name]
    return _Indicator(
        about["label"], about["unit"], kind, year, year, lambda: statistics.table(name, year).rename(None)
    )


def _ratio(label: str, numerator: str, denominator: str, year: int) -> _Indicator:
    units = statistics.indicators()["unit"]
    unit = f"{units[numerator]} / {units[denominator]}" if units[numerator] != units[denominator] else "ratio"
    return _Indicator(
        label,
        unit,
        "rate",
        year,
        year,
        lambda: statistics.table(numerator, year) / statistics.table(denominator, year),
    )


def _change(name: str, start: int, end: int) -> _Indicator:
    def compute() -> pd.Series:
        broken = statistics.breaks(name, start, end)["code"]
        ends = statistics.table(name, start) * statistics.table(name, end)
        return statistics.growth(name, start, end, ends.dropna().index.difference(broken))

    return _Indicator(
        f"Change of {_small(statistics.indicators()['label'][name])}",
        "ratio - 1",
        "change",
        start,
        end,
        compute,
    )


def _small(label: str) -> str:
    """Begin a label with a small letter, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]


@lru_cache
def _definitions() -> dict[str, _Indicator]:
    """Define every indicator, under a name that ends in its year or years."""
    found = {}
    for kind, names in (("total", _TOTALS), ("rate", _RATES)):
        found |= {
            f"{name}_{year}": _level(name, year, kind) for year in names for name in names[year].split()
        }
    found |= {
        f"{name}_{year}": _ratio(*how, year)
        for year, ratios in _RATIOS.items()
        for name, how in ratios.items()
    }
    # The census of 2020 gives the newest head count that covers all 26 by 2024; no table of 2023 does.
    found["gdp_per_resident_2023"] = _Indicator(
        "GDP of 2023 per resident of the census of 2020",
        "100m yuan / persons",
        "rate",
        2023,
        2023,
        lambda: statistics.table("gdp", 2023) / statistics.table("resident_pop", 2020),
    )
    found |= {
        f"{name}_{start}_{end}": _change(name, start, end)
        for (start, end), names in _CHANGES.items()
        for name in names.split()
    }
    return found


def indicators() -> pd.DataFrame:
    """List the indicators that can be made from the official tables for the counties.

    Returns
    -------
    DataFrame
        Indexed by `indicator`; columns `label`, `unit`, `kind` (of `KINDS`), `start` and `year`: the first
        and last year of the figures in it (the same unless it is a change).

    Notes
    -----
    Figures of 2023 and before existed, in their first release, at the round of August 2024; figures of 2024
    did not. Those of 2024 here stand on the fifth economic census; the day their yearbook came out was not
    found.
    """
    rows = {
        name: (how.label, how.unit, how.kind, how.start, how.year) for name, how in _definitions().items()
    }
    columns = ["label", "unit", "kind", "start", "year"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("indicator")


def short(name: str) -> str:
    """Give an indicator's name for the axis of a chart: of `indicators`, or of `PANEL`."""
    stem = name.removesuffix(f"_{name[-4:]}") if name[-4:].isdigit() else name
    long = PANEL[name][0] if name in PANEL else name
    return _SHORT.get(name, _SHORT.get(stem, _definitions()[long].label))


def values(codes: Sequence[str] | None = None) -> pd.DataFrame:
    """Compute every indicator.

    Parameters
    ----------
    codes : sequence of str, optional
        The units; the 26 by default.

    Returns
    -------
    DataFrame
        One row per unit, indexed by `code`, one column per row of `indicators`. NaN where the tables have no
        value, or where a change would cross a break of the unit's series.
    """
    return _values().loc[list(group() if codes is None else codes)]


@lru_cache
def _values() -> pd.DataFrame:
    """Compute every indicator for all units, once."""
    codes = counties.units().index
    return pd.DataFrame({name: how.compute().reindex(codes) for name, how in _definitions().items()})


def panel_indicators() -> pd.DataFrame:
    """List the ten indicators of `panel`.

    Returns
    -------
    DataFrame
        Indexed by `indicator` (the keys of `PANEL`); columns `label`, `unit`, `direction` (1: more is better,
        -1: less is better) and `year`.
    """
    about = indicators()
    rows = {name: (*about.loc[long, ["label", "unit"]], way) for name, (long, way) in PANEL.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["label", "unit", "direction"])
    return table.assign(year=[about.loc[long, "year"] for long, _ in PANEL.values()]).rename_axis("indicator")


def panel() -> pd.DataFrame:
    """Give the small table that `rule` works on: values of 2024 for the 26 and for those that joined.

    Returns
    -------
    DataFrame
        28 rows indexed by `code`, in ascending order; ten columns, the keys of `PANEL`, in the units that
        `panel_indicators` gives. No value is missing and none is derived from a prefecture's total.

    Raises
    ------
    ValueError
        If a value is missing.
    """
    names = [long for long, _ in PANEL.values()]
    table = values(group().union(joined()))[names].set_axis(list(PANEL), axis=1)
    if (holes := table.index[table.isna().any(axis=1)]).size:
        found = f"no {', '.join(table.columns[table.loc[holes[0]].isna()])} for {holes[0]}"
        raise ValueError(f"{statistics.STATISTICS}: found {found}, expected a value for each unit")
    return table


def normalise(
    panel: pd.DataFrame, base: Sequence[str] | None = None, directions: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Put every indicator on one scale: 0 for the worst of the base group, 1 for its best.

    Parameters
    ----------
    panel : DataFrame
        Units by indicators, none missing.
    base : sequence of str, optional
        Codes of the units whose least and greatest value span the scale; the 26 by default.
    directions : mapping of str to int, optional
        1 where more is better, -1 where less is better; those of `PANEL` by default.

    Returns
    -------
    DataFrame
        As `panel`: ``(x - min) / (max - min)``, or ``(max - x) / (max - min)`` where less is better. Units
        outside the base group are not clipped and can lie below 0 or above 1.

    Raises
    ------
    ValueError
        If an indicator is constant over the base group.
    """
    base = group() if base is None else base
    directions = {name: way for name, (_, way) in PANEL.items()} if directions is None else directions
    signed = panel * pd.Series({name: directions[name] for name in panel.columns})
    low, high = signed.loc[list(base)].min(), signed.loc[list(base)].max()
    if (flat := panel.columns[low == high]).size:
        raise ValueError(f"normalise: found one value of {flat[0]} in the base group, expected two or more")
    return (signed - low) / (high - low)


def rule(
    panel: pd.DataFrame,
    thresholds: Mapping[str, float],
    weights: Mapping[str, float],
    base: Sequence[str] | None = None,
    directions: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Apply a rule: thresholds say who may leave, weights say in which order.

    Parameters
    ----------
    panel : DataFrame
        Units by indicators, as `panel` gives it.
    thresholds : mapping of str to float
        Indicator to threshold, in the indicator's unit. A unit meets it if its value is greater or equal, or
        less or equal where less is better. Without thresholds every unit passes.
    weights : mapping of str to float
        Indicator to weight, not negative; only their proportions count. An indicator that is not named has
        weight zero.
    base : sequence of str, optional
        Codes of the units that span the scale; the 26 by default, whoever else is in `panel`.
    directions : mapping of str to int, optional
        As in `normalise`.

    Returns
    -------
    DataFrame
        Indexed by `code`, in the order of `panel`: `score`, the weighted mean of the values as `normalise`
        scales them (0 to 1 within the base group); `passes`, whether all thresholds are met; `rank`, from 1:
        those that pass come first, and within both sets the higher score; equal units share the better rank.

    Raises
    ------
    KeyError
        If an indicator is not in `panel`.
    ValueError
        If a weight is negative, or none is positive.
    """
    if unknown := (set(thresholds) | set(weights)) - set(panel.columns):
        raise KeyError(f"rule: found {sorted(unknown)}, expected indicators among {list(panel.columns)}")
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise ValueError(f"rule: found the weights {dict(weights)}, expected none negative and one positive")
    directions = {name: way for name, (_, way) in PANEL.items()} if directions is None else directions
    scaled = normalise(panel[list(weights)], base, directions)
    shares = pd.Series(weights, dtype=float) / sum(weights.values())
    score = (scaled * shares).sum(axis=1)
    signs = pd.Series({name: directions[name] for name in thresholds}, dtype=float)
    passes = (panel[list(thresholds)] * signs >= pd.Series(thresholds, dtype=float) * signs).all(axis=1)
    rank = score.groupby(passes).rank(method="min", ascending=False) + passes.sum() * ~passes
    return pd.DataFrame({"score": score, "passes": passes, "rank": rank.astype(int)}).rename_axis("code")
