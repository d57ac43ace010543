"""Add a trial to the tables: asked field by field, or out of a filled form.

Usage: python tools/new_study.py                     asks at the terminal
       python tools/new_study.py FORM                takes a filled form, a CSV file
       python tools/new_study.py --template FORM     writes the empty form

Rows are written only when the tables with them are valid and every doubt about a value has been answered, all
files or none, and the record of checksums with them.  Then it shows what changed in the results.  Exit status 1,
and no row written, for a wrong cell, an answer "no", or Ctrl-C; the answers at the terminal are kept as a form then.
"""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from mscreview import paths  # noqa: E402  (needs the path above)
from mscreview.authoring import files, form, rows  # noqa: E402
from mscreview.authoring.consequences import consequences  # noqa: E402
from mscreview.authoring.doubts import doubts  # noqa: E402
from mscreview.authoring.fields import TABLES, fields_of, new_record_id  # noqa: E402
from mscreview.authoring.interview import interview  # noqa: E402
from mscreview.csvtable import BadFile, Problem  # noqa: E402
from mscreview.evidence import EvidenceError, load_evidence  # noqa: E402
from mscreview.review import HEADLINE, analyse  # noqa: E402
from mscreview.synthesis import PoolingError  # noqa: E402
from mscreview.versions.prose import pages_of_numbers  # noqa: E402
from mscreview.versions.record import recorded  # noqa: E402

SHOWN = 20  # problems; more lines than this hide the first cause
NEXT = "Next, as in CONTRIBUTING.md: tools/make_references.py, cite the trial in a chapter, make check, make html."


class Stopped(Exception):
    """Nothing was written, for the reason in the message."""


def add(root: Path, trial: dict, filled: form.Form | None, evidence, fields: dict) -> None:
    """Check a trial, ask about doubts, write it, show what changed. Raises Stopped, OSError."""
    data = root / "data"
    wrong = rows.name_problem(evidence, fields, trial)
    addition = rows.addition_of(data, trial)

    def placed(found):
        return [rows.in_form(one, addition, filled) if filled else one for one in found]

    if wrong:
        line = next(line for (table, line) in addition.lines if table == "studies")
        raise Stopped(str(*placed([Problem("studies.csv", line, "study_id", *wrong)])))
    try:
        enlarged = rows.evidence_with(data, addition)
    except EvidenceError as error:
        raise Stopped(_listed(placed(error.problems))) from None
    _ask_about(placed(doubts(enlarged, addition.study_id)))
    # Before a row is written: what cannot be analyzed is not added.
    before, after = (recorded(analyse(one)) for one in (evidence, enlarged))
    changed = consequences(before, after, HEADLINE.key, pages_of_numbers(root))
    with _uninterrupted():
        files.replace_files(data, addition.old, addition.new)
        print(f"{addition.study_id} was added: {_counted(trial)}.")
        if addition.unrecorded:
            names = ", ".join(addition.unrecorded)
            print(f"Not as {rows.RECORD} knew them before, so left for you to renew there: {names}")
        print(*changed, NEXT, sep="\n")


@contextmanager
def _uninterrupted():
    """From the first file on, Ctrl-C comes too late to mean that no row was written."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _listed(problems: list) -> str:
    lines = [str(problem) for problem in problems[:SHOWN]]
    return "\n".join(lines + [f"... and {len(problems) - SHOWN} more"] * (len(problems) > SHOWN))


def _counted(trial: dict) -> str:
    return ", ".join(f"{table}.csv {len(trial[table])}" for table in TABLES if trial[table])


def _ask_about(found: list) -> None:
    for n, doubt in enumerate(found, 1):
        print(f"Doubt {n} of {len(found)}: {doubt}")
    while found:
        reply = input("Is every one of these as printed? Write the rows? (yes/no) ").strip().casefold()
        if reply == "yes":
            return
        if reply == "no":
            raise Stopped("answered no")


def from_form(root: Path, path: Path, evidence, fields: dict) -> None:
    """Add the trial of a filled form. Raises Stopped, OSError."""
    try:
        filled = form.read_form(path.name, path.read_bytes(), fields)
    except BadFile as error:
        raise Stopped(_listed(error.problems)) from None
    add(root, filled.trial, filled, evidence, fields)


def from_answers(root: Path, evidence, fields: dict) -> None:
    """Ask for a trial and add it; the answers are kept as a form if it is not added. Raises the same."""
    trial = {table: [] for table in TABLES}
    try:
        interview(evidence, fields, input, print, trial)
        add(root, trial, None, evidence, fields)
    except BaseException:
        if trial["studies"]:
            draft = paths.draft_form(root)
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(form.form_text(fields, trial), encoding="utf-8")
            print(f"\nThe answers are kept in {draft}: complete it, then make new-study FROM={draft}")
        raise


def write_template(path: Path, evidence, fields: dict) -> None:
    """Write the empty form; a file that is there stays. Raises OSError."""
    empty = {"screening": [{"record_id": new_record_id(evidence.screening)}]}
    with path.open("x", encoding="utf-8") as file:
        file.write(form.form_text(fields, empty))
    print(f"{path}: one line a field; fill in the columns 1, 2, 3 ..., then make new-study FROM={path}")


def main(arguments: list[str], root: Path = paths.ROOT) -> int:
    """Add a trial, or write the empty form; exit status."""
    try:
        for name in files.finish(root / "data"):
            print(f"{name}: put in place; an earlier make new-study was cut short")
        evidence = load_evidence(root / "data")
        fields = fields_of(evidence.codebook)
        if arguments[:1] == ["--template"] and len(arguments) == 2:
            write_template(Path(arguments[1]), evidence, fields)
        elif len(arguments) == 1 and arguments[0] != "--template":
            from_form(root, Path(arguments[0]), evidence, fields)
        elif not arguments:
            from_answers(root, evidence, fields)
        else:
            raise Stopped("Usage: make new-study [FROM=trial.csv | TEMPLATE=trial.csv]")
    except (KeyboardInterrupt, EOFError):
        print("\nStopped; no row was written.", file=sys.stderr)
        return 1
    except (Stopped, EvidenceError, PoolingError, files.ChangedMeanwhile, OSError) as error:
        print(f"{error}\nNo row was written.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
