"""Where the parts of the figure of variants stand: a line a row, or three on a phone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """``label`` to ``right``: pixels from the left of the plot area; ``right``: where a row ends.

    ``characters`` of a label, ``title_characters`` of the axis title, in a line; ``ticks`` of the
    axis, about. In rows: ``line``, what each further line of a label takes; ``label_down`` to
    ``reading_down``, from the middle of a row to its parts (``reading_down``: k and n too);
    ``is_stacked``: further lines of a label move these parts down; ``zero_half``: half the line of
    no difference beside a mark, None: it runs through.
    """

    label: int
    k: int
    n: int
    estimate: int
    reading: int
    right: int
    plot_width: int
    row_height: int
    characters: int
    title_characters: int
    ticks: int
    line: float
    label_down: float
    marks_down: float
    estimate_down: float
    reading_down: float
    is_stacked: bool
    zero_half: float | None

    def rows(self, n_lines):
        """A `Row` for each label of that many lines, and where the last one ends."""
        rows, top = [], -0.5
        for n in n_lines:
            extra = self.line * (n - 1)
            middle = top + (1 + extra) / 2
            below = middle + (extra / 2 if self.is_stacked else 0)
            downs = (self.marks_down, self.estimate_down, self.reading_down)
            rows.append(Row(middle, middle + self.label_down, *(below + down for down in downs)))
            top += 1 + extra
        return rows, top + 0.2


@dataclass(frozen=True)
class Row:
    """Heights of the parts of a row, in rows from the top."""

    middle: float
    label: float
    marks: float
    estimate: float
    reading: float


WIDE = Layout(
    label=-326,
    k=-50,
    n=-12,
    estimate=322,
    reading=333,
    right=413,
    plot_width=165,
    row_height=23,
    characters=40,
    title_characters=200,
    ticks=5,
    line=0.65,
    label_down=0,
    marks_down=0,
    estimate_down=0,
    reading_down=0,
    is_stacked=False,
    zero_half=None,
)
NARROW = Layout(
    label=0,
    k=180,
    n=218,
    estimate=321,
    reading=230,
    right=322,
    plot_width=150,
    row_height=62,
    characters=44,
    title_characters=24,
    ticks=4,
    line=0.25,
    label_down=-0.37,
    marks_down=0.08,
    estimate_down=-0.065,
    reading_down=0.225,
    is_stacked=True,
    zero_half=0.24,
)
