"""The boxes of the flow diagram: their words, their counts, and the list that each opens."""

from dataclasses import dataclass

from .. import wording

HEADLINE = "hba1c.t2dm.msc.controlled"
ACCESS = {
    "tables": "tables of the paper",
    "abstract": "abstract",
    "secondary": "another review",
    "sponsor_or_news": "sponsor or news",
}
DESIGNS = {
    "rct": "randomized",
    "nonrandomized": "otherwise controlled",
    "single_arm": "single-arm",
}
STREAMS = {"clinical": "Clinical", "preclinical": "Preclinical"}


@dataclass(frozen=True)
class Box:
    """``place``: stream, "main" or "side", and row. ``numbers``: (what, number). ``listed``: the anchor
    of what was counted. ``rule``: what the numbers count."""

    place: tuple[str, str, str]
    words: tuple[str, ...]
    numbers: tuple[tuple[str, float], ...]
    listed: str
    rule: str

    @property
    def sentence(self):
        """The lines as one; what follows a colon is a list."""
        first, *rest = self.words
        return f"{first} {(', ' if first.endswith(':') else ' ').join(rest)}"


def boxes_of(results):
    """All boxes from top to bottom, the pool of the headline last."""
    found = []
    for stream, name in STREAMS.items():
        found += _screening(results, stream, f"{name} records")
    return [*found, *_reports(results), *_animals(results), _pool(results[HEADLINE])]


def _screening(results, stream, name):
    """Records of one stream until they are in or out."""

    def box(side, row, words, count, listed):
        found = results[f"flow.{stream}.{count}"]
        lines = (*words, _whole(found.value))
        counts = ((" ".join(words), found.value),)
        return Box((stream, side, row), lines, counts, f"records-{stream}{listed}", found.rule)

    return [
        box("main", "identified", (name, "identified"), "records", ""),
        box("main", "screened", ("Records screened",), "screened", "-screened"),
        box("side", "identified", ("Duplicates removed",), "duplicate", "-duplicate"),
        box("side", "screened", ("Records excluded,", "each with a reason"), "exclude", "-exclude"),
        box("side", "awaiting", ("No readable source yet",), "awaiting", "-awaiting"),
    ]


def _reports(results):
    """What the clinical reports are, down to the trials that are eligible for the headline."""

    def box(side, row, words, listed, counts, rule=""):
        found = {what: results[f"studies.{key}"] for what, key in counts.items()}
        values = tuple((what, count.value) for what, count in found.items())
        lines = "\n".join(words).format(*(_whole(count.value) for count in found.values())).split("\n")
        told = rule or "; ".join(count.rule for count in found.values())
        return Box(("clinical", side, row), tuple(lines), values, listed, told)

    included = {"reports": "reports", "cohorts": "cohorts"}
    access = {words: f"access.{level}" for level, words in ACCESS.items()}
    designs = {words: f"{design}_t2dm" for design, words in DESIGNS.items()}
    t2dm, eligible = {"cohorts": "cohorts_t2dm"}, {"cohorts": "controlled_t2dm_msc"}
    strongest = "distinct cohorts with type 2 diabetes by the strongest design of their reports"
    read = ("By fullest text read:", *_lines(access))
    reports, cohorts = "records-clinical-include", "cohorts-t2dm"
    return [
        box("main", "included", ("Included", "{} reports", "of {} cohorts"), reports, included),
        box("side", "included", read, reports, access, "reports by the fullest text that was read"),
        box("main", "models", ("With type 2 diabetes", "{} cohorts"), cohorts, t2dm),
        box("side", "models", ("By design:", *_lines(designs)), cohorts, designs, strongest),
        box("main", "controlled", ("MSC alone, controlled", "{} cohorts"), "cohorts-controlled", eligible),
    ]


def _lines(counts):
    return [f"{what} {{}}" for what in counts]


def _animals(results):
    """What the animal reports are."""
    studies, reviews = (results[f"flow.preclinical.include_{kind}"] for kind in ("studies", "reviews"))
    found = results["animals"]
    included = ("Included", f"{_whole(studies.value)} animal reports", f"and {_whole(reviews.value)} reviews")
    models = (("type 2 diabetes", found.n_reports), ("borderline", found.n_borderline))
    counts = (("animal reports", studies.value), ("reviews", reviews.value))
    place = ("preclinical", "main", "included")
    cells = ("Cells in models of", "type 2 diabetes", f"{_whole(found.n_cells)} animal reports")
    return [
        Box(place, included, counts, "records-preclinical-include", f"{studies.rule}; {reviews.rule}"),
        Box(
            ("preclinical", "side", "included"),
            ("By model:", *(f"{what} {_whole(n)}" for what, n in models)),
            models,
            "reports-animals",
            "animal reports; borderline are models of obesity or insulin resistance",
        ),
        Box(
            ("preclinical", "main", "models"),
            cells,
            (("animal reports", found.n_cells),),
            "reports-animals-cells",
            "animal reports of cells, not of their vesicles or medium, borderline models left out",
        ),
    ]


def _pool(pool):
    trials = "trial" if pool.k == 1 else "trials"
    lines = (f"{_whole(pool.k)} {trials}", f"with {_whole(pool.n_participants)} participants")
    counts = (("trials", pool.k), ("participants", pool.n_participants))
    rule = "controlled trials of MSC alone in type 2 diabetes with a usable value of HbA1c"
    return Box(("clinical", "main", "pool"), ("In the pool of HbA1c", *lines), counts, "trials-pooled", rule)


def _whole(value):
    return wording.number(value, "count")
