"""The results object: every number of the manuscript under one key, as plain data.

It is written once for each state of data and statistics code, and read by the book, so it holds
nothing but numbers, text and tuples (`kinds`).
"""

import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

from . import kinds
from .kinds import Count, PoolResult


@dataclass
class Results:
    """All results by key: ``results["hba1c.t2dm.msc.controlled"]``; see `kinds` for what they are.

    ``used`` collects the keys that were asked for: while a chapter runs, this is how the book
    learns which results the chapter depends on. ``asked`` collects what was asked without taking a
    result: whether a key exists, and (``key.*``) which variants there are.
    """

    by_key: dict[str, object]
    notes: tuple[str, ...] = ()
    used: set = field(default_factory=set, compare=False)
    asked: set = field(default_factory=set, compare=False)

    def __getitem__(self, key):
        self.used.add(key)
        if key in self.by_key:
            return self.by_key[key]
        raise KeyError(f"no result {key!r}; results with that beginning: {self._near(key)}")

    def __contains__(self, key):
        self.asked.add(key)  # whoever asks depends on the answer, be it no
        return key in self.by_key

    def __iter__(self):
        return iter(self.by_key)

    def __len__(self):
        return len(self.by_key)

    def __repr__(self):
        return f"<Results: {len(self)} keys, such as {next(iter(self), 'none')!r}>"

    def of(self, kind):
        """{key: result} of one kind, in their order. Not for chapters: it is not traced."""
        return {key: found for key, found in self.by_key.items() if type(found) is kind}

    @property
    def pools(self):
        """{key: `PoolResult`}."""
        return self.of(PoolResult)

    @property
    def counts(self):
        """{key: `Count`}."""
        return self.of(Count)

    def variants(self, key):
        """The pools whose key continues `key`, in their order."""
        return [self[k] for k in self.keys_below(key) if type(self.by_key[k]) is PoolResult]

    def keys_below(self, key):
        """The keys that continue `key` after a dot, in their order."""
        self.asked.add(key + ".*")  # one that appears later matters too
        return [k for k in self.by_key if k.startswith(key + ".")]

    def _near(self, key):
        start = key.split(".")[0]
        near = [k for k in self.by_key if k.split(".")[0] == start]
        return ", ".join(near[:20]) or "none"

    def to_json(self, path):
        """Write all results, each on a line; the same results give the same bytes."""
        lines = ",\n".join(
            f"{_as_json(key)}: {_as_json({'type': type(found).__name__, **asdict(found)})}"
            for key, found in self.by_key.items()
        )
        text = f'{{"results": {{\n{lines}\n}}, "notes": {_as_json(self.notes)}}}\n'
        Path(path).write_text(text, encoding="utf-8")

    @classmethod
    def from_json(cls, path):
        """Read what `to_json` wrote."""
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        by_key = {}
        for key, values in data["results"].items():
            kind = getattr(kinds, values.pop("type"))
            by_key[key] = _read(kind, values)
        return cls(by_key, tuple(data["notes"]))


def _as_json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


@cache
def _nested(kind):
    """{field: dataclass} of the fields that hold a tuple of dataclasses."""
    hints = get_type_hints(kind)
    found = {}
    for each in fields(kind):
        inner = [a for a in get_args(hints[each.name]) if is_dataclass(a)]
        if inner:
            found[each.name] = inner[0]
    return found


def _read(kind, values):
    nested = _nested(kind)
    return kind(
        **{
            name: tuple(_read(nested[name], v) for v in value)
            if name in nested
            else _tuples(value)
            for name, value in values.items()
        }
    )


def _tuples(value):
    """JSON's lists as the tuples that were written; dictionaries stay."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
