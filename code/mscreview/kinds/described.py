"""What was found: reports, protocols, earlier reviews, animal studies, the flow of records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A pooled estimate of an earlier meta-analysis, as printed; k and n are often those of the
    whole review, which ``note`` says."""

    label: str
    year: float | None
    doi: str
    bib_key: str
    diabetes_type: str
    comparison: str
    estimate: float
    ci_low: float | None
    ci_high: float | None
    k: float | None
    n: float | None
    i2_percent: float | None
    note: str
    source_url: str
    sources: tuple = ()


@dataclass(frozen=True)
class PublishedSet:
    """Earlier estimates that may stand beside ours."""

    key: str
    rows: tuple[Published, ...]
    n_excluding_zero: int
    n_reviews: int


@dataclass(frozen=True)
class StudyRow:
    """One included report, for the study table; texts as the tables print them.

    ``outcomes``: (outcome, state) with state "spread", "number", "direction" or "nothing".
    ``sources``: (outcome, sources of that state), of the outcomes that are not "nothing".
    """

    study_id: str
    cohort: str
    cohort_certainty: str
    label: str
    year: float | None
    doi: str
    country: str
    population: str
    design: str
    blinding: str
    control: str
    product: str
    cell_source: str
    graft: str
    route: str
    dose_text: str
    n_infusions: float | None
    follow_up_months: float | None
    n_treated: float | None
    n_control: float | None
    access_level: str
    in_source_review: bool
    co_intervention: str
    outcomes: tuple[tuple[str, str], ...]
    source_url: str = ""
    sources: tuple[tuple[str, tuple], ...] = ()


@dataclass(frozen=True)
class Studies:
    """All included reports, T2DM first, controlled first, then by year."""

    key: str
    rows: tuple[StudyRow, ...]


@dataclass(frozen=True)
class Variety:
    """How often each value of one protocol feature occurs among cohorts; ``largest_share`` of the
    cohorts that state it."""

    feature: str
    values: tuple[tuple[str, int], ...]
    n_stated: int
    n_not_stated: int
    largest_share: float | None


@dataclass(frozen=True)
class Protocols:
    """Variety of protocols among the T2DM cohorts given mesenchymal stromal cells alone; ``sources``:
    the rows of the studies table that were compared."""

    key: str
    features: tuple[Variety, ...]
    n_cohorts: int
    sources: tuple = ()


@dataclass(frozen=True)
class AnimalStudy:
    """One animal report; ``has_comparator``: the text names animals without the cells. Directions "improved", "worse", "no clear difference", "not reported"."""

    study_id: str
    label: str
    doi: str
    bib_key: str
    species: str
    model: str
    agent: str
    cell_source: str
    xenogeneic: str
    comparator: str
    has_comparator: bool
    mechanism: str
    glucose: str
    insulin_sensitivity: str
    beta_cell: str
    borderline: bool
    modified_cells: bool
    source_url: str
    sources: tuple = ()


@dataclass(frozen=True)
class AnimalOutcome:
    """Directions of one outcome among T2D models given cells: counts and exact sign test."""

    key: str
    outcome: str
    n_reports: int
    n_improved: int
    n_worse: int
    n_no_clear_difference: int
    n_silent: int
    share_silent: float | None
    sign_p: float | None


@dataclass(frozen=True)
class Animals:
    """All animal reports; ``n_*`` count the non-borderline T2D models."""

    key: str
    rows: tuple[AnimalStudy, ...]
    n_reports: int
    n_cells: int
    n_without_comparator: int
    n_borderline: int
    n_modified_cells: int


@dataclass(frozen=True)
class Record:
    """One record of the search as screened. ``kind``: "study" or "review". ``decision``: "include",
    "exclude", "awaiting" or "duplicate"; ``study_id`` and ``duplicate_of`` name its report."""

    record_id: str
    study_id: str
    kind: str
    author: str
    year: str
    title: str
    doi: str
    decision: str
    duplicate_of: str
    reason: str
    source_url: str


@dataclass(frozen=True)
class Records:
    """All records of one stream group, "clinical" or "preclinical", in the order of the table."""

    key: str
    rows: tuple[Record, ...]
