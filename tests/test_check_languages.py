"""The check of both languages: whatever only one of them states, or states elsewhere, is found."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import check_languages  # noqa: E402  (needs the path above)
from check_languages import differences  # noqa: E402

ABSTRACT = (ROOT / "chapters" / "abstract.md").read_text(encoding="utf-8")
OPENING = ":::{language} zh-Hans"
PAGE = """# Title

Of {num}`a.start` in all.

## Abstract

**Aim.**
To see.

**Results.**
We kept {num}`a.reports` reports of {num}`a.cohorts` cohorts.
The difference in {num}`a.k` trials was {num}`a.estimate` ({num}`a.ci`).

**Conclusion.**
There are {num}`a.k` trials.

## {zh}`摘要`

:::{language} zh-Hans
**目的。**
观察。

**结果。**
纳入{num}`a.cohorts`个队列的{num}`a.reports`篇报告。
{num}`a.k`项试验的均值差为{num}`a.estimate`（{num}`a.ci`）。

**结论。**
共{num}`a.k`项试验。
:::
"""


def swapped(text, one, other, start=0):
    """The text with two keys exchanged from a place on."""
    head, tail = text[:start], text[start:]
    names = {one: other, other: one}
    return head + re.sub(r"(?<=\{num\}`)[^`]+", lambda m: names.get(m[0], m[0]), tail)


def test_the_abstract_and_the_example_agree():
    assert differences(ABSTRACT) == []
    assert differences(PAGE) == []


@pytest.mark.parametrize(
    "opening",
    [
        "::: {language} zh-Hans",
        ":::{language} zh-Hans  ",
        "::::{language}   zh-Hans",
        "```{language} zh-Hans",
        "~~~{language} zh-Hans",
        "  :::{language} zh-Hans",
    ],
)
def test_every_form_of_the_mark_is_read(opening):
    closing = re.search(r"[:`~]{3,}", opening)[0]
    page = PAGE.replace(OPENING, opening).replace("\n:::\n", f"\n{closing}\n")
    assert differences(page) == []
    assert differences(page.replace("a.ci`）", "a.pi`）"))


@pytest.mark.parametrize(
    "mark", [":::{language} zh-CN", ":::{language}", "::{language} zh-Hans", ":::{language} zh-Hans x"]
)
def test_a_mark_that_the_book_does_not_know_is_found(mark):
    assert differences(PAGE.replace(OPENING, mark))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("（{num}`a.ci`）", ""),
        ("（{num}`a.ci`）", "（<!-- {num}`a.ci` -->）"),
        ("（{num}`a.ci`）", "（`` {num}`a.ci` ``）"),
        ("（{num}`a.ci`）。\n", "。\n% {num}`a.ci`\n"),
        ("（{num}`a.ci`）。\n", "。\n\n```text\n{num}`a.ci`\n```\n"),
        ("（{num}`a.ci`）", "（{num}`a.ci`，{num}`a.ci`）"),
        ("（{num}`a.ci`）", "（{num}`a.pi`）"),
        ("（{num}`a.ci`）", "（-1.51至0.19）"),
        ("**目的。**\n观察。\n\n", ""),
        ("**目的。**", "**方法。**"),
        ("**目的。**", "目的。"),
        ("\n**结论。**\n", ""),
        ("\n:::\n", "\n"),
        ("{num}`a.k`项试验的均值差为{num}`a.estimate`", "均值差为{num}`a.estimate`，试验{num}`a.k`项"),
    ],
)
def test_what_chinese_lacks_or_adds_is_found(old, new):
    assert PAGE.count(old) == 1
    assert differences(PAGE.replace(old, new))


def test_all_of_a_paragraph_in_another_is_found():
    moved = PAGE.replace("共{num}`a.k`项试验。", "共。").replace("篇报告。", "篇报告。共{num}`a.k`项试验。")
    assert differences(moved)


HEADLINE = "hba1c.t2dm.msc.controlled."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("estimate", "ci"),
        ("ci", "pi"),
        ("wald", "hksj"),
        ("k", "n_participants"),
        ("k", "eligible_trials"),
        ("eligible_randomized", "k"),
        ("tau2", "i2"),
        ("estimate", "other_dose_end.estimate"),
    ],
)
@pytest.mark.parametrize("language", ["English", "Chinese"])
def test_two_numbers_exchanged_in_one_language_are_found(one, other, language):
    border = ABSTRACT.index("## {zh}`摘要`")
    if language == "English":
        page = swapped(ABSTRACT[:border], HEADLINE + one, HEADLINE + other, ABSTRACT.index("## Abstract"))
        page += ABSTRACT[border:]
    else:
        page = swapped(ABSTRACT, HEADLINE + one, HEADLINE + other, border)
    assert differences(page)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("{num}`r` reports of {num}`c` cohorts", "{num}`c`个队列的{num}`r`篇报告"),
        ("{num}`d` ({num}`ci`) in {num}`k` trials", "{num}`k`项试验中，均值差为{num}`d`（{num}`ci`）"),
        ("It fell by {num}`d` after {num}`m` months", "{num}`m`个月后下降{num}`d`"),
        ("{num}`d` in {num}`n` of {num}`k` trials", "{num}`k`项试验的{num}`n`例中为{num}`d`"),
        ("One: {num}`k`. Two: {num}`n`.", "一为{num}`k`；二为{num}`n`。"),
        ("No number", "无数值"),
    ],
)
def test_the_grammar_of_chinese_is_no_difference(english, chinese):
    assert differences(f"## A\n\n{english}\n\n## B\n\n{OPENING}\n{chinese}\n:::\n") == []


ENGLISH, CHINESE = "The answer is {num}`a.b`.", f"{OPENING}\n答案为{{num}}`a.b`。\n:::"

TABLE = "```{code-cell}\n---\ndata-table:\n  name: tab-1\n---\nsummary(results)\n```"
CHINESE_TABLE = "```{code-cell}\n---\ndata-table:\n  language: zh-Hans\n---\nsummary(results, 'zh-Hans')\n```"


@pytest.mark.parametrize(
    "page",
    [
        f"## Summary\n\n{ENGLISH}\n\n{CHINESE}\n",
        f"{ENGLISH}\n\n{CHINESE}\n",
        f"# T\n\n{{num}}`x`\n\n## One\n\n{ENGLISH}\n\n{CHINESE}\n\n{ENGLISH}\n\n{CHINESE}\n",
        f"## Abstract\n\n### Results\n\n{ENGLISH}\n\n### Aim\n\nNone.\n\n## 摘要\n\n{CHINESE}\n",
        f"## Abstract\n\n{ENGLISH}\n\n### 摘要\n\n{CHINESE}\n",
        f"### Abstract\n\n{ENGLISH}\n\n### 摘要\n\n(zh)=\n<!-- x -->\n\n{CHINESE}\n",
        f"## A\n\n{ENGLISH}\n\n## 摘要\n\n```{{code-cell}}\n:caption: A {{num}}`x`\nf()\n```\n\n{CHINESE}\n",
        f"## A\n\n{ENGLISH}\n\n## 摘要\n\n{CHINESE}\n\n## B\n\n{{num}}`x`\n\n## C\n\n{ENGLISH}\n\n{CHINESE}\n",
        f"## S\n\n```{{code-cell}}\ntable()\n```\n\nA table.\n\n{OPENING}\n表。\n:::\n",
        f"## S\n\n:::{{language}} en\n**Answer.**\n{ENGLISH}\n:::\n\n{OPENING}\n**答案。**\n{{num}}`a.b`\n:::\n",
        f"## S\n\n{ENGLISH}\n\n{TABLE}\n\n{OPENING}\n**表。**\n中文表。\n:::\n\n{CHINESE_TABLE}\n",
        f"## S\n\n{ENGLISH}\n\n{TABLE}\n\n{CHINESE}\n\n{CHINESE_TABLE}\n",
        f"## S\n\n{ENGLISH}\n\n{OPENING}\n**标题**\n\n答案为{{num}}`a.b`。\n:::\n",
        f"````md\n{OPENING}\n{{num}}`a`\n:::\n````\n\nWrite `` :::{{language}} zh-Hans ``.",
    ],
)
def test_the_english_text_is_found_in_each_layout(page):
    assert differences(page) == []
    if CHINESE in page:
        place = page.rindex("答案为{num}`a.b`")
        assert differences(page[:place] + page[place:].replace("a.b", "a.c", 1))


@pytest.mark.parametrize(
    "page",
    [
        f"## S\n\n{TABLE.replace('summary', 'other')}\n\n{CHINESE_TABLE}\n",
        f"## S\n\n{CHINESE_TABLE}\n",
        f"## S\n\n{CHINESE_TABLE}\n\n{TABLE}\n",
        f"## S\n\n{ENGLISH}\n\n{OPENING}\n无。\n:::\n\n{TABLE}\n",
        f"## S\n\n{ENGLISH}\n\n{TABLE}\n\n{OPENING}\n{{num}}`a.c`\n:::\n\n{CHINESE_TABLE}\n",
    ],
)
def test_a_chinese_table_without_its_english_one_is_found(page):
    assert differences(page)


def test_chinese_without_english_is_found():
    assert differences(f"## 摘要\n\n{CHINESE}\n")
    assert differences(f"## 摘要\n\n{OPENING}\n无。\n:::\n")


def without_chinese(text):
    return text[: text.index("## {zh}`摘要`")]


def all_english(text):
    return text.replace("zh-Hans", "en")


@pytest.mark.parametrize("lose", [without_chinese, all_english, lambda text: ""])
def test_a_bilingual_chapter_without_chinese_fails(tmp_path, capsys, lose):
    page = tmp_path / "abstract.md"
    page.write_text(lose(ABSTRACT), encoding="utf-8")
    assert check_languages.main([page]) == 1
    assert "no Chinese block" in capsys.readouterr().err
    page.write_text(ABSTRACT, encoding="utf-8")
    assert check_languages.main([page]) == 0


def test_a_bilingual_chapter_that_is_gone_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(check_languages, "CHAPTERS", tmp_path)
    assert check_languages.main([]) == 1


def test_the_command_passes_on_the_chapters():
    command = [sys.executable, str(ROOT / "tools" / "check_languages.py")]
    assert subprocess.run(command).returncode == 0
