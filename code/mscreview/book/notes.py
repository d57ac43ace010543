"""The ``{data-notes}`` directive: what the validation of the tables remarked without refusing."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class DataNotesDirective(SphinxDirective):
    """A list of the notes of this build, or a sentence that there are none."""

    def run(self):
        # The page is written again when a note changes: it is part of the results, and so of the
        # ledger that stands on the same page.
        notes = self.env.app.mscreview.results.notes
        if not notes:
            return [nodes.paragraph(text="The tables of this build raised no notes.")]
        items = [nodes.list_item("", nodes.paragraph(text=note)) for note in notes]
        return [nodes.bullet_list("", *items)]


def setup(app):
    """Register the directive."""
    app.add_directive("data-notes", DataNotesDirective)
