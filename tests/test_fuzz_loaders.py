"""Damaged input of every kind: read as what it says, or refused by name; never a traceback, never a changed disk."""

import math
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from data_files import digests, rows_of, write_rows
from fuzzing import examples, time_limit
from hypothesis import given
from hypothesis import strategies as st

from mscreview import paths
from mscreview.bibliography import problems
from mscreview.csvtable import BadFile
from mscreview.evidence import TABLES, EvidenceError, load_evidence
from mscreview.paper.checklists import ChecklistError, load_checklist
from mscreview.submission import Submission, SubmissionError, load_submission
from mscreview.tables import validation

DATA = paths.DATA
FILES = sorted(path.name for path in DATA.glob("*.csv"))
# file, perhaps row and column, the value, and what is allowed: on one line without what cannot be seen
NAMED = re.compile(r'[\w/]+\.csv(, row \d+)?(, column [^\n]+?)?: "[^\n]*" - allowed: [^\n]+')
FIELD = re.compile(r'submission\.yml(, field [^\n]+?)?: "[^\n]*" - allowed: [^\n]+')

# What a cell may hold by accident or by malice.
CELLS = """
    NaN|nan|inf|-inf|Infinity|1e309|1e5|1E-3|0x10|1_000|1,5|1.234,5|1 234|1,234.5|12.|.5|+5|--5|5-|-0|-0.0|00|007
    |\N{MINUS SIGN}0.5|\N{EN DASH}0.5|\N{ARABIC-INDIC DIGIT SEVEN}|\N{FULLWIDTH DIGIT FIVE}|5\N{SUPERSCRIPT TWO}
    |\N{NO-BREAK SPACE}7|7\N{NO-BREAK SPACE}|7\N{ZERO WIDTH SPACE}|\N{RIGHT-TO-LEFT OVERRIDE}7|7\0|\x1b[31m7
    |NA|N/A|null|None|-|?|#REF!|=1+1|@SUM(1)|TRUE|yes|no|other:|other:x|99999999999999999999|0.0000000000000000001
    |<0.05|<0|>1|1/2|7 %|7±1|2024-13-01|2024-02-30|0000|10.1/x|https://|http:///|PMC|javascript:alert(1)
    |a or b| or |studies.study_id|"|""|'|,|;|\t|\n|\r|\r\n|\N{BYTE ORDER MARK}|\ud83d\ude00|e\u0301
""".encode("utf-16", "surrogatepass").decode("utf-16").strip().split("|")
CELLS = ["", *(cell.strip("\n ") or cell for cell in CELLS), "9" * 400, "x" * 10_000, "x" * 140_000]


@pytest.fixture(scope="module")
def folder():
    """A copy of the data that every user may enter; tests put back what they change."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o755)
        yield Path(shutil.copytree(DATA, Path(made) / "data"))


def loaded(folder):
    """The evidence, or None where it is refused by name; the disk is as before in both cases."""
    before = {name: digest for name, digest in digests(folder).items()}
    try:
        with time_limit(60):
            return load_evidence(folder)
    except EvidenceError as error:
        assert error.problems
        for line in str(error).splitlines()[:20]:
            assert NAMED.fullmatch(line) and line.isprintable(), line
        return None
    finally:
        assert digests(folder) == before


def holds_what_the_files_say(evidence, folder):
    """Asserts that each cell is the text of its file, and each number the plain decimal that stands there."""
    for name in TABLES:
        header, *rows = rows_of(folder / f"{name}.csv")
        table = getattr(evidence, name)
        assert sorted(table.columns) == sorted(["row", *header]) and len(table) == len(rows), name
        for position, column in enumerate(header):
            for shown, text in zip(table[column], (row[position] for row in rows), strict=True):
                if isinstance(shown, str):
                    assert shown == text
                elif math.isnan(shown):
                    assert text == "", (name, column, text)
                else:
                    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) and shown == float(text), (name, column, text)


@st.composite
def changed_rows(draw, rows):
    """The rows of a table with one to three accidents: cells, rows, columns, headers."""
    rows = [list(row) for row in rows]
    for _ in range(draw(st.integers(1, 3))):
        line = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, max(len(rows[line]) - 1, 0)))
        kind = draw(st.sampled_from("cell cell cell cell cell row repeat swap column header short long".split()))
        if kind == "cell" and rows[line]:
            rows[line][column] = draw(st.sampled_from(CELLS))
        elif kind == "row" and len(rows) > 2:
            del rows[max(line, 1)]
        elif kind == "repeat":
            rows.insert(line, list(rows[line]))
        elif kind == "swap":
            other = draw(st.integers(0, len(rows) - 1))
            rows[line], rows[other] = rows[other], rows[line]
        elif kind == "column":
            rows = [row[:column] + row[column + 1 :] for row in rows]
        elif kind == "header" and column < len(rows[0]):
            rows[0][column] = draw(st.sampled_from([*rows[0], *CELLS]))
        elif kind == "short":
            rows[line] = rows[line][:column]
        elif kind == "long":
            rows[line] = [*rows[line], "x"]
    return rows


@st.composite
def changed_bytes(draw, content):
    """Bytes with one accident of a disk, an editor or a transfer."""
    text = content.decode("utf-8")
    start = draw(st.integers(0, len(content)))
    end = min(len(content), start + draw(st.integers(1, 200)))
    return draw(
        st.sampled_from(
            [
                content[:start],
                content[:start] + content[end:],
                content[:end] + content[start:],
                content[:start] + draw(st.binary(min_size=1, max_size=8)) + content[start:],
                content[:start] + draw(st.sampled_from([b"\0", b'"', b"\r", b"\xff", b",", b"\n", b"\\"])) + content[end:],
                text.encode("utf-16"),
                text.encode("utf-16-le"),
                text.encode("utf-32"),
                text.encode("latin-1", "replace"),
                text.encode("gb18030"),
                b"\xef\xbb\xbf" + content,
                content.replace(b"\n", b"\r"),
                content.replace(b",", b";"),
                content.replace(b",", b"\t"),
                content.replace(b".", b","),
                content.replace(b"\n", b"\n\n"),
                b"\n" + content,
                b"",
                b"\n" * 3,
                b"\0" * 40,
                b'"',
                content * 2,
            ]
        )
    )


def with_content(folder, name, content):
    """Load with another content of one file, and check what comes out."""
    path = folder / name
    try:
        path.write_bytes(content)
        evidence = loaded(folder)
        if evidence:
            holds_what_the_files_say(evidence, folder)
        return evidence
    finally:
        shutil.copyfile(DATA / name, path)


@examples(20)
@given(st.data(), st.sampled_from(FILES))
def test_accidents_in_rows(folder, data, name):
    path = folder / name
    write_rows(path, data.draw(changed_rows(rows_of(DATA / name))))
    with_content(folder, name, path.read_bytes())


@pytest.mark.parametrize(("table", "column"), [("outcomes", "mean"), ("outcomes", "n"), ("contrasts", "p_value")])
def test_every_odd_numeral_is_refused_in_its_row(folder, table, column):
    """All of them at once, each in a row of its own: none may be read as another number, or as none."""
    path = folder / f"{table}.csv"
    head, *rows = rows_of(path)
    odd = [cell for cell in CELLS if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?|[<>]0\.05|", cell)][: len(rows)]
    odd = [cell for cell in odd if len(cell) < 1000 and "\r" not in cell]  # which ends a row
    for row, cell in zip(rows, odd, strict=False):
        row[head.index(column)] = cell
    write_rows(path, [head, *rows])
    try:
        with pytest.raises(EvidenceError) as refused:
            load_evidence(folder)
    finally:
        shutil.copyfile(DATA / path.name, path)
    told = {one.value for one in refused.value.problems if one.column == column}
    assert len(odd) > 60 and [cell for cell in odd if cell not in told] == []


@examples(16)
@given(st.data(), st.sampled_from(FILES))
def test_accidents_in_bytes(folder, data, name):
    with_content(folder, name, data.draw(changed_bytes((DATA / name).read_bytes())))


@examples(3)
@given(st.data(), st.randoms(use_true_random=False))
def test_what_changes_nothing_is_read_as_the_same(folder, data, random):
    """Other line ends, quotes around every cell, columns and rows in another order."""
    expected = load_evidence(DATA)
    for name in FILES:
        rows = rows_of(DATA / name)
        order = list(range(len(rows[0])))
        random.shuffle(order)
        head, *body = [[row[i] for i in order] for row in rows]
        lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (head, *body)]
        (folder / name).write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8"))
    try:
        found = loaded(folder)
        assert found, "a table with other line ends is refused"
        for name in TABLES:
            ours = getattr(found, name)
            assert getattr(expected, name).equals(ours[getattr(expected, name).columns]), name
    finally:
        for name in FILES:
            shutil.copyfile(DATA / name, folder / name)


def loop(path):
    path.symlink_to(path.name)


NO_FILES = {
    "missing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a link to itself": loop,
    "a link to nothing": lambda path: path.symlink_to("none.csv"),
    "not to be read": lambda path: (shutil.copyfile(DATA / path.name, path), path.chmod(0)),
}


@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES)
@pytest.mark.parametrize("name", ["codebook.csv", "deaths.csv"])
def test_what_is_no_file_is_refused(folder, name, make):
    path, user = folder / name, os.geteuid()
    path.unlink()
    try:
        make(path)
        if user == 0:  # whom no permission stops
            os.seteuid(65534)
        with pytest.raises(EvidenceError) as refused:
            load_evidence(folder)
        assert re.match(rf'{name}: "[\w ]+[^"]*" - allowed: a readable file in ', str(refused.value))
    finally:
        os.seteuid(user)
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        shutil.copyfile(DATA / name, path)


def test_no_folder_is_refused(tmp_path):
    for place in (tmp_path / "none", Path(__file__)):
        with pytest.raises(EvidenceError, match=r"^codebook\.csv: "):
            load_evidence(place)


# --- submission.yml -------------------------------------------------------------------------

TEXT = paths.SUBMISSION.read_text("utf-8")
VALUES = """
    ~|null|.nan|.inf|-.inf|1e309|0x1F|0o17|0b2|1_000|190:20:30|2026-11-28|2026-13-45|yes|no|on|[]|{}|[[]]|{a: 1}|"|'|
    |`x|@x|%x|!x|!!int x|!!float x|!!timestamp x|!!binary x|!!set {a}|!!python/object/apply:os.system [id]|&a [*a]
    |*nothing|<<: {a: 1}|? [a]|- - -|---|...|"\\x00"|"\\ud800"|"\\u202e"|"\\uFEFF"|\t|> x|>|a: b: c|# x|"a\\nb"|"\\e[31m"
    |0000-0002-1825-0097|0000-0002-1825-0098|a@b.c|https://|https://a b|javascript:alert(1)|<script>|\\input{x}|-1|0|true
""".strip().split("|")
VALUES = [*(value.strip("\n ") for value in VALUES), "9" * 5000, "x" * 10_000, "[" * 3000, "{a: " * 3000]


@st.composite
def submissions(draw):
    lines = TEXT.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from("value value value value delete repeat indent swap".split()))
        if kind == "value":
            lines[at] = re.sub(r"^(\s*(?:- )?(?:[\w-]+:)? ?).*", lambda m: m[1], lines[at])
            lines[at] += draw(st.sampled_from(VALUES))
        elif kind == "delete" and len(lines) > 1:
            del lines[at]
        elif kind == "repeat":
            lines.insert(at, lines[at])
        elif kind == "indent":
            lines[at] = draw(st.sampled_from([" ", "\t", "- "])) + lines[at]
        else:
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def submission_of(path):
    """The submission, or None where it is refused by name."""
    try:
        with time_limit(60):
            found = load_submission(path)
    except SubmissionError as error:
        for line in str(error).splitlines():
            assert FIELD.fullmatch(line) and line.isprintable(), line
        return None
    assert isinstance(found, Submission) and isinstance(found.year, int) and found.authors
    for text in (found.running_title, found.funding, *found.title.values(), *found.key_words["en"]):
        assert isinstance(text, str) and not re.search("[\0-\x08\x0b-\x1f\ud800-\udfff]", text)
    return found


@examples(50)
@given(submissions())
def test_accidents_in_submission_yml(tmp_path, content):
    path = tmp_path / "submission.yml"
    path.write_bytes(content)
    submission_of(path)
    assert path.read_bytes() == content


@examples(30)
@given(changed_bytes(paths.SUBMISSION.read_bytes()))
def test_accidents_in_the_bytes_of_submission_yml(tmp_path, content):
    path = tmp_path / "submission.yml"
    path.write_bytes(content)
    submission_of(path)


@pytest.mark.parametrize(
    "value",
    [value for value in VALUES if value.startswith(("!", "&", "*", "[[[", "{a: {", "999"))],
    ids=lambda value: value[:12],
)
def test_what_yaml_would_run_or_unfold_is_refused(tmp_path, value):
    path = tmp_path / "submission.yml"
    path.write_text(re.sub("^year: .*", lambda found: f"year: {value}", TEXT, flags=re.MULTILINE), "utf-8")
    assert submission_of(path) is None


def test_a_few_lines_that_stand_for_more_than_memory_holds_are_refused(tmp_path):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    path = tmp_path / "submission.yml"
    path.write_text(bomb + TEXT + "\n")
    with time_limit(10), pytest.raises(SubmissionError, match=r"line 2: \*a0 stands for another value"):
        load_submission(path)


# --- checklists, references, validation -----------------------------------------------------


@pytest.mark.parametrize("name", ["prisma_2020", "prisma_abstracts"])
@examples(40)
@given(data=st.data())
def test_accidents_in_checklists(tmp_path, name, data):
    path = tmp_path / f"{name}.csv"
    if data.draw(st.booleans()):
        write_rows(path, data.draw(changed_rows(rows_of(paths.CHECKLISTS / path.name))))
    else:
        path.write_bytes(data.draw(changed_bytes((paths.CHECKLISTS / path.name).read_bytes())))
    try:
        found = load_checklist(name, tmp_path)
    except ChecklistError as error:
        for line in str(error).splitlines():
            assert NAMED.fullmatch(line) and line.isprintable(), line
    else:
        assert len({item.item for item in found.items}) == len(rows_of(path)) - 1


@pytest.mark.parametrize("place", ["/etc/passwd", "../../../../etc/passwd", "x/" * 5000, "a/\0b"])
def test_places_outside_the_project_are_refused(tmp_path, place):
    rows = rows_of(paths.CHECKLISTS / "prisma_abstracts.csv")
    rows[1][rows[0].index("places")] = place
    write_rows(tmp_path / "prisma_abstracts.csv", rows)
    with pytest.raises(ChecklistError, match="row 2, column places: .* - allowed: a file of the project"):
        load_checklist("prisma_abstracts", tmp_path)


@pytest.mark.parametrize("make", [NO_FILES["missing"], NO_FILES["a folder"], loop])
def test_checklists_submission_and_references_that_are_no_files(tmp_path, make):
    make(tmp_path / "prisma_2020.csv")
    with pytest.raises(ChecklistError, match=r"^checklists/prisma_2020\.csv: .* - allowed: "):
        load_checklist("prisma_2020", tmp_path)
    make(tmp_path / "submission.yml")
    with pytest.raises(SubmissionError, match=r'^submission\.yml: "missing file" - allowed: '):
        load_submission(tmp_path / "submission.yml")
    make(tmp_path / "references.bib")
    (sentence,) = problems(tmp_path / "references.bib", ["zang2022"])
    assert sentence.startswith("references.bib: unable to open ")


@examples(12)
@given(changed_bytes(paths.REFERENCES.read_bytes()))
def test_accidents_in_references(tmp_path, content):
    path = tmp_path / "references.bib"
    path.write_bytes(content)
    with time_limit(60):
        found = problems(path, ["zang2022"])
    assert all(isinstance(sentence, str) and sentence for sentence in found)
    if b"@article{zang2022" not in content:
        assert found


@examples(60)
@given(data=st.data())
def test_accidents_in_the_table_of_agreement(tmp_path, data):
    source = paths.VALIDATION / "agreement.csv"
    path = tmp_path / source.name
    if data.draw(st.booleans()):
        write_rows(path, data.draw(changed_rows(rows_of(source))))
    else:
        path.write_bytes(data.draw(changed_bytes(source.read_bytes())))
    try:
        found = validation.agreement(path)
    except BadFile as error:
        assert all(NAMED.fullmatch(line) for line in map(str, error.problems))
    else:
        assert len(found.rows) == len(rows_of(path)) - 1
