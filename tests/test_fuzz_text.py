"""Text that markup, TeX, a browser or a spreadsheet would act on: refused by name, or shown as it stands."""

import csv
import html
import os
import re
import shutil

import pytest
from data_files import first_line, refused, rows_of, set_cell, write_rows
from lxml import etree
from lxml import html as lxml_html
from papers import Papers, squeezed
from project_copy import Project

from mscreview import paths
from mscreview.csvtable import is_formula
from mscreview.paper.checklists import ChecklistError, load_checklist
from mscreview.submission import SubmissionError, load_submission
from mscreview.tables.table import harmless

# --- refused by name ------------------------------------------------------------------------

FORMULAS = ("=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2+3", '-cmd("x")', "\N{FULLWIDTH EQUALS SIGN}1+1", "+ (1)")
UNSEEN = {
    "abc\N{RIGHT-TO-LEFT OVERRIDE}txt.exe": "U+202E (RIGHT-TO-LEFT OVERRIDE)",
    "\N{RIGHT-TO-LEFT MARK}abc": "U+200F (RIGHT-TO-LEFT MARK)",
    "zero\N{ZERO WIDTH SPACE}width": "U+200B (ZERO WIDTH SPACE)",
    "first\N{FIRST STRONG ISOLATE}last": "U+2068 (FIRST STRONG ISOLATE)",
    "soft\N{SOFT HYPHEN}hyphen": "U+00AD (SOFT HYPHEN)",
    "x" * 10_000: "",
}
SHOWN = ("studies", "label"), ("outcomes", "note"), ("screening", "title_short"), ("bias_facts", "note")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(paths.DATA, tmp_path / "data")


@pytest.mark.parametrize("value", FORMULAS)
def test_formulas_in_the_tables_are_refused(folder, value):
    """An editor gets the tables as they are, and opens them in a spreadsheet."""
    for table, column in SHOWN:
        set_cell(folder / f"{table}.csv", 2, column, value)
    error = refused(folder, "row 2, column ", "a spreadsheet would run it as a formula")
    assert {(one.file, one.column) for one in error.problems} >= {(f"{table}.csv", name) for table, name in SHOWN}


def test_what_only_looks_like_a_formula_is_read(folder):
    set_cell(folder / "outcomes.csv", 2, "note", "+/- 40.79, type not stated")
    set_cell(folder / "outcomes.csv", 3, "note", "\N{EN DASH} 5")
    set_cell(folder / "outcomes.csv", 4, "note", "a = b, -2 + 3, x@y")
    from mscreview import load_evidence

    load_evidence(folder)


@pytest.mark.parametrize(("value", "named"), UNSEEN.items(), ids=UNSEEN.values())
def test_what_cannot_be_seen_or_fits_nowhere_is_refused_everywhere(folder, tmp_path, value, named):
    named = f"without {named}, which cannot be seen" if named else "with words of at most 300 characters"
    for table, column in SHOWN:
        set_cell(folder / f"{table}.csv", 2, column, value)
    assert all(named in one.allowed for one in refused(folder, named).problems)
    text = paths.SUBMISSION.read_text("utf-8").replace('funding: ""', f'funding: "{value}"')
    (tmp_path / "submission.yml").write_text(text, "utf-8")
    with pytest.raises(SubmissionError, match=re.escape(f"text {named}")):
        load_submission(tmp_path / "submission.yml")
    rows = rows_of(paths.CHECKLISTS / "prisma_abstracts.csv")
    rows[1][rows[0].index("asks")] = value
    write_rows(tmp_path / "prisma_abstracts.csv", rows)
    with pytest.raises(ChecklistError, match=rf"row 2, column asks: .*{re.escape(named)}"):
        load_checklist("prisma_abstracts", tmp_path)


@pytest.mark.parametrize("value", [r"\input{/etc/passwd}", "$x^2$", "{x}", "a~b"])
def test_tex_in_references_is_refused_by_row_and_field(evidence, value):
    import make_references
    from edits import changed

    for table, column in (("bibliography", "title"), ("bibliography", "authors"), ("preclinical", "title_short")):
        row = int(getattr(evidence, table)["row"].iloc[3])
        with pytest.raises(ValueError, match=rf'^{table}\.csv, row {row}, (field \w+: )?".*" - allowed: text without'):
            make_references.references(changed(evidence, table, row, **{column: value}))


def test_an_address_cannot_end_its_field(evidence):
    import make_references
    from edits import changed

    row = int(evidence.bibliography["row"].iloc[3])
    with pytest.raises(ValueError, match="field doi: .* - allowed: an address without"):
        make_references.references(changed(evidence, "bibliography", row, doi="10.1000/x},title={y"))


@pytest.mark.parametrize("value", [*FORMULAS, "=1+1", "\t=1", "\r=1", " =1", "-", "+", "@"])
def test_no_cell_that_is_written_is_a_formula(value):
    assert harmless(value) == "'" + value


@pytest.mark.parametrize("value", ["-0.5", "-3", "1e-5", "-1.2e+3", -0.5, 0, None, "", "\N{MINUS SIGN}0.5", "a=b"])
def test_numbers_and_other_text_are_written_as_they_are(value):
    assert harmless(value) == value


# --- shown as it stands ---------------------------------------------------------------------

TOKEN = "4711"  # in every hostile text, and nowhere else
MARKUP = f"<script>alert({TOKEN})</script><img src=x onerror=alert({TOKEN})> & {{{{ {TOKEN} }}}}"
TEX = rf"\input{{/etc/passwd}} $x^{TOKEN}$ 5% #1 a_b ~ \write18{{id}} {{\bf {TOKEN}"
MYST = f"{{num}}`no.{TOKEN}` `{TOKEN}` [a](javascript:alert({TOKEN})) **b** ![](x.png) |s| :ref:`x`"
LONG = f"{TOKEN} {'w' * 300} {' o r d' * 1500}"
# table, cells of the row, column, value, pages that show it
CELLS = (
    ("studies", {"study_id": "zang2022"}, "label", f"Zang <b>& \\input{{x}} $y${TOKEN}", "abstract glycemic included"),
    ("studies", {"study_id": "zang2022"}, "dose_text", f"{TEX} {MARKUP}", ""),
    ("outcomes", {"study_id": "zang2022"}, "locator", MARKUP, ""),
    ("outcomes", {"study_id": "zang2022"}, "note", MYST, ""),
    ("bias_facts", {"study_id": "zang2022"}, "randomisation_method", f"{TEX} {MYST}", "limitations"),
    ("bias_facts", {"study_id": "zang2022"}, "note", MARKUP, ""),
    ("deaths", {"study_id": "perico2023"}, "note", f"{MARKUP} {TEX}", ""),
    ("screening", {"decision": "include"}, "title_short", f"{MARKUP} {TEX} {MYST}", ""),
    ("screening", {"decision": "exclude"}, "title_short", LONG, ""),
    ("preclinical", {}, "model_text", f"{MARKUP} {TEX}", "preclinical"),
    ("published_meta", {"comparable": "yes"}, "note", MARKUP, ""),
    ("bibliography", {"key": "zang2022"}, "title", f"<script>alert({TOKEN})</script> & 5% a_b #1", "reproduce"),
)
FIELDS = {
    'funding: ""': f"funding: '{MARKUP} {TEX} {MYST}'",
    'given_names: ""': rf"given_names: '<b>Ada</b> & \input{{x}} {TOKEN}'",
    'family_name: ""': "family_name: 'Ex_ample $x$ `y`'",
    "corresponding: false": "corresponding: true",
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """PDF, Word files, folder for an editor and pages of a review that holds such texts."""
    missing = [tool for tool in ("latexmk", "pdftotext") if not shutil.which(tool)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{missing} not installed: tools/debian.sh pdf")
    project = Project(tmp_path_factory.mktemp("hostile"))
    for table, where, column, value, _ in CELLS:
        path = project.folder / "data" / f"{table}.csv"
        set_cell(path, first_line(path, **where), column, value)
    for old, new in FIELDS.items():
        project.edit("submission.yml", old, new)
    made = Papers.__new__(Papers)
    made.project = project
    Papers.tool(made, "make_references.py")
    Papers.tool(made, "make_citation.py")
    made.__init__(project)
    project.must_build("-n", "-W", "--keep-going")
    return made


hostile = pytest.mark.xdist_group("hostile")


@hostile
def test_pages_hold_no_element_and_no_attribute_of_a_text(papers):
    pages = sorted(papers.project.html.rglob("*.html"))
    assert len(pages) > 15
    shown = 0
    for path in pages:
        tree = lxml_html.parse(str(path)).getroot()
        for element in tree.iter(etree.Element):
            text, attributes = element.text or "", element.attrib
            shown += TOKEN in text
            if element.tag == "script" and "json" not in attributes.get("type", ""):
                assert TOKEN not in text, path
            for name, value in attributes.items():
                assert not (name.startswith("on") and TOKEN in value), (path, name)
                assert not re.match(r"\s*javascript:", value, re.IGNORECASE), (path, name)
            assert attributes.get("src") not in ("x", "x.png"), path
    assert shown > 20


@hostile
def test_pictures_hold_no_element_of_a_text(papers):
    pictures = [*papers.project.html.rglob("*.svg"), *(papers.project.folder / "_build" / ".figures").glob("*.svg")]
    holding = [path for path in pictures if TOKEN in path.read_text("utf-8")]
    assert holding
    for path in holding:
        tags = {etree.QName(element).localname for element in etree.parse(path).iter(etree.Element)}
        assert not tags & {"script", "img", "foreignObject", "b"}, path


@hostile
@pytest.mark.parametrize("case", [case for case in CELLS if case[4]], ids=lambda case: f"{case[0]}.{case[2]}")
def test_the_text_stands_on_its_pages_as_it_is(papers, case):
    for page in case[4].split():
        text = lxml_html.document_fromstring(papers.project.page(page)).text_content()
        assert squeezed(case[3]) in squeezed(text), page


@hostile
def test_fields_of_the_submission_stand_everywhere_as_they_are(papers):
    funding, author = (squeezed(text) for text in (f"{MARKUP} {TEX} {MYST}", rf"<b>Ada</b> & \input{{x}} {TOKEN}"))
    page = squeezed(lxml_html.document_fromstring(papers.project.page("abstract")).text_content())
    jats = squeezed("".join(etree.parse(papers.submission / "manuscript.xml").getroot().itertext()))
    citation = (papers.project.folder / "CITATION.cff").read_text("utf-8")
    for text in (squeezed(papers.pdf_text("manuscript")), squeezed(papers.word_text("manuscript")), jats):
        assert funding in text and author in text
    assert author in page and html.escape("<b>Ada") in papers.project.page("abstract")
    assert r"<b>Ada</b> & \\input{x}" in citation


@hostile
def test_tex_reads_no_file_and_runs_no_command(papers):
    for part in ("manuscript", "supplement"):
        text = papers.pdf_text(part)
        assert "root:x:0" not in text and "uid=" not in text
        assert squeezed(r"\input{/etc/passwd}") in squeezed(text), part
    assert squeezed(f"<script>alert({TOKEN})</script> & 5% a_b #1") in squeezed(papers.pdf_text("manuscript"))


@hostile
def test_no_table_that_an_editor_or_a_reader_opens_holds_a_formula(papers):
    files = [*papers.submission.rglob("*.csv"), *papers.project.html.rglob("*.csv")]
    assert len(files) > 60
    negative = 0
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if is_formula(cell)], path
                negative += sum(bool(re.fullmatch(r"-\d+(\.\d+)?", cell)) for cell in row)
    assert negative > 50  # numbers below zero stay numbers
