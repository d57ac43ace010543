"""Pooled estimates of earlier meta-analyses that may stand beside ours."""

import re
from dataclasses import asdict

from .contrasts import source_of
from .descriptive import number
from .kinds import Published, PublishedSet

REVIEW_KEY = "meta_"  # begins the keys of earlier reviews in bibliography.csv


def published_results(evidence):
    """A list with the `PublishedSet` "published.hba1c": comparable rows by year, as printed.

    Mean differences of HbA1c against control, negative where cells are better; their abstracts
    rarely print the unit.
    """
    table = evidence.published_meta
    comparable = table[table["comparable"] == "yes"].sort_values("year", kind="stable")
    references = evidence.bibliography.to_dict("records")
    references = [r for r in references if r["key"].startswith(REVIEW_KEY)]
    rows = tuple(_published(row, references) for row in comparable.to_dict("records"))
    return [
        PublishedSet(
            key="published.hba1c",
            rows=rows,
            n_excluding_zero=sum(map(_excludes_zero, rows)),
            n_reviews=len({(row.label, row.doi) for row in rows}),
        )
    ]


def _published(row, references):
    return Published(
        label=_label(row["first_author"], row["year"]),
        year=number(row["year"]),
        doi=row["doi"],
        bib_key=_bib_key(row, references),
        diabetes_type=row["diabetes_type"],
        comparison=row["comparison"],
        estimate=row["estimate"],
        ci_low=number(row["ci_low"]),
        ci_high=number(row["ci_high"]),
        k=number(row["k_studies"]),
        n=number(row["n_participants"]),
        i2_percent=number(row["i2_percent"]),
        note=row["note"],
        source_url=row["source_url"],
        sources=(asdict(source_of("published_meta", row)),),
    )


def _label(author, year):
    """Author as printed in Latin letters, without initials, and year: "Sun SY", 2020 -> "Sun 2020"."""
    latin = re.sub(r"\s*\(.*\)", "", author)
    name = re.sub(r"\s+[A-Z]{1,3}$", "", latin)
    return f"{name} {year:.0f}" if year == year else name


def _bib_key(row, references):
    """Key of the same review in bibliography.csv, by DOI, else by author and year; "" for none."""
    label = _label(row["first_author"], row["year"])
    for reference in references:
        if row["doi"] and reference["doi"]:
            same = row["doi"].lower() == reference["doi"].lower()
        else:
            same = label == _label(reference["authors"].split(";")[0], reference["year"])
        if same:
            return reference["key"]
    return ""


def _excludes_zero(row):
    return None not in (row.ci_low, row.ci_high) and (row.ci_low > 0 or row.ci_high < 0)
