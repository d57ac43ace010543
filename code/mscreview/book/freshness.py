"""Decides which pages are out of date, from what they used, and sees that they are made again.

Two questions, answered from recorded facts, never from a declaration:

* Must a chapter be executed again? Its record (`records`) holds its outputs beside the digests of
  its code cells, of every result key and of every file that it used while it ran. A difference,
  or no record, means yes.
* Must a page be written again into this output folder? Each output folder holds one stamp: the
  digest of every page and of every file in the folder. It is removed when a build starts and
  written when it ends well, so a killed build leaves none and the next build writes every page;
  so it does where a file is not as the last build left it.

Sphinx and jupyter-cache ask neither question: they look at times of files and text of cells.
"""

import os
from pathlib import Path

from sphinx.util import logging

from .. import paths
from . import execution, numbers, records, sealed, uses
from .digests import digest_file, digest_value

logger = logging.getLogger(__name__)

STAMP = ".freshness.json"


def page_digest(app, docname):
    """Digest of all that a written page depends on; None if its chapter must run first."""
    book, env = app.mscreview, app.env
    record_digest = ""
    if records.is_notebook(app, docname):
        record = records.load(book, docname)
        if record is None or not records.is_fresh(book, app, docname, record):
            return None
        record_digest = records.content_digest(record)
    shown = numbers.numbers_of(env, docname)
    # The ledger's page shows every result, to the last digit, and the notes on the data.
    is_ledger = docname == getattr(env, "mscreview_ledger_page", None)
    return digest_value(
        {
            "sources": {name: book.snapshot.of(name) for name in _sources(app, docname)},
            "reading": book.reading_digest,
            "record": record_digest,
            "results": book.snapshot.of(book.results_path) if is_ledger else "",
            "numbers": {name: numbers.current_text(book, name) for name in shown},
        }
    )


def _sources(app, docname):
    """The page's own file and those that it includes or shows."""
    names = [app.env.doc2path(docname), *sorted(app.env.dependencies.get(docname, ()))]
    return [os.path.relpath(Path(app.srcdir, name), app.mscreview.root) for name in names]


def links_digest(app):
    """Digest of what pages show of each other: titles, numbers of figures and citations, uses of results."""
    env = app.env
    citations = env.get_domain("cite").citations
    labels = {str(citation.key): citation.formatted_entry.label for citation in citations}
    return digest_value(
        [
            {name: node.astext() for name, node in env.titles.items()},
            env.toc_secnumbers,
            env.toc_fignumbers,
            env.domaindata["std"]["labels"],
            labels,
            getattr(env, "mscreview_numbers", {}),
            getattr(env, "mscreview_ledger_page", None),
            uses.displays_by_key(app),
        ]
    )


def _remove_stamp(app):
    """Remember the stamp of the output folder, and remove it until this build has ended well.

    Where a file is missing or not as it was left, the stamp counts for nothing.
    """
    folder = Path(app.outdir)
    stamp = sealed.read(folder / STAMP)
    (folder / STAMP).unlink(missing_ok=True)
    if stamp is not None:
        files = stamp["files"].items()
        damaged = [name for name, old in files if digest_file(folder / name) != old]
        if not damaged:
            app.mscreview.stamp = stamp
            return
        logger.info("writing all pages, since the last build left another %s", min(damaged))
    # Sphinx's own note on the folder may be damaged too, and Sphinx would warn of it.
    (folder / ".buildinfo").unlink(missing_ok=True)


def _files(folder):
    """{name: digest} of the files that a build has put into an output folder, but for that of times."""
    found = {}
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(here, name) for name in names if name not in (STAMP, paths.TIMES)):
            # What TeX makes later from a source is not Sphinx's.
            if path.suffix == ".tex" or not path.with_suffix(".tex").exists():
                found[path.relative_to(folder).as_posix()] = digest_file(path)
    return found


def _outdated(app, env, added, changed, removed):
    """The pages whose digest is not the one stamped into this output folder."""
    stamped = app.mscreview.stamp["pages"]
    return [
        page
        for page in env.found_docs
        if (digest := page_digest(app, page)) is None or digest != stamped.get(page)
    ]


def _execute(app, env, docnames):
    """Run the stale chapters, several at a time, and hand all outputs to MyST-NB."""
    book = app.mscreview
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
        app.mscreview.snapshot.of(name)


def _rewrite_linked(app, env):
    """Write every page again if what pages show of each other changed."""
    app.mscreview.links = links_digest(app)
    if app.mscreview.links == app.mscreview.stamp["links"]:
        return []
    return sorted(env.found_docs)


def _write_stamp(app, exception):
    """Stamp the output folder after a build without error and without warning.

    A page is left out if a file that it was made from was written to during the build, even if
    it is as before by now; then nobody knows what the page shows.
    """
    if exception is not None or app._warncount:
        return
    book, folder = app.mscreview, Path(app.outdir)

    def unchanged(names):
        changed = [name for name in names if not book.snapshot.unchanged(name)]
        if changed:
            logger.info("build again: %s changed during this build", ", ".join(changed))
        return not changed

    if unchanged([*book.reading_files, paths.LOCK.name]):
        digests = {page: page_digest(app, page) for page in sorted(app.env.found_docs)}
        pages = {
            page: digest
            for page, digest in digests.items()
            if digest is not None and unchanged(_sources(app, page))
        }
        stamp = {"pages": pages, "links": book.links, "files": _files(folder)}
        sealed.write(folder / STAMP, stamp)


def setup(app):
    """Connect to the events of the build, in their order."""
    app.connect("builder-inited", _remove_stamp, priority=200)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _execute)
    app.connect("doctree-read", _look_at_dependencies, priority=900)
    # Late: figures get their numbers at this event too; citations have theirs by now.
    app.connect("env-get-updated", _rewrite_linked, priority=900)
    # Last: the theme writes at this event too.
    app.connect("build-finished", _write_stamp, priority=999)
