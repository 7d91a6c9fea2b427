"""Let one command at a time work in a folder."""

import fcntl
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(root: Path):
    """Hold the folder's lock; say so and wait if another process holds it.

    The system drops the lock when the process ends, however it ends.
    """
    folder = root / "_build"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is at work in this folder; waiting for it to end", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
