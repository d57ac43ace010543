"""What did earlier meta-analyses find for HbA1c, and where does this review stand beside them?"""

import altair as alt

from .. import phrases, wording
from .figure_data import FigureData
from .live_rows import NO_DOI, areas, doi_url, names, silent
from .theme import INK, MUTED, POOLED, PREDICTION, RULE, column, finish, round_domain, rows_y

# Pixels from the left of the plot area.
LABEL, DIABETES, K, STAR = -372, -122, -16, -15
PLOT_WIDTH = 205
DIFFERENCE = PLOT_WIDTH + 166
ROW_HEIGHT = 23

EARLIER = "published.hba1c"
OURS = ("hba1c.t2dm.msc.controlled", "hba1c.both.msc_or_with_others.controlled")
OTHER_END = "other_dose_end"

DIABETES_TYPES = {
    **{"T1DM": "type 1", "T2DM": "type 2", "mixed": "mixed"},
    **{"t1dm": "type 1", "t2dm": "type 2", "both": "type 1 or 2"},
}
WHOLE_REVIEW = ("k is the whole review", "k and n are the whole review")


def figure(results):
    """Earlier pooled estimates, then those of this review; returns an Altair chart."""
    earlier, ours = results[EARLIER].rows, _ours(results)
    first_ours = len(earlier) + 2  # each part has a head of its own
    last = first_ours + len(ours) - 0.3  # the axis stands beneath the last row
    domain = _domain(earlier, ours)
    layers = [
        *silent(
            *_frame(first_ours, last, domain),
            *_earlier(earlier, last, domain),
            *_pools(ours, first_ours, last, domain),
            *_key(last + 0.8, last, any(map(_k_of_whole_review, earlier))),
        ),
        *_areas(earlier, ours, first_ours, last),
        *names(_linked(earlier), LABEL, last),
    ]
    chart = alt.layer(*layers).properties(width=PLOT_WIDTH, height=ROW_HEIGHT * (last + 1))
    return finish(chart, describe(results), data(results))


def describe(results):
    """Every estimate in words, for readers who do not see the figure."""
    found = results[EARLIER]
    earlier = "; ".join(
        f"{_label(row)} ({_diabetes(row)}) "
        f"{_words(row.estimate, row.ci_low, row.ci_high)}"
        for row in found.rows
    )
    ours = "; ".join(
        f"{_name(pool)}, {phrases.POPULATION_NAMES[pool.key.split('.')[1]]['en']}, "
        f"k = {wording.number(pool.k, 'count')}, "
        f"{_words(pool.estimate, pool.ci_low, pool.ci_high)}{_prediction_words(pool)}"
        for pool in _ours(results)
    )
    return (
        f"Mean differences in HbA1c against control with 95% confidence intervals. "
        f"{wording.number(len(found.rows), 'count')} estimates of "
        f"{wording.number(found.n_reviews, 'count')} earlier meta-analyses, of which "
        f"{wording.number(found.n_excluding_zero, 'count')} exclude zero: {earlier}. "
        f"This review: {ours}."
    )


def data(results):
    """What the figure shows as a `FigureData`: earlier estimates, then those of this review."""
    columns = [("Meta-analysis", "text"), ("Diabetes", "text"), ("k", "count"), ("k is of", "text")]
    columns += [("MD", "effect"), ("95% CI, low", "effect"), ("95% CI, high", "effect")]
    ends = ("low", "high")
    columns += [(f"95% prediction interval, {end}", "effect") for end in ends]
    columns += [("DOI", "text"), ("Source", "text")]
    rows = [
        (_label(row), _diabetes(row), row.k)
        + ("whole review" if _k_of_whole_review(row) else "HbA1c",)
        + (row.estimate, row.ci_low, row.ci_high, None, None, row.doi, row.source_url)
        for row in results[EARLIER].rows
    ]
    rows += [
        (f"This review: {_name(pool)}", _diabetes_of(pool), pool.k, "HbA1c")
        + (pool.estimate, pool.ci_low, pool.ci_high, pool.pi_low, pool.pi_high, "", "")
        for pool in _ours(results)
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- words -----------------------------------------------------------------------------------


def _words(estimate, low, high):
    return f"{wording.number(estimate, 'effect')} ({wording.interval((low, high), 'effect')})"


def _prediction_words(pool):
    if pool.pi_low is None:
        return ""
    return f", prediction interval {wording.interval((pool.pi_low, pool.pi_high), 'effect')}"


def _label(row):
    """The review, with the time where it prints an estimate for each of several."""
    time = row.comparison.removeprefix("vs control").lstrip(", ")
    return f"{row.label}, {time}" if time else row.label


def _name(pool):
    name = phrases.PRODUCT_NAMES[pool.key.split(".")[2]]
    return f"{name}, other end of dose range" if pool.key.endswith(OTHER_END) else name


def _shown_name(pool):
    """The name beneath the pool that it varies says only what varies: the column is narrow."""
    return "with other end of dose range" if pool.key.endswith(OTHER_END) else _name(pool)


def _diabetes(row):
    return DIABETES_TYPES.get(row.diabetes_type, row.diabetes_type)


def _diabetes_of(pool):
    return DIABETES_TYPES[pool.key.split(".")[1]]


def _k_of_whole_review(row):
    return any(words in row.note for words in WHOLE_REVIEW)


def _difference(row):
    if row.estimate is None:
        return wording.MISSING["en"]
    limits = wording.interval((row.ci_low, row.ci_high), "effect")
    return f"{wording.number(row.estimate, 'effect')} [{limits}]"


# --- parts -----------------------------------------------------------------------------------


def _ours(results):
    """Our pools, each with its other end beneath it where the results hold one."""
    found = []
    for key in OURS:
        found.append(results[key])
        other_end = f"{key}.{OTHER_END}"
        if other_end in results:
            found.append(results[other_end])
    return found


def _domain(earlier, ours):
    values = [0]
    for row in (*earlier, *ours):
        values += [row.estimate, row.ci_low, row.ci_high]
    for pool in ours:
        values += [pool.pi_low, pool.pi_high]
    return round_domain(values)


def _x(field, domain):
    axis = alt.Axis(
        title="Mean difference, percentage points", tickCount=5, grid=False, format="~f"
    )
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))


def _frame(first_ours, last, domain):
    heads = (
        ("Meta-analysis", LABEL, "left"),
        ("Diabetes", DIABETES, "left"),
        ("k", K, "right"),
        ("MD [95% CI]", DIFFERENCE, "right"),
    )
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=RULE, strokeWidth=1.5)
    parts = [(0, "Earlier meta-analyses"), (first_ours - 1, "This review")]
    return [
        zero.encode(x=_x("zero", domain)),
        *(column([(-1, text)], x, last, align, weight="bold") for text, x, align in heads),
        column(parts, LABEL, last, color=MUTED),
    ]


def _texts(rows, first, last, label, diabetes):
    """The text columns beside the drawn rows; without ``label``, names are drawn as links."""
    columns = (
        *([(label, LABEL, "left")] if label else []),
        (diabetes, DIABETES, "left"),
        (lambda row: wording.number(row.k, "count"), K, "right"),
        (_difference, DIFFERENCE, "right"),
    )
    return [
        column([(first + i, text(row)) for i, row in enumerate(rows)], x, last, align)
        for text, x, align in columns
    ]


def _earlier(rows, last, domain):
    points = [
        {"row": i + 1, "estimate": row.estimate, "low": row.ci_low, "high": row.ci_high}
        for i, row in enumerate(rows)
    ]
    intervals = [point for point in points if None not in point.values()]
    bars = alt.Chart(alt.Data(values=intervals)).mark_rule(color=INK, strokeWidth=1.5)
    marks = alt.Chart(alt.Data(values=points))
    marks = marks.mark_point(shape="circle", filled=True, color=INK, size=55, opacity=1)
    stars = [(i, "*") for i, row in enumerate(rows, start=1) if _k_of_whole_review(row)]
    return [
        bars.encode(x=_x("low", domain), x2="high:Q", y=rows_y(last)),
        marks.encode(x=_x("estimate", domain), y=rows_y(last)),
        *_texts(rows, 1, last, None, _diabetes),
        column(stars, STAR, last),
    ]


def _pools(pools, first, last, domain):
    layers = []
    for row, pool in enumerate(pools, start=first):
        if pool.pi_low is not None:
            # In two pieces, so that a hollow diamond stays empty.
            pieces = ((pool.pi_low, pool.ci_low), (pool.ci_high, pool.pi_high))
            data = alt.Data(values=[{"row": row, "low": a, "high": b} for a, b in pieces])
            bar = alt.Chart(data).mark_rule(color=PREDICTION, strokeWidth=4)
            layers.append(bar.encode(x=_x("low", domain), x2="high:Q", y=rows_y(last)))
        if pool.estimate is not None:
            layers.append(_diamond(pool, row, last, domain))
    return [*layers, *_texts(pools, first, last, _shown_name, _diabetes_of)]


def _diamond(pool, row, last, domain):
    """From the lower to the upper limit; hollow for the other end of a range of doses."""
    corners = (
        (pool.ci_low, row),
        (pool.estimate, row - 0.28),
        (pool.ci_high, row),
        (pool.estimate, row + 0.28),
    )
    points = [{"x": x, "row": y, "order": i} for i, (x, y) in enumerate(corners)]
    fill = "transparent" if pool.key.endswith(OTHER_END) else POOLED
    mark = dict(interpolate="linear-closed", color=POOLED, fill=fill, strokeWidth=1.5)
    chart = alt.Chart(alt.Data(values=points)).mark_line(**mark)
    return chart.encode(x=_x("x", domain), y=rows_y(last), order="order:Q")


def _areas(earlier, ours, first_ours, last):
    """What each row tells: where an earlier estimate stands, of which trials ours are made."""
    theirs = [
        {
            "row": row,
            "said": f"{_label(found)}, {_diabetes(found)}: {_difference(found)}",
            "Meta-analysis": _label(found),
            "Difference": _difference(found),
            "Participants": wording.number(found.n, "count"),
            "I²": wording.number(found.i2_percent, "i2"),
            "DOI": found.doi or NO_DOI,
            "Read at": found.source_url,
        }
        for row, found in enumerate(earlier, start=1)
    ]
    own = [
        {
            "row": row,
            "said": f"This review, {_name(pool)}, {_diabetes_of(pool)}: {_difference(pool)}",
            "This review": _name(pool),
            "Difference": _difference(pool),
            "Prediction interval": wording.interval((pool.pi_low, pool.pi_high), "effect"),
            "Participants": wording.number(pool.n_participants, "count"),
            "I²": wording.number(pool.i2, "i2"),
            "Trials": ", ".join(trial.label for trial in pool.trials),
        }
        for row, pool in enumerate(ours, start=first_ours)
    ]
    for rows, kind in ((theirs, "earlier estimate"), (own, "estimate of this review")):
        told = [name for name in rows[0] if name not in ("row", "said")]
        yield areas(alt.Chart(alt.Data(values=rows)), LABEL, DIFFERENCE, last, kind, told)


def _linked(earlier):
    """Names of earlier reviews, which open their DOI, or else the page that was read."""
    return [
        {"row": row, "text": _label(found), "url": doi_url(found.doi) or found.source_url}
        for row, found in enumerate(earlier, start=1)
    ]


def _key(row, last, starred):
    """What the bar and the star mean."""
    bar = alt.Chart(alt.Data(values=[{"row": row}])).mark_rule(color=PREDICTION, strokeWidth=4)
    layers = [
        bar.encode(x=alt.value(PLOT_WIDTH + 14), x2=alt.value(PLOT_WIDTH + 34), y=rows_y(last)),
        column([(row, "prediction interval")], PLOT_WIDTH + 40, last, color=MUTED),
    ]
    if starred:
        words = "* k of the whole review; not printed for HbA1c"
        layers.append(column([(row, words)], LABEL, last, color=MUTED))
    return layers
