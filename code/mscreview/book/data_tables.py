"""Tables that a cell returns, as real tables: numbered, escaped, breaking across pages."""

import json
import re
from urllib.parse import urlsplit

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from ..bibliography import DOI_ADDRESS
from .captions import add_caption, target_name
from .language import current_language, language_block, speaking
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
        return [_paper_columns(given["content"]), table]


PAPER_CHARACTERS = 116  # characters of table text that a line of the manuscript holds
LONG = 8  # rows
PAPER_GAP = 2.6  # characters that the space between two columns takes


def _paper_columns(content):
    """Column widths for LaTeX, as parts of the line: numbers as wide as they need, on one line and
    to the right; text shares the rest by its length."""
    columns, rows = content["columns"], content["rows"]
    needed, wanted = [], []
    for i, name in enumerate(columns):
        cells = [_text_and_url(row[i])[0] for row in rows]
        word = max(len(w) for text in (name, *cells) for w in text.split() or [""]) + 1
        number = name in content["numeric"]
        # Words in a column of numbers may wrap.
        whole = [cell for cell in cells if not number or any(c.isdigit() for c in cell)]
        longest = max((len(cell) for cell in whole), default=1) + 1
        needed.append(max(word, longest) if number else word)
        wanted.append(0 if number else max(0, min(longest, 40) - word))
    spare = PAPER_CHARACTERS - PAPER_GAP * len(columns) - sum(needed)
    share = max(0.0, min(1.0, spare / sum(wanted))) if sum(wanted) else 0.0
    widths = [n + w * share + PAPER_GAP for n, w in zip(needed, wanted, strict=True)]
    total = max(PAPER_CHARACTERS, sum(widths))
    spec = addnodes.tabular_col_spec()
    spec["spec"] = "".join(
        rf">{{\{'raggedleft' if name in content['numeric'] else 'raggedright'}\arraybackslash}}"
        rf"\Y{{{width / total:.3f}}}"
        for name, width in zip(columns, widths, strict=True)
    )
    return spec


def table_node(columns, rows, numeric=()):
    """A docutils table. ``numeric``: names of right-aligned columns. Text is taken literally; a cell
    that is a DOI or an address, or has a url beside its text (`tables.table.Link`), is a link; a
    node stands as it is."""
    # A long table breaks across pages of the manuscript instead of leaving a gap before it.
    classes = ["data-table", "longtable"] if len(rows) > LONG else ["data-table"]
    table = nodes.table(classes=classes)
    texts = [[_text_and_url(row[i])[0] for row in rows] for i in range(len(columns))]
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
        text, url = _text_and_url(cell)
        classes = list(of_column)
        if "number" in classes and (head or not any(c.isdigit() for c in text)):
            classes.append("words")  # words in a column of numbers may wrap, and so may its head
        shown = nodes.reference("", text, refuri=url) if url else nodes.Text(text)
        shown = cell if isinstance(cell, nodes.Node) else shown
        row += nodes.entry("", nodes.paragraph("", "", shown), classes=classes)
    return row


ADDRESS = re.compile(r"https?://\S+")
DOI = re.compile(r"10\.\d{4,9}/\S+")  # as in `schema`, which a build without changes does not load


def _text_and_url(cell):
    """What a cell says and what it opens, "" for nothing; an address is short for the eye: a DOI as
    such, of another the host."""
    if isinstance(cell, nodes.Node):
        return cell.astext(), ""
    if isinstance(cell, dict):
        return cell["text"], cell["url"] if ADDRESS.fullmatch(cell["url"]) else ""
    text = str(cell)
    doi = text.removeprefix(DOI_ADDRESS)
    if DOI.fullmatch(doi):
        return f"doi:{doi}", DOI_ADDRESS + doi
    if ADDRESS.fullmatch(text):
        return urlsplit(text).netloc.removeprefix("www."), text
    return text, ""


def _width(name, texts):
    """A column's relative width: its longest text, within bounds, at least its longest word."""
    longest = max((len(t) for t in (name, *texts)), default=1)
    word = max((len(w) for t in (name, *texts) for w in t.split()), default=1)
    return max(word, min(longest, 40))


def setup(app):
    """Register the directive."""
    app.add_directive("data-table", DataTableDirective)
