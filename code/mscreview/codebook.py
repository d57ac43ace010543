"""The codebook itself: whether its rows can be rules, and whether it has what the code reads."""

import re

from mscreview.csvtable import CODEBOOK_COLUMNS, Problem
from mscreview.schema import LIMITS, NUMERIC_TYPES, PATTERNS, REFERENCES, TYPES, Rule

# The columns that the checks, the review and the references read by name. Without the list, a
# column that is gone from table and codebook alike would show as a traceback in the middle of the
# analysis. A test runs the review with no other column than these.
NEEDED = {
    "studies": """study_id cohort cohort_certainty label year doi registration country design
        population_group blinding control product_class cell_source graft route dose_text
        cells_per_kg_per_infusion n_infusions follow_up_months n_randomised n_treated n_control
        co_intervention_in_cell_arm_only seed_ref access_level source_url""",
    "outcomes": """study_id outcome definition subset arm_label arm_role arm_product time_months n
        mean sd se spread_label ci_low ci_high median q1 q3 min max events total unit scale
        is_change p_between source_level second_extraction locator source_url note""",
    "contrasts": """study_id outcome contrast_type comparison time_months direction estimate ci_low
        ci_high se p_value unit source_level locator source_url""",
    "safety": """study_id arm_label arm_role event event_group event_scope counted events n_at_risk
        related_to_cells transient follow_up_months locator source_url""",
    "deaths": "study_id arm_label deaths n deaths_mentioned note source_url",
    "study_facts": "study_id fact value",
    "bias_facts": """study_id randomisation_method allocation_concealment participants_blinded
        personnel_blinded n_lost_treated n_lost_control analysis protocol_registered note""",
    "screening": """record_id study_id record_type first_author year title_short doi stream decision
        duplicate_of reason source_url""",
    "search_log": "stream queries",
    "preclinical": """study_id first_author year title_short journal doi pmid species model_text
        cell_type cell_source xenogeneic comparator glucose_direction insulin_sensitivity_direction
        beta_cell_direction mechanism_short source_url""",
    "preclinical_outcomes": "study_id outcome arm_label time_text sd se",
    "preclinical_reviews": "estimate ci_low ci_high",
    "published_meta": """first_author year doi outcome comparison diabetes_type k_studies
        n_participants measure estimate ci_low ci_high p_value i2_percent source_url note
        comparable""",
    "bibliography": """key entry_type authors authors_complete title journal year volume issue pages
        doi pmid pmcid source_url note""",
    "methods_references": """authors year title journal volume issue pages doi pmid source_url
        certainty note""",
    "source_review_table1": "ref_no matched_study_id match_certainty",
    "zh_terms": "english",
}
# Those of them that are read as numbers; all others are read as text.
NUMBERS = frozenset(
    """year n_infusions follow_up_months n_randomised n_treated n_control time_months n mean sd se
    ci_low ci_high median q1 q3 min max events total estimate n_at_risk deaths n_lost_treated
    n_lost_control queries k_studies n_participants i2_percent ref_no""".split()
)
# As the source shows it, a span of years perhaps: shown, never calculated with.
AS_TEXT = {("screening", "year")}


def codebook_problems(codebook):
    """What is wrong with the rows of the codebook, a text table; yields Problem."""
    columns = set(zip(codebook["table"], codebook["column"]))
    found = False
    for entry in codebook.to_dict("records"):
        wrong = _row_problem(entry, columns)
        if wrong:
            found = True
            yield Problem("codebook.csv", entry["row"], *wrong)
    # A row with a fault may be the one that seems to be missing.
    missing = [] if found else _missing(columns)
    for table, name in missing:
        allowed = f"a row that describes column {name} of {table}, which the code reads"
        yield Problem("codebook.csv", 0, "", f"no row {table}, {name}", allowed)


def _missing(columns):
    needed = [(table, name) for table, names in NEEDED.items() for name in names.split()]
    return [one for one in needed if one not in columns]


def _row_problem(entry, columns):
    """The first fault of one codebook row (a dict), as (column, value, allowed), or None."""
    for column in CODEBOOK_COLUMNS:
        rule = Rule("codebook", column, "text", required=False, allowed="")
        if not rule.accepts(entry[column]):
            return column, entry[column], rule.refusal(entry[column])
    bounded = entry["type"] in (*NUMERIC_TYPES, "p_value")
    is_reference = entry["type"] in REFERENCES
    checks = (
        ("table", entry["table"] in NEEDED, "one of " + " | ".join(NEEDED)),
        ("type", entry["type"] in TYPES, "one of " + " | ".join(TYPES)),
        ("required", entry["required"] in ("yes", "no"), "one of yes | no"),
        ("meaning", entry["meaning"] != "", "not empty: what the column means"),
        (
            "allowed",
            is_reference
            or entry["type"] == "choice"
            or entry["allowed"] == ""
            or (bounded and _are_limits(entry["allowed"])),
            'empty, or for a number limits such as ">= 0", "> 0" or "0 to 1"',
        ),
        (
            "allowed",
            not is_reference or tuple(entry["allowed"].split(".")) in columns,
            "the column that is referred to, one of this codebook, such as studies.study_id",
        ),
        (
            "allowed",
            entry["type"] != "choice" or entry["allowed"] != "",
            'the choices, separated by " | "',
        ),
        ("type", not _is_wrong_kind(entry), _kind_in_words(entry)),
    )
    return next(((name, entry[name], allowed) for name, fine, allowed in checks if not fine), None)


def _is_wrong_kind(entry):
    needed = entry["column"] in NEEDED.get(entry["table"], "").split()
    is_number = entry["type"] in NUMERIC_TYPES
    return needed and is_number != _is_read_as_number(entry)


def _is_read_as_number(entry):
    return entry["column"] in NUMBERS and (entry["table"], entry["column"]) not in AS_TEXT


def _kind_in_words(entry):
    if _is_read_as_number(entry):
        return "one of " + " | ".join(NUMERIC_TYPES) + ", because the code reads it as a number"
    return "no type of a number, because the code reads it as text"


def _are_limits(text):
    limits = LIMITS.fullmatch(text)
    number = PATTERNS["number"][0]
    return bool(limits) and all(
        re.fullmatch(number, limit) for limit in limits.group("above", "low", "high") if limit
    )
