"""What do animal reports say of glucose, insulin sensitivity and beta cells, and against what?

To change the preclinical map, change this file.
"""

import re
import textwrap

from .. import wording
from ..tables.sources import address
from .animals_layout import LINE, NARROW, WIDE
from .figure_data import FigureData
from .keys import side_by_side
from .theme import INK, MUTED, PANEL, SMALL, TRIAL
from .theme import boxes, canvas, finish, lines, names, slanted, symbols, texts

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

HEADING, KEY, MODEL_CHARACTERS = 20, 28, 42


def figure(results):
    """The map of animal reports, with counts and sign tests below. Returns an Altair chart."""
    wide, narrow = (_drawn(results, place) for place in (WIDE, NARROW))
    return finish(wide, describe(results), data(results), narrow=narrow)


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
    placed, *_ = _layout(results["animals"].rows, WIDE)
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


def _drawn(results, place):
    """The map in one of its two forms, not finished."""
    placed, headings, y = _layout(results["animals"].rows, place)
    headings.append((_wrapped(COUNTED, place), y))
    y += _height(headings[-1][0])
    below, counts, bottom = _counts(results, y, place)
    rulings = [*(y - LINE / 2 + place.row for _, y in placed), *below]
    layers = [*_heads(place), *_headings(headings, place), _rulings(rulings, place)]
    layers += [*_columns(placed, place), *_marks(placed, place), *counts]
    key, end = _key(bottom + KEY - 8, place)
    return canvas([*layers, *key], place.width, end + 8)


def _layout(rows, place):
    """[(row, y of its first line)], [(lines of a heading, its top)] and where the rows end."""
    placed, headings, y = [], [], place.head
    for heading, _ in GROUPS:
        group = [row for row in rows if _group(row) == heading]
        if group:
            headings.append((_wrapped(f"{heading} ({len(group)})", place), y))
            y += _height(headings[-1][0])
            placed += [(row, y + i * place.row + LINE / 2) for i, row in enumerate(group)]
            y += place.row * len(group) + 4
    return placed, headings, y


def _wrapped(heading, place):
    return textwrap.wrap(heading, place.heading_characters)


def _height(words):
    return HEADING + LINE * (len(words) - 1)


def _group(row):
    return next(heading for heading, belongs in GROUPS if belongs(row))


def _label(row):
    """Without the species, which has its column; with a mark for modified cells."""
    return row.label.removesuffix(f" ({row.species})") + (MODIFIED if row.modified_cells else "")


def _p(outcome):
    return "none" if outcome.sign_p is None else wording.number(outcome.sign_p, "p")


# --- layers ----------------------------------------------------------------------------------


def _heads(place):
    y = place.head - 8
    heads = [{"x": x, "y": y, "text": text} for x, text in place.heads]
    yield texts(_on_last_line(heads), weight="bold", size=SMALL)
    if place.column_heads is None:
        yield slanted(COLUMNS.values(), place.grid, place.step, y)
    else:
        heads = [{"x": place.x(i), "y": y, "text": text} for i, text in enumerate(place.column_heads)]
        yield texts(_on_last_line(heads), "center", size=SMALL)


def _on_last_line(rows):
    """The rows, whose last line stands at y."""
    return [{**row, "y": row["y"] - LINE * row["text"].count("\n")} for row in rows]


def _headings(headings, place):
    panels = [{"x": 0, "y": y + 1, "x2": place.width, "y2": y + _height(words) - 1} for words, y in headings]
    yield boxes(panels, PANEL)
    rows = [{"x": 4, "y": y + HEADING / 2, "text": "\n".join(words)} for words, y in headings]
    yield texts(rows, weight="bold", size=place.heading_size)


def _rulings(below, place):
    return lines([{"x": 0, "y": y, "x2": place.width, "y2": y} for y in below], width=0.5)


def _columns(placed, place):
    labels = [
        {"x": 4, "y": y, "text": _label(row), "Source": address(row.doi, row.source_url)}
        for row, y in placed
    ]
    yield from names(labels, size=SMALL)
    if place.species is None:
        told = [(row, y + LINE, f"{row.species}, {short_model(row.model)}") for row, y in placed]
        yield texts([{"x": 4, "y": y, "text": text} for _, y, text in told], color=MUTED, size=SMALL)
    else:
        columns = ((place.species, lambda row: row.species), (place.model, lambda r: short_model(r.model)))
        for x, text in columns:
            yield texts([{"x": x, "y": y, "text": text(row)} for row, y in placed], size=SMALL)
    for words, described, color in zip(place.described, (True, False), (INK, MUTED), strict=True):
        rows = [y for row, y in placed if row.has_comparator is described]
        yield texts([{"x": place.comparator, "y": y, "text": words} for y in rows], color=color, size=SMALL)


def _marks(placed, place):
    """A mark a direction; a hover tells what was done to the animals."""
    for state, (look, _) in STATES.items():
        rows = [
            {
                "x": place.x(i),
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


def _counts(results, top, place):
    """The lower edges of the rows of counts, their layers and where they end.

    A row a direction, then the sign test; numbers stand beside the last line of a name.
    """
    outcomes = [results[f"animals.{name}"] for name in COLUMNS]
    rows = [
        (word.capitalize(), [wording.number(getattr(o, field), "count") for o in outcomes])
        for word, (_, field) in STATES.items()
    ]
    rows.append(("Exact sign test, improved against worse, p", [_p(o) for o in outcomes]))
    below, names, numbers, y = [], [], [], top
    for name, found in rows:
        words = textwrap.wrap(name, place.count_characters)
        names.append({"x": 4, "y": y + LINE / 2, "text": "\n".join(words)})
        y += LINE * len(words)
        below.append(y)
        numbers += [{"x": place.x(i), "y": y - LINE / 2, "text": text} for i, text in enumerate(found)]
    return below, [texts(names, size=SMALL), texts(numbers, "center", size=SMALL)], y


def _key(y, place):
    """The layers of the key, and the middle of its last line."""
    told = [*STATES, f"{MODIFIED} cells with a gene brought in"]
    places = side_by_side([12 + 6 * len(words) for words in told], 30, place.width - 10)
    at = [(10 + x, y + 18 * line) for x, line in places]
    layers = []
    for (x, y), (words, (look, _)) in zip(at, STATES.items(), strict=False):
        layers += [symbols([{"x": x, "y": y}], *look)]
        layers += [texts([{"x": x + 12, "y": y, "text": words}], size=SMALL)]
    x, y = at[-1]
    return [*layers, texts([{"x": x, "y": y, "text": told[-1]}], size=SMALL)], y
