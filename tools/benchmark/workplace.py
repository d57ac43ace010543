"""Where everything is measured: a clone of the last commit, and a bare book beside it."""

import os
import re
import shutil
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path

import reproduce
from project_copy import Project

from mscreview.versions import prose

from . import ROOT

CELL = re.compile(r"^```\{code-cell\}", re.MULTILINE)
CHAPTER = """---
file_format: mystnb
kernelspec:
  name: python3
---

# {title}

```{{code-cell}} python
import altair as alt
import pandas as pd

table = pd.DataFrame({{"x": [1, 2, 3], "y": [2, 1, 3]}})
alt.Chart(table).mark_point().encode(x="x", y="y")
```
"""


class Workplace:
    """A temporary folder; what lies in it is made when it is first asked for."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @cached_property
    def clone(self):
        """The project at its last commit, not built."""
        return Clone(self.folder / "project")

    @cached_property
    def project(self):
        """The same, built."""
        self.clone.timed_build()
        return self.clone

    @cached_property
    def bare(self):
        """The bare book, built."""
        made = bare_book(self.folder / "bare", len(self.clone.executed_chapters()))
        made.timed_build()
        return made

    def another(self, name):
        """One more clone, for what must start without an environment."""
        return Clone(self.folder / name)


class Book:
    """A folder that Jupyter Book builds, with the environment of the project."""

    OPTIONS = ()

    def __init__(self, folder):
        self.folder = Path(folder)

    def command(self):
        """Arguments of `subprocess.run`."""
        book = str(Path(sys.executable).with_name("jupyter-book"))
        environment = {**os.environ, "NO_COLOR": "1"}
        return {"args": [book, "build", ".", *self.OPTIONS], "cwd": self.folder, "env": environment}

    def timed_build(self):
        """(seconds, what was printed); RuntimeError with the end of that if the build fails."""
        begun = time.perf_counter()
        done = subprocess.run(**self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise RuntimeError(f"a build that was to be timed failed:\n{done.stdout[-3000:]}")
        return seconds, done.stdout

    def forget(self):
        """Remove what any build left, compiled modules of the book's own included."""
        for left in [self.folder / "_build", *self.folder.rglob("__pycache__")]:
            shutil.rmtree(left, ignore_errors=True)

    def from_nothing(self):
        """Seconds of a build without what any build left."""
        self.forget()
        return self.timed_build()[0]

    def again(self):
        """Seconds of a build after nothing changed."""
        return self.timed_build()[0]


class Clone(Book, Project):
    """A clone of the project's last commit, built as `make html` builds it."""

    OPTIONS = ("-n", "-W", "--keep-going")

    def __init__(self, folder):
        self.at(reproduce.clone(ROOT, Path(folder)))

    def command(self):
        return Project.command(self, *self.OPTIONS)

    def executed_chapters(self):
        """Names of the chapters that have a cell."""
        return [name for name, path in prose.chapters(self.folder).items() if CELL.search(path.read_text("utf-8"))]


def bare_book(folder, chapters):
    """A `Book` of as many chapters, with the settings that Jupyter Book has by itself; each draws one chart."""
    folder.mkdir(parents=True)
    names = [f"chapter{number}" for number in range(1, chapters + 1)]
    for name in names:
        (folder / f"{name}.md").write_text(CHAPTER.format(title=name.capitalize()), "utf-8")
    contents = "".join(f"  - file: {name}\n" for name in names[1:])
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {names[0]}\nchapters:\n{contents}", "utf-8")
    (folder / "_config.yml").write_text("title: A bare book\n", "utf-8")
    return Book(folder)


def told_seconds(command, environment=None):
    """The seconds that a command prints of itself; RuntimeError with what it said if it fails."""
    return float(told(command, environment))


def told(command, environment=None, folder=None):
    """What a command prints; RuntimeError likewise."""
    done = subprocess.run(list(map(str, command)), env=environment, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[:3]} failed:\n{done.stderr[-3000:]}")
    return done.stdout
