"""Adverse events, every cohort once, and deaths one by one.

Which rows of safety.csv count, for each event group, scope, cohort and role (cells, control):

- The report with most participants at risk, then longest follow-up, whatever it counts. A probable
  overlap of patients is an overlap.
- Its named events apart, arms of one follow-up (doses, routes) added up. Of several follow-ups the
  one with most participants, then the longest: of carlsson2023 the randomized part, not the later
  follow-up of six patients, nor the dose escalation of nine, whose length is not stated.
- A sum takes one named event of each cohort, that with most participants, since one person can have
  several: a lower bound. The severe form of a group's event enters no sum and no comparison:
  where nobody had it, somebody may have had the mild form.
- Participants, not events; no event is no participant. A row without a count of participants, or
  without the number at risk, is shown and enters no sum, nor does one of cells and control together
  (role "both") or of a control group that was given other cells.

Deaths stated for cells and control together are shown and enter no sum either.
"""

from collections import Counter
from dataclasses import asdict

from .contrasts import source_of
from .kinds import Comparison, DeathRow, Deaths, Safety, SafetyRow
from .proportions import clopper_pearson, newcombe, risk_difference

TITLES = {
    "any": "Any adverse event", "serious": "Serious adverse events", "death": "Deaths",
    "discontinuation": "Discontinuation because of an adverse event",
    "fever": "Fever", "fatigue": "Fatigue", "headache": "Headache",
    "gastrointestinal": "Gastrointestinal events", "allergic": "Allergic reactions",
    "infusion reaction": "Infusion reactions", "infection": "Infections",
    "hypoglycaemia": "Hypoglycemia", "procedure or site": "Events of the procedure or its site",
    "cardiovascular": "Cardiovascular events", "thrombosis": "Thrombosis", "eye": "Eye events",
    "tumour": "Tumors",
}
SCOPES = ("all_cause", "related", "periprocedural")
ALWAYS = ("any", "all_cause")
ROLES = {"treatment": "cells", "control": "control", "both": "both"}
SEVERE = ("serious", "severe", "significant", "major")  # words of an event's name
STATES = ("stated", "not mentioned", "not looked for")  # a cohort's is the first that it has


def safety_results(evidence):
    """`Safety` of every event group and scope in safety.csv, in the order of TITLES and SCOPES,
    then `Deaths`. Rows are in the order of the table: cells, control, both. The group `ALWAYS`, which
    a claim is judged by, is there without a row too."""
    studies = {study["study_id"]: study for study in evidence.reports}
    events = _events(evidence, studies)
    groups = {ALWAYS: []} | {rows[0]["group"]: rows for rows in _grouped(events, "group")}
    order = [(group, scope) for group in TITLES for scope in SCOPES]
    found = [_safety(*group, groups[group]) for group in order if group in groups]
    return [*found, _deaths(evidence, studies, events)]


def _events(evidence, studies):
    """Rows of safety.csv with what a `SafetyRow` names otherwise or takes from the study, their
    group (with scope), and whether they may enter a sum (``counts``). ``product`` is the class of
    the arm where outcomes.csv has it, else of the report."""
    products = {(r["study_id"], r["arm_label"]): r["arm_product"] for r in _records(evidence.outcomes)}
    rows = _records(evidence.safety)
    for row in rows:
        study, role = studies[row["study_id"]], ROLES[row["arm_role"]]
        product = "none" if role == "control" else study["product_class"]
        severe = row["event_group"] != "serious" and any(word in row["event"] for word in SEVERE)
        not_control = role == "control" and study["control"] == "other cells"
        row |= _part(study, "cohort", "label", "doi") | {
            "population": study["population_group"],
            "product": products.get((row["study_id"], row["arm_label"]), product),
            "role": role,
            "scope": row["event_scope"],
            "group": (row["event_group"], row["event_scope"]),
            "n_with_event": None if row["counted"] == "events" and row["events"] else row["events"],
        }
        uncounted = None in (row["n_with_event"], row["n_at_risk"])
        row["counts"] = not (severe or not_control or uncounted)
    return sorted(rows, key=lambda row: list(ROLES).index(row["arm_role"]))


def _safety(group, scope, rows):
    taken = _taken(rows)
    cells, control = (_counts(taken, role) for role in ("cells", "control"))
    comparisons = [_comparison(of_cohort) for of_cohort in _grouped(rows, "cohort")]
    return Safety(
        f"safety.{group.replace(' ', '_')}.{scope}",
        TITLES[group],
        scope,
        tuple(_row(arms) for arms in _grouped(taken, "cohort", "role", "event", "product")),
        *_crude_sum(cells),
        *_crude_sum(control),
        cohorts_without_count=len({row["cohort"] for row in taken} - {*cells, *control}),
        comparisons=tuple(c for c in comparisons if c is not None),
    )


def _taken(rows):
    """The rows of one event group and scope that count for their cohort and role."""
    taken = []
    for of_role in _grouped(rows, "cohort", "role"):
        report = max(_grouped(of_role, "study_id"), key=_size)
        for named in _grouped(report, "event"):
            taken += max(_grouped(named, "follow_up_months"), key=_size)
    return taken


def _size(rows):
    """The most participants of one event and follow-up among these rows, then that follow-up."""
    at_risk = Counter()
    for row in rows:
        at_risk[row["event"], row["follow_up_months"] or 0] += row["n_at_risk"] or 0
    return max((n, months) for (_, months), n in at_risk.items())


def _counts(taken, role):
    """Cohort -> (participants with the event, at risk) of its named event with most of them."""
    counts = {}
    for arms in _grouped([r for r in taken if r["role"] == role], "cohort", "event"):
        if total := _total(arms):
            cohort = arms[0]["cohort"]
            counts[cohort] = max(total, counts.get(cohort, total))
    return counts


def _total(arms):
    """(Participants with the event, at risk) of all arms together, None where a row cannot count."""
    if not arms or not all(row["counts"] for row in arms):
        return None
    return sum(row["n_with_event"] for row in arms), sum(row["n_at_risk"] for row in arms)


def _crude_sum(counts):
    """Cohorts, participants with the event, participants at risk, exact limits of the share."""
    events, n = (float(sum(pair[i] for pair in counts.values())) for i in (0, 1))
    return len(counts), events, n, *(clopper_pearson(events, n) if n else (None, None))


def _row(arms):
    columns = ([row[name] for row in arms] for name in ("n_with_event", "n_at_risk"))
    events, n = (None if None in column else sum(column) for column in columns)
    low, high = (None, None) if None in (events, n) else clopper_pearson(events, n)
    return SafetyRow(
        **_part(arms[0], "study_id", "cohort", "label", "doi", "population", "product", "role"),
        **_part(arms[0], "event", "scope", "follow_up_months"),
        n_with_event=events,
        n=n,
        ci_low=low,
        ci_high=high,
        related=_common(row["related_to_cells"] for row in arms),
        transient=_common(row["transient"] for row in arms),
        sources=_sources(safety=arms),
    )


def _comparison(rows):
    """The `Comparison` of one cohort, or None: of one report, event and follow-up that counts cells
    and control, that with most participants, longest follow-up and most of them with the event."""
    found = []
    for arms in _grouped(rows, "study_id", "event", "follow_up_months"):
        cells, control = (_total([r for r in arms if r["role"] == role]) for role in ("cells", "control"))
        if cells and control:
            identity = _part(arms[0], "study_id", "label", "doi").values()
            found.append((*_size(arms), cells[0] + control[0], *identity, *cells, *control))
    if not found:
        return None
    study_id, label, doi, *counts = max(found)[3:]
    return Comparison(study_id, label, doi, *counts, risk_difference(*counts)[0], *newcombe(*counts))


def _deaths(evidence, studies, events):
    listed = evidence.source_review_table1["matched_study_id"]
    reviewed = {study_id for match in listed for study_id in match.split(" or ")}
    records = _death_records(evidence, studies, reviewed)
    rows = [_death_row(evidence, studies, events, r, r["study_id"] in reviewed) for r in records]
    cohorts = [[r for r in rows if r.cohort == name] for name in dict.fromkeys(r.cohort for r in rows)]
    states = [min((r.state for r in of), key=STATES.index) for of in cohorts]
    implied = [all(r.no_serious_event for r in of) for of in cohorts]
    return Deaths(
        "deaths",
        tuple(rows),
        _stated_deaths(rows, "cells"),
        _stated_deaths(rows, "control"),
        _stated_deaths([row for row in rows if row.in_source_review], "cells"),
        *(states.count(state) for state in STATES),
        sum(none and state != "stated" for none, state in zip(implied, states, strict=True)),
    )


def _death_records(evidence, studies, reviewed):
    """Rows of deaths.csv with their state, then one for each cohort of which no report is there,
    named after a report in the source review (``reviewed``), else after the first."""
    looked_for = set()
    for row in _records(evidence.deaths):
        looked_for.add(studies[row["study_id"]]["cohort"])
        yield {**row, "state": "not mentioned" if row["deaths"] is None else "stated"}
    for study in sorted(studies.values(), key=lambda s: s["study_id"] not in reviewed):
        if study["cohort"] not in looked_for:
            looked_for.add(study["cohort"])
            unknown = {"arm_label": "all arms", "deaths": None, "n": None, "note": ""}
            yield {"study_id": study["study_id"], "state": "not looked for", **unknown}


def _death_row(evidence, studies, events, record, in_source_review):
    study = studies[record["study_id"]]
    role = _role_of_deaths(evidence, study, events, record["arm_label"])
    of_role = [r for r in events if r["study_id"] == study["study_id"] and r["role"] == role]
    told = [r for r in of_role if r["event_group"] == "death"]
    free = _without_serious_event(record, study, role, events)
    return DeathRow(
        **_part(study, "study_id", "cohort", "label", "doi"),
        **_part(record, "arm_label", "state", "deaths", "n", "note"),
        role=role,
        related=_common(r["related_to_cells"] for r in told),
        no_serious_event=bool(free),
        in_source_review=in_source_review,
        sources=_sources(deaths=[record] if "row" in record else [], safety=told + free),
    )


def _role_of_deaths(evidence, study, events, label):
    """The role of an arm of deaths.csv, whose label may add a dose to its name elsewhere; "both"
    where it is all arms together or no other table names it."""
    if study["design"] == "single-arm":
        return "cells"
    arms = evidence.rows("outcomes", study["study_id"])
    arms = arms + [r for r in events if r["study_id"] == study["study_id"]]
    roles = {ROLES[r["arm_role"]] for r in arms if label.startswith(r["arm_label"])}
    return roles.pop() if len(roles) == 1 else "both"


def _without_serious_event(record, study, role, events):
    """The rows stating that no participant of the arm had a serious event of any cause; else []."""
    roles = ("cells", "control") if role == "both" else (role,)
    serious = [r for r in events if r["group"] == ("serious", "all_cause") and r["role"] in roles]
    taken = _taken([r for r in serious if r["cohort"] == study["cohort"]])
    totals = [_counts(taken, one).get(study["cohort"]) for one in roles]
    if None in totals or any(with_event for with_event, _ in totals):
        return []
    return taken if sum(n for _, n in totals) >= (record["n"] or 0) else []


def _stated_deaths(rows, role):
    """Deaths in arms of this role; of several reports of a cohort, those of the one with most."""
    cohorts = {}
    for row in rows:
        if row.role == role and row.state == "stated":
            cohorts.setdefault(row.cohort, Counter())[row.study_id] += row.deaths
    return float(sum(max(reports.values()) for reports in cohorts.values()))


def _records(table):
    """Rows as dictionaries, None for an empty number, "" where the table has no column of a source."""
    rows = ({"locator": "", "source_level": "", **row} for row in table.to_dict("records"))
    return [{name: None if v != v else v for name, v in row.items()} for row in rows]


def _grouped(rows, *columns):
    """Lists of the rows that agree in these columns, in the order of their first row."""
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups.values()


def _part(row, *columns):
    return {column: row[column] for column in columns}


def _common(values):
    """What all say; "unclear" where they differ, "" where there is none."""
    said = set(values) or {""}
    return said.pop() if len(said) == 1 else "unclear"


def _sources(**tables):
    return tuple(asdict(source_of(table, row)) for table, rows in tables.items() for row in rows)
