"""Write CITATION.cff from submission.yml, so that title and authors are typed once.

Usage: python tools/make_citation.py [--check]

`--check` writes nothing and exits 1 when the file is not what submission.yml gives.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import builds

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from freshbook.files import write_atomically  # noqa: E402  (needs the path above)
from mscreview.submission import Author, Submission, SubmissionError, load_submission  # noqa: E402  (needs the path above)

CITATION = ROOT / "CITATION.cff"
NOBODY = "Authors to be named"


def citation(submission: Submission, version: str) -> str:
    """The whole file as text, in Citation File Format 1.2.0."""
    licenses = ", ".join(submission.licenses[kind].spdx for kind in ("code", "text", "data"))
    lines = [
        "# Written by tools/make_citation.py from submission.yml: change that, not this file.",
        "cff-version: 1.2.0",
        'message: "If you use this review, please cite it as below."',
        f"title: {quoted(submission.text('title'))}",
        "type: software",
        f"version: {version}",
        f"license: [{licenses}]",
    ]
    if submission.public_address:
        lines.append(f"repository-code: {quoted(submission.public_address)}")
    lines += ["keywords:", *(f"  - {quoted(word)}" for word in submission.key_words["en"]), "authors:"]
    known = [line for author in submission.authors if author.name for line in person(author)]
    return "\n".join([*lines, *(known or [f"  - name: {quoted(NOBODY)}"])]) + "\n"


def person(author: Author) -> list[str]:
    """The lines of one author; fields that are not filled in are left out."""
    fields = {
        "family-names": author.family_name,
        "given-names": author.given_names,
        "orcid": author.orcid and f"https://orcid.org/{author.orcid}",
        "email": author.email,
        "affiliation": "; ".join(author.affiliations),
    }
    lines = [f"{name}: {quoted(value)}" for name, value in fields.items() if value]
    return [f"{'    ' if n else '  - '}{line}" for n, line in enumerate(lines)]


def quoted(text: str) -> str:
    """Text in double quotes; JSON's are YAML's too."""
    return json.dumps(text, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Write or check the file; exit status."""
    try:
        submission = load_submission()
    except SubmissionError as error:
        print(error, file=sys.stderr)
        return 1
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    text = citation(submission, version)
    if "--check" not in arguments:
        write_atomically(CITATION, text)
        return 0
    same = CITATION.exists() and CITATION.read_text(encoding="utf-8") == text
    if not same:
        print("CITATION.cff is not what submission.yml gives: run python tools/make_citation.py", file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    builds.end(main, sys.argv[1:])
