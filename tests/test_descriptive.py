"""Study table, evidence map, protocols, values over time, earlier reviews and counts, on the real
tables with single rows changed."""

import math

import pytest
from edits import added, changed, without_rows

from mscreview.counts import counts
from mscreview.descriptive import (
    evidence_state,
    protocols_result,
    studies_result,
    trajectories_results,
)
from mscreview.kinds import Count
from mscreview.outcomes import OUTCOMES
from mscreview.published import published_results

ZANG = 21  # row of outcomes.csv: HbA1c of the cells of zang2022 at 11 months


@pytest.fixture(autouse=True)
def rows_are_where_the_tests_expect_them(evidence):
    assert evidence.outcomes.set_index("row").loc[ZANG, "study_id"] == "zang2022"


# --- study table ----------------------------------------------------------------------------


def test_every_report_has_its_row(evidence):
    rows = studies_result(evidence).rows
    assert sorted(r.study_id for r in rows) == sorted(evidence.studies["study_id"])
    assert all(tuple(name for name, _ in r.outcomes) == tuple(OUTCOMES) for r in rows)


def test_t2dm_then_t1dm_then_others_controlled_first_then_by_year(evidence):
    rows = studies_result(evidence).rows
    populations = [{"t2dm": 0, "t1dm": 1}.get(r.population, 2) for r in rows]
    assert populations == sorted(populations)
    for population in (0, 1, 2):
        part = [r for r, p in zip(rows, populations, strict=True) if p == population]
        alone = [r.design == "single-arm" for r in part]
        assert alone == sorted(alone)
        for single in (False, True):
            years = [r.year or math.inf for r, a in zip(part, alone, strict=True) if a is single]
            assert years == sorted(years)


def test_row_holds_what_the_table_prints(evidence):
    (row,) = [r for r in studies_result(evidence).rows if r.study_id == "chenp2016"]
    assert (row.n_treated, row.n_control, row.n_infusions, row.year) == (6, 6, 4, 2016)
    assert (row.control, row.product, row.graft) == ("sham", "msc", "allogeneic")
    assert not row.in_source_review
    empty = changed(evidence, "studies", {"study_id": "chenp2016"}, n_treated=math.nan, seed_ref="22")
    (row,) = [r for r in studies_result(empty).rows if r.study_id == "chenp2016"]
    assert row.n_treated is None and row.in_source_review


# --- evidence map ---------------------------------------------------------------------------


def state(evidence, study_id, outcome="hba1c"):
    return evidence_state(evidence, OUTCOMES[outcome], study_id)


@pytest.mark.parametrize(
    ("study_id", "outcome", "expected"),
    [
        ("zang2022", "hba1c", "spread"),
        ("bhansalia2014", "hba1c", "spread"),  # medians and quartiles
        ("skyler2015", "hba1c", "spread"),  # only as a difference with its SE
        ("skyler2015", "hba1c_responders", "spread"),  # 5 of 15 against 0 of 16
        ("zang2022", "composite_responders", "number"),  # percentages without a total
        ("karina2023", "hba1c", "number"),
        ("wehbe2016", "hba1c", "number"),  # a fall within the arm
        ("jiang2011", "insulin_iu_per_day", "spread"),  # after treatment, at a time not printed
        ("huj2016", "hba1c", "direction"),
        ("bhansali2014_15m", "hba1c", "direction"),  # numbers of responders only
        ("lian2023", "hba1c", "nothing"),  # baseline only
        ("liu2014", "insulin_iu_per_day", "nothing"),  # a comparison whose direction is not stated
        ("huj2012", "composite_responders", "nothing"),  # another definition
    ],
)
def test_states_by_hand(evidence, study_id, outcome, expected):
    assert state(evidence, study_id, outcome) == expected


def test_state_falls_as_less_is_printed(evidence):
    where = {"study_id": "chenp2016", "outcome": "hba1c"}
    assert state(evidence, "chenp2016") == "spread"
    bare = changed(evidence, "outcomes", where, sd=math.nan)
    assert state(bare, "chenp2016") == "number"
    assert state(changed(bare, "outcomes", where, time_months=0.0), "chenp2016") == "nothing"
    assert state(changed(bare, "outcomes", where, subset="responders"), "chenp2016") == "nothing"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"estimate": -1.0, "se": 0.2}, "spread"),
        ({"estimate": -1.0, "ci_low": -1.4, "ci_high": -0.6}, "spread"),
        ({"estimate": -1.0}, "number"),
        ({"estimate": -1.0, "contrast_type": "within_arm_responders"}, "direction"),
        ({"direction": "no_clear_difference"}, "direction"),
        ({"direction": "not_stated"}, "nothing"),
        ({"contrast_type": "baseline"}, "nothing"),
    ],
)
def test_printed_differences_have_states_too(evidence, values, expected):
    row = int(evidence.contrasts.query("study_id == 'huj2016' and outcome == 'hba1c'")["row"].iloc[0])
    assert state(changed(evidence, "contrasts", row, **values), "huj2016") == expected


def test_insulin_counts_in_its_own_unit(evidence):
    """Words and percent changes go with the unit of the doses, where a report prints any."""
    assert state(evidence, "cai2016", "insulin_iu_per_kg_per_day") == "spread"
    assert state(evidence, "cai2016", "insulin_iu_per_day") == "nothing"
    both = [state(evidence, "zang2022", f"insulin_iu_per_{unit}") for unit in ("day", "kg_per_day")]
    assert both == ["number", "number"]  # percent changes only


def test_words_count_in_the_unit_and_definition_that_they_name(evidence):
    where = {"study_id": "bhansalis2017", "outcome": "insulin_dose"}
    per_day = changed(evidence, "contrasts", where, unit="IU/day")
    assert state(per_day, "bhansalis2017", "insulin_iu_per_day") == "direction"
    assert state(per_day, "bhansalis2017", "insulin_iu_per_kg_per_day") == "nothing"
    responders = {"study_id": "zang2022", "outcome": "insulin_reduction_responders"}
    rows = evidence.outcomes.query("study_id == 'zang2022' and outcome == @responders['outcome']")["row"]
    words_only = without_rows(evidence, "outcomes", *rows)
    assert state(words_only, "zang2022", "composite_responders") == "direction"
    other = changed(words_only, "contrasts", responders, comparison="insulin reduction by half")
    assert state(other, "zang2022", "composite_responders") == "nothing"


# --- protocols ------------------------------------------------------------------------------


def feature(evidence, name):
    return next(f for f in protocols_result(evidence).features if f.feature == name)


def test_protocols_by_hand(evidence):
    """18 reports of 16 cohorts: zang2023 and lian2022 are of earlier rows' patients."""
    assert protocols_result(evidence).n_cohorts == 16
    graft = feature(evidence, "graft")
    assert graft.values == (("allogeneic", 12), ("autologous", 4))
    assert graft.largest_share == 0.75
    infusions = feature(evidence, "n_infusions")
    assert dict(infusions.values) == {"2": 5, "3": 5, "1": 1, "4": 1}
    assert (infusions.n_stated, infusions.n_not_stated) == (12, 4)
    assert dict(feature(evidence, "route").values)["intravenous"] == 9


def test_values_add_up_to_the_cohorts(evidence):
    result = protocols_result(evidence)
    for found in result.features:
        assert sum(n for _, n in found.values) == found.n_stated
        assert found.n_stated + found.n_not_stated == result.n_cohorts
        assert found.largest_share == max(n for _, n in found.values) / found.n_stated


def test_cohort_counts_once_by_the_first_report_that_states_the_feature(evidence):
    """zang2022 gives no number of cells; zang2023, of the same patients, gives 1e6 per kg."""
    stated = feature(evidence, "dose")
    assert dict(stated.values)["1e6"] == 8
    where = {"study_id": "zang2023"}
    silent = changed(evidence, "studies", where, cells_per_kg_per_infusion="", dose_text="")
    assert dict(feature(silent, "dose").values)["1e6"] == 7
    assert feature(silent, "dose").n_not_stated == stated.n_not_stated + 1
    first = changed(evidence, "studies", {"study_id": "zang2022"}, cells_per_kg_per_infusion="2e6")
    assert dict(feature(first, "dose").values)["1e6"] == 7


@pytest.mark.parametrize(
    ("text", "stated"),
    [("three infusions over 6 weeks", False), ("50-100e6 UC-MSC", True), ("200 million cells", True)],
)
def test_dose_needs_a_number_of_cells(evidence, text, stated):
    found = feature(changed(evidence, "studies", {"study_id": "liw2021"}, dose_text=text), "dose")
    assert (text in dict(found.values)) is stated


def test_other_cells_and_populations_are_no_part(evidence):
    before = protocols_result(evidence).n_cohorts
    for values in ({"product_class": "msc_with_other_cells"}, {"population_group": "t1dm"}):
        other = changed(evidence, "studies", {"study_id": "chenp2016"}, **values)
        assert protocols_result(other).n_cohorts == before - 1


# --- values over time -----------------------------------------------------------------------


def points(evidence, name, study_id=None):
    found = next(t for t in trajectories_results(evidence) if t.key == f"trajectories.{name}")
    return [p for p in found.points if study_id in (None, p.study_id)]


def test_trajectories_by_hand(evidence):
    assert [(t.key, t.unit) for t in trajectories_results(evidence)] == [
        ("trajectories.hba1c", "%"),
        ("trajectories.insulin_iu_per_kg_per_day", "IU/kg/day"),
    ]
    cells = [p for p in points(evidence, "hba1c", "zang2022") if p.role == "treatment"]
    assert [(p.months, p.value, p.n, p.statistic) for p in cells] == [
        (0, 9.02, 45, "mean"),
        (11, 7.52, None, "mean"),
    ]
    assert (cells[1].spread_low, cells[1].spread_high) == (pytest.approx(6.45), pytest.approx(8.59))
    lian = points(evidence, "hba1c", "lian2022")[1]
    assert (lian.value, lian.spread_low, lian.spread_high, lian.statistic) == (7.15, 6.6, 7.925, "median")
    bare = points(evidence, "hba1c", "karina2023")
    assert [p.months for p in bare] == [0, 1, 3]
    assert {(p.spread_low, p.spread_high) for p in bare} == {(None, None)}


def test_one_report_speaks_for_a_cohort(evidence):
    """The Rio trial has three reports with doses; the one of 12 months has the most times."""
    rio = {"araujo2020", "dantas2021", "dantas2020ada", "rioasc12m"}
    assert {p.study_id for p in points(evidence, "insulin_iu_per_kg_per_day")} & rio == {"rioasc12m"}
    rows = evidence.outcomes.query("study_id == 'rioasc12m' and outcome == 'insulin_dose'")["row"]
    silent = without_rows(evidence, "outcomes", *rows)
    assert {p.study_id for p in points(silent, "insulin_iu_per_kg_per_day")} & rio == {"dantas2020ada"}
    late = {"study_id": "rioasc12m", "outcome": "hba1c", "time_months": 12}
    tied = changed(evidence, "outcomes", late, subset="responders")  # now one time in each of three
    assert {p.study_id for p in points(tied, "hba1c")} & rio == {"araujo2020"}


@pytest.mark.parametrize(
    "values",
    [{"scale": "relative"}, {"is_change": "yes"}, {"subset": "responders"}, {"time_months": math.nan}],
)
def test_only_absolute_final_values_of_whole_arms_have_points(evidence, values):
    """Without the value at 11 months the arm is left with its baseline, and goes."""
    other = points(changed(evidence, "outcomes", ZANG, **values), "hba1c", "zang2022")
    assert {p.role for p in other} == {"control"}


def test_baseline_alone_is_no_trajectory(evidence):
    found = {p.study_id for p in points(evidence, "hba1c")}
    assert not found & {"lian2023", "skyler2015", "sood2017", "thakkar2015"}


def test_late_values_are_shown_in_order(evidence):
    late = added(evidence, "outcomes", ZANG, time_months=60.0, mean=8.0)
    early = added(late, "outcomes", ZANG, time_months=3.0, mean=7.9)
    cells = [p for p in points(early, "hba1c", "zang2022") if p.role == "treatment"]
    assert [p.months for p in cells] == [0, 3, 11, 60]


def test_units_and_standard_errors_are_converted(evidence):
    """Master equation: % = mmol/mol / 10.929 + 2.15, without the intercept for a spread."""
    printed = {"unit": "mmol/mol", "mean": 54.645, "sd": math.nan, "se": 10.929 / 2, "n": 16.0}
    ifcc = changed(evidence, "outcomes", ZANG, **printed)
    point = next(p for p in points(ifcc, "hba1c", "zang2022") if p.months == 11)
    assert point.value == pytest.approx(7.15)
    assert (point.spread_low, point.spread_high) == (pytest.approx(5.15), pytest.approx(9.15))


# --- earlier reviews ------------------------------------------------------------------------


def test_published_by_hand(evidence):
    (result,) = published_results(evidence)
    assert result.key == "published.hba1c"
    assert [(r.label, r.bib_key) for r in result.rows] == [
        ("Sun 2020", "meta_sunsy2020"),
        ("He 2021", "meta_he2021"),
        ("Kashbour 2025", "meta_kashbourm2025"),
        ("Nada 2025", "meta_nadaah2025"),
        ("Zhang Haocheng 2025", ""),
        ("Zhang Haocheng 2025", ""),
    ]
    assert (result.n_excluding_zero, result.n_reviews) == (6, 5)
    assert (result.rows[0].estimate, result.rows[0].k, result.rows[0].n) == (-1.2, 5, None)


def published(evidence, author, **values):
    where = {"first_author": author, "comparable": "yes"}
    return published_results(changed(evidence, "published_meta", where, **values))[0]


def test_interval_that_touches_zero_does_not_exclude_it(evidence):
    assert published(evidence, "He", ci_high=0.0).n_excluding_zero == 5
    assert published(evidence, "He", ci_high=math.nan).n_excluding_zero == 5
    assert published(evidence, "He", ci_low=0.1, ci_high=0.5).n_excluding_zero == 6


def test_rows_that_are_not_comparable_are_left_out(evidence):
    result = published(evidence, "Sun SY", comparable="no")
    assert (len(result.rows), result.n_reviews) == (5, 4)


def test_reference_is_found_by_doi_whatever_its_case_and_name(evidence):
    doi = "10.1186/S13098-025-01619-6"
    shouted = published(evidence, "Kashbour M", doi=doi, first_author="Someone")
    assert {r.bib_key for r in shouted.rows if r.doi == doi} == {"meta_kashbourm2025"}
    assert published(evidence, "Sun SY", doi="10.1000/other").rows[0].bib_key == ""
    assert published(evidence, "He", year=2019.0).rows[0].bib_key == ""  # He has no DOI


# --- counts ---------------------------------------------------------------------------------


def n(evidence, key):
    return counts(evidence)[key].value


@pytest.mark.parametrize("group", ["clinical", "preclinical", "all"])
def test_flow_adds_up(evidence, group):
    def value(name):
        return n(evidence, f"flow.{group}.{name}")

    assert value("records") == sum(map(value, ("include", "exclude", "awaiting", "duplicate")))
    assert value("screened") == value("records") - value("duplicate")
    if group == "preclinical":
        assert value("include") == value("include_studies") + value("include_reviews")


def test_a_count_names_the_rows_that_it_counts(evidence):
    for key, count in counts(evidence).items():
        lines = set(getattr(evidence, count.table)["row"])
        assert set(count.rows) <= lines and len(count.rows) == len(set(count.rows)), key
        assert count.value <= len(count.rows) or key.startswith("search."), key
    excluded = evidence.screening[evidence.screening["row"].isin(counts(evidence)["flow.all.exclude"].rows)]
    assert set(excluded["decision"]) == {"exclude"}


def test_flow_parts_add_up_to_all(evidence):
    for name in ("records", "duplicate", "screened", "exclude", "awaiting", "include"):
        parts = [n(evidence, f"flow.{group}.{name}") for group in ("clinical", "preclinical")]
        assert sum(parts) == n(evidence, f"flow.all.{name}")


def test_included_records_are_the_reports_of_the_tables(evidence):
    assert n(evidence, "flow.clinical.include") == n(evidence, "studies.reports") == 55
    assert n(evidence, "flow.preclinical.include_studies") == len(evidence.preclinical) == 42


def test_records_move_with_their_decision(evidence):
    record = {"record_id": "X_TANG2014"}
    moved = changed(evidence, "screening", record, decision="awaiting")
    assert n(moved, "flow.preclinical.exclude") == n(evidence, "flow.preclinical.exclude") - 1
    assert n(moved, "flow.clinical.exclude") == n(evidence, "flow.clinical.exclude")
    before, after = (counts(e)["flow.preclinical.exclude"].rows for e in (evidence, moved))
    (line,) = set(before) - set(after)
    screening = evidence.screening
    assert screening["record_id"][screening["row"] == line].tolist() == ["X_TANG2014"]


def test_cohorts_by_design_add_up(evidence):
    designs = ("rct", "nonrandomized", "single_arm")
    for population in ("t2dm", "t1dm"):
        total = sum(n(evidence, f"studies.{design}_{population}") for design in designs)
        assert total == n(evidence, f"studies.cohorts_{population}")
    assert [n(evidence, f"studies.{d}_t2dm") for d in designs] == [10, 1, 17]


def test_cohort_has_its_strongest_design(evidence):
    """lian2022 alone is single-arm; with lian2023 its cohort is a randomized trial."""
    split = changed(evidence, "studies", {"study_id": "lian2022"}, cohort="lian2022_alone")
    assert n(split, "studies.single_arm_t2dm") == n(evidence, "studies.single_arm_t2dm") + 1
    assert n(split, "studies.rct_t2dm") == n(evidence, "studies.rct_t2dm")


def test_access_levels_add_up(evidence):
    found = counts(evidence)
    levels = [c.value for key, c in found.items() if key.startswith("studies.access.")]
    assert sum(levels) == n(evidence, "studies.reports")
    assert n(evidence, "studies.access.tables") == 4


def test_controlled_t2dm_trials_of_stromal_cells(evidence):
    assert n(evidence, "studies.controlled_t2dm_msc") == 6
    other = changed(evidence, "studies", {"study_id": "chenp2016"}, control="other cells")
    assert n(other, "studies.controlled_t2dm_msc") == 5


def test_extraction_adds_up(evidence):
    agree, first, missing = (n(evidence, f"extraction.{k}") for k in ("agree", "first_only", "not_done"))
    assert (agree, first, missing) == (241, 9, 6)
    assert agree + first + missing == n(evidence, "extraction.rows")


def test_source_review_by_hand(evidence):
    names = ("studies", "matched_high", "matched")
    assert [n(evidence, f"source_review.{name}") for name in names] == [22, 7, 20]
    lost = changed(evidence, "source_review_table1", {"ref_no": 12}, match_certainty="not identified")
    assert [n(lost, f"source_review.{name}") for name in names] == [22, 6, 19]


def test_queries_by_hand(evidence):
    """80 + 93 + 109 + 74 + 107 + 70 + 78 for records; 119 + 85 look up known reports."""
    assert n(evidence, "search.queries_for_records") == 611
    assert n(evidence, "search.queries") == 611 + 119 + 85
    assert n(evidence, "search.streams") == len(evidence.search_log)


def test_every_count_says_what_and_where(evidence):
    for key, count in counts(evidence).items():
        if isinstance(count, Count):
            assert count.key == key and count.rule
            assert hasattr(evidence, count.table)


def test_an_interval_that_ends_at_zero_from_below_or_above_includes_it(evidence):
    assert published(evidence, "He", ci_low=0.0, ci_high=0.4).n_excluding_zero == 5


def test_an_earlier_review_of_an_unknown_year_has_a_name(evidence):
    labels = {row.label for row in published(evidence, "He", year=math.nan).rows}
    assert "He" in labels


def test_earlier_reviews_of_one_year_stand_in_the_order_of_the_table(evidence):
    table = evidence.published_meta
    found = published(evidence, "He", year=float(table["year"].max())).rows
    expected = sorted(found, key=lambda row: (row.year, row.sources[0]["row"]))
    assert list(found) == expected


def test_a_review_without_a_doi_is_found_by_author_and_year(evidence):
    before = {row.label: row.bib_key for row in published_results(evidence)[0].rows}
    after = {row.label: row.bib_key for row in published(evidence, "He", doi="").rows}
    assert after == before
