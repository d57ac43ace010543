"""Records of the checks: written by commands, shown as they are, and never as of a state that is gone."""

import json

import pytest

from mscreview import runs


@pytest.fixture
def project(tmp_path):
    (tmp_path / "requirements.lock").write_text("one==1\n")
    return tmp_path


def test_a_record_comes_back_as_it_was_written(project):
    made = runs.record("supply_chain", "passed", {"packages": 3}, project)
    assert runs.last("supply_chain", project) == made
    assert made.figures == {"packages": 3} and made.of_this_state(project)


def test_a_changed_part_makes_the_record_one_of_an_earlier_state(project):
    made = runs.record("supply_chain", "passed", {}, project)
    (project / "requirements.lock").write_text("one==2\n")
    assert not made.of_this_state(project)


def test_a_file_of_its_own_counts_as_a_part(project):
    (project / "code").mkdir()
    (project / "code" / "one.py").write_text("x = 1\n")
    made = runs.record("mutation", "passed", {}, project, ["code/one.py"])
    assert made.of_this_state(project)
    (project / "code" / "one.py").write_text("x = 2\n")
    assert not made.of_this_state(project)


def test_a_check_that_never_ran_has_no_record(project):
    assert runs.last("mutation", project) is None


def test_outcomes_are_three(project):
    with pytest.raises(ValueError, match="passed, failed, not checked"):
        runs.record("mutation", "skipped", {}, project)
    assert not runs.path_of("mutation", project).exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"check": "mutation"}'])
def test_a_damaged_record_is_refused_by_name(project, text):
    path = runs.path_of("mutation", project)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(ValueError, match=r"mutation\.json: not a record .*make mutation"):
        runs.last("mutation", project)


def test_files_moved_between_names_change_the_digest(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x")
    before = runs.digest("data", tmp_path)
    (tmp_path / "data" / "a.csv").rename(tmp_path / "data" / "b.csv")
    assert runs.digest("data", tmp_path) != before


def test_every_committed_record_is_of_a_known_check(root):
    names = {path.stem for path in runs.path_of("mutation", root).parent.glob("*.json")}
    assert names <= runs.CHECKS.keys()
    for name in names:
        assert json.loads(runs.path_of(name, root).read_text("utf-8"))["check"] == name


def test_a_run_of_the_fuzz_tests_is_counted_from_what_pytest_prints():
    import fuzz

    printed = (
        "tests/test_fuzz_loaders.py::test_rows:\n\n"
        "    - 100 passing, 0 failing, and 3 invalid test cases\n"
        "    - 12 passing, 1 failing, and 0 invalid test cases\n"
        "=========== short test summary info ===========\n"
        "FAILED tests/test_fuzz_loaders.py::test_rows\n1 failed, 96 passed, 2 skipped in 45.00s\n"
    )
    assert fuzz.figures(printed) == {
        "tests": 99,
        "examples made at random": 113,
        "failures": 1,
        "not run, tools missing": 2,
    }
    assert fuzz.figures("nothing was run")["tests"] == 0, "a run without a test is no success"
