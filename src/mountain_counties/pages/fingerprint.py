"""What the book is made from: digests of the project's files and of the installed packages.

A file is named by its path from the root; a folder, whose content is the names that are in it, ends in "/".
"""

import hashlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MADE = re.compile(r"\..*|__pycache__|.*\.egg-info|.*\.pyc|_build")
"""Names of what Python, pip, editors and the build itself leave behind, and of the environment."""

UNREAD = ("tests", "docs")
"""Folders at the root that no page can come from."""

ADDRESS = "MOUNTAIN_COUNTIES_ADDRESS"
"""Environment variable with the address where the book will be served; pages that know it differ."""

PAGES = (".ipynb", ".md")
"""Ends of the names of pages, whose text Sphinx itself watches."""

CATALOGUE = ".po"
"""End of the names of catalogues, which only the Chinese edition is made from."""


def fingerprint(root: Path, *apart: Path) -> str:
    """Return a digest of all that pages are made from beside their own text.

    Parameters
    ----------
    root : pathlib.Path
        The project's root.
    *apart : pathlib.Path
        Folders below it that hold what is made, and are left out.
    """
    found = digests(root, *apart)
    others = [(name, found[name]) for name in sorted(found) if not name.endswith((*PAGES, CATALOGUE))]
    return hashlib.sha256(repr([environment(root), *others]).encode()).hexdigest()


def environment(root: Path) -> str:
    """Return a digest of the version of Python and of the installed versions of all packages of the pins."""
    pins = (root / "requirements.txt").read_text(encoding="utf-8")
    names = {_plain(name) for name in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)}
    found = {
        path.name.removesuffix(".dist-info")
        for folder in sys.path
        if (place := Path(folder)).name == "site-packages" and place.is_dir()
        for path in place.glob("*.dist-info")
    }
    versions = sorted(entry for entry in found if _plain(entry.rpartition("-")[0]) in names)
    return hashlib.sha256("\n".join([sys.version, *versions]).encode()).hexdigest()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def digests(root: Path, *apart: Path) -> dict[str, str]:
    """Return name -> digest of every file below the root that the book may be made from.

    Environments are left out, what `MADE` names, and the folders named apart.
    """
    apart = {root / name for name in UNREAD} | {Path(folder) for folder in apart}
    return {name: digest(root, name) for name in sorted(_names(root, root, apart))}


def _names(root: Path, folder: Path, apart: set[Path]) -> Iterator[str]:
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if MADE.fullmatch(entry.name) or path in apart:
            continue
        if entry.is_dir():
            yield from () if (path / "pyvenv.cfg").exists() else _names(root, path, apart)
        else:
            yield path.relative_to(root).as_posix()


def digest(root: Path, name: str) -> str:
    """Return the SHA-256 of a file, or of the names in a folder; "" if there is no such thing."""
    path = root / name
    try:
        if name.endswith("/"):
            content = "\n".join(sorted(n for n in os.listdir(path) if not MADE.fullmatch(n))).encode()
        else:
            content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
    return hashlib.sha256(content).hexdigest()


def read_by(trace: Iterable[str], root: Path) -> set[str]:
    """Return the names of what a kernel read below the root.

    Parameters
    ----------
    trace : iterable of str
        The lines that `tools/watch.py` wrote.
    root : pathlib.Path
        The project's root.

    Returns
    -------
    set of str
        A module is named by its source, also where Python took its compiled form. What pip, Python and the
        build made is left out, and so is the environment: it counts by its versions.
    """
    names = set()
    root, prefix = root.resolve(), Path(sys.prefix).resolve()
    for line in trace:
        kind, _, text = line.rstrip("\n").partition("\t")
        if text.endswith(".pyc"):
            text = importlib.util.source_from_cache(text)
        # As it was asked for, or where a link leads: a table may be a link to another place.
        path = next((p for p in (Path(text), Path(os.path.realpath(text))) if p.is_relative_to(root)), None)
        if path is None or path.is_relative_to(prefix):
            continue
        name = path.relative_to(root)
        if not any(MADE.fullmatch(part) for part in name.parts):
            names.add(name.as_posix() + ("/" if kind == "folder" else ""))
    return names
