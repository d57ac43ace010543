"""How wide the columns of a table are on paper, where nothing scrolls."""

from math import ceil

from sphinx import addnodes

from .cell_text import text_and_url

LINE = 116  # characters of table text that a line of the manuscript holds
ROOM = 1.6  # characters that a word needs beside it, because letters differ in width
GAP = 2.6  # characters that the space between two columns takes


def paper_columns(content):
    """The node that tells LaTeX the widths, as parts of the line. ``content``: of a `tables.table.Table`.

    Numbers are as wide as they need, on one line and to the right. Text gets at least its longest
    word; what is left of the line goes, character by character, to the column that makes the table
    lower.
    """
    columns, rows = content["columns"], content["rows"]
    cells = [[name, *(text_and_url(row[i])[0] for row in rows)] for i, name in enumerate(columns)]
    numeric = [name in content["numeric"] for name in columns]
    widths = [_needed(texts, number) for texts, number in zip(cells, numeric, strict=True)]
    lengths = [[len(text) for text in texts] for texts in cells]
    for _ in range(int(LINE - GAP * len(columns) - sum(widths))):
        widths[_most_helped(lengths, widths)] += 1
    shares = [width + GAP for width in widths]
    total = max(LINE, sum(shares))
    spec = addnodes.tabular_col_spec()
    spec["spec"] = "".join(
        rf">{{\{'raggedleft' if number else 'raggedright'}\arraybackslash}}\Y{{{share / total:.3f}}}"
        for number, share in zip(numeric, shares, strict=True)
    )
    return spec


def _needed(texts, number):
    """The least width of a column: its longest word, of numbers their longest cell."""
    word = max(len(word) for text in texts for word in text.split() or [""])
    # Words in a column of numbers may wrap.
    whole = [text for text in texts[1:] if number and any(c.isdigit() for c in text)]
    return max([word, *map(len, whole)]) + ROOM


def _most_helped(lengths, widths):
    """The column whose next character saves most lines of the table, or has the longest cell to wrap."""
    lines = [[ceil(n / width) for n in column] for column, width in zip(lengths, widths, strict=True)]

    def height(i, wider):
        columns = [wider if j == i else lines[j] for j in range(len(lines))]
        return sum(map(max, zip(*columns, strict=True)))

    def helped(i):
        wider = [ceil(n / (widths[i] + 1)) for n in lengths[i]]
        return -height(i, wider), max(lengths[i]) / widths[i]

    return max(range(len(widths)), key=helped)
