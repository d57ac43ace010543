"""Which trials, which report of each, at which time: decided before looking at the numbers.

The rules are those of the analysis plan. A trial that is eligible but gives no value stays
visible, with the reason.
"""

from dataclasses import dataclass, replace

PRODUCTS = {
    "msc": {"msc"},
    "msc_or_with_others": {"msc", "msc_with_other_cells"},
    "any": {"msc", "msc_with_other_cells", "not_expanded_msc"},
}
POPULATIONS = {"t2dm": {"t2dm"}, "t1dm": {"t1dm"}, "both": {"t2dm", "t1dm"}}
CONTROLLED_DESIGNS = {"RCT", "non-randomised controlled"}
REAL_CONTROLS = {"placebo", "sham", "standard care"}  # other cells are no control

TARGET_MONTHS = 12.0
GLYCEMIC_MIN_MONTHS = 2.7  # 12 weeks: HbA1c reflects the last two to three months
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


def select(evidence, question):
    """The eligible trials of a question, one `Selected` for each cohort, in table order."""
    cohorts = {}
    for study in eligible_reports(evidence, question):
        cohorts.setdefault(study["cohort"], []).append(study)
    return [_select_report(evidence, question, reports) for reports in cohorts.values()]


def eligible_reports(evidence, question):
    """Controlled reports of the question's population and product, as dictionaries."""
    arms = evidence.outcomes
    treated = arms[arms["arm_role"] == "treatment"]
    arm_products = treated.groupby("study_id")["arm_product"].agg(set).to_dict()
    wanted = PRODUCTS[question.product]
    reports = []
    for study in evidence.studies.to_dict("records"):
        # The class belongs to the arm; the report's own class counts only where no arm is listed.
        products = arm_products.get(study["study_id"], {study["product_class"]})
        if (
            study["population_group"] in POPULATIONS[question.population]
            and study["design"] in CONTROLLED_DESIGNS
            and study["control"] in REAL_CONTROLS
            and products & wanted
        ):
            reports.append(study)
    return reports


def _select_report(evidence, question, reports):
    """The report and time nearest to 12 months; ties: later, larger n, fuller source."""
    candidates, seen_months, has_blank = [], set(), False
    for study in reports:
        rows = _outcome_rows(evidence, question, study)
        differences = _differences(evidence, question, study)
        for months in sorted({r["time_months"] for r in rows + differences}):
            if months != months:  # a blank time gives no effect
                has_blank = True
                continue
            seen_months.add(months)
            if not GLYCEMIC_MIN_MONTHS <= months <= MAX_MONTHS:
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
    return Selected(reports[0], reason=_no_time_reason(seen_months, has_blank))


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


def _outcome_rows(evidence, question, study):
    """Arm rows of the outcome in all participants: cells of the product, and controls."""
    table = evidence.outcomes
    chosen = table[
        (table["study_id"] == study["study_id"])
        & (table["outcome"] == question.outcome)
        & (table["subset"] == "all")
    ]
    wanted = {"treatment": PRODUCTS[question.product], "control": {"none"}}
    return [r for r in chosen.to_dict("records") if r["arm_product"] in wanted[r["arm_role"]]]


def _differences(evidence, question, study):
    """Between-arm differences or directions that the report prints itself."""
    table = evidence.contrasts
    chosen = table[
        (table["study_id"] == study["study_id"])
        & (table["outcome"] == question.outcome)
        & (table["contrast_type"] == "between_arms")
    ]
    return chosen.to_dict("records")
