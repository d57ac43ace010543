"""Each chapter downloads as an executed notebook, which runs by itself inside a checkout."""

import json
import re

import nbformat
import pytest
from nbclient import NotebookClient
from project_copy import Project, shown_numbers

pytestmark = pytest.mark.xdist_group("pages")

CHAPTERS = "abstract introduction methods included glycemic beta_cell safety preclinical limitations reproduce".split()
ADDRESS = "https://github.com/example/review"


def notebook(project, chapter):
    return nbformat.read(project.html / "notebooks" / f"{chapter}.ipynb", as_version=4)


def outputs(notebook):
    """What each code cell shows, {kind: content} for each output; an error shows as such."""
    return [[output.get("data", output) for output in cell.get("outputs", ())] for cell in notebook.cells]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_page_links_to_its_notebook_and_the_list_to_all(built_book, chapter):
    nbformat.validate(notebook(built_book, chapter))
    link = f'href="../notebooks/{chapter}.ipynb"'
    article = built_book.page(chapter).partition("<article")[2].partition("</article>")[0]
    assert link in article and link in built_book.page("reproduce")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_says_the_numbers_of_its_page(built_book, chapter):
    text = "\n".join(cell.source for cell in notebook(built_book, chapter).cells if cell.cell_type == "markdown")
    assert not re.search(r"\{(num|front|cite|numref)\}`", text)
    numbers = shown_numbers(built_book.page(chapter))
    for _, _, number in numbers:
        assert number in text
    assert len(text) > 500


def test_both_languages_keep_their_own_form(built_book):
    text = "\n".join(cell.source for cell in notebook(built_book, "abstract").cells)
    assert re.search(r"95%置信区间：−\d+\.\d\d至\d", text) and re.search(r"interval from −\d+\.\d\d to \d", text)


@pytest.mark.parametrize("chapter", ["safety", "reproduce"])
def test_a_notebook_runs_by_itself_in_a_fresh_copy_and_gives_what_it_holds(built_book, tmp_path, monkeypatch, chapter):
    copy = Project(tmp_path / "a copy").folder
    stored = notebook(built_book, chapter)
    assert any(outputs(stored))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("MSCREVIEW_RESULTS", raising=False)
    below = copy / "_build" / "html" / "notebooks"  # where a reader opens it
    below.mkdir(parents=True)
    again = nbformat.from_dict(json.loads(json.dumps(stored)))
    NotebookClient(again, timeout=300, resources={"metadata": {"path": str(below)}}).execute()
    assert outputs(again) == outputs(stored)
    assert any("image/svg+xml" in each or "text/html" in each for cell in outputs(again) for each in cell)


def test_pictures_and_tables_are_those_of_the_page(built_book):
    (picture,) = [o["image/svg+xml"] for cell in outputs(notebook(built_book, "safety")) for o in cell if "image/svg+xml" in o]
    images = [path.read_text("utf-8") for path in (built_book.html / "_images").glob("*-light.svg")]
    assert "".join(picture) in images


def test_times_stand_in_the_file_of_times(built_book):
    times = json.loads((built_book.html / "times.json").read_text("utf-8"))["execution_seconds"]
    assert set(times) == {f"chapters/{name}" for name in CHAPTERS if name != "methods"}
    assert all(0 < seconds < 600 for seconds in times.values())
    assert 'href="../times.json"' in built_book.page("reproduce")


# --- services that run the repository --------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (ADDRESS, ["https://mybinder.org/v2/gh/example/review/HEAD", "https://codespaces.new/example/review"]),
        (f"{ADDRESS}.git", ["https://mybinder.org/v2/gh/example/review/HEAD", "https://codespaces.new/example/review"]),
        ("https://gitlab.com/a/b/c", ["https://mybinder.org/v2/gl/a%2Fb%2Fc/HEAD"]),
        ("https://code.example.org/x", ["https://mybinder.org/v2/git/https%3A%2F%2Fcode.example.org%2Fx/HEAD"]),
        ("", []),
    ],
)
def test_services_are_those_that_know_the_address(address, expected):
    from mscreview.book.downloads import services

    assert [url for _, url in services(address)] == expected


def test_a_page_opens_at_its_own_notebook():
    from mscreview.book.downloads import services

    binder, _ = services(ADDRESS, "chapters/safety")
    assert binder == ("Binder", "https://mybinder.org/v2/gh/example/review/HEAD?labpath=_build%2Fhtml%2Fnotebooks%2Fsafety.ipynb")


def test_without_an_address_nothing_links_to_a_service_and_the_field_is_named(built_book):
    page = built_book.page("reproduce")
    assert "mybinder" not in page and "codespaces" not in page
    assert re.search(r"public_address.{0,200}submission\.yml.{0,200}holds no address", page, re.DOTALL)
