"""Which source of an effect is taken, and what it needs: on tables with one value changed."""

import math

import pytest
from edits import added, changed, contrast
from scipy.stats import norm, t

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
