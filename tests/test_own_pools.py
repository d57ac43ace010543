"""Every pool of this review against a live metafor: its own effects, not made-up cases."""

import subprocess

import pandas as pd
import pytest
from test_metafor import VALIDATION, agreement

from mscreview.effects import Arm, g_from_t, hedges_g, mean_difference

pytestmark = pytest.mark.xdist_group("own pools")  # one run of R, not one in each process

OWN = {"Wald": "wald", "HKSJ": "hksj", "HKSJ-adhoc": "ci"}  # names of the three intervals here
SHARED = ("pi_low", "pi_high", "tau2", "tau2_ci_low", "tau2_ci_high", "i2", "q", "q_df", "q_p")


@pytest.fixture(scope="module")
def own_pools(results):
    """Random-effects pools of two trials or more; Peto's fixed one is compared in test_proportions."""
    pools = results.pools.items()
    return {key: p for key, p in pools if p.k >= 2 and p.tau2_method in ("REML", "DL", "PM")}


@pytest.fixture(scope="module")
def reference(installed_metafor, own_pools, tmp_path_factory):
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


COUNTS = {
    "ai": "events_treatment",
    "n1i": "n_treatment",
    "ci": "events_control",
    "n2i": "n_control",
}


def distinct(own_pools, measure, source):
    """The trials of a measure and effect source, each effect once."""
    trials = {}
    for found in own_pools.values():
        if found.measure == measure:
            trials.update({(t.study_id, t.effect, t.se): t for t in found.trials if t.effect_source == source})
    return list(trials.values())


@pytest.mark.parametrize(
    ("measure", "source", "columns", "theirs"),
    [
        ("MD", "final values", NUMBERS, "MD"),
        ("SMD", "final values", NUMBERS, "SMD"),
        ("RD", "counts", COUNTS, "RD"),
        ("log RR", "log ratio", COUNTS, "RR"),
    ],
)
def test_effects_agree_with_escalc(installed_metafor, results, measure, source, columns, theirs):
    """metafor's escalc on the printed means, SDs, counts and n, against the effect in the pool."""
    trials = distinct(results.pools, measure, source)
    assert len(trials) >= 3
    found = escalc({name: [getattr(t, field) for t in trials] for name, field in columns.items()}, theirs)
    assert_agree([t.effect for t in trials], found[: len(trials)], "effects")
    assert_agree([t.se**2 for t in trials], found[len(trials) :], "variances")


def test_effect_of_arms_that_differ_in_everything_agrees_with_escalc(installed_metafor):
    effect = mean_difference(Arm("a", 9, mean=7.1, sd=0.8), Arm("b", 31, mean=7.9, sd=1.7))
    found = escalc({"m1i": [7.1], "sd1i": [0.8], "n1i": [9], "m2i": [7.9], "sd2i": [1.7], "n2i": [31]}, "MD")
    assert_agree([effect.estimate, effect.variance], found, "made-up arms")


def test_hedges_g_is_pingouins_too():
    """pingouin's Hedges' g has the approximate correction, so three digits, not nine."""
    import numpy as np
    import pingouin

    cells, control = [4.1, 5.0, 6.3, 7.7, 5.9, 6.6], [3.0, 4.4, 4.9, 3.8, 5.1]
    arms = [
        Arm("", float(len(x)), mean=float(np.mean(x)), sd=float(np.std(x, ddof=1))) for x in (cells, control)
    ]
    theirs = pingouin.compute_effsize(cells, control, eftype="hedges")
    assert hedges_g(*arms).estimate == pytest.approx(theirs, rel=2e-3)
    t = float(pingouin.ttest(cells, control, correction=False)["T"].iloc[0])
    assert g_from_t(t, 6, 5, "exact p").estimate == pytest.approx(hedges_g(*arms).estimate, rel=1e-6)


def escalc(given, measure):
    """Effects, then variances, by metafor; 0.5 is added only where a cell is zero, for ratios."""
    arguments = ", ".join(f"{name} = c({', '.join(map(repr, values))})" for name, values in given.items())
    to = "only0" if measure == "RR" else "none"
    extra = f', to = "{to}"' if measure in ("RR", "RD") else ""
    program = f"""suppressPackageStartupMessages(library(metafor))
    found <- escalc(measure = "{measure}", {arguments}{extra})
    cat(formatC(c(found$yi, found$vi), digits = 17, format = "g"))"""
    done = subprocess.run(["Rscript", "-e", program], capture_output=True, text=True, check=True, timeout=60)
    return [float(word) for word in done.stdout.split()]
