"""The ``{codebook}`` directive: the meaning of every column of every table, from the codebook."""

import csv

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .. import paths
from .data_tables import table_node

CODEBOOK = paths.DATA / "codebook.csv"
COLUMNS = ("Column", "Type", "Unit", "Allowed", "Meaning")


class CodebookDirective(SphinxDirective):
    """One table for each data table, folded behind its name."""

    def run(self):
        self.env.note_dependency(str(CODEBOOK))
        with CODEBOOK.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        names = list(dict.fromkeys(row["table"] for row in rows))
        whole = nodes.container(classes=["screen-only"])
        whole += [node for name in names for node in _table(name, rows)]
        return [whole]


def _table(name, rows):
    lines = [
        [row["column"], row["type"], row["unit"], row["allowed"].replace(" | ", ", "), row["meaning"]]
        for row in rows
        if row["table"] == name
    ]
    return [nodes.rubric(text=f"{name}.csv"), table_node(COLUMNS, lines)]


def setup(app):
    """Register the directive."""
    app.add_directive("codebook", CodebookDirective)
