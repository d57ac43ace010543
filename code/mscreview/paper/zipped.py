"""Zip files, Word files among them, that are the same bytes whenever they are made."""

import zipfile
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def rewrite(path, changes=None, target=None):
    """Write a zip file again with fixed dates, in one step, in its place or in that of ``target``.

    ``changes``: {name of a member: function of its bytes}.
    """
    changes = changes or {}
    with zipfile.ZipFile(path) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    write(target or path, [(name, changes.get(name, bytes)(content)) for name, content in members])


def write(path, members):
    """Write a zip file of (name, bytes), in this order."""
    fresh = Path(path).with_suffix(".part")
    with zipfile.ZipFile(fresh, "w") as new:
        for name, content in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, content)
    fresh.replace(path)
