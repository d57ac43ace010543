"""Where the columns of a forest plot stand, and how its marks are placed."""

import altair as alt

from .theme import FONT_SIZE, INK

# Left edges (or, for right-aligned columns, right edges) in pixels from the left of the plot area.
STUDY, N, MEAN_CELLS, MEAN_CONTROL, REASON = -310, -167, -85, -4, -176
PLOT_WIDTH = 150
DIFFERENCE, WEIGHT, JUDGMENTS_AT = PLOT_WIDTH + 145, PLOT_WIDTH + 197, PLOT_WIDTH + 208
STEP = 14  # from one judgment to the next
LEFT, RIGHT = STUDY - 4, JUDGMENTS_AT + 6 * STEP
ROW_HEIGHT = 24


def at(row):
    """Pixels from the top to the middle of a row; the heads are row -1."""
    return ROW_HEIGHT * (row + 1.5)


def y(field="y"):
    """A field that holds pixels, as `at` gives them."""
    return alt.Y(f"{field}:Q", axis=None, scale=None)


def x_axis(field, limit, title=""):
    """The effect, symmetric around no difference."""
    ticks = [-limit, -limit / 2, 0, limit / 2, limit]
    axis = alt.Axis(title=title, values=ticks, grid=False, format=".2~f", orient="bottom")
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[-limit, limit], nice=False))


def text(rows, x, align="left", color=INK, weight="normal", link=False, tooltip=()):
    """A column of text at its rows; ``link``: rows hold a url that a click opens."""
    rows = [{**{k: v for k, v in row.items() if k != "row"}, "y": at(row["row"])} for row in rows]
    mark = dict(align=align, baseline="middle", color=color, fontWeight=weight, fontSize=FONT_SIZE)
    chart = alt.Chart(alt.Data(values=rows)).mark_text(**mark, aria=False)
    chart = chart.encode(x=alt.value(x), y=y(), text="text:N")
    if tooltip:
        chart = chart.encode(tooltip=[alt.Tooltip(f"{name}:N") for name in tooltip])
    return chart.encode(href="url:N") if link else chart
