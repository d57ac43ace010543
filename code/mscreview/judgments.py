"""Risk of bias of one study for one outcome, judged by rules from the facts of `bias`.

Randomized trials by the domains of RoB 2 (Cochrane Handbook, chapter 8; Sterne 2019), other
controlled studies by those of ROBINS-I (chapter 25; Sterne 2016), whose "moderate" and "serious"
are "some concerns" and "high" here. A study without a control, or with other cells as control, has
no comparator and is not judged. The rules read only what the tables hold, which is mostly
abstracts and registry records, so they are stricter than a full text might deserve:

- "low" only on a stated fact, "high" only on a stated contrary one;
- "some concerns" where something is stated but not enough, "no information" where nothing is;
- of several facts in one domain the gravest decides.

A registry record that contradicts the paper is "high" in the domain that it speaks about. An
enrollment that differs by more than `NEARLY_ALL` is one: the analyzed group is not the registered
one, whichever is larger, which is what "selection of the reported result" asks. Where the record
counts more than the paper, those left out also count as losses.
"""

from dataclasses import asdict

from . import bias
from .bias import NEARLY_ALL
from .contrasts import source_of
from .kinds import Bias, Domain

LOST_TOO_MANY = 0.20  # the plan's limit

# Every reason means one judgment, so that this is the rule book; `wording` holds the texts.
_REASONS = {
    "high": (
        "registry_not_random not_random chosen_afterward co_intervention registry_open_label "
        "open_label_influenced lost_over_20 selected_dose registry_enrollment registry_outcome"
    ),
    "some concerns": (
        "method_not_stated concealment_not_stated baselines_differ open_label single_blind "
        "blinding_not_stated analysis_not_stated lost_5_to_20 losses_not_by_arm losses_in_words "
        "registry_enrolls_more registered_late registered_only"
    ),
    "low": (
        "sequence_and_concealment blinded_all_analyzed lost_up_to_5 laboratory_value blinded "
        "registered_outcome prospective infusion_recorded"
    ),
    "no information": "nothing_stated",
}
JUDGMENTS = {code: word for word, codes in _REASONS.items() for code in codes.split()}
REASON_CODES = tuple(JUDGMENTS)

# From best to worst. ROBINS-I puts missing information above moderate risk: it may hide worse.
GRAVITY = ("low", "some concerns", "no information", "high")


def judge(evidence, study, outcome, flags=()):
    """`Bias` of a study (a row of studies as a dictionary) for an `Outcome`.

    ``flags``: those of the trial in a pool; "selected_dose" and "baselines_differ" matter here.
    Overall, RoB 2: high if any domain is, low if all are, else some concerns; ROBINS-I: the worst.
    """
    tool = _tool(study)
    domains = ()
    if tool != "none":
        row = bias.stated(evidence, study["study_id"])
        rules = ROB_2 if tool == "RoB 2" else ROBINS_I
        domains = tuple(_domain(name, rule(row, study, outcome, flags)) for name, rule in rules)
    return Bias(
        key=f"bias.{outcome.name}.{study['study_id']}",
        study_id=study["study_id"],
        label=study["label"],
        doi=study["doi"],
        outcome=outcome.name,
        tool=tool,
        overall=_overall(tool, [domain.judgment for domain in domains]),
        domains=domains,
        sources=_sources(evidence, study) if domains else (),
    )


def _sources(evidence, study):
    """The rows that hold the facts: of the study itself, and what texts and registry say of bias."""
    tables = [("studies", study)]
    tables += [
        (name, row)
        for name in ("bias_facts", "study_facts")
        for row in evidence.rows(name, study["study_id"])
    ]
    return tuple(asdict(source_of(name, row)) for name, row in tables)


def _tool(study):
    """A trial that calls itself randomized is judged as one, whatever its registry record says."""
    if study["design"] == "single-arm" or study["control"] in ("none", "other cells"):
        return "none"
    return "RoB 2" if study["design"] == "RCT" else "ROBINS-I"


def _overall(tool, judgments):
    if tool == "none":
        return "no comparator"
    worst = max(judgments, key=GRAVITY.index)
    if tool == "RoB 2" and worst == "no information":
        return "some concerns"
    return worst


def _domain(name, found):
    """The domain with the gravest of the (reason, words) found; the first of equally grave ones."""
    found = list(found) or [("nothing_stated", "")]
    reason, words = max(found, key=lambda one: GRAVITY.index(JUDGMENTS[one[0]]))
    return Domain(name, JUDGMENTS[reason], reason, words)


# --- the rules: each yields (reason, words) for what is stated ---------------------------------


def _randomization(row, study, outcome, flags):
    method, hidden = bias.sequence(row), bias.concealment(row)
    if method.status == "contradicted":
        yield "registry_not_random", method.words
    elif method.status == "open":
        yield "not_random", method.words
    elif method.status == "stated":
        if hidden.status == "stated":
            yield "sequence_and_concealment", f"{method.words}; {hidden.words}"
        else:
            yield "concealment_not_stated", method.words
    elif method.words and not method.words.lower().startswith("not stated"):
        yield "method_not_stated", method.words
    differs = bias.baseline_difference(row)
    if differs or "baselines_differ" in flags:
        yield "baselines_differ", differs


def _confounding(row, study, outcome, flags):
    """As randomization, but nothing that is stated of an allocation can make it low."""
    found = _randomization(row, study, outcome, flags)
    return (one for one in found if JUDGMENTS[one[0]] != "low")


def _participants(row, study, outcome, flags):
    """Arms followed from their treatment on, or put together afterward."""
    if "retrospective" in row["note"]:
        yield "chosen_afterward", row["note"]
    elif "prospective" in row["note"]:
        yield "prospective", row["note"]


def _classification(row, study, outcome, flags):
    """An infusion that is described was given by the investigators, so who had it is known."""
    words = "; ".join(filter(None, (study["route"], study["dose_text"])))
    if words:
        yield "infusion_recorded", words


def _deviations(row, study, outcome, flags):
    if study["co_intervention_in_cell_arm_only"]:
        yield "co_intervention", study["co_intervention_in_cell_arm_only"]
    fact = bias.blinding(row, study)
    if not bias.both_blinded(row, study):
        yield from _who_knew(fact, study, "open_label")
    elif bias.all_analyzed(row):
        yield "blinded_all_analyzed", f"{fact.words}; {bias.all_analyzed(row)}"
    else:
        yield "analysis_not_stated", fact.words


def _measurement(row, study, outcome, flags):
    """A laboratory value does not depend on who knows the arm (RoB 2, signaling question 4.4); a
    dose that is prescribed, and what follows from it, does."""
    fact = bias.blinding(row, study)
    if not outcome.can_be_influenced:
        yield "laboratory_value", ""
    elif bias.both_blinded(row, study):
        yield "blinded", fact.words
    else:
        yield from _who_knew(fact, study, "open_label_influenced")


def _who_knew(fact, study, if_open):
    if fact.status == "contradicted":
        yield "registry_open_label", fact.words
    elif fact.status == "open":
        yield if_open, fact.words
    elif fact.status == "stated":
        yield "single_blind", fact.words
    elif fact.words or study["control"] in ("placebo", "sham"):
        yield "blinding_not_stated", fact.words or study["control"]


def _missing(row, study, outcome, flags):
    printed = bias.loss(row, study)
    if printed:
        share, by_arm, words = printed
        if share > LOST_TOO_MANY:
            yield "lost_over_20", words
        elif not by_arm:
            yield "losses_not_by_arm", words
        else:
            yield ("lost_5_to_20" if share > NEARLY_ALL else "lost_up_to_5"), words
    elif bias.completion(row):
        yield "losses_in_words", bias.completion(row)
    enrolled = bias.registry_enrollment(row, study)
    if enrolled:
        in_registry, in_paper, words = enrolled
        share = (in_registry - in_paper) / in_registry
        if share > NEARLY_ALL:
            yield ("lost_over_20" if share > LOST_TOO_MANY else "registry_enrolls_more"), words


def _reported(row, study, outcome, flags):
    if "selected_dose" in flags:
        yield "selected_dose", "difference printed for one of several doses"
    enrolled = bias.registry_enrollment(row, study)
    if enrolled and abs(enrolled[0] - enrolled[1]) > NEARLY_ALL * max(enrolled[:2]):
        yield "registry_enrollment", enrolled[2]
    planned, contrary = bias.registered_outcomes(row, outcome)
    if contrary:
        yield "registry_outcome", contrary
    timing, words = bias.registration(row, study)
    if timing == "after":
        yield "registered_late", words
    elif timing == "before" and planned:
        yield "registered_outcome", f"{words}; {planned}"
    elif timing:
        yield "registered_only", words


ROB_2 = (
    ("randomization process", _randomization),
    ("deviations from intended interventions", _deviations),
    ("missing outcome data", _missing),
    ("measurement of the outcome", _measurement),
    ("selection of the reported result", _reported),
)
ROBINS_I = (
    ("confounding", _confounding),
    ("selection of participants", _participants),
    ("classification of interventions", _classification),
    ("deviations from intended interventions", _deviations),
    ("missing data", _missing),
    ("measurement of outcomes", _measurement),
    ("selection of the reported result", _reported),
)
