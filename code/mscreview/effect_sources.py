"""From the rows of a selected trial to its contrast: the effect sources, in the plan's order."""

from dataclasses import replace

from .arms import arm_by_label, arm_labels, arms_of, rows_of
from .contrasts import (
    Contrast,
    exact_p,
    n_flags,
    n_sources,
    printed_p,
    source_of,
    usable_arms,
    with_rows,
)
from .effects import (
    Arm,
    Effect,
    combine_arms,
    from_medians,
    from_printed_difference,
    g_from_t,
    hedges_g,
    mean_difference,
    median_arm_to_mean,
    reading_of_spread,
    se_from_exact_p,
    t_from_exact_p,
)
from .outcomes import OUTCOMES


def contrast_of(evidence, question, selected):
    """The contrast of one `Selected` trial, by the first effect source that applies."""
    final = arms_of(evidence, question, selected, is_change="no")
    changes = arms_of(evidence, question, selected, is_change="yes")
    if OUTCOMES[question.outcome].measure == "SMD":
        return (
            from_final_values(evidence, selected, final, make=hedges_g)
            or _from_medians(evidence, selected, final, make=hedges_g)
            or _g_from_p(evidence, question, selected, final)
            or direction_only(selected, final)
        )
    return (
        _from_difference(evidence, question, selected)
        or from_final_values(evidence, selected, final)
        or _from_medians(evidence, selected, final)
        or _from_means(evidence, selected, changes, "yes", mean_difference)
        or _from_difference_and_p(evidence, question, selected)
        or from_means_and_p(evidence, selected, final, is_change="no")
        or from_means_and_p(evidence, selected, changes, is_change="yes")
        or direction_only(selected, final)
    )


# --- the effect sources, in their order ----------------------------------------------------


def _from_difference(evidence, question, selected):
    """Source 1: a printed difference with SE or interval; of several doses, the named one."""
    units = OUTCOMES[question.outcome].conversions
    printed = [d for d in selected.differences if _has_spread(d) and d["unit"] in units]
    if not printed:
        return None
    labels = arm_labels(evidence, question, selected.study)
    # Which row stands first in the table must not matter: named doses before unnamed, and the least
    # favorable of several; the other end of the range is the least favorable of the rest.
    worst_first = sorted(
        printed,
        key=lambda d: d["estimate"],
        reverse=OUTCOMES[question.outcome].lower_is_better,
    )
    named = [d for d in worst_first if _named_arm(d, labels["treatment"])]
    chosen = named[0] if named else worst_first[0]
    others = [d for d in worst_first if d is not chosen]
    label = _named_arm(chosen, labels["treatment"])
    if label or len(labels["treatment"]) <= 1:
        label = label or "".join(labels["treatment"])
        treatment = arm_by_label(evidence, selected, label, "treatment")
    else:
        treatment = Arm("", None, True)  # one of several doses, and not said which
    control = arm_by_label(evidence, selected, (labels["control"] or [""])[0], "control")
    flags = n_flags(treatment, control)
    if len(labels["treatment"]) > 1:
        flags.append("selected_dose")

    def contrast(difference, others):
        return Contrast(
            selected.study,
            selected.months,
            _printed_effect(question, difference, treatment, control),
            treatment,
            control,
            (source_of("contrasts", difference), *n_sources(evidence, selected.study, treatment, control)),
            tuple(flags),
            difference["direction"],
            difference["p_value"],
            others,
        )

    return contrast(chosen, tuple(contrast(d, ()) for d in others))


def from_final_values(evidence, selected, arms, make=mean_difference, read_as_se=False):
    """Source 2: means and SDs at follow-up; ``make`` is `mean_difference` or `hedges_g`."""
    return _from_means(evidence, selected, arms, "no", make, read_as_se)


def _from_means(evidence, selected, arms, is_change, make, read_as_se=False):
    """Means and SDs of all arms; an unlabeled spread is an SE only where the SD reading contradicts
    the trial's own p, or where ``read_as_se`` asks for it and the p allows it."""
    usable = usable_arms(arms, "mean", "sd")
    if usable is None:
        return None
    rows = rows_of(selected, is_change)
    sides, reading = _read_spread(usable, rows, selected.differences, read_as_se)
    treatment, control = combine_arms(sides[0], "cells"), combine_arms(sides[1], "control")
    flags = n_flags(treatment, control) + reading
    if sum(map(len, usable)) < sum(map(len, arms.values())):
        flags.append("arm_without_spread")
    source = "changes" if is_change == "yes" else "final values"
    effect = make(treatment, control, source)
    return with_rows(evidence, selected, effect, treatment, control, flags, is_change, usable)


def _read_spread(usable, rows, differences, read_as_se):
    """The arms with the spread they are to be read with, and the flag that says so ([] for none)."""
    unlabeled = {r["arm_label"] for r in rows if r["spread_label"] == "unlabelled"}
    if not unlabeled & {arm.label for side in usable for arm in side}:
        return usable, []
    combined = [combine_arms(side, "") for side in usable]
    sd_fits, se_fits = reading_of_spread(*combined, printed_p(rows, differences))
    if se_fits and (read_as_se or not sd_fits):
        as_se = [
            [_as_standard_error(arm) if arm.label in unlabeled else arm for arm in side]
            for side in usable
        ]
        return as_se, ["spread_read_as_se"]
    if sd_fits and se_fits:
        return usable, ["spread_ambiguous"]
    return usable, ["spread_unlabeled" if sd_fits else "spread_contradicts_p"]


def _from_medians(evidence, selected, arms, make=mean_difference):
    """Source 3: medians and quartiles of one treatment and one control arm."""
    usable = usable_arms(arms, "median", "q1", "q3")
    if usable is None or max(map(len, usable)) > 1:
        return None
    effect = from_medians(usable[0][0], usable[1][0], make)
    if effect is None:
        return None
    treatment, control = (median_arm_to_mean(side[0]) for side in usable)
    flags = n_flags(treatment, control) + list(effect.flags)
    return with_rows(evidence, selected, effect, treatment, control, flags, "no", usable)


def from_means_and_p(evidence, selected, arms, is_change, bound_as_exact=False):
    """Source 5: a p with n and the difference of two means; None where one is missing.

    ``bound_as_exact`` takes "p < x" as p = x, for a sensitivity analysis: it overstates the SE.
    """
    usable = usable_arms(arms, "mean")
    p_printed = printed_p(rows_of(selected, is_change), selected.differences)
    p_value = exact_p(p_printed, bound_as_exact)
    if usable is None or max(map(len, usable)) > 1 or p_value is None:
        return None
    treatment, control = usable[0][0], usable[1][0]
    difference = treatment.mean - control.mean
    if difference == 0:
        return None
    se = se_from_exact_p(difference, p_value, treatment.n, control.n)
    effect = Effect(difference, se**2, "p bound" if p_printed[0] == "<" else "exact p")
    flags = n_flags(treatment, control)
    return with_rows(evidence, selected, effect, treatment, control, flags, is_change, usable)


def _from_difference_and_p(evidence, question, selected):
    """Source 5 for a difference that is printed with an exact p instead of a spread."""
    units = OUTCOMES[question.outcome].conversions
    for told in selected.differences:
        p_value = exact_p(told["p_value"], False)
        if not told["estimate"] or told["estimate"] != told["estimate"] or told["unit"] not in units:
            continue
        labels = arm_labels(evidence, question, selected.study)
        if p_value is None or max(map(len, labels.values())) > 1:
            continue
        sides = [
            arm_by_label(evidence, selected, "".join(labels[role]), role)
            for role in ("treatment", "control")
        ]
        if _can_be_tested(sides):
            difference = units[told["unit"]][1](told["estimate"])
            se = se_from_exact_p(difference, p_value, sides[0].n, sides[1].n)
            sources = (source_of("contrasts", told), *n_sources(evidence, selected.study, *sides))
            effect = Effect(difference, se**2, "exact p")
            flags = tuple(n_flags(*sides))
            months, direction = selected.months, told["direction"]
            return Contrast(
                selected.study, months, effect, *sides, sources, flags, direction, told["p_value"]
            )
    return None


def _g_from_p(evidence, question, selected, arms):
    """Source 5 for g: an exact p, both n and a direction, from means or in words."""
    p_value = exact_p(printed_p(rows_of(selected, "no"), selected.differences), False)
    labels = arm_labels(evidence, question, selected.study)
    if p_value is None or max(map(len, labels.values())) > 1:
        return None
    sides = [
        arms[role][0] if arms[role] else arm_by_label(evidence, selected, "".join(labels[role]), role)
        for role in ("treatment", "control")
    ]
    sign = _sign(question, selected, *sides)
    if not sign or not _can_be_tested(sides):
        return None
    t = sign * t_from_exact_p(p_value, sides[0].n, sides[1].n)
    effect = g_from_t(t, sides[0].n, sides[1].n, "exact p")
    flags = n_flags(*sides)
    found = with_rows(evidence, selected, effect, *sides, flags, "no", [[arm] for arm in sides])
    told = tuple(source_of("contrasts", d) for d in selected.differences)
    return replace(found, sources=told + found.sources)


def _sign(question, selected, treatment, control):
    """+1 or -1: where cells lie against control; 0 where that is not known."""
    if treatment.mean is not None and control.mean is not None:
        return (treatment.mean > control.mean) - (treatment.mean < control.mean)
    better = -1 if OUTCOMES[question.outcome].lower_is_better else 1
    told = [d["direction"] for d in selected.differences]
    return {"better": better, "worse": -better}.get(told[0] if told else "", 0)


def direction_only(selected, arms):
    """Source 6: what the paper says of the direction, or nothing."""
    told = [d for d in selected.differences if d["direction"] not in ("", "not_stated")]
    sources = [source_of("contrasts", d) for d in told]
    sources += [source_of("outcomes", r) for r in selected.rows]
    return Contrast(
        selected.study,
        selected.months,
        None,
        arms["treatment"][0] if arms["treatment"] else None,
        arms["control"][0] if arms["control"] else None,
        tuple(sources),
        direction=told[0]["direction"] if told else "",
        p_printed=printed_p(selected.rows, selected.differences),
    )


# --- helpers of the sources ---


def _can_be_tested(sides):
    """Whether each arm has a known n of 2 or more, so that a printed p can be that of a t test."""
    return all((arm.n or 0) >= 2 for arm in sides)


def _as_standard_error(arm):
    """The arm with its printed spread taken as a standard error: SD = spread times sqrt(n)."""
    return replace(arm, sd=arm.sd * arm.n**0.5)


def _has_spread(difference):
    def number(column):
        return difference[column] == difference[column]

    return number("estimate") and (number("se") or (number("ci_low") and number("ci_high")))


def _printed_effect(question, difference, treatment, control):
    _, convert = OUTCOMES[question.outcome].conversions[difference["unit"]]
    estimate = convert(difference["estimate"])
    if difference["se"] == difference["se"]:
        return from_printed_difference(estimate, convert(difference["se"]))
    ci = convert(difference["ci_low"]), convert(difference["ci_high"])
    df = treatment.n + control.n - 2 if treatment.n and control.n else None
    return from_printed_difference(estimate, ci=ci, df=df)


def _named_arm(difference, labels):
    """The arm whose label opens the comparison, e.g. "2.0e6/kg vs placebo"; "" if none does."""
    return next((label for label in labels if difference["comparison"].startswith(label)), "")
