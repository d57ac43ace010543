"""What the environment is made of: ``make audit``.

Lists the license of each locked package in `validation/licenses.csv`, asks whether a version is known to be vulnerable,
and records the outcome.  Where the service cannot be reached the outcome is "not checked", never "passed".  Exits with
1 if a package has no known license or a known vulnerability.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from freshbook.files import write_atomically  # noqa: E402  (needs the path above)
from mscreview import runs  # noqa: E402

LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
LICENSES = ROOT / "validation" / "licenses.csv"
UNKNOWN = "unknown"
NOT_HERE = "not installed on this system"
LONGEST_NAME = 60  # characters: a first line of a license file that is longer is no name of a license


def locked(text: str) -> list[tuple[str, str]]:
    """(normalized name, version) of every package in the text of a lock file; some have one for each Python."""
    return sorted((_normal(name), version) for name, version in LOCKED.findall(text))


def licenses(packages: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(name, version, license) of each locked package, by name, as the packages themselves state it."""
    asked = ["--format=json", "--with-system", "--from=mixed", "--with-license-file", "--no-license-path"]
    tool = [str(Path(sys.executable).with_name("pip-licenses")), f"--python={sys.executable}"]
    told = json.loads(subprocess.run([*tool, *asked], capture_output=True, text=True, check=True).stdout)
    stated = {(_normal(one["Name"]), one["Version"]): _license(one) for one in told}
    return [(*package, stated.get(package, NOT_HERE)) for package in packages]


def _license(package: dict) -> str:
    """The stated license, else the first line of the license file where it is a name."""
    if package["License"] != "UNKNOWN":
        return " ".join(package["License"].split())
    first = package["LicenseText"].strip().partition("\n")[0].strip()
    return first if "license" in first.lower() and len(first) <= LONGEST_NAME else UNKNOWN


def vulnerabilities(lock: Path) -> tuple[int, list[str], str]:
    """(packages checked, "name version: id" of each vulnerability, why not all were checked or "")."""
    tool = [str(Path(sys.executable).with_name("pip-audit")), "-r", str(lock), "--require-hashes", "--disable-pip"]
    done = subprocess.run([*tool, "--progress-spinner", "off", "-f", "json"], capture_output=True, text=True)
    try:
        return findings(json.loads(done.stdout))
    except ValueError:
        said = done.stderr.strip().splitlines() or ["no answer"]
        return 0, [], said[-1].split(":")[0]


def findings(told: dict) -> tuple[int, list[str], str]:
    """The same from the tool's answer."""
    checked = [one for one in told["dependencies"] if "skip_reason" not in one]
    found = [f"{one['name']} {one['version']}: {v['id']}" for one in checked for v in one["vulns"]]
    skipped = len(told["dependencies"]) - len(checked)
    return len(checked), found, f"the service does not know {skipped} of the packages" if skipped else ""


def outcome(listed: list[tuple[str, str, str]], checked: int, found: list[str]) -> str:
    """The verdict as `runs.record` takes it."""
    if found or any(license_ == UNKNOWN for *_, license_ in listed):
        return "failed"
    here = sum(license_ != NOT_HERE for *_, license_ in listed)
    return "passed" if checked >= here else "not checked"


def main() -> int:
    """List, ask, print and record; exit status."""
    lock = ROOT / "requirements.lock"
    listed = licenses(locked(lock.read_text("utf-8")))
    table = io.StringIO(newline="")
    csv.writer(table, lineterminator="\n").writerows([("package", "version", "license"), *listed])
    write_atomically(LICENSES, table.getvalue())
    checked, found, why = vulnerabilities(lock)
    found_none = [f"{name} {version}: no license stated" for name, version, l in listed if l == UNKNOWN]
    for sentence in [*found_none, *found]:
        print(sentence)
    verdict = outcome(listed, checked, found)
    figures = {
        "packages in the lock": len(listed),
        "without a license": len(found_none),
        "not installed on this system": sum(license_ == NOT_HERE for *_, license_ in listed),
        "checked for vulnerabilities": checked,
        "vulnerable": len(found) if checked else "not checked",
    }
    if why:
        figures["why not all"] = why
    runs.record("supply_chain", verdict, figures)
    print(*(f"{name}: {value}" for name, value in figures.items()), sep="\n")
    print("most frequent licenses:", ", ".join(f"{n} {name}" for name, n in _frequent(listed)))
    print(verdict)
    return 1 if verdict == "failed" else 0


def _frequent(listed):
    return Counter(license_ for *_, license_ in listed).most_common(5)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
