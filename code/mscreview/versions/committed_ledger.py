"""The committed ledger, `validation/ledger.json`: each number as it was when `make ledger` was last run.

{key: {"kind", "meaning", "texts": {language: text}, "value", "chapters"}}; "value" is a number, a pair or none,
with all its digits, and "chapters" names those that show the entry.  One line holds one entry, so that a
difference between two versions of the file reads as the numbers that changed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from . import prose, record

FIELDS = {"kind", "meaning", "texts", "value", "chapters"}
TOLERANCE = 1e-9  # below it lie the last digits of other processors and libraries


@dataclass(frozen=True)
class Difference:
    """What differs in one entry: ``by`` is how much, for values; None for words."""

    key: str
    what: str
    committed: object
    found: object
    by: float | None = None

    def __str__(self):
        much = "" if self.by is None else f", by {self.by:.3g}"
        return f"{self.key}, {self.what}: committed {self.committed!r}, found {self.found!r}{much}"


def ledger_of(results, root):
    """The ledger of `Results`, and which chapters below `root` show each entry."""
    pages = prose.pages_of_numbers(root)
    found = {key: {**entry, "chapters": pages.get(key, ())} for key, entry in record.recorded(results).items()}
    return json.loads(as_text(found))


def as_text(ledger):
    """The content of the file: the same ledger gives the same text."""
    lines = [
        f"{json.dumps(key)}: {json.dumps(ledger[key], ensure_ascii=False, allow_nan=False, sort_keys=True)}"
        for key in sorted(ledger)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read(path):
    """The ledger in a file; ValueError, naming the file, where it is not there or not as `as_text` writes it."""
    try:
        ledger = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: no ledger ({error}); run `make ledger`") from None
    if not isinstance(ledger, dict) or not all(isinstance(e, dict) and set(e) == FIELDS for e in ledger.values()):
        raise ValueError(f"{path}: not a ledger of entries with {', '.join(sorted(FIELDS))}; run `make ledger`")
    return ledger


def differences(committed, found):
    """Each `Difference` between two ledgers: printed words must be equal, values within `TOLERANCE`."""
    different = []
    for key in sorted(committed.keys() | found.keys()):
        if key in committed and key in found:
            different += _of_entry(key, committed[key], found[key])
        else:
            sides = ["an entry" if key in ledger else "none" for ledger in (committed, found)]
            different.append(Difference(key, "entry", *sides))
    return different


def _of_entry(key, old, new):
    pairs = [(name, old[name], new[name]) for name in ("kind", "meaning", "chapters")]
    pairs += [(f"text, {language}", old["texts"][language], new["texts"][language]) for language in old["texts"]]
    different = [Difference(key, *pair) for pair in pairs if pair[1] != pair[2]]
    by = distance(old["value"], new["value"])
    return different + [Difference(key, "value", old["value"], new["value"], by)] * (by > TOLERANCE)


def distance(old, new):
    """How far two values are apart: the absolute or the relative difference, whichever is less, of a pair the
    larger; infinite if only one of them is there."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return max(map(distance, old, new), default=0.0)
    if old == new:
        return 0.0
    if isinstance(old, int | float) and isinstance(new, int | float):
        apart = abs(old - new)
        return apart / max(1.0, abs(old), abs(new))
    return float("inf")


def largest_distance(committed, found):
    """The largest `distance` of the values of entries that both ledgers have."""
    both = committed.keys() & found.keys()
    return max((distance(committed[key]["value"], found[key]["value"]) for key in both), default=0.0)
