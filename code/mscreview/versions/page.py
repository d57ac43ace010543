"""A report as HTML: with `<ins>` and `<del>` for a browser, with spans for Word's tracked changes."""

from dataclasses import dataclass
from html import escape

from . import alignment, prose
from .style import STYLE

EN, ZH = prose.EN, prose.ZH
ABSENT = "—"
LONG = 40  # rows of a table; a longer one waits closed
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
IN_PAGE = ": in diff.html"
TAGS = {"inserted": "new", "deleted": "gone", "changed": "changed"}


@dataclass(frozen=True)
class Form:
    """How one medium shows what it has its own signs for."""

    inserted: str
    deleted: str
    break_: str
    for_word: bool

    def mark(self, mark, content):
        template = {alignment.INSERTED: self.inserted, alignment.DELETED: self.deleted}.get(mark, "{}")
        return template.format(content)

    def folded(self, summary, content, elsewhere=""):
        """What is not seen at once: closed in a browser, no more than the summary in Word."""
        if self.for_word:
            return f"<p><em>[{summary}{elsewhere}]</em></p>\n"
        return f"<details><summary>{summary}</summary>{content}</details>"


BROWSER = Form("<ins>{}</ins>", "<del>{}</del>", "<wbr>", False)


def word_form(author, date):
    """The form for pandoc, which writes spans of these classes as tracked changes."""
    span = '<span class="{}" data-author="{}" data-date="{}">{{}}</span>'
    author = escape(author).replace("{", "").replace("}", "")
    inserted, deleted = (span.format(name, author, date) for name in ("insertion", "deletion"))
    return Form(inserted, deleted, "\u200b", True)


def page(report):
    """The whole page, with its style and without anything from elsewhere."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>What changed in the review</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>What changed in the review</h1>\n{body(report, BROWSER)}</main>\n</body>\n</html>\n"
    )


def body(report, form):
    """Summary, results, data and prose."""
    if report.is_empty:
        return f"{_head(report, form)}<p><strong>No differences</strong> in results, data or prose.</p>\n"
    parts = (_results(report, form), _data(report, form), _prose(report, form))
    return _head(report, form) + "".join(parts)


def _head(report, form):
    lines = [f"<p>From {escape(report.old.name)} to {escape(report.new.name)}.</p>"]
    for failure in report.failures:
        shown = "Results are not compared; prose shows the keys of its numbers, so that only words differ."
        lines.append(f'<p class="warning"><strong>{escape(failure)}</strong> {shown}</p>')
    if not report.is_empty:
        targets = ("results", "data", "prose")
        items = [
            f"<li>{escape(line)}</li>" if form.for_word else f'<li><a href="#{name}">{escape(line)}</a></li>'
            for name, line in zip(targets, report.counts())
        ]
        lines.append(f'<ul class="counts">{"".join(items)}</ul>')
        signs = f"{form.mark('deleted', 'old words')} {form.mark('inserted', 'new words')}"
        lines += [] if form.for_word else [f"<p>Signs: {signs}.</p>"]
    return "\n".join(lines) + "\n"


def _section(name, title, parts):
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n{"".join(parts)}</section>\n'


def _page_name(name):
    return escape(name.replace("_", " ").capitalize())


# --- results ---------------------------------------------------------------------------------


RESULT_COLUMNS = (("Result", 32), ("Old", 27), ("New", 27), ("Change", 14))


def _results(report, form):
    parts = []
    for name, found in report.results_by_page().items():
        title = f"Stated in: {_page_name(name)}" if name else "Not stated in prose: figures, tables, ledger"
        tabled = [difference for difference in found if name or (difference.old and difference.new)]
        if form.for_word and name:  # its sentences stand in the prose, where their changes are tracked
            tabled = [difference for difference in tabled if difference.entry["kind"] != "sentence"]
        parts.append(f"<h3>{title}</h3>\n")
        if tabled:
            rows = [_result_row(difference, form) for difference in tabled]
            parts.append(_table(title, RESULT_COLUMNS, rows, form))
        if not name:
            parts += _only_in_one(found, form)
    if report.below:
        title = "Below the printed digits"
        rows = [_below_row(difference, form) for difference in report.below]
        table = _table(title, RESULT_COLUMNS, rows, form)
        parts.append(f"<h3>{title}</h3>\n<p>The text is the same, the full value is not.</p>\n")
        parts.append(form.folded(_count(rows, "row"), table, IN_PAGE) if form.for_word else table)
    nothing = "<p>Not compared.</p>\n" if report.failures else "<p>No result differs.</p>\n"
    return _section("results", "Results", parts or [nothing])


def _only_in_one(found, form):
    """New keys and gone ones, a line each: a new analysis brings hundreds."""
    for words, mark, entries in (
        ("new", "inserted", [(d.key, d.new) for d in found if d.old is None]),
        ("gone", "deleted", [(d.key, d.old) for d in found if d.new is None]),
    ):
        if entries:
            lines = (
                f"<li>{_breakable(key, form)}: {form.mark(mark, escape(_text(entry, EN)))}</li>\n"
                for key, entry in entries
            )
            content = f'<ul class="keys">{"".join(lines)}</ul>'
            yield form.folded(f"{_count(entries, 'key')} {words}", content, IN_PAGE)


def _count(items, name):
    return f"{len(items):,} {name}{'' if len(items) == 1 else 's'}"


def _result_row(difference, form):
    also = [_page_name(name) for name in difference.pages[1:]]
    old, new = [], []
    for language in _languages(difference):
        left, right = _sides(_text(difference.old, language), _text(difference.new, language), form)
        mark = f' lang="{language}"' if language != EN else ""
        old.append(f"<div{mark}>{left}</div>")
        new.append(f"<div{mark}>{right}</div>")
    return [_key(difference, form, also), "".join(old), "".join(new), escape(difference.change)]


def _text(entry, language):
    return entry["texts"][language] if entry else None


def _languages(difference):
    """English; Chinese too for sentences, and where it alone differs."""
    english = _text(difference.old, EN), _text(difference.new, EN)
    chinese = _text(difference.old, ZH), _text(difference.new, ZH)
    both = chinese != english and (difference.entry["kind"] == "sentence" or english[0] == english[1])
    return (EN, ZH) if both else (EN,)


def _key(difference, form, also=()):
    meaning = difference.entry["meaning"]
    also = f" Also in: {', '.join(also)}." if also else ""
    br = "<br>" if form.for_word else " "
    return f"<code>{_breakable(difference.key, form)}</code>{br}<small>{escape(meaning)}.{also}</small>"


def _breakable(text, form):
    return escape(text).replace(".", f".{form.break_}").replace("_", f"_{form.break_}")


def _sides(old, new, form):
    """Two texts, what differs marked in each; in Word the columns tell: a table is not to be accepted."""
    if old is None or new is None or form.for_word:
        return [ABSENT if text is None else _one(text, mark, form) for text, mark in _both(old, new)]
    marks = alignment.marked(alignment.words(old), alignment.words(new))
    return [
        "".join(form.mark(mark, escape("".join(part))) for mark, part in marks if mark in ("same", own))
        for own in ("deleted", "inserted")
    ]


def _both(old, new):
    return (old, "deleted"), (new, "inserted")


def _one(text, mark, form):
    content = escape(text) or "<small>(empty)</small>"
    return content if form.for_word else form.mark(mark, content)


def _below_row(difference, form):
    old, new = (_plain(entry["value"]) for entry in (difference.old, difference.new))
    return [_key(difference, form), old, new, escape(difference.change)]


def _plain(value):
    parts = value if isinstance(value, (list, tuple)) else [value]
    return "<br>".join(escape(f"{p:.12g}" if isinstance(p, float) else str(p)) for p in parts)


def _table(title, columns, rows, form):
    """A table; the first cell of a row is its heading. A long one is folded."""
    widths = "".join(f'<col style="width: {width}%">' for _, width in columns)
    head = "".join(f'<th scope="col">{name}</th>' for name, _ in columns)
    lines = []
    for first, *cells in rows:
        named = zip(cells, columns[1:])
        line = "".join(
            f'<td data-column="{name}"><div>{cell}</div></td>' if cell else "<td></td>"
            for cell, (name, _) in named
        )
        lines.append(f'<tr><th scope="row">{first}</th>{line}</tr>\n')
    caption = "" if form.for_word else f"<caption>{title}</caption>"
    table = (
        f"<table>{caption}<colgroup>{widths}</colgroup>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(lines)}</tbody></table>\n"
    )
    return table if len(rows) <= LONG else form.folded(_count(rows, "row"), table, IN_PAGE)


# --- data ------------------------------------------------------------------------------------


def _data(report, form):
    parts = []
    for name, cells in report.tables.items():
        rows = [_cell_row(cell, form) for cell in cells]
        columns = (("Row", 30), ("Column", 16), ("Old", 27), ("New", 27))
        parts.append(f"<h3>data/{escape(name)}</h3>\n{_table(escape(name), columns, rows, form)}")
    return _section("data", "Data", parts or ["<p>No table differs.</p>\n"])


def _cell_row(cell, form):
    old, new = _sides(cell.old, cell.new, form)
    empty = "<small>(empty)</small>"
    return [escape(cell.row), _breakable(cell.column, form), old or empty, new or empty]


# --- prose -----------------------------------------------------------------------------------


def _prose(report, form):
    parts = []
    for name, rows in report.chapters.items():
        parts.append(f"<h3>{_page_name(name)}</h3>\n")
        for visible, group in prose.shown(rows):
            content = "".join(_prose_row(row, form) for row in group)
            parts.append(content if visible else form.folded(_count(group, "unchanged line"), content))
    return _section("prose", "Prose", parts or ["<p>No sentence differs.</p>\n"])


def _prose_row(row, form):
    content = "".join(form.mark(mark, _styled(words)) for mark, words in row.marks)
    lang = f' lang="{ZH}"' if row.unit.language == ZH else ""
    label = f"<small>Caption of {escape(row.unit.of)}: </small>" if row.unit.of else ""
    tag = "h4" if row.unit.kind == "heading" else "p"
    if form.for_word:
        # Within the marks is nothing but what is theirs: a label would keep a deleted paragraph alive.
        label = label if row.change in ("same", "changed") else ""
        return f"<{tag}>{label}<span{lang}>{content}</span></{tag}>\n"
    name = "by results" if row.by_results else TAGS.get(row.change, "")
    sign = f'<span class="sign" lang="en">{name}</span> ' if name else ""
    kind = f' class="{row.change}"' if name else ""
    return f"<{tag}{kind}{lang}>{sign}{label}{content}</{tag}>\n"


def _styled(words):
    """Words with their style, one element for a run of the same."""
    runs = []
    for word, style in words:
        if runs and runs[-1][1] == style:
            runs[-1][0] += word
        else:
            runs.append([word, style])
    return "".join(f"<{style}>{escape(text)}</{style}>" if style else escape(text) for text, style in runs)
