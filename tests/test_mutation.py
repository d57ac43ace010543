"""`make mutation`: wrong statistics are made and noticed, and the committed list says why others are not."""

import ast
import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from project_copy import Project

from mscreview import paths, runs

TOOLS = Path(__file__).resolve().parent.parent / "tools"
sys.path.insert(0, str(TOOLS))

import mutation  # noqa: E402  (needs the path above)

MODULE, TESTS = "units", ["tests/test_units.py"]


@pytest.fixture
def project(tmp_path):
    """A copy under version control, since the tool copies what git lists."""
    made = Project(tmp_path / "project")
    subprocess.run(["git", "init", "-q"], cwd=made.folder, check=True)
    return made


def run_tool(project):
    """The real tool on one small module with its own tests."""
    program = f"import sys, mutation; mutation.TESTS = {TESTS}; sys.exit(mutation.main([{MODULE!r}]))"
    path = os.pathsep.join(str(project.folder / name) for name in ("code", "tools"))
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


def test_wrong_statistics_are_noticed_and_without_assertions_they_are_not(project):
    record = runs.path_of("mutation", project.folder).read_bytes()
    done = run_tool(project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mutants: 7\ncaught: 7\nsurvivors: 0\n" in done.stdout
    change = "return mg_dl / GLUCOSE_MG_DL_PER_MMOL_L -> return mg_dl * GLUCOSE_MG_DL_PER_MMOL_L"
    with mutation.list_of_survivors(project.folder).open("a", encoding="utf-8", newline="") as listed:
        csv.writer(listed).writerow([MODULE, "glucose_mmol_l", 1, change, "equivalent: it is not"])
    project.edit("tests/test_units.py", "assert convert(printed) == pytest.approx(converted, abs=tolerance)", "convert(printed)")
    done = run_tool(project)
    assert done.returncode == 1
    assert "statistics: " in done.stderr and "at least 85% must be" in done.stderr
    assert "c_peptide_nmol_l, mutant 1 survives without a reason" in done.stderr
    assert f"glucose_mmol_l: called equivalent, but noticed: {change}" in done.stderr, "by the test of arrays"
    assert runs.path_of("mutation", project.folder).read_bytes() == record, "a run of some modules is no record"


def test_a_run_goes_on_where_a_verdict_was_lost_and_tries_survivors_on_added_tests(project):
    project.edit("tests/test_units.py", "assert convert(printed) == pytest.approx(converted, abs=tolerance)", "convert(printed)")
    survivors = int(re.search(r"survivors: (\d)", run_tool(project).stdout)[1])
    assert survivors > 1
    verdicts = paths.mutation_folder(project.folder) / "mutants/src/mscreview/units.py.meta"
    verdicts.write_text("", "utf-8")  # killed while writing
    assert f"mutants: 7\ncaught: {7 - survivors}\n" in run_tool(project).stdout
    mutants = verdicts.with_suffix("").stat().st_mtime_ns
    tests = project.folder / "tests/test_units.py"
    added = "def test_added():\n    assert units.c_peptide_nmol_l(2) == pytest.approx(0.662)\n"
    tests.write_text(f"{tests.read_text('utf-8')}\n\n{added}", "utf-8")
    assert f"mutants: 7\ncaught: {8 - survivors}\n" in run_tool(project).stdout
    assert verdicts.with_suffix("").stat().st_mtime_ns == mutants, "nothing was begun again"


def test_a_test_that_fails_by_itself_is_no_verdict(project):
    project.edit("tests/test_units.py", "126, 7.0, 0.05", "126, 8.0, 0.05")
    done = run_tool(project)
    assert done.returncode == 1 and "Traceback" not in done.stderr.splitlines()[0]
    assert "mutmut stopped" in done.stderr and "test_units.py" in done.stderr


# --- what is committed ----------------------------------------------------------------------


@pytest.fixture
def run(root):
    """The recorded run."""
    found = runs.last("mutation", root)
    assert found, "run `make mutation`"
    return found


@pytest.fixture
def survivors(root, run):
    with mutation.list_of_survivors(root).open(encoding="utf-8", newline="") as listed:
        return list(csv.DictReader(listed))


def test_every_group_of_the_last_run_has_enough_caught(run, survivors):
    assert run.outcome == "passed" and run.figures["survivors"] == len(survivors)
    shares = {name: value for name, value in run.figures.items() if name.startswith("caught, ")}
    assert len(shares) == len(mutation.GROUPS)
    assert min(shares.values()) >= 100 * mutation.ENOUGH
    assert run.figures["caught"] >= mutation.ENOUGH * run.figures["mutants"]


def test_every_survivor_has_a_reason_and_a_function_that_is_still_there(root, survivors):
    for row in survivors:
        tree = ast.parse((root / f"code/mscreview/{row['module']}.py").read_text("utf-8"))
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert row["function"].rpartition(".")[2] in functions, row
        assert row["reason"].strip(), row
        assert any(row["module"] in modules for modules in mutation.GROUPS.values())


def test_every_module_that_is_changed_exists(root):
    for module in sum(mutation.GROUPS.values(), []):
        assert (root / f"code/mscreview/{module}.py").exists(), module
