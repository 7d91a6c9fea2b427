"""The book on paper and as an e-book, made of a few pages."""

import os

import paper
import pytest
from pypdf import PdfReader

PAGES = ["notebooks/06_kecheng", "profiles/kecheng", "reference/glossary"]


@pytest.fixture(scope="module")
def pdf(html, tmp_path_factory) -> PdfReader:
    """Print three pages; on the build server what it takes must be there."""
    try:
        made = paper.make(html, PAGES, "A book", "We")
    except paper.Missing as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
    target = tmp_path_factory.mktemp("paper") / "book.pdf"
    made.write(target)
    return PdfReader(target)


def titles(outline: list) -> list:
    """Return the bookmarks' titles, nested as they are."""
    return [titles(entry) if isinstance(entry, list) else entry.title for entry in outline]


def test_bookmarks_lead_to_chapters_and_their_sections(pdf):
    marks = pdf.outline
    tops = [mark for mark in marks if not isinstance(mark, list)]
    assert len(tops) == len(PAGES)
    assert tops[0].title.startswith("6. ") and "Limits" in str(titles(marks[1]))
    starts = [pdf.get_destination_page_number(mark) for mark in tops]
    assert starts == sorted(set(starts)) and starts[0] == 0
    for mark, start in zip(tops, starts, strict=True):
        assert mark.title.split()[-1][:4] in pdf.pages[start].extract_text()
    assert pdf.metadata.title == "A book"


def test_figures_are_vectors_and_chinese_is_text_in_a_font_of_its_own(pdf):
    assert not [image for sheet in pdf.pages for image in sheet.images]
    text = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert "柯城" in text and "\ufffd" not in text
    fonts = {
        str(font.get_object()["/BaseFont"])
        for sheet in pdf.pages
        for font in sheet["/Resources"].get("/Font", {}).values()
        if "/BaseFont" in font.get_object()
    }
    assert fonts and all("+" in name for name in fonts)  # embedded, what is used of each


def test_links_between_pages_stay_within_and_none_leads_to_this_machine(pdf):
    inner = 0
    for sheet in pdf.pages:
        for link in sheet.get("/Annots", []):
            link = link.get_object()
            assert not str(link.get("/A", {}).get("/URI", "")).startswith("file:")
            inner += "/Dest" in link
    assert inner > 2


def test_the_whole_book_is_printed_in_its_order(root):
    import yaml

    names = list(paper.names(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))))
    assert names[0] == "index" and len(names) == len(set(names)) > 45
    assert (
        names.index("profiles/kecheng")
        < names.index("notebooks/06_kecheng")
        < names.index("reference/claims")
    )


def test_a_machine_without_a_browser_or_a_chinese_font_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(paper.shutil, "which", lambda name: None)
    with pytest.raises(paper.Missing, match="apt-get install chromium"):
        paper.browser()


def test_a_page_that_is_not_there_is_named(html):
    try:
        paper.browser()
    except paper.Missing as reason:
        pytest.skip(str(reason))
    with pytest.raises(paper.Missing, match="no page nowhere"):
        paper.make(html, ["nowhere"], "", "")


def test_both_editions_are_printed(pdf, tmp_path, capsys):
    assert paper.main(["--to", str(tmp_path / "book.pdf"), PAGES[0]]) == 0
    english, chinese = (PdfReader(tmp_path / name) for name in ("book.pdf", "book.zh.pdf"))
    assert [line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()] == [
        str(tmp_path / name) for name in ("book.pdf", "book.zh.pdf")
    ]
    assert chinese.metadata.title == "浙江山区26县" and english.metadata.title.startswith("The 26")
    assert chinese.outline[0].title.startswith("6. 柯城")
    text = "".join(sheet.extract_text() for sheet in chinese.pages).replace(" ", "")
    assert "249亿元" in text and "249亿元" not in "".join(sheet.extract_text() for sheet in english.pages[:1])
