"""Each figure and each table of article and supplement as files of its own, named by its number."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from .. import paths
from ..tables.table import as_csv
from . import tree, word


@dataclass(frozen=True)
class Float:
    """A figure or table: its id, the words of its number ("Fig. 3", "Table S1") and its block."""

    name: str
    label: str
    block: dict

    @property
    def stem(self):
        """"figure-03", "table-S01": file names in the order of the article."""
        _, series, number = tree.NUMBER.match(self.label).groups()
        kind = "figure" if self.block["t"] == "Figure" else "table"
        return f"{kind}-{series}{int(number):02d}"


def find(blocks):
    """The numbered figures and tables among the blocks, in order."""
    found = []

    def look(node):
        if node["t"] in ("Figure", "Table"):
            label = _label(node["c"][1])
            if label:
                found.append(Float(node["c"][0][0], label, node))

    tree.change(blocks, look)
    return found


def _label(caption):
    numbers = []

    def look(node):
        if node["t"] == "Span" and "caption-number" in node["c"][0][1]:
            numbers.append(tree.plain_text(node).strip())

    tree.change(caption, look)
    return numbers[0] if numbers else ""


def write_figures(floats, folder):
    """Write each figure as PNG and as PDF with vectors; returns {name: file name of the PNG}."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for one in floats:
        if one.block["t"] == "Figure":
            bitmap = paths.manuscript_folder() / _picture(one.block)
            shutil.copyfile(bitmap, folder / f"{one.stem}.png")
            shutil.copyfile(paths.latex_folder() / f"{bitmap.stem}.pdf", folder / f"{one.stem}.pdf")
            made[one.name] = f"{folder.name}/{one.stem}.png"
    return made


def _picture(figure):
    pictures = []
    tree.change(figure, lambda node: pictures.append(node["c"][2][0]) if node["t"] == "Image" else None)
    (path,) = pictures
    return Path(path)


def write_tables(floats, folder, metadata):
    """Write each table as a Word file and as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in floats:
        if one.block["t"] == "Table":
            word.write_blocks([one.block], folder / f"{one.stem}.docx", metadata)
            columns, *rows = rows_of(one.block)
            (folder / f"{one.stem}.csv").write_text(as_csv(columns, rows), "utf-8")


def rows_of(table):
    """The words of a table, row by row, its head first."""
    return [[tree.plain_text(cell[4]).strip() for cell in row] for row in tree.rows(table)]
