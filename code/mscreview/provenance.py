"""What a result rests on: rows of the tables with their studies, and the results that it was made from."""

from dataclasses import dataclass, fields, is_dataclass

from . import kinds

# What is computed for every question of a grid (outcome, population, cells, variant), whether or not the
# manuscript speaks of it. Any other result is made for the manuscript, so it must be shown in it.
GRID = (
    kinds.PoolResult,
    kinds.Directions,
    kinds.BeforeAfter,
    kinds.SubgroupContrast,
    kinds.Certainty,
    kinds.Bias,
)


@dataclass(frozen=True)
class Ground:
    """Rows of the tables that a result rests on, of one study where they have one.

    ``sources``: dictionaries with table, row, locator, source_url, source_level.
    """

    label: str
    doi: str
    sources: tuple[dict, ...]


def grounds(result):
    """Every `Ground` of a result and of its parts, in their order; those of a count have no study."""
    if isinstance(result, kinds.Count):
        rows = tuple({"table": result.table, "row": int(row)} for row in result.rows)
        return [Ground("", "", rows)] if rows else []
    return list(_grounds(result))


def _grounds(part):
    for found in fields(part):
        value = getattr(part, found.name)
        if found.name == "sources" and value:
            flat = [source for one in value for source in _flat(one)]
            yield Ground(getattr(part, "label", ""), getattr(part, "doi", ""), tuple(flat))
        elif isinstance(value, tuple):
            for inner in filter(is_dataclass, value):
                yield from _grounds(inner)


def _flat(source):
    """A study row holds its sources by outcome, everything else holds them plain."""
    return [source] if isinstance(source, dict) else list(source[1])


def inputs(result):
    """The keys of the results that a result was made from, as far as it rests on others; perhaps none."""
    if isinstance(result, kinds.Claim):
        return result.decided_by
    if isinstance(result, kinds.AnimalOutcome):
        return ("animals",)
    if isinstance(result, kinds.Multiverse):
        return (f"{result.key.removeprefix('multiverse.')}.both.any.controlled",)
    pool_key = getattr(result, "pool_key", "")
    return (pool_key,) if pool_key else ()


def rows_text(rows):
    """Lines of a table as ranges: "2–4, 9"."""
    runs = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(f"{low}–{high}" if high > low else str(low) for low, high in runs)
