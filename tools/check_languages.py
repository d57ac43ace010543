"""Checks that English and Chinese state the same numbers: part of ``make check``.

A Chinese block (``:::{language} zh-Hans``) repeats the English text before it: that in its own section, from
the heading or the last Chinese block on; if there is none, the whole section before, with nested headings.
Paragraph by paragraph both must show the same ledger entries, each as often and in the same order.  Chinese
may put a number first that English puts later only as its grammar asks: "5个队列的3篇报告" is "3 reports of
5 cohorts".  A Chinese table (``language: zh-Hans`` in its cell) is the same call as an English one before it;
a block without numbers that introduces one is not compared.  The checker prints what differs, exit status 1.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from check_mask import INLINE, MASK, blocks, readable

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
# Chapters that must hold Chinese: a block that is gone cannot differ.
BILINGUAL = ("abstract.md",)
LANGUAGES = ("en", "zh-Hans")
HEADING = re.compile(r"^(#{1,6})\s")
LABEL = re.compile(r"^\*\*([^*]+?)[.:。：]\s*\*\*|^\*\*([^*]+?)\*\*[:：]")
LABELS = {
    "Background": "背景", "Aim": "目的", "Methods": "方法", "Results": "结果", "Conclusion": "结论",
    "Key words": "关键词", "Core tip": "核心提示",
}  # fmt: skip
# Chinese names the whole before its part (X的Y), and the setting before the result (X项试验中，…).
SETTING_FIRST = re.compile(r"[^，。；、：（）,;:]*?(?:的(?=共?(?:\{num\}|$))|(?<!其)中|内|后|时|里)")
CHINESE_CELL = re.compile(r"\blanguage:\s*[\"']?zh-Hans\b")
CHINESE_ARGUMENT = re.compile(r",\s*(?:language\s*=\s*)?[\"']zh-Hans[\"']")
TARGET = re.compile(r"^[ \t]*(?:\([^()\s]+\)=|\{[#.][^}]*\})[ \t]*$")


class Paragraph(NamedTuple):
    """A paragraph with a label (else "") or numbers: its text, and of each number key, start and end."""

    label: str
    text: str
    numbers: list[tuple[str, int, int]]


def differences(text):
    """Lines that name each number that the two languages do not state alike."""
    lines = text.split("\n")
    shown = _shown(text)
    found = [
        f"line {n}: this language mark is not read"
        for n, line in enumerate(shown, 1)
        if "{language}" in INLINE.sub("", line)
    ]
    chinese, tables, calls = [], set(), set()
    for block in blocks(lines):
        line, argument = f"line {block.start + 1}", block.argument.strip()
        call = "\n".join(lines[block.body : block.end]).strip()
        if block.name == "language" and (argument not in LANGUAGES or block.end == len(lines)):
            found.append(f"{line}: a language block names zh-Hans and has an end")
        elif block.name == "language" and argument == "zh-Hans":
            chinese.append(block)
        elif CHINESE_CELL.search("\n".join(lines[block.start + 1 : block.body])):
            tables.add(block.start)
            if CHINESE_ARGUMENT.sub("", call) not in calls:
                found.append(f"{line}: a Chinese table is not that of an English cell before it")
        calls.add(call)
    for block in chinese:
        inside = {n for other in chinese for n in range(other.start, other.end + 1)}
        english = _english_before(shown, block.start, inside)
        if not any(line.strip() for line in english):
            found.append(f"line {block.start + 1}: a Chinese block has no English text before it")
        ours = _paragraphs(shown[block.body : block.end])
        following = next((n for n in range(block.end + 1, len(lines)) if lines[n].strip()), None)
        if following not in tables or any(paragraph.numbers for paragraph in ours):
            found += _compare(_paragraphs(english), ours)
    return found


def _shown(text):
    """The lines of a page with text and roles only: no cells, comments, targets or opening lines."""
    shown = [TARGET.sub("", line) for line in readable(text).replace(MASK, " ").split("\n")]
    for block in blocks(text.split("\n")):
        last = block.end if block.is_code else block.body - 1
        shown[block.start : last + 1] = [""] * (min(last + 1, len(shown)) - block.start)
    return shown


def _english_before(shown, start, chinese):
    """The lines that a Chinese block repeats; `chinese` are the numbers of all lines in Chinese blocks."""
    found = ((n, HEADING.match(shown[n])) for n in range(start) if n not in chinese)
    headings = [(n, len(match[1])) for n, match in found if match]
    own, level = headings[-1] if headings else (-1, 6)
    begin = max([own, *(n for n in chinese if n < start)]) + 1
    if any(line.strip() for line in shown[begin:start]):
        return shown[begin:start]
    before = next((n for n, other in reversed(headings[:-1]) if other <= level), None)
    if before is None:
        return []
    return [shown[n] for n in range(before + 1, own) if n not in chinese and not HEADING.match(shown[n])]


def _paragraphs(lines):
    """The paragraphs of some lines that have a label or numbers."""
    found = []
    for text in re.split(r"\n\s*\n", "\n".join(lines)):
        numbers = [(m["body"], m.start(), m.end()) for m in INLINE.finditer(text) if m["role"] == "num"]
        label = LABEL.match(text.strip())
        if label or numbers:
            name = (label[1] or label[2]).strip() if label else ""
            found.append(Paragraph(name, text, numbers))
    return found


def _compare(english, chinese):
    """What differs between the paragraphs of a text and those of its translation."""
    counts = [Counter(n[0] for p in side for n in p.numbers) for side in (english, chinese)]
    different = [key for key in sorted(counts[0] | counts[1]) if counts[0][key] != counts[1][key]]
    if different:
        return [f"{key}: {counts[0][key]} times in English, {counts[1][key]} in Chinese" for key in different]
    if len(english) != len(chinese):
        return [f"{len(english)} paragraphs with a label or numbers in English, {len(chinese)} in Chinese"]
    found = []
    for ours, theirs in zip(english, chinese):
        if bool(ours.label) != bool(theirs.label) or LABELS.get(ours.label, theirs.label) != theirs.label:
            found.append(f"paragraph {ours.label!r} stands where Chinese has {theirs.label!r}")
        elif Counter(n[0] for n in ours.numbers) != Counter(n[0] for n in theirs.numbers):
            found.append(f"paragraph {ours.label!r}: not the numbers of {theirs.label!r}")
        else:
            found += _exchanged(ours, theirs)
    return found


def _exchanged(english, chinese):
    """The first two numbers of a Chinese paragraph that English has in the other order, without reason."""
    places = {}
    for place, (key, _, _) in enumerate(english.numbers):
        places.setdefault(key, []).append(place)
    order = [places[key].pop(0) for key, _, _ in chinese.numbers]
    for first, (key, _, end) in enumerate(chinese.numbers):
        for second in range(first + 1, len(order)):
            later, start, _ = chinese.numbers[second]
            if order[first] > order[second] and not SETTING_FIRST.match(chinese.text[end:start]):
                return [f"paragraph {chinese.label!r}: {key} stands before {later}, in English after it"]
    return []


def _english_only(shown, chinese):
    """The numbers of a page that stand in none of its Chinese blocks: one of several may be gone."""
    inside = {n for block in chinese for n in range(block.start, block.end + 1)}
    keys = [set(), set()]
    for n, line in enumerate(shown):
        keys[n in inside] |= {m["body"] for m in INLINE.finditer(line) if m["role"] == "num"}
    return sorted(keys[False] - keys[True])


def main(paths):
    """Check the named files, or all chapters."""
    failed = False
    chapters = {*CHAPTERS.glob("*.md"), *(CHAPTERS / name for name in BILINGUAL)}
    for path in map(Path, paths or sorted(chapters)):
        text = path.read_text("utf-8") if path.exists() else ""
        found = differences(text)
        marked = [block for block in blocks(text.split("\n")) if block.name == "language"]
        chinese = [block for block in marked if block.argument.strip() == "zh-Hans"]
        if path.name in BILINGUAL and not chinese:
            found.append("this chapter has no Chinese block")
        elif path.name in BILINGUAL:
            found += [f"no Chinese block states {key}" for key in _english_only(_shown(text), chinese)]
        for line in found:
            print(f"{path.name}: {line}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
