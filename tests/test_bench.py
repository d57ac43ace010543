"""`make bench`: how it measures, what it makes of that and what it keeps. No test here has an opinion on a time."""

import csv
import json
import re
import shutil
import subprocess
import sys
import types
import urllib.request

import bench
import pytest
from benchmark import ROOT, books, growth, lighthouse, measures, pools, readers, server, tables, workplace
from project_copy import CHAPTERS_WITH_CELLS

from mscreview import load_evidence, pool, runs

FAST = measures.Row("Fast work", "1 s", "slow work: 4 s", 0.25, "at most 0.5 times", True)
SLOW = measures.Row("Slow work", "9 s", "slow work: 4 s", 2.25, "at most 0.5 times", False)
WITHOUT_GOAL = measures.Row("Long work", "99 s", "", None, "", None)

# --- measures and the table ----------------------------------------------------------------------


def test_works_are_done_in_turn_and_often_enough():
    done = []
    found = measures.in_turn(*(lambda name=name: done.append(name) or len(done) for name in "AB"))
    assert measures.RUNS >= 5 and "".join(done) == "AB" * measures.RUNS
    assert found == [tuple(range(1, 2 * measures.RUNS, 2)), tuple(range(2, 2 * measures.RUNS + 1, 2))]


def test_medians_are_compared_and_one_slow_run_counts_for_nothing():
    row = measures.no_longer("Work", [1, 1, 60], [2, 2, 2], "other", 0.5)
    assert row.cells() == ("Work", "1 s", "other: 2 s", "0.50", "at most 0.5 times", "yes")
    assert measures.no_longer("Work", [1.01] * 3, [2] * 3, "other", 0.5).cells()[-2:] == ("at most 0.5 times", "no")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0564, "56.4 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1 s"),
        (1, "1 s"),
        (99.4, "99.4 s"),
        (173.6, "174 s"),
        (1243.4, "1,243 s"),
    ],
)
def test_a_duration_is_written_without_an_exponent(seconds, words):
    assert measures.duration(seconds) == words


def test_a_fast_work_that_did_something_else_misses_its_goal():
    row = measures.no_longer("Work", [1], [9], "other", 0.5, ("2 chapters ran", "no chapter runs", False))
    assert (row.this, row.goal, row.reached) == ("1 s, 2 chapters ran", "at most 0.5 times, no chapter runs", False)


@pytest.mark.parametrize(("ours", "good", "reached"), [(0.01, True, "yes"), (0.01, False, "no"), (0.02, True, "no")])
def test_how_many_times_faster(ours, good, reached):
    row = measures.faster("Work", [ours], [4], "other", 300, ("1e-9 apart", "equal", good))
    assert row.cells()[3:] == (f"{4 / ours:.0f}", "at least 300 times faster, equal", reached)


def test_the_table_has_each_cell_and_says_what_is_missed():
    head, line, *rest = measures.table([FAST, SLOW, WITHOUT_GOAL]).splitlines()
    assert [name.strip() for name in head.split("|")] == "work|this|compared with|ratio|goal|reached".split("|")
    assert len(line) >= len(head) and len(rest) == 3
    assert [cell.strip() for cell in rest[1].split("|")] == list(SLOW.cells())
    assert measures.reached([FAST, SLOW, WITHOUT_GOAL]) == "1 of 2"


def test_the_outcome_is_passed_only_if_no_goal_is_missed():
    assert measures.outcome([FAST, WITHOUT_GOAL]) == "passed"
    assert measures.outcome([FAST, SLOW]) == "failed"


# --- the command and its record ------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The record that a run of two rows would write; nothing is measured."""
    path_of = runs.path_of
    monkeypatch.setattr(bench, "ROWS", {"fast": lambda place: [FAST], "slow": lambda place: [SLOW]})
    monkeypatch.setattr(runs, "path_of", lambda check, root=ROOT: path_of(check, tmp_path if root == ROOT else root))
    path_of("bench", tmp_path).parent.mkdir(parents=True)
    return path_of("bench", tmp_path)


def test_a_whole_run_is_recorded_row_by_row_and_a_missed_goal_fails(kept):
    assert bench.main([]) == 1
    record = json.loads(kept.read_text("utf-8"))
    assert record["outcome"] == "failed" and record["figures"]["goals reached"] == "1 of 2"
    assert record["figures"]["Slow work"] == dict(zip(measures.COLUMNS[1:], SLOW.cells()[1:], strict=True))
    assert record["state"].keys() == {"data", "code", "chapters", "styles", "templates", "lock"}


def test_a_row_alone_is_measured_and_leaves_the_record_alone(kept, capsys):
    kept.write_text("as before")
    assert bench.main(["fast"]) == 0 and bench.main(["slow"]) == 1 and bench.main(["fast,slow"]) == 1
    assert kept.read_text() == "as before"
    assert "Fast work" in capsys.readouterr().out


def test_a_row_that_cannot_be_measured_is_missed_and_the_others_are_kept(kept, monkeypatch):
    def broken(place):
        raise RuntimeError("R is not there\nmore")

    monkeypatch.setattr(bench, "ROWS", {"broken": broken, "fast": lambda place: [FAST]})
    assert bench.main([]) == 1
    found = json.loads(kept.read_text("utf-8"))["figures"]
    assert found["The row broken"]["this"] == "not measured: R is not there" and found["goals reached"] == "1 of 2"


def test_an_unknown_row_is_refused_with_the_names_of_all(kept, capsys):
    assert bench.main(["fats"]) == 1
    assert "no row 'fats'; ROWS is some of fast,slow" in capsys.readouterr().err
    assert not kept.exists()


def shown(folder, text):
    """The HTML of a page with the directives of checks, by Sphinx itself."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    (folder / "index.rst").write_text(text)
    settings = {"extensions": ["mscreview.book.check_runs"], "html_theme": "basic"}
    with docutils_namespace():
        app = Sphinx(folder, None, folder / "html", folder / "read", "html", settings, status=None, freshenv=True)
        app.build()
    return (folder / "html" / "index.html").read_text("utf-8")


def test_the_page_shows_the_record_and_nothing_else(kept):
    page = "Speed\n=====\n\n.. check-table:: bench\n\n.. check-runs::\n"
    assert "Not run yet" in shown(kept.parent, page)
    runs.record("bench", "failed", {"minutes": 7, **measures.figures([FAST, SLOW])}, kept.parents[2])
    html = shown(kept.parent, page)
    table, checks = html.split("check-runs", 1)
    for cell in (*map(str.capitalize, measures.COLUMNS), *FAST.cells(), *SLOW.cells()):
        assert f"<p>{cell}</p>" in table or f">{cell}<" in table, cell
    assert "minutes: 7<" in checks and "Slow work" not in checks
    assert "```{check-table} bench\n```" in (ROOT / "chapters" / "reproduce.md").read_text("utf-8")


def test_rows_and_profiles_are_two_tables_of_the_page(kept):
    line = measures.Share("Profile of: work", "3 s", "sphinx 60%; waiting 40%")
    runs.record("bench", "passed", measures.figures([FAST, line]), kept.parents[2])
    html = shown(kept.parent, "Speed\n=====\n\n.. check-table:: bench\n")
    rows, profiles = re.findall(r"<table.*?</table>", html, re.DOTALL)
    assert "Fast work" in rows and "sphinx" not in rows
    assert "Where the time goes" in profiles and "sphinx 60%; waiting 40%" in profiles and "Fast" not in profiles


# --- books ---------------------------------------------------------------------------------------


def test_the_bare_book_builds_with_as_many_chapters_and_draws_in_each(tmp_path):
    book = workplace.bare_book(tmp_path / "bare", 2)
    assert book.from_nothing() > 0 and not (tmp_path / "bare" / "chapter3.md").exists()
    pages = [(tmp_path / "bare" / "_build" / "html" / f"chapter{n}.html").read_text("utf-8") for n in (1, 2)]
    assert all("vegaEmbed" in page and '"type": "point"' in page for page in pages)
    (book.folder / "chapter2.md").write_text("# Two\n\n```{nothing}\n```\n")
    book.OPTIONS = ("-W",)
    with pytest.raises(RuntimeError, match="was to be timed failed:\n(.|\n)*nothing"):
        book.again()


@pytest.fixture
def here():
    """The checkout itself in place of a clone."""
    made = workplace.Clone.__new__(workplace.Clone)
    made.at(ROOT)
    return made


def test_the_bare_book_has_a_chapter_for_each_that_has_cells(here):
    assert {f"chapters/{name}" for name in here.executed_chapters()} == CHAPTERS_WITH_CELLS


class Pretended:
    """A project whose builds take a second and execute what they are told."""

    def __init__(self, folder, ran):
        self.folder, self.ran, self.seen = folder, ran, []

    def timed_build(self):
        self.seen.append((self.folder / self.watched).read_text("utf-8"))
        return 1.0, "".join(f"executing {name}\n" for name in self.ran)

    def again(self):
        return 1.0

    from_nothing = again

    def executed_chapters(self):
        return list("abc")


def place_with(folder, watched, ran):
    (folder / watched).parent.mkdir(parents=True)
    shutil.copy(ROOT / watched, folder / watched)
    project = Pretended(folder, ran)
    project.watched = watched
    return types.SimpleNamespace(project=project, clone=project, bare=project)


@pytest.mark.parametrize(("ran", "reached"), [("", True), ("a", False)])
def test_another_sentence_each_time_and_no_chapter_may_run(tmp_path, ran, reached):
    place = place_with(tmp_path, books.TALKATIVE, ran)
    (row,) = books.one_sentence(place)
    assert len(set(place.project.seen[:-1])) == measures.RUNS and row.reached is reached
    assert place.project.seen[-1] == (ROOT / books.TALKATIVE).read_text("utf-8"), "the next row finds it as it was"
    assert row.this == f"1 s, {len(ran)} chapters ran"


@pytest.mark.parametrize(("ran", "words"), [("ab", "2 of 3"), ("abc", "3 of 3"), ("", "0 of 3")])
def test_another_value_each_time_and_only_dependents_may_run(tmp_path, ran, words, monkeypatch):
    monkeypatch.setattr(books, "no_longer", lambda *all_, **named: all_[-1])
    place = place_with(tmp_path, books.VALUE[0], ran)
    ((seen, _, good),) = books.one_value(place)
    assert len(set(place.project.seen[:-1])) == measures.RUNS
    assert place.project.seen[-1] == (ROOT / books.VALUE[0]).read_text("utf-8")
    assert seen == f"{words} chapters ran" and good is (ran == "ab")


def test_what_is_made_from_nothing_is_made_in_a_clone_that_goes_again(tmp_path):
    place = workplace.Workplace(tmp_path)
    assert books._make(place, "clean") > 0 and not (tmp_path / "from-nothing").exists()
    with pytest.raises(workplace.reproduce.Refused, match="make nonsense failed:\n(.|\n)*nonsense"):
        books._make(place, "nonsense")


def test_every_value_that_is_tried_is_accepted(tmp_path):
    name, old, new = books.VALUE
    shutil.copytree(ROOT / "data", tmp_path / "data")
    text = (ROOT / name).read_text("utf-8")
    assert text.count(old) == 1 and len(books.VALUES) >= measures.RUNS and old != new.format(books.VALUES[0])
    (tmp_path / name).write_text(text.replace(old, new.format(books.VALUES[-1])), "utf-8")
    assert load_evidence(tmp_path / "data").outcomes["mean"].max() > 0


# --- pools ---------------------------------------------------------------------------------------


def trials(path):
    with path.open(newline="") as file:
        rows = [(row["case"], float(row["yi"]), float(row["vi"])) for row in csv.DictReader(file)]
    return {case: [row[1:] for row in rows if row[0] == case] for case, *_ in rows}


def test_synthetic_trials_are_the_same_each_time(tmp_path):
    once, again = (pools.synthetic(tmp_path / name, [3, 4]) for name in ("a.csv", "b.csv"))
    assert once.read_bytes() == again.read_bytes()
    assert once.read_bytes() != pools.synthetic(tmp_path / "c.csv", [3, 4], seed=1).read_bytes()
    assert [len(of) for of in trials(once).values()] == [3, 4]


def pooled_by(program, folder, kind, sizes):
    source, target = pools.synthetic(folder / "trials.csv", sizes), folder / "pools.csv"
    seconds = workplace.told_seconds([*program, kind, source, target], {**PATH, "PYTHONPATH": str(ROOT / "code")})
    assert seconds > 0
    return trials(source), pools.values(target)


PATH = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
METAFOR = ["Rscript", workplace.ROOT / "tools" / "benchmark" / "metafor.R"]
OURS = [sys.executable, workplace.ROOT / "tools" / "benchmark" / "ours.py"]


@pytest.fixture(params=["metafor", "ours"])
def program(request):
    if request.param == "ours":
        pytest.importorskip("mscreview.many_pools")
        return OURS
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed: tools/debian.sh test")
    return METAFOR


def test_either_side_pools_each_case(program, tmp_path):
    given, found = pooled_by(program, tmp_path, "pools", [5, 7])
    assert found.keys() == {0, 1}
    for case, numbers in found.items():
        expected = pool(*zip(*given[str(int(case))], strict=True))
        for column in ("estimate", "se", "ci_low", "ci_high", "tau2", "i2"):
            assert numbers[column] == pytest.approx(getattr(expected, column), abs=1e-7), column


def test_either_side_pools_every_subset(program, tmp_path):
    given, found = pooled_by(program, tmp_path, "gosh", [4])
    (all_four,) = given.values()
    assert found.keys() == set(range(1, 16))
    for case, numbers in found.items():
        chosen = [trial for i, trial in enumerate(all_four) if int(case) >> i & 1]
        expected = pool(*zip(*chosen, strict=True))
        assert numbers["estimate"] == pytest.approx(expected.estimate, abs=1e-7)
        if len(chosen) > 1:
            assert numbers["tau2"] == pytest.approx(expected.tau2, abs=1e-7)
            assert numbers["i2"] == pytest.approx(expected.i2, abs=1e-5)


POOLED = {1.0: {"estimate": -0.5, "i2": 30.0}, 2.0: {"estimate": 0.1}}


@pytest.mark.parametrize(
    ("theirs", "good", "words"),
    [
        (POOLED, True, "largest difference 0.0e+00"),
        ({**POOLED, 2.0: {"estimate": 0.1 + 2e-6}}, False, "largest difference 2.0e-06"),
        ({**POOLED, 1.0: {"estimate": -0.5, "i2": 30.00005}}, True, "largest difference 5.0e-07"),
        ({**POOLED, 2.0: {}}, True, "1 that metafor could not fit"),
        ({1.0: POOLED[1.0]}, False, "largest difference 0.0e+00"),
        ({1.0: {}, 2.0: {}}, False, "2 that metafor could not fit"),
        ({**POOLED, 2.0: {"estimate": 0.1, "tau2": 0.0}}, False, "largest difference inf"),
    ],
    ids=["equal", "unequal", "I2 as a share", "no fit", "a pool less", "no fit at all", "a number less"],
)
def test_equal_is_said_of_numbers_that_are(theirs, good, words):
    seen, wanted, is_good = pools.agreement(POOLED, theirs)
    assert (words in seen, wanted, is_good) == (True, "equal to 1e-06", good)


# --- tables --------------------------------------------------------------------------------------


def test_grown_tables_are_valid_and_have_the_rows_that_were_asked_for(tmp_path):
    rows = growth.grow(ROOT / "data", tmp_path / "grown", 600)
    grown, real = load_evidence(tmp_path / "grown"), load_evidence(ROOT / "data")
    assert rows == len(grown.outcomes) and 600 <= rows < 650
    assert len(grown.studies) > 2 * len(real.studies) and len(grown.contrasts) > 2 * len(real.contrasts)
    copied = grown.studies[~grown.studies["study_id"].isin(real.studies["study_id"])]
    assert copied["study_id"].str.contains("-synthetic-").all() and (copied["doi"] == "").all()


def test_few_rows_leave_no_match_with_a_study_that_is_not_there(tmp_path):
    growth.grow(ROOT / "data", tmp_path / "few", 20)
    assert growth.measure(tmp_path / "few").keys() == {*growth.PHASES, "rows", "peak"}


def run_of(rows, per_row, peak=0):
    return {"rows": rows, "load": 0.3 + per_row * rows, "pools": 1e-5 * rows, "peak": 1e8 + 1000 * rows + peak}


def test_time_and_memory_that_grow_with_the_rows_reach_the_goal():
    rows = tables.growth_rows([[run_of(rows, 1e-4)] for rows in tables.SIZES])
    assert [row.reached for row in rows] == [True] * 3 and [row.ratio for row in rows] == pytest.approx([1, 1, 1])
    assert "1,000,000" in rows[0].work and rows[0].this == "100 s" and "1.3 s for 10,000" in rows[0].compared


def test_what_grows_faster_or_beyond_the_memory_misses_it():
    runs_ = [[run_of(rows, 1e-4)] for rows in tables.SIZES[:2]]
    steep = tables.growth_rows([*runs_, [run_of(tables.SIZES[2], 1.3e-4)]])
    assert [row.reached for row in steep] == [False, True, True]
    large = tables.growth_rows([*runs_, [run_of(tables.SIZES[2], 1e-4, peak=2 * tables.GIB)]])
    assert [row.reached for row in large] == [True, True, False]
    (none,) = tables.growth_rows([*runs_, [None]])
    assert none.reached is False and none.this == "more than 6 GiB of memory"


# --- readers -------------------------------------------------------------------------------------


def specification(*layers):
    return f'(window.bookCharts = window.bookCharts || {{}})["x"] = {json.dumps({"layer": layers})};\n'


def test_a_table_that_stands_in_two_charts_or_twice_in_one_is_counted(tmp_path):
    several, other, one = ({"data": {"values": [{"x": n} for n in numbers]}} for numbers in ([1, 2], [1, 3], [1]))
    files = [tmp_path / "a.js", tmp_path / "b.js"]
    for file, layers in zip(files, [(several, other, one), (several, one)], strict=True):
        file.write_text(specification(*layers), "utf-8")
    assert readers.repeated_tables(files[:1]) == 0
    assert readers.repeated_tables(files) == 1
    files[1].write_text(specification(several, several, {"datasets": {"n": [{"x": 1}, {"x": 3}]}}), "utf-8")
    assert readers.repeated_tables(files) == 3


@pytest.fixture
def book(tmp_path):
    """A book of two pages with one script, two charts on the second; as `sizes` finds it."""
    for name in ("chapters", "charts"):
        (tmp_path / name).mkdir()
    (tmp_path / "script.js").write_text("0;" * 50_000)
    page = '<!doctype html><link rel="icon" href="data:,"><script src="../script.js"></script>{}'
    places = "".join(f'<p data-source="../charts/{n}.js">' for n in "ab")
    (tmp_path / "chapters" / "one.html").write_text(page.format("One " * 1000))
    (tmp_path / "chapters" / "two.html").write_text(page.format(places))
    for n in "ab":
        (tmp_path / "charts" / f"{n}.js").write_text(specification({"data": {"values": [{"n": n}, {"n": 1}]}}))
    return types.SimpleNamespace(html=tmp_path)


def test_sizes_are_those_of_the_heaviest_pages(book, monkeypatch):
    page, charts, twice = readers.sizes(types.SimpleNamespace(project=book))
    assert page.this.startswith("4.1 kB, one, ") and page.reached
    assert charts.this.endswith(" kB, two, 2 charts") and charts.reached and twice.reached
    assert lighthouse.pages(book.html / "chapters") == ("one", "two")
    monkeypatch.setattr(readers, "KB", 1)
    assert [row.reached for row in readers.sizes(types.SimpleNamespace(project=book))] == [False, False, True]


def test_files_are_sent_compressed_and_may_be_kept(book):
    with server.served(book.html) as address:
        with urllib.request.urlopen(f"{address}/script.js") as answer:
            assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Cache-Control"] == "max-age=600"
            assert len(answer.read()) == int(answer.headers["Content-Length"]) < 1000
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/no.js")


def test_the_next_page_is_sent_without_what_the_first_brought(book, browser):
    with server.served(book.html) as address, readers.visitor(browser) as (page, sent):
        readers.visit(page, f"{address}/chapters/one.html")
        first = sum(sent)
        sent.clear()
        readers.visit(page, f"{address}/chapters/one.html?again")
        script = len(server.compressed(str(book.html / "script.js")))
        assert first - sum(sent) >= script and 0 < sum(sent) < 1000


def test_an_answer_counts_until_the_change_is_painted(browser):
    page = browser.new_page()
    page.set_content("<div id=canvas style='height:100px'><svg><text>0</text></svg></div>")
    page.evaluate(
        """() => canvas.addEventListener("click", () => setTimeout(() => {
             const end = performance.now() + 120;
             while (performance.now() < end);
             canvas.querySelector("text").textContent += "1";
           }, 50))"""
    )
    page.locator("#canvas").evaluate(readers.ANSWERS)
    for _ in range(2):
        page.locator("#canvas").click()
        page.wait_for_timeout(400)
    answers = page.evaluate("answers")
    page.close()
    assert len(answers) == 2 and all(answer >= 165 for answer in answers)


def test_lighthouse_is_asked_for_both_pages_and_the_worse_counts(book, monkeypatch):
    scores = {"one": (0.93, 1.0, 1.0), "two": (0.8, 0.99, 1.0)}
    audit = lambda address: dict(zip(lighthouse.CATEGORIES, scores[address[-8:-5]], strict=True))
    monkeypatch.setattr(lighthouse, "audit", audit)
    rows = lighthouse.scores(types.SimpleNamespace(project=book))
    assert [row.this for row in rows] == ["0.93", "0.80", "0.99", "1.00"]
    assert [row.reached for row in rows] == [True, False, False, True]


def test_every_row_of_the_command_can_be_asked_for(root):
    command = ["make", "-n", "bench", "ROWS=html,gosh"]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert 'tools/bench.py "$ROWS"' in told.stdout
    names = "html nothing sentence value gosh pools analyse rows install test sizes visits lighthouse click profile"
    assert names.split() == list(bench.ROWS)
