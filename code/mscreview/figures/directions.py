"""Where does the controlled evidence point, cohort by cohort and outcome by outcome?

An effect-direction display after SWiM (Campbell 2020, BMJ 368: l6890): the sign for the patient in
the cell arm, not its size or significance.
"""

import textwrap

from .. import phrases, wording
from ..tables.sources import addresses, where
from .direction_cells import COLUMNS, columns_of, outcome_name, rows_of
from .directions_layout import NARROW, WIDE
from .figure_data import FigureData
from .theme import INK, MUTED, SMALL, canvas, finish, lines, names, symbols, texts

SPAN = ("C-peptide", 5, 7)  # a head over several columns: text, first, last
SHAPES = {"better": "triangle-up", "worse": "triangle-down", "unclear": "circle"}
BASES = {"estimate": "numbers", "words": "words"}
TOLD = ("Known from", "Months", "n", "Where")
HOLLOW = "hollow: not counted; only beyond 24 months, or another treatment in the cell arm alone"
KEY = (
    ("triangle-up", INK, "better for the patient given cells"),
    ("triangle-down", INK, "worse"),
    ("circle", INK, "unclear"),
    ("triangle-up", "transparent", HOLLOW),
)
IN_WORDS = "w  known from words only, not from numbers"
JOINED = "* IU/day or IU/kg/day, each cohort once; sign tests of the two units apart: p = {} and {}"


def figure(results, population="both", product="any"):
    """Rows are cohorts, grouped by diabetes and cells; returns an Altair chart."""
    asked = (results, population, product)
    columns, opened = columns_of(*asked), addresses(results)
    wide, narrow = (_drawn(columns, opened, place) for place in (WIDE, NARROW))
    return finish(wide, describe(*asked), data(*asked), narrow=narrow)


def describe(results, population="both", product="any"):
    """The counts of every outcome in words, for readers who do not see the figure."""
    columns = columns_of(results, population, product)
    found = []
    for column, (_, outcomes) in zip(columns, COLUMNS, strict=True):
        named = " or ".join(phrases.OUTCOME_NAMES[outcome]["en"] for outcome in outcomes)
        better, worse, unclear = column.tally()
        tests = [p for p in column.tests() if p != "–"]
        sign = f", sign test p = {' and '.join(tests)}" if tests else ""
        found.append(f"{named}: {better} better, {worse} worse, {unclear} unclear{sign}")
    cohorts = {cohort for column in columns for cohort in column.cells}
    return (
        "Directions of effect, cells against control, "
        f"{phrases.POPULATION_NAMES[population]['en']}, {phrases.PRODUCT_NAMES[product]}; "
        f"{wording.number(len(cohorts), 'count')} cohorts have a direction for some outcome. Counted directions: {'; '.join(found)}."
    )


def data(results, population="both", product="any"):
    """What the figure shows as a `FigureData`: a row a direction, then counts and sign tests."""
    columns = [("Group", "text"), ("Cohort", "text"), ("Outcome", "text"), ("Direction", "text")]
    columns += [("Known from", "text"), ("Months", "months"), ("n", "count"), ("Not counted", "text")]
    columns += [("Source", "text"), *((direction.capitalize(), "count") for direction in SHAPES)]
    columns += [("No direction in the text", "count"), ("Sign test p", "p")]
    opened, made = addresses(results), columns_of(results, population, product)
    places = _places(rows_of(made))
    rows = [
        (places[cell.cohort], cell.label, column.name, cell.direction, BASES[row.basis])
        + (row.months, row.n, phrases.REASONS.get(row.reason), opened[row.study_id], *(None,) * 5)
        for column in made
        for cell in sorted(column.cells.values(), key=lambda cell: [*places].index(cell.cohort))
        for row in cell.rows
    ]
    for column in made:
        joined = len(column.found) > 1
        counts = (*column.tally(), column.silent(), None if joined else column.found[0].sign_p)
        rows.append(("All counted", None, column.name, *(None,) * 6, *counts))
        rows += [
            ("All counted", None, outcome_name(found), *(None,) * 10, found.sign_p)
            for found in column.found
            if joined
        ]
    return FigureData(tuple(columns), tuple(rows))


# --- parts -----------------------------------------------------------------------------------


def _places(rows):
    """{cohort: the group that it stands in}, from top to bottom."""
    found, group = {}, ""
    for text, cohort in rows:
        if cohort:
            found[cohort] = group
        else:
            group = text
    return found


def _drawn(columns, opened, place):
    """The display in one of its two forms, not finished."""
    rows = rows_of(columns)
    bottom = place.y(len(rows)) - place.row / 2
    joined = next(column.tests() for column in columns if len(column.found) > 1)
    layers = [
        *_heads(columns, place),
        *_labels(rows, columns, opened, place),
        *_cells(columns, rows, place),
        *_summary(columns, bottom, place),
        *_key(bottom + place.key_below, joined, place),
    ]
    return canvas(layers, place.width, bottom + place.ends_below)


def _whole(value):
    return wording.number(value, "count")


def _heads(columns, place):
    """Heads of one to three lines that end at the same height; upright where columns are narrow."""
    text, first, last = SPAN
    left, right = place.x(first) - place.span_half, place.x(last) + place.span_half
    span = {"x": left, "x2": right, "y": place.span, "y2": place.span}
    above = {"x": (left + right) / 2, "y": place.span - 9, "text": text}
    return [
        texts([{"x": 0, "y": place.head - 15, "text": "Cohort"}], weight="bold"),
        *(_upright(columns, above, place) if place.upright else [_level(columns, above, place)]),
        lines([span], color=MUTED),
    ]


def _level(columns, above, place):
    rows = []
    for i, column in enumerate(columns):
        words = column.head.split("\n")
        rows += [
            {"x": place.x(i), "y": place.head - 15 * (len(words) - j), "text": word}
            for j, word in enumerate(words)
        ]
    return texts([*rows, above], align="center")


def _upright(columns, above, place):
    """Words as one line each, without the hyphens of the lines."""
    heads = [column.head.replace("-\n", "").replace("\n", " ") for column in columns]
    rows = [{"x": place.x(i), "y": place.head - 8, "text": head} for i, head in enumerate(heads)]
    return [texts(rows, size=SMALL, angle=270), texts([above], align="center", size=SMALL)]


def _labels(rows, columns, opened, place):
    """Names of cohorts and groups, and a line under each cohort to lead the eye."""
    studies = {c.cohort: c.rows[0].study_id for column in columns for c in column.cells.values()}
    labels = [
        {"x": 0, "y": place.y(i), "text": text, "Source": opened[studies[cohort]]}
        for i, (text, cohort) in enumerate(rows)
        if cohort
    ]
    groups = [{"x": 0, "y": place.y(i), "text": text} for i, (text, cohort) in enumerate(rows) if not cohort]
    below = [r["y"] + place.row / 2 for r in labels]
    under = [{"x": 0, "x2": place.width, "y": y, "y2": y} for y in below]
    words = names(labels, size=place.letters)
    return [lines(under, width=0.7), *words, texts(groups, color=MUTED, size=place.letters)]


def _cells(columns, rows, place):
    places = {cohort: place.y(i) for i, (_, cohort) in enumerate(rows) if cohort}
    cells = [
        (place.x(i) + place.symbol, places[cell.cohort], cell, _told(cell, column))
        for i, column in enumerate(columns)
        for cell in column.cells.values()
    ]
    layers = []
    for direction, shape in SHAPES.items():
        for counted, fill in ((True, INK), (False, "transparent")):
            kind = (direction, counted)
            chosen = [cell for cell in cells if (cell[2].direction, cell[2].counted) == kind]
            drawn = [{"x": x, "y": y, **told} for x, y, _, told in chosen]
            tooltip = TOLD if counted else (*TOLD, "Not counted")
            layers.append(symbols(drawn, shape, fill, INK, place.size, description="name", tooltip=tooltip))
    words = [{"x": x + place.beside, "y": y, "text": "w"} for x, y, cell, _ in cells if cell.in_words]
    return [*layers, texts(words, color=MUTED, size=place.letters)]


def _told(cell, column):
    """What a hover tells of a cell."""

    def each(text):
        return "; ".join(dict.fromkeys(map(text, cell.rows)))

    told = {
        "name": f"{cell.label}, {column.name}: {cell.direction}",
        "Known from": each(lambda row: BASES[row.basis]),
        "Months": each(lambda row: wording.number(row.months, "months")),
        "n": each(lambda row: wording.number(row.n, "count")),
        "Where": where(source for row in cell.rows for source in row.sources),
    }
    reasons = {} if cell.counted else {"Not counted": each(lambda row: phrases.REASONS.get(row.reason, ""))}
    return told | reasons


def _summary(columns, bottom, place):
    """Counts and sign tests beneath the columns."""
    values = [
        *_tallies([column.tally() for column in columns], place),
        [_whole(column.silent()) for column in columns],
        ["*" if len(c.found) > 1 else c.tests()[0] for c in columns],
    ]
    layers = [lines([{"x": 0, "x2": place.width, "y": bottom, "y2": bottom}], color=MUTED)]
    for (head, below), found in zip(place.summary, values, strict=True):
        y = bottom + below
        layers.append(texts([{"x": 0, "y": y, "text": head}], size=place.letters))
        rows = [{"x": place.x(i), "y": y, "text": value} for i, value in enumerate(found)]
        for angle in (0, 270):
            turned = [row for row in rows if place.angle(row["text"]) == angle]
            layers.append(texts(turned, align="center", size=place.letters, angle=angle))
    return layers


def _tallies(found, place):
    """Better, worse and unclear of each column: in one row, or each in its own."""
    rows = [[_whole(n) for n in counts] for counts in found]
    return zip(*rows, strict=True) if place.upright else [[" / ".join(row) for row in rows]]


def _key(y, joined, place):
    """What symbols, letters and the star mean; ``joined``: the p of the joined outcomes."""
    at = [(x, y + below) for x, below in place.key]
    layers = [
        symbols([{"x": x + 6, "y": y}], shape, fill, INK, place.size)
        for (x, y), (shape, fill, _) in zip(at, KEY, strict=False)
    ]
    told = [*((18, text) for *_, text in KEY), (0, IN_WORDS), (0, JOINED.format(*joined))]
    words = [
        {"x": x + beside, "y": y, "text": "\n".join(textwrap.wrap(text, place.characters))}
        for (x, y), (beside, text) in zip(at, told, strict=True)
    ]
    return [*layers, texts(words, color=MUTED, size=place.letters)]
