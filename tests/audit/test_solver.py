import itertools
import math
import os
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

import bench_audit
import flint
import numpy as np
import pytest
import z3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mountain_counties.audit import solver
from mountain_counties.audit.solver import Statement, System

INF = math.inf
PROPERTY = settings(derandomize=True, deadline=None, max_examples=60, database=None)


def side(text):
    """Coefficients of a side such as "a b -c"."""
    return {name.lstrip("-"): -1.0 if name.startswith("-") else 1.0 for name in text.split()}


def say(num, lo, hi, labels="", den=None, relation=""):
    return Statement(side(num), lo, hi, frozenset(labels.split()), den and side(den), relation)


def system(*statements, **domains):
    return System(tuple(statements), domains)


def with_(problem, *statements):
    """Add statements."""
    return replace(problem, statements=(*problem.statements, *statements))


def sets(*texts):
    return [frozenset(text.split()) for text in texts]


def subsets(labels):
    return [frozenset(c) for k in range(len(labels) + 1) for c in itertools.combinations(sorted(labels), k)]


# Small systems worked out by hand.

SUM = system(
    say("a", 9.5, 10.5, "claim:a"),
    say("b", 19.5, 20.5, "claim:b"),
    say("total", 29.5, 30.5, "claim:total"),
    say("a b -total", 0, 0, relation="sum"),
)


def test_a_printed_sum_bounds_its_parts():
    problem = system(*SUM.statements[1:], say("a", 0, 10))
    bounds = solver.bounds(problem)
    assert list(bounds.index) == ["b", "total", "a"]
    assert bounds.loc["a"].tolist() == pytest.approx([9, 10])
    assert bounds.loc["b"].tolist() == pytest.approx([19.5, 20.5])


def test_a_printed_share_bounds_the_total():
    problem = system(say("part", 29.5, 30.5), say("part", 0.245, 0.255, den="total"))
    assert solver.bounds(problem).loc["total"].tolist() == pytest.approx([29.5 / 0.255, 30.5 / 0.245])


@pytest.mark.parametrize(("level", "rate"), [("133.64", "0.082"), ("0.0017", "-0.431"), ("981245", "12.7")])
def test_a_printed_growth_rate_gives_the_base_of_interval_arithmetic(level, rate):
    def ends(text):
        half = flint.arb("5e-" + str(len(text.partition(".")[2]) + 1))
        return flint.arb(text) - half, flint.arb(text) + half

    (low, high), (slow, fast) = ends(level), ends(rate)
    problem = system(
        say("level", float(low), float(high)), say("level", float(1 + slow), float(1 + fast), den="base")
    )
    expected = [float(low / (1 + fast)), float(high / (1 + slow))]
    assert solver.bounds(problem).loc["base"].tolist() == pytest.approx(expected, rel=1e-12)
    ball = low.union(high) / (1 + slow.union(fast))
    assert all(ball.overlaps(flint.arb(end)) for end in expected)


def test_a_ratio_keeps_what_numerator_and_denominator_share():
    problem = system(say("part", 2, 3), say("rest", 6, 7))
    assert solver.ratio_range(problem, side("part"), side("rest")) == pytest.approx((2 / 7, 3 / 6))
    assert solver.ratio_range(problem, side("part"), side("part rest")) == pytest.approx((2 / 9, 3 / 9))
    assert solver.ratio_range(problem, side("part -rest")) == pytest.approx((-5, -3))


def test_what_nothing_bounds_is_infinite():
    problem = system(say("a", 2, INF), say("b -a", -INF, 0), say("c -d", 1, 1), c=(-INF, INF), d=(-INF, INF))
    assert solver.bounds(problem).T.to_dict("list") == {
        "a": [2, INF],
        "b": [0, INF],
        "c": [-INF, INF],
        "d": [-INF, INF],
    }
    assert solver.ratio_range(problem, side("a"), side("b")) == (pytest.approx(1), INF)


def test_a_bound_that_nothing_reaches_is_not_taken_for_one():
    problem = system(say("a", 0, 2), say("b", 7, 7), say("a", 0.25, 0.25, den="b"))
    assert solver.bounds(problem).loc["a"].tolist() == pytest.approx([1.75, 1.75])


def test_a_ratio_that_is_only_approached_is_an_end():
    problem = system(say("more -a", 1, 1))
    assert solver.ratio_range(problem, side("a"), side("more")) == pytest.approx((0, 1))


def test_a_ratio_without_positive_denominator_is_none():
    problem = system(say("a", 1, 2), say("b", 1, 2))
    assert np.isnan(solver.ratio_range(problem, side("b"), side("-a"))).all()


def test_a_statement_takes_its_denominator_to_be_positive():
    problem = system(say("a", 2, 2, den="total -part"), say("part", 5, 5))
    assert solver.bounds(problem).loc["total", "lo"] == pytest.approx(5)


def test_ratios_that_disagree_cannot_hide_at_zero():
    assert not solver.is_feasible(system(say("a", 2, 3, den="b"), say("a", 0.1, 0.2, den="b")))
    shares = [say("a", 0.6, 0.7, den="t"), say("b", 0.4, 0.5, den="t"), say("t -a -b", 0, INF)]
    assert solver.is_feasible(system(*shares))
    assert not solver.is_feasible(system(say("a", 0.6 + 1e-6, 0.7, den="t"), *shares[1:]))
    assert not solver.is_feasible(system(say("a", 0.6, 0.7, den="b"), say("b", 0, 0)))


def test_a_domain_holds_whatever_is_withdrawn():
    problem = system(say("share", 0.2, 0.3, "claim:share"), share=(0.0, 1.0), lone=(-1.0, 1.0))
    assert solver.bounds(problem.without({"claim:share"})).T.to_dict("list") == {
        "share": [0, 1],
        "lone": [-1, 1],
    }
    assert not solver.is_feasible(system(say("share", 1.1, 1.2), share=(0.0, 1.0)))


def test_components_share_no_unknown():
    problem = system(say("a -b", 0, 0), say("c", 1, 2), say("d -b", 0, 1), e=(3.0, 4.0))
    parts = solver.components(problem)
    assert [part.variables for part in parts] == [("a", "b", "d"), ("c",), ("e",)]
    assert [len(part.statements) for part in parts] == [2, 1, 0]


def test_one_label_withdrawn_is_enough_to_withdraw_a_statement():
    problem = system(say("a", 1, 2, "claim:a assume:s"), say("a", 0, 9, "claim:b"))
    assert problem.labels == {"claim:a", "claim:b", "assume:s"}
    assert problem.without({"assume:s"}).labels == {"claim:b"}
    assert with_(problem.without({"assume:s"}), *problem.statements[:1]).labels == problem.labels


def test_an_inconsistent_component_leaves_the_others_alone():
    problem = system(*SUM.statements, say("c", 1, 2, "claim:c"), say("c", 3, 4, "claim:d"))
    assert solver.infeasible(problem) == [solver.components(problem)[1]]
    assert solver.bounds(problem).isna().all(axis=1).to_dict() == dict(a=False, b=False, total=False, c=True)
    assert np.isnan(solver.ratio_range(problem, side("a"), side("c"))).all()
    assert solver.ratio_range(problem, side("a"), side("b"))[1] == pytest.approx(10.5 / 19.5)


# Conflicts and repairs by hand.

SCOPES = system(
    say("output", 90, 91, "claim:output"),
    say("added", 100, 101, "claim:added"),
    say("added", 0, 1, "assume:same-scope", den="output", relation="part"),
    say("added", 8, 12, "claim:older"),
)


def test_a_part_larger_than_its_whole_clashes_with_the_scope():
    assert solver.conflicts(SCOPES) == sets(
        "claim:added claim:older", "assume:same-scope claim:added claim:output"
    )


def test_the_cheapest_repair_depends_on_the_costs():
    def mend(**cost):
        return [
            (r.labels, r.cost)
            for r in solver.repairs(SCOPES, {k.replace("_", ":"): v for k, v in cost.items()})
        ]

    assert mend() == [({"claim:added"}, 1)]
    assert mend(claim_added=5) == [
        ({"assume:same-scope", "claim:older"}, 2),
        ({"claim:older", "claim:output"}, 2),
    ]
    assert mend(claim_added=2) == [(names, 2) for names in sets(
        "assume:same-scope claim:older", "claim:added", "claim:older claim:output"
    )]  # fmt: skip
    assert mend(claim_added=INF, claim_output=INF) == [({"assume:same-scope", "claim:older"}, 2)]


def test_a_conflict_that_nothing_may_mend_is_an_error():
    with pytest.raises(ValueError, match=r"\['claim:added', 'claim:older'\]"):
        solver.repairs(SCOPES, {"claim:added": INF, "claim:older": INF})
    with pytest.raises(ValueError, match=r"found \{'claim:added': 0.0\}, expected positive"):
        solver.repairs(SCOPES, {"claim:added": 0.0})


def test_definitions_that_contradict_themselves_are_the_empty_conflict():
    problem = system(say("a", 1, 2), say("a", 3, 4), say("a", 0, 9, "claim:a"))
    assert solver.conflicts(problem) == [frozenset()]


def test_components_are_mended_apart_unless_a_label_joins_them():
    def pair(name, label):
        return say(name, 1, 2, f"claim:{name}"), say(name, 3, 4, f"claim:{name}2 {label}")

    apart = solver.repairs(system(*pair("a", "assume:s"), *pair("b", "assume:t")))
    assert [(r.group, r.cost) for r in apart] == [(0, 1)] * 3 + [(1, 1)] * 3
    assert solver.repairs(system(*pair("a", "assume:s"), *pair("b", "assume:s"))) == [
        solver.Repair(frozenset({"assume:s"}), 1, 0)
    ]


def test_a_consistent_system_has_neither_conflicts_nor_repairs():
    assert solver.conflicts(SUM) == solver.repairs(SUM) == []


def test_a_conflict_of_one_component_covers_a_larger_one_of_another():
    problem = system(
        say("a", 1, 2, "claim:a assume:s"), say("a", 3, 4, "claim:b"),
        say("c", 1, 2, "assume:s"), say("c", 3, 4),
    )  # fmt: skip
    assert solver.conflicts(problem) == sets("assume:s")


def test_a_list_cut_at_its_limit_says_so():
    crowd = system(*(say("a", k, k, f"claim:{k:02}") for k in range(10)))
    assert len(solver.conflicts(crowd, limit=45)) == 45
    with pytest.warns(solver.Truncated, match="stopped at 44 minimal conflicts"):
        assert len(solver.conflicts(crowd, limit=44)) == 44
    assert len(solver.repairs(crowd, limit=10)) == 10
    with pytest.warns(solver.Truncated, match="more than 9 repairs"):
        assert len(solver.repairs(crowd, limit=9)) == 9


# Break-even values and blind spots by hand.


def test_the_break_even_of_an_assumption_is_what_the_rest_permits():
    row = solver.allowed(SCOPES.without({"claim:older"}), "assume:same-scope")
    assert row.index.tolist() == ["assume:same-scope"]
    assert row.iloc[0].tolist() == ["part", 0, 1, pytest.approx(100 / 91), pytest.approx(101 / 90)]
    assert solver.allowed(SCOPES, "assume:same-scope")[["allowed_lo", "allowed_hi"]].isna().all(axis=None)


def test_every_statement_of_a_label_has_its_break_even():
    problem = system(
        say("a", 1, 2, "claim:a"), say("a -b", 0, 0, "assume:s", relation="ab"),
        say("c -d", 0, 0, "assume:s claim:a", relation="cd"), say("d", 3, 4, "claim:d"),
    )  # fmt: skip
    table = solver.allowed(problem, "assume:s").set_index("relation")[["allowed_lo", "allowed_hi"]]
    assert table.T.to_dict("list") == {"ab": [-INF, 2], "cd": [-4, INF]}


def test_the_smallest_error_noticed_in_a_sum():
    table = solver.noticeable(SUM)
    assert table.index.tolist() == ["claim:a", "claim:b", "claim:total"]
    assert table["allowed_lo"].tolist() == pytest.approx([9, 19, 29])
    assert table["allowed_hi"].tolist() == pytest.approx([11, 21, 31])
    assert table["up"].tolist() == pytest.approx([1.5] * 3)
    assert table["down"].tolist() == pytest.approx([1.5] * 3)
    assert table["up_relative"].tolist() == pytest.approx([0.15, 0.075, 0.05])
    assert table["down_relative"].tolist() == pytest.approx([0.15, 0.075, 0.05])


def test_the_audit_is_blind_where_nothing_bears_on_a_claim():
    table = solver.noticeable(with_(SUM, say("a", 8, INF, "claim:floor"), say("c", 1, 2, "claim:c")))
    assert table.loc["claim:floor", ["up", "down", "up_relative"]].tolist() == pytest.approx(
        [2.5, INF, 2.5 / 8]
    )
    assert table.loc["claim:c", ["up", "down"]].tolist() == [INF, 2]


def test_a_nought_may_shift_upward_only():
    table = solver.noticeable(system(say("a", 0, 0, "claim:a"), say("a", 0, 5)))
    assert table.loc["claim:a", ["up", "down"]].tolist() == [5, 0]


def test_a_claim_inconsistent_as_it_stands_needs_no_shift():
    table = solver.noticeable(
        system(say("a", 1, 2, "claim:a"), say("a", 5, 6, "claim:b"), say("a", 0, 9, "claim:c"))
    )
    assert table.loc[["claim:a", "claim:b"], ["up", "down"]].eq(0).all(axis=None)
    assert table.loc["claim:c", ["allowed_lo", "allowed_hi", "up", "down"]].isna().all()


def test_errors_are_relative_to_the_size_of_a_negative_figure():
    table = solver.noticeable(system(say("a", -11, -9, "claim:a"), say("a", -20, -5), a=(-INF, INF)))
    assert table.loc["claim:a", ["up", "down"]].tolist() == pytest.approx([6, 11])
    assert table.loc["claim:a", ["up_relative", "down_relative"]].tolist() == pytest.approx([0.6, 1.1])


def test_a_claim_that_touches_its_limit_has_no_room_on_that_side():
    table = solver.noticeable(system(say("a", 0.3, 0.4, "claim:a"), say("a b", 0.3, 0.3), say("b", 0, 0.1)))
    assert table.loc["claim:a", ["up", "down"]].tolist() == pytest.approx([0, 0.2])


def test_a_claim_with_several_statements_has_a_row_for_each_of_its_own():
    problem = system(
        say("a", 9, 11, "claim:m", relation="level"), say("a", 0.4, 0.6, "claim:m", "b", relation="share"),
        say("b", 19, 21, "claim:b"), say("a c", 0, 30, "claim:m claim:c"), say("a", 8, 12, "assume:a"),
    )  # fmt: skip
    table = solver.noticeable(problem)
    assert table.index.tolist() == ["claim:b", "claim:c", "claim:m", "claim:m"]
    assert table.loc["claim:m", "relation"].tolist() == ["level", "share"]
    assert table.loc["claim:m", "up"].tolist() == pytest.approx([12 - 9, 12 / 19 - 0.4])
    assert table.loc["claim:c"].drop("relation").isna().all()


# Tolerances.


@pytest.mark.parametrize("size", [1e-3, 1.0, 7.3, 1e6])
@pytest.mark.parametrize(("gap", "consistent"), [(0.0, True), (1e-10, True), (1e-6, False), (0.01, False)])
def test_intervals_that_touch_agree_and_a_millionth_apart_do_not(size, gap, consistent):
    far = size * (1 + gap)
    assert solver.is_feasible(system(say("a", 0, size), say("a", far, 2 * far))) == consistent
    assert (
        solver.is_feasible(system(say("a", size, size), say("a", far / 3, 1e7, den="b"), say("b", 3, 3)))
        == consistent
    )
    parts = [say(f"a{i}", 0, size / 30) for i in range(30)]
    total = say(" ".join(f"a{i}" for i in range(30)), far, INF)
    assert solver.is_feasible(system(*parts, total)) == consistent


@pytest.mark.parametrize(("gap", "consistent"), [(0.0, True), (1e-6, False)])
def test_a_gap_is_judged_by_the_figures_that_it_parts(gap, consistent):
    small, large = 1e-3, 1e6
    near = [say("a", small, small), say("b", large, large), say("a b -c", 0, 0)]
    assert solver.is_feasible(system(*near, say("c", large + small + gap * large, INF))) == consistent
    assert solver.is_feasible(system(*near, say("a", small * (1 + gap), INF))) == consistent


def test_sums_of_decimals_do_not_clash_by_round_off():
    assert solver.is_feasible(system(say("a", 0.1, 0.1), say("b", 0.2, 0.2), say("a b", 0.3, 0.3)))
    assert 0.1 + 0.2 != 0.3


# Errors.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", 2, 1), r"statement r: found the interval \[2, 1\], expected lo <= hi"),
        (("a", math.nan, 1), r"statement r: found the interval \[nan, 1\]"),
        (("a", INF, INF), r"statement r: found the interval \[inf, inf\]"),
        (("", 0, 1), r"statement r: found {}, expected names with finite, non-zero factors"),
        (("a", 0, 1, "", "- b"), r"statement r: found {'': -1.0, 'b': 1.0}"),
    ],
)
def test_a_bad_statement_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        say(*arguments, relation="r")


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"statement \{'a': 0.0\}: found \{'a': 0.0\}, expected"):
        Statement({"a": 0.0}, 0, 1)
    with pytest.raises(ValueError, match=r"domain of a: found the interval \[2, 1\]"):
        System((), {"a": (2, 1)})
    with pytest.raises(KeyError, match=r"found \['aa', 'x'\], expected variables of the system"):
        solver.ratio_range(SUM, side("aa"), side("x b"))
    with pytest.raises(KeyError, match="found 'claim:x', expected a label of the system"):
        solver.allowed(SUM, "claim:x")
    with pytest.raises(ValueError, match=r"expected (coefficients|figures) of like size"):
        solver.bounds(
            system(Statement({"a": 1e-30, "b": 1.0, "c": 1.0}, 1, 1), Statement({"a": 1, "b": 1e-30}, 1, 1))
        )


# Random systems with small whole and quarter coefficients, so that intervals that touch do so exactly.


def random_side(rng, names, factors):
    chosen = rng.choice(names, rng.integers(1, min(len(names), 3) + 1), replace=False).tolist()
    return {name: float(rng.choice(factors)) for name in chosen}


def random_statement(rng, names, label):
    den = random_side(rng, names, [1, 1, 1, 2, -1]) if rng.random() < 0.4 else None
    step = 4 if den else 1
    lo = float(rng.integers(-2, 9)) / step
    hi = lo + float(rng.integers(0, 5)) / step
    lo, hi = [(lo, hi), (lo, hi), (lo, hi), (-INF, hi), (lo, INF)][rng.integers(5)]
    labels = [set(), {label}, {label}, {label, "assume:a"}, {"assume:a", "assume:b"}][rng.integers(5)]
    return Statement(random_side(rng, names, [1, 1, 2, -1]), lo, hi, frozenset(labels), den)


def random_system(seed, unknowns, statements, domains):
    rng = np.random.default_rng(seed)
    names = [f"v{i}" for i in range(rng.integers(1, unknowns + 1))]
    found = [random_statement(rng, names, f"claim:{k}") for k in range(rng.integers(1, statements + 1))]
    return System(tuple(found), {name: domains[rng.integers(len(domains))] for name in names})


BOXES = [(-2.0, 5.0), (1.0, 9.0), (0.0, 6.0)]
DOMAINS = [*BOXES, (0.0, INF), (0.0, INF), (0.0, INF), (-INF, INF), (-INF, 3.0)]


# First oracle: corners in fractions.


def exact_rows(problem):
    """Rows ``coefficients . unknowns >= bound`` by the definition of a statement."""

    def row(*terms):
        return [sum(Fraction(f) * Fraction(s.get(name, 0)) for f, s in terms) for name in problem.variables]

    for s in problem.statements:
        for end, sign in ((s.lo, 1), (s.hi, -1)):
            if math.isfinite(end) and s.den is None:
                yield row((sign, s.num)), sign * Fraction(end)
            elif math.isfinite(end):
                yield row((sign, s.num), (-sign * Fraction(end), s.den)), Fraction(0)
        if s.den is not None:
            yield row((1, s.den)), Fraction(0)
    for name in problem.variables:
        for end, sign in zip(problem.domain(name), (1, -1), strict=True):
            if math.isfinite(end):
                yield row((sign, {name: 1})), sign * Fraction(end)


def solution(rows):
    """The one point where the rows hold with equality, by Gauss-Jordan elimination; None if there is none."""
    rows = [[*coefficients, bound] for coefficients, bound in rows]
    for j in range(len(rows)):
        pivot = next((i for i in range(j, len(rows)) if rows[i][j]), None)
        if pivot is None:
            return None
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [value / rows[j][j] for value in rows[j]]
        for i in range(len(rows)):
            if i != j:
                rows[i] = [a - rows[i][j] * b for a, b in zip(rows[i], rows[j], strict=True)]
    return [row[-1] for row in rows]


def value(coefficients, point):
    return sum(c * x for c, x in zip(coefficients, point, strict=True))


def corners(problem):
    rows = list(exact_rows(problem))
    points = map(solution, itertools.combinations(rows, len(problem.variables)))
    return [p for p in points if p is not None and all(value(c, p) >= bound for c, bound in rows)]


@pytest.mark.parametrize("seed", range(60))
def test_bounds_and_ratios_are_those_of_the_exact_corners(seed):
    problem = random_system(seed, unknowns=3, statements=4, domains=BOXES)
    bounds = solver.bounds(problem)
    for part in solver.components(problem):
        points, ends = corners(part), bounds.loc[list(part.variables)]
        first, everything = {part.variables[0]: 1.0}, dict.fromkeys(part.variables, 1.0)
        ratio = solver.ratio_range(problem, first, everything)
        dens = [[Fraction(s.den.get(n, 0)) for n in part.variables] for s in part.statements if s.den]
        consistent = points and all(any(value(den, p) > 0 for p in points) for den in dens)
        assert solver.is_feasible(part) == bool(consistent)
        if not consistent:
            assert ends.isna().all(axis=None)
            assert np.isnan(ratio).all()
            continue
        assert ends["lo"].to_numpy() == pytest.approx(np.min(points, axis=0).astype(float), abs=1e-7)
        assert ends["hi"].to_numpy() == pytest.approx(np.max(points, axis=0).astype(float), abs=1e-7)
        if all(sum(p) > 0 for p in points):
            ratios = [float(p[0] / sum(p)) for p in points]
            assert ratio == pytest.approx((min(ratios), max(ratios)), abs=1e-7)


@pytest.mark.parametrize("seed", range(40))
def test_ranges_without_a_relation_are_those_of_a_system_that_lacks_it(seed):
    whole = random_system(seed, unknowns=4, statements=5, domains=DOMAINS)
    problem = replace(
        whole, statements=tuple(replace(s, relation=f"r{i // 2}") for i, s in enumerate(whole.statements))
    )
    first, everything = {problem.variables[0]: 1.0}, dict.fromkeys(problem.variables, 1.0)
    quantities = {"r0": (first, None), "r1": (first, everything), "none": (everything, None)}
    found = solver.ranges_without(problem, quantities)
    assert list(found) == list(quantities)
    for name, (num, den) in quantities.items():
        touched = {*num, *(den or ())}
        near = [part for part in solver.components(problem) if not touched.isdisjoint(part.variables)]
        rest = [replace(p, statements=tuple(s for s in p.statements if s.relation != name)) for p in near]
        if all(solver.is_feasible(System(p.statements, {n: p.domain(n) for n in q.variables}))
               for p, q in zip(rest, near, strict=True)):  # fmt: skip
            others = tuple(s for s in problem.statements if s.relation != name)
            lacking = System(others, {n: problem.domain(n) for n in problem.variables})
            assert found[name] == pytest.approx(solver.ratio_range(lacking, num, den), abs=1e-7, nan_ok=True)
        else:
            assert np.isnan(found[name]).all()


# Second oracle: z3, whose reals are exact.


class Exact:
    """A system in z3, where each statement is guarded by its labels."""

    def __init__(self, problem):
        self.guards = {label: z3.Bool(label) for label in sorted(problem.labels)}
        self.unknowns = {name: z3.Real(name) for name in problem.variables}
        self.solver = z3.Solver()
        for s in problem.statements:
            self.solver.add(z3.Implies(z3.And([self.guards[label] for label in s.labels]), self.holds(s)))
        for name in problem.variables:
            self.solver.add(self.holds(Statement({name: 1.0}, *problem.domain(name))))

    def total(self, coefficients):
        return z3.Sum([Fraction(c) * self.unknowns[name] for name, c in coefficients.items()])

    def holds(self, s):
        num, den = self.total(s.num), z3.RealVal(1) if s.den is None else self.total(s.den)
        lower = [num >= Fraction(s.lo) * den] if math.isfinite(s.lo) else []
        upper = [num <= Fraction(s.hi) * den] if math.isfinite(s.hi) else []
        return z3.And(den > 0, *lower, *upper)

    def consistent(self, kept, *further):
        chosen = [guard if label in kept else z3.Not(guard) for label, guard in self.guards.items()]
        return self.solver.check(*chosen, *further) == z3.sat

    def conflicts(self):
        bad = [kept for kept in subsets(self.guards) if not self.consistent(kept)]
        return {kept for kept in bad if not any(other < kept for other in bad)}

    def repairs(self):
        everything = frozenset(self.guards)
        good = [out for out in subsets(self.guards) if self.consistent(everything - out)]
        return {out for out in good if not any(other < out for other in good)}

    def reaches(self, num, den, end, sign):
        """Whether num/den comes as near to a (greatest, if the sign is 1) end as you like, and not beyond."""
        num, den = self.total(num), z3.RealVal(1) if den is None else self.total(den)
        far, near, beyond = sign * 10**6, Fraction(end) if math.isfinite(end) else 0, Fraction(1, 10**6)

        def some(ratio):
            return self.consistent(self.guards, den > 0, sign * num >= sign * ratio * den)

        if math.isinf(end):
            return some(far)
        return some(near - sign * beyond) and not some(near + sign * beyond)


@pytest.mark.parametrize("seed", range(200))
def test_consistency_bounds_and_ratios_agree_with_z3(seed):
    problem = random_system(1000 + seed, unknowns=4, statements=7, domains=DOMAINS)
    bounds = solver.bounds(problem)
    for part in solver.components(problem):
        exact = Exact(part)
        assert solver.is_feasible(part) == exact.consistent(part.labels)
        assert bounds.loc[list(part.variables)].isna().all(axis=None) != solver.is_feasible(part)
        if not solver.is_feasible(part):
            continue
        for name, lo, hi in bounds.loc[list(part.variables)].itertuples():
            assert exact.reaches({name: 1.0}, None, lo, -1)
            assert exact.reaches({name: 1.0}, None, hi, 1)
        num, den = {part.variables[0]: 1.0}, dict.fromkeys(part.variables, 1.0)
        lo, hi = solver.ratio_range(part, num, den)
        if math.isnan(lo):
            assert not exact.consistent(part.labels, exact.total(den) > 0)
        else:
            assert exact.reaches(num, den, lo, -1)
            assert exact.reaches(num, den, hi, 1)


@pytest.mark.parametrize("seed", range(80))
def test_conflicts_and_repairs_are_those_of_a_search_through_all_subsets(seed):
    problem = random_system(2000 + seed, unknowns=3, statements=9, domains=DOMAINS)
    exact = Exact(problem)
    cost = {label: 1.0 + i % 3 for i, label in enumerate(sorted(problem.labels))}
    found = solver.conflicts(problem)
    assert set(found) == exact.conflicts()
    assert found == sorted(found, key=lambda labels: (len(labels), sorted(labels)))
    if frozenset() in found:
        with pytest.raises(ValueError, match="expected a label that may be withdrawn"):
            solver.repairs(problem, cost)
        return
    groups = itertools.groupby(solver.repairs(problem, cost), key=lambda repair: repair.group)
    choices = itertools.product(*([repair.labels for repair in group] for _, group in groups))
    price = {labels: sum(cost[label] for label in labels) for labels in exact.repairs()}
    assert {frozenset().union(*choice) for choice in choices} == {
        labels for labels in price if price[labels] == min(price.values())
    }
    # The search for conflicts tries no repair twice, and none that is larger than need be.
    assert list(solver._clashes(problem)).count(None) == len(price)


def test_the_random_systems_are_of_every_kind():
    systems = [random_system(1000 + seed, 4, 7, DOMAINS) for seed in range(200)]
    consistent = [problem for problem in systems if solver.is_feasible(problem)]
    assert 50 < len(consistent) < 150
    assert sum(np.isinf(solver.bounds(problem)).any(axis=None) for problem in consistent) > 20
    sizes = [len(solver.conflicts(random_system(2000 + seed, 3, 9, DOMAINS))) for seed in range(80)]
    assert sizes.count(0) > 5
    assert sum(size > 2 for size in sizes) > 10


# Properties of ledgers around planted true values.


@st.composite
def planted(draw, lowest, highest, margins):
    """A system around true values: levels, sums, shares and growth, with room to either side or none."""
    count = draw(st.integers(2, 5))
    truth = {f"v{i}": 10 ** draw(st.floats(lowest, highest)) for i in range(count)}
    statements = []
    for k in range(draw(st.integers(1, 9))):
        a, b, c = (f"v{draw(st.integers(0, count - 1))}" for _ in range(3))
        forms = [({a}, None), ({a, b, c}, None), ({a}, {b}), ({a}, {a, b, c})]
        num, den = (s and dict.fromkeys(sorted(s), 1.0) for s in draw(st.sampled_from(forms)))
        ratio = sum(truth[name] for name in num) / (sum(truth[name] for name in den) if den else 1.0)
        below, above = draw(st.tuples(*[st.sampled_from(margins)] * 2))
        statements.append(
            Statement(num, ratio * (1 - below), ratio * (1 + above), frozenset({f"claim:{k}"}), den)
        )
    return System(tuple(statements)), truth


@PROPERTY
@given(planted(lowest=-3, highest=6, margins=[1e-4, 0.05]) | planted(-1, 3, [0.0, 1e-4, 0.05]))
def test_a_planted_truth_is_consistent_and_within_the_bounds(case):
    problem, truth = case
    room = 1e-8 * max(truth.values())
    bounds = solver.bounds(problem)
    assert not bounds.isna().any(axis=None)
    for name, lo, hi in bounds.itertuples():
        assert lo - room <= truth[name] <= hi + room


@PROPERTY
@given(planted(lowest=0, highest=3, margins=[0.01, 0.05, 0.2]))
def test_a_shift_is_noticed_just_beyond_the_smallest_error(case):
    problem = replace(case[0], domains=dict.fromkeys(case[1], (0.1, 1e4)))
    table = solver.noticeable(problem)
    for k, s in enumerate(problem.statements):
        row = table.loc[min(s.labels)]

        def shifted(by, k=k, s=s):
            moved = replace(s, lo=s.lo + by, hi=s.hi + by)
            rest = (*problem.statements[:k], *problem.statements[k + 1 :])
            return solver.is_feasible(replace(problem, statements=(*rest, moved)))

        for shift, sign in ((row["up"], 1), (row["down"], -1)):
            step = 1e-3 * (s.hi + shift)
            assert shifted(sign * (shift - step))
            assert not shifted(sign * (shift + step))


@PROPERTY
@given(st.integers(0, 10**6), st.integers(0, 5), st.integers(0, 20), st.integers(0, 20))
def test_a_wider_interval_never_makes_a_consistent_system_inconsistent(seed, place, below, above):
    problem = random_system(seed, unknowns=3, statements=6, domains=DOMAINS)
    assume(solver.is_feasible(problem))
    before = solver.bounds(problem)
    statements = list(problem.statements)
    place %= len(statements)
    s = statements[place]
    statements[place] = replace(s, lo=s.lo - below / 4, hi=s.hi + above / 4)
    after = solver.bounds(replace(problem, statements=tuple(statements)))
    assert (after["lo"] <= before["lo"] + 1e-6).all()
    assert (after["hi"] >= before["hi"] - 1e-6).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_slipped_decimal_point_is_found_wherever_it_makes_a_contradiction(seed):
    statements, _ = bench_audit.cluster(np.random.default_rng(seed), "c")
    shown = 0
    for place, s in enumerate(statements):
        if s.labels:
            slipped = replace(s, lo=10 * s.lo, hi=10 * s.hi)
            problem = System((*statements[:place], slipped, *statements[place + 1 :]))
            exact = Exact(problem)
            assert exact.consistent(problem.labels - s.labels)
            shows = not exact.consistent(problem.labels)
            assert (s.labels in [repair.labels for repair in solver.repairs(problem)]) == shows
            shown += shows
    assert shown > len(statements) / 3


@pytest.mark.parametrize("seed", range(3))
def test_a_clean_ledger_raises_no_alarm(seed):
    clean, _ = bench_audit.long_ledger(np.random.default_rng(seed), 130)
    assert (solver.infeasible(clean), solver.conflicts(clean), solver.repairs(clean)) == ([], [], [])
    spoilt, slips = bench_audit.with_slips(np.random.default_rng(seed), clean, 3)
    assert len(slips) == 3 and len(solver.conflicts(spoilt)) >= 1


# Speed and sameness.


def test_a_ledger_of_the_size_of_the_article_takes_less_than_a_second():
    rng = np.random.default_rng(0)
    problem, slips = bench_audit.with_slips(rng, bench_audit.long_ledger(rng, 130)[0], slips=3)
    start = time.process_time()
    solver.bounds(problem)
    repairs = solver.repairs(problem)
    solver.conflicts(problem)
    solver.noticeable(problem)
    assert time.process_time() - start < 1.0
    assert {label for repair in repairs for label in repair.labels}.intersection(slips)


def test_the_results_do_not_depend_on_the_order_of_sets():
    code = (
        "import numpy, bench_audit; from mountain_counties.audit import solver;"
        "rng = numpy.random.default_rng(5);"
        "s, _ = bench_audit.with_slips(rng, bench_audit.long_ledger(rng, 60)[0], 4);"
        "c, r = solver.conflicts(s), solver.repairs(s); assert len(c) > 3 and len(r) > 3;"
        "print([sorted(x) for x in c], [(sorted(x.labels), x.cost, x.group) for x in r]);"
        "print(solver.bounds(s).to_csv(), solver.noticeable(s).to_csv())"
    )
    folder = os.path.dirname(bench_audit.__file__)
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": folder},
            capture_output=True, check=True,
        ).stdout
        for seed in "12"
    ]  # fmt: skip
    assert runs[0] == runs[1]
