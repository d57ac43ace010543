"""Where do the included reports come from, and how few of them reach the pooled estimate?

The flow of records as PRISMA 2020 asks for it, clinical and preclinical side by side. To change the
flow diagram, change this file.
"""

from .. import wording
from .figure_data import FigureData
from .flow_boxes import STREAMS, boxes_of
from .theme import MUTED, PANEL, POOLED, SMALL, boxes, drawing, lines, symbols, texts

LIMITS = "No bibliographic database was searched, and no full text was assessed."
LISTS = "reproduce.html"  # the page that lists what each box counts

# Columns of boxes: left and right edges in pixels.
PHASES, WIDTH = (0, 24), 750
COLUMNS = {
    ("clinical", "main"): (36, 204),
    ("clinical", "side"): (222, 386),
    ("preclinical", "main"): (404, 570),
    ("preclinical", "side"): (588, 750),
}
# Rows of boxes: top and bottom edges.
HEAD = 10
ROWS = {
    "identified": (26, 102),
    "screened": (124, 182),
    "awaiting": (192, 236),
    "included": (258, 344),
    "models": (366, 438),
    "controlled": (460, 504),
    "pool": (526, 586),
}
STRIPS = (  # name, first and last row
    ("Identified", "identified", "identified"),
    ("Screened", "screened", "awaiting"),
    ("Included", "included", "models"),
    ("Headline", "controlled", "pool"),
)
LINE = 15


def figure(results):
    """The flow of records, from what was found to the headline pool. Returns an Altair chart."""
    found = boxes_of(results)
    heads = [
        {"x": COLUMNS[stream, "main"][0], "y": HEAD, "text": name} for stream, name in STREAMS.items()
    ]
    layers = [texts(heads, weight="bold"), *_strips(), *_arrows(found)]
    layers += _drawn(found[:-1], MUTED) + _drawn(found[-1:], POOLED)
    layers += _note(results)
    return drawing(layers, WIDTH, ROWS["pool"][1], describe(results), data(results))


def describe(results):
    """What the diagram shows, for readers who do not see it."""
    told = "; ".join(box.sentence for box in boxes_of(results))
    return f"Flow of records, clinical and preclinical. {told}. {LIMITS}"


def data(results):
    """What the diagram shows as a `FigureData`: a row a count."""
    columns = (("Stream", "text"), ("Box", "text"), ("Of", "text"), ("Number", "count"), ("Counted", "text"))
    rows = [
        (STREAMS[box.place[0]], box.words[0].rstrip(":,"), what, n, box.rule)
        for box in boxes_of(results)
        for what, n in box.numbers
    ]
    queries = results["search.queries_for_records"]
    rows.append((None, "Search", "queries", queries.value, queries.rule))
    return FigureData(columns, tuple(rows))


# --- layers ----------------------------------------------------------------------------------


def _strips():
    spans = [(name, ROWS[first][0], ROWS[last][1]) for name, first, last in STRIPS]
    yield boxes([{"x": PHASES[0], "y": y, "x2": PHASES[1], "y2": y2} for _, y, y2 in spans], PANEL)
    for name, top, bottom in spans:
        row = {"x": sum(PHASES) / 2, "y": (top + bottom) / 2, "text": name}
        yield texts([row], "center", MUTED, "bold", SMALL, angle=270)


def _edges(box):
    """Left, right, top and bottom."""
    stream, side, row = box.place
    return *COLUMNS[stream, side], *ROWS[row]


def _drawn(found, stroke):
    """Frames with their words, which open what they count; lines that begin with a number are bold."""
    frames, words = [], {"normal": [], "bold": []}
    for box in found:
        left, right, top, bottom = _edges(box)
        told = {"name": box.sentence, "Counted": box.rule, "List": f"{LISTS}#{box.listed}"}
        frames.append({"x": left, "y": top, "x2": right, "y2": bottom, **told})
        first = (top + bottom) / 2 - (len(box.words) - 1) * LINE / 2
        for i, text in enumerate(box.words):
            row = {"x": (left + right) / 2, "y": first + i * LINE, "text": text}
            words["bold" if text[0].isdigit() else "normal"].append(row)
    drawn = [texts(rows, "center", weight=weight, size=SMALL) for weight, rows in words.items()]
    opening = dict(description="name", tooltip=("Counted",), href="List")
    return [boxes(frames, "transparent", stroke, **opening), *drawn]


def _arrows(found):
    """Down from main box to main box, and right from each main column to its side boxes."""
    down, right = [], []
    for stream in STREAMS:
        edges = [_edges(box) for box in found if box.place[:2] == (stream, "main")]
        for (left, end, _, bottom), (_, _, top, _) in zip(edges, edges[1:], strict=False):
            middle = (left + end) / 2
            down.append({"x": middle, "y": bottom, "x2": middle, "y2": top - 5})
    for box in found:
        stream, side, row = box.place
        if side == "side":
            main = COLUMNS[stream, "main"]
            start = sum(main) / 2 if row == "awaiting" else main[1]
            left, _, top, bottom = _edges(box)
            y = (top + bottom) / 2
            right.append({"x": start, "y": y, "x2": left - 5, "y2": y})
    yield lines([*down, *right], MUTED)
    yield symbols([{"x": r["x2"], "y": r["y2"] + 1} for r in down], "triangle-down", MUTED, MUTED, 30)
    yield symbols([{"x": r["x2"] + 1, "y": r["y"]} for r in right], "triangle-right", MUTED, MUTED, 30)


def _note(results):
    """What the search was and was not."""
    queries = wording.number(results["search.queries_for_records"].value, "count")
    rows = (f"Records come from {queries} queries to an index of public web pages.", LIMITS)
    top, bottom = ROWS["pool"]
    frame = {"x": COLUMNS["clinical", "side"][0], "y": top - 6, "x2": WIDTH, "y2": bottom - 6}
    yield boxes([frame], PANEL)
    top = (frame["y"] + frame["y2"]) / 2 - 9
    yield texts([{"x": frame["x"] + 12, "y": top + i * 18, "text": row} for i, row in enumerate(rows)])
