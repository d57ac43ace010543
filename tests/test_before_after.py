"""Change within an arm: which time and which report stand for a cohort, and what a change needs."""

import pytest
from edits import added, changed, with_table

from mscreview.before_after import before_after_of
from mscreview.selection import Question

QUESTION = Question("hba1c", "t2dm", "any")
BEFORE, AFTER, PLACEBO = 20, 21, {"study_id": "zang2022", "arm_label": "placebo"}


def arms_of(evidence, study_id="zang2022"):
    return [arm for arm in before_after_of(evidence, QUESTION).arms if arm.study_id == study_id]


def months_of(evidence, *times):
    """The time that is chosen where the cells of a trial have values at these times, and the placebo at the first."""
    evidence = changed(evidence, "outcomes", PLACEBO | {"time_months": 11.0}, time_months=times[0])
    evidence = changed(evidence, "outcomes", AFTER, time_months=times[0])
    for time in times[1:]:
        evidence = added(evidence, "outcomes", AFTER, time_months=time)
    return {arm.months for arm in arms_of(evidence)}


@pytest.mark.parametrize(
    ("times", "chosen"),
    [
        ([6.0, 11.0], 11.0),
        ([11.0, 6.0], 11.0),
        ([9.0, 15.0], 15.0),  # as near: the later
        ([15.0, 9.0], 15.0),
        ([9.4, 15.0], 9.4),
        ([9.0, 14.8], 14.8),
        ([12.1 - 0.2, 12.1], 12.1),  # as near but for the last digit of the difference
        ([24.0, 3.0], 3.0),
        ([1.0, 24.0], 24.0),
    ],
)
def test_the_time_nearest_to_12_months_stands_for_a_report(evidence, times, chosen):
    assert months_of(evidence, *times) == {chosen}


@pytest.mark.parametrize(("months", "taken"), [(2.6, False), (2.7, True), (24.0, True), (24.1, False)])
def test_changes_count_within_the_limits_of_time(evidence, months, taken):
    evidence = changed(evidence, "outcomes", {"study_id": "zang2022", "time_months": 11.0}, time_months=months)
    assert [arm.statistic for arm in arms_of(evidence)] == ["means", "means"] * taken


def report_of(evidence, cohort, months, label="AAA", year=2001):
    """`evidence` with karina2023 as one more report of a cohort, at a time of its own."""
    evidence = changed(evidence, "studies", {"study_id": "karina2023"}, cohort=cohort, label=label, year=year)
    return changed(evidence, "outcomes", {"study_id": "karina2023", "time_months": 3.0}, time_months=months)


@pytest.mark.parametrize(("months", "taken"), [(10.9, False), (12.5, True), (13.0, True), (13.1, False)])
def test_the_report_nearest_to_12_months_stands_for_a_cohort(evidence, months, taken):
    found = before_after_of(report_of(evidence, "zang2022", months), QUESTION).arms
    ids = {arm.study_id for arm in found}
    assert ("karina2023" in ids, "zang2022" in ids) == (taken, not taken)


def ids_of(evidence):
    return list(dict.fromkeys(arm.study_id for arm in before_after_of(evidence, QUESTION).arms))


def test_reports_stand_by_year_and_then_by_name(evidence):
    assert ids_of(report_of(evidence, "karina2023", 3.0))[0] == "karina2023"
    years = {s["study_id"]: (s["year"], s["label"]) for s in evidence.reports}
    order = ids_of(evidence)
    assert order == sorted(order, key=years.get) and len(set(order)) > 4


def test_cells_stand_before_their_control_whatever_the_order_of_the_rows(evidence):
    turned = with_table(evidence, "outcomes", evidence.outcomes.iloc[::-1].reset_index(drop=True))
    assert [arm.role for arm in arms_of(turned)] == ["treatment", "control"]


def test_only_a_report_without_a_control_is_uncontrolled(evidence):
    assert {arm.controlled for arm in arms_of(evidence)} == {True}
    assert {arm.controlled for arm in arms_of(evidence, "karina2023")} == {False}


def medians(evidence, before, after, n=30.0):
    """`evidence` where zang2022's cells have medians with quartiles, (q1, median, q3), instead of means."""
    for row, (q1, median, q3) in ((BEFORE, before), (AFTER, after)):
        nothing = float("nan")
        evidence = changed(evidence, "outcomes", row, mean=nothing, sd=nothing, q1=q1, median=median, q3=q3, n=n)
    return evidence


def test_medians_are_converted_where_they_show_no_skew(evidence):
    cells, _ = arms_of(medians(evidence, (8.0, 9.0, 10.0), (6.0, 7.0, 8.0)))
    assert (cells.statistic, cells.mean_before, cells.mean_after, cells.change) == ("medians", 9.0, 7.0, -2.0)
    assert cells.sd_before == cells.sd_after == pytest.approx(2 / 1.35, rel=0.07)
    assert len(cells.intervals) == 5


@pytest.mark.parametrize(
    ("before", "after", "n"),
    [
        ((8.0, 9.0, 10.0), (0.5, 1.0, 4.0), 30.0),  # a mean below one SD: skewed
        ((8.0, 9.0, float("nan")), (6.0, 7.0, 8.0), 30.0),
        ((8.0, 9.0, 10.0), (float("nan"), 7.0, 8.0), 30.0),
        ((8.0, 9.0, 10.0), (6.0, 7.0, 8.0), 1.0),
    ],
)
def test_medians_stand_as_they_are_without_an_interval_where_no_mean_can_be_had(evidence, before, after, n):
    cells, _ = arms_of(medians(evidence, before, after, n))
    assert (cells.statistic, cells.mean_before, cells.mean_after) == ("medians", before[1], after[1])
    assert (cells.sd_before, cells.sd_after, cells.intervals, cells.t_quantile) == (None, None, (), None)


def test_a_mean_of_one_time_and_a_median_of_the_other_are_no_change(evidence):
    half = medians(evidence, (8.0, 9.0, 10.0), (6.0, 7.0, 8.0))
    half = changed(half, "outcomes", BEFORE, mean=9.0, median=float("nan"))
    assert {arm.role for arm in arms_of(half)} <= {"control"}


@pytest.mark.parametrize(
    ("row", "values", "there"),
    [
        (AFTER, {"n": 2.0}, True),
        (AFTER, {"n": 1.0}, False),
        (BEFORE, {"sd": float("nan")}, False),
        (AFTER, {"sd": float("nan")}, False),
    ],
)
def test_an_interval_needs_both_spreads_and_two_participants(evidence, row, values, there):
    cells, _ = arms_of(changed(evidence, "outcomes", row, **values))
    assert bool(cells.intervals) is there and (cells.t_quantile is not None) is there
    assert cells.change == pytest.approx(7.52 - 9.02)


def test_a_change_names_the_rows_that_it_comes_from(evidence):
    cells, _ = arms_of(evidence)
    assert {("outcomes", BEFORE), ("outcomes", AFTER)} <= {(s["table"], s["row"]) for s in cells.sources}
    assert cells.flags == ("n_randomized",)
    assert arms_of(changed(evidence, "outcomes", AFTER, n=40.0))[0].flags == ()


def test_an_arm_of_one_participant_has_medians_and_two_have_a_mean(evidence):
    for n, sd in ((1.0, None), (2.0, True)):
        cells, _ = arms_of(medians(evidence, (8.0, 9.0, 10.0), (6.0, 7.0, 8.0), n))
        assert (cells.sd_before is None) is (sd is None)


def test_spreads_beside_a_skewed_median_are_not_shown(evidence):
    """A table that holds a median with quartiles and an SD."""
    skewed = medians(evidence, (8.0, 9.0, 10.0), (0.5, 1.0, 4.0))
    for row in (BEFORE, AFTER):
        skewed = changed(skewed, "outcomes", row, sd=1.0)
    cells, _ = arms_of(skewed)
    assert (cells.sd_before, cells.sd_after, cells.intervals) == (None, None, ())
