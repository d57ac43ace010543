"""What an editor gets: PDF, Word file, figures, tables, checklists, JATS, and the report."""

import csv
import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import sys

import pikepdf
import pytest
from docx import Document
from lxml import etree, html
from papers import WORD, Papers, having, made_by_rule, passages, prose, references, squeezed, tables
from PIL import Image

from mscreview import ledger, wording
from mscreview.book import pictures
from mscreview.paper import checklists, jats
from mscreview.submission import Author, load_submission, mark, unfilled
from mscreview.tables import judged, screened

pytestmark = pytest.mark.xdist_group("papers")

PAGES = (
    *("abstract", "introduction", "methods", "included", "glycemic"),
    *("beta_cell", "safety", "preclinical", "limitations", "reproduce"),
)
PARTS = ("manuscript", "supplement")
TOOLS = ("latexmk", "pdftotext", "soffice")
CAPTION = re.compile(r"(Fig\.|Table) (S?\d+)")


@pytest.fixture(scope="module")
def papers(built_book):
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{missing} not installed: tools/debian.sh pdf test")
    return Papers(built_book)


@pytest.fixture(scope="module")
def texts(papers):
    """{"pdf", "docx", "jats": the squeezed words of the article}."""
    body = papers.pdf_text("manuscript", "-x", "0", "-y", "62", "-W", "596", "-H", "718")
    article = etree.parse(papers.submission / "manuscript.xml").getroot()
    return {
        "pdf": squeezed(body),
        "docx": squeezed(papers.word_text("manuscript")),
        "jats": squeezed("".join(article.itertext())),
    }


@pytest.fixture(scope="module")
def printed(papers, tmp_path_factory):
    """The Word files as LibreOffice prints them: {part: path of the PDF}."""
    folder = tmp_path_factory.mktemp("printed")
    files = [papers.docx / f"{part}.docx" for part in PARTS]
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    subprocess.run([*command, "--convert-to", "pdf", "--outdir", folder, *files], check=True, capture_output=True)
    return {part: folder / f"{part}.pdf" for part in PARTS}


# --- the same words and numbers in every format -----------------------------------------------


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_every_number_of_the_pages_stands_on_paper_among_the_same_words(papers, texts, form):
    """Each number in prose, in both languages, with the words around it; those of captions too."""
    found = [(page, *passage) for page in PAGES for passage in passages(papers.project.page(page))]
    assert len(found) > 200 and {language for _, _, language, _ in found} == set(wording.LANGUAGES)
    assert [passage for passage in found if passage[3] not in texts[form]] == []


@pytest.mark.parametrize("form", ["pdf", "docx", "jats"])
def test_every_paragraph_of_the_pages_stands_on_paper(papers, texts, form):
    """Word for word, but for formulas; JATS keeps declarations and keys of the abstract elsewhere."""
    found = [(page, words) for page in PAGES for words in prose(papers.project.page(page))]
    assert len(found) > 150
    missing = [(page, words) for page, words in found if words not in texts[form]]
    if form == "jats":
        missing = [(page, words) for page, words in missing if page != "abstract"]
    assert missing == []


def test_every_cell_of_every_table_is_the_same_in_every_format(papers):
    expected = {label: rows for page in PAGES for label, rows in tables(papers.project.page(page)).items()}
    assert len(expected) == 26
    pdf = {part: squeezed(papers.pdf_text(part)) for part in PARTS}
    for label, rows in expected.items():
        number = label.removeprefix("Table ")
        stem = f"table-{'S' if 'S' in number else ''}{int(number.strip('S')):02d}"
        with (papers.submission / "tables" / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
            assert [[squeezed(cell.removeprefix("'")) for cell in row] for row in csv.reader(file)] == rows, label
        table = Document(papers.submission / "tables" / f"{stem}.docx").tables[0]
        assert [[squeezed(cell.text) for cell in row.cells] for row in table.rows] == rows, label
        drawn = pdf["supplement" if "S" in number else "manuscript"]
        assert [cell for row in rows for cell in row if cell not in drawn] == [], label


def test_every_reference_is_the_same_in_every_format(papers, texts):
    found = list(references(papers.project.page("reproduce")))
    assert len(found) > 100
    for form in ("pdf", "docx"):
        assert [words for words in found if words not in texts[form]] == [], form


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_every_sentence_made_by_rule_stands_on_paper(papers, texts, form):
    found = [(page, words) for page in PAGES for words in made_by_rule(papers.project.page(page))]
    assert len(found) > 30
    assert [sentence for sentence in found if sentence[1] not in texts[form]] == []


def test_a_wrong_number_on_paper_would_be_seen(papers, texts):
    page = papers.project.page("abstract")
    keys = {key for key, *_ in passages(page)}
    assert "num-hba1c-t2dm-msc-controlled-estimate" in keys
    changed = re.sub(r'(controlled-estimate">)[^<]+', r"\1−0.67", page)
    assert [words for *_, words in passages(changed) if words not in texts["pdf"]]


@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize("name", ["in-en", "in-zh-hans"])
def test_both_abstracts_are_whole(papers, texts, form, name):
    section = having(html.fromstring(papers.project.page("abstract")), name)[0]
    paragraphs = [squeezed(p.text_content()) for p in section.iter("p")]
    assert len(paragraphs) >= 7
    assert [words for words in paragraphs if words not in texts[form]] == []


def test_the_chinese_of_the_pdf_can_be_searched_and_copied(texts):
    for form in ("pdf", "docx"):
        assert {"糖尿病", "间充质干细胞", "间充质基质细胞"} <= {w for w in WORDS_ZH if w in texts[form]}


WORDS_ZH = ("糖尿病", "间充质干细胞", "间充质基质细胞")


def captions_html(papers):
    """{"Fig. 3": first words of its caption}, over all pages."""
    found = {}
    for page in PAGES:
        for caption in html.fromstring(papers.project.page(page)).iter("figcaption", "caption"):
            numbers = having(caption, "caption-number")
            if numbers:
                label = numbers[0].text_content().strip()
                found[label] = squeezed(caption.text_content().strip().removeprefix(label))[:20]
    return found


def captions_docx(papers):
    found = {}
    for part in PARTS:
        for paragraph in papers.document(part).iterfind(".//w:p", WORD):
            style = paragraph.find("w:pPr/w:pStyle", WORD)
            if style is not None and style.get(f"{{{WORD['w']}}}val") in ("ImageCaption", "TableCaption"):
                text = "".join(found.text or "" for found in paragraph.iterfind(".//w:t", WORD))
                label = CAPTION.match(text)[0]
                found[label] = squeezed(text.removeprefix(f"{label}. "))[:20]
    return found


def test_figures_and_tables_have_the_same_numbers_in_every_format(papers):
    expected = captions_html(papers)
    assert len(expected) == 50
    assert captions_docx(papers) == expected
    for part in PARTS:
        text = squeezed(papers.pdf_text(part))
        for label, words in expected.items():
            if ("S" in label) == (part == "supplement"):
                assert f"{squeezed(label)}.{words}" in text, label


# --- PDF --------------------------------------------------------------------------------------


def test_the_pdf_is_an_article_of_20_to_35_pages(papers):
    with pikepdf.open(papers.latex / "manuscript.pdf") as pdf:
        assert 20 <= len(pdf.pages) <= 35


@pytest.mark.parametrize("part", PARTS)
def test_fonts_are_embedded_and_pictures_are_drawings(papers, part):
    path = papers.latex / f"{part}.pdf"
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows and all(" yes " in row[50:] for row in rows) and any("CJK" in row for row in rows)
    images = subprocess.run(["pdfimages", "-list", path], capture_output=True, text=True, check=True)
    assert len(images.stdout.splitlines()) == 2, "no bitmap"


def test_the_pdf_names_itself_its_language_and_its_parts(papers):
    submission = load_submission()
    with pikepdf.open(papers.latex / "manuscript.pdf") as pdf:
        assert str(pdf.Root.Lang) == "en-US"
        assert str(pdf.docinfo["/Title"]) == submission.text("title")
        assert str(pdf.docinfo["/Keywords"]) == submission.text("key_words")
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert [t for t in titles if "Abstract" in t or "摘要" in t or "References" in t] and len(titles) >= 11
        pdf.pages[1].contents_coalesce()
        drawn = pdf.pages[1].Contents.read_bytes()
    assert drawn.count(b"BDC") == drawn.count(b"EMC") == 1 and b"zh-Hans" in drawn


def test_each_page_has_a_number_and_the_running_title(papers):
    running = load_submission().running_title
    pages = papers.pdf_text("manuscript").split("\f")[:-1]
    for number, text in enumerate(pages, 1):
        assert str(number) in text.split()[-1:] + text.split("\n")[:2] + text.split("\n")[-3:], number
        assert running in text, number


def test_the_review_copy_has_numbered_lines(papers):
    papers.tool("make_docx.py", "--review")
    document = Document(papers.docx / "manuscript-review.docx")
    assert document.sections[0]._sectPr.find("w:lnNumType", WORD) is not None
    plain = Document(papers.docx / "manuscript.docx")
    assert plain.sections[0]._sectPr.find("w:lnNumType", WORD) is None
    papers.tool("make_pdf.py", "--review")
    lines = papers.pdf_text("manuscript-review").split("\n")
    assert {"5", "40", "600"} <= set(" ".join(lines).split())
    assert not {"601", "603", "607"} <= set(papers.pdf_text("manuscript").split())


def test_make_pdf_refuses_holes(tmp_path):
    import make_pdf

    log = "Missing character: There is no 糖 in font\nLaTeX Warning: Reference `x' on page 1 undefined on input line 3.\n"
    log += "Overfull \\hbox (55.0pt too wide) in paragraph\nOverfull \\hbox (3.0pt too wide) in paragraph\n"
    assert len(make_pdf.found_problems(log)) == 3
    assert make_pdf.without_drawing(r"\begin{figure}[htbp] only words \end{figure}")
    assert not make_pdf.without_drawing(r"\begin{figure}\sphinxincludegraphics{{a}.pdf}\end{figure}")
    Image.new("RGB", (3, 3)).save(tmp_path / "bitmap.pdf")
    assert make_pdf.bitmaps(tmp_path / "bitmap.pdf") == ["a bitmap picture on page 1"]
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text font-family="DejaVu Sans" y="15">a糖</text></svg>'
    (tmp_path / "figure.pdf").write_bytes(pictures.pdf_of(drawing))
    assert make_pdf.foreign_fonts([tmp_path / "figure.pdf"])


@pytest.mark.parametrize("fault", [r"\undefinedcommand", r"\noindent\rule{90cm}{1pt}\par", r"\ref{nowhere}"])
def test_a_pdf_with_a_fault_leaves_the_last_one(papers, fault):
    part = papers.latex / "supplement.tex"
    whole, before = part.read_text("utf-8"), (papers.latex / "supplement.pdf").read_bytes()
    part.write_text(whole.replace(r"\end{document}", f"{fault}\n\\end{{document}}"), "utf-8")
    program = "import make_pdf; print(make_pdf.set_part('supplement', 'supplement'))"
    told = papers.run(sys.executable, "-c", program)
    part.write_text(whole, "utf-8")
    assert "supplement: " in told
    assert (papers.latex / "supplement.pdf").read_bytes() == before


# --- Word -------------------------------------------------------------------------------------


def count(document, path):
    return len(document.findall(path, {**WORD, "m": "http://schemas.openxmlformats.org/officeDocument/2006/math"}))


def test_the_word_file_is_a_real_one(papers):
    document = papers.document("manuscript")
    assert count(document, ".//m:oMath") > 20
    assert count(document, ".//w:tbl") == len([c for c in captions_html(papers) if re.match(r"Table \d", c)])
    assert count(document, ".//w:tblHeader") == count(document, ".//w:tbl")
    fields = [f.get(f"{{{WORD['w']}}}instr").split() for f in document.iterfind(".//w:fldSimple", WORD)]
    marks = {m.get(f"{{{WORD['w']}}}name") for m in document.iterfind(".//w:bookmarkStart", WORD)}
    assert len([f for f in fields if f[0] == "SEQ"]) == len([c for c in captions_html(papers) if "S" not in c])
    references = [f[1] for f in fields if f[0] == "REF"]
    assert len(references) > 20 and set(references) <= marks
    anchors = {a.get(f"{{{WORD['w']}}}anchor") for a in document.iterfind(".//w:hyperlink", WORD)} - {None}
    assert len(anchors) > 60 and anchors <= marks
    ids = [m.get(f"{{{WORD['w']}}}id") for m in document.iterfind(".//w:bookmarkStart", WORD)]
    assert len(ids) == len(set(ids))


def test_headings_of_the_word_file_are_those_of_the_pdf(papers):
    document = Document(papers.docx / "manuscript.docx")
    headings = [p.text.replace("\t", " ") for p in document.paragraphs if p.style.name.startswith("Heading")]
    with pikepdf.open(papers.latex / "manuscript.pdf") as pdf, pdf.open_outline() as outline:
        titles = []
        stack = list(reversed(outline.root))
        while stack:
            item = stack.pop()
            titles.append(item.title)
            stack += reversed(item.children)
    assert [squeezed(h) for h in headings] == [squeezed(t) for t in titles]


def test_chinese_in_the_word_file_is_marked_as_chinese(papers):
    document = papers.document("manuscript")
    for run in document.iterfind(".//w:r", WORD):
        text = "".join(t.text or "" for t in run.iterfind("w:t", WORD))
        if re.search(r"[\u4e00-\u9fff]{4}", text):
            language = run.find("w:rPr/w:lang", WORD)
            assert language is not None, text
            assert language.get(f"{{{WORD['w']}}}eastAsia") == "zh-CN"


def test_pictures_of_the_word_file_are_fine_enough_and_described(papers, tmp_path):
    document = Document(papers.docx / "manuscript.docx")
    assert len(document.inline_shapes) == len([c for c in captions_html(papers) if re.match(r"Fig\. \d", c)])
    for shape in document.inline_shapes:
        part = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        (tmp_path / "picture.png").write_bytes(part.blob)
        with Image.open(tmp_path / "picture.png") as picture:
            assert picture.width / shape.width.inches >= 299
        assert len(shape._inline.docPr.get("descr")) > 40


def test_each_picture_stands_over_its_own_caption(papers):
    """In the Word file and in the folder: the picture of the page with that number."""
    built = papers.project.folder / "_build" / "manuscript"
    expected = {}
    for part in PARTS:
        for figure in html.fromstring((built / f"{part}.html").read_text("utf-8")).iter("figure"):
            label = having(figure, "caption-number")[0].text_content().strip()
            expected[label] = (built / figure.find(".//img").get("src")).read_bytes()
    for part in PARTS:
        document = Document(papers.docx / f"{part}.docx")
        paragraphs = document.paragraphs
        for paragraph, following in zip(paragraphs, paragraphs[1:]):
            embedded = paragraph._p.xpath(".//a:blip/@r:embed")
            if embedded:
                words = "".join(t.text or "" for t in following._p.iterfind(".//w:t", WORD))
                label = CAPTION.match(words)[0]
                assert document.part.related_parts[embedded[0]].blob == expected.pop(label), label
    assert not expected


def test_each_reference_by_number_leads_to_the_caption_with_that_number(papers):
    document = papers.document("manuscript")
    value = f"{{{WORD['w']}}}"
    marked = {}
    for start in document.iterfind(".//w:bookmarkStart", WORD):
        words, node = "", start.getnext()
        while node is not None and node.get(f"{value}id") != start.get(f"{value}id"):
            words += "".join(t.text or "" for t in node.iterfind(".//w:t", WORD))
            node = node.getnext()
        marked[start.get(f"{value}name")] = words
    for field in document.iterfind(".//w:fldSimple", WORD):
        kind, name, *_ = field.get(f"{value}instr").split()
        if kind == "REF":
            assert squeezed("".join(t.text for t in field.iterfind(".//w:t", WORD))) == squeezed(marked[name])


def test_the_word_file_has_its_title_head_and_properties(papers):
    submission, document = load_submission(), Document(papers.docx / "manuscript.docx")
    assert document.paragraphs[0].style.name == "Title" and document.paragraphs[0].text == submission.text("title")
    assert document.sections[0].header.paragraphs[0].text == submission.running_title
    assert document.core_properties.title == submission.text("title")
    assert document.core_properties.keywords == ", ".join(submission.key_words["en"])
    raised = [run for p in document.paragraphs for run in p.runs if run.font.superscript and "[" in run.text]
    assert len(raised) > 80


def test_libreoffice_opens_the_word_files_and_prints_all_of_them(papers, printed):
    for part in PARTS:
        text = subprocess.run(["pdftotext", "-raw", printed[part], "-"], capture_output=True, text=True, check=True)
        assert "Reference source not found" not in text.stdout
        squeezed_text = squeezed(text.stdout)
        for label in captions_html(papers):
            if ("S" in label) == (part == "supplement"):
                assert squeezed(label) + "." in squeezed_text, label
    assert "糖尿病" in squeezed(subprocess.run(
        ["pdftotext", printed["manuscript"], "-"], capture_output=True, text=True, check=True).stdout)


def test_the_front_names_what_is_to_be_filled_in(papers):
    missing = unfilled(load_submission())
    assert missing, "authors are filled in: change this test"
    words = papers.word_text("manuscript")
    assert mark("name of author 1") in words and mark("funding") in words
    printed = squeezed(papers.pdf_text("manuscript"))
    for name in ("name", "ORCID", "affiliations", "contributions"):
        assert squeezed(mark(f"{name} of author 1")) in printed
    for name in missing:
        assert f"- {name}" in papers.report


# --- the folder -----------------------------------------------------------------------------------


def test_the_folder_holds_what_an_editor_asks_for(papers):
    names = {path.name for path in papers.submission.iterdir()}
    assert {"manuscript.docx", "manuscript.pdf", "manuscript.xml", "cover_sheet.docx", "report.md"} <= names
    assert {"figures", "tables", "supplementary", "checksums.sha256"} <= names
    assert {f"prisma_{kind}.{form}" for kind in ("2020", "abstracts") for form in ("csv", "docx")} <= names
    supplementary = {path.name for path in (papers.submission / "supplementary").iterdir()}
    assert {"data", "search_log.csv", "excluded_clinical.csv", "excluded_preclinical.csv"} <= supplementary
    assert {"risk_of_bias.csv", "grade_profile.csv", "results_ledger.csv", "supplement.pdf"} <= supplementary
    assert (papers.submission / "supplementary" / "data" / "codebook.csv").is_file()


def test_each_figure_and_table_is_a_file_with_its_number(papers):
    for label in captions_html(papers):
        kind, number = label.split()
        stem = f"{'figure' if kind == 'Fig.' else 'table'}-{'S' if 'S' in number else ''}{int(number.strip('S')):02d}"
        if kind == "Fig.":
            with Image.open(papers.submission / "figures" / f"{stem}.png") as picture:
                assert round(picture.info["dpi"][0]) >= 300
            with pikepdf.open(papers.submission / "figures" / f"{stem}.pdf") as drawing:
                assert len(drawing.pages) == 1
        else:
            assert (papers.submission / "tables" / f"{stem}.csv").stat().st_size > 50
            tables = Document(papers.submission / "tables" / f"{stem}.docx").tables
            assert len(tables) == 1 and len(tables[0].rows) > 1


def test_every_item_of_the_checklists_is_answered_with_section_and_page(papers):
    for name in checklists.ITEMS:
        table = Document(papers.submission / f"{name}.docx").tables[0]
        rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
        items = [row[0] for row in rows if row[0] in checklists.ITEMS[name]]
        assert items == checklists.ITEMS[name]
    rows = (papers.submission / "prisma_2020.csv").read_text("utf-8")
    assert len(re.findall(r"page \d+", rows)) > 42


def test_the_ledger_of_the_folder_is_that_of_the_results(papers, results):
    with (papers.submission / "supplementary" / "results_ledger.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    entries = ledger.entries(results)
    assert rows.keys() == entries.keys()
    key = "hba1c.t2dm.msc.controlled.estimate"
    assert rows[key]["text_en"] == entries[key].text(results)
    assert float(rows[key]["value"]) == entries[key].value


def test_tables_of_the_supplement_are_those_of_the_results(papers, results):
    folder = papers.submission / "supplementary"
    lists = screened.lists(results)
    expected = {
        "risk_of_bias": judged.bias(results),
        "grade_profile": judged.grade(results),
        "excluded_clinical": lists["records-clinical-exclude"][1],
        "excluded_preclinical": lists["records-preclinical-exclude"][1],
        "awaiting_clinical": lists["records-clinical-awaiting"][1],
    }
    for name, table in expected.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == len(table.rows) + 1 > 2, name
    for part in PARTS:
        place = folder if part == "supplement" else papers.submission
        assert (place / f"{part}.pdf").read_bytes() == (papers.latex / f"{part}.pdf").read_bytes()
        assert (place / f"{part}.docx").read_bytes() == (papers.docx / f"{part}.docx").read_bytes()


def test_places_of_the_checklist_are_on_the_pages_that_it_names(papers):
    pages = [squeezed(text) for text in papers.pdf_text("manuscript").split("\f")]
    text = (papers.submission / "prisma_2020.csv").read_text("utf-8")
    named = re.findall(r"Section ([\d.]+) ([^,;\"]+), page (\d+)(?! of)", text)
    assert len(named) > 25
    for number, title, page in named:
        assert squeezed(number + title) in pages[int(page) - 1], (number, title, page)


def test_words_are_counted_as_a_journal_counts_them(papers):
    text = (papers.submission / "cover_sheet.csv").read_text("utf-8")
    section = having(html.fromstring(papers.project.page("abstract")), "in-en")[0]
    paragraphs = [p.text_content() for p in section.iter("p")]
    abstract = [p for p in paragraphs if not p.startswith(("Key words", "Core tip"))]
    counted = sum(len(p.split()) for p in abstract)
    # A citation is closed up to the word before it on paper.
    assert abs(counted - int(re.search(r"English abstract, words\W+(\d+)", text)[1])) <= 3
    tip = next(p for p in paragraphs if p.startswith("Core tip"))
    assert " ".join(tip.split()).removeprefix("Core tip. ")[:60] in text


def test_the_report_tells_limits_that_are_broken_and_rules_that_are_not_known(papers):
    assert "Title, words" in papers.report and "limit unknown" in papers.report
    assert "Resolution of bitmap figures, dots per inch: 300" in papers.report
    assert "Faults of the JATS file: 0" in papers.report


# --- JATS -----------------------------------------------------------------------------------------


def test_the_jats_file_is_valid_whole_and_complete(papers):
    path = papers.submission / "manuscript.xml"
    assert jats.problems(path) == []
    article = etree.parse(path).getroot()
    assert article.get("dtd-version") == "1.1"
    references = having(html.fromstring(papers.project.page("reproduce")), "citation")
    assert len(article.findall(".//ref")) == len(references) > 100
    ids = {element.get("id") for element in article.iter() if element.get("id")}
    links = [x.get("rid") for x in article.iter("xref")]
    assert len(links) > 100 and set(links) <= ids
    supplement = article.find(".//supplementary-material").get("{http://www.w3.org/1999/xlink}href")
    assert (papers.submission / supplement).is_file()
    sections = article.iterfind(".//body//sec")
    labels = [section.findtext("label") + "".join(section.find("title").itertext()) for section in sections]
    headings = [p.text for p in Document(papers.docx / "manuscript.docx").paragraphs if p.style.name[:7] == "Heading"]
    assert [squeezed(label) for label in labels] == [squeezed(h) for h in headings if h[0].isdigit()]
    assert len(article.findall(".//fig")) == len([c for c in captions_html(papers) if re.match(r"Fig\. \d", c)])
    for graphic in article.iter("graphic"):
        assert (papers.submission / graphic.get("{http://www.w3.org/1999/xlink}href")).is_file()
    for abstract in ("abstract", "trans-abstract"):
        assert len(article.find(f".//{abstract}").findall("sec")) == 5


def test_the_jats_file_names_a_whole_author(tmp_path):
    """Links of an author lead to affiliations and are of that kind."""
    from datetime import date

    from mscreview.paper import jats_front

    author = Author("Test", "Author", "0000-0002-1825-0097", "a@example.org", ("Somewhere & Co",), ("Software",), True)
    submission = dataclasses.replace(load_submission(), authors=(author,))
    front = jats_front.front(submission, {"in-en": [], "in-zh-hans": []}, date(2026, 1, 2), jats.fragment)
    (link,) = front.iter("xref")
    jats._refer(link, {"aff-1-1"})
    assert link.get("ref-type") == "aff" and front.find(".//aff").get("id") == link.get("rid")
    assert front.find(".//contrib-id").text.endswith("0000-0002-1825-0097")


def test_a_fault_of_a_jats_file_is_named(papers, tmp_path):
    text = (papers.submission / "manuscript.xml").read_text("utf-8")
    (tmp_path / "bad.xml").write_text(text.replace("<article-title>", "<title>", 1).replace("</article-title>", "</title>", 1), "utf-8")
    assert any("title" in problem for problem in jats.problems(tmp_path / "bad.xml"))


# --- again ----------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes(papers):
    first = (papers.submission / "checksums.sha256").read_text("utf-8")
    papers.tool("make_submission.py")
    assert (papers.submission / "checksums.sha256").read_text("utf-8") == first
    for line in first.splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((papers.submission / name).read_bytes()).hexdigest() == digest
