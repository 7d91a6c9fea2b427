"""HTML as this book writes it -> a tree of elements and text, and back without a byte of difference.

It is no parser for the web: it takes what docutils and the book's own templates write, well formed, and says
where something is not.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

_TOKEN = re.compile(
    r"<!--.*?-->|<!DOCTYPE[^>]*>|<\?.*?\?>|<(?P<raw>script|style|textarea)\b.*?</(?P=raw)>"
    r"|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+",
    re.DOTALL | re.IGNORECASE,
)
_NAME = re.compile(r"</?([a-zA-Z][\w:-]*)")
_ATTRIBUTE = re.compile(r"""\s([\w:-]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class Element:
    """An element with its tags as they are written.

    Attributes
    ----------
    tag : str
        Name of the element in lower case; "" for the whole of a text.
    opening, closing : str
        Its tags; `closing` is "" where there is none.
    children : list of Element or str
        What stands between them; text as it is written, with its entities.
    """

    __slots__ = ("children", "closing", "opening", "tag")

    def __init__(self, tag: str, opening: str) -> None:
        self.tag, self.opening, self.closing = tag, opening, ""
        self.children: list[Element | str] = []

    def get(self, name: str) -> str | None:
        """Return an attribute as it is written; "" if it has no value, None if there is none."""
        if name not in self.opening:  # as of most; to look closer costs more than all the rest
            return None
        return next(
            ("".join(values) for key, *values in _ATTRIBUTE.findall(self.opening) if key == name), None
        )

    def set(self, name: str, value: str | None) -> None:
        """Write an attribute, or take it away; the value is escaped here.

        Raises
        ------
        ValueError
            If the element is no tag.
        """
        if not self.opening.startswith("<"):
            raise ValueError(f"found {self.opening!r}, expected a tag")
        old = re.search(
            rf"""\s{re.escape(name)}(?:=(?:"[^"]*"|'[^']*'|[^\s"'>]+))?(?=[\s/>])""", self.opening
        )
        new = "" if value is None else f' {name}="{escape(value)}"'
        if old:
            self.opening = self.opening[: old.start()] + new + self.opening[old.end() :]
        else:
            end = len(self.opening) - (2 if self.opening.endswith("/>") else 1)
            self.opening = self.opening[:end].rstrip() + new + self.opening[end:]

    @property
    def classes(self) -> list[str]:
        """Return the classes."""
        return (self.get("class") or "").split()

    def __str__(self) -> str:
        return self.opening + "".join(map(str, self.children)) + self.closing

    def text(self) -> str:
        """Return all text within, as it is written."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def walk(self) -> Iterator["Element"]:
        """Yield the elements within, each before what it holds."""
        ahead: list[Element | str] = self.children[::-1]
        while ahead:
            child = ahead.pop()
            if isinstance(child, Element):
                yield child
                ahead += child.children[::-1]


class _Open(NamedTuple):
    element: Element
    at: int


def parse(html: str) -> Element:
    """Read HTML.

    Parameters
    ----------
    html : str
        A page or a part of one.

    Returns
    -------
    Element
        One without tags that holds everything; its ``str`` is `html`.

    Raises
    ------
    ValueError
        If an element is not closed, or another one is.
    """
    root = Element("", "")
    stack = [_Open(root, 0)]
    at = 0
    for found in _TOKEN.finditer(html):
        token, here = found[0], stack[-1].element
        if found.start() != at:
            raise ValueError(f"{_place(html, at)}: found {html[at : at + 30]!r}, expected a tag or text")
        at = found.end()
        if token[0] != "<":
            here.children.append(token)
        elif token.startswith(("<!", "<?")):
            here.children.append(Element("!", token))
        elif token.startswith("</"):
            name = _NAME.match(token)[1].lower()
            if name != here.tag:
                raise ValueError(
                    f"{_place(html, found.start())}: found {token}, expected </{here.tag}>, "
                    f"which was opened at {_place(html, stack[-1].at)}"
                )
            here.closing = token
            stack.pop()
        else:
            element = Element(_NAME.match(token)[1].lower(), token)
            here.children.append(element)
            if not (found["raw"] or token.endswith("/>") or element.tag in VOID):
                stack.append(_Open(element, found.start()))
    if at != len(html) or len(stack) > 1:
        raise ValueError(
            f"{_place(html, stack[-1].at)}: <{stack[-1].element.tag}> is not closed"
            if len(stack) > 1
            else f"{_place(html, at)}: found {html[at : at + 30]!r}, expected a tag or text"
        )
    return root


def _place(html: str, at: int) -> str:
    return f"line {html.count(chr(10), 0, at) + 1}"
