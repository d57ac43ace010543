"""Tables that a cell returns, as real tables: numbered, escaped, breaking across pages."""

import json

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .captions import add_caption, target_name


class DataTableDirective(SphinxDirective):
    """``{data-table}`` holds JSON: ``name``, ``caption`` and ``content`` of a `tables.Table`."""

    has_content = True

    def run(self):
        given = json.loads("\n".join(self.content))
        table = table_node(**given["content"])
        add_caption(self, table, given["caption"], make=nodes.title)
        table.insert(0, table.children.pop())  # docutils wants the title first
        target_name(self, table, given["name"])
        return [table]


def table_node(columns, rows, numeric=()):
    """A docutils table. ``numeric``: names of right-aligned columns. Text is taken literally."""
    table = nodes.table(classes=["data-table"])
    widths = [_width(name, [row[i] for row in rows]) for i, name in enumerate(columns)]
    group = nodes.tgroup(cols=len(columns))
    table += group
    for width in widths:
        group += nodes.colspec(colwidth=width)
    head, body = nodes.thead(), nodes.tbody()
    head += _row(columns, columns, numeric)
    for row in rows:
        body += _row(row, columns, numeric)
    group += [head, body]
    return table


def _row(cells, columns, numeric):
    row = nodes.row()
    for text, column in zip(cells, columns, strict=True):
        classes = ["number"] if column in numeric else []
        entry = nodes.entry("", nodes.paragraph(text=str(text)), classes=classes)
        row += entry
    return row


def _width(name, texts):
    """A column's relative width: its longest text, within bounds, at least its longest word."""
    longest = max((len(str(t)) for t in (name, *texts)), default=1)
    word = max((len(w) for t in (name, *texts) for w in str(t).split()), default=1)
    return max(word, min(longest, 40))


def setup(app):
    """Register the directive."""
    app.add_directive("data-table", DataTableDirective)
