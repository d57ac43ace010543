"""Baselines: printed changes that contradict the means, and arms that did not start alike, on zang2022."""

import math

import pytest
from edits import added, changed

from mscreview.baselines import contradicts_means, difference_in_change_of
from mscreview.pools import candidates_of
from mscreview.review import HEADLINE
from mscreview.sensitivity import printed_change
from mscreview.arms import arms_of

# Rows of HbA1c: before and after, of cells and of placebo, and the two changes that the paper prints.
BEFORE, AFTER, BEFORE_PLACEBO, AFTER_PLACEBO, CHANGE, CHANGE_PLACEBO = 20, 21, 22, 23, 24, 25
NAN = math.nan


def trial(evidence):
    """(selected, contrast) of zang2022."""
    return next(pair for pair in candidates_of(evidence, HEADLINE).pairs() if pair[0].study["study_id"] == "zang2022")


def contradicted(evidence):
    selected, contrast = trial(evidence)
    return contradicts_means(evidence, HEADLINE, contrast, arms_of(evidence, HEADLINE, selected, is_change="yes"))


def with_change(evidence, change, placebo):
    """The printed changes, where the means fall by 1.50 and by 0.70."""
    evidence = changed(evidence, "outcomes", CHANGE, mean=change)
    return changed(evidence, "outcomes", CHANGE_PLACEBO, mean=placebo)


@pytest.mark.parametrize(
    ("change", "placebo", "expected"),
    [
        (-1.50, -0.70, False),
        (-1.515, -0.70, False),  # rounding of three means
        (-1.50, -0.685, False),
        (-1.53, -0.70, True),
        (-1.50, -0.67, True),
        (1.50, -0.70, True),
        (-1.31, -0.63, True),
    ],
)
def test_printed_changes_contradict_means_beyond_rounding(evidence, change, placebo, expected):
    assert contradicted(with_change(evidence, change, placebo)) is expected


@pytest.mark.parametrize("row", [CHANGE, CHANGE_PLACEBO])
def test_a_change_of_one_arm_alone_contradicts_nothing(evidence, row):
    assert contradicted(changed(evidence, "outcomes", row, mean=NAN)) is False


@pytest.mark.parametrize("row", [BEFORE, BEFORE_PLACEBO])
def test_without_a_baseline_nothing_is_contradicted(evidence, row):
    assert contradicted(changed(evidence, "outcomes", row, mean=NAN)) is False


def test_changes_of_several_arms_are_not_compared_with_one_mean(evidence):
    assert contradicted(added(evidence, "outcomes", CHANGE, arm_label="another dose", n=20.0)) is False


def test_a_contradicted_mean_gives_way_to_the_printed_change_in_its_own_analysis(evidence):
    selected, contrast = trial(evidence)
    assert printed_change(evidence, HEADLINE, selected, contrast).effect.estimate == pytest.approx(-1.31 + 0.63)
    agreeing = with_change(evidence, -1.50, -0.70)
    selected, contrast = trial(agreeing)
    assert printed_change(agreeing, HEADLINE, selected, contrast) is contrast


@pytest.mark.parametrize(("shift", "there"), [(0.0, False), (0.40, False), (0.50, True), (-0.80, True)])
def test_arms_that_start_more_than_half_an_sd_apart_show_their_difference_in_change(evidence, shift, there):
    """The baselines lie 0.13 apart with SDs of 1.27 and 1.11, pooled 1.19."""
    apart = changed(evidence, "outcomes", BEFORE, mean=9.02 + shift)
    found = difference_in_change_of(apart, HEADLINE, trial(apart)[1])
    assert (found is not None) is there
    if there:
        assert found.estimate == pytest.approx((7.52 - 9.02 - shift) - (8.19 - 8.89))
        spreads = [(1.27, 1.07, 45), (1.11, 1.02, 46)]
        assert found.variance == pytest.approx(sum((a * a + b * b - a * b) / n for a, b, n in spreads))
