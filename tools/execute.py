"""Execute the book's notebooks in parallel into the cache that ``jupyter-book build`` reads.

Usage: ``python tools/execute.py [--root FOLDER] [--jobs N]``. Only what changed is executed: the cache knows
a notebook by its code cells, and it is emptied when the fingerprint of everything else changed. Each
notebook runs in an empty working directory. An error, or anything written to stderr, fails the run and is
shown with its notebook and cell.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import single_nb_execution
from nbformat import NotebookNode

from mountain_counties.pages.fingerprint import fingerprint

TRIES = 3
TIMEOUT = 300  # seconds for one cell


def notebooks(root: Path) -> list[Path]:
    """List the notebooks of the table of contents, in its order."""

    def files(entry: object) -> Iterator[str]:
        if isinstance(entry, dict):
            yield from (value for key, value in entry.items() if key in ("root", "file"))
            for value in entry.values():
                yield from files(value)
        elif isinstance(entry, list):
            for value in entry:
                yield from files(value)

    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [path for name in files(contents) if (path := root / f"{name}.ipynb").exists()]


def execute(path: Path) -> tuple[NotebookNode, float, str]:
    """Execute one notebook in an empty folder.

    Parameters
    ----------
    path : pathlib.Path
        The notebook; it is left as it is.

    Returns
    -------
    tuple
        The notebook with its outputs, the seconds it took, and what went wrong ("" if nothing did).
    """
    for attempt in range(1, TRIES + 1):
        notebook = nbformat.read(path, nbformat.NO_CONVERT)
        with tempfile.TemporaryDirectory() as folder:
            try:
                result = single_nb_execution(
                    notebook, cwd=folder, timeout=TIMEOUT, allow_errors=False, shutdown_kernel="immediate"
                )
            except RuntimeError as error:  # the kernel died at its start: two kernels drew the same port
                if attempt == TRIES:
                    return notebook, 0.0, f"{path.name}: the kernel did not start in {TRIES} tries: {error}"
                continue
        return notebook, result.time, fault(path, notebook, result.exc_string)
    raise AssertionError("unreachable")


def fault(path: Path, notebook: NotebookNode, error: str | None) -> str:
    """Say in which cell a notebook failed or wrote to stderr; "" if it did neither."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"{path.name}, cell {number}:\n" + plain("\n".join(output.traceback))
            if output.output_type == "stream" and output.name == "stderr":
                return f"{path.name}, cell {number} wrote to stderr:\n{plain(output.text)}"
    return f"{path.name}: {plain(error)}" if error else ""


def plain(text: str) -> str:
    """Strip the colours of a traceback."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def open_cache(folder: Path, mark: str) -> JupyterCacheAbstract:
    """Open the cache, emptied first if it was filled under another fingerprint."""
    note = folder / "fingerprint"
    if folder.exists() and (not note.exists() or note.read_text() != mark):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(mark)
    return get_cache(str(folder))


def split(cache: JupyterCacheAbstract, paths: list[Path]) -> list[Path]:
    """Return the notebooks that the cache does not hold, and drop from it what no notebook matches."""
    held, missing = set(), []
    for path in paths:
        try:
            held.add(cache.match_cache_notebook(nbformat.read(path, nbformat.NO_CONVERT)).pk)
        except KeyError:
            missing.append(path)
    for record in cache.list_cache_records():
        if record.pk not in held:
            cache.remove_cache(record.pk)
    return missing


def main(arguments: list[str] | None = None) -> int:
    """Execute what changed; return 1 if a notebook failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    # One more than there are cores: a kernel that starts or stops mostly waits.
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1)
    options = parser.parse_args(arguments)
    # One thread a kernel: they run side by side, and bytes repeat.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    start = time.perf_counter()
    paths = notebooks(options.root)
    cache = open_cache(options.root / "_build" / ".jupyter_cache", fingerprint(options.root))
    missing = split(cache, paths)
    print(f"{len(paths)} notebooks, {len(missing)} to execute", flush=True)
    faults = []
    with ThreadPoolExecutor(options.jobs) as pool:
        longest_first = sorted(missing, key=lambda path: path.stat().st_size, reverse=True)
        runs = {pool.submit(execute, path): path for path in longest_first}
        for done, run in enumerate(as_completed(runs), start=1):
            notebook, seconds, wrong = run.result()
            print(
                f"[{done}/{len(missing)}] {runs[run].name} {seconds:.1f} s{' FAILED' if wrong else ''}",
                flush=True,
            )
            if wrong:
                faults.append(wrong)
            else:
                bundle = CacheBundleIn(notebook, str(runs[run]), data={"execution_seconds": seconds})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    print(f"Executed in {time.perf_counter() - start:.1f} s, {len(faults)} failed", flush=True)
    for wrong in faults:
        print(f"\n{wrong}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
