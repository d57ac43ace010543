"""One contrast for each selected trial: its effect, participants, flags and source rows."""

from dataclasses import dataclass, replace

from .arms import arm_by_label, arm_labels, arms_of, rows_of
from .effects import (
    Arm,
    Effect,
    combine_arms,
    from_medians,
    from_printed_difference,
    mean_difference,
    reading_of_spread,
    se_from_exact_p,
)
from .units import TO_ANALYSIS_UNIT


@dataclass(frozen=True)
class Source:
    """A table row that an effect rests on."""

    table: str
    row: int
    locator: str
    source_url: str
    source_level: str


@dataclass(frozen=True)
class Contrast:
    """A trial in a pool. Effects in analysis units, treatment minus control.

    ``effect`` is None where only a direction is available; ``direction`` is then what the
    paper says. ``other_ends`` are the other differences of a printed range over doses.
    ``flags`` are codes whose text `wording` holds.
    """

    study: dict
    months: float
    effect: Effect | None
    treatment: Arm | None
    control: Arm | None
    sources: tuple[Source, ...]
    flags: tuple[str, ...] = ()
    direction: str = ""
    p_printed: str = ""
    other_ends: tuple["Contrast", ...] = ()


def contrast_of(evidence, question, selected):
    """The contrast of one `Selected` trial, by the first effect source that applies."""
    final = arms_of(evidence, question, selected, is_change="no")
    changes = arms_of(evidence, question, selected, is_change="yes")
    return (
        _from_difference(evidence, question, selected)
        or _from_final_values(evidence, selected, final)
        or _from_medians(evidence, selected, final)
        or _from_changes(evidence, selected, changes)
        or from_means_and_p(evidence, selected, final, is_change="no")
        or from_means_and_p(evidence, selected, changes, is_change="yes")
        or _direction_only(evidence, selected, final)
    )


# --- the effect sources, in their order ----------------------------------------------------


def _from_difference(evidence, question, selected):
    """Source 1: a printed difference with SE or interval; of several doses, the named one."""
    units = TO_ANALYSIS_UNIT[question.outcome]
    printed = [d for d in selected.differences if _has_spread(d) and d["unit"] in units]
    if not printed:
        return None
    labels = arm_labels(evidence, question, selected.study)
    named = [d for d in printed if _named_arm(d, labels["treatment"])]
    chosen = named[0] if named else printed[0]
    label = _named_arm(chosen, labels["treatment"])
    if label or len(labels["treatment"]) <= 1:
        label = label or "".join(labels["treatment"])
        treatment = arm_by_label(evidence, selected, label, "treatment")
    else:
        treatment = Arm("", None, True)  # one of several doses, and not said which
    control = arm_by_label(evidence, selected, (labels["control"] or [""])[0], "control")
    flags = _n_flags(treatment, control)
    if len(labels["treatment"]) > 1:
        flags.append("selected_dose")

    def contrast(difference, others):
        return Contrast(
            selected.study,
            selected.months,
            _printed_effect(question, difference),
            treatment,
            control,
            (source_of("contrasts", difference), *_n_sources(evidence, treatment, control)),
            tuple(flags),
            difference["direction"],
            difference["p_value"],
            others,
        )

    return contrast(chosen, tuple(contrast(d, ()) for d in printed if d is not chosen))


def _from_final_values(evidence, selected, arms):
    """Source 2: means and SDs at follow-up; an SE reading only where it alone fits the p."""
    usable = _usable(arms, "mean", "sd")
    if usable is None:
        return None
    treatment, control = combine_arms(usable[0], "cells"), combine_arms(usable[1], "control")
    flags = _n_flags(treatment, control)
    if any(r["spread_label"] == "unlabelled" for r in selected.rows):
        sd_fits, se_fits = reading_of_spread(treatment, control, _printed_p(selected))
        only_se_fits = se_fits and not sd_fits
        flags.append("spread_read_as_se" if only_se_fits else "spread_unlabeled")
        if only_se_fits:
            treatment, control = read_as_se(treatment), read_as_se(control)
    effect = mean_difference(treatment, control)
    return _with_rows(evidence, selected, effect, treatment, control, flags, "no")


def _from_medians(evidence, selected, arms):
    """Source 3: medians and quartiles of one treatment and one control arm."""
    usable = _usable(arms, "median", "q1", "q3")
    if usable is None or max(map(len, usable)) > 1:
        return None
    treatment, control = usable[0][0], usable[1][0]
    effect = from_medians(treatment, control)
    if effect is None:
        return None
    flags = _n_flags(treatment, control) + list(effect.flags)
    return _with_rows(evidence, selected, effect, treatment, control, flags, "no")


def _from_changes(evidence, selected, arms):
    """Source 4: mean changes with their SDs."""
    usable = _usable(arms, "mean", "sd")
    if usable is None:
        return None
    treatment, control = combine_arms(usable[0], "cells"), combine_arms(usable[1], "control")
    effect = mean_difference(treatment, control, "changes")
    flags = _n_flags(treatment, control)
    return _with_rows(evidence, selected, effect, treatment, control, flags, "yes")


def from_means_and_p(evidence, selected, arms, is_change):
    """Source 5: an exact p with n and the difference of two means; None where one is missing."""
    usable = _usable(arms, "mean")
    p_printed = _printed_p(selected)
    if usable is None or max(map(len, usable)) > 1 or not p_printed or p_printed[0] in "<>":
        return None
    treatment, control = usable[0][0], usable[1][0]
    difference = treatment.mean - control.mean
    if difference == 0 or not 0 < float(p_printed) < 1:  # "0.000" is printed for a small p
        return None
    se = se_from_exact_p(difference, float(p_printed), treatment.n, control.n)
    effect = Effect(difference, se**2, "exact p")
    flags = _n_flags(treatment, control)
    return _with_rows(evidence, selected, effect, treatment, control, flags, is_change)


def _direction_only(evidence, selected, arms):
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
        p_printed=_printed_p(selected),
    )


# --- helpers -------------------------------------------------------------------------------


def source_of(table, row):
    """The `Source` of a row dictionary of one of the evidence tables."""
    return Source(table, int(row["row"]), row["locator"], row["source_url"], row["source_level"])


def read_as_se(arm):
    """The arm with its printed spread taken as a standard error: SD = spread times sqrt(n)."""
    return replace(arm, sd=arm.sd * arm.n**0.5)


def _usable(arms, *fields):
    """Both sides' arms that have n and all fields, or None if a side has none."""
    sides = [
        [a for a in arms[role] if a.n and all(getattr(a, f) is not None for f in fields)]
        for role in ("treatment", "control")
    ]
    return sides if all(sides) else None


def _with_rows(evidence, selected, effect, treatment, control, flags, is_change):
    directions = [d["direction"] for d in selected.differences]
    sources = [source_of("outcomes", r) for r in rows_of(selected, is_change)]
    return Contrast(
        selected.study,
        selected.months,
        effect,
        treatment,
        control,
        (*sources, *_n_sources(evidence, treatment, control)),
        tuple(flags),
        directions[0] if directions else "",
        _printed_p(selected),
    )


def _n_sources(evidence, *arms):
    """The rows that n was taken from, where they are not the arms' own."""
    rows = [arm.n_row for arm in arms if arm.n_row is not None]
    table = evidence.outcomes
    found = table[table["row"].isin(rows)].to_dict("records")
    return tuple(source_of("outcomes", row) for row in found)


def _has_spread(difference):
    def number(column):
        return difference[column] == difference[column]

    return number("estimate") and (number("se") or (number("ci_low") and number("ci_high")))


def _printed_effect(question, difference):
    _, convert = TO_ANALYSIS_UNIT[question.outcome][difference["unit"]]
    estimate = convert(difference["estimate"])
    if difference["se"] == difference["se"]:
        return from_printed_difference(estimate, convert(difference["se"]))
    ci = convert(difference["ci_low"]), convert(difference["ci_high"])
    return from_printed_difference(estimate, ci=ci)


def _named_arm(difference, labels):
    """The arm whose label opens the comparison, e.g. "2.0e6/kg vs placebo"; "" if none does."""
    return next((label for label in labels if difference["comparison"].startswith(label)), "")


def _n_flags(treatment, control):
    return ["n_randomized"] if treatment.n_is_randomized or control.n_is_randomized else []


def _printed_p(selected):
    values = [r["p_between"] for r in selected.rows if r["p_between"]]
    values += [d["p_value"] for d in selected.differences if d["p_value"]]
    return values[0] if values else ""
