"""Mistakes that leave a value possible: each is a doubt with its reason, for an author to look at again.

What no group of patients can have is refused (:mod:`mscreview.plausible`). Here a new trial is compared with itself
and with the trials that are there. A doubt is no verdict: trials differ, and a paper may print what surprises.
"""

from dataclasses import dataclass
from itertools import product

from ..csvtable import Problem, text_of
from ..outcomes import OUTCOMES
from .same_patients import overlaps
from .usual import center, unusual_values


@dataclass(frozen=True)
class Doubt(Problem):
    """A value that an author should look at again; ``allowed`` is the reason."""

    def __str__(self):
        return f'{self.file}, row {self.row}, column {self.column}: "{self.value}" - {self.allowed}'


def doubts(evidence, study_id):
    """The `Doubt`s about one trial of `Evidence`."""
    found = [
        *overlaps(evidence, study_id),
        *unusual_values(evidence, study_id),
        *_contrary_signs(evidence, study_id),
    ]
    return [Doubt(f"{table}.csv", *rest) for table, *rest in dict.fromkeys(found)]


def _contrary_signs(evidence, study_id):
    for outcome in OUTCOMES.values():
        if outcome.measure != "MD":
            continue
        rows = [
            {**row, "value": center(outcome, row)}
            for row in evidence.rows("outcomes", study_id)
            if row["outcome"] == outcome.column
            and row["scale"] == "absolute"
            and row["unit"] in outcome.conversions
        ]
        rows = [row for row in rows if row["value"] is not None]
        yield from _contrary_changes(rows)
        told = [d for d in evidence.rows("contrasts", study_id) if d["outcome"] == outcome.column]
        yield from _contrary_differences(outcome, rows, told)


def _contrary_changes(rows):
    """Changes with another sign than the value at their time minus that at the start."""
    for row in rows:
        if row["is_change"] != "yes":
            continue
        arm = [r for r in rows if all(r[c] == row[c] for c in ("arm_label", "subset")) and r["is_change"] == "no"]
        for start, end in product(arm, arm):
            step = end["value"] - start["value"]
            is_pair = start["time_months"] == 0 and end["time_months"] == row["time_months"]
            if is_pair and step * row["value"] < 0:
                reason = (
                    f"a fall is negative: the values of {row['arm_label']} in rows {start['row']} and "
                    f"{end['row']} change by {step:+.3g}"
                )
                yield "outcomes", row["row"], "mean", text_of(row["mean"]), reason


def _contrary_differences(outcome, rows, told):
    """Printed differences whose sign contradicts their direction, or the values of the arms."""
    for row in told:
        if row["contrast_type"] != "between_arms" or not row["estimate"] or row["estimate"] != row["estimate"]:
            continue
        at = (row["row"], "estimate", text_of(row["estimate"]))
        is_good = (row["estimate"] < 0) == outcome.lower_is_better
        if row["direction"] in ("better", "worse") and is_good != (row["direction"] == "better"):
            side = "negative" if row["estimate"] < 0 else "positive"
            yield "contrasts", *at, (
                f"cells minus comparison: {side} {outcome.title} does not go with the direction {row['direction']}"
            )
        for is_change in ("no", "yes"):
            gap = _gap(rows, row["time_months"], is_change)
            if gap is not None and gap * row["estimate"] < 0:
                kind = "changes" if is_change == "yes" else "values"
                yield "contrasts", *at, f"cells minus comparison: the {kind} of the arms differ by {gap:+.3g}"


def _gap(rows, months, is_change):
    """Cell arm minus control at a time, in the analysis unit; None unless there is one of each."""
    at = [r for r in rows if r["time_months"] == months and r["is_change"] == is_change and r["subset"] == "all"]
    sides = [[r["value"] for r in at if r["arm_role"] == role] for role in ("treatment", "control")]
    return sides[0][0] - sides[1][0] if list(map(len, sides)) == [1, 1] else None
