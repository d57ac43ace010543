"""Arrows run one way: data, evidence, effects, synthesis, results, then everything that shows them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parents[1] / "code"
PACKAGE = CODE / "mscreview"
FILES = sorted(CODE.rglob("*.py"))
MAX_LINES = 300


def name_of(path):
    """mscreview.book.state for code/mscreview/book/state.py."""
    parts = path.relative_to(CODE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """Absolute names of all that a file imports anywhere, "package.name" for `from package import name`."""
    package = name_of(path).split(".") if path.name == "__init__.py" else name_of(path).split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def is_in(name, modules):
    return any(name == module or name.startswith(module + ".") for module in modules)


def above_results():
    """ABOVE_RESULTS of the book's state, read without importing Sphinx."""
    tree = ast.parse((PACKAGE / "book/state.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ABOVE_RESULTS":
            return ast.literal_eval(node.value)
    raise AssertionError("book/state.py names no ABOVE_RESULTS")


ABOVE = ["freshbook", *(f"mscreview.{name.removesuffix('.py')}" for name in above_results())]
STATISTICS = [path for path in FILES if not is_in(name_of(path), ABOVE)]
by_name = {"ids": name_of}


def test_reader_of_imports_sees_every_form():
    found = imports(PACKAGE / "ledger.py")
    assert {"mscreview.wording", "dataclasses"} <= found
    assert "mscreview.wording" in imports(PACKAGE / "figures/forest.py")
    assert "mscreview.results" in imports(PACKAGE / "book/state.py")


def test_modules_above_the_results_exist():
    for name in above_results():
        assert (PACKAGE / name).exists(), name
    assert {"mscreview.review", "mscreview.results", "mscreview.effects"} <= {name_of(p) for p in STATISTICS}


@pytest.mark.parametrize("path", STATISTICS, **by_name)
def test_statistics_know_nothing_of_what_shows_them(path):
    """The digest of the results leaves those modules out: an import would make old results pass as fresh."""
    assert not {name for name in imports(path) if is_in(name, ABOVE)}


@pytest.mark.parametrize("path", STATISTICS, **by_name)
def test_statistics_draw_nothing(path):
    drawing = ["altair", "vl_convert", "sphinx", "docutils", "IPython", "matplotlib"]
    assert not {name for name in imports(path) if is_in(name, drawing)}


SHOWING = [p for p in FILES if is_in(name_of(p), ["mscreview.figures", "mscreview.tables", "mscreview.wording"])]


@pytest.mark.parametrize("path", SHOWING, **by_name)
def test_what_shows_results_reads_no_data_and_computes_no_statistics(path):
    below = ["mscreview.evidence", "mscreview.review", "mscreview.synthesis", "mscreview.effects"]
    below += ["pandas", "scipy", "numpy", "pingouin"]
    assert not {name for name in imports(path) if is_in(name, below)}


ORDER = ["units", "evidence", "effects", "synthesis", "selection", "arms", "contrasts", "review"]


@pytest.mark.parametrize(("index", "module"), list(enumerate(ORDER)), ids=ORDER)
def test_rooms_below_know_nothing_of_rooms_above(index, module):
    above = [f"mscreview.{name}" for name in ORDER[index + 1 :]]
    assert not {name for name in imports(PACKAGE / f"{module}.py") if is_in(name, above)}


@pytest.mark.parametrize("path", sorted((CODE / "freshbook").glob("*.py")), **by_name)
def test_what_keeps_a_book_fresh_can_be_lifted_out(path):
    assert not {name for name in imports(path) if is_in(name, ["mscreview"])}


@pytest.mark.parametrize("path", FILES, **by_name)
def test_nothing_imports_a_module_named_code(path):
    assert not {name for name in imports(path) if is_in(name, ["code"])}


def test_folder_code_is_no_package():
    """pdb, pytest and IPython import the standard module of that name."""
    assert not (CODE / "__init__.py").exists()


@pytest.mark.parametrize("path", FILES, **by_name)
def test_modules_fit_a_reader(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", [p for p in FILES if p.name != "paths.py"], **by_name)
def test_only_one_module_finds_the_folders(path):
    names = {node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Name)}
    assert "__file__" not in names


# --- what an import costs -------------------------------------------------------------------


def loaded_after(statement, *modules):
    """Which of the modules a fresh interpreter has loaded after the statement."""
    program = f"import sys\n{statement}\nprint([m for m in {modules!r} if m in sys.modules])"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(CODE)})
    return ast.literal_eval(done.stdout)


@pytest.mark.parametrize(
    "statement",
    ["import mscreview", "from mscreview.results import Results", "from mscreview import wording, ledger, tables"],
)
def test_light_imports_stay_light(statement):
    heavy = ("pandas", "scipy", "numpy", "altair", "sphinx", "mscreview.evidence")
    assert loaded_after(statement, *heavy) == []


def test_figures_load_no_pandas():
    assert loaded_after("from mscreview.figures import forest", "scipy", "mscreview.evidence") == []


def test_public_names_come_from_the_package():
    """pandas is seen to be loaded: the test above could tell."""
    statement = "from mscreview import load_evidence, analyse, pool"
    assert loaded_after(statement, "pandas", "scipy") == ["pandas", "scipy"]


def test_every_public_name_is_there():
    import mscreview

    assert all(getattr(mscreview, name) for name in mscreview.__all__)
    with pytest.raises(AttributeError, match="no attribute 'analyze_all'"):
        mscreview.analyze_all
