"""No sequence of edits and builds shows a number that data and code no longer give.

One copy of the project goes through what authors do; each test leaves it as it found it, built.
"""

import json
import os
import re
import time
import zlib

import pytest
from nbformat.v4 import new_code_cell
from project_copy import CHAPTERS_WITH_CELLS, LISTS, Project, shown_numbers

pytestmark = pytest.mark.xdist_group("freshness")

ABSTRACT, GLYCEMIC, REPRODUCE = "chapters/abstract", "chapters/glycemic", "chapters/reproduce"
INCLUDED, BETA_CELL = "chapters/included", "chapters/beta_cell"
# The chapters whose figures and tables show the headline or what follows from it.
OF_THE_HEADLINE = {ABSTRACT, GLYCEMIC, INCLUDED, "chapters/introduction", "chapters/limitations"}
HEADLINE = "hba1c.t2dm.msc.controlled"
ESTIMATE = "num-hba1c-t2dm-msc-controlled-estimate"
ZANG_MEAN = ("data/outcomes.csv", "zang2022,hba1c,,all,UC-MSC,treatment,msc,11,,7.52,1.07", "zang2022,hba1c,,all,UC-MSC,treatment,msc,11,,7.12,1.07")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("project"))
    assert made.must_build() == CHAPTERS_WITH_CELLS
    made.first = made.digests()
    return made


@pytest.fixture(autouse=True)
def left_as_found(request):
    yield
    if "project" not in request.fixturenames:
        return
    project = request.getfixturevalue("project")
    project.must_build()
    changed = {k for k, v in project.digests().items() if project.first.get(k) != v}
    assert changed == set(), "after undoing the edit the book must be byte-equal to before"


def expected(project):
    """Python's own estimate from the copy's tables, as text."""
    from mscreview import analyse, load_evidence, wording

    result = analyse(load_evidence(project.folder / "data"))[HEADLINE]
    return wording.number(result.estimate, "effect")


def estimates(project, page):
    """Every text of the headline estimate in prose, by language."""
    return {(lang, text) for key, lang, text in shown_numbers(project.page(page)) if key == ESTIMATE}


def headline_everywhere(project, estimate):
    """The estimate in both abstracts, the glycemic prose, the ledger, both forest plots, the alt text."""
    assert estimates(project, "abstract") == {("en", estimate), ("zh-Hans", estimate)}
    assert estimates(project, "glycemic") == {("en", estimate)}
    row = re.search(rf'<tr[^>]* id="{ESTIMATE}".*?</tr>', project.page("ledger_pools"), re.DOTALL)
    assert row and row.group(0).count(f">{estimate}<") == 2
    assert f"Pooled MD {estimate}," in project.page("abstract")
    pictures = re.findall(r'src="\.\./(_images/[^"]+\.svg)"', project.page("abstract"))
    assert len(pictures) == 2
    for picture in pictures:
        assert f">{estimate} [" in (project.html / picture).read_text("utf-8")


def test_nothing_changed_executes_nothing(project):
    assert project.must_build() == set()
    assert project.digests() == project.first


def test_a_changed_mean_changes_every_number_and_runs_only_what_depends_on_it(project):
    before = expected(project)
    headline_everywhere(project, before)
    undo = project.edit(*ZANG_MEAN)
    assert project.must_build() == OF_THE_HEADLINE
    assert expected(project) != before
    headline_everywhere(project, expected(project))
    assert "outcomes.csv: changed since" in project.page("reproduce"), "a table unlike its checksum is named on the page"
    undo()


def test_a_latex_build_in_between_leaves_no_old_number_in_html(project):
    undo = project.edit(*ZANG_MEAN)
    assert project.must_build("--builder", "latex") == OF_THE_HEADLINE
    assert project.must_build() == set()
    headline_everywhere(project, expected(project))
    undo()
    project.must_build("--builder", "latex")


def test_a_module_edit_reaches_the_figure_and_runs_only_its_chapter(project):
    undo = project.edit("code/mscreview/figures/forest.py", '"cells lower"', '"lower with cells"')
    assert project.must_build() == {ABSTRACT, GLYCEMIC, BETA_CELL}
    (light, _) = re.findall(r'src="\.\./(_images/[^"]+\.svg)"', project.page("abstract"))
    assert "lower with cells" in (project.html / light).read_text("utf-8")
    undo()


def test_a_statistics_edit_reaches_prose_although_no_cell_changed(project):
    undo = project.edit("code/mscreview/units.py", "HBA1C_MMOL_MOL_PER_PERCENT = 10.929", "HBA1C_MMOL_MOL_PER_PERCENT = 10.93")
    assert project.must_build() == set(), "no result in use depends on this constant"
    undo()
    undo = project.edit("code/mscreview/effects.py", "return Effect(treatment.mean - control.mean,", "return Effect(1.1 * (treatment.mean - control.mean),")
    before = estimates(project, "abstract")
    assert project.must_build() == OF_THE_HEADLINE | {BETA_CELL}
    assert estimates(project, "abstract") != before
    undo()


@pytest.mark.parametrize("moment", [r"^executing ", r"reading sources", r"writing output"])
def test_a_killed_build_is_repaired_by_the_next(project, moment):
    undo = project.edit(*ZANG_MEAN)
    project.build_and_kill(moment)
    project.must_build()
    headline_everywhere(project, expected(project))
    undo()
    project.build_and_kill(moment)


def test_a_sentence_executes_nothing(project):
    undo = project.edit("chapters/glycemic.md", "### Whose numbers", "### Whose numbers are these")
    assert project.must_build() == set()
    assert "Whose numbers are these" in project.page("glycemic")
    undo()


def test_an_answer_of_a_checklist_executes_nothing_and_is_shown(project):
    undo = project.edit("checklists/prisma_2020.csv", "For research only;", "For research alone;")
    assert project.must_build() == set()
    assert "For research alone;" in project.page("reproduce")
    undo()


def test_a_caption_executes_nothing_and_is_shown(project):
    undo = project.edit("chapters/glycemic.md", "What does each trial contribute to", "What does every trial contribute to")
    assert project.must_build() == set()
    assert "What does every trial contribute to" in project.page("glycemic")
    undo()


def test_a_file_that_a_cell_opens_is_traced(project):
    undo = project.edit("validation/agreement.csv", "estimate,", "estimate*,")
    assert project.must_build() == {REPRODUCE}
    assert "estimate*" in project.page("reproduce")
    undo()


# Reads the files that the test below writes, each in another way, and waits for the test.
READING_CELL = """```{code-cell} python
import os, time
from pathlib import Path
Path("validation/own.txt").write_text("made here")
words = [Path("validation/plain.txt").read_text(), Path("validation/own.txt").read_text()]
words += [open(b"validation/bytes.txt").read(), os.read(os.open(Path("validation/path.txt"), 0), 99).decode()]
os.chdir("validation")
words += [open("relative.txt").read()]
os.chdir("..")
Path("FOLDER/reading").touch()
while not Path("FOLDER/edited").exists():
    time.sleep(0.05)
print(words)
```

"""


def test_a_file_edited_while_a_cell_uses_it_is_not_taken_for_the_one_it_read(project, tmp_path):
    files = [project.folder / f"validation/{name}.txt" for name in ("plain", "bytes", "path", "relative")]
    for file in files:
        file.write_text(f"first {file.stem}")
    undo = project.edit("chapters/reproduce.md", "(lists)=\n", READING_CELL.replace("FOLDER", str(tmp_path)) + "(lists)=\n")

    def edit():
        while not (tmp_path / "reading").exists():
            time.sleep(0.05)
        files[0].write_text("second plain")
        (tmp_path / "edited").touch()

    assert project.build_and_meanwhile(f"^executing {REPRODUCE}", edit) == {REPRODUCE}
    assert "first plain" in project.page("reproduce")
    files[3].write_text("second relative")
    assert project.must_build() == {REPRODUCE}
    for words in ("second plain", "first bytes", "first path", "second relative"):
        assert words in project.page("reproduce")
    used = json.loads(project.trace(REPRODUCE).read_text("utf-8"))["content"]["files"]
    assert {name for name in used if name.endswith(".txt")} == {f"validation/{file.name}" for file in files}
    for file in [*files, project.folder / "validation/own.txt"]:
        file.unlink()
    undo()


# Standard deviations that zang2023 does not print: with them it could enter as a trial of its own.
OVERLAP = (
    ("data/outcomes.csv", "zang2023,hba1c,,all,UC-MSC,treatment,msc,11,37,-1.36,", "zang2023,hba1c,,all,UC-MSC,treatment,msc,11,37,-1.36,1.1"),
    ("data/outcomes.csv", "zang2023,hba1c,,all,placebo,control,none,11,36,-0.51,", "zang2023,hba1c,,all,placebo,control,none,11,36,-0.51,1.2"),
)


def test_a_page_edited_while_it_is_built_is_written_again_and_a_new_variant_runs_it(project):
    """Two tests in one, since both want the chapter that lists variants to run for a variant alone."""
    headline, variant = expected(project), "Probable overlaps counted as separate trials"
    assert variant not in project.page("glycemic")
    undos = [project.edit(*edit) for edit in OVERLAP]
    undos.append(project.edit("chapters/glycemic.md", "### Whose numbers", "### Whose first numbers"))
    again = lambda: project.edit("chapters/glycemic.md", "### Whose first numbers", "### Whose second numbers")
    assert GLYCEMIC in project.build_and_meanwhile("looking for now-outdated files", again)
    assert expected(project) == headline, "the headline is the same, and a variant is there that was not"
    assert project.must_build("--builder", "latex") == set()
    assert project.must_build() == set()
    assert "Whose second numbers" in project.page("glycemic")
    assert variant in project.page("glycemic")
    for undo in reversed(undos):
        undo()
    assert GLYCEMIC in project.must_build()
    assert variant not in project.page("glycemic")


def test_a_file_put_back_as_it_was_counts_as_changed(tmp_path):
    from freshbook.digests import Snapshot

    file = tmp_path / "table.csv"
    file.write_text("before")
    snapshot, status = Snapshot(tmp_path), file.stat()
    assert snapshot.unchanged("table.csv") and snapshot.unchanged("absent.csv")
    time.sleep(0.02)  # two ticks of the clock of file systems
    for text in ("meanwhile", "before"):
        file.write_text(text)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not snapshot.unchanged("table.csv")
    assert snapshot.taken("table.csv") == snapshot.of("table.csv")


def test_a_style_sheet_is_published_and_all_pages_name_the_same(project):
    undo = project.edit("_static/book.css", ".scroll-box { overflow-x: auto;", ".scroll-box { overflow-x: scroll;")
    assert project.must_build() == set()
    style = (project.folder / "_static/book.css").read_bytes()
    assert (project.html / "_static/book.css").read_bytes() == style
    pages = "".join(path.read_text("utf-8") for path in (project.html / "chapters").glob("*.html"))
    assert set(re.findall(r"_static/book\.css\?v=(\w+)", pages)) == {f"{zlib.crc32(style):08x}"}
    undo()


def test_damaged_and_deleted_outputs_come_back(project):
    next((project.html / "_images").glob("*.svg")).unlink()
    (project.html / "searchindex.js").unlink()
    for name in ("chapters/glycemic.html", "_static/book.css", ".buildinfo"):
        os.truncate(project.html / name, 0)
    (project.html / "index.html").write_text('<meta http-equiv="Refresh" content="0; url=chapters/old.html" />')
    assert project.must_build("-W") == set()
    assert project.digests() == project.first


def test_damaged_state_counts_as_none(project):
    for path in (project.folder / "_build/.results").iterdir():
        os.truncate(path, 1000)
    for path in [*(project.folder / "_build/.figures").iterdir(), project.folder / "_build/.jupyter_cache/global.db"]:
        path.write_text("{}")
    project.trace(REPRODUCE).write_text("{}")
    (project.html / ".freshness.json").write_text("{}")
    assert project.must_build("-W") == {REPRODUCE}
    assert project.digests() == project.first


def test_a_renamed_chapter_leaves_no_page_behind(project):
    undo = project.edit("_toc.yml", "chapters/methods", "chapters/approach")
    old, new = (project.folder / f"chapters/{name}.md" for name in ("methods", "approach"))
    old.rename(new)
    assert project.must_build() == set()
    pages = {name for name in project.digests() if name.endswith(".html") and not name.startswith(("_", "code/"))}
    assert pages == {
        *("index.html", "search.html", "genindex.html"),
        *(f"{page}.html" for page in CHAPTERS_WITH_CELLS),
        *(f"chapters/{page}.html" for page in LISTS),
        "chapters/approach.html",
    }
    new.rename(old)
    undo()


def test_no_character_of_a_label_breaks_a_directive():
    from mscreview.book.cells import CHART, for_pages

    options = {"chart": {"name": "fig-x", "caption": "A\u2028B\x85C"}}
    cell = new_code_cell("forest.figure(results)", metadata=options)
    output = for_pages({"data": {CHART: {"description": "D\u2029E\x0bF 间"}}}, cell)
    fence, body, end = output["data"]["text/markdown"].splitlines()
    content = {"description": "D\u2029E\x0bF 间"}
    assert json.loads(body) == {**options["chart"], "code": cell.source, "content": content}


def test_an_older_file_time_does_not_hide_a_change(project):
    undo = project.edit("chapters/methods.md", "## Question\n", "## The question\n")
    os.utime(project.folder / "chapters/methods.md", (0, 0))
    project.must_build()
    assert "The question" in project.page("methods")
    undo()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("chapters/glycemic.md", "pools.trials(results)", "pools.no_such_table(results)"), ["chapters/glycemic", "no_such_table"]),
        (("chapters/safety.md", "safety.figure(results)", "safety.figure(results).configure_view(stroke=5)"), ["chapters/safety", "SchemaValidationError"]),
        (("chapters/glycemic.md", "{num}`hba1c.t2dm.msc.controlled.se`", "{num}`hba1c.t2dm.msc.controlled.sd`"), ["glycemic.md", "hba1c.t2dm.msc.controlled.sd"]),
        (("data/outcomes.csv", ZANG_MEAN[1], ZANG_MEAN[1].replace("1.07", "-1.07")), ["outcomes.csv", "row 21", "column sd", "-1.07"]),
        (("checklists/prisma_2020.csv", "fig-flow", "fig-flaw"), ["prisma_2020.csv", "row 23", "column places", "fig-flaw"]),
        (("checklists/prisma_abstracts.csv", 'no,,"Funding', 'maybe,,"Funding'), ["prisma_abstracts.csv", "row 12", "column answer", "maybe"]),
    ],
    ids=["failing cell", "wrong chart", "unknown number", "bad table", "unknown place", "unknown answer"],
)
def test_a_refused_build_says_why_and_leaves_the_pages(project, edit, words):
    pages = {k: v for k, v in project.digests().items() if k.endswith(".html")}
    undo = project.edit(*edit)
    done = project.build()
    assert done.returncode == 1
    for word in words:
        assert word in done.stdout
    assert {k: v for k, v in project.digests().items() if k.endswith(".html")} == pages
    undo()
