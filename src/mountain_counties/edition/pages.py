"""The folder ``zh`` of the book: each English page with its texts from the catalogue.

Anchors, links, pictures and data are those of the English page: a reader who changes the language stays where
they are.
"""

import json
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import PurePosixPath

from mountain_counties.edition import drawings, messages, numerals
from mountain_counties.edition.catalogue import Used
from mountain_counties.edition.markup import Element, parse
from mountain_counties.edition.names import Names

FOLDER, LANGUAGE, NAME, BACK = "zh", "zh-CN", "中文", "English"
"""Where the edition stands, from the book's root; its language; the words of the way to it, and back."""

OWN = re.compile(r".*\.html|exhibits/[^/]+\.svg|searchindex\.js|_static/(?:cards|words|translations)\.js|")
"""What the edition has of its own, from its root; all else both have in common."""

DESCRIPTION = range(20, 90)
"""Characters of a page's description, as search engines show it: a shorter paragraph says nothing."""

SCRIPT, DOCTOOLS = "_static/book.js", "_static/doctools.js"
"""Scripts that say something to readers: the book's, and those of Sphinx's search."""

WORDS, SPHINX = "words.js", "translations.js"
"""What they say in Chinese, below ``_static`` of the edition."""

SWITCH = "language"
"""Class of the link to the other edition."""


class Translator:
    """Writes pages in Chinese.

    Parameters
    ----------
    known : mapping of str to str
        Message -> translation.
    names : Names
        Of places.
    figures : mapping of str to str
        Id of a claim -> its figure as the article prints it.

    Attributes
    ----------
    used : dict of str to Used
        Messages of the pages so far.
    missing : dict of str to str
        Message without a translation -> the first page that has it, where it stands in English.
    """

    def __init__(self, known: Mapping[str, str], names: Names, figures: Mapping[str, str]) -> None:
        self.known = known
        self.used: dict[str, Used] = {}
        self.missing: dict[str, str] = {}
        self._reader = messages.Reader(names, figures.get, self._whole)
        self._page = ""

    def page(self, html: str, page: str, *, alone: bool = False) -> str:
        """Write a page in Chinese.

        Parameters
        ----------
        html : str
            The English page.
        page : str
            Its name, such as ``notebooks/06_kecheng``.
        alone : bool
            Whether the edition is a book of its own, which has its files beside it and no twin, as an e-book.

        Returns
        -------
        str
        """
        self._page = page
        root = parse(html)
        elements = list(root.walk())
        if not alone:
            self._move(elements, page)
        for element in elements:
            self._attributes(element)
            if SWITCH in element.classes and element.tag == "a":
                _turn_back(element, page)
            elif element.tag == "svg":
                self._drawing(element)
            elif messages.foreign(element) or messages.ORIGINAL in element.classes:
                element.set("lang", "en")
            elif element.tag == "table":
                drawings.scale_table(element)
            elif any((element.tag, name) in messages.QUOTED for name in element.classes):
                words = self._say(self._reader.cited(unescape(element.text())), element.text())
                element.children = [Element("!", words)]
        self._runs(root)
        for element in elements:
            if element.tag == "script":
                self._script(element, root)
            elif element.tag in ("title", "option"):  # which hold no elements
                element.children = [re.sub(r"<[^>]*>", "", "".join(map(str, element.children)))]
        if alone:
            page_itself = next(element for element in elements if element.tag == "html")
            for name in ("lang", "xml:lang"):
                page_itself.set(name, LANGUAGE)
        else:
            self._head(root, page)
        return str(root)

    def drawing(self, svg: Element, page: str) -> str:
        """Write a drawing that stands alone in Chinese."""
        self._page = page
        for element in svg.walk():
            self._attributes(element)
        self._drawing(svg)
        return str(svg)

    def text(self, text: str, page: str | None = None) -> str:
        """Write a plain text in Chinese."""
        self._page = page or self._page
        message = self._reader.of(text)
        told = unescape(self._say(message, escape(text, quote=False), marked=False))
        return told if message.says else messages.written(told)

    def reason(self, text: str) -> str:
        """Write a row of statements in Chinese."""
        return "".join(map(self.text, messages.statements(text)))

    def _say(self, message: messages.Message, english: str, marked: bool = True) -> str:
        if not message.says:
            return message.filled(message.plain)
        pages, examples = self.used.get(message.text, ((), ()))
        if self._page not in pages:
            found = tuple(f"{atom.example} → {_plain(atom.html)}" for atom in message.atoms)
            self.used[message.text] = Used((*pages, self._page), examples or found)
        translation = self.known.get(message.text)
        if translation is None:
            self.missing.setdefault(message.text, self._page)
            return f'<span lang="en">{english}</span>' if marked else english
        if marked and translation == message.text and " " in translation:
            return f'<span lang="en">{message.filled(translation)}</span>'
        return message.filled(translation)

    def _whole(self, element: Element) -> str:
        self._runs(element)
        return "".join(map(str, element.children))

    def _runs(self, element: Element) -> None:
        found = [(children, start, end) for children, start, end in messages.runs(element)]
        for children, start, end in reversed(found):  # what comes first keeps its place
            run = children[start:end]
            english = "".join(map(str, run))
            children[start:end] = [self._say(self._reader.run(run), english)]

    def _attributes(self, element: Element) -> None:
        if (element.get("lang") or "").startswith("zh"):
            return
        for name in messages.ATTRIBUTES:
            value = element.get(name)
            if value and not ("#id" in (element.get("href") or "") and messages.ORIGIN not in value):
                parts = re.split(r"( · |^\d+\. )", unescape(value))
                say = self.reason if REASONED & set(element.classes) else self.text
                element.set(name, "".join(part if n % 2 else say(part) for n, part in enumerate(parts)))

    def _drawing(self, svg: Element) -> None:
        view = (svg.get("viewBox") or "0 0 0 0").split()
        for label in drawings.labels(svg):
            drawings.write(label, self.text(label.text), float(view[2]))

    def _script(self, script: Element, root: Element) -> None:
        """Translate the data that a script of the page reads."""
        start, end = script.opening.find(">") + 1, script.opening.rfind("</script>")
        if 'id="explorer-data"' in script.opening:
            data = self._explorer(json.loads(script.opening[start:end]))
        elif 'type="application/ld+json"' in script.opening:
            data = self._linked_data(json.loads(script.opening[start:end]), root)
        else:
            return
        text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        script.opening = script.opening[:start] + text + script.opening[end:]

    def _explorer(self, data: dict) -> dict:
        data["words"] = {
            key: [*map(self.text, words)] if isinstance(words, list) else self.text(words)
            for key, words in data["words"].items()
        }
        for about in data["indicators"].values():
            about["label"] = self.text(about["label"])
            about |= numerals.format_of(about)
        for preset in data["presets"]:
            preset["label"] = self.text(preset["label"])
        for county in data["counties"]:
            county["name"] = self.text(county["name"])
        return data

    def _linked_data(self, data: dict, root: Element) -> dict:
        told = _captions(root)
        page, author = self.text(data["name"]), self.text(data["author"]["name"])
        data["isPartOf"]["name"] = self.text(data["isPartOf"]["name"])
        data["author"]["name"] = author
        data |= {"name": page, "inLanguage": LANGUAGE, "description": _description(root)}
        for part in data.get("hasPart", ()):
            name = PurePosixPath(part["distribution"][0]["contentUrl"]).stem.removesuffix("-data")
            title, caption = told[name]
            part |= {"name": title or caption.partition("。")[0], "description": f"{caption}（《{page}》）"}
            part["creator"]["name"] = author
        return data

    def _move(self, elements: list[Element], page: str) -> None:
        """Have addresses lead from the edition's folder to where they led from the book's root."""
        for element in elements:
            for name in ("href", "src", "action"):
                value = element.get(name)
                if not value or re.match(r"[a-z]+:|#|//|\?", value):
                    continue
                path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", unescape(value), re.DOTALL).groups()
                target = _resolved(page, path)
                if not OWN.fullmatch(target):
                    element.set(name, "../" * (page.count("/") + 1) + target + mark + rest)

    def _head(self, root: Element, page: str) -> None:
        """Write what machines and readers are told of the language, and the way back."""
        about = _description(root)
        up = "../" * page.count("/")
        for element in root.walk():
            if element.tag == "html":
                element.set("lang", LANGUAGE)
            elif element.tag == "link" and element.get("hreflang"):
                own = element.get("hreflang") == LANGUAGE
                if "://" not in element.get("href"):
                    element.set("href", PurePosixPath(page).name + ".html" if own else f"../{up}{page}.html")
            elif element.tag == "script" and (element.get("src") or "").partition("?")[0].endswith(SCRIPT):
                element.opening = f'<script src="{up}_static/{WORDS}"></script>\n' + element.opening
            elif element.tag == "script" and (element.get("src") or "").endswith(DOCTOOLS):
                element.opening += f'\n<script src="{up}_static/{SPHINX}"></script>'
        for element in root.walk():
            if element.tag == "meta" and element.get("content"):
                name = element.get("name") or element.get("property")
                if name in ("description", "og:description"):
                    element.set("content", about or self.text(unescape(element.get("content"))))
                elif name in ("og:title", "og:site_name", "og:image:alt"):
                    element.set("content", self.text(unescape(element.get("content"))))
                elif name == "og:url":
                    element.set("content", _in_edition(element.get("content"), page))
            elif element.tag == "link" and element.get("rel") == "canonical" and element.get("href"):
                element.set("href", _in_edition(element.get("href"), page))


REASONED = {messages.VERDICT, messages.CELL}
"""Classes of elements whose title is a row of statements."""


def _turn_back(link: Element, page: str) -> None:
    """Have the link to this edition lead back to the English page."""
    link.set("href", "../" * (page.count("/") + 1) + f"{page}.html")
    link.set("lang", "en")
    link.set("hreflang", "en")
    link.children = [Element("!", BACK)]


def _description(root: Element) -> str:
    """Return the beginning of a page's first paragraph of some length; "" if there is none."""
    for element in root.walk():
        if element.tag == "p" and len(text := re.sub(r"\s+", "", _plain(str(element)))) >= DESCRIPTION.start:
            return text if len(text) < DESCRIPTION.stop else text[: DESCRIPTION.stop] + "……"
    return ""


def _captions(root: Element) -> dict[str, tuple[str, str]]:
    """Return the name of each exhibit of a page -> its title, if it has one, and its caption."""
    found = {}
    for exhibit in root.walk():
        if exhibit.tag in ("figure", "table") and "exhibit" in exhibit.classes:
            parts = {name: _plain(str(part)) for part in exhibit.walk() for name in part.classes}
            found[exhibit.get("id")] = parts.get("figure-title", ""), parts.get("caption-text", "")
    return found


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def _resolved(page: str, path: str) -> str:
    """Return where a relative address leads to, from the book's root."""
    parts: list[str] = list(PurePosixPath(page).parts[:-1])
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _in_edition(address: str, page: str) -> str:
    return address.removesuffix(f"{page}.html") + f"{FOLDER}/{page}.html"
