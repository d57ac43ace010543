"""The ledger: every number that prose may show, with formula, inputs and kind.

A number's key is its result's key and a field: ``hba1c.t2dm.msc.controlled.estimate``; a trial's
is ``hba1c.t2dm.msc.controlled.trial.zang2022.effect``. Sentences made by rule are entries too.
"""

from dataclasses import dataclass

from . import wording


@dataclass(frozen=True)
class Entry:
    """One number or rule-made sentence of the manuscript.

    ``value`` is a number, a (low, high) pair, or for kind "sentence" the function of `wording`
    that makes it.
    """

    key: str
    value: object
    kind: str
    meaning: str
    result_key: str

    def text(self, results, language="en"):
        """The entry as it stands in prose."""
        if self.kind == "sentence":
            return self.value(results[self.result_key], language)
        if isinstance(self.value, tuple):
            return wording.interval(self.value, self.kind, language)
        return wording.number(self.value, self.kind, language)


_ADHOC = "estimate ∓ t(k − 1) · SE, SE scaled by max(1, q) (ad hoc Hartung-Knapp)"

# field -> (attributes, kind, meaning)
POOL_FIELDS = {
    "k": (("k",), "count", "trials pooled"),
    "n_participants": (("n_participants",), "count", "participants in the pooled arms"),
    "n_treatment": (("n_treatment",), "count", "participants in the pooled cell arms"),
    "n_control": (("n_control",), "count", "participants in the pooled control arms"),
    "eligible_trials": (("n_eligible_trials",), "count", "eligible controlled trials"),
    "eligible_randomized": (
        ("n_eligible_randomized",),
        "count",
        "participants randomized in the eligible controlled trials",
    ),
    "months": (("months_low", "months_high"), "months", "earliest and latest time pooled, months"),
    "estimate": (("estimate",), "effect", "Σ wᵢyᵢ / Σ wᵢ, wᵢ = 1 / (vᵢ + τ²)"),
    "se": (("se",), "se", "SE of the estimate, scaled by max(1, q)"),
    "ci": (("ci_low", "ci_high"), "effect", _ADHOC),
    "wald": (("wald_low", "wald_high"), "effect", "estimate ∓ 1.96 · SE (Wald)"),
    "hksj": (
        ("hksj_low", "hksj_high"),
        "effect",
        "estimate ∓ t(k − 1) · SE, SE scaled by q (plain Hartung-Knapp)",
    ),
    "pi": (("pi_low", "pi_high"), "effect", "estimate ∓ t(k − 1) · √(τ² + SE²)"),
    "tau2": (("tau2",), "tau2", "between-trial variance τ²"),
    "tau2_ci": (("tau2_ci_low", "tau2_ci_high"), "tau2", "Q-profile 95% interval of τ²"),
    "i2": (("i2",), "i2", "100 · τ² / (τ² + typical within-trial variance)"),
    "q": (("q",), "q", "Cochran’s Q = Σ (yᵢ − ȳ)² / vᵢ"),
    "weights": (("weight_low", "weight_high"), "percent", "smallest and largest trial weight"),
    "q_df": (("q_df",), "count", "degrees of freedom of Q, k − 1"),
    "q_p": (("q_p",), "p", "p of Q by χ²(k − 1)"),
}

TRIAL_FIELDS = {
    "effect": (("effect",), "effect", "cells minus control"),
    "ci": (("ci_low", "ci_high"), "effect", "effect ∓ 1.96 · SE"),
    "se": (("se",), "se", "SE of the effect"),
    "weight": (("weight",), "percent", "wᵢ / Σ wᵢ, percent"),
    "months": (("months",), "months", "time of the value, months"),
    "n_treatment": (("n_treatment",), "count", "participants, cells"),
    "n_control": (("n_control",), "count", "participants, control"),
    "mean_treatment": (("mean_treatment",), "mean", "mean, cells"),
    "sd_treatment": (("sd_treatment",), "mean", "SD, cells"),
    "mean_control": (("mean_control",), "mean", "mean, control"),
    "sd_control": (("sd_control",), "mean", "SD, control"),
}

# The sentences speak of stromal cells, type 2 diabetes and all trials with a usable value: not
# true of other pools, nor of variants that leave trials out.
SENTENCES_OF = ("hba1c.t2dm.msc.controlled",)
SENTENCES = {
    "answer": (wording.answer, "the answer in one sentence, by rule from interval and k"),
    "conclusion": (wording.conclusion, "the conclusion, by rule from both intervals"),
}


def entries_of_pool(result):
    """All entries of one pool, its trials' included, in a fixed order."""
    found = [_entry(result, result.key, name, spec) for name, spec in POOL_FIELDS.items()]
    for trial in result.trials:
        key = f"{result.key}.trial.{trial.study_id}"
        found += [
            _entry(trial, key, name, spec, result.key) for name, spec in TRIAL_FIELDS.items()
        ]
    sentences = SENTENCES if result.key in SENTENCES_OF else {}
    for name, (function, meaning) in sentences.items():
        found.append(Entry(f"{result.key}.{name}", function, "sentence", meaning, result.key))
    return found


def entries(results):
    """Every entry of the ledger: key -> `Entry`."""
    found = {}
    for result in results.pools.values():
        found.update((e.key, e) for e in entries_of_pool(result))
    for count in results.counts.values():
        meaning = f"{count.rule}, counted in {count.table}.csv"
        found[count.key] = Entry(count.key, count.value, "count", meaning, count.key)
    return found


def _entry(holder, key, name, spec, result_key=""):
    attributes, kind, meaning = spec
    values = tuple(getattr(holder, attribute) for attribute in attributes)
    value = values[0] if len(values) == 1 else values
    return Entry(f"{key}.{name}", value, kind, meaning, result_key or key)
