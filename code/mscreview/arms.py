"""The arms of a trial as the tables print them, in the unit of the analysis."""

from .effects import Arm
from .outcomes import OUTCOMES


def arms_of(evidence, question, selected, is_change):
    """Arms at the selected time, by role: ``{"treatment": [Arm, ...], "control": [...]}``.

    ``is_change`` "no" takes final values, "yes" changes from baseline. Relative (percent) values
    are never converted and never taken, nor is a value whose unit has no conversion.
    """
    return arms_from(evidence, question, selected.study, rows_of(selected, is_change))


def arms_from(evidence, question, study, rows):
    """Arms, by role, of rows of one report at one time; rows without a conversion give none."""
    arms = {"treatment": [], "control": []}
    for row in rows:
        if row["unit"] in OUTCOMES[question.outcome].conversions:
            arms[row["arm_role"]].append(_arm(evidence, question, study, row))
    return arms


def rows_of(selected, is_change):
    """The absolute rows of a `Selected`, final values ("no") or changes ("yes")."""
    return [r for r in selected.rows if r["scale"] == "absolute" and r["is_change"] == is_change]


def _arm(evidence, question, study, row):
    value, difference = OUTCOMES[question.outcome].conversions[row["unit"]]
    n, randomized, n_row = _arm_n(evidence, study, row)

    def take(column, convert):
        return convert(row[column]) if row[column] == row[column] else None

    sd = take("sd", difference)
    if sd is None and take("se", difference) is not None and n:
        sd = take("se", difference) * n**0.5
    # A change in mmol/mol converts without the intercept, as a difference does.
    value = difference if row["is_change"] == "yes" else value
    return Arm(
        row["arm_label"],
        n,
        randomized,
        n_row,
        mean=take("mean", value),
        sd=sd,
        median=take("median", value),
        q1=take("q1", value),
        q3=take("q3", value),
        events=take("events", float),
    )


# How the tables remark that a printed n is that of the start.
ALLOCATED = ("number allocated", "randomised number", "enrolled number", "randomised placebo n")


def _arm_n(evidence, study, row):
    """n as printed at follow-up, else n randomized to the arm: ``(n, is_randomized, n_row)``.

    An n that the table remarks to be the number allocated counts as randomized. The randomized n is
    the n of the arm's baseline row, else the study's n_treated or n_control, where the trial has but
    one such arm. ``(None, True, None)`` where neither was printed.
    """
    for column in ("total", "n"):
        if row.get(column) is not None and row[column] == row[column]:
            return row[column], any(words in row.get("note", "") for words in ALLOCATED), None
    rows = evidence.rows("outcomes", study["study_id"])
    baseline = [
        r
        for r in rows
        if r["arm_label"] == row["arm_label"]
        and r["time_months"] == 0
        and r["subset"] == "all"
        and r["n"] == r["n"]
    ]
    if baseline:
        return float(baseline[0]["n"]), True, int(baseline[0]["row"])
    arms = {r["arm_label"] for r in rows if r["arm_role"] == row["arm_role"] and r["subset"] == "all"}
    if len(arms) > 1:  # n_treated is that of all cell arms together
        return None, True, None
    n = study["n_treated"] if row["arm_role"] == "treatment" else study["n_control"]
    return (n if n == n else None), True, None


def arm_labels(evidence, question, study):
    """Labels of the trial's arms of this outcome, by role, in table order."""
    column = OUTCOMES[question.outcome].column
    rows = [r for r in evidence.rows("outcomes", study["study_id"]) if r["outcome"] == column]
    return {
        role: list(dict.fromkeys(r["arm_label"] for r in rows if r["arm_role"] == role))
        for role in ("treatment", "control")
    }


def arm_by_label(evidence, selected, label, role):
    """An arm without values of its own: the n printed at the selected time, else randomized."""
    printed = [r for r in selected.rows if r["arm_label"] == label and r["n"] == r["n"]]
    row = printed[0] if printed else {"arm_label": label, "arm_role": role}
    n, randomized, n_row = _arm_n(evidence, selected.study, row)
    return Arm(label, n, randomized, n_row)
