"""Checks the ledger of the built book: part of ``make check``.

Each result that is made for the manuscript is used in it, each number that a page shows stands in the ledger with the
same text, and each result that a figure or table shows has its numbers there.  Prints what is wrong and exits with 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))
sys.path.insert(0, str(ROOT / "tools"))

import builds  # noqa: E402  (needs the paths above)
from mscreview import analyse, kinds, load_evidence, provenance  # noqa: E402
from mscreview.book.numbers import anchor  # noqa: E402
from mscreview.versions import shown  # noqa: E402

WITHOUT_NUMBERS = (kinds.Records,)  # lists of records, in words


def problems(folder: Path, results) -> list[str]:
    """What is wrong with the ledger of a built HTML folder, given the `Results` that it was built from."""
    ledger = json.loads((folder / "ledger.json").read_text("utf-8"))
    return [*_used_nowhere(ledger, results), *_without_numbers(ledger, results), *_not_in_ledger(ledger, folder)]


def _used_nowhere(ledger, results):
    for key, result in results.by_key.items():
        if key not in ledger and not isinstance(result, provenance.GRID):
            yield f"{key}: made for the manuscript, and nothing in it shows it"


def _without_numbers(ledger, results):
    for key, entry in ledger.items():
        if key not in results.by_key:
            yield f"{key}: in the ledger, and no such result"
        elif not entry["numbers"] and not isinstance(results.by_key[key], WITHOUT_NUMBERS):
            yield f"{key}: shown on {', '.join(entry['figures_and_tables'])}, and the ledger has no number of it"


def _not_in_ledger(ledger, folder):
    texts = {key: n["texts"] for entry in ledger.values() for key, n in entry["numbers"].items()}
    for page in sorted(folder.glob("chapters/*.html")):
        for number in shown.numbers(page.read_text("utf-8")):
            name, text = anchor(number.key), number.text
            if number.key not in texts:
                yield f"{page.name}: {text} links to {name}, which is not in the ledger"
            elif text != (expected := texts[number.key][number.language]):
                yield f"{page.name}: {text} is not what the ledger says of {name}: {expected}"


def main() -> int:
    """Build the book and check its ledger; exit status."""
    builds.build()
    found = problems(ROOT / "_build" / "html", analyse(load_evidence(ROOT / "data")))
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
