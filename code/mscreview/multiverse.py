"""Every combination of the choices that the data really leave open, for the headline outcome."""

from dataclasses import dataclass
from itertools import product

from .bias import is_blinded
from .kinds import Multiverse, Run
from .pools import candidates_of
from .selection import POPULATIONS, PRODUCTS, Question
from .sensitivity import other_dose_end, p_based_se, read_as_se
from .synthesis import pool

OUTCOME = "hba1c"
CHOICES = (
    ("population", tuple(POPULATIONS)),
    ("product", tuple(PRODUCTS)),
    ("trials", ("all", "blinded only")),
    ("sources", ("all", "abstract or paper")),
    ("dose", ("named", "other end")),
    ("spread", ("SD", "SE where p allows")),
    ("variance", ("from SDs", "from p where printed")),
    ("co-intervention", ("left out", "pooled")),
)


@dataclass(frozen=True)
class _Option:
    """One trial under the choices that change its effect: the effect of each, None without one."""

    study_id: str
    blinded: bool
    confounded: bool
    effects: dict


def multiverse_of(evidence):
    """`Multiverse` of HbA1c: the full product of `CHOICES`, pools of equal effects computed once.

    REML with the ad hoc interval; k = 1 by the trial's own interval, k = 0 without an estimate.
    """
    trials = {}
    runs, numbers, pooled = [], {}, {}
    for options in product(*(names for _, names in CHOICES)):
        population, products, subset, sources, *effect_choices, extra = options
        place = (population, products, sources)
        if place not in trials:
            trials[place] = _trials(evidence, *place)
        data = _data(trials[place], subset, tuple(effect_choices), extra)
        if data not in pooled:
            pooled[data] = _pool(data)
            numbers[data] = len(numbers) + 1
        runs.append(Run(options, numbers[data], len(data), *pooled[data]))
    return _summary(tuple(runs))


def _trials(evidence, population, products, sources):
    source = evidence if sources == "all" else evidence.from_full_sources
    question = Question(OUTCOME, population, products)
    return [
        _Option(
            selected.study["study_id"],
            is_blinded(source, contrast),
            bool(selected.study["co_intervention_in_cell_arm_only"]),
            _effects(source, question, selected, contrast),
        )
        for selected, contrast in candidates_of(source, question).pairs()
        if contrast
    ]


def _effects(evidence, question, selected, contrast):
    """{(dose, spread, variance): (effect, variance)}; a choice that does not apply changes nothing."""
    found = {}
    (_, doses), (_, spreads), (_, variances) = CHOICES[4:7]
    for choice in product(doses, spreads, variances):
        changed = contrast
        for option, default, change in (
            (choice[0], doses[0], other_dose_end),
            (choice[1], spreads[0], read_as_se),
            (choice[2], variances[0], p_based_se),
        ):
            if option != default:
                changed = change(evidence, question, selected, changed)
        effect = changed.effect
        found[choice] = effect and (effect.estimate, effect.variance)
    return found


def _data(trials, subset, effect_choices, extra):
    """The effects of one run: ((study_id, effect, variance), ...)."""
    return tuple(
        (trial.study_id, *trial.effects[effect_choices])
        for trial in trials
        if trial.effects[effect_choices]
        and (subset == "all" or trial.blinded)
        and (extra == "pooled" or not trial.confounded)
    )


def _pool(data):
    if not data:
        return None, None, None
    found = pool([effect for _, effect, _ in data], [variance for *_, variance in data])
    return found.estimate, found.ci_low, found.ci_high


def _summary(runs):
    with_estimate = [run for run in runs if run.estimate is not None]
    # A conclusion needs three trials; fewer are counted as estimates only.
    three = [run for run in with_estimate if run.k >= 3]
    outside = [run for run in three if run.ci_low > 0 or run.ci_high < 0]
    estimates = [run.estimate for run in with_estimate]
    of_three = [run.estimate for run in three]
    return Multiverse(
        key=f"multiverse.{OUTCOME}",
        choices=CHOICES,
        runs=runs,
        n_runs=len(runs),
        n_data_sets=len({run.data_set for run in with_estimate}),
        n_without_estimate=len(runs) - len(with_estimate),
        n_runs_three=len(three),
        n_data_sets_three=len({run.data_set for run in three}),
        n_excludes_zero=len(outside),
        n_data_sets_excluding_zero=len({run.data_set for run in outside}),
        estimate_low=min(estimates, default=None),
        estimate_high=max(estimates, default=None),
        estimate_three_low=min(of_three, default=None),
        estimate_three_high=max(of_three, default=None),
    )
