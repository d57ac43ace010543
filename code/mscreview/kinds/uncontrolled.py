"""Values and changes without a comparison: shown, never called an effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArmChange:
    """Change from baseline in one arm, in the outcome's unit; uncontrolled, never an effect.

    ``intervals``: (r, ci_low, ci_high) for each assumed correlation r, empty without both SDs.
    ``t_quantile``: 97.5% quantile of t with n - 1 degrees of freedom, for intervals at another r.
    ``role``: "treatment" or "control". ``product``: class of the cells, "none" for a control arm.
    ``statistic``: "means", "medians" or "printed change".
    """

    study_id: str
    label: str
    doi: str
    arm_label: str
    role: str
    product: str
    controlled: bool
    months: float
    n: float | None
    mean_before: float | None
    sd_before: float | None
    mean_after: float | None
    sd_after: float | None
    change: float
    statistic: str
    intervals: tuple[tuple[float, float, float], ...] = ()
    t_quantile: float | None = None
    flags: tuple[str, ...] = ()
    sources: tuple = ()

    def interval(self, r=0.5):
        """(ci_low, ci_high) at correlation r; (None, None) without one."""
        return next(((low, high) for rho, low, high in self.intervals if rho == r), (None, None))


@dataclass(frozen=True)
class BeforeAfter:
    """All changes from baseline of one outcome, population and product. Not pooled."""

    key: str
    title: str
    unit: str
    arms: tuple[ArmChange, ...]


@dataclass(frozen=True)
class Point:
    """The value of one arm at one time; ``spread_low`` and ``spread_high``: mean -/+ SD or the
    quartiles, None where not printed."""

    study_id: str
    label: str
    doi: str
    arm_label: str
    role: str
    product: str
    months: float
    n: float | None
    value: float
    spread_low: float | None
    spread_high: float | None
    statistic: str
    sources: tuple = ()


@dataclass(frozen=True)
class Trajectories:
    """Printed values of one outcome over time, all arms with at least two times or one after
    baseline; ``population`` of each arm's trial is in its study row."""

    key: str
    title: str
    unit: str
    points: tuple[Point, ...]
