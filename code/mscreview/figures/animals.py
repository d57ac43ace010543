"""What do animal reports say of glucose, insulin sensitivity and beta cells, and against what?

To change the preclinical map, change this file.
"""

import re
import textwrap

from .. import wording
from ..tables.sources import address
from .figure_data import FigureData
from .theme import INK, MUTED, PANEL, SMALL, TRIAL
from .theme import boxes, drawing, lines, names, slanted, symbols, texts

CELLS = "MSC"
COLUMNS = {
    "glucose": "Glucose",
    "insulin_sensitivity": "Insulin sensitivity",
    "beta_cell": "Beta cells",
}
X = "M-.7,-.7L.7,.7M.7,-.7L-.7,.7"  # Vega's own "cross" is a plus sign
STATES = {  # direction: shape, fill, stroke and size of the mark, and the field with its count
    "improved": (("circle", TRIAL, TRIAL, 75), "n_improved"),
    "worse": ((X, "transparent", TRIAL, 60), "n_worse"),
    "no clear difference": (("circle", "transparent", TRIAL, 65), "n_no_clear_difference"),
    "not reported": (("stroke", MUTED, MUTED, 8), "n_silent"),
}
GROUPS = (
    ("Cells in models of type 2 diabetes", lambda row: not row.borderline and row.agent == CELLS),
    (
        "Vesicles or medium of cells, models of type 2 diabetes",
        lambda row: not row.borderline and row.agent != CELLS,
    ),
    ("Borderline models: obesity or insulin resistance", lambda row: row.borderline),
)
COUNTED = GROUPS[0][0] + ", number of reports"
MODIFIED = "*"

SPECIES, MODEL, COMPARATOR, GRID, STEP, WIDTH = 130, 248, 516, 594, 46, 732
ROW, HEADING, HEAD, KEY = 15, 20, 96, 28
MODEL_CHARACTERS = 42


def figure(results):
    """The map of animal reports, with counts and sign tests below. Returns an Altair chart."""
    placed, headings, y = _layout(results["animals"].rows)
    below, counts = _counts(results, y + HEADING)
    headings.append((COUNTED, y + HEADING / 2))
    layers = [*_heads(), *_headings(headings), *_rulings([*(y for _, y in placed), *below])]
    layers += [*_columns(placed), *_marks(placed), *counts]
    bottom = y + HEADING + ROW * len(below)
    layers += _key(bottom + KEY - 8)
    return drawing(layers, WIDTH, bottom + KEY, describe(results), data(results))


def describe(results):
    """What the map shows, for readers who do not see it."""
    animals = results["animals"]
    told = []
    for name, head in COLUMNS.items():
        found = results[f"animals.{name}"]
        counts = ", ".join(f"{word} {getattr(found, field)}" for word, (_, field) in STATES.items())
        told.append(f"{head}: {counts}, sign test p {_p(found)}")
    return (
        f"Map of {len(animals.rows)} animal reports, {animals.n_reports} in models of type 2 diabetes, "
        f"{animals.n_without_comparator} of these without a described comparator. Directions in the "
        f"{animals.n_cells} reports of cells: {'; '.join(told)}."
    )


def data(results):
    """What the map shows as a `FigureData`: a row a report, then the counts and the sign tests."""
    columns = [("Group", "text"), ("Report", "text"), ("Species", "text"), ("Model", "text")]
    columns += [("Cells with a gene brought in", "text"), ("Comparator", "text")]
    columns += [(head, "text") for head in COLUMNS.values()] + [("Source", "text")]
    columns += [("Outcome counted", "text"), *((state, "count") for state in STATES)]
    columns.append(("Sign test p", "p"))
    placed, *_ = _layout(results["animals"].rows)
    rows = [
        (_group(row), row.label.removesuffix(f" ({row.species})"), row.species, row.model)
        + ("yes" if row.modified_cells else "no", row.comparator or None)
        + tuple(getattr(row, name) for name in COLUMNS)
        + (address(row.doi, row.source_url) or None, *(None,) * (len(STATES) + 2))
        for row, _ in placed
    ]
    for name, head in COLUMNS.items():
        found = results[f"animals.{name}"]
        counts = (getattr(found, field) for _, field in STATES.values())
        rows.append((COUNTED, *(None,) * (6 + len(COLUMNS)), head, *counts, found.sign_p))
    return FigureData(tuple(columns), tuple(rows))


def short_model(text):
    """The model without remarks in brackets and what stands before a colon, cut between words."""
    text = re.sub(r"\s*\([^)]*\)", "", text).split(": ", 1)[-1]
    cut = textwrap.shorten(text, MODEL_CHARACTERS, placeholder="", break_on_hyphens=False)
    return text if cut == text else cut.rstrip(" +,;") + " \N{HORIZONTAL ELLIPSIS}"


# --- rows ------------------------------------------------------------------------------------


def _layout(rows):
    """[(row, y)], [(heading, y)] and where the rows end."""
    placed, headings, y = [], [], HEAD
    for heading, _ in GROUPS:
        group = [row for row in rows if _group(row) == heading]
        if group:
            headings.append((f"{heading} ({len(group)})", y + HEADING / 2))
            y += HEADING
            placed += [(row, y + (i + 0.5) * ROW) for i, row in enumerate(group)]
            y += ROW * len(group) + 4
    return placed, headings, y


def _group(row):
    return next(heading for heading, belongs in GROUPS if belongs(row))


def _label(row):
    """Without the species, which has its column; with a mark for modified cells."""
    return row.label.removesuffix(f" ({row.species})") + (MODIFIED if row.modified_cells else "")


def _p(outcome):
    return "none" if outcome.sign_p is None else wording.number(outcome.sign_p, "p")


# --- layers ----------------------------------------------------------------------------------


def _heads():
    y = HEAD - 8
    heads = ((4, "Report"), (SPECIES, "Species"), (MODEL, "Model"), (COMPARATOR, "Comparator"))
    yield texts([{"x": x, "y": y, "text": text} for x, text in heads], weight="bold", size=SMALL)
    yield slanted(COLUMNS.values(), GRID, STEP, y)


def _headings(headings):
    yield boxes([{"x": 0, "y": y - 9, "x2": WIDTH, "y2": y + 9} for _, y in headings], PANEL)
    yield texts([{"x": 4, "y": y, "text": text} for text, y in headings], weight="bold")


def _rulings(middles):
    below = [y + ROW / 2 for y in middles]
    return [lines([{"x": 0, "y": y, "x2": WIDTH, "y2": y} for y in below], width=0.5)]


def _columns(placed):
    labels = [
        {"x": 4, "y": y, "text": _label(row), "Source": address(row.doi, row.source_url)}
        for row, y in placed
    ]
    yield from names(labels, size=SMALL)
    columns = ((SPECIES, lambda row: row.species), (MODEL, lambda r: short_model(r.model)))
    for x, text in columns:
        yield texts([{"x": x, "y": y, "text": text(row)} for row, y in placed], size=SMALL)
    for described, color in ((True, INK), (False, MUTED)):
        words = "described" if described else "not described"
        rows = [y for row, y in placed if row.has_comparator is described]
        yield texts([{"x": COMPARATOR, "y": y, "text": words} for y in rows], color=color, size=SMALL)


def _middle(index):
    return GRID + (index + 0.5) * STEP


def _marks(placed):
    """A mark a direction; a hover tells what was done to the animals."""
    for state, (look, _) in STATES.items():
        rows = [
            {
                "x": _middle(i),
                "y": y,
                "name": f"{row.label}, {head}: {state}",
                "Model": row.model,
                "Given": ", ".join(filter(None, (row.agent, row.cell_source))),
                "Comparator": row.comparator or "not described",
            }
            for row, y in placed
            for i, (name, head) in enumerate(COLUMNS.items())
            if getattr(row, name) == state
        ]
        yield symbols(rows, *look, description="name", tooltip=("Model", "Given", "Comparator"))


def _counts(results, top):
    """The middles of the rows of counts, and their layers: a row a direction, then the sign test."""
    outcomes = [results[f"animals.{name}"] for name in COLUMNS]
    rows = [
        (word.capitalize(), [wording.number(getattr(o, field), "count") for o in outcomes])
        for word, (_, field) in STATES.items()
    ]
    rows.append(("Exact sign test, improved against worse, p", [_p(o) for o in outcomes]))
    middles = [top + (i + 0.5) * ROW for i in range(len(rows))]
    names = [{"x": 4, "y": y, "text": n} for y, (n, _) in zip(middles, rows, strict=True)]
    numbers = [
        {"x": _middle(i), "y": y, "text": text}
        for y, (_, found) in zip(middles, rows, strict=True)
        for i, text in enumerate(found)
    ]
    return middles, [texts(names, size=SMALL), texts(numbers, "center", size=SMALL)]


def _key(y):
    x = 10
    for words, (look, _) in STATES.items():
        yield symbols([{"x": x, "y": y}], *look)
        yield texts([{"x": x + 12, "y": y, "text": words}], size=SMALL)
        x += 42 + 6 * len(words)
    yield texts([{"x": x, "y": y, "text": f"{MODIFIED} cells with a gene brought in"}], size=SMALL)
