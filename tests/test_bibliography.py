"""References: the committed file is what the tables give, and entries read as the journal prints them."""

import csv
import sys
from pathlib import Path

import pytest
from pybtex.database import parse_file, parse_string

from mscreview.bibliography import Style, animal_key, full_pages, problems, register

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import make_references  # noqa: E402  (needs the path above)

BIB = ROOT / "references.bib"
ENTRIES = parse_file(str(BIB)).entries


def column(table: str, name: str) -> list[str]:
    with open(ROOT / "data" / f"{table}.csv", encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def shown(entry, backend: str = "html") -> str:
    return Style().format_entry("1", entry).text.render_as(backend)


def shown_bibtex(fields: str, backend: str = "html") -> str:
    return shown(parse_string(f"@article{{x, {fields}}}", "bibtex").entries["x"], backend)


def test_committed_file_is_what_the_tables_give(evidence):
    assert BIB.read_text(encoding="utf-8") == make_references.references(evidence)


def test_no_problems():
    assert problems(BIB, column("studies", "study_id")) == []


def test_every_record_has_an_entry():
    assert set(column("bibliography", "key")) <= set(ENTRIES)
    assert {animal_key(study) for study in column("preclinical", "study_id")} <= set(ENTRIES)
    assert set(make_references.METHOD_KEYS.values()) <= set(ENTRIES)
    assert "aringazina2025" in ENTRIES


def test_clinical_and_animal_study_of_one_name_stay_apart():
    assert ENTRIES["hu2013"].fields["journal"] == "Endocrine Journal"
    assert ENTRIES[animal_key("HU2013")].fields["journal"] == "Endocrine"


def test_complete_article():
    assert shown(ENTRIES["skyler2015"]) == (
        "<strong>Skyler JS</strong>, Fonseca VA, Segal KR, Rosenstock J. Allogeneic Mesenchymal Precursor Cells in "
        "Type 2 Diabetes: A Randomized, Placebo-Controlled, Dose-Escalation Safety and Tolerability Pilot Study. "
        "<em>Diabetes Care</em> 2015; <strong>38</strong>: 1742-1749 "
        '[PMID: <a href="https://pubmed.ncbi.nlm.nih.gov/26153271/">26153271</a> '
        'DOI: <a href="https://doi.org/10.2337/dc14-2830">10.2337/dc14-2830</a>]'
    )


def test_no_title_no_volume_address_only():
    assert shown(ENTRIES["chenp2016"]) == (
        "<strong>Chen P</strong>, et al. [title not available]. "
        "<em>Chinese Journal of Internal Medicine (中华内科杂志)</em> 2016; (5): 349-354 "
        '[address: <a href="https://www.ppdoc.com/periodical/67c03dc2995307334c2d79d06c21449a.html">www.ppdoc.com</a>]'
    )


def test_no_authors_no_title_kind_of_record():
    assert shown(ENTRIES["rioasc12m"], "text").startswith(
        "[authors not available]. [title not available] [news release]. Newswise [address: www.newswise.com]"
    )


def test_shortened_title_of_an_animal_study_is_named_so():
    assert shown(ENTRIES["yin2018"], "text").endswith(
        "type 2 diabetic mice [short title]. Cell Death Dis 2018 [DOI: 10.1038/s41419-018-0801-9]"
    )


def test_group_author_suffix_and_editors():
    assert "<strong>De Guzman MSA</strong>, Apelado MPB, Panuelos JP, Heralde FM 3rd," in shown(ENTRIES["deguzman"])
    assert "NEPHSTROM Trial Consortium. Safety" in shown(ENTRIES["perico2023"], "text")
    assert "NextCell (sponsor). [title" in shown(ENTRIES["protransyoung"], "text")
    assert "Welch VA, editors. Cochrane Handbook" in shown(ENTRIES["higgins2024handbook"], "text")


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ("journal={J}, year={2020}", "J 2020"),
        ("journal={J}, year={2020}, volume={3}", "J 2020; 3"),
        ("journal={J}, year={2020}, pages={5-9}", "J 2020: 5-9"),
        ("journal={J}, volume={3}, number={2}", "J 3"),
        ("journal={J}, year={2020}, number={2}", "J 2020; (2)"),
        ("journal={J}", "J"),
        ("year={2020}", "2020"),
    ],
)
def test_gaps_leave_no_stray_punctuation(fields, source):
    assert shown_bibtex(f"title={{T}}, {fields}", "text") == f"[authors not available]. T. {source}"


def test_nothing_known_but_a_title_that_ends_a_sentence():
    assert shown_bibtex("title={Does it work?}", "text") == "[authors not available]. Does it work?"


@pytest.mark.parametrize(
    ("printed", "full"), [("1742-9", "1742-1749"), ("26-36", "26-36"), ("S128-S145", "S128-S145"), ("n71", "n71")]
)
def test_full_pages(printed, full):
    assert full_pages(printed) == full


def test_special_characters_survive_in_html_and_latex():
    text = "A & B: 5% of x_1 < y #2"
    field = f"title={{{make_references.escape(text)}}}"
    assert "A &amp; B: 5% of x_1 &lt; y #2." in shown_bibtex(field, "html")
    assert r"A \& B: 5\% of x\_1 < y \#2." in shown_bibtex(field, "latex")
    with pytest.raises(ValueError, match="allowed: text without"):
        make_references.escape("10^6")


def test_escaped_journal_of_the_tables():
    assert "<em>Stem Cell Research &amp; Therapy</em>" in shown(ENTRIES["zang2022"])


def test_addresses_are_unwrapped_from_proxies():
    wrapped = "https://reader.example/https://www.example.org/a ; https://other.example/b"
    assert make_references.best_address(wrapped) == "https://www.example.org/a"
    assert make_references.best_address("find_string id 1", "address gradepro.org/handbook; year not available") == (
        "https://gradepro.org/handbook"
    )


def test_problems_are_named(tmp_path):
    bib = tmp_path / "bad.bib"
    bib.write_text("@article{a, doi={10.1/X}}\n@article{b, doi={10.1/x}}\n@article{c, title={T}}\n", encoding="utf-8")
    assert problems(bib, ["a", "missing"]) == [
        "missing: no entry with this key",
        "c: neither DOI nor address",
        "a, b: the same DOI 10.1/x",
    ]
    bib.write_text("@article{a, doi={10.1/x}}\n@article{a, doi={10.1/y}}\n", encoding="utf-8")
    assert len(problems(bib, [])) == 1


def test_style_is_found_by_name():
    from pybtex.plugin import find_plugin

    register()
    assert find_plugin("pybtex.style.formatting", "wjsc") is Style
