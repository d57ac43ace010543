"""The fields of ``submission.yml`` and what each may hold."""

import re

from .submission_file import ADDRESS, EMAIL, flag, is_orcid, listing, named, one_of, optional, record, text, whole

LANGUAGES = ("en", "zh-Hans")
# The roles of CRediT, ANSI/NISO Z39.104-2022; with a plain hyphen, as one types them.
CREDIT_ROLES = (
    "Conceptualization",
    "Data curation",
    "Formal analysis",
    "Funding acquisition",
    "Investigation",
    "Methodology",
    "Project administration",
    "Resources",
    "Software",
    "Supervision",
    "Validation",
    "Visualization",
    "Writing - original draft",
    "Writing - review & editing",
)
STATUSES = ("known", "unlimited", "unknown")
STATEMENTS = {
    "conflicts_of_interest": "conflicts of interest",
    "funding": "funding",
    "acknowledgments": "acknowledgments",
    "automation_tools": "use of automation and AI tools",
    "data_availability": "data availability",
    "public_address": "public address",
    "registration": "registration",
}

_REQUIRED = text(required=True, allowed="text that is not empty")
_BY_LANGUAGE = {"title": _REQUIRED, "key_words": listing(_REQUIRED, least=1)}
_AUTHOR = {
    "given_names": text(),
    "family_name": text(),
    "orcid": text(test=is_orcid, allowed="an ORCID, 0000-0000-0000-0000, with the right check digit, or empty"),
    "email": text(test=EMAIL.fullmatch, allowed="an e-mail address, or empty"),
    "affiliations": listing(_REQUIRED),
    "contributions": listing(one_of(CREDIT_ROLES)),
    "corresponding": flag,
}
_ADDRESS = text(required=True, test=ADDRESS.fullmatch, allowed="an address, https://...")
_SOURCE = {"title": _REQUIRED, "date": _REQUIRED, "address": _ADDRESS, "scope": _REQUIRED}
_LIMIT = {
    "key": text(required=True, test=re.compile(r"[a-z_]+").fullmatch, allowed="a name of small letters and _"),
    "label": _REQUIRED,
    "status": one_of(STATUSES),
    "minimum": optional(whole()),
    "maximum": optional(whole()),
    "source": optional(_REQUIRED),
}
_RULE = {"rule": _REQUIRED, "status": one_of(("known", "unknown")), "source": optional(_REQUIRED)}
_LICENSE = {"name": _REQUIRED, "spdx": _REQUIRED, "address": _ADDRESS}
_FILE = {
    **{name: record(dict.fromkeys(LANGUAGES, rule)) for name, rule in _BY_LANGUAGE.items()},
    **dict.fromkeys(("short_title", "running_title", "journal", "article_type"), _REQUIRED),
    "issn": text(required=True, test=re.compile(r"\d{4}-\d{3}[\dX]").fullmatch, allowed="an ISSN, 0000-0000"),
    "year": whole(2000),
    "licenses": record(dict.fromkeys(("text", "code", "data"), record(_LICENSE))),
    "authors": listing(record(_AUTHOR), least=1),
    **dict.fromkeys(STATEMENTS, text()),
    "public_address": text(test=ADDRESS.fullmatch, allowed="an address, https://..., or empty"),
    "sources": named(record(_SOURCE)),
    "limits": listing(record(_LIMIT)),
    "format_rules": listing(record(_RULE)),
}


def check_submission(content, field, refuse):
    """The rule of the whole file, for `read_checked`."""
    checked = record(_FILE)(content, field, refuse)
    if isinstance(content, dict):
        _check_authors(checked["authors"] or (), refuse)
        _check_sources(checked, refuse)
    return checked


def _check_authors(authors, refuse):
    """One corresponding author as soon as there is a name, and no ORCID of two people."""
    chosen = [n for n, one in enumerate(authors, 1) if one["corresponding"]]
    known = any(one["given_names"] or one["family_name"] for one in authors)
    if len(chosen) > 1 or (known and not chosen):
        value = ", ".join(f"author {n}" for n in chosen) or "no author"
        refuse("authors.corresponding", value, "true for exactly one author")
    seen = set()
    for n, one in enumerate(authors, 1):
        if one["orcid"] and one["orcid"] in seen:
            refuse(f"authors[{n}].orcid", one["orcid"], "an ORCID of one author only")
        seen.add(one["orcid"])


def _check_sources(fields, refuse):
    """What is known or unlimited has a source, what is unknown has none; bounds fit their status."""
    sources, keys = fields["sources"] or {}, set()
    for group in ("limits", "format_rules"):
        for n, one in enumerate(fields[group] or (), 1):
            place = f"{group}[{n}]"
            if one["source"] is not None and one["source"] not in sources:
                refuse(f"{place}.source", one["source"], "one of " + ", ".join(sources))
            elif (one["status"] == "unknown") != (one["source"] is None):
                value = one["source"] or "no source"
                refuse(f"{place}.source", value, "a source for what is known, none for what is unknown")
    for n, one in enumerate(fields["limits"] or (), 1):
        bounds = [one[name] for name in ("minimum", "maximum") if one[name] is not None]
        if bool(bounds) != (one["status"] == "known"):
            refuse(f"limits[{n}].status", one["status"], "known with a minimum or maximum, else without")
        if bounds != sorted(bounds):
            refuse(f"limits[{n}].minimum", one["minimum"], "at most the maximum")
        if one["key"] in keys:
            refuse(f"limits[{n}].key", one["key"], "each key once")
        keys.add(one["key"])
