"""The article as JATS Publishing 1.1 XML, the form in which journals and archives keep articles.

Text, figures, tables and formulas are written by pandoc; front matter, from ``submission.yml``, and
the list of references, from ``references.bib``, are put around them here. `problems` checks the
result against the DTD, without a network. https://jats.nlm.nih.gov/publishing/1.1/
"""

import json
from xml.sax.saxutils import escape

import pypandoc
from lxml import etree

from .. import paths
from . import jats_front, jats_references, tree

XLINK, MML = "http://www.w3.org/1999/xlink", "http://www.w3.org/1998/Math/MathML"
DOCTYPE = (
    '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.1 20151215//EN" '
    '"JATS-journalpublishing1.dtd">'
)
ROOT = (
    f'<article xmlns:xlink="{XLINK}" xmlns:mml="{MML}" article-type="systematic-review" '
    'dtd-version="1.1" xml:lang="en"/>'
)
XREF_TYPES = {"fig-": "fig", "tab-": "table", "reproduce-id": "bibr"}


def write_jats(path, submission, blocks, pictures, date):
    """Write the article.

    ``blocks``: of `tree.read_part`; ``pictures``: {name of a figure: file beside the XML}; ``date``:
    of the version, a `datetime.date`.
    """
    parts = jats_front.divided(blocks)
    article = etree.fromstring(ROOT)
    article.append(jats_front.front(submission, parts, date, fragment))
    body = etree.SubElement(article, "body")
    body.extend(fragment(parts["body"]))
    back = etree.SubElement(article, "back")
    back.append(jats_references.reference_list(parts["references"], _keys()))
    _tidy(article, pictures)
    path.write_bytes(etree.tostring(article, encoding="utf-8", xml_declaration=True, doctype=DOCTYPE))


def problems(path):
    """What the DTD finds wrong with a file, one sentence each; empty if it is valid."""
    dtd = etree.DTD(file=str(paths.jats_dtd()))
    document = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True))
    dtd.validate(document)
    return [f"line {error.line}: {error.message}" for error in dtd.error_log]


def fragment(blocks):
    """pandoc's JATS of some blocks, as elements."""
    blocks = tree.change(_without_boxes(blocks), _escaped_alt)
    text = pypandoc.convert_text(
        tree.document(blocks), "jats_publishing", format="json", extra_args=["--wrap=none"]
    )
    return list(etree.fromstring(f'<x xmlns:xlink="{XLINK}" xmlns:mml="{MML}">{text}</x>'))


def _without_boxes(node, language=None):
    """The tree with every box opened; the language of a box goes to the text inside, because a
    paragraph takes none in JATS 1.1."""
    if isinstance(node, list):
        return [part for child in node for part in _opened(child, language)]
    if isinstance(node, dict) and node.get("t") in ("Para", "Plain") and language:
        return {"t": node["t"], "c": [{"t": "Span", "c": [["", [], [["lang", language]]], node["c"]]}]}
    if isinstance(node, dict):
        return {key: _without_boxes(value, language) for key, value in node.items()}
    return node


def _opened(node, language):
    if isinstance(node, dict) and node.get("t") == "Div":
        attributes, blocks = node["c"]
        return _without_boxes(blocks, dict(attributes[2]).get("lang", language))
    return [_without_boxes(node, language)]


def _escaped_alt(node):
    """pandoc 3.9 writes the alternative text of a picture into the XML as it is."""
    if node["t"] != "Image":
        return None
    attributes, alt, target = node["c"]
    return {"t": "Image", "c": [attributes, [{"t": "Str", "c": escape(tree.plain_text(alt))}], target]}


def _keys():
    return json.loads((paths.manuscript_folder() / "references.json").read_text("utf-8"))


def _tidy(article, pictures):
    _number_sections(article.find("body"))
    for table in article.iter("table"):
        if "id" in table.attrib:
            table.getparent().set("id", table.attrib.pop("id"))
    for captioned in article.iter("fig", "table-wrap"):
        if captioned.get("id"):
            _label(captioned)
    for figure in article.iter("fig"):
        figure.find("graphic").set(f"{{{XLINK}}}href", pictures[figure.get("id")])
    known = {element.get("id") for element in article.iter() if element.get("id")}
    for reference in list(article.iter("xref")):
        _refer(reference, known)
    etree.strip_tags(article, "unknown")


def _number_sections(parent, before=""):
    """Labels of sections, "4.1", as PDF and Word file number them."""
    for number, section in enumerate(parent.findall("sec"), 1):
        label = etree.Element("label")
        label.text = f"{before}{number}"
        section.insert(0, label)
        _number_sections(section, f"{label.text}.")


def _label(captioned):
    """The number of a caption, which pandoc leaves in its text, becomes a label."""
    number = captioned.find("caption/p/named-content")
    text = "".join(number.itertext()).strip()
    if not tree.NUMBER.match(text):
        raise ValueError(f"no number in the caption of {captioned.get('id')}: {text!r}")
    number.clear(keep_tail=True)
    etree.strip_tags(captioned.find("caption"), "named-content")
    label = etree.Element("label")
    label.text = text
    captioned.insert(0, label)


def _refer(reference, known):
    name = reference.get("rid")
    reference.attrib.pop("alt", None)
    if name not in known:
        reference.tag = "unknown"  # to be opened; its words stay
        return
    if reference.get("ref-type"):
        return  # of the front
    kinds = [kind for prefix, kind in XREF_TYPES.items() if name.startswith(prefix)]
    reference.set("ref-type", kinds[0] if kinds else "sec")
