"""Everything comes out again: the committed ledger, a clone built from nothing, other places and settings."""

import json
import os
import re
import shutil
import subprocess
import sys

import interpreters
import pytest
import reproduce
from project_copy import Project

from mscreview import paths
from mscreview.versions import committed_ledger, shown

pytestmark = pytest.mark.xdist_group("reproduce")

KEY = "hba1c.t2dm.msc.controlled.estimate"
CHAPTER = "safety"
ADDRESS = "https://github.com/example/review"


@pytest.fixture(scope="session")
def committed(root):
    return committed_ledger.read(paths.ledger(root))


def changed(ledger, key, **fields):
    return {**ledger, key: {**ledger[key], **fields}}


def test_the_committed_ledger_is_that_of_data_and_code(committed, results, root):
    different = committed_ledger.differences(committed, committed_ledger.ledger_of(results, root))
    assert not different, "run `make ledger`: " + "; ".join(map(str, different[:5]))


def test_the_file_has_an_entry_a_line_and_comes_back(committed, root):
    text = paths.ledger(root).read_text("utf-8")
    assert text == committed_ledger.as_text(committed)
    assert len(text.splitlines()) == len(committed) + 2


def test_a_difference_is_told_with_both_sides_and_by_how_much(committed):
    value = committed[KEY]["value"]
    near, far = (changed(committed, KEY, value=value * (1 + by)) for by in (1e-10, 1e-6))
    assert committed_ledger.differences(committed, near) == []
    (one,) = committed_ledger.differences(committed, far)
    assert (one.key, one.what, one.committed) == (KEY, "value", value)
    assert one.by == pytest.approx(abs(value) * 1e-6, rel=1e-3) and repr(value) in str(one)
    printed = changed(committed, KEY, texts={**committed[KEY]["texts"], "zh-Hans": "0"})
    assert [each.what for each in committed_ledger.differences(committed, printed)] == ["text, zh-Hans"]
    without = {key: entry for key, entry in committed.items() if key != KEY}
    assert [str(each) for each in committed_ledger.differences(without, committed)] == [
        f"{KEY}, entry: committed 'none', found 'an entry'"
    ]


@pytest.mark.parametrize(("field", "other"), [("kind", "x"), ("meaning", "x"), ("chapters", ["methods"])])
def test_what_an_entry_says_of_its_number_is_compared_too(committed, field, other):
    (one,) = committed_ledger.differences(committed, changed(committed, KEY, **{field: other}))
    assert (one.what, one.found) == (field, other)


@pytest.mark.parametrize(
    ("old", "new", "apart"),
    [(1e12, 1e12 + 1, 1e-12), (1e-12, 3e-12, 2e-12), ([1.0, 2.0], [1.0, 2.5], 0.2), (None, None, 0), (None, 0.0, float("inf")),
     ([None, None], [1.0, 2.0], float("inf")), (2, 2.0, 0)],
)
def test_the_distance_is_absolute_for_small_values_and_relative_for_large(old, new, apart):
    assert committed_ledger.distance(old, new) == pytest.approx(apart)


@pytest.mark.parametrize("text", ["", "[]", '{"a": {"kind": "count"}}', '{"a": 1}'])
def test_a_damaged_ledger_is_refused_by_name(tmp_path, text):
    (tmp_path / "ledger.json").write_text(text)
    with pytest.raises(ValueError, match=r"ledger\.json.*make ledger"):
        committed_ledger.read(tmp_path / "ledger.json")


# --- a clone, built from nothing ------------------------------------------------------------------


def git(folder, *arguments):
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A repository with the project as it stands here and its public address, and an edit that is not committed."""
    project = Project(tmp_path_factory.mktemp("origin"))
    assert not (project.folder / ".git").exists(), "what follows is for a copy, never for a checkout"
    project.edit("submission.yml", 'public_address: ""', f"public_address: {ADDRESS}")
    with (project.folder / "chapters" / f"{CHAPTER}.md").open("a", encoding="utf-8") as file:
        file.write("\n```{launch}\n```\n")
    folder = project.folder
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All of it")
    (folder / "data" / "outcomes.csv").write_text("not a table\n")
    return folder


@pytest.fixture(scope="module")
def clones(origin, tmp_path_factory):
    """Two clones in folders of other names, one chapter of each built by the Python that runs here."""
    base = tmp_path_factory.mktemp("clones")
    found = [reproduce.clone(origin, base / name) for name in ("one", "the other, with spaces")]
    for folder in found:
        reproduce.build(folder, sys.executable, [CHAPTER])
    return found


def test_a_chapter_of_a_clone_shows_what_is_committed(clones, committed, capsys):
    found = reproduce.ledger_again(clones[0], sys.executable)
    (chapter,), different = reproduce.compare(clones[0], committed, found, [CHAPTER])
    assert different == [] and chapter.differ == 0 and chapter.numbers > 20
    reproduce.tell([chapter], different)
    assert capsys.readouterr().out.split()[-4:] == [CHAPTER, str(chapter.numbers), str(chapter.numbers), "0"]


def test_a_number_that_comes_out_differently_is_told(clones, committed, capsys):
    (key,) = {"studies.cohorts"} & committed.keys()
    texts = {language: "47" for language in committed[key]["texts"]}
    old = changed(committed, key, value=47, texts=texts)
    (chapter,), different = reproduce.compare(clones[0], old, committed, [CHAPTER])
    reproduce.tell([chapter], different)
    told = capsys.readouterr().out
    assert chapter.differ == 1
    assert f"{key}, on the page, en: committed '47', found '46'" in told
    assert f"{key}, value: committed 47, found 46, by 0.0213" in told


def test_two_clones_in_two_folders_give_the_same_bytes(clones):
    assert (paths.html_folder(clones[0]) / paths.TIMES).exists()
    assert reproduce.unequal_files(*clones) == []
    page = paths.html_folder(clones[1]) / "chapters" / f"{CHAPTER}.html"
    before = page.read_bytes()
    page.write_bytes(before + b" ")
    assert reproduce.unequal_files(*clones) == [f"chapters/{CHAPTER}.html"]
    page.write_bytes(before)


def test_with_an_address_pages_open_in_services_at_their_notebook(clones):
    page = (paths.html_folder(clones[0]) / "chapters" / f"{CHAPTER}.html").read_text("utf-8")
    links = re.findall(r'<a [^>]*href="(https://(?:mybinder|codespaces)[^"]+)"', page)
    binder, codespaces = "https://mybinder.org/v2/gh/example/review/HEAD", "https://codespaces.new/example/review"
    listed, at_the_foot = links[:2], links[2:]
    assert listed == [binder, codespaces]
    assert at_the_foot == [f"{binder}?labpath=_build%2Fhtml%2Fnotebooks%2F{CHAPTER}.ipynb", codespaces]
    assert not re.search(r'<(?:img|script|iframe|link)[^>]*(?:mybinder|codespaces)', page), "reading asks no other host"


def test_what_is_not_committed_is_told_and_not_used(origin, tmp_path, capsys):
    reproduce.tell_uncommitted(origin)
    folder = reproduce.clone(origin, tmp_path / "book")
    assert "not used: data/outcomes.csv" in capsys.readouterr().out
    assert (folder / "data" / "outcomes.csv").read_text("utf-8").startswith("study_id,")


def test_an_unknown_chapter_is_refused_with_the_names_of_all(origin):
    with pytest.raises(reproduce.Refused, match="no chapter 'safty'; CHAPTER is one of abstract, .*, safety, .*data_dictionary$"):
        reproduce.chosen(origin, "safty")
    assert reproduce.chosen(origin, "safety") == ["safety"] and len(reproduce.chosen(origin, "")) == 16


def test_a_folder_without_a_repository_is_refused(tmp_path):
    with pytest.raises(reproduce.Refused, match="no git repository"):
        reproduce.clone(tmp_path, tmp_path / "book")


def test_a_failing_command_says_what_failed_and_shows_its_end(tmp_path):
    with pytest.raises(reproduce.Refused, match="building failed:\nthe reason"):
        reproduce.run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], tmp_path, "building")


def test_nothing_of_the_caller_reaches_the_clone(tmp_path, monkeypatch):
    for name in ("PYTHONHASHSEED", "MSCREVIEW_RESULTS", "MAKEFLAGS", "VIRTUAL_ENV", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "1")
    program = "import os; raise SystemExit(' '.join(sorted(n for n in os.environ if n[:4] in ('PYTH', 'MSCR', 'MAKE', 'VIRT'))))"
    with pytest.raises(reproduce.Refused, match="looking failed:\nPYTHONPATH$"):
        reproduce.run([sys.executable, "-c", program], tmp_path, "looking")


def test_the_numbers_of_a_page_are_read_with_their_language():
    page = (
        '<p><a class="num" data-key="a.b" href="reproduce.html#num-a-b">1 &lt; 2</a></p><div lang="zh-Hans"><div>'
        '<span class="rule-made" data-key="c">句</span></div></div><span data-key="d">3</span>'
    )
    found = [(number.key, number.language, number.text) for number in shown.numbers(page)]
    assert found == [("a.b", "en", "1 < 2"), ("c", "zh-Hans", "句"), ("d", "en", "3")]


def test_a_number_that_the_page_leaves_out_or_invents_is_told():
    ledger = {"a": {"chapters": ["x"], "texts": {"en": "1"}}, "b": {"chapters": [], "texts": {"en": "2"}}}
    page = '<i data-key="b">2</i><i data-key="c">3</i>'
    told = [str(one) for one in shown.compare("x", page, ledger, []).different]
    assert told == [
        "a, on the page: committed 'shown', found 'not shown'",
        "c, on the page, en: committed 'none', found '3'",
    ]


# --- services that run the repository -------------------------------------------------------------


def test_binder_and_dev_container_install_from_the_lock_by_its_hashes(root):
    """What they run, as make plans it: no package comes from anywhere else."""
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    script = (root / "binder" / "postBuild").read_text("utf-8")
    assert os.access(root / "binder" / "postBuild", os.X_OK)
    commands = [container["postCreateCommand"], *re.findall(r"^make .*", script, re.MULTILINE)]
    assert len(commands) == 2 and "pip install" not in script
    for command in commands:
        target = [*command.split(), "--dry-run", "VENV=nowhere"]
        plan = subprocess.run(target, cwd=root, capture_output=True, text=True, check=True).stdout
        installing = [line for line in plan.splitlines() if " pip install" in line]
        assert len(installing) == 1
        assert "--no-deps" in installing[0] and installing[0].endswith("--require-hashes -r requirements.lock")
    assert (root / "binder" / "apt.txt").read_text("utf-8").split() == ["make"]


# --- the same results whatever the place ------------------------------------------------------------

PLACES = {
    "here": {"OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
    "one core, another day": {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
    "decimal commas": {"PYTHONHASHSEED": "4711", "LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns"},
    "dotless i": {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"},
}
PROGRAM = """
import locale, sys
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass  # this machine does not have it
from mscreview import analyse, load_evidence, paths
from mscreview.versions import committed_ledger
results = analyse(load_evidence(paths.DATA))
results.to_json(sys.argv[1] + ".results")
open(sys.argv[1] + ".ledger", "w", encoding="utf-8").write(committed_ledger.as_text(committed_ledger.ledger_of(results, paths.ROOT)))
"""


def test_results_are_the_same_bytes_in_any_place(root, tmp_path):
    processes = []
    for number, settings in enumerate(PLACES.values()):
        folder = tmp_path / f"place {number}"
        folder.mkdir()
        environment = {**os.environ, **settings, "PYTHONPATH": str(root / "code")}
        one_core = ["taskset", "--cpu-list", "0"] * (settings.get("OPENBLAS_NUM_THREADS") == "1")
        command = [*one_core, sys.executable, "-c", PROGRAM, str(folder / "made")]
        processes.append(subprocess.Popen(command, cwd=folder, env=environment))
    assert [process.wait() for process in processes] == [0] * len(PLACES)
    for kind in ("results", "ledger"):
        contents = {path.read_bytes() for path in tmp_path.glob(f"*/made.{kind}")}
        assert len(contents) == 1 and len(contents.pop()) > 1e6, kind


# --- other Pythons -----------------------------------------------------------------------------------


def test_a_python_that_does_not_start_is_passed_over(tmp_path, monkeypatch):
    """As the shims of pyenv, which stand on the path for versions that are not chosen."""
    own = "{}.{}".format(*sys.version_info[:2])
    broken, working = tmp_path / "broken", tmp_path / "home" / ".pyenv" / "versions" / f"{own}.9" / "bin"
    for folder, body in ((broken, "exit 127"), (working, f'exec "{sys.executable}" "$@"')):
        folder.mkdir(parents=True)
        script = folder / f"python{own}"
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path, exact = interpreters.find(own)
    assert path == str(working / f"python{own}") and exact == sys.version.split()[0]


def test_a_python_of_another_version_than_its_name_says_is_not_taken(tmp_path, monkeypatch):
    script = tmp_path / "python3.99"
    script.symlink_to(shutil.which(sys.executable))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert interpreters.find("3.99") is None
