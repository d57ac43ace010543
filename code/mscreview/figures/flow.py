"""Where do the included reports come from, and how few of them reach the pooled estimate?

The flow of records as PRISMA 2020 asks for it, clinical and preclinical side by side. To change the
flow diagram, change this file.
"""

import textwrap

from .. import wording
from .figure_data import FigureData
from .flow_boxes import STREAMS, boxes_of
from .flow_layout import LINE, NARROW, WIDE
from .theme import MUTED, PANEL, POOLED, SMALL, boxes, canvas, finish, lines, symbols, texts

LIMITS = "No bibliographic database was searched, and no full text was assessed."
LISTS = "records_{stream}.html"  # the pages that list what each box counts


def figure(results):
    """The flow of records, from what was found to the headline pool. Returns an Altair chart."""
    wide, narrow = (_drawn(results, place) for place in (WIDE, NARROW))
    return finish(wide, describe(results), data(results), narrow=narrow)


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


def _drawn(results, place):
    """The diagram in one of its two forms, not finished."""
    found = boxes_of(results)
    heads = [
        {"x": place.columns[stream, "main"][0], "y": place.head, "text": name}
        for stream, name in STREAMS.items()
    ]
    layers = [texts(heads, weight="bold"), *_strips(place), *_arrows(found, place)]
    layers += _framed(found[:-1], MUTED, place) + _framed(found[-1:], POOLED, place)
    layers += _note(results, place)
    return canvas(layers, place.width, place.height)


def _strips(place):
    """The phases: upright strips at the left, or bands between the boxes."""
    yield boxes([dict(zip(("x", "y", "x2", "y2"), edges, strict=True)) for *_, edges in place.strips], PANEL)
    for name, x, (_, top, _, bottom) in place.strips:
        row = {"x": x, "y": (top + bottom) / 2, "text": name}
        yield texts([row], "center", MUTED, "bold", SMALL, angle=place.strip_angle)


def _framed(found, stroke, place):
    """Frames with their words, which open what they count; lines that begin with a number are bold."""
    frames, words = [], {"normal": [], "bold": []}
    for box in found:
        left, right, top, bottom = place.edges(box)
        told = {"name": box.sentence, "Counted": box.rule, "List": f"{LISTS.format(stream=box.place[0])}#{box.listed}"}
        frames.append({"x": left, "y": top, "x2": right, "y2": bottom, **told})
        first = (top + bottom) / 2 - (len(box.words) - 1) * LINE / 2
        for i, text in enumerate(box.words):
            row = {"x": (left + right) / 2, "y": first + i * LINE, "text": text}
            words["bold" if text[0].isdigit() else "normal"].append(row)
    drawn = [texts(rows, "center", weight=weight, size=SMALL) for weight, rows in words.items()]
    opening = dict(description="name", tooltip=("Counted",), href="List")
    return [boxes(frames, "transparent", stroke, **opening), *drawn]


def _arrows(found, place):
    """Down from main box to main box, and right from each stream's way down to its side boxes."""
    down, right = [], []
    for stream in STREAMS:
        edges = [place.edges(box) for box in found if box.place[:2] == (stream, "main")]
        x = place.down(stream)
        for (*_, bottom), (_, _, top, _) in zip(edges, edges[1:], strict=False):
            down.append({"x": x, "y": bottom, "x2": x, "y2": top - 5})
    for box in found:
        if box.place[1] == "side":
            left, _, top, bottom = place.edges(box)
            y = (top + bottom) / 2
            right.append({"x": place.start(box), "y": y, "x2": left - 5, "y2": y})
    yield lines([*down, *right], MUTED)
    yield symbols([{"x": r["x2"], "y": r["y2"] + 1} for r in down], "triangle-down", MUTED, MUTED, 30)
    yield symbols([{"x": r["x2"] + 1, "y": r["y"]} for r in right], "triangle-right", MUTED, MUTED, 30)


def _note(results, place):
    """What the search was and was not."""
    queries = wording.number(results["search.queries_for_records"].value, "count")
    sentences = (f"Records come from {queries} queries to an index of public web pages.", LIMITS)
    rows = [row for sentence in sentences for row in textwrap.wrap(sentence, place.note_characters)]
    left, top, right, bottom = place.note
    yield boxes([{"x": left, "y": top, "x2": right, "y2": bottom}], PANEL)
    first = (top + bottom) / 2 - (len(rows) - 1) * 9
    yield texts([{"x": left + 12, "y": first + i * 18, "text": row} for i, row in enumerate(rows)])
