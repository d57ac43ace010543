"""Everything that the book shows of results, without building it: cells of chapters, and the ledger's texts."""

import ast
import re
from pathlib import Path

from mscreview.ledger import entries

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
OWN_RESULTS = "from mscreview.chapter import results"
# A value of Python or of arithmetic that got into text; "Masking None" is a registry's own word.
NO_WORDS = re.compile(r"(?<![\w.])(?<!Masking )(?:nan|NaN|None(?! of )|inf|Infinity|undefined)(?!\w)")


def cells(results):
    """(chapter and source, function) of each cell that shows a figure or table; the function makes it."""
    for chapter in sorted(CHAPTERS.glob("*.md")):
        names = {"results": results}
        for block in CELL.findall(chapter.read_text("utf-8")):
            source = OPTIONS.sub("", block).replace(OWN_RESULTS, "")
            body = ast.parse(source).body
            if body and isinstance(body[-1], ast.Expr):
                shown = compile(ast.Expression(body[-1].value), chapter.name, "eval")
                yield f"{chapter.stem}: {ast.unparse(body[-1])}", lambda shown=shown, names=names: eval(shown, names)
            else:
                exec(source, names)


def strings(value):
    """All strings within a chart, a table, lists and dictionaries; keys apart."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)
    else:
        content = getattr(value, "to_dict", None) or getattr(value, "as_json", None)
        yield from strings(content()) if content else ()


def ledger_texts(results):
    """(key and language, text) of every number and sentence that prose may show."""
    for key, entry in entries(results).items():
        for language in ("en", "zh-Hans"):
            yield f"{key} ({language})", entry.text(results, language)
