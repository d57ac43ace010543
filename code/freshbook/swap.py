"""An output folder is always a whole book: the last good one, until the next good one takes its place.

A build works on a copy beside the folder, seeded with the last good book. Where it fails or is
killed, nobody has touched the folder. Where it ends well, two renames put the copy in its place; a
kill between them is repaired when the next build starts.
"""

import shutil
from pathlib import Path


def _beside(target, what):
    """A hidden neighbor of an output folder: on the same disk, so that it can be renamed."""
    return target.with_name(f".{target.name}.{what}")


def _work_beside(app):
    """Point the build at a copy of its output folder; before the builder exists, which asks where."""
    target = Path(app.outdir)
    work, old = _beside(target, "new"), _beside(target, "old")
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(work, ignore_errors=True)
    if target.exists():
        shutil.copytree(target, work, symlinks=True)
    else:
        work.mkdir(parents=True)
    app.outdir = type(app.outdir)(work)
    return target


def _publish(app, target, exception):
    """Put a good build in the folder's place. With ``-W`` a warning makes a build a bad one."""
    work, old = Path(app.outdir), _beside(target, "old")
    app.outdir = type(app.outdir)(target)  # Sphinx names it in its last message
    if exception is not None or (app.keep_going and app._warncount):
        shutil.rmtree(work, ignore_errors=True)
        return
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)  # there is one: Sphinx makes it when it starts
    work.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def setup(app):
    """Work on a copy, and publish it when everything else has been written."""
    target = _work_beside(app)
    app.connect("build-finished", lambda app, error: _publish(app, target, error), priority=1000)
