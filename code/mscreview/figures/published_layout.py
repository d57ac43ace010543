"""Where the parts of the figure of published estimates stand: a line a row, or two on a phone."""

from dataclasses import dataclass

import altair as alt


@dataclass(frozen=True)
class Layout:
    """``label`` to ``difference``, ``key_bar``: pixels from the left of the plot area. In rows:
    ``words_up``, how far words stand above the middle of a row, and ``marks_down``, marks and the
    difference below it; ``zero_half``: half the line of no difference beside a mark, None: it runs
    through; ``diamond``: half its height; ``key_row``: from the last row to the key, ``key_line``:
    from there to the next line of it."""

    label: int
    diabetes: int
    k: int
    star: int
    difference: int
    plot_width: int
    row_height: int
    words_up: float
    marks_down: float
    zero_half: float | None
    diamond: float
    key_bar: int
    key_row: float
    key_line: float
    title: tuple


WIDE = Layout(
    label=-372,
    diabetes=-122,
    k=-16,
    star=-15,
    difference=371,
    plot_width=205,
    row_height=23,
    words_up=0,
    marks_down=0,
    zero_half=None,
    diamond=0.28,
    key_bar=219,
    key_row=0.8,
    key_line=0,
    title=("Mean difference, percentage points",),
)
NARROW = Layout(
    label=0,
    diabetes=224,
    k=314,
    star=315,
    difference=322,
    plot_width=164,
    row_height=44,
    words_up=0.23,
    marks_down=0.2,
    zero_half=0.25,
    diamond=0.16,
    key_bar=0,
    key_row=1.55,
    key_line=0.45,
    title=("Mean difference,", "percentage points"),
)


def x_axis(field, domain, place):
    """The mean difference, on the axis of the figure."""
    axis = alt.Axis(title=list(place.title), tickCount=5, grid=False, format="~f")
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))
