"""A report as a Word file with tracked changes, the same bytes for the same report."""

import os
from datetime import datetime, timezone

from lxml import etree

from ..paper.zipped import rewrite
from . import page

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CHINESE = "zh-Hans", "zh-CN"  # as HTML calls it, and Word


def write(report, author, seconds, target):
    """Write the Word file; its changes carry `author` and the time `seconds` after 1970."""
    import pypandoc

    date = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    title = "What changed in the review"
    html = (
        f'<html lang="en-US"><head><title>{title}</title></head>'
        f"<body>{page.body(report, page.word_form(author, date))}</body></html>"
    )
    # pandoc takes the date of the document from here.
    os.environ["SOURCE_DATE_EPOCH"] = str(seconds)
    pypandoc.convert_text(html, "docx", format="html", outputfile=str(target))
    rewrite(target, {"word/document.xml": _polished})


def _polished(content):
    """What pandoc leaves undone: numbers of changes, marks of whole paragraphs, Chinese, lines of tables."""
    root = etree.fromstring(content)
    for paragraph in root.iter(_w("p")):
        _mark_paragraph(paragraph)
    for number, change in enumerate(root.iter(_w("ins"), _w("del"))):
        change.set(_w("id"), str(number))
    for language in root.iter(_w("lang")):
        if language.get(_w("val")) == CHINESE[0]:
            language.set(_w("val"), CHINESE[1])
            language.set(_w("eastAsia"), CHINESE[1])
    for properties in root.iter(_w("tblPr")):
        _rule_rows(properties)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _mark_paragraph(paragraph):
    """A paragraph that is all new or all gone goes as a whole when its change is refused or accepted."""
    changes = [child for child in paragraph if child.tag in (_w("ins"), _w("del"))]
    others = [child for child in paragraph if child.tag not in (_w("ins"), _w("del"), _w("pPr"))]
    if len({change.tag for change in changes}) != 1 or others:
        return
    properties = paragraph.find(_w("pPr"))
    if properties is None:
        properties = etree.Element(_w("pPr"))
        paragraph.insert(0, properties)
    run = etree.SubElement(properties, _w("rPr"))
    etree.SubElement(run, changes[0].tag, dict(changes[0].attrib))


def _rule_rows(properties):
    """A thin line between rows; the format wants it before the layout, which pandoc writes with widths."""
    borders = etree.Element(_w("tblBorders"))
    for side in ("top", "bottom", "insideH"):
        etree.SubElement(borders, _w(side), {_w("val"): "single", _w("sz"): "4", _w("color"): "BFBFBF"})
    properties.find(_w("tblLayout")).addprevious(borders)


def _w(name):
    return f"{{{W}}}{name}"
