"""Formulas and pooling with numbers made at random: a finite result that obeys its rules, or a clear refusal.

A refusal is a ValueError or `PoolingError` that says what is needed; a warning of NumPy or SciPy is a failure.
"""

import math
import re
from dataclasses import replace

import pytest
from fuzzing import examples, time_limit
from hypothesis import assume, given
from hypothesis import strategies as st

from mscreview import effects, proportions
from mscreview.effects import Arm, Effect
from mscreview.synthesis import (
    ESTIMATORS,
    INTERVALS,
    PoolingError,
    cumulative,
    leave_one_out,
    pool,
)

pytestmark = pytest.mark.filterwarnings("error")

# What a refusal names: the argument, its value, and what would do.
CLEAR = re.compile(
    r"(?s).+ = .+: .*(?:needed|needs|must be|possible|no trial has)|nothing to pool: k = 0"
    r"|must be a flat sequence of numbers, got |must have one length|a difference of zero has no SE"
    r"|leave_one_out needs at least 2 trials"
)
EXTREME = [0.0, -0.0, 1e-300, -1e-300, 1e300, -1e300, 1e150, -1e150, 1e-150, 5e-324, math.nan, math.inf, -math.inf]
number = st.one_of(st.floats(-10, 10), st.floats(), st.sampled_from(EXTREME))
spread = st.one_of(st.floats(1e-3, 10), number)
odd = st.sampled_from([None, "3", "", [1], 10**400, True])


def outcome_of(function, *arguments, **options):
    """The result, or None for a clear refusal; anything else fails."""
    try:
        with time_limit(10):
            return function(*arguments, **options)
    except ValueError as error:
        assert CLEAR.search(str(error)), str(error)
    except PoolingError as error:
        assert "express them in a unit nearer to 1" in str(error) or "in 20000 steps" in str(error), str(error)


# --- pooling --------------------------------------------------------------------------------

option = st.fixed_dictionaries({"tau2": st.sampled_from(ESTIMATORS), "ci": st.sampled_from(INTERVALS)})
options = [{"tau2": tau2, "ci": ci} for tau2 in ESTIMATORS for ci in INTERVALS]


def obeys_its_rules(pooled, effects_, count):
    """Asserts what holds for every pool."""
    assert pooled.k == count == len(pooled.weights)
    numbers = [value for value in vars(pooled).values() if isinstance(value, float)]
    assert all(map(math.isfinite, [*numbers, *pooled.weights])), pooled
    assert pooled.ci_low <= pooled.estimate <= pooled.ci_high and pooled.se >= 0
    assert sum(pooled.weights) == pytest.approx(100, rel=1e-9) and min(pooled.weights) >= 0
    reach = 1e-9 * max(map(abs, effects_))
    assert min(effects_) - reach <= pooled.estimate <= max(effects_) + reach
    if count == 1:
        assert pooled.tau2 is pooled.i2 is pooled.q is pooled.pi_low is None
        return
    assert pooled.tau2 >= 0 and 0 <= pooled.i2 <= 100 and 0 <= pooled.q_p <= 1
    assert 0 <= pooled.tau2_ci_low <= pooled.tau2_ci_high
    assert (pooled.pi_low is None) == (count == 2)
    assert count == 2 or pooled.pi_low <= pooled.estimate <= pooled.pi_high


@examples(500)
@given(st.lists(st.tuples(number, spread), max_size=12), option)
def test_a_pool_of_anything_is_finite_or_refused(trials, option):
    y, v = [effect for effect, _ in trials], [variance for _, variance in trials]
    pooled = outcome_of(pool, y, v, **option)
    if pooled:
        obeys_its_rules(pooled, y, len(y))
    elif y and all(abs(x) <= 1e6 for x in y) and all(1e-6 <= x <= 1e6 for x in v):
        pytest.fail("numbers of a common size are refused")


@examples(60)
@given(st.lists(st.one_of(number, odd), max_size=4), st.lists(st.one_of(spread, odd), max_size=4), option)
def test_what_is_no_number_is_refused_by_every_way_to_pool(y, v, option):
    for function in (pool, leave_one_out, cumulative):
        outcome_of(function, y, v, **option)


trial = st.tuples(st.floats(-5, 5), st.floats(1e-3, 5))
rounded = trial.map(lambda pair: (round(pair[0], 3), round(pair[1], 3)))
trials = st.lists(rounded, min_size=1, max_size=9)
LOCATED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
SQUARED = ("tau2", "tau2_ci_low", "tau2_ci_high")
BARE = ("i2", "q", "q_p")


def agrees(pooled, other, size, names=(*LOCATED, "se", *SQUARED, *BARE)):
    """Asserts that two pools are the same but for rounding; ``size``: that of the numbers put in."""
    for name in names:
        ours, theirs = getattr(pooled, name), getattr(other, name)
        assert (ours is None) == (theirs is None), name
        assert ours is None or ours == pytest.approx(theirs, rel=1e-6, abs=1e-7 * size), name


@examples(60)
@given(trials, option, st.randoms(use_true_random=False))
def test_the_order_of_trials_does_not_matter(trials, option, random):
    order = list(range(len(trials)))
    random.shuffle(order)
    one = pool(*zip(*trials), **option)
    other = pool(*zip(*(trials[i] for i in order)), **option)
    agrees(one, other, 1)
    assert [one.weights[i] for i in order] == pytest.approx(other.weights, abs=1e-5)


@examples(60)
@given(trials, option, st.integers(-1000, 1000))
def test_a_shift_of_all_effects_shifts_the_estimate_alone(trials, option, shift):
    y, v = zip(*trials)
    one, other = pool(y, v, **option), pool([effect + shift for effect in y], v, **option)
    back = {name: getattr(other, name) - shift for name in LOCATED if getattr(other, name) is not None}
    agrees(one, replace(other, **back), 1)


@examples(60)
@given(trials, option, st.integers(-60, 60), st.sampled_from([1, -1]))
def test_another_unit_scales_the_result(trials, option, power, sign):
    """By powers of two, so that no digit is lost: down to 1e-18 of the unit and up to 1e18."""
    unit = sign * 2.0**power
    y, v = zip(*trials)
    one, other = pool(y, v, **option), pool([unit * x for x in y], [unit**2 * x for x in v], **option)
    back = {"se": other.se / abs(unit), **{name: getattr(other, name) for name in BARE}}
    for name, size in (*((name, unit) for name in LOCATED), *((name, unit**2) for name in SQUARED)):
        value = getattr(other, name)
        back[name] = None if value is None else value / size
    if sign < 0:
        back["ci_low"], back["ci_high"] = back["ci_high"], back["ci_low"]
        back["pi_low"], back["pi_high"] = back["pi_high"], back["pi_low"]
    agrees(one, replace(other, **back), 1)


@pytest.mark.parametrize("option", options, ids=lambda option: "-".join(option.values()))
def test_degenerate_pools(option):
    """One trial, two, no variance between trials, a between-trial variance that dwarfs the others."""
    for y, v in (
        ([0.3], [0.04]),
        ([0.0, 0.0], [1.0, 1.0]),
        ([-0.4] * 7, [0.1] * 7),
        ([-1e6, 0.0, 1e6], [1e-6, 1e-6, 1e-6]),
        ([1.0, 2.0, 3.0], [1e-12, 1.0, 1e12]),
    ):
        pooled = pool(y, v, **option)
        obeys_its_rules(pooled, y, len(y))
        if len(set(y)) == 1:
            assert pooled.estimate == pytest.approx(y[0]) and not pooled.tau2
    huge = pool([-1e6, 0.0, 1e6], [1e-6] * 3, **option)
    assert huge.tau2 == pytest.approx(1e12) and huge.i2 == pytest.approx(100)


def test_rounding_does_not_lift_i2_above_100():
    y = [-3.2645232998501813e69, -6.3484480313652456e16, -2.51073188982387e-143, 2.0439641210872868, -7.27014789]
    pooled = pool(y, [3.48227678767768, 1e-300, 0.5, 1e300, 2.432046337423594], "PM", "HKSJ")
    obeys_its_rules(pooled, y, 5)


@pytest.mark.parametrize("option", options[::4], ids=lambda option: "-".join(option.values()))
def test_a_hundred_thousand_trials_take_seconds(option):
    y = [math.sin(i) for i in range(100_000)]
    v = [0.01 + (i % 97) / 100 for i in range(100_000)]
    with time_limit(20):
        pooled = pool(y, v, **option)
    obeys_its_rules(pooled, y, 100_000)
    assert pooled.estimate == pytest.approx(0, abs=0.01)


# --- counts ---------------------------------------------------------------------------------

whole = st.integers(0, 80)
count = st.one_of(whole, whole, st.floats(), odd, st.sampled_from([10**9, 1e15, 1e300, -1, 0.5]))
group = st.one_of(st.tuples(whole, whole).map(sorted), st.tuples(count, count)).map(tuple)


@examples(250)
@given(group, group)
def test_intervals_and_ratios_of_counts(one, other):
    (x1, n1), (x2, n2) = one, other
    found = outcome_of(proportions.clopper_pearson, x1, n1)
    assert not found or 0 <= found[0] <= x1 / n1 <= found[1] <= 1
    limits = outcome_of(proportions.newcombe, x1, n1, x2, n2)
    risk = outcome_of(proportions.risk_difference, x1, n1, x2, n2)
    ratio = outcome_of(proportions.log_risk_ratio, x1, n1, x2, n2)
    assert (limits is None) == (risk is None) == (ratio is None)
    if limits:
        assert -1 <= limits[0] <= risk[0] + 1e-15 and risk[0] - 1e-15 <= limits[1] <= 1
        assert 0 <= risk[1] <= 0.25 / n1 + 0.25 / n2 + 1e-15
        assert math.isfinite(ratio[0]) and 0 < ratio[1] < math.inf


@examples(200)
@given(st.lists(st.tuples(group, group), max_size=5))
def test_odds_ratio_of_peto(groups):
    tables = [(*one, *other) for one, other in groups]
    found = outcome_of(proportions.peto, tables)
    if found:
        assert math.isfinite(found[0]) and 0 < found[1] < math.inf
    if found and max(max(table) for table in tables) <= 1000:  # O - E of millions cancels digits
        turned = proportions.peto([(xc, nc, xt, nt) for xt, nt, xc, nc in tables])
        assert turned == pytest.approx((-found[0], found[1]), abs=1e-9)


@examples(100)
@given(count, count)
def test_sign_test(better, worse):
    p = outcome_of(proportions.sign_test, better, worse)
    assert p is None or (0 <= p <= 1 and p == proportions.sign_test(worse, better))
    if p is None and isinstance(better, int) and isinstance(worse, int) and 0 <= min(better, worse):
        assert better == worse == 0 or better + worse > 10**9


def test_sign_test_of_more_than_a_binomial_can_hold_is_refused():
    """SciPy gave p = 1 for none against a million million."""
    with pytest.raises(ValueError, match="n_better . n_worse"):
        proportions.sign_test(0, 10**12)
    assert proportions.sign_test(0, 10**9) == 0


# --- effects --------------------------------------------------------------------------------

size = st.one_of(st.integers(1, 90), st.integers(1, 90).map(float), number, odd, st.just(1))
value = st.one_of(st.floats(-10, 10), number, odd)
PARTS = ("mean", "sd", "median", "q1", "q3")


@st.composite
def arms(draw):
    """An arm of a trial, now and then with an odd number; None where `Arm` refuses it."""
    q1, median, q3 = sorted(draw(st.tuples(*[st.floats(0.1, 12)] * 3)))
    found = {"n": draw(st.integers(1, 90)), "mean": draw(st.floats(-10, 10)), "sd": draw(st.floats(0.01, 5))}
    found |= {"q1": q1, "median": median, "q3": q3 + 0.1}
    if draw(st.booleans()):
        found[draw(st.sampled_from(["n", *PARTS]))] = draw(st.one_of(size, value))
    return outcome_of(Arm, "cells", **found)


def is_finite(effect):
    return math.isfinite(effect.estimate) and 0 < effect.variance < math.inf and effect.se > 0


@examples(300)
@given(arms(), arms())
def test_effects_of_two_arms(treatment, control):
    assume(treatment and control)
    for make in (effects.mean_difference, effects.hedges_g, effects.from_medians):
        effect = outcome_of(make, treatment, control)
        assert effect is None or is_finite(effect), make
        back = effect and make(control, treatment)
        if effect and make is not effects.from_medians:
            assert (back.estimate, back.variance) == pytest.approx((-effect.estimate, effect.variance))
    combined = outcome_of(effects.combine_arms, [treatment, control], "both")
    assert combined is None or (combined.n == treatment.n + control.n and combined.sd > 0)
    assert combined is None or math.isfinite(combined.mean)
    change = outcome_of(effects.difference_in_change, (treatment, control), (control, treatment), 0.5)
    assert change is None or math.isfinite(change[0]) and 0 <= change[1] < math.inf


@examples(300)
@given(value, value, st.tuples(value, value), size, size)
def test_effects_of_printed_numbers(estimate, spread, limits, n1, n2):
    for options in ({"se": spread}, {"ci": limits}, {"ci": limits, "df": n1}):
        effect = outcome_of(effects.from_printed_difference, estimate, **options)
        assert effect is None or is_finite(effect)
    t = outcome_of(effects.t_from_exact_p, spread, n1, n2)
    assert t is None or 0 <= t < math.inf
    if (se := outcome_of(effects.se_from_exact_p, estimate, spread, n1, n2)) is not None:
        assert se >= 0 and math.isfinite(se)
    effect = outcome_of(effects.g_from_t, estimate, n1, n2, "exact p")
    assert effect is None or is_finite(effect)
    p = outcome_of(effects.two_sided_p, estimate, spread, n1, n2)
    assert p is None or 0 <= p <= 1
    sd = outcome_of(effects.change_sd, estimate, spread, limits[0])
    assert sd is None or 0 <= sd < math.inf


@examples(150)
@given(st.integers(1, 99), st.integers(2, 15), st.integers(2, 90), st.integers(2, 90))
def test_a_printed_p_comes_back_however_small(digits, decimals, n1, n2):
    p = digits / 10**decimals
    t = effects.t_from_exact_p(p, n1, n2)
    assert effects.two_sided_p(t, 1.0, n1, n2) == pytest.approx(p, rel=1e-6, abs=0)


@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (1, 2), (2, 1)])
def test_three_participants_have_no_g(n1, n2):
    """Hedges' correction is 0 there, and would make every g an exact zero."""
    with pytest.raises(ValueError, match="needed"):
        effects.g_from_t(2.0, n1, n2, "exact p")
    assert effects.g_from_t(2.0, 2, 2, "exact p").estimate > 0


@examples(100)
@given(value, value)
def test_no_effect_holds_what_cannot_be_pooled(estimate, variance):
    effect = outcome_of(Effect, estimate, variance, "difference")
    if effect:
        assert outcome_of(pool, [effect.estimate], [effect.variance]) and is_finite(effect)
