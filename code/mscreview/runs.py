"""Records of the checks: what each command found when it was last run, for the page "Reproduce this review".

A record lies in `validation/runs/`, one JSON file a check, and is written by the check's own command only. It
names the state that it speaks of by digests, so the page can say whether that is today's.

Nothing but Python's own library is imported: `make reproduce` writes its record where no package is installed.
"""

import datetime
import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from . import paths

OUTCOMES = ("passed", "failed", "not checked")


@dataclass(frozen=True)
class Check:
    """A check that has a command: its question, and the parts of the project that its answer depends on."""

    question: str
    command: str
    parts: tuple[str, ...]


CHECKS = {
    "reproduce": Check(
        "Does everything come out again from nothing?", "make reproduce", ("data", "code", "chapters", "lock")
    ),
    "freshness": Check(
        "Can a build show a number that data and code no longer give?", "make attack", ("code", "lock")
    ),
    "bad_input": Check("Is bad input refused, and nothing lost?", "make fuzz", ("code", "lock")),
    # Its parts are the modules that it changes and their tests: the tool knows them.
    "mutation": Check("Do the tests notice a wrong statistic?", "make mutation", ()),
    # Any line of code can make a build slower, any table or sentence a page heavier.
    "bench": Check(
        "Is it as fast and as light as it should be?",
        "make bench",
        ("data", "code", "chapters", "styles", "templates", "lock"),
    ),
    "supply_chain": Check("Is a package known to be vulnerable, or without a license?", "make audit", ("lock",)),
}

# part -> files below the root that belong to it
PARTS = {
    "data": "data/*.csv",
    "code": "code/**/*.py",
    "chapters": "chapters/*.md",
    "styles": "_static/*.*",
    "templates": "_templates/**/*.html",
    "lock": paths.LOCK.name,
}


@dataclass(frozen=True)
class Run:
    """What one run of a check found.

    ``outcome`` is one of `OUTCOMES`; ``figures`` maps what was measured, in words, to a number or a short text,
    in the order in which they are shown, or to {column: text}, the rest of a row of a table of its own; ``state``
    maps each part of the check to its digest.
    """

    check: str
    outcome: str
    figures: dict[str, object]
    date_utc: str
    python: str
    machine: str
    state: dict[str, str]

    def of_this_state(self, root=paths.ROOT):
        """Whether the parts that the check depends on are as they were in that run."""
        return all(digest(part, root) == old for part, old in self.state.items())


def digest(part, root=paths.ROOT):
    """SHA-256 over names and contents of the files of a part (`PARTS`, or the path of a file below the root),
    shortened to 128 bits."""
    found = hashlib.sha256()
    for path in sorted(Path(root).glob(PARTS.get(part, part))):
        found.update(f"{path.relative_to(root).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:32]


def record(check, outcome, figures, root=paths.ROOT, parts=()):
    """Write the record of a run that has just ended; returns the `Run`. ``parts``: those beyond the check's own.

    Raises ValueError for an unknown outcome and KeyError for an unknown check.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome {outcome!r}; allowed: {', '.join(OUTCOMES)}")
    run = Run(
        check=check,
        outcome=outcome,
        figures=dict(figures),
        date_utc=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M"),
        python=platform.python_version(),
        machine=f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores",
        state={part: digest(part, root) for part in (*CHECKS[check].parts, *parts)},
    )
    path = path_of(check, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(run), indent=1, ensure_ascii=False, allow_nan=False)
    temporary = path.with_suffix(".new")
    temporary.write_text(text + "\n", "utf-8")
    temporary.replace(path)
    return run


def last(check, root=paths.ROOT):
    """The last recorded `Run` of a check; None if it was never run.

    Raises ValueError, naming the file, for a record that is not as `record` writes it.
    """
    path = path_of(check, root)
    if not path.exists():
        return None
    try:
        return Run(**json.loads(path.read_text("utf-8")))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: not a record of a check ({error}); run `{CHECKS[check].command}`") from None


def path_of(check, root=paths.ROOT):
    """The file that holds the last run of a check."""
    return paths.runs_folder(root) / f"{check}.json"
