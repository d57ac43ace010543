"""Pools, their trials, and what is derived from pools."""

from __future__ import annotations

from dataclasses import dataclass, field

from .judged import Domain


@dataclass(frozen=True)
class Trial:
    """One trial of a pool. Effects are treatment minus control in the pool's unit.

    ``ci_low`` and ``ci_high``: effect -/+ 1.96 SE; for a risk difference, Newcombe. ``weight``:
    percent of the pool. Means and SDs are None where only a difference was printed, events and
    totals where the outcome is no count. ``change_*``: the difference in change from baseline
    (r = 0.5), only where the arms' baselines differ by more than half an SD. ``facts`` are
    dictionaries with domain, status and words; ``features`` one of population, product, graft,
    blinding and source. ``bias`` and ``bias_overall`` are the judgments on the trial for this
    outcome; the main analysis of each question has them, its variants do not.
    """

    study_id: str
    label: str
    doi: str
    months: float
    n_treatment: float | None
    n_control: float | None
    effect: float
    se: float
    ci_low: float
    ci_high: float
    weight: float
    effect_source: str
    mean_treatment: float | None
    sd_treatment: float | None
    mean_control: float | None
    sd_control: float | None
    p_printed: str
    flags: tuple = ()
    facts: tuple = ()
    sources: tuple = ()
    events_treatment: float | None = None
    events_control: float | None = None
    change_effect: float | None = None
    change_ci_low: float | None = None
    change_ci_high: float | None = None
    features: dict = field(default_factory=dict)
    bias: tuple[Domain, ...] = ()
    bias_overall: str = ""


@dataclass(frozen=True)
class NotPooled:
    """An eligible trial without an effect in the pool: the reason as a code of `wording`."""

    study_id: str
    label: str
    doi: str
    reason: str
    direction: str
    n_randomized: float | None
    sources: tuple = ()


@dataclass(frozen=True)
class PoolResult:
    """A pool: REML with the ad hoc HKSJ interval unless the variant says otherwise.

    ``measure``: "MD", "SMD" (Hedges' g), "RD" (share), "log RR" or "log OR" (natural logarithm; the
    last is Peto's). k = 0: ``estimate`` and all that follows is None. k = 1: the trial with its own
    interval. k = 2: no prediction interval. ``i2`` and weights are in percent. ``t_quantiles``:
    97.5% quantiles of t with 1, 2, ... k - 1 degrees of freedom, for pools of some of the trials.
    """

    key: str
    title: str
    unit: str
    k: int
    n_treatment: float
    n_control: float
    n_participants: float
    n_eligible_trials: int
    n_eligible_randomized: float
    measure: str = "MD"
    months_low: float | None = None
    months_high: float | None = None
    estimate: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    wald_low: float | None = None
    wald_high: float | None = None
    hksj_low: float | None = None
    hksj_high: float | None = None
    pi_low: float | None = None
    pi_high: float | None = None
    tau2: float | None = None
    tau2_ci_low: float | None = None
    tau2_ci_high: float | None = None
    i2: float | None = None
    q: float | None = None
    q_df: int | None = None
    q_p: float | None = None
    tau2_method: str = "REML"
    t_quantiles: tuple[float, ...] = ()
    trials: tuple[Trial, ...] = ()
    not_pooled: tuple[NotPooled, ...] = ()

    @property
    def weight_low(self):
        """The smallest trial weight in percent; None without trials."""
        return min((t.weight for t in self.trials), default=None)

    @property
    def weight_high(self):
        """The largest trial weight in percent; None without trials."""
        return max((t.weight for t in self.trials), default=None)

    @property
    def share_randomized(self):
        """Participants in the pool over participants randomized in all eligible trials."""
        if not self.n_eligible_randomized:
            return None
        return self.n_participants / self.n_eligible_randomized

    def trial(self, study_id):
        """The trial of that study_id; KeyError if the pool does not hold it."""
        for trial in self.trials:
            if trial.study_id == study_id:
                return trial
        raise KeyError(f"{self.key} holds no trial {study_id!r}")


@dataclass(frozen=True)
class Count:
    """A counted number with the table it is counted in and the rule in words; or a limit of the
    analysis plan, whose table is empty. ``kind``: how `wording.number` shows it. ``rows``: the lines
    of the table that were counted, or that the counted things stand in."""

    key: str
    value: float
    rule: str
    table: str
    kind: str = "count"
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Direction:
    """Where the controlled evidence of one cohort points, for the patient in the cell arm.

    ``direction``: "better", "worse" or "unclear". ``basis``: "estimate" (the sign of an effect) or
    "words". ``counted``: False for times beyond 24 months and one-sided co-interventions, which
    are shown only; ``reason`` says why.
    """

    study_id: str
    label: str
    doi: str
    product: str
    months: float | None
    n: float | None
    direction: str
    basis: str
    counted: bool
    reason: str = ""
    sources: tuple = ()


@dataclass(frozen=True)
class Directions:
    """Effect directions of one outcome with an exact two-sided sign test of better against worse.

    ``n_silent``: eligible cohorts whose text gives no direction. ``sign_p`` is None where no
    direction counts.
    """

    key: str
    title: str
    rows: tuple[Direction, ...]
    n_better: int
    n_worse: int
    n_unclear: int
    n_silent: int
    sign_p: float | None


@dataclass(frozen=True)
class Step:
    """The pool after one more trial, in the order of the years: the trial that was added, and what
    the pool then gives. ``effect`` and ``se`` are that trial's own."""

    label: str
    effect: float
    se: float
    k: int
    estimate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class SmallStudies:
    """Funnel and cumulative analysis of a pool. ``needed``: trials from which the plan draws them;
    below, ``steps`` is empty."""

    key: str
    pool_key: str
    title: str
    unit: str
    measure: str
    k: int
    needed: int
    estimate: float | None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class SubgroupContrast:
    """Two or more subgroups of one pool. ``groups``: (name, k, n) of each. ``comparable``: at least
    two trials in each; only then ``difference`` (first minus second), its limits and p exist."""

    key: str
    pool_key: str
    by: str
    groups: tuple[tuple[str, int, float], ...]
    comparable: bool
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class Run:
    """One analysis of the multiverse: the option of each choice, and what it gives.

    ``data_set``: number of the set of effects that it pools, from 1; runs that pool the same
    effects share it. ``ci_low`` and ``ci_high`` are None for k = 0.
    """

    options: tuple[str, ...]
    data_set: int
    k: int
    estimate: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class Multiverse:
    """All combinations of the real choices. ``choices``: (name, options) in the order of the
    options of a run. ``*_three``: of runs that pool three trials or more."""

    key: str
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    runs: tuple[Run, ...]
    n_runs: int
    n_data_sets: int
    n_without_estimate: int
    n_runs_three: int
    n_data_sets_three: int
    n_excludes_zero: int
    n_data_sets_excluding_zero: int
    estimate_low: float | None
    estimate_high: float | None
    estimate_three_low: float | None
    estimate_three_high: float | None
