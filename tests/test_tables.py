"""Cells of tables: text taken literally, names that open their report, DOIs and addresses as links."""

import pytest
from docutils import nodes

from mscreview.book.data_tables import table_node
from mscreview.tables import described, judged, pools
from mscreview.tables.table import Link, Table

HOSTILE = "<b>50%</b> & \\input{a} $x_1$"


def entries(table):
    body = next(table_node(**table.as_json()).findall(nodes.tbody))
    return [(entry.astext(), [link["refuri"] for link in entry.findall(nodes.reference)]) for entry in body[0]]


def test_a_name_with_an_address_opens_it_and_its_text_stays_literal():
    table = Table(("Report", "Note"), ((Link(HOSTILE, "https://doi.org/10.1000/a_b"), HOSTILE),))
    assert entries(table) == [(HOSTILE, ["https://doi.org/10.1000/a_b"]), (HOSTILE, [])]


@pytest.mark.parametrize(
    ("cell", "shown", "opened"),
    [
        ("10.1000/a(b)_c", "doi:10.1000/a(b)_c", ["https://doi.org/10.1000/a(b)_c"]),
        ("https://doi.org/10.1000/a", "doi:10.1000/a", ["https://doi.org/10.1000/a"]),
        ("http://www.example.org/a?b=c&d", "example.org", ["http://www.example.org/a?b=c&d"]),
        ("10.5", "10.5", []),
        ("10.1000/a and more", "10.1000/a and more", []),
        ("javascript:alert(1)", "javascript:alert(1)", []),
        (Link("a", "javascript:alert(1)"), "a", []),
        (Link("a", ""), "a", []),
        ("", "", []),
    ],
)
def test_only_a_doi_or_an_address_is_a_link(cell, shown, opened):
    assert entries(Table(("Source",), ((cell,),))) == [(shown, opened)]


def test_the_notebook_form_of_a_table_is_its_text():
    table = Table(("Report", "n"), ((Link("A 2020", "https://a.example"), "3"),), ("n",))
    made = table._repr_mimebundle_()
    assert made["text/plain"] == "Report\tn\nA 2020\t3"
    assert [*made.values()][0]["rows"] == [[{"text": "A 2020", "url": "https://a.example"}, "3"]]


def test_every_row_of_deaths_opens_its_report(results):
    shown = [row for row in results["deaths"].rows if row.state != "not looked for"]
    for row, cells in zip(shown, described.deaths(results).rows, strict=True):
        assert cells[0] == row.label
        assert cells[0].url == (f"https://doi.org/{row.doi}" if row.doi else row.sources[0]["source_url"])


def test_reports_open_from_the_other_tables(results):
    tables = (described.studies(results), described.animals(results), pools.trials(results))
    tables += (pools.not_pooled(results), pools.changes(results), judged.facts(results))
    for table in tables:
        assert all(row[0].url.startswith("http") for row in table.rows), table.columns
