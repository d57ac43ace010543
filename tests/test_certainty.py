"""GRADE by rule, on small made-up pools."""

import dataclasses

import pytest

from mscreview import certainty, wording
from mscreview.certainty import grade, optimal_information_size
from mscreview.kinds import Bias, Domain, PoolResult, Trial
from mscreview.outcomes import OUTCOMES

HBA1C, INSULIN = OUTCOMES["hba1c"], OUTCOMES["insulin_iu_per_day"]
DOMAINS = ["risk of bias", "inconsistency", "indirectness", "imprecision", "missing results"]


def trial(study_id, weight=25.0, months=12.0, n=100.0, sd=1.2, flags=()):
    return Trial(
        study_id, study_id, "", months, n, n, -0.5, 0.2, -0.9, -0.1, weight, "final values",
        7.5, sd, 8.0, sd, "", flags,
    )  # fmt: skip


def a_pool(*trials, **changes):
    """Four trials without a reason to downgrade; other trials or fields where given."""
    trials = trials or tuple(trial(name) for name in "abcd")
    values = dict(
        key="hba1c.t2dm.msc.controlled",
        title="HbA1c",
        unit="percentage points",
        k=len(trials),
        n_treatment=400.0,
        n_control=400.0,
        n_participants=800.0,
        n_eligible_trials=5,
        n_eligible_randomized=1000.0,
        estimate=-0.5,
        ci_low=-0.8,
        ci_high=-0.2,
        pi_low=-0.9,
        pi_high=-0.1,
        i2=10.0,
        trials=trials,
    )
    return PoolResult(**{**values, **changes})


def bias(study_id, overall="low", tool="RoB 2", reason="nothing_stated"):
    domain = Domain("deviations from intended interventions", "high", reason)
    return Bias("", study_id, study_id, "", "hba1c", tool, overall, (domain,))


def graded(pool, outcome=HBA1C, **judged):
    """The grade with every trial at low risk, except those named."""
    judgments = {t.study_id: bias(t.study_id) for t in pool.trials}
    return grade(pool, {**judgments, **judged}, outcome)


def steps(found):
    return {d.domain: d.steps for d in found.downgrades if d.steps}


def reason(found, domain):
    return next(d.reason for d in found.downgrades if d.domain == domain)


def numbers(found, domain):
    values = next(d.numbers for d in found.downgrades if d.domain == domain)
    return dict(zip(certainty.NUMBERS[domain], values, strict=True))


# --- start and level -------------------------------------------------------------------------


def test_nothing_to_downgrade_is_high():
    found = graded(a_pool())
    assert (found.key, found.pool_key) == (
        "certainty.hba1c.t2dm.msc.controlled",
        "hba1c.t2dm.msc.controlled",
    )
    assert (found.start, found.level, steps(found)) == ("high", "high", {})
    assert [d.domain for d in found.downgrades] == DOMAINS == list(certainty.NUMBERS)


def test_one_trial_that_is_not_randomized_starts_low():
    found = graded(a_pool(), d=bias("d", tool="ROBINS-I"))
    assert (found.start, found.level) == ("low", "low")


def test_registry_that_denies_randomization_keeps_the_start():
    found = graded(a_pool(), d=bias("d", "high", reason="registry_not_random"))
    assert (found.start, found.level) == ("high", "high")


def test_levels_stop_at_very_low():
    poor = {name: bias(name, "high") for name in "abcd"}
    far = tuple(trial(name, months=3.0) for name in "abcd")
    wide = a_pool(i2=80.0, ci_high=0.1, pi_high=0.4, n_participants=20.0, trials=far)
    found = graded(wide, **poor)
    assert sum(steps(found).values()) == 6 and found.level == "very low"


@pytest.mark.parametrize(("off", "level"), [(1, "moderate"), (2, "low"), (3, "very low")])
def test_each_step_is_one_level(off, level):
    changes = [{"i2": 80.0}, {"n_eligible_randomized": 2000.0}, {"ci_high": 0.1, "pi_high": 0.2}]
    pool = a_pool(**{name: value for change in changes[:off] for name, value in change.items()})
    assert graded(pool).level == level


def test_without_a_trial_there_is_no_grade():
    empty = dataclasses.replace(a_pool(), k=0, trials=(), ci_low=None, ci_high=None)
    found = grade(empty, {}, HBA1C)
    assert (found.start, found.level, found.downgrades) == ("none", "none", ())


def test_pooled_trial_without_a_judgment_is_an_error():
    with pytest.raises(KeyError, match="d"):
        grade(a_pool(), {name: bias(name) for name in "abc"}, HBA1C)


# --- risk of bias ----------------------------------------------------------------------------


@pytest.mark.parametrize(("weights", "expected"), [((50, 50), 0), ((51, 49), 1), ((49, 51), 0)])
def test_more_than_half_of_the_weight_not_low(weights, expected):
    pool = a_pool(*(trial(name, weight=w) for name, w in zip("ab", weights, strict=True)), k=4)
    found = graded(pool, a=bias("a", "some concerns"))
    assert steps(found).get("risk of bias", 0) == expected
    assert numbers(found, "risk of bias") == {"percent_not_low": weights[0], "percent_high": 0}


def test_high_risk_takes_one_step_too():
    found = graded(a_pool(), **{name: bias(name, "high") for name in "abcd"})
    assert steps(found) == {"risk of bias": 1}
    assert numbers(found, "risk of bias") == {"percent_not_low": 100, "percent_high": 100}


# --- inconsistency ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"i2": 49.9}, 0),
        ({"i2": 50.0}, 1),
        ({"pi_high": 0.1}, 1),
        ({"pi_high": 0.1, "ci_high": 0.05}, 0),
        ({"pi_low": None, "pi_high": None}, 0),
    ],
)
def test_inconsistency(changes, expected):
    found = graded(a_pool(**changes))
    assert steps(found).get("inconsistency", 0) == expected


def test_one_trial_cannot_be_inconsistent():
    found = graded(a_pool(trial("a", weight=100.0), i2=None, pi_low=None, pi_high=None))
    assert reason(found, "inconsistency") == "one_trial"


# --- indirectness ----------------------------------------------------------------------------


@pytest.mark.parametrize(("months", "expected"), [(5.9, 1), (6.0, 0), (18.0, 0), (18.1, 1)])
def test_any_trial_far_from_12_months_is_indirect(months, expected):
    found = graded(a_pool(trial("a"), trial("b"), trial("c", months=months)))
    assert steps(found).get("indirectness", 0) == expected


def test_selected_dose_and_co_intervention_are_indirect():
    dose = graded(a_pool(trial("a"), trial("b"), trial("c", flags=("selected_dose",))))
    assert steps(dose) == {"indirectness": 1}
    extra = graded(a_pool(), a=bias("a", reason="co_intervention"))
    assert steps(extra) == {"indirectness": 1}
    assert numbers(extra, "indirectness") == {
        "n_far_in_time": 0,
        "n_selected_dose": 0,
        "n_co_intervention": 1,
    }


def test_judgments_of_trials_outside_the_pool_do_not_count():
    found = graded(a_pool(), other=bias("other", "high", "ROBINS-I", "co_intervention"))
    assert (found.level, steps(found)) == ("high", {})


# --- imprecision -----------------------------------------------------------------------------


def test_optimal_information_size_of_a_textbook_case():
    """Two groups of 63 find half an SD with 80% power (normal approximation: 62.8)."""
    size = optimal_information_size(a_pool(*(trial(name, sd=1.0) for name in "abc")), HBA1C)
    assert size == pytest.approx(2 * 62.79, abs=0.01)


def test_sd_is_pooled_by_degrees_of_freedom():
    """(10 x 1 + 40 x 4) / 50 = 3.4 for the variance."""
    pool = a_pool(trial("a", n=6.0, sd=1.0), trial("b", n=21.0, sd=2.0), trial("c", sd=None))
    one = optimal_information_size(a_pool(trial("a", sd=1.0)), HBA1C)
    assert optimal_information_size(pool, HBA1C) == pytest.approx(3.4 * one)


def test_no_size_without_a_relevant_difference_or_an_sd():
    assert optimal_information_size(a_pool(), INSULIN) is None
    assert optimal_information_size(a_pool(trial("a", sd=None)), HBA1C) is None


def test_relevant_difference_is_that_of_the_prose():
    assert certainty.RELEVANT_DIFFERENCE["hba1c"] == wording.RELEVANT_FALL


SMALL = {"n_participants": 180.0, "n_eligible_randomized": 200.0}


@pytest.mark.parametrize(
    ("changes", "expected", "code"),
    [
        ({}, 0, "precise"),
        ({"ci_high": 0.0, "pi_high": 0.1}, 1, "interval_includes_zero"),
        (SMALL, 1, "below_information_size"),
        ({**SMALL, "n_participants": 181.0}, 0, "precise"),
        ({**SMALL, "ci_high": 0.1, "pi_high": 0.1}, 2, "includes_zero_and_below_size"),
    ],
)
def test_imprecision_from_interval_and_size(changes, expected, code):
    """With an SD of 1.2 the size is 180.8."""
    found = graded(a_pool(**changes))
    assert found.optimal_information_size == pytest.approx(180.84, abs=0.01)
    assert (steps(found).get("imprecision", 0), reason(found, "imprecision")) == (expected, code)


def test_other_outcomes_go_by_the_interval_alone():
    found = graded(a_pool(n_participants=20.0), INSULIN)
    assert reason(found, "imprecision") == "precise"
    assert numbers(found, "imprecision")["optimal_information_size"] is None


@pytest.mark.parametrize("k", [1, 2])
def test_one_or_two_trials_are_never_precise(k):
    trials = [trial(name, weight=100 / k) for name in "ab"[:k]]
    found = graded(a_pool(*trials))
    assert steps(found) == {"imprecision": 1} and found.level == "moderate"
    assert reason(found, "imprecision") == "too_few_trials"
    wide = graded(a_pool(*trials, **SMALL, ci_high=0.1, pi_high=0.2))
    assert steps(wide)["imprecision"] == 2


# --- missing results -------------------------------------------------------------------------


@pytest.mark.parametrize(("pooled", "expected"), [(599.0, 1), (600.0, 0)])
def test_share_of_randomized_participants(pooled, expected):
    found = graded(a_pool(n_participants=pooled))
    assert steps(found).get("missing results", 0) == expected
    assert numbers(found, "missing results") == {"share_randomized": pooled / 1000}


def test_unknown_share_takes_no_step():
    found = graded(a_pool(n_eligible_randomized=0.0))
    assert reason(found, "missing results") == "share_unknown" and found.level == "high"


def test_every_reason_is_listed():
    pools = [
        a_pool(),
        a_pool(trial("a", weight=100.0), i2=None, pi_low=None, pi_high=None),
        a_pool(i2=80.0, n_eligible_randomized=0.0),
        a_pool(n_participants=20.0),
        a_pool(trial("a", months=3.0), ci_high=0.1, n_participants=20.0),
        a_pool(ci_high=0.1, pi_high=0.2),
    ]
    high = {name: bias(name, "high") for name in "abcd"}
    found = [graded(pool) for pool in pools] + [graded(a_pool(), **high)]
    reasons = {d.reason for one in found for d in one.downgrades}
    assert reasons == set(certainty.REASON_CODES)


def test_as_many_participants_as_the_information_size_are_enough():
    size = optimal_information_size(a_pool(), HBA1C)
    assert reason(graded(a_pool(n_participants=size)), "imprecision") == "precise"


def test_an_unknown_share_is_a_number_that_is_missing():
    assert numbers(graded(a_pool(n_eligible_randomized=0.0)), "missing results") == {"share_randomized": None}


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.8), (-0.8, 0.0)])
def test_an_interval_that_ends_at_zero_includes_it(low, high):
    found = graded(a_pool(ci_low=low, ci_high=high, pi_low=low - 1, pi_high=high + 1))
    assert reason(found, "imprecision") == "interval_includes_zero"


def test_half_the_relevant_difference_needs_four_times_as_many(monkeypatch):
    size = optimal_information_size(a_pool(), HBA1C)
    monkeypatch.setitem(certainty.RELEVANT_DIFFERENCE, "hba1c", certainty.RELEVANT_DIFFERENCE["hba1c"] / 2)
    assert optimal_information_size(a_pool(), HBA1C) == pytest.approx(4 * size)
