"""Reduce a MyST Markdown page to what its author typed as prose.

`typed_text` returns a text of the same length and the same lines in which everything that is not typed prose is
overwritten: front matter, code, roles, math, link targets, markup.  Captions, alternative text and table cells are
prose.  Equal length keeps line numbers right without bookkeeping.
"""

from __future__ import annotations

import re

# Stands for masked inline text.  Not a space, so that the words around a role never read as one phrase.
MASK = "\ue000"
# Directives whose body is code, formula or a list of files.  Any other body is read, also of directives yet to come.
OPAQUE = {"code-cell", "code-block", "code", "sourcecode", "literalinclude", "math", "toctree", "tableofcontents"}
OPAQUE |= {"bibliography", "mermaid"}
# Directives whose argument is a file, not a title.
FILE_ARGUMENT = {"figure", "image", "include", "csv-table", "bibliography", "literalinclude"}
# Options that a reader sees: `:alt:`, `caption:`, `mystnb.figure.caption`.
VISIBLE_OPTION = re.compile(r"^\s*:?(?:[\w-]+\.)*(?:caption|alt|title|description):(?P<value>.*)$")
FENCE = re.compile(r"^(?P<indent>\s*)(?P<marks>`{3,}|~{3,}|:{3,})(?:\{(?P<name>[^}]+)\})?(?P<argument>.*)$")
# A formula that only names a value is a typed statistic, whatever its typesetting.
STATED_VALUE = re.compile(
    r"^\s*[A-Za-z\\{}^_²τ\d\s]{1,14}(?:=|<|>|\\leq?|\\geq?|\\approx)\s*(?P<value>[-−]?[\d.]+)\s*\\?%?\s*$"
)
# Roles whose text is data or a key; of any other role with `text <target>` the text is read.
HIDDEN_ROLES = re.compile(r"num|cite.*|math|eq|sub|sup|code|download|raw.*")


def typed_text(text: str) -> str:
    """The page with everything masked that is not typed prose; same length, same line breaks."""
    return _mask_inline(_mask_comments(_mask_blocks(text)))


def _blank(line: str) -> str:
    """A line of the same length without anything to read."""
    return " " * len(line)


def _mask_blocks(text: str) -> str:
    """Mask front matter and fenced blocks, except what a reader sees of them."""
    lines, masked, fences = text.split("\n"), [], []
    position = _end_of_front_matter(lines)
    masked += [_blank(line) for line in lines[:position]]
    while position < len(lines):
        line, fence = lines[position], FENCE.match(lines[position])
        position += 1
        if fences and _closes(fence, fences[-1]):
            fences.pop()
            masked.append(_blank(line))
        elif fence and not (fences and _is_opaque(fences[-1])):
            fences.append(fence)
            masked.append(_opening_line(line, fence))
            options = _option_lines(lines, position)
            masked += _visible_options(lines[position : position + options])
            position += options
        else:
            masked.append(_blank(line) if fences and _is_opaque(fences[-1]) else line)
    return "\n".join(masked)


def _end_of_front_matter(lines: list[str]) -> int:
    """Number of lines of the YAML block at the top of the page, delimiters included."""
    if lines[0].strip() != "---":
        return 0
    return next((n + 1 for n, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), 0)


def _is_opaque(fence: re.Match) -> bool:
    """True for code: a fence without directive name, or a directive of code or files.  Colon fences hold prose."""
    name = fence["name"]
    return name in OPAQUE if name else not fence["marks"].startswith(":")


def _closes(fence: re.Match | None, opened: re.Match) -> bool:
    """A bare fence of the same character, at least as long as the opening one."""
    return bool(
        fence
        and not fence["name"]
        and not fence["argument"].strip()
        and fence["marks"][0] == opened["marks"][0]
        and len(fence["marks"]) >= len(opened["marks"])
    )


def _opening_line(line: str, fence: re.Match) -> str:
    """The opening line: of a directive with a title, the title stays."""
    name = fence["name"]
    if not name or name in OPAQUE or name in FILE_ARGUMENT:
        return _blank(line)
    start = fence.start("argument")
    return " " * start + line[start:]


def _option_lines(lines: list[str], start: int) -> int:
    """Number of option lines after an opening fence, in either MyST form (``---`` block or ``:key: value``)."""
    if start < len(lines) and lines[start].strip() == "---":
        return next((n + 1 for n, line in enumerate(lines[start + 1 :], 1) if line.strip() == "---"), 0)
    count = 0
    while start + count < len(lines) and re.match(r"^\s*:[\w.-]+:(?:\s|$)", lines[start + count]):
        count += 1
    return count


def _visible_options(lines: list[str]) -> list[str]:
    """Options with only captions and alternative text left, block scalars over several lines included."""
    masked, inside = [], None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if inside is not None and line.strip() and indent <= inside:
            inside = None
        if option := VISIBLE_OPTION.match(line):
            inside = indent
            masked.append(" " * option.start("value") + option["value"])
        else:
            masked.append(line if inside is not None else _blank(line))
    return masked


def _fill(match: re.Match) -> str:
    """A match of the same length in mask characters, line breaks kept."""
    return re.sub(r"[^\n]", MASK, match[0])


def _mask_comments(text: str) -> str:
    """Mask HTML comments, MyST comments, block breaks, anchors, and the numbers of headings and lists."""
    text = re.sub(r"<!--.*?-->", _fill, text, flags=re.S)
    text = re.sub(r"^[ \t]*(?:%.*|\+\+\+.*|\([^()\s]+\)=[ \t]*|\{[#.][^}]*\}[ \t]*)$", _fill, text, flags=re.M)
    return re.sub(r"^[ \t>]*(?:\d+[.)](?=\s)|#+\s+\d+(?:\.\d+)*\.?(?=\s))", _fill, text, flags=re.M)


def _mask_inline(text: str) -> str:
    """Mask roles, code, formulas, link targets and tags; link text and the text of references stay."""
    text = re.sub(r"\{(?P<role>[\w:.+-]+)\}(?P<ticks>`+)(?P<body>[^`]+)(?P=ticks)", _mask_role, text)
    text = re.sub(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", _fill, text, flags=re.S)
    text = re.sub(r"(?<!\\)(?P<mark>\$\$?)(?P<body>[^$\n]+?|(?<=\$\$)[^$]+?)(?P=mark)", _mask_math, text)
    text = re.sub(r"(?<=\])\((?P<target>[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?=[\s)])", _fill, text)
    text = re.sub(r"^\s*\[[^\]]+\]:\s*\S+|\[\^[^\]]+\]|\{\{.*?\}\}", _fill, text, flags=re.M)
    text = re.sub(r"<?(?:https?|mailto):[^\s)>\]]+>?", _fill, text)
    return re.sub(r"</?[A-Za-z][^<>]*>|(?<=[\])`\ue000])\{[^{}\n]*\}", _mask_tag, text)


def _mask_role(match: re.Match) -> str:
    """A role: of ``text <target>`` the text stays readable, unless the role shows data."""
    titled = re.match(r"(?P<title>.+?)\s*<[^<>]+>$", match["body"], flags=re.S)
    if not titled or HIDDEN_ROLES.fullmatch(match["role"]):
        return _fill(match)
    before = match.start("body") - match.start()
    after = len(match[0]) - before - len(titled["title"])
    return MASK * before + titled["title"] + MASK * after


def _mask_math(match: re.Match) -> str:
    """A formula is masked; of one that does nothing but state a value, the value stays."""
    stated = STATED_VALUE.match(match["body"])
    before = match.start("body") - match.start() + stated.start("value") if stated else len(match[0])
    return re.sub(r"[^\n]", MASK, match[0][:before]) + match[0][before:]


def _mask_tag(match: re.Match) -> str:
    """An HTML tag or attribute block: only alternative text, titles and accessible names stay."""
    visible = r"(?:alt|title|aria-label)=(?:\"[^\"]*\"|'[^']*')"
    pieces = re.split(f"({visible})", match[0])
    return "".join(piece if n % 2 else re.sub(r"[^\n]", MASK, piece) for n, piece in enumerate(pieces))
