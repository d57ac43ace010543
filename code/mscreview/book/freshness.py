"""Decides which pages are out of date, from what they used, and sees that they are made again.

Two questions, answered from recorded facts, never from a declaration:

* Must a chapter be executed again? Its record (`records`) holds its outputs beside the digests of
  its code cells, of every result key and of every file that it used while it ran. A difference,
  or no record, means yes.
* Must a page be written again into this output folder? Each output folder holds one stamp,
  {page: digest}. It is removed when a build starts and written when it ends well, so a killed
  build leaves none and the next build writes every page.

Sphinx and jupyter-cache ask neither question: they look at times of files and text of cells.
"""

import json
from pathlib import Path

from . import execution, numbers, records
from .digests import digest_value
from .files import write_atomically

STAMP = ".freshness.json"


def page_digest(app, docname):
    """Digest of all that a written page depends on; None if its chapter must run first."""
    book, env = app.mscreview, app.env
    source = Path(env.doc2path(docname))
    record_digest = ""
    if records.is_notebook(app, docname):
        record = records.load(book, docname)
        if record is None or not records.is_fresh(book, app, docname, record):
            return None
        record_digest = digest_value(record)
    shown = numbers.numbers_of(env, docname)
    # The ledger's page shows every result, to the last digit, and the notes on the data.
    is_ledger = docname == getattr(env, "mscreview_ledger_page", None)
    dependencies = sorted(env.dependencies.get(docname, ()))
    return digest_value(
        {
            "source": book.snapshot.of(source),
            "reading": book.reading_digest,
            "record": record_digest,
            "results": book.snapshot.of(book.results_path) if is_ledger else "",
            "numbers": {name: numbers.current_text(book, name) for name in shown},
            "dependencies": {d: book.snapshot.of(Path(app.srcdir) / d) for d in dependencies},
        }
    )


def links_digest(env):
    """Digest of what pages show of each other: titles, numbers of figures and citations."""
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
        ]
    )


def _remove_stamp(app):
    """Remember the stamp of the output folder, and remove it until this build has ended well."""
    path = Path(app.outdir) / STAMP
    try:
        app.mscreview.stamp = json.loads(path.read_text("utf-8"))
        path.unlink()
    except (FileNotFoundError, json.JSONDecodeError):
        app.mscreview.stamp = {"pages": {}, "links": ""}


def _outdated(app, env, added, changed, removed):
    """The pages whose digest is not the one stamped into this output folder."""
    stamped = app.mscreview.stamp["pages"]
    return [
        page
        for page in env.found_docs
        if page not in stamped or page_digest(app, page) != stamped[page]
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
    for page in notebooks:
        records.hand_over(app, page)


def _rewrite_linked(app, env):
    """Write every page again if what pages show of each other changed."""
    app.mscreview.links = links_digest(env)
    if app.mscreview.links == app.mscreview.stamp["links"]:
        return []
    return sorted(env.found_docs)


def _write_stamp(app, exception):
    """Stamp the output folder after a build without error and without warning."""
    if exception is not None or app._warncount:
        return
    pages = {page: page_digest(app, page) for page in sorted(app.env.found_docs)}
    stamp = {"pages": pages, "links": app.mscreview.links}
    write_atomically(Path(app.outdir) / STAMP, json.dumps(stamp, indent=1, sort_keys=True) + "\n")


def setup(app):
    """Connect to the events of the build, in their order."""
    app.connect("builder-inited", _remove_stamp, priority=200)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _execute)
    # Late: figures get their numbers at this event too; citations have theirs by now.
    app.connect("env-get-updated", _rewrite_linked, priority=900)
    app.connect("build-finished", _write_stamp)
