"""Write what the book finds into README.md and README.zh.md, from the landing page as it was executed.

Usage: ``python tools/make_readme.py``, after ``make book``. The findings stand between two marks; everything
else in the two files is left alone. The Chinese text is that of the landing page's Chinese edition.
"""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode

from mountain_counties.audit import ledger
from mountain_counties.book import prose
from mountain_counties.edition.markup import Element, parse
from mountain_counties.edition.pages import FOLDER

ROOT = Path(__file__).resolve().parents[1]
README, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
LANDING = ROOT / "_build" / "html" / FOLDER / "index.html"
MARKS = ("<!-- findings: made by tools/make_readme.py -->", "<!-- end of findings -->")
HEADING = "## What it finds"
AUDIT = "## Is the article right?"


def executed(root: Path = ROOT) -> NotebookNode:
    """Give the landing page as it stands, its code cells with their outputs from the cache of the last build.

    Raises
    ------
    KeyError
        If the page was not executed since it changed.
    """
    cache = get_cache(root / "_build" / ".jupyter_cache")
    page = nbformat.read(root / "index.ipynb", nbformat.NO_CONVERT)
    return cache.merge_match_into_notebook(page)[1]


def glued(notebook: NotebookNode) -> dict[str, str]:
    """Give the strings that a notebook glued, by name."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if name := output.get("metadata", {}).get("scrapbook", {}).get("name"):
                data = output["data"]
                found[name.split("/")[-1]] = next(text for kind, text in data.items() if "text/plain" in kind)
    return found


def blocks(notebook: NotebookNode) -> list[str]:
    """Give the lead, the audit's verdict and the numbered findings of the landing page, as it has them."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    told = (cells[0], next(source for source in cells if source.startswith(AUDIT)))
    listed = next(source for source in cells if source.startswith(HEADING)).removeprefix(HEADING).strip()
    items = re.split(r"\n(?=\d+\. )", listed)
    return [*(re.search(r"\*\*.+?\*\*", source, flags=re.S)[0] for source in told), *items]


def findings(notebook: NotebookNode) -> str:
    """Give the findings of the landing page as plain Markdown.

    Parameters
    ----------
    notebook : NotebookNode
        The executed landing page.

    Returns
    -------
    str
        Its `blocks`, roles replaced by their text, links by paths.
    """
    claims = ledger.load()
    return written(blocks(notebook), glued(notebook), lambda claim: prose.claim(claims.loc[claim]))


def chinese_findings(page: str) -> str:
    """Give the same of the Chinese edition.

    Parameters
    ----------
    page : str
        The landing page as HTML.

    Raises
    ------
    ValueError
        If the page has not two statements and a list of findings.
    """
    main = next(element for element in parse(page).walk() if element.tag == "main")
    told = [
        child
        for element in main.walk()
        if element.tag == "p" and "class" not in element.opening
        for child in element.children
        if isinstance(child, Element) and child.tag == "strong"
    ]
    listed = [element for element in main.walk() if element.tag == "ol"]
    if len(told) < 2 or len(listed) != 1:
        raise ValueError(f"found {len(told)} statements and {len(listed)} lists, expected two and one")
    items = [child for child in listed[0].children if isinstance(child, Element)]
    lines = [f"{number}. {markdown(item).strip()}" for number, item in enumerate(items, 1)]
    audit = next(strong for strong in reversed(told) if strong not in list(listed[0].walk()))
    return "\n\n".join([markdown_of(told[0]), markdown_of(audit), "\n".join(lines)])


def markdown(element: Element) -> str:
    """Write what an element holds as Markdown: emphasis and links to other pages, all else as text."""
    return "".join(
        unescape(child) if isinstance(child, str) else markdown_of(child) for child in element.children
    )


def markdown_of(element: Element) -> str:
    """Write an element as Markdown."""
    text, link = markdown(element), element.get("href") or ""
    if element.tag == "strong":  # an emphasis that ends with a stop is none to CommonMark before a letter
        bare = text.rstrip("。")
        return f"**{bare}**{text[len(bare) :]}"
    if element.tag == "a" and link.startswith("notebooks/"):
        return f"[{text}]({link.removesuffix('.html')}.ipynb)"
    return text


def written(told: list[str], names: dict[str, str], figure: Callable[[str], str]) -> str:
    """Put the texts in the place of the roles; the first two blocks are paragraphs, the others one list."""
    text = "\n\n".join([*told[:2], "\n".join(told[2:])])
    text = re.sub(r"\{glue:\}`([^`]+)`", lambda match: names[match[1]], text)
    text = re.sub(r"\{claim\}`([^`]+)`", lambda match: figure(match[1]), text)
    text = re.sub(r"\{doc\}`([^`]+)`", lambda match: f"[{Path(match[1]).name}]({match[1]}.ipynb)", text)
    return text.replace(prose.NBSP, " ")


def renewed(readme: str, text: str) -> str:
    """Put the findings between their marks.

    Raises
    ------
    ValueError
        If a mark is missing.
    """
    start, end = (readme.find(mark) for mark in MARKS)
    if not 0 <= start < end:
        raise ValueError(f"README: found no marks, expected {' … '.join(MARKS)}")
    return f"{readme[: start + len(MARKS[0])]}\n{text}\n{readme[end:]}"


if __name__ == "__main__":
    page = executed()
    landing = LANDING.read_text(encoding="utf-8")
    for path, text in ((README, findings(page)), (CHINESE, chinese_findings(landing))):
        path.write_text(renewed(path.read_text(encoding="utf-8"), text), encoding="utf-8")
