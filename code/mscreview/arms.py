"""The arms of a trial as the tables print them, in the unit of the analysis."""

from .effects import Arm
from .units import TO_ANALYSIS_UNIT


def arms_of(evidence, question, selected, is_change):
    """Arms at the selected time, by role: ``{"treatment": [Arm, ...], "control": [...]}``.

    ``is_change`` "no" takes final values, "yes" changes from baseline. Relative (percent) values
    are never converted and never taken, nor is a value whose unit has no conversion.
    """
    arms = {"treatment": [], "control": []}
    for row in rows_of(selected, is_change):
        if row["unit"] not in TO_ANALYSIS_UNIT[question.outcome]:
            continue
        arms[row["arm_role"]].append(_arm(evidence, question, selected.study, row))
    return arms


def rows_of(selected, is_change):
    """The absolute rows of a `Selected`, final values ("no") or changes ("yes")."""
    return [r for r in selected.rows if r["scale"] == "absolute" and r["is_change"] == is_change]


def _arm(evidence, question, study, row):
    value, difference = TO_ANALYSIS_UNIT[question.outcome][row["unit"]]
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
    )


def _arm_n(evidence, study, row):
    """n as printed at follow-up, else n randomized to the arm: ``(n, is_randomized, n_row)``.

    The randomized n is the n of the arm's baseline row, else the study's n_treated or
    n_control. ``(None, True, None)`` where neither was printed.
    """
    if row["n"] == row["n"]:
        return row["n"], False, None
    table = evidence.outcomes
    baseline = table[
        (table["study_id"] == study["study_id"])
        & (table["arm_label"] == row["arm_label"])
        & (table["time_months"] == 0)
        & (table["subset"] == "all")
        & table["n"].notna()
    ]
    if len(baseline):
        first = baseline.iloc[0]
        return float(first["n"]), True, int(first["row"])
    n = study["n_treated"] if row["arm_role"] == "treatment" else study["n_control"]
    return (n if n == n else None), True, None


def arm_labels(evidence, question, study):
    """Labels of the trial's arms of this outcome, by role, in table order."""
    table = evidence.outcomes
    rows = table[(table["study_id"] == study["study_id"]) & (table["outcome"] == question.outcome)]
    return {
        role: list(dict.fromkeys(rows[rows["arm_role"] == role]["arm_label"]))
        for role in ("treatment", "control")
    }


def arm_by_label(evidence, selected, label, role):
    """An arm without values of its own: the n printed at the selected time, else randomized."""
    printed = [r["n"] for r in selected.rows if r["arm_label"] == label and r["n"] == r["n"]]
    row = {"arm_label": label, "arm_role": role, "n": printed[0] if printed else float("nan")}
    n, randomized, n_row = _arm_n(evidence, selected.study, row)
    return Arm(label, n, randomized, n_row)
