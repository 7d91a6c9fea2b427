"""Declared relations become the statements that one would write by hand, and a bad declaration is refused."""

import copy
import inspect
import math
import re

import pandas as pd
import pytest
import yaml
from conftest import fill, levels, small

from mountain_counties.audit import declaration_file as declarations
from mountain_counties.audit import ledger, nonlinear, relations, verdicts
from mountain_counties.audit.solver import Statement
from mountain_counties.audit.tables import TableError
from mountain_counties.book import prose

INF = math.inf
CLAIMS = pd.DataFrame(
    [
        ("whole", 99.5, 100, 100.5, "亿元", "100亿元", "level", ""),
        ("part", 39.5, 40, 40.5, "亿元", "40亿元", "level", ""),
        ("share", 0.395, 0.40, 0.405, "percent", "40%", "share", ""),
        ("growth", 0.195, 0.20, 0.205, "percent", "20%", "growth", ""),
        ("firms", 12, 12, 12, "count", "12个", "count", ""),
        ("least", 5, 5, 5, "亿元", "5亿元", "threshold", "以上"),
        ("ratio", 0.35, 0.4, 0.45, "count", "0.4", "ratio", ""),
        ("floor", 5, 5, INF, "亿元", "5亿元", "level", "超"),
        ("passed", 4.5, 5, INF, "亿元", "5亿元", "level", "突破"),
        ("slogan", math.nan, math.nan, math.nan, "count", "一|一", "slogan", ""),
        ("day", 8000, 8000, 8000, "day", "今天", "date", ""),
    ],
    columns=["id", "lo", "value", "hi", "unit", "token", "kind", "hedge"],
).set_index("id")
DECLARED = {
    "assumptions": {
        "same-place": {"statement": "One place.", "kind": "scope", "quality": "low", "impact": "high"},
        "half": {"statement": "Half.", "kind": "parameter", "quality": "medium", "impact": "low",
                 "range": [0.4, 0.6]},
        "size": {"statement": "Size.", "kind": "definition", "quality": "high", "impact": "low",
                 "range": [0.2, 0.2], "unit": "亿元"},
    },
    "unknowns": {"base": {"name": "The base", "unit": "亿元"}},
}  # fmt: skip
SHARE = {"id": "r", "about": "p", "statement": "A share.", "num": "part", "den": "whole", "is": "share"}


def load(tmp_path, *specs, **changes):
    path = tmp_path / "relations.yml"
    declared = copy.deepcopy(DECLARED) | {"relations": list(specs)} | changes
    path.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return relations.load(CLAIMS, fill(tmp_path))


def one(tmp_path, **spec):
    """Load one relation: the fields of a good one that are not about its target, and the given ones."""
    frame = {"id": "r", "about": "p", "statement": "It holds."}
    return load(tmp_path, frame | spec)["r"]


@pytest.fixture(scope="module")
def claims():
    return ledger.load()


@pytest.fixture(scope="module")
def declared(claims):
    return relations.load(claims)


@pytest.fixture(scope="module")
def statements(claims, declared):
    return {s.relation: s for s in relations.system(claims, declared).statements}


# ---- expressions and targets, worked out by hand


@pytest.mark.parametrize(
    ("num", "coefficients", "labels"),
    [
        ("part", {"part": 1}, set()),
        ("part + whole", {"part": 1, "whole": 1}, set()),
        ("whole - part", {"whole": 1, "part": -1}, set()),
        ("- part + 2*whole", {"part": -1, "whole": 2}, set()),
        ("0.5*part - 365.25*base", {"part": 0.5, "base": -365.25}, set()),
        ("whole - 3", {"whole": 1, "one": -3}, set()),
        ("7", {"one": 7}, set()),
        ("firms*least", {"least": 12}, {"claim:firms"}),
        ("whole - least*firms", {"whole": 1, "firms": -5}, {"claim:least"}),
        ("whole - size*firms", {"whole": 1, "firms": -0.2}, set()),
        ("size*firms - least*firms + 1", {"firms": 0.2 - 5, "one": 1}, {"claim:least"}),
        ("firms*3", {"one": 36}, {"claim:firms"}),
    ],
)
def test_expressions_have_the_coefficients_worked_out_by_hand(tmp_path, num, coefficients, labels):
    relation = one(tmp_path, num=num, at_least=0)
    assert dict(relation.num) == pytest.approx(coefficients)
    assert relation.labels == labels
    assert relation.den is None


@pytest.mark.parametrize(
    ("target", "lo", "hi", "unit", "labels"),
    [
        ({"is": "share"}, 0.395, 0.405, "percent", {"claim:share"}),
        ({"is": "ratio"}, 0.35, 0.45, "ratio", {"claim:ratio"}),
        ({"grows_by": "growth"}, 1.195, 1.205, "ratio", {"claim:growth"}),
        ({"equals": 0}, 0, 0, "ratio", set()),
        ({"at_least": 1.1, "unit": "count"}, 1.1, INF, "count", set()),
        ({"at_most": 1, "unit": "percent"}, -INF, 1, "percent", set()),
        ({"within": "half"}, 0.4, 0.6, "percent", {"assume:half"}),
        ({"derives": "percent"}, -INF, INF, "percent", set()),
        ({"falls_by": "growth"}, 0.795, 0.805, "ratio", {"claim:growth"}),
        ({"at_most": 1, "by": ["firms"], "assumes": ["same-place"]}, -INF, 1, "ratio",
         {"claim:firms", "assume:same-place"}),
    ],
)  # fmt: skip
def test_targets_give_interval_unit_and_labels(tmp_path, target, lo, hi, unit, labels):
    relation = one(tmp_path, num="part", den="whole", **target)
    assert (relation.lo, relation.hi) == pytest.approx((lo, hi))
    assert (relation.unit, relation.labels, relation.linear) == (unit, labels, True)
    assert {"part", "whole"} <= relation.claims


def test_units_are_multiplied_with_their_powers(tmp_path):
    """A length per area is one per length."""
    folder = fill(tmp_path)
    metre, kilometre, square = (
        relations.measure(n, folder) for n in ("meter", "kilometer", "square_kilometer")
    )
    density = kilometre.times(square, -1)
    assert density.size == pytest.approx(1e-3)
    assert density.dimension == relations.PLAIN.times(metre, -1).dimension
    assert square.times(metre, -1).dimension == metre.dimension
    assert kilometre.times(relations.PLAIN) == kilometre  # by its name, which an error gives


@pytest.mark.parametrize("factor", ["1e-15", "1e15"])
def test_a_factor_may_be_as_small_or_large_as_the_error_says(tmp_path, factor):
    assert one(tmp_path, num=f"{factor}*part", den="whole", at_least=1).num == {"part": float(factor)}


@pytest.mark.parametrize("factor", ["0.99e-15", "1.01e15"])
def test_a_factor_beyond_what_the_error_says_is_refused(tmp_path, factor):
    with pytest.raises(TableError, match="factors from 1e-15 to 1e\\+15"):
        one(tmp_path, num=f"{factor}*part", den="whole", at_least=1)


@pytest.mark.parametrize(
    ("spec", "refused"),
    [
        ({"num": "firms", "at_least": 0, "unit": "count"}, True),
        ({"num": "firms", "at_least": 1, "unit": "count"}, False),
        ({"num": "firms", "at_most": 1, "unit": "count"}, False),
        ({"num": "share", "at_least": 0, "unit": "percent"}, True),
        ({"num": "share", "at_most": 1, "unit": "percent"}, True),
        ({"num": "share", "at_most": 0.99, "unit": "percent"}, False),
        ({"num": "growth", "at_least": 0, "unit": "percent"}, False),
        ({"num": "growth", "at_most": 1, "unit": "percent"}, False),
        ({"num": "2*share", "at_most": 1, "unit": "percent"}, False),
        ({"num": "firms - 3", "at_least": 0, "unit": "count"}, False),
    ],
)
def test_a_bound_that_the_kind_of_a_claim_sets_is_refused(tmp_path, spec, refused):
    if refused:
        with pytest.raises(TableError, match="a relation that can fail"):
            one(tmp_path, **spec)
    else:
        assert one(tmp_path, **spec).target in spec


def test_a_relation_knows_what_stands_in_it(tmp_path):
    relation = one(
        tmp_path,
        num="part + least*firms",
        den="base",
        grows_by="growth",
        by=["ratio"],
        assumes=["same-place"],
    )
    assert relation.claims == {"part", "least", "firms", "growth", "ratio"}
    assert relation.unknowns == {"base"}
    assert relation.assumes == ("same-place",)
    assert relation.labels == {"claim:growth", "claim:ratio", "claim:least", "assume:same-place"}


def test_a_function_knows_what_stands_in_it(tmp_path):
    args = {"total": "whole", "counts": ["firms", "firms"], "thresholds": ["least"], "smallest": "size"}
    relation = one(tmp_path, function="concentration", args=args)
    assert not relation.linear
    assert relation.claims == {"whole", "firms", "least"}
    assert (relation.function, relation.args) == ("concentration", args)
    assert (relation.lo, relation.hi) == (-INF, INF)  # the article states no interval for it


def test_the_system_has_a_box_for_each_claim_and_a_statement_for_each_relation(tmp_path):
    found = load(
        tmp_path,
        SHARE,
        {"id": "growing", "about": "p", "statement": "s", "num": "whole", "den": "base",
         "grows_by": "growth"},
        {"id": "shown", "about": "p", "statement": "s", "num": "ratio", "derives": "ratio"},
        {"id": "odds", "about": "p", "statement": "s", "function": "binomial",
         "args": {"successes": "firms", "trials": "firms"}},
    )  # fmt: skip
    system = relations.system(CLAIMS, found)
    boxes = {
        name: Statement(
            {name: 1.0}, CLAIMS.lo[name], CLAIMS.hi[name], frozenset({f"claim:{name}"}), None, name
        )
        for name in ("part", "ratio", "whole")
    }
    rows = {
        "r": Statement({"part": 1.0}, 0.395, 0.405, frozenset({"claim:share"}), {"whole": 1.0}, "r"),
        "growing": Statement(
            {"whole": 1.0}, 1.195, 1.205, frozenset({"claim:growth"}), {"base": 1.0}, "growing"
        ),
    }
    assert {s.relation: s for s in system.statements} == boxes | rows
    assert len(system.statements) == 5
    assert system.domain("one") == (1, 1)


# ---- bad declarations


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"num": "party"}, "party"),
        ({"den": "wholly"}, "wholly"),
        ({"is": "shares"}, "shares"),
        ({"is": "base"}, "base"),
        ({"assumes": ["same-planet"]}, "same-planet"),
        ({"by": ["nobody"]}, "nobody"),
        # the name is known, but not as what it is used for
        ({"assumes": ["firms"]}, "firms"),
        ({"by": ["same-place"]}, "same-place"),
        ({"is": None, "within": "always"}, "always"),
        ({"is": None, "within": "same-place"}, "same-place"),
        ({"num": "half*part"}, "half"),
        ({"num": "same-place*part"}, "same-place"),
        # an expression that cannot be read
        ({"num": "part whole"}, "part whole"),
        ({"num": "2 * part"}, "2 * part"),
        ({"num": "part + "}, "part +"),
        ({"num": "part+whole"}, "part+whole"),
        ({"num": "2*3*part"}, "2*3*part"),
        ({"num": "2part"}, "2part"),
        ({"num": "part / whole"}, "part / whole"),
        ({"num": ""}, "''"),
        ({"num": None}, "num"),
        # targets and fields
        ({"at_most": 1}, "at_most"),
        ({"is": None}, "no target"),
        ({"is": None, "at_least": "much"}, "much"),
        ({"approx": 1}, "approx"),
        ({"statement": None}, "no statement among id, about, num"),
        ({"about": None}, "no about among id, statement, num"),
        ({"statement": ""}, "statement: ''"),
        ({"statement": " "}, "statement: ' '"),
        ({"missing": ["a", "b"]}, "missing: ['a', 'b']"),
        # numbers
        ({"is": None, "at_most": "１"}, "at_most: '１'"),
        ({"is": None, "at_most": "1"}, "at_most: '1'"),
        ({"is": None, "equals": True}, "equals: True"),
        ({"is": None, "at_least": math.nan}, "at_least: nan"),
        ({"is": None, "at_least": INF}, "at_least: inf"),
        ({"num": "２*part"}, "２*part"),
        ({"num": "inf*part"}, "inf"),
        ({"num": "0*part"}, "zero for part"),
        ({"num": "part - part"}, "zero for part"),
        ({"den": "whole - 0"}, "zero for one"),
        # claims that cannot serve
        ({"is": "slogan"}, "is: slogan"),
        ({"is": None, "grows_by": "slogan"}, "grows_by: slogan"),
        ({"is": ["share"]}, "['share']"),
        ({"is": None, "within": ["half"]}, "['half']"),
        ({"num": "ratio*part"}, "the factor 'ratio', a ratio"),
        ({"num": "slogan*part"}, "the factor 'slogan', a slogan"),
        ({"num": "day*part"}, "the factor 'day', a date"),
        ({"num": "floor*firms"}, "the factor 'floor', a level"),
        ({"num": "ratio*part", "is": None, "derives": "亿元"}, "'ratio'"),
        ({"num": "passed*firms", "is": None, "derives": "亿元"}, "'passed'"),
        # lists that are none
        ({"assumes": "same-place"}, "'same-place'"),
        ({"by": {"firms": 1}}, "{'firms': 1}"),
        ({"by": [["firms"]]}, "['firms']"),
        # units
        ({"is": None, "derives": "bananas"}, "bananas"),
        ({"is": None, "at_most": 1, "unit": "bananas"}, "bananas"),
        ({"is": None, "derives": "counts"}, "counts"),
        ({"is": None, "derives": ["count"]}, "['count']"),
        # functions
        ({"is": None, "function": ["binomial"], "args": {}}, "['binomial']"),
        ({"is": None, "function": "binomial", "args": ["firms"]}, "['firms']"),
        ({"is": None, "function": "binomial", "args": {"successes": 5, "trials": "firms"}}, "successes: 5"),
        ({"is": None, "function": "reached", "args": {"levels": "part", "target": "whole"}}, "'part'"),
        ({"is": None, "function": "reached", "args": {"levels": [["part"]], "target": "whole"}}, "[['part'"),
        ({"is": None, "function": "binomial", "args": {"successes": "firms", "trials": "firms"},
          "assumes": ["same-planet"]}, "same-planet"),
        ({"is": None, "function": "binomial", "args": {"successes": "firms", "trials": "firms"},
          "by": ["nobody"]}, "nobody"),
        ({"is": None, "function": "triomial", "args": {}}, "triomial"),
        ({"is": None, "function": "_numbers", "args": {}}, "_numbers"),
        ({"is": None, "function": "binomial"}, "args"),
        ({"is": None, "function": "binomial", "args": {"successes": "firms", "trials": "frims"}}, "frims"),
        (
            {"is": None, "function": "reached", "args": {"levels": ["part", "parts"], "target": "whole"}},
            "parts",
        ),
        ({"is": None, "function": "binomial", "args": {"successes": "firms", "trails": "firms"}}, "trails"),
        ({"is": None, "function": "binomial", "args": {"successes": "firms"}}, "trials"),
    ],
)  # fmt: skip
def test_a_bad_relation_is_reported_by_name(tmp_path, changes, found):
    good = SHARE | {"id": "good"}
    bad = {key: value for key, value in (SHARE | {"id": "bad"} | changes).items() if value is not None}
    assert list(load(tmp_path, good)) == ["good"]
    (tmp_path / "next").mkdir()
    with pytest.raises(TableError) as caught:
        load(tmp_path / "next", good, bad)
    error = caught.value
    assert error.file == tmp_path / "next" / "relations.yml"
    assert error.place == "relation bad" and ", relation bad: found " in str(error)
    assert found in error.found and error.expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"num": None}, "num: a sum of claims and unknowns"),
        ({"is": None}, "one of is, grows_by, falls_by, equals"),
        ({"approx": 1}, "the fields id, about, statement; perhaps args, "),
        ({"is": "slogan"}, "a claim with an interval"),
        ({"by": ["nobody"]}, "one of the claims"),
        ({"assumes": ["nobody"]}, "one of the assumptions"),
        ({"num": "part whole"}, "a sum of terms"),
        ({"num": "ratio*part"}, "an exact claim as factor"),
        ({"num": "half*part"}, "an assumption with a single value"),
        ({"is": None, "at_most": "1"}, "a number"),
        ({"is": None, "derives": "bananas"}, "a unit of units.txt"),
        ({"is": None, "within": "same-place"}, "one of the assumptions with a range"),
        ({"is": None, "function": "binomial"}, "args: successes, trials, as binomial takes them"),
        ({"is": None, "function": "triomial"}, "one of slogan_sum, slogan_number"),
    ],
)
def test_what_is_expected_names_the_fault(tmp_path, changes, expected):
    with pytest.raises(TableError) as caught:
        load(tmp_path, {key: value for key, value in (SHARE | changes).items() if value is not None})
    assert caught.value.expected.startswith(expected)


@pytest.mark.parametrize(
    ("spec", "place", "found"),
    [
        ("r", "relation 2", "'r'"),
        (["id"], "relation 2", "['id']"),
        (None, "relation 2", "None"),
        ({"about": "p"}, "relation 2", "no id among about"),
        (SHARE | {"id": 5}, "relation 5", "id: 5"),
    ],
)
def test_a_relation_that_has_no_name_is_reported_by_its_number(tmp_path, spec, place, found):
    with pytest.raises(TableError) as caught:
        load(tmp_path, SHARE, spec)
    assert (caught.value.place, caught.value.found) == (place, found)


def test_an_exact_claim_stays_a_factor_when_an_audit_widens_it(tmp_path):
    spec = SHARE | {"num": "firms*least"}
    load(tmp_path, spec)
    wide = CLAIMS.copy()
    wide.loc["firms", ["lo", "hi"]] = [11, 13]
    assert relations.load(wide, tmp_path)["r"].num == {"least": 12}


def test_a_floor_may_be_a_factor_where_nothing_is_tested(tmp_path):
    relation = one(tmp_path, num="whole + floor*firms", derives="亿元")
    assert relation.num == {"whole": 1, "firms": 5} and relation.labels == {"claim:floor"}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("The base", "'The base'"),
        ({"name": "The base"}, "no unit"),
        ({"name": "", "unit": "亿元"}, "name: ''"),
        ({"name": "The base", "unit": "bananas"}, "bananas"),
        ({"name": "The base", "unit": "counts"}, "counts"),
        ({"name": "The base", "unit": ["亿元"]}, "['亿元']"),
        ({"name": "The base", "unit": "亿元", "note": 1}, "'note'"),
    ],
)
def test_a_bad_unknown_is_reported_by_name(tmp_path, spec, found):
    with pytest.raises(TableError) as caught:
        load(tmp_path, SHARE, unknowns={"base": spec})
    assert caught.value.place == "unknown base" and found in caught.value.found


@pytest.mark.parametrize(
    ("field", "value"), [("assumptions", []), ("unknowns", "none"), ("relations", {"r": SHARE})]
)
def test_a_field_of_another_kind_is_reported_by_name(tmp_path, field, value):
    with pytest.raises(TableError) as caught:
        load(tmp_path, **{"relations": [SHARE], field: value})
    assert (caught.value.place, caught.value.found) == (f"field {field}", repr(value))


def test_a_file_without_assumptions_has_no_range_to_name(tmp_path):
    with pytest.raises(TableError, match="'half', expected one of the assumptions with a range"):
        load(tmp_path, {k: v for k, v in SHARE.items() if k != "is"} | {"within": "half"}, assumptions={})


def test_an_id_may_not_repeat_or_be_missing(tmp_path):
    with pytest.raises(TableError, match="expected a new id"):
        load(tmp_path, SHARE, SHARE)
    (tmp_path / "next").mkdir()
    with pytest.raises(TableError, match="relation 1: found no id"):
        load(tmp_path / "next", {key: value for key, value in SHARE.items() if key != "id"})


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("s", "'s'"),
        (None, "None"),
        ({"quality": None}, "no quality among statement, kind, impact"),
        ({"note": "n"}, "note"),
        ({"statement": ""}, "statement: ''"),
        ({"kind": "guess"}, "kind: 'guess'"),
        ({"kind": ["scope"]}, "kind: ['scope']"),
        ({"quality": "good"}, "quality: 'good'"),
        ({"impact": "Low"}, "impact: 'Low'"),
        ({"range": 0.4}, "range: 0.4"),
        ({"range": [0.4]}, "range: [0.4]"),
        ({"range": [0.4, 0.5, 0.6]}, "range: [0.4, 0.5, 0.6]"),
        ({"range": ["0.4", "0.6"]}, "range: ['0.4', '0.6']"),
        ({"range": ["０.4", 0.6]}, "range: ['０.4', 0.6]"),
        ({"range": [0.6, 0.4]}, "range: [0.6, 0.4]"),
        ({"range": [0.4, INF]}, "range: [0.4, inf]"),
        ({"range": [math.nan, 0.4]}, "range: [nan, 0.4]"),
        ({"range": [False, True]}, "range: [False, True]"),
    ],
)
def test_a_bad_assumption_is_reported_by_name(tmp_path, spec, found):
    if isinstance(spec, dict):
        spec = {"statement": "s", "kind": "scope", "quality": "low", "impact": "low"} | spec
        spec = {key: value for key, value in spec.items() if value is not None}
    with pytest.raises(TableError) as caught:
        load(tmp_path, SHARE, assumptions={"wrong": spec})
    assert caught.value.place == "assumption wrong"
    assert found in caught.value.found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"relations: [\n", "while parsing"),
        (b"- a\n- b\n", "list"),
        (b"relations: []\n", "relations"),
        (b"assumptions: {}\nunknowns: {}\nrelations: []\nmore: 1\n", "more"),
        (b"\xef\xbb\xbfrelations: []\n", "byte-order mark"),
        (b"relations: []\r\n", "carriage return"),
        ("relations: [亿元]\n".encode("gb18030"), "byte 0x"),
    ],
)
def test_a_bad_file_is_reported(tmp_path, content, found):
    path = tmp_path / "relations.yml"
    path.write_bytes(content)
    with pytest.raises(TableError) as caught:
        relations.load(CLAIMS, tmp_path)
    assert caught.value.file == path
    assert found in caught.value.found


# ---- the relations of the article


def test_there_are_enough_relations_of_every_sort(declared):
    assert len(declared) >= 90
    assert {r.about for r in declared.values()} == {"policy", "pingyang", "kecheng", "liandu"}
    assert {r.target for r in declared.values()} == set(relations.TARGETS) - {"falls_by"}
    # A share of many is met by some whole number whatever is printed: no test for this article.
    used = {r.function for r in declared.values() if not r.linear}
    assert set(nonlinear.FUNCTIONS) - used == {"count_from_share"}
    assert len({r.statement for r in declared.values()}) > 0.95 * len(declared)
    assert all(r.claims or r.unknowns for r in declared.values())


def test_a_derivation_says_what_would_turn_it_into_a_test(declared):
    silent = [r.id for r in declared.values() if r.target == "derives" and not r.missing]
    assert silent == []


def test_every_assumption_is_used_and_every_used_one_is_declared(declared):
    # Read from the file once more, so that what the loader drops would show.
    source = yaml.safe_load((ledger.ARTICLE / "relations.yml").read_text(encoding="utf-8"))
    used = {name for spec in source["relations"] for name in spec.get("assumes", [])}
    used |= {spec["within"] for spec in source["relations"] if "within" in spec}
    assert used == set(relations.assumptions().index) == set(source["assumptions"])
    assert used == {name for r in declared.values() for name in r.assumes}
    stated = {
        label.removeprefix("assume:") for r in declared.values() for label in r.labels if "assume:" in label
    }
    assert stated <= used


def test_places_in_a_text_are_filled(tmp_path, claims):
    spec = {"statement": "A share, {py-share-clusters}, {first} to {last}, {years}."}
    args = {"first": 2020, "last": "2022-05", "years": [2014, 2022]}
    printed = prose.claim(claims.loc["py-share-clusters"])
    told = declarations.filled(spec["statement"], claims, args)
    assert told.replace(prose.NBSP, " ") == f"A share, {printed}, 2020 to May 2022, 2014–2022."
    with pytest.raises(TableError, match="nothing"):
        load(tmp_path, {**SHARE, "statement": "{nothing}"})


def test_a_range_stands_in_its_statement(tmp_path):
    spec = DECLARED["assumptions"]["half"]
    row = declarations.assumption(spec | {"statement": "It holds {range:percent}."}, "half", tmp_path)
    assert (row["statement"], row["lo"], row["hi"]) == ("It holds 40–60%.", 0.4, 0.6)
    for wrong in ({"statement": "{range:share}"}, {"statement": "{range}", "range": None}):
        broken = {key: value for key, value in (spec | wrong).items() if value is not None}
        with pytest.raises(TableError, match="a range, and its kind"):
            declarations.assumption(broken, "half", tmp_path)


def test_every_unknown_is_used(declared):
    assert {name for r in declared.values() for name in r.unknowns} == set(relations.unknowns().index)


def test_assumptions_are_rated():
    table = relations.assumptions()
    assert set(table.quality) <= {"low", "medium", "high"} >= set(table.impact)
    assert set(table.kind) == declarations.ASSUMPTION_KINDS
    ranged = table.lo.notna()
    assert (table.lo[ranged] <= table.hi[ranged]).all() and table.hi[~ranged].isna().all()
    assert set(table.kind[ranged]) == {"parameter", "definition"}


def test_the_assumptions_given_out_are_a_copy():
    table = relations.assumptions()
    before = table["statement"].to_list()
    table["statement"] = "changed"
    assert relations.assumptions()["statement"].to_list() == before


def test_a_claim_that_serves_as_a_factor_is_exact(claims):
    source = yaml.safe_load((ledger.ARTICLE / "relations.yml").read_text(encoding="utf-8"))
    sums = [str(spec[side]) for spec in source["relations"] for side in ("num", "den") if side in spec]
    factors = {name for text in sums for name in re.findall(r"([a-z][a-z0-9-]*)\*", text)} & set(claims.index)
    assert len(factors) > 5
    # The floor is open above; its only use is a least total, which is right at its lower end.
    assert {name for name in factors if claims.lo[name] != claims.hi[name]} == {"mc-va-floor-2022"}


def test_functions_are_called_as_they_are_defined(declared):
    for relation in declared.values():
        if not relation.linear:
            inspect.signature(nonlinear.FUNCTIONS[relation.function]).bind(None, **relation.args)


@pytest.mark.parametrize(
    ("name", "num", "den", "lo", "hi", "labels"),
    [
        ("py-clusters-share",
         {"py-go-equipment": 1, "py-go-materials": 1, "py-go-fashion": 1}, {"py-go-2023": 1},
         0.7825, 0.7835, {"claim:py-share-clusters"}),
        ("py-clusters-named",
         {"py-clusters-announced": 1, "py-clusters-listed": -1}, None, 0, 0, set()),
        # 10 x 6 + 5 x (14 - 6) + 1 x (138 - 14), sorted by count
        ("py-firms-floor",
         {"py-go-2023": 1, "py-firms-10": -5, "py-firms-5": -4, "py-firms-1": -1}, None, 0, INF,
         {"claim:py-firms-10-threshold", "claim:py-firms-5-threshold", "claim:py-firms-1-threshold",
          "assume:py-nested", "assume:py-same-date"}),
        # and 0.2 x (838 - 138)
        ("py-firms-floor-all",
         {"py-go-2023": 1, "py-firms-10": -5, "py-firms-5": -4, "py-firms-1": -0.8, "py-firms": -0.2}, None,
         0, INF, {"claim:py-firms-10-threshold", "claim:py-firms-5-threshold", "claim:py-firms-1-threshold",
                  "assume:py-nested", "assume:py-same-date", "assume:designated-size"}),
        # 20 x 2 + 10 x (2 - 2) + 1 x (10 - 2), sorted by count
        ("ld-floor-nested",
         {"ld-investment": 1, "ld-projects-20": -10, "ld-projects-10": -9, "ld-projects": -1}, None, 0, INF,
         {"claim:ld-projects-20-threshold", "claim:ld-projects-10-threshold", "claim:ld-projects-threshold",
          "assume:ld-nested"}),
        # 20 x 2 + 10 x 2 + 1 x (10 - 2 - 2), sorted by count
        ("ld-floor-disjoint",
         {"ld-investment": 1, "ld-projects-20": -19, "ld-projects-10": -9, "ld-projects": -1}, None, 0, INF,
         {"claim:ld-projects-20-threshold", "claim:ld-projects-10-threshold", "claim:ld-projects-threshold",
          "assume:ld-disjoint"}),
        ("kc-output-base", {"kc-go-2024h1": 1}, {"kc-go-2023h1": 1}, 1.1715, 1.1725,
         {"claim:kc-growth-2024h1", "assume:same-base"}),
        ("kc-half-of-year", {"kc-go-2023h1": 1}, {"kc-go-2023": 1}, 0.40, 0.55, {"assume:kc-half-year"}),
        ("kc-va-in-output", {"kc-va-2023": 1}, {"kc-go-2023": 1}, -INF, 1, {"assume:kc-same-territory"}),
        ("kc-va-first", {"kc-va-2023": 1}, {"py-va-2023": 1}, 1, INF, {"claim:kc-va-rank"}),
        ("kc-streak-fits", {"kc-go-2024h1": 1}, {"kc-go-2023h1": 1}, 1.1, INF,
         {"claim:kc-streak-months", "claim:kc-streak-threshold", "assume:same-base",
          "assume:kc-streak-ends-with-half"}),
        ("py-parks-before-print", {"pub-date": 1, "py-parks-date": -1}, None, 0, INF, set()),
    ],
)  # fmt: skip
def test_statements_of_the_article_are_those_written_by_hand(statements, name, num, den, lo, hi, labels):
    statement = statements[name]
    assert dict(statement.num) == pytest.approx(num)
    assert (statement.den and dict(statement.den)) == den
    assert (statement.lo, statement.hi) == pytest.approx((lo, hi))
    assert statement.labels == labels


def test_the_system_of_the_article_boxes_the_claims_and_nothing_else(claims, declared, statements):
    system = relations.system(claims, declared)
    linear = {r.id: r for r in declared.values() if r.linear}
    standing = {n for r in linear.values() for n in (*r.num, *(r.den or {})) if n in claims.index}
    held = {name for name, r in linear.items() if r.target != "derives"}
    assert set(statements) == standing | held and len(system.statements) == len(standing) + len(held)
    for name in standing:
        box = statements[name]
        assert (box.lo, box.hi) == (claims.lo[name], claims.hi[name])
        assert (dict(box.num), box.den, box.labels) == ({name: 1.0}, None, {f"claim:{name}"})
    free = set(system.variables) - standing - {"one"}
    assert free == set(relations.unknowns().index)


# ---- a folder of its own: what a relation ties together, in which units, and at what cost


def test_a_total_made_up_in_two_ways_is_one_total(tmp_path):
    """Each sum meets the printed total by rounding; no one total meets both."""
    figures = levels(a="10亿元", b="4.9亿元", c="4.7亿元", d="5.1亿元", e="5.3亿元")
    sums = [{"num": "b + c", "is": "a"}, {"num": "d + e", "is": "a"}]
    both = verdicts.run(folder=small(tmp_path, figures, sums))
    assert [sorted(conflict) for conflict in both.conflicts] == [["claim:b", "claim:c", "claim:d", "claim:e"]]
    alone = tmp_path / "alone"
    alone.mkdir()
    assert not verdicts.run(folder=small(alone, figures, sums[:1])).conflicts


def test_a_long_way_round_to_the_same_conflict_is_not_told_twice(tmp_path):
    figures = levels(a="10亿元", b="4.9亿元", c="7.7亿元", f="12.0亿元", g="2.0亿元")
    sums = [{"num": "b + c", "is": "a"}, {"num": "f - g", "is": "a"}]
    found = verdicts.run(folder=small(tmp_path, figures, sums))
    assert [sorted(conflict) for conflict in found.conflicts] == [["claim:a", "claim:b", "claim:c"]]


@pytest.mark.parametrize(("whole", "clash"), [("3.5亿元", False), ("3.5万元", True)])
def test_units_are_converted_before_figures_are_added(tmp_path, whole, clash):
    unit = whole[-2:]
    figures = {
        "a": ("2.5亿元", "亿元", "level"), "b": ("10000万元", "万元", "level"), "c": (whole, unit, "level"),
    }  # fmt: skip
    found = verdicts.run(folder=small(tmp_path, figures, [{"num": "a + b", "is": "c"}]))
    assert bool(found.conflicts) is clash


@pytest.mark.parametrize(("now", "clash"), [("80亿元", False), ("120亿元", True)])
def test_what_falls_by_a_fifth_is_four_fifths_of_what_it_was(tmp_path, now, clash):
    figures = levels(now=now, before="100亿元") | {"fall": ("20%", "percent", "growth")}
    found = verdicts.run(
        folder=small(tmp_path, figures, [{"num": "now", "den": "before", "falls_by": "fall"}])
    )
    assert bool(found.conflicts) is clash


@pytest.mark.parametrize(("domain", "clash"), [(None, True), ([-INF, INF], False)])
def test_an_unknown_loss_is_below_zero_where_its_domain_says_so(tmp_path, domain, clash):
    unknown = {"profit": {"name": "Profit", "unit": "亿元"} | ({"domain": domain} if domain else {})}
    figures = levels(sales="10亿元", costs="12亿元")
    equation = [{"num": "sales - costs - profit", "equals": 0, "unit": "亿元"}]
    found = verdicts.run(folder=small(tmp_path, figures, equation, unknowns=unknown))
    assert bool(found.conflicts) is clash


def test_a_rate_that_is_given_up_may_have_been_below_zero(tmp_path):
    """One place grew by a point, five points faster than the other: so that one shrank."""
    rates = {"ours": "1%", "theirs": "4%", "lead": "5%"}
    figures = {name: (token, "percent", "growth") for name, token in rates.items()}
    found = verdicts.run(folder=small(tmp_path, figures, [{"num": "ours - theirs", "is": "lead"}]))
    assert {repair.labels for repair in found.repairs} == {frozenset({f"claim:{name}"}) for name in rates}


@pytest.mark.parametrize(
    ("domain", "found"), [([0, -1], "domain: [0, -1]"), ([0], "domain: [0]"), ("x", "domain: 'x'")]
)
def test_a_domain_that_is_no_range_is_refused(tmp_path, domain, found):
    with pytest.raises(TableError) as caught:
        load(tmp_path, SHARE, unknowns={"base": {"name": "The base", "unit": "亿元", "domain": domain}})
    assert (caught.value.place, caught.value.found) == ("unknown base", found)


def test_a_figure_that_costs_less_is_given_up_first(tmp_path):
    figures = levels(a="10亿元", b="4.9亿元", c="7.7亿元")
    sums = [{"num": "b + c", "is": "a"}]
    costs = {"claims": 3, "b": 1}
    found = verdicts.run(folder=small(tmp_path, figures, sums, costs=costs))
    assert [(set(repair.labels), repair.cost) for repair in found.repairs] == [({"claim:b"}, 1.0)]
    assert relations.costs(found.claims, tmp_path) == {"claim:a": 3, "claim:b": 1, "claim:c": 3}


@pytest.mark.parametrize(("costs", "place"), [({"z": 1}, "cost of z"), ({"a": 0}, "cost of a")])
def test_a_cost_of_nothing_or_of_nobody_is_refused(tmp_path, costs, place):
    folder = small(tmp_path, levels(a="1亿元", b="1亿元"), [{"num": "a", "is": "b"}], costs=costs)
    with pytest.raises(TableError) as caught:
        relations.costs(ledger.load(folder), folder)
    assert caught.value.place == place
