"""How did each arm change from baseline, cells and control side by side?

Uncontrolled change is no effect: nothing here is pooled.
"""

import altair as alt

from .. import phrases, wording
from . import before_after_live
from .before_after_layout import (
    ARM,
    CHANGE,
    MONTHS,
    N_MARK,
    PLOT_WIDTH,
    ROLES,
    ROW_HEIGHT,
    TRIAL,
    N,
    R,
    extremes,
    x_axis,
)
from .figure_data import FigureData
from .live_rows import doi_url, names, silent
from .theme import CELLS, CONTROL, MUTED, RULE, column, finish, round_domain, rows_y


def figure(results, key="hba1c.both.any.before_after"):
    """One row an arm, arms of a trial together; returns an Altair chart.

    On a page a slider sets the assumed correlation of the intervals. ValueError if the result holds
    no arm.
    """
    result = results[key]
    arms = _arms(result)
    last = len(arms) - 0.3  # the axis stands beneath the last row
    domain = _domain(arms)
    layers = [
        *silent(*_frame(arms, last, domain, result.unit)),
        *silent(*_marks(arms, last, domain, result.unit)),
        *silent(*_texts(arms, last)),
        before_after_live.rows(arms, last, domain, result.unit),
        *names(_first_rows(arms), TRIAL, last),
        *silent(*_key(arms, last)),
        before_after_live.assumed(arms, last),
    ]
    chart = alt.layer(*layers).properties(width=PLOT_WIDTH, height=ROW_HEIGHT * (last + 1))
    chart = chart.add_params(*before_after_live.slider(arms))
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
    shown = dict.fromkeys((R, *extremes(arms)))
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
        zero.encode(x=x_axis("zero", domain, unit)),
        ends.encode(x=alt.value(TRIAL), x2=alt.value(CHANGE), y=rows_y(last)),
        *(column([(-1, text)], x, last, align, weight="bold") for text, x, align in heads),
    ]


def _next(arms, index):
    return arms[index + 1].study_id if index + 1 < len(arms) else None


def _marks(arms, last, domain, unit):
    layers = [layer for role in ROLES for layer in _marks_of(role, arms, last, domain, unit)]
    return [layer for layer in layers if layer.data.values]


def _marks_of(role, arms, last, domain, unit):
    """A thin line at the lowest correlation, ticks at the highest, a symbol at the change."""
    color, shape, _ = ROLES[role]
    rows = [(i, arm) for i, arm in enumerate(arms) if arm.role == role]
    widest = [
        {"row": i, "low": arm.intervals[0][1], "high": arm.intervals[0][2]}
        for i, arm in rows
        if arm.intervals
    ]
    narrowest = [(i, x) for i, arm in rows if arm.intervals for x in arm.intervals[-1][1:]]
    line = alt.Chart(alt.Data(values=widest)).mark_rule(color=color, strokeWidth=1.2)
    layers = [line.encode(x=x_axis("low", domain, unit), x2="high:Q", y=rows_y(last))]
    ticks = alt.Chart(alt.Data(values=[{"row": i, "x": x} for i, x in narrowest]))
    ticks = ticks.mark_tick(color=color, orient="vertical", size=11, thickness=1.2, opacity=1)
    layers.append(ticks.encode(x=x_axis("x", domain, unit), y=rows_y(last)))
    for has_interval, fill in ((True, color), (False, "transparent")):
        points = [
            {"row": i, "x": arm.change} for i, arm in rows if bool(arm.intervals) == has_interval
        ]
        mark = dict(shape=shape, fill=fill, stroke=color, size=75, strokeWidth=1.5, opacity=1)
        point = alt.Chart(alt.Data(values=points)).mark_point(**mark)
        layers.append(point.encode(x=x_axis("x", domain, unit), y=rows_y(last)))
    return layers


def _texts(arms, last):
    months = [(i, wording.number(arm.months, "months")) for i, arm in enumerate(arms)]
    layers = [
        column(months, MONTHS, last, "right"),
        column([(i, _n(arm)) for i, arm in enumerate(arms)], N, last, "right"),
        column([(i, "*") for i, a in enumerate(arms) if _allocated(a)], N_MARK, last),
        column([(i, "†") for i, a in enumerate(arms) if _from_medians(a)], CHANGE + 1, last),
    ]
    for role, (color, *_) in ROLES.items():
        labels = [(i, arm.arm_label) for i, arm in enumerate(arms) if arm.role == role]
        layers.append(column(labels, ARM, last, color=color))
    return [layer for layer in layers if layer.data.values]


def _first_rows(arms):
    """Where each trial begins: its name, which opens its DOI."""
    starts = [0, *(i + 1 for i, arm in enumerate(arms[:-1]) if arm.study_id != _next(arms, i))]
    return [{"row": i, "text": arms[i].label, "url": doi_url(arms[i].doi)} for i in starts]


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
    notes = []
    if any(map(_allocated, arms)):
        notes.append(f"* {phrases.FLAGS['n_randomized']}")
    if any(map(_from_medians, arms)):
        notes.append("† from medians; converted to means where there is an interval")
    words = [(row + 2 + i, note) for i, note in enumerate(notes)]
    return [*layers, column(words, TRIAL, last, color=MUTED)] if words else layers
