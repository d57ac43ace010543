"""Risk-of-bias judgments, on the real tables with single facts changed."""

import math

import pytest
from edits import added, changed

from mscreview import bias
from mscreview.contrasts import Contrast
from mscreview.judgments import GRAVITY, JUDGMENTS, REASON_CODES, judge
from mscreview.outcomes import OUTCOMES

ROB_2 = [
    "randomization process",
    "deviations from intended interventions",
    "missing outcome data",
    "measurement of the outcome",
    "selection of the reported result",
]
ROBINS_I = [
    "confounding",
    "selection of participants",
    "classification of interventions",
    "deviations from intended interventions",
    "missing data",
    "measurement of outcomes",
    "selection of the reported result",
]


def judged(evidence, study_id, outcome="hba1c", flags=()):
    study = next(s for s in evidence.studies.to_dict("records") if s["study_id"] == study_id)
    return judge(evidence, study, OUTCOMES[outcome], flags)


def domain(evidence, study_id, name, **options):
    found = [d for d in judged(evidence, study_id, **options).domains if d.name == name]
    assert len(found) == 1, f"{len(found)} domains {name!r} of {study_id}"
    return found[0]


def stating(evidence, study_id, **values):
    """`evidence` with other bias facts of one study."""
    return changed(evidence, "bias_facts", {"study_id": study_id}, **values)


def a_study_fact(evidence, study_id, fact, value):
    """`evidence` with one more row of study_facts."""
    like = int(evidence.study_facts["row"].iloc[0])
    return added(evidence, "study_facts", like, study_id=study_id, fact=fact, value=value)


# --- tool and form ---------------------------------------------------------------------------


def test_randomized_trial_is_judged_by_rob_2(evidence):
    bias = judged(evidence, "zang2022")
    assert (bias.key, bias.tool, bias.outcome) == ("bias.hba1c.zang2022", "RoB 2", "hba1c")
    assert (bias.label, bias.study_id) == ("Zang 2022", "zang2022")
    assert [d.name for d in bias.domains] == ROB_2


def test_other_controlled_study_is_judged_by_robins_i(evidence):
    bias = judged(evidence, "lu2021")
    assert bias.tool == "ROBINS-I"
    assert [d.name for d in bias.domains] == ROBINS_I


@pytest.mark.parametrize("study_id", ["liu2014", "nguyen2021", "protransrepeat"])
def test_without_a_control_there_is_no_comparator(evidence, study_id):
    """nguyen2021 and protransrepeat compare cells with cells."""
    bias = judged(evidence, study_id)
    assert (bias.tool, bias.overall, bias.domains) == ("none", "no comparator", ())


def test_every_study_and_outcome_can_be_judged(evidence):
    for study in evidence.studies.to_dict("records"):
        for outcome in OUTCOMES.values():
            for found in judge(evidence, study, outcome, ("selected_dose",)).domains:
                assert JUDGMENTS[found.reason] == found.judgment
                assert isinstance(found.words, str) and "http" not in found.words


def test_each_reason_has_one_of_the_four_judgments():
    assert set(JUDGMENTS.values()) == set(GRAVITY) and REASON_CODES == tuple(JUDGMENTS)


# --- randomization ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "concealment", "reason"),
    [
        ("", "", "nothing_stated"),
        ("not stated", "", "nothing_stated"),
        ("random assignment; method not available", "", "method_not_stated"),
        ("allocation not described; registry lists randomized", "", "method_not_stated"),
        ("computer list", "", "concealment_not_stated"),
        ("computer list", "not in the abstract", "concealment_not_stated"),
        ("computer list", "sealed envelopes", "sequence_and_concealment"),
        ("non-randomised", "sealed envelopes", "not_random"),
        ("random; registry record says Non-Randomized", "", "registry_not_random"),
    ],
)
def test_randomization_process(evidence, method, concealment, reason):
    facts = stating(
        evidence, "zang2022", randomisation_method=method, allocation_concealment=concealment
    )
    found = domain(facts, "zang2022", "randomization process")
    assert (found.reason, found.judgment) == (reason, JUDGMENTS[reason])
    assert method in found.words or reason == "nothing_stated"


def test_registry_that_denies_randomization_is_high(evidence):
    found = domain(evidence, "chenp2016", "randomization process")
    assert (found.judgment, found.reason) == ("high", "registry_not_random")
    assert "Non-Randomized" in found.words


def test_baseline_difference_outweighs_a_concealed_sequence(evidence):
    """carlsson2023: C-peptide 96 against 48 at baseline."""
    found = domain(evidence, "carlsson2023", "randomization process")
    assert (found.judgment, found.reason) == ("some concerns", "baselines_differ")
    assert found.words == "baseline C-peptide AUC differs, 96 v 48"
    alike = stating(evidence, "carlsson2023", note="")
    assert domain(alike, "carlsson2023", "randomization process").judgment == "low"
    flagged = domain(alike, "carlsson2023", "randomization process", flags=("baselines_differ",))
    assert flagged.reason == "baselines_differ"


def test_baselines_called_comparable_do_not_differ(evidence):
    """chenp2016: "the arms were comparable at baseline (P>0.05)"."""
    random = stating(evidence, "chenp2016", randomisation_method="", allocation_concealment="")
    assert domain(random, "chenp2016", "randomization process").reason == "nothing_stated"


# --- deviations and measurement --------------------------------------------------------------


@pytest.mark.parametrize(
    ("blinding", "participants", "personnel", "analysis", "deviations", "measurement"),
    [
        ("double", "yes", "yes", "ITT", "blinded_all_analyzed", "blinded"),
        ("double", "yes", "yes", "unclear", "analysis_not_stated", "blinded"),
        ("double", "yes", "not stated", "ITT", "blinded_all_analyzed", "blinded"),
        ("double", "yes", "no", "ITT", "single_blind", "single_blind"),
        ("single", "yes", "no", "ITT", "single_blind", "single_blind"),
        ("open", "no", "no", "ITT", "open_label", "open_label_influenced"),
        ("not reported", "no (open label)", "", "ITT", "open_label", "open_label_influenced"),
        ("not reported", "", "", "ITT", "blinding_not_stated", "blinding_not_stated"),
        ("double", "registry: open label", "", "ITT", "registry_open_label", "registry_open_label"),
    ],
)
def test_who_knew_the_arm(
    evidence, blinding, participants, personnel, analysis, deviations, measurement
):
    facts = stating(
        changed(evidence, "studies", {"study_id": "prochymal2012"}, blinding=blinding),
        "prochymal2012",
        participants_blinded=participants,
        personnel_blinded=personnel,
        analysis=analysis,
    )
    options = {"outcome": "insulin_iu_per_day"}
    assert domain(facts, "prochymal2012", ROB_2[1], **options).reason == deviations
    assert domain(facts, "prochymal2012", ROB_2[3], **options).reason == measurement


def test_open_label_is_high_only_where_the_patient_or_prescriber_decides(evidence):
    laboratory = domain(evidence, "lian2023", ROB_2[3])
    assert (laboratory.judgment, laboratory.reason) == ("low", "laboratory_value")
    dose = domain(evidence, "lian2023", ROB_2[3], outcome="insulin_iu_per_kg_per_day")
    assert (dose.judgment, dose.words) == ("high", "no (open label)")
    assert judged(evidence, "lian2023").overall == "some concerns"
    assert judged(evidence, "lian2023", "composite_responders").overall == "high"


def test_registry_record_of_the_trial_contradicts_a_claimed_blinding(evidence):
    words = "registry: open label (masking none)"
    claimed = changed(evidence, "studies", {"study_id": "wu2024"}, blinding="double")
    assert domain(claimed, "wu2024", ROB_2[1]).reason == "registry_open_label"
    assert domain(claimed, "wu2024", ROB_2[1]).words == words
    assert domain(evidence, "wu2024", ROB_2[1]).reason == "open_label", "it agrees with the paper"


def test_nothing_said_of_blinding_without_placebo_is_no_information(evidence):
    assert domain(evidence, "qin2016", ROB_2[1]).judgment == "no information"
    assert domain(evidence, "zang2023", ROB_2[1]).words == "placebo"


def test_treatment_of_the_cell_arm_alone_is_high(evidence):
    extra = changed(
        evidence, "studies", {"study_id": "packham2016"}, co_intervention_in_cell_arm_only="drug"
    )
    found = domain(extra, "packham2016", ROB_2[1])
    assert (found.judgment, found.reason, found.words) == ("high", "co_intervention", "drug")
    assert domain(evidence, "packham2016", ROB_2[1]).judgment == "low"


# --- missing data ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost_cells", "lost_control", "reason"),
    [
        (0, 0, "lost_up_to_5"),
        (1, 0, "lost_up_to_5"),
        (2, 0, "lost_5_to_20"),
        (4, 2, "lost_5_to_20"),
        (5, 0, "lost_over_20"),
        (0, 3, "lost_over_20"),
        (math.nan, 0, "losses_in_words"),
    ],
)
def test_losses_by_arm(evidence, lost_cells, lost_control, reason):
    """packham2016: 20 with cells, 10 without; the arm with more losses decides, 20% is not over."""
    facts = stating(
        evidence, "packham2016", n_lost_treated=lost_cells, n_lost_control=lost_control
    )
    found = domain(facts, "packham2016", ROB_2[2])
    assert (found.reason, found.judgment) == (reason, JUDGMENTS[reason])


def test_losses_of_an_empty_arm_are_no_share(evidence):
    facts = changed(evidence, "studies", {"study_id": "packham2016"}, n_control=0)
    assert domain(facts, "packham2016", ROB_2[2]).reason == "losses_in_words"


def test_words_of_losses_hold_the_numbers(evidence):
    assert domain(evidence, "carlsson2015", ROB_2[2]).words == "1 of 10 and 1 of 10"


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("97 included, 89 completed (8 lost in all; by arm not printed)", "losses_not_by_arm"),
        ("97 included, 77 completed (20 lost in all)", "lost_over_20"),
        ("10 of 10 completed", "losses_not_by_arm"),
        ("7 of 10 completed", "lost_over_20"),
        ("all patients completed", "losses_in_words"),
        ("registry completed", "nothing_stated"),
        ("", "nothing_stated"),
    ],
)
def test_losses_of_both_arms_together_are_never_low(evidence, note, reason):
    silent = stating(evidence, "wu2024", note=note)
    without = changed(silent, "study_facts", {"fact": "registry_enrolment"}, fact="left out")
    assert domain(without, "wu2024", ROB_2[2]).reason == reason


def test_words_end_where_their_clause_ends(evidence):
    """The remark has a semicolon within brackets, and another trial's has an address."""
    assert domain(evidence, "wu2024", ROB_2[2]).words == (
        "97 included, 89 completed (8 lost in all; by arm not printed)"
    )
    assert domain(evidence, "carlsson2023", ROB_2[2]).words == (
        "sponsor says 14 of 15 completed, arm of the missing one not stated"
    )


# --- selection of the result -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "missing", "selection"),
    [
        ("103 actual in the registry", "registry_enrolls_more", "registry_enrollment"),
        ("120 actual in the registry", "lost_over_20", "registry_enrollment"),
        ("95 actual in the registry", "nothing_stated", "registered_late"),
        ("91", "nothing_stated", "registered_late"),
        ("86 actual in the registry", "nothing_stated", "registry_enrollment"),
        ("103 planned", "nothing_stated", "registered_late"),
    ],
)
def test_enrollment_of_the_registry_record(evidence, words, missing, selection):
    """zang2022 randomized 91: up to 5% of the larger number is no contradiction, a plan neither."""
    facts = changed(
        evidence, "study_facts", {"study_id": "zang2022", "fact": "registry_enrolment"}, value=words
    )
    assert domain(facts, "zang2022", ROB_2[2]).reason == missing
    assert domain(facts, "zang2022", ROB_2[4]).reason == selection


def test_tolerance_is_of_the_larger_number(evidence):
    """100 against 95: 5% of the one, more than 5% of the other."""
    row = {"study_id": "zang2022", "fact": "registry_enrolment"}
    facts = changed(evidence, "study_facts", row, value="100 actual in the registry")
    facts = changed(facts, "studies", {"study_id": "zang2022"}, n_randomised=95)
    assert domain(facts, "zang2022", ROB_2[4]).reason == "registered_late"


def test_record_that_counts_fewer_contradicts_but_loses_nobody(evidence):
    """wu2024: 22 by the registry, 97 in the paper."""
    assert domain(evidence, "wu2024", ROB_2[4]).reason == "registry_enrollment"
    assert domain(evidence, "wu2024", ROB_2[2]).reason == "losses_not_by_arm"


def test_enrollment_is_read_from_a_remark_too(evidence):
    """cai2016: 44 in the registry, 42 in the abstract, which is within 5%."""
    assert domain(evidence, "cai2016", ROB_2[4]).reason == "registered_late"
    more = stating(evidence, "cai2016", note="registry masking none and 50 enrolled, abstract 42")
    assert domain(more, "cai2016", ROB_2[4]).reason == "registry_enrollment"
    assert domain(more, "cai2016", ROB_2[2]).reason == "registry_enrolls_more"


def test_one_of_several_doses_is_a_selected_result(evidence):
    found = domain(evidence, "skyler2015", ROB_2[4], flags=("selected_dose",))
    assert (found.judgment, found.reason) == ("high", "selected_dose")
    assert domain(evidence, "skyler2015", ROB_2[4]).judgment == "some concerns"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("NCT1, registered after study start", "registered_late"),
        ("NCT1 (retrospective)", "registered_late"),
        ("NCT1 first posted 4 June 2019, start 17 May 2019", "registered_late"),
        ("NCT1 first posted 18 May 2019, start 17 May 2019", "registered_late"),
        ("NCT1 first posted 16 May 2019, start 17 May 2019", "registered_only"),
        ("NCT1 first posted 30 Dec 2012; start December 2012", "registered_only"),
        ("NCT1 first posted 1 May 2018, study start Jan 2019", "registered_only"),
        ("NCT1, registered June 2008", "registered_only"),
        ("NCT1", "registered_only"),
        ("not available in the paper text; NCT1 is another trial", "nothing_stated"),
        ("", "nothing_stated"),
    ],
)
def test_registration(evidence, words, reason):
    facts = stating(evidence, "huj2016", protocol_registered=words)
    found = domain(facts, "huj2016", ROB_2[4])
    assert (found.reason, found.judgment) == (reason, JUDGMENTS[reason])


def test_dates_of_the_registry_record_are_read(evidence):
    """bhansalis2017: received on 30 December 2012, start in December 2012: the dates do not tell."""
    row = {"study_id": "bhansalis2017", "fact": "registry_dates"}
    assert domain(evidence, "bhansalis2017", ROB_2[4]).reason == "registered_only"
    late = changed(evidence, "study_facts", row, value="first posted 3 Jan 2013; start December 2012")
    assert domain(late, "bhansalis2017", ROB_2[4]).reason == "registered_late"


def test_facts_of_one_name_are_read_together(evidence):
    both = a_study_fact(evidence, "bhansalis2017", "registry_dates", "registered after the start")
    found = domain(both, "bhansalis2017", ROB_2[4])
    assert found.reason == "registered_late" and "30 Dec 2012" in found.words


def test_outcome_registered_before_the_start_is_low(evidence):
    """carlsson2015 registered stimulated C-peptide and nothing else that is in the tables."""
    found = domain(evidence, "carlsson2015", ROB_2[4], outcome="c_peptide_stimulated")
    assert (found.judgment, found.reason) == ("low", "registered_outcome")
    assert "mixed-meal" in found.words
    for other in ("hba1c", "c_peptide_fasting"):
        assert domain(evidence, "carlsson2015", ROB_2[4], outcome=other).reason == "registered_only"
    late = changed(
        evidence,
        "study_facts",
        {"study_id": "carlsson2015", "fact": "registry_dates"},
        value="first received 16 Feb 2010 (after the start)",
    )
    late_found = domain(late, "carlsson2015", ROB_2[4], outcome="c_peptide_stimulated")
    assert late_found.reason == "registered_late"


def test_outcome_that_the_paper_reports_otherwise_is_high(evidence):
    """bhansalis2017: the insulin end point was registered at 6 months and is reported over 1 year."""
    for outcome in ("insulin_iu_per_day", "composite_responders"):
        found = domain(evidence, "bhansalis2017", ROB_2[4], outcome=outcome)
        assert (found.judgment, found.reason) == ("high", "registry_outcome")
        assert found.words == "the paper reports the insulin end point over 1 year"
    assert domain(evidence, "bhansalis2017", ROB_2[4]).judgment == "some concerns"


# --- ROBINS-I --------------------------------------------------------------------------------


def test_allocation_by_choice_confounds(evidence):
    found = domain(evidence, "huj2012", "confounding")
    assert (found.judgment, found.reason) == ("high", "not_random")
    assert "willingness" in found.words


def test_no_allocation_makes_confounding_low(evidence):
    facts = stating(
        evidence, "huj2012", randomisation_method="by ward", allocation_concealment="envelopes"
    )
    assert domain(facts, "huj2012", "confounding").judgment == "no information"


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("prospective parallel arms", "prospective"),
        ("retrospective comparison", "chosen_afterward"),
        ("", "nothing_stated"),
    ],
)
def test_selection_of_participants(evidence, note, reason):
    facts = stating(evidence, "huj2012", note=note)
    assert domain(facts, "huj2012", "selection of participants").reason == reason


def test_classification_needs_a_described_infusion(evidence):
    name = "classification of interventions"
    assert domain(evidence, "huj2012", name).judgment == "low"
    silent = changed(evidence, "studies", {"study_id": "huj2012"}, route="", dose_text="")
    assert domain(silent, "huj2012", name).judgment == "no information"


# --- overall ---------------------------------------------------------------------------------


def all_low(evidence):
    """`evidence` in which every domain of packham2016 is low for HbA1c."""
    facts = stating(
        evidence,
        "packham2016",
        randomisation_method="computer list",
        allocation_concealment="sealed envelopes",
        protocol_registered="NCT1 first posted 1 May 2012, start 1 May 2013",
    )
    return a_study_fact(facts, "packham2016", "registry_outcomes", "HbA1c at 12 weeks")


def test_rob_2_is_low_only_if_every_domain_is(evidence):
    low = all_low(evidence)
    assert judged(low, "packham2016").overall == "low"
    without = stating(low, "packham2016", allocation_concealment="")
    assert judged(without, "packham2016").overall == "some concerns"
    lost = stating(low, "packham2016", n_lost_control=3)
    assert judged(lost, "packham2016").overall == "high"


def test_rob_2_without_information_is_some_concerns(evidence):
    bias = judged(evidence, "zang2023")
    assert "no information" in {d.judgment for d in bias.domains}
    assert bias.overall == "some concerns"


def test_robins_i_takes_the_worst_domain(evidence):
    assert judged(evidence, "lu2021").overall == "high"
    facts = stating(evidence, "lu2021", randomisation_method="by ward, not described")
    bias = judged(facts, "lu2021")
    assert {d.judgment for d in bias.domains} == {"low", "some concerns", "no information"}
    assert bias.overall == "no information"


# --- facts shown beside a trial --------------------------------------------------------------


def contrast_of(evidence, study_id, *flags):
    study = next(s for s in evidence.reports if s["study_id"] == study_id)
    return Contrast(study, 6.0, None, None, None, (), flags)


def facts_of(evidence, study_id, *flags):
    found = bias.facts(evidence, contrast_of(evidence, study_id, *flags))
    assert [f.domain for f in found] == ["sequence", "concealment", "blinding", "losses", "selection"]
    return {f.domain: (f.status, f.words) for f in found}


def test_facts_are_those_of_the_report(evidence):
    """carlsson2015: open label, one lost in each arm; zang2022: double-blind, losses not given by arm."""
    assert facts_of(evidence, "carlsson2015")["blinding"] == ("open", "no")
    assert facts_of(evidence, "carlsson2015")["losses"] == ("stated", "cells 1, control 1")
    assert facts_of(evidence, "zang2022")["blinding"] == ("stated", "yes (double-blinded)")
    assert facts_of(evidence, "zang2022")["losses"] == ("not_stated", "")


def test_losses_need_both_arms(evidence):
    one = stating(evidence, "carlsson2015", n_lost_control=math.nan)
    assert facts_of(one, "carlsson2015")["losses"] == ("not_stated", "")


@pytest.mark.parametrize(
    ("study_id", "blinded"),
    [("moon2019", True), ("zang2022", True), ("lu2021", False), ("huj2012", False), ("chenp2016", False)],
)
def test_blinded_is_single_or_double_and_not_contradicted(evidence, study_id, blinded):
    """chenp2016: the registry says open label; huj2012: not reported."""
    assert bias.is_blinded(evidence, contrast_of(evidence, study_id)) == blinded
    contradicted = a_study_fact(evidence, study_id, "blinding", "registry: open label")
    assert not bias.is_blinded(contradicted, contrast_of(contradicted, study_id))


def test_words_alone_do_not_make_a_trial_blinded(evidence):
    """The studies table decides; a remark about a placebo does not."""
    said = changed(evidence, "studies", {"study_id": "zang2022"}, blinding="not reported")
    assert not bias.is_blinded(said, contrast_of(said, "zang2022"))


def test_one_dose_of_several_is_a_selection(evidence):
    found = facts_of(evidence, "lu2021", "selected_dose")["selection"]
    assert found == ("selected", "difference printed for one of several doses")
    assert facts_of(evidence, "lu2021")["selection"] == ("stated", "both arms printed")


@pytest.mark.parametrize(("enrolled", "status"), [(95, "stated"), (94, "contradicted"), (106, "contradicted"), (105, "stated")])
def test_enrollment_may_differ_by_five_percent_of_the_larger(evidence, enrolled, status):
    """100 in the paper: 95 and 105 are within 5% of the larger of both."""
    facts = changed(evidence, "studies", {"study_id": "lu2021"}, n_randomised=100.0)
    facts = a_study_fact(facts, "lu2021", "registry_enrolment", f"{enrolled} in the registry")
    found = facts_of(facts, "lu2021")["selection"]
    assert found == (status, f"{enrolled} in the registry" if status == "contradicted" else "both arms printed")
