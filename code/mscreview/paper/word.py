"""Article and supplement as Word files: real headings, captions with fields, native tables and formulas.

pandoc writes the files; the styles are those of `word_styles`. Captions hold a SEQ field in a
bookmark, references to figures and tables are REF fields to it, so Word can renew both.
"""

import json
import re
from xml.sax.saxutils import escape

import pypandoc

from .. import paths
from . import tree, word_styles
from .zipped import rewrite

LABEL = re.compile(r"^(?P<kind>Fig\.|Table) (?P<series>S?)(?P<number>\d+)$")
CHINESE = b'<w:lang w:val="zh-Hans" />', b'<w:lang w:val="zh-CN" w:eastAsia="zh-CN" />'


def write_word(part, metadata, folder=None, review=False):
    """Write ``manuscript.docx`` or ``supplement.docx``; returns its path.

    ``metadata``: title, subtitle, author, running title and front matter (`front.metadata`).
    """
    folder = folder or paths.manuscript_folder()
    blocks = tree.read_part(part)[1:]
    path = folder / f"{part}.docx"
    styles = word_styles.write(folder / ".styles.docx", metadata["running_title"], review)
    pandoc_json = {
        "pandoc-api-version": [1, 23, 1],
        "meta": {"lang": _string("en-US"), **{k: _string(metadata[k]) for k in ("title", "subtitle")}},
        "blocks": tree.change([*metadata["front"], *blocks], Fields()),
    }
    options = [f"--reference-doc={styles}", f"--resource-path={paths.manuscript_folder()}"]
    options += ["--number-sections", "--shift-heading-level-by=-1"]
    pypandoc.convert_text(
        json.dumps(pandoc_json), "docx", format="json", outputfile=str(path), extra_args=options
    )
    rewrite(path, {"word/document.xml": lambda xml: xml.replace(*CHINESE)})
    return path


def _string(text):
    return {"t": "MetaString", "c": text}


class Fields:
    """Turns numbers of captions into SEQ fields and references to them into REF fields."""

    FIRST_ID = 100_000  # of bookmarks; pandoc counts its own from below

    def __init__(self):
        self.next_id = self.FIRST_ID

    def __call__(self, node):
        if node["t"] == "Figure" or node["t"] == "Table":
            self.current = node["c"][0][0]
        if node["t"] == "Span" and "caption-number" in node["c"][0][1]:
            return self._caption_number(tree.plain_text(node).strip())
        if node["t"] == "Link" and node["c"][2][0].startswith(("#fig-", "#tab-")):
            return _raw(_field(f"REF {_bookmark(node['c'][2][0][1:])} \\h", tree.plain_text(node)))
        return None

    def _caption_number(self, label):
        kind, series, number = LABEL.match(label).groups()
        name = {"Fig.": "Figure", "Table": "Table"}[kind] + series
        self.next_id += 1
        words = _run(f"{kind} {series}") + _field(f"SEQ {name} \\* ARABIC", number)
        mark = f'w:id="{self.next_id}"'
        start = f'<w:bookmarkStart {mark} w:name="{_bookmark(self.current)}"/>'
        return _raw(start + words + f"<w:bookmarkEnd {mark}/>" + _run(". "))


def _bookmark(name):
    """Names of bookmarks take no hyphens, and have at most 40 characters."""
    return ("_Ref_" + name.replace("-", "_"))[:40]


def _field(instruction, shown):
    return f'<w:fldSimple w:instr=" {escape(instruction)} ">{_run(shown)}</w:fldSimple>'


def _run(text):
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _raw(xml):
    return {"t": "RawInline", "c": ["openxml", xml]}
