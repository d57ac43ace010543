"""What a journal counts: words of the abstract and of the text, references, figures, tables."""

from . import floats, jats_front, tree

WORDLESS = ("Figure", "Table")  # their words are not those of the text


def counts(blocks):
    """{key of a limit in ``submission.yml``: number} of the article."""
    parts = jats_front.divided(blocks)
    found = floats.find(blocks)
    abstract = [b for b in parts["in-en"] if not _starts(b, jats_front.KEY_WORDS + jats_front.CORE_TIP)]
    tip = [b for b in parts["in-en"] if _starts(b, jats_front.CORE_TIP)]
    return {
        "abstract_words": _words(abstract),
        "core_tip_words": _words(tip) - len(jats_front.CORE_TIP[0].split()),
        "main_text_words": _words(b for b in parts["body"] if b["t"] not in WORDLESS),
        "references": len(parts["references"]),
        "figures": sum(one.block["t"] == "Figure" for one in found),
        "tables": sum(one.block["t"] == "Table" for one in found),
    }


def core_tip(blocks):
    """The words of the English core tip."""
    (paragraph,) = [b for b in jats_front.divided(blocks)["in-en"] if _starts(b, jats_front.CORE_TIP)]
    return tree.plain_text(paragraph["c"][1:]).strip()


def _starts(block, words):
    return tree.plain_text(block).startswith(words)


def _words(blocks):
    return sum(len(tree.plain_text(block).split()) for block in blocks)
