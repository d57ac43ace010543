"""The check of references finds what it is there for, and passes on the project."""

import check_citations
import pytest


def test_the_project_passes():
    assert check_citations.main() == 0


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Trials {cite}`a2001,b2002`.", {"a2001", "b2002"}),
        ("{cite:p}`a2001`", {"a2001"}),
        ("{cite}`a2001, b2002`", {"a2001", "b2002"}),
        ("no citation of `a2001`", set()),
    ],
)
def test_cited_keys_are_read(tmp_path, text, keys):
    (tmp_path / "one.md").write_text(text, "utf-8")
    assert check_citations.cited_keys(tmp_path) == keys


def test_a_study_that_no_chapter_cites_is_named(tmp_path, capsys):
    (tmp_path / "one.md").write_text("Only {cite}`skyler2015`.", "utf-8")
    assert check_citations.main(tmp_path) == 1
    assert "zang2022: included and never cited" in capsys.readouterr().err


def test_animal_studies_count_too(root):
    assert {"si2012", "hu2013_animal"} <= set(check_citations.study_keys(root / "data"))
