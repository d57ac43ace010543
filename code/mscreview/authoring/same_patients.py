"""Signs that a new trial reports patients who are in the tables already: they would be counted twice."""

import re

# A number of a registry, such as NCT01576328 or ChiCTR-ONC-12002222: letters, then six digits or more.
REGISTRY = re.compile(r"[A-Za-z]{2,}[A-Za-z-]*\d{6,}|\b\d{7,}\b")
YEARS_APART = 3


def overlaps(evidence, study_id):
    """(table, row, column, value, reason) of each sign of an overlap."""
    studies = evidence.studies.to_dict("records")
    new = next(study for study in studies if study["study_id"] == study_id)
    for other in studies:
        if other is not new:
            for column, reason in _signs(new, other):
                yield "studies", new["row"], column, str(new[column]), reason
    yield from _records(evidence, new)


def _signs(new, old):
    """(column, reason) of what two reports have in common."""
    named = f"{old['study_id']} (studies.csv, row {old['row']})"
    if new["cohort"] == old["cohort"]:
        yield "cohort", f"the cohort of {named} too: of the two reports one will count for each outcome"
        return
    consequence = f"if they share patients, enter its cohort, {old['cohort']}, or they count twice"
    shared = registry_numbers(new["registration"]) & registry_numbers(old["registration"])
    if shared:
        yield "registration", f"{', '.join(sorted(shared))} is the registration of {named} too; {consequence}"
    elif _looks_alike(new, old):
        yield "cohort", f"country, size and years are those of {named}; {consequence}"


def registry_numbers(text):
    """The registry numbers in a cell, in capitals and without hyphens."""
    return {number.upper().replace("-", "") for number in REGISTRY.findall(text)}


def _looks_alike(new, old):
    """The same country, the same kind of patients, the same numbers, and years that are near."""
    sizes = ("n_randomised", "n_treated", "n_control")
    known = [(new[size], old[size]) for size in sizes if new[size] == new[size] and old[size] == old[size]]
    return (
        bool(known)
        and all(ours == theirs for ours, theirs in known)
        and bool(new["country"])
        and new["country"] == old["country"]
        and new["population_group"] == old["population_group"]
        and not abs(new["year"] - old["year"]) > YEARS_APART
    )


def _records(evidence, new):
    """Other records of the search with an identifier of the new trial."""
    for record in evidence.screening.to_dict("records"):
        if record["study_id"] == new["study_id"] or record["decision"] == "duplicate":
            continue
        for column in ("doi", "pmid"):
            if new[column] and record[column].casefold() == new[column].casefold():
                told = f"record {record['record_id']} of the search (screening.csv, row {record['row']}) has it"
                if record["decision"] == "awaiting":
                    told += ", and awaits its source: give its record_id, and it becomes the record of this trial"
                else:
                    told += f", with the decision {record['decision']}: {record['reason']}"
                yield "studies", new["row"], column, new[column], told
