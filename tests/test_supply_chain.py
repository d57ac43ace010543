"""What the project is made of and what its pages may do: locked packages, no code out of data, a policy on each page."""

import ast
import csv
import functools
import http.server
import re
import subprocess
import threading
from pathlib import Path

import audit
import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([*(ROOT / "code").rglob("*.py"), *(ROOT / "tools").rglob("*.py")])

# --- the lock and what it names --------------------------------------------------------------


def test_every_package_has_one_version_and_hashes():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    for block in blocks:
        assert audit.LOCKED.match(block) and "--hash=sha256:" in block, block[:80]
    assert len(blocks) == len(audit.locked(lock))


def test_every_named_dependency_is_locked_and_has_its_reason():
    import tomllib

    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.match(r"[A-Za-z0-9._-]+", one)[0] for one in named}
    assert names <= {name for name, _ in audit.locked((ROOT / "requirements.lock").read_text("utf-8"))}
    reasons = re.findall(r"^\| ([a-z0-9, -]+) \| .+ \|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    given = {name for line in reasons for name in line.split(", ")}
    assert names - given == set()


def test_environment_is_made_with_hashes_required():
    told = subprocess.run(["make", "-n", "-B", ".venv/.ready"], cwd=ROOT, capture_output=True, text=True, check=True)
    (install,) = [line for line in told.stdout.splitlines() if "pip install" in line]
    assert "--require-hashes -r requirements.lock" in install and "--no-deps" in install


@pytest.fixture(scope="module")
def listed():
    return audit.licenses(audit.locked((ROOT / "requirements.lock").read_text("utf-8")))


def test_committed_licenses_are_those_of_the_lock(listed):
    """Other systems leave out other packages; names and versions are those of the lock everywhere."""
    with audit.LICENSES.open(encoding="utf-8", newline="") as file:
        committed = [tuple(row) for row in csv.reader(file)][1:]
    assert [row[:2] for row in committed] == [row[:2] for row in listed]
    assert all(license_ not in ("", audit.UNKNOWN) for *_, license_ in [*listed, *committed])
    assert dict((name, license_) for name, _, license_ in listed)["pingouin"] == "GPL-3.0"


def test_package_without_a_license_fails_the_audit(listed):
    none = [{"Name": "x", "License": "UNKNOWN", "LicenseText": "All rights reserved"}]
    assert audit._license(none[0]) == audit.UNKNOWN
    assert audit.outcome([*listed, ("x", "1", audit.UNKNOWN)], len(listed) + 1, []) == "failed"


def test_known_vulnerability_fails_the_audit():
    told = {"dependencies": [{"name": "one", "version": "1", "vulns": [{"id": "CVE-1"}]}, {"name": "two", "vulns": []}]}
    checked, found, why = audit.findings(told)
    assert (checked, found, why) == (2, ["one 1: CVE-1"], "")
    assert audit.outcome([("one", "1", "MIT"), ("two", "2", "MIT")], checked, found) == "failed"
    assert audit.outcome([("one", "1", "MIT"), ("two", "2", "MIT")], 2, []) == "passed"


def test_unreachable_service_is_not_checked_and_never_passed(listed, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    checked, found, why = audit.vulnerabilities(ROOT / "requirements.lock")
    assert checked == 0 and found == [] and why
    assert audit.outcome(listed, checked, found) == "not checked"


# --- no code out of data ---------------------------------------------------------------------

# Names whose call turns text or bytes into code.
MAKES_CODE = {"eval", "exec", "compile", "__import__"}
MAKES_CODE_OF_MODULE = {
    ("pickle", "load"), ("pickle", "loads"), ("marshal", "loads"), ("shelve", "open"), ("os", "system"),
    ("os", "popen"), ("yaml", "unsafe_load"), ("yaml", "full_load"), ("pd", "read_pickle"),
    ("pd", "eval"), ("dill", "loads"), ("joblib", "load"),
}  # fmt: skip


def code_out_of_text(tree):
    """Lines of a module that make code out of text, or hand text to a shell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            by_name = isinstance(called, ast.Name) and called.id in MAKES_CODE
            of_module = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
            by_module = of_module and (called.value.id, called.attr) in MAKES_CODE_OF_MODULE
            shell = any(k.arg == "shell" and getattr(k.value, "value", True) for k in node.keywords)
            if by_name or by_module or shell:
                yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_makes_code_out_of_text(path):
    assert list(code_out_of_text(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "line", ["eval(x)", "pickle.loads(x)", "yaml.unsafe_load(x)", "subprocess.run(x, shell=True)", "os.system(x)"]
)
def test_code_out_of_text_would_be_seen(line):
    assert list(code_out_of_text(ast.parse(line))) == [1]


def test_loader_of_the_submission_makes_plain_values_only():
    import yaml

    from mscreview import submission_file

    assert issubclass(submission_file._Loader, yaml.SafeLoader)
    with pytest.raises(yaml.YAMLError):
        yaml.load("!!python/object/apply:os.getcwd []", Loader=submission_file._Loader)  # noqa: S506 - that is asked


# --- the policy of the pages -----------------------------------------------------------------

pages = pytest.mark.xdist_group("pages")
INLINE = "<script>document.title = 'taken over'</script>"
FOREIGN = '<img src="http://127.0.0.2:9/x.png"><script src="http://127.0.0.2:9/x.js"></script>'
EVALUATING = '<script src="evaluating.js"></script>'


def read(browser, address):
    """(title, text of the security errors) of a page a moment after it was opened."""
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_timeout(400)
    title = page.title()
    page.close()
    return title, "\n".join(said)


@pytest.fixture(scope="module")
def served(built_book, tmp_path_factory):
    """Address of a copy of one chapter with its style and scripts, and the chapter's path."""
    import shutil

    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(built_book.html / "_static", folder / "_static")
    (folder / "chapters").mkdir()
    (folder / "chapters" / "evaluating.js").write_text("document.title = eval('\"evaluated\"')")
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/chapters/safety.html", folder / "chapters" / "safety.html"
    server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pages
def test_every_page_has_a_policy_after_its_encoding(built_book):
    found = [p for p in built_book.html.rglob("*.html") if "_static" not in p.parts]
    assert len(found) > 40
    for path in found:
        text = path.read_bytes()[:4096]
        assert text.count(b"Content-Security-Policy") == 1, path
        if path.name != "index.html":
            assert 0 < text.index(b"charset=") < min(1024, text.index(b"Content-Security-Policy")), path


@pages
def test_policy_names_no_host_and_no_evaluation(built_book):
    for page in built_book.html.glob("chapters/*.html"):
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.read_text("utf-8"))[1]
        assert "default-src 'none'" in policy and "unsafe-eval" not in policy and "http" not in policy
        assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy)[0]


@pages
@pytest.mark.parametrize(("put_in", "refused"), [(INLINE, "inline script"), (FOREIGN, "127.0.0.2"), (EVALUATING, "eval")])
@pytest.mark.parametrize("as_file", [False, True], ids=["served", "as a file"])
def test_what_the_build_did_not_write_does_not_run(built_book, browser, served, put_in, refused, as_file):
    address, path = served
    text = (built_book.html / "chapters" / "safety.html").read_text("utf-8")
    address = path.as_uri() if as_file else address
    path.write_text(text, "utf-8")
    before = read(browser, address)
    assert before[0].startswith("Safety") and "Content Security Policy" not in before[1]
    path.write_text(text.replace("</body>", put_in + "</body>"), "utf-8")
    title, said = read(browser, address)
    assert title == before[0]
    assert refused in said and "Content Security Policy" in said


@pages
def test_without_the_policy_it_would_run(built_book, browser, served):
    address, path = served
    text = (built_book.html / "chapters" / "safety.html").read_text("utf-8")
    bare = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", text)
    path.write_text(bare.replace("</body>", INLINE + "</body>"), "utf-8")
    assert read(browser, address)[0] == "taken over"
