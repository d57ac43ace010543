"""The ``{checklist}`` directive: a PRISMA checklist with its answers, each linked to where it is given.

On paper it is left out, since a journal takes it as a file of its own (`paper.checklists`).
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from freshbook import BookError

from ..paper.checklists import ChecklistError, load_checklist, path_of
from .data_tables import table_node

COLUMNS = ("Item", "What it asks for", "Reported", "Where, and what is missing")
NUMBERED = ("fig-", "tab-")  # how the book names what {numref} numbers


class ChecklistDirective(SphinxDirective):
    """``{checklist} prisma_2020``: the table of that name in `checklists/`."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        checklist = _load(name)
        self.env.note_dependency(str(path_of(name)))
        _shown(self.env).setdefault(self.env.docname, []).append(name)
        whole = nodes.container(classes=["screen-only"])
        whole += checklist_table(checklist, self.env.docname)
        return [whole]


def checklist_table(checklist, docname):
    """The table for a page of the book, whose places are references still to be resolved."""
    rows = [
        (item.item, nodes.strong(text=item.topic), _answer(item), _places(item, docname))
        for item in checklist.items
    ]
    table = table_node(COLUMNS, rows)
    table["classes"].append("checklist")
    body = table.next_node(nodes.tbody)
    before = ""
    for item, row in zip(checklist.items, list(body), strict=True):
        if item.section != before:
            body.insert(body.index(row), _section(item.section))
        before = item.section
        row[1] += nodes.paragraph(text=item.asks)
        if not row[-1].astext():
            row[-1].clear()
        if item.note:
            row[-1] += nodes.paragraph(text=item.note)
    return table


def _section(name):
    """A row across the table with the name of a section of the checklist."""
    words = nodes.paragraph("", "", nodes.strong(text=name))
    return nodes.row("", nodes.entry("", words, morecols=len(COLUMNS) - 1))


def _answer(item):
    """What is not met meets the eye."""
    return item.answer if item.answer == "yes" else nodes.strong(text=item.answer)


def _places(item, docname):
    parts = [_reference(label, docname) for label in (*item.places, *item.on_screen)]
    parts += [nodes.Text(name) for name in item.files]
    found = nodes.inline()
    for part in parts:
        found += [nodes.Text("; "), part] if len(found) else [part]
    return found


def _reference(label, docname):
    """What {numref} or {ref} would make of the label."""
    kind = "numref" if label.startswith(NUMBERED) else "ref"
    shown = nodes.inline("", label, classes=["xref", "std", f"std-{kind}"])
    target = {"refdomain": "std", "reftype": kind, "reftarget": label, "refdoc": docname}
    return addnodes.pending_xref("", shown, refexplicit=False, refwarn=True, **target)


def _load(name):
    try:
        return load_checklist(name)
    except ChecklistError as error:
        raise BookError(str(error)) from error


def _check_places(app, env):
    """Refuse labels that no page has, by their place in the table; now all pages are known."""
    known = {*env.domaindata["std"]["labels"], *env.domaindata["std"]["anonlabels"]}
    for name in dict.fromkeys(name for names in _shown(env).values() for name in names):
        checklist = _load(name)
        labels = [(item, label) for item in checklist.items for label in (*item.places, *item.on_screen)]
        if problems := [checklist.problem(*pair) for pair in labels if pair[1] not in known]:
            raise BookError("\n".join(map(str, problems)))


def _shown(env):
    if not hasattr(env, "mscreview_checklists"):
        env.mscreview_checklists = {}
    return env.mscreview_checklists


def _purge(app, env, docname):
    _shown(env).pop(docname, None)


def setup(app):
    """Register the directive and the check of its labels."""
    app.add_directive("checklist", ChecklistDirective)
    app.connect("env-purge-doc", _purge)
    app.connect("env-check-consistency", _check_places)
