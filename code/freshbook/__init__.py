"""A Sphinx extension for Jupyter Book 1.x: no page shows what data and code no longer give.

It needs nothing but what Jupyter Book brings. See README.md.
"""

from . import digests, freshness, lock, swap
from .build import BookError, Build

__all__ = ["BookError", "Build", "setup"]


def setup(app, build=Build):
    """Connect to the events of a build; ``build`` is `Build` or what a project derives from it."""
    snapshot = _first_look(app)
    swap.setup(app)
    app.connect("config-inited", _read_from_cache)
    freshness.setup(app, lambda: build(app, snapshot))
    return {"parallel_read_safe": False, "parallel_write_safe": True}


def _first_look(app):
    """Wait for our turn, and take the snapshot: what is used from now on is no older than it."""
    root = digests.root_of(app.srcdir)
    before = digests.Snapshot(root)
    if not lock.wait_for_turn(app, root):
        return before
    now = digests.Snapshot(root)
    # Modules and configuration were read before the wait.
    changed = [name for name in now.differences(before) if name.endswith((".py", ".yml"))]
    if changed:
        raise BookError(f"{changed[0]} changed while this build waited for another; build again")
    return now


def _read_from_cache(app, config):
    """MyST-NB takes the outputs that it is handed, and executes nothing."""
    config.nb_execution_mode = "cache"
