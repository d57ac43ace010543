"""Where do the included reports come from, and how few of them reach the pooled estimate?

The flow of records as PRISMA 2020 asks for it, clinical and preclinical side by side. To change the
flow diagram, change this file.
"""

from .. import wording
from .theme import MUTED, PANEL, POOLED, SMALL, boxes, drawing, lines, symbols, texts

HEADLINE = "hba1c.t2dm.msc.controlled"
LIMITS = "No bibliographic database was searched, and no full text was assessed."
ACCESS = {
    "tables": "tables of the paper",
    "abstract": "abstract",
    "secondary": "another review",
    "sponsor_or_news": "sponsor or news",
}
DESIGNS = {
    "rct": "randomized",
    "nonrandomized": "otherwise controlled",
    "single_arm": "single-arm",
}

# Columns of boxes: left and right edges in pixels.
PHASES, CLINICAL, CLINICAL_SIDE = (0, 24), (36, 204), (222, 386)
ANIMAL, ANIMAL_SIDE, WIDTH = (404, 570), (588, 750), 750
# Rows of boxes: top and bottom edges.
HEAD = 10
IDENTIFIED, SCREENED, AWAITING = (26, 102), (124, 182), (192, 236)
INCLUDED, MODELS, CONTROLLED, POOL = (258, 344), (366, 438), (460, 504), (526, 586)
STRIPS = (
    ("Identified", IDENTIFIED[0], IDENTIFIED[1]),
    ("Screened", SCREENED[0], AWAITING[1]),
    ("Included", INCLUDED[0], MODELS[1]),
    ("Headline", CONTROLLED[0], POOL[1]),
)
LINE = 15


def figure(results):
    """The flow of records, from what was found to the headline pool. Returns an Altair chart."""
    main, side = _boxes(results)
    streams = ((CLINICAL, "Clinical"), (ANIMAL, "Preclinical"))
    heads = [{"x": x[0], "y": HEAD, "text": text} for x, text in streams]
    layers = [texts(heads, weight="bold"), *_strips(), *_arrows(main, side)]
    layers += _drawn([*main[:-1], *side], MUTED) + _drawn(main[-1:], POOLED)
    layers += _note(results)
    return drawing(layers, WIDTH, POOL[1], describe(results))


def describe(results):
    """What the diagram shows, for readers who do not see it."""
    main, side = _boxes(results)
    told = "; ".join(_sentence(words) for _, _, words in [*main, *side])
    return f"Flow of records, clinical and preclinical. {told}. {LIMITS}"


def _sentence(words):
    """The lines of a box as one; what follows a colon is a list."""
    first, *rest = words
    return f"{first} {(', ' if first.endswith(':') else ' ').join(rest)}"


# --- what is drawn ---------------------------------------------------------------------------


def _boxes(results):
    """Main and side boxes: (column, row, lines of text)."""

    def n(key):
        return wording.number(results[key].value, "count")

    controlled = f"{n('studies.controlled_t2dm_msc')} cohorts"
    main = [
        (CLINICAL, IDENTIFIED, ("Clinical records", "identified", n("flow.clinical.records"))),
        (CLINICAL, SCREENED, ("Records screened", n("flow.clinical.screened"))),
        (CLINICAL, INCLUDED, ("Included", *_included(n))),
        (CLINICAL, MODELS, ("With type 2 diabetes", f"{n('studies.cohorts_t2dm')} cohorts")),
        (CLINICAL, CONTROLLED, ("MSC alone, controlled", controlled)),
        (ANIMAL, IDENTIFIED, ("Preclinical records", "identified", n("flow.preclinical.records"))),
        (ANIMAL, SCREENED, ("Records screened", n("flow.preclinical.screened"))),
        (ANIMAL, INCLUDED, ("Included", *_included_animals(n))),
        (ANIMAL, MODELS, _cells(results)),
        (CLINICAL, POOL, ("In the pool of HbA1c", *_pool(results[HEADLINE]))),
    ]
    side = [
        (CLINICAL_SIDE, INCLUDED, ("By fullest text read:", *_access(n))),
        (CLINICAL_SIDE, MODELS, ("By design:", *_designs(n))),
        (ANIMAL_SIDE, INCLUDED, _models(results)),
    ]
    for column, stream in ((CLINICAL_SIDE, "clinical"), (ANIMAL_SIDE, "preclinical")):
        excluded = ("Excluded, reasons in", "data/screening.csv", n(f"flow.{stream}.exclude"))
        side.append((column, IDENTIFIED, ("Duplicates removed", n(f"flow.{stream}.duplicate"))))
        side.append((column, SCREENED, excluded))
        side.append((column, AWAITING, ("No readable source yet", n(f"flow.{stream}.awaiting"))))
    return main, side


def _included(n):
    return f"{n('studies.reports')} reports", f"of {n('studies.cohorts')} cohorts"


def _included_animals(n):
    studies, reviews = (n(f"flow.preclinical.include_{kind}") for kind in ("studies", "reviews"))
    return f"{studies} animal reports", f"and {reviews} reviews"


def _cells(results):
    n = wording.number(results["animals"].n_cells, "count")
    return "Cells in models of", "type 2 diabetes", f"{n} animal reports"


def _models(results):
    animals = results["animals"]
    n, borderline = (wording.number(v, "count") for v in (animals.n_reports, animals.n_borderline))
    return "By model:", f"type 2 diabetes {n}", f"borderline {borderline}"


def _access(n):
    return [f"{words} {n(f'studies.access.{level}')}" for level, words in ACCESS.items()]


def _designs(n):
    return [f"{words} {n(f'studies.{design}_t2dm')}" for design, words in DESIGNS.items()]


def _pool(pool):
    n = wording.number(pool.n_participants, "count")
    trials = "trial" if pool.k == 1 else "trials"
    return f"{wording.number(pool.k, 'count')} {trials}", f"with {n} participants"


# --- layers ----------------------------------------------------------------------------------


def _strips():
    yield boxes([{"x": PHASES[0], "y": y, "x2": PHASES[1], "y2": y2} for _, y, y2 in STRIPS], PANEL)
    for name, top, bottom in STRIPS:
        row = {"x": sum(PHASES) / 2, "y": (top + bottom) / 2, "text": name}
        yield texts([row], "center", MUTED, "bold", SMALL, angle=270)


def _drawn(found, stroke):
    """Frames with their words; lines that begin with a number are bold."""
    frames, words = [], {"normal": [], "bold": []}
    for (left, right), (top, bottom), parts in found:
        frames.append({"x": left, "y": top, "x2": right, "y2": bottom})
        first = (top + bottom) / 2 - (len(parts) - 1) * LINE / 2
        for i, text in enumerate(parts):
            row = {"x": (left + right) / 2, "y": first + i * LINE, "text": text}
            words["bold" if text[0].isdigit() else "normal"].append(row)
    drawn = [texts(rows, "center", weight=weight, size=SMALL) for weight, rows in words.items()]
    return [boxes(frames, "transparent", stroke), *drawn]


def _arrows(main, side):
    """Down from main box to main box, and right from each main column to its side boxes."""
    down, right = [], []
    for column in (CLINICAL, ANIMAL):
        middle = sum(column) / 2
        rows = [row for at, row, _ in main if at == column]
        for (_, bottom), (top, _) in zip(rows, rows[1:], strict=False):
            down.append({"x": middle, "y": bottom, "x2": middle, "y2": top - 5})
    for column, row, _ in side:
        from_column = CLINICAL if column == CLINICAL_SIDE else ANIMAL
        start = sum(from_column) / 2 if row == AWAITING else from_column[1]
        y = sum(row) / 2
        right.append({"x": start, "y": y, "x2": column[0] - 5, "y2": y})
    yield lines([*down, *right], MUTED)
    yield symbols([{"x": r["x2"], "y": r["y2"] + 1} for r in down], "triangle-down", MUTED, MUTED, 30)
    yield symbols([{"x": r["x2"] + 1, "y": r["y"]} for r in right], "triangle-right", MUTED, MUTED, 30)


def _note(results):
    """What the search was and was not."""
    queries = wording.number(results["search.queries_for_records"].value, "count")
    rows = (f"Records come from {queries} queries to an index of public web pages.", LIMITS)
    frame = {"x": CLINICAL_SIDE[0], "y": POOL[0] - 6, "x2": WIDTH, "y2": POOL[1] - 6}
    yield boxes([frame], PANEL)
    top = (frame["y"] + frame["y2"]) / 2 - 9
    yield texts([{"x": frame["x"] + 12, "y": top + i * 18, "text": row} for i, row in enumerate(rows)])
