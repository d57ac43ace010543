"""Versions of the project as folders, and what the code of each makes of its data."""

import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

from . import record


class VersionError(Exception):
    """A version that is not there; the message is a line for the one who asked."""


@dataclass(frozen=True)
class Version:
    """A folder of the project and what its ledger says; without a ledger the reason is in `failure`."""

    name: str
    folder: Path
    ledger: dict
    front: dict = field(default_factory=dict)
    failure: str = ""

    def say(self, role, key, language):
        """What the role "num" or "front" shows in prose; the key in brackets where the version cannot tell."""
        texts = self.ledger.get(key, {}).get("texts") if role == "num" else self.front.get(key)
        return texts[language] if texts else f"[{key}]"


def git(root, *arguments):
    """What git prints; None if it refuses."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def resolve(root, old):
    """The full hash of the commit that `old` names; `VersionError` if it names none."""
    if not old.strip():
        raise VersionError("no version to compare with; name a commit: make diff OLD=<commit>")
    top = git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != Path(root).resolve():
        raise VersionError("this folder is no git repository, so there is no older version to compare with")
    found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{old}^{{commit}}")
    if not found:
        raise VersionError(f"{old!r} names no commit of this repository")
    return found


def name_of(root, commit):
    """Short hash, date and subject of a commit."""
    return git(root, "log", "-1", "--format=%h of %cs, “%s”", commit)


def name_of_working_tree(root):
    """What stands in the folder now, relative to its last commit."""
    edited = git(root, "status", "--porcelain")
    head = git(root, "log", "-1", "--format=%h of %cs", "HEAD")
    return f"the working tree ({head}, {'with changes not committed' if edited else 'nothing uncommitted'})"


def unpack(root, commit, folder):
    """The tree of a commit, as files in `folder`; nothing of the repository changes."""
    archive = Path(folder).with_suffix(".tar")
    subprocess.run(
        ["git", "archive", "--format=tar", f"--output={archive}", commit], cwd=root, check=True
    )
    Path(folder).mkdir(exist_ok=True)
    if git(root, "ls-tree", commit):  # an archive of nothing is none
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")


def read(versions, temporary):
    """A `Version` for each (name, folder), computed side by side by the code of each over its own data."""
    begun = [
        (name, Path(folder), Path(temporary) / f"ledger{n}.json") for n, (name, folder) in enumerate(versions)
    ]
    processes = [_start(folder, target) for _, folder, target in begun]
    return [_finish(name, folder, target, p) for (name, folder, target), p in zip(begun, processes)]


def _start(folder, target):
    environment = {**os.environ, "PYTHONPATH": str(folder / "code"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("MSCREVIEW_RESULTS", None)
    # -P: the folder of the script holds modules that must not hide others of the same name.
    command = [sys.executable, "-P", record.__spec__.origin, str(folder / "data"), str(target)]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def _finish(name, folder, target, process):
    errors = process.communicate()[1].strip()
    if process.returncode == 0 and target.exists():
        return Version(name, folder, **json.loads(target.read_text("utf-8")))
    reason = errors.splitlines()[-1] if errors else f"exit status {process.returncode}"
    # The folder is another in each run, and nobody can look there.
    for place in (folder.resolve(), folder):
        reason = reason.replace(f"{place}{os.sep}", "")
    return Version(name, folder, {}, failure=reason)
