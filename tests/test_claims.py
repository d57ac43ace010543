"""Verdicts on the claims of the source review, on made-up results."""

import pytest
from scipy.stats import norm, t

from mscreview.claims import BETA_CELL, FEATURES, NUMBERS, REASON_CODES, judge_claims
from mscreview.kinds import (
    AnimalOutcome,
    ArmChange,
    BeforeAfter,
    Certainty,
    Comparison,
    DeathRow,
    Deaths,
    Direction,
    Directions,
    PoolResult,
    Protocols,
    Safety,
    SafetyRow,
    Variety,
)
from mscreview.outcomes import OUTCOMES

HEADLINE = "hba1c.t2dm.msc.controlled"
WIDEST = "hba1c.both.any.controlled"
PER_DAY = "insulin_iu_per_day.t2dm.msc.controlled"
PER_KG = "insulin_iu_per_kg_per_day.t2dm.msc.controlled"
RESPONDERS = "composite_responders.t2dm.msc.controlled"
VERDICTS = {
    "supported",
    "contradicted",
    "not established",
    "uncontrolled only",
    "supported in direction only",
    "not testable",
}


def a_pool(key, k=0, low=-1.0, high=1.0, **changes):
    values = dict(
        key=key, title="", unit="", k=k, n_treatment=10.0 * k, n_control=10.0 * k,
        n_participants=20.0 * k, n_eligible_trials=5, n_eligible_randomized=100.0,
    )  # fmt: skip
    if k:
        values.update(estimate=(low + high) / 2, ci_low=low, ci_high=high)
    return PoolResult(**{**values, **changes})


def graded(key, level="low"):
    return Certainty(f"certainty.{key}", key, "high", level, ())


def told(outcome, *ways, reason=""):
    rows = tuple(
        Direction(str(i), str(i), "", "msc", 12.0, 20.0, way, "words", not reason, reason)
        for i, way in enumerate(ways)
    )
    counts = [0 if reason else ways.count(way) for way in ("better", "worse", "unclear")]
    return Directions(f"directions.{outcome}.t2dm.msc", "", rows, *counts, 0, None)


def uncontrolled(outcome, *roles):
    arms = tuple(
        ArmChange("s", "s", "", "", role, "msc", False, 12.0, 9.0, 8.0, 1.0, 7.0, 1.0, -1.0, "means")
        for role in roles
    )
    return BeforeAfter(f"{outcome}.t2dm.msc.before_after", "", "", arms)


def animals(name, improved=0, worse=0, unclear=0, silent=0, p=None):
    n = improved + worse + unclear + silent
    share = silent / n if n else None
    return AnimalOutcome(f"animals.{name}", name, n, improved, worse, unclear, silent, share, p)


def event(cohort, n, transient="", role="cells"):
    return SafetyRow(
        cohort, cohort, cohort, "", "t2dm", "msc", role, "fever", "all_cause", n, 20.0, None, None,
        12.0, "", transient,
    )  # fmt: skip


def safety(group, *rows, scope="all_cause", comparisons=()):
    return Safety(
        f"safety.{group}.{scope}", "", scope, rows, 4, 0.0, 20.0, None, None, 0, 0.0, 0.0, None,
        None, 0, comparisons,
    )  # fmt: skip


def compared(difference, reach=0.1):
    low, high = difference - reach, difference + reach
    return Comparison("s", "s", "", 5.0, 10.0, 1.0, 10.0, difference, low, high)


def deaths(cells=0.0, source=0.0, stated=0, not_mentioned=0, not_looked_for=0, rows=()):
    numbers = (cells, 0.0, source, stated, not_mentioned, not_looked_for, 0)
    return Deaths("deaths", rows, *numbers)


def death_row(cohort, state, in_source_review):
    count = 0.0 if state == "stated" else None
    return DeathRow(
        cohort, cohort, cohort, "", "", "cells", state, count, 9.0, "", False, in_source_review, ""
    )


def variety(feature, *counts):
    values = tuple((str(i), n) for i, n in enumerate(counts))
    share = max(counts) / sum(counts) if counts else None
    return Variety(feature, values, sum(counts), 0, share)


def protocols(counts):
    return Protocols("protocols.t2dm.msc", tuple(variety(f, *c) for f, c in counts.items()), 10)


def nothing():
    """Results in which no question has any evidence."""
    found = [a_pool(WIDEST), deaths(), animals("glucose"), animals("beta_cell"), safety("any")]
    found.append(protocols(dict.fromkeys(FEATURES, ())))
    for outcome in OUTCOMES:
        key = f"{outcome}.t2dm.msc.controlled"
        found += [a_pool(key), graded(key, "none"), told(outcome)]
    return {result.key: result for result in found}


def judged(number, *changes):
    """The claim with these results in place of, or beside, no evidence."""
    claims = judge_claims({**nothing(), **{result.key: result for result in changes}})
    assert [c.number for c in claims] == list(range(1, 11))
    for claim in claims:
        assert claim.key == f"claims.C{claim.number}" and claim.verdict in VERDICTS
        assert len(claim.numbers) == len(NUMBERS[claim.reason])
    return claims[number - 1]


def numbers(claim):
    return dict(zip(NUMBERS[claim.reason], claim.numbers, strict=True))


def said(claim):
    return claim.verdict, claim.reason


def test_without_evidence_nothing_can_be_tested():
    claims = judge_claims(nothing())
    assert {claim.verdict for claim in claims} == {"not testable"}


def test_missing_main_pool_is_an_error():
    results = nothing()
    del results[PER_DAY]
    with pytest.raises(KeyError, match=PER_DAY):
        judge_claims(results)


# --- C1: HbA1c -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "low", "high", "level", "verdict", "reason"),
    [
        (3, -1.0, -0.1, "low", "supported", "excludes_zero"),
        (3, -1.0, -0.1, "high", "supported", "excludes_zero"),
        (3, -1.0, -0.1, "very low", "not established", "certainty_too_low"),
        (3, 0.1, 1.0, "low", "contradicted", "excludes_zero_other_way"),
        (3, 0.1, 1.0, "very low", "not established", "certainty_too_low"),
        (3, -1.0, 0.0, "high", "not established", "includes_zero"),
        (3, 0.0, 1.0, "high", "not established", "includes_zero"),
        (2, -1.0, -0.1, "high", "not established", "too_few_trials"),
        (1, -1.0, -0.1, "high", "not established", "too_few_trials"),
    ],
)
def test_pool_with_a_claimed_fall(k, low, high, level, verdict, reason):
    claim = judged(1, a_pool(HEADLINE, k, low, high), graded(HEADLINE, level))
    assert said(claim) == (verdict, reason)
    assert claim.decided_by == (HEADLINE,)
    assert claim.numbers == (k, (low + high) / 2, low, high)


@pytest.mark.parametrize("variant", ["other_dose_end", "change_from_baseline"])
def test_least_favorable_of_headline_and_variants_decides(variant):
    key = f"{HEADLINE}.{variant}"
    good, poor = (-1.0, -0.2), (-1.0, 0.1)
    for headline, other in ((good, poor), (poor, good)):
        claim = judged(1, a_pool(HEADLINE, 3, *headline), graded(HEADLINE), a_pool(key, 3, *other))
        assert said(claim) == ("not established", "includes_zero")
        assert claim.decided_by == ((key, HEADLINE) if other == poor else (HEADLINE, key))
        assert claim.numbers[2:] == poor


def test_of_two_supporting_pools_the_nearer_to_zero_is_shown():
    key = f"{HEADLINE}.other_dose_end"
    near, far = (-1.0, -0.1), (-2.0, -0.5)
    for headline, other in ((near, far), (far, near)):
        claim = judged(1, a_pool(HEADLINE, 3, *headline), a_pool(key, 3, *other), graded(HEADLINE))
        assert claim.verdict == "supported" and claim.numbers[2:] == near


def test_contradiction_is_less_favorable_than_nothing_established():
    key = f"{HEADLINE}.other_dose_end"
    claim = judged(1, a_pool(HEADLINE, 3), a_pool(key, 3, 0.1, 0.5), graded(HEADLINE))
    assert said(claim) == ("contradicted", "excludes_zero_other_way")


def test_variant_uses_its_own_certainty_where_it_has_one():
    key = f"{HEADLINE}.other_dose_end"
    both = [a_pool(HEADLINE, 3, -1, -0.1), a_pool(key, 3, -1, -0.1), graded(HEADLINE, "low")]
    assert judged(1, *both).verdict == "supported"
    assert judged(1, *both, graded(key, "very low")).verdict == "not established"


@pytest.mark.parametrize("way", ["better", "worse", "unclear"])
def test_direction_of_one_controlled_trial_is_controlled_evidence(way):
    claim = judged(1, told("hba1c", way), uncontrolled("hba1c", "treatment"))
    assert said(claim) == ("not established", "directions_only")
    assert numbers(claim)[f"n_{way}"] == 1 and sum(claim.numbers) == 1


def test_direction_beyond_24_months_is_controlled_evidence_too():
    claim = judged(1, told("hba1c", "better", reason="beyond_24_months"))
    assert said(claim) == ("not established", "directions_only")


def test_direction_with_a_co_intervention_is_no_evidence_of_cells():
    confounded = told("hba1c", "better", reason="co_intervention")
    assert judged(1, confounded).verdict == "not testable"
    claim = judged(1, confounded, uncontrolled("hba1c", "treatment", "treatment", "control"))
    assert said(claim) == ("uncontrolled only", "uncontrolled_only")
    assert claim.numbers == (2,) and claim.decided_by == ("hba1c.t2dm.msc.before_after",)


def test_change_in_control_arms_alone_is_no_evidence():
    assert judged(1, uncontrolled("hba1c", "control")).verdict == "not testable"


# --- C2: insulin -----------------------------------------------------------------------------


def test_insulin_pools_come_before_responders():
    falls = [a_pool(PER_DAY, 3, -9.0, -1.0), graded(PER_DAY)]
    claim = judged(2, *falls, a_pool(RESPONDERS, 3, -0.5, -0.1), graded(RESPONDERS))
    assert said(claim) == ("supported", "excludes_zero") and claim.decided_by == (PER_DAY,)


def test_least_favorable_insulin_pool_decides():
    falls = [a_pool(PER_DAY, 3, -9.0, -1.0), graded(PER_DAY)]
    claim = judged(2, *falls, a_pool(PER_KG, 1, -0.9, -0.1))
    assert said(claim) == ("not established", "too_few_trials")
    assert claim.decided_by == (PER_KG, PER_DAY)


def test_responders_decide_without_an_insulin_pool_and_more_of_them_is_better():
    more = a_pool(RESPONDERS, 3, 0.1, 0.5)
    claim = judged(2, more, graded(RESPONDERS), told("insulin_iu_per_day", "worse"))
    assert said(claim) == ("supported", "excludes_zero") and claim.decided_by == (RESPONDERS,)
    fewer = judged(2, a_pool(RESPONDERS, 3, -0.5, -0.1), graded(RESPONDERS))
    assert fewer.verdict == "contradicted"


# --- C3: beta-cell function ------------------------------------------------------------------


def test_the_four_beta_cell_outcomes_are_those_of_the_plan():
    assert set(BETA_CELL) == {
        "c_peptide_auc",
        "c_peptide_fasting",
        "c_peptide_stimulated",
        "homa_b",
    }


def test_every_beta_cell_outcome_with_a_pool_must_support():
    keys = [f"{outcome}.t2dm.msc.controlled" for outcome in BETA_CELL]
    rises = [a_pool(key, 3, 0.1, 0.5) for key in keys[:3]] + [graded(key) for key in keys[:3]]
    assert judged(3, *rises).verdict == "supported"
    assert judged(3, *rises, told("homa_b", "worse")).verdict == "supported"
    claim = judged(3, *rises, a_pool(keys[3], 1, 0.1, 0.5))
    assert said(claim) == ("not established", "too_few_trials") and claim.decided_by[0] == keys[3]
    falls = judged(3, *rises, a_pool(keys[3], 3, -0.5, -0.1), graded(keys[3]))
    assert falls.verdict == "contradicted"


def test_directions_of_several_outcomes_start_with_the_least_favorable():
    claim = judged(3, told("c_peptide_auc", "better", "better"), told("homa_b", "better"))
    assert claim.decided_by == ("directions.homa_b.t2dm.msc", "directions.c_peptide_auc.t2dm.msc")
    assert claim.numbers == (1, 0, 0)


@pytest.mark.parametrize(
    ("auc", "homa", "first"),
    [
        # as many better as worse comes before one better; an unclear one counts on neither side
        (("better", "better", "worse", "worse"), ("better",), "c_peptide_auc"),
        (("better", "unclear", "unclear"), ("better", "better", "worse", "worse"), "homa_b"),
        (("worse",), ("unclear",), "c_peptide_auc"),
    ],
)
def test_the_least_favorable_directions_are_better_minus_worse(auc, homa, first):
    claim = judged(3, told("c_peptide_auc", *auc), told("homa_b", *homa))
    assert claim.decided_by[0] == f"directions.{first}.t2dm.msc"
    ways = {"c_peptide_auc": auc, "homa_b": homa}[first]
    assert claim.numbers == tuple(ways.count(way) for way in ("better", "worse", "unclear"))


def test_of_changes_without_control_the_outcome_with_most_arms_is_named_first():
    arms = {"c_peptide_auc": 1, "c_peptide_fasting": 3, "homa_b": 2}
    changes = [uncontrolled(name, *["treatment"] * n) for name, n in arms.items()]
    claim = judged(3, *changes)
    assert claim.numbers == (3,)
    expected = ("c_peptide_fasting", "homa_b", "c_peptide_auc")
    assert claim.decided_by == tuple(f"{name}.t2dm.msc.before_after" for name in expected)


def test_other_measures_are_no_beta_cell_function():
    assert judged(3, told("homa_ir", "better")).verdict == "not testable"


# --- C4 and C5: animals ----------------------------------------------------------------------


@pytest.mark.parametrize(("number", "name"), [(4, "glucose"), (5, "beta_cell")])
@pytest.mark.parametrize(
    ("counts", "p", "verdict", "reason"),
    [
        ((10, 0, 0), 0.002, "supported in direction only", "directions_agree"),
        ((9, 0, 5), 0.004, "not established", "too_few_reports"),
        ((0, 0, 5), None, "not established", "too_few_reports"),
        ((7, 5, 0), 0.77, "not established", "directions_mixed"),
        ((8, 2, 0), 0.05, "not established", "directions_mixed"),
        ((1, 12, 0), 0.003, "contradicted", "directions_against"),
    ],
)
def test_directions_in_animals(number, name, counts, p, verdict, reason):
    claim = judged(number, animals(name, *counts, silent=4, p=p))
    assert said(claim) == (verdict, reason)
    assert claim.decided_by == (f"animals.{name}",)
    assert numbers(claim)["share_silent"] == 4 / (4 + sum(counts))
    assert numbers(claim)["n_worse"] == counts[1]


def test_silent_animal_reports_cannot_be_tested():
    assert judged(4, animals("glucose", silent=12)).verdict == "not testable"


# --- C6: few events --------------------------------------------------------------------------


def test_one_comparison_cannot_be_tested():
    claim = judged(6, safety("any", comparisons=(compared(0.5),)))
    assert said(claim) == ("not testable", "too_few_comparisons")
    assert numbers(claim) == {"n_comparisons": 1, "n_cohorts_counted": 4}


def test_clearly_more_events_than_control_contradict():
    three = (compared(0.3), compared(0.35), compared(0.4))
    claim = judged(6, safety("any", comparisons=three))
    assert said(claim) == ("contradicted", "more_events")
    assert numbers(claim)["estimate"] == pytest.approx(0.35)
    two = (compared(0.5, reach=0.01), compared(0.5, reach=0.01))
    assert said(judged(6, safety("any", comparisons=two))) == ("not established", "no_margin")


@pytest.mark.parametrize("difference", [0.0, -0.4])
def test_no_more_events_than_control_supports_nothing(difference):
    found = safety("any", comparisons=(compared(difference),) * 3)
    assert said(judged(6, found)) == ("not established", "no_margin")


# --- C7: transient events --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transient", "lasting", "unclear", "verdict", "reason"),
    [
        (6, 0, 5, "supported", "mostly_transient"),
        (5, 0, 5, "not testable", "transience_unknown"),
        (0, 5, 5, "not testable", "transience_unknown"),
        (0, 6, 5, "contradicted", "mostly_lasting"),
    ],
)
def test_share_of_events_said_to_be_transient(transient, lasting, unclear, verdict, reason):
    claim = judged(
        7,
        safety("fever", event("a", transient, "yes"), event("b", lasting, "no")),
        safety("headache", event("a", unclear, "unclear")),
    )
    assert said(claim) == (verdict, reason)
    assert claim.numbers == (transient + lasting + unclear, transient, lasting)


@pytest.mark.parametrize(
    "uncounted",
    [
        safety("eye", event("z", 50, "no"), scope="related"),
        safety("eye", event("z", 50, "no", role="control")),
        safety("eye", event("z", 50, "no", role="both")),
        safety("eye", event("z", None, "no")),
        safety("serious", event("a", 50, "no")),
        safety("any", event("a", 50, "no")),
    ],
)
def test_events_that_do_not_count(uncounted):
    """Other scopes and arms, events without a count, and those named already."""
    claim = judged(7, safety("fever", event("a", 5, "yes")), uncounted)
    assert claim.verdict == "supported" and claim.numbers == (5, 5, 0)


def test_umbrella_counts_where_no_event_is_named():
    fever = safety("fever", event("a", 5, "yes"))
    claim = judged(7, fever, safety("any", event("b", 6, "no")), safety("serious", event("b", 9)))
    assert claim.numbers == (11, 5, 6), "serious events of b are among its any events"


# --- C8: deaths ------------------------------------------------------------------------------


def test_death_outside_the_source_review_contradicts():
    rows = (
        death_row("a", "stated", False),
        death_row("b", "stated", True),
        death_row("c", "not mentioned", True),
    )
    claim = judged(8, deaths(2.0, 0.0, 2, 14, 31, rows))
    assert said(claim) == ("contradicted", "death_in_cell_arm")
    assert numbers(claim) == {
        "deaths_in_cell_arms": 2.0,
        "deaths_in_source_review": 0.0,
        "n_stated": 2,
        "n_not_mentioned": 14,
        "n_not_looked_for": 31,
        "n_stated_in_source_review": 1,
    }


@pytest.mark.parametrize(
    ("counts", "verdict", "reason"),
    [
        ((5, 0, 0), "supported", "all_state_none"),
        ((5, 1, 0), "not established", "some_silent"),
        ((5, 0, 1), "not established", "some_silent"),
        ((0, 9, 3), "not testable", "all_silent"),
        ((0, 0, 0), "not testable", "all_silent"),
    ],
)
def test_silence_about_deaths_supports_nothing(counts, verdict, reason):
    assert said(judged(8, deaths(0.0, 0.0, *counts))) == (verdict, reason)


# --- C9: heterogeneity -----------------------------------------------------------------------


def spread(key, k=6, tau2_low=0.0, i2=20.0):
    return a_pool(key, k, tau2=0.1, tau2_ci_low=tau2_low, tau2_ci_high=1.0, i2=i2)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"tau2_low": 0.01}, "supported"),
        ({"i2": 50.0}, "supported"),
        ({"i2": 49.9}, "not established"),
        ({"k": 2, "i2": 90.0}, "not testable"),
    ],
)
def test_heterogeneity_of_the_widest_set(changes, verdict):
    assert judged(9, spread(WIDEST, **changes)).verdict == verdict


def test_set_with_more_trials_is_the_widest_and_the_primary_stands_beside_it():
    more = f"{WIDEST}.with_co_intervention"
    found = [spread(WIDEST, k=5, i2=90.0), spread(HEADLINE, k=3, i2=40.0)]
    claim = judged(9, *found, spread(more, k=6, i2=10.0))
    assert said(claim) == ("not established", "heterogeneity_not_shown")
    assert claim.decided_by == (more, HEADLINE)
    assert (numbers(claim)["i2"], numbers(claim)["primary_i2"]) == (10.0, 40.0)
    assert (numbers(claim)["k"], numbers(claim)["primary_k"]) == (6, 3)
    assert judged(9, *found, spread(more, k=5, i2=10.0)).decided_by[0] == WIDEST


# --- C10: protocols --------------------------------------------------------------------------

VARIED, ALIKE, FEW = (8, 1, 1), (81, 10, 9), (5, 5)


@pytest.mark.parametrize(
    ("counts", "verdict", "reason"),
    [
        ([VARIED] * 4, "supported", "protocols_vary"),
        ([VARIED, VARIED, VARIED, ALIKE], "not established", "protocols_partly_vary"),
        ([VARIED, VARIED, VARIED, FEW], "not established", "protocols_partly_vary"),
        ([VARIED, VARIED, VARIED, ()], "not established", "protocols_partly_vary"),
        ([ALIKE] * 4, "contradicted", "protocols_alike"),
        ([ALIKE, ALIKE, ALIKE, ()], "not established", "protocols_partly_vary"),
    ],
)
def test_every_protocol_feature_must_vary(counts, verdict, reason):
    """8 of 10 are not over 80%."""
    features = dict(zip(FEATURES, counts, strict=True))
    claim = judged(10, protocols({**features, "graft": ALIKE}))
    assert said(claim) == (verdict, reason)
    assert numbers(claim)["cell_source_values"] == 3
    assert numbers(claim)["dose_values"] == len(counts[3])


def test_missing_protocol_feature_is_an_error():
    with pytest.raises(KeyError, match="dose"):
        judged(10, protocols(dict.fromkeys(FEATURES[:3], VARIED)))


# --- the codes -------------------------------------------------------------------------------


def test_numbers_of_every_reason_are_named_once():
    assert len(set(REASON_CODES)) == len(REASON_CODES) == len(NUMBERS)
    assert all(len(set(names)) == len(names) for names in NUMBERS.values())


def test_animal_reports_without_a_clear_difference_do_not_cancel_the_others():
    claim = judged(4, animals("glucose", improved=10, unclear=10, p=0.002))
    assert said(claim) == ("supported in direction only", "directions_agree")


def test_a_claim_on_animals_that_cannot_be_tested_names_what_it_looked_at():
    assert judged(4, animals("glucose", silent=12)).decided_by == ("animals.glucose",)


def test_events_are_pooled_with_the_variances_of_their_intervals():
    """Three equal differences with 95% intervals 0.1 wide to either side."""
    claim = judged(6, safety("any", comparisons=(compared(0.35),) * 3))
    se = 0.1 / norm.ppf(0.975) / 3**0.5
    assert numbers(claim)["ci_low"] == pytest.approx(0.35 - t.ppf(0.975, 2) * se, abs=1e-4)


def test_a_pool_without_benefit_shows_the_limits_as_they_are():
    """The least favorable of two pools is the one whose interval reaches farther from benefit, in its own unit."""
    narrow, wide = a_pool(HEADLINE, 3, -1.0, 0.3), a_pool(f"{HEADLINE}.other_dose_end", 3, -1.2, 0.4)
    claim = judged(1, narrow, wide, graded(HEADLINE))
    assert (numbers(claim)["ci_low"], numbers(claim)["ci_high"]) == (-1.2, 0.4)


@pytest.mark.parametrize(("k", "verdict"), [(2, "not testable"), (3, "supported")])
def test_heterogeneity_is_judged_from_three_trials_on(k, verdict):
    assert judged(9, spread(WIDEST, k=k, i2=80.0)).verdict == verdict


def test_silence_of_any_kind_about_deaths_counts():
    for counts in ({"not_mentioned": 2, "not_looked_for": 2}, {"not_mentioned": 2}, {"not_looked_for": 2}):
        assert said(judged(8, deaths(stated=3, **counts))) == said(judged(8, deaths(stated=3, not_mentioned=1)))


def test_claims_that_cannot_be_tested_name_what_they_looked_at():
    found = {number: judged(number) for number in (7, 10)}
    assert {claim.verdict for claim in found.values()} == {"not testable"}
    assert found[7].decided_by == ("safety.any.all_cause",)
    assert found[10].decided_by == (protocols({}).key,)
