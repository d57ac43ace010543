"""Numbers that follow from printed percentages. Derived in code, flagged, never written to data."""

import math
from dataclasses import replace

from .effects import mean_difference

MAX_LOST_SHARE = 0.2  # a derived n may be at most this share below the randomized n


def counts_from_percentage(printed, n_randomized, decimals):
    """All (events, total) whose percentage, rounded to `decimals`, is the printed one.

    A half may have been rounded either way. Totals run from the randomized n down to 80% of it.
    Returns a list; the pair is known only if the list has one element.
    """
    lowest = math.ceil(round(n_randomized * (1 - MAX_LOST_SHARE), 9))
    half = 0.5 / 10**decimals + 1e-9
    return [
        (events, total)
        for total in range(int(n_randomized), lowest - 1, -1)
        for events in range(total + 1)
        if abs(100 * events / total - printed) <= half
    ]


def decimals_of(printed):
    """How many decimals a number was printed with, as far as the number still shows it."""
    return len(f"{printed:g}".partition(".")[2])


def derived_n(evidence, contrast):
    """The contrast with n derived from the trial's printed percentages, where that is possible.

    Only for arms whose n at follow-up was not printed; others come back unchanged.
    """
    if not contrast or not contrast.effect or contrast.effect.effect_source != "final values":
        return contrast
    treatment = _arm_with_derived_n(evidence, contrast, contrast.treatment, "treatment")
    control = _arm_with_derived_n(evidence, contrast, contrast.control, "control")
    if (treatment, control) == (contrast.treatment, contrast.control):
        return contrast
    flags = (*(f for f in contrast.flags if f != "n_randomized"), "n_derived")
    effect = mean_difference(treatment, control)
    return replace(contrast, treatment=treatment, control=control, effect=effect, flags=flags)


def _arm_with_derived_n(evidence, contrast, arm, role):
    if not arm.n_is_randomized:
        return arm
    totals = set()
    for row in evidence.rows("outcomes", contrast.study["study_id"]):
        place = (row["arm_role"], row["unit"], row["time_months"])
        if place != (role, "% of participants", contrast.months) or row["mean"] != row["mean"]:
            continue
        pairs = counts_from_percentage(row["mean"], arm.n, decimals_of(row["mean"]))
        if len(pairs) == 1:
            totals.add(pairs[0][1])
    return replace(arm, n=float(totals.pop())) if len(totals) == 1 else arm
