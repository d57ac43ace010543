"""Where the parts of a forest plot stand: side by side on a page, in two lines a trial on a phone."""

from dataclasses import dataclass

import altair as alt

from .theme import FONT_SIZE, INK

STEP = 13  # from one judgment to the next
BELOW_AXIS = 46  # pixels: room for the axis above the trials without a value


@dataclass(frozen=True)
class Layout:
    """Pixels from the left of the plot area; None: the column is left out, its values are in the
    table. ``n`` to ``weight`` are right edges, the others left ones. ``text_line``,
    ``mark_line`` and ``reason_line`` are added to the middle of a row; ``zero_half``: half the
    length of the line of no difference in a row; ``struck``: from where to where a line strikes the
    words of a trial that is left out."""

    study: float
    n: float | None
    cells: float | None
    control: float | None
    difference: float
    weight: float
    judgments: float
    reason: float
    plot_width: float
    row_height: float
    text_line: float
    mark_line: float
    reason_line: float
    zero_half: float
    struck: tuple[tuple[float, float], ...]
    pooled: str
    pooled_other: str

    @property
    def left(self):
        return self.study - 4

    @property
    def right(self):
        return self.judgments + 6 * STEP

    def middle(self, row):
        """The middle of a row; the heads are row -1."""
        return self.row_height * (row + 1.5)

    def text_y(self, row):
        """Where the words of a row stand."""
        return self.middle(row) + self.text_line

    def mark_y(self, row):
        """Where the marks of a row stand."""
        return self.middle(row) + self.mark_line

    def text(self, rows, x, align="left", color=INK, weight="normal", link=False, tooltip=(), down=0):
        """A column of text at its rows, ``down`` pixels below them; ``link``: rows hold a url that a
        click opens."""
        rows = [_placed(row, self.text_y(row["row"]) + down) for row in rows]
        return text(rows, x, align, color, weight, link, tooltip)

    def reasons(self, rows, color, down):
        """Words beside a name, or beneath it, ``down`` pixels below its row."""
        rows = [_placed(row, self.middle(row["row"]) + self.reason_line + down) for row in rows]
        return text(rows, self.reason, color=color)


WIDE = Layout(
    study=-312,
    n=-163,
    cells=-83,
    control=-4,
    difference=297,
    weight=355,
    judgments=369,
    reason=-172,
    plot_width=136,
    row_height=24,
    text_line=0,
    mark_line=0,
    reason_line=0,
    zero_half=12,
    struck=((-306, -4), (152, 297)),
    pooled="Pooled, REML, ad hoc HKSJ",
    pooled_other="Pooled, other end of range over doses",
)
NARROW = Layout(
    study=0,
    n=None,
    cells=None,
    control=None,
    difference=324,
    weight=166,
    judgments=244,
    reason=0,
    plot_width=224,
    row_height=44,
    text_line=-10,
    mark_line=9,
    reason_line=9,
    zero_half=11,
    struck=((0, 108), (180, 324)),
    pooled="Pooled, ad hoc HKSJ",
    pooled_other="Other end of the range",
)


def _placed(row, pixels):
    return {**{name: value for name, value in row.items() if name != "row"}, "y": pixels}


def y(field="y"):
    """A field that holds pixels."""
    return alt.Y(f"{field}:Q", axis=None, scale=None)


def x_axis(field, limit, title="", **where):
    """The effect, symmetric around no difference. One layer gives title and place of the axis."""
    ticks = [-limit, -limit / 2, 0, limit / 2, limit]
    look = dict(grid=False, format=".2~f", orient="bottom", labelFlush=False)
    axis = alt.Axis(title=title, values=ticks, **look, **where)
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[-limit, limit], nice=False))


def text(rows, x, align="left", color=INK, weight="normal", link=False, tooltip=()):
    """A column of text at rows of y and text; ``link``: rows hold a url that a click opens."""
    mark = dict(align=align, baseline="middle", color=color, fontWeight=weight, fontSize=FONT_SIZE)
    mark |= {"ariaRole": "link"} if link else {"aria": False}
    chart = alt.Chart(alt.Data(values=rows)).mark_text(**mark)
    chart = chart.encode(x=alt.XValue(x), y=y(), text=alt.Text("text:N"))
    if tooltip:
        chart = chart.encode(tooltip=[alt.Tooltip(f"{name}:N") for name in tooltip])
    return chart.encode(href=alt.Href("url:N"), description=alt.Description("text:N")) if link else chart
