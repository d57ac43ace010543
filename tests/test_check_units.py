"""The check of signs, units and punctuation: each fault is found, and the house style passes."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"
sys.path.insert(0, str(TOOLS))

from check_units import problems_in  # noqa: E402  (needs the path above)


def messages(text):
    return [problem.message for problem in problems_in(text)]


def chinese(text):
    return f"Text.\n\n:::{{language}} zh-Hans\n{text}\n:::\n"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("From {num}`a` − {num}`b`.", "range"),
        ("From {num}`a`-{num}`b`.", "range"),
        ("From {num}`a`–{num}`b`.", "range"),
        ("It fell by −{num}`a`.", "sign before"),
        ("It was {num}`a` mmol/l.", "liter"),
        ("It was {num}`a` mg/dl.", "liter"),
        ("It was {num}`a` ml.", "liter"),
        ("It fell by {num}`a` percent.", "write %"),
        ("A few per cent changed.", "write %"),
        ("It was {num}`a` %.", "right after"),
        ("It was {num}`a`mmol/L.", "no space"),
        ("It was {num}`a`months.", "no space"),
        ("After 12weeks.", "no space"),
        ("With p={num}`q_p`.", "relation"),
        ("With p= {num}`q_p`.", "relation"),
        ("With I² ={num}`i2`.", "relation"),
        ("By {num}`hba1c.t2dm.msc.controlled.estimate`%.", "percentage points"),
        ("By {num}`hba1c.t2dm.msc.controlled.ci` percent.", "percentage points"),
        ("```{figure} x.png\n:alt: x\n\nMD, %\n```", "percentage points"),
        ("| Mean difference (%) |", "percentage points"),
        ("(95%CI {num}`a.ci`)", "write “95% CI”"),
        ("(95 % CI {num}`a.ci`)", "write “95% CI”"),
        ("(95% CI: {num}`a.ci`)", "is missing"),
        ("(95% CI -1.51 to 0.19)", "is missing"),
        ("(95% CI {num}`a.estimate`)", "before another"),
        ("a 95% confidence interval of {num}`a.pi`", "before another"),
        ("(95% prediction interval {num}`a.ci`)", "before another"),
        (chinese("（95%置信区间{num}`a.estimate`）"), "before another"),
        (chinese("（95%预测区间{num}`a.ci`）"), "before another"),
        ("We pooled {num}`a.k` participants.", "suit"),
        ("At {num}`a.months` trials.", "suit"),
        ("In {num}`s.include` cohorts.", "suit"),
        ("With {num}`a.eligible_randomized` controlled trials.", "suit"),
        (chinese("{num}`a.k`例"), "suit"),
        (chinese("{num}`s.include`个队列的{num}`s.cohorts`篇报告"), "suit"),
        (chinese("均值差为{num}`a.n_participants`个百分点"), "suit"),
        (chinese("合并,结果"), "half-width"),
        (chinese("合并, 结果"), "half-width"),
        (chinese("合并.\n结果。"), "half-width"),
        (chinese("合并结果."), "half-width"),
        (chinese("共{num}`a`项,结果"), "half-width"),
        (chinese("为{num}`a`, {num}`b`"), "half-width"),
        (chinese("见综述{cite}`x`,但"), "half-width"),
        (chinese("**背景:** 无"), "half-width"),
        (chinese("降低? 无"), "half-width"),
        (chinese("HbA1c, 血糖"), "half-width"),
        (chinese("合并 结果"), "space between"),
        ("## {zh}`摘 要`", "space between"),
        ("## {zh}`摘要,结论`", "half-width"),
        ("```{code-cell}\n---\nx: {language: zh-Hans, caption: '结果,总结'}\n---\nf()\n```", "half-width"),
    ],
)
def test_each_fault_is_found(text, part):
    assert any(part in message for message in messages(text)), messages(text)


@pytest.mark.parametrize(
    "text",
    [
        "From {num}`a` to {num}`b`, {num}`c` / {num}`d`, a well-known range – as said – and {num}`e`.",
        "It was {num}`a` mmol/L, {num}`b` mg/dL and {num}`c` mL; {num}`d` mmol/mol.",
        "Percent changes, percentage points, {num}`weights` of the weight; a {num}`m`-month follow-up.",
        "With p = {num}`q_p`, I² {num}`i2`, k = {num}`k`; {math}`r=0.5` and $p=0.5$ in TeX.",
        "By {num}`hba1c.t2dm.msc.controlled.estimate` percentage points; the mean was {num}`hba1c.x.mean`%.",
        "(95% CI {num}`a.ci`; 95% prediction interval {num}`a.pi`), (95% CI {num}`a.wald`), (95% CI).",
        "The 95% CI includes no difference; a 95% interval from {num}`a.tau2_ci`.",
        "Key {num}`insulin.dl.ml.x`: `timeout=0.5`, `mg/dl`, <a title=x p=3>.",
        "{num}`a.k` trials, {num}`a.n_participants` participants, {num}`a.months` months, {num}`a.k` of it.",
        "Of {num}`s.include` reports of {num}`s.cohorts` cohorts the difference {num}`a.estimate` in trials.",
        chinese("（95%置信区间{num}`a.ci`；τ² {num}`a.tau2`），共{num}`a.k`项，{num}`a.n_participants`例。"),
        chinese("**背景。** 可改善 {cite}`x`，但Hartung-Knapp区间（ad hoc）为{num}`a`mmol/L".replace("`mm", "` mm")),
        chinese("τ²={num}`a.tau2`，I²={num}`a.i2`；p<{num}`a.q_p`。"),
        chinese("随访{num}`a.months`个月，Skyler 2015所报告。\n一、二：三；四？"),
        "English lists 疗效, 间充质干细胞 and others.",
        "```python\nx = 3ml\n```",
        "```{code-cell}\nf(p=3)\n```",
    ],
)
def test_the_house_style_passes(text):
    assert messages(text) == []


def test_line_numbers_and_exit_status(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(chinese("好。\n合并,结果"), encoding="utf-8")
    command = [sys.executable, str(TOOLS / "check_units.py")]
    run = subprocess.run([*command, str(page)], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, f"{page}:5: half-width mark in Chinese in: 合并,结果\n")
    assert subprocess.run(command).returncode == 0
