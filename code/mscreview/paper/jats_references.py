"""The list of references of the JATS article, each with its parts, from ``references.bib``."""

import re
from functools import cache

from lxml import etree
from pybtex.database import parse_file
from pybtex.richtext import Text

from .. import paths
from ..bibliography import full_pages
from . import tree

HREF = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"^\[(\d+)\]$")


def reference_list(blocks, keys):
    """The ``ref-list``. ``blocks``: the references of the manuscript, in order; ``keys``: {id: key of
    ``references.bib``}."""
    made = etree.Element("ref-list")
    etree.SubElement(made, "title").text = "References"
    for block in blocks:
        anchor, label, *_ = block["c"][1][0]["c"]
        name = anchor["c"][0][0]
        reference = etree.SubElement(made, "ref", {"id": name})
        etree.SubElement(reference, "label").text = NUMBER.match(tree.plain_text(label))[1]
        reference.append(_citation(_entries()[keys[name]]))
    return made


@cache
def _entries():
    return parse_file(str(paths.REFERENCES), bib_format="bibtex").entries


def _citation(entry):
    field = {name: str(Text.from_latex(value)) for name, value in entry.fields.items()}
    journal = "journal" in field
    made = etree.Element("element-citation", {"publication-type": "journal" if journal else "other"})
    for role in ("author", "editor"):
        _people(made, role, entry.persons.get(role, []))
    if "title" in field:
        etree.SubElement(made, "article-title").text = field["title"]
    parts = [("source", field.get("journal") or field.get("howpublished")), ("year", field.get("year"))]
    parts += [("volume", field.get("volume")), ("issue", field.get("number"))]
    parts += _pages(full_pages(entry.fields.get("pages", "")))
    for tag, text in parts:
        if text:
            etree.SubElement(made, tag).text = text
    for kind in ("pmid", "doi"):
        if kind in field:
            etree.SubElement(made, "pub-id", {"pub-id-type": kind}).text = entry.fields[kind]
    if "url" in field and "doi" not in field:
        link = etree.SubElement(made, "ext-link", {"ext-link-type": "uri", HREF: entry.fields["url"]})
        link.text = entry.fields["url"]
    return made


def _pages(pages):
    first, _, last = pages.partition("-")
    return [("fpage", first), ("lpage", last)]


def _people(made, role, persons):
    if not persons:
        return
    group = etree.SubElement(made, "person-group", {"person-group-type": role})
    for person in persons:
        if str(person) == "others":
            etree.SubElement(group, "etal")
            continue
        name = etree.SubElement(group, "name")
        family = person.prelast_names + person.last_names
        given = person.first_names + person.middle_names
        etree.SubElement(name, "surname").text = _joined(family)
        if given:
            etree.SubElement(name, "given-names").text = _joined(given)
        if person.lineage_names:
            etree.SubElement(name, "suffix").text = _joined(person.lineage_names)


def _joined(names):
    return str(Text.from_latex(" ".join(names)))
