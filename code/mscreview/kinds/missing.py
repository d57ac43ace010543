"""Values that are missing from a pool, and how far they could move it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One trial of which a number is missing.

    ``reason``: a code of `phrases.REASONS`, or "n_randomized" for a pooled trial of which the number
    analyzed was not printed. ``missing``: "mean", "sd", "n". ``n_treatment`` and ``n_control``: as
    assigned. ``se``: that of its effect, assumed. ``estimate_low`` to ``estimate_high``: the pooled
    estimate over the assumed range; ``low_ci_*`` and ``high_ci_*``: the 95% limits at its two ends;
    None where it cannot be bounded, and ``unbounded`` says why: "n_not_stated",
    "no_prediction_interval" or "no_sd". ``reach``: the larger distance of an end from today's estimate.
    """

    study_id: str
    label: str
    doi: str
    reason: str
    missing: tuple[str, ...]
    n_treatment: float | None
    n_control: float | None
    sources: tuple = ()
    se: float | None = None
    estimate_low: float | None = None
    estimate_high: float | None = None
    low_ci_low: float | None = None
    low_ci_high: float | None = None
    high_ci_low: float | None = None
    high_ci_high: float | None = None
    reach: float | None = None
    unbounded: str = ""

    @property
    def ends(self):
        """The 95% limits at the lower and at the upper end; () where it cannot be bounded."""
        if self.reach is None:
            return ()
        return (self.low_ci_low, self.low_ci_high), (self.high_ci_low, self.high_ci_high)


@dataclass(frozen=True)
class Gaps:
    """The numbers to extract next for one pool, the farthest reaching first, unbounded ones last.

    ``sd``: pooled SD of the arms of the pooled trials, in the unit of the pool; None where no SD was
    printed. ``all_low`` to ``all_high``: the pooled estimate with all trials that lack a value at the
    lower, or all at the upper end.
    """

    key: str
    pool_key: str
    title: str
    unit: str
    measure: str
    estimate: float | None
    pi_low: float | None
    pi_high: float | None
    sd: float | None
    n_without_value: int
    all_low: float | None
    all_high: float | None
    rows: tuple[Gap, ...] = ()
