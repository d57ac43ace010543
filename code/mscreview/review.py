"""From the evidence to the results: every number of the manuscript under one key."""

from dataclasses import replace

from .animals import animal_results
from .before_after import before_after_of
from .certainty import grade
from .claims import judge_claims
from .counts import counts
from .descriptive import protocols_result, studies_result, trajectories_results
from .directions import directions_of
from .gaps import gap_results
from .judgments import judge
from .multiverse import multiverse_of
from .outcomes import OUTCOMES
from .plan import plan_results
from .pools import candidates_of, pool_result
from .published import published_results
from .results import Results
from .safety import safety_results
from .screened import screened_results
from .selection import POPULATIONS, PRODUCTS, Question
from .sensitivity import variants_of
from .small_studies import small_study_results
from .subgroups import subgroup_results

HEADLINE = Question("hba1c", "t2dm", "msc")
QUESTIONS = tuple(
    Question(outcome, population, product)
    for outcome in OUTCOMES
    for population in POPULATIONS
    for product in PRODUCTS
)
UNCONTROLLED = tuple(
    Question(question.outcome, question.population, question.product, "before_after")
    for question in QUESTIONS
    if OUTCOMES[question.outcome].measure == "MD"
)

# One outcome that a label cannot change, and one that it can.
JUDGED = ("hba1c", "insulin_iu_per_day")


def analyse(evidence):
    """All results of the review from `Evidence`; returns `Results`.

    Keys: ``outcome.population.product.design[.variant]`` for pools and changes from baseline;
    ``directions.``, ``certainty.``, ``bias.``, ``subgroup.``, ``safety.``, ``animals.``,
    ``claims.`` and others by their first word; see `kinds`.
    """
    found = {}

    def add(results):
        for result in results:
            if result.key in found:
                raise AssertionError(f"two results have the key {result.key}")
            found[result.key] = result

    for question in QUESTIONS:
        add(_of_question(evidence, question))
    for outcome in JUDGED:
        add(_judgments(evidence, outcome))
    add(before_after_of(evidence, question) for question in UNCONTROLLED)
    add(subgroup_results(found))
    add(small_study_results(found))
    add(gap_results(evidence, found))
    add([multiverse_of(evidence)])
    add(safety_results(evidence))
    add(animal_results(evidence))
    add(published_results(evidence))
    add([studies_result(evidence), protocols_result(evidence)])
    add(trajectories_results(evidence))
    add(counts(evidence).values())
    add(screened_results(evidence))
    add(plan_results())
    add(judge_claims(found))
    return Results(found, evidence.notes)


def _judgments(evidence, outcome):
    """Risk of bias of every eligible controlled trial for one outcome, pooled or not."""
    for selected, contrast in candidates_of(evidence, Question(outcome, "both", "any")).pairs():
        flags = contrast.flags if contrast else ()
        yield judge(evidence, selected.study, OUTCOMES[outcome], flags)


def _of_question(evidence, question):
    """The pool of a question, its sensitivity analyses, directions, judgments and certainty."""
    outcome = OUTCOMES[question.outcome]
    candidates = candidates_of(evidence, question)
    judgments = {
        c.study["study_id"]: judge(evidence, c.study, outcome, c.flags)
        for c in candidates.contrasts
        if c and c.effect
    }
    result = _judged(pool_result(evidence, candidates), judgments)
    yield result
    yield from variants_of(evidence, candidates)
    yield directions_of(
        evidence,
        question.key,
        outcome.title,
        outcome,
        list(candidates.selected),
        list(candidates.contrasts),
    )
    yield grade(result, judgments, outcome)


def _judged(result, judgments):
    """The pool with the judgments on its trials."""
    pairs = ((trial, judgments[trial.study_id]) for trial in result.trials)
    trials = (replace(t, bias=j.domains, bias_overall=j.overall) for t, j in pairs)
    return replace(result, trials=tuple(trials))
