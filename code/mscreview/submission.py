"""What a journal asks about the article and its authors: ``submission.yml``, read once for all outputs.

    submission = load_submission()       # SubmissionError on a bad file
    submission.text("key_words", "en")   # as it stands in the article
    unfilled(submission)                 # ["name of author 1", ...]
    mark("name of author 1")             # "[to be filled in: name of author 1]"

An empty field is neither guessed nor left out: outputs show its mark. Light: the standard library and PyYAML.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .submission_file import SubmissionError, read_checked
from .submission_schema import STATEMENTS, check_submission

__all__ = ["Author", "Finding", "FormatRule", "License", "Limit", "Source", "Submission", "SubmissionError"]
__all__ += ["load_submission", "unfilled", "mark", "pieces", "byline", "declarations", "cover_sheet"]
__all__ += ["front_counts", "over_limits"]

AUTHOR_FIELDS = {
    "orcid": "ORCID",
    "email": "e-mail",
    "affiliations": "affiliations",
    "contributions": "contributions",
}
MARK = re.compile(r"(\[to be filled in: [^\]]+\])")
SEPARATORS = {"en": ("; ", ": "), "zh-Hans": ("；", "：")}  # of key words; of title and subtitle


@dataclass(frozen=True)
class Author:
    """One author; "" and () are fields not filled in yet. ``contributions`` are roles of CRediT."""

    given_names: str
    family_name: str
    orcid: str
    email: str
    affiliations: tuple[str, ...]
    contributions: tuple[str, ...]
    corresponding: bool

    @property
    def name(self):
        """The name as in the by-line, "" if neither part is known."""
        return f"{self.given_names} {self.family_name}".strip()


@dataclass(frozen=True)
class License:
    """Its short name, SPDX identifier and address."""

    name: str
    spdx: str
    address: str


@dataclass(frozen=True)
class Source:
    """A document that states a limit or a rule, and for which articles it speaks (``scope``)."""

    title: str
    date: str
    address: str
    scope: str


@dataclass(frozen=True)
class Limit:
    """A bound of the journal; ``status`` is known, unlimited or unknown. A bound that is None is none."""

    key: str
    label: str
    status: str
    minimum: int | None
    maximum: int | None
    source: Source | None


@dataclass(frozen=True)
class FormatRule:
    """A rule of form in our own words; ``status`` is known, with its source, or unknown."""

    rule: str
    status: str
    source: Source | None


@dataclass(frozen=True)
class Submission:
    """The whole file. ``title`` and ``key_words`` are by language ("en", "zh-Hans")."""

    title: dict[str, str]
    short_title: str
    running_title: str
    journal: str
    issn: str
    article_type: str
    year: int
    key_words: dict[str, tuple[str, ...]]
    licenses: dict[str, License]
    authors: tuple[Author, ...]
    conflicts_of_interest: str
    funding: str
    acknowledgments: str
    automation_tools: str
    data_availability: str
    public_address: str
    registration: str
    limits: tuple[Limit, ...]
    format_rules: tuple[FormatRule, ...]

    def text(self, name, language="en"):
        """A field as text of the article. Raises KeyError for a name that is not in `TEXTS`."""
        if name not in TEXTS:
            raise KeyError(name)
        words, colon = SEPARATORS[language]
        main, _, subtitle = self.title[language].partition(colon)
        if name in ("main_title", "subtitle"):
            return main if name == "main_title" else subtitle[:1].upper() + subtitle[1:]
        if name == "key_words":
            return words.join(self.key_words[language])
        if name == "title":
            return self.title[language]
        return getattr(self, name) or mark(STATEMENTS.get(name, name))


TEXTS = ("title", "main_title", "subtitle", "short_title", "running_title", "journal", "article_type")
TEXTS += ("key_words", *STATEMENTS)

def load_submission(path=paths.SUBMISSION):
    """The file as Submission. Raises SubmissionError naming file, field, value and what is allowed."""
    fields = read_checked(Path(path), check_submission)
    sources = {name: Source(**one) for name, one in fields.pop("sources").items()}

    def cited(entries, kind):
        return tuple(kind(**{**one, "source": sources.get(one["source"])}) for one in entries)

    fields["limits"] = cited(fields["limits"], Limit)
    fields["format_rules"] = cited(fields["format_rules"], FormatRule)
    fields["licenses"] = {name: License(**one) for name, one in fields["licenses"].items()}
    return Submission(**{**fields, "authors": tuple(Author(**one) for one in fields["authors"])})


def mark(name):
    """What stands in outputs for a field that is not filled in."""
    return f"[to be filled in: {name}]"


def unfilled(submission):
    """The names of the fields that authors have still to fill in, in the order of the file."""
    names = []
    for n, author in enumerate(submission.authors, 1):
        if not author.name:
            names.append(f"name of author {n}")
        elif not author.family_name:  # some people have one name only: it is their family name here
            names.append(f"family name of author {n}")
        names += [f"{label} of author {n}" for field, label in AUTHOR_FIELDS.items() if not getattr(author, field)]
    if not any(author.corresponding for author in submission.authors):
        names.append("corresponding author")
    return names + [label for field, label in STATEMENTS.items() if not getattr(submission, field)]


def byline(submission):
    """The names of the authors, in order, on one line."""
    return ", ".join(author.name or mark(f"name of author {n}") for n, author in enumerate(submission.authors, 1))


def pieces(shown):
    """A text cut into (part, whether it is a mark), so that outputs can set marks apart."""
    return [(part, n % 2 == 1) for n, part in enumerate(MARK.split(shown)) if part]


def declarations(submission):
    """What stands at the end of the article: a list of (heading, text)."""
    address = submission.text("public_address")
    return [
        ("Author contributions", _by_author(submission, "contributions")),
        ("Conflicts of interest", submission.text("conflicts_of_interest")),
        ("Funding", submission.text("funding")),
        ("Acknowledgments", submission.text("acknowledgments")),
        ("Use of automation and AI tools", submission.text("automation_tools")),
        ("Data availability", f"{submission.text('data_availability')} Public address: {address}"),
        ("Registration", submission.text("registration")),
    ]


def _by_author(submission, field):
    """A list field of all authors as one text: ``Name: one, other; Name: one``."""
    found = []
    for n, author in enumerate(submission.authors, 1):
        values = ", ".join(getattr(author, field)) or mark(f"{AUTHOR_FIELDS[field]} of author {n}")
        found.append(f"{author.name}: {values}" if author.name else values)
    return "; ".join(found)


def cover_sheet(submission, counts):
    """The fields of a journal's submission form as a list of (field, text).

    ``counts`` is {key of a limit: measured number}; each is shown as measured.
    """
    labels = {limit.key: limit.label for limit in submission.limits}
    chosen = next((author for author in submission.authors if author.corresponding), None)
    rows = [
        ("Journal", submission.journal),
        ("Article type", submission.article_type),
        ("Title", submission.text("title")),
        ("Title in Chinese", submission.text("title", "zh-Hans")),
        ("Running title", submission.running_title),
        ("Authors", byline(submission)),
    ]
    for n, author in enumerate(submission.authors, 1):
        for field, label in AUTHOR_FIELDS.items():
            value = getattr(author, field)
            shown = value if isinstance(value, str) else "; ".join(value)
            rows.append((f"{label[0].upper()}{label[1:]} of author {n}", shown or mark(f"{label} of author {n}")))
    rows += [
        ("Corresponding author", chosen.name if chosen and chosen.name else mark("corresponding author")),
        ("Key words", submission.text("key_words")),
        ("Key words in Chinese", submission.text("key_words", "zh-Hans")),
        *declarations(submission)[1:],
        ("License of the text", submission.licenses["text"].name),
    ]
    return rows + [(labels.get(key, key), f"{number:,}") for key, number in counts.items()]


@dataclass(frozen=True)
class Finding:
    """A limit against what was measured; ``verdict`` is over, under, within, unlimited, unknown or not measured."""

    limit: Limit
    measured: int | None
    verdict: str

    def __str__(self):
        limit, bounds = self.limit, []
        if limit.minimum is not None:
            bounds.append(f"at least {limit.minimum}")
        if limit.maximum is not None:
            bounds.append(f"at most {limit.maximum}")
        asked = {"known": " and ".join(bounds), "unlimited": "no limit"}.get(limit.status, "limit unknown")
        measured = "not measured" if self.measured is None else str(self.measured)
        source = f" ({limit.source.title}, {limit.source.date}: {limit.source.scope})" if limit.source else ""
        return f"{limit.label}: {measured}; {asked}{source}: {self.verdict}"


def front_counts(submission):
    """The numbers that the file itself gives, for `over_limits`: words of titles, and key words."""
    return {
        "title_words": len(submission.text("title").split()),
        "running_title_words": len(submission.running_title.split()),
        "key_words": len(submission.key_words["en"]),
    }


def over_limits(submission, counts):
    """A Finding for every limit, in the order of the file; ``counts`` is {key of a limit: measured number}."""
    return [Finding(one, counts.get(one.key), _verdict(one, counts.get(one.key))) for one in submission.limits]


def _verdict(limit, measured):
    if limit.status != "known":
        return limit.status
    if measured is None:
        return "not measured"
    if limit.maximum is not None and measured > limit.maximum:
        return "over"
    return "under" if limit.minimum is not None and measured < limit.minimum else "within"
