"""Certainty of the evidence of one pool, by GRADE, with every step by rule.

Sources: GRADE Handbook, section 5 (5.1 start, 5.2.1 risk of bias, 5.2.2 inconsistency, 5.2.3
indirectness, 5.2.4 imprecision, 5.2.5 publication bias); Cochrane Handbook, chapter 14. The limits
are those of the analysis plan, which a trial run over the tables settled; nothing is rated up.
"""

from scipy.special import ndtri

from .kinds import Certainty, Downgrade

LEVELS = ("high", "moderate", "low", "very low")
MOST_WEIGHT = 50.0  # percent of the weight
MUCH_INCONSISTENCY = 50.0  # I2 in percent
FEW_TRIALS = 3  # below, no pooled conclusion is drawn
QUESTION_MONTHS, MONTHS_AWAY = 12.0, 6.0
MOST_RANDOMIZED = 0.60  # share of randomized participants

# The smallest difference that matters, in the outcome's unit. Only HbA1c has one in the plan.
RELEVANT_DIFFERENCE = {"hba1c": 0.5}
POWER = 0.80
Z_TWO_SIDED, Z_POWER = float(ndtri(0.975)), float(ndtri(POWER))

REASON_CODES = (
    "mostly_low_risk",
    "mostly_not_low_risk",
    "consistent",
    "one_trial",
    "inconsistent",
    "as_asked",
    "differs_from_question",
    "precise",
    "interval_includes_zero",
    "below_information_size",
    "includes_zero_and_below_size",
    "too_few_trials",
    "most_participants_pooled",
    "results_missing",
    "share_unknown",
)

# What `Downgrade.numbers` holds for each domain, in this order; None where there is none.
NUMBERS = {
    "risk of bias": ("percent_not_low", "percent_high"),
    "inconsistency": ("i2", "pi_low", "pi_high"),
    "indirectness": ("n_far_in_time", "n_selected_dose", "n_co_intervention"),
    "imprecision": ("ci_low", "ci_high", "n", "optimal_information_size"),
    "missing results": ("share_randomized",),
}


def grade(pool, judgments, outcome):
    """`Certainty` of a `PoolResult` for its `Outcome`.

    ``judgments``: {study_id: `Bias`} of at least the pooled trials; KeyError without one. The start
    is "high" where every pooled trial is randomized by its own report, else "low"; one whose
    registry record denies it keeps the start and counts under risk of bias, so that the same doubt
    is not counted twice. Without a pooled trial there is nothing to grade: start and level "none".
    """
    key = f"certainty.{pool.key}"
    if pool.k == 0:
        return Certainty(key, pool.key, "none", "none", ())
    pooled = {trial.study_id: judgments[trial.study_id] for trial in pool.trials}
    size = optimal_information_size(pool, outcome)
    downgrades = (
        _risk_of_bias(pool, pooled),
        _inconsistency(pool),
        _indirectness(pool, pooled),
        _imprecision(pool, size),
        _missing_results(pool),
    )
    randomized = all(bias.tool == "RoB 2" for bias in pooled.values())
    start = "high" if randomized else "low"
    steps = LEVELS.index(start) + sum(one.steps for one in downgrades)
    level = LEVELS[min(steps, len(LEVELS) - 1)]
    return Certainty(key, pool.key, start, level, downgrades, size)


def optimal_information_size(pool, outcome):
    """Participants, both arms together, that one trial would need for the relevant difference:
    4 (z_a/2 + z_b)^2 SD^2 / delta^2, two-sided alpha 0.05, power 80%, equal arms (Guyatt 2011, J
    Clin Epidemiol 64:1283-1293). SD: pooled over the arms that the effects rest on,
    sqrt(sum (n-1) s^2 / sum (n-1)). None where the outcome has no relevant difference or no arm
    gives an SD."""
    delta = RELEVANT_DIFFERENCE.get(outcome.name)
    arms = [
        (n, sd)
        for t in pool.trials
        for n, sd in ((t.n_treatment, t.sd_treatment), (t.n_control, t.sd_control))
        if n and sd is not None
    ]
    freedom = sum(n - 1 for n, _ in arms)
    if delta is None or not freedom:
        return None
    variance = sum((n - 1) * sd**2 for n, sd in arms) / freedom
    return 4 * (Z_TWO_SIDED + Z_POWER) ** 2 * variance / delta**2


def _risk_of_bias(pool, judgments):
    """One step, never two: the plan asks only whether most of the weight is not at low risk."""
    not_low = sum(t.weight for t in pool.trials if judgments[t.study_id].overall != "low")
    high = sum(t.weight for t in pool.trials if judgments[t.study_id].overall == "high")
    steps = int(not_low > MOST_WEIGHT)
    reason = "mostly_not_low_risk" if steps else "mostly_low_risk"
    return Downgrade("risk of bias", steps, reason, (not_low, high))


def _inconsistency(pool):
    """A prediction interval, which exists from three trials on, may say other than the interval."""
    numbers = (pool.i2, pool.pi_low, pool.pi_high)
    if pool.k == 1:
        return Downgrade("inconsistency", 0, "one_trial", numbers)
    disagree = pool.pi_low is not None and (
        _excludes_zero(pool.ci_low, pool.ci_high) != _excludes_zero(pool.pi_low, pool.pi_high)
    )
    steps = int(pool.i2 >= MUCH_INCONSISTENCY or disagree)
    return Downgrade("inconsistency", steps, "inconsistent" if steps else "consistent", numbers)


def _indirectness(pool, judgments):
    """Any pooled trial measured more than 6 months from 12, at one of several doses, or with more
    than cells in the cell arm alone. A background drug that both arms have is no difference."""
    far = sum(abs(t.months - QUESTION_MONTHS) > MONTHS_AWAY for t in pool.trials)
    dose = sum("selected_dose" in t.flags for t in pool.trials)
    extra = sum(
        any(domain.reason == "co_intervention" for domain in bias.domains)
        for bias in judgments.values()
    )
    steps = int(far + dose + extra > 0)
    reason = "differs_from_question" if steps else "as_asked"
    return Downgrade("indirectness", steps, reason, (far, dose, extra))


def _imprecision(pool, size):
    """Without an optimal information size only the interval and the number of trials decide."""
    wide = not _excludes_zero(pool.ci_low, pool.ci_high)
    small = size is not None and pool.n_participants < size
    reasons = {
        (False, False): "precise",
        (True, False): "interval_includes_zero",
        (False, True): "below_information_size",
        (True, True): "includes_zero_and_below_size",
    }
    steps, reason = wide + small, reasons[wide, small]
    if not steps and pool.k < FEW_TRIALS:
        steps, reason = 1, "too_few_trials"
    numbers = (pool.ci_low, pool.ci_high, pool.n_participants, size)
    return Downgrade("imprecision", steps, reason, numbers)


def _missing_results(pool):
    share = pool.share_randomized
    if share is None:
        return Downgrade("missing results", 0, "share_unknown", (None,))
    steps = int(share < MOST_RANDOMIZED)
    reason = "results_missing" if steps else "most_participants_pooled"
    return Downgrade("missing results", steps, reason, (share,))


def _excludes_zero(low, high):
    return low > 0 or high < 0
