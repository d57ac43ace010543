"""Maps, risk of bias, safety intervals, flow and protocols: what is drawn is what the results hold."""

import dataclasses
import json
import re
from collections import Counter

import pytest

from mscreview import phrases, reasons, wording
from mscreview.figures import (
    animals,
    bias,
    directions,
    evidence_map,
    flow,
    flow_boxes,
    missing,
    protocols,
    safety,
)
from mscreview.figures.theme import DARK, SMALL, in_dark
from mscreview.results import Results

FIGURES = {
    "evidence_map": evidence_map.figure,
    "evidence_map_t2dm": lambda results: evidence_map.figure(results, ("t2dm",)),
    "missing": missing.figure,
    "missing_t1dm": lambda results: missing.figure(results, "t1dm"),
    "safety": safety.figure,
    "bias": bias.figure,
    "bias_insulin_t1dm": lambda results: bias.figure(results, "insulin_iu_per_day", "t1dm"),
    "bias_summary": bias.summary,
    "flow": flow.figure,
    "animals": animals.figure,
    "protocols": protocols.figure,
    "directions": directions.figure,
}
COLOR_PROPERTIES = ("color", "fill", "stroke", "labelColor", "titleColor", "domainColor", "tickColor", "gridColor")


@pytest.fixture(scope="module")
def specs(results):
    return {name: make(results).to_dict() for name, make in FIGURES.items()}


def replaced(results, key, **values):
    """The results with other values under one key."""
    changed = dataclasses.replace(results.by_key[key], **values)
    return Results({**results.by_key, key: changed})


def walk(node):
    """Every dictionary of a specification."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def rows_of(spec):
    """(mark, row) of every row of data that a layer draws."""
    for layer in spec["layer"]:
        for row in layer["data"].get("values", []):
            yield layer["mark"], row


def fields_of(layer):
    """The columns that the channels of a layer use, those of tooltips included."""
    for channel in layer["encoding"].values():
        for part in channel if isinstance(channel, list) else [channel]:
            if "field" in part:
                yield part["field"]


def words_of(spec):
    """Every text of the picture."""
    return [row["text"] for _, row in rows_of(spec) if "text" in row]


def drawn(spec, shape, fill=None):
    """Marks of one shape, the key included."""
    looks = [mark for mark, _ in rows_of(spec) if isinstance(mark, dict) and mark.get("shape") == shape]
    return sum(fill is None or mark["fill"] == fill for mark in looks)


# --- every figure ----------------------------------------------------------------------------

every_figure = pytest.mark.parametrize("name", FIGURES)


@every_figure
def test_specification_has_a_description_of_numbers(specs, name):
    description = specs[name]["description"]
    assert len(description) > 100 and re.search(r"\d", description)
    assert "None" not in description and "nan" not in description


@every_figure
def test_every_color_has_a_dark_shade(specs, name):
    spec = specs[name]
    used = {node[p] for node in walk(spec) for p in COLOR_PROPERTIES if isinstance(node.get(p), str)}
    assert used and used - {"transparent"} <= set(DARK)
    assert "#" not in "".join(str(v) for v in DARK.values() if v in DARK)  # no shade is swapped twice
    assert in_dark(json.dumps(spec)) != json.dumps(spec)


@every_figure
def test_no_text_is_smaller_than_print_allows(specs, name):
    sizes = {node["fontSize"] for node in walk(specs[name]) if "fontSize" in node}
    assert sizes and min(sizes) >= SMALL >= 11


@every_figure
def test_layers_carry_only_the_columns_that_they_draw(specs, name):
    for layer in specs[name]["layer"]:
        fields = set(fields_of(layer))
        assert all(set(row) == fields for row in layer["data"]["values"])


@every_figure
def test_no_rows_are_drawn_outside_the_picture(specs, name):
    spec = specs[name]
    for _, row in rows_of(spec):
        assert 0 <= row.get("x", 0) <= spec["width"] + 1 <= 761
        assert -1 <= row["y"] <= spec["height"] + 70


@every_figure
def test_no_two_texts_of_one_column_share_a_place(specs, name):
    places = Counter((row["x"], row["y"]) for _, row in rows_of(specs[name]) if "text" in row)
    assert max(places.values()) == 1


@every_figure
def test_figures_take_results_by_key_only(results, name):
    fresh = Results(results.by_key)
    FIGURES[name](fresh)
    assert fresh.used


def test_no_figure_reaches_past_the_tracing(root):
    for module in (animals, bias, directions, evidence_map, flow, flow_boxes, missing, protocols, safety):
        text = (root / "code/mscreview/figures" / f"{module.__name__.rsplit('.', 1)[1]}.py").read_text()
        assert not re.search(r"\.by_key|\.pools\b|\.counts\b|\.of\(", text)


# --- data beneath, and what a hover or a click gives ------------------------------------------


def table_of(spec):
    """The data beneath a figure: a dictionary for each row, values as computed."""
    data = spec["usermeta"]["data"]
    return [dict(zip(data["columns"], row, strict=True)) for row in data["values"]]


def named(spec):
    """(channels, row) of the marks that have a name."""
    for layer in spec["layer"]:
        if "description" in layer["encoding"]:
            yield from ((layer["encoding"], row) for row in layer["data"]["values"])


def name_of(encoding, row):
    return row[encoding["description"]["field"]]


def told_by(spec, name):
    """What a hover tells of the only mark of that name."""
    ((encoding, row),) = [(e, r) for e, r in named(spec) if name_of(e, r) == name]
    return {part.get("title", part["field"]): row[part["field"]] for part in encoding["tooltip"]}


def opened_by(spec, name):
    """The address that a click on the only mark of that name opens."""
    ((encoding, row),) = [(e, r) for e, r in named(spec) if name_of(e, r) == name]
    return row[encoding["href"]["field"]]


@every_figure
def test_data_beneath_are_whole(specs, name):
    data = specs[name]["usermeta"]["data"]
    assert len(set(data["columns"])) == len(data["columns"]) and data["values"]
    texts = [i for i, column in enumerate(data["columns"]) if column not in data["numeric"]]
    for values, shown in zip(data["values"], data["shown"], strict=True):
        assert len(values) == len(shown) == len(data["columns"])
        assert all((value is None) == (text == "") for value, text in zip(values, shown, strict=True))
        assert all(values[i] is None or isinstance(values[i], str) for i in texts)


@every_figure
def test_marks_have_a_name_or_are_decoration(specs, name):
    for layer in specs[name]["layer"]:
        assert ("description" in layer["encoding"]) != (layer["mark"].get("aria") is False)
    names = [name_of(*mark) for mark in named(specs[name])]
    assert names and all(names)


@every_figure
def test_a_hover_tells_the_name_and_no_empty_lines(specs, name):
    for encoding, row in named(specs[name]):
        head, *others = encoding["tooltip"]
        assert head["title"] == "title" and head["field"] == encoding["description"]["field"]
        assert all(row[part["field"]] for part in others)


@every_figure
def test_a_click_opens_a_page_or_a_place_of_the_book(specs, name):
    opened = [row[e["href"]["field"]] for e, row in named(specs[name]) if "href" in e]
    assert all(re.match(r"https?://|records_(pre)?clinical\.html#|#tab-", address) for address in opened)
    assert opened or name in ("bias_summary", "protocols")


@pytest.mark.parametrize("name", ["evidence_map_t2dm", "missing", "bias", "animals", "directions"])
def test_names_open_their_report(results, specs, name):
    rows = results["animals" if name == "animals" else "studies.included"].rows
    sources = {row.label: row for row in rows if name == "animals" or row.population == "t2dm"}
    opened = {name_of(*mark): mark[1]["Source"] for mark in named(specs[name]) if "Source" in mark[1]}
    shared = sources.keys() & opened.keys()
    assert len(shared) > 6
    for label in shared:
        doi = sources[label].doi
        assert opened[label] == (f"https://doi.org/{doi}" if doi else sources[label].source_url.split(" ; ")[0])


# --- evidence map ----------------------------------------------------------------------------


def test_a_mark_for_every_report_and_outcome(results, specs):
    rows = results["studies.included"].rows
    states = Counter(
        evidence_map.state(row, outcomes) for row in rows for _, outcomes in evidence_map.COLUMNS
    )
    assert states.total() == len(rows) * len(evidence_map.COLUMNS)
    for state, (_, (shape, fill, *_)) in evidence_map.STATES.items():
        assert drawn(specs["evidence_map"], shape, fill) == states[state] + 1  # one in the key


def test_every_report_is_named_and_grouped(results, specs):
    rows = results["studies.included"].rows
    words = Counter(words_of(specs["evidence_map"]))
    assert all(words[label] >= n for label, n in Counter(row.label for row in rows).items())
    controlled = [r for r in rows if r.population == "t2dm" and r.design != "single-arm"]
    assert f"Type 2 diabetes, with a control group ({len(controlled)})" in words
    assert f"{len(controlled)} in all" in specs["evidence_map"]["description"]


def test_the_fullest_of_two_outcomes_counts(results):
    row = results["studies.included"].rows[0]
    row = dataclasses.replace(row, outcomes=(("a", "direction"), ("b", "number"), ("c", "spread")))
    assert evidence_map.state(row, ("a", "b")) == "number"


def test_a_part_of_the_populations(results, specs):
    labels = {r.label for r in results["studies.included"].rows if r.population == "t1dm"}
    labels -= {r.label for r in results["studies.included"].rows if r.population == "t2dm"}
    assert labels and not labels & set(words_of(specs["evidence_map_t2dm"]))


def test_reports_of_one_cohort_share_a_letter(results):
    rows = results["studies.included"].rows
    letters = evidence_map._cohort_letters(rows)
    assert letters[next(r.cohort for r in rows if r.study_id == "zang2023")]
    assert len(set(letters.values())) == len(letters)
    assert len(letters) == sum(n > 1 for n in Counter(r.cohort for r in rows).values())


def test_an_unknown_group_is_one_of_the_others(results):
    rows = results["studies.included"].rows
    odd = dataclasses.replace(rows[0], label="Odd 2031", population="a new group")
    spec = evidence_map.figure(replaced(results, "studies.included", rows=(*rows, odd))).to_dict()
    assert "Odd 2031" in words_of(spec)


def test_a_cell_tells_where_it_is_in_print(results, specs):
    spec = specs["evidence_map_t2dm"]
    told = told_by(spec, "Zang 2022, HbA1c: number with spread, or count")
    (zang,) = [row for row in results["studies.included"].rows if row.study_id == "zang2022"]
    sources = dict(zang.sources)["hba1c"]
    assert all(str(source["row"]) in told["Where"] and source["locator"] in told["Where"] for source in sources)
    assert opened_by(spec, "Zang 2022, HbA1c: number with spread, or count").endswith(zang.doi)
    nothing = [(e, r) for e, r in named(spec) if name_of(e, r).endswith(": nothing")]
    assert nothing and all("href" not in encoding for encoding, _ in nothing)


def test_data_of_the_map_are_the_states(results, specs):
    rows = {(row["Report"], row["n, cells"]): row for row in table_of(specs["evidence_map"])}
    reports = results["studies.included"].rows
    assert len(table_of(specs["evidence_map"])) == len(reports)
    for report in reports:
        row = rows[report.label, report.n_treated]
        for head, outcomes in evidence_map.COLUMNS:
            assert row[head] == evidence_map.STATES[evidence_map.state(report, outcomes)][0]


# --- missing data ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "population"), [("missing", "t2dm"), ("missing_t1dm", "t1dm")])
def test_every_cell_says_pooled_or_why_not(results, specs, name, population):
    pools = [results[f"{o}.{population}.any.controlled"] for o in missing.COLUMNS]
    spec = specs[name]
    assert drawn(spec, "square") == sum(p.k for p in pools) + 1
    words = Counter(words_of(spec))
    for reason, n in Counter(t.reason for p in pools for t in p.not_pooled).items():
        assert words[missing.LETTERS[reason]] == n + 1, reason
        assert f"{phrases.REASONS[reason]}, {n}" in spec["description"]
    assert f"{len({t.study_id for t in (*pools[0].trials, *pools[0].not_pooled)})} eligible" in spec["description"]


def test_every_reason_has_a_letter_of_its_own():
    assert set(missing.LETTERS) == set(phrases.REASONS)
    assert len(set(missing.LETTERS.values())) == len(missing.LETTERS)


def test_the_share_of_randomized_participants_stands_below(results, specs):
    for product in missing.SHARES:
        share = wording.number(results[f"hba1c.t2dm.{product}.controlled"].share_randomized, "share")
        assert share in words_of(specs["missing"])
    assert share in specs["missing"]["description"]


def test_another_reason_changes_the_map(results):
    key = "homa_ir.t2dm.any.controlled"
    trials = results.by_key[key].not_pooled
    early = tuple(dataclasses.replace(t, reason="before_12_weeks") for t in trials)
    words = words_of(missing.figure(replaced(results, key, not_pooled=early)).to_dict())
    assert words.count("E") == len(trials) + 1


def test_data_of_the_missing_are_the_pools(results, specs):
    rows = table_of(specs["missing"])
    for outcome, head in missing.COLUMNS.items():
        pool = results[f"{outcome}.t2dm.any.controlled"]
        here = [row for row in rows if row["Outcome"] == head]
        told = Counter(row["In the pool, or why not"] for row in here if row["Trial"])
        assert told == Counter(
            ["in the pool"] * pool.k + [phrases.REASONS[trial.reason] for trial in pool.not_pooled]
        )
        shares = {row["Group"]: row["Share in the pool"] for row in here if not row["Trial"]}
        assert shares[missing.SHARES["any"]] == (pool.share_randomized if pool.k else None)


def test_a_cell_of_the_missing_tells_its_source(results, specs):
    pool = results["hba1c.t2dm.any.controlled"]
    for trial in (*pool.trials, *(t for t in pool.not_pooled if t.sources)):
        reason = phrases.REASONS.get(getattr(trial, "reason", ""), "in the pool")
        told = told_by(specs["missing"], f"{trial.label}, HbA1c: {reason}")
        assert all(f"{source['table']}.csv" in told["Where"] for source in trial.sources)


# --- safety ----------------------------------------------------------------------------------


def counted(results, role):
    found = [results[k] for k in results.keys_below("safety") if k.endswith(".all_cause") or k in safety.RELATED]
    return [s for s in found if getattr(s, f"n_{role}")]


def points(spec, shape):
    return [
        (mark["fill"], row["share"])
        for mark, row in rows_of(spec)
        if mark.get("shape") == shape and mark["type"] == "point"
    ]


@pytest.mark.parametrize("role", ["cells", "control"])
def test_an_interval_for_every_count(results, specs, role):
    events = counted(results, role)
    shown = points(specs["safety"], safety.ROLES[role][1])
    assert len(events) == len(shown) > 0
    shares = [100 * getattr(s, f"events_{role}") / getattr(s, f"n_{role}") for s in events]
    assert sorted(shares) == pytest.approx(sorted(share for _, share in shown))
    assert all((fill == "transparent") == (share == 0) for fill, share in shown)
    limits = {round(row["high"], 6) for mark, row in rows_of(specs["safety"]) if "high" in row}
    assert {round(100 * getattr(s, f"{role}_ci_high"), 6) for s in events} <= limits


def test_numbers_of_serious_events(results, specs):
    serious = results["safety.serious.all_cause"]
    count = f"{serious.events_cells:.0f} / {serious.n_cells:.0f}"
    assert count in words_of(specs["safety"])
    assert f"Serious adverse events, cells, {count}" in specs["safety"]["description"]
    limit = wording.number(serious.cells_ci_high, "points")
    assert f"0, at most {limit}" in words_of(specs["safety"])


def test_an_event_fills_the_point(results):
    key = "safety.serious.all_cause"
    changed = replaced(results, key, events_cells=46.0, cells_ci_low=0.4, cells_ci_high=0.6, n_cells=92.0)
    spec = safety.figure(changed).to_dict()
    assert (safety.CELLS, 50.0) in points(spec, "circle")
    assert "50.0 (40.0 to 60.0)" in words_of(spec)


def test_events_without_a_count_are_named(results, specs):
    never = [
        s
        for s in (results[k] for k in results.keys_below("safety"))
        if s.scope == "all_cause" and not s.n_cells and not s.n_control
    ]
    assert never
    for event in never:
        assert f"{event.title} ({event.cohorts_without_count})" in specs["safety"]["description"]


def test_axis_is_named(specs):
    layers = walk(specs["safety"]["layer"])
    titles = {n["axis"]["title"] for n in layers if isinstance(n.get("axis"), dict)}
    assert titles == {"Share of participants, %"}


def test_a_hover_names_the_cohorts_of_an_interval(results, specs):
    event = results["safety.serious.all_cause"]
    told = told_by(specs["safety"], f"Serious adverse events, cells: 0 / {event.n_cells:.0f}")
    assert told["Exact 95% interval"] == f"0.0 to {wording.number(event.cells_ci_high, 'points')} %"
    counting = [r for r in event.rows if r.role == "cells" and None not in (r.n_with_event, r.n)]
    assert len(counting) == event.cohorts_cells
    assert all(row.label in told["Cohorts"] for row in counting)
    assert all(str(s["row"]) in told["Where"] for row in counting for s in row.sources)


def test_data_of_safety_are_the_sums(results, specs):
    for row in table_of(specs["safety"]):
        if row["Given"]:
            (event,) = [e for e in counted(results, row["Given"]) if safety._title(e) == row["Adverse event"]]
            role = row["Given"]
            assert row["With the event"] == getattr(event, f"events_{role}")
            assert row["n"] == getattr(event, f"n_{role}")
            assert row["Share"] == row["With the event"] / row["n"]
            assert row["95% CI, high"] == getattr(event, f"{role}_ci_high")


# --- risk of bias ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "outcome", "population"),
    [("bias", "hba1c", "t2dm"), ("bias_insulin_t1dm", "insulin_iu_per_day", "t1dm")],
)
def test_a_light_for_every_domain(results, specs, name, outcome, population):
    here = {r.study_id for r in results["studies.included"].rows if r.population == population}
    keys = results.keys_below(f"bias.{outcome}")
    studies = [results[k] for k in keys if k.rsplit(".", 1)[1] in here and results[k].tool != "none"]
    lights = Counter(d.judgment for s in studies for d in s.domains) + Counter(s.overall for s in studies)
    words = Counter(words_of(specs[name]))
    for judgment, (_, symbol) in bias.JUDGMENTS.items():
        assert words[symbol] == lights[judgment] + 1  # one in the key
    for study in studies:
        assert f"{study.label} (" in specs[name]["description"]
    assert {s.tool for s in studies} == {"RoB 2", "ROBINS-I"}


def test_pooled_trials_are_named_so(results, specs):
    words = Counter(words_of(specs["bias"]))
    narrow, wide = (results[f"hba1c.t2dm.{p}.controlled"] for p in ("msc", "any"))
    assert words["MSC alone"] == narrow.k and words["any cell product"] == wide.k - narrow.k


def test_another_judgment_changes_the_lights(results, specs):
    key = "bias.hba1c.zang2022"
    domains = tuple(dataclasses.replace(d, judgment="low") for d in results.by_key[key].domains)
    changed = bias.figure(replaced(results, key, domains=domains, overall="low")).to_dict()
    before, after = (words_of(spec).count("+") for spec in (specs["bias"], changed))
    gained = 1 + sum(d.judgment != "low" for d in results.by_key[key].domains)
    assert after == before + gained
    assert "Zang 2022 (MSC alone) low" in changed["description"]


def test_bars_add_up_to_the_pool(results, specs):
    pool = results["hba1c.t2dm.msc.controlled"]
    spec = specs["bias_summary"]
    numbers = [int(t.split()[1]) for t in words_of(spec) if re.fullmatch(r"\S \d+", t)]
    domains = len(results[f"bias.hba1c.{pool.trials[0].study_id}"].domains) + 1
    assert sum(numbers) == pool.k * domains
    assert f"over the {pool.k} pooled trials" in spec["description"]


def test_a_light_tells_reason_and_words(results, specs):
    study = results["bias.hba1c.zang2022"]
    rows = [row for row in table_of(specs["bias"]) if row["Trial"] == study.label]
    assert len(rows) == len(study.domains) + 1
    for domain in study.domains:
        told = told_by(specs["bias"], f"{study.label}, {domain.name}: {domain.judgment}")
        assert told["Reason"].startswith(reasons.JUDGMENTS[domain.reason]) and domain.words in told["Reason"]
        (row,) = [row for row in rows if row["Domain"] == domain.name]
        assert (row["Judgment"], row["Reason"]) == (domain.judgment, told["Reason"])


def test_parts_of_the_summary_name_their_trials(results, specs):
    pool = results["hba1c.t2dm.msc.controlled"]
    rows = table_of(specs["bias_summary"])
    assert {sum(r["Trials"] for r in rows if r["Domain"] == d) for d in {r["Domain"] for r in rows}} == {pool.k}
    for row in rows:
        told = told_by(specs["bias_summary"], f"{row['Domain']}: {row['Judgment']} {row['Trials']}")
        assert told["Trials"] == row["Names"] and len(row["Names"].split(", ")) == row["Trials"]
    overall = {r["Judgment"]: r["Names"] for r in rows if r["Domain"] == "overall"}
    assert all(trial.label in overall[trial.bias_overall] for trial in pool.trials)


# --- flow ------------------------------------------------------------------------------------

BOXES = (
    "flow.clinical.records", "flow.clinical.screened", "flow.clinical.duplicate",
    "flow.clinical.exclude", "flow.clinical.awaiting", "flow.preclinical.records",
    "flow.preclinical.screened", "flow.preclinical.exclude", "studies.reports", "studies.cohorts",
    "studies.cohorts_t2dm", "studies.controlled_t2dm_msc", "studies.access.abstract",
    "studies.rct_t2dm", "flow.preclinical.include_studies", "search.queries_for_records",
)  # fmt: skip


@pytest.mark.parametrize("key", BOXES)
def test_a_count_of_the_results_stands_in_the_flow(results, specs, key):
    """Changed to a number that stands nowhere else, it appears; what it was goes once."""
    spec = flow.figure(replaced(results, key, value=7777)).to_dict()
    text, before = " ".join(words_of(spec)), " ".join(words_of(specs["flow"]))
    was = wording.number(results.by_key[key].value, "count")
    assert text.count("7,777") == 1
    assert before == text.replace("7,777", was)
    assert key == "search.queries_for_records" or "7,777" in spec["description"]


def test_flow_adds_up(results):
    for stream in ("clinical", "preclinical"):
        n = {d: results[f"flow.{stream}.{d}"].value for d in ("records", "duplicate", "screened", "exclude", "awaiting")}
        included = results[f"flow.{stream}.include"].value
        assert n["records"] - n["duplicate"] == n["screened"]
        assert n["screened"] - n["exclude"] - n["awaiting"] == included


def test_flow_ends_in_the_headline_pool(results, specs):
    pool = results[flow_boxes.HEADLINE]
    for words in (f"{pool.k} trials", f"with {pool.n_participants:.0f} participants"):
        assert words in words_of(specs["flow"])
    assert flow.LIMITS in words_of(specs["flow"]) and flow.LIMITS in specs["flow"]["description"]
    assert "no bibliographic database" in flow.LIMITS.lower() and "no full text" in flow.LIMITS


def test_words_fit_their_boxes(results, specs):
    """At the smallest size a character of DejaVu Sans is at most about 7 pixels wide."""
    for box in flow_boxes.boxes_of(results):
        left, right, top, bottom = flow.WIDE.edges(box)
        assert max(map(len, box.words)) * 6.6 < right - left
        assert len(box.words) * flow.LINE <= bottom - top


def test_a_box_tells_what_it_counts_and_opens_its_list(results, specs):
    for box in flow_boxes.boxes_of(results):
        marks = [row for _, row in named(specs["flow"]) if row["List"].endswith(f"#{box.listed}")]
        assert (box.sentence, box.rule) in [(row["name"], row["Counted"]) for row in marks]


def test_data_of_the_flow_are_the_counts(results, specs):
    rows = table_of(specs["flow"])
    numbers = {(row["Stream"], row["Box"], row["Of"]): row["Number"] for row in rows}
    assert len(numbers) == len(rows)
    assert numbers["Preclinical", "Records screened", "Records screened"] == results["flow.preclinical.screened"].value
    assert numbers["Clinical", "By design", "single-arm"] == results["studies.single_arm_t2dm"].value
    assert numbers["Clinical", "In the pool of HbA1c", "participants"] == results[flow_boxes.HEADLINE].n_participants


# --- animals ---------------------------------------------------------------------------------


def test_a_mark_for_every_animal_report(results, specs):
    rows = results["animals"].rows
    told = Counter(getattr(row, name) for row in rows for name in animals.COLUMNS)
    assert set(told) <= set(animals.STATES)
    for state, ((shape, fill, *_), _) in animals.STATES.items():
        assert drawn(specs["animals"], shape, fill) == told[state] + 1  # one in the key


def test_comparators_are_those_of_the_results(results, specs):
    rows, words = results["animals"].rows, Counter(words_of(specs["animals"]))
    assert words["described"] + words["not described"] == len(rows)
    spec = animals.figure(
        replaced(results, "animals", rows=tuple(r for r in rows if not r.borderline))
    ).to_dict()
    assert words_of(spec).count("not described") == results["animals"].n_without_comparator


def test_counts_and_sign_tests_stand_below(results, specs):
    for name, head in animals.COLUMNS.items():
        outcome = results[f"animals.{name}"]
        assert str(outcome.n_improved) in words_of(specs["animals"])
        assert f"{head}: improved {outcome.n_improved}, worse {outcome.n_worse}" in specs["animals"]["description"]
        assert outcome.n_improved == sum(
            getattr(r, name) == "improved"
            for r in results["animals"].rows
            if animals.GROUPS[0][1](r)
        )
    changed = replaced(results, "animals.glucose", n_worse=23, sign_p=0.777)
    assert {"23", "0.777"} <= set(words_of(animals.figure(changed).to_dict()))


@pytest.mark.parametrize(
    ("model", "short"),
    [
        ("db/db", "db/db"),
        ("BORDERLINE, obesity rather than T2D: high-fat diet", "high-fat diet"),
        ("type 2 diabetic rats (not in abstract; thesis: high-fat diet + low-dose STZ)", "type 2 diabetic rats"),
        ("high-fat diet for 32 weeks + intraperitoneal streptozotocin", "high-fat diet for 32 weeks …"),
    ],
)
def test_long_models_are_cut_between_words(model, short):
    assert animals.short_model(model) == short


def test_no_model_is_longer_than_its_column(results):
    shown = [animals.short_model(row.model) for row in results["animals"].rows]
    assert all(shown) and max(map(len, shown)) <= animals.MODEL_CHARACTERS + 2


def test_data_of_the_animals_are_the_reports(results, specs):
    rows = table_of(specs["animals"])
    reports = Counter(
        (r.model, r.glucose, r.insulin_sensitivity, r.beta_cell) for r in results["animals"].rows
    )
    shown = [row for row in rows if row["Report"]]
    assert reports == Counter(tuple(row[head] for head in ("Model", *animals.COLUMNS.values())) for row in shown)
    for name, head in animals.COLUMNS.items():
        (row,) = [row for row in rows if row["Outcome counted"] == head]
        assert row["improved"] == results[f"animals.{name}"].n_improved
        assert row["Sign test p"] == results[f"animals.{name}"].sign_p


# --- protocols -------------------------------------------------------------------------------


every_width = pytest.mark.parametrize("place", [protocols.WIDE, protocols.NARROW], ids=["wide", "narrow"])


def segments(results, place=protocols.WIDE):
    for feature in results[protocols.KEY].features:
        yield feature, *protocols._segments(feature, results[protocols.KEY].n_cohorts, 0, place)


@every_width
def test_bars_are_as_long_as_their_cohorts(results, place):
    n_cohorts = results[protocols.KEY].n_cohorts
    for feature, found, _ in segments(results, place):
        widths = [(frame["x2"] - frame["x"]) * n_cohorts / place.width for frame, _, _ in found]
        counts = [n for _, n in feature.values] + [feature.n_not_stated] * (feature.n_not_stated > 0)
        assert widths == pytest.approx(counts) and sum(counts) == n_cohorts
        assert found[-1][0]["x2"] == pytest.approx(place.width)


@every_width
def test_every_value_is_told_in_the_bar_or_below(results, specs, place):
    spec = specs["protocols"] if place is protocols.WIDE else specs["protocols"]["usermeta"]["narrow"]
    words = " ".join(words_of(spec))
    for feature, found, listed in segments(results, place):
        labels = " ".join(label for _, label, _ in found)
        below = {text.partition(" (n = ")[0] for _, text in listed}
        for value, _ in feature.values:
            plain = protocols._plain(value)
            assert plain in below or plain in labels
            assert plain.split()[0] in words
        assert wording.number(feature.largest_share, "share") in words
        assert f"{len(feature.values)} values in the {feature.n_stated}" in specs["protocols"]["description"]


@every_width
def test_words_fit_their_segments(results, place):
    for _, found, _ in segments(results, place):
        for frame, label, _ in found:
            assert max(map(len, label.split("\n"))) * 6.6 < frame["x2"] - frame["x"]


def test_a_number_that_does_not_fit_stands_below(results):
    found = results[protocols.KEY]
    feature = dataclasses.replace(found.features[0], values=(("vein", 38), ("artery", 2)), n_stated=40, n_not_stated=0)
    parts, listed = protocols._segments(feature, 40, 0, protocols.NARROW)
    assert [label for _, label, _ in parts] == ["vein\nn = 38", "a"] and listed == [("a", "artery (n = 2)")]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("1e6", "1 × 10⁶"),
        ("1e6-2e6", "1 × 10⁶–2 × 10⁶"),
        ("50-100e6 UC-MSC", "50–100 × 10⁶ UC-MSC"),
        ("mean 6.1 +/- 2.1 e7", "mean 6.1 ± 2.1 × 10⁷"),
        ("intravenous", "intravenous"),
    ],
)
def test_powers_of_ten_as_in_print(value, plain):
    assert protocols._plain(value) == plain


def test_another_value_changes_the_bars(results):
    found = results[protocols.KEY]
    one = dataclasses.replace(found.features[0], values=(("spleen", 16),), n_stated=16, largest_share=1.0)
    spec = protocols.figure(replaced(results, protocols.KEY, features=(one, *found.features[1:]))).to_dict()
    assert "spleen (n = 16)" in words_of(spec)
    assert "1 value in the 16 that state one; most frequent 100.0%" in words_of(spec)


def test_a_feature_that_nobody_states(results):
    found = results[protocols.KEY]
    none = dataclasses.replace(
        found.features[0], values=(), n_stated=0, n_not_stated=found.n_cohorts, largest_share=None
    )
    spec = protocols.figure(replaced(results, protocols.KEY, features=(none,))).to_dict()
    assert f"not stated (n = {found.n_cohorts})" in words_of(spec)


def test_data_of_the_protocols_are_the_values(results, specs):
    found = results[protocols.KEY]
    rows = table_of(specs["protocols"])
    for feature in found.features:
        here = [row for row in rows if row["Feature"] == protocols.FEATURES[feature.feature]]
        assert sum(row["Cohorts"] for row in here) == found.n_cohorts
        assert [row["Cohorts"] for row in here][: len(feature.values)] == [n for _, n in feature.values]
        assert sum(row["Share of all"] for row in here) == pytest.approx(1)


# --- directions ------------------------------------------------------------------------------


def test_a_direction_tells_what_it_rests_on(results, specs):
    rows = [row for row in results["directions.hba1c.both.any"].rows if not row.counted]
    assert rows
    for row in rows:
        told = told_by(specs["directions"], f"{row.label}, HbA1c: {row.direction}")
        assert told["Not counted"] == phrases.REASONS[row.reason]
        assert told["Months"] == wording.number(row.months, "months")
        assert told["n"] == wording.number(row.n, "count")


def test_data_of_the_directions_are_the_rows(results, specs):
    rows = [row for row in table_of(specs["directions"]) if row["Outcome"] == "HbA1c"]
    found = results["directions.hba1c.both.any"]
    assert Counter((r.label, r.direction, r.months, r.n) for r in found.rows) == Counter(
        (r["Cohort"], r["Direction"], r["Months"], r["n"]) for r in rows if r["Cohort"]
    )
    (total,) = [row for row in rows if not row["Cohort"]]
    assert (total["Better"], total["Worse"], total["Sign test p"]) == (found.n_better, found.n_worse, found.sign_p)
    assert total["No direction in the text"] == found.n_silent
