"""HTML is read and written without a difference, and what is not well formed is named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mountain_counties.edition.markup import Element, parse

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset=utf-8><script>
if (1 < 2) "</p>";
</script></head>
<body class='a b'><p title="x > y">One<br>two &amp; <em>three</em><!-- <p> --></p>
<svg viewBox="0 0 1 1"/></body></html>
"""


def test_a_page_is_written_as_it_was():
    assert str(parse(PAGE)) == PAGE


names = st.sampled_from(["p", "em", "td", "svg"])
trees = st.recursive(
    st.text("ab &;\n", min_size=1),
    lambda inner: st.builds(
        lambda name, parts: f'<{name} class="x">{"".join(parts)}</{name}>', names, st.lists(inner)
    ),
)


@given(st.lists(trees).map("".join))
def test_whatever_is_well_formed_is_written_as_it_was(html):
    root = parse(html)
    assert str(root) == html
    assert sum(1 for _ in root.walk()) == html.count("<") / 2


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>\n<em>a</p>", "line 2: found </p>, expected </em>, which was opened at line 2"),
        ("<p>\n<em>a</em>", "line 1: <p> is not closed"),
        ("a\n< b", "line 2: found '< b'"),
    ],
)
def test_what_is_not_well_formed_is_named(html, told):
    with pytest.raises(ValueError, match=told):
        parse(html)


def test_attributes_are_read_written_and_taken_away():
    page = parse(PAGE)
    body, paragraph, drawing = (next(e for e in page.walk() if e.tag == tag) for tag in ("body", "p", "svg"))
    assert body.classes == ["a", "b"]
    assert paragraph.get("title") == "x > y"
    assert paragraph.get("id") is None
    assert parse("<option selected></option>").children[0].get("selected") == ""
    paragraph.set("title", 'y "<" x')
    paragraph.set("id", "new")
    drawing.set("width", "1")
    body.set("class", None)
    assert paragraph.opening == '<p title="y &quot;&lt;&quot; x" id="new">'
    assert drawing.opening == '<svg viewBox="0 0 1 1" width="1"/>'
    assert body.opening == "<body>"


def test_what_is_no_tag_takes_no_attribute():
    with pytest.raises(ValueError, match="expected a tag"):
        Element("!", "text").set("id", "x")


def test_text_and_order_are_those_of_the_page():
    paragraph = next(e for e in parse(PAGE).walk() if e.tag == "p")
    assert paragraph.text() == "Onetwo &amp; three"
    assert [e.tag for e in parse(PAGE).walk()] == "! html head meta script body p br em ! svg".split()
