"""What several tests share: the project's root, small ledgers, the built book, the article's text."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted([*ROOT.glob("*.ipynb"), *ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("reference/*.ipynb")])


def fill(folder: Path) -> Path:
    """Give a folder the files of the book's article that it does not have of its own."""
    for path in (ROOT / "data" / "article").iterdir():
        if not (folder / path.name).exists():
            shutil.copy(path, folder)
    return folder


HEAD = "id,section,paragraph,start,end,token,paraphrase,entity,scope,indicator,period,unit,hedge,kind,note\n"


def small(folder: Path, figures: dict, relations: list[dict], **more: object) -> Path:
    """Write a ledger, name to token, unit, kind and perhaps hedge, and what is declared of it."""
    lines = [
        f"{name},0,1,0,{len(token)},{token},A figure.,e,s,{name},2023-01-01/2023-12-31,{unit},"
        f"{''.join(hedge)},{kind},"
        for name, (token, unit, kind, *hedge) in figures.items()
    ]
    (folder / "claims.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    specs = [{"id": f"r{n}", "about": "x", "statement": "It holds."} | r for n, r in enumerate(relations)]
    declared = {"assumptions": {}, "unknowns": {}, "relations": specs} | more
    (folder / "relations.yml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return fill(folder)


def levels(**tokens: str) -> dict[str, tuple[str, str, str]]:
    """Give figures of `small` that are levels of money."""
    return {name: (token, "亿元", "level") for name, token in tokens.items()}


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
