"""`mscreview.synthesis` against metafor (pinned and live) and against printed results of the methods literature."""

from __future__ import annotations

import importlib.util
import subprocess
from math import exp, log, sqrt
from pathlib import Path

import pandas as pd
import pytest

from mscreview.synthesis import ESTIMATORS, INTERVALS, pool

VALIDATION = Path(__file__).parents[1] / "validation"


def load(name):
    """A script of validation/, which is a folder of programs and not a package."""
    spec = importlib.util.spec_from_file_location(f"validation_{name}", VALIDATION / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


agreement, cases = load("agreement"), load("cases")


@pytest.fixture(scope="module")
def pinned():
    return agreement.compare()


def outside(rows):
    bad = rows[~agreement.within_tolerance(rows) & ~agreement.is_explained(rows)]
    return bad.to_string(index=False) if len(bad) else ""


# --- pinned: everywhere, without R ---


@pytest.mark.parametrize("quantity", agreement.QUANTITIES)
def test_agrees_with_the_pinned_metafor_results(pinned, quantity):
    rows = pinned[pinned["quantity"] == quantity]
    assert len(rows) >= 700
    assert outside(rows) == ""


def test_grid_is_complete(pinned):
    reference = pd.read_csv(VALIDATION / "reference.csv", dtype={"case": str})
    trials = pd.read_csv(VALIDATION / "cases.csv", dtype={"case": str})
    levels = trials.drop_duplicates("case").set_index("case")
    assert set(reference["case"]) == set(levels.index)
    grid = reference.join(levels[["tau2_level", "variances"]], on="case")
    grid["ci"] = grid["test"].map(agreement.TESTS)
    present = set(grid[["method", "ci", "k", "tau2_level", "variances"]].itertuples(index=False, name=None))
    wanted = {
        (method, ci, k, level, variances)
        for method in ESTIMATORS
        for ci in INTERVALS
        for k in cases.SIZES
        for level in cases.TAU2_LEVELS
        for variances in cases.VARIANCES
    }
    assert wanted <= present
    assert len(wanted) >= 150
    assert not reference.duplicated(["case", "method", "test"]).any()


def test_grid_reaches_the_boundaries(pinned):
    def tau2_of(method):
        return pinned[(pinned["quantity"] == "tau2") & (pinned["method"] == method) & (pinned["ci"] == "Wald")]["ours"]

    assert (tau2_of("REML") == 0).sum() >= 10
    assert (tau2_of("PM") > 100).sum() >= 10
    high = pinned[pinned["quantity"] == "tau2_ci_high"]["metafor"]
    assert high.max() > 1e5 and (high == 0).any()
    assert (pinned[pinned["quantity"] == "se"]["metafor"] == 0).any()


def test_likelihood_with_a_local_maximum_is_pinned():
    reference = pd.read_csv(VALIDATION / "reference.csv", dtype={"case": str}, keep_default_na=False)
    stuck = reference[reference["warning"].str.contains("local maximum")]
    assert set(stuck["case"]) == {"maximum-at-zero-wins"}
    assert set(stuck["method"]) == {"REML"}


def test_fisher_scoring_that_never_settles_is_pinned():
    reference = pd.read_csv(VALIDATION / "reference.csv", dtype={"case": str}, keep_default_na=False)
    assert set(reference[reference["warning"].str.contains("stepadj")]["case"]) == {"fisher-scoring-swings"}


def test_cases_csv_is_what_cases_py_writes():
    stored = pd.read_csv(VALIDATION / "cases.csv", dtype={"case": str}, float_precision="round_trip")
    stored = {name: (list(rows["yi"]), list(rows["vi"])) for name, rows in stored.groupby("case", sort=False)}
    assert stored == {name: (effects, variances) for name, _, _, _, effects, variances in cases.all_cases()}


def test_known_difference_is_metafor_losing_digits_far_from_zero():
    far, near = (pool(*cases.SPECIAL[name]) for name in ("far-from-zero", "far-from-zero-shifted"))
    assert far.tau2_ci_high == pytest.approx(near.tau2_ci_high, rel=1e-9)


def test_agreement_table():
    table = agreement.agreement().set_index("quantity")
    assert list(table.index) and set(table.index) == set(agreement.QUANTITIES)
    assert (table["outside_tolerance"] == 0).all()
    assert (table["digits_agreed"] >= 6).all()
    assert table["explained"].sum() == len(ESTIMATORS) * len(INTERVALS)
    stored = pd.read_csv(VALIDATION / "agreement.csv").set_index("quantity")
    assert stored["comparisons"].to_dict() == table["comparisons"].to_dict(), "run validation/regenerate.sh"


# --- live: a fresh run of metafor ---


@pytest.fixture(scope="module")
def fresh(installed_metafor, tmp_path_factory):
    path = tmp_path_factory.mktemp("metafor") / "fresh.csv"
    command = ["Rscript", str(VALIDATION / "reference.R"), str(VALIDATION / "cases.csv"), str(path)]
    subprocess.run(command, check=True, timeout=300)
    return path


def test_agrees_with_a_fresh_metafor_run(fresh):
    assert outside(agreement.compare(fresh)) == ""


def test_fresh_metafor_run_equals_the_pinned_one(fresh):
    read = {"dtype": {"case": str}, "keep_default_na": True}
    now, then = pd.read_csv(fresh, **read), pd.read_csv(VALIDATION / "reference.csv", **read)
    # Other linear algebra libraries and metafor versions move the last digits: the tolerance of the comparison itself.
    pd.testing.assert_frame_equal(
        now.drop(columns="weights"), then.drop(columns="weights"), rtol=1e-6, atol=agreement.ABSOLUTE_TOLERANCE
    )


# --- printed results: source and page in the name; validation/README.md says where the numbers were read ---


def effects_of(example):
    """Effects and variances of one example of published.csv, by the formulas that its paper uses."""
    rows = pd.read_csv(VALIDATION / "published.csv").query("example == @example")
    measure = rows["measure"].iloc[0]
    if measure == "effect":
        return rows["yi"], rows["vi"]
    n1, n2 = rows["n1"], rows["n2"]
    if measure == "MD pooled SD":
        pooled_variance = ((n1 - 1) * rows["sd1"] ** 2 + (n2 - 1) * rows["sd2"] ** 2) / (n1 + n2 - 2)
        return rows["mean1"] - rows["mean2"], pooled_variance * (1 / n1 + 1 / n2)
    a, c = rows["events1"], rows["events2"]
    b, d = n1 - a, n2 - c
    if measure == "log OR":
        return (a * d / (b * c)).map(log), 1 / a + 1 / b + 1 / c + 1 / d
    if measure == "log RR":
        return (a / n1 / (c / n2)).map(log), 1 / a - 1 / n1 + 1 / c - 1 / n2
    assert measure == "RD%"
    return 100 * (a / n1 - c / n2), 100**2 * (a * b / n1**3 + c * d / n2**3)


def printed(pooled, **expected):
    """Each value, given as text, equals the result rounded to as many decimals."""
    for name, text in expected.items():
        decimals = len(text.partition(".")[2])
        assert f"{getattr(pooled, name):.{decimals}f}" == text, name


@pytest.mark.parametrize(
    ("tau2", "variance", "i2"), [("DL", "0.277", "80.44"), ("REML", "0.223", "76.84"), ("PM", "0.192", "74.05")]
)
def test_viechtbauer2005_jebs_page_271_example_1(tau2, variance, i2):
    """Printed for the empirical Bayes estimator, which is the Paule-Mandel one."""
    printed(pool(*effects_of("viechtbauer2005-1"), tau2=tau2), tau2=variance, i2=i2)


@pytest.mark.parametrize(
    ("tau2", "variance", "i2"), [("DL", "0.013", "27.53"), ("REML", "0.016", "32.02"), ("PM", "0.010", "23.72")]
)
def test_viechtbauer2005_jebs_page_272_example_2(tau2, variance, i2):
    printed(pool(*effects_of("viechtbauer2005-2"), tau2=tau2), tau2=variance, i2=i2)


@pytest.mark.parametrize("tau2", ["REML", "DL"])
def test_normand1999_page_349_table_vii_lidocaine(tau2):
    pooled = pool(*effects_of("normand1999-lidocaine"), tau2=tau2, ci="Wald")
    printed(pooled, estimate="2.94", ci_low="0.4", ci_high="5.5", tau2="0.000")
    assert pooled.tau2 == 0.0


def test_normand1999_page_352_table_ix_stroke_dl():
    pooled = pool(*effects_of("normand1999-stroke"), tau2="DL", ci="Wald")
    printed(pooled, estimate="-14.10", ci_low="-24.45", ci_high="-3.75", tau2="218.72")


def test_normand1999_page_352_table_ix_stroke_reml():
    pooled = pool(*effects_of("normand1999-stroke"), tau2="REML", ci="Wald")
    printed(pooled, estimate="-15.12", ci_low="-32.67", ci_high="2.43", tau2="685.20")


@pytest.mark.parametrize(
    ("tau2", "between_sd", "estimate", "se"),
    [("PM", 0.3681, "-0.3811", "0.2060"), ("DL", 0.2323, "-0.3240", "0.1540"), ("REML", 0.1843, "-0.2980", "0.1343")],
)
def test_dersimonian_kacker2007_pages_111_112_tables_3_4(tau2, between_sd, estimate, se):
    pooled = pool(*effects_of("dersimonian2007"), tau2=tau2, ci="Wald")
    printed(pooled, estimate=estimate, se=se)
    assert round(sqrt(pooled.tau2), 4) == between_sd


@pytest.mark.parametrize(
    ("tau2", "ci", "expected"),
    [
        ("REML", "Wald", {"tau2": "0.019", "estimate": "0.084", "se": "0.052", "ci_low": "-0.018", "ci_high": "0.185"}),
        ("DL", "Wald", {"tau2": "0.026", "estimate": "0.089", "se": "0.056", "ci_low": "-0.020", "ci_high": "0.199"}),
        ("REML", "HKSJ", {"tau2": "0.019", "estimate": "0.084", "se": "0.062", "ci_low": "-0.046", "ci_high": "0.213"}),
        ("DL", "HKSJ", {"tau2": "0.026", "estimate": "0.089", "se": "0.064", "ci_low": "-0.044", "ci_high": "0.223"}),
    ],
)
def test_raudenbush2009_page_309_table_16_3(tau2, ci, expected):
    printed(pool(*effects_of("raudenbush2009"), tau2=tau2, ci=ci), **expected)


def test_raudenbush2009_page_301_table_16_2_homogeneity():
    printed(pool(*effects_of("raudenbush2009")), q="35.83")


def test_viechtbauer2007_sim_page_44_table_ii_q_profile_interval():
    """With the digits of metafor's test of that page; the table itself prints fewer."""
    effects = effects_of("viechtbauer2007")
    printed(pool(*effects, tau2="DL"), tau2="0.230", tau2_ci_low="0.072", tau2_ci_high="2.203")
    printed(pool(*effects, tau2="REML"), tau2="0.301", tau2_ci_low="0.072", tau2_ci_high="2.203")


def test_henmi_copas2010_page_2978_dl():
    pooled = pool(*effects_of("henmi2010"), tau2="DL", ci="Wald")
    printed(pooled, tau2="0.3325", estimate="-0.6787", ci_low="-1.0664", ci_high="-0.2911")


def test_viechtbauer2007_zfp_page_109_prediction_interval():
    """The article prints exp(estimate -/+ 1.96 tau) = 0.87 to 2.83; metafor's test of that page adds the variance of
    the estimate, 0.8488 to 2.9120, with normal quantiles. Both are rebuilt from the interval here, which differs from
    the second only in its quantile, t(k - 1), and in the ad hoc standard error.
    """
    pooled = pool(*effects_of("viechtbauer2007-hypericum"), tau2="DL", ci="HKSJ-adhoc")
    wald = pool(*effects_of("viechtbauer2007-hypericum"), tau2="DL", ci="Wald")
    t_quantile = (pooled.ci_high - pooled.estimate) / pooled.se
    spread = (pooled.pi_high - pooled.estimate) / t_quantile
    tau = sqrt(spread**2 - pooled.se**2)
    assert [round(exp(pooled.estimate + z * tau), 2) for z in (-1.959964, 1.959964)] == [0.87, 2.83]
    new_effect = sqrt(tau**2 + wald.se**2)
    assert [round(exp(pooled.estimate + z * new_effect), 4) for z in (-1.959964, 1.959964)] == [0.8488, 2.9120]
