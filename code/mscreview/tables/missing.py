"""Which numbers to extract next, from which report, and how far each could move the pool."""

from .. import phrases, wording
from .sources import named, where
from .table import Table, count

HEADLINE, WIDER = "gaps.hba1c.t2dm.msc.controlled", "gaps.hba1c.t2dm.any.controlled"


def next_values(results):
    """The gaps of the headline, the farthest reaching first; then those of the wider pool alone."""
    headline, wider = results[HEADLINE], results[WIDER]
    seen = {gap.study_id for gap in headline.rows}
    others = [gap for gap in wider.rows if gap.study_id not in seen]
    rows = [_row(results, headline, gap, "headline") for gap in headline.rows]
    rows += [_row(results, wider, gap, "any product") for gap in others]
    columns = ("Trial", "Missing, by arm", "n", "Difference", "95% CI at either end", "Pool", "Why", "Found so far")
    return Table(columns, tuple(rows), ("n", "Difference"))


def _row(results, gaps, gap, pool):
    kind = wording.KINDS[gaps.measure]
    return (
        named(results, gap),
        wording.missing_numbers(gap.missing),
        f"{count(gap.n_treatment)} / {count(gap.n_control)}",
        phrases.UNBOUNDED.get(gap.unbounded) or wording.interval((gap.estimate_low, gap.estimate_high), kind),
        "; ".join(wording.interval(end, kind) for end in gap.ends),
        pool,
        phrases.GAPS.get(gap.reason) or phrases.REASONS[gap.reason],
        where(gap.sources) if gap.sources else "none",
    )
