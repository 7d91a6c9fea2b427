"""Build the book: ``python tools/build.py [--root FOLDER] [--jobs N]``.

Executes what changed, then has Jupyter Book write the pages, any warning being an error. The pages are right
whatever came before: a build that did not end, by whatever cause, is begun anew, and so is one in which
anything changed but the text of pages.
"""

import argparse
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TextIO

import forks
import settings
from lock import alone

from mountain_counties.audit import kept_results
from mountain_counties.pages import fingerprint

HTML = Path("_build", "html")
DOCTREES = Path("_build", ".doctrees")
EDITION, CATALOGUES = HTML / "zh", Path("locale")
"""The Chinese edition, and the folder that a book with one has."""
RESULTS = Path("_build", ".jupyter_cache", "results")
"""What kernels keep for each other; it is emptied with the cache of notebooks."""
NOTE = Path("_build", "finished.json")
"""What the last finished build was made from, and what it left; there is none while one is under way."""
INTERRUPTED = 130
"""The exit code of a command that was interrupted, as shells have it."""
NEEDED = 200_000_000
"""Bytes of disk that a build may need."""

PROGRAM = """
import os, signal, sys
from functools import partial
signal.signal(signal.SIGINT, signal.SIG_DFL)
import myst_nb.sphinx_ext, sphinx.application, sphinx.builders.html, sphinx_book_theme, sphinxcontrib.bibtex
import pandas, pybtex.database.input.bibtex, pybtex.style.formatting.unsrt, mountain_counties.pages.extension
from jupyter_book import sphinx
from jupyter_book.cli.main import main
if sys.stdin.readline():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=os.cpu_count())
    main(["build", ".", "-W", "-n", "--keep-going", "--quiet"], prog_name="jupyter-book")
"""
"""Jupyter Book as its own command has it, but with as many processes as there are cores, and loaded before it
is told to begin: notebooks are executed meanwhile."""


def state(root: Path) -> dict[str, str]:
    """Return name -> digest of all that the pages are made from."""
    address = os.environ.get(fingerprint.ADDRESS, "")
    return fingerprint.digests(root) | {"/environment": fingerprint.environment(root), "/address": address}


def traces(root: Path) -> str:
    """Return a digest of the names, sizes and times of the pages."""
    found = sorted(path for path in (root / HTML).rglob("*") if path.is_file())
    facts = [(path.as_posix(), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in found]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def last(root: Path) -> dict | None:
    """Return the note of the last build if it ended well and its pages are as it left them."""
    try:
        note = json.loads((root / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if note["left"] == traces(root) else None


def changes(before: dict[str, str], now: dict[str, str]) -> set[str]:
    """Name what changed of what the pages are made from, but the catalogues of the Chinese edition."""
    names = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    return {name for name in names if not name.endswith(fingerprint.CATALOGUE)}


def only_text(before: dict[str, str], now: dict[str, str]) -> bool:
    """Tell whether nothing changed but pages that were there and still are."""
    changed = changes(before, now)
    return all(name.endswith(fingerprint.PAGES) and name in before and name in now for name in changed)


@contextmanager
def writer(root: Path, lock: TextIO) -> Iterator[Callable[[], int]]:
    """Load Jupyter Book, and yield what has it write the pages that are missing or outdated.

    It returns the exit code. Jupyter Book holds the lock too: if this process is killed it may be writing.
    """
    command, fds = [sys.executable, "-c", PROGRAM], [lock.fileno()]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, pass_fds=fds) as process:

        def write() -> int:
            process.communicate(b"begin\n")
            return process.returncode

        yield write


def build(root: Path, jobs: int | None, lock: TextIO) -> int:
    """Bring the book up to date; return 1 if a notebook failed or anything was to be warned of."""
    now, before = state(root), last(root)
    if before and before["made_from"] == now:
        print("Nothing changed since the last build")
        return 0
    (root / NOTE).unlink(missing_ok=True)
    outdated = not before or changes(before["made_from"], now)
    if outdated and (code := make_pages(root, jobs, lock, before, now)):
        return code
    if (root / CATALOGUES).is_dir() and (code := write_edition(root)):
        return code
    text = json.dumps({"made_from": now, "left": traces(root)})
    draft = (root / NOTE).with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(root / NOTE)
    return 0


def begin_to_load(changed: set[str], now: dict[str, str]) -> None:
    """Begin to load what the notebooks to execute will need: those that changed, or any of all."""
    only_pages = all(name.endswith(fingerprint.PAGES) for name in changed)
    if count := sum(name.endswith(".ipynb") for name in (changed if only_pages else now)):
        forks.begin(count)


def make_pages(root: Path, jobs: int | None, lock: TextIO, before: dict | None, now: dict[str, str]) -> int:
    """Execute what changed and write the English pages; return 1 if that failed or gave a warning."""
    begin_to_load(changes(before["made_from"] if before else {}, now), now)
    from execute import execute_changed  # slow to load, and needed only here

    with writer(root, lock) as write_pages:
        executed, faults = execute_changed(root, jobs)
        for fault in faults:
            print(f"\n{fault}", file=sys.stderr)
        if faults:
            return 1
        changed = {path.relative_to(root).as_posix() for path in executed}
        if (
            not before
            or not only_text(before["made_from"], now)
            or any(before["made_from"].get(name) == now[name] for name in changed)
        ):
            for folder in (HTML, DOCTREES):
                shutil.rmtree(root / folder, ignore_errors=True)
        if (root / CATALOGUES).is_dir():
            Thread(target=read_catalogues, args=[root]).start()  # meanwhile
        return write_pages()


def read_catalogues(root: Path) -> None:
    """Load what the Chinese edition is written with; processes that are forked later have it too."""
    from mountain_counties.edition import editing
    from mountain_counties.pages import edition_search  # noqa: F401

    with suppress(ValueError):  # told when the edition is written
        editing.translator(root)


def write_edition(root: Path) -> int:
    """Write the Chinese edition; return 1 if a catalogue is unfit. Texts without translation stay English."""
    from mountain_counties.edition import editing
    from mountain_counties.pages import edition_search

    start = time.perf_counter()
    try:
        written = editing.write(root, root / HTML, edition_search.words)
    except ValueError as error:
        print(f"\nThe Chinese edition: {error}", file=sys.stderr)
        return 1
    edition_search.write(root / HTML, root / EDITION, written.indexed)
    print(f"The Chinese edition written in {time.perf_counter() - start:.1f} s")
    if written.missing:
        print(
            f"The Chinese edition: {len(written.missing)} texts await translation, such as "
            f"{next(iter(written.missing))[:60]!r}; `make messages` lists them"
        )
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Build the book, one build at a time; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--jobs", type=int, help="how many notebooks at a time")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    settings.apply()
    os.environ[kept_results.PLACE] = str(root / RESULTS)
    try:
        if shutil.disk_usage(root).free < NEEDED:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with alone(root) as lock:
            code = build(root, options.jobs, lock)
    except KeyboardInterrupt:
        print("\nInterrupted; the same command takes it up again", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        place = error.filename or root
        print(f"{place}: {error.strerror}. Mend that, and give the same command again", file=sys.stderr)
        return 1
    if code == 0:
        print(f"The book: {root / HTML / 'index.html'}")
    return code


if __name__ == "__main__":
    ended = main()
    if ended == INTERRUPTED:  # what a library left for the end would miss its kernel, and say so at length
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended)
    sys.exit(ended)
