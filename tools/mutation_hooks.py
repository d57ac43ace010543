"""Hooks of pytest for `mutation.py`: what tests share is made again only for a mutant that can change it.

mutmut notes which functions each test reaches, then runs on each mutant the tests that reach its function, in a
process forked from the one that ran them all. A shared fixture is made by the first test that asks for it; here,
what it reached counts for every test that uses it, and its value is kept for mutants of other functions.
"""

from __future__ import annotations

import gc
import inspect
import json
import resource
import time
from itertools import accumulate
from pathlib import Path

import pytest
from mutmut.mutation import trampoline
from mutmut.mutation.trampoline import get_mutant_under_test
from mutmut.state import state

FIRST = "tests/test_results.py::test_no_result_changed_without_make_ledger"
LONGEST_S = 20  # CPU seconds of a mutant's process; without a loop that has no end it takes a few
PATIENCE_S = 2  # CPU seconds of tests for a mutant; those left out can only make a survivor more

# Kept beside mutmut's own notes, for a run that goes on where another was stopped. Of each shared fixture, by
# place and name: the functions that making it called, as mutmut names them. Of each test: its CPU seconds.
NOTES = Path("mutation-hooks.json").absolute()
_notes = json.loads(NOTES.read_text("utf-8")) if NOTES.exists() else {"reached": {}, "seconds": {}}
_reached, _seconds = _notes["reached"], _notes["seconds"]
_values: dict[str, object] = {}


def _key(fixture) -> str:
    return f"{fixture.baseid} {fixture.argname}"


def _shared(item) -> list[str]:
    """The shared fixtures that a test uses, also through others."""
    found = (item._fixtureinfo.name2fixturedefs.get(name) for name in item.fixturenames)
    return [_key(fixtures[-1]) for fixtures in found if fixtures and _key(fixtures[-1]) in _reached]


def _can_change(key) -> bool:
    function = get_mutant_under_test().partition("__mutmut_")[0]
    return function in _reached.get(key, {function})


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Note what a shared fixture of the project reaches, or hand out its kept value."""
    key, mutant = _key(fixturedef), get_mutant_under_test()
    # Not of pytest's own: the folder that its factory has made may be gone, and then every mutant seems noticed.
    own = not fixturedef.func.__module__.startswith("_pytest.")
    if fixturedef.scope == "function" or inspect.isgeneratorfunction(fixturedef.func) or not own:
        return (yield)
    if "__mutmut_" in mutant:
        if key in _values and not _can_change(key):
            fixturedef.func = lambda **_: _values[key]
        return (yield)
    outside = set(state()._stats)
    state()._stats.clear()
    _values[key] = yield
    if mutant == "stats":
        inputs = [request._get_active_fixturedef(name) for name in fixturedef.argnames if name != "request"]
        _reached[key] = sorted(state()._stats.union(*(_reached.get(_key(each), ()) for each in inputs)))
    state()._stats |= outside
    return _values[key]


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """First by itself the test that notices most: most mutants need no other file of tests read."""
    if "__mutmut_" not in (mutant := get_mutant_under_test()):
        return None
    end = int(time.process_time()) + LONGEST_S
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + 1))  # a loop without an end is noticed by that
    gc.freeze()  # a collection would write to all memory that is shared with the process forked from
    trampoline.get_mutant_under_test = lambda: mutant  # each call asks, and the environment answers slowly
    if FIRST in config.args[1:] + config.args[:-1]:
        options = [each for each in config.invocation_params.args if "::" not in str(each)]
        return pytest.main([*options, FIRST]) or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    """A test reaches what its shared fixtures reached; mutmut's own hook comes after this one."""
    if get_mutant_under_test() == "stats":
        state()._stats.update(*(_reached[key] for key in _shared(item)))


def pytest_sessionfinish():
    """Keep what was noted."""
    if get_mutant_under_test() == "stats":
        NOTES.write_text(json.dumps(_notes), "utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Note the time of a test."""
    start = time.process_time()
    try:
        return (yield)
    finally:
        if get_mutant_under_test() == "stats":
            _seconds[item.nodeid] = time.process_time() - start


def pytest_collection_modifyitems(items):
    """First the tests that need nothing made again; of both kinds the quickest, as far as patience goes."""
    if "__mutmut_" in get_mutant_under_test():
        again = [item for item in items if any(map(_can_change, _shared(item)))]
        items[:] = _quickest([item for item in items if item not in again]) + _quickest(again)


def _quickest(items):
    ordered = sorted(items, key=lambda item: _seconds.get(item.nodeid, 0))
    spent = accumulate(_seconds.get(item.nodeid, 0) for item in ordered)
    return [item for item, seconds in zip(ordered, spent, strict=True) if seconds < PATIENCE_S] or ordered[:1]
