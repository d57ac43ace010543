"""Makes everything again from the last commit and nothing else, and compares it with the committed ledger.

Usage: python tools/reproduce.py [CHAPTER]     (any Python from 3.11 on; nothing needs to be installed)

A clone of the last commit in a temporary folder, a new environment from `requirements.lock` with every package
checked by its hash, no cache.  There all chapters are executed, or the one that is named, and the ledger is
computed again, for the whole book also with each other supported Python of this machine.  Printed words must be
those of `validation/ledger.json`, values equal to 1e-9.  Exit status 1 on any difference; a run of the whole book
is recorded in `validation/runs/`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

import interpreters  # noqa: E402

from mscreview import paths, runs  # noqa: E402  (needs the path above)
from mscreview.versions import committed_ledger, prose, shown, trees  # noqa: E402

LISTED = 20  # differences of a chapter; more are counted
# What could bring in code, numbers or settings from elsewhere.
NOT_INHERITED = re.compile(r"PYTHON.*|VIRTUAL_ENV|MSCREVIEW_.*|MAKE.*|MFLAGS|CHAPTER|SOURCE_DATE_EPOCH")
BEGUN = time.monotonic()


class Refused(Exception):
    """Why there is nothing to compare, for the one who asked."""


def main(arguments):
    """Reproduce the book, or one chapter of it; exit status."""
    chapter = arguments[0] if arguments else ""
    try:
        with tempfile.TemporaryDirectory(prefix="reproduce-") as temporary:
            return reproduce(Path(temporary), chapter)
    except (Refused, ValueError) as error:
        print(f"make reproduce: {error}", file=sys.stderr)
        return 1


def reproduce(temporary, chapter):
    """Make and compare; exit status. For the whole book also a second time, and with other Pythons."""
    folder = clone(paths.ROOT, temporary / "book")
    tell_uncommitted(paths.ROOT)
    names = chosen(folder, chapter)
    committed = committed_ledger.read(paths.ledger(folder))
    python = install(folder, sys.executable, "own")
    build(folder, python, names)
    found = ledger_again(folder, python)
    chapters, different = compare(folder, committed, found, names)
    tell(chapters, different if not chapter else ())
    if chapter:
        return int(any(each.differ for each in chapters))
    second = clone(folder, temporary / "a second one")
    build(second, python, names)
    unequal = unequal_files(folder, second)
    others = other_pythons(folder, committed)
    return conclude(folder, chapters, committed, found, unequal, others)


# --- making everything again --------------------------------------------------------------------


def clone(root, folder):
    """A clone of the last commit of `root`."""
    commit = trees.git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if not commit:
        raise Refused("this folder is no git repository with a commit, so there is nothing to clone")
    step(f"cloning {trees.name_of(root, commit)}")
    run(["git", "clone", "--quiet", "--no-local", str(root), str(folder)], root, "cloning")
    return folder


def tell_uncommitted(root):
    """Say what is not committed, since it is not used."""
    edited = [line.split(maxsplit=1)[1] for line in trees.git(root, "status", "--porcelain").splitlines()]
    if edited:
        print(f"         not committed and therefore not used: {', '.join(edited)}")


def chosen(folder, chapter):
    """The names of the chapters to reproduce: the one that is asked for, or all."""
    names = list(prose.chapters(folder))
    if chapter and chapter not in names:
        raise Refused(f"no chapter {chapter!r}; CHAPTER is one of {', '.join(names)}")
    return [chapter] if chapter else names


def install(folder, python, name):
    """A new environment from the lock, by the project's own rule; the Python in it."""
    step(f"a new environment from {paths.LOCK.name}, each package by its hash, with {python}")
    environment = f".venv-{name}"
    command = ["make", f"VENV={environment}", f"PYTHON={python}", f"{environment}/.ready"]
    run(command, folder, "making the environment", PIP_NO_CACHE_DIR="1")
    return folder / environment / "bin" / "python"


def build(folder, python, names):
    """Build the book, or only one chapter of it, and so execute what its pages show."""
    command = [str(Path(python).with_name("jupyter-book")), "build", ".", "-n", "--keep-going"]
    if len(names) > 1 or _lists_all(folder, names[0]):
        step("executing every chapter and building the book")
        run([*command, "-W"], folder, "building the book")
        return
    step(f"executing and building the chapter {names[0]}")
    # By itself its references to other chapters lead nowhere: warnings, which are no errors here.
    contents = folder / "one-chapter.yml"
    contents.write_text(f"format: jb-book\nroot: chapters/{names[0]}\n", "utf-8")
    run([*command, "--toc", contents.name], folder, "building the chapter")


def _lists_all(folder, name):
    """Whether a chapter shows what stands in the others, as that with the ledger does."""
    return "```{ledger}" in prose.chapters(folder)[name].read_text("utf-8")


def ledger_again(folder, python):
    """The ledger, computed again in the clone by an environment of its own."""
    step("computing the ledger")
    run([str(python), "tools/make_ledger.py"], folder, "computing the ledger")
    return committed_ledger.read(paths.ledger(folder))


def run(command, folder, what, **variables):
    """Run a command of the clone, without what the caller's environment could bring in; `Refused` if it fails."""
    inherited = {name: value for name, value in os.environ.items() if not NOT_INHERITED.fullmatch(name)}
    environment = {**inherited, "PYTHONPATH": str(folder / "code"), "NO_COLOR": "1", **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise Refused(f"{what} failed:\n" + "\n".join(done.stdout.splitlines()[-30:]))


# --- comparing ----------------------------------------------------------------------------------


def compare(folder, committed, found, names):
    """([`shown.Chapter`], [`Difference`]): the built pages, and the whole ledger, against the committed one."""
    different = committed_ledger.differences(committed, found)
    pages = {name: paths.html_folder(folder) / "chapters" / f"{name}.html" for name in names}
    texts = {name: page.read_text("utf-8") for name, page in pages.items()}
    return [shown.compare(name, text, committed, different) for name, text in texts.items()], different


def tell(chapters, different):
    """Print chapter by chapter what agrees and what differs, then the differences that no chapter shows."""
    print(f"{'chapter':<16}{'numbers':>9}{'agree':>9}{'differ':>9}")
    for each in chapters:
        print(f"{each.name:<16}{each.numbers:>9}{each.numbers - each.differ:>9}{each.differ:>9}")
        list_differences(each.different)
    told = {one for each in chapters for one in each.different}
    list_differences([one for one in different if one not in told])


def list_differences(different):
    """Print the first of them, and how many more there are."""
    for one in different[:LISTED]:
        print(f"    {one}")
    if len(different) > LISTED:
        print(f"    and {len(different) - LISTED:,} more")


def unequal_files(folder, second):
    """Names of the files of the book that differ between two builds, or that only one has; but for the times."""
    first, second = (_digests(paths.html_folder(each)) for each in (folder, second))
    names = [name for name in sorted(first.keys() | second.keys()) if first.get(name) != second.get(name)]
    for name in names[:LISTED]:
        print(f"    two builds differ in {name}")
    return names


def _digests(folder):
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    files.pop(paths.TIMES, None)
    return {name: hashlib.sha256(path.read_bytes()).digest() for name, path in files.items()}


def other_pythons(folder, committed):
    """{version: (outcome in words, whether it is as it should be)} of each other Python that is supported."""
    found = {}
    for version, interpreter in interpreters.others().items():
        if interpreter is None:
            found[version] = _resolves(folder, version)
            continue
        path, exact = interpreter
        different = committed_ledger.differences(committed, ledger_again(folder, install(folder, path, version)))
        list_differences(different)
        found[exact] = (f"{len(different):,} entries differ" if different else "agrees", not different)
    return found


def _resolves(folder, version):
    """Whether the locked packages can be had for a Python that is not at hand."""
    step(f"no Python {version} here: looking whether the lock resolves for it")
    command = [str(folder / ".venv-own/bin/python"), "-m", "pip", "install", "--dry-run", "--no-deps", "--quiet"]
    command += ["--require-hashes", "--python-version", version, "--target", "nowhere", "-r", paths.LOCK.name]
    try:
        run(command, folder, "resolving the lock")
    except Refused as error:
        print(error)
        return "the lock does not resolve", False
    return "not at hand, the lock resolves", True


def conclude(folder, chapters, committed, found, unequal, others):
    """Print the end, keep the record of the run; exit status."""
    different = committed_ledger.differences(committed, found)
    on_pages = sum(each.differ for each in chapters)
    good = not on_pages and not different and not unequal and all(is_good for _, is_good in others.values())
    figures = {
        "chapters": len(chapters),
        "numbers on pages": sum(each.numbers for each in chapters),
        "of these differ": on_pages,
        "entries of the ledger": len(committed),
        "of those differ": len({one.key for one in different}),
        "largest difference of a value": committed_ledger.largest_distance(committed, found),
        "files that differ between two builds": len(unequal),
        "seconds": round(time.monotonic() - BEGUN),
        **{f"Python {version}": words for version, (words, _) in others.items()},
    }
    for name, value in figures.items():
        print(f"{name}: {value}")
    outcome = "passed" if good else "failed"
    keep("reproduce", folder, outcome, figures)
    print(outcome)
    return int(not good)


def keep(check, folder, outcome, figures):
    """The record of the run: of the state that was cloned, which the working tree may have left."""
    runs.record(check, outcome, figures, folder)
    target = runs.path_of(check)
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(runs.path_of(check, folder), target)


def step(words):
    """Say what begins, and when."""
    print(f"[{time.monotonic() - BEGUN:4.0f} s] {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
