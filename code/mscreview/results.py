"""The results object: every number of the manuscript under one key, as plain data.

It is written once for each state of data and statistics code, and read by the book, so it holds
nothing but numbers, text and tuples.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Trial:
    """One trial of a pool. Effects are treatment minus control in the pool's unit.

    ``ci_low`` and ``ci_high``: effect -/+ 1.96 SE. ``weight``: percent of the pool. Means and SDs
    are None where only a difference was printed. ``sources`` are dictionaries with table, row,
    locator, source_url and source_level; ``facts`` with domain, status and words.
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

    k = 0: ``estimate`` and all that follows is None. k = 1: the trial with its normal interval.
    k = 2: no prediction interval. ``i2`` and weights are in percent.
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

    def trial(self, study_id):
        """The trial of that study_id; KeyError if the pool does not hold it."""
        for trial in self.trials:
            if trial.study_id == study_id:
                return trial
        raise KeyError(f"{self.key} holds no trial {study_id!r}")


@dataclass(frozen=True)
class Count:
    """A counted number with the table it is counted in and the rule in words."""

    key: str
    value: float
    rule: str
    table: str


@dataclass
class Results:
    """All results by key. ``results[key]`` is a `PoolResult` or a `Count`.

    ``used`` collects the keys that were asked for: while a chapter runs, this is how the book
    learns which results the chapter depends on. ``asked`` collects what was asked without taking a
    result: whether a key exists, and (``key.*``) which variants there are.
    """

    pools: dict[str, PoolResult]
    counts: dict[str, Count]
    notes: tuple[str, ...] = ()
    used: set = field(default_factory=set, compare=False)
    asked: set = field(default_factory=set, compare=False)

    def __getitem__(self, key):
        self.used.add(key)
        if key in self.pools:
            return self.pools[key]
        if key in self.counts:
            return self.counts[key]
        raise KeyError(f"no result {key!r}; results with that beginning: {self._near(key)}")

    def __contains__(self, key):
        self.asked.add(key)  # whoever asks depends on the answer, be it no
        return key in self.pools or key in self.counts

    def variants(self, key):
        """The pools whose key continues `key`, in their order."""
        self.asked.add(key + ".*")  # a variant that appears later matters too
        found = [k for k in self.pools if k.startswith(key + ".")]
        return [self[k] for k in found]

    def _near(self, key):
        start = key.split(".")[0]
        return ", ".join(k for k in (*self.pools, *self.counts) if k.startswith(start)) or "none"

    def to_json(self, path):
        """Write all results; the same results give the same bytes."""
        data = {
            "pools": {key: asdict(pool) for key, pool in self.pools.items()},
            "counts": {key: asdict(count) for key, count in self.counts.items()},
            "notes": list(self.notes),
        }
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def from_json(cls, path):
        """Read what `to_json` wrote."""
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        return cls(
            {key: _pool_from(values) for key, values in data["pools"].items()},
            {key: Count(**values) for key, values in data["counts"].items()},
            tuple(data["notes"]),
        )


def _pool_from(values):
    trials = tuple(Trial(**_tuples(t)) for t in values["trials"])
    not_pooled = tuple(NotPooled(**_tuples(t)) for t in values["not_pooled"])
    return PoolResult(**{**values, "trials": trials, "not_pooled": not_pooled})


def _tuples(values):
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
