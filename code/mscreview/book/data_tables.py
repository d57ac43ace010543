"""Tables that a cell returns, as real tables: numbered, escaped, breaking across pages."""

import json

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .captions import add_caption, target_name
from .cell_text import text_and_url
from .language import current_language, language_block, speaking
from .paper_columns import paper_columns
from .supplement import supplement_table


class DataTableDirective(SphinxDirective):
    """``{data-table}`` holds JSON: ``name``, ``caption``, perhaps ``language`` and ``supplement``, and
    ``content`` of a `tables.table.Table`."""

    has_content = True

    def run(self):
        given = json.loads("\n".join(self.content))
        language = given.get("language")
        with speaking(self.env, language or current_language(self.env)):
            found = self._table(given)
        return [language_block("", *found, language=language)] if language else found

    def _table(self, given):
        table = table_node(**given["content"])
        if given.get("supplement"):
            table = supplement_table("", *table.children, classes=table["classes"])
        add_caption(self, table, given["caption"], make=nodes.title)
        table.insert(0, table.children.pop())  # docutils wants the title first
        target_name(self, table, given["name"])
        return [paper_columns(given["content"]), table]


LONG = 8  # rows
def table_node(columns, rows, numeric=()):
    """A docutils table. ``numeric``: names of right-aligned columns. Text is taken literally; a cell
    that is a DOI or an address, or has a url beside its text (`tables.table.Link`), is a link; a
    node stands as it is."""
    # A long table breaks across pages of the manuscript instead of leaving a gap before it.
    classes = ["data-table", "longtable"] if len(rows) > LONG else ["data-table"]
    table = nodes.table(classes=classes)
    texts = [[text_and_url(row[i])[0] for row in rows] for i in range(len(columns))]
    widths = [_width(name, of) for name, of in zip(columns, texts, strict=True)]
    lengths = [max(map(len, of), default=0) for of in texts]
    group = nodes.tgroup(cols=len(columns))
    table += group
    for width in widths:
        group += nodes.colspec(colwidth=width)
    head, body = nodes.thead(), nodes.tbody()
    classes = [_classes(name, widest, numeric) for name, widest in zip(columns, lengths, strict=True)]
    head += _row(columns, classes, head=True)
    for row in rows:
        body += _row(row, classes)
    group += [head, body]
    return table


SENTENCE, LONG_SENTENCE = 28, 80  # characters from which a column needs room to be read


def _classes(name, length, numeric):
    """What a column holds: numbers, or sentences of up to ``length`` characters."""
    if name in numeric:
        return ["number"]
    return ["sentence"] * (length > SENTENCE) + ["long"] * (length > LONG_SENTENCE)


def _row(cells, columns, head=False):
    """A row; ``columns``: the classes of each column."""
    row = nodes.row()
    for cell, of_column in zip(cells, columns, strict=True):
        text, url = text_and_url(cell)
        classes = list(of_column)
        if "number" in classes and (head or not any(c.isdigit() for c in text)):
            classes.append("words")  # words in a column of numbers may wrap, and so may its head
        shown = nodes.reference("", text, refuri=url) if url else nodes.Text(text)
        shown = cell if isinstance(cell, nodes.Node) else shown
        # An empty paragraph would be a line of its own on paper.
        row += nodes.entry("", *([nodes.paragraph("", "", shown)] if text else []), classes=classes)
    return row


def _width(name, texts):
    """A column's relative width: its longest text, within bounds, at least its longest word."""
    longest = max((len(t) for t in (name, *texts)), default=1)
    word = max((len(w) for t in (name, *texts) for w in t.split()), default=1)
    return max(word, min(longest, 40))


def setup(app):
    """Register the directive."""
    app.add_directive("data-table", DataTableDirective)
