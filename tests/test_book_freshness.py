"""No sequence of edits and builds shows a number that data and code no longer give.

One copy of the project goes through what authors do; each test leaves it as it found it, built.
"""

import re

import pytest
from project_copy import CHAPTERS_WITH_CELLS, Project, shown_numbers

pytestmark = pytest.mark.xdist_group("freshness")

ABSTRACT, GLYCEMIC, REPRODUCE = "chapters/abstract", "chapters/glycemic", "chapters/reproduce"
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
def left_as_found(project):
    yield
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
    row = re.search(rf'<tr[^>]* id="{ESTIMATE}".*?</tr>', project.page("reproduce"), re.DOTALL)
    assert row and row.group(0).count(f"<p>{estimate}</p>") == 2
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
    assert project.must_build() == {ABSTRACT, GLYCEMIC}
    assert expected(project) != before
    headline_everywhere(project, expected(project))
    assert "differs from" in project.page("reproduce"), "a table unlike its checksum is named on the page"
    undo()


def test_a_latex_build_in_between_leaves_no_old_number_in_html(project):
    undo = project.edit(*ZANG_MEAN)
    assert project.must_build("--builder", "latex") == {ABSTRACT, GLYCEMIC}
    assert project.must_build() == set()
    headline_everywhere(project, expected(project))
    undo()
    project.must_build("--builder", "latex")


def test_a_module_edit_reaches_the_figure_and_runs_only_its_chapter(project):
    undo = project.edit("code/mscreview/figures/forest.py", '"cells lower"', '"lower with cells"')
    assert project.must_build() == {ABSTRACT}
    (light, _) = re.findall(r'src="\.\./(_images/[^"]+\.svg)"', project.page("abstract"))
    assert "lower with cells" in (project.html / light).read_text("utf-8")
    undo()


def test_a_statistics_edit_reaches_prose_although_no_cell_changed(project):
    undo = project.edit("code/mscreview/units.py", "HBA1C_MMOL_MOL_PER_PERCENT = 10.929", "HBA1C_MMOL_MOL_PER_PERCENT = 10.93")
    assert project.must_build() == set(), "no result in use depends on this constant"
    undo()
    undo = project.edit("code/mscreview/effects.py", "return Effect(treatment.mean - control.mean,", "return Effect(1.1 * (treatment.mean - control.mean),")
    before = estimates(project, "abstract")
    assert project.must_build() == {ABSTRACT, GLYCEMIC}
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


def test_a_caption_executes_nothing_and_is_shown(project):
    undo = project.edit("chapters/glycemic.md", "What does each trial contribute?", "What does every trial contribute?")
    assert project.must_build() == set()
    assert "What does every trial contribute?" in project.page("glycemic")
    undo()


def test_a_file_that_a_cell_opens_is_traced(project):
    undo = project.edit("validation/agreement.csv", "estimate,", "estimate*,")
    assert project.must_build() == {REPRODUCE}
    assert "estimate*" in project.page("reproduce")
    undo()


def test_an_older_file_time_does_not_hide_a_change(project):
    import os

    undo = project.edit("chapters/methods.md", "## Question", "## The question")
    os.utime(project.folder / "chapters/methods.md", (0, 0))
    project.must_build()
    assert "The question" in project.page("methods")
    undo()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("chapters/glycemic.md", "tables.trials(results)", "tables.no_such_table(results)"), ["chapters/glycemic", "no_such_table"]),
        (("chapters/glycemic.md", "{num}`hba1c.t2dm.msc.controlled.se`", "{num}`hba1c.t2dm.msc.controlled.sd`"), ["glycemic.md", "hba1c.t2dm.msc.controlled.sd"]),
        (("data/outcomes.csv", ZANG_MEAN[1], ZANG_MEAN[1].replace("1.07", "-1.07")), ["outcomes.csv", "row 21", "column sd", "-1.07"]),
    ],
    ids=["failing cell", "unknown number", "bad table"],
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
