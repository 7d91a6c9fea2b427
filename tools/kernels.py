"""Has Jupyter start kernels as forks, see `forks`, where they are possible."""

import multiprocessing
import os
from importlib.metadata import EntryPoint
from multiprocessing.context import ForkServerProcess
from typing import Any

import forks
import nbformat
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from nbclient import NotebookClient


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
        process = context.Process(target=forks.become, args=(arguments, kwargs["cwd"], dict(kwargs["env"])))
        process.start()
        self.process, self.pid, self.pgid = Forked(process), process.pid, process.pid
        return self.connection_info


def prepare(count: int) -> None:
    """Have the next kernels forked, if that is possible here."""
    if forks.POSSIBLE:
        forks.begin(count)
        factory, name = KernelProvisionerFactory.instance(), "fork-provisioner"
        factory.provisioners[name] = EntryPoint(name, f"{__name__}:ForkProvisioner", factory.GROUP_NAME)
        factory.default_provisioner_name = name
    # Names of classes become classes at their first use, which must not be made by two threads at once.
    manager = NotebookClient(nbformat.v4.new_notebook()).create_kernel_manager()
    manager.client(context=manager.context)
