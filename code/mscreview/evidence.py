"""The evidence: every table of ``data/``, validated, or an error that says what to correct.

    evidence = load_evidence("data")
    evidence.outcomes          # a DataFrame; text as str, numbers as float64 with NaN for empty
    evidence.notes             # what a reader should see although it is not refused

Nothing is written: a bad table is refused, never repaired. From a shell, with exit code 0 or 1::

    python -m mscreview.evidence data
"""

import hashlib
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
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
KEPT = 512  # reports and tables whose rows are kept as dictionaries; of a review as large as this one all are


class EvidenceError(Exception):
    """The tables cannot be used. ``problems`` is a list of Problem(file, row, column, value,
    allowed); the message has one line for each of the first 20."""

    def __init__(self, problems):
        self.problems = list(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))


class ByStudy:
    """The rows of a table, found by their study."""

    def __init__(self, table):
        self.columns = {name: column.to_numpy() for name, column in table.items()}
        codes, studies = pd.factorize(self.columns["study_id"])
        self.order = np.argsort(codes, kind="stable")  # the rows of the first study, of the second, ...
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(studies)))])
        self.codes = {study_id: code for code, study_id in enumerate(studies)}

    def rows(self, study_id):
        """Dictionaries, in the order of the table; none for an unknown study."""
        code = self.codes.get(study_id)
        places = () if code is None else self.order[self.starts[code] : self.starts[code + 1]]
        return [{name: column.item(place) for name, column in self.columns.items()} for place in places]


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
        # Pools ask for the same few rows hundreds of times; all rows as dictionaries are many times the table.
        kept = self._kept_rows
        if (table, study_id) not in kept:
            if len(kept) >= KEPT:
                kept.clear()
            kept[table, study_id] = self._by_study[table].rows(study_id)
        return kept[table, study_id]

    @cached_property
    def _kept_rows(self):
        return {}

    @cached_property
    def _by_study(self):
        return {name: ByStudy(getattr(self, name)) for name in ("outcomes", "contrasts", "bias_facts", "study_facts")}

    @cached_property
    def products(self):
        """{study_id: the product classes of its cell arms, a frozenset}; without studies that list no such arm."""
        found, shared = {}, {}
        rows = self.outcomes.loc[self.outcomes["arm_role"] == "treatment", ["study_id", "arm_product"]]
        for study_id, product in zip(rows["study_id"], rows["arm_product"], strict=True):
            several = found.get(study_id, frozenset()) | {product}
            found[study_id] = shared.setdefault(several, several)
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
    folder = Path(folder)
    codebook, digest = _codebook(folder)
    texts, digests, problems = {}, {}, []
    for name in TABLES:
        columns = list(codebook["column"][codebook["table"] == name])
        try:
            texts[name], digests[f"{name}.csv"] = _read(folder, name, columns)
        except BadFile as error:
            problems += error.problems
    tables = {}
    for name, rules in _rules(codebook, texts).items():
        found, cells = check_cells(f"{name}.csv", texts.pop(name), rules)
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
    changed = _record_notes(folder, {**digests, "codebook.csv": digest})
    suspected = suspected_standard_errors(tables["outcomes"], tables["studies"])
    undated = studies_without_year(tables["studies"])
    return Evidence(**tables, codebook=codebook, notes=(*changed, *suspected, *undated))


def _read(folder, name, columns):
    """A table as text, and the SHA-256 of its file. Raises BadFile."""
    file = f"{name}.csv"
    try:
        content = (folder / file).read_bytes()
    except OSError as error:
        found = "missing file" if isinstance(error, FileNotFoundError) else error.strerror
        raise BadFile([Problem(file, 0, "", found, f"a readable file in {folder}")]) from None
    return read_table(file, content, columns), hashlib.sha256(content).hexdigest()


def _codebook(folder):
    """The codebook as a text table, and its digest. Raises EvidenceError: without it nothing can be judged, and
    every other table would only add lines that hide the cause."""
    try:
        codebook, digest = _read(folder, "codebook", CODEBOOK_COLUMNS)
    except BadFile as error:
        raise EvidenceError(error.problems) from None
    problems = [*cross_problems({"codebook": codebook}), *codebook_problems(codebook)]
    if problems:
        raise EvidenceError(sorted(problems, key=lambda one: one.row))
    return codebook, digest


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


def _record_notes(folder, digests):
    """Sentences on files that are not as the record of checksums knows them."""
    try:
        lines = (folder / RECORD).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        yield f"{RECORD}: no readable record of checksums, so changes cannot be seen"
        return
    record = {line[66:]: line[:64] for line in lines}
    for file, digest in digests.items():
        if file not in record:
            yield f"{file}: not in {RECORD}"
        elif record[file] != digest:
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
