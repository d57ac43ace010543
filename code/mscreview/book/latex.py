"""The LaTeX builder of the book: an article and its supplement from one tree.

What is Sphinx's own stays so; the layout is in ``_latex/article.sty``.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.latex import LaTeXBuilder
from sphinx.util import texescape

from ..paper import front
from . import parts

ABSTRACTS = ("in-en", "in-zh-hans")


class PaperBuilder(LaTeXBuilder):
    """Sphinx's builder, with the tree cut in two and both abstracts side by side."""

    def init_document_data(self):
        """Two files. The configuration names one, because Jupyter Book allows no second."""
        super().init_document_data()
        (root, name, title, *others), *_ = self.document_data
        self.document_data = [
            (root, name, title, *others[:2], False),
            (root, "supplement.tex", f"{parts.SUPPLEMENT}: {title}", *others[:2], True),
        ]

    def update_doc_context(self, title, author, theme):
        """What submission.yml says, as TeX macros for ``_latex/article.sty``."""
        super().update_doc_context(title, author, theme)
        submission = self.app.mscreview_submission
        texts = {
            "articletype": submission.article_type,
            "articletitletext": submission.text("title"),
            "chinesetitle": submission.text("title", "zh-Hans"),
            "runningtitle": submission.running_title,
            "keywords": submission.text("key_words"),
        }
        texts = {name: texescape.escape(text, "xelatex") for name, text in texts.items()}
        labeled = [[texescape.escape(part, "xelatex") for part in line] for line in front.lines(submission)[2:]]
        texts["frontlines"] = "".join(rf"\frontline{{{label}}}{{{text}}}" for label, text in labeled)
        macros = [
            f"\\newcommand{{\\{name}}}{{{text}}}" for name, text in texts.items()
        ]
        self.context["preamble"] = "\n".join([*macros, self.config.latex_elements["preamble"]])

    def assemble_doctree(self, indexfile, is_supplement, appendices):
        """The tree of one of the two files. Sphinx hands on the last value of the entry above."""
        tree = super().assemble_doctree(indexfile, False, appendices)
        if is_supplement:
            return _counted_by_tex(parts.supplement(tree))
        _side_by_side(tree)
        return parts.article(tree)


def _counted_by_tex(supplement):
    """TeX counts S1, S2, …: references take the whole number from it."""
    for reference in supplement.findall(addnodes.number_reference):
        reference["title"] = reference["title"].replace("S%s", "%s")
    return supplement


def _side_by_side(tree):
    """Set the two abstracts in columns, the English one first in reading order, too."""
    found = [_section(tree, name) for name in ABSTRACTS]
    if not all(found):
        return
    for section, before, after in zip(found, ("\\begin{abstracts}", "\\nextabstract"), ("", "\\end{abstracts}")):
        _unnumbered(section, before, after)


def _section(tree, name):
    return next((s for s in tree.findall(nodes.section) if name in s["classes"]), None)


def _unnumbered(section, before, after):
    for target in [node for node in section.parent.findall(nodes.target) if node.get("refid") in section["ids"]]:
        target.parent.remove(target)  # its label would stand on the page before
    title = section.pop(section.first_child_matching_class(nodes.title))
    labels = "".join("\\label{\\detokenize{chapters/abstract:%s}}" % name for name in section["ids"])
    heading = [_tex(before + "\n\\abstractheading{"), *title.children, _tex("}" + labels + "\n")]
    paragraph = nodes.inline("", "", *heading)
    section.replace_self([paragraph, *section.children, _tex(after)])


def _tex(text):
    return nodes.raw(text, text, format="latex")


def setup(app):
    """Take the place of Sphinx's builder."""
    app.add_builder(PaperBuilder, override=True)
