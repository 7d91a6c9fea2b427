"""Each function against a published value, a closed form, another library or brute force."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, linprog
from scipy.stats import binom, multinomial

from mountain_counties.audit import ledger
from mountain_counties.audit import nonlinear as d

YEAR = "2023-01-01/2023-12-31"


def table(**claims):
    """Build a ledger: name -> value, (lo, value, hi) or the cells that differ from a plain exact count."""
    rows = {}
    for name, cells in claims.items():
        if not isinstance(cells, dict):
            cells = {"of": cells}
        lo, value, hi = (
            cells["of"] if isinstance(cells.get("of"), tuple) else 3 * (cells.get("of", math.nan),)
        )
        plain = {"token": "", "unit": "count", "period": YEAR, "lo": lo, "value": value, "hi": hi}
        rows[name] = plain | {key: cell for key, cell in cells.items() if key != "of"}
    return pd.DataFrame.from_dict(rows, orient="index")


def ends(outcome):
    return outcome.lo, outcome.value, outcome.hi


def test_every_public_function_is_offered_by_its_name():
    assert all(d.FUNCTIONS[name] is getattr(d, name) for name in d.FUNCTIONS)
    assert len(d.FUNCTIONS) >= 18


# ---- arguments that fit


@pytest.mark.parametrize(
    ("function", "counts", "thresholds", "fits"),
    [
        # one count more than thresholds: that of all firms
        ("concentration", 2, 1, True),
        ("concentration", 3, 2, True),
        ("concentration", 1, 0, False),
        ("concentration", 2, 2, False),
        ("concentration", 4, 2, False),
        ("pareto", 2, 2, True),
        ("pareto", 1, 1, False),
        ("pareto", 3, 2, False),
        ("nested", 3, 3, True),
        ("nested", 2, 3, False),
    ],
)
def test_classes_have_a_threshold_each(function, counts, thresholds, fits):
    args = {"counts": [f"n{i}" for i in range(counts)], "thresholds": [f"t{i}" for i in range(thresholds)]}
    claims = table(**dict.fromkeys([*args["counts"], *args["thresholds"]], 1))
    assert (d.unfit(function, claims, args) is None) is fits


@pytest.mark.parametrize(
    ("plan", "fits"),
    [
        ("2021-01-01/2025-12-31", True),
        ("2024-01-01/2024-12-31", True),
        ("2023-01-01/2024-07-01", True),  # half a year and a day: one year, rounded
        ("2024-01-01/2024-06-30", False),
        ("2023-01-01/2023-12-31", False),
        ("2021-01-01/2022-12-31", False),
        ("2024-01-01/..", False),
    ],
)
def test_a_target_ends_a_year_or_more_after_its_level(plan, fits):
    claims = table(level=1, goal={"of": 2, "period": plan}, undated={"of": 2, "period": "2024-01-01/.."})
    assert (d.unfit("pace", claims, {"level": "level", "target": "goal"}) is None) is fits
    later = {"level": "level", "target": "undated", "until": "goal"}
    assert (d.unfit("pace", claims, later) is None) is fits


# ---- slogans, lists, levels


def test_the_parts_of_a_saying_are_added():
    claims = table(saying={"token": "七|一|二"}, other={"token": "七|二|二"})
    found = d.slogan_sum(claims, "saying", 10)
    assert (ends(found), found.holds) == ((10, 10, 10), True)
    assert (d.slogan_sum(claims, "other", 10).value, d.slogan_sum(claims, "other", 10).holds) == (11, False)


def test_a_slogan_is_compared_with_a_count():
    claims = table(
        slogan={"token": "一|一"},
        zero={"token": "零|零"},
        many={"token": "万"},
        three=3,
        one=1,
        days=(-0.5, 0, 0.5),
    )
    assert d.slogan_number(claims, "slogan", "three").holds is False
    assert d.slogan_number(claims, "slogan", "three").detail == "1"
    assert ends(d.slogan_number(claims, "slogan", "three")) == (3, 3, 3)
    assert d.slogan_number(claims, "slogan", "one").holds is True
    assert d.slogan_number(claims, "many", "three").holds is False
    assert d.slogan_number(claims, "zero", "days").holds is True
    assert d.slogan_number(claims, "zero", "one").holds is False
    # Of one county with three industries the promise is the last numeral.
    several = table(slogan={"token": "一|三"}, three=3)
    assert d.slogan_number(several, "slogan", "three").holds is True
    assert d.slogan_ratio(several, "slogan", "three").value == 1


def test_a_slogan_is_divided_by_a_count():
    claims = table(slogan={"token": "万|万"}, firms=(800, 838, 1000))
    assert ends(d.slogan_ratio(claims, "slogan", "firms")) == pytest.approx((10, 10_000 / 838, 12.5))


def test_levels_that_surely_pass_are_no_more_than_the_count():
    claims = table(a=(99, 101, 103), b=(100, 101, 102), c=(248, 249, math.inf), bar=100, two=2, one=1)
    found = d.known_above(claims, ["a", "b", "c"], "bar", "two")
    # a may lie below the bar; b touches it.
    assert (ends(found), found.holds, found.detail) == ((2, 2, 2), True, "b, c")
    assert not d.known_above(claims, ["a", "b", "c"], "bar", "one").holds
    # "More than one" may be two.
    assert d.known_above(
        claims.assign(hi=claims.hi.where(claims.index != "one", 9)), ["b", "c"], "bar", "one"
    ).holds


def test_where_no_more_levels_are_named_than_counted_nothing_is_tested():
    claims = table(a=(101, 102, 103), b=(248, 249, math.inf), bar=100, six=6, one=1)
    assert d.known_above(claims, ["a", "b"], "bar", "six").holds is None
    assert d.known_above(claims, ["a", "b"], "bar", "one").holds is False


@pytest.mark.parametrize(
    ("level", "holds"), [(100, True), (150, True), (201, False), (79, True), (19, False)]
)
def test_a_target_lies_ahead_and_within_reach(level, holds):
    """From the end of 2023 to that of 2025, to 200: growth from 0 to 200% a year holds."""
    claims = table(level=level, target=200)
    claims["period"] = ["2023-01-01/2023-12-31", "2021-01-01/2025-12-31"]
    found = d.pace(claims, "level", "target", within=(0.0, 2.0))
    assert found.value == pytest.approx((200 / level) ** 0.5 - 1)
    assert found.holds is holds
    assert d.pace(claims, "level", "target").holds is None


def test_a_claim_is_what_the_description_of_its_source_says():
    claims = table(page=10)
    claims["unit"], claims["kind"] = "count", "rank"
    assert d.as_in_source(claims, "page", 10).holds is True
    assert d.as_in_source(claims, "page", 100).holds is False


@pytest.mark.parametrize(
    ("told", "year", "holds"),
    [
        ("去年", 2023, True),
        ("去年年底", 2023, True),
        ("今年", 2024, True),
        ("去年", 2024, False),
        ("今年", 2023, False),
    ],
)
def test_a_year_told_from_the_day_of_print_is_that_year(told, year, holds):
    claims = table(day={"token": "2024年"}, then={"token": told})
    claims["period"] = ["2024-12-06/2024-12-06", f"{year}-01-01/{year}-12-31"]
    assert d.dated_year(claims, "day", ["then"]).holds is holds
    claims.loc["then", "token"] = "2023年"
    with pytest.raises(d.Unfit, match="not told from the day of print"):
        d.dated_year(claims, "day", ["then"])


def test_what_comes_first_ends_no_later():
    claims = table(year=1, rule=1)
    claims["period"] = ["2023-01-01/2023-12-31", "2024-01-01/2024-12-06"]
    assert (d.in_order(claims, "year", "rule").value, d.in_order(claims, "year", "rule").holds) == (341, True)
    claims.loc["rule", "period"] = "2023-01-01/2023-12-06"
    assert (d.in_order(claims, "year", "rule").value, d.in_order(claims, "year", "rule").holds) == (
        -25,
        False,
    )


def test_names_in_both_lists_are_found_whatever_their_ending():
    claims = table(first={"token": "仙居|柯城|江山市|衢江区"}, second={"token": "柯城区|江山|平阳县"})
    found = d.overlap(claims, "first", "second")
    assert (found.value, found.detail, found.holds) == (2, "柯城、江山", None)


# ---- chances and shares


def test_the_chance_of_a_streak_is_that_of_a_draw():
    rng = np.random.default_rng(1)
    wins = np.stack([rng.permuted(np.arange(26) < 6) for _ in range(40_000)])[:, 0].reshape(-1, 2).all(axis=1)
    chance = d.streak_chance(table(places=6, of=26, years=2), "places", "of", "years").value
    assert chance == pytest.approx(float(Fraction(6, 26) ** 2))
    assert wins.mean() == pytest.approx(chance, abs=4 * math.sqrt(chance / 20_000))


def test_a_binomial_interval_is_that_of_the_published_tables():
    found = d.binomial(table(hits=4, trials=50), "hits", "trials")
    assert found.value == 0.08
    # Clopper and Pearson's interval of 4 in 50, as tables print it: 2.22% to 19.23%.
    assert (round(100 * found.lo, 2), round(100 * found.hi, 2)) == (2.22, 19.23)


@pytest.mark.parametrize(("hits", "trials"), [(4, 50), (1, 10), (9, 12)])
def test_a_binomial_interval_leaves_a_fortieth_on_each_side(hits, trials):
    found = d.binomial(table(hits=hits, trials=trials), "hits", "trials")
    assert binom.sf(hits - 1, trials, found.lo) == pytest.approx(0.025, rel=1e-6)
    assert binom.cdf(hits, trials, found.hi) == pytest.approx(0.025, rel=1e-6)


def test_a_binomial_interval_of_none_or_all_is_open_to_one_side_only():
    claims = table(none=0, all=20, trials=20)
    # The closed form: a share p gives none in twenty with probability (1 - p) ** 20.
    edge = 1 - 0.025 ** (1 / 20)
    assert ends(d.binomial(claims, "none", "trials")) == pytest.approx((0, 0, edge))
    assert ends(d.binomial(claims, "all", "trials")) == pytest.approx((1 - edge, 1, 1))


def test_counts_of_a_share_are_those_found_by_trying_all():
    for percent, n in product(range(1, 101, 3), (1, 7, 26, 45, 200, 1598)):
        lo, hi = (Fraction(2 * percent + k, 200) for k in (-1, 1))
        found = d.count_from_share(
            table(share=(float(lo), percent / 100, float(min(hi, 1))), n=n), "share", "n"
        )
        fits = [k for k in range(n + 1) if lo <= Fraction(k, n) <= min(hi, 1)]
        assert found.holds is bool(fits)
        assert not fits or (found.lo, found.hi) == (fits[0], fits[-1])


def test_the_smallest_group_is_that_found_by_trying_all():
    for percent in range(1, 101):
        lo, hi = Fraction(2 * percent - 1, 200), min(Fraction(2 * percent + 1, 200), 1)
        smallest = next(n for n in range(1, 201) if any(lo <= Fraction(k, n) <= hi for k in range(n + 1)))
        share = (float(lo), percent / 100, float(hi))
        assert ends(d.denominators(table(share=share), "share")) == (smallest, smallest, math.inf)


def test_a_share_that_no_group_has_is_refused():
    claims = table(share={"of": (0.0005, 0.001, 0.0015), "token": "0.1%"})
    assert d.denominators(claims, "share").value == 667
    with pytest.raises(ValueError, match=r"up to 666 has a share of 0\.1%"):
        d.denominators(claims, "share", largest=666)


# ---- targets and time


def test_levels_reach_a_share_of_their_targets():
    claims = table(a=(119.5, 120, 120.5), b=(186.05, 186.1, 186.15), goal=(500, 500, 5000))
    found = d.reached(claims, ["a", "b"], "goal")
    assert ends(found) == pytest.approx((305.55 / 1000, 306.1 / 1000, 306.65 / 1000))
    assert ends(d.reached(claims, ["a"], "goal")) == pytest.approx((0.239, 0.24, 0.241))


def test_the_pace_leads_from_the_level_to_the_goal():
    plan = "2021-01-01/2025-12-31"
    claims = table(
        level=(699.45, 699.5, 699.55),
        goal={"of": (1000, 1000, 10_000), "period": plan},
        undated={"of": 1000, "period": YEAR},
    )
    for found in (
        d.pace(claims, "level", "goal"),
        d.pace(claims, "level", "undated", until="goal"),
    ):
        for start, rate in zip((699.55, 699.5, 699.45), ends(found), strict=True):
            assert start * (1 + rate) ** 2 == pytest.approx(1000)
    near = table(level=800, goal={"of": 1000, "period": "2024-01-01/2024-12-31"})
    assert d.pace(near, "level", "goal").value == pytest.approx(0.25)
    # A year of 365 days is a year too.
    common = table(level={"of": 800, "period": "2022-01-01/2022-12-31"}, goal={"of": 1000, "period": YEAR})
    assert d.pace(common, "level", "goal").value == pytest.approx(0.25)


def test_an_amount_is_spread_over_whole_years():
    # 2019 to 2022 hold 1461 days, four years of 365.25.
    claims = table(
        amount={"of": (100, 120, math.inf), "unit": "亿元"},
        since={"period": "2019-01-01/2019-12-31"},
        until={"period": "2022-12-31/2022-12-31"},
    )
    found = d.per_year(claims, "amount", "since", "until")
    assert ends(found) == pytest.approx((25, 30, math.inf), rel=1e-9)
    assert found.unit == "亿元"


@pytest.mark.parametrize(
    ("digits", "months", "years"),
    [(2, 5, 0), (2, 6, 1), (2, 12, 1), (2, 17, 1), (2, 18, 2), (2, 20, 2), (3, 30, 3), (1, 36, 3)],
)
def test_the_least_growth_of_a_half_year_is_that_of_drawn_months(digits, months, years):
    """The oracle lets each month of the streak grow by just so much, and each month before it shrink."""
    least = {1: 0.01, 2: 0.1, 3: 1.0}[digits]
    levels = list(np.random.default_rng(11).uniform(1, 2, 12))
    for before_end in reversed(range(60)):
        levels.append(levels[-12] * (1 + least if before_end < months else 0.5))
    halves = [sum(levels[len(levels) - 12 * back - 6 : len(levels) - 12 * back]) for back in range(4)]
    found = d.streak_growth(table(months=months, digits=digits), "months", "digits")
    assert found.lo == pytest.approx(halves[0] / halves[years] - 1)
    assert math.isnan(found.value) and found.hi == math.inf


def day(date):
    return (pd.Timestamp(date) - pd.Timestamp("2000-01-01")).days


@pytest.mark.parametrize(
    ("last", "months", "first"),
    [
        ("2024-06-30", 20, "2022-11-01"),
        ("2024-06-30", 4, "2024-03-01"),
        ("2024-02-29", 1, "2024-02-01"),
        ("2023-12-31", 12, "2023-01-01"),
    ],
)
def test_months_are_counted_back_by_the_calendar(last, months, first):
    claims = table(
        end={"period": f"2024-01-01/{last}" if last > "2024" else f"2023-01-01/{last}"}, run=months
    )
    found = d.months_before(claims, "end", "run")
    assert ends(found) == (day(first),) * 3
    assert (found.unit, found.holds) == ("date", None)


def test_a_run_of_months_may_begin_too_early():
    claims = table(
        end={"period": "2024-01-01/2024-06-30"},
        run=20,
        before={"of": (day("2022-01-01"),) * 3},
        since={"of": (day("2022-11-01"),) * 3},
        after={"of": (day("2022-11-02"),) * 3},
        rough=(3.5, 4, 4.5),
    )
    assert d.months_before(claims, "end", "run", "before").holds is True
    assert d.months_before(claims, "end", "run", "since").holds is True
    assert d.months_before(claims, "end", "run", "after").holds is False
    lo, value, hi = ends(d.months_before(claims, "end", "rough"))
    half = 365.25 / 24
    assert (lo, value, hi) == pytest.approx(
        (day("2024-03-01") - half, day("2024-03-01"), day("2024-04-01") - half)
    )


def test_a_cut_in_working_days_is_that_of_all_corners():
    before, after, month = (0.5, 1, 1.5), (5.5, 6, 6.5), (20, 23)
    found = d.working_days(table(before=before, after=after), "before", "after", month)
    cuts = [1 - Fraction(new) / (Fraction(old) * days) for old, new, days in product(before, after, month)]
    assert (found.lo, found.hi) == pytest.approx((float(min(cuts)), float(max(cuts))))
    assert found.value == pytest.approx(1 - 6 / 21.5)


@pytest.mark.parametrize(
    ("after", "holds"), [((19, 19, 19), True), ((20, 20, 20), False), ((19, 20, 21), True)]
)
def test_what_takes_as_long_as_before_is_no_cut(after, holds):
    assert d.working_days(table(before=1, after=after), "before", "after", (20, 20)).holds is holds


# ---- firms


def share_of_the_largest(low, high, n, cuts):
    """Bounds of the largest class's share by linear programming, all amounts per unit of the total."""
    others = np.diff(n)
    size = len(others) + 2  # the classes and one over the total
    within = [(0, None)] * (size - 1) + [(1 / high, 1 / low)]
    rows = [[-1, *[0] * len(others), n[0] * cuts[0]]]
    for i, (count, upper, lower) in enumerate(zip(others, cuts[:-1], cuts[1:], strict=True), start=1):
        unit = np.eye(size)[i]
        rows += [
            list(-unit + count * lower * np.eye(size)[-1]),
            list(unit - count * upper * np.eye(size)[-1]),
        ]
    total = [[1] * (size - 1) + [0]]
    found = [
        linprog(sign * np.eye(size)[0], rows, np.zeros(len(rows)), total, [1], within) for sign in (1, -1)
    ]
    assert all(solution.status == 0 for solution in found)
    return found[0].fun, -found[1].fun


@pytest.mark.parametrize(
    ("total", "n", "cuts"),
    [
        ((699.45, 699.55), (6, 14, 138, 838), (10, 5, 1, 0.2)),
        ((300, 310), (6, 14, 138), (10, 5, 0.2)),
        # the other classes can hold 900 at most
        ((900, 1000), (2, 10, 20), (100, 10, 1)),
        ((1000, 1000), (2, 10, 20), (100, 10, 1)),
        # beside that the largest may stay at its threshold while the total is below 1100, and not above
        ((1050, 1150), (2, 10, 20), (100, 10, 1)),
        ((1200, 1300), (2, 10, 20), (100, 10, 1)),
        ((50, 60), (3, 10), (10, 1)),
    ],
)
def test_the_concentration_is_bounded_as_a_linear_programme_bounds_it(total, n, cuts):
    names = [f"n{i}" for i in range(len(n))]
    bars = [f"c{i}" for i in range(len(cuts) - 1)]
    claims = table(
        total=(total[0], sum(total) / 2, total[1]),
        **dict(zip(names, n, strict=True)),
        **dict(zip(bars, cuts[:-1], strict=True)),
    )
    found = d.concentration(claims, "total", names, bars, cuts[-1])
    assert (found.lo, found.hi) == pytest.approx(share_of_the_largest(*total, n, cuts))
    assert math.isnan(found.value) and found.holds is None


@pytest.mark.parametrize("alpha", [0.3, 1.0, 1.4, 2.5])
def test_the_pareto_likelihood_is_that_of_a_multinomial(alpha):
    counts, cuts = (6, 14, 138), (10, 5, 1)
    classes = np.diff(counts, prepend=0)

    def reference(a):
        beyond = np.array(cuts, dtype=float) ** -a
        return multinomial.logpmf(classes, counts[-1], np.diff(beyond, prepend=0))

    # The multinomial coefficient does not depend on the exponent.
    difference = d.pareto_likelihood(alpha, counts, cuts) - d.pareto_likelihood(2.0, counts, cuts)
    assert difference == pytest.approx(reference(alpha) - reference(2.0))


def test_two_classes_have_a_closed_form():
    claims = table(large=30, all=120, high=4, low=2)
    found = d.pareto(claims, ["large", "all"], ["high", "low"])
    assert found.value == pytest.approx(math.log(120 / 30) / math.log(4 / 2), rel=1e-4)

    # The same interval for the share p = 2 ** -alpha that is large: a likelihood ratio of half of 3.841.
    def drop(p):
        return 30 * math.log(0.25 / p) + 90 * math.log(0.75 / (1 - p)) - 3.841458821 / 2

    shares = brentq(drop, 0.01, 0.25), brentq(drop, 0.25, 0.9)
    assert (found.hi, found.lo) == pytest.approx([-math.log2(p) for p in shares], rel=1e-4)


def test_a_drawn_pareto_tail_is_found_again():
    rng = np.random.default_rng(7)
    firms = (1 - rng.random(50_000)) ** (-1 / 1.3)
    claims = table(c10=(firms >= 10).sum(), c5=(firms >= 5).sum(), c1=50_000, t10=10, t5=5, t1=1)
    found = d.pareto(claims, ["c10", "c5", "c1"], ["t10", "t5", "t1"])
    assert found.lo < 1.3 < found.hi and found.hi - found.lo < 0.1
    assert found.unit == "ratio"


# ---- false precision


def level(token, lo, value, hi):
    step = 1.0 if "." not in token else 10.0 ** -len(token.partition(".")[2].removesuffix("亿元"))
    return {"of": (lo, value, hi), "token": token, "unit": "亿元", "step": step}


def test_a_rate_may_follow_from_a_rounded_base():
    claims = table(
        ten=level("10.0亿元", 9.95, 10.0, 10.05), up=(0.2495, 0.25, 0.2505), odd=(0.2615, 0.262, 0.2625),
        fine=(0.26575, 0.2658, 0.26585), part=(0.7995, 0.8, 0.8005), gone=(0.3665, 0.367, 0.3675),
    )  # fmt: skip
    # 10.0 / 8.0 is 1.25 exactly, 10.0 / 7.9 is 1.26582...; the neighbours of 26.2% are 25% and 26.6%.
    assert d.rounded_base(claims, "ten", rate="up").value == 8.0
    assert d.rounded_base(claims, "ten", rate="fine").value == 7.9
    assert math.isnan(d.rounded_base(claims, "ten", rate="odd").value)
    # 10.0 / 12.5 is 80.0%; 10.0 / 27.2 and 10.0 / 27.3 are 36.8% and 36.6%.
    assert d.rounded_base(claims, "ten", share="part").value == 12.5
    assert math.isnan(d.rounded_base(claims, "ten", share="gone").value)
    found = d.rounded_base(claims, "ten", rate="up")
    assert (found.lo, found.hi) == pytest.approx((9.95 / 1.2505, 10.05 / 1.2495))
    assert (found.unit, found.holds) == ("亿元", None)
    # A rate known to ten points meets some rounded base for sure.
    rough = table(ten=level("10.0亿元", 9.95, 10.0, 10.05), up=(0.2, 0.25, 0.3))
    assert float(d.rounded_base(rough, "ten", rate="up").detail) == 1
    # 10.0 / 7.7 to 10.0 / 8.3 all lie within; the smallest base is given.
    assert d.rounded_base(rough, "ten", rate="up").value == 7.7


def test_an_exact_rate_of_an_exact_level_has_one_base():
    exact = table(ten=level("10.0亿元", 10, 10, 10), up=(0.25, 0.25, 0.25))
    assert ends(d.rounded_base(exact, "ten", rate="up")) == (8, 8, 8)


def test_the_base_is_as_fine_as_the_level():
    coarse = table(
        ten=level("10亿元", 9.5, 10, 10.5), up=(0.2655, 0.266, 0.2665), quarter=(0.245, 0.25, 0.255)
    )
    assert math.isnan(d.rounded_base(coarse, "ten", rate="up").value)
    assert d.rounded_base(coarse, "ten", rate="quarter").value == 8


@pytest.mark.parametrize(("printed", "base", "places"), [(59.1, 50.4, 3), (11.4, 5.4, 3), (11.4, 5.4, 4)])
def test_the_chance_of_a_coincidence_is_that_of_drawn_levels(printed, base, places):
    """Draw finer levels, print their growth, and see how often a rounded base gives it to the last digit."""
    rng = np.random.default_rng(3)
    half = 0.5 * 10.0**-places
    hits, chances = [], []
    for start in base * rng.uniform(0.95, 1.05, 1000):
        rate = round((printed + rng.uniform(-0.05, 0.05)) / start - 1, places)
        claims = table(
            now=level(f"{printed}亿元", printed - 0.05, printed, printed + 0.05),
            up=(rate - half, rate, rate + half),
        )
        found = d.rounded_base(claims, "now", rate="up")
        hits.append(not math.isnan(found.value))
        chances.append(float(found.detail))
    chance = np.mean(chances)
    assert 0 < chance < 1
    assert np.mean(hits) == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / len(hits)))


# ---- on the article's own figures, worked out by hand


@pytest.mark.parametrize(
    ("function", "arguments", "lo", "value", "hi"),
    [
        ("binomial", {"successes": "zj-landed", "trials": "zj-leads"}, 0.0222, 0.08, 0.1923),
        ("streak_chance", {"places": "zj-award-places", "of": "mc-count", "years": "kc-award-streak"},
         9 / 169, 9 / 169, 9 / 169),
        ("pace", {"level": "py-go-2023", "target": "py-target-county"}, 0.19561, 0.19566, 0.19570),
        ("count_from_share", {"share": "py-appeals-solved", "of": "py-appeals"}, 1591, 1598, 1598),
        ("denominators", {"share": "ld-signing-rate"}, 10, 10, math.inf),
        ("rounded_base", {"level": "hx-sales-2023", "rate": "hx-growth-2023"},
         7.85 / 4.15795, 1.9, 7.95 / 4.15785),
        ("working_days", {"before": "ld-review-before", "after": "ld-review-after", "month": (20, 23)},
         0.35, 1 - 6 / 21.5, 1 - 5.5 / 34.5),
    ],
)  # fmt: skip
def test_figures_of_the_article(function, arguments, lo, value, hi):
    found = d.FUNCTIONS[function](ledger.load(), **arguments)
    assert ends(found) == pytest.approx((lo, value, hi), abs=5e-5)
