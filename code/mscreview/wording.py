"""Numbers as text, and the sentences that follow from them by rule, in English and Chinese.

The one place that decides how a number looks and what may be said of an interval.
Languages are the codes that HTML uses: "en" and "zh-Hans".
"""

MINUS = "\u2212"
LANGUAGES = ("en", "zh-Hans")

# kind of number -> decimals shown
DECIMALS = {
    "count": 0,
    "effect": 2,
    "mean": 2,
    "se": 3,
    "tau2": 3,
    "q": 2,
    "percent": 1,
    "i2": 0,
    "months": 1,
}

MISSING = {"en": "not available", "zh-Hans": "无数据"}


def number(value, kind, language="en"):
    """A value as text: true minus, fixed decimals, no "−0.00"; None is said to be missing."""
    if value is None:
        return MISSING[language]
    if kind == "p":
        return _p_value(value)
    text = f"{value:,.{DECIMALS[kind]}f}"
    if kind == "months":
        text = text.removesuffix(".0")
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    text = text.replace("-", MINUS)
    return text + "%" if kind in ("percent", "i2") else text


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


# --- remarks ---------------------------------------------------------------------------------

FLAGS = {
    "n_randomized": "n is the number randomized; n at follow-up was not printed",
    "n_derived": "n derived from a printed percentage",
    "selected_dose": "difference printed for one of several doses, named by the sponsor",
    "spread_unlabeled": "± not labeled; read as SD",
    "spread_read_as_se": "± not labeled; only the SE reading fits the trial’s own p value",
    "converted_from_medians": "means and SDs converted from medians and quartiles",
    "possibly_skewed": "possibly skewed: mean below twice the SD",
}

REASONS = {
    "not_reported": "no HbA1c value in the text available",
    "time_not_stated": "HbA1c without a time of measurement",
    "baseline_only": "HbA1c at baseline only in the text available",
    "before_12_weeks": "HbA1c only before 12 weeks",
    "beyond_24_months": "HbA1c only beyond 24 months",
    "direction_only": "direction or percent change only",
    "co_intervention": "the cell arm alone received another treatment too",
    "left_out": "left out in this analysis",
    "blinding_not_stated": "blinding not stated, or contradicted by the registry record",
    "secondary_source": "value from a sponsor, a news page or another review",
}

# Variants of the headline in the order and words of the sensitivity table.
VARIANTS = {
    "": "Headline: REML, ad hoc Hartung-Knapp interval",
    "other_dose_end": "Other end of the printed dose range (Skyler 2015)",
    "dl": "DerSimonian-Laird instead of REML",
    "pm": "Paule-Mandel instead of REML",
    "blinded_only": "Blinded trials only, not contradicted by the registry",
    "full_sources_only": "Abstract or paper as source only",
    "with_co_intervention": "With trials whose cell arm alone had another treatment",
    "next_usable_time": "Next nearest time where the nearest gives no value",
    "derived_n": "n derived from printed percentages",
    "printed_change": "Printed change where it contradicts the means (Zang 2022)",
}


def variant_label(result, headline):
    """The words of a sensitivity analysis in the table."""
    variant = result.key.removeprefix(headline.key).lstrip(".")
    if variant.startswith("without_"):
        return f"Without {headline.trial(variant.removeprefix('without_')).label}"
    return VARIANTS[variant]


# --- sentences by rule -----------------------------------------------------------------------


RELEVANT_FALL = 0.5  # percentage points; the difference that the analysis plan calls relevant

_RELEVANT = {
    "en": " and also a fall of {delta} percentage points or more",
    "zh-Hans": "，也包含下降{delta}个百分点或更多",
}


def excludes_zero(low, high):
    """Whether an interval lies on one side of no difference."""
    return low > 0 or high < 0


def verdict(result):
    """The rule for a pool: "none" (k = 0), "no_pool" (k < 3), "not_established" or "excludes".

    Certainty is judged elsewhere; an interval that excludes zero is reported as such, not as
    proof of an effect.
    """
    if result.k == 0:
        return "none"
    if result.k < 3:
        return "no_pool"
    if excludes_zero(result.ci_low, result.ci_high):
        return "excludes"
    return "not_established"


def answer(result, language="en"):
    """The one-sentence answer to the headline question."""
    return _ANSWERS[language][verdict(result)].format(**_words(result, language))


def conclusion(result, language="en"):
    """What may be concluded: from the interval and from the prediction interval."""
    rule = verdict(result)
    text = _CONCLUSIONS[language][rule].format(**_words(result, language))
    if rule in ("none", "no_pool"):
        return text
    spans = not excludes_zero(result.pi_low, result.pi_high)
    separator = " " if language == "en" else ""
    return text + separator + _PREDICTION[language][spans].format(**_words(result, language))


READINGS = {
    "none": "no value",
    "no_pool": "too few trials for a conclusion",
    "not_established": "includes no difference",
    "excludes": "excludes no difference",
}


def reading(result):
    """The verdict of a pool in a few words, for tables."""
    return READINGS[verdict(result)]


def _words(result, language):
    words = {
        "k": number(result.k, "count"),
        "estimate": number(result.estimate, "effect", language),
        "ci": interval((result.ci_low, result.ci_high), "effect", language),
        "pi": interval((result.pi_low, result.pi_high), "effect", language),
        "n": number(result.n_participants, "count"),
        "eligible": number(result.n_eligible_trials, "count"),
        "trials": "trial" if result.k == 1 else "trials",
        "trials_give": "trial gives" if result.k == 1 else "trials give",
    }
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
            "间充质基质细胞能否降低2型糖尿病患者的糖化血红蛋白尚未证实："
            "{k}项对照试验（共{n}例）与对照组相比的均值差为{estimate}个百分点，95%置信区间为{ci}。"
        ),
        "excludes": (
            "{k}项对照试验（共{n}例）中，间充质基质细胞组的糖化血红蛋白{side}对照组，"
            "均值差为{estimate}个百分点，95%置信区间为{ci}。"
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
            "The confidence interval includes no difference{relevant}; an effect of the cells on "
            "HbA1c is not established."
        ),
        "excludes": (
            "The confidence interval excludes no difference: HbA1c was {side} with cells in these "
            "trials."
        ),
    },
    "zh-Hans": {
        "none": "没有对照数据，无法就糖化血红蛋白得出结论。",
        "no_pool": "仅有{k}项试验，不作合并结论，逐项列出各试验结果。",
        "not_established": (
            "置信区间包含零{relevant}，因此细胞治疗对糖化血红蛋白的作用尚未证实。"
        ),
        "excludes": "置信区间不包含零：这些试验中细胞治疗组的糖化血红蛋白{side}对照组。",
    },
}

_PREDICTION = {
    "en": {
        True: (
            "The prediction interval, from {pi} percentage points, says that a new trial could "
            "find a difference in either direction."
        ),
        False: (
            "The prediction interval, from {pi} percentage points, keeps to the same side of no "
            "difference."
        ),
    },
    "zh-Hans": {
        True: "预测区间为{pi}个百分点，提示新试验的结果可能偏向任一方向。",
        False: "预测区间为{pi}个百分点，位于零的同一侧。",
    },
}
