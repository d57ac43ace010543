"""Where the parts of the specification curve stand: names beside the curve, or above it on a phone."""

from dataclasses import dataclass

from .theme import FONT_SIZE

LINE = FONT_SIZE + 3  # pixels from one line of text to the next


@dataclass(frozen=True)
class Layout:
    """Pixels; x from the left of the plot area, y from the top of a panel.

    ``estimates``, ``analyses`` and ``option``: heights of the upper panels and of one option;
    ``name_x``: where the names of options begin; ``name_line``: how far these stand above their
    dots; ``count_y``, ``title_y``: tops of the words on the selection, and on the middle panel.
    ``upright``: the title of the estimates runs along their axis, None: above it at that height.
    ``looks``: x and first line of the second part of the key.
    """

    width: int
    choice_x: int
    name_x: int
    estimates: int
    analyses: int
    option: int
    name_line: int
    count_y: int
    title_y: int
    estimates_title_y: int | None
    looks: tuple
    spacing: int
    point: int
    arrow: int
    dot: int
    bar: int
    band: int


WIDE = Layout(
    width=425,
    choice_x=-322,
    name_x=-212,
    estimates=185,
    analyses=42,
    option=15,
    name_line=0,
    count_y=0,
    title_y=6,
    estimates_title_y=None,
    looks=(20, 0),
    spacing=12,
    point=28,
    arrow=16,
    dot=24,
    bar=4,
    band=9,
)
NARROW = Layout(
    width=286,
    choice_x=-38,
    name_x=66,
    estimates=180,
    analyses=42,
    option=30,
    name_line=12,
    count_y=-182,
    title_y=-36,
    estimates_title_y=-62,
    looks=(-38, 3),
    spacing=14,
    point=16,
    arrow=9,
    dot=13,
    bar=3,
    band=7,
)
