"""The committed results, `validation/results.csv`: a digest of each result as it was when `make ledger` was last run.

The ledger has the numbers that a reader can meet; a result has more, such as sources, flags and reasons. A change of
the code that was to change nothing shows here if it did.
"""

import csv
import hashlib
import io
import json
from pathlib import Path

COLUMNS = ("key", "type", "digest")
DIGITS = 9  # significant; beyond them lie the last digits of other processors and libraries


def digests_of(results):
    """{key: (type, digest)} of every result of `Results`."""
    return {key: (type(found).__name__, _digest(found)) for key, found in results.by_key.items()}


def _digest(result):
    text = json.dumps(_rounded(result), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _rounded(value):
    """As JSON takes it; a dataclass as its fields, without the deep copy that `asdict` makes."""
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return {name: _rounded(inner) for name, inner in (value if isinstance(value, dict) else vars(value)).items()}


def as_text(digests):
    """The content of the file: a line for each result, in their order."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *((key, *found) for key, found in digests.items())])
    return text.getvalue()


def read(path):
    """{key: (type, digest)} of a file that `as_text` made."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return {row["key"]: (row["type"], row["digest"]) for row in csv.DictReader(file)}
