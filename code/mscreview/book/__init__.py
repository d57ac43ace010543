"""The Sphinx extension: live numbers and charts, their ledger, fresh chapters, languages, search.

Each module registers what it needs; only public Sphinx events are used.
"""

import gc

import freshbook

from . import accessible, cells, charts, check_runs, checklist, citations, code_pages, codebook, data_tables
from . import downloads, folds, front_matter, language, latex, lean_tables, ledger_file, ledger_page, ledger_parts
from . import live, manuscript, notebooks, notes, numbers, output, pictures, policy, record_lists, search, state
from . import supplement, tidy, uses


def setup(app):
    """Register the extension with Sphinx."""
    # Without the collector of cycles a build takes half the time: pages are read back as trees of
    # many small objects, and it would walk all of them again and again. A build's memory is small.
    gc.disable()
    app.connect("build-finished", lambda app, exception: gc.enable(), priority=900)
    freshbook.setup(app, state.Book)
    reading = (front_matter, cells, accessible, language, numbers, ledger_page, codebook)
    for room in (*reading, supplement, charts, folds, code_pages, record_lists, data_tables, notes, checklist):
        room.setup(app)
    for room in (check_runs, uses, ledger_parts, ledger_file, notebooks, downloads, output, pictures, latex, manuscript, live):
        room.setup(app)
    for room in (citations, lean_tables, policy, search, tidy):
        room.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
