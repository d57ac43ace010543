"""``{check-runs}``: what each check found when it last ran; ``{check-table}``: the tables that one of them found;
``{session}``: what made this build."""

import platform
from itertools import groupby

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from freshbook import BookError

from .. import paths, runs
from .data_tables import table_node
from .uses import note_all_results

COLUMNS = ("Question", "Command", "Outcome", "What was measured", "Last run")


class CheckRunsDirective(SphinxDirective):
    """A table of `runs.CHECKS`, from the records in `validation/runs/`."""

    def run(self):
        self.env.mscreview_check_runs_page = self.env.docname
        for check in runs.CHECKS:
            # The records count as sources of the page; other parts decide whether it is read again anyhow.
            if (path := runs.path_of(check)).exists():
                self.env.note_dependency(str(path))
        rows = [_row(check, _last(name)) for name, check in runs.CHECKS.items()]
        table = table_node(COLUMNS, rows)
        table["classes"].append("check-runs")
        return [table]


class CheckTableDirective(SphinxDirective):
    """The tables that a check found, as its command wrote their rows into the record: ``{check-table} bench``."""

    required_arguments = 1

    def run(self):
        (name,) = self.arguments
        if name not in runs.CHECKS:
            raise BookError(f"{self.env.docname}: no check {name!r}; there are {', '.join(runs.CHECKS)}")
        if (path := runs.path_of(name)).exists():
            self.env.note_dependency(str(path))
        kinds = [_table(columns, list(rows)) for columns, rows in groupby(_rows_of(_last(name)), tuple)]
        return kinds or [nodes.paragraph("", "Not run yet: ", nodes.literal(text=runs.CHECKS[name].command))]


def _table(columns, rows):
    head = [column.capitalize() for column in columns]
    table = table_node(head, [tuple(row.values()) for row in rows], numeric=["Ratio"])
    table["classes"].append("check-table")
    return table


def states(env, docname):
    """What the page says of the state of each check, which any file of the project can change; [] for other pages."""
    if docname != getattr(env, "mscreview_check_runs_page", None):
        return []
    return [bool(run and run.of_this_state()) for run in map(_last, runs.CHECKS)]


def _last(check):
    try:
        return runs.last(check)
    except ValueError as error:
        raise BookError(str(error)) from error


def _row(check, run):
    command = nodes.literal(text=check.command)
    if run is None:
        return (check.question, command, "not run yet", "", "")
    plain = {name: value for name, value in run.figures.items() if not isinstance(value, dict)}
    figures = "; ".join(f"{name}: {_shown(value)}" for name, value in plain.items())
    return (check.question, command, _outcome(run), figures, _when(run))


def _rows_of(run):
    """The figures of a run that are rows, as {column: text}; what was measured stands first."""
    figures = run.figures if run else {}
    return [{"work": name, **cells} for name, cells in figures.items() if isinstance(cells, dict)]


def _outcome(run):
    """What is not passed meets the eye; a run of another state says so."""
    state = "" if run.of_this_state() else ", of an earlier state"
    word = run.outcome + state
    return word if word == "passed" else nodes.strong(text=word)


def _when(run):
    return f"{run.date_utc} UTC; Python {run.python}; {run.machine}"


def _shown(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class SessionDirective(SphinxDirective):
    """The digests and versions of this build: whoever has the same has the same pages."""

    def run(self):
        book = self.env.app.mscreview
        note_all_results(self.env)
        rows = [
            ("Tables", "data/", book.data_digest),
            ("Results", "data/, statistics modules of code/, environment", book.results_digest),
            ("Package", "code/", runs.digest("code")),
            ("Environment", paths.LOCK.name, book.snapshot.of(paths.LOCK.name)),
            ("Python", platform.python_implementation(), platform.python_version()),
            ("Times", "the execution of each chapter, in seconds", self._times()),
            ("Machine", platform.system(), platform.machine()),
        ]
        table = table_node(("What", "Of", "Digest or version"), rows)
        table["classes"].append("session")
        return [table]

    def _times(self):
        up = "../" * self.env.docname.count("/")
        return nodes.reference("", paths.TIMES, refuri=f"{up}{paths.TIMES}")


def setup(app):
    """Register the directives."""
    app.add_directive("check-runs", CheckRunsDirective)
    app.add_directive("check-table", CheckTableDirective)
    app.add_directive("session", SessionDirective)
