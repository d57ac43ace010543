r"""Where each section, figure and table stands on paper, from the notes that TeX leaves for itself.

Each label of a page is a line ``\newlabel{chapters/methods:question}{{4.1}{7}{Question}{subsection.4.1}{}}``
of the .aux file: page and label of the book, number, page, title of the section, kind and counter.
"""

import re
from pathlib import Path
from typing import NamedTuple

NEWLABEL = re.compile(r"^\\newlabel\{([^{}]+)\}\{(.*)\}\s*$", re.MULTILINE)
FIRST = "abstract"  # name of the first page of the book
KINDS = {"figure": "Figure", "table": "Table", "equation": "Equation"}  # all else is a section
CHARACTERS = {"sphinxhyphen": "-", "nobreakspace": " ", "textendash": "–", "textemdash": "—"}


class Place(NamedTuple):
    """What a label names: "Section", "Figure", "Table" or "Equation", its number ("" for none), the title
    of a section, and its page as printed. ``document`` is "" in the main document."""

    kind: str
    number: str
    title: str
    page: str
    document: str = ""

    def __str__(self):
        named = f"{self.kind} {self.number}" if self.number else ""
        if self.kind == "Section":
            named = f"{named} {self.title}".strip()
        where = f"page {self.page}" + (f" of the {self.document}" if self.document else "")
        return f"{named}, {where}" if named else where


def read_places(aux_files):
    """{label: `Place`} of one .aux file, or of several as {name of the document: path}.

    The first document is the main one; a label that stands in several is that of the first. A name that
    several pages of the book give to different places, as Sphinx's own id1, is no label and is left out.
    Raises FileNotFoundError with the command that makes the file.
    """
    if not isinstance(aux_files, dict):
        aux_files = {"": aux_files}
    found = {}
    for number, (document, path) in enumerate(aux_files.items()):
        for label, place in _places(_text(Path(path)), document if number else "").items():
            found.setdefault(label, place)
    return found


def _text(path):
    try:
        return path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is not there; `make pdf` makes it") from None


def _places(text, document):
    """The places of one document."""
    # Where TeX got a label twice, the last counts, as in TeX's own references.
    noted = {name: _groups(rest) for name, rest in NEWLABEL.findall(text) if not name.startswith("cite.")}
    found, several = {}, set()
    for name, groups in noted.items():
        if len(groups) > 1:
            label = label_of(name)
            place = _place(label, groups, document)
            if found.setdefault(label, place) != place:
                several.add(label)
    return {label: place for label, place in found.items() if label not in several}


def label_of(name):
    """"question" of "chapters/methods:question"; of a whole page, "chapters/methods::doc", its name.

    TeX has no label for the title of the book; its page has one.
    """
    page, _, label = name.partition(":")
    return normal(page.rpartition("/")[2] if label in ("", ":doc") else label)


def normal(label):
    """A label as TeX and HTML write it: lower case, all else hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def _place(label, groups, document):
    number, page, title, counter = (*groups, "", "")[:4]
    kind = re.match(r"[a-z]*", counter)[0]
    # Without hyperref there is no counter; the book names figures and tables alike.
    kind = kind or {"fig": "figure", "tab": "table"}.get(label.partition("-")[0], "")
    words = _plain(title) or ("" if number else label.replace("-", " ").capitalize())
    if label == FIRST:
        words = "Title"  # the page of the abstracts has the title of the review as its own
    kind, number = KINDS.get(kind, "Section"), _plain(number)
    if kind == "Section":
        return Place(kind, number, words, _plain(page), document)
    # A supplement prints Table S1, and TeX notes the bare number.
    number = f"S{number.removeprefix('S')}" if document and number else number
    return Place(kind, number, "", _plain(page), document)


def _groups(text):
    """The contents of the groups {..}{..} of a text, with groups inside left as they are."""
    found, depth, start = [], 0, 0
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            start = match.end() if depth == 0 else start
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                found.append(text[start : match.start()])
    return found


def _plain(tex):
    """The words of a title: characters for their commands, the content of other commands."""
    text = re.sub(r"\\([A-Za-z@]+)\s*(?:\{\})?", lambda m: CHARACTERS.get(m[1], ""), tex.replace("~", " "))
    text = re.sub(r"\\[()]", "", text)
    text = re.sub(r"\\(\W)", r"\1", re.sub(r"(?<!\\)[{}$]", "", text))
    return " ".join(text.split())
