"""The audit's results as a reader meets them: words, tables, pictures."""

import math

import pandas as pd
import pytest
from conftest import fill
from hypothesis import given
from hypothesis import strategies as st

from mountain_counties.article import audit_charts
from mountain_counties.audit import ledger, relations, verdicts
from mountain_counties.audit import reader_tables as audit_tables
from mountain_counties.audit.rounding import USUAL, Rules
from mountain_counties.book import charts, prose
from mountain_counties.record import overall_verdicts

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("lo", "hi", "unit", "expected"),
    [
        (0.7824, 0.7842, "percent", "78.24–78.42%"),
        (0.0533, 0.0533, "percent", "5.3%"),
        (151.43, 152.15, "亿元", "15.14–15.22 billion yuan"),
        (1.88795, 1.91205, "亿元", "188.7–191.3 million yuan"),
        (62391.3, 62789.0, "元", "62,391–62,789 yuan"),
        (882.135, math.inf, "亿元", "at least 88.2 billion yuan"),
        (-math.inf, 0.2031, "percent", "at most 20.4%"),
        (-math.inf, math.inf, "ratio", "anything"),
        (-0.0, 0.0, "count", "0"),
        (341, 341, "day", "341 days"),
        (8340, 8340, "date", "1 November 2022"),
        (26.9617, 26.962, "亩", "26.961–26.962 mu"),
        (1.5750000000001, 1.585, "ratio", "1.575–1.585"),
        (0.0857, 0.5654, "percent", "8.5–56.6%"),
        (5.5, 6.5, "working_day", "5.5–6.5 working days"),
    ],
)
def test_quantity(lo, hi, unit, expected):
    assert audit_tables.quantity(lo, hi, unit).replace(SPACE, " ") == expected


@given(st.floats(1e-3, 1e4), st.floats(0, 1e3), st.sampled_from(["percent", "亿元", "元", "ratio", "count"]))
def test_a_printed_bound_is_never_tighter_than_it_is(lo, width, unit):
    def ends(text):
        number, *word = text.replace(SPACE, " ").replace(",", "").removesuffix("%").split()
        scale = {"billion": 10, "million": 0.01}.get(
            word[0] if word else "", 0.01 if unit == "percent" else 1
        )
        found = [float(end) * scale for end in number.split(prose.DASH)]
        return found[0], found[-1]

    low, high = ends(audit_tables.quantity(lo, lo + width, unit))
    if low < high:
        assert low <= lo * (1 + 1e-9) and (lo + width) * (1 - 1e-9) <= high


def test_every_relation_and_unknown_is_listed():
    graded = verdicts.relations()
    table = audit_tables.relations()
    assert list(table["Relation"]) == list(graded["statement"])
    assert list(table["About"].str.lower()) == list(graded["about"])
    assert set(audit_tables.unknowns().index) == set(
        name for relation in verdicts.run().relations.values() for name in relation.unknowns
    )


def test_a_relation_has_the_verdict_and_the_reason_that_are_its_own():
    graded, table = verdicts.relations(), audit_tables.relations()
    assert list(table["Verdict"]) == [f"{{verdict}}`{name}`" for name in graded.index]
    assert list(table["Why"]) == list(graded["reason"])


def test_a_relation_that_alone_defines_an_unknown_is_computed_as_that_unknown():
    names, implied = list(verdicts.relations().index), audit_tables.unknowns()
    computed = dict(zip(names, audit_tables.relations()["Computed"], strict=True))
    for relation, unknown in (("hx-base", "hx-sales-2022"), ("ld-urban-income", "ld-income-urban")):
        assert computed[relation] == f"{implied.name[unknown]}: {implied.text[unknown]}"
    # The base of the growth rate is an unknown too, but other figures bear on the relation.
    assert ":" not in computed["kc-output-base"]
    assert computed["mc-left-over"] == "23"


def test_unknowns_are_bounded_by_hand():
    base = audit_tables.unknowns().loc["kc-go-2023h1"]
    assert base["lo"] == pytest.approx(59.05 / 1.1725)
    assert base["hi"] == pytest.approx(59.15 / 1.1715)


def test_conflicts_mark_exactly_the_statements_of_each():
    found = verdicts.run()
    table = audit_tables.conflicts(found)
    for number, conflict in enumerate(found.conflicts, start=1):
        assert (table[f"Clash {number}"] == "●").sum() == len(conflict)
    assert table["Statement"].is_unique


def test_conflicts_say_what_it_costs_to_give_up_each_statement():
    found = verdicts.run()
    table = audit_tables.conflicts(found)
    price, assumed = {"low": 1, "medium": 2, "high": 3}, relations.assumptions().set_index("statement")
    costs = {f"Assumed: {words}": price[quality] for words, quality in assumed["quality"].items()}
    # A printed figure costs more than any assumption; the cheapest comes first.
    assert table["Cost"].to_list() == [costs.get(words, 4) for words in table["Statement"]]
    assert table["Cost"].is_monotonic_increasing and table["Cost"].nunique() > 2
    for number, conflict in enumerate(found.conflicts, start=1):
        marked = " ".join(table["Statement"][table[f"Clash {number}"] == "●"])
        for label in conflict:
            kind, _, name = label.partition(":")
            words = f"{{claim}}`{name}`" if kind == "claim" else relations.assumptions().statement[name]
            assert words in marked


def test_break_even_of_the_half_year_is_a_fifth():
    table = audit_tables.break_evens()
    row = table[table["Relation"].str.startswith("The first half-year's share of the year")].iloc[0]
    assert (row["Assumed"], row["Permitted"].replace(SPACE, " "), row["Holds"]) == (
        "40.0–55.0%",
        "at most 20.4%",
        "no",
    )


def test_other_rules_keep_every_claim_and_the_clashes():
    table = audit_tables.under_rules()
    assert list(table)[:3] == ["Rule", "Relations that change", "Clashes"]
    assert (table.iloc[:, 3:].sum(axis=1) == len(ledger.load())).all()
    assert (table["Clashes"] == len(verdicts.run().conflicts)).all()


def test_other_rules_name_the_relations_that_they_change(monkeypatch):
    usual = verdicts.relations()
    moved = usual.copy()
    moved.loc[["py-va-rate", "kc-va-first"], "grade"] = ["contradicted", "holds"]
    monkeypatch.setattr(audit_tables, "RULES", {"rounded": USUAL, "cut off": Rules(mode="truncated")})
    monkeypatch.setattr(verdicts, "of_relations", lambda *_: moved)
    table = audit_tables.under_rules().set_index("Rule")["Relations that change"]
    expected = [
        f"{usual.statement['py-va-rate']} (contradicted)",
        f"{usual.statement['kc-va-first']} (holds)",
    ]
    assert table["rounded"] == "none"
    assert table["cut off"].split("; ") == expected


def test_other_rules_move_a_countys_ranges_and_count_its_verdicts():
    table = audit_tables.county_under_rules("liandu", {"ld-income-gap": "Gap"})
    assert list(table) == ["Reading of the digits", "Gap", "Verdicts that change", "Clashes"]
    assert table.Clashes[0] == len(verdicts.run().conflicts)
    cut = verdicts.run(Rules(mode="truncated"))
    assert tuple(cut.claims.loc["ld-income-ratio", ["lo", "hi"]]) == pytest.approx((1.58, 1.59))
    assert table.Gap[1] == "22,976–23,373\N{NO-BREAK SPACE}yuan"  # 39,614 × 0.58 to 39,615 × 0.59
    assert table.Gap[0] != table.Gap[1]
    usual = verdicts.relations()
    moved = [
        (verdicts.of_relations(verdicts.run(rules)).grade != usual.grade)
        for rules in audit_tables.RULES.values()
    ]
    assert table["Verdicts that change"].to_list() == [int(m[usual.about == "liandu"].sum()) for m in moved]


def test_scoreboard_counts_every_claim_once():
    table = overall_verdicts.claims()
    table["place"] = audit_charts.place_of(table, ledger.load())
    board = audit_tables.scoreboard(table, "internal", "place")
    assert list(board.index) == list(verdicts.GRADES)
    assert board["all"].sum() == len(table)
    assert list(board.columns) == [*audit_charts.place_names(), "all"]


def test_described_refuses_a_kind_without_a_group():
    claims = ledger.load().head(2).assign(kind="guess")
    with pytest.raises(KeyError, match="guess"):
        audit_charts.described(claims)


def test_unseen_factors_hold_the_printed_figure():
    table = audit_charts.unseen(verdicts.run(), overall_verdicts.claims())
    assert (table["low"] <= 1).all()
    assert (table["high"] >= 1).all()
    # The clusters and their share pin each other down; nothing else bears on the growth of investment.
    assert table.loc["py-share-clusters", "high"] < 1.01
    assert table.loc["kc-invest-growth", ["low", "high"]].to_list() == [0.0, math.inf]


def test_pictures_show_every_claim():
    claims = audit_charts.described(ledger.load())
    fig = audit_charts.score(claims)
    marks = [line for line in fig.axes[0].get_lines() if line.get_marker() != "None"]
    assert sum(len(line.get_xdata()) for line in marks) == len(claims)
    assert {text.get_text() for text in fig.axes[0].texts} == {
        "measured figures",
        "other numbers",
        "words only",
    }
    bars = audit_charts.by_year(claims).axes[0].patches
    assert sum(bar.get_height() for bar in bars) == len(claims)
    board = pd.DataFrame({"here": dict.fromkeys(verdicts.GRADES, 3)})
    fig = audit_charts.grades(board)
    assert sum(bar.get_width() for bar in fig.axes[0].patches) == 3 * len(verdicts.GRADES)
    assert fig.get_figwidth() == charts.WIDTH


def test_blindness_points_where_there_is_no_limit():
    table = pd.DataFrame({"low": [0.0, 0.9], "high": [math.inf, 1.1]})
    ax = audit_charts.blindness(table, ["a", "b"]).axes[0]
    marks = [line.get_marker() for line in ax.get_lines() if line.get_marker() in "<>|"]
    assert marks == ["<", ">", "|", "|"]


def test_a_claim_that_clashes_is_told_with_what_and_what_was_computed(tmp_path):
    """12.5 + 7.5 is 20, and 21 is printed."""
    figures = {"a-output": ("12.5亿元", "Output of A."), "b-output": ("7.5亿元", "Output of B.")}
    figures["both-output"] = ("21亿元", "Output of both.")
    rows = [
        f"{name},0,1,0,{len(token)},{token},{words},e,s,{name},2024-01-01/2024-12-31,亿元,,level,"
        for name, (token, words) in figures.items()
    ]
    (tmp_path / "claims.csv").write_text("\n".join([",".join(ledger.COLUMNS), *rows, ""]), encoding="utf-8")
    (tmp_path / "relations.yml").write_text(
        "assumptions: {}\nunknowns: {}\nrelations:\n"
        "  - {id: add-up, about: x, statement: They add up., num: a-output + b-output, is: both-output}\n",
        encoding="utf-8",
    )
    folder = fill(tmp_path)
    notes = audit_tables.clash_notes(folder)
    assert list(notes.index) == ["a-output", "b-output", "both-output"]
    ((told,),) = {row.clashes for row in notes.itertuples()}
    assert "12.5 + 7.5 = 20.0, printed 21, permitted 19.9 to 20.1" in told
    assert "21亿元, output of both" in told
    mending = notes.mending.str.replace(SPACE, " ")
    assert "would have to be 1.99–2.01 billion yuan" in mending["both-output"]
    assert "would have to be 1.29–1.41 billion yuan" in mending["a-output"]


def test_only_the_claims_of_a_conflict_are_told_of_one():
    notes = audit_tables.clash_notes()
    found = verdicts.run()
    blamed = {label for conflict in found.conflicts for label in conflict if label.startswith("claim:")}
    assert {f"claim:{name}" for name in notes.index} == blamed
    table = verdicts.claims()
    assert set(table.index[table.internal.isin(verdicts.CLASHES)]) == set(notes.index)
    assert notes.clashes.map(len)["kc-go-2024h1"] == len(found.conflicts)
    assert "would not do" in notes.mending["kc-va-2023"]
    assert "one territory" in notes.mending["kc-va-rank"] or "same territory" in notes.mending["kc-va-rank"]
