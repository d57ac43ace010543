"""What one build knows, and the places where a project says more about itself."""

import os
from pathlib import Path

from sphinx.errors import SphinxError

from .digests import digest_value, environment_digest, is_source


class BookError(SphinxError):
    """A refusal of the book: bad data, a failing cell."""

    category = "The book was not built"


class Build:
    """The state of one build, at ``app.fresh``.

    A project whose pages depend on more than files derives from this class, overrides the methods
    below `LOCK_FILE`, and names the class in `freshbook.setup`.
    """

    LOCK_FILE = "requirements.lock"  # relative to the book's folder; there may be none

    # Names of files in an output folder that may differ although nothing changed, such as one of times.
    NOT_STAMPED = ()

    # Modules, none of the book's own, that kernels have imported when they start, for speed.
    WARM = ()

    # A Python expression that the kernel evaluates after the last cell: what the chapter asked for
    # that is no file, as a list of strings. `key_digest` says what each of them is today.
    KEYS = "[]"

    def __init__(self, app, snapshot):
        self.root = snapshot.root
        self.snapshot = snapshot
        self.environment = environment_digest(snapshot, self.LOCK_FILE)
        # A page is read again (seconds, no kernel) when anything that turns sources into pages
        # changed: modules, the configuration, style sheets.
        self.reading_files = {**self.code_files(), **self.site_files(app)}
        self.reading_digest = digest_value([self.reading_files, self.environment])
        self.notebooks = {}  # page: its notebook without outputs, or None (`records`)
        self.unsaved = {}  # page: its record of this build, kept or not (`execution`)
        self.stamp = {"pages": {}, "links": ""}  # of the output folder (`freshness`)
        self.pages_read = {}  # page: its digest when Sphinx read it last (`freshness`)
        self.links = ""

    def code_files(self):
        """{path: digest} of the modules that could take part in making pages."""
        return self.snapshot.with_suffix(".py")

    def site_files(self, app):
        """{path: digest} of the project's files that shape every page without being one."""
        config = app.config
        names = ["_config.yml", "_toc.yml", config.html_logo, config.html_favicon]
        names += [*config.html_static_path, *config.html_extra_path, *config.templates_path]
        names += [*getattr(config, "bibtex_bibfiles", ()), *config.latex_additional_files]
        found = {}
        for path in (Path(app.confdir, name).resolve() for name in names if name):
            # Those of the theme are in the environment.
            if path.is_relative_to(self.root) and is_source(path.relative_to(self.root)):
                relative = path.relative_to(self.root).as_posix()
                below = self.snapshot.tree(relative, ["*"])
                found.update(below or {relative: self.snapshot.of(relative)})
        return found

    def kernel_environment(self):
        """The environment variables of the kernels."""
        return {**os.environ, "PYTHONHASHSEED": "0"}

    def key_digest(self, key):
        """Digest of one of the `KEYS` as it is today."""
        raise KeyError(key)

    def shown_on(self, app, docname):
        """What else a page shows, as anything that JSON can hold."""
        return None

    def shared(self, app):
        """What else pages show of each other, as anything that JSON can hold."""
        return None

    def for_page(self, output, cell):
        """The output of a cell as MyST-NB shall get it."""
        return output
