"""Profiles of `make bench`: whose time it is, and how it is shown."""

import sys
import sysconfig

import pytest
from benchmark import measures, profiles
from test_bench import FAST

SITE, LIBRARY = sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")
OURS = ("/book/code/mscreview/pools.py", 1, "pool")
SPHINX = (f"{SITE}/sphinx/nodes.py", 1, "walk")
REGEX = (f"{LIBRARY}/re/__init__.py", 1, "search")
IN_C = ("~", 0, "<method 'match' of 're.Pattern' objects>")
IDLE = ("~", 0, "<method 'poll' of 'select.epoll' objects>")


def called_by(**callers):
    return {caller: (1, 1, own, own) for caller, own in callers.items()}


def test_time_in_the_library_is_that_of_the_package_that_called_it():
    stats = {
        OURS: (1, 1, 1.0, 9.0, {}),
        SPHINX: (1, 1, 2.0, 9.0, {}),
        REGEX: (4, 4, 0.4, 1.6, {OURS: (3, 3, 0.3, 1.2), SPHINX: (1, 1, 0.1, 0.4)}),
        IN_C: (4, 4, 1.2, 1.2, {REGEX: (4, 4, 1.2, 1.2)}),
        IDLE: (1, 1, 5.0, 5.0, {SPHINX: (1, 1, 5.0, 5.0)}),
    }
    found = profiles.by_package(stats)
    assert found == pytest.approx({"mscreview/pools": 2.2, "sphinx": 2.4, "waiting": 5.0})


def test_functions_that_call_each_other_lose_no_time():
    again = (f"{LIBRARY}/copy.py", 1, "again")
    stats = {REGEX: (1, 1, 1.0, 2.0, {again: (1, 1, 1.0, 2.0)}), again: (1, 1, 1.0, 2.0, {REGEX: (1, 1, 1.0, 2.0)})}
    assert profiles.by_package(stats) == pytest.approx({"Python itself": 2.0})


def test_a_program_is_profiled_in_a_process_of_its_own(tmp_path):
    program = tmp_path / "work.py"
    program.write_text("sum(n * n for n in range(200_000))\n", "utf-8")
    found = profiles._profiled(["-m", "cProfile", "-o", "{kept}", program], None, tmp_path)
    assert max(found, key=found.get) == f"{tmp_path.name}/work"
    assert "profiles" not in " ".join(found) and str(tmp_path) not in sys.path


def test_the_largest_parts_are_named_and_the_work_has_no_goal():
    seconds = {f"part{n}": float(n) for n in range(1, 11)} | {"waiting": 45.0}
    line = measures.share("Work", seconds)
    assert line.seconds == "100 s" and line.parts.startswith("waiting 45%; part10 10%; part9 9%")
    assert line.parts.count(";") == measures.LARGEST - 1
    assert measures.reached([FAST, line]) == "1 of 1"


def test_the_two_kinds_of_line_are_two_tables():
    line = measures.Share("Profile of: work", "3 s", "sphinx 60%; waiting 40%")
    first, second = measures.table([FAST, line]).split("\n\n")
    assert "Fast work" in first and "60%" not in first
    assert second.startswith("work") and "sphinx 60%; waiting 40%" in second
