"""Edits of a copied data folder, and the refusal that a test expects of it."""

import csv
import hashlib
import io

import pytest

from mscreview.evidence import EvidenceError, load_evidence


def rows_of(path):
    """The cells of a CSV file: a list of rows, the header first."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def write_rows(path, rows):
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def first_line(path, **cells):
    """The line of the first row with these cells; "*" stands for anything but empty."""
    header, *rows = rows_of(path)
    for line, row in enumerate(rows, start=2):
        found = dict(zip(header, row))
        if all(found[k] == v or (v == "*" and found[k]) for k, v in cells.items()):
            return line
    raise LookupError(cells)


def set_cell(path, line, column, value):
    rows = rows_of(path)
    rows[line - 1][rows[0].index(column)] = value
    write_rows(path, rows)


def repeat_row(path, line, **changes):
    """Append a copy of a row and return the line of the copy."""
    rows = rows_of(path)
    copy = list(rows[line - 1])
    for column, value in changes.items():
        copy[rows[0].index(column)] = value
    write_rows(path, [*rows, copy])
    return len(rows) + 1


def refused(folder, *parts):
    """Load, expect a refusal whose first line holds every part, and nothing changed on disk."""
    before = digests(folder)
    with pytest.raises(EvidenceError) as caught:
        load_evidence(folder)
    assert digests(folder) == before
    line = str(caught.value).splitlines()[0]
    for part in parts:
        assert part in line
    return caught.value
