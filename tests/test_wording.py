"""Numbers as text, and every sentence by rule, in English and Chinese."""

import csv
import dataclasses
import re

import pytest

from mscreview import phrases, wording
from mscreview.kinds import PoolResult
from mscreview.wording import LANGUAGES, MINUS, answer, conclusion, interval, number, verdict

BASE = PoolResult(
    key="hba1c.t2dm.msc.controlled",
    title="HbA1c",
    unit="percentage points",
    k=4,
    n_treatment=80.0,
    n_control=76.0,
    n_participants=156.0,
    n_eligible_trials=9,
    n_eligible_randomized=300.0,
)


def pooled(ci, pi=None, k=4):
    """A result with these intervals; the estimate in the middle of the first."""
    low, high = ci
    pi = pi or (None, None)
    estimate = (low + high) / 2
    return dataclasses.replace(
        BASE, k=k, estimate=estimate, ci_low=low, ci_high=high, pi_low=pi[0], pi_high=pi[1]
    )


# every branch of the rules, by name
RESULTS = {
    "no trial": dataclasses.replace(BASE, k=0, n_participants=0.0),
    "one trial": pooled((-0.9, -0.1), k=1),
    "two trials": pooled((-2.9, 1.3), k=2),
    "includes zero and a relevant fall": pooled((-1.51, 0.19), (-1.97, 0.66)),
    "includes zero only": pooled((-0.41, 0.23), (-0.6, 0.42)),
    "lower, prediction lower": pooled((-1.2, -0.4), (-1.5, -0.1)),
    "lower, prediction spans zero": pooled((-1.2, -0.4), (-1.9, 0.3)),
    "higher, prediction higher": pooled((0.4, 1.2), (0.1, 1.5)),
    "higher, prediction spans zero": pooled((0.4, 1.2), (-0.3, 1.9)),
}
every_result = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def sentences(result, language):
    return [answer(result, language), conclusion(result, language)]


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (-0.657, "effect", f"{MINUS}0.66"),
        (0.193, "effect", "0.19"),
        (0.0547, "tau2", "0.055"),
        (45.0, "count", "45"),
        (12345, "count", "12,345"),
        (48.8, "i2", "49%"),
        (33.333, "percent", "33.3%"),
        (5.5, "months", "5.5"),
        (12.0, "months", "12"),
        (10.0, "months", "10"),
    ],
)
def test_numbers_as_text(value, kind, text):
    assert [number(value, kind, language) for language in LANGUAGES] == [text, text]


@pytest.mark.parametrize("kind", wording.DECIMALS)
def test_what_rounds_to_zero_has_no_sign(kind):
    for value in (-1e-9, -0.0, 0.0):
        text = number(value, kind)
        assert MINUS not in text and "-" not in text and "0" in text


def test_sign_stays_on_what_does_not_round_to_zero():
    assert number(-0.005001, "effect") == f"{MINUS}0.01"
    assert number(-0.004999, "effect") == "0.00"


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0081, "0.008"), (0.05, "0.050"), (0.001, "0.001"), (0.00099, "<0.001"), (0.0, "<0.001"), (1.0, "1.000")],
)
def test_p_is_never_printed_as_zero(p, text):
    assert number(p, "p") == text


def test_missing_values_are_said_to_be_missing():
    for kind in (*wording.DECIMALS, "p"):
        assert [number(None, kind, language) for language in LANGUAGES] == ["not available", "未给出"]
        for pair in ((None, None), (1.0, None), (None, 1.0)):
            assert interval(pair, kind) == "not available"
            assert interval(pair, kind, "zh-Hans") == "未给出"


def test_ranges_in_both_languages():
    assert interval((-1.507, 0.193), "effect") == f"{MINUS}1.51 to 0.19"
    assert interval((-1.507, 0.193), "effect", "zh-Hans") == f"{MINUS}1.51至0.19"
    assert interval((-1.5, -0.2), "effect") == f"{MINUS}1.50 to {MINUS}0.20"


def test_range_of_one_value_is_that_value():
    assert interval((11.0, 11.0), "months") == "11"


# --- verdicts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("no trial", "none"),
        ("one trial", "no_pool"),
        ("two trials", "no_pool"),
        ("includes zero and a relevant fall", "not_established"),
        ("includes zero only", "not_established"),
        ("lower, prediction lower", "excludes"),
        ("lower, prediction spans zero", "excludes"),
        ("higher, prediction higher", "excludes"),
        ("higher, prediction spans zero", "excludes"),
    ],
)
def test_verdict(name, expected):
    assert verdict(RESULTS[name]) == expected
    assert wording.reading(RESULTS[name]) == wording.READINGS[expected]


@pytest.mark.parametrize("ci", [(-1.0, 0.0), (0.0, 1.0)])
def test_interval_that_touches_zero_includes_it(ci):
    assert verdict(pooled(ci, (-2, 2))) == "not_established"


def test_the_less_favorable_alternative_decides():
    """An interval without zero is not reported as one where the other end of the range has zero."""
    clear, unclear = RESULTS["lower, prediction lower"], RESULTS["includes zero only"]
    assert verdict(clear, unclear) == "not_robust"
    assert verdict(clear, clear) == "excludes"
    assert verdict(unclear, clear) == "not_established"
    for language, word in (("en", "not established"), ("zh-Hans", "尚未证实")):
        text = answer(clear, language, unclear)
        assert word in text and interval((unclear.ci_low, unclear.ci_high), "effect", language) in text
        assert word in conclusion(clear, language, unclear)


def test_two_trials_get_no_verdict_however_clear():
    assert verdict(pooled((-2.0, -1.0), k=2)) == "no_pool"


# --- sentences ------------------------------------------------------------------------------


def words_of(result):
    return " ".join(sentences(result, "en")), "".join(sentences(result, "zh-Hans"))


@every_result
def test_both_languages_hold_the_same_numbers(result):
    """But for the names of things: HbA1c, type 2, 95%."""

    def numbers(text):
        text = re.sub(r"HbA1c|type 2 diabetes|2型糖尿病|95%", "", text)
        return re.findall(rf"{MINUS}?\d+(?:\.\d+)?", text)

    for english, chinese in zip(sentences(result, "en"), sentences(result, "zh-Hans"), strict=True):
        assert sorted(numbers(english)) == sorted(numbers(chinese))


@every_language
@every_result
def test_sentences_are_complete(result, language):
    for text in sentences(result, language):
        assert text.endswith("." if language == "en" else "。")
        assert not re.search(r"[{}]|None|nan|  |-\d", text)
        assert "not available" not in text and "未给出" not in text


@every_language
@every_result
def test_no_sentence_speaks_of_significance(result, language):
    for text in sentences(result, language):
        assert "significant" not in text.lower() and "显著" not in text and "p =" not in text


def test_no_word_of_the_modules_speaks_of_significance(root):
    for name in ("wording", "phrases", "statements"):
        text = (root / f"code/mscreview/{name}.py").read_text(encoding="utf-8").lower()
        assert "significan" not in text and "显著" not in text


def test_no_trial_says_that_nothing_is_known():
    english, chinese = words_of(RESULTS["no trial"])
    assert "not known" in english and "nothing can be concluded" in english
    assert "尚不清楚" in chinese and "无法" in chinese


@pytest.mark.parametrize("name", ["one trial", "two trials"])
def test_few_trials_state_no_effect(name):
    """Their estimate and interval stay out of the sentences."""
    english, chinese = words_of(RESULTS[name])
    assert "too few" in english and "no pooled conclusion" in english
    assert "不足以判断" in chinese and "不作合并结论" in chinese
    for text in (english, chinese):
        assert number(RESULTS[name].ci_low, "effect") not in text


def test_one_trial_is_singular():
    english, _ = words_of(RESULTS["one trial"])
    assert "1 trials" not in english and "1 controlled trials" not in english
    assert "1 controlled trial gives" in english and "With 1 trial no" in english


def test_interval_with_zero_is_not_established():
    english, chinese = words_of(RESULTS["includes zero and a relevant fall"])
    assert english.lower().count("not established") == 2
    assert chinese.count("尚未证实") == 2
    for text in (english, chinese):
        assert f"{MINUS}1.51" in text and "0.19" in text and f"{MINUS}0.66" in text


def test_relevant_fall_is_named_only_where_the_interval_holds_it():
    for name, named in (("includes zero and a relevant fall", True), ("includes zero only", False)):
        english, chinese = words_of(RESULTS[name])
        assert ("a fall of 0.5 percentage points or more" in english) == named
        assert ("降低0.5个百分点或更大幅度" in chinese) == named


@pytest.mark.parametrize(("name", "side", "zh"), [("lower", "lower", "低于"), ("higher", "higher", "高于")])
def test_side_of_an_interval_without_zero(name, side, zh):
    other, other_zh = {"lower": ("higher", "高于"), "higher": ("lower", "低于")}[side]
    for prediction in (f"prediction {name}", "prediction spans zero"):
        english, chinese = words_of(RESULTS[f"{name}, {prediction}"])
        assert f"HbA1c was {side} with" in english and f"was {other}" not in english
        assert zh in chinese and other_zh not in chinese
        assert "established" not in english and "证实" not in chinese


def test_prediction_interval_decides_its_own_sentence():
    for name, result in RESULTS.items():
        if result.pi_low is None:
            continue
        spans = not wording.excludes_zero(result.pi_low, result.pi_high)
        english, chinese = words_of(result)
        assert ("either side of zero" in english) == spans, name
        assert ("任一侧" in chinese) == spans, name
        assert interval((result.pi_low, result.pi_high), "effect") in english
        assert interval((result.pi_low, result.pi_high), "effect", "zh-Hans") in chinese


# --- Chinese terms --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def terms(root):
    with open(root / "data/zh_terms.csv", encoding="utf-8", newline="") as file:
        return {row["english"]: row["chinese"].partition("(")[0] for row in csv.DictReader(file)}


CHINESE = "".join(text for result in RESULTS.values() for text in sentences(result, "zh-Hans"))


@pytest.mark.parametrize(
    "english",
    [
        "glycated haemoglobin",
        "type 2 diabetes",
        "95% confidence interval",
        "prediction interval",
        "not established",
        "mean difference",
        "mesenchymal stromal cell",
    ],
)
def test_chinese_terms_are_those_of_the_table(terms, english):
    assert terms[english] in CHINESE


@pytest.mark.parametrize("other", ["间充质干细胞", "间质干细胞", "糖化血红素", "Ⅱ型", "II型", "可信区间", "平均差"])
def test_other_chinese_words_for_the_same_are_not_used(other):
    assert other not in CHINESE


@every_result
def test_chinese_sentences_use_chinese_punctuation(result):
    for text in sentences(result, "zh-Hans"):
        assert not re.search(r"[,;:()!?]|\.(?!\d)| ", text)


# --- remarks --------------------------------------------------------------------------------


def test_every_code_of_the_real_results_has_words(results):
    for found in results.pools.values():
        assert {flag for trial in found.trials for flag in trial.flags} <= set(phrases.FLAGS)
        assert {trial.reason for trial in found.not_pooled} <= set(phrases.REASONS)
        assert verdict(found) in wording.READINGS
