"""Does the answer on HbA1c depend on the choices that the data leave open?

A specification curve: above, the estimate of each distinct set of effects, lowest first; in the
middle, how many combinations of choices lead to it; below, which options these are.
"""

from dataclasses import dataclass

import altair as alt

from .. import phrases, wording
from .figure_data import FigureData
from .theme import INK, MUTED, PANEL, POOLED, RULE, column, finish, round_domain, rows_y

WIDTH = 425
CHOICE, OPTION = -322, -212  # pixels from the left of the plot area
ESTIMATES, RUNS, ROW = 185, 42, 15  # heights: panels, and one option
GAP = 0.45  # rows between choices

OTHER_END = ("dose", "other end")
LONG_NAMES = phrases.PRODUCT_NAMES | {k: v["en"] for k, v in phrases.POPULATION_NAMES.items()}

# class of a data set -> fill, stroke, symbol, words
CLASSES = {
    "excludes": (POOLED, POOLED, "circle", "three or more trials, interval excludes zero"),
    "includes": ("transparent", POOLED, "circle", "three or more trials, interval includes zero"),
    "too_few": (MUTED, MUTED, "cross", "one or two trials: no conclusion"),
}


@dataclass(frozen=True)
class _DataSet:
    """All runs that pool the same effects; ``options``: those that occur, for each choice."""

    number: int
    rank: int
    kind: str
    k: int
    n_runs: int
    estimate: float
    low: float
    high: float
    options: tuple


def figure(results, key="multiverse.hba1c"):
    """Estimates, runs and options of every distinct data set; returns an Altair chart."""
    result = results[key]
    found = _data_sets(result)
    marked = _marked(result, found)
    # Without padding=0 the panel of bars alone would get some.
    scale = alt.Scale(domain=[0.5, len(found) + 0.5], nice=False, padding=0)
    x = alt.X("rank:Q", axis=None, scale=scale)
    panels = (
        _estimates(found, marked, x).properties(width=WIDTH, height=ESTIMATES),
        _runs(found, marked, x).properties(width=WIDTH, height=RUNS),
        _options(result, found, marked, x),
    )
    chart = alt.vconcat(*panels, spacing=12)
    return finish(chart, describe(results, key), data(results, key))


def describe(results, key="multiverse.hba1c"):
    """What the curve shows, for readers who do not see it."""
    result = results[key]
    found = _data_sets(result)
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
        for each, name in _marked(result, found)
    )
    return f"{text}Estimates from {span}; {marked}."


def data(results, key="multiverse.hba1c"):
    """What the figure shows as a `FigureData`: a row a distinct set of effects, lowest first."""
    result = results[key]
    columns = [("Rank", "count"), ("MD", "effect"), ("95% CI, low", "effect")]
    columns += [("95% CI, high", "effect"), ("k", "count"), ("Runs", "count")]
    columns += [(_named(name), "text") for name, _ in result.choices]
    rows = [
        (e.rank, e.estimate, e.low, e.high, e.k, e.n_runs, *_occurring(e, result))
        for e in _data_sets(result)
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- what is drawn ---------------------------------------------------------------------------


def _data_sets(result):
    """The distinct data sets with an estimate, the lowest first; ValueError without any."""
    groups = {}
    for run in result.runs:
        if run.estimate is not None:
            groups.setdefault(run.data_set, []).append(run)
    if not groups:
        raise ValueError(f"{result.key} holds no estimate to draw")
    ordered = sorted(groups.values(), key=lambda runs: (runs[0].estimate, runs[0].data_set))
    return [_data_set(rank, runs) for rank, runs in enumerate(ordered, start=1)]


def _data_set(rank, runs):
    first = runs[0]
    outside = wording.excludes_zero(first.ci_low, first.ci_high)
    return _DataSet(
        number=first.data_set,
        rank=rank,
        kind="too_few" if first.k < 3 else "excludes" if outside else "includes",
        k=first.k,
        n_runs=len(runs),
        estimate=first.estimate,
        low=first.ci_low,
        high=first.ci_high,
        options=tuple(set(column) for column in zip(*(run.options for run in runs), strict=True)),
    )


def _occurring(each, result):
    """The options of a data set in words, for each choice."""
    return [
        " or ".join(LONG_NAMES.get(option, option) for option in options if option in occurring)
        for (_, options), occurring in zip(result.choices, each.options, strict=True)
    ]


def _named(choice):
    return f"{choice[0].upper()}{choice[1:]}"


def _marked(result, found):
    """The data sets of the main analysis and of its other end of doses, with their names."""
    main = tuple(options[0] for _, options in result.choices)
    names = [name for name, _ in result.choices]
    end = tuple(OTHER_END[1] if n == OTHER_END[0] else o for n, o in zip(names, main, strict=True))
    numbers = {run.options: run.data_set for run in result.runs}
    return [
        (each, name)
        for options, name in ((main, "main analysis"), (end, "other end of doses"))
        for each in found
        if each.number == numbers[options]
    ]


# --- parts -----------------------------------------------------------------------------------


def _bands(marked, x):
    """A pale band through all panels at each marked data set."""
    data = alt.Data(values=[{"rank": each.rank} for each, _ in marked])
    return alt.Chart(data).mark_rule(color=PANEL, strokeWidth=9).encode(x=x)


def _band_labels(marked, x):
    """Names above the bands, to the left of the first and to the right of the last."""
    layers = []
    for each, name in marked:
        left = each.rank == min(other.rank for other, _ in marked)
        mark = dict(align="right" if left else "left", baseline="bottom", dx=5 if left else -5)
        data = alt.Data(values=[{"rank": each.rank, "text": name}])
        label = alt.Chart(data).mark_text(**mark, color=INK)
        layers.append(label.encode(x=x, y=alt.value(-4), text="text:N"))
    return layers


def _estimates(found, marked, x):
    """Points and intervals; an arrowhead where an interval runs beyond the axis."""
    sure = [each for each in found if each.kind != "too_few"]
    values = [0, *(each.estimate for each in found)]
    values += [limit for each in sure for limit in (each.low, each.high)]
    domain = round_domain(values)
    title = ["Mean difference,", "percentage points"]
    axis = alt.Axis(title=title, tickCount=6, grid=False, format="~f")

    def y(field):
        return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))

    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE, strokeWidth=1.5)
    layers = [_bands(marked, x), *_band_labels(marked, x), zero.encode(y=y("zero"))]
    for kind, (fill, stroke, shape, _) in CLASSES.items():
        rows = [
            {"rank": e.rank, "estimate": e.estimate, "low": e.low, "high": e.high}
            for e in found
            if e.kind == kind
        ]
        if rows:
            data = alt.Data(values=rows)
            bars = alt.Chart(data).mark_rule(color=stroke, strokeWidth=1.2, clip=True)
            mark = dict(shape=shape, fill=fill, stroke=stroke, size=28, strokeWidth=1.2, opacity=1)
            points = alt.Chart(data).mark_point(**mark)
            layers += [
                bars.encode(x=x, y=y("low"), y2="high:Q"),
                points.encode(x=x, y=y("estimate")),
            ]
    return alt.layer(*layers, *_arrows(found, domain, x))


def _arrows(found, domain, x):
    beyond = (
        ("triangle-down", [e.rank for e in found if e.low < domain[0]], ESTIMATES),
        ("triangle-up", [e.rank for e in found if e.high > domain[1]], 0),
    )
    return [
        alt.Chart(alt.Data(values=[{"rank": rank} for rank in ranks]))
        .mark_point(shape=shape, fill=MUTED, stroke=MUTED, size=16, opacity=1)
        .encode(x=x, y=alt.value(height))
        for shape, ranks, height in beyond
        if ranks
    ]


def _runs(found, marked, x):
    most = max(each.n_runs for each in found)
    axis = alt.Axis(title="Runs", values=[0, most], grid=False)
    y = alt.Y("runs:Q", axis=axis, scale=alt.Scale(domain=[0, most], nice=False))
    data = alt.Data(values=[{"rank": each.rank, "runs": each.n_runs} for each in found])
    bars = alt.Chart(data).mark_bar(color=MUTED, size=4)
    return alt.layer(_bands(marked, x), bars.encode(x=x, y=y))


def _options(result, found, marked, x):
    """A dot where an option occurs: dark, or pale where the choice makes no difference."""
    places, row = [], -0.7
    for i, (name, options) in enumerate(result.choices):
        places += [(i, option, len(options), row + j) for j, option in enumerate(options)]
        row += len(options) + GAP
    firsts = [
        (next(y for i, *_, y in places if i == choice), _named(name))
        for choice, (name, _) in enumerate(result.choices)
    ]
    last = row - GAP
    layers = [_bands(marked, x), *_dots(found, places, last, x)]
    layers.append(column([(y, LONG_NAMES.get(o, o)) for _, o, _, y in places], OPTION, last))
    layers.append(column(firsts, CHOICE, last))
    layers += _key(last)
    return alt.layer(*layers).properties(width=WIDTH, height=ROW * (last + 1))


def _dots(found, places, last, x):
    dots = [
        ({"rank": each.rank, "row": y}, len(each.options[i]) == n)
        for each in found
        for i, option, n, y in places
        if option in each.options[i]
    ]
    for pale, color in ((True, RULE), (False, INK)):
        data = alt.Data(values=[row for row, is_pale in dots if is_pale == pale])
        mark = dict(shape="circle", filled=True, color=color, size=24, opacity=1)
        yield alt.Chart(data).mark_point(**mark).encode(x=x, y=rows_y(last))


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
