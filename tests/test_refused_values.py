"""Values that a table can hold and no trial can have: each is refused, with its place and reason."""

import csv
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from data_files import digests, first_line, refused, repeat_row, rows_of, set_cell, write_rows

from mscreview.codebook import NEEDED, NUMBERS
from mscreview.crosschecks import KEYS, PARTICIPANTS, RISING, SPELLED, normalized
from mscreview.evidence import TABLES, load_evidence, main
from mscreview.plausible import medians_of_others
from mscreview.review import analyse

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def changed_row(folder, table, where, changes):
    """Change cells of the first row with the cells `where`; its line."""
    path = folder / f"{table}.csv"
    line = first_line(path, **where)
    for column, value in changes.items():
        set_cell(path, line, column, value)
    return line


def is_refused(folder, case):
    """Expect a problem at one cell of the row that the case changes."""
    table, where, changes, column, allowed = case
    line = changed_row(folder, table, where, changes)
    error = refused(folder, f"{table}.csv, row {line}, column ", " - allowed: ")
    found = {p.column: p for p in error.problems if (p.file, p.row) == (f"{table}.csv", line)}
    assert column in found and allowed in found[column].allowed
    if column in changes:
        assert found[column].value == changes[column]


HBA1C = {"outcome": "hba1c", "unit": "%", "is_change": "no", "mean": "*"}
CHANGE = {"outcome": "hba1c", "unit": "%", "is_change": "yes", "mean": "*"}
RELATIVE = {"outcome": "hba1c", "unit": "% change"}
QUARTILES = {"median": "*", "q1": "*", "q3": "*", "outcome": "hba1c"}
DIFFERENCE = {"outcome": "hba1c", "unit": "percentage points", "estimate": "*", "se": "*"}
SHARE = {"unit": "% of participants", "mean": "*"}
IU_KG = {"outcome": "insulin_dose", "unit": "IU/kg/day", "mean": "*"}
C_PEPTIDE = {"outcome": "c_peptide_fasting", "unit": "ng/mL", "mean": "*"}

GLYCEMIC = {
    "value in percentage points": (
        "outcomes", HBA1C, {"unit": "percentage points", "mean": "53"},
        "unit", "for hba1c one of % | mmol/mol | % of baseline, where is_change is no",
    ),
    "unit hidden": ("outcomes", HBA1C, {"unit": "not stated", "mean": "53"}, "unit", "for hba1c one of"),
    "scale relative": (
        "outcomes", HBA1C, {"scale": "relative", "mean": "53"}, "scale", "absolute with all others",
    ),
    "scale absolute": ("outcomes", RELATIVE, {"scale": "absolute"}, "scale", "relative with the units"),
    "relative value at a time": ("outcomes", RELATIVE, {"is_change": "no"}, "unit", "for hba1c one of"),
    "change of 53": ("outcomes", CHANGE, {"mean": "53"}, "mean", "from -15 to 15 for hba1c in %"),
    "change of 53 points": (
        "outcomes", CHANGE, {"mean": "-53", "unit": "percentage points"}, "mean", "from -15 to 15",
    ),
    "fall by more than all": ("outcomes", RELATIVE, {"mean": "-130"}, "mean", "from -100 to 1000"),
    "lower limit": ("outcomes", HBA1C, {"ci_low": "0.5"}, "ci_low", "from 3 to 25 for hba1c"),
    "upper limit": ("outcomes", HBA1C, {"ci_high": "70"}, "ci_high", "from 3 to 25 for hba1c"),
    "spread": ("outcomes", {**HBA1C, "sd": "*"}, {"sd": "107"}, "sd", "from 0 to 15 for hba1c"),
    "difference of 53": ("contrasts", DIFFERENCE, {"estimate": "53"}, "estimate", "from -15 to 15"),
    "difference of 53 mmol/L": (
        "contrasts", {"outcome": "fpg", "unit": "mmol/L"}, {"estimate": "-53"},
        "estimate", "from -40 to 40 for fpg in mmol/L",
    ),
    "limit of a difference": ("contrasts", DIFFERENCE, {"ci_high": "53"}, "ci_high", "from -15 to 15"),
    "se of a difference": ("contrasts", DIFFERENCE, {"se": "53"}, "se", "from 0 to 15"),
    "glucose below zero, unit not stated": (
        "outcomes", {"outcome": "fpg", "unit": "not stated", "mean": "*"}, {"mean": "-5"},
        "mean", "from 0 to 1100",
    ),
}
ROWS = {
    "more events than n": (
        "outcomes", {"events": "*", "total": "", "n": "16"}, {"events": "17"}, "events",
        "at most 16, the n of",
    ),
    "events without any n": (
        "outcomes", {"events": "*", "total": "", "n": "16"}, {"events": "17", "n": ""},
        "events", "at most 16, the n_treated of lian2022 in studies.csv",
    ),
    "events above those treated": (
        "safety", {"study_id": "wu2014", "n_at_risk": "", "events": "5"}, {"events": "21"},
        "events", "at most 20, the n_treated of wu2014 in studies.csv",
    ),
    "n above those randomized": (
        "outcomes", {"study_id": "zang2022", "n": ""}, {"n": "92"}, "n",
        "at most 91, the n_randomised of zang2022",
    ),
    "n at risk above those randomized": (
        "safety", {"study_id": "perico2023", "n_at_risk": "*"}, {"n_at_risk": "17"}, "n_at_risk",
        "at most 16, the",
    ),
    "more treated than randomized": (
        "studies", {"study_id": "zang2022"}, {"n_treated": "92"}, "n_treated", "at most 91, the n_randomised",
    ),
    "share above 100": ("outcomes", SHARE, {"mean": "101"}, "mean", "from 0 to 100"),
    "share below 0": ("outcomes", SHARE, {"mean": "-1"}, "mean", "from 0 to 100"),
    "negative insulin dose": ("outcomes", IU_KG, {"mean": "-0.4"}, "mean", "from 0 to 10 for insulin_dose"),
    "insulin dose in another unit": ("outcomes", IU_KG, {"mean": "45"}, "mean", "from 0 to 10"),
    "negative C-peptide": ("outcomes", C_PEPTIDE, {"mean": "-1"}, "mean", "from 0 to 50"),
    "negative HOMA": (
        "outcomes", {"outcome": "homa_ir", "mean": "*"}, {"mean": "-1"}, "mean", "from 0 to 500",
    ),
    "unit of another outcome": ("outcomes", IU_KG, {"unit": "ng/mL"}, "unit", "for insulin_dose one of"),
    "mean below the minimum": ("outcomes", HBA1C, {"mean": "8", "min": "9"}, "min", "at most 8, the mean"),
    "mean above the maximum": ("outcomes", HBA1C, {"mean": "8", "max": "7"}, "mean", "at most 7, the max"),
    "se above sd": (
        "outcomes", {**HBA1C, "sd": "*"}, {"se": "1.2", "sd": "1.1"}, "se", "at most 1.1, the sd",
    ),
    "cells without product": (
        "outcomes", {"arm_role": "treatment"}, {"arm_product": "none"}, "arm_product",
        "else a class of cells",
    ),
    "control with a product": (
        "outcomes", {"arm_role": "control"}, {"arm_product": "msc"}, "arm_product", "none for an arm whose",
    ),
    "risk ratio below zero": (
        "published_meta", {"measure": "RR", "ci_low": "*"}, {"ci_low": "-0.2"}, "ci_low", "a number above 0",
    ),
    "risk ratio of zero": (
        "published_meta", {"measure": "RR", "ci_low": ""}, {"estimate": "0"}, "estimate",
        "because measure is RR",
    ),
    "deaths that are not mentioned": (
        "deaths", {"deaths": "", "deaths_mentioned": "no"}, {"deaths": "1"}, "deaths",
        "empty where deaths_mentioned",
    ),
    "duplicate of itself": (
        "screening", {"decision": "duplicate", "record_id": "T2C-030"}, {"duplicate_of": "T2C-030"},
        "duplicate_of", "not itself a duplicate",
    ),
    "duplicate of nothing": (
        "screening", {"decision": "duplicate"}, {"duplicate_of": ""}, "duplicate_of", "not empty",
    ),
    "duplicate that is included": (
        "screening", {"decision": "duplicate"}, {"decision": "include"}, "duplicate_of", "empty, unless",
    ),
    "contrast in a unit of another outcome": (
        "contrasts", DIFFERENCE, {"unit": "mmol/L"}, "unit", "for hba1c one of % | mmol/mol",
    ),
    "difference without unit": (
        "contrasts", DIFFERENCE, {"unit": ""}, "unit", "not empty: the unit of estimate",
    ),
    "interval of one point": (
        "contrasts", {"ci_low": "*"}, {"ci_low": "2.25", "ci_high": "2.25"}, "ci_high", "above the ci_low",
    ),
    "quartiles of one value": (
        "outcomes", QUARTILES, {"q1": "8", "median": "8", "q3": "8"}, "q3", "above the q1",
    ),
    "sd of almost nothing": ("outcomes", {"sd": "*"}, {"sd": "0.0000001"}, "sd", "at least 0.000001"),
    "se of almost nothing": ("contrasts", DIFFERENCE, {"se": "0.0000001"}, "se", "at least 0.000001"),
    "spread of one participant": ("outcomes", {**HBA1C, "sd": "*"}, {"n": "1"}, "sd", "empty where n is 1"),
    "label of another study": (
        "studies", {"study_id": "zang2022"}, {"label": "skyler 2015"}, "label",
        "a label of its own; row 2 has it",
    ),
    "cohort in another case": (
        "studies", {"study_id": "zang2023"}, {"cohort": "Zang2022"}, "cohort", 'the spelling "zang2022"',
    ),
    "arm in another spelling": (
        "outcomes", {"study_id": "zang2022", "time_months": "11", "sd": "*"},
        {"arm_label": "uc\N{EN DASH}msc."},
        "arm_label", "the spelling",
    ),
}
NUMERALS = {
    "nothing but NUL": ("outcomes", {"n": "*"}, {"n": "\0"}, "n", "without U+0000"),
    "endless integer": ("outcomes", {"n": "*"}, {"n": "9" * 400}, "n", "at most 15 digits before the point"),
    "endless number": ("outcomes", {"mean": "*"}, {"mean": "-" + "9" * 20}, "mean", "at most 15 digits"),
    "p below zero": ("contrasts", {"p_value": "*"}, {"p_value": "<0"}, "p_value", "no p value is below 0"),
    "p below 0.000": ("outcomes", {"p_between": "*"}, {"p_between": "<0.000"}, "p_between", "no p value"),
    "p above one": (
        "contrasts", {"p_value": "*"}, {"p_value": ">1"}, "p_value", "no p value is below 0 or above 1",
    ),
}


@pytest.mark.parametrize("case", GLYCEMIC.values(), ids=GLYCEMIC.keys())
def test_impossible_glycemic_values(folder, case):
    is_refused(folder, case)


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS.keys())
def test_rows_that_no_trial_can_have(folder, case):
    is_refused(folder, case)


@pytest.mark.parametrize("case", NUMERALS.values(), ids=NUMERALS.keys())
def test_numerals(folder, case):
    is_refused(folder, case)


ACCEPTED = {
    "p printed as 0.000": ("contrasts", {"p_value": "*"}, {"p_value": "0.000"}),
    "p of one": ("contrasts", {"p_value": "*"}, {"p_value": "1.00"}),
    "relative change of 130%": ("outcomes", RELATIVE, {"mean": "130"}),
    "between two relative changes": (
        "contrasts", {"unit": "% change", "estimate": "*"},
        {"estimate": "-130", "contrast_type": "between_arms"},
    ),
    "change in mmol/mol": ("outcomes", CHANGE, {"unit": "mmol/mol", "mean": "-53"}),
    "interval of a small dose": ("outcomes", IU_KG, {"ci_low": "-0.1", "ci_high": "2"}),
    "a note of two lines": ("outcomes", {}, {"note": "two\nlines"}),
    "a remark cut off after a space": ("outcomes", {}, {"note": "the others not opened, "}),
    "Chinese, Greek and accents": ("outcomes", {}, {"note": "脐带间充质干细胞, β-cell, Araújo, 10⁶ ≥ 5 µg"}),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_looks_odd_but_can_be(folder, case):
    changed_row(folder, *case)
    load_evidence(folder)


def test_more_digits_than_a_float_holds_are_no_traceback(folder, capsys):
    changed_row(folder, "outcomes", {"mean": "*"}, {"mean": "9" * 400})
    before = digests(folder)
    assert main([str(folder)]) == 1
    assert "at most 15 digits before the point" in capsys.readouterr().err
    assert digests(folder) == before


# Text


UNSEEN = {
    "white space at the end": ("UC-MSC ", "without white space at its ends"),
    "white space at the start": (" UC-MSC", "without white space at its ends"),
    "only spaces": ("  ", "without white space at its ends"),
    "a line break at the end": ("UC-MSC\n", "without white space at its ends"),
    "no-break space": ("UC-MSC\u00a0", "without U+00A0 (NO-BREAK SPACE)"),
    "zero-width space": ("UC-MSC\u200b", "without U+200B (ZERO WIDTH SPACE)"),
    "zero-width joiner within": ("UC-\u200dMSC", "without U+200D (ZERO WIDTH JOINER)"),
    "soft hyphen within": ("UC\u00ad-MSC", "without U+00AD (SOFT HYPHEN)"),
    "tabulator": ("UC\tMSC", "without U+0009"),
    "NUL": ("UC\0MSC", "without U+0000"),
    "next line": ("UC\u0085MSC", "without U+0085"),
    "line separator": ("UC\u2028MSC", "without U+2028 (LINE SEPARATOR)"),
    "paragraph separator": ("UC\u2029MSC", "without U+2029 (PARAGRAPH SEPARATOR)"),
    "right-to-left override": ("UC\u202eMSC", "without U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    "isolate": ("UC\u2067MSC", "without U+2067"),
    "byte order mark": ("UC\ufeffMSC", "without U+FEFF"),
    "hangul filler": ("UC\u3164MSC", "without U+3164 (HANGUL FILLER)"),
}


@pytest.mark.parametrize("case", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_cannot_be_seen(folder, case):
    value, allowed = case
    set_cell(folder / "outcomes.csv", 2, "arm_label", value)
    error = refused(folder, "outcomes.csv, row 2, column arm_label: ", allowed)
    assert error.problems[0].value == value
    assert all(line.isprintable() for line in str(error).split("\n"))
    assert len(str(error).split("\n")) == len(error.problems)


def test_a_carriage_return_in_a_quoted_cell(folder):
    path = folder / "outcomes.csv"
    path.write_bytes(path.read_bytes().replace(b",placebo,", b',"plac\rebo",', 1))
    refused(folder, "outcomes.csv, row 2, column arm_label", r'"plac\rebo"', "U+000D (control character)")


def test_a_remark_of_spaces(folder):
    set_cell(folder / "outcomes.csv", 2, "note", "  ")
    refused(folder, "outcomes.csv, row 2, column note", "without white space at its ends")


@pytest.mark.parametrize("end", ["", ".", ";"])
def test_an_arm_twice_in_another_spelling(folder, end):
    path = folder / "outcomes.csv"
    line = first_line(path, arm_label="UC-MSC")
    copy = repeat_row(path, line, arm_label="uc-msc" + end)
    refused(folder, f"outcomes.csv, row {copy}, column study_id + outcome", f"already in row {line}")


def test_normalized():
    one = {normalized(text) for text in ("UC-MSC", "uc-msc", "UC-MSC.", " UC\N{NON-BREAKING HYPHEN}MSC ")}
    assert one == {"uc-msc"}
    assert normalized("CD34+") != normalized("CD34-")
    assert math.isnan(normalized(math.nan)) and normalized(2.0) == 2.0


# A spread that looks like a standard error, where n is not printed


def test_a_standard_error_is_suspected_with_n_of_the_study(folder):
    path = folder / "outcomes.csv"
    where = {**HBA1C, "study_id": "zang2022", "arm_role": "treatment", "n": "", "sd": "*"}
    line = changed_row(folder, "outcomes", where, {"sd": "0.16"})
    names = (f"row {line}, column sd: 0.16 may be a standard error", "n = 45;")
    assert any(all(name in note for name in names) for note in load_evidence(folder).notes)
    # The n of the arm at its start goes before that of the study.
    start = first_line(path, study_id="zang2022", arm_label="UC-MSC", time_months="0", subset="all")
    set_cell(path, start, "n", "44")
    assert any("0.16 may be" in note and "n = 44;" in note for note in load_evidence(folder).notes)


@pytest.mark.parametrize("number", [2, 3, 4, 5, 24])
def test_each_number_is_compared_with_the_median_of_all_others(number):
    values = np.round(np.random.default_rng(number).gamma(2, 1, number), 1)  # some of them equal
    others = [float(np.median(np.delete(values, i))) for i in range(number)]
    assert medians_of_others(values).tolist() == pytest.approx(others, rel=1e-15)


# The codebook


CODEBOOK = {
    "reference to no table": (
        "screening", "study_id", "allowed", "trials.study_id", "such as studies.study_id",
    ),
    "reference to no column": ("outcomes", "study_id", "allowed", "studies.name", "such as studies.study_id"),
    "reference to nothing": ("outcomes", "study_id", "allowed", "studies", "such as studies.study_id"),
    "number as text": ("outcomes", "n", "type", "text", "one of integer | number | year"),
    "text as number": ("outcomes", "p_between", "type", "number", "no type of a number"),
    "white space": ("outcomes", "mean", "unit", "as in column unit ", "without white space at its ends"),
    "unseen character": ("outcomes", "mean", "meaning", "Mean\u200b", "without U+200B"),
}


@pytest.mark.parametrize("case", CODEBOOK.values(), ids=CODEBOOK.keys())
def test_a_codebook_row_that_the_code_cannot_use(folder, case):
    table, name, column, value, allowed = case
    path = folder / "codebook.csv"
    line = first_line(path, table=table, column=name)
    if column == "type":  # limits are for numbers
        set_cell(path, line, "allowed", "")
    set_cell(path, line, column, value)
    refused(folder, f"codebook.csv, row {line}, column {column}: ", allowed)


def test_a_column_that_is_gone_everywhere(folder):
    for name in ("codebook", "outcomes"):
        path = folder / f"{name}.csv"
        rows = rows_of(path)
        if name == "codebook":
            rows = [row for row in rows if row[:2] != ["outcomes", "sd"]]
        else:
            place = rows[0].index("sd")
            rows = [[*row[:place], *row[place + 1 :]] for row in rows]
        write_rows(path, rows)
    refused(folder, 'codebook.csv: "no row outcomes, sd"', "column sd of outcomes, which the code reads")


def test_the_needed_columns_are_enough(evidence):
    """The checks and the review run with no other column, and give the same."""
    assert tuple(NEEDED) == TABLES
    needed = {name: columns.split() for name, columns in NEEDED.items()}
    for rules in (RISING, {name: [key] for name, key in KEYS.items()}):
        for name, chains in rules.items():
            assert name == "codebook" or {column for chain in chains for column in chain} <= {*needed[name]}
    for name, column, within in SPELLED:
        assert {column, *within} <= {*needed[name]}
    for name, columns in PARTICIPANTS.items():
        assert {*columns} <= {*needed[name]}
    tables = {name: getattr(evidence, name)[["row", *needed[name]]] for name in TABLES}
    assert repr(analyse(replace(evidence, **tables))) == repr(analyse(evidence))
    types = evidence.codebook.set_index(["table", "column"])["type"]
    assert {one for one in NUMBERS if not any(one in columns for columns in needed.values())} == set()
    assert all(types[name, column] for name in TABLES for column in needed[name])


# Files


def test_a_cell_above_the_limit_of_the_reader(folder):
    path = folder / "deaths.csv"
    long = "x" * (csv.field_size_limit() + 1)
    path.write_bytes(path.read_bytes() + f"perico2023,{long},1,1,yes,,https://example.org\n".encode())
    refused(folder, "deaths.csv, row 20", f"at most {csv.field_size_limit()} characters in a cell")


def test_a_refused_cell_is_named_once(folder):
    line = changed_row(folder, "contrasts", DIFFERENCE, {"unit": "points"})
    error = refused(folder, f"contrasts.csv, row {line}, column unit", "one of % | mmol/mol")
    assert len(error.problems) == 1


@pytest.mark.parametrize(
    ("table", "where", "words"),
    [
        ("screening", {"study_id": "zang2022", "decision": "include"}, "screening.csv"),
        ("bibliography", {"key": "zang2022"}, "bibliography.csv"),
    ],
)
def test_a_study_that_flow_or_references_would_lack_is_refused(folder, table, where, words):
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    del rows[first_line(path, **where) - 1]
    write_rows(path, rows)
    refused(folder, "studies.csv, row", "column study_id", '"zang2022"', words)
