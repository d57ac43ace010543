"""Builds PDFs and Word files, and from them the folder for an editor.

Usage: python tools/make_submission.py
"""

import sys

import builds
import make_docx
import make_pdf

sys.path.insert(0, str(builds.ROOT / "code"))

from mscreview import analyse, load_evidence, paths  # noqa: E402  (needs the path above)
from mscreview.paper import folder, report  # noqa: E402
from mscreview.submission import load_submission  # noqa: E402


def main():
    """Write the folder and print its report; exit status."""
    if make_pdf.main([]) or make_docx.main([]):
        return 1
    lines = folder.write_folder(load_submission(), analyse(load_evidence(paths.DATA)))
    print("\n".join(lines))
    # Once more at the end, where it is read.
    print(f"\nFor the editor: {paths.submission_folder()}\n{lines[report.SUMMARY]}")
    return 0


if __name__ == "__main__":
    builds.end(main)
