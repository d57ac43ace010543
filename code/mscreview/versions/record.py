"""Write what a version of the review says, run by that version's own code: `python -P record.py DATA FILE`.

It must run beside code of any age, so it names nothing but `load_evidence`, `analyse`, the ledger and its
entries.  The file holds {key: {"kind", "meaning", "texts": {language: text}, "value"}}.
"""

import json
import sys
from pathlib import Path

LANGUAGES = ("en", "zh-Hans")


def recorded(results):
    """All ledger entries of `Results` as plain data; a sentence has no value but its text."""
    from mscreview import ledger

    return {
        key: {
            "kind": entry.kind,
            "meaning": entry.meaning,
            "texts": {language: entry.text(results, language) for language in LANGUAGES},
            "value": None if entry.kind == "sentence" else entry.value,
        }
        for key, entry in ledger.entries(results).items()
    }


def main(data, target):
    """Compute the results of a data folder and write their ledger."""
    # The ledger too, though used below: a version without it is refused before its results are computed.
    from mscreview import analyse, ledger, load_evidence  # noqa: F401

    Path(target).write_text(json.dumps(recorded(analyse(load_evidence(data)))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
