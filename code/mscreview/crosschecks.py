"""Rules that need more than one cell: between the cells of a row, between rows, and the notes.

Every function takes typed tables (numeric columns float64, NaN for empty) and yields
:class:`~mscreview.csvtable.Problem`, or sentences for the notes. A comparison with an empty cell
is never a problem.
"""

import math
from itertools import pairwise

import pandas as pd

from mscreview.csvtable import Problem

# The columns that make a row what it is; two rows that agree in them say the same thing twice.
# For outcomes this is the tightest key: another unit, definition or place in the paper does not
# make a second value of one arm at one time.
KEYS = {
    "studies": ("study_id",),
    "outcomes": ("study_id", "outcome", "arm_label", "time_months", "is_change"),
    "contrasts": ("study_id", "outcome", "contrast_type", "comparison", "time_months"),
    "safety": ("study_id", "arm_label", "event", "event_scope"),
    "deaths": ("study_id", "arm_label"),
    "bias_facts": ("study_id",),
    "screening": ("record_id",),
    "preclinical": ("study_id",),
    "preclinical_outcomes": ("study_id", "outcome", "arm_label", "time_text"),
    "bibliography": ("key",),
    "methods_references": ("title",),
    "source_review_table1": ("ref_no",),
    "zh_terms": ("english",),
    "codebook": ("table", "column"),
}

# Columns whose values may not fall from left to right within a row.
RISING = {
    "outcomes": (
        ("min", "q1", "median", "q3", "max"),
        ("ci_low", "mean", "ci_high"),
        ("events", "total"),
    ),
    "contrasts": (("ci_low", "estimate", "ci_high"),),
    "safety": (("events", "n_at_risk"),),
    "deaths": (("deaths", "n"),),
    "published_meta": (("ci_low", "estimate", "ci_high"),),
    "preclinical_reviews": (("ci_low", "estimate", "ci_high"),),
}

# What a group of living patients can have, drawn wide: HbA1c below 3% or above 25% (a mean glucose
# near 37 mmol/L), fasting or post-prandial glucose below 1 or above 60 mmol/L. The limits judge no
# result; they catch a value typed under the wrong unit, such as an HbA1c of 53 in %, or a glucose
# of 126 in mmol/L.
_GLUCOSE = {"mmol/L": (1, 60), "mg/dL": (18, 1100)}
PLAUSIBLE = {
    "hba1c": {"%": (3, 25), "mmol/mol": (9, 250)},
    "fpg": _GLUCOSE,
    "ppg": _GLUCOSE,
}
LOCATIONS = ("mean", "median", "q1", "q3", "min", "max")
UNITS_WITHOUT_LIMITS = ("percentage points", "% change", "% of baseline", "not stated")


def text_of(value):
    """A cell as a person would type it: 12 and not 12.0, nothing for an empty number."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.15g}"
    return str(value)


def repeated_rows(name, table):
    """Rows whose key occurred in an earlier row. Without a key of its own, a table may not
    hold the same row twice."""
    key = list(KEYS.get(name, [column for column in table if column != "row"]))
    first = table.groupby(key, dropna=False, sort=False)["row"].transform("first")
    for _, row in table[table["row"] != first].iterrows():
        value = ", ".join(text_of(row[column]) for column in key)
        allowed = f"each {' + '.join(key)} once; it is already in row {first[row.name]}"
        yield Problem(f"{name}.csv", row["row"], " + ".join(key), value, allowed)


def falling_values(name, table):
    """Quartiles, limits and counts in an impossible order within a row."""
    for chain in RISING.get(name, ()):
        rows = table
        if name == "safety":
            # One person may have several events; only people cannot outnumber themselves.
            rows = table[table["counted"] == "participants"]
        for line, *values in rows[["row", *chain]].itertuples(index=False):
            known = [pair for pair in zip(chain, values) if not math.isnan(pair[1])]
            for (low, value), (high, limit) in pairwise(known):
                if value > limit:
                    allowed = f"at most {text_of(limit)}, the {high} of the same row"
                    yield Problem(f"{name}.csv", line, low, text_of(value), allowed)


def implausible_values(outcomes):
    """HbA1c and glucose that no group of patients has in the unit given."""
    for outcome, limits in PLAUSIBLE.items():
        rows = outcomes[outcomes["outcome"] == outcome]
        units = (*limits, *UNITS_WITHOUT_LIMITS)
        for _, row in rows[(rows["unit"] != "") & ~rows["unit"].isin(units)].iterrows():
            allowed = f"for {outcome} one of " + " | ".join(units)
            yield Problem("outcomes.csv", row["row"], "unit", row["unit"], allowed)
        for _, row in rows[_is_value(rows) & rows["unit"].isin(limits)].iterrows():
            low, high = limits[row["unit"]]
            for column in LOCATIONS:
                if row[column] < low or row[column] > high:
                    allowed = f"from {low} to {high} for {outcome} in {row['unit']}"
                    value = text_of(row[column])
                    yield Problem("outcomes.csv", row["row"], column, value, allowed)


def unsourced_records(screening):
    """Records with a decision but without the place where they were seen."""
    rows = screening[(screening["source_url"] == "") & (screening["decision"] != "awaiting")]
    for line in rows["row"]:
        allowed = "not empty: where the record was seen, unless its decision is awaiting"
        yield Problem("screening.csv", line, "source_url", "", allowed)


def suspected_standard_errors(outcomes):
    """Sentences on spreads in column sd that look like standard errors.

    An SE is SD / sqrt(n), at most half the SD once n is 4. A value is named if it is below half the
    median sd of the same outcome and unit in all other rows (at least 3), and if, read as an
    SE, its sd * sqrt(n) lies nearer to that median on the log scale. Only HbA1c and glucose, at
    a time and not as changes: their spread differs little between trials.
    """
    rows = outcomes[outcomes["outcome"].isin(list(PLAUSIBLE)) & _is_value(outcomes)]
    rows = rows[(rows["sd"] > 0) & (rows["n"] > 0) & (rows["unit"] != "not stated")]
    for (outcome, unit), group in rows.groupby(["outcome", "unit"], sort=False):
        for index, row in group.iterrows():
            others = group["sd"].drop(index)
            median = others.median()
            if len(others) < 3 or row["sd"] >= median / 2:
                continue
            as_sd = row["sd"] * math.sqrt(row["n"])
            if abs(math.log(as_sd / median)) < abs(math.log(row["sd"] / median)):
                yield (
                    f"outcomes.csv, row {row['row']}, column sd: {text_of(row['sd'])} may be a "
                    f"standard error: {row['study_id']}, {row['arm_label']}, {outcome}, "
                    f"n = {text_of(row['n'])}; the other rows in {unit} have a median sd of "
                    f"{median:.2g}, and {text_of(row['sd'])} x sqrt(n) is {as_sd:.2g}"
                )


def _is_value(outcomes):
    """Rows that hold an absolute value at a time: no changes, no percentages of another value."""
    return (outcomes["is_change"] == "no") & (outcomes["scale"] == "absolute")


def cross_problems(tables: dict[str, pd.DataFrame]):
    """All problems of these rules, in ``tables``: typed tables by name, some perhaps missing."""
    for name, table in tables.items():
        yield from repeated_rows(name, table)
        yield from falling_values(name, table)
    if "outcomes" in tables:
        yield from implausible_values(tables["outcomes"])
    if "screening" in tables:
        yield from unsourced_records(tables["screening"])
