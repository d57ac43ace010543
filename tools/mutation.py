"""Makes wrong statistics on purpose and counts how many the tests notice: ``make mutation``.

Usage: python tools/mutation.py [modules...]     (default: all, most of an hour on two cores)

mutmut changes the modules of `GROUPS` one place at a time, in a copy of the project in `_build/mutation`, and runs
the tests of `TESTS` that reach the changed function. Writes the changes that no test noticed to
`validation/mutation.csv`, where each has its reason; a reason that is there for the same change of the same
function is kept. A run goes on where the last one was stopped, and after it tries only what survived, as long as
tests are added, not taken away, and statistics and tables stay. One of some modules leaves list and record alone.
Exits 1 if a group has fewer than `ENOUGH` of its mutants caught, or a survivor has no reason.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from freshbook.files import write_atomically
from mscreview import paths, runs

GROUPS = {
    "statistics": (
        "arms baselines before_after contrasts derived directions effect_sources effects multiverse pools "
        "proportions published responders safety selection sensitivity small_studies subgroups synthesis units"
    ).split(),
    "claims and certainty": "bias certainty claims judgments".split(),
    "wording": "statements wording".split(),
}
# Tests without a browser or a build of the book.
TESTS = [
    *(
        f"tests/test_{name}.py"
        for name in (
            "animals baselines before_after certainty claims derived descriptive directions effect_sources effects "
            "effects_refused judgments metafor multiverse pools proportions results review safety selection "
            "sensitivity sentences statements subgroups synthesis units wording"
        ).split()
    ),
    "tests/test_reproduce.py::test_the_committed_ledger_is_that_of_data_and_code",
]
ENOUGH = 0.85
COLUMNS = ("module", "function", "mutant", "change", "reason")

# What mutmut's workers end with where the mutant is noticed: a test failed, pytest broke, time ran out (SIGXCPU).
CAUGHT = {1, 3, 24, -24, 36, 152, 255}

CONFIGURATION = """\
[tool.pytest.ini_options]
pythonpath = ["src", "tools", "tests"]

[tool.mutmut]
source_paths = ["src"]
only_mutate = {modules}
also_copy = {parts}
pytest_add_cli_args = [
  "-p", "mutation_hooks", "-p", "no:cacheprovider", "-p", "no:unraisableexception",
  "-k", "not live_metafor and not fresh_metafor"
]
pytest_add_cli_args_test_selection = {tests}
timeout_constant = 5.0
timeout_multiplier = 6.0
use_git_change_detection = false
"""


class Mutant(NamedTuple):
    """A place changed: `change` is the line before and after, `caught` whether a test failed on it in `seconds`."""

    module: str
    function: str
    mutant: int
    change: str
    caught: bool
    seconds: float


def prepare(root, workspace, modules, tests):
    """A copy of the project under `workspace`, where the package lies in `src`, as mutmut expects.

    Verdicts of an earlier run stay where they still hold: statistics and tables are the same, and of the tests no
    line was taken away. Where tests were added, what survived the earlier run is tried again.
    """
    for verdicts in _verdicts(workspace):
        if not _is_whole(verdicts):  # mutmut was writing it when it was killed: the module is begun again
            verdicts.unlink()
            verdicts.with_suffix("").unlink()
    if not _still_holds(root, workspace, modules, tests):
        _copy(root, workspace)
    elif _digests(tests, root) != _digests(tests, workspace):
        _forget(workspace)
        shutil.copytree(root / "tests", workspace / "tests", dirs_exist_ok=True)
    configure(workspace, modules, tests)


def _still_holds(root, workspace, modules, tests):
    kept = ["code/mscreview/*.py", "code/mscreview/kinds/*.py", "data"]  # not what only shows results
    if not (workspace / "pyproject.toml").exists() or _digests(kept, root) != _digests(kept, workspace):
        return False
    if json.dumps(sources(modules)) not in (workspace / "pyproject.toml").read_text("utf-8"):
        return False
    files = [test.partition("::")[0] for test in tests]
    return all(_only_added(workspace / name, root / name) for name in files if (workspace / name).exists())


def _forget(workspace):
    """Leave no verdict but "caught", and let mutmut not begin anew because its list of tests is longer."""
    notes = workspace / "mutants" / "mutmut-stats.json"
    write_atomically(notes, json.dumps(json.loads(notes.read_text("utf-8")) | {"config_fingerprint": {}}))
    for verdicts in _verdicts(workspace):
        found = json.loads(verdicts.read_text("utf-8"))
        codes = found["exit_code_by_key"]
        found["exit_code_by_key"] = {name: code if code in CAUGHT else None for name, code in codes.items()}
        write_atomically(verdicts, json.dumps(found))


def _verdicts(workspace):
    return sorted((workspace / "mutants" / "src" / "mscreview").glob("*.py.meta"))


def _is_whole(path):
    try:
        return bool(json.loads(path.read_text("utf-8")))
    except ValueError:
        return False


def _digests(parts, root):
    return [runs.digest(part.partition("::")[0], root) for part in parts]


def _only_added(old, new):
    """Whether each line of the one file stands in the other, in its order."""
    lines = iter(new.read_text("utf-8").split("\n"))
    return all(line in lines for line in old.read_text("utf-8").split("\n"))


def _copy(root, workspace):
    shutil.rmtree(workspace, ignore_errors=True)
    tracked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(tracked, cwd=root, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(lambda name: name and (root / name).is_file(), names):
        target = workspace / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target)
    shutil.copytree(workspace / "code", workspace / "src")
    # Some tools that tests import put `code` before anything else on their path: it must be what is changed.
    (workspace / "mutants").mkdir()
    (workspace / "mutants" / "code").symlink_to("src")


def configure(workspace, modules, tests):
    """What mutmut is to change, and the tests that it is to run."""
    own = {"code", "mutants", "mutmut.log", "pyproject.toml", "src", "tests"}
    parts = sorted({path.name for path in workspace.iterdir()} - own)
    text = CONFIGURATION.format(
        modules=json.dumps(sources(modules)),
        tests=json.dumps(tests),
        parts=json.dumps(parts),
    )
    (workspace / "pyproject.toml").write_text(text, "utf-8")


def sources(modules):
    """The files of modules, where mutmut finds them."""
    return [f"src/mscreview/{module}.py" for module in modules]


def parts_of(modules, tests):
    """What decides whether a mutant is noticed: the modules, the tests and the tables, as `runs.digest` takes them."""
    files = [f"code/mscreview/{module}.py" for module in modules] + [test.partition("::")[0] for test in tests]
    return [*files, "data"]


def run_mutmut(root, workspace):
    """Test every mutant; RuntimeError with what mutmut printed if it cannot, as when a test fails on no mutant."""
    environment = {**os.environ, "PYTHONPATH": str(root / "tools"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [str(Path(sys.executable).with_name("mutmut")), "run"]
    log = workspace / "mutmut.log"
    with log.open("wb") as output:
        done = subprocess.run(command, cwd=workspace, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"mutmut stopped; the end of {log}:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def mutants_of(workspace):
    """Every mutant of the run in `workspace`, as mutmut's files beside the mutated modules hold them.

    RuntimeError where one was not tried.
    """
    folder = workspace / "mutants" / "src" / "mscreview"
    for meta in sorted(folder.glob("*.py.meta")):
        module = meta.name.removesuffix(".py.meta")
        lines = (folder / f"{module}.py").read_text("utf-8").split("\n")
        spans = json.loads((folder / f"{module}.py.spans").read_text("utf-8"))["spans"]
        verdicts = json.loads(meta.read_text("utf-8"))
        for name, code in verdicts["exit_code_by_key"].items():
            mangled, _, number = name.rpartition(".")[2].rpartition("__mutmut_")
            before, after = (_source(lines, spans, mangled, which) for which in ("orig", number))
            if code is None:
                raise RuntimeError(f"{name} was not tried; run it again to go on")
            change, seconds = _change(before, after), verdicts["durations_by_key"].get(name, 0.0)
            yield Mutant(module, _function(mangled), int(number), change, code in CAUGHT, seconds)


def _source(lines, spans, mangled, which):
    name = f"{mangled}__mutmut_{which}"
    first, last = spans[name]
    return [line.strip().replace(name, _function(mangled)) for line in lines[first - 1 : last]]


def _function(mangled):
    """`name` or `Class.name` from mutmut's `x_name` and `xǁClassǁname`."""
    return mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


def _change(before, after):
    """The lines that differ, as `old -> new`."""
    changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    shown = [f"{' '.join(before[a:b])} -> {' '.join(after[c:d])}" for kind, a, b, c, d in changes if kind != "equal"]
    return " | ".join(shown)


def reasons_in(path):
    """{(module, function, change): reason} of a list of survivors; {} where there is none."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as old:
        return {(row["module"], row["function"], row["change"]): row["reason"] for row in csv.DictReader(old)}


def with_reasons(survivors, reasons):
    """Rows of the list: each survivor with the reason for the same change, if any."""
    return [(*each[:4], reasons.get((each.module, each.function, each.change), "")) for each in survivors]


def contradicted(mutants, reasons):
    """Mutants that are called equivalent and that a test noticed: the reason is wrong, or the tests failed by
    themselves."""
    for each in mutants:
        if each.caught and reasons.get((each.module, each.function, each.change), "").startswith("equivalent"):
            yield f"code/mscreview/{each.module}.py, {each.function}: called equivalent, but noticed: {each.change}"


def write(rows, path):
    """The list of survivors, whole or not at all."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    write_atomically(path, text.getvalue())


def shares(mutants):
    """{group: share of its mutants that a test caught}, groups without a mutant left out."""
    found = {}
    for group, modules in GROUPS.items():
        caught = [each.caught for each in mutants if each.module in modules]
        if caught:
            found[group] = sum(caught) / len(caught)
    return found


def problems(found, rows):
    """What makes the run fail, one line each."""
    for group, share in found.items():
        if share < ENOUGH:
            yield f"{group}: {share:.1%} of the mutants caught; at least {ENOUGH:.0%} must be"
    for row in rows:
        module, function, number, change, reason = row
        if not reason:
            yield f"code/mscreview/{module}.py, {function}, mutant {number} survives without a reason: {change}"


def check(root, modules):
    """Test every mutant of `modules`; returns the mutants, the rows of the list of survivors, and what is wrong."""
    workspace = paths.mutation_folder(root)
    prepare(root, workspace, modules, TESTS)
    run_mutmut(root, workspace)
    mutants, reasons = list(mutants_of(workspace)), reasons_in(list_of_survivors(root))
    rows = with_reasons([each for each in mutants if not each.caught], reasons)
    return mutants, rows, [*problems(shares(mutants), rows), *contradicted(mutants, reasons)]


def list_of_survivors(root):
    """The committed list."""
    return root / "validation" / "mutation.csv"


def main(modules=(), root=paths.ROOT):
    """0 if enough mutants are caught and each survivor has a reason; a run of all modules is recorded."""
    try:
        mutants, rows, faults = check(root, modules or sum(GROUPS.values(), []))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    figures = {"mutants": len(mutants), "caught": len(mutants) - len(rows), "survivors": len(rows)}
    figures |= {f"caught, {group} (%)": round(100 * share, 1) for group, share in shares(mutants).items()}
    figures["seconds of all tests"] = round(sum(each.seconds for each in mutants))
    if not modules:
        write(rows, list_of_survivors(root))
        parts = parts_of(sum(GROUPS.values(), []), TESTS)
        runs.record("mutation", "failed" if faults else "passed", figures, root, parts)
    print("\n".join(f"{name}: {value}" for name, value in figures.items()))
    print("\n".join(faults), file=sys.stderr, end="\n" * bool(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
