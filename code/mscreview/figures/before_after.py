"""How did each arm change from baseline, cells and control side by side?

Uncontrolled change is no effect: nothing here is pooled.
"""

import textwrap

import altair as alt

from .. import phrases, wording
from . import before_after_live
from .before_after_layout import NARROW, ROLES, WIDE, R, extremes, x_axis
from .figure_data import FigureData
from .live_rows import doi_url, names, silent
from .theme import CELLS, CONTROL, MUTED, RULE, column, finish, no_difference, round_domain, rows_y


def figure(results, key="hba1c.both.any.before_after"):
    """One row an arm, arms of a trial together; returns an Altair chart.

    On a page a slider sets the assumed correlation of the intervals. ValueError if the result holds
    no arm.
    """
    result = results[key]
    told = describe(results, key), data(results, key)
    return finish(_plot(result, WIDE), *told, narrow=_plot(result, NARROW))


def _plot(result, place):
    arms = _arms(result)
    last = len(arms) - 0.3  # the axis stands beneath the last row
    domain = _domain(arms)

    def x(field):
        return x_axis(field, domain, result.unit, place)

    layers = [
        *silent(*_frame(arms, last, x, place)),
        *silent(*_marks(arms, last, x, place)),
        *silent(*_texts(arms, last, place)),
        before_after_live.rows(arms, last, x, place),
        *names(_first_rows(arms, place), place.trial, last),
        *silent(*_key(arms, last, place)),
        before_after_live.assumed(arms, last, place),
    ]
    params = [param.param for param in before_after_live.slider(arms)]
    size = {"width": place.plot_width, "height": place.row_height * (last + 1)}
    return alt.layer(*layers, **size, params=params or alt.Undefined)


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


def _frame(arms, last, x, place):
    words, marks = -1 - place.words_up, -1 + place.marks_down
    heads = (
        ("Trial", place.trial, "left", words),
        ("Arm", place.arm, "left", words),
        ("Month", place.months, "right", words),
        ("n", place.n, "right", words),
        ("Change [95% interval]", place.change, "right", marks),
    )
    ends = [i + 0.5 for i, arm in enumerate(arms) if arm.study_id != _next(arms, i)]
    ends = alt.Chart(alt.Data(values=[{"row": row} for row in ends]))
    ends = ends.mark_rule(color=RULE, strokeWidth=0.7)
    return [
        no_difference([i + place.marks_down for i in range(len(arms))], x, last, place.zero_half),
        ends.encode(x=alt.XValue(place.trial), x2=alt.X2Value(place.change), y=rows_y(last)),
        *(column([(row, text)], at, last, align, weight="bold") for text, at, align, row in heads),
    ]


def _next(arms, index):
    return arms[index + 1].study_id if index + 1 < len(arms) else None


def _marks(arms, last, x, place):
    layers = [layer for role in ROLES for layer in _marks_of(role, arms, last, x, place)]
    return [layer for layer in layers if layer.data.values]


def _marks_of(role, arms, last, x, place):
    """A thin line at the lowest correlation, ticks at the highest, a symbol at the change."""
    color, shape, _ = ROLES[role]
    rows = [(i + place.marks_down, arm) for i, arm in enumerate(arms) if arm.role == role]
    widest = [
        {"row": i, "low": arm.intervals[0][1], "high": arm.intervals[0][2]}
        for i, arm in rows
        if arm.intervals
    ]
    narrowest = [(i, limit) for i, arm in rows if arm.intervals for limit in arm.intervals[-1][1:]]
    line = alt.Chart(alt.Data(values=widest)).mark_rule(color=color, strokeWidth=1.2)
    layers = [line.encode(x=x("low"), x2=alt.X2("high:Q"), y=rows_y(last))]
    ticks = alt.Chart(alt.Data(values=[{"row": i, "x": limit} for i, limit in narrowest]))
    ticks = ticks.mark_tick(color=color, orient="vertical", size=11, thickness=1.2, opacity=1)
    layers.append(ticks.encode(x=x("x"), y=rows_y(last)))
    for has_interval, fill in ((True, color), (False, "transparent")):
        points = [
            {"row": i, "x": arm.change} for i, arm in rows if bool(arm.intervals) == has_interval
        ]
        mark = dict(shape=shape, fill=fill, stroke=color, size=75, strokeWidth=1.5, opacity=1)
        point = alt.Chart(alt.Data(values=points)).mark_point(**mark)
        layers.append(point.encode(x=x("x"), y=rows_y(last)))
    return layers


def _texts(arms, last, place):
    rows = [(i - place.words_up, arm) for i, arm in enumerate(arms)]
    below = place.words_up + place.marks_down  # from words to marks
    months = [(row, wording.number(arm.months, "months")) for row, arm in rows]
    medians = [(row + below, "†") for row, arm in rows if _from_medians(arm)]
    layers = [
        column(months, place.months, last, "right"),
        column([(row, _n(arm)) for row, arm in rows], place.n, last, "right"),
        column([(row, "*") for row, arm in rows if _allocated(arm)], place.n_mark, last),
        column(medians, place.change + 1, last),
    ]
    for role, (color, *_) in ROLES.items():
        labels = [(row, arm.arm_label) for row, arm in rows if arm.role == role]
        layers.append(column(labels, place.arm, last, color=color))
    return [layer for layer in layers if layer.data.values]


def _first_rows(arms, place):
    """Where each trial begins: its name, which opens its DOI."""
    starts = [0, *(i + 1 for i, arm in enumerate(arms[:-1]) if arm.study_id != _next(arms, i))]
    up = place.words_up
    return [{"row": i - up, "text": arms[i].label, "url": doi_url(arms[i].doi)} for i in starts]


def _n(arm):
    return "–" if arm.n is None else wording.number(arm.n, "count")


def _allocated(arm):
    return "n_randomized" in arm.flags


def _from_medians(arm):
    return arm.statistic == "medians"


def _key(arms, last, place):
    """What symbols, bars and marks mean: beside the axis, then beneath its title."""
    row, left = len(arms) + place.key_row, place.trial
    entries = (
        (left, CELLS, "circle", CELLS, "cells"),
        (left + 72, CONTROL, "square", CONTROL, "control"),
        (left + 156, "transparent", "circle", MUTED, "no interval"),
    )
    layers = []
    for x, fill, shape, stroke, text in entries:
        mark = dict(shape=shape, fill=fill, stroke=stroke, size=75, strokeWidth=1.5, opacity=1)
        symbol = alt.Chart(alt.Data(values=[{"row": row}])).mark_point(**mark)
        layers.append(symbol.encode(x=alt.XValue(x + 6), y=rows_y(last)))
        layers.append(column([(row, text)], x + 17, last, color=MUTED))
    notes = []
    if any(map(_allocated, arms)):
        notes.append(f"* {phrases.FLAGS['n_randomized']}")
    if any(map(_from_medians, arms)):
        notes.append("† from medians; converted to means where there is an interval")
    lines = [line for note in notes for line in textwrap.wrap(note, place.characters)]
    words = [(row + (2 + i) * place.key_line, line) for i, line in enumerate(lines)]
    return [*layers, column(words, left, last, color=MUTED)] if words else layers
