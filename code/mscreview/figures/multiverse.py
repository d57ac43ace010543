"""Does the answer on HbA1c depend on the choices that the data leave open?

A specification curve: above, the estimate of each distinct set of effects, lowest first; in the
middle, how many combinations of choices lead to it; below, which options these are. On a page a
reader can hold choices fixed, or drag over a range of estimates: what these leave out pales, and
what remains is counted.
"""

import textwrap

import altair as alt

from .. import wording
from .figure_data import FigureData
from .live_rows import pointing, silent
from .multiverse_layout import LINE, NARROW, WIDE
from .multiverse_live import HINT, areas, brush, counted, lit, once, params, pointed, selected
from .multiverse_sets import CLASSES, LONG_NAMES, data_sets, live_rows, marked_sets, named, occurring
from .theme import INK, MUTED, PANEL, RULE, column, finish, round_domain, rows_y

GAP = 0.45  # rows between choices
LABEL = 64  # pixels from the middle of one label above a band to that of the next, at least
ANALYSES = ("Analyses (combinations of", "choices) that lead to each set")


def figure(results, key="multiverse.hba1c"):
    """Estimates, analyses and options of every distinct data set; returns an Altair chart."""
    result = results[key]
    told = describe(results, key), data(results, key)
    live = {"hint": HINT, "brush": "brush"}
    return finish(_plot(result, WIDE), *told, live, narrow=_plot(result, NARROW))


def _plot(result, place):
    found = data_sets(result)
    marked = marked_sets(result, found)
    # Without padding=0 the panel of bars alone would get some.
    scale = alt.Scale(domain=[0.5, len(found) + 0.5], nice=False, padding=0)

    def x(field):
        return alt.X(f"{field}:Q", axis=None, scale=scale)

    panels = (
        _estimates(result, found, marked, x, place),
        _analyses(found, marked, x, place),
        _options(result, marked, x, place),
    )
    rows = alt.Data(values=list(live_rows(result, found)))
    chart = alt.vconcat(*panels, spacing=place.spacing, data=rows, transform=selected(result))
    chart.params = [*params(result), brush("area_0")]
    return pointing(chart, "at", "rank", [f"area_{i}" for i in range(len(panels))])


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
    marked = "".join(
        f"; {name} {wording.number(each.estimate, 'effect')} "
        f"({wording.interval((each.low, each.high), 'effect')})"
        for each, name in marked_sets(result, found)
    )
    return f"{text}Estimates from {span}{marked}."


def data(results, key="multiverse.hba1c"):
    """What the figure shows as a `FigureData`: a row a distinct set of effects, lowest first."""
    result = results[key]
    columns = [("Rank", "count"), ("MD", "effect"), ("95% CI, low", "effect")]
    columns += [("95% CI, high", "effect"), ("k", "count"), ("Analyses", "count")]
    columns += [(named(name), "text") for name, _ in result.choices]
    rows = [
        (e.rank, e.estimate, e.low, e.high, e.k, e.n_runs, *occurring(e, result))
        for e in data_sets(result)
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- parts -----------------------------------------------------------------------------------


def _bands(marked, x, place):
    """A pale band through all panels at each marked data set, and one where a reader points."""
    data = alt.Data(values=[{"rank": each.rank} for each, _ in marked])
    marked = alt.Chart(data).mark_rule(color=PANEL, strokeWidth=place.band, aria=False)
    return [marked.encode(x=x("rank")), pointed(x, place)]


def _band_labels(found, marked, x, place):
    """Names above the middles of the bands, moved apart where these are too near each other; perhaps none."""
    step = place.width / len(found)
    ranks = [each.rank for each, _ in marked]
    aside = max(0, LABEL - step * (max(ranks) - min(ranks))) / 2 if marked else 0
    for i, (each, name) in enumerate(sorted(marked, key=lambda one: one[0].rank)):
        mark = dict(align="center", baseline="line-bottom", lineBreak="\n", lineHeight=LINE)
        lines = "\n".join(textwrap.wrap(name, 9))
        data = alt.Data(values=[{"rank": each.rank, "text": name, "lines": lines}])
        label = alt.Chart(data).mark_text(**mark, dx=aside if i else -aside, color=INK, aria=False)
        yield label.encode(x=x("rank"), y=alt.YValue(-4 - LINE), text=alt.Text("lines:N"))


def _estimates(result, found, marked, x, place):
    """Points and intervals; an arrowhead where an interval runs beyond the axis."""
    domain = _domain(found)
    title = ["Mean difference,", "percentage points"]
    above = place.estimates_title_y
    axis = alt.Axis(title=title if above is None else None, tickCount=6, grid=False, format="~f")

    def y(field):
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))

    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE, strokeWidth=1.5, aria=False)
    layers = [*_bands(marked, x, place), *_band_labels(found, marked, x, place), zero.encode(y=y("zero"))]
    for kind, (fill, stroke, shape, _) in CLASSES.items():
        if any(each.kind == kind for each in found):
            rows = once().transform_filter(f"datum.kind == '{kind}'").encode(x=x("rank"), opacity=lit())
            bars = rows.mark_rule(color=stroke, strokeWidth=1.2, clip=True, aria=False)
            mark = dict(shape=shape, fill=fill, stroke=stroke, size=place.point, strokeWidth=1.2)
            points = rows.mark_point(**mark, aria=False)
            layers += [bars.encode(y=y("low"), y2=alt.Y2("high:Q")), points.encode(y=y("estimate"))]
    layers += [*_arrows(found, domain, x, place), *counted(result, place)]
    if above is not None:
        layers.append(_title([" ".join(title)], above, place))
    return alt.layer(*layers, areas(x, place.estimates, 0), width=place.width, height=place.estimates)


def _title(lines, y, place):
    """The title of a panel, beside or above it."""
    mark = dict(align="left", baseline="top", lineBreak="\n", lineHeight=LINE, aria=False)
    row = alt.Chart(alt.Data(values=[{"text": "\n".join(lines)}])).mark_text(**mark)
    return row.encode(x=alt.XValue(place.choice_x), y=alt.YValue(y), text=alt.Text("text:N"))


def _domain(found):
    """Room for zero, every estimate, and the intervals of three trials or more."""
    sure = [each for each in found if each.kind != "too_few"]
    values = [0, *(each.estimate for each in found)]
    values += [limit for each in sure for limit in (each.low, each.high)]
    return round_domain(values)


def _arrows(found, domain, x, place):
    below, above = min(e.low for e in found) < domain[0], max(e.high for e in found) > domain[1]
    beyond = (
        ("triangle-down", f"datum.low < {domain[0]}", below, place.estimates),
        ("triangle-up", f"datum.high > {domain[1]}", above, 0),
    )
    return [
        once()
        .transform_filter(f"datum.rank > 0 && {test}")
        .mark_point(shape=shape, fill=MUTED, stroke=MUTED, size=place.arrow, aria=False)
        .encode(x=x("rank"), y=alt.YValue(height), opacity=lit())
        for shape, test, occurs, height in beyond
        if occurs
    ]


def _analyses(found, marked, x, place):
    """How many analyses lead to each data set: all of them pale, the selected ones dark."""
    most = max(each.n_runs for each in found)
    axis = alt.Axis(title=None, values=[0, most], grid=False)
    scale = alt.Scale(domain=[0, most], nice=False)
    rows = once().transform_filter("datum.rank > 0")
    layers = []
    for color, value in ((RULE, "length(datum.codes)"), (MUTED, "datum.selected")):
        bars = rows.transform_calculate(runs=value).mark_bar(color=color, size=place.bar, aria=False)
        layers.append(bars.encode(x=x("rank"), y=alt.Y("runs:Q", axis=axis, scale=scale)))
    layers += [_title(ANALYSES, place.title_y, place), areas(x, place.analyses, 1)]
    return alt.layer(*_bands(marked, x, place), *layers, width=place.width, height=place.analyses)


def _options(result, marked, x, place):
    """A dot where an option occurs: dark, or pale where the choice makes no difference."""
    rows, row = [], -0.7
    for _, options in result.choices:
        rows.append([row + i for i in range(len(options))])
        row += len(options) + GAP
    last = row - GAP
    above = place.name_line / place.option  # in rows
    names = [
        (y - above, LONG_NAMES.get(option, option))
        for (_, options), heights in zip(result.choices, rows, strict=True)
        for option, y in zip(options, heights, strict=True)
    ]
    firsts = [(at[0] - above, named(name)) for (name, _), at in zip(result.choices, rows, strict=True)]
    words = (column(names, place.name_x, last), column(firsts, place.choice_x, last))
    height = place.option * (last + 1)
    return alt.layer(
        *_bands(marked, x, place),
        _dots(result, rows, last, x, place),
        *silent(*words, *_key(last, place)),
        areas(x, height, 2),
        width=place.width,
        height=height,
    )


def _dots(result, heights, last, x, place):
    """A dot for each option of the runs of a data set; pale unless a selected run has it."""
    rows = alt.Chart().transform_filter("datum.rank > 0")
    rows = rows.transform_calculate(choices=f"sequence({len(heights)})")
    rows = rows.transform_flatten(["choices"], ["choice"])
    rows = rows.transform_calculate(option="toNumber(datum.code[datum.choice])")
    rows = rows.transform_aggregate(selected="sum(match)", groupby=["rank", "choice", "option"])
    rows = rows.transform_joinaggregate(occurring="count()", groupby=["rank", "choice"])
    rows = rows.transform_calculate(row=f"{heights}[datum.choice][datum.option]")
    every = f"datum.occurring == {[len(options) for _, options in result.choices]}[datum.choice]"
    dots = rows.mark_point(shape="circle", filled=True, size=place.dot, aria=False)
    color = alt.condition(every, alt.value(RULE), alt.value(INK))
    return dots.encode(x=x("rank"), y=rows_y(last), color=color, opacity=lit())


def _key(last, place):
    """What symbols and shades mean, beneath the options."""
    looks = (
        (INK, INK, "circle", "with this option"),
        (RULE, RULE, "circle", "with every option of the choice"),
        (MUTED, MUTED, "triangle-up", "interval runs beyond the axis"),
    )
    second, first_line = place.looks
    entries = [(line, place.choice_x, *look) for line, look in enumerate(CLASSES.values())]
    entries += [(line, second, *look) for line, look in enumerate(looks, first_line)]
    layers = []
    for line, x, fill, stroke, shape, words in entries:
        row = last + (16.5 + 19.5 * line) / place.option
        mark = dict(shape=shape, fill=fill, stroke=stroke, size=28, strokeWidth=1.2, opacity=1)
        symbol = alt.Chart(alt.Data(values=[{"row": row}])).mark_point(**mark)
        layers.append(symbol.encode(x=alt.XValue(x + 5), y=rows_y(last)))
        layers.append(column([(row, words)], x + 16, last, color=MUTED))
    return layers
