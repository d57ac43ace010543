"""Counts and numbers analyzed that follow from printed percentages: taken only where no other pair fits."""

import math

import pytest
from edits import added, changed, contrast

from mscreview.derived import counts_from_percentage, derived_n
from mscreview.pools import candidates_of
from mscreview.review import HEADLINE
from mscreview.selection import Question

RESPONDERS = Question("composite_responders", "t2dm", "any")
CELLS, PLACEBO, DIFFERENCE = 32, 33, 4  # zang2022: percentages of responders, and the interval of their difference
NINE_OF_44, TWO_OF_44, MANY = 20.45, 4.55, 25.0


def test_no_percentage_is_above_100_or_a_whole_unit_away():
    assert counts_from_percentage(110.0, 10, 0) == []
    assert counts_from_percentage(49.0, 2, 0) == []


def with_percentages(evidence, cells, placebo):
    evidence = changed(evidence, "outcomes", CELLS, mean=cells)
    return changed(evidence, "outcomes", PLACEBO, mean=placebo)


@pytest.mark.parametrize(
    ("cells", "placebo", "numbers"),
    [(NINE_OF_44, MANY, (44, 46)), (MANY, TWO_OF_44, (45, 44)), (NINE_OF_44, TWO_OF_44, (44, 44))],
)
def test_a_derived_n_takes_the_place_of_the_randomized_one_in_its_arm(evidence, cells, placebo, numbers):
    evidence = with_percentages(evidence, cells, placebo)
    _, before = next(
        pair for pair in candidates_of(evidence, HEADLINE).pairs() if pair[0].study["study_id"] == "zang2022"
    )
    after = derived_n(evidence, before)
    assert (before.treatment.n, before.control.n) == (45, 46) and "n_randomized" in before.flags
    assert (after.treatment.n, after.control.n) == numbers
    assert after.flags == (*(flag for flag in before.flags if flag != "n_randomized"), "n_derived")
    variance = sum(arm.sd**2 / n for arm, n in zip((before.treatment, before.control), numbers, strict=True))
    assert after.effect.variance == pytest.approx(variance)


def test_where_no_percentage_is_telling_the_contrast_stays(evidence):
    evidence = with_percentages(evidence, MANY, MANY)
    for _, before in candidates_of(evidence, HEADLINE).pairs():
        assert derived_n(evidence, before) is before


def test_derived_counts_are_of_participants_analyzed(evidence):
    found = contrast(evidence, "zang2022", RESPONDERS)
    assert (found.treatment.n_is_randomized, found.control.n_is_randomized) == (False, False)
    assert found.flags == ("count_derived",)


def test_an_interval_printed_with_one_limit_is_no_interval(evidence):
    evidence = with_percentages(evidence, NINE_OF_44, TWO_OF_44)
    evidence = changed(evidence, "contrasts", DIFFERENCE, ci_low=math.nan)
    found = contrast(evidence, "zang2022", RESPONDERS)
    assert [(arm.events, arm.n) for arm in (found.treatment, found.control)] == [(9, 44), (2, 44)]


def test_every_interval_that_is_printed_counts(evidence):
    before = contrast(evidence, "zang2022", RESPONDERS)
    later = added(evidence, "contrasts", DIFFERENCE)
    later = changed(later, "contrasts", DIFFERENCE, ci_low=math.nan, ci_high=math.nan)
    after = contrast(later, "zang2022", RESPONDERS)
    assert before.effect is not None and after.effect == before.effect


@pytest.mark.parametrize("row", [CELLS, PLACEBO])
def test_a_percentage_of_one_arm_alone_gives_no_counts(evidence, row):
    found = contrast(changed(evidence, "outcomes", row, mean=math.nan), "zang2022", RESPONDERS)
    assert found.effect is None


def test_a_percentage_of_an_unknown_number_gives_no_counts(evidence):
    evidence = changed(evidence, "studies", {"study_id": "zang2022"}, n_control=math.nan, n_randomised=math.nan)
    evidence = changed(evidence, "outcomes", {"study_id": "zang2022", "arm_role": "control"}, n=math.nan)
    found = contrast(evidence, "zang2022", RESPONDERS)
    assert (found.control.n, found.effect) == (None, None)
