"""Many pools of synthetic trials, by this project and by metafor. Nothing of them is evidence."""

import csv
import math
import random
import sys
from pathlib import Path

from .measures import faster, in_turn
from .workplace import told_seconds

HERE = Path(__file__).resolve().parent
SEED = 20261122
TRIALS = 16  # of one pool, for all its subsets
POOLS, SMALLEST, LARGEST = 10_000, 5, 15
EQUAL = 1e-6


def subsets(place):
    """Every subset of one set of trials: the graphical display of heterogeneity."""
    work = f"All {2**TRIALS - 1:,} subsets of {TRIALS} synthetic trials, REML"
    return [_compared(place, "gosh", work, "metafor's gosh", [TRIALS])]


def pools(place):
    """Many sets of trials, each pooled once."""
    work = f"{POOLS:,} synthetic pools of {SMALLEST} to {LARGEST} trials"
    chosen = random.Random(SEED)
    sizes = [chosen.randint(SMALLEST, LARGEST) for _ in range(POOLS)]
    return [_compared(place, "pools", work, "one call of metafor each", sizes)]


def synthetic(path, sizes, seed=SEED):
    """Write trials for pools of these sizes: effects around -0.5 with a tau of 0.4, variances as of small trials."""
    drawn = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("case", "yi", "vi"))
        for case, size in enumerate(sizes):
            for _ in range(size):
                variance = drawn.uniform(0.02, 0.4)
                writer.writerow((case, drawn.gauss(-0.5, math.hypot(0.4, math.sqrt(variance))), variance))
    return path


def _compared(place, kind, work, name, sizes):
    source = synthetic(place.folder / f"{kind}.csv", sizes)
    mine, other = (place.folder / f"{kind}-{side}.csv" for side in ("ours", "metafor"))
    program = place.clone.folder / "tools" / "benchmark" / "ours.py"
    environment = place.clone.command()["env"]
    ours, theirs = in_turn(
        lambda: told_seconds([sys.executable, program, kind, source, mine], environment),
        lambda: told_seconds(["Rscript", HERE / "metafor.R", kind, source, other]),
    )
    return faster(work, ours, theirs, name, 300, agreement(values(mine), values(other)))


def values(path):
    """{case: {column: number}} of what either side wrote; without what is no number."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {float(row.pop("case")): {name: float(text) for name, text in row.items() if text != "NA"} for row in rows}
    return {case: {name: x for name, x in of.items() if not math.isnan(x)} for case, of in numbers.items()}


def agreement(ours, theirs):
    """(what was seen, what is wanted, whether it is so): every number of theirs, in ours to within `EQUAL`.

    Differences are absolute, of I2 as a share. A pool that metafor could not fit has no number, and is counted.
    """
    apart, compared = 0.0, 0
    for case, numbers in theirs.items():
        mine = ours.get(case, {})
        for column, number in numbers.items():
            share = 100 if column == "i2" else 1
            apart = max(apart, abs(mine.get(column, math.inf) - number) / share)
        compared += bool(numbers)
    missing = len(ours.keys() ^ theirs.keys())
    unfitted = len(theirs) - compared
    seen = f"largest difference {apart:.1e}" + (f", {unfitted} that metafor could not fit" if unfitted else "")
    return seen, f"equal to {EQUAL:g}", apart <= EQUAL and not missing and compared > 0
