"""Executes chapters, several at a time, and traces what each of them used."""

import asyncio
import copy
import json
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from sphinx.util import logging
from traitlets.config import Config

from . import kernels, records
from .build import BookError
from .digests import is_source

logger = logging.getLogger(__name__)

# Runs before the first cell: note every file that Python opens, under the name that it has at that
# moment, since the working directory may change. Whether it is a source is settled by its first
# opening, unless that can only add to it: what a chapter makes and then reads is none.
BEFORE = """
def _trace():
    import os, sys
    opened = sys._opened_files = {}

    def note(event, args):
        if event == "open" and not isinstance(args[0], int):
            try:
                path = os.path.join(os.getcwd(), os.fsdecode(args[0]))
                makes = bool(args[2] & (os.O_TRUNC | os.O_EXCL))
                if makes or not args[2] & os.O_WRONLY:
                    opened.setdefault(path, not makes)
            except Exception:
                pass  # no such name: the opening fails too, and says so
    sys.addaudithook(note)
_trace()
del _trace
"""

# Runs after the last cell: the modules loaded, the files opened, the keys asked for.
AFTER = """
def _report():
    import json, sys
    modules = {getattr(m, "__file__", None) for m in list(sys.modules.values())}
    keys = sorted(KEYS)
    read = {path for path, is_read in list(sys._opened_files.items()) if is_read}
    print(json.dumps({"keys": keys, "files": sorted(filter(None, modules | read))}))
_report()
"""


def run(app, docnames):
    """Execute the chapters and save their records; raises BookError if a cell fails."""
    if not docnames:
        return
    for docname in docnames:
        # No record while the chapter runs: a kill leaves it stale.
        records.record_path(app.fresh, docname).unlink(missing_ok=True)
    with kernels.warmed(app.fresh.WARM, app.fresh.kernel_environment()) as warm:
        asyncio.run(_run_all(app, docnames, warm))


async def _run_all(app, docnames, warm):
    slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(docname):
        async with slots:
            logger.info("executing %s", docname)
            record = await _execute(app, docname, warm)
            records.save(app.fresh, docname, record)
            app.fresh.unsaved[docname] = record

    outcomes = await asyncio.gather(*(one(d) for d in docnames), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _execute(app, docname, warm):
    book = app.fresh
    source = records.read_notebook(app, docname)
    notebook = copy.deepcopy(source)
    before, after = map(nbformat.v4.new_code_cell, (BEFORE, AFTER.replace("KEYS", book.KEYS)))
    notebook["cells"] = [before, *map(_fresh, records.code_cells(source)), after]
    with tempfile.TemporaryDirectory() as sockets:
        client = NotebookClient(
            notebook,
            timeout=app.config.nb_execution_timeout,
            # Local sockets: no port, and no warning about unencrypted TCP for each kernel. Their
            # default name is the same for all kernels of a folder, hence a folder for each.
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
            resources={"metadata": {"path": str(book.root)}},
        )
        kernels.start_from(warm, client)
        begun = time.monotonic()
        try:
            await client.async_execute(env=book.kernel_environment())
        except CellExecutionError as error:
            raise BookError(f"{docname}: a cell failed\n{error}") from None
        except DeadKernelError:
            raise BookError(f"{docname}: the kernel ended before its last cell") from None
    seconds = round(time.monotonic() - begun, 1)
    outputs = [cell["outputs"] for cell in notebook.cells[1:-1]]
    report = json.loads("".join(o["text"] for o in notebook.cells[-1]["outputs"]))
    files = _project_files(book, report["files"])
    return records.make(book, source, report["keys"], files, _stable(outputs), seconds)


def _fresh(cell):
    """A cell to execute, without the page's metadata and with no output."""
    return nbformat.v4.new_code_cell(cell.source)


def _project_files(book, opened):
    """The sources of the project among the files that a kernel loaded, opened or tried to open.

    Compiled modules stand for their sources, which are listed too.
    """
    return {source for name in opened for source in _sources_of(book.root, name)}


@cache  # most files are libraries that every chapter loads
def _sources_of(root, name):
    """The names below the root that a file has, if it is a source of the project; else none."""
    found, path = [], root / name
    # A link counts by both names: it may come to point elsewhere.
    for known in {Path(os.path.abspath(path)), Path(os.path.realpath(path))}:
        inside = known.is_relative_to(root) and not known.is_relative_to(sys.prefix)
        if inside and is_source(relative := known.relative_to(root)):
            found.append(relative.as_posix())
    return found


def _stable(outputs):
    """The outputs without what differs from run to run."""
    for cell_outputs in outputs:
        for output in cell_outputs:
            output.pop("execution_count", None)
            if output["output_type"] == "execute_result":
                output["output_type"] = "display_data"
    return json.loads(json.dumps(outputs))
