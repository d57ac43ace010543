"""What the included reports are and print: study table, evidence map, protocols, values over time.

Nothing here is an effect: counts of what the sources state, and their values in the unit of the
analysis.
"""

import re
from collections import Counter
from dataclasses import asdict

from .contrasts import source_of
from .kinds import Point, Protocols, Studies, StudyRow, Trajectories, Variety
from .outcomes import OUTCOMES
from .selection import CONTROLLED_DESIGNS

FEATURES = ("cell_source", "route", "n_infusions", "dose", "graft")
# The units of C-peptide areas differ from paper to paper, so its values share no axis.
TRAJECTORIES = ("hba1c", "insulin_iu_per_kg_per_day")

_POPULATIONS = ("t2dm", "t1dm")
_WHOLE_ARMS = {"between_arms", "within_arm"}  # the other contrasts are of subgroups or the start
_NUMBER_OF_CELLS = re.compile(r"\d\s*(e\d|x\s?10|million)")


def number(value):
    """The cell as a float, None where it is empty."""
    return float(value) if value == value else None


def units_of_others(outcome):
    """The units that tell other outcomes of the same column apart, such as IU/day and IU/kg/day."""
    shared = {u for o in OUTCOMES.values() if o.column == outcome.column for u in o.conversions}
    return shared - set(outcome.conversions)


# --- study table and evidence map ----------------------------------------------------------


def studies_result(evidence):
    """`Studies` "studies.included": T2DM first, then T1DM; controlled first; then by year."""
    rows = [_study_row(evidence, study) for study in evidence.reports]
    return Studies("studies.included", tuple(sorted(rows, key=_order)))


def _order(row):
    others = len(_POPULATIONS)
    population = dict(zip(_POPULATIONS, range(others), strict=True)).get(row.population, others)
    year = float("inf") if row.year is None else row.year
    return (population, row.design not in CONTROLLED_DESIGNS, year, row.label)


def _study_row(evidence, study):
    printed = {o.name: _printed(evidence, o, study["study_id"]) for o in OUTCOMES.values()}
    return StudyRow(
        study_id=study["study_id"],
        cohort=study["cohort"],
        cohort_certainty=study["cohort_certainty"],
        label=study["label"],
        year=number(study["year"]),
        doi=study["doi"],
        country=study["country"],
        population=study["population_group"],
        design=study["design"],
        blinding=study["blinding"],
        control=study["control"],
        product=study["product_class"],
        cell_source=study["cell_source"],
        graft=study["graft"],
        route=study["route"],
        dose_text=study["dose_text"],
        n_infusions=number(study["n_infusions"]),
        follow_up_months=number(study["follow_up_months"]),
        n_treated=number(study["n_treated"]),
        n_control=number(study["n_control"]),
        access_level=study["access_level"],
        in_source_review=bool(study["seed_ref"]),
        co_intervention=study["co_intervention_in_cell_arm_only"],
        outcomes=tuple((name, state) for name, (state, _) in printed.items()),
        source_url=study["source_url"],
        sources=tuple(
            (name, tuple(asdict(source_of(*place)) for place in rests_on))
            for name, (_, rests_on) in printed.items()
            if rests_on
        ),
    )


def evidence_state(evidence, outcome, study_id):
    """The most that a report prints of one outcome after baseline, whatever the arm.

    "spread": a value of a whole arm, or a difference of whole arms, with its SD, SE, interval or
    quartiles, or a count with its total. "number": one without. "direction": words only, those on
    subgroups and responders included. "nothing": none of these. A percent change counts like any
    number, so "spread" is no promise of an effect that can be pooled.
    """
    return _printed(evidence, outcome, study_id)[0]


def _printed(evidence, outcome, study_id):
    """The state of `evidence_state`, and the rows that it rests on as (table, row)."""
    rows = [
        r
        for r in evidence.rows("outcomes", study_id)
        if r["outcome"] == outcome.column and r["subset"] == "all" and outcome.matches(r)
    ]
    others = units_of_others(outcome)
    own = [r for r in rows if r["unit"] not in others]
    if rows and not own:
        return "nothing", []  # it measures insulin in the other unit: its words are on that one
    told = [
        c
        for c in evidence.rows("contrasts", study_id)
        if c["outcome"] == outcome.column
        and c["contrast_type"] != "baseline"
        and c["unit"] not in others
        and outcome.matches({"definition": c["comparison"]})
    ]
    values = [("outcomes", r) for r in own if r["time_months"] != 0 and _has_value(r)]
    values += [
        ("contrasts", c) for c in told if c["contrast_type"] in _WHOLE_ARMS and _has_value(c)
    ]
    spread = [(table, row) for table, row in values if _has_spread(row)]
    words = [("contrasts", c) for c in told if c["direction"] != "not_stated"]
    states = (("spread", spread), ("number", values), ("direction", words))
    return next((found for found in states if found[1]), ("nothing", []))


def _has_value(row):
    return any(_known(row, column) for column in ("mean", "median", "events", "estimate"))


def _has_spread(row):
    ways = (("sd",), ("se",), ("ci_low", "ci_high"), ("q1", "q3"), ("events", "total"))
    return any(all(_known(row, column) for column in way) for way in ways)


def _known(row, column):
    return column in row and row[column] == row[column]


# --- protocols -----------------------------------------------------------------------------


def protocols_result(evidence):
    """`Protocols` "protocols.t2dm.msc": how T2DM cohorts were given mesenchymal stromal cells.

    Each cohort counts once per feature, by its first report in table order that states it. Values
    are as printed, without remarks in brackets after a dose per kg: Wharton's jelly is part of the
    umbilical cord, yet stands apart where a source names it.
    """
    cohorts = {}
    for study in evidence.reports:
        if (study["population_group"], study["product_class"]) == ("t2dm", "msc"):
            cohorts.setdefault(study["cohort"], []).append(study)
    features = tuple(_variety(feature, cohorts.values()) for feature in FEATURES)
    rows = [study for reports in cohorts.values() for study in reports]
    sources = tuple(asdict(source_of("studies", study)) for study in rows)
    return Protocols("protocols.t2dm.msc", features, len(cohorts), sources)


def _variety(feature, cohorts):
    stated = [
        next(filter(None, (_stated(study, feature) for study in reports)), "") for reports in cohorts
    ]
    counted = Counter(value for value in stated if value)
    n_stated = counted.total()
    return Variety(
        feature=feature,
        values=tuple(counted.most_common()),
        n_stated=n_stated,
        n_not_stated=len(stated) - n_stated,
        largest_share=max(counted.values()) / n_stated if n_stated else None,
    )


def _stated(study, feature):
    """The feature of one report as text, "" where it is not stated."""
    if feature == "n_infusions":
        return f"{study[feature]:g}" if _known(study, feature) else ""
    if feature == "dose":
        per_kg = re.sub(r"\s*\(.*\)", "", study["cells_per_kg_per_infusion"])
        # Some texts on the dose give only the number of infusions.
        in_words = study["dose_text"] if _NUMBER_OF_CELLS.search(study["dose_text"]) else ""
        return per_kg or in_words
    return study[feature]


# --- values over time ----------------------------------------------------------------------


def trajectories_results(evidence):
    """A list of `Trajectories`, one for each outcome of `TRAJECTORIES` in its unit.

    Points are printed final values of whole arms at a stated time, baseline and values beyond 24
    months included, of arms with a value after baseline. Reports of one cohort repeat each other's
    values, so the one with most points speaks (ties: the first in table order).
    """
    return [_trajectories(evidence, OUTCOMES[name]) for name in TRAJECTORIES]


def _trajectories(evidence, outcome):
    best = {}
    for study in evidence.reports:
        points = _points(evidence, outcome, study)
        if len(points) > len(best.get(study["cohort"], ())):
            best[study["cohort"]] = points
    # A level has another unit than a difference of levels.
    unit = "%" if outcome.unit == "percentage points" else outcome.unit
    points = tuple(point for points in best.values() for point in points)
    return Trajectories(f"trajectories.{outcome.name}", outcome.title, unit, points)


def _points(evidence, outcome, study):
    """The points of one report, arm by arm and in the order of time."""
    arms = {}
    for row in evidence.rows("outcomes", study["study_id"]):
        if (
            row["outcome"] == outcome.column
            and (row["subset"], row["scale"], row["is_change"]) == ("all", "absolute", "no")
            and row["unit"] in outcome.conversions
            and _known(row, "time_months")
            and (_known(row, "mean") or _known(row, "median"))
        ):
            arms.setdefault(row["arm_label"], []).append(_point(outcome, study, row))
    return [
        point
        for points in arms.values()
        if any(point.months > 0 for point in points)
        for point in sorted(points, key=lambda point: point.months)
    ]


def _point(outcome, study, row):
    convert, convert_spread = outcome.conversions[row["unit"]]
    statistic = "mean" if _known(row, "mean") else "median"
    value, low, high = convert(row[statistic]), None, None
    if statistic == "mean" and (_known(row, "sd") or (_known(row, "se") and _known(row, "n"))):
        sd = convert_spread(row["sd"] if _known(row, "sd") else row["se"] * row["n"] ** 0.5)
        low, high = value - sd, value + sd
    elif statistic == "median" and _known(row, "q1") and _known(row, "q3"):
        low, high = convert(row["q1"]), convert(row["q3"])
    return Point(
        study_id=study["study_id"],
        label=study["label"],
        doi=study["doi"],
        arm_label=row["arm_label"],
        role=row["arm_role"],
        product=row["arm_product"],
        months=row["time_months"],
        n=number(row["n"]),
        value=value,
        spread_low=low,
        spread_high=high,
        statistic=statistic,
        sources=(asdict(source_of("outcomes", row)),),
    )
