"""Where the columns of the before-after figure stand, and what both its halves share."""

from dataclasses import dataclass

import altair as alt

from .theme import CELLS, CONTROL

ROLES = {"treatment": (CELLS, "circle", "cells"), "control": (CONTROL, "square", "control")}
R = 0.5  # the assumed correlation of the interval in pictures and text


@dataclass(frozen=True)
class Layout:
    """Side by side on a page, in two lines an arm on a phone.

    ``trial`` to ``change``: pixels from the left of the plot area. In rows: ``words_up``, how far
    words stand above the middle of a row, and ``marks_down``, marks and the change below it;
    ``zero_half``: half the line of no difference beside a mark, None: it runs through; ``key_row``:
    where the key begins below the arms, ``key_line``: its lines. ``characters``: of a note in a
    line; ``ticks`` of the axis, about.
    """

    trial: int
    arm: int
    months: int
    n: int
    n_mark: int
    change: int
    plot_width: int
    row_height: int
    words_up: float
    marks_down: float
    zero_half: float | None
    key_row: float
    key_line: float
    characters: int
    title: tuple
    ticks: int


WIDE = Layout(
    trial=-352,
    arm=-226,
    months=-52,
    n=-14,
    n_mark=-13,
    change=371,
    plot_width=205,
    row_height=23,
    words_up=0,
    marks_down=0,
    zero_half=None,
    key_row=0.4,
    key_line=1,
    characters=200,
    title=("Change from baseline, {unit}",),
    ticks=5,
)
NARROW = Layout(
    trial=0,
    arm=112,
    months=284,
    n=316,
    n_mark=317,
    change=319,
    plot_width=152,
    row_height=44,
    words_up=0.23,
    marks_down=0.2,
    zero_half=0.25,
    key_row=1.25,
    key_line=0.45,
    characters=46,
    title=("Change from baseline,", "{unit}"),
    ticks=4,
)


def x_axis(field, domain, unit, place):
    """The change, on the axis of the figure."""
    title = [line.format(unit=unit) for line in place.title]
    axis = alt.Axis(title=title, tickCount=place.ticks, grid=False, format="~f")
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))


def extremes(arms):
    """The lowest and the highest correlation that the results assume."""
    assumed = [r for arm in arms for r, *_ in arm.intervals] or [R]
    return min(assumed), max(assumed)
