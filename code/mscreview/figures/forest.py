"""Forest plots: trials, pooled estimate, prediction interval, and risk of bias beside each row.

To change the HbA1c forest plot, change this file; what stands below the trials is in
`forest_pool`. On a page the plot is live: a trial that is clicked, or left out by a filter, is no
longer pooled (`forest_rows`), and all below the trials is calculated again (`live_pool`).
"""

import altair as alt

from .. import phrases, wording
from . import forest_pool, forest_rows, live_pool
from .figure_data import FigureData
from .forest_layout import BELOW_AXIS, NARROW, WIDE, text, x_axis, y
from .measures import MEASURES, axis_limit, drawn
from .theme import INK, MUTED, RULE, TRIAL, finish

SINGLE = 30  # size of the only trial of a question, in percent of a pool's whole weight


def figure(results, key="hba1c.t2dm.msc.controlled", other_end="other_dose_end"):
    """The forest plot of one pool.

    ``other_end`` names a variant of the pool that is drawn beneath it, hollow; it is left out
    where the results hold no such variant. Returns an Altair chart.
    """
    result, other = _pools(results, key, other_end)
    live = {"toggle": "out", "hint": forest_rows.hint(result)}
    told = describe(results, key, other_end), data(results, key)
    return finish(_plot(result, other, WIDE), *told, live, narrow=_plot(result, other, NARROW))


def _plot(result, other, place):
    limit = axis_limit(result)
    pooled, last = forest_pool.layers(result, other, len(result.trials), limit, place)
    live = alt.layer(
        *_rows(result, limit, place),
        *pooled,
        data=alt.Data(values=_data(result, other, place)),
        transform=[{"calculate": forest_rows.kept(result), "as": "kept"}],
    )
    live = live_pool.pooled(live, result.t_quantiles)
    # The axis stands below the rows with marks; trials without a value, of which there may be many,
    # stand below the axis.
    bottom = place.middle(last) - place.row_height / 2 + 8
    below = len(result.not_pooled) * place.row_height + BELOW_AXIS if result.not_pooled else 0
    layers = [*_frame(result, limit, last, place, -below), live, *_without_value(result, last, place)]
    layers += forest_rows.hit_areas(result, place)
    layers += [*forest_rows.names(result, place), *forest_rows.judgments(result, place)]
    return alt.layer(
        *layers,
        width=place.plot_width,
        height=bottom + below,
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="shared", y="shared")),
        params=[param.param for param in forest_rows.params(result)],
    )


def describe(results, key="hba1c.t2dm.msc.controlled", other_end="other_dose_end"):
    """What the plot shows, for readers who do not see it."""
    result, other = _pools(results, key, other_end)
    kind = wording.KINDS[result.measure]
    trials = "; ".join(
        f"{t.label} {wording.number(t.effect, kind)} ({wording.interval((t.ci_low, t.ci_high), kind)})"
        for t in result.trials
    )
    title = MEASURES[result.measure][1].format(unit=result.unit)
    told = f"Forest plot of {result.title}, {title[0].lower()}{title[1:]}: {trials}. "
    if result.k >= 2:
        told += _pooled_words("Pooled", result)
    if result.pi_low is not None:
        pi = wording.interval((result.pi_low, result.pi_high), kind)
        told += f" 95% prediction interval {pi}."
    if other is not None and other.k >= 2:
        told += " " + _pooled_words("With the other end of the printed dose range", other)
    return told


def data(results, key="hba1c.t2dm.msc.controlled"):
    """What the plot shows as a `FigureData`: a row a trial, then the pool."""
    result = results[key]
    kind = wording.KINDS[result.measure]
    columns = [("Trial", "text"), ("n, cells", "count"), ("n, control", "count")]
    columns += [("Mean, cells", "mean"), ("SD, cells", "mean"), ("Mean, control", "mean")]
    columns += [("SD, control", "mean"), (f"{MEASURES[result.measure][0]}", kind)]
    columns += [("95% CI, low", kind), ("95% CI, high", kind), ("Weight", "percent")]
    columns += [("Risk of bias", "text"), ("Obtained from", "text"), ("DOI", "text")]
    rows = [
        (t.label, t.n_treatment, t.n_control, t.mean_treatment, t.sd_treatment, t.mean_control)
        + (t.sd_control, t.effect, t.ci_low, t.ci_high, t.weight if result.k > 1 else None)
        + (t.bias_overall, t.effect_source, t.doi)
        for t in result.trials
    ]
    numbers = (result.estimate, result.ci_low, result.ci_high)
    if result.k > 1:
        start = ("Pooled", result.n_treatment, result.n_control, *(None,) * 4)
        rows.append((*start, *numbers, 100.0, "", "", ""))
    if result.pi_low is not None:
        start = ("95% prediction interval", *(None,) * 7)
        rows.append((*start, result.pi_low, result.pi_high, None, "", "", ""))
    rows += [
        (t.label, *(None,) * 10, "", phrases.REASONS[t.reason], t.doi) for t in result.not_pooled
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- what is drawn ---------------------------------------------------------------------------


def _pools(results, key, other_end):
    other_key = f"{key}.{other_end}"
    return results[key], results[other_key] if other_key in results else None


def _pooled_words(start, result):
    kind = wording.KINDS[result.measure]
    name = MEASURES[result.measure][0].partition(",")[0]
    ci = wording.interval((result.ci_low, result.ci_high), kind)
    return f"{start} {name} {wording.number(result.estimate, kind)}, 95% CI {ci}, k = {result.k}."


def _data(result, other, place):
    """A row for each trial of the pool, and of its other end under that name."""
    rows = [{**_trial_row(i, t, result, place), "pool": "main"} for i, t in enumerate(result.trials)]
    for trial in other.trials if other else ():
        values = forest_rows.to_pool(trial, result)
        rows.append({**values, "pool": "other", "first": trial == other.trials[0]})
    return rows


def _trial_row(index, trial, result, place):
    cells = (trial.mean_treatment, trial.sd_treatment)
    control = (trial.mean_control, trial.sd_control)
    if trial.events_treatment is not None:
        cells = f"{trial.events_treatment:.0f} of {trial.n_treatment:.0f}"
        control = f"{trial.events_control:.0f} of {trial.n_control:.0f}"
    return {
        **forest_rows.to_pool(trial, result),
        "y": place.mark_y(index),
        "y_text": place.text_y(index),
        "first": index == 0,
        "n": " / ".join(wording.number(n, "count") for n in (trial.n_treatment, trial.n_control)),
        "cells": _mean(cells),
        "control": _mean(control),
        "difference": _difference(trial, result),
        "x": drawn(result, trial.effect),
        "x_low": drawn(result, trial.ci_low),
        "x_high": drawn(result, trial.ci_high),
    }


def _mean(value):
    """A mean with its SD, or a count that is text already."""
    if isinstance(value, str):
        return value
    mean, sd = value
    if mean is None:
        return "not printed"
    # Its column holds no more digits; the table has all.
    kind = "mean" if sd is None or sd < 10 else "short_mean"
    return f"{wording.number(mean, kind)} ({wording.number(sd, kind)})"


def _difference(trial, result):
    kind = wording.KINDS[result.measure]
    ci = wording.interval((trial.ci_low, trial.ci_high), kind)
    return f"{wording.number(trial.effect, kind)} [{ci}]"


# --- parts -----------------------------------------------------------------------------------


def _frame(result, limit, last, place, offset):
    """Column heads, the line of no difference and which side is which; the axis by its offset."""
    name, title, _, _ = MEASURES[result.measure]
    heads = [
        ("Trial", place.study, "left"),
        ("n", place.n, "right"),
        ("Cells", place.cells, "right"),
        ("Control", place.control, "right"),
        (f"{name} [95% CI]", place.difference, "right"),
        ("Weight", place.weight, "right"),
    ]
    layers = [
        place.text([{"row": -1, "text": t}], x, align, weight="bold")
        for t, x, align in heads
        if x is not None
    ]
    # On the line of the marks, which is that of the other heads on a page.
    half = place.plot_width / 2
    beside = (
        ("cells lower", half - 4, "right", MUTED, "normal"),
        ("cells higher", half + 4, "left", MUTED, "normal"),
        ("Risk of bias", place.judgments - 6, "left", INK, "bold"),
    )
    layers += [text([{"y": place.mark_y(-1), "text": t}], *how) for t, *how in beside]
    # Beside marks only: words stay free of it, and below the pooled rows there are only words.
    top, below = (place.mark_y(row) - place.zero_half for row in (-1, last))
    zero = alt.Chart(alt.sequence(top, below, place.mark_y(0) - place.mark_y(-1), as_="y"))
    zero = zero.transform_calculate(zero="0", y2=f"datum.y + {2 * place.zero_half}")
    zero = zero.mark_rule(color=RULE, strokeWidth=1.5, aria=False)
    x = x_axis("zero", limit, title.format(unit=result.unit), offset=offset)
    return [zero.encode(x=x, y=y(), y2=alt.Y2("y2:Q")), *layers]


def _where_kept(color):
    """A color that turns pale where a trial is left out."""
    return alt.ColorValue(MUTED, condition={"test": "datum.kept == 1", "value": color})


def _rows(result, limit, place):
    """The rows of the trials: pale and struck through where a trial is left out."""
    color, ink = _where_kept(TRIAL), _where_kept(INK)
    weight = "datum.kept == 0 ? 'left out' : datum.k > 1 ? format(datum.weight, '.1f') + '%' : 'no pool'"
    main = alt.Chart().transform_filter("datum.pool == 'main'")
    main = main.transform_calculate(weight_text=weight, size=f"datum.k > 1 ? datum.weight : {SINGLE}")
    size = alt.Size("size:Q", legend=None, scale=alt.Scale(domain=[0, 100], range=[20, 260], clamp=True))
    columns = (
        ("n", place.n),
        ("cells", place.cells),
        ("control", place.control),
        ("difference", place.difference),
        ("weight_text", place.weight),
    )
    bar = main.mark_rule(strokeWidth=1.5, aria=False)
    box = main.mark_point(shape="square", filled=True, opacity=1, aria=False)
    return [
        bar.encode(x=x_axis("x_low", limit), x2=alt.X2("x_high:Q"), y=y(), color=color),
        box.encode(x=x_axis("x", limit), y=y(), size=size, color=color),
        *(
            main.mark_text(align="right", baseline="middle", aria=False).encode(
                x=alt.XValue(x),
                y=y("y_text"),
                text=alt.Text(f"{field}:N"),
                color=alt.ColorValue(INK) if field == "weight_text" else ink,
            )
            for field, x in columns
            if x is not None
        ),
        *(
            main.transform_filter("datum.kept == 0")
            .mark_rule(color=INK, strokeWidth=1, aria=False)
            .encode(x=alt.XValue(start), x2=alt.X2Value(end), y=y("y_text"))
            for start, end in place.struck
        ),
    ]


def _without_value(result, first_row, place):
    """Eligible trials that give no usable value: named, never dropped silently."""
    if not result.not_pooled:
        return []
    named = list(enumerate(result.not_pooled, first_row))
    names = [{"row": row, "text": trial.label} for row, trial in named]
    told = [{"row": row, "text": phrases.REASONS[trial.reason]} for row, trial in named]
    return [
        place.text(names, place.study, color=MUTED, down=BELOW_AXIS),
        place.reasons(told, MUTED, BELOW_AXIS),
    ]
