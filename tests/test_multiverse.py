"""The multiverse with few trials, and what it says of the whole."""

import pytest
from edits import without_studies

from mscreview.kinds import Run
from mscreview.multiverse import CHOICES, _summary, multiverse_of
from mscreview.review import HEADLINE


def only(evidence, *study_ids):
    others = [study["study_id"] for study in evidence.reports if study["study_id"] not in study_ids]
    return multiverse_of(without_studies(evidence, *others))


def test_without_a_pool_of_three_there_is_no_range_of_them(evidence, results):
    alone = results[HEADLINE.key].trials[0].study_id
    found = only(evidence, alone)
    assert (found.n_runs_three, found.n_data_sets_three, found.n_excludes_zero) == (0, 0, 0)
    assert (found.estimate_three_low, found.estimate_three_high) == (None, None)
    assert found.estimate_low is not None and found.n_without_estimate < found.n_runs


def test_without_a_trial_there_is_no_estimate(evidence):
    found = only(evidence)
    assert found.n_without_estimate == found.n_runs and found.n_data_sets == 0
    assert (found.estimate_low, found.estimate_high) == (None, None)


def test_counts_and_ranges_are_those_of_the_runs(results):
    found = results["multiverse.hba1c"]
    expected = 1
    for _, options in CHOICES:
        expected *= len(options)
    assert found.n_runs == len(found.runs) == len({run.options for run in found.runs}) == expected
    pooled = [run for run in found.runs if run.k]
    three = [run for run in pooled if run.k >= 3]
    outside = [run for run in three if run.ci_low > 0 or run.ci_high < 0]
    assert found.n_without_estimate == found.n_runs - len(pooled)
    assert (found.n_runs_three, found.n_excludes_zero) == (len(three), len(outside))
    assert found.n_data_sets == len({run.data_set for run in pooled})
    assert found.n_data_sets_three == len({run.data_set for run in three})
    assert found.n_data_sets_excluding_zero == len({run.data_set for run in outside})
    assert (found.estimate_low, found.estimate_high) == (min(r.estimate for r in pooled), max(r.estimate for r in pooled))
    assert found.estimate_three_low == min(r.estimate for r in three)
    assert found.estimate_three_high == max(r.estimate for r in three)


def test_the_headline_is_one_of_the_runs_and_one_set_of_effects_has_one_result(results):
    headline, found = results[HEADLINE.key], results["multiverse.hba1c"]
    same = [run for run in found.runs if run.k == headline.k and run.estimate == pytest.approx(headline.estimate, abs=1e-12)]
    assert same and all((run.ci_low, run.ci_high) == pytest.approx((headline.ci_low, headline.ci_high)) for run in same)
    sets = {}
    for run in found.runs:
        sets.setdefault(run.data_set, set()).add((run.k, run.estimate, run.ci_low, run.ci_high))
    assert all(len(of_set) == 1 for of_set in sets.values()), "runs of one set of effects give one result"
    assert sorted(sets) == list(range(1, len(sets) + 1))


@pytest.mark.parametrize(
    ("k", "low", "high", "outside"),
    [(3, 0.1, 0.9, 1), (3, -0.9, -0.1, 1), (3, 0.0, 0.9, 0), (3, -0.9, 0.0, 0), (3, -0.1, 0.1, 0), (2, 0.1, 0.9, 0)],
)
def test_an_interval_excludes_zero_where_it_has_three_trials_and_lies_on_one_side(k, low, high, outside):
    runs = (Run(("a",), 1, k, (low + high) / 2, low, high), Run(("b",), 1, k, (low + high) / 2, low, high))
    found = _summary(runs)
    assert (found.n_excludes_zero, found.n_data_sets_excluding_zero) == (2 * outside, outside)
