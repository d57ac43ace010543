"""The two parts of the book on paper: the article, and the supplement that travels beside it.

Both are cut from the one tree of the whole book, after its references were resolved, so that every
number and every figure number is the one of the pages. A reference to what stands in the other
part becomes text.
"""

from docutils import nodes
from sphinx import addnodes

from .supplement import KINDS

NO_BREAK = "\u00a0"
SUPPLEMENT = "Supplementary figures and tables"
AWAY = "%"  # begins the address of a place in the book: "%chapters/methods#pooling"


def article(tree):
    """Drop the floats of the supplement, and cells that hold nothing else."""
    for node in _supplementary(tree):
        _remove(node)
    _settle(tree)
    return tree


def supplement(tree):
    """A document of the supplementary figures and tables, chapter by chapter."""
    made = tree.copy()
    whole = nodes.section(ids=["supplement"])
    whole += nodes.title(SUPPLEMENT, SUPPLEMENT)
    made += whole
    for docname, chapter in _chapters(tree):
        floats = [part for node in _supplementary(chapter) for part in _with_widths(node)]
        if floats:
            file = addnodes.start_of_file(docname=docname)
            section = nodes.section(ids=[f"supplement-{docname.rpartition('/')[2]}"])
            name = next(chapter.findall(nodes.title)).astext()
            section += [nodes.title(name, name), *floats]
            file += section
            whole += file
    _settle(made)
    return made


def _chapters(tree):
    """(docname, its part of the tree) of each chapter."""
    return [(node["docname"], node) for node in tree.findall(addnodes.start_of_file)]


def _supplementary(tree):
    """Floats of the supplement, each as the outermost node that holds nothing else."""
    return [_outermost(node) for node in list(tree.findall()) if isinstance(node, KINDS)]


def _outermost(node):
    while type(node.parent) is not nodes.section and not isinstance(node.parent, addnodes.start_of_file):
        beside = [n for n in node.parent if n is not node and not isinstance(n, addnodes.tabular_col_spec)]
        if beside:
            break
        node = node.parent
    return node


def _with_widths(node):
    """A float, and before it the column widths that LaTeX takes from the node before a table."""
    at = node.parent.index(node)
    before = node.parent[at - 1] if at else None
    return [before, node] if isinstance(before, addnodes.tabular_col_spec) else [node]


def _remove(node):
    for part in _with_widths(node):
        part.parent.remove(part)


def _settle(tree):
    """References to places that this part does not hold become text."""
    here = {f"{AWAY}{docname}#{name}" for docname, node in with_page(tree) for name in node.get("ids", ())}
    here |= {AWAY + docname for docname, _ in with_page(tree)}
    for docname, node in list(with_page(tree)):
        if not isinstance(node, nodes.reference):
            continue
        # Within its chapter a reference has a refid.
        address = f"{AWAY}{docname}#{node['refid']}" if "refid" in node else node.get("refuri", "")
        if address.startswith(AWAY) and address not in here:
            node.replace_self(nodes.inline("", "", *node.children))
    for node in tree.findall(addnodes.number_reference):
        node["title"] = node["title"].replace(" ", NO_BREAK)
        for text in list(node.findall(nodes.Text)):
            text.parent.replace(text, nodes.Text(text.replace(" ", NO_BREAK)))


def with_page(node, docname=None):
    """(name of its chapter, element) of every element, in order."""
    if isinstance(node, nodes.Element):
        docname = node.get("docname", docname)
        yield docname, node
        for child in node.children:
            yield from with_page(child, docname)
