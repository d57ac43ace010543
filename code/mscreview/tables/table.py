"""What every table is: plain text cells; the book escapes them and lays them out."""

from dataclasses import asdict, dataclass

from .. import wording

MIME = "application/vnd.mscreview.table+json"


@dataclass(frozen=True)
class Table:
    """Column names, rows of text, and the names of the columns that align right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...] = ()

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = ["\t".join(row) for row in (self.columns, *self.rows)]
        return {MIME: asdict(self), "text/plain": "\n".join(lines)}


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
