"""Rules that need more than one cell: between the cells of a row, between rows, between tables.

Every function takes typed tables (numeric columns float64, NaN for empty) and yields
:class:`~mscreview.csvtable.Problem`, or sentences for the notes. A comparison with an empty cell
is never a problem. What a value can be is judged in :mod:`mscreview.plausible`.
"""

import math
import re
import unicodedata
from itertools import pairwise

import pandas as pd

from mscreview.csvtable import Problem, records, text_of
from mscreview.plausible import (
    implausible_contrasts,
    implausible_outcomes,
    ratios_below_zero,
    without_spread,
)

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
    "studies": (("n_treated", "n_randomised"), ("n_control", "n_randomised")),
    "outcomes": (
        ("min", "q1", "median", "q3", "max"),
        ("min", "mean", "max"),
        ("ci_low", "mean", "ci_high"),
        ("events", "total"),
        ("events", "n"),
        ("se", "sd"),
    ),
    "contrasts": (("ci_low", "estimate", "ci_high"),),
    "safety": (("events", "n_at_risk"),),
    "deaths": (("deaths", "n"),),
    "published_meta": (("ci_low", "estimate", "ci_high"),),
    "preclinical_reviews": (("ci_low", "estimate", "ci_high"),),
}

# Where an arm or a cohort is named: what it is called, within one study or in all.
SPELLED = (
    ("studies", "cohort", ()),
    ("outcomes", "arm_label", ("study_id",)),
    ("safety", "arm_label", ("study_id",)),
    ("deaths", "arm_label", ("study_id",)),
)
# Numbers of participants that cannot be above the number randomized in their study.
PARTICIPANTS = {"outcomes": ("n", "total"), "safety": ("n_at_risk",), "deaths": ("n",)}
NEEDED = {"row", "study_id", "arm_role", "counted", "events", "total", "n", "n_at_risk"}
# Where a count has no denominator beside it, the study's own number of such participants.
OF_ROLE = {"treatment": "n_treated", "control": "n_control", "both": "n_randomised"}


def normalized(value):
    """A text as a reader tells it from others: no matter which case, width, dash, or how many
    spaces, and without a full stop at the end. Numbers come back as they are."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).casefold()
    text = re.sub("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]", "-", text)
    return " ".join(text.split()).rstrip(" .,;:")


def _normalized(column):
    """A column with `normalized` values, each distinct text made once."""
    if column.dtype != object:
        return column
    known = {value: normalized(value) for value in set(column)}
    return pd.Series([known[value] for value in column], index=column.index, dtype=object)


def repeated_rows(name, table):
    """Rows whose key occurred in an earlier row. Without a key of its own, a table may not
    hold the same row twice."""
    key = list(KEYS.get(name, [column for column in table if column != "row"]))
    alike = pd.DataFrame({column: _normalized(table[column]) for column in key})
    if not alike.duplicated().any():
        return
    alike["row"] = table["row"]
    first = alike.groupby(key, dropna=False, sort=False)["row"].transform("first")
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


def unsourced_records(screening):
    """Records with a decision but without the place where they were seen."""
    rows = screening[(screening["source_url"] == "") & (screening["decision"] != "awaiting")]
    for line in rows["row"]:
        allowed = "not empty: where the record was seen, unless its decision is awaiting"
        yield Problem("screening.csv", line, "source_url", "", allowed)


def unclear_duplicates(screening):
    """Duplicates that name no record, name one that is a duplicate too (such as themselves), and
    other records that name one: the flow counts a report once by its one other record."""
    duplicates = set(screening["record_id"][screening["decision"] == "duplicate"])
    for row in records(screening[screening["decision"] != ""]):
        other, is_duplicate = row["duplicate_of"], row["decision"] == "duplicate"
        if is_duplicate and not other:
            allowed = "not empty: the record that this duplicate repeats"
        elif is_duplicate and other in duplicates:
            allowed = "a record that is not itself a duplicate"
        elif other and not is_duplicate:
            allowed = "empty, unless the decision is duplicate"
        else:
            continue
        yield Problem("screening.csv", row["row"], "duplicate_of", other, allowed)


def several_spellings(tables):
    """Arms of one study, and cohorts, whose names differ only in what `normalized` ignores: the
    code would take them for two."""
    first = {}
    for name, column, within in SPELLED:
        if name not in tables:
            continue
        table = tables[name]
        for row in records(table[[*within, column, "row"]].drop_duplicates([*within, column])):
            if row[column] == "":
                continue
            key = (column, *(row[one] for one in within), normalized(row[column]))
            spelling, file, line = first.setdefault(key, (row[column], f"{name}.csv", row["row"]))
            if spelling != row[column]:
                allowed = f'the spelling "{spelling}", as in {file}, row {line}'
                yield Problem(f"{name}.csv", row["row"], column, row[column], allowed)


def repeated_labels(studies):
    """Studies that figures and tables would print under one name."""
    rows = studies[studies["label"] != ""]
    first = rows.groupby(rows["label"].map(normalized), sort=False)["row"].transform("first")
    for line, label, other in zip(rows["row"], rows["label"], first):
        if line != other:
            yield Problem("studies.csv", line, "label", label, f"a label of its own; row {other} has it")


def repeated_identifiers(studies):
    """Reports with an identifier of another report: the same paper twice."""
    for column in ("doi", "pmid", "pmcid"):
        rows = studies[studies[column] != ""]
        first = rows.groupby(rows[column].map(normalized), sort=False)["row"].transform("first")
        for line, value, other in zip(rows["row"], rows[column], first):
            if line != other:
                allowed = f"an identifier of its own; row {other} has it, and a paper is one report"
                yield Problem("studies.csv", line, column, value, allowed)


def products_against_roles(outcomes):
    """Treated arms without cells, and control arms with cells."""
    for row in records(outcomes):
        without_cells = {"treatment": False, "control": True}.get(row["arm_role"])
        product = row["arm_product"]
        if product and without_cells is not None and (product == "none") != without_cells:
            allowed = "none for an arm whose arm_role is control, else a class of cells"
            yield Problem("outcomes.csv", row["row"], "arm_product", product, allowed)


def unmentioned_deaths(deaths):
    """Deaths counted from a text that is said not to mention deaths."""
    rows = deaths[(deaths["deaths_mentioned"] == "no") & deaths["deaths"].notna()]
    for line, value in rows[["row", "deaths"]].itertuples(index=False):
        allowed = "empty where deaths_mentioned is no"
        yield Problem("deaths.csv", line, "deaths", text_of(value), allowed)


def more_than_the_study(name, table, studies):
    """More participants in an arm than were randomized, or more with an event than were treated."""
    sizes = studies.drop_duplicates("study_id").set_index("study_id")
    needed = [one for one in table if one in NEEDED or one in PARTICIPANTS[name]]
    for row in records(table.loc[table["study_id"].isin(sizes.index), needed]):
        limits = [(column, "n_randomised") for column in PARTICIPANTS[name]]
        if _is_without_denominator(name, row):
            size = OF_ROLE.get(row["arm_role"], "n_randomised")
            is_known = not math.isnan(sizes.at[row["study_id"], size])
            limits.append(("events", size if is_known else "n_randomised"))
        for column, size in limits:
            limit = sizes.at[row["study_id"], size]
            if row[column] > limit:
                allowed = f"at most {text_of(limit)}, the {size} of {row['study_id']} in studies.csv"
                yield Problem(f"{name}.csv", row["row"], column, text_of(row[column]), allowed)


def _is_without_denominator(name, row):
    """Whether a row counts participants with an event, but not those who could have had it."""
    if name == "outcomes":
        return math.isnan(row["total"]) and math.isnan(row["n"])
    return name == "safety" and row["counted"] == "participants" and math.isnan(row["n_at_risk"])


def studies_without_year(studies):
    """A sentence that names the studies whose year of publication is empty."""
    names = studies["study_id"][studies["year"].isna()]
    if len(names):
        yield f"studies.csv, column year: empty for {', '.join(names)}"


def unlisted_studies(tables):
    """Studies that the flow of records, or the list of references, would silently lack."""
    screening, bibliography = tables["screening"], tables["bibliography"]
    included = set(screening["study_id"][screening["decision"] == "include"])
    for known, allowed in (
        (included, "a study with a row in screening.csv whose decision is include"),
        (set(bibliography["key"]), "a study with a row in bibliography.csv, its key the study_id"),
    ):
        missing = tables["studies"][~tables["studies"]["study_id"].isin(known)]
        for line, study_id in missing[["row", "study_id"]].itertuples(index=False):
            yield Problem("studies.csv", line, "study_id", study_id, allowed)


# The rules for one table alone.
RULES = {
    "studies": (repeated_labels, repeated_identifiers),
    "outcomes": (products_against_roles, implausible_outcomes),
    "contrasts": (implausible_contrasts,),
    "deaths": (unmentioned_deaths,),
    "screening": (unsourced_records, unclear_duplicates),
    "published_meta": (ratios_below_zero,),
}


def cross_problems(tables: dict[str, pd.DataFrame]):
    """All problems of these rules, in ``tables``: typed tables by name, some perhaps missing."""
    for name, table in tables.items():
        yield from repeated_rows(name, table)
        yield from dict.fromkeys(falling_values(name, table))  # two chains may share a pair
        yield from without_spread(name, table)
        if name in PARTICIPANTS and "studies" in tables:
            yield from more_than_the_study(name, table, tables["studies"])
    yield from several_spellings(tables)
    if {"studies", "screening", "bibliography"} <= tables.keys():
        yield from unlisted_studies(tables)
    for name, rules in RULES.items():
        if name in tables:
            for rule in rules:
                yield from rule(tables[name])
