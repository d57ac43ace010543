"""Subgroups and the trials in the order of their years, from trials whose result can be worked out by hand."""

import dataclasses
import math

import pytest

from mscreview.kinds import PoolResult, Trial
from mscreview.small_studies import NEEDED_TRIALS, POOL, small_study_results
from mscreview.subgroups import POOLS, subgroup_results

FEATURES = {"graft": "autologous", "product": "msc", "blinding": "stated", "population": "t2dm"}


def trial(label, effect, se, n=(10.0, 12.0), **features):
    arms = dict.fromkeys(("mean_treatment", "sd_treatment", "mean_control", "sd_control"))
    return Trial(
        label, label, "", 12.0, *n, effect, se, effect - 2 * se, effect + 2 * se, 25.0, "final values",
        *arms.values(), "", features={**FEATURES, **features},
    )  # fmt: skip


def a_pool(key, *trials):
    sums = dict.fromkeys(("n_treatment", "n_control", "n_participants"), 0.0)
    return PoolResult(
        key, "HbA1c", "percentage points", len(trials), *sums.values(), 9, 300.0, estimate=-0.5, trials=trials
    )


def found_of(*trials):
    return {contrast.key: contrast for contrast in subgroup_results({key: a_pool(key, *trials) for key in POOLS})}


TWO_EACH = (
    trial("A", -1.0, 0.2),
    trial("B", -1.0, 0.2, n=(20.0, None)),
    trial("C", 0.0, 0.2, graft="allogeneic"),
    trial("D", 0.0, 0.2, n=(None, 7.0), graft="allogeneic"),
)


def test_difference_of_two_pools_by_hand():
    """Each pool has SE 0.2/√2, their difference √(0.02 + 0.02) = 0.2; t with 2 degrees of freedom has
    p = 1 - t/√(2 + t²) and the 97.5% quantile 4.302653."""
    found = found_of(*TWO_EACH)["subgroup.graft.hba1c.both.any.controlled"]
    assert found.comparable and (found.by, found.pool_key) == ("graft", "hba1c.both.any.controlled")
    assert found.groups == (("autologous", 2, 42.0), ("allogeneic", 2, 29.0))
    assert found.difference == pytest.approx(-1.0)
    assert (found.ci_low, found.ci_high) == pytest.approx((-1 - 4.302653 * 0.2, -1 + 4.302653 * 0.2), abs=1e-6)
    assert found.p == pytest.approx(1 - 5 / math.sqrt(27))


def test_p_does_not_depend_on_which_group_is_first():
    turned = [dataclasses.replace(each, effect=-1.0 - each.effect) for each in TWO_EACH]
    first, second = (found_of(*each)["subgroup.graft.hba1c.t2dm.any.controlled"] for each in (TWO_EACH, turned))
    assert second.difference == pytest.approx(-first.difference) and second.p == pytest.approx(first.p)


def test_degrees_of_freedom_are_those_of_both_groups():
    """Three and two trials: t with 3 degrees of freedom, 97.5% quantile 3.182446."""
    found = found_of(*TWO_EACH, trial("E", -1.0, 0.2))["subgroup.graft.hba1c.both.any.controlled"]
    se = math.sqrt(0.04 / 3 + 0.04 / 2)
    assert found.ci_high - found.ci_low == pytest.approx(2 * 3.182446 * se, abs=1e-6)


def test_one_trial_on_a_side_is_counted_and_not_compared():
    found = found_of(*TWO_EACH[:3])["subgroup.graft.hba1c.both.any.controlled"]
    assert not found.comparable and found.groups == (("autologous", 2, 42.0), ("allogeneic", 1, 22.0))
    assert (found.difference, found.ci_low, found.ci_high, found.p) == (None, None, None, None)


def test_trials_of_neither_group_are_left_out():
    found = found_of(*TWO_EACH, trial("E", 5.0, 0.1, graft="both"))["subgroup.graft.hba1c.both.any.controlled"]
    assert found.groups == (("autologous", 2, 42.0), ("allogeneic", 2, 29.0))


def test_populations_are_compared_only_where_a_pool_holds_both():
    by_pool = {pool: [key for key in found_of(*TWO_EACH) if key.endswith(pool)] for pool in POOLS}
    features = ("graft", "product", "blinding", "population")
    assert by_pool["hba1c.both.any.controlled"] == [f"subgroup.{by}.hba1c.both.any.controlled" for by in features]
    assert by_pool["hba1c.t2dm.any.controlled"] == [f"subgroup.{by}.hba1c.t2dm.any.controlled" for by in features[:3]]


# --- trials in the order of their years -----------------------------------------------------


def test_steps_pool_one_trial_more_each():
    trials = [trial(label, effect, 0.2) for label, effect in zip("ABCDE", (-1.0, -1.0, -1.0, -1.0, -0.5), strict=True)]
    (found,) = small_study_results({POOL: a_pool(POOL, *trials)})
    assert (found.key, found.pool_key, found.title) == (f"small_studies.{POOL}", POOL, "HbA1c")
    assert (found.unit, found.measure, found.k, found.needed) == ("percentage points", "MD", 5, NEEDED_TRIALS)
    assert found.estimate == -0.5
    assert [(s.label, s.effect, s.se, s.k) for s in found.steps] == [(t.label, t.effect, 0.2, i) for i, t in enumerate(trials, 1)]
    assert [s.estimate for s in found.steps] == pytest.approx([-1.0, -1.0, -1.0, -1.0, -0.9], abs=1e-6)
    # one trial: its own normal interval; two alike: t with 1 degree of freedom, 97.5% quantile 12.706205
    assert found.steps[0].ci_high == pytest.approx(-1 + 1.959964 * 0.2, abs=1e-6)
    assert found.steps[1].ci_low == pytest.approx(-1 - 12.706205 * 0.2 / math.sqrt(2), abs=1e-5)


def test_too_few_trials_have_no_steps():
    (found,) = small_study_results({POOL: a_pool(POOL, *TWO_EACH)})
    assert found.k == 4 and found.steps == ()
