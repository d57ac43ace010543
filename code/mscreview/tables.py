"""Tables of the chapters, from the results. Plain text cells; the book escapes and lays out."""

import csv
from dataclasses import asdict, dataclass

from . import paths, phrases, wording

MIME = "application/vnd.mscreview.table+json"


@dataclass(frozen=True)
class Table:
    """Column names, rows of text, and the names of the columns that align right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...] = ()

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = ["\t".join(row) for row in (self.columns, *self.rows)]
        return {MIME: asdict(self), "text/plain": "\n".join(lines)}


def trials(results, key="hba1c.t2dm.msc.controlled"):
    """The pooled trials: participants, time, effect, weight, where the effect comes from."""
    result = results[key]
    columns = ("Trial", "n", "Month", "MD (95% CI)", "Weight", "Effect from", "Remarks")
    rows = tuple(_trial_row(trial) for trial in result.trials)
    return Table(columns, rows, ("n", "Month", "MD (95% CI)", "Weight"))


def _trial_row(trial):
    n = [wording.number(v, "count") for v in (trial.n_treatment, trial.n_control)]
    levels = ", ".join(dict.fromkeys(s["source_level"] for s in trial.sources[:1]))
    return (
        trial.label,
        " / ".join(n),
        wording.number(trial.months, "months"),
        _estimate(trial.effect, trial.ci_low, trial.ci_high),
        wording.number(trial.weight, "percent"),
        f"{trial.effect_source} ({levels})",
        "; ".join(phrases.FLAGS[flag] for flag in trial.flags) or "none",
    )


def not_pooled(results, key="hba1c.t2dm.msc.controlled"):
    """Eligible trials without a usable value, and why."""
    rows = tuple(
        (trial.label, wording.number(trial.n_randomized, "count"), phrases.REASONS[trial.reason])
        for trial in results[key].not_pooled
    )
    return Table(("Trial", "n randomized", "Why it has no row"), rows, ("n randomized",))


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
        (trial.label, *(_fact(trial, domain) for domain in names)) for trial in results[key].trials
    )
    return Table(("Trial", *names.values()), rows)


def _fact(trial, domain):
    fact = next(f for f in trial.facts if f["domain"] == domain)
    status = fact["status"].replace("_", " ")
    return f"{status}: {fact['words']}" if fact["words"] else status


def intervals(results, key="hba1c.t2dm.msc.controlled"):
    """The three confidence intervals and the prediction interval of one pool."""
    result = results[key]
    named = (
        ("95% CI, ad hoc Hartung-Knapp (headline)", result.ci_low, result.ci_high),
        ("95% CI, Wald", result.wald_low, result.wald_high),
        ("95% CI, plain Hartung-Knapp", result.hksj_low, result.hksj_high),
        ("95% prediction interval", result.pi_low, result.pi_high),
    )
    rows = tuple(
        (name, wording.interval((low, high), "effect"), _zero(low, high)) for name, low, high in named
    )
    return Table(("Interval", "Percentage points", "No difference"), rows, ("Percentage points",))


def _zero(low, high):
    if low is None:
        return "not computed: fewer than three trials"
    return "outside" if wording.excludes_zero(low, high) else "inside"


def sensitivity(results, key="hba1c.t2dm.msc.controlled"):
    """The headline and every variant of it, with what each would let a reader say."""
    headline = results[key]
    columns = ("Analysis", "k", "n", "MD (95% CI)", "Prediction interval", "τ²", "Reading")
    rows = tuple(_variant_row(result, headline) for result in (headline, *results.variants(key)))
    return Table(columns, rows, ("k", "n", "MD (95% CI)", "Prediction interval", "τ²"))


def _variant_row(result, headline):
    return (
        wording.variant_label(result, headline),
        wording.number(result.k, "count"),
        wording.number(result.n_participants, "count"),
        _estimate(result.estimate, result.ci_low, result.ci_high),
        wording.interval((result.pi_low, result.pi_high), "effect"),
        wording.number(result.tau2, "tau2"),
        wording.reading(result),
    )


def _estimate(value, low, high):
    if value is None:
        return wording.MISSING["en"]
    return f"{wording.number(value, 'effect')} ({wording.interval((low, high), 'effect')})"


def agreement(path=paths.VALIDATION / "agreement.csv"):
    """How far the pooling agrees with metafor, from the outcome of the comparison."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    columns = {
        "Quantity": "quantity",
        "Comparisons": "comparisons",
        "Largest relative difference": "largest_relative_difference",
        "Digits agreed": "digits_agreed",
        "Zeros": "zeros",
        "Largest difference at a zero": "largest_difference_at_zeros",
        "Explained": "explained",
    }
    rows = tuple(tuple(line[name] for name in columns.values()) for line in lines)
    return Table(tuple(columns), rows, tuple(columns)[1:])
