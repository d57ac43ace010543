"""Tell prose from the rest of a MyST Markdown page.

Every function of text gives a text of the same length and the same lines in which what is no prose is
overwritten: code, hidden options, keys of roles, formulas without a value.  Titles, captions, alternative
text and strings of code cells are prose.  Equal length keeps line numbers right without bookkeeping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

# Stand for masked inline text and for the harmless part of a formula.  Not a space, so that the words around
# a role never read as one phrase.
MASK, FORMULA = "\ue000", "\ue001"
CHINESE = "\u4e00-\u9fff"
# Directives whose body is no prose.  Any other body is read, also of directives yet to come.
OPAQUE = {"code-cell", "code-block", "code", "sourcecode", "literalinclude", "math", "toctree"}
OPAQUE |= {"tableofcontents", "bibliography", "mermaid"}
# Directives whose argument is a file, not a title.
FILE_ARGUMENT = {"figure", "image", "include", "csv-table", "bibliography", "literalinclude", "checklist"}
# Fences of these languages are read: prose is set so, and commands are told apart line by line.
PLAIN = {"", "text", "txt", "plain", "none"}
# YAML keys whose values a reader sees, in options (`:alt:`, `mystnb.figure.caption`) and in front matter.
SHOWN = {"caption", "alt", "title", "subtitle", "description", "abstract", "keywords", "substitutions"}
FENCE = re.compile(
    r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(?P<marks>`{3,}(?!.*`)|~{3,}|:{3,})"
    r"[ \t]*(?:\{(?P<name>[^}]+)\})?(?P<argument>.*)$"
)
# Comments come first, so that an apostrophe in one opens no string.
STRING = re.compile(
    r"#[^\n]*|(?P<quote>\"{3}|'{3}|\"|')(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)", re.S
)
# A role, or code without one; the leftmost first, so that a role quoted in code is code.
INLINE = re.compile(
    r"(?:\{(?P<role>[\w:.+-]+)\})?(?<![`\\])(?P<ticks>`+)(?!`)"
    r"(?P<body>(?:(?!\n\s*\n).)+?)(?<!`)(?P=ticks)(?!`)",
    re.S,
)
# Roles whose text is a key, and those that may have `text <key>`.
KEY, TITLED_KEY = re.compile(r"num|front|cite.*|eq|raw.*"), re.compile(r"ref|numref|doc|any|download|index|py:.*")
# Code proper: paths, commands, calls, options, names with an underscore.
CODE = re.compile(
    r"^\s*(?:\.{0,2}/|~/|\.\w|(?:make|git|cd|pip|python3?|uv|apt-get|sudo|Rscript|jupyter-book|pytest)\b)"
    r"|[A-Za-z]\w*[(\[]|(?:^|\s)--?[A-Za-z]|[A-Za-z]_[A-Za-z]|`|&&"
)
# Commands that are no variable: a formula of nothing but these and digits states a value.
NO_VARIABLE = re.compile(
    r"\\(?:text|mbox)\{[^}]*\}|\\[^A-Za-z]|\\(?:[lg]eq?|[lg]t|pm|mp|times|cdot|div|approx|sim|d?frac|sqrt"
    r"|left|right|q?quad|to|[lc]?dots|math[a-z]+|boldsymbol)(?![A-Za-z])"
)
# A whole side of an equation, except of k, the number of trials, on which rules of the plan depend (k = 10).
STATED = re.compile(
    r"(?<![A-Za-z])(?!k\b)[A-Za-z\\][\w\\^{}]*\s*(?:=|\\approx)\s*[-−]?([2-9])\s*"
    r"(?=$|[,;.)]|\\(?:[,;]|q?quad|text))"
)
# Indices, powers, limits of k and whole numbers of one digit; not a percentage.
STRUCTURAL = re.compile(
    r"(?<=[_^])\{?[-−]?\d+\}?(?![.\d])|(?<![A-Za-z_])k\s*(?:[=<>≤≥]|\\[lg]eq?)\s*\d\d(?!\.?\d|\s*\\?%)"
    r"|(?<![\d.])\d(?!\.?\d|\s*\\?%)"
)


class Block(NamedTuple):
    """A fenced block: its directive ("" for a bare fence), what follows that, and its lines, from 0.

    `start` is the opening line, `body` the first line after the options, `end` the closing line; without a
    closing line `end` is the number of lines of the page.
    """

    name: str
    argument: str
    marks: str
    start: int
    body: int
    end: int

    @property
    def is_code(self) -> bool:
        """Whether nothing in it is Markdown.  Colon fences without a name hold prose."""
        return self.name in OPAQUE if self.name else not self.marks.startswith(":")


def blocks(lines: list[str]) -> list[Block]:
    """Every fenced block outside code and comments, in the order in which they open."""
    found, opened, in_comment = [], [], False
    position = _yaml_block(lines, 0)
    while position < len(lines):
        here, fence = position, FENCE.match(lines[position])
        position += 1
        inside = opened[-1] if opened else None
        if not (inside and inside.is_code):
            opening, closing = lines[here].rfind("<!--"), lines[here].rfind("-->")
            was, in_comment = in_comment, in_comment if opening == closing else opening > closing
            if was or in_comment:
                continue
        bare = fence and not fence["name"] and not fence["argument"].strip()
        if bare and inside and fence["marks"].startswith(inside.marks):
            found.append(opened.pop()._replace(end=here))
        elif fence and not (inside and inside.is_code):
            position += _option_lines(lines, position)
            name = (fence["name"] or "").strip()
            opened.append(Block(name, fence["argument"], fence["marks"], here, position, len(lines)))
    return sorted(found + opened, key=lambda block: block.start)


def readable(text: str) -> str:
    """The page without code, comments and hidden options; roles, links and targets stay."""
    lines = text.split("\n")
    masked, top = list(lines), _yaml_block(lines, 0)
    masked[:top] = _shown_yaml(lines[:top])
    for block in blocks(lines):
        titled = block.name and block.name not in OPAQUE | FILE_ARGUMENT
        title = block.argument if titled else ""
        if block.name == "math":
            title = values_of_formula(block.argument)
        masked[block.start] = _blank(lines[block.start][: len(lines[block.start]) - len(title)]) + title
        masked[block.start + 1 : block.body] = _shown_yaml(lines[block.start + 1 : block.body])
        if block.is_code:
            masked[block.body : block.end] = _code_body("\n".join(lines[block.body : block.end]), block)
        masked[block.end : block.end + 1] = [_blank(line) for line in lines[block.end : block.end + 1]]
    text = re.sub(r"<!--.*?-->", fill, "\n".join(masked), flags=re.S)
    return re.sub(r"^[ \t]*(?:%.*|\+\+\+.*)$", fill, text, flags=re.M)


def mask_role(match: re.Match) -> str:
    """What a match of `INLINE` shows: of a role its text and no key, of code what states a value."""
    role, body = match["role"] or "code", match["body"]
    titled = re.match(r"(?P<title>.+?)\s*<[^<>]+>$", body, flags=re.S)
    index = role in ("sub", "sup") and re.search(r"[A-Za-zα-ωΑ-Ω]$", match.string[: match.start()])
    if role in ("code", "math"):
        shown = values_of_formula(body) if role == "math" else _stated_in_code(body)
    elif KEY.fullmatch(role) or (index and re.fullmatch(r"\d?[A-Za-z]*|[A-Za-z]+\d", body)):
        shown = fill(body)
    elif titled:
        shown = titled["title"] + fill(body[len(titled["title"]) :])
    else:
        shown = fill(body) if TITLED_KEY.fullmatch(role) else body
    return MASK * (match.start("body") - match.start()) + shown + MASK * len(match["ticks"])


def values_of_formula(body: str) -> str:
    """A formula with its harmless numbers masked: what is left states a value, or is a listed constant."""
    if re.search(r"[A-Za-z]", NO_VARIABLE.sub("", body)):
        stated = {match.start(1) for match in STATED.finditer(body)}
        body = STRUCTURAL.sub(lambda m: m[0] if m.start() in stated else FORMULA * len(m[0]), body)
    # A digit after a letter belongs to a name, but not after a command; minus and "<" are no markup here.
    body = re.sub(r"(?<=\\)[A-Za-z]+(?=[\d.])", lambda m: m[0][:-1] + FORMULA, body)
    return body.replace("-", "−").replace("<", "≺")


def fill(match: re.Match | str) -> str:
    """A text of the same length in mask characters, line breaks kept."""
    return re.sub(r"[^\n]", MASK, match if isinstance(match, str) else match[0])


def option_yaml(lines: list[str]) -> str:
    """Option lines as YAML of the same length: the rules and the leading colons are blank."""
    hidden = re.compile(r"^\s*:|^\s*(?:---|\.{3})\s*$")
    return "\n".join(hidden.sub(lambda match: _blank(match[0]), line) for line in lines)


def _blank(text: str) -> str:
    """A text of the same length without anything to read, line breaks kept."""
    return re.sub(r"[^\n]", " ", text)


def _yaml_block(lines: list[str], start: int) -> int:
    """Number of lines of a YAML block between two rules that begins at this line, both included."""
    if start >= len(lines) or lines[start].strip() != "---":
        return 0
    return next((n + 2 for n, line in enumerate(lines[start + 1 :]) if line.strip() in ("---", "...")), 0)


def _option_lines(lines: list[str], start: int) -> int:
    """Number of option lines after an opening fence, in either MyST form (``---`` or ``:key: value``)."""
    count = _yaml_block(lines, start)
    while start + count < len(lines) and re.match(r"^\s*:(?!::)", lines[start + count]):
        count += 1
    return count


def _code_body(source: str, block: Block) -> list[str]:
    """The lines of a block of code in which only what reads like a statement is left."""
    shown = _blank(source)
    if block.name == "math":
        shown = values_of_formula(source)
    elif block.name == "code-cell":  # a string with spaces, or in Chinese, may become output
        for match in STRING.finditer(source):
            if match["text"] and re.search(rf"\S\s+\S|[{CHINESE}]", match["text"]):
                text = re.sub(r"\{[^{}]*\}", fill, match["text"])
                shown = shown[: match.start("text")] + text + shown[match.end("text") :]
    elif block.argument.strip() in PLAIN and block.name in ("", "code-block", "code", "sourcecode"):
        shown = "\n".join(_stated_in_code(line) for line in source.split("\n"))
    return shown.split("\n")[: block.end - block.body]


def _stated_in_code(code: str) -> str:
    """Code with commands, paths and keys masked: what is left, as in `-0.66`, is a statement in disguise."""
    if CODE.search(code):
        return fill(code)
    digit = r"\d" if len(code.split()) > 1 else ""  # of several words only those with a digit can be names

    def word(match: re.Match) -> str:
        relation = re.match(r"[\w²]{1,3}[=<>≤≥≈]", match[0])
        name = re.search(r"[A-Za-z]", match[0]) and not re.search(f"[{CHINESE}]", match[0])
        return fill(match) if name and not relation and re.search(digit, match[0]) else match[0]

    return re.sub(r"\S+", word, code)


def _shown_yaml(lines: list[str]) -> list[str]:
    """Lines of YAML with only the values left that a reader sees, wherever the source has them."""
    source = option_yaml(lines)
    try:
        scalars = list(_shown_scalars(yaml.compose(source, Loader=yaml.SafeLoader), False))
    except yaml.YAMLError:  # options of directives may be laxer: a line with an unknown key is hidden
        hidden = re.compile(rf"\s*(?!(?:[\w-]+\.)*(?:{'|'.join(SHOWN)}):)[\w.-]+:(?:\s|$)")
        return [_blank(line) if hidden.match(line) else line for line in source.split("\n")]
    shown = _blank(source)
    for node in scalars:
        start, end = node.start_mark.index, node.end_mark.index
        if node.style in ("|", ">"):  # its header may hold a digit: "|2-"
            start = source.index("\n", start)
        shown = shown[:start] + source[start:end] + shown[end:]
    return shown.split("\n")[: len(lines)]


def _shown_scalars(node: yaml.Node | None, shown: bool) -> Iterator[yaml.ScalarNode]:
    """The visible scalars; that of an alias is the one at its anchor."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = key.value.rpartition(".")[2] if isinstance(key, yaml.ScalarNode) else ""
            yield from _shown_scalars(value, shown or name in SHOWN)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _shown_scalars(value, shown)
    elif node and shown:
        yield node
