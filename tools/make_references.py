"""Write references.bib from the evidence tables, so that no bibliographic fact is typed by hand.

Usage: python tools/make_references.py [--check]

Reads bibliography.csv, preclinical.csv and methods_references.csv; the order of their rows is the order of the
entries.  A field that a table leaves empty is absent here.  `--check` writes nothing and exits 1 when the file is
not what the tables give.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from mscreview.bibliography import animal_key  # noqa: E402  (needs the path above)

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
VERBATIM = {"doi", "url", "pmid", "pmcid", "author", "editor"}


def escape(text: str) -> str:
    """LaTeX escapes that pybtex turns back for HTML; others would reach the page undecoded, so they are refused."""
    if unsafe := set(text) & set("\\{}~^$"):
        raise ValueError(f"no escape known for {sorted(unsafe)} in {text!r}")
    return re.sub(r"([&%_#])", r"\\\1", text)


def bib_name(name: str) -> str:
    """``Heralde FM 3rd`` as ``Heralde, 3rd, FM``; a name without initials that has several words is a group."""
    if person := PERSON.fullmatch(name):
        return ", ".join(part for part in (person["family"], person["suffix"], person["initials"]) if part)
    return f"{{{escape(name)}}}" if " " in name else name


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
    lines = [
        f"  {name} = {{{value if name in VERBATIM else escape(value)}}},\n" for name, value in fields.items() if value
    ]
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
        raise ValueError(f"methods_references.csv: give {row['title']!r} a cite key in METHOD_KEYS")
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


def read(table: str) -> list[dict[str, str]]:
    """Rows of one table, values stripped."""
    with open(DATA / f"{table}.csv", encoding="utf-8-sig", newline="") as file:
        return [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(file)]


def references() -> str:
    """The whole file as text."""
    head = "% Written by tools/make_references.py from data/*.csv: change the tables, not this file.\n"
    entries = [study_entry(row) for row in read("bibliography")]
    entries.append(bib_entry("article", "aringazina2025", SOURCE_REVIEW))
    # A record of low certainty has a title cut short and no journal, year or address: it cannot be cited.
    entries += [method_entry(row) for row in read("methods_references") if row["certainty"] != "low"]
    entries += [animal_entry(row) for row in read("preclinical")]
    return "\n".join([head, *entries])


def main(arguments: list[str]) -> int:
    """Write or check the file; exit status."""
    text = references()
    if "--check" not in arguments:
        BIB_FILE.write_text(text, encoding="utf-8")
        return 0
    same = BIB_FILE.exists() and BIB_FILE.read_text(encoding="utf-8") == text
    if not same:
        print("references.bib is not what data/ gives: run python tools/make_references.py")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
