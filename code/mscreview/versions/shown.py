"""The numbers that pages really show, read from their HTML, chapter by chapter beside a ledger."""

from dataclasses import dataclass
from html.parser import HTMLParser

from .committed_ledger import Difference


@dataclass
class Shown:
    """A number, or a sentence made by rule, in the prose of a page; ``href`` leads to the ledger, "" nowhere."""

    key: str
    language: str
    text: str
    href: str


@dataclass(frozen=True)
class Chapter:
    """How many numbers the page of a chapter shows, how many of them differ, and each difference."""

    name: str
    numbers: int
    differ: int
    different: tuple[Difference, ...]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.languages, self.marked, self.open = [], ["en"], [], None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("div", "section"):
            self.marked.append("lang" in attributes)
            if "lang" in attributes:
                self.languages.append(attributes["lang"])
        if "data-key" in attributes:
            self.open = tag
            self.found.append(Shown(attributes["data-key"], self.languages[-1], "", attributes.get("href", "")))

    def handle_endtag(self, tag):
        if tag in ("div", "section") and self.marked and self.marked.pop():
            self.languages.pop()
        if tag == self.open:
            self.open = None

    def handle_data(self, data):
        if self.open:
            self.found[-1].text += data


def numbers(html):
    """Each `Shown` of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


def compare(name, html, committed, different):
    """The `Chapter` of a page, against the committed ledger.

    ``different``: how the ledger computed again differs from the committed one; what concerns numbers of this
    chapter counts here, since a page can show the same digits of another value.
    """
    shown = numbers(html)
    expected = {key for key, entry in committed.items() if name in entry["chapters"]}
    missing = sorted(expected - {number.key for number in shown})
    found = [Difference(key, "on the page", "shown", "not shown") for key in missing]
    for number in shown:
        texts = committed[number.key]["texts"] if number.key in committed else {}
        text = texts.get(number.language, "none")
        if text != number.text:
            found.append(Difference(number.key, f"on the page, {number.language}", text, number.text))
    found += [each for each in different if each.key in expected or each.key in {n.key for n in shown}]
    keys = {each.key for each in found}
    differ = sum(number.key in keys for number in shown) + len(missing)
    return Chapter(name, len(shown) + len(missing), differ, tuple(found))
