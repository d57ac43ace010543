"""Digests of files and values, each file read once in a build."""

import hashlib
import json
import platform
import sys
from pathlib import Path

from .. import paths


def digest_bytes(data):
    """Hex SHA-256 of bytes, shortened to 128 bits."""
    return hashlib.sha256(data).hexdigest()[:32]


def digest_value(value):
    """Digest of anything that JSON can hold; the same value gives the same digest."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return digest_bytes(text.encode())


def digest_file(path):
    """Digest of a file's present content; "missing" if there is none."""
    try:
        return digest_bytes(Path(path).read_bytes())
    except (FileNotFoundError, IsADirectoryError):
        return "missing"


class Snapshot:
    """The digest of each file as it was when first asked for in this build.

    Digests are taken before the files are used. If a file changes while the build runs, the
    recorded digest is the older one, so the next build sees a difference: an error on the safe
    side.
    """

    def __init__(self, root):
        self.root = Path(root)
        self._taken = {}

    def of(self, path):
        """Digest of a file, by absolute path or path relative to the root."""
        path = self.root / path
        if path not in self._taken:
            self._taken[path] = digest_file(path)
        return self._taken[path]

    def tree(self, folder, patterns):
        """{relative path: digest} of all files below a folder that match one of the patterns."""
        files = sorted({f for p in patterns for f in (self.root / folder).rglob(p)})
        return {f.relative_to(self.root).as_posix(): self.of(f) for f in files}

    def unchanged(self, path):
        """Whether the file still has the digest of the snapshot."""
        return digest_file(self.root / path) == self.of(path)


def environment_digest(snapshot):
    """Digest of what else decides a number: Python, its architecture, the locked packages."""
    facts = [sys.version_info[:3], platform.machine(), snapshot.of(paths.LOCK.name)]
    return digest_value(facts)
