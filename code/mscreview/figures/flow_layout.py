"""Where the boxes of the flow diagram stand.

On a page what leaves a step stands right of it, on a phone below it. Both streams stay side by side.
"""

from dataclasses import dataclass

LINE = 15  # pixels from line to line
WIDE_COLUMNS = {  # left and right edges
    ("clinical", "main"): (36, 204),
    ("clinical", "side"): (222, 386),
    ("preclinical", "main"): (404, 570),
    ("preclinical", "side"): (588, 750),
}
NARROW_COLUMNS = {
    ("clinical", "main"): (0, 158),
    ("clinical", "side"): (18, 158),
    ("preclinical", "main"): (168, 326),
    ("preclinical", "side"): (186, 326),
}
WIDE_ROWS = {  # top and bottom edges; the same for the main box and what stands beside it
    "identified": (26, 102),
    "screened": (124, 182),
    "awaiting": (192, 236),
    "included": (258, 344),
    "models": (366, 438),
    "controlled": (460, 504),
    "pool": (526, 586),
}
NARROW_ROWS = {
    ("main", "identified"): (46, 100),
    ("side", "identified"): (108, 146),
    ("main", "screened"): (186, 224),
    ("side", "screened"): (232, 284),
    ("side", "awaiting"): (292, 330),
    ("main", "included"): (370, 424),
    ("side", "included"): (432, 514),
    ("main", "models"): (534, 588),
    ("side", "models"): (596, 664),
    ("main", "controlled"): (704, 742),
    ("main", "pool"): (762, 816),
}


@dataclass(frozen=True)
class Layout:
    """Pixels. ``strips``: the phases, where their names stand from left to right, and the left, top,
    right and bottom edges; ``note`` has such edges too.

    ``down_in``: how far from its left edge a main box is left, None for its middle.
    """

    columns: dict
    rows: dict
    head: float
    width: float
    height: float
    strips: tuple
    strip_angle: float
    down_in: float | None
    note: tuple[float, float, float, float]
    note_characters: int

    def edges(self, box):
        """Left, right, top and bottom of a box."""
        stream, side, row = box.place
        return *self.columns[stream, side], *self.rows[side, row]

    def down(self, stream):
        """Where arrows from main box to main box stand."""
        left, right = self.columns[stream, "main"]
        return (left + right) / 2 if self.down_in is None else left + self.down_in

    def start(self, box):
        """Where the arrow to a side box begins: at its main box, or at the arrow down from that."""
        stream, _, row = box.place
        beside = self.down_in is None and row != "awaiting"  # left of which no main box stands
        return self.columns[stream, "main"][1] if beside else self.down(stream)


WIDE = Layout(
    columns=WIDE_COLUMNS,
    rows={
        (side, row): edges
        for row, edges in WIDE_ROWS.items()
        for side in ("main", "side")
    },
    head=10,
    width=750,
    height=586,
    strips=(
        ("Identified", 12, (0, 26, 24, 102)),
        ("Screened", 12, (0, 124, 24, 236)),
        ("Included", 12, (0, 258, 24, 438)),
        ("Headline", 12, (0, 460, 24, 586)),
    ),
    strip_angle=270,
    down_in=None,
    note=(222, 520, 750, 580),
    note_characters=72,
)
NARROW = Layout(
    columns=NARROW_COLUMNS,
    rows=NARROW_ROWS,
    head=8,
    width=326,
    height=908,
    strips=(
        ("Identified", 82, (0, 20, 326, 38)),
        ("Screened", 82, (0, 156, 326, 174)),
        ("Included", 82, (0, 340, 326, 358)),
        ("Headline", 82, (0, 674, 326, 692)),
    ),
    strip_angle=0,
    down_in=6,
    note=(0, 832, 326, 908),
    note_characters=45,
)
