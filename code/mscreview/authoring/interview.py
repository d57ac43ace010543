"""The fields of a new trial, asked one by one at a terminal; every answer is checked at once."""

import math

import pandas as pd

from ..crosschecks import cross_problems
from ..schema import NUMERIC_TYPES
from .fields import ONE_ROW, TABLES, given, new_record_id

BACK, NOTHING = "<", "-"
OWN = ("study_id", "label", "doi", "pmid", "pmcid")  # columns of studies.csv without repetition
HELP = (
    "Enter alone takes what stands in [brackets], or leaves the field empty: not reported.",
    f'"{NOTHING}" empties a field, "{BACK}" goes back one field, Ctrl-C stops and writes no row.',
)


def interview(evidence, fields, ask, say, trial):
    """Fill ``trial`` ({table: [{column: cell}]}, empty at first) with the answers, as they are given.

    ``ask(prompt)`` returns a line of the author, ``say(line)`` shows one.
    """
    for line in HELP:
        say(line)
    steps, earlier = [], None
    while (table := _table_after(steps)) is not None:
        answers = _step(evidence, fields, ask, say, trial, table, earlier)
        earlier = None
        if answers != BACK:
            steps.append((table, answers))
        elif steps:
            table, earlier = steps.pop()
            if earlier is not None:
                trial[table].pop()


def _table_after(steps):
    """The table that is asked for next; a step without answers ends a table of several rows."""
    if not steps:
        return TABLES[0]
    table, answers = steps[-1]
    if answers is not None and table not in ONE_ROW:
        return table
    return next(iter(TABLES[TABLES.index(table) + 1 :]), None)


def _step(evidence, fields, ask, say, trial, table, earlier):
    """A row of a table, put into the trial; None for no more rows, or BACK."""
    if earlier is None and table not in ONE_ROW:
        wanted = _yes(ask, f"\n{table}.csv: {len(trial[table])} rows so far. Another one? (yes/no) ")
        if wanted != "yes":
            return None if wanted == "no" else BACK
    elif table in ONE_ROW:
        say(f"\n{table}.csv")
    answers = earlier or {}
    trial[table].append(answers)  # at once: a row that is broken off is kept too
    n = len(fields[table]) - 1 if earlier else 0
    while n < len(fields[table]):
        field = fields[table][n]
        suggested = answers.get(field.column, _suggested(evidence, trial, field))
        reply = _field(evidence, ask, say, field, suggested)
        if reply == BACK and n == 0:
            trial[table].remove(answers)
            return BACK
        if reply == BACK:
            n -= 1
            continue
        answers[field.column] = reply
        n += 1
        if n == len(fields[table]):
            n = _first_wrong(evidence, fields[table], trial, say)
    return answers


def _yes(ask, question):
    """ "yes", "no" or BACK."""
    while True:
        reply = ask(question).strip().casefold()
        if reply in ("yes", "y", "no", "n", BACK):
            return {"y": "yes", "n": "no"}.get(reply, reply)


def _field(evidence, ask, say, field, suggested):
    """An answer that its rule accepts and no other report has, or BACK."""
    unit = f" ({field.unit})" if field.unit else ""
    say(f"\n{field.column}{unit}: {field.meaning}")
    say(f"  allowed: {field.rule.in_words()}")
    while True:
        reply = ask(f"{field.table}.{field.column} [{suggested}]: ").strip()
        if reply == BACK:
            return BACK
        reply = {"": suggested, NOTHING: ""}.get(reply, reply)
        refusal = _taken(evidence, field, reply) if field.rule.accepts(reply) else field.rule.refusal(reply)
        if not refusal:
            return reply
        say(f'  "{reply}" - allowed: {refusal}')


def _taken(evidence, field, value):
    """What to say of a name or identifier of a report that another report has; "" if none has."""
    studies = evidence.studies
    if field.table != "studies" or field.column not in OWN or not value:
        return ""
    rows = studies["row"][studies[field.column] == value]
    return f"one of its own; row {rows.iloc[0]} of studies.csv has it" if len(rows) else ""


def _suggested(evidence, trial, field):
    """What Enter takes: what the trial's other rows say; of numbers and remarks only the year repeats."""
    if field.column == "record_id":
        return new_record_id(evidence.screening)
    is_measured = field.rule.type in (*NUMERIC_TYPES, "p_value") and field.column != "year"
    if is_measured or field.column == "note":
        return ""
    earlier = [*trial["studies"], *trial[field.table][:-1]]
    return earlier[-1].get(field.column, "")


def _first_wrong(evidence, fields, trial, say):
    """Where to ask again: the first field of a fault in this row; past the end if there is none."""
    problems = _problems(evidence, fields[0].table, trial)
    for problem in problems:
        say(f'  {problem.column}: "{problem.value}" - allowed: {problem.allowed}')
    columns = {column for problem in problems for column in problem.column.split(" + ")}
    wrong = [n for n, field in enumerate(fields) if field.column in columns]
    return min(wrong, default=0) if problems else len(fields)


def _problems(evidence, name, trial):
    """The faults of the last row beside those that are there: of the tables, and of this trial so far."""
    study = trial["studies"][0]
    own = [entry | given(name, study["study_id"]) for entry in trial[name]]
    tables = {"studies": _with_rows(evidence.studies, [study])}
    tables[name] = _with_rows(_standing(evidence, name, own), own)
    last = tables[name]["row"].iloc[-1]
    return [p for p in cross_problems(tables) if (p.file, p.row) == (f"{name}.csv", last)]


def _standing(evidence, name, entries):
    """The rows of a table that stay: a record that awaits its source makes room for its trial."""
    table = getattr(evidence, name)
    if name != "screening":
        return table
    return table[(table["record_id"] != entries[0]["record_id"]) | (table["decision"] != "awaiting")]


def _with_rows(table, entries):
    """The typed table and entries of text below it."""
    rows = pd.DataFrame(entries, columns=[column for column in table if column != "row"]).fillna("")
    numeric = table.select_dtypes("float64").columns
    rows[numeric] = rows[numeric].map(lambda cell: float(cell) if cell else math.nan)
    rows["row"] = table["row"].max() + 1 + rows.index
    return pd.concat([table, rows], ignore_index=True)
