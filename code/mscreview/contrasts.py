"""One contrast for each selected trial: its effect, participants, flags and source rows.

How a paper's numbers become one is in `effect_sources` (means) and `responders` (counts).
"""

from dataclasses import dataclass

from .arms import rows_of
from .effects import Arm, Effect


@dataclass(frozen=True)
class Source:
    """A table row that an effect rests on."""

    table: str
    row: int
    locator: str
    source_url: str
    source_level: str


@dataclass(frozen=True)
class Contrast:
    """A trial in a pool. Effects in analysis units, treatment minus control.

    ``effect`` is None where only a direction is available; ``direction`` is then what the
    paper says. ``other_ends`` are the other differences of a printed range over doses.
    ``flags`` are codes whose text `wording` holds.
    """

    study: dict
    months: float
    effect: Effect | None
    treatment: Arm | None
    control: Arm | None
    sources: tuple[Source, ...]
    flags: tuple[str, ...] = ()
    direction: str = ""
    p_printed: str = ""
    other_ends: tuple["Contrast", ...] = ()


def source_of(table, row):
    """The `Source` of a row dictionary of one of the evidence tables; "" for what a table has no column of."""
    level = row.get("source_level", row.get("access_level", ""))
    return Source(table, int(row["row"]), row.get("locator", ""), row.get("source_url", ""), level)


def usable_arms(arms, *fields):
    """Both sides' arms that have n and all fields, or None if a side has none.

    One participant can be counted, but has no spread and no test.
    """
    least_n = 1 if fields == ("events",) else 2
    sides = [
        [a for a in arms[role] if (a.n or 0) >= least_n and all(getattr(a, f) is not None for f in fields)]
        for role in ("treatment", "control")
    ]
    return sides if all(sides) else None


def with_rows(evidence, selected, effect, treatment, control, flags, is_change, used):
    """The contrast with the rows it rests on; ``used``: the arms before they were combined."""
    directions = [d["direction"] for d in selected.differences]
    rows = rows_of(selected, is_change)
    sources = [source_of("outcomes", r) for r in rows]
    return Contrast(
        selected.study,
        selected.months,
        effect,
        treatment,
        control,
        (*sources, *n_sources(evidence, selected.study, *(arm for side in used for arm in side))),
        tuple(flags),
        directions[0] if directions else "",
        printed_p(rows, selected.differences),
    )


def n_sources(evidence, study, *arms):
    """The rows that n was taken from, where they are not the arms' own."""
    taken = {arm.n_row for arm in arms if arm.n_row is not None}
    rows = evidence.rows("outcomes", study["study_id"])
    return tuple(source_of("outcomes", row) for row in rows if row["row"] in taken)


def n_flags(treatment, control):
    return ["n_randomized"] if treatment.n_is_randomized or control.n_is_randomized else []


def printed_p(rows, differences):
    """The first between-arm p of these rows, else of the printed differences; "" for none.

    The p of a percent change is that of another quantity.
    """
    values = [r["p_between"] for r in rows if r["p_between"] and r["scale"] == "absolute"]
    values += [d["p_value"] for d in differences if d["p_value"] and d["unit"] != "% change"]
    return values[0] if values else ""


SMALLEST_P = 1e-12  # a smaller one would weigh a trial as if it were exact; no paper prints it


def exact_p(p_printed, bound_as_exact):
    """The p as a number, or None: a bound (unless asked for), nothing, "0.000", or less than `SMALLEST_P`."""
    if not p_printed or p_printed[0] == ">" or (p_printed[0] == "<" and not bound_as_exact):
        return None
    p_value = float(p_printed.lstrip("<="))
    return p_value if SMALLEST_P <= p_value < 1 else None
