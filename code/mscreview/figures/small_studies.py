"""Do small trials differ from large ones, and how did the pool move as trials came in?"""

import textwrap
from dataclasses import dataclass

import altair as alt

from .. import wording
from .figure_data import FigureData
from .live_rows import NEAR_TOLD, NO_DOI, doi_url, pointing
from .theme import FONT_SIZE, INK, MUTED, POOLED, RULE, TRIAL, finish, round_domain

HEIGHT = 200
NEAR = alt.condition(alt.param(name="trial"), alt.value(1), alt.value(0.2))
REACH = 1.96  # standard errors to the sides of the funnel


@dataclass(frozen=True)
class Layout:
    """Pixels: widths of both plots, and ``room``, what is free for names right of the left edge of
    the funnel, None for as much as they take; a name that is longer stands left of its dot.
    ``labels``: how the names of the steps stand, beside or above their intervals."""

    stacked: bool
    funnel: float
    pools: float
    room: float | None
    labels: dict
    characters: int


ABOVE = dict(labelAlign="left", labelPadding=44, labelOffset=-14)
WIDE = Layout(stacked=False, funnel=240, pools=200, room=None, labels={}, characters=80)
NARROW = Layout(stacked=True, funnel=240, pools=272, room=278, labels=ABOVE, characters=44)


def figure(results, key="small_studies.hba1c.both.any.controlled"):
    """Funnel plot beside the cumulative analysis; below the needed k, a sentence in their place."""
    wide, narrow = (_drawn(results, key, place) for place in (WIDE, NARROW))
    return finish(wide, describe(results, key), data(results, key), narrow=narrow)


def _drawn(results, key, place):
    """Both plots beside or above each other, not finished."""
    found = results[key]
    if not found.steps:
        words = "\n".join(textwrap.wrap(_too_few(found), place.characters))
        text = alt.Chart(alt.Data(values=[{"text": words}]))
        text = text.mark_text(align="left", color=MUTED, fontSize=FONT_SIZE, lineBreak="\n")
        return text.encode(text=alt.Text("text:N"), x=alt.XValue(0), y=alt.YValue(10))
    rows = alt.Data(values=list(_rows(results, found)))
    plots = _funnel(found, place), _cumulative(found, place)
    if place.stacked:
        chart = alt.vconcat(*plots, spacing=25, data=rows)
    else:
        chart = alt.hconcat(*plots, spacing=15, data=rows)
    return pointing(chart, "trial", "text", ("plot_0", "plot_1"), nearest=True)


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
        f"First, funnel plot of {found.title}, mean difference in {found.unit}, against its standard "
        f"error: {trials}. Then, cumulative pool by year: {steps}."
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


def _rows(results, found):
    """A row a trial: its own effect, and the pool after it came in."""
    kind = wording.KINDS[found.measure]
    for step, trial in _steps(results, found):
        effect = f"{wording.number(step.effect, kind)}, SE {wording.number(step.se, 'se')}"
        ci = wording.interval((step.ci_low, step.ci_high), kind)
        pooled = f"{wording.number(step.estimate, kind)} [{ci}]"
        yield {
            "text": step.label,
            "url": doi_url(trial.doi),
            "effect": step.effect,
            "se": step.se,
            "row": f"+ {step.label} (k = {step.k})",
            "pooled": step.estimate,
            "low": step.ci_low,
            "high": step.ci_high,
            "said": f"{step.label}: {effect}",
            "pool_said": f"With {step.label}, k = {step.k}: pooled {pooled}",
            "told": {
                "Trial": step.label,
                "Own difference": effect,
                f"Pooled, k = {step.k}": pooled,
                "DOI": trial.doi or NO_DOI,
            },
        }


def _funnel(found, place):
    """Each trial by its standard error; pointing at one lights its step of the other plot."""
    deepest = max(step.se for step in found.steps) * 1.15
    sides = [
        {"side": side, "x": found.estimate + side * REACH * se, "se": se}
        for side in (-1, 1)
        for se in (0, deepest)
    ]
    axis = alt.Axis(title="Standard error", grid=False, tickCount=4)
    y = alt.Y("se:Q", axis=axis, scale=alt.Scale(domain=[deepest, 0], nice=False))
    domain = round_domain([*(row["x"] for row in sides), *(step.effect for step in found.steps)])

    def x(field):
        title = f"Mean difference, {found.unit}"
        axis = alt.Axis(title=title, grid=False, tickCount=5)
        return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))

    lines = alt.Chart(alt.Data(values=sides)).mark_line(color=RULE, strokeDash=[4, 3], aria=False)
    middle = alt.Chart(alt.Data(values=[{"x": found.estimate}])).mark_rule(color=POOLED, aria=False)
    row = alt.Chart().encode(x=x("effect"), y=y, opacity=NEAR)
    dots = row.mark_point(filled=True, size=60, color=TRIAL, ariaRoleDescription="trial in a funnel")
    layers = (
        lines.encode(x=x("x"), y=y, detail=alt.Detail("side:N")),
        middle.encode(x=x("x")),
        dots.encode(description=alt.Description("said:N"), tooltip=NEAR_TOLD).properties(name="plot_0"),
        *_names(row, domain, place),
    )
    return alt.layer(*layers, width=place.funnel, height=HEIGHT)


def _names(row, domain, place):
    """Names beside their dots, those with an address as links."""
    look = dict(fontSize=FONT_SIZE, color=INK)
    sides = [("", dict(align="left", dx=7, **look))]
    if place.room:
        pixels = f"(datum.effect - {domain[0]}) * {place.funnel / (domain[1] - domain[0])}"
        beyond = f"{pixels} + 7 + 6.7 * length(datum.text) > {place.room}"
        sides = [(f" && !({beyond})", sides[0][1]), (f" && {beyond}", dict(align="right", dx=-7, **look))]
    for where, mark in sides:
        links = row.transform_filter(f"datum.url{where}").mark_text(**mark, ariaRole="link")
        names = row.transform_filter(f"!datum.url{where}").mark_text(**mark, aria=False)
        links = links.encode(href=alt.Href("url:N"), description=alt.Description("text:N"))
        yield from (links.encode(text=alt.Text("text:N")), names.encode(text=alt.Text("text:N")))


def _cumulative(found, place):
    """The pool with its interval after each trial."""
    axis = alt.Axis(title=None, domain=False, ticks=False, labelLimit=200, **place.labels)
    y = alt.Y("row:N", sort=None, axis=axis)
    domain = round_domain([0, *(v for step in found.steps for v in (step.ci_low, step.ci_high))])

    def x(field):
        axis = alt.Axis(title=f"Pooled, {found.unit}", grid=False, tickCount=5)
        return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))

    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE, aria=False)
    row = alt.Chart().encode(y=y, opacity=NEAR)
    bars = row.mark_rule(color=POOLED, strokeWidth=1.5, aria=False)
    mark = dict(shape="diamond", filled=True, size=70, color=POOLED)
    pools = row.mark_point(**mark, ariaRoleDescription="cumulative pool")
    layers = (
        zero.encode(x=x("zero")),
        bars.encode(x=x("low"), x2=alt.X2("high:Q")),
        pools.encode(x=x("pooled"), description=alt.Description("pool_said:N"), tooltip=NEAR_TOLD).properties(
            name="plot_1"
        ),
    )
    return alt.layer(*layers, width=place.pools, height=HEIGHT)
