"""Writes the folder for an editor from the manuscript, the supplement and their Word files, built before.

Usage: python tools/make_submission.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import analyse, load_evidence, paths  # noqa: E402  (needs the path above)
from mscreview.paper import folder  # noqa: E402
from mscreview.submission import load_submission  # noqa: E402


def main():
    """Write the folder and print its report."""
    lines = folder.write_folder(load_submission(), analyse(load_evidence(paths.DATA)))
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
