"""A full disk, a read-only folder, a kill at any moment: data and the last good output stay whole."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from data_files import digests
from fuzzing import examples
from hypothesis import given
from hypothesis import strategies as st
from project_copy import Project

from mscreview import paths

WRITERS = {"make_citation.py": "CITATION.cff", "make_references.py": "references.bib"}
MOUNT = ["unshare", "--mount", "--map-root-user", "--user"] if os.geteuid() else ["unshare", "--mount"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("disk"))


@pytest.fixture
def spoiled(project):
    """The outputs, so that a tool that writes has something else to write; put back afterwards."""
    before = {name: (project.folder / name).read_bytes() for name in WRITERS.values()}
    for name in before:
        (project.folder / name).write_bytes(b"the last good output\n" * 20)
    yield project
    for name, content in before.items():
        (project.folder / name).write_bytes(content)


def run(project, *command, **options):
    environment = {**os.environ, "PYTHONPATH": str(project.folder / "code"), "SOURCE_DATE_EPOCH": "1700000000"}
    return subprocess.run(command, cwd=project.folder, env=environment, capture_output=True, text=True, **options)


def is_one_line(done, *parts):
    """Asserts a failure that is told in one line holding some words."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr, done.stderr
    assert all(part in done.stderr for part in parts), done.stderr


@pytest.mark.parametrize(("tool", "output"), WRITERS.items())
def test_a_full_disk_leaves_the_last_output(spoiled, tool, output):
    """The limit on the size of a file fails a write as a full disk does, in the middle.

    ``-B``: Python itself would leave half a file of its byte code, and fail on it ever after.
    """
    before = digests(spoiled.folder / "data")
    kept = (spoiled.folder / output).read_bytes()
    done = run(spoiled, "prlimit", "--fsize=300", sys.executable, "-B", f"tools/{tool}")
    is_one_line(done, str(spoiled.folder / output))
    assert (spoiled.folder / output).read_bytes() == kept
    assert digests(spoiled.folder / "data") == before
    assert not list(spoiled.folder.glob(f".{output}*")), "a temporary file is left"
    assert run(spoiled, sys.executable, f"tools/{tool}").returncode == 0  # and the next run repairs


def mounted(project, options, *command):
    """Run a command where the project lies on another mount, seen by that command alone."""
    can = subprocess.run([*MOUNT, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, text=True)
    if can.returncode:
        if os.environ.get("CI"):
            pytest.fail(f"no mount is permitted: {can.stderr}")
        pytest.skip(f"no mount is permitted: {can.stderr}")
    script = f'{options} && exec "$@"'
    return run(project, *MOUNT, "sh", "-c", script, "sh", *command)


def test_a_read_only_folder_is_named(spoiled):
    tool, output = "make_citation.py", "CITATION.cff"
    kept = (spoiled.folder / output).read_bytes()
    place = spoiled.folder
    options = f"mount --bind '{place}' '{place}' && mount -o remount,ro,bind '{place}' && cd '{place}'"
    done = mounted(spoiled, options, sys.executable, "-B", f"tools/{tool}")
    is_one_line(done, str(place / output), "Read-only file system")
    assert (place / output).read_bytes() == kept


@pytest.mark.parametrize("tool", ["make_pdf.py", "make_docx.py", "make_submission.py"])
def test_bad_data_is_told_in_one_line_before_a_build(project, tool):
    if tool != "make_docx.py" and not shutil.which("latexmk") and not os.environ.get("CI"):
        pytest.skip("latexmk not installed: tools/debian.sh pdf")
    restore = project.edit("data/deaths.csv", "study_id,", "study,")
    try:
        done = run(project, sys.executable, f"tools/{tool}")
    finally:
        restore()
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith('deaths.csv, row 1, column study: "study" - allowed: ')


def test_a_full_disk_in_the_middle_of_an_atomic_write(tmp_path):
    """What the book writes its pages' parts with, on a disk of 64 kB."""
    place = tmp_path / "small"
    place.mkdir()
    program = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[1] / "code")!r})
from freshbook.files import write_atomically
path = {str(place / "file.txt")!r}
write_atomically(path, "good")
try:
    write_atomically(path, "x" * 200_000)
except OSError as error:
    assert error.filename == path and open(path).read() == "good", error
    assert os.listdir({str(place)!r}) == ["file.txt"], "a temporary file is left"
    sys.exit(7)
"""
    project = type("Here", (), {"folder": Path(__file__).resolve().parents[1]})
    options = f"mount -t tmpfs -o size=64k none '{place}'"
    done = mounted(project, options, sys.executable, "-c", program)
    assert done.returncode == 7, done.stderr


WRITING = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("files", sys.argv[1])
files = importlib.util.module_from_spec(spec)
spec.loader.exec_module(files)
while True:
    for letter in "ab":
        files.write_atomically(sys.argv[2], letter * 3_000_000)
        print(letter, flush=True)
"""


@examples(8)
@given(seconds=st.floats(0, 0.05))
def test_a_kill_at_any_moment_leaves_old_or_new(tmp_path, seconds):
    """What every file of the book, CITATION.cff, references.bib and the comparison are written with."""
    path = tmp_path / "page.html"
    command = [sys.executable, "-c", WRITING, paths.CODE / "freshbook" / "files.py", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "a\n"
        time.sleep(seconds)
        process.kill()
    assert path.read_text() in ("a" * 3_000_000, "b" * 3_000_000)
