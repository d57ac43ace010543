"""What is counted rather than estimated: records of the search, reports, cohorts."""

from .kinds import Count, Flow
from .selection import TARGET_MONTHS, CONTROLLED_DESIGNS, Question, eligible_reports

CLINICAL = "clinical"
DECISIONS = ("include", "exclude", "awaiting", "duplicate")
DESIGNS = {  # design in the table -> name in the keys and in words, the strongest first
    "RCT": ("rct", "randomized trial"),
    "non-randomised controlled": ("nonrandomized", "non-randomized controlled study"),
    "single-arm": ("single_arm", "single-arm study"),
}
POPULATIONS = {"t2dm": "type 2 diabetes", "t1dm": "type 1 diabetes"}  # all others: safety only
OTHER = "other"
ACCESS_LEVELS = ("tables", "abstract", "secondary", "sponsor or news")
# Steps that only look up reports already found, so that no record comes from them.
LOOK_UPS = {"second extraction", "bibliography"}


def counts(evidence):
    """All counts of the manuscript: key -> `Count`, or `Flow` for the reasons of exclusion."""
    made = [
        *_screening(evidence.screening),
        *_flow(evidence.screening),
        *_studies(evidence),
        *_extraction(evidence.outcomes),
        *_source_review(evidence.source_review_table1),
        *_search(evidence.search_log),
    ]
    return {found.key: found for found in made}


def _screening(screening):
    clinical = screening[screening["stream"].str.startswith(CLINICAL)]
    for scope, table in (("all", screening), ("clinical", clinical)):
        words = "records" if scope == "all" else "records of the clinical streams"
        yield from _decisions(f"screening.{scope}", words, table)


def _decisions(prefix, words, table):
    """Records, those of each decision, and those screened, of one part of the screening table."""
    yield Count(f"{prefix}.records", len(table), words, "screening")
    for decision in DECISIONS:
        n = int((table["decision"] == decision).sum())
        rule = f'{words} with decision "{decision}"'
        yield Count(f"{prefix}.{decision}", n, rule, "screening")
    screened = int((table["decision"] != "duplicate").sum())
    yield Count(f"{prefix}.screened", screened, f"{words} less duplicates", "screening")


def _flow(screening):
    """The PRISMA flow, clinical and preclinical apart and together."""
    is_clinical = screening["stream"].str.startswith(CLINICAL)
    groups = {
        "clinical": (screening[is_clinical], "records of the clinical streams"),
        "preclinical": (screening[~is_clinical], "records of the preclinical stream"),
        "all": (screening, "records"),
    }
    for group, (table, words) in groups.items():
        yield from _decisions(f"flow.{group}", words, table)
        included = table[table["decision"] == "include"]
        for kind, name in (("study", "studies"), ("review", "reviews")):
            n = int((included["record_type"] == kind).sum())
            rule = f'{words} with decision "include" and type "{kind}"'
            yield Count(f"flow.{group}.include_{name}", n, rule, "screening")
        yield _excluded(f"flow.{group}.excluded", table)


def _excluded(key, table):
    ids = {}
    for row in table[table["decision"] == "exclude"].to_dict("records"):
        ids.setdefault(row["reason"], []).append(row["record_id"])
    rows = [(reason, len(found), tuple(found)) for reason, found in ids.items()]
    return Flow(key, tuple(sorted(rows, key=lambda row: -row[1])))


def _studies(evidence):
    studies = evidence.studies
    yield Count("studies.reports", len(studies), "reports of clinical studies", "studies")
    cohorts = int(studies["cohort"].nunique())
    yield Count("studies.cohorts", cohorts, "distinct cohorts of these reports", "studies")
    for population, words in POPULATIONS.items():
        n = int(studies.loc[studies["population_group"] == population, "cohort"].nunique())
        yield Count(f"studies.cohorts_{population}", n, f"distinct cohorts with {words}", "studies")
    for level in ACCESS_LEVELS:
        n = int((studies["access_level"] == level).sum())
        rule = f'reports of which the fullest text read is "{level}"'
        yield Count(f"studies.access.{level.replace(' ', '_')}", n, rule, "studies")
    stated = studies["follow_up_months"].dropna()
    yield Count("studies.follow_up", len(stated), "reports that state a follow-up", "studies")
    short = int((stated <= TARGET_MONTHS).sum())
    rule = "of these, reports whose follow-up ends at 12 months or earlier"
    yield Count("studies.follow_up_to_12", short, rule, "studies")
    yield from _designs(studies)
    question = Question("hba1c", "t2dm", "msc")
    n = len({study["cohort"] for study in eligible_reports(evidence, question)})
    rule = (
        "cohorts with type 2 diabetes in which an arm given mesenchymal stromal cells alone is"
        " compared with placebo, sham or standard care"
    )
    yield Count("studies.controlled_t2dm_msc", n, rule, "studies")
    yield from _randomized(studies)


def _designs(studies):
    """Cohorts by design and population; each counts once."""
    cohorts = {}
    for study in studies.to_dict("records"):
        cohorts.setdefault(study["cohort"], []).append(study)
    kinds = []
    for reports in cohorts.values():
        population = reports[0]["population_group"]
        designs = {study["design"] for study in reports}
        strongest = next(design for design in DESIGNS if design in designs)
        kinds.append((strongest, population if population in POPULATIONS else OTHER))
    for population, diabetes in {**POPULATIONS, OTHER: "another population"}.items():
        for design, (name, words) in DESIGNS.items():
            rule = f"distinct cohorts whose strongest design is a {words}, first report on {diabetes}"
            n = kinds.count((design, population))
            yield Count(f"studies.{name}_{population}", n, rule, "studies")


def _randomized(studies):
    """Participants of the controlled T2DM cohorts, whatever the cells and the control."""
    controlled = studies[
        (studies["population_group"] == "t2dm") & studies["design"].isin(CONTROLLED_DESIGNS)
    ]
    largest = controlled.groupby("cohort")["n_randomised"].max()
    rule = (
        "participants randomized in controlled cohorts with type 2 diabetes, each cohort by its"
        " largest report"
    )
    yield Count("studies.randomized_t2dm", int(largest.sum()), rule, "studies")
    rule = "controlled cohorts with type 2 diabetes that state no number randomized"
    missing = int(largest.isna().sum())
    yield Count("studies.randomized_t2dm_not_stated", missing, rule, "studies")


def _extraction(outcomes):
    checked = outcomes["second_extraction"]
    yield Count("extraction.rows", len(checked), "values extracted", "outcomes")
    for name, value, words in (
        ("agree", "agrees", "values that the second extraction found"),
        ("first_only", "first only", "values that the second extraction did not reach"),
        ("not_done", "not done", "values without a second extraction"),
    ):
        yield Count(f"extraction.{name}", int((checked == value).sum()), words, "outcomes")


def _source_review(table):
    certainty = table["match_certainty"]
    matched = certainty != "not identified"
    for name, chosen, words in (
        ("studies", certainty != "", "studies that the source review lists"),
        ("matched_high", certainty == "high", "of these, matched to a report with high certainty"),
        ("matched", matched, "of these, matched to a report with any certainty"),
        ("not_identified", ~matched, "of these, not identified"),
    ):
        n = int(chosen.sum())
        yield Count(f"source_review.{name}", n, words, "source_review_table1")


def _search(search_log):
    queries = search_log["queries"]
    found = ~search_log["stream"].isin(LOOK_UPS)
    yield Count("search.streams", len(search_log), "parts of the search", "search_log")
    yield Count("search.queries", int(queries.sum()), "queries of all parts", "search_log")
    n = int(queries[found].sum())
    rule = "queries of all parts but the second extraction and the bibliography"
    yield Count("search.queries_for_records", n, rule, "search_log")
