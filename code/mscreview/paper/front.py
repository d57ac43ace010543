"""The first lines of the Word files: title, authors and what a journal asks about them."""

from ..submission import byline, mark
from .tree import styled, words

FRONT = "Front"  # style of the Word file


def metadata(submission, part):
    """What `word.write_word` needs beside the text."""
    supplement = part == "supplement"
    title = submission.text("title")
    return {
        "title": f"Supplementary figures and tables: {title}" if supplement else title,
        "subtitle": submission.text("title", "zh-Hans"),
        "author": byline(submission),
        "running_title": submission.running_title,
        "key_words": submission.key_words["en"],
        "front": [] if supplement else _front(submission),
    }


def _front(submission):
    """Authors, institutions, ORCID numbers, foundations, corresponding author: in this order."""
    lines = []
    for n, author in enumerate(submission.authors, 1):
        name = author.name or mark(f"name of author {n}")
        lines.append((name, "; ".join(author.affiliations) or mark(f"affiliations of author {n}")))
        lines.append((f"ORCID, {name}", author.orcid or mark(f"ORCID of author {n}")))
    lines += [("Supported by", submission.text("funding")), ("Corresponding author", _corresponding(submission))]
    lines += [("Article type", submission.article_type), ("Running title", submission.running_title)]
    return [line(*each) for each in lines]


def _corresponding(submission):
    for n, author in enumerate(submission.authors, 1):
        if author.corresponding:
            return f"{author.name or mark(f'name of author {n}')}, {author.email or mark(f'e-mail of author {n}')}"
    return mark("corresponding author")


def heading(text):
    """A heading of the first level."""
    return {"t": "Header", "c": [1, ["", [], []], [{"t": "Str", "c": text}]]}


def line(label, text):
    """A line "Label: text"."""
    inlines = [{"t": "Strong", "c": [{"t": "Str", "c": f"{label}:"}]}, {"t": "Space"}, *words(text)]
    return styled(FRONT, [{"t": "Para", "c": inlines}])
