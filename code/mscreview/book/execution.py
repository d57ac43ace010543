"""Executes chapters, several at a time, and traces what each of them used."""

import asyncio
import copy
import json
import os
import sys
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from sphinx.util import logging
from traitlets.config import Config

from .. import paths
from . import records
from .state import BookError

logger = logging.getLogger(__name__)

# Runs before the first cell: note every file of the project that Python opens.
BEFORE = """
import sys as _sys
_sys.addaudithook(
    lambda event, args, opened=_sys.__dict__.setdefault("_opened_files", set()):
    opened.add(args[0]) if event == "open" and isinstance(args[0], str) else None
)
del _sys
"""

# Runs after the last cell: the modules loaded, the files opened, the result keys asked for.
AFTER = """
def _report():
    import json, sys
    modules = {getattr(m, "__file__", None) for m in list(sys.modules.values())}
    chapter = sys.modules.get("mscreview.chapter")
    keys = sorted(chapter.results.used | chapter.results.asked) if chapter else []
    print(json.dumps({"keys": keys, "files": sorted(filter(None, modules | sys._opened_files))}))
_report()
"""


def run(app, docnames):
    """Execute the chapters and save their records; raises BookError if a cell fails."""
    if not docnames:
        return
    for docname in docnames:
        # No record while the chapter runs: a kill leaves it stale.
        records.record_path(app.mscreview, docname).unlink(missing_ok=True)
    app.mscreview.unsaved = {}
    asyncio.run(_run_all(app, docnames))


async def _run_all(app, docnames):
    slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(docname):
        async with slots:
            logger.info("executing %s", docname)
            record = await _execute(app, docname)
            records.save(app.mscreview, docname, record)
            app.mscreview.unsaved[docname] = record

    outcomes = await asyncio.gather(*(one(d) for d in docnames), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _execute(app, docname):
    book = app.mscreview
    source = records.read_notebook(app, docname)
    notebook = copy.deepcopy(source)
    new_cell = nbformat.v4.new_code_cell
    notebook["cells"] = [new_cell(BEFORE), *map(_fresh, records.code_cells(source)), new_cell(AFTER)]
    with tempfile.TemporaryDirectory() as sockets:
        client = NotebookClient(
            notebook,
            timeout=app.config.nb_execution_timeout,
            # Local sockets: no port, and no warning about unencrypted TCP for each kernel. Their
            # default name is the same for all kernels of a folder, hence a folder for each.
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
            resources={"metadata": {"path": str(book.root)}},
        )
        try:
            await client.async_execute(env=_environment(book))
        except CellExecutionError as error:
            raise BookError(f"{docname}: a cell failed\n{error}") from None
    outputs = [cell["outputs"] for cell in notebook.cells[1:-1]]
    report = json.loads("".join(o["text"] for o in notebook.cells[-1]["outputs"]))
    files = _project_files(book, report["files"])
    return records.make(book, source, report["keys"], files, _stable(outputs))


def _fresh(cell):
    """A cell to execute, without the page's metadata and with no output."""
    return nbformat.v4.new_code_cell(cell.source)


def _environment(book):
    """The kernel's environment: this checkout's package, this build's results."""
    return {
        **os.environ,
        "PYTHONPATH": str(paths.CODE),
        "PYTHONHASHSEED": "0",
        "MSCREVIEW_RESULTS": str(book.results_path),
    }


def _project_files(book, opened):
    """The source files of the project among the files that a kernel loaded or opened."""
    found = set()
    for name in opened:
        path = os.path.realpath(os.path.join(book.root, name))
        if not path.startswith(str(book.root) + os.sep) or path.startswith(sys.prefix):
            continue
        relative = os.path.relpath(path, book.root)
        # Compiled modules stand for their sources, which are listed too; results count by key.
        if not relative.startswith(("_build", ".")) and not relative.endswith(".pyc"):
            if os.path.isfile(path):
                found.add(relative)
    return found


def _stable(outputs):
    """The outputs without what differs from run to run."""
    for cell_outputs in outputs:
        for output in cell_outputs:
            output.pop("execution_count", None)
            if output["output_type"] == "execute_result":
                output["output_type"] = "display_data"
    return json.loads(json.dumps(outputs))
