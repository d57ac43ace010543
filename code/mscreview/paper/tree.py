"""Article and supplement as pandoc's tree: from the ``manuscript`` builder's HTML to clean blocks.

A block or inline is a dict with ``t``, its kind, and ``c``, its content, as pandoc writes them in
JSON (https://pandoc.org/using-the-pandoc-api.html). Boxes of the page are opened, ids of sections
stand at their headings, references are paragraphs of their own.
"""

import json
import re

import pypandoc

from .. import paths

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NO_BREAK = "\u00a0"
CITATION = "bibtex-citation"  # class of sphinxcontrib-bibtex
NUMBER = re.compile(r"^(?P<kind>Fig\.|Table) (?P<series>S?)(?P<number>\d+)$")  # of a caption
REFERENCE, TABLE_TEXT, ANSWER = "Reference", "Table Text", "Answer"  # styles of the Word file


def read_part(name):
    """The blocks of "manuscript" or "supplement", built before. The first is its title."""
    path = paths.manuscript_folder() / f"{name}.html"
    blocks = json.loads(pypandoc.convert_file(path, "json", format="html+tex_math_single_backslash"))["blocks"]
    return tidy(_close_up_citations(blocks))


def _close_up_citations(node):
    """No space before a citation: the journal prints it raised."""
    if isinstance(node, dict):
        return {key: _close_up_citations(value) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    after = [*node[1:], None]
    spaces = ({"t": "Space"}, {"t": "SoftBreak"})
    kept = [part for part, following in zip(node, after) if part not in spaces or not is_citation(following)]
    return [_close_up_citations(part) for part in kept]


def is_citation(node):
    """Whether an inline is a citation, "[7]"."""
    return isinstance(node, dict) and node["t"] == "Span" and CITATION in node["c"][0][1]


def tidy(blocks):
    """The blocks without boxes around them."""
    made, anchors = [], []
    for block in blocks:
        if names := _only_anchors(block):
            anchors += names
            continue
        for part in _opened(block):
            if anchors and part["t"] == "Header":
                part["c"][2] = [_anchor(name) for name in anchors] + part["c"][2]
                anchors = []
            made.append(part)
    return made


def _opened(block):
    kind = block["t"]
    if kind == "Div":
        return _opened_box(*block["c"])
    if kind == "Table":
        return [_table(block)]
    return [block]


def _opened_box(attributes, blocks):
    name, classes, pairs = attributes
    if "citation" in classes:
        return [_reference(name, blocks)]
    inner = tidy(blocks)
    if "admonition" in classes:
        title = {"t": "Para", "c": [{"t": "Strong", "c": inner[0]["c"]}]}
        inner = [styled(ANSWER, [title, *inner[1:]])]
    if "section" in classes:
        heading = next(block for block in inner if block["t"] == "Header")
        # Both languages' classes tell the abstracts apart.
        heading["c"][1] = [name, [c for c in classes if c.startswith("in-")], []]
    language = dict(pairs).get("lang", "en")
    return inner if language == "en" else [div(inner, lang=language)]


def _only_anchors(block):
    """The ids of a block that holds nothing else."""
    if block["t"] != "Plain":
        return []
    names = [part["c"][0][0] for part in block["c"] if part["t"] == "Span" and not part["c"][1]]
    return names if len(names) == len(block["c"]) else []


def _reference(name, blocks):
    """One reference: "[7] Author. Title." with its id."""
    label, text = blocks
    inlines = [{"t": "Str", "c": plain_text(label).strip()}, {"t": "Space"}, *text["c"]]
    return div([{"t": "Para", "c": [_anchor(name), *inlines]}], **{"custom-style": REFERENCE})


def _table(table):
    """Cells in their own style, numbers to the right."""
    for cell in (cell for row in rows(table) for cell in row):
        if "number" in cell[0][1]:
            cell[1] = {"t": "AlignRight"}
        paragraphs = [{"t": "Para", "c": b["c"]} if b["t"] == "Plain" else b for b in cell[4]]
        # An empty cell would get a line of the height of the text.
        cell[4] = [styled(TABLE_TEXT, paragraphs or [{"t": "Para", "c": [{"t": "Str", "c": NO_BREAK}]}])]
    return table


def rows(table):
    """The cells of a table, row by row, its head first."""
    _, _, _, head, bodies, _ = table["c"]
    return [row[1] for row in [*head[1], *(row for body in bodies for row in [*body[2], *body[3]])]]


def document(blocks, meta=None):
    """A whole document as pandoc takes it, in JSON."""
    return json.dumps({"pandoc-api-version": [1, 23, 1], "meta": meta or {}, "blocks": blocks})


def styled(style, blocks):
    """Blocks in a paragraph style of the Word file."""
    return div(blocks, **{"custom-style": style})


def div(blocks, **pairs):
    """A box with attributes."""
    return {"t": "Div", "c": [["", [], [[k, v] for k, v in pairs.items()]], blocks]}


def words(text):
    """Text as inlines, marked as Chinese if it holds Chinese."""
    plain = {"t": "Str", "c": text}
    chinese = {"t": "Span", "c": [["", [], [["lang", "zh-Hans"]]], [plain]]}
    return [chinese if CHINESE.search(text) else plain]


def meta(text):
    """Text as a value of pandoc's metadata."""
    return {"t": "MetaInlines", "c": words(text)}


def _anchor(name):
    return {"t": "Span", "c": [[name, [], []], []]}


def plain_text(node):
    """The words of a block or inline, spaces included."""
    if isinstance(node, list):
        return "".join(map(plain_text, node))
    if not isinstance(node, dict):
        return ""
    kind, content = node["t"], node.get("c")
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind == "Str":
        return content
    if kind in ("Math", "Code"):
        return content[1]
    return plain_text(content)


def change(node, function):
    """The tree with each inline or block replaced by what the function makes of it; None keeps it."""
    if isinstance(node, list):
        return [change(part, function) for part in node]
    if not isinstance(node, dict):
        return node
    changed = function(node) if "t" in node else None
    if changed is not None:
        return changed
    return {key: change(value, function) for key, value in node.items()}
