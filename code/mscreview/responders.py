"""Contrasts of counts: participants who respond, as a risk difference (cells minus control)."""

from dataclasses import replace
from itertools import product

from .arms import arms_of, rows_of
from .contrasts import n_flags, usable_arms, with_rows
from .derived import decimals_of, counts_from_percentage
from .effect_sources import direction_only
from .effects import Arm, Effect
from .proportions import risk_difference
from .selection import eligible_arm_labels


def counted_contrast(evidence, question, selected):
    """The contrast of one `Selected` trial of a responder outcome.

    Counts as printed, else counts that a printed percentage gives without doubt, flagged
    "count_derived"; else the direction. The effect is a share between -1 and 1.
    """
    arms = arms_of(evidence, question, selected, is_change="no")
    usable = usable_arms(arms, "events")
    if usable is None:
        derived = _derived_arms(selected, arms)
        usable = derived and usable_arms(derived, "events")
    if not usable:
        return direction_only(selected, arms)
    treatment, control = _added(usable[0], "cells"), _added(usable[1], "control")
    flags = n_flags(treatment, control)
    if usable[0][0] not in arms["treatment"]:
        flags = ["count_derived"]
    if len(eligible_arm_labels(evidence, question, selected.study)) > len(usable[0]):
        flags.append("selected_dose")
    difference, variance = risk_difference(
        treatment.events, treatment.n, control.events, control.n
    )
    if variance == 0:  # no event, or nothing but events, in both arms: no weight can be given
        return direction_only(selected, arms)
    effect = Effect(difference, variance, "counts")
    return with_rows(evidence, selected, effect, treatment, control, flags, "no", usable)


def _added(arms, label):
    """Arms of one product as one arm: counts and totals add up."""
    return Arm(
        label,
        sum(arm.n for arm in arms),
        any(arm.n_is_randomized for arm in arms),
        events=sum(arm.events for arm in arms),
    )


def _derived_arms(selected, arms):
    """Arms with the counts that reproduce the printed percentages, if only one pair of counts does.

    A confidence interval printed for the difference must be reproduced too; None if several pairs
    remain.
    """
    if any(len(side) != 1 for side in arms.values()):
        return None
    printed = {r["arm_role"]: r["mean"] for r in rows_of(selected, "no")}
    sides = [(arms[role][0], printed[role]) for role in ("treatment", "control")]
    if not all(arm.n and percent == percent for arm, percent in sides):
        return None
    candidates = product(
        *(counts_from_percentage(percent, arm.n, decimals_of(percent)) for arm, percent in sides)
    )
    found = [pair for pair in candidates if _fits_interval(pair, selected.differences)]
    if len(found) != 1:
        return None
    made = [
        replace(arm, events=float(events), n=float(total), n_is_randomized=False)
        for (arm, _), (events, total) in zip(sides, found[0], strict=True)
    ]
    return {"treatment": [made[0]], "control": [made[1]]}


def _fits_interval(pair, differences):
    """Whether two counts give every Wald interval that is printed for their difference, in percent."""
    (events_1, n_1), (events_2, n_2) = pair
    difference, variance = risk_difference(events_1, n_1, events_2, n_2)
    reach = 1.959964 * variance**0.5
    for told in differences:
        if told["ci_low"] != told["ci_low"] or told["ci_high"] != told["ci_high"]:
            continue
        for value, limit in ((difference - reach, "ci_low"), (difference + reach, "ci_high")):
            if round(100 * value, decimals_of(told[limit])) != told[limit]:
                return False
    return True
