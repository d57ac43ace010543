"""The lists behind the boxes of the flow diagram: as many rows as each box counts, text literally."""

import dataclasses

import pytest
from docutils import nodes
from edits import changed

from mscreview.book.record_lists import lists_of
from mscreview.figures import flow_boxes
from mscreview.results import Results
from mscreview.screened import screened_results
from mscreview.tables import screened


@pytest.fixture(scope="module")
def on_page(results):
    """{anchor: rows of the tables below it}."""
    found = {}
    for node in lists_of(results).findall(nodes.Element):
        for name in node.get("ids", ()):
            assert name not in found
            found[name] = rows_below(node)
    return found


def rows_below(node):
    bodies = list(node.findall(nodes.tbody))
    return [[entry.astext() for entry in row] for body in bodies for row in body]


def test_records_are_those_of_the_table(evidence):
    clinical, preclinical = screened_results(evidence)
    ids = [row.record_id for row in (*clinical.rows, *preclinical.rows)]
    assert sorted(ids) == sorted(evidence.screening["record_id"])
    (record,) = [row for row in clinical.rows if row.record_id == "T2C-001"]
    assert (record.study_id, record.year, record.decision) == ("skyler2015", "2015", "include")
    moved = changed(evidence, "screening", {"record_id": "T2C-001"}, stream="preclinical")
    assert "T2C-001" in [row.record_id for row in list(screened_results(moved))[1].rows]


BOXES = range(19)


@pytest.mark.parametrize("index", BOXES)
def test_a_box_counts_the_rows_that_it_opens(results, on_page, index):
    box = flow_boxes.boxes_of(results)[index]
    assert len(flow_boxes.boxes_of(results)) == len(BOXES)
    rows = on_page[box.listed]
    numbers = dict(box.numbers)
    if box.listed == "records-clinical-include":
        assert numbers in ({"reports": len(rows), "cohorts": len({row[5] for row in rows})}, counted(rows, 6, ACCESS))
    elif box.words[0] == "By design:":
        assert numbers == counted(rows, 1, DESIGNS)
    elif box.listed == "records-preclinical-include":
        assert numbers == counted(rows, 5, {"study": "animal reports", "review": "reviews"})
    elif box.words[0] == "By model:":
        assert numbers == counted(rows, 1, {name: name for name in numbers})
    else:
        assert next(iter(numbers.values())) == len(rows) > 0


ACCESS = {level.replace("_", " "): words for level, words in flow_boxes.ACCESS.items()}
DESIGNS = {
    "RCT": "randomized",
    "controlled, not randomized": "otherwise controlled",
    "single arm": "single-arm",
}


def counted(rows, column, words):
    told = [words[row[column]] for row in rows]
    return {word: told.count(word) for word in words.values()}


def test_a_list_follows_its_records(results):
    key = "records.clinical"
    rows = results[key].rows
    first = next(row for row in rows if row.decision == "exclude")
    fewer = dataclasses.replace(results[key], rows=tuple(row for row in rows if row is not first))
    heading, table = screened.lists(Results({**results.by_key, key: fewer}))["records-clinical-exclude"]
    assert heading == "Excluded" and first.record_id not in [row[0] for row in table.rows]
    assert len(table.rows) == results["flow.clinical.exclude"].value - 1


def test_excluded_records_have_their_reason_and_source(results):
    for stream in screened.STREAMS:
        _, table = screened.lists(results)[f"records-{stream}-exclude"]
        assert table.columns[4:] == ("Reason", "Source")
        assert all(row[4] and row[5] for row in table.rows)


def test_text_of_a_record_is_taken_literally(results):
    key = "records.clinical"
    hostile = dataclasses.replace(
        results[key].rows[0],
        decision="exclude",
        title="<script>alert(1)</script> `x` {num}`y`",
        doi="",
        source_url="javascript:alert(1)",
    )
    one = dataclasses.replace(results[key], rows=(hostile,))
    page = lists_of(Results({**results.by_key, key: one}))
    (row,) = [row for row in rows_below(page) if row[0] == hostile.record_id]
    assert row[3] == hostile.title and row[5] == hostile.source_url
    assert not list(page.findall(nodes.raw))
    addresses = [node["refuri"] for node in page.findall(nodes.reference)]
    assert addresses and all(uri.startswith(("https://", "http://")) for uri in addresses)


def test_lists_are_folded_and_for_the_screen_only(results):
    page = lists_of(results)
    assert page["classes"] == ["screen-only"]
    assert all(type(table.parent).__name__ == "fold" for table in page.findall(nodes.table))
