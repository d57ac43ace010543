"""Printed values to effects and variances, against pingouin, NumPy and hand calculation."""

import math

import numpy as np
import pingouin
import pytest
from scipy.stats import norm, t

from mscreview.effects import (
    Arm,
    combine_arms,
    from_medians,
    from_printed_difference,
    mean_difference,
    median_arm_to_mean,
    reading_of_spread,
    se_from_exact_p,
    two_sided_p,
)

# Two deterministic samples of unequal size and spread.
CELLS = [6.1, 7.4, 6.8, 7.9, 6.5, 7.2, 8.3, 6.6]
CONTROL = [7.7, 8.9, 7.1, 8.4, 9.3, 7.9]


def arm_of(sample, label="arm"):
    return Arm(label, len(sample), mean=float(np.mean(sample)), sd=float(np.std(sample, ddof=1)))


def quartiles(label, n, q1, median, q3):
    return Arm(label, n, median=median, q1=q1, q3=q3)


# --- source 1: a printed difference ---------------------------------------------------------


def test_printed_difference_keeps_its_standard_error():
    effect = from_printed_difference(-0.3, 0.25)
    assert (effect.estimate, effect.se, effect.effect_source) == (-0.3, 0.25, "difference")


def test_normal_interval_gives_its_standard_error():
    low, high = -0.3 - norm.ppf(0.975) * 0.25, -0.3 + norm.ppf(0.975) * 0.25
    assert from_printed_difference(-0.3, ci=(low, high)).se == pytest.approx(0.25)


def test_t_interval_of_pingouin_gives_the_standard_error_of_its_t():
    """pingouin prints the interval to two decimals; its mean difference is known exactly."""
    found = pingouin.ttest(CELLS, CONTROL, correction=False).iloc[0]
    difference = np.mean(CELLS) - np.mean(CONTROL)
    effect = from_printed_difference(difference, ci=found["CI95"], df=len(CELLS) + len(CONTROL) - 2)
    assert effect.se == pytest.approx(difference / found["T"], abs=0.005)


def test_t_interval_needs_wider_quantiles_than_a_normal_one():
    assert from_printed_difference(0, ci=(-1, 1), df=10).se == pytest.approx(1 / t.ppf(0.975, 10))
    assert from_printed_difference(0, ci=(-1, 1)).se == pytest.approx(1 / norm.ppf(0.975))


# --- source 2: means and SDs at follow-up ---------------------------------------------------


def test_mean_difference_is_cells_minus_control_with_unpooled_variance():
    """The SE of Welch's t test, from pingouin."""
    effect = mean_difference(arm_of(CELLS), arm_of(CONTROL))
    welch = pingouin.ttest(CELLS, CONTROL, correction=True).iloc[0]
    assert effect.estimate == pytest.approx(np.mean(CELLS) - np.mean(CONTROL))
    assert effect.estimate < 0
    assert effect.se == pytest.approx(effect.estimate / welch["T"])


@pytest.mark.parametrize("missing", ["mean", "sd", "n"])
def test_mean_difference_names_the_arm_that_lacks_a_number(missing):
    numbers = {"n": 5, "mean": 7.0, "sd": 1.0} | {missing: None}
    with pytest.raises(ValueError, match=f"^{missing} of arm 'cells' = None"):
        mean_difference(Arm("cells", **numbers), arm_of(CONTROL))


@pytest.mark.parametrize("cuts", [[3], [2, 5]])
def test_combined_arms_are_the_arm_of_all_their_participants(cuts):
    """Two and three arms, against NumPy on the raw data together."""
    parts = [arm_of(list(part)) for part in np.split(np.array(CELLS), cuts)]
    combined, together = combine_arms(parts, "cells"), arm_of(CELLS)
    assert combined.n == together.n
    assert (combined.mean, combined.sd) == pytest.approx((together.mean, together.sd))


def test_one_arm_is_not_changed_by_combining():
    arm = arm_of(CELLS, "only")
    assert combine_arms([arm], "cells") is arm


def test_combined_arm_remembers_a_randomized_n():
    known, guessed = Arm("a", 4, mean=1, sd=1), Arm("b", 4, True, mean=1, sd=1)
    assert combine_arms([known, guessed], "cells").n_is_randomized
    assert not combine_arms([known, known], "cells").n_is_randomized


# --- the reading of an unlabeled spread -----------------------------------------------------


def printed_arms(evidence, study_id, months):
    """Arms as printed, with the spread in `sd`; n at follow-up, else the n of the baseline row."""
    table = evidence.outcomes
    rows = table[(table["study_id"] == study_id) & (table["outcome"] == "hba1c")]
    arms = []
    for role in ("treatment", "control"):
        ours = rows[(rows["arm_role"] == role) & (rows["is_change"] == "no")]
        at = ours[ours["time_months"] == months].iloc[0]
        n = at["n"] if at["n"] == at["n"] else ours[ours["time_months"] == 0].iloc[0]["n"]
        arms.append(Arm(role, n, mean=at["mean"], sd=at["sd"]))
    return *arms, at["p_between"]


@pytest.mark.parametrize(("study_id", "months"), [("zang2022", 11), ("chenp2016", 5.5)])
def test_printed_p_refutes_the_se_reading(evidence, study_id, months):
    assert reading_of_spread(*printed_arms(evidence, study_id, months)) == (True, False)


def test_se_reading_is_found_where_only_it_fits():
    """The spread of zang2022 read as SE would give p near 0.7; as SD near 0.003."""
    cells, control = Arm("cells", 45, mean=7.52, sd=1.07), Arm("control", 46, mean=8.19, sd=1.02)
    assert reading_of_spread(cells, control, "0.65") == (False, True)
    assert reading_of_spread(cells, control, ">0.05") == (False, True)


def test_without_a_p_both_readings_fit():
    assert reading_of_spread(arm_of(CELLS), arm_of(CONTROL), "") == (True, True)


# --- source 3: medians and quartiles --------------------------------------------------------


def test_symmetric_quartiles_leave_the_mean_at_the_median():
    assert median_arm_to_mean(quartiles("a", 20, 6, 7, 8)).mean == pytest.approx(7)


def test_luo_mean_by_hand():
    """n = 39: w = 0.7 + 0.39/39 = 0.71; mean = 0.71 (6 + 9)/2 + 0.29 * 7 = 7.355."""
    assert median_arm_to_mean(quartiles("a", 39, 6, 7, 9)).mean == pytest.approx(7.355)


@pytest.mark.parametrize(
    ("n", "eta"),
    [(9, 1.144), (13, 1.206), (17, 1.239), (21, 1.260), (41, 1.303), (81, 1.326), (201, 1.340)],
)
def test_wan_sd_agrees_with_table_2_of_the_paper(n, eta):
    """Wan 2014 table 2 prints the exact divisor of the quartile range for n = 4Q + 1 to three
    decimals; its formula 16, used here, is an approximation to it. Table values as the R
    package meta holds them (settings "Wan2014.Table2")."""
    assert 1 / median_arm_to_mean(quartiles("a", n, 6, 6.5, 7)).sd == pytest.approx(eta, abs=0.003)


def test_large_samples_give_the_normal_quartile_range():
    sd = median_arm_to_mean(quartiles("a", 10**7, -norm.ppf(0.75), 0, norm.ppf(0.75))).sd
    assert sd == pytest.approx(1, rel=1e-6)


def with_ratio(ratio):
    """An arm whose mean is `ratio` times its SD: the SD depends on the quartile range alone."""
    sd = median_arm_to_mean(quartiles("a", 40, -1, 0, 1)).sd
    return quartiles(f"ratio {ratio}", 40, ratio * sd - 1, ratio * sd, ratio * sd + 1)


@pytest.mark.parametrize(("ratio", "skewed"), [(1.01, True), (1.99, True), (2.01, False)])
def test_skew_is_flagged_between_one_and_two_sd(ratio, skewed):
    for arms in ((with_ratio(ratio), with_ratio(9)), (with_ratio(9), with_ratio(ratio))):
        effect = from_medians(*arms)
        assert effect.effect_source == "medians"
        assert "converted_from_medians" in effect.flags
        assert ("possibly_skewed" in effect.flags) == skewed


def test_skew_below_one_sd_gives_no_effect():
    assert from_medians(with_ratio(0.99), with_ratio(9)) is None
    assert from_medians(with_ratio(9), with_ratio(0.99)) is None


# --- source 4 and 5: changes, exact p -------------------------------------------------------


def test_changes_carry_their_name():
    assert mean_difference(arm_of(CELLS), arm_of(CONTROL), "changes").effect_source == "changes"


def test_exact_p_gives_back_the_standard_error_of_the_t_test():
    found = pingouin.ttest(CELLS, CONTROL, correction=False).iloc[0]
    difference = np.mean(CELLS) - np.mean(CONTROL)
    se = se_from_exact_p(difference, found["p_val"], len(CELLS), len(CONTROL))
    assert se == pytest.approx(difference / found["T"], rel=1e-9)


def test_two_sided_p_is_that_of_the_t_test():
    found = pingouin.ttest(CELLS, CONTROL, correction=False).iloc[0]
    difference = np.mean(CELLS) - np.mean(CONTROL)
    ours = two_sided_p(difference, difference / found["T"], len(CELLS), len(CONTROL))
    assert ours == pytest.approx(found["p_val"], rel=1e-9)


@pytest.mark.parametrize("p", [0, 1, -0.1, 1.2, math.nan])
def test_impossible_p_is_refused(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        se_from_exact_p(-0.5, p, 10, 10)


def test_zero_difference_has_no_standard_error_by_p():
    with pytest.raises(ValueError, match="difference of zero"):
        se_from_exact_p(0, 0.5, 10, 10)
