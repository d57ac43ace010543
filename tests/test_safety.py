"""Adverse events and deaths: each cohort once, participants only, and nothing read out of silence."""

import math

import pytest
from edits import added, changed, with_table

from mscreview.kinds import Deaths, Safety
from mscreview.proportions import clopper_pearson
from mscreview.safety import ROLES, SCOPES, SEVERE, TITLES, safety_results

# Rows of safety.csv.
ROWS_OF = {
    "skyler2015": [2, 3, 5, 6, 8, 9, 11, 12],
    "perico2023": [20],
    "bhansali2009": [31],
    "bhansali2014_15m": [32],
    "lian2022": [34],
    "carlsson2023": [55, 56, 58],
    "izadi2022": [62],
    "araujo2020": [69, 70],
    "lian2023": [88, 90, 91, 92, 93],
    "packham2016": [94],
}
SKYLER = {"control": 2, "doses": [5, 8, 11], "serious hypoglycemia": [6, 9, 12], "control hypoglycemia": 3}
PERICO = {"death": 20}
BHANSALI = {"6 months": 31, "15 months": 32}
LIAN2022 = {"fever": 34}
LIAN2023 = {"serious": 88, "fever": 90, "control fever": 91, "hypoglycemia": 92, "control hypoglycemia": 93}
PROTRANS = {"randomized": 55, "dose escalation": 56, "later": 58}
ARAUJO_EYE = {"floaters": 69, "vein occlusion": 70}
IZADI, PACKHAM_ALL = 62, 94


@pytest.fixture(autouse=True)
def rows_are_where_the_tests_expect_them(evidence):
    study = evidence.safety.set_index("row")["study_id"]
    for study_id, rows in ROWS_OF.items():
        assert set(study[rows]) == {study_id}


@pytest.fixture(scope="module")
def real(evidence):
    return by_key(evidence)


def by_key(evidence):
    return {result.key: result for result in safety_results(evidence)}


def of(evidence, name):
    """One result by its key without the first word, e.g. "fever.all_cause"; "deaths"."""
    return by_key(evidence)[name if name == "deaths" else f"safety.{name}"]


def row_of(result, cohort, role="cells", event=None):
    found = [r for r in result.rows if (r.cohort, r.role) == (cohort, role) and event in (None, r.event)]
    assert len(found) == 1, f"{len(found)} rows of {cohort}, {role}"
    return found[0]


def cells(result):
    return result.cohorts_cells, result.events_cells, result.n_cells


def control(result):
    return result.cohorts_control, result.events_control, result.n_control


def comparison(result, study_id):
    """(events, n, events, n) of one comparison, or None."""
    found = [c for c in result.comparisons if c.study_id == study_id]
    assert len(found) <= 1
    if not found:
        return None
    return found[0].events_cells, found[0].n_cells, found[0].events_control, found[0].n_control


# --- keys -----------------------------------------------------------------------------------


def test_every_group_and_scope_of_the_table_has_its_key(evidence, real):
    pairs = set(zip(evidence.safety["event_group"], evidence.safety["event_scope"], strict=True))
    assert set(real) == {"deaths"} | {f"safety.{group.replace(' ', '_')}.{scope}" for group, scope in pairs}
    assert {"safety.serious.all_cause", "safety.procedure_or_site.all_cause"} <= set(real)
    assert all(isinstance(result, Deaths if key == "deaths" else Safety) for key, result in real.items())


def test_order_is_that_of_the_titles_and_deaths_are_last(evidence):
    keys = [result.key for result in safety_results(evidence)]
    order = [f"safety.{group.replace(' ', '_')}.{scope}" for group in TITLES for scope in SCOPES]
    assert keys == [key for key in order if key in keys] + ["deaths"]
    moved = with_table(evidence, "safety", evidence.safety.iloc[::-1])
    assert [result.key for result in safety_results(moved)] == keys


def test_rows_show_cells_then_control_then_both(real):
    """skyler2015 has its control first in the table."""
    for key, result in real.items():
        if key != "deaths":
            roles = [list(ROLES.values()).index(row.role) for row in result.rows]
            assert roles == sorted(roles), key


def test_titles_and_scopes_are_those_of_the_codebook_in_american_spelling(evidence):
    allowed = evidence.codebook[evidence.codebook["table"] == "safety"].set_index("column")["allowed"]
    assert set(TITLES) == set(allowed["event_group"].split(" | "))
    assert set(SCOPES) == set(allowed["event_scope"].split(" | "))
    assert set(ROLES) == set(allowed["arm_role"].split(" | "))
    words = " ".join(TITLES.values()).lower()
    assert "hypoglycemia" in words and "tumors" in words and "aemia" not in words and "tumour" not in words


# --- the real sums, counted by hand from the table -------------------------------------------


@pytest.mark.parametrize(
    ("name", "in_cells", "in_control", "without_count"),
    [
        # 45 skyler2015, 24 lian2023, 10 bhansali2014_15m, 9 protransrepeat, 4 madani2021; izadi2022 has no n
        ("serious.all_cause", (5, 0, 92), (2, 0, 26), 1),
        # 20 packham2016, 12 perico2023, 30 moon2019, 45 zang2022, 28 qin2016, 22 liu2014, 10 carlsson2023;
        # lu2011 has no n
        ("serious.related", (7, 0, 167), (1, 0, 10), 1),
        ("serious.periprocedural", (1, 0, 5), (0, 0, 0), 0),
        # 3 le_adsc, 5 deguzman, 15 hu2013, 20 thakkar2015; not nguyen2021, chin2025, wehbe2016,
        # prochymal2012, packham2016
        ("any.all_cause", (4, 0, 43), (0, 0, 0), 5),
        ("any.related", (2, 0, 54), (0, 0, 0), 0),
        ("any.periprocedural", (3, 0, 47), (0, 0, 0), 0),
        ("fever.all_cause", (1, 4, 24), (1, 0, 10), 3),
        ("death.all_cause", (1, 2, 12), (0, 0, 0), 0),
        ("discontinuation.all_cause", (1, 0, 45), (1, 0, 16), 0),
        ("hypoglycaemia.all_cause", (1, 1, 24), (0, 0, 0), 2),
        ("procedure_or_site.all_cause", (1, 7, 8), (0, 0, 0), 5),
        ("infusion_reaction.all_cause", (0, 0, 0), (1, 1, 4), 0),
        ("infusion_reaction.related", (0, 0, 0), (0, 0, 0), 1),
        ("infusion_reaction.periprocedural", (1, 0, 20), (0, 0, 0), 0),
        ("headache.all_cause", (1, 8, 8), (0, 0, 0), 1),
        ("gastrointestinal.all_cause", (1, 1, 8), (0, 0, 0), 2),
        ("eye.all_cause", (1, 2, 8), (0, 0, 0), 0),
        ("tumour.all_cause", (2, 1, 16), (0, 0, 0), 0),
        ("infection.all_cause", (0, 0, 0), (0, 0, 0), 2),
    ],
)
def test_crude_sums(real, name, in_cells, in_control, without_count):
    result = real[f"safety.{name}"]
    assert cells(result) == in_cells
    assert control(result) == in_control
    assert result.cohorts_without_count == without_count


def test_limits_of_a_sum_are_exact_and_missing_without_anybody(real):
    fever = real["safety.fever.all_cause"]
    assert (fever.cells_ci_low, fever.cells_ci_high) == clopper_pearson(4, 24)
    assert (fever.control_ci_low, fever.control_ci_high) == clopper_pearson(0, 10)
    infection = real["safety.infection.all_cause"]
    assert infection.cells_ci_low is infection.cells_ci_high is infection.control_ci_low is None


def test_nothing_of_the_table_disappears(evidence, real):
    """Each cohort and role that a group mentions has a row there, counted or not."""
    cohort = evidence.studies.set_index("study_id")["cohort"]
    for row in evidence.safety.to_dict("records"):
        result = real[f"safety.{row['event_group'].replace(' ', '_')}.{row['event_scope']}"]
        assert (cohort[row["study_id"]], ROLES[row["arm_role"]]) in {(r.cohort, r.role) for r in result.rows}


# --- every cohort once ------------------------------------------------------------------------


def test_each_cohort_and_role_rests_on_one_report(real):
    for key, result in real.items():
        if key != "deaths":
            reports = {(row.cohort, row.role, row.study_id) for row in result.rows}
            assert len(reports) == len({report[:2] for report in reports}), key


def test_report_with_most_participants_is_taken_though_the_overlap_is_only_probable(evidence, real):
    assert row_of(real["safety.fever.all_cause"], "lian2022").study_id == "lian2023"
    larger = changed(evidence, "safety", LIAN2022["fever"], n_at_risk=25.0)
    found = of(larger, "fever.all_cause")
    assert row_of(found, "lian2022").study_id == "lian2022"
    assert cells(found) == (1, 4, 25)


def test_report_with_longest_follow_up_is_taken_where_participants_are_equal(evidence, real):
    assert row_of(real["safety.serious.all_cause"], "bhansali2009").study_id == "bhansali2014_15m"
    longer = changed(evidence, "safety", BHANSALI["6 months"], follow_up_months=15.5)
    assert row_of(of(longer, "serious.all_cause"), "bhansali2009").study_id == "bhansali2009"
    unstated = changed(evidence, "safety", BHANSALI["15 months"], follow_up_months=math.nan)
    assert row_of(of(unstated, "serious.all_cause"), "bhansali2009").study_id == "bhansali2009"


def test_report_is_chosen_before_looking_at_its_count(evidence):
    """Were a smaller report taken where the larger gives no count, the count would choose the report."""
    silent = changed(evidence, "safety", LIAN2023["fever"], events=math.nan)
    found = of(silent, "fever.all_cause")
    assert row_of(found, "lian2022").n_with_event is None
    assert cells(found) == (0, 0, 0)


# --- arms, named events, phases ---------------------------------------------------------------


def test_dose_arms_of_one_report_are_added_up(evidence):
    one = changed(evidence, "safety", SKYLER["doses"][1], events=1.0)
    row = row_of(of(one, "serious.all_cause"), "skyler2015")
    assert (row.n_with_event, row.n) == (1, 45)
    assert (row.ci_low, row.ci_high) == clopper_pearson(1, 45)
    assert [source["row"] for source in row.sources] == SKYLER["doses"]


@pytest.mark.parametrize("column", ["events", "n_at_risk"])
def test_arms_have_no_sum_where_one_of_them_has_no_number(evidence, column):
    part = changed(evidence, "safety", SKYLER["doses"][1], **{column: math.nan})
    found = of(part, "serious.all_cause")
    row = row_of(found, "skyler2015")
    assert {"events": row.n_with_event, "n_at_risk": row.n}[column] is None
    assert row.ci_low is row.ci_high is None
    assert cells(found) == (4, 0, 47)
    assert comparison(found, "skyler2015") is None


def test_named_events_of_the_same_people_are_not_added_up(evidence, real):
    eye = real["safety.eye.all_cause"]
    assert {(r.event, r.n_with_event) for r in eye.rows} == {
        ("other:floaters_mild", 2),
        ("other:central_retinal_vein_occlusion", 1),
    }
    assert cells(eye) == (1, 2, 8)
    more = of(changed(evidence, "safety", ARAUJO_EYE["vein occlusion"], events=5.0), "eye.all_cause")
    assert cells(more) == (1, 5, 8)
    silent = of(changed(evidence, "safety", ARAUJO_EYE["floaters"], events=math.nan), "eye.all_cause")
    assert cells(silent) == (1, 1, 8)


def test_phases_of_one_program_are_not_added_up(evidence, real):
    row = row_of(real["safety.serious.related"], "protrans")
    assert (row.n, row.follow_up_months) == (10, 12)
    assert [source["row"] for source in row.sources] == [PROTRANS["randomized"]]
    larger = changed(evidence, "safety", PROTRANS["later"], n_at_risk=10.0)
    assert row_of(of(larger, "serious.related"), "protrans").follow_up_months == 60


def test_arms_of_one_follow_up_would_be_added_up_there_too(evidence):
    same = changed(evidence, "safety", PROTRANS["dose escalation"], follow_up_months=12.0)
    assert row_of(of(same, "serious.related"), "protrans").n == 19


def test_arms_of_other_products_are_rows_of_their_own_and_one_count(evidence, real):
    where = {"study_id": "skyler2015", "arm_label": "2.0e6/kg"}
    other = of(changed(evidence, "outcomes", where, arm_product="not_expanded_msc"), "serious.all_cause")
    rows = [r for r in other.rows if (r.cohort, r.role) == ("skyler2015", "cells")]
    assert {(r.product, r.n) for r in rows} == {("msc", 30), ("not_expanded_msc", 15)}
    assert cells(other) == cells(real["safety.serious.all_cause"])


# --- participants, and who they are -----------------------------------------------------------


def test_events_are_no_participants_unless_there_are_none(evidence, real):
    row = row_of(real["safety.serious.all_cause"], "bhansali2009")
    assert (row.n_with_event, row.n) == (0, 10)
    counted = changed(evidence, "safety", BHANSALI["15 months"], events=3.0)
    found = of(counted, "serious.all_cause")
    row = row_of(found, "bhansali2009")
    assert (row.n_with_event, row.n, row.ci_high) == (None, 10, None)
    assert cells(found) == (4, 0, 82)
    assert found.cohorts_without_count == 2
    people = changed(counted, "safety", BHANSALI["15 months"], counted="participants")
    assert cells(of(people, "serious.all_cause")) == (5, 3, 92)


def test_count_without_the_number_at_risk_is_shown_and_in_no_sum(evidence, real):
    izadi = row_of(real["safety.serious.all_cause"], "izadi2022")
    assert (izadi.n_with_event, izadi.n, izadi.ci_high) == (0, None, None)
    wu = [r for r in real["safety.procedure_or_site.all_cause"].rows if r.cohort == "wu2014"]
    assert [(r.n_with_event, r.n) for r in wu] == [(5, None), (3, None)]
    known = changed(evidence, "safety", IZADI, n_at_risk=21.0)
    assert cells(of(known, "serious.all_cause")) == (6, 0, 113)


def test_cells_and_control_together_are_shown_and_in_no_sum(evidence, real):
    packham = row_of(real["safety.any.all_cause"], "packham2016", role="both")
    assert (packham.n_with_event, packham.n) == (None, 30)
    counted = of(changed(evidence, "safety", PACKHAM_ALL, events=20.0), "any.all_cause")
    assert row_of(counted, "packham2016", role="both").n_with_event == 20
    assert (cells(counted), control(counted)) == ((4, 0, 43), (0, 0, 0))


def test_severe_form_says_nothing_of_the_mild_one(evidence, real):
    hypoglycemia = real["safety.hypoglycaemia.all_cause"]
    assert row_of(hypoglycemia, "skyler2015").n_with_event == 0
    assert comparison(hypoglycemia, "skyler2015") is None
    for row in [*SKYLER["serious hypoglycemia"], SKYLER["control hypoglycemia"]]:
        evidence = changed(evidence, "safety", row, event="hypoglycaemia")
    any_form = of(evidence, "hypoglycaemia.all_cause")
    assert (cells(any_form), control(any_form)) == ((2, 1, 69), (1, 0, 16))
    assert comparison(any_form, "skyler2015") == (0, 45, 0, 16)


def test_words_of_severity_name_exactly_the_severe_forms_of_the_table(evidence):
    table = evidence.safety[evidence.safety["event_group"] != "serious"]
    found = {event for event in table["event"] if any(word in event for word in SEVERE)}
    assert found == {"other:serious_hypoglycaemia", "other:significant_adverse_effect"}


def test_only_events_of_any_cause_enter_the_serious_ones(evidence, real):
    assert {r.scope for r in real["safety.serious.all_cause"].rows} == {"all_cause"}
    recoded = changed(evidence, "safety", {"study_id": "moon2019"}, event_scope="all_cause")
    assert cells(of(recoded, "serious.all_cause")) == (6, 0, 122)
    assert cells(of(recoded, "serious.related")) == (6, 0, 137)


def test_row_says_who_they_are_and_what_is_printed(evidence, real):
    row = row_of(real["safety.fever.all_cause"], "lian2022")
    assert (row.label, row.population, row.product, row.event) == ("Lian 2023", "t2dm", "msc", "fever")
    assert (row.doi, row.follow_up_months, row.transient) == ("10.12998/wjcc.v11.i21.5083", 5.5, "yes")
    assert row_of(real["safety.fever.all_cause"], "lian2022", "control").product == "none"
    assert row_of(real["safety.any.all_cause"], "wehbe2016").product == "not_expanded_msc"
    assert row_of(real["safety.any.all_cause"], "wehbe2016").transient == ""
    assert row_of(real["safety.any.all_cause"], "wehbe2016").follow_up_months is None
    (source,) = row.sources
    printed = evidence.safety.set_index("row").loc[LIAN2023["fever"]]
    assert source == {
        "table": "safety",
        "row": LIAN2023["fever"],
        "locator": printed["locator"],
        "source_url": printed["source_url"],
        "source_level": "",
    }


def test_arms_that_differ_in_what_they_say_are_unclear(evidence):
    one = changed(evidence, "safety", SKYLER["doses"][0], transient="yes", related_to_cells="yes")
    row = row_of(of(one, "serious.all_cause"), "skyler2015")
    assert (row.transient, row.related) == ("unclear", "unclear")


# --- comparisons ------------------------------------------------------------------------------


def test_comparisons_are_those_of_the_trials_that_count_both_arms(real):
    groups = {key: result for key, result in real.items() if key != "deaths"}
    found = {key: [c.study_id for c in result.comparisons] for key, result in groups.items()}
    assert {key: trials for key, trials in found.items() if trials} == {
        "safety.serious.all_cause": ["skyler2015", "lian2023"],
        "safety.serious.related": ["packham2016"],
        "safety.discontinuation.all_cause": ["skyler2015"],
        "safety.fever.all_cause": ["lian2023"],
    }


def test_comparison_has_the_difference_and_newcombe_limits(real):
    from statsmodels.stats.proportion import confint_proportions_2indep

    (fever,) = real["safety.fever.all_cause"].comparisons
    assert (fever.events_cells, fever.n_cells, fever.events_control, fever.n_control) == (4, 24, 0, 10)
    assert fever.difference == pytest.approx(4 / 24)
    limits = confint_proportions_2indep(4, 24, 0, 10, method="newcomb")
    assert (fever.ci_low, fever.ci_high) == pytest.approx(limits)


def test_control_without_a_count_gives_no_comparison(evidence, real):
    assert comparison(real["safety.hypoglycaemia.all_cause"], "lian2023") is None
    stated = changed(evidence, "safety", LIAN2023["control hypoglycemia"], events=2.0)
    assert comparison(of(stated, "hypoglycaemia.all_cause"), "lian2023") == (1, 24, 2, 10)


def test_comparison_stays_within_one_report_and_one_follow_up(evidence):
    larger = of(changed(evidence, "safety", LIAN2022["fever"], n_at_risk=30.0), "fever.all_cause")
    assert row_of(larger, "lian2022").study_id == "lian2022"
    assert comparison(larger, "lian2023") == (4, 24, 0, 10)
    together = of(changed(evidence, "safety", LIAN2022["fever"], follow_up_months=5.5), "fever.all_cause")
    assert comparison(together, "lian2023") == (4, 24, 0, 10)
    later = changed(evidence, "safety", LIAN2023["control fever"], follow_up_months=12.0)
    assert of(later, "fever.all_cause").comparisons == ()


def test_other_cells_are_no_control(evidence):
    other = changed(evidence, "studies", {"study_id": "lian2023"}, control="other cells")
    found = of(other, "fever.all_cause")
    assert found.comparisons == ()
    assert (cells(found), control(found)) == ((1, 4, 24), (0, 0, 0))


def test_trial_with_several_named_events_is_compared_once_by_the_commoner(evidence):
    rash = {"event": "other:rash"}
    more = added(evidence, "safety", LIAN2023["fever"], **rash, events=9.0)
    more = added(more, "safety", LIAN2023["control fever"], **rash, events=3.0)
    assert comparison(of(more, "fever.all_cause"), "lian2023") == (9, 24, 3, 10)


# --- deaths -------------------------------------------------------------------------------------


def test_every_row_on_deaths_is_shown_and_every_other_cohort_once(evidence, real):
    rows, table = real["deaths"].rows, evidence.deaths
    first, rest = rows[: len(table)], rows[len(table) :]
    assert [(r.study_id, r.arm_label, r.n, r.note) for r in first] == [
        tuple(row) for row in table[["study_id", "arm_label", "n", "note"]].itertuples(index=False)
    ]
    assert {(r.state, r.deaths, r.n) for r in rest} == {("not looked for", None, None)}
    assert not [r for r in rest for source in r.sources if source["table"] == "deaths"]
    others = [r.cohort for r in rest]
    assert len(set(others)) == len(others)
    assert set(others) == set(evidence.studies["cohort"]) - {r.cohort for r in first}


def test_cohort_not_looked_at_is_named_after_its_report_in_the_source_review(evidence):
    rio = evidence.deaths["study_id"].isin(["araujo2020", "rioasc12m"])
    silent = of(with_table(evidence, "deaths", evidence.deaths[~rio]), "deaths")
    (row,) = (r for r in silent.rows if r.cohort == "rio_asc")
    assert (row.study_id, row.state, row.in_source_review) == ("rioasc12m", "not looked for", True)


def test_counts_of_deaths_and_of_states(evidence, real):
    deaths = real["deaths"]
    assert (deaths.deaths_in_cell_arms, deaths.deaths_in_control_arms) == (2, 0)
    assert deaths.deaths_in_source_review == 0
    states = deaths.n_stated, deaths.n_not_mentioned, deaths.n_not_looked_for
    assert states == (1, 14, 31)
    assert sum(states) == evidence.studies["cohort"].nunique()


def test_the_two_deaths_of_perico2023(real):
    given, placebo = (r for r in real["deaths"].rows if r.study_id == "perico2023")
    assert (given.role, given.state, given.deaths, given.n, given.related) == ("cells", "stated", 2, 12, "no")
    assert {(s["table"], s["row"]) for s in given.sources} == {("deaths", 2), ("safety", PERICO["death"])}
    assert (placebo.role, placebo.state, placebo.deaths) == ("control", "not mentioned", None)
    assert placebo.related == ""
    assert not (given.in_source_review or given.no_serious_event or placebo.no_serious_event)


def test_deaths_of_both_tables_agree(evidence):
    """A death that only safety.csv counts would be missing from the list of deaths."""
    counted = evidence.safety[(evidence.safety["event_group"] == "death") & (evidence.safety["events"] > 0)]
    listed = evidence.deaths.groupby("study_id")["deaths"].sum()
    by_study = dict(counted.groupby("study_id")["events"].sum())
    assert by_study == {study_id: listed.get(study_id, 0) for study_id in by_study} != {}


def test_silence_is_no_zero_and_a_stated_zero_is(evidence, real):
    assert all((r.deaths is None) == (r.state != "stated") for r in real["deaths"].rows)
    stated = of(changed(evidence, "deaths", {"study_id": "guan2015"}, deaths=0.0), "deaths")
    row = next(r for r in stated.rows if r.study_id == "guan2015")
    assert (row.state, row.deaths, stated.deaths_in_cell_arms) == ("stated", 0, 2)
    assert (stated.n_stated, stated.n_not_mentioned) == (2, 13)


def test_deaths_are_counted_where_they_occurred(evidence):
    placebo = {"study_id": "perico2023", "arm_label": "placebo"}
    deaths = of(changed(evidence, "deaths", placebo, deaths=1.0), "deaths")
    assert (deaths.deaths_in_cell_arms, deaths.deaths_in_control_arms) == (2, 1)
    deaths = of(changed(evidence, "deaths", {"study_id": "packham2016"}, deaths=3.0), "deaths")
    assert (deaths.deaths_in_cell_arms, deaths.deaths_in_control_arms, deaths.n_stated) == (2, 0, 2)


def test_deaths_in_studies_of_the_source_review_are_counted_apart(evidence):
    deaths = of(changed(evidence, "deaths", {"study_id": "guan2015"}, deaths=1.0), "deaths")
    assert (deaths.deaths_in_cell_arms, deaths.deaths_in_source_review) == (3, 1)


def test_source_review_includes_open_matches_and_agrees_with_the_study_table(evidence, real):
    shown = {r.study_id: r.in_source_review for r in real["deaths"].rows}
    assert shown["huj2016"] and shown["hu2013"] and shown["wu2024"] and shown["packham2016"]
    assert not (shown["perico2023"] or shown["zang2022"])
    seeds = evidence.studies.set_index("study_id")["seed_ref"]
    assert shown == {study_id: bool(seeds[study_id]) for study_id in shown}


def test_arms_of_a_report_are_added_up_and_reports_of_a_cohort_are_not(evidence):
    second = added(evidence, "deaths", 2, arm_label="ORBCEL-M 160e6", deaths=1.0)
    assert of(second, "deaths").deaths_in_cell_arms == 3
    for study_id, n in (("araujo2020", 1.0), ("rioasc12m", 2.0)):
        evidence = changed(evidence, "deaths", {"study_id": study_id}, arm_label="ASC + vitamin D", deaths=n)
    assert of(evidence, "deaths").deaths_in_cell_arms == 4


def test_role_of_an_arm_is_that_of_its_name_elsewhere(evidence, real):
    roles = {(r.study_id, r.arm_label): r.role for r in real["deaths"].rows}
    assert roles["lian2023", "hUC-MSC"] == "cells" and roles["lian2023", "placebo"] == "control"
    assert roles["skyler2015", "all arms"] == "both"
    assert roles["liu2014", "all arms"] == "cells"  # a single arm
    unknown = changed(evidence, "deaths", {"study_id": "lian2023", "n": 24.0}, arm_label="group 1")
    assert {r.role for r in of(unknown, "deaths").rows if r.arm_label == "group 1"} == {"both"}


def implied_none(evidence):
    deaths = of(evidence, "deaths")
    found = {r.cohort for r in deaths.rows if r.no_serious_event}
    assert len(found) == deaths.n_implied_none
    return found


def test_no_serious_event_of_any_cause_implies_no_death_and_adds_nothing(evidence, real):
    assert implied_none(evidence) == {"skyler2015", "lian2022", "bhansali2009", "madani2021"}
    assert real["deaths"].n_stated == 1
    skyler = next(r for r in real["deaths"].rows if r.study_id == "skyler2015")
    rows = {source["row"] for source in skyler.sources if source["table"] == "safety"}
    assert rows == {SKYLER["control"], *SKYLER["doses"]}


@pytest.mark.parametrize(
    ("row", "values"),
    [
        (SKYLER["doses"][2], {"events": 1.0}),
        (SKYLER["doses"][2], {"events": math.nan}),
        (SKYLER["control"], {"n_at_risk": 15.0}),
        (SKYLER["control"], {"event_scope": "related"}),
    ],
)
def test_serious_event_or_a_participant_not_spoken_of_implies_nothing(evidence, row, values):
    """deaths.csv has 61 participants in all arms, 45 and 16 of which safety.csv speaks."""
    assert "skyler2015" not in implied_none(changed(evidence, "safety", row, **values))


def test_second_infusion_of_some_says_nothing_of_the_whole_program(evidence):
    """protransrepeat states no serious event among 9; the cohort has a placebo group beside."""
    assert "protrans" not in implied_none(evidence)


def test_cohort_counts_as_implied_only_where_no_death_is_stated(evidence):
    stated = changed(evidence, "deaths", {"study_id": "lian2023"}, deaths=0.0)
    deaths = of(stated, "deaths")
    assert (deaths.n_stated, deaths.n_implied_none) == (2, 3)


def test_cohort_counts_as_implied_only_where_all_its_arms_do(evidence):
    part = of(changed(evidence, "safety", LIAN2023["serious"], n_at_risk=23.0), "deaths")
    assert [r.no_serious_event for r in part.rows if r.study_id == "lian2023"] == [False, True]
    assert part.n_implied_none == 3
