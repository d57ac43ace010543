"""Funnel and cumulative analysis of the pool that holds enough trials for them."""

from .kinds import SmallStudies, Step
from .synthesis import cumulative

NEEDED_TRIALS = 5  # for a plot; Egger's test needs ten, which no pool reaches
POOL = "hba1c.both.any.controlled"  # the widest set of HbA1c


def small_study_results(found):
    """The `SmallStudies` of `POOL`; ``found``: results by key.

    Trials stand in the order of their years, as in the pool; REML with the ad hoc interval.
    """
    result = found[POOL]
    trials = result.trials if result.k >= NEEDED_TRIALS else ()
    fits = cumulative([t.effect for t in trials], [t.se**2 for t in trials]) if trials else ()
    steps = tuple(
        Step(trial.label, trial.effect, trial.se, fit.k, fit.estimate, fit.ci_low, fit.ci_high)
        for trial, fit in zip(trials, fits, strict=True)
    )
    yield SmallStudies(
        key=f"small_studies.{result.key}",
        pool_key=result.key,
        title=result.title,
        unit=result.unit,
        measure=result.measure,
        k=result.k,
        needed=NEEDED_TRIALS,
        estimate=result.estimate,
        steps=steps,
    )
