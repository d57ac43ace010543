"""What pages need to be used by everyone, where docutils and the theme leave it out.

Wide tables, pictures and formulas scroll inside a box of their own that the keyboard reaches.
The theme's script takes boxes in which nothing scrolls out of the tab order, by their class.
In the table of contents, what opens the pages below a chapter has a name.
"""

import re

from docutils import nodes

from .charts import live_chart
from .formats import on_screen

# The name by which the theme's script knows boxes that may scroll.
KNOWN_TO_THEME = "pst-scrollable-table-container"


class scroll_box(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes like this
    """A box that scrolls sideways; ``role`` and ``label`` are for screen readers."""


def _box_wide_parts(app, doctree, docname):
    """Put each table, each figure's pictures and each formula of an HTML page into its box."""
    if not on_screen(app.builder):
        return
    for table in list(doctree.findall(nodes.table)):
        _box([table], table.next_node(nodes.title), "Table")
    for figure in list(doctree.findall(nodes.figure)):
        # A live chart has controls that must not scroll with it, and a box of its own.
        apart = (nodes.caption, nodes.legend, live_chart)
        pictures = [node for node in figure if not isinstance(node, apart)]
        _box(pictures, figure.next_node(nodes.caption), "Figure")
    for formula in list(doctree.findall(nodes.math_block)):
        _box([formula], None, "Formula")


def _box(parts, caption, kind):
    # Only what has a caption is a landmark: names of landmarks must differ, and hundreds would
    # be of no help.
    if caption is None:
        box = scroll_box(role="group", label=kind)
    else:
        question = re.match(r".+?(?:[.?]\s|[。？]|$)", caption.astext(), re.DOTALL)[0]
        box = scroll_box(role="region", label=f"{kind}: {question.strip()}")
    parent, place = parts[0].parent, parts[0].parent.index(parts[0])
    for part in parts:
        parent.remove(part)
    box += parts
    parent.insert(place, box)


def _visit_box(translator, node):
    names = {"role": node["role"], "aria-label": node["label"], "tabindex": "0"}
    tag = translator.starttag(node, "div", CLASS=f"scroll-box {KNOWN_TO_THEME}", **names)
    translator.body.append(tag)


def _depart_box(translator, node):
    translator.body.append("</div>\n")


NAMED = '<summary aria-label="Pages below this chapter">'


def _name_toggles(app, pagename, templatename, context, doctree):
    """Name the theme's chevrons, which hold a picture only."""
    if contents := context.get("generate_toctree_html"):
        context["generate_toctree_html"] = lambda *kinds, **options: (
            str(contents(*kinds, **options)).replace("<summary>", NAMED)
        )


def setup(app):
    """Register the box of HTML pages, and names of toggles."""
    app.add_node(scroll_box, html=(_visit_box, _depart_box))
    # Late: the ledger is filled in at this event too.
    app.connect("doctree-resolved", _box_wide_parts, priority=900)
    app.connect("html-page-context", _name_toggles, priority=900)
