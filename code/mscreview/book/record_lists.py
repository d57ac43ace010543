"""The ``{records}`` directive: what stands behind each box of the flow diagram, list by list."""

from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from ..tables import screened
from .data_tables import table_node


class folded(nodes.General, nodes.Element):  # noqa: N801
    """Content that opens behind its ``label``; a link to what is inside opens it too."""


class RecordsDirective(SphinxDirective):
    """The lists of `lists_of`; read anew when the results change, as the ledger on the same page."""

    def run(self):
        return [lists_of(self.env.app.mscreview.results)]


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
    found = folded(label=f"{heading} ({len(content.rows)})")
    table = table_node(content.columns, content.rows, content.numeric)
    table["ids"] = [name]
    for entry in table.findall(nodes.entry):
        text = entry.astext()
        if text.startswith(("https://", "http://")):
            entry[0].replace_self(nodes.paragraph("", "", nodes.reference(text=_short(text), refuri=text)))
    found += table
    return found


def _short(url):
    """A DOI as such; of another address the host."""
    doi = url.removeprefix("https://doi.org/")
    return f"doi:{doi}" if doi != url else urlsplit(url).netloc.removeprefix("www.")


def _visit(translator, node):
    translator.body.append(translator.starttag(node, "details", CLASS="record-list"))
    translator.body.append(f"<summary>{translator.encode(node['label'])}</summary>\n")


def _depart(translator, node):
    translator.body.append("</details>\n")


def _skip(translator, node):
    raise nodes.SkipNode


def setup(app):
    """Register the directive and its node; the lists are left out of print."""
    others = {name: (_skip, None) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(folded, html=(_visit, _depart), **others)
    app.add_directive("records", RecordsDirective)
