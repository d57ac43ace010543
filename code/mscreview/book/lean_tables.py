"""Tables with little markup, for readers on a phone: a cell is its tag and its words.

Docutils and Sphinx give each row and cell a class, each text a paragraph and each link two classes; in the
long tables of this book that is a third of a page. What styles need stays: the class of a number in its cell,
that of a column of sentences in its head, which alone makes the column as wide.
"""

from docutils import nodes

from .formats import on_screen

OF_A_COLUMN = {"sentence", "long"}


class cell_words(nodes.TextElement):  # noqa: N801 - docutils names nodes like this
    """The words of a cell, without a tag of their own."""


class cell_link(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A link of words only."""


def _unwrap(app, doctree, docname):
    """On screens, text that is alone in its cell stands there without a paragraph, its links without classes."""
    if not on_screen(app.builder):
        return
    for entry in doctree.findall(nodes.entry):
        if len(entry) == 1 and type(entry[0]) is nodes.paragraph:
            entry[0].replace_self(cell_words("", "", *entry[0].children))
            for link in list(entry.findall(_is_plain_link)):
                link.replace_self(cell_link("", "", *link.children, href=link["refuri"]))


def _is_plain_link(node):
    return type(node) is nodes.reference and "refuri" in node and all(type(n) is nodes.Text for n in node)


def _nothing(translator, node):
    """Only what stands inside is written."""


def _visit_link(translator, node):
    translator.body.append(translator.starttag(node, "a", "", href=node["href"]))


def _depart_link(translator, node):
    translator.body.append("</a>")


def _visit_row(translator, node):
    node.column = 0
    translator.body.append(translator.starttag(node, "tr", ""))


def _depart_row(translator, node):
    translator.body.append("</tr>\n")


def _visit_cell(translator, node):
    is_head = isinstance(node.parent.parent, nodes.thead)
    if not is_head:
        node["classes"] = [name for name in node["classes"] if len(node) and name not in OF_A_COLUMN]
    wide = {"colspan": node["morecols"] + 1} if "morecols" in node else {}
    translator.body.append(translator.starttag(node, "th" if is_head else "td", "", **wide))


def _depart_cell(translator, node):
    translator.body.append("</th>" if isinstance(node.parent.parent, nodes.thead) else "</td>")


def setup(app):
    """Register the tags; late, when cells hold all that the build puts there."""
    app.add_node(nodes.row, override=True, html=(_visit_row, _depart_row))
    app.add_node(nodes.entry, override=True, html=(_visit_cell, _depart_cell))
    app.add_node(cell_words, html=(_nothing, _nothing))
    app.add_node(cell_link, html=(_visit_link, _depart_link))
    app.connect("doctree-resolved", _unwrap, priority=950)
