"""Facts about risk of bias, as the sources state them. Facts only, no judgment."""

import re
from dataclasses import dataclass

# What a source says of a safeguard. "open": stated to be absent. "contradicted": the registry
# record says otherwise. "selected": one result of several is printed.
STATUSES = ("stated", "not_stated", "open", "contradicted", "selected")

# Participants who may be missing without a fact to explain: data for 95% are "nearly all"
# (RoB 2 guidance, domain 3), and enrollment counts some who leave before randomization.
NEARLY_ALL = 0.05

_NOT_RANDOM = re.compile(r"\bno[nt][- ]randomi[sz]ed")
_METHOD_MISSING = re.compile(r"not (?:available|given|stated|described)|none mentioned")
_REGISTRY_OPEN = re.compile(r"registry.*(?:open[- ]label|masking:? none)", re.I | re.S)
_CLAUSES = re.compile(r";\s+(?![^()]*\))|\.\s+")  # not within brackets
_ADDRESS = re.compile(r"\s*\(https?://[^)]*\)|[;,]?\s*https?://[^\s)]+")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DATE = rf"(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)})[a-z]* (\d{{4}})"
_POSTED = re.compile(r"(?:first posted|first received|registered),? " + _DATE)
_START = re.compile(r"\bstart(?: date)?,? " + _DATE)


@dataclass(frozen=True)
class Fact:
    """One safeguard of one trial: its domain, status (one of STATUSES) and the source's words."""

    domain: str
    status: str
    words: str


def facts(evidence, contrast):
    """The facts shown beside a trial's row, in a fixed order of domains."""
    row = stated(evidence, contrast.study["study_id"])
    return (
        sequence(row),
        concealment(row),
        blinding(row, contrast.study),
        _losses(row),
        _selection(contrast, row),
    )


def is_blinded(evidence, contrast):
    """Whether single or double blinding is stated and no registry record contradicts it."""
    fact = blinding(stated(evidence, contrast.study["study_id"]), contrast.study)
    return contrast.study["blinding"] in ("single", "double") and fact.status == "stated"


def stated(evidence, study_id):
    """What is recorded of one report: its row of bias_facts (empty text where there is none) and,
    under "facts", {fact: words} of study_facts, the words of a repeated fact joined."""
    rows = evidence.rows("bias_facts", study_id)
    row = rows[0] if rows else dict.fromkeys(evidence.bias_facts.columns, "")
    found = {}
    for told in evidence.rows("study_facts", study_id):
        fact, words = told["fact"], told["value"]
        found[fact] = f"{found[fact]}; {words}" if fact in found else words
    return {**row, "facts": found}


def sequence(row):
    """Whether the sequence is said to be random and how it was made."""
    words = row["randomisation_method"]
    lower = words.lower()
    if _NOT_RANDOM.search(lower):
        return Fact("sequence", "contradicted" if "registry" in lower else "open", words)
    silent = not words or _METHOD_MISSING.search(lower)
    return Fact("sequence", "not_stated" if silent else "stated", words)


def concealment(row):
    """Whether the allocation is said to be concealed."""
    words = row["allocation_concealment"]
    silent = not words or words.lower().startswith("not ")
    return Fact("concealment", "not_stated" if silent else "stated", words)


def blinding(row, study):
    """Whether anyone is said to be blinded; "single" and "double" as the studies table has them."""
    words, design = row["participants_blinded"], study["blinding"]
    registry = row["facts"].get("blinding", "")
    claimed = design in ("single", "double")
    open_in_registry = _REGISTRY_OPEN.search(registry)
    if "registry" in words.lower() and "open label" in words.lower():
        return Fact("blinding", "contradicted", words)
    if claimed and open_in_registry:
        return Fact("blinding", "contradicted", registry)
    if words.lower().startswith("no ") or words.lower() == "no" or design == "open":
        return Fact("blinding", "open", words or registry or design)
    if claimed:
        return Fact("blinding", "stated", words or f"{design} blinding")
    return Fact("blinding", "not_stated", words)


def both_blinded(row, study):
    """Whether participants and personnel are blinded, for which "double" is taken unless the
    personnel are said to know; a registry record that contradicts it counts."""
    aware = re.match(r"no\b", row["personnel_blinded"].lower())
    stated_so = blinding(row, study).status == "stated"
    return study["blinding"] == "double" and stated_so and not aware


def baseline_difference(row):
    """Words that say that the arms differ at baseline, "" where none do."""
    return _clause(row["note"], r"\bbaseline\b.*\bdiffers?\b")[1]


def loss(row, study):
    """(share lost, whether it is that of the arm with more losses, words); None where no number of
    lost participants is printed. Without numbers by arm, the share is that of all."""
    pairs = [
        (row["n_lost_treated"], study["n_treated"]),
        (row["n_lost_control"], study["n_control"]),
    ]
    if all(_is_number(lost) and _is_number(n) and n for lost, n in pairs):
        words = " and ".join(f"{lost:.0f} of {n:.0f}" for lost, n in pairs)
        return max(lost / n for lost, n in pairs), True, words
    total, words = _clause(row["note"], r"(\d+) lost in all")
    if total and _is_number(study["n_randomised"]):
        return int(total[1]) / study["n_randomised"], False, words
    kept, words = _clause(row["note"], r"(\d+) of (\d+) completed")
    return (1 - int(kept[1]) / int(kept[2]), False, words) if kept else None


def completion(row):
    """Words about who completed, "" where nothing is said."""
    return _clause(row["note"], r"(?i)(?:\d+|all patients)(?: who)? completed|discontinu")[1]


def all_analyzed(row):
    """Words that say that all participants were analyzed as allocated, "" where none do."""
    if row["analysis"] == "ITT":
        return "ITT"
    return _clause(row["note"], r"(?i)all (?:participants|patients) were analy[sz]ed")[1]


def registry_enrollment(row, study):
    """(enrolled by the registry record, in the paper, words); None where one is not known.

    A planned number is no enrollment.
    """
    words = row["facts"].get("registry_enrolment", "")
    found = re.match(r"(\d+)(?! planned)\b", words)
    if not found:
        found, words = _clause(row["note"], r"registry.*?\b(\d+) enrolled")
    in_paper = study["n_randomised"]
    if not _is_number(in_paper):
        in_paper = study["n_treated"] + study["n_control"]
    return (int(found[1]), in_paper, words) if found and _is_number(in_paper) else None


def registration(row, study):
    """(timing, words) of the registry record: "before" or "after" the start of the trial, "unknown"
    where the dates do not tell, "" without a record that belongs to the report."""
    words = row["protocol_registered"]
    words = "" if words.lower().startswith("not ") else words
    if not words and not study["registration"]:
        return "", ""
    words = "; ".join(filter(None, (words, row["facts"].get("registry_dates", ""))))
    words = _ADDRESS.sub("", words)
    if "retrospective" in words or re.search(r"after (?:the |study )*start", words):
        return "after", words
    if "before the start" in words:
        return "before", words
    posted, start = _POSTED.search(words), _START.search(words)
    timing = _order(posted.groups(), start.groups()) if posted and start else "unknown"
    return timing, words or study["registration"]


def registered_outcomes(row, outcome):
    """Words of the registry record that list an `Outcome`, and those that set the paper's reporting
    of it against the record; "" where there are none."""
    texts = [row["facts"].get(n, "") for n in ("registry_primary_outcome", "registry_outcomes")]
    clauses = [c.strip() for text in texts for c in text.split(";") if _names(outcome, c)]
    planned = [c for c in clauses if "the paper" not in c]
    contrary = [c for c in clauses if "the paper" in c]
    return "; ".join(planned), "; ".join(contrary)


def _names(outcome, words):
    """Whether words name what an outcome measures, however it is counted there."""
    measured = set(outcome.column.split("_")) - {"dose", "reduction", "responders"}
    return measured <= set(re.findall(r"[a-z0-9]+", words.lower()))


def _clause(text, pattern):
    """(match, clause) of the first clause of a remark that a pattern fits, without addresses;
    (None, "") where none does."""
    for clause in _CLAUSES.split(text):
        if found := re.search(pattern, clause):
            return found, _ADDRESS.sub("", clause).strip()
    return None, ""


def _order(posted, start):
    """"before", "after" or "unknown" from two (day or None, month name, year)."""
    months = [(int(year), _MONTHS.index(month)) for _, month, year in (posted, start)]
    if months[0] != months[1]:
        return "before" if months[0] < months[1] else "after"
    if None in (posted[0], start[0]) or posted[0] == start[0]:
        return "unknown"
    return "before" if int(posted[0]) < int(start[0]) else "after"


def _is_number(value):
    return value != "" and value == value


def _losses(row):
    lost = [row["n_lost_treated"], row["n_lost_control"]]
    if all(map(_is_number, lost)):
        return Fact("losses", "stated", "cells {:.0f}, control {:.0f}".format(*lost))
    return Fact("losses", "not_stated", "")


def _selection(contrast, row):
    """Whether the printed result is all of it: one dose of several, or other people than registered."""
    if "selected_dose" in contrast.flags:
        return Fact("selection", "selected", "difference printed for one of several doses")
    enrolled = registry_enrollment(row, contrast.study)
    if enrolled and abs(enrolled[0] - enrolled[1]) > NEARLY_ALL * max(enrolled[:2]):
        return Fact("selection", "contradicted", enrolled[2])
    return Fact("selection", "stated", "both arms printed")
