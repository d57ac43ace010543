"""What a figure shows as a table: for readers who want the values, and for those who do not see it."""

from dataclasses import dataclass

from .. import wording


@dataclass(frozen=True)
class FigureData:
    """``columns``: (name, kind), kind "text" or one of `wording.number`. ``rows``: tuples of values
    as computed, None where there is none."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple, ...]

    def as_json(self):
        """Plain lists: the columns, their values, and the same values as text."""
        kinds = [kind for _, kind in self.columns]
        return {
            "columns": [name for name, _ in self.columns],
            "numeric": [name for name, kind in self.columns if kind != "text"],
            "values": [list(row) for row in self.rows],
            "shown": [
                [_shown(value, kind) for value, kind in zip(row, kinds, strict=True)]
                for row in self.rows
            ],
        }


def _shown(value, kind):
    if value is None:
        return ""
    return str(value) if kind == "text" else wording.number(value, kind)
