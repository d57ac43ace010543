"""Builds article and supplement as Word files.

Usage: python tools/make_docx.py [--review]
"""

import sys

import builds

sys.path.insert(0, str(builds.ROOT / "code"))

from mscreview.paper import front, word  # noqa: E402  (needs the path above)
from mscreview.submission import load_submission  # noqa: E402


def main(arguments):
    """Write both files; ``--review``: with numbered lines. Exit status."""
    if set(arguments) - {"--review"}:
        print(__doc__, file=sys.stderr)
        return 1
    builds.build("--builder", "custom", "--custom-builder", "manuscript")
    write(review=bool(arguments))
    return 0


def write(review=False):
    """Write both files from the pages that the ``manuscript`` builder left."""
    submission = load_submission()
    for part in ("manuscript", "supplement"):
        print(word.write_word(part, front.metadata(submission, part), review))


if __name__ == "__main__":
    builds.end(main, sys.argv[1:])
