"""Columns of tables on paper: numbers on one line, the rest of the line where it makes the table lower."""

import re

import pytest

from mscreview.book.paper_columns import GAP, LINE, paper_columns


def widths(columns, rows, numeric=()):
    """Characters that fit into each column."""
    spec = paper_columns({"columns": columns, "rows": rows, "numeric": numeric})["spec"]
    shares = [float(share) for share in re.findall(r"\\Y\{([\d.]+)\}", spec)]
    assert len(shares) == len(columns) and sum(shares) == pytest.approx(1, abs=0.01)
    return [share * LINE - GAP for share in shares]


def test_numbers_stay_on_one_line_and_to_the_right():
    rows = [["a trial", "−0.66 (−1.51 to 0.19)"]] * 3
    assert widths(["Trial", "Estimate"], rows, ["Estimate"])[1] >= 21
    spec = paper_columns({"columns": ["Trial", "Estimate"], "rows": rows, "numeric": ["Estimate"]})["spec"]
    assert spec.count(r"\raggedleft") == 1 and spec.index(r"\raggedright") < spec.index(r"\raggedleft")


def test_the_column_that_makes_the_table_high_gets_the_room():
    short, long = "six words of a short cell", "a sentence that goes on and on, " * 6
    narrow, wide = widths(["Short", "Long"], [[short, long]] * 4)
    assert wide > 2 * narrow


def test_no_word_is_broken_where_the_line_can_hold_it():
    word = "pancreaticoduodenal"
    first, *_ = widths(["A", "B", "C"], [[word, "text " * 30, "text " * 30]])
    assert first >= len(word)


def test_a_table_wider_than_the_line_shares_it():
    widths([f"column number {i}" for i in range(9)], [["extraordinarily-long-word-without-a-break"] * 9])
