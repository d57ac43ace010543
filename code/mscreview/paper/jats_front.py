"""The front of the JATS article, from ``submission.yml`` and the abstracts of the manuscript."""

from lxml import etree

from ..submission import declarations, mark
from . import tree

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HREF = "{http://www.w3.org/1999/xlink}href"
LANGUAGES = {"in-en": "en", "in-zh-hans": "zh-Hans"}
SUPPLEMENT = "supplementary/supplement.pdf"  # beside the XML
NOTES = {"Author contributions": "con", "Conflicts of interest": "conflict", "Funding": "financial-disclosure"}
# How the paragraphs begin that follow the abstract proper.
KEY_WORDS, CORE_TIP = ("Key words", "关键词"), ("Core tip", "核心提示")


def divided(blocks):
    """The blocks of the manuscript: {"in-en" and "in-zh-hans": paragraphs of the abstracts,
    "body": all that follows, "references": the references}."""
    parts = {"in-en": [], "in-zh-hans": [], "body": [], "references": []}
    at = None  # what stands before the abstracts is said in them, but for its figure
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 2:
            classes = block["c"][1][1]
            at = classes[0] if classes else "body"
        if _is_reference(block):
            at = "references"
        if at == "body" or at == "references" and _is_reference(block):
            parts[at].append(block)
        elif at in LANGUAGES and block["t"] != "Header":
            parts[at] += block["c"][1] if block["t"] == "Div" else [block]
        elif block["t"] == "Figure":
            parts["body"].append(block)
    return {**parts, "body": _without_heading_of_references(parts["body"])}


def _is_reference(block):
    return block["t"] == "Div" and ["custom-style", tree.REFERENCE] in block["c"][0][2]


def _without_heading_of_references(blocks):
    last = blocks[-1]
    return blocks[:-1] if last["t"] == "Header" and tree.plain_text(last["c"][2]) == "References" else blocks


def front(submission, parts, date, fragment):
    """The ``front`` element. ``fragment`` makes JATS of blocks (`jats.fragment`)."""
    made = etree.Element("front")
    journal = etree.SubElement(made, "journal-meta")
    _add(journal, "journal-id", submission.journal, **{"journal-id-type": "publisher-id"})
    _add(etree.SubElement(journal, "journal-title-group"), "journal-title", submission.journal)
    _add(journal, "issn", submission.issn, **{"pub-type": "epub"})
    meta = etree.SubElement(made, "article-meta")
    subjects = etree.SubElement(etree.SubElement(meta, "article-categories"), "subj-group")
    subjects.set("subj-group-type", "heading")
    _add(subjects, "subject", submission.article_type)
    _titles(meta, submission)
    _authors(meta, submission)
    published = etree.SubElement(meta, "pub-date", {"date-type": "manuscript", "iso-8601-date": date.isoformat()})
    for name in ("day", "month", "year"):
        _add(published, name, str(getattr(date, name)))
    files = etree.SubElement(meta, "supplementary-material", {HREF: SUPPLEMENT})
    _add(etree.SubElement(files, "caption"), "title", "Supplementary figures and tables")
    _permissions(meta, submission)
    for name, language in LANGUAGES.items():
        _abstract(meta, parts[name], language, fragment)
    for language, words in submission.key_words.items():
        group = etree.SubElement(meta, "kwd-group", {LANG: language, "kwd-group-type": "author"})
        for word in words:
            _add(group, "kwd", word)
    _add(etree.SubElement(meta, "funding-group"), "funding-statement", submission.text("funding"))
    return made


def _titles(meta, submission):
    group = etree.SubElement(meta, "title-group")
    _add(group, "article-title", submission.text("title"))
    translated = etree.SubElement(group, "trans-title-group", {LANG: "zh-Hans"})
    _add(translated, "trans-title", submission.text("title", "zh-Hans"))
    _add(group, "alt-title", submission.running_title, **{"alt-title-type": "running-head"})


def _authors(meta, submission):
    group = etree.SubElement(meta, "contrib-group")
    for n, author in enumerate(submission.authors, 1):
        one = etree.SubElement(group, "contrib", {"contrib-type": "author"})
        if author.corresponding:
            one.set("corresp", "yes")
        if author.orcid:
            orcid = f"https://orcid.org/{author.orcid}"
            _add(one, "contrib-id", orcid, **{"contrib-id-type": "orcid"})
        name = etree.SubElement(one, "name")
        _add(name, "surname", author.family_name or mark(f"name of author {n}"))
        if author.given_names:
            _add(name, "given-names", author.given_names)
        for role in author.contributions:
            _add(one, "role", role)
        if author.email:
            _add(one, "email", author.email)
        for m, _ in enumerate(author.affiliations, 1):
            etree.SubElement(one, "xref", {"ref-type": "aff", "rid": f"aff-{n}-{m}"})
    for n, author in enumerate(submission.authors, 1):
        for m, place in enumerate(author.affiliations, 1):
            _add(meta, "aff", place, id=f"aff-{n}-{m}")
    notes = etree.SubElement(meta, "author-notes")
    for heading, text in declarations(submission):
        note = etree.SubElement(notes, "fn", {"fn-type": NOTES.get(heading, "other")})
        paragraph = _add(note, "p", None)
        _add(paragraph, "bold", f"{heading}.").tail = f" {text}"


def _permissions(meta, submission):
    license = submission.licenses["text"]
    permissions = etree.SubElement(meta, "permissions")
    _add(permissions, "copyright-year", str(submission.year))
    given = etree.SubElement(permissions, "license", {"license-type": "open-access", HREF: license.address})
    _add(given, "license-p", license.name)


def _abstract(meta, blocks, language, fragment):
    """The abstract with its sections; the core tip is an abstract of its own."""
    tag = "abstract" if language == "en" else "trans-abstract"
    whole = etree.SubElement(meta, tag, {LANG: language})
    for block in blocks:
        words = tree.plain_text(block)
        if words.startswith(KEY_WORDS) or not _has_heading(block):
            continue
        if words.startswith(CORE_TIP):
            tip = etree.SubElement(meta, tag, {LANG: language, "abstract-type": "precis"})
            tip.extend(fragment([_body(block)]))
            continue
        section = etree.SubElement(whole, "sec")
        _add(section, "title", tree.plain_text(block["c"][0]).strip(".："))
        section.extend(fragment([_body(block)]))


def _has_heading(block):
    """Whether a paragraph begins with a heading and goes on."""
    return block["t"] == "Para" and block["c"][0]["t"] == "Strong" and len(block["c"]) > 1


def _body(block):
    rest = block["c"][1:]
    return {"t": "Para", "c": rest[1:] if rest[0]["t"] in ("Space", "SoftBreak") else rest}


def _add(parent, tag, text, **attributes):
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child
