"""What is asked of one new trial: the columns of the tables that it touches, out of the codebook."""

from dataclasses import dataclass

from ..schema import Rule

# In the order in which an author is asked.
ONE_ROW = ("studies", "screening", "bibliography", "bias_facts")
ROWS = ("outcomes", "contrasts", "study_facts", "safety", "deaths")
TABLES = (*ONE_ROW, *ROWS)


@dataclass(frozen=True)
class Field:
    """A column that an author fills in: its rule, its unit ("" for none) and what it means."""

    rule: Rule
    unit: str
    meaning: str

    @property
    def table(self):
        return self.rule.table

    @property
    def column(self):
        return self.rule.column


def given(table, study_id):
    """{column: cell} of the columns that follow from the trial and are not asked."""
    if table == "bibliography":
        return {"key": study_id}
    known = {} if table == "studies" else {"study_id": study_id}
    if table == "screening":
        known |= {"decision": "include", "duplicate_of": ""}
    return known


def fields_of(codebook):
    """{table: its `Field`s} in the order of the codebook, a DataFrame of text."""
    found = {table: [] for table in TABLES}
    for row in codebook.to_dict("records"):
        table, column = row["table"], row["column"]
        if table in found and column not in given(table, ""):
            rule = Rule(table, column, row["type"], row["required"] == "yes", row["allowed"])
            found[table].append(Field(rule, row["unit"], row["meaning"]))
    return found


def new_record_id(screening):
    """A number for a record that the search did not find: "NEW-001", or the next that is free."""
    taken = set(screening["record_id"])
    return next(name for n in range(1, 1000) if (name := f"NEW-{n:03d}") not in taken)
