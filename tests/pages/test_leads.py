"""A chapter opens with its answer in few words and three key numbers, each with a word on how sure it is."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = [name for name in PAGES if not name.endswith("_in_detail") and name[:2] not in ("00", "18")]
"""Those with key numbers: the summary is one itself, the explorer answers its reader."""

MOST = 60
"""Words of a lead."""

SURE = {"exact", "firm", "conditional", "wide", "open"}
"""The words of confidence, which the glossary explains."""

NUMBER = re.compile(
    r"\d|\b(no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|twenty)\b", re.I
)


def lead(page: BeautifulSoup) -> list[Tag]:
    """Return the paragraphs between a page's title and what follows them."""
    found = []
    for part in page.select_one("article h1").find_next_siblings():
        if part.name != "p":
            break
        found.append(part)
    return found


@pytest.fixture(scope="module")
def pages(html, parsed) -> dict[str, BeautifulSoup]:
    """Return the chapters and appendices."""
    return {name: parsed[html / "notebooks" / f"{name}.html"] for name in PAGES}


def test_every_lead_is_short(pages):
    words = {}
    for name, page in pages.items():
        paragraphs = lead(page) if name in CHAPTERS else lead(page)[:1]
        words[name] = sum(len(paragraph.get_text().split()) for paragraph in paragraphs)
    assert {name: count for name, count in words.items() if not 0 < count <= MOST} == {}


def test_every_chapter_has_three_key_numbers_each_with_how_sure_it_is(pages):
    assert len(CHAPTERS) > 15
    wrong = []
    for name in CHAPTERS:
        boxes = pages[name].select("article section > .key-numbers")
        if len(boxes) != 1 or lead(pages[name])[-1].find_next_sibling() is not boxes[0]:
            wrong.append((name, "no box below the lead"))
            continue
        items = boxes[0].select("li")
        for item in items:
            number = item.strong.get_text()
            (sure,) = item.select('a[href$="reference/glossary.html#how-sure"]')
            if not NUMBER.search(number) or sure.get_text() not in SURE:
                wrong.append((name, number, sure.get_text()))
        if len(items) != 3:
            wrong.append((name, len(items)))
    assert wrong == []


def test_the_glossary_explains_every_word_of_confidence(html):
    page = BeautifulSoup((html / "reference" / "glossary.html").read_text(encoding="utf-8"), "html.parser")
    assert {item.strong.get_text() for item in page.select("#how-sure li")} == SURE
