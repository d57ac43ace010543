"""The ledger of the built book: every number of the manuscript, with what it rests on and where it stands."""

import json
import re
import shutil

import pytest
from check_ledger import problems

from mscreview import kinds, ledger, provenance
from mscreview.results import Results
from mscreview.wording import LANGUAGES

pytestmark = pytest.mark.xdist_group("pages")

HEADLINE = "hba1c.t2dm.msc.controlled"


@pytest.fixture(scope="module")
def written(built_book):
    return json.loads((built_book.html / "ledger.json").read_text("utf-8"))


@pytest.fixture
def folder(built_book, tmp_path):
    """The ledger and the chapters alone, to be spoiled."""
    (tmp_path / "chapters").mkdir()
    shutil.copy(built_book.html / "ledger.json", tmp_path)
    for page in built_book.html.glob("chapters/*.html"):
        shutil.copy(page, tmp_path / "chapters")
    return tmp_path


def test_ledger_and_pages_agree(built_book, results):
    assert problems(built_book.html, results) == []


def test_file_has_the_values_and_texts_of_the_results(written, results):
    entries = ledger.entries(results)
    numbers = {key: number for result in written.values() for key, number in result["numbers"].items()}
    assert len(numbers) > 2000
    for key, number in numbers.items():
        entry = entries[key]
        assert number["texts"] == {language: entry.text(results, language) for language in LANGUAGES}
        value = list(entry.value) if isinstance(entry.value, tuple) else entry.value
        assert number["value"] == (None if entry.kind == "sentence" else value) and number["made"] == entry.meaning


def test_each_used_result_says_what_it_rests_on(written, evidence):
    """Rows that exist, with their own locator and address; or other results; or the plan."""
    for key, found in written.items():
        rows = [row for ground in found["grounds"] for row in ground["rows"]]
        nothing_there = {"BeforeAfter", "Directions", "PoolResult"}  # of a question that no study answers
        assert rows or found["inputs"] or key.startswith(("plan.", "records.")) or found["kind"] in nothing_there, key
        for row in rows:
            table = getattr(evidence, row["table"])
            line = table[table["row"] == row["row"]].iloc[0]
            for column in ("locator", "source_url"):
                assert row.get(column, "") in ("", line.get(column)), (key, row)
        assert all(name in written or key.startswith("certainty") for name in found["inputs"]), key


def test_pool_that_holds_trials_names_rows_and_doi_of_each(written, results):
    found = written[HEADLINE]
    assert [g["study"] for g in found["grounds"]][: results[HEADLINE].k] == [t.label for t in results[HEADLINE].trials]
    assert all(ground["rows"] for ground in found["grounds"])
    assert found["grounds"][0]["doi"] == results[HEADLINE].trials[0].doi
    assert {"chapters/abstract", "chapters/glycemic"} <= set(found["figures_and_tables"])
    assert "chapters/abstract" in found["numbers"][f"{HEADLINE}.estimate"]["prose"]


def test_changed_number_on_a_page_is_found(folder, results):
    page = folder / "chapters" / "safety.html"
    text = page.read_text("utf-8")
    shown = re.search(r'<a class="num"[^>]*>([^<]+)</a>', text)
    page.write_text(text.replace(shown[0], shown[0].replace(f">{shown[1]}<", ">77.7<"), 1), "utf-8")
    (found,) = problems(folder, results)
    assert found.startswith("safety.html: 77.7 is not what the ledger says of num-") and found.endswith(shown[1])


def test_number_that_the_ledger_lacks_is_found(folder, results):
    told = json.loads((folder / "ledger.json").read_text("utf-8"))
    del told[HEADLINE]["numbers"][f"{HEADLINE}.tau2"]
    (folder / "ledger.json").write_text(json.dumps(told))
    found = problems(folder, results)
    assert found and all("num-hba1c-t2dm-msc-controlled-tau2, which is not in the ledger" in line for line in found)


def test_number_that_nothing_shows_is_found(folder, results):
    more = kinds.Count("studies.new", 3, "for nothing", "studies", rows=(2, 3, 4))
    found = problems(folder, Results({**results.by_key, "studies.new": more}))
    assert found == ["studies.new: made for the manuscript, and nothing in it shows it"]


def test_result_of_a_figure_without_numbers_is_found(folder, results):
    told = json.loads((folder / "ledger.json").read_text("utf-8"))
    told["multiverse.hba1c"]["numbers"] = {}
    (folder / "ledger.json").write_text(json.dumps(told))
    assert "multiverse.hba1c: shown on chapters/limitations, and the ledger has no number of it" in problems(
        folder, results
    )


@pytest.mark.parametrize(
    ("rows", "text"), [((), ""), ((4,), "4"), ((2, 3, 4), "2–4"), ((9, 2, 4, 3, 7, 8), "2–4, 7–9"), ((2, 4), "2, 4")]
)
def test_rows_as_ranges(rows, text):
    assert provenance.rows_text(rows) == text


def test_each_kind_of_result_has_a_name_for_readers(results):
    from mscreview.book.ledger_page import TITLES

    kinds_of_results = {type(result) for result in results.by_key.values()} - {kinds.Count}
    assert {kind for kind in kinds_of_results if "title" not in kind.__dataclass_fields__} == TITLES.keys()
