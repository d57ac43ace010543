"""Forest plots: trials, pooled estimate, prediction interval, and facts on bias beside each row.

To change the HbA1c forest plot, change this file.
"""

import altair as alt

from .. import phrases, wording
from .measures import MEASURES, axis_limit, drawn
from .theme import (
    CONFIRMED,
    CONTRARY,
    FONT_SIZE,
    INK,
    MUTED,
    POOLED,
    PREDICTION,
    RULE,
    TRIAL,
    finish,
)

# Left edges (or, for right-aligned columns, right edges) in pixels from the left of the plot area.
STUDY, N, MEAN_CELLS, MEAN_CONTROL, REASON = -346, -196, -98, -8, -202
PLOT_WIDTH = 170
DIFFERENCE, WEIGHT, FACTS = PLOT_WIDTH + 156, PLOT_WIDTH + 210, PLOT_WIDTH + 227
FACT_STEP = 15
ROW_HEIGHT = 24
SINGLE = 30  # size of the only trial of a question, in percent of a pool's whole weight

FACT_DOMAINS = ("sequence", "concealment", "blinding", "losses", "selection")
FACT_LETTERS = ("R", "C", "B", "L", "S")
FACT_SYMBOLS = {
    "stated": ("circle", CONFIRMED, CONFIRMED),
    "not_stated": ("circle", "transparent", MUTED),
    "open": ("triangle-down", CONTRARY, CONTRARY),
    "contradicted": ("cross", CONTRARY, CONTRARY),
    "selected": ("diamond", CONTRARY, CONTRARY),
}


def figure(results, key="hba1c.t2dm.msc.controlled", other_end="other_dose_end"):
    """The forest plot of one pool.

    ``other_end`` names a variant of the pool that is drawn beneath it, hollow; it is left out
    where the results hold no such variant. Returns an Altair chart.
    """
    result = results[key]
    other_key = f"{key}.{other_end}"
    other = results[other_key] if other_key in results else None
    limit = axis_limit(result)
    layers = [*_trial_rows(result, limit), *_facts(result)]
    row = len(result.trials)
    if result.k >= 2:
        layers += _summary(result, row, limit, _label(result), POOLED)
        row += 1
    if result.pi_low is not None:
        layers += _prediction(result, row, limit)
        row += 1
    if other is not None and other.k >= 2:
        layers += _summary(other, row, limit, "Pooled, other end of range over doses", "transparent")
        row += 1
    layers = [*_frame(result, limit, row), *layers]
    layers += _without_value(result, row)
    row += len(result.not_pooled)
    layers.append(_text([{"row": row, "text": " "}], STUDY))  # room between last row and axis
    height = ROW_HEIGHT * (row + 1)
    chart = alt.layer(*layers).properties(width=PLOT_WIDTH, height=height)
    return finish(chart.resolve_scale(x="shared", y="shared"), describe(result, other))


def _label(result):
    if result.k == 2:
        return "Two trials pooled, no conclusion"
    return "Pooled, REML, ad hoc HKSJ"


def describe(result, other=None):
    """What the plot shows, for readers who do not see it."""
    kind = wording.KINDS[result.measure]
    trials = "; ".join(
        f"{t.label} {wording.number(t.effect, kind)} ({wording.interval((t.ci_low, t.ci_high), kind)})"
        for t in result.trials
    )
    title = MEASURES[result.measure][1].format(unit=result.unit)
    text = f"Forest plot of {result.title}, {title[0].lower()}{title[1:]}: {trials}. "
    if result.k >= 2:
        text += _pooled_words("Pooled", result)
    if result.pi_low is not None:
        pi = wording.interval((result.pi_low, result.pi_high), kind)
        text += f" 95% prediction interval {pi}."
    if other is not None and other.k >= 2:
        text += " " + _pooled_words("With the other end of the printed dose range", other)
    return text


def _pooled_words(start, result):
    kind = wording.KINDS[result.measure]
    name = MEASURES[result.measure][0].partition(",")[0]
    ci = wording.interval((result.ci_low, result.ci_high), kind)
    return f"{start} {name} {wording.number(result.estimate, kind)}, 95% CI {ci}, k = {result.k}."


# --- parts -----------------------------------------------------------------------------------


def _rows_y():
    return alt.Y("row:Q", axis=None, scale=alt.Scale(reverse=True, nice=False, zero=False))


def _x(field, limit, title=""):
    ticks = [-limit, -limit / 2, 0, limit / 2, limit]
    axis = alt.Axis(title=title, values=ticks, grid=False, format=".2~f", orient="bottom")
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[-limit, limit], nice=False))


def _text(rows, x, align="left", color=INK, weight="normal"):
    mark = dict(align=align, baseline="middle", color=color, fontWeight=weight, fontSize=FONT_SIZE)
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_text(**mark)
        .encode(x=alt.value(x), y=_rows_y(), text="text:N")
    )


def _frame(result, limit, last_row):
    """Column heads, the line of no difference and which side is which."""
    name, title, _, _ = MEASURES[result.measure]
    heads = [
        ("Trial", STUDY, "left"),
        ("n", N, "right"),
        ("Cells", MEAN_CELLS, "right"),
        ("Control", MEAN_CONTROL, "right"),
        (f"{name} [95% CI]", DIFFERENCE, "right"),
        ("Weight", WEIGHT, "right"),
        *((letter, FACTS + i * FACT_STEP, "center") for i, letter in enumerate(FACT_LETTERS)),
    ]
    layers = [
        _text([{"row": -1, "text": text}], x, align, weight="bold") for text, x, align in heads
    ]
    sides = (("cells lower", PLOT_WIDTH / 2 - 6, "right"), ("cells higher", PLOT_WIDTH / 2 + 6, "left"))
    layers += [_text([{"row": -1, "text": t}], x, align, MUTED) for t, x, align in sides]
    # Not beyond the pooled rows: below stand reasons in words.
    ends = [{"zero": 0, "row": row} for row in (-1.4, last_row - 0.4)]
    zero = alt.Chart(alt.Data(values=ends)).mark_line(color=RULE, strokeWidth=1.5)
    x = _x("zero", limit, title.format(unit=result.unit))
    return [zero.encode(x=x, y=_rows_y()), *layers]


def _trial_rows(result, limit):
    rows = [_trial_row(i, trial, result) for i, trial in enumerate(result.trials)]
    columns = (
        ("label", STUDY, "left"),
        ("n", N, "right"),
        ("mean_cells", MEAN_CELLS, "right"),
        ("mean_control", MEAN_CONTROL, "right"),
        ("difference", DIFFERENCE, "right"),
        ("weight_text", WEIGHT, "right"),
    )
    layers = [
        _text([{"row": r["row"], "text": r[name]} for r in rows], x, align)
        for name, x, align in columns
    ]
    data = alt.Data(values=rows)
    bars = alt.Chart(data).mark_rule(color=TRIAL, strokeWidth=1.5)
    boxes = alt.Chart(data).mark_point(shape="square", filled=True, color=TRIAL, opacity=1)
    size = alt.Size("weight:Q", legend=None, scale=alt.Scale(domain=[0, 100], range=[20, 260]))
    return [
        bars.encode(x=_x("low", limit), x2="high:Q", y=_rows_y()),
        boxes.encode(x=_x("effect", limit), y=_rows_y(), size=size),
        *layers,
    ]


def _trial_row(index, trial, result):
    cells = (trial.mean_treatment, trial.sd_treatment)
    control = (trial.mean_control, trial.sd_control)
    if trial.events_treatment is not None:
        cells = f"{trial.events_treatment:.0f} of {trial.n_treatment:.0f}"
        control = f"{trial.events_control:.0f} of {trial.n_control:.0f}"
    return {
        "row": index,
        "label": trial.label,
        "n": " / ".join(wording.number(n, "count") for n in (trial.n_treatment, trial.n_control)),
        "mean_cells": _mean(cells),
        "mean_control": _mean(control),
        "difference": _difference(trial.effect, trial.ci_low, trial.ci_high, result),
        "weight_text": wording.number(trial.weight, "percent") if result.k > 1 else "no pool",
        "effect": drawn(result, trial.effect),
        "low": drawn(result, trial.ci_low),
        "high": drawn(result, trial.ci_high),
        "weight": trial.weight if result.k > 1 else SINGLE,
    }


def _mean(value):
    """A mean with its SD, or a count that is text already."""
    if isinstance(value, str):
        return value
    mean, sd = value
    if mean is None:
        return "not printed"
    return f"{wording.number(mean, 'mean')} ({wording.number(sd, 'mean')})"


def _difference(effect, low, high, result):
    kind = wording.KINDS[result.measure]
    return f"{wording.number(effect, kind)} [{wording.interval((low, high), kind)}]"


def _summary(result, row, limit, label, fill):
    """A diamond from the lower to the upper limit, with its numbers."""
    half = 0.28
    low, middle, high = (drawn(result, v) for v in (result.ci_low, result.estimate, result.ci_high))
    corners = [(low, row), (middle, row - half), (high, row), (middle, row + half)]
    points = [{"x": x, "row": y, "order": i} for i, (x, y) in enumerate(corners)]
    diamond = (
        alt.Chart(alt.Data(values=points))
        .mark_line(interpolate="linear-closed", color=POOLED, fill=fill, strokeWidth=1.5, clip=True)
        .encode(x=_x("x", limit), y=_rows_y(), order="order:Q")
    )
    text = _difference(result.estimate, result.ci_low, result.ci_high, result)
    return [
        diamond,
        _text([{"row": row, "text": label}], STUDY, weight="bold"),
        _text([{"row": row, "text": text}], DIFFERENCE, "right", weight="bold"),
    ]


def _prediction(result, row, limit):
    """The prediction interval; arrowheads where it runs beyond the axis."""
    low, high = (drawn(result, v) for v in (result.pi_low, result.pi_high))
    data = alt.Data(values=[{"row": row, "low": low, "high": high}])
    bar = alt.Chart(data).mark_rule(color=PREDICTION, strokeWidth=5, clip=True)
    pi = wording.interval((result.pi_low, result.pi_high), wording.KINDS[result.measure])
    text = f"[{pi}]"
    return [
        bar.encode(x=_x("low", limit), x2="high:Q", y=_rows_y()),
        _text([{"row": row, "text": "95% prediction interval"}], STUDY),
        _text([{"row": row, "text": text}], DIFFERENCE, "right"),
    ]


def _without_value(result, first_row):
    """Eligible trials that give no usable value: named, never dropped silently."""
    names, reasons = [], []
    for i, trial in enumerate(result.not_pooled):
        names.append({"row": first_row + i, "text": trial.label})
        reasons.append({"row": first_row + i, "text": phrases.REASONS[trial.reason]})
    if not names:
        return []
    return [_text(names, STUDY, color=MUTED), _text(reasons, REASON, color=MUTED)]


def _facts(result):
    layers = []
    for status, (shape, fill, stroke) in FACT_SYMBOLS.items():
        for i, domain in enumerate(FACT_DOMAINS):
            rows = [
                {"row": row}
                for row, trial in enumerate(result.trials)
                for fact in trial.facts
                if fact["domain"] == domain and fact["status"] == status
            ]
            if rows:
                mark = dict(shape=shape, fill=fill, stroke=stroke, size=60, opacity=1)
                layers.append(
                    alt.Chart(alt.Data(values=rows))
                    .mark_point(**mark)
                    .encode(x=alt.value(FACTS + i * FACT_STEP), y=_rows_y())
                )
    return layers
