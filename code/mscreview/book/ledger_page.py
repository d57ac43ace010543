"""The ``{ledger}`` directive: every number that a page shows, with what it was made from."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .. import wording
from ..kinds import PoolResult
from .language import language_block
from .numbers import anchor, pages_by_key

MEASURES = {
    "MD": "mean difference",
    "SMD": "standardized mean difference",
    "RD": "risk difference",
    "log RR": "risk ratio, pooled as its logarithm",
    "log OR": "Peto odds ratio, as its logarithm",
}
COLUMNS = ("Number", "English", "Chinese", "Exact value", "How it is made", "Shown in")


class ledger_list(nodes.General, nodes.Element):  # noqa: N801
    """The place of the ledger: filled in when all pages were read, with the numbers they show."""


class LedgerDirective(SphinxDirective):
    """Lists every number that a page shows, one block for each result."""

    def run(self):
        self.env.mscreview_ledger_page = self.env.docname
        whole = nodes.container(classes=["screen-only"])
        whole += ledger_list()
        return [whole]


def _fill(app, doctree, docname):
    """Put the ledger where its place is; links need the builder of this page."""
    for node in list(doctree.findall(ledger_list)):
        node.replace_self(list(_blocks(app, docname)))


def _blocks(app, docname):
    book = app.mscreview
    shown, showing = {}, pages_by_key(app.env)
    for entry in book.entries.values():
        pages = [p for p in showing.get(entry.key, []) if p != docname]
        if pages:
            shown.setdefault(entry.result_key, []).append((entry, pages))
    counts = [pair for key in shown if key in book.results.counts for pair in shown[key]]
    for key, pairs in shown.items():
        if key not in book.results.counts:
            yield _block(app, docname, key, pairs)
    if counts:
        yield _block(app, docname, "counts", counts)


def _block(app, docname, key, pairs):
    block = nodes.container(classes=["ledger-block"])
    block += nodes.rubric(text=key)
    result = app.mscreview.results.by_key.get(key)
    if isinstance(result, PoolResult):
        block += nodes.paragraph(text=_about(result))
        block += _source_list(result)
    block += _table(app, docname, pairs)
    return block


def _about(result):
    names = ", ".join(trial.label for trial in result.trials) or "none"
    return f"{result.title}, {MEASURES[result.measure]}, {result.unit}. Trials: {names}."


def _source_list(result):
    """One line a trial: effect, how it was obtained, its table rows with locator, the DOI."""
    found = nodes.bullet_list(classes=["ledger-sources"])
    for trial in result.trials:
        effect = wording.number(trial.effect, "effect")
        se = wording.number(trial.se, "se")
        line = nodes.paragraph()
        line += nodes.strong(text=trial.label)
        line += nodes.Text(f": {effect} (SE {se}), from {trial.effect_source}. ")
        for source in trial.sources:
            where = f"{source['table']}.csv row {source['row']} ({source['locator']})"
            line += nodes.reference(text=where, refuri=source["source_url"])
            line += nodes.Text("; ")
        if trial.doi:
            line += nodes.reference(text=f"DOI {trial.doi}", refuri=f"https://doi.org/{trial.doi}")
        else:
            line += nodes.Text("DOI not available")
        found += nodes.list_item("", line)
    return found


def _table(app, docname, pairs):
    table = nodes.table(classes=["ledger"])
    group = nodes.tgroup(cols=len(COLUMNS))
    table += group
    for width in (28, 16, 14, 16, 26, 10):
        group += nodes.colspec(colwidth=width)
    head, body = nodes.thead(), nodes.tbody()
    group += [head, body]
    row = nodes.row()
    for name in COLUMNS:
        row += nodes.entry("", nodes.paragraph(text=name))
    head += row
    for entry, pages in pairs:
        body += _row(app, docname, entry, pages)
    return table


def _row(app, docname, entry, pages):
    book = app.mscreview
    row = nodes.row(ids=[anchor(entry.key)])
    field = entry.key.removeprefix(entry.result_key).lstrip(".") or entry.key
    chinese = language_block(language="zh-Hans")
    chinese += nodes.paragraph(text=entry.text(book.results, "zh-Hans"))
    row += nodes.entry("", nodes.paragraph(text=field))
    row += nodes.entry("", nodes.paragraph(text=entry.text(book.results, "en")))
    row += nodes.entry("", chinese)
    for text in (entry.exact(), entry.meaning):
        row += nodes.entry("", nodes.paragraph(text=text))
    paragraph = nodes.paragraph()
    for page in pages:
        uri = app.builder.get_relative_uri(docname, page)
        title = app.env.titles[page].astext()
        paragraph += nodes.reference(text=title, refuri=uri, internal=True)
        paragraph += nodes.Text(" ")
    row += nodes.entry("", paragraph)
    return row


def setup(app):
    """Register the directive and the step that fills it."""
    app.add_node(ledger_list)
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-resolved", _fill)
