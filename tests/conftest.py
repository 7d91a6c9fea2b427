"""What several tests share: the project's root, the built book, the article's text."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted([*ROOT.glob("*.ipynb"), *ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("reference/*.ipynb")])


def fill(folder: Path) -> Path:
    """Give a folder the files of the book's article that it does not have of its own."""
    for path in (ROOT / "data" / "article").iterdir():
        if not (folder / path.name).exists():
            shutil.copy(path, folder)
    return folder


@pytest.fixture(autouse=True)
def no_open_figures() -> Iterator[None]:
    """Close what a test drew, so that no test depends on another."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's root."""
    return ROOT


@pytest.fixture(scope="session")
def html(root) -> Path:
    """Build the book strictly, as ``make book`` does, and return the folder of pages."""
    own = {name: value for name, value in os.environ.items() if name != "MOUNTAIN_COUNTIES_ADDRESS"}
    done = subprocess.run(
        [sys.executable, "tools/build.py"], cwd=root, env=own, capture_output=True, text=True
    )
    if done.returncode:
        pytest.fail(f"{done.stdout[-3000:]}\n{done.stderr[-6000:]}", pytrace=False)
    return root / "_build" / "html"


@pytest.fixture(scope="session")
def english(html) -> list[Path]:
    """Return the pages of the English edition; the Chinese one is held against it in ``tests/edition``."""
    return [path for path in sorted(html.rglob("*.html")) if path.relative_to(html).parts[0] != "zh"]


@pytest.fixture(scope="session")
def parsed(english) -> dict[Path, BeautifulSoup]:
    """Return the pages of the English edition as trees, which no test may change."""
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in english}


@pytest.fixture(scope="session")
def article() -> Path:
    """Return the article's text, which is not part of the project; on the build server it must be there."""
    path = os.environ.get("MOUNTAIN_COUNTIES_ARTICLE", "")
    if path and Path(path).is_file():
        return Path(path)
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI is true, and MOUNTAIN_COUNTIES_ARTICLE is no file: {path!r}", pytrace=False)
    pytest.skip("set MOUNTAIN_COUNTIES_ARTICLE to a copy of the article's text")
