"""The logs of assumptions and limitations, and the glossary."""

import math
import re

import pytest
from conftest import ROOT

from mountain_counties.audit import ledger, relations, tables, verdicts
from mountain_counties.audit import reader_tables as audit_tables
from mountain_counties.pages import assumption_log, glossary
from mountain_counties.record import claim_checks


@pytest.fixture(scope="module")
def log():
    return assumption_log.assumptions().set_index("Assumption")


def test_every_assumption_is_logged_once_with_its_rating(log):
    declared = relations.assumptions().set_index("statement")
    assert log.index.to_list() == declared.index.to_list()
    assert (
        log[["Quality", "Impact", "Kind"]].to_numpy().tolist()
        == declared[["quality", "impact", "kind"]].to_numpy().tolist()
    )


def test_every_use_of_an_assumption_is_listed():
    used = assumption_log.uses()
    declared = {(a, r.id) for r in verdicts.run().relations.values() for a in r.assumes}
    assert set(zip(used["assumption"], used["relation"], strict=True)) == declared
    assert len(used) == len(declared)
    assert set(used["assumption"]) == set(relations.assumptions().index), "an assumption that nothing uses"


def test_break_evens_are_in_words(log):
    statements = relations.assumptions()["statement"]
    clash = log.loc[statements["kc-half-year"], "Break-even"]
    # Half of 2023's output is known; the year's cannot be below the value added of 24.85 billion yuan.
    found = verdicts.break_evens(verdicts.run()).set_index("relation").loc["kc-half-of-year"]
    assert f"permitted: at most {math.ceil(1000 * found.allowed_hi) / 10}%" in clash.replace("\xa0", " ")
    assert log.loc[statements["literal-slogan"], "Break-even"].count("It fails.") == 3
    assert log.loc[statements["random-award"], "Break-even"].startswith("No figure bears on it")
    assert log.loc[statements["ld-same-year"], "Break-even"].startswith("No figure bears on it")
    assert log.loc[statements["ld-nested"], "Break-even"].startswith("It may stand")


def test_used_in_counts_the_relations(log):
    statement = relations.assumptions()["statement"]["literal-slogan"]
    assert log.loc[statement, "Used in"] == "The policies (2), Pingyang (1), Kecheng (1), Liandu (1)"


def test_a_clash_tells_what_is_assumed_apart_from_what_is_permitted(log):
    statement = relations.assumptions()["statement"]["kc-same-territory"]
    tested = audit_tables.break_evens().set_index("Assumption").loc[statement]
    assert tested["Assumed"] != tested["Permitted"]
    assert log.loc[statement, "Break-even"] == (
        f"{tested['Relation']} Assumed: {tested['Assumed']}; permitted: {tested['Permitted']}."
    )


def test_a_reader_sees_each_use_in_words():
    declared = verdicts.run().relations
    shown = assumption_log.uses_for_readers()
    assert len(shown) == len(assumption_log.uses())
    statement = relations.assumptions()["statement"]["kc-same-territory"]
    assert shown[shown["Assumption"] == statement].to_numpy().tolist() == [
        [statement, declared["kc-va-in-output"].statement, "{verdict}`kc-va-in-output`", "Kecheng"]
    ]


def test_a_reader_sees_each_limitation_with_its_own_ratings():
    table, shown = (
        assumption_log.limitations(),
        assumption_log.limitations_for_readers().set_index("Limitation"),
    )
    differ = table[table["quality"] != table["impact"]].iloc[0]
    assert shown.loc[differ["statement"]].to_list()[:3] == [
        differ["quality"],
        differ["impact"],
        differ["what_would_settle"],
    ]
    several = table[table["bears_on"].str.len() > 1].iloc[0]
    named = shown.loc[several["statement"], "Bears on"].split(", ")
    assert named == [assumption_log.TOPICS[topic] for topic in several["bears_on"]]


def test_limitations_are_rated_and_placed():
    table = assumption_log.limitations()
    assert table.index.is_unique
    assert set(table["quality"]) | set(table["impact"]) <= set(assumption_log.RATINGS)
    # Every part of the book has limits of its own.
    assert {topic for topics in table["bears_on"] for topic in topics} == set(assumption_log.TOPICS)
    shown = assumption_log.limitations_for_readers()
    assert shown.loc[0, "Bears on"] == "The article's figures" and len(shown) == len(table)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",audit,medium,high,", ",audit,fair,high,", "row 2, column quality: found 'fair', expected one of"),
        (
            ",audit,medium,high,",
            ",audits,medium,high,",
            "row 2, column bears_on: found 'audits', expected one of all",
        ),
        ("no-outside-truth,", "one-article,", "row 3, column id: found 'one-article' again"),
    ],
)
def test_a_fault_in_the_limitations_is_reported_where_it_stands(tmp_path, old, new, message):
    spoilt = tmp_path / "limitations.csv"
    content = assumption_log.LIMITATIONS.read_text(encoding="utf-8")
    assert old in content
    spoilt.write_text(content.replace(old, new, 1), encoding="utf-8", newline="\n")
    with pytest.raises(tables.TableError, match=re.escape(message)):
        assumption_log.limitations(spoilt)


def test_the_glossary_has_the_terms_that_the_article_and_the_ledger_use():
    terms = glossary.load()
    have = set(terms["term_zh"])
    wanted = (
        "规模以上工业 工业总产值 增加值 天工鼎 专精特新 小巨人 山海协作工程 一县一策 一县一业 跨越类、生态类 "
        "共同富裕示范区 首台（套） 链长制 小微园 亿元 亩"
    )
    assert have >= set(wanted.split())
    units = set(ledger.load()["unit"])
    assert {unit for unit in units if re.search(r"[\u4e00-\u9fff]", unit)} - have <= {"元", "元每人"}


def test_every_chinese_term_has_its_pinyin():
    for row in glossary.load().itertuples():
        # One syllable, with one run of vowels, for each character; 26 is read in three.
        vowels = re.findall(r"[aāáǎàeēéěèiīíǐìoōóǒòuūúǔùüǖǘǚǜ]+", row.pinyin, flags=re.IGNORECASE)
        characters = re.findall(r"[\u4e00-\u9fff]", row.term_zh)
        assert len(vowels) == len(characters) + row.term_zh.count("26") * 3, row.term_zh
        assert not re.search(r"[\u4e00-\u9fff0-9]", row.pinyin), row.term_zh


def test_terms_are_in_order_and_none_repeats(tmp_path):
    text = glossary.GLOSSARY.read_text(encoding="utf-8")
    spoilt = tmp_path / "glossary.csv"
    spoilt.write_text(text.replace(",above-scale firm,", ",zz,", 1), encoding="utf-8", newline="\n")
    with pytest.raises(tables.TableError, match="row 4, column term_en: found 'above-scale industry'"):
        glossary.load(spoilt)
    spoilt.write_text(text.replace("亩,", "亿元,", 1), encoding="utf-8", newline="\n")
    with pytest.raises(tables.TableError, match="again"):
        glossary.load(spoilt)


def test_the_glossary_links_a_source_that_has_an_address():
    terms = glossary.load()
    shown = glossary.for_readers(terms)
    award = terms.index[terms["term_zh"] == "天工鼎"][0]
    assert shown.loc[award, "Term"] == "[Tiangong award]{.original}"
    assert shown.loc[award, "Meaning"].startswith(
        "**天工鼎** *Tiāngōng dǐng*: Zhejiang Manufacturing Tiangong Award"
    )
    assert shown.loc[award, "Meaning"].endswith(
        "[China News Service 2023-05-18](https://zjnews.zjol.com.cn/202305/t20230518_25754014.shtml)"
    )
    plain = terms.index[terms["url"] == ""]
    assert not shown.loc[plain, "Meaning"].str.contains("](", regex=False).any()


def test_the_logs_and_the_glossary_take_no_sentence_of_the_article(article):
    text = re.sub(r"\s", "", article.read_text(encoding="utf-8"))
    for table in (glossary.GLOSSARY, assumption_log.LIMITATIONS):
        for run in re.findall(r"[\u4e00-\u9fff，。、“”（）]{14,}", table.read_text(encoding="utf-8")):
            assert not any(run[i : i + 14] in text for i in range(len(run) - 13)), run


def test_pages_of_the_reference_are_in_the_book():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for name in ("claims", "glossary", "data", "assumptions", "rerun", "speed"):
        assert f"reference/{name}\n" in contents, name


def test_an_assumption_of_the_record_has_all_its_tests_and_their_turning_points():
    checks, declared = claim_checks.checks(), claim_checks.assumptions().loc["rec-income-pace"]
    row = assumption_log.record_assumptions().set_index("Assumption").loc[declared["statement"]]
    both = checks.loc[["rec-ld-income", "rec-ld-ratio"]]
    assert row["Tests"] == " ".join(both["statement"])
    assert row["Break-even"].split("; ") == both["turning"].to_list()
    assert row[["Quality", "Impact", "Kind"]].to_list() == declared[["quality", "impact", "kind"]].to_list()


def test_every_assumption_of_the_record_is_listed_with_its_tests():
    table = assumption_log.record_assumptions().set_index("Assumption")
    own = claim_checks.assumptions().drop(index=relations.assumptions().index)
    assert set(own["statement"]) <= set(table.index)
    assert table["Tests"].str.len().gt(0).all(), "an assumption that no test rests on"
    row = table[table["Break-even"].str.contains("102,712")]
    assert len(row) == 1
