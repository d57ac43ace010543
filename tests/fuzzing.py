"""How hard the fuzz tests try: few examples, the same each time, in CI; many random ones by `make fuzz`."""

import os
import signal
from contextlib import contextmanager

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("FUZZ_TIMES", "0"))  # set by `make fuzz`: as many times the examples of CI
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def examples(count):
    """Settings of one test: ``count`` examples in CI, by `make fuzz` more and other ones."""
    return settings(
        max_examples=count * max(1, TIMES),
        derandomize=not TIMES,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=SLOW,
    )


@contextmanager
def time_limit(seconds):
    """Fails what runs longer, such as an endless loop; SciPy's own loops too, as soon as they return."""

    def stop(number, frame):
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
