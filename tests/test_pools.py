"""Every outcome of the plan: which values enter a pool, as what, and which analyses vary it."""

import math

import pytest
from edits import added, changed

from mscreview import analyse, pool
from mscreview.baselines import difference_in_change_of
from mscreview.derived import counts_from_percentage
from mscreview.outcomes import OUTCOMES
from mscreview.pools import candidates_of, pool_result
from mscreview.review import HEADLINE
from mscreview.selection import POPULATIONS, PRODUCTS, Question

AUC = Question("c_peptide_auc", "t1dm", "msc")
RESPONDERS = Question("composite_responders", "t2dm", "any")


def pooled(evidence, question):
    return pool_result(evidence, candidates_of(evidence, question))


def contrast(evidence, question, study_id):
    pairs = candidates_of(evidence, question).pairs()
    return next(c for s, c in pairs if s.study["study_id"] == study_id)


def reasons(result):
    return {t.study_id: t.reason for t in result.not_pooled}


# --- keys -----------------------------------------------------------------------------------


def test_every_outcome_population_and_product_has_a_pool(results):
    for outcome in OUTCOMES:
        for population in POPULATIONS:
            for product in PRODUCTS:
                found = results[f"{outcome}.{population}.{product}.controlled"]
                assert found.measure == OUTCOMES[outcome].measure
                assert f"certainty.{found.key}" in results
                assert f"directions.{outcome}.{population}.{product}" in results


def test_wider_questions_hold_the_trials_of_narrower_ones(results):
    for outcome in OUTCOMES:
        trials = {}
        for product in PRODUCTS:
            for population in POPULATIONS:
                found = results[f"{outcome}.{population}.{product}.controlled"]
                trials[population, product] = {t.study_id for t in found.trials}
        for product in PRODUCTS:
            both = trials["t2dm", product] | trials["t1dm", product]
            assert trials["both", product] == both
        for population in POPULATIONS:
            assert trials[population, "msc"] <= trials[population, "msc_or_with_others"]
            assert trials[population, "msc_or_with_others"] <= trials[population, "any"]


# --- units ----------------------------------------------------------------------------------


def test_glucose_in_mg_dl_is_converted(evidence, results):
    """cai2016 prints 151.2 and 184.2 mg/dL at 12 months."""
    trial = results["fpg.t1dm.msc_or_with_others.controlled"].trial("cai2016")
    assert trial.mean_treatment == pytest.approx(151.2 / 18.016)
    assert trial.effect == pytest.approx((151.2 - 184.2) / 18.016)


def test_a_dose_in_the_other_unit_is_named_and_not_pooled(results):
    per_day = results["insulin_iu_per_day.t1dm.msc_or_with_others.controlled"]
    per_kg = results["insulin_iu_per_kg_per_day.t1dm.msc_or_with_others.controlled"]
    assert reasons(per_day)["cai2016"] == "other_unit"
    assert [t.study_id for t in per_kg.trials] == ["cai2016"]


def test_an_area_under_the_curve_without_a_unit_gives_g(results):
    found = results["c_peptide_auc.t2dm.msc.controlled"]
    assert (found.measure, found.k) == ("SMD", 1)
    assert found.trials[0].study_id == "chenp2016"


def test_skewed_medians_give_a_direction_only(results):
    """bhansalia2014 prints 14 (0 to 30) IU/day: the mean would be below its SD."""
    assert reasons(results["insulin_iu_per_day.t2dm.any.controlled"])["bhansalia2014"] == "direction_only"


# --- responders -----------------------------------------------------------------------------


def test_counts_as_printed_give_the_risk_difference(results):
    trial = results[f"{RESPONDERS.key}"].trial("bhansalia2014")
    assert (trial.events_treatment, trial.n_treatment) == (9, 11)
    assert trial.effect == pytest.approx(9 / 11)
    assert trial.se**2 == pytest.approx(9 / 11 * 2 / 11 / 11)


def test_percentages_give_counts_only_with_their_interval(evidence):
    """20% of 45 randomized fits 9 of 45, 9 of 44 and 8 of 40; the printed interval leaves one pair."""
    assert len(counts_from_percentage(20.0, 45, 0)) > 1
    found = contrast(evidence, RESPONDERS, "zang2022")
    assert (found.treatment.events, found.treatment.n) == (9, 45)
    assert (found.control.events, found.control.n) == (2, 44)
    assert "count_derived" in found.flags
    without = changed(evidence, "contrasts", 4, ci_low=math.nan, ci_high=math.nan)
    assert contrast(without, RESPONDERS, "zang2022").effect is None


def test_only_one_definition_of_response_is_pooled(results):
    found = results["hba1c_responders.t2dm.any.controlled"]
    assert reasons(found)["bhansalia2014"] == "other_definition"
    assert reasons(results[RESPONDERS.key])["huj2012"] == "other_definition"


def test_arms_of_different_products_are_not_combined(results):
    """bhansalis2017 has an MSC and an MNC arm with the same counts against one sham arm."""
    trial = results[RESPONDERS.key].trial("bhansalis2017")
    assert (trial.events_treatment, trial.n_treatment) == (6, 10)


def test_arms_without_an_event_give_no_weight(evidence):
    none = changed(evidence, "outcomes", 253, events=0.0)
    found = contrast(none, Question("composite_responders", "t2dm", "msc"), "bhansalis2017")
    assert found.effect is None


def test_one_trial_of_counts_has_newcombes_interval(results):
    from mscreview.proportions import newcombe

    found = results["hba1c_responders.t2dm.msc.controlled"]
    assert found.k == 1 and "selected_dose" in found.trials[0].flags
    assert (found.ci_low, found.ci_high) == pytest.approx(newcombe(5, 15, 0, 16))


def test_ratios_stand_beside_the_risk_difference(results):
    ratio, peto = results[f"{RESPONDERS.key}.log_rr"], results[f"{RESPONDERS.key}.peto"]
    assert (ratio.measure, peto.measure) == ("log RR", "log OR")
    assert {t.study_id for t in ratio.trials} == {t.study_id for t in results[RESPONDERS.key].trials}


# --- baselines ------------------------------------------------------------------------------


def test_unequal_baselines_show_the_difference_in_change(evidence, results):
    """carlsson2023 starts at 96 against 48; cai2016 at 6.6 against 8.4, less than half an SD apart."""
    trial = results["c_peptide_auc.both.msc_or_with_others.controlled"].trial("carlsson2023")
    assert "baselines_differ" in trial.flags and 0 < trial.change_effect < trial.effect
    assert results["c_peptide_auc.t1dm.any.controlled"].trial("cai2016").change_effect is None
    variant = results["c_peptide_auc.both.msc_or_with_others.controlled.change_from_baseline"]
    assert variant.trial("carlsson2023").effect == pytest.approx(trial.change_effect)


def test_difference_in_change_by_hand(evidence):
    """g of (85 - 96) - (30 - 48) = 7 over the pooled SD at follow-up, J with 13 degrees of freedom."""
    found = contrast(evidence, AUC, "carlsson2023")
    effect = difference_in_change_of(evidence, AUC, found)
    sd = math.sqrt((9 * 30**2 + 4 * 26**2) / 13)
    variance = (34**2 + 30**2 - 34 * 30) / 10 + (26**2 + 26**2 - 26 * 26) / 5
    j = 1 - 3 / (4 * 13 - 1)  # the usual approximation of J
    assert effect.estimate == pytest.approx(j * 7 / sd, rel=1e-3)
    g = effect.estimate
    assert effect.variance == pytest.approx(variance / sd**2 + g**2 / 30, rel=1e-9)


def test_equal_baselines_show_no_change(evidence):
    equal = changed(evidence, "outcomes", 155, mean=95.0)
    found = contrast(equal, AUC, "carlsson2023")
    assert difference_in_change_of(equal, AUC, found) is None


# --- sensitivity ----------------------------------------------------------------------------


def test_a_spread_that_both_readings_fit_is_varied(results):
    """The fasting glucose of cai2016 comes without a p value between arms."""
    key = "fpg.t1dm.msc_or_with_others.controlled"
    assert "spread_ambiguous" in results[key].trials[0].flags
    assert results[f"{key}.se_reading"].se > results[key].se


def test_a_spread_whose_p_refutes_the_se_reading_is_not_varied(results):
    assert "hba1c.t2dm.msc.controlled.se_reading" not in results


def test_p_based_errors_replace_the_spreads(results):
    found = results["hba1c.t2dm.msc.controlled.p_based_se"]
    sources = {t.study_id: t.effect_source for t in found.trials}
    assert sources == {"skyler2015": "difference", "zang2022": "exact p", "chenp2016": "p bound"}


def test_one_sided_co_interventions_enter_only_their_own_set(results):
    key = "hba1c.both.any.controlled"
    assert reasons(results[key])["rioasc12m"] == "co_intervention"
    assert "rioasc12m" in {t.study_id for t in results[f"{key}.with_co_intervention"].trials}
    for variant in results.variants(key):
        held = "rioasc12m" in {t.study_id for t in variant.trials}
        assert held == variant.key.endswith("with_co_intervention"), variant.key


def test_splitting_a_probable_overlap_counts_its_reports_apart(evidence):
    """zang2023 gets a spread, so that it could enter."""
    spread = evidence
    for row in (35, 37):
        spread = changed(spread, "outcomes", row, sd=1.0)
    found = analyse(spread)["hba1c.t2dm.msc.controlled.split_overlap"]
    assert {"zang2022", "zang2023"} <= {t.study_id for t in found.trials}


def test_a_dose_named_second_does_not_change_the_headline(evidence, results):
    """The order of rows in the table decides nothing."""
    turned = added(evidence, "contrasts", 16)
    turned = changed(turned, "contrasts", 16, comparison=evidence.contrasts.set_index("row").loc[18, "comparison"])
    turned = changed(turned, "contrasts", 16, estimate=0.0)
    found = analyse(turned)["hba1c.t2dm.msc.controlled"]
    assert found.estimate == pytest.approx(results["hba1c.t2dm.msc.controlled"].estimate)


def test_a_contrast_of_an_arm_with_other_cells_stays_out(evidence, results):
    other = added(
        evidence, "contrasts", 16, study_id="bhansalis2017", time_months=12.0, comparison="BM-MNC vs control"
    )
    found = analyse(other)["hba1c.t2dm.msc.controlled"]
    assert found.estimate == pytest.approx(results["hba1c.t2dm.msc.controlled"].estimate)


# --- subgroups and multiverse ---------------------------------------------------------------


def test_subgroups_with_one_trial_are_not_compared(results):
    found = results["subgroup.graft.hba1c.both.any.controlled"]
    assert dict((name, k) for name, k, _ in found.groups) == {"autologous": 1, "allogeneic": 3}
    assert not found.comparable and found.difference is None


def test_subgroups_with_two_trials_each_are_compared(results):
    found = results["subgroup.blinding.hba1c.both.any.controlled"]
    assert found.comparable and found.ci_low < found.difference < found.ci_high


def test_the_multiverse_is_the_full_product(results):
    found = results["multiverse.hba1c"]
    assert found.n_runs == len(found.runs) == math.prod(len(options) for _, options in found.choices)
    assert len({run.options for run in found.runs}) == found.n_runs
    by_set = {}
    for run in found.runs:
        by_set.setdefault(run.data_set, set()).add((run.k, run.estimate, run.ci_low, run.ci_high))
    assert all(len(values) == 1 for values in by_set.values())


def test_the_multiverse_holds_the_headline_and_its_other_end(results):
    found = results["multiverse.hba1c"]
    main = ("t2dm", "msc", "all", "all", "named", "SD", "from SDs", "left out")
    runs = {run.options: run for run in found.runs}
    headline = results["hba1c.t2dm.msc.controlled"]
    assert runs[main].estimate == pytest.approx(headline.estimate)
    other = runs[(*main[:4], "other end", *main[5:])]
    assert other.ci_high == pytest.approx(results[f"{headline.key}.other_dose_end"].ci_high)
    widest = runs[("both", "any", *main[2:7], "pooled")]
    assert widest.k == results["hba1c.both.any.controlled.with_co_intervention"].k


def test_intervals_of_few_trials_never_count_as_excluding_zero(results):
    found = results["multiverse.hba1c"]
    outside = [r for r in found.runs if r.estimate is not None and (r.ci_low > 0 or r.ci_high < 0)]
    assert found.n_excludes_zero == len([r for r in outside if r.k >= 3]) < len(outside)


# --- before and after -----------------------------------------------------------------------


def arm(results, key, study_id, role):
    return next(a for a in results[key].arms if (a.study_id, a.role) == (study_id, role))


def test_change_within_an_arm_by_hand(results):
    """zang2022: 9.02 (1.27) to 7.52 (1.07) in 45; t(44) = 2.0154."""
    found = arm(results, "hba1c.t2dm.msc.before_after", "zang2022", "treatment")
    assert found.change == pytest.approx(-1.5)
    sd = math.sqrt(1.27**2 + 1.07**2 - 1.27 * 1.07)
    low, high = found.interval(0.5)
    assert (high - low) / 2 == pytest.approx(2.0154 * sd / math.sqrt(45), rel=1e-4)


def test_a_stronger_correlation_narrows_the_interval(results):
    for found in results["hba1c.both.any.before_after"].arms:
        widths = [high - low for _, low, high in found.intervals]
        assert widths == sorted(widths, reverse=True)


def test_placebo_stands_beside_cells_and_nothing_is_pooled(results):
    found = results["hba1c.t2dm.msc.before_after"]
    assert {a.role for a in found.arms if a.study_id == "zang2022"} == {"treatment", "control"}
    assert not hasattr(found, "estimate")


def test_a_change_without_spreads_has_no_interval(results):
    found = arm(results, "hba1c.both.any.before_after", "karina2023", "treatment")
    assert found.intervals == () and found.interval() == (None, None)


def test_a_value_without_a_time_gives_no_change(results):
    """jiang2011 prints an insulin dose after treatment without a time."""
    for found in (results[f"insulin_iu_per_day.{p}.any.before_after"] for p in POPULATIONS):
        assert "jiang2011" not in {a.study_id for a in found.arms}


def test_responders_among_themselves_give_no_change(results):
    """bhansali2014_15m prints HbA1c of six responders."""
    ids = {a.study_id for a in results["hba1c.t2dm.any.before_after"].arms}
    assert "bhansali2014_15m" not in ids


def test_pooling_of_g_is_the_same_code(results):
    found = results["c_peptide_auc.both.any.controlled"]
    again = pool([t.effect for t in found.trials], [t.se**2 for t in found.trials])
    assert found.estimate == pytest.approx(again.estimate)


def test_an_arm_of_unknown_size_adds_no_participants(evidence):
    """skyler2015 with an interval for one dose that is not named: whose n is not known."""
    unnamed = evidence
    for row in (16, 18):
        unnamed = changed(unnamed, "contrasts", row, comparison="one dose vs placebo")
    before, after = (pooled(each, HEADLINE) for each in (evidence, unnamed))
    assert after.k == before.k
    assert after.n_treatment == before.n_treatment - before.trial("skyler2015").n_treatment
    bare = changed(unnamed, "studies", {"study_id": "skyler2015"}, n_control=math.nan, n_randomised=math.nan)
    bare = changed(bare, "outcomes", {"study_id": "skyler2015", "arm_role": "control"}, n=math.nan)
    found = pooled(bare, HEADLINE)
    assert found.n_control == before.n_control - before.trial("skyler2015").n_control


def test_a_trial_of_unknown_size_adds_nothing_to_the_randomized(evidence):
    before = pooled(evidence, HEADLINE)
    unknown = changed(
        evidence, "studies", {"study_id": "huj2016"}, n_randomised=math.nan, n_treated=math.nan, n_control=math.nan
    )
    size = evidence.studies.set_index("study_id").loc["huj2016", "n_randomised"]
    assert pooled(unknown, HEADLINE).n_eligible_randomized == before.n_eligible_randomized - size
