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
        "running_title": submission.running_title + (" · Supplement" if supplement else ""),
        "key_words": submission.key_words["en"],
        "front": [] if supplement else [line(*each) for each in lines(submission)],
    }


def lines(submission):
    """What stands under the title, as (label, text): running title, kind of article, then institutions,
    ORCID numbers, foundations and the corresponding author, in the order that the journal asks for."""
    found = [("Running title", submission.running_title), ("Article type", submission.article_type)]
    authors = [(n, author.name or f"Author {n}", author) for n, author in enumerate(submission.authors, 1)]
    for n, name, author in authors:
        found.append((name, "; ".join(author.affiliations) or mark(f"affiliations of author {n}")))
    for n, name, author in authors:
        found.append((f"ORCID, {name}", author.orcid or mark(f"ORCID of author {n}")))
    found += [("Supported by", submission.text("funding")), ("Corresponding author", _corresponding(submission))]
    return found


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
