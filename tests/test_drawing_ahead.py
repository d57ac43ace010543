"""Pictures that a process beside the build draws: the same ones, and nothing is left of that process."""

import json
import os
import subprocess
import sys

import pytest
from project_copy import Project
from test_kernels import processes_in

pytestmark = pytest.mark.xdist_group("pages")

COMMAND = "from mscreview.book.pictures import draw_backwards; draw_backwards({})"
CHARTS = [
    {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": [{"x": number}]},
        "mark": "point",
        "encoding": {"x": {"field": "x", "type": "quantitative"}},
    }
    for number in range(4)
]


def drawn_by(project, build, charts=CHARTS):
    """The files of pictures, first made first, that the process beside a build leaves."""
    given = json.dumps(charts)
    environment = project.command()["env"]
    subprocess.run([sys.executable, "-c", COMMAND.format(build)], input=given, env=environment, text=True, check=True)
    folder = project.folder / "_build" / ".figures"
    return sorted(folder.glob("*-light.svg"), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []


def test_charts_are_drawn_from_the_last_on(tmp_path):
    project = Project(tmp_path / "book")
    (last,) = drawn_by(project, os.getpid(), CHARTS[-1:])
    pictures = drawn_by(project, os.getpid())
    assert len(pictures) == len(CHARTS) and pictures[0] == last
    assert len(list(last.parent.glob("*-dark.svg"))) == len(list(last.parent.glob("*.seal"))) == len(CHARTS)


def test_nothing_is_drawn_for_a_build_that_is_gone(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert drawn_by(Project(tmp_path / "book"), gone.pid) == []


def test_a_build_that_finds_no_pictures_makes_the_same_and_leaves_no_process(built_book, tmp_path):
    project = Project(tmp_path / "book")
    project.must_build("-n", "-W")
    folders = [book.folder / "_build" / ".figures" for book in (built_book, project)]
    ours, theirs = ({path.name: path.read_bytes() for path in folder.glob("*.svg")} for folder in folders)
    assert ours == theirs and len(ours) > 20
    assert [path.name for path in folders[1].iterdir() if path.name.startswith(".")] == []
    assert processes_in(project.folder) == []
