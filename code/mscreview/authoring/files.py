"""Several files of a folder changed at once: after a kill or a full disk, all are old or all can be made new.

The new files are first written, whole, into a folder beside the old ones. Renaming that folder to `UNFINISHED` is the
one step that decides; from then on the evidence refuses to load until every file has been moved to its place, which
takes milliseconds, or is done by `finish` after a kill.
"""

import os
import shutil
from pathlib import Path

from ..evidence import UNFINISHED


class ChangedMeanwhile(Exception):
    """Somebody else wrote to a file; the message names it."""


def replace_files(folder, old, new):
    """Put the files ``new`` ({name: bytes}) in place of ``old``, what they were when they were read.

    Raises ChangedMeanwhile, or OSError of a full or write-protected disk; nothing has changed then.
    """
    folder = Path(folder)
    made = folder / f"{UNFINISHED}.part"
    shutil.rmtree(made, ignore_errors=True)  # of a kill before the deciding step
    try:
        made.mkdir()
        for name, content in new.items():
            _write(made / name, content)
        for name, content in old.items():
            if (folder / name).read_bytes() != content:
                raise ChangedMeanwhile(f"{name} was changed in the meantime; begin again")
        os.rename(made, folder / UNFINISHED)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    finish(folder)


def _write(path, content):
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(path, 0o644)


def finish(folder):
    """Move what a kill left unmoved to its place; the names of the moved files, none if all is well."""
    waiting = Path(folder) / UNFINISHED
    if not waiting.is_dir():
        return []
    moved = sorted(path.name for path in waiting.iterdir())
    for name in moved:
        os.replace(waiting / name, Path(folder) / name)
    waiting.rmdir()
    return moved
