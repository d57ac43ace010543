"""The fields of each kind of result that prose may show: attributes, kind of number, meaning.

The kind "effect" stands for the kind of the pool's measure (`wording.KINDS`).
"""

from . import kinds

_ADHOC = "estimate ∓ t(k − 1) · SE, SE times √max(1, q) (ad hoc Hartung-Knapp)"

# field -> (attributes, kind, meaning)
POOL_FIELDS = {
    "k": (("k",), "count", "trials pooled"),
    "n_participants": (("n_participants",), "count", "participants in the pooled arms"),
    "n_treatment": (("n_treatment",), "count", "participants in the pooled cell arms"),
    "n_control": (("n_control",), "count", "participants in the pooled control arms"),
    "eligible_trials": (("n_eligible_trials",), "count", "eligible controlled trials"),
    "eligible_randomized": (
        ("n_eligible_randomized",),
        "count",
        "participants randomized in the eligible controlled trials",
    ),
    "share_randomized": (
        ("share_randomized",),
        "share",
        "participants pooled / participants randomized in all eligible trials",
    ),
    "months": (("months_low", "months_high"), "months", "earliest and latest time pooled, months"),
    "estimate": (("estimate",), "effect", "Σ wᵢyᵢ / Σ wᵢ, wᵢ = 1 / (vᵢ + τ²)"),
    "se": (("se",), "se", "SE of the estimate, √(max(1, q) / Σ wᵢ)"),
    "ci": (("ci_low", "ci_high"), "effect", _ADHOC),
    "wald": (("wald_low", "wald_high"), "effect", "estimate ∓ 1.96 · SE (Wald)"),
    "hksj": (
        ("hksj_low", "hksj_high"),
        "effect",
        "estimate ∓ t(k − 1) · √(q / Σ wᵢ) (plain Hartung-Knapp)",
    ),
    "pi": (("pi_low", "pi_high"), "effect", "estimate ∓ t(k − 1) · √(τ² + SE²)"),
    "tau2": (("tau2",), "tau2", "between-trial variance τ²"),
    "tau2_ci": (("tau2_ci_low", "tau2_ci_high"), "tau2", "Q-profile 95% interval of τ²"),
    "i2": (("i2",), "i2", "100 · τ² / (τ² + typical within-trial variance)"),
    "q": (("q",), "q", "Cochran’s Q = Σ (yᵢ − ȳ)² / vᵢ"),
    "weights": (("weight_low", "weight_high"), "percent", "smallest and largest trial weight"),
    "q_df": (("q_df",), "count", "degrees of freedom of Q, k − 1"),
    "q_p": (("q_p",), "p", "p of Q by χ²(k − 1)"),
}

TRIAL_FIELDS = {
    "effect": (("effect",), "effect", "cells minus control"),
    "ci": (("ci_low", "ci_high"), "effect", "effect ∓ 1.96 · SE"),
    "se": (("se",), "se", "SE of the effect"),
    "weight": (("weight",), "percent", "wᵢ / Σ wᵢ, percent"),
    "months": (("months",), "months", "time of the value, months"),
    "n_treatment": (("n_treatment",), "count", "participants, cells"),
    "n_control": (("n_control",), "count", "participants, control"),
    "mean_treatment": (("mean_treatment",), "mean", "mean, cells"),
    "sd_treatment": (("sd_treatment",), "mean", "SD, cells"),
    "mean_control": (("mean_control",), "mean", "mean, control"),
    "sd_control": (("sd_control",), "mean", "SD, control"),
    "events_treatment": (("events_treatment",), "count", "participants with the event, cells"),
    "events_control": (("events_control",), "count", "participants with the event, control"),
    "change_effect": (("change_effect",), "effect", "difference in change from baseline"),
    "change_ci": (
        ("change_ci_low", "change_ci_high"),
        "effect",
        "difference in change ∓ 1.96 · SE, correlation 0.5",
    ),
}

# What a pool's measure calls an effect is shown by the measure's own kind.
ARM_FIELDS = {
    "change": (("change",), "effect", "follow-up minus baseline, uncontrolled"),
    "before": (("mean_before",), "mean", "mean at baseline"),
    "after": (("mean_after",), "mean", "mean at follow-up"),
    "months": (("months",), "months", "time of the value, months"),
    "n": (("n",), "count", "participants"),
}

POINT_FIELDS = {
    "value": (("value",), "mean", "value as printed, in the unit of the analysis"),
    "spread": (("spread_low", "spread_high"), "mean", "mean ∓ SD, or quartiles"),
    "months": (("months",), "months", "time of the value, months"),
    "n": (("n",), "count", "participants"),
}

STEP_FIELDS = {
    "k": (("k",), "count", "trials pooled so far"),
    "estimate": (("estimate",), "effect", "pool of the trials so far"),
    "ci": (("ci_low", "ci_high"), "effect", _ADHOC),
}

STUDY_FIELDS = {
    "n_treated": (("n_treated",), "count", "participants given cells"),
    "n_control": (("n_control",), "count", "participants in the control arm"),
    "n_infusions": (("n_infusions",), "count", "infusions or injections"),
    "follow_up": (("follow_up_months",), "months", "follow-up, months"),
}

GAP_FIELDS = {
    "range": (("estimate_low", "estimate_high"), "effect", "the pool with the number at either end"),
    "ci_low_end": (("low_ci_low", "low_ci_high"), "effect", "its 95% limits at the lower end"),
    "ci_high_end": (("high_ci_low", "high_ci_high"), "effect", "its 95% limits at the upper end"),
    "n_treatment": (("n_treatment",), "count", "participants assigned to cells"),
    "n_control": (("n_control",), "count", "participants assigned to control"),
}

RUN_FIELDS = {
    "k": (("k",), "count", "trials pooled under this combination of choices"),
    "estimate": (("estimate",), "effect", "pooled difference under this combination of choices"),
    "ci": (("ci_low", "ci_high"), "effect", "its 95% limits by the interval chosen"),
}

_EXACT = "exact (Clopper-Pearson) 95% limits"

HARM_FIELDS = {
    "events": (("n_with_event",), "count", "participants with the event"),
    "n": (("n",), "count", "participants at risk"),
    "ci": (("ci_low", "ci_high"), "share", _EXACT),
}

DIFFERENCE_FIELDS = {
    "difference": (("difference",), "points", "share with the event, cells minus control"),
    "difference_ci": (("ci_low", "ci_high"), "points", "Newcombe 95% limits"),
}

DEATH_FIELDS = {
    "deaths": (("deaths",), "count", "deaths stated"),
    "n": (("n",), "count", "participants of the arm"),
}

COUNT_FIELDS = {
    kinds.Directions: {
        "n_better": "cohorts that point to benefit",
        "n_worse": "cohorts that point to harm",
        "n_unclear": "cohorts without a clear direction",
        "n_silent": "eligible cohorts whose text gives no direction",
    },
    kinds.Safety: {
        "cohorts_cells": "cohorts with a count in the cell arms",
        "events_cells": "participants with an event, cell arms, crude sum",
        "n_cells": "participants at risk in these cell arms",
        "cohorts_control": "cohorts with a count in the control arms",
        "events_control": "participants with an event, control arms, crude sum",
        "n_control": "participants at risk in these control arms",
        "cohorts_without_count": "cohorts that mention the event without a count",
    },
    kinds.Deaths: {
        "deaths_in_cell_arms": "deaths stated in cell arms",
        "deaths_in_control_arms": "deaths stated in control arms",
        "deaths_in_source_review": "deaths stated in cell arms of studies of the source review",
        "n_stated": "cohorts whose text states deaths",
        "n_not_mentioned": "cohorts whose text does not mention deaths",
        "n_not_looked_for": "cohorts whose text was not searched for deaths",
        "n_implied_none": "cohorts in which no serious event of any cause implies no death",
    },
    kinds.Animals: {
        "n_reports": "reports of type 2 diabetes models",
        "n_cells": "of these, given cells",
        "n_without_comparator": "of these, without a described comparator",
        "n_borderline": "borderline models, shown apart",
        "n_modified_cells": "reports of modified cells",
    },
    kinds.AnimalOutcome: {
        "n_reports": "reports given cells",
        "n_improved": "reports that state an improvement",
        "n_worse": "reports that state a worsening",
        "n_no_clear_difference": "reports that state no clear difference",
        "n_silent": "reports that say nothing of it",
    },
    kinds.Multiverse: {
        "n_runs": "combinations of choices",
        "n_data_sets": "different sets of effects among them",
        "n_without_estimate": "combinations that leave no trial",
        "n_runs_three": "combinations that pool three trials or more",
        "n_data_sets_three": "different sets of effects among those",
        "n_excludes_zero": "combinations with three trials or more whose interval excludes zero",
        "n_data_sets_excluding_zero": "different sets of effects among those",
    },
    kinds.PublishedSet: {
        "n_reviews": "earlier reviews",
        "n_excluding_zero": "estimates whose printed interval excludes zero",
    },
    kinds.Gaps: {"n_without_value": "eligible trials without a usable value that a paper could give"},
    kinds.Protocols: {"n_cohorts": "cohorts with type 2 diabetes given MSC alone"},
}
OTHER_FIELDS = {
    kinds.Gaps: {
        "all": (
            ("all_low", "all_high"),
            "effect",
            "the pool with all of them at the lower, or all at the upper end of its prediction interval",
        ),
    },
    kinds.Directions: {"sign_p": (("sign_p",), "p", "exact two-sided sign test, better against worse")},
    kinds.Safety: {
        "cells_ci": (("cells_ci_low", "cells_ci_high"), "share", _EXACT),
        "control_ci": (("control_ci_low", "control_ci_high"), "share", _EXACT),
    },
    kinds.AnimalOutcome: {
        "sign_p": (("sign_p",), "p", "exact two-sided sign test, improved against worse"),
        "share_silent": (("share_silent",), "share", "reports that say nothing of it / reports"),
    },
    kinds.Multiverse: {
        "estimates": (
            ("estimate_low", "estimate_high"),
            "effect",
            "smallest and largest pooled difference",
        ),
        "estimates_three": (
            ("estimate_three_low", "estimate_three_high"),
            "effect",
            "smallest and largest pooled difference of three trials or more",
        ),
    },
}
