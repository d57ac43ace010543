"""One build at a time: all builds of a project share what is kept between them.

The lock is on the project's folder itself. The kernel releases it when the process ends, however
that happens, so that a kill leaves nothing behind.
"""

import fcntl
import os

from sphinx.util import logging

logger = logging.getLogger(__name__)


def wait_for_turn(app, root):
    """Hold the lock until this build has ended; returns whether another build had it."""
    lock = os.open(root, os.O_RDONLY)
    waited = False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        logger.info("waiting for another build of this book to end")
        waited = True
        fcntl.flock(lock, fcntl.LOCK_EX)
    app.connect("build-finished", lambda app, error: os.close(lock), priority=1001)
    return waited
