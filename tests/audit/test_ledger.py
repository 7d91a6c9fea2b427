"""The ledger refuses bad input, stands where the article says, and agrees with a second reading of it."""

import csv
import hashlib
import io
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import fill

from mountain_counties.audit import ledger
from mountain_counties.audit.rounding import KINDS, WITHOUT_INTERVAL, Rules
from mountain_counties.audit.tables import TableError

SECOND = Path(__file__).parents[1] / "data" / "second_reading.csv"
GOOD = {
    "id": "ab-go-2023", "section": "1", "paragraph": "1", "start": "4", "end": "11", "token": "699.5亿元",
    "paraphrase": "Output.", "entity": "ab", "scope": "industry", "indicator": "output",
    "period": "2023-01-01/2023-12-31", "unit": "亿元", "hedge": "", "kind": "level", "note": "",
}  # fmt: skip


def table(*rows, columns=tuple(GOOD)):
    """Text of a ledger: the given rows, each a good one with some cells changed."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(GOOD | row for row in rows)
    return written.getvalue()


def load(tmp_path, content, **options):
    path = tmp_path / "claims.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return ledger.load(fill(tmp_path), **options)


@pytest.fixture(scope="module")
def claims():
    return ledger.load()


# ---- bad input


@pytest.mark.parametrize(
    ("cells", "column", "found", "expected"),
    [
        ({"unit": "bananas"}, "unit", "'bananas'", "units.txt"),
        ({"unit": ""}, "unit", "''", "units.txt"),
        ({"unit": " "}, "unit", "' '", "units.txt"),
        ({"unit": "1/0"}, "unit", "'1/0'", "units.txt"),
        ({"unit": "千亩"}, "unit", "'千亩'", "units.txt"),
        ({"unit": "percents"}, "unit", "'percents'", "units.txt"),
        ({"unit": "dimensionless"}, "unit", "'dimensionless'", "units.txt"),
        ({"token": "about", "end": "9"}, "token", "'about'", "begin with a number"),
        ({"token": "699.５亿元"}, "token", "'699.５亿元'", "full-width"),
        ({"token": "７个", "end": "6", "kind": "count"}, "token", "'７个'", "full-width"),
        ({"token": " 699.5亿元", "end": "12"}, "token", "' 699.5亿元'", "blanks"),
        ({"token": "2022年", "end": "9", "kind": "date"}, "token", "'2022年'", "does not begin in 2022"),
        ({"start": "3"}, "start, end", "3 to 11", "as long as the part"),
        ({"start": "11", "end": "4"}, "start, end", "11 to 4", "as long as the part"),
        ({"token": "1|2|3"}, "start, end", "4 to 11", "each of the 3 parts"),
        ({"token": "ab|cd", "start": "4|8", "end": "6|10|12", "kind": "enumeration"}, "start, end",
         "4|8 to 6|10|12", "each of the 2 parts"),
        ({"token": "ab|cd", "start": "4|8|12", "end": "6|10", "kind": "enumeration"}, "start, end",
         "4|8|12 to 6|10", "each of the 2 parts"),
        # each part is as long as it should be, but the second stands before the first
        ({"token": "ab|cd", "start": "8|4", "end": "10|6", "kind": "enumeration"}, "start, end",
         "8|4 to 10|6", "each of the 2 parts"),
        ({"start": "4,5"}, "start", "'4,5'", "joined by |"),
        ({"start": "４"}, "start", "'４'", "joined by |"),
        ({"start": ""}, "start", "''", "joined by |"),
        ({"paragraph": "１"}, "paragraph", "'１'", "whole number"),
        ({"paragraph": "-1"}, "paragraph", "'-1'", "from zero up"),
        ({"section": "one"}, "section", "'one'", "whole number"),
        ({"section": "-1"}, "section", "'-1'", "from zero up"),
        ({"section": "6"}, "section", "'6'", "a section of source.yml, 0 to 5"),
        ({"token": "300%", "end": "8", "unit": "percent", "kind": "share"}, "token", "'300%'", "100%"),
        ({"token": f"{10**320}个", "end": "326", "unit": "count"}, "token", f"'{10**320}个'", "a level"),
        ({"period": "2023-12-31/2023-01-01"}, "period", "'2023-12-31/2023-01-01'", "in order"),
        ({"period": "2023"}, "period", "'2023'", "ISO interval"),
        ({"period": "2023-02-29/2023-12-31"}, "period", "'2023-02-29/2023-12-31'", "ISO interval"),
        ({"period": "../.."}, "period", "'../..'", "ISO interval"),
        ({"period": ""}, "period", "''", "ISO interval"),
        ({"kind": "stock"}, "kind", "'stock'", "one of"),
        ({"hedge": "大概"}, "hedge", "'大概'", "one of"),
        # nothing is said to be about so much that has no size
        ({"token": "2023年", "end": "9", "kind": "date", "hedge": "约"}, "token", "'2023年'", "no hedge"),
        ({"token": "ab", "end": "6", "kind": "enumeration", "hedge": "约"}, "token", "'ab'", "no hedge"),
        ({"token": "一", "end": "5", "kind": "slogan", "hedge": "约"}, "token", "'一'", "no hedge"),
        ({"token": "增", "end": "5", "kind": "direction", "hedge": "约"}, "token", "'增'", "no hedge"),
        ({"token": "-3个", "end": "7", "unit": "count", "kind": "count"}, "token", "'-3个'", "from zero up"),
        ({"token": "-5亿元", "end": "8", "kind": "threshold"}, "token", "'-5亿元'", "from zero up"),
        ({"token": "$3 billion", "end": "14"}, "token", "'$3 billion'", "of dollar, and not in 亿元"),
        ({"id": "Ab_go"}, "id", "'Ab_go'", "kebab"),
        ({"id": "ab--go"}, "id", "'ab--go'", "kebab"),
        ({"id": ""}, "id", "''", "kebab"),
        ({"entity": "Ab"}, "entity", "'Ab'", "kebab"),
        ({"paraphrase": ""}, "paraphrase", "''", "text"),
        ({"indicator": ""}, "indicator", "''", "text"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_reported_where_it_stands(tmp_path, cells, column, found, expected):
    with pytest.raises(TableError) as caught:
        load(tmp_path, table({}, {"id": "ab-second"} | cells, {"id": "ab-third"}))
    error = caught.value
    assert error.file == tmp_path / "claims.csv"
    assert (error.row, error.column, error.found) == (3, column, found)
    assert expected in error.expected
    assert str(error) == f"{error.file}, row 3, column {column}: found {found}, expected {error.expected}"


@pytest.mark.parametrize(
    ("content", "row", "column", "found", "expected"),
    [
        (table({}, columns=[c for c in GOOD if c != "unit"]), 1, "unit", "no such column", "the columns id"),
        (table({}).replace("period,unit", "unit,period"), 1, None, "unit, period", "period, unit"),
        (table({}, {"id": "b"}, {}), 4, "id", "'ab-go-2023' again (first in row 2)", "a unique key"),
        (b"\xef\xbb\xbf" + table({}).encode(), 1, None, "a byte-order mark", "UTF-8"),
        (table({}).replace("\n", "\r\n"), 1, None, "a carriage return", "LF"),
        (table({}, {"id": "b"}).encode("gb18030"), 2, None, "the byte 0xd2", "UTF-8"),
        (table({}) + "b,1\n", 3, None, "2 cells", "15 cells"),
        ("", 1, "id", "no such column", "the columns id, "),
        (table(), None, None, "the header only", "at least one claim"),
        (table({}, {"id": "b", "note": "a\0b"}), 3, None, "a NUL byte", "text"),
    ],
)  # fmt: skip
def test_a_bad_file_is_reported_as_a_whole(tmp_path, content, row, column, found, expected):
    with pytest.raises(TableError) as caught:
        load(tmp_path, content)
    error = caught.value
    assert (error.file, error.row, error.column) == (tmp_path / "claims.csv", row, column)
    assert found in error.found and expected in error.expected


@pytest.mark.parametrize(
    ("token", "unit", "kind", "column", "expected"),
    [
        ("699.5亿元", "亩", "level", "unit", "亿元 for '699.5亿元' as level"),
        ("699.5亿元", "元", "level", "unit", "亿元"),
        ("699.5亿元", "万元", "level", "unit", "亿元"),
        ("699.5亿元", "percent", "level", "unit", "亿元"),
        ("百亿元", "count", "threshold", "unit", "亿元"),
        ("100亿元以上", "元", "threshold", "unit", "亿元"),
        ("3万元", "亿元", "level", "unit", "万元"),
        ("39614元", "亿元", "level", "unit", "元"),
        ("12亩", "亿元", "level", "unit", "亩"),
        ("78.3%", "count", "share", "unit", "percent"),
        ("2个百分点", "count", "growth", "unit", "percent"),
        ("3个月", "year", "duration", "unit", "month"),
        ("3年", "month", "duration", "unit", "count or year"),
        ("3天", "working_day", "duration", "unit", "day"),
        ("6个工作日", "day", "duration", "unit", "working_day"),
        ("26个", "亿元", "count", "unit", "count"),
        ("2023年", "亿元", "date", "unit", "day or month or year"),
        ("2023亿元", "year", "date", "kind", "another kind for '2023亿元' as date"),
        ("5亿元", "亿元", "rank", "kind", "another kind"),
        ("5亿元", "count", "rank", "kind", "another kind"),
    ],
)
def test_a_figure_is_counted_in_the_unit_that_it_prints(tmp_path, token, unit, kind, column, expected):
    row = {"token": token, "end": str(4 + len(token)), "unit": unit, "kind": kind}
    with pytest.raises(TableError) as caught:
        load(tmp_path, table({}, {"id": "ab-second"} | row))
    error = caught.value
    assert (error.row, error.column, error.found) == (3, column, repr({"unit": unit, "kind": kind}[column]))
    assert error.expected.startswith(expected)


@pytest.mark.parametrize(
    ("token", "unit", "kind"),
    [
        ("699.5亿元", "hundred_million_yuan", "level"),
        ("1.2万亿元", "亿元", "level"),
        ("20亿", "亿元", "level"),
        ("20亿", "元", "level"),
        ("3千元", "元", "level"),
        ("两年", "count", "streak"),
        ("2个百分点", "percent", "growth"),
        ("1.58", "ratio", "ratio"),
        ("2023年12月06日", "year", "date"),
        ("降了3%", "count", "direction"),
        ("¥3", "元", "level"),
        ("-5亿元", "亿元", "level"),
        ("-5%", "percent", "threshold"),
    ],
)
def test_a_figure_may_have_its_own_unit_under_any_name_and_any_unit_if_it_prints_none(
    tmp_path, token, unit, kind
):
    row = {"token": token, "end": str(4 + len(token)), "unit": unit, "kind": kind}
    assert load(tmp_path, table(row)).unit.to_list() == [unit]


SOURCE = {
    "outlet": "A paper", "date": "2024-12-06", "page": "10", "sha256": "0a" * 32, "sections": "[Lead, Rest]"
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("outlet", "[]", "[]"),
        ("date", "December", "'December'"),
        ("date", "'2024-12-06'", "'2024-12-06'"),
        ("date", "2024-12-06 10:00:00", "datetime.datetime"),
        ("page", "ten", "'ten'"),
        ("page", "１０", "'１０'"),
        ("page", "true", "True"),
        ("page", "0", "0"),
        ("sha256", "0a0a", "'0a0a'"),
        ("sha256", "0g" * 32, "'0g"),
        ("sha256", "1" * 64, "111"),
        ("sections", "[]", "[]"),
        ("sections", "Lead", "'Lead'"),
        ("sections", "5", "5"),
        ("sections", "[Lead, 2]", "['Lead', 2]"),
        ("sections", "[Lead, '']", "['Lead', '']"),
    ],
)
def test_a_bad_field_of_the_source_is_named(tmp_path, field, value, found):
    for content in (SOURCE, SOURCE | {field: value}):
        path = tmp_path / str(len(list(tmp_path.iterdir()))) / "source.yml"
        path.parent.mkdir()
        path.write_text("".join(f"{k}: {v}\n" for k, v in content.items()), encoding="utf-8")
        if content == SOURCE:
            assert ledger.source(path.parent)["sections"] == ["Lead", "Rest"]
    with pytest.raises(TableError) as caught:
        ledger.source(path.parent)
    assert (caught.value.file, caught.value.place) == (path, f"field {field}")
    assert found in caught.value.found and caught.value.expected


def test_a_fault_of_the_source_is_not_blamed_on_the_table(tmp_path):
    content = "".join(f"{k}: {v}\n" for k, v in (SOURCE | {"page": "ten"}).items())
    (tmp_path / "source.yml").write_text(content, encoding="utf-8")
    with pytest.raises(TableError, match=r"source\.yml, field page"):
        load(tmp_path, table({}))
    with pytest.raises(TableError, match=r"source\.yml, field page"):
        ledger.exclusions(tmp_path)


def test_a_day_that_no_calendar_has_is_refused_where_it_stands(tmp_path):
    path = tmp_path / "source.yml"
    path.write_text("".join(f"{k}: {v}\n" for k, v in (SOURCE | {"date": "2024-13-46"}).items()))
    with pytest.raises(TableError, match=r"source\.yml, row 2: found '2024-13-46'"):
        ledger.source(tmp_path)


UNITS = """# money
yuan = [currency] = 元

myriad = 1e4 * yuan = 万元  # ten thousand
year = 12 * month
month = []
"""


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        (b"\xef\xbb\xbf" + UNITS.encode(), 1, "byte-order mark"),
        (UNITS.encode("gb18030"), 4, "the byte 0x"),
        (UNITS.replace("1e4", "１e4").encode(), 4, "'myriad = １e4 * yuan"),
        (UNITS.replace("12 *", "12 * *").encode(), 5, "'year = 12 * * month'"),
        (UNITS.replace("month = []", "month").encode(), 6, "'month'"),
        (UNITS.replace("month = []", "mon-th = []").encode(), 6, "'mon-th = []'"),
        (UNITS.replace("12 * month", "12 * moon").encode(), 5, "'year = 12 * moon'"),
        (UNITS.replace("month = []", "yuan = []").encode(), 6, "'yuan = []'"),
    ],
)
def test_a_bad_unit_is_reported_with_its_row(tmp_path, content, row, found):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir(), bad.mkdir()
    (good / "units.txt").write_text(UNITS, encoding="utf-8")
    assert ledger.registry(good)("1 year").to("month").magnitude == 12
    path = bad / "units.txt"
    path.write_bytes(content)
    with pytest.raises(TableError) as caught:
        ledger.registry(bad)
    assert (caught.value.file, caught.value.row) == (path, row)
    assert found in caught.value.found and caught.value.expected


def test_a_bad_exclusion_is_reported_where_it_stands(tmp_path):
    path = tmp_path / "exclusions.csv"
    good = "section,paragraph,start,end,token,reason\n0,1,77,78,一,article\n"
    path.write_text(good, encoding="utf-8")
    assert ledger.exclusions(fill(tmp_path)).to_dict("records") == [
        {"section": 0, "paragraph": 1, "start": 77, "end": 78, "token": "一", "reason": "article"}
    ]
    for extra, column in (
        ("0,1,90,91,一,\n", "reason"), ("0,1,77,78,一,again\n", "paragraph, start"),
        ("6,1,90,91,一,name\n", "section"), ("-1,1,90,91,一,name\n", "section"),
        ("0,-1,90,91,一,name\n", "paragraph"), ("0,1,-2,91,一,name\n", "start"),
        ("0,1,90,-1,一,name\n", "end"),
    ):  # fmt: skip
        path.write_text(good + extra, encoding="utf-8")
        with pytest.raises(TableError) as caught:
            ledger.exclusions(tmp_path)
        assert (caught.value.row, caught.value.column) == (3, column)


# ---- good input


def test_the_intervals_come_in_base_units(tmp_path):
    found = load(
        tmp_path,
        table(
            {"id": "level"},
            {"id": "share", "token": "78.3%", "end": "9", "unit": "percent", "kind": "share"},
            {"id": "date", "token": "2023年", "end": "9", "unit": "year", "kind": "date"},
            {
                "id": "slogan",
                "token": "一|业",
                "start": "4|6",
                "end": "5|7",
                "unit": "count",
                "kind": "slogan",
            },
            {"id": "least", "token": "100亿元", "end": "9", "hedge": "超"},
            {
                "id": "list",
                "token": "a|bc",
                "start": "4|6",
                "end": "5|8",
                "unit": "count",
                "kind": "enumeration",
            },
        ),
    )
    assert list(found.index) == ["level", "share", "date", "slogan", "least", "list"]
    bounds = found[["lo", "value", "hi"]]
    assert bounds.loc["level"].to_list() == [699.45, 699.5, 699.55]
    assert bounds.loc["share"].to_list() == [0.7825, 0.783, 0.7835]
    # 1 January 2023 is 23 years of 365 days and 6 leap days after 1 January 2000.
    assert bounds.loc["date"].to_list() == [8401, 8583, 8765]
    assert bounds.loc["slogan"].isna().all()
    assert bounds.loc["least"].to_list() == [100, 100, math.inf]
    assert bounds.loc["list"].to_list() == [2, 2, 2]
    assert found.token["level"] == "699.5亿元"


def test_the_rules_reach_the_ledger(tmp_path):
    found = load(tmp_path, table({}), rules=Rules("truncated"))
    assert found.loc["ab-go-2023", ["lo", "hi"]].to_list() == [699.5, 699.6]


def test_days_count_from_2000():
    assert ledger.days("2000-01-01/2000-01-02") == (0, 1)
    assert ledger.days("2024-02-29/2024-03-01") == (8825, 8826)
    assert ledger.days("../2000-01-01") == (-math.inf, 0)
    assert ledger.days("1999-12-31/..") == (-1, math.inf)


def test_chinese_units_are_what_they_are_in_yuan_and_square_metres():
    assert ledger.registry()("1 亿元").to("元").magnitude == pytest.approx(1e8)
    assert ledger.registry()("3 亩").to("meter**2").magnitude == pytest.approx(2000)
    assert not ledger.registry()("working_day").check("[time]")


# ---- the ledger of the article


def test_the_ledger_is_as_large_as_the_article_and_names_each_quantity_once(claims):
    assert len(claims) >= 120
    assert claims.index.is_unique and claims.index.str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*").all()
    assert not claims.duplicated(["entity", "scope", "indicator", "period"]).any()
    assert set(claims.section) == set(range(6))
    assert claims.paragraph.between(0, 34).all()
    assert set(claims.kind) == KINDS


def test_every_figure_has_an_interval_around_its_value(claims):
    without = claims.kind.isin(WITHOUT_INTERVAL)
    assert claims.loc[without, ["lo", "value", "hi"]].isna().all(axis=None)
    held = claims[~without]
    # "More than so many" lies strictly above the figure that is printed.
    assert (held.lo <= held.hi).all() and (held.value <= held.hi).all()
    above = held.index[held.value < held.lo]
    assert set(claims.hedge[above]) == {"多", "余"}


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("py-go-2023", 699.45, 699.55),
        ("py-va-2023", 133.635, 133.645),
        ("py-go-equipment", 119.5, 120.5),
        ("py-pipeline", 281, 289),
        ("kc-park-firms", 201, 299),
        ("kc-park-staff", 6500, 7500),
        ("kc-va-2023", 248.5, math.inf),
        ("py-relief", 100, math.inf),
        ("mc-va-floor-2022", 5, math.inf),
        ("py-target-county", 1000, 10_000),
        ("py-top100", 1, 100),
        ("py-appeals-solved", 0.995, 1),
        ("kc-opto-share", 0.39575, 0.39585),
        ("mc-removed", 3, 3),
    ],
)
def test_figures_of_the_article_stand_for_what_they_should(claims, name, low, high):
    assert claims.loc[name, ["lo", "hi"]].to_list() == [low, high]


# ---- against a text

ARTICLE = """An invented title
by nobody
（ 2024年 ）
\u3000\u3000第一段，产值3.5亿元，增长12%。
\u3000
First heading
\u3000\u3000共有三个镇、20家企业。
"""


def invented(tmp_path, **changes):
    """Claims and exclusions that fit the invented article, with some cells changed by id."""
    rows = [
        {"id": "print-date", "section": "0", "paragraph": "0", "start": "2", "end": "7", "token": "2024年",
         "kind": "date", "unit": "year", "period": "2024-01-01/2024-12-31"},
        {"id": "output", "section": "0", "paragraph": "1", "start": "6", "end": "11", "token": "3.5亿元"},
        {"id": "growth", "section": "0", "paragraph": "1", "start": "14", "end": "17", "token": "12%",
         "kind": "growth", "unit": "percent"},
        {"id": "towns", "section": "1", "paragraph": "2", "start": "2", "end": "4", "token": "三个",
         "kind": "count", "unit": "count"},
        {"id": "firms", "section": "1", "paragraph": "2", "start": "6", "end": "9", "token": "20家",
         "kind": "count", "unit": "count"},
    ]  # fmt: skip
    rows = [row | changes.get(row["id"], {}) for row in rows if changes.get(row["id"], {}) is not None]
    path = tmp_path / "exclusions.csv"
    line = changes.get("exclusion", "0,1,1,2,一,name")
    path.write_text("section,paragraph,start,end,token,reason\n" + line + "\n", encoding="utf-8")
    return load(tmp_path, table(*rows)), ledger.exclusions(tmp_path)


def test_the_article_falls_into_numbered_paragraphs():
    text_of, section_of = ledger.paragraphs(ARTICLE)
    assert text_of == {0: "（ 2024年 ）", 1: "第一段，产值3.5亿元，增长12%。", 2: "共有三个镇、20家企业。"}
    assert section_of == {0: 0, 1: 0, 2: 1}


def test_plain_lines_are_paragraphs_and_headings_open_sections():
    text_of, section_of = ledger.paragraphs("A paper, 2024\n\n  One. \n# Two\n\t\nThree.\n", "plain")
    assert text_of == {0: "A paper, 2024", 1: "One.", 2: "# Two", 3: "Three."}
    assert section_of == {0: 0, 1: 0, 2: 1, 3: 1}


def test_an_exclusion_over_a_claim_is_refused_where_it_stands(tmp_path):
    claims, excluded = invented(tmp_path)
    ledger.apart(claims, excluded, tmp_path)
    _, over = invented(tmp_path, exclusion="0,1,11,15,，增长1,name")  # the last sign is of the growth
    with pytest.raises(TableError, match="over the claim growth") as caught:
        ledger.apart(claims, over, tmp_path)
    assert (caught.value.file, caught.value.row) == (tmp_path / "exclusions.csv", 2)


def test_a_ledger_that_fits_has_no_differences(tmp_path):
    assert ledger.differences(ARTICLE, *invented(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        # a token that moved; what it leaves bare is reported too
        ({"output": {"start": "5", "end": "10"}},
         ["claims.csv, row 3, output: paragraph 1, 5 to 10: found '值3.5亿', "]),
        ({"output": {"start": "8", "end": "13"}},
         ["claims.csv, row 3, output: paragraph 1, 8 to 13: found '5亿元，增', expected",
          "paragraph 1, 6: '3' is in neither"]),
        ({"towns": {"token": "四个"}},
         ["claims.csv, row 5, towns: paragraph 2, 2 to 4: found '三个', expected '四个'"]),
        ({"towns": {"paragraph": "9"}},
         ["claims.csv, row 5, towns: paragraph 9, 2 to 4: found '', expected '三个'",
          "paragraph 2, 2: '三' is in neither"]),
        # a numeral that nothing covers: Arabic, Chinese, or half of it
        ({"firms": None}, ["paragraph 2, 6: '20' is in neither claims.csv nor exclusions.csv"]),
        ({"towns": None}, ["paragraph 2, 2: '三' is in neither claims.csv nor exclusions.csv"]),
        ({"firms": {"start": "6", "end": "7", "token": "2"}}, ["paragraph 2, 6: '20' is in neither"]),
        ({"exclusion": "0,1,0,1,第,name"}, ["paragraph 1, 1: '一' is in neither"]),
        ({"print-date": None}, ["paragraph 0, 2: '2024' is in neither"]),
        # a wrong section, of a claim or of an exclusion
        ({"firms": {"section": "0"}}, ["claims.csv, row 6, firms: paragraph 2 is in section 1, not 0"]),
        ({"exclusion": "1,1,1,2,一,name"}, ["exclusions.csv, row 2: paragraph 1 is in section 0, not 1"]),
        ({"exclusion": "0,1,1,2,二,name"},
         ["exclusions.csv, row 2: paragraph 1, 1 to 2: found '一', expected '二'"]),
    ],
)  # fmt: skip
def test_each_difference_is_found(tmp_path, changes, faults):
    found = ledger.differences(ARTICLE, *invented(tmp_path, **changes))
    assert len(found) == len(faults)
    assert all(line.startswith(fault) for line, fault in zip(found, faults, strict=True))


def test_the_article_itself_has_no_differences(article):
    assert ledger.verify_source(article) == []


def test_the_hash_is_that_of_the_article(article):
    assert hashlib.sha256(article.read_bytes()).hexdigest() == ledger.source()["sha256"]


def test_a_changed_copy_is_caught_by_hash_and_by_place(article, tmp_path):
    text = article.read_text(encoding="utf-8")
    copy = tmp_path / "copy.txt"
    for old, new, place in [
        (
            "699.5",
            "699.6",
            r"claims\.csv, row \d+, py-go-2023: paragraph 4, 131 to 138: found '699\.6亿元', expected '699",
        ),
        ("838家", "八百家", r"claims\.csv, row \d+, py-firms: paragraph 30, 42 to 46: found "),
    ]:
        assert text.count(old) == 1
        copy.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
        faults = ledger.verify_source(copy)
        assert re.match(
            rf"{re.escape(str(copy))}: SHA-256 is [0-9a-f]{{64}}, expected [0-9a-f]{{64}}$", faults[0]
        )
        assert any(re.match(place, fault) for fault in faults[1:])
    copy.write_text(text + "\u3000\u3000又有77个。\n", encoding="utf-8", newline="\n")
    assert ledger.verify_source(copy)[1:] == [
        "paragraph 35, 2: '77' is in neither claims.csv nor exclusions.csv"
    ]


def test_a_copy_in_another_encoding_is_named(tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_bytes(ARTICLE.encode("gb18030"))
    with pytest.raises(TableError, match=r"copy\.txt.*UTF-8"):
        ledger.verify_source(copy)


@pytest.mark.parametrize("text", ["", "a line\n", "two\nlines"])
def test_another_text_differs_everywhere(tmp_path, text):
    copy = tmp_path / "copy.txt"
    copy.write_text(text, encoding="utf-8")
    faults = ledger.verify_source(copy)
    assert "SHA-256" in faults[0] and len(faults) > 120


def test_a_missing_copy_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        ledger.verify_source(tmp_path / "nowhere.txt")


# ---- double entry

DIFFERENCES = {
    "A threshold is the exact figure that others are held against; the second reading gives what is above.": {
        (3, 44, "mc-va-hundred-threshold"), (18, 186, "kc-projects-threshold"),
        (21, 16, "ld-projects-threshold"), (21, 31, "ld-projects-10-threshold"),
        (21, 40, "ld-projects-20-threshold"), (28, 6, "py-towns-threshold"),
        (30, 51, "py-firms-1-threshold"), (30, 60, "py-firms-5-threshold"),
        (30, 71, "py-firms-10-threshold"),
    },
    "A streak's threshold counts digits; the second reading gives the growth rates that have them.": {
        (8, 41, "kc-streak-threshold"),
    },
    "A breakthrough may mean more than the figure; the second reading notes it and keeps the level.": {
        (18, 255, "kc-va-2023"),
    },
    "A duration is rounded like any measure; the second reading takes some as exact terms.": {
        (18, 158, "kc-projects-years"), (31, 133, "ld-review-before"), (31, 139, "ld-review-after"),
    },
    "A class of targets has an interval; the second reading gives none to a target or a slogan.": {
        (4, 9, "py-target-county"), (4, 51, "py-clusters-announced"), (4, 51, "py-cluster-target"),
    },
    "The start of a count is the year; the second reading lets it run to the day of printing.": {
        (25, 59, "py-since-2019-tech"), (29, 0, "py-since-2019-appeals"), (29, 77, "py-since-2019-relief"),
    },
    "What happened this year happened before the day of printing; the second reading gives the whole year.": {
        (3, 49, "zj-mechanism-date"), (17, 57, "zj-promotion-date"),
    },
    "The list counts what it names; the second reading allows for more, as it ends in 'and others'.": {
        (10, 140, "zj-support-listed"),
    },
    "The words give a direction; the second reading puts a figure on them.": {
        (1, 64, "mc-mostly-hills"), (31, 67, "ld-first-in-city"),
    },
    "A word without a numeral dates other claims through their periods.": {
        (8, 0, ""),
    },
    "The word announces names that the ledger counts where they stand.": {
        (3, 93, ""),
    },
    "The word is a part of the next claim's hedge.": {(3, 18, "")},
    "The word is a name, an article or a repetition.": {
        (4, 2, ""), (19, 94, ""), (20, 87, ""), (25, 89, ""), (25, 99, ""),
    },
}  # fmt: skip
LEDGER_ALONE = {
    "The names are counted; the second reading takes the number from the word that announces them.": {
        "mc-removed", "py-clusters-listed", "ld-fields-listed", "kc-chains-listed", "zj-levels-listed",
        "py-two-levels-listed", "kc-steps",
    },
    "The names are counted; the second reading takes the number beside an open list, or none.": {
        "py-transitions", "kc-projects-listed", "py-universities", "zj-zones", "ld-schools-listed",
        "ld-aims",
    },
    "A page is no quantity to the second reading.": {"pub-page"},
}  # fmt: skip


def second_interval(row):
    """Interval of a row of the second reading in the ledger's units; NaN if it has none."""
    if not row.low:
        return math.nan, math.nan
    if row.unit == "date":
        return ledger.days(f"{row.low}/{row.high}")
    scale = 100 if row.unit == "%" else 1
    return float(row.low) / scale, float(row.high) / scale


def test_a_second_reading_gives_the_same_ledger(claims):
    second = pd.read_csv(SECOND, dtype=str, keep_default_na=False).astype(
        {"paragraph": int, "start": int, "end": int}
    )
    places = [
        (name, claim.paragraph, int(start), int(end))
        for name, claim in claims.iterrows()
        for start, end in zip(claim.start.split("|"), claim.end.split("|"), strict=True)
    ]
    excluded = ledger.exclusions()
    differing, agreeing = set(), set()
    for row in second.itertuples():
        interval = second_interval(row)
        met = [
            name for name, paragraph, start, end in places
            if paragraph == row.paragraph and start < row.end and row.start < end
        ]  # fmt: skip
        there = (
            (excluded.paragraph == row.paragraph) & (excluded.start < row.end) & (row.start < excluded.end)
        )
        periods = excluded.reason[there].str.extract(r"^period: (\S+)$")[0].dropna()
        for name in dict.fromkeys(met):
            same = (claims.lo[name], claims.hi[name]) == pytest.approx(interval, abs=1e-9, nan_ok=True)
            (agreeing if same else differing).add((row.paragraph, row.start, name))
        for name in dict.fromkeys(periods):
            same = ledger.days(claims.period[name]) == interval
            (agreeing if same else differing).add((row.paragraph, row.start, f"period of {name}"))
        if not met and periods.empty:
            differing.add((row.paragraph, row.start, ""))
    explained = [place for places in DIFFERENCES.values() for place in places]
    assert len(explained) == len(set(explained))
    assert differing == set(explained)
    assert len(agreeing) > 100
    met = {name for _, _, name in agreeing | differing}
    alone = [name for names in LEDGER_ALONE.values() for name in names]
    assert set(claims.index[claims.lo.notna()]) - met == set(alone)


def test_a_period_that_the_text_does_not_open_has_a_note(article, claims):
    """A claim from the first of January of a year that its paragraph does not name was read so."""
    text_of, _ = ledger.paragraphs(article.read_text(encoding="utf-8"))
    read = claims[claims.period.str[4:10] == "-01-01"]
    named = [
        claim.period[:4] in text_of[claim.paragraph] or bool(re.search("今年|去年", text_of[claim.paragraph]))
        for claim in read.itertuples()
    ]
    assert read.note[[not name for name in named]].all()
    assert sum(named) < len(read)


def test_the_second_reading_stands_where_it_says(article):
    text_of, _ = ledger.paragraphs(article.read_text(encoding="utf-8"))
    second = pd.read_csv(SECOND, dtype=str, keep_default_na=False)
    assert len(second) > 140
    for row in second.itertuples():
        assert text_of[int(row.paragraph)][int(row.start) : int(row.end)] == row.token
