"""The evidence: every table of ``data/``, validated, or an error that says what to correct.

    evidence = load_evidence("data")
    evidence.outcomes          # a DataFrame; text as str, numbers as float64 with NaN for empty
    evidence.notes             # what a reader should see although it is not refused

Nothing is written: a bad table is refused, never repaired. From a shell, with exit code 0 or 1::

    python -m mscreview.evidence data
"""

import hashlib
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from mscreview.codebook import codebook_problems
from mscreview.crosschecks import cross_problems, studies_without_year
from mscreview.csvtable import CODEBOOK_COLUMNS, BadFile, Problem, read_table
from mscreview.plausible import suspected_standard_errors
from mscreview.schema import REFERENCES, Rule, check_cells, typed

TABLES = (
    "studies",
    "outcomes",
    "contrasts",
    "safety",
    "deaths",
    "study_facts",
    "bias_facts",
    "screening",
    "search_log",
    "preclinical",
    "preclinical_outcomes",
    "preclinical_reviews",
    "published_meta",
    "bibliography",
    "methods_references",
    "source_review_table1",
    "zh_terms",
)
FULL_SOURCES = ("abstract", "paper table")
RECORD = "checksums.sha256"
UNFINISHED = ".unfinished"  # a folder of new files that are still to be moved (`authoring.files`)
SHOWN = 20  # more lines than this hide the first cause


class EvidenceError(Exception):
    """The tables cannot be used. ``problems`` is a list of Problem(file, row, column, value,
    allowed); the message has one line for each of the first 20."""

    def __init__(self, problems):
        self.problems = list(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))


@dataclass(frozen=True, eq=False)
class Evidence:
    """One DataFrame per table, in the order of the file.

    The first column, ``row``, is the line in the file (the header is line 1). Text columns hold
    str, "" for empty; columns of type integer, number or year hold float64 in the unit that the
    codebook names, NaN for empty; p values stay text such as "<0.01". ``notes`` are sentences.
    """

    studies: pd.DataFrame
    outcomes: pd.DataFrame
    contrasts: pd.DataFrame
    safety: pd.DataFrame
    deaths: pd.DataFrame
    study_facts: pd.DataFrame
    bias_facts: pd.DataFrame
    screening: pd.DataFrame
    search_log: pd.DataFrame
    preclinical: pd.DataFrame
    preclinical_outcomes: pd.DataFrame
    preclinical_reviews: pd.DataFrame
    published_meta: pd.DataFrame
    bibliography: pd.DataFrame
    methods_references: pd.DataFrame
    source_review_table1: pd.DataFrame
    zh_terms: pd.DataFrame
    codebook: pd.DataFrame
    notes: tuple[str, ...] = ()

    def rows(self, table, study_id):
        """The rows of one report as dictionaries, in the order of the file; none is a list too."""
        return self._by_study[table].get(study_id, [])

    @cached_property
    def _by_study(self):
        # Pools ask for the same few rows hundreds of times; a mask over the table each time is slow.
        found = {}
        for table in ("outcomes", "contrasts", "bias_facts", "study_facts"):
            found[table] = defaultdict(list)
            for row in getattr(self, table).to_dict("records"):
                found[table][row["study_id"]].append(row)
        return found

    @cached_property
    def from_full_sources(self):
        """The same evidence without values read in a sponsor's text, a news page or another review."""
        kept = {
            name: getattr(self, name).pipe(lambda table: table[table["source_level"].isin(FULL_SOURCES)])
            for name in ("outcomes", "contrasts")
        }
        return replace(self, **kept)

    @cached_property
    def reports(self):
        """The rows of studies.csv as dictionaries."""
        return self.studies.to_dict("records")


def load_evidence(folder="data"):
    """All tables in ``folder`` as Evidence. Raises EvidenceError naming every bad cell."""
    if (Path(folder) / UNFINISHED).exists():
        allowed = "nothing half done; make new-study finishes it, with the files that lie there"
        raise EvidenceError([Problem(UNFINISHED, 0, "", "a trial added in part", allowed)])
    contents, problems = _read_files(Path(folder))
    if "codebook.csv" not in contents:
        # Without the codebook every other table would only add lines that hide the cause.
        raise EvidenceError(problem for problem in problems if problem.file == "codebook.csv")
    codebook = _codebook(contents["codebook.csv"])
    texts = {}
    for name in TABLES:
        if f"{name}.csv" not in contents:
            continue
        columns = list(codebook["column"][codebook["table"] == name])
        try:
            texts[name] = read_table(f"{name}.csv", contents[f"{name}.csv"], columns)
        except BadFile as error:
            problems += error.problems
    tables = {}
    for name, rules in _rules(codebook, texts).items():
        found, cells = check_cells(f"{name}.csv", texts[name], rules)
        problems += found
        tables[name] = typed(cells, rules)
    # A refused cell is empty from here on; that is no second fault of the same cell.
    refused = {(one.file, one.row, one.column) for one in problems}
    found = cross_problems(tables)
    problems += [one for one in found if (one.file, one.row, one.column) not in refused]
    if problems:
        # Stable: the tables keep their order, and a missing file comes first in its own.
        files = [f"{name}.csv" for name in TABLES]
        raise EvidenceError(sorted(problems, key=lambda one: (files.index(one.file), one.row)))
    changed = _record_notes(Path(folder), contents)
    suspected = suspected_standard_errors(tables["outcomes"], tables["studies"])
    undated = studies_without_year(tables["studies"])
    return Evidence(**tables, codebook=codebook, notes=(*changed, *suspected, *undated))


def _read_files(folder):
    """The bytes of each file by name, and the problems of those that are not there."""
    contents, problems = {}, []
    for name in (*TABLES, "codebook"):
        file = f"{name}.csv"
        try:
            contents[file] = (folder / file).read_bytes()
        except OSError as error:
            found = "missing file" if isinstance(error, FileNotFoundError) else error.strerror
            problems.append(Problem(file, 0, "", found, f"a readable file in {folder}"))
    return contents, problems


def _codebook(content):
    """The codebook as a text table. Raises EvidenceError: without it nothing can be judged."""
    try:
        codebook = read_table("codebook.csv", content, CODEBOOK_COLUMNS)
    except BadFile as error:
        raise EvidenceError(error.problems) from None
    problems = [*cross_problems({"codebook": codebook}), *codebook_problems(codebook)]
    if problems:
        raise EvidenceError(sorted(problems, key=lambda one: one.row))
    return codebook


def _rules(codebook, texts):
    """Table name to its rules, for the tables that could be read, references resolved."""
    rules = {name: [] for name in texts}
    for entry in codebook.to_dict("records"):
        if entry["table"] not in texts:
            continue
        known = None
        if entry["type"] in REFERENCES:
            table, column = entry["allowed"].split(".")
            if table in texts and column in texts[table]:
                known = frozenset(texts[table][column])
        required = entry["required"] == "yes"
        rule = Rule(
            entry["table"], entry["column"], entry["type"], required, entry["allowed"], known
        )
        rules[entry["table"]].append(rule)
    return rules


def _record_notes(folder, contents):
    """Sentences on files that are not as the record of checksums knows them."""
    try:
        lines = (folder / RECORD).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        yield f"{RECORD}: no readable record of checksums, so changes cannot be seen"
        return
    record = {line[66:]: line[:64] for line in lines}
    for file, content in contents.items():
        if file not in record:
            yield f"{file}: not in {RECORD}"
        elif record[file] != hashlib.sha256(content).hexdigest():
            yield f"{file}: changed since {RECORD} was made"


def main(arguments):
    """The command: 0 and a summary, or 1 and what is wrong on standard error."""
    folder = arguments[0] if arguments else "data"
    try:
        evidence = load_evidence(folder)
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    rows = sum(len(getattr(evidence, name)) for name in TABLES)
    print(f"data: {len(TABLES)} tables, {rows} rows, valid")
    for note in evidence.notes:
        print(f"note: {note}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
