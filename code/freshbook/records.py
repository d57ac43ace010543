"""The record of an executed chapter: its outputs and, beside them, all that they depend on.

One file a chapter, written in one step, so that outputs and dependencies cannot part. For each
build the outputs are handed to MyST-NB through its jupyter-cache, with today's captions.
"""

import copy
import shutil
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import create_nb_reader

from . import sealed
from .digests import build_folder, digest_value


def is_notebook(app, docname):
    """Whether a page has code cells."""
    return read_notebook(app, docname) is not None


def read_notebook(app, docname):
    """The page as a notebook without outputs, read as MyST-NB reads it; None for plain text."""
    memo = app.fresh.notebooks
    if docname not in memo:
        path = Path(app.env.doc2path(docname))
        text = path.read_text("utf-8")
        reader = create_nb_reader(str(path), app.env.myst_config, app.env.mystnb_config, text)
        notebook = reader.read(text) if reader else None
        memo[docname] = notebook
    return memo[docname]


def code_cells(notebook):
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def cells_digest(notebook):
    """Digest of what is executed: the source of the code cells and the kernel."""
    sources = [cell.source for cell in code_cells(notebook)]
    return digest_value([sources, notebook.metadata.get("kernelspec", {})])


def record_path(book, docname):
    """Where the record of a chapter is."""
    return build_folder(book.root) / ".traces" / f"{docname}.json"


def load(book, docname):
    """The record of a chapter; None if there is none or it is damaged."""
    return sealed.read(record_path(book, docname))


def of_build(book, docname):
    """The record that this build works with: its own, be it kept or not, else that of an earlier build, or None."""
    return book.unsaved.get(docname) or load(book, docname)


def make(book, notebook, used_keys, used_files, outputs, seconds):
    """The record of an execution. ``outputs``: one list for each code cell; ``seconds``: how long it took."""
    return {
        "cells": cells_digest(notebook),
        "environment": book.environment,
        "keys": {key: book.key_digest(key) for key in sorted(used_keys)},
        "files": {path: book.snapshot.taken(path) for path in sorted(used_files)},
        "outputs": outputs,
        "seconds": seconds,
    }


def save(book, docname, record):
    """Keep a record, unless a file that it used changed while the chapter ran."""
    if all(book.snapshot.unchanged(path) for path in record["files"]):
        sealed.write(record_path(book, docname), record)


def content_digest(record):
    """Digest of what pages show of a record: all but its time."""
    return digest_value({name: part for name, part in record.items() if name != "seconds"})


def is_fresh(book, app, docname, record):
    """Whether the chapter would give the same outputs today."""
    return (
        record["cells"] == cells_digest(read_notebook(app, docname))
        and record["environment"] == book.environment
        and all(book.key_digest(key) == old for key, old in record["keys"].items())
        and all(book.snapshot.of(path) == old for path, old in record["files"].items())
    )


def hand_over(app, docnames):
    """Put the chapters' outputs, with today's cell metadata, where MyST-NB looks for them."""
    if not docnames:
        return
    folder = Path(app.env.mystnb_config.execution_cache_path)
    if folder.is_relative_to(build_folder(app.fresh.root)):
        shutil.rmtree(folder, ignore_errors=True)  # the records are what is kept between builds
    cache = get_cache(folder)
    for docname in docnames:
        bundle = CacheBundleIn(_executed(app, docname), docname, data={"execution_seconds": 0})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _executed(app, docname):
    book = app.fresh
    notebook = copy.deepcopy(read_notebook(app, docname))
    notebook.metadata["language_info"] = {"name": "python"}  # colors the code on the page
    record = of_build(book, docname)
    for cell, outputs in zip(code_cells(notebook), record["outputs"], strict=True):
        cell["outputs"] = [
            book.for_page(nbformat.from_dict(output), cell) for output in outputs
        ]
    return notebook
