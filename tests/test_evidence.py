"""The evidence tables: what loads, what is refused and in which words, what is only noted."""

import math
import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from data_files import digests, first_line, refused, repeat_row, rows_of, set_cell, write_rows

from mscreview.csvtable import records
from mscreview.evidence import TABLES, load_evidence, main

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
SOURCE = ROOT.parent / "shared" / "evidence"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture(scope="module")
def evidence():
    return load_evidence(DATA)


# The tables as they are


def test_every_table_loads(evidence):
    assert {field.name for field in fields(evidence)} == {*TABLES, "codebook", "notes"}
    for name in TABLES:
        table = getattr(evidence, name)
        assert len(table) == len(rows_of(DATA / f"{name}.csv")) - 1
        assert list(table.columns) == ["row", *rows_of(DATA / f"{name}.csv")[0]]


def test_types_and_empty_cells(evidence):
    outcomes = evidence.outcomes
    assert list(outcomes["row"][:2]) == [2, 3]
    assert outcomes["mean"].dtype == "float64" and outcomes["ci_low"].dtype == "float64"
    assert math.isnan(outcomes["ci_low"][0])
    assert "<0.05" in set(evidence.contrasts["p_value"])
    assert "" in set(outcomes["definition"])
    assert all(isinstance(value, str) for value in evidence.studies["mean_age"])


def test_cells_are_as_in_the_file(evidence):
    for name in TABLES:
        header, *rows = rows_of(DATA / f"{name}.csv")
        table = getattr(evidence, name)
        for position, column in enumerate(header):
            printed = [row[position] for row in rows]
            if table[column].dtype == "float64":
                numbers = [float(cell) if cell else math.nan for cell in printed]
                assert all(a == b or a != a and b != b for a, b in zip(table[column], numbers))
            else:
                assert list(table[column]) == printed


def test_the_codebook_covers_every_column_in_order(evidence):
    for name in TABLES:
        described = evidence.codebook[evidence.codebook["table"] == name]
        assert list(described["column"]) == rows_of(DATA / f"{name}.csv")[0]


def test_the_record_of_checksums_is_current():
    record = {}
    for line in (DATA / "checksums.sha256").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        record[name] = digest
    actual = {name: digest for name, digest in digests(DATA).items() if name.endswith(".csv")}
    assert record == actual, "renew the record: cd data && sha256sum *.csv > checksums.sha256"


def test_the_tables_are_the_common_extraction():
    sources = sorted(SOURCE.glob("*.csv")) if SOURCE.is_dir() else []
    for source in sources:
        assert (DATA / source.name).read_bytes() == source.read_bytes(), source.name


def test_notes_of_today_are_two_small_spreads_and_the_missing_years(evidence):
    assert [note.split(":")[0] for note in evidence.notes] == [
        "outcomes.csv, row 241, column sd",
        "outcomes.csv, row 252, column sd",
        "studies.csv, column year",
    ]
    without_year = evidence.studies["study_id"][evidence.studies["year"].isna()]
    assert evidence.notes[-1].endswith(f": empty for {', '.join(without_year)}")


# One bad cell: file, row to choose, column, value, what the message says is allowed

STUDY = "a study_id of studies.csv"
HBA1C = {"outcome": "hba1c", "unit": "%", "is_change": "no", "mean": "*"}
FPG = {"outcome": "fpg", "mean": "*"}
QUARTILES = {"median": "*", "q1": "*", "q3": "*", "outcome": "hba1c"}
COUNTS = {"events": "*", "total": "16"}
CELLS = {
    "unknown study in outcomes": ("outcomes", {}, "study_id", "smith2030", STUDY),
    "unknown study in contrasts": ("contrasts", {}, "study_id", "smith2030", STUDY),
    "unknown study in safety": ("safety", {}, "study_id", "smith2030", STUDY),
    "unknown study in deaths": ("deaths", {}, "study_id", "smith2030", STUDY),
    "unknown study in study_facts": ("study_facts", {}, "study_id", "x9", STUDY),
    "unknown study in bias_facts": ("bias_facts", {}, "study_id", "x9", STUDY),
    "unknown study in screening": ("screening", {"decision": "duplicate", "study_id": "*"}, "study_id", "x9", STUDY),
    "unknown match": (
        "source_review_table1", {}, "matched_study_id", "cai2016 or x9", "studies.csv",
    ),
    "two studies in one outcome": ("outcomes", {}, "study_id", "wu2024 or wu2022", STUDY),
    "unknown animal study": ("preclinical_outcomes", {}, "study_id", "x9", "of preclinical.csv"),
    "unknown record": (
        "screening", {"decision": "duplicate"}, "duplicate_of", "x9", "of screening.csv",
    ),
    "unknown outcome": ("outcomes", {}, "outcome", "hba1", "one of hba1c | "),
    "nameless other outcome": ("outcomes", {}, "outcome", "other:", "beginning with other:"),
    "unknown contrast outcome": ("contrasts", {}, "outcome", "HbA1c", "one of hba1c | "),
    "unknown arm role": ("outcomes", {}, "arm_role", "treated", "one of treatment | control"),
    "unknown safety role": ("safety", {}, "arm_role", "cells", "one of treatment | control | both"),
    "unknown unit": ("outcomes", {}, "unit", "percent", "one of % | mmol/mol"),
    "unknown contrast unit": ("contrasts", {"unit": "*"}, "unit", "points", "one of % | mmol/mol"),
    "unit of another outcome": (
        "outcomes", HBA1C, "unit", "mg/dL", "for hba1c one of % | mmol/mol",
    ),
    "negative sd": (
        "outcomes", {"sd": "*"}, "sd", "-1.07", "a number above 0, with a decimal point",
    ),
    "sd of zero": ("outcomes", {"sd": "*"}, "sd", "0", "a number above 0"),
    "sd nan": ("outcomes", {"sd": "*"}, "sd", "nan", "a number above 0"),
    "sd inf": ("outcomes", {"sd": "*"}, "sd", "inf", "a number above 0"),
    "negative se": ("outcomes", {"se": "*"}, "se", "-0.2", "a number above 0"),
    "se inf": ("contrasts", {"se": "*"}, "se", "inf", "a number above 0"),
    "negative n": ("outcomes", {"n": "*"}, "n", "-1", "a whole number above or equal to 1"),
    "n of zero": ("outcomes", {"n": "*"}, "n", "0", "a whole number above or equal to 1"),
    "n nan": ("outcomes", {"n": "*"}, "n", "nan", "a whole number"),
    "half a participant": ("outcomes", {"n": "*"}, "n", "12.5", "a whole number"),
    "negative events": ("safety", {"events": "*"}, "events", "-1", "above or equal to 0"),
    "events above total": (
        "outcomes", COUNTS, "events", "17", "at most 16, the total of the same row",
    ),
    "events above n at risk": (
        "safety", {"n_at_risk": "16"}, "events", "17", "at most 16, the n_at_risk",
    ),
    "deaths above n": ("deaths", {"n": "12"}, "deaths", "13", "at most 12, the n of the same row"),
    "q1 above median": ("outcomes", QUARTILES, "q1", "24", "the median of the same row"),
    "minimum above q1": ("outcomes", QUARTILES, "min", "24", "the q1 of the same row"),
    "negative time": ("outcomes", {}, "time_months", "-3", "above or equal to 0"),
    "negative time of a contrast": ("contrasts", {}, "time_months", "-3", "above or equal to 0"),
    "p above 1": ("outcomes", {"p_between": "*"}, "p_between", "1.2", "from 0 to 1"),
    "negative p": ("contrasts", {"p_value": "*"}, "p_value", "-0.1", "from 0 to 1"),
    "p in words": ("contrasts", {"p_value": "*"}, "p_value", "NS", "a p value"),
    "p with a decimal comma": (
        "contrasts", {"p_value": "*"}, "p_value", "<0,05", "write a decimal point",
    ),
    "outcome without source": ("outcomes", {}, "source_url", "", "not empty: web addresses"),
    "study without source": ("studies", {}, "source_url", "", "not empty: web addresses"),
    "safety row without source": ("safety", {}, "source_url", "", "not empty: web addresses"),
    "record without source": ("screening", {"decision": "include"}, "source_url", "", "not empty"),
    "source that is no address": ("outcomes", {}, "source_url", "the paper", "web addresses"),
    "study without cohort": ("studies", {}, "cohort", "", "not empty: one word"),
    "hba1c of 53 percent": ("outcomes", HBA1C, "mean", "53", "from 3 to 25 for hba1c in %"),
    "hba1c of 0.08": ("outcomes", HBA1C, "mean", "0.08", "from 3 to 25 for hba1c in %"),
    "hba1c median of 70": ("outcomes", {**QUARTILES, "unit": "%"}, "q3", "70", "from 3 to 25"),
    "fasting glucose of 126 mmol/L": (
        "outcomes", {**FPG, "unit": "mmol/L"}, "mean", "126", "from 1 to 60 for fpg",
    ),
    "fasting glucose of 7 mg/dL": (
        "outcomes", {**FPG, "unit": "mg/dL"}, "mean", "7", "from 18 to 1100 for fpg",
    ),
    "text for a number": (
        "outcomes", {"mean": "*"}, "mean", "about 8", "a number, with a decimal point",
    ),
    "decimal comma": ("outcomes", {"mean": "*"}, "mean", "7,5", "write a decimal point"),
    "typographic minus": ("contrasts", {"estimate": "*"}, "estimate", "−0.3", "sign as a hyphen"),
    "impossible year": ("studies", {}, "year", "20222", "a year from 1950 to 2035"),
}


@pytest.mark.parametrize("case", CELLS.values(), ids=CELLS.keys())
def test_a_bad_cell_is_refused(folder, case):
    table, where, column, value, allowed = case
    path = folder / f"{table}.csv"
    line = first_line(path, **where)
    set_cell(path, line, column, value)
    error = refused(
        folder, f"{table}.csv, row {line}, column {column}: ", f'"{value}"', " - allowed: ", allowed
    )
    problem = error.problems[0]
    assert (problem.file, problem.row, problem.column) == (path.name, line, column)
    assert problem.value == value and allowed in problem.allowed


# Two rows that say the same thing

REPEATED = {
    "an arm twice": ("outcomes", {"mean": "9.9"}, "study_id + outcome + arm_label"),
    "an arm twice, time typed 0.0": ("outcomes", {"time_months": "0.0"}, "it is already in row 2"),
    "an arm twice, other place": ("outcomes", {"locator": "Table 9"}, "it is already in row 2"),
    "a study twice": ("studies", {"year": "2016"}, "each study_id once; it is already in row 2"),
    "a contrast twice": ("contrasts", {}, "it is already in row 2"),
    "an event twice": ("safety", {}, "it is already in row 2"),
    "a record twice": ("screening", {}, "each record_id once"),
    "an earlier estimate twice": ("published_meta", {}, "it is already in row 2"),
    "a column described twice": ("codebook", {"unit": "mm"}, "each table + column once"),
}


@pytest.mark.parametrize("case", REPEATED.values(), ids=REPEATED.keys())
def test_a_repeated_row_is_refused(folder, case):
    table, changes, allowed = case
    line = repeat_row(folder / f"{table}.csv", 2, **changes)
    refused(folder, f"{table}.csv, row {line}, column ", " - allowed: ", allowed)


# A file that is no table, or not the table of the codebook


def rewrite(path, change):
    path.write_bytes(change(path.read_bytes()))


def drop_column(path, column):
    rows = rows_of(path)
    position = rows[0].index(column)
    write_rows(path, [[*row[:position], *row[position + 1 :]] for row in rows])


FILES = {
    "missing file": (lambda path: path.unlink(), ('"missing file"',)),
    "empty file": (lambda path: path.write_bytes(b""), ('"empty file"', "at least one row")),
    "header only": (lambda path: write_rows(path, rows_of(path)[:1]), ('"empty file"',)),
    "not UTF-8": (
        lambda path: rewrite(path, lambda content: content.replace(b"yes", b"\xe9s", 1)),
        ("row 2", "UTF-8"),
    ),
    "byte order mark": (
        lambda path: rewrite(path, lambda content: b"\xef\xbb\xbf" + content),
        ("row 1", "UTF-8 without byte order mark"),
    ),
    "missing column": (
        lambda path: drop_column(path, "n"),
        ("row 1, column n", '"missing column"'),
    ),
    "unknown column": (
        lambda path: set_cell(path, 1, "n", "count"),
        ("row 1, column count", "a column that codebook.csv describes"),
    ),
    "column twice": (
        lambda path: set_cell(path, 1, "note", "n"),
        ("row 1, column n", "each column once"),
    ),
    "ragged row": (
        lambda path: write_rows(path, [*rows_of(path)[:2], ["perico2023", "ORBCEL-M 80e6"]]),
        ("row 3", '"2 cells"', "7 cells"),
    ),
    "open quote": (
        lambda path: rewrite(path, lambda content: content + b'perico2023,"ORBCEL'),
        ("row 20", "quoted cells closed"),
    ),
}


@pytest.mark.parametrize("case", FILES.values(), ids=FILES.keys())
def test_a_bad_file_is_refused(folder, case):
    change, parts = case
    change(folder / "deaths.csv")
    refused(folder, "deaths.csv", " - allowed: ", *parts)


def test_a_table_without_codebook_is_refused_for_that_alone(folder):
    (folder / "codebook.csv").unlink()
    assert len(refused(folder, "codebook.csv", '"missing file"').problems) == 1


CODEBOOK = {
    "unknown table": ("table", "trials", "one of studies | outcomes"),
    "unknown type": ("type", "string", "one of text | identifier"),
    "unclear requirement": ("required", "maybe", "one of yes | no"),
    "no meaning": ("meaning", "", "what the column means"),
    "limits on text": ("allowed", ">= 0", "limits such as"),
}


@pytest.mark.parametrize("case", CODEBOOK.values(), ids=CODEBOOK.keys())
def test_a_bad_codebook_row_is_refused(folder, case):
    column, value, allowed = case
    set_cell(folder / "codebook.csv", 2, column, value)
    refused(folder, f"codebook.csv, row 2, column {column}", f'"{value}"', allowed)


def test_a_column_may_be_added_with_its_codebook_row(folder):
    rows = rows_of(folder / "deaths.csv")
    write_rows(folder / "deaths.csv", [[*rows[0], "age"], *([*row, "61"] for row in rows[1:])])
    refused(folder, "deaths.csv, row 1, column age")
    book = rows_of(folder / "codebook.csv")
    write_rows(
        folder / "codebook.csv",
        [*book, ["deaths", "age", "number", "no", "years", ">= 0", "Age at death."]],
    )
    assert set(load_evidence(folder).deaths["age"]) == {61.0}


# The message as a whole


def test_all_problems_are_collected_and_twenty_are_shown(folder):
    path = folder / "outcomes.csv"
    for line in range(2, 27):
        set_cell(path, line, "arm_role", "arm")
    set_cell(folder / "deaths.csv", 2, "n", "none")
    error = refused(folder, "outcomes.csv, row 2, column arm_role")
    assert len(error.problems) == 26
    assert error.problems[-1].file == "deaths.csv"
    assert len(str(error).splitlines()) == 21
    assert str(error).endswith("... and 6 more")


def test_a_row_is_named_by_the_line_on_which_it_begins(folder):
    path = folder / "outcomes.csv"
    set_cell(path, 2, "note", "two\nlines")
    set_cell(path, 3, "arm_role", "arm")
    refused(folder, "outcomes.csv, row 4, column arm_role")


def test_more_events_than_participants_may_happen(folder):
    path = folder / "safety.csv"
    set_cell(path, first_line(path, counted="events", n_at_risk="10"), "events", "11")
    load_evidence(folder)


# Notes: seen, not refused


def test_a_changed_file_loads_with_a_note(folder):
    set_cell(folder / "outcomes.csv", 2, "mean", "8.1")
    evidence = load_evidence(folder)
    assert evidence.outcomes["mean"][0] == 8.1
    assert "outcomes.csv: changed since checksums.sha256 was made" in evidence.notes


def test_a_missing_record_is_a_note(folder):
    (folder / "checksums.sha256").unlink()
    notes = load_evidence(folder).notes
    assert any(note.startswith("checksums.sha256: no readable") for note in notes)


def test_a_standard_error_typed_as_sd_is_a_note(folder):
    path = folder / "outcomes.csv"
    line = first_line(path, **HBA1C, sd="0.8", n="15")
    set_cell(path, line, "sd", "0.21")
    notes = load_evidence(folder).notes
    assert any(f"row {line}, column sd: 0.21 may be a standard error" in note for note in notes)


# Rows by study


def test_rows_of_a_report_are_those_of_the_table_in_its_order(evidence, monkeypatch):
    monkeypatch.setattr("mscreview.evidence.KEPT", 3)  # most are made again
    for name in ("outcomes", "contrasts", "bias_facts", "study_facts"):
        table = getattr(evidence, name)
        for study_id in [*evidence.studies["study_id"], "nobody2000"]:
            expected = table[table["study_id"] == study_id].to_dict("records")
            assert repr(evidence.rows(name, study_id)) == repr(expected)  # NaN equals nothing
            assert list(map(repr, records(table[table["study_id"] == study_id]))) == list(map(repr, expected))


def test_products_are_those_of_the_cell_arms(evidence):
    for study_id in evidence.studies["study_id"]:
        rows = evidence.rows("outcomes", study_id)
        expected = {row["arm_product"] for row in rows if row["arm_role"] == "treatment"}
        assert evidence.products.get(study_id, set()) == expected
    assert len(set(map(len, evidence.products.values()))) > 1, "a trial with cell arms of two classes is among them"


# The command


def run(folder):
    return subprocess.run(
        [sys.executable, "-m", "mscreview.evidence", str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "code"), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_the_command_counts_tables_and_rows():
    done = run(DATA)
    assert done.returncode == 0 and done.stderr == ""
    rows = sum(len(rows_of(DATA / f"{name}.csv")) - 1 for name in TABLES)
    assert done.stdout.startswith(f"data: {len(TABLES)} tables, {rows} rows, valid\n")


def test_the_command_fails_on_a_bad_table(folder, capsys):
    set_cell(folder / "outcomes.csv", 2, "sd", "-1")
    before = digests(folder)
    done = run(folder)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith('outcomes.csv, row 2, column sd: "-1" - allowed: ')
    assert "Traceback" not in done.stderr
    assert digests(folder) == before
    assert main([str(folder)]) == 1
    assert capsys.readouterr().err == done.stderr
