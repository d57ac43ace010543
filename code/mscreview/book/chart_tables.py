"""The tables of a chart's specification, each in it once."""

import json
from collections import Counter


def tables_once(spec):
    """A copy of a Vega-Lite specification in which a table that several layers draw from stands at the top, by name."""
    found = Counter(_text(part["data"]["values"]) for part in _parts(spec) if _has_table(part))
    names = {text: f"table{n}" for n, text in enumerate(text for text, times in found.items() if times > 1)}
    made = json.loads(json.dumps(spec))
    for part in list(_parts(made)):
        if _has_table(part) and (name := names.get(_text(part["data"]["values"]))):
            part["data"] = {"name": name}
    shared = {name: json.loads(text) for text, name in names.items()}
    return {**made, "datasets": {**made.get("datasets", {}), **shared}} if shared else made


def _has_table(part):
    return isinstance(part.get("data"), dict) and part["data"].keys() == {"values"}


def _parts(part):
    """Each object of a specification that is no row of a table."""
    if isinstance(part, dict):
        yield part
        others = [value for name, value in part.items() if name not in ("data", "datasets")]
    else:
        others = part if isinstance(part, list) else ()
    for other in others:
        yield from _parts(other)


def _text(values):
    return json.dumps(values, sort_keys=True)
