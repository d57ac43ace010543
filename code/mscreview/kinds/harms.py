"""Adverse events and deaths."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SafetyRow:
    """Participants with an event in one arm group of one cohort.

    ``role``: "cells", "control", or "both" where one count is printed for both; that enters no sum. ``n_with_event`` None: mentioned without a count. ``ci_low`` and
    ``ci_high``: exact (Clopper-Pearson) 95% limits of the share, for no event the upper limit.
    ``transient`` and ``related``: "yes", "no", "unclear" or "".
    """

    study_id: str
    cohort: str
    label: str
    doi: str
    population: str
    product: str
    role: str
    event: str
    scope: str
    n_with_event: float | None
    n: float | None
    ci_low: float | None
    ci_high: float | None
    follow_up_months: float | None
    related: str
    transient: str
    sources: tuple = ()


@dataclass(frozen=True)
class Comparison:
    """Risk difference (cells minus control, a share) of one trial that counts both arms, with its
    Newcombe 95% limits."""

    study_id: str
    label: str
    doi: str
    events_cells: float
    n_cells: float
    events_control: float
    n_control: float
    difference: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Safety:
    """One group of adverse events in one scope: every cohort once, by role.

    ``n_cells`` and ``events_cells`` add up the cohorts with a count; they are a crude sum, not a
    pool.
    """

    key: str
    title: str
    scope: str
    rows: tuple[SafetyRow, ...]
    cohorts_cells: int
    events_cells: float
    n_cells: float
    cells_ci_low: float | None
    cells_ci_high: float | None
    cohorts_control: int
    events_control: float
    n_control: float
    control_ci_low: float | None
    control_ci_high: float | None
    cohorts_without_count: int
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class DeathRow:
    """What the text of one report says of deaths in one arm.

    ``state``: "stated", "not mentioned" or "not looked for". ``deaths`` is None unless stated.
    ``no_serious_event``: the report states that no serious event of any cause occurred in this arm,
    which implies no death there; it is added to nothing.
    """

    study_id: str
    cohort: str
    label: str
    doi: str
    arm_label: str
    role: str
    state: str
    deaths: float | None
    n: float | None
    related: str
    no_serious_event: bool
    in_source_review: bool
    note: str
    sources: tuple = ()


@dataclass(frozen=True)
class Deaths:
    """Deaths one by one; counts are of cohorts unless named otherwise."""

    key: str
    rows: tuple[DeathRow, ...]
    deaths_in_cell_arms: float
    deaths_in_control_arms: float
    deaths_in_source_review: float
    n_stated: int
    n_not_mentioned: int
    n_not_looked_for: int
    n_implied_none: int
