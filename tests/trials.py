"""A real trial taken out of a copied data folder, and the ways to enter it again."""

import shutil

from data_files import rows_of, write_rows

from mscreview.authoring.fields import ONE_ROW, TABLES, fields_of, given
from mscreview.authoring.form import form_text


def folder_like(root, folder):
    """A root with what `make new-study` reads: the tables, and the chapters for the keys they state."""
    for name in ("data", "chapters"):
        shutil.copytree(root / name, folder / name)
    return folder


def take_out(data, study_id):
    """Remove a trial's rows from a data folder; returns its entries, {table: [{column: cell}]}.

    Records of the search that repeat the trial's record, and matches with the source review, go too: they are entered
    by hand. `put_back` does that.
    """
    trial, aside = {}, {}
    for table in (*TABLES, "source_review_table1"):
        header, *rows = rows_of(data / f"{table}.csv")
        name = {"bibliography": "key", "source_review_table1": "matched_study_id"}.get(table, "study_id")
        own = [row for row in rows if row[header.index(name)] == study_id]
        write_rows(data / f"{table}.csv", [header, *(row for row in rows if row not in own)])
        if table == "screening":
            decision = header.index("decision")
            aside[table] = [row for row in own if row[decision] == "duplicate"]
            own = [row for row in own if row[decision] == "include"]
        if table in TABLES:
            asked = [column for column in header if column not in given(table, study_id)]
            trial[table] = [{column: row[header.index(column)] for column in asked} for row in own]
        else:
            aside[table] = own
    return trial, aside


def put_back(data, aside):
    for table, rows in aside.items():
        write_rows(data / f"{table}.csv", [*rows_of(data / f"{table}.csv"), *rows])


def write_form(path, evidence, trial):
    path.write_text(form_text(fields_of(evidence.codebook), trial), encoding="utf-8")
    return path


def spoken(evidence, trial):
    """The answers that enter a trial at the terminal, a line each."""
    lines = []
    for table, fields in fields_of(evidence.codebook).items():
        for entry in trial[table]:
            lines += [] if table in ONE_ROW else ["yes"]
            lines += [entry[field.column] or "-" for field in fields]
        lines += [] if table in ONE_ROW else ["no"]
    return lines
