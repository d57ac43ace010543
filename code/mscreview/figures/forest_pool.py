"""What stands below the trials of a forest plot: diamond, intervals and heterogeneity.

All of it is calculated by the chart from the trials that are kept (`live_pool`). Fewer than three
trials get words instead of a diamond, because a diamond would claim a precision that is not there.
"""

import altair as alt

from .. import wording
from .forest_layout import x_axis, y
from .measures import MEASURES
from .theme import INK, MUTED, POOLED, PREDICTION

HALF = 6.7  # half the height of a diamond, in pixels


def layers(result, other, first_row, limit, place):
    """(layers, the first row below them). They take the data of the whole plot."""
    if not result.trials:
        return [], first_row
    spoken = _spoken(result)
    marks = _summary("main", first_row, limit, result, place, place.pooled, POOLED, spoken)
    row = first_row + 1
    if result.k > 1:
        marks += _interval(result, row, limit, place)
        marks.append(_words("main", _heterogeneity(), place.study, place.text_y(row + 1)))
        row += 2
    if other is not None and other.k >= 2:
        label = place.pooled_other
        marks += _summary("other", row, limit, result, place, label, "transparent")
        row += 1
    return marks, row


def _summary(pool, row, limit, result, place, label, fill, spoken=None):
    """A diamond from the lower to the upper limit, with its numbers; fewer trials: words."""
    rows = _one(pool, place.mark_y(row))
    enough = rows.transform_filter("datum.k >= 3")
    corners = enough.transform_calculate(corners="sequence(4)").transform_flatten(["corners"], ["corner"])
    ends = [_drawn(result, f"datum.{f}") for f in ("ci_low", "estimate", "ci_high", "estimate")]
    corners = corners.transform_calculate(
        edge=f"[{', '.join(ends)}][datum.corner]",
        y=f"{place.mark_y(row)} + [0, {-HALF}, 0, {HALF}][datum.corner]",
    )
    diamond = corners.mark_line(
        interpolate="linear-closed", color=POOLED, fill=fill, strokeWidth=1.5, clip=True, aria=False
    ).encode(x=x_axis("edge", limit), y=y(), order=alt.Order("corner:Q"))
    told = f"datum.k >= 3 ? '{label}' : {_few(pool)}"
    estimate = f"{_text(result, 'datum.estimate')} + ' [' + {_range(result, 'ci')} + ']'"
    numbers = f"datum.k > 1 ? {estimate} : ''"
    return [
        diamond,
        *_beyond(enough, result, limit, place, "ci", POOLED),
        _words(pool, told, place.study, place.text_y(row), "bold", INK, spoken=spoken),
        _words(pool, numbers, place.difference, place.text_y(row), "bold", INK, "right"),
    ]


def _few(pool):
    if pool == "other":
        return "datum.k == 2 ? 'Other end: no conclusion' : ''"
    return (
        "datum.k == 2 ? 'Two trials: no conclusion' : "
        "datum.k == 1 ? 'One trial: nothing to pool' : 'No trial left: nothing is known'"
    )


def _interval(result, row, limit, place):
    """The prediction interval; of two trials, which have none, the Wald interval in words."""
    rows = _one("main", place.mark_y(row)).transform_filter("datum.k >= 3")
    low, high = (_drawn(result, f"datum.pi_{end}") for end in ("low", "high"))
    rows = rows.transform_calculate(x_low=low, x_high=high)
    bar = rows.mark_rule(color=PREDICTION, strokeWidth=5, clip=True, aria=False)
    label = "datum.k >= 3 ? '95% prediction interval' : datum.k == 2 ? 'Wald interval, as if τ² were known' : ''"
    numbers = f"datum.k >= 3 ? '[' + {_range(result, 'pi')} + ']' : datum.k == 2 ? '[' + {_range(result, 'wald')} + ']' : ''"
    return [
        bar.encode(x=x_axis("x_low", limit), x2=alt.X2("x_high:Q"), y=y()),
        *_beyond(rows, result, limit, place, "pi", PREDICTION),
        _words("main", label, place.study, place.text_y(row)),
        _words("main", numbers, place.difference, place.text_y(row), align="right"),
    ]


def _beyond(rows, result, limit, place, name, color):
    """Arrowheads where an interval runs beyond the axis."""
    ends = (("low", f"< {-limit}", 0, "triangle-left"), ("high", f"> {limit}", place.plot_width, "triangle-right"))
    for end, beyond, x, shape in ends:
        outside = rows.transform_filter(f"{_drawn(result, f'datum.{name}_{end}')} {beyond}")
        mark = outside.mark_point(shape=shape, filled=True, color=color, size=45, opacity=1, aria=False)
        yield mark.encode(x=alt.XValue(x), y=y())


def _heterogeneity():
    return (
        "datum.k > 1 ? 'k = ' + datum.k + ', τ² ' + format(datum.tau2, '.3f') + ', I² ' + "
        "format(datum.i2, '.0f') + '%' : ''"
    )


def _words(pool, expression, x, y_text, weight="normal", color=MUTED, align="left", spoken=None):
    rows = _one(pool, y_text).transform_calculate(words=expression, **({"said": spoken} if spoken else {}))
    mark = dict(align=align, baseline="middle", color=color, fontWeight=weight)
    if spoken is None:
        return rows.mark_text(**mark, aria=False).encode(x=alt.XValue(x), y=y(), text=alt.Text("words:N"))
    mark |= dict(ariaRole="img", ariaRoleDescription="pooled result")
    return rows.mark_text(**mark).encode(
        x=alt.XValue(x), y=y(), text=alt.Text("words:N"), description=alt.Description("said:N")
    )


def _spoken(result):
    """The pooled result in words, for screen readers and the line beneath the plot."""
    name = MEASURES[result.measure][0].partition(",")[0]
    start = f"'{name} ' + {_text(result, 'datum.estimate')} + ', 95% CI ' + {_range(result, 'ci')}"
    pi = f"', 95% prediction interval ' + {_range(result, 'pi')}"
    spread = "', τ² ' + format(datum.tau2, '.3f') + ', I² ' + format(datum.i2, '.0f') + '%'"
    return (
        f"datum.k > 1 ? 'Pooled ' + {start} + ', k = ' + datum.k + (datum.k > 2 ? {pi} : "
        f"', two trials, no conclusion') + {spread} : "
        "datum.k == 1 ? 'One trial, nothing to pool, k = 1' : 'No trial left, nothing is known, k = 0'"
    )


# --- expressions ------------------------------------------------------------------------------


def _one(pool, pixels):
    """One row for each pool, at that height."""
    return (
        alt.Chart()
        .transform_filter(f"datum.pool == '{pool}' && datum.first")
        .transform_calculate(y=str(pixels))
    )


def _drawn(result, value):
    """A value on the axis: shares in percentage points, no less than −100 and no more than 100."""
    return f"100 * clamp({value}, -1, 1)" if result.measure == "RD" else value


def _text(result, value):
    """A value as `wording.number` writes it."""
    return f"format({_drawn(result, value)}, '.{wording.DECIMALS[wording.KINDS[result.measure]]}f')"


def _range(result, name):
    return f"{_text(result, f'datum.{name}_low')} + ' to ' + {_text(result, f'datum.{name}_high')}"
