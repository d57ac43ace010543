"""The sensitivity analyses of a pool: each varies one choice of the plan, where the data allow it."""

from dataclasses import replace
from functools import partial

from .arms import arms_of
from .baselines import contradicts_means, with_change
from .bias import is_blinded
from .derived import derived_n
from .effect_sources import from_final_values, from_means_and_p
from .effects import Effect, hedges_g, mean_difference
from .outcomes import OUTCOMES
from .pools import (
    NORMAL_95,
    candidates_of,
    confounded,
    effect_of,
    pool_result,
    reasons,
)
from .proportions import log_risk_ratio, peto


def variants_of(evidence, candidates):
    """Every sensitivity analysis that these trials allow, as `PoolResult`, in the order of the table.

    One that changes no effect and drops no trial is left out, except the other estimators.
    """
    main = _effects(candidates)
    yield from _other_effects(evidence, candidates, main, ("other_dose_end",))
    used = [c for c in candidates.contrasts if c and c.effect and c not in confounded(candidates)]
    yield from _other_statistics(evidence, candidates, used)
    yield from _subsets(evidence, candidates, main, used)
    yield from _other_effects(evidence, candidates, main, tuple(CHANGES)[1:])
    split = candidates_of(evidence, candidates.question, split_probable=True)
    if _effects(split) != main:
        yield pool_result(evidence, split, "split_overlap")
    if OUTCOMES[candidates.question.outcome].measure == "RD" and used:
        yield _risk_ratio(evidence, candidates)
        yield from _peto(evidence, candidates, used)


def _other_effects(evidence, candidates, main, names):
    """The pool with another effect for some trial, by the functions of `CHANGES`."""
    for name in names:
        change = partial(CHANGES[name], evidence, candidates.question)
        changed = candidates.changed(change)
        if _effects(changed) != main:
            yield pool_result(evidence, changed, name)


def _other_statistics(evidence, candidates, used):
    if len(used) < 2:
        return
    for tau2 in ("DL", "PM"):
        yield pool_result(evidence, candidates, tau2.lower(), tau2=tau2)
    for contrast in used:
        study_id = contrast.study["study_id"]
        dropped = {study_id: "left_out"}
        yield pool_result(evidence, candidates, f"without_{study_id}", dropped)


def _subsets(evidence, candidates, main, used):
    open_trials = [c for c in used if not is_blinded(evidence, c)]
    if open_trials:
        left_out = reasons(open_trials, "blinding_not_stated")
        yield pool_result(evidence, candidates, "blinded_only", left_out)
    # Rows are left out, not trials: a trial may have another row in a fuller source.
    full = candidates_of(evidence.from_full_sources, candidates.question)
    if _effects(full) != main:
        yield pool_result(evidence, full, "full_sources_only")
    if confounded(candidates):
        yield pool_result(evidence, candidates, "with_co_intervention")


def _effects(candidates):
    """What a pool of the candidates depends on: {study_id: effect and arms}."""
    mixed = confounded(candidates)
    return {
        c.study["study_id"]: (c.effect, c.treatment, c.control)
        for c in candidates.contrasts
        if c and c.effect and c not in mixed
    }


# --- other effects of single trials -----------------------------------------------------------


def other_dose_end(evidence, question, selected, contrast):
    """The other end of a range of differences that the paper prints over doses."""
    return contrast.other_ends[0] if contrast.other_ends else contrast


def next_usable_time(evidence, question, selected, contrast):
    """Where the chosen report and time give no effect, the next nearest that does."""
    if contrast.effect:
        return contrast
    others = (effect_of(evidence, question, other) for other in selected.others)
    return next((other for other in others if other.effect), contrast)


def with_derived_n(evidence, question, selected, contrast):
    """n derived from printed percentages."""
    return derived_n(evidence, contrast)


def printed_change(evidence, question, selected, contrast):
    """The changes that the paper prints, where they contradict its final means."""
    if not contrast.effect or contrast.effect.effect_source != "final values":
        return contrast
    changes = arms_of(evidence, question, selected, is_change="yes")
    if not contradicts_means(evidence, question, contrast, changes):
        return contrast
    return from_means_and_p(evidence, selected, changes, is_change="yes") or contrast


def read_as_se(evidence, question, selected, contrast):
    """An unlabeled spread read as SE, where the trial's own p does not refute that."""
    if "spread_ambiguous" not in contrast.flags:
        return contrast
    make = hedges_g if OUTCOMES[question.outcome].measure == "SMD" else mean_difference
    arms = arms_of(evidence, question, selected, is_change="no")
    return from_final_values(evidence, selected, arms, make, read_as_se=True)


def p_based_se(evidence, question, selected, contrast):
    """The SE from the printed between-arm p instead of the SDs, "p < x" taken as p = x.

    A bound taken as exact overstates the SE; for trials with means but no spread it is all there is.
    """
    if OUTCOMES[question.outcome].measure != "MD":
        return contrast
    for is_change in ("no", "yes"):
        arms = arms_of(evidence, question, selected, is_change)
        found = from_means_and_p(evidence, selected, arms, is_change, bound_as_exact=True)
        if found and (not contrast.effect or is_change == "no"):
            return found
    return contrast


def change_from_baseline(evidence, question, selected, contrast):
    """The difference in change, for trials whose arms did not start alike."""
    return with_change(evidence, question, contrast)


CHANGES = {
    "other_dose_end": other_dose_end,
    "change_from_baseline": change_from_baseline,
    "se_reading": read_as_se,
    "next_usable_time": next_usable_time,
    "derived_n": with_derived_n,
    "printed_change": printed_change,
    "p_based_se": p_based_se,
}


# --- ratios beside a risk difference ----------------------------------------------------------


def _cells(contrast):
    return (
        contrast.treatment.events,
        contrast.treatment.n,
        contrast.control.events,
        contrast.control.n,
    )


def _risk_ratio(evidence, candidates):
    """The same trials pooled as risk ratios on the log scale, 0.5 added only where a cell is 0."""

    def as_log_ratio(selected, contrast):
        if not contrast.effect:
            return contrast
        return replace(contrast, effect=Effect(*log_risk_ratio(*_cells(contrast)), "log ratio"))

    found = pool_result(evidence, candidates.changed(as_log_ratio), "log_rr")
    return replace(found, measure="log RR", unit="natural logarithm")


def _peto(evidence, candidates, used):
    """Peto's odds ratio, beside where a cell is zero or fewer than three trials count."""
    zero = any(0 in (e_1, e_2, n_1 - e_1, n_2 - e_2) for e_1, n_1, e_2, n_2 in map(_cells, used))
    if not zero and len(used) >= 3:
        return

    def as_log_odds(selected, contrast):
        if not contrast.effect:
            return contrast
        log_odds, se = peto([_cells(contrast)])
        return replace(contrast, effect=Effect(log_odds, se**2, "log odds ratio"))

    found = pool_result(evidence, candidates.changed(as_log_odds), "peto")
    estimate, se = peto([_cells(c) for c in used])
    low, high = estimate - NORMAL_95 * se, estimate + NORMAL_95 * se
    total = sum(1 / t.se**2 for t in found.trials)
    yield replace(
        found,
        **dict.fromkeys(RANDOM_EFFECTS),
        measure="log OR",
        unit="natural logarithm",
        estimate=estimate,
        se=se,
        ci_low=low,
        ci_high=high,
        wald_low=low,
        wald_high=high,
        tau2_method="fixed (Peto)",
        trials=tuple(replace(t, weight=100 / t.se**2 / total) for t in found.trials),
    )


# What a fixed-effect odds ratio does not have.
RANDOM_EFFECTS = (
    *("hksj_low", "hksj_high", "pi_low", "pi_high", "tau2", "tau2_ci_low", "tau2_ci_high"),
    *("i2", "q", "q_df", "q_p"),
)
