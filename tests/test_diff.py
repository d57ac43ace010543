"""What changed between two versions: results, data and prose, as a page and as a Word file."""

import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from docx import Document
from edits import changed
from project_copy import ROOT, Project

from mscreview import analyse, ledger
from mscreview.versions import alignment, changes, page, prose, record, report, trees

pytestmark = pytest.mark.xdist_group("diff")

HEADLINE = "hba1c.t2dm.msc.controlled"
OLD_SENTENCE = "A review of the field reports that they improve glycemic control"
NEW_SENTENCE = "A survey of the field <script>alert(1)</script> reports that they improve glycemic control"
GIT = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]


# --- results ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def after(evidence):
    """zang2022 with another HbA1c mean in its cell arm at 11 months."""
    return analyse(changed(evidence, "outcomes", 21, mean=7.12))


@pytest.fixture(scope="module")
def two(results, after):
    return record.recorded(results), record.recorded(after)


@pytest.fixture(scope="module")
def found(two):
    return {difference.key: difference for difference in changes.results(*two)[0]}


def test_nothing_changed_differs_in_nothing(results, evidence):
    assert changes.results(record.recorded(results), record.recorded(analyse(evidence))) == ([], [])


def test_all_that_depends_on_the_value_differs(found):
    for name in ("estimate", "ci", "wald", "pi", "tau2", "i2", "q", "answer", "conclusion", "statement"):
        assert f"{HEADLINE}.{name}" in found, name
    for key in (
        f"{HEADLINE}.trial.zang2022.effect",
        f"{HEADLINE}.without_chenp2016.estimate",
        "hba1c.both.any.controlled.estimate",
        "hba1c.both.any.before_after.zang2022.treatment.change",
        "multiverse.hba1c.estimates_three",
        "claims.C1.because",
    ):
        assert key in found, key


def test_nothing_else_differs(found):
    """Nothing of another outcome, of harms, of animals, of the flow, of a trial beside the changed one."""
    allowed = ("hba1c.", "certainty.hba1c.", "multiverse.hba1c.", "subgroup.", "claims.C1.", "claims.C9.")
    allowed += ("gaps.hba1c.", "small_studies.hba1c.", "trajectories.hba1c.zang2022.")
    assert [key for key in found if not key.startswith(allowed)] == []
    others = [key for key in found if ".trial." in key and ".zang2022." not in key]
    assert all(key.endswith(".weight") for key in others), "of other trials only the weight can change"


def test_both_languages_change_together(results, found):
    entries = ledger.entries(results)
    for key, difference in found.items():
        if difference.old and difference.new and entries[key].kind != "sentence":
            old, new = difference.old["texts"], difference.new["texts"]
            assert all(old[language] != new[language] for language in record.LANGUAGES), key


def entry(value, text, kind="effect"):
    return {"kind": kind, "meaning": "m", "texts": {"en": text, "zh-Hans": text}, "value": value}


def test_changes_below_the_printed_digits_stand_apart():
    old = {"a": entry(1.001, "1.00"), "b": entry(2.0, "2.00"), "c": entry(3.0, "3.00"), "gone": entry(4, "4")}
    new = {"a": entry(1.002, "1.00"), "b": entry(2.0 + 1e-12, "2.00"), "c": entry(3.5, "3.50")}
    new["d"] = entry(5, "5")
    printed, below = changes.results(old, new)
    assert [d.key for d in printed] == ["c", "gone", "d"]
    assert [(d.key, d.change) for d in below] == [("a", "+0.001")]
    assert printed[0].change == "+0.50" and printed[1].new is None and printed[2].old is None


def test_the_change_is_on_the_scale_of_the_text():
    interval = changes.Difference("k", entry([-1.5, 0.25], ""), entry([-1.0, 0.25], ""))
    assert interval.change == "+0.50; 0"
    ratio = changes.Difference("k", entry(0.0, "1.00", "ratio"), entry(-0.6931472, "0.50", "ratio"))
    assert ratio.change == "\u22120.50"


def test_pages_of_numbers_are_those_of_the_chapters(root):
    pages = prose.pages_of_numbers(root)
    assert pages[f"{HEADLINE}.estimate"][0] == "abstract" and "glycemic" in pages[f"{HEADLINE}.estimate"]


def version(folder, chapters):
    """A version of a few chapters, as a `Version` without results."""
    (folder / "chapters").mkdir(parents=True)
    for name, text in chapters.items():
        (folder / "chapters" / f"{name}.md").write_text(text, "utf-8")
    return trees.Version(folder.name, folder, {})


def test_a_renamed_chapter_is_compared_under_its_new_name(tmp_path):
    lines = [f"Sentence number {n} of the chapter." for n in range(9)]
    old = version(tmp_path / "old", {"harms": "\n".join(lines), "gone": "Nothing like it remains."})
    new = version(tmp_path / "new", {"safety": "\n".join([*lines[:-1], "Another last sentence."])})
    found = prose.compare(old, new)
    assert set(found) == {"safety", "gone"}
    assert sum(row.change != "same" for row in found["safety"]) <= 2


def test_a_version_without_a_package_does_not_answer_with_that_of_today(tmp_path, root):
    shutil.copytree(root / "data", tmp_path / "old" / "data")
    (told,) = trees.read([("old", tmp_path / "old")], tmp_path)
    assert not told.ledger and "no package of its own" in told.failure


def test_an_empty_commit_is_unpacked_as_nothing(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path / "repository"], check=True)
    commit = [*GIT, "commit", "-q", "--allow-empty", "-m", "empty"]
    subprocess.run(commit, cwd=tmp_path / "repository", check=True)
    trees.unpack(tmp_path / "repository", "HEAD", tmp_path / "old")
    assert list((tmp_path / "old").iterdir()) == []


# --- data ------------------------------------------------------------------------------------


def test_a_cell_a_row_and_a_column():
    old = "study_id,outcome,n,x\na,hba1c,10,1\nb,hba1c,20,1\nc,fpg,5,1\n"
    new = "study_id,outcome,n,y\nnew,auc,1,2\na,hba1c,11,2\nb,hba1c,20,2\n"
    found = {(cell.row, cell.column): (cell.old, cell.new) for cell in changes.table(old, new)}
    assert found == {
        ("header", "x"): ("x", None),
        ("header", "y"): (None, "y"),
        ("line 2: new, auc", "whole row"): (None, "study_id: new; outcome: auc; n: 1; y: 2"),
        ("line 3: a, hba1c", "n"): ("10", "11"),
        ("line 4: c, fpg", "whole row"): ("study_id: c; outcome: fpg; n: 5; x: 1", None),
    }


# --- prose -----------------------------------------------------------------------------------

CHAPTER = """---
file_format: mystnb
---

(target)=
# {front}`title`

:::{admonition} The answer
:class: answer
It is {num}`a.b` {cite}`x2020,y2021`; see {numref}`fig-a` and {ref}`the rule <rule>`.
:::

```{code-cell} python
---
tags: [remove-input]
chart:
  name: fig-a
  caption: >-
    What is drawn?
    Dots are trials.
---
drawn.figure(results)
```

:::{language} zh-Hans
**结果：** 共{num}`a.b`项。
:::

- **Bold** item with `code`

```{declarations}
```
"""


def spoken(role, key, language):
    if role == "front":
        return {"declarations": "**Funding.** None.\n**Thanks.** All.", "title": "A title"}[key]
    return {"en": "five", "zh-Hans": "五"}[language]


def test_a_chapter_is_read_as_it_is_seen():
    read = [(unit.kind, unit.language, unit.text, unit.of) for unit in prose.units(CHAPTER, spoken)]
    assert read == [
        ("heading", "en", "A title", ""),
        ("title", "en", "The answer", ""),
        ("text", "en", "It is five [x2020, y2021]; see fig-a and the rule.", ""),
        ("caption", "en", "What is drawn?", "fig-a"),
        ("caption", "en", "Dots are trials.", "fig-a"),
        ("text", "zh-Hans", "结果： 共五项。", ""),
        ("text", "en", "• Bold item with code", ""),
        ("text", "en", "Funding. None.", ""),
        ("text", "en", "Thanks. All.", ""),
    ]


def test_every_number_and_caption_of_the_chapters_is_read(root):
    for name, path in prose.chapters(root).items():
        text = path.read_text("utf-8")
        units = prose.units(text, lambda role, key, language: f"<{key}>")
        read = [key for unit in units for key in prose.NUM.findall(unit.source)]
        assert read == prose.NUM.findall(text), name
        captions = {unit.of for unit in units if unit.kind == "caption"}
        assert captions == set(re.findall(r"^(?:chart|data-table):\n  name: (\S+)", text, re.M)), name


def test_words_are_marked_and_give_both_texts_back():
    old, new = "The mean was −0.66, of 3 trials.", "The mean fell to −0.80, of 3 trials."
    marks = alignment.marked(alignment.words(old), alignment.words(new))
    assert [(mark, "".join(words)) for mark, words in marks] == [
        ("same", "The mean "),
        ("deleted", "was −0.66"),
        ("inserted", "fell to −0.80"),
        ("same", ", of 3 trials."),
    ]
    for text, other in ((old, "inserted"), (new, "deleted")):
        assert "".join("".join(words) for mark, words in marks if mark != other) == text


def test_a_new_sentence_does_not_mark_its_neighbors():
    old = ["One thing is known.", "Another thing is not.", "A third stands at the end."]
    new = [old[0], "Entirely fresh words here.", "Another thing is never.", old[2]]
    pairs = alignment.pairs(old, new, alignment.words)
    assert pairs == [(old[0], new[0]), (None, new[1]), (old[1], new[2]), (old[2], new[3])]


# --- the tool, in a repository ---------------------------------------------------------------


def run(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(folder / "code"), "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, str(folder / "tools" / "make_diff.py"), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def commit(folder):
    for command in (["add", "-A"], ["commit", "-qm", "A version <b>"]):
        subprocess.run([*GIT, *command], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A project with one commit, and after it a changed value, cell of text, sentence and title."""
    copy = Project(tmp_path_factory.mktemp("versions"))
    subprocess.run([*GIT, "init", "-q"], cwd=copy.folder, check=True)
    commit(copy.folder)
    table = copy.folder / "data" / "outcomes.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    assert ",7.52,1.07," in lines[20]
    lines[20] = lines[20].replace(",7.52,1.07,", ",7.12,1.07,").replace(",Abstract,", ",cmd|<i>,", 1)
    table.write_bytes("".join(lines).encode("utf-8"))
    copy.edit("submission.yml", "in type 2 diabetes: a", "in type 2 Diabetes: a")
    copy.edit("chapters/abstract.md", OLD_SENTENCE, NEW_SENTENCE)
    return copy


def read(folder):
    target = folder / "_build" / "diff"
    return (target / "diff.html").read_text("utf-8"), (target / "diff.docx").read_bytes()


@pytest.fixture(scope="module")
def made(repository):
    done = run(repository.folder, "HEAD")
    assert done.returncode == 0, done.stderr
    return done.stdout, *read(repository.folder)


def test_nothing_changed_is_said(two, root):
    version = trees.Version("a version", root, two[0])
    found = report.compare(version, version)
    assert found.counts() == ["no differences in results, data or prose"]
    assert "<strong>No differences</strong>" in page.page(found)


@pytest.mark.parametrize("arguments", [(), ("",), ("no-such-version",), ("--all",)])
def test_without_a_version_nothing_is_written(tmp_path, arguments):
    (tmp_path / "tools").mkdir()
    shutil.copytree(ROOT / "code", tmp_path / "code", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("make_diff.py", "builds.py"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    subprocess.run([*GIT, "init", "-q"], cwd=tmp_path, check=True)
    done = run(tmp_path, *arguments)
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "_build").exists()


def test_a_folder_without_a_repository_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(trees.VersionError, match="no git repository"):
        trees.resolve(tmp_path, "HEAD")


def test_old_and_new_headline_stand_in_the_page(made, found):
    output, html, _ = made
    assert re.search(r"^[\d,]+ results differ, \d+ more below", output, re.M), output
    assert "<del>diabetes</del><ins>Diabetes</ins>" in html, "a text of submission.yml"
    assert "2 cells or rows of data differ" in output and "diff.docx" in output
    estimate = found[f"{HEADLINE}.estimate"]
    old, new = (side["texts"]["en"] for side in (estimate.old, estimate.new))
    assert f"was <del>{old}</del><ins>{new}</ins> percentage points" in html
    for number in (old, new, estimate.change, "7.52", "7.12", "Below the printed digits"):
        assert number in html, number
    assert html.count('lang="zh-Hans"') > 5 and "by results" in html


def test_the_page_is_harmless_and_needs_nothing_else(made):
    html = made[1]
    assert "<script" not in html and "&lt;script&gt;" in html, "the sentence is text"
    assert "cmd|&lt;i&gt;" in html and "<i>" not in html and "<b>" not in html
    assert not re.search(r'(?:src|href)="(?!#)|url\(|@import', html)


def test_word_has_tracked_changes(made, repository):
    path = repository.folder / "_build" / "diff" / "diff.docx"
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode("utf-8")
    marks = re.findall(r"<w:(?:ins|del) [^>]*>", xml)
    assert all('w:date="2023-11-14T22:13:20Z"' in mark and "Changed since" in mark for mark in marks)
    numbers = [re.search(r'w:id="(\d+)"', mark)[1] for mark in marks]
    assert len(set(numbers)) == len(numbers) > 20
    deleted = re.findall(r"<w:delText[^>]*>([^<]*)<", xml)
    inserted = re.findall(r"<w:ins [^>]*>.*?</w:ins>", xml)
    assert "review" in deleted and any("survey" in mark for mark in inserted)
    text = "\n".join(paragraph.text for paragraph in Document(path).paragraphs)
    assert "alert(1)" in text or any("alert" in mark for mark in inserted)
    cells = [cell.text for table in Document(path).tables for row in table.rows for cell in row.cells]
    assert "cmd|<i>" in cells


def test_two_runs_give_the_same_bytes(made, repository):
    again = run(repository.folder, "HEAD")
    assert (again.stdout, *read(repository.folder)) == made


def test_a_version_that_cannot_run_is_named_and_its_prose_compared(repository, tmp_path):
    """As with a commit older than the ledger: its code is there, but has no such module."""
    folder = tmp_path / "old"
    shutil.copytree(repository.folder, folder, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    (folder / "code" / "mscreview" / "ledger.py").rename(folder / "code" / "mscreview" / "moved.py")
    commit(folder)
    (folder / "code" / "mscreview" / "moved.py").rename(folder / "code" / "mscreview" / "ledger.py")
    chapter = folder / "chapters" / "abstract.md"
    chapter.write_text(chapter.read_text("utf-8").replace("A survey of", "A review of"), "utf-8")
    done = run(folder, "HEAD")
    assert done.returncode == 0 and "could not be computed here: ImportError" in done.stdout, done.stdout
    html = read(folder)[0]
    assert "<del>survey</del><ins>review</ins>" in html and "(code/mscreview/__init__.py)" in html
    assert "1 sentence differs" in done.stdout and "results not compared" in done.stdout


def test_readable_in_dark_and_on_a_phone(made, repository, browser):
    address = (repository.folder / "_build" / "diff" / "diff.html").as_uri()
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
        shown = context.new_page()
        shown.goto(address)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
        for mark, line in (("del", "line-through"), ("ins", "underline")):
            drawn = shown.locator(mark).first.evaluate("e => getComputedStyle(e).textDecorationLine")
            assert drawn == line, "told apart without color"
        if scheme == "dark":  # what is folded is the same in both, and slow to look through
            shown.evaluate("document.querySelectorAll('details').forEach(each => each.remove())")
        assert axe_findings(shown) == []
        context.close()


def axe_findings(shown):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(shown).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in found]


def test_a_long_table_is_folded():
    rows = [["first", "old", "new", ""]] * (page.LONG + 1)
    assert page._table("T", page.RESULT_COLUMNS, rows, page.BROWSER).startswith("<details><summary>41 rows")
    assert "in diff.html" in page._table("T", page.RESULT_COLUMNS, rows, page.word_form("A", "2020"))
