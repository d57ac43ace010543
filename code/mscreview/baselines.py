"""Trials whose arms did not start alike: the difference in change beside the final value."""

from dataclasses import replace

from .arms import arms_from
from .contrasts import usable_arms
from .effects import (
    Effect,
    combine_arms,
    difference_in_change,
    pooled_sd,
    small_sample_factor,
)
from .outcomes import OUTCOMES
from .selection import PRODUCTS

IMBALANCE = 0.5  # SDs between the arms at baseline from which the change is shown too
ROUNDING = 0.02  # three means printed with two decimals can miss by 0.015
ASSUMED_R = 0.5  # correlation of baseline and follow-up, where no paper prints it


def difference_in_change_of(evidence, question, contrast, r=ASSUMED_R):
    """The `Effect` in change from baseline where the arms' baselines differ by more than 0.5 SD.

    None where they do not, where baseline means and SDs are not printed, and for effects that do
    not come from final means. For g the difference is divided by the pooled SD at follow-up and
    var = var(difference)/SD^2 + g^2/(2N).
    """
    if not contrast.effect or contrast.effect.effect_source != "final values":
        return None
    before = _baseline(evidence, question, contrast)
    if before is None:
        return None
    gap = abs(before[0].mean - before[1].mean) / pooled_sd(*before)
    if gap <= IMBALANCE:
        return None
    after = (contrast.treatment, contrast.control)
    difference, variance = difference_in_change(before, after, r)
    if OUTCOMES[question.outcome].measure != "SMD":
        return Effect(difference, variance, "difference in change")
    sd = pooled_sd(*after)
    n = after[0].n + after[1].n
    g = small_sample_factor(n - 2) * difference / sd
    spread = variance / sd**2 + g**2 / (2 * n)
    return Effect(g, spread, "difference in change")


def with_change(evidence, question, contrast):
    """The contrast with the difference in change as its effect, where the baselines ask for it."""
    effect = difference_in_change_of(evidence, question, contrast)
    return replace(contrast, effect=effect) if effect else contrast


def contradicts_means(evidence, question, contrast, changes):
    """Whether the changes that a paper prints are not those of its own means, beyond rounding."""
    before = _baseline(evidence, question, contrast)
    usable = usable_arms(changes, "mean")
    if before is None or usable is None or max(map(len, usable)) > 1:
        return False
    after = (contrast.treatment, contrast.control)
    gaps = [
        abs((a.mean - b.mean) - side[0].mean)
        for b, a, side in zip(before, after, usable, strict=True)
    ]
    return max(gaps) > ROUNDING


def _baseline(evidence, question, contrast):
    """(treatment, control) at time 0 with mean, SD and n; None where one is missing."""
    column = OUTCOMES[question.outcome].column
    study = contrast.study
    rows = [
        r
        for r in evidence.rows("outcomes", study["study_id"])
        if (r["outcome"], r["subset"], r["scale"], r["is_change"]) == (column, "all", "absolute", "no")
        and r["time_months"] == 0
        and r["arm_product"] in PRODUCTS[question.product] | {"none"}
    ]
    usable = usable_arms(arms_from(evidence, question, study, rows), "mean", "sd")
    return usable and tuple(combine_arms(side, "") for side in usable)
