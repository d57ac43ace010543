"""The pools of `metafor.R`, by this project: the same input, the same columns, the seconds on standard output.

Usage: python ours.py gosh|pools INPUT.csv OUTPUT.csv      (imports are not timed, as R's start is not)
"""

import csv
import sys
import time

import numpy as np

from mscreview.many_pools import all_subsets, pool_many

COLUMNS = ("estimate", "se", "ci_low", "ci_high", "tau2", "i2")


def every_subset(cases):
    """(names, pools) of all subsets of the trials of the one case."""
    (trials,) = cases.values()
    members = all_subsets(len(trials))
    found = pool_many(trials[:, 0], trials[:, 1], members)
    return members @ (1 << np.arange(len(trials))), found


def each_pool(cases):
    """The same of one pool for each case, all padded to the longest."""
    lengths = np.array([len(trials) for trials in cases.values()])
    members = np.arange(lengths.max()) < lengths[:, None]
    effects, variances = np.zeros(members.shape), np.ones(members.shape)
    together = np.concatenate(list(cases.values()))
    effects[members], variances[members] = together[:, 0], together[:, 1]
    return list(cases), pool_many(effects, variances, members)


def read(path):
    """{case: array of its trials, effect and variance}."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [(row["case"], float(row["yi"]), float(row["vi"])) for row in csv.DictReader(file)]
    cases = {}
    for case, *numbers in rows:
        cases.setdefault(case, []).append(numbers)
    return {case: np.array(trials) for case, trials in cases.items()}


def main(arguments):
    """Read, pool, write, print the seconds."""
    kind, source, target = arguments
    work, cases = {"gosh": every_subset, "pools": each_pool}[kind], read(source)
    begun = time.perf_counter()
    names, found = work(cases)
    seconds = time.perf_counter() - begun
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("case", *COLUMNS))
        writer.writerows(zip(names, *(getattr(found, name) for name in COLUMNS), strict=True))
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
