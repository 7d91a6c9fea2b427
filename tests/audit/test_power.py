"""Slips of printed figures: which there are, who notices them, and what a verdict is worth by that."""

import math
from collections import defaultdict
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from conftest import levels, small

from mountain_counties.audit import ledger, power, relations, verdicts
from mountain_counties.audit.solver import System
from mountain_counties.audit.tables import TableError

ROOT = Path(__file__).resolve().parents[2]
APPLE = ROOT / "examples" / "apple-2023-q4"


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return ledger.load()


@pytest.fixture(scope="module")
def slips(claims) -> list[power.Slip]:
    return power.planted(claims)


@pytest.fixture(scope="module")
def found() -> verdicts.Audit:
    return verdicts.examine(ledger.load())


def of(slips, claim: str) -> dict[str, set[str]]:
    """Give the tokens of a claim's slips by kind."""
    tokens = defaultdict(set)
    for slip in slips:
        if slip.claim == claim:
            tokens[slip.kind].add(slip.token)
    return dict(tokens)


def test_slips_of_a_level_by_hand(slips):
    assert of(slips, "py-go-2023") == {
        "ten times": {"6995亿元"},
        "a tenth": {"69.95亿元"},
        "亿 for 万 or back": {"699.5万元"},
        "digits swapped": {"969.5亿元", "695.9亿元"},  # the two nines are alike
        "digit one off": {"599.5亿元", "799.5亿元", "689.5亿元", "698.5亿元", "699.4亿元", "699.6亿元"},
    }


@pytest.mark.parametrize(
    ("token", "slips"),
    [
        # no figure begins with a nought but a fraction of one, and none has a sign
        ("10亿元", "100亿元 1.0亿元 20亿元 11亿元 10万元"),
        ("0.5亿元", "5亿元 0.05亿元 1.5亿元 0.4亿元 0.6亿元 0.5万元"),
        ("1.2亿元", "12亿元 0.12亿元 2.1亿元 0.2亿元 2.2亿元 1.1亿元 1.3亿元 1.2万元"),
        # a tenth of it, and its digits swapped, are one figure
        ("5.0亿元", "50亿元 0.50亿元 4.0亿元 6.0亿元 5.1亿元 5.0万元"),
    ],
)
def test_slips_are_figures_as_one_prints_them_and_each_comes_once(tmp_path, token, slips):
    folder = small(tmp_path, levels(a=token), [{"num": "a", "at_least": 1, "unit": "亿元"}])
    assert [slip.token for slip in power.planted(ledger.load(folder), folder)] == slips.split()


def test_a_slip_of_a_percentage_stands_for_a_fraction(slips):
    (slip,) = (s for s in slips if s.claim == "py-share-clusters" and s.token == "79.3%")
    assert (slip.lo, slip.value, slip.hi) == (0.7925, 0.793, 0.7935)


def test_slips_of_a_numeral_in_words_a_date_and_a_list(slips, claims):
    assert of(slips, "py-clusters-announced") == {"ten times": {"30大"}, "digit one off": {"2大", "4大"}}
    moved = [s for s in slips if s.claim == "zj-mechanism-date"]
    assert {s.period for s in moved} == {"2023-01-01/2023-12-06", "2025-01-01/2025-12-06"}
    assert {s.token for s in moved} == {claims.token["zj-mechanism-date"]}
    assert of(slips, "py-clusters-listed") == {
        "list one off": {"智能装备|新材料", "智能装备|新材料|时尚智造|?"}
    }


def test_slips_in_english_keep_the_mark_and_the_separator_and_take_the_folder_s_units():
    slips = power.planted(ledger.load(APPLE), APPLE)
    found = of(slips, "revenue")
    assert found["ten times"] == {"$895 billion"}
    assert found["a tenth"] == {"$8.95 billion"}
    assert found["digits swapped"] == {"$98.5 billion", "$85.9 billion"}
    value = {s.token: s.value for s in slips if s.claim == "revenue"}
    assert value["$895 billion"] == pytest.approx(895)


def test_every_slip_is_another_figure_and_says_where_it_went(slips, claims):
    for slip in slips:
        claim = claims.loc[slip.claim]
        if not slip.possible:
            assert slip.direction == 1
            continue
        assert slip.lo <= slip.hi
        assert slip.value != claim.value
        assert slip.direction == (1 if slip.value > claim.value else -1)
    assert {slip.kind for slip in slips} == set(power.KINDS)


def test_a_share_above_the_whole_cannot_be(slips):
    beyond = [s for s in slips if s.claim == "mc-area-share" and s.kind == "ten times"]
    assert [s.possible for s in beyond] == [False]
    assert math.isnan(beyond[0].value)


def test_slipped_changes_one_row(slips, claims):
    slip = next(s for s in slips if s.claim == "py-go-2023")
    changed = power.slipped(claims, slip)
    assert changed.drop("py-go-2023").equals(claims.drop("py-go-2023"))
    assert changed.loc["py-go-2023", ["token", "lo", "hi"]].tolist() == [slip.token, slip.lo, slip.hi]


def test_the_short_way_notices_what_a_whole_new_audit_does(found):
    """What other statements permit, held against an audit of the ledger with the slip in it."""
    clashing = {label for conflict in found.conflicts for label in conflict}
    tested = {name for r in found.relations.values() if not r.linear for name in r.claims}
    seen = found.power.set_index(["claim", "slip", "token"]).inside
    plain = [
        s for s in found.slips
        if s.possible and s.kind in power.KINDS[:5] and s.claim not in tested
        and f"claim:{s.claim}" not in clashing
    ]  # fmt: skip
    sample = [s for want in (True, False) for s in plain if seen[s.claim, s.kind, s.token] == want][::40]
    outcomes = set()
    for slip in sample:
        again = verdicts.examine(power.slipped(found.claims, slip))
        noticed = any(f"claim:{slip.claim}" in conflict for conflict in again.conflicts)
        assert seen[slip.claim, slip.kind, slip.token] == noticed, slip
        outcomes.add(noticed)
    assert outcomes == {True, False}


@pytest.mark.parametrize(
    ("figures", "relation"),
    [
        # twelve with five each are within a hundred, and so are thirteen, or twelve with six
        ({"whole": ("100.0亿元", "亿元", "level"), "firms": ("12家", "count", "count"),
          "least": ("5亿元", "亿元", "threshold")}, {"num": "whole - least*firms", "at_least": 0}),
        ({"first": ("9.0亿元", "亿元", "level"), "second": ("8.0亿元", "亿元", "level"),
          "place": ("1位", "count", "rank")},
         {"num": "first", "den": "second", "at_least": 1, "by": ["place"]}),
        # over a hundred before, so that it may have fallen by more, and not by less
        ({"now": ("80.0亿元", "亿元", "level"), "before": ("100亿元", "亿元", "level", "超"),
          "fall": ("20%", "percent", "growth")}, {"num": "now", "den": "before", "falls_by": "fall"}),
        ({"now": ("120.0亿元", "亿元", "level"), "before": ("100亿元", "亿元", "level", "超"),
          "rise": ("20%", "percent", "growth")}, {"num": "now", "den": "before", "grows_by": "rise"}),
        ({"part": ("40.0亿元", "亿元", "level"), "whole": ("100.0亿元", "亿元", "level"),
          "share": ("40.0%", "percent", "share")}, {"num": "part", "den": "whole", "is": "share"}),
        ({"sum": ("60亿元", "亿元", "level"), "firms": ("12家", "count", "count"),
          "each": ("5亿元", "亿元", "threshold")}, {"num": "firms*each", "is": "sum"}),
    ],
)  # fmt: skip
def test_slips_of_each_part_of_a_relation_are_noticed_as_by_a_new_audit(tmp_path, figures, relation):
    found = verdicts.run(folder=small(tmp_path, figures, [relation]))
    assert not found.conflicts
    for slip, noticed in zip(found.slips, found.power.inside, strict=True):
        if slip.possible:
            again = verdicts.examine(power.slipped(found.claims, slip), found.folder)
            assert noticed == bool(again.conflicts), slip


def test_a_slip_that_only_touches_what_is_permitted_is_not_noticed(tmp_path):
    """A part of 5.0 is 5.05 at most, as its whole is; 5.1 may be so little."""
    folder = small(
        tmp_path, levels(part="5.0亿元", whole="5.0亿元"),
        [{"num": "whole - part", "at_least": 0, "unit": "亿元"}],
    )  # fmt: skip
    seen = verdicts.run(folder=folder).power.set_index(["claim", "token"]).inside
    assert not seen["part", "5.1亿元"] and seen["part", "6.0亿元"]


@pytest.mark.parametrize(("up", "down"), list(product([0, 1, 2, 4], repeat=2)))
def test_strength_by_hand(up, down):
    """Four slips each way, so many of them noticed."""
    rows = [("a", "digit one off", str(i), 1.0, way) for way in (1, -1) for i in range(4)]
    noticed = [i < n for n in (up, down) for i in range(4)]
    slips = pd.DataFrame(rows, columns=["claim", "slip", "token", "value", "direction"]).assign(both=noticed)
    expected = "pinned" if min(up, down) >= 2 else "bounded" if max(up, down) else "not contradicted"
    assert power.strength(slips, "both")["a"] == expected


def test_one_direction_is_enough_where_there_is_only_one():
    slips = pd.DataFrame({"claim": ["a", "a"], "direction": [1, 1], "both": [True, False]})
    assert power.strength(slips, "both")["a"] == "pinned"


def test_a_little_less_than_half_is_not_enough():
    slips = pd.DataFrame({"claim": "a", "direction": 1, "both": [i < 9 for i in range(19)]})
    assert power.strength(slips, "both")["a"] == "bounded"


# ---- relations that test nothing


def counts(**tokens):
    return {name: (token, "count", "count") for name, token in tokens.items()}


@pytest.mark.parametrize(
    ("part", "whole", "spec", "idle"),
    [
        ("5家", "838家", {"num": "part", "den": "whole", "at_most": 1}, True),
        ("5家", "40家", {"num": "part", "den": "whole", "at_most": 1}, False),  # 50 of 40
        ("5家", "838家", {"num": "part", "den": "whole", "derives": "ratio"}, False),
        ("5家", "838家", {"num": "whole - part", "at_least": 0, "unit": "count"}, True),
        ("5家", "5家", {"num": "part - whole", "equals": 0, "unit": "count"}, False),
        ("5家", "838家", {"num": "part", "at_most": 49, "unit": "count"}, False),  # 50, ten times as many
        ("5家", "838家", {"num": "part", "at_most": 51, "unit": "count"}, True),
        # the clash comes first: what does not hold is no idle test
        ("50家", "40家", {"num": "part", "den": "whole", "at_most": 1}, False),
    ],
)  # fmt: skip
def test_a_relation_that_no_slip_can_break_is_refused(tmp_path, part, whole, spec, idle):
    folder = small(tmp_path, counts(part=part, whole=whole), [spec])
    if not idle:
        assert list(verdicts.relations(folder).index) == ["r0"]
        return
    with pytest.raises(TableError) as caught:
        verdicts.relations(folder)
    assert (caught.value.file, caught.value.place) == (folder / "relations.yml", "relation r0")
    assert caught.value.found == "what no slip of its claims can break"


def test_a_clash_beside_a_relation_makes_no_idle_one_of_it(tmp_path):
    """One of two figures is given up; ten times the other would be more than 45."""
    specs = [
        {"num": "x - a", "equals": 0, "unit": "count"},
        {"num": "x - b", "equals": 0, "unit": "count"},
        {"num": "c - x", "at_least": 0, "unit": "count"},
    ]
    unknown = {"x": {"name": "Both", "unit": "count"}}
    folder = small(tmp_path, counts(a="10家", b="5家", c="45家"), specs, unknowns=unknown)
    assert verdicts.relations(folder).grade.to_list() == ["contradicted", "contradicted", "holds"]


def test_a_relation_that_cannot_be_read_with_a_slip_is_no_idle_one(tmp_path):
    """No misprint of these makes more than 838, but none of five is no sum."""
    spec = {"num": "firms*part", "den": "whole", "at_most": 1}
    folder = small(tmp_path, counts(firms="1家", part="5家", whole="838家"), [spec])
    assert verdicts.relations(folder).grade["r0"] == "holds"


def test_a_relation_may_break_through_what_is_not_printed(tmp_path):
    """No slip reaches a part of an unknown whole, until another relation says how large that is."""
    unknown = {"whole": {"name": "The whole", "unit": "count"}}
    specs = [{"num": "part", "den": "whole", "at_most": 1}, {"num": "whole", "den": "half", "equals": 2}]
    figures = counts(part="5家", half="20家")
    folder = small(tmp_path, figures, specs, unknowns=unknown)
    assert verdicts.relations(folder).grade.to_dict() == {"r0": "holds", "r1": "holds"}
    (tmp_path / "wide").mkdir()
    wide = small(tmp_path / "wide", figures | counts(half="2000家"), specs, unknowns=unknown)
    with pytest.raises(TableError, match="relation r0, r1: found what no slip"):
        verdicts.relations(wide)


def test_no_relation_of_the_article_is_idle_and_one_more_would_be_told(claims):
    found = verdicts.examine(claims)
    assert len(verdicts.relations()) == len(found.relations)
    late = relations.Relation(
        "late", "policy", "s", "at_least", num={"py-firms": 1.0, "py-land-firms": -1.0}, lo=0.0,
        claims=frozenset({"py-firms", "py-land-firms"}),
    )  # fmt: skip
    found.relations["late"] = late
    world = relations.system(claims, found.relations)
    assert power.idle(claims, found.relations, {"late": world}, {}, found.slips, found.folder) == ["late"]


@pytest.mark.parametrize(("slogan", "idle"), [("一|三", False), ("一|业", True)])
def test_another_numeral_in_a_slogan_may_break_its_relation(slogan, idle):
    """Where no figure is slipped, the slogan alone can be another one."""
    claims = pd.DataFrame(
        {"kind": ["slogan", "count"], "token": [slogan, "3个"], "unit": "count", "lo": [math.nan, 3],
         "value": [math.nan, 3], "hi": [math.nan, 3]},
        index=["promise", "fact"],
    )  # fmt: skip
    relation = relations.Relation(
        "r", "x", "s", "function", function="slogan_number", claims=frozenset(claims.index)
    )
    args = {"r": {"slogan": "promise", "fact": "fact"}}
    found = power.idle(claims, {"r": relation}, {"r": System(())}, args, [], ledger.ARTICLE)
    assert found == (["r"] if idle else [])
