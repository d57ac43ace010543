"""Words for the reasons of judgments, certainty and claims; the rules are in the modules of the same
names below, and a test holds that every reason there has its words here."""

JUDGMENTS = {
    "registry_not_random": "registry record says not randomized",
    "not_random": "allocation not random",
    "chosen_afterward": "groups put together afterward",
    "co_intervention": "another treatment in the cell arm alone",
    "registry_open_label": "registry record says open label",
    "open_label_influenced": "open label, and the outcome can be influenced",
    "lost_over_20": "more than 20% lost",
    "selected_dose": "one of several doses reported",
    "registry_enrollment": "enrollment in the registry record differs from the paper",
    "registry_outcome": "outcome reported other than registered",
    "method_not_stated": "allocation method not stated",
    "concealment_not_stated": "concealment not stated",
    "baselines_differ": "arms differ at baseline",
    "open_label": "open label",
    "single_blind": "one side blinded, or not said which",
    "blinding_not_stated": "placebo or sham, blinding not stated",
    "analysis_not_stated": "double-blind; analysis of all participants not stated",
    "lost_5_to_20": "5% to 20% lost",
    "losses_not_by_arm": "losses not given by arm",
    "losses_in_words": "losses described only in part",
    "registry_enrolls_more": "registry record counts more participants than the paper",
    "registered_late": "registered after the start",
    "registered_only": "registered; outcome or date cannot be checked",
    "sequence_and_concealment": "random sequence and concealment stated",
    "blinded_all_analyzed": "double-blind, all analyzed as allocated",
    "lost_up_to_5": "at most 5% lost in each arm",
    "laboratory_value": "laboratory value",
    "blinded": "double-blind",
    "registered_outcome": "outcome registered before the start",
    "prospective": "groups followed prospectively",
    "infusion_recorded": "treatment given by the investigators and described",
    "nothing_stated": "nothing stated",
}

CERTAINTY = {
    "mostly_low_risk": "at least half of the weight at low risk",
    "mostly_not_low_risk": "most of the weight not at low risk",
    "consistent": "I² below 50%, and both intervals say the same of zero",
    "one_trial": "a single trial",
    "inconsistent": "I² at least 50%, or the two intervals disagree on zero",
    "as_asked": "dose, time and treatment as asked",
    "differs_from_question": "dose, time or treatment differ from the question",
    "precise": "interval excludes zero; enough participants where a relevant difference is defined",
    "interval_includes_zero": "interval includes zero",
    "below_information_size": "fewer participants than needed",
    "includes_zero_and_below_size": "interval includes zero and too few participants",
    "too_few_trials": "fewer than three trials",
    "most_participants_pooled": "most randomized participants are in the pool",
    "results_missing": "less than 60% of randomized participants are in the pool",
    "share_unknown": "number randomized not known",
}

# The claims of the source review in our own words.
CLAIMS = {
    1: "Glycemic control improves in patients",
    2: "The insulin requirement falls",
    3: "β-cell function improves in patients",
    4: "Glycemia improves in animals",
    5: "β-cell function improves in animals",
    6: "Adverse events are few",
    7: "Adverse events are mainly transient",
    8: "There were no deaths",
    9: "Outcomes vary between studies",
    10: "Protocols are not standardized",
}

# Stands for {outcome} where harms are pooled.
RISK_OF_EVENTS = "difference in the risk of any adverse event, in percentage points"

# What decided a claim. {0}, {1} ... are the numbers of the claim, already as text.
_POOL = "{outcome}: k = {0}, {1} (95% CI {2} to {3}); "
_ANIMALS = "{0} reports improved, {1} worse, {2} unclear, {3} of {4} silent; sign test {6}; "
_DEATHS = "{0} deaths in cell arms ({1} inside the source review’s own studies); "
_SILENT = "cohorts that state deaths: {2}, that do not mention them: {3}, not searched: {4}; "
CLAIM_REASONS = {
    "excludes_zero": _POOL + "interval excludes zero, certainty at least low",
    "excludes_zero_other_way": _POOL + "interval excludes zero on the other side",
    "includes_zero": _POOL + "the least favorable named analysis includes zero",
    "certainty_too_low": _POOL + "interval excludes zero, but certainty is very low",
    "too_few_trials": _POOL + "fewer than three trials",
    "more_events": _POOL + "more events than with control",
    "no_margin": _POOL + "no clear excess, and “few” has no limit",
    "directions_only": "controlled trials give a direction only: {0} better, {1} worse, {2} unclear",
    "uncontrolled_only": "changes from baseline only, in {0} arms",
    "no_evidence": "no evidence",
    "directions_agree": _ANIMALS + "stated directions agree; size and bias are not known",
    "directions_against": _ANIMALS + "stated directions point the other way",
    "directions_mixed": _ANIMALS + "stated directions do not differ from chance",
    "too_few_reports": _ANIMALS + "fewer than ten reports state a direction",
    "too_few_comparisons": (
        "trials that count any adverse event in both arms: {0}; cohorts that count them in cell arms alone: {1}"
    ),
    "mostly_transient": "{1} of {0} counted events said to be transient",
    "mostly_lasting": "{2} of {0} counted events said to last",
    "transience_unknown": "{1} of {0} counted events said to be transient, {2} said not to be; no majority",
    "death_in_cell_arm": _DEATHS + _SILENT + "silence is no absence",
    "all_state_none": _SILENT + "every cohort states that nobody died",
    "some_silent": _SILENT + "some cohorts are silent",
    "all_silent": _SILENT + "no cohort states it",
    "heterogeneous": "largest set: k = {0}, τ² {1} ({2} to {3}), I² {4}%; headline: I² {9}%",
    "heterogeneity_not_shown": "largest set: k = {0}, τ² {1} ({2} to {3}), I² {4}%: not shown",
    "too_few_for_heterogeneity": "fewer than three trials",
    "protocols_vary": "{0} cohorts: {1} wordings of the source, {3} of the route, {5} of the schedule, {7} of the dose; none over 80%",
    "protocols_partly_vary": "{0} cohorts; not all of source, route, schedule and dose vary",
    "protocols_alike": "{0} cohorts; one value dominates each feature",
}
