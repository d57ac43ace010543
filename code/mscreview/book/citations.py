"""Citations on pages: what a hover tells of a reference, and the list of references.

* A hover names the first author; all authors and the identifiers stand in the list, where a click leads.
* The list of references is a list: docutils gives its items a role that ARIA has withdrawn.
"""

import re

from docutils import nodes

from .formats import on_screen


IDENTIFIERS = re.compile(r" \[(?:PMID|DOI|address): [^\]]*\]$")


def hint(reference):
    """A reference with its first author for all of them: "Hu J, et al. Long term effects …"."""
    authors, stop, rest = IDENTIFIERS.sub("", reference).partition(". ")
    first, comma, _ = authors.partition(", ")
    return f"{first}, et al{stop}{rest}" if comma else authors + stop + rest


def _shorten(app, doctree, docname):
    if on_screen(app.builder):
        for reference in doctree.findall(nodes.reference):
            if "reftitle" in reference and "bibtex-citation" in reference.parent["classes"]:
                reference["reftitle"] = hint(reference["reftitle"])


def _visit_citation(translator, node):
    if not isinstance(node.previous_sibling(), nodes.citation):
        translator.body.append('<div role="list" class="citation-list">\n')
    translator.body.append(translator.starttag(node, "div", CLASS="citation", role="listitem"))


def _depart_citation(translator, node):
    translator.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        translator.body.append("</div>\n")


def _visit_label(translator, node):
    translator.body.append('<span class="label">[')


def _depart_label(translator, node):
    translator.body.append("]</span>\n")


def setup(app):
    """Register the hints and the list."""
    app.add_node(nodes.citation, override=True, html=(_visit_citation, _depart_citation))
    app.add_node(nodes.label, override=True, html=(_visit_label, _depart_label))
    app.connect("doctree-resolved", _shorten)
