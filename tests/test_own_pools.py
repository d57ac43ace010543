"""Every pool of this review against a live metafor: its own effects, not made-up cases."""

import os
import subprocess

import pandas as pd
import pytest
from test_metafor import VALIDATION, agreement, missing_metafor

from mscreview.effects import Arm, mean_difference

pytestmark = pytest.mark.xdist_group("own pools")  # one run of R, not one in each process

OWN = {"Wald": "wald", "HKSJ": "hksj", "HKSJ-adhoc": "ci"}  # names of the three intervals here
SHARED = ("pi_low", "pi_high", "tau2", "tau2_ci_low", "tau2_ci_high", "i2", "q", "q_df", "q_p")


@pytest.fixture(scope="module")
def metafor():
    if problem := missing_metafor():
        if os.environ.get("CI"):
            pytest.fail(f"{problem}: the review's own pools must meet a live metafor in CI")
        pytest.skip(f"{problem}: the review's own pools are not compared (Debian: r-cran-metafor)")


@pytest.fixture(scope="module")
def own_pools(results):
    return {key: found for key, found in results.pools.items() if found.k >= 2}


@pytest.fixture(scope="module")
def reference(metafor, own_pools, tmp_path_factory):
    """metafor's row of each pool and interval: {(key, interval): row}."""
    folder = tmp_path_factory.mktemp("own")
    trials = [(key, t.effect, t.se**2) for key, found in own_pools.items() for t in found.trials]
    # repr, which to_csv uses, survives the round trip of a double.
    pd.DataFrame(trials, columns=["case", "yi", "vi"]).to_csv(folder / "own.csv", index=False)
    script = [str(VALIDATION / "reference.R"), str(folder / "own.csv"), str(folder / "found.csv")]
    subprocess.run(["Rscript", *script], check=True, timeout=120)
    table = pd.read_csv(folder / "found.csv", dtype={"weights": str}, float_precision="round_trip")
    return {
        (row["case"], agreement.TESTS[row["test"]]): row
        for row in table.to_dict("records")
        if row["method"] == own_pools[row["case"]].tau2_method
    }


def assert_agree(ours, theirs, what):
    assert ours == pytest.approx(theirs, rel=1e-6, abs=agreement.ABSOLUTE_TOLERANCE), what


def test_there_are_pools_to_compare_and_all_estimators(own_pools):
    assert "hba1c.t2dm.msc.controlled" in own_pools
    assert {found.tau2_method for found in own_pools.values()} == {"REML", "DL", "PM"}


@pytest.mark.parametrize("interval", OWN)
def test_estimate_and_interval_agree(own_pools, reference, interval):
    for key, found in own_pools.items():
        row = reference[key, interval]
        assert (found.k, found.q_df) == (row["k"], row["k"] - 1)
        assert_agree(found.estimate, row["estimate"], key)
        for end in ("low", "high"):
            assert_agree(getattr(found, f"{OWN[interval]}_{end}"), row[f"ci_{end}"], (key, end))


def test_standard_error_is_that_of_the_headline_interval(own_pools, reference):
    for key, found in own_pools.items():
        assert_agree(found.se, reference[key, "HKSJ-adhoc"]["se"], key)


@pytest.mark.parametrize("name", SHARED)
def test_heterogeneity_and_prediction_agree(own_pools, reference, name):
    compared = 0
    for key, found in own_pools.items():
        if name.startswith("pi_") and found.k < 3:  # metafor prints one, the review does not
            assert getattr(found, name) is None
            continue
        assert_agree(getattr(found, name), reference[key, "HKSJ-adhoc"][name], (key, name))
        compared += 1
    assert compared >= 3


def test_weights_agree(own_pools, reference):
    for key, found in own_pools.items():
        weights = [float(w) for w in reference[key, "Wald"]["weights"].split()]
        assert_agree([t.weight for t in found.trials], weights, key)


NUMBERS = {
    "m1i": "mean_treatment",
    "sd1i": "sd_treatment",
    "n1i": "n_treatment",
    "m2i": "mean_control",
    "sd2i": "sd_control",
    "n2i": "n_control",
}


def test_effects_of_final_values_agree_with_escalc(metafor, own_pools):
    """metafor's escalc on the printed means, SDs and n, against the effect in the pool."""
    trials = [t for found in own_pools.values() for t in found.trials if t.effect_source == "final values"]
    assert {"zang2022", "chenp2016"} <= {t.study_id for t in trials}
    given = {name: [getattr(t, field) for t in trials] for name, field in NUMBERS.items()}
    found = escalc(given)
    assert_agree([t.effect for t in trials], found[: len(trials)], "effects")
    assert_agree([t.se**2 for t in trials], found[len(trials) :], "variances")


def test_effect_of_arms_that_differ_in_everything_agrees_with_escalc(metafor):
    effect = mean_difference(Arm("a", 9, mean=7.1, sd=0.8), Arm("b", 31, mean=7.9, sd=1.7))
    found = escalc({"m1i": [7.1], "sd1i": [0.8], "n1i": [9], "m2i": [7.9], "sd2i": [1.7], "n2i": [31]})
    assert_agree([effect.estimate, effect.variance], found, "made-up arms")


def escalc(given):
    """Effects, then variances, of mean differences by metafor."""
    arguments = ", ".join(f"{name} = c({', '.join(map(repr, values))})" for name, values in given.items())
    program = f"""suppressPackageStartupMessages(library(metafor))
    found <- escalc(measure = "MD", {arguments})
    cat(formatC(c(found$yi, found$vi), digits = 17, format = "g"))"""
    done = subprocess.run(["Rscript", "-e", program], capture_output=True, text=True, check=True, timeout=60)
    return [float(word) for word in done.stdout.split()]
