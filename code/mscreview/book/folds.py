"""Content that opens on a click, in HTML alone: data and code of figures, lists of records."""

from docutils import nodes


class fold(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes like this
    """What opens behind its ``label``; ``kind`` is its class, ``of``, perhaps, what it belongs to,
    for readers who hear one label after the other."""


def _visit(translator, node):
    of = f'<span class="visually-hidden"> of {translator.encode(node["of"])}</span>' if node.get("of") else ""
    translator.body.append(translator.starttag(node, "details", CLASS=node["kind"]))
    translator.body.append(f"<summary>{translator.encode(node['label'])}{of}</summary>\n")


def _depart(translator, node):
    translator.body.append("</details>\n")


def _skip(translator, node):
    raise nodes.SkipNode


def setup(app):
    """Register the node; paper does without."""
    others = {name: (_skip, None) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(fold, html=(_visit, _depart), **others)
