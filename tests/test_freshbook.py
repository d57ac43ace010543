"""The package freshbook alone, in a bare Jupyter Book of two chapters."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from freshbook import digests

CONFIG = """title: Two chapters
only_build_toc_files: true
execute: {execute_notebooks: cache}
sphinx: {config: {linkcheck_ignore: [".*"]}}
"""
WITH_FRESHBOOK = CONFIG.replace("sphinx: {", "sphinx: {local_extensions: {freshbook: .}, ")
CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Table

```{code-cell} python
import pandas
print("mean", pandas.read_csv("values.csv")["value"].mean())
```
"""
FILES = {
    "_toc.yml": "format: jb-book\nroot: intro\nchapters: [{file: table}]\n",
    "intro.md": "# Introduction\n\nWords.\n",
    "table.md": CHAPTER,
    "values.csv": "value\n1\n3\n",
}


@pytest.fixture
def book(tmp_path, root):
    """A folder with the book and a copy of the package, which `_config.yml` does or does not name."""
    shutil.copytree(root / "code/freshbook", tmp_path / "freshbook")
    for name, text in {**FILES, "_config.yml": WITH_FRESHBOOK}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def build(book, *options):
    """Build; the chapters that were executed by the extension."""
    # The copy in the book: Jupyter Book looks in folders of extensions last.
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(book)}
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", *options]
    done = subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return re.findall(r"^executing (\S+)", done.stdout, re.MULTILINE)


def shown_mean(book):
    return re.search(r"mean ([\d.]+)", (book / "_build/html/table.html").read_text("utf-8"))[1]


def test_a_changed_table_is_shown(book):
    assert build(book) == ["table"] and shown_mean(book) == "2.0"
    assert build(book) == []
    (book / "values.csv").write_text("value\n1\n5\n")
    assert build(book) == ["table"] and shown_mean(book) == "3.0"
    (book / "requirements.lock").write_text("pandas==2.3.3\n")
    assert build(book) == ["table"], "the environment is another one"


def test_another_python_is_another_environment(tmp_path, monkeypatch):
    snapshot = digests.Snapshot(tmp_path)
    before = digests.environment_digest(snapshot, "requirements.lock")
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert digests.environment_digest(snapshot, "requirements.lock") != before


def test_without_it_the_old_number_stays(book):
    """Why the package is there; if this fails, Jupyter Book has learned to see changed files."""
    (book / "_config.yml").write_text(CONFIG)
    build(book)
    (book / "values.csv").write_text("value\n1\n5\n")
    build(book)
    assert shown_mean(book) == "2.0"


def test_a_builder_that_shares_the_folder_does_not_make_its_pages_pass_as_fresh(book):
    build(book)
    (book / "intro.md").write_text("# Introduction\n\nOther words.\n")
    os.utime(book / "intro.md", (0, 0))  # Sphinx looks at times, and only at these
    build(book, "--builder", "linkcheck")
    build(book)
    assert "Other words" in (book / "_build/html/intro.html").read_text("utf-8")
    assert not (book / "_build/html/output.txt").exists()


def test_what_is_gone_from_the_sources_is_gone_from_the_folder(book):
    (book / "_static").mkdir()
    (book / "_static/old.txt").write_text("old")
    build(book)
    assert (book / "_build/html/_static/old.txt").exists()
    (book / "_static/old.txt").unlink()
    build(book)
    assert not (book / "_build/html/_static/old.txt").exists()
