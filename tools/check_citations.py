"""Checks the references: part of ``make check``.

Each clinical report and each animal study is cited in some chapter, each entry of references.bib leads to a DOI or an
address, and no key, DOI or PMID stands twice.  Prints what is wrong and exits with 1.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from mscreview.bibliography import animal_key, problems  # noqa: E402  (needs the path above)

CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
# The public record of this report has neither; `data/codebook.csv` names it.
WITHOUT_ADDRESS = {"jiang2011"}


def cited_keys(folder: Path) -> set[str]:
    """All keys that the chapters of a folder cite."""
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.md")))
    return {key.strip() for keys in CITED.findall(text) for key in keys.split(",")}


def study_keys(data: Path) -> list[str]:
    """The cite keys of the clinical reports and of the animal studies, in table order."""

    def ids(name):
        with open(data / name, encoding="utf-8", newline="") as file:
            return [row["study_id"] for row in csv.DictReader(file)]

    return ids("studies.csv") + [animal_key(study_id) for study_id in ids("preclinical.csv")]


def main(chapters: Path = ROOT / "chapters") -> int:
    """Check a folder of chapters against the project's data and references; exit status."""
    studies = study_keys(ROOT / "data")
    cited = cited_keys(chapters)
    found = [f"{key}: included and never cited" for key in studies if key not in cited]
    found += [
        sentence
        for sentence in problems(ROOT / "references.bib", studies)
        if sentence not in {f"{key}: neither DOI nor address" for key in WITHOUT_ADDRESS}
    ]
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
