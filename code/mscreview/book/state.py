"""What one build knows: the snapshot of the files, the results and their ledger entries."""

import tempfile
from pathlib import Path

from sphinx.util import logging

from freshbook import BookError, Build, digests, sealed
from freshbook.files import write_atomically

from .. import ledger, paths
from ..results import Results
from . import cells, check_runs, ledger_parts, numbers, uses

logger = logging.getLogger(__name__)

# Modules above the results: they show numbers, they do not make them. All other modules of the
# package count as statistics. A test holds that no statistics module imports one of these.
ABOVE_RESULTS = (
    "authoring",
    "book",
    "figures",
    "bibliography.py",
    "chapter.py",
    "ledger.py",
    "ledger_fields.py",
    "phrases.py",
    "provenance.py",
    "statements.py",
    "reasons.py",
    "runs.py",
    "submission.py",
    "submission_file.py",
    "submission_schema.py",
    "paper",
    "tables",
    "versions",
    "wording.py",
)


class Book(Build):
    """The state of one build, at ``app.mscreview``: what is fresh, and the results behind it."""

    LOCK_FILE = paths.LOCK.name
    NOT_STAMPED = (paths.TIMES,)
    WARM = ("altair",)
    # The result keys that a chapter used, or asked for in vain.
    KEYS = (
        "(lambda chapter: chapter.results.used | chapter.results.asked if chapter else ())"
        "(sys.modules.get('mscreview.chapter'))"
    )

    def __init__(self, app, snapshot):
        if snapshot.root != paths.ROOT:
            raise BookError(
                f"the package was imported from {paths.ROOT}, the book is in {snapshot.root}; "
                "use the environment that was made in the book's own folder"
            )
        super().__init__(app, snapshot)
        app.mscreview = self
        self.data_digest = digests.digest_value(snapshot.tree("data", ["*"]))
        statistics = _statistics_files(self.code_files())
        self.results_digest = digests.digest_value([self.data_digest, self.environment, statistics])
        self.results_path = paths.results_folder(self.root) / f"{self.results_digest}.json"
        self.results = self._load_results()
        self.entries = ledger.entries(self.results)
        self._result_digests = {}
        self.drawing = None  # the process that draws beside the build (`pictures`)
        self.written = set()  # names of the HTML pages written by this build (`tidy`)
        for note in self.results.notes:
            # Information, not a warning: a changed table builds, also under -W, and says so.
            logger.info("note on the data: %s", note, color="yellow")

    def code_files(self):
        """{path: digest} of every module of the package, and of what it stands on."""
        return self.snapshot.tree("code", ["*.py"])

    def site_files(self, app):
        """{path: digest} of what else shapes every page."""
        own = {paths.SUBMISSION.name: self.snapshot.of(paths.SUBMISSION.name)}
        return {**super().site_files(app), **self.snapshot.tree("_static", ["*"]), **own}

    def kernel_environment(self):
        """This checkout's package, this build's results."""
        own = {"PYTHONPATH": str(paths.CODE), "MSCREVIEW_RESULTS": str(self.results_path)}
        return {**super().kernel_environment(), **own}

    def shown_on(self, app, docname):
        """The page's numbers, as they are shown today."""
        shown = {n: numbers.current_text(self, n) for n in numbers.numbers_of(app.env, docname)}
        # Some pages show every result, to the last digit, or the notes on the data.
        results = self.snapshot.of(self.results_path) if uses.shows_all_results(app.env, docname) else ""
        return [shown, results, check_runs.states(app.env, docname)]

    def shared(self, app):
        """Which numbers stand on which pages, where results are used, and where the ledger is, part by part."""
        # Not their texts: a page that shows another page's, all of them the ledger's, is read again for it.
        numbers_shown = numbers.keys_by_page(app.env)
        return [numbers_shown, uses.displays_by_key(app), ledger_parts.places(app.env)]

    def for_page(self, output, cell):
        """Charts and tables as directives."""
        return cells.for_pages(output, cell)

    def _load_results(self):
        seal = self.results_path.with_suffix(".seal")
        if not sealed.covers(seal, [self.results_path]):
            self._analyse()
            sealed.cover(seal, [self.results_path])
        return Results.from_json(self.results_path)

    def _analyse(self):
        # Imported here: pandas costs seconds that a build with results at hand saves.
        from ..evidence import EvidenceError, load_evidence
        from ..review import analyse

        try:
            results = analyse(load_evidence(self.root / "data"))
        except EvidenceError as error:
            raise BookError(str(error)) from error
        files = [*(self.root / "data").rglob("*"), *(self.root / "code").rglob("*.py")]
        if not all(self.snapshot.unchanged(path) for path in files if path.is_file()):
            raise BookError("data or code changed while the results were computed; build again")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.json"
            results.to_json(path)
            write_atomically(self.results_path, path.read_bytes())

    def key_digest(self, key):
        """Digest of one result by key; "missing" for a key that is no longer there."""
        if key not in self._result_digests and key.endswith(".*"):
            names = [k for k in self.results.by_key if k.startswith(key[:-1])]
            self._result_digests[key] = digests.digest_value(names)
        if key not in self._result_digests:
            found = self.results[key] if key in self.results else "missing"
            self._result_digests[key] = digests.digest_value(repr(found))
        return self._result_digests[key]


def _statistics_files(code):
    package = paths.PACKAGE.relative_to(paths.ROOT).as_posix()
    above = tuple(f"{package}/{name}" for name in ABOVE_RESULTS)
    return {p: digest for p, digest in code.items() if p.startswith(f"{package}/") and not p.startswith(above)}
