"""Where the parts of the risk-of-bias figures stand: side by side on a page, stacked on a phone."""

from dataclasses import dataclass

HEADING, LINE = 22, 15


@dataclass(frozen=True)
class Layout:
    """Pixels from the top left.

    Lights: ``pool`` and ``key`` are left edges, ``grid`` the middle of the first light; the pool
    stands ``pool_below`` the name of the trial; ``rows_end``: how far the line below a row goes.
    Bars: from ``bar_left`` to ``bar_right``, ``bar_below`` the name of the domain.
    """

    width: float
    pool: float
    pool_below: float
    grid: float
    step: float
    heads: float
    row: float
    rows_end: float
    key: float
    key_characters: int
    key_beneath: bool
    bar_left: float
    bar_right: float
    bar: float
    bar_below: float

    def column(self, index, is_overall=False):
        """The middle of a column of lights; the overall judgment stands a little apart."""
        return self.grid + index * self.step + (10 if is_overall else 0)

    def name_y(self, middle):
        """Where the name of a trial stands in its row."""
        return middle - self.pool_below / 2

    def pool_y(self, middle):
        """Where the pool that holds the trial stands in its row."""
        return middle + self.pool_below / 2

    def key_y(self, heads, rows_end):
        """The first line of the names of the domains: beside the heads, or beneath the rows."""
        return rows_end + LINE if self.key_beneath else heads

    def with_key(self, rows, key):
        """The height of rows and of the names of the domains."""
        return rows + key + LINE + 8 if self.key_beneath else max(rows, key)


WIDE = Layout(
    width=750,
    pool=152,
    pool_below=0,
    grid=278,
    step=29,
    heads=24,
    row=22,
    rows_end=508,
    key=530,
    key_characters=32,
    key_beneath=False,
    bar_left=290,
    bar_right=740,
    bar=24,
    bar_below=0,
)
NARROW = Layout(
    width=326,
    pool=4,
    pool_below=LINE,
    grid=138,
    step=24,
    heads=36,
    row=36,
    rows_end=326,
    key=4,
    key_characters=44,
    key_beneath=True,
    bar_left=4,
    bar_right=322,
    bar=44,
    bar_below=20,
)
