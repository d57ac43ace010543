"""Figures and tables of the supplement: in HTML they stand where they are spoken of, on paper apart.

They are kinds of their own, so that Sphinx counts them apart: Fig. S1, Table S1. The numbers are
the same in every format.
"""

from docutils import nodes


class supplement_figure(nodes.figure):  # noqa: N801 - docutils names nodes like this
    """A figure of the supplement."""


class supplement_table(nodes.table):  # noqa: N801
    """A table of the supplement."""


KINDS = (supplement_figure, supplement_table)
FORMATS = {"supplement_figure": "Fig. S%s", "supplement_table": "Table S%s"}


def _like(plain):
    """Visitors of a node that is written as the ``plain`` kind is."""

    def visit(translator, node):
        getattr(translator, f"visit_{plain}")(node)

    def depart(translator, node):
        getattr(translator, f"depart_{plain}")(node)

    return visit, depart


def setup(app):
    """Register both kinds; their names in text and captions are set where Sphinx takes them."""
    builders = ("html", "latex", "text", "man", "texinfo")
    for kind, plain in zip(KINDS, ("figure", "table"), strict=True):
        visitors = {name: _like(plain) for name in builders}
        app.add_enumerable_node(kind, kind.__name__, **visitors)
    app.connect("config-inited", lambda app, config: config.numfig_format.update(FORMATS), priority=900)
