"""The ledger: every number that prose may show, with formula, inputs and kind.

A number's key is its result's key and a field: ``hba1c.t2dm.msc.controlled.estimate``; a trial's
is ``hba1c.t2dm.msc.controlled.trial.zang2022.effect``. Sentences made by rule are entries too.
"""

from dataclasses import dataclass
from functools import cache

from . import kinds, provenance, statements, wording
from .ledger_fields import (
    ARM_FIELDS,
    COUNT_FIELDS,
    DEATH_FIELDS,
    DIFFERENCE_FIELDS,
    GAP_FIELDS,
    HARM_FIELDS,
    OTHER_FIELDS,
    POINT_FIELDS,
    POOL_FIELDS,
    RUN_FIELDS,
    STEP_FIELDS,
    STUDY_FIELDS,
    TRIAL_FIELDS,
)


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
            return self.value(results, self.result_key, language)
        if isinstance(self.value, tuple):
            return wording.interval(self.value, self.kind, language)
        return wording.number(self.value, self.kind, language)

    def exact(self):
        """The value as computed, all digits; "" for a sentence."""
        if self.kind == "sentence":
            return ""
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        return " to ".join("not available" if v is None else repr(v) for v in values)


# The sentences speak of stromal cells, type 2 diabetes and all trials with a usable value: not
# true of other pools, nor of variants that leave trials out.
HEADLINE = "hba1c.t2dm.msc.controlled"


def _headline(function):
    """A sentence of the headline, with the alternative that decides where it is less favorable."""

    def sentence(results, key, language):
        other = f"{key}.other_dose_end"
        return function(results[key], language, results[other] if other in results else None)

    return sentence


def _statement(results, key, language):
    certainty = f"certainty.{key}"
    found = results[certainty] if certainty in results else None
    return statements.statement(results[key], language, found)


def _of_result(function):
    return lambda results, key, language: function(results[key], language)


SENTENCES = {
    "answer": (_headline(wording.answer), "the answer in one sentence, by rule from interval and k"),
    "conclusion": (_headline(wording.conclusion), "the conclusion, by rule from both intervals"),
    "tip": (_of_result(statements.core_tip), "what the choice of interval changes, by rule"),
}


def entries(results):
    """Every entry of the ledger: key -> `Entry`."""
    found = {}
    for result in results.by_key.values():
        found.update((e.key, e) for e in entries_of(result))
    return found


def entries_of(result):
    """The entries of one result, in a fixed order; none for kinds that prose does not speak of."""
    kind = type(result)
    if kind is kinds.Count:
        where = f"counted in {result.table}.csv, rows {provenance.rows_text(result.rows)}"
        where = where if result.table else "a limit of the analysis plan"
        return [Entry(result.key, result.value, result.kind, f"{result.rule}, {where}", result.key)]
    if kind is kinds.PoolResult:
        return entries_of_pool(result)
    found = [_entry(result, result.key, name, spec) for name, spec in _fields(kind).items()]
    return found + _PARTS.get(kind, lambda result: [])(result)


@cache
def _fields(kind):
    counts = {name: ((name,), "count", words) for name, words in COUNT_FIELDS.get(kind, {}).items()}
    return counts | OTHER_FIELDS.get(kind, {})


def entries_of_pool(result):
    """All entries of one pool, its trials' included, in a fixed order."""
    effect = wording.KINDS[result.measure]
    found = [_entry(result, result.key, name, spec, "", effect) for name, spec in POOL_FIELDS.items()]
    for trial in result.trials:
        key = f"{result.key}.trial.{trial.study_id}"
        found += [
            _entry(trial, key, name, spec, result.key, effect) for name, spec in TRIAL_FIELDS.items()
        ]
    is_base = result.key.count(".") == 3
    sentences = SENTENCES if result.key == HEADLINE else {}
    if is_base:
        sentences = sentences | {
            "statement": (_statement, "what the pool says, by rule from k and interval"),
            "text": (_of_result(statements.estimate_text), "estimate with unit and 95% CI"),
            "n_note": (_of_result(statements.n_note), "analyzed or allocated numbers, by rule"),
        }
    for name, (function, meaning) in sentences.items():
        found.append(Entry(f"{result.key}.{name}", function, "sentence", meaning, result.key))
    return found


# --- kinds with parts -------------------------------------------------------------------------


def _numbered(result, parts, name):
    """(key, part) for parts that share a name (an arm at several times): from the second on with a number."""
    seen = {}
    for part in parts:
        called = name(part)
        seen[called] = seen.get(called, 0) + 1
        yield f"{result.key}.{called}" + (f".{seen[called]}" if seen[called] > 1 else ""), part


def _arm(part):
    return f"{part.study_id}.{part.role}"


def _entries_of_parts(result, keys_and_parts, specs, effect="effect"):
    return [
        _entry(part, key, field, spec, result.key, effect)
        for key, part in keys_and_parts
        for field, spec in specs.items()
    ]


def _before_after(result):
    found = []
    for key, arm in _numbered(result, result.arms, _arm):
        found += [_entry(arm, key, field, spec, result.key) for field, spec in ARM_FIELDS.items()]
        meaning = "change ∓ t(n − 1) · √((s₀² + s₁² − 2 r s₀ s₁) / n), r = 0.5"
        found.append(Entry(f"{key}.ci", arm.interval(), "effect", meaning, result.key))
    return found


def _trajectories(result):
    return _entries_of_parts(result, _numbered(result, result.points, _arm), POINT_FIELDS)


def _small_studies(result):
    steps = [(f"{result.key}.step_{n}", step) for n, step in enumerate(result.steps, start=1)]
    return _entries_of_parts(result, steps, STEP_FIELDS, wording.KINDS[result.measure])


def _by_study(result, specs):
    rows = [(f"{result.key}.{row.study_id}", row) for row in result.rows]
    return _entries_of_parts(result, rows, specs)


def _multiverse(result):
    runs = [(f"{result.key}.run_{n}", run) for n, run in enumerate(result.runs, start=1)]
    return _entries_of_parts(result, runs, RUN_FIELDS)


def _certainty(result):
    size = result.optimal_information_size
    meaning = "4 (z₀.₉₇₅ + z₀.₈)² SD² / δ², two equal arms"
    return [
        _sentence(result, "level", statements.level_word, "certainty of evidence by GRADE, by rule"),
        Entry(f"{result.key}.information_size", size, "count", meaning, result.key),
        *(
            Entry(f"{result.key}.weight_high", step.numbers[1], "percent", HIGH_RISK, result.key)
            for step in result.downgrades
            if step.domain == "risk of bias"
        ),
    ]


HIGH_RISK = "weight of trials at high risk of bias, percent"


def _claim(result):
    return [
        _sentence(result, "verdict", statements.verdict_word, "verdict by rule"),
        _sentence(result, "because", statements.claim_text, "what decided the claim"),
    ]


def _bias(result):
    return [_sentence(result, "overall", statements.judgment_word, "overall risk of bias by rule")]


def _safety(result):
    meaning = "trials that count the event in both arms"
    differences = [(f"{result.key}.{one.study_id}", one) for one in result.comparisons]
    return [
        Entry(f"{result.key}.comparisons", len(result.comparisons), "count", meaning, result.key),
        *_entries_of_parts(result, _numbered(result, result.rows, _arm), HARM_FIELDS),
        *_entries_of_parts(result, differences, DIFFERENCE_FIELDS),
    ]


def _sentence(result, name, function, meaning):
    return Entry(f"{result.key}.{name}", _of_result(function), "sentence", meaning, result.key)


def _protocols(result):
    found = []
    for feature in result.features:
        key = f"{result.key}.{feature.feature}"
        for name, value, kind, meaning in (
            ("values", len(feature.values), "count", "different values among cohorts that state it"),
            ("stated", feature.n_stated, "count", "cohorts that state it"),
            ("largest", feature.largest_share, "share", "share of the most frequent value"),
        ):
            found.append(Entry(f"{key}.{name}", value, kind, meaning, result.key))
    return found


def _published(result):
    n = len(result.rows)
    found = [Entry(f"{result.key}.n_estimates", n, "count", "estimates printed by these", result.key)]
    for row in result.rows:
        time = row.comparison.removeprefix("vs control").strip(", ").replace(" ", "_")
        name = row.label.lower().replace(" ", "_")
        key = f"{result.key}.{name}" + (f".{time}" if time else "")
        for name, value, meaning in (
            ("estimate", row.estimate, "as printed"),
            ("ci", (row.ci_low, row.ci_high), "95% limits as printed"),
        ):
            found.append(Entry(f"{key}.{name}", value, "effect", meaning, result.key))
    return found


def _deaths(result):
    return [
        _sentence(result, "statement", statements.deaths_text, "stated deaths, by rule"),
        *_entries_of_parts(result, _numbered(result, result.rows, _arm), DEATH_FIELDS),
    ]


def _subgroups(result):
    return [
        _sentence(result, "statement", statements.subgroup_text, "compared or not, by rule"),
        *(
            Entry(f"{result.key}.{name.replace(' ', '_')}.k", k, "count", f"trials: {name}", result.key)
            for name, k, _ in result.groups
        ),
    ]


_PARTS = {
    kinds.BeforeAfter: _before_after,
    kinds.Deaths: _deaths,
    kinds.Multiverse: _multiverse,
    kinds.Bias: _bias,
    kinds.Safety: _safety,
    kinds.Certainty: _certainty,
    kinds.Claim: _claim,
    kinds.Protocols: _protocols,
    kinds.PublishedSet: _published,
    kinds.SmallStudies: _small_studies,
    kinds.Studies: lambda result: _by_study(result, STUDY_FIELDS),
    kinds.Gaps: lambda result: _by_study(result, GAP_FIELDS),
    kinds.SubgroupContrast: _subgroups,
    kinds.Trajectories: _trajectories,
}


def _entry(holder, key, name, spec, result_key="", effect="effect"):
    attributes, kind, meaning = spec
    values = tuple(getattr(holder, attribute) for attribute in attributes)
    value = values[0] if len(values) == 1 else values
    return Entry(f"{key}.{name}", value, effect if kind == "effect" else kind, meaning, result_key or key)
