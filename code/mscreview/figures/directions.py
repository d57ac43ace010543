"""Where does the controlled evidence point, cohort by cohort and outcome by outcome?

An effect-direction display after SWiM (Campbell 2020, BMJ 368: l6890): the sign for the patient in
the cell arm, not its size or significance.
"""

from dataclasses import dataclass

from .. import phrases, wording
from .theme import INK, MUTED, drawing, lines, symbols, texts

# Head of each column, and the outcomes it joins.
COLUMNS = (
    ("HbA1c", ("hba1c",)),
    ("Fasting\nglucose", ("fpg",)),
    ("Post-\nprandial\nglucose", ("ppg",)),
    ("Daily\ninsulin", ("insulin_iu_per_day", "insulin_iu_per_kg_per_day")),
    ("Re-\nsponders", ("composite_responders",)),
    ("fasting", ("c_peptide_fasting",)),
    ("stimu-\nlated", ("c_peptide_stimulated",)),
    ("area\nunder\ncurve", ("c_peptide_auc",)),
    ("HOMA-B", ("homa_b",)),
    ("HOMA-IR", ("homa_ir",)),
)
SPAN = ("C-peptide", 5, 7)  # a head over several columns: text, first, last
PRODUCTS = ("msc", "msc_with_other_cells", "not_expanded_msc")
SHAPES = {"better": "triangle-up", "worse": "triangle-down", "unclear": "circle"}
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


@dataclass(frozen=True)
class _Cell:
    """One cohort in one column."""

    cohort: str
    label: str
    year: float
    group: tuple[str, str]
    direction: str
    in_words: bool
    counted: bool


@dataclass(frozen=True)
class _Column:
    """One column: its `Directions`, and a `_Cell` for each cohort that has one."""

    head: str
    found: tuple
    cells: dict

    def counts(self):
        """Counted cohorts: better, worse, unclear."""
        counted = [cell.direction for cell in self.cells.values() if cell.counted]
        return tuple(wording.number(counted.count(direction), "count") for direction in SHAPES)

    def silent(self):
        """Eligible cohorts, the same for joined outcomes, whose text gives no direction."""
        first = self.found[0]
        return wording.number(len(first.rows) + first.n_silent - len(self.cells), "count")

    def tests(self):
        """The p of the sign test of each outcome, "–" without one."""
        return ["–" if f.sign_p is None else wording.number(f.sign_p, "p") for f in self.found]


def figure(results, population="both", product="any"):
    """Rows are cohorts, grouped by diabetes and cells; returns an Altair chart."""
    columns = _columns(results, population, product)
    rows = _rows(columns)
    bottom = HEAD + ROW * len(rows)
    joined = next(column.tests() for column in columns if len(column.found) > 1)
    layers = [
        *_heads(columns),
        *_labels(rows),
        *_cells(columns, rows),
        *_summary(columns, bottom),
        *_key(bottom + 4.3 * ROW, joined),
    ]
    height = bottom + 7 * ROW
    return drawing(layers, WIDTH, height, describe(results, population, product))


def describe(results, population="both", product="any"):
    """The counts of every outcome in words, for readers who do not see the figure."""
    columns = _columns(results, population, product)
    found = []
    for column, (_, outcomes) in zip(columns, COLUMNS, strict=True):
        names = " or ".join(phrases.OUTCOME_NAMES[outcome]["en"] for outcome in outcomes)
        better, worse, unclear = column.counts()
        tests = [p for p in column.tests() if p != "–"]
        sign = f", sign test p = {' and '.join(tests)}" if tests else ""
        found.append(f"{names}: {better} better, {worse} worse, {unclear} unclear{sign}")
    cohorts = {cohort for column in columns for cohort in column.cells}
    return (
        "Directions of effect, cells against control, "
        f"{phrases.POPULATION_NAMES[population]['en']}, {phrases.PRODUCT_NAMES[product]}; "
        f"{wording.number(len(cohorts), 'count')} cohorts have a direction for some outcome. Counted directions: {'; '.join(found)}."
    )


# --- what is drawn ---------------------------------------------------------------------------

def _columns(results, population, product):
    studies = {row.study_id: row for row in results["studies.included"].rows}
    columns = []
    for head, outcomes in COLUMNS:
        found = tuple(results[f"directions.{name}.{population}.{product}"] for name in outcomes)
        by_cohort = {}
        for row in (row for directions in found for row in directions.rows):
            by_cohort.setdefault(studies[row.study_id].cohort, []).append(row)
        cells = {cohort: _cell(rows, studies) for cohort, rows in by_cohort.items()}
        columns.append(_Column(head, found, cells))
    return columns


def _cell(rows, studies):
    """One cell from the rows of one cohort: what counts comes first; a disagreement is unclear."""
    rows = [row for row in rows if row.counted] or rows
    study = studies[rows[0].study_id]
    directions = {row.direction for row in rows}
    return _Cell(
        cohort=study.cohort,
        label=" / ".join(dict.fromkeys(row.label for row in rows)),
        year=study.year or float("inf"),
        group=(study.population, rows[0].product),
        direction=directions.pop() if len(directions) == 1 else "unclear",
        in_words=all(row.basis == "words" for row in rows),
        counted=rows[0].counted,
    )


def _rows(columns):
    """(text, cohort) from top to bottom; cohort None for the head of a group."""
    cohorts = {}
    for column in columns:
        cohorts = column.cells | cohorts  # the first column that has a cohort names it
    rows = []
    for group in sorted({cell.group for cell in cohorts.values()}, key=_group_order):
        members = [cell for cell in cohorts.values() if cell.group == group]
        rows.append((_group_name(group), None))
        rows += [(c.label, c.cohort) for c in sorted(members, key=lambda c: (c.year, c.label))]
    return rows


def _group_order(group):
    population, product = group
    return list(phrases.POPULATION_NAMES).index(population), PRODUCTS.index(product)


def _group_name(group):
    population, product = group
    name = phrases.POPULATION_NAMES[population]["en"]
    return f"{name[0].upper()}{name[1:]}, {phrases.PRODUCT_NAMES[product]}"


# --- parts -----------------------------------------------------------------------------------


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


def _labels(rows):
    """Names of cohorts and groups, and a line under each cohort to lead the eye."""
    places = [({"x": 0, "y": _y(i), "text": text}, cohort) for i, (text, cohort) in enumerate(rows)]
    names = [place for place, cohort in places if cohort]
    groups = [place for place, cohort in places if not cohort]
    under = [{"x": 0, "x2": WIDTH, "y": r["y"] + ROW / 2, "y2": r["y"] + ROW / 2} for r in names]
    return [lines(under, width=0.7), texts(names), texts(groups, color=MUTED)]


def _cells(columns, rows):
    places = {cohort: _y(i) for i, (_, cohort) in enumerate(rows) if cohort}
    cells = [
        (_x(i), places[cell.cohort], cell)
        for i, column in enumerate(columns)
        for cell in column.cells.values()
    ]
    layers = []
    for direction, shape in SHAPES.items():
        for counted, fill in ((True, INK), (False, "transparent")):
            drawn = [
                {"x": x, "y": y}
                for x, y, cell in cells
                if (cell.direction, cell.counted) == (direction, counted)
            ]
            layers.append(symbols(drawn, shape, fill, INK))
    words = [{"x": x + 10, "y": y, "text": "w"} for x, y, cell in cells if cell.in_words]
    return [*layers, texts(words, color=MUTED)]


def _summary(columns, bottom):
    """Counts and sign tests beneath the columns."""
    values = {
        "Better / worse / unclear": [" / ".join(column.counts()) for column in columns],
        "No direction in the text": [column.silent() for column in columns],
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
