"""The ``{records}`` directive: what stands behind each box of the flow diagram, list by list."""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from ..results import Results
from ..tables import screened
from .data_tables import table_node
from .folds import fold
from .uses import note_all_results, note_results


class RecordsDirective(SphinxDirective):
    """``{records} clinical``: the lists of one stream, read anew when the results change."""

    required_arguments = 1

    def run(self):
        results = Results(self.env.app.mscreview.results.by_key)  # of its own, to see what is used
        found = lists_of(results, directives.choice(self.arguments[0], screened.STREAMS))
        note_results(self.env, results.used)
        note_all_results(self.env)
        return [found]


def lists_of(results, *streams):
    """Every list of one or both streams, folded, with its name as anchor; those of a screening together."""
    whole = nodes.container(classes=["screen-only"])
    for stream in streams or screened.STREAMS:
        lists = screened.lists(results, stream)
        duplicates, *others = (f"records-{stream}-{decision}" for decision in screened.DECISIONS)
        records = _group(f"records-{stream}", screened.STREAMS[stream], [duplicates], lists)
        records += _group(f"records-{stream}-screened", "Records screened", others, lists)
        beyond = [name for name in lists if not name.startswith("records-")]
        whole += [records, _group(f"records-{stream}-reports", "What the included reports are", beyond, lists)]
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
