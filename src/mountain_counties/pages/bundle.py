"""Everything in one file: a ZIP of all tables, and a wheel of the package with its tables, to run a notebook.

Both have the same bytes whenever they are made from the same files.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from mountain_counties.pages import downloads, site

ZIP = "mountain-counties.zip"
"""In the folder of the exhibits: the data package, the tables of the pages, the verdicts."""

DAY = (1980, 1, 1, 0, 0, 0)
"""Date of every file in the ZIP: the first that the format knows."""

INTO_WHEEL = ("README.md", "pyproject.toml", "setup.py", "src", "data")
"""What the wheel is made of, from the project's root."""


def pack(target: Path, files: dict[str, Path]) -> None:
    """Write a ZIP whose bytes depend on names and contents alone.

    Parameters
    ----------
    target : Path
        The ZIP.
    files : dict
        Name in the ZIP -> file.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DAY)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def contents(root: Path, folder: Path) -> dict[str, Path]:
    """Return what goes into the ZIP: name -> file.

    Parameters
    ----------
    root : Path
        The project's root.
    folder : Path
        The exhibits' files; pictures stay outside.
    """
    found = {
        f"data/{_name(path, root / 'data')}": path for path in (root / "data").rglob("*") if path.is_file()
    }
    found |= {
        f"{downloads.FOLDER}/{path.name}": path
        for path in folder.iterdir()
        if path.suffix in (".csv", ".json", ".jsonld")
    }
    return found | {name: root / name for name in ("CITATION.cff", "LICENSE") if (root / name).exists()}


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def wheel(root: Path, kept: Path) -> Path:
    """Return a wheel of the package with its tables, made anew if any of its files changed.

    Parameters
    ----------
    root : Path
        The project's root.
    kept : Path
        Folder that holds the last wheel.

    Returns
    -------
    Path

    Raises
    ------
    ExtensionError
        If it cannot be made; the message is that of setuptools.
    """
    files = sorted(
        path
        for name in INTO_WHEEL
        for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
        if path.is_file() and not {"__pycache__"} & set(path.parts) and ".egg-info" not in str(path)
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(_name(path, root).encode() + b"\0" + path.read_bytes())
    folder = kept / f"wheel-{digest.hexdigest()[:16]}"
    if not (made := list(folder.glob("*.whl"))):
        for old in kept.glob("wheel-*"):
            shutil.rmtree(old)
        with tempfile.TemporaryDirectory() as place:
            for path in files:  # setuptools leaves its traces where it builds
                copy = Path(place, "source", _name(path, root))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
                copy.chmod(0o644)
            build = f"from setuptools.build_meta import build_wheel; build_wheel({str(Path(place))!r})"
            done = subprocess.run(
                [sys.executable, "-c", build],
                cwd=Path(place, "source"),
                env=os.environ | {"SOURCE_DATE_EPOCH": "315532800"},  # that of `DAY`
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise ExtensionError(f"the wheel cannot be made:\n{done.stderr[-2000:]}")
            folder.mkdir(parents=True)
            for path in Path(place).glob("*.whl"):
                shutil.copyfile(path, folder / path.name)
        made = list(folder.glob("*.whl"))
    return made[0]


def offer(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Tell a page where the package, the tables and its notebook can be had, and how it is cited."""
    root = Path(app.srcdir)
    if doctree is None or not (root / "setup.py").exists() or page == app.config.root_doc:
        return
    up, source = "../" * page.count("/"), context.get("sourcename") or ""
    name = made_name(root)
    context["take"] = {
        "wheel": {"link": up + name, "name": site.base(app) + name},
        "notebook": f"{up}_sources/{source}" if source.endswith(".ipynb") else "",
        "zip": f"{up}{downloads.FOLDER}/{ZIP}",
        "citation": downloads.citation(app, page),
    }


def made_name(root: Path) -> str:
    """Return the name that the wheel will have."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['name'].replace('-', '_')}-{project['version']}-py3-none-any.whl"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write both into the book."""
    root, folder = Path(app.srcdir), Path(app.outdir) / downloads.FOLDER
    if error or app.builder.name != "html" or not (root / "setup.py").exists():
        return
    made = wheel(root, Path(app.doctreedir))
    shutil.copyfile(made, Path(app.outdir) / made.name)
    pack(folder / ZIP, contents(root, folder))


def setup(app: Sphinx) -> None:
    """Register what is written at the end, after the files that it packs."""
    app.connect("html-page-context", offer)
    app.connect("build-finished", write, priority=700)
