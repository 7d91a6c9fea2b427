"""Kernels that start at once: forks of one process that has loaded the libraries, and nothing of the project.

Loading pandas, matplotlib and the like takes a kernel longer than the code of most notebooks. On Linux the
standard library's fork server loads them once for all. Elsewhere, where a fork of such a process may crash,
and for a notebook or two, Jupyter starts the kernels as ever.
"""

import multiprocessing
import os
import sys
import threading
from importlib.metadata import EntryPoint
from multiprocessing.context import ForkServerProcess
from typing import Any

import nbformat
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from nbclient import NotebookClient

FEW = 3
"""So many kernels start sooner by themselves."""
LIBRARIES = (
    "ipykernel.kernelapp", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "matplotlib.pyplot", "matplotlib_inline.backend_inline", "pandas.io.formats.style", "geopandas",
    "highspy", "pint", "scipy.optimize", "scipy.stats", "seaborn", "statsmodels.api",
    "statsmodels.formula.api",
)  # fmt: skip
OWN = "mountain_counties"


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


class Forked:
    """The part of `subprocess.Popen` that a provisioner needs, for a fork."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.send_signal = lambda number: os.kill(process.pid, number)
        self.pid, self.kill, self.terminate = process.pid, process.kill, process.terminate

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._process.exitcode

    def wait(self) -> int:
        """Wait for its end; return its exit code."""
        self._process.join()
        return self._process.exitcode


class ForkProvisioner(LocalProvisioner):
    """Has the fork server start a kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; `cmd` is what would start Python's module for it."""
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=become, args=(arguments, kwargs["cwd"], dict(kwargs["env"])))
        process.start()
        self.process, self.pid, self.pgid = Forked(process), process.pid, process.pid
        return self.connection_info


def prepare(count: int) -> None:
    """Have the next kernels forked if there are many, and else started by themselves."""
    factory, forked = KernelProvisionerFactory.instance(), sys.platform == "linux" and count > FEW
    name = "fork-provisioner" if forked else "local-provisioner"
    if forked:
        factory.provisioners[name] = EntryPoint(name, f"{__name__}:ForkProvisioner", factory.GROUP_NAME)
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(LIBRARIES))
    factory.default_provisioner_name = name
    # Names of classes become classes at their first use, which must not be made by two threads at once.
    manager = NotebookClient(nbformat.v4.new_notebook()).create_kernel_manager()
    manager.client(context=manager.context)
