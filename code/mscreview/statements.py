"""Sentences for every other result, made by rule from its numbers, in English and Chinese."""

from . import reasons
from .phrases import EN, JUDGMENTS, LEVELS, OUTCOME_NAMES, POPULATION_NAMES, UNIT_WORDS, VERDICTS, ZH
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
        "side": {EN: ("lower", "higher"), ZH: ("低于", "高于")}[language][higher],
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
            "One trial is not a pool, and no conclusion is drawn."
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
        "none": "{eligible}项符合条件的{population}对照试验均未提供可用的{name}数据，故无估计值。",
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


def core_tip(result, language=EN):
    """Whether the choice between the Wald and the ad hoc interval changes what may be said."""
    if result.k < 2:
        rule = "few"
    else:
        wald = excludes_zero(result.wald_low, result.wald_high)
        rule = "agree" if wald == excludes_zero(result.ci_low, result.ci_high) else "differ"
    return _TIPS[language][rule].format(k=number(result.k, "count"))


_TIPS = {
    EN: {
        "differ": (
            "The size of the interval, not the sign of the estimate, carries the answer: with {k} "
            "trials the usual Wald interval excludes zero and the ad hoc Hartung-Knapp interval does "
            "not, so the choice of interval decides what a reader concludes."
        ),
        "agree": (
            "With {k} trials the usual Wald interval and the ad hoc Hartung-Knapp interval lead to the "
            "same reading."
        ),
        "few": "With k = {k} there is no choice of interval to make.",
    },
    ZH: {
        "differ": (
            "决定结论的是区间的宽度，而非点估计值的正负：纳入{k}项试验时，常用的Wald区间不包含零，而"
            "经修正的Hartung-Knapp区间包含零，因此区间的选择决定读者得出何种结论。"
        ),
        "agree": "纳入{k}项试验时，常用的Wald区间与经修正的Hartung-Knapp区间对是否包含零的判断一致。",
        "few": "k={k}时，不存在区间的选择问题。",
    },
}


def verdict_word(claim, language=EN):
    """The verdict of a claim in words."""
    return VERDICTS[claim.verdict][language]


def level_word(certainty, language=EN):
    """The certainty of evidence in words."""
    return LEVELS[certainty.level][language]


def n_note(result, language=EN):
    """Which numbers of participants a pool rests on: analyzed, or only allocated."""
    allocated = [t.label for t in result.trials if "n_randomized" in t.flags]
    rule = "none" if not allocated else "all" if len(allocated) == result.k else "some"
    names = ("、" if language == ZH else ", ").join(allocated)
    return _N_NOTES[language][rule].format(names=names)


_N_NOTES = {
    EN: {
        "none": "The numbers of participants are those analyzed, as printed.",
        "some": "For {names} the numbers are those allocated; the number analyzed is not printed.",
        "all": "All numbers of participants are those allocated; no trial prints the number analyzed.",
    },
    ZH: {
        "none": "例数均为所报告的分析例数。",
        "some": "{names}的例数为分配例数，未报告分析例数。",
        "all": "例数均为分配例数，各试验均未报告分析例数。",
    },
}


def deaths_text(deaths, language=EN):
    """The stated deaths in cell arms, trial by trial, with what its authors say of the cause."""
    rows = [r for r in deaths.rows if r.state == "stated" and r.deaths and r.role == "cells"]
    said = _DEATHS[language]
    trials = said["join"].join(
        said["trial"].format(
            label=r.label, n=number(r.deaths, "count"), related=said[r.related or "unclear"]
        )
        for r in rows
    )
    n = number(deaths.deaths_in_cell_arms, "count")
    inside = number(deaths.deaths_in_source_review, "count")
    return said["sum" if rows else "none"].format(n=n, trials=trials, inside=inside)


_DEATHS = {
    EN: {
        "join": "; ",
        "trial": "{label}: {n}, {related}",
        "yes": "judged related by its authors",
        "no": "judged unrelated by its authors",
        "unclear": "relation not stated",
        "sum": (
            "Deaths stated in cell arms: {n} ({trials}); in the studies that the review of the claims "
            "lists, as far as matched: {inside}. A text that does not mention deaths is no zero."
        ),
        "none": "No death is stated in a cell arm, and silence is not an absence.",
    },
    ZH: {
        "join": "；",
        "trial": "{label}：{n}例，{related}",
        "yes": "作者判定与治疗有关",
        "no": "作者判定与治疗无关",
        "unclear": "未说明与治疗的关系",
        "sum": (
            "细胞治疗组明确报告死亡{n}例（{trials}）；该综述所列研究中（按匹配结果）明确报告的死亡为"
            "{inside}例。未提及死亡不等于零死亡。"
        ),
        "none": "细胞治疗组未报告死亡，但未提及并不等于未发生。",
    },
}


def subgroup_text(found, language=EN):
    """A subgroup contrast in words: compared, or the counts that forbid it."""
    (first, k_1, _), (second, k_2, _) = found.groups
    words = {"k_1": number(k_1, "count"), "k_2": number(k_2, "count"), "first": first, "second": second}
    if found.comparable:
        words["difference"] = number(found.difference, "effect")
        words["ci"] = interval((found.ci_low, found.ci_high), "effect", language)
    return _SUBGROUPS[language][found.comparable].format(**words)


_SUBGROUPS = {
    EN: {
        True: (
            "{first} (k = {k_1}) against {second} (k = {k_2}): the two differ by {difference} "
            "(95% CI {ci}), an observation across trials."
        ),
        False: "{first} (k = {k_1}) against {second} (k = {k_2}): cannot be compared.",
    },
    ZH: {
        True: "{first}（k={k_1}）与{second}（k={k_2}）相差{difference}（95%置信区间：{ci}），为试验间比较。",
        False: "{first}（k={k_1}）与{second}（k={k_2}）：无法比较。",
    },
}


def judgment_word(bias, language=EN):
    """The overall risk of bias in words."""
    return JUDGMENTS[bias.overall][language]


def claim_text(claim, language=EN):
    """What decided a claim, with its numbers; English only, for the table of claims and its text."""
    name = claim.decided_by[0].split(".")[0] if claim.decided_by else ""
    outcome = OUTCOME_NAMES[name][EN] if name in OUTCOME_NAMES else reasons.RISK_OF_EVENTS
    kind = "points" if "responders" in name or name == "safety" else "effect"
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
    if claim.number == 9 and place > 0:
        return number(value, "i2").rstrip("%") if place in (4, 9) else number(value, "tau2")
    return number(value, "count")
