"""Which trial, report, time and rows a pool takes, on the real tables with single rows changed."""

import math

import pytest
from edits import ANY, added, changed, chosen, contrast, without_rows, without_studies

from mscreview.derived import counts_from_percentage
from mscreview.review import HEADLINE
from mscreview.selection import Question, eligible_arm_labels, eligible_reports, select

ZANG = {"cells": 21, "control": 23}  # rows of outcomes.csv: the means of zang2022 at 11 months
CHENP = {"cells": 240, "control": 241}  # those of chenp2016 at 5.5 months
SKYLER = {"named": 16, "other": 18}  # rows of contrasts.csv at 2.8 months


@pytest.fixture(autouse=True)
def rows_are_where_the_tests_expect_them(evidence):
    rows = evidence.outcomes.set_index("row")
    assert set(rows.loc[[*ZANG.values()], "study_id"]) == {"zang2022"}
    assert set(rows.loc[[*CHENP.values()], "study_id"]) == {"chenp2016"}


def at_another_time(evidence, months, source=CHENP, shift=0.0):
    """`evidence` with the two arms of a trial printed at a second time, means shifted."""
    for row in source.values():
        mean = evidence.outcomes.set_index("row").loc[row, "mean"]
        evidence = added(evidence, "outcomes", row, time_months=months, mean=mean + shift)
    return evidence


def ids(evidence, question=HEADLINE):
    return [study["study_id"] for study in eligible_reports(evidence, question)]


# --- time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "expected"),
    [(3, 5.5), (11, 11), (12, 12), (13, 13), (18.4, 18.4), (18.5, 18.5), (18.6, 5.5)],
)
def test_time_nearest_to_12_months_is_chosen_and_ties_go_to_the_later(evidence, months, expected):
    """The real value is at 5.5 months, 6.5 from 12; so is 18.5."""
    assert chosen(at_another_time(evidence, months), "chenp2016").months == expected


def test_tie_in_weeks_is_a_tie_in_months_too(evidence):
    """12 - 7.99 is smaller than 16.01 - 12, but only in the last bit."""
    moved = changed(evidence, "outcomes", {"study_id": "chenp2016", "outcome": "hba1c"}, time_months=7.99)
    assert chosen(at_another_time(moved, 16.01), "chenp2016").months == 16.01


@pytest.mark.parametrize(
    ("months", "reason"),
    [
        (0, "baseline_only"),
        (2.5, "before_12_weeks"),
        (2.76, ""),
        (24, ""),
        (24.1, "beyond_24_months"),
    ],
)
def test_12_weeks_to_24_months(evidence, months, reason):
    """12 weeks are 2.76 months."""
    moved = changed(evidence, "outcomes", {"study_id": "chenp2016", "outcome": "hba1c"}, time_months=months)
    selected = chosen(moved, "chenp2016")
    assert selected.reason == reason
    assert selected.months == (None if reason else months)


def test_blank_time_gives_no_effect(evidence):
    blank = changed(
        evidence, "outcomes", {"study_id": "chenp2016", "outcome": "hba1c"}, time_months=math.nan
    )
    selected = chosen(blank, "chenp2016")
    assert (selected.months, selected.reason) == (None, "time_not_stated")
    assert contrast(blank, "chenp2016") is None


def test_only_rows_of_the_chosen_time_are_used(evidence):
    selected = chosen(at_another_time(evidence, 12, shift=-1), "chenp2016")
    assert {r["time_months"] for r in selected.rows} == {12}
    assert contrast(at_another_time(evidence, 12, shift=-1), "chenp2016").treatment.mean < 6


# --- report ---------------------------------------------------------------------------------


def test_probable_overlap_is_one_cohort_and_the_larger_report_speaks(evidence):
    studies = evidence.studies.set_index("study_id")
    assert studies.loc["zang2023", "cohort_certainty"] == "probable"
    assert {"zang2022", "zang2023"} <= set(ids(evidence))
    assert chosen(evidence, "zang2022").study["study_id"] == "zang2022"


def test_larger_n_decides_at_the_same_time(evidence):
    more = changed(evidence, "outcomes", {"study_id": "zang2023"}, n=60.0)
    assert chosen(more, "zang2022").study["study_id"] == "zang2023"


def test_nearer_time_beats_larger_n(evidence):
    nearer = changed(evidence, "outcomes", {"study_id": "zang2023", "time_months": 11}, time_months=12)
    assert chosen(nearer, "zang2022").study["study_id"] == "zang2023"


@pytest.mark.parametrize(
    ("first", "second", "speaks"),
    [
        ("abstract", "paper table", "zang2023"),
        ("paper table", "abstract", "zang2022"),
        ("news", "sponsor", "zang2023"),
        ("review", "registry", "zang2023"),
    ],
)
def test_fuller_source_decides_at_the_same_time_and_n(evidence, first, second, speaks):
    same = changed(evidence, "studies", {"study_id": "zang2023"}, n_randomised=91.0)
    same = changed(same, "outcomes", {"study_id": "zang2023"}, n=math.nan, source_level=second)
    same = changed(same, "outcomes", {"study_id": "zang2022"}, source_level=first)
    same = changed(same, "contrasts", {"study_id": "zang2022"}, source_level=first)
    same = without_rows(same, "contrasts", *contrast_rows(same, "zang2023"))
    assert chosen(same, "zang2022").study["study_id"] == speaks


def contrast_rows(evidence, study_id):
    table = evidence.contrasts
    return list(table.loc[table["study_id"] == study_id, "row"])


def test_unusable_nearest_time_is_not_replaced(evidence):
    """A value without a spread at 12 months is nearer than the usable one at 5.5 months."""
    bare = at_another_time(evidence, 12)
    bare = changed(
        bare,
        "outcomes",
        {"study_id": "chenp2016", "outcome": "hba1c", "time_months": 12},
        sd=math.nan,
        p_between="",
    )
    assert chosen(bare, "chenp2016").months == 12
    found = contrast(bare, "chenp2016")
    assert found.effect is None and found.months == 12


def test_unusable_nearest_time_enters_by_its_exact_p(evidence):
    bare = at_another_time(evidence, 12)
    at_12 = {"study_id": "chenp2016", "outcome": "hba1c", "time_months": 12}
    found = contrast(changed(bare, "outcomes", at_12, sd=math.nan, p_between="0.03"), "chenp2016")
    assert found.effect.effect_source == "exact p" and found.months == 12


def test_unusable_nearest_time_keeps_the_printed_direction(evidence):
    bare = without_rows(evidence, "outcomes", *ZANG.values(), 24, 25)
    found = contrast(without_studies(bare, "zang2023"), "zang2022")
    assert found.effect is None
    assert (found.direction, found.p_printed) == ("better", "0.0081")


# --- eligible trials ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("control", "other cells"),
        ("control", "none"),
        ("control", "not stated"),
        ("design", "single-arm"),
        ("population_group", "t1dm"),
        ("population_group", "diabetic kidney disease"),
    ],
)
def test_other_controls_designs_and_populations_are_not_eligible(evidence, column, value):
    assert "zang2022" in ids(evidence)
    other = changed(evidence, "studies", {"study_id": "zang2022"}, **{column: value})
    assert "zang2022" not in ids(other)


@pytest.mark.parametrize("control", ["placebo", "sham", "standard care"])
def test_real_controls_are_eligible(evidence, control):
    assert "zang2022" in ids(changed(evidence, "studies", {"study_id": "zang2022"}, control=control))


def test_no_trial_against_other_cells_is_in_any_question(evidence):
    other = set(evidence.studies.loc[evidence.studies["control"] == "other cells", "study_id"])
    everything = Question("hba1c", "both", "any")
    assert other and not other & set(ids(evidence, everything))


def test_class_belongs_to_the_arm(evidence):
    """A study counted as MSC whose arm is not: its arm decides, in both directions."""
    cells = {"study_id": "chenp2016", "arm_role": "treatment"}
    mononuclear = changed(evidence, "outcomes", cells, arm_product="not_expanded_msc")
    assert "chenp2016" not in ids(mononuclear)
    assert "chenp2016" in ids(mononuclear, ANY)
    relabeled = changed(evidence, "studies", {"study_id": "chenp2016"}, product_class="not_expanded_msc")
    assert "chenp2016" in ids(relabeled)


def test_of_a_trial_with_two_products_only_the_asked_arm_enters(evidence):
    other = added(
        evidence, "outcomes", CHENP["cells"], arm_label="BM-MNC", arm_product="not_expanded_msc", mean=9.9
    )
    assert {r["arm_label"] for r in chosen(other, "chenp2016").rows} == {
        "LIRA + hUC-MSC",
        "LIRA + sham (saline)",
    }
    assert contrast(other, "chenp2016").treatment.n == contrast(evidence, "chenp2016").treatment.n


def test_arms_of_one_product_are_combined(evidence):
    routes = added(evidence, "outcomes", CHENP["cells"], arm_label="second route")
    once, twice = contrast(evidence, "chenp2016"), contrast(routes, "chenp2016")
    assert twice.treatment.n == 2 * once.treatment.n
    assert twice.control == once.control
    assert twice.effect.estimate == pytest.approx(once.effect.estimate)
    assert twice.effect.variance < once.effect.variance


def test_each_cohort_is_selected_once(evidence):
    cohorts = [s.study["cohort"] for s in select(evidence, ANY)]
    assert len(cohorts) == len(set(cohorts))


# --- rows that never enter ------------------------------------------------------------------


@pytest.mark.parametrize("subset", ["responders", "baseline subgroup"])
def test_subsets_are_never_used(evidence, subset):
    """Were it used, the subset would win: it is nearer to 12 months."""
    part = at_another_time(evidence, 12, shift=-3)
    part = changed(part, "outcomes", {"study_id": "chenp2016", "time_months": 12}, subset=subset)
    assert [r["row"] for r in chosen(part, "chenp2016").rows] == list(CHENP.values())


@pytest.mark.parametrize("unit", ["% change", "%"])
def test_relative_values_give_a_direction_only(evidence, unit):
    """Percent changes with an SD would pass for absolute ones if the scale were not looked at."""
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    relative = changed(evidence, "outcomes", where, scale="relative", unit=unit, is_change="yes")
    assert contrast(relative, "chenp2016").effect is None


@pytest.mark.parametrize("kind", ["within_arm", "between_arms_subgroup", "between_cell_arms", "baseline"])
def test_only_differences_between_arms_are_controlled_evidence(evidence, kind):
    other = changed(evidence, "contrasts", {"study_id": "skyler2015"}, contrast_type=kind)
    assert chosen(other, "skyler2015").reason == "baseline_only"


def test_real_responder_and_relative_rows_exist_and_stay_out(evidence, results):
    table = evidence.outcomes.set_index("row")
    out = table.index[(table["subset"] != "all") | (table["scale"] == "relative")]
    assert len(out)
    used = {
        source["row"]
        for pool in results.pools.values()
        for trial in pool.trials
        for source in trial.sources
        if source["table"] == "outcomes"
    }
    assert used and not used & set(out)


# --- the order of effect sources ------------------------------------------------------------


def test_printed_difference_comes_before_means(evidence):
    printed = changed(evidence, "contrasts", {"study_id": "zang2022", "outcome": "hba1c"}, estimate=-0.5, se=0.3)
    found = contrast(printed, "zang2022")
    assert (found.effect.estimate, found.effect.se) == (-0.5, pytest.approx(0.3))
    assert found.effect.effect_source == "difference"


def test_printed_interval_serves_where_no_standard_error_is(evidence):
    row = {"row": SKYLER["named"]}
    by_interval = changed(evidence, "contrasts", row, se=math.nan, ci_low=-0.79, ci_high=0.19)
    t = 2.04523  # 0.975 quantile with 15 + 16 - 2 degrees of freedom
    assert contrast(by_interval, "skyler2015").effect.se == pytest.approx(0.98 / 2 / t, rel=1e-4)


def test_final_values_come_before_printed_changes(evidence):
    found = contrast(evidence, "zang2022")
    assert found.effect.effect_source == "final values"
    assert {s.row for s in found.sources} >= set(ZANG.values())


def test_medians_serve_where_no_means_are(evidence):
    assert contrast(evidence, "bhansalia2014", ANY).effect.effect_source == "medians"


def test_changes_with_sds_serve_where_final_values_are_missing(evidence):
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    found = contrast(changed(evidence, "outcomes", where, is_change="yes"), "chenp2016")
    assert found.effect.effect_source == "changes"


@pytest.mark.parametrize(("p", "source"), [("0.03", "exact p"), ("<0.05", None), (">0.05", None), ("", None)])
def test_only_an_exact_p_gives_a_variance(evidence, p, source):
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    effect = contrast(changed(evidence, "outcomes", where, sd=math.nan, p_between=p), "chenp2016").effect
    assert (effect.effect_source if effect else None) == source


def test_standard_error_of_a_mean_becomes_its_sd(evidence):
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    by_se = changed(evidence, "outcomes", where, sd=math.nan, se=0.2, spread_label="SE by the abstract")
    found = contrast(by_se, "chenp2016")
    assert found.treatment.sd == pytest.approx(0.2 * math.sqrt(6))
    assert found.effect.se == pytest.approx(math.sqrt(0.08))


def test_mmol_mol_is_converted_for_values_and_spreads_alike(evidence):
    """Master equation: % = mmol/mol / 10.929 + 2.15; the intercept falls out of a difference."""
    table = evidence.outcomes.set_index("row")
    ifcc = evidence
    for row in CHENP.values():
        mean, sd = table.loc[row, ["mean", "sd"]]
        ifcc = changed(ifcc, "outcomes", row, unit="mmol/mol", mean=(mean - 2.15) * 10.929, sd=sd * 10.929)
    ours, theirs = contrast(evidence, "chenp2016"), contrast(ifcc, "chenp2016")
    assert theirs.treatment.mean == pytest.approx(ours.treatment.mean)
    assert theirs.effect.estimate == pytest.approx(ours.effect.estimate)
    assert theirs.effect.variance == pytest.approx(ours.effect.variance)


# --- values that fit no rule ----------------------------------------------------------------


def test_value_in_an_unknown_unit_gives_no_effect(evidence):
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    assert contrast(changed(evidence, "outcomes", where, unit="not stated"), "chenp2016").effect is None


def test_relative_difference_gives_its_direction_only(evidence):
    relative = changed(evidence, "contrasts", {"study_id": "skyler2015", "outcome": "hba1c"}, unit="% change")
    found = contrast(relative, "skyler2015")
    assert (found.effect, found.direction) == (None, "better")


@pytest.mark.parametrize("p", ["0", "0.000", "1"])
def test_p_of_zero_or_one_gives_no_variance(evidence, p):
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    assert contrast(changed(evidence, "outcomes", where, sd=math.nan, p_between=p), "chenp2016").effect is None


def test_cells_in_a_control_arm_are_no_control(evidence):
    other = changed(evidence, "outcomes", CHENP["control"], arm_product="msc")
    assert contrast(other, "chenp2016").effect is None


def test_remarks_say_one_reading_of_the_spread(evidence):
    """With p = 0.9 the spread of zang2022 can only be an SE; with its own p only an SD."""
    assert "spread_unlabeled" in contrast(evidence, "zang2022").flags
    where = {"study_id": "zang2022", "outcome": "hba1c"}
    found = contrast(changed(evidence, "outcomes", where, p_between="0.9"), "zang2022")
    assert "spread_read_as_se" in found.flags and "spread_unlabeled" not in found.flags
    assert found.treatment.sd == pytest.approx(1.07 * math.sqrt(45))


# --- n --------------------------------------------------------------------------------------


def test_printed_n_is_used_and_not_flagged(evidence):
    found = contrast(evidence, "bhansalia2014", ANY)
    assert (found.treatment.n, found.control.n) == (11, 10)
    assert "n_randomized" not in found.flags


def test_n_that_the_table_calls_allocated_is_flagged(evidence):
    found = contrast(evidence, "chenp2016")
    assert (found.treatment.n, found.control.n) == (6, 6)
    assert "n_randomized" in found.flags


def test_randomized_n_is_used_where_none_is_printed_and_flagged(evidence):
    found = contrast(evidence, "zang2022")
    studies = evidence.studies.set_index("study_id")
    assert found.treatment.n == studies.loc["zang2022", "n_treated"]
    assert found.control.n == studies.loc["zang2022", "n_control"]
    assert "n_randomized" in found.flags


def test_randomized_n_comes_from_the_baseline_row_and_names_it(evidence):
    other = changed(evidence, "outcomes", 20, n=40.0)
    found = contrast(other, "zang2022")
    assert found.treatment.n == 40
    assert ("outcomes", 20) in {(s.table, s.row) for s in found.sources}


def test_baseline_n_of_a_subset_is_not_the_n_of_the_arm(evidence):
    part = changed(evidence, "outcomes", {"study_id": "zang2022", "time_months": 0}, subset="baseline subgroup", n=9.0)
    assert contrast(part, "zang2022").treatment.n == 45


def test_printed_difference_takes_the_n_printed_at_its_time(evidence):
    where = {"study_id": "chenp2016"}
    studies = changed(evidence, "studies", where, n_treated=10.0, n_control=10.0)
    printed = added(
        studies,
        "contrasts",
        SKYLER["named"],
        study_id="chenp2016",
        time_months=5.5,
        comparison="LIRA + hUC-MSC vs LIRA + sham",
    )
    found = contrast(printed, "chenp2016")
    assert found.effect.effect_source == "difference"
    assert (found.treatment.n, found.control.n) == (6, 6)


def test_single_cell_arm_is_the_arm_of_a_printed_difference_whatever_its_words(evidence):
    printed = changed(
        evidence,
        "contrasts",
        {"study_id": "zang2022", "outcome": "hba1c"},
        comparison="difference between the groups",
        estimate=-0.5,
        se=0.3,
    )
    found = contrast(printed, "zang2022")
    assert (found.treatment.n, found.control.n) == (45, 46)


# --- the dose range of skyler2015 -----------------------------------------------------------


def test_named_dose_enters_and_the_other_end_waits_beside_it(evidence):
    found = contrast(evidence, "skyler2015")
    table = evidence.contrasts.set_index("row")
    assert found.sources[0].row == SKYLER["named"]
    assert found.effect.estimate == table.loc[SKYLER["named"], "estimate"]
    assert "selected_dose" in found.flags
    (other,) = found.other_ends
    assert other.sources[0].row == SKYLER["other"]
    assert other.effect.estimate == table.loc[SKYLER["other"], "estimate"]


def test_n_of_a_dose_is_that_of_its_own_arm(evidence):
    found = contrast(evidence, "skyler2015")
    assert found.treatment.label == "2.0e6/kg"
    assert (found.treatment.n, found.control.n) == (15, 16)


# --- derived n ------------------------------------------------------------------------------


def test_percentage_that_one_pair_explains():
    """4.55% of 46 at most: 2 of 44 = 4.545..., and no other pair from 37 to 46 rounds to it."""
    assert counts_from_percentage(4.55, 46, 2) == [(2, 44)]


def test_percentage_that_many_pairs_explain():
    """20% is 9 of 45 and 8 of 40."""
    assert set(counts_from_percentage(20.0, 45, 2)) == {(9, 45), (8, 40)}


def test_percentage_that_no_pair_explains():
    assert counts_from_percentage(33.0, 4, 0) == []


def test_totals_run_down_to_four_fifths_of_the_randomized():
    """100% fits every total, so the totals show the range: 80% of 45 is 36."""
    assert [total for _, total in counts_from_percentage(100, 45, 0)] == list(range(45, 35, -1))


def test_half_may_have_been_rounded_up_or_to_even():
    """1 of 8 is 12.5%, printed as 13% by most papers and as 12% by others."""
    assert (1, 8) in counts_from_percentage(13, 8, 0)
    assert (1, 8) in counts_from_percentage(12, 8, 0)


def test_an_arm_of_some_participants_alone_is_no_arm_of_the_trial(evidence):
    """Men of an arm that is not listed as a whole, and its control among them."""
    extra = added(evidence, "outcomes", 240, arm_label="other dose, men", subset="men")
    study = next(s for s in evidence.reports if s["study_id"] == "chenp2016")
    whole = eligible_arm_labels(evidence, HEADLINE, study)
    assert eligible_arm_labels(extra, HEADLINE, study) == whole == ["LIRA + hUC-MSC"]
