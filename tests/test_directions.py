"""Effect directions and their sign test, on the real tables with single rows changed."""

import math

import pytest
from edits import added, changed, without_rows

from mscreview.directions import directions_of
from mscreview.outcomes import OUTCOMES
from mscreview.pools import candidates_of
from mscreview.selection import Question

ZANG = {"cells": 21, "control": 23}  # rows of outcomes.csv: HbA1c means of zang2022 at 11 months
CHENP = {"cells": 240, "control": 241}  # those of chenp2016 at 5.5 months
HUJ = 122  # row of contrasts.csv: HbA1c of huj2016 at 36 months, in words
IZADI = 89  # HbA1c of izadi2022 at 12 months, in words


@pytest.fixture(autouse=True)
def rows_are_where_the_tests_expect_them(evidence):
    outcomes, contrasts = (t.set_index("row") for t in (evidence.outcomes, evidence.contrasts))
    assert set(outcomes.loc[[*ZANG.values()], "study_id"]) == {"zang2022"}
    assert set(outcomes.loc[[*CHENP.values()], "study_id"]) == {"chenp2016"}
    assert contrasts.loc[HUJ, "study_id"] == "huj2016"
    assert contrasts.loc[IZADI, "study_id"] == "izadi2022"


def directions(evidence, outcome="hba1c", population="t2dm", product="msc"):
    question = Question(outcome, population, product)
    found = candidates_of(evidence, question)
    outcome = OUTCOMES[outcome]
    return directions_of(
        evidence, question.key, outcome.title, outcome, list(found.selected), list(found.contrasts)
    )


def row(result, study_id):
    """The row of a study; None where it is silent."""
    found = [r for r in result.rows if r.study_id == study_id]
    assert len(found) <= 1
    return found[0] if found else None


def told(evidence, study_id, **question):
    found = row(directions(evidence, **question), study_id)
    return found and (found.direction, found.basis, found.counted)


def without_spread(evidence, study_id, outcome="hba1c"):
    where = {"study_id": study_id, "outcome": outcome}
    return changed(evidence, "outcomes", where, sd=math.nan, p_between="")


# --- today's headline -----------------------------------------------------------------------


def test_headline_by_hand(evidence):
    """Zang, Chen and Skyler lie below control: p = 2 / 2^3. Hu is too late; two do not say."""
    result = directions(evidence)
    assert result.key == "directions.hba1c.t2dm.msc"
    assert [r.study_id for r in result.rows] == ["skyler2015", "chenp2016", "huj2016", "zang2022"]
    assert (result.n_better, result.n_worse, result.n_unclear, result.n_silent) == (3, 0, 0, 2)
    assert result.sign_p == pytest.approx(0.25)


@pytest.mark.parametrize("population", ["t2dm", "t1dm", "both"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_eligible_cohort_is_counted_shown_or_silent(evidence, outcome, population):
    result = directions(evidence, outcome, population, "any")
    eligible = candidates_of(evidence, Question(outcome, population, "any")).selected
    counted = result.n_better + result.n_worse + result.n_unclear
    assert counted == sum(r.counted for r in result.rows)
    assert len(result.rows) + result.n_silent == len(eligible)
    cohorts = {s.study["study_id"]: s.study["cohort"] for s in eligible}
    assert len({cohorts.get(r.study_id) for r in result.rows}) == len(result.rows)


# --- the sign of a number -------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "expected"), [(8.18, "better"), (8.19, "unclear"), (8.2, "worse")])
def test_sign_counts_and_not_its_significance(evidence, mean, expected):
    """The control of zang2022 stands at 8.19; a hundredth is far from significant."""
    moved = changed(evidence, "outcomes", ZANG["cells"], mean=mean, p_between="")
    assert told(moved, "zang2022") == (expected, "estimate", True)


@pytest.mark.parametrize(("outcome", "lower"), [("hba1c", "better"), ("c_peptide_auc", "worse")])
def test_lower_helps_or_harms_by_outcome(evidence, outcome, lower):
    where = {"study_id": "chenp2016", "outcome": outcome, "arm_role": "treatment"}
    assert told(changed(evidence, "outcomes", where, mean=1.0), "chenp2016", outcome=outcome)[0] == lower
    higher = {"better": "worse", "worse": "better"}[lower]
    assert told(changed(evidence, "outcomes", where, mean=99.0), "chenp2016", outcome=outcome)[0] == higher


def test_unclear_rows_are_left_out_of_the_sign_test(evidence):
    equal = directions(changed(evidence, "outcomes", ZANG["cells"], mean=8.19))
    assert (equal.n_better, equal.n_worse, equal.n_unclear) == (2, 0, 1)
    assert equal.sign_p == pytest.approx(0.5)


def test_worse_counts_against_better(evidence):
    mixed = directions(changed(evidence, "outcomes", ZANG["cells"], mean=9.0))
    assert (mixed.n_better, mixed.n_worse) == (2, 1)
    assert mixed.sign_p == 1


def test_means_without_spread_come_before_words(evidence):
    """Words on a difference are often words on its significance."""
    bare = without_spread(evidence, "zang2022")
    where = {"study_id": "zang2022", "outcome": "hba1c"}
    contrary = changed(bare, "contrasts", where, p_value="", direction="no_clear_difference")
    assert told(contrary, "zang2022") == ("better", "estimate", True)


def test_percent_changes_serve_for_their_sign(evidence):
    """zang2022 prints insulin as -27.78% against -15.62%, which is never pooled."""
    assert told(evidence, "zang2022", outcome="insulin_iu_per_day") == ("better", "estimate", True)
    where = {"study_id": "zang2022", "outcome": "insulin_dose", "arm_role": "treatment"}
    less = changed(evidence, "outcomes", where, mean=-15.0)
    assert told(less, "zang2022", outcome="insulin_iu_per_day") == ("worse", "estimate", True)


def test_arms_that_disagree_are_unclear(evidence):
    bare = without_spread(evidence, "chenp2016")
    assert told(bare, "chenp2016") == ("better", "estimate", True)
    second = added(bare, "outcomes", CHENP["cells"], arm_label="second dose", mean=7.9)
    assert told(second, "chenp2016") == ("unclear", "estimate", True)
    alike = added(bare, "outcomes", CHENP["cells"], arm_label="second dose", mean=7.8)
    assert told(alike, "chenp2016") == ("better", "estimate", True)


def test_one_arm_alone_is_no_comparison(evidence):
    alone = without_rows(evidence, "outcomes", CHENP["control"])
    before = directions(evidence)
    assert told(alone, "chenp2016") is None
    assert directions(alone).n_silent == before.n_silent + 1


# --- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"),
    [("better", "better"), ("worse", "worse"), ("no_clear_difference", "unclear"), ("not_stated", "unclear")],
)
def test_words_serve_where_no_number_does(evidence, word, expected):
    other = changed(evidence, "contrasts", IZADI, direction=word)
    assert told(other, "izadi2022", population="t1dm") == (expected, "words", True)


def test_words_that_disagree_are_unclear(evidence):
    both = added(evidence, "contrasts", IZADI, direction="no_clear_difference")
    assert told(both, "izadi2022", population="t1dm")[0] == "unclear"


@pytest.mark.parametrize("kind", ["within_arm", "between_cell_arms", "baseline", "not_stated"])
def test_words_on_other_comparisons_say_nothing(evidence, kind):
    other = changed(evidence, "contrasts", IZADI, contrast_type=kind)
    assert told(other, "izadi2022", population="t1dm") is None


def test_words_name_their_row(evidence):
    found = row(directions(evidence, population="t1dm"), "izadi2022")
    assert [(s["table"], s["row"]) for s in found.sources] == [("contrasts", IZADI)]
    assert (found.months, found.n, found.product) == (12, 21, "msc")


# --- shown, not counted ---------------------------------------------------------------------


@pytest.mark.parametrize("word", ["better", "worse"])
def test_values_beyond_24_months_are_shown_only(evidence, word):
    result = directions(changed(evidence, "contrasts", HUJ, direction=word))
    late = row(result, "huj2016")
    assert (late.direction, late.basis, late.months, late.n) == (word, "words", 36, 61)
    assert (late.counted, late.reason) == (False, "beyond_24_months")
    assert [(s["table"], s["row"]) for s in late.sources] == [("contrasts", HUJ)]
    assert (result.n_better, result.n_worse) == (3, 0)


def test_first_late_time_speaks(evidence):
    later = added(evidence, "contrasts", HUJ, time_months=60.0, direction="worse")
    late = row(directions(later), "huj2016")
    assert (late.direction, late.months) == ("better", 36)


def test_late_values_without_a_comparison_are_silent(evidence):
    assert told(changed(evidence, "contrasts", HUJ, contrast_type="within_arm"), "huj2016") is None


def test_late_insulin_counts_in_its_own_unit(evidence):
    """A report without any earlier dose: its late words on IU/day are not on IU per kg."""
    late = added(evidence, "contrasts", HUJ, outcome="insulin_dose", unit="IU/day")
    assert told(late, "huj2016", outcome="insulin_iu_per_day") == ("better", "words", False)
    assert told(late, "huj2016", outcome="insulin_iu_per_kg_per_day") is None


def test_one_sided_co_intervention_is_shown_only(evidence):
    """Vitamin D went to the cell arm of the Rio trial alone."""
    result = directions(evidence, population="t1dm")
    rio = row(result, "rioasc12m")
    assert (rio.counted, rio.reason) == (False, "co_intervention")
    alike = changed(
        evidence, "studies", {"study_id": "rioasc12m"}, co_intervention_in_cell_arm_only=""
    )
    after = directions(alike, population="t1dm")
    assert row(after, "rioasc12m").counted
    assert after.n_better == result.n_better + 1


def test_class_of_the_cells_is_that_of_the_arm(evidence):
    """bhansalis2017 has an arm of each kind; the narrowest tier speaks."""
    where = {"outcome": "composite_responders", "product": "any"}
    assert row(directions(evidence, **where), "bhansalis2017").product == "msc"
    assert row(directions(evidence, **where), "bhansalia2014").product == "not_expanded_msc"


def test_rows_run_by_year_and_unknown_years_come_last(evidence):
    unknown = changed(evidence, "studies", {"study_id": "skyler2015"}, year=math.nan)
    assert [r.study_id for r in directions(unknown).rows][-1] == "skyler2015"
