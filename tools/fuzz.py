"""Tries bad input at random, with ten times the examples of the tests, and records what came of it.

Usage: python tools/fuzz.py

Prints the seed, with the command that makes the same examples again. Exit status 1 if anything failed.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from mscreview import runs  # noqa: E402  (needs the path above)

TIMES = "10"
TESTS = sorted(f"tests/{path.name}" for path in (ROOT / "tests").glob("test_fuzz_*.py"))
EXAMPLES = re.compile(r"(\d+) passing, (\d+) failing, and \d+ invalid")
SUMMARY = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


def figures(output: str) -> dict[str, int]:
    """What a run of pytest with statistics of hypothesis counted; all 0 where it ended before the tests."""
    counted = {name.removesuffix("s"): int(n) for n, name in SUMMARY.findall(output.rpartition("\n=")[2] or output)}
    return {
        "tests": sum(counted.values()),
        "examples made at random": sum(int(passed) + int(failed) for passed, failed in EXAMPLES.findall(output)),
        "failures": counted.get("failed", 0) + counted.get("error", 0),
        "not run, tools missing": counted.get("skipped", 0),
    }


def main() -> int:
    """Run the tests, print what they print, record the outcome; exit status."""
    seed = secrets.randbelow(2**32)
    options = ["-n", "2", "--dist", "loadgroup", f"--hypothesis-seed={seed}", "--hypothesis-show-statistics"]
    command = ["-m", "pytest", "-o", "addopts=", "-q", *options, *TESTS]
    print(f"seed {seed}; the same again: FUZZ_TIMES={TIMES} .venv/bin/python {' '.join(command)}", flush=True)
    start = time.monotonic()
    environment = {**os.environ, "FUZZ_TIMES": TIMES}
    lines = []
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    found = figures("".join(lines))
    passed = run.returncode == 0 and found["tests"] > 0
    found |= {"seconds": round(time.monotonic() - start), "seed": seed}
    runs.record("bad_input", "passed" if passed else "failed", found)
    print(", ".join(f"{name}: {number}" for name, number in found.items()))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
