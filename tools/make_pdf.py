"""Builds article and supplement as PDF and refuses a manuscript with holes.

Usage: python tools/make_pdf.py [--review]

A missing glyph (Chinese without its font), an undefined reference or a missing picture leaves TeX
with exit code 0; here each is an error, and so is a chart that is no drawing but a bitmap.
"""

import os
import re
import shutil
import subprocess
import sys

import builds
import pikepdf

FOLDER = builds.ROOT / "_build" / "latex"
TYPESET = FOLDER / "typeset"  # what TeX makes; a PDF leaves it once nothing is wrong with it
PARTS = ("manuscript", "supplement")
FONT = "DejaVu"  # of the theme of the figures
OVERFULL_POINTS = 20  # wider overruns are seen on the page
HOLES = {
    "missing glyph": re.compile(r"Missing character: .*"),
    "undefined reference": re.compile(r"LaTeX Warning: (?:Reference|Citation) .* undefined.*"),
    "missing picture": re.compile(r"LaTeX Warning: File .* not found.*"),
}
OVERFULL = re.compile(r"Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\).*")
FIGURE = re.compile(r"\\begin\{figure\}.*?\\end\{figure\}", re.DOTALL)


def main(arguments):
    """Both PDFs, with ``--review`` as copies with numbered lines; exit code 1 with the reasons
    if anything is missing from one."""
    if set(arguments) - {"--review"}:
        print(__doc__, file=sys.stderr)
        return 1
    if not shutil.which("latexmk"):
        print("make pdf: TeX is missing; please run: tools/debian.sh pdf", file=sys.stderr)
        return 1
    builds.build("--builder", "latex")
    return typeset("-review" if arguments else "")


def typeset(suffix=""):
    """Run xelatex on the LaTeX sources of both parts; exit code."""
    problems = [problem for part in PARTS for problem in set_part(part, f"{part}{suffix}")]
    for problem in problems:
        print(f"make pdf: {problem}", file=sys.stderr)
    return 1 if problems else 0


def set_part(part, name):
    """Run xelatex on one part, as ``name``.pdf; what is wrong with it, one sentence each. Then the last PDF stays.

    The layout, ``_latex/article.sty``, numbers the lines of a file whose name ends in "-review".
    """
    # -gg: from nothing, so that neither an old PDF nor an old failure counts.
    command = ["latexmk", "-gg", "-xelatex", f"-jobname={name}", f"-outdir={TYPESET.name}", "-interaction=nonstopmode"]
    environment = {**os.environ, "max_print_line": "1000"}  # one log line for each message
    run = subprocess.run(
        [*command, "-halt-on-error", f"{part}.tex"], cwd=FOLDER, env=environment, capture_output=True, text=True
    )
    log = (TYPESET / f"{name}.log").read_text("utf-8", errors="replace")
    # Where TeX stops, what it could not yet know is no hole.
    stopped = [line for line in log.splitlines() if line.startswith("!")] if run.returncode else []
    problems = stopped or found_problems(log) or ([run.stderr] if run.returncode else [])
    if not problems:
        problems = without_drawing((FOLDER / f"{part}.tex").read_text("utf-8"))
        problems += bitmaps(TYPESET / f"{name}.pdf")
        problems += foreign_fonts(FOLDER.glob("*-light.pdf"))
    if not problems:
        print((TYPESET / f"{name}.pdf").replace(FOLDER / f"{name}.pdf"))
    return [f"{name}: {problem}" for problem in problems]


def found_problems(log):
    """The holes that a TeX log reports, each once, in order."""
    found = [f"{what}: {m}" for what, pattern in HOLES.items() for m in pattern.findall(log)]
    found += [m.group(0) for m in OVERFULL.finditer(log) if float(m.group(1)) > OVERFULL_POINTS]
    return list(dict.fromkeys(found))


def without_drawing(tex):
    """Figures of a LaTeX file that include no PDF, by the beginning of what they hold."""
    figures = FIGURE.findall(tex)
    return [f"figure without a drawing: {text[:120]!r}" for text in figures if ".pdf}" not in text]


def bitmaps(path):
    """Pages of a PDF that hold a bitmap: every picture of this book is drawn with vectors."""
    with pikepdf.open(path) as document:
        numbers = [n for n, page in enumerate(document.pages, 1) if _has_bitmap(page.get("/Resources", {}))]
    return [f"a bitmap picture on page {n}" for n in numbers]


def foreign_fonts(drawings):
    """Figures with letters that the font of the theme does not have: another would be found on another
    machine, or none."""
    found = []
    for path in sorted(drawings):
        with pikepdf.open(path) as document:
            names = {str(obj.BaseFont) for obj in document.objects if _is_font(obj)}
        found += [f"{path.name} is drawn with {n.lstrip('/')}" for n in sorted(names) if FONT not in n]
    return found


def _is_font(obj):
    return isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/Font" and "/BaseFont" in obj


def _has_bitmap(resources):
    objects = resources.get("/XObject", {})
    return any(
        found.get("/Subtype") == "/Image" or _has_bitmap(found.get("/Resources", {}))
        for found in (objects[name] for name in objects)
    )


if __name__ == "__main__":
    builds.end(main, sys.argv[1:])
