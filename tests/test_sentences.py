"""Sentences word by word: one of every rule, in both languages, from numbers chosen for the test."""

import dataclasses

import pytest

from mscreview import phrases, statements, wording
from mscreview.kinds import Bias, Certainty, Claim, DeathRow, Deaths, PoolResult, SubgroupContrast, Trial
from mscreview.wording import LANGUAGES, MINUS, number

CERTAINTY = Certainty("certainty.x", "x", "high", "very low", ())


def trial(label, *flags):
    numbers = dict(months=6.0, n_treatment=20.0, n_control=20.0, effect=-0.5, se=0.2, ci_low=-0.9, ci_high=-0.1)
    arms = dict.fromkeys(("mean_treatment", "sd_treatment", "mean_control", "sd_control"))
    return Trial(
        study_id=label, label=label, doi="", weight=25.0, effect_source="final", p_printed="", flags=flags, **numbers, **arms
    )


def pooled(k, ci, wald, pi=(None, None), **values):
    """A pool of 156 participants, the estimate in the middle of its interval."""
    pool = PoolResult(
        key="hba1c.t2dm.msc.controlled",
        title="HbA1c",
        unit="percentage points",
        k=k,
        n_treatment=80.0,
        n_control=76.0,
        n_participants=156.0,
        n_eligible_trials=9,
        n_eligible_randomized=300.0,
        estimate=sum(ci) / 2 if k else None,
        ci_low=ci[0],
        ci_high=ci[1],
        wald_low=wald[0],
        wald_high=wald[1],
        pi_low=pi[0],
        pi_high=pi[1],
    )
    return dataclasses.replace(pool, **values)


NOTHING = (None, None)
NO_TRIAL = pooled(0, NOTHING, NOTHING, n_participants=0.0)
ONE = pooled(1, (-0.9, -0.1), (-0.9, -0.1), trials=(trial("Alpha 2020"),))
TWO = pooled(2, (-2.9, 1.3), (-1.4, -0.2), trials=(trial("Alpha 2020"), trial("Beta 2021")))
WITH_ZERO = pooled(4, (-1.51, 0.19), (-1.2, -0.1), (-1.97, 0.66))
NOT_RELEVANT = pooled(4, (-0.41, 0.23), (-0.3, 0.1), (-0.6, 0.42))
BELOW = pooled(4, (-1.2, -0.4), (-1.1, -0.5), (-1.5, -0.1))
ABOVE = pooled(4, (0.4, 1.2), (0.5, 1.1), (0.1, 1.5), key="fpg.both.any.controlled", unit="mmol/L")


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (-0.5, "plain", f"{MINUS}0.5"),
        (12.0, "plain", "12"),
        (0.125, "share", "12.5%"),
        (0.4, "i2", "0%"),
        (-0.04, "percent", "0.0%"),
        (-1234.5, "effect", f"{MINUS}1,234.50"),
        (0.02, "points", "2.0"),
        (-0.25, "ratio", "0.78"),
        (7.25, "mean", "7.25"),
        (7.25, "short_mean", "7.2"),
        (0.12345, "se", "0.123"),
        (3.14159, "q", "3.14"),
        (3.04, "months", "3"),
    ],
)
def test_every_kind_of_number(value, kind, text):
    assert number(value, kind) == text


def test_ranges_of_every_kind_keep_their_signs():
    assert wording.interval((-0.5, 0.25), "plain") == f"{MINUS}0.5 to 0.25"
    assert wording.interval((-0.5, 0.25), "points", "zh-Hans") == f"{MINUS}50.0至25.0"


def test_what_is_to_be_extracted_is_named_in_order():
    assert wording.missing_numbers(("mean", "sd", "n")) == "mean, SD, n analyzed"


# --- the headline ---------------------------------------------------------------------------

ANSWERS = [
    (NO_TRIAL, "No controlled trial gives a usable HbA1c value, so whether mesenchymal stromal cells lower HbA1c in "
     "type 2 diabetes is not known.",
     "尚无对照试验提供可用的糖化血红蛋白数据，间充质基质细胞能否降低2型糖尿病患者的糖化血红蛋白尚不清楚。"),
    (ONE, "Only 1 controlled trial gives a usable HbA1c value, too few to say whether mesenchymal stromal cells lower "
     "HbA1c in type 2 diabetes.",
     "仅1项对照试验提供可用的糖化血红蛋白数据，不足以判断间充质基质细胞能否降低2型糖尿病患者的糖化血红蛋白。"),
    (TWO, "Only 2 controlled trials give a usable HbA1c value, too few to say whether mesenchymal stromal cells lower "
     "HbA1c in type 2 diabetes.",
     "仅2项对照试验提供可用的糖化血红蛋白数据，不足以判断间充质基质细胞能否降低2型糖尿病患者的糖化血红蛋白。"),
    (WITH_ZERO, "It is not established that mesenchymal stromal cells lower HbA1c in type 2 diabetes: across 4 controlled "
     "trials with 156 participants the mean difference from control was −0.66 percentage points, with a 95% confidence "
     "interval from −1.51 to 0.19.",
     "尚未证实间充质基质细胞可降低2型糖尿病患者的糖化血红蛋白：4项对照试验（共156例）中，与对照组的均值差为−0.66个百分点"
     "（95%置信区间：−1.51至0.19）。"),
    (BELOW, "Across 4 controlled trials with 156 participants HbA1c was lower with mesenchymal stromal cells than with "
     "control by a mean difference of −0.80 percentage points, with a 95% confidence interval from −1.20 to −0.40.",
     "4项对照试验（共156例）中，间充质基质细胞组的糖化血红蛋白低于对照组，均值差为−0.80个百分点（95%置信区间：−1.20至−0.40）。"),
    (ABOVE, "Across 4 controlled trials with 156 participants HbA1c was higher with mesenchymal stromal cells than with "
     "control by a mean difference of 0.80 percentage points, with a 95% confidence interval from 0.40 to 1.20.",
     "4项对照试验（共156例）中，间充质基质细胞组的糖化血红蛋白高于对照组，均值差为0.80个百分点（95%置信区间：0.40至1.20）。"),
]  # fmt: skip
CONCLUSIONS = [
    (NO_TRIAL, "Without a controlled value, nothing can be concluded about HbA1c.",
     "无可用的对照数据，无法就糖化血红蛋白得出任何结论。"),
    (ONE, "With 1 trial no pooled conclusion is drawn; each trial is shown by itself.",
     "仅有1项试验，不作合并结论，逐项列出各试验结果。"),
    (TWO, "With 2 trials no pooled conclusion is drawn; each trial is shown by itself.",
     "仅有2项试验，不作合并结论，逐项列出各试验结果。"),
    (WITH_ZERO, "The confidence interval includes zero (no difference) and also a fall of 0.5 percentage points or more; "
     "an effect of the cells on HbA1c is not established. By the prediction interval, from −1.97 to 0.66 percentage "
     "points, the true effect in a new, similar trial could lie on either side of zero.",
     "95%置信区间包含零（无差异），也包含降低0.5个百分点或更大幅度的情形；细胞治疗对糖化血红蛋白的作用尚未证实。"
     "95%预测区间为−1.97至0.66个百分点，提示在新的同类试验中，真实效应可能位于零的任一侧。"),
    (NOT_RELEVANT, "The confidence interval includes zero (no difference); an effect of the cells on HbA1c is not "
     "established. By the prediction interval, from −0.60 to 0.42 percentage points, the true effect in a new, similar "
     "trial could lie on either side of zero.",
     "95%置信区间包含零（无差异）；细胞治疗对糖化血红蛋白的作用尚未证实。95%预测区间为−0.60至0.42个百分点，"
     "提示在新的同类试验中，真实效应可能位于零的任一侧。"),
    (BELOW, "The confidence interval excludes zero: HbA1c was lower with cells in these trials. The prediction interval, "
     "from −1.50 to −0.10 percentage points, keeps to the same side of zero.",
     "95%置信区间不包含零：这些试验中细胞治疗组的糖化血红蛋白低于对照组。95%预测区间为−1.50至−0.10个百分点，均位于零的同一侧。"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "english", "chinese"), ANSWERS)
def test_answer_word_by_word(result, english, chinese):
    assert wording.answer(result) == english
    assert [wording.answer(result, language) for language in LANGUAGES] == [english, chinese]


@pytest.mark.parametrize(("result", "english", "chinese"), CONCLUSIONS)
def test_conclusion_word_by_word(result, english, chinese):
    assert wording.conclusion(result) == english
    assert [wording.conclusion(result, language) for language in LANGUAGES] == [english, chinese]


def test_the_other_end_of_a_range_stands_in_the_answer():
    answers = [wording.answer(BELOW, language, WITH_ZERO) for language in LANGUAGES]
    assert answers[0].endswith("from −1.20 to −0.40, but from −1.51 to 0.19 with the other end of a range of "
                               "differences that one trial prints.")  # fmt: skip
    assert answers[1].endswith("（95%置信区间：−1.20至−0.40），但若采用一项试验所报告差值范围的另一端，则95%置信区间为−1.51至0.19。")
    assert wording.conclusion(BELOW, other=WITH_ZERO).startswith("The confidence interval excludes zero only with")


def test_three_trials_are_enough_for_a_verdict_and_two_are_not():
    assert wording.verdict(dataclasses.replace(BELOW, k=3)) == "excludes"
    assert wording.verdict(dataclasses.replace(BELOW, k=2)) == "no_pool"


def test_an_interval_that_ends_at_the_relevant_fall_holds_it():
    for low, held in ((-0.5, True), (-0.49, False)):
        text = wording.conclusion(pooled(4, (low, 0.3), NOTHING, (-1.0, 1.0)))
        assert ("a fall of 0.5 percentage points or more" in text) == held


def test_the_sensitivity_table_names_each_variant(results):
    headline = results["hba1c.t2dm.msc.controlled"]
    labels = {v.key.removeprefix(headline.key): wording.variant_label(v, headline) for v in results.variants(headline.key)}
    assert wording.variant_label(headline, headline) == "Main analysis: REML, ad hoc Hartung-Knapp interval"
    assert labels[".dl"] == "DerSimonian-Laird instead of REML"
    left_out = {label for key, label in labels.items() if key.startswith(".without_")}
    assert left_out == {f"Without {each.label}" for each in headline.trials}


# --- every pool -----------------------------------------------------------------------------

STATEMENTS = [
    (NO_TRIAL, "None of the 9 eligible controlled trials in type 2 diabetes gives a value for HbA1c that can be used, so "
     "there is no estimate.",
     "9项符合条件的2型糖尿病对照试验均未提供可用的糖化血红蛋白数据，故无估计值。"),
    (ONE, "One controlled trial (Alpha 2020, n = 156) of 9 eligible ones gives a value for HbA1c that can be used: "
     "difference from control −0.50 percentage points (95% CI −0.90 to −0.10). One trial is not a pool, and no conclusion "
     "is drawn.",
     "9项符合条件的对照试验中，仅1项（Alpha 2020，n=156）提供可用的糖化血红蛋白数据：与对照组的差值为−0.50个百分点"
     "（95%置信区间：−0.90至−0.10）。单项试验不作合并，不下结论。"),
    (TWO, "Two controlled trials with 156 participants, of 9 eligible ones, give a value for HbA1c that can be used: "
     "difference from control −0.80 percentage points (95% CI −2.90 to 1.30; Wald −1.40 to −0.20). With two trials no "
     "conclusion is drawn.",
     "9项符合条件的对照试验中，2项（共156例）提供可用的糖化血红蛋白数据：与对照组的差值为−0.80个百分点"
     "（95%置信区间：−2.90至1.30；Wald区间：−1.40至−0.20）。仅有2项试验，不下结论。"),
    (WITH_ZERO, "In 4 controlled trials with 156 participants, of 9 eligible ones, the difference from control in HbA1c "
     "was −0.66 percentage points (95% CI −1.51 to 0.19; 95% prediction interval −1.97 to 0.66). The interval includes "
     "zero: an effect is not established. Certainty of evidence: very low.",
     "9项符合条件的对照试验中，4项（共156例）提供可用的糖化血红蛋白数据：与对照组的差值为−0.66个百分点"
     "（95%置信区间：−1.51至0.19；95%预测区间：−1.97至0.66）。置信区间包含零，作用尚未证实。证据确定性：极低。"),
    (BELOW, "In 4 controlled trials with 156 participants, of 9 eligible ones, the difference from control in HbA1c was "
     "−0.80 percentage points (95% CI −1.20 to −0.40; 95% prediction interval −1.50 to −0.10). The interval excludes "
     "zero: values were lower with cells. Certainty of evidence: very low.",
     "9项符合条件的对照试验中，4项（共156例）提供可用的糖化血红蛋白数据：与对照组的差值为−0.80个百分点"
     "（95%置信区间：−1.20至−0.40；95%预测区间：−1.50至−0.10）。置信区间不包含零，细胞治疗组的数值低于对照组。证据确定性：极低。"),
    (ABOVE, "In 4 controlled trials with 156 participants, of 9 eligible ones, the difference from control in fasting "
     "glucose was 0.80 mmol/L (95% CI 0.40 to 1.20; 95% prediction interval 0.10 to 1.50). The interval excludes zero: "
     "values were higher with cells. Certainty of evidence: very low.",
     "9项符合条件的对照试验中，4项（共156例）提供可用的空腹血糖数据：与对照组的差值为0.80 mmol/L"
     "（95%置信区间：0.40至1.20；95%预测区间：0.10至1.50）。置信区间不包含零，细胞治疗组的数值高于对照组。证据确定性：极低。"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "english", "chinese"), STATEMENTS)
def test_statement_word_by_word(result, english, chinese):
    assert statements.statement(result, certainty=CERTAINTY) == english
    assert [statements.statement(result, language, CERTAINTY) for language in LANGUAGES] == [english, chinese]


def test_a_statement_without_certainty_ends_with_its_verdict():
    assert statements.statement(BELOW).endswith("values were lower with cells.")


def test_estimate_with_unit_and_interval():
    assert statements.estimate_text(BELOW) == "−0.80 percentage points (95% CI −1.20 to −0.40)"
    assert statements.estimate_text(BELOW, "zh-Hans") == "−0.80个百分点（95%置信区间：−1.20至−0.40）"
    assert [statements.estimate_text(NO_TRIAL, language) for language in LANGUAGES] == ["not available", "未给出"]
    risk = dataclasses.replace(BELOW, measure="RD", unit="share of participants", key="hba1c_responders.t2dm.msc.x")
    assert statements.estimate_text(risk) == "−80.0 percentage points (95% CI −100.0 to −40.0)"


def test_the_choice_of_interval_word_by_word():
    differ = ("The size of the interval, not the sign of the estimate, carries the answer: with 2 trials the usual Wald "
              "interval excludes zero and the ad hoc Hartung-Knapp interval does not, so the choice of interval decides "
              "what a reader concludes.")  # fmt: skip
    assert statements.core_tip(TWO) == differ
    assert statements.core_tip(BELOW) == ("With 4 trials the usual Wald interval and the ad hoc Hartung-Knapp interval "
                                          "lead to the same reading.")  # fmt: skip
    assert statements.core_tip(ONE) == "With k = 1 there is no choice of interval to make."
    assert statements.core_tip(ONE, "zh-Hans") == "k=1时，不存在区间的选择问题。"


@pytest.mark.parametrize(
    ("allocated", "english", "chinese"),
    [
        ("", "The numbers of participants are those analyzed, as printed.", "例数均为所报告的分析例数。"),
        ("BC", "For B, C the numbers are those allocated; the number analyzed is not printed.",
         "B、C的例数为分配例数，未报告分析例数。"),
        ("ABC", "All numbers of participants are those allocated; no trial prints the number analyzed.",
         "例数均为分配例数，各试验均未报告分析例数。"),
    ],
)  # fmt: skip
def test_which_numbers_of_participants(allocated, english, chinese):
    trials = tuple(trial(label, *(["n_randomized"] if label in allocated else [])) for label in "ABC")
    result = dataclasses.replace(BELOW, k=3, trials=trials)
    assert statements.n_note(result) == english
    assert [statements.n_note(result, language) for language in LANGUAGES] == [english, chinese]


# --- harms, subgroups, claims ---------------------------------------------------------------


def death(label, deaths, related, state="stated", role="cells"):
    return DeathRow(label, label, label, "", "arm", role, state, deaths, 20.0, related, False, False, "")


DEATHS = Deaths(
    "deaths",
    (
        death("A", 2.0, "no"),
        death("B", 1.0, ""),
        death("C", 1.0, "yes"),
        death("D", 0.0, ""),
        death("E", None, "", state="not mentioned"),
        death("F", 3.0, "no", role="control"),
    ),
    *(4.0, 3.0, 1.0, 5, 1, 0, 0),
)


def test_deaths_are_told_one_by_one():
    assert statements.deaths_text(DEATHS) == (
        "Deaths stated in cell arms: 4 (A: 2, judged unrelated by its authors; B: 1, relation not stated; C: 1, judged "
        "related by its authors); in the studies that the review of the claims lists, as far as matched: 1. A text that "
        "does not mention deaths is no zero."
    )
    assert statements.deaths_text(DEATHS, "zh-Hans") == (
        "细胞治疗组明确报告死亡4例（A：2例，作者判定与治疗无关；B：1例，未说明与治疗的关系；C：1例，作者判定与治疗有关）；"
        "该综述所列研究中（按匹配结果）明确报告的死亡为1例。未提及死亡不等于零死亡。"
    )


def test_no_death_stated_is_not_said_to_be_none():
    none = dataclasses.replace(DEATHS, rows=DEATHS.rows[3:], deaths_in_cell_arms=0.0)
    assert statements.deaths_text(none) == "No death is stated in a cell arm, and silence is not an absence."
    assert statements.deaths_text(none, "zh-Hans") == "细胞治疗组未报告死亡，但未提及并不等于未发生。"


def test_subgroups_are_compared_only_where_they_can_be():
    groups = (("autologous", 2, 40.0), ("allogeneic", 3, 90.0))
    found = SubgroupContrast("k", "p", "graft", groups, True, -0.312, -1.204, 0.58, 0.4)
    few = dataclasses.replace(found, comparable=False)
    assert statements.subgroup_text(found) == (
        "autologous (k = 2) against allogeneic (k = 3): the two differ by −0.31 (95% CI −1.20 to 0.58), an observation "
        "across trials."
    )
    assert statements.subgroup_text(few) == "autologous (k = 2) against allogeneic (k = 3): cannot be compared."
    chinese = "autologous（k=2）与allogeneic（k=3）"
    assert statements.subgroup_text(found, "zh-Hans") == f"{chinese}相差−0.31（95%置信区间：−1.20至0.58），为试验间比较。"
    assert statements.subgroup_text(few, "zh-Hans") == f"{chinese}：无法比较。"


INCLUDES = "the least favorable named analysis includes zero"


@pytest.mark.parametrize(
    ("claim", "reason", "numbers", "decided_by", "text"),
    [
        (1, "includes_zero", (4, -0.657, -1.507, 0.193), "hba1c.t2dm", f"HbA1c: k = 4, −0.66 (95% CI −1.51 to 0.19); {INCLUDES}"),
        (2, "includes_zero", (4, -5.6, -12.34, 0.193), "insulin_iu_per_day.t2dm",
         f"Daily insulin (IU/day): k = 4, −5.60 (95% CI −12.34 to 0.19); {INCLUDES}"),
        (2, "includes_zero", (4, -0.123, -0.25, 0.05), "hba1c_responders.t2dm",
         f"HbA1c below 7%: k = 4, −12.3 (95% CI −25.0 to 5.0); {INCLUDES}"),
        (3, "includes_zero", (4, 5.5, -1.0, 12.0), "homa_b.t2dm", f"HOMA-B: k = 4, 5.50 (95% CI −1.00 to 12.00); {INCLUDES}"),
        (3, "directions_only", (1, 0, 2), "directions.homa_b", "Controlled trials give a direction only: 1 better, 0 worse, 2 unclear"),
        (3, "no_evidence", (), None, "No evidence"),
        (4, "directions_agree", (30, 2, 1, 4, 37, 0.108, 0.00001), "animals.glucose",
         "30 reports improved, 2 worse, 1 unclear, 4 of 37 silent; sign test p <0.001; stated directions agree; size and "
         "bias are not known"),
        (5, "directions_mixed", (6, 5, 1, 4, 16, 0.25, 0.774), "animals.beta_cell",
         "6 reports improved, 5 worse, 1 unclear, 4 of 16 silent; sign test p = 0.774; stated directions do not differ "
         "from chance"),
        (6, "no_margin", (3, 0.025, -0.1, 0.15), "safety.any.all_cause",
         "Difference in the risk of any adverse event, in percentage points: k = 3, 2.5 (95% CI −10.0 to 15.0); no clear "
         "excess, and “few” has no limit"),
        (6, "too_few_comparisons", (1, 12), "safety.any.all_cause",
         "Trials that count any adverse event in both arms: 1; cohorts that count them in cell arms alone: 12"),
        (7, "mostly_transient", (1234, 1000, 3), "safety.fever.all_cause",
         "1,000 of 1,234 counted events said to be transient"),
        (8, "death_in_cell_arm", (2, 1, 14, 20, 3, 6), "deaths",
         "2 deaths in cell arms (1 inside the source review’s own studies); cohorts that state deaths: 14, that do not "
         "mention them: 20, not searched: 3; silence is no absence"),
        (9, "heterogeneous", (7, 0.0547, 0.0012, 1.25, 62.3, 4, 0.03, 0.0, 2.2, 48.8), "hba1c.both.any",
         "Largest set: k = 7, τ² 0.055 (0.001 to 1.250), I² 62%; headline: I² 49%"),
        (10, "protocols_vary", (20, 4, 0.6, 5, 0.7, 6, 0.3, 9, 0.2), "protocols.t2dm",
         "20 cohorts: 4 wordings of the source, 5 of the route, 6 of the schedule, 9 of the dose; none over 80%"),
    ],
)  # fmt: skip
def test_what_decided_a_claim_word_by_word(claim, reason, numbers, decided_by, text):
    keys = (decided_by,) if decided_by else ()
    made = Claim(f"claims.C{claim}", claim, "not established", reason, keys, numbers)
    assert statements.claim_text(made) == text


def test_single_words_follow_the_language():
    claim = Claim("claims.C1", 1, "not testable", "no_evidence")
    bias = Bias("bias.x", "x", "X", "", "hba1c", "RoB 2", "high", ())
    assert [statements.verdict_word(claim), statements.verdict_word(claim, "zh-Hans")] == ["not testable", "无法检验"]
    assert [statements.level_word(CERTAINTY), statements.level_word(CERTAINTY, "zh-Hans")] == ["very low", "极低"]
    assert [statements.judgment_word(bias), statements.judgment_word(bias, "zh-Hans")] == ["high risk", "高风险"]
    assert phrases.EN == "en" and phrases.ZH == "zh-Hans"
