"""Every formula of an effect refuses, by name, a number that it cannot take; the last ones that it takes pass."""

import math

import pytest

from mscreview import effects
from mscreview.effects import Arm

ARM = {"n": 20, "mean": 7.0, "sd": 1.0, "median": 7.0, "q1": 6.5, "q3": 7.6}
LARGEST, SMALLEST, PEOPLE = 1e50, 1e-50, 1e15


def arm(**values):
    return Arm("cells", **(ARM | values))


def both(make, **values):
    """The formula of two arms, the first with other values."""
    return lambda: make(arm(**values), arm())


def refused(compute, *words):
    """What the refusal says: it begins with the first of the words and holds the others."""
    with pytest.raises(ValueError) as error:
        compute()
    text = str(error.value)
    assert text.startswith(words[0]) and all(word in text for word in words), text


@pytest.mark.parametrize("name", ["mean", "median", "q1", "q3"])
@pytest.mark.parametrize("value", [LARGEST * 1.01, -LARGEST * 1.01, math.nan, "7"])
def test_an_arm_holds_numbers_of_a_size(name, value):
    refused(lambda: arm(**{name: value}), f"{name} of arm 'cells' = {value!r}", "a number from -1e+50 to 1e+50")
    assert arm(**{name: LARGEST}) and arm(**{name: -LARGEST})


@pytest.mark.parametrize(
    ("name", "low", "high"), [("n", 1, PEOPLE), ("sd", SMALLEST, LARGEST), ("events", 0, PEOPLE)]
)
def test_an_arm_holds_counts_and_spreads_that_can_be(name, low, high):
    for value in (low, high):
        assert getattr(arm(**{name: value}), name) == value
    for value in (low * 0.9 - (low == 0), high * 1.1, math.inf, math.nan):
        refused(lambda value=value: arm(**{name: value}), f"{name} of arm 'cells' = {value!r}", f"{low:g} to {high:g}")


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (effects.mean_difference, "mean, sd, n"),
        (effects.hedges_g, "mean, sd, n"),
        (effects.pooled_sd, "mean, sd, n"),
        (lambda one, other: effects.difference_in_change((one, other), (other, other), 0.5), "mean, sd, n"),
        (lambda one, other: effects.difference_in_change((other, other), (one, other), 0.5), "mean, sd, n"),
        (lambda one, other: effects.combine_arms([one, other], "both"), "mean, sd, n"),
        (lambda one, other: effects.combine_arms([other, one], "both"), "mean, sd, n"),
        (effects.from_medians, "median, q1, q3, n"),
        (lambda one, other: effects.from_medians(other, one), "median, q1, q3, n"),
    ],
)
def test_what_is_missing_is_named_with_what_is_needed(make, names):
    for name in names.split(", "):
        refused(both(make, **{name: None}), f"{name} of arm 'cells' = None: arm needs {names}")


def test_medians_need_two_participants():
    refused(lambda: effects.median_arm_to_mean(arm(n=1)), "n of arm 'cells' = 1", "a number from 2 to 1e+15")
    assert effects.median_arm_to_mean(arm(n=2)).sd > 0


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda: effects.Effect(math.nan, 1.0, "x"), ("estimate = nan", "-1e+150 to 1e+150")),
        (lambda: effects.Effect(1.1e150, 1.0, "x"), ("estimate = 1.1e+150",)),
        (lambda: effects.Effect(-1.1e150, 1.0, "x"), ("estimate = -1.1e+150",)),
        (lambda: effects.Effect(0.0, 0.0, "x"), ("variance = 0.0", "1e-200 to 1e+250")),
        (lambda: effects.Effect(0.0, 1.1e250, "x"), ("variance = 1.1e+250",)),
        (lambda: effects.from_printed_difference(None, 1.0), ("estimate = None", "-1e+50 to 1e+50")),
        (lambda: effects.from_printed_difference(0.1), ("se = None", "1e-50 to 1e+50")),
        (lambda: effects.from_printed_difference(0.1, 0.0), ("se = 0.0",)),
        (lambda: effects.from_printed_difference(0.1, 1.1e50), ("se = 1.1e+50",)),
        (lambda: effects.from_printed_difference(0.1, ci=(None, 1.0)), ("ci[0] = None",)),
        (lambda: effects.from_printed_difference(0.1, ci=(0.0, math.nan)), ("ci[1] = nan",)),
        (lambda: effects.from_printed_difference(0.1, ci=(1.0, 0.0)), ("se = -",)),
        (lambda: effects.from_printed_difference(0.1, ci=(0.0, 1.0), df=0.5), ("df = 0.5", "1 to 2e+15")),
        (lambda: effects.from_printed_difference(0.1, ci=(0.0, 1.0), df=2.1e15), ("df = 2100000000000000.0",)),
        (lambda: effects.g_from_t(math.inf, 9, 9, "x"), ("t = inf",)),
        (lambda: effects.g_from_t(1.0, 0.5, 9, "x"), ("n1 = 0.5", "1 to 1e+15")),
        (lambda: effects.g_from_t(1.0, 9, 1.1e15, "x"), ("n2 = 1100000000000000.0", "1 to 1e+15")),
        (lambda: effects.g_from_t(1.0, 1, 1, "x"), ("n1 + n2 - 2 = 0", "1 to 2e+15")),
        (lambda: effects.small_sample_factor(1), ("df = 1: a number above 1 is needed, which is n1 + n2 of at least 4",)),
        (lambda: effects.change_sd(0.0, 1.0, 0.5), ("sd_before = 0.0", "1e-50 to 1e+50")),
        (lambda: effects.change_sd(1.0, 1.1e50, 0.5), ("sd_after = 1.1e+50",)),
        (lambda: effects.change_sd(1.1e50, 1.0, 0.5), ("sd_before = 1.1e+50",)),
        (lambda: effects.change_sd(1.0, 0.0, 0.5), ("sd_after = 0.0",)),
        (lambda: effects.change_sd(1.0, 1.0, 1.01), ("r = 1.01", "-1 to 1")),
        (lambda: effects.change_sd(1.0, 1.0, -1.01), ("r = -1.01",)),
        (lambda: effects.t_from_exact_p("0.1", 9, 9), ("p = '0.1': a p value between 0 and 1 is needed",)),
        (lambda: effects.t_from_exact_p(0.1, 1, 1), ("n1 + n2 - 2 = 0",)),
        (lambda: effects.se_from_exact_p(None, 0.1, 9, 9), ("difference = None",)),
        (lambda: effects.se_from_exact_p(0, 0.1, 9, 9), ("a difference of zero has no SE that a p value could give",)),
        (lambda: effects.two_sided_p(None, 1.0, 9, 9), ("difference = None",)),
        (lambda: effects.two_sided_p(1.0, 0.0, 9, 9), ("se = 0.0", "1e-50 to 1e+50")),
        (lambda: effects.two_sided_p(1.0, 1.1e50, 9, 9), ("se = 1.1e+50",)),
        (lambda: effects.two_sided_p(1.0, 1.0, 9, None), ("n2 = None",)),
    ],
)
def test_a_refusal_names_the_number_and_what_is_allowed(compute, words):
    refused(compute, *words)


@pytest.mark.parametrize(
    "compute",
    [
        lambda: effects.from_printed_difference(0.1, SMALLEST),
        lambda: effects.from_printed_difference(0.1, LARGEST),
        lambda: effects.from_printed_difference(0.1, ci=(0.0, 1.0), df=1),
        lambda: effects.from_printed_difference(0.1, ci=(0.0, 1.0), df=2e15),
        lambda: effects.change_sd(SMALLEST, SMALLEST, -1),
        lambda: effects.change_sd(LARGEST, LARGEST, -1),
        lambda: effects.g_from_t(1.0, PEOPLE, PEOPLE, "x"),
        lambda: effects.g_from_t(1.0, 1, 3, "x"),
        lambda: effects.two_sided_p(1.0, SMALLEST, 1, 2),
        lambda: effects.two_sided_p(1.0, LARGEST, 9, 9),
        lambda: effects.t_from_exact_p(0.999999, 9, 9),
        lambda: effects.Effect(1e150, 1e250, "x"),
        lambda: effects.Effect(-1e150, 1e-200, "x"),
        lambda: effects.small_sample_factor(1.001),
    ],
)
def test_the_last_numbers_that_a_formula_takes_give_one(compute):
    assert compute() is not None


def test_equal_values_that_move_together_have_no_spread_of_their_change():
    assert effects.change_sd(1.3, 1.3, 1) == 0.0
    assert effects.change_sd(1.0, 2.0, -1) == pytest.approx(3.0)


def test_what_was_printed_is_taken_before_what_follows_from_it():
    """The standard error, where an interval is printed too; a remark travels with the effect."""
    effect = effects.from_printed_difference(-0.3, 0.25, ci=(-9.0, 9.0), flags=["selected_dose"])
    assert (effect.se, effect.flags, effect.effect_source) == (0.25, ("selected_dose",), "difference")
    assert effects.from_printed_difference(-0.3, 0.25).flags == ()


def test_effects_carry_their_source_and_remarks():
    for made in (
        effects.mean_difference(arm(), arm(), "changes", ["a"]),
        effects.hedges_g(arm(), arm(), "changes", ["a"]),
        effects.g_from_t(1.0, 9, 9, "changes", ["a"]),
    ):
        assert (made.effect_source, made.flags) == ("changes", ("a",))
    assert effects.mean_difference(arm(), arm()).effect_source == "final values"
    assert (effects.hedges_g(arm(), arm()).effect_source, effects.hedges_g(arm(), arm()).flags) == ("final values", ())


def test_an_arm_that_combines_others_has_the_name_it_was_given():
    made = effects.combine_arms([arm(n=10), arm(n=30, mean=9.0)], "both routes")
    assert (made.label, made.n, made.mean, made.n_is_randomized) == ("both routes", 40, 8.5, False)
    assert effects.combine_arms([arm()], "both routes") == arm()


@pytest.mark.parametrize(
    ("p_text", "fits"),
    [
        ("<0.05", (True, False)),
        ("<=0.05", (True, False)),
        ("<0.000001", (False, False)),
        (">0.05", (False, True)),
        (">=0.05", (False, True)),
        (">0.000001", (True, True)),
        ("", (True, True)),
        (None, (True, True)),
    ],
)
def test_a_bound_of_p_must_hold(p_text, fits):
    """Means 1.4 SDs apart with 20 in each arm: p is 0.00008 where the spread is an SD, 0.3 where it is an SE."""
    assert effects.reading_of_spread(arm(mean=8.4), arm(mean=7.0), p_text) == fits


@pytest.mark.parametrize(("factor", "fits"), [(0.099, False), (0.101, True), (1, True), (9.9, True), (10.1, False)])
def test_an_exact_p_must_be_met_within_a_factor_of_ten(factor, fits):
    one, other = arm(mean=7.6), arm(mean=7.0)
    p = effects.two_sided_p(0.6, math.sqrt(2 / 20), 20, 20)
    assert effects.reading_of_spread(one, other, f"{p * factor:.6f}")[0] is fits


@pytest.mark.parametrize("ratio", [0.999, 1.0, 1.999, 2.0])
def test_skew_is_decided_by_the_mean_in_units_of_its_spread(ratio):
    spread = effects.median_arm_to_mean(arm(q1=-1.0, median=0.0, q3=1.0)).sd
    shifted = {name: value + ratio * spread for name, value in (("q1", -1.0), ("median", 0.0), ("q3", 1.0))}
    one = arm(**shifted)
    exact = effects.median_arm_to_mean(one)
    effect = effects.from_medians(one, arm(q1=99.0, median=100.0, q3=101.0))
    if exact.mean / exact.sd < 1:
        assert effect is None
    else:
        flags = ("converted_from_medians",) + ("possibly_skewed",) * (exact.mean / exact.sd < 2)
        assert (effect.flags, effect.effect_source) == (flags, "medians")


def test_arms_before_and_after_come_in_pairs():
    for before, after in (((arm(), arm()), (arm(),)), ((arm(),), (arm(), arm()))):
        with pytest.raises(ValueError):
            effects.difference_in_change(before, after, 0.5)
