"""Facts about risk of bias, as the sources state them. Facts only, no judgement."""

from dataclasses import dataclass

# What a source can do about a safeguard. "contradicted": the registry record says otherwise.
STATUSES = ("stated", "not_stated", "open", "contradicted", "selected")


@dataclass(frozen=True)
class Fact:
    """One safeguard of one trial: its domain, status (one of STATUSES) and the source's words."""

    domain: str
    status: str
    words: str


def facts(evidence, contrast):
    """The facts shown beside a trial's row, in a fixed order of domains."""
    study = contrast.study
    table = evidence.bias_facts
    rows = table[table["study_id"] == study["study_id"]].to_dict("records")
    row = rows[0] if rows else dict.fromkeys(table.columns, "")
    return (
        _sequence(row["randomisation_method"]),
        _concealment(row["allocation_concealment"]),
        _blinding(row["participants_blinded"], study["blinding"]),
        _losses(row),
        _selection(contrast),
    )


def is_blinded(evidence, contrast):
    """Whether single or double blinding is stated and no registry record contradicts it."""
    blinding = next(f for f in facts(evidence, contrast) if f.domain == "blinding")
    return contrast.study["blinding"] in ("single", "double") and blinding.status == "stated"


def _sequence(words):
    lower = words.lower()
    if "registry" in lower and "non-randomized" in lower:
        return Fact("sequence", "contradicted", words)
    silent = not words or "not available" in lower or "not given" in lower
    return Fact("sequence", "not_stated" if silent else "stated", words)


def _concealment(words):
    silent = not words or words.lower().startswith("not ")
    return Fact("concealment", "not_stated" if silent else "stated", words)


def _blinding(words, design_blinding):
    lower = words.lower()
    if "registry" in lower and "open label" in lower:
        return Fact("blinding", "contradicted", words)
    if lower.startswith("no ") or lower == "no" or design_blinding == "open":
        return Fact("blinding", "open", words or design_blinding)
    if design_blinding in ("single", "double"):
        return Fact("blinding", "stated", words or f"{design_blinding} blinding")
    return Fact("blinding", "not_stated", words)


def _losses(row):
    lost = [row["n_lost_treated"], row["n_lost_control"]]
    printed = [str(int(n)) for n in lost if n != "" and n == n]
    if len(printed) == len(lost):
        return Fact("losses", "stated", f"cells {printed[0]}, control {printed[1]}")
    return Fact("losses", "not_stated", "")


def _selection(contrast):
    if "selected_dose" in contrast.flags:
        return Fact("selection", "selected", "difference printed for one of several doses")
    return Fact("selection", "stated", "both arms printed")
