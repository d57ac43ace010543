"""The check of links inside the book: a reference to nothing and a figure without reference are found."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from check_book_links import in_checklist, problems  # noqa: E402  (needs the path above)

CELL = "```{code-cell}\n---\nchart:\n  name: fig-1\n  caption: See {ref}`top`.\n---\nf()\n```\n"
OTHER = "(top)=\n# Title\n\n{numref}`fig-1` shows it.\n"


@pytest.fixture
def find(tmp_path):
    """What is found in a page beside another one that has the label `top` and refers to `fig-1`."""

    def found(text):
        pages = {tmp_path / "page.md": CELL + text, tmp_path / "other.md": OTHER}
        for path, content in pages.items():
            path.write_text(content, encoding="utf-8")
        return problems(pages, {"skyler2015", "zang2022"})

    return found


@pytest.mark.parametrize(
    "text",
    [
        "See {ref}`nowhere`.",
        "See {ref}`the text <nowhere>`.",
        "See {numref}`fig-2`.",
        "See {numref}`Figure %s <fig-2>`.",
        "See {eq}`eq-1`.",
        "See {doc}`third`.",
        "See {doc}`/chapters/third`.",
        "See [this](third.md).",
        "See [this](other.md#nowhere).",
        "See [this](#nowhere).",
        "See [this][x].\n\n[x]: third.md",
        "![alt](third.png)",
        "Cited {cite}`nobody2000`.",
        "Cited {cite:t}`skyler2015, nobody2000`.",
        "```{figure} a.png\n:alt: See {ref}`nowhere`\n```",
        "```{code-cell}\n:caption: See {numref}`fig-2`.\nf()\n```",
        "<!--\n(new)=\n-->\n\nSee {ref}`new`.",
        "```text\n(new)=\n```\n\nSee {ref}`new`.",
    ],
)
def test_a_link_to_nothing_is_found(find, text):
    assert ["leads nowhere" in line for line in find(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "```{figure} a.png\n:name: fig-2\n```",
        "```{list-table} Doses\n:name: tab-2\n```",
        "```{code-cell}\n---\ndata-table: {name: tab-2, caption: x}\n---\nf()\n```",
        "```{code-cell}\n---\nmystnb:\n  figure:\n    name: fig-2\n---\nf()\n```",
        "```{figure} a.png\n:alt: Note: x\n:name: fig-2\n```",
        "```{figure} a.png\n:name: fig-2\n```\n\n<!-- {numref}`fig-2` -->",
    ],
)
def test_a_figure_without_reference_is_found(find, text):
    assert ["no text refers" in line for line in find(text)] == [True]
    name = "tab-2" if "tab-2" in text else "fig-2"
    assert find(text + f"\n\nSee {{numref}}`{name}`.") == []


@pytest.mark.parametrize("text", ["(top)=\n## Again", "(Top)=\n## Again", ":::{note}\n:name: fig-1\n:::"])
def test_a_target_that_exists_twice_is_found(find, text):
    assert ["exists twice" in line for line in find(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "See {ref}`top`, {ref}`this <top>`, {numref}`Fig. %s <fig-1>`, {doc}`other`, {ref}`search`.",
        "See [a](other.md), [b](other.md#top), [c](#top), [d](top), [e](https://x.org/a.md).",
        "(here)=\n## Here\n\n{ref}`here` and [x](#here).",
        "{#there}\nA paragraph, see [x](#there).",
        "```{math}\n:label: eq-1\nx\n```\n\nSee {eq}`eq-1`.",
        "Cited {cite}`skyler2015,zang2022` and {cite:p}`{see}skyler2015`.",
        "In code: `` {ref}`nowhere` `` and `[x](nowhere.md)`.",
        "```python\n# {ref}`nowhere` [x](nowhere.md)\n```",
        "A note[^1].\n\n[^1]: Of the text.",
    ],
)
def test_links_that_hold_pass(find, text):
    assert find(text) == []


def test_links_of_other_pages_name_files(tmp_path):
    (tmp_path / "a.md").write_text("", encoding="utf-8")
    page = {tmp_path / "README.md": "[a](a.md), [b](b.md), [c](#c)"}
    assert ["b.md" in line for line in problems({}, set(), page)] == [True]


def test_the_command_passes_on_the_book():
    assert subprocess.run([sys.executable, str(ROOT / "tools" / "check_book_links.py")]).returncode == 0


def test_a_place_of_a_checklist_is_followed_and_is_no_reference_of_the_text(tmp_path):
    (tmp_path / "a.csv").write_text("item,places\n1,top; fig-1\n2,nowhere\n", encoding="utf-8")
    page = tmp_path / "page.md"
    found = problems({page: CELL + "(top)=\n# Title\n"}, set(), answers=list(in_checklist(tmp_path / "a.csv")))
    assert len(found) == 2
    assert found[0].endswith("a.csv:3: this leads nowhere: place nowhere")
    assert "no text refers to this figure" in found[1]
