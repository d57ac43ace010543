"""The ``manuscript`` builder: article and supplement as plain HTML, from which pandoc makes the Word
file and JATS.

No theme, no scripts: headings, paragraphs, figures with their captions and numbers, tables,
formulas as TeX, which pandoc reads, language marks. Pictures are PNG, large enough for print.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from docutils.io import StringOutput
from sphinx import addnodes
from sphinx.builders.singlehtml import SingleFileHTMLBuilder

from freshbook.files import write_atomically

from . import parts

WIDTH = re.compile(r"\\Y\{([\d.]+)\}")
PAGE = '<!DOCTYPE html>\n<html lang="en-US"><head><meta charset="utf-8"><title>{}</title></head>\n<body>\n{}\n</body></html>\n'


class ManuscriptBuilder(SingleFileHTMLBuilder):
    """Writes ``manuscript.html`` and ``supplement.html``, and the pictures that they show."""

    name = "manuscript"
    supported_image_types = ["image/png"]
    supported_remote_images = False
    add_permalinks = False
    search = False

    def get_target_uri(self, docname, typ=None):
        """As in LaTeX: "%chapters/methods", made a place on the page when both parts are cut."""
        return parts.AWAY + docname

    def fix_refuris(self, tree):
        """Nothing: addresses are settled after the cut."""

    def write(self, *ignored):
        """Write both parts."""
        self.prepare_writing(self.env.all_docs)
        whole = self.assemble_doctree()
        self.fignumbers = _all_numbers(self.env.toc_fignumbers)
        self.secnumbers = {}
        self.current_docname = self.config.root_doc
        self.imgpath = self.imagedir
        self._write_part("supplement", parts.supplement(whole.deepcopy()))
        self._write_part("manuscript", parts.article(whole))
        references = json.dumps(_references(self.env), indent=1, sort_keys=True)
        write_atomically(Path(self.outdir, "references.json"), references)

    def _write_part(self, name, tree):
        self.post_process_images(tree)
        _on_one_page(tree)
        _widths_as_in_latex(tree)
        tree.settings = self.docsettings
        self.docwriter.write(tree, StringOutput(encoding="unicode"))
        self.docwriter.assemble_parts()
        page = PAGE.format(self.config.project, self.docwriter.parts["fragment"])
        write_atomically(Path(self.outdir, f"{name}.html"), page)

    def finish(self):
        """Only pictures go with the pages."""
        self.copy_image_files()


def _references(env):
    """{id of a reference in the article: its key in ``references.bib``}."""
    citations = env.get_domain("cite").citations
    return {_place(c.bibliography_key.docname, c.citation_id): c.key for c in citations}


def _all_numbers(by_page):
    """{kind: {id: number}} over all pages; names of figures and tables are unique in the book."""
    found = {}
    for numbers in by_page.values():
        for kind, by_id in numbers.items():
            found.setdefault(kind, {}).update(by_id)
    return found


def _widths_as_in_latex(tree):
    """Give each table the widths of its columns that `data_tables` worked out for paper."""
    for spec in tree.findall(addnodes.tabular_col_spec):
        table = spec.next_node(nodes.table, siblings=True, descend=False)
        table["classes"].append("colwidths-given")
        for column, width in zip(table.findall(nodes.colspec), WIDTH.findall(spec["spec"]), strict=True):
            column["colwidth"] = round(1000 * float(width))


def _on_one_page(tree):
    """Ids and addresses that hold on a page of all chapters: "methods-pooling" for the section
    pooling of ``chapters/methods``; figures and tables keep their names."""
    for docname, node in list(parts.with_page(tree)):
        if isinstance(node, addnodes.start_of_file):
            node["ids"] = [_place(docname)]
        elif not isinstance(node, (nodes.figure, nodes.table)):
            node["ids"] = [_place(docname, name) for name in node.get("ids", ())]
        if isinstance(node, nodes.reference):
            _readdress(node, docname)


def _readdress(node, docname):
    if "refid" in node:
        node["refid"] = _target(node, docname, node["refid"])
    elif node.get("refuri", "").startswith(parts.AWAY):
        page, _, name = node["refuri"].removeprefix(parts.AWAY).partition("#")
        del node["refuri"]
        node["refid"] = _target(node, page, name)


def _target(node, docname, name):
    """Where a reference leads; those by number lead to figures and tables."""
    return name if isinstance(node, addnodes.number_reference) else _place(docname, name)


def _place(docname, name=""):
    return "-".join(filter(None, [docname.rpartition("/")[2], name]))


def setup(app):
    """Register the builder."""
    app.add_builder(ManuscriptBuilder)
