"""`mscreview.many_pools`: thousands of sets at once give what `pool` and metafor give for each of them."""

from __future__ import annotations

import dataclasses
import math
import subprocess

import numpy as np
import pandas as pd
import pytest
from fuzzing import examples
from hypothesis import given
from hypothesis import strategies as st
from test_metafor import cases

from mscreview import many_pools
from mscreview.many_pools import FOUND, all_subsets, pool_many
from mscreview.synthesis import PoolingError, pool

HARD = {name: (effects, variances) for name, *_, effects, variances in cases.all_cases()}
LOCATIONS = ("estimate", "se", "ci_low", "ci_high")


# Found by searching random sets: another start of the iteration ends at another of their maxima.
STARTS = [
    ([-1.09, 0.02, -0.1, -2.1], [2.854, 0.017, 0.066, 0.691]),
    ([-0.01, 0.16, 2.36, 0.86], [0.002, 0.008, 0.73, 3.471]),
    ([3.2, -0.1, 0.75, -0.04], [1.054, 0.002, 7.902, 0.001]),
    ([0.49, -2.19, -1.52, 0.31], [0.002, 1.013, 5.042, 0.031]),
    ([1.29, -0.05, -0.09, 0.64], [1.485, 0.001, 0.015, 0.075]),
]


def padded(sets, filling=(0.0, 1.0)):
    """Effects, variances and members of sets [(effects, variances)] in arrays as wide as the largest."""
    members = np.arange(max(len(y) for y, _ in sets)) < np.array([[len(y)] for y, _ in sets])
    arrays = []
    for part, value in enumerate(filling):
        array = np.full(members.shape, value)
        array[members] = [x for numbers in sets for x in numbers[part]]
        arrays.append(array)
    return *arrays, members


def assert_is_that_of_pool(found, i, y, v):
    one = pool(y, v)
    rounding = 1e-14 * np.abs(y).max()
    assert found.k[i] == one.k
    for name in LOCATIONS:
        assert getattr(found, name)[i] == pytest.approx(getattr(one, name), rel=0, abs=1e-9 * one.se + rounding), name
    if one.k == 1:
        assert math.isnan(found.tau2[i]) and math.isnan(found.i2[i])
        return
    assert found.tau2[i] == pytest.approx(one.tau2, rel=0, abs=1e-9 * (one.tau2 + one.se**2))
    assert found.i2[i] == pytest.approx(one.i2, rel=0, abs=1e-7)
    assert (found.tau2[i] == 0) == (one.tau2 == 0)


# --- the same as one by one ---


def test_hard_sets_are_those_of_pool():
    """All of the comparison with metafor: no, little and huge tau2, one trial that dominates, several maxima."""
    sets = [*HARD.values(), *STARTS]
    found = pool_many(*padded(sets))
    for i, (y, v) in enumerate(sets):
        assert_is_that_of_pool(found, i, y, v)
    assert (found.tau2 == 0).sum() >= 10 and (found.tau2 > 100).sum() >= 10


def test_no_hard_set_is_left_to_pool(monkeypatch):
    """Not even one on which full steps swing for ever: one by one those would cost more than all others together."""
    monkeypatch.setattr(many_pools, "pool", None)
    assert np.isfinite(pool_many(*padded(list(HARD.values()))).tau2).all()
    assert pool_many([0.4, 0.9], [0.25, 0.05], all_subsets(2)).k.tolist() == [1, 1, 2]


number = st.one_of(st.floats(-5, 5), st.floats(-5, 5).map(lambda x: round(x, 1)), st.sampled_from([0.0, 1e-9, 1e5]))
spread = st.one_of(st.floats(-12, 3).map(lambda x: 10**x), st.floats(0.05, 2).map(lambda x: round(x, 2)))


def sets_of(effect, variance):
    trials = st.lists(st.tuples(effect, variance), min_size=1, max_size=8)
    return st.lists(trials.map(lambda rows: tuple(zip(*rows))), min_size=1, max_size=10)


@examples(150)
@given(sets_of(number, spread))
def test_any_set_is_that_of_pool(sets):
    found = pool_many(*padded(sets))
    for i, (y, v) in enumerate(sets):
        assert_is_that_of_pool(found, i, y, v)


far = st.one_of(number, st.sampled_from([1e300, -1e308, 1e160, 1e-300, 1e60, 1e40]))
wide = st.one_of(spread, st.sampled_from([5e-324, 1e-300, 1e-90, 1e-60, 1e-40, 1e60, 1e150, 1e300]))


@examples(100)
@given(sets_of(far, wide))
def test_numbers_of_any_size_end_as_in_pool(sets):
    """The same result, or the error of the first set that has one."""
    try:
        expected = [pool(y, v) for y, v in sets]
    except PoolingError as error:
        with pytest.raises(PoolingError) as raised:
            pool_many(*padded(sets))
        assert str(raised.value) == str(error)
        return
    found = pool_many(*padded(sets))
    assert found.k.tolist() == [one.k for one in expected]
    for i, (y, v) in enumerate(sets):
        assert_is_that_of_pool(found, i, y, v)


@pytest.mark.parametrize("seed", range(5))
def test_random_sets_are_those_of_pool(seed):
    """Little heterogeneity and unlike variances, where steps often swing and maxima are many."""
    random = np.random.default_rng(seed)
    members = np.arange(10) < random.integers(1, 11, 300)[:, None]
    v = 10 ** random.uniform(-3, 1, members.shape)
    y = random.normal(0, np.sqrt(v + random.choice([0, 0.02, 0.3], (300, 1))))
    found = pool_many(y, v, members)
    for i, inside in enumerate(members):
        assert_is_that_of_pool(found, i, y[i, inside], v[i, inside])


def test_one_and_two_trials():
    found = pool_many([0.4, 0.9], [0.25, 0.05], all_subsets(2))
    assert found.k.tolist() == [1, 1, 2]
    assert (found.estimate[0], found.se[0]) == (0.4, 0.5)
    assert found.ci_low[0] == pytest.approx(0.4 - 1.959963984540054 * 0.5)
    assert np.isnan(found.tau2).tolist() == np.isnan(found.i2).tolist() == [True, True, False]
    assert_is_that_of_pool(found, 2, [0.4, 0.9], [0.25, 0.05])


def test_at_the_boundary_itself_tau2_is_exactly_zero():
    """Two effects as far apart as their variances let expect: the score at zero is a rounding error."""
    v = np.random.default_rng(3).uniform(0.01, 1, (300, 2))
    y = np.stack([np.zeros(300), np.sqrt(v.sum(axis=1))], axis=1)
    assert [pool(*trials).tau2 for trials in zip(y, v)] == [0.0] * 300
    assert pool_many(y, v, np.ones((300, 2), bool)).tau2.tolist() == [0.0] * 300


def test_one_trial_of_an_odd_size_has_no_tau2_either():
    found = pool_many([2.0], [1e-320], [[True]])
    assert (found.estimate[0], found.k[0]) == (2.0, 1) and math.isnan(found.tau2[0]) and math.isnan(found.i2[0])


# --- what must not matter ---


@pytest.mark.parametrize("filling", [(np.nan, np.nan), (np.inf, -np.inf), (1e308, 0.0), (-7.0, -1.0), (0.0, 1e-300)])
def test_numbers_of_trials_outside_do_not_matter(filling):
    sets = [HARD[name] for name in sorted(HARD)[:40]]
    usual, filled = pool_many(*padded(sets)), pool_many(*padded(sets, filling))
    for name in FOUND:
        np.testing.assert_array_equal(getattr(filled, name), getattr(usual, name))


def test_a_trial_in_no_set_does_not_matter():
    found = pool_many([0.1, np.nan, 0.9], [0.04, 0.0, 0.05], np.array([[True, False, True]]))
    assert_is_that_of_pool(found, 0, [0.1, 0.9], [0.04, 0.05])


@examples(5)
@given(st.permutations(sorted(HARD)))
def test_order_of_sets_does_not_matter(names):
    found, usual = (pool_many(*padded([HARD[name] for name in order])) for order in (names, sorted(names)))
    back = np.argsort(names)
    for name in FOUND:
        np.testing.assert_allclose(getattr(found, name)[back], getattr(usual, name), rtol=1e-11, atol=1e-13)


@examples(20)
@given(st.permutations(range(10)))
def test_order_of_trials_does_not_matter(order):
    (y, v), members = map(np.array, HARD["k10-moderate-extreme"]), all_subsets(10)[::7]
    found, usual = pool_many(y[order], v[order], members[:, order]), pool_many(y, v, members)
    for name in FOUND:
        np.testing.assert_allclose(getattr(found, name), getattr(usual, name), rtol=1e-9, atol=1e-11)


def test_shared_trials_are_those_given_for_every_set():
    y, v = HARD["k10-small-unequal"]
    members = all_subsets(10)
    shared, given_each = pool_many(y, v, members), pool_many(np.tile(y, (1023, 1)), v, members)
    assert given_each.k.tolist() == members.sum(axis=1).tolist()
    for name in FOUND:
        np.testing.assert_array_equal(getattr(shared, name), getattr(given_each, name))


def test_size_of_parts_and_blocks_does_not_matter(monkeypatch):
    y, v, members = *HARD["k10-small-unequal"], all_subsets(10)
    usual = pool_many(y, v, members)
    monkeypatch.setattr(many_pools, "PART", 1000)
    monkeypatch.setattr(many_pools, "BLOCK", 60)
    parts = pool_many(y, v, members)
    for name in FOUND:
        np.testing.assert_allclose(getattr(parts, name), getattr(usual, name), rtol=1e-11, atol=1e-13)


# --- what is left to pool ---


def test_sets_that_do_not_settle_are_left_to_pool(monkeypatch):
    y, v, members = *HARD["k10-moderate-unequal"], all_subsets(10)[-50:]
    left = []
    monkeypatch.setattr(many_pools, "MAX_STEPS", 2)
    monkeypatch.setattr(many_pools, "pool", lambda *trials: left.append(trials) or pool(*trials))
    found = pool_many(y, v, members)
    assert 0 < len(left) < 50
    for i, inside in enumerate(members):
        assert_is_that_of_pool(found, i, np.array(y)[inside], np.array(v)[inside])


def test_iterations_end_as_in_pool(monkeypatch):
    monkeypatch.setattr(many_pools, "MAX_STEPS", 2)
    monkeypatch.setattr("mscreview.synthesis.MAX_ITERATIONS", 2)
    with pytest.raises(PoolingError, match="does not converge"):
        pool_many(*padded([HARD["k10-moderate-unequal"]]))


def test_all_subsets_of_sixteen_trials():
    random = np.random.default_rng(1)
    v = 10 ** random.uniform(-1.7, 0, 16)
    y, members = random.normal(-0.5, np.sqrt(0.05 + v)), all_subsets(16)
    found = pool_many(y, v, members)
    assert len(found.k) == 65_535 and np.isfinite(found.estimate).all()
    for i in random.choice(65_535, 50):
        assert_is_that_of_pool(found, i, y[members[i]], v[members[i]])


def test_many_trials_need_no_matrix_of_their_pairs():
    random = np.random.default_rng(5)
    v = random.uniform(0.01, 2, 20_000)
    y, members = random.normal(0.5, np.sqrt(0.4 + v)), np.ones((2, 20_000), bool)
    members[1, ::2] = False
    found = pool_many(y, v, members)
    assert_is_that_of_pool(found, 1, y[1::2], v[1::2])
    assert found.tau2 == pytest.approx([0.4, 0.4], rel=0.1)


# --- subsets, and metafor's of them ---


def test_all_subsets_are_each_there_once_in_binary_order():
    assert all_subsets(2).tolist() == [[True, False], [False, True], [True, True]]
    members = all_subsets(10)
    assert members.shape == (1023, 10) and members.dtype == bool
    assert (members @ 2 ** np.arange(10)).tolist() == list(range(1, 1024))


@pytest.mark.parametrize("k", [-1, 0, 21, 10**9])
def test_too_many_subsets_are_refused(k):
    with pytest.raises(ValueError, match=rf"^k = {k}: must be 1 to 20"):
        all_subsets(k)


# Between-trial variance, smallest and largest trial variance.
KINDS = {"alike": (0.0, 0.02, 1.0), "heterogeneous": (0.3, 0.02, 1.0), "unlike": (1.0, 1e-3, 10.0)}
EIGHT = {name: cases.drawn_case(f"subsets-{name}", 8, *parts) for name, parts in KINDS.items()}
GOSH = """
suppressPackageStartupMessages(library(metafor))
trials <- read.csv(commandArgs(TRUE)[1])
control <- list(threshold = 1e-13, maxiter = 20000)
for (case in unique(trials$case)) {
  found <- gosh(rma(yi, vi, data = trials[trials$case == case, ], method = "REML", control = control), progbar = FALSE)
  set <- found$incl %*% 2^(seq_len(ncol(found$incl)) - 1)
  write.table(cbind(case, set, found$res), sep = ",", row.names = FALSE, col.names = FALSE)
}
"""


@pytest.fixture(scope="module")
def gosh(installed_metafor, tmp_path_factory):
    """{case: metafor's results of all subsets, in the order of `all_subsets`} of sets of eight trials."""
    folder = tmp_path_factory.mktemp("gosh")
    rows = [(name, y, v) for name in EIGHT for y, v in zip(*EIGHT[name])]
    pd.DataFrame(rows, columns=["case", "yi", "vi"]).to_csv(folder / "trials.csv", index=False)
    (folder / "gosh.R").write_text(GOSH, encoding="utf-8")
    with open(folder / "found.csv", "w", encoding="utf-8") as out:
        subprocess.run(["Rscript", folder / "gosh.R", folder / "trials.csv"], stdout=out, check=True, timeout=300)
    columns = ["case", "set", "k", "q", "i2", "h2", "tau2", "estimate"]
    found = pd.read_csv(folder / "found.csv", names=columns).sort_values("set")
    return {name: rows for name, rows in found.groupby("case")}


@pytest.mark.xdist_group("gosh")  # one run of R, not one in each process
@pytest.mark.parametrize("name", EIGHT)
def test_all_subsets_agree_with_gosh_of_a_live_metafor(gosh, name):
    theirs, ours = gosh[name], pool_many(*EIGHT[name], all_subsets(8))
    assert theirs["set"].tolist() == list(range(1, 256)) and theirs["k"].tolist() == ours.k.tolist()
    pooled = ours.k > 1  # of one trial metafor reports a tau2 of zero, this package none
    assert ours.estimate == pytest.approx(theirs["estimate"].to_numpy(), rel=1e-6, abs=1e-9)
    assert ours.tau2[pooled] == pytest.approx(theirs["tau2"].to_numpy()[pooled], rel=1e-6, abs=1e-9)
    assert ours.i2[pooled] == pytest.approx(theirs["i2"].to_numpy()[pooled], rel=1e-6, abs=1e-6)


# --- bad input ---

TWO_SETS = np.array([[True, True, False], [False, True, True]])


@pytest.mark.parametrize(
    ("effects", "variances", "members", "message"),
    [
        ([1, math.nan, 3], [1, 1, 1], TWO_SETS, r"effects\[1\] = nan: must be a finite number$"),
        ([1, 2, 3], [1, 1, 0], TWO_SETS, r"variances\[2\] = 0.0: must be a finite number above 0$"),
        ([1, 2, 3], [1, -0.5, 0], TWO_SETS, r"variances\[1\] = -0.5: "),
        ([[1, 2, 3], [1, 2, math.inf]], [1, 1, 1], TWO_SETS, r"effects\[1, 2\] = inf: "),
        ([1, 2, 3], [[1, 1, 0], [0, 1, math.inf]], TWO_SETS, r"variances\[1, 2\] = inf: "),
        ([1, None, 3], [1, 1, 1], TWO_SETS, r"effects\[1\] = nan: "),
        ([1, 2], [1, 1, 1], TWO_SETS, r"effects must have the shape \(3,\) or \(2, 3\) as members have, got \(2,\)"),
        ([1, 2, 3], [[1, 1, 1]], TWO_SETS, r"variances must have the shape .*, got \(1, 3\)"),
        (1.0, [1, 1, 1], TWO_SETS, r"effects must have the shape .*, got \(\)"),
        (["a", "b", "c"], [1, 1, 1], TWO_SETS, "effects must be an array of numbers, got "),
        ([1, 2, 3], [1, 1, [1]], TWO_SETS, "variances must be an array of numbers, got "),
        ([1, 2, 3], [1, 1, 1], TWO_SETS & [[True], [False]], r"nothing to pool: k = 0 in members\[1\], at least one"),
        ([1, 2, 3], [1, 1, 1], [0, 1, 2], r"members must be booleans of shape \(n, k\), got int64 of shape \(3,\)"),
        ([1, 2, 3], [1, 1, 1], TWO_SETS.astype(int), r"members must be booleans .*, got int64 of shape \(2, 3\)"),
        ([1, 2, 3], [1, 1, 1], TWO_SETS[0], r"members must be booleans .*, got bool of shape \(3,\)"),
    ],
)
def test_bad_input_is_named(effects, variances, members, message):
    with pytest.raises(ValueError, match=message):
        pool_many(effects, variances, members)


def test_no_set_is_no_pool():
    for shape in ((0, 0), (0, 3)):
        found = pool_many(np.zeros(shape), np.zeros(shape), np.zeros(shape, bool))
        assert all(getattr(found, name).shape == (0,) for name in ("k", *FOUND))


def test_result_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        pool_many([1.0], [1.0], [[True]]).k = 2
