"""What is counted rather than estimated: records of the search, reports, cohorts."""

from .results import Count

CLINICAL = "clinical"


def counts(evidence):
    """All counts of the manuscript: key -> `Count`."""
    made = [*_screening(evidence.screening), *_studies(evidence)]
    return {count.key: count for count in made}


def _screening(screening):
    clinical = screening[screening["stream"].str.startswith(CLINICAL)]
    for scope, table in (("all", screening), ("clinical", clinical)):
        words = "records" if scope == "all" else "records of the clinical streams"
        yield Count(f"screening.{scope}.records", len(table), words, "screening")
        for decision in ("include", "exclude", "awaiting", "duplicate"):
            n = int((table["decision"] == decision).sum())
            rule = f'{words} with decision "{decision}"'
            yield Count(f"screening.{scope}.{decision}", n, rule, "screening")
        screened = int((table["decision"] != "duplicate").sum())
        yield Count(f"screening.{scope}.screened", screened, f"{words} less duplicates", "screening")


def _studies(evidence):
    studies = evidence.studies
    yield Count("studies.reports", len(studies), "reports of clinical studies", "studies")
    cohorts = int(studies["cohort"].nunique())
    yield Count("studies.cohorts", cohorts, "distinct cohorts of these reports", "studies")
    t2dm = studies[studies["population_group"] == "t2dm"]
    n = int(t2dm["cohort"].nunique())
    yield Count("studies.cohorts_t2dm", n, "distinct cohorts with type 2 diabetes", "studies")
    checked = evidence.outcomes["second_extraction"]
    agree, total = int((checked == "agrees").sum()), len(checked)
    yield Count("extraction.rows", total, "values extracted", "outcomes")
    yield Count("extraction.agree", agree, "values that the second extraction found", "outcomes")
