"""The outcomes of the review: what each is called, measured in, and how a trial of it is pooled."""

from dataclasses import dataclass

from . import units


@dataclass(frozen=True)
class Outcome:
    """One outcome of the analysis plan.

    ``name``: first part of its result keys. ``column``: its name in outcomes.csv and contrasts.csv.
    ``unit``: of the analysis. ``measure``: "MD", "SMD" or "RD". ``conversions``: printed unit ->
    (value, difference) into the analysis unit. ``lower_is_better``: the sign that helps a patient.
    ``min_months``: the earliest time that counts. ``can_be_influenced``: whether an open label
    can change it (a dose that is prescribed). ``definition``: words that a responder's definition
    must contain, and must not.
    """

    name: str
    column: str
    title: str
    unit: str
    measure: str
    conversions: dict
    lower_is_better: bool
    min_months: float
    can_be_influenced: bool = False
    definition: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    beta_cell: bool = False

    def matches(self, row):
        """Whether an outcomes row is of this outcome, by its definition."""
        words = row.get("definition", "").lower()
        wanted, unwanted = self.definition
        return all(w in words for w in wanted) and not any(w in words for w in unwanted)


GLYCEMIC_MIN_MONTHS = 2.7  # 12 weeks: HbA1c reflects the last two to three months
ANY_TIME = 0.01  # after the start: a value at time 0 is a baseline

_SAME = (lambda value: value, lambda value: value)
_GLUCOSE = {"mmol/L": _SAME, "mg/dL": (units.glucose_mmol_l, units.glucose_mmol_l)}
_C_PEPTIDE = {
    "nmol/L": _SAME,
    "ng/mL": (units.c_peptide_nmol_l, units.c_peptide_nmol_l),
    "pmol/L": (units.nmol_l_from_pmol_l, units.nmol_l_from_pmol_l),
}
_HBA1C = {
    "%": _SAME,
    "percentage points": _SAME,
    "mmol/mol": (units.hba1c_percent, units.hba1c_percentage_points),
}
# Hedges' g has no unit, so any absolute unit that both arms share will do, a missing one included.
_ANY_UNIT = dict.fromkeys(
    ("ng/mL x min", "nmol/L x 120 min", "pmol/mL/180 min", "not stated"), _SAME
)
_COMPOSITE = (("insulin reduction", "hba1c"), ())
_BELOW_7 = (("hba1c <7%",), ("maintaining", "subgroup"))

_ALL = (
    Outcome(
        "hba1c", "hba1c", "HbA1c", "percentage points", "MD", _HBA1C, True, GLYCEMIC_MIN_MONTHS
    ),
    Outcome("fpg", "fpg", "Fasting glucose", "mmol/L", "MD", _GLUCOSE, True, GLYCEMIC_MIN_MONTHS),
    Outcome(
        "ppg", "ppg", "Post-prandial glucose", "mmol/L", "MD", _GLUCOSE, True, GLYCEMIC_MIN_MONTHS
    ),
    Outcome(
        "insulin_iu_per_day",
        "insulin_dose",
        "Daily insulin",
        "IU/day",
        "MD",
        {"IU/day": _SAME},
        True,
        GLYCEMIC_MIN_MONTHS,
        can_be_influenced=True,
    ),
    Outcome(
        "insulin_iu_per_kg_per_day",
        "insulin_dose",
        "Daily insulin per body weight",
        "IU/kg/day",
        "MD",
        {"IU/kg/day": _SAME},
        True,
        GLYCEMIC_MIN_MONTHS,
        can_be_influenced=True,
    ),
    Outcome(
        "composite_responders",
        "insulin_reduction_responders",
        "Insulin cut by half or more with HbA1c below 7%",
        "share of participants",
        "RD",
        {"participants": _SAME, "% of participants": _SAME},
        False,
        GLYCEMIC_MIN_MONTHS,
        can_be_influenced=True,
        definition=_COMPOSITE,
    ),
    Outcome(
        "hba1c_responders",
        "hba1c_responders",
        "HbA1c below 7%",
        "share of participants",
        "RD",
        {"participants": _SAME, "% of participants": _SAME},
        False,
        GLYCEMIC_MIN_MONTHS,
        definition=_BELOW_7,
    ),
    Outcome(
        "c_peptide_fasting",
        "c_peptide_fasting",
        "Fasting C-peptide",
        "nmol/L",
        "MD",
        _C_PEPTIDE,
        False,
        ANY_TIME,
        beta_cell=True,
    ),
    Outcome(
        "c_peptide_stimulated",
        "c_peptide_stimulated",
        "Stimulated C-peptide",
        "nmol/L",
        "MD",
        _C_PEPTIDE,
        False,
        ANY_TIME,
        beta_cell=True,
    ),
    Outcome(
        "c_peptide_auc",
        "c_peptide_auc",
        "C-peptide area under the curve",
        "SD units",
        "SMD",
        _ANY_UNIT,
        False,
        ANY_TIME,
        beta_cell=True,
    ),
    Outcome(
        "homa_b",
        "homa_b",
        "HOMA-B",
        "index points",
        "MD",
        {"index": _SAME},
        False,
        ANY_TIME,
        beta_cell=True,
    ),
    Outcome(
        "homa_ir",
        "homa_ir",
        "HOMA-IR",
        "index points",
        "MD",
        {"index": _SAME},
        True,
        ANY_TIME,
    ),
)
OUTCOMES = {outcome.name: outcome for outcome in _ALL}
