"""The tables with the rows of a new trial: made from the files as they are, checked on a copy of them."""

import csv
import hashlib
import io
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from ..csvtable import read_rows
from ..evidence import RECORD, load_evidence
from .fields import TABLES, given


@dataclass(frozen=True)
class Addition:
    """The files that a trial changes. ``old`` and ``new``: {name: bytes}; ``lines``: {(table, line in
    the new file): number of the entry, from 0}; ``unrecorded``: files that differed from their
    recorded checksum before, so that the record of them is left alone."""

    study_id: str
    old: dict
    new: dict
    lines: dict
    unrecorded: tuple = ()


def addition_of(folder, trial):
    """The `Addition` of `trial`, {table: [{column: cell}]}, to the tables of a data folder.

    Rows are appended; a record of the search that awaits its source is replaced where it stands.
    No other byte changes, but in the record of checksums.
    """
    study_id = trial["studies"][0]["study_id"]
    old, new, lines = {}, {}, {}
    for table in TABLES:
        entries = [entry | given(table, study_id) for entry in trial[table]]
        if not entries:
            continue
        file = f"{table}.csv"
        old[file] = (Path(folder) / file).read_bytes()
        new[file], at = _with_entries(file, old[file], entries)
        lines |= {(table, line): n for n, line in enumerate(at)}
    old[RECORD] = (Path(folder) / RECORD).read_bytes()
    new[RECORD], unrecorded = _with_checksums(old, new)
    return Addition(study_id, old, new, lines, unrecorded)


def _with_entries(file, content, entries):
    """The content with the entries as rows, and the line of each."""
    columns = next(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    header, rows = read_rows(file, content, columns)
    lines = content.splitlines(keepends=True)
    if not lines[-1].endswith(b"\n"):
        lines[-1] += b"\n"
    if file == "screening.csv":
        lines = _without_awaiting(header, rows, lines, entries)
    at = []
    for entry in entries:
        place = entry.pop("in place of", len(lines))
        at.append(sum(line.count(b"\n") for line in lines[:place]) + 1)
        lines.insert(place, _line(entry.get(name, "") for name in header))
    return b"".join(lines), at


def _without_awaiting(header, rows, lines, entries):
    """The lines without the record that awaits its source, if an entry has its number."""
    record, decision = header.index("record_id") + 1, header.index("decision") + 1
    for row, following in zip(rows, [*rows[1:], (len(lines) + 1,)]):
        for entry in entries:
            if row[decision] == "awaiting" and row[record] == entry["record_id"]:
                entry["in place of"] = row[0] - 1
                return lines[: row[0] - 1] + lines[following[0] - 1 :]
    return lines


def _line(cells):
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerow(cells)
    return made.getvalue().encode("utf-8")


def _with_checksums(old, new):
    """The record of checksums for the new files, and the files whose line stays as it is."""
    text, unrecorded = old[RECORD].decode("utf-8"), []
    for file in new:
        before, after = (hashlib.sha256(side[file]).hexdigest() for side in (old, new))
        recorded = f"{before}  {file}\n"
        if recorded in text:
            text = text.replace(recorded, f"{after}  {file}\n")
        else:
            unrecorded.append(file)
    return text.encode("utf-8"), tuple(unrecorded)


def evidence_with(folder, addition):
    """`Evidence` of the folder with the addition, loaded from a temporary copy. Raises EvidenceError."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(shutil.copytree(folder, Path(temporary) / "data"))
        for name, content in addition.new.items():
            (copy / name).write_bytes(content)
        return load_evidence(copy)


def in_form(problem, addition, form):
    """A problem or doubt about a new row with its place in the form instead of that in the table."""
    table = problem.file.removesuffix(".csv")
    entry = addition.lines.get((table, problem.row))
    if entry is None:
        return problem
    line, column = form.place(table, entry, problem.column)
    named = f"{column} ({table}.{problem.column})"

    def other(match):
        n = addition.lines.get((table, int(match[1])))
        return match[0] if n is None else f"column {form.place(table, n, problem.column)[1]} of the form"

    told = {"allowed": re.sub(r"\brow (\d+)", other, problem.allowed)}
    return replace(problem, file=form.file, row=line, column=named, **told)


def name_problem(evidence, fields, trial):
    """What is wrong with the study_id, as (value, allowed): every other row would fail by it; or None."""
    rule, value = fields["studies"][0].rule, trial["studies"][0]["study_id"]
    if not rule.accepts(value):
        return value, rule.refusal(value)
    row = next((r["row"] for r in evidence.reports if r["study_id"] == value), None)
    return row and (value, f"a name of its own; row {row} of studies.csv has it")
