"""The built book, as a reader meets it."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

from mountain_counties.audit import verdicts
from mountain_counties.book.exhibits import SHORTEST_ALT
from mountain_counties.pages import claims

HEAVIEST = 2_000_000
"""Bytes of a page with its pictures; scripts and styles of the theme come once for the whole book."""

Pages = dict[Path, BeautifulSoup]


@pytest.fixture(scope="session")
def pages(parsed) -> Pages:
    """Return every page of the book, parsed."""
    return {path: page for path, page in parsed.items() if "_static" not in path.parts}


@pytest.fixture(scope="session")
def chapters(pages, html) -> Pages:
    """Return the pages that have text of their own."""
    moved = "meta[http-equiv=refresh]"  # an old address
    return {
        path: page
        for path, page in pages.items()
        if path.stem not in ("search", "404") and not page.select(moved)
    }


def named_files(entry: object) -> list[str]:
    """Return the files that the table of contents names."""
    if isinstance(entry, dict):
        own = [value for key, value in entry.items() if key in ("root", "file")]
        return own + [name for value in entry.values() for name in named_files(value)]
    return [name for item in entry for name in named_files(item)] if isinstance(entry, list) else []


def test_every_page_of_the_contents_is_there(html, root, chapters):
    names = named_files(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))
    assert {html / f"{name}.html" for name in names} == set(chapters)


def test_nothing_is_asked_of_another_host(pages, html):
    asked = [
        (path.name, tag.name, address)
        for path, page in pages.items()
        for tag in page.select("script, link, img, iframe, source, object, embed, video, audio")
        if (address := tag.get("src") or tag.get("href") or tag.get("data") or "").startswith(
            ("http:", "https:", "//")
        )
    ]
    remote = re.compile(r"""(?:url\(|@import\s)\s*["']?(?:https?:)?//""")
    asked += [
        (path.name, "css", "")
        for path in html.rglob("*.css")
        if remote.search(path.read_text(encoding="utf-8"))
    ]
    scripts = [
        (path.name, script.text)
        for path, page in pages.items()
        for script in page.select('script:not([src], [type="application/ld+json"])')
    ]
    asked += [(name, "script", text[:80]) for name, text in scripts if "//" in text and "http" in text]
    assert asked == []


def test_every_picture_states_what_it_shows(chapters):
    pictures = [(path, svg) for path, page in chapters.items() for svg in page.select("article svg.chart")]
    silent = [path.name for path, svg in pictures if len(svg.get("aria-label", "")) < SHORTEST_ALT]
    assert silent == []
    assert len(pictures) > 80  # each figure twice
    assert not [path.name for path, page in chapters.items() if page.select("article img")]


def test_every_link_within_the_book_leads_somewhere(pages, html):
    ids = {path: {tag["id"] for tag in page.select("[id]")} for path, page in pages.items()}
    dead = []
    for path, page in pages.items():
        for link in page.select("a[href]"):
            parts = urlsplit(link["href"])
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or (
                parts.fragment and unquote(parts.fragment) not in ids.get(target, {""})
            ):
                dead.append((path.name, link["href"]))
    assert dead == []


ADDRESSES = (ROOT / "tests" / "data" / "addresses.txt").read_text(encoding="utf-8").split()
"""Where exhibits stand and once stood: page, # and name. Nothing is taken off this list, only added."""


def test_every_address_that_an_exhibit_ever_had_leads_to_it(pages, html):
    dead = []
    for name in {address.partition("#")[0] for address in ADDRESSES}:
        ids = {f"{name}#{tag['id']}" for tag in pages[html / f"{name}.html"].select("[id]")}
        dead += [address for address in ADDRESSES if address.startswith(f"{name}#") and address not in ids]
    assert dead == []


def test_every_exhibit_has_its_address_on_the_list(chapters, html):
    known, missing = set(ADDRESSES), []
    for path, page in chapters.items():
        place = path.relative_to(html).with_suffix("").as_posix()
        missing += [
            f"{place}#{exhibit['id']}"
            for exhibit in page.select("figure.exhibit, table.exhibit[id]")
            if place.startswith(("notebooks/", "index")) and f"{place}#{exhibit['id']}" not in known
        ]
    assert missing == [], "add them to tests/data/addresses.txt"


def test_no_id_is_given_twice(pages):
    for path, page in pages.items():
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), f"{path.name}: {sorted({i for i in ids if ids.count(i) > 1})}"


def test_every_exhibit_has_its_number_its_caption_and_its_data(chapters):
    for path, page in chapters.items():
        for exhibit in page.select("figure.exhibit, table.exhibit[id]"):
            place = f"{path.name}, {exhibit['id']}"
            assert re.match(r"(Figure|Table) \d", exhibit.select_one(".caption-number").text), place
            assert exhibit.select_one(".caption-text").text.strip(), place
            links = {a.text: a["href"] for a in exhibit.find_next(class_="exhibit-links").select("a")}
            data = pd.read_csv(path.parent / links["CSV"])
            assert data.size, place
            assert ("SVG" in links) == (exhibit.name == "figure"), place
            assert page.find(id=links["Code"].removeprefix("#")).select_one(".cell_input"), place


def test_code_stands_at_the_end_and_each_exhibit_leads_to_its_own(chapters):
    shown = 0
    for path, page in chapters.items():
        parts = page.select("main .exhibit[id], main details.code")
        kinds = [part.name == "details" for part in parts]
        assert kinds == sorted(kinds), path
        assert not [cell for cell in page.select("div.cell") if not cell.find()], path
        for link in page.select(".exhibit-links a[href^='#code-']"):
            shown += 1
            assert page.select_one(f"{link['href']} details.code pre"), f"{path}: {link['href']}"
    assert shown > 100


def test_every_table_says_what_its_headings_head(chapters):
    for path, page in chapters.items():
        for table in page.select("article table"):
            assert table.select("th"), path.name
            assert all(head.get("scope") in ("col", "row") for head in table.select("th")), path.name


def test_nothing_went_wrong_on_any_page(chapters):
    for path, page in chapters.items():
        assert not page.select(".stderr, .traceback, .problematic, .system-message"), path.name
        assert "Traceback (most recent call last)" not in page.text, path.name


def test_every_page_names_its_language_its_title_and_what_it_is_about(chapters):
    for path, page in chapters.items():
        assert page.html["lang"] == "en", path.name
        assert len(page.select("article h1")) == 1, path.name
        assert page.select_one("meta[name=description]"), (
            f"{path.name}: no paragraph says what the page is about"
        )


def test_every_claim_has_a_permalink_once_the_index_is_there(html):
    index = html / "reference" / "claims.html"
    if not index.exists():
        pytest.skip("the book has no index of claims")
    page = BeautifulSoup(index.read_text(encoding="utf-8"), "html.parser")
    assert [entry["id"] for entry in page.select(".claim-entry")] == list(claims.claims().index)


def test_no_page_is_heavy(chapters):
    for path, page in chapters.items():
        pictures = {(path.parent / image["src"]) for image in page.select("img[src]")}
        assert path.stat().st_size + sum(map(lambda p: p.stat().st_size, pictures)) < HEAVIEST, path.name


SHIFTS = {"percent": (2,), "亿元": (-1, 2)}
"""Unit of a bound -> powers of ten to what a reader sees: per cent; billion and million yuan."""


@pytest.fixture(scope="session")
def told(chapters) -> str:
    """Return every sentence of the book. Tables of other readings of the digits are meant to differ."""
    texts = []
    for page in chapters.values():
        texts += [tag.get_text(" ") for tag in page.select("article p, article li")]
        texts += [tag.get("alt") or tag.get("aria-label") or "" for tag in page.select("img, svg")]
    return " ".join(" ".join(texts).split())


def number(text: str) -> tuple[float, float]:
    """Return a printed number and one unit of its last digit."""
    return float(text.replace(",", "")), 10.0 ** -len(text.partition(".")[2])


def forms(told: str, lo: float, hi: float) -> set[tuple[str, ...]]:
    """Find the ways in which the book writes two bounds, or the one that is finite."""
    figure = r"(\d[\d,]*(?:\.\d+)?)"
    if np.isfinite([lo, hi]).all():
        near = [
            pair
            for pair in set(re.findall(rf"{figure}–{figure}", told))
            if all(
                abs(value - end) < unit
                for (value, unit), end in zip(map(number, pair), (lo, hi), strict=True)
            )
        ]
        return {pair for pair in near if pair[0] != pair[1]}
    word, bound, sign = ("least", lo, 1) if np.isfinite(lo) else ("most", hi, -1)
    return {
        (text,)
        for text in set(re.findall(rf"at {word} {figure}", told))
        if 0 <= sign * (bound - number(text)[0]) < number(text)[1] and abs(bound) >= 10
    }


def test_a_bound_is_written_alike_on_every_page(told):
    rows = verdicts.relations()
    ends = rows[["lo", "hi"]].astype(float)
    ends = ends[(ends["lo"] < ends["hi"]) & np.isfinite(ends).any(axis=1)]
    found = {
        (name, shift): forms(told, *(ends.loc[name] * 10.0**shift))
        for name in ends.index
        for shift in SHIFTS.get(rows.loc[name, "unit"], (0,))
    }
    assert not {bound: written for bound, written in found.items() if len(written) > 1}
    assert sum(map(len, found.values())) >= 20, "the book tells of hardly any bound"


def test_two_roundings_of_a_bound_are_found():
    told = "between 12.6–13.1% and 12.63–13.12%, or 12.6–14.1%; at least 196%, at least 196.8%, at least 197%"
    assert forms(told, 12.6283, 13.1172) == {("12.6", "13.1"), ("12.63", "13.12")}
    assert forms(told, 196.867, np.inf) == {("196",), ("196.8",)}
    assert forms("at most 15.2", -np.inf, 15.18) == {("15.2",)}
