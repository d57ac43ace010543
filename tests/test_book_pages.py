"""The book as its readers see it: pages in a real browser without network."""

import json
import os
import re
import subprocess
import sys

import pytest
from project_copy import LISTS, Project, shown_numbers

from benchmark import readers

from mscreview import ledger, wording
from mscreview.book.numbers import anchor
from mscreview.versions import shown

pytestmark = pytest.mark.xdist_group("pages")

HEADLINE = "hba1c.t2dm.msc.controlled"
PAGES = (
    *("abstract", "introduction", "methods", "included", "glycemic"),
    *("beta_cell", "safety", "preclinical", "limitations", "reproduce"),
    *LISTS,
)
IN_ABSTRACT = ("k", "estimate", "ci", "wald", "hksj", "pi", "tau2", "i2", "q", "weights")


@pytest.fixture(scope="module")
def project(built_book):
    return built_book


def test_every_number_in_prose_is_that_of_the_results(project, results):
    texts = {
        (f"num-{key.replace('.', '-').replace('_', '-')}", language): entry.text(results, language)
        for key, entry in ledger.entries(results).items()
        for language in wording.LANGUAGES
    }
    for page in PAGES:
        for anchor, language, text in shown_numbers(project.page(page)):
            assert text == texts[anchor, language], (page, anchor)


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_both_abstracts_state_the_headline_whole(project, language):
    shown = {(key, lang) for key, lang, _ in shown_numbers(project.page("abstract"))}
    for field in IN_ABSTRACT:
        key = f"num-{HEADLINE}.{field}".replace(".", "-").replace("_", "-")
        assert (key, language) in shown


def test_every_page_shows_live_numbers(project):
    for page in PAGES:
        assert shown_numbers(project.page(page)) or page in ("reproduce", *LISTS), page


def test_the_lists_hold_each_record_column_and_result(project, evidence, results):
    """No prose of these pages could show a number: what they are for is a row for each."""
    records = [row for stream in ("clinical", "preclinical") for row in listed(project, f"records_{stream}")]
    assert set(evidence.screening["record_id"]) <= set(records)
    assert listed(project, "data_dictionary") == list(evidence.codebook["column"])
    book = json.loads((project.html / "ledger.json").read_text("utf-8"))
    displayed = {key for key, found in book.items() if found["figures_and_tables"]}
    assert sorted(listed(project, "ledger_displays")) == sorted(displayed - set(results.counts))
    in_prose = [key for found in book.values() for key, number in found["numbers"].items() if number["prose"]]
    assert sorted(row.partition("#")[2] for row in ledger_rows(project)) == sorted(map(anchor, in_prose))


def listed(project, name):
    """The first cell of each row of the tables of a page."""
    return re.findall(r"<tr><td>(.*?)</td>", project.page(name))


def ledger_rows(project):
    """The address of each row of the ledger's numbers."""
    return [
        f"{page}.html#{row}"
        for page in ("ledger_pools", "ledger_others")
        for row in re.findall(r'<tr[^>]* id="(num-[^"]+)"', project.page(page))
    ]


def test_every_figure_and_table_has_its_number_and_caption(project):
    """Numbered in the order of the book, without a gap."""
    figures, tables = [], []
    for page in PAGES:
        text = project.page(page)
        figures += re.findall(r'<span class="caption-number">Fig\. (S?\d+) ', text)
        tables += re.findall(r'<span class="caption-number">Table (S?\d+) ', text)
    for numbers in (figures, tables):
        for series in ("", "S"):  # the article's and the supplement's
            counted = [n for n in numbers if n.startswith("S") == bool(series)]
            assert counted == [f"{series}{n}" for n in range(1, len(counted) + 1)] and len(counted) >= 10


def test_no_page_holds_thebe_or_loads_from_another_host(project):
    for page in PAGES:
        text = project.page(page)
        assert "thebe" not in text.lower()
        assert not re.search(r'<(script|link|img)[^>]* (src|href)="(https?:)?//', text)


def test_no_page_shows_an_error_or_a_stub(project):
    for page in PAGES:
        text = project.page(page).partition("<article")[2]
        assert "Traceback" not in text and 'class="system-message' not in text
        assert not re.search(r"\b(TODO|FIXME|placeholder|lorem ipsum)\b", text, re.I)


def test_the_chinese_summary_of_findings_is_marked(project, results):
    page = project.page("limitations")
    chinese = page.partition('<div lang="zh-Hans"')[2].partition("</table>")[0]
    found = results.pools[HEADLINE]
    assert "糖化血红蛋白" in chinese and "尚未证实" in chinese
    assert wording.number(found.estimate, "effect") in chinese


def test_every_number_links_to_a_row_of_the_ledger(project):
    linked = {number.href for page in PAGES for number in shown.numbers(project.page(page)) if number.href}
    assert linked and linked <= set(ledger_rows(project))


def test_the_ledger_holds_value_formula_and_sources_of_the_headline(project, results):
    page = project.page("ledger_pools")
    result = results.pools[HEADLINE]
    for value in (result.estimate, result.se, result.tau2, result.i2, result.q, result.q_p):
        assert repr(value) in page
    for trial in result.trials:
        for source in trial.sources:
            assert f"{source['table']}.csv row {source['row']}" in page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_enough_for_a_phone(project, name):
    """At most 150 kB, and 40 kB compressed for its charts, in whose specifications no table stands twice."""
    page = project.html / "chapters" / f"{name}.html"
    assert page.stat().st_size <= 150_000
    for form in readers.SOURCES:
        files = readers.charts(page, form)
        assert readers.weight(files) <= 40_000 and readers.repeated_tables(files) == 0, form


def test_text_of_tables_is_escaped(tmp_path):
    made = Project(tmp_path)
    for name in ("studies", "bias_facts"):
        path = made.folder / "data" / f"{name}.csv"
        text = path.read_text("utf-8")
        text = text.replace("Zang 2022", "<b>Zang</b> & $x_1$ 2022")
        path.write_text(text.replace("(double-blinded)", "<script>x</script> 5% \\input{a}"), "utf-8")
    made.must_build()
    page = made.page("glycemic")
    assert "&lt;b&gt;Zang&lt;/b&gt; &amp; $x_1$ 2022" in page
    assert "<script>x" not in page and "&lt;script&gt;x" in page
    made.must_build("--builder", "latex")
    files = [made.folder / "_build" / "latex" / f"{part}.tex" for part in ("manuscript", "supplement")]
    tex = "".join(path.read_text("utf-8") for path in files)
    assert r"\textbackslash{}input\{a\}" in tex and r"\$x\_1\$" in tex


def test_the_chinese_abstract_is_marked_and_reads_without_gaps(project):
    page = project.page("abstract")
    assert page.count('lang="zh-Hans"') >= 2
    chinese = page.partition('<div lang="zh-Hans"')[2].partition("</section>")[0]
    assert "糖化血红蛋白" in chinese
    assert not re.search(r"。 +[\u4e00-\u9fff]", re.sub(r"<[^>]+>", "", chinese))


def test_the_landing_page_is_reached_from_the_index(project):
    assert "chapters/abstract.html" in (project.html / "index.html").read_text("utf-8")


def test_readme_picture_is_that_of_the_results():
    import readme_picture

    assert readme_picture.PICTURE.read_text("utf-8") == readme_picture.picture(), (
        "run: python tools/readme_picture.py"
    )


def test_make_check_passes(root):
    environment = {**os.environ, "PYTHONPATH": str(root / "code")}
    for tool in ("check_prose.py", "check_languages.py", "make_references.py"):
        options = ["--check"] if tool == "make_references.py" else []
        done = subprocess.run(
            [sys.executable, root / "tools" / tool, *options],
            env=environment, capture_output=True, text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_number_in_one_language_only_is_found():
    import check_languages

    text = "## Abstract\n{num}`a.b`\n\n## 摘要\n\n:::{language} zh-Hans\n{num}`a.c`\n:::\n"
    assert len(check_languages.differences(text)) == 2
    assert check_languages.differences(text.replace("a.c", "a.b")) == []
