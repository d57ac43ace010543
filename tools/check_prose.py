"""Find what must not stand in the prose of this project: typed statistics above all.

Usage: python tools/check_prose.py [files...]     (default: chapters/*.md, README.md and CONTRIBUTING.md)

Prints `file:line: problem` and exits 1 if there is any.  Every number of the review comes by a role such as
{num}`hba1c.t2dm.msc.controlled.estimate`, so any digit left in prose, title, caption, table, alternative
text, text of a role, string of a code cell, or as a value in a formula is typed.  Names that hold a digit
("type 2", "RoB 2") and constants of the plan are listed, with the reason, in `tools/allowed_numbers.csv`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from check_mask import CHINESE, INLINE, MASK, blocks, fill, mask_role, readable, values_of_formula

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_FILE = Path(__file__).with_name("allowed_numbers.csv")

# A digit right after a Latin or Greek letter belongs to a name (HbA1c, GLUT4); one after a Chinese character
# does not.  `\d` includes full-width digits.
NUMBER = re.compile(r"(?<![A-Za-zα-ωΑ-Ω\d])[-−–+±]?\d+(?:[.,·:/×–−~～-]?\d+)*\s?[%％‰]?")
# Fractions and circled digits; raised and lowered digits that are no power or index of what precedes them.
ODD_DIGIT = re.compile(
    r"[¼-¾⅐-⅞↉①-⒛⓪-⓿❶-➓㉑-㉟㊱-㊿]"
    r"|(?<![A-Za-zα-ωΑ-Ω\u0300-\u036f\d)\]}⁰¹²³⁴-⁹₀-₉\ue000\ue001])[⁰¹²³⁴-⁹₀-₉]+"
)
GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*(?![\n#|>*-]))"
NOUN = (
    r"(?:trials?|stud(?:y|ies)|reports?|cohorts?|participants?|patients?|persons?|people|adults?|arms?"
    r"|deaths?|events?|meta-analys[ei]s|RCTs?|reviews?|records?|comparisons?|contrasts?|experiments?"
    r"|animals?|rats?|mice|countries)"
)
SMALL = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "zero|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
SCALE = "hundreds?|thousands?|millions?"
COUNT = rf"(?:(?:{TENS})(?:-(?:{SMALL}))?|{TEENS}|(?:{SMALL}|a)[ -](?:{SCALE})|{SMALL}|{SCALE}|a dozen)"
SHARE = r"(?:half|(?:a|one|two)[ -](?:thirds?|quarters?|fifths?)|three[ -]quarters|most of the (?:two|three))"
OF = rf"(?:{GAP}(?:out{GAP})?of(?:{GAP}(?:the|these|those|all|our))?)"
SPELLED = re.compile(
    rf"\b(?:{COUNT}{OF}?|{SHARE}{OF})(?:{GAP}[\w’'-]+){{0,3}}?{GAP}{NOUN}\b"
    rf"|\b(?:{COUNT}|half{GAP}an?)(?:{GAP}|-)(?:percent\b|per{GAP}cent\b|percentage{GAP}points?\b)"
    rf"|\b(?:{TENS}|{TEENS}|{SMALL}){GAP}point(?:(?:{GAP}|-)(?:{TEENS}|{SMALL})\b)+",
    re.I,
)
DIGIT = "一二两三四五六七八九十百千万亿零〇"
COUNTED = "试验|研究|患者|受试者|参与者|病例|队列|报告|分析|综述|文献|死亡|事件|动物|大鼠|小鼠"
# 一项研究 is only "a study"; 仅一项, 只有一项 and 共一项 are counts.  半数致死量 is the name of a dose.
SPELLED_CHINESE = re.compile(
    rf"(?:[仅只](?:有|纳入)?一|[两二三四五六七八九十百千][{DIGIT}]*)"
    rf"(?:例|(?:项|个|名|位|篇|只|份)[^，。；、\s\ue000]{{0,10}}?(?:{COUNTED}))"
    rf"|(?:共|共有|共计|共纳入|合计)[{DIGIT}]+(?:余|多)?(?:项|个|例|名|位|篇|只|份|人)"
    rf"|[{DIGIT}]*[十百千万亿](?:余|多)?(?:{COUNTED})|[两二三四五六七八九十百千万亿]余?人(?![称口群类工])"
    rf"|一例(?![外如证])|[二三四五六七八九]成(?:{COUNTED}|的|以上|左右)"
    rf"|[{DIGIT}]+分之[{DIGIT}点]+|[{DIGIT}]+点[{DIGIT}]+"
    rf"|半数(?!致死|有效|抑制)|一半(?:以上|左右)?的?(?:{COUNTED})"
)
MATH = re.compile(r"(?<!\\)(?P<mark>\$\$?)(?P<body>(?:[^$\n]|\n(?!\s*\n))+?|(?<=\$\$)[^$]+?)(?P=mark)")

# Before a typed number or before a role.
HYPHEN_MINUS = re.compile(rf"(?:(?<=[\s(（\[,;:：=|])|^)-(?=\.?[\d{MASK}])", re.M)
P_ZERO = re.compile(r"\bp\s*[=＝]\s*0?[.．]0+(?!\d)", re.I)
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|TKTK)\b")
QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"|「[^」\n]*」")
BRITISH = {
    "haemo": "hemo", "glycaem": "glycem", "anaem": "anem", "ischaem": "ischem", "oedema": "edema",
    "randomis": "randomiz", "standardis": "standardiz", "summaris": "summariz",
    "characteris": "characteriz", "hospitalis": "hospitaliz", "normalis": "normaliz", "organis": "organiz",
    "recognis": "recogniz", "analyse": "analyze (analysis, analyses as nouns)", "behaviour": "behavior",
    "tumour": "tumor", "colour": "color", "favour": "favor", "centre": "center", "litre": "liter",
    "labelled": "labeled", "paediatr": "pediatr", "programme": "program", "judgement": "judgment",
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


def typed_text(text: str) -> str:
    """The page with everything masked that is not typed prose; same length, same line breaks."""
    text = INLINE.sub(mask_role, _mask_markup(readable(text)))
    text = MATH.sub(lambda m: m["mark"] + values_of_formula(m["body"]) + m["mark"], text)
    text = re.sub(r"(?<=\])\((?P<target>[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?=[\s)])", fill, text)
    text = re.sub(r"^\s*\[(?!\^)[^\]]+\]:\s*\S+|\[\^[^\]]+\]", fill, text, flags=re.M)
    text = re.sub(rf"<?(?:https?|mailto):[^\s)>\]{CHINESE}，。；、）]+>?", fill, text)
    return re.sub(r"</?[A-Za-z][^<>]*>|(?<=[\])`\ue000])\{[^{}\n]*\}", _mask_tag, text)


def _mask_markup(text: str) -> str:
    """Mask targets, attribute lines, and the numbers of headings ("3.2. Methods") and of list items."""
    text = re.sub(r"^[ \t]*(?:\([^()\s]+\)=[ \t]*|\{[#.][^}]*\}[ \t]*)$", fill, text, flags=re.M)
    text = re.sub(r"^[ \t>]*#+[ \t]+\d+(?:\.\d+)*\.(?=\s)", fill, text, flags=re.M)
    last: dict[str, int] = {}

    def item(match: re.Match) -> str:
        # A line that only happens to begin with "3." follows no item 2.
        number = int(match["number"])
        if number > 1 and last.get(match["indent"]) != number - 1:
            return match[0]
        last[match["indent"]] = number
        return fill(match)

    return re.sub(r"^(?P<indent>[ \t>]*)(?P<number>\d+)[.)](?=\s)", item, text, flags=re.M)


def _mask_tag(match: re.Match) -> str:
    """An HTML tag or attribute block: only alternative text, titles and accessible names stay."""
    visible = r"(?:alt|title|aria-label)=(?:\"[^\"]*\"|'[^']*')"
    pieces = re.split(f"({visible})", match[0])
    return "".join(piece if n % 2 else fill(piece) for n, piece in enumerate(pieces))


def problems_in(text: str, allowed: list[re.Pattern]) -> list[Problem]:
    """All problems of one page, in reading order."""
    typed = typed_text(text)
    counted = typed
    for pattern in allowed:
        counted = pattern.sub(fill, counted)
    return as_problems([*_numbers(counted), *_style(typed, text)], text)


def as_problems(found: Iterable[tuple[int, str]], text: str) -> list[Problem]:
    """Places and messages as problems, in reading order."""
    lines = text.split("\n")
    places = [(text.count("\n", 0, place) + 1, message) for place, message in sorted(found)]
    return [Problem(line, message, lines[line - 1].strip()[:120]) for line, message in places]


def _numbers(counted: str) -> Iterator[tuple[int, str]]:
    """Places of typed numbers in a masked text from which the allowed ones are gone."""
    for pattern in (NUMBER, ODD_DIGIT, SPELLED, SPELLED_CHINESE):
        for match in pattern.finditer(counted):
            yield match.start(), f'typed number "{" ".join(match[0].split())}"'


def _style(typed: str, text: str) -> Iterator[tuple[int, str]]:
    """Places of the other faults; alternative text is looked for in the page itself, with its markup."""
    lines = typed.split("\n")
    for block in blocks(text.split("\n")):
        if block.name == "code-cell":  # a string there may be a word of the tables
            lines[block.body : block.end] = [fill(line) for line in lines[block.body : block.end]]
    typed = "\n".join(lines)
    for match in HYPHEN_MINUS.finditer(typed):
        yield match.start(), "hyphen typed as a minus sign"
    for match in P_ZERO.finditer(typed):
        yield match.start(), f'"{match[0]}": a p value is never zero'
    for match in LEFTOVER.finditer(typed):
        yield match.start(), f'unfinished: "{match[0]}"'
    own_words = QUOTED.sub(fill, typed)
    for match in BRITISH_WORD.finditer(own_words):
        yield match.start(), f'British spelling "{match[0]}…": write {BRITISH[match["stem"].lower()]}'
    yield from _without_alt(text)


def _without_alt(text: str) -> Iterator[tuple[int, str]]:
    """Places of images and figures without alternative text, outside code."""
    hidden = r"^(`{3,}|~{3,})(?!\{)[^\n]*\n.*?^\1|<!--.*?-->"
    shown = re.sub(hidden, lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S | re.M)
    for match in re.finditer(r"!\[\s*\]\(", shown):
        yield match.start(), "image without alternative text"
    for match in re.finditer(r"<img\b(?![^>]*\balt=[\"'][^\"'])[^>]*>", shown):
        yield match.start(), "image without alternative text"
    directive = r"^[ \t]*([`~:]{3,})\{(figure|image)\}[^\n]*\n(.*?)^[ \t]*\1"
    for match in re.finditer(directive, shown, flags=re.S | re.M):
        if not re.search(r"^\s*:?alt:\s*\S", match[3], flags=re.M):
            yield match.start(), f"{match[2]} without alternative text"


def report(arguments: list[str], find: Callable[[str], list[Problem]]) -> int:
    """Print what `find` finds in the named files, or in the prose of the project; exit status."""
    pages = [*sorted((ROOT / "chapters").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    count = 0
    for path in [Path(name) for name in arguments] or pages:
        for problem in find(path.read_text(encoding="utf-8")):
            print(f"{shown_path(path)}:{problem.line}: {problem.message} in: {problem.excerpt}")
            count += 1
    return 1 if count else 0


def shown_path(path: Path) -> Path:
    """The path from the top of the project, as editors and CI logs link it; any other path as given."""
    whole = path.resolve()
    return whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else path


def main(arguments: list[str]) -> int:
    """Check the named files, or all; exit status."""
    allowed = allowed_numbers()
    return report(arguments, lambda text: problems_in(text, allowed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
