"""The ``{ledger}`` directive: every number that a page shows, with what it was made from, in three parts."""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from .. import kinds, provenance, wording
from . import ledger_parts
from .data_tables import table_node
from .language import language_inline
from .ledger_file import NAME as LEDGER_FILE
from .numbers import anchor, pages_by_key
from .uses import displays_by_key, note_all_results

MEASURES = {
    "MD": "mean difference",
    "SMD": "standardized mean difference",
    "RD": "risk difference",
    "log RR": "risk ratio, pooled as its logarithm",
    "log OR": "Peto odds ratio, as its logarithm",
}
# What results are that have no title of their own.
TITLES = {
    kinds.AnimalOutcome: "Directions of one outcome in animal reports",
    kinds.Animals: "Animal reports",
    kinds.Bias: "Risk of bias of one study for one outcome",
    kinds.Certainty: "Certainty of evidence by GRADE",
    kinds.Claim: "A claim of the source review against the evidence",
    kinds.Deaths: "Deaths, report by report",
    kinds.Multiverse: "All combinations of the choices",
    kinds.Protocols: "Variety of protocols",
    kinds.PublishedSet: "Estimates of earlier reviews",
    kinds.Records: "Records of the search",
    kinds.Studies: "Included reports",
    kinds.SubgroupContrast: "Subgroups of one pool",
}
COLUMNS = ("Number", "English", "Chinese", "Exact value", "How it is made", "Shown in")


class ledger_list(nodes.General, nodes.Element):  # noqa: N801
    """The place of a ``part`` of the ledger: filled in when all pages were read, with the numbers they show."""


class LedgerDirective(SphinxDirective):
    """``{ledger} pools`` and ``{ledger} others`` list the numbers that prose shows, one block for each result;
    ``{ledger} displays`` the results of figures and tables."""

    required_arguments = 1

    def run(self):
        part = directives.choice(self.arguments[0], ledger_parts.PARTS)
        ledger_parts.note_page(self.env, part)
        note_all_results(self.env)
        whole = nodes.container(classes=["screen-only"])
        file = "../" * self.env.docname.count("/") + LEDGER_FILE
        words = f"The whole ledger as a file, {LEDGER_FILE}"
        whole += nodes.paragraph("", "", nodes.reference(text=words, refuri=file))
        whole += ledger_list(part=part)
        return [whole]


def _fill(app, doctree, docname):
    """Put the ledger where its place is; links need the builder of this page."""
    for node in list(doctree.findall(ledger_list)):
        displays = node["part"] == ledger_parts.DISPLAYS
        blocks = [_displays(app, docname)] if displays else list(_blocks(app, docname, node["part"]))
        node.replace_self(blocks)


def _blocks(app, docname, part):
    book = app.mscreview
    shown, showing = {}, pages_by_key(app.env)
    for entry in book.entries.values():
        pages = [p for p in showing.get(entry.key, []) if p != docname]
        if pages and ledger_parts.part_of(book.results.by_key.get(entry.result_key)) == part:
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
    if result is not None:
        block += nodes.paragraph(text=_about(result))
        block += _source_list(result)
    block += _table(app, docname, pairs)
    return block


def _about(result):
    """What a result is, and which others it was made from; with pools, their trials."""
    told = (getattr(result, "title", TITLES.get(type(result), "")), getattr(result, "unit", ""))
    words = [", ".join(filter(None, told)) + "."]
    if isinstance(result, kinds.PoolResult):
        names = ", ".join(trial.label for trial in result.trials) or "none"
        words = [f"{result.title}, {MEASURES[result.measure]}, {result.unit}. Trials: {names}."]
    made_from = provenance.inputs(result)
    words += [f"Made from {', '.join(made_from)}."] if made_from else []
    return " ".join(filter(None, words))


def _source_list(result):
    """One line a study: of a trial its effect and how it was obtained; table rows with locator, the DOI."""
    found = nodes.bullet_list(classes=["ledger-sources"])
    trials = {trial.label: trial for trial in getattr(result, "trials", ())}
    for ground in provenance.grounds(result):
        line = nodes.paragraph()
        if ground.label:
            line += [nodes.strong(text=ground.label), nodes.Text(_of_trial(trials.get(ground.label)))]
        for source in ground.sources:
            line += [_row_link(source), nodes.Text("; ")]
        if ground.doi:
            line += nodes.reference(text=f"DOI {ground.doi}", refuri=f"https://doi.org/{ground.doi}")
        else:
            line += nodes.Text("DOI not available")
        found += nodes.list_item("", line)
    return found


def _of_trial(trial):
    if trial is None:
        return ": "
    effect, se = wording.number(trial.effect, "effect"), wording.number(trial.se, "se")
    return f": {effect} (SE {se}), from {trial.effect_source}. "


def _row_link(source):
    where = f"{source['table']}.csv row {source['row']}"
    where += f" ({source['locator']})" if source["locator"] else ""
    return nodes.reference(text=where, refuri=source["source_url"]) if source["source_url"] else nodes.Text(where)


def _displays(app, docname):
    """A table of the results that figures and tables show: what they are made from, and where they stand."""
    block = nodes.container(classes=["ledger-block"])
    results = app.mscreview.results.by_key
    rows = [
        (key, _about(results[key]), _links(app, docname, pages))
        for key, pages in displays_by_key(app).items()
        if key not in app.mscreview.results.counts
    ]
    block += table_node(("Result", "What it is", "Shown in"), rows)
    return block


def _links(app, docname, pages):
    """The titles of pages, each a link."""
    found = nodes.inline()
    for page in pages:
        uri = app.builder.get_relative_uri(docname, page)
        link = nodes.reference(text=app.env.titles[page].astext(), refuri=uri, internal=True)
        found += [nodes.Text("; "), link] if len(found) else [link]
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
    chinese = language_inline("", entry.text(book.results, "zh-Hans"), language="zh-Hans")
    row += nodes.entry("", nodes.paragraph(text=field))
    row += nodes.entry("", nodes.paragraph(text=entry.text(book.results, "en")))
    row += nodes.entry("", nodes.paragraph("", "", chinese))
    for text in (entry.exact(), entry.meaning):
        row += nodes.entry("", nodes.paragraph(text=text))
    row += nodes.entry("", nodes.paragraph("", "", _links(app, docname, pages)))
    return row


def setup(app):
    """Register the directive and the step that fills it."""
    app.add_node(ledger_list)
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-resolved", _fill)
