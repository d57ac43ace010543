"""Reference list in the format of the World Journal of Stem Cells, and checks on ``references.bib``.

pybtex formats one entry (`Style`, made known by `register`), sphinxcontrib-bibtex numbers the entries in order of
citation.  Nothing here reads ``data/``: the entries are made by
``tools/make_references.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pybtex.plugin
from pybtex.database import BibliographyData, Entry, Person, parse_file
from pybtex.exceptions import PybtexError
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle

STYLE_NAME = "wjsc"
DOI_ADDRESS = "https://doi.org/"
PUBMED_ADDRESS = "https://pubmed.ncbi.nlm.nih.gov/"
NO_AUTHORS = "[authors not available]"
NO_TITLE = "[title not available]"

# An animal study and a clinical study share this id once case is dropped, and BibTeX keys ignore case.
_ANIMAL_KEYS = {"HU2013": "hu2013_animal"}


def animal_key(study_id: str) -> str:
    """Cite key of a row of ``preclinical.csv``: ``study_id`` in lower case, unless a clinical study has that key."""
    return _ANIMAL_KEYS.get(study_id, study_id.lower())


class Style(BaseStyle):
    """pybtex style: ``**First A**, Second B. Title. *Journal* year; **volume**: pages [PMID: … DOI: …]``.

    The public records are often incomplete, so every part may be absent; a missing title or author list is named as
    missing, any other gap is closed without stray punctuation.
    """

    default_sorting_style = "none"  # sphinxcontrib-bibtex hands the entries over in order of citation
    default_label_style = "number"

    def format_entry(self, label: str, entry: Entry, bib_data: BibliographyData | None = None) -> FormattedEntry:
        """One format for all entry types; the signature is pybtex's."""
        sentences = [authors_text(entry), title_text(entry), source_text(entry)]
        text = Text(" ").join([part for part in sentences if part])
        identifiers = identifiers_text(entry)
        return FormattedEntry(entry.key, Text(text, " ", identifiers) if identifiers else text, label)


@cache  # each build formats every entry twice
def _from_latex(text: str) -> Text:
    return Text.from_latex(text)


def _field(entry: Entry, name: str) -> Text:
    """Field as rich text with LaTeX escapes decoded; empty where absent."""
    return _from_latex(entry.fields.get(name, ""))


def _person_text(person: Person) -> Text:
    """``Family Initials``; a suffix such as 3rd comes last, as PubMed prints it."""
    parts = person.prelast_names + person.last_names + person.first_names + person.middle_names + person.lineage_names
    return Text(" ").join([_from_latex(part) for part in parts])


def authors_text(entry: Entry) -> Text:
    """All authors, the first in bold; ``et al`` for "and others"; editors are named as such."""
    role = "author" if entry.persons.get("author") else "editor"
    names = [_person_text(person) for person in entry.persons.get(role, [])]
    if not names:
        return Text(NO_AUTHORS).add_period()
    shown = [Tag("strong", names[0])] + [Text("et al") if str(name) == "others" else name for name in names[1:]]
    if role == "editor":
        shown.append(Text("editors"))
    return Text(", ").join(shown).add_period()


def title_text(entry: Entry) -> Text:
    """Title as printed, followed by what kind of record it is where that is not a journal article."""
    title = _field(entry, "title") or Text(NO_TITLE)
    kind = _field(entry, "titleaddon")
    return (Text(title, " [", kind, "]") if kind else title).add_period()


def source_text(entry: Entry) -> Text:
    """``*Journal* year; **volume**: pages`` with whatever of it is known.

    The journal prints an issue only where there is no volume, because it pages by volume.
    """
    journal = _field(entry, "journal")
    where = [Tag("em", journal) if journal else _field(entry, "howpublished"), _field(entry, "year")]
    place = Text(" ").join([part for part in where if part])
    volume, issue, pages = _field(entry, "volume"), _field(entry, "number"), full_pages(entry.fields.get("pages", ""))
    number = Tag("strong", volume) if volume else Text("(", issue, ")") if issue else Text()
    detail = Text(": ").join([part for part in (number, Text(pages)) if part])
    if not (place and detail):
        return Text(place or detail)
    closes_with_year, only_pages = bool(_field(entry, "year")), not number
    return Text(place, ": " if only_pages else "; " if closes_with_year else " ", detail)


def full_pages(pages: str) -> str:
    """``1742-9`` as ``1742-1749``: the journal asks for full page numbers, PubMed shortens them."""
    match = re.fullmatch(r"(\d+)-(\d+)", pages)
    if not match or len(match[2]) >= len(match[1]):
        return pages
    first, last = match.groups()
    return f"{first}-{first[: len(first) - len(last)]}{last}"


def identifiers_text(entry: Entry) -> Text:
    """``[PMID: … DOI: …]`` with links; where neither exists the address, shown by its host so that print keeps it."""
    pmid, doi, url = (entry.fields.get(name, "") for name in ("pmid", "doi", "url"))
    parts = []
    if pmid:
        parts.append(Text("PMID: ", HRef(f"{PUBMED_ADDRESS}{pmid}/", pmid)))
    if doi:
        parts.append(Text("DOI: ", HRef(f"{DOI_ADDRESS}{doi}", doi)))
    if url and not parts:
        parts.append(Text("address: ", HRef(url, urlsplit(url).hostname or url)))
    return Text("[", Text(" ").join(parts), "]") if parts else Text()


def problems(bib_path: str | Path, study_ids: list[str]) -> list[str]:
    """What is wrong with a bibliography, one sentence each; empty when it can be used.

    Checks that the file parses, that no key, DOI or PMID stands twice, that each study has its entry under its own
    id, and that each entry leads somewhere (DOI or address).
    """
    try:
        entries = parse_file(str(bib_path), bib_format="bibtex").entries
    except UnicodeDecodeError:
        return [f"{Path(bib_path).name}: not UTF-8; text saved as UTF-8 is needed"]
    except (PybtexError, RecursionError) as error:  # pybtex stops at the first repeated key
        return [f"{Path(bib_path).name}: {error}"]
    found = [f"{study}: no entry with this key" for study in study_ids if study not in entries]
    found += [
        f"{key}: neither DOI nor address"
        for key, entry in entries.items()
        if not (entry.fields.get("doi") or entry.fields.get("url"))
    ]
    return found + [sentence for name in ("doi", "pmid") for sentence in _shared(entries, name)]


def _shared(entries: dict[str, Entry], name: str) -> list[str]:
    """Sentences on values of one identifier that more than one entry holds (DOIs ignore case)."""
    holders = defaultdict(list)
    for key, entry in entries.items():
        if value := entry.fields.get(name, "").lower():
            holders[value].append(key)
    return [f"{', '.join(keys)}: the same {name.upper()} {value}" for value, keys in holders.items() if len(keys) > 1]


def register() -> None:
    """Make the style known to pybtex as ``wjsc``; calling it twice does no harm."""
    pybtex.plugin.register_plugin("pybtex.style.formatting", STYLE_NAME, Style, force=True)
