"""Which numbers to extract next, from which paper, and how far each could move the pooled estimate.

Usage: python tools/missing_values.py

Prints the table of the chapter on limitations, the farthest reaching first, with the address of each report.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import analyse, load_evidence, paths, wording  # noqa: E402  (needs the path above)
from mscreview.evidence import EvidenceError  # noqa: E402
from mscreview.tables.missing import HEADLINE, next_values  # noqa: E402

WIDTH = 110


def lines_of(results) -> list[str]:
    """The table as text: a paragraph for each number that is missing."""
    gaps = results[HEADLINE]
    assumed = wording.interval((gaps.pi_low, gaps.pi_high), "effect")
    lines = [
        f"Pooled difference in HbA1c today: {wording.number(gaps.estimate, 'effect')} {gaps.unit}.",
        f"Assumed: the effect lies at an end of the prediction interval, {assumed}.",
    ]
    table = next_values(results)
    for n, row in enumerate(table.rows, 1):
        trial, missing, sizes, moved, limits, pool, why, found = row
        lines += [
            f"\n{n}. {trial}, n {sizes} ({trial.url or 'no address'})",
            *_indented(f"missing of each arm: {missing}; {why}"),
            *_indented(f"found so far: {found}"),
            f"   the pool ({pool}) could come to: {moved}" + (f"; 95% CI {limits}" if limits else ""),
        ]
    awaiting = wording.number(results["flow.clinical.awaiting"].value, "count")
    return [*lines, f"\n{awaiting} clinical records await a readable source; what they hold cannot be bounded."]


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="   ", subsequent_indent="     ")


def main() -> int:
    """Print the table; exit status."""
    try:
        results = analyse(load_evidence(paths.DATA))
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return 1
    print(*lines_of(results), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
