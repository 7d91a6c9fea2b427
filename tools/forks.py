"""The process that kernels are forked from: it has loaded the libraries, and nothing of the project.

Loading pandas, matplotlib and the like takes a kernel longer than the code of most notebooks. On Linux the
standard library's fork server loads them once for all, while the build still looks for what changed.
Elsewhere a fork of such a process may crash.
"""

import multiprocessing
import os
import sys
import threading
from multiprocessing import forkserver

POSSIBLE = sys.platform == "linux"
"""Whether kernels are forked here."""

FEW = 3
"""Up to so many notebooks wait for what nearly all of them use, and load the rest by themselves."""

COMMON = (
    "ipykernel.kernelapp", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "matplotlib.pyplot", "matplotlib_inline.backend_inline", "pandas.io.formats.style", "pint",
)  # fmt: skip
LIBRARIES = (
    *COMMON, "geopandas", "highspy", "scipy.optimize", "scipy.stats", "seaborn", "statsmodels.api",
    "statsmodels.formula.api",
)  # fmt: skip
OWN = "mountain_counties"


def begin(count: int) -> None:
    """Have the process load what so many notebooks need, and return meanwhile; once begun, it stays."""
    if POSSIBLE:
        multiprocessing.set_forkserver_preload(list(COMMON if count <= FEW else LIBRARIES))
        forkserver.ensure_running()


def become(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Turn this process, which has just been forked, into a kernel.

    What the fork took over from the build of the project's own is forgotten, the way to its programs too, so
    that the notebook loads it itself, and is seen to.
    """
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = [place for place in sys.path if os.path.abspath(place) != os.path.dirname(__file__)]
    for name in [name for name in sys.modules if name.partition(".")[0] == OWN]:
        del sys.modules[name]
    threading.Thread(target=end_with_build, daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    # With a parent it has nobody to tell how to stop it.
    IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


def end_with_build() -> None:
    """Wait until the build is no more, and then end this process, whatever it is doing."""
    multiprocessing.parent_process().join()
    os._exit(1)
