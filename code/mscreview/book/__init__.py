"""The Sphinx extension: live numbers, their ledger, fresh chapters, static figures, languages.

Each module registers what it needs; only public Sphinx events are used.
"""

from . import accessible, cells, codebook, data_tables, freshness, language, ledger_page, notes, numbers
from . import output, pictures, state, tidy


def setup(app):
    """Register the extension with Sphinx."""
    rooms = (state, freshness, cells, accessible, language, numbers, ledger_page, codebook, pictures)
    for room in (*rooms, data_tables, notes, output, tidy):
        room.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
