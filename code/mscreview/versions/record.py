"""Write what a version of the review says, run by that version's own code: `python -P record.py DATA FILE`.

It must run beside code of any age, so it names as little of the package as can be.  The file holds "ledger",
{key: {"kind", "meaning", "texts": {language: text}, "value"}}, and "front", {key: {language: text}}: what
chapters take from `submission.yml`.
"""

import importlib.util
import json
import re
import sys
from pathlib import Path

LANGUAGES = ("en", "zh-Hans")


def recorded(results):
    """All ledger entries of `Results` as plain data; a sentence has no value but its text."""
    from mscreview import ledger

    return {
        key: {
            "kind": entry.kind,
            "meaning": entry.meaning,
            "texts": {language: entry.text(results, language) for language in LANGUAGES},
            "value": None if entry.kind == "sentence" else entry.value,
        }
        for key, entry in ledger.entries(results).items()
    }


def front(chapters):
    """The texts of `{front}` roles and of the directives by that file; none before there was one."""
    if importlib.util.find_spec("mscreview.submission") is None:
        return {}
    from mscreview.submission import byline, declarations, load_submission

    submission, found = load_submission(), {}
    for path in sorted(Path(chapters).glob("*.md")):
        for key in re.findall(r"\{front\}`([^`]+)`", path.read_text("utf-8")):
            found[key] = {language: submission.text(key, language) for language in LANGUAGES}
    statements = "\n".join(f"**{heading}.** {text}" for heading, text in declarations(submission))
    lines = {"by-line": byline(submission), "declarations": statements}
    return found | {key: dict.fromkeys(LANGUAGES, text) for key, text in lines.items()}


def main(data, target):
    """Compute the results of a data folder and write what its version says."""
    # The ledger too, though used below: a version without it is refused before its results are computed.
    import mscreview
    from mscreview import analyse, ledger, load_evidence  # noqa: F401

    # The environment knows the package of today, which would answer for a version that has none.
    if not Path(mscreview.__path__[0]).resolve().is_relative_to(Path(data).resolve().parent):
        raise ModuleNotFoundError("this version has no package of its own")
    said = {"ledger": recorded(analyse(load_evidence(data))), "front": front(Path(data).parent / "chapters")}
    Path(target).write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
