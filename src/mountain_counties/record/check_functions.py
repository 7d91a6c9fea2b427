"""What the official record gives for a statement of the article: the functions that checks name.

Each takes the ledger and the arguments that `record.yml` declares. The record's figures are taken as printed.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mountain_counties.audit import ledger, rounding, wording
from mountain_counties.record import counties, official_figures, statistics

ARTICLE = "Guangming Daily 2024-12-06, p. 10"
"""What rests on the article itself tests nothing."""


@dataclass(frozen=True)
class Finding:
    """What the record gives for the quantity of a check.

    Parameters
    ----------
    lo, value, hi : float
        Where it lies; for a ceiling or a floor, between which values that lies. `value` is NaN where no
        single one stands out.
    unit : str
        Unit of the three: a unit of the ledger, or one of `nonlinear.UNITS`.
    sources : mapping of str to str
        The sources behind it and their grades.
    readings : tuple of (float, float)
        The intervals of the single readings, where there are several.
    turns : float
        Value of the assumption at which the verdict turns; NaN where none matters.
    detail : str
        Names or counts that belong to the finding.
    """

    lo: float
    value: float
    hi: float
    unit: str
    sources: Mapping[str, str]
    readings: tuple[tuple[float, float], ...] = ()
    turns: float = math.nan
    detail: str = ""


def _exact(number: float, unit: str, sources: Mapping[str, str], **more: object) -> Finding:
    return Finding(number, number, number, unit, sources, **more)


def _merged(sources: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {name: grade for some in sources for name, grade in some.items()}


def area_share(claims: pd.DataFrame, against: str) -> Finding:
    """Give the group's share of the area for each pair of areas and total; it turns on the total."""
    table = official_figures.areas()
    needed = table.km2[0] / claims.value[against]
    readings = tuple((share, share) for share in table["share"])
    lo, hi = table["share"].min(), table["share"].max()
    return Finding(lo, math.nan, hi, "percent", _merged(table.sources), readings, needed)


def sector(claims: pd.DataFrame, code: str, indicator: str, year: int) -> Finding:
    """Give a figure of one unit, as the ceiling of its parts."""
    value = statistics.table(indicator, year, [code])[code]
    return _exact(value, "亿元", official_figures.sources_of(indicator, year, [code]))


def industry_ceiling(claims: pd.DataFrame, code: str, against: str) -> Finding:
    """Bound a unit's industry in 2023 by that of 2024 and what the census did to the members' sectors.

    Returns
    -------
    Finding
        It turns on the ratio of the level of 2024 to that of 2023; `detail` counts the members whose
        secondary sector has a ratio that low.
    """
    industry = statistics.table("va_industry", 2024, [code])[code]
    ratio = official_figures.census_shift().ratio
    turns = industry / claims.lo[against]
    sources = [official_figures.sources_of("va_secondary", year, ratio.index) for year in (2023, 2024)]
    low = int((ratio <= turns).sum())
    return Finding(
        industry / ratio.max(), industry / ratio.median(), industry / ratio.min(), "亿元",
        _merged(sources), turns=turns, detail=f"{low} of {len(ratio)}",
    )  # fmt: skip


def at_known_rates(claims: pd.DataFrame, output: str, against: str, band: tuple[float, float]) -> Finding:
    """Work out value added from an output, at the rates that the record knows, each within a band.

    Returns
    -------
    Finding
        It turns on the printed rate over the nearest known one.
    """
    known = official_figures.above_scale().dropna(subset="rate")
    low, high = known.rate.min(), known.rate.max()
    row = claims.loc[output]
    middle = claims.value[output] * known.rate.median()
    printed = claims.value[against] / row.value
    return Finding(
        row.lo * low * band[0], middle, row.hi * high * band[1], "亿元", _merged(known.sources),
        turns=printed / low if printed < low else printed / high,
    )  # fmt: skip


def part_of_gdp(
    claims: pd.DataFrame, code: str, year: int, years: int, part: tuple[float, float] = (1.0, 1.0)
) -> Finding:
    """Give a part of a unit's GDP of a year, times a number of years, as a ceiling."""
    gdp = statistics.table("gdp", year, [code])[code] * years
    lo, hi = (gdp * end for end in part)
    return Finding(lo, math.nan, hi, "亿元", official_figures.sources_of("gdp", year, [code]))


def prefecture_lead(claims: pd.DataFrame, code: str, prefecture: str, year: int) -> Finding:
    """Move a unit's industry of 2024 back by the change of its whole prefecture."""
    industry = statistics.table("va_industry", 2024)
    inside = [unit for unit in industry.index if unit[:4] == prefecture[:4]]
    before = statistics.table("va_industry", year, [prefecture], level="prefecture")[prefecture]
    value = industry[code] * before / statistics.table("va_industry", 2024, inside).sum()
    sources = official_figures.sources_of("va_industry", year, [prefecture], level="prefecture")
    return _exact(value, "亿元", sources | official_figures.sources_of("va_industry", 2024, inside))


def territory_output(claims: pd.DataFrame, code: str, against: str, half: tuple[float, float]) -> Finding:
    """Work out the half-year's above-scale output that a unit's industry in 2024 implies.

    Returns
    -------
    Finding
        Least: the lowest share of above-scale firms and the highest value-added rate that the record knows,
        and the smallest half; largest: the opposite, with all industry above scale. It turns on the share.
    """
    industry = statistics.table("va_industry", 2024, [code])[code]
    known = official_figures.above_scale()
    share, rate = known["share"].min(), known.rate
    lo, hi = industry * share / rate.max() * half[0], industry / rate.min() * half[1]
    turns = claims.hi[against] * rate.max() / (industry * half[0])
    sources = _merged([*known.sources, official_figures.sources_of("va_industry", 2024, [code])])
    return Finding(lo, math.nan, hi, "亿元", sources, turns=turns)


def listed_output(
    claims: pd.DataFrame,
    against: str,
    growth: str,
    event: str,
    tests: Mapping[str, float],
    half: tuple[float, float],
    smallest: tuple[float, float],
) -> Finding:
    """Work out the least half-year's output of a unit that passed one of the tests the year before.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    against, growth : str
        Claims: the half-year's output and its growth.
    event : str
        Id of the event that tells of the list.
    tests : mapping of str to float
        The year's `value_added` or `output`, or the number of `firms`; one is enough.
    half : tuple of float
        Share of a year that the first half holds.
    smallest : tuple of float
        Least yearly output of an above-scale firm.

    Returns
    -------
    Finding
        A floor, since value added is no more than output; it turns on the half-year's share.
    """
    least = min(tests["value_added"], tests["output"], tests["firms"] * smallest[0])
    told = counties.events().loc[event]
    lo, hi = (least * part * (1 + claims[end][growth]) for part, end in zip(half, ("lo", "hi"), strict=True))
    turns = claims.hi[against] / (least * (1 + claims.lo[growth]))
    return Finding(lo, math.nan, hi, "亿元", {told.source: told.grade}, turns=turns)


def rank(claims: pd.DataFrame, indicator: str, year: int, code: str) -> Finding:
    """Give a member's rank, largest first; it turns on its lead over the next."""
    row = official_figures.ranking(indicator, year).loc[code]
    sources = official_figures.sources_of(indicator, year, official_figures.members())
    return _exact(float(row["rank"]), "count", sources, turns=row.ahead)


def ranks(claims: pd.DataFrame, indicators: Sequence[str], year: int, code: str) -> Finding:
    """Give a member's rank, largest first, by each of several measures; it turns on its lead by the first."""
    readings, sources, ahead = [], [], []
    for indicator in indicators:
        row = official_figures.ranking(indicator, year).loc[code]
        readings.append((float(row["rank"]), float(row["rank"])))
        ahead.append(row.ahead)
        sources.append(official_figures.sources_of(indicator, year, official_figures.members()))
    lows, highs = zip(*readings, strict=True)
    detail = ", ".join(wording.ordinal(int(low)) for low in lows)
    return Finding(
        min(lows), math.nan, max(highs), "count", _merged(sources), tuple(readings), ahead[0], detail
    )


def could_pass(claims: pd.DataFrame, named: Mapping[str, str], newcomer: str) -> Finding:
    """Count the members that can have passed the threshold in 2023."""
    can = official_figures.candidates(claims, named, newcomer).can
    told = official_figures.reported(statistics.GROUPS[1], "2024", "members_above_10bn").source
    sources = official_figures.sources_of(
        "va_secondary", 2023, official_figures.members()
    ) | official_figures.grades([told])
    return _exact(float(can.isin(["named", "could"]).sum()), "count", sources)


def reported_level(
    claims: pd.DataFrame, code: str, period: str, indicator: str, unit: str, less: int = 0
) -> Finding:
    """Give a figure from a communiqué or the press, less a count."""
    row = official_figures.reported(code, period, indicator)
    lo, value, hi = (row[end] - less for end in ("lo", "value", "hi"))
    return Finding(lo, value, hi, unit, official_figures.grades([row.source]))


def smallest_reported(claims: pd.DataFrame, indicator: str, period: str) -> Finding:
    """Give the smallest figure reported of any member; `detail` counts those known."""
    rows = statistics.reported()
    known = rows[
        rows.code.isin(official_figures.members()) & (rows.indicator == indicator) & (rows.period == period)
    ]
    found = pd.DataFrame([official_figures.reported(code, period, indicator) for code in known.code])
    least = found.loc[found.value.idxmin()]
    detail = f"{len(found)} of {len(official_figures.members())}"
    return Finding(
        least.lo, least.value, least.hi, "亿元", official_figures.grades(found.source), detail=detail
    )


def counted(claims: pd.DataFrame, code: str, indicator: str, year: int, period: str) -> Finding:
    """Give a count between the yearbook's and a later one from the press."""
    before, after = (
        statistics.table(indicator, year, [code])[code],
        official_figures.reported(code, period, indicator),
    )
    sources = official_figures.sources_of(indicator, year, [code]) | official_figures.grades([after.source])
    return Finding(min(before, after.value), after.value, max(before, after.value), "count", sources)


def income_before(claims: pd.DataFrame, code: str, against: str) -> Finding:
    """Move a unit's rural income of 2024 back by a year; it turns on the year's growth."""
    income = statistics.table("income_rural_disposable_pc", 2024, [code])[code]
    pace = official_figures.income_pace().rural_growth
    lo, value, hi = (income / (1 + x) for x in (pace.max(), pace.median(), pace.min()))
    return Finding(lo, value, hi, "元每人", _income_sources(code), turns=income / claims.value[against] - 1)


def ratio_before(claims: pd.DataFrame, code: str, against: str) -> Finding:
    """Move a unit's ratio of incomes of 2024 back by a year; it turns on the year's change."""
    kinds = ("income_urban_disposable_pc", "income_rural_disposable_pc")
    urban, rural = (statistics.table(kind, 2024, [code])[code] for kind in kinds)
    change, now = official_figures.income_pace().ratio_change, urban / rural
    lo, value, hi = (now - x for x in (change.max(), change.median(), change.min()))
    return Finding(lo, value, hi, "ratio", _income_sources(code), turns=claims.value[against] - now)


def ratio_trend(claims: pd.DataFrame, prefecture: str) -> Finding:
    """Give the yearly changes of a prefecture's ratio of incomes, the last year's as the value."""
    change = official_figures.income_pace().ratio_change[prefecture]
    sources = official_figures.sources_of(
        "income_rural_disposable_pc", 2022, [prefecture], level="prefecture"
    )
    return Finding(change.min(), change.iloc[-1], change.max(), "ratio", sources)


def _income_sources(code: str) -> dict[str, str]:
    series = official_figures.sources_of("income_rural_disposable_pc", 2022, level="prefecture")
    return series | official_figures.sources_of("income_rural_disposable_pc", 2024, [code])


def member_count(claims: pd.DataFrame, day: str) -> Finding:
    """Count the members on a day."""
    codes = counties.members(day)
    spells = counties.membership()
    spells = spells[spells.code.isin(codes)]
    return _exact(float(len(codes)), "count", dict(zip(spells.source, spells.grade, strict=True)))


def _codes(token: str) -> list[str]:
    """Find the units that a claim names, with or without the ending that tells county from district."""
    bare = counties.without_kind(counties.units().name_zh)
    return [code for part in token.split("|") for code in bare.index[bare == re.sub("[县区市]$", "", part)]]


def named_members(claims: pd.DataFrame, claim: str, day: str) -> Finding:
    """Count the units that a claim names and that were members on a day."""
    named = set(_codes(claims.token[claim])) & set(counties.members(day))
    spells = counties.membership()
    spells = spells[spells.code.isin(named)]
    return _exact(float(len(named)), "count", dict(zip(spells.source, spells.grade, strict=True)))


def named_leavers(claims: pd.DataFrame, claim: str, event: str) -> Finding:
    """Count the units that a claim names and that left with an event."""
    told = counties.events().loc[event]
    named = set(_codes(claims.token[claim])) & set(told.left)
    return _exact(float(len(named)), "count", {told.source: told.grade})


def event_dates(claims: pd.DataFrame, events: Sequence[str]) -> Finding:
    """Give the dates of events that stand for the same thing."""
    told = counties.events().loc[list(events)]
    readings = tuple(_days(date) for date in told.date)
    sources = dict(zip(told.source, told.grade, strict=True))
    lo, hi = min(low for low, _ in readings), max(high for _, high in readings)
    return Finding(
        lo, math.nan, hi, "date", sources, readings, detail=" or ".join(wording.date(d) for d in told.date)
    )


def _days(date: str) -> tuple[float, float]:
    """Give the first and last day of a date known to the year, month or day, since 1 January 2000."""
    span = pd.Period(date, freq={4: "Y", 7: "M", 10: "D"}[len(date)])
    return ledger.days(f"{span.start_time.date()}/{span.end_time.date()}")


def award_rounds(claims: pd.DataFrame, until: int) -> Finding:
    """Count the rounds of the award up to a year, the first of all among them: no streak is longer."""
    awards = counties.awards()
    known = awards.grade.isin(["A", "B"]) & (awards.source != ARTICLE) & (awards.year <= until)
    awards = awards[known]
    told = dict(zip(awards.source, awards.grade, strict=True))
    return _exact(float(awards.year.nunique()), "count", told)


def beside_province(claims: pd.DataFrame, measure: str) -> Finding:
    """Give the group's figure over the province's; `detail` counts the members below it."""
    table = official_figures.against_province()[measure]
    each = table.drop(statistics.GROUPS[1])
    sources = _merged(
        [
            official_figures.sources_of(i, year, level=level)
            for i, year, level in official_figures.BEHIND[measure]
        ]
    )
    return _exact(
        table[statistics.GROUPS[1]], "ratio", sources, detail=f"{int((each < 1).sum())} of {len(each)}"
    )


def rank_from_bottom(
    claims: pd.DataFrame, indicator: str, years: Sequence[int], codes: Sequence[str]
) -> Finding:
    """Give the best place, counted from the bottom, that any of some prefectures had in any year."""
    first, last = years
    best, sources = 0, {}
    for year in range(first, last + 1):
        best = max(best, int(statistics.table(indicator, year, level="prefecture").rank()[list(codes)].max()))
        sources |= official_figures.sources_of(indicator, year, codes, level="prefecture")
    return _exact(float(best), "count", sources)


def slowest(claims: pd.DataFrame, code: str, indicators: Sequence[str], start: int, end: int) -> Finding:
    """Give the least growth of several figures of one unit."""
    growth = min(statistics.growth(name, start, end, [code])[code] for name in indicators)
    sources = [
        official_figures.sources_of(name, year, [code]) for name in indicators for year in (start, end)
    ]
    return _exact(growth, "percent", _merged(sources))


def prefecture_growth(
    claims: pd.DataFrame, indicator: str, start: int, end: int, codes: Sequence[str]
) -> Finding:
    """Give the growth of some prefectures together; `detail` names that of the others together."""
    each = statistics.growth(indicator, start, end, level="prefecture")
    levels = statistics.panel([indicator], start, each.index, "prefecture")[indicator]
    weighted = levels * (1 + each)
    these, others = list(codes), each.index.difference(codes)
    value, rest = (weighted[some].sum() / levels[some].sum() - 1 for some in (these, others))
    sources = [official_figures.sources_of(indicator, year, level="prefecture") for year in (start, end)]
    return Finding(each.min(), value, each.max(), "percent", _merged(sources), detail=wording.percent(rest))


def tenths(claims: pd.DataFrame, slogan: str, shares: Sequence[str], year: int) -> Finding:
    """Give how far the shares of the province's land lie from the tenths of a saying, at most."""
    said = [int(rounding.read(part, "count").number) for part in claims.token[slogan].split("|")]
    found = [statistics.table(name, year, level="province")[statistics.PROVINCE] / 10 for name in shares]
    sources = [official_figures.sources_of(name, year, level="province") for name in shares]
    return _exact(max(abs(x - n) for x, n in zip(found, said, strict=True)), "ratio", _merged(sources))


def province_share(claims: pd.DataFrame, indicator: str, year: int) -> Finding:
    """Give a share of the province, as a fraction of one."""
    value = statistics.table(indicator, year, level="province")[statistics.PROVINCE] / 100
    return _exact(value, "percent", official_figures.sources_of(indicator, year, level="province"))


FUNCTIONS: dict[str, Callable[..., Finding]] = {
    function.__name__: function
    for function in (
        area_share, sector, industry_ceiling, at_known_rates, part_of_gdp, prefecture_lead, territory_output,
        listed_output, rank, ranks,
        could_pass, reported_level, smallest_reported, counted, income_before, ratio_before, ratio_trend,
        member_count, named_members, named_leavers, event_dates, award_rounds, beside_province,
        rank_from_bottom, slowest, prefecture_growth, tenths, province_share,
    )
}  # fmt: skip
