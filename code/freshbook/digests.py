"""Digests of files and values; the files of the project as they were when the build began."""

import hashlib
import json
import os
import platform
import sys
from pathlib import Path

# Folders of what is made, not written by an author; hidden folders count as such too.
MADE = {"_build", "__pycache__", "node_modules"}


def digest_bytes(data):
    """Hex SHA-256 of bytes, shortened to 128 bits."""
    return hashlib.sha256(data).hexdigest()[:32]


def digest_value(value):
    """Digest of anything that JSON can hold; the same value gives the same digest."""
    text = json.dumps(value, sort_keys=True, default=str)
    return digest_bytes(text.encode())


def digest_file(path):
    """Digest of a file's present content; "missing" if there is none that can be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError:
        return "missing"


def is_source(relative):
    """Whether a path inside the project is that of a source: nothing made, no hidden folder."""
    *folders, name = Path(relative).parts
    made = any(folder in MADE or folder.startswith(".") for folder in folders)
    return not made and not name.endswith(".pyc")


def root_of(folder):
    """The folder of the book that a folder belongs to: the nearest with a ``_config.yml``."""
    folder = Path(folder).resolve()
    return next((f for f in [folder, *folder.parents] if (f / "_config.yml").exists()), folder)


def build_folder(root):
    """The folder of what is made and kept between builds."""
    return Path(root) / "_build"


class Snapshot:
    """The digest of each source file as it was when the build began; of others, when first asked.

    So digests are older than every use of the files. If a file changes while the build runs, the
    recorded digest is the older one and the next build sees a difference: an error on the safe
    side. What is made from a file is kept only if the file is `unchanged` afterwards.
    """

    def __init__(self, root):
        self.root = Path(root)
        self._taken = {}
        for path in _source_files(self.root):
            self.of(path)

    def of(self, path):
        """Digest of a file, by absolute path or path relative to the root."""
        path = self._absolute(path)
        if self._is_product(path):
            return digest_file(path)
        if path not in self._taken:
            self._taken[path] = _look(path)
        return self._taken[path][0]

    def taken(self, path):
        """The digest that was taken; a file of which there is none appeared later: "missing"."""
        return self._taken.get(self._absolute(path), NOTHING)[0]

    def tree(self, folder, patterns):
        """{relative path: digest} of all files below a folder that match one of the patterns."""
        found = {f for p in patterns for f in (self.root / folder).rglob(p)}
        files = sorted(f for f in found if f.is_file())
        return {f.relative_to(self.root).as_posix(): self.of(f) for f in files}

    def unchanged(self, path):
        """Whether nobody wrote to the file since, be it to put the same content back."""
        path = self._absolute(path)
        return self._is_product(path) or self._taken.get(path, NOTHING) == _look(path)

    def with_suffix(self, suffix):
        """{relative path: digest} of all source files whose names end so."""
        files = sorted(path for path in self._taken if path.name.endswith(suffix))
        return {path.relative_to(self.root).as_posix(): self._taken[path][0] for path in files}

    def differences(self, other):
        """Relative paths of the files that are not the same as in another snapshot, in order."""
        paths_of_both = self._taken.keys() | other._taken.keys()
        differ = (p for p in paths_of_both if self._taken.get(p) != other._taken.get(p))
        return sorted(os.path.relpath(path, self.root) for path in differ)

    def _is_product(self, path):
        """Whether a build makes the file: named by its content or sealed, and made when needed."""
        return path.is_relative_to(build_folder(self.root))

    def _absolute(self, path):
        return Path(os.path.normpath(self.root / path))


NOTHING = ("missing", None)


def _look(path):
    """A file's digest and marks; its time of change cannot be set back, unlike that of writing."""
    try:
        now = path.stat()  # before the content: whoever writes in between leaves other marks
    except OSError:
        return NOTHING
    return digest_file(path), (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)


def _source_files(root):
    """All files of the project that an author could have written. Linked folders are not entered."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if is_source((here / name / "_").relative_to(root))
            and not (here / name / "pyvenv.cfg").exists()
        ]
        for path in map(here.joinpath, names):
            if is_source(path.relative_to(root)) and path.is_file():  # not a pipe, for example
                yield path


def environment_digest(snapshot, lock_file):
    """Digest of what else decides a number: Python, its architecture, the locked packages."""
    facts = [sys.version_info[:3], platform.machine(), snapshot.of(lock_file)]
    return digest_value(facts)
