"""Kernels forked from one process that has imported what kernels begin with, which takes longer than most cells.

Each kernel is a process of its own as always: forked before anything of the book was loaded, it gets
the working directory, the environment and the command that it would have been started with.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys

from jupyter_client.provisioning import LocalProvisioner

# What the warmed process runs. It holds neither threads nor sockets of a kernel when it forks, and
# ends with the build, however that ends: then there is nobody at the other end of its input.
# Kernels end with it, since they look for their parent's id.
PROGRAM = """
import sys
del sys.path[0]  # the working directory: nothing of the book is to be found
import gc, importlib, json, os, runpy, signal, socket

build = socket.socket(fileno=os.dup(0))
requests = build.makefile()
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read when ipykernel is imported
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        pass  # the chapter that needs it says so
gc.freeze()  # the collector of a kernel does not walk, and so copy, what all share


def bury(*signal_and_frame):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


signal.signal(signal.SIGCHLD, bury)  # an ended kernel is gone at once, and its time is counted
for line in requests:
    pid = os.fork()
    if not pid:
        break
    build.sendall(b"%d\\n" % pid)
else:
    sys.exit()

signal.signal(signal.SIGCHLD, signal.SIG_DFL)
requests.close()
build.close()
os.setsid()
asked = json.loads(line)
os.chdir(asked["cwd"])
parent = os.environ["JPY_PARENT_PID"]
os.environ.clear()
os.environ.update(asked["env"], JPY_PARENT_PID=parent)
if "numpy.random" in sys.modules:
    sys.modules["numpy.random"].seed()  # else all kernels draw the same; Python's own does it itself
module, *sys.argv[1:] = asked["arguments"]
sys.path.insert(0, os.getcwd())
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""

ALWAYS = ("ipykernel.kernelapp", "ipykernel.ipkernel")


@contextlib.contextmanager
def warmed(names, environment):
    """The connection to a process that has imported these modules; None where no fork is safe.

    The libraries of macOS do not stand a fork; Windows has none.
    """
    if sys.platform != "linux":
        yield None
        return
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", PROGRAM, *ALWAYS, *names]
    # A session of its own: an interrupt at the terminal is for the build, which then ends it.
    process = subprocess.Popen(command, stdin=theirs, env=environment, start_new_session=True)
    theirs.close()
    try:
        with ours:
            yield ours
    finally:
        process.kill()
        process.wait()


def start_from(warm, client):
    """Let nbclient's ``client`` start its kernel by a fork of the process at the other end of ``warm``."""
    manager = client.create_kernel_manager()
    manager.provisioner = _ForkedKernel(kernel_spec=manager.kernel_spec, parent=manager)
    manager.provisioner.warm = warm


class _ForkedKernel(LocalProvisioner):
    """Starts a Python kernel by a fork of the warmed process; where that cannot be, as always."""

    warm = None

    async def launch_kernel(self, cmd, **kwargs):
        """Start the kernel; returns how to connect to it."""
        pid = self._fork(cmd, kwargs) if cmd[:2] == [sys.executable, "-m"] else None
        if pid is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid, self.cwd = _Process(pid), pid, pid, kwargs["cwd"]
        return self.connection_info

    def _fork(self, cmd, kwargs):
        """The process id of the new kernel. The first one waits here until everything is imported."""
        asked = {"arguments": cmd[2:], "cwd": str(kwargs["cwd"]), "env": kwargs["env"]}
        try:
            self.warm.sendall(json.dumps(asked).encode() + b"\n")
            return int(self.warm.makefile().readline())
        except (AttributeError, OSError, ValueError):
            return None  # there is no warmed process, or no longer


class _Process:
    """What `LocalProvisioner` asks of a process, for one that is no child of this one."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """None while it lives; how it ended is known to its parent only."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 1
        return None

    wait = poll  # called when it has ended

    def send_signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
