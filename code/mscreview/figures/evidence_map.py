"""What does each report print of each outcome? A row a report, a column an outcome.

To change the evidence map, change this file.
"""

import textwrap
from collections import Counter
from dataclasses import dataclass

from .. import phrases, wording
from ..tables.sources import address, where
from .figure_data import FigureData
from .keys import side_by_side
from .theme import INK, MUTED, PANEL, SMALL, TRIAL
from .theme import boxes, canvas, finish, lines, names, slanted, symbols, texts

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

HEADING, LINE = 20, 15


@dataclass(frozen=True)
class Layout:
    """Pixels from the top left. ``cohort`` is the middle of its column, ``n`` a right edge, the others
    left ones. ``detail``: how far below the name those columns stand, in the same row;
    ``head``: the height of the heads, above every group where ``heads_repeat``."""

    cohort: float
    n: float
    product: float
    access: float
    grid: float
    step: float
    head: float
    row: float
    detail: float
    detail_color: str
    head_angle: float
    heads_repeat: bool
    heading_characters: int

    @property
    def width(self):
        return self.grid + self.step * len(COLUMNS)

    def name_y(self, middle):
        """Where the name and the marks of a row stand."""
        return middle - self.detail / 2

    def detail_y(self, middle):
        """Where the other columns of a row stand."""
        return middle + self.detail / 2


WIDE = Layout(
    cohort=156,
    n=230,
    product=242,
    access=364,
    grid=462,
    step=26,
    head=112,
    row=LINE,
    detail=0,
    detail_color=INK,
    head_angle=315,
    heads_repeat=False,
    heading_characters=100,
)
NARROW = Layout(  # the columns beside the name stand beneath it
    cohort=302,
    n=60,
    product=70,
    access=196,
    grid=136,
    step=19,
    head=154,
    row=2 * LINE + 4,
    detail=LINE,
    detail_color=MUTED,
    head_angle=270,
    heads_repeat=True,  # a screen holds about one group
    heading_characters=46,
)


def figure(results, populations=POPULATIONS):
    """The evidence map of these populations ("t2dm", "t1dm", "other"). Returns an Altair chart."""
    told = describe(results, populations), data(results, populations)
    groups = _groups(results["studies.included"].rows, populations)
    return finish(_map(groups, WIDE), *told, narrow=_map(groups, NARROW))


def _map(groups, place):
    placed, headings, heads, height = _layout(groups, place)
    letters = _cohort_letters([row for _, rows in groups for row in rows])
    key, bottom = _key(height + 22, place)
    layers = [*_heads(heads, place), *_headings(headings, place), _rulings(placed, place), *key]
    layers += [*_columns(placed, letters, place), *_marks(placed, place)]
    return canvas(layers, place.width, bottom)


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


def _layout(groups, place):
    """[(row, y)], [(heading, y)], where the column heads end, and the height of all."""
    placed, headings, heads, y = [], [], [], 0
    for heading, rows in groups:
        if place.heads_repeat or not heads:
            y += place.head
            heads.append(y)
        words = textwrap.wrap(f"{heading} ({len(rows)})", place.heading_characters)
        headings.append(("\n".join(words), y + HEADING / 2))
        y += HEADING + LINE * (len(words) - 1)
        placed += [(row, y + (i + 0.5) * place.row) for i, row in enumerate(rows)]
        y += place.row * len(rows) + 4
    return placed, headings, heads, y


def _cohort_letters(rows):
    """A letter for each cohort with several of these reports."""
    several = [cohort for cohort, n in Counter(row.cohort for row in rows).items() if n > 1]
    return {cohort: "abcdefghijklmnopqrstuvwxyz"[i % 26] for i, cohort in enumerate(several)}


# --- layers ----------------------------------------------------------------------------------


def _heads(bottoms, place):
    for bottom in bottoms:
        below = bottom - 8
        y = below - place.detail
        left = [{"x": 0, "y": y, "text": "Report"}, {"x": place.product, "y": below, "text": "Cells"}]
        left.append({"x": place.access, "y": below, "text": "Text read"})
        yield texts(left, weight="bold", size=SMALL)
        yield texts([{"x": place.cohort, "y": below, "text": "Cohort"}], "center", weight="bold", size=SMALL)
        yield texts([{"x": place.n, "y": below, "text": "n"}], "right", weight="bold", size=SMALL)
        yield slanted([head for head, _ in COLUMNS], place.grid, place.step, y, place.head_angle)


def _headings(headings, place):
    bands = [
        {"x": 0, "y": y - 9, "x2": place.width, "y2": y + 9 + LINE * text.count("\n")}
        for text, y in headings
    ]
    yield boxes(bands, PANEL)
    yield texts([{"x": 4, "y": y, "text": text} for text, y in headings], weight="bold")


def _rulings(placed, place):
    """A thin line below every row leads the eye to the marks."""
    below = [y + place.row / 2 for _, y in placed]
    return lines([{"x": 0, "y": y, "x2": place.width, "y2": y} for y in below], width=0.5)


def _columns(placed, letters, place):
    labels = [
        {"x": 0, "y": place.name_y(y), "text": row.label, "Source": address(row.doi, row.source_url)}
        for row, y in placed
    ]
    yield from names(labels, size=SMALL)
    columns = (
        (place.cohort, "center", MUTED, lambda row: letters.get(row.cohort, "")),
        (place.n, "right", place.detail_color, lambda row: _sizes(row)),
        (place.product, "left", place.detail_color, lambda row: phrases.PRODUCT_NAMES[row.product]),
        (place.access, "left", MUTED, lambda row: row.access_level),
    )
    for x, align, color, text in columns:
        rows = [{"x": x, "y": place.detail_y(y), "text": text(row)} for row, y in placed]
        yield texts(rows, align, color, size=SMALL)


def _sizes(row):
    """Participants given cells and control, as far as stated."""
    if row.n_treated is None:
        return "not stated"
    sizes = [n for n in (row.n_treated, row.n_control) if n is not None]
    return " / ".join(wording.number(n, "count") for n in sizes)


def _marks(placed, place):
    """A mark a cell, which tells what is in print and where; a click opens the source."""
    for code, (_, look) in STATES.items():
        rows = [
            {"x": place.grid + (i + 0.5) * place.step, "y": place.name_y(y), **_told(row, head, outcomes)}
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


def _key(top, place):
    """The meaning of each mark, and where it ends."""
    entries = [words for words, _ in STATES.values()]
    at, layers = side_by_side([18 + 6 * len(words) for words in entries], 30, place.width), []
    for (x, line), (words, look) in zip(at, STATES.values(), strict=True):
        y = top + line * 20
        layers.append(symbols([{"x": x + 6, "y": y}], *look))
        layers.append(texts([{"x": x + 18, "y": y, "text": words}], size=SMALL))
    return layers, y + 8
