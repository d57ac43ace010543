"""How many participants had an adverse event, and what can so few of them rule out?

To change the figure of safety intervals, change this file.
"""

import textwrap

import altair as alt

from .. import wording
from ..tables.sources import where
from .figure_data import FigureData
from .safety_layout import GAP, NARROW, ROW, WIDE
from .theme import CELLS, CONTROL, MUTED, PANEL, SMALL, boxes, canvas, finish, lines, names, texts

KEYS = "safety"
TABLE = "#tab-events"  # of the chapter: the same events, with those of every scope
SILENT = "Mentioned without a count"
RELATED = ("safety.any.related", "safety.serious.related")  # beside all events of any cause
SCOPE_WORDS = {"all_cause": "", "related": ", related to the cells"}
ROLES = {"cells": (CELLS, "circle"), "control": (CONTROL, "diamond")}

TICKS = (0, 25, 50, 75, 100)


def figure(results):
    """Crude shares with exact 95% intervals, cells above control. Returns an Altair chart."""
    found = _shown(results)
    wide, narrow = (_drawn(found, place) for place in (WIDE, NARROW))
    return finish(wide, describe(results), data(results), narrow=narrow)


def describe(results):
    """What the figure shows, for readers who do not see it."""
    told = [
        f"{_title(event)}, {role}, {_count(numbers)}, cohorts {numbers[0]}, {_told(numbers)}"
        for event in _shown(results)
        for role, numbers in _roles(event).items()
    ]
    return (
        "Crude shares of participants with adverse events, with exact 95% intervals, in percent. "
        f"{'; '.join(told)}. {_never_counted_words(_shown(results))}"
    )


def data(results):
    """What the figure shows as a `FigureData`: a row an event and role; ends of intervals are shares."""
    columns = [("Adverse event", "text"), ("Given", "text"), ("With the event", "count")]
    columns += [("n", "count"), ("Cohorts counted", "count"), ("Share", "points")]
    columns += [("95% CI, low", "points"), ("95% CI, high", "points"), ("Cohorts, no count", "count")]
    columns.append(("Rows of the tables", "text"))
    rows = []
    for event in _shown(results):
        for role, (cohorts, events, n, low, high) in _roles(event).items():
            shown = (_title(event), role, events, n, cohorts, events / n, low, high)
            sources = where(_sources(_counting(event, role)))
            rows.append((*shown, event.cohorts_without_count, sources))
        if not _roles(event) and event.cohorts_without_count:
            rows.append((_title(event), *(None,) * 7, event.cohorts_without_count, None))
    return FigureData(tuple(columns), tuple(rows))


# --- what is drawn ---------------------------------------------------------------------------


def _shown(results):
    keys = [k for k in results.keys_below(KEYS) if k.endswith(".all_cause") or k in RELATED]
    return [results[key] for key in keys]


def _title(event):
    return event.title + SCOPE_WORDS[event.scope]


def _roles(event):
    """{role: (cohorts, events, n, low, high)} of the roles with a count."""
    numbers = {
        "cells": (
            event.cohorts_cells,
            event.events_cells,
            event.n_cells,
            event.cells_ci_low,
            event.cells_ci_high,
        ),
        "control": (
            event.cohorts_control,
            event.events_control,
            event.n_control,
            event.control_ci_low,
            event.control_ci_high,
        ),
    }
    return {role: found for role, found in numbers.items() if found[0]}


def _counting(event, role):
    """The cohorts that count the event."""
    return [r for r in event.rows if r.role == role and None not in (r.n_with_event, r.n)]


def _sources(rows):
    return [source for row in rows for source in row.sources]


def _drawn(found, place):
    """The figure in one of its two forms, not finished."""
    counted = [event for event in found if _roles(event)]
    placed, bands, bottom = _layout(counted, place)
    marks = [y + place.mark for *_, y in placed]
    layers = [boxes(bands[::2], PANEL), *_heads(place), _grid(marks, bottom, place)]
    layers += _events(counted, bands, place)
    for role in ROLES:
        rows = [(numbers, y) for _, name, numbers, y in placed if name == role]
        layers += [*_role_columns(role, rows, place), *_intervals(role, rows, place)]
    layers.append(_areas(placed, place))
    layers.append(_never_counted(found, bottom + place.axis, place))
    return canvas(layers, place.width, bottom)


def _layout(counted, place):
    """[(event, role, numbers, y)], a band for each event, and where the rows end."""
    placed, bands, y = [], [], place.head
    for event in counted:
        roles = _roles(event)
        first, height = place.rows(len(roles), len(_wrapped(event, place)))
        for i, (role, numbers) in enumerate(roles.items()):
            placed.append((event, role, numbers, y + GAP + first + i * place.role_height))
        bottom = y + height + 2 * GAP
        bands.append({"x": 0, "y": y + 1, "x2": place.width, "y2": bottom - 1})
        y = bottom
    return placed, bands, y


def _wrapped(event, place):
    return textwrap.wrap(_title(event), place.event_characters)


def _count(numbers):
    _, events, n, _, _ = numbers
    return f"{wording.number(events, 'count')} / {wording.number(n, 'count')}"


def _told(numbers):
    """The share with its interval; without an event, the upper limit."""
    _, events, n, low, high = numbers
    if not events:
        return f"0, at most {wording.number(high, 'points')}"
    return f"{wording.number(events / n, 'points')} ({wording.interval((low, high), 'points')})"


# --- layers ----------------------------------------------------------------------------------


def _heads(place):
    heads = (
        (place.event, "left", "Adverse event"),
        (place.role, "left", "Given"),
        (place.count, "right", "With the\nevent / n"),
        (place.cohorts, "right", "Cohorts\ncounted"),
        (place.interval, "left", "Share, exact\n95% interval, %"),
        (place.uncounted, "right", "Cohorts,\nno count"),
    )
    for (x, align, text), y in zip(heads, place.heads, strict=True):
        yield texts([{"x": x, "y": y, "text": text}], align, weight="bold", size=SMALL)


def _grid(marks, bottom, place):
    """Lines over the rows; in the narrow form beside marks only, so that words stay free of them."""
    step = (place.right - place.left) / TICKS[-1]
    spans = [(place.head, bottom)]
    if place.stacked:
        spans = [(y - place.grid_half, y + place.grid_half) for y in marks]
    at = [place.left + t * step for t in TICKS]
    return lines([{"x": x, "y": y, "x2": x, "y2": y2} for y, y2 in spans for x in at], width=0.7)


def _events(counted, bands, place):
    """Names in their bands, and how many cohorts mention the event without a count."""
    titles, uncounted = [], []
    for event, band in zip(counted, bands, strict=True):
        words = _wrapped(event, place)
        top = place.title(band["y"], band["y2"], len(words))
        silent = [row.label for row in event.rows if None in (row.n_with_event, row.n)]
        told = {SILENT: ", ".join(silent) or "none", "Table": TABLE}
        titles.append({"x": place.event, "y": top, "text": "\n".join(words), **told})
        text = wording.number(event.cohorts_without_count, "count")
        uncounted.append({"x": place.uncounted, "y": place.title(band["y"], band["y2"], 1), "text": text})
    return [*names(titles, tooltip=(SILENT,), href="Table"), texts(uncounted, "right")]


def _role_columns(role, rows, place):
    color, _ = ROLES[role]
    columns = (
        (place.role, "left", lambda numbers: role),
        (place.count, "right", _count),
        (place.cohorts, "right", lambda numbers: wording.number(numbers[0], "count")),
        (place.interval, "left", _told),
    )
    for x, align, text in columns:
        yield texts([{"x": x, "y": y, "text": text(n)} for n, y in rows], align, color)


def _areas(placed, place):
    """What a hover tells of each row: who counted, and where it stands."""
    left, right = place.area
    rows = [
        {
            "x": left,
            "y": y - ROW / 2,
            "x2": right,
            "y2": y - ROW / 2 + place.role_height,
            "name": f"{_title(event)}, {role}: {_count(numbers)}",
            "Exact 95% interval": f"{wording.interval(numbers[3:], 'points')} %",
            "Cohorts": _named(_counting(event, role)),
            "Where": where(_sources(_counting(event, role))),
        }
        for event, role, numbers, y in placed
    ]
    tooltip = ("Exact 95% interval", "Cohorts", "Where")
    return boxes(rows, "transparent", description="name", tooltip=tooltip)


def _named(rows):
    """Each count by its cohort; by its event too where a cohort counts several."""
    several = {row.cohort for row in rows if sum(r.cohort == row.cohort for r in rows) > 1}
    told = []
    for row in rows:
        event = row.event.removeprefix("other:").replace("_", " ")
        name = f"{row.label} ({event})" if row.cohort in several else row.label
        told.append(f"{name} {_count((None, row.n_with_event, row.n, None, None))}")
    return "; ".join(told)


def _intervals(role, rows, place):
    """A bar from limit to limit; the point is open, at 0, where nobody had the event."""
    color, shape = ROLES[role]
    at = alt.Y("y:Q", scale=None, axis=None)
    rows = [(numbers, y + place.mark) for numbers, y in rows]
    spans = [{"y": y, "low": 100 * low, "high": 100 * high} for (*_, low, high), y in rows]
    bars = alt.Chart(alt.Data(values=spans)).mark_rule(color=color, strokeWidth=2, aria=False)
    yield bars.encode(x=_x("low", place), x2=alt.X2("high:Q"), y=at)
    shares = [{"y": y, "share": 100 * events / n} for (_, events, n, _, _), y in rows]
    for fill, chosen in (
        ("transparent", [point for point in shares if not point["share"]]),
        (color, [point for point in shares if point["share"]]),
    ):
        look = dict(shape=shape, fill=fill, stroke=color, size=55, strokeWidth=1.8, opacity=1, aria=False)
        points = alt.Chart(alt.Data(values=chosen)).mark_point(**look)
        yield points.encode(x=_x("share", place), y=at)


def _x(field, place):
    scale = alt.Scale(domain=[TICKS[0], TICKS[-1]], range=[place.left, place.right], nice=False)
    axis = alt.Axis(title="Share of participants, %", values=list(TICKS), labelFlush=False, grid=False)
    return alt.X(f"{field}:Q", scale=scale, axis=axis)


def _never_counted(found, y, place):
    words = textwrap.wrap(_never_counted_words(found), place.characters)
    rows = [{"x": place.event, "y": y + i * ROW, "text": text} for i, text in enumerate(words)]
    return texts(rows, color=MUTED, size=SMALL)


def _never_counted_words(found):
    """The events that texts mention and never count, with the number of cohorts."""
    events = [e for e in found if not _roles(e) and e.cohorts_without_count]
    if not events:
        return ""
    named = (f"{_title(e)} ({wording.number(e.cohorts_without_count, 'count')})" for e in events)
    return f"Mentioned by cohorts, never counted: {', '.join(named)}."
