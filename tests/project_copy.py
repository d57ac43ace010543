"""A copy of the project in a folder of its own, to edit and build as an author does."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from mscreview.versions import shown

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS_WITH_CELLS = {
    f"chapters/{name}"
    for name in "abstract introduction included glycemic beta_cell safety preclinical limitations reproduce".split()
}
# Lists for the screen, below the last chapter.
LISTS = (
    *("records_clinical", "records_preclinical"),
    *("ledger_pools", "ledger_others", "ledger_displays", "data_dictionary"),
)


class Project:
    """A copy of everything under version control, with `build`, `edit` and a look at the pages."""

    def __init__(self, folder, root=ROOT):
        """Copy to `folder`, from `root` if that is another copy."""
        self.at(folder)
        tracked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(tracked, cwd=ROOT, capture_output=True, check=True).stdout
        self.names = [n for n in names.decode().split("\0") if n and (root / n).is_file()]
        for name in self.names:
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target)

    def at(self, folder):
        """Say where the copy is, after it was moved."""
        self.folder = Path(folder)
        self.html = self.folder / "_build" / "html"

    def command(self, *options, path="."):
        """The plain command of Jupyter Book, and an environment that knows this copy only."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "code"), "NO_COLOR": "1"}
        environment.pop("MSCREVIEW_RESULTS", None)
        book = [str(Path(sys.executable).with_name("jupyter-book")), "build", path, *options]
        return {"args": book, "cwd": self.folder, "env": environment}

    def build(self, *options, path="."):
        """Build; returns the finished process with its output in ``stdout``."""
        return subprocess.run(
            **self.command(*options, path=path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def must_build(self, *options):
        """Build, fail the test if that fails; returns the chapters that were executed."""
        done = self.build(*options)
        assert done.returncode == 0, done.stdout[-4000:]
        return executed(done.stdout)

    def build_and_kill(self, when):
        """Start a build and kill it, children too, as soon as its output matches `when`."""

        def kill(process):
            time.sleep(0.3)
            os.killpg(process.pid, signal.SIGKILL)

        self._build_and(when, kill)

    def build_and_meanwhile(self, when, act):
        """Build, and call `act` as soon as the output matches `when`; the chapters executed."""
        process, output = self._build_and(when, lambda process: act())
        assert process.returncode == 0, output[-4000:]
        return executed(output)

    def _build_and(self, when, act):
        process = subprocess.Popen(
            **self.command(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        lines = []
        for line in process.stdout:
            lines.append(line)
            if re.search(when, line):
                act(process)
                break
        else:
            raise AssertionError(f"the build ended before {when!r} was seen")
        lines.append(process.communicate()[0])
        return process, "".join(lines)

    def edit(self, name, old, new):
        """Replace one passage of a file; returns a function that puts the file back."""
        path = self.folder / name
        before = path.read_bytes()
        text = before.decode("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_bytes(text.replace(old, new).encode("utf-8"))
        return lambda: path.write_bytes(before)

    def trace(self, docname):
        """The file of a chapter's record."""
        return self.folder / "_build" / ".traces" / f"{docname}.json"

    def page(self, name):
        """The HTML of a chapter."""
        return (self.html / "chapters" / f"{name}.html").read_text("utf-8")

    def digests(self, folder=None):
        """{path: SHA-256} of every file in the HTML folder, or in another one, but that of times."""
        folder = folder or self.html
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != "times.json"
        }


def executed(output):
    """The chapters that a build executed, from what it printed."""
    return set(re.findall(r"^executing (\S+)", output, re.MULTILINE))


def shown_numbers(html):
    """All numbers in prose, without sentences made by rule: a list of (anchor in the ledger, language, text)."""
    linked = [number for number in shown.numbers(html) if number.href]
    return [(number.href.partition("#")[2], number.language, number.text) for number in linked]
