"""Builds of the book beside builds of a bare one, and everything from nothing."""

import itertools
import shutil
import time
from contextlib import contextmanager

import reproduce
from project_copy import executed

from mscreview import paths

from .measures import Row, duration, in_turn, no_longer

BARE = "bare book from nothing"
# A mean of the headline pool; each run gives it another value, so that no result lies ready.
_ROW = "zang2022,hba1c,,all,UC-MSC,treatment,msc,11,,7."
VALUE = ("data/outcomes.csv", f"{_ROW}52,", _ROW + "{},")
VALUES = range(53, 99)
SENTENCE = "\nThis sentence was changed {} times.\n"  # at the end of the chapter with the most charts
TALKATIVE = "chapters/glycemic.md"


def whole(place):
    """The book from nothing, and the bare book from nothing."""
    ours, theirs = in_turn(place.clone.from_nothing, place.bare.from_nothing)
    return [no_longer("Whole HTML book, nothing cached", ours, theirs, BARE, 0.5)]


def nothing_changed(place):
    """Both again."""
    ours, theirs = in_turn(place.project.again, place.bare.again)
    return [no_longer("Nothing changed", ours, theirs, "bare book, nothing changed", 1.2)]


def one_sentence(place):
    """A sentence more or another one, and then nothing changed."""
    with edited(place.project, TALKATIVE) as (text, build):
        texts = (text + SENTENCE.format(number) for number in itertools.count(1))
        ours, theirs = in_turn(lambda: build(next(texts)), place.project.again)
    ran = {chapter for _, chapters in ours for chapter in chapters}
    also = (f"{len(ran)} chapters ran", "no chapter runs", not ran)
    return [no_longer("One sentence changed", _seconds(ours), theirs, "nothing changed", 1.3, also)]


def one_value(place):
    """Another mean of one trial, and the bare book from nothing."""
    name, old, new = VALUE
    with edited(place.project, name) as (text, build):
        if text.count(old) != 1:
            raise RuntimeError(f"{name} has not the one row that the benchmark changes: {old}")
        texts = (text.replace(old, new.format(number)) for number in VALUES)
        ours, theirs = in_turn(lambda: build(next(texts)), place.bare.from_nothing)
    number, ran = len(place.clone.executed_chapters()), {len(chapters) for _, chapters in ours}
    also = (f"{max(ran)} of {number} chapters ran", "only dependents run", 0 < min(ran) == max(ran) < number)
    return [no_longer("One value in data/ changed", _seconds(ours), theirs, BARE, 0.35, also)]


@contextmanager
def edited(project, name):
    """(text of a file, a function that builds with another one and gives seconds and chapters executed).

    Afterwards the file is as before, and the book built from it: other rows measure that.
    """
    path = project.folder / name
    before = path.read_bytes()

    def build(text):
        path.write_text(text, "utf-8")
        seconds, output = project.timed_build()
        return seconds, executed(output)

    try:
        yield before.decode("utf-8"), build
    finally:
        path.write_bytes(before)
        project.timed_build()


def _seconds(builds):
    return [seconds for seconds, _ in builds]


# --- everything from nothing --------------------------------------------------------------------


def html_from_nothing(place):
    """`make html` in a clone without an environment, and the environment alone."""
    ours, theirs = in_turn(lambda: _make(place, "html"), lambda: _make(place, ".venv/.ready"))
    work = "make html from nothing, environment included"
    return [no_longer(work, ours, theirs, f"downloading and installing {paths.LOCK.name}", 1.5)]


def test_from_nothing(place):
    """`make test` likewise, once: it takes as long as all other rows together, and has no goal."""
    seconds, lock = _make(place, "test"), _make(place, ".venv/.ready")
    compared = f"downloading and installing {paths.LOCK.name}: {duration(lock)}"
    work = "make test from nothing, environment included"
    return [Row(work, f"{duration(seconds)}, one run", compared, seconds / lock, "", None)]


def _make(place, target):
    """Seconds of a target in a clone of its own; nothing of pip's cache is used."""
    clone = place.another("from-nothing")
    begun = time.perf_counter()
    reproduce.run(["make", target], clone.folder, f"make {target}", PIP_NO_CACHE_DIR="1")
    seconds = time.perf_counter() - begun
    shutil.rmtree(clone.folder)
    return seconds
