"""The settings that the book is made with: none of the user's own, and none of the machine's.

Run as a program, it has matplotlib find its fonts, which takes seconds, and keep what it found.
"""

import os
import sys
from pathlib import Path

FOLDER = Path(sys.prefix) / "settings"
"""A folder of the environment's own: a home may be missing, may be read-only, may hold other settings."""


def apply() -> None:
    """Set the environment variables of this process, which those that it starts inherit."""
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "MPLCONFIGDIR"):
        place = FOLDER / variable.lower()
        place.mkdir(parents=True, exist_ok=True)
        os.environ[variable] = str(place)
    os.environ.pop("JUPYTER_PATH", None)
    os.environ.pop("JUPYTER_RUNTIME_DIR", None)  # lies in the folder of data
    os.environ["PYTHONNOUSERSITE"] = "1"
    os.environ["PYTHONUTF8"] = "1"
    # One thread a kernel: they run side by side, and bytes repeat.
    os.environ["OMP_NUM_THREADS"] = "1"


if __name__ == "__main__":
    apply()
    import matplotlib.font_manager  # noqa: F401
