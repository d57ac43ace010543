"""Language marks: a block or a heading in Chinese carries ``lang="zh-Hans"`` in HTML.

On a page with a ``{language-switch}``, blocks and sections that say the same in two languages are
shown one at a time by ``_static/language-switch.js``; without scripts and on paper both are.
"""

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


class language_switch(nodes.General, nodes.Element):  # noqa: N801
    """Buttons that choose the language of a page's blocks."""


class LanguageSwitch(SphinxDirective):
    """``{language-switch}``: buttons, in HTML only, for the blocks and sections of the page."""

    def run(self):
        return [language_switch()]


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


# Hidden until its script runs: without it the buttons would do nothing.
SWITCH = (
    '<div class="language-switch" role="group" aria-label="Language" hidden>'
    '<button type="button" value="en" aria-pressed="true">English</button>'
    '<button type="button" value="zh-Hans" lang="zh-Hans" aria-pressed="false">中文</button>'
    "</div>\n"
)


def _visit_switch(translator, node):
    translator.body.append(SWITCH)
    raise nodes.SkipNode


def _skip(translator, node):
    raise nodes.SkipNode


def _nothing(translator, node):
    """xelatex switches to the Chinese font by the characters themselves."""


def setup(app):
    """Register the directive, the role and their nodes."""
    nothing = (_nothing, _nothing)
    others = {"latex": nothing, "text": nothing, "man": nothing, "texinfo": nothing}
    app.add_node(language_block, html=(_visit_block, _depart_block), **others)
    app.add_node(language_inline, html=(_visit_inline, _depart_inline), **others)
    skipped = (_skip, None)
    paper = {"latex": skipped, "text": skipped, "man": skipped, "texinfo": skipped}
    app.add_node(language_switch, html=(_visit_switch, None), **paper)
    app.add_directive("language", LanguageDirective)
    app.add_directive("language-switch", LanguageSwitch)
    app.add_role("zh", ChineseRole())
