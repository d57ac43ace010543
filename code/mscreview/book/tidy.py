"""After an HTML build: the same book is the same bytes, whatever was built before it."""

import json
import re
from pathlib import Path

from .files import write_atomically

SEARCH_INDEX = re.compile(r"^Search\.setIndex\((.*)\)$", re.DOTALL)
PICTURE = re.compile(r"[0-9a-f]{32}-(light|dark)\.svg")


def _tidy(app, exception):
    if exception is None and app.builder.name == "html":
        _remove_old_pictures(app)
        _sort_search_index(Path(app.outdir) / "searchindex.js")


def _remove_old_pictures(app):
    """Delete pictures of earlier states of the charts."""
    shown = {name for _, name in app.env.images.values()}
    for path in Path(app.outdir, "_images").glob("*.svg"):
        if PICTURE.fullmatch(path.name) and path.name not in shown:
            path.unlink()


def _sort_search_index(path):
    """Order the index: Sphinx lists its terms in the order in which pages happened to be read."""
    found = SEARCH_INDEX.match(path.read_text("utf-8"))
    if found:
        index = json.loads(found[1])
        for part in ("terms", "titleterms"):  # word -> page, or pages in any order, or none
            index[part] = {
                word: sorted(pages) if isinstance(pages, list) else pages
                for word, pages in index[part].items()
                if pages != []
            }
        text = json.dumps(index, sort_keys=True, separators=(",", ":"))
        write_atomically(path, f"Search.setIndex({text})")


def setup(app):
    """Connect before the stamp is written, so that a kill in between leads to a new build."""
    app.connect("build-finished", _tidy, priority=400)
