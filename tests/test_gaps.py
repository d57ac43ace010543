"""Which numbers to extract next: the assumed ranges against direct calls, and against tables that hold them."""

import dataclasses
from math import nan, sqrt

import missing_values
import pytest
from edits import added, changed, without_studies

from mscreview import analyse, pool
from mscreview.gaps import gaps_of, pooled_sd
from mscreview.pools import candidates_of, pool_result
from mscreview.selection import Question
from mscreview.tables.missing import next_values

KEY = "hba1c.t2dm.msc.controlled"
HEADLINE, WIDEST = Question("hba1c", "t2dm", "msc"), Question("hba1c", "both", "any")


def gap(gaps, study_id):
    return next(one for one in gaps.rows if one.study_id == study_id)


def gaps_with(evidence, question=HEADLINE):
    """The gaps of changed evidence, without the rest of the analysis."""
    return gaps_of(evidence, question, pool_result(evidence, candidates_of(evidence, question)))


def test_the_sd_is_that_of_all_arms_with_one(results):
    trials = results[KEY].trials
    printed = [(t.n_treatment, t.sd_treatment) for t in trials if t.sd_treatment]
    printed += [(t.n_control, t.sd_control) for t in trials if t.sd_control]
    assert len(printed) == 4 and len(trials) == 3  # one prints its difference alone
    expected = sqrt(sum((n - 1) * sd**2 for n, sd in printed) / sum(n - 1 for n, _ in printed))
    assert results[f"gaps.{KEY}"].sd == pytest.approx(expected, rel=1e-12)
    assert pooled_sd(()) is None


def test_a_range_is_the_pool_with_the_trial_at_either_end(results):
    gaps, today = results[f"gaps.{KEY}"], results[KEY]
    found = gap(gaps, "huj2016")
    se = gaps.sd * sqrt(1 / 31 + 1 / 30)
    effects, variances = [t.effect for t in today.trials], [t.se**2 for t in today.trials]
    low, high = (pool([*effects, end], [*variances, se**2]) for end in (today.pi_low, today.pi_high))
    assert (found.estimate_low, found.estimate_high) == (low.estimate, high.estimate)
    assert found.ends == ((low.ci_low, low.ci_high), (high.ci_low, high.ci_high))
    assert found.reach == max(today.estimate - low.estimate, high.estimate - today.estimate)


def test_all_at_one_end_together_reach_farther_than_each(results):
    gaps = results[f"gaps.{KEY}"]
    without = [one for one in gaps.rows if one.reason != "n_randomized"]
    assert len(without) == gaps.n_without_value == 3
    assert gaps.all_low < min(one.estimate_low for one in without)
    assert gaps.all_high > max(one.estimate_high for one in without)


def test_the_table_that_holds_the_assumed_value_gives_the_promised_estimate(evidence, results):
    gaps = results[f"gaps.{KEY}"]
    found = gap(gaps, "lian2023")
    assert (found.reason, found.missing) == ("baseline_only", ("mean", "sd", "n"))
    start = evidence.outcomes[(evidence.outcomes["study_id"] == "lian2023") & (evidence.outcomes["outcome"] == "hba1c")]
    at_start = start.set_index("arm_role")["row"]
    for role, mean, n in (("control", 8.0, 10), ("treatment", 8.0 + gaps.pi_low, 24)):
        values = {"time_months": 12.0, "mean": mean, "sd": gaps.sd, "n": float(n), "spread_label": "SD stated"}
        evidence = added(evidence, "outcomes", int(at_start[role]), **values, median=nan, q1=nan, q3=nan)
    filled = gaps_with(evidence)
    assert filled.estimate == pytest.approx(found.estimate_low, rel=1e-12)
    assert "lian2023" not in {one.study_id for one in filled.rows}


def test_numbers_analyzed_matter_only_where_the_spread_rests_on_them(results):
    gaps, today = results[f"gaps.{KEY}"], results[KEY]
    wanted = {one.study_id for one in gaps.rows if one.reason == "n_randomized"}
    assert wanted == {"chenp2016", "zang2022"}  # Skyler 2015 prints the error of its difference
    found = gap(gaps, "chenp2016")
    trials = [(t.effect, t.se / sqrt(0.8) if t.study_id == "chenp2016" else t.se) for t in today.trials]
    fewer = pool([effect for effect, _ in trials], [se**2 for _, se in trials])
    assert sorted((found.estimate_low, found.estimate_high)) == sorted((today.estimate, fewer.estimate))


def test_what_reaches_farthest_stands_first_and_the_unbounded_last(evidence):
    gaps = gaps_with(changed(evidence, "studies", {"study_id": "huj2016"}, n_control=nan))
    reaches = [one.reach for one in gaps.rows]
    assert reaches[:-1] == sorted(reaches[:-1], reverse=True) and len(reaches) == 5
    last = gaps.rows[-1]
    assert (last.study_id, last.reach, last.ends, last.unbounded) == ("huj2016", None, (), "n_not_stated")


def test_nothing_is_bounded_by_a_pool_without_prediction_interval_or_sd(evidence, results):
    two = gaps_with(without_studies(evidence, "zang2022", "zang2023"))
    assert {one.unbounded for one in two.rows if one.reason != "n_randomized"} == {"no_prediction_interval"}
    assert two.all_low is None
    trials = tuple(dataclasses.replace(t, sd_treatment=None, sd_control=None) for t in results[KEY].trials)
    bare = gaps_of(evidence, HEADLINE, dataclasses.replace(results[KEY], trials=trials))
    assert {one.unbounded for one in bare.rows if one.reason != "n_randomized"} == {"no_sd"}


def test_only_what_a_number_could_change_is_asked_for(evidence, results):
    widest = gaps_of(evidence, WIDEST, results[WIDEST.key])
    left = {trial.study_id: trial.reason for trial in results[WIDEST.key].not_pooled}
    listed = {one.study_id for one in widest.rows}
    assert left["rioasc12m"] == "co_intervention" and "rioasc12m" not in listed
    assert {name for name, reason in left.items() if reason == "not_reported"} <= listed
    assert widest.n_without_value == len([name for name in left if name in listed])


def test_the_command_prints_what_the_chapter_shows(evidence, results, capsys):
    assert missing_values.main() == 0
    printed = " ".join(capsys.readouterr().out.split())
    for row in next_values(results).rows:
        trial, missing, sizes, moved, *_, why, _ = row
        assert f"{trial}, n {sizes} ({trial.url})" in printed
        assert f"of each arm: {missing}; {why}" in printed and f"could come to: {moved}" in printed
    changed_results = analyse(changed(evidence, "studies", {"study_id": "huj2016"}, n_control=nan))
    said = "\n".join(missing_values.lines_of(changed_results))
    assert "the pool (headline) could come to: cannot be bounded: n not stated\n" in said
