"""The styles of the Word files: pandoc's own reference file, in the form that the journal asks for."""

import io

import pypandoc
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .front import FRONT
from .tree import ANSWER, REFERENCE, TABLE_TEXT
from .zipped import rewrite

LATIN, CHINESE = "Book Antiqua", "SimSun"
TEXT_PT, LINES = 12, 1.5
BLACK = RGBColor(0, 0, 0)
HEADINGS = {"Title": 17, "Subtitle": 13, "Heading 1": 14, "Heading 2": 12.5, "Heading 3": 12, "Heading 4": 12}
CELL_MARGINS = {"top": 40, "left": 60, "bottom": 40, "right": 60}  # twentieths of a point
# style: (points, lines, space after in points)
SMALL = {
    "Image Caption": (10, 1.15, 14),
    "Table Caption": (10, 1.15, 4),
    "Compact": (TEXT_PT, LINES, 3),
    TABLE_TEXT: (8, 1.0, 1),
    REFERENCE: (10, 1.15, 3),
    ANSWER: (TEXT_PT, 1.3, 6),
    FRONT: (TEXT_PT, 1.2, 3),
}


def write(path, running_title, review):
    """Write the reference file; ``review``: with numbered lines. Returns its path."""
    document = Document(io.BytesIO(_pandoc_reference()))
    for name in (TABLE_TEXT, REFERENCE, ANSWER, FRONT):
        added = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = document.styles["Normal"]
    for style in document.styles:
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER):
            _font(style)
    _paragraphs(document)
    _table_lines(document.styles["Table"])
    _page(document.sections[0], running_title, review)
    document.save(path)
    rewrite(path)
    return path


def _pandoc_reference():
    import subprocess

    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def _font(style):
    if style.name == "Verbatim Char":
        return
    style.font.name = LATIN
    style.font.color.rgb = BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), CHINESE)


def _paragraphs(document):
    styles = document.styles
    styles["Normal"].font.size = Pt(TEXT_PT)
    styles["Normal"].paragraph_format.line_spacing = LINES  # lists
    for name in ("Body Text", "First Paragraph"):
        _spaced(styles[name], TEXT_PT, LINES, 2)
        styles[name].paragraph_format.space_before = Pt(6)  # it follows tables, too
    for name, (points, lines, after) in SMALL.items():
        _spaced(styles[name], points, lines, after)
    for name, points in HEADINGS.items():
        styles[name].font.size = Pt(points)
        styles[name].font.bold = name != "Subtitle"
        styles[name].paragraph_format.keep_with_next = True
    for name in ("Image Caption", "Table Caption"):
        styles[name].font.italic = False
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for name in ("Title", "Subtitle", "Author"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    styles["Table Caption"].paragraph_format.keep_with_next = True
    styles["Captioned Figure"].paragraph_format.keep_with_next = True
    reference = styles[REFERENCE].paragraph_format
    reference.left_indent, reference.first_line_indent = Cm(0.9), Cm(-0.9)


def _spaced(style, points, lines, after):
    style.font.size = Pt(points)
    form = style.paragraph_format
    form.line_spacing, form.space_before, form.space_after = lines, Pt(0), Pt(after)


def _table_lines(style):
    """Lines above and below the table and under its head, as journals print them."""
    properties = style.element.find(qn("w:tblPr"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(_line(side, 8))
    borders.append(_line("insideH", 2, "BFBFBF"))
    margins = properties.find(qn("w:tblCellMar"))
    for side, twentieths in CELL_MARGINS.items():
        margin = margins.find(qn(f"w:{side}"))
        margin.set(qn("w:w"), str(twentieths))
    margins.addprevious(borders)  # the schema wants them in this order


def _line(side, eighths, color="000000"):
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", eighths), ("space", 0), ("color", color)):
        line.set(qn(f"w:{name}"), str(value))
    return line


def _page(section, running_title, review):
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.54)
    section.top_margin = section.bottom_margin = Cm(2.54)
    head = section.header.paragraphs[0]
    head.text = running_title
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), " PAGE ")
    foot._p.append(number)
    if review:
        lines = OxmlElement("w:lnNumType")
        lines.set(qn("w:countBy"), "1")
        lines.set(qn("w:restart"), "continuous")
        section._sectPr.append(lines)
