"""Article and supplement as an author makes them, and the texts of their files, to compare."""

import os
import re
import subprocess
import sys
import unicodedata
import zipfile

from lxml import etree, html

EPOCH = "1700000000"
HERE = "\ue001"
GAP = "\ue000"  # stands for a formula, which each format writes in its own way
WORD = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
# The body of an A4 page in points, without head and foot.
BODY = ("-x", "0", "-y", "62", "-W", "596", "-H", "718")


class Papers:
    """PDF, Word files and the folder for an editor, made in a copy of the project."""

    def __init__(self, project):
        self.project = project
        build = project.folder / "_build"
        self.latex, self.docx, self.submission = build / "latex", build / "docx", build / "submission"
        self.report = self.tool("make_submission.py")

    def tool(self, name, *options):
        """Run a tool of the project's copy; what it prints."""
        return self.run(sys.executable, self.project.folder / "tools" / name, *options)

    def run(self, *command):
        """Run a command in the project's copy, whose code and tools it imports; what it prints."""
        dates = {"SOURCE_DATE_EPOCH": EPOCH, "FORCE_SOURCE_DATE": "1"}
        path = os.pathsep.join(str(self.project.folder / name) for name in ("code", "tools"))
        environment = {**os.environ, **dates, "PYTHONPATH": path}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=self.project.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pdf_text(self, part, *options):
        """The words of a PDF, in the order in which they are drawn."""
        command = ["pdftotext", "-raw", *options, self.latex / f"{part}.pdf", "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def document(self, part):
        """The XML of a Word file's text."""
        with zipfile.ZipFile(self.docx / f"{part}.docx") as file:
            return etree.fromstring(file.read("word/document.xml"))

    def word_text(self, part):
        """The words of a Word file, fields included."""
        return "\n".join(
            "".join(found.text or "" for found in paragraph.iterfind(".//w:t", WORD))
            for paragraph in self.document(part).iterfind(".//w:p", WORD)
        )


def squeezed(text):
    """Text without what differs between formats: white space, hyphenation, ligatures."""
    text = unicodedata.normalize("NFKC", text).replace("\u2010", "-").replace("\xad", "")
    return re.sub(r"[\s\-]+", "", text)


def passages(page, reach=14):
    """(key, language, words around it) of each number that a page shows where paper shows it too.

    The words reach as far as ``reach`` characters, or to the next formula.
    """
    tree = paper_part(page)
    for formula in tree.findall(".//math"):
        formula.tail = GAP + (formula.tail or "")
        formula.drop_tree()
    for number in having(tree, "num"):
        yield _passage(number, reach)


def prose(page):
    """The squeezed words of each paragraph and item of a page, cut at formulas."""
    tree = paper_part(page)
    for formula in tree.findall(".//math"):
        formula.tail = GAP + (formula.tail or "")
        formula.drop_tree()
    for paragraph in tree.iter("p"):
        within, around = {element.tag for element in paragraph.iterancestors()}, classes(paragraph)
        if within & {"table", "figure", "details", "footer"} or "citation" in around:
            continue  # compared apart
        if "bd-article" in around:
            for part in paragraph.text_content().split(GAP):
                if len(squeezed(part)) > 12:
                    yield squeezed(part)


def classes(element):
    """The classes of all that is around an element."""
    return " ".join(e.get("class", "") for e in element.iterancestors()).split()


def tables(page):
    """{label: rows of squeezed cells, the head first} of the numbered tables of a page."""
    found = {}
    for table in paper_part(page).iter("table"):
        numbers = having(table, "caption-number")
        if numbers:
            rows = [[squeezed(cell.text_content()) for cell in row.iter("th", "td")] for row in table.iter("tr")]
            found[numbers[0].text_content().strip()] = rows
    return found


def references(page):
    """The squeezed words of each reference, without its number and its identifiers."""
    for citation in having(html.fromstring(page), "citation"):
        yield squeezed(citation.find(".//p").text_content().partition(" [")[0])


def made_by_rule(page):
    """The sentences of a page that are made by rule, numbers and all."""
    for sentence in having(paper_part(page), "rule-made"):
        yield squeezed(sentence.text_content())


def paper_part(page):
    """A page without what is for screens only."""
    tree = html.fromstring(page)
    for name in ("screen-only", "cell_input", "figure-beneath"):
        for gone in having(tree, name):
            gone.drop_tree()
    return tree


def having(tree, name):
    """All elements of a class."""
    return tree.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def _passage(number, reach):
    language = next((e.get("lang") for e in number.iterancestors() if e.get("lang")), "en")
    block = next(e for e in number.iterancestors() if e.tag in ("p", "li", "figcaption", "td"))
    before, after = _around(block, number)
    words = squeezed(number.text_content())
    left = squeezed(before.rpartition(GAP)[2])[-reach:]
    right = squeezed(after.partition(GAP)[0])[:reach]
    return number.get("href").partition("#")[2], language, left + words + right


def _around(block, number):
    """The text of a block before and after one of its elements."""
    number.text, kept = HERE, number.text
    before, _, after = block.text_content().partition(HERE)
    number.text = kept
    return before, after
