"""The records of the search one by one: what became of each, and why."""

from .counts import CLINICAL
from .kinds import Record, Records


def screened_results(evidence):
    """`Records` "records.clinical" and "records.preclinical"."""
    screening = evidence.screening
    is_clinical = screening["stream"].str.startswith(CLINICAL)
    for name, chosen in (("clinical", is_clinical), ("preclinical", ~is_clinical)):
        rows = screening[chosen].to_dict("records")
        yield Records(f"records.{name}", tuple(map(_record, rows)))


def _record(row):
    return Record(
        record_id=row["record_id"],
        study_id=row["study_id"],
        kind=row["record_type"],
        author=row["first_author"],
        year=row["year"],
        title=row["title_short"],
        doi=row["doi"],
        decision=row["decision"],
        duplicate_of=row["duplicate_of"],
        reason=row["reason"],
        source_url=row["source_url"],
    )
