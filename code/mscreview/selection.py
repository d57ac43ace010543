"""Which trials, which report of each, at which time: decided before looking at the numbers.

The rules are those of the analysis plan. A trial that is eligible but gives no value stays
visible, with the reason.
"""

from dataclasses import dataclass, replace

from .outcomes import OUTCOMES

PRODUCTS = {
    "msc": {"msc"},
    "msc_or_with_others": {"msc", "msc_with_other_cells"},
    "any": {"msc", "msc_with_other_cells", "not_expanded_msc"},
}
TIERS = ("msc", "msc_with_other_cells", "not_expanded_msc")  # from the narrowest
POPULATIONS = {"t2dm": {"t2dm"}, "t1dm": {"t1dm"}, "both": {"t2dm", "t1dm"}}
CONTROLLED_DESIGNS = {"RCT", "non-randomised controlled"}
REAL_CONTROLS = {"placebo", "sham", "standard care"}  # other cells are no control

TARGET_MONTHS = 12.0
MAX_MONTHS = 24.0  # later values go to the long-term display only

# Fuller sources first; breaks ties between reports of one cohort.
SOURCE_LEVELS = ("paper table", "abstract", "registry", "sponsor", "review", "news")


@dataclass(frozen=True)
class Question:
    """What one pool asks. The fields are the parts of its result key."""

    outcome: str
    population: str
    product: str
    design: str = "controlled"

    @property
    def key(self):
        return f"{self.outcome}.{self.population}.{self.product}.{self.design}"


@dataclass(frozen=True)
class Selected:
    """One trial: its report and time, with the rows that speak about it there.

    ``rows`` and ``differences`` are lists of row dictionaries of outcomes.csv and contrasts.csv.
    ``reason`` says why there is no usable time; then ``months`` is None. ``others`` are the
    cohort's further reports and times, the next nearest first.
    """

    study: dict
    months: float | None = None
    rows: tuple = ()
    differences: tuple = ()
    reason: str = ""
    others: tuple = ()


def select(evidence, question, split_probable=False):
    """The eligible trials of a question, one `Selected` for each cohort, in table order.

    A probable overlap counts as one; ``split_probable`` takes such reports as cohorts of their own.
    """
    cohorts = {}
    for study in eligible_reports(evidence, question):
        alone = split_probable and study["cohort_certainty"] == "probable"
        cohorts.setdefault(study["study_id"] if alone else study["cohort"], []).append(study)
    return [_select_report(evidence, question, reports) for reports in cohorts.values()]


def eligible_reports(evidence, question):
    """Controlled reports of the question's population and product, as dictionaries."""
    wanted = PRODUCTS[question.product]
    reports = []
    for study in evidence.reports:
        if (
            study["population_group"] not in POPULATIONS[question.population]
            or study["design"] not in CONTROLLED_DESIGNS
            or study["control"] not in REAL_CONTROLS
        ):
            continue
        # The class belongs to the arm; the report's own class counts only where no arm is listed.
        products = evidence.products.get(study["study_id"]) or {study["product_class"]}
        if products & wanted:
            reports.append(study)
    return reports


def eligible_arm_labels(evidence, question, study):
    """Labels of the trial's cell arms of the product it is taken for, over all outcomes, in order."""
    arms = [
        r
        for r in evidence.rows("outcomes", study["study_id"])
        if r["arm_role"] == "treatment" and r["subset"] == "all"
    ]
    product = narrowest_product(question, arms)
    return list(dict.fromkeys(r["arm_label"] for r in arms if r["arm_product"] == product))


def narrowest_product(question, rows):
    """The narrowest product class of the question that the cell arms of these rows were given.

    Routes and doses of one product are combined; arms of different products are not.
    """
    present = {r["arm_product"] for r in rows if r["arm_role"] == "treatment"}
    return next((p for p in TIERS if p in present & PRODUCTS[question.product]), "")


def _select_report(evidence, question, reports):
    """The report and time nearest to 12 months; ties: later, larger n, fuller source."""
    outcome = OUTCOMES[question.outcome]
    candidates, seen_months, has_blank, refused = [], set(), False, ""
    for study in reports:
        rows, differences, reason = _of_outcome(evidence, question, outcome, study)
        refused = refused or reason
        for months in sorted({r["time_months"] for r in rows + differences}):
            if months != months:  # a blank time gives no effect
                has_blank = True
                continue
            seen_months.add(months)
            if not outcome.min_months <= months <= MAX_MONTHS:
                continue
            candidates.append(
                Selected(
                    study,
                    months,
                    tuple(r for r in rows if r["time_months"] == months),
                    tuple(d for d in differences if d["time_months"] == months),
                )
            )
    if candidates:
        first, *others = sorted(candidates, key=_preference)
        return replace(first, others=tuple(others))
    reason = _no_time_reason(seen_months, has_blank)
    if reason == "not_reported" and refused:
        reason = refused
    return Selected(reports[0], reason=reason)


def _preference(candidate):
    printed = [r["n"] for r in candidate.rows if r["is_change"] == "no"] or [
        r["n"] for r in candidate.rows
    ]
    complete = printed and all(n == n for n in printed)
    # As for the effect itself: n as printed, else n randomized.
    largest = sum(printed) if complete else candidate.study["n_randomised"]
    largest = largest if largest == largest else 0
    levels = [r["source_level"] for r in candidate.rows + candidate.differences]
    fullness = min(
        SOURCE_LEVELS.index(level) if level in SOURCE_LEVELS else len(SOURCE_LEVELS)
        for level in levels
    )
    # Rounded: months were converted from weeks, and 12 - 11.04 must tie with 12.96 - 12.
    return (round(abs(candidate.months - TARGET_MONTHS), 6), -candidate.months, -largest, fullness)


def _no_time_reason(months, has_blank):
    if not months:
        return "time_not_stated" if has_blank else "not_reported"
    if max(months) == 0:
        return "baseline_only"
    if min(m for m in months if m > 0) > MAX_MONTHS:
        return "beyond_24_months"
    return "before_12_weeks"


def _of_outcome(evidence, question, outcome, study):
    """The report's rows and printed differences of the outcome, or why what it has is not of it."""
    rows = _outcome_rows(evidence, question, outcome, study)
    differences = _differences(evidence, question, outcome, study)
    same_definition = [r for r in rows if outcome.matches(r)]
    told = [d for d in differences if outcome.matches({"definition": d["comparison"]})]
    if rows and not same_definition:
        return [], [], "other_definition"
    others = {u for o in OUTCOMES.values() if o.column == outcome.column for u in o.conversions}
    others -= set(outcome.conversions)
    in_other_unit = [r for r in same_definition if r["unit"] in others and r["scale"] == "absolute"]
    if in_other_unit and not any(r["unit"] in outcome.conversions for r in same_definition):
        return [], [], "other_unit"
    return [r for r in same_definition if r not in in_other_unit], told, ""


def _outcome_rows(evidence, question, outcome, study):
    """Arm rows of the outcome in all participants: cells of the product, and controls."""
    rows = [
        r
        for r in evidence.rows("outcomes", study["study_id"])
        if r["outcome"] == outcome.column and r["subset"] == "all"
    ]
    wanted = {"treatment": narrowest_product(question, rows), "control": "none"}
    return [r for r in rows if r["arm_product"] == wanted[r["arm_role"]]]


def _differences(evidence, question, outcome, study):
    """Between-arm differences or directions that the report prints itself, for arms of the product."""
    arms = evidence.rows("outcomes", study["study_id"])
    others = {
        r["arm_label"]
        for r in arms
        if r["arm_role"] == "treatment" and r["arm_product"] not in PRODUCTS[question.product]
    }
    return [
        d
        for d in evidence.rows("contrasts", study["study_id"])
        if d["outcome"] == outcome.column
        and d["contrast_type"] == "between_arms"
        and not any(d["comparison"].startswith(label) for label in others)
    ]
