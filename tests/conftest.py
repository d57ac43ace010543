"""Fixtures that several test files share: the real tables and what follows from them, made once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def evidence(root):
    from mscreview import load_evidence

    return load_evidence(root / "data")


@pytest.fixture(scope="session")
def results(evidence):
    from mscreview import analyse

    return analyse(evidence)


@pytest.fixture(scope="session")
def built_book(tmp_path_factory):
    """A copy of the project, built as HTML; tests of one worker share it (`xdist_group("pages")`)."""
    from project_copy import Project

    made = Project(tmp_path_factory.mktemp("pages"))
    made.must_build("-n", "-W", "--keep-going")
    return made


@pytest.fixture(scope="session")
def installed_metafor():
    """Skips what compares with R's metafor where that is missing; in CI it has to be there."""
    if shutil.which("Rscript") is None:
        problem = "Rscript is not installed"
    else:
        found = subprocess.run(["Rscript", "-e", "library(metafor)"], capture_output=True, timeout=120)
        problem = "" if found.returncode == 0 else "the R package metafor is not installed"
    if problem and os.environ.get("CI"):
        pytest.fail(f"{problem}: this comparison must run in CI (Debian: r-cran-metafor)")
    if problem:
        pytest.skip(f"{problem} (Debian: r-cran-metafor)")


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("chromium not installed: tools/debian.sh test")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()
