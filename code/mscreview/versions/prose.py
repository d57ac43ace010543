"""The prose of the chapters as it is read, a sentence at a time, and what differs in it."""

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path

from . import alignment
from .record import LANGUAGES

EN, ZH = LANGUAGES
ROLE = re.compile(r"\{(?P<role>[A-Za-z][\w:-]*)\}(?P<ticks>`+)(?P<body>.+?)(?P=ticks)(?!`)")
NUM = re.compile(r"\{num\}`([^`]+)`")
FENCE = re.compile(r"^(?P<marks>`{3,}|~{3,}|:{3,})\s*(?:\{(?P<name>[\w:-]+)\})?\s*(?P<argument>.*)$")
# Targets, attributes, options and comments: nothing of them is read.
HIDDEN = re.compile(r"^(?:\([^()\s]+\)=|\{[#.][^}]*\}|:[\w-]+:(?:\s.*)?|%.*|<!--.*-->|\+\+\+.*)$")
# Directives whose argument is a name, not a title.
NAMED = {"language", "container", "figure", "image", "bibliography", "code-block"}
# Directives that show texts of `submission.yml`, as {front} does.
FRONT = {"by-line", "declarations"}
FRONT_ROLE = re.compile(r"\{front\}`([^`]+)`")
STYLED = re.compile(r"(\*\*|`)")
STYLES = {"**": "strong", "`": "code"}


@dataclass(frozen=True)
class Unit:
    """A line of prose: a sentence, an item, a heading or a title, as words of (text, style)."""

    kind: str
    language: str
    words: tuple
    source: str = field(compare=False)
    of: str = field(default="", compare=False)

    @property
    def text(self):
        return "".join(word for word, _ in self.words)


@dataclass(frozen=True)
class Row:
    """A unit in the comparison: "same", "changed", "inserted" or "deleted", with its marked words."""

    change: str
    unit: Unit
    marks: tuple
    by_results: bool = False  # the author's words are the same, the numbers and sentences by rule are not


def chapters(folder):
    """{name: path} of the chapters, in the order of the table of contents."""
    folder = Path(folder)
    contents = folder / "_toc.yml"
    listed = re.findall(r"chapters/([\w-]+)", contents.read_text("utf-8")) if contents.exists() else []
    paths = {path.stem: path for path in sorted(folder.glob("chapters/*.md"))}
    order = [name for name in dict.fromkeys(listed) if name in paths]
    return {name: paths[name] for name in [*order, *(n for n in paths if n not in order)]}


def pages_of_numbers(*folders):
    """{key of a number: the chapters that state it}, over several versions, in the order of the chapters."""
    found = {}
    for folder in folders:
        for name, path in chapters(folder).items():
            for key in NUM.findall(path.read_text("utf-8")):
                found.setdefault(key, {})[name] = None
    return {key: tuple(names) for key, names in found.items()}


def compare(old, new):
    """{chapter: its `Row`s} of the chapters that differ between two `Version`s."""
    before, after = chapters(old.folder), chapters(new.folder)
    before = _under_new_names(before, after)
    say = (old.say, new.say) if not (old.failure or new.failure) else (_key, _key)
    found = {}
    for name in [*after, *(name for name in before if name not in after)]:
        sides = [
            units(paths[name].read_text("utf-8"), tell) if name in paths else []
            for paths, tell in zip((before, after), say)
        ]
        rows = [_row(*pair) for pair in alignment.pairs(*sides, _parts)]
        if any(row.change != "same" for row in rows):
            found[name] = rows
    return found


SAME_CHAPTER = 0.5  # share of lines from which a chapter with another name is the same


def _under_new_names(before, after):
    """{name: path} of the older chapters, a renamed one under its new name."""
    named = dict(before)
    for new in (name for name in after if name not in before):
        gone = [name for name in named if name not in after]
        shares = {name: _share(named[name], after[new]) for name in gone}
        best = max(shares, key=shares.get, default=None)
        if best and shares[best] >= SAME_CHAPTER:
            named[new] = named.pop(best)
    return named


def _share(one, other):
    """How many of the lines of two files are the same, 0 to 1."""
    lines = [path.read_text("utf-8").splitlines() for path in (one, other)]
    return difflib.SequenceMatcher(None, *lines, autojunk=False).ratio()


def _key(role, key, language):
    """Where a version cannot tell its numbers, both show keys: only words differ then."""
    return f"[{key}]"


def _parts(unit):
    return [unit.kind, unit.language, *unit.words]


def _row(old, new):
    if old is None or new is None:
        unit, change = (old, "deleted") if new is None else (new, "inserted")
        return Row(change, unit, ((change, unit.words),))
    if old == new:
        return Row("same", new, ((alignment.SAME, new.words),))
    marks = alignment.marked(list(old.words), list(new.words), text=lambda word: word[0])
    return Row("changed", new, tuple(marks), old.source == new.source)


def shown(rows):
    """[(is it shown, rows)]: changes with a neighbor on either side and the heading above."""
    visible, heading = set(), None
    for n, row in enumerate(rows):
        heading = n if row.unit.kind == "heading" else heading
        if row.change != "same":
            visible |= {n - 1, n, n + 1, n if heading is None else heading}
    # A line alone takes no more room than the words that a line is folded.
    visible |= {n for n in range(len(rows)) if {n - 1, n + 1} <= visible | {-1, len(rows)}}
    groups = []
    for n, row in enumerate(rows):
        if not groups or groups[-1][0] != (n in visible):
            groups.append((n in visible, []))
        groups[-1][1].append(row)
    return groups


# --- reading ---------------------------------------------------------------------------------


def units(text, say):
    """The `Unit`s of a chapter; `say(role, key, language)` tells what {num} and {front} show."""
    lines, found, fences = text.split("\n"), [], []
    n = lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0
    while n < len(lines):
        line, language = lines[n].strip(), fences[-1][1] if fences else EN
        fence = FENCE.match(line)
        if fences and line and not line.strip(fences[-1][0][0]) and len(line) >= len(fences[-1][0]):
            fences.pop()
        elif fence and fence["name"] == "code-cell":
            marks = [m for m in range(n + 1, len(lines)) if lines[m].strip() == fence["marks"]]
            end = marks[0] if marks else len(lines)
            found += _caption(lines[n + 1 : end], say)
            n = end
        elif fence and fence["name"] in FRONT:
            said = say("front", fence["name"], language).split("\n")
            found += [_unit("text", each, language, say) for each in said]
            fences.append((fence["marks"], language))
        elif fence and (fence["name"] or not line.startswith(":")):
            argument = fence["argument"]
            fences.append((fence["marks"], argument if fence["name"] == "language" else language))
            if fence["name"] and fence["name"] not in NAMED and argument:
                found.append(_unit("title", argument, language, say))
        elif line and not HIDDEN.match(line):
            found.append(_unit("heading" if re.match(r"#{1,6}\s", line) else "text", line, language, say))
        n += 1
    return found


def _caption(lines, say):
    """The caption in the options of a code cell: it is prose, what is calculated is not."""
    end = lines.index("---", 1) if lines[:1] == ["---"] and "---" in lines[1:] else 0
    options = lines[1:end]
    names = dict(re.findall(r"^\s*(name|language):\s*[\"']?([\w-]+)", "\n".join(options), re.MULTILINE))
    language = names.get("language", EN)
    for n, line in enumerate(options):
        match = re.match(r"^(\s*)caption:\s*(.*)$", line)
        if match:
            depth = len(match[1])
            own = [] if re.fullmatch(r"[>|][+-]?", match[2]) else [match[2].strip("\"'")]
            for following in options[n + 1 :]:
                if following.strip() and len(following) - len(following.lstrip()) <= depth:
                    break
                own.append(following)
            texts = [text.strip() for text in own if text.strip()]
            return [_unit("caption", text, language, say, names.get("name", "")) for text in texts]
    return []


def _unit(kind, line, language, say, of=""):
    if re.match(r"#{1,6}\s+\{zh\}`", line):
        language = ZH
    # A text of that file is the words of an author: what it says counts as written here.
    line = FRONT_ROLE.sub(lambda match: say("front", match[1], language), line)
    text = re.sub(r"^[-*]\s+", "• ", re.sub(r"^#{1,6}\s+", "", line))
    words, style = [], ""
    for place, piece in enumerate(STYLED.split(ROLE.sub(lambda match: role_text(match, language, say), text))):
        if place % 2:
            style = "" if style else STYLES[piece]
        else:
            words += [(word, style) for word in alignment.words(piece)]
    return Unit(kind, language, tuple(words), line, of)


def role_text(match, language, say):
    """What a role shows: a number its text, a citation its keys, a reference its label or its title."""
    role, body = match["role"], match["body"]
    if role == "num":
        return say("num", body, language)
    if role.startswith("cite"):
        return f"[{body.replace(',', ', ')}]"
    return re.sub(r"\s*<[^<>]+>$", "", body)
