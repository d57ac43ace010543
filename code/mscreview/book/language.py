"""Language marks: a block or a heading in Chinese carries ``lang="zh-Hans"`` in HTML."""

import re
from contextlib import contextmanager

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from ..wording import LANGUAGES


class language_block(nodes.General, nodes.Element):  # noqa: N801
    """Paragraphs in another language than the page."""


class language_inline(nodes.Inline, nodes.TextElement):  # noqa: N801
    """Words in another language than the page."""


def current_language(env):
    """The language of the section being read: "en" or "zh-Hans"."""
    return env.temp_data.get("mscreview_language", LANGUAGES[0])


@contextmanager
def speaking(env, language):
    """What is parsed inside speaks this language."""
    before = current_language(env)
    env.temp_data["mscreview_language"] = language
    try:
        yield
    finally:
        env.temp_data["mscreview_language"] = before


class LanguageDirective(SphinxDirective):
    """``:::{language} zh-Hans`` marks its content, and {num} inside speaks that language."""

    required_arguments = 1
    has_content = True

    def run(self):
        language = self.arguments[0]
        if language not in LANGUAGES:
            raise self.error(f"language {language!r}: one of {', '.join(LANGUAGES)}")
        node = language_block(language=language)
        with speaking(self.env, language):
            self.state.nested_parse(self.content, self.content_offset, node)
        if language.startswith("zh"):
            _join_lines(node)
        return [node]


def _join_lines(node):
    """Chinese has no spaces between sentences: a line break in the source must not become one."""
    for text in list(node.findall(nodes.Text)):
        joined = re.sub(r"(?<![A-Za-z0-9])\n|\n(?![A-Za-z0-9])", "", text)
        text.parent.replace(text, nodes.Text(joined))


class ChineseRole(SphinxRole):
    """``{zh}`摘要``` marks single words, in headings too."""

    def run(self):
        return [language_inline("", self.text, language="zh-Hans")], []


def _visit_block(translator, node):
    translator.body.append(translator.starttag(node, "div", lang=node["language"]))


def _depart_block(translator, node):
    translator.body.append("</div>\n")


def _visit_inline(translator, node):
    translator.body.append(translator.starttag(node, "span", "", lang=node["language"]))


def _depart_inline(translator, node):
    translator.body.append("</span>")


def _nothing(translator, node):
    """xelatex switches to the Chinese font by the characters themselves."""


def setup(app):
    """Register the directive, the role and their nodes."""
    nothing = (_nothing, _nothing)
    others = {"latex": nothing, "text": nothing, "man": nothing, "texinfo": nothing}
    app.add_node(language_block, html=(_visit_block, _depart_block), **others)
    app.add_node(language_inline, html=(_visit_inline, _depart_inline), **others)
    app.add_directive("language", LanguageDirective)
    app.add_role("zh", ChineseRole())
