"""Results that take seconds, kept from one process to the next while nothing that they rest on changes.

A build runs every notebook in a process of its own, and several ask for the same verdicts. Only where the
variable `PLACE` names a folder, as the build does, is anything kept.
"""

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

PLACE = "MOUNTAIN_COUNTIES_RESULTS"
"""Name of the variable of the environment that holds the folder."""

Result = TypeVar("Result")


def keep(name: str, compute: Callable[[], Result], *rests_on: Path) -> Result:
    """Return what a computation gives, from the folder of kept results if it is there.

    Parameters
    ----------
    name : str
        Of the result, for its file.
    compute : callable
        The computation.
    *rests_on : Path
        Folders and files: the tables that it reads, and the modules that it runs.

    Returns
    -------
    object
        A kept result is used only while every one of these files has the content that it was computed
        from. They are read for that, so that whoever watches what this process reads sees the same files.
    """
    if not (place := os.environ.get(PLACE)):
        return compute()
    import fcntl  # not on every system, as builds are not

    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-{_digest(rests_on)}.pickle"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be computing the same
        if target.exists():
            return pickle.loads(target.read_bytes())
        result = compute()
        draft = target.with_suffix(".draft")
        draft.write_bytes(pickle.dumps(result))
        for old in folder.glob(f"{name}-*.pickle"):
            old.unlink()
        draft.replace(target)
    return result


def _digest(rests_on: tuple[Path, ...]) -> str:
    total = hashlib.sha256()
    for folder in rests_on:
        for path in sorted(folder.rglob("*")) or [folder]:
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(folder).as_posix()
                total.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:32]
