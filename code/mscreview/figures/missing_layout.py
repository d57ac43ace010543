"""Where the parts of the missing-data map stand: a line a trial on a page, two on a phone."""

from dataclasses import dataclass

from .missing_cohorts import COLUMNS
from .theme import INK, MUTED

HEADING, LINE = 22, 20


@dataclass(frozen=True)
class Layout:
    """Pixels from the top left.

    ``n``: where the participants stand, with the cells ``n_below`` the name; ``grid``: the left edge
    of the cells; ``frame``: the width of the frame of a letter; ``cell``: the height that answers to
    a touch. ``share``: the height of a row of shares; ``share_head``, ``share_number`` and
    ``share_bar``: from its middle.
    """

    grid: float
    step: float
    head: float
    head_angle: float
    row: float
    n: float
    n_align: str
    n_below: float
    n_color: str
    frame: float
    cell: float
    share: float
    share_head: float
    share_number: float
    share_bar: float
    share_angle: float
    key_columns: int
    key_characters: int

    @property
    def width(self):
        return self.grid + self.step * len(COLUMNS)

    def name_y(self, middle):
        """Where the name of a trial stands in its row."""
        return middle - self.n_below / 2

    def cells_y(self, middle):
        """Where the participants and the cells of a trial stand in its row."""
        return middle + self.n_below / 2


WIDE = Layout(
    grid=226,
    step=41,
    head=118,
    head_angle=315,
    row=20,
    n=218,
    n_align="right",
    n_below=0,
    n_color=INK,
    frame=18,
    cell=20,
    share=20,
    share_head=0,
    share_number=-3,
    share_bar=5,
    share_angle=0,
    key_columns=2,
    key_characters=100,
)
NARROW = Layout(
    grid=88,
    step=19.8,
    head=154,
    head_angle=270,
    row=40,
    n=4,
    n_align="left",
    n_below=17,
    n_color=MUTED,
    frame=16,
    cell=18,  # names longer than their column stay free for a touch
    share=72,
    share_head=-21,
    share_number=8,
    share_bar=30,
    share_angle=270,
    key_columns=1,
    key_characters=46,
)
