"""What stands behind each box of the flow diagram: its records, reports, cohorts or trials."""

from .. import phrases
from .described import DESIGNS
from .sources import address, addresses
from .table import Table

POOL = "hba1c.t2dm.msc.controlled"
STREAMS = {"clinical": "Clinical records", "preclinical": "Preclinical records"}
DECISIONS = {  # heading of the list, and what its last but one column says
    "duplicate": ("Duplicates removed", "Repeats"),
    "exclude": ("Excluded", "Reason"),
    "awaiting": ("No readable source yet", "Reason"),
    "include": ("Included", "Reason"),
}
SOURCE = "Source"  # the column of addresses, always the last


def lists(results, *streams):
    """{name: (heading, `Table`)} of the lists of one or both streams; each name is the anchor of a box."""
    found = {}
    for stream in streams or STREAMS:
        for decision, (heading, _) in DECISIONS.items():
            found[f"records-{stream}-{decision}"] = (heading, _records(results, stream, decision))
        found |= {"clinical": _clinical, "preclinical": _preclinical}[stream](results)
    return found


def _clinical(results):
    return {
        "cohorts-t2dm": ("Cohorts with type 2 diabetes", _cohorts(results)),
        "cohorts-controlled": ("Controlled cohorts of MSC alone, type 2 diabetes", _eligible(results)),
        "trials-pooled": ("Trials in the pool of HbA1c", _pooled(results)),
    }


def _preclinical(results):
    return {
        "reports-animals": ("Animal reports by model", _animals(results["animals"].rows)),
        "reports-animals-cells": ("Animal reports of cells in models of type 2 diabetes", _cells(results)),
    }


def _records(results, stream, decision):
    """The records of one decision; included ones with what is known of their reports."""
    reports = {row.study_id: row for row in results["studies.included"].rows}
    more = {"clinical": ("Cohort", "Text read"), "preclinical": ("Type",)}[stream]
    more = more if decision == "include" else ()
    rows = []
    for row in results[f"records.{stream}"].rows:
        if row.decision == decision:
            why = row.duplicate_of if decision == "duplicate" else row.reason
            report = reports.get(row.study_id)
            told = {"Type": row.kind}
            told |= {"Cohort": report.cohort, "Text read": report.access_level} if report else {}
            cells = (row.record_id, row.author, row.year, row.title, why)
            rows.append((*cells, *(told[name] for name in more), address(row.doi, row.source_url)))
    columns = ("Record", "First author", "Year", "Title", DECISIONS[decision][1])
    return Table((*columns, *more, SOURCE), tuple(rows))


def _cohorts(results):
    """The cohorts with type 2 diabetes: their reports, and the strongest design among them."""
    cohorts = {}
    for row in results["studies.included"].rows:
        if row.population == "t2dm":
            cohorts.setdefault(row.cohort, []).append(row)
    rows = []
    for reports in cohorts.values():
        designs = {row.design for row in reports}
        strongest = next(words for design, words in DESIGNS.items() if design in designs)
        names = ", ".join(row.label for row in reports)
        rows.append((names, strongest, address(reports[0].doi, reports[0].source_url)))
    return Table(("Reports", "Design", SOURCE), tuple(rows))


def _eligible(results):
    pool, opened = results[POOL], addresses(results)
    rows = [(t.label, "in the pool of HbA1c", opened[t.study_id]) for t in pool.trials]
    rows += [(t.label, phrases.REASONS[t.reason], opened[t.study_id]) for t in pool.not_pooled]
    return Table(("Trial", "For HbA1c", SOURCE), tuple(rows))


def _pooled(results):
    opened = addresses(results)
    rows = [(t.label, t.effect_source, opened[t.study_id]) for t in results[POOL].trials]
    return Table(("Trial", "Effect from", SOURCE), tuple(rows))


def _animals(found):
    rows = [
        (
            row.label,
            "borderline" if row.borderline else "type 2 diabetes",
            row.model.removeprefix("BORDERLINE, "),
            row.agent,
            address(row.doi, row.source_url),
        )
        for row in found
    ]
    return Table(("Report", "Counted as", "Model", "Given", SOURCE), tuple(rows))


def _cells(results):
    return _animals([r for r in results["animals"].rows if r.agent == "MSC" and not r.borderline])
