"""Make an EPUB of each edition of the book: ``python tools/ebook.py [--to FILE]``; give first ``make book``.

Sphinx's own builder writes the pages; they are then made well-formed XHTML and packed with the same bytes
each time. The Chinese EPUB has the same pages, their texts from the catalogues.
"""

import argparse
import os
import re
import shutil
import sys
import zipfile
from html import escape, unescape
from pathlib import Path
from xml.etree import ElementTree

import settings
import yaml

from mountain_counties.edition import catalogue, editing
from mountain_counties.edition.pages import LANGUAGE, Translator

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "epub"
CHINESE = FOLDER.with_name("epub-zh")
EPUB = ROOT / "_build" / "mountain-counties.epub"
SVG = 'xmlns="http://www.w3.org/2000/svg"'
DAY = "315532800"
"""What Sphinx writes as the day on which the book changed: 1 January 1980, so that bytes repeat."""


def write_pages(root: Path, folder: Path) -> int:
    """Have Sphinx write the pages of the EPUB into a folder; return its exit code."""
    from jupyter_book.sphinx import build_sphinx

    about = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    done = build_sphinx(
        root,
        folder,
        path_config=root / "_config.yml",
        noconfig=True,
        builder="epub",
        doctreedir=folder.with_name(".epub-doctrees"),
        warningiserror=True,
        keep_going=True,
        quiet=True,
        confoverrides={
            "latex_individualpages": False,  # which Jupyter Book takes out again
            "nb_execution_cache_path": str(root / "_build" / ".jupyter_cache"),
            "templates_path": [],  # they are of the pages on the web
            "html_css_files": ["ebook.css"],
            "version": str(about["version"]),
            "epub_basename": "mountain-counties",
            "epub_title": about["title"],
            "epub_description": " ".join(about["abstract"].split()),
            "epub_publisher": about["authors"][0]["name"],
            "epub_identifier": "mountain-counties",
            "epub_uid": "mountain-counties",
            "epub_scheme": "ID",
            "epub_show_urls": "no",
            "epub_tocdup": False,
            "epub_tocscope": "includehidden",  # the contents are in no page's text
        },
    )
    if isinstance(done, BaseException):
        raise done
    return done


def xhtml(text: str, name: str) -> str:
    """Make a page of Sphinx well-formed, without scripts and the styles of the web.

    Raises
    ------
    ValueError
        If it still is not; the message names the page and the place.
    """
    text = re.sub(r"<(script|noscript)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r'<link rel="stylesheet"(?![^>]*/e(pub|book)\.css)[^>]*>', "", text)
    text = re.sub(r"<[a-zA-Z][^<>]*>", _attributes, text)
    text = re.sub(r"<svg\b.*?</svg>", _drawing, text, flags=re.DOTALL)
    text = re.sub(r' href="(?!\w+:)([^"#]+)\.html\b', r' href="\1.xhtml', text)  # what HTML of our own links
    try:
        ElementTree.fromstring(re.sub(r"&(?!amp|lt|gt|quot|#)\w+;", "", text))
    except ElementTree.ParseError as error:
        raise ValueError(f"{name}: the page is no XHTML: {error}") from None
    return text


def _attributes(tag: re.Match[str]) -> str:
    """Write an opening tag with a value, in quotes, for each attribute; close what holds nothing."""
    quoted = re.sub(r"(\s[\w-]+)=([^\s\"'<>]+)(?=[\s/>])", r'\1="\2"', tag[0])
    parts = re.split(r'("[^"]*")', quoted)
    parts[::2] = [re.sub(r"(\s)([a-z]+)(?=[\s/>])(?!=)", r'\1\2="\2"', part) for part in parts[::2]]
    done = "".join(parts)
    if re.match(r"<(br|hr|img|input|link|meta)\b", done) and not done.endswith("/>"):
        done = done[:-1] + "/>"
    return done


def _drawing(found: re.Match[str]) -> str:
    """Name the language of a drawing, and leave out what the SVG of e-books does not know."""
    text = re.sub(r"</?span\b[^>]*>| paint-order=\"\w+\"", "", found[0])
    text = re.sub(r'^(<svg[^>]*) role="(?!img")\w+"', r"\1", text)
    return text if "xmlns=" in text[: text.index(">")] else text.replace("<svg", f"<svg {SVG}", 1)


def pack(folder: Path, target: Path) -> None:
    """Pack the pages that Sphinx wrote, with the same bytes each time.

    Parameters
    ----------
    folder : Path
        Sphinx's output, with ``content.opf``.
    target : Path
        The EPUB: first the type, uncompressed, then the files that the package names.
    """
    package = (folder / "content.opf").read_text(encoding="utf-8")
    package = re.sub(r'\n *<item\b[^>]*/(?!e(?:pub|book)\.css)[^"/]*\.(?:css|js)"[^>]*/>', "", package)
    listed = re.findall(r'<item\b[^>]* href="([^"]+)"', package)
    files = {name: (folder / name).read_bytes() for name in listed}
    for name in listed:
        if name.endswith(".xhtml"):
            text = xhtml(files[name].decode(), name)
            files[name] = text.encode()
            held = [kind for kind, tag in (("svg", "<svg"), ("mathml", "<math")) if tag in text]
            if held:
                item = f' href="{name}" media-type="application/xhtml+xml"'
                package = package.replace(item, f'{item} properties="{" ".join(held)}"')
    files["META-INF/container.xml"] = (folder / "META-INF" / "container.xml").read_bytes()
    files["content.opf"] = package.encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in [("mimetype", b"application/epub+zip"), *sorted(files.items())]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def in_chinese(folder: Path, target: Path, words: Translator) -> None:
    """Write the pages of an EPUB once more in Chinese.

    Parameters
    ----------
    folder : Path
        Sphinx's output, with ``content.opf``.
    target : Path
        Where the Chinese pages go; what is there is replaced.
    words : Translator
        Of the edition; what awaits translation stands in English.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("*.epub"))

    def told(found: re.Match[str]) -> str:
        chinese = words.text(unescape(found["text"]), "ebook")
        return found["before"] + escape(chinese, quote=False) + found["after"]

    for path in sorted(target.rglob("*.xhtml")):
        name = path.relative_to(target).with_suffix("").as_posix()
        path.write_text(words.page(path.read_text(encoding="utf-8"), name, alone=True), encoding="utf-8")
    for name, tags in (("toc.ncx", "text"), ("content.opf", "dc:(?:title|description|creator|publisher)")):
        text = (target / name).read_text(encoding="utf-8")
        tag = rf"(?P<before><(?P<tag>{tags})\b[^>]*>)(?P<text>[^<]+)(?P<after></(?P=tag)>)"
        text = re.sub(tag, told, text)
        text = re.sub(r"(<dc:language>|xml:lang=\")[^<\"]*", rf"\g<1>{LANGUAGE}", text)
        text = re.sub(r'(<dc:identifier[^>]*>|dtb:uid" content=")([^<"]+)', r"\1\2-zh", text)  # another book
        (target / name).write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Make the EPUB; return Sphinx's exit code if that fails."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--to", type=Path, default=EPUB)
    options = parser.parse_args(arguments)
    settings.apply()
    os.environ["SOURCE_DATE_EPOCH"] = DAY
    if code := write_pages(ROOT, FOLDER):
        return code
    words = editing.translator(ROOT)
    in_chinese(FOLDER, CHINESE, words)
    for text in words.missing:
        print(f"{catalogue.FOLDER / catalogue.APART}: there is no translation of {text!r}", file=sys.stderr)
    for folder, target in ((FOLDER, options.to), (CHINESE, options.to.with_suffix(".zh.epub"))):
        pack(folder, target)
        print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
