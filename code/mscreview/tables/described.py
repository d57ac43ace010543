"""Tables of what was found: reports, protocols, adverse events, deaths, animal studies."""

from .. import phrases, wording
from .sources import named, opening
from .table import Table, count

DESIGNS = {"RCT": "RCT", "non-randomised controlled": "controlled, not randomized", "single-arm": "single arm"}


def studies(results, populations=("t2dm",)):
    """The included reports of some populations: who, which cells, how, how long, what source."""
    rows = [
        (
            opening(_report(row), row, row.source_url),
            DESIGNS[row.design] + (f", {row.blinding}" if row.blinding not in ("not reported", "open") else ""),
            _sizes(row),
            ", ".join(filter(None, (row.cell_source, row.graft, phrases.PRODUCT_NAMES[row.product]))),
            row.route or wording.MISSING["en"],
            wording.number(row.follow_up_months, "months"),
            row.access_level,
        )
        for row in results["studies.included"].rows
        if row.population in populations
    ]
    numeric = ("n", "Months")
    columns = ("Report", "Design", "n", "Cells", "Route", "Months", "Read as")
    return Table(columns, tuple(rows), numeric)


def _report(row):
    return row.label + ("\u00a0*" if row.in_source_review else "") + (f", {row.country}" if row.country else "")


def _sizes(row):
    """Cells / control; a single arm has one number."""
    if row.design == "single-arm":
        return count(row.n_treated)
    return f"{count(row.n_treated)} / {count(row.n_control)}"


def protocols(results):
    """How protocols differ among the cohorts with type 2 diabetes given MSC alone."""
    names = {
        "cell_source": "Cell source",
        "route": "Route",
        "n_infusions": "Infusions",
        "dose": "Dose, cells per kg or in words",
        "graft": "Graft",
    }
    rows = tuple(
        (
            names[feature.feature],
            count(len(feature.values)),
            count(feature.n_stated),
            count(feature.n_not_stated),
            wording.number(feature.largest_share, "share"),
            "; ".join(f"{value} ({count(n)})" for value, n in feature.values),
        )
        for feature in results["protocols.t2dm.msc"].features
    )
    numeric = ("Values", "Stated", "Not stated", "Most frequent")
    return Table(("Feature", *numeric, "Values (cohorts)"), rows, numeric)


SCOPES = {"all_cause": "any cause", "related": "related to cells", "periprocedural": "around the procedure"}


def events(results):
    """Adverse events by group and scope: participants with an event among those at risk."""
    rows = []
    for key in results.keys_below("safety"):
        found = results[key]
        if not found.rows or key == "safety.death.all_cause":
            continue
        rows.append(
            (
                found.title,
                SCOPES[found.scope],
                _share(found.events_cells, found.n_cells, (found.cells_ci_low, found.cells_ci_high)),
                count(found.cohorts_cells),
                _share(
                    found.events_control, found.n_control, (found.control_ci_low, found.control_ci_high)
                ),
                count(found.cohorts_control),
                count(found.cohorts_without_count),
            )
        )
    numeric = (
        "Cells: events / n (95% CI, %)",
        "Cohorts",
        "Control: events / n (95% CI, %)",
        "Cohorts ",
        "Without a count",
    )
    return Table(("Event", "Scope", *numeric), tuple(rows), numeric)


def _share(events, n, limits):
    if not n:
        return "no count"
    low, high = (wording.number(value, "share").rstrip("%") for value in limits)
    return f"{count(events)} / {count(n)} ({low} to {high})"


def comparisons(results):
    """Adverse events that a trial counts in both arms: the risk difference of each trial."""
    rows = []
    for key in results.keys_below("safety"):
        found = results[key]
        for trial in found.comparisons:
            difference = wording.number(trial.difference, "points")
            limits = wording.interval((trial.ci_low, trial.ci_high), "points")
            rows.append(
                (
                    found.title,
                    SCOPES[found.scope],
                    named(results, trial),
                    f"{count(trial.events_cells)} / {count(trial.n_cells)}",
                    f"{count(trial.events_control)} / {count(trial.n_control)}",
                    f"{difference} ({limits})",
                )
            )
    numeric = ("Cells", "Control", "Risk difference, percentage points (95% CI)")
    return Table(("Event", "Scope", "Trial", *numeric), tuple(rows), numeric)


def deaths(results):
    """Deaths arm by arm, of the reports whose text was searched for them."""
    rows = []
    for row in results["deaths"].rows:
        if row.state == "not looked for":
            continue
        rows.append(
            (
                opening(row.label, row, row.sources[0]["source_url"]),
                row.arm_label,
                count(row.n),
                count(row.deaths) if row.state == "stated" else "not stated",
                {"yes": "yes", "no": "judged unrelated", "unclear": "unclear"}.get(row.related, ""),
                "yes" if row.no_serious_event else "",
                "yes" if row.in_source_review else "",
                row.note,
            )
        )
    columns = (
        "Report",
        "Arm",
        "n",
        "Deaths",
        "Related",
        "No serious event of any cause stated",
        "In the source review",
        "What the text says",
    )
    return Table(columns, tuple(rows), ("n", "Deaths"))


def animals(results):
    """Animal reports given cells: model, cells, comparison and stated directions."""
    words = {"not reported": "–", "improved": "improved", "worse": "worse", "no clear difference": "unclear"}
    rows = tuple(
        (
            opening(row.label, row, row.source_url),
            row.species,
            row.model.removeprefix("BORDERLINE, "),
            ", ".join(filter(None, (row.agent, row.cell_source))),
            row.comparator or "not described",
            *(words[state] for state in (row.glucose, row.insulin_sensitivity, row.beta_cell)),
        )
        for row in results["animals"].rows
    )
    columns = ("Report", "Species", "Model", "Given", "Comparator", "Glucose", "Insulin sensitivity", "β cell")
    return Table(columns, rows)


def animal_directions(results):
    """Stated directions in type 2 models given cells, with the exact sign test."""
    names = {
        "animals.glucose": "Blood glucose",
        "animals.insulin_sensitivity": "Insulin sensitivity",
        "animals.beta_cell": "β-cell mass or function",
    }
    rows = []
    for key, name in names.items():
        found = results[key]
        rows.append(
            (
                name,
                count(found.n_reports),
                count(found.n_improved),
                count(found.n_worse),
                count(found.n_no_clear_difference),
                count(found.n_silent),
                wording.number(found.sign_p, "p"),
            )
        )
    numeric = ("Reports", "Improved", "Worse", "Unclear", "Silent", "p, sign test")
    return Table(("Outcome", *numeric), tuple(rows), numeric)
