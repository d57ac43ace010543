"""CSV files read strictly, as text, with the line number of every row.

What cannot be read as one rectangular UTF-8 table is refused here, before any cell is judged.
"""

import csv
import io
import math
import re
import sys
import unicodedata
from dataclasses import dataclass

# Characters that leave no mark although str.isprintable() is true: fillers, joiners and selectors
# (Default_Ignorable_Code_Point in Unicode, without category Cf) and the empty Braille cell.
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# The full-width signs count too where Chinese or Japanese is written; "+/- 3" is none.
FORMULA = re.compile(r"\s*(?:[=@＝＠]|[-+＋－]\s*[\w(.'\"])")
# Addresses may be longer, and Chinese, which breaks anywhere.
ENDLESS = re.compile(r"(?<!\S)(?!https?://)[^\s\u2e80-\uffef]{301,}")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
CODEBOOK_COLUMNS = ("table", "column", "type", "required", "unit", "allowed", "meaning")


@dataclass(frozen=True)
class Problem:
    """Something refused. ``row`` is the line in the file (header 1), 0 for the file as a whole."""

    file: str
    row: int
    column: str
    value: str
    allowed: str

    def __str__(self):
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", column {visible(self.column, SHOWN)}"
        return f'{place}: "{visible(self.value, SHOWN)}" - allowed: {visible(self.allowed)}'


def unseen_character(text):
    """The first character that leaves no mark on paper and could hide a difference, or "".

    Spaces and line breaks pass. No-break and other special spaces do not: to a comparison they are
    not the space that they look like.
    """
    if text.replace("\n", "").isprintable() and not BLANK.search(text):  # nearly every text, in a tenth of the time
        return ""
    return next(c for c in text if not (c.isprintable() or c == "\n") or BLANK.match(c))


def unfit(text):
    """Why a text cannot be shown, for a message: a character that cannot be seen, or a word that fits on
    no page; "" for a text that can."""
    if unseen := unseen_character(text):
        name = unicodedata.name(unseen, "control character")
        return f"without U+{ord(unseen):04X} ({name}), which cannot be seen"
    is_endless = ENDLESS.search(text) and not NUMBER.fullmatch(text)  # of a number there is more to say
    return "with words of at most 300 characters" if is_endless else ""


def is_formula(text):
    """Whether a spreadsheet that opens the text in a CSV file would run it; "-0.5" is a number."""
    return bool(FORMULA.match(text)) and not NUMBER.fullmatch(text)


SHOWN = 80  # characters of a refused value


def visible(text, longest=None):
    """Text on one line and with nothing in it that cannot be seen, cut to a length if one is given."""
    if longest and len(text) > longest:
        text = text[: longest - 3] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def text_of(value):
    """A cell as a person would type it: 12 and not 12.0, nothing for an empty number."""
    import numpy as np  # here, as pandas below: a build of the book reads checklists without them

    if isinstance(value, float):
        return "" if math.isnan(value) else np.format_float_positional(value, trim="-")
    return str(value)


class BadFile(Exception):
    """A file that cannot be read as a table; ``problems`` says why."""

    def __init__(self, problems):
        super().__init__(*map(str, problems))
        self.problems = problems


def read_table(file, content, columns):
    """The bytes of a CSV file as a DataFrame of text, its first column ``row`` the line number.

    ``columns`` are the columns it must have, in any order. Raises BadFile.
    """
    import pandas as pd

    header, rows = read_rows(file, content, columns)
    return pd.DataFrame(rows, columns=["row", *header])


def records(table):
    """The rows of a DataFrame as dictionaries, one at a time: a list of them is many times the table."""
    names = list(table)
    for values in zip(*(table[name] for name in names), strict=True):
        yield dict(zip(names, values, strict=True))


def read_rows(file, content, columns):
    """The same as header and rows: a list of names, and tuples of line number and cells."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = content[error.start : error.start + 1].hex()
        raise BadFile([Problem(file, line, "", f"byte {byte}", "text saved as UTF-8")]) from None
    if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        raise BadFile([Problem(file, 1, "", "byte order mark", "UTF-8 without byte order mark")])
    del text  # as the file's own bytes it takes a quarter
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""), strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            # A quoted cell may span lines; a row is named by the line on which it begins. Equal cells are one text.
            rows.append((before + 1, *map(sys.intern, cells)))
            before = reader.line_num
    except csv.Error as error:
        allowed = "quoted cells closed, and a quote within a cell doubled"
        if "field limit" in str(error):
            allowed = f"at most {csv.field_size_limit()} characters in a cell; is a quote left open?"
        raise BadFile([Problem(file, before + 1, "", str(error), allowed)]) from None
    if len(rows) < 2:
        raise BadFile([Problem(file, 0, "", "empty file", "a header and at least one row")])
    header = rows[0][1:]
    problems = _header_problems(file, header, columns)
    cells_expected = f"{len(header)} cells, as in the header; quote a cell that holds a comma"
    problems += [
        Problem(file, line, "", f"{len(cells)} cells", cells_expected)
        for line, *cells in rows[1:]
        if len(cells) != len(header)
    ]
    if problems:
        raise BadFile(problems)
    return list(header), rows[1:]


def _header_problems(file, header, columns):
    known = f"a column that codebook.csv describes for {file}"
    if "/" in file or file == "codebook.csv":  # no table of `data/`
        known = "one of " + " | ".join(columns)
    twice = dict.fromkeys(name for name in header if header.count(name) > 1)
    return [
        *(Problem(file, 1, name, name, "each column once") for name in twice),
        *(Problem(file, 1, name, name, known) for name in header if name not in columns),
        *(
            Problem(file, 1, name, "missing column", f"the column {name}, in any place")
            for name in columns
            if name not in header
        ),
    ]
