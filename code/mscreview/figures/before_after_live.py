"""What follows the slider of the before-after figure: the intervals at the r that a reader sets."""

import altair as alt

from .. import wording
from .before_after_layout import ROLES, R, extremes
from .live_rows import NO_DOI, areas, where
from .theme import MUTED, rows_y

TOLD = ("Trial", "Before", "After", "Change", "From", "Where", "DOI")  # of a row, on hover


def slider(arms):
    """The correlation as a reader sets it, between the extremes that the results hold."""
    if _has_intervals(arms):
        low, high = extremes(arms)
        bound = alt.binding_range(min=low, max=high, step=0.1, name="Assumed correlation r")
        yield alt.param(name="r", value=R, bind=bound)


def rows(arms, last, x, place):
    """What follows the slider: bars, changes in words, and what is said of a row.

    The interval is that of `mscreview.before_after`, with its t quantile, at the r of the slider.
    """
    squares = "pow(datum.sd_before, 2) + pow(datum.sd_after, 2) - 2 * r * datum.sd_before * datum.sd_after"
    low, high = (_text(f"datum.{end}") for end in ("low", "high"))
    row = alt.Chart()
    marks = row.transform_calculate(row=f"datum.row + {place.marks_down}")
    told = marks.mark_text(align="right", baseline="middle", aria=False)
    live = alt.layer(
        *_bars(arms, marks, last, x),
        told.encode(x=alt.XValue(place.change), y=rows_y(last), text=alt.Text("Change:N")),
        areas(row, place.trial, place.change, last, "arm", TOLD),
        data=alt.Data(values=[_row(i, arm) for i, arm in enumerate(arms)]),
    )
    interval = "', no interval'"
    if _has_intervals(arms):
        live = live.transform_calculate(reach=f"datum.t * sqrt(max(0, {squares}) / datum.n)")
        live = live.transform_calculate(
            low="datum.change - datum.reach", high="datum.change + datum.reach"
        )
        interval = f"isValid(datum.t) ? ' [' + {low} + ' to ' + {high} + ']' : {interval}"
    live = live.transform_calculate(Change=f"{_text('datum.change')} + ({interval})")
    return live.transform_calculate(said="datum.who + datum.Change")


def _has_intervals(arms):
    return any(arm.intervals for arm in arms)


def _bars(arms, marks, last, x):
    for role, (color, *_) in ROLES.items():
        if any(arm.role == role and arm.intervals for arm in arms):
            bars = marks.transform_filter(f"datum.role == '{role}' && isValid(datum.t)")
            bars = bars.mark_rule(color=color, strokeWidth=4, aria=False)
            yield bars.encode(x=x("low"), x2=alt.X2("high:Q"), y=rows_y(last))


def _row(index, arm):
    """An arm as its row needs it: what its interval is made of, and what a reader is told."""
    made_of = {"n": arm.n, "sd_before": arm.sd_before, "sd_after": arm.sd_after, "t": arm.t_quantile}
    months = wording.number(arm.months, "months")
    return {
        "row": index,
        "role": arm.role,
        "change": arm.change,
        **(made_of if arm.intervals else {}),
        "who": f"{arm.label}, {arm.arm_label} ({ROLES[arm.role][2]}), month {months}: ",
        "Trial": arm.label,
        "Before": _mean(arm.mean_before, arm.sd_before),
        "After": _mean(arm.mean_after, arm.sd_after),
        "From": arm.statistic + (", converted to means" if _is_converted(arm) else ""),
        "Where": where(arm.sources),
        "DOI": arm.doi or NO_DOI,
    }


def _is_converted(arm):
    return arm.statistic == "medians" and bool(arm.intervals)


def _mean(mean, sd):
    if mean is None:
        return "not printed"
    spread = "no SD" if sd is None else f"SD {wording.number(sd, 'mean')}"
    return f"{wording.number(mean, 'mean')} ({spread})"


def _text(value):
    """An expression that writes a value as `wording.number` does."""
    return f"format({value}, ',.{wording.DECIMALS['effect']}f')"


def assumed(arms, last, place):
    """The correlations in words, beneath the key; heard after each change of the slider."""
    low, high = extremes(arms)
    r = "format(r, '.1f')" if _has_intervals(arms) else f"'{R:g}'"
    words = f"'bar: interval at r = ' + {r} + '; line: r = {low:g}; ticks: r = {high:g}'"
    row = alt.Chart(alt.Data(values=[{"row": len(arms) + place.key_row + place.key_line}]))
    row = row.transform_calculate(words=words, said=f"'Intervals at r = ' + {r}")
    mark = dict(align="left", baseline="middle", color=MUTED, ariaRole="img")
    mark |= dict(ariaRoleDescription="pooled result")  # the name by which the page finds it
    text = row.mark_text(**mark).encode(x=alt.XValue(place.trial), y=rows_y(last))
    return text.encode(text=alt.Text("words:N"), description=alt.Description("said:N"))
