"""Blocks of text of a page -> messages of a catalogue, whose numbers, names and links are placeholders.

A message is what a translator sees: ``From {1} to {2} the GDP of <1>the mountain counties</1> grew by {3}.``
What stands for a placeholder is written in Chinese by rule; what stands between tags is translated. So a
number, a link, a name or a verdict cannot be lost or changed by a translation.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import NamedTuple

from mountain_counties.edition import numerals
from mountain_counties.edition.markup import VOID, Element
from mountain_counties.edition.names import Names

INLINE = frozenset(
    (
        "a abbr b bdi br cite code dfn em i kbd mark math q s samp small span strong sub sup time u var wbr"
    ).split()
)
"""Elements that stand within a block of text."""

CELL, ORIGINAL = "cell", "original"
"""Classes of a claim's cell, which holds the figure as printed, and of words that every edition has alike."""

QUOTED = {("div", "cite"), ("span", "citation")}
"""Elements and their classes whose text says how a page is cited: what it quotes are titles."""

WORK, ORIGIN = "citation", "in Chinese"
"""Class of a work cited; what its entry says of one that is not in English."""

BLOCKS = {"caption-number", "caption-text", "section-number", "words", "label"}
"""Classes of inline elements that are blocks of text of their own."""

VERBATIM = frozenset("! code math pre script style textarea".split())
"""Elements whose content is the same in every language."""

ATTRIBUTES = ("title", "alt", "aria-label", "placeholder")
"""Attributes with words for readers."""

GLUED, CLAIM, VERDICT, LINK, KEY = "text_plain", "claim", "verdict", "headerlink", "label"
"""Classes: of a text that a notebook made, of a figure of the article, of a badge, of a link to a heading, of
the key of a work cited."""

TITLES = {"doc", "std-ref", "std-numref", "title"}
"""Classes of the text of a link that is the title of what it leads to."""

REASONED = ("td", "dd")
"""Elements whose text may be a row of statements, each a message of its own."""

HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_TAG = re.compile(r"<(/?)(\d+)>")
_MACHINE = re.compile(
    r"https?://[^\s,;]*[^\s,;.]|[\w./-]*\w\.(?:html|csv|json|yml|ipynb|py|md|txt|zip)\b(?:#[\w-]+)?"
)
_QUOTE = re.compile(r"“([^”]+)”")
_SENTENCE = re.compile(r"(?<=[.?!”]) (?=[A-Z“‘])")
_PREFIX = re.compile(r"(?:Record|missing|assuming): |derived only; ")
_END = re.compile(r"(?<=[\w\d}>)’”%])(?:;|(?<!\bp)(?<!et al)\.)$")
_STOPS = {".": "。", ";": "；"}
_JOINTS = {";": "；", ",": "、", ":": "：", "(": "（", ")": "）"}
_JOINED = re.compile(r"( · )|^(\d+\. )")
_SITE = re.compile(r"( – )(?=[^–]*$)|^(\d+\. )")
"""Between the title of a page and that of the book."""


class Atom(NamedTuple):
    """What a placeholder stands for."""

    html: str
    """In Chinese."""
    example: str
    """As English has it, for a translator."""


class Message(NamedTuple):
    """A block of text as a translator sees it, and what its placeholders and tags stand for."""

    text: str
    atoms: list[Atom]
    tags: list[Element]
    before: str
    after: str
    """White space around the text, and its last stop: elsewhere the sentence may be a part of a row."""

    @property
    def says(self) -> bool:
        """Tell whether there is anything to translate: more than numbers, names and signs."""
        return bool(re.search(r"[A-Za-z]", _PLACEHOLDER.sub("", self.text)))

    @property
    def plain(self) -> str:
        """Return the text with the marks that Chinese has between numbers, names and links."""

        def joint(found: re.Match[str]) -> str:
            first, second = (self.atoms[int(n) - 1].example[:1].isdigit() for n in found.groups())
            return f"{{{found[1]}}}，" if second and not first else found[0]  # of a name and its year

        return written(re.sub(r"\{(\d+)\}, (?=\{(\d+)\})", joint, self.text))

    def filled(self, translation: str) -> str:
        """Put numbers, names and links into a translation.

        Parameters
        ----------
        translation : str
            With the same placeholders and tags as the message.

        Returns
        -------
        str
            HTML.

        Raises
        ------
        ValueError
            If a placeholder or a tag is missing, or there is one too many.
        """
        if marks(translation) != marks(self.text):
            raise ValueError(
                f"found {' '.join(marks(translation)) or 'no marks'} in {translation!r}, "
                f"expected {' '.join(marks(self.text)) or 'none'} as in {self.text!r}"
            )
        html = _PLACEHOLDER.sub(lambda found: self.atoms[int(found[1]) - 1].html, translation)

        def tag(found: re.Match[str]) -> str:
            element = self.tags[int(found[2]) - 1]
            return element.closing if found[1] else element.opening

        return self.before + _TAG.sub(tag, html) + self.after


def marks(text: str) -> list[str]:
    """Return the placeholders and tags of a message or a translation, sorted."""
    return sorted(found[0] for found in re.finditer(r"\{\d+\}|</?\d+>", text))


class Reader:
    """Makes messages of text and of runs of inline elements.

    Parameters
    ----------
    names : Names
        Of places.
    figures : callable
        Id of a claim -> its figure as the article prints it, or None if it has none.
    whole : callable
        Translates a run of its own within a message: the words of a badge or the title of a page.
    """

    def __init__(
        self, names: Names, figures: Callable[[str], str | None], whole: Callable[[Element], str]
    ) -> None:
        self.names, self.figures, self.whole = names, figures, whole

    def of(self, text: str) -> Message:
        """Make a message of plain text without entities, as an attribute or a drawing holds it."""
        made = self.run([escape(text, quote=False)])
        atoms = [atom._replace(html=re.sub("<[^>]*>", "", atom.html)) for atom in made.atoms]
        return made._replace(atoms=atoms)

    def cited(self, text: str) -> Message:
        """Make a message of a text whose quotations are titles, each a message of its own."""
        parts = _QUOTE.split(re.sub(r"\s+", " ", text))
        nodes: list[Element | str] = []
        for n, part in enumerate(parts):
            if n % 2:
                title = Element("span", "")
                title.children = [part]
                nodes += ["“", Element("cited", ""), "”"]
                nodes[-2].children = [title]
            else:
                nodes.append(part)
        return self.run(nodes)

    def run(self, nodes: list[Element | str]) -> Message:
        """Make a message of neighbouring nodes of a page, which hold no blocks."""
        pieces: list[str | Atom | tuple[Element, bool]] = []
        self._collect(nodes, pieces)
        merged: list[str | Atom | tuple[Element, bool]] = []
        for piece in pieces:
            if isinstance(piece, str) and merged and isinstance(merged[-1], str):
                merged[-1] += piece
            else:
                merged.append(piece)
        atoms: list[Atom] = []
        tags: list[Element] = []
        written = []
        for piece in merged:
            if isinstance(piece, str):
                written.append(self._text(piece, atoms))
            elif isinstance(piece, Atom):
                atoms.append(piece)
                written.append(f"{{{len(atoms)}}}")
            else:
                element, end = piece
                if not end:
                    tags.append(element)
                number = next(n for n, tag in enumerate(tags, 1) if tag is element)
                written.append(f"<{'/' if end else ''}{number}>")
        text = re.sub(r"\s+", " ", "".join(written))
        core = text.strip()
        at = text.find(core) if core else 0
        after = text[at + len(core) :]
        if end := _END.search(core):
            core, after = core[: end.start()], _STOPS[end[0]] + after
        return Message(core, atoms, tags, text[:at], after)

    def _collect(self, nodes: list[Element | str], pieces: list) -> None:
        for node in nodes:
            if isinstance(node, str):
                pieces.append(re.sub(r"\s+", " ", node.replace("\xa0", " ").replace("&nbsp;", " ")))
            elif node.tag in VERBATIM or (not _LETTERS.search(node.text()) and not _digits(node)):
                pieces.append(Atom(str(node), node.text()))
            elif GLUED in node.classes:
                self._glued(node, pieces)
            elif node.tag == "span" and (node.get("lang") or "").startswith("zh"):
                self._collect(node.children, pieces)
            elif (node.get("lang") or "").startswith("zh") or ORIGINAL in node.classes:
                pieces.append(Atom(str(node), node.text()))
            elif figure := self._figure(node):
                pieces.append(Atom(node.opening + _whole(figure) + node.closing, node.text()))
            elif {VERDICT, CLAIM} & set(node.classes) or _titled(node):
                pieces.append(Atom(node.opening + self.whole(node) + node.closing, node.text()))
            else:
                pieces.append((node, False))
                self._collect(node.children, pieces)
                pieces.append((node, True))

    def _glued(self, node: Element, pieces: list) -> None:
        text = unescape(node.text()).replace("\xa0", " ")
        try:
            pieces.append(Atom(_whole(numerals.chinese(text)), text))
        except ValueError:  # words, names, or several numbers: they are found as in any text
            self._collect(node.children, pieces)

    def _figure(self, node: Element) -> str | None:
        """Return the figure of a link to a claim, unless it says something else."""
        if node.tag != "a" or CLAIM not in node.classes or {VERDICT, CELL} & set(node.classes):
            return None
        return self.figures((node.get("href") or "").partition("#")[2])

    def _text(self, text: str, atoms: list[Atom]) -> str:
        """Replace names and numbers of a text by placeholders."""
        plain = _normal(unescape(text))
        spots = [(*found.span(), found[0]) for found in _MACHINE.finditer(plain)]
        spots += numerals.find(plain)
        spots += self.names.find(plain)
        out, at = [], 0
        for start, end, chinese in sorted(spots):
            if start < at:
                continue
            atoms.append(Atom(_whole(chinese), plain[start:end]))
            out += [escape(plain[at:start], quote=False), f"{{{len(atoms)}}}"]
            at = end
        return "".join([*out, escape(plain[at:], quote=False)])


def _whole(figure: str) -> str:
    """Write a figure as HTML that keeps its digits and its unit on one line."""
    html = escape(figure, quote=False)
    return f'<span class="whole">{html}</span>' if re.search(r"\d\D*[\u3400-\u9fff～—]", html) else html


def _normal(text: str) -> str:
    """Write quotation marks and apostrophes as pages have them: in attributes they are plain."""
    return re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’")


def _digits(node: Element) -> bool:
    return any(sign.isdigit() for sign in node.text())


def _titled(node: Element) -> bool:
    """Tell whether an element is a title, or a link whose words are one."""
    if node.tag == "cited" or "title" in node.classes:
        return True
    words = [child for child in node.children if not isinstance(child, str) or child.strip()]
    return (
        node.tag == "a"
        and len(words) == 1
        and isinstance(words[0], Element)
        and bool(TITLES & set(words[0].classes))
    )


def inline(node: Element | str) -> bool:
    """Tell whether a node stands within a block of text: text, or an inline element without blocks."""
    if isinstance(node, str):
        return True
    if node.tag in VOID:
        return node.tag in INLINE
    return (
        node.tag in INLINE
        and LINK not in node.classes
        and not (BLOCKS | {KEY}) & set(node.classes)
        and (node.tag in VERBATIM or all(inline(child) for child in node.children))
    )


def runs(element: Element, reasoned: bool = False) -> Iterator[tuple[list[Element | str], int, int]]:
    """Yield the runs of text of a page.

    Parameters
    ----------
    element : Element
        A page or a part of one; drawings and what is verbatim are left out.
    reasoned : bool
        Whether it stands within one of `REASONED`.

    Yields
    ------
    tuple
        A list of children, and where in it a run begins and ends.
    """
    if element.tag in VERBATIM or element.tag == "svg" or KEY in element.classes or foreign(element):
        return
    start = 0
    reasoned = reasoned or element.tag in REASONED
    element.children = list(_parted(element, reasoned))
    children = element.children
    for at in range(len(children) + 1):
        if at < len(children) and inline(children[at]):
            continue
        yield from _narrowed(children, start, at)
        if at < len(children) and isinstance(children[at], Element):
            yield from runs(children[at], reasoned)
        start = at + 1


def foreign(element: Element) -> bool:
    """Tell whether an element is a work cited that is written in English: its entry stays as it is."""
    return WORK in element.classes and element.tag == "div" and ORIGIN not in element.text()


def statements(text: str) -> list[str]:
    """Part a row of statements, such as the reason of a verdict: each recurs in other rows."""
    found = []
    for sentence in _SENTENCE.split(text):
        listed = False
        while prefix := _PREFIX.match(sentence):
            found.append(prefix[0].strip())
            sentence = sentence[prefix.end() :]
            listed = prefix[0][-2] == ":" and prefix[0] != "Record: "
        found += re.split(r"(?<=;) ", sentence) if listed else [sentence]
    return found


def _parted(element: Element, reasoned: bool) -> Iterator[Element | str]:
    """Yield an element's children with what joins texts of their own as elements that part them."""
    alone = all(isinstance(child, str) or VERDICT in child.classes for child in element.children)
    for child in element.children:
        if not isinstance(child, str):
            yield child
            continue
        for n, piece in enumerate((_SITE if element.tag == "title" else _JOINED).split(child)):
            if piece is None or piece == "":
                continue
            if n % 3:
                yield Element("!", piece)
            elif alone and reasoned:
                for m, statement in enumerate(statements(piece)):
                    if m:
                        yield Element("!", "")
                    yield statement
            else:
                yield piece


def _narrowed(children: list, start: int, end: int) -> Iterator[tuple[list, int, int]]:
    """Yield a run without what surrounds its words: an element around all of it, a row of links."""
    said = [n for n in range(start, end) if _LETTERS.search(_text_of(children[n])) or _figures(children[n])]
    if not said:
        return
    while len(said) > 1 and _badge(children[said[0]]):
        yield from runs(children[said[0]])
        said = said[1:]
    first, last = said[0], said[-1] + 1
    while first > start and isinstance(children[first - 1], str) and children[first - 1].strip():
        first -= 1
    while last < end and isinstance(children[last], str) and children[last].strip():
        last += 1
    words = [n for n in said if isinstance(children[n], str)]
    elements = [n for n in said if not isinstance(children[n], str)]
    links = [n for n in elements if children[n].tag == "a" and CLAIM not in children[n].classes]
    plain = "".join(children[n] for n in range(first, last) if isinstance(children[n], str))
    if last - first == 1 and elements and _opens(children[first]):
        yield from runs(children[first])
    elif not words and len(links) > 1 and len(links) == len(elements) and re.fullmatch(r"[\s·;,]*", plain):
        for n in range(first, last):
            if isinstance(children[n], str):
                children[n] = written(children[n])
        for n in links:
            yield from runs(children[n])
    else:
        yield children, first, last


def written(joint: str) -> str:
    """Write what stands between links, names or numbers as Chinese has it."""
    return re.sub(r"[;,:] | ?\(|\)", lambda found: _JOINTS[found[0].strip()], joint)


def _badge(node: Element | str) -> bool:
    return not isinstance(node, str) and VERDICT in node.classes


def _opens(element: Element) -> bool:
    """Tell whether a run may be looked at from within."""
    return not (
        element.tag in VERBATIM
        or ORIGINAL in element.classes
        or GLUED in element.classes
        or (CLAIM in element.classes and VERDICT not in element.classes)
        or (element.get("lang") or "").startswith("zh")
    )


def _text_of(node: Element | str) -> str:
    return node if isinstance(node, str) else node.text()


def _figures(node: Element | str) -> bool:
    return any(sign.isdigit() for sign in _text_of(node))
