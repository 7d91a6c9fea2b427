"""The engine against its peers: sums by Arelle, errors located by three R packages, GRIM by a fourth.

The cases of errorlocate, editrules and deducorrect are facts of their documentation and tests: a record,
rules, and which fields are to blame. Where a case has several best answers, the package's is one of ours.
"""

import csv
import math
from fractions import Fraction

import pandas as pd
import pytest
from conftest import ROOT

from mountain_counties.audit import nonlinear, rounding, solver
from mountain_counties.audit.solver import Statement, System
from mountain_counties.record import detection

WEIGHTS = dict(zip("ABCDE", (1, 1, 1, 1, -1), strict=True))
ANYTHING = (-math.inf, math.inf)


def sums(mode):
    with (ROOT / "tests" / "data" / "arelle_sums.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["mode"] == mode]


def intervals(row, mode):
    rules = rounding.Rules(mode=mode)
    printed = {name: row[name] for name in ("T", *WEIGHTS) if row[name]}
    return {n: rounding.interval(x, "count", "level", rules=rules) for n, x in printed.items()}


def fits(row, mode):
    boxes = intervals(row, mode)
    terms = {"T": -1.0} | {n: float(w) for n, w in WEIGHTS.items() if n in boxes}
    statements = [Statement({n: 1.0}, float(lo), float(hi)) for n, (lo, hi) in boxes.items()]
    statements.append(Statement(terms, 0.0, 0.0))
    return solver.is_feasible(System(tuple(statements), dict.fromkeys(boxes, ANYTHING)))


def gap(row, mode):
    """Give how far what the parts permit lies from what the total permits; below zero they overlap."""
    boxes = intervals(row, mode)
    ends = [[w * x for x in boxes[n]] for n, w in WEIGHTS.items() if n in boxes]
    low, high = (sum((side(pair) for pair in ends), Fraction(0)) for side in (min, max))
    return max(boxes["T"][0] - high, low - boxes["T"][1])


# The example tables of the R package scrutiny (its data sets pigs1 and pigs2): printed, group, possible.
GRIM_MEANS = """
7.22 32 TRUE, 4.74 25 FALSE, 5.23 29 FALSE, 2.57 24 FALSE, 6.77 27 FALSE, 2.68 28 TRUE,
7.01 29 FALSE, 7.38 26 TRUE, 3.14 27 FALSE, 6.89 31 FALSE, 5.00 25 TRUE, 0.24 28 FALSE
"""
GRIM_PERCENTAGES = """
67.4 150 FALSE, 54.2 150 FALSE, 54.0 150 TRUE, 69.8 150 FALSE, 68.1 150 FALSE, 55.4 150 FALSE
"""


@pytest.fixture(scope="module")
def stored():
    return detection.agreement().set_index("peer")


def counts(agreed):
    return len(agreed), sum(agreed)


def test_arelle_agrees_on_every_sum_of_rounded_figures(stored):
    rows = sums("half up")
    agreed = [fits(row, "half up") is (row["consistent"] == "1") for row in rows]
    assert all(agreed) and 0.5 < sum(row["consistent"] == "1" for row in rows) / len(rows) < 0.9
    touching = [row for row in rows if gap(row, "half up") == 0]
    assert touching and all(row["consistent"] == "1" for row in touching)
    assert counts(agreed) == tuple(stored.loc["Arelle, rounded", ["cases", "agree"]])
    assert {row["version"] for row in rows} == {stored.version["Arelle, rounded"]}


def test_arelle_differs_on_figures_cut_off_only_at_open_ends_and_at_nought(stored):
    rows = sums("truncated")
    agreed = [fits(row, "truncated") is (row["consistent"] == "1") for row in rows]
    touching, nought = 0, 0
    for row in (row for row, same in zip(rows, agreed, strict=True) if not same):
        if gap(row, "truncated") == 0:
            touching += 1  # an end that a figure cut off never reaches is in our interval and not in Arelle's
        else:  # a nought cut off may be a little below zero for Arelle, and for us is not
            nought += 1
            assert row["consistent"] == "1" and any(row[n] and not Fraction(row[n]) for n in ("T", *WEIGHTS))
    assert touching and nought
    assert counts(agreed) == tuple(stored.loc["Arelle, cut off", ["cases", "agree"]])


EDGE = 1e-6  # a strict inequality, by a millionth
MORE = (EDGE, math.inf)
BALANCE = ({"p": 1, "c": 1, "t": -1}, 0, 0)
COST = ({"c": 1, "t": -0.6}, 0, math.inf)
BOOKS, OTHER = {"p": 755, "c": 125, "t": 200}, {"p": 30, "c": 70, "t": 80}
SCHOLTUS = [
    ({"x1": 1, "x2": 1, "x3": -1}, 0, 0), ({"x2": 1, "x4": -1}, 0, 0),
    ({"x5": 1, "x6": 1, "x7": 1, "x8": -1}, 0, 0), ({"x3": 1, "x8": 1, "x9": -1}, 0, 0),
    ({"x9": 1, "x10": -1, "x11": -1}, 0, 0),
]  # fmt: skip
NAMES = [f"x{i}" for i in range(1, 12)]
GOOD = dict(zip(NAMES, (1452, 116, 1568, 116, 323, 76, 12, 411, 1979, 1842, 137), strict=True))
TYPO = GOOD | {"x4": 161, "x9": 19979}
ABOUT = dict(zip(NAMES, (12, 4, 15, 4, 3, 1, 8, 11, 27, 41, -13), strict=True))
SIGNS = [({"z": 1, "x": -1, "y": 1}, 0, 0)]
XYZ = [({"x": 1, "y": 1, "z": -1}, 0, 0), *(({n: 1}, *MORE) for n in "xyz")]
SUM = [({"x": 1, "y": 1, "z": -1}, 0, 0), ({"x": 1}, 0, math.inf), ({"y": 1}, 0, math.inf)]
PARTS = [
    ({n: 1}, x, x) for n, x in zip(("y", "yA", "yB", "yC", "yD", "yE"), (60, 5, 5, 5, 25, 20), strict=True)
]
PARTS.append(({"y": 1} | dict.fromkeys(("yA", "yB", "yC", "yD", "yE"), -1), 0, 0))

# what it is -> record, rules, weights (none for what may not change), whether theirs are all of the best
# answers, one of them, or a part of each; theirs
LOCALISED = {
    "errorlocate": {
        "a bound that is kept": ({"x": 2}, [({"x": 1}, 1 + EDGE, math.inf)], {}, "all", [""]),
        "a bound that is not": ({"x": 0}, [({"x": 1}, 1 + EDGE, math.inf)], {}, "all", ["x"]),
        "profit, cost and turnover": (BOOKS, [BALANCE, COST], {}, "all", ["p"]),
        "only cost may change": (OTHER, [BALANCE, COST], {"p": None, "t": None}, "all", ["c"]),
        "only turnover may": (OTHER, [BALANCE, COST], {"p": None, "c": None}, "all", ["t"]),
        "a constant that is kept": ({"x": 0}, [({"x": 1}, 0, 0)], {}, "all", [""]),
        "a constant that is not": ({"x": 1}, [({"x": 1}, 0, 0)], {}, "all", ["x"]),
        "a ratio": ({"x": 4, "y": 10}, [({"x": 1, "y": -1}, -math.inf, 0), ({"x": 1}, 5 + EDGE, math.inf)],
                    {}, "all", ["x"]),
        "a fixed sum": ({"x": 6, "y": 6, "z": 5}, SUM, {"z": None}, "all", ["x y"]),
        "two parts": ({"y": 60, "yA": 5, "yB": 5, "yC": 5, "yD": 45, "yE": 0}, PARTS, {}, "all", ["yD yE"]),
        "a figure far too large": ({"p": 1e10, "c": 200, "t": 300}, [BALANCE, COST], {}, "all", ["p"]),
        "a figure that is missing": ({"x": 10, "z": 5}, SUM, {}, "one", ["x"]),
    },
    "editrules": {
        "one rule": (BOOKS, [BALANCE], {}, "all", ["p", "c", "t"]),
        "one rule, turnover more reliable": (BOOKS, [BALANCE], {"t": 2}, "all", ["p", "c"]),
        "two rules": (BOOKS, [BALANCE, COST], {}, "all", ["p"]),
        "a negative part": ({"x": 1, "y": -1, "z": 2}, XYZ, {}, "all", ["y"]),
        "a negative part and no sum": ({"x": -1, "y": 1, "z": 0}, XYZ, {}, "all", ["x z"]),
        "a record without error": ({"x": 1, "y": 1, "z": 2}, XYZ, {}, "all", [""]),
    },
    "deducorrect": {
        "a record without error": (GOOD, SCHOLTUS, {}, "all", [""]),
        "digits swapped": (GOOD | {"x4": 161}, SCHOLTUS, {}, "all", ["x4"]),
        "digits swapped, and a digit too many": (TYPO, SCHOLTUS, {}, "all", ["x4 x9"]),
        "the same, and the parts left out": (
            TYPO | {"x5": 0, "x6": 0, "x7": 0}, SCHOLTUS, {}, "within", ["x4 x9"]),
        "the same, and the total left out": (TYPO | {"x8": 0}, SCHOLTUS, {}, "within", ["x4 x9"]),
        "columns in another order": ({"x2": 1452, "x1": 161, "x3": 1568}, SCHOLTUS[:1], {}, "one", ["x1"]),
        "nothing but noughts would do": ({"x1": 10, "x2": 99}, [({"x1": 1, "x2": -1}, 0, 0),
                                         ({"x1": 9, "x2": -1}, 0, 0)], {}, "all", ["x1 x2"]),
        "a difference of a sign": ({"x": 3, "y": 13, "z": 10}, SIGNS, {}, "one", ["z"]),
        "a part of a sign": ({"x": 14, "y": -4, "z": 10}, SIGNS, {}, "one", ["y"]),
        "a negative difference": ({"x": 15, "y": 5, "z": -10}, SIGNS, {}, "one", ["z"]),
        "a rounding, all but one fixed": (
            {"a": 2, "b": 1}, [({"a": 1, "b": 1}, 2, 2)], {"b": None}, "all", ["a"]),
    },
}  # fmt: skip


def best(record, rules, weights):
    """Give the cheapest sets of fields to change, as words."""
    boxes = [
        Statement({n: 1.0}, x, x, frozenset({n} if weights.get(n, 1) else ())) for n, x in record.items()
    ]
    held = [Statement({k: float(v) for k, v in num.items()}, lo, hi) for num, lo, hi in rules]
    names = {n for num, _, _ in rules for n in num} | set(record)
    system = System((*boxes, *held), dict.fromkeys(names, ANYTHING))
    found = solver.repairs(system, {n: float(weights.get(n, 1)) for n in record if weights.get(n, 1)})
    return sorted(" ".join(sorted(repair.labels)) for repair in found) or [""]


def agrees(case):
    record, rules, weights, how, theirs = case
    ours = best(record, rules, weights)
    if how == "all":
        return ours == sorted(theirs)
    if how == "one":
        return set(theirs) <= set(ours)
    return all(set(theirs[0].split()) < set(answer.split()) for answer in ours)


@pytest.mark.parametrize("peer", LOCALISED)
def test_errors_are_found_where_three_packages_find_them(stored, peer):
    agreed = {name: agrees(case) for name, case in LOCALISED[peer].items()}
    assert [name for name, same in agreed.items() if not same] == []
    assert counts(list(agreed.values())) == tuple(stored.loc[peer, ["cases", "agree"]])


def test_a_difference_of_rounding_is_none_where_deducorrect_rounds_it_away(stored):
    boxes = [Statement({n: 1.0}, x - 1, x + 1) for n, x in ABOUT.items()]
    exact = [Statement({n: 1.0}, x, x) for n, x in ABOUT.items()]
    held = [Statement({k: float(v) for k, v in num.items()}, lo, hi) for num, lo, hi in SCHOLTUS]
    domains = dict.fromkeys(ABOUT, ANYTHING)
    wide, narrow = (solver.is_feasible(System((*made, *held), domains)) for made in (boxes, exact))
    assert counts([wide, not narrow]) == tuple(stored.loc["deducorrect, rounding", ["cases", "agree"]])


def test_grim_is_that_of_scrutiny(stored):
    examples = [(text, "0.005", 1) for text in GRIM_MEANS.split(",")]
    examples += [(text, "0.05", 100) for text in GRIM_PERCENTAGES.split(",")]
    agreed = []
    for (printed, n, possible), half, scale in ((text.split(), *rest) for text, *rest in examples):
        lo, value, hi = (float((Fraction(printed) + k * Fraction(half)) / scale) for k in (-1, 0, 1))
        claims = pd.DataFrame(
            {"lo": [lo, int(n)], "value": [value, int(n)], "hi": [hi, int(n)]}, index=["share", "n"]
        )
        agreed.append(nonlinear.count_from_share(claims, "share", "n").holds is (possible == "TRUE"))
    assert counts(agreed) == tuple(stored.loc["scrutiny", ["cases", "agree"]])


def test_the_table_of_peers_says_where_ours_differs():
    shown = detection.agreement_for_readers()
    assert list(shown.columns) == [
        "Peer",
        "Version",
        "What is compared",
        "Cases",
        "Agree",
        "Where ours differs",
    ]
    assert (shown["Agree"] <= shown["Cases"]).all()
    assert all(shown["Where ours differs"][shown["Agree"] < shown["Cases"]])
    assert isinstance(shown, pd.DataFrame) and len(shown) >= 6
