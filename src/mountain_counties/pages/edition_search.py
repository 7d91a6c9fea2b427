"""The search index of the Chinese edition: any two characters, as in the English one for Chinese names."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path

from mountain_counties.edition.markup import Element, parse
from mountain_counties.pages.search import English

INDEX = "searchindex.js"

_CALL = re.compile(r"Search\.setIndex\((.*)\)\s*", re.DOTALL)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_LEFT_OUT = frozenset("! math nav pre script style svg".split())
_ASIDE = {"headerlink", "exhibit-links", "code", "take", "section-number"}


def words(page: str) -> dict[str, list]:
    """Return what is to be found on a page.

    Parameters
    ----------
    page : str
        HTML.

    Returns
    -------
    dict
        ``headings``: text and anchor of each, the page's title first; ``titles`` and ``text``: the words of
        both as the index has them.
    """
    language = _language()
    main = next(element for element in parse(page).walk() if element.tag == "main")
    headings = list(_headings(main, None))
    titles = set().union(*(_stems(language, heading) for heading, _ in headings))
    return {
        "headings": headings,
        "titles": sorted(titles),
        "text": sorted(_stems(language, _text(main)) - titles),
    }


def write(html: Path, edition: Path, found: Mapping[str, dict[str, list]]) -> None:
    """Write the index of an edition.

    Parameters
    ----------
    html : pathlib.Path
        The English book, whose index names the pages, and what entries lead to claims.
    edition : pathlib.Path
        The folder of the edition's pages; its index is written there.
    found : mapping of str to dict
        Page -> its `words`.

    Raises
    ------
    ValueError
        If the English index is none.
    """
    call = _CALL.fullmatch((html / INDEX).read_text(encoding="utf-8"))
    if not call:
        raise ValueError(f"{html / INDEX}: found no call of Search.setIndex, expected one")
    index = json.loads(call[1])
    titles: list[str] = []
    headings: dict[str, list] = {}
    places: dict[str, dict[str, list[int]]] = {"titles": {}, "text": {}}
    for number, name in enumerate(index["docnames"]):
        page = found[name]
        titles.append(page["headings"][0][0])
        for heading, anchor in page["headings"]:
            headings.setdefault(heading, []).append([number, anchor])
        for kind, of_kind in places.items():
            for word in page[kind]:
                of_kind.setdefault(word, []).append(number)
    index |= {
        "titles": titles,
        "alltitles": headings,
        "terms": _listed(places["text"]),
        "titleterms": _listed(places["titles"]),
    }
    text = json.dumps(index, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (edition / INDEX).write_text(f"Search.setIndex({text})", encoding="utf-8")


@cache
def _language() -> English:
    return English({})


def _stems(language: English, text: str) -> set[str]:
    stems = {language.stem(word).lower() for word in language.split(text)}
    return {word for word in stems if language.word_filter(word)}


def _listed(words: dict[str, list[int]]) -> dict[str, int | list[int]]:
    return {word: pages[0] if len(pages) == 1 else pages for word, pages in words.items()}


def _headings(element: Element, anchor: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield the headings of a page with the ids of their sections; the first is the page's title."""
    for child in element.children:
        if isinstance(child, str):
            continue
        if child.tag in _HEADINGS:
            yield _text(child).strip(), None if child.tag == "h1" else anchor
        else:
            yield from _headings(child, child.get("id") if child.tag == "section" else anchor)


def _text(element: Element) -> str:
    """Return the words of an element that a reader may search for."""
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(unescape(child))
        elif child.tag not in _LEFT_OUT and not _ASIDE & set(child.classes):
            inline = child.tag in ("a", "em", "span", "strong", "sub", "sup")
            parts.append(_text(child) if inline else f" {_text(child)} ")
    return "".join(parts)
