"""Sentences and tables of every result: made by rule, complete, and the same numbers as the results."""

import dataclasses
import re

import pytest

from mscreview import certainty, claims, judgments, phrases, reasons, statements, wording
from mscreview.kinds import Claim
from mscreview.outcomes import OUTCOMES
from mscreview.tables import described, judged, pools
from mscreview.wording import LANGUAGES, interval, number

HEADLINE = "hba1c.t2dm.msc.controlled"


# --- every code has its words ---------------------------------------------------------------


def test_every_reason_has_words():
    assert set(judgments.REASON_CODES) == set(reasons.JUDGMENTS)
    assert set(certainty.REASON_CODES) == set(reasons.CERTAINTY)
    assert set(claims.REASON_CODES) == set(reasons.CLAIM_REASONS)
    assert set(OUTCOMES) == set(phrases.OUTCOME_NAMES)
    assert {outcome.unit for outcome in OUTCOMES.values()} <= set(phrases.UNIT_WORDS)


@pytest.mark.parametrize("code", claims.REASON_CODES)
def test_every_reason_of_a_claim_takes_the_numbers_that_its_rule_gives(code):
    """Words that ask for more numbers than the claim holds would fail only on the day they are needed."""
    claim = Claim("claims.C1", 1, "not established", code, ("hba1c.t2dm.msc.controlled",))
    full = dataclasses.replace(claim, numbers=tuple(float(i) for i in range(len(claims.NUMBERS[code]))))
    text = statements.claim_text(full)
    assert text and "{" not in text


def test_a_missing_number_of_a_claim_is_said_to_be_missing():
    claim = Claim("claims.C1", 1, "not established", "includes_zero", (HEADLINE,), (3, None, None, None))
    assert "not available" in statements.claim_text(claim)


# --- statements -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pool_has_a_whole_sentence(results, language):
    for key, found in results.pools.items():
        if key.count(".") != 3:
            continue
        text = statements.statement(found, language)
        assert not re.search(r"[{}]|\bNone\b(?! of)|\bnan\b|  ", text), key
        assert text.endswith("." if language == "en" else "。")
        if found.k:
            kind = wording.KINDS[found.measure]
            assert number(found.estimate, kind, language) in text
            assert interval((found.ci_low, found.ci_high), kind, language) in text


def test_few_trials_get_no_verdict(results):
    for found in results.pools.values():
        if found.key.count(".") == 3 and found.k in (1, 2):
            assert "no conclusion" in statements.statement(found)
            assert "不下结论" in statements.statement(found, "zh-Hans")


def made(results, **values):
    return dataclasses.replace(results[HEADLINE], **values)


def test_three_trials_are_read_by_their_interval(results):
    with_zero = statements.statement(made(results, ci_low=-1.0, ci_high=0.1))
    below = statements.statement(made(results, ci_low=-1.0, ci_high=-0.1))
    above = statements.statement(made(results, estimate=0.5, ci_low=0.1, ci_high=0.9))
    assert "not established" in with_zero
    assert "values were lower with cells" in below and "values were higher with cells" in above


def test_certainty_is_named_where_a_pool_has_it(results):
    found = statements.statement(results[HEADLINE], "en", results[f"certainty.{HEADLINE}"])
    assert found.endswith(f"Certainty of evidence: {results[f'certainty.{HEADLINE}'].level}.")


def test_the_tip_follows_from_the_two_intervals(results):
    differ = made(results, wald_low=-1.0, wald_high=-0.1, ci_low=-1.5, ci_high=0.2)
    agree = made(results, wald_low=-1.0, wald_high=0.1, ci_low=-1.5, ci_high=0.2)
    assert "choice of interval decides" in statements.core_tip(differ)
    assert "same reading" in statements.core_tip(agree)
    assert "而经修正的Hartung-Knapp区间包含零" in statements.core_tip(differ, "zh-Hans")


def test_risk_differences_stay_in_their_range():
    assert number(1.4, "points") == "100.0" and number(-1.4, "points") == f"{wording.MINUS}100.0"
    assert number(0.0, "ratio") == "1.00"


# --- tables ---------------------------------------------------------------------------------


def rows(table):
    return {row[0]: row for row in table.rows}


def test_summary_of_findings_says_the_same_in_both_languages(results):
    english, chinese = (judged.summary_of_findings(results, language) for language in LANGUAGES)
    assert len(english.rows) == len(chinese.rows) == len(judged.FINDINGS)

    def numbers(row):
        return re.findall(rf"{wording.MINUS}?\d+\.\d+", " ".join(row[3:5]))

    for left, right in zip(english.rows, chinese.rows, strict=True):
        assert numbers(left) == numbers(right) and left[1:3] == right[1:3]


def test_summary_of_findings_draws_no_conclusion_from_few_trials(results):
    for key, row in zip(judged.FINDINGS, judged.summary_of_findings(results).rows, strict=True):
        if results[key].k in (1, 2):
            assert row[-1].startswith("no conclusion")
        if results[key].k == 0:
            assert row[-1].startswith("not known")


def test_claims_table_holds_every_claim_with_its_verdict(results):
    table = judged.claims(results)
    assert [row[0] for row in table.rows] == [f"C{n}" for n in range(1, 11)]
    for number_, row in enumerate(table.rows, 1):
        verdict = results[f"claims.C{number_}"].verdict
        assert row[2] == phrases.VERDICTS[verdict]["en"]


def test_sensitivity_table_lists_the_main_analysis_and_every_variant(results):
    table = pools.sensitivity(results)
    assert len(table.rows) == 1 + len(results.variants(HEADLINE))
    found = results[HEADLINE]
    assert table.rows[0][3] == f"{number(found.estimate, 'effect')} ({interval((found.ci_low, found.ci_high), 'effect')})"


def test_sets_put_the_other_end_below_each_pool_that_has_one(results):
    table = pools.sets(results)
    assert [row[0] for row in table.rows].count("other end of the range") >= 1
    assert rows(table)["type 2, MSC alone"][1] == "3 of 6"


def test_deaths_are_never_zero_where_nothing_is_stated(results):
    for row in described.deaths(results).rows:
        assert row[3] == "not stated" or row[3].isdigit()
    assert sum(row[3] == "2" for row in described.deaths(results).rows) == 1


def test_study_tables_hold_every_report_once(results):
    other = ("t1dm", "diabetic kidney disease", "foot ulcer", "limb ischaemia", "foot or limb", "neuropathy")
    n = len(described.studies(results, ("t2dm",)).rows) + len(described.studies(results, other).rows)
    assert n == len(results["studies.included"].rows)


def test_tables_hold_only_text(results):
    made_tables = [
        *(pools.trials(results), pools.not_pooled(results), pools.intervals(results), pools.ratios(results)),
        *(pools.subgroups(results), pools.changes(results), pools.overview(results, list(OUTCOMES))),
        *(described.events(results), described.comparisons(results), described.animals(results)),
        *(described.protocols(results), described.animal_directions(results)),
        *(judged.facts(results), judged.bias(results), judged.grade(results)),
    ]
    for table in made_tables:
        assert table.rows
        for row in table.rows:
            assert len(row) == len(table.columns)
            assert all(isinstance(cell, str) and cell not in ("nan", "None") for cell in row)
