"""The parts of the ledger, each on a page of its own, so that no page is heavy on a phone."""

from .. import kinds

POOLS, OTHERS, DISPLAYS = PARTS = ("pools", "others", "displays")


def part_of(result):
    """The part that lists the numbers of a result; None, as for single counts, is no pool."""
    return POOLS if isinstance(result, kinds.PoolResult) else OTHERS


def note_page(env, part):
    """Record that the page being read shows a part."""
    _pages(env)[part] = env.docname


def page_of(book, env, key):
    """The page of the ledger that holds the number of that key; None if no page does."""
    return _pages(env).get(part_of(book.results.by_key.get(book.entries[key].result_key)))


def places(env):
    """{part: page}, to compare builds by."""
    return dict(sorted(_pages(env).items()))


def _pages(env):
    if not hasattr(env, "mscreview_ledger_pages"):
        env.mscreview_ledger_pages = {}
    return env.mscreview_ledger_pages


def _purge(app, env, docname):
    """Forget the parts of a page until it is read again, or for good."""
    env.mscreview_ledger_pages = {part: page for part, page in _pages(env).items() if page != docname}


def setup(app):
    """Forget what a page showed when it is read again."""
    app.connect("env-purge-doc", _purge)
