"""Where the columns of the preclinical map stand: in one line a report on a page, in two on a phone."""

from dataclasses import dataclass

from .theme import FONT_SIZE, SMALL

LINE = 15  # pixels from line to line


@dataclass(frozen=True)
class Layout:
    """Pixels; the marks stand in columns of ``step`` from ``grid`` on, the heads end at ``head``.

    ``species`` and ``model`` are None where both stand beneath the name. ``described``: the words
    for a comparator that is described, and for one that is not. ``column_heads``: heads of the
    marks, None where their names are slanted. Headings and names of counts wrap at so many
    ``..._characters``.
    """

    species: float | None
    model: float | None
    comparator: float
    grid: float
    step: float
    width: float
    row: float
    head: float
    heads: tuple[tuple[float, str], ...]
    column_heads: tuple[str, ...] | None
    described: tuple[str, str]
    heading_size: float
    heading_characters: int
    count_characters: int

    def x(self, column):
        """The middle of a column of marks."""
        return self.grid + (column + 0.5) * self.step


WIDE = Layout(
    species=130,
    model=248,
    comparator=516,
    grid=594,
    step=46,
    width=732,
    row=LINE,
    head=96,
    heads=((4, "Report"), (130, "Species"), (248, "Model"), (516, "Comparator")),
    column_heads=None,
    described=("described", "not described"),
    heading_size=FONT_SIZE,
    heading_characters=90,
    count_characters=60,
)
NARROW = Layout(
    species=None,
    model=None,
    comparator=258,
    grid=122,
    step=44,
    width=326,
    row=2 * LINE,
    head=56,
    heads=((4, "Report\nspecies, model"), (258, "Com-\nparator\ndescribed")),
    column_heads=("Glucose", "Insulin\nsensi-\ntivity", "Beta\ncells"),
    described=("yes", "no"),
    heading_size=SMALL,
    heading_characters=46,
    count_characters=20,
)
