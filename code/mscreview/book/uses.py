"""Where the manuscript uses each result: in its prose by number, in its figures and tables by chapter."""

from freshbook import records


def note_results(env, keys):
    """Record that the page being read shows results by a directive, not by a cell."""
    _noted(env)[env.docname] = sorted(keys)


def note_all_results(env):
    """Record that the page being read must be read again when any result changes, or a note on the data."""
    _whole(env).add(env.docname)


def shows_all_results(env, docname):
    """Whether a page is such a one."""
    return docname in _whole(env)


def displays_by_key(app):
    """{key of a result: pages whose figures and tables use it}, in the order of the table of contents."""
    book, found = app.mscreview, {}
    for page in reading_order(app.env):
        record = records.of_build(book, page) if records.is_notebook(app, page) else None
        for key in [*(record["keys"] if record else ()), *_noted(app.env).get(page, ())]:
            pages = found.setdefault(key, [])
            if key in book.results.by_key and page not in pages:
                pages.append(page)
    return {key: pages for key, pages in found.items() if pages}


def reading_order(env):
    """The pages as a reader meets them."""
    order, waiting = [], [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in order:
            order.append(page)
            waiting = [*env.toctree_includes.get(page, ()), *waiting]
    return order


def chapters(env):
    """The pages of the manuscript itself; those below a chapter hold lists for the screen."""
    root = env.config.root_doc
    return [page for page in (root, *env.toctree_includes.get(root, ())) if page in env.found_docs]


def _noted(env):
    if not hasattr(env, "mscreview_results_shown"):
        env.mscreview_results_shown = {}
    return env.mscreview_results_shown


def _whole(env):
    if not hasattr(env, "mscreview_all_results"):
        env.mscreview_all_results = set()
    return env.mscreview_all_results


def _purge(app, env, docname):
    _whole(env).discard(docname)
    _noted(env).pop(docname, None)


def setup(app):
    """Forget what a page showed when it is read again."""
    app.connect("env-purge-doc", _purge)
