"""Figures on the page: static pictures first, the live chart in their place, data and code beneath.

The chart's specification goes into a script of its own, which `_static/live.js` loads when the
figure comes into view; scripts work from a disk too, where a page may not fetch. The form for a
phone is another script, so that no reader gets both. Without scripts the picture, the table and
the code are there all the same.
"""

import json
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from freshbook.files import write_atomically

from .. import paths
from ..tables.table import as_csv
from . import code_pages
from .captions import add_caption, target_name
from .chart_tables import tables_once
from .data_tables import table_node
from .folds import fold
from .pictures import draw
from .supplement import supplement_figure

CALL = re.compile(r"^(\w+)\.(\w+)\(", re.MULTILINE)  # forest.figure(results)


class live_chart(addnodes.download_reference):  # noqa: N801
    """The place of a live chart; Sphinx copies its script as it copies downloads.

    What it holds, if anything, is the same for the form for a phone.
    """


class ChartDirective(SphinxDirective):
    """``{chart}`` holds JSON: ``name``, ``caption``, perhaps ``supplement``, ``content``, a Vega-Lite
    specification, and ``code``, the cell that made it."""

    has_content = True

    def run(self):
        given = json.loads("\n".join(self.content))
        spec = given["content"]
        beside = spec.pop("usermeta")
        stem = draw(spec)
        kind = supplement_figure if given.get("supplement") else nodes.figure
        figure = kind(classes=["chart"])
        target_name(self, figure, given["name"])
        folder = paths.figures_folder().relative_to(paths.ROOT).as_posix()
        figure += _live(stem, spec, beside)
        for shade in ("light", "dark"):
            uri = f"/{folder}/{stem}-{shade}.*"
            # Not the theme's only-dark: it hides the caption that follows. A lazy picture that is hidden is not loaded.
            lazy = {"loading": "lazy"} if shade == "dark" else {}
            figure += nodes.image(uri=uri, alt=spec["description"], classes=[f"shade-{shade}"], **lazy)
        add_caption(self, figure, given["caption"])
        return [figure, self._beneath(given, beside["data"])]

    def _beneath(self, given, data):
        """Data and code of the figure, each one click away."""
        whole = nodes.container(classes=["figure-beneath"])
        shown = fold(label="Data", kind="beneath", of=given["name"])
        shown += table_node(data["columns"], data["shown"], data["numeric"])
        link = addnodes.download_reference("", "", reftarget=f"/{_csv(given['name'], data)}")
        link += nodes.Text("Download as CSV")
        shown += nodes.paragraph("", "", link)
        code = fold(label="Code", kind="beneath", of=given["name"])
        code += nodes.literal_block(given["code"], given["code"], language="python")
        module, function = CALL.search(given["code"]).groups()
        code += nodes.paragraph("", "", *code_pages.link_to(f"figures/{module}.py", function))
        whole += [shown, code]
        return whole


def _relative(path):
    return path.relative_to(paths.ROOT).as_posix()


def _live(stem, spec, beside):
    """The place of the chart, its scripts written."""
    told = {name: part for name, part in beside.items() if name not in ("data", "narrow")}
    place = live_chart(reftarget=f"/{_script(stem, spec, told)}", stem=stem)
    if "narrow" in beside:
        place += live_chart(reftarget=f"/{_script(f'{stem}-narrow', beside['narrow'], told)}")
    return place


def _script(name, spec, beside):
    """The file that hands the specification to the page."""
    path = paths.figures_folder() / f"{name}.js"
    text = json.dumps({**tables_once(spec), "usermeta": beside}, separators=(",", ":"), sort_keys=True)
    _write(path, f'(window.bookCharts = window.bookCharts || {{}})["{name}"] = {text};\n')
    return _relative(path)


def _csv(name, data):
    """The file of exactly what the figure shows, values as computed."""
    path = paths.figures_folder() / f"{name}.csv"
    _write(path, as_csv(data["columns"], data["values"]))
    return _relative(path)


def _write(path, text):
    if not path.exists() or path.read_text("utf-8") != text:
        write_atomically(path, text)


def _visit_live(translator, node):
    if "filename" in node:
        sources = [f"{translator.builder.dlpath}/{form['filename']}" for form in (node, *node)]
        place = dict(zip(("data-source", "data-narrow"), sources))  # noqa: B905 - perhaps without the latter
        place |= {"data-chart": node["stem"], "hidden": "hidden"}
        translator.body.append(translator.starttag(node, "div", "", CLASS="live-chart", **place))
        translator.body.append("</div>\n")
    raise nodes.SkipNode


def _skip(translator, node):
    raise nodes.SkipNode


def setup(app):
    """Register the directive and its node; on paper there are no scripts."""
    others = ("latex", "text", "man", "texinfo")
    skip = {name: (_skip, None) for name in others}
    app.add_node(live_chart, html=(_visit_live, None), **skip)
    app.add_directive("chart", ChartDirective)
