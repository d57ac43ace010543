"""Kernels are forked from one warmed process, and none of them can tell."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from test_freshbook import book, build  # noqa: F401
from traitlets.config import Config

from freshbook import kernels
from mscreview import paths
from mscreview.book import state

ENVIRONMENT = {**os.environ, "PYTHONHASHSEED": "0"}


@pytest.fixture
def run(tmp_path):
    """Run cells in a kernel of its own; returns what the last one printed, as JSON."""

    def one(warm, *cells, env=None, cwd=tmp_path):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
        (tmp_path / "sockets").mkdir(exist_ok=True)
        sockets = {"transport": "ipc", "ip": str(tmp_path / "sockets/kernel")}
        folder = {"metadata": {"path": str(cwd)}}
        client = NotebookClient(notebook, config=Config({"KernelManager": sockets}), resources=folder)
        kernels.start_from(warm, client)
        # In a thread: a loop of the browser's tests may be running in this one.
        executed = client.async_execute(env={**ENVIRONMENT, **(env or {})})
        with ThreadPoolExecutor(1) as threads:
            threads.submit(asyncio.run, executed).result()
        return json.loads("".join(output["text"] for output in notebook.cells[-1]["outputs"]))

    return one


@pytest.fixture
def warm():
    with kernels.warmed(["colorsys", "numpy.random"], ENVIRONMENT) as connection:
        yield connection


linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@linux
def test_a_kernel_is_forked_with_folder_environment_and_command_of_its_own(run, warm, tmp_path):
    cell = """import json, os, sys, subprocess
ended = subprocess.run([sys.executable, "-c", "raise SystemExit(3)"]).returncode
print(json.dumps([os.getppid(), os.getcwd(), os.environ.get("OWN"), hash("freshbook"), "colorsys" in sys.modules,
    os.path.basename(sys.argv[0]), sys.path, ended, os.getsid(0) == os.getpid(), __name__]))"""
    forked = run(warm, cell, env={"OWN": "yes"})
    ordinary = run(None, cell, env={"OWN": "yes"})
    assert ordinary[0] == os.getpid() != forked[0]
    assert forked[4] and not ordinary[4]
    assert forked[1:4] + forked[5:] == ordinary[1:4] + ordinary[5:]
    assert forked[1:3] == [str(tmp_path), "yes"] and ordinary[7:] == [3, True, "__main__"]


@linux
def test_nothing_of_a_kernel_reaches_the_next(run, warm):
    leave = """import colorsys, json, os, sys
left = colorsys.left = sys.left = os.environ["LEFT"] = "here"
os.chdir("/")
print("null")"""
    look = """import colorsys, json, os, sys
print(json.dumps(["left" in globals(), hasattr(colorsys, "left"), hasattr(sys, "left"), "LEFT" in os.environ, os.getcwd()]))"""
    before = run(warm, look)
    run(warm, leave)
    assert before == run(warm, look) and before[:4] == [False] * 4


@linux
def test_kernels_draw_numbers_of_their_own(run, warm):
    cell = "import random, numpy, json\nprint(json.dumps([random.random(), numpy.random.random()]))"
    assert not set(run(warm, cell)) & set(run(warm, cell))


@linux
def test_a_module_that_is_missing_is_left_to_the_chapter_that_needs_it(run):
    with kernels.warmed(["no_such_module", "colorsys"], ENVIRONMENT) as warm:
        assert run(warm, "import sys\nprint(int('colorsys' in sys.modules), end='')") == 1


@linux
def test_the_warmed_process_holds_nothing_of_the_project_and_no_thread(run):
    environment = {**ENVIRONMENT, "PYTHONPATH": str(paths.CODE)}
    cell = """import json, os, sys
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
print(json.dumps(["altair" in sys.modules, files, os.listdir(f"/proc/{os.getppid()}/task")]))"""
    with kernels.warmed(state.Book.WARM, environment) as warm:
        altair, files, threads = run(warm, cell, env=environment)
    assert altair and len(threads) == 1
    assert not [name for name in files if Path(name).is_relative_to(paths.CODE)]


def test_where_no_fork_is_safe_kernels_start_as_always(run, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with kernels.warmed(["colorsys"], ENVIRONMENT) as warm:
        assert warm is None
        monkeypatch.undo()
        assert run(warm, "import os\nprint(os.getppid())") == os.getpid()


@linux
def test_without_the_warmed_process_kernels_start_as_always(run, warm):
    process = run(warm, "import os\nprint(os.getppid())")
    assert process not in (1, os.getpid())
    os.kill(process, signal.SIGKILL)
    assert run(warm, "import os\nprint(os.getppid())") == os.getpid()


@linux
def test_a_kernel_that_dies_is_noticed(run, warm):
    with pytest.raises(DeadKernelError):
        run(warm, "import os\nos._exit(0)")
    assert run(warm, "print(1)") == 1, "the next one is none the worse"


# --- in builds -----------------------------------------------------------------------------


def record(book):  # noqa: F811
    content = json.loads((book / "_build/.traces/table.json").read_text("utf-8"))["content"]
    return {name: part for name, part in content.items() if name != "seconds"}


@linux
def test_records_and_pages_are_those_of_ordinary_kernels(book):  # noqa: F811
    assert build(book) == ["table"]
    forked, page = record(book), (book / "_build/html/table.html").read_bytes()
    module = book / "freshbook/kernels.py"
    text = module.read_text("utf-8")
    assert text.count('!= "linux"') == 1
    module.write_text(text.replace('!= "linux"', '== "linux"'), "utf-8")
    shutil.rmtree(book / "_build")
    assert build(book) == ["table"]
    assert record(book) == forked and forked["files"].keys() == {"values.csv"}
    assert (book / "_build/html/table.html").read_bytes() == page


def test_a_dead_kernel_is_an_error_that_names_its_chapter(book):  # noqa: F811
    chapter = book / "table.md"
    chapter.write_text(chapter.read_text("utf-8").replace("import pandas", "import os, pandas\nos._exit(0)"), "utf-8")
    with pytest.raises(AssertionError, match="table: the kernel ended before its last cell"):
        build(book)
    assert not (book / "_build/.traces/table.json").exists()


def processes_in(folder):
    """The ids of the processes whose working directory is the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == folder.resolve() and (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            pass  # it has ended, or is another user's
    return found


@linux
def test_a_killed_build_leaves_no_process(book):  # noqa: F811
    chapter = book / "table.md"
    waiting = "import pandas, pathlib, time\npathlib.Path('_build/here').touch()\ntime.sleep(300)"
    chapter.write_text(chapter.read_text("utf-8").replace("import pandas", waiting), "utf-8")
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
    running = subprocess.Popen(command, cwd=book, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 60
    while not (book / "_build/here").exists() and time.monotonic() < limit:
        time.sleep(0.1)
    assert len(processes_in(book)) == 3, "the build, the warmed process, the kernel"
    running.kill()
    running.wait()
    while processes_in(book) and time.monotonic() < limit:
        time.sleep(0.1)
    assert processes_in(book) == []
