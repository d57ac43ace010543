"""Loading and analyzing the tables: as they are, and grown to a million synthetic outcome rows."""

import json
import shutil
import sys
from statistics import median

from . import growth
from .measures import Row, duration, in_turn, no_longer
from .workplace import told, told_seconds

PROGRAM = "import time\n{before}\nbegun = time.perf_counter()\n{timed}\nprint(time.perf_counter() - begun)"
ANALYSIS = ("from mscreview import analyse, load_evidence", 'analyse(load_evidence("{data}"))')
IMPORT = ("", "import pandas")
# With the third: fewer rows need less memory than importing pandas does, and do not show in the peak.
SIZES = (100, 10_000, 100_000, 1_000_000)
STEEPER = 1.25  # times as much for a row between the last two sizes as between the two before is still linear
GIB = 2**30


def analysis(place):
    """All results from the tables, and an import of pandas; each in a fresh process."""
    environment = place.clone.command()["env"]

    def work(before, timed):
        program = PROGRAM.format(before=before, timed=timed.format(data=place.clone.folder / "data"))
        return lambda: told_seconds([sys.executable, "-c", program], environment)

    ours, theirs = in_turn(work(*ANALYSIS), work(*IMPORT))
    return [no_longer("Analysis from tables to results, imports done", ours, theirs, "importing pandas", 0.5)]


def growing(place):
    """Time and memory for tables of these sizes."""
    folders = [place.folder / f"rows-{size}" for size in SIZES]
    for folder, size in zip(folders, SIZES, strict=True):
        growth.grow(place.clone.folder / "data", folder, size)
    command = [sys.executable, growth.__file__]
    environment = place.clone.command()["env"]
    works = [lambda folder=folder: json.loads(told([*command, folder], environment)) for folder in folders]
    runs = in_turn(*works)
    for folder in folders:
        shutil.rmtree(folder)
    return growth_rows(runs)


def growth_rows(runs):
    """Rows from what `growth.measure` gave for each size in each run; None where memory was too little."""
    if not all(map(all, runs)):
        seen = f"more than {growth.LIMIT / GIB:g} GiB of memory"
        return [Row(f"{SIZES[-1]:,} synthetic outcome rows", seen, "", None, "under 2 GiB, linear", False)]
    middle = [{name: median(run[name] for run in of_size) for name in of_size[0]} for of_size in runs]
    return [
        _row("load and validate", "load", middle, duration),
        _row("effects and pools", "pools", middle, duration),
        _row("memory at most", "peak", middle, lambda number: f"{number / GIB:.2f} GiB", most=2 * GIB),
    ]


def _row(words, name, middle, shown, most=None):
    points = [(int(one["rows"]), one[name]) for one in middle]
    small, medium, large = points[-3:]
    factor = _slope(medium, large) / _slope(small, medium)
    compared = ", ".join(f"{shown(number)} for {rows:,}" for rows, number in points[:-1])
    goal = f"linear: at most {STEEPER:g} times for a row" + (f"; under {shown(most)}" if most else "")
    good = factor <= STEEPER and (most is None or large[1] < most)
    return Row(f"{large[0]:,} synthetic outcome rows: {words}", shown(large[1]), compared, factor, goal, good)


def _slope(lower, upper):
    """What a row costs between two sizes, (rows, cost) each; above 0, which noise could make it."""
    return max(upper[1] - lower[1], 1e-9) / (upper[0] - lower[0])
