"""The sensitivity analyses of a pool: does its estimate change when one choice changes, or one trial goes?"""

import textwrap

import altair as alt

from .. import wording
from .figure_data import FigureData
from .live_rows import areas, doi_url, names, silent
from .theme import INK, MUTED, POOLED, column, finish, no_difference, round_domain, rows_y
from .variants_layout import NARROW, WIDE

# measure -> head of its column, title of its axis before the unit
MEASURES = {
    "MD": ("MD", "Mean difference, "),
    "SMD": ("g", "Hedges’ g, "),
    "RD": ("RD, points", "Risk difference, "),
}
# of a row, on hover
TOLD = ("Analysis", "Difference", "Prediction interval", "Heterogeneity", "Trials", "Reading")
NO_CONCLUSION = "no conclusion"


def figure(results, key="hba1c.t2dm.msc.controlled"):
    """The main analysis and every variant on its scale, one row each; returns an Altair chart.

    ValueError if the main analysis has no estimate.
    """
    pools = _pools(results, key)
    told = describe(results, key), data(results, key)
    return finish(_plot(pools, WIDE), *told, narrow=_plot(pools, NARROW))


def _plot(pools, place):
    rows, last = place.rows(len(_label(pool, pools[0], place)) for pool in pools)
    kind = wording.KINDS[pools[0].measure]
    domain = _domain(pools, kind)
    x = _axis(pools[0], domain, place)
    layers = [
        *silent(
            *_frame(pools[0], rows, last, x, kind, place),
            *_intervals(pools, rows, last, x, kind),
            *_arrows(pools, rows, last, domain, kind, place),
            *_points(pools, rows, last, x, kind),
            *_texts(pools, rows, last, kind, place),
        ),
        _areas(pools, rows, last, kind, place),
        *_links(pools, rows, last, place),
    ]
    return alt.layer(*layers, width=place.plot_width, height=place.row_height * (last + 1))


def describe(results, key="hba1c.t2dm.msc.controlled"):
    """Every row in words, for readers who do not see the figure."""
    pools = _pools(results, key)
    main, kind = pools[0], wording.KINDS[pools[0].measure]
    told = "; ".join(
        f"{wording.variant_label(pool, main)}: k = {wording.number(pool.k, 'count')}, "
        f"{_estimate(pool, kind, '()')}, {_reading(pool)}"
        for pool in pools
    )
    return f"Sensitivity analyses of {main.title}. {_title(main)}, with 95% intervals: {told}."


def data(results, key="hba1c.t2dm.msc.controlled"):
    """What the figure shows as a `FigureData`: a row an analysis."""
    pools = _pools(results, key)
    kind = wording.KINDS[pools[0].measure]
    columns = [("Analysis", "text"), ("k", "count"), ("n", "count")]
    columns += [(MEASURES[pools[0].measure][0], kind), ("95% CI, low", kind), ("95% CI, high", kind)]
    columns += [("Reading", "text"), ("Trials", "text")]
    rows = [
        (wording.variant_label(pool, pools[0]), pool.k, pool.n_participants)
        + (pool.estimate, pool.ci_low, pool.ci_high, _reading(pool), _trials(pool))
        for pool in pools
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- what is drawn ---------------------------------------------------------------------------


def _pools(results, key):
    """The main analysis, then its variants on the same scale."""
    main = results[key]
    if main.estimate is None:
        raise ValueError(f"{key} has no estimate, so no variant of it can be drawn")
    return [main, *(pool for pool in results.variants(key) if pool.measure == main.measure)]


def _label(pool, main, place=WIDE):
    words = wording.variant_label(pool, main)
    return textwrap.wrap(words, place.characters, break_on_hyphens=False)


def _trials(pool):
    return ", ".join(trial.label for trial in pool.trials)


def _estimate(pool, kind, brackets="[]"):
    if pool.estimate is None:
        return wording.MISSING["en"]
    limits = wording.interval((pool.ci_low, pool.ci_high), kind)
    return f"{wording.number(pool.estimate, kind)} {brackets[0]}{limits}{brackets[1]}"


def _reading(pool):
    return NO_CONCLUSION if 0 < pool.k < 3 else wording.reading(pool)


def _shown(value, kind):
    """A value as the axis has it, in the unit of its text."""
    return wording.SCALED.get(kind, float)(value)


def _domain(pools, kind):
    """Room for zero, every estimate, and the intervals of three trials or more, if any."""
    some = [pool for pool in pools if pool.estimate is not None]
    sure = [pool for pool in some if pool.k >= 3] or some
    values = [pool.estimate for pool in some]
    values += [limit for pool in sure for limit in (pool.ci_low, pool.ci_high)]
    return round_domain([0.0, *(_shown(value, kind) for value in values)])


# --- parts -----------------------------------------------------------------------------------


def _title(main):
    unit = "percentage points" if main.measure == "RD" else main.unit
    return MEASURES[main.measure][1] + unit


def _axis(main, domain, place):
    title = textwrap.wrap(_title(main), place.title_characters)
    axis = alt.Axis(title=title, tickCount=place.ticks, grid=False, format="~f")
    scale = alt.Scale(domain=domain, nice=False)
    return lambda field: alt.X(f"{field}:Q", axis=axis, scale=scale)


def _frame(main, rows, last, x, kind, place):
    """Heads, the line of no difference, and a dashed line at the main estimate."""
    estimate, reading = -1 + place.estimate_down, -1 + place.reading_down
    heads = (
        ("Analysis", place.label, "left", -1 + place.label_down),
        ("k", place.k, "right", reading),
        ("n", place.n, "right", reading),
        (f"{MEASURES[main.measure][0]} [95% CI]", place.estimate, "right", estimate),
        ("Reading", place.reading, "left", reading),
    )
    return [
        no_difference([row.marks for row in rows], x, last, place.zero_half),
        _here(_shown(main.estimate, kind), rows, last, x, place),
        *(column([(row, text)], at, last, align, weight="bold") for text, at, align, row in heads),
    ]


def _here(estimate, rows, last, x, place):
    """From the main estimate down, or beside the marks of each row where words stand above them."""
    half, first = place.zero_half, rows[0].marks
    at = [{"row": first, "end": last}] if half is None else _beside(rows, half)
    line = alt.Chart(alt.Data(values=[{"at": estimate, **row} for row in at]))
    line = line.mark_rule(color=POOLED, strokeWidth=1, strokeDash=[3, 3])
    return line.encode(x=x("at"), y=rows_y(last), y2=alt.Y2("end:Q"))


def _beside(rows, half):
    return [{"row": row.marks - half, "end": row.marks + half} for row in rows]


def _intervals(pools, places, last, x, kind):
    rows = [
        {"row": row.marks, "low": _shown(pool.ci_low, kind), "high": _shown(pool.ci_high, kind)}
        for pool, row in zip(pools, places, strict=True)
        if pool.ci_low is not None
    ]
    bars = alt.Chart(alt.Data(values=rows)).mark_rule(color=POOLED, strokeWidth=1.5, clip=True)
    return [bars.encode(x=x("low"), x2=alt.X2("high:Q"), y=rows_y(last))]


def _arrows(pools, places, last, domain, kind, place):
    """Arrowheads where an interval runs beyond the axis."""
    drawn = [(p, row.marks) for p, row in zip(pools, places, strict=True) if p.ci_low is not None]
    left = [row for pool, row in drawn if _shown(pool.ci_low, kind) < domain[0]]
    right = [row for pool, row in drawn if _shown(pool.ci_high, kind) > domain[1]]
    beyond = (("triangle-left", 0, left), ("triangle-right", place.plot_width, right))
    return [
        alt.Chart(alt.Data(values=[{"row": row} for row in rows]))
        .mark_point(shape=shape, fill=POOLED, stroke=POOLED, size=30, opacity=1)
        .encode(x=alt.XValue(at), y=rows_y(last))
        for shape, at, rows in beyond
        if rows
    ]


def _points(pools, places, last, x, kind):
    """A diamond for each estimate, hollow for fewer than three trials."""
    layers = []
    for enough, fill in ((True, POOLED), (False, "transparent")):
        rows = [
            {"row": row.marks, "estimate": _shown(pool.estimate, kind)}
            for pool, row in zip(pools, places, strict=True)
            if pool.estimate is not None and (pool.k >= 3) == enough
        ]
        if rows:
            mark = dict(shape="diamond", fill=fill, stroke=POOLED, size=85, opacity=1)
            points = alt.Chart(alt.Data(values=rows)).mark_point(**mark, strokeWidth=1.5)
            layers.append(points.encode(x=x("estimate"), y=rows_y(last)))
    return layers


def _texts(pools, places, last, kind, place):
    main = pools[0]
    columns = (
        (place.k, "right", "reading", lambda pool: wording.number(pool.k, "count")),
        (place.n, "right", "reading", lambda pool: wording.number(pool.n_participants, "count")),
        (place.estimate, "right", "estimate", lambda pool: _estimate(pool, kind)),
        (place.reading, "left", "reading", _reading),
    )
    rows = list(zip(pools, places, strict=True))
    parts = ((rows[:1], "bold", INK), (_with_conclusion(rows[1:], True), "normal", INK))
    parts += ((_with_conclusion(rows[1:], False), "normal", MUTED),)
    layers = []
    for part, weight, color in parts:
        if part:
            own = [(pool, row) for pool, row in part if not _left_out(pool, main)]
            labels = [line for pool, row in own for line in _lines(pool, main, row, place)]
            layers.append(column(labels, place.label, last, "left", color, weight))
            for at, align, line, text in columns:
                texts = [(getattr(row, line), text(pool)) for pool, row in part]
                layers.append(column(texts, at, last, align, color, weight))
    return layers


def _areas(pools, places, last, kind, place):
    """What each row tells: how its pool came out, and of which trials."""
    rows = []
    for pool, row in zip(pools, places, strict=True):
        label, estimate = wording.variant_label(pool, pools[0]), _estimate(pool, kind)
        spread = f"\N{GREEK SMALL LETTER TAU}² {wording.number(pool.tau2, 'tau2')}, "
        spread += f"I² {wording.number(pool.i2, 'i2')}"
        told = (
            *(label, estimate, wording.interval((pool.pi_low, pool.pi_high), kind)),
            *(spread, _trials(pool), _reading(pool)),
        )
        said = f"{label}: k = {wording.number(pool.k, 'count')}, {estimate}, {_reading(pool)}"
        rows.append({"row": row.middle, "said": said, **dict(zip(TOLD, told, strict=True))})
    return areas(alt.Chart(alt.Data(values=rows)), place.label, place.right, last, "analysis", TOLD)


def _left_out(pool, main):
    """The trial that a leave-one-out analysis leaves out, None for any other analysis."""
    _, found, study_id = pool.key.removeprefix(main.key).partition(".without_")
    return main.trial(study_id) if found else None


def _links(pools, places, last, place):
    """Labels of leave-one-out analyses, which open the trial that is left out."""
    rows = {True: [], False: []}
    for pool, own in zip(pools, places, strict=True):
        trial = _left_out(pool, pools[0])
        for row, line in _lines(pool, pools[0], own, place) if trial else ():
            rows[pool.k >= 3].append({"row": row, "text": line, "url": doi_url(trial.doi)})
    return [*names(rows[True], place.label, last), *names(rows[False], place.label, last, MUTED)]


def _lines(pool, main, row, place):
    """(row, text) of each line of a label, centered on its place."""
    words = _label(pool, main, place)
    first = row.label - place.line * (len(words) - 1) / 2
    return [(first + place.line * i, line) for i, line in enumerate(words)]


def _with_conclusion(rows, wanted):
    return [(pool, row) for pool, row in rows if (pool.k >= 3) == wanted]
