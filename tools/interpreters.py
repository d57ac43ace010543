"""Pythons of this machine, found by running them: a name on the path may be one that does not start."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13")
ASK = """
import ensurepip, json, sys, venv
print(json.dumps([sys.version.split()[0], "%d.%d" % sys.version_info[:2]]))
"""


def others():
    """{version: (path, exact version), or None where none works here}, of those that are not running."""
    own = "{}.{}".format(*sys.version_info[:2])
    return {version: find(version) for version in SUPPORTED if version != own}


def find(version):
    """(path, exact version) of a Python that starts and can make environments; None without one."""
    for path in _candidates(version):
        try:
            done = subprocess.run([path, "-I", "-c", ASK], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and (answer := json.loads(done.stdout))[1] == version:
            return path, answer[0]
    return None


def _candidates(version):
    name = f"python{version}"
    found = [shutil.which(name), *sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/{name}"))]
    return [str(path) for path in [*found, Path("/usr/local/bin", name), Path("/usr/bin", name)] if path]
