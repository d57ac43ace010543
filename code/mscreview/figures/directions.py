"""Where does the controlled evidence point, cohort by cohort and outcome by outcome?

An effect-direction display after SWiM (Campbell 2020, BMJ 368: l6890): the sign for the patient in
the cell arm, not its size or significance.
"""

from .. import phrases, wording
from ..tables.sources import addresses, where
from .direction_cells import COLUMNS, columns_of, outcome_name, rows_of
from .figure_data import FigureData
from .theme import INK, MUTED, drawing, lines, names, symbols, texts

SPAN = ("C-peptide", 5, 7)  # a head over several columns: text, first, last
SHAPES = {"better": "triangle-up", "worse": "triangle-down", "unclear": "circle"}
BASES = {"estimate": "numbers", "words": "words"}
TOLD = ("Known from", "Months", "n", "Where")
HOLLOW = "hollow: not counted; only beyond 24 months, or another treatment in the cell arm alone"
KEY = (
    (0, 0, "triangle-up", INK, "better for the patient given cells"),
    (258, 0, "triangle-down", INK, "worse"),
    (330, 0, "circle", INK, "unclear"),
    (0, 1, "triangle-up", "transparent", HOLLOW),
)
JOINED = "* IU/day or IU/kg/day, each cohort once; sign tests of the two units apart: p = {} and {}"

LEFT, STEP, ROW, HEAD = 152, 60, 22, 76  # pixels: label column, columns, rows, heads
WIDTH = LEFT + STEP * len(COLUMNS)


def figure(results, population="both", product="any"):
    """Rows are cohorts, grouped by diabetes and cells; returns an Altair chart."""
    columns = columns_of(results, population, product)
    rows = rows_of(columns)
    bottom = HEAD + ROW * len(rows)
    joined = next(column.tests() for column in columns if len(column.found) > 1)
    layers = [
        *_heads(columns),
        *_labels(rows, columns, addresses(results)),
        *_cells(columns, rows),
        *_summary(columns, bottom),
        *_key(bottom + 4.3 * ROW, joined),
    ]
    height = bottom + 7 * ROW
    asked = (results, population, product)
    return drawing(layers, WIDTH, height, describe(*asked), data(*asked))


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


def _whole(value):
    return wording.number(value, "count")


def _x(column):
    return LEFT + STEP * (column + 0.5)


def _y(row):
    return HEAD + ROW * (row + 0.5)


def _heads(columns):
    """Heads of one to three lines that end at the same height."""
    rows = []
    for i, column in enumerate(columns):
        words = column.head.split("\n")
        rows += [
            {"x": _x(i), "y": HEAD - 15 * (len(words) - j), "text": word}
            for j, word in enumerate(words)
        ]
    text, first, last = SPAN
    rows.append({"x": (_x(first) + _x(last)) / 2, "y": HEAD - 66, "text": text})
    span = {"x": _x(first) - 20, "x2": _x(last) + 20, "y": HEAD - 57, "y2": HEAD - 57}
    return [
        texts([{"x": 0, "y": HEAD - 15, "text": "Cohort"}], weight="bold"),
        texts(rows, align="center"),
        lines([span], color=MUTED),
    ]


def _labels(rows, columns, opened):
    """Names of cohorts and groups, and a line under each cohort to lead the eye."""
    studies = {c.cohort: c.rows[0].study_id for column in columns for c in column.cells.values()}
    labels = [
        {"x": 0, "y": _y(i), "text": text, "Source": opened[studies[cohort]]}
        for i, (text, cohort) in enumerate(rows)
        if cohort
    ]
    groups = [{"x": 0, "y": _y(i), "text": text} for i, (text, cohort) in enumerate(rows) if not cohort]
    under = [{"x": 0, "x2": WIDTH, "y": r["y"] + ROW / 2, "y2": r["y"] + ROW / 2} for r in labels]
    return [lines(under, width=0.7), *names(labels), texts(groups, color=MUTED)]


def _cells(columns, rows):
    places = {cohort: _y(i) for i, (_, cohort) in enumerate(rows) if cohort}
    cells = [
        (_x(i), places[cell.cohort], cell, _told(cell, column))
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
            layers.append(symbols(drawn, shape, fill, INK, description="name", tooltip=tooltip))
    words = [{"x": x + 10, "y": y, "text": "w"} for x, y, cell, _ in cells if cell.in_words]
    return [*layers, texts(words, color=MUTED)]


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


def _summary(columns, bottom):
    """Counts and sign tests beneath the columns."""
    values = {
        "Better / worse / unclear": [" / ".join(map(_whole, column.tally())) for column in columns],
        "No direction in the text": [_whole(column.silent()) for column in columns],
        "Sign test, p": ["*" if len(c.found) > 1 else c.tests()[0] for c in columns],
    }
    layers = [lines([{"x": 0, "x2": WIDTH, "y": bottom, "y2": bottom}], color=MUTED)]
    for n, (head, found) in enumerate(values.items()):
        y = bottom + ROW * (n + 0.7)
        layers.append(texts([{"x": 0, "y": y, "text": head}]))
        rows = [{"x": _x(i), "y": y, "text": value} for i, value in enumerate(found)]
        layers.append(texts(rows, align="center"))
    return layers


def _key(y, joined):
    """What symbols, letters and the star mean; ``joined``: the p of the joined outcomes."""
    layers = [
        symbols([{"x": x + 6, "y": y + n * ROW}], shape, fill, INK) for x, n, shape, fill, _ in KEY
    ]
    words = [{"x": x + 18, "y": y + n * ROW, "text": text} for x, n, *_, text in KEY]
    words.append({"x": 418, "y": y, "text": "w  known from words only, not from numbers"})
    words.append({"x": 0, "y": y + 2 * ROW, "text": JOINED.format(*joined)})
    return [*layers, texts(words, color=MUTED)]
