"""The limits of the analysis plan that the methods name, from the modules that apply them."""

from . import bias, certainty, claims, judgments
from .baselines import IMBALANCE
from .kinds import Count
from .outcomes import GLYCEMIC_MIN_MONTHS
from .selection import MAX_MONTHS, TARGET_MONTHS


def plan_results():
    """Each limit as a `Count` without a table, so that prose cannot differ from the code."""
    for name, value, kind, rule in (
        ("target_months", TARGET_MONTHS, "months", "time nearest to which a value is taken"),
        ("max_months", MAX_MONTHS, "months", "latest time that is pooled"),
        ("min_months", GLYCEMIC_MIN_MONTHS, "months", "earliest time of a glycemic outcome"),
        ("imbalance", IMBALANCE, "plain", "SDs between baselines that ask for the change"),
        ("lost", 100 * judgments.LOST_TOO_MANY, "i2", "losses above which bias is high"),
        ("enrollment", 100 * bias.NEARLY_ALL, "i2", "enrollment that differs from the registry"),
        ("i2", certainty.MUCH_INCONSISTENCY, "i2", "I² from which trials are inconsistent"),
        ("pooled", 100 * certainty.MOST_RANDOMIZED, "i2", "participants that a pool should hold"),
        ("delta", certainty.RELEVANT_DIFFERENCE["hba1c"], "plain", "relevant difference in HbA1c"),
        ("power", 100 * certainty.POWER, "i2", "power of the optimal information size"),
        ("values", claims.NEEDED_VALUES, "count", "values of a feature that make it vary"),
        ("dominant", 100 * claims.LARGEST_SHARE, "i2", "share above which a value dominates"),
        ("reports", claims.NEEDED_REPORTS, "count", "animal reports that state a direction"),
    ):
        yield Count(f"plan.{name}", value, rule, "", kind)
