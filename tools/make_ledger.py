"""Writes `validation/ledger.json`, the numbers that `make reproduce` compares with, and `results.csv` beside it.

Usage: python tools/make_ledger.py

Run it when data or code changed numbers on purpose; `git diff validation/ledger.json` shows them, old and new,
and that of `results.csv` names the results in which anything else changed, such as a source or a reason.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import analyse, load_evidence, paths  # noqa: E402  (needs the path above)
from freshbook.files import write_atomically  # noqa: E402
from mscreview.evidence import EvidenceError  # noqa: E402
from mscreview.versions import committed_ledger, committed_results  # noqa: E402


def main():
    """Write the files; exit status, 1 if the tables are refused."""
    try:
        results = analyse(load_evidence(paths.DATA))
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    ledger, digests = committed_ledger.ledger_of(results, paths.ROOT), committed_results.digests_of(results)
    write_atomically(paths.ledger(), committed_ledger.as_text(ledger))
    write_atomically(paths.results_digests(), committed_results.as_text(digests))
    print(f"{paths.ledger()}: {len(ledger):,} entries")
    print(f"{paths.results_digests()}: {len(digests):,} results")
    return 0


if __name__ == "__main__":
    sys.exit(main())
