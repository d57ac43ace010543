"""How did values move over time, arm by arm?

One panel a trial. A line joins the printed values of one arm; it is no comparison of arms that
started apart.
"""

import math
import textwrap
from dataclasses import dataclass

import altair as alt

from .. import phrases, wording
from .figure_data import FigureData
from .live_rows import NEAR_TOLD, NO_DOI, pointing
from .theme import CELLS, CONTROL, FONT_SIZE, INK, MUTED, RULE, finish, round_domain

ROOM = 1 / 24  # before the first month and after the last, as a share of all months
PANEL_HEIGHT, WIDEST = 130, 285
PALE = 0.2  # opacity of the other trials while a reader points at one
LABEL_GAP = 14  # pixels between the labels of two lines that end at the same height
# role -> color, symbol, word, pixels aside so that spreads at the same time do not hide each other
ROLES = {
    "treatment": (CELLS, "circle", "cells", -3),
    "control": (CONTROL, "square", "control", 3),
}


@dataclass(frozen=True)
class Layout:
    """Pixels: all panels of a row with what stands ``beside`` each; ``columns``: panels in a row at
    most, ``spacing`` between these; ``characters`` of a head in a line; ``title_above``: the title
    of values stands above all panels, not along their axes."""

    width: int
    columns: int
    beside: int
    spacing: int
    characters: int
    title_above: bool

    def panel(self, columns):
        """The width of a panel."""
        return min(WIDEST, self.width // columns - self.beside)


WIDE = Layout(width=720, columns=4, beside=68, spacing=14, characters=200, title_above=False)
NARROW = Layout(width=290, columns=2, beside=58, spacing=8, characters=20, title_above=True)


def figure(results, key="trajectories.hba1c"):
    """Small multiples, one a trial, on shared axes; returns an Altair chart.

    On a page the trial next to the pointer stands out. ValueError if the result holds no point.
    """
    result = results[key]
    populations = {row.study_id: row.population for row in results["studies.included"].rows}
    told = describe(results, key), data(results, key)
    wide, narrow = (_plot(result, populations, place) for place in (WIDE, NARROW))
    return finish(wide, *told, narrow=narrow)


def _plot(result, populations, place):
    trials = _trials(result)
    domain, last, title = _axes(result)
    axes, columns = (domain, last, None if place.title_above else title), min(place.columns, len(trials))
    panels = [
        _panel(points, _heads(points, populations, place), axes, place.panel(columns), i, columns)
        for i, points in enumerate(trials.values())
    ]
    chart = alt.concat(*panels, columns=columns, spacing={"column": place.spacing, "row": 22})
    views = [_view(i) for i in range(len(panels))]
    if place.title_above:
        look = dict(anchor="start", fontWeight="normal", fontSize=FONT_SIZE, offset=14)
        chart.title = alt.TitleParams(" ".join(title), color=INK, **look)
    return pointing(chart, "trial", "id", views, nearest=True)


def describe(results, key="trajectories.hba1c"):
    """Every value in words, for readers who do not see the figure."""
    result = results[key]
    told = []
    for points in _trials(result).values():
        arms = [
            f"{arm[0].arm_label} ({ROLES[arm[0].role][2]}) "
            + ", ".join(
                f"{wording.number(p.value, 'mean')} at month {wording.number(p.months, 'months')}"
                for p in arm
            )
            for arm in _arms(points)
        ]
        told.append(f"{points[0].label}: {'; '.join(arms)}")
    return f"{result.title} over time, {result.unit}, as printed. {'. '.join(told)}."


def data(results, key="trajectories.hba1c"):
    """What the figure shows as a `FigureData`: a row a value, trials and arms in drawn order."""
    result = results[key]
    columns = [("Trial", "text"), ("Arm", "text"), ("Role", "text"), ("Month", "months")]
    columns += [("n", "count"), ("Statistic", "text"), (f"{result.title}, {result.unit}", "mean")]
    columns += [("Spread, low", "mean"), ("Spread, high", "mean"), ("DOI", "text")]
    rows = [
        (p.label, p.arm_label, ROLES[p.role][2], p.months, p.n, p.statistic)
        + (p.value, p.spread_low, p.spread_high, p.doi)
        for points in _trials(result).values()
        for arm in _arms(points)
        for p in arm
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- what is drawn ---------------------------------------------------------------------------


def _trials(result):
    """{study_id: points} in the order of the result."""
    if not result.points:
        raise ValueError(f"{result.key} holds no value over time to draw")
    trials = {}
    for point in result.points:
        trials.setdefault(point.study_id, []).append(point)
    return trials


def _arms(points):
    """The points of each arm, in the order of time."""
    arms = {}
    for point in points:
        arms.setdefault((point.role, point.arm_label), []).append(point)
    return [sorted(arm, key=lambda point: point.months) for arm in arms.values()]


def _axes(result):
    """What all panels share: domain of values, last month, lines of the title of values."""
    values = [v for p in result.points for v in (p.value, p.spread_low, p.spread_high)]
    last = 3 * math.ceil(max(point.months for point in result.points) / 3)
    return round_domain(values), last, textwrap.wrap(f"{result.title}, {result.unit}", 18)


def _heads(points, populations, place):
    """The lines of a panel's title, and of what stands beneath it."""
    cells = next((p.product for p in points if p.role == "treatment"), points[0].product)
    statistics = " and ".join(sorted({f"{point.statistic}s" for point in points}))
    population = phrases.POPULATION_NAMES[populations[points[0].study_id]]["en"]
    beneath = (phrases.PRODUCT_NAMES[cells], f"{population}; {statistics}")
    return [
        [line for words in part for line in textwrap.wrap(words, place.characters)]
        for part in ((points[0].label,), beneath)
    ]


def _end_labels(arms, domain):
    """(arm, text, height of its label): the word of its role, or the arm where two share one."""
    roles = [arm[0].role for arm in arms]
    low, high = domain
    gap = LABEL_GAP * (high - low) / PANEL_HEIGHT
    placed = []
    for arm in sorted(arms, key=lambda arm: arm[-1].value):
        lowest = placed[-1][2] + gap if placed else low
        role = arm[0].role
        text = ROLES[role][2] if roles.count(role) == 1 else arm[0].arm_label
        placed.append((arm, text, max(arm[-1].value, lowest)))
    return placed


# --- parts -----------------------------------------------------------------------------------


def _panel(points, heads, axes, width, index, columns):
    """One trial. Pointing at it pales the others."""
    domain, last, title = axes
    name, subtitle = heads
    heads = alt.TitleParams(
        text=name if len(name) > 1 else name[0],
        subtitle=subtitle,
        anchor="start",
        frame="group",
        color=INK,
        subtitleColor=MUTED,
        fontSize=FONT_SIZE + 1,
        subtitleFontSize=FONT_SIZE,
        subtitleLineHeight=15,
        offset=6,
    )
    months = _months(last)
    y = _values(domain, title, first=not index % columns)
    aside = {role: pixels * (1 + 2 * ROOM) * last / width for role, (*_, pixels) in ROLES.items()}
    rows = [
        _row(point, aside[point.role], height, text if point is arm[-1] else "")
        for arm, text, height in _end_labels(_arms(points), domain)
        for point in arm
    ]
    chart = alt.layer(*_layers(months, y, _view(index)), data=alt.Data(values=rows))
    return chart.properties(title=heads, width=width, height=PANEL_HEIGHT)


def _view(index):
    return f"panel_{index}"


def _row(point, aside, height, text):
    """A value with its place; ``text``: the label of its line, at that height, if it is the last."""
    months = wording.number(point.months, "months")
    value = wording.number(point.value, "mean")
    row = {
        "id": point.study_id,
        "role": point.role,
        "arm": point.arm_label,
        "at": point.months + aside,
        "value": point.value,
        "said": f"{point.label}, {point.arm_label} ({ROLES[point.role][2]}), month {months}: {value}",
        "told": {
            "Trial": point.label,
            "Arm": point.arm_label,
            "Month": months,
            "n": "not printed" if point.n is None else wording.number(point.n, "count"),
            "Value": f"{value} ({point.statistic})",
            "Spread": _spread(point),
            "DOI": point.doi or NO_DOI,
        },
    }
    if point.spread_low is not None:
        row |= {"low": point.spread_low, "high": point.spread_high}
    label = {"text": text, "height": height, "label_at": point.months + max(aside, 0)}
    return row | (label if text else {})


def _spread(point):
    if None in (point.spread_low, point.spread_high):
        return "not printed"
    words = "quartiles" if point.statistic == "median" else "mean \N{PLUS-MINUS SIGN} SD"
    return f"{wording.interval((point.spread_low, point.spread_high), 'mean')} ({words})"


def _layers(months, y, name):
    """Spreads, lines, symbols and labels of the arms of one trial."""
    roles, (colors, shapes) = list(ROLES), zip(*(look[:2] for look in ROLES.values()), strict=True)
    color = alt.Color("role:N", legend=None, scale=alt.Scale(domain=roles, range=list(colors)))
    shape = alt.Shape("role:N", legend=None, scale=alt.Scale(domain=roles, range=list(shapes)))
    near = alt.OpacityValue(PALE, condition={"param": "trial", "value": 1})
    row = alt.Chart().encode(x=months("at"), color=color, opacity=near)
    bars = row.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=1.2, aria=False)
    lines = row.mark_line(strokeWidth=2, aria=False)
    symbols = row.mark_point(filled=True, size=60, ariaRoleDescription="value")
    symbols = symbols.encode(y=y("value"), shape=shape, description=alt.Description("said:N"), tooltip=NEAR_TOLD)
    labels = row.transform_filter("isValid(datum.text)")
    labels = labels.mark_text(align="left", baseline="middle", dx=7, fontSize=FONT_SIZE, aria=False)
    return [
        bars.encode(y=y("low"), y2=alt.Y2("high:Q")),
        lines.encode(y=y("value"), detail=alt.Detail("arm:N")),
        labels.encode(x=months("label_at"), y=y("height"), text=alt.Text("text:N")),
        symbols.properties(name=name),
    ]


def _months(last):
    """The axis of time for a field."""
    step = 3 if last <= 12 else 6
    axis = alt.Axis(title="Months", values=list(range(0, last + 1, step)), grid=False)
    domain = [-ROOM * last, (1 + ROOM) * last]
    scale = alt.Scale(domain=domain, nice=False)
    return lambda field: alt.X(f"{field}:Q", axis=axis, scale=scale)


def _values(domain, title, first):
    """The axis of values for a field; only the first panel of a row has labels."""
    axis = alt.Axis(
        title=title if first else None,
        labels=first,
        ticks=first,
        domain=False,
        tickCount=5,
        gridColor=RULE,
        gridWidth=0.6,
        format="~f",
    )
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    return lambda field: alt.Y(f"{field}:Q", axis=axis, scale=scale)
