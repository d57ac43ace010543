"""How did each arm change from baseline, cells and control side by side?

Uncontrolled change is no effect: nothing here is pooled.
"""

import altair as alt

from .. import phrases, wording
from .figure_data import FigureData
from .theme import CELLS, CONTROL, MUTED, RULE, column, finish, round_domain, rows_y

# Pixels from the left of the plot area.
TRIAL, ARM, MONTHS, N, N_MARK = -352, -226, -52, -14, -13
PLOT_WIDTH = 205
CHANGE = PLOT_WIDTH + 166
ROW_HEIGHT = 23

ROLES = {"treatment": (CELLS, "circle", "cells"), "control": (CONTROL, "square", "control")}
R = 0.5  # the assumed correlation of the interval in figures and text


def figure(results, key="hba1c.both.any.before_after"):
    """One row an arm, arms of a trial together; returns an Altair chart.

    ValueError if the result holds no arm.
    """
    result = results[key]
    arms = _arms(result)
    last = len(arms) - 0.3  # the axis stands beneath the last row
    domain = _domain(arms)
    layers = [
        *_frame(arms, last, domain, result.unit),
        *(layer for role in ROLES for layer in _marks(arms, role, last, domain, result.unit)),
        *_texts(arms, last),
        *_key(arms, last),
    ]
    chart = alt.layer(*layers).properties(width=PLOT_WIDTH, height=ROW_HEIGHT * (last + 1))
    return finish(chart, describe(results, key), data(results, key))


def describe(results, key="hba1c.both.any.before_after"):
    """Every change in words, for readers who do not see the figure."""
    result = results[key]
    arms = _arms(result)
    told = "; ".join(
        f"{arm.label}, {arm.arm_label} ({ROLES[arm.role][2]}) {_change(arm, '()')}" for arm in arms
    )
    return (
        f"Change from baseline in {result.title}, {result.unit}, in "
        f"{wording.number(len(arms), 'count')} arms, with 95% intervals at a correlation of {R:g} "
        f"between the two measurements; not pooled. {told}."
    )


def data(results, key="hba1c.both.any.before_after"):
    """What the figure shows as a `FigureData`: a row an arm; intervals at each correlation shown."""
    result = results[key]
    arms = _arms(result)
    shown = dict.fromkeys((R, *_extremes(arms)))
    columns = [("Trial", "text"), ("Arm", "text"), ("Role", "text"), ("Month", "months")]
    columns += [("n", "count"), ("SD before", "mean"), ("SD after", "mean")]
    columns += [(f"Change, {result.unit}", "effect")]
    ends = ("low", "high")
    columns += [(f"95% interval at r = {r:g}, {end}", "effect") for r in shown for end in ends]
    columns += [("From", "text"), ("DOI", "text")]
    rows = [
        (arm.label, arm.arm_label, ROLES[arm.role][2], arm.months, arm.n, arm.sd_before)
        + (arm.sd_after, arm.change, *(limit for r in shown for limit in arm.interval(r)))
        + (arm.statistic, arm.doi)
        for arm in arms
    ]
    return FigureData(tuple(columns), tuple(rows))


def _arms(result):
    """The arms with those of a trial together, the first named first."""
    if not result.arms:
        raise ValueError(f"{result.key} holds no change from baseline to draw")
    trials = list(dict.fromkeys(arm.study_id for arm in result.arms))
    return sorted(result.arms, key=lambda arm: (trials.index(arm.study_id), arm.role == "control"))


def _change(arm, brackets="[]"):
    change = wording.number(arm.change, "effect")
    if None in arm.interval(R):
        return f"{change}, no interval"
    return f"{change} {brackets[0]}{wording.interval(arm.interval(R), 'effect')}{brackets[1]}"


# --- parts -----------------------------------------------------------------------------------


def _domain(arms):
    """A round range that holds every interval and zero."""
    values = [0.0, *(arm.change for arm in arms)]
    values += [limit for arm in arms for _, *limits in arm.intervals for limit in limits]
    return round_domain(values)


def _x(field, domain, unit):
    title = f"Change from baseline, {unit}"
    axis = alt.Axis(title=title, tickCount=5, grid=False, format="~f")
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))


def _frame(arms, last, domain, unit):
    heads = (
        ("Trial", TRIAL, "left"),
        ("Arm", ARM, "left"),
        ("Month", MONTHS, "right"),
        ("n", N, "right"),
        ("Change [95% interval]", CHANGE, "right"),
    )
    ends = [i + 0.5 for i, arm in enumerate(arms) if arm.study_id != _next(arms, i)]
    ends = alt.Chart(alt.Data(values=[{"row": row} for row in ends]))
    ends = ends.mark_rule(color=RULE, strokeWidth=0.7)
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE, strokeWidth=1.5)
    return [
        zero.encode(x=_x("zero", domain, unit)),
        ends.encode(x=alt.value(TRIAL), x2=alt.value(CHANGE), y=rows_y(last)),
        *(column([(-1, text)], x, last, align, weight="bold") for text, x, align in heads),
    ]


def _next(arms, index):
    return arms[index + 1].study_id if index + 1 < len(arms) else None


def _marks(arms, role, last, domain, unit):
    """Interval at `R`, a thin line at the lowest correlation, ticks at the highest, a symbol."""
    color, shape, _ = ROLES[role]
    rows = [(i, arm) for i, arm in enumerate(arms) if arm.role == role]
    middle = [(i, *arm.interval(R)) for i, arm in rows if arm.intervals]
    widest = [(i, *arm.intervals[0][1:]) for i, arm in rows if arm.intervals]
    narrowest = [(i, x) for i, arm in rows if arm.intervals for x in arm.intervals[-1][1:]]
    layers = []
    for bars, width in ((widest, 1.2), (middle, 4)):
        data = alt.Data(values=[{"row": i, "low": low, "high": high} for i, low, high in bars])
        bar = alt.Chart(data).mark_rule(color=color, strokeWidth=width)
        layers.append(bar.encode(x=_x("low", domain, unit), x2="high:Q", y=rows_y(last)))
    ticks = alt.Chart(alt.Data(values=[{"row": i, "x": x} for i, x in narrowest]))
    ticks = ticks.mark_tick(color=color, orient="vertical", size=11, thickness=1.2, opacity=1)
    layers.append(ticks.encode(x=_x("x", domain, unit), y=rows_y(last)))
    for has_interval, fill in ((True, color), (False, "transparent")):
        points = [
            {"row": i, "x": arm.change} for i, arm in rows if bool(arm.intervals) == has_interval
        ]
        mark = dict(shape=shape, fill=fill, stroke=color, size=75, strokeWidth=1.5, opacity=1)
        point = alt.Chart(alt.Data(values=points)).mark_point(**mark)
        layers.append(point.encode(x=_x("x", domain, unit), y=rows_y(last)))
    return [layer for layer in layers if layer.data.values]


def _texts(arms, last):
    starts = [0, *(i + 1 for i, arm in enumerate(arms[:-1]) if arm.study_id != _next(arms, i))]
    months = [(i, wording.number(arm.months, "months")) for i, arm in enumerate(arms)]
    layers = [
        column([(i, arms[i].label) for i in starts], TRIAL, last),
        column(months, MONTHS, last, "right"),
        column([(i, _n(arm)) for i, arm in enumerate(arms)], N, last, "right"),
        column([(i, _change(a)) for i, a in enumerate(arms)], CHANGE, last, "right"),
        column([(i, "*") for i, a in enumerate(arms) if _allocated(a)], N_MARK, last),
        column([(i, "†") for i, a in enumerate(arms) if _from_medians(a)], CHANGE + 1, last),
    ]
    for role, (color, *_) in ROLES.items():
        labels = [(i, arm.arm_label) for i, arm in enumerate(arms) if arm.role == role]
        layers.append(column(labels, ARM, last, color=color))
    return [layer for layer in layers if layer.data.values]


def _n(arm):
    return "–" if arm.n is None else wording.number(arm.n, "count")


def _allocated(arm):
    return "n_randomized" in arm.flags


def _from_medians(arm):
    return arm.statistic == "medians"


def _key(arms, last):
    """What symbols, bars and marks mean: beside the axis, then beneath its title."""
    row = len(arms) + 0.4
    entries = (
        (TRIAL, CELLS, "circle", CELLS, "cells"),
        (TRIAL + 72, CONTROL, "square", CONTROL, "control"),
        (TRIAL + 156, "transparent", "circle", MUTED, "no interval"),
    )
    layers = []
    for x, fill, shape, stroke, text in entries:
        mark = dict(shape=shape, fill=fill, stroke=stroke, size=75, strokeWidth=1.5, opacity=1)
        symbol = alt.Chart(alt.Data(values=[{"row": row}])).mark_point(**mark)
        layers.append(symbol.encode(x=alt.value(x + 6), y=rows_y(last)))
        layers.append(column([(row, text)], x + 17, last, color=MUTED))
    notes = [_correlations(arms)]
    if any(map(_allocated, arms)):
        notes.append(f"* {phrases.FLAGS['n_randomized']}")
    if any(map(_from_medians, arms)):
        notes.append("† from medians; converted to means where there is an interval")
    words = [(row + 1 + i, note) for i, note in enumerate(notes)]
    return [*layers, column(words, TRIAL, last, color=MUTED)]


def _correlations(arms):
    low, high = _extremes(arms)
    return f"bar: interval at r = {R:g}; line: r = {low:g}; ticks: r = {high:g}"


def _extremes(arms):
    """The lowest and the highest correlation that the results assume."""
    assumed = [r for arm in arms for r, *_ in arm.intervals] or [R]
    return min(assumed), max(assumed)
