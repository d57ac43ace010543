"""Checks the links inside the book: part of ``make check``.

Usage: python tools/check_book_links.py

Every {ref}, {numref}, {eq}, {doc}, {cite} and Markdown link of the chapters and every place of the checklists
leads somewhere, no target exists twice, and the text refers to every figure and table.  The build finds most of
this too, minutes later.  Links of README.md and CONTRIBUTING.md must name a file.  Prints `file:line: problem`
and exits 1 if there is any.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from check_mask import INLINE, Block, blocks, fill, option_yaml, readable
from check_prose import ROOT, shown_path

# Pages that Sphinx makes itself.
GIVEN = {"genindex", "modindex", "py-modindex", "search"}
FIGURES = {"figure", "table", "list-table", "csv-table", "code-cell", "chart", "data-table"}
LABEL = re.compile(r"^[ \t]*\(([^()\s]+)\)=[ \t]*$|\{#([\w:.-]+)[^}\n]*\}", re.M)
LINK = re.compile(r"\[[^\]\n]*\]\(<?([^()\s<>]+)>?(?:\s+\"[^\"]*\")?\)|^\[(?!\^)[^\]\n]+\]:\s*(\S+)", re.M)
ENTRY = re.compile(r"^@(?!comment|string|preamble)\w+\{\s*([^,\s]+)\s*,", re.M | re.I)


class Place(NamedTuple):
    """A target or a reference: page, line (from 1), kind (role, "link", "label" or directive), and name."""

    page: Path
    line: int
    kind: str
    name: str


def targets(page: Path, text: str) -> Iterator[Place]:
    """Labels of a page, and names in the options of its directives and cells."""
    for match in LABEL.finditer(INLINE.sub(fill, readable(text))):
        yield Place(page, text.count("\n", 0, match.start()) + 1, "label", match[1] or match[2])
    lines = text.split("\n")
    for block in blocks(lines):
        for name in _names(lines, block):
            yield Place(page, block.start + 1, block.name, name)


def _names(lines: list[str], block: Block) -> list[str]:
    """Values of `name` in the options, at any depth, and of `label` of an equation."""
    source = option_yaml(lines[block.start + 1 : block.body])
    key = "label" if block.name == "math" else "name"
    try:
        found, stack = [], [yaml.safe_load(source)]
    except yaml.YAMLError:  # options of directives may be laxer than YAML
        return re.findall(rf"^\s*{key}:\s*(\S+)\s*$", source, flags=re.M)
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += value.values()
            found += [str(value[key])] if isinstance(value.get(key), str) else []
    return found


def references(page: Path, text: str) -> Iterator[Place]:
    """What roles and links of a page name, in captions too."""
    shown = readable(text)
    for match in INLINE.finditer(shown):
        role, body = match["role"] or "", " ".join(match["body"].split())
        line = shown.count("\n", 0, match.start()) + 1
        if role.startswith("cite"):
            keys = re.sub(r"\{[^{}]*\}", "", body).split(",")
            yield from (Place(page, line, "cite", key.strip()) for key in keys)
        elif role in ("ref", "numref", "eq", "doc", "download"):
            titled = re.search(r"<([^<>]+)>$", body)
            yield Place(page, line, role, titled[1].strip() if titled else body)
    for match in LINK.finditer(INLINE.sub(fill, shown)):
        if not re.match(r"[a-z][a-z+.-]*:", match[1] or match[2]):  # no other host
            yield Place(page, shown.count("\n", 0, match.start()) + 1, "link", match[1] or match[2])


def in_checklist(path: Path) -> Iterator[Place]:
    """The labels that the rows of a checklist name as places; files are checked where they are read."""
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            for label in filter(None, re.split(r"\s*;\s*", (row["places"] or "").strip())):
                if "/" not in label:
                    yield Place(path, reader.line_num, "place", label.removeprefix("screen:").strip())


def problems(
    pages: dict[Path, str],
    keys: set[str],
    others: dict[Path, str] | None = None,
    answers: Iterable[Place] = (),
) -> list[str]:
    """What is wrong with the links of chapters (path -> text) that may cite some keys, of other pages, and of
    the answers of checklists, which are not in the manuscript: a figure must be referred to elsewhere too."""
    found, seen = [], {}
    for place in (target for page, text in pages.items() for target in targets(page, text)):
        if place.name.lower() in seen:
            found.append((place, "this target exists twice"))
        seen.setdefault(place.name.lower(), place)
    used = set()
    for place in (reference for page, text in pages.items() for reference in references(page, text)):
        name = place.name.removeprefix("#").lower()
        used.add(name)
        if place.kind == "cite":
            known = place.name in keys
        elif place.kind in ("doc", "download"):
            known = _is_file(place, ".md" if place.kind == "doc" else "")
        else:
            known = name in seen or name in GIVEN or (place.kind == "link" and _leads_to(place, pages))
        if not known:
            found.append((place, "this leads nowhere"))
    found += [(place, "this leads nowhere") for place in answers if place.name.lower() not in seen]
    for name, place in seen.items():
        if place.kind in FIGURES and name not in used:
            found.append((place, "no text refers to this figure or table"))
    for place in (reference for page, text in (others or {}).items() for reference in references(page, text)):
        if place.kind == "link" and not place.name.startswith("#") and not _is_file(place, ""):
            found.append((place, "this leads nowhere"))
    return [f"{shown_path(p.page)}:{p.line}: {message}: {p.kind} {p.name}" for p, message in sorted(found)]


def _is_file(place: Place, suffix: str) -> bool:
    """Whether a document or file exists, named from its page or, with a slash, from the top of the book."""
    name = place.name.partition("#")[0].removesuffix(suffix) + suffix
    top = ROOT if name.startswith("/") else place.page.parent
    return (top / name.lstrip("/")).exists()


def _leads_to(place: Place, pages: dict[Path, str]) -> bool:
    """Whether a Markdown link names a file, and a target in it if it names one."""
    name, _, target = place.name.partition("#")
    if not name or not _is_file(place, ""):
        return False
    page = (place.page.parent / name).resolve()
    inside = [t for p, text in pages.items() if p.resolve() == page for t in targets(p, text)]
    return not target or target.lower() in {t.name.lower() for t in inside}


def main() -> int:
    """Check the chapters, README.md and CONTRIBUTING.md; exit status."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "chapters").glob("*.md"))}
    others = {ROOT / n: (ROOT / n).read_text(encoding="utf-8") for n in ("README.md", "CONTRIBUTING.md")}
    keys = set(ENTRY.findall((ROOT / "references.bib").read_text(encoding="utf-8")))
    answers = [place for path in sorted((ROOT / "checklists").glob("*.csv")) for place in in_checklist(path)]
    found = problems(pages, keys, others, answers)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
