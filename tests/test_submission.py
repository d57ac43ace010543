"""Author metadata in one file: what is refused, what is marked as missing, and where it appears."""

import re
import subprocess
import sys
from html import unescape

import make_citation
import pytest
import yaml
from project_copy import Project

from mscreview import paths
from mscreview.submission import (
    MARK,
    SubmissionError,
    byline,
    cover_sheet,
    declarations,
    front_counts,
    load_submission,
    mark,
    over_limits,
    pieces,
    unfilled,
)
from mscreview.submission_file import is_orcid

FILE = paths.SUBMISSION.read_text(encoding="utf-8")
JOSIAH = "0000-0002-1825-0097"  # the example of ORCID's own documentation
FILLED = {
    'given_names: ""': "given_names: Ada & Eve",
    'family_name: ""': "family_name: Example <b>",
    'orcid: ""': f"orcid: {JOSIAH}",
    'email: ""': "email: ada@example.org",
    "affiliations: []": "affiliations: ['Department, University, 12345 City, Country']",
    "contributions: []": "contributions: [Conceptualization, Software]",
    "corresponding: false": "corresponding: true",
}


@pytest.fixture
def written(tmp_path):
    """Writes the project's file with passages replaced, and reads it."""

    def load(replaced, more=""):
        text = FILE
        for old, new in replaced.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "submission.yml"
        path.write_text(text + more, encoding="utf-8")
        return load_submission(path)

    return load


def refusals(written, replaced, more=""):
    with pytest.raises(SubmissionError) as refused:
        written(replaced, more)
    return str(refused.value).splitlines()


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ('orcid: ""', f"orcid: {JOSIAH[:-1]}8", "authors[1].orcid", f"{JOSIAH[:-1]}8"),
        ('orcid: ""', f"orcid: https://orcid.org/{JOSIAH}", "authors[1].orcid", "https://"),
        ('email: ""', "email: ada at example.org", "authors[1].email", "ada at example.org"),
        ("contributions: []", "contributions: [Coffee]", "authors[1].contributions[1]", "Coffee"),
        ("contributions: []", "contributions: [Software, Software]", "authors[1].contributions[2]", "Software"),
        ("affiliations: []", "affiliations: University", "authors[1].affiliations", "University"),
        ("corresponding: false", "corresponding: perhaps", "authors[1].corresponding", "perhaps"),
        ('given_names: ""', "given_names: Ada", "authors.corresponding", "no author"),
        ('given_names: ""', "first_name: Ada", "authors[1].first_name", "unknown field"),
        ('given_names: ""', "first_name: Ada", "authors[1].given_names", "missing field"),
        ('funding: ""', "funding: no", "funding", "false"),
        ('funding: ""', "funding: 12", "funding", "12"),
        ('public_address: ""', "public_address: github", "public_address", "github"),
        ("year: 2026", "year: soon", "year", "soon"),
        ("journal: World Journal of Stem Cells", 'journal: ""', "journal", ""),
        ("maximum: 12, source: case_report_2015", "maximum: 12", "limits[1].source", "no source"),
        ("maximum: 12, source: case_report_2015", "maximum: 12, source: hearsay", "limits[1].source", "hearsay"),
        ("known, maximum: 12", "known, minimum: 13, maximum: 12", "limits[1].minimum", "13"),
        ('words", status: known, maximum: 12', 'words", status: known', "limits[1].status", "known"),
        ("key: core_tip_words", "key: key_words", "limits[5].key", "key_words"),
        ("Page and line numbers, status: unknown", "Page numbers, status: known", "format_rules[16].source", "no source"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_file_field_value_and_what_is_allowed(written, old, new, field, value):
    lines = refusals(written, {old: new})
    found = [line for line in lines if line.startswith(f'submission.yml, field {field}: "{value}')]
    assert len(found) == 1 and re.search(r'" - allowed: \S', found[0]), lines


def test_a_field_given_twice_is_refused_where_yaml_takes_the_last(written):
    twice = "\nfunding: A second time\n"
    assert yaml.safe_load(FILE + twice)["funding"] == "A second time"
    (line,) = refusals(written, {}, twice)
    assert "funding twice" in line and f"line {len(FILE.splitlines()) + 2}:" in line and "once" in line
    (line,) = refusals(written, {'orcid: ""': 'orcid: ""\n    orcid: ""'})
    assert "orcid twice" in line


def test_two_corresponding_authors_and_one_orcid_of_two_are_refused(written):
    entry = FILE[FILE.index("  - given_names") : FILE.index("conflicts_of_interest")]
    for old, new in FILLED.items():
        entry = entry.replace(old, new)
    again = FILE[FILE.index("  - given_names") : FILE.index("conflicts_of_interest")]
    lines = refusals(written, {again: entry + entry})
    assert any('corresponding: "author 1, author 2"' in line for line in lines)
    assert any(line.startswith("submission.yml, field authors[2].orcid") for line in lines)


@pytest.mark.parametrize("text", ["title: [", "- a\n- b\n", "", "title: a: b\n", "? [a]\n: b\n", "title: \x07\n"])
def test_a_file_that_is_no_record_is_refused_in_words(tmp_path, text):
    path = tmp_path / "submission.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SubmissionError, match=r"^submission\.yml.* - allowed: "):
        load_submission(path)


def test_a_missing_file_is_refused_in_words(tmp_path):
    with pytest.raises(SubmissionError, match="missing file"):
        load_submission(tmp_path / "submission.yml")


@pytest.mark.parametrize(
    ("value", "right"),
    [(JOSIAH, True), ("0000-0002-1694-233X", True), ("0000-0002-1694-2330", False), ("0000-0002-1694-233x", False)],
)
def test_the_check_digit_of_an_orcid_is_computed(value, right):
    assert is_orcid(value) is right


# --- what is missing ------------------------------------------------------------------------


def test_what_is_not_filled_in_is_listed_and_marked_wherever_it_is_used():
    submission = load_submission()
    names = unfilled(submission)
    shown = " ".join(text for _, text in [*cover_sheet(submission, {}), *declarations(submission)])
    assert {mark(name) for name in names} == set(MARK.findall(shown)), "each gap is marked, and nothing else"


def test_a_filled_author_leaves_no_gap_and_stands_in_the_by_line(written):
    submission = written(FILLED)
    assert not [name for name in unfilled(submission) if "author" in name]
    assert byline(submission) == "Ada & Eve Example <b>"
    sheet = dict(cover_sheet(submission, {"abstract_words": 1234}))
    assert sheet["Corresponding author"] == sheet["Authors"] == byline(submission)
    assert sheet["ORCID of author 1"] == JOSIAH and sheet["English abstract, words"] == "1,234"
    assert dict(declarations(submission))["Author contributions"].endswith("Conceptualization, Software")


def test_pieces_set_marks_apart():
    assert pieces(f"a {mark('funding')} b") == [("a ", False), (mark("funding"), True), (" b", False)]


# --- limits ---------------------------------------------------------------------------------


def test_each_limit_gives_a_finding_and_none_passes_unmeasured(written):
    submission = written({"key: abstract_words, label": "key: abstract_words, minimum: 5, maximum: 9, label",
                          'abstract, words", status: unknown': 'abstract, words", status: known, source: case_report_2015'})  # fmt: skip

    def verdicts(counts):
        return {found.limit.key: found.verdict for found in over_limits(submission, counts)}

    assert verdicts({})["abstract_words"] == "not measured"
    assert [verdicts({"abstract_words": n})["abstract_words"] for n in (4, 5, 9, 10)] == ["under", "within", "within", "over"]
    assert verdicts({"references": 9})["references"] == "unknown" and verdicts({})["main_text_words"] == "unlimited"
    assert list(verdicts({})) == [limit.key for limit in submission.limits]


def test_findings_name_bound_and_source():
    submission = load_submission()
    (found,) = (one for one in over_limits(submission, front_counts(submission)) if one.limit.key == "title_words")
    assert "at most 12" in str(found) and "2015-06-28" in str(found) and "not systematic reviews" in str(found)


# --- where it appears -----------------------------------------------------------------------


def test_citation_and_readme_carry_the_title_and_check_finds_a_difference(root, monkeypatch, capsys, tmp_path):
    title = load_submission().text("title")
    assert yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))["title"] == title
    assert (root / "README.md").read_text("utf-8").startswith(f"# {load_submission().text('main_title')}\n")
    assert make_citation.main(["--check"]) == 0
    old = tmp_path / "CITATION.cff"
    old.write_text((root / "CITATION.cff").read_text("utf-8").replace("therapy", "cure"), encoding="utf-8")
    monkeypatch.setattr(make_citation, "CITATION", old)
    assert make_citation.main(["--check"]) == 1
    assert "run python tools/make_citation.py" in capsys.readouterr().err
    assert make_citation.main([]) == 0 and make_citation.main(["--check"]) == 0


def test_citation_names_authors_as_soon_as_there_are_any(written):
    (author,) = yaml.safe_load(make_citation.citation(written(FILLED), "0.1.0"))["authors"]
    assert author["family-names"] == "Example <b>" and author["orcid"] == f"https://orcid.org/{JOSIAH}"
    (nobody,) = yaml.safe_load(make_citation.citation(written({}), "0.1.0"))["authors"]
    assert nobody == {"name": make_citation.NOBODY}


def test_configuration_and_chapters_type_none_of_it(root):
    submission = load_submission()
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    assert not {"title", "author", "copyright"} & set(config) and "title" not in config["latex"]["latex_documents"]
    abstract = (root / "chapters/abstract.md").read_text("utf-8")
    for language in submission.title:
        assert submission.text("main_title", language) not in abstract
        assert submission.text("key_words", language) not in abstract


@pytest.mark.xdist_group("pages")
def test_pages_show_title_key_words_and_marks_of_the_file(built_book):
    submission, page = load_submission(), built_book.page("abstract")
    text = unescape(re.sub(r"<[^>]+>", "", page))
    assert f"<h1>{submission.text('main_title')}<" in page and submission.text("subtitle") in text
    for language, label in (("en", "Key words:"), ("zh-Hans", "关键词：")):
        assert re.search(rf"{label}\s*{re.escape(submission.text('key_words', language))}\n", text)
    chinese = page.partition('<div lang="zh-Hans">')[2]
    assert submission.text("title", "zh-Hans") in chinese
    assert f'<span class="unfilled">{byline(submission)}</span>' in page.partition("by-line")[2]
    assert "<meta name=\"author\"" not in page, "a gap is nobody's name"
    declared = built_book.page("limitations").partition('<section id="declarations">')[2]
    assert all(f"<strong>{heading}.</strong>" in declared for heading, _ in declarations(submission))
    assert mark("funding") in declared


def test_a_changed_file_changes_html_and_paper_and_its_text_is_escaped(tmp_path):
    """One build of each format, without the other chapters."""
    made = Project(tmp_path)
    (made.folder / "_toc.yml").write_text("format: jb-book\nroot: chapters/abstract\n", encoding="utf-8")
    abstract = made.folder / "chapters" / "abstract.md"
    shown = ["# {front}`main_title`", "{front}`subtitle`", ":::{by-line}\n:::", "```{declarations}\n```"]
    abstract.write_text("\n\n".join(shown) + "\n", encoding="utf-8")
    for old, new in {**FILLED, 'funding: ""': r'funding: "5% of <i>all</i> & \\input{a}"'}.items():
        made.edit("submission.yml", old, new)
    made.edit("submission.yml", 'short_title: "Mesenchymal', 'short_title: "A <u>name</u> & Mesenchymal')
    made.edit("submission.yml", '"Mesenchymal stromal cell therapy in', '"Cells & cures < 5 in')
    made.must_build()
    page = made.page("abstract")
    assert "<h1>Cells &amp; cures &lt; 5 in type 2 diabetes<" in page
    assert "5% of &lt;i&gt;all&lt;/i&gt; &amp; \\input{a}" in page
    assert page.count("Ada &amp; Eve Example &lt;b&gt;") >= 3, "by-line, footer, contributions"
    assert '<meta name="author" content="Ada &amp; Eve Example &lt;b&gt;" />' in page
    assert not re.search(r"<u>name|<i>all|Example <b>", page)
    made.edit("submission.yml", '"Cells & cures < 5 in', '"Cells and cures in')
    made.must_build()
    assert "<h1>Cells and cures in type 2 diabetes<" in made.page("abstract"), "a change is seen"
    made.must_build("--builder", "latex")
    tex = (made.folder / "_build" / "latex" / "manuscript.tex").read_text("utf-8")
    assert r"\title{Cells and cures in type 2 diabetes: a reproducible" in tex
    assert r"\author{Ada \& Eve Example" in tex and r"\textbackslash{}input\{a\}" in tex
    made.edit("submission.yml", f"orcid: {JOSIAH}", "orcid: 0000-0001")
    done = made.build()
    assert done.returncode == 1 and 'submission.yml, field authors[1].orcid: "0000-0001"' in done.stdout


def test_an_unknown_field_in_a_chapter_is_an_error():
    with pytest.raises(KeyError):
        load_submission().text("titel")


def test_reading_the_file_is_light(root):
    program = "import sys, mscreview.submission as s; s.load_submission(); print('pandas' in sys.modules, 'sphinx' in sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(root / "code")})
    assert done.stdout.split() == ["False", "False"]


def test_what_makes_a_build_of_the_book_fail_is_said_last_in_one_line(tmp_path):
    """`make html` calls this where Jupyter Book ends in a traceback."""
    made = Project(tmp_path)
    made.edit("data/outcomes.csv", "treatment,msc,11,,7.52,1.07", 'treatment,msc,11,,"7,52",1.07')
    command = [sys.executable, "tools/builds.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith('outcomes.csv, row 21, column mean: "7,52"')
    told = subprocess.run(["make", "-n", "html"], cwd=tmp_path, capture_output=True, text=True).stdout
    assert "|| { .venv/bin/python tools/builds.py; exit 1; }" in told
