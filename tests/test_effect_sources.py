"""Which source of an effect is taken, and what it needs: on tables with one value changed."""

import math

import pytest
from edits import added, changed, contrast, without_studies
from scipy.stats import norm, t

from mscreview import effects
from mscreview.effect_sources import _sign
from mscreview.outcomes import OUTCOMES
from mscreview.selection import Question, Selected

DIFFERENCE = 16  # skyler2015: HbA1c at 2.8 months, the named dose against placebo, with its SE
OTHER_DOSE = 18
NAN = math.nan


def with_interval(evidence, **more):
    """skyler2015 prints an interval of 2 percentage points instead of the SE."""
    for row in (DIFFERENCE, OTHER_DOSE):
        evidence = changed(evidence, "contrasts", row, se=NAN, ci_low=-1.3, ci_high=0.7, **more)
    return evidence


def test_an_interval_is_read_with_the_degrees_of_freedom_of_its_arms(evidence):
    found = contrast(with_interval(evidence), "skyler2015")
    df = found.treatment.n + found.control.n - 2
    assert found.effect.se == pytest.approx(1.0 / t.ppf(0.975, df))


def test_an_interval_of_arms_of_unknown_size_is_read_as_normal(evidence):
    """A comparison that names no dose: which of the arms it is, and its n, is not known."""
    found = contrast(with_interval(evidence, comparison="one dose vs placebo"), "skyler2015")
    assert found.treatment.n is None and found.control.n > 1
    assert found.effect.se == pytest.approx(1.0 / norm.ppf(0.975))


@pytest.mark.parametrize("column", ["ci_low", "ci_high"])
def test_half_an_interval_is_none(evidence, column):
    half = with_interval(evidence, **{})
    for row in (DIFFERENCE, OTHER_DOSE):
        half = changed(half, "contrasts", row, **{column: NAN})
    found = contrast(half, "skyler2015")
    assert found.effect is None or found.effect.effect_source != "difference"


def test_of_several_named_doses_the_least_favorable_counts(evidence):
    """A second row of the named dose, nearer to no difference."""
    worse = added(evidence, "contrasts", DIFFERENCE, estimate=-0.1)
    better = added(evidence, "contrasts", DIFFERENCE, estimate=-0.9)
    assert contrast(evidence, "skyler2015").effect.estimate == -0.3
    assert contrast(worse, "skyler2015").effect.estimate == -0.1
    assert contrast(better, "skyler2015").effect.estimate == -0.3


# --- g from a printed p ---------------------------------------------------------------------

AUC = Question("c_peptide_auc", "both", "any")
CELLS, CONTROL, TOLD = 133, 135, 64  # cai2016 at 12 months: C-peptide AUC of both arms, and its p of 0.013, "better"


def by_p(evidence, cells=NAN, control=NAN, n=21.0, **told):
    """cai2016 with these means, without spreads: what is left of them is the printed p."""
    for row, mean in ((CELLS, cells), (CONTROL, control)):
        evidence = changed(evidence, "outcomes", row, mean=mean, sd=NAN, n=n, p_between="")
    return contrast(changed(evidence, "contrasts", TOLD, **told) if told else evidence, "cai2016", AUC)


def g_of(p, n=21):
    return effects.g_from_t(effects.t_from_exact_p(p, n, n), n, n, "exact p").estimate


def test_g_follows_from_an_exact_p_with_the_direction_in_words(evidence):
    found = by_p(evidence)
    assert (found.effect.effect_source, found.treatment.n, found.control.n) == ("exact p", 21, 21)
    assert found.effect.estimate == pytest.approx(g_of(0.013))
    assert {("contrasts", TOLD), ("outcomes", CELLS), ("outcomes", CONTROL)} <= {(s.table, s.row) for s in found.sources}
    worse = by_p(evidence, direction="worse")
    assert worse.effect.estimate == pytest.approx(-g_of(0.013))


@pytest.mark.parametrize("direction", ["no_clear_difference", "not_stated", ""])
def test_without_a_direction_a_p_gives_no_g(evidence, direction):
    assert by_p(evidence, direction=direction).effect is None


def test_means_say_the_direction_better_than_words(evidence):
    assert by_p(evidence, 13.6, 7.7, direction="worse").effect.estimate == pytest.approx(g_of(0.013))
    assert by_p(evidence, 7.7, 13.6).effect.estimate == pytest.approx(-g_of(0.013))
    assert by_p(evidence, 7.7, 7.7).effect is None
    assert by_p(evidence, 7.7, NAN).effect.estimate == pytest.approx(g_of(0.013)), "one mean alone says nothing"


def test_where_less_is_better_the_words_turn(evidence):
    homa = Question("homa_ir", "both", "any")
    assert OUTCOMES["c_peptide_auc"].lower_is_better is False and OUTCOMES[homa.outcome].lower_is_better is True
    told = [{"direction": way} for way in ("better", "worse")]
    arm = effects.Arm("", 9)
    signs = [_sign(homa, Selected({}, differences=(one,)), arm, arm) for one in told]
    assert signs == [-1, 1] and _sign(homa, Selected({}), arm, arm) == 0


@pytest.mark.parametrize(("p_value", "there"), [("0.013", True), ("<0.05", False), ("", False)])
def test_only_an_exact_p_gives_a_g(evidence, p_value, there):
    assert (by_p(evidence, p_value=p_value).effect is not None) is there


@pytest.mark.parametrize(("n", "there"), [(2.0, True), (1.0, False)])
def test_a_t_test_needs_two_in_each_arm(evidence, n, there):
    found = by_p(evidence, n=n)
    assert (found.effect is not None) is there
    assert not there or found.effect.estimate == pytest.approx(g_of(0.013, 2))


def test_arms_of_unknown_size_have_no_t_test(evidence):
    evidence = changed(evidence, "studies", {"study_id": "cai2016"}, n_treated=NAN, n_control=NAN, n_randomised=NAN)
    evidence = changed(evidence, "outcomes", {"study_id": "cai2016"}, n=NAN)
    assert by_p(evidence, n=NAN).effect is None


def test_one_of_several_arms_has_no_p_of_its_own(evidence):
    several = added(evidence, "outcomes", CELLS, arm_label="another dose", mean=NAN, sd=NAN)
    assert by_p(several).effect is None


def test_final_values_with_spreads_come_before_the_p(evidence):
    assert contrast(evidence, "cai2016", AUC).effect.effect_source == "final values"


# --- counts ---------------------------------------------------------------------------------

COMPOSITE = Question("composite_responders", "t2dm", "any")


def test_arms_of_counts_are_called_by_what_they_hold(evidence):
    for study_id in ("bhansalia2014", "zang2022"):
        found = contrast(evidence, study_id, COMPOSITE)
        assert (found.treatment.label, found.control.label) == ("cells", "control")


def test_a_mean_is_no_count(evidence):
    """Derived arms count only by their events: here the percentages fit no pair of counts."""
    for row in (32, 33):
        evidence = changed(evidence, "outcomes", row, mean=0.123)
    found = contrast(evidence, "zang2022", COMPOSITE)
    assert found.effect is None and found.treatment.events is None


# --- a difference with its p ----------------------------------------------------------------

ZANG = "zang2022"
FINAL = (21, 23)  # its HbA1c at 11 months, cells and placebo


def by_difference(evidence, *told, n=40.0):
    """zang2022 without spreads at follow-up, with these printed differences of HbA1c beside its means and their p."""
    evidence = without_studies(evidence, "zang2023")
    for row in FINAL:
        evidence = changed(evidence, "outcomes", row, sd=NAN, n=n, p_between="")
    for row in (24, 25):  # nor with changes
        evidence = changed(evidence, "outcomes", row, mean=NAN, p_between="")
    for values in told:
        like = {"outcome": "hba1c", "unit": "percentage points", "time_months": 11.0, "p_value": "0.03", "direction": "better"}
        evidence = added(evidence, "contrasts", 4, ci_low=NAN, ci_high=NAN, comparison="UC-MSC vs placebo", **(like | values))
    return evidence


def se_of(difference, p, n):
    return effects.se_from_exact_p(difference, p, n, n)


def test_a_difference_with_an_exact_p_has_a_standard_error(evidence):
    table = by_difference(evidence, {"estimate": -0.5})
    found = contrast(table, ZANG)
    assert (found.effect.estimate, found.effect.effect_source) == (-0.5, "exact p")
    assert found.effect.se == pytest.approx(se_of(-0.5, 0.03, 40))
    assert (found.months, found.direction, found.p_printed, found.flags) == (11.0, "better", "0.03", ())
    assert (found.treatment.n, found.control.n) == (40, 40)
    row = int(table.contrasts["row"].max())
    assert ("contrasts", row) in {(s.table, s.row) for s in found.sources}


def test_a_difference_in_mmol_per_mol_is_converted_without_its_intercept(evidence):
    found = contrast(by_difference(evidence, {"estimate": -10.929, "unit": "mmol/mol"}), ZANG)
    assert found.effect.estimate == pytest.approx(-1.0)


@pytest.mark.parametrize(
    "useless",
    [{"estimate": 0.0}, {"estimate": NAN}, {"estimate": -0.4, "unit": "mmol/L"}, {"estimate": -0.4, "p_value": "<0.05"},
     {"estimate": -0.4, "p_value": ""}],
)  # fmt: skip
def test_the_first_difference_with_all_that_is_needed_counts(evidence, useless):
    assert contrast(by_difference(evidence, useless), ZANG).effect == contrast(by_difference(evidence), ZANG).effect
    assert contrast(by_difference(evidence, useless, {"estimate": -0.5}), ZANG).effect.estimate == -0.5


def test_the_p_of_one_of_several_arms_is_not_taken(evidence):
    several = by_difference(evidence, {"estimate": -0.5})
    several = added(several, "outcomes", FINAL[0], arm_label="another dose", mean=NAN, sd=NAN)
    assert contrast(several, ZANG).effect.estimate == pytest.approx(7.52 - 8.19), "that of the means"


@pytest.mark.parametrize(("n", "there"), [(1.0, False), (2.0, True)])
def test_a_difference_of_single_participants_has_no_t_test(evidence, n, there):
    found = contrast(by_difference(evidence, {"estimate": -0.5}, n=n), ZANG)
    assert (found.effect is not None) is there


def test_n_as_randomized_is_remarked_on_and_named(evidence):
    found = contrast(by_difference(evidence, {"estimate": -0.5}, n=NAN), ZANG)
    assert (found.treatment.n, found.control.n, found.flags) == (45, 46, ("n_randomized",))
    assert {"studies", "outcomes"} & {s.table for s in found.sources}


def test_means_with_a_p_come_after_a_difference_with_one(evidence):
    """Both are there: the difference is what the paper tested."""
    assert contrast(by_difference(evidence, {"estimate": -0.5}), ZANG).effect.estimate == -0.5
    found = contrast(by_difference(evidence), ZANG)
    assert (found.effect.estimate, found.effect.effect_source) == (pytest.approx(7.52 - 8.19), "exact p")
