"""The ledger as a file beside the pages: `ledger.json`, every number of the manuscript for programs to check."""

import json
from pathlib import Path

from freshbook.files import write_atomically

from .. import provenance
from ..ledger import entries_of
from ..wording import LANGUAGES
from .numbers import pages_by_key
from .uses import displays_by_key

NAME = "ledger.json"


def ledger_of(app):
    """Results that the manuscript uses, by key, as data that JSON can hold.

    Each has ``title`` and ``unit`` where it has them, ``inputs`` (keys of results that it was made from),
    ``grounds`` (study, DOI, rows of tables with locator and address), ``figures_and_tables`` (pages), and
    ``numbers``: {key: value, kind, how it is made, text in each language, pages whose prose shows it}. Of
    a result that no figure or table uses, only the numbers that prose shows.
    """
    prose, displays = pages_by_key(app.env), displays_by_key(app)
    found = {}
    for key, result in app.mscreview.results.by_key.items():
        pages = displays.get(key, [])
        numbers = [e for e in entries_of(result) if pages or e.key in prose]
        if numbers or pages:
            found[key] = {
                **_about(result),
                "inputs": list(provenance.inputs(result)),
                "grounds": [_ground(ground) for ground in provenance.grounds(result)],
                "figures_and_tables": pages,
                "numbers": {e.key: _number(app, e, prose.get(e.key, [])) for e in numbers},
            }
    return found


def _about(result):
    kind = {"kind": type(result).__name__}
    return kind | {name: getattr(result, name) for name in ("title", "unit") if hasattr(result, name)}


def _ground(ground):
    return {"study": ground.label, "doi": ground.doi, "rows": list(ground.sources)}


def _number(app, entry, pages):
    texts = {language: entry.text(app.mscreview.results, language) for language in LANGUAGES}
    value = None if entry.kind == "sentence" else entry.value
    return {"value": value, "kind": entry.kind, "made": entry.meaning, "texts": texts, "prose": pages}


def _write(app, exception):
    # Nothing written: neither results nor their places have changed.
    if exception is None and app.builder.name == "html" and app.mscreview.written:
        text = json.dumps(ledger_of(app), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(Path(app.outdir, NAME), text + "\n")


def setup(app):
    """Write the file before the folder gets its stamp (`freshness`)."""
    app.connect("build-finished", _write, priority=400)
