"""Runs xelatex on the LaTeX sources of the book and refuses a manuscript with holes.

A missing glyph (Chinese without its font), an undefined reference or a missing picture leaves TeX
with exit code 0; here each is an error.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "_build" / "latex"
PARTS = ("manuscript", "supplement")
OVERFULL_POINTS = 20  # wider overruns are seen on the page
HOLES = {
    "missing glyph": re.compile(r"Missing character: .*"),
    "undefined reference": re.compile(r"LaTeX Warning: (?:Reference|Citation) .* undefined.*"),
    "missing picture": re.compile(r"LaTeX Warning: File .* not found.*"),
}
OVERFULL = re.compile(r"Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\).*")


def main():
    """Build both PDFs; exit code 1 with the reasons if anything is missing from one."""
    problems = [problem for part in PARTS for problem in build(part)]
    for problem in problems:
        print(f"make pdf: {problem}", file=sys.stderr)
    return 1 if problems else 0


def build(part):
    """Run xelatex on one part; what is wrong with it, one sentence each."""
    # -gg: from nothing, so that neither an old PDF nor an old failure remains.
    command = ["latexmk", "-gg", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{part}.tex"]
    environment = {**os.environ, "max_print_line": "1000"}  # one log line for each message
    run = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True)
    log = (FOLDER / f"{part}.log").read_text("utf-8", errors="replace")
    problems = found_problems(log)
    if run.returncode and not problems:
        problems = [line for line in log.splitlines() if line.startswith("!")] or [run.stderr]
    return [f"{part}: {problem}" for problem in problems]


def found_problems(log):
    """The holes that a TeX log reports, each once, in order."""
    found = [f"{what}: {m}" for what, pattern in HOLES.items() for m in pattern.findall(log)]
    found += [m.group(0) for m in OVERFULL.finditer(log) if float(m.group(1)) > OVERFULL_POINTS]
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    sys.exit(main())
