"""What one state of the data changes in the ledger against another.

Usage: python tools/ledger_diff.py DATA_BEFORE DATA_AFTER

Prints a line for each number or rule-made sentence whose text differs in English or Chinese: key, old text, new text;
"absent" where a key is in one ledger only.  Exit status 0: a difference is an answer, not a failure.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import analyse, ledger, load_evidence  # noqa: E402  (needs the path above)
from mscreview.wording import LANGUAGES  # noqa: E402

ABSENT = "absent"


def texts(results) -> dict[str, tuple[str, ...]]:
    """The text of every ledger entry in each language, by key."""
    return {
        key: tuple(entry.text(results, language) for language in LANGUAGES)
        for key, entry in ledger.entries(results).items()
    }


def differences(before, after) -> list[tuple[str, str, str]]:
    """(key, old text, new text) of every entry that differs between two `Results`, in the order of keys."""
    old, new = texts(before), texts(after)
    absent = (ABSENT,) * len(LANGUAGES)
    found = []
    for key in [*old, *(key for key in new if key not in old)]:
        left, right = old.get(key, absent), new.get(key, absent)
        if left != right:
            found.append((key, left[0], right[0]))
    return found


def main(arguments: list[str]) -> int:
    """Compare two data folders; exit status."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 1
    before, after = (analyse(load_evidence(folder)) for folder in arguments)
    for key, old, new in differences(before, after):
        print(f"{key}: {old} -> {new}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
