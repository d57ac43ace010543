"""Effect directions of the controlled evidence: the sign, not the significance (SWiM).

One row for each cohort, at the report and time that `selection` chose; better and worse are for
the patient in the cell arm (Campbell 2020, BMJ 368: l6890).
"""


from .contrasts import source_of
from .descriptive import number, units_of_others
from .kinds import Direction, Directions
from .proportions import sign_test
from .selection import MAX_MONTHS


def directions_of(evidence, question_key, title, outcome, selected, contrasts):
    """`Directions` of one question, rows by year and label.

    ``outcome``: an `Outcome`. ``selected`` and ``contrasts``: parallel lists of `Selected` and of
    `Contrast` or None, as the pools use them. A cohort whose text compares the arms without saying
    which did better is unclear; one that does not compare them is silent and has no row.
    """
    made = []
    for choice, contrast in zip(selected, contrasts, strict=True):
        row = _row(evidence, outcome, choice, contrast)
        made += [(number(choice.study["year"]) or float("inf"), row.label, row)] if row else []
    rows = tuple(row for *_, row in sorted(made, key=lambda item: item[:2]))
    counted = [row.direction for row in rows if row.counted]
    better, worse = counted.count("better"), counted.count("worse")
    return Directions(
        key="directions." + question_key.removesuffix(".controlled"),
        title=title,
        rows=rows,
        n_better=better,
        n_worse=worse,
        n_unclear=counted.count("unclear"),
        n_silent=len(selected) - len(rows),
        sign_p=sign_test(better, worse),
    )


def _row(evidence, outcome, choice, contrast):
    """The `Direction` of one cohort; None where its text does not compare the arms."""
    study, months, reason = choice.study, choice.months, ""
    if choice.reason == "beyond_24_months":
        late = _late_rows(evidence, outcome, study)
        found = (_in_words(late), "words") if late else None
        months, reason = late[0]["time_months"] if late else None, choice.reason
        sources = [source_of("contrasts", row) for row in late]
    else:
        found = _direction(outcome, choice, contrast) if contrast else None
        sources = contrast.sources if contrast else []
    if found is None:
        return None
    if study["co_intervention_in_cell_arm_only"]:
        reason = reason or "co_intervention"
    return Direction(
        study_id=study["study_id"],
        label=study["label"],
        doi=study["doi"],
        product=_product(choice),
        months=months,
        n=_participants(study, contrast),
        direction=found[0],
        basis=found[1],
        counted=not reason,
        reason=reason,
        sources=tuple(dict(vars(source)) for source in sources),
    )


def _direction(outcome, choice, contrast):
    """(direction, basis) at the selected time; None where the text does not compare the arms.

    A number comes before words, because words such as "no clear difference" are on significance.
    """
    if contrast.effect:
        return _for_patient(outcome, contrast.effect.estimate), "estimate"
    difference = _difference_of_values(choice.rows)
    if difference is not None:
        return _for_patient(outcome, difference), "estimate"
    return (_in_words(choice.differences), "words") if choice.differences else None


def _for_patient(outcome, difference):
    """What the sign of cells minus control means for the patient; 0 is unclear."""
    if difference == 0:
        return "unclear"
    return "better" if (difference < 0) == outcome.lower_is_better else "worse"


def _in_words(rows):
    """What these contrasts rows agree on; "unclear" where they do not, or say nothing clear."""
    told = {row["direction"] for row in rows}
    return told.pop() if told in ({"better"}, {"worse"}) else "unclear"


def _difference_of_values(rows):
    """The sign (-1, 0, 1) of cells minus control from values without a usable spread.

    None where no kind of value is printed for both sides; 0 where several arms disagree. Final
    values come before changes, and both before percent changes, which have no other use.
    """
    kinds = {}
    for row in rows:
        for statistic in ("mean", "median"):
            if row[statistic] == row[statistic]:
                kind = (row["scale"], row["is_change"], statistic, row["unit"])
                sides = kinds.setdefault(kind, {"treatment": [], "control": []})
                sides[row["arm_role"]].append(row[statistic])
    for _, sides in sorted(kinds.items()):  # "absolute" < "relative", "no" < "yes"
        cells, controls = sides["treatment"], sides["control"]
        if cells and controls:
            signs = {(cell > control) - (cell < control) for cell in cells for control in controls}
            return signs.pop() if len(signs) == 1 else 0
    return None


def _late_rows(evidence, outcome, study):
    """Between-arm rows of the cohort's first time beyond 24 months."""
    others = units_of_others(outcome)
    rows = [
        row
        for report in evidence.reports
        if report["cohort"] == study["cohort"]
        for row in evidence.rows("contrasts", report["study_id"])
        if row["outcome"] == outcome.column
        and row["contrast_type"] == "between_arms"
        and row["time_months"] > MAX_MONTHS
        and row["unit"] not in others
        and outcome.matches({"definition": row["comparison"]})
    ]
    first = min((row["time_months"] for row in rows), default=None)
    return [row for row in rows if row["time_months"] == first]


def _product(choice):
    """The class of the cells compared: that of the arms; the report's where none is listed."""
    arms = {row["arm_product"] for row in choice.rows if row["arm_role"] == "treatment"}
    return arms.pop() if len(arms) == 1 else choice.study["product_class"]


def _participants(study, contrast):
    """n behind the direction: of the arms of an effect, else all of the trial; None if unknown."""
    if contrast and contrast.effect:
        sizes = [contrast.treatment.n, contrast.control.n]
    else:
        sizes = [number(study["n_treated"]), number(study["n_control"])]
    if None not in sizes:
        return sum(sizes)
    return number(study["n_randomised"])
