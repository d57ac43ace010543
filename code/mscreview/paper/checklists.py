"""The PRISMA checklists: their items, the answers in `checklists/`, and where on paper each stands.

The book shows the answers with links, the folder for an editor with sections and pages; both read them here.
"""

from dataclasses import dataclass
from typing import NamedTuple

from .. import paths
from ..csvtable import BadFile, Problem, read_rows, unfit
from .places import normal

COLUMNS = ("item", "section", "topic", "asks", "answer", "places", "note")
ANSWERS = ("yes", "partly", "no")
SCREEN = "screen:"  # before the label of a section that paper leaves out
# Page et al. 2021, doi:10.1136/bmj.n71, tables 1 and 2.
ITEMS = {
    "prisma_2020": (
        "1 2 3 4 5 6 7 8 9 10a 10b 11 12 13a 13b 13c 13d 13e 13f 14 15 16a 16b 17 18 19 "
        "20a 20b 20c 20d 21 22 23a 23b 23c 23d 24a 24b 24c 25 26 27"
    ).split(),
    "prisma_abstracts": [str(number) for number in range(1, 13)],
}
HEADINGS = {
    "prisma_2020": "PRISMA 2020 checklist",
    "prisma_abstracts": "PRISMA 2020 for Abstracts checklist",
}


class ChecklistError(ValueError):
    """A checklist that cannot be used; ``problems`` name file, row, column, value, and what is allowed."""

    def __init__(self, problems):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Item:
    """A line of a checklist: ``asks`` in our own words, ``answer`` one of `ANSWERS`, ``note`` what is missing.

    ``places`` are labels of sections, figures and tables, ``on_screen`` those that paper leaves out,
    ``files`` names of files of the project. ``row`` is the line in the file.
    """

    row: int
    item: str
    section: str
    topic: str
    asks: str
    answer: str
    places: tuple[str, ...]
    on_screen: tuple[str, ...]
    files: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Checklist:
    """All items of one checklist, in its order; ``file`` is the name by which errors call its table."""

    name: str
    file: str
    items: tuple[Item, ...]

    @property
    def heading(self):
        """Its name for people."""
        return HEADINGS[self.name]

    def problem(self, item, label):
        """A label of an item leads nowhere."""
        return Problem(self.file, item.row, "places", label, "a label of a section, figure or table")


def path_of(name, folder=paths.CHECKLISTS):
    """The table of a checklist. Raises ChecklistError for a name that is none."""
    if name not in ITEMS:
        raise ChecklistError([Problem("checklist", 0, "", name, " | ".join(ITEMS))])
    return folder / f"{name}.csv"


def load_checklist(name, folder=paths.CHECKLISTS):
    """The `Checklist` "prisma_2020" or "prisma_abstracts", complete and answered. Raises ChecklistError."""
    path = path_of(name, folder)
    file = f"{paths.CHECKLISTS.name}/{path.name}"
    try:
        header, rows = read_rows(file, path.read_bytes(), COLUMNS)
    except OSError as error:
        found = "missing file" if isinstance(error, FileNotFoundError) else error.strerror
        raise ChecklistError([Problem(file, 0, "", found, "a table of the checklist")]) from None
    except BadFile as error:
        raise ChecklistError(error.problems) from None
    items = tuple(_item(row, dict(zip(header, cells, strict=True))) for row, *cells in rows)
    problems = [problem for item in items for problem in _problems_of(file, item)]
    problems += _problems_of_all(file, items, ITEMS[name])
    if problems:
        raise ChecklistError(problems)
    return Checklist(name, file, items)


def _item(row, cells):
    given = {name: cells[name].strip() for name in COLUMNS}
    places = [place.strip() for place in given.pop("places").split(";")]
    files = [place for place in places if "/" in place]
    on_screen = [place for place in places if place.startswith(SCREEN)]
    return Item(
        row=row,
        places=tuple(place for place in places if place and place not in (*files, *on_screen)),
        on_screen=tuple(place.removeprefix(SCREEN).strip() for place in on_screen),
        files=tuple(files),
        **given,
    )


def _problems_of(file, item):
    """What is wrong with a line by itself."""
    for column in ("section", "topic", "asks", "note"):
        if reason := unfit(getattr(item, column)):
            yield Problem(file, item.row, column, getattr(item, column), f"text {reason}")
    for column in ("section", "topic", "asks"):
        if not getattr(item, column):
            yield Problem(file, item.row, column, "", "some words")
    if item.answer not in ANSWERS:
        yield Problem(file, item.row, "answer", item.answer, " | ".join(ANSWERS))
    if item.answer == "yes" and not (item.places or item.files):
        yield Problem(file, item.row, "places", "", "with the answer yes, at least one that paper has")
    for name in item.files:
        if not _is_of_project(name):
            yield Problem(file, item.row, "places", name, "a file of the project")
    if item.answer in ("partly", "no") and not item.note:
        yield Problem(file, item.row, "note", "", f"with the answer {item.answer}, what is missing and why")


def _is_of_project(name):
    """Whether a file lies in the project: no other machine has one that lies elsewhere."""
    try:
        place = (paths.ROOT / name).resolve()
        return place.is_file() and place.is_relative_to(paths.ROOT)
    except (OSError, ValueError):  # a name too long, or with NUL
        return False


def _problems_of_all(file, items, expected):
    """Items that the checklist does not have, has twice, or lacks."""
    seen = set()
    for item in items:
        if item.item not in expected:
            yield Problem(file, item.row, "item", item.item, " | ".join(expected))
        elif item.item in seen:
            yield Problem(file, item.row, "item", item.item, "each item once")
        seen.add(item.item)
    for missing in expected:
        if missing not in seen:
            yield Problem(file, 0, "item", missing, "a row for each item; this one has none")


class Row(NamedTuple):
    """A line of a filled checklist; ``where``: "Section 4.1 Question, page 7; Figure 2, page 8"."""

    item: str
    section: str
    topic: str
    asks: str
    answer: str
    where: str
    note: str


def filled(checklist, places):
    """A `Row` for each item, with its places on paper from `places.read_places`.

    Raises ChecklistError for a label that has no place there.
    """
    labels = ((item, label) for item in checklist.items for label in item.places)
    if problems := [checklist.problem(*pair) for pair in labels if normal(pair[1]) not in places]:
        raise ChecklistError(problems)
    return [
        Row(
            *(item.item, item.section, item.topic, item.asks, item.answer),
            where="; ".join([*(str(places[normal(label)]) for label in item.places), *item.files]),
            note=item.note,
        )
        for item in checklist.items
    ]


def write_checklist(checklist, rows, title, folder):
    """Write the filled checklist as CSV and as Word file into a folder; returns both paths.

    ``rows`` are those of `filled`, ``title`` is that of the review. The same rows give the same bytes.
    """
    # Imported here: the book, which reads the answers, writes no Word file.
    from ..tables.table import as_csv
    from .checklist_docx import write_docx

    folder.mkdir(parents=True, exist_ok=True)
    table, document = (folder / f"{checklist.name}.{suffix}" for suffix in ("csv", "docx"))
    table.write_bytes(as_csv(Row._fields, rows).encode("utf-8"))
    write_docx(document, checklist.heading, title, rows)
    return table, document
