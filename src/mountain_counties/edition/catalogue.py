"""The catalogues of the Chinese edition: files of gettext, one for each page and one for what pages share."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from mountain_counties.edition.messages import marks

FOLDER = Path("locale", "zh_CN", "LC_MESSAGES")
"""Of the catalogues, in a checkout."""

APART = "ebook.po"
"""The catalogue of what only the e-book says, written by hand: no page tells that it is needed."""

COMMON = "common"
"""The catalogue of messages that more than one page has."""

_WORDS = re.compile(r"\{[a-z]+\}")
_HEADER = """\
# The Chinese edition of the book: {name}. Written by `make messages`, translated by hand.
# {{1}} stands for a number, a name, a figure of the article or a title, <1>…</1> for a link or an emphasis.
msgid ""
msgstr ""
"Language: zh_CN\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Used(NamedTuple):
    """Where a message stands, and what its placeholders stand for there."""

    pages: tuple[str, ...]
    examples: tuple[str, ...]


def load(folder: Path) -> dict[str, str]:
    """Read all catalogues.

    Parameters
    ----------
    folder : pathlib.Path
        With files ``….po`` in it and below.

    Returns
    -------
    dict
        Message -> translation, of those that have a certain one.

    Raises
    ------
    ValueError
        If a file is no catalogue, a translation has other marks than its message, or a message has two
        translations.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.po")):
        for message in _read(path):
            if not message.id or not message.string or message.fuzzy:
                continue
            place = f"{path.relative_to(folder)}, message {message.id[:40]!r}"
            if kept(message.id) != kept(message.string):
                raise ValueError(
                    f"{place}: found {' '.join(kept(message.string)) or 'no marks'} in the translation, "
                    f"expected {' '.join(kept(message.id)) or 'none'}"
                )
            if found.setdefault(message.id, message.string) != message.string:
                raise ValueError(f"{place}: found a second translation, expected one")
    return found


def kept(text: str) -> list[str]:
    """Return what a translation has to keep of a message: placeholders, tags, words in braces."""
    return sorted([*marks(text), *_WORDS.findall(text)])


def unfit(folder: Path) -> list[str]:
    """Name the messages without a translation, or with an uncertain one.

    Parameters
    ----------
    folder : pathlib.Path
        With the catalogues.

    Returns
    -------
    list of str
        File, message, and what is wrong.
    """
    return [
        f"{path.relative_to(folder)}: {'a fuzzy' if message.fuzzy else 'no'} translation of {message.id!r}"
        for path in sorted(folder.rglob("*.po"))
        for message in _read(path)
        if message.id and (message.fuzzy or not message.string)
    ]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        try:
            return read_po(file, locale="zh_CN", abort_invalid=True)
        except Exception as error:
            raise ValueError(f"{path.name}: {error}") from error


def home(pages: Iterable[str]) -> str:
    """Return the catalogue that a message of some pages stands in."""
    pages = list(pages)
    if len(pages) == 1 and not pages[0].startswith("profiles/"):
        return pages[0]
    return "profiles" if all(page.startswith("profiles/") for page in pages) else COMMON


def merge(folder: Path, used: Mapping[str, Used]) -> None:
    """Write the catalogues anew: what is used, with the translations at hand, and for the rest a likeness.

    Parameters
    ----------
    folder : pathlib.Path
        With the catalogues.
    used : mapping of str to Used
        Message -> where it stands.
    """
    old = Catalog(locale="zh_CN")
    files = [path for path in sorted(folder.rglob("*.po")) if path.name != APART]
    for path in files:
        for message in _read(path):
            if message.id:
                old.add(message.id, message.string, flags=message.flags)
    template = Catalog(locale="zh_CN")
    for text in used:
        template.add(text)
    old.update(template, update_header_comment=False)  # what is new takes the likest translation, as fuzzy
    homes: dict[str, list[str]] = {}
    for text, use in used.items():
        homes.setdefault(home(use.pages), []).append(text)
    for path in files:
        path.unlink()
    for name, texts in sorted(homes.items()):
        path = folder / f"{name}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_HEADER.format(name=name).encode() + _written(name, texts, old, used))


def _written(name: str, texts: Iterable[str], known: Catalog, used: Mapping[str, Used]) -> bytes:
    made, buffer = Catalog(locale="zh_CN"), BytesIO()
    for text in texts:
        pages, examples = used[text]
        about = [f"{{{n}}} {example}" for n, example in enumerate(examples, 1)]
        if name == COMMON:
            about.insert(0, "on " + ", ".join([*pages[:3], *(["…"] if len(pages) > 3 else [])]))
        made.add(text, known[text].string, flags=known[text].flags, auto_comments=about)
    write_po(buffer, made, width=110, omit_header=True)
    return buffer.getvalue()
