"""What every table is: cells of text, some of which open an address; the book escapes them and
lays them out."""

import csv
import io
from dataclasses import dataclass

from .. import wording
from ..csvtable import NUMBER, is_formula

SIGNS = ("=", "+", "-", "@", "\t")
MIME = "application/vnd.mscreview.table+json"


class Link(str):
    """The text of a cell that opens an address; without an address, text like any other."""

    def __new__(cls, text, url):
        made = super().__new__(cls, text)
        made.url = url
        return made


@dataclass(frozen=True)
class Table:
    """Column names, rows of text, and the names of the columns that align right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...] = ()

    def as_json(self):
        """Plain lists; a `Link` as its text and url."""
        rows = [[_as_json(cell) for cell in row] for row in self.rows]
        return {"columns": list(self.columns), "rows": rows, "numeric": list(self.numeric)}

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = ["\t".join(row) for row in (self.columns, *self.rows)]
        return {MIME: self.as_json(), "text/plain": "\n".join(lines)}


def _as_json(cell):
    return {"text": str(cell), "url": cell.url} if isinstance(cell, Link) else cell


def as_csv(columns, rows):
    """The text of a CSV file that a spreadsheet opens as text and numbers, never as formulas."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return made.getvalue()


def harmless(value):
    """Text that a spreadsheet would run as a formula gets an apostrophe before it; a number is none."""
    if isinstance(value, str) and (value.startswith(SIGNS) or is_formula(value)) and not NUMBER.fullmatch(value):
        return "'" + value
    return value


def count(value):
    """A whole number as text, missing said so."""
    return wording.number(value, "count")


def estimate(value, low, high, kind="effect", language="en"):
    """Estimate with its interval: "−0.66 (−1.51 to 0.19)"; missing said so."""
    if value is None:
        return wording.MISSING[language]
    limits = wording.interval((low, high), kind, language)
    brackets = "({})" if language == "en" else "（{}）"
    return wording.number(value, kind, language) + (" " if language == "en" else "") + brackets.format(limits)
