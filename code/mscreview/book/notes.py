"""The ``{data-notes}`` directive: what the validation of the tables remarked without refusing."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .uses import note_all_results


class DataNotesDirective(SphinxDirective):
    """A list of the notes of this build, or a sentence that there are none."""

    def run(self):
        note_all_results(self.env)  # notes are part of the results
        notes = self.env.app.mscreview.results.notes
        if not notes:
            return [nodes.paragraph(text="The tables of this build raised no notes.")]
        items = [nodes.list_item("", nodes.paragraph(text=note)) for note in notes]
        return [nodes.bullet_list("", *items)]


def setup(app):
    """Register the directive."""
    app.add_directive("data-notes", DataNotesDirective)
