"""Write what the book finds into README.md and README.zh.md, from the landing page as it was executed.

Usage: ``python tools/make_readme.py``, after ``make book``. The findings stand between two marks; everything
else in the two files is left alone. The Chinese text comes from a catalogue of the landing page's blocks; its
numbers are those of the English one, and figures of the article stand as they are printed.
"""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode

from mountain_counties.audit import ledger
from mountain_counties.book import chinese, prose

ROOT = Path(__file__).resolve().parents[1]
README, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
MESSAGES = ROOT / "locale" / "zh_CN" / "LC_MESSAGES" / "index.po"
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


def chinese_findings(notebook: NotebookNode) -> str:
    """Give the same in Chinese.

    Raises
    ------
    KeyError
        If a block is not in the catalogue, as when its English has changed.
    ValueError
        If the catalogue is unfit, or a number has no Chinese form.
    """
    claims, known = ledger.load(), chinese.messages(MESSAGES)
    names = {name: chinese.number(text) for name, text in glued(notebook).items() if _used(name, notebook)}
    if missing := [block for block in blocks(notebook) if block not in known]:
        raise KeyError(f"{MESSAGES.name}: found no translation of {missing[0]!r}")
    return written([known[block] for block in blocks(notebook)], names, lambda claim: claims.token[claim])


def _used(name: str, notebook: NotebookNode) -> bool:
    return any(f"{{glue:}}`{name}`" in block for block in blocks(notebook))


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
    for path, text in ((README, findings(page)), (CHINESE, chinese_findings(page))):
        path.write_text(renewed(path.read_text(encoding="utf-8"), text), encoding="utf-8")
