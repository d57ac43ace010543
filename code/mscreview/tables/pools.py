"""Tables of pools: what each trial gives, which intervals, how robust, and the overview."""

from .. import phrases, wording
from .sources import named
from .table import Table, count, estimate

HEADLINE = "hba1c.t2dm.msc.controlled"


def trials(results, key=HEADLINE):
    """The pooled trials: participants, time, effect, weight, where the effect comes from."""
    result = results[key]
    effect = {"RD": "Risk difference, % (95% CI)", "SMD": "g (95% CI)"}.get(result.measure, "MD (95% CI)")
    columns = ("Trial", "n", "Month", effect, "Weight", "Effect from", "Remarks")
    kind = wording.KINDS[result.measure]
    rows = tuple(_trial_row(named(results, trial), trial, kind) for trial in result.trials)
    return Table(columns, rows, ("n", "Month", effect, "Weight"))


def _trial_row(name, trial, kind):
    n = [count(v) for v in (trial.n_treatment, trial.n_control)]
    levels = ", ".join(dict.fromkeys(s["source_level"] for s in trial.sources[:1]))
    return (
        name,
        " / ".join(n),
        wording.number(trial.months, "months"),
        estimate(trial.effect, trial.ci_low, trial.ci_high, kind),
        wording.number(trial.weight, "percent"),
        f"{trial.effect_source} ({levels})",
        "; ".join(phrases.FLAGS[flag] for flag in trial.flags) or "none",
    )


def not_pooled(results, key=HEADLINE):
    """Eligible trials without a usable value, and why."""
    rows = tuple(
        (named(results, trial), count(trial.n_randomized), phrases.REASONS[trial.reason])
        for trial in results[key].not_pooled
    )
    return Table(("Trial", "n randomized", "Why it has no row"), rows, ("n randomized",))


def intervals(results, key=HEADLINE):
    """The three confidence intervals and the prediction interval of one pool of two trials or more."""
    result = results[key]
    kind = wording.KINDS[result.measure]
    named = (
        ("95% CI, ad hoc Hartung-Knapp (read here)", result.ci_low, result.ci_high),
        ("95% CI, Wald", result.wald_low, result.wald_high),
        ("95% CI, plain Hartung-Knapp", result.hksj_low, result.hksj_high),
        ("95% prediction interval", result.pi_low, result.pi_high),
    )
    rows = tuple(
        (name, wording.interval((low, high), kind), _zero(low, high)) for name, low, high in named
    )
    unit = result.unit[0].upper() + result.unit[1:]
    return Table(("Interval", unit, "No difference"), rows, (unit,))


def _zero(low, high):
    if low is None:
        return "not computed: fewer than three trials"
    return "outside" if wording.excludes_zero(low, high) else "inside"


def sensitivity(results, key=HEADLINE):
    """The pool and every variant of it, with both intervals; the figure adds what each lets one say."""
    main = results[key]
    numeric = ("k", "n", "Estimate (95% CI)", "Wald 95% CI", "Prediction interval", "τ²")
    ratios = (f"{key}.log_rr", f"{key}.peto")
    variants = [v for v in results.variants(key) if v.key not in ratios]
    rows = tuple(_variant_row(result, main) for result in (main, *variants))
    return Table(("Analysis", *numeric), rows, numeric)


def _variant_row(result, main):
    kind = wording.KINDS[result.measure]
    return (
        wording.variant_label(result, main),
        count(result.k),
        count(result.n_participants),
        estimate(result.estimate, result.ci_low, result.ci_high, kind),
        wording.interval((result.wald_low, result.wald_high), kind),
        wording.interval((result.pi_low, result.pi_high), kind),
        wording.number(result.tau2, "tau2"),
    )


SETS = (
    ("t2dm", "msc"),
    ("t2dm", "msc_or_with_others"),
    ("t2dm", "any"),
    ("t1dm", "msc"),
    ("t1dm", "msc_or_with_others"),
    ("both", "msc_or_with_others"),
    ("both", "any"),
)


def sets(results, outcome="hba1c"):
    """One outcome in every population and tier of product, with the other end of a dose range."""
    rows = []
    for population, product in SETS:
        key = f"{outcome}.{population}.{product}.controlled"
        name = f"{POPULATIONS[population]}, {phrases.PRODUCT_NAMES[product]}"
        rows.append((name, *_summary(results[key]), wording.reading(results[key])))
        other = f"{key}.other_dose_end"
        if other in results:
            found = results[other]
            rows.append(("other end of the range", *_summary(found), wording.reading(found)))
    return Table(("Trials of", *SUMMARY, "Reading"), tuple(rows), SUMMARY)


POPULATIONS = {"t2dm": "type 2", "t1dm": "type 1", "both": "both types"}
SUMMARY = ("k of eligible", "n", "Estimate (95% CI)", "Prediction interval")


def _summary(result):
    kind = wording.KINDS[result.measure]
    return (
        f"{count(result.k)} of {count(result.n_eligible_trials)}",
        count(result.n_participants),
        estimate(result.estimate, result.ci_low, result.ci_high, kind),
        wording.interval((result.pi_low, result.pi_high), kind),
    )


def overview(results, outcomes, population="t2dm", product="msc"):
    """Several outcomes of one population and product: what can be said of each."""
    rows = []
    for outcome in outcomes:
        result = results[f"{outcome}.{population}.{product}.controlled"]
        level = results[f"certainty.{result.key}"].level
        name = phrases.OUTCOME_NAMES[outcome]["en"] + _unit(result)
        said = (wording.reading(result), phrases.LEVELS[level]["en"])
        rows.append((name, *_summary(result), *said))
    return Table(("Outcome", *SUMMARY, "Reading", "Certainty"), tuple(rows), SUMMARY)


def _unit(result):
    unit = phrases.UNIT_WORDS[result.unit]["en"].strip()
    return f", {unit}" if unit and unit not in phrases.OUTCOME_NAMES[result.key.split(".")[0]]["en"] else ""


def ratios(results, outcome="composite_responders", product="any"):
    """Counts of the trials of a responder outcome, and three measures of the difference."""
    key = f"{outcome}.t2dm.{product}.controlled"
    result = results[key]
    rows = [
        (
            named(results, trial),
            f"{count(trial.events_treatment)} of {count(trial.n_treatment)}",
            f"{count(trial.events_control)} of {count(trial.n_control)}",
            estimate(trial.effect, trial.ci_low, trial.ci_high, "points"),
        )
        for trial in result.trials
    ]
    for name, of in (
        ("Risk difference, pooled", key),
        ("Risk ratio, pooled", f"{key}.log_rr"),
        ("Odds ratio, Peto", f"{key}.peto"),
    ):
        if of not in results:  # without an event in either arm there are no ratios
            continue
        pooled = results[of]
        kind = wording.KINDS[pooled.measure]
        rows.append(
            (
                f"{name} (k = {count(pooled.k)})",
                "",
                "",
                estimate(pooled.estimate, pooled.ci_low, pooled.ci_high, kind),
            )
        )
    numeric = ("Cells", "Control", "Difference in percentage points, or ratio (95% CI)")
    return Table(("Trial", *numeric), tuple(rows), numeric)


def subgroups(results, key="hba1c.both.any.controlled"):
    """Subgroups of a pool with their trials, compared only where each side has two."""
    names = {
        "graft": "Autologous against allogeneic cells",
        "product": "MSC against cells not expanded",
        "blinding": "Blinding stated against not stated",
        "population": "Type 2 against type 1 diabetes",
    }
    rows = []
    for by, words in names.items():
        found = results[f"subgroup.{by}.{key}"]
        sizes = " against ".join(f"{count(k)} ({count(n)})" for _, k, n in found.groups)
        difference = "cannot be compared"
        if found.comparable:
            difference = estimate(found.difference, found.ci_low, found.ci_high)
        rows.append((words, sizes, difference))
    numeric = ("Trials (participants)", "Difference (95% CI)")
    return Table(("Subgroups", *numeric), tuple(rows), numeric)


def changes(results, key="hba1c.both.any.before_after"):
    """Changes from baseline within arms, with the interval at the smallest and largest r."""
    numeric = ("Month", "n", "Before", "After", "Change (95% CI, r = 0.5)", "95% CI, r = 0 and 0.9")
    rows = []
    for arm in results[key].arms:
        wide, narrow = arm.interval(0.0), arm.interval(0.9)
        limits = f"{wording.interval(wide, 'effect')}; {wording.interval(narrow, 'effect')}"
        change = wording.number(arm.change, "effect")
        if arm.intervals:
            change = estimate(arm.change, *arm.interval())
        rows.append(
            (
                named(results, arm),
                "cells" if arm.role == "treatment" else "control",
                wording.number(arm.months, "months"),
                count(arm.n),
                wording.number(arm.mean_before, "mean"),
                wording.number(arm.mean_after, "mean"),
                change,
                limits if arm.intervals else "no spread printed",
            )
        )
    return Table(("Trial", "Arm", *numeric), tuple(rows), numeric)
