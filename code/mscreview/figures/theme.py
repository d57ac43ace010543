"""The look of every figure: one meaning for each color, safe for color-blind readers."""

import math
import re

import altair as alt
from altair.utils.schemapi import disable_debug_mode

FONT = "DejaVu Sans, Verdana, sans-serif"
FONT_SIZE = 12
PADDING = 4  # pixels around every chart
PHONE_WIDTH = 336  # pixels, padding included: the column of a page on a phone

# meaning -> color on paper and light pages
INK = "#1a1a1a"  # text and axes
MUTED = "#595f69"  # secondary text, trials without a value
RULE = "#c3c7ce"  # grid and separators
TRIAL = "#0b5394"  # a single trial
POOLED = "#8a3c00"  # a pooled estimate
PREDICTION = "#c98a4b"  # a prediction interval
CONFIRMED = "#00705a"  # a safeguard that a source states
CONTRARY = "#b3003b"  # a safeguard that a source contradicts
SOME_CONCERNS = "#8f6200"  # a judgment between the two
CELLS = "#5b3a9b"  # participants given cells
CONTROL = "#6b6212"  # participants given a control
MOST_FREQUENT = "#bcd3ee"  # ground of the value that most have
PANEL = "#edf0f4"  # ground of boxes and bands
PAPER = "#ffffff"  # letters on a filled mark

# the same meanings on dark pages
DARK = {
    INK: "#f0f0f0",
    MUTED: "#a9b1bd",
    RULE: "#4a515c",
    TRIAL: "#7db8f0",
    POOLED: "#f2a65e",
    PREDICTION: "#b98a5c",
    CONFIRMED: "#4fc9ae",
    CONTRARY: "#ff7a9c",
    SOME_CONCERNS: "#f0c24f",
    CELLS: "#b9a3f5",
    CONTROL: "#d6c85a",
    MOST_FREQUENT: "#2f5480",
    PANEL: "#2a313b",
    PAPER: "#14181e",
}


# judgment on bias, from best to worst: color and symbol
JUDGMENTS = {
    "low": (CONFIRMED, "+"),
    "some concerns": (SOME_CONCERNS, "\N{EN DASH}"),
    "no information": (MUTED, "?"),
    "high": (CONTRARY, "\N{MULTIPLICATION SIGN}"),
}


def finish(chart, description, data, live=None, narrow=None):
    """Give a chart the theme, the description that screen readers speak, and its `FigureData`.

    ``live``, for a chart that readers can change: "hint", how to use it, and perhaps "toggle", the
    parameter that holds the ids of rows that were clicked out, or "brush", the range that readers
    drag over. ``narrow``: a second chart that shows the same within `PHONE_WIDTH`; pages show it
    where a column is too narrow for the first.
    """
    chart = _themed(chart, description)
    chart.usermeta = {"data": data.as_json(), **(live or {})}
    if narrow is not None:
        chart.usermeta["narrow"] = _themed(narrow, description).to_dict()
    return chart


def _themed(chart, description):
    """A copy that shares its parts: Altair would copy and check all of them for each property."""
    chart = chart.copy(deep=False)
    chart.description, chart.background, chart.padding = description, "transparent", PADDING
    chart.config = alt.Config(
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=INK,
            titleColor=INK,
            labelFontSize=FONT_SIZE,
            titleFontSize=FONT_SIZE,
            titleFontWeight="normal",
            domainColor=MUTED,
            tickColor=MUTED,
            gridColor=RULE,
        ),
        text=alt.MarkConfig(fontSize=FONT_SIZE, color=INK),
    )
    return chart


def round_domain(values):
    """[low, high], round numbers around the values that are not None."""
    values = [value for value in values if value is not None]
    span = max(values) - min(values)
    step = 10.0 ** math.floor(math.log10(span)) / 2 if span else 1.0
    low, high = math.floor(min(values) / step), math.ceil(max(values) / step)
    return [round(low * step, 9), round(high * step, 9)]


def rows_y(last):
    """Rows from the heads at -1 down to ``last``, without an axis."""
    scale = alt.Scale(domain=[-1, last], reverse=True, nice=False)
    return alt.Y("row:Q", axis=None, scale=scale)


def no_difference(rows, x, last, half):
    """The line at zero: from top to bottom, or ``half`` a row up and down from the marks of each row.

    ``rows``: where the marks stand; ``half`` None: the whole line. In two lines a row, words stand
    above the marks and stay free of it.
    """
    at = [{"zero": 0}] if half is None else [{"zero": 0, "row": r - half, "end": r + half} for r in rows]
    line = alt.Chart(alt.Data(values=at)).mark_rule(color=RULE, strokeWidth=1.5).encode(x=x("zero"))
    return line if half is None else line.encode(y=rows_y(last), y2=alt.Y2("end:Q"))


def column(rows, x, last, align="left", color=INK, weight="normal"):
    """A column of text: ``rows`` are (row, text), ``x`` pixels from the left edge of the plot.

    For plots whose x axis has values; `texts` is for drawings without one.
    """
    mark = dict(align=align, baseline="middle", color=color, fontWeight=weight, fontSize=FONT_SIZE)
    data = alt.Data(values=[{"row": row, "text": text} for row, text in rows])
    return alt.Chart(data).mark_text(**mark).encode(x=alt.XValue(x), y=rows_y(last), text=alt.Text("text:N"))


def in_dark(svg):
    """The text of a picture with every color of the theme in its dark shade."""
    return re.sub("|".join(DARK), lambda found: DARK[found[0]], svg)


def _as_specification(spec, **metadata):
    """A chart as plain Vega-Lite, the same bytes at every run.

    Altair's default renderer adds random ids and scripts of a foreign host; its "mimetype" renderer
    names a type that notebooks refuse.
    """
    return {"application/vnd.vegalite.v6+json": spec, "text/plain": spec.get("description", "")}


alt.renderers.register("book", _as_specification)
alt.renderers.enable("book")


# Charts are checked as a whole, when they are shown: Altair would check each part at every step too.
disable_debug_mode()


# --- drawings by pixel: x and y of every row count from the top left of the plot area ------------

SMALL = 11  # smallest size that stays legible in print


def texts(rows, align="left", color=INK, weight="normal", size=FONT_SIZE, angle=0, **beside):
    """Words at rows of x, y and text; "\\n" in a text begins a new line below."""
    mark = dict(align=align, baseline="middle", color=color, fontWeight=weight, fontSize=size)
    mark |= dict(angle=angle, lineBreak="\n", lineHeight=size + 4)
    return _marks("text", rows, mark, text=alt.Text("text:N"), **beside)


def symbols(rows, shape, fill, stroke, size=70, **beside):
    """Symbols of one kind at rows of x and y."""
    mark = dict(shape=shape, fill=fill, stroke=stroke, size=size, strokeWidth=1.5, opacity=1)
    return _marks("point", rows, mark, **beside)


def lines(rows, color=RULE, width=1, dash=()):
    """Straight lines from x, y to x2, y2."""
    mark = dict(color=color, strokeWidth=width, **_dashed(dash))
    return _marks("rule", rows, mark, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))


def boxes(rows, fill, stroke="transparent", dash=(), **beside):
    """Rectangles from x, y to x2, y2."""
    mark = dict(fill=fill, stroke=stroke, strokeWidth=1, opacity=1, **_dashed(dash))
    return _marks("rect", rows, mark, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), **beside)


def canvas(layers, width, height):
    """The layers that have rows as one chart of that size in pixels, to be finished."""
    drawn = [layer for layer in layers if layer.data.values]
    return alt.layer(*drawn, width=width, height=height)


def names(rows, size=FONT_SIZE, tooltip=("Source",), href="Source", **look):
    """Names at rows of x, y, text and what a hover tells; a click opens the address under ``href``."""
    words = [{name: row[name] for name in ("x", "y", "text")} for row in rows]
    yield texts(words, size=size, **look)
    opening = [_around(row, size) for row in rows if row[href]]
    yield boxes(opening, "transparent", description="name", tooltip=tooltip, href=href)


def _around(row, size):
    """The rectangle that acts for a text: pages let pointers through texts to what is below."""
    lines = row["text"].split("\n")
    width = max(map(len, lines)) * size * 0.6
    top = row["y"] - size / 2 - 1
    told = {name: value for name, value in row.items() if name != "text"}
    ends = {"y": top, "x2": row["x"] + width, "y2": top + len(lines) * (size + 4)}
    return {**told, **ends, "name": row["text"].replace("\n", " ")}


def slanted(names, left, step, y, angle=315):
    """Column heads above y, slanted so that long names fit narrow columns; upright at 270."""
    rows = [{"x": left + (i + 0.5) * step, "y": y, "text": name} for i, name in enumerate(names)]
    return texts(rows, angle=angle, size=SMALL)


def _dashed(dash):
    return {"strokeDash": list(dash)} if dash else {}


def _marks(kind, rows, mark, tooltip=(), href="", description="", **encoding):
    """Marks at rows of x and y.

    ``description``: the field that names each mark, to readers who do not see it and at the head of
    what a hover tells; ``tooltip``: the fields that follow there; ``href``: the field of the address
    that a click opens. Marks without a name are decoration, and screen readers pass them over.
    """
    mark = mark | ({"ariaRole": "link"} if href else {}) if description else {**mark, "aria": False}
    chart = getattr(alt.Chart(alt.Data(values=list(rows))), f"mark_{kind}")(**mark)
    if description:
        head = alt.Tooltip(f"{description}:N", title="title")  # the name that tooltips set as a head
        encoding["tooltip"] = [head, *(alt.Tooltip(f"{field}:N") for field in tooltip)]
    if href:
        encoding["href"] = alt.Href(f"{href}:N")
    if description:
        encoding["description"] = alt.Description(f"{description}:N")
    place = [alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)]
    return chart.encode(*place, **encoding)
