"""Figures of pools, directions and changes: they draw and say what the results hold."""

import dataclasses
import html
import json
import re

import pytest

from mscreview import wording
from mscreview.book.pictures import converter
from mscreview.figures import (
    before_after,
    directions,
    multiverse,
    multiverse_sets,
    published,
    small_studies,
    theme,
    trajectories,
    variants,
)
from mscreview.results import Results

HEADLINE = "hba1c.t2dm.msc.controlled"
CHARTS = {
    "published": (published, {}),
    "directions": (directions, {}),
    "directions of the primary question": (directions, {"population": "t2dm", "product": "msc"}),
    "before_after": (before_after, {}),
    "before_after without quartiles": (
        before_after,
        {"key": "insulin_iu_per_day.both.any.before_after"},
    ),
    "trajectories": (trajectories, {}),
    "trajectories of two trials": (trajectories, {"key": "trajectories.insulin_iu_per_kg_per_day"}),
    "multiverse": (multiverse, {}),
    "small_studies": (small_studies, {}),
    "variants": (variants, {}),
    "variants of a risk difference": (
        variants,
        {"key": "composite_responders.both.any.controlled"},
    ),
    "variants without three trials": (variants, {"key": "fpg.both.any.controlled"}),
}
MAX_WIDTH = 765  # pixels; wider pictures have letters too small at the width of a page


@pytest.fixture(params=CHARTS.values(), ids=CHARTS)
def chart(request, results):
    """(module, arguments, specification) of one chart; Altair validates it."""
    module, arguments = request.param
    return module, arguments, module.figure(results, **arguments).to_dict()


def with_result(results, key, **values):
    """The results with some fields of one result changed."""
    changed = dataclasses.replace(results.by_key[key], **values)
    return Results({**results.by_key, key: changed})


def parts(spec):
    """Every layer of a specification, with its mark, encoding and rows; not of its narrow form."""
    if isinstance(spec, dict):
        if "mark" in spec and "data" in spec:
            yield spec
        for name, value in spec.items():
            if name != "usermeta":
                yield from parts(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from parts(value)


def rows_of(spec, mark=None, field=None):
    """Rows of all layers with that mark and, if given, that field on x or y."""
    return [
        row
        for part in parts(spec)
        if mark in (None, part["mark"]["type"])
        and (field is None or field in {part["encoding"].get(c, {}).get("field") for c in "xy"})
        for row in part["data"]["values"]
    ]


def texts_of(spec):
    return [row["text"] for row in rows_of(spec, "text") if "text" in row]


def seen(spec):
    """All words of the picture, those that the chart makes of its values too."""
    svg = converter().vegalite_to_svg(json.dumps(spec))
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", svg)]


def text_rows(spec, *texts):
    """How often each text is drawn."""
    drawn = texts_of(spec)
    return [drawn.count(text) for text in texts]


def doi_url(found):
    return f"https://doi.org/{found.doi}" if found.doi else ""


def titles(spec):
    """Titles and subtitles of panels."""
    return [panel["title"] for panel in spec["concat"]]


# --- every chart -----------------------------------------------------------------------------


def colors(svg):
    found = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    return found - {"none", "transparent"}


def test_every_color_has_a_meaning_and_a_dark_shade(chart):
    """Seen in the picture, so that no default of Vega-Lite slips through."""
    _, _, spec = chart
    light = converter().vegalite_to_svg(json.dumps(spec))
    dark = theme.in_dark(light)
    assert len(colors(light)) > 2
    assert colors(light) <= set(theme.DARK), colors(light) - set(theme.DARK)
    assert colors(dark) <= set(theme.DARK.values())


def test_pictures_fit_the_page_with_legible_letters(chart):
    _, _, spec = chart
    svg = converter().vegalite_to_svg(json.dumps(spec))
    width = float(re.search(r'<svg[^>]* width="([\d.]+)"', svg).group(1))
    sizes = {float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)}
    assert width <= MAX_WIDTH
    assert min(sizes) * min(1, 700 / width) >= 11


def test_figures_carry_the_description_and_nothing_missing(chart, results):
    module, arguments, spec = chart
    assert spec["description"] == module.describe(results, **arguments)
    assert not re.search(r"\bNone\b|\bnan\b|-\d", spec["description"])
    assert not any(re.search(r"\bNone\b|\bnan\b|\bnull\b|undefined|-\d", text) for text in seen(spec))


def test_figures_use_only_results_that_are_traced(chart, results):
    """With nothing but what was asked for, the same chart comes out."""
    module, arguments, spec = chart
    traced = Results(dict(results.by_key))
    module.figure(traced, **arguments)
    only = Results({key: found for key, found in results.by_key.items() if key in traced.used})
    assert module.figure(only, **arguments).to_dict() == spec


def test_the_same_results_give_the_same_bytes(chart, results):
    module, arguments, spec = chart
    assert json.dumps(module.figure(results, **arguments).to_dict()) == json.dumps(spec)


# --- earlier meta-analyses -------------------------------------------------------------------


def difference(estimate, low, high):
    return f"{wording.number(estimate, 'effect')} [{wording.interval((low, high), 'effect')}]"


def test_published_has_a_row_for_each_estimate(results):
    spec = published.figure(results).to_dict()
    rows = results["published.hba1c"].rows
    ours = [results[HEADLINE], results[f"{HEADLINE}.other_dose_end"]]
    wider = "hba1c.both.msc_or_with_others.controlled"
    ours += [results[wider], results[f"{wider}.other_dose_end"]]
    drawn = rows_of(spec, "point", "estimate")
    assert [row["estimate"] for row in drawn] == [row.estimate for row in rows]
    assert [(row["low"], row["high"]) for row in rows_of(spec, "rule", "low")[: len(rows)]] == [
        (row.ci_low, row.ci_high) for row in rows
    ]
    assert len(rows_of(spec, "line")) == 4 * len(ours), "a diamond has four corners"
    pieces = rows_of(spec, "rule", "low")[len(rows) :]
    for pool, low, high in zip(ours, pieces[::2], pieces[1::2], strict=True):
        assert (low["low"], low["high"]) == (pool.pi_low, pool.ci_low)
        assert (high["low"], high["high"]) == (pool.ci_high, pool.pi_high)
    expected = [difference(r.estimate, r.ci_low, r.ci_high) for r in (*rows, *ours)]
    assert [text for text in texts_of(spec) if "[" in text and text != "MD [95% CI]"] == expected
    for text in expected:
        assert text.replace("[", "(").replace("]", ")") in spec["description"]


def test_published_names_reviews_diabetes_and_k(results):
    texts = texts_of(published.figure(results).to_dict())
    rows = results["published.hba1c"].rows
    labels = [f"{r.label}, {r.comparison}".replace(", vs control", "") for r in rows]
    assert [text for text in texts if text in labels] == labels
    assert len(set(labels)) == len(labels), "several times of one review are told apart"
    assert {"type 1", "type 2", "mixed", "type 1 or 2"} <= set(texts)
    assert {wording.number(r.k, "count") for r in rows} <= set(texts)


def test_published_marks_k_of_a_whole_review(results):
    spec = published.figure(results).to_dict()
    of_whole = [row for row in results["published.hba1c"].rows if "the whole review" in row.note]
    others = [row for row in of_whole if not row.note.startswith("k ")]
    assert [row.label for row in others] == ["Sun 2020"], "there n alone is that of the whole review"
    assert texts_of(spec).count("*") == len(of_whole) - len(others)


def test_published_follows_the_results(results):
    earlier = results.by_key["published.hba1c"]
    first = dataclasses.replace(earlier.rows[0], estimate=-0.123, ci_low=None, ci_high=None)
    changed = with_result(results, "published.hba1c", rows=(first, *earlier.rows[1:]))
    for key in (HEADLINE, "hba1c.both.msc_or_with_others.controlled"):
        changed.by_key.pop(f"{key}.other_dose_end")
    spec = published.figure(changed).to_dict()
    assert rows_of(spec, "point", "estimate")[0]["estimate"] == -0.123
    assert "−0.12 [not available]" in texts_of(spec)
    assert not [text for text in texts_of(spec) if "other end" in text]
    assert [row["url"] for row in rows_of(spec, "text") if "url" in row] == [
        doi_url(row) or row.source_url for row in earlier.rows
    ]
    assert len(rows_of(spec, "line")) == 4 * 2


# --- directions ------------------------------------------------------------------------------


def symbols_at(spec, head_height):
    """(shape, fill, x, y) of the symbols below the heads and above the key."""
    return [
        (part["mark"]["shape"], part["mark"]["fill"], row["x"], row["y"])
        for part in parts(spec)
        if part["mark"]["type"] == "point"
        for row in part["data"]["values"]
        if row["x"] > directions.WIDE.left and row["y"] < head_height
    ]


def test_directions_draws_every_cohort_once(results):
    spec = directions.figure(results).to_dict()
    studies = {row.study_id: row.cohort for row in results["studies.included"].rows}
    expected = 0
    cohorts = set()
    for _, outcomes in directions.COLUMNS:
        found = {
            studies[row.study_id]
            for outcome in outcomes
            for row in results[f"directions.{outcome}.both.any"].rows
        }
        expected += len(found)
        cohorts |= found
    rules = [row for row in rows_of(spec, "rule") if row["x"] == 0]
    assert len(rules) == len(cohorts) + 1, "a line under each cohort and one above the counts"
    bottom = max(row["y"] for row in rules)
    assert len(symbols_at(spec, bottom)) == expected


def test_directions_tells_counts_and_sign_tests(results):
    spec = directions.figure(results).to_dict()
    found = results["directions.hba1c.both.any"]
    counts = " / ".join(map(str, (found.n_better, found.n_worse, found.n_unclear)))
    assert counts in texts_of(spec)
    assert wording.number(found.sign_p, "p") in texts_of(spec)
    assert (
        f"HbA1c: {found.n_better} better, {found.n_worse} worse, {found.n_unclear} unclear, "
        f"sign test p = {wording.number(found.sign_p, 'p')}"
    ) in spec["description"]


def test_directions_of_insulin_count_a_cohort_of_both_units_once(results):
    spec = directions.figure(results).to_dict()
    per_day = {row.study_id for row in results["directions.insulin_iu_per_day.both.any"].rows}
    found = results["directions.insulin_iu_per_kg_per_day.both.any"]
    per_kg = {row.study_id for row in found.rows if row.counted}
    assert per_day & per_kg, "a cohort states both"
    assert f"(IU/kg/day): {len(per_day | per_kg)} better, 0 worse" in spec["description"]


@pytest.mark.parametrize(
    ("values", "shape", "fill"),
    [
        ({"direction": "worse"}, "triangle-down", theme.INK),
        ({"direction": "unclear"}, "circle", theme.INK),
        ({"counted": False}, "triangle-up", "transparent"),
    ],
)
def test_directions_follow_the_results(results, values, shape, fill):
    key = "directions.ppg.both.any"
    (row,) = results.by_key[key].rows
    changed = with_result(results, key, rows=(dataclasses.replace(row, **values),))
    drawn = symbols_at(directions.figure(changed).to_dict(), 10_000)
    column = directions.WIDE.left + directions.WIDE.step * 2.5
    assert [(s, f) for s, f, x, _ in drawn if x == column] == [(shape, fill)]


def test_directions_tell_words_from_numbers(results):
    key = "directions.ppg.both.any"
    (row,) = results.by_key[key].rows
    before = texts_of(directions.figure(results).to_dict()).count("w")
    changed = with_result(results, key, rows=(dataclasses.replace(row, basis="words"),))
    assert texts_of(directions.figure(changed).to_dict()).count("w") == before + 1


def test_what_counts_comes_before_what_is_only_shown(results):
    key = "directions.insulin_iu_per_day.both.any"
    late = {"direction": "worse", "counted": False}
    rows = tuple(
        dataclasses.replace(row, **late) if row.study_id == "zang2022" else row
        for row in results.by_key[key].rows
    )
    before = directions.describe(results)
    assert directions.describe(with_result(results, key, rows=rows)) == before


def test_units_of_insulin_that_disagree_are_unclear(results):
    key = "directions.insulin_iu_per_day.both.any"
    rows = tuple(
        dataclasses.replace(row, direction="worse") if row.study_id == "zang2022" else row
        for row in results.by_key[key].rows
    )
    words = directions.describe(with_result(results, key, rows=rows))
    assert "(IU/kg/day): 3 better, 0 worse, 1 unclear" in words


# --- change from baseline --------------------------------------------------------------------

CHANGES = "hba1c.both.any.before_after"


def test_before_after_has_a_row_for_each_arm(results):
    spec = before_after.figure(results).to_dict()
    arms = results[CHANGES].arms
    drawn = rows_of(spec, "point", "x")
    assert sorted(row["x"] for row in drawn) == sorted(arm.change for arm in arms)
    assert {row["row"] for row in drawn} == set(range(len(arms)))
    intervals = {(row["low"], row["high"]) for row in rows_of(spec, "rule", "low")}
    assert intervals == {arm.interval(0) for arm in arms if arm.intervals}
    ticks = {row["x"] for row in rows_of(spec, "tick")}
    assert ticks == {limit for arm in arms if arm.intervals for limit in arm.interval(0.9)}
    words = seen(spec)
    for arm in arms:
        text = wording.number(arm.change, "effect")
        if not arm.intervals:
            assert f"{text}, no interval" in words
        else:
            assert difference(arm.change, *arm.interval(0.5)) in words
            text += f" ({wording.interval(arm.interval(0.5), 'effect')})"
        assert f"{arm.arm_label} ({before_after.ROLES[arm.role][2]}) {text}" in spec["description"]


def test_before_after_names_a_trial_once_and_keeps_its_arms_together(results):
    spec = before_after.figure(results).to_dict()
    arms = results[CHANGES].arms
    labels = {arm.label for arm in arms}
    assert text_rows(spec, *labels) == [1] * len(labels)
    reordered = tuple(sorted(arms, key=lambda arm: arm.role))  # controls first, trials apart
    changed = before_after.figure(with_result(results, CHANGES, arms=reordered)).to_dict()
    assert text_rows(changed, *labels) == [1] * len(labels)
    mixed = dataclasses.replace(results[CHANGES], arms=reordered)
    order = [arm.study_id for arm in before_after._arms(mixed)]
    assert len([1 for a, b in zip(order, order[1:], strict=False) if a != b]) == len(labels) - 1


def test_before_after_draws_no_interval_where_there_is_none(results):
    arms = results.by_key[CHANGES].arms
    without = sum(not arm.intervals for arm in arms)
    bare = tuple(dataclasses.replace(arm, intervals=()) for arm in arms)
    spec = before_after.figure(results).to_dict()
    changed = before_after.figure(with_result(results, CHANGES, arms=bare)).to_dict()
    assert len(rows_of(spec, "rule", "low")) == len(arms) - without
    assert rows_of(changed, "rule", "low") == []
    assert "params" not in changed, "nothing to set"
    assert sum("no interval" in text for text in seen(changed)) == len(arms) + 1
    assert all(part["mark"]["fill"] == "transparent" for part in parts(changed) if _is_arm(part))


def _is_arm(part):
    return part["mark"]["type"] == "point" and part["encoding"]["x"].get("field") == "x"


def test_before_after_says_how_numbers_were_made(results):
    spec = before_after.figure(results).to_dict()
    arms = results[CHANGES].arms
    assert texts_of(spec).count("*") == sum("n_randomized" in arm.flags for arm in arms)
    assert texts_of(spec).count("†") == sum(arm.statistic == "medians" for arm in arms)
    assert "bar: interval at r = 0.5; line: r = 0; ticks: r = 0.9" in seen(spec)
    named = {row["text"]: row["url"] for row in rows_of(spec, "text") if "url" in row}
    assert named == {arm.label: doi_url(arm) for arm in arms}


def test_nothing_to_draw_is_an_error(results):
    for key in ("ppg.both.any.before_after", "c_peptide_fasting.both.any.before_after"):
        with pytest.raises(ValueError, match=key):
            before_after.figure(results, key)
    with pytest.raises(ValueError, match="trajectories.hba1c"):
        trajectories.figure(with_result(results, "trajectories.hba1c", points=()))
    with pytest.raises(ValueError, match="c_peptide_fasting"):
        variants.figure(results, "c_peptide_fasting.t2dm.msc.controlled")
    with pytest.raises(ValueError, match="multiverse.hba1c"):
        multiverse.figure(with_result(results, "multiverse.hba1c", runs=()))


# --- values over time ------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["hba1c", "insulin_iu_per_kg_per_day"])
def test_trajectories_draw_every_point(results, outcome):
    key = f"trajectories.{outcome}"
    spec = trajectories.figure(results, key).to_dict()
    points = results[key].points
    rows = panel_rows(spec)
    values = [(row["told"]["Month"], row["value"]) for row in rows]
    assert sorted(values) == sorted((wording.number(p.months, "months"), p.value) for p in points)
    span = spec["concat"][0]["layer"][0]["encoding"]["x"]["scale"]["domain"]
    aside = 3 * (span[1] - span[0]) / spec["concat"][0]["width"]
    shifts = {p.role: aside * (1 if p.role == "control" else -1) for p in points}
    assert sorted(row["at"] - shifts[row["role"]] for row in rows) == pytest.approx(
        sorted(p.months for p in points)
    )
    spreads = {(p.spread_low, p.spread_high) for p in points if p.spread_low is not None}
    assert {(row["low"], row["high"]) for row in rows if "low" in row} == spreads
    views = [panel["layer"][-1]["name"] for panel in spec["concat"]]
    assert [(param["name"], param["views"]) for param in spec["params"]] == [("trial", views)]
    trials = list(dict.fromkeys(p.label for p in points))
    assert [title["text"] for title in titles(spec)] == trials
    for p in points:
        assert f"{wording.number(p.value, 'mean')} at month" in spec["description"]


def panel_rows(spec):
    """Rows of all panels; Altair moves those of a single panel up."""
    held = [panel.get("data") or spec["data"] for panel in spec["concat"]]
    return [row for data in held for row in data["values"]]


def test_trajectories_have_one_scale_and_name_each_line(results):
    spec = trajectories.figure(results).to_dict()
    domains = {
        json.dumps(part["encoding"]["y"]["scale"]["domain"])
        for panel in spec["concat"]
        for part in panel["layer"]
    }
    assert len(domains) == 1
    arms = {(p.study_id, p.arm_label, p.role) for p in results["trajectories.hba1c"].points}
    ends = [row["text"] for row in panel_rows(spec) if "text" in row]
    assert sorted(ends) == sorted(trajectories.ROLES[role][2] for *_, role in arms)


def test_arms_of_one_role_are_named_and_labels_stand_apart(results):
    points = results.by_key["trajectories.hba1c"].points
    first = [p for p in points if p.study_id == points[0].study_id]
    cells = [p for p in first if p.role == "treatment"]
    second = [dataclasses.replace(p, arm_label="second dose") for p in cells]
    changed = with_result(results, "trajectories.hba1c", points=(*first, *second))
    spec = trajectories.figure(changed).to_dict()
    labels = {row["text"]: row["height"] for row in panel_rows(spec) if "text" in row}
    assert set(labels) == {"control", cells[0].arm_label, "second dose"}
    heights = sorted(labels.values())
    low, high = trajectories._axes(changed["trajectories.hba1c"])[0]
    per_pixel = (high - low) / trajectories.PANEL_HEIGHT
    assert min(b - a for a, b in zip(heights, heights[1:], strict=False)) >= 13.9 * per_pixel


# --- all combinations of choices -------------------------------------------------------------


def sets_of(spec):
    """Rows of the data sets, without that of the runs that leave no trial."""
    return [row for row in spec["data"]["values"] if row["rank"] > 0]


def test_multiverse_holds_each_data_set_once(results):
    spec = multiverse.figure(results).to_dict()
    result = results["multiverse.hba1c"]
    rows = sets_of(spec)
    assert [row["rank"] for row in rows] == list(range(1, result.n_data_sets + 1))
    drawn = {(row["estimate"], row["low"], row["high"]) for row in rows}
    assert drawn == {(r.estimate, r.ci_low, r.ci_high) for r in result.runs if r.estimate is not None}
    assert sum(len(row["codes"]) for row in rows) == result.n_runs - result.n_without_estimate
    (empty,) = [row for row in spec["data"]["values"] if row["rank"] == 0]
    assert len(empty["codes"]) == result.n_without_estimate


def test_multiverse_codes_are_the_options_of_the_runs(results):
    result = results["multiverse.hba1c"]
    names = [options for _, options in result.choices]
    held = {
        tuple(options[int(place)] for options, place in zip(names, code, strict=True)): row.get("estimate")
        for row in multiverse.figure(results).to_dict()["data"]["values"]
        for code in row["codes"]
    }
    assert held == {run.options: run.estimate for run in result.runs}


def test_multiverse_tells_classes_apart(results):
    result = results["multiverse.hba1c"]
    kinds = [row["kind"] for row in sets_of(multiverse.figure(results).to_dict())]
    assert kinds.count("excludes") == result.n_data_sets_excluding_zero
    few = {run.data_set for run in result.runs if run.estimate is not None and run.k < 3}
    assert kinds.count("too_few") == len(few)
    assert set(kinds) == set(multiverse.CLASSES)


def test_multiverse_counts_all_runs_in_the_picture(results):
    result = results["multiverse.hba1c"]
    svg = converter().vegalite_to_svg(json.dumps(multiverse.figure(results).to_dict()))
    words = re.sub(r"<[^>]*>", "\n", svg)
    for text in (
        f"All {result.n_runs} analyses",
        f"{result.n_data_sets} distinct sets of effects",
        f"{result.n_data_sets_three} of them with three or more trials",
        f"{result.n_data_sets_excluding_zero} of these exclude zero",
        f"{result.n_without_estimate} analyses leave no trial",
    ):
        assert text in words


def test_multiverse_marks_the_main_analysis_and_its_other_end(results):
    spec = multiverse.figure(results).to_dict()
    drawn = {row["rank"]: row["estimate"] for row in sets_of(spec)}
    named = {row["text"]: drawn[row["rank"]] for row in rows_of(spec, "text", "rank")}
    main, end = results[HEADLINE], results[f"{HEADLINE}.other_dose_end"]
    assert named["main analysis"] == pytest.approx(main.estimate, abs=1e-9)
    assert named["other end of doses"] == pytest.approx(end.estimate, abs=1e-9)
    for pool in (main, end):
        estimate = wording.number(pool.estimate, "effect")
        words = f"{estimate} ({wording.interval((pool.ci_low, pool.ci_high), 'effect')})"
        assert words in spec["description"]


def test_multiverse_follows_the_results(results):
    runs = results.by_key["multiverse.hba1c"].runs
    lower = {"estimate": -2.4, "ci_low": -2.9, "ci_high": -1.9}
    moved = tuple(dataclasses.replace(r, **lower) if r.data_set == 1 else r for r in runs)
    changed = with_result(results, "multiverse.hba1c", runs=moved, estimate_low=-2.4)
    spec = multiverse.figure(changed).to_dict()
    (label,) = [row for row in rows_of(spec, "text", "rank") if row["text"] == "main analysis"]
    assert label["rank"] == 1, "the lowest now"
    assert "main analysis −2.40 (−2.90 to −1.90)" in spec["description"]


# --- variants --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [HEADLINE, "hba1c.both.any.controlled", "fpg.both.any.controlled"])
def test_variants_have_a_row_each(results, key):
    spec = variants.figure(results, key).to_dict()
    pools = [results[key], *results.variants(key)]
    with_estimate = [pool for pool in pools if pool.estimate is not None]
    drawn = [row["estimate"] for row in rows_of(spec, "point", "estimate")]
    assert sorted(drawn) == sorted(pool.estimate for pool in with_estimate)
    intervals = [(row["low"], row["high"]) for row in rows_of(spec, "rule", "low")]
    assert intervals == [(pool.ci_low, pool.ci_high) for pool in with_estimate]
    texts = texts_of(spec)
    for pool in with_estimate:
        assert difference(pool.estimate, pool.ci_low, pool.ci_high) in texts
    few = [pool for pool in with_estimate if pool.k < 3]
    assert texts.count("no conclusion") == len(few)
    points = [part for part in parts(spec) if part["mark"]["type"] == "point"]
    hollow = [part for part in points if part["mark"]["fill"] == "transparent"]
    found = [row for part in hollow for row in part["data"]["values"]]
    assert len(found) == len(few)


def test_variants_label_every_row(results):
    spec = variants.figure(results).to_dict()
    main = results[HEADLINE]
    drawn = " ".join(texts_of(spec))
    for pool in (main, *results.variants(HEADLINE)):
        label = wording.variant_label(pool, main)
        words = variants._label(pool, main)
        assert " ".join(words) == label
        assert all(line in drawn for line in words)
        assert f"{label}: k = {pool.k}" in spec["description"]


def test_leave_one_out_names_open_the_trial_left_out(results):
    spec = variants.figure(results).to_dict()
    named = {row["text"]: row["url"] for row in rows_of(spec, "text") if "url" in row}
    assert named == {
        f"Without {trial.label}": doi_url(trial) for trial in results[HEADLINE].trials
    }


def test_variants_on_another_scale_stay_off_the_axis(results):
    key = "composite_responders.both.any.controlled"
    spec = variants.figure(results, key).to_dict()
    shown = [pool for pool in (results[key], *results.variants(key)) if pool.measure == "RD"]
    assert len(rows_of(spec, "point", "estimate")) == len(shown) < 1 + len(results.variants(key))
    assert max(row["high"] for row in rows_of(spec, "rule", "low")) <= 100


def test_variants_follow_the_results(results):
    key = f"{HEADLINE}.dl"
    changed = with_result(results, key, estimate=-0.9, ci_low=-1.6, ci_high=-0.2, k=2)
    spec = variants.figure(changed).to_dict()
    before = texts_of(variants.figure(results).to_dict()).count("no conclusion")
    assert "−0.90 [−1.60 to −0.20]" in texts_of(spec)
    assert -0.9 in [row["estimate"] for row in rows_of(spec, "point", "estimate")]
    assert texts_of(spec).count("no conclusion") == before + 1
    fewer = Results({k: v for k, v in results.by_key.items() if k != key})
    assert len(rows_of(variants.figure(fewer).to_dict(), "point", "estimate")) == 1 + len(
        fewer.variants(HEADLINE)
    )


def test_arrows_stand_where_an_interval_runs_beyond_the_axis(results):
    spec = variants.figure(results).to_dict()
    pools = [results[HEADLINE], *results.variants(HEADLINE)]
    domain = variants._domain(pools, "effect")
    beyond = sum((p.ci_low < domain[0]) + (p.ci_high > domain[1]) for p in pools)
    arrows = [part for part in parts(spec) if part["mark"].get("shape", "").startswith("triangle")]
    drawn = [row for part in arrows for row in part["data"]["values"]]
    assert len(drawn) == beyond > 0


# --- small studies ---------------------------------------------------------------------------

WIDEST = "small_studies.hba1c.both.any.controlled"


def test_funnel_and_cumulative_pool_show_every_trial_of_the_pool(results):
    pool = results["hba1c.both.any.controlled"]
    spec = small_studies.figure(results).to_dict()
    rows = spec["data"]["values"]
    assert [(row["text"], row["effect"], row["se"], row["url"]) for row in rows] == [
        (t.label, t.effect, t.se, doi_url(t)) for t in pool.trials
    ]
    last = rows[-1]
    assert last["row"].endswith(f"(k = {pool.k})")
    # Subsets are pooled many at a time, in another order of sums: the last digit differs by processor.
    drawn, pooled = (last["pooled"], last["low"], last["high"]), (pool.estimate, pool.ci_low, pool.ci_high)
    assert drawn == pytest.approx(pooled, rel=1e-12)
    years = [int(trial.label[-4:]) for trial in pool.trials]
    assert years == sorted(years)


def test_below_five_trials_a_sentence_stands_for_both_plots(results):
    few = with_result(results, WIDEST, k=4, steps=())
    assert texts_of(small_studies.figure(few).to_dict()) == [small_studies.describe(few)]
    assert small_studies.describe(few) == "k = 4: a funnel plot and a cumulative analysis need k = 5."


# --- values beside the figures -----------------------------------------------------------------


def table_of(spec):
    """{column: values} of the table beside a figure."""
    beside = spec["usermeta"]["data"]
    assert all(len(row) == len(beside["columns"]) for row in beside["values"])
    assert len(beside["shown"]) == len(beside["values"])
    return {name: [row[i] for row in beside["values"]] for i, name in enumerate(beside["columns"])}


def test_every_figure_carries_its_values(chart, results):
    module, arguments, spec = chart
    if module is not directions:
        beside = spec["usermeta"]["data"]
        assert beside == module.data(results, **arguments).as_json()
        assert beside["values"]
        assert len(set(beside["columns"])) == len(beside["columns"])
        assert "nan" not in json.dumps(beside["values"])


def test_values_of_arms_are_those_of_the_results(results):
    table = table_of(before_after.figure(results).to_dict())
    arms = results[CHANGES].arms
    assert table["DOI"] == [arm.doi for arm in arms]
    assert table["Change, percentage points"] == [arm.change for arm in arms]
    for r in (0, 0.5, 0.9):
        ends = [table[f"95% interval at r = {r:g}, {end}"] for end in ("low", "high")]
        assert list(zip(*ends, strict=True)) == [arm.interval(r) for arm in arms]


def test_values_over_time_are_those_of_the_results(results):
    table = table_of(trajectories.figure(results).to_dict())
    points = results["trajectories.hba1c"].points
    names = ("Trial", "Arm", "Month", "HbA1c, %", "Spread, low", "Spread, high", "DOI")
    assert sorted(map(str, zip(*(table[name] for name in names), strict=True))) == sorted(
        str((p.label, p.arm_label, p.months, p.value, p.spread_low, p.spread_high, p.doi))
        for p in points
    )


def test_values_of_the_multiverse_are_those_of_the_results(results):
    result = results["multiverse.hba1c"]
    table = table_of(multiverse.figure(results).to_dict())
    names = ("MD", "95% CI, low", "95% CI, high", "k")
    drawn = list(zip(*(table[name] for name in names), strict=True))
    assert drawn == sorted(drawn, key=lambda row: row[0])
    assert set(drawn) == {
        (run.estimate, run.ci_low, run.ci_high, run.k)
        for run in result.runs
        if run.estimate is not None
    }
    assert sum(table["Analyses"]) == result.n_runs - result.n_without_estimate
    assert "SD or SE where p allows" in table["Spread"]


def test_values_of_pools_are_those_of_the_results(results):
    table = table_of(variants.figure(results).to_dict())
    pools = [results[HEADLINE], *results.variants(HEADLINE)]
    names = ("k", "n", "MD", "95% CI, low", "95% CI, high")
    assert list(zip(*(table[name] for name in names), strict=True)) == [
        (p.k, p.n_participants, p.estimate, p.ci_low, p.ci_high) for p in pools
    ]
    table = table_of(published.figure(results).to_dict())
    earlier = results["published.hba1c"].rows
    pi = [table[f"95% prediction interval, {end}"] for end in ("low", "high")]
    assert table["MD"][: len(earlier)] == [row.estimate for row in earlier]
    assert table["DOI"][: len(earlier)] == [row.doi for row in earlier]
    assert pi[0][: len(earlier)] == [None] * len(earlier)
    assert pi[0][len(earlier)] == results[HEADLINE].pi_low
    assert table["k is of"].count("whole review") == texts_of(
        published.figure(results).to_dict()
    ).count("*")


def test_values_of_small_studies_are_those_of_the_pool(results):
    pool = results["hba1c.both.any.controlled"]
    table = table_of(small_studies.figure(results).to_dict())
    names = ("Trial", "MD", "SE", "DOI")
    assert list(zip(*(table[name] for name in names), strict=True)) == [
        (t.label, t.effect, t.se, t.doi) for t in pool.trials
    ]
    assert table["Pooled"][-1] == pool.estimate


def test_a_picture_is_the_same_whatever_was_drawn_before_it(results):
    """Vega numbers its clipping paths through the life of a process."""
    from mscreview.book.pictures import svg_of

    spec = variants.figure(results).to_dict()
    first = svg_of(spec)
    converter().vegalite_to_svg(json.dumps(spec))
    assert 'url(#clip1)' in first and svg_of(spec) == first


def test_multiverse_whose_main_analysis_leaves_no_trial_is_drawn(results):
    """Then no set of effects is marked."""
    result = results["multiverse.hba1c"]
    main = {found.number for found, _ in multiverse_sets.marked_sets(result, multiverse_sets.data_sets(result))}
    none = dict(k=0, estimate=None, ci_low=None, ci_high=None)
    left = tuple(dataclasses.replace(run, **none) if run.data_set in main else run for run in result.runs)
    spec = multiverse.figure(with_result(results, "multiverse.hba1c", runs=left)).to_dict()
    assert re.search(r"Estimates from \S+ to \S+\.$", spec["description"])
