"""Slips of printed figures: which there are, who notices them, and what a verdict is worth by that."""

import math
from collections import defaultdict
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from mountain_counties.audit import ledger, power, verdicts

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
