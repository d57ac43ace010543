"""Where the parts of the figure of safety intervals stand: beside each other, or in lines on a phone."""

from dataclasses import dataclass

ROW, GAP = 17, 5  # pixels: a line of words, and what is free above and below each event


@dataclass(frozen=True)
class Layout:
    """Pixels. Shares are drawn from ``left`` to ``right``, ``mark`` below the words of their row.

    ``heads``: y of the column heads, in the order of the columns. ``count``, ``cohorts`` and
    ``uncounted`` are right edges, the others left ones. ``stacked``: the name of an event stands
    above its rows. ``area``: edges of what acts for a row; ``axis``: what the axis takes.
    """

    event: float
    role: float
    count: float
    cohorts: float
    interval: float
    uncounted: float
    left: float
    right: float
    width: float
    head: float
    heads: tuple[float, ...]
    stacked: bool
    mark: float
    grid_half: float
    role_height: float
    area: tuple[float, float]
    axis: float
    event_characters: int
    characters: int

    def rows(self, n_roles, n_words):
        """The middle of the first row beneath the top of an event, and the height of all its lines."""
        if self.stacked:
            return n_words * ROW + ROW / 2, n_words * ROW + n_roles * self.role_height
        n_lines = max(n_roles, n_words)
        return ROW / 2 + (n_lines - n_roles) * ROW / 2, n_lines * ROW

    def title(self, top, bottom, n_words):
        """The middle of the first line of words in a band: at its head, or in its middle."""
        return top + GAP + ROW / 2 if self.stacked else (top + bottom) / 2 - (n_words - 1) * ROW / 2


WIDE = Layout(
    event=4,
    role=214,
    count=320,
    cohorts=384,
    interval=574,
    uncounted=744,
    left=404,
    right=560,
    width=750,
    head=40,
    heads=(10,) * 6,
    stacked=False,
    mark=0,
    grid_half=0,
    role_height=ROW,
    area=(210, 704),
    axis=46,
    event_characters=30,
    characters=110,
)
NARROW = Layout(
    event=4,
    role=4,
    count=118,
    cohorts=176,
    interval=194,
    uncounted=322,
    left=12,
    right=314,
    width=326,
    head=68,
    heads=(10, 40, 40, 40, 40, 10),
    stacked=True,
    mark=15,
    grid_half=6,
    role_height=32,
    area=(0, 326),
    axis=46,
    event_characters=44,
    characters=50,
)
