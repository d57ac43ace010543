"""The cells of one evidence table: checked against the codebook, then typed.

A column's rule is its row in ``codebook.csv``. Nothing here compares two rows or two tables; that
is the work of :mod:`mscreview.crosschecks`.
"""

import math
import re
from dataclasses import dataclass

from mscreview.csvtable import Problem, is_formula, unfit

NUMERIC_TYPES = ("integer", "number", "year")

# The pattern of each type and its name in messages. Numbers are plain decimals: "nan", "inf", a
# decimal comma and an exponent are all more likely a slip than a printed value. A float64 holds 15
# digits; more before the point are no printed value.
PATTERNS = {
    "text": (r"(?s:.*)", "text"),
    "identifier": (r"\S+", "one word without spaces"),
    "integer": (r"-?\d{1,15}", "a whole number"),
    "number": (r"-?\d{1,15}(\.\d+)?", "a number"),
    "year": (r"\d{4}", "a year"),
    "date": (r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date such as 2026-11-22"),
    "p_value": (r"[<>]?\d{1,15}(\.\d+)?", "a p value, after < or > if it is printed so,"),
    "doi": (r"10\.\d{4,9}/\S+", "a DOI, beginning with 10."),
    "pmid": (r"\d{1,8}", "a PubMed number of up to 8 digits"),
    "pmcid": (r"PMC\d+", "a PubMed Central number, beginning with PMC"),
    "url": (r"https?://\S+( ; https?://\S+)*", 'web addresses, separated by " ; "'),
}
REFERENCES = ("reference", "references")
TYPES = (*PATTERNS, "choice", *REFERENCES)
# Remarks for people, compared with nothing; one was cut off in the common extraction after a space.
REMARKS = ("note", "reason")
LIMITS = re.compile(r"(?P<sign>>=?) (?P<above>\S+)|(?P<low>\S+) to (?P<high>\S+)")


@dataclass(frozen=True)
class Rule:
    """What one column may hold. ``known`` are the values that a reference may point to, or None
    where the table pointed to could not be read."""

    table: str
    column: str
    type: str
    required: bool
    allowed: str
    known: frozenset | None = None

    def accepts(self, value):
        """Whether one cell, as text, is allowed."""
        if value == "":
            return not self.required
        if unfit(value) or self._has_white_ends(value) or is_formula(value):
            return False
        if self.type == "choice":
            return self._is_choice(value)
        if self.type in REFERENCES:
            # An open match names all its candidates; each of them must exist.
            names = value.split(" or ") if self.type == "references" else [value]
            return self.known is None or self.known.issuperset(names)
        if not re.fullmatch(PATTERNS[self.type][0], value, re.ASCII):
            return False
        if self.type == "p_value" and _is_impossible_bound(value):
            return False
        return not self.allowed or self._is_within(float(value.lstrip("<>")))

    def _has_white_ends(self, value):
        if self.column in REMARKS and not value.isspace():
            value = value.rstrip(" ")
        return value != value.strip()

    def _is_choice(self, value):
        choices = self.allowed.split(" | ")
        open_ended = "other:*" in choices and value.startswith("other:") and value != "other:"
        return open_ended or value in set(choices) - {"other:*"}

    def _is_within(self, number):
        limits = LIMITS.fullmatch(self.allowed)
        if not limits["sign"]:
            return float(limits["low"]) <= number <= float(limits["high"])
        above = float(limits["above"])
        return number >= above if limits["sign"] == ">=" else number > above

    def in_words(self):
        """What is allowed, for a message."""
        if self.type == "choice":
            words = "one of " + self.allowed.replace("other:*", "a name beginning with other:")
        elif self.type in REFERENCES:
            table, column = self.allowed.split(".")
            words = f"a {column} of {table}.csv"
            if self.type == "references":
                words += ', or several joined by " or "'
        else:
            words = PATTERNS[self.type][1] + self._limits_in_words()
            if self.type in ("number", "p_value"):
                words += ", with a decimal point"
        return words if self.required else words + "; or empty"

    def _limits_in_words(self):
        limits = LIMITS.fullmatch(self.allowed)
        if not limits:
            return ""
        if not limits["sign"]:
            return f" from {limits['low']} to {limits['high']}"
        equal = " or equal to" if limits["sign"] == ">=" else ""
        return f" above{equal} {limits['above']}"

    def refusal(self, value):
        """What is allowed instead of this refused value, with a hint at a likely slip."""
        words = self.in_words()
        if value == "":
            return f"not empty: {words}"
        if reason := unfit(value):
            return f"{words}; {reason}"
        if self._has_white_ends(value):
            return f"{words}; without white space at its ends"
        if is_formula(value):
            return f"{words}; begun in another way: a spreadsheet would run it as a formula"
        if self.type in (*NUMERIC_TYPES, "p_value"):
            if re.fullmatch(r"[<>]?-?\d+,\d+", value):
                words += "; write a decimal point, not a comma"
            elif value.startswith("\N{MINUS SIGN}"):
                words += "; write the minus sign as a hyphen"
            elif re.fullmatch(r"[<>]?-?\d{16,}(\.\d+)?", value, re.ASCII):
                words += "; at most 15 digits before the point"
            elif self.type == "p_value" and _is_impossible_bound(value):
                words += "; no p value is below 0 or above 1"
        return words


def _is_impossible_bound(p_value):
    """Whether a p value is printed as below 0 ("<0", "<0.000") or above 1 (">1")."""
    return bool(re.fullmatch(r"<0+(\.0+)?|>0*[1-9]\d*(\.\d+)?", p_value))


def check_cells(file, table, rules):
    """The problems of a text table's single cells, and the table with those cells emptied, so
    that the rules between rows can still be tried on the rest."""
    problems, emptied = [], {}
    for rule in rules:
        cells = list(table[rule.column])
        # Once per distinct value, most columns repeat a few. By Python's own set, because pandas takes a NUL
        # for the end of the text, and so for an empty cell.
        refused = {value: rule.refusal(value) for value in set(cells) if not rule.accepts(value)}
        if refused:
            rows = zip(table["row"], cells, strict=True)
            problems += [Problem(file, row, rule.column, cell, refused[cell]) for row, cell in rows if cell in refused]
            emptied[rule.column] = ["" if cell in refused else cell for cell in cells]
    return problems, table.assign(**emptied)


def typed(table, rules):
    """The text table with its numeric columns as float64, NaN for empty."""
    numeric = [rule.column for rule in rules if rule.type in NUMERIC_TYPES]
    return table.assign(
        **{
            name: table[name].map(lambda cell: float(cell) if cell else math.nan).astype("float64")
            for name in numeric
        }
    )
