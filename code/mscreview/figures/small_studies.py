"""Do small trials differ from large ones, and how did the pool move as trials came in?"""

import altair as alt

from .. import wording
from .figure_data import FigureData
from .theme import INK, MUTED, POOLED, RULE, TRIAL, finish

WIDTH, HEIGHT = 240, 200
REACH = 1.96  # standard errors to the sides of the funnel


def figure(results, key="small_studies.hba1c.both.any.controlled"):
    """Funnel plot beside the cumulative analysis; below the needed k, a sentence in their place."""
    found = results[key]
    if found.steps:
        chart = alt.hconcat(_funnel(found), _cumulative(found), spacing=15)
    else:
        text = alt.Chart(alt.Data(values=[{"text": _too_few(found)}]))
        chart = text.mark_text(align="left", color=MUTED, fontSize=12).encode(
            text="text:N", x=alt.value(0), y=alt.value(10)
        )
    return finish(chart, describe(results, key), data(results, key))


def describe(results, key="small_studies.hba1c.both.any.controlled"):
    """What both plots show, in words."""
    found = results[key]
    if not found.steps:
        return _too_few(found)
    kind = wording.KINDS[found.measure]
    steps = "; ".join(
        f"{step.label} (k = {step.k}) {wording.number(step.estimate, kind)} "
        f"({wording.interval((step.ci_low, step.ci_high), kind)})"
        for step in found.steps
    )
    trials = "; ".join(
        f"{step.label} {wording.number(step.effect, kind)}, SE {wording.number(step.se, 'se')}"
        for step in found.steps
    )
    return (
        f"Left, funnel plot of {found.title}, mean difference in {found.unit}, against its standard "
        f"error: {trials}. Right, cumulative pool by year: {steps}."
    )


def data(results, key="small_studies.hba1c.both.any.controlled"):
    """What both plots show as a `FigureData`: a row a trial, with the pool after it came in."""
    found = results[key]
    kind = wording.KINDS[found.measure]
    columns = [("Trial", "text"), (found.measure, kind), ("SE", "se"), ("k so far", "count")]
    columns += [("Pooled", kind), ("95% CI, low", kind), ("95% CI, high", kind), ("DOI", "text")]
    rows = [
        (step.label, step.effect, step.se, step.k, step.estimate, step.ci_low, step.ci_high)
        + (trial.doi,)
        for step, trial in _steps(results, found)
    ]
    return FigureData(tuple(columns), tuple(rows))


def _steps(results, found):
    """(step, the trial that it adds), which stand in the same order in the pool."""
    trials = results[found.pool_key].trials if found.steps else ()
    return list(zip(found.steps, trials, strict=True))


def _too_few(found):
    return f"k = {found.k}: a funnel plot and a cumulative analysis need k = {found.needed}."


def _funnel(found):
    deepest = max(step.se for step in found.steps) * 1.15
    sides = [
        {"side": side, "x": found.estimate + side * REACH * se, "se": se}
        for side in (-1, 1)
        for se in (0, deepest)
    ]
    points = [{"text": s.label, "x": s.effect, "se": s.se} for s in found.steps]
    y = alt.Y(
        "se:Q",
        axis=alt.Axis(title="Standard error", grid=False, tickCount=4),
        scale=alt.Scale(domain=[deepest, 0], nice=False),
    )
    x = alt.X("x:Q", axis=alt.Axis(title=f"Mean difference, {found.unit}", grid=False, tickCount=5))
    lines = alt.Chart(alt.Data(values=sides)).mark_line(color=RULE, strokeDash=[4, 3])
    middle = alt.Chart(alt.Data(values=[{"x": found.estimate}])).mark_rule(color=POOLED)
    dots = alt.Chart(alt.Data(values=points))
    layers = (
        lines.encode(x=x, y=y, detail="side:N"),
        middle.encode(x=x),
        dots.mark_point(filled=True, size=60, color=TRIAL, opacity=1).encode(x=x, y=y),
        dots.mark_text(align="left", dx=7, fontSize=12, color=INK).encode(x=x, y=y, text="text:N"),
    )
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _cumulative(found):
    rows = [
        {
            "row": f"+ {step.label} (k = {step.k})",
            "x": step.estimate,
            "low": step.ci_low,
            "high": step.ci_high,
        }
        for step in found.steps
    ]
    data = alt.Chart(alt.Data(values=rows))
    y = alt.Y("row:N", sort=None, axis=alt.Axis(title=None, domain=False, ticks=False, labelLimit=200))
    title = f"Pooled, {found.unit}"
    x = alt.X("x:Q", axis=alt.Axis(title=title, grid=False, tickCount=5))
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE).encode(x="zero:Q")
    layers = (
        zero,
        data.mark_rule(color=POOLED, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        data.mark_point(shape="diamond", filled=True, size=70, color=POOLED, opacity=1).encode(x=x, y=y),
    )
    return alt.layer(*layers).properties(width=200, height=HEIGHT)
