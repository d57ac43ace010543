"""Which eligible controlled trials give which outcome to a pool, and why not the others?

To change the missing-data map, change this file.
"""

from collections import Counter
from dataclasses import dataclass

from .. import phrases, wording
from ..tables.sources import addresses, where
from .figure_data import FigureData
from .theme import INK, MUTED, PANEL, RULE, SMALL, TRIAL
from .theme import boxes, drawing, lines, names, slanted, symbols, texts

COLUMNS = {
    "hba1c": "HbA1c",
    "fpg": "Fasting glucose",
    "ppg": "Post-prandial glucose",
    "insulin_iu_per_day": "Insulin, IU/day",
    "insulin_iu_per_kg_per_day": "Insulin, IU/kg/day",
    "composite_responders": "Composite response",
    "hba1c_responders": "HbA1c below 7%",
    "c_peptide_fasting": "C-peptide, fasting",
    "c_peptide_stimulated": "C-peptide, stimulated",
    "c_peptide_auc": "C-peptide, area",
    "homa_b": "HOMA-B",
    "homa_ir": "HOMA-IR",
}
POOLED = "pooled"
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
SHARES = {"msc": "Share in the pool, MSC alone", "any": "Share in the pool, any cell product"}

ROW, HEADING, HEAD, LINE = 20, 22, 118, 20
N, GRID, STEP = 218, 226, 41
WIDTH = GRID + STEP * len(COLUMNS)


@dataclass(frozen=True)
class Cohort:
    """One eligible trial; ``found``: what it gives to each outcome, a `Trial` or a `NotPooled`."""

    label: str
    n_randomized: float | None
    only_cells: bool
    found: dict

    @property
    def states(self):
        """{outcome: `POOLED` or a reason}."""
        return {outcome: getattr(trial, "reason", POOLED) for outcome, trial in self.found.items()}

    @property
    def study_id(self):
        """Of the report that names the trial."""
        return next(iter(self.found.values())).study_id


def figure(results, population="t2dm"):
    """The missing-data map of the controlled trials of a population. Returns an Altair chart."""
    pools = {product: _pools(results, population, product) for product in SHARES}
    cohorts = _cohorts(results, pools)
    placed, headings, y = _layout(cohorts)
    opened = addresses(results)
    layers = [*_heads(), *_headings(headings), *_names(placed, opened), *_cells(placed, opened)]
    layers += _shares(pools, y)
    y += ROW * len(pools) + 14
    key, height = _key(_reasons_met(cohorts), y)
    told = describe(results, population)
    return drawing([*layers, *key], WIDTH, height, told, data(results, population))


def describe(results, population="t2dm"):
    """What the map shows, for readers who do not see it."""
    pools = {product: _pools(results, population, product) for product in SHARES}
    cohorts = _cohorts(results, pools)
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
    pools = {product: _pools(results, population, product) for product in SHARES}
    opened = addresses(results)
    rows = [
        (_group(cohort), cohort.label, cohort.n_randomized, COLUMNS[outcome])
        + (_words(state), None, opened[cohort.found[outcome].study_id])
        for cohort in _cohorts(results, pools)
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


def _pools(results, population, product):
    """{outcome: `PoolResult`}."""
    return {name: results[f"{name}.{population}.{product}.controlled"] for name in COLUMNS}


def _cohorts(results, pools):
    """The trials of all pools by year, one for each cohort: its outcomes may come from different
    reports."""
    reports = {row.study_id: row for row in results["studies.included"].rows}
    only_cells = {reports[trial.study_id].cohort for _, trial in _members(pools["msc"])}
    of_cohort = {}
    for outcome, trial in _members(pools["any"]):
        of_cohort.setdefault(reports[trial.study_id].cohort, []).append((outcome, trial))
    cohorts = [_cohort(found, name in only_cells) for name, found in of_cohort.items()]
    years = [min(reports[t.study_id].year or 0 for _, t in found) for found in of_cohort.values()]
    pairs = zip(years, cohorts, strict=True)
    return [cohort for _, cohort in sorted(pairs, key=lambda pair: (pair[0], pair[1].label))]


def _cohort(found, only_cells):
    sizes = [getattr(trial, "n_randomized", None) for _, trial in found]  # pooled ones name none
    return Cohort(
        label=found[0][1].label,
        n_randomized=next((n for n in sizes if n is not None), None),
        only_cells=only_cells,
        found=dict(found),
    )


def _members(pools):
    for outcome, pool in pools.items():
        for trial in (*pool.trials, *pool.not_pooled):
            yield outcome, trial


def _reasons_met(cohorts):
    met = {state for cohort in cohorts for state in cohort.states.values()}
    return [reason for reason in LETTERS if reason in met]


def _group(cohort):
    return GROUPS[cohort.only_cells]


def _words(state):
    return "in the pool" if state == POOLED else phrases.REASONS[state]


def _layout(cohorts):
    """[(cohort, y)], [(heading, y)] and where the rows end."""
    placed, headings, y = [], [], HEAD
    for heading in GROUPS.values():
        rows = [cohort for cohort in cohorts if _group(cohort) == heading]
        if rows:
            headings.append((f"{heading} ({len(rows)})", y + HEADING / 2))
            y += HEADING
            placed += [(row, y + (i + 0.5) * ROW) for i, row in enumerate(rows)]
            y += ROW * len(rows) + 4
    return placed, headings, y


# --- layers ----------------------------------------------------------------------------------


def _heads():
    y = HEAD - 8
    yield texts([{"x": 0, "y": y, "text": "Trial"}], weight="bold")
    yield texts([{"x": N, "y": y, "text": "n randomized"}], "right", weight="bold", size=SMALL)
    yield slanted(COLUMNS.values(), GRID, STEP, y)


def _headings(headings):
    yield boxes([{"x": 0, "y": y - 9, "x2": WIDTH, "y2": y + 9} for _, y in headings], PANEL)
    yield texts([{"x": 4, "y": y, "text": text} for text, y in headings], weight="bold")


def _names(placed, opened):
    rows = [
        {"x": 4, "y": y, "text": cohort.label, "Source": opened[cohort.study_id]}
        for cohort, y in placed
    ]
    yield from names(rows)
    n = [{"x": N, "y": y, "text": wording.number(c.n_randomized, "count")} for c, y in placed]
    yield texts(n, "right")
    below = [y + ROW / 2 for _, y in placed]
    yield lines([{"x": 0, "y": y, "x2": WIDTH, "y2": y} for y in below], width=0.5)


def _middle(outcome):
    return GRID + (list(COLUMNS).index(outcome) + 0.5) * STEP


def _cells(placed, opened):
    """The marks, and over each cell an area that tells what it means; a click opens the source."""
    cells = [(_middle(o), y, state) for cohort, y in placed for o, state in cohort.states.items()]
    yield from _state_marks(cells)
    for known in (True, False):
        areas = [
            {
                **_area(_middle(outcome), y),
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


def _area(x, y):
    return {"x": x - STEP / 2, "y": y - ROW / 2, "x2": x + STEP / 2, "y2": y + ROW / 2}


def _state_marks(cells):
    """A filled square where pooled, a letter on a band where something else is in print."""
    pooled = [{"x": x, "y": y} for x, y, state in cells if state == POOLED]
    yield symbols(pooled, "square", TRIAL, TRIAL, 150)
    letters = [{"x": x, "y": y, "text": LETTERS[s]} for x, y, s in cells if s not in (POOLED, NOTHING)]
    frames = [
        {"x": r["x"] - 9, "y": r["y"] - 8, "x2": r["x"] + 9, "y2": r["y"] + 8} for r in letters
    ]
    yield boxes(frames, PANEL, MUTED)
    yield texts(letters, "center", weight="bold")
    nothing = [{"x": x, "y": y, "text": LETTERS[s]} for x, y, s in cells if s == NOTHING]
    yield texts(nothing, "center", MUTED)


def _shares(pools, top):
    """A row for each product: the share as a number above a bar of that part of the column."""
    frames, bars, numbers, heads, areas = [], [], [], [], []
    for i, (product, found) in enumerate(pools.items()):
        y = top + (i + 0.5) * ROW
        heads.append({"x": 4, "y": y, "text": SHARES[product]})
        for outcome, pool in found.items():
            left, share = _middle(outcome) - STEP / 2 + 2, pool.share_randomized or 0
            frame = {"x": left, "y": y + 5, "x2": left + STEP - 4, "y2": y + 8}
            frames.append(frame)
            bars.append({**frame, "x2": left + share * (STEP - 4)})
            text = wording.number(pool.share_randomized, "share") if pool.k else "none"
            numbers.append({"x": _middle(outcome), "y": y - 3, "text": text})
            name = f"{SHARES[product]}, {COLUMNS[outcome]}: {text}"
            areas.append({**_area(_middle(outcome), y), "name": name, "Participants": _pooled_of(pool)})
    yield texts(heads, size=SMALL, weight="bold")
    yield boxes(frames, RULE)
    yield boxes([bar for bar in bars if bar["x2"] > bar["x"]], TRIAL)
    yield texts(numbers, "center", INK, size=SMALL)
    yield boxes(areas, "transparent", description="name", tooltip=("Participants",))


def _pooled_of(pool):
    pooled, eligible = (
        wording.number(n, "count") for n in (pool.n_participants, pool.n_eligible_randomized)
    )
    return f"{pooled} in the pool of {eligible} randomized in eligible trials"


def _key(reasons, top):
    """The meaning of each mark in two columns, and where it ends."""
    entries = [(POOLED, "in the pool")] + [(r, phrases.REASONS[r]) for r in reasons]
    half = -(-len(entries) // 2)
    cells, words = [], []
    for i, (state, text) in enumerate(entries):
        x, y = 12 + (i // half) * WIDTH / 2, top + (i % half + 0.5) * LINE
        cells.append((x, y, state))
        words.append({"x": x + 16, "y": y, "text": text})
    return [*_state_marks(cells), texts(words, size=SMALL)], top + half * LINE
