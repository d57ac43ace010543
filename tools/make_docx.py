"""Writes the Word files of article and supplement from the pages of the ``manuscript`` builder.

Usage: python tools/make_docx.py [--review]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview.paper import front, word  # noqa: E402  (needs the path above)
from mscreview.submission import load_submission  # noqa: E402


def main(arguments):
    """Write both files; ``--review``: with numbered lines. Exit status."""
    if set(arguments) - {"--review"}:
        print(__doc__, file=sys.stderr)
        return 1
    submission = load_submission()
    for part in ("manuscript", "supplement"):
        print(word.write_word(part, front.metadata(submission, part), review=bool(arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
