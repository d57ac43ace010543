"""One changed value changes every entry that depends on it, in both languages, and no other."""

import pytest
from edits import changed
from ledger_diff import differences, texts

from mscreview import analyse, ledger

HEADLINE = "hba1c.t2dm.msc.controlled"


@pytest.fixture(scope="module")
def after(evidence):
    """zang2022 with another HbA1c mean in its cell arm at 11 months."""
    return analyse(changed(evidence, "outcomes", 21, mean=7.12))


@pytest.fixture(scope="module")
def found(results, after):
    return {key: (old, new) for key, old, new in differences(results, after)}


def test_nothing_changed_differs_in_nothing(results, evidence):
    assert differences(results, analyse(evidence)) == []


def test_all_that_depends_on_the_value_differs(found):
    for name in ("estimate", "ci", "wald", "pi", "tau2", "i2", "q", "answer", "conclusion", "statement"):
        assert f"{HEADLINE}.{name}" in found, name
    for key in (
        f"{HEADLINE}.trial.zang2022.effect",
        f"{HEADLINE}.without_chenp2016.estimate",
        "hba1c.both.any.controlled.estimate",
        "hba1c.both.any.before_after.zang2022.treatment.change",
        "multiverse.hba1c.estimates_three",
        "claims.C1.because",
    ):
        assert key in found, key


def test_nothing_else_differs(found):
    """Nothing of another outcome, of harms, of animals, of the flow, of a trial beside the changed one."""
    allowed = ("hba1c.", "certainty.hba1c.", "multiverse.hba1c.", "subgroup.", "claims.C1.", "claims.C9.")
    assert [key for key in found if not key.startswith(allowed)] == []
    others = [key for key in found if ".trial." in key and ".zang2022." not in key]
    assert all(key.endswith(".weight") for key in others), "of other trials only the weight can change"


def test_both_languages_change_together(results, after, found):
    old, new, entries = texts(results), texts(after), ledger.entries(results)
    for key in found:
        if key in old and key in new and entries[key].kind != "sentence":
            assert old[key][0] != new[key][0] and old[key][1] != new[key][1], key
