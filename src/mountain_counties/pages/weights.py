"""What the first view of each page costs over the wire, held against ``budget.toml``."""

import gzip
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sphinx.application import Sphinx
from sphinx.util import logging

from mountain_counties.edition.pages import FOLDER

logger = logging.getLogger(__name__)

BUDGET = "budget.toml"
"""The limits, from the book's root."""

_ASKS = re.compile(
    r'<link (?=[^>]*rel="(?:stylesheet|icon|preload)")[^>]*href="([^"?]+)|<(?:script|img)[^>]* src="([^"?]+)'
)


class Weight(NamedTuple):
    """What a first view costs: kilobytes, each file compressed by gzip, and requests."""

    kilobytes: float
    requests: int


@cache
def _compressed(path: Path, changed: int) -> int:
    """Return the bytes of a compressed file; `changed` is when it was written."""
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))


def weigh(page: Path) -> Weight:
    """Weigh a page with its styles, scripts, pictures and icon.

    Parameters
    ----------
    page : pathlib.Path
        An HTML file of the built book.

    Returns
    -------
    Weight

    Raises
    ------
    FileNotFoundError
        If the page asks for a file that is not there.
    """
    asked = {a or b for a, b in _ASKS.findall(page.read_text(encoding="utf-8"))}
    files = [page, *((page.parent / address).resolve() for address in sorted(asked))]
    return Weight(sum(_compressed(path, path.stat().st_mtime_ns) for path in files) / 1000, len(files))


def kinds(folder: Path, budget: Path) -> dict[str, tuple[dict[str, Weight], Weight]]:
    """Weigh every page of the book by its kind.

    Parameters
    ----------
    folder : pathlib.Path
        The built book.
    budget : pathlib.Path
        The limits: a table for each kind, with its ``pages`` (patterns), ``kilobytes`` and ``requests``.

    Returns
    -------
    dict
        Kind -> its pages' weights by name, and the limit.

    Raises
    ------
    ValueError
        If a page is of no kind.
    """
    limits = tomllib.loads(budget.read_text(encoding="utf-8"))
    found: dict[str, tuple[dict[str, Weight], Weight]] = {
        kind: ({}, Weight(limit["kilobytes"], limit["requests"])) for kind, limit in limits.items()
    }
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name.startswith("_"):
            continue
        own = name.removeprefix(f"{FOLDER}/")  # a page of the Chinese edition is of its twin's kind
        kind = next((k for k, limit in limits.items() if any(fnmatch(own, p) for p in limit["pages"])), None)
        if kind is None:
            raise ValueError(f"{budget.name}: no kind has a pattern that the page {name!r} matches")
        found[kind][0][name] = weigh(path)
    return found


def report(app: Sphinx, error: Exception | None) -> None:
    """Print the heaviest page of each kind beside its limit."""
    budget = Path(app.srcdir) / BUDGET
    if error or app.quiet or app.builder.name != "html" or not budget.exists():
        return
    for kind, (pages, limit) in kinds(Path(app.outdir), budget).items():
        if pages:
            name, weight = max(pages.items(), key=lambda item: item[1].kilobytes)
            requests = max(other.requests for other in pages.values())
            logger.info(
                f"first view, {kind}: {weight.kilobytes:.0f} of {limit.kilobytes:.0f} kB ({name}), "
                f"{requests} of {limit.requests} requests"
            )


def setup(app: Sphinx) -> None:
    """Have the build print what its pages weigh, after all else is written."""
    app.connect("build-finished", report, priority=900)
