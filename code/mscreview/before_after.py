"""Change from baseline within an arm: shown with its arms side by side, never called an effect."""

from dataclasses import asdict, replace

from scipy.special import stdtrit

from .arms import arms_from
from .contrasts import n_sources, source_of
from .effects import change_sd, median_arm_to_mean
from .kinds import ArmChange, BeforeAfter
from .outcomes import OUTCOMES
from .selection import MAX_MONTHS, POPULATIONS, PRODUCTS, TARGET_MONTHS

CORRELATIONS = (0.0, 0.3, 0.5, 0.7, 0.9)


def before_after_of(evidence, question):
    """`BeforeAfter` of a question: the arms given the product, and the controls of their trials.

    One report of each cohort, the one whose follow-up lies nearest to 12 months (ties: later).
    var = (s0^2 + s1^2 - 2 r s0 s1) / n for every r of `CORRELATIONS`; t interval with n - 1
    degrees of freedom. Without both SDs, or n, the change stands without an interval.
    """
    outcome = OUTCOMES[question.outcome]
    cohorts = {}
    for study in evidence.reports:
        if study["population_group"] not in POPULATIONS[question.population]:
            continue
        arms = _changes_of(evidence, question, outcome, study)
        if arms:
            cohorts.setdefault(study["cohort"], []).append((study["year"], arms))
    chosen = [min(reports, key=lambda report: _distance(report[1])) for reports in cohorts.values()]
    chosen.sort(key=lambda report: (report[0], report[1][0].label))
    arms = tuple(arm for _, arms in chosen for arm in arms)
    return BeforeAfter(f"{question.key}", outcome.title, outcome.unit, arms)


def _distance(arms):
    return round(abs(arms[0].months - TARGET_MONTHS), 6), -arms[0].months


def _changes_of(evidence, question, outcome, study):
    """The report's changes at its time nearest to 12 months, cells first; [] without cells."""
    rows = _rows(evidence, question, outcome, study)
    times = sorted({r["time_months"] for r in rows if outcome.min_months <= r["time_months"]})
    times = [t for t in times if t <= MAX_MONTHS]
    for months in sorted(times, key=lambda t: (round(abs(t - TARGET_MONTHS), 6), -t)):
        found = [
            change
            for label in dict.fromkeys(r["arm_label"] for r in rows)
            if (change := _change(evidence, question, study, rows, label, months))
        ]
        if any(arm.role == "treatment" for arm in found):
            return sorted(found, key=lambda arm: arm.role != "treatment")
    return _printed_changes(evidence, outcome, study, question)


def _rows(evidence, question, outcome, study):
    return [
        r
        for r in evidence.rows("outcomes", study["study_id"])
        if (r["outcome"], r["subset"], r["scale"]) == (outcome.column, "all", "absolute")
        and r["arm_product"] in PRODUCTS[question.product] | {"none"}
        and r["unit"] in outcome.conversions
    ]


def _change(evidence, question, study, rows, label, months):
    """The change of one arm from time 0 to ``months``; None if either value is missing."""
    own = [r for r in rows if r["arm_label"] == label]
    pairs = []
    for time in (0, months):
        at = [r for r in own if r["time_months"] == time and r["is_change"] == "no"]
        arms = arms_from(evidence, question, study, at)
        pairs += arms["treatment"] + arms["control"]
    if len(pairs) != 2:
        return None
    statistic = "means"
    if all(arm.median is not None for arm in pairs):
        statistic = "medians"
        pairs = _from_medians(pairs)
    before, after = pairs
    if before.mean is None or after.mean is None:
        return None
    used = [r for r in own if r["time_months"] in (0, months) and r["is_change"] == "no"]
    return ArmChange(
        **_described(study, used[0]),
        months=months,
        n=after.n,
        mean_before=before.mean,
        sd_before=before.sd,
        mean_after=after.mean,
        sd_after=after.sd,
        change=after.mean - before.mean,
        statistic=statistic,
        **_intervals(before, after),
        flags=("n_randomized",) if after.n_is_randomized else (),
        sources=tuple(asdict(source_of("outcomes", r)) for r in used)
        + tuple(asdict(s) for s in n_sources(evidence, study, after)),
    )


def _from_medians(pairs):
    """Means and SDs from medians and quartiles; the medians themselves where these show a skew."""
    if all((arm.n or 0) >= 2 and arm.q1 is not None and arm.q3 is not None for arm in pairs):
        converted = [median_arm_to_mean(arm) for arm in pairs]
        if min(arm.mean / arm.sd for arm in converted) >= 1:
            return converted
    return [replace(arm, mean=arm.median, sd=None) for arm in pairs]


def _described(study, row):
    return {
        "study_id": study["study_id"],
        "label": study["label"],
        "doi": study["doi"],
        "arm_label": row["arm_label"],
        "role": row["arm_role"],
        "product": row["arm_product"],
        "controlled": study["design"] != "single-arm",
    }


def _intervals(before, after):
    if not before.sd or not after.sd or not after.n or after.n < 2:
        return {}
    change = after.mean - before.mean
    t = float(stdtrit(after.n - 1, 0.975))
    reaches = [(r, t * change_sd(before.sd, after.sd, r) / after.n**0.5) for r in CORRELATIONS]
    intervals = tuple((r, change - reach, change + reach) for r, reach in reaches)
    return {"intervals": intervals, "t_quantile": t}


def _printed_changes(evidence, outcome, study, question):
    """A change that the report prints itself for all treated participants, without both values."""
    if study["product_class"] not in PRODUCTS[question.product]:
        return []
    told = [
        r
        for r in evidence.rows("contrasts", study["study_id"])
        if (r["outcome"], r["contrast_type"]) == (outcome.column, "within_arm")
        and r["unit"] in outcome.conversions
        and r["estimate"] == r["estimate"]
        and outcome.min_months <= r["time_months"] <= MAX_MONTHS
    ]
    if not told:
        return []
    row = min(told, key=lambda r: abs(r["time_months"] - TARGET_MONTHS))
    n = study["n_treated"]
    described = _described(
        study, {"arm_label": "cells", "arm_role": "treatment", "arm_product": study["product_class"]}
    )
    change = outcome.conversions[row["unit"]][1](row["estimate"])
    return [
        ArmChange(
            **described,
            months=row["time_months"],
            n=n if n == n else None,
            mean_before=None,
            sd_before=None,
            mean_after=None,
            sd_after=None,
            change=change,
            statistic="printed change",
            sources=(asdict(source_of("contrasts", row)),),
        )
    ]
