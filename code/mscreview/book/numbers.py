"""The ``{num}`` role: a number of the results in prose, linked to its ledger entry."""

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from freshbook import BookError

from . import ledger_parts
from .language import current_language


class number(nodes.Inline, nodes.TextElement):  # noqa: N801 - docutils names nodes like this
    """A number in prose; ``key`` is its ledger entry."""


def anchor(key):
    """The HTML id of a ledger entry."""
    return "num-" + key.replace(".", "-").replace("_", "-")


class NumRole(SphinxRole):
    """``{num}`key``` puts the ledger entry's text, in the language of its section."""

    def run(self):
        book = self.env.app.mscreview
        entry = book.entries.get(self.text)
        if entry is None:
            source, line = self.get_source_info()
            raise BookError(f"{source}:{line}: no number {self.text!r} in the results")
        language = current_language(self.env)
        text = entry.text(book.results, language)
        note_number(self.env, self.text, language, text)
        # A sentence made by rule is text, not a number to look up.
        classes = ["rule-made" if entry.kind == "sentence" else "num"]
        return [number("", text, key=self.text, classes=classes)], []


def note_number(env, key, language, text):
    """Record that the page being read shows a number: {page: {"key language": text}}."""
    _shown(env).setdefault(env.docname, {})[f"{key} {language}"] = text


def numbers_of(env, docname):
    """The recorded numbers of a page."""
    return _shown(env).get(docname, {})


def pages_by_key(env):
    """{key of a number: the pages that show it, in the order of their names}."""
    found = {}
    for page, shown in sorted(_shown(env).items()):
        for key in {name.rpartition(" ")[0] for name in shown}:
            found.setdefault(key, []).append(page)
    return found


def keys_by_page(env):
    """{page: "key language" of each number that it shows, in order}, to compare builds by."""
    return {page: sorted(shown) for page, shown in _shown(env).items() if shown}


def current_text(book, name):
    """The text that a recorded number has now; None if its entry is gone."""
    key, _, language = name.rpartition(" ")
    entry = book.entries.get(key)
    return entry.text(book.results, language) if entry else None


def _shown(env):
    if not hasattr(env, "mscreview_numbers"):
        env.mscreview_numbers = {}
    return env.mscreview_numbers


def _purge(app, env, docname):
    _shown(env).pop(docname, None)


def _visit_html(translator, node):
    place = {"data-key": node["key"]}  # for whoever compares pages with the ledger
    ledger = _ledger_to_link(translator, node)
    if ledger:
        uri = translator.builder.get_relative_uri(translator.builder.current_docname, ledger)
        place["href"] = f"{uri}#{anchor(node['key'])}"
    translator.body.append(translator.starttag(node, "a" if ledger else "span", "", **place))


def _depart_html(translator, node):
    translator.body.append("</a>" if _ledger_to_link(translator, node) else "</span>")


def _ledger_to_link(translator, node):
    """The page of the ledger, for a number; None for a sentence, or where there is no such page."""
    if "rule-made" in node["classes"]:
        return None
    env = translator.builder.env
    return ledger_parts.page_of(env.app.mscreview, env, node["key"])


def _plain(translator, node):
    """Outside HTML a number is plain text."""


def setup(app):
    """Register the role and its node."""
    plain = (_plain, _plain)
    app.add_node(
        number, html=(_visit_html, _depart_html), latex=plain, text=plain, man=plain, texinfo=plain
    )
    app.add_role("num", NumRole())
    app.connect("env-purge-doc", _purge)
