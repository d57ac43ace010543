"""Reading ``submission.yml`` strictly: what cannot be meant is refused with field, value and what is allowed.

A rule is a function ``rule(value, field, refuse)`` that returns the value as the program wants it and calls
``refuse(field, value, allowed)`` for what is wrong; rules of lists and records hold the rules of their parts.
PyYAML alone would take the last of two equal keys, read ``no`` as false and a date as an object.
"""

import re
from dataclasses import dataclass

import yaml

from .csvtable import SHOWN, unfit, visible

EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[A-Za-z]{2,}")
ORCID = re.compile(r"(\d{4}-){3}\d{3}[\dX]")
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Problem:
    """Something refused; ``field`` is written as in ``authors[1].orcid``, counted from 1."""

    file: str
    field: str
    value: str
    allowed: str

    def __str__(self):
        place = f"{self.file}, field {visible(self.field, SHOWN)}" if self.field else self.file
        return f'{place}: "{visible(self.value, SHOWN)}" - allowed: {visible(self.allowed)}'


class SubmissionError(Exception):
    """The file cannot be used. ``problems`` is a list of Problem, the message has a line for each."""

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class _Loader(yaml.SafeLoader):
    """YAML in which every key stands once, a date is text, and nothing stands for something else."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):  # a few lines of them can stand for more than memory holds
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, f"*{event.anchor} stands for another value", event.start_mark)
        return super().compose_node(parent, index)


def _mapping(loader, node):
    seen = set()
    for key, _ in node.value:
        name = str(key.value)  # of a key that is a list, this is text too; YAML refuses it next
        if name in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{name} twice", key.start_mark)
        seen.add(name)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":merge"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_checked(path, rule):
    """The file's content as `rule` gives it. Raises SubmissionError naming every refused field."""
    name = path.name
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError:
        raise SubmissionError([Problem(name, "", "missing file", f"a readable file in {path.parent}")]) from None
    except UnicodeDecodeError:
        raise SubmissionError([Problem(name, "", "not UTF-8", "text saved as UTF-8")]) from None
    # The other errors: a tag such as !!int before text, a number of thousands of digits, lists in lists without end.
    except (yaml.YAMLError, ValueError, AttributeError, RecursionError) as error:
        raise SubmissionError([_unreadable(name, error)]) from None
    problems = []

    def refuse(field, value, allowed):
        problems.append(Problem(name, field, value if isinstance(value, str) else _typed(value), allowed))

    found = rule(content, "", refuse)
    if problems:
        raise SubmissionError(problems)
    return found


def _unreadable(file, error):
    """What YAML itself, or the rule that a field stands once, has against the file."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or str(error)
    where = f"line {mark.line + 1}: " if mark else ""
    allowed = 'YAML; text with ": " or a special character at its beginning in quotes'
    if problem.endswith(" twice"):
        allowed = "each field once"
    return Problem(file, "", where + problem, allowed)


def _typed(value):
    """A value as it stands in the file."""
    words = {None: "empty", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def record(rules):
    """Exactly the fields of ``{name: rule}``; one whose rule is `optional` may be absent."""

    def check(value, field, refuse):
        if not isinstance(value, dict):
            refuse(field, value, "the fields " + ", ".join(rules))
            return dict.fromkeys(rules)
        prefix = f"{field}." if field else ""
        for name in value:
            if name not in rules:
                refuse(f"{prefix}{name}", "unknown field", "one of " + ", ".join(rules))
        for name, rule in rules.items():
            if name not in value and not getattr(rule, "optional", False):
                refuse(f"{prefix}{name}", "missing field", "the field; empty quotes where it is not known yet")
        here = {name: rule for name, rule in rules.items() if name in value}
        checked = {name: rule(value[name], f"{prefix}{name}", refuse) for name, rule in here.items()}
        return {name: checked.get(name) for name in rules}

    return check


def optional(rule):
    """The field of a record may be absent; then it is None."""

    def check(value, field, refuse):
        return rule(value, field, refuse)

    check.optional = True
    return check


def named(rule):
    """A record of records by free names."""

    def check(value, field, refuse):
        if not isinstance(value, dict):
            refuse(field, value, "named entries")
            return {}
        return {str(name): rule(entry, f"{field}.{name}", refuse) for name, entry in value.items()}

    return check


def listing(rule, least=0):
    """A list of values, each by the same rule, none of them twice."""

    def check(value, field, refuse):
        if not isinstance(value, list):
            refuse(field, value, "a list, one value on each line after a hyphen, or []")
            return ()
        if len(value) < least:
            refuse(field, "empty list", f"at least {least}")
        found = [rule(one, f"{field}[{n}]", refuse) for n, one in enumerate(value, 1)]
        for n, one in enumerate(found, 1):
            if isinstance(one, str) and one and one in found[: n - 1]:
                refuse(f"{field}[{n}]", one, "each value once")
        return tuple(found)

    return check


def text(required=False, test=None, allowed="text"):
    """Text on one line, "" for empty unless it is required; ``test(text)`` is false for what is refused."""

    def check(value, field, refuse):
        if value is None:
            value = ""
        if not isinstance(value, str):
            refuse(field, value, f"{allowed}, in quotes")
            return ""
        value = " ".join(value.split())
        if NOT_IN_XML.search(value):
            refuse(field, value, "characters that XML, and so Word and JATS, can hold")
            return ""
        if reason := unfit(value):  # such as an override of the direction of writing
            refuse(field, value, f"{allowed} {reason}")
            return ""
        if (required and not value) or (value and test and not test(value)):
            refuse(field, value, allowed)
        return value

    return check


def one_of(values):
    """One of some words."""
    return text(required=True, test=lambda value: value in values, allowed="one of " + ", ".join(values))


def whole(least=0):
    """A whole number."""

    def check(value, field, refuse):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            refuse(field, value, f"a whole number from {least} on")
            return None
        return value

    return check


def flag(value, field, refuse):
    """true or false."""
    if not isinstance(value, bool):
        refuse(field, value, "true or false")
        return False
    return value


def is_orcid(value):
    """Whether the last character is the check digit of the others (ISO 7064, MOD 11-2)."""
    if not ORCID.fullmatch(value):
        return False
    total = 0
    for digit in value.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11] == value[-1]
