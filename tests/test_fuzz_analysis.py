"""The whole analysis of degenerate evidence: results and texts without NaN, None or infinity, or a clear refusal."""

import dataclasses
import re
import shutil

import pytest
from data_files import rows_of, write_rows
from edits import with_table, without_studies
from fuzzing import TIMES, examples, time_limit
from hypothesis import given
from hypothesis import strategies as st
from shown import NO_WORDS, cells, ledger_texts, strings

from mscreview import analyse, load_evidence, paths
from mscreview.contrasts import exact_p
from mscreview.evidence import TABLES

pytestmark = pytest.mark.filterwarnings("error")

# A figure or table of nothing says so.
NOTHING_TO_SHOW = re.compile(r"^[\w.]+ (holds no [\w ]+ to draw|has no estimate, so no variant of it can be drawn)$")
VALUES = "mean sd se ci_low ci_high median q1 q3 min max".split()
EMPTY = {
    "outcomes": [*VALUES, "n", "events", "total"],
    "contrasts": ["estimate", "ci_low", "ci_high", "se", "p_value"],
    "studies": ["n_treated", "n_control", "n_randomised", "year", "follow_up_months", "n_infusions", "doi"],
    "safety": ["events", "n_at_risk", "follow_up_months"],
    "deaths": ["deaths", "n"],
    "published_meta": ["k_studies", "n_participants", "ci_low", "ci_high", "i2_percent", "year"],
    "bias_facts": ["n_lost_treated", "n_lost_control", "randomisation_method", "analysis"],
}


def blank(evidence, table, *columns):
    """The evidence with some columns of a table empty."""
    found = getattr(evidence, table)
    nothing = {name: float("nan") if found[name].dtype == float else "" for name in columns}
    return with_table(evidence, table, found.assign(**nothing))


def without(evidence, **where):
    """The evidence without the rows of some tables: ``table=(column, value)``, or all of them: ``table=None``."""
    for table, place in where.items():
        found = getattr(evidence, table)
        evidence = with_table(evidence, table, found[found[place[0]] != place[1]] if place else found[:0])
    return evidence


def checked(evidence, part, of):
    """Analyse, and look at all texts of the ledger, all tables, and every figure numbered ``part``, ``part + of``, …"""
    results, figures = analyse(evidence), 0
    for key, text in ledger_texts(results):
        assert text and not NO_WORDS.search(text), (key, text)
    for place, make in cells(results):
        is_figure = bool(re.search(r"\.(figure|summary)\(", place))
        figures += is_figure
        if is_figure and figures % of != part % of:
            continue
        try:
            shown = make()
        except ValueError as error:
            assert NOTHING_TO_SHOW.search(str(error)), f"{place}: {error}"
        else:
            wrong = [text for text in strings(shown) if NO_WORDS.search(text)]
            assert not wrong, f"{place}: {wrong[:3]}"
    return results


NONE, TINY_P = float("nan"), "0." + "0" * 40 + "1"
DEGENERATE = {
    "an outcome emptied": lambda e: without(e, outcomes=("outcome", "hba1c"), contrasts=("outcome", "hba1c")),
    "a single trial": lambda e: without_studies(e, *set(e.studies["study_id"]) - {"zang2022"}),
    "no trial": lambda e: without_studies(e, *e.studies["study_id"]),
    "nothing but studies": lambda e: without(
        e, **dict.fromkeys(name for name in TABLES if name not in ("studies", "zh_terms", "search_log"))
    ),
    "no event": lambda e: dataclasses.replace(
        e,
        outcomes=e.outcomes.assign(events=e.outcomes["events"] * 0),
        safety=e.safety.assign(events=e.safety["events"] * 0),
        deaths=e.deaths.assign(deaths=e.deaths["deaths"] * 0),
    ),
    "one participant in each arm": lambda e: with_table(
        e, "outcomes", e.outcomes.assign(n=1.0, total=1.0, events=e.outcomes["events"].clip(upper=1))
    ),
    "p values of next to nothing": lambda e: dataclasses.replace(
        e,
        outcomes=e.outcomes.assign(p_between=TINY_P, sd=NONE, se=NONE),
        contrasts=e.contrasts.assign(p_value=TINY_P, se=NONE, ci_low=NONE),
    ),
    "nothing counted and no n": lambda e: blank(blank(e, "outcomes", "n", "total", "events"), "studies", *EMPTY["studies"]),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_evidence_is_shown_or_refused(evidence, tmp_path, name):
    """In CI each case shows every fifth figure, so that all together show all of them."""
    results = checked(DEGENERATE[name](evidence), list(DEGENERATE).index(name), of=1 if TIMES else 5)
    results.to_json(tmp_path / "results.json")  # which refuses NaN and infinity


def test_a_p_of_next_to_nothing_gives_no_effect():
    """It would weigh its trial as if it were exact."""
    assert exact_p(TINY_P, False) is None and exact_p("0.0001", False) == 0.0001


@st.composite
def fewer(draw, evidence):
    """The evidence with less: studies, columns and rows left out, or all spreads, values or sizes alike."""
    studies = list(evidence.studies["study_id"])
    evidence = without_studies(evidence, *draw(st.lists(st.sampled_from(studies), unique=True, max_size=50)))
    for table in draw(st.lists(st.sampled_from(sorted(EMPTY)), unique=True, max_size=3)):
        evidence = blank(evidence, table, *draw(st.lists(st.sampled_from(EMPTY[table]), unique=True, max_size=5)))
    for table in draw(st.lists(st.sampled_from(["outcomes", "contrasts", "safety", "deaths"]), unique=True, max_size=2)):
        found = getattr(evidence, table)
        keep, step = draw(st.integers(1, 6)), draw(st.integers(1, 6))
        evidence = with_table(evidence, table, found[(found["row"] % (keep + step)) < keep])
    for column, value in draw(st.dictionaries(st.sampled_from(["mean", "sd", "n"]), st.integers(2, 9))).items():
        found = evidence.outcomes
        evidence = with_table(evidence, "outcomes", found.assign(**{column: found[column] * 0 + value}))
    return evidence


@examples(5)
@given(st.data(), st.integers(0, 8))
def test_evidence_with_less_is_shown_or_refused(evidence, tmp_path, data, part):
    found = data.draw(fewer(evidence))
    try:
        results = checked(found, part, of=9)
    except ValueError as error:  # two of eight participants may have an event; of two, eight may not
        assert re.fullmatch(r"events_\d = .*: at most n_\d = .* is possible", str(error)), error
        return
    results.to_json(tmp_path / "results.json")


def test_very_many_rows_take_seconds(evidence, results, tmp_path):
    """Rows of an outcome that no question asks for change nothing, and cost no more than their number: a
    hundred thousand by `make fuzz`, ten thousand in CI."""
    folder = shutil.copytree(paths.DATA, tmp_path / "data")
    head, *rows = rows_of(folder / "outcomes.csv")
    outcome = head.index("outcome")
    copies = []
    for n in range((100_000 if TIMES else 10_000) // len(rows)):
        for line, row in enumerate(rows):
            copies.append([f"other:{n} {line}" if i == outcome else cell for i, cell in enumerate(row)])
    write_rows(folder / "outcomes.csv", [head, *rows, *copies])
    with time_limit(600 if TIMES else 60):
        found = analyse(load_evidence(folder))
    assert found["hba1c.t2dm.msc.controlled"] == results["hba1c.t2dm.msc.controlled"]
