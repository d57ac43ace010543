"""How did values move over time, arm by arm?

One panel a trial. A line joins the printed values of one arm; it is no comparison of arms that
started apart.
"""

import math
import textwrap

import altair as alt

from .. import phrases, wording
from .figure_data import FigureData
from .theme import CELLS, CONTROL, FONT_SIZE, INK, MUTED, RULE, finish, round_domain

WIDTH, COLUMNS = 720, 4  # all panels of a row with what stands beside them; panels in a row at most
PANEL_HEIGHT, BESIDE, WIDEST = 130, 68, 285
LABEL_GAP = 14  # pixels between the labels of two lines that end at the same height
# role -> color, symbol, word, pixels aside so that spreads at the same time do not hide each other
ROLES = {
    "treatment": (CELLS, "circle", "cells", -3),
    "control": (CONTROL, "square", "control", 3),
}


def figure(results, key="trajectories.hba1c"):
    """Small multiples, one a trial, on shared axes; returns an Altair chart.

    ValueError if the result holds no point.
    """
    result = results[key]
    populations = {row.study_id: row.population for row in results["studies.included"].rows}
    trials = _trials(result)
    axes, columns = _axes(result), min(COLUMNS, len(trials))
    width = min(WIDEST, WIDTH // columns - BESIDE)
    panels = [
        _panel(points, _subtitle(points, populations), axes, first=not i % columns).properties(
            width=width, height=PANEL_HEIGHT
        )
        for i, points in enumerate(trials.values())
    ]
    chart = alt.concat(*panels, columns=columns, spacing={"column": 14, "row": 22})
    return finish(chart, describe(results, key), data(results, key))


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


def _subtitle(points, populations):
    cells = next((p.product for p in points if p.role == "treatment"), points[0].product)
    statistics = " and ".join(sorted({f"{point.statistic}s" for point in points}))
    population = phrases.POPULATION_NAMES[populations[points[0].study_id]]["en"]
    return [phrases.PRODUCT_NAMES[cells], f"{population}; {statistics}"]


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


def _panel(points, subtitle, axes, first):
    domain, last, title = axes
    x = _months(last)
    layers = []
    for arm, text, height in _end_labels(_arms(points), domain):
        layers += _arm(arm, x, _values("value", domain, title, first))
        label = alt.Chart(alt.Data(values=[{"months": arm[-1].months, "at": height, "text": text}]))
        color, _, _, aside = ROLES[arm[0].role]
        mark = dict(align="left", baseline="middle", dx=7 + max(aside, 0), color=color)
        label = label.mark_text(**mark, fontSize=FONT_SIZE)
        layers.append(label.encode(x=x, y=_values("at", domain, title, first), text="text:N"))
    heads = alt.TitleParams(
        text=points[0].label,
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
    return alt.layer(*layers).properties(title=heads)


def _arm(arm, x, y):
    """Spreads, line and symbols of one arm."""
    color, shape, _, aside = ROLES[arm[0].role]
    rows = [
        {"months": p.months, "value": p.value, "low": p.spread_low, "high": p.spread_high}
        for p in arm
    ]
    spreads = [
        {"months": r["months"], "value": r["low"], "high": r["high"]}
        for r in rows
        if None not in (r["low"], r["high"])
    ]
    values = alt.Data(values=[{"months": r["months"], "value": r["value"]} for r in rows])
    bars = alt.Chart(alt.Data(values=spreads))
    bars = bars.mark_rule(color=color, strokeWidth=1.2, xOffset=aside).encode(x=x, y=y, y2="high:Q")
    line = alt.Chart(values).mark_line(color=color, strokeWidth=2, xOffset=aside).encode(x=x, y=y)
    mark = dict(shape=shape, fill=color, stroke=color, size=50, opacity=1, xOffset=aside)
    symbols = alt.Chart(values).mark_point(**mark).encode(x=x, y=y)
    return [layer for layer in (bars, line, symbols) if layer.data.values]


def _months(last):
    step = 3 if last <= 12 else 6
    axis = alt.Axis(title="Months", values=list(range(0, last + 1, step)), grid=False)
    room = last / 24
    return alt.X("months:Q", axis=axis, scale=alt.Scale(domain=[-room, last + room], nice=False))


def _values(field, domain, title, first):
    """The axis of values; only the first panel of a row has labels."""
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
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False, zero=False))
