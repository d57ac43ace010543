"""What differs between output formats: paper without code and dark pictures, MathML in HTML."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from myst_nb.sphinx_ext import add_global_html_resources
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..bibliography import register
from .charts import live_chart
from .folds import fold
from .formats import on_screen
from .language import language_switch
from .numbers import number

# class of a container -> what it holds; both stay out of paper
SCREEN_ONLY = {
    "cell_input": "the code of a cell",
    "figure-beneath": "data and code of a figure",
    "screen-only": "ledger, data dictionary, lists of records, key numbers of the landing page",
}


ZERO_WIDTH_SPACE = "\u200b"  # `_latex/article.sty` makes it a place where a line may end
BREAKS = re.compile(r"[/?&=._\-]+|\w{12}")
FOR_SCREENS = (language_switch, live_chart, fold)  # what needs a script or a click


class PaperOnly(SphinxPostTransform):
    """Outside HTML, drop what is for the screen only and the dark twin of each picture."""

    default_priority = 5  # before images are collected for the builder

    def run(self, **kwargs):
        if on_screen(self.app.builder):
            return
        for image in list(self.document.findall(nodes.image)):
            if "shade-dark" in image.get("classes", ()):
                image.parent.remove(image)
        for node in list(self.document.findall(_may_be_screen_only)):
            if SCREEN_ONLY.keys() & set(node.get("classes", ())):
                node.parent.remove(node)
        for page in list(self.document.findall(addnodes.start_of_file)):
            if not page.astext():  # all of it was for screens
                page.parent.remove(page)
        for node in list(self.document.findall(lambda node: isinstance(node, FOR_SCREENS))):
            node.parent.remove(node)
        for node in list(self.document.findall(number)):
            node.parent.replace(node, nodes.Text(node.astext()))
        for section in list(self.document.findall(nodes.section)):
            if self.app.builder.name == "latex" and "references" in section["ids"]:  # TeX sets its own
                section.replace_self(section.children[1:])


class WholeAddresses(SphinxPostTransform):
    """Outside HTML, an address in the list of references stands there whole, not by its host alone."""

    default_priority = 200  # the list is made by another transform before

    def run(self, **kwargs):
        if on_screen(self.app.builder):
            return
        for citation in self.document.findall(nodes.citation):
            for reference in citation.findall(nodes.reference):
                _whole_address(reference, breakable=self.app.builder.name == "latex")


def _whole_address(reference, breakable):
    address = reference.get("refuri", "")
    if urlsplit(address).hostname == reference.astext():
        shown = BREAKS.sub(lambda found: found[0] + ZERO_WIDTH_SPACE, address) if breakable else address
        reference.children = []
        reference += nodes.Text(shown)


def _may_be_screen_only(node):
    return isinstance(node, nodes.container | nodes.section)


def _inline_math(translator, node):
    if not on_screen(translator.builder):
        translator.body.append(rf"\({translator.encode(node.astext())}\)")  # pandoc reads TeX better
        raise nodes.SkipNode
    translator.body.append(str(tex2mathml(node.astext(), as_block=False)))
    raise nodes.SkipNode


def _block_math(translator, node):
    if not on_screen(translator.builder):
        translator.body.append(rf"<p>\[{translator.encode(node.astext())}\]</p>")
        raise nodes.SkipNode
    formula = str(tex2mathml(node.astext(), as_block=True))
    translator.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode


def _style_before_pages(app):
    """Put MyST-NB's style sheet in its place before pages are written, not after.

    Pages name it with a checksum, which would be missing from the pages of a first build.
    """
    Path(app.outdir, "_static").mkdir(parents=True, exist_ok=True)
    add_global_html_resources(app, None)


def _without_thebe(app, pagename, templatename, context, doctree):
    """Drop scripts and style of Thebe: unused here, loaded from another host, and declared twice."""
    for kind in ("script_files", "css_files"):
        context[kind] = [
            file
            for file in context[kind]
            if "thebe" not in f"{file.filename} {file.attributes.get('body', '')}".lower()
        ]


def _without_thebe_settings(app, doctree, docname):
    """Drop the settings of Thebe that are put at the end of each page."""
    for node in list(doctree.findall(nodes.raw)):
        if "text/x-thebe-config" in node.astext():
            node.parent.remove(node)


def setup(app):
    """Register the transform, the reference style and formulas as MathML, which needs no script."""
    app.add_html_math_renderer("mathml", (_inline_math, None), (_block_math, None))
    app.connect("builder-inited", _style_before_pages)
    app.connect("html-page-context", _without_thebe, priority=900)
    app.connect("doctree-resolved", _without_thebe_settings, priority=900)
    app.add_post_transform(PaperOnly)
    app.add_post_transform(WholeAddresses)
    register()
