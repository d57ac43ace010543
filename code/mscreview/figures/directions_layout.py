"""Where the parts of the effect-direction display stand on a page and on a phone."""

from dataclasses import dataclass

from .direction_cells import COLUMNS
from .theme import FONT_SIZE, SMALL


@dataclass(frozen=True)
class Layout:
    """Pixels. Columns begin at ``left`` and are ``step`` wide; the heads end at ``head``.

    ``span``: the line over the columns that share a head. ``symbol`` is added to the middle of a
    column, ``beside`` to the symbol for the letter next to it. ``summary``: heads of the rows of
    counts and how far beneath the cohorts they stand. ``key``: x, and y beneath ``key_below``, of
    the explanations, which wrap at ``characters``. ``upright``: heads and p values stand upright, and
    counts stand in a row each, because the columns are narrow.
    """

    left: float
    step: float
    row: float
    head: float
    letters: float
    size: float
    upright: bool
    span: float
    span_half: float
    symbol: float
    beside: float
    summary: tuple[tuple[str, float], ...]
    key_below: float
    ends_below: float
    key: tuple[tuple[float, float], ...]
    characters: int

    @property
    def width(self):
        return self.left + self.step * len(COLUMNS)

    def x(self, column):
        """The middle of a column."""
        return self.left + self.step * (column + 0.5)

    def y(self, row):
        """The middle of a row."""
        return self.head + self.row * (row + 0.5)

    def angle(self, text):
        """Of narrow columns only p values are turned: they are too wide, and a dash would be a stroke."""
        return 270 if self.upright and "." in text else 0


WIDE = Layout(
    left=152,
    step=60,
    row=22,
    head=76,
    letters=FONT_SIZE,
    size=70,
    upright=False,
    span=19,
    span_half=20,
    symbol=0,
    beside=10,
    summary=(
        ("Better / worse / unclear", 15.4),
        ("No direction in the text", 37.4),
        ("Sign test, p", 59.4),
    ),
    key_below=94.6,
    ends_below=154,
    key=((0, 0), (258, 0), (330, 0), (0, 22), (418, 0), (0, 44)),
    characters=110,
)
NARROW = Layout(
    left=118,
    step=20.8,
    row=20,
    head=144,
    letters=SMALL,
    size=50,
    upright=True,
    span=26,
    span_half=8,
    symbol=-2,
    beside=5,
    summary=(
        ("Better", 13),
        ("Worse", 30),
        ("Unclear", 47),
        ("No direction in text", 64),
        ("Sign test, p", 93),
    ),
    key_below=128,
    ends_below=232,
    key=((0, 0), (0, 17), (80, 17), (0, 34), (0, 66), (0, 83)),
    characters=50,
)
