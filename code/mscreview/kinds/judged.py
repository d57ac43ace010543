"""Judgments, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Domain:
    """One domain of a risk-of-bias judgment: "low", "some concerns", "high" or "no information";
    ``reason`` is a code, ``words`` what the source says."""

    name: str
    judgment: str
    reason: str
    words: str = ""


@dataclass(frozen=True)
class Bias:
    """Risk of bias of one study for one outcome. ``tool``: "RoB 2", "ROBINS-I" or "none"."""

    key: str
    study_id: str
    label: str
    doi: str
    outcome: str
    tool: str
    overall: str
    domains: tuple[Domain, ...]
    sources: tuple = ()


@dataclass(frozen=True)
class Downgrade:
    """Steps taken off the certainty in one GRADE domain (0, 1 or 2), with the reason as a code and
    the numbers that decided it."""

    domain: str
    steps: int
    reason: str
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Certainty:
    """GRADE for one pool: start, downgrades, level ("high", "moderate", "low", "very low");
    "none" where there is no pool."""

    key: str
    pool_key: str
    start: str
    level: str
    downgrades: tuple[Downgrade, ...]
    optimal_information_size: float | None = None


@dataclass(frozen=True)
class Claim:
    """A claim of the source review against the evidence: the verdict by rule.

    ``verdict``: "supported", "contradicted", "not established", "uncontrolled only", "supported in
    direction only" or "not testable". ``decided_by``: the result keys that decided, the least
    favorable first; ``reason`` is a code, ``numbers`` its numbers.
    """

    key: str
    number: int
    verdict: str
    reason: str
    decided_by: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
