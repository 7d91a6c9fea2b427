"""Note every file that a kernel opens and every folder that it lists, from its start on.

A kernel runs `start` before a notebook's first cell. It also has the kernel show the warnings that are this
project's to mend, and no others: those of its own code, and a character that no font has.
"""

import os
import sys
import warnings

KINDS = {"open": "file", "os.listdir": "folder", "os.scandir": "folder"}
OWN = "mountain_counties|__main__"


def start(target: str) -> None:
    """Have the paths written to a file, one a line, each after its kind.

    Python tells its audit hooks of every file before it opens it, an imported module's included. A path is
    written at once: a kernel that is killed could not tell at its end.
    """
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    seen = set()

    def hook(event: str, arguments: tuple) -> None:
        kind = KINDS.get(event)
        if kind and not isinstance(arguments[0], int):
            path = os.path.abspath(os.fsdecode(arguments[0] or "."))
            if (kind, path) not in seen:
                seen.add((kind, path))
                os.write(handle, os.fsencode(f"{kind}\t{path}\n"))

    sys.addaudithook(hook)
    warnings.filterwarnings("ignore")
    warnings.filterwarnings("default", module=OWN)
    warnings.filterwarnings("default", message=r"Glyph \d+")
