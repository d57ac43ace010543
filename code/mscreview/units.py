"""Conversions between the units in which papers print their values.

Every function takes and returns plain numbers or arrays of the same shape.
"""

GLUCOSE_MG_DL_PER_MMOL_L = 18.016  # molar mass of glucose, 180.16 g/mol, per deciliter
C_PEPTIDE_NMOL_L_PER_NG_ML = 0.331  # molar mass of human C-peptide, 3020 g/mol
HBA1C_MMOL_MOL_PER_PERCENT = 10.929  # IFCC to NGSP master equation
HBA1C_PERCENT_AT_ZERO_MMOL_MOL = 2.15  # its intercept


def glucose_mmol_l(mg_dl):
    """Glucose in mmol/L from mg/dL."""
    return mg_dl / GLUCOSE_MG_DL_PER_MMOL_L


def c_peptide_nmol_l(ng_ml):
    """C-peptide in nmol/L from ng/mL."""
    return ng_ml * C_PEPTIDE_NMOL_L_PER_NG_ML


def nmol_l_from_pmol_l(pmol_l):
    """A concentration in nmol/L from pmol/L."""
    return pmol_l / 1000


def hba1c_percent(mmol_mol):
    """HbA1c in % (NGSP) from mmol/mol (IFCC)."""
    return mmol_mol / HBA1C_MMOL_MOL_PER_PERCENT + HBA1C_PERCENT_AT_ZERO_MMOL_MOL


def hba1c_percentage_points(mmol_mol_difference):
    """A difference or a spread of HbA1c in percentage points: the intercept falls away."""
    return mmol_mol_difference / HBA1C_MMOL_MOL_PER_PERCENT
