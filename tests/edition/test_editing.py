"""A small book has its Chinese edition beside it, and only what changed is written again."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from mountain_counties.edition import catalogue, editing
from mountain_counties.edition.markup import parse

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="../"><head><title>6. Kecheng – The book</title>
<meta name="description" content="An English text."><meta property="og:title" content="Kecheng">
<link rel="alternate" hreflang="en" href="../notebooks/06.html">
<link rel="alternate" hreflang="zh-CN" href="../zh/notebooks/06.html">
<link rel="stylesheet" href="../_static/book.css?v=1">
<script src="../_static/book.js?v=1"></script></head><body>
<a class="tool language" href="../zh/notebooks/06.html" hreflang="zh-CN" lang="zh-CN">中文</a>
<main><section id="kecheng"><h1>Kecheng</h1>
<p>Kecheng added <a class="claim" href="../reference/claims.html#kc-va-2023"
title="249亿元 · section 3">24.9 billion yuan</a> in 2023, out of a group of 26.</p>
<svg viewBox="0 0 90 20" aria-label="One bar."><text
font-size="9px" x="2" y="9" text-anchor="start" textLength="30">one bar</text></svg>
<ul><li><a href="../exhibits/fig-a.csv">CSV</a></li><li><a href="../exhibits/fig-a.svg">SVG</a></li>
<li><a href="07.html#x">Next</a></li></ul>
<span class="verdict" title="missing: the sum; the rate.">? under-determined</span>
<select><option value="a">any</option></select></section></main></body></html>
"""
TRANSLATED = {
    "The book": "此书",
    "{1} added {2} in {3}, out of a group of {4}": "{4}县之一的{1}在{3}年增加{2}",
    "section {1}": "第{1}部分",
    "One bar": "一条",
    "one bar": "一条",
    "CSV": "CSV",
    "SVG": "SVG",
    "Next": "下一页",
    "missing:": "缺少：",
    "the sum": "总数",
    "the rate": "比率",
    "? under-determined": "? 信息不足",
    "any": "不限",
    "pinned": "可推定",
    "Copy": "复制",
}
CARD = {
    "words": "One bar",
    "stands": "2023",
    "grade": "pinned",
    "reason": "missing: the sum; the rate.",
    "printed": "2023年",
}


def index(page):
    return [len(page)]


@pytest.fixture
def book(tmp_path):
    """Give a checkout with a finished book of one page, a moved one and one of the server."""
    for name in (editing.CLAIMS, editing.UNITS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    translate(tmp_path, TRANSLATED)
    html = tmp_path / "html"
    for name, text in {
        "notebooks/06.html": PAGE,
        "old.html": '<html><meta http-equiv="refresh" content="0; url=06.html"></html>',
        "404.html": "<html><p>There is none</p></html>",
        "_static/book.js": 'button.textContent = say("Copy");',
        "_static/cards.js": f"window.claimCards = {json.dumps({'a': CARD})};\n",
        "exhibits/fig-a.svg": PAGE[PAGE.index("<svg") : PAGE.index("</svg>") + 6],
    }.items():
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(text, encoding="utf-8")
    return tmp_path


def translate(root, translations):
    folder = root / catalogue.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"msgid {json.dumps(a)}\nmsgstr {json.dumps(b, ensure_ascii=False)}\n"
        for a, b in translations.items()
    ]
    (folder / "common.po").write_text("\n".join(lines), encoding="utf-8")


def written(root, **options):
    return editing.write(root, root / "html", index, **options)


def element(page, **wanted):
    return next(
        e for e in parse(page).walk() if all((e.get(k) or "").startswith(v) for k, v in wanted.items())
    )


def test_a_page_is_written_in_chinese(book):
    done = written(book)
    assert done.missing == {}
    page = (book / "html/zh/notebooks/06.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN" data-content_root="../">' in page
    assert "<title>6. 柯城 – 此书</title>" in page
    assert "26县之一的柯城在2023年增加<a class=" in page
    assert '<span class="whole">249亿元</span></a>。</p>' in page
    assert 'title="249亿元 · 第3部分"' in page
    assert 'title="缺少：总数；比率。">? 信息不足<' in page
    assert '<option value="a">不限</option>' in page
    assert ">一条</text>" in page and 'aria-label="一条。"' in page
    assert done.indexed == {"notebooks/06": [len(page)]}


def test_addresses_lead_where_they_led(book):
    written(book)
    page = (book / "html/zh/notebooks/06.html").read_text(encoding="utf-8")
    assert element(page, href="../reference").get("href") == "../reference/claims.html#kc-va-2023"
    found = [e.get("href") or e.get("src") for e in parse(page).walk() if e.get("href") or e.get("src")]
    assert found == [
        *("../../notebooks/06.html", "06.html", "../../_static/book.css?v=1"),
        *("../_static/words.js", "../../_static/book.js?v=1", "../../notebooks/06.html"),
        "../reference/claims.html#kc-va-2023",
        *("../../exhibits/fig-a.csv", "../exhibits/fig-a.svg", "07.html#x"),
    ]
    back = element(page, **{"class": "tool language"})
    assert (back.get("lang"), back.get("hreflang"), back.text()) == ("en", "en", "English")


def test_heads_describe_the_chinese_page(book):
    written(book)
    page = (book / "html/zh/notebooks/06.html").read_text(encoding="utf-8")
    assert element(page, name="description").get("content") == "26县之一的柯城在2023年增加249亿元。"
    assert element(page, property="og:title").get("content") == "柯城"


def test_scripts_and_drawings_have_their_data(book):
    written(book)
    folder = book / "html/zh"
    assert (folder / "_static/words.js").read_text(encoding="utf-8") == 'window.words = {"Copy": "复制"};\n'
    cards = json.loads(
        (folder / "_static/cards.js").read_text(encoding="utf-8").partition(" = ")[2].rstrip(";\n")
    )
    assert cards["a"] == {
        **{"words": "一条", "stands": "2023", "grade": "可推定", "kind": "pinned"},
        **{"reason": "缺少：总数；比率。", "printed": "2023年"},
    }
    assert ">一条</text>" in (folder / "exhibits/fig-a.svg").read_text(encoding="utf-8")
    assert "Search" in (folder / "_static/translations.js").read_text(encoding="utf-8")


def test_old_addresses_and_what_a_server_shows_have_no_twin(book):
    written(book)
    assert [path.name for path in (book / "html/zh").rglob("*.html")] == ["06.html"]


def test_what_awaits_translation_stands_in_english_and_is_told(book):
    translate(book, {k: v for k, v in TRANSLATED.items() if k not in ("Next", "missing:")})
    assert written(book).missing == {"Next": "notebooks/06", "missing:": "notebooks/06"}
    page = (book / "html/zh/notebooks/06.html").read_text(encoding="utf-8")
    assert '<span lang="en">Next</span>' in page
    assert 'title="missing:总数；比率。"' in page


def test_only_what_changed_is_written_again(book):
    page, other = book / "html/zh/notebooks/06.html", book / "html/notebooks/07.html"
    other.write_text(PAGE.replace("26", "27"), encoding="utf-8")
    first = written(book)
    assert len(first.indexed) == 2
    made = {path: path.stat().st_mtime_ns for path in (page, page.with_name("07.html"))}

    def again():
        done = written(book, jobs=1)
        assert done.indexed.keys() == first.indexed.keys()
        now = {path: path.stat().st_mtime_ns for path in made}
        changed = [path.name for path in made if now[path] != made[path]]
        made.update(now)
        return changed

    assert again() == []
    other.write_text(PAGE.replace("26", "28"), encoding="utf-8")
    assert again() == ["07.html"]
    translate(book, TRANSLATED | {"Next": "往后"})
    assert again() == ["06.html", "07.html"]
    page.unlink()
    assert editing.write(book, book / "html", index).used and page.exists()


def test_scripts_and_drawings_are_written_again_when_they_change(book):
    drawn, said = book / "html/zh/exhibits/fig-a.svg", book / "html/zh/_static/words.js"
    translate(book, {k: v for k, v in TRANSLATED.items() if k != "Copy"})
    assert written(book).missing == {"Copy": "scripts"}
    drawn.unlink()
    assert written(book).missing == {"Copy": "scripts"} and not drawn.exists()  # as it was noted
    (book / "html/_static/book.js").write_text('say("One bar");', encoding="utf-8")
    assert written(book).missing == {} and drawn.exists()
    assert said.read_text(encoding="utf-8") == 'window.words = {"One bar": "一条"};\n'
    said.unlink()
    drawn.unlink()
    assert written(book) and said.exists() and drawn.exists()


def test_all_is_written_and_named_if_asked_for(book):
    written(book)
    used = written(book, anew=True).used
    assert used["{1} added {2} in {3}, out of a group of {4}"] == (
        ("notebooks/06",),
        ("Kecheng → 柯城", "24.9 billion yuan → 249亿元", "2023 → 2023", "26 → 26"),
    )
    assert set(used) == set(TRANSLATED)
    assert used["one bar"].pages == ("drawings", "notebooks/06")


def test_an_unfit_catalogue_is_refused(book):
    translate(book, TRANSLATED | {"section {1}": "部分"})
    with pytest.raises(ValueError, match=r"common.po, message 'section \{1\}': found no marks"):
        written(book)
    assert not Path(book, "html/zh").exists()
