"""The book as a site: heads, the feed, the map, the page for what is not there."""

import io
import json
import re
from pathlib import Path
from shutil import copyfile
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from mountain_counties.pages import downloads, site
from mountain_counties.pages.fingerprint import ADDRESS

ATOM, PLACES = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "https://example.org/book"


@pytest.fixture(scope="module")
def heads(html, parsed) -> dict[str, BeautifulSoup]:
    """Return the pages that are no mere sign to another."""
    return {
        path.relative_to(html).with_suffix("").as_posix(): page
        for path, page in parsed.items()
        if not page.select("meta[http-equiv=refresh]")
    }


def test_every_page_has_one_viewport_and_what_a_preview_shows(heads):
    assert len(heads) > 50
    for name, page in heads.items():
        assert len(page.select("meta[name=viewport]")) == 1, name
        assert len(page.select("meta[name=description]")) == 1, name
        if name not in site.HIDDEN:
            assert page.select_one('meta[property="og:title"]')["content"] in page.title.text, name
            assert page.select_one('meta[property="og:description"]')["content"], name


def test_the_grid_of_a_page_is_known_before_its_text(heads, root):
    """A grid that waits for what comes last moves the text while the page comes in."""
    for name, page in heads.items():
        if grid := page.select_one("div.page"):
            assert ("sectioned" in grid["class"]) == bool(page.select("nav.sections")), name
            assert ("wide" in grid["class"]) == bool(page.select("div.full-width")), name
    style = (root / "_static" / "book.css").read_text(encoding="utf-8")
    assert ".page:has(" not in style and ".page.sectioned" in style and ".page.wide" in style


def test_every_page_describes_itself_as_a_report_and_its_exhibits_as_data(heads, html):
    offered = 0
    for name, page in heads.items():
        if name in site.HIDDEN:
            continue
        (script,) = page.select('script[type="application/ld+json"]')
        about = json.loads(script.string)
        assert (about["@context"], about["@type"]) == ("https://schema.org", "Report"), name
        for part in about.get("hasPart", ()):
            assert part["@type"] == "Dataset" and len(part["description"]) >= 50, (name, part["name"])
            for file in part["distribution"]:
                assert ((html / name).parent / file["contentUrl"]).resolve().is_file(), file
                offered += 1
    assert offered > 100


def test_while_no_address_is_configured_nothing_claims_one(heads, html):
    assert not (html / site.MAP).exists()
    assert not [name for name, page in heads.items() if page.select("link[rel=canonical]")]
    assert "Sitemap" not in (html / site.ROBOTS).read_text()


def small_book(folder: Path, root: Path, **settings: str) -> Path:
    """Build a book of one page with a figure, a changelog and a 404 page; return its folder."""
    (folder / "index.md").write_text(
        "# Book\n\nA book of several words, more than forty characters of them.\n"
    )
    (folder / "data").mkdir()
    (folder / "templates").mkdir()
    for name in ("CHANGELOG.md", "CITATION.cff", "data/datapackage.json"):
        copyfile(root / name, folder / name)
    (folder / "templates" / "404.html").write_text('<a href="{{ base }}index.html">The book</a>')
    common = {
        "extensions": ["myst_nb", "mountain_counties.pages.site"],
        "exclude_patterns": ["CHANGELOG.md"],
        "html_theme": "basic",
        "templates_path": ["templates"],
    }
    with docutils_namespace():
        places = (folder, None, folder / "out", folder / "trees")
        app = Sphinx(
            *places, "html", confoverrides=common | settings, status=io.StringIO(), warning=io.StringIO()
        )
        picture = downloads.Export("fig-a", "figure", "It rises", "It rises.", {"PNG": "fig-a.png"}, {})
        app.connect("env-updated", lambda app, env: downloads.of(env).update({"index": {"fig-a": picture}}))
        app.build()
    return folder / "out"


@pytest.mark.parametrize("way", ["environment", "settings"])
def test_with_an_address_all_that_needs_it_has_it(way, tmp_path, root, monkeypatch):
    """By the variable, which goes before the settings, or by the settings."""
    monkeypatch.setenv(ADDRESS, f"{BASE}/" if way == "environment" else "")
    out = small_book(tmp_path, root, html_baseurl="https://other.example/" if way == "environment" else BASE)
    page = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    assert page.select_one("link[rel=canonical]")["href"] == f"{BASE}/index.html"
    assert page.select_one('meta[property="og:url"]')["content"] == f"{BASE}/index.html"
    assert page.select_one('meta[property="og:image"]')["content"] == f"{BASE}/exhibits/fig-a.png"
    assert page.select_one('meta[property="og:image:alt"]')["content"] == "It rises"
    assert json.loads(page.select_one('script[type="application/ld+json"]').string)["isPartOf"]["url"] == (
        f"{BASE}/index.html"
    )
    places = ElementTree.parse(out / site.MAP).iter(f"{PLACES}loc")
    assert [place.text for place in places] == [f"{BASE}/index.html"]
    assert f"Sitemap: {BASE}/{site.MAP}" in (out / site.ROBOTS).read_text()
    feed = ElementTree.parse(out / site.FEED).getroot()
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert f"{BASE}/{site.FEED}" in links and all(link.startswith(f"{BASE}/") for link in links)
    assert f'href="{BASE}/index.html"' in (out / "404.html").read_text()
    assert "other.example" not in "".join(
        path.read_text() for path in out.rglob("*.*") if path.suffix in (".html", ".xml", ".txt")
    )


@pytest.mark.parametrize("address", ["example.org/book", "ftp://example.org/", "https://example.org/?a=b"])
def test_an_address_that_is_none_is_an_error(address, tmp_path, root, monkeypatch):
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(ExtensionError, match=f"{ADDRESS}.*expected an address.*{re.escape(repr(address))}"):
        small_book(tmp_path, root)


CHANGES = """# Changelog

Text.

## Unreleased

- New & <better>.

## 0.1.0 - 2026-01-02

- First.
- Second.
"""


def test_the_feed_has_an_entry_for_each_version():
    root = ElementTree.fromstring(site.feed(CHANGES, BASE + "/", "Book", "We", "2026-11-25T00:00:00Z"))
    entries = root.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["Unreleased", "0.1.0"]
    days = [entry.find(f"{ATOM}updated").text[:10] for entry in entries]
    assert days == ["2026-11-25", "2026-01-02"]
    assert root.find(f"{ATOM}updated").text == "2026-11-25T00:00:00Z"
    contents = [BeautifulSoup(entry.find(f"{ATOM}content").text, "html.parser") for entry in entries]
    assert [[item.text for item in content.select("li")] for content in contents] == [
        ["New & <better>."],
        ["First.", "Second."],
    ]
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == 3 and all(name.startswith("urn:uuid:") for name in ids)
    again = ElementTree.fromstring(site.feed(CHANGES, "", "Book", "We", "2027-01-01T00:00:00Z"))
    assert [element.text for element in again.iter(f"{ATOM}id")] == ids


def test_the_books_feed_holds_its_changelog(html, root):
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = ElementTree.parse(html / site.FEED).findall(f".//{ATOM}entry")
    assert len(entries) == text.count("\n## ")


def test_an_address_that_leads_nowhere_leads_on(heads, html):
    links = heads["404"].select("main a")
    assert len(links) == 4 and all((html / link["href"]).is_file() for link in links)
