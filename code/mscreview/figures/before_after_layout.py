"""Where the columns of the before-after figure stand, and what both its halves share."""

import altair as alt

from .theme import CELLS, CONTROL

# Pixels from the left of the plot area.
TRIAL, ARM, MONTHS, N, N_MARK = -352, -226, -52, -14, -13
PLOT_WIDTH = 205
CHANGE = PLOT_WIDTH + 166
ROW_HEIGHT = 23

ROLES = {"treatment": (CELLS, "circle", "cells"), "control": (CONTROL, "square", "control")}
R = 0.5  # the assumed correlation of the interval in pictures and text


def x_axis(field, domain, unit):
    """The change, on the axis of the figure."""
    title = f"Change from baseline, {unit}"
    axis = alt.Axis(title=title, tickCount=5, grid=False, format="~f")
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=domain, nice=False))


def extremes(arms):
    """The lowest and the highest correlation that the results assume."""
    assumed = [r for arm in arms for r, *_ in arm.intervals] or [R]
    return min(assumed), max(assumed)
