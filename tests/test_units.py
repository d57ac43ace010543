"""Conversions of units, against values that laboratories print in both."""

import numpy as np
import pytest

from mscreview import units


@pytest.mark.parametrize(
    ("convert", "printed", "converted", "tolerance"),
    [
        # ADA Standards of Care: diabetes from 126 mg/dL (7.0 mmol/L), 200 mg/dL (11.1 mmol/L), 6.5% (48 mmol/mol)
        (units.glucose_mmol_l, 126, 7.0, 0.05),
        (units.glucose_mmol_l, 200, 11.1, 0.05),
        (units.hba1c_percent, 48, 6.5, 0.05),
        (units.hba1c_percent, 53, 7.0, 0.05),
        # IFCC to NGSP: NGSP% = 0.09148 x IFCC + 2.152 (NGSP)
        (units.hba1c_percent, 0, 2.152, 0.005),
        (units.hba1c_percentage_points, 10, 0.9148, 0.0005),
        # 1 ng/mL of C-peptide (3020 g/mol) is 0.33 nmol/L
        (units.c_peptide_nmol_l, 1, 0.33, 0.005),
        (units.nmol_l_from_pmol_l, 331, 0.331, 1e-12),
    ],
)
def test_converted_as_printed_elsewhere(convert, printed, converted, tolerance):
    assert convert(printed) == pytest.approx(converted, abs=tolerance)


def test_a_difference_of_hba1c_has_no_intercept():
    difference = units.hba1c_percent(64.0) - units.hba1c_percent(53.0)
    assert units.hba1c_percentage_points(11.0) == pytest.approx(difference, abs=1e-12)


def test_arrays_keep_their_shape():
    assert units.glucose_mmol_l(np.array([[18.016, 36.032]])) == pytest.approx(np.array([[1.0, 2.0]]))
