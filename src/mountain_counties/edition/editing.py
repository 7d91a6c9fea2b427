"""Writes the folder ``zh`` of the finished book, and tells what awaits translation."""

import csv
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from mountain_counties.edition import catalogue
from mountain_counties.edition.catalogue import Used
from mountain_counties.edition.drawings import FONT
from mountain_counties.edition.markup import parse
from mountain_counties.edition.names import Names
from mountain_counties.edition.pages import FOLDER, SPHINX, WORDS, Translator

CARDS = Path("_static", "cards.js")
"""The script of what the cards of claims say."""

CLAIMS, UNITS = Path("data", "article", "claims.csv"), Path("data", "counties", "units.csv")
"""Tables of the figures as printed and of the names of places."""

NOTES = Path("_build", "edition")
"""What was noted of each page when it was last written."""

LONG = 14
"""Characters of a figure in several parts that are not set close to each other."""

DRAWINGS = "exhibits"
"""Folder of the drawings to take away."""

_SAID = re.compile(r'\bsay\("((?:[^"\\]|\\.)+)"')


class Written(NamedTuple):
    """What came of pages."""

    used: dict[str, Used]
    """Messages of those that were written now."""
    missing: dict[str, str]
    """Message without a translation -> a page where it stands in English, of all."""
    indexed: dict[str, Any]
    """Page -> what is to be found on it, of all."""


def translator(root: Path) -> Translator:
    """Give the translator of a checkout.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.

    Raises
    ------
    ValueError
        If a catalogue is unfit.
    """
    return Translator(*_known(root, _maker(root)))


@lru_cache(maxsize=1)
def _known(root: Path, maker: str) -> tuple[Mapping[str, str], Names, Mapping[str, str]]:
    """Read the catalogues, the names and the figures as they are now, of which `maker` is the digest."""
    with (root / CLAIMS).open(encoding="utf-8", newline="") as file:
        figures = {
            row["id"]: printed(row["token"])
            for row in csv.DictReader(file)
            if row["kind"] not in ("slogan", "direction")
        }
    return catalogue.load(root / catalogue.FOLDER), Names(root / UNITS), figures


def printed(token: str) -> str:
    """Write a figure of several parts: a long one as no run of the article's text."""
    return token.replace("|", "、" if len(token) < LONG else " … ")


def write(
    root: Path, html: Path, index: Callable[[str], Any], *, anew: bool = False, jobs: int | None = None
) -> Written:
    """Write the edition beside the English pages: what changed of it, by the notes of the last time.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    html : pathlib.Path
        The finished English book; its folder ``zh`` is written.
    index : callable
        Page of the edition -> what is to be found on it, for JSON; it has a name in its module.
    anew : bool
        Write all pages, whatever the notes say.
    jobs : int, optional
        How many processes; as many as there are cores if not given.

    Raises
    ------
    ValueError
        If a catalogue or a page is unfit.
    """
    pages = {
        path.relative_to(html).with_suffix("").as_posix(): path
        for path in sorted(html.rglob("*.html"))
        if _is_text(path, html)
    }
    maker = _maker(root)
    made_from = {name: _digest(maker, path.read_bytes()) for name, path in pages.items()}
    notes = {name: _noted(root, html, name, digest) for name, digest in made_from.items()}
    todo = [name for name, note in notes.items() if anew or note is None]
    jobs = max(1, min(jobs or os.cpu_count() or 1, len(todo)))
    work = partial(_write_share, root, html, index)
    shares = [todo[n::jobs] for n in range(jobs)]
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            done = list(pool.map(work, shares))
    else:
        done = [work(share) for share in shares]
    for _, of_pages in done:
        for name, (missing, indexed) in of_pages.items():
            notes[name] = {"from": made_from[name], "missing": missing, "indexed": indexed}
            _put(root / NOTES / f"{name}.json", json.dumps(notes[name], ensure_ascii=False))
    data = _data(root, html, maker, anew=anew)
    missing = data.missing | {text: name for name, note in notes.items() for text in note["missing"]}
    used = _joined([*(used for used, _ in done), data.used])
    return Written(used, missing, {name: note["indexed"] for name, note in notes.items()})


def _maker(root: Path) -> str:
    """Return a digest of what pages are translated with."""
    sources = [*Path(__file__).parent.glob("*.py"), *(root / catalogue.FOLDER).rglob("*.po")]
    return _digest(*(path.read_bytes() for path in sorted([*sources, root / CLAIMS, root / UNITS, FONT])))


def _digest(*parts: bytes | str) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode()).digest())
    return whole.hexdigest()


def _noted(root: Path, html: Path, name: str, made_from: str) -> dict[str, Any] | None:
    """Return what was noted of a page, if it is as it would be written now."""
    path = root / NOTES / f"{name}.json"
    if not path.is_file() or not (html / FOLDER / f"{name}.html").is_file():
        return None
    note = json.loads(path.read_text(encoding="utf-8"))
    return note if note["from"] == made_from else None


def _is_text(path: Path, html: Path) -> bool:
    """Tell whether a file is a page of the English book, no old address, and not what a server shows."""
    if path.relative_to(html).parts[0] == FOLDER or path.name == "404.html":
        return False
    with path.open(encoding="utf-8") as file:
        return 'http-equiv="refresh"' not in file.read(1000)


def _write_share(
    root: Path, html: Path, index: Callable[[str], Any], names: list[str]
) -> tuple[dict[str, Used], dict[str, tuple[list[str], Any]]]:
    """Write some pages; return the messages used, and for each page those missing and what is found on it."""
    words, done = translator(root), {}
    for name in names:
        words.missing.clear()
        text = words.page((html / f"{name}.html").read_text(encoding="utf-8"), name)
        _put(html / FOLDER / f"{name}.html", text)
        done[name] = sorted(words.missing), index(text)
    return words.used, done


def _data(root: Path, html: Path, maker: str, *, anew: bool) -> Written:
    """Write what is no page, if it changed since it was noted."""
    files = [html / CARDS, *(html / "_static").glob("*.js"), *(html / DRAWINGS).glob("*.svg")]
    made_from = _digest(maker, *(path.read_bytes() for path in sorted({*files}) if path.is_file()))
    note, last = root / NOTES / "_data.json", html / FOLDER / "_static" / WORDS
    if not anew and last.is_file() and note.is_file():
        noted = json.loads(note.read_text(encoding="utf-8"))
        if noted["from"] == made_from:
            return Written({}, noted["missing"], {})
    done = _write_data(root, html)
    _put(note, json.dumps({"from": made_from, "missing": done.missing}, ensure_ascii=False))
    return done


def _write_data(root: Path, html: Path) -> Written:
    """Write the data of scripts, and the drawings that a reader takes away."""
    with_words = translator(root)
    if (html / CARDS).exists():
        start, _, data = (html / CARDS).read_text(encoding="utf-8").partition(" = ")
        cards = json.loads(data.rstrip(";\n"))
        for card in cards.values():
            card["kind"] = card["grade"]
            for field in ("words", "stands", "grade"):
                card[field] = with_words.text(card[field], "reference/claims")
            card["reason"] = with_words.reason(card["reason"])
        _put(html / FOLDER / CARDS, f"{start} = {json.dumps(cards, ensure_ascii=False, sort_keys=True)};\n")
    said = {
        text
        for path in sorted((html / "_static").glob("*.js"))
        for text in _SAID.findall(path.read_text(encoding="utf-8"))
    }
    words = {text: with_words.text(text, "scripts") for text in sorted(said)}
    _put(
        html / FOLDER / "_static" / WORDS,
        f"window.words = {json.dumps(words, ensure_ascii=False, sort_keys=True)};\n",
    )
    _put(html / FOLDER / "_static" / SPHINX, _of_sphinx())
    for path in sorted((html / DRAWINGS).glob("*.svg")):
        root_element = parse(path.read_text(encoding="utf-8"))
        _put(html / FOLDER / DRAWINGS / path.name, with_words.drawing(root_element, "drawings"))
    return Written(with_words.used, with_words.missing, {})


def _of_sphinx() -> str:
    """Return what Sphinx's search says in Chinese.

    Its own script would evaluate a text, which a strict policy forbids.
    """
    theirs = files("sphinx") / "locale" / "zh_CN" / "LC_MESSAGES" / "sphinx.js"
    text = theirs.read_text(encoding="utf-8")
    said = json.loads(text[text.index("{") : text.rindex("}") + 1])["messages"]
    messages = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return (
        f"Object.assign(Documentation.TRANSLATIONS, {messages});\n"
        'Documentation.PLURAL_EXPR = () => 0;\nDocumentation.LOCALE = "zh_CN";\n'
    )


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _joined(parts: Iterable[dict[str, Used]]) -> dict[str, Used]:
    found: dict[str, Used] = {}
    for part in parts:
        for text, (pages, examples) in part.items():
            before = found.get(text, Used((), ()))
            found[text] = Used(tuple(sorted({*before.pages, *pages})), before.examples or examples)
    return found
