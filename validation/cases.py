"""Write `cases.csv`: the synthetic meta-analyses on which this package and metafor are compared.

    python validation/cases.py        (columns: case, k, tau2_level, variances, yi, vi; one row per trial)

The file is committed, and it, not this script, is what both sides read: a number is stored as the shortest text that
gives the same double again. Draws come from `random.Random(text)`, whose `random()` is the one stream that Python
promises not to change (numpy's are free to), through the normal quantile function.
"""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random
from statistics import NormalDist

HERE = Path(__file__).parent
COLUMNS = ("case", "k", "tau2_level", "variances", "yi", "vi")
SIZES = (2, 3, 5, 10, 20, 40)
# Between-trial variances, in units where a typical trial has variance 0.2: as HbA1c in percentage points.
# "huge" is beyond 100, where metafor stops looking unless told otherwise.
TAU2_LEVELS = {"zero": 0.0, "small": 0.02, "moderate": 0.3, "large": 5.0, "huge": 2500.0}
# Smallest and largest trial variance: equal trials; trials of one field; one trial in a registry of millions.
VARIANCES = {"equal": (0.2, 0.2), "unequal": (0.02, 1.0), "extreme": (1e-4, 10.0)}

# What no draw of the grid is sure to hold. The last five were found by searching random sets: likelihoods with several
# maxima, where the answer depends on the start of the iteration and on whether tau2 = 0 is compared at its end, and one
# on which Fisher scoring never settles unless its steps are made smaller.
SPECIAL = {
    "identical-effects": ([0.7] * 4, [0.1, 0.2, 0.3, 0.4]),
    "identical-trials": ([-0.25] * 5, [0.04] * 5),
    "closer-than-chance": ([0.100, 0.101, 0.102, 0.099], [0.5, 0.6, 0.7, 0.8]),
    "far-from-zero": ([100000.1, 100000.5, 99999.7, 100001.2], [0.04, 0.09, 0.16, 0.25]),
    "far-from-zero-shifted": ([0.1, 0.5, -0.3, 1.2], [0.04, 0.09, 0.16, 0.25]),
    "tiny-unit": ([-0.0031, 0.0012, 0.0004, -0.0052, 0.0061], [1e-6, 4e-6, 2.5e-6, 9e-6, 1.6e-6]),
    "one-trial-dominates": ([0.30, -0.9, 1.4, 0.2], [1e-6, 0.5, 0.8, 0.4]),
    "two-maxima-inside": ([1.13, 1.07, 1.23, 1.01, 2.32, -1.14], [0.002, 4.38, 0.006, 0.805, 0.185, 4.287]),
    "two-maxima-inside-k3": ([2.01, -0.36, 2.24], [0.086, 1.161, 0.002]),
    "maximum-at-zero-wins": ([-4.25, -0.06, 0.24, -1.85], [2.762, 0.008, 0.114, 6.455]),
    "fisher-scoring-swings": (
        [1.061, 0.804, 0.556, 0.017, 0.046, -0.298, 0.383, 0.249, 0.459, -0.429],
        [0.043, 0.845, 0.139, 0.847, 0.68, 0.839, 0.953, 0.587, 0.803, 0.056],
    ),
    "maximum-inside-wins": ([-0.58, 0.76, 0.88], [0.376, 0.001, 0.122]),
}


def drawn_case(name, k, tau2, low, high):
    """k effects around -0.5 with variances spread evenly on the log scale between `low` and `high`."""
    random, normal = Random(name), NormalDist()
    variances = [low * (high / low) ** random.random() for _ in range(k)]
    effects = [-0.5 + (tau2 + v) ** 0.5 * normal.inv_cdf(random.random()) for v in variances]
    # Printed trials carry few digits, and so do these; rounding also keeps the text short.
    return [float(f"{y:.6g}") for y in effects], [float(f"{v:.6g}") for v in variances]


def all_cases():
    """Yield (case, k, tau2_level, variances, effects, effect variances)."""
    for k in SIZES:
        for level, tau2 in TAU2_LEVELS.items():
            for pattern, (low, high) in VARIANCES.items():
                name = f"k{k}-{level}-{pattern}"
                yield name, k, level, pattern, *drawn_case(name, k, tau2, low, high)
    for name, (effects, variances) in SPECIAL.items():
        yield name, len(effects), "special", "special", effects, variances


def main():
    with open(HERE / "cases.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, k, level, pattern, effects, variances in all_cases():
            writer.writerows((name, k, level, pattern, repr(y), repr(v)) for y, v in zip(effects, variances))


if __name__ == "__main__":
    main()
