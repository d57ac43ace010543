"""Values that no group of patients has, and a note on spreads that look like standard errors.

Every function takes typed tables (numeric columns float64, NaN for empty) and yields
:class:`~mscreview.csvtable.Problem`, or sentences for the notes. An empty cell is never a problem.
"""

import math

import numpy as np

from mscreview.csvtable import Problem, records, text_of

# Outcome -> unit -> (lowest, highest, largest difference) in a group of living patients, drawn
# wide: HbA1c below 3% or above 25% (a mean glucose near 37 mmol/L), glucose below 1 or above
# 60 mmol/L. The limits judge no result; they catch a value typed under the wrong unit, such as an
# HbA1c of 53 in %, a glucose of 126 in mmol/L, or an HbA1c of 53 typed as a change. A unit without
# lowest and highest is one of differences only. An outcome listed here can have no other unit but
# those of RELATIVE; "not stated" is there where a row needs it.
_GLUCOSE = {"mmol/L": (1, 60, 40), "mg/dL": (18, 1100, 720), "not stated": (0, 1100, 720)}
_INSULIN = {"IU/day": (0, 1000, 1000), "IU/kg/day": (0, 10, 10), "not stated": (0, 1000, 1000)}
_C_PEPTIDE = {
    "ng/mL": (0, 50, 50),
    "nmol/L": (0, 17, 17),
    "pmol/L": (0, 17000, 17000),
    "not stated": (0, 17000, 17000),
}
_AREAS = ("ng/mL x min", "nmol/L x 120 min", "pmol/mL/180 min", "not stated")
_SHARE = {
    "participants": (0, 100_000, 100_000),
    "% of participants": (0, 100, 100),
    "percentage points": (None, None, 100),
}
PLAUSIBLE = {
    "hba1c": {"%": (3, 25, 15), "mmol/mol": (9, 250, 165), "percentage points": (None, None, 15)},
    "fpg": _GLUCOSE,
    "ppg": _GLUCOSE,
    "insulin_dose": _INSULIN,
    "c_peptide_fasting": _C_PEPTIDE,
    "c_peptide_stimulated": _C_PEPTIDE,
    "c_peptide_auc": dict.fromkeys(_AREAS, (0, 10_000_000, 10_000_000)),
    "homa_b": {"index": (0, 5000, 5000)},
    "homa_ir": {"index": (0, 500, 500)},
    "hba1c_responders": _SHARE,
    "insulin_reduction_responders": _SHARE,
}
# Percentages of another value, of any outcome. Nothing falls by more than all of it.
CHANGE, REMAINDER = "% change", "% of baseline"
RELATIVE = {CHANGE: (-100, 1000), REMAINDER: (0, 1000)}

LOCATIONS = ("mean", "median", "q1", "q3", "min", "max")
INTERVAL = ("ci_low", "ci_high")
SPREADS = ("sd", "se")
TINY = 1e-6  # a smaller spread would weigh a trial as if it were exact
COMPARABLE_SPREADS = ("hba1c", "fpg", "ppg")  # differ little between trials


def implausible_outcomes(outcomes):
    """Units that an outcome cannot have, and values that no group of patients has in its unit."""
    for row in records(outcomes):
        outcome, unit, is_change = row["outcome"], row["unit"], row["is_change"] == "yes"
        if "" in (outcome, unit, row["is_change"], row["scale"]):
            continue
        of_outcome = PLAUSIBLE.get(outcome, {})
        units = [one for one, limits in of_outcome.items() if is_change or limits[0] is not None]
        units.append(CHANGE if is_change else REMAINDER)
        if of_outcome and unit not in units:
            where = "where is_change is " + row["is_change"]
            allowed = f"for {outcome} one of {' | '.join(units)}, {where}"
            yield Problem("outcomes.csv", row["row"], "unit", unit, allowed)
            continue
        if (row["scale"] == "relative") != (unit in RELATIVE):
            allowed = f"relative with the units {' and '.join(RELATIVE)}, absolute with all others"
            yield Problem("outcomes.csv", row["row"], "scale", row["scale"], allowed)
        low, high = _limits(outcome, unit, is_change)
        yield from _beyond("outcomes", row, LOCATIONS, low, high)
        # A symmetric interval about a small mean can be printed with a limit below 0.
        yield from _beyond("outcomes", row, INTERVAL, low or -high, high)
        yield from _beyond("outcomes", row, SPREADS, 0, _limits(outcome, unit, is_change=True)[1])


def implausible_contrasts(contrasts):
    """The same for the differences that papers print; and such a number without a unit."""
    columns = ("estimate", *INTERVAL)
    for row in records(contrasts):
        outcome, unit = row["outcome"], row["unit"]
        numbers = [column for column in (*columns, "se") if not math.isnan(row[column])]
        if numbers and not unit:
            allowed = f"not empty: the unit of {' and '.join(numbers)}"
            yield Problem("contrasts.csv", row["row"], "unit", unit, allowed)
        units = [*PLAUSIBLE.get(outcome, {}), *RELATIVE]
        if unit and outcome in PLAUSIBLE and unit not in units:
            allowed = f"for {outcome} one of {' | '.join(units)}"
            yield Problem("contrasts.csv", row["row"], "unit", unit, allowed)
            continue
        low, high = _limits(outcome, unit, is_change=True)
        # Two arms can differ by more than all of it: one fell and the other rose.
        low = low if row["contrast_type"].startswith("within_arm") else -high
        yield from _beyond("contrasts", row, columns, low, high)
        yield from _beyond("contrasts", row, ("se",), 0, high)


def _limits(outcome, unit, is_change):
    """The lowest and the highest value, infinite where they are not known."""
    if unit in RELATIVE:
        return RELATIVE[unit]
    known = PLAUSIBLE.get(outcome, _SHARE).get(unit)
    if known is None:
        return -math.inf, math.inf
    low, high, difference = known
    if is_change or low is None:
        return -difference, difference
    return low, high


def _beyond(name, row, columns, low, high):
    for column in columns:
        if row[column] < low or row[column] > high:
            allowed = f"from {low} to {high} for {row['outcome']} in {row['unit']}"
            yield Problem(f"{name}.csv", row["row"], column, text_of(row[column]), allowed)


def ratios_below_zero(published_meta):
    """Risk ratios, and their limits, that are not above 0."""
    for row in published_meta[published_meta["measure"] == "RR"].to_dict("records"):
        for column in ("estimate", *INTERVAL):
            if row[column] <= 0:
                value = text_of(row[column])
                allowed = "a number above 0, because measure is RR"
                yield Problem("published_meta.csv", row["row"], column, value, allowed)


def without_spread(name, table):
    """Spreads so small that a trial would weigh as if it were exact, and spreads of one person."""
    file = f"{name}.csv"
    pairs = [pair for pair in (INTERVAL, ("q1", "q3")) if set(pair) <= set(table)]
    spreads = [column for column in SPREADS if column in table]
    for low, high in pairs:
        for line, value in table[table[low] == table[high]][["row", high]].itertuples(index=False):
            yield Problem(file, line, high, text_of(value), f"above the {low} of the same row")
    for column in spreads:
        tiny = table[table[column].abs() < TINY]
        for line, value in tiny[["row", column]].itertuples(index=False):
            yield Problem(file, line, column, text_of(value), f"at least {TINY:f}")
    if "n" in table:
        for row in table[table["n"] == 1].to_dict("records"):
            for column in (*spreads, *sum(pairs, ())):
                if not math.isnan(row[column]):
                    value, allowed = text_of(row[column]), "empty where n is 1: one value has no spread"
                    yield Problem(file, row["row"], column, value, allowed)


def suspected_standard_errors(outcomes, studies):
    """Sentences on spreads in column sd that look like standard errors.

    An SE is SD / sqrt(n), at most half the SD once n is 4. A value is named if it is below half the
    median sd of the same outcome and unit in all other rows (at least 3), and if, read as an
    SE, its sd * sqrt(n) lies nearer to that median on the log scale. Only HbA1c and glucose, at
    a time and not as changes: their spread differs little between trials. Where n is not printed,
    it is that of the arm at its start, else that of the study's cell arms or control group.
    """
    is_value = (outcomes["is_change"] == "no") & (outcomes["scale"] == "absolute")
    rows = outcomes[outcomes["outcome"].isin(COMPARABLE_SPREADS) & is_value]
    rows = rows.assign(n=n_or_n_of_the_study(rows, outcomes, studies))
    rows = rows[(rows["sd"] > 0) & (rows["n"] > 0) & (rows["unit"] != "not stated")]
    for (outcome, unit), group in rows.groupby(["outcome", "unit"], sort=False):
        if len(group) < 4:  # at least three others
            continue
        group = group.assign(median=medians_of_others(group["sd"].to_numpy()))
        for row in group[group["sd"] < group["median"] / 2].to_dict("records"):
            sd, median = row["sd"], row["median"]
            as_sd = sd * math.sqrt(row["n"])
            if abs(math.log(as_sd / median)) < abs(math.log(sd / median)):
                yield (
                    f"outcomes.csv, row {row['row']}, column sd: {text_of(sd)} may be a "
                    f"standard error: {row['study_id']}, {row['arm_label']}, {outcome}, "
                    f"n = {text_of(row['n'])}; the other rows in {unit} have a median sd of "
                    f"{median:.2g}, and {text_of(sd)} x sqrt(n) is {as_sd:.2g}"
                )


def medians_of_others(values):
    """For each of at least two numbers the median of all others, from one sorting."""
    order = np.argsort(values, kind="stable")
    ordered, rank = values[order], np.argsort(order)
    low, high = (len(values) - 2) // 2, (len(values) - 1) // 2  # the middle among the others
    # What stands behind the number that is left out is one place further.
    return (ordered[low + (rank <= low)] + ordered[high + (rank <= high)]) / 2


def n_or_n_of_the_study(rows, outcomes, studies):
    """n of each of the outcome rows, a list: as printed, else of the arm at its start, else of the study."""
    starts = outcomes[(outcomes["time_months"] == 0) & (outcomes["subset"] == "all")]
    at_start = starts[starts["n"].notna()].groupby(["study_id", "arm_label"])["n"].first()
    of_study = studies.set_index("study_id")[["n_treated", "n_control"]]
    found = []
    for row in records(rows):
        known = [row["n"]]
        if row["subset"] == "all":
            role = "n_treated" if row["arm_role"] == "treatment" else "n_control"
            known.append(at_start.get((row["study_id"], row["arm_label"]), math.nan))
            known.append(of_study.at[row["study_id"], role])
        found.append(next((n for n in known if not math.isnan(n)), math.nan))
    return found
