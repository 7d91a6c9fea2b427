"""One hash for all that a notebook's output depends on, apart from the notebook's own text."""

import hashlib
import sys
from pathlib import Path

INPUTS = ("data", "src", "requirements.txt", "_config.yml")
"""Files and folders, from the root; ``_config.yml`` holds the language."""


def fingerprint(root: Path) -> str:
    """Hash the tables, the package, the pins, the configuration and the version of Python.

    Parameters
    ----------
    root : pathlib.Path
        The project's root.

    Returns
    -------
    str
        SHA-256, hexadecimal; it changes with any byte or any name of the inputs.

    Raises
    ------
    FileNotFoundError
        If an input is missing.
    """
    digest = hashlib.sha256(sys.version.encode())
    for path in (file for name in INPUTS for file in _files(root / name)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    """List the files below a folder in a fixed order, without what Python and pip leave behind."""
    if path.is_dir():
        made = ("__pycache__", ".egg-info", ".ipynb_checkpoints")
        found = (p for p in path.rglob("*") if p.is_file() and not any(m in p.as_posix() for m in made))
        return sorted(found)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: the book's fingerprint needs it")
    return [path]
