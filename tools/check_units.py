"""Checks signs, units and punctuation around the numbers of the prose: part of ``make check``.

Usage: python tools/check_units.py [files...]     (default: chapters/*.md, README.md and CONTRIBUTING.md)

Prints `file:line: problem` and exits 1 if there is any.  Numbers come by role and bring their own sign; what
stands around them is typed and must agree: a unit has its space, a noun suits the key, "95% CI" precedes an
interval.  Chinese has full-width punctuation.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from check_mask import CHINESE, INLINE, MASK, blocks, fill, readable
from check_prose import MATH, Problem, as_problems, report, typed_text

# Stands for a number by role where its key does not matter; `END` is the end of any number.
NUM = "\ue002"
END = rf"[\d{NUM}]"
NO_LETTER = r"(?![A-Za-z])"
AMOUNT = r"(?:[mnpµμ]?mol|[mnpµμk]?g|m?IU|m?U)"

# What stands around a number, and the fault.
SIGNS = {
    rf"{NUM}\s*[-−–—~～]\s*{NUM}": "a range: write “to” (至), or use a key that is a range",
    rf"(?:^|(?<=[\s(（\[,;:：=|]))[−–](?={NUM})": "a sign before a number, which brings its own",
    rf"(?<![A-Za-z]){AMOUNT}/d?l{NO_LETTER}|(?<![A-Za-z])[mµμd]l{NO_LETTER}": "liter is L: mmol/L, mg/dL, mL",
    rf"{END}\s*per\s?cent\b|\bper cent\b": "write % after a number, percent without one",
    rf"{END}\s+[%％]|％": "% stands right after its number and is half-width",
    rf"{NUM}(?=[A-Za-zµμ°])": "no space before the unit",
    rf"(?<![A-Za-z\d.])\d[\d.,]*(?:{AMOUNT}|m?L|h|min|days?|weeks?|months?|years?){NO_LETTER}": (
        "no space before the unit"
    ),
    r"(?:\bMD|[Mm]ean difference|均值差)\s?[(（,，]\s?[%％]": "differences are in percentage points, not in %",
    r"95 ?[%％]CI\b|95 [%％] CI\b|95% (?:C\.I\.|[cC]i\b)": "write “95% CI”",
    rf"[(（]95% CI\b(?! {NUM}|[)）])": "after “(95% CI” a number by role is missing",
}
# Chinese sets relation signs close.
SPACED = {rf"[A-Za-z²](?:[=<>≤≥]\s?|\s[=<>≤≥])(?=[-−]?{END})": "a relation sign has a space on both sides"}

DIFFERENCE = r"estimates?|effect|se|ci|pi|wald|hksj|change\w*"
CI, PI = r"CIs?\b|confidence intervals?|[置可]信区间", r"PIs?\b|prediction intervals?|预测区间"
LINK = r"\s?(?:of|from|was|is|为|是|[:：])?\s?"
PEOPLE, TRIALS, COHORTS = r"participants?|patients?|例|名", r"trials?|stud(?:y|ies)|项", r"cohorts?|个队列"
REPORTS, MONTHS, POINTS = r"reports?|篇", r"months?|个月", r"percentage points?|个百分点"
# Last part of a key, and the nouns that cannot follow such a number.
NOUNS = {
    r"k|eligible_trials": [PEOPLE, REPORTS, MONTHS, POINTS],
    r"n_participants|n_treatment|eligible_randomized": [TRIALS, COHORTS, REPORTS, MONTHS, POINTS],
    r"cohorts": [PEOPLE, TRIALS, REPORTS, MONTHS, POINTS],
    r"include": [PEOPLE, COHORTS, MONTHS, POINTS],
    r"months": [PEOPLE, TRIALS, COHORTS, REPORTS, POINTS],
    DIFFERENCE: [PEOPLE, TRIALS, COHORTS, REPORTS, MONTHS],
}
KEYS = {
    rf"\{{num\}}`hba1c[^`]*\.(?:{DIFFERENCE})`\s*(?:[%％]|percent\b)": (
        "a difference in HbA1c is in percentage points (个百分点), not in %"
    ),
    rf"95[%％] ?(?:{CI}){LINK}\{{num\}}`(?![^`]*(?:[._]ci|\.wald|\.hksj)`)": "“95% CI” before another number",
    rf"95[%％] ?(?:{PI}){LINK}\{{num\}}`(?![^`]*[._]pi`)": "“95% prediction interval” before another number",
} | {
    rf"\{{num\}}`[^`]*\.(?:{key})`\s?(?:\w+(?:ed|ical|ible) )?(?:{'|'.join(nouns)}){NO_LETTER}": (
        "the noun does not suit the key of its number"
    )
    for key, nouns in NOUNS.items()
}

WIDE = rf"{CHINESE}“”《》）"
MARK = r"(?:[,;:?!]|(?<![A-Za-z])\.)"
PUNCTUATION = {
    rf"(?<=[{WIDE}`{MASK}]){MARK}(?=[\s*{WIDE}]|$)|{MARK}\s?(?=[{WIDE}])": "half-width mark in Chinese",
    rf"(?<=[{CHINESE}])[ \t]+(?=[{CHINESE}])": "space between Chinese characters",
}


def problems_in(text: str) -> list[Problem]:
    """All faults of one page, in reading order."""
    marked = keyed = MATH.sub(fill, typed_text(text))
    chinese = _chinese_blocks(text)
    for match in INLINE.finditer(readable(text)):
        start, end = match.span()
        if match["role"] == "num":
            marked = marked[:start] + NUM * (end - start) + marked[end:]
            keyed = keyed[:start] + match[0] + keyed[end:]
        elif match["role"] == "math":  # TeX sets its own spaces
            marked = marked[:start] + fill(match) + marked[end:]
        elif match["role"] == "zh":
            chinese.append(match.span("body"))
    found = [*_matches(SIGNS, marked), *_matches(KEYS, keyed)]
    for start, end in chinese:
        found += [(start + place, message) for place, message in _matches(PUNCTUATION, keyed[start:end])]
        marked = marked[:start] + fill(marked[start:end]) + marked[end:]
    return as_problems([*found, *_matches(SPACED, marked)], text)


def _chinese_blocks(text: str) -> list[tuple[int, int]]:
    """Start and end of the content of each Chinese block, and of the options of each Chinese table."""
    lines = text.split("\n")
    places = [0]
    for line in lines:
        places.append(places[-1] + len(line) + 1)
    found = []
    for block in blocks(lines):
        if block.name == "language" and "zh" in block.argument:
            found.append((places[block.body], places[block.end]))
        elif re.search(r"\blanguage:\s*[\"']?zh", "\n".join(lines[block.start + 1 : block.body])):
            found.append((places[block.start + 1], places[block.body]))
    return found


def _matches(rules: dict[str, str], text: str) -> Iterator[tuple[int, str]]:
    """Places and messages of all matches of some rules."""
    for pattern, message in rules.items():
        for match in re.finditer(pattern, text, flags=re.M):
            yield match.start(), message


if __name__ == "__main__":
    sys.exit(report(sys.argv[1:], problems_in))
