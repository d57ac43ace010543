"""`mscreview.proportions` against SciPy, statsmodels, metafor, printed examples and hand calculation."""

import csv
import math
import subprocess
from fractions import Fraction

import pytest

from mscreview.proportions import clopper_pearson, log_risk_ratio, newcombe, peto, risk_difference, sign_test

COUNTS = [(0, 1), (1, 1), (0, 20), (1, 20), (4, 24), (7, 8), (8, 8), (2, 12), (0, 167), (81, 263)]
TABLES = [
    (4, 24, 0, 10),
    (0, 45, 0, 16),
    (2, 12, 1, 4),
    (0, 5, 3, 7),
    (7, 7, 0, 4),
    (5, 15, 0, 16),
    (10, 10, 10, 10),
    (30, 40, 100, 120),
]


# --- exact interval -------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "n"), COUNTS)
def test_clopper_pearson_agrees_with_scipy(events, n):
    from scipy.stats import binomtest

    exact = binomtest(events, n).proportion_ci(method="exact")
    assert clopper_pearson(events, n) == pytest.approx((exact.low, exact.high), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("events", "n"), COUNTS)
def test_clopper_pearson_agrees_with_statsmodels(events, n):
    from statsmodels.stats.proportion import proportion_confint

    beta = proportion_confint(events, n, method="beta")
    assert clopper_pearson(events, n) == pytest.approx(beta, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [
        (81, 263, "0.2527", "0.3676"),
        (15, 148, "0.0578", "0.1617"),
        (0, 20, "0.0000", "0.1684"),
        (1, 29, "0.0009", "0.1776"),
    ],
)
def test_newcombe1998_sim_17_857_table_i_method_5(events, n, low, high):
    assert tuple(f"{limit:.4f}" for limit in clopper_pearson(events, n)) == (low, high)


def test_upper_limit_without_an_event_by_hand():
    """0.975 of the time at least one of 5 has the event if the share is 1 - 0.025^(1/5)."""
    assert clopper_pearson(0, 5) == (0.0, pytest.approx(1 - 0.025**0.2))
    assert clopper_pearson(5, 5) == (pytest.approx(0.025**0.2), 1.0)


def test_limits_leave_the_tail_of_each_side():
    """At the lower limit 7 or more of 8 has probability 2.5%, at the upper 7 or fewer."""
    low, high = clopper_pearson(7, 8)
    assert 8 * low**7 * (1 - low) + low**8 == pytest.approx(0.025)
    assert 1 - high**8 == pytest.approx(0.025)


# --- difference of two shares ---------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_newcombe_agrees_with_statsmodels(table):
    from statsmodels.stats.proportion import confint_proportions_2indep

    reference = confint_proportions_2indep(*table, method="newcomb")
    assert newcombe(*table) == pytest.approx(reference, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), "0.0524", "0.3339"),
        ((9, 10, 3, 10), "0.1705", "0.8090"),
        ((6, 7, 2, 7), "0.0582", "0.8062"),
        ((5, 56, 0, 29), "-0.0381", "0.1926"),
        ((0, 10, 0, 20), "-0.1611", "0.2775"),
        ((0, 10, 0, 10), "-0.2775", "0.2775"),
        ((10, 10, 0, 20), "0.6791", "1.0000"),
        ((10, 10, 0, 10), "0.6075", "1.0000"),
    ],
)
def test_newcombe1998_sim_17_873_table_ii_method_10(table, low, high):
    assert tuple(f"{limit:.4f}" for limit in newcombe(*table)) == (low, high)


@pytest.mark.parametrize("table", TABLES)
def test_newcombe_turns_its_sign_with_the_groups(table):
    low, high = newcombe(*table)
    assert newcombe(*table[2:], *table[:2]) == pytest.approx((-high, -low))
    assert low <= risk_difference(*table)[0] <= high


@pytest.mark.parametrize("n", range(1, 101))
def test_newcombe_stays_between_minus_one_and_one_to_the_last_digit(n):
    assert newcombe(n, n, 0, n)[1] == 1
    assert newcombe(0, n, n, n)[0] == -1


def test_risk_difference_by_hand():
    """1/4 - 1/2, variance (1/4 x 3/4)/8 + (1/2 x 1/2)/10."""
    estimate, variance = risk_difference(2, 8, 5, 10)
    assert estimate == -0.25
    assert variance == pytest.approx(float(Fraction(3, 16) / 8 + Fraction(1, 4) / 10))


def test_risk_difference_has_no_correction_and_may_have_no_variance():
    assert risk_difference(0, 45, 0, 16) == (0, 0)
    assert risk_difference(7, 7, 0, 4) == (1, 0)


# --- ratios ---------------------------------------------------------------------------------


def test_log_risk_ratio_by_hand():
    estimate, variance = log_risk_ratio(2, 8, 5, 10)
    assert math.exp(estimate) == pytest.approx(0.5)
    assert variance == pytest.approx(1 / 2 - 1 / 8 + 1 / 5 - 1 / 10)


@pytest.mark.parametrize(
    ("table", "corrected"),
    [
        ((4, 24, 0, 10), (4.5, 25, 0.5, 11)),
        ((0, 45, 0, 16), (0.5, 46, 0.5, 17)),
        ((7, 7, 2, 4), (7.5, 8, 2.5, 5)),
        ((3, 7, 4, 4), (3.5, 8, 4.5, 5)),
        ((1, 7, 1, 4), (1, 7, 1, 4)),
    ],
)
def test_half_is_added_to_all_four_cells_only_where_one_is_zero(table, corrected):
    events_1, n_1, events_2, n_2 = corrected
    estimate, variance = log_risk_ratio(*table)
    assert math.exp(estimate) == pytest.approx((events_1 / n_1) / (events_2 / n_2))
    assert variance == pytest.approx(1 / events_1 - 1 / n_1 + 1 / events_2 - 1 / n_2)


def test_peto_by_hand():
    """1 of 10 against 0 of 10: O - E = 1/2, V = 10 x 10 x 1 x 19 / (20^2 x 19) = 1/4."""
    assert peto([(1, 10, 0, 10)]) == (pytest.approx(2), pytest.approx(2))


def test_peto_adds_excess_and_information_of_trials():
    """The second trial is the first with the groups exchanged: no excess, twice the information."""
    assert peto([(1, 10, 0, 10), (0, 10, 1, 10)]) == (0, pytest.approx(math.sqrt(2)))


def test_trials_in_which_nobody_or_everybody_has_the_event_add_nothing():
    alone = peto([(4, 24, 0, 10)])
    assert peto([(0, 45, 0, 16), (4, 24, 0, 10), (6, 6, 3, 3)]) == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("tables", [[], [(0, 45, 0, 16)], [(0, 45, 0, 16), (5, 5, 6, 6)]])
def test_peto_without_information_is_refused(tables):
    with pytest.raises(ValueError, match="tables = "):
        peto(tables)


# Deaths in short-term trials of beta blockers: metafor's dat.yusuf1985, table 6 of the paper.
YUSUF_TABLE_6 = """14 56 15 58|18 66 19 64|15 100 12 95|10 52 12 47|21 226 24 228|3 38 6 31|2 20 3 20
19 76 15 67|15 106 9 114|5 62 4 57|0 9 0 8|8 133 11 127|3 48 3 49|0 16 0 13|1 42 1 46|0 25 3 25|14 221 15 228
0 11 0 11|8 259 7 129|6 157 4 158|3 177 2 136"""


def test_yusuf1985_pcvd_27_335_table_6_as_metafor_checks_it():
    """0.9332 (0.7385 to 1.1792) in metafor's own test suite, test_analysis_example_yusuf1985.r."""
    trials = [tuple(map(int, trial.split())) for trial in YUSUF_TABLE_6.replace("\n", "|").split("|")]
    estimate, se = peto(trials)
    odds_ratios = [math.exp(estimate + z * se) for z in (0, -1.959964, 1.959964)]
    assert [f"{value:.4f}" for value in odds_ratios] == ["0.9332", "0.7385", "1.1792"]


# --- sign test ------------------------------------------------------------------------------


@pytest.mark.parametrize("n_better", range(0, 13))
@pytest.mark.parametrize("n_worse", [0, 1, 2, 7, 30])
def test_sign_test_agrees_with_scipy(n_better, n_worse):
    from scipy.stats import binomtest

    if n_better + n_worse:
        exact = binomtest(n_better, n_better + n_worse).pvalue
        assert sign_test(n_better, n_worse) == pytest.approx(exact, rel=1e-9)
        assert sign_test(n_better, n_worse) == sign_test(n_worse, n_better)


def test_sign_test_by_hand():
    """9 to 1: twice (1 + 10) of 1024 outcomes. Halves in the middle must not count twice."""
    assert sign_test(9, 1) == pytest.approx(22 / 1024)
    assert sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(3, 3) == 1.0


def test_sign_test_of_nothing_has_no_p():
    assert sign_test(0, 0) is None


# --- impossible input -----------------------------------------------------------------------

BAD = [-1, 2.5, math.nan, math.inf]
ARGUMENTS = {
    clopper_pearson: ("events", "n"),
    newcombe: ("events_1", "n_1", "events_2", "n_2"),
    risk_difference: ("events_1", "n_1", "events_2", "n_2"),
    log_risk_ratio: ("events_1", "n_1", "events_2", "n_2"),
    sign_test: ("n_better", "n_worse"),
}
CALLS = [(function, name) for function, names in ARGUMENTS.items() for name in names]


def good(function):
    return {name: 10 if name in ("n", "n_1", "n_2") else 1 for name in ARGUMENTS[function]}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(("function", "name"), CALLS, ids=[f"{f.__name__}-{name}" for f, name in CALLS])
def test_impossible_number_is_refused_with_its_name_and_value(function, name, bad):
    function(**good(function))
    with pytest.raises(ValueError, match=rf"^{name} = {bad!r}: "):
        function(**{**good(function), name: bad})


@pytest.mark.parametrize("function", [clopper_pearson, newcombe, risk_difference, log_risk_ratio])
def test_more_events_than_people_and_empty_groups_are_refused(function):
    events, n = ARGUMENTS[function][-2:]
    with pytest.raises(ValueError, match=rf"^{events} = 11: at most {n} = 10"):
        function(**{**good(function), events: 11})
    with pytest.raises(ValueError, match=rf"^{n} = 0: "):
        function(**{**good(function), events: 0, n: 0})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ((3, 2, 0, 4), "events_t = 3: at most n_t = 2"),
        ((1, 2, 5, 4), "events_c = 5: at most n_c = 4"),
        ((1, 2, 0, 0), "n_c = 0"),
        ((-1, 2, 0, 4), "events_t = -1"),
    ],
)
def test_impossible_trial_of_peto_is_refused(table, message):
    with pytest.raises(ValueError, match=message):
        peto([(1, 10, 0, 10), table])


def test_numbers_of_the_tables_are_floats_and_accepted():
    assert clopper_pearson(4.0, 24.0) == clopper_pearson(4, 24)
    values = (*clopper_pearson(0, 5), *newcombe(0, 5, 1, 4), sign_test(1, 2))
    assert {type(value) for value in values} == {float}


# --- live: metafor --------------------------------------------------------------------------

SCRIPT = """
suppressMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1])
one <- function(measure, add, to) suppressWarnings(
  escalc(measure, ai = a, n1i = n1, ci = c, n2i = n2, data = d, add = add, to = to))
rr <- one("RR", 0.5, "only0")
rd <- one("RD", 0, "none")
p <- suppressWarnings(rma.peto(ai = a, n1i = n1, ci = c, n2i = n2, data = d))
out <- data.frame(name = c(rep("rr", nrow(d)), rep("rd", nrow(d)), "peto"),
  estimate = c(rr$yi, rd$yi, p$beta), spread = c(rr$vi, rd$vi, p$se))
out$estimate <- sprintf("%.17g", out$estimate); out$spread <- sprintf("%.17g", out$spread)
write.csv(out, commandArgs(TRUE)[2], row.names = FALSE)
"""


@pytest.fixture(scope="module")
def metafor(installed_metafor, tmp_path_factory):
    """name -> [(estimate, variance or SE), ...] of TABLES."""
    folder = tmp_path_factory.mktemp("metafor")
    lines = ["a,n1,c,n2", *(",".join(map(str, table)) for table in TABLES)]
    (folder / "tables.csv").write_text("\n".join(lines) + "\n")
    (folder / "script.R").write_text(SCRIPT)
    files = [str(folder / name) for name in ("script.R", "tables.csv", "out.csv")]
    subprocess.run(["Rscript", *files], check=True, timeout=120)
    found = {"rr": [], "rd": [], "peto": []}
    with open(files[-1], newline="") as out:
        for row in csv.DictReader(out):
            found[row["name"]].append((float(row["estimate"]), float(row["spread"])))
    return found


def test_log_risk_ratio_agrees_with_a_live_metafor(metafor):
    assert len(metafor["rr"]) == len(TABLES)
    for table, reference in zip(TABLES, metafor["rr"], strict=True):
        assert log_risk_ratio(*table) == pytest.approx(reference, rel=1e-9, abs=1e-12), table


def test_risk_difference_agrees_with_a_live_metafor(metafor):
    for table, reference in zip(TABLES, metafor["rd"], strict=True):
        assert risk_difference(*table) == pytest.approx(reference, rel=1e-9, abs=1e-12), table


def test_peto_agrees_with_a_live_metafor(metafor):
    assert peto(TABLES) == pytest.approx(metafor["peto"][0], rel=1e-9)
