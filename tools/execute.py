"""Execute the book's notebooks in parallel into the cache that ``jupyter-book build`` reads.

Only what changed is executed: the cache knows a notebook by its code cells, and beside each run stands what
the notebook read, each file with its digest, as its kernel reported it. Each notebook runs in an empty
working directory. An error, or anything written to stderr, fails the run and is shown with its notebook and
cell.
"""

import hashlib
import os
import re
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import kernels
import nbformat
import psutil
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.executors.utils import single_nb_execution
from nbformat import NotebookNode
from sqlalchemy.exc import SQLAlchemyError

from mountain_counties.pages import fingerprint

TRIES = 3
TIMEOUT = 300  # seconds for one cell
CACHE = Path("_build", ".jupyter_cache")
WATCH = Path(__file__).resolve().with_name("watch.py")


class Run(NamedTuple):
    """What came of executing a notebook."""

    notebook: NotebookNode
    seconds: float
    fault: str
    """What went wrong; "" if nothing did."""
    read: frozenset[str]
    """The names, as in `fingerprint`, of what the notebook read."""


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


def execute(path: Path, root: Path, stopped: threading.Event) -> Run:
    """Execute one notebook, which is left as it is, in an empty folder."""
    for attempt in range(1, TRIES + 1):
        notebook = nbformat.read(path, nbformat.NO_CONVERT)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
            trace = Path(other, "trace")
            line = f"__import__('runpy').run_path({str(WATCH)!r})['start']({str(trace)!r})"
            try:
                result = single_nb_execution(
                    notebook,
                    cwd=folder,
                    timeout=TIMEOUT,
                    iopub_timeout=120,  # on a slow machine, outputs lost in silence otherwise
                    raise_on_iopub_timeout=True,
                    allow_errors=False,
                    shutdown_kernel="immediate",
                    extra_arguments=[f"--IPKernelApp.exec_lines={[line]!r}"],
                )
            except RuntimeError as error:  # the kernel died at its start: two kernels drew the same port
                if attempt == TRIES or stopped.is_set():
                    wrong = f"{path.name}: the kernel did not start in {TRIES} tries: {error}"
                    return Run(notebook, 0.0, wrong, frozenset())
                continue
            wrong = fault(path, notebook, result.exc_string)
            if not trace.exists():
                return Run(
                    notebook, result.time, wrong or f"{path.name}: the kernel was not watched", frozenset()
                )
            read = fingerprint.read_by(os.fsdecode(trace.read_bytes()).splitlines(), root)
        return Run(notebook, result.time, wrong, frozenset(read))
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


def open_cache(folder: Path, environment: str) -> JupyterCacheAbstract:
    """Open the cache, emptied first if another environment filled it, or if it cannot be read."""
    note = folder / "environment"
    if folder.exists() and (not note.exists() or note.read_text() != environment):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cache = get_cache(str(folder))
    try:
        cache.list_cache_records()
    except (SQLAlchemyError, OSError):  # cut off while it was made
        cache.db.dispose()
        shutil.rmtree(folder)
        folder.mkdir()
        cache = get_cache(str(folder))
    note.write_text(environment)
    return cache


def keep(cache: JupyterCacheAbstract, path: Path, run: Run, digests: dict[str, str]) -> None:
    """Put a run into the cache, with what it read and what it made."""
    stripped, key = cache.create_hashed_notebook(run.notebook)
    made = hashlib.sha256(nbformat.writes(stripped, nbformat.NO_CONVERT).encode()).hexdigest()
    data = {"execution_seconds": run.seconds, "read": digests, "made": made}
    # A run of the same code goes first, also if only its row or only its file is there.
    shutil.rmtree(cache.path / "executed" / key, ignore_errors=True)
    cache.cache_notebook_bundle(
        CacheBundleIn(run.notebook, str(path), data=data), check_validity=False, overwrite=True
    )


def holds(cache: JupyterCacheAbstract, record: NbCacheRecord, root: Path) -> bool:
    """Tell whether a run is whole, and all that it read is as it was."""
    kept = cache.path / "executed" / record.hashkey / "base.ipynb"
    if not kept.exists() or hashlib.sha256(kept.read_bytes()).hexdigest() != record.data.get("made"):
        return False
    return all(fingerprint.digest(root, name) == digest for name, digest in record.data["read"].items())


def split(cache: JupyterCacheAbstract, paths: list[Path], root: Path) -> list[Path]:
    """Return the notebooks that must be executed, and drop from the cache what no notebook matches."""
    held, missing = set(), []
    for path in paths:
        try:
            record = cache.match_cache_notebook(nbformat.read(path, nbformat.NO_CONVERT))
        except KeyError:
            missing.append(path)
            continue
        if holds(cache, record, root):
            held.add(record.pk)
        else:
            missing.append(path)
    for record in cache.list_cache_records():
        if record.pk not in held:
            shutil.rmtree(cache.path / "executed" / record.hashkey, ignore_errors=True)
            NbCacheRecord.remove_records([record.pk], cache.db)
    return missing


def execute_changed(root: Path, jobs: int | None = None) -> tuple[list[Path], list[str]]:
    """Execute what changed.

    Parameters
    ----------
    root : pathlib.Path
        The book's root.
    jobs : int, optional
        How many at a time; one more than there are cores, as a kernel that starts or stops mostly waits.

    Returns
    -------
    tuple
        The notebooks executed, and what went wrong in any of them.
    """
    start = time.perf_counter()
    cache = open_cache(root / CACHE, fingerprint.environment(root))
    try:
        missing = split(cache, notebooks(root), root)
        print(f"{len(notebooks(root))} notebooks, {len(missing)} to execute", flush=True)
        faults = fill(cache, missing, root, jobs or (os.cpu_count() or 1) + 1)
    finally:
        cache.db.dispose()
    print(f"Executed in {time.perf_counter() - start:.1f} s, {len(faults)} failed", flush=True)
    return missing, faults


@contextmanager
def noted_interrupts() -> Iterator[threading.Event]:
    """Note an interrupt in place of raising it anywhere: raised while an object is deleted, it is lost."""
    interrupted = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        raise KeyboardInterrupt


def completed(runs: Iterable[Future], interrupted: threading.Event) -> Iterator[Future]:
    """Yield runs as they end; raise KeyboardInterrupt once an interrupt is noted."""
    waiting = set(runs)
    while waiting:
        ended, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
        if interrupted.is_set():
            raise KeyboardInterrupt
        yield from ended


def fill(cache: JupyterCacheAbstract, missing: list[Path], root: Path, jobs: int) -> list[str]:
    """Execute notebooks and keep what succeeds; return what went wrong."""
    before = fingerprint.digests(root)
    faults, stopped = [], threading.Event()
    if missing:
        kernels.prepare(len(missing))
    longest_first = sorted(missing, key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(jobs) as pool, noted_interrupts() as interrupted:
        runs = {pool.submit(execute, path, root, stopped): path for path in longest_first}
        try:
            for done, future in enumerate(completed(runs, interrupted), start=1):
                path, run = runs[future], future.result()
                now = {name: fingerprint.digest(root, name) for name in sorted(run.read)}
                changed = [n for n in now if not n.endswith("/") and now[n] != before.get(n, "")]
                wrong = run.fault
                if changed and not wrong:
                    wrong = f"{path.name}: {', '.join(changed)} changed while it ran. Give the command again"
                failed = " FAILED" if wrong else ""
                print(f"[{done}/{len(missing)}] {path.name} {run.seconds:.1f} s{failed}", flush=True)
                if wrong:
                    faults.append(wrong)
                else:
                    keep(cache, path, run, now)
        except BaseException:  # interrupted, or the disk is full: no kernel may outlive this process
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(run.done() for run in runs):
                for kernel in psutil.Process().children(recursive=True):
                    kernel.kill()
                time.sleep(0.1)
            raise
    return faults
