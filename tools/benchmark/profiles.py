"""Where the time of a work goes, package by package: what explains a goal that is missed."""

import pstats
import re
import sys
import sysconfig
import tempfile
from collections import Counter
from pathlib import Path

from . import books, readers
from .measures import share
from .tables import ANALYSIS
from .workplace import told

LIBRARY, PACKAGES = (sysconfig.get_path(name) for name in ("stdlib", "purelib"))
# Functions in C in which a process waits for another one, or for a thread.
WAITING = re.compile(r"\b(poll|select|acquire|waitpid|sleep|recv_into)\b")
ROUNDS = 20  # steps back from a function of Python's own library to the package that wanted it
CALLED = "import cProfile\n{before}\nprofile = cProfile.Profile()\nprofile.runcall(lambda: {timed})\n"


def shares(place):
    """A line for each work whose goal is hard to reach, and for the bare book beside it."""
    project, bare = place.project, place.bare
    before, timed = (part.format(data=project.folder / "data") for part in ANALYSIS)
    for book in (project, bare):
        book.again()  # leaves nothing to do
    called = f'{CALLED.format(before=before, timed=timed)}profile.dump_stats("{{kept}}")'
    return [
        share("Profile of: nothing changed", _built(project)),
        share("Profile of: bare book, nothing changed", _built(bare)),
        share("Profile of: one sentence changed", _edited(project, books.TALKATIVE, _with_a_sentence)),
        share("Profile of: one value changed, its kernels left out", _edited(project, books.VALUE[0], _with_a_value)),
        share("Profile of: whole HTML book, its kernels left out", _built(project, from_nothing=True)),
        share("Profile of: analysis, imports done", _profiled(["-c", called], project.command()["env"])),
        share("Profile of: click in the live forest plot", readers.by_task(place)),
    ]


def _built(book, from_nothing=False):
    """{package: seconds} of a build, in the process that Jupyter Book runs in."""
    if from_nothing:
        book.forget()
    command = book.command()
    return _profiled(["-m", "cProfile", "-o", "{kept}", *command["args"]], command["env"], command["cwd"])


def _edited(project, name, change):
    """The same of a build after a file has become what ``change`` makes of its text."""
    with books.edited(project, name) as (text, _):
        (project.folder / name).write_text(change(text), "utf-8")
        return _built(project)


def _with_a_sentence(text):
    return text + books.SENTENCE.format(0)


def _with_a_value(text):
    _, old, new = books.VALUE
    return text.replace(old, new.format(books.VALUES[-1]))  # none that the row has built: its results would lie ready


def _profiled(arguments, environment, folder=None):
    with tempfile.TemporaryDirectory() as temporary:
        kept = str(Path(temporary, "stats"))
        told([sys.executable, *(str(each).replace("{kept}", kept) for each in arguments)], environment, folder)
        return by_package(pstats.Stats(kept).stats)


def by_package(stats):
    """{package: seconds in its own functions} of what `pstats.Stats` keeps.

    The time of Python's own library, and of functions in C, is that of the package that called them.
    """
    seconds = {function: own for function, (_, _, own, _, _) in stats.items()}
    for _ in range(ROUNDS):
        moved = Counter()
        for function, own in seconds.items():
            for caller, part in _callers(function, stats):
                moved[caller] += own * part
        seconds = moved
    found = Counter()
    for function, own in seconds.items():
        found[_package(function) or "Python itself"] += own
    return found


def _callers(function, stats):
    """(function, share) pairs to which the time of a function goes over: itself, if a package has it."""
    callers = stats[function][4] if _package(function) is None else {}
    total = sum(times[2] for times in callers.values())
    return [(caller, times[2] / total) for caller, times in callers.items()] if total else [(function, 1)]


def _package(function):
    """The package, or the module of this project, of a function as `pstats` names it; None for Python's own."""
    file, _, name = function
    if file == "~" and WAITING.search(name):
        return "waiting"
    if file.startswith(PACKAGES):
        return Path(file).relative_to(PACKAGES).parts[0].removesuffix(".py")
    if file.startswith((LIBRARY, "<", "~")):
        return None
    path = Path(file)
    return f"{path.parent.name}/{path.stem}"
