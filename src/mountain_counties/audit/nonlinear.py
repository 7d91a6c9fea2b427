"""Relations that are not linear: each takes the ledger and the names of claims, and gives an outcome."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.special import betaincinv, chdtri

from mountain_counties.audit import rounding, tokens
from mountain_counties.audit.ledger import EPOCH, days

UNITS = {"ratio", "percent", "count", "date"}
"""Units that no registry knows: a percentage is a fraction of one, a date counts days since 2000."""
MOST_MONTHS = 1200
MOST_BASES = 1_000_000
"""The most rounded bases that are tried."""
EXPONENTS = (0.01, 10.0)
"""Between which tail exponents are looked for."""
_HALVINGS = 90
NOT_COMPUTED = "not computed:"
DAYS_PER_YEAR = 365.25
LEVEL = 0.95
"""Confidence level of the intervals."""


@dataclass(frozen=True)
class Outcome:
    """What a relation gives.

    Parameters
    ----------
    lo, value, hi : float
        The computed interval, and the figure from the printed values (NaN where there is none).
    unit : str
        Unit of the three.
    holds : bool or None
        Whether the relation can hold; None if it only derives.
    detail : str
        Names that belong to the result, such as the counties in an overlap.
    """

    lo: float
    value: float
    hi: float
    unit: str
    holds: bool | None = None
    detail: str = ""


class Unfit(ValueError):
    """The figures permit no such computation, whether by a slip of the pen or by what they are."""


def outcome(function: str, claims: pd.DataFrame, args: Mapping[str, object]) -> Outcome:
    """Carry out a function; where the figures do not permit it, nothing follows, and `detail` says why.

    Parameters
    ----------
    function : str
        One of `FUNCTIONS`.
    claims : DataFrame
        The ledger.
    args : mapping
        Its arguments, assumptions replaced by their values.
    """
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            return FUNCTIONS[function](claims, **args)
    except (Unfit, ArithmeticError) as error:  # a division by a count of zero, say
        return Outcome(math.nan, math.nan, math.nan, "ratio", None, f"{NOT_COMPUTED} {error}")


def unfit(function: str, claims: pd.DataFrame, args: Mapping[str, object]) -> tuple[str, str] | None:
    """Say what is wrong with the arguments of a declared function, whatever the figures are.

    Parameters
    ----------
    function : str
        One of `FUNCTIONS`.
    claims : DataFrame
        The ledger.
    args : mapping
        Its arguments, as declared.

    Returns
    -------
    tuple of str or None
        What was found and what was expected.
    """
    for key, value in args.items():
        for name in value if isinstance(value, list) else [value]:
            if key not in WORDED and name in claims.index and math.isnan(claims.value[name]):
                return f"{key}: {name}, a {claims.kind[name]}", "a claim with a figure"
            if key == "slogan" and claims.kind[name] != "slogan":
                return f"{key}: {name}, a {claims.kind[name]}", "a slogan"
    if "thresholds" in args:
        spare = int(function == "concentration")  # the last count is of all firms
        if len(args["counts"]) - len(args["thresholds"]) != spare or len(args["thresholds"]) < 2 - spare:
            found = f"{len(args['counts'])} counts and {len(args['thresholds'])} thresholds"
            many = "thresholds and one count more" if spare else "two or more thresholds and as many counts"
            return found, many
    if function == "pace":
        target, level = (claims.period[name] for name in (args.get("until") or args["target"], args["level"]))
        if not DAYS_PER_YEAR / 2 <= days(target)[1] - days(level)[1] < math.inf:
            return f"a target for {target}", f"one for a year or more after the level's, {level}"
    return None


def _numbers(claim: pd.Series) -> list[int]:
    """Read the numerals of a slogan, part by part."""
    try:
        return [int(rounding.read(part, "count").number) for part in claim.token.split("|")]
    except ValueError as error:
        raise Unfit(str(error)) from None


def _descending(counts: Sequence[float], thresholds: Sequence[float]) -> None:
    """Refuse classes that are not nested: thresholds that do not fall, or counts that do."""
    if min(thresholds) <= 0 or any(high <= low for high, low in pairwise(thresholds)):
        raise Unfit(f"thresholds that do not fall, {', '.join(f'{x:g}' for x in thresholds)}")
    if min(counts) < 0 or any(bigger < smaller for smaller, bigger in pairwise(counts)):
        raise Unfit(f"classes that do not grow, {', '.join(f'{x:g}' for x in counts)}")


def _exact(number: float, unit: str, holds: bool | None = None, detail: str = "") -> Outcome:
    return Outcome(number, number, number, unit, holds, detail)


def slogan_sum(claims: pd.DataFrame, slogan: str, total: int) -> Outcome:
    """Add the numerals of a slogan and compare with a total."""
    found = sum(_numbers(claims.loc[slogan]))
    return _exact(found, "count", found == total)


def slogan_number(claims: pd.DataFrame, slogan: str, fact: str) -> Outcome:
    """Compare a slogan's numeral, taken at its word, with a counted fact."""
    promised, row = _numbers(claims.loc[slogan])[-1], claims.loc[fact]
    return Outcome(row.lo, row.value, row.hi, row.unit, bool(row.lo <= promised <= row.hi), str(promised))


def slogan_ratio(claims: pd.DataFrame, slogan: str, fact: str) -> Outcome:
    """Divide a slogan's numeral by a counted fact."""
    promised, row = _numbers(claims.loc[slogan])[-1], claims.loc[fact]
    return Outcome(promised / row.hi, promised / row.value, promised / row.lo, "ratio")


def known_above(claims: pd.DataFrame, levels: Sequence[str], threshold: str, count: str) -> Outcome:
    """Count the levels that surely pass a threshold; there may be no more of them than the printed count.

    Where no more levels are known than are counted, nothing is tested.
    """
    sure = [name for name in levels if claims.lo[name] >= claims.value[threshold]]
    holds = None if len(levels) <= claims.lo[count] else bool(len(sure) <= claims.hi[count])
    return _exact(len(sure), "count", holds, ", ".join(sure))


def overlap(claims: pd.DataFrame, first: str, second: str) -> Outcome:
    """Count the names that stand in both of two lists, the ending that tells county from district apart."""
    lists = [{re.sub("[县区市]$", "", n) for n in claims.token[c].split("|")} for c in (first, second)]
    common = sorted(lists[0] & lists[1])
    return _exact(len(common), "count", detail="、".join(common))


def streak_chance(claims: pd.DataFrame, places: str, of: str, years: str) -> Outcome:
    """Give the chance that one named candidate of equal ones wins every year of a streak."""
    chance = (claims.value[places] / claims.value[of]) ** claims.value[years]
    return _exact(chance, "percent")


def binomial(claims: pd.DataFrame, successes: str, trials: str) -> Outcome:
    """Give a share with its exact interval at `LEVEL`.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413.
    """
    hits, n = int(claims.value[successes]), int(claims.value[trials])
    if not 0 <= hits <= n or not n:
        raise Unfit(f"{hits} of {n}")
    lo = betaincinv(hits, n - hits + 1, (1 - LEVEL) / 2) if hits else 0.0
    hi = betaincinv(hits + 1, n - hits, (1 + LEVEL) / 2) if hits < n else 1.0
    return Outcome(float(lo), hits / n, float(hi), "percent")


def reached(claims: pd.DataFrame, levels: Sequence[str], target: str) -> Outcome:
    """Divide levels together by the lower end of the target that each of them has."""
    goal = claims.value[target] * len(levels)
    lo, value, hi = (claims.loc[list(levels), column].sum() / goal for column in ("lo", "value", "hi"))
    return Outcome(lo, value, hi, "percent")


def pace(
    claims: pd.DataFrame,
    level: str,
    target: str,
    until: str | None = None,
    within: tuple[float, float] | None = None,
) -> Outcome:
    """Give the yearly growth that leads from a level to a target's lower end by the end of its period.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    level, target : str
        The claims.
    until : str, optional
        The claim whose period ends the run, where the target has no date of its own.
    within : tuple of float, optional
        The growth that a target can ask for; without it nothing is tested.
    """
    years = round((days(claims.period[until or target])[1] - days(claims.period[level])[1]) / DAYS_PER_YEAR)
    goal, row = claims.value[target], claims.loc[level]
    if goal <= 0 or row.lo <= 0:
        raise Unfit(f"a level of {row.value:g} and a target of {goal:g}")
    lo, value, hi = ((goal / x) ** (1 / years) - 1 for x in (row.hi, row.value, row.lo))
    holds = None if within is None else bool(within[0] <= hi and lo <= within[1])
    return Outcome(lo, value, hi, "percent", holds)


def as_in_source(claims: pd.DataFrame, claim: str, field: int) -> Outcome:
    """Hold a claim against what ``source.yml`` says in a field, a date in days since 2000."""
    row = claims.loc[claim]
    unit = "date" if row.kind == "date" else row.unit
    return Outcome(row.lo, row.value, row.hi, unit, bool(row.lo <= field <= row.hi), str(field))


def dated_year(claims: pd.DataFrame, printed: str, dates: Sequence[str]) -> Outcome:
    """Count the dates told from the day of print, such as "last year", whose year is what the words make it.

    Raises
    ------
    Unfit
        If a date is not told so.
    """
    year, right = int(claims.period[printed][:4]), []
    for name in dates:
        shift = next((n for word, n in tokens.YEARS.items() if claims.token[name].startswith(word)), None)
        if shift is None:
            raise Unfit(f"{name}, {claims.token[name]!r}, is not told from the day of print")
        right.append(claims.period[name].startswith(str(year + shift)))
    return _exact(float(sum(right)), "count", all(right))


def in_order(claims: pd.DataFrame, first: str, then: str) -> Outcome:
    """Give the days from the end of one claim's period to the latest end of another's; none is negative."""
    gap = days(claims.period[then])[1] - days(claims.period[first])[1]
    return _exact(gap, "day", bool(gap >= 0))


def concentration(
    claims: pd.DataFrame,
    total: str,
    counts: Sequence[str],
    thresholds: Sequence[str],
    smallest: float,
) -> Outcome:
    """Bound the share of the largest class of firms in the total.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    total : str
        Output of all firms.
    counts, thresholds : sequence of str
        Nested classes from the largest firms down; the last count is of all firms and has no threshold.
    smallest : float
        Least output of any firm, in the unit of the total.

    Returns
    -------
    Outcome
        `lo`: the class at its threshold, or at what the capped other classes leave; `hi`: the other classes
        at their least. No single value.
    """
    n = claims.value[list(counts)].to_list()
    cuts = [*claims.value[list(thresholds)], smallest]
    _descending(n, cuts)
    others = [bigger - smaller for smaller, bigger in pairwise(n)]
    at_least = sum(k * cut for k, cut in zip(others, cuts[1:], strict=True))
    at_most = sum(k * cut for k, cut in zip(others, cuts[:-1], strict=True))
    low, high = claims.lo[total], claims.hi[total]
    # The share is least at the total where the class stands at its threshold and the others at their caps.
    turn = min(max(n[0] * cuts[0] + at_most, low), high)
    return Outcome(max(n[0] * cuts[0], turn - at_most) / turn, math.nan, 1 - at_least / high, "percent")


def pareto_likelihood(alpha: float, counts: Sequence[float], thresholds: Sequence[float]) -> float:
    """Give the log-likelihood of a Pareto tail exponent for nested class counts.

    Parameters
    ----------
    alpha : float
        Tail exponent.
    counts : sequence of float
        Firms at or above each threshold.
    thresholds : sequence of float
        Descending, in one unit.
    """
    total = 0.0
    smaller, above = 0.0, 0.0
    for n, cut in zip(counts, thresholds, strict=True):
        survival = (cut / thresholds[-1]) ** -alpha
        total += (n - smaller) * math.log(survival - above)
        smaller, above = n, survival
    return total


def nested(claims: pd.DataFrame, counts: Sequence[str], thresholds: Sequence[str]) -> Outcome:
    """Say whether classes are nested: thresholds fall from the largest class down, and counts do not."""
    try:
        _descending(claims.value[list(counts)].to_list(), claims.value[list(thresholds)].to_list())
    except Unfit as error:
        return _exact(float(len(counts)), "count", False, str(error))
    return _exact(float(len(counts)), "count", True)


def pareto(claims: pd.DataFrame, counts: Sequence[str], thresholds: Sequence[str]) -> Outcome:
    """Fit a Pareto tail to nested class counts by maximum likelihood, with its profile-likelihood interval.

    References
    ----------
    Aigner and Goldberger (1970), Journal of the American Statistical Association 65, 712-723.
    """
    n, cuts = claims.value[list(counts)].to_list(), claims.value[list(thresholds)].to_list()
    _descending(n, cuts)
    if n[0] == n[-1] or not n[0]:
        raise Unfit(f"classes that fix no exponent, {', '.join(f'{x:g}' for x in n)}")
    least, most = EXPONENTS
    best = _peak(lambda alpha: pareto_likelihood(alpha, n, cuts), least, most)
    floor = pareto_likelihood(best, n, cuts) - chdtri(1, 1 - LEVEL) / 2

    def excess(alpha: float) -> float:
        return pareto_likelihood(alpha, n, cuts) - floor

    return Outcome(_root(excess, least, best), best, _root(excess, best, most), "ratio")


# The two searches below spare the audit the import of scipy.optimize, which takes longer than all the rest.
def _peak(height: Callable[[float], float], lo: float, hi: float) -> float:
    """Find where a function with one peak is highest, by thirds."""
    for _ in range(_HALVINGS):
        left, right = (2 * lo + hi) / 3, (lo + 2 * hi) / 3
        lo, hi = (left, hi) if height(left) < height(right) else (lo, right)
    return (lo + hi) / 2


def _root(of: Callable[[float], float], lo: float, hi: float) -> float:
    """Find where a function that has different signs at both ends is zero, by halves."""
    rising = of(hi) > 0
    if (of(lo) > 0) == rising:
        raise Unfit(f"no bound between {lo:g} and {hi:g}")
    for _ in range(_HALVINGS):
        middle = (lo + hi) / 2
        lo, hi = (lo, middle) if (of(middle) > 0) == rising else (middle, hi)
    return (lo + hi) / 2


def count_from_share(claims: pd.DataFrame, share: str, of: str) -> Outcome:
    """Give the whole numbers whose share of a known count is printed so."""
    n, row = int(claims.value[of]), claims.loc[share]
    lo, hi = math.ceil(row.lo * n - 1e-9), math.floor(row.hi * n + 1e-9)
    return Outcome(lo, row.value * n, hi, "count", lo <= hi)


def denominators(claims: pd.DataFrame, share: str, largest: int = 1000) -> Outcome:
    """Give the smallest group in which a whole number of members makes the printed share.

    References
    ----------
    Brown and Heathers (2017), The GRIM test, Social Psychological and Personality Science 8, 363-369.
    """
    row = claims.loc[share]
    for n in range(1, largest + 1):
        if math.floor(row.hi * n + 1e-9) >= math.ceil(row.lo * n - 1e-9):
            return Outcome(n, n, math.inf, "count")
    raise Unfit(f"no group of up to {largest} has a share of {row.token}")


def per_year(claims: pd.DataFrame, amount: str, since: str, until: str) -> Outcome:
    """Spread an amount over the years from the start of one period to the end of another."""
    years = (days(claims.period[until])[1] + 1 - days(claims.period[since])[0]) / DAYS_PER_YEAR
    row = claims.loc[amount]
    return Outcome(row.lo / years, row.value / years, row.hi / years, row.unit)


def streak_growth(claims: pd.DataFrame, months: str, digits: str, span: int = 6) -> Outcome:
    """Bound the growth of a span of months, given a streak of yearly growth of so many digits up to its end.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    months, digits : str
        The streak's length, and the digits of its least growth; each month is compared with the same month a
        year before.
    span : int, optional
        Months of the span, which ends with the streak.

    Returns
    -------
    Outcome
        `lo`: growth from the same span as many years before as the streak covers it in full.
    """
    least = 10 ** (claims.value[digits] - 1) / 100
    years = (int(claims.value[months]) - span) // 12 + 1
    return Outcome((1 + least) ** years - 1, math.nan, math.inf, "percent")


def months_before(claims: pd.DataFrame, end: str, months: str, not_before: str | None = None) -> Outcome:
    """Step back from the end of a claim's period by a number of months.

    Returns
    -------
    Outcome
        Days since 1 January 2000: the first day of the run. With `not_before`, whether it can lie on or
        after that claim's period began.
    """
    if not 0 <= claims.lo[months] <= claims.hi[months] <= MOST_MONTHS:
        raise Unfit(f"{claims.value[months]:g} months back")
    after, row = pd.Timestamp(EPOCH) + pd.Timedelta(days=days(claims.period[end])[1] + 1), claims.loc[months]

    def back(n: float) -> float:
        whole = after - pd.DateOffset(months=int(n))
        return (whole - pd.Timestamp(EPOCH)).days - (n - int(n)) * DAYS_PER_YEAR / 12

    lo, value, hi = back(row.hi), back(row.value), back(row.lo)
    holds = None if not_before is None else bool(hi >= claims.lo[not_before])
    return Outcome(lo, value, hi, "date", holds)


def working_days(claims: pd.DataFrame, before: str, after: str, month: tuple[float, float]) -> Outcome:
    """Give the cut from a time in months to one in working days, for a month of so many working days.

    It can hold where some cut is left.
    """
    old, new = claims.loc[before], claims.loc[after]
    shortest, longest = old.lo * month[0], old.hi * month[1]
    usual = old.value * sum(month) / 2
    lo, value, hi = 1 - new.hi / shortest, 1 - new.value / usual, 1 - new.lo / longest
    return Outcome(lo, value, hi, "percent", bool(hi > 0))


def rounded_base(claims: pd.DataFrame, level: str, rate: str = "", share: str = "") -> Outcome:
    """Look for a base, rounded like the printed level, from which the printed rate follows to its last digit.

    Parameters
    ----------
    claims : DataFrame
        The ledger.
    level : str
        The level.
    rate, share : str
        The growth rate that leads to the level, or the share that the level has of the base: one of them.

    Returns
    -------
    Outcome
        `value`: the smallest base that fits (NaN if none does); `lo`, `hi`: the interval of bases by
        rounding; `detail`: the chance that a rate worked out from finer levels would meet a rounded base as
        closely.

    Notes
    -----
    Rates that follow from neighbouring rounded bases lie level / base² x step apart; the printed rate has a
    resolution r, so it meets one of them by chance with probability r over that distance.
    """
    row, printed = claims.loc[level], claims.loc[rate or share]
    shift = 1.0 if rate else 0.0
    lo, hi = row.lo / (printed.hi + shift), row.hi / (printed.lo + shift)
    step = row.step
    if not 0 < lo <= hi < lo + MOST_BASES * step:
        raise Unfit(f"bases from {lo:g} to {hi:g}, in steps of {step:g}")
    grid = [round(k * step, 10) for k in range(math.ceil(lo / step), math.floor(hi / step) + 1)]
    fits = [b for b in grid if printed.lo - 1e-12 <= row.value / b - shift <= printed.hi + 1e-12]
    base = fits[0] if fits else math.nan
    middle = row.value / (printed.value + shift)
    apart = row.value / middle**2 * step
    chance = min(1.0, (printed.hi - printed.lo) / apart)
    return Outcome(lo, base, hi, row.unit, detail=f"{chance:.6f}")


FUNCTIONS: dict[str, Callable[..., Outcome]] = {
    function.__name__: function
    for function in (
        slogan_sum, slogan_number, slogan_ratio, known_above, overlap, streak_chance, binomial, reached, pace,
        as_in_source, dated_year, in_order, concentration, nested, pareto, count_from_share, denominators,
        per_year, streak_growth, months_before, working_days, rounded_base,
    )
}  # fmt: skip

WORDED = {"slogan", "first", "second"}
"""The arguments that name claims without a figure."""

TESTS = {
    "slogan_sum", "slogan_number", "known_above", "count_from_share", "months_before", "working_days",
    "nested", "pace", "as_in_source", "dated_year", "in_order",
}  # fmt: skip
"""The functions that can fail; the others only derive."""
