"""Evidence with a few rows changed, so that one rule can be seen at work on the real tables."""

import dataclasses

import pandas as pd

from mscreview.pools import candidates_of
from mscreview.review import HEADLINE
from mscreview.selection import Question, select


def with_table(evidence, name, table):
    return dataclasses.replace(evidence, **{name: table})


def changed(evidence, name, where, **values):
    """`evidence` with other values in the rows of table `name` that match `where`.

    ``where`` is a row number or a dictionary column -> value; matching nothing is a mistake in the
    test.
    """
    table = getattr(evidence, name).copy()
    where = {"row": where} if isinstance(where, int) else where
    chosen = pd.Series(True, index=table.index)
    for column, value in where.items():
        chosen &= table[column] == value
    assert chosen.any(), f"no row of {name} with {where}"
    for column, value in values.items():
        table.loc[chosen, column] = value
    return with_table(evidence, name, table)


def added(evidence, name, like, **values):
    """`evidence` with a copy of the row numbered `like` at the end of table `name`."""
    table = getattr(evidence, name)
    row = table[table["row"] == like].assign(row=int(table["row"].max()) + 1, **values)
    return with_table(evidence, name, pd.concat([table, row], ignore_index=True))


def without_rows(evidence, name, *rows):
    table = getattr(evidence, name)
    return with_table(evidence, name, table[~table["row"].isin(rows)])


def without_studies(evidence, *study_ids):
    """The evidence without these reports in any table."""
    for name in ("studies", "outcomes", "contrasts", "safety", "deaths", "bias_facts", "study_facts"):
        table = getattr(evidence, name)
        evidence = with_table(evidence, name, table[~table["study_id"].isin(study_ids)])
    return evidence


def chosen(evidence, cohort, question=HEADLINE):
    """The `Selected` of a cohort."""
    found = [s for s in select(evidence, question) if s.study["cohort"] == cohort]
    assert len(found) == 1, f"{len(found)} selections of {cohort}"
    return found[0]


def contrast(evidence, cohort, question=HEADLINE):
    """The contrast of a cohort; None without a usable time."""
    pairs = candidates_of(evidence, question).pairs()
    return next(c for s, c in pairs if s.study["cohort"] == cohort)


ANY = Question("hba1c", "t2dm", "any")
