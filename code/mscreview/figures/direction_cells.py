"""Rows, columns and cells of the effect-direction display."""

from dataclasses import dataclass

from .. import phrases, wording

# Head of each column, and the outcomes it joins.
COLUMNS = (
    ("HbA1c", ("hba1c",)),
    ("Fasting\nglucose", ("fpg",)),
    ("Post-\nprandial\nglucose", ("ppg",)),
    ("Daily\ninsulin", ("insulin_iu_per_day", "insulin_iu_per_kg_per_day")),
    ("Re-\nsponders", ("composite_responders",)),
    ("fasting", ("c_peptide_fasting",)),
    ("stimu-\nlated", ("c_peptide_stimulated",)),
    ("area\nunder\ncurve", ("c_peptide_auc",)),
    ("HOMA-B", ("homa_b",)),
    ("HOMA-IR", ("homa_ir",)),
)
PRODUCTS = ("msc", "msc_with_other_cells", "not_expanded_msc")
DIRECTIONS = ("better", "worse", "unclear")


@dataclass(frozen=True)
class Cell:
    """One cohort in one column; ``rows``: the `Direction`s that it rests on."""

    cohort: str
    rows: tuple
    label: str
    year: float
    group: tuple[str, str]
    direction: str
    in_words: bool
    counted: bool


@dataclass(frozen=True)
class Column:
    """One column: its `Directions`, and a `Cell` for each cohort that has one."""

    head: str
    found: tuple
    cells: dict

    @property
    def name(self):
        """The outcome in words, without a unit."""
        return outcome_name(self.found[0]).partition(" (")[0]

    def tally(self):
        """Counted cohorts: better, worse, unclear."""
        counted = [cell.direction for cell in self.cells.values() if cell.counted]
        return tuple(counted.count(direction) for direction in DIRECTIONS)

    def silent(self):
        """Eligible cohorts, the same for joined outcomes, whose text gives no direction."""
        first = self.found[0]
        return len(first.rows) + first.n_silent - len(self.cells)

    def tests(self):
        """The p of the sign test of each outcome, "–" without one."""
        return ["–" if f.sign_p is None else wording.number(f.sign_p, "p") for f in self.found]


def columns_of(results, population, product):
    """A `Column` for each of `COLUMNS`."""
    studies = {row.study_id: row for row in results["studies.included"].rows}
    columns = []
    for head, outcomes in COLUMNS:
        found = tuple(results[f"directions.{name}.{population}.{product}"] for name in outcomes)
        by_cohort = {}
        for row in (row for directions in found for row in directions.rows):
            by_cohort.setdefault(studies[row.study_id].cohort, []).append(row)
        cells = {cohort: _cell(rows, studies) for cohort, rows in by_cohort.items()}
        columns.append(Column(head, found, cells))
    return columns


def outcome_name(found):
    """The outcome of `Directions` in words."""
    return phrases.OUTCOME_NAMES[found.key.split(".")[1]]["en"]


def _cell(rows, studies):
    """One cell from the rows of one cohort: what counts comes first; a disagreement is unclear."""
    rows = [row for row in rows if row.counted] or rows
    study = studies[rows[0].study_id]
    directions = {row.direction for row in rows}
    return Cell(
        cohort=study.cohort,
        rows=tuple(rows),
        label=" / ".join(dict.fromkeys(row.label for row in rows)),
        year=study.year or float("inf"),
        group=(study.population, rows[0].product),
        direction=directions.pop() if len(directions) == 1 else "unclear",
        in_words=all(row.basis == "words" for row in rows),
        counted=rows[0].counted,
    )


def rows_of(columns):
    """(text, cohort) from top to bottom; cohort None for the head of a group."""
    cohorts = {}
    for column in columns:
        cohorts = column.cells | cohorts  # the first column that has a cohort names it
    rows = []
    for group in sorted({cell.group for cell in cohorts.values()}, key=_group_order):
        members = [cell for cell in cohorts.values() if cell.group == group]
        rows.append((_group_name(group), None))
        rows += [(c.label, c.cohort) for c in sorted(members, key=lambda c: (c.year, c.label))]
    return rows


def _group_order(group):
    population, product = group
    return list(phrases.POPULATION_NAMES).index(population), PRODUCTS.index(product)


def _group_name(group):
    population, product = group
    name = phrases.POPULATION_NAMES[population]["en"]
    return f"{name[0].upper()}{name[1:]}, {phrases.PRODUCT_NAMES[product]}"
