"""The PRISMA checklists: complete, answered, linked to places that exist, the same file in each run."""

import csv
import dataclasses
import re
import time

import pytest
from docutils import nodes
from docx import Document
from docx.oxml.ns import qn

from mscreview import paths
from mscreview.book.checklist import checklist_table
from mscreview.paper.checklists import ITEMS, ChecklistError, filled, load_checklist, write_checklist
from mscreview.paper.places import Place, label_of, read_places
from mscreview.tables.table import harmless

NAMES = sorted(ITEMS)
COUNTS = {"prisma_2020": 42, "prisma_abstracts": 12}


@pytest.mark.parametrize("name", NAMES)
def test_every_item_is_there_once_in_order_and_answered(name):
    checklist = load_checklist(name)
    assert [item.item for item in checklist.items] == ITEMS[name]
    assert len(checklist.items) == COUNTS[name] == len(set(ITEMS[name]))
    for item in checklist.items:
        assert item.places or item.files or item.note, item
        assert item.answer == "yes" or item.note, item


# --- what is refused ------------------------------------------------------------------------


@pytest.fixture
def edited(tmp_path):
    """A folder with the checklist, one cell of an item changed, or its row repeated or left out."""

    def make(of, times=1, **cells):
        source = paths.CHECKLISTS / "prisma_2020.csv"
        with source.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (tmp_path / source.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            for row in rows:
                chosen = row["item"] == of
                writer.writerows([row | cells if chosen else row] * (times if chosen else 1))
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"answer": "perhaps"}, ', row 4, column answer: "perhaps" - allowed: yes | partly | no'),
        ({"item": "3b"}, ', row 4, column item: "3b" - allowed: 1 | 2 | 3 | '),
        ({"times": 2}, ', row 5, column item: "3" - allowed: each item once'),
        ({"times": 0}, ', column item: "3" - allowed: a row for each item'),
        ({"places": " ; "}, ', row 4, column places: "" - allowed: with the answer yes, at least one that paper has'),
        ({"answer": "partly"}, ', row 4, column note: "" - allowed: with the answer partly, what is missing'),
        ({"answer": "no"}, ', row 4, column note: "" - allowed: with the answer no, what is missing'),
        ({"places": "data/none.csv"}, ', row 4, column places: "data/none.csv" - allowed: a file of the project'),
        ({"asks": ""}, ', row 4, column asks: "" - allowed: some words'),
    ],
)
def test_an_error_names_file_row_column_and_value(edited, edit, said):
    with pytest.raises(ChecklistError, match=re.escape("checklists/prisma_2020.csv" + said)):
        load_checklist("prisma_2020", edited("3", **edit))


def test_other_columns_names_and_files_are_refused(tmp_path):
    (tmp_path / "prisma_2020.csv").write_text("item,reply\n1,yes\n")
    with pytest.raises(ChecklistError, match=r'row 1, column reply: "reply" - allowed: one of item \| section'):
        load_checklist("prisma_2020", tmp_path)
    with pytest.raises(ChecklistError, match="missing file"):
        load_checklist("prisma_abstracts", tmp_path)
    with pytest.raises(ChecklistError, match=r'"prisma" - allowed: prisma_2020 \| prisma_abstracts'):
        load_checklist("prisma")


# --- places on paper ------------------------------------------------------------------------

AUX = r"""\relax
\providecommand\hyper@newdestlabel[2]{}
\newlabel{chapters/abstract::doc}{{}{2}{}{section*.1}{}}
\newlabel{chapters/abstract:the-abstract}{{}{1}{}{section*.3}{}}
\newlabel{chapters/abstract:the-abstract}{{}{2}{}{section*.4}{}}
\newlabel{chapters/abstract:fig-headline}{{1}{3}{Do cells \{lower\} HbA1c? A 95\% interval}{figure.1}{}}
\newlabel{chapters/abstract:id1}{{1}{4}{Abstract}{section.1}{}}
\newlabel{chapters/methods:question}{{4.1}{7}{Question}{subsection.4.1}{}}
\newlabel{chapters/methods:id1}{{4}{7}{Methods}{section.4}{}}
\newlabel{chapters/beta_cell:beta-cell}{{7}{31}{β\sphinxhyphen {}cell function}{section.7}{}}
\newlabel{chapters/reproduce:key}{{}{9}{The \sphinxstyleliteralintitle {\sphinxupquote {a.csv}} \& more}{section*.9}{}}
\newlabel{chapters/glycemic:tab-trials}{{4}{21}{What the controlled trials show}{table.4}{}}
\newlabel{cite.chapters/reproduce:page2021}{{12}{60}{References}{cite.x}{}}
"""
SUPPLEMENT = r"""\newlabel{chapters/reproduce:tab-bias}{{3}{5}{Why?\relax }{table.caption.3}{}}
\newlabel{chapters/methods:question}{{S1}{1}{Question}{section.1}{}}
\newlabel{tab-plain}{{S4}{6}}
"""


@pytest.fixture
def aux(tmp_path):
    (tmp_path / "manuscript.aux").write_text(AUX, "utf-8")
    (tmp_path / "supplement.aux").write_text(SUPPLEMENT, "utf-8")
    return {name: tmp_path / f"{name}.aux" for name in ("manuscript", "supplement")}


def test_places_come_from_the_notes_of_tex(aux):
    places = read_places(aux["manuscript"])
    assert places == {
        "abstract": Place("Section", "", "Title", "2"),
        "the-abstract": Place("Section", "", "The abstract", "2"),
        "fig-headline": Place("Figure", "1", "", "3"),
        "question": Place("Section", "4.1", "Question", "7"),
        "beta-cell": Place("Section", "7", "β-cell function", "31"),
        "key": Place("Section", "", "The a.csv & more", "9"),
        "tab-trials": Place("Table", "4", "", "21"),
    }
    assert str(places["question"]) == "Section 4.1 Question, page 7"
    assert str(places["fig-headline"]) == "Figure 1, page 3"
    assert str(places["abstract"]) == "Title, page 2"
    assert label_of("chapters/beta_cell::doc") == "beta-cell"


def test_places_of_a_supplement_say_so(aux):
    places = read_places(aux)
    assert str(places["tab-bias"]) == "Table S3, page 5 of the supplement"
    assert str(places["tab-plain"]) == "Table S4, page 6 of the supplement"
    assert str(places["question"]) == "Section 4.1 Question, page 7"
    with pytest.raises(FileNotFoundError, match="make pdf"):
        read_places(aux["manuscript"].with_name("none.aux"))


def every_place(checklist):
    return {label: Place("Section", "1", "A", "2") for item in checklist.items for label in item.places}


def test_what_paper_leaves_out_has_no_place_there_and_a_file_has_its_name():
    checklist = load_checklist("prisma_2020")
    (row,) = [row for row in filled(checklist, every_place(checklist)) if row.item == "16b"]
    assert row.where == "data/screening.csv"


def test_a_label_without_a_place_is_refused():
    checklist = load_checklist("prisma_2020")
    places = every_place(checklist)
    del places["fig-flow"]
    with pytest.raises(ChecklistError, match=r'prisma_2020.csv, row \d+, column places: "fig-flow" - allowed: a label'):
        filled(checklist, places)


# --- the files for an editor ----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_export_holds_all_items_and_is_the_same_each_time(tmp_path, monkeypatch, name):
    checklist = load_checklist(name)
    rows = filled(checklist, every_place(checklist))
    rows[0] = rows[0]._replace(note="=1+1")
    first = write_checklist(checklist, rows, "A review of β cells", tmp_path / "a")
    # Another moment, as ZIP archives would record it.
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((2031, 5, 6, 7, 8, 9, 1, 126, 0)))
    second = write_checklist(checklist, rows, "A review of β cells", tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    table, document = first
    with table.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["item"] for row in written] == ITEMS[name]
    assert written[0]["note"] == harmless("=1+1") == "'=1+1"
    _assert_document(Document(document), checklist)


def _assert_document(document, checklist):
    assert [p.text for p in document.paragraphs][:2] == [checklist.heading, "A review of β cells"]
    (table,) = document.tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[0] for row in cells[1:]] == ITEMS[checklist.name]
    assert [row[3] for row in cells[1:]] == [item.answer for item in checklist.items]
    assert "Section 1 A, page 2" in cells[1][4]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    section = document.sections[0]
    assert section.page_width > section.page_height
    assert document.core_properties.language == "en-US"


# --- the book -------------------------------------------------------------------------------


@pytest.mark.xdist_group("pages")
def test_every_place_is_a_link_that_leads_to_it(built_book):
    page = built_book.page("reproduce")
    tables = re.findall(r'<table class="[^"]*\bchecklist\b.*?</table>', page, re.DOTALL)
    assert len(tables) == len(NAMES)
    for name, table in zip(("prisma_2020", "prisma_abstracts"), tables, strict=True):
        checklist = load_checklist(name)
        links = re.findall(r'<a class="reference internal" href="([^"]*)"', table)
        assert len(links) == sum(len(item.places + item.on_screen) for item in checklist.items)
        for link in links:
            target, _, anchor = link.partition("#")
            html = built_book.page(target.removesuffix(".html")) if target else page
            assert f'id="{anchor}"' in html, link
        for item in checklist.items:
            assert f"<strong>{item.topic}</strong>" in table


def test_text_of_a_checklist_is_taken_literally():
    hostile = "<script>alert(1)</script> `x` {num}`y` **z**"
    checklist = load_checklist("prisma_abstracts")
    first = dataclasses.replace(checklist.items[0], topic=hostile, asks=hostile, note=hostile)
    table = checklist_table(dataclasses.replace(checklist, items=(first, *checklist.items[1:])), "a")
    row = next(row for row in table.findall(nodes.row) if hostile in row.astext())
    assert row.astext().count(hostile) == 3
    assert not list(table.findall(nodes.raw)) and not list(row.findall(nodes.literal))
