"""Animal reports and their directions, on the real table with single rows changed."""

import math

import pytest
from edits import changed

from mscreview.animals import animal_results, has_comparator


def by_key(evidence):
    return {result.key: result for result in animal_results(evidence)}


def study(evidence, study_id):
    return next(r for r in by_key(evidence)["animals"].rows if r.study_id == study_id)


def with_study(evidence, study_id, **values):
    return changed(evidence, "preclinical", {"study_id": study_id}, **values)


@pytest.fixture(scope="module")
def found(evidence):
    return by_key(evidence)


def test_every_report_of_the_table_has_its_row(evidence, found):
    assert [r.study_id for r in found["animals"].rows] == list(evidence.preclinical["study_id"])


def test_reports_by_hand(found):
    """42 reports, 6 of them borderline; of the 36, 3 gave vesicles and 2 conditioned medium."""
    animals = found["animals"]
    assert (animals.n_reports, animals.n_borderline, animals.n_cells) == (36, 6, 31)
    assert animals.n_modified_cells == 1
    assert {r.study_id for r in animals.rows if r.modified_cells} == {"GAO2018", "B_SCRT_019_1393_8"}


@pytest.mark.parametrize(
    ("outcome", "improved", "silent"),
    [("glucose", 26, 5), ("insulin_sensitivity", 18, 13), ("beta_cell", 15, 16)],
)
def test_directions_by_hand(found, outcome, improved, silent):
    """Without any worse report p = 2 / 2^improved."""
    result = found[f"animals.{outcome}"]
    assert (result.outcome, result.n_reports) == (outcome, 31)
    assert (result.n_improved, result.n_worse, result.n_no_clear_difference) == (improved, 0, 0)
    assert (result.n_silent, result.share_silent) == (silent, silent / 31)
    assert result.sign_p == pytest.approx(2 / 2**improved, rel=1e-12)


def test_worse_counts_against_improved(evidence):
    result = by_key(with_study(evidence, "SI2012", glucose_direction="worse"))["animals.glucose"]
    assert (result.n_improved, result.n_worse) == (25, 1)
    assert result.sign_p == pytest.approx(2 * 27 / 2**26, rel=1e-12)  # none or one worse of 26


@pytest.mark.parametrize(
    ("word", "unclear", "silent"), [("no clear difference", 1, 5), ("not reported", 0, 6)]
)
def test_unclear_and_silent_are_kept_apart_and_out_of_the_test(evidence, word, unclear, silent):
    result = by_key(with_study(evidence, "SI2012", glucose_direction=word))["animals.glucose"]
    assert (result.n_improved, result.n_no_clear_difference, result.n_silent) == (25, unclear, silent)
    assert result.sign_p == pytest.approx(2 / 2**25, rel=1e-12)


@pytest.mark.parametrize("study_id", ["SUN2018", "HERAWATI2024", "B_QI2021"])
def test_vesicles_medium_and_borderline_models_do_not_count(evidence, found, study_id):
    other = by_key(with_study(evidence, study_id, glucose_direction="worse"))
    assert other["animals.glucose"] == found["animals.glucose"]
    assert study(with_study(evidence, study_id, glucose_direction="worse"), study_id).glucose == "worse"


@pytest.mark.parametrize("outcome", ["glucose", "beta_cell"])
def test_modified_cells_can_be_left_out(evidence, found, outcome):
    key = f"animals.{outcome}"
    variant = found[f"{key}.unmodified_cells_only"]
    assert variant.n_improved == found[key].n_improved - 1
    worse = by_key(with_study(evidence, "GAO2018", **{f"{outcome}_direction": "worse"}))
    assert worse[key].n_worse == 1
    assert worse[f"{key}.unmodified_cells_only"] == variant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("not described in text available", False),
        ("single infusion described; untreated control not described in abstract", False),
        ("between routes", False),
        ("between routes; between doses", False),
        ("between routes; PBS", True),
        ("saline", True),
        ("untreated diabetic rats implied; normal group; details not in text available", True),
    ],
)
def test_comparison_group(text, expected):
    assert has_comparator(text) is expected


def test_reports_without_a_comparison_group_are_counted_among_the_models(evidence, found):
    n = found["animals"].n_without_comparator
    assert n == 17
    assert by_key(with_study(evidence, "RAO2019", comparator=""))["animals"].n_without_comparator == n + 1
    assert by_key(with_study(evidence, "B_QI2021", comparator=""))["animals"].n_without_comparator == n


@pytest.mark.parametrize(
    ("study_id", "label"),
    [
        ("SI2012", "Si 2012"),
        ("JI_DIABETES", "Ji"),
        ("SCRT_019_1474_8", "SCRT 019 1474 8"),
        ("B_TRRES_2017", "TRRES 2017"),
        ("PAN2014_MACAQUE", "Pan 2014 (non-human primate)"),
        ("PAN2014_TREESHREW", "Pan 2014 (tree shrew)"),
    ],
)
def test_labels_use_what_the_table_has(evidence, study_id, label):
    assert study(evidence, study_id).label == label


def test_labels_are_all_different(found):
    labels = [r.label for r in found["animals"].rows]
    assert len(set(labels)) == len(labels)


def test_unknown_year_leaves_the_author(evidence):
    assert study(with_study(evidence, "SI2012", year=math.nan), "SI2012").label == "Si"


def test_no_direction_at_all_gives_no_p(evidence):
    empty = changed(evidence, "preclinical", {"cell_type": "MSC"}, glucose_direction="not reported")
    result = by_key(empty)["animals.glucose"]
    assert (result.n_improved, result.sign_p, result.share_silent) == (0, None, 1)
