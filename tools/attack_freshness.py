"""Attacks the book's freshness with random sequences of edits, builds, kills and damage.

Usage: python tools/attack_freshness.py [sequences [first seed]]

Each sequence starts from nothing in a copy of the project and ends with a comparison, byte for
byte, with a build from nothing. One with a difference is printed with its seed, to be repeated.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "code")]

from attack import BUILDS, EDITS, REFUSED, Attack, Difference, sequence  # noqa: E402

from mscreview import runs  # noqa: E402

ROUNDS = 5


def main(arguments):
    """Run the sequences and record the outcome; exit code 1 if a book differs."""
    try:
        number, first = [int(a) for a in (*arguments, *(7, time.time())[len(arguments) :])]
    except ValueError:
        number = 0
    if number < 1:
        print(__doc__, file=sys.stderr)
        return 1
    counts, different = Counter(), []
    for seed in range(first, first + number):
        print(f"seed {seed}: {', '.join(sequence(seed, ROUNDS))}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            attack = Attack(folder)
            try:
                attack.run(sequence(seed, ROUNDS))
                attack.compare_with_nothing()
            except Difference as error:
                different.append(seed)
                print(f"make attack: seed {seed}: {error}", file=sys.stderr)
            counts += attack.counts
    _record(number, first, counts, different)
    return 1 if different else 0


def _record(number, first, counts, different):
    figures = {
        "sequences": number,
        "first seed": str(first),
        "kinds of edits": len(EDITS | REFUSED),
        "edits": counts["edit"] + counts["meanwhile"],
        "builds": sum(counts[name] for name in (*BUILDS, "meanwhile")) + counts["two"],
        "kills": counts["kill"],
        "damaged files": counts["damage"],
        "moved checkouts": counts["move"],
        "sequences with a difference": len(different),
    }
    runs.record("freshness", "failed" if different else "passed", figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
