"""After an HTML build: the same book is the same bytes, whatever was built before it."""

import json
import re
import shutil
from pathlib import Path

from freshbook.files import write_atomically

from . import code_pages

SEARCH_INDEX = re.compile(r"^Search\.setIndex\((.*)\)$", re.DOTALL)
PICTURE = re.compile(r"[0-9a-f]{32}-(light|dark)\.svg")
# What the theme puts into a book and no page of it asks for: more than all that the pages need. Beside it the
# theme's translations, which Sphinx reads where the theme is installed.
UNUSED = ("**/*.map", "**/*.ttf", "scripts/fontawesome.js*")


def _note_page(app, pagename, templatename, context, doctree):
    app.mscreview.written.add(pagename)


def _tidy(app, exception):
    if exception is None and app.builder.name == "html" and app.mscreview.written:
        _remove_old_pages(app)
        _remove_old_pictures(app)
        _remove_old_downloads(app)
        _remove_unused_assets(Path(app.outdir, "_static"))
        _sort_search_index(Path(app.outdir) / "searchindex.js")


def _remove_old_pages(app):
    """Delete the pages of chapters that are no longer in the book, and a start page that leads there.

    Each build that writes at all writes the search page and the indices, so a page that is neither
    a chapter nor of code nor written is an old one. Folders with "_" hold templates of the theme.
    """
    folder, pages = Path(app.outdir), app.env.found_docs
    kept = {"index", *code_pages.page_names()} | pages | app.mscreview.written
    for path in [*folder.glob("*.html"), *folder.glob("[!_.]*/**/*.html")]:
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name not in kept and not _is_extra(app, path):
            path.unlink()
            for source in folder.glob(f"_sources/{name}.*"):
                source.unlink()
    start = folder / "index.html"
    if "index" not in pages and start.exists():
        if f'url={app.config.root_doc}.html"' not in start.read_text("utf-8"):
            start.unlink()  # the table of contents writes it if it is not there


def _is_extra(app, path):
    """Whether the configuration has put the file there as it is, by itself or in a folder."""
    name = path.relative_to(app.outdir)
    extras = [Path(app.confdir, extra) for extra in app.config.html_extra_path]
    return any((extra / name).exists() or extra.name == str(name) for extra in extras)


def _remove_old_pictures(app):
    """Delete pictures of earlier states of the charts."""
    shown = {name for _, name in app.env.images.values()}
    for path in Path(app.outdir, "_images").glob("*.svg"):
        if PICTURE.fullmatch(path.name) and path.name not in shown:
            path.unlink()


def _remove_old_downloads(app):
    """Delete charts and data of figures that no page shows any more."""
    folder = Path(app.outdir, "_downloads")
    offered = {folder / name for _, name in app.env.dlfiles.values()}
    for path in folder.glob("*/*"):
        if path not in offered:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()


def _remove_unused_assets(static):
    for pattern in UNUSED:
        for path in static.glob(pattern):
            path.unlink()
    shutil.rmtree(static / "locales", ignore_errors=True)


def _sort_search_index(path):
    """Order the index: Sphinx lists its terms in the order in which pages happened to be read."""
    if not path.exists():
        return
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
    app.connect("html-page-context", _note_page)
    app.connect("build-finished", _tidy, priority=400)
