"""Measuring two works in turn, and the tables in which that ends."""

from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import ClassVar

RUNS = 5  # of each of two works, in turn, so that what else the machine does falls on both
LARGEST = 8  # parts of a profile that are shown
COLUMNS = ("work", "this", "compared with", "ratio", "goal", "reached")


@dataclass(frozen=True)
class Row:
    """A line of the table, in words.

    ``ratio``: of the two medians, or of a size and its limit; None where there is nothing to compare.
    ``reached``: whether the goal is; None for a row that has none.
    """

    columns: ClassVar = COLUMNS

    work: str
    this: str
    compared: str
    ratio: float | None
    goal: str
    reached: bool | None

    def cells(self):
        """Texts for `columns`."""
        ratio = "" if self.ratio is None else f"{self.ratio:,.0f}" if self.ratio >= 100 else f"{self.ratio:.2f}"
        return (self.work, self.this, self.compared, ratio, self.goal, _yes_or_no(self.reached))


@dataclass(frozen=True)
class Share:
    """A line of the second table, in words: where the time of a work goes, which has no goal of its own."""

    columns: ClassVar = ("work", "profiled", "where the time goes")
    reached: ClassVar = None

    work: str
    seconds: str
    parts: str

    def cells(self):
        """Texts for `columns`."""
        return (self.work, self.seconds, self.parts)


def share(work, seconds):
    """The line of a work from {part: seconds}: all of them, and how much the largest take."""
    total = sum(seconds.values())
    largest = sorted(seconds.items(), key=lambda part: -part[1])[:LARGEST]
    return Share(work, duration(total), "; ".join(f"{name} {own / total:.0%}" for name, own in largest))


def in_turn(*works, runs=RUNS):
    """Call the works one after the other, A B A B ...; returns what each gave, a tuple for each work."""
    rounds = [[work() for work in works] for _ in range(runs)]
    return list(zip(*rounds, strict=True))


def no_longer(work, ours, theirs, name, limit, also=("", "", True)):
    """A row whose median seconds are to be at most ``limit`` times those of the work called ``name``.

    ``also``: what else was seen, what it should be, and whether it was.
    """
    ratio = median(ours) / median(theirs)
    return _compared(work, ours, theirs, name, ratio, f"at most {limit:g} times", ratio <= limit, also)


def faster(work, ours, theirs, name, least, also):
    """A row whose median seconds are to be ``least`` times fewer; ``also`` as in `no_longer`."""
    ratio = median(theirs) / median(ours)
    return _compared(work, ours, theirs, name, ratio, f"at least {least:g} times faster", ratio >= least, also)


def _compared(work, ours, theirs, name, ratio, goal, is_fast, also):
    seen, wanted, good = also
    this, compared = duration(median(ours)), f"{name}: {duration(median(theirs))}"
    return Row(work, _joined(this, seen), compared, ratio, _joined(goal, wanted), is_fast and good)


def duration(seconds):
    """Seconds as a person reads them."""
    if seconds >= 100:
        return f"{seconds:,.0f} s"
    # Not below 1: three digits of 999.6 ms are 1e+03.
    return f"{seconds:.3g} s" if seconds >= 0.9995 else f"{1000 * seconds:.3g} ms"


def size(number):
    """Bytes as a person reads them; 1 kB is 1000."""
    return f"{number / 1e6:.2f} MB" if number >= 1e6 else f"{number / 1e3:.1f} kB"


def table(rows):
    """The rows as lines of text, in columns; a table for each kind that follows another."""
    kinds = groupby(rows, lambda row: row.columns)
    return "\n\n".join(_aligned(columns, list(of_a_kind)) for columns, of_a_kind in kinds)


def _aligned(columns, rows):
    cells = [columns, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    padded = [[text.ljust(width) for text, width in zip(line, widths, strict=True)] for line in cells]
    head, *lines = (" | ".join(line).rstrip() for line in padded)
    return "\n".join([head, "-+-".join("-" * width for width in widths), *lines])


def outcome(rows):
    """As `runs.record` takes it: passed if each row that has a goal reaches it."""
    return "failed" if any(row.reached is False for row in rows) else "passed"


def reached(rows):
    """How many of the rows with a goal reach it, in words."""
    goals = [row.reached for row in rows if row.reached is not None]
    return f"{sum(goals)} of {len(goals)}"


def figures(rows):
    """The rows as the record keeps them: {work: {column: text}}."""
    return {row.work: dict(zip(row.columns[1:], row.cells()[1:], strict=True)) for row in rows}


def _joined(*parts):
    return ", ".join(filter(None, parts))


def _yes_or_no(value):
    return "" if value is None else "yes" if value else "no"
