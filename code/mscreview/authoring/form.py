"""The form: all fields of a trial in one CSV file, a field a line, to be filled in in a spreadsheet.

The columns ``1``, ``2``, ``3`` ... hold the rows of a table, side by side, so that a row of values for another arm or
time is a column copied to the right. More of them may be added. An empty cell is "not reported".
"""

import csv
import io

from ..csvtable import BadFile, Problem, read_rows
from .fields import ONE_ROW, TABLES

HELP = ("needed", "unit", "allowed", "meaning")
COLUMNS = ("table", "column", *HELP)
N_ENTRIES = 8  # columns of an empty form
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # spreadsheets write one; it changes nothing


def form_text(fields, trial):
    """The form as CSV text with the entries of `trial`, {table: [{column: cell}]}, filled in."""
    n = max(N_ENTRIES, *(len(trial.get(table, ())) for table in TABLES))
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([*COLUMNS, *range(1, n + 1)])
    for table in TABLES:
        entries = trial.get(table, [])
        for field in fields[table]:
            needed = "yes" if field.rule.required else ""
            told = (table, field.column, needed, field.unit, field.rule.in_words(), field.meaning)
            cells = [entry.get(field.column, "") for entry in entries]
            writer.writerow([*told, *cells, *[""] * (n - len(cells))])
        writer.writerow([""] * (len(COLUMNS) + n))
    return made.getvalue()


class Form:
    """A filled form: ``trial`` is {table: [{column: cell}]}; `place` says where a cell of it stands."""

    def __init__(self, file, trial, lines, names):
        self.file, self.trial, self._lines, self._names = file, trial, lines, names

    def place(self, table, entry, column):
        """(line, column of the form) of a column of the n-th entry of a table, counted from 0."""
        columns = column.split(" + ")
        line = next((self._lines[table, one] for one in columns if (table, one) in self._lines), 0)
        return line, self._names[table][entry]


def read_form(file, content, fields):
    """The bytes of a form as `Form`. Raises BadFile naming each wrong line."""
    content = content.removeprefix(BYTE_ORDER_MARK)
    header, rows = read_rows(file, content, _first_line(content))
    problems = list(_header_problems(file, header))
    if problems:
        raise BadFile(problems)
    numbers = [name for name in header if name.isdecimal()]
    known = {(field.table, field.column) for table in TABLES for field in fields[table]}
    cells, lines = {}, {}
    for line, *values in rows:
        row = dict(zip(header, values))
        if not any(values):
            continue
        key = (row["table"], row["column"])
        problems += _row_problems(file, line, key, row, numbers, known, lines)
        lines.setdefault(key, line)
        cells[key] = [row[name] for name in numbers]
    problems += [
        Problem(file, 0, "", "missing line", f"a line {table}, {column}, as in the empty form")
        for table, column in sorted(known - cells.keys())
    ]
    if problems:
        raise BadFile(problems)
    return _form(file, cells, lines, numbers)


def _form(file, cells, lines, numbers):
    trial, names = {}, {}
    for table in TABLES:
        of_table = {column: values for (one, column), values in cells.items() if one == table}
        filled = [n for n in range(len(numbers)) if any(values[n] for values in of_table.values())]
        if table in ONE_ROW:
            filled = [0]
        trial[table] = [{column: values[n] for column, values in of_table.items()} for n in filled]
        names[table] = [numbers[n] for n in filled]
    return Form(file, trial, lines, names)


def _first_line(content):
    text = content.decode("utf-8", errors="replace")
    return next(csv.reader(io.StringIO(text, newline="")), [])


def _header_problems(file, header):
    for name in ("table", "column", "1"):
        if name not in header:
            allowed = f"the column {name}, with commas between cells, as in the empty form"
            yield Problem(file, 1, name, "missing column", allowed)
    for name in header:
        if name not in COLUMNS and not name.isdecimal():
            yield Problem(file, 1, name, name, f"one of {' | '.join(COLUMNS)}, or a number")


def _row_problems(file, line, key, row, numbers, known, lines):
    table, column = key
    if key not in known:
        allowed = "a table and a column of the empty form"
        yield Problem(file, line, "table, column", f"{table}, {column}", allowed)
    elif key in lines:
        yield Problem(file, line, "column", column, f"each line once; it is already in row {lines[key]}")
    elif table in ONE_ROW:
        for name in numbers:
            if name != numbers[0] and row[name]:
                yield Problem(file, line, name, row[name], f"empty: a trial has one row in {table}.csv")
