"""The ``{ledger}`` directive: every number of the results, with what it was made from."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from .. import wording
from .numbers import anchor, pages_showing

COLUMNS = ("Number", "English", "Chinese", "Exact value", "How it is made", "Shown in")


class ledger_entry(nodes.General, nodes.Element):  # noqa: N801
    """Where a number is shown: filled in when all pages were read."""


class LedgerDirective(SphinxDirective):
    """Lists all ledger entries, one section-like block for each result."""

    def run(self):
        book = self.env.app.mscreview
        self.env.mscreview_ledger_page = self.env.docname
        whole = nodes.container(classes=["screen-only"])
        whole += [_pool_block(book, key) for key in book.results.pools]
        whole += _counts_block(book)
        return [whole]


def _pool_block(book, key):
    result = book.results.pools[key]
    block = nodes.container(classes=["ledger-block"])
    block += nodes.rubric(text=key)
    block += nodes.paragraph(text=_about(result))
    block += _source_list(result)
    entries = [e for e in book.entries.values() if e.result_key == key]
    block += _table(book, entries)
    return block


def _about(result):
    names = ", ".join(trial.label for trial in result.trials) or "none"
    return f"{result.title}, mean difference in {result.unit}. Trials: {names}."


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


def _counts_block(book):
    block = nodes.container(classes=["ledger-block"])
    block += nodes.rubric(text="counts")
    block += _table(book, [e for e in book.entries.values() if e.key in book.results.counts])
    return block


def _table(book, entries):
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
    for entry in entries:
        body += _row(book, entry)
    return table


def _row(book, entry):
    row = nodes.row(ids=[anchor(entry.key)])
    field = entry.key.removeprefix(entry.result_key).lstrip(".") or entry.key
    texts = (
        field,
        entry.text(book.results, "en"),
        entry.text(book.results, "zh-Hans"),
        _exact(entry),
        entry.meaning,
    )
    for text in texts:
        row += nodes.entry("", nodes.paragraph(text=text))
    row += nodes.entry("", ledger_entry(key=entry.key))
    return row


def _exact(entry):
    """The value as computed, all digits."""
    if entry.kind == "sentence":
        return ""
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return " to ".join("not available" if v is None else repr(v) for v in values)


def _fill_shown_in(app, doctree, docname):
    """Put links to the pages that show the number into the last column."""
    for node in list(doctree.findall(ledger_entry)):
        pages = [p for p in pages_showing(app.env, node["key"]) if p != docname]
        paragraph = nodes.paragraph()
        for page in pages:
            uri = app.builder.get_relative_uri(docname, page)
            title = app.env.titles[page].astext()
            paragraph += nodes.reference(text=title, refuri=uri, internal=True)
            paragraph += nodes.Text(" ")
        node.replace_self(paragraph)


def setup(app):
    """Register the directive and the step that fills its last column."""
    app.add_node(ledger_entry)
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-resolved", _fill_shown_in)
