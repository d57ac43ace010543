"""Fixtures that several test files share: the real tables and what follows from them, made once."""

from pathlib import Path

import pytest


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
