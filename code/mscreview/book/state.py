"""What one build knows: the snapshot of the files, the results and their ledger entries."""

import tempfile
from pathlib import Path

from sphinx.errors import SphinxError
from sphinx.util import logging

from .. import ledger, paths
from ..results import Results
from . import digests, lock, sealed
from .files import write_atomically

logger = logging.getLogger(__name__)

# Modules above the results: they show numbers, they do not make them. All other modules of the
# package count as statistics. A test holds that no statistics module imports one of these.
ABOVE_RESULTS = (
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


class BookError(SphinxError):
    """A refusal of the book: bad evidence, an unknown number, a failing cell."""

    category = "The book was not built"


class Book:
    """The state of one build, at ``app.mscreview``."""

    def __init__(self, app, snapshot):
        self.root = paths.ROOT
        source_folder = Path(app.srcdir).resolve()
        if not source_folder.is_relative_to(self.root):
            raise BookError(
                f"the package was imported from {self.root}, the book is in {source_folder}; "
                "use the environment that was made in the book's own folder"
            )
        self.snapshot = snapshot
        self.environment = digests.environment_digest(self.snapshot)
        self.data_digest = digests.digest_value(self.snapshot.tree("data", ["*"]))
        code = self.snapshot.tree("code", ["*.py"])
        self.results_digest = digests.digest_value(
            [self.data_digest, self.environment, _statistics_files(code)]
        )
        # A page is read again (seconds, no kernel) when anything that turns sources into pages
        # changed; that is every module of the package, the configuration, the style sheets.
        self.reading_files = {**code, **_site_files(app, snapshot)}
        self.reading_digest = digests.digest_value([self.reading_files, self.environment])
        self.results_path = paths.results_folder(self.root) / f"{self.results_digest}.json"
        self.results = self._load_results()
        self.entries = ledger.entries(self.results)
        self._result_digests = {}
        self.notebooks = {}  # page: its notebook without outputs, or None (`records`)
        self.unsaved = {}  # page: its record of this build, kept or not (`execution`)
        self.stamp = {"pages": {}, "links": ""}  # of the last build (`freshness`)
        self.pages_read = {}  # page: its digest when Sphinx read it last (`freshness`)
        self.links = ""
        self.written = set()  # names of the HTML pages written by this build (`tidy`)

    def _load_results(self):
        seal = self.results_path.with_suffix(".seal")
        if not sealed.covers(seal, [self.results_path]):
            self._analyse()
            sealed.cover(seal, [self.results_path])
        return Results.from_json(self.results_path)

    def _analyse(self):
        # Imported here: pandas and pandera cost seconds that a build with results at hand saves.
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

    def result_digest(self, key):
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
    return {path: digest for path, digest in code.items() if not path.startswith(above)}


def _site_files(app, snapshot):
    """{path: digest} of the project's files that shape every page without being one."""
    config = app.config
    names = ["_config.yml", "_toc.yml", "_static", paths.SUBMISSION.name]
    names += [config.html_logo, config.html_favicon]
    names += [*config.html_static_path, *config.html_extra_path, *config.templates_path]
    names += [*config.bibtex_bibfiles, *config.latex_additional_files]
    found = {}
    for path in (Path(app.confdir, name).resolve() for name in names if name):
        # Those of the theme are in the environment.
        if path.is_relative_to(snapshot.root):
            relative = path.relative_to(snapshot.root)
            if digests.is_source(relative):
                below = snapshot.tree(relative, ["*"])
                found.update(below or {relative.as_posix(): snapshot.of(relative)})
    return found


def _start(app, snapshot):
    app.mscreview = Book(app, snapshot)
    for note in app.mscreview.results.notes:
        # Information, not a warning: a changed table builds, also under -W, and says so.
        logger.info("note on the data: %s", note, color="yellow")


def _first_look(app):
    """Wait for our turn, and take the snapshot: what is used from now on is no older than it."""
    before = digests.Snapshot(paths.ROOT)
    if not lock.wait_for_turn(app, paths.ROOT):
        return before
    now = digests.Snapshot(paths.ROOT)
    # Modules and configuration were read before the wait.
    changed = [name for name in now.differences(before) if name.endswith((".py", ".yml"))]
    if changed:
        raise BookError(f"{changed[0]} changed while this build waited for another; build again")
    return now


def setup(app):
    """Compute or load the results before anything else happens in the build."""
    snapshot = _first_look(app)
    app.connect("builder-inited", lambda app: _start(app, snapshot), priority=100)
