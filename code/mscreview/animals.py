"""Animal reports, and the directions that those on cells in T2D models state."""

from collections import Counter
from dataclasses import asdict

from .contrasts import source_of
from .kinds import AnimalOutcome, Animals, AnimalStudy
from .proportions import sign_test

STATED = ("glucose", "insulin_sensitivity", "beta_cell")
BORDERLINE = "B_"  # begins the id of a model of obesity or insulin resistance rather than T2D
CELLS = "MSC"
# The codebook has modified cells named in their source: a gene brought in by a vector.
_MODIFIED = ("lentiviral", "vector")


def animal_results(evidence):
    """`Animals` "animals", then an `AnimalOutcome` "animals.<outcome>" for each of `STATED`.

    The outcomes count reports of cells in T2D models; the sign test compares improved with worse
    among stated directions. "animals.<outcome>.unmodified_cells_only" leaves out cells that carry a
    gene brought in for the purpose. ``bib_key`` is the study_id: the tables know the cite keys.
    """
    studies = evidence.preclinical.to_dict("records")
    labels = _labels(studies)
    rows = [_animal(study, label) for study, label in zip(studies, labels, strict=True)]
    models = [row for row in rows if not row.borderline]
    given_cells = [row for row in models if row.agent == CELLS]
    unmodified = [row for row in given_cells if not row.modified_cells]
    animals = Animals(
        key="animals",
        rows=tuple(rows),
        n_reports=len(models),
        n_cells=len(given_cells),
        n_without_comparator=sum(not row.has_comparator for row in models),
        n_borderline=len(rows) - len(models),
        n_modified_cells=len(given_cells) - len(unmodified),
    )
    outcomes = [_outcome(f"animals.{name}", name, given_cells) for name in STATED]
    outcomes += [
        _outcome(f"animals.{name}.{subset}", name, rows)
        for subset, rows in (
            ("unmodified_cells_only", unmodified),
            ("with_comparator_only", [row for row in given_cells if row.has_comparator]),
        )
        for name in ("glucose", "beta_cell")
    ]
    return [animals, *outcomes]


def has_comparator(text):
    """Whether the text names animals without the cells; other routes or doses are no such group."""
    groups = [group.strip() for group in text.split(";") if group.strip()]
    only_between_cells = all(group.startswith("between ") for group in groups)
    return "not described" not in text and not only_between_cells


def _labels(studies):
    """Author and year, as far as known; the id where no author is, the species where two agree."""
    plain = [_label(study) for study in studies]
    seen = Counter(plain)
    return [
        f"{label} ({study['species']})" if seen[label] > 1 else label
        for study, label in zip(studies, plain, strict=True)
    ]


def _label(study):
    if not study["first_author"]:
        return study["study_id"].removeprefix(BORDERLINE).replace("_", " ")
    year = f" {study['year']:.0f}" if study["year"] == study["year"] else ""
    return study["first_author"] + year


def _animal(study, label):
    return AnimalStudy(
        study_id=study["study_id"],
        label=label,
        doi=study["doi"],
        bib_key=study["study_id"],
        species=study["species"],
        model=study["model_text"],
        agent=study["cell_type"],
        cell_source=study["cell_source"],
        xenogeneic=study["xenogeneic"],
        comparator=study["comparator"],
        has_comparator=has_comparator(study["comparator"]),
        mechanism=study["mechanism_short"],
        **{name: study[f"{name}_direction"] for name in STATED},
        borderline=study["study_id"].startswith(BORDERLINE),
        modified_cells=any(word in study["cell_source"] for word in _MODIFIED),
        source_url=study["source_url"],
        sources=(asdict(source_of("preclinical", study)),),
    )


def _outcome(key, name, rows):
    told = Counter(getattr(row, name) for row in rows)
    silent = told["not reported"]
    return AnimalOutcome(
        key=key,
        outcome=name,
        n_reports=len(rows),
        n_improved=told["improved"],
        n_worse=told["worse"],
        n_no_clear_difference=told["no clear difference"],
        n_silent=silent,
        share_silent=silent / len(rows) if rows else None,
        sign_p=sign_test(told["improved"], told["worse"]),
    )
