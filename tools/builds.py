"""What the commands for paper share: they build the book first, so that none works on old pages.

As a program it says last, and in its own words, why `make html` has failed.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(*builder):
    """Build the book for one builder; ends the program with its exit code if that fails."""
    fix_dates()
    _check_input()
    book = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-n", "-W", "--keep-going"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "code")}
    done = subprocess.run([*book, *builder], cwd=ROOT, env=environment)
    if done.returncode:
        sys.exit(done.returncode)


def _check_input():
    """A mistake in ``submission.yml``, the tables or a checklist in its own words, before a build buries it."""
    sys.path.insert(0, str(ROOT / "code"))
    from mscreview.evidence import EvidenceError, load_evidence
    from mscreview.paper.checklists import ITEMS, ChecklistError, load_checklist
    from mscreview.submission import SubmissionError, load_submission

    try:
        load_submission()
        load_evidence(ROOT / "data")
        for name in ITEMS:
            load_checklist(name)
    except (SubmissionError, EvidenceError, ChecklistError) as error:
        sys.exit(str(error))


def end(main, *arguments):
    """End the program with the status of its ``main``; a disk that is full or read-only in one line."""
    try:
        sys.exit(main(*arguments))
    except OSError as error:
        sys.exit(f"{error.filename or ROOT / '_build'}: {error.strerror}")


def fix_dates():
    """The same sources give the same bytes: what has a date has that of the last commit, as by make."""
    if "SOURCE_DATE_EPOCH" not in os.environ:
        asked = ["git", "log", "-1", "--format=%ct"]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
        os.environ["SOURCE_DATE_EPOCH"] = done.stdout.strip() or "0"
    os.environ["FORCE_SOURCE_DATE"] = "1"  # xelatex asks for it


if __name__ == "__main__":
    print("The book was not built; what was built before is as it was.", file=sys.stderr)
    _check_input()
    print("Tables, checklists and submission.yml are valid; the reason stands above.", file=sys.stderr)
