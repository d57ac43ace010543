"""No sequence of edits, builds, kills and damage leads to another book than a build from nothing.

More of them, from other seeds: `make attack`.
"""

import fcntl
import os
import resource
import subprocess

import pytest
from attack import Attack, Difference, sequence

pytestmark = pytest.mark.xdist_group("attack")
SEED = 3791  # moves, edits a figure, builds, kills, damages, builds for paper

# Sequences that once went wrong, or that chance would hardly find.
RECORDED = {
    # Sphinx had read the pages for LaTeX in another state, and wrote them for HTML from that.
    "read for another format": "edit mean, edit sentence, latex, edit mean, edit sentence, edit heading, html, edit heading, html",
}


@pytest.fixture(scope="module")
def attack(tmp_path_factory):
    """A copy of the project, built once from nothing: `known` holds that book."""
    made = Attack(tmp_path_factory.mktemp("attack"))
    made.run(["html"])
    return made


@pytest.mark.parametrize("steps", RECORDED.values(), ids=RECORDED)
def test_a_recorded_sequence(attack, steps):
    attack.run(steps.split(", "))
    assert not attack.edited, "its last book is compared with the first one, from nothing"


def test_a_kill_between_two_renames_is_repaired(attack):
    html = attack.project.html
    html.rename(html.with_name(".html.old"))
    attack.run(["edit refused", "html", "edit refused"])
    assert attack.project.digests() == attack.last, "although that build failed"


def test_a_build_with_warnings_is_not_published_where_warnings_are_errors(attack):
    undo = attack.project.edit("chapters/methods.md", "## Question\n", "## Question\n\n{ref}`nowhere`\n")
    done = attack.project.build("-n", "-W", "--keep-going")
    undo()
    assert done.returncode == 1 and "nowhere" in done.stdout
    assert attack.project.digests() == attack.last


def test_a_full_disk_leaves_the_last_good_book(attack):
    """No file can grow beyond a few kilobytes, as when the disk is full while the build writes."""
    undo = attack.project.edit("chapters/methods.md", "## Question\n", "## The question\n")
    done = subprocess.run(
        **{**attack.project.command(), "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    undo()
    assert done.returncode == 1 and "File too large" in done.stdout
    assert attack.project.digests() == attack.last


def test_a_build_waits_for_another_and_refuses_what_changed_under_it(attack):
    project = attack.project
    lock = os.open(project.folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    waiting = subprocess.Popen(
        **project.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for line in waiting.stdout:
        if "waiting for another build" in line:
            break
    else:
        pytest.fail("it did not wait")
    undo = project.edit("code/mscreview/units.py", "HBA1C_MMOL_MOL_PER_PERCENT = 10.929", "HBA1C_MMOL_MOL_PER_PERCENT = 10.93")
    os.close(lock)
    rest = waiting.communicate(timeout=60)[0]
    undo()
    assert waiting.returncode == 1
    assert "code/mscreview/units.py changed while this build waited" in rest
    assert project.digests() == attack.last


def test_a_random_sequence(attack):
    steps = sequence(SEED, rounds=2)
    print(f"seed {SEED}: {steps}")
    attack.run(steps)
    attack.compare_with_nothing()


def test_the_comparison_sees_one_changed_byte(attack):
    """What all tests here rely on."""
    page = attack.project.html / "chapters/abstract.html"
    content = page.read_bytes()
    page.write_bytes(content.replace(b"<p>", b"<p >", 1))
    with pytest.raises(Difference, match="chapters/abstract.html"):
        attack.is_untouched()
    page.write_bytes(content)
    attack.is_untouched()
