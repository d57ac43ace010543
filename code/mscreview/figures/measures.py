"""The scale of a forest plot: what each measure is called, drawn in and how far its axis reaches."""

import math

# measure -> (name of the effect, title of the axis, steps of the axis limit, largest limit)
MEASURES = {
    "MD": ("MD", "Mean difference, {unit}", 0.5, 3.0),
    "SMD": ("g", "Standardized mean difference (Hedges’ g)", 0.5, 4.0),
    "RD": ("RD, %", "Risk difference, percentage points", 10.0, 100.0),
}


def drawn(result, value):
    """A value on the axis: shares in percentage points."""
    return 100 * value if result.measure == "RD" else value


def axis_limit(result):
    """Half the width of the axis: symmetric, so that zero stands in the middle, with a largest."""
    _, _, step, largest = MEASURES[result.measure]
    edges = [abs(v) for t in result.trials for v in (t.ci_low, t.ci_high)]
    pooled = (result.ci_low, result.ci_high, result.pi_low, result.pi_high)
    edges += [abs(v) for v in pooled if v is not None]
    limit = step * math.ceil(drawn(result, max(edges, default=step)) / step)
    return min(max(largest, _trial_edge(result)), max(2 * step, limit))


def _trial_edge(result):
    """The farthest end of a trial's own interval, rounded up: it is never cut."""
    edges = [abs(drawn(result, v)) for t in result.trials for v in (t.ci_low, t.ci_high)]
    return math.ceil(max(edges, default=0.0))
