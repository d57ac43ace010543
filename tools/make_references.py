"""Write references.bib from the evidence tables, so that no bibliographic fact is typed by hand.

Usage: python tools/make_references.py [--check]

Reads bibliography.csv, preclinical.csv and methods_references.csv; the order of their rows is the order of the
entries.  A field that a table leaves empty is absent here.  `--check` writes nothing and exits 1 when the file is
not what the tables give.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import builds

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from mscreview.bibliography import animal_key  # noqa: E402  (needs the path above)
from freshbook.files import write_atomically  # noqa: E402
from mscreview.csvtable import SHOWN, text_of, visible  # noqa: E402
from mscreview.evidence import Evidence, EvidenceError, load_evidence  # noqa: E402

BIB_FILE = ROOT / "references.bib"
DATA = ROOT / "data"

# Cite keys of the methods references, by the beginning of the title: topics repeat, DOIs are sometimes absent.
METHOD_KEYS = {
    "The PRISMA 2020 statement": "page2021prisma",
    "(explanation and elaboration paper)": "prisma2021explanation",
    "RoB 2:": "sterne2019rob2",
    "ROBINS-I: a tool": "sterne2016robinsi",
    "ROBINS-I Version 2": "robinsi2025v2",
    "GRADE: an emerging": "guyatt2008grade",
    "GRADE Handbook": "schunemann_grade_handbook",
    "SYRCLE": "hooijmans2014syrcle",
    "Synthesis without": "campbell2020swim",
    "The Hartung-Knapp-Sidik-Jonkman": "inthout2014hksj",
    "On tests of the overall": "hartung2001tests",
    "A refined method": "hartung2001refined",
    "A simple confidence interval": "sidik2002interval",
    "Improved tests": "knapp2003improved",
    "Hartung-Knapp-Sidik-Jonkman approach": "rover2015hksj",
    "Conducting meta-analyses in R": "viechtbauer2010metafor",
    "Methods to estimate": "veroniki2015variance",
    "A comparison of heterogeneity": "langan2019comparison",
    "Plea for routinely": "inthout2016prediction",
    "A re-evaluation": "higgins2009reevaluation",
    "Random effects meta-analysis: Coverage": "partlett2017coverage",
    "Prediction interval for": "nagashima2019prediction",
    "Estimating the sample mean": "wan2014estimating",
    "Optimally estimating the sample mean": "luo2018mean",
    "Optimally estimating the sample standard": "shi2020sd",
    "Bias in meta-analysis detected": "egger1997bias",
    "Recommendations for examining": "sterne2011funnel",
    "Trim and fill": "duval2000trimfill",
    "Meta-analysis in clinical trials": "dersimonian1986meta",
    "Quantifying heterogeneity": "higgins2002quantifying",
    "Measuring inconsistency": "higgins2003inconsistency",
    "Distribution theory": "hedges1981distribution",
    "Outlier and influence": "viechtbauer2010influence",
    "Cochrane Handbook": "higgins2024handbook",
    "Minimal criteria": "dominici2006isct",
    "Clarification of the nomenclature": "horwitz2005nomenclature",
    "6. Glycemic Goals": "ada2025goals",
    "Introduction and Methodology": "ada2025introduction",
    "IDF Diabetes Atlas [Internet]": "idf2021atlas",
    "IDF Diabetes Atlas: Global": "sun_idf_atlas",
    "How to perform a meta-analysis": "balduzzi2019meta",
}

# The source review is described in words in the evidence README, not in a table.
SOURCE_REVIEW = {
    "author": "Aringazina, RA and Zare, A and Mousavi, SM and Abenova, N and Mussin, NM and Tamadon, A",
    "title": "Autologous and allogeneic mesenchymal stem cell-based therapies for diabetes mellitus: "
    "a systematic review and meta-analysis",
    "journal": "World J Stem Cells", "year": "2025", "volume": "17", "number": "7", "pages": "108202",
    "doi": "10.4252/wjsc.v17.i7.108202", "keywords": "source review",
}  # fmt: skip

# Of several addresses of a record without DOI, these say it best; otherwise the first one stands.
BEST_HOSTS = ("//pubmed.ncbi.nlm.nih.gov", "//pmc.ncbi.nlm.nih.gov", "//diabetesjournals.org")
PERSON = re.compile(r"(?P<family>.+?) (?P<initials>[A-Z]{1,5})(?: (?P<suffix>Jr|Sr|\d(?:st|nd|rd|th)))?")
UNSAFE = "\\{}~^$"
PEOPLE = {"author", "editor"}  # escaped name by name
VERBATIM = {"doi", "url", "pmid", "pmcid"}


def escape(text: str) -> str:
    """LaTeX escapes that pybtex turns back for HTML; others would reach the page undecoded, so they are refused."""
    if set(text) & set(UNSAFE):
        raise ValueError(f'"{visible(text, SHOWN)}" - allowed: text without {" ".join(UNSAFE)}')
    return re.sub(r"([&%_#])", r"\\\1", text)


def unbraced(text: str) -> str:
    """An address or identifier as it is, if it cannot end its field before its time."""
    if set(text) & set("\\{}"):
        raise ValueError(f'"{visible(text, SHOWN)}" - allowed: an address without \\ {{ }}')
    return text


def bib_name(name: str) -> str:
    """``Heralde FM 3rd`` as ``Heralde, 3rd, FM``; a name without initials that has several words is a group."""
    name = escape(name)
    if person := PERSON.fullmatch(name):
        return ", ".join(part for part in (person["family"], person["suffix"], person["initials"]) if part)
    return f"{{{name}}}" if " " in name else name


def bib_names(names: list[str], others: bool) -> str:
    """BibTeX name list; a list cut short by its source ends with "and others", a sponsor alone does not."""
    named = [bib_name(name) for name in names]
    groups_only = all(name.startswith("{") for name in named)
    return " and ".join(named + ["others"] * (others and not groups_only))


def best_address(*texts: str) -> str:
    """The address to show among those that a table gives; one wrapped in a reader's or mailer's proxy is unwrapped."""
    for text in texts:
        if named := re.search(r"address(?: given)? (?:https?://)?([\w-]+(?:\.[\w-]+)+/\S+?)(?=[);]|\s|$)", text):
            return "https://" + named[1]
    addresses = [found for text in texts for found in re.findall(r"https?://\S+", text)]
    chosen = next((one for host in BEST_HOSTS for one in addresses if host in one), (addresses or [""])[0])
    inner = re.search(r"(?<=/)https?:(?://|%2F%2F).+", chosen)
    return unquote(inner[0]).split("?")[0] if inner else chosen


def bib_entry(kind: str, key: str, fields: dict[str, str]) -> str:
    """One entry as text, empty fields left out."""
    lines = []
    for name, value in fields.items():
        try:
            text = value if name in PEOPLE else (unbraced if name in VERBATIM else escape)(value)
        except ValueError as error:
            raise ValueError(f"field {name}: {error}") from None
        lines += [f"  {name} = {{{text}}},\n"] * bool(value)
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def study_entry(row: dict[str, str]) -> str:
    """A row of bibliography.csv."""
    names = [name.strip() for name in row["authors"].split(";") if name.strip()]
    printed = row["entry_type"] in ("article", "conference abstract")
    fields = {
        "author": bib_names(names, row["authors_complete"] != "yes"),
        "title": row["title"],
        "titleaddon": {"article": "", "registry": "registry record"}.get(row["entry_type"], row["entry_type"]),
        "journal" if printed else "howpublished": row["journal"],
        "year": row["year"], "volume": row["volume"], "number": row["issue"], "pages": row["pages"],
        "doi": row["doi"], "pmid": row["pmid"], "pmcid": row["pmcid"],
        "url": "" if row["doi"] else best_address(row["source_url"]),
        "note": row["note"],
        "keywords": "meta-analysis" if row["key"].startswith("meta_") else "clinical study",
    }  # fmt: skip
    return bib_entry("article" if printed else "misc", row["key"], fields)


def animal_entry(row: dict[str, str]) -> str:
    """A row of preclinical.csv, which holds the first author and a shortened title only; the entry says so."""
    fields = {
        "author": bib_names([row["first_author"]], others=True) if row["first_author"] else "",
        "title": row["title_short"], "titleaddon": "short title",
        "journal": row["journal"], "year": row["year"], "doi": row["doi"], "pmid": row["pmid"],
        "url": "" if row["doi"] else best_address(row["source_url"]),
        "keywords": "animal study",
    }  # fmt: skip
    return bib_entry("article", animal_key(row["study_id"]), fields)


def method_entry(row: dict[str, str]) -> str:
    """A row of methods_references.csv; one without volume and DOI is a page or a book, not an article."""
    key = next((key for title, key in METHOD_KEYS.items() if row["title"].startswith(title)), None)
    if key is None:
        raise ValueError(f'column title: "{row["title"]}" - allowed: one with a cite key in METHOD_KEYS of this tool')
    authors, editors = re.subn(r" \((?:eds|editors)\)$", "", row["authors"])
    authors, cut = re.subn(r",? et al\.$", "", authors)
    names = [name.strip() for name in re.split(r"[,;]", authors) if name.strip()]
    article = bool(row["volume"] or row["doi"])
    fields = {
        "editor" if editors else "author": bib_names(names, bool(cut)),
        "title": row["title"],
        "journal" if article else "howpublished": row["journal"],
        "year": row["year"], "volume": row["volume"], "number": row["issue"], "pages": row["pages"],
        "doi": row["doi"], "pmid": row["pmid"],
        "url": "" if row["doi"] else best_address(row["source_url"], row["note"]) or source_file(row["source_url"]),
        "note": row["note"], "keywords": "methods",
    }  # fmt: skip
    return bib_entry("article" if article else "misc", key, fields)


def source_file(text: str) -> str:
    """Address of a file that a table names as repository, path and commit."""
    named = re.search(r"read_file (\S+/\S+) (\S.*?) commit ([0-9a-f]{40})", text)
    return f"https://github.com/{named[1]}/blob/{named[3]}/{named[2]}" if named else ""


def entries_of(evidence: Evidence, table: str, make: Callable[[dict[str, str]], str]) -> Iterator[str]:
    """The entry of each row of one table; values as text, stripped. Raises ValueError naming the row."""
    for row in getattr(evidence, table).to_dict("records"):
        # A record of low certainty has a title cut short and no journal, year or address: it cannot be cited.
        if row.get("certainty") == "low":
            continue
        try:
            yield make({name: text_of(value).strip() for name, value in row.items()})
        except ValueError as error:
            raise ValueError(f"{table}.csv, row {row['row']}, {error}") from None


def references(evidence: Evidence) -> str:
    """The whole file as text. Raises ValueError for what BibTeX cannot hold."""
    head = "% Written by tools/make_references.py from data/*.csv: change the tables, not this file.\n"
    entries = list(entries_of(evidence, "bibliography", study_entry))
    entries.append(bib_entry("article", "aringazina2025", SOURCE_REVIEW))
    entries += entries_of(evidence, "methods_references", method_entry)
    entries += entries_of(evidence, "preclinical", animal_entry)
    return "\n".join([head, *entries])


def main(arguments: list[str]) -> int:
    """Write or check the file; exit status."""
    try:
        text = references(load_evidence(DATA))
        if "--check" not in arguments:
            write_atomically(BIB_FILE, text)
            return 0
    except (EvidenceError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    same = BIB_FILE.exists() and BIB_FILE.read_text(encoding="utf-8") == text
    if not same:
        print("references.bib is not what data/ gives: run python tools/make_references.py")
    return 0 if same else 1


if __name__ == "__main__":
    builds.end(main, sys.argv[1:])
