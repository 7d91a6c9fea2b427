"""What a translator sees of a page, and that nothing of it is lost on the way back."""

import re

import pytest
from conftest import ROOT

from mountain_counties.edition import messages
from mountain_counties.edition.editing import UNITS
from mountain_counties.edition.markup import parse
from mountain_counties.edition.names import Names
from mountain_counties.edition.pages import Translator

FIGURES = {"kc-va-2023": "249亿元"}


@pytest.fixture(scope="module")
def reader():
    return messages.Reader(Names(ROOT / UNITS), FIGURES.get, lambda element: f"[{element.text()}]")


def only(html, reader):
    """Return the message of a part of a page that holds one run of text."""
    ((children, start, end),) = messages.runs(parse(html))
    return reader.run(children[start:end])


def test_numbers_names_figures_and_badges_are_placeholders(reader):
    made = only(
        '<p>In <span class="output text_plain">six</span> years '
        'Kecheng <span lang="zh-CN" class=name>柯城</span> '
        'added <a class="claim" href="c.html#kc-va-2023" id="use-1">24.9&nbsp;billion&nbsp;yuan</a> '
        '<span class="verdict" title="x">⇄ scope mismatch</span>, <em>not <code>a.csv</code></em>.</p>',
        reader,
    )
    assert made.text == "In {1} years {2} added {3} {4}, <1>not {5}</1>"
    filled = made.filled("<1>而非{5}</1>：{2}在{1}年里增加{3}{4}")
    assert filled == (
        "<em>而非<code>a.csv</code></em>：柯城在6年里增加"
        '<a class="claim" href="c.html#kc-va-2023" id="use-1"><span class="whole">249亿元</span></a>'
        '<span class="verdict" title="x">[⇄ scope mismatch]</span>。'
    )
    assert made.atoms[2].example == "24.9&nbsp;billion&nbsp;yuan"


@pytest.mark.parametrize(
    "translation",
    ["在{1}年", "在{1}年{2}{2}", "<1>在</1>{1}年{2}", "在{1}年{2}{3}"],
)
def test_a_translation_with_other_marks_is_refused(reader, translation):
    made = only("<p>In 2023 in Kecheng</p>", reader)
    with pytest.raises(ValueError, match=re.escape("expected {1} {2} as in 'In {1} in {2}'")):
        made.filled(translation)


def test_what_says_nothing_needs_no_translation(reader):
    made = only("<td>2023, Kecheng (3)</td>", reader)
    assert not made.says
    assert made.filled(made.plain) == "2023、柯城（3）"
    assert only("<td>In 2023</td>", reader).says


def test_a_claim_without_a_figure_keeps_its_words(reader):
    made = only('<p>It is <a class="claim" href="#slogan">growing</a>.</p>', reader)
    assert made.text == "It is {1}"
    assert made.filled("它{1}") == '它<a class="claim" href="#slogan">[growing]</a>。'


def runs(html):
    return ["".join(map(str, children[start:end])) for children, start, end in messages.runs(parse(html))]


def test_runs_leave_out_what_is_verbatim_and_what_is_around_words():
    html = (
        "<title>6. Kecheng – The book</title><pre>code</pre><svg><text>drawn</text></svg>"
        '<h2><span class="section-number">6. </span>A title<a class="headerlink" href="#a">#</a></h2>'
        '<p><span class="x"><strong>All bold</strong></span></p>'
        '<p class="links"><a>CSV</a> · <a>SVG</a></p><dd><a>One</a>; <a>Two</a></dd>'
        '<p><span class="caption-number">Figure 6.1 </span>'
        '<span class="caption-text">What it shows.</span></p>'
        "<li>(<a>note</a>).</li>"
        '<div class="citation"><p>Wright, A study. 2001.</p></div>'
        '<div class="citation"><p>A paper, in Chinese, 2024.</p></div>'
    )
    assert runs(html) == [
        *("Kecheng", "The book", "A title", "All bold", "CSV", "SVG", "One", "Two"),
        *("Figure 6.1 ", "What it shows.", "(<a>note</a>).", "A paper, in Chinese, 2024."),
    ]


def test_a_formula_and_a_row_with_emphasis_stay_in_their_block():
    assert runs('<p>If <span class="math"><math><mi>x</mi></math></span> holds</p>') == [
        'If <span class="math"><math><mi>x</mi></math></span> holds'
    ]
    for row in ("<strong>One</strong>; <a>Two</a>", '<a class="claim">One</a>; <a class="claim">Two</a>'):
        assert runs(f"<dd>{row}</dd>") == [row]


def test_white_space_around_a_block_is_kept_and_a_link_of_more_than_a_title_is_translated(reader):
    made = only('<p> See <a href="x"><span class="doc">This</span> and that</a> now. </p>', reader)
    assert (made.before, made.text, made.after) == (" ", "See <1><2>This</2> and that</1> now", "。 ")


def test_a_row_of_statements_is_parted_where_each_recurs():
    assert messages.statements("Kept. Record: missing: the sum; the rate. “Zero” stays.") == [
        *("Kept.", "Record:", "missing:", "the sum;", "the rate.", "“Zero” stays."),
    ]
    assert runs("<td>Kept. Held.</td><p>Kept. Held.</p>") == ["Kept.", "Held.", "Kept. Held."]


def test_what_joins_names_is_written_in_chinese_also_alone():
    words = Translator({}, Names(ROOT / UNITS), {})
    assert words.text(", ") == "、"
    assert words.text("Pingyang, Kecheng (3); Liandu, 2024", "a") == "平阳、柯城（3）；莲都，2024"
    assert words.missing == {}


def test_what_joins_links_is_written_in_chinese():
    page = parse("<dd><a>One</a>; <a>Two</a></dd>")
    list(messages.runs(page))
    assert page.text() == "One；Two"


def test_quotations_of_a_citation_are_titles(reader):
    made = reader.cited(
        "The contributors. “It grew by 3%”, Figure 6.1. Version 0.1.0. notebooks/06.html#fig-a"
    )
    assert made.text == "The contributors. “{1}”, Figure {2}. Version {3}. {4}"
    assert [atom.html for atom in made.atoms] == [
        "[It grew by 3%]",
        "6.1",
        "0.1.0",
        "notebooks/06.html#fig-a",
    ]


def test_plain_marks_become_those_of_pages_and_plain_text_has_no_tags(reader):
    assert reader.of('"Zero" and Kecheng\'s').text == "“Zero” and {1}’s"
    assert reader.of("24.9 billion yuan").atoms[0].html == "249亿元"
