"""Sentences for every other result, made by rule from its numbers, in English and Chinese."""

from . import reasons
from .phrases import EN, LEVELS, OUTCOME_NAMES, POPULATION_NAMES, UNIT_WORDS, VERDICTS, ZH
from .wording import KINDS, excludes_zero, interval, number, verdict


def statement(result, language=EN, certainty=None):
    """What one pool says: k = 0, 1 and 2 in words, from k = 3 on estimate, intervals and verdict.

    ``certainty``: its `Certainty`, named at the end where the pool holds three trials or more.
    """
    words = _words(result, language)
    rule = verdict(result)
    if rule == "no_pool":
        rule = "one" if result.k == 1 else "two"
    text = _POOL[language][rule].format(**words)
    if rule in ("not_established", "excludes") and certainty is not None:
        level = LEVELS[certainty.level][language]
        text += {EN: f" Certainty of evidence: {level}.", ZH: f"证据确定性：{level}。"}[language]
    return text


def estimate_text(result, language=EN):
    """Estimate with unit and 95% CI: "−0.66 percentage points (95% CI −1.51 to 0.19)"."""
    words = _words(result, language)
    if result.k == 0:
        return words["estimate"]
    return _ESTIMATE[language].format(**words)


_ESTIMATE = {EN: "{estimate}{unit} (95% CI {ci})", ZH: "{estimate}{unit}（95%置信区间：{ci}）"}


def _words(result, language):
    outcome, population = result.key.split(".")[:2]
    kind = KINDS[result.measure]
    side = excludes_zero(result.ci_low, result.ci_high) if result.k else False
    higher = result.estimate is not None and result.estimate > 0
    return {
        "name": OUTCOME_NAMES[outcome][language],
        "population": POPULATION_NAMES[population][language],
        "k": number(result.k, "count"),
        "n": number(result.n_participants, "count"),
        "eligible": number(result.n_eligible_trials, "count"),
        "estimate": number(result.estimate, kind, language),
        "ci": interval((result.ci_low, result.ci_high), kind, language),
        "wald": interval((result.wald_low, result.wald_high), kind, language),
        "pi": interval((result.pi_low, result.pi_high), kind, language),
        "unit": UNIT_WORDS[result.unit][language],
        "trial": result.trials[0].label if result.trials else "",
        "side": {EN: ("lower", "higher"), ZH: ("低于", "高于")}[language][higher] if side else "",
    }


_POOL = {
    EN: {
        "none": (
            "None of the {eligible} eligible controlled trials in {population} gives a value for "
            "{name} that can be used, so there is no estimate."
        ),
        "one": (
            "One controlled trial ({trial}, n = {n}) of {eligible} eligible ones gives a value for "
            "{name} that can be used: difference from control {estimate}{unit} (95% CI {ci}). "
            "One trial is no pool, and no conclusion is drawn."
        ),
        "two": (
            "Two controlled trials with {n} participants, of {eligible} eligible ones, give a value "
            "for {name} that can be used: difference from control {estimate}{unit} "
            "(95% CI {ci}; Wald {wald}). With two trials no conclusion is drawn."
        ),
        "not_established": (
            "In {k} controlled trials with {n} participants, of {eligible} eligible ones, the "
            "difference from control in {name} was {estimate}{unit} (95% CI {ci}; 95% prediction "
            "interval {pi}). The interval includes zero: an effect is not established."
        ),
        "excludes": (
            "In {k} controlled trials with {n} participants, of {eligible} eligible ones, the "
            "difference from control in {name} was {estimate}{unit} (95% CI {ci}; 95% prediction "
            "interval {pi}). The interval excludes zero: values were {side} with cells."
        ),
    },
    ZH: {
        "none": "{population}的{eligible}项符合条件的对照试验均未提供可用的{name}数据，无合并估计。",
        "one": (
            "{eligible}项符合条件的对照试验中，仅1项（{trial}，n={n}）提供可用的{name}数据："
            "与对照组的差值为{estimate}{unit}（95%置信区间：{ci}）。单项试验不作合并，不下结论。"
        ),
        "two": (
            "{eligible}项符合条件的对照试验中，2项（共{n}例）提供可用的{name}数据："
            "与对照组的差值为{estimate}{unit}（95%置信区间：{ci}；Wald区间：{wald}）。"
            "仅有2项试验，不下结论。"
        ),
        "not_established": (
            "{eligible}项符合条件的对照试验中，{k}项（共{n}例）提供可用的{name}数据："
            "与对照组的差值为{estimate}{unit}（95%置信区间：{ci}；95%预测区间：{pi}）。"
            "置信区间包含零，作用尚未证实。"
        ),
        "excludes": (
            "{eligible}项符合条件的对照试验中，{k}项（共{n}例）提供可用的{name}数据："
            "与对照组的差值为{estimate}{unit}（95%置信区间：{ci}；95%预测区间：{pi}）。"
            "置信区间不包含零，细胞治疗组的数值{side}对照组。"
        ),
    },
}


def verdict_word(claim, language=EN):
    """The verdict of a claim in words."""
    return VERDICTS[claim.verdict][language]


def level_word(certainty, language=EN):
    """The certainty of evidence in words."""
    return LEVELS[certainty.level][language]


def claim_text(claim):
    """What decided a claim, with its numbers, in English."""
    kind = "effect"
    outcome = ""
    if claim.decided_by and claim.decided_by[0].split(".")[0] in OUTCOME_NAMES:
        name = claim.decided_by[0].split(".")[0]
        outcome = OUTCOME_NAMES[name][EN]
        kind = "points" if "responders" in name else "effect"
    template = reasons.CLAIM_REASONS[claim.reason]
    texts = [_number_of_claim(claim, i, value, kind) for i, value in enumerate(claim.numbers)]
    text = template.format(*texts, outcome=outcome)
    return text[0].upper() + text[1:]


def _number_of_claim(claim, place, value, kind):
    """A claim's number as text: counts whole, the rest by what stands at its place."""
    if value is None:
        return number(None, "count")
    if claim.number in (1, 2, 3, 6) and len(claim.numbers) == 4 and place > 0:
        return number(value, kind)
    if claim.number in (4, 5) and place == 6:
        p = number(value, "p")
        return f"p {p}" if p.startswith("<") else f"p = {p}"
    if claim.number == 9 and place not in (0, 5):
        return number(value, "i2").rstrip("%") if place in (4, 9) else number(value, "tau2")
    return number(value, "count")
