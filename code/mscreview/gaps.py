"""Which numbers to extract next: what each missing one could do to a pool, under a stated assumption.

A trial without a usable value is taken to have its effect at the lower, then at the upper end of the prediction
interval of the pool, the range in which the true effect of a further trial lies with 95%. Its standard error is
SD * sqrt(1 / n_cells + 1 / n_control), with the pooled SD of the arms of the pooled trials and its own n as assigned.
A pooled trial whose number analyzed was not printed is taken to have lost nobody, then the largest share that is
not judged a high risk of bias. Nothing of this is an estimate of a value that is missing.
"""

from dataclasses import replace
from math import sqrt

from .contrasts import source_of
from .judgments import LOST_TOO_MANY
from .kinds import Gap, Gaps
from .outcomes import OUTCOMES
from .pools import candidates_of
from .selection import Question
from .synthesis import pool

QUESTIONS = (Question("hba1c", "t2dm", "msc"), Question("hba1c", "t2dm", "any"))
# Reasons of `NotPooled` that a number could remove.
MISSING = "not_reported time_not_stated baseline_only before_12_weeks beyond_24_months direction_only".split()


def gap_results(evidence, found):
    """The `Gaps` of each of `QUESTIONS`; ``found``: results by key."""
    for question in QUESTIONS:
        yield gaps_of(evidence, question, found[question.key])


def gaps_of(evidence, question, result):
    """The `Gaps` of one pool of mean differences."""
    sd = pooled_sd(result.trials)
    without = [_bounded(result, sd, gap) for gap in _without_value(evidence, question, result)]
    rows = [*without, *_without_n(result)]
    rows.sort(key=lambda gap: (gap.reach is None, -(gap.reach or 0), gap.label))
    bounded = [gap for gap in without if gap.reach is not None]
    ends = [None, None]
    if bounded:
        ends = [
            pooled_with(result, [(end, gap.se) for gap in bounded]).estimate
            for end in (result.pi_low, result.pi_high)
        ]
    return Gaps(
        key=f"gaps.{result.key}",
        pool_key=result.key,
        title=f"{result.title}: the pool with what is missing",
        unit=result.unit,
        measure=result.measure,
        estimate=result.estimate,
        pi_low=result.pi_low,
        pi_high=result.pi_high,
        sd=sd,
        n_without_value=len(without),
        all_low=ends[0],
        all_high=ends[1],
        rows=tuple(rows),
    )


def pooled_sd(trials):
    """sqrt(sum((n - 1) SD^2) / sum(n - 1)) over the arms with SD; None without such an arm."""
    arms = [(t.n_treatment, t.sd_treatment) for t in trials] + [(t.n_control, t.sd_control) for t in trials]
    arms = [(n - 1, sd) for n, sd in arms if n and sd is not None]
    return sqrt(sum(df * sd**2 for df, sd in arms) / sum(df for df, _ in arms)) if arms else None


def pooled_with(result, more, without=""):
    """The pool of the trials and of ``more``, pairs of effect and SE; ``without``: a study_id left out."""
    effects = [(t.effect, t.se) for t in result.trials if t.study_id != without] + list(more)
    return pool([effect for effect, _ in effects], [se**2 for _, se in effects])


def _bounded(result, sd, gap):
    """The gap with its range, or why there is none."""
    if not gap.n_treatment or not gap.n_control:
        return replace(gap, unbounded="n_not_stated")
    if result.pi_low is None:
        return replace(gap, unbounded="no_prediction_interval")
    if sd is None:
        return replace(gap, unbounded="no_sd")
    se = sd * sqrt(1 / gap.n_treatment + 1 / gap.n_control)
    fits = [pooled_with(result, [(end, se)]) for end in (result.pi_low, result.pi_high)]
    return _with_range(result, replace(gap, se=se), fits)


def _with_range(result, gap, fits):
    fits = sorted(fits, key=lambda fit: fit.estimate)
    low, high = fits
    return replace(
        gap,
        estimate_low=low.estimate,
        estimate_high=high.estimate,
        low_ci_low=low.ci_low,
        low_ci_high=low.ci_high,
        high_ci_low=high.ci_low,
        high_ci_high=high.ci_high,
        reach=max(abs(fit.estimate - result.estimate) for fit in fits),
    )


def _without_value(evidence, question, result):
    """The eligible trials whose reason is a missing number, as `Gap`s without range."""
    reasons = {trial.study_id: trial.reason for trial in result.not_pooled}
    column = OUTCOMES[question.outcome].column
    for selected, _ in candidates_of(evidence, question).pairs():
        study = selected.study
        reason = reasons.get(study["study_id"])
        if reason in MISSING:
            known = [
                vars(source_of(table, row))
                for table in ("outcomes", "contrasts")
                for row in evidence.rows(table, study["study_id"])
                if row["outcome"] == column
            ]
            yield Gap(
                study["study_id"],
                study["label"],
                study["doi"],
                reason,
                _missing(selected.rows),
                *(float(n) if n == n else None for n in (study["n_treated"], study["n_control"])),
                tuple(known),
            )


def _missing(rows):
    """What the rows at the selected time lack: all of it where there are none."""
    rows = [row for row in rows if row["scale"] == "absolute"]
    needed = {"mean": ("mean", "median"), "sd": ("sd", "se", "q1", "ci_low"), "n": ("n",)}

    def is_there(columns):
        return rows and all(any(row[column] == row[column] for column in columns) for row in rows)

    return tuple(name for name, columns in needed.items() if not is_there(columns))


def _without_n(result):
    """Pooled trials whose SE rests on the number assigned, because none analyzed was printed."""
    for trial in result.trials:
        if "n_randomized" in trial.flags and trial.effect_source != "difference":
            se = trial.se / sqrt(1 - LOST_TOO_MANY)
            fits = [pooled_with(result, [(trial.effect, one)], trial.study_id) for one in (trial.se, se)]
            gap = Gap(
                trial.study_id,
                trial.label,
                trial.doi,
                "n_randomized",
                ("n",),
                trial.n_treatment,
                trial.n_control,
                trial.sources,
                se=se,
            )
            yield _with_range(result, gap, fits)
