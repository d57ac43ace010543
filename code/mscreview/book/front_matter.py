"""Titles, key words, authors and declarations of the book: all from ``submission.yml``.

`_config.yml` names none of them. What authors have still to fill in is shown as such, set apart.
"""

from html import escape

from docutils import nodes
from markupsafe import Markup
from sphinx.util import texescape
from sphinx.util.docutils import SphinxDirective, SphinxRole

from freshbook import BookError

from ..submission import SubmissionError, byline, declarations, load_submission, pieces
from .language import current_language


def _configure(app, config):
    """Read the file before anything else, and name the book and its authors by it."""
    try:
        app.mscreview_submission = submission = load_submission()
    except SubmissionError as error:
        raise BookError(str(error)) from error
    config.project = config.html_title = config.html_short_title = submission.short_title
    config.author = byline(submission)
    config.copyright = f"{submission.year} {_holders(submission)}. {submission.licenses['text'].name}"


def _holders(submission):
    """Who holds the copyright; without a name "the authors", as in LICENSE."""
    return byline(submission) if any(author.name for author in submission.authors) else "the authors"


def _name_paper(app, env, docnames):
    """Put title and authors into the LaTeX document; Jupyter Book sets its own after `config-inited`."""
    submission, engine = app.mscreview_submission, app.config.latex_engine
    title, authors = (texescape.escape(text, engine) for text in (submission.text("title"), byline(submission)))
    app.config.latex_documents = [
        (start, target, title, authors, *others) for start, target, _, _, *others in app.config.latex_documents
    ]


def _name_page(app, pagename, templatename, context, doctree):
    """Escape what the theme's templates print as it is, and name the authors to machines."""
    for name in {"docstitle", "author", "pagetitle"} & context.keys():
        context[name] = Markup.escape(context[name])
    names = [author.name for author in app.mscreview_submission.authors if author.name]
    tags = "".join(f'<meta name="author" content="{escape(name)}" />\n' for name in names)
    context["metatags"] = f"{context.get('metatags') or ''}{tags}"


def _marked(text):
    """Text as nodes, with what is to be filled in set apart."""
    return [
        nodes.inline(part, part, classes=["unfilled"]) if is_mark else nodes.Text(part)
        for part, is_mark in pieces(text)
    ]


class FrontRole(SphinxRole):
    """``{front}`key_words` `` puts a field of the file, in the language of its section."""

    def run(self):
        try:
            text = self.env.app.mscreview_submission.text(self.text, current_language(self.env))
        except KeyError:
            source, line = self.get_source_info()
            raise BookError(f"{source}:{line}: submission.yml gives no {self.text!r}") from None
        return _marked(text), []


class ByLineDirective(SphinxDirective):
    """``{by-line}``: the authors, on screens; on paper they stand in the title block."""

    def run(self):
        line = nodes.paragraph("", "", *_marked(byline(self.env.app.mscreview_submission)))
        return [nodes.container("", line, classes=["by-line", "screen-only"])]


class DeclarationsDirective(SphinxDirective):
    """``{declarations}``: contributions, conflicts, funding and the like, a paragraph each."""

    def run(self):
        return [
            nodes.paragraph("", "", nodes.strong("", f"{heading}."), nodes.Text(" "), *_marked(text))
            for heading, text in declarations(self.env.app.mscreview_submission)
        ]


def setup(app):
    """Register the role and the directives, and what is set by the file."""
    app.connect("config-inited", _configure, priority=100)
    app.connect("env-before-read-docs", _name_paper, priority=100)
    # Late: the theme puts the author into the page at this event too.
    app.connect("html-page-context", _name_page, priority=900)
    app.add_role("front", FrontRole())
    app.add_directive("by-line", ByLineDirective)
    app.add_directive("declarations", DeclarationsDirective)
