"""A filled checklist as a Word file: a landscape page, a real table whose head repeats on each page."""

import os
from datetime import UTC, datetime

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .zipped import rewrite

LANGUAGE = "en-US"
PAGE, MARGIN = (Mm(297), Mm(210)), Mm(15)  # A4, landscape
HEADS = {  # head of a column -> its width in mm; together the page without its margins
    "Item": 13,
    "Section and topic": 42,
    "What it asks for": 58,
    "Reported": 22,
    "Where": 70,
    "What is missing, or to be known": 62,
}
READING = (
    "Reported means that the text says what the item asks for, also where the answer is that it was not done. "
    "Items are in our own words. Pages are those of the PDF of the manuscript."
)


def write_docx(path, heading, title, rows):
    """Write the file, from the `Row` objects of a filled checklist."""
    document = Document()
    _page(document)
    _properties(document, f"{heading}: {title}")
    document.add_heading(heading, level=1)
    document.add_paragraph(title)
    document.add_paragraph(READING)
    _table(document, rows)
    document.save(path)
    rewrite(path)


def _page(document):
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    document.styles["Normal"].font.size = Pt(10)
    (language,) = document.styles.element.iter(qn("w:lang"))
    language.set(qn("w:val"), LANGUAGE)


def _properties(document, title):
    """No date of today and no name of a machine: two runs give the same file."""
    properties = document.core_properties
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or 0), UTC)
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.title, properties.language = title, LANGUAGE
    properties.author = properties.last_modified_by = properties.comments = ""


def _table(document, rows):
    table = document.add_table(rows=1, cols=len(HEADS), style="Table Grid")
    table.autofit = False
    _fill(table.rows[0], HEADS, bold=True)
    _mark(table.rows[0], "w:tblHeader")
    for row in rows:
        section = row.section if row.section == row.topic else f"{row.section}: {row.topic}"
        line = table.add_row()
        _fill(line, (row.item, section, row.asks, row.answer, row.where, row.note))
        _mark(line, "w:cantSplit")
    for column, width in zip(table.columns, HEADS.values(), strict=True):
        column.width = Mm(width)


def _fill(row, texts, bold=False):
    for cell, text, width in zip(row.cells, texts, HEADS.values(), strict=True):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold or None, Pt(9)


def _mark(row, name):
    """A property of a row that python-docx has no name for."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))
