"""Write what the book finds into README.md, from the landing page as it was executed.

Usage: ``python tools/make_readme.py``, after ``make book``. The findings stand between two marks; everything
else in README.md is left alone.
"""

import re
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode

from mountain_counties.audit import ledger
from mountain_counties.book import prose

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
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


def findings(notebook: NotebookNode) -> str:
    """Give the findings of the landing page as plain Markdown.

    Parameters
    ----------
    notebook : NotebookNode
        The executed landing page.

    Returns
    -------
    str
        The lead, the audit's verdict and the numbered findings, roles replaced by their text, links by paths.
    """
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    told = (cells[0], next(source for source in cells if source.startswith(AUDIT)))
    verdict = "\n\n".join(re.search(r"\*\*.+?\*\*", source, flags=re.S)[0] for source in told)
    listed = next(source for source in cells if source.startswith(HEADING)).removeprefix(HEADING).strip()
    names, claims = glued(notebook), ledger.load()
    text = f"{verdict}\n\n{listed}"
    text = re.sub(r"\{glue:\}`([^`]+)`", lambda match: names[match[1]], text)
    text = re.sub(r"\{claim\}`([^`]+)`", lambda match: prose.claim(claims.loc[match[1]]), text)
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
        raise ValueError(f"{README.name}: found no marks, expected {' … '.join(MARKS)}")
    return f"{readme[: start + len(MARKS[0])]}\n{text}\n{readme[end:]}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8"), findings(executed())), encoding="utf-8")
