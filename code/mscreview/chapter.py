"""What a chapter starts with: ``from mscreview.chapter import results``.

In a build the book has computed the results already and names their file; a notebook run by
itself computes them from ``data/``. Nothing else is loaded, so that a chapter depends only on the
figures and tables that it draws.
"""

import os

from .results import Results


def _load():
    path = os.environ.get("MSCREVIEW_RESULTS")
    if path:
        return Results.from_json(path)
    from . import analyse, load_evidence, paths

    return analyse(load_evidence(paths.DATA))


results = _load()
