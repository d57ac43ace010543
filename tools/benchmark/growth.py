"""Synthetic evidence of any size, and what it costs to load and analyze it.

Usage: python growth.py FOLDER
Prints seconds of each phase and the peak of memory, as JSON; null where it needs more memory than it allows itself.
"""

import csv
import itertools
import json
import resource
import sys
import time
from pathlib import Path

LIMIT = 6 * 2**30  # bytes of address space
PHASES = ("load", "pools")
# table -> the column that names the study of a row
BY_STUDY = {
    "studies": "study_id",
    "outcomes": "study_id",
    "contrasts": "study_id",
    "safety": "study_id",
    "deaths": "study_id",
    "study_facts": "study_id",
    "bias_facts": "study_id",
    "screening": "study_id",
    "bibliography": "key",
}
# Names of a copy, which no other row may have; the numbers of papers are left out.
RENAMED = {"study_id", "cohort", "label", "key", "record_id", "duplicate_of"}
EMPTIED = {"doi", "pmid", "pmcid"}


def grow(data, folder, rows):
    """Write tables like those in ``data`` with at least so many outcome rows, all other rows of a study with them.

    Studies are copied whole, in their order, under synthetic names, until there are enough. Tables that are not of
    single studies stay as they are. Returns the number of outcome rows.
    """
    folder.mkdir(parents=True)
    tables = {path.stem: _read(path) for path in sorted(data.glob("*.csv"))}
    by_study = {name: _grouped(*tables[name], BY_STUDY[name]) for name in BY_STUDY}
    copies = _copies(by_study["studies"], by_study["outcomes"], rows)
    for name, (header, lines) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            if name not in BY_STUDY:
                writer.writerows(_known(name, header, lines, copies))
                continue
            for study, number in copies:
                writer.writerows(_copied(header, line, number) for line in by_study[name].get(study, ()))
    return sum(len(by_study["outcomes"].get(study, ())) for study, _ in copies)


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    return header, lines


def _grouped(header, lines, column):
    """{study: its rows}, in the order of the file."""
    found, place = {}, header.index(column)
    for line in lines:
        found.setdefault(line[place], []).append(line)
    return found


def _copies(studies, outcomes, rows):
    """[(study, number of the copy)] until there are enough rows; 0 is the study itself, by its own name."""
    chosen, have = [], 0
    for number in itertools.count():
        for study in studies:
            if have >= rows:
                return chosen
            chosen.append((study, number))
            have += len(outcomes.get(study, ()))


def _known(name, header, lines, copies):
    """The rows of a table that is not of single studies; without matches with studies that are not there."""
    if name != "source_review_table1":
        return lines
    place, known = header.index("matched_study_id"), {study for study, _ in copies}
    return [line for line in lines if known.issuperset(filter(None, line[place].split(" or ")))]


def _copied(header, line, number):
    if not number:
        return line
    ending = f"-synthetic-{number}"
    named = (cell + ending if cell and name in RENAMED else cell for name, cell in zip(header, line, strict=True))
    return ["" if name in EMPTIED else cell for name, cell in zip(header, named, strict=True)]


def measure(folder):
    """{phase: seconds} of loading with validation, and of effects and pools; "rows"; "peak": bytes of memory."""
    from mscreview import load_evidence, pool
    from mscreview.outcomes import OUTCOMES
    from mscreview.pools import candidates_of
    from mscreview.selection import Question

    times = [time.perf_counter()]
    evidence = load_evidence(folder)
    times.append(time.perf_counter())
    for outcome in OUTCOMES:
        contrasts = candidates_of(evidence, Question(outcome, "both", "any")).contrasts
        effects = [contrast.effect for contrast in contrasts if contrast and contrast.effect]
        if effects:
            pool([one.estimate for one in effects], [one.variance for one in effects])
    times.append(time.perf_counter())
    spent = [after - before for before, after in itertools.pairwise(times)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {**dict(zip(PHASES, spent, strict=True)), "rows": len(evidence.outcomes), "peak": peak}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    try:
        print(json.dumps(measure(Path(sys.argv[1]))))
    except MemoryError:
        print("null")
