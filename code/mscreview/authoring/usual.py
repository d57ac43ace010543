"""Values of a trial against those of all other trials: in another unit, a change for a value, an SE for an SD.

Compared are logarithms of sizes, in the unit of the analysis, with the median of the other trials. A value is doubted
only if the mistake would explain it, that is if it lies nearer to the median when read the other way.
"""

import math
from dataclasses import dataclass
from statistics import median

from ..csvtable import text_of
from ..outcomes import OUTCOMES
from ..plausible import COMPARABLE_SPREADS, n_or_n_of_the_study

ENOUGH = 3  # values of other trials below which there is nothing usual
SMALL = 0.1  # part of a usual value that a change is taken to be, where no changes are known
FAR = 2.0  # times or parts of the median from which a value is looked at


@dataclass(frozen=True)
class Usual:
    """Medians over the other trials, in the analysis unit; None where fewer than `ENOUGH` are known.

    ``level``, ``change``: sizes of means. ``sd``: of values. ``share``: sd over mean.
    """

    level: float | None
    change: float | None
    sd: float | None
    share: float | None


def unusual_values(evidence, study_id):
    """(table, row, column, value, reason) of each doubted value of a trial."""
    table = evidence.outcomes
    own = table[(table["study_id"] == study_id) & (table["scale"] == "absolute")]
    own = own.assign(n=n_or_n_of_the_study(own, table, evidence.studies))
    for outcome in OUTCOMES.values():
        usual = _usual(evidence, outcome, study_id)
        if usual is None:
            continue
        for row in own[own["outcome"] == outcome.column].to_dict("records"):
            if row["unit"] in outcome.conversions:
                yield from _doubts_of_row(outcome, usual, row)


def _usual(evidence, outcome, study_id):
    if outcome.measure != "MD":
        return None
    rows = evidence.outcomes
    rows = rows[(rows["outcome"] == outcome.column) & (rows["study_id"] != study_id)]
    rows = rows[rows["unit"].isin(outcome.conversions) & (rows["scale"] == "absolute")]
    levels, changes, spreads, shares, starts = [], [], [], [], {}
    for row in rows.sort_values("time_months").to_dict("records"):
        value, sd = center(outcome, row), _spread(outcome, row, "sd")
        if value is None:
            continue
        if row["is_change"] == "yes":
            changes.append(abs(value))
            continue
        levels.append(value)
        spreads += [sd] if sd else []
        shares += [sd / value] if sd and value > 0 else []
        arm = (row["study_id"], row["arm_label"], row["subset"])
        if row["time_months"] == 0:
            starts[arm] = value
        elif arm in starts:
            changes.append(abs(value - starts[arm]))
    return Usual(*map(_median, (levels, changes, spreads, shares)))


def _median(values):
    sizes = [value for value in values if value > 0]
    return median(sizes) if len(sizes) >= ENOUGH else None


def center(outcome, row, unit=None):
    """Mean, else median, of a row in the unit of the analysis, as if printed in ``unit``; None without."""
    printed = row["mean"] if row["mean"] == row["mean"] else row["median"]
    value, difference = outcome.conversions[unit or row["unit"]]
    return (difference if row["is_change"] == "yes" else value)(printed) if printed == printed else None


def _spread(outcome, row, column, unit=None):
    return outcome.conversions[unit or row["unit"]][1](row[column]) if row[column] == row[column] else None


def _doubts_of_row(outcome, usual, row):
    is_change = row["is_change"] == "yes"
    column = "mean" if row["mean"] == row["mean"] else "median"
    value, expected = center(outcome, row), usual.change if is_change else usual.level
    found = []
    if value:
        found.append((column, _other_unit(outcome, expected, value, lambda u: center(outcome, row, u))))
        if is_change or row["time_months"] != 0:  # at the start nothing has changed
            found.append((column, _change_or_level(usual, abs(value), is_change)))
    for name in ("sd", "se"):
        spread = _spread(outcome, row, name)
        if spread:
            unit = _other_unit(outcome, usual.sd, spread, lambda u: _spread(outcome, row, name, u))
            typical = _typical_sd(outcome, usual, value, is_change)
            reading = None if unit else _other_spread(name, spread, row["n"], typical)
            found.append((name, unit or reading))
    for name, reason in found:
        if reason:
            told = f"{row['arm_label']}, {row['outcome']}, month {text_of(row['time_months'])}: {reason}"
            yield "outcomes", row["row"], name, text_of(row[name]), told


def _distance(size, usual):
    return abs(math.log(abs(size) / usual))


def _other_unit(outcome, expected, value, in_unit):
    """The reason if the number would be usual in another unit, and is not in its own."""
    if not expected or _distance(value, expected) <= math.log(FAR):
        return None
    others = {unit: in_unit(unit) for unit in outcome.conversions}
    nearer = {
        unit: _distance(other, expected)
        for unit, other in others.items()
        if other and other != value and _distance(other, expected) < _distance(value, expected) / 2
    }
    if not nearer:
        return None
    best = min(nearer, key=nearer.get)
    return (
        f"is it in {best}? that would be {others[best]:.3g} {outcome.unit}, "
        f"the median of the other trials is {expected:.3g}; as entered it is {value:.3g}"
    )


def _change_or_level(usual, size, is_change):
    """The reason if a change is as large as values are, or a value as small as changes are."""
    # Few papers print changes; a small part of the usual value is then what looks like one.
    change = usual.change or usual.level and usual.level * SMALL
    if not change or not usual.level or change >= usual.level:
        return None
    own, other = (change, usual.level) if is_change else (usual.level, change)
    if _distance(size, own) <= math.log(FAR) or _distance(size, other) >= _distance(size, own):
        return None
    if is_change:
        return f"is it a value and no change? values have a median of {usual.level:.3g}"
    return f"is it a change and no value? values have a median of {usual.level:.3g}"


def _typical_sd(outcome, usual, value, is_change):
    if outcome.column in COMPARABLE_SPREADS:
        return usual.sd
    # The spread of a dose or of C-peptide goes with its size; of a change, no size is known.
    return usual.share * value if usual.share and value and value > 0 and not is_change else None


def _other_spread(column, spread, n, typical):
    """The reason if an SD is as small as an SE of n participants would be, or an SE as large as an SD."""
    if not typical or not n > 1:
        return None
    if column == "sd":
        if spread >= typical / FAR or _distance(spread * math.sqrt(n), typical) >= _distance(spread, typical):
            return None
        return (
            f"is it a standard error? SDs of the other trials are near {typical:.2g}; "
            f"{spread:.2g} x sqrt({n:g}) is {spread * math.sqrt(n):.2g}"
        )
    as_sd = spread * math.sqrt(n)
    if as_sd <= typical * FAR or _distance(spread, typical) >= _distance(as_sd, typical):
        return None
    return (
        f"is it a standard deviation? as a standard error of {n:g} participants it means an SD of "
        f"{as_sd:.2g}; those of the other trials are near {typical:.2g}"
    )
