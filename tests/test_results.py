"""The results as a file, and the ledger that prose reads them through."""

import dataclasses
import math
import re

import pytest

from mscreview import kinds, ledger, ledger_fields
from mscreview.kinds import Count
from mscreview.paths import results_digests
from mscreview.results import Results
from mscreview.versions import committed_results
from mscreview.wording import LANGUAGES, MINUS

HEADLINE = "hba1c.t2dm.msc.controlled"


@pytest.fixture
def fresh(results):
    """The same results with nothing asked for yet."""
    return Results(results.by_key, results.notes)


# --- the file -------------------------------------------------------------------------------


def test_round_trip_gives_equal_results_and_equal_bytes(results, tmp_path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    results.to_json(first)
    again = Results.from_json(first)
    assert again == results
    again.to_json(second)
    assert first.read_bytes() == second.read_bytes()


def test_results_of_a_second_analysis_have_the_same_bytes(evidence, results, tmp_path):
    from mscreview import analyse

    results.to_json(tmp_path / "first.json")
    analyse(evidence).to_json(tmp_path / "second.json")
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(results, tmp_path, value):
    broken = dataclasses.replace(results.pools[HEADLINE], estimate=value)
    with pytest.raises(ValueError):
        Results({HEADLINE: broken}).to_json(tmp_path / "results.json")
    assert not (tmp_path / "results.json").exists()


def test_text_is_stored_as_it_is_read(tmp_path):
    Results({"a": Count("a", 1, "间充质 − β", "studies")}).to_json(tmp_path / "results.json")
    assert "间充质 − β" in (tmp_path / "results.json").read_text(encoding="utf-8")


# --- keys -----------------------------------------------------------------------------------


def test_unknown_key_is_named_with_those_that_begin_alike(fresh):
    with pytest.raises(KeyError) as error:
        fresh["hba1c.t2dm.mcs.controlled"]
    assert "'hba1c.t2dm.mcs.controlled'" in str(error.value) and HEADLINE in str(error.value)
    assert "screening" not in str(error.value)


def test_unknown_beginning_is_said_to_have_no_neighbors(fresh):
    with pytest.raises(KeyError, match="none"):
        fresh["weight.t2dm"]


def test_results_hold_their_keys(fresh):
    assert HEADLINE in fresh and "studies.reports" in fresh and "weight" not in fresh
    for key, found in fresh.by_key.items():
        assert found.key == key


def test_asked_keys_are_remembered(fresh):
    assert fresh.used == set()
    assert HEADLINE in fresh and fresh.used == set()  # looking whether it is there is not using it
    fresh[HEADLINE]
    fresh["studies.reports"]
    assert fresh.used == {HEADLINE, "studies.reports"}


def test_a_key_that_is_not_there_is_remembered_too(fresh):
    """Or a chapter would stay as it is when the key comes to be."""
    with pytest.raises(KeyError):
        fresh["hba1c.nothing"]
    assert fresh.used == {"hba1c.nothing"}


def test_variants_are_remembered_one_by_one(fresh):
    found = fresh.variants(HEADLINE)
    assert len(found) >= 5
    assert fresh.used == {variant.key for variant in found}
    assert all(key.startswith(HEADLINE + ".") for key in fresh.used)


def test_use_is_no_part_of_equality(fresh, results):
    fresh[HEADLINE]
    assert fresh == Results(results.by_key, results.notes)


def test_a_trial_is_found_by_its_study(results):
    found = results.pools[HEADLINE]
    assert found.trial(found.trials[0].study_id) is found.trials[0]
    with pytest.raises(KeyError, match="nobody1999"):
        found.trial("nobody1999")


# --- sources --------------------------------------------------------------------------------


def test_sources_are_rows_of_the_tables(evidence, results):
    """Table, line, place in the paper and address, as they stand in data/."""
    checked = 0
    for found in results.pools.values():
        for trial in (*found.trials, *found.not_pooled):
            for source in trial.sources:
                table = getattr(evidence, source["table"]).set_index("row")
                row = table.loc[source["row"]]
                assert row["study_id"] == trial.study_id
                for column in ("locator", "source_url", "source_level"):
                    assert source[column] == row[column]
                checked += 1
    assert checked


def test_every_pooled_trial_has_a_source_with_place_and_address(results):
    for found in results.pools.values():
        for trial in found.trials:
            assert trial.sources
            assert all(source["locator"] and source["source_url"] for source in trial.sources)


def test_row_number_is_the_line_of_the_file(root, results):
    """What a reader sees who opens the file at that line."""
    source = results.pools[HEADLINE].trial("chenp2016").sources[0]
    line = (root / "data" / f"{source['table']}.csv").read_text(encoding="utf-8").splitlines()[source["row"] - 1]
    assert line.startswith("chenp2016,hba1c")


# --- the ledger -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def entries(results):
    return ledger.entries(results)


def test_no_key_is_given_twice(results, entries):
    made = [entry.key for found in results.by_key.values() for entry in ledger.entries_of(found)]
    assert len(made) == len(set(made)) == len(entries)
    assert all(entry.key == key for key, entry in entries.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_has_text_in_every_language(results, entries, language):
    for key, entry in entries.items():
        text = entry.text(results, language)
        assert text and text == text.strip(), key
        assert not re.search(r"\bnan\b|\bNone\b(?! of the)", text), key
        assert not re.search(r"-\d", text), key


def test_every_entry_says_what_it_means_and_where_it_comes_from(results, entries):
    for key, entry in entries.items():
        assert entry.meaning, key
        assert key == entry.result_key or key.startswith(entry.result_key + "."), key
        assert entry.result_key in results, key


def test_entries_show_the_value_of_the_result(results, entries):
    found = results.pools[HEADLINE]
    assert entries[f"{HEADLINE}.estimate"].value == found.estimate
    assert entries[f"{HEADLINE}.ci"].value == (found.ci_low, found.ci_high)
    assert entries[f"{HEADLINE}.trial.zang2022.effect"].value == found.trial("zang2022").effect
    assert entries["studies.reports"].value == results.counts["studies.reports"].value
    assert entries[f"{HEADLINE}.trial.zang2022.effect"].text(results).startswith(MINUS)


def test_sentences_speak_the_language_they_are_asked_in(results, entries):
    english, chinese = (entries[f"{HEADLINE}.answer"].text(results, language) for language in LANGUAGES)
    assert "mesenchymal" in english and "间充质" in chinese


def test_only_the_headline_has_an_answer(entries):
    """Those sentences speak of stromal cells and type 2 diabetes, which is not true of other pools."""
    answers = {key for key in entries if key.endswith((".answer", ".conclusion"))}
    assert answers == {f"{HEADLINE}.answer", f"{HEADLINE}.conclusion"}


def test_every_main_pool_has_a_statement_in_both_languages(results, entries):
    for key, found in results.pools.items():
        if key.count(".") == 3:
            english, chinese = (entries[f"{key}.statement"].text(results, l) for l in LANGUAGES)
            assert english.endswith(".") and chinese.endswith("。")
            assert ("no conclusion" in english) == (found.k in (1, 2))


def test_every_trial_of_every_pool_is_in_the_ledger(results, entries):
    for key, found in results.pools.items():
        for trial in found.trials:
            for name in ledger_fields.TRIAL_FIELDS:
                assert f"{key}.trial.{trial.study_id}.{name}" in entries


def test_every_statistic_of_a_pool_is_in_the_ledger(results):
    """A number that a result holds and no entry shows could reach prose only by hand."""
    shown = {name for attributes, _, _ in ledger_fields.POOL_FIELDS.values() for name in attributes}
    fields = {field.name for field in dataclasses.fields(results.pools[HEADLINE])}
    no_number = {"key", "title", "unit", "measure", "tau2_method", "trials", "not_pooled"}
    no_number.add("t_quantiles")  # of a distribution, not of these trials
    assert fields - shown == no_number


def test_every_kind_of_result_survives_the_file(results, tmp_path):
    results.to_json(tmp_path / "results.json")
    again = Results.from_json(tmp_path / "results.json")
    seen = {type(found).__name__ for found in again.by_key.values()}
    top = {name for name in kinds.__all__ if "key" in getattr(kinds, name).__dataclass_fields__}
    assert seen == top
    assert again.by_key == results.by_key


def test_no_result_changed_without_make_ledger(results, root):
    committed = committed_results.read(results_digests(root))
    found = committed_results.digests_of(results)
    different = [key for key in {**committed, **found} if committed.get(key) != found.get(key)]
    assert not different, f"if on purpose, run `make ledger`: {len(different)} differ, such as {different[:5]}"


def test_a_digest_sees_any_part_of_a_result_and_not_the_last_digits_of_a_number(results):
    found = results.pools[HEADLINE]
    near = dataclasses.replace(found, estimate=found.estimate * (1 + 1e-14))
    far = dataclasses.replace(found, estimate=found.estimate * (1 + 1e-7))
    other = dataclasses.replace(found, not_pooled=found.not_pooled[1:])
    one, same, *others = (committed_results.digests_of(Results({HEADLINE: each})) for each in (found, near, far, other))
    assert one == same and one not in others and others[0] != others[1]
