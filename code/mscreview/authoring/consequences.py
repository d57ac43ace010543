"""What a new trial changed in the results: old and new, the headline first, as lines for a terminal."""

from ..versions import changes

SHOWN = 40  # lines; the rest is counted
WIDTHS = (52, 24, 24)


def consequences(old, new, headline, pages):
    """Lines of a table from two ledgers as `versions.record.recorded` gives them.

    ``headline``: key of the first pool; ``pages``: {key of a number: chapters that state it}.
    """
    printed, below = changes.results(old, new, pages)
    numbers = [d for d in printed if d.entry["kind"] != "sentence"]
    stated = [d for d in numbers if d.key.startswith(f"{headline}.") or d.pages]
    # The headline itself, then what the chapters state, then variants of the headline.
    stated.sort(key=lambda d: (d.key.rpartition(".")[0] != headline, not d.pages))
    lines = [_line("number", "old", "new", "change")] if stated else []
    lines += [_line(d.key, _text(d.old), _text(d.new), d.change) for d in stated[:SHOWN]]
    hidden = len(stated) - SHOWN
    if hidden > 0:
        lines.append(f"... and {hidden} more of the headline and of the chapters")
    if f"{headline}.estimate" not in {d.key for d in stated}:
        lines.insert(0, f"The headline is as before: {_text(new.get(f'{headline}.estimate'))}")
    lines.append(
        f"In the whole ledger {len(numbers)} numbers and {len(printed) - len(numbers)} sentences read otherwise, "
        f"{len(below)} more differ below the digits printed."
    )
    return lines


def _text(entry):
    return "none" if entry is None else entry["texts"]["en"]


def _line(*cells):
    """Cells in columns; a longer one is cut."""
    cut = [cell if len(cell) <= width else cell[: width - 3] + "..." for cell, width in zip(cells, WIDTHS)]
    return "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cut, WIDTHS)), *cells[3:]]).rstrip()
