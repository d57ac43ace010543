"""How many participants had an adverse event, and what can so few of them rule out?

To change the figure of safety intervals, change this file.
"""

import textwrap

import altair as alt

from .. import wording
from ..tables.sources import where
from .figure_data import FigureData
from .theme import (
    CELLS,
    CONTROL,
    MUTED,
    PANEL,
    SMALL,
    boxes,
    drawing,
    lines,
    names,
    texts,
)

KEYS = "safety"
TABLE = "#tab-events"  # of the chapter: the same events, with those of every scope
SILENT = "Mentioned without a count"
RELATED = ("safety.any.related", "safety.serious.related")  # beside all events of any cause
SCOPE_WORDS = {"all_cause": "", "related": ", related to the cells"}
ROLES = {"cells": (CELLS, "circle"), "control": (CONTROL, "diamond")}

EVENT, ROLE, COUNT, COHORTS, INTERVAL, UNCOUNTED = 4, 214, 320, 384, 574, 744
LEFT, RIGHT = 404, 560  # the plot
WIDTH, HEAD, ROW, GAP, AXIS = 750, 40, 17, 5, 46
TICKS = (0, 25, 50, 75, 100)


def figure(results):
    """Crude shares with exact 95% intervals, cells above control. Returns an Altair chart."""
    found = _shown(results)
    counted = [event for event in found if _roles(event)]
    placed, bands, bottom = _layout(counted)
    layers = [boxes(bands[::2], PANEL), *_heads(), _grid(bottom), *_events(counted, bands)]
    for role in ROLES:
        rows = [(numbers, y) for _, name, numbers, y in placed if name == role]
        layers += [*_role_columns(role, rows), *_intervals(role, rows)]
    layers.append(_areas(placed))
    layers.append(_never_counted(found, bottom + AXIS))
    return drawing(layers, WIDTH, bottom, describe(results), data(results))


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


def _layout(counted):
    """[(event, role, numbers, y)], a band for each event, and where the rows end."""
    placed, bands, y = [], [], HEAD
    for event in counted:
        roles = _roles(event)
        n_lines = max(len(roles), len(_wrapped(event)))
        first = y + GAP + ROW / 2 + (n_lines - len(roles)) * ROW / 2
        for i, (role, numbers) in enumerate(roles.items()):
            placed.append((event, role, numbers, first + i * ROW))
        bottom = y + n_lines * ROW + 2 * GAP
        bands.append({"x": 0, "y": y + 1, "x2": WIDTH, "y2": bottom - 1})
        y = bottom
    return placed, bands, y


def _wrapped(event):
    return textwrap.wrap(_title(event), 30)


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


def _heads():
    heads = (
        (EVENT, "left", "Adverse event"),
        (ROLE, "left", "Given"),
        (COUNT, "right", "With the\nevent / n"),
        (COHORTS, "right", "Cohorts\ncounted"),
        (INTERVAL, "left", "Share, exact\n95% interval, %"),
        (UNCOUNTED, "right", "Cohorts,\nno count"),
    )
    for x, align, text in heads:
        yield texts([{"x": x, "y": 10, "text": text}], align, weight="bold", size=SMALL)


def _grid(bottom):
    step = (RIGHT - LEFT) / TICKS[-1]
    return lines(
        [{"x": LEFT + t * step, "y": HEAD, "x2": LEFT + t * step, "y2": bottom} for t in TICKS],
        width=0.7,
    )


def _events(counted, bands):
    """Names in the middle of their bands, and how many cohorts mention the event without a count."""
    titles, uncounted = [], []
    for event, band in zip(counted, bands, strict=True):
        middle = (band["y"] + band["y2"]) / 2
        words = _wrapped(event)
        top = middle - (len(words) - 1) * ROW / 2
        silent = [row.label for row in event.rows if None in (row.n_with_event, row.n)]
        told = {SILENT: ", ".join(silent) or "none", "Table": TABLE}
        titles.append({"x": EVENT, "y": top, "text": "\n".join(words), **told})
        text = wording.number(event.cohorts_without_count, "count")
        uncounted.append({"x": UNCOUNTED, "y": middle, "text": text})
    return [*names(titles, tooltip=(SILENT,), href="Table"), texts(uncounted, "right")]


def _role_columns(role, rows):
    color, _ = ROLES[role]
    columns = (
        (ROLE, "left", lambda numbers: role),
        (COUNT, "right", _count),
        (COHORTS, "right", lambda numbers: wording.number(numbers[0], "count")),
        (INTERVAL, "left", _told),
    )
    for x, align, text in columns:
        yield texts([{"x": x, "y": y, "text": text(n)} for n, y in rows], align, color)


def _areas(placed):
    """What a hover tells of each row: who counted, and where it stands."""
    rows = [
        {
            "x": ROLE - 4,
            "y": y - ROW / 2,
            "x2": UNCOUNTED - 40,
            "y2": y + ROW / 2,
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


def _intervals(role, rows):
    """A bar from limit to limit; the point is open, at 0, where nobody had the event."""
    color, shape = ROLES[role]
    at = alt.Y("y:Q", scale=None, axis=None)
    spans = [{"y": y, "low": 100 * low, "high": 100 * high} for (*_, low, high), y in rows]
    bars = alt.Chart(alt.Data(values=spans)).mark_rule(color=color, strokeWidth=2, aria=False)
    yield bars.encode(x=_x("low"), x2="high:Q", y=at)
    shares = [{"y": y, "share": 100 * events / n} for (_, events, n, _, _), y in rows]
    for fill, chosen in (
        ("transparent", [point for point in shares if not point["share"]]),
        (color, [point for point in shares if point["share"]]),
    ):
        look = dict(shape=shape, fill=fill, stroke=color, size=55, strokeWidth=1.8, opacity=1, aria=False)
        points = alt.Chart(alt.Data(values=chosen)).mark_point(**look)
        yield points.encode(x=_x("share"), y=at)


def _x(field):
    scale = alt.Scale(domain=[TICKS[0], TICKS[-1]], range=[LEFT, RIGHT], nice=False)
    axis = alt.Axis(title="Share of participants, %", values=list(TICKS), labelFlush=False, grid=False)
    return alt.X(f"{field}:Q", scale=scale, axis=axis)


def _never_counted(found, y):
    words = textwrap.wrap(_never_counted_words(found), 110)
    rows = [{"x": EVENT, "y": y + i * ROW, "text": text} for i, text in enumerate(words)]
    return texts(rows, color=MUTED, size=SMALL)


def _never_counted_words(found):
    """The events that texts mention and never count, with the number of cohorts."""
    events = [e for e in found if not _roles(e) and e.cohorts_without_count]
    if not events:
        return ""
    named = (f"{_title(e)} ({wording.number(e.cohorts_without_count, 'count')})" for e in events)
    return f"Mentioned by cohorts, never counted: {', '.join(named)}."
