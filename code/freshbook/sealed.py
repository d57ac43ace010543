"""State kept between builds, sealed with digests: what is damaged counts as not there."""

import json

from .digests import digest_file, digest_value
from .files import write_atomically


def write(path, content):
    """Write anything that JSON can hold, beside the digest of itself."""
    sealed = {"content": content, "seal": digest_value(content)}
    text = json.dumps(sealed, sort_keys=True)  # on one line: with an indent it takes ten times as long
    write_atomically(path, text + "\n")


def read(path):
    """What `write` wrote; None if it is not there or not as it was written."""
    try:
        sealed = json.loads(path.read_text("utf-8"))
        content = sealed["content"]
        return content if sealed["seal"] == digest_value(content) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def cover(path, files):
    """Seal files that keep their own format: their digests, in a file of its own."""
    write(path, _digests(files))


def covers(path, files):
    """Whether all the files are there and as they were sealed."""
    return read(path) == _digests(files)


def _digests(files):
    return {file.name: digest_file(file) for file in files}
