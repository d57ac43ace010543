"""Each sensitivity analysis by itself, on tables that leave the choice open which it varies."""

import math

import pytest
from edits import added, changed, contrast, without_studies

from mscreview.effects import Effect
from mscreview.pools import candidates_of
from mscreview.review import HEADLINE
from mscreview.selection import Question
from mscreview.sensitivity import CHANGES, variants_of

AUC = Question("c_peptide_auc", "both", "any")
CELLS, CONTROL = 240, 241  # HbA1c of chenp2016 at 5.5 months


def variants(evidence, question=HEADLINE):
    """{name: `PoolResult`} of a question."""
    found = variants_of(evidence, candidates_of(evidence, question))
    return {result.key.removeprefix(f"{question.key}."): result for result in found}


def ids(result):
    return {trial.study_id for trial in result.trials}


def varied(evidence, name, study_id, question=HEADLINE):
    """(contrast before, after) of one trial under one of `CHANGES`."""
    for selected, before in candidates_of(evidence, question).pairs():
        if selected.study["study_id"] == study_id:
            return before, CHANGES[name](evidence, question, selected, before)
    raise AssertionError(f"{study_id} is not eligible")


# --- reports that may be of the same participants -------------------------------------------


@pytest.fixture(scope="module")
def with_spread(evidence):
    """zang2023, probably the participants of zang2022, gets spreads, so that it could enter."""
    for row in (35, 37):
        evidence = changed(evidence, "outcomes", row, sd=1.0)
    return evidence


def test_a_probable_overlap_that_could_enter_is_split_beside_the_headline(evidence, with_spread):
    found = variants(with_spread)["split_overlap"]
    main = candidates_of(evidence, HEADLINE)
    assert ids(found) == {"skyler2015", "chenp2016", "zang2022", "zang2023"}
    assert found.n_eligible_trials == len(main.selected) + 1
    assert found.trial("zang2023").se == pytest.approx(math.sqrt(1 / 37 + 1 / 36))
    assert "split_overlap" not in variants(evidence)


# --- another time -----------------------------------------------------------------------------


def with_bare_year(evidence):
    """chenp2016 has means alone at 12 months, which stands nearer."""
    for row in (CELLS, CONTROL):
        evidence = added(evidence, "outcomes", row, time_months=12.0, sd=math.nan, p_between="")
    return evidence


def test_the_next_usable_time_is_taken_where_the_nearest_gives_no_effect(evidence):
    bare = with_bare_year(evidence)
    before, after = varied(bare, "next_usable_time", "chenp2016")
    assert (before.effect, before.months, after.months) == (None, 12.0, 5.5)
    assert after.effect == contrast(evidence, "chenp2016").effect
    assert ids(variants(bare)["next_usable_time"]) == ids(variants(bare)["dl"]) | {"chenp2016"}


def test_without_another_usable_time_a_trial_stays_without_an_effect(evidence):
    bare = with_bare_year(evidence)
    for row in (CELLS, CONTROL):
        bare = changed(bare, "outcomes", row, sd=math.nan, p_between="")
    before, after = varied(bare, "next_usable_time", "chenp2016")
    assert before.effect is None and after is before
    assert "next_usable_time" not in variants(bare)


# --- another reading of a spread --------------------------------------------------------------


def test_a_standardized_difference_stays_one_under_the_other_reading(evidence):
    """chenp2016 prints no p beside its area under the curve, here with spreads that a standard error could be."""
    evidence = changed(evidence, "outcomes", {"study_id": "chenp2016"}, p_between="")
    before, after = varied(evidence, "se_reading", "chenp2016", AUC)
    assert "spread_ambiguous" in before.flags and "spread_read_as_se" in after.flags
    # The same difference in units of a spread sqrt(6) times as wide.
    assert after.effect.estimate == pytest.approx(before.effect.estimate / math.sqrt(6))
    assert after.effect.effect_source == before.effect.effect_source == "final values"


# --- the SE from a printed p ------------------------------------------------------------------


def with_changes(evidence, p_value):
    """chenp2016 also prints mean changes, without spread."""
    for row, change in ((CELLS, -1.5), (CONTROL, -0.9)):
        evidence = added(
            evidence, "outcomes", row, is_change="yes", mean=change, sd=math.nan, p_between=p_value
        )
    return evidence


def test_a_p_of_final_values_is_taken_before_one_of_changes(evidence):
    _, plain = varied(evidence, "p_based_se", "chenp2016")
    _, both = varied(with_changes(evidence, "0.04"), "p_based_se", "chenp2016")
    assert both.effect.estimate == plain.effect.estimate == pytest.approx(6.82 - 7.82)


def test_a_p_of_changes_helps_only_where_there_is_no_effect(evidence):
    # Final values without a p of their own: what is printed is the p of the changes.
    changes = with_changes(evidence, "0.04")
    for row in (CELLS, CONTROL):
        changes = changed(changes, "outcomes", row, p_between="")
    before, after = varied(changes, "p_based_se", "chenp2016")
    assert after.effect == before.effect
    bare = changes
    for row in (CELLS, CONTROL):
        bare = changed(bare, "outcomes", row, mean=math.nan, sd=math.nan)
    before, after = varied(bare, "p_based_se", "chenp2016")
    assert after.effect.estimate == pytest.approx(-1.5 + 0.9)


def test_a_standardized_difference_is_not_varied_by_its_p(evidence):
    for selected, before in candidates_of(evidence, AUC).pairs():
        assert CHANGES["p_based_se"](evidence, AUC, selected, before) is before


# --- what is left out -------------------------------------------------------------------------


def test_a_variant_that_changes_nothing_is_left_out(evidence):
    plain = without_studies(evidence, "skyler2015", "zang2022", "zang2023")
    assert set(variants(plain)) <= {"p_based_se", "blinded_only", "se_reading"}


def test_leaving_out_needs_two_trials(evidence):
    two = without_studies(evidence, "skyler2015")
    assert {"dl", "pm", "without_chenp2016", "without_zang2022"} <= set(variants(two))
    one = without_studies(two, "zang2022", "zang2023")
    assert not {"dl", "pm", "without_chenp2016"} & set(variants(one))


def test_each_trial_left_out_is_named_with_its_reason(evidence):
    for name, result in variants(evidence).items():
        if name.startswith("without_"):
            study_id = name.removeprefix("without_")
            reasons = {t.study_id: t.reason for t in result.not_pooled}
            assert reasons[study_id] == "left_out" and study_id not in ids(result)
            assert result.k == 2


def test_a_risk_difference_has_a_ratio_beside_it_and_other_measures_have_none(evidence):
    responders = variants(evidence, Question("composite_responders", "t2dm", "any"))
    assert (responders["log_rr"].measure, responders["log_rr"].unit) == ("log RR", "natural logarithm")
    assert not {"log_rr", "peto"} & set(variants(evidence))


def test_a_contrast_without_a_derived_n_stays(evidence):
    before, after = varied(evidence, "derived_n", "chenp2016")
    assert after is before and isinstance(before.effect, Effect)


COMPOSITE = Question("composite_responders", "t2dm", "any")  # bhansalia2014 9/11 and 0/10, bhansalis2017, zang2022


def with_events(evidence, cells=9.0, control=1.0, other_control=1.0):
    """Three trials without an empty cell, but for what is given; zang2022 by its percentages."""
    evidence = changed(evidence, "outcomes", 16, events=cells)
    evidence = changed(evidence, "outcomes", 17, events=control)
    return changed(evidence, "outcomes", 255, events=other_control)


@pytest.mark.parametrize(
    ("events", "there"),
    [
        ({}, False),
        ({"control": 0.0}, True),
        ({"other_control": 0.0}, True),
        ({"cells": 11.0}, True),  # all of 11
        ({"control": 10.0}, True),
        ({"cells": 0.0}, True),
    ],
)
def test_petos_ratio_stands_beside_where_a_cell_is_empty(evidence, events, there):
    assert ("peto" in variants(with_events(evidence, **events), COMPOSITE)) is there


def test_petos_ratio_stands_beside_where_fewer_than_three_trials_count(evidence):
    two = without_studies(with_events(evidence), "zang2022", "zang2023")
    assert "peto" in variants(two, COMPOSITE)
