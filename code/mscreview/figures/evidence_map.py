"""What does each report print of each outcome? A row a report, a column an outcome.

To change the evidence map, change this file.
"""

from collections import Counter

from .. import phrases, wording
from ..tables.sources import address, where
from .figure_data import FigureData
from .theme import INK, MUTED, PANEL, SMALL, TRIAL
from .theme import boxes, drawing, lines, names, slanted, symbols, texts

POPULATIONS = ("t2dm", "t1dm", "other")
POPULATION_NAMES = {
    "t2dm": "Type 2 diabetes",
    "t1dm": "Type 1 diabetes",
    "other": "Other groups, for safety only",
}
COLUMNS = (  # head, outcomes of which the fullest counts
    ("HbA1c", ("hba1c",)),
    ("Fasting glucose", ("fpg",)),
    ("Post-prandial glucose", ("ppg",)),
    ("Daily insulin", ("insulin_iu_per_day", "insulin_iu_per_kg_per_day")),
    ("Responders", ("composite_responders", "hba1c_responders")),
    ("C-peptide, fasting", ("c_peptide_fasting",)),
    ("C-peptide, stimulated", ("c_peptide_stimulated",)),
    ("C-peptide, area", ("c_peptide_auc",)),
    ("HOMA-B", ("homa_b",)),
    ("HOMA-IR", ("homa_ir",)),
)
STATES = {  # fullest first: words, then shape, fill, stroke and size of the mark
    "spread": ("number with spread, or count", ("square", TRIAL, TRIAL, 90)),
    "number": ("number alone", ("square", "transparent", TRIAL, 80)),
    "direction": ("direction in words", ("triangle-right", "transparent", TRIAL, 45)),
    "nothing": ("nothing", ("stroke", MUTED, MUTED, 8)),
}

ROW, HEADING, HEAD, KEY = 15, 20, 112, 30
COHORT, N, PRODUCT, ACCESS, GRID, STEP = 156, 230, 242, 364, 462, 26
WIDTH = GRID + STEP * len(COLUMNS)


def figure(results, populations=POPULATIONS):
    """The evidence map of these populations ("t2dm", "t1dm", "other"). Returns an Altair chart."""
    groups = _groups(results["studies.included"].rows, populations)
    placed, headings, height = _layout(groups)
    letters = _cohort_letters([row for _, rows in groups for row in rows])
    layers = [*_heads(), *_headings(headings), _rulings(placed), *_key(height + KEY - 8)]
    layers += [*_columns(placed, letters), *_marks(placed)]
    told = describe(results, populations)
    return drawing(layers, WIDTH, height + KEY, told, data(results, populations))


def describe(results, populations=POPULATIONS):
    """What the map shows, for readers who do not see it."""
    told = []
    for name, rows in _groups(results["studies.included"].rows, populations):
        hba1c = Counter(state(row, ("hba1c",)) for row in rows)
        counts = ", ".join(f"{words} {hba1c[code]}" for code, (words, _) in STATES.items())
        told.append(f"{name}, {len(rows)} in all, HbA1c: {counts}.")
    heads = "; ".join(head for head, _ in COLUMNS)
    return f"Map of what each report prints of these outcomes: {heads}. {' '.join(told)}"


def data(results, populations=POPULATIONS):
    """What the map shows as a `FigureData`: a row a report, a column an outcome."""
    columns = [("Group", "text"), ("Report", "text"), ("Cohort", "text"), ("n, cells", "count")]
    columns += [("n, control", "count"), ("Cells", "text"), ("Text read", "text")]
    columns += [*((head, "text") for head, _ in COLUMNS), ("Source", "text")]
    groups = _groups(results["studies.included"].rows, populations)
    letters = _cohort_letters([row for _, rows in groups for row in rows])
    rows = [
        (group, row.label, letters.get(row.cohort), row.n_treated, row.n_control)
        + (phrases.PRODUCT_NAMES[row.product], row.access_level)
        + tuple(STATES[state(row, outcomes)][0] for _, outcomes in COLUMNS)
        + (address(row.doi, row.source_url),)
        for group, rows in groups
        for row in rows
    ]
    return FigureData(tuple(columns), tuple(rows))


def state(row, outcomes):
    """The fullest state of a report among some outcomes."""
    found = {code for outcome, code in row.outcomes if outcome in outcomes}
    return next(code for code in STATES if code in found)


# --- rows ------------------------------------------------------------------------------------


def _groups(rows, populations):
    """(heading, rows) by population and design, in the order of the results; empty ones left out."""
    groups = {}
    for row in rows:
        population = row.population if row.population in POPULATION_NAMES else "other"
        if population in populations:
            design = "no control group" if row.design == "single-arm" else "with a control group"
            groups.setdefault(f"{POPULATION_NAMES[population]}, {design}", []).append(row)
    return list(groups.items())


def _layout(groups):
    """[(row, y)], [(heading, y)] and the height of all."""
    placed, headings, y = [], [], HEAD
    for heading, rows in groups:
        headings.append((f"{heading} ({len(rows)})", y + HEADING / 2))
        y += HEADING
        placed += [(row, y + (i + 0.5) * ROW) for i, row in enumerate(rows)]
        y += ROW * len(rows) + 4
    return placed, headings, y


def _cohort_letters(rows):
    """A letter for each cohort with several of these reports."""
    several = [cohort for cohort, n in Counter(row.cohort for row in rows).items() if n > 1]
    return {cohort: "abcdefghijklmnopqrstuvwxyz"[i % 26] for i, cohort in enumerate(several)}


# --- layers ----------------------------------------------------------------------------------


def _heads():
    y = HEAD - 8
    left = [{"x": 0, "y": y, "text": "Report"}, {"x": PRODUCT, "y": y, "text": "Cells"}]
    left.append({"x": ACCESS, "y": y, "text": "Text read"})
    yield texts(left, weight="bold", size=SMALL)
    yield texts([{"x": COHORT, "y": y, "text": "Cohort"}], "center", weight="bold", size=SMALL)
    yield texts([{"x": N, "y": y, "text": "n"}], "right", weight="bold", size=SMALL)
    yield slanted([head for head, _ in COLUMNS], GRID, STEP, y)


def _headings(headings):
    bands = [{"x": 0, "y": y - 9, "x2": WIDTH, "y2": y + 9} for _, y in headings]
    yield boxes(bands, PANEL)
    yield texts([{"x": 4, "y": y, "text": text} for text, y in headings], weight="bold")


def _rulings(placed):
    """A thin line below every row leads the eye to the marks."""
    below = [(y + ROW / 2) for _, y in placed]
    return lines([{"x": 0, "y": y, "x2": WIDTH, "y2": y} for y in below], width=0.5)


def _columns(placed, letters):
    labels = [
        {"x": 0, "y": y, "text": row.label, "Source": address(row.doi, row.source_url)}
        for row, y in placed
    ]
    yield from names(labels, size=SMALL)
    columns = (
        (COHORT, "center", MUTED, lambda row: letters.get(row.cohort, "")),
        (N, "right", INK, lambda row: _sizes(row)),
        (PRODUCT, "left", INK, lambda row: phrases.PRODUCT_NAMES[row.product]),
        (ACCESS, "left", MUTED, lambda row: row.access_level),
    )
    for x, align, color, text in columns:
        rows = [{"x": x, "y": y, "text": text(row)} for row, y in placed]
        yield texts(rows, align, color, size=SMALL)


def _sizes(row):
    """Participants given cells and control, as far as stated."""
    if row.n_treated is None:
        return "not stated"
    sizes = [n for n in (row.n_treated, row.n_control) if n is not None]
    return " / ".join(wording.number(n, "count") for n in sizes)


def _marks(placed):
    """A mark a cell, which tells what is in print and where; a click opens the source."""
    for code, (_, look) in STATES.items():
        rows = [
            {"x": GRID + (i + 0.5) * STEP, "y": y, **_told(row, head, outcomes)}
            for row, y in placed
            for i, (head, outcomes) in enumerate(COLUMNS)
            if state(row, outcomes) == code
        ]
        opening = {} if code == "nothing" else {"tooltip": ("Where",), "href": "Source"}
        yield symbols(rows, *look, description="name", **opening)


def _told(row, head, outcomes):
    """What a cell says of itself."""
    found = state(row, outcomes)
    told = {"name": f"{row.label}, {head}: {STATES[found][0]}"}
    if found == "nothing":
        return told
    states, sources = dict(row.outcomes), dict(row.sources)
    used = [s for name in outcomes if states.get(name) == found for s in sources.get(name, ())]
    return told | {"Where": where(used), "Source": address(row.doi, row.source_url)}


def _key(y):
    x = 0
    for words, look in STATES.values():
        yield symbols([{"x": x + 6, "y": y}], *look)
        yield texts([{"x": x + 18, "y": y, "text": words}], size=SMALL)
        x += 48 + 6 * len(words)
