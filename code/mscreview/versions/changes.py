"""Which results and which cells of the tables differ between two versions."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ..wording import DECIMALS, MINUS, SCALED
from . import alignment

# Differences up to this size are the noise of floating-point sums, not a change.
NOISE = 1e-9
# Columns that tell a reader which row is meant, in the order in which they are named.
NAMING = (
    "study_id", "record_id", "key", "table", "column", "topic", "stream", "english", "ref_no",
    "name_in_table", "outcome", "event", "fact", "first_author", "year", "comparison", "subset",
    "arm_label", "time_months", "time_text",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A ledger entry that differs; `old` or `new` is None where the key is in one version only."""

    key: str
    old: dict | None
    new: dict | None
    pages: tuple[str, ...] = ()

    @property
    def entry(self):
        return self.new or self.old

    @property
    def change(self):
        """New minus old as it would be printed, "" where there is no difference of numbers."""
        if None in (self.old, self.new) or self.old["kind"] != self.new["kind"]:
            return ""
        both = [_numbers(entry["value"]) for entry in (self.old, self.new)]
        if len(both[0]) != len(both[1]) or not both[0]:
            return ""
        return "; ".join(_step(a, b, self.new["kind"]) for a, b in zip(*both))


def results(old, new, pages=None):
    """(differing as printed, differing below the printed digits): two lists of `Difference`."""
    printed, below, pages = [], [], pages or {}
    for key in [*old, *(key for key in new if key not in old)]:
        found = Difference(key, old.get(key), new.get(key), tuple(pages.get(key, ())))
        if None in (found.old, found.new) or found.old["texts"] != found.new["texts"]:
            printed.append(found)
        elif _beyond_noise(found.old["value"], found.new["value"]):
            below.append(found)
    return printed, below


def _numbers(value):
    """A number or an interval as a list; empty for anything else, and where a part is missing."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    plain = all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in parts)
    return list(parts) if plain else []


def _beyond_noise(old, new):
    left, right = _numbers(old), _numbers(new)
    if not left or len(left) != len(right):
        return old != new
    return any(abs(a - b) > NOISE for a, b in zip(left, right))


def _step(old, new, kind):
    """The signed difference of two numbers, on the scale and with the digits of their kind, or more."""
    scale = SCALED.get(kind, float)
    step = scale(new) - scale(old)
    if abs(step) <= NOISE:
        return "0"
    text = f"{step:+.{DECIMALS.get(kind, 3)}f}"
    return (text if text.strip("+-0.") else f"{step:+.1g}").replace("-", MINUS)


# --- tables ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """What differs in a table: a cell, or a whole row or column where `old` or `new` is None."""

    row: str
    column: str
    old: str | None
    new: str | None


def tables(old, new):
    """{name of a table: its `Cell`s that differ}, for all CSV tables of two data folders."""
    names = sorted({path.name for folder in (old, new) for path in Path(folder).glob("*.csv")})
    found = {name: table(_text(old, name), _text(new, name)) for name in names}
    return {name: cells for name, cells in found.items() if cells}


def _text(folder, name):
    path = Path(folder) / name
    return path.read_text("utf-8", errors="replace") if path.exists() else ""


def table(old, new):
    """The differing `Cell`s of two versions of a table, each given as the text of its file."""
    (old_header, old_rows), (new_header, new_rows) = _rows(old), _rows(new)
    shared = [name for name in new_header if name in old_header]
    found = [Cell("header", name, name, None) for name in old_header if name not in new_header]
    found += [Cell("header", name, None, name) for name in new_header if name not in old_header]

    def parts(row):
        return [(name, row[1].get(name, "")) for name in shared]

    for left, right in alignment.pairs(old_rows, new_rows, parts):
        if left and right:
            differing = [name for name in shared if left[1].get(name, "") != right[1].get(name, "")]
            found += [Cell(_name(right), n, left[1].get(n, ""), right[1].get(n, "")) for n in differing]
        elif left:
            found.append(Cell(_name(left), "whole row", _content(left[1]), None))
        else:
            found.append(Cell(_name(right), "whole row", None, _content(right[1])))
    return found


def _rows(text):
    """Header, and [(line on which the row begins, {column: cell})] of a table."""
    reader = csv.reader(io.StringIO(text, newline=""))
    header, rows, line = next(reader, []), [], reader.line_num + 1
    for cells in reader:
        rows.append((line, dict(zip(header, cells))))
        line = reader.line_num + 1
    return header, rows


def _name(row):
    """Its line in the file, and the cells that say which row it is."""
    line, cells = row
    named = [cells[name] for name in NAMING if cells.get(name)] or list(cells.values())[:1]
    return f"line {line}: {', '.join(named)}"


def _content(cells):
    return "; ".join(f"{name}: {cell}" for name, cell in cells.items() if cell)
