"""Writing files so that a kill leaves either the old content or the new."""

import os
import tempfile
from pathlib import Path


def write_atomically(path, data):
    """Write bytes or text to `path` by a temporary file beside it and one rename.

    Raises OSError that names `path` where the disk is full or may not be written to.
    """
    path = Path(path)
    if isinstance(data, str):
        data = data.encode("utf-8")
    try:
        _write(path, data)
    except OSError as error:  # that of a full disk has no name, others that of the temporary file
        raise type(error)(error.errno, error.strerror, str(path)) from None


def _write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)  # a temporary file is private, a page is not
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
