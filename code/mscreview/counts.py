"""What is counted rather than estimated: records of the search, reports, cohorts."""

from .kinds import Count
from .selection import TARGET_MONTHS, Question, eligible_reports

CLINICAL = "clinical"
DECISIONS = ("include", "exclude", "awaiting", "duplicate")
DESIGNS = {  # design in the table -> name in the keys and in words, the strongest first
    "RCT": ("rct", "randomized trial"),
    "non-randomised controlled": ("nonrandomized", "non-randomized controlled study"),
    "single-arm": ("single_arm", "single-arm study"),
}
POPULATIONS = {"t2dm": "type 2 diabetes", "t1dm": "type 1 diabetes"}  # all others: safety only
ACCESS_LEVELS = ("tables", "abstract", "secondary", "sponsor or news")
# Steps that only look up reports already found, so that no record comes from them.
LOOK_UPS = {"second extraction", "bibliography"}


def counts(evidence):
    """All counts of the manuscript: key -> `Count`."""
    made = [
        *_flow(evidence.screening),
        *_studies(evidence),
        *_extraction(evidence.outcomes),
        *_source_review(evidence.source_review_table1),
        *_search(evidence.search_log),
    ]
    return {found.key: found for found in made}


def _decisions(prefix, words, table):
    """Records, those of each decision, and those screened, of one part of the screening table."""
    yield _rows(f"{prefix}.records", table, words, "screening")
    for decision in DECISIONS:
        rule = f'{words} with decision "{decision}"'
        yield _rows(f"{prefix}.{decision}", table[table["decision"] == decision], rule, "screening")
    screened = table[table["decision"] != "duplicate"]
    yield _rows(f"{prefix}.screened", screened, f"{words} less duplicates", "screening")


def _flow(screening):
    """The PRISMA flow, clinical and preclinical apart and together."""
    is_clinical = screening["stream"].str.startswith(CLINICAL)
    preclinical = screening[~is_clinical]
    yield from _decisions("flow.clinical", "records of the clinical streams", screening[is_clinical])
    yield from _decisions("flow.preclinical", "records of the preclinical stream", preclinical)
    yield from _decisions("flow.all", "records", screening)
    included = preclinical[preclinical["decision"] == "include"]
    for kind, name in (("study", "studies"), ("review", "reviews")):
        rule = f'records of the preclinical stream with decision "include" and type "{kind}"'
        chosen = included[included["record_type"] == kind]
        yield _rows(f"flow.preclinical.include_{name}", chosen, rule, "screening")


def _studies(evidence):
    studies = evidence.studies
    yield _rows("studies.reports", studies, "reports of clinical studies", "studies")
    yield _cohorts("studies.cohorts", studies, "distinct cohorts of these reports")
    for population, words in POPULATIONS.items():
        chosen = studies[studies["population_group"] == population]
        yield _cohorts(f"studies.cohorts_{population}", chosen, f"distinct cohorts with {words}")
    for level in ACCESS_LEVELS:
        rule = f'reports of which the fullest text read is "{level}"'
        chosen = studies[studies["access_level"] == level]
        yield _rows(f"studies.access.{level.replace(' ', '_')}", chosen, rule, "studies")
    stated = studies[studies["follow_up_months"].notna()]
    yield _rows("studies.follow_up", stated, "reports that state a follow-up", "studies")
    short = stated[stated["follow_up_months"] <= TARGET_MONTHS]
    rule = "of these, reports whose follow-up ends at 12 months or earlier"
    yield _rows("studies.follow_up_to_12", short, rule, "studies")
    yield from _designs(studies)
    question = Question("hba1c", "t2dm", "msc")
    eligible = {study["study_id"] for study in eligible_reports(evidence, question)}
    rule = (
        "cohorts with type 2 diabetes in which an arm given mesenchymal stromal cells alone is"
        " compared with placebo, sham or standard care"
    )
    yield _cohorts("studies.controlled_t2dm_msc", studies[studies["study_id"].isin(eligible)], rule)


def _designs(studies):
    """Cohorts of both types of diabetes by design; each counts once."""
    cohorts = {}
    for study in studies.to_dict("records"):
        cohorts.setdefault(study["cohort"], []).append(study)
    kinds = {}
    for reports in cohorts.values():
        population = reports[0]["population_group"]
        designs = {study["design"] for study in reports}
        strongest = next(design for design in DESIGNS if design in designs)
        kinds.setdefault((strongest, population), []).append(reports)
    for population, diabetes in POPULATIONS.items():
        for design, (name, words) in DESIGNS.items():
            rule = f"distinct cohorts whose strongest design is a {words}, first report on {diabetes}"
            found = kinds.get((design, population), [])
            rows = tuple(study["row"] for reports in found for study in reports)
            yield Count(f"studies.{name}_{population}", len(found), rule, "studies", rows=rows)


def _extraction(outcomes):
    checked = outcomes["second_extraction"]
    yield _rows("extraction.rows", outcomes, "values extracted", "outcomes")
    for name, value, words in (
        ("agree", "agrees", "values that the second extraction found"),
        ("first_only", "first only", "values that the second extraction did not reach"),
        ("not_done", "not done", "values without a second extraction"),
    ):
        yield _rows(f"extraction.{name}", outcomes[checked == value], words, "outcomes")


def _source_review(table):
    certainty = table["match_certainty"]
    matched = certainty != "not identified"
    for name, chosen, words in (
        ("studies", certainty != "", "studies that the source review lists"),
        ("matched_high", certainty == "high", "of these, matched to a report with high certainty"),
        ("matched", matched, "of these, matched to a report with any certainty"),
    ):
        yield _rows(f"source_review.{name}", table[chosen], words, "source_review_table1")


def _search(search_log):
    queries = search_log["queries"]
    found = ~search_log["stream"].isin(LOOK_UPS)
    yield _rows("search.streams", search_log, "parts of the search", "search_log")
    rows = tuple(search_log["row"])
    yield Count("search.queries", int(queries.sum()), "queries of all parts", "search_log", rows=rows)
    n, rows = int(queries[found].sum()), tuple(search_log["row"][found])
    rule = "queries of all parts but the second extraction and the bibliography"
    yield Count("search.queries_for_records", n, rule, "search_log", rows=rows)


def _rows(key, chosen, rule, table):
    """How many rows there are."""
    return Count(key, len(chosen), rule, table, rows=tuple(chosen["row"]))


def _cohorts(key, chosen, rule):
    """How many cohorts the chosen reports are of."""
    return Count(key, int(chosen["cohort"].nunique()), rule, "studies", rows=tuple(chosen["row"]))
