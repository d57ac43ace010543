"""Does the answer on HbA1c depend on the choices that the data leave open?

A specification curve: above, the estimate of each distinct set of effects, lowest first; in the
middle, how many combinations of choices lead to it; below, which options these are. On a page a
reader can hold choices fixed: what these leave out pales, and what remains is counted.
"""

import altair as alt

from .. import wording
from .figure_data import FigureData
from .live_rows import pointing, silent
from .multiverse_live import areas, counted, lit, once, params, pointed, selected
from .multiverse_sets import CLASSES, LONG_NAMES, data_sets, live_rows, marked_sets, named, occurring
from .theme import INK, MUTED, PANEL, RULE, column, finish, round_domain, rows_y

WIDTH = 425
CHOICE, OPTION = -322, -212  # pixels from the left of the plot area
ESTIMATES, RUNS, ROW = 185, 42, 15  # heights: panels, and one option
GAP = 0.45  # rows between choices

def figure(results, key="multiverse.hba1c"):
    """Estimates, runs and options of every distinct data set; returns an Altair chart."""
    result = results[key]
    found = data_sets(result)
    marked = marked_sets(result, found)
    # Without padding=0 the panel of bars alone would get some.
    scale = alt.Scale(domain=[0.5, len(found) + 0.5], nice=False, padding=0)

    def x(field):
        return alt.X(f"{field}:Q", axis=None, scale=scale)

    panels = (
        _estimates(result, found, marked, x).properties(width=WIDTH, height=ESTIMATES),
        _runs(found, marked, x).properties(width=WIDTH, height=RUNS),
        _options(result, marked, x),
    )
    rows = alt.Data(values=list(live_rows(result, found)))
    chart = alt.vconcat(*panels, spacing=12, data=rows, transform=selected(result))
    chart.params = params(result)
    chart = pointing(chart, "at", "rank", [f"area_{i}" for i in range(len(panels))])
    return finish(chart, describe(results, key), data(results, key))


def describe(results, key="multiverse.hba1c"):
    """What the curve shows, for readers who do not see it."""
    result = results[key]
    found = data_sets(result)
    of_three = [each for each in found if each.kind != "too_few"]
    counted = (
        *(result.n_runs, result.n_without_estimate, result.n_data_sets, len(of_three)),
        *(result.n_data_sets_excluding_zero, result.n_excludes_zero),
    )
    text = (
        "Specification curve of HbA1c, mean difference in percentage points. {} combinations of "
        "choices; {} leave no trial, the others pool {} distinct sets of effects, {} of them with "
        "three or more trials, of which {} ({} combinations) have an interval that excludes zero. "
    ).format(*(wording.number(value, "count") for value in counted))
    span = wording.interval((result.estimate_low, result.estimate_high), "effect")
    marked = "; ".join(
        f"{name} {wording.number(each.estimate, 'effect')} "
        f"({wording.interval((each.low, each.high), 'effect')})"
        for each, name in marked_sets(result, found)
    )
    return f"{text}Estimates from {span}; {marked}."


def data(results, key="multiverse.hba1c"):
    """What the figure shows as a `FigureData`: a row a distinct set of effects, lowest first."""
    result = results[key]
    columns = [("Rank", "count"), ("MD", "effect"), ("95% CI, low", "effect")]
    columns += [("95% CI, high", "effect"), ("k", "count"), ("Runs", "count")]
    columns += [(named(name), "text") for name, _ in result.choices]
    rows = [
        (e.rank, e.estimate, e.low, e.high, e.k, e.n_runs, *occurring(e, result))
        for e in data_sets(result)
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- parts -----------------------------------------------------------------------------------


def _bands(marked, x):
    """A pale band through all panels at each marked data set, and one where a reader points."""
    data = alt.Data(values=[{"rank": each.rank} for each, _ in marked])
    marked = alt.Chart(data).mark_rule(color=PANEL, strokeWidth=9, aria=False)
    return [marked.encode(x=x("rank")), pointed(x)]


def _band_labels(marked, x):
    """Names above the bands, to the left of the first and to the right of the last."""
    layers = []
    for each, name in marked:
        left = each.rank == min(other.rank for other, _ in marked)
        mark = dict(align="right" if left else "left", baseline="bottom", dx=5 if left else -5)
        data = alt.Data(values=[{"rank": each.rank, "text": name}])
        label = alt.Chart(data).mark_text(**mark, color=INK, aria=False)
        layers.append(label.encode(x=x("rank"), y=alt.value(-4), text="text:N"))
    return layers


def _estimates(result, found, marked, x):
    """Points and intervals; an arrowhead where an interval runs beyond the axis."""
    domain = _domain(found)
    title = ["Mean difference,", "percentage points"]
    axis = alt.Axis(title=title, tickCount=6, grid=False, format="~f")

    def y(field):
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))

    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE, strokeWidth=1.5, aria=False)
    layers = [*_bands(marked, x), *_band_labels(marked, x), zero.encode(y=y("zero"))]
    for kind, (fill, stroke, shape, _) in CLASSES.items():
        if any(each.kind == kind for each in found):
            rows = once().transform_filter(f"datum.kind == '{kind}'").encode(x=x("rank"), opacity=lit())
            bars = rows.mark_rule(color=stroke, strokeWidth=1.2, clip=True, aria=False)
            mark = dict(shape=shape, fill=fill, stroke=stroke, size=28, strokeWidth=1.2, aria=False)
            points = rows.mark_point(**mark)
            layers += [bars.encode(y=y("low"), y2="high:Q"), points.encode(y=y("estimate"))]
    layers += [*_arrows(found, domain, x), *counted(result, CHOICE), areas(x, ESTIMATES, 0)]
    return alt.layer(*layers)


def _domain(found):
    """Room for zero, every estimate, and the intervals of three trials or more."""
    sure = [each for each in found if each.kind != "too_few"]
    values = [0, *(each.estimate for each in found)]
    values += [limit for each in sure for limit in (each.low, each.high)]
    return round_domain(values)


def _arrows(found, domain, x):
    beyond = (
        ("triangle-down", f"datum.low < {domain[0]}", min(e.low for e in found) < domain[0], ESTIMATES),
        ("triangle-up", f"datum.high > {domain[1]}", max(e.high for e in found) > domain[1], 0),
    )
    return [
        once()
        .transform_filter(f"datum.rank > 0 && {test}")
        .mark_point(shape=shape, fill=MUTED, stroke=MUTED, size=16, aria=False)
        .encode(x=x("rank"), y=alt.value(height), opacity=lit())
        for shape, test, occurs, height in beyond
        if occurs
    ]


def _runs(found, marked, x):
    """How many runs lead to each data set: all of them pale, the selected ones dark."""
    most = max(each.n_runs for each in found)
    axis = alt.Axis(title="Runs", values=[0, most], grid=False)
    scale = alt.Scale(domain=[0, most], nice=False)
    rows = once().transform_filter("datum.rank > 0")
    layers = []
    for color, value in ((RULE, "length(datum.codes)"), (MUTED, "datum.selected")):
        bars = rows.transform_calculate(runs=value).mark_bar(color=color, size=4, aria=False)
        layers.append(bars.encode(x=x("rank"), y=alt.Y("runs:Q", axis=axis, scale=scale)))
    return alt.layer(*_bands(marked, x), *layers, areas(x, RUNS, 1))


def _options(result, marked, x):
    """A dot where an option occurs: dark, or pale where the choice makes no difference."""
    places, row = [], -0.7
    for _, options in result.choices:
        places.append([row + i for i in range(len(options))])
        row += len(options) + GAP
    last = row - GAP
    names = [
        (y, LONG_NAMES.get(option, option))
        for (_, options), heights in zip(result.choices, places, strict=True)
        for option, y in zip(options, heights, strict=True)
    ]
    firsts = [(heights[0], named(name)) for (name, _), heights in zip(result.choices, places, strict=True)]
    words = silent(column(names, OPTION, last), column(firsts, CHOICE, last), *_key(last))
    height = ROW * (last + 1)
    layers = [*_bands(marked, x), _dots(result, places, last, x), *words, areas(x, height, 2)]
    return alt.layer(*layers).properties(width=WIDTH, height=height)


def _dots(result, places, last, x):
    """A dot for each option of the runs of a data set; pale unless a selected run has it."""
    rows = alt.Chart().transform_filter("datum.rank > 0")
    rows = rows.transform_calculate(choices=f"sequence({len(places)})")
    rows = rows.transform_flatten(["choices"], ["choice"])
    rows = rows.transform_calculate(option="toNumber(datum.code[datum.choice])")
    rows = rows.transform_aggregate(selected="sum(match)", groupby=["rank", "choice", "option"])
    rows = rows.transform_joinaggregate(occurring="count()", groupby=["rank", "choice"])
    rows = rows.transform_calculate(row=f"{places}[datum.choice][datum.option]")
    every = f"datum.occurring == {[len(options) for _, options in result.choices]}[datum.choice]"
    dots = rows.mark_point(shape="circle", filled=True, size=24, aria=False)
    color = alt.condition(every, alt.value(RULE), alt.value(INK))
    return dots.encode(x=x("rank"), y=rows_y(last), color=color, opacity=lit())


def _key(last):
    """What symbols and shades mean, beneath the options."""
    looks = (
        (INK, INK, "circle", "with this option"),
        (RULE, RULE, "circle", "with every option of the choice"),
        (MUTED, MUTED, "triangle-up", "interval runs beyond the axis"),
    )
    entries = [(line, CHOICE, *look) for line, look in enumerate(CLASSES.values())]
    entries += [(line, 20, *look) for line, look in enumerate(looks)]
    layers = []
    for line, x, fill, stroke, shape, words in entries:
        row = last + 1.1 + 1.3 * line
        mark = dict(shape=shape, fill=fill, stroke=stroke, size=28, strokeWidth=1.2, opacity=1)
        symbol = alt.Chart(alt.Data(values=[{"row": row}])).mark_point(**mark)
        layers.append(symbol.encode(x=alt.value(x + 5), y=rows_y(last)))
        layers.append(column([(row, words)], x + 16, last, color=MUTED))
    return layers
