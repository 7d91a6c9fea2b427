"""Make a PDF of each edition of the book: ``python tools/paper.py [--html FOLDER] [--to FILE] [PAGE ...]``.

Chromium prints each page, so that paper has what a screen has: vector figures, selectable text, Chinese. The
prints are joined, with a bookmark for each heading, page numbers, and links from page to page.
"""

import argparse
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NullObject

from mountain_counties.edition import editing
from mountain_counties.edition.pages import FOLDER

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
PDF = ROOT / "_build" / "mountain-counties.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

NUMBERED = """
@page {{ @bottom-center {{ content: counter(page); font: 8pt sans-serif; color: #595959; }} }}
html {{ counter-reset: page {before}; }}
"""
"""Style that numbers the sheets of a print, which come after others."""


class Missing(Exception):
    """The machine lacks something; the message says what to do."""


def browser() -> str:
    """Return the path of Chromium, if this machine has it and a font for Chinese."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise Missing("There is no Chromium to print with. On Debian: apt-get install chromium")
    if not shutil.which("fc-list"):
        raise Missing("fc-list is missing, which knows the fonts. On Debian: apt-get install fontconfig")
    if not subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True).stdout.strip():
        raise Missing("No font has Chinese characters. On Debian: apt-get install fonts-noto-cjk")
    return path


def names(contents: object) -> Iterator[str]:
    """List the pages of a table of contents, in reading order."""
    if isinstance(contents, dict):
        yield from (value for key, value in contents.items() if key in ("root", "file"))
        for value in contents.values():
            yield from names(value)
    elif isinstance(contents, list):
        for value in contents:
            yield from names(value)


def printed(page: Page, path: Path, before: int) -> PdfReader:
    """Print one page, its sheets numbered from the one after `before`."""
    page.goto(path.as_uri())
    page.add_style_tag(content=NUMBERED.format(before=before))
    raw = page.pdf(format="A4", prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    return PdfReader(io.BytesIO(raw))


def join(prints: dict[Path, PdfReader], title: str, author: str) -> PdfWriter:
    """Join prints into one document.

    Parameters
    ----------
    prints : dict
        HTML file -> its print, in reading order.
    title, author : str
        Of the document.

    Returns
    -------
    PdfWriter
        With bookmarks for the headings; a link to another of the pages leads to its first sheet.
    """
    writer, first = PdfWriter(), {}
    for path, reader in prints.items():
        first[path.resolve()] = len(writer.pages)
        writer.append(reader, import_outline=True)
    for path, reader in prints.items():
        begin = first[path.resolve()]
        for sheet in writer.pages[begin : begin + len(reader.pages)]:
            for link in sheet.get("/Annots", ArrayObject()):
                stay_within(link.get_object(), first, writer, reader, begin)
    writer.compress_identical_objects()
    writer.metadata = None
    writer.add_metadata({"/Title": title, "/Author": author})
    writer.page_mode = "/UseOutlines"
    return writer


def stay_within(
    link: DictionaryObject, first: dict[Path, int], writer: PdfWriter, reader: PdfReader, begin: int
) -> None:
    """Have a link that leads to a place on its page, or to another page's file, lead to the sheet.

    Pages have places of the same name, so names are replaced by sheets. What was not printed is led to by
    nothing.
    """
    if isinstance(name := link.get("/Dest"), str):
        place = reader.named_destinations[name]
        number = begin + reader.get_destination_page_number(place)
        link[NameObject("/Dest")] = _sheet(writer, number, place.top)
        return
    action = link.get("/A", DictionaryObject()).get_object()
    address = urlsplit(str(action.get("/URI", "")))
    if address.scheme not in ("file", "blob"):  # a blob is what a script makes: no paper leads there
        return
    target = first.get(Path(unquote(address.path)).resolve())
    del link[NameObject("/A")]
    if target is not None:
        link[NameObject("/Dest")] = _sheet(writer, target, None)


def _sheet(writer: PdfWriter, number: int, top: float | None) -> ArrayObject:
    """Return the destination that is a sheet, at a height of it if that is known."""
    height = NullObject() if top is None else FloatObject(top)
    sheet = writer.pages[number].indirect_reference
    return ArrayObject([sheet, NameObject("/XYZ"), NullObject(), height, NullObject()])


def make(html: Path, pages: list[str], title: str, author: str) -> PdfWriter:
    """Print pages of a built book and join them.

    Parameters
    ----------
    html : Path
        The built book.
    pages : list of str
        Names of its pages, in reading order.
    title, author : str
        Of the document.

    Returns
    -------
    PdfWriter

    Raises
    ------
    Missing
        If there is no browser, no font for Chinese, or no such page.
    """
    program = browser()
    if absent := [name for name in pages if not (html / f"{name}.html").is_file()]:
        raise Missing(f"The book has no page {absent[0]}. Give first: make book")
    prints: dict[Path, PdfReader] = {}
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = started.new_page(color_scheme="light", viewport={"width": 1280, "height": 800})
        for name in pages:
            before = sum(len(reader.pages) for reader in prints.values())
            prints[html / f"{name}.html"] = printed(page, html / f"{name}.html", before)
        started.close()
    return join(prints, title, author)


def main(arguments: list[str] | None = None) -> int:
    """Make the PDF; return 1, with one line, if that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="*", help="names of pages; all of the book by default")
    parser.add_argument("--html", type=Path, default=HTML)
    parser.add_argument("--to", type=Path, default=PDF)
    options = parser.parse_args(arguments)
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    about = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    pages = options.pages or list(names(contents))
    editions = [(options.html, options.to, about["title"], about["author"])]
    if (options.html / FOLDER).is_dir():
        words = editing.translator(ROOT)
        title, author = (words.text(about[name], "index") for name in ("title", "author"))
        editions.append((options.html / FOLDER, options.to.with_suffix(".zh.pdf"), title, author))
    for html, target, title, author in editions:
        try:
            found = make(html, pages, title, author)
        except Missing as reason:
            print(reason, file=sys.stderr)
            return 1
        found.write(target)
        print(f"{target}: {len(found.pages)} sheets, {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
