"""What did earlier meta-analyses find for HbA1c, and where does this review stand beside them?"""

import altair as alt

from .. import phrases, wording
from . import published_words as words
from .figure_data import FigureData
from .live_rows import NO_DOI, areas, doi_url, names, silent
from .published_layout import NARROW, WIDE, x_axis
from .theme import INK, MUTED, POOLED, PREDICTION, column, finish, no_difference, round_domain, rows_y

EARLIER = "published.hba1c"
OURS = ("hba1c.t2dm.msc.controlled", "hba1c.both.msc_or_with_others.controlled")

def figure(results):
    """Earlier pooled estimates, then those of this review; returns an Altair chart."""
    wide, narrow = (_plot(results, place) for place in (WIDE, NARROW))
    return finish(wide, describe(results), data(results), narrow=narrow)


def _plot(results, place):
    earlier, ours = results[EARLIER].rows, _ours(results)
    first_ours = len(earlier) + 2  # each part has a head of its own
    last = first_ours + len(ours) - 0.3  # the axis stands beneath the last row
    domain = _domain(earlier, ours)

    def x(field):
        return x_axis(field, domain, place)

    layers = [
        *silent(
            *_frame(len(earlier), len(ours), last, x, place),
            *_earlier(earlier, last, x, place),
            *_pools(ours, first_ours, last, x, place),
            *_key(last, any(map(words.k_of_whole_review, earlier)), place),
        ),
        *_areas(earlier, ours, first_ours, last, place),
        *names(_linked(earlier, place), place.label, last),
    ]
    return alt.layer(*layers, width=place.plot_width, height=place.row_height * (last + 1))


def describe(results):
    """Every estimate in words, for readers who do not see the figure."""
    found = results[EARLIER]
    earlier = "; ".join(
        f"{words.label(row)} ({words.diabetes(row)}) "
        f"{words.estimate(row.estimate, row.ci_low, row.ci_high)}"
        for row in found.rows
    )
    ours = "; ".join(
        f"{words.name(pool)}, {phrases.POPULATION_NAMES[pool.key.split('.')[1]]['en']}, "
        f"k = {wording.number(pool.k, 'count')}, "
        f"{words.estimate(pool.estimate, pool.ci_low, pool.ci_high)}{words.prediction_words(pool)}"
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
        (words.label(row), words.diabetes(row), row.k)
        + ("whole review" if words.k_of_whole_review(row) else "HbA1c",)
        + (row.estimate, row.ci_low, row.ci_high, None, None, row.doi, row.source_url)
        for row in results[EARLIER].rows
    ]
    rows += [
        (f"This review: {words.name(pool)}", words.diabetes_of(pool), pool.k, "HbA1c")
        + (pool.estimate, pool.ci_low, pool.ci_high, pool.pi_low, pool.pi_high, "", "")
        for pool in _ours(results)
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- parts -----------------------------------------------------------------------------------


def _ours(results):
    """Our pools, each with its other end beneath it where the results hold one."""
    found = []
    for key in OURS:
        found.append(results[key])
        other_end = f"{key}.{words.OTHER_END}"
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


def _frame(n_earlier, n_ours, last, x, place):
    up, down = -1 - place.words_up, -1 + place.marks_down
    heads = (
        ("Meta-analysis", place.label, "left", up),
        ("Diabetes", place.diabetes, "left", up),
        ("k", place.k, "right", up),
        ("MD [95% CI]", place.difference, "right", down),
    )
    first_ours = n_earlier + 2
    rows = [*range(1, n_earlier + 1), *range(first_ours, first_ours + n_ours)]
    marks = [row + place.marks_down for row in rows]
    parts = [(0, "Earlier meta-analyses"), (first_ours - 1, "This review")]
    return [
        no_difference(marks, x, last, place.zero_half),
        *(column([(row, text)], at, last, align, weight="bold") for text, at, align, row in heads),
        column([(row + place.marks_down, text) for row, text in parts], place.label, last, color=MUTED),
    ]


def _texts(rows, first, last, place, label, diabetes):
    """The text columns beside the drawn rows; without ``label``, names are drawn as links."""
    up, down = first - place.words_up, first + place.marks_down
    columns = (
        *([(label, place.label, "left", up)] if label else []),
        (diabetes, place.diabetes, "left", up),
        (lambda row: wording.number(row.k, "count"), place.k, "right", up),
        (words.difference, place.difference, "right", down),
    )
    return [
        column([(start + i, text(row)) for i, row in enumerate(rows)], at, last, align)
        for text, at, align, start in columns
    ]


def _earlier(rows, last, x, place):
    points = [
        {"row": i + place.marks_down, "estimate": row.estimate, "low": row.ci_low, "high": row.ci_high}
        for i, row in enumerate(rows, start=1)
    ]
    intervals = [point for point in points if None not in point.values()]
    bars = alt.Chart(alt.Data(values=intervals)).mark_rule(color=INK, strokeWidth=1.5)
    marks = alt.Chart(alt.Data(values=points))
    marks = marks.mark_point(shape="circle", filled=True, color=INK, size=55, opacity=1)
    stars = [
        (i - place.words_up, "*")
        for i, row in enumerate(rows, start=1)
        if words.k_of_whole_review(row)
    ]
    return [
        bars.encode(x=x("low"), x2=alt.X2("high:Q"), y=rows_y(last)),
        marks.encode(x=x("estimate"), y=rows_y(last)),
        *_texts(rows, 1, last, place, None, words.diabetes),
        column(stars, place.star, last),
    ]


def _pools(pools, first, last, x, place):
    layers = []
    for row, pool in enumerate(pools, start=first):
        row += place.marks_down
        if pool.pi_low is not None:
            # In two pieces, so that a hollow diamond stays empty.
            pieces = ((pool.pi_low, pool.ci_low), (pool.ci_high, pool.pi_high))
            data = alt.Data(values=[{"row": row, "low": a, "high": b} for a, b in pieces])
            bar = alt.Chart(data).mark_rule(color=PREDICTION, strokeWidth=4)
            layers.append(bar.encode(x=x("low"), x2=alt.X2("high:Q"), y=rows_y(last)))
        if pool.estimate is not None:
            layers.append(_diamond(pool, row, last, x, place.diamond))
    return [*layers, *_texts(pools, first, last, place, words.shown_name, words.diabetes_of)]


def _diamond(pool, row, last, x, half):
    """From the lower to the upper limit; hollow for the other end of a range of doses."""
    corners = (
        (pool.ci_low, row),
        (pool.estimate, row - half),
        (pool.ci_high, row),
        (pool.estimate, row + half),
    )
    points = [{"x": at, "row": y, "order": i} for i, (at, y) in enumerate(corners)]
    fill = "transparent" if pool.key.endswith(words.OTHER_END) else POOLED
    mark = dict(interpolate="linear-closed", color=POOLED, fill=fill, strokeWidth=1.5)
    chart = alt.Chart(alt.Data(values=points)).mark_line(**mark)
    return chart.encode(x=x("x"), y=rows_y(last), order=alt.Order("order:Q"))


def _areas(earlier, ours, first_ours, last, place):
    """What each row tells: where an earlier estimate stands, of which trials ours are made."""
    theirs = [
        {
            "row": row,
            "said": f"{words.label(found)}, {words.diabetes(found)}: {words.difference(found)}",
            "Meta-analysis": words.label(found),
            "Difference": words.difference(found),
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
            "said": f"This review, {words.name(pool)}, {words.diabetes_of(pool)}: {words.difference(pool)}",
            "This review": words.name(pool),
            "Difference": words.difference(pool),
            "Prediction interval": wording.interval((pool.pi_low, pool.pi_high), "effect"),
            "Participants": wording.number(pool.n_participants, "count"),
            "I²": wording.number(pool.i2, "i2"),
            "Trials": ", ".join(trial.label for trial in pool.trials),
        }
        for row, pool in enumerate(ours, start=first_ours)
    ]
    for rows, kind in ((theirs, "earlier estimate"), (own, "estimate of this review")):
        if not rows:  # no earlier estimate can be compared
            continue
        told = [name for name in rows[0] if name not in ("row", "said")]
        yield areas(alt.Chart(alt.Data(values=rows)), place.label, place.difference, last, kind, told)


def _linked(earlier, place):
    """Names of earlier reviews, which open their DOI, or else the page that was read."""
    return [
        {
            "row": row - place.words_up,
            "text": words.label(found),
            "url": doi_url(found.doi) or found.source_url,
        }
        for row, found in enumerate(earlier, start=1)
    ]


def _key(last, starred, place):
    """What the bar and the star mean."""
    row, left = last + place.key_row, place.key_bar
    bar = alt.Chart(alt.Data(values=[{"row": row}])).mark_rule(color=PREDICTION, strokeWidth=4)
    layers = [
        bar.encode(x=alt.XValue(left), x2=alt.X2Value(left + 20), y=rows_y(last)),
        column([(row, "prediction interval")], left + 26, last, color=MUTED),
    ]
    if starred:
        text = "* k of the whole review; not printed for HbA1c"
        layers.append(column([(row + place.key_line, text)], place.label, last, color=MUTED))
    return layers
