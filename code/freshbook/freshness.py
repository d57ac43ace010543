"""Decides which pages are out of date, from what they used, and sees that they are made again.

Two questions, answered from recorded facts, never from a declaration:

* Must a chapter be executed again? Its record (`records`) holds its outputs beside the digests of
  its code cells, of every key and of every file that it used while it ran. A difference,
  or no record, means yes.
* Must a page be read and written again? A stamp holds the digest of every page and of every file
  that goes with it. There is one for each output folder, and one for what Sphinx has read, since
  builds for several folders share that. A page is made again if either holds another digest of it.

A stamp is removed when a build starts and written when it ends well, so a killed build leaves none
of what it was changing (the output folder itself is changed by no build that fails, see `swap`). A
stamp with which a file does not agree counts for nothing.

Sphinx and jupyter-cache ask neither question: they look at times of files and text of cells.
"""

import os
import shutil
from pathlib import Path

from sphinx.util import logging

from . import execution, records, sealed
from .digests import digest_file, digest_value, is_source

logger = logging.getLogger(__name__)

STAMP = ".freshness.json"


def page_digest(app, docname):
    """Digest of all that a written page depends on; None if its chapter must run first."""
    book = app.fresh
    record_digest = ""
    if records.is_notebook(app, docname):
        record = records.load(book, docname)
        if record is None or not records.is_fresh(book, app, docname, record):
            return None
        record_digest = records.content_digest(record)
    return digest_value(
        {
            "sources": {name: book.snapshot.of(name) for name in _sources(app, docname)},
            "reading": book.reading_digest,
            "record": record_digest,
            "shown": book.shown_on(app, docname),
        }
    )


def _sources(app, docname):
    """The page's own file and those that it includes or shows."""
    names = [app.env.doc2path(docname), *sorted(app.env.dependencies.get(docname, ()))]
    return [os.path.relpath(Path(app.srcdir, name), app.fresh.root) for name in names]


def links_digest(app):
    """Digest of what pages show of each other: titles, numbers of figures and citations."""
    env = app.env
    citations = env.get_domain("cite").citations if "cite" in env.domains else ()
    labels = {str(citation.key): citation.formatted_entry.label for citation in citations}
    return digest_value(
        [
            {name: node.astext() for name, node in env.titles.items()},
            env.toc_secnumbers,
            env.toc_fignumbers,
            env.domaindata["std"]["labels"],
            labels,
            app.fresh.shared(app),
        ]
    )


def _take_stamp(folder, files_in):
    """Remove the stamp of a folder until this build has ended well, and return it.

    None if there is none, or if a file is missing or not as it was left.
    """
    stamp = sealed.read(folder / STAMP)
    (folder / STAMP).unlink(missing_ok=True)
    if stamp is not None:
        damaged = [n for n, old in stamp["files"].items() if digest_file(files_in / n) != old]
        if not damaged:
            return stamp
        logger.info("making all pages, since the last build left another %s", min(damaged))
    return None


def _start(app, make, pages_read):
    """Make the state of this build; remember the stamp of the output folder.

    It counts if the same builder left it, since some of Jupyter Book's share a folder, and if what
    shapes all pages is the same. If not, nothing that is in the folder is kept.
    """
    app.fresh = make()
    app.fresh.pages_read = pages_read
    folder = Path(app.outdir)
    stamp = _take_stamp(folder, folder)
    if stamp is not None and stamp.get("all_pages") == _all_pages(app):
        app.fresh.stamp = stamp
    else:
        shutil.rmtree(folder)
        folder.mkdir()


def _all_pages(app):
    return [app.builder.name, app.fresh.reading_digest]


def _look_at_what_was_read(app):
    """{page: digest} of what Sphinx has read; before it loads that, so that damage counts as none."""
    folder = Path(app.doctreedir)
    stamp = _take_stamp(folder, folder.parent)
    if stamp is None:
        shutil.rmtree(folder, ignore_errors=True)
        return {}
    return stamp["pages"]


def _files(folder, left_out):
    """{name: digest} of the files that a build has put into an output folder, but for those of these names."""
    found = {}
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(here, name) for name in names if name not in (STAMP, *left_out)):
            # What TeX makes later from a source is not Sphinx's.
            if path.suffix == ".tex" or not path.with_suffix(".tex").exists():
                found[path.relative_to(folder).as_posix()] = digest_file(path)
    return found


def _files_of_what_was_read(app):
    """{name: digest} of Sphinx's own state, and of what it copies from when it writes any page."""
    folder = Path(app.doctreedir)
    copied = [*app.env.images, *app.env.dlfiles]
    made = [Path(app.srcdir, name) for name in copied if not is_source(name)]
    files = [path for path in [*folder.rglob("*"), *made] if path.is_file()]
    return {os.path.relpath(path, folder.parent): digest_file(path) for path in files}


def _outdated(app, env, added, changed, removed):
    """The pages whose digest is not the one of both stamps."""
    return [
        page
        for page in env.found_docs
        if (digest := page_digest(app, page)) is None
        or digest != app.fresh.stamp["pages"].get(page)
        or digest != app.fresh.pages_read.get(page)
    ]


def _execute(app, env, docnames):
    """Run the stale chapters, several at a time, and hand all outputs to MyST-NB."""
    book = app.fresh
    notebooks = [page for page in docnames if records.is_notebook(app, page)]
    stale = [
        page
        for page in notebooks
        if (record := records.load(book, page)) is None
        or not records.is_fresh(book, app, page, record)
    ]
    execution.run(app, stale)
    records.hand_over(app, notebooks)


def _look_at_dependencies(app, doctree):
    """Take the digests of what a page turned out to depend on before it can change much."""
    for name in _sources(app, app.env.docname):
        app.fresh.snapshot.of(name)


def _rewrite_linked(app, env):
    """Write every page again if what pages show of each other changed."""
    app.fresh.links = links_digest(app)
    return [] if are_links_fresh(app) else sorted(env.found_docs)


def are_links_fresh(app):
    """Whether the output folder holds pages that show of each other what they are to show, and that the same
    modules and settings made; once all pages are read. A page that depends on nothing else need not be written."""
    return app.fresh.links == app.fresh.stamp["links"]


def _write_stamp(app, exception):
    """Stamp both folders after a build without error and without warning.

    A page is left out if a file that it was made from was written to during the build, even if
    it is as before by now; then nobody knows what the page shows.
    """
    if exception is not None or app._warncount:
        return
    book, folder = app.fresh, Path(app.outdir)

    def unchanged(names):
        changed = [name for name in names if not book.snapshot.unchanged(name)]
        if changed:
            logger.info("build again: %s changed during this build", ", ".join(changed))
        return not changed

    if unchanged([*book.reading_files, book.LOCK_FILE]):
        digests = {page: page_digest(app, page) for page in sorted(app.env.found_docs)}
        pages = {
            page: digest
            for page, digest in digests.items()
            if digest is not None and unchanged(_sources(app, page))
        }
        stamp = {"all_pages": _all_pages(app), "pages": pages, "links": book.links}
        sealed.write(folder / STAMP, {**stamp, "files": _files(folder, book.NOT_STAMPED)})
        read = {"pages": pages, "files": _files_of_what_was_read(app)}
        sealed.write(Path(app.doctreedir, STAMP), read)


def _forget(app, env, pages):
    """Forget what the pages to be read said, all before the first: a label may have moved from one to another."""
    for page in pages:
        env.clear_doc(page)


def setup(app, make):
    """Connect to the events of the build, in their order; ``make()`` gives its `Build`."""
    pages_read = _look_at_what_was_read(app)
    app.connect("builder-inited", lambda app: _start(app, make, pages_read), priority=100)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _forget)
    app.connect("env-before-read-docs", _execute)
    app.connect("doctree-read", _look_at_dependencies, priority=900)
    # Late: figures get their numbers at this event too; citations have theirs by now.
    app.connect("env-get-updated", _rewrite_linked, priority=900)
    # Last: the theme writes at this event too.
    app.connect("build-finished", _write_stamp, priority=999)
