"""Everything that differs between two versions, and how many differences there are of each sort."""

from dataclasses import dataclass

from . import changes, prose


@dataclass(frozen=True)
class Report:
    """The differences from `old` to `new`, two `Version`s; see `changes` and `prose` for what they are."""

    old: object
    new: object
    results: list
    below: list
    tables: dict
    chapters: dict

    @property
    def failures(self):
        """A sentence for each version whose results could not be computed."""
        return [
            f"The results of {version.name} could not be computed here: {version.failure}."
            for version in (self.old, self.new)
            if version.failure
        ]

    @property
    def sentences(self):
        """All rows of prose that differ."""
        return [row for rows in self.chapters.values() for row in rows if row.change != "same"]

    @property
    def is_empty(self):
        return not (self.results or self.below or self.tables or self.chapters or self.failures)

    def counts(self):
        """What differs, in words, a line for each part."""
        if self.is_empty:
            return ["no differences in results, data or prose"]
        cells = sum(len(found) for found in self.tables.values())
        follow = sum(row.by_results for row in self.sentences)
        results = f"{_differ(len(self.results), 'result')}, {len(self.below):,} more below the printed digits"
        return [
            "results not compared" if self.failures else results,
            _differ(cells, "cell or row of data", "cells or rows of data"),
            f"{_differ(len(self.sentences), 'sentence')}, {follow:,} of them by results alone",
        ]

    def results_by_page(self):
        """{the first chapter that states it, or "": differing results}, in the order of the chapters."""
        order = list(dict.fromkeys([*prose.chapters(self.new.folder), *prose.chapters(self.old.folder)]))
        found = {}
        for difference in self.results:
            found.setdefault(difference.pages[0] if difference.pages else "", []).append(difference)
        return {page: found[page] for page in [*order, ""] if page in found}


def compare(old, new):
    """The `Report` of two `Version`s; results are compared only where both could be computed."""
    pages = prose.pages_of_numbers(new.folder, old.folder)
    failed = old.failure or new.failure
    printed, below = ([], []) if failed else changes.results(old.ledger, new.ledger, pages)
    tables = changes.tables(old.folder / "data", new.folder / "data")
    return Report(old, new, printed, below, tables, prose.compare(old, new))


def _differ(count, singular, plural=""):
    return f"1 {singular} differs" if count == 1 else f"{count:,} {plural or singular + 's'} differ"
