"""Adding a trial: what a form and the questions take, what is refused or doubted, and nothing half written."""

import csv
import dataclasses
import io
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import new_study
import pytest
from data_files import digests, rows_of, write_rows
from trials import folder_like, put_back, spoken, take_out, write_form

from mscreview import analyse, load_evidence
from mscreview.authoring import files, rows
from mscreview.authoring.doubts import doubts
from mscreview.authoring.fields import TABLES, fields_of
from mscreview.authoring.form import BadFile, form_text, read_form
from mscreview.evidence import RECORD, UNFINISHED, EvidenceError
from mscreview.versions import changes
from mscreview.versions.record import recorded

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path):
    return folder_like(ROOT, tmp_path / "project")


@pytest.fixture
def answer(monkeypatch):
    """Lines typed at the terminal."""
    return lambda *lines: monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))


def renew_record(data):
    lines = [f"{digest}  {name}\n" for name, digest in sorted(digests(data).items()) if name.endswith(".csv")]
    (data / RECORD).write_text("".join(lines), encoding="utf-8")


def without_lines(found):
    """A result as plain data: rows of the tables without their number, sums but for the last digits."""
    if isinstance(found, dict):
        return {key: without_lines(value) for key, value in found.items() if key != "row"}
    if isinstance(found, (tuple, list)):
        return sorted((without_lines(one) for one in found), key=repr)
    return float(f"{found:.11e}") if isinstance(found, float) else found


# --- entered again, the results are those of today -----------------------------------------------


@pytest.mark.parametrize("study_id", ["chenp2016", "perico2023"])
def test_a_trial_entered_again_gives_the_same_results(folder, evidence, results, answer, capsys, study_id):
    data = folder / "data"
    trial, aside = take_out(data, study_id)
    renew_record(data)
    before = {name: (data / name).read_bytes() for name in digests(data)}
    answer("yes")
    assert new_study.main([str(write_form(folder / "trial.csv", evidence, trial))], folder) == 0
    told = capsys.readouterr().out
    for name, content in before.items():
        if name != RECORD:  # what was there keeps every byte
            assert (data / name).read_bytes().startswith(content)
    again = load_evidence(data)
    assert [note for note in again.notes if RECORD in note] == []
    put_back(data, aside)
    made = analyse(load_evidence(data))
    assert changes.results(recorded(results), recorded(made)) == ([], [])
    for key, pool in results.pools.items():
        assert without_lines(dataclasses.asdict(made[key])) == without_lines(dataclasses.asdict(pool))
    estimate = "hba1c.t2dm.msc.controlled.estimate"
    assert (f"\n{estimate}  " in told) == (study_id == "chenp2016")
    assert ("deaths.deaths_in_cell_arms" in told) == (study_id == "perico2023")


def test_every_trial_of_the_tables_passes_through_the_form(tmp_path, evidence):
    for study_id in evidence.studies["study_id"]:
        data = folder_like(ROOT, tmp_path / study_id) / "data"
        whole = {table: rows_of(data / f"{table}.csv") for table in TABLES}
        trial, aside = take_out(data, study_id)
        fields = fields_of(evidence.codebook)
        form = read_form("trial.csv", form_text(fields, trial).encode(), fields)
        for name, content in rows.addition_of(data, form.trial).new.items():
            (data / name).write_bytes(content)
        put_back(data, aside)
        for table in TABLES:
            assert sorted(rows_of(data / f"{table}.csv")) == sorted(whole[table]), (study_id, table)


# --- mistakes ------------------------------------------------------------------------------------


def entered(folder, evidence, study_id, spoil):
    """A trial of the tables entered with a mistake: the lines that an author sees, refused or doubted."""
    trial, _ = take_out(folder / "data", study_id)
    spoil(trial)
    fields = fields_of(evidence.codebook)
    form = read_form("trial.csv", form_text(fields, trial).encode(), fields)
    addition = rows.addition_of(folder / "data", form.trial)
    try:
        found = doubts(rows.evidence_with(folder / "data", addition), addition.study_id)
    except EvidenceError as error:
        found = error.problems
    return [str(rows.in_form(one, addition, form)) for one in found]


def cell(table, entry, **cells):
    """The mistake of other cells in the n-th row of a table, from 1."""

    def spoil(trial):
        for column, value in cells.items():
            trial[table][entry - 1][column] = value

    return spoil


def copied(table, entry, **cells):
    """The mistake of another row, like the n-th but for some cells."""
    return lambda trial: trial[table].append({**trial[table][entry - 1], **cells})


PRINTED = {
    "outcome": "hba1c", "contrast_type": "between_arms", "comparison": "cells vs placebo", "time_months": "11",
    "direction": "better", "ci_low": "", "ci_high": "", "se": "", "p_value": "", "unit": "%", "unit_printed": "%",
}  # fmt: skip
TWIN = {"country": "China", "year": "2021", "n_randomised": "91", "n_treated": "45", "n_control": "46"}
# trial, mistake, the column of the form that is named, words of the reason
MISTAKES = {
    "HbA1c in mmol/mol as %": ("chenp2016", cell("outcomes", 5, mean="51"), "5 (outcomes.mean)", "from 3 to 25"),
    "glucose in mg/dL as mmol/L": (
        "chenp2016", cell("outcomes", 1, mean="126"), "1 (outcomes.mean)", "from 1 to 60",
    ),
    "SD of HbA1c in mmol/mol": ("chenp2016", cell("outcomes", 5, sd="6"), "5 (outcomes.sd)", "is it in mmol/mol?"),
    "C-peptide in ng/mL as nmol/L": (
        "chenp2016", copied("outcomes", 1, outcome="c_peptide_fasting", unit="nmol/L", mean="1.5", sd=""),
        "13 (outcomes.mean)", "is it in ng/mL? that would be 0.497 nmol/L",
    ),
    "SE for SD": ("zang2022", cell("outcomes", 3, sd="0.16"), "3 (outcomes.sd)", "is it a standard error?"),
    "SD for SE": (
        "zang2022", cell("outcomes", 3, sd="", se="1.02"), "3 (outcomes.se)", "is it a standard deviation?",
    ),
    "a fall without its sign": (
        "zang2022", cell("outcomes", 5, mean="1.31"), "5 (outcomes.mean)", "a fall is negative",
    ),
    "limits the wrong way round": (
        "perico2023",
        cell("contrasts", 1, estimate="-0.5", ci_low="0.1", ci_high="-1.1", unit="%", outcome="hba1c"),
        "1 (contrasts.ci_low)", "at most -0.5, the estimate",
    ),
    "a difference against the arms": (
        "zang2022", copied("contrasts", 1, **PRINTED, estimate="0.67"), "(contrasts.estimate)",
        "the values of the arms differ by -0.67",
    ),
    "a difference against its direction": (
        "zang2022", copied("contrasts", 1, **PRINTED, estimate="0.67"), "(contrasts.estimate)",
        "does not go with the direction better",
    ),
    "a change as a value": ("chenp2016", cell("outcomes", 1, mean="1.6"), "1 (outcomes.mean)", "is it a change"),
    "a value as a change": (
        "chenp2016", cell("outcomes", 5, is_change="yes"), "5 (outcomes.mean)", "is it a value and no change?",
    ),
    "the paper of another trial": (
        "chenp2016", cell("studies", 1, doi="10.1186/S13287-022-02848-6"), "1 (studies.doi)",
        "a paper is one report",
    ),
    "the registration of another trial": (
        "chenp2016", cell("studies", 1, registration="NCT01576328; CHN-1"), "1 (studies.registration)",
        "skyler2015 (studies.csv, row 2) too; if they share patients",
    ),
    "the cohort of another trial": (
        "chenp2016", cell("studies", 1, cohort="zang2022"), "1 (studies.cohort)", "the cohort of zang2022",
    ),
    "the same place, size and years": (
        "chenp2016", cell("studies", 1, **TWIN), "1 (studies.cohort)", "size and years are those of zang2022",
    ),
    "a screened paper": (
        "chenp2016", cell("studies", 1, doi="10.1186/s13098-025-01619-6"), "1 (studies.doi)",
        "with the decision exclude",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_reason(folder, evidence, mistake):
    study_id, spoil, place, reason = MISTAKES[mistake]
    lines = entered(folder, evidence, study_id, spoil)
    assert any(place in line and reason in line and line.startswith("trial.csv, row ") for line in lines), lines


def test_few_values_of_today_are_doubted(evidence):
    """What is doubted in good rows teaches an author to answer yes without reading."""
    found = [doubt for study_id in evidence.studies["study_id"] for doubt in doubts(evidence, study_id)]
    assert {doubt.column for doubt in found if doubt.file == "outcomes.csv"} == {"sd", "median"}
    assert len([doubt for doubt in found if doubt.file == "outcomes.csv"]) <= len(evidence.outcomes) / 20


# --- nothing half written ------------------------------------------------------------------------


@pytest.fixture
def ready(folder, evidence):
    """A project without one trial, the form of that trial, and the digests of its tables."""
    trial, _ = take_out(folder / "data", "chenp2016")
    renew_record(folder / "data")
    return folder, write_form(folder / "trial.csv", evidence, trial), digests(folder / "data"), trial


@pytest.mark.parametrize("reply", [("maybe", "no"), ()], ids=["no", "end of input"])
def test_without_a_yes_to_the_doubts_no_row_is_written(ready, answer, capsys, reply):
    folder, form, before, _ = ready
    answer(*reply)
    assert new_study.main([str(form)], folder) == 1
    assert digests(folder / "data") == before
    said = capsys.readouterr()
    assert "Doubt 1 of" in said.out and "o row was written" in said.err


def test_wrong_cells_are_named_and_nothing_is_written(ready, evidence, capsys):
    folder, _, before, trial = ready
    trial["studies"][0]["design"] = "rct"
    trial["outcomes"][1]["mean"] = "8,33"
    trial["outcomes"].append(dict(trial["outcomes"][2]))
    form = write_form(folder / "wrong.csv", evidence, trial)
    lines = form.read_text("utf-8").splitlines()
    assert new_study.main([str(form)], folder) == 1
    assert digests(folder / "data") == before
    said = capsys.readouterr().err
    line = 1 + next(n for n, text in enumerate(lines) if text.startswith("outcomes,mean"))
    assert f'wrong.csv, row {line}, column 2 (outcomes.mean): "8,33" - allowed: a number' in said
    assert "column 1 (studies.design)" in said and "RCT | non-randomised controlled" in said
    assert "already in column 3 of the form" in said and "Traceback" not in said


def fork(act):
    """Run ``act`` in a process of its own; how it ended."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def killed_at_move(folder, addition, n):
    """The files of an addition replaced by a process that is killed just before its n-th rename."""
    moves = iter(range(1, 100))
    rename, replace = os.rename, os.replace

    def deadly(move):
        def act(*names):
            if next(moves) == n:
                os.kill(os.getpid(), signal.SIGKILL)
            move(*names)

        return act

    os.rename, os.replace = deadly(rename), deadly(replace)
    files.replace_files(folder, addition.old, addition.new)


def test_a_kill_leaves_old_tables_or_ones_that_are_finished_later(ready):
    folder, _, before, trial = ready
    data = folder / "data"
    addition = rows.addition_of(data, trial)
    whole = {name: content for name, content in addition.new.items()}
    kept = {name: (data / name).read_bytes() for name in before}
    for n in range(1, len(whole) + 3):
        status = fork(lambda: killed_at_move(data, addition, n))
        assert os.WIFSIGNALED(status) == (n <= len(whole) + 1)
        is_old = all((data / name).read_bytes() == kept[name] for name in whole)
        assert is_old == (n <= 2)
        if n > 1 and os.WIFSIGNALED(status):
            with pytest.raises(EvidenceError, match="make new-study finishes it"):
                load_evidence(data)
        assert bool(files.finish(data)) == (1 < n <= len(whole) + 1)
        assert not (data / UNFINISHED).exists()
        ended = kept if n == 1 else {**kept, **whole}
        assert {name: (data / name).read_bytes() for name in ended} == ended
        for name, content in kept.items():
            (data / name).write_bytes(content)
    load_evidence(data)


def test_a_full_disk_changes_nothing(ready):
    folder, _, before, trial = ready
    data = folder / "data"
    addition = rows.addition_of(data, trial)

    def act():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        largest = max(map(len, addition.new.values()))
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 1, largest - 1))
        try:
            files.replace_files(data, addition.old, addition.new)
        except OSError:
            os.kill(os.getpid(), signal.SIGTERM)

    assert os.WTERMSIG(fork(act)) == signal.SIGTERM
    assert digests(data) == before


def test_a_table_changed_in_the_meantime_is_not_overwritten(ready):
    folder, _, _, trial = ready
    data = folder / "data"
    addition = rows.addition_of(data, trial)
    with (data / "outcomes.csv").open("a") as file:
        file.write("\n")
    before = digests(data)
    with pytest.raises(files.ChangedMeanwhile, match=r"outcomes\.csv"):
        files.replace_files(data, addition.old, addition.new)
    assert digests(data) == before


def test_a_table_with_an_unrecorded_change_keeps_its_line_in_the_record(ready):
    folder, _, _, trial = ready
    header, first, *others = rows_of(folder / "data" / "safety.csv")
    write_rows(folder / "data" / "safety.csv", [header, *others, first])
    trial["safety"] = [dict(zip(header, first))]
    addition = rows.addition_of(folder / "data", trial)
    assert addition.unrecorded == ("safety.csv",)
    old, new = (set(side[RECORD].decode().splitlines()) for side in (addition.old, addition.new))
    assert {line[66:] for line in new - old} == set(addition.new) - {RECORD, "safety.csv"}
    assert len(new) == len(old)


def test_a_record_that_awaits_its_source_becomes_the_record_of_the_trial(ready, evidence):
    folder, _, _, trial = ready
    data = folder / "data"
    header, *records = rows_of(data / "screening.csv")
    place = next(n for n, row in enumerate(records) if row[header.index("decision")] == "awaiting")
    trial["screening"][0]["record_id"] = records[place][header.index("record_id")]
    addition = rows.addition_of(data, trial)
    before, after = (side["screening.csv"].splitlines() for side in (addition.old, addition.new))
    changed = [n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    assert changed == [place + 1]
    enlarged = rows.evidence_with(data, addition)
    row = enlarged.screening[enlarged.screening["study_id"] == "chenp2016"].iloc[0]
    assert (row["row"], row["decision"]) == (place + 2, "include")


# --- the form ------------------------------------------------------------------------------------


def test_the_empty_form_has_every_field_and_stays_if_it_is_there(tmp_path, evidence, capsys):
    path = tmp_path / "trial.csv"
    assert new_study.main(["--template", str(path)], ROOT) == 0
    _, *lines = [line for line in csv.reader(path.open(encoding="utf-8")) if any(line)]
    asked = {(table, column) for table, column, *_ in lines}
    codebook = evidence.codebook[evidence.codebook["table"].isin(TABLES)]
    known = set(zip(codebook["table"], codebook["column"]))
    assert {column for _, column in known - asked} == {"study_id", "key", "decision", "duplicate_of"}
    assert asked < known and ("studies", "study_id") in asked
    assert new_study.main(["--template", str(path)], ROOT) == 1
    assert "File exists" in capsys.readouterr().err


def spoiled(text, old, new):
    assert text.count(old) == 1, old
    return text.replace(old, new)


FORMS = {
    "semicolons": (lambda text: text.replace(",", ";"), ["row 1, column table", "commas between cells"]),
    "another column": (lambda text: spoiled(text, "meaning,1,", "meaning,one,"), ["column 1: ", "column one: "]),
    "an unknown line": (
        lambda text: spoiled(text, "outcomes,sd,", "outcomes,SD,"), ['"outcomes, SD"', "a line outcomes, sd"],
    ),
    "a line twice": (lambda text: spoiled(text, "outcomes,se,", "outcomes,sd,"), ["each line once"]),
    "two studies": (lambda text: spoiled(text, 'once given.",,,', 'once given.",a,b,'), ["row 2, column 2: "]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FORMS)
def test_a_form_that_cannot_be_read_is_refused_by_line(evidence, fault):
    fields = fields_of(evidence.codebook)
    spoil, told = FORMS[fault]
    with pytest.raises(BadFile) as caught:
        read_form("trial.csv", spoil(form_text(fields, {})).encode(), fields)
    lines = [str(problem) for problem in caught.value.problems]
    assert all(any(part in line and line.startswith("trial.csv") for line in lines) for part in told), lines


def test_a_form_as_spreadsheets_save_it_is_read(evidence):
    fields = fields_of(evidence.codebook)
    text = form_text(fields, {"studies": [{"study_id": "smith2030"}], "outcomes": [{}, {"sd": "1.1"}]})
    saved = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    form = read_form("trial.csv", saved, fields)
    assert form.trial["studies"][0]["study_id"] == "smith2030"
    assert [entry["sd"] for entry in form.trial["outcomes"]] == ["1.1"]  # a gap between is no row
    assert form.place("outcomes", 0, "sd")[1] == "2"


# --- the questions -------------------------------------------------------------------------------


def test_a_trial_is_entered_by_answers_and_wrong_ones_are_asked_again(ready, evidence, answer, capsys):
    folder, _, _, trial = ready
    lines = spoken(evidence, trial)
    end = lines.index("yes") + 1 + len(fields_of(evidence.codebook)["outcomes"])
    lines[end:end] = ["<", "read twice"]  # from the question after the row back to its last field
    first_sd = lines.index("0.79")
    lines[first_sd : first_sd + 1] = ["0,79", "0.79"]
    design = lines.index("RCT")
    lines[design : design + 1] = ["rct", "<", "-", "adults", "RCT"]  # refused; back, where "-" is refused
    trial["outcomes"][0]["note"], trial["studies"][0]["population"] = "read twice", "adults"
    expected = rows.addition_of(folder / "data", trial).new
    lines.insert(0, "zang2022")  # taken
    answer(*lines, "yes")
    assert new_study.main([], folder) == 0
    said = capsys.readouterr().out
    assert '"zang2022" - allowed: one of its own; row ' in said
    assert '"rct" - allowed: one of RCT' in said and "write a decimal point, not a comma" in said
    assert {name: (folder / "data" / name).read_bytes() for name in expected} == expected


def test_a_row_that_contradicts_itself_is_asked_again_and_kept_as_a_form(ready, evidence, answer, capsys):
    folder, _, before, trial = ready
    lines = spoken(evidence, trial)
    wrong = lines.index("6.82")  # HbA1c of the cell arm
    columns = [field.column for field in fields_of(evidence.codebook)["outcomes"]]
    answer(*lines[:wrong], "68.2", *lines[wrong + 1 : wrong + len(columns) - columns.index("mean")])
    assert new_study.main([], folder) == 1
    said = capsys.readouterr()
    assert 'mean: "68.2" - allowed: from 3 to 25 for hba1c in %' in said.out
    assert said.out.count("outcomes.mean [68.2]: ") == 1  # asked again, with what was said
    assert digests(folder / "data") == before and "no row was written" in said.err
    draft = folder / "_build" / "trial-draft.csv"
    assert str(draft) in said.out
    kept = read_form("draft", draft.read_bytes(), fields_of(evidence.codebook)).trial
    assert kept["studies"] == trial["studies"] and kept["outcomes"][:4] == trial["outcomes"][:4]


def test_ctrl_c_at_a_question_writes_no_row(ready):
    folder, _, before, _ = ready
    program = f"sys.exit(new_study.main([], pathlib.Path({str(folder)!r})))"
    program = f"import pathlib, sys; sys.path[:0] = {sys.path!r}; import new_study; {program}"
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen([sys.executable, "-c", program], text=True, **pipes)
    process.stdin.write("newtrial2026\n")
    process.stdin.flush()
    seen = ""
    while "studies.cohort [" not in seen:
        seen += process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "no row was written" in err and "Traceback" not in err
    assert digests(folder / "data") == before
