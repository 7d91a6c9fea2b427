"""What stands around a page's text, and the search: tried without a book."""

import json

import pytest
from py_mini_racer import MiniRacer

from mountain_counties.pages import search, shell


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>Kecheng 柯城.</p>", '<p>Kecheng <span lang="zh-CN" class=name>柯城</span>.</p>'),
        ("<p>none</p>", "<p>none</p>"),
        ('<a title="平阳">x</a>', '<a title="平阳">x</a>'),
        (
            "<pre>平阳 <b>柯城</b></pre>莲都",
            '<pre>平阳 <b>柯城</b></pre><span lang="zh-CN" class=name>莲都</span>',
        ),
        ("<svg><text>平阳</text></svg>", "<svg><text>平阳</text></svg>"),  # a span would end the drawing
        ("<b>两县、一区一二三四五</b>", '<b><span lang="zh-CN">两县、一区一二三四五</span></b>'),
    ],
)
def test_chinese_is_marked_outside_tags_and_code_and_short_runs_do_not_break(html, marked):
    assert shell.mark_chinese(html) == marked


@pytest.fixture(scope="module")
def split_query() -> MiniRacer:
    """Return a browser's engine that splits a query as the search page does."""
    engine = MiniRacer()
    engine.eval(search.English.js_splitter_code)
    return lambda query: json.loads(engine.eval(f"JSON.stringify(splitQuery({json.dumps(query)}))"))


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("山区", ["山区"]),
        ("增加值", ["增加", "加值"]),
        ("县", ["县"]),
        ("133.64亿元", ["133.64", "亿元"]),
        ("value added, 24.9", ["value", "added", "24.9"]),
        ("平阳 county_2023", ["平阳", "county_2023"]),
        ("…", []),
    ],
)
def test_a_query_is_split_into_terms_that_the_index_holds(split_query, query, terms):
    assert split_query(query) == terms
    assert set(terms) <= set(search.English({}).split(query))


def test_the_index_finds_a_part_of_a_longer_name():
    held = search.English({}).split("规模以上工业增加值")
    for part in ("工业", "增加", "加值", "以上", "值"):
        assert part in held
