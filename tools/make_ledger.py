"""Writes `validation/ledger.json`, the numbers that `make reproduce` compares with.

Usage: python tools/make_ledger.py

Run it when data or code changed numbers on purpose; `git diff validation/ledger.json` shows them, old and new.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import analyse, load_evidence, paths  # noqa: E402  (needs the path above)
from freshbook.files import write_atomically  # noqa: E402
from mscreview.evidence import EvidenceError  # noqa: E402
from mscreview.versions import committed_ledger  # noqa: E402


def main():
    """Write the file; exit status, 1 if the tables are refused."""
    try:
        ledger = committed_ledger.ledger_of(analyse(load_evidence(paths.DATA)), paths.ROOT)
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    write_atomically(paths.ledger(), committed_ledger.as_text(ledger))
    print(f"{paths.ledger()}: {len(ledger):,} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
