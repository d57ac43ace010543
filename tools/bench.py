"""Measures the project side by side with what it is compared with: ``make bench``.

Usage: python tools/bench.py [ROW,ROW,...]      (all rows without it)

Each of two works is done at least five times, in turn, in a clone of the last commit; medians of wall time are
compared.  A run of all rows is recorded in `validation/runs/`; one of single rows leaves the record alone.  Exit
status 1 if a goal is missed.
"""

import os
import sys
import tempfile
import time
import traceback

from benchmark import ROOT, books, lighthouse, pools, profiles, readers, tables
from benchmark.measures import RUNS, Row, figures, outcome, reached, table
from benchmark.workplace import Workplace, reproduce

ROWS = {
    "html": books.whole,
    "nothing": books.nothing_changed,
    "sentence": books.one_sentence,
    "value": books.one_value,
    "gosh": pools.subsets,
    "pools": pools.pools,
    "analyse": tables.analysis,
    "rows": tables.growing,
    "install": books.html_from_nothing,
    "test": books.test_from_nothing,
    "sizes": readers.sizes,
    "visits": readers.visits,
    "lighthouse": lighthouse.scores,
    "click": readers.clicks,
    "profile": profiles.shares,
}


def main(arguments):
    """Measure, print, record; exit status."""
    wanted = [name for name in "".join(arguments).split(",") if name]
    if unknown := [name for name in wanted if name not in ROWS]:
        print(f"make bench: no row {unknown[0]!r}; ROWS is some of {','.join(ROWS)}", file=sys.stderr)
        return 1
    load = os.getloadavg()[0]
    reproduce.tell_uncommitted(ROOT)
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        place = Workplace(temporary)
        rows = measure(place, wanted or ROWS)
        if not wanted:
            minutes = round((time.monotonic() - reproduce.BEGUN) / 60)
            about = {"goals reached": reached(rows), "runs of each": RUNS, "minutes": minutes}
            about["load of the machine before"] = round(load, 2)
            reproduce.keep("bench", place.clone.folder, outcome(rows), {**about, **figures(rows)})
    print(f"{table(rows)}\ngoals reached: {reached(rows)}")
    return int(outcome(rows) == "failed")


def measure(place, names):
    """The lines of the named rows, each printed as it comes."""
    rows = []
    for name in names:
        reproduce.step(f"measuring {name}")
        try:
            found = ROWS[name](place)
        except Exception as error:  # noqa: BLE001  (hours of other rows shall not be lost)
            traceback.print_exc()
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            found = [Row(f"The row {name}", f"not measured: {reason}", "", None, "measured", False)]
        print(table(found), flush=True)
        rows += found
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
