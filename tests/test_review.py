"""From evidence to results: pools of 0, 1, 2 and 3 trials, variants, and what depends on what."""

import dataclasses
import math

import pytest
from edits import added, changed, with_table, without_studies

from mscreview import analyse, phrases, pool, wording

HEADLINE = "hba1c.t2dm.msc.controlled"
POOLED = ("skyler2015", "chenp2016", "zang2022")
STATISTICS = "estimate se ci_low ci_high pi_low pi_high tau2 i2 q q_p".split()


def without(evidence, *study_ids):
    """`evidence` without these trials; zang2022 takes its overlapping report with it."""
    more = ["zang2023"] if "zang2022" in study_ids else []
    return without_studies(evidence, *study_ids, *more)


def as_dicts(results):
    return {key: dataclasses.asdict(found) for key, found in results.by_key.items()}


def differing(before, after):
    """Keys whose result is not the same, NaN-free by the contract of the results."""
    before, after = as_dicts(before), as_dicts(after)
    assert before.keys() == after.keys()
    return {key for key in before if before[key] != after[key]}


def pools_in(results, keys):
    """Those of the keys that are pools."""
    return {key for key in keys if key in results.pools}


def random_effects(results):
    """Every pool but Peto's, which is a fixed-effect odds ratio."""
    return {key: found for key, found in results.pools.items() if found.tau2_method != "fixed (Peto)"}


def holders(results, study_id):
    """Keys of the pools that hold a trial."""
    return {key for key, p in results.pools.items() if study_id in {t.study_id for t in p.trials}}


# --- number of trials -----------------------------------------------------------------------


def test_headline_holds_the_trials_that_this_file_speaks_of(results):
    assert {t.study_id for t in results[HEADLINE].trials} == set(POOLED)


def test_no_trial_has_no_estimate_and_every_reason(evidence):
    found = analyse(without(evidence, *POOLED))[HEADLINE]
    assert (found.k, found.trials, found.n_participants) == (0, (), 0)
    assert [getattr(found, name) for name in STATISTICS] == [None] * len(STATISTICS)
    assert len(found.not_pooled) == found.n_eligible_trials > 0
    assert {t.reason for t in found.not_pooled} <= set(phrases.REASONS)
    assert wording.verdict(found) == "none"


@pytest.mark.parametrize("alone", POOLED)
def test_one_trial_is_shown_as_it_is(evidence, results, alone):
    found = analyse(without(evidence, *set(POOLED) - {alone}))[HEADLINE]
    trial = results[HEADLINE].trial(alone)
    assert (found.k, found.estimate, found.se) == (1, trial.effect, pytest.approx(trial.se))
    assert (found.ci_low, found.ci_high) == pytest.approx((trial.ci_low, trial.ci_high))
    assert [found.tau2, found.tau2_ci_low, found.i2, found.q] == [None] * 4
    assert (found.pi_low, found.pi_high) == (None, None)
    assert found.trials[0].weight == 100
    assert wording.verdict(found) == "no_pool"


@pytest.mark.parametrize("dropped", POOLED)
def test_two_trials_have_no_prediction_interval_and_no_verdict(evidence, dropped):
    found = analyse(without(evidence, dropped))[HEADLINE]
    assert found.k == 2 and found.tau2 is not None
    assert (found.pi_low, found.pi_high) == (None, None)
    assert found.wald_low is not None and found.ci_low is not None
    assert wording.verdict(found) == "no_pool"


@pytest.mark.parametrize("dropped", [(), POOLED[:1], POOLED[:2], POOLED])
def test_every_number_of_trials_gives_all_results(evidence, tmp_path, dropped):
    """JSON refuses NaN and infinity, so that writing is a check of every number."""
    found = analyse(without(evidence, *dropped))
    found.to_json(tmp_path / "results.json")
    assert all(len(p.trials) == p.k for p in found.pools.values())


# --- the pools ------------------------------------------------------------------------------


def test_pool_is_the_pool_of_its_trials(results):
    for key, found in random_effects(results).items():
        if found.k == 0:
            continue
        again = pool([t.effect for t in found.trials], [t.se**2 for t in found.trials], tau2=found.tau2_method)
        for name in STATISTICS:
            if name.startswith("ci_") and found.k == 1 and found.measure == "RD":
                continue  # one trial's risk difference has its score interval
            ours, theirs = getattr(found, name), getattr(again, name)
            assert (ours is None) == (theirs is None), (key, name)
            assert ours is None or ours == pytest.approx(theirs, rel=1e-9, abs=1e-12), (key, name)


def test_three_intervals_share_their_estimate(results):
    for key, found in random_effects(results).items():
        for kind in ("ci", "wald", "hksj"):
            if found.k == 0 or (kind == "ci" and found.k == 1):
                continue
            low, high = getattr(found, f"{kind}_low"), getattr(found, f"{kind}_high")
            assert (low + high) / 2 == pytest.approx(found.estimate, abs=1e-9), key


def test_peto_is_the_weighted_mean_of_its_trials(results):
    petos = [found for key, found in results.pools.items() if key.endswith(".peto") and found.k > 1]
    assert petos
    for found in petos:
        weights = [1 / t.se**2 for t in found.trials]
        mean = sum(w * t.effect for w, t in zip(weights, found.trials)) / sum(weights)
        assert found.estimate == pytest.approx(mean) and found.tau2 is None
        assert sum(t.weight for t in found.trials) == pytest.approx(100)


def test_participants_are_those_of_the_arms(results):
    for found in results.pools.values():
        assert found.n_treatment == sum(t.n_treatment or 0 for t in found.trials)
        assert found.n_control == sum(t.n_control or 0 for t in found.trials)
        assert found.n_participants == found.n_treatment + found.n_control


def test_every_eligible_trial_is_pooled_or_explained(results):
    for found in results.pools.values():
        seen = [t.study_id for t in (*found.trials, *found.not_pooled)]
        assert len(seen) == len(set(seen)) == found.n_eligible_trials
        assert {t.reason for t in found.not_pooled} <= set(phrases.REASONS)


def test_no_pool_holds_two_reports_of_a_cohort(evidence, results):
    cohort = evidence.studies.set_index("study_id")["cohort"]
    for found in results.pools.values():
        cohorts = [cohort[t.study_id] for t in found.trials]
        assert len(cohorts) == len(set(cohorts))


def test_times_are_the_earliest_and_latest_of_the_trials(results):
    for found in results.pools.values():
        months = [t.months for t in found.trials] or [None]
        assert (found.months_low, found.months_high) == (min(months), max(months))


def test_trials_stand_in_the_order_of_their_years(evidence, results):
    year = evidence.studies.set_index("study_id")["year"]
    for found in results.pools.values():
        years = [year[t.study_id] for t in found.trials]
        assert years == sorted(years)


# --- sensitivity analyses -------------------------------------------------------------------


def test_other_end_of_the_dose_range_is_a_variant(results):
    headline, variant = results[HEADLINE], results[f"{HEADLINE}.other_dose_end"]
    assert variant.trial("skyler2015").effect > headline.trial("skyler2015").effect
    for study_id in ("chenp2016", "zang2022"):
        assert variant.trial(study_id).effect == headline.trial(study_id).effect


def test_leaving_one_out_leaves_out_exactly_that_one(results):
    for study_id in POOLED:
        found = results[f"{HEADLINE}.without_{study_id}"]
        assert {t.study_id for t in found.trials} == set(POOLED) - {study_id}
        assert {t.study_id for t in found.not_pooled if t.reason == "left_out"} == {study_id}


@pytest.mark.parametrize("method", ["DL", "PM"])
def test_other_estimators_are_variants_of_the_same_trials(results, method):
    found = results[f"{HEADLINE}.{method.lower()}"]
    assert found.tau2_method == method
    assert [t.effect for t in found.trials] == [t.effect for t in results[HEADLINE].trials]
    assert found.tau2 != results[HEADLINE].tau2


def test_contradicted_blinding_is_not_blinded(results):
    """chenp2016: a sham in the paper, open label in its registry record."""
    found = results[f"{HEADLINE}.blinded_only"]
    assert "chenp2016" not in {t.study_id for t in found.trials}
    assert ("chenp2016", "blinding_not_stated") in {(t.study_id, t.reason) for t in found.not_pooled}


def test_double_blinding_that_the_registry_contradicts_is_not_blinded(evidence):
    claimed = changed(evidence, "studies", {"study_id": "chenp2016"}, blinding="double")
    found = analyse(claimed)
    assert "chenp2016" not in {t.study_id for t in found[f"{HEADLINE}.blinded_only"].trials}
    (fact,) = [f for f in found[HEADLINE].trial("chenp2016").facts if f["domain"] == "blinding"]
    assert fact["status"] == "contradicted"


def test_full_sources_leave_out_what_a_sponsor_says(results):
    """A row goes, not a trial: the abstract of skyler2015 prints the range without naming doses."""
    found = results[f"{HEADLINE}.full_sources_only"]
    levels = {source["source_level"] for trial in found.trials for source in trial.sources}
    assert levels <= {"abstract", "paper table"}
    assert found.trial("skyler2015").effect > results[HEADLINE].trial("skyler2015").effect


def test_derived_n_changes_only_the_control_of_zang2022(results):
    """Its control prints 4.55%, which is 2 of 44; its 20% of the cell arm fits 9 of 45 and 8 of 40."""
    before, after = results[HEADLINE], results[f"{HEADLINE}.derived_n"]
    trial = after.trial("zang2022")
    assert (trial.n_treatment, trial.n_control) == (45, 44)
    assert "n_derived" in trial.flags
    assert trial.se > before.trial("zang2022").se
    for study_id in ("skyler2015", "chenp2016"):
        assert after.trial(study_id).se == before.trial(study_id).se


def test_percentage_that_several_n_explain_changes_no_n(evidence):
    """25% is 11 of 44 and 10 of 40: the cell arm keeps its randomized 45."""
    several = changed(evidence, "outcomes", 32, mean=25.0)
    assert analyse(several)[f"{HEADLINE}.derived_n"].trial("zang2022").n_treatment == 45


def test_printed_change_takes_the_fall_that_the_paper_prints(evidence, results):
    """zang2022 prints changes of -1.31 and -0.63 beside means that give others."""
    table = evidence.outcomes.set_index("row")["mean"]
    trial = results[f"{HEADLINE}.printed_change"].trial("zang2022")
    assert trial.effect == pytest.approx(table[24] - table[25])
    assert trial.effect_source == "exact p"
    assert trial.effect != pytest.approx(results[HEADLINE].trial("zang2022").effect)


def test_variants_without_a_reason_to_exist_do_not(evidence):
    """Without a dose range, a printed change or a percentage there is nothing to vary."""
    plain = without(evidence, "skyler2015", "zang2022")
    keys = set(analyse(plain).by_key)
    assert not keys & {f"{HEADLINE}.{name}" for name in ("other_dose_end", "derived_n", "printed_change")}


def test_every_variant_has_words_for_the_table(results):
    headline = results[HEADLINE]
    labels = [wording.variant_label(found, headline) for found in (headline, *results.variants(HEADLINE))]
    assert all(labels) and len(labels) == len(set(labels))


def test_one_sided_co_intervention_is_shown_and_not_pooled(evidence):
    mixed = changed(
        evidence, "studies", {"study_id": "chenp2016"}, co_intervention_in_cell_arm_only="vitamin D"
    )
    found = analyse(mixed)
    assert ("chenp2016", "co_intervention") in {(t.study_id, t.reason) for t in found[HEADLINE].not_pooled}
    for variant in found.variants(HEADLINE):
        held = "chenp2016" in {t.study_id for t in variant.trials}
        assert held == variant.key.endswith(".with_co_intervention"), variant.key


def test_next_nearest_usable_time_is_a_variant_where_the_nearest_is_unusable(evidence):
    bare = evidence
    for row in (240, 241):
        bare = added(bare, "outcomes", row, time_months=12.0, sd=math.nan, p_between="")
    found = analyse(bare)
    assert "chenp2016" not in {t.study_id for t in found[HEADLINE].trials}
    variant = found[f"{HEADLINE}.next_usable_time"]
    assert variant.trial("chenp2016").months == 5.5


# --- what depends on what -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("study_id", "row", "column"),
    [
        ("chenp2016", 240, "mean"),
        ("chenp2016", 241, "sd"),
        ("bhansalia2014", 13, "median"),
    ],
)
def test_changing_a_value_changes_exactly_the_pools_that_hold_its_trial(evidence, results, study_id, row, column):
    value = evidence.outcomes.set_index("row").loc[row, column]
    after = analyse(changed(evidence, "outcomes", row, **{column: value + 0.1}))
    held = holders(results, study_id)
    assert held and held != set(results.pools)
    found = differing(results, after)
    # A variant that reads the trial by other numbers (its p, its n) may round to the same result.
    assert pools_in(results, found) <= held
    assert {key for key in held if key.count(".") == 3 and key.startswith("hba1c.")} <= found
    counted = ("screening.", "flow.", "studies.", "safety.", "animals", "deaths", "extraction.", "search.")
    assert not [key for key in found if key.startswith(counted)]


def test_changing_a_final_mean_leaves_the_variant_that_uses_printed_changes(evidence, results):
    after = analyse(changed(evidence, "outcomes", 23, mean=8.29))
    found = pools_in(results, differing(results, after))
    assert HEADLINE in found and f"{HEADLINE}.printed_change" not in found
    assert found <= holders(results, "zang2022")


def test_changing_a_printed_change_changes_only_the_variant_that_uses_it(evidence, results):
    after = analyse(changed(evidence, "outcomes", 24, mean=-1.5))
    found = pools_in(results, differing(results, after))
    assert f"{HEADLINE}.printed_change" in found
    assert all(key.endswith(".printed_change") for key in found)


def test_changing_the_other_end_of_the_dose_range_changes_only_its_variant(evidence, results):
    after = analyse(changed(evidence, "contrasts", 18, estimate=0.1))
    found = pools_in(results, differing(results, after))
    assert f"{HEADLINE}.other_dose_end" in found
    assert all(key.endswith((".other_dose_end", ".full_sources_only")) for key in found)


def test_changing_another_outcome_leaves_this_one(evidence, results):
    row = int(evidence.outcomes.query("outcome == 'c_peptide_auc'")["row"].iloc[0])
    found = differing(results, analyse(changed(evidence, "outcomes", row, mean=99.0)))
    assert not [key for key in found if "hba1c" in key]


def test_changing_a_decision_of_the_screening_changes_counts_and_records_only(evidence, results):
    row = int(evidence.screening.query("decision == 'exclude'")["row"].iloc[0])
    found = differing(results, analyse(changed(evidence, "screening", row, decision="awaiting")))
    assert found and all(key.startswith(("screening.", "flow.", "records.")) for key in found)


def test_order_of_the_rows_does_not_matter(evidence, results):
    turned = with_table(evidence, "outcomes", evidence.outcomes.iloc[::-1].reset_index(drop=True))
    for key, found in analyse(turned).pools.items():
        assert found.estimate == pytest.approx(results[key].estimate), key
        assert found.ci_low == pytest.approx(results[key].ci_low), key


# --- counts ---------------------------------------------------------------------------------


def test_counts_are_counted_in_the_tables(evidence, results):
    assert results["studies.reports"].value == len(evidence.studies)
    assert results["studies.cohorts"].value == len(set(evidence.studies["cohort"]))
    agree = sum(value == "agrees" for value in evidence.outcomes["second_extraction"])
    assert results["extraction.agree"].value == agree
