"""Numbers as text, and the sentences that follow from them by rule, in English and Chinese.

The one place that decides how a number looks and what may be said of an interval.
Languages are the codes that HTML uses: "en" and "zh-Hans".
"""

import math

from .phrases import EN, NUMBERS, VARIANTS, ZH

MINUS = "\u2212"
LANGUAGES = (EN, ZH)

# kind of number -> decimals shown
DECIMALS = {
    "count": 0,
    "effect": 2,
    "ratio": 2,
    "points": 1,
    "mean": 2,
    "short_mean": 1,
    "se": 3,
    "tau2": 3,
    "q": 2,
    "percent": 1,
    "share": 1,
    "i2": 0,
    "months": 1,
}

# How a stored number becomes the one shown: logarithms as ratios, shares in percent. A risk
# difference cannot leave -100 to 100, however little the data say.
SCALED = {
    "ratio": math.exp,
    "share": lambda value: 100 * value,
    "points": lambda value: 100 * max(-1.0, min(1.0, value)),
}

# measure of a pool -> kind of its numbers
KINDS = {"MD": "effect", "SMD": "effect", "RD": "points", "log RR": "ratio", "log OR": "ratio"}

MISSING = {"en": "not available", "zh-Hans": "未给出"}


def number(value, kind, language="en"):
    """A value as text: true minus, fixed decimals, no "−0.00"; None is said to be missing."""
    if value is None:
        return MISSING[language]
    if kind == "p":
        return _p_value(value)
    if kind == "plain":
        return f"{value:g}".replace("-", MINUS)
    if kind in SCALED:
        value = SCALED[kind](value)
    text = f"{value:,.{DECIMALS[kind]}f}"
    if kind == "months":
        text = text.removesuffix(".0")
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    text = text.replace("-", MINUS)
    return text + "%" if kind in ("percent", "i2", "share") else text


def interval(pair, kind, language="en"):
    """Two values as a range: "−1.51 to 0.19", Chinese "−1.51至0.19"."""
    if None in pair:
        return MISSING[language]
    low, high = (number(value, kind, language) for value in pair)
    if low == high:
        return low
    return f"{low} to {high}" if language == "en" else f"{low}至{high}"


def _p_value(value):
    return "<0.001" if value < 0.001 else f"{value:.3f}"


# --- tables ----------------------------------------------------------------------------------


def variant_label(result, headline):
    """The words of a sensitivity analysis in the table."""
    variant = result.key.removeprefix(headline.key).lstrip(".")
    if variant.startswith("without_"):
        return f"Without {headline.trial(variant.removeprefix('without_')).label}"
    return VARIANTS[variant]


def missing_numbers(names):
    """What is to be extracted of each arm: "mean, SD, n analyzed"."""
    return ", ".join(NUMBERS[name] for name in names)


# --- sentences by rule -----------------------------------------------------------------------


RELEVANT_FALL = 0.5  # percentage points; the difference that the analysis plan calls relevant

_RELEVANT = {
    "en": " and also a fall of {delta} percentage points or more",
    "zh-Hans": "，也包含降低{delta}个百分点或更大幅度的情形",
}


def excludes_zero(low, high):
    """Whether an interval lies on one side of no difference."""
    return low > 0 or high < 0


def verdict(result, other=None):
    """The rule for a pool: "none" (k = 0), "no_pool" (k < 3), "not_established" or "excludes".

    ``other`` is a named alternative (the other end of a dose range) that the plan lets decide where
    it is the less favorable: "not_robust" if only the pool itself excludes zero. Certainty is judged
    elsewhere; an interval that excludes zero is reported as such, not as proof of an effect.
    """
    if result.k == 0:
        return "none"
    if result.k < 3:
        return "no_pool"
    if not excludes_zero(result.ci_low, result.ci_high):
        return "not_established"
    if other is not None and verdict(other) != "excludes":
        return "not_robust"
    return "excludes"


def answer(result, language="en", other=None):
    """The one-sentence answer to the headline question; ``other`` as in `verdict`."""
    return _ANSWERS[language][verdict(result, other)].format(**_words(result, language, other))


def conclusion(result, language="en", other=None):
    """What may be concluded: from the interval and from the prediction interval."""
    rule = verdict(result, other)
    text = _CONCLUSIONS[language][rule].format(**_words(result, language))
    if rule in ("none", "no_pool"):
        return text
    spans = not excludes_zero(result.pi_low, result.pi_high)
    separator = " " if language == "en" else ""
    return text + separator + _PREDICTION[language][spans].format(**_words(result, language))


READINGS = {
    "none": "no value",
    "no_pool": "too few trials for a conclusion",
    "not_established": "includes zero",
    "not_robust": "excludes zero at one end of a dose range only",
    "excludes": "excludes zero",
}


def reading(result):
    """The verdict of a pool in a few words, for tables."""
    return READINGS[verdict(result)]


def _words(result, language, other=None):
    words = {
        "k": number(result.k, "count"),
        "estimate": number(result.estimate, "effect"),
        "ci": interval((result.ci_low, result.ci_high), "effect", language),
        "pi": interval((result.pi_low, result.pi_high), "effect", language),
        "n": number(result.n_participants, "count"),
        "trials": "trial" if result.k == 1 else "trials",
        "trials_give": "trial gives" if result.k == 1 else "trials give",
    }
    if other is not None:
        words["other_ci"] = interval((other.ci_low, other.ci_high), "effect", language)
    lower = result.estimate is not None and result.estimate < 0
    relevant = result.ci_low is not None and result.ci_low <= -RELEVANT_FALL
    words["relevant"] = _RELEVANT[language].format(delta=RELEVANT_FALL) if relevant else ""
    words["side"] = {"en": ("higher", "lower"), "zh-Hans": ("高于", "低于")}[language][lower]
    return words


_ANSWERS = {
    "en": {
        "none": (
            "No controlled trial gives a usable HbA1c value, so whether mesenchymal stromal cells "
            "lower HbA1c in type 2 diabetes is not known."
        ),
        "no_pool": (
            "Only {k} controlled {trials_give} a usable HbA1c value, too few to say whether "
            "mesenchymal stromal cells lower HbA1c in type 2 diabetes."
        ),
        "not_established": (
            "It is not established that mesenchymal stromal cells lower HbA1c in type 2 diabetes: "
            "across {k} controlled trials with {n} participants the mean difference from control "
            "was {estimate} percentage points, with a 95% confidence interval from {ci}."
        ),
        "not_robust": (
            "It is not established that mesenchymal stromal cells lower HbA1c in type 2 diabetes: "
            "across {k} controlled trials with {n} participants the mean difference from control "
            "was {estimate} percentage points, with a 95% confidence interval from {ci}, but from "
            "{other_ci} with the other end of a range of differences that one trial prints."
        ),
        "excludes": (
            "Across {k} controlled trials with {n} participants HbA1c was {side} with mesenchymal "
            "stromal cells than with control by a mean difference of {estimate} percentage points, "
            "with a 95% confidence interval from {ci}."
        ),
    },
    "zh-Hans": {
        "none": "尚无对照试验提供可用的糖化血红蛋白数据，间充质基质细胞能否降低2型糖尿病患者的糖化血红蛋白尚不清楚。",
        "no_pool": (
            "仅{k}项对照试验提供可用的糖化血红蛋白数据，"
            "不足以判断间充质基质细胞能否降低2型糖尿病患者的糖化血红蛋白。"
        ),
        "not_established": (
            "尚未证实间充质基质细胞可降低2型糖尿病患者的糖化血红蛋白：{k}项对照试验（共{n}例）中，"
            "与对照组的均值差为{estimate}个百分点（95%置信区间：{ci}）。"
        ),
        "not_robust": (
            "尚未证实间充质基质细胞可降低2型糖尿病患者的糖化血红蛋白：{k}项对照试验（共{n}例）中，"
            "与对照组的均值差为{estimate}个百分点（95%置信区间：{ci}），"
            "但若采用一项试验所报告差值范围的另一端，则95%置信区间为{other_ci}。"
        ),
        "excludes": (
            "{k}项对照试验（共{n}例）中，间充质基质细胞组的糖化血红蛋白{side}对照组，"
            "均值差为{estimate}个百分点（95%置信区间：{ci}）。"
        ),
    },
}

_CONCLUSIONS = {
    "en": {
        "none": "Without a controlled value, nothing can be concluded about HbA1c.",
        "no_pool": (
            "With {k} {trials} no pooled conclusion is drawn; each trial is shown by itself."
        ),
        "not_established": (
            "The confidence interval includes zero (no difference){relevant}; an effect of the "
            "cells on HbA1c is not established."
        ),
        "not_robust": (
            "The confidence interval excludes zero only with the more favorable end of a range of "
            "differences; an effect of the cells on HbA1c is not established."
        ),
        "excludes": (
            "The confidence interval excludes zero: HbA1c was {side} with cells in these trials."
        ),
    },
    "zh-Hans": {
        "none": "无可用的对照数据，无法就糖化血红蛋白得出任何结论。",
        "no_pool": "仅有{k}项试验，不作合并结论，逐项列出各试验结果。",
        "not_established": (
            "95%置信区间包含零（无差异）{relevant}；细胞治疗对糖化血红蛋白的作用尚未证实。"
        ),
        "not_robust": (
            "仅在采用差值范围中更有利的一端时，95%置信区间才不包含零；"
            "细胞治疗对糖化血红蛋白的作用尚未证实。"
        ),
        "excludes": "95%置信区间不包含零：这些试验中细胞治疗组的糖化血红蛋白{side}对照组。",
    },
}

_PREDICTION = {
    "en": {
        True: (
            "By the prediction interval, from {pi} percentage points, the true effect in a new, similar "
            "trial could lie on either side of zero."
        ),
        False: (
            "The prediction interval, from {pi} percentage points, keeps to the same side of zero."
        ),
    },
    "zh-Hans": {
        True: "95%预测区间为{pi}个百分点，提示在新的同类试验中，真实效应可能位于零的任一侧。",
        False: "95%预测区间为{pi}个百分点，均位于零的同一侧。",
    },
}
