"""Tables on the making of the review: agreement with metafor, software with versions."""

from importlib.metadata import version

from .. import paths
from ..csvtable import read_rows
from .table import Table

SOFTWARE = {
    "jupyter-book": "the book",
    "sphinx": "pages, PDF sources",
    "myst-nb": "notebooks as text",
    "nbclient": "running chapters",
    "pandas": "reading the tables",
    "numpy": "arithmetic",
    "scipy": "quantiles and special functions",
    "pingouin": "second opinion on Hedges’ g",
    "altair": "figures",
    "vl-convert-python": "static figures",
    "pybtex": "references",
    "sphinxcontrib-bibtex": "citations",
}


def agreement(path=paths.VALIDATION / "agreement.csv"):
    """How far the pooling agrees with metafor, from the outcome of the comparison.

    Raises BadFile for a file that is no such table.
    """
    columns = {
        "Quantity": "quantity",
        "Comparisons": "comparisons",
        "Largest relative difference": "largest_relative_difference",
        "Digits agreed": "digits_agreed",
        "Zeros": "zeros",
        "Largest difference at a zero": "largest_difference_at_zeros",
        "Explained": "explained",
    }
    kept = (*columns.values(), "outside_tolerance")
    header, lines = read_rows(f"validation/{path.name}", path.read_bytes(), kept)
    rows = tuple(tuple(dict(zip(header, cells))[name] for name in columns.values()) for _, *cells in lines)
    return Table(tuple(columns), rows, tuple(columns)[1:])


def software():
    """The packages of this environment that make the numbers and the pages."""
    rows = tuple((name, version(name), use) for name, use in SOFTWARE.items())
    return Table(("Package", "Version", "For"), rows, ("Version",))
