"""The book as an EPUB, made of a small one."""

import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import ebook
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mountain_counties.book import charts, exhibits
from mountain_counties.edition import editing
from mountain_counties.edition.names import Names
from mountain_counties.edition.pages import Translator

CONFIG = """
title: A small book
author: We
only_build_toc_files: true
execute: {execute_notebooks: "off"}
sphinx:
  config:
    html_math_renderer: mathml
    extensions:
      - myst_nb
      - jupyter_book
      - sphinx_comments
      - sphinx_external_toc
      - sphinx_book_theme
      - mountain_counties.pages.extension
"""
CITATION = "title: A small book\nabstract: It is small.\nversion: 1.0\nauthors:\n  - name: We\nlicense: MIT\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Write a book of two pages, one of them a notebook with a figure."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("data", "src", "_static"):
        (folder / name).mkdir()
    (folder / "requirements.txt").touch()
    (folder / "_static" / "ebook.css").write_text("p { margin: 0 }\n")
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "CITATION.cff").write_text(CITATION)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: chapter\n")
    (folder / "index.md").write_text(
        "# A small book\n\nOf Kecheng 柯城, with $x < 1$. See [it](chapter.ipynb).\n"
    )
    fig, ax = charts.canvas()
    ax.plot([0, 1], [0, 1])
    ax.set_title("平阳")
    shown = exhibits.figure(
        fig, "fig-a", "Growth.", "All of the lines go up from left to right.", pd.DataFrame({"n": [1, 2]})
    )
    plt.close("all")
    cell = new_code_cell("show()", metadata={"tags": ["hide-input"]})
    cell.outputs = [new_output("execute_result", shown._repr_mimebundle_(), execution_count=1)]
    notebook = new_notebook(cells=[new_markdown_cell("# A chapter\n\nSome words."), cell])
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
    }
    write(notebook, folder / "chapter.ipynb")
    return folder


@pytest.fixture(scope="module")
def epub(root) -> zipfile.ZipFile:
    """Make the EPUB."""
    assert ebook.write_pages(root, root / "_build" / "epub") == 0
    ebook.pack(root / "_build" / "epub", root / "book.epub")
    return zipfile.ZipFile(root / "book.epub")


def test_it_is_packed_as_readers_ask_with_all_that_it_names(epub):
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub.read("mimetype") == b"application/epub+zip"
    package = ElementTree.fromstring(epub.read("content.opf"))
    named = {item.get("href") for item in package.iter("{http://www.idpf.org/2007/opf}item")}
    assert named | {"mimetype", "content.opf", "META-INF/container.xml"} == set(epub.namelist())
    assert "_static/ebook.css" in named and "_static/book.css" not in named


def test_pages_are_xhtml_with_vector_figures_and_formulas_but_no_script(epub):
    pages = {name: epub.read(name).decode() for name in epub.namelist() if name.endswith(".xhtml")}
    assert {"index.xhtml", "chapter.xhtml", "nav.xhtml"} <= pages.keys()
    for text in pages.values():
        ElementTree.fromstring(text)
        assert "<script" not in text and "<img" not in text
    assert pages["chapter.xhtml"].count("<svg") == 1 and ">平阳</text>" in pages["chapter.xhtml"]
    assert "exhibit-links" not in pages["chapter.xhtml"]
    assert "<math" in pages["index.xhtml"] and 'href="chapter.xhtml"' in pages["index.xhtml"]
    package = epub.read("content.opf").decode()
    assert 'href="chapter.xhtml" media-type="application/xhtml+xml" properties="svg"' in package
    assert 'href="index.xhtml" media-type="application/xhtml+xml" properties="mathml"' in package
    assert "A chapter" in pages["nav.xhtml"]


def test_no_link_leads_to_a_file_that_the_book_does_not_hold(epub):
    names = set(epub.namelist())
    for name in names:
        if name.endswith(".xhtml"):
            for href in re.findall(r' (?:href|src)="(?!\w+:|#)([^"#]+)', epub.read(name).decode()):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(name), href)) in names, (
                    name,
                    href,
                )


def test_the_same_pages_make_the_same_bytes(epub, root):
    ebook.pack(root / "_build" / "epub", root / "again.epub")
    assert (root / "again.epub").read_bytes() == (root / "book.epub").read_bytes()


def test_it_is_made_again_over_the_last_one(root, epub):
    before = epub.namelist()
    assert ebook.write_pages(root, root / "_build" / "epub") == 0
    ebook.pack(root / "_build" / "epub", root / "second.epub")
    assert zipfile.ZipFile(root / "second.epub").namelist() == before


def test_it_is_written_in_chinese(root, epub, tmp_path):
    known = {
        "A chapter": "一章",
        "Some words": "几句话",
        "A small book": "小书",
        "It is small": "它很小",
        "We": "我们",
    }
    words = Translator(known, Names(ebook.ROOT / editing.UNITS), {})
    ebook.in_chinese(root / "_build" / "epub", tmp_path / "zh", words)
    ebook.pack(tmp_path / "zh", tmp_path / "zh.epub")
    with zipfile.ZipFile(tmp_path / "zh.epub") as chinese:
        assert chinese.namelist() == epub.namelist()
        page, contents, package = (
            chinese.read(name).decode() for name in ("chapter.xhtml", "toc.ncx", "content.opf")
        )
    assert "<p>几句话。</p>" in page and 'xml:lang="zh-CN"' in page
    assert ElementTree.fromstring(page).get("lang") == "zh-CN"
    assert "<text>一章</text>" in contents
    uids = [
        re.search(r'dtb:uid" content="([^"]+)', text)[1] for text in (contents, epub.read("toc.ncx").decode())
    ]
    assert uids[0] == f"{uids[1]}-zh" and f">{uids[0]}</dc:identifier>" in package
    assert "<dc:title>小书</dc:title>" in package and "<dc:language>zh-CN</dc:language>" in package
    assert "Growth" in words.missing and "Growth" in page  # it stands in English


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p class=name data-x="a b">x<br></p>', '<p class="name" data-x="a b">x<br/></p>'),
        ("<p hidden>x</p>", '<p hidden="hidden">x</p>'),
        ("<p>x<script>if (a < b) {}</script></p>", "<p>x</p>"),
        ('<p><a href="../b/a.html#c">x</a></p>', '<p><a href="../b/a.xhtml#c">x</a></p>'),
        ('<p><a href="https://a.org/a.html">x</a></p>', '<p><a href="https://a.org/a.html">x</a></p>'),
        (
            '<p><svg role="list"><text paint-order="stroke">x</text></svg></p>',
            f"<p><svg {ebook.SVG}><text>x</text></svg></p>",
        ),
    ],
)
def test_html_becomes_xhtml(html, expected):
    assert ebook.xhtml(html, "page") == expected


def test_what_cannot_be_mended_is_named():
    with pytest.raises(ValueError, match=r"a\.xhtml: the page is no XHTML"):
        ebook.xhtml("<p><b>x</p>", "a.xhtml")
