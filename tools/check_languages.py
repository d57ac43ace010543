"""Checks that English and Chinese state the same numbers: part of ``make check``.

A Chinese block (``:::{language} zh-Hans``) must show exactly the ledger entries that the section
before it shows in English, each as often; the checker prints what differs and exits with 1.
"""

import re
import sys
from collections import Counter
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
NUMBER = re.compile(r"\{num\}`([^`]+)`")
CHINESE = re.compile(r"^(:{3,})\{language\} zh-Hans\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^##? .*$", re.MULTILINE)


def differences(text):
    """Lines that name each number stated in one language only, or not as often."""
    found = []
    for block in CHINESE.finditer(text):
        chinese = Counter(NUMBER.findall(block.group(2)))
        english = Counter(NUMBER.findall(_section_before(text, block.start())))
        if not english:
            found.append("a Chinese block has no English section before it that shows numbers")
        for key in sorted(english.keys() | chinese.keys()):
            if english[key] != chinese[key]:
                found.append(f"{key}: {english[key]} times in English, {chinese[key]} in Chinese")
    return found


def _section_before(text, position):
    """The section that precedes the section in which `position` lies."""
    headings = [m.start() for m in HEADING.finditer(text, 0, position)]
    if len(headings) < 2:
        return ""
    return text[headings[-2] : headings[-1]]


def main(paths):
    """Check the named files, or all chapters."""
    failed = False
    for path in map(Path, paths or sorted(CHAPTERS.glob("*.md"))):
        for line in differences(path.read_text("utf-8")):
            print(f"{path.name}: {line}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
