"""Words of the figure of published estimates: a ``row`` is an earlier one, a ``pool`` one of this review."""

from .. import phrases, wording

OTHER_END = "other_dose_end"
DIABETES_TYPES = {
    **{"T1DM": "type 1", "T2DM": "type 2", "mixed": "mixed"},
    **{"t1dm": "type 1", "t2dm": "type 2", "both": "type 1 or 2"},
}
WHOLE_REVIEW = ("k is the whole review", "k and n are the whole review")


def estimate(value, low, high):
    return f"{wording.number(value, 'effect')} ({wording.interval((low, high), 'effect')})"


def prediction_words(pool):
    if pool.pi_low is None:
        return ""
    return f", prediction interval {wording.interval((pool.pi_low, pool.pi_high), 'effect')}"


def label(row):
    """The review, with the time where it prints an estimate for each of several."""
    time = row.comparison.removeprefix("vs control").lstrip(", ")
    return f"{row.label}, {time}" if time else row.label


def name(pool):
    """The pool by its product."""
    known = phrases.PRODUCT_NAMES[pool.key.split(".")[2]]
    return f"{known}, other end of dose range" if pool.key.endswith(OTHER_END) else known


def shown_name(pool):
    """The name beneath the pool that it varies says only what varies: the column is narrow."""
    return "with other end of dose range" if pool.key.endswith(OTHER_END) else name(pool)


def diabetes(row):
    return DIABETES_TYPES.get(row.diabetes_type, row.diabetes_type)


def diabetes_of(pool):
    return DIABETES_TYPES[pool.key.split(".")[1]]


def k_of_whole_review(row):
    return any(part in row.note for part in WHOLE_REVIEW)


def difference(row):
    if row.estimate is None:
        return wording.MISSING["en"]
    limits = wording.interval((row.ci_low, row.ci_high), "effect")
    return f"{wording.number(row.estimate, 'effect')} [{limits}]"
