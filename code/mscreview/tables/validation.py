"""Tables on the making of the review: agreement with metafor, software with versions."""

import csv
from importlib.metadata import version

from .. import paths
from .table import Table

SOFTWARE = {
    "jupyter-book": "the book",
    "sphinx": "pages, PDF sources",
    "myst-nb": "notebooks as text",
    "nbclient": "running chapters",
    "pandas": "reading the tables",
    "pandera": "checking the tables",
    "numpy": "arithmetic",
    "scipy": "quantiles and special functions",
    "pingouin": "second opinion on Hedges’ g",
    "altair": "figures",
    "vl-convert-python": "static figures",
    "pybtex": "references",
    "sphinxcontrib-bibtex": "citations",
}


def agreement(path=paths.VALIDATION / "agreement.csv"):
    """How far the pooling agrees with metafor, from the outcome of the comparison."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    columns = {
        "Quantity": "quantity",
        "Comparisons": "comparisons",
        "Largest relative difference": "largest_relative_difference",
        "Digits agreed": "digits_agreed",
        "Zeros": "zeros",
        "Largest difference at a zero": "largest_difference_at_zeros",
        "Explained": "explained",
    }
    rows = tuple(tuple(line[name] for name in columns.values()) for line in lines)
    return Table(tuple(columns), rows, tuple(columns)[1:])


def software():
    """The packages of this environment that make the numbers and the pages."""
    rows = tuple((name, version(name), use) for name, use in SOFTWARE.items())
    return Table(("Package", "Version", "For"), rows, ("Version",))
