"""The committed results, `validation/results.csv`: a digest of each result as it was when `make ledger` was last run.

The ledger has the numbers that a reader can meet; a result has more, such as sources, flags and reasons. A change of
the code that was to change nothing shows here if it did.
"""

import csv
import hashlib
import io
import json
from dataclasses import asdict
from pathlib import Path

COLUMNS = ("key", "type", "digest")
DIGITS = 9  # significant; beyond them lie the last digits of other processors and libraries


def digests_of(results):
    """{key: (type, digest)} of every result of `Results`."""
    return {key: (type(found).__name__, _digest(asdict(found))) for key, found in results.by_key.items()}


def _digest(values):
    text = json.dumps(_rounded(values), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _rounded(value):
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else value


def as_text(digests):
    """The content of the file: a line for each result, in their order."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *((key, *found) for key, found in digests.items())])
    return text.getvalue()


def read(path):
    """{key: (type, digest)} of a file that `as_text` made."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return {row["key"]: (row["type"], row["digest"]) for row in csv.DictReader(file)}
