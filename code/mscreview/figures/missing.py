"""Which eligible controlled trials give which outcome to a pool, and why not the others?

To change the missing-data map, change this file; its trials are in `missing_cohorts`.
"""

import textwrap
from collections import Counter

from .. import phrases, wording
from ..tables.sources import addresses, where
from .figure_data import FigureData
from .missing_cohorts import COLUMNS, POOLED, SHARES, cohorts_of, pools_of
from .missing_layout import HEADING, LINE, NARROW, WIDE
from .theme import INK, MUTED, PANEL, RULE, SMALL, TRIAL
from .theme import boxes, canvas, finish, lines, names, slanted, symbols, texts

LETTERS = {  # reason of `phrases.REASONS` -> the letter in the map
    "not_reported": "\N{EN DASH}",
    "baseline_only": "B",
    "before_12_weeks": "E",
    "beyond_24_months": "L",
    "time_not_stated": "T",
    "direction_only": "D",
    "other_unit": "U",
    "other_definition": "R",
    "co_intervention": "C",
    "left_out": "X",
    "blinding_not_stated": "O",
}
NOTHING = "not_reported"  # every other reason leaves something in print
GROUPS = {True: "MSC alone", False: "Other cell products"}  # whether the cells were MSC alone


def figure(results, population="t2dm"):
    """The missing-data map of the controlled trials of a population. Returns an Altair chart."""
    told = describe(results, population), data(results, population)
    pools, opened = pools_of(results, population), addresses(results)
    cohorts = cohorts_of(results, pools)
    wide, narrow = (_map(cohorts, pools, opened, place) for place in (WIDE, NARROW))
    return finish(wide, *told, narrow=narrow)


def _map(cohorts, pools, opened, place):
    placed, headings, y = _layout(cohorts, place)
    layers = [*_heads(place), *_headings(headings, place), *_names(placed, opened, place)]
    layers += [*_cells(placed, opened, place), *_shares(pools, y, place)]
    y += place.share * len(pools) + 14
    key, height = _key(_reasons_met(cohorts), y, place)
    return canvas([*layers, *key], place.width, height)


def describe(results, population="t2dm"):
    """What the map shows, for readers who do not see it."""
    pools = pools_of(results, population)
    cohorts = cohorts_of(results, pools)
    shares = "; ".join(
        f"{COLUMNS[name]}, k = {pool.k}, {wording.number(pool.share_randomized, 'share')}"
        for name, pool in pools["any"].items()
        if pool.k
    )
    counted = Counter(state for cohort in cohorts for state in cohort.states.values())
    reasons = "; ".join(f"{phrases.REASONS[r]}, {counted[r]}" for r in _reasons_met(cohorts))
    return (
        f"Map of {len(cohorts)} eligible controlled trials and {len(COLUMNS)} outcomes in "
        f"{phrases.POPULATION_NAMES[population]['en']}; {counted[POOLED]} of {counted.total()} cells "
        f"are pooled. Share of randomized participants in the pools of any cell product: "
        f"{shares or 'none'}; no trial in the others. Cells that are not pooled: {reasons}."
    )


def data(results, population="t2dm"):
    """What the map shows as a `FigureData`: a row a cell, then the shares of the pools."""
    columns = [("Group", "text"), ("Trial", "text"), ("n randomized", "count"), ("Outcome", "text")]
    columns += [("In the pool, or why not", "text"), ("Share in the pool", "share"), ("Source", "text")]
    pools = pools_of(results, population)
    opened = addresses(results)
    rows = [
        (_group(cohort), cohort.label, cohort.n_randomized, COLUMNS[outcome])
        + (_words(state), None, opened[cohort.found[outcome].study_id])
        for cohort in cohorts_of(results, pools)
        for outcome, state in cohort.states.items()
    ]
    rows += [
        (SHARES[product], None, pool.n_eligible_randomized, COLUMNS[outcome], None)
        + (pool.share_randomized if pool.k else None, None)
        for product, found in pools.items()
        for outcome, pool in found.items()
    ]
    return FigureData(tuple(columns), tuple(rows))


# --- what is drawn ---------------------------------------------------------------------------


def _reasons_met(cohorts):
    met = {state for cohort in cohorts for state in cohort.states.values()}
    return [reason for reason in LETTERS if reason in met]


def _group(cohort):
    return GROUPS[cohort.only_cells]


def _words(state):
    return "in the pool" if state == POOLED else phrases.REASONS[state]


def _layout(cohorts, place):
    """[(cohort, y)], [(heading, y)] and where the rows end."""
    placed, headings, y = [], [], place.head
    for heading in GROUPS.values():
        rows = [cohort for cohort in cohorts if _group(cohort) == heading]
        if rows:
            headings.append((f"{heading} ({len(rows)})", y + HEADING / 2))
            y += HEADING
            placed += [(row, y + (i + 0.5) * place.row) for i, row in enumerate(rows)]
            y += place.row * len(rows) + 4
    return placed, headings, y


# --- layers ----------------------------------------------------------------------------------


def _heads(place):
    y = place.head - 8
    yield texts([{"x": 0, "y": y - place.n_below, "text": "Trial"}], weight="bold")
    yield texts([{"x": place.n, "y": y, "text": "n randomized"}], place.n_align, weight="bold", size=SMALL)
    yield slanted(COLUMNS.values(), place.grid, place.step, y, place.head_angle)


def _headings(headings, place):
    yield boxes([{"x": 0, "y": y - 9, "x2": place.width, "y2": y + 9} for _, y in headings], PANEL)
    yield texts([{"x": 4, "y": y, "text": text} for text, y in headings], weight="bold")


def _names(placed, opened, place):
    rows = [
        {"x": 4, "y": place.name_y(y), "text": cohort.label, "Source": opened[cohort.study_id]}
        for cohort, y in placed
    ]
    yield from names(rows)
    sizes = [(wording.number(cohort.n_randomized, "count"), y) for cohort, y in placed]
    n = [{"x": place.n, "y": place.cells_y(y), "text": text} for text, y in sizes]
    yield texts(n, place.n_align, place.n_color)
    below = [y + place.row / 2 for _, y in placed]
    yield lines([{"x": 0, "y": y, "x2": place.width, "y2": y} for y in below], width=0.5)


def _middle(outcome, place):
    return place.grid + (list(COLUMNS).index(outcome) + 0.5) * place.step


def _cells(placed, opened, place):
    """The marks, and over each cell an area that tells what it means; a click opens the source."""
    placed = [(cohort, place.cells_y(y)) for cohort, y in placed]
    cells = [(_middle(o, place), y, state) for cohort, y in placed for o, state in cohort.states.items()]
    yield from _state_marks(cells, place)
    for known in (True, False):
        areas = [
            {
                **_area(_middle(outcome, place), y, place.step, place.cell),
                "name": f"{cohort.label}, {COLUMNS[outcome]}: {_words(cohort.states[outcome])}",
                "Source": opened[trial.study_id],
                **({"Where": where(trial.sources)} if known else {}),
            }
            for cohort, y in placed
            for outcome, trial in cohort.found.items()
            if bool(trial.sources) is known
        ]
        tooltip = ("Where",) if known else ()
        yield boxes(areas, "transparent", description="name", href="Source", tooltip=tooltip)


def _area(x, y, width, height):
    return {"x": x - width / 2, "y": y - height / 2, "x2": x + width / 2, "y2": y + height / 2}


def _state_marks(cells, place):
    """A filled square where pooled, a letter on a band where something else is in print."""
    pooled = [{"x": x, "y": y} for x, y, state in cells if state == POOLED]
    yield symbols(pooled, "square", TRIAL, TRIAL, 150)
    letters = [{"x": x, "y": y, "text": LETTERS[s]} for x, y, s in cells if s not in (POOLED, NOTHING)]
    yield boxes([_area(r["x"], r["y"], place.frame, 16) for r in letters], PANEL, MUTED)
    yield texts(letters, "center", weight="bold")
    nothing = [{"x": x, "y": y, "text": LETTERS[s]} for x, y, s in cells if s == NOTHING]
    yield texts(nothing, "center", MUTED)


def _shares(pools, top, place):
    """A row for each product: the share as a number above a bar of that part of the column."""
    frames, bars, numbers, heads, areas = [], [], [], [], []
    for i, (product, found) in enumerate(pools.items()):
        y = top + (i + 0.5) * place.share
        heads.append({"x": 4, "y": y + place.share_head, "text": SHARES[product]})
        for outcome, pool in found.items():
            middle, share = _middle(outcome, place), pool.share_randomized or 0
            left, length, bar_y = middle - place.step / 2 + 2, place.step - 4, y + place.share_bar
            frame = {"x": left, "y": bar_y, "x2": left + length, "y2": bar_y + 3}
            frames.append(frame)
            bars.append({**frame, "x2": left + share * length})
            text = wording.number(pool.share_randomized, "share") if pool.k else "none"
            numbers.append({"x": middle, "y": y + place.share_number, "text": text})
            area = _area(middle, y, place.step, place.share)
            area |= {"name": f"{SHARES[product]}, {COLUMNS[outcome]}: {text}"}
            areas.append(area | {"Participants": _pooled_of(pool)})
    yield texts(heads, size=SMALL, weight="bold")
    yield boxes(frames, RULE)
    yield boxes([bar for bar in bars if bar["x2"] > bar["x"]], TRIAL)
    yield texts(numbers, "center", INK, size=SMALL, angle=place.share_angle)
    yield boxes(areas, "transparent", description="name", tooltip=("Participants",))


def _pooled_of(pool):
    pooled, eligible = (
        wording.number(n, "count") for n in (pool.n_participants, pool.n_eligible_randomized)
    )
    return f"{pooled} in the pool of {eligible} randomized in eligible trials"


def _key(reasons, top, place):
    """The meaning of each mark in columns, and where it ends."""
    entries = [(POOLED, "in the pool")] + [(r, phrases.REASONS[r]) for r in reasons]
    entries = [(state, textwrap.wrap(text, place.key_characters)) for state, text in entries]
    each = -(-len(entries) // place.key_columns)
    cells, words, line = [], [], 0
    for i, (state, rows) in enumerate(entries):
        line = line if i % each else 0
        x, y = 12 + (i // each) * place.width / 2, top + (line + 0.5) * LINE
        cells.append((x, y, state))
        words.append({"x": x + 16, "y": y, "text": "\n".join(rows)})
        line += len(rows)
    bottom = max(y for _, y, _ in cells) + LINE * (len(rows) - 0.5)
    return [*_state_marks(cells, place), texts(words, size=SMALL)], bottom
