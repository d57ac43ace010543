"""What changed between an older version of the review and the working tree, for co-authors and reviewers.

Usage: python tools/make_diff.py OLD     (a commit, a tag or a branch of the repository)

Writes `_build/diff/diff.html` and, with tracked changes, `_build/diff/diff.docx`: results with old and new
value, the cells of the tables that differ, and the prose with inserted and deleted words marked.  The results
of a version are computed by its own code over its own data.  A name that is no commit: exit status 1, and
nothing is written.  Otherwise 0: a difference is an answer, not a failure.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import builds

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import paths  # noqa: E402  (needs the path above)
from freshbook.files import write_atomically  # noqa: E402
from mscreview.versions import page, report, trees, word  # noqa: E402


def make(root: Path, old: str) -> tuple[report.Report, list[Path]]:
    """Compare a commit with the working tree of `root`; the report, and the files that hold it."""
    commit = trees.resolve(root, old)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "old"
        trees.unpack(root, commit, folder)
        sides = [(trees.name_of(root, commit), folder), (trees.name_of_working_tree(root), root)]
        found = report.compare(*trees.read(sides, temporary))
        html, docx = Path(temporary) / "diff.html", Path(temporary) / "diff.docx"
        html.write_text(page.page(found), encoding="utf-8")
        word.write(found, f"Changed since {commit[:7]}", seconds(root), docx)
        target = paths.diff_folder(root)
        written = [target / html.name, target / docx.name]
        for source, place in zip((html, docx), written):
            write_atomically(place, source.read_bytes())
    return found, written


def seconds(root: Path) -> int:
    """The date of the Word file: that of the build, or else of the last commit."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or trees.git(root, "log", "-1", "--format=%ct"))


def main(arguments: list[str]) -> int:
    """Make the two files; exit status."""
    try:
        found, written = make(paths.ROOT, arguments[0] if len(arguments) == 1 else "")
    except trees.VersionError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"From {found.old.name} to {found.new.name}:")
    for line in [*found.failures, *found.counts(), *written]:
        print(line)
    return 0


if __name__ == "__main__":
    builds.end(main, sys.argv[1:])
