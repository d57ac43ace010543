"""Tables of judgments: facts and judgments of bias, GRADE, summary of findings, claims."""

from .. import phrases, reasons, wording
from ..statements import claim_text
from .sources import named
from .table import Table, count, estimate


def facts(results, key="hba1c.t2dm.msc.controlled"):
    """What the sources state about safeguards against bias, in their own terms."""
    names = {
        "sequence": "Random sequence",
        "concealment": "Concealment",
        "blinding": "Blinding",
        "losses": "Losses",
        "selection": "Selection of the result",
    }
    rows = tuple(
        (named(results, trial), *(_fact(trial, domain) for domain in names)) for trial in results[key].trials
    )
    return Table(("Trial", *names.values()), rows)


def _fact(trial, domain):
    fact = next(f for f in trial.facts if f["domain"] == domain)
    status = fact["status"].replace("_", " ")
    return f"{status}: {fact['words']}" if fact["words"] else status


def bias(results, outcome="hba1c", population="t2dm"):
    """Risk of bias of the controlled trials, domain by domain, each with its reason."""
    populations = {row.study_id: row.population for row in results["studies.included"].rows}
    rows = []
    for key in results.keys_below(f"bias.{outcome}"):
        study = results[key]
        if populations[study.study_id] != population:
            continue
        name = named(results, study)
        for domain in study.domains:
            reason = reasons.JUDGMENTS[domain.reason]
            words = f"{reason}: {domain.words}" if domain.words else reason
            rows.append((name, study.tool, domain.name, domain.judgment, words))
        rows.append((name, study.tool, "overall", study.overall, "by the rule of the tool"))
    return Table(("Trial", "Tool", "Domain", "Judgment", "Reason"), tuple(rows))


GRADED = (
    "hba1c.t2dm.msc.controlled",
    "fpg.t2dm.msc.controlled",
    "ppg.t2dm.msc.controlled",
    "composite_responders.t2dm.msc.controlled",
    "c_peptide_auc.t2dm.msc.controlled",
    "homa_ir.t2dm.msc.controlled",
)


def grade(results, keys=GRADED):
    """The GRADE profile: steps taken off in each domain with the reason, and the level."""
    domains = ("risk of bias", "inconsistency", "indirectness", "imprecision", "missing results")
    rows = []
    for key in keys:
        found = results[f"certainty.{key}"]
        steps = {step.domain: step for step in found.downgrades}
        rows.append(
            (
                phrases.OUTCOME_NAMES[key.split(".")[0]]["en"],
                found.start,
                *(_step(steps.get(domain)) for domain in domains),
                found.level,
            )
        )
    heads = tuple(domain[0].upper() + domain[1:] for domain in domains)
    return Table(("Outcome", "Start", *heads, "Certainty"), tuple(rows))


def _step(step):
    if step is None:
        return "not graded"
    taken = wording.number(-step.steps, "count") if step.steps else "0"
    return f"{taken}: {reasons.CERTAINTY[step.reason]}"


FINDINGS = (*GRADED[:3], "insulin_iu_per_day.t2dm.msc.controlled", *GRADED[3:])
HEADS = {
    "en": (
        "Outcome",
        "Trials",
        "Participants",
        "Difference from control (95% CI)",
        "95% prediction interval",
        "Certainty",
        "What can be said",
    ),
    "zh-Hans": (
        "结局指标",
        "试验数",
        "例数",
        "与对照组的差值（95%置信区间）",
        "95%预测区间",
        "证据确定性",
        "结论",
    ),
}
SAID = {
    "en": {
        "none": "not known: no value",
        "one": "no conclusion from one trial",
        "two": "no conclusion from two trials",
        "not_established": "not established",
        "not_robust": "not established: excludes zero at one end of a dose range only",
        "excludes": "interval excludes zero",
    },
    "zh-Hans": {
        "none": "尚不清楚：无可用数据",
        "one": "仅1项试验，不下结论",
        "two": "仅2项试验，不下结论",
        "not_established": "尚未证实",
        "not_robust": "尚未证实：仅采用差值范围的一端时区间不包含零",
        "excludes": "置信区间不包含零",
    },
}


def summary_of_findings(results, language="en"):
    """One row an outcome, type 2 diabetes, MSC alone: trials, difference, certainty, conclusion."""
    rows = tuple(_finding(results, key, language) for key in FINDINGS)
    heads = HEADS[language]
    return Table(heads, rows, heads[1:5])


def _finding(results, key, language):
    result = results[key]
    kind = wording.KINDS[result.measure]
    other = f"{key}.other_dose_end"
    rule = wording.verdict(result, results[other] if other in results else None)
    if rule == "no_pool":
        rule = "one" if result.k == 1 else "two"
    return (
        phrases.OUTCOME_NAMES[key.split(".")[0]][language] + _unit(result, language),
        count(result.k),
        count(result.n_participants),
        estimate(result.estimate, result.ci_low, result.ci_high, kind, language),
        wording.interval((result.pi_low, result.pi_high), kind, language),
        phrases.LEVELS[results[f"certainty.{key}"].level][language],
        SAID[language][rule],
    )


def _unit(result, language):
    unit = phrases.UNIT_WORDS[result.unit][language].strip()
    name = phrases.OUTCOME_NAMES[result.key.split(".")[0]][language]
    if not unit or unit in name or "IU" in name:
        return ""
    if language == "en":
        return f", {unit}"
    unit = unit.removeprefix("个")
    return f"，{unit}" if name.endswith("）") else f"（{unit}）"


def claims(results):
    """The claims of the source review, the verdict of each by rule, and what decided."""
    rows = tuple(
        (f"C{number}", reasons.CLAIMS[number], *_claim(results[f"claims.C{number}"]))
        for number in reasons.CLAIMS
    )
    return Table(("No.", "Claim", "Verdict", "What decided"), rows)


def _claim(claim):
    return phrases.VERDICTS[claim.verdict]["en"], claim_text(claim)
