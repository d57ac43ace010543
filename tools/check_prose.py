"""Find what must not stand in the prose of this project: typed statistics above all.

Usage: python tools/check_prose.py [files...]     (default: chapters/*.md and README.md)

Prints `file:line: problem` and exits 1 if there is any.  Every number of the review comes by a role such as
{num}`hba1c.t2dm.msc.controlled.estimate`, so any digit left in prose, caption, table or alternative text is typed.
Names that hold a digit ("type 2", "RoB 2") and constants of the plan are listed, with the reason, in
`tools/allowed_numbers.csv`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from check_mask import MASK, typed_text

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_FILE = Path(__file__).with_name("allowed_numbers.csv")

# A digit right after a Latin or Greek letter belongs to a name (HbA1c, GLUT4); one after a Chinese character does not.
# `\d` includes full-width digits.
NUMBER = re.compile(r"(?<![A-Za-zα-ωΑ-Ω\d])[-−–+±]?\d+(?:[.,·:/×–−~～-]?\d+)*\s?[%％‰]?")
GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*(?![\n#|>*-]))"
NOUN = (
    r"(?:trials?|stud(?:y|ies)|reports?|cohorts?|participants?|patients?|persons?|people|adults?|arms?|deaths?|events?"
    r"|meta-analys[ei]s|RCTs?|reviews?|records?|comparisons?|contrasts?|experiments?|animals?|rats?|mice|countries)"
)
SMALL = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "zero|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
COUNT = rf"(?:(?:{TENS})(?:-(?:{SMALL}))?|{TEENS}|{SMALL}|a hundred|hundreds?|thousands?|a dozen)"
SHARE = r"(?:half|(?:a|one|two)[ -](?:thirds?|quarters?|fifths?)|three[ -]quarters|most of the (?:two|three))"
OF = rf"(?:{GAP}(?:out{GAP})?of(?:{GAP}(?:the|these|those|all|our))?)"
SPELLED = re.compile(rf"\b(?:{COUNT}{OF}?|{SHARE}{OF})(?:{GAP}[\w’'-]+){{0,3}}?{GAP}{NOUN}\b", re.I)
# 一项研究 is only "a study"; 仅一项 and 只有一项 are counts.
CHINESE = re.compile(
    r"(?:[仅只](?:有|纳入)?一|[两二三四五六七八九十百千][一二三四五六七八九十百千]*)"
    r"(?:例|(?:项|个|名|位|篇|只|份)[^，。；、\s\ue000]{0,10}?"
    r"(?:试验|研究|患者|受试者|参与者|病例|队列|报告|分析|综述|文献|死亡|事件|动物|大鼠|小鼠))"
    r"|[一二三四五六七八九十百]+分之[一二三四五六七八九十百零点]+"
)

# Before a typed number or before a role.
HYPHEN_MINUS = re.compile(rf"(?:(?<=[\s(（\[,;:：=|])|^)-(?=\.?[\d{MASK}])", re.M)
P_ZERO = re.compile(r"\bp\s*[=＝]\s*0?[.．]0+(?!\d)", re.I)
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|TKTK)\b")
QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"|「[^」\n]*」")
BRITISH = {
    "haemo": "hemo", "glycaem": "glycem", "anaem": "anem", "ischaem": "ischem", "oedema": "edema",
    "randomis": "randomiz", "standardis": "standardiz", "summaris": "summariz", "characteris": "characteriz",
    "hospitalis": "hospitaliz", "normalis": "normaliz", "organis": "organiz", "recognis": "recogniz",
    "analyse": "analyze (analysis, analyses as nouns)", "behaviour": "behavior", "tumour": "tumor",
    "colour": "color", "favour": "favor", "centre": "center", "litre": "liter", "labelled": "labeled",
    "paediatr": "pediatr", "programme": "program", "judgement": "judgment",
}  # fmt: skip
# "organism" and "characteristic" are no verbs, and "analyses" is an American plural too.
VERB_FORM = {"is": r"(?=e[ds]?\b|ing|ation)", "se": r"(?=d?\b)"}
_STEMS = "|".join(stem + VERB_FORM.get(stem[-2:], "") for stem in BRITISH)
BRITISH_WORD = re.compile(rf"\b(?:non|un|re|hyper|hypo|normo)?-?(?P<stem>{_STEMS})", re.I)


class Problem(NamedTuple):
    """One finding: line (from 1), what it is, and the text around it."""

    line: int
    message: str
    excerpt: str


def allowed_numbers(path: Path = ALLOWED_FILE) -> list[re.Pattern]:
    """Patterns of the table, compiled; a row without a reason is refused."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if unexplained := [row["pattern"] for row in rows if not (row["reason"] or "").strip()]:
        raise ValueError(f"{path.name}: no reason given for {unexplained}")
    return [re.compile(row["pattern"]) for row in rows]


def problems_in(text: str, allowed: list[re.Pattern]) -> list[Problem]:
    """All problems of one page, in reading order."""
    typed = typed_text(text)
    counted = typed
    for pattern in allowed:
        counted = pattern.sub(lambda match: re.sub(r"[^\n]", MASK, match[0]), counted)
    lines = text.split("\n")
    found = sorted([*_numbers(counted), *_style(typed, text)])
    places = [(typed.count("\n", 0, place) + 1, message) for place, message in found]
    return [Problem(line, message, lines[line - 1].strip()[:120]) for line, message in places]


def _numbers(counted: str) -> Iterator[tuple[int, str]]:
    """Places of typed numbers in a masked text from which the allowed ones are gone."""
    for pattern in (NUMBER, SPELLED, CHINESE):
        for match in pattern.finditer(counted):
            yield match.start(), f'typed number "{" ".join(match[0].split())}"'


def _style(typed: str, text: str) -> Iterator[tuple[int, str]]:
    """Places of the other faults; alternative text is looked for in the page itself, where the markup still is."""
    for match in HYPHEN_MINUS.finditer(typed):
        yield match.start(), "hyphen typed as a minus sign"
    for match in P_ZERO.finditer(typed):
        yield match.start(), f'"{match[0]}": a p value is never zero'
    for match in LEFTOVER.finditer(typed):
        yield match.start(), f'unfinished: "{match[0]}"'
    own_words = QUOTED.sub(lambda match: MASK * len(match[0]), typed)
    for match in BRITISH_WORD.finditer(own_words):
        yield match.start(), f'British spelling "{match[0]}…": write {BRITISH[match["stem"].lower()]}'
    yield from _without_alt(text)


def _without_alt(text: str) -> Iterator[tuple[int, str]]:
    """Places of images and figures without alternative text, outside code."""
    shown = re.sub(
        r"^(`{3,}|~{3,})(?!\{)[^\n]*\n.*?^\1|<!--.*?-->", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S | re.M
    )
    for match in re.finditer(r"!\[\s*\]\(", shown):
        yield match.start(), "image without alternative text"
    for match in re.finditer(r"<img\b(?![^>]*\balt=[\"'][^\"'])[^>]*>", shown):
        yield match.start(), "image without alternative text"
    for match in re.finditer(r"^[ \t]*([`~:]{3,})\{(figure|image)\}[^\n]*\n(.*?)^[ \t]*\1", shown, flags=re.S | re.M):
        if not re.search(r"^\s*:?alt:\s*\S", match[3], flags=re.M):
            yield match.start(), f"{match[2]} without alternative text"


def shown_path(path: Path) -> Path:
    """The path from the top of the project, as editors and CI logs link it; any other path as given."""
    whole = path.resolve()
    return whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else path


def main(arguments: list[str]) -> int:
    """Check the named files, or all chapters and the README; exit status."""
    files = [Path(name) for name in arguments] or [*sorted((ROOT / "chapters").glob("*.md")), ROOT / "README.md"]
    allowed, count = allowed_numbers(), 0
    for path in files:
        for problem in problems_in(path.read_text(encoding="utf-8"), allowed):
            print(f"{shown_path(path)}:{problem.line}: {problem.message} in: {problem.excerpt}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
