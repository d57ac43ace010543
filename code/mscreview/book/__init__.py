"""The Sphinx extension: live numbers, their ledger, fresh chapters, static figures, languages.

Each module registers what it needs; only public Sphinx events are used.
"""

from . import cells, charts, code_pages, codebook, data_tables, freshness, language, ledger_page, notes, numbers
from . import live, output, record_lists, state, tidy


def setup(app):
    """Register the extension with Sphinx."""
    rooms = (state, freshness, cells, language, numbers, ledger_page, codebook, charts, code_pages)
    for room in (*rooms, data_tables, notes, output, record_lists, live, tidy):
        room.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
