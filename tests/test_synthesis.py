"""Behavior of `mscreview.synthesis`: boundaries, errors, and what must not depend on unit, origin or order."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from mscreview.synthesis import ESTIMATORS, INTERVALS, Pooled, PoolingError, cumulative, leave_one_out, pool

EFFECTS = [-1.1, -0.35, -0.62, 0.2, -0.75, -0.1]
VARIANCES = [0.09, 0.04, 0.16, 0.05, 0.3, 0.02]
NONE_OF_ONE_TRIAL = (
    *("pi_low", "pi_high", "tau2", "tau2_ci_low", "tau2_ci_high"),
    *("i2", "q", "q_df", "q_p", "tau2_method"),
)
every_option = [(tau2, ci) for tau2 in ESTIMATORS for ci in INTERVALS]


@pytest.fixture(params=every_option, ids=lambda option: "-".join(option))
def option(request):
    return dict(zip(("tau2", "ci"), request.param))


def numbers(pooled):
    """All numbers of a result as one list, weights last."""
    values = [getattr(pooled, field.name) for field in dataclasses.fields(pooled)]
    flat = [x for value in values for x in (value if isinstance(value, tuple) else [value])]
    return [x for x in flat if isinstance(x, (int, float))]


# --- number of trials ---


def test_no_trial_is_an_error_that_says_how_many_are_needed():
    with pytest.raises(ValueError, match="k >= 1"):
        pool([], [])


def test_one_trial_is_itself_with_a_normal_interval(option):
    pooled = pool([0.4], [0.25], **option)
    assert (pooled.k, pooled.estimate, pooled.se, pooled.weights) == (1, 0.4, 0.5, (100.0,))
    assert pooled.ci_low == pytest.approx(0.4 - 1.959963984540054 * 0.5)
    assert pooled.ci_high == pytest.approx(0.4 + 1.959963984540054 * 0.5)
    assert pooled.ci_method == "Wald"
    assert [getattr(pooled, name) for name in NONE_OF_ONE_TRIAL] == [None] * len(NONE_OF_ONE_TRIAL)


def test_two_trials_have_no_prediction_interval(option):
    pooled = pool([0.1, 0.9], [0.04, 0.05], **option)
    assert pooled.pi_low is None and pooled.pi_high is None
    assert pooled.q_df == 1 and pooled.ci_low < pooled.estimate < pooled.ci_high


def test_prediction_interval_does_not_depend_on_the_asked_interval():
    for tau2 in ESTIMATORS:
        assert len({(p.pi_low, p.pi_high) for p in (pool(EFFECTS, VARIANCES, tau2, ci) for ci in INTERVALS)}) == 1


def test_result_is_frozen_and_holds_plain_numbers(option):
    pooled = pool(np.array(EFFECTS), np.array(VARIANCES), **option)
    assert {type(x) for x in numbers(pooled)} == {int, float}
    assert (pooled.tau2_method, pooled.ci_method) == (option["tau2"], option["ci"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        pooled.estimate = 0.0


# --- relations that hold for every set ---


@pytest.mark.parametrize("seed", range(20))
def test_relations_between_the_parts(option, seed):
    random = np.random.default_rng(seed)
    k = int(random.integers(2, 15))
    effects, variances = random.normal(0, random.choice([0.1, 1, 10]), k), random.uniform(0.01, 1, k)
    pooled = pool(effects, variances, **option)
    assert sum(pooled.weights) == pytest.approx(100) and min(pooled.weights) > 0
    assert pooled.estimate == pytest.approx(np.dot(pooled.weights, effects) / 100, abs=1e-12)
    assert pooled.tau2 >= 0 and 0 <= pooled.i2 < 100 and 0 <= pooled.q_p <= 1
    assert 0 <= pooled.tau2_ci_low <= pooled.tau2_ci_high
    assert pooled.ci_low <= pooled.estimate <= pooled.ci_high
    if k >= 3:
        assert pooled.pi_low <= pooled.ci_low and pooled.ci_high <= pooled.pi_high


@pytest.mark.parametrize("tau2", ESTIMATORS)
def test_ad_hoc_interval_is_never_narrower_than_either_other(tau2):
    for effects in (EFFECTS, [0.1, 0.11, 0.12, 0.1, 0.09, 0.1]):
        width = {ci: (p := pool(effects, VARIANCES, tau2, ci)).ci_high - p.ci_low for ci in INTERVALS}
        assert width["HKSJ-adhoc"] >= max(width.values())
        se = {ci: pool(effects, VARIANCES, tau2, ci).se for ci in INTERVALS}
        assert se["HKSJ-adhoc"] == max(se["Wald"], se["HKSJ"])


def test_shift_of_all_effects_moves_only_locations(option):
    here, there = pool(EFFECTS, VARIANCES, **option), pool([y + 1000 for y in EFFECTS], VARIANCES, **option)
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert getattr(there, name) == pytest.approx(getattr(here, name) + 1000, rel=1e-12)
    for name in ("se", "tau2", "tau2_ci_low", "tau2_ci_high", "i2", "q", "q_p"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("factor", [18.016, 1e-4, 1e6, -1.0])
def test_change_of_unit_scales_the_result(option, factor):
    here = pool(EFFECTS, VARIANCES, **option)
    there = pool([factor * y for y in EFFECTS], [factor**2 * v for v in VARIANCES], **option)
    assert there.estimate == pytest.approx(factor * here.estimate, rel=1e-9)
    assert there.se == pytest.approx(abs(factor) * here.se, rel=1e-9)
    assert sorted([there.pi_low, there.pi_high]) == pytest.approx(sorted([factor * here.pi_low, factor * here.pi_high]))
    for name in ("tau2", "tau2_ci_low", "tau2_ci_high"):
        assert getattr(there, name) == pytest.approx(factor**2 * getattr(here, name), rel=1e-9)
    assert (there.i2, there.q, there.q_p) == pytest.approx((here.i2, here.q, here.q_p), rel=1e-9)


def test_order_of_trials_does_not_matter(option):
    here, there = pool(EFFECTS, VARIANCES, **option), pool(EFFECTS[::-1], VARIANCES[::-1], **option)
    assert there.weights[::-1] == pytest.approx(here.weights)
    for name in ("estimate", "se", "pi_low", "tau2", "tau2_ci_high", "q"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=1e-10)


def test_equal_variances_have_closed_forms():
    """With one variance v all estimators give max(0, s^2 - v), and the plain HKSJ interval is the t interval."""
    effects, v = [0.2, 1.4, -0.8, 2.2], 0.3
    s2 = np.var(effects, ddof=1)
    for tau2 in ESTIMATORS:
        pooled = pool(effects, [v] * 4, tau2, "HKSJ")
        assert pooled.tau2 == pytest.approx(s2 - v)
        assert pooled.se == pytest.approx(np.sqrt(s2 / 4))
        assert pooled.estimate == pytest.approx(np.mean(effects))


# --- difficult sets ---


def test_identical_effects(option):
    pooled = pool([0.7] * 4, [0.1, 0.2, 0.3, 0.4], **option)
    assert (pooled.estimate, pooled.tau2, pooled.i2, pooled.q, pooled.q_p) == (0.7, 0.0, 0.0, 0.0, 1.0)
    assert (pooled.tau2_ci_low, pooled.tau2_ci_high) == (0.0, 0.0)
    assert (pooled.se == 0.0) == (option["ci"] == "HKSJ")


def test_boundary_is_exactly_zero_and_gives_the_common_effect_weights(option):
    effects, variances = [0.10, 0.12, 0.09, 0.13], [0.5, 0.02, 0.4, 0.1]
    pooled = pool(effects, variances, **option)
    assert pooled.tau2 == 0.0
    precision = 1 / np.array(variances)
    assert pooled.weights == pytest.approx(100 * precision / precision.sum())


def test_very_heterogeneous_effects(option):
    pooled = pool([-9e4, 3e5, 8e5, -2e6], [0.1, 0.2, 0.3, 0.4], **option)
    if option["tau2"] != "DL":  # weighs by the within-trial variances even where these no longer matter
        assert pooled.tau2 == pytest.approx(np.var([-9e4, 3e5, 8e5, -2e6], ddof=1), rel=1e-6)
    assert pooled.weights == pytest.approx([25] * 4, rel=1e-6)
    assert pooled.i2 == pytest.approx(100) and pooled.i2 < 100


def test_very_unequal_variances_lose_no_digits(option):
    """A trial that dwarfs the rest takes all the weight; between the rest nothing changes."""
    pooled = pool([0.3, -0.9, 1.4, 0.2], [1e-12, 0.5, 0.8, 0.4], **option)
    assert pooled.q == pytest.approx(1.2**2 / 0.5 + 1.1**2 / 0.8 + 0.1**2 / 0.4, rel=1e-9)
    assert np.isfinite(numbers(pooled)).all()


def test_very_many_trials(option):
    random = np.random.default_rng(5)
    k = 20_000
    variances = random.uniform(0.01, 2, k)
    pooled = pool(random.normal(0.5, np.sqrt(0.4 + variances)), variances, **option)
    assert pooled.tau2 == pytest.approx(0.4, rel=0.1)


def test_reml_compares_a_local_maximum_with_zero():
    """Fisher scoring ends at a maximum inside, but the likelihood at tau2 = 0 is higher: metafor then reports 0."""
    assert pool([-4.25, -0.06, 0.24, -1.85], [2.762, 0.008, 0.114, 6.455]).tau2 == 0.0
    assert pool([-0.58, 0.76, 0.88], [0.376, 0.001, 0.122]).tau2 > 0.1


@pytest.mark.parametrize("seed", range(150))
def test_reml_is_at_the_boundary_or_at_a_zero_of_the_score(seed):
    """Sets with little heterogeneity, on some of which undamped Fisher scoring never settles."""
    random = np.random.default_rng(seed)
    y, v = random.normal(0, 0.8, 8), random.uniform(0.01, 1.5, 8)
    tau2 = pool(y, v).tau2

    def log_likelihood(t):
        w = 1 / (v + t)
        mean = w @ y / w.sum()
        return (np.log(w).sum() - np.log(w.sum()) - w @ (y - mean) ** 2) / 2

    nearby = [tau2 * 0.99, tau2 * 1.01] if tau2 > 0 else [1e-4]
    assert log_likelihood(tau2) >= max(log_likelihood(t) for t in [*nearby, 0.0]) - 1e-12


@pytest.mark.parametrize("bad", [([1e308, -1e308], [1, 1]), ([1, 2], [1e-320, 1]), ([0, 1e160, 3], [1, 1, 1])])
def test_numbers_beyond_double_precision_fail_clearly(option, bad):
    with pytest.raises(PoolingError, match="unit nearer to 1"):
        pool(*bad, **option)


def test_iterations_end(monkeypatch):
    monkeypatch.setattr("mscreview.synthesis.MAX_ITERATIONS", 2)
    with pytest.raises(PoolingError, match="does not converge"):
        pool(EFFECTS, VARIANCES, "REML")
    with pytest.raises(PoolingError, match="in 2 steps"):
        pool(EFFECTS, VARIANCES, "PM")


# --- bad input ---


@pytest.mark.parametrize(
    ("effects", "variances", "message"),
    [
        ([1, float("nan")], [1, 1], r"effects\[1\] = nan: must be a finite number"),
        ([float("inf"), 1], [1, 1], r"effects\[0\] = inf"),
        ([1, 2, 3], [1, 0.0, 1], r"variances\[1\] = 0.0: must be a finite number above 0"),
        ([1, 2, 3], [1, 1, -0.5], r"variances\[2\] = -0.5"),
        ([1, 2], [1, float("inf")], r"variances\[1\] = inf"),
        ([1, None], [1, 1], r"effects\[1\] = nan"),
        ([1, 2], [1], "2 effects and 1 variances"),
        ([[1, 2]], [[1, 1]], "effects must be a flat sequence of numbers"),
        (["a", "b"], [1, 1], "effects must be a flat sequence of numbers"),
        (1.0, 1.0, "effects must be a flat sequence of numbers"),
    ],
)
def test_bad_numbers_are_named(effects, variances, message):
    for function in (pool, leave_one_out, cumulative):
        with pytest.raises(ValueError, match=message):
            function(effects, variances)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"tau2": "reml"}, "tau2 = 'reml': must be one of REML, DL, PM"),
        ({"ci": "knha"}, "ci = 'knha': must be one of Wald, HKSJ, HKSJ-adhoc"),
    ],
)
def test_unknown_options_are_named(option, message):
    for effects, variances in ((EFFECTS, VARIANCES), ([1], [1])):
        with pytest.raises(ValueError, match=message):
            pool(effects, variances, **option)


# --- leave one out ---


def test_leave_one_out_is_the_pool_of_the_rest_in_input_order(option):
    results = leave_one_out(EFFECTS, VARIANCES, **option)
    rest = [pool(EFFECTS[:i] + EFFECTS[i + 1 :], VARIANCES[:i] + VARIANCES[i + 1 :], **option) for i in range(6)]
    assert results == tuple(rest)


def test_leave_one_out_of_two_gives_the_single_trials():
    first, second = leave_one_out([0.1, 0.9], [0.04, 0.05])
    assert (first.k, first.estimate, second.estimate) == (1, 0.9, 0.1)
    assert isinstance(first, Pooled)


def test_leave_one_out_of_one_is_an_error():
    with pytest.raises(ValueError, match="k >= 2"):
        leave_one_out([0.1], [0.04])


# --- cumulative ---


def test_cumulative_is_the_pool_of_each_beginning_in_input_order(option):
    beginnings = [pool(EFFECTS[:k], VARIANCES[:k], **option) for k in range(1, len(EFFECTS) + 1)]
    assert cumulative(EFFECTS, VARIANCES, **option) == tuple(beginnings)


# --- import ---


def test_import_stays_light():
    """Chapters import this in fresh kernels: no pandas, no scipy.stats, no scipy.optimize."""
    heavy = ("pandas", "scipy.stats", "scipy.optimize")
    program = f"import sys, mscreview.synthesis; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_refusal_to_leave_out_the_only_trial_says_what_is_needed():
    with pytest.raises(ValueError) as error:
        leave_one_out([0.1], [0.04])
    text = "leave_one_out needs at least 2 trials (k >= 2), got 1: nothing is left to pool"
    assert str(error.value) == text
