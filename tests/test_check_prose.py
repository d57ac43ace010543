"""The check for typed statistics: each kind is found, wherever it hides, and clean text passes."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"
sys.path.insert(0, str(TOOLS))

import check_prose  # noqa: E402  (needs the path above)

ALLOWED = check_prose.allowed_numbers()


def messages(text: str) -> list[str]:
    return [problem.message for problem in check_prose.problems_in(text, ALLOWED)]


def typed(text: str) -> list[str]:
    """The typed numbers found, without their wording."""
    return [message.split('"')[1] for message in messages(text) if message.startswith("typed number")]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("HbA1c fell by 0.66 points.", "0.66"),
        ("The difference was −0.66.", "−0.66"),
        ("A pool of k = 3 trials.", "3"),
        ("Heterogeneity was low (I² = 12%).", "12%"),
        ("It was significant (p < 0.05).", "0.05"),
        ("The interval was 0.3–0.7.", "0.3–0.7"),
        ("In all, 1,234 records were screened.", "1,234"),
        ("合并效应为０.６６。", "０.６６"),
        ("共纳入12例患者。", "12"),
        ("下降了35％。", "35％"),
        ("Diabetes affects 537 million adults.", "537"),
        ("Dose of 2 × 10^6 cells.", "2"),
        ("IL-6 fell.", "6"),
        ("95% of patients responded.", "95%"),
        ("The trial of 2015 was small.", "2015"),
        ("About 2015 it was small.", "2015"),
        ("In 2000 patients it was small.", "2000"),
        ("Exactly 2000 patients took part.", "2000"),
        ("Diabetic 2000 patients took part.", "2000"),
        ("Zang 2022 patients", "2022"),
        ("## 3 trials were pooled", "3"),
        ("## 3.2 points lower", "3.2"),
        ("The number of trials was\n3. Then more followed.", "3"),
        ("{zh}`共3项试验，MD -0.66`", "3"),
        ("{zh}`MD -0.66`", "-0.66"),
        ("{strong}`We pooled 3 trials`", "3"),
        ("{abbr}`MD (0.66 points)`", "0.66"),
        ("{kbd}`61%`", "61%"),
        ("It fell{sub}`3 trials`", "3"),
        ("{math}`I^2 = 61\\%`", "61"),
        ("A difference of $-0.66$ points", "−0.66"),
        ("95% CI $[-1.51, 0.19]$", "0.19"),
        ("It was $0.66 \\pm 0.2$", "0.2"),
        ("With $\\mu = -0.66, k = 3$", "−0.66"),
        ("With $\\mu\\approx61\\%$", "61"),
        ("$$\n\\mu = -0.66\n$$", "−0.66"),
        ("$\\mu =\n-0.66$", "−0.66"),
        ("```{math}\n:label: eq-1\n\\mu = -0.66\n```", "−0.66"),
        ("```{math} \\mu = -0.66\n```", "−0.66"),
        ("A pool of $3$ trials", "3"),
        ("A pool with $I_k = 61$ and $k = 61\\%$", "61"),
        ("A pool of $3 \\text{ trials}$", "3"),
        ("With $n = 8$ in all", "8"),
        ("With $I^2 = 0\\%$", "0"),
        ("${0.66}$ points", "0.66"),
        ("$\\text{two trials}$", "two trials"),
        ("A difference of `-0.66`", "-0.66"),
        ("A difference of `MD -0.66`", "-0.66"),
        ("`0.66 mmol/L`", "0.66"),
        ("`p<0.05`", "0.05"),
        ("`k = 3`", "3"),
        ("`three trials`", "three trials"),
        ("`共3项`", "3"),
        ("```\nWe pooled 3 trials.\n```", "3"),
        ("```text\nWe pooled 3 trials.\n```", "3"),
        ("~~~\nWe pooled three trials.\n~~~", "three trials"),
        ("```{code-block} text\nThe MD was 0.66.\n```", "0.66"),
        ('{{ "3" }} trials', "3"),
        ("[^1]: 3 trials", "3"),
        ("Text[^1].\n\n[^1]: Pooled.\n  From 3 trials.", "3"),
        ("See https://example.org/a，共5项", "5"),
        ("A share of ½ responded", "½"),
        ("Pooled ³ trials", "³"),
        ("共³项试验", "³"),
        ("Pooled ③ trials", "③"),
    ],
)
def test_digits_in_prose(text, number):
    assert number in typed(text)


@pytest.mark.parametrize(
    "text",
    [
        "We found three trials.",
        "Two of the studies were blinded.",
        "There were twelve participants.",
        "It rests on two small randomized trials.",
        "Only one trial reported it.",
        "There were twenty-four treated patients.",
        "Zero events were seen.",
        "Half of the trials were open label.",
        "It rests on three\nrandomized trials.",
        "纳入三项试验。",
        "其中两项随机对照研究报告了该结局。",
        "仅一项研究采用盲法。",
        "十二名受试者接受治疗。",
        "发生三例死亡。",
        "约三分之二的患者有效。",
        "下降百分之三十。",
        "It fell by thirty percent.",
        "It fell by twenty-five per cent.",
        "It fell by two percentage points.",
        "It fell by half a percentage point.",
        "It fell by zero point six six.",
        "There were two hundred participants.",
        "下降零点六六。",
        "共三项。",
        "共有一项。",
        "五万患者",
        "共有五百人",
        "约五百余人",
        "半数患者有效。",
        "半数以上有效。",
        "一半的患者有效。",
        "七成患者有效。",
        "发生一例死亡。",
    ],
)
def test_spelled_counts(text):
    assert typed(text)


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("---\nversion: 2025\n---\nA pool of 3.", 4),
        ("| Trial | n |\n| --- | --- |\n| {cite}`a2015` | 61 |", 3),
        ("```{figure} plots/f1.svg\n:name: fig-1\n:alt: Forest plot of 3 trials\n\nCaption.\n```", 3),
        ("```{figure} plots/f1.svg\n:alt: Forest plot\n\nPooled from 3 trials.\n```", 4),
        ("```{image} f1.png\n:width: 40%\n:alt: 12 dots\n```", 3),
        ("```{list-table} Doses of 3 trials\n* - Dose\n```", 1),
        ("```{list-table} Doses\n* - 5 mg\n```", 2),
        (":::{note}\nThere were 3.\n:::", 2),
        ("````{note}\n```{tip}\nThere were 3.\n```\n````", 3),
        ("![Plot of 3 trials](f1.png)", 1),
        ('Text <img src="f1.png" alt="3 trials">', 1),
        ("See {ref}`the 3 trials <included>`.", 1),
        ("See [the 3 trials](page.md#t4).", 1),
        ("Pooled $I^2 = 12\\%$ here.", 1),
        ("# Results of 3 trials", 1),
        ("- 3 trials", 1),
        ("1. A list with 3 trials", 1),
        ("---\ntitle: A pool of 3\n---\nText.", 2),
        ("---\nmyst:\n  substitutions:\n    k: 3 trials\n---\nText.", 4),
        ("```{code-cell}\n---\nchart: {name: fig-2, caption: Pooled from 3 trials}\n---\nf(4)\n```", 3),
        ('```{code-cell}\n---\n"chart":\n  "caption": "Pooled from\n   3 trials"\n---\nf(4)\n```', 5),
        ("```{code-cell}\n---\na2: &c4 From 3 trials\nchart:\n  caption: *c4\n---\nf()\n```", 3),
        ("```{code-cell}\n---\nchart:\n  caption: |2-\n    Pooled from 3\n---\nf()\n```", 5),
        ("```{code-cell}\n:mystnb.figure.caption: From 3 trials\nf(4)\n```", 2),
        ("```{figure} f1.png\n:width: 40%\n:alt: Note: 3 trials\n```", 3),
        ('```{code-cell}\nMarkdown("MD was -0.66")\n```', 2),
        ("```{code-cell}\nx = 4  # isn't 5\nMarkdown(f'MD was {x:.2f} in 3')\n```", 3),
        ('```{code-cell}\nMarkdown("""\nMD was 0.66.\n""")\n```', 3),
        ('```{code-cell}\nMarkdown("共3项")\n```', 2),
        ("- ```bash\n  make 3\n  ```\n\nA pool of 3.", 5),
        ("<!-- ```python -->\nA pool of 3.", 2),
        ("<!--\n```python\n-->\nA pool of 3.", 4),
        ("::: {note}\nA pool of 3.\n:::", 2),
        ("```{list-table} Doses of\n:header-rows: 1\n* - 5 mg\n```", 3),
    ],
)
def test_places_where_statistics_hide(page, line):
    problems = check_prose.problems_in(page, ALLOWED)
    found = {problem.line for problem in problems if problem.message.startswith("typed number")}
    assert found == {line}


def test_caption_in_cell_metadata():
    page = (
        "```{code-cell} ipython3\n---\nmystnb:\n  figure:\n    name: fig-2\n    caption: |\n"
        "      Forest plot.\n      Pooled from 3 trials.\ntags: [hide-input-3]\n---\nshow(4)\n```\nEnd."
    )
    problems = check_prose.problems_in(page, ALLOWED)
    assert [(problem.line, problem.message) for problem in problems] == [(8, 'typed number "3"')]


@pytest.mark.parametrize(
    "page",
    [
        "The difference was {num}`hba1c.t2dm.msc.controlled.estimate` (95% CI {num}`hba1c.x12.ci`).",
        "---\nversion: 3\nkernelspec: {name: x 12}\n---\nText.",
        "```{code-cell} ipython3\n:tags: [hide-input]\nfigure(3)\n```\nText.",
        "```python\nx = 3\n```\nText.",
        "~~~yaml\n3\n~~~\nText.",
        "```{code-block} bash\nmake 3\n```",
        "````md\n```{note}\n3 trials\n```\n````",
        "```{toctree}\n:maxdepth: 2\nchapters/01_intro\n```",
        "```{math}\n:label: eq-1\ng = 1/n_1\n```",
        "Use `pool(3)` and ``a `3` b``.",
        "With $t_{k-1}$ and $$\nv = s_1^2/n_1\n$$ as variance.",
        "See [methods](03_methods.md#s2), https://example.org/2025/3 and <https://example.org/4>.",
        "<!-- 3 trials\n12 --> Text.",
        "(sec-3)=\n## 3.2. Methods\n\n1. First\n2. Second\n   goes on\n3. Third",
        "% a comment with 3\nText.",
        "Text[^1] here.\n\n[^1]: A note.\n[home]: https://example.org/1",
        "Cited {cite}`skyler2015,zang2022` and {doc}`02_introduction`.",
        '<span class="h2" id="x3">Text</span>',
        "HbA1c, GLUT4 and β2 are names.",
        "A study may err, and 一项研究 is not a count.",
        "Both arms were treated; the two differ.",
        "HbA1c, HbA{sub}`1c`, M2 macrophages, C-peptide, CD34+ and τ̂² are names, kg/m² is a unit.",
        "RoB 2, PRISMA 2020, Python 3.11 and type 2 diabetes",
        "Skyler 2015, Chen P 2016, Kong et al. 2014 and the Zang 2022 trial.",
        "Zang 2022 randomized participants.",
        "Claims C1 to C10, trial NCT01576328, doi 10.4252/wjsc.v17.i7.108202",
        "From {math}`k = 3` trials on; {math}`k = 0`, {math}`k = 1` or {math}`k = 2`; {math}`k \\ge 10`.",
        "采用RoB 2工具，按PRISMA 2020声明报告。",
        "With $t_{k-1,\\,0.975} \\sqrt{\\frac{1}{2} + 0.5}$ and $\\hat\\tau^{2}$, $x^{0.5}$, $x_{12}$.",
        "$$\\hat\\mu = \\frac{1}{k-1} \\sum_{i=1}^{k} w_i^{-2} (n+1), \\qquad \\tau^2 = 0.$$",
        "Tests of $\\mu = 0$, $a<b$ and $c>d$; pooling needs $k \\ge 3$; $g = 2 d$.",
        "Run `make 3`, `cd data2 && sha256sum *.csv`, `pool(x, 3)`, `git log -3`, `.venv/bin/python 3.py`.",
        "The keys `hba1c.t2dm`, `sha256`, `utf-8`, `n_2`, `x/y2.csv` and `analyse` in code.",
        "```\nmake html    # 3 minutes\n./tool 3\ntools/x.sh -n\n```",
        "```text\ndata/ -> evidence\n```",
        "See {ref}`fig-3`, {numref}`Figure %s <fig-3>`, {doc}`/03_methods` and {download}`a3.csv`.",
        '```{code-cell}\nshow(results["hba1c"], "x3", width=300, title="No digit")  # 3 trials\n```',
        "```{code-cell}\n%matplotlib inline\nf(f'{x:.2f} of {y[3]}')\n```",
        "```{code-cell}\n---\nchart: {name: fig-3, caption: Pooled, width: 3}\ntags: [x-3]\n---\nf()\n```",
        "```{figure} f1.png\n:width: 40%\n:alt: Note: pooled\n```",
        "`` {num}`a.3` `` is written so, and {{ k3 }} too.",
        "| a | b |\n|---|---|\n| {num}`x.1` | {cite}`a2015` |",
        "半数致死量（LD50）是剂量名称；十分重要；无一例外；一点；两组患者。",
        "Each row names one value. A year in the name of Luo 2018.",
    ],
)
def test_clean_pages_pass(page):
    assert messages(page) == []


def allowed_rows():
    with open(check_prose.ALLOWED_FILE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", allowed_rows(), ids=lambda row: row["example"])
def test_each_allowed_pattern_is_needed_and_passes(row):
    assert row["reason"]
    assert typed(row["example"]) == []
    assert [p for p in check_prose.problems_in(row["example"], []) if p.message.startswith("typed number")]


def test_an_allowed_name_does_not_cover_its_neighbors():
    assert typed("patients with type 2 diabetes in 3 arms") == ["3"]
    assert typed("95% CI 0.1 to 0.2") == ["0.1", "0.2"]
    assert typed("95%置信区间 −1.2至0.3") == ["−1.2", "0.3"]


def test_a_pattern_without_reason_is_refused(tmp_path):
    table = tmp_path / "allowed.csv"
    table.write_text("pattern,reason,example\nabc,,abc\n", encoding="utf-8")
    with pytest.raises(ValueError, match="abc"):
        check_prose.allowed_numbers(table)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("p = 0.000", "never zero"),
        ("It fell by -0.5.", "minus sign"),
        ("It fell by (-{num}`x`).", "minus sign"),
        ("TO" + "DO: write this.", "unfinished"),
        ("Glycaemic control", "British"),
        ("a non-randomised study", "British"),
        ("unlabelled values", "British"),
        ("{strong}`randomised`", "British"),
        ("![](f1.png)", "alternative text"),
        ('<img src="f1.png">', "alternative text"),
        ('<img src="f1.png" alt="">', "alternative text"),
        ("```{figure} f1.png\n:name: f\n\nCaption.\n```", "alternative text"),
        (":::{image} f1.png\n:::", "alternative text"),
    ],
)
def test_other_faults(text, part):
    assert any(part in message for message in messages(text))


@pytest.mark.parametrize(
    "text",
    [
        "The paper “Randomised trial of haemoglobin” is cited.",
        "The column `n_randomised` is shown.",
        '```{code-cell}\nshow("limb ischaemia", "-0 and randomised")\n```'.replace("-0", "-{x}"),
        "An organism with characteristic color was analyzed; the analyses agree.",
        "A well-known range from {num}`a` to {num}`b`.",
        "- a list item\n\n---\n\n| a | b |\n|---|---|\n| - | x |",
        "```python\nx = -3  # ![](f1.png)\n```",
        "![A forest plot](f1.png)",
    ],
)
def test_no_false_alarm(text):
    assert messages(text) == []


def test_command_names_file_and_line(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# Title\n\nWe pooled 3 trials.\n", encoding="utf-8")
    command = [sys.executable, str(TOOLS / "check_prose.py"), str(page)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stdout == f'{page}:3: typed number "3" in: We pooled 3 trials.\n'
    page.write_text("# Title\n\nNothing typed.\n", encoding="utf-8")
    assert subprocess.run(command).returncode == 0
