"""Article and supplement as Word files: real headings, captions with fields, native tables and formulas.

pandoc writes the files; the styles are those of `word_styles`. Captions hold a SEQ field in a
bookmark, references to figures and tables are REF fields to it, so Word can renew both.
"""

from xml.sax.saxutils import escape

import pypandoc

from .. import paths
from . import tree, word_styles
from .zipped import rewrite

WHOLE_ROWS = b"<w:tr><w:tc>", b"<w:tr><w:trPr><w:cantSplit /></w:trPr><w:tc>"  # none breaks across pages
CAPTIONED = ("Figure", "Table")
CHAPTER = 2  # level of headings of chapters, before the title of the book is taken off
ABSTRACTS = {"in-en", "in-zh-hans"}
CHINESE = b'<w:lang w:val="zh-Hans" />', b'<w:lang w:val="en-US" w:eastAsia="zh-CN" />'


def write_word(part, metadata, review=False):
    """Write ``manuscript.docx`` or ``supplement.docx``; returns its path.

    ``metadata``: title, subtitle, author, running title, key words and front matter
    (`front.metadata`). ``review``: with numbered lines.
    """
    folder = paths.word_folder()
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [*metadata["front"], *tree.read_part(part)[1:]]
    meta = {name: tree.meta(metadata[name]) for name in ("title", "subtitle", "author")}
    options = ["--shift-heading-level-by=-1"]
    if part == "manuscript":
        options.append("--number-sections")
    path = folder / f"{part}{'-review' if review else ''}.docx"
    return write_blocks(blocks, path, metadata, meta, options, review)


def write_blocks(blocks, path, metadata, meta=None, options=(), review=False):
    """Write some blocks as a Word file; returns its path. ``meta``: what stands above them, of a whole
    document."""
    styles = word_styles.write(path.with_suffix(".styles"), metadata["running_title"], review)
    keywords = {"t": "MetaList", "c": [tree.meta(word) for word in metadata["key_words"]]}
    above = {"lang": tree.meta("en-US"), "keywords": keywords, **(meta or {})}
    given = tree.document(tree.change(blocks, ForWord(blocks, counted=meta is not None)), above)
    where = [f"--reference-doc={styles}", f"--resource-path={paths.manuscript_folder()}"]
    fresh = path.with_suffix(".pandoc")
    pypandoc.convert_text(
        given, "docx", format="json", outputfile=str(fresh), extra_args=[*where, *options]
    )
    styles.unlink()
    changes = {"word/document.xml": lambda xml: xml.replace(*CHINESE).replace(*WHOLE_ROWS)}
    rewrite(fresh, changes, target=path)
    fresh.unlink()
    return path


class ForWord:
    """Turns numbers of captions into SEQ fields and references to them into REF fields, raises
    citations, and tells headings without a number."""

    FIRST_ID = 100_000  # of bookmarks; pandoc counts its own from below

    def __init__(self, blocks, counted):
        self.counted = counted  # whether Word counts captions; a table in a file of its own keeps its number
        self.next_id = self.FIRST_ID
        self.here = set()  # figures and tables of this file
        tree.change(blocks, lambda node: self.here.add(node["c"][0][0]) if node["t"] in CAPTIONED else None)

    def __call__(self, node):
        if node["t"] in CAPTIONED:
            self.current = node["c"][0][0]
        if node["t"] == "Span" and "caption-number" in node["c"][0][1]:
            return self._caption_number(tree.plain_text(node).strip())
        if node["t"] == "Str":  # titles of references hold Chinese, too
            return tree.words(node["c"])[0] if tree.CHINESE.search(node["c"]) else None
        if tree.is_citation(node):
            return {"t": "Superscript", "c": node["c"][1]}
        if node["t"] == "Header" and _is_last(node):
            return {"t": "Header", "c": [CHAPTER, [node["c"][1][0], ["unnumbered"], []], node["c"][2]]}
        if node["t"] == "Header" and ABSTRACTS & set(node["c"][1][1]):
            node["c"][1][1] = ["unnumbered"]
        if node["t"] == "Link" and node["c"][2][0][1:] in self.here:
            return _raw(_field(f"REF {_bookmark(node['c'][2][0][1:])} \\h", tree.plain_text(node)))
        return None

    def _caption_number(self, label):
        kind, series, number = tree.NUMBER.match(label).groups()
        if not self.counted:
            return _raw(_run(f"{label}. ", bold=True))
        name = {"Fig.": "Figure", "Table": "Table"}[kind] + series
        self.next_id += 1
        words = _run(f"{kind} {series}", bold=True) + _field(f"SEQ {name} \\* ARABIC", number, bold=True)
        mark = f'w:id="{self.next_id}"'
        start = f'<w:bookmarkStart {mark} w:name="{_bookmark(self.current)}"/>'
        return _raw(start + words + f"<w:bookmarkEnd {mark}/>" + _run(". ", bold=True))


def _is_last(heading):
    return tree.plain_text(heading["c"][2]) == "References"


def _bookmark(name):
    """Names of bookmarks take no hyphens, and have at most 40 characters."""
    return ("_Ref_" + name.replace("-", "_"))[:40]


def _field(instruction, shown, bold=False):
    return f'<w:fldSimple w:instr=" {escape(instruction)} ">{_run(shown, bold)}</w:fldSimple>'


def _run(text, bold=False):
    form = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{form}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _raw(xml):
    return {"t": "RawInline", "c": ["openxml", xml]}
