"""The ``{records}`` directive: what stands behind each box of the flow diagram, list by list."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from ..results import Results
from ..tables import screened
from .data_tables import table_node
from .folds import fold
from .uses import note_results


class RecordsDirective(SphinxDirective):
    """The lists of `lists_of`; read anew when the results change, as the ledger on the same page."""

    def run(self):
        results = Results(self.env.app.mscreview.results.by_key)  # of its own, to see what is used
        found = lists_of(results)
        note_results(self.env, results.used)
        return [found]


def lists_of(results):
    """Every list, folded, with its name as anchor; those of a stream and of a screening together."""
    lists = screened.lists(results)
    whole = nodes.container(classes=["screen-only"])
    for stream, heading in screened.STREAMS.items():
        duplicates, *others = (f"records-{stream}-{decision}" for decision in screened.DECISIONS)
        records = _group(f"records-{stream}", heading, [duplicates], lists)
        records += _group(f"records-{stream}-screened", "Records screened", others, lists)
        whole += records
    beyond = [name for name in lists if not name.startswith("records-")]
    whole += _group("records-included", "What the included reports are", beyond, lists)
    return whole


def _group(name, heading, names, lists):
    group = nodes.container(ids=[name])
    group += nodes.paragraph("", "", nodes.strong(text=heading))
    group += [_folded(each, *lists[each]) for each in names]
    return group


def _folded(name, heading, content):
    found = fold(label=f"{heading} ({len(content.rows)})", kind="record-list")
    table = table_node(**content.as_json())
    table["ids"] = [name]
    found += table
    return found


def setup(app):
    """Register the directive."""
    app.add_directive("records", RecordsDirective)
